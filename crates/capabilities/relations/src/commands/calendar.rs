//! The secret address of the own calendar: made, made anew, taken back. It is shown once and kept as a hash.

use kernel::{Ctx, Failure, Visibility};
use storage::Token;
use web::App;

use super::person;
use crate::{access::CALENDAR, fact::RelationsFact, store};

/// Makes an address; the one before is good no more.
pub async fn open_calendar(app: &App, ctx: &Ctx) -> Result<Token, Failure> {
    ctx.require(CALENDAR)?;
    let (person, token) = (person(ctx)?, Token::random(ctx.ids()));
    let tx = app.db.begin_write(ctx).await?;
    store::save_feed(&tx, person, &token.hash()).await?;
    tx.note(person.uuid(), Visibility::Staff, &RelationsFact::CalendarOpened).await?;
    tx.commit().await?;
    Ok(token)
}

/// Takes the address back.
pub async fn close_calendar(app: &App, ctx: &Ctx) -> Result<(), Failure> {
    ctx.require(CALENDAR)?;
    let person = person(ctx)?;
    let tx = app.db.begin_write(ctx).await?;
    if store::delete_feed(&tx, person).await? {
        tx.note(person.uuid(), Visibility::Staff, &RelationsFact::CalendarClosed).await?;
    }
    Ok(tx.commit().await?)
}
