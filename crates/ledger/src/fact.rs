//! What the ledger writes into the journal: everything that a replay needs, and no text.
//!
//! A line's subject is the promise's or decision's own subject (the enquiry), so that one question gives the whole
//! timeline of a case; which promise it was stands in the fact. Each promise counts its own lines (`sequence`): two
//! nodes' clocks may disagree, and the order of positions is not the order of a promise's life.

use chrono::{DateTime, NaiveDate, Utc};
use kernel::{Code, DecisionId, Fact, PartyId, PromiseId};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{Favour, Holder, PromiseKind};

/// A line of the ledger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "word", rename_all = "snake_case")]
#[expect(missing_docs, reason = "the fields are those of `Promise` and `Decision`, explained there")]
pub enum LedgerFact {
    /// An answer is owed from now on.
    PromiseOpened {
        promise: PromiseId,
        sequence: i64,
        kind: PromiseKind,
        debtor: Holder,
        creditor: Holder,
        topic: Option<Code>,
        received_at: DateTime<Utc>,
        cohort: NaiveDate,
        due_on: NaiveDate,
        pausable: bool,
        follows: Option<PromiseId>,
    },
    /// The clock stands still, for a reason that the creditor can read.
    PromisePaused { promise: PromiseId, sequence: i64, reason: Code },
    /// The clock runs again.
    PromiseResumed { promise: PromiseId, sequence: i64, working_days: i64 },
    /// The date moved by the pause.
    PromiseDueMoved { promise: PromiseId, sequence: i64, from: NaiveDate, to: NaiveDate },
    /// Someone else owes it; the date stays.
    PromiseHandedOver { promise: PromiseId, sequence: i64, from: Holder, to: Holder },
    /// Answered.
    PromiseKept { promise: PromiseId, sequence: i64, late: bool },
    /// The answer that kept it did not arrive: it is owed again, and as late as it is.
    PromiseOwedAgain { promise: PromiseId, sequence: i64, reason: Code },
    /// Ended by the debtor without an answer.
    PromiseBroken { promise: PromiseId, sequence: i64, reason: Code },
    /// No longer wanted, or never meant: withdrawn by the creditor, spam, a duplicate.
    PromiseWithdrawn { promise: PromiseId, sequence: i64, reason: Code },
    /// A reasoned yes or no.
    Decided {
        decision: DecisionId,
        outcome: Code,
        favour: Favour,
        rule: Option<Code>,
        evidence: Vec<Uuid>,
        recipients: Vec<PartyId>,
        /// HMAC of the reasons under the salt that lies beside them.
        reasons: String,
    },
    /// The words of a decision were erased; that it was taken stands.
    ReasonsErased { decision: DecisionId },
}

impl Fact for LedgerFact {
    const CAPABILITY: &'static str = "ledger";
}

impl LedgerFact {
    /// Which promise the line is about, and the how manieth of its lines it is; `None` for decisions.
    pub const fn promise(&self) -> Option<(PromiseId, i64)> {
        match self {
            Self::PromiseOpened { promise, sequence, .. }
            | Self::PromisePaused { promise, sequence, .. }
            | Self::PromiseResumed { promise, sequence, .. }
            | Self::PromiseDueMoved { promise, sequence, .. }
            | Self::PromiseHandedOver { promise, sequence, .. }
            | Self::PromiseKept { promise, sequence, .. }
            | Self::PromiseOwedAgain { promise, sequence, .. }
            | Self::PromiseBroken { promise, sequence, .. }
            | Self::PromiseWithdrawn { promise, sequence, .. } => Some((*promise, *sequence)),
            Self::Decided { .. } | Self::ReasonsErased { .. } => None,
        }
    }
}

/// The words of this crate's journal lines; each has the message `ledger-journal-WORD` in both languages.
pub const JOURNAL_WORDS: &[&str] = &[
    "promise_opened",
    "promise_paused",
    "promise_resumed",
    "promise_due_moved",
    "promise_handed_over",
    "promise_kept",
    "promise_owed_again",
    "promise_broken",
    "promise_withdrawn",
    "decided",
    "reasons_erased",
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
        testkit::assert_journal_reads::<LedgerFact>(JOURNAL_WORDS, [MESSAGES_DA, MESSAGES_EN]);
    }
}
