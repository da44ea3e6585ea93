//! Where mails are fetched from. Nothing is taken away before whoever reads them says that it is committed: a program that
//! dies in between gets the mail again, and [`super::take`] knows it again.

use async_trait::async_trait;

use super::{ImapProblem, MaildirProblem};

/// A mail as it was fetched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fetched {
    /// What the source calls it.
    pub name: String,
    /// All of it.
    pub bytes: Vec<u8>,
}

/// A mailbox.
#[async_trait]
pub trait MailSource: Send {
    /// The next mail of this round; `None` when all were handed out, and then the next round begins. What was handed out and
    /// is neither committed nor set aside comes again in it.
    async fn next(&mut self) -> Result<Option<Fetched>, SourceProblem>;

    /// What became of the mail is committed: it is marked as read and does not come again.
    async fn committed(&mut self, mail: &Fetched) -> Result<(), SourceProblem>;

    /// The mail cannot be read: it is kept, unread and flagged for a person, and does not come again.
    async fn set_aside(&mut self, mail: &Fetched) -> Result<(), SourceProblem>;
}

/// Why a mailbox cannot be read, in a sentence for the operator.
#[derive(Debug, thiserror::Error)]
pub enum SourceProblem {
    /// A folder on this machine.
    #[error(transparent)]
    Maildir(#[from] MaildirProblem),
    /// A mailbox on another machine.
    #[error(transparent)]
    Imap(#[from] ImapProblem),
}
