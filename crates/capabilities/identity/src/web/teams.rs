//! A team: its name and telephone, who leads it, who answers, who is away. For its leader and for the administrator.

use ::web::{Access, App, Auth, Form, FormErrors, Page, PageError, Routes, redirect_with, take_flash};
use askama::Template;
use axum::{
    extract::{Path, State},
    response::{IntoResponse, Response},
};
use axum_extra::extract::CookieJar;
use kernel::{Code, Failure, PersonId, Phone, TeamId};

use super::{
    Choice,
    absence::{AbsenceRow, absences},
    answer, chosen, colleagues, refused_at,
};
use crate::{
    commands::{self, ADMINISTER, WORK},
    model::{NewTeam, Post, Team, TeamRefusal},
    store,
};

pub(super) fn add(routes: Routes) -> Routes {
    routes
        .get("/drift/teams/nyt", Access::Needs(ADMINISTER), new)
        .post("/drift/teams/nyt", Access::Needs(ADMINISTER), add_team)
        .get("/intern/teams/{id}", Access::Needs(WORK), show)
        .post("/intern/teams/{id}", Access::Needs(WORK), change)
        .post("/intern/teams/{id}/poster", Access::Needs(WORK), give_posts)
}

/// What was typed about a team.
#[derive(Default)]
struct Typed {
    key: String,
    name_da: String,
    name_en: String,
    phone: String,
    hours_da: String,
    hours_en: String,
}

impl Typed {
    fn read(form: &Form) -> Self {
        let text = |name| form.fields.get(name).to_owned();
        Self {
            key: text("key"),
            name_da: text("name_da"),
            name_en: text("name_en"),
            phone: text("phone"),
            hours_da: text("hours_da"),
            hours_en: text("hours_en"),
        }
    }

    fn of(team: &Team) -> Self {
        Self {
            key: team.key.to_string(),
            name_da: team.name_da.clone(),
            name_en: team.name_en.clone(),
            phone: team.phone.to_string(),
            hours_da: team.hours_da.clone(),
            hours_en: team.hours_en.clone(),
        }
    }

    fn parse(&self, errors: &mut FormErrors) -> Option<NewTeam> {
        let key = self.key.parse::<Code>().map_err(|_| "identity-team-key-invalid");
        let key = errors.keep("key", key);
        let names = [
            ("name_da", &self.name_da, "identity-team-name-da-missing"),
            ("name_en", &self.name_en, "identity-team-name-en-missing"),
        ];
        for (field, _, missing) in names.into_iter().filter(|(_, name, _)| name.is_empty()) {
            errors.add(field, missing);
        }
        let phone = errors.keep("phone", self.phone.parse::<Phone>());
        Some(NewTeam {
            key: key?,
            phone: phone?,
            name_da: self.name_da.clone(),
            name_en: self.name_en.clone(),
            hours_da: self.hours_da.clone(),
            hours_en: self.hours_en.clone(),
        })
        .filter(|_| errors.is_empty())
    }
}

const fn field_of(refusal: TeamRefusal) -> &'static str {
    match refusal {
        TeamRefusal::KeyTaken => "key",
        TeamRefusal::NameMissing => "name_da",
        TeamRefusal::HasLeft | TeamRefusal::CannotAnswer | TeamRefusal::LeaderIsDeputy => "deputy",
    }
}

#[derive(Template)]
#[template(path = "identity/new_team.html")]
struct NewTeamPage {
    page: Page,
    errors: FormErrors,
    typed: Typed,
}

async fn new(auth: Auth, State(app): State<App>) -> Response {
    new_page(&app, &auth, FormErrors::none(), Typed::default())
}

fn new_page(app: &App, auth: &Auth, errors: FormErrors, typed: Typed) -> Response {
    let shown = Page::new(app, auth).with_form();
    let title = shown.t("identity-new-team");
    let main = NewTeamPage { page: shown.clone(), errors, typed };
    answer(&shown, &title, &main.errors, &main)
}

async fn add_team(auth: Auth, State(app): State<App>, form: Form) -> Result<Response, PageError> {
    let (typed, mut errors) = (Typed::read(&form), FormErrors::none());
    if let Some(new) = typed.parse(&mut errors) {
        match commands::add_team(&app.db, &auth, new).await {
            Ok(id) => {
                return Ok(redirect_with(&app, &auth, &format!("/intern/teams/{id}"), "identity-team-saved"));
            }
            Err(Failure::Refused(refusal)) => errors.add(field_of(refusal), refusal.to_string()),
            Err(failure) => return Err(failure.into()),
        }
    }
    Ok(new_page(&app, &auth, errors, typed))
}

#[derive(Template)]
#[template(path = "identity/team.html")]
struct TeamPage {
    page: Page,
    errors: FormErrors,
    id: TeamId,
    title: String,
    typed: Typed,
    is_admin: bool,
    leader_name: String,
    leaders: Vec<Choice>,
    deputies: Vec<Choice>,
    duties: Vec<Choice>,
    members: Vec<Choice>,
    absences: Vec<AbsenceRow>,
}

async fn show(
    auth: Auth,
    State(app): State<App>,
    Path(id): Path<TeamId>,
    jar: CookieJar,
) -> Result<Response, PageError> {
    let mut shown = Page::new(&app, &auth).with_form();
    let jar = take_flash(&app, jar, &mut shown);
    Ok((jar, team_page(&app, &auth, shown, id, FormErrors::none(), None).await?).into_response())
}

/// Refuses whoever neither leads the team nor administers.
async fn team_page(
    app: &App,
    auth: &Auth,
    page: Page,
    id: TeamId,
    errors: FormErrors,
    typed: Option<Typed>,
) -> Result<Response, PageError> {
    let is_admin = auth.may(ADMINISTER);
    if !is_admin && !auth.leads(id) {
        return Err(PageError::Forbidden);
    }
    let staff = store::staff(&app.db.read(auth)).await?;
    let team = staff.teams.get(&id).ok_or(PageError::NotFound)?;
    let today = app.calendar.local_date(auth.now());
    let belongs = |person: PersonId| staff.members.get(&id).is_some_and(|members| members.contains(&person));
    let mut members = colleagues(&staff, |_| true, None);
    members.retain(|choice| choice.value.parse().is_ok_and(belongs));
    let leader = team.leader.and_then(|leader| staff.people.get(&leader));
    let main = TeamPage {
        id,
        is_admin,
        title: team.name(page.language()).to_owned(),
        leader_name: leader.map(|leader| leader.name.clone()).unwrap_or_default(),
        leaders: colleagues(&staff, |person| staff.can_answer(person), team.leader),
        deputies: colleagues(
            &staff,
            |person| staff.can_answer(person) && Some(person) != team.leader,
            team.deputy,
        ),
        duties: colleagues(&staff, |person| staff.can_answer(person), team.duty),
        members,
        absences: absences(&page, &staff, belongs, today),
        typed: typed.unwrap_or_else(|| Typed::of(team)),
        errors,
        page,
    };
    Ok(answer(&main.page, &main.title, &main.errors, &main))
}

fn saved(app: &App, auth: &Auth, id: TeamId, word: &str) -> Response {
    redirect_with(app, auth, &format!("/intern/teams/{id}"), word)
}

async fn change(
    auth: Auth,
    State(app): State<App>,
    Path(id): Path<TeamId>,
    form: Form,
) -> Result<Response, PageError> {
    let staff = store::staff(&app.db.read(&auth)).await?;
    let key = staff.teams.get(&id).ok_or(PageError::NotFound)?.key.to_string();
    let (typed, mut errors) = (Typed { key, ..Typed::read(&form) }, FormErrors::none());
    if let Some(new) = typed.parse(&mut errors) {
        match commands::change_team(&app.db, &auth, id, new).await {
            Ok(()) => return Ok(saved(&app, &auth, id, "identity-team-saved")),
            Err(Failure::Refused(refusal)) => errors.add(field_of(refusal), refusal.to_string()),
            Err(failure) => return Err(failure.into()),
        }
    }
    team_page(&app, &auth, Page::new(&app, &auth).with_form(), id, errors, Some(typed)).await
}

async fn give_posts(
    auth: Auth,
    State(app): State<App>,
    Path(id): Path<TeamId>,
    form: Form,
) -> Result<Response, PageError> {
    let mut posts = vec![];
    for post in Post::ALL.into_iter().filter(|post| *post != Post::Leader || auth.may(ADMINISTER)) {
        posts.push((post, chosen(form.fields.get(post.id()))?));
    }
    match commands::give_posts(&app.db, &auth, id, &posts).await {
        Ok(()) => Ok(saved(&app, &auth, id, "identity-team-saved")),
        Err(Failure::Refused(refusal)) => {
            let errors = refused_at(field_of(refusal), Some(refusal));
            team_page(&app, &auth, Page::new(&app, &auth).with_form(), id, errors, None).await
        }
        Err(failure) => Err(failure.into()),
    }
}
