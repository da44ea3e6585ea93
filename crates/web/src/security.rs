//! The server's outer layers, from the outside in: headers, size, errors as pages, who asks, where forms come from.

use std::collections::HashMap;

use axum::{
    Router,
    extract::{DefaultBodyLimit, Path, Query, Request, State},
    http::{HeaderName, HeaderValue, StatusCode, header},
    middleware::{self, Next},
    response::{IntoResponse, Redirect, Response},
    routing::get,
};
use axum_extra::extract::{
    CookieJar,
    cookie::{Cookie, SameSite},
};
use chrono::Duration;
use kernel::Language;
use sha2::{Digest, Sha256};
use tower_http::{
    catch_panic::CatchPanicLayer, compression::CompressionLayer, set_header::SetResponseHeaderLayer,
};

use crate::{
    App, Auth, LANGUAGE_COOKIE, PageError, Routes, Site, assets, auth, error, form, kept, open_pages,
    upload::UPLOAD_BYTES_MAX,
};

/// No page of ours is larger.
pub(crate) const PAGE_BYTES_MAX: usize = 8_000_000;

/// Nothing from elsewhere, nothing inline, nobody may frame us.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
     font-src 'self'; connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; \
     frame-ancestors 'none'";

/// How long a browser that has met us over https comes by nothing else: a year. The host alone, since the municipality's
/// other hosts are not ours.
const STRICT_TRANSPORT_SECURITY: HeaderValue = HeaderValue::from_static("max-age=31536000");

/// A cookie as all of ours are: for this host only, not for scripts, not sent from other sites' forms.
pub fn cookie(site: &Site, name: &'static str, value: String, age: Option<Duration>) -> Cookie<'static> {
    let mut cookie = Cookie::build((name, value)).path("/").http_only(true).same_site(SameSite::Lax).build();
    cookie.set_secure(site.is_secure());
    if let Some(age) = age {
        cookie.set_max_age(time::Duration::seconds(age.num_seconds()));
    }
    cookie
}

/// Remembers the language that somebody chose.
pub(crate) fn language_cookie(site: &Site, language: Language) -> Cookie<'static> {
    cookie(site, LANGUAGE_COOKIE, language.tag().to_owned(), Some(Duration::days(365)))
}

/// Puts the routes of all capabilities behind the common layers.
pub fn server(app: App, routes: Vec<Routes>) -> Router {
    let mut router =
        Router::new().route("/sprog/{tag}", get(switch_language)).route("/svar/{token}", get(kept::show));
    for routes in routes {
        router = router.merge(routes.into_router());
    }
    let pages = router
        .fallback(async || PageError::NotFound)
        .layer(middleware::from_fn_with_state(app.clone(), form::guard))
        // Inside `dress`, so that also a mistake of ours is told as a page.
        .layer(CatchPanicLayer::custom(|_| PageError::internal("a handler panicked").into_response()))
        .layer(middleware::from_fn_with_state(app.clone(), error::dress))
        .layer(middleware::from_fn_with_state(app.clone(), kept::keep))
        .layer(middleware::from_fn_with_state(app.clone(), auth::resolve))
        .layer(CatchPanicLayer::custom(|_| PageError::internal("a layer panicked").into_response()))
        .layer(DefaultBodyLimit::max(UPLOAD_BYTES_MAX));
    let common = Router::new()
        .route("/assets/{version}/{*name}", get(assets::serve))
        .merge(pages)
        .layer(middleware::from_fn(etag))
        .layer(CompressionLayer::new())
        .layer(middleware::from_fn_with_state(app.clone(), open_pages::keep))
        .layer(middleware::from_fn_with_state(app.clone(), strict_transport))
        .with_state(app);
    with_headers(common)
}

/// Tells browsers to come over https only (RFC 6797), where the municipality's address is https. Whoever asks this machine
/// itself has come over plain http and is told nothing.
async fn strict_transport(State(app): State<App>, request: Request, next: Next) -> Response {
    let is_secure = auth::site(&app, request.headers()).is_some_and(Site::is_secure)
        && auth::host(request.headers()).is_some_and(|host| !is_this_machine(host));
    let mut response = next.run(request).await;
    if is_secure {
        let headers = response.headers_mut();
        headers.entry(header::STRICT_TRANSPORT_SECURITY).or_insert(STRICT_TRANSPORT_SECURITY);
    }
    response
}

/// Whether a host name means the machine that we run on.
pub fn is_this_machine(host: &str) -> bool {
    let address = host.trim_matches(['[', ']']).parse::<std::net::IpAddr>();
    host.eq_ignore_ascii_case("localhost")
        || address.is_ok_and(|address| address.to_canonical().is_loopback())
}

/// Puts the security headers on every answer that does not bring its own; for routes beside [`server`] too.
pub fn with_headers(router: Router) -> Router {
    let fixed = |name: HeaderName, value: &'static str| {
        SetResponseHeaderLayer::if_not_present(name, HeaderValue::from_static(value))
    };
    router
        .layer(fixed(header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY))
        .layer(fixed(header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .layer(fixed(header::REFERRER_POLICY, "no-referrer"))
        .layer(fixed(HeaderName::from_static("cross-origin-opener-policy"), "same-origin"))
        .layer(fixed(HeaderName::from_static("cross-origin-resource-policy"), "same-origin"))
        .layer(fixed(
            HeaderName::from_static("permissions-policy"),
            "camera=(), geolocation=(), microphone=()",
        ))
        .layer(fixed(header::X_FRAME_OPTIONS, "DENY"))
}

/// Public pages are told apart by a hash of what they say, so that an unchanged one is not sent again.
async fn etag(request: Request, next: Next) -> Response {
    let known = request.headers().get(header::IF_NONE_MATCH).cloned();
    let is_get = request.method().is_safe();
    let response = next.run(request).await;
    let is_kept = response
        .headers()
        .get(header::CACHE_CONTROL)
        .is_some_and(|value| value.to_str().is_ok_and(|value| value.contains("must-revalidate")));
    if !is_get || !is_kept || response.status() != StatusCode::OK {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    let Ok(bytes) = axum::body::to_bytes(body, PAGE_BYTES_MAX).await else {
        return PageError::internal("a page larger than a page can be").into_response();
    };
    let tag = hex::encode(Sha256::digest(&bytes));
    let tag = format!("\"{}\"", tag.get(..24).unwrap_or_default());
    let is_same =
        known.as_ref().and_then(|known| known.to_str().ok()).is_some_and(|known| known.contains(&tag));
    if let Ok(value) = tag.parse() {
        parts.headers.insert(header::ETAG, value);
    }
    if is_same {
        parts.headers.remove(header::CONTENT_LENGTH);
        parts.status = StatusCode::NOT_MODIFIED;
        return Response::from_parts(parts, axum::body::Body::empty());
    }
    Response::from_parts(parts, axum::body::Body::from(bytes))
}

/// Goes back to the page one came from, in the other language, and remembers it for a year.
///
/// Changes nothing but the reader's own cookie: a link will do, and works without scripts.
async fn switch_language(
    auth: Auth,
    State(app): State<App>,
    Path(tag): Path<String>,
    Query(query): Query<HashMap<String, String>>,
) -> Result<Response, PageError> {
    let language = Language::from_tag(&tag).ok_or(PageError::NotFound)?;
    let site = app.site(auth.tenant());
    let cookie = language_cookie(site, language);
    let back = query.get("til").map(String::as_str).filter(|path| is_own_path(path)).unwrap_or("/");
    Ok((CookieJar::new().add(cookie), Redirect::to(back)).into_response())
}

/// Whether a path stays on this site: one slash at the beginning, and no way for a browser to read it as a host.
pub fn is_own_path(path: &str) -> bool {
    path.starts_with('/')
        && !path.starts_with("//")
        && !path.contains('\\')
        && !path.chars().any(char::is_control)
}
