//! Cases and what may happen to them. Pure: no IO and no clock; `now` is an argument.
//!
//! The states are those of `domain.md` 1.4. Promises (the owed first reply and answer) belong to the ledger; here stands
//! only which step keeps, pauses or ends them.

use chrono::{DateTime, Duration, Utc};
use kernel::{CaseId, Code, ContactId, CvrNumber, Language, PartyId, PersonId, Refusal, TeamId};

use crate::guide::Duty;

mod asker;
mod cause;
mod content;
mod documents;
mod entry;
mod escalation;
mod filing;
mod package;
mod placeholder;
mod reference;
mod release;
mod review;
mod settled;
mod vat;
mod wall;
mod worklist;

pub use asker::{About, AboutKind, Asker, Channel, Contact, SUSPICIOUS, stated_cvr, suspicion};
pub use cause::{CausePlan, CausePlanId, CauseRefusal, NewCausePlan, PLAN_CHARS_MAX};
pub(crate) use content::all_fields;
pub use content::{
    Change, Changes, Conflict, ContentProblem, DUTY_FIELDS, Decision, FIELDS, GOAL_DAYS_MAX, NewGoal,
    REFERENCE_CHARS_MAX, Settle, Shipped, TopicGoal, TopicGoalId, TopicVersion, TopicVersionId, WAY_FIELDS,
    keeps_walls, lines_of,
};
pub use documents::ACCESS_TO_DOCUMENTS;
pub use entry::{Entry, EntryKind, Part};
pub use escalation::{Escalation, NEW_DATE_DAYS_MAX, NewDate, WayOn, escalations};
pub use filing::{Filing, FilingProblem, NOT_FILED_REASONS, SaidOfFiling, TypedFiling};
pub use package::{Package, PackageState, safe_name};
pub use placeholder::{Placeholder, fill, unfilled_placeholder, unknown_placeholder};
pub use reference::{
    REFERENCES_MAX, Reference, ReferenceDetails, ReferenceProblem, SecureLink, System, TypedReference,
};
pub use release::{
    FrontNumber, RELEASED_MIN, Release, ReleaseId, ReleaseRefusal, ReleasedNumber, fingerprint,
};
pub use review::{REVIEW_RULE, Review, ReviewId, Reviewed, Standing, UNREVIEWED_RULE};
pub use settled::{SETTLED_REASONS, ends_again, is_answered, may_settle, settled_for, settled_reason};
pub use vat::{InvalidVat, VatNumber};
pub use wall::{Complaint, Desk, Subject, Wall, place_complaint};
pub use worklist::{Mark, Row, Tab, WorkList, next_promise, work_list};

kernel::id!(
    /// One message in a case's thread.
    EntryId
);
kernel::id!(
    /// A part of the answer that another team owes.
    PartId
);
kernel::id!(
    /// What a case is called in another system.
    ReferenceId
);
kernel::id!(
    /// A case as it goes into the municipality's archive.
    PackageId
);
kernel::id!(
    /// A reply that a team has saved.
    ReplyId
);
kernel::id!(
    /// A form that was refused, with the files that were accepted.
    DraftId
);

/// Times that a company may write on one case in one day. Nobody who waits for an answer writes more; a link in wrong hands
/// could write without end.
pub const WORDS_PER_DAY_MAX: u64 = 30;
/// A closed case may be taken up again for this long.
pub const REOPEN_DAYS: i64 = 30;
/// What was marked as spam by mistake may be taken up again for this long.
pub const SPAM_DAYS: i64 = 30;
/// Why something is no enquiry; the words are `enquiries-spam-CODE`.
pub const SPAM_REASONS: [&str; 4] = ["advertising", "fraud", "automatic", "empty"];
/// A hand-over that nobody accepts comes back after this many working days.
pub const HAND_OVER_WORKING_DAYS: u16 = 2;
/// Someone who was not content is called within this many working days.
pub const CALL_BACK_WORKING_DAYS: u16 = 2;
/// The longest text of a message, in characters.
pub const TEXT_CHARS_MAX: usize = 20_000;
/// So often a hand-over that fails comes back to the team that offered it; after that the business consultant owns the case.
pub const BOUNCES_MAX: i32 = 1;

/// How a case ended for the company.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Its question was answered.
    Answered,
    /// It was shown the way to where it can act itself.
    Guided,
    /// It was sent on to another authority, which was told.
    Forwarded,
    /// We could not help, and said why.
    CouldNotHelp,
}

impl Outcome {
    /// Every outcome.
    pub const ALL: [Self; 4] = [Self::Answered, Self::Guided, Self::Forwarded, Self::CouldNotHelp];
    /// The code in journal, database and form.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Answered => "answered",
            Self::Guided => "guided",
            Self::Forwarded => "forwarded",
            Self::CouldNotHelp => "could-not-help",
        }
    }
    /// Reads a code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|outcome| outcome.code() == code)
    }
}

/// Could this enquiry have been avoided?
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Avoidable {
    /// It asked how far something was.
    Chaser,
    /// A letter of ours was unclear.
    UnclearLetter,
    /// It had been sent to the wrong door.
    WrongDoor,
    /// Our guidance lacked it.
    MissingGuidance,
    /// We had made a mistake.
    OurMistake,
    /// No.
    No,
}

impl Avoidable {
    /// Every answer.
    pub const ALL: [Self; 6] = [
        Self::No,
        Self::Chaser,
        Self::UnclearLetter,
        Self::WrongDoor,
        Self::MissingGuidance,
        Self::OurMistake,
    ];
    /// The code in journal, database and form.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Chaser => "chaser",
            Self::UnclearLetter => "unclear-letter",
            Self::WrongDoor => "wrong-door",
            Self::MissingGuidance => "missing-guidance",
            Self::OurMistake => "our-mistake",
            Self::No => "no",
        }
    }
    /// Reads a code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|answer| answer.code() == code)
    }
}

/// How far a case is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CaseState {
    /// It looked like spam: nothing reaches a team before the sender has confirmed the address.
    Unconfirmed,
    /// We owe an answer.
    Open,
    /// We asked, and the company has not answered yet.
    WaitingForCompany,
    /// It has ended.
    Closed(Outcome),
    /// The company took it back.
    Withdrawn,
    /// It was no enquiry. Counted apart.
    Spam,
    /// It is in another case: marked by staff, or merged. Counted apart.
    Duplicate(CaseId),
}

impl CaseState {
    /// The stored form; the outcome and the other case have columns of their own.
    pub const fn text(self) -> &'static str {
        match self {
            Self::Unconfirmed => "unconfirmed",
            Self::Open => "open",
            Self::WaitingForCompany => "waiting",
            Self::Closed(_) => "closed",
            Self::Withdrawn => "withdrawn",
            Self::Spam => "spam",
            Self::Duplicate(_) => "duplicate",
        }
    }

    /// Whether an answer is still owed.
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Open | Self::WaitingForCompany)
    }
}

/// What speaks against an enquiry being spam.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Genuine {
    /// One of us has written to whoever asks.
    pub is_answered: bool,
    /// The company that it states is in the register.
    pub is_registered: bool,
    /// Whoever asks has confirmed the address.
    pub is_confirmed: bool,
}

/// A hand-over that waits for the receiver.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HandOver {
    /// Who asked for it.
    pub from: TeamId,
    /// Who is to accept.
    pub to: TeamId,
    /// Since when.
    pub since: DateTime<Utc>,
}

/// The two answers after the end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rating {
    /// Was it easy, 1 to 5.
    pub score: i32,
    /// What could be better.
    pub text: String,
}

/// Someone's need, and everything that follows from it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Case {
    /// Its id.
    pub id: CaseId,
    /// What people say on the telephone: `2026-00123`.
    pub number: String,
    /// The guide's topic.
    pub topic: Code,
    /// Whether mails may hold no text, and only the team may see it.
    pub confidential: bool,
    /// The one team that owns it.
    pub team: TeamId,
    /// The person who works on it.
    pub assignee: Option<PersonId>,
    /// How far it is.
    pub state: CaseState,
    /// The outside party by its random id.
    pub party: PartyId,
    /// Who asks.
    pub asker: Asker,
    /// The person who asks.
    pub contact: Contact,
    /// How it came.
    pub channel: Channel,
    /// The language of mails and of the tracking page's first showing.
    pub language: Language,
    /// When it came.
    pub received_at: DateTime<Utc>,
    /// When anything last happened.
    pub updated_at: DateTime<Utc>,
    /// When it ended.
    pub closed_at: Option<DateTime<Utc>>,
    /// Raised by every change; a save of an older version is refused.
    pub version: i64,
    /// Raised to revoke the tracking links given out so far.
    pub link_version: i64,
    /// A hand-over that waits.
    pub hand_over: Option<HandOver>,
    /// Hand-overs that were refused or ran out.
    pub bounces: i32,
    /// Hand-overs that were accepted: doors that were wrong.
    pub hand_overs: i32,
    /// How often the same was asked again while it was open.
    pub repeats: i32,
    /// The two answers after the end.
    pub rating: Option<Rating>,
    /// A person about whom it complains: neither that person nor the person's team sees it.
    pub about_person: Option<PersonId>,
    /// A team about which it complains: the team does not see it.
    pub about_team: Option<TeamId>,
    /// Who may not know that it is there.
    pub wall: Wall,
    /// What a complaint is about, in the company's own words.
    pub about: Option<About>,
    /// Who is called first, the first first, as long as nobody has replied to what sounded as if something were wrong right
    /// now.
    pub acute: Vec<Duty>,
    /// When the contact and every text were erased: because they were kept long enough, or because someone asked.
    pub erased_at: Option<DateTime<Utc>>,
    /// Who sent it for the company that it is about, and had shown by MitID Erhverv to act for it.
    pub confirmed_by: Option<ContactId>,
}

impl Case {
    /// Whether everybody may know of it who acts for the company: what it sent, unless it is confidential to whoever did.
    pub fn is_known_to_colleagues(&self, cvr: CvrNumber) -> bool {
        let is_own = matches!(self.asker, Asker::Company { .. } | Asker::Association { .. })
            && self.asker.cvr() == Some(cvr);
        let is_open = !self.confidential && self.about.is_none() && self.wall.is_open();
        let is_genuine = !matches!(self.state, CaseState::Spam | CaseState::Unconfirmed);
        is_own && is_open && is_genuine && self.erased_at.is_none()
    }

    /// Whether they may read it: a number that somebody typed does not show that the company wrote it.
    pub fn is_open_to_colleagues(&self, cvr: CvrNumber) -> bool {
        self.confirmed_by.is_some() && self.is_known_to_colleagues(cvr)
    }
}

/// Why something cannot be done to a case. `Display` is the message key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CaseRefusal {
    /// The text is empty.
    #[error("enquiries-text-empty")]
    EmptyText,
    /// The text is longer than [`TEXT_CHARS_MAX`].
    #[error("enquiries-text-too-long")]
    LongText,
    /// The case has ended.
    #[error("enquiries-already-ended")]
    Ended,
    /// The case has not ended.
    #[error("enquiries-not-ended")]
    NotEnded,
    /// Someone else has changed the case since the page was shown.
    #[error("enquiries-stale")]
    Stale,
    /// Another team owes a part of the answer.
    #[error("enquiries-part-owed")]
    PartOwed,
    /// A hand-over waits already.
    #[error("enquiries-hand-over-waits")]
    HandOverWaits,
    /// No hand-over waits.
    #[error("enquiries-no-hand-over")]
    NoHandOver,
    /// To the team that has it already.
    #[error("enquiries-same-team")]
    SameTeam,
    /// More than [`REOPEN_DAYS`] after the end.
    #[error("enquiries-too-late-to-reopen")]
    TooLateToReopen,
    /// It has been rated.
    #[error("enquiries-already-rated")]
    AlreadyRated,
    /// A score outside 1 to 5.
    #[error("enquiries-score")]
    Score,
    /// The same form was sent with other content.
    #[error("enquiries-sent-before")]
    SentBefore,
    /// No case has this number.
    #[error("enquiries-no-such-case")]
    NoSuchCase,
    /// There is no such topic, or no team answers it.
    #[error("enquiries-no-topic")]
    NoTopic,
    /// Spam, though one of us has written to whoever asks.
    #[error("enquiries-spam-answered")]
    SpamAnswered,
    /// Spam, though the company that it states is in the register.
    #[error("enquiries-spam-registered")]
    SpamRegistered,
    /// Spam, though whoever asks has confirmed the address, or talked with one of us.
    #[error("enquiries-spam-confirmed")]
    SpamConfirmed,
    /// Spam, for no reason that we know.
    #[error("enquiries-spam-reason")]
    SpamReason,
    /// Not marked as spam, or more than [`SPAM_DAYS`] ago.
    #[error("enquiries-not-spam-late")]
    NotSpamLate,
    /// Nothing was sent that could be the answer, or no answer is owed.
    #[error("enquiries-nothing-sent")]
    NothingSent,
    /// The company has written [`WORDS_PER_DAY_MAX`] times on the case today.
    #[error("enquiries-words-today")]
    WordsToday,
    /// Nobody may read a complaint about these.
    #[error("enquiries-nobody-reads")]
    NobodyReads,
    /// A case cannot be its own duplicate, nor one of a case that is itself one.
    #[error("enquiries-no-duplicate")]
    NoDuplicate,
    /// Another team may not know that it is there.
    #[error("enquiries-walled")]
    Walled,
    /// To someone who is away, and nobody stands in.
    #[error("enquiries-away")]
    Away,
    /// A saved reply has a word in braces that nothing is filled into.
    #[error("enquiries-replies-unknown")]
    UnknownPlaceholder,
    /// There is no such person or team.
    #[error("enquiries-no-subject")]
    NoSubject,
    /// No answer was given yet, or none is owed.
    #[error("enquiries-nothing-to-settle")]
    NothingToSettle,
    /// Needs no answer, for no reason that we know.
    #[error("enquiries-settle-reason")]
    SettleReason,
    /// Nobody has to decide how it goes on.
    #[error("enquiries-nothing-to-decide")]
    NothingToDecide,
    /// A new date that is no date, has passed, or is too far ahead.
    #[error("enquiries-decide-date")]
    NewDate,
    /// Nobody leads the team today, or only whoever would hand it up.
    #[error("enquiries-nobody-above")]
    NobodyAbove,
    /// Sent on before it came, or on a day that has not come.
    #[error("enquiries-forwarded-on")]
    ForwardedOn,
    /// No request for access to documents, or its answer is owed no more.
    #[error("enquiries-longer-not")]
    NotForDocuments,
    /// A day on which another system is to give news that has passed, or is too far ahead.
    #[error("enquiries-reference-date")]
    ExpectedOn,
    /// More than [`REFERENCES_MAX`] references.
    #[error("enquiries-reference-too-many")]
    TooManyReferences,
    /// The reference says where the case is filed.
    #[error("enquiries-reference-filed")]
    FiledThere,
}
impl Refusal for CaseRefusal {}

type Step = Result<Case, CaseRefusal>;

/// A text that may be sent: not empty, not endless.
pub fn check_text(text: &str) -> Result<&str, CaseRefusal> {
    match text.trim() {
        "" => Err(CaseRefusal::EmptyText),
        text if text.chars().count() > TEXT_CHARS_MAX => Err(CaseRefusal::LongText),
        text => Ok(text),
    }
}

impl Case {
    fn changed(mut self, now: DateTime<Utc>) -> Self {
        self.version += 1;
        self.updated_at = now;
        self
    }

    fn still_open(self) -> Step {
        if self.state.is_open() { Ok(self) } else { Err(CaseRefusal::Ended) }
    }

    /// Refuses a save of an older version than the one that is stored.
    pub fn at_version(self, seen: i64) -> Step {
        if self.version == seen { Ok(self) } else { Err(CaseRefusal::Stale) }
    }

    /// The sender has confirmed the address: the case reaches the team now.
    pub fn confirm(self, now: DateTime<Utc>) -> Step {
        match self.state {
            CaseState::Unconfirmed => Ok(Self { state: CaseState::Open, ..self.changed(now) }),
            _ => Err(CaseRefusal::Ended),
        }
    }

    /// Gives the case to a person, or back to the team.
    pub fn assign(self, assignee: Option<PersonId>, now: DateTime<Utc>) -> Step {
        Ok(Self { assignee, ..self.still_open()?.changed(now) })
    }

    /// A person replies. The company is no longer waited for.
    pub fn reply(self, by: PersonId, now: DateTime<Utc>) -> Step {
        let case = self.still_open()?.changed(now);
        Ok(Self { assignee: case.assignee.or(Some(by)), state: CaseState::Open, acute: Vec::new(), ..case })
    }

    /// What the company wrote after its answer needs none: a person has read it.
    pub fn settle(self, by: PersonId, now: DateTime<Utc>) -> Step {
        self.reply(by, now)
    }

    /// A person asks the company for more: the second clock stops.
    pub fn ask(self, by: PersonId, now: DateTime<Utc>) -> Step {
        let case = self.still_open()?.changed(now);
        let state = CaseState::WaitingForCompany;
        Ok(Self { assignee: case.assignee.or(Some(by)), state, acute: Vec::new(), ..case })
    }

    /// The company writes. An ended case is taken up again, while it may be.
    pub fn company_writes(self, now: DateTime<Utc>) -> Step {
        if self.state.is_open() {
            return Ok(Self { state: CaseState::Open, ..self.changed(now) });
        }
        self.reopen(now)
    }

    /// A mail of ours did not arrive: nobody waits for an answer to it, and what ended with it has not ended.
    #[must_use]
    pub fn not_arrived(self, sent: DateTime<Utc>, now: DateTime<Utc>) -> Self {
        match self.state {
            CaseState::WaitingForCompany => Self { state: CaseState::Open, ..self.changed(now) },
            CaseState::Closed(_) if self.closed_at == Some(sent) && self.erased_at.is_none() => {
                Self { state: CaseState::Open, closed_at: None, ..self.changed(now) }
            }
            _ => self.changed(now),
        }
    }

    /// What the company wrote sounds as if something were wrong right now: these are called first. Stays so until one of us
    /// replies.
    #[must_use]
    pub fn sounding(self, call: Vec<Duty>) -> Self {
        if call.is_empty() { self } else { Self { acute: call, ..self } }
    }

    /// Whether somebody has to look at it at once.
    pub fn is_acute(&self) -> bool {
        self.state.is_open() && !self.acute.is_empty()
    }

    /// Takes an ended case up again.
    pub fn reopen(self, now: DateTime<Utc>) -> Step {
        match (self.state, self.closed_at) {
            // Nobody is left to answer.
            _ if self.erased_at.is_some() => Err(CaseRefusal::TooLateToReopen),
            (CaseState::Closed(_) | CaseState::Withdrawn, Some(closed))
                if now - closed <= Duration::days(REOPEN_DAYS) =>
            {
                Ok(Self { state: CaseState::Open, closed_at: None, rating: None, ..self.changed(now) })
            }
            (CaseState::Closed(_) | CaseState::Withdrawn, _) => Err(CaseRefusal::TooLateToReopen),
            _ => Err(CaseRefusal::NotEnded),
        }
    }

    /// Whether the company may take it up again.
    pub fn may_reopen(&self, now: DateTime<Utc>) -> bool {
        self.clone().reopen(now).is_ok()
    }

    /// Ends the case with words to the company. Not while another team owes a part.
    pub fn close(self, outcome: Outcome, parts_owed: usize, now: DateTime<Utc>) -> Step {
        if parts_owed > 0 {
            return Err(CaseRefusal::PartOwed);
        }
        let case = self.still_open()?.changed(now);
        let state = CaseState::Closed(outcome);
        Ok(Self { state, closed_at: Some(now), hand_over: None, acute: Vec::new(), ..case })
    }

    /// The company takes it back.
    pub fn withdraw(self, now: DateTime<Utc>) -> Step {
        let case = self.still_open()?.changed(now);
        Ok(Self { state: CaseState::Withdrawn, closed_at: Some(now), hand_over: None, ..case })
    }

    /// It was no enquiry. A real one never leaves the account this way: whoever was answered, is a company of the register or
    /// has shown to be someone is owed an end with words.
    pub fn mark_spam(self, genuine: Genuine, now: DateTime<Utc>) -> Step {
        if !self.state.is_open() && self.state != CaseState::Unconfirmed {
            return Err(CaseRefusal::Ended);
        }
        if genuine.is_answered {
            return Err(CaseRefusal::SpamAnswered);
        }
        if genuine.is_registered {
            return Err(CaseRefusal::SpamRegistered);
        }
        if genuine.is_confirmed || self.channel.is_in_person() {
            return Err(CaseRefusal::SpamConfirmed);
        }
        Ok(Self { state: CaseState::Spam, closed_at: Some(now), hand_over: None, ..self.changed(now) })
    }

    /// It was an enquiry after all. What nobody had confirmed waits for that again.
    pub fn not_spam(self, had_reached_us: bool, now: DateTime<Utc>) -> Step {
        let since = self.closed_at.filter(|_| self.state == CaseState::Spam && self.erased_at.is_none());
        if since.is_none_or(|since| now - since > Duration::days(SPAM_DAYS)) {
            return Err(CaseRefusal::NotSpamLate);
        }
        let state = if had_reached_us { CaseState::Open } else { CaseState::Unconfirmed };
        Ok(Self { state, closed_at: None, ..self.changed(now) })
    }

    /// It is in `other` already.
    pub fn mark_duplicate(self, other: &Self, now: DateTime<Utc>) -> Step {
        if other.id == self.id || matches!(other.state, CaseState::Duplicate(_) | CaseState::Spam) {
            return Err(CaseRefusal::NoDuplicate);
        }
        let case = self.still_open()?.changed(now);
        Ok(Self { state: CaseState::Duplicate(other.id), closed_at: Some(now), hand_over: None, ..case })
    }

    /// The same is asked again: the case that is open is raised.
    pub fn repeat(self, now: DateTime<Utc>) -> Step {
        let case = self.company_writes(now)?;
        Ok(Self { repeats: case.repeats + 1, ..case })
    }

    /// Corrects the topic: figures go by it. Team and dates stay; what was told in confidence stays so.
    pub fn change_topic(self, topic: Code, is_walled: bool, now: DateTime<Utc>) -> Step {
        let case = self.still_open()?.changed(now);
        Ok(Self { topic, confidential: case.confidential || is_walled, ..case })
    }

    /// It complains about someone: it goes where that one does not see it.
    pub fn complain(self, to: Complaint, now: DateTime<Utc>) -> Step {
        let case = self.still_open()?.changed(now);
        Ok(case.placed(to))
    }

    /// The same before anyone has seen it.
    #[must_use]
    pub fn placed(self, to: Complaint) -> Self {
        let Complaint { team, about_person, about_team, wall } = to;
        let stays = self.team == team && self.assignee.is_some_and(|person| !wall.people.contains(&person));
        Self {
            assignee: wall.only.or(self.assignee.filter(|_| stays)),
            confidential: true,
            hand_over: None,
            team,
            about_person,
            about_team,
            wall,
            ..self
        }
    }

    /// Whoever had it is away or gone: someone else has it, or the team until someone there takes it. What is for one person
    /// alone is for the other one then, and never for a team.
    pub fn move_to(self, taker: Option<PersonId>, now: DateTime<Utc>) -> Step {
        let case = self.assign(taker, now)?;
        let only = case.wall.only.map(|only| taker.unwrap_or(only));
        let assignee = only.or(case.assignee);
        Ok(Self { assignee, wall: Wall { only, ..case.wall }, ..case })
    }

    /// Offers the case to another team. Dates do not move, and it stays ours until the other accepts.
    pub fn hand_over(self, to: TeamId, now: DateTime<Utc>) -> Step {
        let case = self.still_open()?;
        if case.wall.only.is_some() || case.wall.teams.contains(&to) {
            return Err(CaseRefusal::Walled);
        }
        match case.hand_over {
            Some(_) => Err(CaseRefusal::HandOverWaits),
            None if case.team == to => Err(CaseRefusal::SameTeam),
            None => {
                let hand_over = Some(HandOver { from: case.team, to, since: now });
                Ok(Self { hand_over, ..case.changed(now) })
            }
        }
    }

    /// The other team accepts: it owns the case from now on.
    pub fn accept(self, by: Option<PersonId>, now: DateTime<Utc>) -> Step {
        let case = self.still_open()?;
        let hand_over = case.hand_over.ok_or(CaseRefusal::NoHandOver)?;
        let hand_overs = case.hand_overs + 1;
        Ok(Self { team: hand_over.to, assignee: by, hand_over: None, hand_overs, ..case.changed(now) })
    }

    /// The other team refuses, or the time ran out: it comes back; after [`BOUNCES_MAX`] it is the business consultant's,
    /// whose team `consultants` is.
    pub fn bounce(self, consultants: TeamId, now: DateTime<Utc>) -> Step {
        let case = self.still_open()?;
        let hand_over = case.hand_over.ok_or(CaseRefusal::NoHandOver)?;
        let bounces = case.bounces + 1;
        let (team, assignee) =
            if bounces > BOUNCES_MAX { (consultants, None) } else { (hand_over.from, case.assignee) };
        Ok(Self { team, assignee, hand_over: None, bounces, ..case.changed(now) })
    }

    /// Tracking links given out so far open nothing any more. Not of what was erased: nobody is left to get a new one.
    pub fn renew_link(self, now: DateTime<Utc>) -> Step {
        if self.erased_at.is_some() || self.state == CaseState::Spam {
            return Err(CaseRefusal::Ended);
        }
        let link_version = self.link_version + 1;
        Ok(Self { link_version, ..self.changed(now) })
    }

    /// Keeps the two answers after the end.
    pub fn rate(self, score: i32, text: String, now: DateTime<Utc>) -> Step {
        match self.state {
            CaseState::Closed(_) if self.erased_at.is_some() => Err(CaseRefusal::Ended),
            CaseState::Closed(_) if self.rating.is_some() => Err(CaseRefusal::AlreadyRated),
            CaseState::Closed(_) if !(1..=5).contains(&score) => Err(CaseRefusal::Score),
            CaseState::Closed(_) => Ok(Self { rating: Some(Rating { score, text }), ..self.changed(now) }),
            _ => Err(CaseRefusal::NotEnded),
        }
    }
}

/// Whether a score opens a call-back.
pub const fn calls_for_a_call(score: i32) -> bool {
    score <= 2
}

#[cfg(test)]
mod tests;
