//! The rows of one fate, with what a person may decide of them; and those that were not taken, as a file.

use ::web::{App, Argument, Auth, Form, Page, PageError, page, take_flash};
use askama::Template;
use axum::{
    extract::{Path, Query, State},
    http::header,
    response::{IntoResponse, Redirect, Response},
};
use axum_extra::extract::CookieJar;
use serde::Deserialize;

use super::lists::STEPS;
use crate::{
    commands,
    model::{Candidate, Decision, Difference, Fate, ImportId, ImportState, ListImport},
    report,
    store::{self, ImportRow},
};

/// Rows shown at once.
const ROWS_PER_PAGE: u64 = 50;
/// Rows read at once for a file.
const ROWS_AT_ONCE: u64 = 1_000;

#[derive(Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    efter: usize,
}

#[derive(Template)]
#[template(path = "relations/rows.html")]
struct RowsPage {
    page: Page,
    list: ListImport,
    fate: Fate,
    rows: Vec<ImportRow>,
    after: usize,
}

impl RowsPage {
    fn may_decide(&self) -> bool {
        self.list.state == ImportState::Tried && self.fate.is_to_decide()
    }

    fn next(&self) -> Option<usize> {
        let is_full = self.rows.len() as u64 == ROWS_PER_PAGE;
        self.rows.last().filter(|_| is_full).map(|row| row.number)
    }

    /// A message with a number in it.
    fn counted<N: Copy + Into<Argument>>(&self, key: &str, name: &str, number: &N) -> String {
        self.page.t1(key, name, *number)
    }

    fn is_taken(row: &ImportRow) -> bool {
        row.decision == Some(Decision::Take)
    }

    fn is_for(row: &ImportRow, one: &Candidate) -> bool {
        row.cvr == Some(one.cvr)
    }

    fn is_left(row: &ImportRow) -> bool {
        row.decision == Some(Decision::Skip)
    }

    /// What stands in the row, in one line.
    fn words(row: &ImportRow) -> String {
        let cells: Vec<&str> = row.cells.iter().map(String::as_str).filter(|cell| !cell.is_empty()).collect();
        cells.join(" · ")
    }

    fn of_fate(&self, what: &str) -> String {
        self.page.t(&format!("relations-{what}-{}", self.fate.code()))
    }

    fn difference(&self, one: &Difference) -> String {
        let (ours, theirs) = (one.ours.as_str(), one.theirs.as_str());
        self.page.t2("relations-difference", ("ours", ours), ("theirs", theirs))
    }

    fn why(&self, row: &ImportRow) -> String {
        why(&self.page, row)
    }
}

/// Why a row is not taken just so, in one or more sentences.
fn why(page: &Page, row: &ImportRow) -> String {
    let problems = row.judged.problems.iter();
    let mut words: Vec<String> =
        problems.map(|problem| page.t(&format!("relations-problem-{}", problem.code()))).collect();
    if let Some(earlier) = row.judged.earlier {
        words.push(page.t1("relations-why-earlier", "row", earlier.to_string()));
    } else if words.is_empty() {
        words.push(page.t(&format!("relations-why-{}", row.fate.code())));
    }
    if row.is_masked {
        words.push(page.t("relations-why-masked"));
    }
    words.join(" ")
}

/// `GET .../raekker/{fate}`.
pub(super) async fn show(
    auth: Auth,
    State(app): State<App>,
    Path((id, fate)): Path<(ImportId, String)>,
    Query(asked): Query<Asked>,
    jar: CookieJar,
) -> Result<Response, PageError> {
    let fate = Fate::from_code(&fate).ok_or(PageError::NotFound)?;
    let read = app.db.read(&auth);
    let list = store::find_import(&read, id).await?.ok_or(PageError::NotFound)?;
    let rows = store::rows_of(&read, id, Some(fate), asked.efter, ROWS_PER_PAGE).await?;
    let mut main =
        RowsPage { page: Page::new(&app, &auth).with_form(), list, fate, rows, after: asked.efter };
    let jar = take_flash(&app, jar, &mut main.page);
    let title = main.page.t(&format!("relations-fate-{}", fate.code()));
    Ok((jar, page(&main.page, &title, &main)).into_response())
}

/// `POST .../raekker/{fate}`: `valg-N` says of each row on the page whether it is taken, or for which company.
pub(super) async fn decide(
    auth: Auth,
    State(app): State<App>,
    Path((id, fate)): Path<(ImportId, String)>,
    form: Form,
) -> Result<Response, PageError> {
    let fate = Fate::from_code(&fate).ok_or(PageError::NotFound)?;
    for (name, value) in form.fields.typed() {
        let Some(number) = name.strip_prefix("valg-").and_then(|number| number.parse().ok()) else {
            continue;
        };
        let chosen = match Decision::from_code(value) {
            Some(decision) => (decision, None),
            None if value.is_empty() => continue,
            None => (Decision::Take, Some(value.parse().map_err(|_| PageError::NotFound)?)),
        };
        commands::decide(&app, &auth, id, number, chosen).await?;
    }
    let to = match form.fields.get("next") {
        "" => format!("{STEPS}/{id}"),
        next => format!(
            "{STEPS}/{id}/raekker/{}?efter={}",
            fate.code(),
            next.parse::<usize>().unwrap_or_default()
        ),
    };
    Ok(Redirect::to(&to).into_response())
}

/// `POST .../valg`: one decision for all rows of a fate.
pub(super) async fn decide_fate(
    auth: Auth,
    State(app): State<App>,
    Path(id): Path<ImportId>,
    form: Form,
) -> Result<Response, PageError> {
    let fate = Fate::from_code(form.fields.get("fate")).ok_or(PageError::NotFound)?;
    let decision = Decision::from_code(form.fields.get("decision")).ok_or(PageError::NotFound)?;
    commands::decide_fate(&app, &auth, id, fate, decision).await?;
    Ok(Redirect::to(&format!("{STEPS}/{id}")).into_response())
}

/// Headings and rows of what was not taken, with the reason behind.
async fn not_taken(
    app: &App,
    auth: &Auth,
    id: ImportId,
) -> Result<(String, Vec<String>, Vec<Vec<String>>), PageError> {
    let (read, page) = (app.db.read(auth), Page::new(app, auth));
    let list = store::find_import(&read, id).await?.ok_or(PageError::NotFound)?;
    let (mut rows, mut after, mut width) = (Vec::new(), 0, list.headings.len());
    loop {
        let some = store::rows_of(&read, id, None, after, ROWS_AT_ONCE).await?;
        let Some(last) = some.last() else { break };
        after = last.number;
        for row in some.iter().filter(|row| !row.is_done) {
            width = width.max(row.cells.len());
            rows.push((row.cells.clone(), row.number, why(&page, row)));
        }
    }
    let mut headings = list.headings.clone();
    headings.resize(width, String::new());
    headings.extend([page.t("relations-report-row"), page.t("relations-report-why")]);
    let row = |(mut cells, number, why): (Vec<String>, usize, String)| {
        cells.resize(width, String::new());
        cells.extend([number.to_string(), why]);
        cells
    };
    let day = app.calendar.local_date(list.at);
    Ok((format!("ikke-taget-{}-{day}", list.kind.code()), headings, rows.into_iter().map(row).collect()))
}

fn as_file(name: &str, media: &'static str, content: Vec<u8>) -> Response {
    let headers = [
        (header::CONTENT_TYPE, media.to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
        (header::CACHE_CONTROL, "no-store".to_owned()),
    ];
    (headers, content).into_response()
}

/// `GET .../ikke-taget.csv`.
pub(super) async fn csv(
    auth: Auth,
    State(app): State<App>,
    Path(id): Path<ImportId>,
) -> Result<Response, PageError> {
    let (name, headings, rows) = not_taken(&app, &auth, id).await?;
    let content = report::csv(&headings, &rows).map_err(PageError::internal)?;
    Ok(as_file(&format!("{name}.csv"), "text/csv; charset=utf-8", content))
}

/// `GET .../ikke-taget.xlsx`.
pub(super) async fn xlsx(
    auth: Auth,
    State(app): State<App>,
    Path(id): Path<ImportId>,
) -> Result<Response, PageError> {
    let (name, headings, rows) = not_taken(&app, &auth, id).await?;
    let content = report::xlsx(&headings, &rows).map_err(PageError::internal)?;
    let media = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    Ok(as_file(&format!("{name}.xlsx"), media, content))
}
