//! Notices that a person has not read, and the replies that a team has saved.

use std::collections::BTreeMap;

use ::web::{
    App, Auth, Fields, Form, FormErrors, Page, PageError, page, redirect_with, refused_page, take_flash,
};
use askama::Template;
use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use axum_extra::extract::CookieJar;
use kernel::{CaseId, Failure, TeamId};
use ports::TeamCard;

use super::names::{Names, nameless};
use crate::{
    access, commands,
    model::{Case, CaseRefusal},
    store::{self, Notice, SavedReply},
};

#[derive(Template)]
#[template(path = "enquiries/staff/notices.html")]
struct NoticesPage {
    page: Page,
    notices: Vec<Notice>,
    cases: BTreeMap<CaseId, Case>,
    names: Names,
}

impl NoticesPage {
    /// The case, while the asker may see it: it may have gone to another team since.
    fn case(&self, notice: &Notice) -> Option<&Case> {
        self.cases.get(&notice.case)
    }

    fn words(&self, notice: &Notice, case: &Case) -> String {
        self.page.t1(&format!("enquiries-notice-{}", notice.kind), "number", &case.number)
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
    let names = Names::of(&app, &auth, teams, &[], &nameless(cases.values())).await?;
    let title = shown.t("enquiries-notices");
    let main = NoticesPage { page: shown, notices, cases, names };
    Ok((jar, page(&main.page, &title, &main)).into_response())
}

/// `POST /intern/beskeder`: marks them as read.
pub(super) async fn read(auth: Auth, State(app): State<App>, _: Form) -> Result<Response, PageError> {
    commands::read_notices(&app, &auth).await?;
    Ok(redirect_with(&app, &auth, "/intern/beskeder", "enquiries-notices-read"))
}

#[derive(Template)]
#[template(path = "enquiries/staff/replies.html")]
struct RepliesPage {
    page: Page,
    teams: Vec<(TeamCard, Vec<SavedReply>)>,
    fields: Fields,
    errors: FormErrors,
}

impl RepliesPage {
    async fn load(app: &App, auth: &Auth, fields: Fields, errors: FormErrors) -> Result<Self, PageError> {
        let mut teams = Vec::new();
        for (id, team) in
            commands::teams(app, auth).await?.into_iter().filter(|(id, _)| auth.teams().contains(id))
        {
            teams.push((team, store::saved_replies(&app.db.read(auth), id).await?));
        }
        Ok(Self { page: Page::new(app, auth).with_form(), teams, fields, errors })
    }

    fn value(&self, name: &str) -> &str {
        self.fields.get(name)
    }

    fn has_error(&self, field: &str) -> bool {
        self.errors.of(field).is_some()
    }

    fn is_chosen(&self, team: &TeamCard) -> bool {
        self.fields.get("team") == team.id.to_string()
    }
}

/// `GET /intern/svarskabeloner`.
pub(super) async fn replies(
    auth: Auth,
    State(app): State<App>,
    jar: CookieJar,
) -> Result<Response, PageError> {
    let mut main = RepliesPage::load(&app, &auth, Fields::default(), FormErrors::none()).await?;
    let jar = take_flash(&app, jar, &mut main.page);
    let title = main.page.t("enquiries-replies");
    Ok((jar, page(&main.page, &title, &main)).into_response())
}

/// `POST /intern/svarskabeloner`: saves one for a team.
pub(super) async fn save_reply(
    auth: Auth,
    State(app): State<App>,
    form: Form,
) -> Result<Response, PageError> {
    let fields = form.fields;
    let reply = SavedReply {
        title: fields.get("title").to_owned(),
        text_da: fields.get("text_da").to_owned(),
        text_en: fields.get("text_en").to_owned(),
    };
    let team = fields.get("team").parse::<TeamId>().map_err(|_| PageError::NotFound)?;
    let has_title = !reply.title.is_empty();
    let mut errors = FormErrors::none();
    if !has_title {
        errors.add("title", "enquiries-replies-title-missing");
    }
    if has_title {
        match commands::save_reply(&app, &auth, team, reply).await {
            Ok(()) => {
                return Ok(redirect_with(&app, &auth, "/intern/svarskabeloner", "enquiries-replies-saved"));
            }
            Err(Failure::Refused(CaseRefusal::EmptyText)) => errors.add("text_da", "enquiries-words-missing"),
            Err(Failure::Refused(refusal)) => errors.add("text_da", refusal.to_string()),
            Err(failure) => return Err(failure.into()),
        }
    }
    let main = RepliesPage::load(&app, &auth, fields, errors).await?;
    let title = main.page.t1("web-title-error", "title", main.page.t("enquiries-replies"));
    Ok(refused_page(&main.page, &title, &main))
}
