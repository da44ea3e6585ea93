//! What the register does by the clock: puts into the journals what an import that died left untold.

use std::time::Duration;

use ::web::App;
use kernel::Ctx;
use serde::{Deserialize, Serialize};
use storage::{Job, JobError, JobHandler, Timer};

use crate::import::record_changes;

/// The rule that says how long a contact stays confirmed.
pub(crate) const CONFIRMED_RULE: &str = "registry.confirmation";

/// Puts visible changes into the municipality's journal.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RecordChanges {}

impl Job for RecordChanges {
    const KIND: &'static str = "registry.record-changes";
}

pub(crate) fn handlers() -> Vec<JobHandler<App>> {
    vec![JobHandler::new(record)]
}

pub(crate) fn timers() -> Vec<Timer> {
    vec![Timer { kind: RecordChanges::KIND, every: Duration::from_mins(10), payload: serde_json::json!({}) }]
}

async fn record(app: App, ctx: Ctx, _: RecordChanges) -> Result<(), JobError> {
    record_changes(&app.db, &ctx).await?;
    Ok(())
}
