//! The way to the municipality's archive (its ESDH system): a package leaves the house for a folder or for a receiver that
//! speaks HTTP, and a receipt comes back. What stands in a package is not known here.

mod folder;
mod http;

use std::fs::File;

pub use folder::FolderArchive;
pub use http::{HttpArchive, HttpMethod, ReceiptAt};
use uuid::Uuid;

/// So much of what a receiver answered is kept, in characters.
const ANSWER_CHARS_MAX: usize = 200;

/// Where packages go.
#[derive(Debug, Clone, Default)]
pub enum Archive {
    /// Nowhere: what is to be filed is filed by hand.
    #[default]
    None,
    /// A folder that the archive empties.
    Folder(FolderArchive),
    /// A receiver that answers with a number.
    Http(HttpArchive),
}

/// A package, ready to go.
#[derive(Debug)]
pub struct Package {
    /// Its id: a receiver that gets the same one twice keeps it once.
    pub id: Uuid,
    /// Its file name, of letters, digits, `-` and `.`.
    pub name: String,
    /// Its content, read from the beginning.
    pub file: File,
    /// Its size.
    pub bytes: u64,
    /// SHA-256 in hexadecimal.
    pub sha256: String,
}

/// How a delivery went that did not fail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Delivered {
    /// The archive has it, under this number.
    Received(String),
    /// It lies there, and the archive has not said yet that it has it.
    Waiting,
}

/// Why a package did not arrive.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ArchiveFailure {
    /// It can be tried again.
    #[error("{0}")]
    Temporary(String),
    /// Trying again does not help: a person must look.
    #[error("{0}")]
    Refused(String),
}

impl Archive {
    /// Whether packages go anywhere.
    pub const fn is_there(&self) -> bool {
        !matches!(self, Self::None)
    }

    /// Delivers a package. Done a second time it leaves one package there. Blocks until it is there.
    pub fn deliver(&self, package: &mut Package) -> Result<Delivered, ArchiveFailure> {
        match self {
            Self::None => Err(ArchiveFailure::Temporary("no archive is configured".to_owned())),
            Self::Folder(folder) => folder.deliver(package),
            Self::Http(receiver) => receiver.deliver(package),
        }
    }

    /// Whether packages would be taken; leaves nothing behind. Blocks until that is known.
    pub fn check(&self) -> Result<(), ArchiveFailure> {
        match self {
            Self::None => Ok(()),
            Self::Folder(folder) => folder.check(),
            Self::Http(receiver) => receiver.check(),
        }
    }

    /// Where packages go, in words for an operator; never with a secret.
    pub fn place(&self) -> String {
        match self {
            Self::None => String::new(),
            Self::Folder(folder) => folder.path.display().to_string(),
            Self::Http(receiver) => receiver.url.clone(),
        }
    }
}

/// The first words of an answer, in one line, without what no reader can see.
fn first_words(answer: &str) -> String {
    let text: String = answer.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    words.chars().take(ANSWER_CHARS_MAX).collect()
}
