//! The program with identity alone.

use std::sync::Arc;

use identity::{Directory, Matrix};
use kernel::{PersonId, Role};
use testkit::{Answer, Browser, Server};
use web::AppParts;

use crate::scene::{Hall, PASSWORD};

/// Starts it in the hall: as a demo, or as it is for real, where nobody who sees cases comes in by a password alone.
pub fn start(hall: &Hall, demo: bool) -> Server {
    server(hall, hall.directory(), |parts| {
        if let Some(site) = parts.sites.first_mut() {
            site.demo = demo;
        }
    })
}

/// The same with this directory, and with what a test puts into it.
pub fn server(hall: &Hall, directory: Directory, change: impl FnOnce(&mut AppParts)) -> Server {
    let manifests = [identity::manifest()];
    let public_reach = Matrix::of(&manifests).public_reach();
    let directory = Arc::new(directory);
    Server::new(&hall.bench, &manifests, |parts| {
        parts.ports.sessions = directory.clone();
        parts.ports.people = directory;
        parts.public_reach = public_reach;
        change(parts);
    })
}

/// Someone of the municipality who has a password.
pub async fn hired(hall: &Hall, name: &str, role: Role) -> PersonId {
    let person = hall.person(name, &[role]).await;
    hall.with_password(person).await;
    person
}

/// Signs in with the right password.
pub async fn sign_in(browser: &mut Browser<'_>, name: &str) -> Answer {
    let email = format!("{name}@example.dk");
    browser.post("/log-ind", &[("email", &email), ("password", PASSWORD)]).await
}
