//! The lists that were brought, and the form that brings one.

use ::web::{App, Auth, FormErrors, Page, PageError, UploadForm, page, refused_page, take_flash};
use askama::Template;
use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use axum_extra::extract::CookieJar;
use kernel::Failure;

use crate::{
    commands::{self, Given, NewList},
    model::{ImportRefusal, ListImport, ListKind},
    store,
};

/// Where the steps of one list are.
pub(super) const STEPS: &str = "/intern/kontakter/hent";

#[derive(Template)]
#[template(path = "relations/lists.html")]
struct ListsPage {
    page: Page,
    lists: Vec<ListImport>,
    counts: store::SubscriptionCounts,
}

impl ListsPage {
    fn newsletter(&self) -> String {
        let counts = &self.counts;
        let arguments = [
            ("consented", counts.consented.into()),
            ("needed", counts.needed.into()),
            ("asked", counts.asked.into()),
        ];
        self.page.tn("relations-newsletter-counts", &arguments)
    }

    fn day(&self, list: &ListImport) -> String {
        self.page.short_day(&self.page.app().calendar.local_date(list.at))
    }
}

/// `GET /intern/kontakter`.
pub(super) async fn overview(
    auth: Auth,
    State(app): State<App>,
    jar: CookieJar,
) -> Result<Response, PageError> {
    let read = app.db.read(&auth);
    let (lists, counts) = (store::imports(&read).await?, store::counts(&read).await?);
    let mut main = ListsPage { page: Page::new(&app, &auth), lists, counts };
    let jar = take_flash(&app, jar, &mut main.page);
    Ok((jar, page(&main.page, &main.page.t("relations-lists"), &main)).into_response())
}

#[derive(Template)]
#[template(path = "relations/bring.html")]
struct BringPage {
    page: Page,
    kind: String,
    errors: FormErrors,
}

impl BringPage {
    fn kinds() -> [ListKind; 3] {
        ListKind::ALL
    }
}

/// `GET /intern/kontakter/hent`.
pub(super) async fn bring_page(auth: Auth, State(app): State<App>) -> Response {
    let shown = Page::new(&app, &auth).with_form();
    let main = BringPage { page: shown, kind: String::new(), errors: FormErrors::none() };
    page(&main.page, &main.page.t("relations-bring"), &main)
}

/// `POST /intern/kontakter/hent`.
pub(super) async fn bring(
    auth: Auth,
    State(app): State<App>,
    form: UploadForm,
) -> Result<Response, PageError> {
    let UploadForm { fields, envelope, uploads } = form;
    let mut errors = FormErrors::none();
    let kind = ListKind::from_code(fields.get("kind"));
    if kind.is_none() {
        errors.add("kind", ImportRefusal::KindMissing.to_string());
    }
    let mut file = None;
    match uploads.into_iter().next() {
        None => errors.add("file", ImportRefusal::FileMissing.to_string()),
        Some(upload) => file = errors.keep("file", upload.content).map(|content| (upload.name, content)),
    }
    if let (Some(kind), Some((name, content))) = (kind, file) {
        let new = NewList { kind, name, given: Given::File(Box::new(content)), key: envelope.key };
        match commands::bring(&app, &auth, new).await {
            Ok(id) => return Ok(Redirect::to(&format!("{STEPS}/{id}")).into_response()),
            Err(Failure::Refused(refusal)) => errors.add("file", refusal.to_string()),
            Err(failure) => return Err(failure.into()),
        }
    }
    let shown = Page::new(&app, &auth).with_form();
    let main = BringPage { page: shown, kind: fields.get("kind").to_owned(), errors };
    let title = main.page.t1("web-title-error", "title", main.page.t("relations-bring"));
    Ok(refused_page(&main.page, &title, &main))
}
