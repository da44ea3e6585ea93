//! Signing in and out.

use std::collections::HashMap;

use ::web::{
    Access, Address, App, Auth, Form, FormErrors, Limit, Page, PageError, Routes, SESSION_COOKIE,
    answer_page, cookie, is_own_path, page, refused_page, take_flash,
};
use askama::Template;
use axum::{
    extract::{Query, State},
    response::{IntoResponse, Redirect, Response},
};
use axum_extra::extract::{CookieJar, cookie::Cookie};
use chrono::Duration;
use kernel::{Email, Failure, PersonId};
use storage::Token;

use super::{answer, company, initials, provider, role_name};
use crate::{
    commands::sign_in::{self, PasswordIs, SignedIn},
    demo,
    model::SignInRefusal,
    store,
};

/// Tries with one address for mail from one place.
const TRIES: Limit = Limit { name: "identity-sign-in", count: 5, window: Duration::minutes(15) };
/// Tries with one address for mail from everywhere: above the other, so that a stranger does not lock someone out at once.
const TRIES_ANYWHERE: Limit =
    Limit { name: "identity-sign-in-anywhere", count: 20, window: Duration::minutes(15) };
/// Tries from one place with any address: a whole town hall may stand behind one.
const TRIES_FROM_PLACE: Limit =
    Limit { name: "identity-sign-in-place", count: 60, window: Duration::minutes(15) };
/// Codes tried for one person.
const CODES: Limit = Limit { name: "identity-code", count: 5, window: Duration::minutes(15) };
/// Mails that one address may be sent because someone asked.
const MAILS: Limit = Limit { name: "identity-mail", count: 3, window: Duration::hours(1) };
/// Mails that one place may ask for.
const MAILS_FROM_PLACE: Limit = Limit { name: "identity-mail-place", count: 20, window: Duration::hours(1) };

pub(super) fn add(routes: Routes) -> Routes {
    routes
        .get("/log-ind", Access::Public, show)
        .post("/log-ind", Access::Public, by_password)
        .post("/log-ind/kode", Access::Public, by_code)
        .post("/log-ind/link", Access::Public, ask_link)
        .get("/log-ind/glemt", Access::Public, forgotten)
        .post("/log-ind/glemt", Access::Public, ask_password)
        .post("/log-ind/demo", Access::Public, as_demo_person)
        .post("/log-ud", Access::Public, out)
}

/// One of the demo's people on the sign-in page.
struct DemoRow {
    id: String,
    initials: String,
    name: String,
    roles: String,
    teams: String,
}

#[derive(Template)]
#[template(path = "identity/sign_in.html")]
struct SignInPage {
    page: Page,
    errors: FormErrors,
    back: String,
    email: String,
    demo: Vec<DemoRow>,
    /// What the provider is called by which those come in who work here.
    provider: Option<String>,
    /// What the broker is called by which companies come in.
    broker: Option<String>,
    /// Whoever asked for a page of the staff's works here; anyone else is more likely a company.
    staff_first: bool,
}

impl SignInPage {
    /// What was typed stays where it was typed.
    fn staff_email(&self) -> &str {
        if self.errors.of("contact_email").is_none() { &self.email } else { "" }
    }

    fn contact_email(&self) -> &str {
        if self.errors.of("contact_email").is_some() { &self.email } else { "" }
    }
}

#[derive(Template)]
#[template(path = "identity/code.html")]
struct CodePage {
    page: Page,
    errors: FormErrors,
    back: String,
    step: String,
}

#[derive(Template)]
#[template(path = "identity/forgotten.html")]
struct ForgottenPage {
    page: Page,
    errors: FormErrors,
    email: String,
}

#[derive(Template)]
#[template(path = "identity/mail_sent.html")]
struct MailSentPage {
    page: Page,
    title: String,
    text: &'static str,
    /// Where whoever asked came from, and what that is called.
    back: &'static str,
    back_text: &'static str,
}

async fn show(
    auth: Auth,
    State(app): State<App>,
    jar: CookieJar,
    Query(query): Query<HashMap<String, String>>,
) -> Result<Response, PageError> {
    let mut shown = Page::new(&app, &auth).with_form();
    let jar = take_flash(&app, jar, &mut shown);
    let back = own_path(query.get("til"));
    if auth.is_staff() && !app.site(auth.tenant()).demo {
        return Ok(Redirect::to(or_desk(&back)).into_response());
    }
    let main = sign_in_page(&app, &auth, shown, back, "", FormErrors::none()).await?;
    Ok((jar, page(&main.page, &main.page.t("identity-sign-in"), &main)).into_response())
}

async fn sign_in_page(
    app: &App,
    auth: &Auth,
    page: Page,
    back: String,
    email: &str,
    errors: FormErrors,
) -> Result<SignInPage, PageError> {
    let demo = if page.site().demo { demo_rows(app, auth, &page).await? } else { Vec::new() };
    let staff_first =
        ["/intern", "/drift"].iter().any(|staff| back.starts_with(staff)) || errors.of("email").is_some();
    let provider = provider::of(app, auth).map(|provider| provider.name().to_owned());
    let broker = company::of(app, auth).map(|provider| provider.name().to_owned());
    let email = email.to_owned();
    Ok(SignInPage { page, errors, back, email, demo, provider, broker, staff_first })
}

async fn demo_rows(app: &App, auth: &Auth, page: &Page) -> Result<Vec<DemoRow>, PageError> {
    let staff = store::staff(&app.db.read(auth)).await?;
    let row = |known: &demo::DemoPerson| {
        let email = format!("{}@example.dk", known.mailbox);
        let at_work = staff.people.values().filter(|person| person.left_at.is_none());
        let person = at_work.into_iter().find(|person| person.email.as_str() == email)?;
        let roles = staff.roles.get(&person.id).into_iter().flatten();
        let roles: Vec<String> = roles.map(|role| role_name(page, *role)).collect();
        let teams = staff.own_teams(person.id).into_iter().filter_map(|team| staff.teams.get(&team));
        let teams: Vec<&str> = teams.map(|team| team.name(page.language())).collect();
        Some(DemoRow {
            id: person.id.to_string(),
            initials: initials(&person.name),
            name: person.name.clone(),
            roles: roles.join(", "),
            teams: teams.join(", "),
        })
    };
    Ok(demo::PEOPLE.iter().filter_map(row).collect())
}

/// The path to go back to, where it is one of ours; else empty.
pub(super) fn own_path(path: Option<&String>) -> String {
    let path = path.map(String::as_str).filter(|path| is_own_path(path) && !path.starts_with("/log-"));
    path.unwrap_or_default().to_owned()
}

pub(super) fn or_desk(back: &str) -> &str {
    if back.is_empty() { "/intern" } else { back }
}

/// Where people come in by a provider, a password is for emergencies. Not in the demo, which has none.
fn password_is(app: &App, auth: &Auth) -> PasswordIs {
    if provider::of(app, auth).is_some() { PasswordIs::ForEmergencies } else { PasswordIs::Ordinary }
}

/// Sets the cookie and goes where one wanted to go.
pub(super) fn let_in(app: &App, auth: &Auth, token: &Token, to: &str) -> Response {
    let cookie = cookie(app.site(auth.tenant()), SESSION_COOKIE, token.as_str().to_owned(), None);
    (CookieJar::new().add(cookie), Redirect::to(to)).into_response()
}

async fn by_password(
    auth: Auth,
    State(app): State<App>,
    place: Address,
    form: Form,
) -> Result<Response, PageError> {
    let email = form.fields.get("email").to_owned();
    let back = own_path(Some(&form.fields.get("til").to_owned()));
    let (place, who) = (place.0.to_string(), email.to_lowercase());
    app.limits().count(TRIES_FROM_PLACE, &place, auth.now())?;
    app.limits().count(TRIES, &format!("{place} {who}"), auth.now())?;
    app.limits().count(TRIES_ANYWHERE, &who, auth.now())?;
    // Spaces around a password are the person's own, but a form that cuts them must cut them always.
    let password = form.fields.get("password").to_owned();
    match sign_in::by_password(&app.db, &auth, &email, password, password_is(&app, &auth)).await {
        Ok(SignedIn::Done(token)) => Ok(let_in(&app, &auth, &token, or_desk(&back))),
        Ok(SignedIn::SecondStep(token)) => Ok(code_page(&app, &auth, back, &token, None)),
        Err(Failure::Refused(refusal)) => {
            let errors = super::refused_at("email", Some(refusal));
            let shown = Page::new(&app, &auth).with_form();
            let main = sign_in_page(&app, &auth, shown, back, &email, errors).await?;
            Ok(refused_page(&main.page, &main.page.t("identity-sign-in"), &main))
        }
        Err(failure) => Err(failure.into()),
    }
}

pub(super) fn code_page(
    app: &App,
    auth: &Auth,
    back: String,
    step: &Token,
    refused: Option<SignInRefusal>,
) -> Response {
    let shown = Page::new(app, auth).with_form();
    let title = shown.t("identity-code-title");
    let errors = super::refused_at("code", refused);
    let main = CodePage { page: shown.clone(), errors, back, step: step.as_str().to_owned() };
    answer(&shown, &title, &main.errors, &main)
}

async fn by_code(auth: Auth, State(app): State<App>, form: Form) -> Result<Response, PageError> {
    let back = own_path(Some(&form.fields.get("til").to_owned()));
    let spent = || PageError::from(Failure::Refused(SignInRefusal::Spent));
    let token = Token::parse(form.fields.get("step")).ok_or_else(spent)?;
    let person = sign_in::second_step_of(&app.db, &auth, &token).await?.ok_or_else(spent)?;
    count_code(&app, &auth, person)?;
    let (code, is) = (form.fields.get("code"), password_is(&app, &auth));
    match sign_in::by_code(&app.db, &auth, &app.keys, &token, code, is).await {
        Ok(session) => Ok(let_in(&app, &auth, &session, or_desk(&back))),
        Err(Failure::Refused(SignInRefusal::Code)) => {
            Ok(code_page(&app, &auth, back, &token, Some(SignInRefusal::Code)))
        }
        Err(failure) => Err(failure.into()),
    }
}

/// Counts a code tried for a person.
pub(super) fn count_code(app: &App, auth: &Auth, person: PersonId) -> Result<(), PageError> {
    app.limits().count(CODES, &person.to_string(), auth.now())
}

/// Only in the demo, whose data directory and loopback listener the program has made sure of at start.
async fn as_demo_person(
    auth: Auth,
    State(app): State<App>,
    jar: CookieJar,
    form: Form,
) -> Result<Response, PageError> {
    if !app.site(auth.tenant()).demo {
        return Err(PageError::NotFound);
    }
    let person = form.fields.get("person").parse().map_err(|_| PageError::NotFound)?;
    let back = own_path(Some(&form.fields.get("til").to_owned()));
    end_present(&app, &auth, &jar).await?;
    let token = sign_in::as_demo_person(&app.db, &auth, person).await?;
    Ok(let_in(&app, &auth, &token, or_desk(&back)))
}

async fn end_present(app: &App, auth: &Auth, jar: &CookieJar) -> Result<(), PageError> {
    if let Some(token) = present_token(jar) {
        sign_in::out(&app.db, auth, &token).await?;
    }
    Ok(())
}

pub(super) fn present_token(jar: &CookieJar) -> Option<Token> {
    jar.get(SESSION_COOKIE).and_then(|cookie| Token::parse(cookie.value()))
}

async fn out(auth: Auth, State(app): State<App>, jar: CookieJar, _: Form) -> Result<Response, PageError> {
    let way_out = match present_token(&jar) {
        Some(token) => provider::way_out(&app, &auth, &token).await?,
        None => None,
    };
    end_present(&app, &auth, &jar).await?;
    let jar = jar.remove(Cookie::build(SESSION_COOKIE).path("/"));
    Ok((jar, way_out.unwrap_or_else(|| Redirect::to("/").into_response())).into_response())
}

/// The mail is left to a task of its own: the answer takes the same time whether or not the address is known.
pub(super) fn in_background(work: impl Future<Output = Result<(), Failure>> + Send + 'static) {
    tokio::spawn(async move {
        if let Err(error) = work.await {
            tracing::error!(%error, "a link was not sent");
        }
    });
}

async fn ask_link(
    auth: Auth,
    State(app): State<App>,
    place: Address,
    form: Form,
) -> Result<Response, PageError> {
    let typed = form.fields.get("contact_email");
    let mut errors = FormErrors::none();
    let Some(email) = errors.keep("contact_email", typed.parse::<Email>()) else {
        let shown = Page::new(&app, &auth).with_form();
        let main = sign_in_page(&app, &auth, shown, String::new(), typed, errors).await?;
        return Ok(refused_page(&main.page, &main.page.t("identity-sign-in"), &main));
    };
    count_mail(&app, &auth, &place, &email.to_key())?;
    let (db, ctx, keys) = (app.db.clone(), auth.ctx().clone(), app.keys.clone());
    in_background(async move { sign_in::ask_sign_in_link(&db, &ctx, &keys, &email).await });
    Ok(mail_sent(&app, &auth, "identity-link-sent"))
}

/// Counts a mail that someone asked for.
pub(super) fn count_mail(app: &App, auth: &Auth, place: &Address, whose: &str) -> Result<(), PageError> {
    app.limits().count(MAILS_FROM_PLACE, &place.0.to_string(), auth.now())?;
    app.limits().count(MAILS, whose, auth.now())
}

pub(super) fn mail_sent(app: &App, auth: &Auth, text: &'static str) -> Response {
    let shown = Page::new(app, auth);
    let title = shown.t("identity-mail-sent-title");
    // A company's contact came from its own page and signs in nowhere else.
    let (back, back_text) = match text {
        "identity-link-sent" => ("/virksomhed", "identity-back-to-company"),
        _ => ("/log-ind", "identity-back-to-sign-in"),
    };
    let main = MailSentPage { page: shown, title: title.clone(), text, back, back_text };
    answer_page(&main.page, &title, &main)
}

async fn forgotten(auth: Auth, State(app): State<App>) -> Response {
    forgotten_page(&app, &auth, FormErrors::none(), "")
}

fn forgotten_page(app: &App, auth: &Auth, errors: FormErrors, email: &str) -> Response {
    let shown = Page::new(app, auth).with_form();
    let title = shown.t("identity-forgotten");
    let main = ForgottenPage { page: shown.clone(), errors, email: email.to_owned() };
    answer(&shown, &title, &main.errors, &main)
}

async fn ask_password(
    auth: Auth,
    State(app): State<App>,
    place: Address,
    form: Form,
) -> Result<Response, PageError> {
    let typed = form.fields.get("email");
    let mut errors = FormErrors::none();
    let Some(email) = errors.keep("email", typed.parse::<Email>()) else {
        return Ok(forgotten_page(&app, &auth, errors, typed));
    };
    count_mail(&app, &auth, &place, &email.to_key())?;
    let (db, ctx, keys) = (app.db.clone(), auth.ctx().clone(), app.keys.clone());
    let is = password_is(&app, &auth);
    in_background(async move { sign_in::ask_new_password(&db, &ctx, &keys, &email, is).await });
    Ok(mail_sent(&app, &auth, "identity-password-link-sent"))
}
