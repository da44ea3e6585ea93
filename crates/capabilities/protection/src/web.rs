//! The data protection officer's pages. A handler parses, calls one command and renders; nothing more.

mod asking;
mod record;
mod retention;

use ::web::{Access, Routes};

use crate::{ANSWER, READ};

pub(crate) fn routes() -> Routes {
    let (read, answer) = (Access::Needs(READ), Access::Needs(ANSWER));
    Routes::new()
        .get("/intern/databeskyttelse", read, record::show)
        .get("/intern/databeskyttelse/fortegnelse.csv", read, record::csv)
        .get("/intern/databeskyttelse/opbevaring", read, retention::show)
        .get("/intern/databeskyttelse/adgang", read, asking::accesses)
        .get("/intern/databeskyttelse/anmodning", answer, asking::form)
        .post("/intern/databeskyttelse/anmodning", answer, asking::look)
        .post("/intern/databeskyttelse/anmodning/udlever", answer, asking::hand_out)
        .post("/intern/databeskyttelse/anmodning/slet", answer, asking::erase)
}
