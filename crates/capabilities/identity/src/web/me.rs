//! A person's own page: who one is here, what one may, where one is signed in.

use ::web::{Access, App, Auth, Form, Page, PageError, Routes, page, redirect_with, take_flash};
use askama::Template;
use axum::{
    extract::{Path, State},
    response::{IntoResponse, Response},
};
use axum_extra::extract::CookieJar;

use super::entrance::present_token;
use crate::{
    commands::{self, WORK, sign_in},
    model::{Holder, Session, SessionId},
    store,
};

pub(super) fn add(routes: Routes) -> Routes {
    routes
        .get("/intern/mig", Access::Needs(WORK), show)
        .post("/intern/mig/session/{id}", Access::Needs(WORK), end_session)
        .post("/intern/mig/sessioner", Access::Needs(WORK), end_other_sessions)
}

struct SessionRow {
    session: Session,
    is_this: bool,
}

#[derive(Template)]
#[template(path = "identity/me.html")]
struct MePage {
    page: Page,
    name: String,
    email: String,
    roles: Vec<String>,
    teams: Vec<String>,
    sessions: Vec<SessionRow>,
}

async fn show(auth: Auth, State(app): State<App>, jar: CookieJar) -> Result<Response, PageError> {
    let mut shown = Page::new(&app, &auth).with_form();
    let present = match present_token(&jar) {
        Some(token) => sign_in::session_of(&app.db, &auth, &token).await?,
        None => None,
    };
    let jar = take_flash(&app, jar, &mut shown);
    let person = auth.person().ok_or(PageError::NotFound)?;
    let read = app.db.read(&auth);
    let staff = store::staff(&read).await?;
    let known = staff.people.get(&person).ok_or(PageError::NotFound)?;
    let roles = staff.roles.get(&person).into_iter().flatten();
    let roles = roles.map(|role| shown.t(&format!("identity-role-{}", role.id().replace('_', "-")))).collect();
    let teams = auth.teams().iter().filter_map(|team| staff.teams.get(team));
    let teams = teams.map(|team| team.name(shown.language()).to_owned()).collect();
    let sessions = store::sessions(&read, Holder::Person(person)).await?.into_iter();
    let sessions = sessions.filter(|session| session.is_open(auth.now()));
    let sessions = sessions.map(|session| SessionRow { is_this: present == Some(session.id), session }).collect();
    let title = shown.t("identity-me");
    let main = MePage {
        page: shown.clone(),
        name: known.name.clone(),
        email: known.email.to_string(),
        roles,
        teams,
        sessions,
    };
    Ok((jar, page(&shown, &title, &main)).into_response())
}

async fn end_session(
    auth: Auth,
    State(app): State<App>,
    Path(id): Path<SessionId>,
    _: Form,
) -> Result<Response, PageError> {
    commands::end_session(&app.db, &auth, id).await?;
    Ok(redirect_with(&app, &auth, "/intern/mig", "identity-session-ended"))
}

async fn end_other_sessions(
    auth: Auth,
    State(app): State<App>,
    jar: CookieJar,
    _: Form,
) -> Result<Response, PageError> {
    let kept = match present_token(&jar) {
        Some(token) => sign_in::session_of(&app.db, &auth, &token).await?,
        None => None,
    };
    commands::end_other_sessions(&app.db, &auth, kept).await?;
    Ok(redirect_with(&app, &auth, "/intern/mig", "identity-sessions-ended"))
}
