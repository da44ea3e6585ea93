//! What relations do after commit: rows that are looked at and taken, questions that are sent, files that go.

use kernel::{AttachmentId, Ctx, Failure};
use serde::{Deserialize, Serialize};
use storage::{Job, JobError, JobHandler};
use web::App;

use crate::commands::{self, AskPermission, TakeRows, TryRows};

/// Transactions of rows between two looks at whether there is other work.
const CHUNKS_PER_RUN: usize = 20;

/// Removes a file's content.
#[derive(Debug, Serialize, Deserialize)]
pub struct RemoveFile {
    /// Which.
    pub file: AttachmentId,
}
impl Job for RemoveFile {
    const KIND: &'static str = "relations.remove_file";
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
    ]
}

/// Tries again later, and tells the operator why.
fn later<R: std::fmt::Display>(what: &'static str, error: &Failure<R>) -> JobError {
    tracing::warn!(%error, "{what} could not be done");
    JobError::retry(what)
}
