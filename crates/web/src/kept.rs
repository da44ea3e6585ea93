//! What answers a form is a page of its own: the browser is led to it, and may come back to it.
//!
//! The answer to a sent form that must not be stored is a page to which a browser cannot go back: it shows an error of its
//! own, and what was typed is lost. So the answer is kept, and the browser is sent to where it is. It is sealed under a key
//! that only that browser can show again; a copy of the database opens none.

use axum::{
    body::{Body, to_bytes},
    extract::{Path, Request, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Redirect, Response},
};
use axum_extra::extract::CookieJar;
use chrono::Duration;
use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use storage::Token;

use crate::{
    Address, App, Auth, Limit, PageError,
    auth::VISITOR_COOKIE,
    form::{FORM_AGE_MAX, HasForm},
    logged_out::Unsent,
    security::PAGE_BYTES_MAX,
};

/// Answers kept for one address. Whoever sends more is answered without.
const KEEPING: Limit = Limit { name: "kept-page", count: 200, window: Duration::hours(1) };
/// The status is sealed with the page, before it.
const STATUS_BYTES: usize = 2;
/// In its place for a form that waits until its sender has signed in.
const UNSENT: u16 = 0;

/// Marks the answer to a form that one may want to come back to.
#[derive(Clone)]
pub(crate) struct Answer;

/// Keeps such an answer and sends the browser to it. Whoever does not go from page to page gets the answer itself: a script
/// of ours, a program.
pub(crate) async fn keep(State(app): State<App>, request: Request, next: Next) -> Response {
    let goes = request.method() == Method::POST && goes_from_page_to_page(request.headers());
    let auth = request.extensions().get::<Auth>().cloned().filter(|_| goes);
    let Some(auth) = auth else { return next.run(request).await };
    let holder = holder(&auth, &CookieJar::from_headers(request.headers())).to_owned();
    let (parts, body) = request.into_parts();
    let address = Address::of(&app, &parts);
    let response = next.run(Request::from_parts(parts, body)).await;
    let may = || app.limits().count(KEEPING, &address.0.to_string(), auth.now()).is_ok();
    if let Some(unsent) = response.extensions().get::<Unsent>() {
        return if may() { keep_unsent(&app, &auth, unsent).await } else { response };
    }
    if response.extensions().get::<Answer>().is_none() || !may() {
        return response;
    }
    let (parts, body) = response.into_parts();
    let Ok(html) = to_bytes(body, PAGE_BYTES_MAX).await else {
        return PageError::internal("a page larger than a page can be").into_response();
    };
    let token = Token::random(&app.ids);
    match store(&app, &auth, &token, seal(&app, &holder, &token, parts.status.as_u16(), &html)).await {
        Ok(()) => {
            let mut answer = Redirect::to(&format!("/svar/{}", token.as_str())).into_response();
            for cookie in parts.headers.get_all(header::SET_COOKIE) {
                answer.headers_mut().append(header::SET_COOKIE, cookie.clone());
            }
            answer.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
            // The form on the page is tied to this browser.
            answer.extensions_mut().insert(HasForm);
            answer
        }
        Err(error) => {
            tracing::warn!(%error, "the answer to a form could not be kept");
            Response::from_parts(parts, Body::from(html))
        }
    }
}

/// Keeps a form that came after its sender's session had ended, and leads there by way of the sign-in page.
async fn keep_unsent(app: &App, auth: &Auth, unsent: &Unsent) -> Response {
    let token = Token::random(&app.ids);
    let Ok(form) = serde_json::to_vec(unsent) else {
        return PageError::internal("a form that cannot be written down").into_response();
    };
    let sealed = seal(app, &after_sign_in(&auth.visitor), &token, UNSENT, &form);
    if let Err(error) = store(app, auth, &token, sealed).await {
        tracing::warn!(%error, "a form could not be kept until its sender has signed in");
        return PageError::Forbidden.into_response();
    }
    let back = crate::url_encode(&format!("/svar/{}", token.as_str()));
    let mut answer = Redirect::to(&format!("/log-ind?til={back}")).into_response();
    answer.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    // By this cookie the browser is known again when someone has signed in.
    answer.extensions_mut().insert(HasForm);
    answer
}

/// Who may see a form that waits for its sender: the same browser, once someone has signed in there.
fn after_sign_in(visitor: &str) -> String {
    format!("{visitor}.after-sign-in")
}

/// Whether a browser asks for a page to show, in its own words.
pub(crate) fn goes_from_page_to_page(headers: &HeaderMap) -> bool {
    let has = |name: &str, wanted: fn(&str) -> bool| {
        headers.get(name).map(|value| value.to_str().is_ok_and(wanted))
    };
    has("accept", |kinds| kinds.contains("text/html")).unwrap_or(false)
        && has("sec-fetch-mode", |mode| mode == "navigate").unwrap_or(true)
}

/// Who may come back to a page: the session, or else the browser. Whoever has shown neither comes back by the address alone.
fn holder<'a>(auth: &'a Auth, jar: &CookieJar) -> &'a str {
    let is_known = auth.signed_in.is_some() || jar.get(VISITOR_COOKIE).is_some();
    if is_known { &auth.visitor } else { "" }
}

async fn store(app: &App, auth: &Auth, token: &Token, sealed: Vec<u8>) -> Result<(), storage::StoreError> {
    let tx = app.db.begin_write(auth).await?;
    storage::keep_page(&tx, &token.hash(), sealed, auth.now() + FORM_AGE_MAX).await?;
    tx.commit().await
}

/// The key of one page for one holder. It seals once, so the nonce may be nothing.
fn key(app: &App, holder: &str, token: &Token) -> LessSafeKey {
    let key = app.keys.mac("kept-page", format!("{}.{holder}", token.as_str()).as_bytes());
    let key = UnboundKey::new(&CHACHA20_POLY1305, &key);
    LessSafeKey::new(key.unwrap_or_else(|_| unreachable!("a MAC is as long as the key")))
}

fn nothing() -> Nonce {
    Nonce::assume_unique_for_key([0; NONCE_LEN])
}

fn seal(app: &App, holder: &str, token: &Token, status: u16, html: &[u8]) -> Vec<u8> {
    let mut sealed = status.to_be_bytes().to_vec();
    sealed.extend_from_slice(html);
    let done = key(app, holder, token).seal_in_place_append_tag(nothing(), Aad::empty(), &mut sealed);
    done.unwrap_or_else(|_| unreachable!("no page is larger than what may be sealed"));
    sealed
}

fn open(app: &App, holder: &str, token: &Token, sealed: &[u8]) -> Option<(u16, Vec<u8>)> {
    let mut sealed = sealed.to_vec();
    let plain = key(app, holder, token).open_in_place(nothing(), Aad::empty(), &mut sealed).ok()?;
    let (status, html) = plain.split_at_checked(STATUS_BYTES)?;
    let status = u16::from_be_bytes(status.try_into().ok()?);
    Some((status, html.to_vec()))
}

/// `GET /svar/{token}`: the answer to a form, for the browser that sent it. Changes nothing.
pub(crate) async fn show(
    auth: Auth,
    State(app): State<App>,
    Path(token): Path<String>,
    jar: CookieJar,
) -> Result<Response, PageError> {
    let token = Token::parse(&token).ok_or(PageError::Gone)?;
    let sealed = storage::kept_page(&app.db.read(&auth), &token.hash(), auth.now()).await?;
    let sealed = sealed.ok_or(PageError::Gone)?;
    // Whoever has signed in since is still the same browser; whoever has signed out is not the same person.
    let before = jar.get(VISITOR_COOKIE).map_or("", |cookie| cookie.value());
    let signed_in = auth.signed_in.as_ref().map(|_| after_sign_in(before));
    let holders = [Some(auth.visitor.as_str()), Some(before), Some(""), signed_in.as_deref()];
    let opened = holders.into_iter().flatten().find_map(|holder| open(&app, holder, &token, &sealed));
    let (status, content) = opened.ok_or(PageError::Gone)?;
    let mut response = if status == UNSENT {
        serde_json::from_slice::<Unsent>(&content).map_err(PageError::internal)?.show(&app, &auth)
    } else {
        let status = StatusCode::from_u16(status).map_err(PageError::internal)?;
        (status, axum::response::Html(content)).into_response()
    };
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert("x-robots-tag", HeaderValue::from_static("noindex, nofollow"));
    Ok(response)
}
