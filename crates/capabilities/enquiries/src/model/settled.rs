//! A message after the answer that asks for nothing: thanks, or something we are told. Pure.
//!
//! What it opened is neither kept nor broken: it ends as withdrawn, with a reason that the company can read. Only what came
//! after an answer may end so; a first question is never settled without words.

use chrono::{DateTime, Utc};
use kernel::Code;
use ledger::{Promise, PromiseKind, PromiseState};

use super::Outcome;
use crate::fact::EnquiryFact;

/// Why a message needs no answer, the most common first; the words are `enquiries-settled-CODE` to us and
/// `enquiries-settled-told-CODE` to the company.
pub const SETTLED_REASONS: [&str; 3] = ["no-answer-thanks", "no-answer-told", "no-answer-known"];

/// Why an answer was settled without one; `None` for every other promise.
pub fn settled_for(promise: &Promise) -> Option<&'static str> {
    let PromiseState::Withdrawn { reason, .. } = &promise.state else { return None };
    settled_reason(reason).filter(|_| promise.kind == PromiseKind::ANSWER)
}

/// The same of the reason alone.
pub fn settled_reason(reason: &Code) -> Option<&'static str> {
    SETTLED_REASONS.into_iter().find(|known| *known == reason.as_str())
}

const fn kept_at(promise: &Promise) -> Option<DateTime<Utc>> {
    match promise.state {
        PromiseState::Kept { at } | PromiseState::KeptLate { at } => Some(at),
        _ => None,
    }
}

/// Every answer of a case, what was settled apart, in the order in which they were owed.
fn answers(promises: &[Promise]) -> impl DoubleEndedIterator<Item = &Promise> {
    promises.iter().filter(|one| one.kind == PromiseKind::ANSWER && settled_for(one).is_none())
}

/// Whether what was last asked has been answered: thanks for an answer do not undo it.
pub fn is_answered(promises: &[Promise]) -> bool {
    answers(promises).next_back().is_some_and(|last| kept_at(last).is_some())
}

/// The answer that may be settled: it is owed, and one was given before.
pub fn may_settle(promises: &[Promise]) -> Option<&Promise> {
    let was_answered = answers(promises).any(|one| kept_at(one).is_some());
    answers(promises).find(|one| was_answered && one.state == PromiseState::Open)
}

/// How a case had ended before a message took it up again that asks for nothing: it ends so once more. `None` where it had
/// not ended so, or something was answered since. `facts` are the case's own, oldest first.
pub fn ends_again(facts: &[(DateTime<Utc>, EnquiryFact)], promises: &[Promise]) -> Option<(Outcome, Code)> {
    let ends = facts.iter().rev().filter(|(_, fact)| {
        matches!(fact, EnquiryFact::Closed { .. } | EnquiryFact::Withdrawn | EnquiryFact::Reopened)
    });
    let mut ends = ends;
    let (reopened, EnquiryFact::Reopened) = ends.next()? else { return None };
    let (_, EnquiryFact::Closed { outcome, avoidable, .. }) = ends.next()? else { return None };
    if promises.iter().filter_map(kept_at).any(|kept| kept >= *reopened) {
        return None;
    }
    Some((Outcome::from_code(outcome.as_str())?, avoidable.clone()))
}
