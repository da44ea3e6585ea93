//! What operations do by themselves: write down what was erased, for the restoring of older backups.

use std::{path::PathBuf, time::Duration};

use ::web::App;
use kernel::Ctx;
use storage::{FileError, Job, JobError, JobHandler, Timer, WriteErasures, write_erasures};

/// Also what another node noted, and what a dying process did not come to.
const EVERY: Duration = Duration::from_hours(1);

/// Where `erasures.jsonl` lies.
#[derive(Debug, Clone)]
pub struct ErasureFile(pub PathBuf);

pub fn handlers() -> Vec<JobHandler<App>> {
    vec![JobHandler::new(run)]
}

pub fn timers() -> Vec<Timer> {
    vec![Timer { kind: WriteErasures::KIND, every: EVERY, payload: serde_json::json!({}) }]
}

async fn run(app: App, _: Ctx, _: WriteErasures) -> Result<(), JobError> {
    match write_erasures(&app.db, &app.kept::<ErasureFile>().0).await {
        Ok(_) => Ok(()),
        Err(FileError::Store(error)) => Err(error.into()),
        Err(error) => {
            tracing::warn!(%error, "erasures.jsonl cannot be written");
            Err(JobError::retry("disk"))
        }
    }
}
