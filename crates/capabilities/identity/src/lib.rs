//! Municipalities, people, teams, roles, sign-in: who may do what, in which teams, today.
//!
//! The rest of the program asks through [`Directory`] (the ports `SessionResolver` and `PeopleDirectory`). Rights come
//! from the manifests alone: a role gives the permissions that they name, and nothing else does.
#![warn(missing_docs)]

pub mod commands;
pub mod demo;
mod directory;
mod entity;
mod fact;
mod jobs;
mod matrix;
mod migrations;
pub mod model;
mod password;
mod personal_data;
mod provider;
mod second_step;
mod store;
mod web;

use ::web::{Manifest, Menu, MessageSource, NavItem, PersonalData};
use kernel::{Permission, Role};

pub use directory::Directory;
pub use fact::IdentityFact;
pub use jobs::{CheckSession, MailLink, TellOfEmergency};
pub use matrix::{Matrix, matrix_text};
pub use migrations::migrations;
pub use provider::{Provider, ProviderError, ProviderSettings, Providers, STAFF_SCOPES};
pub use second_step::Secret;

/// The providers by which those come in who work here.
pub type StaffProviders = Providers<model::StaffRules>;
/// The brokers of MitID Erhverv by which companies come in.
pub type CompanyProviders = Providers<model::CompanyRules>;

/// Where a provider sends a browser back to; the operator registers it there, beneath the municipality's `base_url`.
pub const COMES_BACK_TO: &str = web::provider::COMES_BACK_TO;
/// Where a provider tells that somebody is out there; registered likewise.
pub const ENDS_AT: &str = web::provider::ENDS_AT;

/// The same, for companies.
pub const COMPANIES_COME_BACK_TO: &str = web::company::COMES_BACK_TO;
/// The same, for companies.
pub const COMPANIES_END_AT: &str = web::company::ENDS_AT;

/// Everyone who works for the municipality: every role that is given to a person.
const EVERYONE: &[Role] = &[
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
    Role::CommitteeMember,
    Role::Mayor,
    Role::Dpo,
    Role::RecordsOfficer,
    Role::Admin,
    Role::Auditor,
];

const PERMISSIONS: &[(Permission, &[Role])] =
    &[(commands::ADMINISTER, &[Role::Admin]), (commands::WORK, EVERYONE)];

const NAVIGATION: &[NavItem] = &[NavItem {
    menu: Menu::Staff,
    key: "identity-nav-people",
    path: "/drift/personer",
    permission: Some(commands::ADMINISTER),
    order: 90,
}];

const PERSONAL_DATA: &[PersonalData] = &[
    PersonalData {
        what: "identity-data-people",
        basis: "6(1)(e)",
        retention: "identity-data-people-kept",
        rule: None,
    },
    PersonalData {
        what: "identity-data-absence",
        basis: "6(1)(e)",
        retention: "identity-data-absence-kept",
        rule: Some(commands::ABSENCE_RULE),
    },
    PersonalData {
        what: "identity-data-sessions",
        basis: "6(1)(e)",
        retention: "identity-data-sessions-kept",
        rule: Some(commands::SESSION_RULE),
    },
    PersonalData {
        what: "identity-data-accounts",
        basis: "6(1)(e)",
        retention: "identity-data-accounts-kept",
        rule: None,
    },
    PersonalData {
        what: "identity-data-company-contacts",
        basis: "6(1)(e)",
        retention: "identity-data-contacts-kept",
        rule: Some(commands::CONTACT_RULE),
    },
    PersonalData {
        what: "identity-data-contacts",
        basis: "6(1)(e)",
        retention: "identity-data-contacts-kept",
        rule: Some(commands::CONTACT_RULE),
    },
];

/// What the program needs to know of this capability.
pub fn manifest() -> Manifest {
    Manifest {
        name: "identity",
        routes: web::routes,
        migrations,
        permissions: PERMISSIONS,
        guarded: &[commands::ADMINISTER],
        navigation: NAVIGATION,
        jobs: jobs::handlers,
        timers: Vec::new,
        journal_words: fact::WORDS,
        metrics: &[],
        personal_data: PERSONAL_DATA,
        holder: Some(personal_data::holder),
        messages: MessageSource {
            prefix: "identity",
            da: include_str!("../messages/da.ftl"),
            en: include_str!("../messages/en.ftl"),
        },
    }
}
