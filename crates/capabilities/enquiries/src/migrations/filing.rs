//! The table of where ended cases are kept. A case without a row is to be filed still: so is every one that ended before.

use storage::{Migration, Step, Table};

/// After the references.
pub(super) const FILING: Migration = Migration {
    name: "202611240910_enquiries_filing",
    steps: || {
        vec![Step::CreateTable(
            Table::tenant("enquiries_filing")
                .uuid("case_id")
                .opt_uuid("reference_id")
                .opt_text("because")
                .text("words")
                .time("at")
                .key(&["case_id"])
                .references(&["tenant_id", "case_id"], "enquiries_case", &["tenant_id", "id"]),
        )]
    },
};
