//! What outreach writes into the journal. A line's subject is what the message refers to (the enquiry), so that it stands
//! in that timeline; of a mail that came in it is the mail itself: what it did to a case, the case's own lines say.

use kernel::{Code, Fact, Language, MessageId};
use serde::{Deserialize, Serialize};

use crate::{LegalBasis, incoming::IncomingId};

/// A line of outreach.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "word", rename_all = "snake_case")]
#[expect(missing_docs, reason = "the fields are those of `Message`, explained there")]
pub enum OutreachFact {
    /// A message will go out.
    MessageWritten {
        message: MessageId,
        purpose: Code,
        basis: LegalBasis,
        language: Language,
        /// HMAC of address, subject and texts under the salt that lies beside them.
        content: String,
    },
    /// The mail server took it.
    MessageSent { message: MessageId },
    /// The captured mailbox took it: it went nowhere.
    MessageCaptured { message: MessageId },
    /// It will not go out.
    MessageFailed { message: MessageId, reason: Code },
    /// It was good until a time that has passed, and did not go out.
    MessageExpired { message: MessageId },
    /// An operator decided that it need not go out, and why.
    MessageDiscarded { message: MessageId, reason: Code },
    /// An operator puts it back into the queue.
    MessageRetried { message: MessageId },
    /// Its address and words were erased.
    ContentErased { message: MessageId },
    /// A mail that came in waits for a person.
    MailWaits {
        incoming: IncomingId,
        /// HMAC of sender, subject, text and names of files under the salt that lies beside them.
        words: String,
    },
    /// What became of a mail that came in.
    MailEnded {
        incoming: IncomingId,
        nature: Code,
        fate: Code,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<Code>,
    },
    /// The words of one that waited were erased.
    MailErased { incoming: IncomingId },
}

impl Fact for OutreachFact {
    const CAPABILITY: &'static str = "outreach";
}

/// The words of this crate's journal lines; each has the message `outreach-journal-WORD` in both languages.
pub const JOURNAL_WORDS: &[&str] = &[
    "message_written",
    "message_sent",
    "message_captured",
    "message_failed",
    "message_expired",
    "message_discarded",
    "message_retried",
    "content_erased",
    "mail_waits",
    "mail_ended",
    "mail_erased",
];
/// The Danish messages of this crate, in Fluent.
pub const MESSAGES_DA: &str = include_str!("../messages/da.ftl");
/// The English ones.
pub const MESSAGES_EN: &str = include_str!("../messages/en.ftl");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_of_the_journal_reads_in_both_languages() {
        testkit::assert_journal_reads::<OutreachFact>(JOURNAL_WORDS, [MESSAGES_DA, MESSAGES_EN]);
    }
}
