//! The numbers that a manager puts on the front page: as they were on the day of their release, with their period, and each
//! only where enough stand behind it. Pure.

use chrono::{DateTime, Utc};
use kernel::{PersonId, Refusal};
use serde::{Deserialize, Serialize};

use crate::figures::Period;

kernel::id!(
    /// A release of numbers.
    ReleaseId
);

/// Fewer than so many behind a number, and it stays off the front page.
pub const RELEASED_MIN: u64 = 20;

/// What is told on the front page, in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FrontNumber {
    /// Of the answers whose day has come, those that came in time, in per cent.
    WithinGoal,
    /// Working days until the answer, for the one in the middle.
    AnswerMedian,
    /// How easy it was, from 1 to 5.
    Satisfaction,
}

impl FrontNumber {
    /// The word in journal, database and messages.
    pub const fn code(self) -> &'static str {
        match self {
            Self::WithinGoal => "within-goal",
            Self::AnswerMedian => "answer-median",
            Self::Satisfaction => "satisfaction",
        }
    }
}

/// One number of a release.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReleasedNumber {
    /// What it is.
    pub number: FrontNumber,
    /// In thousandths, so that what was shown is kept to the digit.
    pub thousandths: i64,
    /// How many stand behind it.
    pub n: u64,
}

impl ReleasedNumber {
    /// The number; `None` where too few stand behind it, or there is none.
    pub fn of(number: FrontNumber, value: Option<f64>, n: u64) -> Option<Self> {
        let value = value.filter(|value| value.is_finite() && n >= RELEASED_MIN)?;
        #[expect(clippy::cast_possible_truncation, reason = "shares, days and scores are small")]
        let thousandths = (value * 1_000.0).round() as i64;
        Some(Self { number, thousandths, n })
    }

    /// The number.
    #[expect(clippy::cast_precision_loss, reason = "shares, days and scores are small")]
    pub fn value(&self) -> f64 {
        self.thousandths as f64 / 1_000.0
    }
}

/// Numbers on the front page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Release {
    /// Its id.
    pub id: ReleaseId,
    /// Of when the numbers are.
    pub period: Period,
    /// The numbers.
    pub numbers: Vec<ReleasedNumber>,
    /// Since when they are shown.
    pub released_at: DateTime<Utc>,
    /// By whom.
    pub released_by: PersonId,
    /// Until when they were, where another release took their place or they were withdrawn.
    pub ended_at: Option<DateTime<Utc>>,
}

/// What somebody looked at before releasing it: the same numbers, in one line.
pub fn fingerprint(numbers: &[ReleasedNumber]) -> String {
    let one =
        |number: &ReleasedNumber| format!("{}:{}:{}", number.number.code(), number.thousandths, number.n);
    numbers.iter().map(one).collect::<Vec<_>>().join(" ")
}

/// Why numbers are not released. `Display` is the message key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ReleaseRefusal {
    /// Too few stand behind every one of them.
    #[error("enquiries-release-few")]
    Few,
    /// They are no longer those that were looked at.
    #[error("enquiries-release-changed")]
    Changed,
}
impl Refusal for ReleaseRefusal {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_with_nineteen_behind_it_stays_off_the_front_page() {
        assert_eq!(ReleasedNumber::of(FrontNumber::WithinGoal, Some(90.0), 19), None);
        assert_eq!(ReleasedNumber::of(FrontNumber::WithinGoal, None, 200), None);
        let number = ReleasedNumber::of(FrontNumber::Satisfaction, Some(4.123_4), 20).unwrap();
        assert_eq!((number.thousandths, number.value()), (4_123, 4.123));
    }
}
