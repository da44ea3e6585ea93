//! The table of plans against the causes of avoidable enquiries.

use storage::{Migration, Step, Table};

/// After the first tables.
pub(super) const CAUSES: Migration = Migration {
    name: "202611230900_enquiries_cause_plan",
    steps: || {
        vec![Step::CreateTable(
            Table::tenant("enquiries_cause_plan")
                .uuid("id")
                .text("cause")
                .uuid("owner_id")
                .date("due_on")
                .text("what")
                .time("planned_at")
                .opt_time("ended_at")
                .key(&["id"])
                .index(&["tenant_id", "ended_at"]),
        )]
    },
};
