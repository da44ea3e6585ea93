//! Who has a case: it is taken, given to someone, offered to another team, or goes past whom it complains about; and what
//! other teams owe of its answer.

use ::web::{App, Auth, Form, PageError};
use axum::{
    extract::{Path, State},
    response::Response,
};
use kernel::{CaseId, PersonId};

use super::{Action, Sent};
use crate::{
    GuideState, commands,
    model::{PartId, Subject},
};

pub(super) async fn take(
    auth: Auth,
    State(app): State<App>,
    Path(id): Path<CaseId>,
    form: Form,
) -> Result<Response, PageError> {
    let sent = Sent::new(app, auth, id, Action::Take, form);
    let outcome = commands::assign(&sent.app, &sent.auth, id, sent.seen(), sent.auth.person()).await;
    sent.finish(outcome).await
}

pub(super) async fn assign(
    auth: Auth,
    State(app): State<App>,
    Path(id): Path<CaseId>,
    form: Form,
) -> Result<Response, PageError> {
    let sent = Sent::new(app, auth, id, Action::Assign, form);
    // Nobody chosen: back to the team.
    let to = sent.fields.get("to").parse::<PersonId>().ok();
    let outcome = commands::assign(&sent.app, &sent.auth, id, sent.seen(), to).await;
    sent.finish(outcome).await
}

pub(super) async fn hand_over(
    auth: Auth,
    State(app): State<App>,
    Path(id): Path<CaseId>,
    form: Form,
) -> Result<Response, PageError> {
    let mut sent = Sent::new(app, auth, id, Action::HandOver, form);
    let Some(to) = sent.chosen_team() else {
        return sent.miss("hand-over-to", "enquiries-team-missing").await;
    };
    if sent.text().is_empty() {
        return sent.miss("hand-over-text", "enquiries-why-missing").await;
    }
    if let Some(errors) = sent.check_words().await? {
        return sent.refuse(errors, false).await;
    }
    let outcome = commands::hand_over(&sent.app, &sent.auth, id, sent.seen(), to, sent.text()).await;
    sent.finish(outcome).await
}

pub(super) async fn accept(
    auth: Auth,
    State(app): State<App>,
    Path(id): Path<CaseId>,
    form: Form,
) -> Result<Response, PageError> {
    let sent = Sent::new(app, auth, id, Action::Accept, form);
    let outcome = commands::accept(&sent.app, &sent.auth, id, Some(sent.key())).await;
    sent.finish(outcome).await
}

pub(super) async fn bounce(
    auth: Auth,
    State(app): State<App>,
    Path(id): Path<CaseId>,
    form: Form,
) -> Result<Response, PageError> {
    let mut sent = Sent::new(app, auth, id, Action::Bounce, form);
    if let Some(errors) = sent.check_words().await? {
        return sent.refuse(errors, false).await;
    }
    let outcome = commands::bounce(&sent.app, &sent.auth, id, sent.text(), Some(sent.key())).await;
    sent.finish(outcome).await
}

pub(super) async fn ask_part(
    auth: Auth,
    State(app): State<App>,
    Path(id): Path<CaseId>,
    form: Form,
) -> Result<Response, PageError> {
    let mut sent = Sent::new(app, auth, id, Action::AskPart, form);
    let Some(of) = sent.chosen_team() else { return sent.miss("part-of", "enquiries-team-missing").await };
    if let Some(errors) = sent.check_words().await? {
        return sent.refuse(errors, false).await;
    }
    let outcome = commands::ask_part(&sent.app, &sent.auth, id, sent.seen(), of, sent.text()).await;
    sent.finish(outcome).await
}

pub(super) async fn answer_part(
    auth: Auth,
    State(app): State<App>,
    Path((id, part)): Path<(CaseId, PartId)>,
    form: Form,
) -> Result<Response, PageError> {
    let mut sent = Sent::new(app, auth, id, Action::AnswerPart, form);
    if let Some(errors) = sent.check_words().await? {
        return sent.refuse(errors, false).await;
    }
    let outcome = commands::answer_part(&sent.app, &sent.auth, id, part, sent.text(), Some(sent.key())).await;
    sent.finish(outcome).await
}

pub(super) async fn release_part(
    auth: Auth,
    State(app): State<App>,
    Path(id): Path<CaseId>,
    form: Form,
) -> Result<Response, PageError> {
    let mut sent = Sent::new(app, auth, id, Action::ReleasePart, form);
    let part = sent.fields.get("part").parse::<PartId>().map_err(|_| PageError::NotFound)?;
    if let Some(errors) = sent.check_words().await? {
        return sent.refuse(errors, false).await;
    }
    let outcome =
        commands::release_part(&sent.app, &sent.auth, id, part, sent.text(), Some(sent.key())).await;
    sent.finish(outcome).await
}

/// Whom it complains about: `person:ID` or `team:ID`.
pub(super) async fn complain(
    auth: Auth,
    State(app): State<App>,
    Path(id): Path<CaseId>,
    form: Form,
) -> Result<Response, PageError> {
    let sent = Sent::new(app, auth, id, Action::Complain, form);
    let subject = match sent.fields.get("subject").split_once(':') {
        Some(("person", id)) => id.parse().ok().map(Subject::Person),
        Some(("team", id)) => id.parse().ok().map(Subject::Team),
        _ => None,
    };
    let Some(subject) = subject else {
        return sent.miss("complain-subject", "enquiries-subject-missing").await;
    };
    let guide = sent.app.kept::<GuideState>();
    let outcome = commands::complain(&sent.app, guide, &sent.auth, id, sent.seen(), &subject).await;
    sent.finish(outcome).await
}
