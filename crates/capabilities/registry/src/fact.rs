//! What the register tells a municipality's journal: one line per run, one for each unit that came, left or ended, and who
//! was confirmed to speak for a company.
//! A municipality's first load tells no such lines: what was there before is no event.

use chrono::NaiveDate;
use kernel::{Fact, uuid::Uuid};
use serde::{Deserialize, Serialize};

use crate::{contact::Means, store::UnitKind};

/// The words of the lines, as the manifest names them.
pub(crate) const WORDS: &[&str] =
    &["imported", "new", "moved_in", "moved_out", "ceased", "contact_confirmed", "confirmation_withdrawn"];

/// A line of the register.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "word", rename_all = "snake_case")]
pub enum RegistryFact {
    /// A run became visible. Subject: the run.
    Imported {
        /// SHA-256 of the input.
        input_hash: String,
        /// Companies and establishments read.
        read: u64,
        /// Not in the register before.
        added: u64,
        /// In it, and changed.
        changed: u64,
        /// Of those changed: ended.
        ceased: u64,
        /// Not taken in.
        rejected: u64,
    },
    /// Founded here. Subject: the unit.
    New {
        /// Company or establishment.
        kind: UnitKind,
        /// Since when, where the register says it.
        on: Option<NaiveDate>,
    },
    /// Came from another municipality.
    MovedIn {
        /// Company or establishment.
        kind: UnitKind,
        /// Since when, where the register says it.
        on: Option<NaiveDate>,
    },
    /// Left for another municipality.
    MovedOut {
        /// Company or establishment.
        kind: UnitKind,
        /// Since when, where the register says it.
        on: Option<NaiveDate>,
    },
    /// Ended here.
    Ceased {
        /// Company or establishment.
        kind: UnitKind,
        /// Since when, where the register says it.
        on: Option<NaiveDate>,
    },
    /// Someone here found that a contact speaks for the company. Subject: the company's unit.
    ContactConfirmed {
        /// The confirmation; whom it is about stands in its row.
        contact: Uuid,
        /// How.
        means: Means,
    },
    /// It was taken back.
    ConfirmationWithdrawn {
        /// The confirmation.
        contact: Uuid,
    },
}

impl Fact for RegistryFact {
    const CAPABILITY: &'static str = "registry";
}
