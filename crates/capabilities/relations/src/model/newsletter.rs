//! Who receives a newsletter, by which right, and who may be asked for it.

use chrono::{DateTime, NaiveDate, Utc};
use kernel::{CvrNumber, Email};

use super::Source;

kernel::id!(
    /// An address on the newsletter's list.
    SubscriptionId
);

/// By which right an address is on the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SubscriptionState {
    /// Its holder said yes.
    Consented {
        /// When.
        on: NaiveDate,
        /// How.
        proof: String,
    },
    /// It is not known that its holder said yes: nothing may be sent.
    Needed,
    /// Its holder was asked, once.
    Asked {
        /// When.
        at: DateTime<Utc>,
    },
}

impl SubscriptionState {
    /// As a row of a list says it: a day and how, or nothing is known.
    pub fn of(on: Option<NaiveDate>, proof: &str) -> Self {
        match on {
            Some(on) if !proof.trim().is_empty() => Self::Consented { on, proof: proof.to_owned() },
            _ => Self::Needed,
        }
    }

    /// As stored.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Consented { .. } => "consented",
            Self::Needed => "needed",
            Self::Asked { .. } => "asked",
        }
    }
}

/// An address on the newsletter's list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subscription {
    /// Which.
    pub id: SubscriptionId,
    /// The address.
    pub email: Email,
    /// Its holder's name.
    pub name: String,
    /// The holder's company, where it is known.
    pub cvr: Option<CvrNumber>,
    /// By which right it is here.
    pub state: SubscriptionState,
    /// When it came.
    pub added_at: DateTime<Utc>,
    /// Where it comes from.
    pub source: Option<Source>,
}

/// Why an address is not asked whether it wants the newsletter. The message key is `relations-not-asked-CODE`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum WhyNotAsked {
    /// Its company has asked not to be approached (CVR-loven § 19).
    Protected,
    /// Its company is no longer in the register, so that nobody can know whether it may be approached.
    NoCompany,
}

impl WhyNotAsked {
    /// As in the message key.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Protected => "protected",
            Self::NoCompany => "no-company",
        }
    }
}

/// What the holder of an address answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// I want it.
    Yes,
    /// I do not, or no more.
    No,
}

impl Subscription {
    /// Whether its holder may be asked now, and why not; `None` where there is nothing to ask. `is_protected` is what the
    /// register says of its company; `None` where it says nothing.
    pub fn may_be_asked(&self, is_protected: Option<bool>) -> Option<Result<(), WhyNotAsked>> {
        (self.state == SubscriptionState::Needed).then_some(match (self.cvr, is_protected) {
            (Some(_), None) => Err(WhyNotAsked::NoCompany),
            (_, Some(true)) => Err(WhyNotAsked::Protected),
            _ => Ok(()),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_day_and_a_proof_together_are_consent() {
        let on = Some("2024-05-01".parse().unwrap());
        assert!(matches!(SubscriptionState::of(on, "skema på messen"), SubscriptionState::Consented { .. }));
        for (on, proof) in [(on, ""), (on, "  "), (None, "skema"), (None, "")] {
            assert_eq!(SubscriptionState::of(on, proof), SubscriptionState::Needed);
        }
    }
}
