//! The mails that only a person can place: their list, and one with what can be made of it.

use ::web::{
    App, Auth, Fields, Form, FormErrors, Page, PageError, page, redirect_with, refused_page, take_flash,
};
use askama::Template;
use axum::{
    extract::{Path, Query, State},
    response::{IntoResponse, Response},
};
use axum_extra::extract::CookieJar;
use kernel::{CaseId, Code, Failure};
use outreach::incoming::{IncomingId, WAITING_PER_PAGE, WaitingMail};
use serde::Deserialize;
use storage::Attachment;

use super::{Say as _, names::Names};
use crate::{
    GuideState,
    commands::{self, NOT_PLACED},
    model::CaseRefusal,
};

const ADDRESS: &str = "/intern/post";

#[derive(Template)]
#[template(path = "enquiries/staff/tray.html")]
struct TrayPage {
    page: Page,
    mails: Vec<WaitingMail>,
    at: u64,
}

impl TrayPage {
    fn has_next(&self) -> bool {
        self.mails.len() as u64 == WAITING_PER_PAGE
    }
}

/// Which page of the list.
#[derive(Deserialize)]
pub(super) struct Asked {
    #[serde(default, rename = "side")]
    at: u64,
}

/// `GET /intern/post`.
pub(super) async fn show(
    auth: Auth,
    State(app): State<App>,
    Query(asked): Query<Asked>,
    jar: CookieJar,
) -> Result<Response, PageError> {
    let mails = commands::waiting_mails(&app, &auth, asked.at).await?;
    let mut main = TrayPage { page: Page::new(&app, &auth), mails, at: asked.at };
    let jar = take_flash(&app, jar, &mut main.page);
    Ok((jar, page(&main.page, &main.page.t("enquiries-tray"), &main)).into_response())
}

#[derive(Template)]
#[template(path = "enquiries/staff/tray_mail.html")]
struct MailPage {
    page: Page,
    mail: WaitingMail,
    /// The files that are here; others lie in the mailbox.
    files: Vec<Attachment>,
    names: Names,
    /// The topic that the guide finds likeliest, until another is chosen.
    topic: String,
    fields: Fields,
    errors: FormErrors,
}

impl MailPage {
    async fn load(
        app: &App,
        auth: &Auth,
        id: IncomingId,
        fields: Fields,
        errors: FormErrors,
    ) -> Result<Self, PageError> {
        let mail = commands::waiting_mail(app, auth, id).await?;
        let chosen = fields.get("topic").to_owned();
        let likeliest = || commands::likeliest_topic(app.kept::<GuideState>(), auth, &mail);
        let topic = if chosen.is_empty() { likeliest().to_string() } else { chosen };
        let files = commands::files_of_mail(app, auth, id).await?;
        let names = Names::of(app, auth, std::collections::BTreeMap::new(), &[], &[]).await?;
        Ok(Self { page: Page::new(app, auth).with_form(), mail, files, names, topic, fields, errors })
    }

    fn number(&self) -> &str {
        self.fields.get("number")
    }

    fn has_error(&self, field: &str) -> bool {
        self.errors.of(field).is_some()
    }

    /// The names of files that did not come along.
    fn left(&self) -> Vec<&str> {
        let is_left = |name: &&str| !self.files.iter().any(|file| file.name == *name);
        self.mail.files.iter().map(String::as_str).filter(is_left).collect()
    }

    fn reasons() -> [&'static str; 4] {
        NOT_PLACED
    }
}

/// `GET /intern/post/{id}`.
pub(super) async fn mail(
    auth: Auth,
    State(app): State<App>,
    Path(id): Path<IncomingId>,
) -> Result<Response, PageError> {
    let main = MailPage::load(&app, &auth, id, Fields::default(), FormErrors::none()).await?;
    Ok(page(&main.page, &main.page.t("enquiries-tray-mail"), &main))
}

/// `POST /intern/post/{id}/ny`: it is an enquiry of its own.
pub(super) async fn open(
    auth: Auth,
    State(app): State<App>,
    Path(id): Path<IncomingId>,
    form: Form,
) -> Result<Response, PageError> {
    let topic = form.fields.get("topic").parse::<Code>().map_err(|_| PageError::NotFound)?;
    let opened = commands::open_from_mail(&app, app.kept::<GuideState>(), &auth, id, topic).await;
    answer(&app, &auth, id, (form.fields, "topic"), opened.map(placed)).await
}

/// `POST /intern/post/{id}/sag`: it belongs to a case that is there.
pub(super) async fn add(
    auth: Auth,
    State(app): State<App>,
    Path(id): Path<IncomingId>,
    form: Form,
) -> Result<Response, PageError> {
    let number = form.fields.get("number").to_owned();
    let added = commands::add_mail_to_case(&app, app.kept::<GuideState>(), &auth, id, &number).await;
    answer(&app, &auth, id, (form.fields, "number"), added.map(placed)).await
}

/// `POST /intern/post/{id}/fjern`: nothing is made of it.
pub(super) async fn remove(
    auth: Auth,
    State(app): State<App>,
    Path(id): Path<IncomingId>,
    form: Form,
) -> Result<Response, PageError> {
    let removed = commands::drop_mail(&app, &auth, id, form.fields.get("why")).await;
    answer(&app, &auth, id, (form.fields, "why"), removed.map(|()| "enquiries-tray-removed")).await
}

fn placed(_: CaseId) -> &'static str {
    "enquiries-tray-placed"
}

async fn answer(
    app: &App,
    auth: &Auth,
    id: IncomingId,
    (fields, field): (Fields, &'static str),
    outcome: commands::Outcome<&'static str>,
) -> Result<Response, PageError> {
    let refusal: CaseRefusal = match outcome {
        Ok(told) => return Ok(redirect_with(app, auth, ADDRESS, told)),
        Err(Failure::Refused(refusal)) => refusal,
        Err(failure) => return Err(failure.into()),
    };
    let mut errors = FormErrors::none();
    errors.add(field, refusal.to_string());
    let main = MailPage::load(app, auth, id, fields, errors).await?;
    let title = main.page.t1("web-title-error", "title", main.page.t("enquiries-tray-mail"));
    Ok(refused_page(&main.page, &title, &main))
}
