//! The business policy as data: goals, tracks, facts and indicators, read from a file, counted through the metrics of other
//! capabilities, and closed when the policy ends.
#![warn(missing_docs)]

pub mod account;
pub mod commands;
mod entity;
mod fact;
pub mod jobs;
mod migrations;
pub mod model;
mod shelf;
pub mod store;
mod web;
mod words;

use ::web::{Manifest, Menu, MessageSource, NavItem};
use kernel::{Permission, Role};

pub use fact::PolicyLine;
pub use migrations::migrations;
pub use shelf::{Shelf, warm};

const PERMISSIONS: &[(Permission, &[Role])] = &[
    (commands::MANAGE, &[Role::Manager]),
    (commands::BEHIND, &[Role::Manager, Role::BusinessConsultant, Role::CaseOfficer, Role::Auditor]),
];

const NAVIGATION: &[NavItem] = &[
    NavItem { menu: Menu::Public, key: "policy-nav", path: "/politik", permission: None, order: 80 },
    NavItem { menu: Menu::Staff, key: "policy-nav", path: "/politik", permission: None, order: 80 },
];

/// What the program needs to know of this capability. [`Shelf`] goes into `App::kept`.
pub fn manifest() -> Manifest {
    Manifest {
        name: "policy",
        routes: web::routes,
        migrations,
        permissions: PERMISSIONS,
        guarded: &[],
        navigation: NAVIGATION,
        jobs: jobs::handlers,
        timers: jobs::timers,
        journal_words: fact::WORDS,
        metrics: &[],
        personal_data: &[],
        holder: None,
        messages: MessageSource {
            prefix: "policy",
            da: include_str!("../messages/da.ftl"),
            en: include_str!("../messages/en.ftl"),
        },
    }
}
