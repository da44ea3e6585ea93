//! When a topic's words were looked through last, and whether it is time again. Pure.

use chrono::{DateTime, NaiveDate, Utc};
use kernel::{Code, PersonId, RuleBook};

kernel::id!(
    /// One time that a topic was looked through.
    ReviewId
);

/// The rule that says how long a topic stands before its team is asked whether it is still right.
pub const REVIEW_RULE: &str = "enquiry.topic_review";
/// The rule that says after how long staff are told that nobody has said so.
pub const UNREVIEWED_RULE: &str = "enquiry.topic_unreviewed";

/// A day from which is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reviewed {
    /// The day.
    pub on: NaiveDate,
    /// Whether someone found the topic right on it; else counting began.
    pub is_confirmed: bool,
}

/// The same with who it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Review {
    /// Its id.
    pub id: ReviewId,
    /// The topic.
    pub topic: Code,
    /// When, and whether it was found right.
    pub reviewed: Reviewed,
    /// To the moment.
    pub at: DateTime<Utc>,
    /// By whom; nobody where counting began.
    pub by: Option<PersonId>,
}

/// How a topic stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Looked through in time, or counting has just begun.
    Good,
    /// It is time again.
    Due,
    /// Nobody has looked for far too long. The topic is shown all the same.
    Unreviewed,
}

impl Reviewed {
    /// How it stands on a day.
    pub fn standing(self, rules: &RuleBook, today: NaiveDate) -> Standing {
        let is_before = |key| rules.kept_since(key, today).is_some_and(|since| self.on < since);
        if is_before(UNREVIEWED_RULE) {
            Standing::Unreviewed
        } else if is_before(REVIEW_RULE) {
            Standing::Due
        } else {
            Standing::Good
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_topic_is_due_after_half_a_year_and_unreviewed_after_a_whole_one() {
        let reviewed = Reviewed { on: "2026-01-15".parse().unwrap(), is_confirmed: true };
        for (today, standing) in [
            ("2026-01-15", Standing::Good),
            ("2026-07-15", Standing::Good),
            ("2026-07-16", Standing::Due),
            ("2027-01-15", Standing::Due),
            ("2027-01-16", Standing::Unreviewed),
        ] {
            assert_eq!(reviewed.standing(RuleBook::denmark(), today.parse().unwrap()), standing, "{today}");
        }
    }
}
