//! The words every part of Samspil speaks in: ids, numbers, the calendar, dated law, permissions.
//!
//! Pure: no IO, no async, no SQL, no web. Time and randomness come in as arguments ([`Ctx::now`], [`Ids`]).
#![warn(missing_docs)]

mod calendar;
mod clock;
mod contact;
mod cpr;
mod ctx;
mod cvr;
mod fact;
mod failure;
mod fold;
pub mod format;
mod id;
pub mod interval;
mod language;
mod money;
mod period;
mod permission;
mod rule_book;
pub mod small_numbers;
mod text;
pub mod toml_date;
mod visibility;

pub use calendar::{Calendar, CalendarError, Holiday, OpeningHours, easter_sunday};
pub use clock::{Clock, MovableClock, SystemClock};
pub use contact::{Email, InvalidEmail, InvalidPhone, Phone};
pub use cpr::{CprLike, find_cpr_like, mask_cpr_like};
pub use ctx::{Actor, Ctx, Ids, Reach};
pub use cvr::{CvrNumber, InvalidCvr, InvalidPNumber, PNumber};
pub use fact::{Code, Fact, InvalidCode, InvalidFact};
pub use failure::{Failure, Refusal};
pub use fold::{fold, search_forms};
pub use id::*;
pub use language::Language;
pub use money::{InvalidMoney, Money};
pub use period::{InvalidPeriod, Period};
pub use permission::{Permission, Role};
pub use rule_book::{Rule, RuleBook, RuleBookError, RuleProblem, RuleValue};
pub use text::Text;
pub use visibility::Visibility;

/// Re-exported for [`id!`], so that a capability needs no `uuid` of its own to declare an id.
#[doc(hidden)]
pub use uuid;
