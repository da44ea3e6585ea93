//! Data protection: what is held about people and why (GDPR article 30), what goes by itself every night and what stays, and
//! what is handed out or erased when a person asks (articles 15 and 17). Holds nothing about people itself: everyone who does
//! is asked through [`ports::Holders`].

pub mod commands;
mod entity;
mod fact;
mod jobs;
mod migrations;
pub mod model;
pub mod store;
mod web;

pub use fact::ProtectionFact;
pub use jobs::Night;

use ::web::{Manifest, Menu, MessageSource, NavItem};
use kernel::{Permission, Role};

/// Read the record of processing, what goes and what stays, and who looked at what.
pub const READ: Permission = Permission::new("protection.read");
/// Hand out and erase what is held on a person who asks.
pub const ANSWER: Permission = Permission::new("protection.answer");

/// What the program needs to know of this capability.
pub fn manifest() -> Manifest {
    Manifest {
        name: "protection",
        routes: web::routes,
        migrations: migrations::migrations,
        permissions: &[(READ, &[Role::Dpo, Role::Auditor]), (ANSWER, &[Role::Dpo])],
        guarded: &[ANSWER],
        navigation: &[NavItem {
            menu: Menu::Staff,
            key: "protection-nav",
            path: "/intern/databeskyttelse",
            permission: Some(READ),
            order: 70,
        }],
        jobs: jobs::handlers,
        timers: jobs::timers,
        journal_words: fact::WORDS,
        metrics: &[],
        personal_data: &[],
        holder: None,
        messages: MessageSource {
            prefix: "protection",
            da: include_str!("../messages/da.ftl"),
            en: include_str!("../messages/en.ftl"),
        },
    }
}
