//! Forgetting: a mail that has gone out, or that was given up, is not kept for ever, nor is one that came in and that nobody
//! has put where it belongs. That it was there, when and why stays; whose it was and what it said goes.

use kernel::{Ctx, MessageId};
use serde::{Deserialize, Serialize};
use storage::{Db, Job, JobError};

use crate::store;

/// Erases the words of mails that ended long ago.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ForgetMail {}

impl Job for ForgetMail {
    const KIND: &'static str = "outreach.forget";
}

/// How often it is looked. A day more or less is no matter, and a large backlog is worked off in the meantime.
pub(crate) const FORGET_EVERY: std::time::Duration = std::time::Duration::from_hours(1);
/// The rule that says for how long.
pub const RULE: &str = "message.retention";
/// Messages forgotten per transaction, so that it lives briefly, and per run.
const AT_ONCE: usize = 50;
const PER_RUN: u64 = 1_000;

/// Why a mail that came in was dropped when nobody has said in all that time where it belongs.
const NOT_PLACED: &str = "not-placed";

/// Erases the words of what was sent, captured or given up longer ago than the rule says, and of what came in before that and
/// still waits. Returns of how many; begins again where it was stopped.
pub async fn forget(db: &Db, ctx: &Ctx, rules: &kernel::RuleBook) -> Result<usize, JobError> {
    let Some(before) = rules.kept_since_moment(RULE, ctx.now()) else { return Ok(0) };
    let old: Vec<MessageId> = store::ended_with_words(&db.read(ctx), before, PER_RUN).await?;
    let mut erased = 0;
    for some in old.chunks(AT_ONCE) {
        let tx = db.begin_write(ctx).await?;
        for id in some {
            erased += usize::from(store::erase_content(&tx, *id).await?);
        }
        tx.commit().await?;
    }
    let waiting = store::incoming::waiting_since(&db.read(ctx), before, PER_RUN).await?;
    for some in waiting.chunks(AT_ONCE) {
        let tx = db.begin_write(ctx).await?;
        for id in some {
            erased += usize::from(store::incoming::give_up(&tx, *id, NOT_PLACED).await?);
        }
        tx.commit().await?;
    }
    Ok(erased)
}
