//! Contacts, visits and newsletters: what the municipality knows already comes along, planned visits stand in the own calendar,
//! and nobody gets a newsletter who has not said yes.
//!
//! Contacts about a named employee, inspection, debt, complaints and tenders have no place here.

pub mod access;
pub mod calendar;
pub mod commands;
mod entity;
mod fact;
pub mod jobs;
mod memory;
mod migrations;
pub mod model;
mod personal_data;
mod report;
pub mod retention;
pub mod store;
mod web;

use ::web::{Manifest, Menu, MessageSource, NavItem, PersonalData};

pub use calendar::VisitCalendar;
pub use fact::RelationsFact;
pub use memory::RelationsMemory;
pub use migrations::migrations;

const NAVIGATION: &[NavItem] = &[
    NavItem {
        menu: Menu::Staff,
        key: "relations-nav-visits",
        path: "/intern/besoeg",
        permission: Some(access::VISIT),
        order: 22,
    },
    NavItem {
        menu: Menu::Staff,
        key: "relations-nav-lists",
        path: "/intern/kontakter",
        permission: Some(access::BRING),
        order: 24,
    },
];

const PERSONAL_DATA: &[PersonalData] = &[
    PersonalData {
        what: retention::CONTACTS,
        basis: "6(1)(e)",
        retention: "relations-data-contacts-kept",
        rule: Some(retention::CONTACT_RULE),
    },
    PersonalData {
        what: retention::VISITS,
        basis: "6(1)(e)",
        retention: "relations-data-visits-kept",
        rule: Some(retention::VISIT_RULE),
    },
    PersonalData {
        what: retention::NEWSLETTER,
        basis: "6(1)(a)",
        retention: "relations-data-newsletter-kept",
        rule: Some(retention::PERMISSION_RULE),
    },
    PersonalData {
        what: retention::LISTS,
        basis: "6(1)(e)",
        retention: "relations-data-lists-kept",
        rule: Some(retention::LIST_RULE),
    },
    PersonalData {
        what: "relations-data-calendar",
        basis: "6(1)(e)",
        retention: "relations-data-calendar-kept",
        rule: None,
    },
];

/// What the program needs to know of this capability.
pub fn manifest() -> Manifest {
    Manifest {
        name: "relations",
        routes: web::routes,
        migrations,
        permissions: access::PERMISSIONS,
        guarded: &[access::READ, access::BRING],
        navigation: NAVIGATION,
        jobs: jobs::handlers,
        timers: Vec::new,
        journal_words: fact::WORDS,
        metrics: &[],
        personal_data: PERSONAL_DATA,
        holder: Some(personal_data::holder),
        messages: MessageSource {
            prefix: "relations",
            da: include_str!("../messages/da.ftl"),
            en: include_str!("../messages/en.ftl"),
        },
    }
}
