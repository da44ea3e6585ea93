//! The steps of one list: its sheet and headings, its columns, what becomes of its rows, how far it is, what it brought.

use std::collections::BTreeMap;

use ::web::{
    App, Argument, Auth, Form, FormErrors, Page, PageError, page, redirect_with, refused_page, take_flash,
};
use askama::Template;
use axum::{
    extract::{Path, State},
    response::{IntoResponse, Redirect, Response},
};
use axum_extra::extract::CookieJar;
use kernel::Failure;

use super::lists::STEPS;
use crate::{
    commands,
    model::{Columns, Decision, Fate, Field, ImportId, ImportRefusal, ImportState, ListImport, Sheet},
    store,
};

/// Lines of a sheet that are shown to choose the headings from, and cells of each.
const LINES_SHOWN: usize = 8;
const CELLS_SHOWN: usize = 6;

/// A sheet and its first lines.
struct SheetShown {
    name: String,
    /// How many lines it has.
    count: usize,
    lines: Vec<(usize, Vec<String>)>,
}

/// A column of the list and what it may say.
struct ColumnShown {
    at: usize,
    heading: String,
    samples: Vec<String>,
    field: Option<Field>,
}

/// A fate and how many rows have it.
pub(super) struct FateShown {
    pub(super) fate: Fate,
    pub(super) count: u64,
    pub(super) taken: u64,
    pub(super) open: u64,
}

#[derive(Template)]
#[template(path = "relations/step.html")]
struct StepPage {
    page: Page,
    list: ListImport,
    errors: FormErrors,
    sheets: Vec<SheetShown>,
    columns: Vec<ColumnShown>,
    fates: Vec<FateShown>,
    masked: u64,
    done: u64,
    to_take: u64,
}

impl StepPage {
    async fn load(app: &App, auth: &Auth, id: ImportId, errors: FormErrors) -> Result<Self, PageError> {
        let read = app.db.read(auth);
        let list = store::find_import(&read, id).await?.ok_or(PageError::NotFound)?;
        let mut main = Self {
            page: Page::new(app, auth).with_form(),
            errors,
            sheets: Vec::new(),
            columns: Vec::new(),
            fates: Vec::new(),
            masked: 0,
            done: 0,
            to_take: 0,
            list,
        };
        match main.list.state {
            ImportState::Uploaded => {
                let book = commands::book_of(app, &main.list).await.map_err(internal)?;
                main.sheets = book.sheets.iter().map(sheet_shown).collect();
            }
            ImportState::Columns => {
                let fields: BTreeMap<usize, Field> =
                    main.list.columns.0.iter().map(|(field, at)| (*at, *field)).collect();
                let samples = commands::samples(app, &main.list).await.map_err(internal)?;
                let shown = |(at, heading, samples)| {
                    let field = fields.get(&at).copied();
                    ColumnShown { at, heading, samples, field }
                };
                main.columns = samples.into_iter().map(shown).collect();
            }
            _ => {
                let counted = store::count_fates(&read, id).await?;
                main.masked =
                    counted.iter().filter(|(_, _, masked, _)| *masked).map(|(.., count)| count).sum();
                main.fates = Fate::ALL.iter().filter_map(|fate| fate_shown(*fate, &counted)).collect();
                (main.done, main.to_take) = store::count_taken(&read, id).await?;
            }
        }
        Ok(main)
    }

    fn title(&self) -> String {
        self.page.t(&format!("relations-step-{}", self.list.state.code().replace('_', "-")))
    }

    fn state(&self) -> &'static str {
        self.list.state.code()
    }

    /// A message with a number in it.
    fn counted<N: Copy + Into<Argument>>(&self, key: &str, name: &str, number: &N) -> String {
        self.page.t1(key, name, *number)
    }

    fn of_kind(&self, what: &str) -> String {
        self.page.t(&format!("relations-{what}-{}", self.list.kind.code()))
    }

    fn so_far<N: Copy + Into<Argument>>(&self, key: &str, all: &N) -> String {
        self.page.t2(key, ("done", self.done), ("all", *all))
    }

    fn says(&self, column: &ColumnShown, field: &Field) -> bool {
        column.field == Some(*field)
    }

    fn nameless(&self, column: &ColumnShown) -> String {
        self.page.t1("relations-column-nameless", "number", column.at + 1)
    }

    fn fields(&self) -> &'static [Field] {
        Field::of(self.list.kind)
    }

    fn has_error(&self, field: &str) -> bool {
        self.errors.of(field).is_some()
    }

    /// Rows that are not taken, and why can be fetched.
    fn not_taken(&self) -> u64 {
        let all: u64 = self.fates.iter().map(|shown| shown.count).sum();
        all.saturating_sub(self.done)
    }
}

#[expect(clippy::needless_pass_by_value, reason = "`map_err` hands the error over")]
fn internal(failure: Failure<ImportRefusal>) -> PageError {
    PageError::internal(failure.to_string())
}

fn sheet_shown(sheet: &Sheet) -> SheetShown {
    let lines = sheet.lines.iter().take(LINES_SHOWN).enumerate();
    let cells = |line: &Vec<String>| line.iter().take(CELLS_SHOWN).cloned().collect::<Vec<_>>();
    SheetShown {
        name: sheet.name.clone(),
        count: sheet.lines.len(),
        lines: lines.map(|(at, line)| (at + 1, cells(line))).collect(),
    }
}

fn fate_shown(fate: Fate, counted: &[(Fate, Option<Decision>, bool, u64)]) -> Option<FateShown> {
    let of_fate = || counted.iter().filter(|(of, ..)| *of == fate);
    let sum = |is: &dyn Fn(Option<Decision>) -> bool| {
        of_fate().filter(|(_, decision, ..)| is(*decision)).map(|(.., count)| *count).sum::<u64>()
    };
    let count = sum(&|_| true);
    (count > 0).then(|| FateShown {
        fate,
        count,
        taken: sum(&|decision| fate.is_taken(decision)),
        open: if fate.is_to_decide() { sum(&|decision| decision.is_none()) } else { 0 },
    })
}

/// `GET /intern/kontakter/hent/{id}`: the step at which the list is.
pub(super) async fn show(
    auth: Auth,
    State(app): State<App>,
    Path(id): Path<ImportId>,
    jar: CookieJar,
) -> Result<Response, PageError> {
    let mut main = StepPage::load(&app, &auth, id, FormErrors::none()).await?;
    let jar = take_flash(&app, jar, &mut main.page);
    Ok((jar, page(&main.page, &main.title(), &main)).into_response())
}

async fn answer(
    app: &App,
    auth: &Auth,
    id: ImportId,
    field: &'static str,
    outcome: Result<(), Failure<ImportRefusal>>,
) -> Result<Response, PageError> {
    let refusal = match outcome {
        Ok(()) => return Ok(Redirect::to(&format!("{STEPS}/{id}")).into_response()),
        Err(Failure::Refused(refusal)) => refusal,
        Err(failure) => return Err(failure.into()),
    };
    let mut errors = FormErrors::none();
    errors.add(field, refusal.to_string());
    let main = StepPage::load(app, auth, id, errors).await?;
    let title = main.page.t1("web-title-error", "title", main.title());
    Ok(refused_page(&main.page, &title, &main))
}

/// `POST .../ark`.
pub(super) async fn sheet(
    auth: Auth,
    State(app): State<App>,
    Path(id): Path<ImportId>,
    form: Form,
) -> Result<Response, PageError> {
    let header = form.fields.get("header").parse().unwrap_or_default();
    let outcome = commands::choose_sheet(&app, &auth, id, form.fields.get("sheet"), header).await;
    answer(&app, &auth, id, "header", outcome).await
}

/// `POST .../kolonner`: what each column says, `kolonne-N`.
pub(super) async fn columns(
    auth: Auth,
    State(app): State<App>,
    Path(id): Path<ImportId>,
    form: Form,
) -> Result<Response, PageError> {
    let (mut columns, mut is_twice) = (Columns::default(), false);
    for (name, value) in form.fields.typed() {
        let at = name.strip_prefix("kolonne-").and_then(|at| at.parse().ok());
        if let (Some(at), Some(field)) = (at, Field::from_code(value)) {
            is_twice |= columns.0.insert(field, at).is_some();
        }
    }
    let outcome = if is_twice {
        Err(ImportRefusal::ColumnTwice.into())
    } else {
        commands::choose_columns(&app, &auth, id, columns).await
    };
    answer(&app, &auth, id, "columns", outcome).await
}

/// `POST .../igen`: back to the columns, or to the sheet.
pub(super) async fn again(
    auth: Auth,
    State(app): State<App>,
    Path(id): Path<ImportId>,
    form: Form,
) -> Result<Response, PageError> {
    let state = ImportState::from_code(form.fields.get("state")).ok_or(PageError::NotFound)?;
    answer(&app, &auth, id, "state", commands::start_again(&app, &auth, id, state).await).await
}

/// `POST .../indlaes`.
pub(super) async fn start(
    auth: Auth,
    State(app): State<App>,
    Path(id): Path<ImportId>,
    _: Form,
) -> Result<Response, PageError> {
    answer(&app, &auth, id, "start", commands::start(&app, &auth, id).await).await
}

/// `POST .../tilbage`.
pub(super) async fn take_back(
    auth: Auth,
    State(app): State<App>,
    Path(id): Path<ImportId>,
    _: Form,
) -> Result<Response, PageError> {
    answer(&app, &auth, id, "back", commands::take_back(&app, &auth, id).await).await
}

/// `POST .../opgiv`.
pub(super) async fn drop_list(
    auth: Auth,
    State(app): State<App>,
    Path(id): Path<ImportId>,
    _: Form,
) -> Result<Response, PageError> {
    match commands::drop_list(&app, &auth, id).await {
        Ok(()) => Ok(redirect_with(&app, &auth, "/intern/kontakter", "relations-dropped")),
        refused => answer(&app, &auth, id, "start", refused).await,
    }
}
