//! Signing in by a provider of identities: the browser is sent there, and comes back with a code.
//!
//! It comes back by a GET, which the protocol prescribes and which begins a session: the only GET here that changes anything.
//! What it brings is good once, for ten minutes, and only in the browser that a form of ours has sent away; opened by anyone
//! else it does nothing.

use std::{collections::HashMap, sync::Arc};

use ::web::{
    Access, Address, App, Auth, Form, Limit, PROVIDER_COOKIE as ATTEMPT_COOKIE, Page, PageError, Question,
    Routes, cookie, page, refused_page,
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
    Provider, ProviderError, StaffProviders,
    commands::{
        confirmation,
        provider::{self, BY_PROVIDER, Begun},
        sign_in::{self, SignedIn},
    },
    model::{ArrivalRefusal, StaffRules, TRY_LIFETIME},
    provider::{Redeemed, Secrets},
};

/// Where the provider sends a browser back to. The operator registers it there.
pub(crate) const COMES_BACK_TO: &str = "/log-ind/udbyder/svar";
/// Where the provider tells that somebody is out there. The operator registers it as well.
pub(crate) const ENDS_AT: &str = "/log-ind/udbyder/log-ud";
/// Where those set out who work here.
const STAFF: Door = Door { place: "/log-ind/udbyder", back: COMES_BACK_TO, texts: "" };
/// Leads a browser on to an address. A redirect from a form would be stopped by the page's own rule for where forms lead.
const REFRESH: HeaderName = HeaderName::from_static("refresh");

/// Sign-ins begun from one place: a whole town hall comes at eight, from behind one address. There is nothing to guess here.
const SETTING_OUT: Limit = Limit { name: "identity-provider", count: 1000, window: Duration::minutes(15) };
/// Notices from one place: a provider tells of many people at once when a town hall closes.
const NOTICES: Limit = Limit { name: "identity-notice", count: 3000, window: Duration::minutes(15) };

/// One of the doors by which one comes from a provider.
#[derive(Debug, Clone, Copy)]
pub(super) struct Door {
    /// Under which all of it lies.
    pub(super) place: &'static str,
    /// Where the provider sends a browser back to.
    pub(super) back: &'static str,
    /// What the keys of refusals end with that are worded for those who come by it; empty where none is.
    pub(super) texts: &'static str,
}

pub(super) fn add(routes: Routes) -> Routes {
    routes.post(STAFF.place, Access::Public, begin).get(COMES_BACK_TO, Access::Public, come_back).post(
        ENDS_AT,
        Access::Public,
        ended,
    )
}

/// The provider of this municipality, where one is configured.
pub(super) fn of<'a>(app: &'a App, auth: &Auth) -> Option<&'a Arc<Provider<StaffRules>>> {
    app.kept.get::<StaffProviders>().and_then(|providers| providers.of(auth.tenant()))
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
    let back = own_path(Some(&form.fields.get("til").to_owned()));
    set_out(&app, &auth, (provider, STAFF), &place, (&back, false)).await
}

/// Sends a browser to a provider. `anew`: also whoever is signed in there signs in once more, and may do so as another.
pub(super) async fn set_out<R: Send + Sync + 'static>(
    app: &App,
    auth: &Auth,
    (provider, door): (&Arc<Provider<R>>, Door),
    place: &Address,
    (back, anew): (&str, bool),
) -> Result<Response, PageError> {
    app.limits().count(SETTING_OUT, &place.0.to_string(), auth.now())?;
    let Begun { state, browser } = provider::begin(&app.db, auth, back).await?;
    let secrets = Secrets::of(&app.keys, provider.issuer(), &state);
    match provider.way_there(app.site(auth.tenant()).link(door.back), secrets, anew, auth.now()).await {
        Ok(way) => {
            let (value, age) = (browser.as_str().to_owned(), Some(TRY_LIFETIME));
            let mut cookie = cookie(app.site(auth.tenant()), ATTEMPT_COOKIE, value, age);
            cookie.set_path(door.place);
            Ok((CookieJar::new().add(cookie), go_on(app, auth, provider.name(), way)?).into_response())
        }
        Err(error) => Ok(refused(app, auth, (provider.name(), door), told(&error))),
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
        Err(Failure::Refused(refusal)) => {
            return Ok(refused(&app, &auth, (provider.name(), STAFF), refusal));
        }
        Err(failure) => return Err(failure.into()),
    };
    Ok((done(jar, STAFF), answer).into_response())
}

/// What tied the sign-in to the browser is not needed any more.
pub(super) fn done(jar: CookieJar, door: Door) -> CookieJar {
    jar.remove(Cookie::build(ATTEMPT_COOKIE).path(door.place))
}

async fn arrive(
    app: &App,
    auth: &Auth,
    provider: &Arc<Provider<StaffRules>>,
    jar: &CookieJar,
    query: &HashMap<String, String>,
) -> Result<(SignedIn, String), Failure<ArrivalRefusal>> {
    let (redeemed, back) = redeem(app, auth, (provider, STAFF), jar, query).await?;
    let signed_in = provider::arrive(&app.db, auth, &app.keys, provider.rules(), &redeemed).await?;
    Ok((signed_in, back))
}

/// Redeems what a browser brought back, and says where it wanted to go.
pub(super) async fn redeem<R: Send + Sync + 'static>(
    app: &App,
    auth: &Auth,
    (provider, door): (&Arc<Provider<R>>, Door),
    jar: &CookieJar,
    query: &HashMap<String, String>,
) -> Result<(Redeemed, String), Failure<ArrivalRefusal>> {
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
    let secrets = Secrets::of(&app.keys, provider.issuer(), &state);
    let redirect = app.site(auth.tenant()).link(door.back);
    let redeemed = provider.redeem(redirect, code.clone(), secrets, auth.now()).await;
    Ok((redeemed.map_err(|error| told(&error))?, back))
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
    take_notice(&app, &auth, provider, &place, fields.get("logout_token")).await
}

/// Ends what a provider's notice says has ended.
pub(super) async fn take_notice<R: Send + Sync + 'static>(
    app: &App,
    auth: &Auth,
    provider: &Arc<Provider<R>>,
    place: &Address,
    token: &str,
) -> Result<Response, PageError> {
    app.limits().count(NOTICES, &place.0.to_string(), auth.now())?;
    let notice = provider.believe_ending(token.to_owned(), auth.now()).await;
    let is_new = match notice {
        Ok(notice) => {
            let by_provider = app.system(BY_PROVIDER, auth.tenant());
            confirmation::ended(&app.db, &by_provider, &app.keys, provider.issuer(), &notice).await?
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
    let Some(id) = sign_in::session_of(&app.db, auth, session).await? else { return Ok(None) };
    if !auth.is_staff() {
        return super::company::way_out(app, auth, id).await;
    }
    let Some(provider) = of(app, auth) else { return Ok(None) };
    let kept = confirmation::kept(&app.db, auth, &app.keys, id).await?;
    let Some(kept) = kept.filter(|kept| provider.is_called(&kept.account.issuer)) else { return Ok(None) };
    lead_out(app, auth, provider, kept.tokens.id_token).await
}

/// Leads a browser to where it is out at the provider as well, where there is such a place.
pub(super) async fn lead_out<R: Send + Sync + 'static>(
    app: &App,
    auth: &Auth,
    provider: &Arc<Provider<R>>,
    id_token: Option<String>,
) -> Result<Option<Response>, PageError> {
    match provider.way_out(id_token, app.site(auth.tenant()).link("/"), auth.now()).await {
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

pub(super) fn refused(
    app: &App,
    auth: &Auth,
    (name, door): (&str, Door),
    refusal: ArrivalRefusal,
) -> Response {
    let shown = Page::new(app, auth);
    let title = shown.t("identity-arrival-title");
    let own = format!("{refusal}{}", door.texts);
    let key = if app.messages.has(&own) { own } else { refusal.to_string() };
    let text = shown.t1(&key, "name", name);
    let main = RefusedPage { page: shown, title, text };
    refused_page(&main.page, &main.title, &main)
}
