//! What is set right on a case: its topic, that it is spam or a duplicate, and what is taken out of it for good.

use ::web::{App, Auth, Form, PageError};
use axum::{
    extract::{Path, State},
    response::Response,
};
use kernel::{AttachmentId, CaseId, Code};

use super::{super::case::REDACT_REASONS, Action, Sent};
use crate::{
    GuideState, commands,
    model::{EntryId, PartId, SPAM_REASONS},
};

pub(super) async fn spam(
    auth: Auth,
    State(app): State<App>,
    Path(id): Path<CaseId>,
    form: Form,
) -> Result<Response, PageError> {
    let sent = Sent::new(app, auth, id, Action::Spam, form);
    let why = sent.fields.get("why");
    let why = SPAM_REASONS.contains(&why).then(|| why.parse::<Code>().ok()).flatten();
    let Some(why) = why else { return sent.miss("spam-why", "enquiries-spam-reason").await };
    let outcome = commands::mark_spam(&sent.app, &sent.auth, id, sent.seen(), &why).await;
    sent.finish(outcome).await
}

pub(super) async fn not_spam(
    auth: Auth,
    State(app): State<App>,
    Path(id): Path<CaseId>,
    form: Form,
) -> Result<Response, PageError> {
    let sent = Sent::new(app, auth, id, Action::NotSpam, form);
    let outcome = commands::not_spam(&sent.app, &sent.auth, id, sent.seen()).await;
    sent.finish(outcome).await
}

pub(super) async fn duplicate(
    auth: Auth,
    State(app): State<App>,
    Path(id): Path<CaseId>,
    form: Form,
) -> Result<Response, PageError> {
    let sent = Sent::new(app, auth, id, Action::Duplicate, form);
    let number = sent.fields.get("number");
    let outcome = commands::mark_duplicate(&sent.app, &sent.auth, id, sent.seen(), number).await;
    sent.finish(outcome).await
}

pub(super) async fn topic(
    auth: Auth,
    State(app): State<App>,
    Path(id): Path<CaseId>,
    form: Form,
) -> Result<Response, PageError> {
    let sent = Sent::new(app, auth, id, Action::Topic, form);
    let Ok(topic) = sent.fields.get("topic").parse::<Code>() else {
        return sent.miss("topic-key", "enquiries-no-topic").await;
    };
    let guide = sent.app.kept::<GuideState>();
    let outcome = commands::change_topic(&sent.app, guide, &sent.auth, id, sent.seen(), &topic).await;
    sent.finish(outcome).await
}

/// The links given out so far open nothing any more; the company gets another.
pub(super) async fn new_link(
    auth: Auth,
    State(app): State<App>,
    Path(id): Path<CaseId>,
    form: Form,
) -> Result<Response, PageError> {
    let sent = Sent::new(app, auth, id, Action::NewLink, form);
    let outcome = commands::revoke_link(&sent.app, &sent.auth, id, sent.seen()).await;
    sent.finish(outcome).await
}

/// In two steps: what goes is shown before it is gone for good. A text (`text:ID`), a question to colleagues (`part:ID`) or a file (`file:ID`).
pub(super) async fn redact(
    auth: Auth,
    State(app): State<App>,
    Path(id): Path<CaseId>,
    form: Form,
) -> Result<Response, PageError> {
    let sent = Sent::new(app, auth, id, Action::Redact, form);
    let why = sent.fields.get("why");
    let why = REDACT_REASONS.contains(&why).then(|| why.parse::<Code>().ok()).flatten();
    let Some(why) = why else { return sent.miss("redact-why", "enquiries-redact-why-missing").await };
    let (kind, what) = sent.fields.get("what").split_once(':').unwrap_or_default();
    if !sent.fields.is_ticked("sure") && matches!(kind, "text" | "part" | "file") {
        return sent.ask_if_sure().await;
    }
    let outcome = match (kind, what.parse::<EntryId>(), what.parse::<AttachmentId>()) {
        ("part", Ok(part), _) => {
            let part = PartId::from(part.uuid());
            commands::redact_part(&sent.app, &sent.auth, id, part, &why, Some(sent.key())).await
        }
        ("text", Ok(entry), _) => {
            commands::redact_entry(&sent.app, &sent.auth, id, entry, &why, Some(sent.key())).await
        }
        ("file", _, Ok(file)) => {
            commands::redact_file(&sent.app, &sent.auth, id, file, &why, Some(sent.key())).await
        }
        _ => return sent.miss("redact-what", "enquiries-redact-what-missing").await,
    };
    sent.finish(outcome).await
}
