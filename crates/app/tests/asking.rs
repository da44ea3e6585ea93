//! A company asks, as by the form: one enquiry for every test of the whole program, which says what is different in its own.

use enquiries::{
    GuideState,
    commands::{self, NewEnquiry, Sent},
    model::{Asker, Contact},
};
use kernel::{Actor, Ctx, Language, Role};
use testkit::TENANT;

use crate::scene::Town;

/// The invented number that most of them give.
pub const CVR: &str = "99000023";

/// Anyone on the web.
pub fn anyone(town: &Town) -> Ctx {
    let reach = town.app.public_reach[&Role::Anyone].clone();
    Ctx::new(TENANT, Actor::Anyone, reach, Language::Da, town.app.clock.now(), town.app.ids.clone())
}

/// What Grævling Skilte ApS asks.
pub fn enquiry(town: &Town, topic: &str, text: &str) -> NewEnquiry {
    NewEnquiry {
        topic: topic.parse().unwrap(),
        asker: Asker::Company { cvr: Some(CVR.parse().unwrap()), name: "Grævling Skilte ApS".into() },
        contact: aksel("aksel@example.dk"),
        about: None,
        text: text.into(),
        language: Language::Da,
        files: Vec::new(),
        draft: None,
        suspicion: 0,
        form_key: town.app.ids.new_uuid(town.app.clock.now()),
        content: text.into(),
    }
}

/// Whoever writes for it.
pub fn aksel(email: &str) -> Contact {
    Contact { name: "Aksel Mosevang".into(), email: email.parse().unwrap(), phone: None }
}

/// Sends it.
pub async fn send(town: &Town, new: NewEnquiry) -> Sent {
    commands::send(&town.app, town.app.kept::<GuideState>(), &anyone(town), new, None).await.unwrap()
}
