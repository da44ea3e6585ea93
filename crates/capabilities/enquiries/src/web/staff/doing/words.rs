//! What one writes on a case: a reply, a question, a note, the last words.

use ::web::{App, Auth, Fields, Form, FormErrors, PageError, UploadForm, answer_page};
use axum::{
    extract::{Path, State},
    response::Response,
};
use kernel::{CaseId, Code, Failure, Language};
use ledger::{PromiseKind, PromiseState};

use super::{
    super::{
        case::{AUTHORITIES, CasePage, Typed},
        names::Names,
    },
    Action, Sent,
};
use crate::{
    commands::{self, Closing, Deciding, Reply},
    model::{Avoidable, Case, DraftId, Outcome, Placeholder, WayOn, fill},
    store,
    web::form::{Waiting, files_of, keep_draft, keep_files},
};

pub(super) async fn reply(
    auth: Auth,
    State(app): State<App>,
    Path(id): Path<CaseId>,
    form: UploadForm,
) -> Result<Response, PageError> {
    let mut errors = FormErrors::none();
    let UploadForm { mut fields, envelope, uploads } = form;
    let draft = fields.get("draft").parse::<DraftId>().ok();
    let waiting = Waiting::in_draft(&files_of(&app, &auth, draft).await?);
    let files = keep_files(&app, &auth, uploads, waiting, &mut errors).await?;
    let inserts = !fields.get("insert").is_empty();
    if inserts || !errors.is_empty() {
        // The files that were accepted wait, so that nobody chooses them twice.
        let draft = keep_draft(&app, &auth, draft, &files).await?;
        fields.set("draft", &draft.map(|draft| draft.to_string()).unwrap_or_default());
    }
    if inserts {
        return insert_saved(&app, &auth, id, fields, errors).await;
    }
    let hashes: Vec<&str> = files.iter().map(|file| file.sha256.as_str()).collect();
    fields.set("sent_files", &hashes.join(" "));
    let action = if fields.is_ticked("answer") {
        Action::Reply
    } else if owes_answer(&app, &auth, id).await? {
        Action::Message
    } else {
        Action::More
    };
    let mut sent = Sent { app, auth, id, action, fields, envelope };
    if !errors.is_empty() {
        return sent.refuse(errors, false).await;
    }
    let refused = sent.check_words().await?;
    let outcome = if refused.is_some() {
        Ok(())
    } else {
        let (text, is_answer) = (sent.text(), sent.fields.is_ticked("answer"));
        let reply = Reply { text, is_answer, files: &files, draft };
        commands::reply_with(&sent.app, &sent.auth, id, sent.seen(), reply).await
    };
    if refused.is_some() || matches!(outcome, Err(Failure::Refused(_))) {
        let draft = keep_draft(&sent.app, &sent.auth, draft, &files).await?;
        sent.fields.set("draft", &draft.map(|draft| draft.to_string()).unwrap_or_default());
    }
    match refused {
        Some(errors) => sent.refuse(errors, false).await,
        None => sent.finish(outcome).await,
    }
}

/// Whether the answer is owed still: then a message leaves the date running.
async fn owes_answer(app: &App, auth: &Auth, id: CaseId) -> Result<bool, PageError> {
    let promises = ledger::of_subjects(&app.db.read(auth), &[id.uuid()]).await?;
    Ok(promises.iter().any(|one| one.kind == PromiseKind::ANSWER && one.state == PromiseState::Open))
}

/// What was sent was the answer.
pub(super) async fn was_answer(
    auth: Auth,
    State(app): State<App>,
    Path(id): Path<CaseId>,
    form: Form,
) -> Result<Response, PageError> {
    let sent = Sent::new(app, auth, id, Action::WasAnswer, form);
    let outcome = commands::was_answer(&sent.app, &sent.auth, id, sent.seen()).await;
    sent.finish(outcome).await
}

/// What the company wrote after its answer needs none.
pub(super) async fn settle(
    auth: Auth,
    State(app): State<App>,
    Path(id): Path<CaseId>,
    form: Form,
) -> Result<Response, PageError> {
    let sent = Sent::new(app, auth, id, Action::Settle, form);
    let Ok(why) = sent.fields.get("why").parse::<Code>() else {
        return sent.miss("settle-why", "enquiries-settle-reason").await;
    };
    let outcome = commands::settle(&sent.app, &sent.auth, id, sent.seen(), &why).await;
    sent.finish(outcome).await
}

/// Puts a saved reply below what is typed already, filled in with what the case knows. Changes nothing but the page.
async fn insert_saved(
    app: &App,
    auth: &Auth,
    id: CaseId,
    mut fields: Fields,
    errors: FormErrors,
) -> Result<Response, PageError> {
    let case = store::find(&app.db.read(auth), id).await?.ok_or(PageError::NotFound)?;
    if !crate::access::may_work(auth, &case) {
        return Err(PageError::NotFound);
    }
    let saved = store::saved_replies(&app.db.read(auth), case.team).await?;
    let chosen = saved.iter().find(|saved| saved.id.to_string() == fields.get("saved"));
    let text = chosen.map_or("", |saved| match case.language {
        Language::En if !saved.text_en.is_empty() => saved.text_en.as_str(),
        _ if saved.text_da.is_empty() => saved.text_en.as_str(),
        _ => saved.text_da.as_str(),
    });
    let text = filled(app, auth, &case, text).await?;
    let text = format!("{}\n\n{text}", fields.get("text"));
    fields.set("text", text.trim());
    let typed = Typed { action: Some(Action::Reply), fields, errors, ..Typed::default() };
    let main = CasePage::load(app, auth, id, typed, true).await?;
    Ok(answer_page(main.page(), &main.title(), &main))
}

/// The text with what the case knows, in the company's language.
async fn filled(app: &App, auth: &Auth, case: &Case, text: &str) -> Result<String, PageError> {
    let language = case.language;
    let people: Vec<_> = auth.person().into_iter().collect();
    let teams = commands::teams(app, auth).await?;
    let names = Names::of(app, auth, teams, &people, case.asker.cvr().as_slice()).await?;
    let promises = ledger::of_subjects(&app.db.read(auth), &[case.id.uuid()]).await?;
    let is_owed = |kind: &PromiseKind, state: &PromiseState| {
        *kind == PromiseKind::ANSWER && *state == PromiseState::Open
    };
    let due = promises.iter().find(|one| is_owed(&one.kind, &one.state)).map(|one| one.due_on);
    let due = due.filter(|_| names.has_goal(&promises));
    let me = auth.person().map(|me| names.person(Some(&me)).to_owned());
    Ok(fill(text, |placeholder| match placeholder {
        Placeholder::Name => Some(case.contact.name.clone()),
        Placeholder::Company => Some(names.asker(case)),
        Placeholder::Number => Some(case.number.clone()),
        Placeholder::Topic => Some(names.topic_in(&case.topic, language).to_owned()),
        Placeholder::Due => due.map(|day| kernel::format::date_long(day, language)),
        Placeholder::Team => names.teams.get(&case.team).map(|team| team.name(language).to_owned()),
        Placeholder::Me => me.clone(),
    }))
}

pub(super) async fn note(
    auth: Auth,
    State(app): State<App>,
    Path(id): Path<CaseId>,
    form: Form,
) -> Result<Response, PageError> {
    let mut sent = Sent::new(app, auth, id, Action::Note, form);
    if let Some(errors) = sent.check_words().await? {
        return sent.refuse(errors, false).await;
    }
    let outcome = commands::note(&sent.app, &sent.auth, id, sent.text(), Some(sent.key())).await;
    sent.finish(outcome).await
}

pub(super) async fn ask(
    auth: Auth,
    State(app): State<App>,
    Path(id): Path<CaseId>,
    form: Form,
) -> Result<Response, PageError> {
    let mut sent = Sent::new(app, auth, id, Action::Ask, form);
    if let Some(errors) = sent.check_words().await? {
        return sent.refuse(errors, false).await;
    }
    let outcome = commands::ask(&sent.app, &sent.auth, id, sent.seen(), sent.text()).await;
    sent.finish(outcome).await
}

pub(super) async fn close(
    auth: Auth,
    State(app): State<App>,
    Path(id): Path<CaseId>,
    form: Form,
) -> Result<Response, PageError> {
    let mut sent = Sent::new(app, auth, id, Action::Close, form);
    let mut errors = sent.check_words().await?.unwrap_or_default();
    let outcome = Outcome::from_code(sent.fields.get("outcome")).ok_or("enquiries-outcome-missing");
    let outcome = errors.keep("close-outcome", outcome);
    let avoidable = Avoidable::from_code(sent.fields.get("avoidable")).ok_or("enquiries-avoidable-missing");
    let avoidable = errors.keep("close-avoidable", avoidable);
    let authority = Some(sent.fields.get("authority")).filter(|authority| AUTHORITIES.contains(authority));
    if outcome == Some(Outcome::Forwarded) && authority.is_none() {
        errors.add("close-authority", "enquiries-authority-missing");
    }
    let forwarded_on = Some(sent.fields.get("forwarded_on")).filter(|typed| !typed.is_empty());
    let forwarded_on = forwarded_on.filter(|_| outcome == Some(Outcome::Forwarded));
    let forwarded_on = forwarded_on.map(|typed| kernel::format::parse_date(typed).ok());
    if forwarded_on == Some(None) {
        errors.add("close-forwarded-on", "enquiries-forwarded-on");
    }
    let forwarded_on = forwarded_on.flatten();
    let filing = sent.filing(&mut errors).await?;
    let (Some(outcome), Some(avoidable), Some(filing), true) =
        (outcome, avoidable, filing, errors.is_empty())
    else {
        return sent.refuse(errors, false).await;
    };
    let closing = Closing { outcome, avoidable, text: sent.text(), authority, forwarded_on, filing };
    let outcome = commands::close(&sent.app, &sent.auth, id, sent.seen(), closing).await;
    sent.finish(outcome).await
}

pub(super) async fn called_back(
    auth: Auth,
    State(app): State<App>,
    Path(id): Path<CaseId>,
    form: Form,
) -> Result<Response, PageError> {
    let mut sent = Sent::new(app, auth, id, Action::CalledBack, form);
    if let Some(errors) = sent.check_words().await? {
        return sent.refuse(errors, false).await;
    }
    let outcome = commands::called_back(&sent.app, &sent.auth, id, sent.seen(), sent.text()).await;
    sent.finish(outcome).await
}

pub(super) async fn decide(
    auth: Auth,
    State(app): State<App>,
    Path(id): Path<CaseId>,
    form: Form,
) -> Result<Response, PageError> {
    let mut sent = Sent::new(app, auth, id, Action::Decide, form);
    let mut errors = sent.check_words().await?.unwrap_or_default();
    let way = WayOn::from_code(sent.fields.get("way")).ok_or("enquiries-decide-way-missing");
    let way = errors.keep("decide-way", way);
    let (Some(way), true) = (way, errors.is_empty()) else {
        return sent.refuse(errors, false).await;
    };
    let until = kernel::format::parse_date(sent.fields.get("until")).ok();
    let deciding = Deciding { way, text: sent.text(), until };
    let outcome = commands::decide(&sent.app, &sent.auth, id, sent.seen(), deciding).await;
    sent.finish(outcome).await
}

/// Why the documents take longer, and until when.
pub(super) async fn longer(
    auth: Auth,
    State(app): State<App>,
    Path(id): Path<CaseId>,
    form: Form,
) -> Result<Response, PageError> {
    let mut sent = Sent::new(app, auth, id, Action::Longer, form);
    if let Some(errors) = sent.check_words().await? {
        return sent.refuse(errors, false).await;
    }
    let until = kernel::format::parse_date(sent.fields.get("until")).ok();
    let outcome = commands::take_longer(&sent.app, &sent.auth, id, sent.seen(), sent.text(), until).await;
    sent.finish(outcome).await
}
