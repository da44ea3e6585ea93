//! Sessions that are ended by hand, and what is forgotten when it was kept long enough.

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use kernel::{Actor, Ctx, Failure, RuleBook};
use ports::{ErasedCounts, Outlived};
use storage::{Db, Reader, StoreError};

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

/// Since when sessions, absences and contacts have been kept that go at a moment. `None` where a rule says no time.
fn deadlines(rules: &RuleBook, at: DateTime<Utc>) -> Option<(DateTime<Utc>, NaiveDate, DateTime<Utc>)> {
    let day = |key| rules.kept_since(key, at.date_naive());
    let moment = |key| Some(day(key)?.and_time(NaiveTime::MIN).and_utc());
    Some((moment(SESSION_RULE)?, day(ABSENCE_RULE)?, moment(CONTACT_RULE)?))
}

/// What will have been kept long enough at a moment.
pub async fn outlived(
    reader: &impl Reader,
    rules: &RuleBook,
    at: DateTime<Utc>,
) -> Result<Vec<Outlived>, StoreError> {
    let Some((sessions, absences, contacts)) = deadlines(rules, at) else { return Ok(Vec::new()) };
    let (sessions, absences, contacts) = store::count_outlived(reader, sessions, absences, contacts).await?;
    let of = |what, rule, goes| Outlived { goes, ..Outlived::of(what, rule, 0) };
    Ok(vec![
        of(SESSIONS, SESSION_RULE, sessions),
        of(ABSENCES, ABSENCE_RULE, absences),
        of(CONTACTS, CONTACT_RULE, contacts),
    ])
}

/// What they are called at `/privatliv` and in a report.
const SESSIONS: &str = "identity-data-sessions";
const ABSENCES: &str = "identity-data-absence";
const CONTACTS: &str = "identity-data-contacts";

/// Forgets what was kept long enough, as the rules of today say. Returns how many rows are gone.
pub async fn forget(db: &Db, ctx: &Ctx, rules: &RuleBook) -> Result<ErasedCounts, Failure> {
    let Some((sessions, absences, contacts)) = deadlines(rules, ctx.now()) else {
        return Ok(ErasedCounts::new());
    };
    let tx = db.begin_write(ctx).await?;
    store::raise_version(&tx).await?;
    let sessions = store::forget_sessions(&tx, sessions).await?;
    let absences = store::forget_absences(&tx, absences).await?;
    let contacts =
        store::forget_contacts(&tx, contacts).await? + store::forget_company_contacts(&tx, contacts).await?;
    tx.commit().await?;
    Ok(ErasedCounts::from([(SESSIONS, sessions), (ABSENCES, absences), (CONTACTS, contacts)]))
}
