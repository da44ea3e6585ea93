//! `/intern/databeskyttelse`: the record of processing (GDPR article 30), made from what every part of the program declares.

use ::web::{App, Auth, Page, PageError, PersonalData, kept_for, page};
use askama::Template;
use axum::{
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};

use crate::ANSWER;

/// One processing: what a part of the program does with data about people.
struct Processing {
    /// The part's name, which its message keys end with.
    part: &'static str,
    kinds: Vec<PersonalData>,
}

#[derive(Template)]
#[template(path = "protection/record.html")]
struct RecordPage {
    page: Page,
    processings: Vec<Processing>,
    may_answer: bool,
}

/// What is told of every processing beside its kinds of data: the ends of message keys `protection-ASPECT-PART`.
const ASPECTS: [&str; 3] = ["purpose", "people", "recipients"];
/// What is told once of all of them: the ends of message keys `protection-WHAT`.
const OF_ALL: [&str; 3] = ["transfers", "security", "processors"];

/// Kinds of data by the part of the program that holds them, which their keys begin with.
fn processings(app: &App) -> Vec<Processing> {
    let mut all: Vec<Processing> = Vec::new();
    for data in &app.personal_data {
        let part = data.what.split('-').next().unwrap_or(data.what);
        match all.iter_mut().find(|one| one.part == part) {
            Some(one) => one.kinds.push(*data),
            None => all.push(Processing { part, kinds: vec![*data] }),
        }
    }
    all
}

impl RecordPage {
    fn aspects() -> [&'static str; 3] {
        ASPECTS
    }

    fn of_all() -> [&'static str; 3] {
        OF_ALL
    }

    fn say(&self, what: &str, part: &str) -> String {
        self.page.t(&format!("protection-{what}-{part}"))
    }

    fn kept(&self, data: &PersonalData) -> String {
        kept_for(self.page.app(), self.page.auth(), data)
    }

    /// The law or the decision that says how long.
    fn source(&self, data: &PersonalData) -> String {
        let app = self.page.app();
        let today = app.calendar.local_date(self.page.auth().now());
        let rule = data.rule.and_then(|key| app.rules().at(key, today));
        rule.map(|rule| rule.legal_source.clone()).unwrap_or_default()
    }
}

fn shown(app: &App, auth: &Auth) -> RecordPage {
    let page = Page::new(app, auth);
    RecordPage { page, processings: processings(app), may_answer: auth.may(ANSWER) }
}

pub(super) async fn show(auth: Auth, State(app): State<App>) -> Result<Response, PageError> {
    let main = shown(&app, &auth);
    let title = main.page.t("protection-title");
    Ok(page(&main.page, &title, &main))
}

/// The same as a table, one row for every kind of data.
pub(super) async fn csv(auth: Auth, State(app): State<App>) -> Result<Response, PageError> {
    let main = shown(&app, &auth);
    let head = ["part", "kind", "basis", "kept", "source"].map(|name| main.say("column", name));
    let aspects = ASPECTS.map(|aspect| main.page.t(&format!("protection-{aspect}")));
    let of_all = OF_ALL.map(|what| main.page.t(&format!("protection-{what}")));
    // The mark tells Excel that the file is UTF-8; Danish Excel wants semicolons.
    let mut lines = vec![format!("\u{feff}{}", line(head.iter().chain(&aspects).chain(&of_all)))];
    for one in &main.processings {
        for data in &one.kinds {
            let mut row = vec![
                main.say("part", one.part),
                main.page.t(data.what),
                main.page.t1("protection-article", "article", data.basis),
                main.kept(data),
                main.source(data),
            ];
            row.extend(ASPECTS.map(|aspect| main.say(aspect, one.part)));
            row.extend(OF_ALL.map(|what| main.say(what, "text")));
            lines.push(line(row.iter()));
        }
    }
    lines.push(String::new());
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"fortegnelse.csv\""),
        (header::CACHE_CONTROL, "no-store"),
    ];
    Ok((headers, lines.join("\r\n")).into_response())
}

/// A line of texts in quotes; one that a spreadsheet would take for a formula begins with an apostrophe.
fn line<'a>(texts: impl Iterator<Item = &'a String>) -> String {
    let quoted = |text: &String| {
        let mark = if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { "'" } else { "" };
        format!("\"{mark}{}\"", text.replace('"', "\"\""))
    };
    texts.map(quoted).collect::<Vec<_>>().join(";")
}
