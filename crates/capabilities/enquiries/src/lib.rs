//! The one entrance: the guide that finds out what a company needs, the cases, and the tracking page.

pub mod access;
mod archive;
mod calendar;
pub mod commands;
mod entity;
mod fact;
pub mod figures;
pub mod guide;
mod guide_state;
pub mod jobs;
mod mail;
mod memory;
pub mod metrics;
mod migrations;
pub mod model;
mod notify;
pub mod personal_data;
mod presence;
pub mod retention;
pub mod store;
mod web;

pub use calendar::DueAnswers;
pub use fact::EnquiryFact;
pub use figures::{Experience, KeptFigures};
pub use guide_state::{GuideState, follow as follow_guide, load as load_guide};
pub use memory::CaseMemory;
pub use metrics::EnquiryMetrics;
pub use presence::Presence;

use ::web::{Manifest, Menu, MessageSource, NavItem, PersonalData};

/// Everything the program needs to know of enquiries.
pub fn manifest() -> Manifest {
    Manifest {
        name: "enquiries",
        routes: web::routes,
        migrations: migrations::migrations,
        permissions: access::PERMISSIONS,
        guarded: &[access::WORK, access::LEAD, access::READ_ALL, access::PLACE],
        navigation: &[
            NavItem {
                menu: Menu::Public,
                key: "enquiries-guide-title",
                path: "/vejviser",
                permission: None,
                order: 10,
            },
            NavItem {
                menu: Menu::Public,
                key: "enquiries-my-title",
                path: "/virksomhed",
                permission: None,
                order: 80,
            },
            NavItem {
                menu: Menu::Staff,
                key: "enquiries-inbox",
                path: "/intern/indbakke",
                permission: Some(access::WORK),
                order: 10,
            },
            NavItem {
                menu: Menu::Staff,
                key: "enquiries-enter",
                path: "/intern/henvendelser/ny",
                permission: Some(access::WORK),
                order: 20,
            },
            NavItem {
                menu: Menu::Staff,
                key: "enquiries-tray",
                path: "/intern/post",
                permission: Some(access::PLACE),
                order: 25,
            },
            NavItem {
                menu: Menu::Staff,
                key: "enquiries-figures",
                path: "/intern/tal",
                permission: Some(access::FIGURES),
                order: 30,
            },
            NavItem {
                menu: Menu::Staff,
                key: "enquiries-filing-list",
                path: "/intern/journalisering",
                permission: Some(access::FILE),
                order: 25,
            },
            NavItem {
                menu: Menu::Staff,
                key: "enquiries-content-heading",
                path: "/intern/emner",
                permission: Some(access::CONTENT),
                order: 60,
            },
        ],
        jobs: jobs::handlers,
        timers: jobs::timers,
        journal_words: fact::WORDS,
        metrics: metrics::METRICS,
        personal_data: &[
            PersonalData {
                what: "enquiries-personal-contact",
                basis: "6(1)(e)",
                retention: "enquiries-retention-contact",
                rule: Some(retention::ENDED_RULE),
            },
            PersonalData {
                what: "enquiries-personal-unconfirmed",
                basis: "6(1)(e)",
                retention: "enquiries-retention-days",
                rule: Some(retention::UNCONFIRMED_RULE),
            },
            PersonalData {
                what: "enquiries-personal-mails",
                basis: "6(1)(e)",
                retention: "enquiries-retention-mails",
                rule: Some(outreach::RETENTION_RULE),
            },
        ],
        holder: Some(personal_data::holder),
        messages: MessageSource {
            prefix: "enquiries",
            da: concat!(
                include_str!("../messages/da.ftl"),
                "\n",
                include_str!("../messages/staff_da.ftl"),
                "\n",
                include_str!("../messages/work_da.ftl"),
                "\n",
                include_str!("../messages/figures_da.ftl"),
                "\n",
                include_str!("../messages/topics_da.ftl"),
                "\n",
                include_str!("../messages/acute_da.ftl"),
                "\n",
                include_str!("../messages/references_da.ftl"),
                "\n",
                include_str!("../messages/filing_da.ftl"),
                "\n",
                include_str!("../messages/mail_da.ftl")
            ),
            en: concat!(
                include_str!("../messages/en.ftl"),
                "\n",
                include_str!("../messages/staff_en.ftl"),
                "\n",
                include_str!("../messages/work_en.ftl"),
                "\n",
                include_str!("../messages/figures_en.ftl"),
                "\n",
                include_str!("../messages/topics_en.ftl"),
                "\n",
                include_str!("../messages/acute_en.ftl"),
                "\n",
                include_str!("../messages/references_en.ftl"),
                "\n",
                include_str!("../messages/filing_en.ftl"),
                "\n",
                include_str!("../messages/mail_en.ftl")
            ),
        },
    }
}
