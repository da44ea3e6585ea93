//! A form that came after its sender's session had ended: what was typed waits until the sender has signed in again.
//!
//! It waits as every kept answer does (see [`crate::kept`]): sealed, for a day, for the same browser, and besides only for
//! someone who has signed in. Nothing is done by it: the one who typed it sees it again and sends it, under the rights that
//! the new session has. Files cannot wait without a sender, and passwords and codes never do.

use askama::Template;
use axum::{
    extract::Request,
    http::{HeaderMap, Method, header},
    response::{IntoResponse, Redirect, Response},
};
use axum_extra::extract::CookieJar;
use serde::{Deserialize, Serialize};

use crate::{
    App, Auth, Page, SESSION_COOKIE,
    form::{Fields, is_from_us, read_fields},
    kept::goes_from_page_to_page,
    page,
    upload::words_of,
};

/// Fields that are never kept: a form with one of these is typed again.
const SECRETS: [&str; 4] = ["password", "again", "code", "new_code"];
const WITH_FILES: &str = "multipart/form-data";

/// A form as it came, for its sender to send once more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Unsent {
    /// Where it was sent to: a path of our own.
    action: String,
    fields: Vec<(String, String)>,
    /// Whether the form has room for files.
    takes_files: bool,
    /// Whether files came with it.
    had_files: bool,
}

/// Whether a form comes from someone whose session has ended.
pub(crate) fn is_of_ended_session(request: &Request) -> bool {
    *request.method() == Method::POST
        && !request.uri().path().starts_with("/api/")
        && CookieJar::from_headers(request.headers()).get(SESSION_COOKIE).is_some()
        && goes_from_page_to_page(request.headers())
        && is_from_us(request)
}

/// Reads the form, and leads to the sign-in page; what was typed goes with the answer, for [`crate::kept::keep`].
pub(crate) async fn lead_to_sign_in(request: Request) -> Option<Response> {
    let action = request.uri().path().to_owned();
    let takes_files = is_with_files(request.headers());
    let (fields, had_files) = if takes_files {
        words_of(request).await.ok()?
    } else {
        (read_fields(request, &()).await.ok()?, false)
    };
    if SECRETS.iter().any(|secret| !fields.get(secret).is_empty()) {
        return None;
    }
    let unsent = Unsent { action, fields: as_sent(&fields), takes_files, had_files };
    let mut response = Redirect::to("/log-ind").into_response();
    response.extensions_mut().insert(unsent);
    Some(response)
}

fn is_with_files(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    kind.is_some_and(|kind| kind.starts_with(WITH_FILES))
}

/// Everything but the token of the browser, which the new session has another of. The form's key stays: sent twice, it makes
/// one thing.
fn as_sent(fields: &Fields) -> Vec<(String, String)> {
    let all = fields.every().filter(|(name, _)| *name != "csrf");
    all.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

#[derive(Template)]
#[template(path = "web/unsent.html")]
struct UnsentPage {
    page: Page,
    unsent: Unsent,
    csrf: String,
}

impl UnsentPage {
    /// What a reader knows again: the words, not the numbers of the form.
    fn words(&self) -> Vec<&str> {
        let values = self.unsent.fields.iter().map(|(_, value)| value.as_str());
        values.filter(|value| value.contains(char::is_whitespace)).collect()
    }

    fn home(&self) -> &'static str {
        if self.page.auth().is_staff() { "/intern" } else { "/" }
    }
}

impl Unsent {
    /// The page from which it is sent once more.
    pub(crate) fn show(self, app: &App, auth: &Auth) -> Response {
        let shown = Page::new(app, auth).with_form();
        let title = shown.t("web-unsent-title");
        let csrf = crate::form::csrf_token(app, auth);
        let main = UnsentPage { page: shown.clone(), unsent: self, csrf };
        page(&shown, &title, &main)
    }
}
