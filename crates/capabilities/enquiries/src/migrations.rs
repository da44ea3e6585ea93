//! The tables of enquiries. Append-only: what has been released is never changed.

mod causes;
mod confirmed;
mod content;
mod cursor;
mod day;
mod filing;
mod package;
mod reference;
mod release;
mod review;

use storage::{Migration, Step, Table};

/// Every migration.
pub fn migrations() -> Vec<Migration> {
    vec![
        FIRST,
        causes::CAUSES,
        content::CONTENT,
        cursor::CURSOR,
        day::DAY,
        release::RELEASE,
        reference::REFERENCE,
        filing::FILING,
        confirmed::CONFIRMED,
        review::REVIEW,
        package::PACKAGE,
    ]
}

const FIRST: Migration = Migration {
    name: "202611230500_enquiries_first",
    steps: || {
        vec![
            Step::CreateTable(
                Table::tenant("enquiries_case")
                    .uuid("id")
                    .text("number")
                    .text("topic")
                    .bool("confidential")
                    .uuid("team_id")
                    .opt_uuid("assignee_id")
                    .text("state")
                    .opt_text("outcome")
                    .opt_uuid("duplicate_of")
                    .uuid("party_id")
                    .text("asker_kind")
                    .text("asker_name")
                    .opt_text("cvr")
                    .opt_text("country")
                    .opt_text("vat")
                    .opt_text("on_behalf_of")
                    .opt_text("adviser_cvr")
                    .text("contact_name")
                    .text("contact_email")
                    .opt_text("contact_phone")
                    .text("channel")
                    .text("language")
                    .time("received_at")
                    .time("updated_at")
                    .opt_time("closed_at")
                    .int("version")
                    .int("link_version")
                    .text("link_hash")
                    .opt_uuid("offered_to")
                    .opt_time("offered_at")
                    .small("bounces")
                    .small("hand_overs")
                    .small("repeats")
                    .opt_small("rating")
                    .opt_text("rating_text")
                    .opt_uuid("about_person")
                    .opt_uuid("about_team")
                    .opt_text("wall")
                    .opt_text("about_kind")
                    .opt_text("about_name")
                    .opt_text("acute")
                    .opt_time("erased_at")
                    .key(&["id"])
                    .unique(&["tenant_id", "number"])
                    .unique(&["tenant_id", "link_hash"])
                    .index(&["tenant_id", "team_id", "state"])
                    .index(&["tenant_id", "assignee_id", "state"])
                    .index(&["tenant_id", "cvr"])
                    .index(&["tenant_id", "contact_email"])
                    .index(&["tenant_id", "party_id"]),
            ),
            Step::CreateTable(
                Table::tenant("enquiries_entry")
                    .uuid("id")
                    .uuid("case_id")
                    .text("kind")
                    .opt_uuid("author_id")
                    .time("at")
                    .text("text")
                    .opt_bytes("salt")
                    .opt_text("redacted")
                    .key(&["id"])
                    .index(&["tenant_id", "case_id"])
                    .references(&["tenant_id", "case_id"], "enquiries_case", &["tenant_id", "id"]),
            ),
            Step::CreateTable(
                Table::tenant("enquiries_part")
                    .uuid("id")
                    .uuid("case_id")
                    .uuid("team_id")
                    .uuid("promise_id")
                    .text("question")
                    .time("asked_at")
                    .opt_time("ended_at")
                    .opt_text("released")
                    .opt_text("redacted")
                    .key(&["id"])
                    .index(&["tenant_id", "case_id"])
                    .index(&["tenant_id", "team_id"])
                    .references(&["tenant_id", "case_id"], "enquiries_case", &["tenant_id", "id"]),
            ),
            Step::CreateTable(Table::tenant("enquiries_number").small("year").int("last").key(&["year"])),
            Step::CreateTable(
                Table::tenant("enquiries_notice")
                    .uuid("id")
                    .uuid("person_id")
                    .uuid("case_id")
                    .text("kind")
                    .time("at")
                    .opt_time("read_at")
                    .text("once_key")
                    .key(&["id"])
                    .unique(&["tenant_id", "person_id", "case_id", "once_key"])
                    .index(&["tenant_id", "person_id", "read_at"]),
            ),
            Step::CreateTable(
                Table::tenant("enquiries_saved_reply")
                    .uuid("id")
                    .uuid("team_id")
                    .text("title")
                    .text("text_da")
                    .text("text_en")
                    .key(&["id"])
                    .index(&["tenant_id", "team_id"]),
            ),
        ]
    },
};
