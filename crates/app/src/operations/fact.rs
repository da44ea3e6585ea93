//! What operators do, for the journal.

use chrono::{DateTime, Utc};
use kernel::{AttachmentId, Code, Fact};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A line of the operations pages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "word", rename_all = "snake_case")]
pub enum OperationsFact {
    /// A dead job was put back into the queue.
    JobRetried {
        /// Which.
        job: Uuid,
    },
    /// A dead job was taken out: what it was to do is not done.
    JobDiscarded {
        /// Which.
        job: Uuid,
        /// `capability.what`.
        kind: Code,
        /// Why it had died.
        reason: Option<Code>,
    },
    /// The installation was backed up into a file.
    BackupMade {
        /// What the file holds is of this moment.
        made_at: DateTime<Utc>,
        /// Its size.
        bytes: u64,
        /// Rows of all tables.
        rows: u64,
        /// Files of companies and officers.
        files: u64,
        /// Files that were missing or not as they were received.
        discrepancies: u64,
    },
    /// The virus scanner found something in a file that had been kept before it could look: it is handed to nobody.
    FileInfected {
        /// Which.
        file: AttachmentId,
    },
    /// The installation was restored from a backup: what happened between the two times is gone.
    Restored {
        /// SHA-256 of the backup's file, in hex, as `sha256sum` prints it.
        archive: String,
        /// When the backup was made.
        made_at: DateTime<Utc>,
        /// The journal's last position then.
        position: i64,
        /// What was not in order when it was backed up and was restored all the same.
        discrepancies: u32,
        /// Erasures that were carried out again.
        erasures: u32,
    },
}

impl Fact for OperationsFact {
    const CAPABILITY: &'static str = "operations";
}
