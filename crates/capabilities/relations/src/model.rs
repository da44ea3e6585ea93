//! What a list is, what a row of it says and what becomes of it, what a visit and a newsletter entry are. Pure: no IO and no
//! clock; `now` is an argument.

mod columns;
mod day;
mod fate;
mod list;
mod newsletter;
mod row;
mod sheet;
mod visit;

pub use columns::{Columns, Field, guess, header_row};
pub use day::parse_day;
pub use fate::{Candidate, Decision, Difference, Fate, Judged, Known, KnownRows, Town, judge};
pub use list::{ImportId, ImportRefusal, ImportState, ListImport, ListKind, Source};
pub use newsletter::{Answer, Subscription, SubscriptionId, SubscriptionState, WhyNotAsked};
pub use row::{Entry, Problem, parse_row};
pub use sheet::{Book, ROWS_MAX, ReadRefusal, Sheet, read_book};
pub use visit::{Contact, PlanRefusal, Visit, VisitDetails, VisitId, VisitKind, VisitState};
