//! Who may see a line, a job, a message or a search document.

use crate::Code;

/// Carried by every journal line, job, message and search document from the first migration on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Visibility {
    /// Anyone.
    Public,
    /// The party it concerns, and staff.
    Party,
    /// Everyone who works for the municipality and may see the capability.
    Staff,
    /// The owning team only.
    Team,
    /// Nobody, until the named event has happened.
    SealedUntil(Code),
}

impl Visibility {
    /// The stored form: `public`, `party`, `staff`, `team` or `sealed:EVENT`.
    pub fn to_text(&self) -> String {
        match self {
            Self::Public => "public".into(),
            Self::Party => "party".into(),
            Self::Staff => "staff".into(),
            Self::Team => "team".into(),
            Self::SealedUntil(event) => format!("sealed:{event}"),
        }
    }

    /// Reads the stored form.
    pub fn from_text(text: &str) -> Option<Self> {
        match text {
            "public" => Some(Self::Public),
            "party" => Some(Self::Party),
            "staff" => Some(Self::Staff),
            "team" => Some(Self::Team),
            other => {
                other.strip_prefix("sealed:").and_then(|event| event.parse().ok()).map(Self::SealedUntil)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn every_visibility_reads_back(kind in 0_usize..5, event in "[a-z][a-z0-9._-]{0,20}") {
            let visibility = match kind {
                0 => Visibility::Public,
                1 => Visibility::Party,
                2 => Visibility::Staff,
                3 => Visibility::Team,
                _ => Visibility::SealedUntil(event.parse().unwrap()),
            };
            prop_assert_eq!(Visibility::from_text(&visibility.to_text()), Some(visibility));
        }

        #[test]
        fn an_unknown_text_is_no_visibility(text in "[A-Z :]{0,12}") {
            prop_assert_eq!(Visibility::from_text(&text), None);
        }
    }

    #[test]
    fn a_seal_without_an_event_is_no_visibility() {
        assert_eq!(Visibility::from_text("sealed:"), None);
    }
}
