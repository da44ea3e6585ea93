//! Companies and establishments from the Danish business register (CVR), the areas in which they lie, and their figures.
//!
//! The register is national and is kept once for all tenants; areas belong to a municipality. Persons of the register
//! are dropped when a document is read.

pub mod commands;
pub mod contact;
pub mod document;
mod entity;
mod fact;
pub mod fetch;
pub mod figures;
pub mod geography;
pub mod import;
mod jobs;
pub mod live;
mod memory;
mod migrations;
pub mod model;
pub mod personal_data;
mod register;
pub mod store;
pub mod town;
mod web;

use ::web::{Manifest, Menu, MessageSource, NavItem, PersonalData};
use kernel::{Permission, Role};

pub use fact::RegistryFact;
pub use jobs::RecordChanges;
pub use migrations::migrations;
pub use register::{FollowError, Found, QUESTION_CHARS_MAX, Register};
pub use search::Scope;
pub use web::{CONFIRM, LOOK_UP};

/// Those whose work is with companies, and those who answer for it.
const WHO_LOOKS_UP: &[Role] = &[
    Role::BusinessConsultant,
    Role::CaseOfficer,
    Role::ProcurementOfficer,
    Role::ContractOwner,
    Role::EmploymentConsultant,
    Role::SchoolCoordinator,
    Role::GuidanceCounsellor,
    Role::GreenCoordinator,
    Role::Planner,
    Role::CommsOfficer,
    Role::Manager,
    Role::Mayor,
    Role::Dpo,
    Role::Auditor,
];

/// Those who know the companies, and those who answer for it.
const WHO_CONFIRMS: &[Role] = &[Role::BusinessConsultant, Role::Manager];

const PERMISSIONS: &[(Permission, &[Role])] = &[(LOOK_UP, WHO_LOOKS_UP), (CONFIRM, WHO_CONFIRMS)];

const NAVIGATION: &[NavItem] = &[NavItem {
    menu: Menu::Staff,
    key: "registry-nav",
    path: "/intern/virksomheder",
    permission: Some(LOOK_UP),
    order: 20,
}];

const PERSONAL_DATA: &[PersonalData] = &[
    PersonalData {
        what: "registry-data-companies",
        basis: "6(1)(e)",
        retention: "registry-data-companies-kept",
        rule: None,
    },
    PersonalData {
        what: "registry-data-confirmed",
        basis: "6(1)(e)",
        retention: "registry-data-confirmed-kept",
        rule: Some(jobs::CONFIRMED_RULE),
    },
];

/// What the program needs to know of this capability. It keeps a [`Register`] among what is kept.
pub fn manifest() -> Manifest {
    Manifest {
        name: "registry",
        routes: web::routes,
        migrations,
        permissions: PERMISSIONS,
        guarded: &[CONFIRM],
        navigation: NAVIGATION,
        jobs: jobs::handlers,
        timers: jobs::timers,
        journal_words: fact::WORDS,
        metrics: figures::METRICS,
        personal_data: PERSONAL_DATA,
        holder: Some(personal_data::holder),
        messages: MessageSource {
            prefix: "registry",
            da: include_str!("../messages/da.ftl"),
            en: include_str!("../messages/en.ftl"),
        },
    }
}
