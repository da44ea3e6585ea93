//! The table of what cases are called in other systems.

use storage::{Migration, Step, Table};

/// After the first tables.
pub(super) const REFERENCE: Migration = Migration {
    name: "202611240900_enquiries_reference",
    steps: || {
        vec![Step::CreateTable(
            Table::tenant("enquiries_reference")
                .uuid("id")
                .uuid("case_id")
                .text("system")
                .text("name")
                .text("number")
                .opt_text("link")
                .opt_date("expected_on")
                .bool("shown")
                .time("added_at")
                .opt_time("told_at")
                .opt_text("redacted")
                .key(&["id"])
                .index(&["tenant_id", "case_id"])
                .index(&["tenant_id", "expected_on"])
                .references(&["tenant_id", "case_id"], "enquiries_case", &["tenant_id", "id"]),
        )]
    },
};
