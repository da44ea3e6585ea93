//! Promises and decisions: what the municipality and the companies owe each other, and how it ended.
//!
//! A promise is an owed answer with a date. Every opening, pause, move of the date, hand-over and end is a journal line with
//! all its facts; the rows are projections that [`verify_replay`] rebuilds and compares. No rule of a capability stands
//! here: when a promise is opened, and how long it may take, its capability decides.
#![warn(missing_docs)]

mod entity;
mod fact;
mod figures;
mod model;
mod personal_data;
mod replay;
mod store;

pub use fact::{JOURNAL_WORDS, LedgerFact, MESSAGES_DA, MESSAGES_EN};
pub use figures::{Figures, Observed, PauseFigures, Survival, by_cohort, figures};
pub use model::{
    Change, Decision, DecisionRefusal, Favour, Holder, NewDecision, NewPromise, Promise, PromiseKind,
    PromiseRefusal, PromiseState, Standing,
};
pub use personal_data::holder;
pub use replay::{Difference, History, Record, Replay, replay};
pub use store::{
    LedgerError, PartyKind, break_off, company_of_party, decide, decision, decisions_of_subjects,
    erase_reasons, find, find_party_of_company, forget_company, hand_over, keep, migrations, new_party,
    new_party_of, of_subjects, open_of_company, open_of_debtors, owe_again, party_of_company, pause, promise,
    reasons_of, resume, sealed_histories, verify_replay, withdraw,
};
