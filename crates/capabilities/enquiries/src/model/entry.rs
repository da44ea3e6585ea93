//! What stands in a case's thread, and the parts of an answer that other teams owe. Pure.

use chrono::{DateTime, Utc};
use kernel::{CaseId, Code, PersonId, TeamId};

use super::{EntryId, PartId};

/// What is in a thread.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EntryKind {
    /// The company wrote.
    FromCompany,
    /// We replied.
    Reply,
    /// We asked for more.
    Question,
    /// We ended the case, with these words.
    Closing,
    /// For colleagues only. May still be read by the company if it asks for access to documents.
    Note,
    /// Another team's part of the answer; for colleagues.
    Part,
}

impl EntryKind {
    /// Every kind.
    pub const ALL: [Self; 6] =
        [Self::FromCompany, Self::Reply, Self::Question, Self::Closing, Self::Note, Self::Part];
    /// The stored form.
    pub const fn text(self) -> &'static str {
        match self {
            Self::FromCompany => "from_company",
            Self::Reply => "reply",
            Self::Question => "question",
            Self::Closing => "closing",
            Self::Note => "note",
            Self::Part => "part",
        }
    }
    /// Reads the stored form.
    pub fn from_text(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.text() == text)
    }
    /// Whether the company sees it.
    pub const fn is_for_company(self) -> bool {
        !matches!(self, Self::Note | Self::Part)
    }
}

/// One message in a thread.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its id.
    pub id: EntryId,
    /// The case.
    pub case: CaseId,
    /// What it is.
    pub kind: EntryKind,
    /// Who wrote it, where it was one of us.
    pub author: Option<PersonId>,
    /// When.
    pub at: DateTime<Utc>,
    /// What it says; empty once redacted.
    pub text: String,
    /// Why the text was taken out.
    pub redacted: Option<Code>,
}

/// A part of the answer that another team owes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// Its id.
    pub id: PartId,
    /// The case.
    pub case: CaseId,
    /// The team that owes it.
    pub team: TeamId,
    /// The promise.
    pub promise: kernel::PromiseId,
    /// What was asked.
    pub question: String,
    /// When it was asked.
    pub asked_at: DateTime<Utc>,
    /// When it was answered or released.
    pub ended_at: Option<DateTime<Utc>>,
    /// Why a leader released it.
    pub released: Option<String>,
    /// Why the question was taken out.
    pub redacted: Option<Code>,
}
