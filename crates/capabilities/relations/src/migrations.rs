//! The tables of relations. Append-only once released.

use storage::{Migration, Step, Table};

/// All of them.
pub fn migrations() -> Vec<Migration> {
    vec![LISTS, CONTACTS, CALENDAR]
}

const LISTS: Migration = Migration {
    name: "202611241000_relations_lists",
    steps: || {
        vec![
            Step::CreateTable(
                Table::tenant("relations_import")
                    .uuid("id")
                    .text("kind")
                    .text("state")
                    .uuid("file")
                    .text("file_name")
                    .uuid("by_person")
                    .time("at")
                    .text("sheet")
                    .int("header")
                    .text("headings")
                    .text("columns")
                    .bool("is_1904")
                    .int("row_count")
                    .opt_time("ended_at")
                    .opt_time("cleared_at")
                    .key(&["id"])
                    .index(&["tenant_id", "at"]),
            ),
            Step::CreateTable(
                Table::tenant("relations_import_row")
                    .uuid("id")
                    .uuid("import_id")
                    .int("number")
                    .text("cells")
                    .text("judged")
                    .text("fate")
                    .bool("masked")
                    .opt_text("decision")
                    .opt_text("cvr")
                    .text("state")
                    .text("before")
                    .key(&["id"])
                    .unique(&["tenant_id", "import_id", "number"])
                    .index(&["tenant_id", "import_id", "fate", "number"])
                    .references(&["tenant_id", "import_id"], "relations_import", &["tenant_id", "id"]),
            ),
        ]
    },
};

const CONTACTS: Migration = Migration {
    name: "202611241001_relations_contacts",
    steps: || {
        vec![
            Step::CreateTable(
                Table::tenant("relations_contact")
                    .uuid("id")
                    .text("cvr")
                    .text("company")
                    .text("name")
                    .text("title")
                    .text("email")
                    .text("phone")
                    .text("note")
                    .text("row_key")
                    .opt_uuid("import_id")
                    .opt_int("row")
                    .time("added_at")
                    .time("changed_at")
                    .key(&["id"])
                    .index(&["tenant_id", "cvr"])
                    .index(&["tenant_id", "row_key"])
                    .index(&["tenant_id", "email"])
                    .index(&["tenant_id", "import_id"]),
            ),
            Step::CreateTable(
                Table::tenant("relations_visit")
                    .uuid("id")
                    .text("cvr")
                    .text("company")
                    .text("state")
                    .text("kind")
                    .date("on_day")
                    .opt_small("at_minute")
                    .small("minutes")
                    .text("place")
                    .text("contact_name")
                    .text("note")
                    .opt_uuid("visitor")
                    .text("visitor_name")
                    .small("sequence")
                    .text("row_key")
                    .opt_uuid("import_id")
                    .opt_int("row")
                    .time("added_at")
                    .time("changed_at")
                    .key(&["id"])
                    .index(&["tenant_id", "cvr", "on_day"])
                    .index(&["tenant_id", "visitor", "on_day"])
                    .index(&["tenant_id", "row_key"])
                    .index(&["tenant_id", "import_id"]),
            ),
            Step::CreateTable(
                Table::tenant("relations_subscription")
                    .uuid("id")
                    .text("email")
                    .text("email_hash")
                    .text("name")
                    .opt_text("cvr")
                    .text("state")
                    .opt_date("consented_on")
                    .text("proof")
                    .text("link_hash")
                    .opt_time("asked_at")
                    .opt_uuid("import_id")
                    .opt_int("row")
                    .time("added_at")
                    .time("changed_at")
                    .key(&["id"])
                    .unique(&["tenant_id", "email_hash"])
                    .unique(&["tenant_id", "link_hash"])
                    .index(&["tenant_id", "state", "asked_at"])
                    .index(&["tenant_id", "import_id"]),
            ),
            Step::CreateTable(
                Table::tenant("relations_left")
                    .text("email_hash")
                    .text("why")
                    .time("at")
                    .key(&["email_hash"]),
            ),
        ]
    },
};

const CALENDAR: Migration = Migration {
    name: "202611241002_relations_calendar",
    steps: || {
        vec![Step::CreateTable(
            Table::tenant("relations_feed")
                .uuid("person")
                .text("token_hash")
                .time("made_at")
                .key(&["person"])
                .unique(&["tenant_id", "token_hash"]),
        )]
    },
};
