//! Where one is signed in: the list on one's own page, and the page of a company's contact, who has no other here.

use ::web::{Access, App, Auth, Form, Page, PageError, Routes, page, redirect_with, take_flash};
use askama::Template;
use axum::{
    extract::{Path, State},
    response::{IntoResponse, Redirect, Response},
};
use axum_extra::extract::CookieJar;
use kernel::Actor;

use super::entrance::present_token;
use crate::{
    commands::{self, sign_in},
    model::{Holder, Session, SessionId},
    store,
};

pub(super) fn add(routes: Routes) -> Routes {
    routes
        .get("/virksomhed/adgang", Access::SignedIn, show)
        .post("/log-ud/andre", Access::SignedIn, end_others)
        .post("/log-ud/{id}", Access::SignedIn, end)
}

/// A sign-in that has not ended, as its holder sees it.
pub(super) struct SessionRow {
    pub(super) session: Session,
    pub(super) is_this: bool,
}

#[derive(Template)]
#[template(path = "identity/contact.html")]
struct ContactPage {
    page: Page,
    /// As whom one is signed in.
    who: String,
    /// Whether it is for a company, by MitID Erhverv, and not by an address.
    by_company: bool,
    sessions: Vec<SessionRow>,
}

/// The asker's open sessions, the last used first.
pub(super) async fn rows(app: &App, auth: &Auth, jar: &CookieJar) -> Result<Vec<SessionRow>, PageError> {
    let holder = match auth.actor() {
        Actor::Staff(person) => Holder::Person(*person),
        Actor::Contact(contact) => Holder::Contact(*contact),
        Actor::Anyone | Actor::System(_) => return Ok(Vec::new()),
    };
    let present = present(app, auth, jar).await?;
    let sessions = store::sessions(&app.db.read(auth), holder).await?;
    let open = sessions.into_iter().filter(|session| session.is_open(auth.now()));
    Ok(open.map(|session| SessionRow { is_this: present == Some(session.id), session }).collect())
}

/// The session that the asker comes with.
pub(super) async fn present(app: &App, auth: &Auth, jar: &CookieJar) -> Result<Option<SessionId>, PageError> {
    match present_token(jar) {
        Some(token) => Ok(sign_in::session_of(&app.db, auth, &token).await?),
        None => Ok(None),
    }
}

async fn show(auth: Auth, State(app): State<App>, jar: CookieJar) -> Result<Response, PageError> {
    let Some(who) = auth.signed_in.as_ref().filter(|_| !auth.is_staff()) else {
        return Ok(Redirect::to(own_page(&auth)).into_response());
    };
    let (who, by_company) = (who.name.clone(), who.proven_email.is_none());
    let sessions = rows(&app, &auth, &jar).await?;
    let mut shown = Page::new(&app, &auth).with_form();
    let jar = take_flash(&app, jar, &mut shown);
    let title = shown.t("identity-contact");
    Ok((jar, page(&shown, &title, &ContactPage { page: shown.clone(), who, by_company, sessions }))
        .into_response())
}

/// Where the asker's sessions are listed.
fn own_page(auth: &Auth) -> &'static str {
    if auth.is_staff() { "/intern/mig" } else { "/virksomhed/adgang" }
}

async fn end(
    auth: Auth,
    State(app): State<App>,
    Path(id): Path<SessionId>,
    jar: CookieJar,
    _: Form,
) -> Result<Response, PageError> {
    let is_this = present(&app, &auth, &jar).await? == Some(id);
    commands::end_session(&app.db, &auth, id).await?;
    if is_this {
        return Ok(Redirect::to("/log-ind").into_response());
    }
    Ok(redirect_with(&app, &auth, own_page(&auth), "identity-session-ended"))
}

async fn end_others(
    auth: Auth,
    State(app): State<App>,
    jar: CookieJar,
    _: Form,
) -> Result<Response, PageError> {
    let kept = present(&app, &auth, &jar).await?;
    commands::end_other_sessions(&app.db, &auth, kept).await?;
    Ok(redirect_with(&app, &auth, own_page(&auth), "identity-sessions-ended"))
}
