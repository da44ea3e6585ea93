//! A list that is being brought: its kind, how far it is, and what may be done with it.

use chrono::{DateTime, Utc};
use kernel::{AttachmentId, PersonId};
use serde::{Deserialize, Serialize};

use super::Columns;

kernel::id!(
    /// A list that was brought.
    ImportId
);

/// What a list is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ListKind {
    /// People at companies.
    Contacts,
    /// Visits and other contacts that were.
    Visits,
    /// Receivers of a newsletter.
    Newsletter,
}

impl ListKind {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Self; 3] = [Self::Contacts, Self::Visits, Self::Newsletter];

    /// As stored.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Contacts => "contacts",
            Self::Visits => "visits",
            Self::Newsletter => "newsletter",
        }
    }

    /// Reads a code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }

    /// Whether a row without a company says nothing.
    pub const fn needs_company(self) -> bool {
        matches!(self, Self::Contacts | Self::Visits)
    }
}

/// How far a list is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ImportState {
    /// The file is here; its sheet and headings are to be chosen.
    Uploaded,
    /// The columns are to be said.
    Columns,
    /// Its rows are being looked at.
    Trying,
    /// It is known what becomes of each row.
    Tried,
    /// Rows are being taken in.
    Importing,
    /// All rows that were to be taken are in.
    Done,
    /// What it brought is gone again.
    TakenBack,
    /// It was given up before anything was taken.
    Dropped,
}

impl ImportState {
    const ALL: [Self; 8] = [
        Self::Uploaded,
        Self::Columns,
        Self::Trying,
        Self::Tried,
        Self::Importing,
        Self::Done,
        Self::TakenBack,
        Self::Dropped,
    ];

    /// As stored.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Uploaded => "uploaded",
            Self::Columns => "columns",
            Self::Trying => "trying",
            Self::Tried => "tried",
            Self::Importing => "importing",
            Self::Done => "done",
            Self::TakenBack => "taken_back",
            Self::Dropped => "dropped",
        }
    }

    /// Reads a code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.code() == code)
    }

    /// Whether nothing has been taken in yet, so that sheet, columns and decisions may still change.
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Uploaded | Self::Columns | Self::Tried)
    }
}

/// A list that was brought.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListImport {
    /// Which.
    pub id: ImportId,
    /// What it is of.
    pub kind: ListKind,
    /// How far it is.
    pub state: ImportState,
    /// The file.
    pub file: AttachmentId,
    /// What the file was called.
    pub file_name: String,
    /// Who brought it.
    pub by: PersonId,
    /// When.
    pub at: DateTime<Utc>,
    /// The name of the sheet that was chosen.
    pub sheet: String,
    /// The line of the headings, counted from 1.
    pub header: usize,
    /// The headings.
    pub headings: Vec<String>,
    /// Which column says what.
    pub columns: Columns,
    /// Whether the file counts days from 1904.
    pub is_1904: bool,
    /// How many rows it has.
    pub rows: usize,
    /// When it was done, or taken back.
    pub ended_at: Option<DateTime<Utc>>,
    /// When its rows and its file were forgotten.
    pub cleared_at: Option<DateTime<Utc>>,
}

/// Where something comes from that was brought.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// The list.
    pub import: ImportId,
    /// What the file was called.
    pub file_name: String,
    /// When it was brought.
    pub at: DateTime<Utc>,
    /// By whom.
    pub by: PersonId,
    /// The row.
    pub row: usize,
}

/// Why something cannot be done with a list. `Display` is the message key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ImportRefusal {
    /// No kind was chosen.
    #[error("relations-import-kind-missing")]
    KindMissing,
    /// No file came.
    #[error("relations-file-missing")]
    FileMissing,
    /// Larger than what is taken.
    #[error("relations-file-too-large")]
    FileTooLarge,
    /// The file cannot be read.
    #[error("{0}")]
    Unreadable(super::ReadRefusal),
    /// No such sheet or line.
    #[error("relations-import-no-such-line")]
    NoSuchLine,
    /// Nothing below the headings.
    #[error("relations-file-no-rows")]
    NoRows,
    /// A column that the kind cannot do without was not said.
    #[error("relations-import-column-needed")]
    ColumnNeeded,
    /// One column was said to be two things.
    #[error("relations-import-column-twice")]
    ColumnTwice,
    /// It is too far, or not far enough, for that.
    #[error("relations-import-not-now")]
    NotNow,
    /// Rows wait for a company to be chosen.
    #[error("relations-import-nothing-to-take")]
    NothingToTake,
    /// Something stands on what was brought: it was changed, or its receiver was asked.
    #[error("relations-import-stands-on-it")]
    StandsOnIt,
}
impl kernel::Refusal for ImportRefusal {}

impl ListImport {
    /// The same list at its end: one that was left lying before anything was taken is given up.
    #[must_use]
    pub fn ended(self) -> Self {
        let is_ended =
            matches!(self.state, ImportState::Done | ImportState::TakenBack | ImportState::Dropped);
        if is_ended { self } else { Self { state: ImportState::Dropped, ..self } }
    }

    /// Whether sheet, columns and decisions may still change.
    pub fn check_open(&self) -> Result<(), ImportRefusal> {
        if self.state.is_open() { Ok(()) } else { Err(ImportRefusal::NotNow) }
    }
}
