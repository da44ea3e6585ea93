//! Sessions that are ended by hand, and what is forgotten when it was kept long enough.

use chrono::{Days, NaiveDate, NaiveTime};
use kernel::{Actor, Ctx, Failure};
use storage::Db;

use super::note_private;
use crate::{
    IdentityFact,
    model::{Holder, SessionId},
    store::{self, Sessions},
};

/// Ends one of one's own sessions, for example on a telephone that is lost.
pub async fn end_session(db: &Db, ctx: &Ctx, id: SessionId) -> Result<(), Failure> {
    let holder = own(ctx)?;
    let tx = db.begin_write(ctx).await?;
    let ended = store::revoke_sessions(&tx, holder, Sessions::One(id)).await?;
    for session in &ended {
        note_private(&tx, *session, IdentityFact::SessionEnded { session: *session }).await?;
    }
    tx.commit().await?;
    if ended.is_empty() { Err(Failure::NotFound) } else { Ok(()) }
}

/// Ends every session of one's own but the one kept.
pub async fn end_other_sessions(db: &Db, ctx: &Ctx, kept: Option<SessionId>) -> Result<(), Failure> {
    let holder = own(ctx)?;
    let tx = db.begin_write(ctx).await?;
    for session in store::revoke_sessions(&tx, holder, Sessions::AllBut(kept)).await? {
        note_private(&tx, session, IdentityFact::SessionEnded { session }).await?;
    }
    tx.commit().await?;
    Ok(())
}

fn own<R>(ctx: &Ctx) -> Result<Holder, Failure<R>> {
    match ctx.actor() {
        Actor::Staff(person) => Ok(Holder::Person(*person)),
        Actor::Contact(contact) => Ok(Holder::Contact(*contact)),
        Actor::Anyone | Actor::System(_) => Err(Failure::Forbidden),
    }
}

/// An ended session is kept so long: enough to look into a sign-in that nobody owns up to.
const SESSION_KEPT_DAYS: u64 = 90;
/// An absence that is over is kept so long: enough to see who stood in, when a company asks why it waited.
const ABSENCE_KEPT_DAYS: u64 = 365;
/// A contact that no longer asks for links is kept so long.
const CONTACT_KEPT_DAYS: u64 = 3 * 365;

/// Forgets what was kept long enough. Returns how many rows are gone.
pub async fn forget(db: &Db, ctx: &Ctx, today: NaiveDate) -> Result<u64, Failure> {
    let day = |kept| today.checked_sub_days(Days::new(kept)).unwrap_or(today);
    let moment = |kept| day(kept).and_time(NaiveTime::MIN).and_utc();
    let tx = db.begin_write(ctx).await?;
    store::raise_version(&tx).await?;
    let sessions = store::forget_sessions(&tx, moment(SESSION_KEPT_DAYS)).await?;
    let absences = store::forget_absences(&tx, day(ABSENCE_KEPT_DAYS)).await?;
    let contacts = store::forget_contacts(&tx, moment(CONTACT_KEPT_DAYS)).await?;
    tx.commit().await?;
    Ok(sessions + absences + contacts)
}
