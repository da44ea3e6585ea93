//! What outreach writes into the journal. A line's subject is what the message refers to (the enquiry), so that it stands
//! in that timeline.

use kernel::{Code, Fact, Language, MessageId};
use serde::{Deserialize, Serialize};

use crate::LegalBasis;

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
    /// An operator puts it back into the queue.
    MessageRetried { message: MessageId },
    /// Its address and words were erased.
    ContentErased { message: MessageId },
}

impl Fact for OutreachFact {
    const CAPABILITY: &'static str = "outreach";
}
