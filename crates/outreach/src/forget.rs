//! Forgetting: a mail that has gone out, or that was given up, is not kept for ever, nor is one that came in and that nobody
//! has put where it belongs. That it was there, when and why stays; whose it was and what it said goes.

use chrono::{DateTime, Utc};
use kernel::{Ctx, MessageId};
use ports::Outlived;
use storage::{Db, StoreError};

use crate::store;

/// The rule that says for how long.
pub const RULE: &str = "message.retention";
/// Messages forgotten per transaction, so that it lives briefly, and per run.
const AT_ONCE: usize = 50;
const PER_RUN: u64 = 1_000;

/// So many are counted at most.
const COUNTED_MAX: u64 = 1_000_000;

/// Why a mail that came in was dropped when nobody has said in all that time where it belongs.
const NOT_PLACED: &str = "not-placed";

/// Erases the words of what was sent, captured or given up longer ago than the rule says, and of what came in before that and
/// still waits. Returns of how many; begins again where it was stopped.
pub async fn forget(db: &Db, ctx: &Ctx, rules: &kernel::RuleBook) -> Result<usize, StoreError> {
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

/// What they are called in a report.
pub(crate) const WORDS_OF_MAILS: &str = "outreach-data-mails";

/// How many mails will have been kept long enough at a moment.
pub(crate) async fn outlived(
    db: &Db,
    ctx: &Ctx,
    rules: &kernel::RuleBook,
    at: DateTime<Utc>,
) -> Result<Vec<Outlived>, StoreError> {
    let Some(before) = rules.kept_since_moment(RULE, at) else { return Ok(Vec::new()) };
    let read = db.read(ctx);
    let sent = store::ended_with_words(&read, before, COUNTED_MAX).await?.len();
    let waiting = store::incoming::waiting_since(&read, before, COUNTED_MAX).await?.len();
    Ok(vec![Outlived::of(WORDS_OF_MAILS, RULE, sent + waiting)])
}
