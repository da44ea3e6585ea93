//! What a message is, and when it is tried again. Pure: no IO and no clock; `now` is an argument.

use chrono::{DateTime, Duration, Utc};
use kernel::{Code, Email, Language, MessageId, PartyId, Phone, Visibility};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Why we may write to this recipient at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LegalBasis {
    /// A task in the public interest (GDPR art. 6(1)(e)).
    PublicTask,
    /// A contract with the recipient, or steps before one (art. 6(1)(b)).
    Contract,
    /// The recipient said yes and may say no (art. 6(1)(a)).
    Consent,
    /// The recipient asked: an answer to its own enquiry, a receipt, a link to sign in.
    OwnRequest,
    /// Law orders the message (art. 6(1)(c)): a decision, a hearing notice. Never counts against the contact budget.
    Statutory,
}

impl LegalBasis {
    /// The stored word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::PublicTask => "public_task",
            Self::Contract => "contract",
            Self::Consent => "consent",
            Self::OwnRequest => "own_request",
            Self::Statutory => "statutory",
        }
    }
    pub(crate) fn from_word(word: &str) -> Option<Self> {
        let all = [Self::PublicTask, Self::Contract, Self::Consent, Self::OwnRequest, Self::Statutory];
        all.into_iter().find(|basis| basis.word() == word)
    }
}

/// Which way a message goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Channel {
    /// By mail.
    Mail,
    /// To a telephone.
    Sms,
}

impl Channel {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Mail, Self::Sms];

    /// The stored word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Mail => "mail",
            Self::Sms => "sms",
        }
    }
    pub(crate) fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|channel| channel.word() == word)
    }
    /// Why a message waits where the way is not set up, and why it failed when it was not for too long.
    pub(crate) const fn not_set_up(self) -> &'static str {
        match self {
            Self::Mail => NO_SERVER,
            Self::Sms => NO_GATEWAY,
        }
    }
}

/// A short message to a telephone, about to be written.
#[derive(Debug, Clone)]
pub struct NewText {
    /// What it is for, for example `enquiry-receipt`.
    pub purpose: Code,
    /// Why we may.
    pub basis: LegalBasis,
    /// To whom.
    pub to: Phone,
    /// The recipient's name; may be empty. It is not sent.
    pub to_name: String,
    /// The language of its text.
    pub language: Language,
    /// The words: few, since every 160 of them are a message of their own.
    pub text: String,
    /// What it refers to.
    pub reference: Uuid,
    /// The outside party it concerns.
    pub party: Option<PartyId>,
    /// Who may see its journal lines.
    pub visibility: Visibility,
    /// When it is of no use any more.
    pub good_until: Option<DateTime<Utc>>,
    /// Same key, same message: a second one is not written.
    pub key: String,
}

/// A message about to be written.
#[derive(Debug, Clone)]
pub struct NewMessage {
    /// What it is for, for example `enquiry-receipt`.
    pub purpose: Code,
    /// Why we may.
    pub basis: LegalBasis,
    /// To whom.
    pub to: Email,
    /// The recipient's name; may be empty.
    pub to_name: String,
    /// The language of its texts.
    pub language: Language,
    /// The subject, one line.
    pub subject: String,
    /// The text for readers without HTML.
    pub text: String,
    /// The same as HTML; may be empty.
    pub html: String,
    /// What it refers to: the enquiry. Its journal lines carry this subject.
    pub reference: Uuid,
    /// The outside party it concerns.
    pub party: Option<PartyId>,
    /// Who may see its journal lines.
    pub visibility: Visibility,
    /// When it is of no use any more: the link in it has died. It is not sent later.
    pub good_until: Option<DateTime<Utc>>,
    /// Same key, same message: a second one is not written.
    pub key: String,
}

/// How far a message is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DeliveryState {
    /// To be delivered.
    Waiting {
        /// Why the last attempt failed, where there was one.
        reason: Option<Code>,
        /// When it is tried next.
        next_at: DateTime<Utc>,
    },
    /// The mail server took it. Whether anyone reads it, nobody knows.
    Sent {
        /// When.
        at: DateTime<Utc>,
    },
    /// The captured mailbox took it.
    Captured {
        /// When.
        at: DateTime<Utc>,
    },
    /// It will not go out.
    Failed {
        /// When that was clear.
        at: DateTime<Utc>,
        /// Why.
        reason: Code,
    },
    /// It was good until a time that has passed: it will not go out, and nobody need look.
    Expired {
        /// When that was seen.
        at: DateTime<Utc>,
    },
    /// It could not go out, and someone here decided that it need not.
    Discarded {
        /// When.
        at: DateTime<Utc>,
        /// Why not.
        reason: Code,
    },
}

impl DeliveryState {
    /// The stored word.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Waiting { .. } => WAITING,
            Self::Sent { .. } => SENT,
            Self::Captured { .. } => CAPTURED,
            Self::Failed { .. } => FAILED,
            Self::Expired { .. } => EXPIRED,
            Self::Discarded { .. } => DISCARDED,
        }
    }
}

pub(crate) const WAITING: &str = "waiting";
pub(crate) const SENT: &str = "sent";
pub(crate) const CAPTURED: &str = "captured";
pub(crate) const FAILED: &str = "failed";
pub(crate) const EXPIRED: &str = "expired";
pub(crate) const DISCARDED: &str = "discarded";

/// A message, without its words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Its id.
    pub id: MessageId,
    /// Which way it goes.
    pub channel: Channel,
    /// What it is for.
    pub purpose: Code,
    /// Why we may.
    pub basis: LegalBasis,
    /// The language of its texts.
    pub language: Language,
    /// What it refers to.
    pub reference: Uuid,
    /// The key it was written under: see [`NewMessage::key`].
    pub key: String,
    /// The outside party it concerns.
    pub party: Option<PartyId>,
    /// Who may see its journal lines.
    pub visibility: Visibility,
    /// When it was written.
    pub written_at: DateTime<Utc>,
    /// When it is of no use any more; `None`: it always is.
    pub good_until: Option<DateTime<Utc>>,
    /// How often a delivery was begun.
    pub attempts: i32,
    /// How far it is.
    pub delivery: DeliveryState,
}

impl Message {
    /// Whether it would come too late at this time: with a link that opens nothing.
    pub fn is_late_at(&self, at: DateTime<Utc>) -> bool {
        self.good_until.is_some_and(|until| until <= at)
    }

    /// Whether it waits because its way is not set up.
    pub(crate) fn is_held(&self) -> bool {
        let why = self.channel.not_set_up();
        matches!(&self.delivery, DeliveryState::Waiting { reason: Some(reason), .. } if reason.as_str() == why)
    }
}

/// Why a mail that could not go out need not go out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DiscardReason {
    /// The receiver has heard by telephone, by letter, or on a page.
    ToldOtherwise,
    /// The address is wrong, and there is no other.
    WrongAddress,
    /// What it says no longer holds.
    OutOfDate,
    /// It was sent by mistake, or to try something.
    Mistake,
}

impl DiscardReason {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Self; 4] = [Self::ToldOtherwise, Self::WrongAddress, Self::OutOfDate, Self::Mistake];

    /// As stored.
    pub const fn id(self) -> &'static str {
        match self {
            Self::ToldOtherwise => "told-otherwise",
            Self::WrongAddress => "wrong-address",
            Self::OutOfDate => "out-of-date",
            Self::Mistake => "mistake",
        }
    }

    /// Reads what was chosen.
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.id() == id)
    }
}

/// The first wait after a failed attempt; doubled each time, up to [`RETRY_WAIT_MAX`].
const RETRY_WAIT_FIRST: Duration = Duration::seconds(15);
/// The longest wait between two attempts.
const RETRY_WAIT_MAX: Duration = Duration::hours(1);
/// How long a message is tried: over a weekend on which nobody mends the mail server, or sets one up (RFC 5321 4.5.4.1 asks
/// for 4-5 days).
pub(crate) const RETRIED_FOR: Duration = Duration::days(5);

/// Why a message waits where no mail server is set up, and why it failed when there was none for too long.
pub(crate) const NO_SERVER: &str = "no-mail-server";
/// The same of short messages.
pub(crate) const NO_GATEWAY: &str = "no-sms-gateway";

/// Whether a message has waited so long that its receiver is better off without it.
pub(crate) fn is_too_old(written_at: DateTime<Utc>, now: DateTime<Utc>) -> bool {
    now - written_at >= RETRIED_FOR
}

/// When an attempt that failed is repeated; `None` when the message is too old to be of use.
///
/// `attempts` counts those that were made, at least one.
pub(crate) fn retry_at(
    written_at: DateTime<Utc>,
    attempts: i32,
    now: DateTime<Utc>,
) -> Option<DateTime<Utc>> {
    if is_too_old(written_at, now) {
        return None;
    }
    // Past ten doublings the longest wait has long been reached.
    let doublings = u32::try_from(attempts - 1).unwrap_or(0).min(10);
    let wait = RETRY_WAIT_FIRST * i32::try_from(2_u32.pow(doublings)).unwrap_or(i32::MAX);
    Some(now + wait.min(RETRY_WAIT_MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dead_mail_server_is_tried_soon_then_hourly_for_five_days() {
        let written = DateTime::UNIX_EPOCH;
        let (mut now, mut attempts, mut waits) = (written, 0, Vec::new());
        loop {
            attempts += 1;
            let Some(next) = retry_at(written, attempts, now) else { break };
            waits.push((next - now).num_seconds());
            now = next;
        }
        assert_eq!(waits.get(..4), Some([15, 30, 60, 120].as_slice()));
        assert_eq!(waits.last(), Some(&3600));
        assert!(now - written >= RETRIED_FOR && now - written < RETRIED_FOR + RETRY_WAIT_MAX);
    }
}
