//! How long enquiries keep the words of those who wrote them: until the municipality's own deadline after the end. The rule
//! is dated (`enquiry.retention`, `enquiry.unconfirmed`); what must be archived has gone to the records system before.
//!
//! Each case is a transaction of its own, so a run that is stopped goes on where it was, and a second one finds nothing.

use chrono::{DateTime, Utc};
use kernel::{Code, Ctx, Failure};
use ports::Outlived;
use storage::{JobError, StoreError};
use web::App;

use crate::{
    commands::{ErasedCounts, erase_case},
    model::{Case, CaseState},
    store,
};

/// The rule that says how many months after its end a case keeps its words.
pub const ENDED_RULE: &str = "enquiry.retention";
/// The rule that says for how many days we wait for a confirmation.
pub const UNCONFIRMED_RULE: &str = "enquiry.unconfirmed";
/// The rule that says for how long a form that was sent is known again, when a browser that lost the answer sends it anew.
const FORM_RULE: &str = "enquiry.form";
/// So many are counted at most.
const COUNTED_MAX: u64 = 1_000_000;
/// Cases looked for at once.
const AT_ONCE: u64 = 100;

/// Since when a case must have ended, and since when it must have been unconfirmed, to be forgotten now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Deadline {
    ended_before: Option<DateTime<Utc>>,
    unconfirmed_before: Option<DateTime<Utc>>,
}

impl Deadline {
    /// As the rules of today say.
    pub fn at(app: &App, now: DateTime<Utc>) -> Self {
        Self {
            ended_before: app.rules().kept_since_moment(ENDED_RULE, now),
            unconfirmed_before: app.rules().kept_since_moment(UNCONFIRMED_RULE, now),
        }
    }

    /// Whether a case has been kept long enough.
    pub fn has_passed_for(&self, case: &Case) -> bool {
        let is_before = |at, before: Option<DateTime<Utc>>| before.is_some_and(|before| at < before);
        case.closed_at.is_some_and(|at| is_before(at, self.ended_before))
            || (case.state == CaseState::Unconfirmed && is_before(case.received_at, self.unconfirmed_before))
    }
}

/// Erases every case that has been kept long enough, one after the other. Returns what was taken out.
pub async fn forget(app: &App, ctx: &Ctx) -> Result<ErasedCounts, JobError> {
    let deadline = Deadline::at(app, ctx.now());
    let why: Code = "retention".parse().map_err(|_| JobError::fail("code"))?;
    let tx = app.db.begin_write(ctx).await?;
    if let Some(before) = app.rules().kept_since_moment(FORM_RULE, ctx.now()) {
        storage::forget_once_before(&tx, before).await?;
    }
    storage::forget_kept_pages(&tx).await?;
    tx.commit().await?;
    let mut all = ErasedCounts::default();
    loop {
        let read = app.db.read(ctx);
        let due = store::cases_to_forget(&read, deadline.ended_before, deadline.unconfirmed_before, AT_ONCE)
            .await?;
        let before = all.cases;
        for id in &due {
            match erase_case(app, ctx, *id, &why, |case| deadline.has_passed_for(case)).await {
                Ok(counts) => all += counts,
                Err(Failure::NotFound) => {}
                Err(error) => {
                    tracing::warn!(%error, case = %id, "a case could not be forgotten");
                    return Err(JobError::retry("forget"));
                }
            }
        }
        if all.cases > 0 {
            tracing::info!(cases = all.cases, texts = all.texts, files = all.files, "cases were forgotten");
        }
        // Nothing came of the last look: they were taken up again in between.
        if (due.len() as u64) < AT_ONCE || all.cases == before {
            return Ok(all);
        }
    }
}

/// What they are called at `/privatliv` and in a report.
pub(crate) const CASES: &str = "enquiries-personal-contact";
pub(crate) const UNCONFIRMED: &str = "enquiries-personal-unconfirmed";

/// What will have been kept long enough at a moment: with those that stay since they are to be filed and are not.
pub(crate) async fn outlived(app: &App, ctx: &Ctx, at: DateTime<Utc>) -> Result<Vec<Outlived>, StoreError> {
    let deadline = Deadline::at(app, at);
    let read = app.db.read(ctx);
    let ended = store::cases_to_forget(&read, deadline.ended_before, None, COUNTED_MAX).await?.len();
    let unconfirmed =
        store::cases_to_forget(&read, None, deadline.unconfirmed_before, COUNTED_MAX).await?.len();
    let stays = match deadline.ended_before {
        Some(before) => store::count_to_file_since(&read, before).await?,
        None => 0,
    };
    Ok(vec![
        Outlived {
            stays,
            because: (stays > 0).then_some("enquiries-filing-past"),
            ..Outlived::of(CASES, ENDED_RULE, ended)
        },
        Outlived::of(UNCONFIRMED, UNCONFIRMED_RULE, unconfirmed),
    ])
}
