//! What policy does by the clock: closes the account of a policy on the first hour after its last day.

use std::time::Duration;

use kernel::{Ctx, Failure};
use serde::{Deserialize, Serialize};
use storage::{Job, JobError, JobHandler, Timer};
use web::App;

use crate::{
    commands,
    model::{Policy, Standing},
    store,
};

/// Closes the accounts of policies that have ended.
#[derive(Debug, Serialize, Deserialize)]
pub struct CloseEnded {}
impl Job for CloseEnded {
    const KIND: &'static str = "policy.close_ended";
}

/// The handlers.
pub fn handlers() -> Vec<JobHandler<App>> {
    vec![JobHandler::new(|app: App, ctx: Ctx, _: CloseEnded| async move { close_ended(&app, &ctx).await })]
}

/// The timers.
pub fn timers() -> Vec<Timer> {
    vec![Timer { kind: CloseEnded::KIND, every: Duration::from_hours(1), payload: serde_json::json!({}) }]
}

/// Closes the account of every policy that has ended and has none.
pub async fn close_ended(app: &App, ctx: &Ctx) -> Result<(), JobError> {
    let read = app.db.read(ctx);
    let closed = store::closings(&read).await?;
    let today = app.calendar.local_date(ctx.now());
    for document in store::newest(&read).await? {
        if closed.iter().any(|closing| closing.policy == document.policy) {
            continue;
        }
        let Some(source) = store::source(&read, document.id).await? else { continue };
        let Ok(policy) = Policy::parse(&source) else { continue };
        if !matches!(policy.standing(today), Standing::Ended(_)) {
            continue;
        }
        match commands::close(app, ctx, &policy.id).await {
            Ok(_) | Err(Failure::Refused(_) | Failure::NotFound) => {}
            Err(error) => {
                tracing::warn!(%error, policy = %policy.id, "the account of an ended policy could not be closed");
                return Err(JobError::retry("close"));
            }
        }
    }
    Ok(())
}
