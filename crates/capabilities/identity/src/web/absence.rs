//! When someone is away, and who takes the work: for the person, for who leads one of its teams, for the administrator.
//! What will happen is said before it does.

use ::web::{Access, App, Auth, Form, FormErrors, Page, PageError, Routes, redirect_with, take_flash};
use askama::Template;
use axum::{
    extract::{Path, State},
    response::{IntoResponse, Response},
};
use axum_extra::extract::CookieJar;
use chrono::NaiveDate;
use kernel::{Failure, PersonId, format};

use super::{Choice, answer, chosen, colleagues};
use crate::{
    commands::{self, NewAbsence, WORK},
    model::{Absence, AbsenceId, AbsenceRefusal, Cover, Staff, Team},
    store,
};

pub(super) fn add(routes: Routes) -> Routes {
    routes
        .get("/intern/fravaer/{id}", Access::Needs(WORK), show)
        .post("/intern/fravaer/{id}", Access::Needs(WORK), note)
        .post("/intern/fravaer/{id}/{absence}/slut", Access::Needs(WORK), end)
}

/// An absence that is or will be.
pub(super) struct AbsenceRow {
    pub(super) id: AbsenceId,
    pub(super) person: PersonId,
    pub(super) name: String,
    pub(super) when: String,
    pub(super) substitute: Option<String>,
    pub(super) has_begun: bool,
}

/// The absences of these people that are not over, the nearest first.
pub(super) fn absences(
    page: &Page,
    staff: &Staff,
    of: impl Fn(PersonId) -> bool,
    today: NaiveDate,
) -> Vec<AbsenceRow> {
    let open = staff.absences.iter().filter(|absence| of(absence.person));
    let mut open: Vec<_> = open.filter(|absence| absence.last_day.is_none_or(|last| today <= last)).collect();
    open.sort_by_key(|absence| (absence.first_day, absence.id));
    let row = |absence: &Absence| AbsenceRow {
        id: absence.id,
        person: absence.person,
        name: staff.name(absence.person),
        when: days(page, "identity-absence", "", absence.first_day, absence.last_day),
        substitute: absence.substitute.map(|substitute| staff.name(substitute)),
        has_begun: absence.first_day <= today,
    };
    open.into_iter().map(row).collect()
}

/// `KEY-day`, `KEY-days` or `KEY-open`, with the days and who.
fn days(page: &Page, key: &str, who: &str, first_day: NaiveDate, last_day: Option<NaiveDate>) -> String {
    let (form, to) = match last_day {
        Some(last) if last == first_day => ("day", String::new()),
        Some(last) => ("days", page.day(&last)),
        None => ("open", String::new()),
    };
    let arguments = [("who", who.into()), ("from", page.day(&first_day).into()), ("to", to.into())];
    page.tn(&format!("{key}-{form}"), &arguments)
}

/// What was typed into the form.
#[derive(Default)]
struct Typed {
    first_day: String,
    last_day: String,
    substitute: String,
}

impl Typed {
    fn read(form: &Form) -> Self {
        let text = |name| form.fields.get(name).to_owned();
        Self { first_day: text("first_day"), last_day: text("last_day"), substitute: text("substitute") }
    }

    /// `None` when a field is wrong.
    fn parse(&self, person: PersonId, errors: &mut FormErrors) -> Result<Option<NewAbsence>, PageError> {
        let first_day = errors.keep("first_day", format::parse_date(&self.first_day));
        let last_day = match self.last_day.as_str() {
            "" => Some(None),
            text => errors.keep("last_day", format::parse_date(text)).map(Some),
        };
        let substitute = chosen(&self.substitute)?;
        let (Some(first_day), Some(last_day)) = (first_day, last_day) else { return Ok(None) };
        Ok(Some(NewAbsence { person, first_day, last_day, substitute }))
    }
}

/// Who takes over in one team, in words.
struct Plan {
    team: String,
    lines: Vec<String>,
}

#[derive(Template)]
#[template(path = "identity/absence.html")]
struct AbsencePage {
    page: Page,
    errors: FormErrors,
    title: String,
    person: PersonId,
    /// Where one came from, and what it is called.
    back: (String, String),
    absences: Vec<AbsenceRow>,
    typed: Typed,
    substitutes: Vec<Choice>,
    /// What will happen; `None` until the days are typed.
    plans: Option<Vec<Plan>>,
}

impl AbsencePage {
    /// Whether every team has the same plan, so that it is said once.
    fn is_one_plan(plans: &[Plan]) -> bool {
        plans.windows(2).all(|pair| matches!(pair, [one, other] if one.lines == other.lines))
    }
}

async fn show(
    auth: Auth,
    State(app): State<App>,
    Path(id): Path<PersonId>,
    jar: CookieJar,
) -> Result<Response, PageError> {
    let mut shown = Page::new(&app, &auth).with_form();
    let jar = take_flash(&app, jar, &mut shown);
    let staff = store::staff(&app.db.read(&auth)).await?;
    let main = absence_page(&app, &auth, shown, &staff, id, FormErrors::none(), Typed::default())?;
    Ok((jar, answer(&main.page, &main.title, &main.errors, &main)).into_response())
}

/// Refuses whoever may not note the person's absence.
fn absence_page(
    app: &App,
    auth: &Auth,
    page: Page,
    staff: &Staff,
    id: PersonId,
    errors: FormErrors,
    typed: Typed,
) -> Result<AbsencePage, PageError> {
    if !commands::may_note_absence(auth, staff, id) {
        return Err(PageError::Forbidden);
    }
    if !staff.works_here(id) {
        return Err(PageError::NotFound);
    }
    let today = app.calendar.local_date(auth.now());
    let is_own = auth.person() == Some(id);
    Ok(AbsencePage {
        title: if is_own {
            page.t("identity-absence-own")
        } else {
            page.t1("identity-absence-of", "name", staff.name(id))
        },
        person: id,
        back: back_to(auth, &page, staff, id),
        absences: absences(&page, staff, |who| who == id, today),
        substitutes: colleagues(
            staff,
            |other| other != id && (staff.can_answer(other) || !staff.can_answer(id)),
            chosen(&typed.substitute).unwrap_or_default(),
        ),
        plans: None,
        errors,
        typed,
        page,
    })
}

/// The asker's own page, the person's page for the administrator, the team's for who leads it.
fn back_to(auth: &Auth, page: &Page, staff: &Staff, id: PersonId) -> (String, String) {
    if auth.person() == Some(id) {
        return ("/intern/mig".to_owned(), page.t("identity-me"));
    }
    let led = staff.own_teams(id).into_iter().find(|team| auth.leads(*team));
    match led.and_then(|team| staff.teams.get(&team)) {
        Some(team) => (format!("/intern/teams/{}", team.id), team.name(page.language()).to_owned()),
        None => (format!("/drift/personer/{id}"), staff.name(id)),
    }
}

/// The first time the form is sent, what will happen is said; the second time it does.
async fn note(
    auth: Auth,
    State(app): State<App>,
    Path(id): Path<PersonId>,
    form: Form,
) -> Result<Response, PageError> {
    let (typed, mut errors) = (Typed::read(&form), FormErrors::none());
    let staff = store::staff(&app.db.read(&auth)).await?;
    let today = app.calendar.local_date(auth.now());
    let new = typed.parse(id, &mut errors)?;
    let mut absence = None;
    if let Some(new) = new {
        let refused = if form.fields.is_ticked("confirmed") {
            match commands::note_absence(&app.db, &auth, new, today).await {
                Ok(_) => return Ok(back(&app, &auth, id, "identity-absence-noted")),
                Err(Failure::Refused(refusal)) => Some(refusal),
                Err(failure) => return Err(failure.into()),
            }
        } else {
            let planned = new.with_id(auth.new_id());
            let refused = staff.check_absence(&planned, today).err();
            absence = Some(planned).filter(|_| refused.is_none());
            refused
        };
        if let Some(refusal) = refused {
            errors.add(field_of(refusal), refusal.to_string());
        }
    }
    let shown = Page::new(&app, &auth).with_form();
    let mut main = absence_page(&app, &auth, shown, &staff, id, errors, typed)?;
    main.plans = absence.map(|absence| plans(&main.page, &staff.with_absence(absence.clone()), &absence));
    Ok(answer(&main.page, &main.title, &main.errors, &main))
}

/// Who takes over in each of the person's teams, stretch by stretch.
fn plans(page: &Page, with: &Staff, absence: &Absence) -> Vec<Plan> {
    let line = |stretch: &Cover| {
        let (key, who) = match stretch.taker {
            Some(taker) => ("identity-absence-taken", with.name(taker)),
            None => ("identity-absence-untaken", String::new()),
        };
        days(page, key, &who, stretch.first_day, stretch.last_day)
    };
    let plan = |team: &Team| Plan {
        team: team.name(page.language()).to_owned(),
        lines: with
            .cover(absence.person, team.id, absence.first_day, absence.last_day)
            .iter()
            .map(line)
            .collect(),
    };
    let teams = with.own_teams(absence.person);
    teams.into_iter().filter_map(|team| with.teams.get(&team)).map(plan).collect()
}

const fn field_of(refusal: AbsenceRefusal) -> &'static str {
    match refusal {
        AbsenceRefusal::EndsFirst | AbsenceRefusal::Over => "last_day",
        AbsenceRefusal::SubstituteIsSelf
        | AbsenceRefusal::SubstituteHasLeft
        | AbsenceRefusal::SubstituteCannotAnswer
        | AbsenceRefusal::GoesRound => "substitute",
    }
}

fn back(app: &App, auth: &Auth, id: PersonId, word: &str) -> Response {
    redirect_with(app, auth, &format!("/intern/fravaer/{id}"), word)
}

async fn end(
    auth: Auth,
    State(app): State<App>,
    Path((id, absence)): Path<(PersonId, AbsenceId)>,
    _: Form,
) -> Result<Response, PageError> {
    commands::end_absence(&app.db, &auth, absence, app.calendar.local_date(auth.now())).await?;
    Ok(back(&app, &auth, id, "identity-absence-ended"))
}
