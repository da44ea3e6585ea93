//! What a case is called in other systems, so that "where is my building case?" has an answer. Pure.

use chrono::{DateTime, NaiveDate, Utc};
use kernel::{CaseId, Code};
use url::Url;

use super::{Case, CaseRefusal, CaseState, ReferenceId, Step};

/// References of one case: nobody finds the right one among more.
pub const REFERENCES_MAX: usize = 20;
/// The longest number in another system, in characters.
const NUMBER_CHARS_MAX: usize = 100;
/// The longest name of a system that is not on the list, in characters.
const NAME_CHARS_MAX: usize = 60;
/// The longest link, as it is kept.
const LINK_BYTES_MAX: usize = 1_000;
/// News is expected at most so many days ahead: later is no date, but a wish.
const EXPECTED_DAYS_MAX: i64 = 3 * 366;

/// A system in which a case is known by another number. The words are `enquiries-system-CODE`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum System {
    /// Byg og Miljø, where building permits are applied for.
    BygOgMiljoe,
    /// VITAS, for work placements and wage subsidies.
    Vitas,
    /// Virk, the state's page for companies.
    Virk,
    /// The municipality's own archive (ESDH), which keeps the documents.
    Archive,
    /// The regional business house.
    Erhvervshus,
    /// Another, which is named.
    Other,
}

impl System {
    /// Every system.
    pub const ALL: [Self; 6] =
        [Self::BygOgMiljoe, Self::Vitas, Self::Virk, Self::Archive, Self::Erhvervshus, Self::Other];

    /// The code in journal, database and form.
    pub const fn code(self) -> &'static str {
        match self {
            Self::BygOgMiljoe => "byg-og-miljoe",
            Self::Vitas => "vitas",
            Self::Virk => "virk",
            Self::Archive => "archive",
            Self::Erhvervshus => "erhvervshus",
            Self::Other => "other",
        }
    }

    /// Reads a code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|system| system.code() == code)
    }
}

/// A link that may stand on a page: `https`, to a named host, without a password in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecureLink(Url);

impl SecureLink {
    /// Reads what was typed as a browser would.
    pub fn parse(text: &str) -> Option<Self> {
        let link = Url::parse(text).ok()?;
        let is_secure = link.scheme() == "https" && link.username().is_empty() && link.password().is_none();
        // A number for a host says nothing to whoever looks before pressing.
        let is_named = link.domain().is_some();
        (is_secure && is_named && link.as_str().len() <= LINK_BYTES_MAX).then_some(Self(link))
    }

    /// The whole link.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// Where it leads, in the letters that browsers show when a name could be taken for another.
    pub fn host(&self) -> &str {
        self.0.domain().unwrap_or_default()
    }
}

/// What was typed of a reference.
#[derive(Debug, Clone, Copy, Default)]
pub struct TypedReference<'a> {
    /// The code of the system.
    pub system: &'a str,
    /// What it is called, where it is not on the list.
    pub name: &'a str,
    /// The number there.
    pub number: &'a str,
    /// The link to it.
    pub link: &'a str,
    /// The day on which news is expected.
    pub expected_on: &'a str,
    /// Whether the company may see it.
    pub is_shown: bool,
}

/// What is wrong with what was typed. `Display` is the message key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ReferenceProblem {
    /// No system of the list.
    #[error("enquiries-reference-system-missing")]
    System,
    /// One that is not on the list, and has no name, or an endless one.
    #[error("enquiries-reference-name-missing")]
    Name,
    /// Neither a number nor a link.
    #[error("enquiries-reference-number-missing")]
    Number,
    /// A number that is none.
    #[error("enquiries-reference-number-long")]
    LongNumber,
    /// No link that may stand on a page.
    #[error("enquiries-reference-link-wrong")]
    Link,
    /// No date.
    #[error("enquiries-reference-date")]
    Date,
}

/// What a case is called in another system, and when news is expected from there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReferenceDetails {
    /// Which.
    pub system: System,
    /// What it is called, where it is not on the list; else empty.
    pub name: String,
    /// The number there; empty where only a link is known.
    pub number: String,
    /// Where our own people open it.
    pub link: Option<SecureLink>,
    /// The last day on which news is expected.
    pub expected_on: Option<NaiveDate>,
    /// Whether the company sees system, number and day.
    pub is_shown: bool,
}

impl ReferenceDetails {
    /// Reads what was typed, or says everything that is wrong with it.
    pub fn read(typed: TypedReference<'_>) -> Result<Self, Vec<ReferenceProblem>> {
        let mut problems = Vec::new();
        let system = System::from_code(typed.system);
        if system.is_none() {
            problems.push(ReferenceProblem::System);
        }
        let is_other = system == Some(System::Other);
        if is_other && (typed.name.is_empty() || typed.name.chars().count() > NAME_CHARS_MAX) {
            problems.push(ReferenceProblem::Name);
        }
        if typed.number.is_empty() && typed.link.is_empty() {
            problems.push(ReferenceProblem::Number);
        } else if typed.number.chars().count() > NUMBER_CHARS_MAX {
            problems.push(ReferenceProblem::LongNumber);
        }
        let link = (!typed.link.is_empty()).then(|| SecureLink::parse(typed.link));
        if link == Some(None) {
            problems.push(ReferenceProblem::Link);
        }
        let expected_on =
            (!typed.expected_on.is_empty()).then(|| kernel::format::parse_date(typed.expected_on).ok());
        if expected_on == Some(None) {
            problems.push(ReferenceProblem::Date);
        }
        match system {
            Some(system) if problems.is_empty() => Ok(Self {
                system,
                name: if is_other { typed.name.to_owned() } else { String::new() },
                number: typed.number.to_owned(),
                link: link.flatten(),
                expected_on: expected_on.flatten(),
                is_shown: typed.is_shown,
            }),
            _ => Err(problems),
        }
    }

    /// Refuses a day that has passed, or is too far ahead. One that stood there before may have passed.
    pub fn check_day(&self, before: Option<NaiveDate>, today: NaiveDate) -> Result<(), CaseRefusal> {
        let last = today + chrono::Duration::days(EXPECTED_DAYS_MAX);
        match self.expected_on.filter(|_| self.expected_on != before) {
            Some(day) if day < today || day > last => Err(CaseRefusal::ExpectedOn),
            _ => Ok(()),
        }
    }

    /// Whether both mean the same thing in the same system.
    pub fn is_same(&self, other: &Self) -> bool {
        let place = |one: &Self| (one.system, one.name.clone(), one.number.clone(), one.link.clone());
        place(self) == place(other)
    }
}

/// A reference of a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    /// Its id.
    pub id: ReferenceId,
    /// The case.
    pub case: CaseId,
    /// What it says.
    pub details: ReferenceDetails,
    /// When it was added.
    pub added_at: DateTime<Utc>,
    /// When someone was told that the expected day had passed.
    pub told_at: Option<DateTime<Utc>>,
    /// Why its words were taken out.
    pub redacted: Option<Code>,
}

impl Reference {
    /// The same with other details. A new day is waited for anew.
    #[must_use]
    pub fn with(self, details: ReferenceDetails) -> Self {
        let told_at = self.told_at.filter(|_| details.expected_on == self.details.expected_on);
        Self { details, told_at, ..self }
    }

    /// Whether the day has passed and nobody was told.
    pub fn is_missed(&self, today: NaiveDate) -> bool {
        self.told_at.is_none() && self.redacted.is_none() && self.has_passed(today)
    }

    /// Whether the expected day is over.
    pub fn has_passed(&self, today: NaiveDate) -> bool {
        self.details.expected_on.is_some_and(|day| day < today)
    }
}

impl Case {
    /// A reference is added, changed or taken out. What goes on in the other system may go on after the end.
    pub fn refer(self, now: DateTime<Utc>) -> Step {
        if self.has_references() { Ok(self.changed(now)) } else { Err(CaseRefusal::Ended) }
    }

    /// Whether references belong on it.
    pub fn has_references(&self) -> bool {
        self.erased_at.is_none() && (self.state.is_open() || matches!(self.state, CaseState::Closed(_)))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const FULL: TypedReference<'_> = TypedReference {
        system: "byg-og-miljoe",
        name: "",
        number: "BOM-2026-01234",
        link: "https://www.bygogmiljoe.dk/sag/01234",
        expected_on: "2026-12-01",
        is_shown: true,
    };

    #[test]
    fn a_link_that_does_not_lead_safely_where_it_says_is_refused() {
        for wrong in [
            "http://bygogmiljoe.dk/1",
            "javascript:alert(1)",
            "https://",
            "bygogmiljoe.dk/1",
            "https://bygogmiljoe.dk@example.dk/1",
            "https://10.0.0.1/1",
            "data:text/html,hej",
        ] {
            let refused = ReferenceDetails::read(TypedReference { link: wrong, ..FULL });
            assert_eq!(refused, Err(vec![ReferenceProblem::Link]), "{wrong}");
        }
        let link = SecureLink::parse("https://bygogmilj\u{f8}.dk/sag").unwrap();
        assert_eq!(link.host(), "xn--bygogmilj-t8a.dk", "a name of other letters is not hidden");
    }

    #[test]
    fn everything_that_is_wrong_is_said_at_once() {
        let typed = TypedReference { system: "other", link: "ftp://a", expected_on: "snart", ..FULL };
        let told = ReferenceDetails::read(TypedReference { number: "", ..typed }).unwrap_err();
        assert_eq!(told, [ReferenceProblem::Name, ReferenceProblem::Link, ReferenceProblem::Date]);
        let told = ReferenceDetails::read(TypedReference::default()).unwrap_err();
        assert_eq!(told, [ReferenceProblem::System, ReferenceProblem::Number]);
    }

    #[test]
    fn a_day_that_has_passed_may_stay_but_not_be_typed() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let details = ReferenceDetails::read(FULL).unwrap();
        let today = day("2026-12-05");
        assert_eq!(details.check_day(None, today), Err(CaseRefusal::ExpectedOn));
        assert_eq!(details.check_day(Some(day("2026-12-01")), today), Ok(()));
        assert_eq!(details.check_day(None, day("2026-12-01")), Ok(()), "today is not over");
        assert_eq!(details.check_day(None, day("2020-12-01")), Err(CaseRefusal::ExpectedOn));
    }

    proptest! {
        #[test]
        fn whatever_is_typed_a_link_that_is_kept_is_secure_and_reads_back_as_itself(text in ".{0,60}") {
            for typed in [text.clone(), format!("https://{text}"), format!("https://a.dk/{text}")] {
                if let Some(link) = SecureLink::parse(&typed) {
                    prop_assert!(link.as_str().starts_with("https://") && !link.host().is_empty());
                    prop_assert_eq!(SecureLink::parse(link.as_str()), Some(link));
                }
            }
        }
    }
}
