//! How long enquiries keep the words of those who wrote them: until the municipality's own deadline after the end. The rule
//! is dated (`enquiry.retention`, `enquiry.unconfirmed`); what must be archived has gone to the records system before.
//!
//! Each case is a transaction of its own, so a run that is stopped goes on where it was, and a second one finds nothing.

use std::time::Duration;

use chrono::{DateTime, Utc};
use kernel::{Code, Ctx, Failure, RuleValue};
use serde::{Deserialize, Serialize};
use storage::{Job, JobError};
use web::App;

use crate::{
    commands::{ErasedCounts, erase_case},
    model::{Case, CaseState},
    store,
};

/// Erases what has been kept long enough.
#[derive(Debug, Serialize, Deserialize)]
pub struct ForgetCases {}

impl Job for ForgetCases {
    const KIND: &'static str = "enquiries.forget_cases";
}

/// How often it is looked.
pub(crate) const FORGET_EVERY: Duration = Duration::from_hours(6);
/// The rule that says how many months after its end a case keeps its words.
pub const ENDED_RULE: &str = "enquiry.retention";
/// The rule that says for how many days we wait for a confirmation.
pub const UNCONFIRMED_RULE: &str = "enquiry.unconfirmed";
/// The rule that says for how long a form that was sent is known again, when a browser that lost the answer sends it anew.
const FORM_RULE: &str = "enquiry.form";
/// Where the municipality's own rules lack them, or count them otherwise than in days or months.
const ENDED: RuleValue = RuleValue::Months(24);
const UNCONFIRMED: RuleValue = RuleValue::Days(30);
const FORM: RuleValue = RuleValue::Days(30);
/// Cases looked for at once.
const AT_ONCE: u64 = 100;

/// Since when a case must have ended, and since when it must have been unconfirmed, to be forgotten now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Deadline {
    ended_before: DateTime<Utc>,
    unconfirmed_before: DateTime<Utc>,
}

impl Deadline {
    /// As the rules of today say.
    pub fn at(app: &App, now: DateTime<Utc>) -> Self {
        Self {
            ended_before: before(app, now, ENDED_RULE, &ENDED),
            unconfirmed_before: before(app, now, UNCONFIRMED_RULE, &UNCONFIRMED),
        }
    }

    /// Whether a case has been kept long enough.
    pub fn has_passed_for(&self, case: &Case) -> bool {
        case.closed_at.is_some_and(|at| at < self.ended_before)
            || (case.state == CaseState::Unconfirmed && case.received_at < self.unconfirmed_before)
    }
}

/// As long before a moment as the rule of its day says.
fn before(app: &App, now: DateTime<Utc>, key: &str, otherwise: &RuleValue) -> DateTime<Utc> {
    let today = now.date_naive();
    let rule = app.rules().at(key, app.calendar.local_date(now));
    let day = rule.and_then(|rule| rule.value.before(today)).or_else(|| otherwise.before(today));
    day.map_or(now, |day| day.and_time(now.time()).and_utc())
}

/// Erases every case that has been kept long enough, one after the other. Returns what was taken out.
pub async fn forget(app: &App, ctx: &Ctx) -> Result<ErasedCounts, JobError> {
    let deadline = Deadline::at(app, ctx.now());
    let why: Code = "retention".parse().map_err(|_| JobError::fail("code"))?;
    let tx = app.db.begin_write(ctx).await?;
    storage::forget_once_before(&tx, before(app, ctx.now(), FORM_RULE, &FORM)).await?;
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
