//! Pages of identity. A handler parses, calls one command and renders; nothing more.

mod entrance;
mod me;

use ::web::{Access, App, Auth, Menu, PageError, Routes};
use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};

use crate::commands::WORK;

/// Every page.
pub(crate) fn routes() -> Routes {
    let routes = entrance::add(Routes::new());
    me::add(routes).get("/intern", Access::Needs(WORK), desk)
}

/// The first place in the staff menu that the person may use: the inbox for whoever answers, people for the administrator.
async fn desk(auth: Auth, State(app): State<App>) -> Result<Response, PageError> {
    let staff = app.navigation.0.iter().filter(|item| item.menu == Menu::Staff && item.path != "/intern");
    let mut allowed = staff.filter(|item| item.permission.is_none_or(|needed| auth.may(needed)));
    let to = allowed.next().map_or("/intern/mig", |item| item.path);
    Ok(Redirect::to(to).into_response())
}
