//! A reasoned yes or no. Pure.

use chrono::{DateTime, Utc};
use kernel::{Code, DecisionId, PartyId, TeamId, Visibility};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// How far a decision gives what was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Favour {
    /// Wholly.
    Yes,
    /// Not wholly: it needs reasons as a no does (forvaltningsloven § 22).
    Partly,
    /// Not at all.
    No,
    /// Nothing was asked for that can be granted: guidance, information.
    Neutral,
}

impl Favour {
    /// The stored word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Yes => "yes",
            Self::Partly => "partly",
            Self::No => "no",
            Self::Neutral => "neutral",
        }
    }
    pub(crate) fn from_word(word: &str) -> Option<Self> {
        [Self::Yes, Self::Partly, Self::No, Self::Neutral].into_iter().find(|favour| favour.word() == word)
    }
    /// Whether one must be told why.
    pub const fn needs_reasons(self) -> bool {
        matches!(self, Self::Partly | Self::No)
    }
}

/// A decision about to be taken. Who takes it, and when, the transaction knows.
#[derive(Debug, Clone)]
pub struct NewDecision {
    /// What it is about: the enquiry.
    pub subject: Uuid,
    /// The outside party it concerns.
    pub party: Option<PartyId>,
    /// The team in whose name it is taken.
    pub team: Option<TeamId>,
    /// The outcome, from the capability's own list.
    pub outcome: Code,
    /// Whether that is a yes or a no.
    pub favour: Favour,
    /// Why, in plain language. Lies in a row that can be erased.
    pub reasons: String,
    /// The rule of the rule book behind it.
    pub rule: Option<Code>,
    /// What it rests on: attachments, messages, other decisions, by their ids.
    pub evidence: Vec<Uuid>,
    /// Who is told.
    pub recipients: Vec<PartyId>,
    /// Who may see its journal line.
    pub visibility: Visibility,
}

/// Why a decision cannot be taken so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DecisionRefusal {
    /// A no, or a partial yes, that does not say why.
    #[error("decision-reasons-missing")]
    ReasonsMissing,
}
impl kernel::Refusal for DecisionRefusal {}

impl NewDecision {
    /// Refuses a no without a word of reason. A capability calls it beside its own rules, before any transaction;
    /// [`crate::decide`] calls it again.
    pub fn check(&self) -> Result<(), DecisionRefusal> {
        if self.favour.needs_reasons() && !self.reasons.chars().any(char::is_alphabetic) {
            return Err(DecisionRefusal::ReasonsMissing);
        }
        Ok(())
    }
}

/// A decision that was taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// Its id.
    pub id: DecisionId,
    /// What it is about.
    pub subject: Uuid,
    /// The outside party it concerns.
    pub party: Option<PartyId>,
    /// The team in whose name it was taken.
    pub team: Option<TeamId>,
    /// The outcome.
    pub outcome: Code,
    /// Whether that is a yes or a no.
    pub favour: Favour,
    /// The rule behind it.
    pub rule: Option<Code>,
    /// What it rests on.
    pub evidence: Vec<Uuid>,
    /// Who was told.
    pub recipients: Vec<PartyId>,
    /// HMAC of the reasons under their salt, as it stands in the journal.
    pub fingerprint: String,
    /// Who decided: the kind of actor, as [`kernel::Actor::kind`] spells it.
    pub decided_by_kind: String,
    /// Who decided.
    pub decided_by: Option<Uuid>,
    /// When.
    pub decided_at: DateTime<Utc>,
    /// Who may see its journal line.
    pub visibility: Visibility,
}
