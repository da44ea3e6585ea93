//! The ended cases of which nobody has said yet where they are kept, those that ended first at the top.

use std::collections::HashMap;

use ::web::{App, Auth, Page, PageError, page};
use askama::Template;
use axum::{
    extract::{Query, State},
    response::Response,
};
use chrono::{DateTime, Utc};

use super::{
    Say as _,
    names::{Names, nameless},
    visible,
};
use crate::{
    access, commands,
    model::Case,
    store::{self, CASES_PER_PAGE, CaseFilter},
};

#[derive(Template)]
#[template(path = "enquiries/staff/to_file.html")]
struct ToFilePage {
    page: Page,
    cases: Vec<Case>,
    names: Names,
    side: u16,
    has_more: bool,
}

impl ToFilePage {
    fn ended(&self, at: Option<&DateTime<Utc>>) -> String {
        at.map(|at| self.page.moment(at)).unwrap_or_default()
    }

    fn side(&self, step: i16) -> String {
        format!("/intern/journalisering?side={}", self.side.saturating_add_signed(step))
    }
}

/// `GET /intern/journalisering`: of one's own teams; of everyone for the records officer.
pub(super) async fn show(
    auth: Auth,
    State(app): State<App>,
    Query(query): Query<HashMap<String, String>>,
) -> Result<Response, PageError> {
    if !auth.may(access::FILE) && !auth.may(access::WORK) {
        return Err(PageError::Forbidden);
    }
    let side = query.get("side").and_then(|side| side.parse::<u16>().ok()).unwrap_or(1).max(1);
    let own = auth.teams().iter().copied().collect();
    let seen = visible(&auth);
    let teams = if auth.may(access::FILE) { seen.teams } else { Some(own) };
    let filter = CaseFilter { teams, ..seen };
    let mut cases = store::cases_to_file(&app.db.read(&auth), &filter, u64::from(side - 1)).await?;
    let has_more = cases.len() as u64 == CASES_PER_PAGE;
    cases.retain(|case| access::may_file(&auth, case));
    let teams = commands::teams(&app, &auth).await?;
    let names = Names::of(&app, &auth, teams, &[], &nameless(cases.iter())).await?;
    let shown = Page::new(&app, &auth);
    let title = shown.t("enquiries-filing-list");
    let main = ToFilePage { page: shown, cases, names, side, has_more };
    Ok(page(&main.page, &title, &main))
}
