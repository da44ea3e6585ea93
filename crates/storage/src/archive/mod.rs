//! Backup, restore and move: a whole installation from one snapshot, in a form that both engines read.
//!
//! A backup is a plain tar file, so that what is in it can be seen and taken out with the tools of any Unix, also in
//! twenty years and without this program: each table as JSON lines in parts that are compressed by themselves (a damaged
//! byte costs one part, and is named), each file as it is, the installation's own small files, and a manifest with the
//! hash of everything. It holds the installation's secret and everything that companies wrote: it must be kept as
//! carefully as the installation itself. Nothing here knows what a table means.

mod content;
mod files;
mod intake;
mod manifest;
mod read;
mod row;
mod transfer;
mod write;

use std::{io, path::PathBuf, sync::Arc};

pub use content::{Content, ContentReader};
pub use intake::{Erasing, Intake};
pub use manifest::{FileMark, JournalMark, Keepsake, Manifest, TableMark};
pub use read::{Restored, check, restore};
pub use transfer::{Moved, Side, transfer};
pub use write::{Source, backup};

use crate::{DbError, StoreError};

/// How far a backup, restore or move is.
#[derive(Debug, Clone, Copy)]
pub struct Progress<'a> {
    /// A table's name, or `files`, or `backup` while one is read for the first time.
    pub what: &'a str,
    /// Rows, files or bytes so far.
    pub done: u64,
    /// Of so many; equal to `done` when this part is through.
    pub total: u64,
}

/// Hears how far it is; called from several threads.
pub type Listener = Arc<dyn Fn(Progress<'_>) + Send + Sync>;

/// Why nothing was backed up, restored or moved. Shown to the operator as it is; the target is as it was before.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
    /// Something is there already.
    #[error("the target is not empty: {0}. Only an empty one is filled, so that nothing is written over")]
    NotEmpty(String),
    /// The file is no backup.
    #[error("{0} is no backup of samspil")]
    NotAnArchive(PathBuf),
    /// Made by a newer program.
    #[error("the backup has format {0}, which this program does not know: a newer program made it")]
    Format(u32),
    /// A part says other than what was written.
    #[error("the backup is damaged: {entry}: {why}")]
    Damaged {
        /// Its name in the tar file.
        entry: String,
        /// What is wrong.
        why: String,
    },
    /// Source or backup is newer than the program.
    #[error(
        "the migration {0} has been run there, which this program does not know: it is older than the data"
    )]
    Newer(String),
    /// The source of a move is older than the program.
    #[error("the source lacks the migration {0}; run `samspil migrate` on it first")]
    Behind(String),
    /// The target's tables are of another time.
    #[error("the target has run the migration {0}, which the data has not; give an empty database")]
    TargetAhead(String),
    /// A row that cannot be carried.
    #[error("table {table}, column {column}: {why}")]
    Row {
        /// The table.
        table: String,
        /// The column.
        column: String,
        /// What is wrong.
        why: String,
    },
    /// What was read back is not what was written.
    #[error("table {table} reads back differently: {found} instead of {expected}")]
    Differs {
        /// The table.
        table: String,
        /// What stands there.
        found: String,
        /// What should.
        expected: String,
    },
    /// Someone writes to the source of a move.
    #[error("the source is being written to; stop the server first")]
    Busy,
    /// An erasure that cannot be read or carried out.
    #[error("erasures, line {line}: {why}")]
    Erasure {
        /// Counted from 1.
        line: usize,
        /// What is wrong.
        why: String,
    },
    /// The disk said no.
    #[error("{path}: {source}")]
    File {
        /// Where.
        path: PathBuf,
        /// What it said.
        source: io::Error,
    },
    /// The program was interrupted.
    #[error("interrupted")]
    Interrupted,
    /// The engine said no.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The database could not be opened or migrated.
    #[error(transparent)]
    Db(#[from] DbError),
}

impl ArchiveError {
    /// Whether there was no room left, on disk or in the database.
    pub fn is_full(&self) -> bool {
        match self {
            Self::Store(error) => error.is_full(),
            Self::File { source, .. } => crate::attachments::is_full(source),
            _ => false,
        }
    }
}

impl From<sea_orm::DbErr> for ArchiveError {
    fn from(error: sea_orm::DbErr) -> Self {
        Self::Store(error.into())
    }
}

impl From<tokio::task::JoinError> for ArchiveError {
    fn from(_: tokio::task::JoinError) -> Self {
        Self::Interrupted
    }
}

/// Names the file in an error of the disk.
fn at(path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> ArchiveError {
    let path = path.into();
    |source| ArchiveError::File { path, source }
}
