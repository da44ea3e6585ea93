//! What becomes of a session that a provider began: it is confirmed there from time to time, and ends when it ends there.
//!
//! As with signing in, the provider is asked before a transaction, never within one.

use kernel::{Ctx, Failure, PersonId};
use storage::{Db, Keys, StoreError, Tx};
use uuid::Uuid;

use super::{
    company::fingerprint,
    note_private,
    provider::{of_groups, turn_out},
};
use crate::{
    IdentityFact,
    model::{Account, AccountId, ArrivalRefusal, Ended, Holder, LogoutNotice, SessionId, StaffRules},
    provider::{Renewed, Tokens},
    store::{self, Sessions},
};

/// What is kept for a session that a provider began.
#[derive(Debug)]
pub(crate) struct Kept {
    row: Uuid,
    /// By which account it began.
    pub(crate) account: Account,
    /// Whose session it is.
    pub(crate) person: PersonId,
    /// What the provider gave.
    pub(crate) tokens: Tokens,
}

/// What is kept for a session; `None` when it has ended, began here, or was sealed under another key.
pub(crate) async fn kept(
    db: &Db,
    ctx: &Ctx,
    keys: &Keys,
    session: SessionId,
) -> Result<Option<Kept>, StoreError> {
    let read = db.read(ctx);
    let Some((account, person)) = store::account_of_session(&read, session).await? else { return Ok(None) };
    let Some(row) = store::provider_session(&read, session).await? else { return Ok(None) };
    let tokens = Tokens::open(keys, row.id, &row.sealed);
    Ok(tokens.map(|tokens| Kept { row: row.id, account, person, tokens }))
}

/// The provider has said that somebody may still come in: keeps what it gave for the next time, and sets roles and teams where
/// it told the groups. Whoever is in none any more is out.
pub(crate) async fn confirm(
    db: &Db,
    ctx: &Ctx,
    keys: &Keys,
    rules: &StaffRules,
    (session, kept): (SessionId, &Kept),
    renewed: Renewed,
) -> Result<(), Failure<ArrivalRefusal>> {
    let tx = db.begin_write(ctx).await?;
    if let Some(claims) = &renewed.claims {
        match rules.arrival(claims).ok().filter(|arrival| !arrival.roles.is_empty()) {
            Some(arrival) => of_groups(&tx, rules, &arrival, kept.person).await?,
            None => turn_out(&tx, rules, kept.person).await?,
        }
    }
    let tokens = Tokens {
        id_token: renewed.id_token.or_else(|| kept.tokens.id_token.clone()),
        refresh: renewed.refresh.or_else(|| kept.tokens.refresh.clone()),
    };
    store::renew_tokens(&tx, kept.row, tokens.seal(keys, ctx.ids(), kept.row)).await?;
    store::confirm_session(&tx, session).await?;
    tx.commit().await?;
    Ok(())
}

/// The provider lets somebody in no more: every session that began by the account ends.
pub(crate) async fn over(db: &Db, ctx: &Ctx, account: AccountId) -> Result<(), Failure> {
    let tx = db.begin_write(ctx).await?;
    let open = store::open_sessions_by(&tx, account).await?;
    end(&tx, open).await?;
    tx.commit().await?;
    Ok(())
}

/// Ends what has ended at the provider. Returns `false` for a notice that came before.
pub(crate) async fn ended(
    db: &Db,
    ctx: &Ctx,
    keys: &Keys,
    issuer: &str,
    notice: &LogoutNotice,
) -> Result<bool, Failure> {
    let tx = db.begin_write(ctx).await?;
    let name = storage::fingerprint(issuer.as_bytes(), &notice.token);
    if !store::use_notice(&tx, &name, notice.good_until).await? {
        return Ok(false);
    }
    let mut open = store::open_sessions_of(&tx, issuer, &notice.which).await?;
    if let Ended::Subject(subject) = &notice.which
        && let Some(contact) = store::find_company_contact(&tx, &fingerprint(keys, issuer, subject)).await?
    {
        open.extend(store::open_sessions_for(&tx, contact).await?);
    }
    end(&tx, open).await?;
    tx.commit().await?;
    Ok(true)
}

pub(super) async fn end(tx: &Tx, open: Vec<(SessionId, Holder)>) -> Result<(), StoreError> {
    for (session, holder) in open {
        store::revoke_sessions(tx, holder, Sessions::One(session)).await?;
        note_private(tx, session, IdentityFact::SessionEndedElsewhere { session }).await?;
    }
    Ok(())
}
