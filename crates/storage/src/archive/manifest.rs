//! What a backup says of itself: the hash of everything in it, so that nothing is restored that was not backed up.

use std::{collections::BTreeMap, fmt};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The form that this program writes, and the newest that it reads.
pub(super) const FORMAT: u32 = 1;

/// `manifest.json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// The form of the archive.
    pub format: u32,
    /// The version of the program that made it.
    pub program: String,
    /// When the snapshot was taken.
    pub made_at: DateTime<Utc>,
    /// The engine it was taken from.
    pub engine: String,
    /// The migrations that had been run.
    pub migrations: Vec<String>,
    /// Every table, those that others refer to first.
    pub tables: Vec<TableMark>,
    /// Every file.
    pub files: Vec<FileMark>,
    /// Files that the database speaks of and that were not on disk.
    pub missing_files: Vec<Uuid>,
    /// Files whose content was not what was once received.
    pub damaged_files: Vec<Uuid>,
    /// The installation's own small files: its secret, its configuration.
    pub keepsakes: Vec<Keepsake>,
    /// The head of each municipality's journal.
    pub journals: Vec<JournalMark>,
}

/// A table's content.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableMark {
    /// Its name.
    pub name: String,
    /// How many rows.
    pub rows: u64,
    /// SHA-256 over its rows as JSON lines, in the order of the primary key: the same on both engines.
    pub sha256: String,
}

/// A file's content.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileMark {
    /// The attachment.
    pub id: Uuid,
    /// Its size.
    pub bytes: u64,
    /// Its hash, in hexadecimal.
    pub sha256: String,
}

/// A small file of the data directory.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Keepsake {
    /// Its name in the data directory.
    pub name: String,
    /// Its hash, in hexadecimal.
    pub sha256: String,
}

/// The head of a journal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JournalMark {
    /// The kommunekode.
    pub tenant: String,
    /// The last sealed position.
    pub position: i64,
    /// The chain hash there.
    pub root: String,
}

impl fmt::Display for TableMark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} rows, {}", self.rows, self.sha256.get(..12).unwrap_or(&self.sha256))
    }
}

impl Manifest {
    /// Rows of all tables.
    pub fn rows(&self) -> u64 {
        self.tables.iter().map(|table| table.rows).sum()
    }

    /// Bytes of all files.
    pub fn file_bytes(&self) -> u64 {
        self.files.iter().map(|file| file.bytes).sum()
    }

    /// What was wrong already when it was made, in sentences.
    pub fn flaws(&self) -> Vec<String> {
        let missing = self.missing_files.iter().map(|id| format!("file {id} was not on disk"));
        let damaged = self.damaged_files.iter().map(|id| format!("file {id} was not what was received"));
        missing.chain(damaged).collect()
    }

    pub(super) fn files_by_id(&self) -> BTreeMap<Uuid, &FileMark> {
        self.files.iter().map(|file| (file.id, file)).collect()
    }
}
