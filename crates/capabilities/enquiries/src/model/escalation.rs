//! When a case that nobody looks after is brought to someone. Pure.
//!
//! Days are working days after the working day of receipt, as promises count them. A case that is taken up again counts from
//! then.

use chrono::{DateTime, NaiveDate, Utc};
use kernel::Calendar;
use ledger::{Promise, PromiseKind, PromiseState};

use super::{Case, CaseState};

/// An unassigned case goes to the team's leader after so many working days.
pub const UNASSIGNED_WORKING_DAYS: i64 = 1;
/// Without a human reply it goes to the leader and the business consultant on this working day.
pub const NO_REPLY_WORKING_DAYS: i64 = 3;
/// A person decides how it goes on by this working day.
pub const DECIDE_WORKING_DAYS: i64 = 15;

/// A new date is at most so many days ahead: later is no date, but a wish.
pub const NEW_DATE_DAYS_MAX: i64 = 180;

/// How a case that has been open for long goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WayOn {
    /// The company is told a new date, and why.
    NewDate,
    /// It is answered now.
    Answer,
    /// The leader decides.
    HandUp,
}

impl WayOn {
    /// Every way.
    pub const ALL: [Self; 3] = [Self::NewDate, Self::Answer, Self::HandUp];

    /// The code in journal and form.
    pub const fn code(self) -> &'static str {
        match self {
            Self::NewDate => "new-date",
            Self::Answer => "answer",
            Self::HandUp => "hand-up",
        }
    }

    /// Reads a code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|way| way.code() == code)
    }
}

/// A new date that the company was told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NewDate {
    /// When it was told.
    pub at: DateTime<Utc>,
    /// The last day.
    pub until: NaiveDate,
}

/// Why a case is brought to someone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Escalation {
    /// Nobody has taken it.
    Unassigned,
    /// Nobody has replied.
    NoReply,
    /// It has been open for long: a person decides how it goes on.
    Decide,
}

impl Escalation {
    /// The code in the journal, and the end of the message keys.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Unassigned => "unassigned",
            Self::NoReply => "no-reply",
            Self::Decide => "decide",
        }
    }

    /// Whether the business consultant is told beside the leader.
    pub const fn concerns_consultant(self) -> bool {
        !matches!(self, Self::Unassigned)
    }
}

/// The steps that a case has reached, each with the moment from which it is counted: once per moment it is taken. Where the
/// company was told a new date, someone decides again when that has passed.
pub fn escalations(
    case: &Case,
    promises: &[Promise],
    told: Option<NewDate>,
    now: DateTime<Utc>,
    calendar: &Calendar,
) -> Vec<(Escalation, DateTime<Utc>)> {
    if !case.state.is_open() {
        return Vec::new();
    }
    let today = calendar.local_date(now);
    let age = |since| calendar.working_days_between(calendar.day_zero(since), today);
    let owed = |kind: PromiseKind| {
        let open = promises.iter().filter(|one| one.kind == kind && one.state == PromiseState::Open);
        open.map(|one| one.received_at).max()
    };
    let (reply, answer) = (owed(PromiseKind::FIRST_REPLY), owed(PromiseKind::ANSWER));
    let is_ours = case.state == CaseState::Open;
    let steps = [
        (Escalation::Unassigned, reply.max(answer), UNASSIGNED_WORKING_DAYS + 1, case.assignee.is_none()),
        (Escalation::NoReply, reply, NO_REPLY_WORKING_DAYS, true),
        (Escalation::Decide, answer, DECIDE_WORKING_DAYS, is_ours),
    ];
    let told = told.filter(|told| answer.is_some_and(|since| told.at >= since));
    let reached = steps.into_iter().filter_map(|(step, since, days, holds)| {
        if let Some(told) = told.filter(|_| step == Escalation::Decide) {
            // What was taken in the moment of the telling led to it.
            let since = told.at + chrono::Duration::microseconds(1);
            return (holds && today > told.until).then_some((step, since));
        }
        since.filter(|since| holds && age(*since) >= days).map(|since| (step, since))
    });
    reached.collect()
}
