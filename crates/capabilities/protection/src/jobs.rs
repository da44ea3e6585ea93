//! The night: what has been kept long enough goes. Looked at every few minutes, so that a night in which the program was not
//! there is made up for when it is, and a run that was stopped goes on. One at a time, however many nodes there are: a timer's
//! job is leased, and a day has one row.

use std::time::Duration;

use ::web::App;
use kernel::Ctx;
use serde::{Deserialize, Serialize};
use storage::{Job, JobError, JobHandler, Timer};

use crate::{commands, model::has_begun};

/// Erases what has been kept long enough, once a day.
#[derive(Debug, Serialize, Deserialize)]
pub struct Night {}

impl Job for Night {
    const KIND: &'static str = "protection.night";
}

const LOOKED_EVERY: Duration = Duration::from_mins(5);

pub(crate) fn handlers() -> Vec<JobHandler<App>> {
    vec![JobHandler::new(|app: App, ctx: Ctx, _: Night| async move { Box::pin(night(&app, &ctx)).await })]
}

pub(crate) fn timers() -> Vec<Timer> {
    vec![Timer { kind: Night::KIND, every: LOOKED_EVERY, payload: serde_json::json!({}) }]
}

async fn night(app: &App, ctx: &Ctx) -> Result<(), JobError> {
    if has_begun(app.calendar.local(ctx.now()).time()) {
        commands::forget(app, ctx).await?;
    }
    Ok(())
}
