//! Signing in by a provider of identities: the browser is sent there, and comes back with a code.
//!
//! It comes back by a GET, which the protocol prescribes and which begins a session: the only GET here that changes anything.
//! What it brings is good once, for ten minutes, and only in the browser that a form of ours has sent away; opened by anyone
//! else it does nothing.

use std::{collections::HashMap, sync::Arc};

use ::web::{
    Access, Address, App, Auth, Form, Limit, Page, PageError, Question, Routes, cookie, page, refused_page,
};
use askama::Template;
use axum::{
    Json,
    extract::{Query, State},
    http::{HeaderName, HeaderValue, StatusCode, header::CACHE_CONTROL},
    response::{IntoResponse, Response},
};
use axum_extra::extract::{CookieJar, cookie::Cookie};
use chrono::Duration;
use kernel::Failure;
use serde_json::json;
use storage::Token;

use super::entrance::{code_page, let_in, or_desk, own_path};
use crate::{
    Provider, ProviderError, Providers,
    commands::{
        confirmation,
        provider::{self, BY_PROVIDER, Begun},
        sign_in::{self, SignedIn},
    },
    model::{ArrivalRefusal, TRY_LIFETIME},
    provider::Secrets,
};

/// Where the provider sends a browser back to. The operator registers it there.
pub(crate) const COMES_BACK_TO: &str = "/log-ind/udbyder/svar";
/// Where the provider tells that somebody is out there. The operator registers it as well.
pub(crate) const ENDS_AT: &str = "/log-ind/udbyder/log-ud";
/// Under which all of it lies.
const PLACE: &str = "/log-ind/udbyder";
/// Ties a sign-in that was begun to the browser. Comes along when the provider sends the browser back, since that is no form.
const ATTEMPT_COOKIE: &str = "samspil_udbyder";
/// Leads a browser on to an address. A redirect from a form would be stopped by the page's own rule for where forms lead.
const REFRESH: HeaderName = HeaderName::from_static("refresh");

/// Sign-ins begun from one place: a whole town hall comes at eight, from behind one address. There is nothing to guess here.
const SETTING_OUT: Limit = Limit { name: "identity-provider", count: 1000, window: Duration::minutes(15) };
/// Notices from one place: a provider tells of many people at once when a town hall closes.
const NOTICES: Limit = Limit { name: "identity-notice", count: 3000, window: Duration::minutes(15) };

pub(super) fn add(routes: Routes) -> Routes {
    routes.post(PLACE, Access::Public, begin).get(COMES_BACK_TO, Access::Public, come_back).post(
        ENDS_AT,
        Access::Public,
        ended,
    )
}

/// The provider of this municipality, where one is configured.
pub(super) fn of<'a>(app: &'a App, auth: &Auth) -> Option<&'a Arc<Provider>> {
    app.kept.get::<Providers>().and_then(|providers| providers.of(auth.tenant()))
}

#[derive(Template)]
#[template(path = "identity/go_on.html")]
struct GoOnPage {
    page: Page,
    title: String,
    to: String,
}

#[derive(Template)]
#[template(path = "identity/arrival_refused.html")]
struct RefusedPage {
    page: Page,
    title: String,
    text: String,
}

async fn begin(
    auth: Auth,
    State(app): State<App>,
    place: Address,
    form: Form,
) -> Result<Response, PageError> {
    let provider = of(&app, &auth).ok_or(PageError::NotFound)?;
    app.limits().count(SETTING_OUT, &place.0.to_string(), auth.now())?;
    let back = own_path(Some(&form.fields.get("til").to_owned()));
    let Begun { state, browser } = provider::begin(&app.db, &auth, &back).await?;
    let secrets = Secrets::of(&app.keys, &state);
    match provider.way_there(app.site(auth.tenant()).link(COMES_BACK_TO), secrets, auth.now()).await {
        Ok(way) => {
            let age = Some(TRY_LIFETIME);
            let mut cookie =
                cookie(app.site(auth.tenant()), ATTEMPT_COOKIE, browser.as_str().to_owned(), age);
            cookie.set_path(PLACE);
            Ok((CookieJar::new().add(cookie), go_on(&app, &auth, provider.name(), way)?).into_response())
        }
        Err(error) => Ok(refused(&app, &auth, provider, told(&error))),
    }
}

/// A page that leads on by itself, and by its link where a browser does not.
fn go_on(app: &App, auth: &Auth, name: &str, to: String) -> Result<Response, PageError> {
    let shown = Page::new(app, auth);
    let title = shown.t1("identity-go-on", "name", name);
    let refresh = HeaderValue::try_from(format!("0; url={to}")).map_err(PageError::internal)?;
    let main = GoOnPage { page: shown, title, to };
    let mut response = page(&main.page, &main.title, &main);
    response.headers_mut().insert(REFRESH, refresh);
    Ok(response)
}

async fn come_back(
    auth: Auth,
    State(app): State<App>,
    jar: CookieJar,
    Query(query): Query<HashMap<String, String>>,
) -> Result<Response, PageError> {
    let provider = of(&app, &auth).ok_or(PageError::NotFound)?;
    let answer = match arrive(&app, &auth, provider, &jar, &query).await {
        Ok((SignedIn::Done(token), back)) => let_in(&app, &auth, &token, or_desk(&back)),
        Ok((SignedIn::SecondStep(token), back)) => code_page(&app, &auth, back, &token, None),
        // The cookie stays: it may be of a sign-in that another tab has begun since.
        Err(Failure::Refused(refusal)) => return Ok(refused(&app, &auth, provider, refusal)),
        Err(failure) => return Err(failure.into()),
    };
    Ok((jar.remove(Cookie::build(ATTEMPT_COOKIE).path(PLACE)), answer).into_response())
}

async fn arrive(
    app: &App,
    auth: &Auth,
    provider: &Arc<Provider>,
    jar: &CookieJar,
    query: &HashMap<String, String>,
) -> Result<(SignedIn, String), Failure<ArrivalRefusal>> {
    let token = |text: Option<&str>| text.and_then(Token::parse).ok_or(ArrivalRefusal::Spent);
    let state = token(query.get("state").map(String::as_str))?;
    let browser = token(jar.get(ATTEMPT_COOKIE).map(Cookie::value))?;
    let back = provider::take_attempt(&app.db, auth, &state, &browser).await?;
    // Another provider than the one we sent the browser to (RFC 9207) is not ours.
    let is_ours = query.get("iss").is_none_or(|issuer| provider.is_called(issuer));
    let Some(code) = query.get("code").filter(|_| is_ours) else {
        tracing::warn!(error = query.get("error"), "the provider let somebody not in");
        return Err(ArrivalRefusal::Denied.into());
    };
    let (secrets, redirect) = (Secrets::of(&app.keys, &state), app.site(auth.tenant()).link(COMES_BACK_TO));
    let redeemed = provider.redeem(redirect, code.clone(), secrets, auth.now()).await;
    let redeemed = redeemed.map_err(|error| told(&error))?;
    let signed_in = provider::arrive(&app.db, auth, &app.keys, provider.rules(), &redeemed).await?;
    Ok((signed_in, back))
}

/// The provider tells, from machine to machine, that somebody is out there: what shows that it is the provider is its signature
/// (OpenID Connect Back-Channel Logout 1.0, 2.5 to 2.8).
async fn ended(
    auth: Auth,
    State(app): State<App>,
    place: Address,
    Question(fields): Question,
) -> Result<Response, PageError> {
    let provider = of(&app, &auth).ok_or(PageError::NotFound)?;
    app.limits().count(NOTICES, &place.0.to_string(), auth.now())?;
    let notice = provider.believe_ending(fields.get("logout_token").to_owned(), auth.now()).await;
    let is_new = match notice {
        Ok(notice) => {
            let by_provider = app.system(BY_PROVIDER, auth.tenant());
            confirmation::ended(&app.db, &by_provider, provider.issuer(), &notice).await?
        }
        Err(error) => {
            tracing::warn!(%error, "a notice that somebody is out was not believed");
            false
        }
    };
    let no_store = [(CACHE_CONTROL, HeaderValue::from_static("no-store"))];
    if is_new {
        return Ok((StatusCode::OK, no_store).into_response());
    }
    Ok((StatusCode::BAD_REQUEST, no_store, Json(json!({ "error": "invalid_request" }))).into_response())
}

/// Where to send a browser that signs out here, so that it is out at the provider as well. Asked before the session ends.
pub(super) async fn way_out(app: &App, auth: &Auth, session: &Token) -> Result<Option<Response>, PageError> {
    let Some(provider) = of(app, auth) else { return Ok(None) };
    let Some(id) = sign_in::session_of(&app.db, auth, session).await? else { return Ok(None) };
    let kept = confirmation::kept(&app.db, auth, &app.keys, id).await?;
    let Some(kept) = kept.filter(|kept| provider.is_called(&kept.account.issuer)) else { return Ok(None) };
    match provider.way_out(kept.tokens.id_token, app.site(auth.tenant()).link("/"), auth.now()).await {
        Ok(Some(way)) => go_on(app, auth, provider.name(), way).map(Some),
        Ok(None) => Ok(None),
        Err(error) => {
            tracing::warn!(%error, "somebody who signed out here is still in at the provider");
            Ok(None)
        }
    }
}

/// The reader gets a sentence, the log what happened.
fn told(error: &ProviderError) -> ArrivalRefusal {
    tracing::warn!(%error, "nobody could sign in by the provider");
    error.into()
}

fn refused(app: &App, auth: &Auth, provider: &Provider, refusal: ArrivalRefusal) -> Response {
    let shown = Page::new(app, auth);
    let title = shown.t("identity-arrival-title");
    let text = shown.t1(&refusal.to_string(), "name", provider.name());
    let main = RefusedPage { page: shown, title, text };
    refused_page(&main.page, &main.title, &main)
}
