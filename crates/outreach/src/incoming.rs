//! Mail that comes in: who wrote, what was written above what it quotes of ours, what came with it, and whether a person
//! wrote it at all. Reading is pure: bytes in, facts out, no clock and no database.
//!
//! Nothing here acts on what a mail says: whoever sends one writes anything into it, and any sender over it.

mod bounce;
mod files;
mod headers;
mod hypertext;
mod imap;
mod maildir;
mod nature;
mod oauth;
mod parts;
mod quote;
mod reply_address;
mod source;
mod vouched;

use kernel::{Email, MessageId};
use sha2::{Digest, Sha256};
use uuid::Uuid;

pub(crate) use self::{bounce::ours, nature::LOOP_HEADER};
pub use self::{
    files::IncomingFile,
    imap::{Imap, ImapProblem, ImapSettings, ImapTls},
    maildir::{Maildir, MaildirProblem, MaildirSettings},
    nature::Automatic,
    oauth::{OAuthProblem, OAuthSettings},
    reply_address::{ReplyAddressTooLong, ReplyKeys},
    source::{Fetched, MailSource, SourceProblem},
    vouched::Vouched,
};
use self::{headers::Head, parts::Parts};
pub use crate::store::incoming::{
    Answered, AnsweredBy, Fate, IncomingId, Kept, WAITING_PER_PAGE, WaitingMail, answered, bounced,
    count_waiting, counts, end, one, take, wait, waiting, was_taken,
};

/// The largest mail that is read. Exchange takes 36 MB, most others 25.
pub const MAIL_BYTES_MAX: usize = 50 * 1024 * 1024;
/// The longest subject that is kept, in characters.
const SUBJECT_CHARS_MAX: usize = 300;
/// The longest name of a sender that is kept, in characters.
const NAME_CHARS_MAX: usize = 150;
/// Headers of mail servers that are looked at: far beyond how many a mail passes.
const RESULTS_MAX: usize = 50;
/// Addresses that are looked at, and mails that one can answer.
const ADDRESSES_MAX: usize = 100;

/// A mail that came in, read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Incoming {
    /// Names the mail: from its Message-ID and its body, so that two copies that came two ways are one.
    pub key: Uuid,
    /// Who wrote it, as it says itself. Proves nothing.
    pub from: Email,
    /// What the sender calls itself; may be empty.
    pub from_name: String,
    /// Whether exactly one `From` names exactly one address, and that is it: only such a sender can be believed at all.
    pub is_sole_sender: bool,
    /// What mail servers on the way say of it, the last of them first: see [`Incoming::vouched`].
    pub results: Vec<String>,
    /// Every address it came by.
    pub to: Vec<Email>,
    /// The Message-IDs that it answers, without brackets, the nearest first.
    pub answers: Vec<String>,
    /// One line; may be empty.
    pub subject: String,
    /// What was written. [`Incoming::without_quote`] takes away what it quotes of ours.
    pub text: String,
    /// What came with it.
    pub files: Vec<IncomingFile>,
    /// Whether a person wrote it.
    pub nature: Nature,
}

/// Whether a person wrote a mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Nature {
    /// As far as one can see, yes.
    Written,
    /// A program did.
    Automatic(Automatic),
    /// A mail server did, about mails that could not be delivered, or not yet.
    Bounced(Vec<Bounce>),
}

impl Nature {
    /// The stored word.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Written => "written",
            Self::Automatic(automatic) => automatic.code(),
            Self::Bounced(_) => "bounced",
        }
    }
}

/// What a mail server says about one of our mails and one receiver.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bounce {
    /// Which mail of ours, where it says so.
    pub message: Option<MessageId>,
    /// Whether it has given up.
    pub is_final: bool,
    /// RFC 3463, such as `5.1.1`; empty where none stands in it.
    pub status: String,
}

/// Why a mail cannot be read. It stays where it is, for a person to look at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// These bytes are no mail.
    #[error("this is no mail: no header can be read in it")]
    NoMail,
    /// Nobody to answer.
    #[error("the mail names no sender that could be answered")]
    NoSender,
    /// Larger than [`MAIL_BYTES_MAX`].
    #[error("the mail is larger than 50 MB")]
    TooLarge,
    /// Of more parts than any mail that people write.
    #[error("the mail has more parts than any mail that a person writes")]
    TooManyParts,
}

impl Incoming {
    /// Reads a mail. Takes any bytes, and never panics over them.
    pub fn parse(bytes: &[u8]) -> Result<Self, Unreadable> {
        if bytes.len() > MAIL_BYTES_MAX {
            return Err(Unreadable::TooLarge);
        }
        let parts = Parts::of(bytes)?;
        let head = Head::of(&parts);
        let text = parts.text();
        let subject = head.subject(SUBJECT_CHARS_MAX);
        let nature = nature::of(&parts, &head, &subject, &text);
        let (from, from_name) = match (head.sender(NAME_CHARS_MAX), &nature) {
            (Some(sender), _) => sender,
            // Mail servers that sign with a name that is no address still have something to tell.
            (None, Nature::Bounced(_)) => (nobody()?, String::new()),
            (None, _) => return Err(Unreadable::NoSender),
        };
        let files = files::of(&parts);
        Ok(Self {
            key: key(&parts, &head),
            is_sole_sender: head.has_sole_sender(),
            results: head.results(RESULTS_MAX),
            from,
            from_name,
            to: head.receivers(ADDRESSES_MAX),
            answers: head.answers(ADDRESSES_MAX),
            subject,
            text,
            files,
            nature,
        })
    }

    /// Takes away what the mail quotes of ours: all from the line on with which our mails begin, and the line above it with
    /// which mail programs introduce a quote. `markers` are that line in each language. Where none is found, all is kept.
    #[must_use]
    pub fn without_quote(self, markers: &[&str]) -> Self {
        let text = quote::above(&self.text, markers);
        Self { text, ..self }
    }

    /// The text without the signature (RFC 3676 4.3), the line that a telephone adds, and quoted lines at the end: for what
    /// goes on to somebody who must not read the quote.
    pub fn unsigned(&self) -> String {
        quote::unsigned(&self.text)
    }

    /// Whether the server of this name (its `authserv-id`) vouches for the sender.
    pub fn vouched(&self, server: &str) -> Vouched {
        vouched::vouched(&self.results, server, &self.from)
    }

    /// Whether its subject begins as an absence notice does. Alone no proof that a robot wrote it: enough where a robot's words
    /// must on no account be taken for a person's.
    pub fn is_like_absence(&self) -> bool {
        nature::is_absence(&self.subject)
    }
}

/// RFC 2606: an address that nobody has.
fn nobody() -> Result<Email, Unreadable> {
    "mailer-daemon@unknown.invalid".parse().map_err(|_| Unreadable::NoSender)
}

/// From the Message-ID and the body; from all of it where there is no Message-ID. Line ends do not count: they change on
/// the way.
fn key(parts: &Parts<'_>, head: &Head<'_>) -> Uuid {
    let mut hash = Sha256::new();
    let bytes = match head.message_id() {
        Some(id) => {
            hash.update(id.as_bytes());
            hash.update([0]);
            parts.body()
        }
        None => parts.bytes(),
    };
    let end = bytes.iter().rposition(|byte| !byte.is_ascii_whitespace()).map_or(0, |last| last + 1);
    for line in bytes.get(..end).unwrap_or_default().split(|byte| *byte == b'\r') {
        hash.update(line);
    }
    let digest = hash.finalize();
    let mut first = [0_u8; 16];
    first.iter_mut().zip(digest.iter()).for_each(|(to, from)| *to = *from);
    uuid::Builder::from_custom_bytes(first).into_uuid()
}
