//! The things that come back on many pages, made once: the promise, who to talk to, icons, the errors of a form.

mod chart;
mod evidence;
mod map;

use askama::Template;
use chrono::{DateTime, Utc};
use kernel::format;
use ledger::{Promise, Standing};

use crate::{FormErrors, Page};

pub use chart::{Bar, Chart, ChartTable, ChartView, RowChart, RowChartView};
pub use evidence::{Change, Direction, Evidence, EvidenceView};
pub use map::{AreaMapShown, Border, Degrees, MapArea, MapDot, MapView};

macro_rules! html_safe {
    ($($component:ident),*) => { $(impl askama::filters::HtmlSafe for $component {})* };
}
html_safe!(Icon, PromiseView, PromiseInline, ErrorSummary, FieldError, WhoToTalkTo);

/// A sign from the sprite; never alone: a word stands beside it.
#[derive(Template)]
#[template(
    source = r#"<svg class="{{ class }}" aria-hidden="true" focusable="false"><use href="{{ sprite }}#{{ name }}"></use></svg>"#,
    ext = "html"
)]
pub struct Icon {
    sprite: String,
    name: &'static str,
    class: &'static str,
}

/// A promise: who owes what until when, and how it stands, as a sign and a word.
#[derive(Template)]
#[template(path = "web/promise.html")]
pub struct PromiseView {
    icon: Icon,
    state: &'static str,
    word: String,
    what: String,
    due: String,
    /// The date of what is owed no more: it is told, and nobody has to act on it.
    was_due: String,
    left: String,
    why: String,
}

/// The same in one line, for tables.
#[derive(Template)]
#[template(path = "web/promise_inline.html")]
pub struct PromiseInline {
    icon: Icon,
    state: &'static str,
    word: String,
    due: String,
    was_due: String,
    left: String,
}

/// The errors of a form, in the order of the page, each leading to its field.
#[derive(Template)]
#[template(path = "web/error_summary.html")]
pub struct ErrorSummary {
    icon: Icon,
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
    icon: Icon,
    initials: String,
    name: String,
    role: String,
    phone: String,
    phone_link: String,
    hours: String,
}

/// How a promise stands, as a sign, a word and what explains it.
struct Shown {
    icon: &'static str,
    state: &'static str,
    word: String,
    left: String,
    why: String,
}

/// What the date of a promise is to its reader.
enum DateOf {
    /// Somebody has to act by it.
    Owed,
    /// A clock that stands still has no date that one could wait for.
    Paused,
    /// It is over.
    Ended,
}

fn date_of(promise: &Promise) -> DateOf {
    match (promise.state.ended_at(), promise.paused_since) {
        (Some(_), _) => DateOf::Ended,
        (None, Some(_)) => DateOf::Paused,
        (None, None) => DateOf::Owed,
    }
}

impl Page {
    /// A sign.
    pub fn icon(&self, name: &'static str) -> Icon {
        self.classed_icon(name, "s-icon")
    }

    /// A sign with a class of its own.
    pub fn classed_icon(&self, name: &'static str, class: &'static str) -> Icon {
        Icon { sprite: self.asset("icons.svg"), name, class }
    }

    /// A promise; `what` says in words who owes what.
    pub fn promise(&self, promise: &Promise, what: String, now: DateTime<Utc>) -> PromiseView {
        self.shown_promise(promise, what, self.standing(promise, now))
    }

    /// The same for those who owe it: what they wait for is told from their side.
    pub fn our_promise(&self, promise: &Promise, what: String, now: DateTime<Utc>) -> PromiseView {
        self.shown_promise(promise, what, self.standing_told_to(promise, now, "web-pause-ours"))
    }

    fn shown_promise(&self, promise: &Promise, what: String, standing: Shown) -> PromiseView {
        let (due, was_due) = match date_of(promise) {
            DateOf::Owed => (self.t1("web-promise-by", "date", self.day(&promise.due_on)), String::new()),
            DateOf::Paused => Default::default(),
            DateOf::Ended => (String::new(), self.t1("web-promise-was", "date", self.day(&promise.due_on))),
        };
        PromiseView {
            icon: self.classed_icon(standing.icon, "s-promise__sign"),
            state: standing.state,
            word: standing.word,
            what,
            due,
            was_due,
            left: standing.left,
            why: standing.why,
        }
    }

    /// A promise in one line.
    pub fn promise_inline(&self, promise: &Promise, now: DateTime<Utc>) -> PromiseInline {
        let standing = self.standing(promise, now);
        let (due, was_due) = match date_of(promise) {
            DateOf::Owed => (self.short_day(&promise.due_on), String::new()),
            DateOf::Paused => Default::default(),
            DateOf::Ended => (String::new(), self.short_day(&promise.due_on)),
        };
        PromiseInline {
            icon: self.classed_icon(standing.icon, "s-promise__sign"),
            state: standing.state,
            word: standing.word,
            due,
            was_due,
            left: standing.left,
        }
    }

    fn standing(&self, promise: &Promise, now: DateTime<Utc>) -> Shown {
        self.standing_told_to(promise, now, "web-pause")
    }

    /// `pause` begins the keys of what is waited for.
    fn standing_told_to(&self, promise: &Promise, now: DateTime<Utc>, pause: &str) -> Shown {
        let plain = |icon, state, key: &str| Shown {
            icon,
            state,
            word: self.t(key),
            left: String::new(),
            why: String::new(),
        };
        match promise.standing(now, &self.app().calendar) {
            Standing::Due { working_days_left } => {
                let left = self.t1("web-promise-left", "days", working_days_left);
                Shown { left, ..plain("time", "", "web-promise-due") }
            }
            Standing::DueToday => plain("time", "due", "web-promise-today"),
            Standing::Late { working_days } => {
                let word = self.t1("web-promise-late", "days", working_days);
                Shown { word, ..plain("warning", "late", "web-promise-due") }
            }
            Standing::Paused { reason, since } => {
                let since = self.day(&self.app().calendar.local_date(since));
                let reason = self.t(&format!("{pause}-{reason}"));
                let why = self.t2("web-promise-paused-why", ("reason", reason), ("since", since));
                Shown { why, ..plain("pause", "paused", "web-promise-paused") }
            }
            Standing::Kept => plain("check", "kept", "web-promise-kept"),
            Standing::KeptLate => plain("check", "kept-late", "web-promise-kept-late"),
            Standing::Broken => plain("broken", "broken", "web-promise-broken"),
            Standing::Withdrawn => plain("close", "withdrawn", "web-promise-withdrawn"),
        }
    }

    /// The errors of a form; shown only when there are some.
    pub fn error_summary(&self, errors: &FormErrors) -> ErrorSummary {
        let errors = errors.iter().map(|(field, _)| (*field, self.told(errors, field))).collect();
        ErrorSummary {
            icon: self.classed_icon("error", "icon-svg alert-icon"),
            title: self.t("web-form-errors"),
            errors,
        }
    }

    /// The error at a field, with the id `FIELD-error`.
    pub fn field_error(&self, errors: &FormErrors, field: &'static str) -> FieldError {
        let text = errors.of(field).is_some().then(|| self.told(errors, field));
        FieldError { field, text, prefix: self.t("web-field-error") }
    }

    /// What is wrong at a field, with the names of what it is about before it.
    fn told(&self, errors: &FormErrors, field: &str) -> String {
        let told = errors.all_of(field).into_iter().map(|(key, names)| match names.as_slice() {
            [] => self.t(key),
            names => format!("{}: {}", names.join(", "), self.t(key)),
        });
        told.collect::<Vec<_>>().join(" ")
    }

    /// Someone to talk to.
    pub fn who(&self, name: &str, role: &str, phone: &kernel::Phone, hours: &str) -> WhoToTalkTo {
        let initials = name.split_whitespace().filter_map(|word| word.chars().next()).take(2).collect();
        WhoToTalkTo {
            icon: self.icon("phone"),
            initials,
            name: name.to_owned(),
            role: role.to_owned(),
            phone: phone.to_string(),
            phone_link: phone.e164().to_owned(),
            hours: crate::page::unbroken(hours),
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
