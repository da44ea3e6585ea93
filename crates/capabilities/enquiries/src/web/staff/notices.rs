//! Notices that a person has not read.

use std::collections::BTreeMap;

use ::web::{App, Auth, Form, Page, PageError, page, redirect_with, take_flash};
use askama::Template;
use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use axum_extra::extract::CookieJar;
use kernel::{CaseId, Code, PersonId, TeamId};
use uuid::Uuid;

use super::names::{Names, nameless};
use crate::{
    access, commands,
    model::Case,
    notify::{self, Kind},
    store::{self, Notice},
};

#[derive(Template)]
#[template(path = "enquiries/staff/notices.html")]
struct NoticesPage {
    page: Page,
    notices: Vec<Notice>,
    cases: BTreeMap<CaseId, Case>,
    names: Names,
    /// From whom each case came to the asker, and why: a code.
    moved: BTreeMap<CaseId, (PersonId, Code)>,
}

impl NoticesPage {
    /// The notices of each case together, the case with the newest first.
    fn by_case(&self) -> Vec<Vec<&Notice>> {
        let mut groups: Vec<Vec<&Notice>> = Vec::new();
        for notice in &self.notices {
            match groups.iter_mut().find(|group| group.iter().any(|one| one.case == notice.case)) {
                Some(group) => group.push(notice),
                None => groups.push(vec![notice]),
            }
        }
        groups
    }

    /// The case, while the asker may see it: it may have gone to another team since.
    fn case(&self, notice: &Notice) -> Option<&Case> {
        self.cases.get(&notice.case)
    }

    fn words(&self, notice: &Notice, case: &Case) -> String {
        let moved = self.moved.get(&case.id).filter(|_| notice.kind == Kind::Moved.text());
        match moved {
            Some((from, why)) => self.page.t2(
                &format!("enquiries-notice-moved-{why}"),
                ("number", case.number.as_str()),
                ("person", self.names.person(Some(from))),
            ),
            None => self.page.t1(&format!("enquiries-notice-{}", notice.kind), "number", &case.number),
        }
    }
}

/// `GET /intern/beskeder`.
pub(super) async fn show(auth: Auth, State(app): State<App>, jar: CookieJar) -> Result<Response, PageError> {
    let mut shown = Page::new(&app, &auth).with_form();
    let jar = take_flash(&app, jar, &mut shown);
    let read = app.db.read(&auth);
    let person = auth.person().ok_or(PageError::NotFound)?;
    let notices = store::unread_notices(&read, person).await?;
    let ids: Vec<CaseId> = notices.iter().map(|notice| notice.case).collect();
    let mut cases = store::find_all(&read, &ids).await?;
    let asked: Vec<CaseId> = store::parts_owed(&read, &auth.teams().iter().copied().collect::<Vec<_>>())
        .await?
        .iter()
        .map(|part| part.case)
        .collect();
    let own: Vec<TeamId> = auth.teams().iter().copied().collect();
    cases.retain(|id, case| access::may_see(&auth, case, if asked.contains(id) { &own } else { &[] }));
    let teams = commands::teams(&app, &auth).await?;
    let moved = moved(&app, &auth, &notices, person).await?;
    let people: Vec<PersonId> = moved.values().map(|(from, _)| *from).collect();
    let names = Names::of(&app, &auth, teams, &people, &nameless(cases.values())).await?;
    let title = shown.t("enquiries-notices");
    let main = NoticesPage { page: shown, notices, cases, names, moved };
    Ok((jar, page(&main.page, &title, &main)).into_response())
}

/// From whom the cases came that were moved to the person, as the journal has it: the last time of each.
async fn moved(
    app: &App,
    auth: &Auth,
    notices: &[Notice],
    person: PersonId,
) -> Result<BTreeMap<CaseId, (PersonId, Code)>, PageError> {
    let told = notices.iter().filter(|notice| notice.kind == Kind::Moved.text());
    let subjects: Vec<Uuid> = told.map(|notice| notice.case.uuid()).collect();
    Ok(notify::came_over(&app.db.read(auth), person, subjects).await?)
}

/// `POST /intern/beskeder`: marks them as read.
pub(super) async fn read(auth: Auth, State(app): State<App>, _: Form) -> Result<Response, PageError> {
    commands::read_notices(&app, &auth).await?;
    Ok(redirect_with(&app, &auth, "/intern/beskeder", "enquiries-notices-read"))
}
