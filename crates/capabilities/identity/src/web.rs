//! Pages of identity. A handler parses, calls one command and renders; nothing more.

mod absence;
pub(crate) mod company;
mod entrance;
mod links;
mod me;
mod people;
pub(crate) mod provider;
mod second_step;
mod sessions;
mod teams;

use std::fmt::Display;

use ::web::{Access, App, Auth, FormErrors, Menu, Page, PageError, Routes, page, refused_page};
use askama::Template;
use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use kernel::{PersonId, Role};

use crate::{commands::WORK, model::Staff};

/// Every page.
pub(crate) fn routes() -> Routes {
    let public = [entrance::add, provider::add, company::add, links::add, sessions::add];
    let staff = [me::add, second_step::add, absence::add, people::add, teams::add];
    let routes = public.into_iter().chain(staff).fold(Routes::new(), |routes, add| add(routes));
    routes.get("/intern", Access::Needs(WORK), desk)
}

/// The first place in the staff menu that is the person's own to use: the inbox for whoever answers, the state of things for
/// the administrator. Only who has none of one's own comes to what anyone may read.
async fn desk(auth: Auth, State(app): State<App>) -> Result<Response, PageError> {
    if must_set_up_second_step(&auth) {
        return Ok(Redirect::to("/intern/mig/kode").into_response());
    }
    let staff = || app.navigation.0.iter().filter(|item| item.menu == Menu::Staff && item.path != "/intern");
    let own = staff().find(|item| item.permission.is_some_and(|needed| auth.may(needed)));
    let to = own.or_else(|| staff().find(|item| item.permission.is_none()));
    let to = to.map_or("/intern/mig", |item| item.path);
    Ok(Redirect::to(to).into_response())
}

fn must_set_up_second_step(auth: &Auth) -> bool {
    auth.signed_in.as_ref().is_some_and(|who| who.must_set_up_second_step)
}

/// What was wrong with one field of a form, if anything.
fn refused_at(field: &'static str, refusal: Option<impl Display>) -> FormErrors {
    let mut errors = FormErrors::none();
    if let Some(refusal) = refusal {
        errors.add(field, refusal.to_string());
    }
    errors
}

/// A page with a form: as it is asked for, or with what was wrong.
fn answer(shown: &Page, title: &str, errors: &FormErrors, main: &impl Template) -> Response {
    if errors.is_empty() { page(shown, title, main) } else { refused_page(shown, title, main) }
}

/// The name of a role.
fn role_name(page: &Page, role: Role) -> String {
    page.t(&format!("identity-role-{}", role.id().replace('_', "-")))
}

/// `MH` for Mette Holm.
fn initials(name: &str) -> String {
    name.split_whitespace().filter_map(|word| word.chars().next()).take(2).collect()
}

/// Someone or something to choose in a form.
struct Choice {
    value: String,
    label: String,
    chosen: bool,
}

/// Those who work here and may be chosen, by name, for a list to choose from. Who is chosen already
/// stands in it in any case.
fn colleagues(staff: &Staff, may_be: impl Fn(PersonId) -> bool, chosen: Option<PersonId>) -> Vec<Choice> {
    let mut people: Vec<_> = staff.people.values().filter(|person| person.left_at.is_none()).collect();
    people.retain(|person| may_be(person.id) || Some(person.id) == chosen);
    people.sort_by_cached_key(|person| person.name.to_lowercase());
    let choice = |person: &crate::model::Person| Choice {
        value: person.id.to_string(),
        label: person.name.clone(),
        chosen: chosen == Some(person.id),
    };
    people.into_iter().map(choice).collect()
}

/// The id chosen in a list; empty is nobody.
fn chosen<T: std::str::FromStr>(text: &str) -> Result<Option<T>, PageError> {
    if text.is_empty() { Ok(None) } else { text.parse().map(Some).map_err(|_| PageError::NotFound) }
}
