//! What those who answer keep for themselves: notices that they have read, replies that their team has saved.

use kernel::{Ctx, Failure, TeamId};
use web::App;

use super::Outcome;
use crate::{
    access,
    model::{CaseRefusal, check_text},
    store::{self, SavedReply},
};

/// The longest name of a saved reply, in characters.
const TITLE_CHARS_MAX: usize = 80;

/// Marks the asker's own notices as read.
pub async fn read_notices(app: &App, ctx: &Ctx) -> Outcome {
    ctx.require(access::WORK)?;
    let person = ctx.person().ok_or(Failure::Forbidden)?;
    let tx = app.db.begin_write(ctx).await?;
    store::read_notices(&tx, person).await?;
    Ok(tx.commit().await?)
}

/// Saves a reply for one of the asker's teams. Text in one language will do.
pub async fn save_reply(app: &App, ctx: &Ctx, team: TeamId, reply: SavedReply) -> Outcome {
    ctx.require(access::WORK)?;
    if !ctx.teams().contains(&team) {
        return Err(Failure::NotFound);
    }
    let title: String = check_text(&reply.title)?.chars().take(TITLE_CHARS_MAX).collect();
    if reply.text_da.trim().is_empty() && reply.text_en.trim().is_empty() {
        return Err(CaseRefusal::EmptyText.into());
    }
    for text in [&reply.text_da, &reply.text_en].into_iter().filter(|text| !text.trim().is_empty()) {
        check_text(text)?;
    }
    let tx = app.db.begin_write(ctx).await?;
    store::insert_saved_reply(&tx, team, &SavedReply { title, ..reply }).await?;
    Ok(tx.commit().await?)
}
