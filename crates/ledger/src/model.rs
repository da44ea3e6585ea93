//! What an owed answer is and how it may change. Pure: no IO and no clock; `now` is an argument.
//!
//! A change is decided first, as the facts that the journal will hold, and the promise is what those facts make of it:
//! a replay goes the same way (see [`Promise::apply`]), so row and journal cannot drift apart by a second rule.

mod decision;
#[cfg(test)]
mod tests;

use std::borrow::Cow;

use chrono::{DateTime, NaiveDate, SubsecRound, Utc};
use kernel::{Calendar, Code, PartyId, PromiseId, TeamId, Visibility};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::LedgerFact;

pub use decision::{Decision, DecisionRefusal, Favour, NewDecision};

/// Who owes, or to whom it is owed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Holder {
    /// A team of the municipality.
    Team(TeamId),
    /// An outside party: a company or a contact.
    Party(PartyId),
}

impl Holder {
    /// The team, where it is one.
    pub const fn team(self) -> Option<TeamId> {
        match self {
            Self::Team(id) => Some(id),
            Self::Party(_) => None,
        }
    }
    /// The outside party, where it is one.
    pub const fn party(self) -> Option<PartyId> {
        match self {
            Self::Party(id) => Some(id),
            Self::Team(_) => None,
        }
    }
}

impl From<TeamId> for Holder {
    fn from(id: TeamId) -> Self {
        Self::Team(id)
    }
}
impl From<PartyId> for Holder {
    fn from(id: PartyId) -> Self {
        Self::Party(id)
    }
}

/// What is owed. Capabilities may add their own: `PromiseKind::from(code)`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "Code", into = "String")]
pub struct PromiseKind(Cow<'static, str>);

impl PromiseKind {
    /// The first reply by a human being; an automatic receipt is none. Never pausable.
    pub const FIRST_REPLY: Self = Self(Cow::Borrowed("first_reply"));
    /// The answer.
    pub const ANSWER: Self = Self(Cow::Borrowed("answer"));
    /// What one team owes another before the answer can be given.
    pub const PART_ANSWER: Self = Self(Cow::Borrowed("part_answer"));
    /// A call to someone who was not content.
    pub const CALL_BACK: Self = Self(Cow::Borrowed("call_back"));

    /// As stored.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<Code> for PromiseKind {
    fn from(code: Code) -> Self {
        Self(Cow::Owned(code.into()))
    }
}
impl From<PromiseKind> for String {
    fn from(kind: PromiseKind) -> Self {
        kind.0.into_owned()
    }
}
impl std::fmt::Display for PromiseKind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// An answer about to be owed.
#[derive(Debug, Clone)]
pub struct NewPromise {
    /// What is owed.
    pub kind: PromiseKind,
    /// Who owes it.
    pub debtor: Holder,
    /// To whom.
    pub creditor: Holder,
    /// What it is about: the enquiry. Its journal lines carry this subject.
    pub subject: Uuid,
    /// The outside party it concerns; taken from creditor or debtor when left out.
    pub party: Option<PartyId>,
    /// The guide's topic.
    pub topic: Option<Code>,
    /// When what is to be answered came in.
    pub received_at: DateTime<Utc>,
    /// Day 0: the working day of receipt ([`Calendar::day_zero`]). Figures go by it.
    pub cohort: NaiveDate,
    /// Due at the end of this day, 24.00 in Copenhagen.
    pub due_on: NaiveDate,
    /// Whether it may be paused. A first reply never is, whatever stands here.
    pub pausable: bool,
    /// The promise whose thread this takes up again, when something closed is reopened.
    pub follows: Option<PromiseId>,
    /// Who may see its journal lines.
    pub visibility: Visibility,
}

/// An owed answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Promise {
    /// Its id.
    pub id: PromiseId,
    /// What is owed.
    pub kind: PromiseKind,
    /// Who owes it.
    pub debtor: Holder,
    /// To whom.
    pub creditor: Holder,
    /// What it is about.
    pub subject: Uuid,
    /// The outside party it concerns.
    pub party: Option<PartyId>,
    /// The guide's topic.
    pub topic: Option<Code>,
    /// When what is to be answered came in.
    pub received_at: DateTime<Utc>,
    /// Day 0.
    pub cohort: NaiveDate,
    /// Due at the end of this day, 24.00 in Copenhagen. Only a pause moves it.
    pub due_on: NaiveDate,
    /// Whether it may be paused.
    pub pausable: bool,
    /// Since when the clock stands still; `None` when it runs or the promise has ended.
    pub paused_since: Option<DateTime<Utc>>,
    /// Why it stands still.
    pub pause_reason: Option<Code>,
    /// Working days of all pauses that are over.
    pub paused_working_days: i64,
    /// How it stands.
    pub state: PromiseState,
    /// The promise whose thread this takes up again.
    pub follows: Option<PromiseId>,
    /// Who may see its journal lines.
    pub visibility: Visibility,
    /// How many journal lines it has.
    pub sequence: i64,
}

/// How a promise stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PromiseState {
    /// Owed.
    Open,
    /// Answered before the end of its day.
    Kept {
        /// When.
        at: DateTime<Utc>,
    },
    /// Answered after the end of its day.
    KeptLate {
        /// When.
        at: DateTime<Utc>,
    },
    /// Ended by the debtor without an answer.
    Broken {
        /// When.
        at: DateTime<Utc>,
        /// Why.
        reason: Code,
    },
    /// No longer wanted, or never meant.
    Withdrawn {
        /// When.
        at: DateTime<Utc>,
        /// Why.
        reason: Code,
    },
}

impl PromiseState {
    /// When it ended; `None` while it is open.
    pub const fn ended_at(&self) -> Option<DateTime<Utc>> {
        match self {
            Self::Open => None,
            Self::Kept { at }
            | Self::KeptLate { at }
            | Self::Broken { at, .. }
            | Self::Withdrawn { at, .. } => Some(*at),
        }
    }
    /// Why it ended without an answer.
    pub const fn reason(&self) -> Option<&Code> {
        match self {
            Self::Broken { reason, .. } | Self::Withdrawn { reason, .. } => Some(reason),
            Self::Open | Self::Kept { .. } | Self::KeptLate { .. } => None,
        }
    }
    /// The stored word.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Kept { .. } => "kept",
            Self::KeptLate { .. } => "kept_late",
            Self::Broken { .. } => "broken",
            Self::Withdrawn { .. } => "withdrawn",
        }
    }
}

/// What a page shows of a promise, as of a moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// Working days left, today not counted.
    Due {
        /// At least 1, unless the due day itself is closed.
        working_days_left: i64,
    },
    /// Due before the day is over.
    DueToday,
    /// Past due, and still owed.
    Late {
        /// Working days since the due day; 0 on the weekend after it.
        working_days: i64,
    },
    /// The clock stands still.
    Paused {
        /// Why, for the creditor to read.
        reason: Code,
        /// Since when.
        since: DateTime<Utc>,
    },
    /// Answered in time.
    Kept,
    /// Answered late.
    KeptLate,
    /// Ended without an answer.
    Broken,
    /// No longer wanted.
    Withdrawn,
}

/// Why a promise cannot change so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PromiseRefusal {
    /// It has ended; a new one is opened instead.
    #[error("promise-ended")]
    Ended,
    /// A first reply, or another promise that was opened as not pausable.
    #[error("promise-not-pausable")]
    NotPausable,
    /// Its clock already stands still.
    #[error("promise-paused-already")]
    PausedAlready,
    /// Its clock runs.
    #[error("promise-not-paused")]
    NotPaused,
    /// Nobody has answered it.
    #[error("promise-not-kept")]
    NotKept,
}
impl kernel::Refusal for PromiseRefusal {}

/// What a transition makes of a promise, and the facts that say so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The promise afterwards.
    pub promise: Promise,
    /// What the journal is told, in order. Empty when nothing changed.
    pub facts: Vec<LedgerFact>,
}

impl Promise {
    /// The first line of a new promise, and the promise.
    pub fn open(id: PromiseId, new: NewPromise) -> Change {
        let party = new.party.or(new.creditor.party()).or(new.debtor.party());
        let fact = LedgerFact::PromiseOpened {
            promise: id,
            sequence: 1,
            pausable: new.pausable && new.kind != PromiseKind::FIRST_REPLY,
            kind: new.kind,
            debtor: new.debtor,
            creditor: new.creditor,
            topic: new.topic,
            // The databases keep microseconds.
            received_at: new.received_at.trunc_subsecs(6),
            cohort: new.cohort,
            due_on: new.due_on,
            follows: new.follows,
        };
        let promise = Self::opened(&fact, new.subject, party, new.visibility);
        // `fact` is an opening, so there is a promise.
        let promise = promise.unwrap_or_else(|| unreachable!("an opening opens"));
        Change { promise, facts: vec![fact] }
    }

    /// The promise that an opening line opens; `None` for any other line. Subject, party and visibility are the line's.
    pub fn opened(
        fact: &LedgerFact,
        subject: Uuid,
        party: Option<PartyId>,
        visibility: Visibility,
    ) -> Option<Self> {
        let LedgerFact::PromiseOpened {
            promise,
            sequence,
            kind,
            debtor,
            creditor,
            topic,
            received_at,
            cohort,
            due_on,
            pausable,
            follows,
        } = fact
        else {
            return None;
        };
        Some(Self {
            id: *promise,
            kind: kind.clone(),
            debtor: *debtor,
            creditor: *creditor,
            subject,
            party,
            topic: topic.clone(),
            received_at: *received_at,
            cohort: *cohort,
            due_on: *due_on,
            pausable: *pausable,
            paused_since: None,
            pause_reason: None,
            paused_working_days: 0,
            state: PromiseState::Open,
            follows: *follows,
            visibility,
            sequence: *sequence,
        })
    }

    /// What a later line makes of the promise. Decides nothing: the line has been written.
    #[must_use]
    pub fn apply(mut self, at: DateTime<Utc>, fact: &LedgerFact) -> Self {
        match fact {
            LedgerFact::PromisePaused { reason, .. } => {
                self.paused_since = Some(at);
                self.pause_reason = Some(reason.clone());
            }
            LedgerFact::PromiseResumed { working_days, .. } => {
                self = self.running();
                self.paused_working_days += working_days;
            }
            LedgerFact::PromiseDueMoved { to, .. } => self.due_on = *to,
            LedgerFact::PromiseHandedOver { to, .. } => self.debtor = *to,
            LedgerFact::PromiseKept { late: false, .. } => self = self.ended(PromiseState::Kept { at }),
            LedgerFact::PromiseKept { late: true, .. } => self = self.ended(PromiseState::KeptLate { at }),
            LedgerFact::PromiseOwedAgain { .. } => self.state = PromiseState::Open,
            LedgerFact::PromiseBroken { reason, .. } => {
                self = self.ended(PromiseState::Broken { at, reason: reason.clone() });
            }
            LedgerFact::PromiseWithdrawn { reason, .. } => {
                self = self.ended(PromiseState::Withdrawn { at, reason: reason.clone() });
            }
            LedgerFact::PromiseOpened { .. }
            | LedgerFact::Decided { .. }
            | LedgerFact::ReasonsErased { .. } => {
                return self;
            }
        }
        if let Some((_, sequence)) = fact.promise() {
            self.sequence = sequence;
        }
        self
    }

    fn running(self) -> Self {
        Self { paused_since: None, pause_reason: None, ..self }
    }
    fn ended(self, state: PromiseState) -> Self {
        Self { state, ..self.running() }
    }

    fn change(self, now: DateTime<Utc>, facts: Vec<LedgerFact>) -> Change {
        let promise = facts.iter().fold(self, |promise, fact| promise.apply(now, fact));
        Change { promise, facts }
    }

    fn require_open(&self) -> Result<(), PromiseRefusal> {
        if self.state == PromiseState::Open { Ok(()) } else { Err(PromiseRefusal::Ended) }
    }

    /// Stops the clock, for a reason that the creditor can read.
    pub fn pause(self, now: DateTime<Utc>, reason: Code) -> Result<Change, PromiseRefusal> {
        self.require_open()?;
        if !self.pausable {
            return Err(PromiseRefusal::NotPausable);
        }
        if self.paused_since.is_some() {
            return Err(PromiseRefusal::PausedAlready);
        }
        let fact = LedgerFact::PromisePaused { promise: self.id, sequence: self.sequence + 1, reason };
        Ok(self.change(now, vec![fact]))
    }

    /// Starts the clock again and moves the date by the working days that lie after the day of the pause and not after
    /// today: what was left when it stopped is left now, and what was late is as late.
    pub fn resume(self, now: DateTime<Utc>, calendar: &Calendar) -> Result<Change, PromiseRefusal> {
        self.require_open()?;
        let since = self.paused_since.ok_or(PromiseRefusal::NotPaused)?;
        let working_days = working_days_of_pause(since, now, calendar);
        let (promise, sequence) = (self.id, self.sequence + 1);
        let mut facts = vec![LedgerFact::PromiseResumed { promise, sequence, working_days }];
        let to = later_by(self.due_on, working_days, calendar);
        if to != self.due_on {
            let from = self.due_on;
            facts.push(LedgerFact::PromiseDueMoved { promise, sequence: sequence + 1, from, to });
        }
        Ok(self.change(now, facts))
    }

    /// Answers. In time until the end of the due day; a promise whose clock stands still is judged as of when it stopped.
    pub fn keep(self, now: DateTime<Utc>) -> Result<Change, PromiseRefusal> {
        self.require_open()?;
        let late = self.paused_since.unwrap_or(now) >= self.due_at();
        let fact = LedgerFact::PromiseKept { promise: self.id, sequence: self.sequence + 1, late };
        Ok(self.change(now, vec![fact]))
    }

    /// The answer did not arrive: it is owed again. Neither its date nor what its pauses came to moves.
    pub fn owe_again(self, now: DateTime<Utc>, reason: Code) -> Result<Change, PromiseRefusal> {
        if !matches!(self.state, PromiseState::Kept { .. } | PromiseState::KeptLate { .. }) {
            return Err(PromiseRefusal::NotKept);
        }
        let fact = LedgerFact::PromiseOwedAgain { promise: self.id, sequence: self.sequence + 1, reason };
        Ok(self.change(now, vec![fact]))
    }

    /// Ends it without an answer.
    pub fn break_off(self, now: DateTime<Utc>, reason: Code) -> Result<Change, PromiseRefusal> {
        self.require_open()?;
        let fact = LedgerFact::PromiseBroken { promise: self.id, sequence: self.sequence + 1, reason };
        Ok(self.change(now, vec![fact]))
    }

    /// Ends it because the creditor no longer wants it, or because it was never meant (spam, a duplicate).
    pub fn withdraw(self, now: DateTime<Utc>, reason: Code) -> Result<Change, PromiseRefusal> {
        self.require_open()?;
        let fact = LedgerFact::PromiseWithdrawn { promise: self.id, sequence: self.sequence + 1, reason };
        Ok(self.change(now, vec![fact]))
    }

    /// Makes someone else owe it. Never moves the date, never stops the clock; to the same debtor it changes nothing.
    pub fn hand_over(self, now: DateTime<Utc>, debtor: Holder) -> Result<Change, PromiseRefusal> {
        self.require_open()?;
        if self.debtor == debtor {
            return Ok(Change { promise: self, facts: Vec::new() });
        }
        let (promise, sequence, from) = (self.id, self.sequence + 1, self.debtor);
        let fact = LedgerFact::PromiseHandedOver { promise, sequence, from, to: debtor };
        Ok(self.change(now, vec![fact]))
    }

    /// The moment from which it is late: the end of the due day.
    pub fn due_at(&self) -> DateTime<Utc> {
        // The end of a day hangs on the time zone alone, not on any municipality's closed days.
        Calendar::default().end_of_day(self.due_on)
    }

    /// The team whose business it is: the debtor, else the creditor.
    pub fn team(&self) -> Option<TeamId> {
        self.debtor.team().or(self.creditor.team())
    }

    /// How it stands at `now`.
    pub fn standing(&self, now: DateTime<Utc>, calendar: &Calendar) -> Standing {
        match &self.state {
            PromiseState::Kept { .. } => return Standing::Kept,
            PromiseState::KeptLate { .. } => return Standing::KeptLate,
            PromiseState::Broken { .. } => return Standing::Broken,
            PromiseState::Withdrawn { .. } => return Standing::Withdrawn,
            PromiseState::Open => {}
        }
        if let (Some(since), Some(reason)) = (self.paused_since, &self.pause_reason) {
            return Standing::Paused { reason: reason.clone(), since };
        }
        let today = calendar.local_date(now);
        match today.cmp(&self.due_on) {
            std::cmp::Ordering::Less => {
                Standing::Due { working_days_left: calendar.working_days_between(today, self.due_on) }
            }
            std::cmp::Ordering::Equal => Standing::DueToday,
            std::cmp::Ordering::Greater => {
                Standing::Late { working_days: calendar.working_days_between(self.due_on, today) }
            }
        }
    }
}

/// Working days of a pause: those after the day on which it began and not after the day on which it ended; never
/// negative, whatever two nodes' clocks say.
pub(crate) fn working_days_of_pause(since: DateTime<Utc>, until: DateTime<Utc>, calendar: &Calendar) -> i64 {
    calendar.working_days_between(calendar.local_date(since), calendar.local_date(until)).max(0)
}

pub(crate) fn later_by(day: NaiveDate, working_days: i64, calendar: &Calendar) -> NaiveDate {
    calendar.add_working_days(day, u16::try_from(working_days.max(0)).unwrap_or(u16::MAX))
}
