//! Own visits: those to come, one to plan, one to change or cancel, one that was.

use ::web::{
    App, Auth, Fields, Form, FormErrors, Page, PageError, page, redirect_with, refused_page, take_flash,
};
use askama::Template;
use axum::{
    extract::{Path, Query, State},
    response::{IntoResponse, Response},
};
use axum_extra::extract::CookieJar;
use chrono::NaiveTime;
use kernel::{CvrNumber, Failure, format};
use serde::Deserialize;

use crate::{
    commands,
    model::{PlanRefusal, Visit, VisitDetails, VisitId, VisitKind, VisitState},
    store,
};

const ADDRESS: &str = "/intern/besoeg";
/// How long a visit is where nobody says.
const MINUTES_USUAL: u16 = 60;
const MINUTES: [u16; 7] = [15, 30, 45, 60, 90, 120, 180];

#[derive(Template)]
#[template(path = "relations/visits.html")]
struct VisitsPage {
    page: Page,
    visits: Vec<Visit>,
}

impl VisitsPage {
    fn when(&self, visit: &Visit) -> String {
        let day = self.page.day(&visit.details.on);
        match visit.details.at {
            Some(at) => {
                let time = format::time(at, self.page.language());
                self.page.t2("relations-visit-when", ("day", day), ("time", time))
            }
            None => day,
        }
    }

    fn is_cancelled(visit: &Visit) -> bool {
        visit.state == VisitState::Cancelled
    }
}

/// `GET /intern/besoeg`.
pub(super) async fn list(auth: Auth, State(app): State<App>, jar: CookieJar) -> Result<Response, PageError> {
    let person = auth.person().ok_or(PageError::Forbidden)?;
    let today = app.calendar.local_date(auth.now());
    let visits = store::calendar_visits(&app.db.read(&auth), person, today, auth.now()).await?;
    let mut main = VisitsPage { page: Page::new(&app, &auth), visits };
    let jar = take_flash(&app, jar, &mut main.page);
    Ok((jar, page(&main.page, &main.page.t("relations-visits"), &main)).into_response())
}

#[derive(Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    cvr: String,
}

#[derive(Template)]
#[template(path = "relations/visit.html")]
struct VisitPage {
    page: Page,
    fields: Fields,
    errors: FormErrors,
    /// The page's own words: `plan`, `log` or `change`.
    form: &'static str,
    /// Where the form goes.
    action: String,
    /// The visit, where it is there.
    id: Option<VisitId>,
    may_cancel: bool,
    /// The company's name, where its number is known.
    company: String,
}

impl VisitPage {
    async fn load(app: &App, auth: &Auth, form: &'static str, fields: Fields) -> Result<Self, PageError> {
        let cvr: Option<CvrNumber> = fields.get("cvr").parse().ok();
        let numbers: Vec<CvrNumber> = cvr.into_iter().collect();
        let cards = app.ports.companies.companies(auth, &numbers).await?;
        Ok(Self {
            page: Page::new(app, auth).with_form(),
            fields,
            errors: FormErrors::none(),
            form,
            action: format!("{ADDRESS}/{}", if form == "log" { "var" } else { "nyt" }),
            id: None,
            may_cancel: false,
            company: cards.into_values().next().map(|card| card.name).unwrap_or_default(),
        })
    }

    fn kinds() -> [VisitKind; 5] {
        VisitKind::ALL
    }

    fn minutes() -> [u16; 7] {
        MINUTES
    }

    fn has_error(&self, field: &str) -> bool {
        self.errors.of(field).is_some()
    }

    fn value(&self, field: &str) -> &str {
        self.fields.get(field)
    }

    fn is_minutes(&self, minutes: &u16) -> bool {
        self.fields.get("minutes").parse().unwrap_or(MINUTES_USUAL) == *minutes
    }

    fn button(&self) -> String {
        self.page.t(&format!("relations-visit-{}-button", self.form))
    }

    fn title(&self) -> String {
        self.page.t(&format!("relations-visit-{}", self.form))
    }

    fn refused(self) -> Response {
        let title = self.page.t1("web-title-error", "title", self.title());
        refused_page(&self.page, &title, &self)
    }
}

/// Reads what was typed; `None` where a field is wrong.
fn read(fields: &Fields, errors: &mut FormErrors) -> Option<VisitDetails> {
    let cvr: Result<CvrNumber, _> = fields.get("cvr").parse();
    let cvr = errors.keep("cvr", cvr.map_err(|_| "relations-visit-cvr"));
    let on = errors.keep("on", format::parse_date(fields.get("on")));
    let at = match fields.get("at").replace('.', ":").as_str() {
        "" => Some(None),
        text => {
            let time = NaiveTime::parse_from_str(text, "%H:%M");
            let time = time.or_else(|_| NaiveTime::parse_from_str(text, "%H:%M:%S"));
            errors.keep("at", time.map_err(|_| "relations-visit-time")).map(Some)
        }
    };
    Some(VisitDetails {
        cvr: cvr?,
        kind: VisitKind::from_code(fields.get("kind")).unwrap_or_default(),
        on: on?,
        at: at?,
        minutes: fields
            .get("minutes")
            .parse()
            .ok()
            .filter(|minutes| *minutes <= 1_440)
            .unwrap_or(MINUTES_USUAL),
        place: fields.get("place").to_owned(),
        contact_name: fields.get("contact").to_owned(),
        note: fields.get("note").to_owned(),
    })
}

async fn blank(app: App, auth: Auth, form: &'static str, asked: Asked) -> Result<Response, PageError> {
    let mut fields = Fields::default();
    fields.set("cvr", &asked.cvr);
    if form == "log" {
        fields.set("on", &app.calendar.local_date(auth.now()).to_string());
    }
    let main = VisitPage::load(&app, &auth, form, fields).await?;
    Ok(page(&main.page, &main.title(), &main))
}

/// `GET /intern/besoeg/nyt`.
pub(super) async fn plan_page(
    auth: Auth,
    State(app): State<App>,
    Query(asked): Query<Asked>,
) -> Result<Response, PageError> {
    blank(app, auth, "plan", asked).await
}

/// `GET /intern/besoeg/var`.
pub(super) async fn log_page(
    auth: Auth,
    State(app): State<App>,
    Query(asked): Query<Asked>,
) -> Result<Response, PageError> {
    blank(app, auth, "log", asked).await
}

async fn note(
    app: App,
    auth: Auth,
    form: Form,
    (words, state): (&'static str, VisitState),
) -> Result<Response, PageError> {
    let mut errors = FormErrors::none();
    if let Some(details) = read(&form.fields, &mut errors) {
        let cvr = details.cvr;
        match commands::note_visit(&app, &auth, form.envelope.key, state, details).await {
            Ok(_) if state == VisitState::Held => {
                return Ok(redirect_with(
                    &app,
                    &auth,
                    &format!("/intern/virksomheder/{cvr}"),
                    "relations-visit-noted",
                ));
            }
            Ok(_) => return Ok(redirect_with(&app, &auth, ADDRESS, "relations-visit-planned")),
            Err(Failure::Refused(refusal)) => errors.add(refusal.field(), refusal.to_string()),
            Err(failure) => return Err(failure.into()),
        }
    }
    let mut main = VisitPage::load(&app, &auth, words, form.fields).await?;
    main.errors = errors;
    Ok(main.refused())
}

/// `POST /intern/besoeg/nyt`.
pub(super) async fn plan(auth: Auth, State(app): State<App>, form: Form) -> Result<Response, PageError> {
    note(app, auth, form, ("plan", VisitState::Planned)).await
}

/// `POST /intern/besoeg/var`.
pub(super) async fn log(auth: Auth, State(app): State<App>, form: Form) -> Result<Response, PageError> {
    note(app, auth, form, ("log", VisitState::Held)).await
}

fn typed(visit: &Visit) -> Fields {
    let details = &visit.details;
    let mut fields = Fields::default();
    for (name, value) in [
        ("cvr", details.cvr.to_string()),
        ("kind", details.kind.code().to_owned()),
        ("on", details.on.to_string()),
        ("at", details.at.map(|at| at.format("%H:%M").to_string()).unwrap_or_default()),
        ("minutes", details.minutes.to_string()),
        ("place", details.place.clone()),
        ("contact", details.contact_name.clone()),
        ("note", details.note.clone()),
    ] {
        fields.set(name, &value);
    }
    fields
}

async fn existing(
    app: &App,
    auth: &Auth,
    id: VisitId,
    fields: Option<Fields>,
) -> Result<VisitPage, PageError> {
    let visit = store::find_visit(&app.db.read(auth), id).await?;
    let visit = visit.filter(|visit| visit.visitor == auth.person()).ok_or(PageError::NotFound)?;
    let main = VisitPage::load(app, auth, "change", fields.unwrap_or_else(|| typed(&visit))).await?;
    Ok(VisitPage {
        action: format!("{ADDRESS}/{id}"),
        id: Some(id),
        may_cancel: visit.state == VisitState::Planned,
        ..main
    })
}

/// `GET /intern/besoeg/{id}`.
pub(super) async fn show(
    auth: Auth,
    State(app): State<App>,
    Path(id): Path<VisitId>,
) -> Result<Response, PageError> {
    let main = existing(&app, &auth, id, None).await?;
    Ok(page(&main.page, &main.title(), &main))
}

/// `POST /intern/besoeg/{id}`.
pub(super) async fn change(
    auth: Auth,
    State(app): State<App>,
    Path(id): Path<VisitId>,
    form: Form,
) -> Result<Response, PageError> {
    let mut errors = FormErrors::none();
    if let Some(details) = read(&form.fields, &mut errors) {
        match commands::change_visit(&app, &auth, id, details).await {
            Ok(()) => return Ok(redirect_with(&app, &auth, ADDRESS, "relations-visit-changed")),
            Err(Failure::Refused(refusal)) => errors.add(refusal.field(), refusal.to_string()),
            Err(failure) => return Err(failure.into()),
        }
    }
    let mut main = existing(&app, &auth, id, Some(form.fields)).await?;
    main.errors = errors;
    Ok(main.refused())
}

/// `POST /intern/besoeg/{id}/aflys`.
pub(super) async fn cancel(
    auth: Auth,
    State(app): State<App>,
    Path(id): Path<VisitId>,
    _: Form,
) -> Result<Response, PageError> {
    match commands::cancel_visit(&app, &auth, id).await {
        // Cancelled twice is cancelled.
        Ok(()) | Err(Failure::Refused(PlanRefusal::Ended)) => {
            Ok(redirect_with(&app, &auth, ADDRESS, "relations-visit-cancelled"))
        }
        Err(failure) => Err(failure.into()),
    }
}
