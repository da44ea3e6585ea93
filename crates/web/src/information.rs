//! What a public site must tell about itself: how personal data is used, and how accessible it is.

use askama::Template;
use axum::{extract::State, response::Response};

use crate::{Access, App, Auth, Page, PageError, Routes, page};

/// `/privatliv` and `/was`.
pub fn routes() -> Routes {
    Routes::new().get("/privatliv", Access::Public, privacy).get("/was", Access::Public, accessibility)
}

#[derive(Template)]
#[template(path = "web/privacy.html")]
struct PrivacyPage {
    page: Page,
}

/// What is held about people, on what basis, for how long: made from the manifests (GDPR articles 13 and 30).
async fn privacy(auth: Auth, State(app): State<App>) -> Result<Response, PageError> {
    let shown = Page::new(&app, &auth).open();
    Ok(page(&shown, &shown.t("web-privacy-title"), &PrivacyPage { page: shown.clone() }))
}

#[derive(Template)]
#[template(path = "web/accessibility.html")]
struct AccessibilityPage {
    page: Page,
}

/// The accessibility statement (lov om tilgængelighed af offentlige organers websteder).
async fn accessibility(auth: Auth, State(app): State<App>) -> Result<Response, PageError> {
    let shown = Page::new(&app, &auth).open();
    Ok(page(&shown, &shown.t("web-was-title"), &AccessibilityPage { page: shown.clone() }))
}
