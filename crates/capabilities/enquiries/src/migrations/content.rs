//! The tables of what a municipality says differently in the guide.

use storage::{Migration, Step, Table};

/// After the first tables.
pub(super) const CONTENT: Migration = Migration {
    name: "202611231000_enquiries_content",
    steps: || {
        vec![
            Step::CreateTable(
                Table::tenant("enquiries_topic_version")
                    .text("topic")
                    .int("version")
                    .uuid("id")
                    .text("changes")
                    .time("at")
                    .opt_uuid("by_id")
                    .key(&["topic", "version"]),
            ),
            Step::CreateTable(
                Table::tenant("enquiries_topic_goal")
                    .uuid("id")
                    .text("topic")
                    .small("first_reply")
                    .small("answer")
                    .date("valid_from")
                    .opt_date("decided_on")
                    .opt_text("reference")
                    .time("at")
                    .opt_uuid("by_id")
                    .key(&["id"])
                    .index(&["tenant_id", "topic"]),
            ),
        ]
    },
};
