//! Ids are types: a case id cannot be handed to a function that wants a team.

use serde::{Deserialize, Serialize};

/// Declares an id: a UUID version 7 with a name of its own.
///
/// ```
/// kernel::id!(
///     /// One visit.
///     VisitId
/// );
/// let id: VisitId = "018f6e2a-7b1c-7def-8123-456789abcdef".parse().unwrap();
/// assert_eq!(id.to_string(), "018f6e2a-7b1c-7def-8123-456789abcdef");
/// ```
#[macro_export]
macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[derive(serde::Serialize, serde::Deserialize)]
        #[serde(transparent)]
        pub struct $name($crate::uuid::Uuid);

        impl $name {
            /// The bare UUID, for storage and for the journal.
            pub const fn uuid(self) -> $crate::uuid::Uuid {
                self.0
            }
        }
        impl From<$crate::uuid::Uuid> for $name {
            fn from(value: $crate::uuid::Uuid) -> Self {
                Self(value)
            }
        }
        impl From<$name> for $crate::uuid::Uuid {
            fn from(value: $name) -> Self {
                value.0
            }
        }
        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }
        impl std::str::FromStr for $name {
            type Err = $crate::uuid::Error;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }
    };
}

id!(
    /// A person who works for the municipality.
    PersonId
);
id!(
    /// A team: the smallest unit that owns cases.
    TeamId
);
id!(
    /// A contact at a company, known only by what it told us.
    ContactId
);
id!(
    /// An outside party, by a random id: stands for a company or a contact wherever a CVR number may not stand.
    PartyId
);
id!(
    /// An enquiry and everything that follows from it.
    CaseId
);
id!(
    /// An owed answer.
    PromiseId
);
id!(
    /// A reasoned yes or no.
    DecisionId
);
id!(
    /// A message that goes out.
    MessageId
);
id!(
    /// A stored file.
    AttachmentId
);

/// A tenant: one municipality, known by its four-digit kommunekode.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TenantId(u16);

impl TenantId {
    /// Makes the tenant of a kommunekode, for example `165`.
    pub const fn new(municipality_code: u16) -> Self {
        Self(municipality_code)
    }
    /// The kommunekode as a number, as it stands in every key of the database.
    pub const fn code(self) -> i32 {
        self.0 as i32
    }
}

impl std::fmt::Display for TenantId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:04}", self.0)
    }
}

impl std::str::FromStr for TenantId {
    type Err = std::num::ParseIntError;
    /// Reads `0165`, `165` alike: the four registers that we read spell it in four ways.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.trim().parse().map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kommunekode_is_read_in_every_spelling_and_shown_with_four_digits() {
        for text in ["0165", "165", " 165 "] {
            assert_eq!(text.parse(), Ok(TenantId::new(165)), "{text}");
        }
        assert_eq!(TenantId::new(165).to_string(), "0165");
        assert!("Albertslund".parse::<TenantId>().is_err());
    }
}
