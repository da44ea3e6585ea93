//! What was told to a person on a day.

use storage::{Migration, Step, Table};

/// After the first tables.
pub(super) const DAY: Migration = Migration {
    name: "202611240200_enquiries_day",
    steps: || {
        vec![Step::CreateTable(
            Table::tenant("enquiries_day")
                .uuid("person_id")
                .date("day")
                .text("kind")
                .int("count")
                .time("begun_at")
                .key(&["person_id", "day", "kind"]),
        )]
    },
};
