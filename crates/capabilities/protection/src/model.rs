//! When the night's run begins, why someone may look at what is held on a person, and what a report says. Pure.

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use kernel::Code;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Why someone looks at what is held on a person; the words are `protection-reason-CODE`.
pub const REASONS: [&str; 5] = ["access", "erasure", "rectification", "complaint", "supervision"];
/// The night's run begins at this hour of the town's clock, or as soon after as the program is there.
const BEGINS_AT: NaiveTime = NaiveTime::from_hms_opt(2, 30, 0).expect("a time of day");
/// A part that cannot be asked is asked again so often in one night.
pub const ATTEMPTS_MAX: i32 = 6;
/// A dry run looks so far ahead.
pub const SOON_DAYS: i64 = 30;

/// Reads why; nothing where nothing of the list was chosen.
pub fn reason(typed: &str) -> Option<Code> {
    typed.parse::<Code>().ok().filter(|code| REASONS.contains(&code.as_str()))
}

/// Whether the run of this day is to have begun.
pub fn has_begun(clock: NaiveTime) -> bool {
    clock >= BEGINS_AT
}

/// One kind of what goes by itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportRow {
    /// The message key of what it is.
    pub kind: String,
    /// The key of the rule.
    pub rule: String,
    /// How much went.
    pub erased: u64,
    /// How much stays all the same.
    pub stays: u64,
    /// The message key of why it stays.
    pub because: Option<String>,
}

/// A night's run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// Its id.
    pub id: Uuid,
    /// The day, by the town's clock.
    pub day: NaiveDate,
    /// When it began.
    pub started_at: DateTime<Utc>,
    /// When it ended; `None` while it runs, or was stopped and goes on.
    pub ended_at: Option<DateTime<Utc>>,
    /// How often it was begun.
    pub attempts: i32,
    /// Parts that could not be asked the last time.
    pub failures: i32,
    /// What went and what stays.
    pub rows: Vec<ReportRow>,
}

impl Run {
    /// What went, all kinds together.
    pub fn erased(&self) -> u64 {
        self.rows.iter().map(|row| row.erased).sum()
    }

    /// What stays all the same.
    pub fn stays(&self) -> u64 {
        self.rows.iter().map(|row| row.stays).sum()
    }

    /// Adds what a run erased to what it had erased before it was stopped; what stays is what stays now.
    pub fn add(&mut self, new: Vec<ReportRow>) {
        let before = std::mem::take(&mut self.rows);
        self.rows = new;
        for row in before {
            match self.rows.iter_mut().find(|one| one.kind == row.kind) {
                Some(one) => one.erased += row.erased,
                None => self.rows.push(row),
            }
        }
    }
}

/// What goes now, and what goes within [`SOON_DAYS`] besides.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DryRow {
    /// The message key of what it is.
    pub kind: &'static str,
    /// The key of the rule.
    pub rule: &'static str,
    /// The law or the decision behind it.
    pub legal_source: String,
    /// How many would go now.
    pub now: u64,
    /// How many more would go within [`SOON_DAYS`].
    pub soon: u64,
    /// How many stay though their time is over.
    pub stays: u64,
    /// The message key of why.
    pub because: Option<&'static str>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_that_was_stopped_counts_what_it_had_erased_and_what_stays_now() {
        let row =
            |erased, stays| ReportRow { kind: "k".into(), rule: "r".into(), erased, stays, because: None };
        let mut run = Run {
            id: Uuid::nil(),
            day: NaiveDate::default(),
            started_at: DateTime::default(),
            ended_at: None,
            attempts: 2,
            failures: 0,
            rows: vec![row(5, 3)],
        };
        run.add(vec![row(2, 1)]);
        assert_eq!((run.erased(), run.stays()), (7, 1));
    }

    #[test]
    fn the_night_begins_at_half_past_two_and_a_reason_is_one_of_the_list() {
        let at = |hour, minute| NaiveTime::from_hms_opt(hour, minute, 0).unwrap();
        assert!(!has_begun(at(2, 29)) && has_begun(at(2, 30)) && has_begun(at(9, 0)));
        assert!(REASONS.iter().all(|code| reason(code).is_some()));
        assert!(reason("").is_none() && reason("curious").is_none());
    }
}
