//! The tables of policy. Every key begins with the tenant.

use storage::{Migration, Step, Table};

/// In the order in which they are run.
pub fn migrations() -> Vec<Migration> {
    vec![POLICY]
}

const POLICY: Migration = Migration {
    name: "202611230600_policy_documents",
    steps: || {
        vec![
            Step::CreateTable(
                Table::tenant("policy_document")
                    .uuid("id")
                    .text("policy_key")
                    .int("version")
                    .text("sha256")
                    .text("source")
                    .time("imported_at")
                    .opt_uuid("imported_by")
                    .key(&["id"])
                    .unique(&["tenant_id", "policy_key", "version"]),
            ),
            Step::CreateTable(
                Table::tenant("policy_closing")
                    .text("policy_key")
                    .uuid("document_id")
                    .date("as_of")
                    .time("closed_at")
                    .int("position")
                    .text("sha256")
                    .key(&["policy_key"])
                    .references(&["tenant_id", "document_id"], "policy_document", &["tenant_id", "id"]),
            ),
            // What each indicator said when the account was closed, as JSON; never written again.
            Step::CreateTable(
                Table::tenant("policy_closing_row")
                    .text("policy_key")
                    .text("indicator")
                    .text("reading")
                    .key(&["policy_key", "indicator"])
                    .references(&["tenant_id", "policy_key"], "policy_closing", &["tenant_id", "policy_key"]),
            ),
        ]
    },
};
