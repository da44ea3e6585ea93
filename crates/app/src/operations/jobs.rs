//! What operations do by themselves: write down what was erased, for the restoring of older backups, and have the virus
//! scanner look at files that came while it was away.

use std::{path::PathBuf, time::Duration};

use ::web::App;
use kernel::Ctx;
use serde::{Deserialize, Serialize};
use storage::{
    Attachment, FileError, Job, JobError, JobHandler, NewLine, Timer, Verdict, WriteErasures, write_erasures,
};

use super::fact::OperationsFact;

/// Also what another node noted, and what a dying process did not come to.
const ERASURES_EVERY: Duration = Duration::from_hours(1);
/// A file waits for the scanner no longer than this, once the scanner is back.
const SCAN_EVERY: Duration = Duration::from_mins(2);
/// Files looked at in one run: the next goes on with what is left.
const SCANNED_MAX: u64 = 100;

/// Where `erasures.jsonl` lies.
#[derive(Debug, Clone)]
pub struct ErasureFile(pub PathBuf);

/// Has the scanner look at what it has not looked at.
#[derive(Debug, Serialize, Deserialize)]
struct ScanFiles {}

impl Job for ScanFiles {
    const KIND: &'static str = "operations.scan_files";
}

pub fn handlers() -> Vec<JobHandler<App>> {
    vec![JobHandler::new(erasures), JobHandler::new(scan_files)]
}

pub fn timers() -> Vec<Timer> {
    let empty = || serde_json::json!({});
    vec![
        Timer { kind: WriteErasures::KIND, every: ERASURES_EVERY, payload: empty() },
        Timer { kind: ScanFiles::KIND, every: SCAN_EVERY, payload: empty() },
    ]
}

async fn erasures(app: App, _: Ctx, _: WriteErasures) -> Result<(), JobError> {
    match write_erasures(&app.db, &app.kept::<ErasureFile>().0).await {
        Ok(_) => Ok(()),
        Err(FileError::Store(error)) => Err(error.into()),
        Err(error) => {
            tracing::warn!(%error, "erasures.jsonl cannot be written");
            Err(JobError::retry("disk"))
        }
    }
}

/// Also those that came before there was a scanner: nobody is handed them until it has looked.
async fn scan_files(app: App, ctx: Ctx, _: ScanFiles) -> Result<(), JobError> {
    let Some(scanner) = app.attachments.scanner() else { return Ok(()) };
    let mut after = None;
    let mut left = SCANNED_MAX;
    // The scanner says "no" to a file that it cannot take; the others are looked at all the same.
    while left > 0 {
        let Some(file) = Attachment::not_scanned(&app.db.read(&ctx), after, 1).await?.pop() else { break };
        (after, left) = (Some(file.id), left - 1);
        match scanner.scan(&app.attachments.path(file.id)).await {
            Ok(verdict) => note(&app, &ctx, &file, &verdict).await?,
            Err(problem) => {
                tracing::warn!(%problem, file = %file.id, "a file goes on waiting for the scanner");
            }
        }
    }
    Ok(())
}

async fn note(app: &App, ctx: &Ctx, file: &Attachment, verdict: &Verdict) -> Result<(), JobError> {
    let tx = app.db.begin_write(ctx).await?;
    Attachment::mark_scanned(&tx, file.id, verdict).await?;
    if let Verdict::Infected(found) = verdict {
        tracing::warn!(found, file = %file.id, "the virus scanner found something in a file that was kept");
        tx.journal(NewLine {
            subject: file.id.uuid(),
            party: None,
            team: None,
            visibility: kernel::Visibility::Staff,
            fact: &OperationsFact::FileInfected { file: file.id },
        })
        .await?;
    }
    tx.commit().await?;
    Ok(())
}
