//! `/data/journal`: the signed roots of the journal, for people who read and machines that keep them. Nothing of what the
//! lines say is here.

use ::web::{App, Auth, Page, PageError, page};
use askama::Template;
use axum::{
    extract::{Query, State},
    http::{HeaderMap, header},
    response::{IntoResponse, Response},
};
use kernel::format;
use serde::Deserialize;

use super::machines;

/// The days that the page shows; the file has more.
const SHOWN_MAX: u64 = 7;

/// In which form, where that is said.
#[derive(Debug, Deserialize)]
pub struct Asked {
    som: Option<String>,
}

#[derive(Template)]
#[template(path = "operations/roots.html")]
struct RootsPage {
    page: Page,
    public_key: String,
    roots: Vec<RootView>,
}

struct RootView {
    day: String,
    position: String,
    root: String,
    signature: String,
}

/// A page for whoever asks for one, the file for everyone else.
pub async fn show(
    auth: Auth,
    State(app): State<App>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
) -> Result<Response, PageError> {
    let accepts = headers.get(header::ACCEPT).and_then(|accept| accept.to_str().ok()).unwrap_or_default();
    if asked.som.as_deref() == Some("json") || !accepts.contains("text/html") {
        return machines::journal_roots(auth, State(app)).await;
    }
    let shell = Page::new(&app, &auth).open();
    let roots = storage::roots(&app.db.read(&auth), SHOWN_MAX).await?;
    let main = RootsPage {
        public_key: roots.first().map(|root| root.public_key.clone()).unwrap_or_default(),
        roots: roots
            .into_iter()
            .map(|root| RootView {
                day: format::date_long(root.day, shell.language()),
                position: shell.number(&root.position),
                root: root.root,
                signature: root.signature,
            })
            .collect(),
        page: shell,
    };
    let title = main.page.t("operations-roots-title");
    Ok(([(header::VARY, "Accept")], page(&main.page, &title, &main)).into_response())
}
