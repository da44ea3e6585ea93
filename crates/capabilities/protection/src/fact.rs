//! What the journal says of data protection: that something was handed out or erased and why, and how the nights went. Of whom
//! it is not said: the number of the request stands on the letter.

use kernel::{Code, Fact};
use serde::{Deserialize, Serialize};

/// A line of data protection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "word", rename_all = "snake_case")]
pub enum ProtectionFact {
    /// Someone looked what is held on a person, for this reason.
    Looked { reason: Code },
    /// What is held on a person was handed out, for this reason.
    HandedOut { reason: Code },
    /// What need not stay was erased, for this reason: so much of it, and so many kinds stay.
    Erased { reason: Code, rows: u64, stays: u64 },
    /// What had been kept long enough went: so much of it; so much stays all the same; so many parts could not be asked.
    NightDone { rows: u64, stays: u64, failures: u64 },
}

impl Fact for ProtectionFact {
    const CAPABILITY: &'static str = "protection";
}

/// Every word, for the manifest.
pub const WORDS: &[&str] = &["looked", "handed_out", "erased", "night_done"];

/// The words that say that someone was let in to what is held on a person.
pub const ACCESS_WORDS: [&str; 3] = ["looked", "handed_out", "erased"];
