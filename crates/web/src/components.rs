//! The things that come back on many pages, made once: the promise, who to talk to, icons, the errors of a form.

use askama::Template;
use chrono::{DateTime, Utc};
use kernel::format;
use ledger::{Promise, Standing};

use crate::{FormErrors, Page};

macro_rules! html_safe {
    ($($component:ident),*) => { $(impl askama::filters::HtmlSafe for $component {})* };
}
html_safe!(Icon, PromiseView, ErrorSummary, FieldError, WhoToTalkTo);

/// A sign from the sprite; never alone: a word stands beside it.
#[derive(Template)]
#[template(
    source = r#"<svg class="s-icon" aria-hidden="true" focusable="false"><use href="{{ sprite }}#{{ name }}"></use></svg>"#,
    ext = "html"
)]
pub struct Icon {
    sprite: String,
    name: &'static str,
}

/// A promise: who owes what until when, and how it stands, as a sign and a word.
#[derive(Template)]
#[template(path = "web/promise.html")]
pub struct PromiseView {
    icon: Icon,
    state: &'static str,
    what: String,
    when: String,
    more: String,
}

/// The errors of a form, in the order of the page, each leading to its field.
#[derive(Template)]
#[template(path = "web/error_summary.html")]
pub struct ErrorSummary {
    title: String,
    errors: Vec<(&'static str, String)>,
}

/// The error at a field.
#[derive(Template)]
#[template(path = "web/field_error.html")]
pub struct FieldError {
    field: &'static str,
    text: Option<String>,
    prefix: String,
}

/// Someone with a name, a number and hours.
#[derive(Template)]
#[template(path = "web/who.html")]
pub struct WhoToTalkTo {
    initials: String,
    name: String,
    role: String,
    phone: String,
    phone_link: String,
    hours: String,
}

impl Page {
    /// A sign.
    pub fn icon(&self, name: &'static str) -> Icon {
        Icon { sprite: self.asset("icons.svg"), name }
    }

    /// A promise; `what` is the message key of what is owed.
    pub fn promise(&self, promise: &Promise, what: &str, now: &DateTime<Utc>) -> PromiseView {
        let standing = promise.standing(*now, &self.app().calendar);
        let due = self.day(&promise.due_on);
        let (icon, state, when, more) = match standing {
            Standing::Due { working_days_left } => (
                "access-time",
                "due",
                self.t1("web-promise-due", "date", due),
                self.t1("web-promise-left", "days", working_days_left),
            ),
            Standing::DueToday => ("access-time", "due", self.t("web-promise-today"), String::new()),
            Standing::Late { working_days } => (
                "error",
                "late",
                self.t1("web-promise-was-due", "date", due),
                self.t1("web-promise-late", "days", working_days),
            ),
            Standing::Paused { reason, .. } => (
                "pause",
                "paused",
                self.t("web-promise-paused"),
                self.t(&format!("web-pause-{reason}")),
            ),
            Standing::Kept => ("check", "kept", self.t("web-promise-kept"), String::new()),
            Standing::KeptLate => ("check", "kept", self.t("web-promise-kept-late"), String::new()),
            Standing::Broken => ("error", "broken", self.t("web-promise-broken"), String::new()),
            Standing::Withdrawn => ("check", "kept", self.t("web-promise-withdrawn"), String::new()),
        };
        PromiseView { icon: self.icon(icon), state, what: self.t(what), when, more }
    }

    /// The errors of a form; shown only when there are some.
    pub fn error_summary(&self, errors: &FormErrors) -> ErrorSummary {
        let errors = errors.iter().map(|(field, key)| (*field, self.t(key))).collect();
        ErrorSummary { title: self.t("web-form-errors"), errors }
    }

    /// The error at a field, with the id `FIELD-error`.
    pub fn field_error(&self, errors: &FormErrors, field: &'static str) -> FieldError {
        FieldError { field, text: errors.of(field).map(|key| self.t(key)), prefix: self.t("web-field-error") }
    }

    /// Someone to talk to.
    pub fn who(&self, name: &str, role: &str, phone: &kernel::Phone, hours: &str) -> WhoToTalkTo {
        let initials = name.split_whitespace().filter_map(|word| word.chars().next()).take(2).collect();
        WhoToTalkTo {
            initials,
            name: name.to_owned(),
            role: role.to_owned(),
            phone: phone.to_string(),
            phone_link: phone.e164().to_owned(),
            hours: hours.to_owned(),
        }
    }

    /// `87 %`, or a dash.
    pub fn percent(&self, share: &Option<f64>) -> String {
        share.map_or_else(|| "–".to_owned(), |share| format::percent(share * 100.0, 0, self.language()))
    }

    /// A number with one decimal, or a dash.
    pub fn decimal(&self, value: &Option<f64>) -> String {
        value.map_or_else(|| "–".to_owned(), |value| format::decimal(value, 1, self.language()))
    }
}
