//! What those who answer keep for themselves: notices that they have read, replies that their team has saved.

use kernel::{Ctx, Failure, TeamId};
use web::App;

use super::Outcome;
use crate::{
    access,
    model::{CaseRefusal, ReplyId, check_text, unknown_placeholder},
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
    let reply = checked(ctx, team, reply)?;
    let tx = app.db.begin_write(ctx).await?;
    store::insert_saved_reply(&tx, team, &reply).await?;
    Ok(tx.commit().await?)
}

/// Changes a reply of one of the asker's teams.
pub async fn change_reply(app: &App, ctx: &Ctx, team: TeamId, reply: SavedReply) -> Outcome {
    let reply = checked(ctx, team, reply)?;
    let tx = app.db.begin_write(ctx).await?;
    if !store::update_saved_reply(&tx, team, &reply).await? {
        return Err(Failure::NotFound);
    }
    Ok(tx.commit().await?)
}

/// Deletes a reply of one of the asker's teams. One that is gone already is no mistake: the button was pressed twice.
pub async fn delete_reply(app: &App, ctx: &Ctx, team: TeamId, id: ReplyId) -> Outcome {
    may_keep(ctx, team)?;
    let tx = app.db.begin_write(ctx).await?;
    store::delete_saved_reply(&tx, team, id).await?;
    Ok(tx.commit().await?)
}

fn may_keep(ctx: &Ctx, team: TeamId) -> Outcome {
    ctx.require(access::WORK)?;
    if ctx.teams().contains(&team) { Ok(()) } else { Err(Failure::NotFound) }
}

fn checked(ctx: &Ctx, team: TeamId, reply: SavedReply) -> Outcome<SavedReply> {
    may_keep(ctx, team)?;
    let title: String = check_text(&reply.title)?.chars().take(TITLE_CHARS_MAX).collect();
    if reply.text_da.trim().is_empty() && reply.text_en.trim().is_empty() {
        return Err(CaseRefusal::EmptyText.into());
    }
    for text in [&reply.text_da, &reply.text_en].into_iter().filter(|text| !text.trim().is_empty()) {
        check_text(text)?;
        if unknown_placeholder(text).is_some() {
            return Err(CaseRefusal::UnknownPlaceholder.into());
        }
    }
    Ok(SavedReply { title, ..reply })
}
