//! The account of a policy: every indicator counted through the metrics of other capabilities, and the town's growth per
//! area and year. What few stand behind is left out here, so that no page, file or closed account can hold it.

mod answers;
mod growth;
mod hiding;
mod reading;

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use kernel::Code;

pub use self::{
    answers::{AREA_FILTER, Sources, behind, counts_lines},
    growth::{Cell, Growth, Place, growth},
    reading::{Figure, Reading, readings},
};

/// A policy's account on a day.
#[derive(Debug, Clone, PartialEq)]
pub struct Account {
    /// The last day that it looks at.
    pub as_of: NaiveDate,
    /// When it was made.
    pub computed_at: DateTime<Utc>,
    /// What each measured indicator says.
    pub readings: BTreeMap<Code, Reading>,
    /// The town's growth.
    pub growth: Growth,
}
