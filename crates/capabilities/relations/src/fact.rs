//! What the journal says of lists, visits and the newsletter: ids, codes, numbers and dates.

use chrono::NaiveDate;
use kernel::{Code, Fact};
use serde::{Deserialize, Serialize};

/// One line of the journal.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "word", rename_all = "snake_case")]
pub enum RelationsFact {
    /// A list was brought.
    ListBrought {
        /// What it is of.
        kind: Code,
    },
    /// So many of its rows were taken in.
    ListTaken {
        /// What it is of.
        kind: Code,
        /// How many were taken.
        taken: u64,
        /// How many it has.
        rows: u64,
    },
    /// What it brought is gone again.
    ListTakenBack {
        /// How many went.
        gone: u64,
    },
    /// It was given up.
    ListDropped,
    /// A visit was planned.
    VisitPlanned {
        /// What kind.
        kind: Code,
        /// For when.
        on: NaiveDate,
    },
    /// A visit was changed.
    VisitChanged {
        /// What kind.
        kind: Code,
        /// For when.
        on: NaiveDate,
    },
    /// A visit that was planned will not be.
    VisitCancelled,
    /// A visit that was, was noted.
    VisitNoted {
        /// What kind.
        kind: Code,
        /// When it was.
        on: NaiveDate,
    },
    /// The holder of an address was asked whether it wants the newsletter.
    PermissionAsked,
    /// It said yes.
    Subscribed,
    /// It is off the list, for this reason.
    Unsubscribed {
        /// Why.
        why: Code,
    },
    /// Someone of ours has a calendar address now, or a new one.
    CalendarOpened,
    /// It is good no more.
    CalendarClosed,
    /// Personal data was erased.
    Erased {
        /// Why.
        why: Code,
    },
}

impl Fact for RelationsFact {
    const CAPABILITY: &'static str = "relations";
}

/// The words of the lines.
pub(crate) const WORDS: &[&str] = &[
    "list_brought",
    "list_taken",
    "list_taken_back",
    "list_dropped",
    "visit_planned",
    "visit_changed",
    "visit_cancelled",
    "visit_noted",
    "permission_asked",
    "subscribed",
    "unsubscribed",
    "calendar_opened",
    "calendar_closed",
    "erased",
];
