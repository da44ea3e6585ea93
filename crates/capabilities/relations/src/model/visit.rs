//! Visits, planned and held, and people at companies.

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use kernel::{CvrNumber, Email, PersonId, Phone, fold};
use serde::{Deserialize, Serialize};

use super::Source;

kernel::id!(
    /// A visit, planned or held.
    VisitId
);

/// Letters of a field of words.
const WORDS_CHARS_MAX: usize = 2_000;

/// What kind of contact it is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VisitKind {
    /// At the company.
    #[default]
    Visit,
    /// Somewhere else.
    Meeting,
    /// By telephone.
    Call,
    /// On screen.
    Online,
    /// By mail.
    Mail,
}

impl VisitKind {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Self; 5] = [Self::Visit, Self::Meeting, Self::Call, Self::Online, Self::Mail];

    /// As stored.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Visit => "visit",
            Self::Meeting => "meeting",
            Self::Call => "call",
            Self::Online => "online",
            Self::Mail => "mail",
        }
    }

    /// Reads a code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }

    /// Reads what people write in a list; what is unknown was a visit.
    pub fn from_words(words: &str) -> Self {
        let words = fold(words);
        let has = |some: &[&str]| some.iter().any(|word| words.contains(&fold(word)));
        if has(&["teams", "online", "video", "skærm", "zoom"]) {
            Self::Online
        } else if has(&["telefon", "tlf", "opkald", "ring", "call", "phone"]) {
            Self::Call
        } else if has(&["mail"]) {
            Self::Mail
        } else if has(&["møde", "meeting"]) && !has(&["besøg", "visit"]) {
            Self::Meeting
        } else {
            Self::Visit
        }
    }
}

/// How far a visit is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VisitState {
    /// It will be.
    Planned,
    /// It was.
    Held,
    /// It will not be.
    Cancelled,
}

impl VisitState {
    /// As stored.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Planned => "planned",
            Self::Held => "held",
            Self::Cancelled => "cancelled",
        }
    }

    /// Reads a code.
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Planned, Self::Held, Self::Cancelled].into_iter().find(|state| state.code() == code)
    }
}

/// What is said of a visit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VisitDetails {
    /// At which company.
    pub cvr: CvrNumber,
    /// What kind.
    pub kind: VisitKind,
    /// The day.
    pub on: NaiveDate,
    /// When it begins; none: nobody said.
    pub at: Option<NaiveTime>,
    /// How long it takes.
    pub minutes: u16,
    /// Where.
    pub place: String,
    /// Whom one meets there.
    pub contact_name: String,
    /// Anything else.
    pub note: String,
}

/// A visit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Visit {
    /// Which.
    pub id: VisitId,
    /// How far it is.
    pub state: VisitState,
    /// What is said of it.
    pub details: VisitDetails,
    /// The company's name, as it was known then.
    pub company: String,
    /// Who of ours visits, where that is one of us today.
    pub visitor: Option<PersonId>,
    /// The same as it stood in a list.
    pub visitor_name: String,
    /// How often it was changed: what calendars tell the newer one by.
    pub sequence: i32,
    /// When it was written.
    pub added_at: DateTime<Utc>,
    /// When it was changed last.
    pub changed_at: DateTime<Utc>,
    /// Where it comes from, where it was brought in a list.
    pub source: Option<Source>,
}

/// A person at a company.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contact {
    /// Which.
    pub id: uuid::Uuid,
    /// At which company.
    pub cvr: CvrNumber,
    /// Name.
    pub name: String,
    /// What the person does there.
    pub title: String,
    /// Address.
    pub email: Option<Email>,
    /// Telephone.
    pub phone: Option<Phone>,
    /// Anything else.
    pub note: String,
    /// When it was changed last.
    pub changed_at: DateTime<Utc>,
    /// Where it comes from.
    pub source: Option<Source>,
}

/// Why a visit cannot be noted so. `Display` is the message key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PlanRefusal {
    /// The company is not in the register.
    #[error("relations-visit-no-company")]
    NoCompany,
    /// It is to be planned on a day that has been.
    #[error("relations-visit-day-past")]
    DayPast,
    /// It was, on a day that has not come.
    #[error("relations-visit-day-ahead")]
    DayAhead,
    /// It is over or cancelled.
    #[error("relations-visit-ended")]
    Ended,
    /// Too many words.
    #[error("relations-visit-too-long")]
    TooLong,
}
impl kernel::Refusal for PlanRefusal {}

impl PlanRefusal {
    /// The field of the form.
    pub const fn field(self) -> &'static str {
        match self {
            Self::NoCompany => "cvr",
            Self::DayPast | Self::DayAhead | Self::Ended => "on",
            Self::TooLong => "note",
        }
    }
}

impl VisitDetails {
    /// Whether it may be noted so: planned from today on, or held until today.
    pub fn check(&self, state: VisitState, today: NaiveDate) -> Result<(), PlanRefusal> {
        let too_long = |words: &str| words.chars().count() > WORDS_CHARS_MAX;
        if [&self.place, &self.contact_name, &self.note].into_iter().any(|words| too_long(words)) {
            return Err(PlanRefusal::TooLong);
        }
        match state {
            VisitState::Planned if self.on < today => Err(PlanRefusal::DayPast),
            VisitState::Held if self.on > today => Err(PlanRefusal::DayAhead),
            _ => Ok(()),
        }
    }
}

impl Visit {
    /// The same visit otherwise. One that was cancelled stays so.
    pub fn change(
        self,
        details: VisitDetails,
        today: NaiveDate,
        now: DateTime<Utc>,
    ) -> Result<Self, PlanRefusal> {
        if self.state == VisitState::Cancelled {
            return Err(PlanRefusal::Ended);
        }
        // Whoever writes down how a planned visit went changes nothing of its day.
        if details.on != self.details.on {
            details.check(self.state, today)?;
        }
        Ok(Self { details, sequence: self.sequence + 1, changed_at: now, ..self })
    }

    /// It will not be.
    pub fn cancel(self, now: DateTime<Utc>) -> Result<Self, PlanRefusal> {
        match self.state {
            VisitState::Planned => Ok(Self {
                state: VisitState::Cancelled,
                sequence: self.sequence + 1,
                changed_at: now,
                ..self
            }),
            VisitState::Held | VisitState::Cancelled => Err(PlanRefusal::Ended),
        }
    }
}
