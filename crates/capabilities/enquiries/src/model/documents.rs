//! Requests for access to documents, whose clock is the law's. Pure.

use super::Case;

/// The guide's own subject of such requests.
pub const ACCESS_TO_DOCUMENTS: &str = "access-to-documents";

impl Case {
    /// Whether it asks for access to documents.
    pub fn is_for_documents(&self) -> bool {
        self.topic.as_str() == ACCESS_TO_DOCUMENTS
    }
}
