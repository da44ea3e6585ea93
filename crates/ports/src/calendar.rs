//! What stands in a person's own calendar: visits, owed answers. Each capability tells its own; one of them puts them together.

use async_trait::async_trait;
use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use kernel::{Ctx, uuid::Uuid};
use storage::StoreError;

use crate::Said;

/// When something is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CalendarTime {
    /// A whole day.
    Day(NaiveDate),
    /// From then to then, as clocks in the town show.
    Span {
        /// The beginning.
        from: NaiveDateTime,
        /// The end.
        to: NaiveDateTime,
    },
}

/// One thing in a calendar. Short and without anything in confidence: it leaves the house.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CalendarEntry {
    /// Which, for as long as it is there.
    pub id: Uuid,
    /// What calendars show.
    pub title: Said,
    /// When.
    pub when: CalendarTime,
    /// Where; may be empty.
    pub place: String,
    /// Its page.
    pub path: String,
    /// Whether it is off.
    pub is_cancelled: bool,
    /// How often it was changed.
    pub sequence: i32,
    /// When it was changed last.
    pub changed_at: DateTime<Utc>,
}

/// Tells what a person has in the calendar. Implemented by each capability that knows something of it.
#[async_trait]
pub trait CalendarSource: Send + Sync {
    /// What the asker has from the day on, as far as it may see it now.
    async fn entries(&self, ctx: &Ctx, from: NaiveDate) -> Result<Vec<CalendarEntry>, StoreError>;
}
