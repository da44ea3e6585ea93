//! The ways a message can go: to a mail server; in the demo into a mailbox that nobody outside can see; and where no mail
//! server is set up, nowhere yet.

use std::time::{Duration, SystemTime};

use chrono::{DateTime, Utc};
use kernel::{Code, Email, MessageId, TenantId};
use lettre::{
    Address, AsyncSmtpTransport, AsyncTransport, Tokio1Executor,
    message::{
        Mailbox, MultiPart,
        header::{Header, HeaderName, HeaderValue},
    },
    transport::smtp::{
        Error as SmtpError,
        response::{Category, Severity},
    },
};

use uuid::Uuid;

use crate::{
    SmtpProblem, SmtpSettings,
    incoming::{LOOP_HEADER, ReplyKeys},
    tls::TlsTrouble,
};

/// How long one mail may take, all commands together. Shorter than a claim, so that a slow delivery is never begun twice.
const SEND_TIMEOUT: Duration = Duration::from_mins(1);

/// Takes messages out of the house.
#[derive(Clone)]
pub enum Mailer {
    /// A mail server.
    Smtp(Box<SmtpMailer>),
    /// Nothing leaves: the message is shown at `/drift/post`. For the demo.
    Captured,
    /// No mail server is set up. Messages wait, and go when there is one, unless they have grown too old.
    Missing,
}

impl std::fmt::Debug for Mailer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Smtp(smtp) => f.debug_tuple("Smtp").field(&smtp.settings).finish(),
            Self::Captured => f.write_str("Captured"),
            Self::Missing => f.write_str("Missing"),
        }
    }
}

/// A mail server, ready to be spoken to.
#[derive(Clone)]
pub struct SmtpMailer {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    settings: SmtpSettings,
    /// Where answers are read by the program itself.
    answers: Option<(Email, ReplyKeys)>,
}

/// One mail as it leaves.
#[derive(Debug, Clone)]
pub struct Letter {
    /// The message; also the mail's stable Message-ID, by which a receiver knows a second copy.
    pub id: MessageId,
    /// The municipality.
    pub tenant: TenantId,
    /// What it refers to: all mails about it are one thread in a mail program.
    pub reference: Uuid,
    /// To whom.
    pub to: Email,
    /// The recipient's name; may be empty.
    pub to_name: String,
    /// One line.
    pub subject: String,
    /// Plain text.
    pub text: String,
    /// HTML; may be empty.
    pub html: String,
    /// When it was written.
    pub written_at: DateTime<Utc>,
}

/// Why a mail did not go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MailFailure {
    /// It may go later.
    Temporary(Code),
    /// It never will.
    Permanent(Code),
}

/// RFC 3834: keeps absence notices and other robots from answering.
#[derive(Clone)]
struct AutoSubmitted;

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }
    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }
    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}

/// By which a mail of ours that comes back to us is known.
#[derive(Clone)]
struct Loop(String);

impl Header for Loop {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str(LOOP_HEADER)
    }
    fn parse(text: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self(text.to_owned()))
    }
    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), self.0.clone())
    }
}

impl Mailer {
    /// A mailer for these settings; refuses those that cannot work. Does not speak to the server.
    pub fn smtp(settings: SmtpSettings) -> Result<Self, SmtpProblem> {
        let transport = settings.transport()?;
        Ok(Self::Smtp(Box::new(SmtpMailer { transport, settings, answers: None })))
    }

    /// With answers that the program itself reads: each mail is answered at an address of its own, made of this one. What the
    /// settings say of `reply_to` is for those who read answers themselves.
    #[must_use]
    pub fn answered_at(self, at: Email, keys: ReplyKeys) -> Self {
        match self {
            Self::Smtp(smtp) => Self::Smtp(Box::new(SmtpMailer { answers: Some((at, keys)), ..*smtp })),
            other => other,
        }
    }

    /// Whether no mail server is set up.
    pub const fn is_missing(&self) -> bool {
        matches!(self, Self::Missing)
    }

    /// Whether answers to our mails are read by the program itself. A demo's mails read as they would then.
    pub fn takes_answers(&self) -> bool {
        match self {
            Self::Smtp(smtp) => smtp.answers.is_some(),
            Self::Captured => true,
            Self::Missing => false,
        }
    }

    /// Asks the server whether it would take mail from us: for `doctor`.
    pub async fn check(&self) -> Result<(), SmtpProblem> {
        let Self::Smtp(smtp) = self else { return Ok(()) };
        let host = &smtp.settings.host;
        let unreachable = |reason: String| SmtpProblem::Unreachable { host: host.clone(), reason };
        match tokio::time::timeout(SEND_TIMEOUT, smtp.transport.test_connection()).await {
            Ok(Ok(true)) => Ok(()),
            Ok(Ok(false)) => Err(unreachable("it closed the connection".to_owned())),
            Ok(Err(error)) => Err(unreachable(match tls_trouble(&error) {
                Some(trouble) => trouble.sentence("smtp", host, 465),
                None => error.to_string(),
            })),
            Err(_) => Err(unreachable("it did not answer in time".to_owned())),
        }
    }
}

impl SmtpMailer {
    pub(crate) async fn send(&self, letter: &Letter) -> Result<(), MailFailure> {
        let mail = self.compose(letter)?;
        match tokio::time::timeout(SEND_TIMEOUT, self.transport.send(mail)).await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(error)) => Err(failure(&error)),
            Err(_) => Err(MailFailure::Temporary(code("timeout"))),
        }
    }

    fn compose(&self, letter: &Letter) -> Result<lettre::Message, MailFailure> {
        let settings = &self.settings;
        // No mail has this id: it is what the mails about one thing have in common.
        let thread = format!("<{}@{}>", letter.reference, settings.from.domain());
        let mut builder = lettre::Message::builder()
            .from(mailbox(&settings.from, &settings.from_name)?)
            .to(mailbox(&letter.to, &letter.to_name)?)
            .subject(one_line(&letter.subject))
            .message_id(Some(format!("<{}@{}>", letter.id, settings.from.domain())))
            .in_reply_to(thread.clone())
            .references(thread)
            .date(SystemTime::from(letter.written_at))
            .header(AutoSubmitted)
            .header(Loop(settings.from.domain().to_owned()));
        let own = self.answers.as_ref().map(|(at, keys)| keys.address(at, letter.tenant, letter.id));
        if let Some(reply_to) = own.as_ref().or(settings.reply_to.as_ref()) {
            builder = builder.reply_to(mailbox(reply_to, "")?);
        }
        let mail = if letter.html.is_empty() {
            builder.singlepart(lettre::message::SinglePart::plain(letter.text.clone()))
        } else {
            builder.multipart(MultiPart::alternative_plain_html(letter.text.clone(), letter.html.clone()))
        };
        mail.map_err(|_| MailFailure::Permanent(code("compose")))
    }
}

fn mailbox(address: &Email, name: &str) -> Result<Mailbox, MailFailure> {
    let address: Address = address.as_str().parse().map_err(|_| MailFailure::Permanent(code("address")))?;
    let name = one_line(name);
    Ok(Mailbox::new((!name.is_empty()).then_some(name), address))
}

/// A header has one line. The library encodes what it must; a line break has no business in it at all.
fn one_line(text: &str) -> String {
    text.split(char::is_control).collect::<Vec<_>>().join(" ").trim().to_owned()
}

/// Only a no to this mail itself is final: 550-554 and their kin. A refused sign-in (53x) is a matter between the operator
/// and the server, and no reason to lose what waits.
fn failure(error: &SmtpError) -> MailFailure {
    tracing::warn!(reason = %reason(error), "a mail could not be sent");
    let is_final = error.status().is_some_and(|status| {
        status.severity == Severity::PermanentNegativeCompletion && status.category == Category::MailSystem
    });
    if is_final { MailFailure::Permanent(reason(error)) } else { MailFailure::Temporary(reason(error)) }
}

/// A code without any of the server's words: they may hold the recipient's address.
fn reason(error: &SmtpError) -> Code {
    match error.status() {
        Some(status) => code(&format!("smtp-{status}")),
        None if error.is_timeout() => code("timeout"),
        None if tls_trouble(error).is_some() => code(tls_trouble(error).map_or("tls", TlsTrouble::code)),
        None if error.is_tls() => code("tls"),
        None if error.is_client() => code("client"),
        None if error.is_response() => code("response"),
        None => code("connection"),
    }
}

/// Whether it was TLS, and what about it: the library says "connection error" of all of them, and keeps the cause within.
fn tls_trouble(error: &SmtpError) -> Option<TlsTrouble> {
    // The library has no name of its own for this one.
    if error.is_client() && error.to_string().contains("STARTTLS") {
        return Some(TlsTrouble::NotOffered);
    }
    std::error::Error::source(error).and_then(TlsTrouble::behind)
}

fn code(text: &str) -> Code {
    text.parse()
        .unwrap_or_else(|_| unreachable!("reason codes are made of the program's own words and digits"))
}
