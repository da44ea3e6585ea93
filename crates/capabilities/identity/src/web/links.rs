//! What the links in our mails open. Following one changes nothing: mail scanners do it too. A button does.

use ::web::{
    Access, Address, App, Auth, Form, FormErrors, Limit, Page, PageError, Routes, page, redirect_with,
    refused_page,
};
use askama::Template;
use axum::{
    extract::{Path, State},
    response::{IntoResponse, Redirect, Response},
};
use chrono::Duration;
use kernel::{Actor, Failure};
use storage::Token;

use super::{
    answer,
    entrance::{count_mail, in_background, let_in, mail_sent},
    refused_at,
};
use crate::{
    commands::sign_in,
    model::{Holder, Link, LinkRefusal, PasswordRefusal, Purpose},
};

/// Links tried from one place. There are 2^128; this is for the log's sake.
const LINKS: Limit = Limit { name: "identity-link", count: 60, window: Duration::minutes(15) };
/// Where a company's contact comes in.
const CONTACTS_PAGE: &str = "/virksomhed";

pub(super) fn add(routes: Routes) -> Routes {
    routes.get("/adgang/{token}", Access::Link, open).post("/adgang/{token}", Access::Link, use_link).post(
        "/adgang/{token}/nyt",
        Access::Link,
        ask_again,
    )
}

#[derive(Template)]
#[template(path = "identity/choose_password.html")]
struct ChoosePasswordPage {
    page: Page,
    errors: FormErrors,
    title: String,
    token: String,
}

#[derive(Template)]
#[template(path = "identity/use_link.html")]
struct UseLinkPage {
    page: Page,
    title: String,
    token: String,
}

#[derive(Template)]
#[template(path = "identity/link_spent.html")]
struct SpentPage {
    page: Page,
    title: String,
    text: String,
    /// The link of which another can be asked for; `None` for what was never one of ours.
    token: Option<String>,
    is_contacts: bool,
}

/// What became of a link.
enum Followed {
    Works(Link),
    Spent(Link, LinkRefusal),
    Unknown,
}

async fn follow(app: &App, auth: &Auth, place: &Address, token: &str) -> Result<Followed, PageError> {
    app.limits().count(LINKS, &place.0.to_string(), auth.now())?;
    let Some(token) = Token::parse(token) else { return Ok(Followed::Unknown) };
    let Some(link) = sign_in::find_link(&app.db, auth, &token).await? else { return Ok(Followed::Unknown) };
    Ok(match link.check(auth.now()) {
        Ok(()) => Followed::Works(link),
        Err(refusal) => Followed::Spent(link, refusal),
    })
}

/// Shows what the link opens, and a button.
async fn open(
    auth: Auth,
    State(app): State<App>,
    place: Address,
    Path(token): Path<String>,
) -> Result<Response, PageError> {
    let link = match follow(&app, &auth, &place, &token).await? {
        Followed::Works(link) => link,
        // The mail is opened once more, in the browser in which its link was used.
        Followed::Spent(Link { holder: Holder::Contact(contact), .. }, _)
            if auth.actor() == &Actor::Contact(contact) =>
        {
            return Ok(Redirect::to(CONTACTS_PAGE).into_response());
        }
        Followed::Spent(link, refusal) => return Ok(spent(&app, &auth, Some((link, token)), refusal)),
        Followed::Unknown => return Ok(spent(&app, &auth, None, LinkRefusal::Unknown)),
    };
    match link.purpose {
        Purpose::SignIn => {
            let shown = Page::new(&app, &auth).with_form();
            let title = shown.t("identity-use-link-title");
            Ok(page(&shown, &title, &UseLinkPage { page: shown.clone(), title: title.clone(), token }))
        }
        purpose => Ok(password_page(&app, &auth, purpose, token, None)),
    }
}

fn spent(app: &App, auth: &Auth, link: Option<(Link, String)>, refusal: LinkRefusal) -> Response {
    let shown = Page::new(app, auth).with_form();
    let title = shown.t(&format!("{refusal}-title"));
    let main = SpentPage {
        title: title.clone(),
        text: shown.t(&refusal.to_string()),
        is_contacts: link.as_ref().is_some_and(|(link, _)| matches!(link.holder, Holder::Contact(_))),
        token: link.map(|(_, token)| token),
        page: shown.clone(),
    };
    refused_page(&shown, &title, &main)
}

fn password_page(
    app: &App,
    auth: &Auth,
    purpose: Purpose,
    token: String,
    refused: Option<PasswordRefusal>,
) -> Response {
    let shown = Page::new(app, auth).with_form();
    let title = shown.t(&format!("identity-{}-title", purpose.id()));
    let field = if refused == Some(PasswordRefusal::Differs) { "again" } else { "password" };
    let errors = refused_at(field, refused);
    let main = ChoosePasswordPage { page: shown.clone(), errors, title: title.clone(), token };
    answer(&shown, &title, &main.errors, &main)
}

async fn use_link(
    auth: Auth,
    State(app): State<App>,
    place: Address,
    Path(token): Path<String>,
    form: Form,
) -> Result<Response, PageError> {
    let link = match follow(&app, &auth, &place, &token).await? {
        Followed::Works(link) => link,
        Followed::Spent(link, refusal) => return Ok(spent(&app, &auth, Some((link, token)), refusal)),
        Followed::Unknown => return Ok(spent(&app, &auth, None, LinkRefusal::Unknown)),
    };
    let Some(parsed) = Token::parse(&token) else { return Err(PageError::NotFound) };
    if link.purpose == Purpose::SignIn {
        return match sign_in::by_link(&app.db, &auth, &parsed).await {
            Ok(session) => Ok(let_in(&app, &auth, &session, CONTACTS_PAGE)),
            Err(Failure::Refused(refusal)) => Ok(spent(&app, &auth, Some((link, token)), refusal)),
            Err(failure) => Err(failure.into()),
        };
    }
    let (password, again) = (form.fields.get("password").to_owned(), form.fields.get("again"));
    match sign_in::choose_password(&app.db, &auth, &parsed, password, again).await {
        Ok(()) => Ok(redirect_with(&app, &auth, "/log-ind", "identity-password-chosen")),
        Err(Failure::Refused(LinkRefusal::Password(refusal))) => {
            Ok(password_page(&app, &auth, link.purpose, token, Some(refusal)))
        }
        Err(Failure::Refused(refusal)) => Ok(spent(&app, &auth, Some((link, token)), refusal)),
        Err(failure) => Err(failure.into()),
    }
}

/// A new link to where the old one went.
async fn ask_again(
    auth: Auth,
    State(app): State<App>,
    place: Address,
    Path(token): Path<String>,
    _: Form,
) -> Result<Response, PageError> {
    let link = match follow(&app, &auth, &place, &token).await? {
        Followed::Works(link) | Followed::Spent(link, _) => link,
        Followed::Unknown => return Ok(spent(&app, &auth, None, LinkRefusal::Unknown)),
    };
    let whose = match link.holder {
        Holder::Person(person) => person.to_string(),
        Holder::Contact(contact) => contact.to_string(),
    };
    count_mail(&app, &auth, &place, &whose)?;
    let (db, ctx, keys) = (app.db.clone(), auth.ctx().clone(), app.keys.clone());
    in_background(async move { sign_in::ask_again(&db, &ctx, &keys, &link).await });
    Ok(mail_sent(&app, &auth, "identity-link-sent-again"))
}
