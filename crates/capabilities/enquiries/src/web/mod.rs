//! The pages of enquiries. A handler parses, calls one command and renders; nothing more.

pub(crate) mod acute;
mod by_phone;
mod embedding;
mod entrance;
mod form;
mod front_numbers;
mod my_page;
mod of_company;
mod staff;
mod tracking;

use ::web::{Access, Routes};

use crate::access::{SEND, WORK};

/// Every route, with who may use it.
pub fn routes() -> Routes {
    let routes = Routes::new()
        .get("/", Access::Public, entrance::front)
        .get("/vejviser", Access::Public, entrance::guide)
        .post("/vejviser", Access::Public, entrance::ask)
        .get("/indlejring", Access::Public, embedding::show)
        .get("/data/vejviser.json", Access::Public, embedding::feed)
        .get("/virksomhed", Access::Public, my_page::show)
        .get("/virksomhed/oplysninger.json", Access::SignedIn, my_page::export)
        .get("/virksomhed/henvendelser/{number}", Access::SignedIn, of_company::show)
        .get("/henvendelse/ny", Access::Needs(SEND), form::show)
        .post("/henvendelse/ny", Access::Needs(SEND), form::send)
        .post("/henvendelse/ny/begynd", Access::Needs(SEND), form::begin)
        .get("/henvendelse/samlet", Access::Public, form::repeated)
        .get("/henvendelse/bekraeft", Access::Public, form::unconfirmed)
        .get("/henvendelse/nyt-link", Access::Public, form::renewed)
        .get("/henvendelse/{code}", Access::Link, tracking::show)
        .post("/henvendelse/{code}/skriv", Access::Link, tracking::write)
        .post("/henvendelse/{code}/traek-tilbage", Access::Link, tracking::withdraw)
        .post("/henvendelse/{code}/nyt-link", Access::Link, tracking::renew)
        .post("/henvendelse/{code}/vurder", Access::Link, tracking::rate)
        .get("/henvendelse/{code}/bekraeft", Access::Link, tracking::confirm_page)
        .post("/henvendelse/{code}/bekraeft", Access::Link, tracking::confirm)
        .get("/henvendelse/{code}/fil/{file}", Access::Link, tracking::file);
    staff::routes(routes, WORK)
}
