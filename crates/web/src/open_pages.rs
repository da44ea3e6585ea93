//! Open pages that were just made: whoever asks within the second gets the same bytes, without their being made again.
//!
//! Only what [`Page::open`](crate::Page::open) has called open and nobody's: without a session, without a query, without a
//! word to show once. What this node commits is seen at once; what another node commits, within [`KEPT_FOR`].

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use axum::{
    body::{Body, Bytes},
    extract::{Request, State},
    http::{HeaderMap, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use axum_extra::extract::CookieJar;
use kernel::{Language, TenantId};

use crate::{
    App, LANGUAGE_COOKIE, PageError,
    auth::{self, VISITOR_COOKIE},
    security::PAGE_BYTES_MAX,
};

/// As fresh as the journal's sealing: nothing that a page counts is younger anyway.
const KEPT_FOR: Duration = Duration::from_secs(1);
/// Pages kept at a time; paths and encodings are the visitors' to choose.
const PAGES_MAX: usize = 64;
/// The longest path and the longest list of encodings that are looked up.
const KEY_CHARS_MAX: usize = 200;

/// What makes two requests get the same page.
#[derive(Debug, PartialEq, Eq, Hash)]
struct Asked {
    tenant: TenantId,
    language: Language,
    path: String,
    encodings: String,
}

impl Asked {
    /// `None` where the answer may be somebody's own.
    fn of(app: &App, request: &Request) -> Option<Self> {
        let headers = request.headers();
        let uri = request.uri();
        let encodings = headers.get(header::ACCEPT_ENCODING).map_or(Some(""), |value| value.to_str().ok())?;
        let is_short = uri.path().len() <= KEY_CHARS_MAX && encodings.len() <= KEY_CHARS_MAX;
        // A calendar is fetched by a secret address: it is somebody's own.
        let is_calendar =
            std::path::Path::new(uri.path()).extension().is_some_and(|end| end.eq_ignore_ascii_case("ics"));
        if is_calendar || request.method() != Method::GET || uri.query().is_some() || !is_short {
            return None;
        }
        let mut chosen = None;
        if headers.contains_key(header::COOKIE) {
            let jar = CookieJar::from_headers(headers);
            if jar.iter().any(|cookie| ![LANGUAGE_COOKIE, VISITOR_COOKIE].contains(&cookie.name())) {
                return None;
            }
            chosen = jar.get(LANGUAGE_COOKIE).map(|cookie| cookie.value().to_owned());
        }
        Some(Self {
            tenant: auth::site(app, headers)?.tenant,
            language: auth::language(request, None, chosen.as_deref()),
            path: uri.path().to_owned(),
            encodings: encodings.to_owned(),
        })
    }
}

#[derive(Debug, Clone)]
struct Kept {
    made: Instant,
    /// What this node had committed before the page was made.
    commits: u64,
    headers: HeaderMap,
    body: Bytes,
}

impl Kept {
    fn is_fresh(&self, commits: u64) -> bool {
        self.commits == commits && self.made.elapsed() < KEPT_FOR
    }

    fn answer(self, known: Option<&header::HeaderValue>) -> Response {
        let tag = self.headers.get(header::ETAG).and_then(|tag| tag.to_str().ok());
        let is_known =
            known.and_then(|known| known.to_str().ok()).zip(tag).is_some_and(|(k, tag)| k.contains(tag));
        let mut headers = self.headers;
        if is_known {
            headers.remove(header::CONTENT_LENGTH);
            return (StatusCode::NOT_MODIFIED, headers, Body::empty()).into_response();
        }
        (headers, self.body).into_response()
    }
}

/// The pages of the last second.
#[derive(Debug, Default)]
pub(crate) struct OpenPages(Mutex<HashMap<Asked, Kept>>);

impl OpenPages {
    fn get(&self, asked: &Asked, commits: u64) -> Option<Kept> {
        let pages = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        pages.get(asked).filter(|kept| kept.is_fresh(commits)).cloned()
    }

    fn keep(&self, asked: Asked, kept: Kept, commits: u64) {
        let mut pages = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if pages.len() >= PAGES_MAX {
            pages.retain(|_, kept| kept.is_fresh(commits));
        }
        if pages.len() < PAGES_MAX {
            pages.insert(asked, kept);
        }
    }
}

/// Answers with the page of the last second, or has it made and keeps it.
pub(crate) async fn keep(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let Some(asked) = Asked::of(&app, &request) else { return next.run(request).await };
    let commits = app.db.commits();
    let known = request.headers().get(header::IF_NONE_MATCH).cloned();
    if let Some(kept) = app.open_pages().get(&asked, commits) {
        return kept.answer(known.as_ref());
    }
    let made = Instant::now();
    // The whole page, so that it can be kept also where this asker has it already.
    request.headers_mut().remove(header::IF_NONE_MATCH);
    let response = next.run(request).await;
    let is_open = response.status() == StatusCode::OK
        && response.headers().contains_key(header::ETAG)
        && !response.headers().contains_key(header::SET_COOKIE);
    if !is_open {
        return response;
    }
    let (parts, body) = response.into_parts();
    let Ok(body) = axum::body::to_bytes(body, PAGE_BYTES_MAX).await else {
        return PageError::internal("a page larger than a page can be").into_response();
    };
    let kept = Kept { made, commits, headers: parts.headers, body };
    app.open_pages().keep(asked, kept.clone(), app.db.commits());
    kept.answer(known.as_ref())
}
