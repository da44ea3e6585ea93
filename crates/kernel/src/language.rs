//! The two languages in which everything for users exists.

use serde::{Deserialize, Serialize};

/// The language of a page, a message or a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// Danish, the first language.
    #[default]
    Da,
    /// English.
    En,
}

impl Language {
    /// Both, Danish first.
    pub const ALL: [Self; 2] = [Self::Da, Self::En];

    /// The BCP 47 tag: `da` or `en`.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::Da => "da",
            Self::En => "en",
        }
    }

    /// Reads a tag; anything that is neither is `None`.
    pub fn from_tag(tag: &str) -> Option<Self> {
        match tag {
            "da" => Some(Self::Da),
            "en" => Some(Self::En),
            _ => None,
        }
    }
}
