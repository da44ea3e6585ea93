//! A page: a capability renders its `main`, this wraps the layout around it.

use askama::Template;
use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{Html, IntoResponse, Response},
};
use chrono::{DateTime, NaiveDate, Utc};
use kernel::{Language, format};

use crate::{App, Argument, Auth, Menu, NavItem, Site, form::HasForm, kept::Answer};

/// Where companies are looked up; its page belongs to the register.
const COMPANIES: &str = "/intern/virksomheder";

/// What a template needs besides its own data: words, dates, the asker, the municipality.
#[derive(Clone)]
pub struct Page {
    app: App,
    auth: Auth,
    /// A message shown once, above the page.
    pub flash: Option<String>,
    /// Whether the page holds the text of a form that may be kept while offline.
    has_form: bool,
    /// Whether search engines may keep the page, and caches may share it.
    is_open: bool,
    has_band: bool,
    /// The form that is shown again in the other language; see [`Page::with_form_to_switch`].
    form_to_switch: Option<&'static str>,
}

impl Page {
    /// The page of a request. Private until said otherwise: `no-store`, `noindex`.
    pub fn new(app: &App, auth: &Auth) -> Self {
        Self {
            app: app.clone(),
            auth: auth.clone(),
            flash: None,
            has_form: false,
            is_open: false,
            has_band: false,
            form_to_switch: None,
        }
    }

    /// A public page without anybody's data: may be indexed, and cached by its ETag.
    #[must_use]
    pub fn open(mut self) -> Self {
        self.is_open = true;
        self
    }

    /// A page that brings its own full-width band and containers.
    #[must_use]
    pub fn with_band(mut self) -> Self {
        self.has_band = true;
        self
    }

    /// A page with a form.
    #[must_use]
    pub fn with_form(mut self) -> Self {
        self.has_form = true;
        self
    }

    /// A page that answers the form with this id, which stands on it again: switching the language sends the form as it is,
    /// with `mend` ticked, so that nothing typed is lost. Whoever answers the form shows it again then and does nothing.
    #[must_use]
    pub fn with_form_to_switch(mut self, id: &'static str) -> Self {
        self.form_to_switch = Some(id);
        self
    }

    /// The language.
    pub fn language(&self) -> Language {
        self.auth.language()
    }

    /// The language that one can switch to.
    pub fn other_language(&self) -> Language {
        match self.language() {
            Language::Da => Language::En,
            Language::En => Language::Da,
        }
    }

    /// The asker.
    pub fn auth(&self) -> &Auth {
        &self.auth
    }

    /// The municipality.
    pub fn site(&self) -> &Site {
        self.app.site(self.auth.tenant())
    }

    /// What the templates of this crate may ask the application for.
    pub fn app(&self) -> &App {
        &self.app
    }

    /// A message.
    pub fn t(&self, key: &str) -> String {
        self.app.text(self.language(), key, &[])
    }

    /// A message with one argument.
    pub fn t1(&self, key: &str, name: &str, value: impl Into<Argument>) -> String {
        self.app.text(self.language(), key, &[(name, value.into())])
    }

    /// A message with two arguments.
    pub fn t2(
        &self,
        key: &str,
        (name_a, value_a): (&str, impl Into<Argument>),
        (name_b, value_b): (&str, impl Into<Argument>),
    ) -> String {
        self.app.text(self.language(), key, &[(name_a, value_a.into()), (name_b, value_b.into())])
    }

    /// A message with arguments.
    pub fn tn(&self, key: &str, arguments: &[(&str, Argument)]) -> String {
        self.app.text(self.language(), key, arguments)
    }

    /// `torsdag den 26. november 2026`, `Thursday 26 November 2026`.
    pub fn day(&self, date: &NaiveDate) -> String {
        format::date_long(*date, self.language())
    }

    /// `26.11.2026`.
    pub fn short_day(&self, date: &NaiveDate) -> String {
        format::date_short(*date, self.language())
    }

    /// `torsdag den 26. november 2026 kl. 14.05`, in the town's own time.
    pub fn moment(&self, at: &DateTime<Utc>) -> String {
        format::date_and_time(self.app.calendar.local(*at).naive_local(), self.language())
    }

    /// The machine form of a moment, for `<time datetime>`.
    pub fn iso(&self, at: &DateTime<Utc>) -> String {
        at.to_rfc3339_opts(chrono::SecondsFormat::Secs, true)
    }

    /// `1.611.360`, `1,611,360`.
    pub fn number(&self, number: &i64) -> String {
        format::number(*number, self.language())
    }

    /// `1,2 MB`, as people count: a thousand bytes to the kB.
    pub fn bytes(&self, bytes: &i64) -> String {
        #[expect(clippy::cast_precision_loss, reason = "a file is far below 2^52 bytes")]
        let kilobytes = *bytes as f64 / 1000.0;
        if kilobytes < 1000.0 {
            return format!("{} kB", format::decimal(kilobytes.max(1.0), 0, self.language()));
        }
        format!("{} MB", format::decimal(kilobytes / 1000.0, 1, self.language()))
    }

    /// The hidden fields of a form: its token, its key, when it was shown.
    pub fn form_fields(&self) -> crate::form::HiddenFields {
        crate::form::HiddenFields::new(&self.app, &self.auth)
    }

    /// The path of a static file.
    pub fn asset(&self, name: &str) -> String {
        self.app.assets.path(&self.site().accent, name)
    }

    /// Whether the page brings its own full-width band, as the front page does.
    fn has_band(&self) -> bool {
        self.has_band
    }

    fn main_menu(&self) -> Menu {
        if self.auth.is_staff() { Menu::Staff } else { Menu::Public }
    }

    /// When the municipality answers the telephone.
    pub fn hours(&self) -> String {
        unbroken(match self.language() {
            Language::Da => &self.site().hours_da,
            Language::En => &self.site().hours_en,
        })
    }

    fn menu(&self, menu: Menu) -> Vec<NavItem> {
        let items = self.app.navigation.0.iter().filter(|item| item.menu == menu);
        items.filter(|item| item.permission.is_none_or(|needed| self.auth.may(needed))).copied().collect()
    }

    /// Whether the search on top leads anywhere: only who may look up companies sees it.
    fn finds_companies(&self) -> bool {
        self.menu(Menu::Staff).iter().any(|item| item.path == COMPANIES)
    }

    fn is_here(&self, item: &NavItem) -> bool {
        let path = self.auth.path.as_str();
        let fits = |item: &NavItem| {
            path == item.path
                || (item.path.len() > 1
                    && path.strip_prefix(item.path).is_some_and(|rest| rest.starts_with('/')))
        };
        // The longest that fits: whoever is at `/drift/personer` is not at `/drift`.
        fits(item)
            && !self.menu(item.menu).iter().any(|other| other.path.len() > item.path.len() && fits(other))
    }
}

#[derive(Template)]
#[template(path = "web/layout.html")]
struct Layout<'a, M: Template> {
    page: &'a Page,
    title: &'a str,
    main: Main<'a, M>,
}

/// The capability's own part: a template that escapes its own values, so it is put in as it is.
struct Main<'a, M>(&'a M);

impl<M: Template> std::fmt::Display for Main<'_, M> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.render_into(f).map_err(|_| std::fmt::Error)
    }
}
impl<M: Template> askama::FastWritable for Main<'_, M> {
    fn write_into(&self, out: &mut dyn std::fmt::Write, values: &dyn askama::Values) -> askama::Result<()> {
        self.0.render_into_with_values(out, values)
    }
}
impl<M: Template> askama::filters::HtmlSafe for Main<'_, M> {}

/// Opening hours of which no time is torn apart at the end of a line: neither after "kl." nor after the hyphen.
pub(crate) fn unbroken(hours: &str) -> String {
    hours.replace("kl. ", "kl.\u{a0}").replace('-', "-\u{2060}")
}

/// Renders a page: `main` inside the layout.
pub fn page(page: &Page, title: &str, main: &impl Template) -> Response {
    let layout = Layout { page, title, main: Main(main) };
    let html = match layout.render() {
        Ok(html) => html,
        Err(error) => return crate::PageError::internal(error).into_response(),
    };
    let mut response = Html(html).into_response();
    let headers = response.headers_mut();
    let is_private = !page.is_open || page.auth.signed_in.is_some() || page.has_form;
    let cache = if is_private { "no-store" } else { "private, max-age=0, must-revalidate" };
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
    if !page.is_open || page.site().demo {
        headers.insert("x-robots-tag", HeaderValue::from_static("noindex, nofollow"));
    }
    headers.insert(header::CONTENT_LANGUAGE, HeaderValue::from_static(page.language().tag()));
    headers.insert(header::VARY, HeaderValue::from_static("Cookie, Accept-Language"));
    if page.has_form {
        response.extensions_mut().insert(HasForm);
    }
    response
}

/// Renders what a form was answered with where nothing was done yet: something tried, something to confirm. The browser may
/// come back to it.
pub fn answer_page(shown: &Page, title: &str, main: &impl Template) -> Response {
    let mut response = page(shown, title, main);
    response.extensions_mut().insert(Answer);
    response
}

/// Renders a page that says no to a form: 422, so that neither people nor programs take it for success. The browser may
/// come back to it.
pub fn refused_page(shown: &Page, title: &str, main: &impl Template) -> Response {
    let mut response = answer_page(shown, title, main);
    *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    response
}
