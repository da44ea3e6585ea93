//! Who asks: every request gets a [`kernel::Ctx`] before any handler runs.

use std::{ops::Deref, sync::Arc};

use axum::{
    extract::{FromRequestParts, Request, State},
    http::{HeaderMap, Method, StatusCode, header, request::Parts},
    middleware::Next,
    response::{IntoResponse, Redirect, Response},
};
use axum_extra::extract::CookieJar;
use kernel::{Actor, Ctx, Language, Permission, Role};
use ports::SignedIn;
use storage::Token;

use crate::{App, PageError, Site, logged_out};

/// The session of someone who has signed in.
pub const SESSION_COOKIE: &str = "samspil_session";
/// The language chosen by someone who has not.
pub const LANGUAGE_COOKIE: &str = "samspil_sprog";
/// Ties the form token of someone who has not signed in to a browser.
pub const VISITOR_COOKIE: &str = "samspil_besog";

/// Who asks, with the request's [`Ctx`].
#[derive(Clone)]
pub struct Auth {
    ctx: Ctx,
    /// Who has signed in, if anyone.
    pub signed_in: Option<Arc<SignedIn>>,
    /// What ties form tokens to this browser.
    pub(crate) visitor: String,
    /// The path asked for, without its query.
    pub path: String,
    /// The same with its query, but for the language: what the same page in the other language is asked for by.
    pub(crate) address: String,
}

impl Deref for Auth {
    type Target = Ctx;
    fn deref(&self) -> &Ctx {
        &self.ctx
    }
}

impl Auth {
    /// The context.
    pub fn ctx(&self) -> &Ctx {
        &self.ctx
    }

    /// Whether the asker works for the municipality.
    pub fn is_staff(&self) -> bool {
        matches!(self.ctx.actor(), Actor::Staff(_))
    }

    /// For tests and samples of pages.
    pub fn of(ctx: Ctx, signed_in: Option<SignedIn>) -> Self {
        Self {
            ctx,
            signed_in: signed_in.map(Arc::new),
            visitor: String::new(),
            path: "/".into(),
            address: "/".into(),
        }
    }
}

impl FromRequestParts<App> for Auth {
    type Rejection = PageError;
    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, PageError> {
        parts
            .extensions
            .get::<Self>()
            .cloned()
            .ok_or_else(|| PageError::internal("a route outside `resolve`"))
    }
}

/// Which municipality a host name means. With one municipality every host will do.
pub(crate) fn site<'a>(app: &'a App, headers: &HeaderMap) -> Option<&'a Site> {
    if app.sites.len() == 1 {
        return app.sites.first();
    }
    let host = host(headers)?;
    app.sites.iter().find(|site| site.hosts.iter().any(|known| known.eq_ignore_ascii_case(host)))
}

/// The host that was asked for, without its port.
pub(crate) fn host(headers: &HeaderMap) -> Option<&str> {
    let host = headers.get(header::HOST)?.to_str().ok()?;
    Some(host.rsplit_once(':').filter(|(_, port)| !port.ends_with(']')).map_or(host, |(name, _)| name))
}

/// Finds tenant, session and language, and leaves an [`Auth`] with the request.
pub(crate) async fn resolve(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let Some(site) = site(&app, request.headers()) else {
        return (StatusCode::MISDIRECTED_REQUEST, "This host name belongs to no municipality here.\n")
            .into_response();
    };
    let jar = CookieJar::from_headers(request.headers());
    let now = app.clock.now();
    let cookie = |name: &str| jar.get(name).map(|cookie| cookie.value().to_owned());
    let anyone = app.public_reach.get(&Role::Anyone).cloned().unwrap_or_default();
    let nobody = Ctx::new(site.tenant, Actor::Anyone, anyone, Language::Da, now, app.ids.clone());
    let session = cookie(SESSION_COOKIE).as_deref().and_then(Token::parse);
    let signed_in = match &session {
        None => None,
        Some(token) => match app.ports.sessions.resolve(&app.db.read(&nobody), &token.hash(), now).await {
            Ok(found) => found,
            Err(error) => return PageError::internal(error).into_response(),
        },
    };
    let language = language(&request, signed_in.as_ref(), cookie(LANGUAGE_COOKIE).as_deref());
    let ctx = match &signed_in {
        Some(who) => {
            Ctx::new(site.tenant, who.actor.clone(), who.reach.clone(), language, now, app.ids.clone())
        }
        None => nobody.in_language(language),
    };
    // What changes something may wait for others who change people meanwhile, and looks again.
    let people_version = signed_in.as_ref().and_then(|who| who.people_version);
    let ctx = match people_version.filter(|_| request.method().is_safe()) {
        Some(version) => ctx.with_people_of(version),
        None => ctx,
    };
    let known_visitor = session.filter(|_| signed_in.is_some()).map(|token| token.as_str().to_owned());
    let known_visitor = known_visitor.or_else(|| cookie(VISITOR_COOKIE));
    let is_new = known_visitor.is_none();
    let visitor = known_visitor.unwrap_or_else(|| Token::random(&app.ids).as_str().to_owned());
    let (tenant, signed_in) = (site.tenant, signed_in.map(Arc::new));
    let (path, address) = (request.uri().path().to_owned(), address_without_language(&request));
    // A form that was sent to be shown in another language: what comes after it is in that language too.
    let chosen = asked_language(&request).filter(|_| request.method() == Method::POST);
    request.extensions_mut().insert(Auth { ctx, signed_in, visitor: visitor.clone(), path, address });
    let mut response = next.run(request).await;
    // Only a page with a form needs the cookie; it says so by not being cacheable.
    if is_new && response.extensions().get::<crate::form::HasForm>().is_some() {
        let cookie = crate::cookie(app.site(tenant), VISITOR_COOKIE, visitor, None);
        if let Ok(value) = cookie.to_string().parse() {
            response.headers_mut().append(header::SET_COOKIE, value);
        }
    }
    if let Some(language) = chosen {
        let cookie = crate::security::language_cookie(app.site(tenant), language);
        if let Ok(value) = cookie.to_string().parse() {
            response.headers_mut().append(header::SET_COOKIE, value);
        }
    }
    response
}

/// The address asked for, without the language. Without its query where that may hold a CPR number: a page never repeats one.
fn address_without_language(request: &Request) -> String {
    let path = request.uri().path();
    let Some(query) = request.uri().query() else { return path.to_owned() };
    let words = query.replace('+', " ");
    let words = percent_encoding::percent_decode_str(&words).decode_utf8_lossy();
    if !kernel::find_cpr_like(&words, |_| false).is_empty() {
        return path.to_owned();
    }
    let rest: Vec<&str> =
        query.split('&').filter(|pair| !pair.is_empty() && !pair.starts_with("sprog=")).collect();
    if rest.is_empty() { path.to_owned() } else { format!("{path}?{}", rest.join("&")) }
}

/// The language that the address itself asks for.
fn asked_language(request: &Request) -> Option<Language> {
    let query = request.uri().query().unwrap_or_default();
    query.split('&').find_map(|pair| pair.strip_prefix("sprog=")).and_then(Language::from_tag)
}

pub(crate) fn language(request: &Request, signed_in: Option<&SignedIn>, cookie: Option<&str>) -> Language {
    asked_language(request)
        .or_else(|| cookie.and_then(Language::from_tag))
        .or_else(|| signed_in.and_then(|who| who.language))
        .or_else(|| {
            let header = request.headers().get(header::ACCEPT_LANGUAGE)?.to_str().ok()?;
            // The first language that we have, in the browser's own order.
            header.split(',').find_map(|tag| Language::from_tag(tag.trim().get(..2)?))
        })
        .unwrap_or_default()
}

/// Who may use a route. Every route declares it; there is no default.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Anyone.
    Public,
    /// Whoever holds the secret in the link; the handler checks it.
    Link,
    /// Whoever has signed in.
    SignedIn,
    /// Whoever has the permission.
    Needs(Permission),
}

pub(crate) async fn check(access: Access, request: Request, next: Next) -> Response {
    let Some(auth) = request.extensions().get::<Auth>() else {
        return PageError::internal("a route outside `resolve`").into_response();
    };
    let (allowed, signed_in) = match access {
        Access::Public | Access::Link => (true, true),
        Access::SignedIn => (auth.signed_in.is_some(), auth.signed_in.is_some()),
        Access::Needs(permission) => (auth.may(permission), auth.signed_in.is_some()),
    };
    if allowed {
        return next.run(request).await;
    }
    let wants_page = request.method().is_safe() && !request.uri().path().starts_with("/api/");
    if !signed_in && wants_page {
        // A path of our own: it begins with one slash and cannot lead elsewhere.
        let back = request.uri().path_and_query().map_or("/", |path| path.as_str());
        return Redirect::to(&format!("/log-ind?til={}", crate::url_encode(back))).into_response();
    }
    if !signed_in && logged_out::is_of_ended_session(&request) {
        let answer = logged_out::lead_to_sign_in(request).await;
        return answer.unwrap_or_else(|| PageError::Forbidden.into_response());
    }
    if wants_page && auth.signed_in.as_ref().is_some_and(|who| who.must_set_up_second_step) {
        return Redirect::to("/intern/mig/kode").into_response();
    }
    PageError::Forbidden.into_response()
}
