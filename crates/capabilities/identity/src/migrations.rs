//! The tables of identity. Every key begins with the tenant.

use storage::{Migration, Step, Table};

/// In the order in which they are run.
pub fn migrations() -> Vec<Migration> {
    vec![PEOPLE, SIGN_IN]
}

const PEOPLE: Migration = Migration {
    name: "202611230300_identity_people",
    steps: || {
        vec![
            // Raised by every change of the tables below: what a node remembers of them is good for one version.
            Step::CreateTable(Table::tenant("identity_version").int("version")),
            Step::CreateTable(
                Table::tenant("identity_person")
                    .uuid("id")
                    .text("name")
                    .text("email")
                    .text("email_key")
                    .opt_text("phone")
                    .text("language")
                    .opt_text("password_hash")
                    .bool("second_step")
                    .int("second_step_version")
                    .int("second_step_last")
                    .int("recovery_version")
                    .int("recovery_used")
                    .time("created_at")
                    .opt_time("left_at")
                    .key(&["id"])
                    .unique(&["tenant_id", "email_key"]),
            ),
            Step::CreateTable(
                Table::tenant("identity_team")
                    .uuid("id")
                    .text("team_key")
                    .text("name_da")
                    .text("name_en")
                    .text("phone")
                    .text("hours_da")
                    .text("hours_en")
                    .opt_uuid("leader_id")
                    .opt_uuid("deputy_id")
                    .opt_uuid("duty_id")
                    .key(&["id"])
                    .unique(&["tenant_id", "team_key"]),
            ),
            Step::CreateTable(
                Table::tenant("identity_member")
                    .uuid("person_id")
                    .uuid("team_id")
                    .key(&["person_id", "team_id"]),
            ),
            Step::CreateTable(
                Table::tenant("identity_role").uuid("person_id").text("role").key(&["person_id", "role"]),
            ),
            Step::CreateTable(
                Table::tenant("identity_absence")
                    .uuid("id")
                    .uuid("person_id")
                    .date("first_day")
                    .opt_date("last_day")
                    .opt_uuid("substitute_id")
                    .key(&["id"])
                    .index(&["tenant_id", "person_id"]),
            ),
        ]
    },
};

const SIGN_IN: Migration = Migration {
    name: "202611230301_identity_sign_in",
    steps: || {
        vec![
            Step::CreateTable(
                Table::tenant("identity_session")
                    .text("token_hash")
                    .uuid("id")
                    .opt_uuid("person_id")
                    .opt_uuid("contact_id")
                    .time("created_at")
                    .time("last_seen_at")
                    .opt_time("revoked_at")
                    .key(&["id"])
                    .unique(&["tenant_id", "token_hash"])
                    .index(&["tenant_id", "person_id"])
                    .index(&["tenant_id", "contact_id"]),
            ),
            Step::CreateTable(
                Table::tenant("identity_link")
                    .uuid("id")
                    .text("token_hash")
                    .text("purpose")
                    .opt_uuid("person_id")
                    .opt_uuid("contact_id")
                    .time("expires_at")
                    .opt_time("used_at")
                    .key(&["id"])
                    .unique(&["tenant_id", "token_hash"])
                    .index(&["tenant_id", "person_id", "purpose"]),
            ),
            // A company's contact is known here by an address that it has proven, and by nothing else.
            Step::CreateTable(
                Table::tenant("identity_contact")
                    .uuid("id")
                    .text("email")
                    .text("email_key")
                    .time("last_asked_at")
                    .key(&["id"])
                    .unique(&["tenant_id", "email_key"])
                    .index(&["tenant_id", "last_asked_at"]),
            ),
        ]
    },
};
