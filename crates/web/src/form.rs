//! Forms: where they come from, that they are sent once, and what is wrong in them, beside the field and in a summary.

use std::collections::BTreeMap;

use axum::{
    body::{Body, to_bytes},
    extract::{FromRequest, Request, State},
    http::{HeaderMap, Method, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use chrono::{DateTime, Duration, TimeZone, Utc};
use kernel::Refusal;
use subtle::ConstantTimeEq;
use uuid::Uuid;

use crate::{App, Auth, PageError};

/// A form left open longer than this must be shown again; what was typed stays.
pub(crate) const FORM_AGE_MAX: Duration = Duration::hours(24);

/// Whether a field is one of [`HiddenFields`].
fn is_own(name: &str) -> bool {
    matches!(name, "csrf" | "form_key" | "shown")
}

/// Marks a response that needs the visitor's cookie.
#[derive(Clone)]
pub(crate) struct HasForm;

/// The hidden fields of every form.
#[derive(askama::Template)]
#[template(path = "web/hidden_fields.html")]
pub struct HiddenFields {
    csrf: String,
    key: Uuid,
    shown: String,
}

impl HiddenFields {
    pub(crate) fn new(app: &App, auth: &Auth) -> Self {
        let shown = auth.now().timestamp().to_string();
        let mac = app.keys.mac("form-shown", shown.as_bytes());
        let mac = hex::encode(mac.get(..8).unwrap_or_default());
        Self { csrf: csrf_token(app, auth), key: auth.new_id(), shown: format!("{shown}.{mac}") }
    }
}

impl askama::filters::HtmlSafe for HiddenFields {}

pub(crate) fn csrf_token(app: &App, auth: &Auth) -> String {
    hex::encode(app.keys.mac("csrf", auth.visitor.as_bytes()))
}

/// How the request's origin was established.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Origin {
    /// By headers that only the browser sets.
    Ours,
    /// Unknown: the form's token must show it.
    Unknown,
}

/// Refuses forms from other sites by `Sec-Fetch-Site` or `Origin`; where a client sends neither, the token decides.
pub(crate) async fn guard(State(app): State<App>, mut request: Request, next: Next) -> Response {
    if request.method().is_safe() {
        return next.run(request).await;
    }
    match origin(&app, request.headers()) {
        None => PageError::Stale.into_response(),
        Some(origin) => {
            request.extensions_mut().insert(origin);
            next.run(request).await
        }
    }
}

fn origin(app: &App, headers: &HeaderMap) -> Option<Origin> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    if let Some(site) = text("sec-fetch-site") {
        return matches!(site, "same-origin" | "none").then_some(Origin::Ours);
    }
    let Some(origin) = text(header::ORIGIN.as_str()) else { return Some(Origin::Unknown) };
    let authority = origin.split_once("://").map_or(origin, |(_, rest)| rest);
    let is_ours = text(header::HOST.as_str()) == Some(authority)
        || app.sites.iter().any(|site| site.base_url == origin);
    is_ours.then_some(Origin::Ours)
}

/// Fields that every form has.
#[derive(Debug, Clone)]
pub struct Envelope {
    /// Once per rendering: the same key makes one thing.
    pub key: Uuid,
    /// When the form was shown; `None` when the field was forged or is too old.
    pub shown_at: Option<DateTime<Utc>>,
}

/// A form's fields, as sent. Values are trimmed; several of one name are kept in order.
#[derive(Debug, Clone, Default)]
pub struct Fields(BTreeMap<String, Vec<String>>);

/// The largest form without files, in bytes.
pub(crate) const FORM_BYTES_MAX: usize = 1_000_000;
/// The longest value of one field, in bytes: a form's text is far below it.
pub(crate) const FIELD_BYTES_MAX: usize = 100_000;

impl Fields {
    pub(crate) fn push(&mut self, name: String, value: &str) -> Result<(), PageError> {
        if value.len() > FIELD_BYTES_MAX {
            return Err(PageError::TooLarge);
        }
        // Browsers send CR LF; NUL cannot be stored by PostgreSQL.
        let value = value.replace("\r\n", "\n").replace('\0', "");
        self.0.entry(name).or_default().push(value.trim().to_owned());
        Ok(())
    }

    /// Sets a field, for a form that is shown with something in it.
    pub fn set(&mut self, name: &str, value: &str) {
        self.0.insert(name.to_owned(), vec![value.to_owned()]);
    }

    /// The value of a field; empty when it was not sent.
    pub fn get(&self, name: &str) -> &str {
        self.0.get(name).and_then(|values| values.first()).map_or("", String::as_str)
    }

    /// Every field with its values, but the form's own hidden ones: for a page that sends them once more.
    pub fn typed(&self) -> Vec<(&str, &str)> {
        let typed = self.0.iter().filter(|(name, _)| !is_own(name));
        typed.flat_map(|(name, values)| values.iter().map(|value| (name.as_str(), value.as_str()))).collect()
    }

    /// Every field with its values.
    pub(crate) fn every(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().flat_map(|(name, values)| values.iter().map(|value| (name.as_str(), value.as_str())))
    }

    /// All values of a field.
    pub fn all(&self, name: &str) -> &[String] {
        self.0.get(name).map_or(&[], Vec::as_slice)
    }

    /// Whether a box was ticked.
    pub fn is_ticked(&self, name: &str) -> bool {
        matches!(self.get(name), "on" | "yes" | "true" | "1")
    }

    /// Everything that was sent, for telling a repeated form from another; without the form's own hidden fields.
    pub fn content(&self) -> String {
        let pairs =
            self.0.keys().filter(|name| !is_own(name)).map(|name| format!("{name}={:?}", self.all(name)));
        pairs.collect::<Vec<_>>().join("\n")
    }
}

/// A form that only asks: nothing changes by it, so it needs no token and may stand on a page that everyone shares. What is
/// asked travels in the body, never in the address.
pub struct Question(pub Fields);

impl FromRequest<App> for Question {
    type Rejection = PageError;
    async fn from_request(request: Request, app: &App) -> Result<Self, PageError> {
        read_fields(request, app).await.map(Self)
    }
}

pub(crate) async fn read_fields<S: Send + Sync>(request: Request, state: &S) -> Result<Fields, PageError> {
    let (parts, body) = request.into_parts();
    let bytes = to_bytes(body, FORM_BYTES_MAX).await.map_err(|_| PageError::TooLarge)?;
    let request = Request::from_parts(parts, Body::from(bytes));
    let pairs = axum::Form::<Vec<(String, String)>>::from_request(request, state).await;
    let axum::Form(pairs) = pairs.map_err(|_| PageError::Stale)?;
    let mut fields = Fields::default();
    for (name, value) in pairs {
        fields.push(name, &value)?;
    }
    Ok(fields)
}

/// A form sent as `application/x-www-form-urlencoded`, from a page of ours.
pub struct Form {
    /// What was typed.
    pub fields: Fields,
    /// The form's own fields.
    pub envelope: Envelope,
}

impl FromRequest<App> for Form {
    type Rejection = PageError;
    async fn from_request(request: Request, app: &App) -> Result<Self, PageError> {
        let (origin, auth) = origin_and_auth(&request)?;
        let fields = read_fields(request, app).await?;
        let envelope = open(app, &auth, origin.0, &fields)?;
        Ok(Self { fields, envelope })
    }
}

/// Whether the browser itself says that a form comes from a page of ours.
pub(crate) fn is_from_us(request: &Request) -> bool {
    request.extensions().get::<Origin>() == Some(&Origin::Ours)
}

pub(crate) struct OriginOf(Origin);

pub(crate) fn origin_and_auth(request: &Request) -> Result<(OriginOf, Auth), PageError> {
    let origin = request.extensions().get::<Origin>().copied();
    let auth = request.extensions().get::<Auth>().cloned();
    match (origin, auth) {
        (Some(origin), Some(auth)) => Ok((OriginOf(origin), auth)),
        _ if request.method() == Method::GET => Err(PageError::internal("a form is read from a POST")),
        _ => Err(PageError::internal("a route outside `guard`")),
    }
}

pub(crate) fn open_envelope(
    app: &App,
    auth: &Auth,
    origin: &OriginOf,
    fields: &Fields,
) -> Result<Envelope, PageError> {
    open(app, auth, origin.0, fields)
}

fn open(app: &App, auth: &Auth, origin: Origin, fields: &Fields) -> Result<Envelope, PageError> {
    if origin == Origin::Unknown {
        let expected = csrf_token(app, auth);
        let matches: bool = expected.as_bytes().ct_eq(fields.get("csrf").as_bytes()).into();
        if !matches {
            return Err(PageError::Stale);
        }
    }
    let key = fields.get("form_key").parse().unwrap_or_else(|_| auth.new_id());
    Ok(Envelope { key, shown_at: shown_at(app, fields.get("shown"), auth.now()) })
}

fn shown_at(app: &App, field: &str, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let (seconds, mac) = field.split_once('.')?;
    let expected = app.keys.mac("form-shown", seconds.as_bytes());
    let expected = hex::encode(expected.get(..8)?);
    let holds: bool = expected.as_bytes().ct_eq(mac.as_bytes()).into();
    let shown = Utc.timestamp_opt(seconds.parse().ok()?, 0).single()?;
    (holds && now - shown <= FORM_AGE_MAX).then_some(shown)
}

/// What is wrong in a form: a message key per field, in the order of the page.
#[derive(Debug, Clone, Default)]
pub struct FormErrors {
    found: Vec<(&'static str, String)>,
    /// Field, message key, and the name of the one thing in the field that it is about.
    named: Vec<(&'static str, String, String)>,
}

impl FormErrors {
    /// Nothing is wrong.
    pub fn none() -> Self {
        Self::default()
    }

    /// Something is wrong in a field. The first word on a field stands.
    pub fn add(&mut self, field: &'static str, key: impl Into<String>) {
        if self.of(field).is_none() {
            self.found.push((field, key.into()));
        }
    }

    /// Something is wrong with one of several things in a field: of three files, the one with this name. Each is told.
    pub fn add_named(&mut self, field: &'static str, key: impl Into<String>, name: &str) {
        let key = key.into();
        self.named.push((field, key.clone(), name.to_owned()));
        self.add(field, key);
    }

    /// Notes a refusal at a field, and gives the value where there is none.
    pub fn keep<T, E: std::fmt::Display>(&mut self, field: &'static str, parsed: Result<T, E>) -> Option<T> {
        parsed.map_err(|error| self.add(field, error.to_string())).ok()
    }

    /// The message key at a field.
    pub fn of(&self, field: &str) -> Option<&str> {
        self.found.iter().find(|(name, _)| *name == field).map(|(_, key)| key.as_str())
    }

    /// All that is to be told at a field: message keys, each with the names of what it is about.
    pub(crate) fn all_of(&self, field: &str) -> Vec<(&str, Vec<&str>)> {
        let mut all: Vec<(&str, Vec<&str>)> = Vec::new();
        let named = self.named.iter().filter(|(at, ..)| *at == field);
        for (key, name) in named.map(|(_, key, name)| (key.as_str(), name.as_str())) {
            match all.iter_mut().find(|(known, _)| *known == key) {
                Some((_, names)) => names.push(name),
                None => all.push((key, vec![name])),
            }
        }
        if let Some(key) = self.of(field).filter(|key| all.iter().all(|(known, _)| known != key)) {
            all.insert(0, (key, Vec::new()));
        }
        all
    }

    /// Whether nothing is wrong.
    pub fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// For the summary: field and message key.
    pub fn iter(&self) -> impl Iterator<Item = &(&'static str, String)> {
        self.found.iter()
    }
}

/// A refusal that belongs to a field of a form.
pub trait FieldRefusal: Refusal {
    /// The field.
    fn field(&self) -> &'static str;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_refused_file_is_named_and_what_is_wrong_is_said_once() {
        let mut errors = FormErrors::none();
        errors.add("files", "too-many");
        errors.add_named("files", "type", "a.exe");
        errors.add_named("files", "empty", "b.pdf");
        errors.add_named("files", "type", "c.exe");
        let told = [("too-many", vec![]), ("type", vec!["a.exe", "c.exe"]), ("empty", vec!["b.pdf"])];
        assert_eq!(errors.all_of("files"), told);
        assert_eq!(errors.of("files"), Some("too-many"));
        assert_eq!(errors.iter().count(), 1, "one line in the summary leads to the field");
        errors.add("text", "missing");
        assert_eq!(errors.all_of("text"), [("missing", vec![])]);
        assert_eq!(errors.all_of("name"), []);
    }
}
