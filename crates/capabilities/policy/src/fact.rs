//! What policy writes into the journal: which file was read, and which account was closed. Ids, codes and hashes only.

use chrono::NaiveDate;
use kernel::{Code, Fact};
use serde::{Deserialize, Serialize};

/// A line of policy. (A *fact of the policy*, such as its commuting figures, is `model::PolicyFact`.)
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "word", rename_all = "snake_case")]
pub enum PolicyLine {
    /// A policy file was read.
    Imported {
        /// The policy.
        policy: Code,
        /// Counted from 1.
        version: i64,
        /// Of the file.
        sha256: String,
    },
    /// The account of a policy that has ended was closed.
    Closed {
        /// The policy.
        policy: Code,
        /// The version in force.
        version: i64,
        /// The last day that the account looks at.
        as_of: NaiveDate,
        /// The journal's last line that it counted.
        position: i64,
        /// Of the account.
        sha256: String,
    },
}

impl Fact for PolicyLine {
    const CAPABILITY: &'static str = "policy";
}

/// The words, for the manifest.
pub const WORDS: &[&str] = &["imported", "closed"];
