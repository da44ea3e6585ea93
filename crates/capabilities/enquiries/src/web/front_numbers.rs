//! The numbers that a manager has released, as everyone sees them on the front page: each with what it counts, of when, and
//! how many stand behind it. Nothing is shown where nothing is released.

use ::web::{App, Auth, Page, PageError};
use askama::Template;
use chrono::{DateTime, Utc};
use kernel::{Language, format};

use crate::{
    figures::{Period, Quarter},
    model::{FrontNumber, ReleasedNumber},
    store,
};

/// The numbers as a part of a page.
#[derive(Template)]
#[template(path = "enquiries/front_numbers.html")]
pub(super) struct FrontNumbers {
    heading: String,
    numbers: Vec<NumberView>,
    foot: String,
    more: String,
}

struct NumberView {
    value: String,
    label: String,
    n: String,
}

impl askama::filters::HtmlSafe for FrontNumbers {}

impl FrontNumbers {
    /// The numbers of a period, as they were when they were released.
    pub(super) fn new(
        page: &Page,
        period: Period,
        numbers: &[ReleasedNumber],
        released_at: DateTime<Utc>,
    ) -> Self {
        let view = |number: &ReleasedNumber| NumberView {
            value: value(page, number),
            label: page.t(&format!("enquiries-front-{}", number.number.code())),
            n: page.t1("enquiries-front-n", "n", page.number(&i64::try_from(number.n).unwrap_or(i64::MAX))),
        };
        Self {
            heading: page.t1("enquiries-front-numbers", "period", period_name(page, period)),
            numbers: numbers.iter().map(view).collect(),
            foot: page.t1("enquiries-front-released", "day", day_of(page, released_at)),
            more: page.t("enquiries-front-more"),
        }
    }
}

/// What is released; `None` where nothing is.
pub(super) async fn released(app: &App, auth: &Auth, page: &Page) -> Result<Option<FrontNumbers>, PageError> {
    let release = store::current_release(&app.db.read(auth)).await?;
    Ok(release.map(|release| FrontNumbers::new(page, release.period, &release.numbers, release.released_at)))
}

/// One number with what it counts, in a line.
pub(super) fn in_words(page: &Page, number: &ReleasedNumber) -> String {
    let n = page.t1("enquiries-front-n", "n", page.number(&i64::try_from(number.n).unwrap_or(i64::MAX)));
    let label = page.t(&format!("enquiries-front-{}", number.number.code()));
    format!("{} {label}, {n}", value(page, number))
}

fn value(page: &Page, number: &ReleasedNumber) -> String {
    let language: Language = page.language();
    match number.number {
        FrontNumber::WithinGoal => format::percent(number.value(), 0, language),
        FrontNumber::AnswerMedian => format::decimal(number.value(), 0, language),
        FrontNumber::Satisfaction => format::decimal(number.value(), 1, language),
    }
}

/// A moment as a day in words.
pub(super) fn day_of(page: &Page, at: DateTime<Utc>) -> String {
    format::date_long(page.app().calendar.local_date(at), page.language())
}

/// A year or quarter in words.
pub(super) fn period_name(page: &Page, period: Period) -> String {
    let quarter = |key: &str, Quarter { year, quarter }: Quarter| {
        page.t2(key, ("quarter", i64::from(quarter)), ("year", year.to_string()))
    };
    match period {
        Period::Year(year) => year.to_string(),
        Period::Quarter(one) => quarter("enquiries-figures-quarter", one),
        Period::FourQuarters(last) => quarter("enquiries-figures-twelve-months", last),
    }
}
