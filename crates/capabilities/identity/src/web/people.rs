//! Who works here: for the administrator, who gives rights and sees no enquiry.

use std::collections::BTreeSet;

use ::web::{Access, App, Auth, Form, FormErrors, Page, PageError, Routes, page, redirect_with, take_flash};
use askama::Template;
use axum::{
    extract::{Path, State},
    response::{IntoResponse, Response},
};
use axum_extra::extract::CookieJar;
use kernel::{Email, Failure, Language, PersonId, Phone, Role, TeamId};

use super::{Choice, answer, role_name};
use crate::{
    commands::{self, ADMINISTER, FormKey, NewHire, Place, second_step, sign_in},
    model::{self, NewPerson, Person, PersonRefusal, Staff},
    store,
};

pub(super) fn add(routes: Routes) -> Routes {
    routes
        .get("/drift/personer", Access::Needs(ADMINISTER), list)
        .get("/drift/personer/ny", Access::Needs(ADMINISTER), new)
        .post("/drift/personer/ny", Access::Needs(ADMINISTER), hire)
        .get("/drift/personer/{id}", Access::Needs(ADMINISTER), show)
        .post("/drift/personer/{id}", Access::Needs(ADMINISTER), change)
        .post("/drift/personer/{id}/roller", Access::Needs(ADMINISTER), set_roles)
        .post("/drift/personer/{id}/teams", Access::Needs(ADMINISTER), set_teams)
        .post("/drift/personer/{id}/invitation", Access::Needs(ADMINISTER), invite)
        .post("/drift/personer/{id}/kode-fra", Access::Needs(ADMINISTER), remove_second_step)
        .post("/drift/personer/{id}/stop", Access::Needs(ADMINISTER), leave)
}

struct PersonRow {
    id: PersonId,
    name: String,
    email: String,
    roles: String,
    teams: String,
    state: &'static str,
}

struct TeamRow {
    id: TeamId,
    name: String,
    leader: String,
    members: usize,
}

#[derive(Template)]
#[template(path = "identity/people.html")]
struct PeoplePage {
    page: Page,
    people: Vec<PersonRow>,
    left: Vec<PersonRow>,
    teams: Vec<TeamRow>,
}

/// The message key of how far someone is.
fn state(person: &Person) -> &'static str {
    match (person.left_at.is_some(), person.has_password, person.second_step.is_on()) {
        (true, _, _) => "identity-state-left",
        (false, false, _) => "identity-state-invited",
        (false, true, false) => "identity-state-password",
        (false, true, true) => "identity-state-code",
    }
}

/// A leaver has no address any more.
fn shown_email(person: &Person) -> String {
    if person.left_at.is_some() { String::new() } else { person.email.to_string() }
}

async fn list(auth: Auth, State(app): State<App>, jar: CookieJar) -> Result<Response, PageError> {
    let mut shown = Page::new(&app, &auth);
    let jar = take_flash(&app, jar, &mut shown);
    let staff = store::staff(&app.db.read(&auth)).await?;
    let row = |person: &Person| PersonRow {
        id: person.id,
        name: person.name.clone(),
        email: shown_email(person),
        roles: names(staff.roles.get(&person.id).into_iter().flatten().map(|role| role_name(&shown, *role))),
        teams: names(team_names(&staff, person.id, shown.language())),
        state: state(person),
    };
    let mut people: Vec<_> = staff.people.values().collect();
    people.sort_by_cached_key(|person| person.name.to_lowercase());
    let (left, people): (Vec<_>, Vec<_>) =
        people.into_iter().map(row).partition(|row| row.state == "identity-state-left");
    let mut teams: Vec<TeamRow> =
        staff.teams.values().map(|team| team_row(&staff, team, shown.language())).collect();
    teams.sort_by_cached_key(|team| team.name.to_lowercase());
    let title = shown.t("identity-people");
    let main = PeoplePage { page: shown.clone(), people, left, teams };
    Ok((jar, page(&shown, &title, &main)).into_response())
}

fn team_row(staff: &Staff, team: &model::Team, language: Language) -> TeamRow {
    let leader = team.leader.and_then(|leader| staff.people.get(&leader));
    TeamRow {
        id: team.id,
        name: team.name(language).to_owned(),
        leader: leader.map(|leader| leader.name.clone()).unwrap_or_default(),
        members: staff.members.get(&team.id).map_or(0, BTreeSet::len),
    }
}

fn team_names(staff: &Staff, person: PersonId, language: Language) -> impl Iterator<Item = String> {
    let teams = staff.own_teams(person).into_iter();
    teams.filter_map(move |team| staff.teams.get(&team)).map(move |team| team.name(language).to_owned())
}

fn names(names: impl Iterator<Item = String>) -> String {
    names.collect::<Vec<_>>().join(", ")
}

/// What was typed about a person.
#[derive(Default)]
struct Typed {
    name: String,
    email: String,
    phone: String,
    language: String,
}

impl Typed {
    fn read(form: &Form) -> Self {
        let text = |name| form.fields.get(name).to_owned();
        Self { name: text("name"), email: text("email"), phone: text("phone"), language: text("language") }
    }

    fn of(person: &Person) -> Self {
        Self {
            name: person.name.clone(),
            email: person.email.to_string(),
            phone: person.phone.as_ref().map(ToString::to_string).unwrap_or_default(),
            language: person.language.tag().to_owned(),
        }
    }

    fn parse(&self, errors: &mut FormErrors) -> Option<NewPerson> {
        let name = errors.keep("name", model::check_name(&self.name));
        let email = errors.keep("email", self.email.parse::<Email>());
        let phone = match self.phone.as_str() {
            "" => Some(None),
            text => errors.keep("phone", text.parse::<Phone>()).map(Some),
        };
        let language = Language::from_tag(&self.language).unwrap_or_default();
        Some(NewPerson { name: name?.to_owned(), email: email?, phone: phone?, language })
    }
}

const fn field_of(refusal: PersonRefusal) -> &'static str {
    match refusal {
        PersonRefusal::NameMissing | PersonRefusal::NameLong | PersonRefusal::SentBefore => "name",
        PersonRefusal::EmailTaken => "email",
        PersonRefusal::HasLeft | PersonRefusal::LastAdmin | PersonRefusal::RoleNotGiven => "roles",
    }
}

#[derive(Template)]
#[template(path = "identity/new_person.html")]
struct NewPersonPage {
    page: Page,
    errors: FormErrors,
    typed: Typed,
    roles: Vec<Choice>,
    teams: Vec<Choice>,
}

fn role_choices(page: &Page, held: &BTreeSet<Role>) -> Vec<Choice> {
    let given = Role::ALL.iter().filter(|role| model::check_role(**role).is_ok());
    let choice = |role: &Role| Choice {
        value: role.id().to_owned(),
        label: role_name(page, *role),
        chosen: held.contains(role),
    };
    let mut choices: Vec<_> = given.map(choice).collect();
    choices.sort_by_cached_key(|choice| choice.label.to_lowercase());
    choices
}

fn team_choices(page: &Page, staff: &Staff, held: &BTreeSet<TeamId>) -> Vec<Choice> {
    let choice = |team: &model::Team| Choice {
        value: team.id.to_string(),
        label: team.name(page.language()).to_owned(),
        chosen: held.contains(&team.id),
    };
    let mut choices: Vec<_> = staff.teams.values().map(choice).collect();
    choices.sort_by_cached_key(|choice| choice.label.to_lowercase());
    choices
}

fn ticked_roles(form: &Form) -> Result<BTreeSet<Role>, PageError> {
    form.fields.all("roles").iter().map(|id| Role::from_id(id).ok_or(PageError::NotFound)).collect()
}

fn ticked_teams(form: &Form) -> Result<BTreeSet<TeamId>, PageError> {
    form.fields.all("teams").iter().map(|id| id.parse().map_err(|_| PageError::NotFound)).collect()
}

async fn new(auth: Auth, State(app): State<App>) -> Result<Response, PageError> {
    new_page(&app, &auth, FormErrors::none(), Typed::default(), &Place::default()).await
}

async fn new_page(
    app: &App,
    auth: &Auth,
    errors: FormErrors,
    typed: Typed,
    place: &Place,
) -> Result<Response, PageError> {
    let page = Page::new(app, auth).with_form();
    let staff = store::staff(&app.db.read(auth)).await?;
    let (roles, teams) = (role_choices(&page, &place.roles), team_choices(&page, &staff, &place.teams));
    let main = NewPersonPage { page, errors, typed, roles, teams };
    Ok(answer(&main.page, &main.page.t("identity-new-person"), &main.errors, &main))
}

async fn hire(auth: Auth, State(app): State<App>, form: Form) -> Result<Response, PageError> {
    let place = Place { roles: ticked_roles(&form)?, teams: ticked_teams(&form)? };
    let (typed, mut errors) = (Typed::read(&form), FormErrors::none());
    if let Some(person) = typed.parse(&mut errors) {
        let new = NewHire { person, place: place.clone() };
        let content = form.fields.content();
        let key = FormKey { key: form.envelope.key, content: &content };
        match commands::hire(&app.db, &auth, &app.keys, key, new).await {
            Ok(id) => {
                let to = format!("/drift/personer/{id}");
                return Ok(redirect_with(&app, &auth, &to, "identity-invited"));
            }
            Err(Failure::Refused(refusal)) => errors.add(field_of(refusal), refusal.to_string()),
            Err(failure) => return Err(failure.into()),
        }
    }
    new_page(&app, &auth, errors, typed, &place).await
}

#[derive(Template)]
#[template(path = "identity/person.html")]
struct PersonPage {
    page: Page,
    errors: FormErrors,
    person: Person,
    typed: Typed,
    state: &'static str,
    roles: Vec<Choice>,
    teams: Vec<Choice>,
    takers: Vec<String>,
}

async fn show(
    auth: Auth,
    State(app): State<App>,
    Path(id): Path<PersonId>,
    jar: CookieJar,
) -> Result<Response, PageError> {
    let mut shown = Page::new(&app, &auth).with_form();
    let jar = take_flash(&app, jar, &mut shown);
    Ok((jar, person_page(&app, &auth, shown, id, None, FormErrors::none()).await?).into_response())
}

async fn person_page(
    app: &App,
    auth: &Auth,
    page: Page,
    id: PersonId,
    typed: Option<Typed>,
    errors: FormErrors,
) -> Result<Response, PageError> {
    let staff = store::staff(&app.db.read(auth)).await?;
    let person = staff.people.get(&id).ok_or(PageError::NotFound)?.clone();
    let held = staff.roles.get(&id).cloned().unwrap_or_default();
    let (roles, teams) = (role_choices(&page, &held), team_choices(&page, &staff, &staff.own_teams(id)));
    let typed = typed.unwrap_or_else(|| Typed::of(&person));
    let takers = takers(app, auth, &page, &staff, id);
    let state = state(&person);
    let main = PersonPage { page, errors, person, typed, state, roles, teams, takers };
    Ok(answer(&main.page, &main.person.name, &main.errors, &main))
}

/// Who takes the person's work in each of its teams if it leaves today, in words.
fn takers(app: &App, auth: &Auth, page: &Page, staff: &Staff, id: PersonId) -> Vec<String> {
    let (after, today) = (staff.without(id, auth.now()), app.calendar.local_date(auth.now()));
    let line = |team: &model::Team| {
        let name = team.name(page.language());
        match after.taker(id, team.id, today) {
            Some(taker) => page.t2("identity-leave-taker", ("team", name), ("who", after.name(taker))),
            None => page.t1("identity-leave-team-takes", "team", name),
        }
    };
    staff.own_teams(id).iter().filter_map(|team| staff.teams.get(team)).map(line).collect()
}

/// Back to the person's page: with a word when it was done, with the reason when it was refused.
async fn changed(
    app: &App,
    auth: &Auth,
    id: PersonId,
    typed: Option<Typed>,
    mut errors: FormErrors,
    outcome: Result<(), Failure<PersonRefusal>>,
    done: &str,
) -> Result<Response, PageError> {
    match outcome {
        Ok(()) if errors.is_empty() => {
            return Ok(redirect_with(app, auth, &format!("/drift/personer/{id}"), done));
        }
        Ok(()) => {}
        Err(Failure::Refused(refusal)) => errors.add(field_of(refusal), refusal.to_string()),
        Err(failure) => return Err(failure.into()),
    }
    person_page(app, auth, Page::new(app, auth).with_form(), id, typed, errors).await
}

async fn change(
    auth: Auth,
    State(app): State<App>,
    Path(id): Path<PersonId>,
    form: Form,
) -> Result<Response, PageError> {
    let known = store::person(&app.db.read(&auth), id).await?.ok_or(PageError::NotFound)?;
    let typed = Typed { email: known.email.to_string(), ..Typed::read(&form) };
    let mut errors = FormErrors::none();
    let saved = match typed.parse(&mut errors) {
        Some(new) => commands::change_person(&app.db, &auth, id, new).await,
        None => Ok(()),
    };
    changed(&app, &auth, id, Some(typed), errors, saved, "identity-person-saved").await
}

async fn set_roles(
    auth: Auth,
    State(app): State<App>,
    Path(id): Path<PersonId>,
    form: Form,
) -> Result<Response, PageError> {
    let roles = ticked_roles(&form)?;
    let set = commands::place(&app.db, &auth, id, |place| place.roles = roles).await;
    changed(&app, &auth, id, None, FormErrors::none(), set, "identity-person-saved").await
}

async fn set_teams(
    auth: Auth,
    State(app): State<App>,
    Path(id): Path<PersonId>,
    form: Form,
) -> Result<Response, PageError> {
    let teams = ticked_teams(&form)?;
    let set = commands::place(&app.db, &auth, id, |place| place.teams = teams).await;
    changed(&app, &auth, id, None, FormErrors::none(), set, "identity-person-saved").await
}

async fn invite(
    auth: Auth,
    State(app): State<App>,
    Path(id): Path<PersonId>,
    _: Form,
) -> Result<Response, PageError> {
    let sent = sign_in::invite(&app.db, &auth, &app.keys, id).await.map(|_| ());
    changed(&app, &auth, id, None, FormErrors::none(), sent, "identity-invited").await
}

async fn remove_second_step(
    auth: Auth,
    State(app): State<App>,
    Path(id): Path<PersonId>,
    _: Form,
) -> Result<Response, PageError> {
    let removed = second_step::remove(&app.db, &auth, id).await.map_err(Failure::widen);
    changed(&app, &auth, id, None, FormErrors::none(), removed, "identity-person-saved").await
}

async fn leave(
    auth: Auth,
    State(app): State<App>,
    Path(id): Path<PersonId>,
    form: Form,
) -> Result<Response, PageError> {
    let mut errors = FormErrors::none();
    let left = if form.fields.is_ticked("confirm") {
        commands::leave(&app.db, &auth, id).await
    } else {
        errors.add("confirm", "identity-leave-unconfirmed");
        Ok(())
    };
    changed(&app, &auth, id, None, errors, left, "identity-person-left").await
}
