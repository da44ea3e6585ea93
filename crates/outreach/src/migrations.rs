//! The tables of messages: what was sent to whom and how it went, and the words in a row of their own that can be erased.

use storage::{Migration, Step, Table};

/// The tables of this crate.
pub fn migrations() -> Vec<Migration> {
    vec![MIGRATION]
}

const MIGRATION: Migration = Migration {
    name: "202611230300_outreach_message",
    steps: || {
        vec![
            Step::CreateTable(
                Table::tenant("outreach_message")
                    .uuid("id")
                    .text("purpose")
                    .text("basis")
                    .text("language")
                    .uuid("reference")
                    .opt_uuid("party")
                    .text("visibility")
                    .text("message_key")
                    .time("written_at")
                    .opt_time("good_until")
                    .key(&["id"])
                    .unique(&["tenant_id", "message_key"])
                    .index(&["tenant_id", "reference"])
                    .index(&["tenant_id", "party"]),
            ),
            Step::CreateTable(
                Table::tenant("outreach_content")
                    .uuid("message_id")
                    .bytes("salt")
                    .text("to_email")
                    .text("to_name")
                    .text("subject")
                    .text("text")
                    .text("html")
                    .key(&["message_id"])
                    .references(&["tenant_id", "message_id"], "outreach_message", &["tenant_id", "id"]),
            ),
            Step::CreateTable(
                Table::tenant("outreach_delivery")
                    .uuid("message_id")
                    .text("state")
                    .small("attempts")
                    .time("next_at")
                    .opt_time("claimed_until")
                    .opt_text("reason")
                    .opt_time("ended_at")
                    .opt_time("tried_at")
                    .key(&["message_id"])
                    .references(&["tenant_id", "message_id"], "outreach_message", &["tenant_id", "id"])
                    .index(&["tenant_id", "state", "next_at"]),
            ),
        ]
    },
};
