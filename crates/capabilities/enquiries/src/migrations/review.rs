//! The table of when a topic's words were looked through: the day on which counting began, and each time that they were found
//! right.

use storage::{Migration, Step, Table};

/// After the topics' words.
pub(super) const REVIEW: Migration = Migration {
    name: "202611241430_enquiries_review",
    steps: || {
        vec![Step::CreateTable(
            Table::tenant("enquiries_topic_review")
                .text("topic")
                .date("day")
                .uuid("id")
                .bool("confirmed")
                .time("at")
                .opt_uuid("by_id")
                .key(&["topic", "day"]),
        )]
    },
};
