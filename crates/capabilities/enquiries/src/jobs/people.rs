//! Follows what the journal says of people: who is away from today, who has left, who is back.
//!
//! An absence that begins later is met by the watch on its first morning: the line tells only that it will.

use kernel::Ctx;
use ports::PeopleLine;
use storage::JobError;
use web::App;

use super::later;
use crate::{commands, store};

/// The follower's name.
const CURSOR: &str = "people";
/// Lines read at once.
const LINES: u64 = 500;

/// Reads on from where it stopped, and moves what the people owe who are away now.
pub(super) async fn follow(app: &App, ctx: &Ctx) -> Result<(), JobError> {
    let read = app.db.read(ctx);
    let Some(mut position) = store::cursor(&read, CURSOR).await? else {
        // Before the first line everyone is looked at; what was noted long ago needs no reading.
        let position = storage::sealed_position(&read).await?;
        commands::move_owed(app, ctx).await.map_err(|error| later("absence", &error))?;
        return note(app, ctx, position).await;
    };
    loop {
        let lines = storage::lines_after(&read, position, LINES).await?;
        let Some(last) = lines.last().and_then(|line| line.position) else { return Ok(()) };
        let mut told = lines.iter().filter(|line| line.capability == "identity");
        if told.any(|line| is_about_work(&line.payload)) {
            // Not the cases of one person alone: whoever stood in for someone else may be away now.
            commands::move_owed(app, ctx).await.map_err(|error| later("absence", &error))?;
        }
        position = last;
        note(app, ctx, position).await?;
    }
}

/// Whether a line says that someone is away, back or gone. One that a newer program wrote says nothing to this one.
fn is_about_work(payload: &serde_json::Value) -> bool {
    serde_json::from_value(payload.clone()).is_ok_and(|line: PeopleLine| line != PeopleLine::Other)
}

async fn note(app: &App, ctx: &Ctx, position: i64) -> Result<(), JobError> {
    let tx = app.db.begin_write(ctx).await?;
    store::move_cursor(&tx, CURSOR, position).await?;
    Ok(tx.commit().await?)
}
