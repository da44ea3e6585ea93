//! Errors as pages: what happened, what to do, a number to tell us. Internal text never reaches them.

use axum::{
    extract::{Request, State},
    http::{StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use kernel::{Failure, Refusal};

use crate::{App, Auth, Page, page::page};

/// How a handler ends without a page of its own.
#[derive(Debug)]
pub enum PageError {
    /// There is no such page, or not for this asker.
    NotFound,
    /// The asker lacks the permission.
    Forbidden,
    /// The form came from elsewhere, or too late.
    Stale,
    /// Too often from one address.
    TooMany,
    /// The request was larger than anything we take.
    TooLarge,
    /// A rule said no where no form can show it: the message key.
    Refused(String),
    /// It was here, and is not any more.
    Gone,
    /// The disk is full: nothing was saved.
    Full,
    /// Not the asker's doing.
    Internal(String),
}

impl PageError {
    /// Not the asker's doing; the text goes to the log only.
    #[expect(clippy::needless_pass_by_value, reason = "`map_err` hands the error over")]
    pub fn internal(error: impl ToString) -> Self {
        Self::Internal(error.to_string())
    }

    const fn status(&self) -> StatusCode {
        match self {
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::Forbidden | Self::Stale => StatusCode::FORBIDDEN,
            Self::TooMany => StatusCode::TOO_MANY_REQUESTS,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Refused(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Gone => StatusCode::GONE,
            Self::Full => StatusCode::INSUFFICIENT_STORAGE,
            Self::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    fn page(self) -> ErrorPage {
        let key = self.key().to_owned();
        let internal = match self {
            Self::Internal(text) => Some(text),
            _ => None,
        };
        ErrorPage { key, internal }
    }

    fn key(&self) -> &str {
        match self {
            Self::NotFound => "web-error-not-found",
            Self::Forbidden => "web-error-forbidden",
            Self::Stale => "web-error-stale",
            Self::TooMany => "web-error-too-many",
            Self::TooLarge => "web-error-too-large",
            Self::Refused(key) => key,
            Self::Gone => "web-error-gone",
            Self::Full => "web-error-full",
            Self::Internal(_) => "web-error-internal",
        }
    }
}

impl<R: Refusal> From<Failure<R>> for PageError {
    fn from(failure: Failure<R>) -> Self {
        match failure {
            Failure::Refused(refusal) => Self::Refused(refusal.key()),
            Failure::NotFound => Self::NotFound,
            Failure::Forbidden => Self::Forbidden,
            Failure::Internal(error) => {
                let full =
                    error.downcast_ref::<storage::StoreError>().is_some_and(storage::StoreError::is_full);
                if full { Self::Full } else { Self::internal(error) }
            }
        }
    }
}

impl From<storage::StoreError> for PageError {
    fn from(error: storage::StoreError) -> Self {
        if error.is_full() { Self::Full } else { Self::internal(error) }
    }
}

impl From<std::io::Error> for PageError {
    fn from(error: std::io::Error) -> Self {
        let error = storage::FileError::from(error);
        if error.is_full() { Self::Full } else { Self::internal(error) }
    }
}

/// What the outermost layer makes a page of.
#[derive(Clone)]
struct ErrorPage {
    key: String,
    internal: Option<String>,
}

impl IntoResponse for PageError {
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        response.extensions_mut().insert(self.page());
        response
    }
}

#[derive(askama::Template)]
#[template(path = "web/error.html")]
struct Error {
    page: Page,
    title: String,
    key: String,
    status: u16,
    reference: Option<String>,
}

/// Dresses errors as pages, in the reader's language, with a reference number for what is not the reader's doing.
pub(crate) async fn dress(State(app): State<App>, request: Request, next: Next) -> Response {
    let auth = request.extensions().get::<Auth>().cloned();
    let is_api = request.uri().path().starts_with("/api/");
    let route = request.extensions().get::<axum::extract::MatchedPath>().map(|path| path.as_str().to_owned());
    let response = next.run(request).await;
    let own = response.extensions().get::<ErrorPage>().cloned().map(|error| (response.status(), error));
    let Some((status, error)) = own.or_else(|| plain(&response)) else { return response };
    let reference = error.internal.map(|text| {
        let reference = app.ids.new_uuid(app.clock.now()).simple().to_string();
        let reference = reference.get(20..).unwrap_or_default().to_owned();
        tracing::error!(reference, route, error = text, "a request failed");
        reference
    });
    let Some(auth) = auth else { return (status, "Error\n").into_response() };
    if is_api {
        let text = app.text(auth.language(), &error.key, &[]);
        let body = serde_json::json!({ "error": error.key, "message": text, "reference": reference });
        return (status, axum::Json(body)).into_response();
    }
    let shown = Page::new(&app, &auth);
    let title = shown.t(&format!("{}-title", generic(&error.key, &app)));
    let main = Error {
        page: shown.clone(),
        title: title.clone(),
        key: error.key,
        status: status.as_u16(),
        reference,
    };
    (status, page(&shown, &title, &main)).into_response()
}

/// What the framework says by itself, in its own words: an address that cannot be read, a method that a page does not have.
fn plain(response: &Response) -> Option<(StatusCode, ErrorPage)> {
    let status = response.status();
    let kind = response.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    let is_plain = kind.is_none_or(|kind| kind.starts_with("text/plain"));
    if !is_plain || !(status.is_client_error() || status.is_server_error()) {
        return None;
    }
    let (status, error) = match status {
        // No page has an address that cannot be read.
        StatusCode::BAD_REQUEST => (StatusCode::NOT_FOUND, PageError::NotFound),
        StatusCode::PAYLOAD_TOO_LARGE => (status, PageError::TooLarge),
        status if status.is_server_error() => (status, PageError::internal("an answer without words")),
        status => (status, PageError::NotFound),
    };
    Some((status, error.page()))
}

/// A refusal of a capability has a sentence but no title of its own.
fn generic<'a>(key: &'a str, app: &App) -> &'a str {
    if app.messages.has(&format!("{key}-title")) { key } else { "web-error-refused" }
}
