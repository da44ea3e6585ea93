//! What relations do after commit and by the clock: rows that are looked at and taken, questions that are sent, files that go,
//! and what has been kept long enough.

use std::time::Duration;

use kernel::{AttachmentId, Ctx, Failure};
use serde::{Deserialize, Serialize};
use storage::{Job, JobError, JobHandler, Timer};
use web::App;

use crate::{
    commands::{self, AskPermission, TakeRows, TryRows, code},
    fact::RelationsFact,
    model::ListImport,
    store,
};

/// How long an answer to the question about the newsletter is waited for.
pub(crate) const PERMISSION_RULE: &str = "newsletter.permission";
/// How long someone at a company is kept who has not been heard of.
pub(crate) const CONTACT_RULE: &str = "relations.contact";
/// How long a visit says who was there.
pub(crate) const VISIT_RULE: &str = "relations.visit";
/// How long the file and the rows of a list are kept.
pub(crate) const LIST_RULE: &str = "relations.list";
/// Transactions of rows between two looks at whether there is other work.
const CHUNKS_PER_RUN: usize = 20;
/// How often it is looked what has been kept long enough.
const FORGET_EVERY: Duration = Duration::from_hours(6);

/// Removes a file's content.
#[derive(Debug, Serialize, Deserialize)]
pub struct RemoveFile {
    /// Which.
    pub file: AttachmentId,
}
impl Job for RemoveFile {
    const KIND: &'static str = "relations.remove_file";
}

/// Forgets what has been kept long enough.
#[derive(Debug, Serialize, Deserialize)]
pub struct ForgetRelations {}
impl Job for ForgetRelations {
    const KIND: &'static str = "relations.forget";
}

pub(crate) fn handlers() -> Vec<JobHandler<App>> {
    vec![
        JobHandler::new(|app: App, _: Ctx, job: RemoveFile| async move {
            app.attachments.remove(job.file).await.map_err(|_| JobError::retry("file"))
        }),
        JobHandler::new(|app: App, ctx: Ctx, job: TryRows| async move {
            commands::try_rows(&app, &ctx, job.import).await.map_err(|error| later("try-rows", &error))
        }),
        JobHandler::new(|app: App, ctx: Ctx, job: TakeRows| async move {
            let taken = commands::take_rows(&app, &ctx, job.import, CHUNKS_PER_RUN).await;
            let is_done = taken.map_err(|error| later("take-rows", &error))?;
            if !is_done {
                let tx = app.db.begin_write(&ctx).await?;
                tx.enqueue(&TakeRows { import: job.import }).await?;
                tx.commit().await?;
            }
            Ok(())
        }),
        JobHandler::new(|app: App, ctx: Ctx, _: AskPermission| async move {
            commands::send_questions(&app, &ctx).await.map_err(|error| later("ask-permission", &error))
        }),
        JobHandler::new(|app: App, ctx: Ctx, _: ForgetRelations| async move { forget(&app, &ctx).await }),
    ]
}

pub(crate) fn timers() -> Vec<Timer> {
    vec![Timer { kind: ForgetRelations::KIND, every: FORGET_EVERY, payload: serde_json::json!({}) }]
}

/// Tries again later, and tells the operator why.
fn later<R: std::fmt::Display>(what: &'static str, error: &Failure<R>) -> JobError {
    tracing::warn!(%error, "{what} could not be done");
    JobError::retry(what)
}

/// Takes out what has been kept long enough. Each thing in a transaction of its own; done again it finds nothing.
pub async fn forget(app: &App, ctx: &Ctx) -> Result<(), JobError> {
    let (rules, read) = (app.rules(), app.db.read(ctx));
    if let Some(before) = rules.kept_since_moment(PERMISSION_RULE, ctx.now()) {
        for one in store::asked_before(&read, before).await? {
            let removed = commands::remove(app, ctx, one.id, "no-answer").await;
            removed.map_err(|error| later("newsletter", &error))?;
        }
    }
    if let Some(before) = rules.kept_since_moment(CONTACT_RULE, ctx.now()) {
        for contact in store::contacts_to_forget(&read, before).await? {
            let tx = app.db.begin_write(ctx).await?;
            store::delete_contact(&tx, contact.id).await?;
            note_erased(&tx, contact.id).await?;
            tx.commit().await?;
        }
    }
    if let Some(before) = rules.kept_since(VISIT_RULE, app.calendar.local_date(ctx.now())) {
        for visit in store::visits_to_forget(&read, before).await? {
            let tx = app.db.begin_write(ctx).await?;
            store::erase_people(&tx, visit).await?;
            note_erased(&tx, visit.uuid()).await?;
            tx.commit().await?;
        }
    }
    if let Some(before) = rules.kept_since_moment(LIST_RULE, ctx.now()) {
        for list in store::imports_to_forget(&read, before).await? {
            let tx = app.db.begin_write(ctx).await?;
            store::delete_rows(&tx, list.id).await?;
            commands::forget_file(&tx, list.file).await?;
            store::save_import(&tx, &ListImport { cleared_at: Some(ctx.now()), ..list.ended() }).await?;
            tx.commit().await?;
        }
    }
    Ok(())
}

async fn note_erased(tx: &storage::Tx, id: uuid::Uuid) -> Result<(), storage::StoreError> {
    let fact = RelationsFact::Erased { why: code("retention") };
    tx.note(id, kernel::Visibility::Staff, &fact).await.map(drop)
}
