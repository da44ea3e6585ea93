//! What is done about a cause of avoidable enquiries: someone's name and a date. Pure.

use chrono::{DateTime, NaiveDate, Utc};
use kernel::{PersonId, Refusal};

use super::Avoidable;

kernel::id!(
    /// A plan against a cause.
    CausePlanId
);

/// The longest plan, in characters.
pub const PLAN_CHARS_MAX: usize = 500;

/// Someone does something about a cause until a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CausePlan {
    /// Its id.
    pub id: CausePlanId,
    /// What it is about.
    pub cause: Avoidable,
    /// Who sees to it.
    pub owner: PersonId,
    /// Until when.
    pub due_on: NaiveDate,
    /// What is done.
    pub what: String,
    /// Since when.
    pub planned_at: DateTime<Utc>,
    /// When it was done, or another plan took its place.
    pub ended_at: Option<DateTime<Utc>>,
}

/// Why a plan is not taken. `Display` is the message key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CauseRefusal {
    /// There is no such cause.
    #[error("enquiries-cause-unknown")]
    Cause,
    /// Nobody, or someone who has left.
    #[error("enquiries-cause-owner-missing")]
    Owner,
    /// No day, or one that has passed.
    #[error("enquiries-cause-due-missing")]
    Due,
    /// Nothing is said, or too much.
    #[error("enquiries-cause-what-missing")]
    What,
}
impl Refusal for CauseRefusal {}

/// A plan about to be made.
#[derive(Debug, Clone)]
pub struct NewCausePlan {
    /// What it is about.
    pub cause: Avoidable,
    /// Who sees to it.
    pub owner: PersonId,
    /// Until when.
    pub due_on: NaiveDate,
    /// What is done.
    pub what: String,
}

impl NewCausePlan {
    /// Whether it can be made today.
    pub fn check(&self, today: NaiveDate) -> Result<(), CauseRefusal> {
        if self.cause == Avoidable::No {
            return Err(CauseRefusal::Cause);
        }
        if self.due_on < today {
            return Err(CauseRefusal::Due);
        }
        let said = self.what.trim().chars().count();
        if said == 0 || said > PLAN_CHARS_MAX { Err(CauseRefusal::What) } else { Ok(()) }
    }
}
