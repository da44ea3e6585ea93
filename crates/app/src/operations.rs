//! What an operator sees: `/drift`, the captured mailbox of a demo, and what machines ask. Ids and kinds, never recipients
//! or text.

mod beginning;
mod commands;
mod data;
mod fact;
mod jobs;
mod machines;
mod metrics;
mod personal_data;
mod post;
mod roots;
mod sightings;
mod web;

use std::time::Duration;

use ::web::{Access, Manifest, Menu, MessageSource, NavItem, PersonalData, Routes};
use kernel::{Permission, Role};

pub use commands::{Backup, last_backup, note_backup, note_restored};
pub use fact::OperationsFact;
pub use jobs::ErasureFile;
pub use machines::{MetricsToken, machines};
pub use metrics::{Metrics, count};
pub use sightings::{Sightings, watch};

/// Sees how the program is.
pub const READ: Permission = Permission::new("operations.read");
/// Puts what failed back into the queue.
pub const RETRY: Permission = Permission::new("operations.retry");

/// How old the last backup may be before the program warns.
#[derive(Debug, Clone, Copy)]
pub struct BackupAge(pub Duration);

impl BackupAge {
    /// In whole hours.
    pub fn hours(self) -> i64 {
        i64::try_from(self.0.as_secs() / 3_600).unwrap_or(i64::MAX)
    }
}

/// What the municipality has not told, and what stands in its place.
#[derive(Debug, Clone)]
pub struct Untold(pub Vec<crate::configuration::Missing>);

/// What the program needs to know of its own pages.
pub fn manifest() -> Manifest {
    Manifest {
        name: "operations",
        routes,
        migrations: Vec::new,
        permissions: &[(READ, &[Role::Admin, Role::Auditor]), (RETRY, &[Role::Admin])],
        guarded: &[READ, RETRY],
        navigation: &[
            NavItem {
                menu: Menu::Staff,
                key: "operations-nav",
                path: "/drift",
                permission: Some(READ),
                // Before people and teams: an administrator begins here.
                order: 85,
            },
            NavItem {
                menu: Menu::Footer,
                key: "operations-data-nav",
                path: "/data",
                permission: None,
                order: 89,
            },
        ],
        jobs: jobs::handlers,
        timers: jobs::timers,
        journal_words: &["job_retried", "job_discarded", "backup_made", "file_infected", "restored"],
        metrics: &[],
        personal_data: &[PersonalData {
            what: "operations-data-journal",
            basis: "6(1)(e)",
            retention: "operations-data-journal-kept",
            rule: None,
        }],
        holder: Some(personal_data::holder),
        messages: MessageSource {
            prefix: "operations",
            da: concat!(include_str!("../messages/da.ftl"), "\n", include_str!("../messages/setup_da.ftl")),
            en: concat!(include_str!("../messages/en.ftl"), "\n", include_str!("../messages/setup_en.ftl")),
        },
    }
}

fn routes() -> Routes {
    Routes::new()
        .get("/drift", Access::Needs(READ), web::overview)
        .post("/drift/job/{id}/igen", Access::Needs(RETRY), web::retry_job)
        .get("/drift/job/{id}/kasser", Access::Needs(RETRY), web::ask_discard_job)
        .post("/drift/job/{id}/kasser", Access::Needs(RETRY), web::discard_job)
        .post("/drift/besked/{id}/igen", Access::Needs(RETRY), web::retry_message)
        .get("/drift/besked/{id}/kasser", Access::Needs(RETRY), web::ask_discard_message)
        .post("/drift/besked/{id}/kasser", Access::Needs(RETRY), web::discard_message)
        // Public because companies of the demo read their mail here too; outside the demo there is no such page.
        .get("/drift/post", Access::Public, post::mailbox)
        .get("/drift/post/{id}", Access::Public, post::mail)
        .get("/data", Access::Public, data::show)
        .get("/data/journal", Access::Public, roots::show)
}
