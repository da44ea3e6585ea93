//! The tables of messages: what was sent to whom and how it went, what came in and what became of it, and the words of both
//! in rows of their own that can be erased.

use storage::{Migration, Step, Table};

/// The tables of this crate.
pub fn migrations() -> Vec<Migration> {
    vec![MESSAGES, INCOMING]
}

const MESSAGES: Migration = Migration {
    name: "202611230300_outreach_message",
    steps: || {
        vec![
            Step::CreateTable(
                Table::tenant("outreach_message")
                    .uuid("id")
                    .text("channel")
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
                    .text("to_address")
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

const INCOMING: Migration = Migration {
    name: "202611232300_outreach_incoming",
    steps: || {
        vec![
            Step::CreateTable(
                Table::tenant("outreach_incoming")
                    .uuid("id")
                    .uuid("mail_key")
                    .time("received_at")
                    .text("nature")
                    .opt_text("fate")
                    .opt_text("reason")
                    .opt_uuid("reference")
                    .opt_time("ended_at")
                    .key(&["id"])
                    .unique(&["tenant_id", "mail_key"])
                    .index(&["tenant_id", "fate", "received_at"]),
            ),
            Step::CreateTable(
                Table::tenant("outreach_incoming_words")
                    .uuid("incoming_id")
                    .bytes("salt")
                    .text("from_email")
                    .text("from_name")
                    .text("subject")
                    .text("text")
                    .text("files")
                    .key(&["incoming_id"])
                    .references(&["tenant_id", "incoming_id"], "outreach_incoming", &["tenant_id", "id"]),
            ),
        ]
    },
};
