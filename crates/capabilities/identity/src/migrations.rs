//! The tables of identity. Every key begins with the tenant.

use storage::{Column, ColumnKind, Migration, Step, Table};

/// In the order in which they are run.
pub fn migrations() -> Vec<Migration> {
    vec![PEOPLE, SIGN_IN, PROVIDER, PROVIDER_SESSIONS, COMPANIES, MAIL_CHOICE]
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

/// Sign-in by a provider of identities.
const PROVIDER: Migration = Migration {
    name: "202611232300_identity_provider",
    steps: || {
        vec![
            // One sign-in that has been begun: what the provider must bring back, and in which browser.
            Step::CreateTable(
                Table::tenant("identity_attempt")
                    .text("state_hash")
                    .text("browser_hash")
                    .text("back")
                    .time("expires_at")
                    .key(&["state_hash"])
                    .index(&["tenant_id", "expires_at"]),
            ),
            // Whom a provider calls what.
            Step::CreateTable(
                Table::tenant("identity_account")
                    .uuid("id")
                    .text("issuer")
                    .text("subject")
                    .uuid("person_id")
                    .time("bound_at")
                    .key(&["id"])
                    .unique(&["tenant_id", "issuer", "subject"])
                    .index(&["tenant_id", "person_id"]),
            ),
            // By which account a session began, and whether the provider took a second step before it.
            add("identity_session", "account_id", ColumnKind::Uuid),
            add("identity_session", "second_step", ColumnKind::Bool),
            // The same, while a code from the telephone is still to come.
            add("identity_link", "account_id", ColumnKind::Uuid),
        ]
    },
};

/// Sessions that a provider began are confirmed and ended by it.
const PROVIDER_SESSIONS: Migration = Migration {
    name: "202611232301_identity_provider_sessions",
    steps: || {
        vec![
            // What the provider gave: for a session, or for a link while a code from the telephone is still to come.
            Step::CreateTable(
                Table::tenant("identity_provider_session")
                    .uuid("id")
                    .uuid("holder_id")
                    .text("issuer")
                    .opt_text("called")
                    .bytes("sealed")
                    .time("kept_at")
                    .key(&["id"])
                    .unique(&["tenant_id", "holder_id"])
                    .index(&["tenant_id", "called"]),
            ),
            // Each notice of an end is taken once.
            Step::CreateTable(
                Table::tenant("identity_logout_notice")
                    .text("name_hash")
                    .time("good_until")
                    .key(&["name_hash"]),
            ),
            // When the provider was last asked, and when it last said yes.
            add("identity_session", "checked_at", ColumnKind::Time),
            add("identity_session", "confirmed_at", ColumnKind::Time),
        ]
    },
};

/// Those who act for a company by MitID Erhverv.
const COMPANIES: Migration = Migration {
    name: "202611241300_identity_companies",
    steps: || {
        vec![
            // Known here by the fingerprint of what the provider calls them; the name and the address are what it says.
            Step::CreateTable(
                Table::tenant("identity_company_contact")
                    .uuid("id")
                    .text("fingerprint")
                    .opt_text("name")
                    .opt_text("email")
                    .opt_text("email_key")
                    .time("last_came_at")
                    .key(&["id"])
                    .unique(&["tenant_id", "fingerprint"])
                    .index(&["tenant_id", "email_key"])
                    .index(&["tenant_id", "last_came_at"]),
            ),
            // For which companies a session may stand, and for which it does.
            add("identity_session", "companies", ColumnKind::Text),
            add("identity_session", "cvr", ColumnKind::Text),
        ]
    },
};

fn add(table: &'static str, name: &'static str, kind: ColumnKind) -> Step {
    Step::AddColumn(table, Column { name, kind, optional: true })
}

/// Whether a person wants one mail in the morning instead of one for each notice.
const MAIL_CHOICE: Migration = Migration {
    name: "202611241310_identity_mail_choice",
    steps: || vec![add("identity_person", "digest_only", ColumnKind::Bool)],
};
