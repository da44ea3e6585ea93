//! The table of the numbers on the front page.

use storage::{Migration, Step, Table};

/// After the first tables.
pub(super) const RELEASE: Migration = Migration {
    name: "202611231000_enquiries_release",
    steps: || {
        vec![Step::CreateTable(
            Table::tenant("enquiries_release")
                .uuid("id")
                .text("period")
                .text("numbers")
                .time("released_at")
                .uuid("released_by")
                .opt_time("ended_at")
                .key(&["id"])
                .index(&["tenant_id", "ended_at"]),
        )]
    },
};
