//! What the register does by the clock: puts into the journals what an import that died left untold, and forgets who was
//! confirmed long ago.

use std::time::Duration;

use ::web::App;
use kernel::Ctx;
use serde::{Deserialize, Serialize};
use storage::{Job, JobError, JobHandler, Timer};

use crate::{import::record_changes, store};

/// The rule that says how long a contact stays confirmed.
pub(crate) const CONFIRMED_RULE: &str = "registry.confirmation";

/// Puts visible changes into the municipality's journal.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RecordChanges {}

impl Job for RecordChanges {
    const KIND: &'static str = "registry.record-changes";
}

/// Forgets confirmations that are too old to be relied on.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ForgetConfirmations {}

impl Job for ForgetConfirmations {
    const KIND: &'static str = "registry.forget-confirmations";
}

pub(crate) fn handlers() -> Vec<JobHandler<App>> {
    vec![JobHandler::new(record), JobHandler::new(forget)]
}

pub(crate) fn timers() -> Vec<Timer> {
    let payload = serde_json::json!({});
    vec![
        Timer { kind: RecordChanges::KIND, every: Duration::from_mins(10), payload: payload.clone() },
        Timer { kind: ForgetConfirmations::KIND, every: Duration::from_hours(24), payload },
    ]
}

async fn record(app: App, ctx: Ctx, _: RecordChanges) -> Result<(), JobError> {
    record_changes(&app.db, &ctx).await?;
    Ok(())
}

async fn forget(app: App, ctx: Ctx, _: ForgetConfirmations) -> Result<(), JobError> {
    let Some(before) = app.rules().kept_since_moment(CONFIRMED_RULE, ctx.now()) else { return Ok(()) };
    for id in store::confirmations_before(&app.db.read(&ctx), before).await? {
        let tx = app.db.begin_write(&ctx).await?;
        store::remove_confirmation(&tx, id).await?;
        tx.commit().await?;
    }
    Ok(())
}
