//! Packages on their way to the municipality's archive. Between what is read and what is written down stands the archive
//! itself, outside any transaction.

use kernel::{Ctx, Failure};
use outreach::archive::ArchiveFailure;
use serde::{Deserialize, Serialize};
use storage::{Job, JobError};
use web::App;

use super::later;
use crate::{
    archive,
    commands::{self, DeliverPackage},
    store,
};

/// Looks for what is to be filed and is not on its way: what the company took back, what ended before there was an archive,
/// and packages whose job was lost.
#[derive(Debug, Serialize, Deserialize)]
pub struct SweepPackages {}

impl Job for SweepPackages {
    const KIND: &'static str = "enquiries.sweep_packages";
}

/// Put on their way at once; the rest the next time.
const AT_ONCE: u64 = 200;
/// A package this long past its time has lost its job.
const STRANDED_AFTER: chrono::Duration = chrono::Duration::minutes(30);

/// Delivers one package. It ends well also when the archive did not take it: then that is written down, and the next attempt
/// waits.
pub(super) async fn deliver(app: &App, ctx: &Ctx, job: &DeliverPackage) -> Result<(), JobError> {
    let to_go =
        commands::still_to_go(app, ctx, job.package).await.map_err(|error| later("package", &error))?;
    let Some((package, case)) = to_go else { return Ok(()) };
    let (sha256, outcome) = match archive::pack(app, ctx, &package, &case).await {
        Err(error) => {
            tracing::warn!(%error, case = %case.id, "a package could not be built");
            (String::new(), Err(ArchiveFailure::Temporary(error.to_string())))
        }
        Ok(mut packed) => {
            let (to, sha256) = (commands::archive(app), packed.sha256.clone());
            let delivering = tokio::task::spawn_blocking(move || to.deliver(&mut packed));
            let outcome = delivering.await.map_err(|_| JobError::retry("panic"))?;
            (sha256, outcome)
        }
    };
    let noted = commands::note_delivery(app, ctx, &package, &sha256, outcome).await;
    noted.map_err(|error| later("package", &error))
}

/// Puts on its way what is not.
pub(super) async fn sweep(app: &App, ctx: &Ctx) -> Result<(), JobError> {
    if !commands::archive(app).is_there() {
        return Ok(());
    }
    let read = app.db.read(ctx);
    for case in store::cases_without_package(&read, AT_ONCE).await? {
        match commands::queue_ended(app, ctx, case).await {
            Ok(()) | Err(Failure::NotFound) => {}
            Err(error) => return Err(later("package", &error)),
        }
    }
    let stranded = store::stranded_packages(&read, ctx.now() - STRANDED_AFTER, AT_ONCE).await?;
    if stranded.is_empty() {
        return Ok(());
    }
    let tx = app.db.begin_write(ctx).await?;
    for package in stranded {
        let key = package.to_string();
        tx.enqueue_at(&DeliverPackage { package }, ctx.now(), Some(&key)).await?;
    }
    Ok(tx.commit().await?)
}
