//! The table of what goes into the municipality's archive.

use storage::{Migration, Step, Table};

/// After where ended cases are kept.
pub(super) const PACKAGE: Migration = Migration {
    name: "202611241300_enquiries_package",
    steps: || {
        vec![Step::CreateTable(
            Table::tenant("enquiries_package")
                .uuid("id")
                .uuid("case_id")
                .small("version")
                .opt_uuid("previous_id")
                .time("queued_at")
                .text("state")
                .small("attempts")
                .time("next_at")
                .opt_time("tried_at")
                .text("said")
                .opt_text("sha256")
                .opt_text("receipt")
                .key(&["id"])
                .unique(&["tenant_id", "case_id", "version"])
                .index(&["tenant_id", "state", "next_at"])
                .references(&["tenant_id", "case_id"], "enquiries_case", &["tenant_id", "id"]),
        )]
    },
};
