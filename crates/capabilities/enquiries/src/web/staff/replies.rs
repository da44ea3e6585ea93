//! The replies that a team has saved: made, changed and deleted by whoever is in the team.

use std::collections::HashMap;

use ::web::{
    App, Auth, Fields, Form, FormErrors, Page, PageError, page, redirect_with, refused_page, take_flash,
};
use askama::Template;
use axum::{
    extract::{Path, Query, State},
    response::{IntoResponse, Response},
};
use axum_extra::extract::CookieJar;
use kernel::{Failure, TeamId};
use ports::TeamCard;

use super::Say as _;
use crate::{
    commands,
    model::{CaseRefusal, Placeholder, ReplyId},
    store::{self, SavedReply},
};

const ADDRESS: &str = "/intern/svarskabeloner";

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

    /// The reply that is being changed; nothing while a new one is written.
    fn changed(&self) -> &str {
        self.fields.get("reply")
    }

    /// The words in braces, each with what stands in its place, in the language of the page.
    fn placeholders(&self) -> Vec<(String, String)> {
        let place = usize::from(self.page.language() == kernel::Language::En);
        let word = |one: Placeholder| one.words().get(place).copied().unwrap_or_default();
        let told = |one| {
            let [code, _] = Placeholder::words(one);
            (format!("{{{}}}", word(one)), self.page.say("enquiries-placeholder", code))
        };
        Placeholder::ALL.into_iter().map(told).collect()
    }
}

/// `GET /intern/svarskabeloner`; `?ret=ID` opens one of them to be changed.
pub(super) async fn show(
    auth: Auth,
    State(app): State<App>,
    Query(query): Query<HashMap<String, String>>,
    jar: CookieJar,
) -> Result<Response, PageError> {
    let mut main = RepliesPage::load(&app, &auth, Fields::default(), FormErrors::none()).await?;
    if let Some(wanted) = query.get("ret") {
        let mut all =
            main.teams.iter().flat_map(|(team, replies)| replies.iter().map(move |one| (team, one)));
        let found = all.find(|(_, reply)| reply.id.to_string() == *wanted);
        let (team, reply) = found.ok_or(PageError::NotFound)?;
        let mut fields = Fields::default();
        fields.set("team", &team.id.to_string());
        fields.set("reply", wanted);
        fields.set("title", &reply.title);
        fields.set("text_da", &reply.text_da);
        fields.set("text_en", &reply.text_en);
        main.fields = fields;
    }
    let jar = take_flash(&app, jar, &mut main.page);
    let title = main.page.t("enquiries-replies");
    Ok((jar, page(&main.page, &title, &main)).into_response())
}

/// `POST /intern/svarskabeloner`: saves a new one for a team, or what was changed in one.
pub(super) async fn save(auth: Auth, State(app): State<App>, form: Form) -> Result<Response, PageError> {
    let fields = form.fields;
    let changed = fields.get("reply").parse::<ReplyId>().ok();
    let reply = SavedReply {
        id: changed.unwrap_or_else(|| auth.new_id()),
        title: fields.get("title").to_owned(),
        text_da: fields.get("text_da").to_owned(),
        text_en: fields.get("text_en").to_owned(),
    };
    let team = fields.get("team").parse::<TeamId>().map_err(|_| PageError::NotFound)?;
    let mut errors = FormErrors::none();
    if reply.title.is_empty() {
        errors.add("title", "enquiries-replies-title-missing");
    } else {
        let saved = match changed {
            Some(_) => commands::change_reply(&app, &auth, team, reply).await,
            None => commands::save_reply(&app, &auth, team, reply).await,
        };
        match saved {
            Ok(()) => return Ok(redirect_with(&app, &auth, ADDRESS, "enquiries-replies-saved")),
            Err(Failure::Refused(CaseRefusal::EmptyText)) => errors.add("text_da", "enquiries-words-missing"),
            Err(Failure::Refused(refusal)) => errors.add("text_da", refusal.to_string()),
            Err(failure) => return Err(failure.into()),
        }
    }
    let main = RepliesPage::load(&app, &auth, fields, errors).await?;
    let title = main.page.t1("web-title-error", "title", main.page.t("enquiries-replies"));
    Ok(refused_page(&main.page, &title, &main))
}

/// `POST /intern/svarskabeloner/{id}/slet`.
pub(super) async fn delete(
    auth: Auth,
    State(app): State<App>,
    Path(id): Path<ReplyId>,
    form: Form,
) -> Result<Response, PageError> {
    let team = form.fields.get("team").parse::<TeamId>().map_err(|_| PageError::NotFound)?;
    commands::delete_reply(&app, &auth, team, id).await?;
    Ok(redirect_with(&app, &auth, ADDRESS, "enquiries-replies-deleted"))
}
