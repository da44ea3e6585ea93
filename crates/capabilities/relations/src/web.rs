//! Pages of relations. A handler parses, calls one command and renders; nothing more.

mod calendar;
mod lists;
mod newsletter;
mod rows;
mod steps;
mod visits;

use ::web::{Access, Routes};

use crate::access::{BRING, CALENDAR, VISIT};

pub(crate) fn routes() -> Routes {
    let bring = Access::Needs(BRING);
    let visit = Access::Needs(VISIT);
    let calendar = Access::Needs(CALENDAR);
    Routes::new()
        .get("/intern/kontakter", bring, lists::overview)
        .get("/intern/kontakter/hent", bring, lists::bring_page)
        .post("/intern/kontakter/hent", bring, lists::bring)
        .get("/intern/kontakter/hent/{id}", bring, steps::show)
        .post("/intern/kontakter/hent/{id}/ark", bring, steps::sheet)
        .post("/intern/kontakter/hent/{id}/kolonner", bring, steps::columns)
        .post("/intern/kontakter/hent/{id}/igen", bring, steps::again)
        .post("/intern/kontakter/hent/{id}/valg", bring, rows::decide_fate)
        .post("/intern/kontakter/hent/{id}/indlaes", bring, steps::start)
        .post("/intern/kontakter/hent/{id}/opgiv", bring, steps::drop_list)
        .post("/intern/kontakter/hent/{id}/tilbage", bring, steps::take_back)
        .get("/intern/kontakter/hent/{id}/raekker/{fate}", bring, rows::show)
        .post("/intern/kontakter/hent/{id}/raekker/{fate}", bring, rows::decide)
        .get("/intern/kontakter/hent/{id}/ikke-taget.csv", bring, rows::csv)
        .get("/intern/kontakter/hent/{id}/ikke-taget.xlsx", bring, rows::xlsx)
        .get("/intern/kontakter/nyhedsbrev", bring, newsletter::list)
        .post("/intern/kontakter/nyhedsbrev/spoerg", bring, newsletter::ask)
        .post("/intern/kontakter/nyhedsbrev/{id}/slet", bring, newsletter::strike)
        .get("/nyhedsbrev/{link}", Access::Link, newsletter::question)
        .post("/nyhedsbrev/{link}", Access::Link, newsletter::answer)
        .get("/intern/besoeg", visit, visits::list)
        .get("/intern/besoeg/nyt", visit, visits::plan_page)
        .post("/intern/besoeg/nyt", visit, visits::plan)
        .get("/intern/besoeg/var", visit, visits::log_page)
        .post("/intern/besoeg/var", visit, visits::log)
        .get("/intern/besoeg/{id}", visit, visits::show)
        .post("/intern/besoeg/{id}", visit, visits::change)
        .post("/intern/besoeg/{id}/aflys", visit, visits::cancel)
        .get("/intern/kalender", calendar, calendar::show)
        .post("/intern/kalender/ny", calendar, calendar::open)
        .post("/intern/kalender/luk", calendar, calendar::close)
        .get("/kalender/{file}", Access::Link, calendar::feed)
}
