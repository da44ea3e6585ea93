//! Messages that go out, by mail or to a telephone: each with a purpose and a legal basis, written in the transaction that causes it, delivered after.
//! Mails that come in: read, taken once, and handed to whoever knows what they are about.
//!
//! A text stands in a row that can be erased; the journal keeps its fingerprint. No wording stands here: a capability
//! renders its own mails in both languages. Audiences and the contact budget come with the first capability that writes
//! to many.
#![warn(missing_docs)]

pub mod archive;
mod deliver;
mod entity;
mod fact;
mod forget;
pub mod incoming;
mod mailer;
mod migrations;
mod model;
mod personal_data;
mod sms;
mod smtp;
mod store;
mod tls;

pub use deliver::{DeliverMessage, HasMailer, SweepOutbox, Ways, deliver, job_handlers, sweep_soon, timers};
pub use fact::{JOURNAL_WORDS, MESSAGES_DA, MESSAGES_EN, OutreachFact};
pub use forget::{RULE as RETENTION_RULE, forget};
pub use incoming::{Automatic, Bounce, Incoming, IncomingFile, IncomingId, Nature, ReplyKeys, Unreadable};
pub use mailer::{Letter, MailFailure, Mailer};
pub use migrations::migrations;
pub use model::{Channel, DeliveryState, DiscardReason, LegalBasis, Message, NewMessage, NewText};
pub use personal_data::holder;
pub use sms::{SmsProblem, SmsSettings, Text, Texter};
pub use smtp::{SmtpProblem, SmtpSettings, SmtpTls};
pub use store::{
    CapturedMail, FailedDelivery, LastTry, MessageWords, Recipient, captured, captured_one, delivery_counts,
    discard_failed, erase_content, failed, failed_one, last_try, message, messages_of, messages_to,
    retry_failed, send, send_text, words_of,
};
