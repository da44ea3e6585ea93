//! Pages of the register: suggestions while one types, the search, the company page. A handler parses, asks, renders.

mod company;
mod find;
mod words;

use ::web::{Access, Limit, Routes};
use chrono::Duration;
use kernel::Permission;

/// Look companies up.
pub const LOOK_UP: Permission = Permission::new("registry.look_up");

/// Confirm that a contact speaks for a company.
pub const CONFIRM: Permission = Permission::new("registry.confirm_contact");

/// How often one address may ask while typing, against those who would copy the register: in a minute, and in an hour.
const TYPING: [Limit; 2] = [
    Limit { name: "registry-typing", count: 60, window: Duration::minutes(1) },
    Limit { name: "registry-typing-hour", count: 600, window: Duration::hours(1) },
];

pub(crate) fn routes() -> Routes {
    Routes::new()
        .get("/api/v1/companies/typeahead", Access::Public, find::typeahead)
        .get("/intern/virksomheder", Access::Needs(LOOK_UP), find::search_page)
        .get("/intern/virksomheder/{cvr}", Access::Needs(LOOK_UP), company::company_page)
        .post("/intern/virksomheder/{cvr}/kontakt", Access::Needs(CONFIRM), company::confirm)
        .post("/intern/virksomheder/{cvr}/kontakt/fortryd", Access::Needs(CONFIRM), company::withdraw)
}
