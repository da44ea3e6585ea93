//! What operators do, for the journal.

use kernel::Fact;
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
}

impl Fact for OperationsFact {
    const CAPABILITY: &'static str = "operations";
}
