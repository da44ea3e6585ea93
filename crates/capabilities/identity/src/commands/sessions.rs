//! Sessions that are ended by hand, and what is forgotten when it was kept long enough.

use chrono::{NaiveDate, NaiveTime};
use kernel::{Actor, Ctx, Failure, RuleBook};
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

/// The rule that says how long an ended session is kept.
pub const SESSION_RULE: &str = "identity.session";
/// The rule that says how long an absence is kept that is over.
pub const ABSENCE_RULE: &str = "identity.absence";
/// The rule that says how long a contact is kept that no longer asks for links.
pub const CONTACT_RULE: &str = "identity.contact";

/// Forgets what was kept long enough, as the rules of today say. Returns how many rows are gone.
pub async fn forget(db: &Db, ctx: &Ctx, rules: &RuleBook, today: NaiveDate) -> Result<u64, Failure> {
    let day = |key| rules.kept_since(key, today);
    let moment = |key| Some(day(key)?.and_time(NaiveTime::MIN).and_utc());
    let (Some(sessions), Some(absences), Some(contacts)) =
        (moment(SESSION_RULE), day(ABSENCE_RULE), moment(CONTACT_RULE))
    else {
        return Ok(0);
    };
    let tx = db.begin_write(ctx).await?;
    store::raise_version(&tx).await?;
    let sessions = store::forget_sessions(&tx, sessions).await?;
    let absences = store::forget_absences(&tx, absences).await?;
    let contacts =
        store::forget_contacts(&tx, contacts).await? + store::forget_company_contacts(&tx, contacts).await?;
    tx.commit().await?;
    Ok(sessions + absences + contacts)
}
