//! What an owed answer is and how it may change. Pure: no IO and no clock; `now` is an argument.
//!
//! A change is decided first, as the facts that the journal will hold, and the promise is what those facts make of it:
//! a replay goes the same way (see [`Promise::apply`]), so row and journal cannot drift apart by a second rule.

mod decision;

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

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn calendar() -> Calendar {
        Calendar::default()
    }
    /// A local time, written `2026-11-23T09:00`.
    fn at(local: &str) -> DateTime<Utc> {
        calendar().instant(chrono::NaiveDateTime::parse_from_str(local, "%Y-%m-%dT%H:%M").unwrap())
    }
    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }
    fn code(text: &str) -> Code {
        text.parse().unwrap()
    }
    fn uuid(n: u128) -> Uuid {
        Uuid::from_u128(n)
    }

    fn answer_due(received: &str, due_on: &str) -> Promise {
        let received_at = at(received);
        let new = NewPromise {
            kind: PromiseKind::ANSWER,
            debtor: TeamId::from(uuid(1)).into(),
            creditor: PartyId::from(uuid(2)).into(),
            subject: uuid(3),
            party: None,
            topic: Some(code("waste")),
            received_at,
            cohort: calendar().day_zero(received_at),
            due_on: day(due_on),
            pausable: true,
            follows: None,
            visibility: Visibility::Party,
        };
        Promise::open(uuid(4).into(), new).promise
    }

    #[test]
    fn an_answer_just_before_midnight_of_the_due_day_is_in_time_and_one_at_midnight_is_late() {
        let promise = answer_due("2026-11-23T09:00", "2026-12-07");
        let in_time = promise.clone().keep(at("2026-12-07T23:59")).unwrap().promise;
        assert_eq!(in_time.state, PromiseState::Kept { at: at("2026-12-07T23:59") });
        let late = promise.keep(at("2026-12-08T00:00")).unwrap().promise;
        assert_eq!(late.state, PromiseState::KeptLate { at: at("2026-12-08T00:00") });
    }

    #[test]
    fn a_pause_over_christmas_moves_the_date_by_its_working_days_only() {
        let promise = answer_due("2026-12-21T09:00", "2026-12-30");
        let paused = promise.pause(at("2026-12-22T10:00"), code("waiting-for-drawing")).unwrap().promise;
        let resumed = paused.resume(at("2027-01-04T08:00"), &calendar()).unwrap();
        // 23, 28, 29, 30 December and 4 January; the 24th to the 27th, the 31st and the 1st to the 3rd are closed.
        assert_eq!(resumed.promise.paused_working_days, 5);
        // Four days were left on the 22nd (23, 28, 29, 30), and four are left on 4 January.
        assert_eq!(resumed.promise.due_on, day("2027-01-08"));
        assert!(matches!(
            resumed.facts.as_slice(),
            [
                LedgerFact::PromiseResumed { sequence: 3, working_days: 5, .. },
                LedgerFact::PromiseDueMoved { sequence: 4, .. },
            ]
        ));
    }

    #[test]
    fn a_pause_within_a_day_moves_nothing() {
        let promise = answer_due("2026-11-23T09:00", "2026-12-07");
        let paused = promise.pause(at("2026-11-24T10:00"), code("waiting-for-drawing")).unwrap().promise;
        let resumed = paused.resume(at("2026-11-24T14:00"), &calendar()).unwrap();
        assert_eq!(resumed.promise.due_on, day("2026-12-07"));
        assert_eq!(resumed.facts.len(), 1);
    }

    #[test]
    fn what_is_answered_while_the_clock_stands_still_is_judged_as_of_when_it_stopped() {
        let promise = answer_due("2026-11-23T09:00", "2026-12-07");
        let paused =
            promise.clone().pause(at("2026-11-24T10:00"), code("waiting-for-drawing")).unwrap().promise;
        let kept = paused.keep(at("2027-02-01T10:00")).unwrap().promise;
        assert!(matches!(kept.state, PromiseState::Kept { .. }));
        assert_eq!(kept.paused_since, None);
        let paused_late = promise.pause(at("2026-12-09T10:00"), code("waiting-for-drawing")).unwrap().promise;
        let kept_late = paused_late.keep(at("2026-12-09T11:00")).unwrap().promise;
        assert!(matches!(kept_late.state, PromiseState::KeptLate { .. }));
    }

    #[test]
    fn a_first_reply_is_never_paused_whatever_was_asked_for() {
        let pausable = answer_due("2026-11-23T09:00", "2026-11-25");
        let new = NewPromise {
            kind: PromiseKind::FIRST_REPLY,
            debtor: pausable.debtor,
            creditor: pausable.creditor,
            subject: pausable.subject,
            party: None,
            topic: None,
            received_at: pausable.received_at,
            cohort: pausable.cohort,
            due_on: pausable.due_on,
            pausable: true,
            follows: None,
            visibility: Visibility::Staff,
        };
        let first_reply = Promise::open(uuid(5).into(), new).promise;
        assert_eq!(
            first_reply.pause(at("2026-11-23T10:00"), code("busy")).unwrap_err(),
            PromiseRefusal::NotPausable
        );
    }

    #[test]
    fn a_hand_over_changes_who_owes_and_never_the_date() {
        let promise = answer_due("2026-11-23T09:00", "2026-12-07");
        let other = Holder::Team(uuid(9).into());
        let handed = promise.clone().hand_over(at("2026-12-07T23:00"), other).unwrap().promise;
        assert_eq!((handed.debtor, handed.due_on), (other, promise.due_on));
        let again = handed.hand_over(at("2026-12-07T23:30"), other).unwrap();
        assert!(again.facts.is_empty());
    }

    #[test]
    fn what_has_ended_cannot_change_any_more() {
        let now = at("2026-11-24T09:00");
        let ended = answer_due("2026-11-23T09:00", "2026-12-07")
            .break_off(now, code("not-our-field"))
            .unwrap()
            .promise;
        let refused = [
            ended.clone().keep(now),
            ended.clone().pause(now, code("busy")),
            ended.clone().resume(now, &calendar()),
            ended.clone().withdraw(now, code("spam")),
            ended.clone().break_off(now, code("busy")),
            ended.hand_over(now, Holder::Team(uuid(9).into())),
        ];
        assert!(refused.iter().all(|refused| *refused == Err(PromiseRefusal::Ended)));
    }

    #[test]
    fn a_page_says_how_many_working_days_are_left_or_gone() {
        let promise = answer_due("2026-11-23T09:00", "2026-12-04");
        let standing = |now| promise.standing(at(now), &calendar());
        assert_eq!(standing("2026-11-27T12:00"), Standing::Due { working_days_left: 5 });
        assert_eq!(standing("2026-11-28T12:00"), Standing::Due { working_days_left: 5 });
        assert_eq!(standing("2026-12-04T23:59"), Standing::DueToday);
        assert_eq!(standing("2026-12-05T00:00"), Standing::Late { working_days: 0 });
        assert_eq!(standing("2026-12-07T09:00"), Standing::Late { working_days: 1 });
    }

    /// Anything one can try with a promise.
    #[derive(Debug, Clone)]
    enum Move {
        Pause,
        Resume,
        Keep,
        Break,
        Withdraw,
        HandOver(u8),
    }

    fn moves() -> impl Strategy<Value = Vec<(Move, i64)>> {
        let one = prop_oneof![
            4 => Just(Move::Pause),
            4 => Just(Move::Resume),
            1 => Just(Move::Keep),
            1 => Just(Move::Break),
            1 => Just(Move::Withdraw),
            3 => (0..3_u8).prop_map(Move::HandOver),
        ];
        // Hours until the move; some go back, as two nodes' clocks may.
        proptest::collection::vec((one, -1..200_i64), 0..20)
    }

    fn make(promise: Promise, one: &Move, now: DateTime<Utc>) -> Result<Change, PromiseRefusal> {
        match one {
            Move::Pause => promise.pause(now, code("waiting")),
            Move::Resume => promise.resume(now, &calendar()),
            Move::Keep => promise.keep(now),
            Move::Break => promise.break_off(now, code("gave-up")),
            Move::Withdraw => promise.withdraw(now, code("withdrawn-by-company")),
            Move::HandOver(team) => promise.hand_over(now, Holder::Team(uuid(u128::from(*team)).into())),
        }
    }

    proptest! {
        #[test]
        fn whatever_is_tried_only_a_pause_moves_the_date_and_a_replay_gives_the_same(moves in moves()) {
            let opened = answer_due("2026-11-23T09:00", "2026-12-07");
            let (mut promise, mut now, mut told) = (opened.clone(), at("2026-11-23T09:00"), Vec::new());
            for (one, hours) in moves {
                now += chrono::Duration::hours(hours);
                let Ok(change) = make(promise.clone(), &one, now) else { continue };
                let moved = change.promise.due_on != promise.due_on;
                prop_assert!(!moved || matches!(one, Move::Resume));
                prop_assert!(change.promise.due_on >= promise.due_on);
                told.extend(change.facts.into_iter().map(|fact| (now, fact)));
                promise = change.promise;
                prop_assert!(promise.paused_since.is_none() || promise.state == PromiseState::Open);
                prop_assert_eq!(promise.paused_since.is_some(), promise.pause_reason.is_some());
            }
            // The date has moved by the working days of the pauses that are over, whatever happened in between.
            let expected = later_by(opened.due_on, promise.paused_working_days, &calendar());
            prop_assert_eq!(promise.due_on, expected);
            let replayed = told.iter().fold(opened, |promise, (at, fact)| promise.apply(*at, fact));
            prop_assert_eq!(replayed, promise);
        }

        #[test]
        fn what_was_left_when_the_clock_stopped_is_left_when_it_runs_again(
            stop in 0..400_i64, stand in 0..2_000_i64, goal in 0..40_u16,
        ) {
            let calendar = calendar();
            let promise = answer_due("2026-11-23T09:00", "2026-11-23");
            let promise = Promise { due_on: calendar.add_working_days(promise.cohort, goal), ..promise };
            let left = |promise: &Promise, now| {
                calendar.working_days_between(calendar.local_date(now), promise.due_on)
            };
            let stopped = at("2026-11-23T09:00") + chrono::Duration::hours(stop);
            let runs = stopped + chrono::Duration::hours(stand);
            let before = left(&promise, stopped);
            let resumed = promise.pause(stopped, code("waiting")).unwrap().promise.resume(runs, &calendar).unwrap();
            prop_assert_eq!(left(&resumed.promise, runs), before);
        }
    }
}
