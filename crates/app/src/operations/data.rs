//! `/data`: what is open to everyone, with its source, how often it is renewed, and where the files are.

use ::web::{App, Auth, Page, PageError, page};
use askama::Template;
use axum::{extract::State, response::Response};

#[derive(Template)]
#[template(path = "operations/data.html")]
struct DataPage {
    page: Page,
}

pub async fn show(auth: Auth, State(app): State<App>) -> Result<Response, PageError> {
    let main = DataPage { page: Page::new(&app, &auth).open() };
    let title = main.page.t("operations-data-title");
    Ok(page(&main.page, &title, &main))
}
