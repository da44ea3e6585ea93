//! A mailbox that a mail server on this machine delivers into, one file for each mail. A mail moves from `new` to `cur` when
//! it is dealt with; `tmp` belongs to the server. Nothing is ever deleted here.

use std::{
    collections::VecDeque,
    io::ErrorKind,
    path::{Path, PathBuf},
};

use async_trait::async_trait;
use serde::Deserialize;
use tokio::fs;

use super::{Fetched, MAIL_BYTES_MAX, MailSource, SourceProblem};

/// The flags of the format: seen; flagged, and not seen.
const SEEN: char = 'S';
const UNREAD_FLAGGED: char = 'F';
/// Mails that are listed at once.
const LISTED_MAX: usize = 10_000;

/// The folder.
///
/// ```
/// let settings: outreach::incoming::MaildirSettings =
///     toml::from_str("path = \"/var/mail/samspil\"").unwrap();
/// assert!(settings.check().is_err(), "no such folder here");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MaildirSettings {
    /// The folder that holds `new`, `cur` and `tmp`.
    pub path: PathBuf,
}

/// Why the folder cannot be used. Shown to the operator as it is.
#[derive(Debug, thiserror::Error)]
pub enum MaildirProblem {
    /// It is something else.
    #[error("mail: {0} is no Maildir: it has no folder {1}; let the mail server make it, or run maildirmake")]
    NoMaildir(PathBuf, &'static str),
    /// Read mails could not be moved.
    #[error(
        "mail: cannot write into {path}: {source}; give the program's user the right to, or mails come in again and again"
    )]
    NotWritable {
        /// Which folder.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A file or folder cannot be read or moved.
    #[error("mail: {path}: {source}")]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
}

impl MaildirSettings {
    /// Whether mails can be read here and moved when they are dealt with: for `doctor`.
    pub fn check(&self) -> Result<(), MaildirProblem> {
        for folder in ["new", "cur", "tmp"] {
            if !self.path.join(folder).is_dir() {
                return Err(MaildirProblem::NoMaildir(self.path.clone(), folder));
            }
        }
        let listed = self.path.join("new");
        std::fs::read_dir(&listed).map_err(file_problem(&listed))?;
        for folder in ["new", "cur"] {
            let path = self.path.join(folder);
            let trial = path.join(format!(".samspil-{}", std::process::id()));
            let written = std::fs::write(&trial, []).and_then(|()| std::fs::remove_file(&trial));
            written.map_err(|source| MaildirProblem::NotWritable { path, source })?;
        }
        Ok(())
    }
}

fn file_problem(path: &Path) -> impl FnOnce(std::io::Error) -> MaildirProblem {
    move |source| MaildirProblem::File { path: path.to_owned(), source }
}

/// A Maildir that is read.
#[derive(Debug)]
pub struct Maildir {
    path: PathBuf,
    /// The mails of this round; `None` between rounds.
    round: Option<VecDeque<String>>,
}

impl Maildir {
    /// Opens it; refuses what is none.
    pub fn open(settings: &MaildirSettings) -> Result<Self, MaildirProblem> {
        settings.check()?;
        Ok(Self { path: settings.path.clone(), round: None })
    }

    /// The new mails, in the order of their names: servers begin them with the second of delivery.
    async fn list(&self) -> Result<VecDeque<String>, MaildirProblem> {
        let folder = self.path.join("new");
        let mut listing = fs::read_dir(&folder).await.map_err(file_problem(&folder))?;
        let mut names = Vec::new();
        while let Some(entry) = listing.next_entry().await.map_err(file_problem(&folder))? {
            let Ok(name) = entry.file_name().into_string() else { continue };
            if !name.starts_with('.') && names.len() < LISTED_MAX {
                names.push(name);
            }
        }
        names.sort_unstable();
        Ok(names.into())
    }

    /// A mail's content; `None` when it is gone, is no file, or was set aside because it is too large.
    async fn read(&self, name: &str) -> Result<Option<Vec<u8>>, MaildirProblem> {
        let path = self.path.join("new").join(name);
        let about = match fs::metadata(&path).await {
            Ok(about) if about.is_file() => about,
            Ok(_) => return Ok(None),
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(file_problem(&path)(error)),
        };
        if about.len() > MAIL_BYTES_MAX as u64 {
            tracing::warn!(
                name,
                bytes = about.len(),
                "a mail is too large to be read and was flagged for a person"
            );
            self.file_away(name, UNREAD_FLAGGED).await?;
            return Ok(None);
        }
        match fs::read(&path).await {
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            outcome => outcome.map(Some).map_err(file_problem(&path)),
        }
    }

    /// Moves a mail to those that were seen by the mail program, with a flag.
    async fn file_away(&self, name: &str, flag: char) -> Result<(), MaildirProblem> {
        let path = self.path.join("new").join(name);
        let base = name.split(":2,").next().unwrap_or(name);
        let to = self.path.join("cur").join(format!("{base}:2,{flag}"));
        match fs::rename(&path, &to).await {
            // A mail program was quicker.
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
            outcome => outcome.map_err(file_problem(&path)),
        }
    }
}

#[async_trait]
impl MailSource for Maildir {
    async fn next(&mut self) -> Result<Option<Fetched>, SourceProblem> {
        let mut round = match self.round.take() {
            Some(round) => round,
            None => self.list().await?,
        };
        while let Some(name) = round.pop_front() {
            if let Some(bytes) = self.read(&name).await? {
                self.round = Some(round);
                return Ok(Some(Fetched { name, bytes }));
            }
        }
        Ok(None)
    }

    async fn committed(&mut self, mail: &Fetched) -> Result<(), SourceProblem> {
        Ok(self.file_away(&mail.name, SEEN).await?)
    }

    async fn set_aside(&mut self, mail: &Fetched) -> Result<(), SourceProblem> {
        Ok(self.file_away(&mail.name, UNREAD_FLAGGED).await?)
    }
}
