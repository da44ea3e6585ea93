//! Where things are kept: two database engines behind one set of types, transactions bound to a tenant and an actor,
//! the sealed journal, jobs, and files.
//!
//! Differences between SQLite and PostgreSQL live in this crate and nowhere else. No rule of the town stands here.
#![warn(missing_docs)]

pub mod archive;
mod attachments;
mod db;
mod erasures;
mod error;
mod jobs;
mod journal;
mod kept;
mod keys;
mod once;
mod schema;
mod seal;
mod tx;

pub use attachments::{
    ATTACHMENTS_TABLE, ArrivalError, Arrived, Arriving, Attachment, AttachmentOwner, Attachments, Disk,
    FileError, FileLimits, InvalidScanner, NewAttachment, Scan, Scanner, ScannerProblem, Verdict,
};
pub use db::{Db, DbError, Durability, Engine, Target, Watcher};
pub use erasures::{
    Erased, Erasure, ErasuresError, WriteErasures, erased_rows, read_erasures, record_erasure, write_erasures,
};
pub use error::StoreError;
pub use jobs::{
    Job, JobError, JobHandler, JobRow, JobState, Jobs, Timer, dead_job, discard_dead_job, forget_done_jobs,
    job_counts, jobs_in_state, late_jobs, retry_dead_job, run_due_jobs,
};
pub use journal::{
    Line, LineFilter, NewLine, capability_lines, lines, lines_after, newest_line, sealed_position,
};
pub use kept::{forget_kept_pages, keep_page, kept_page};
pub use keys::{Keys, Token, TokenHash, fingerprint};
pub use once::{Once, forget_once_before, once, remember_once};
pub use schema::{Column, ColumnKind, Migration, Step, Table, current_tables};
pub use seal::{Discrepancy, Root, Verification, last_sealed_at, roots, seal, sign_root, verify};
pub use tx::{Read, Reader, TenantTable, Tx};

/// The tables of this crate.
pub fn migrations() -> Vec<Migration> {
    vec![
        journal::MIGRATION,
        jobs::MIGRATION,
        once::MIGRATION,
        attachments::MIGRATION,
        erasures::MIGRATION,
        kept::MIGRATION,
    ]
}

/// For [`tenant_table!`].
#[doc(hidden)]
pub use sea_orm;

/// Tells [`Reader::find`] which column of an entity is the tenant.
#[macro_export]
macro_rules! tenant_table {
    ($($entity:ident),* $(,)?) => {
        $(impl $crate::TenantTable for $entity::Entity {
            fn tenant_column() -> Self::Column {
                $entity::Column::TenantId
            }
        })*
    };
}
