//! Sign-in by a provider: what was begun, and whom it calls what.

use chrono::{DateTime, Utc};
use kernel::{ContactId, PersonId};
use sea_orm::{ActiveValue::Set, TryInsertResult, entity::prelude::*, sea_query::OnConflict};
use storage::{Reader, StoreError, TokenHash, Tx};

use crate::{
    entity::{account, attempt, notice, provider_session, session},
    model::{Account, AccountId, Ended, Holder, LinkId, SessionId},
};

/// Writes down that a sign-in has begun.
pub async fn add_attempt(
    tx: &Tx,
    state: &TokenHash,
    browser: &TokenHash,
    back: &str,
    expires_at: DateTime<Utc>,
) -> Result<(), StoreError> {
    let row = attempt::ActiveModel {
        tenant_id: Set(tx.tenant().code()),
        state_hash: Set(state.0.clone()),
        browser_hash: Set(browser.0.clone()),
        back: Set(back.to_owned()),
        expires_at: Set(expires_at),
    };
    attempt::Entity::insert(row).exec_without_returning(tx.conn()).await?;
    Ok(())
}

/// Takes what was begun in this browser, for good. Returns where one wanted to go; `None` when there is nothing, not in this
/// browser, not any more, or when someone was quicker. Another browser does not spoil it for the one that began.
pub async fn take_attempt(
    tx: &Tx,
    state: &TokenHash,
    browser: &TokenHash,
) -> Result<Option<String>, StoreError> {
    let begun = tx
        .find::<attempt::Entity>()
        .filter(attempt::Column::StateHash.eq(&state.0))
        .filter(attempt::Column::BrowserHash.eq(&browser.0))
        .filter(attempt::Column::ExpiresAt.gt(tx.ctx().now()));
    let Some(row) = begun.one(tx.conn()).await? else { return Ok(None) };
    let delete = attempt::Entity::delete_many().filter(attempt::Column::TenantId.eq(tx.tenant().code()));
    let deleted = delete.filter(attempt::Column::StateHash.eq(&state.0)).exec(tx.conn()).await?;
    Ok((deleted.rows_affected == 1).then_some(row.back))
}

/// The account that the issuer calls by the subject, and whose it is.
pub async fn account(
    reader: &impl Reader,
    issuer: &str,
    subject: &str,
) -> Result<Option<(AccountId, PersonId)>, StoreError> {
    let select = reader.find::<account::Entity>().filter(account::Column::Issuer.eq(issuer));
    let row = select.filter(account::Column::Subject.eq(subject)).one(reader.conn()).await?;
    Ok(row.map(|row| (row.id.into(), row.person_id.into())))
}

/// Whether the issuer calls the person by any subject.
pub async fn is_bound(reader: &impl Reader, issuer: &str, person: PersonId) -> Result<bool, StoreError> {
    let select = reader.find::<account::Entity>().filter(account::Column::Issuer.eq(issuer));
    Ok(select.filter(account::Column::PersonId.eq(person.uuid())).one(reader.conn()).await?.is_some())
}

/// Binds a subject to a person. Whoever it was bound to before has left.
pub async fn add_account(
    tx: &Tx,
    id: AccountId,
    (issuer, subject): (&str, &str),
    person: PersonId,
) -> Result<(), StoreError> {
    let before = account::Entity::delete_many().filter(account::Column::TenantId.eq(tx.tenant().code()));
    let before =
        before.filter(account::Column::Issuer.eq(issuer)).filter(account::Column::Subject.eq(subject));
    before.exec(tx.conn()).await?;
    let row = account::ActiveModel {
        tenant_id: Set(tx.tenant().code()),
        id: Set(id.into()),
        issuer: Set(issuer.to_owned()),
        subject: Set(subject.to_owned()),
        person_id: Set(person.into()),
        bound_at: Set(tx.ctx().now()),
    };
    account::Entity::insert(row).exec_without_returning(tx.conn()).await?;
    Ok(())
}

/// What is kept, sealed, for a session that a provider began.
#[derive(Debug)]
pub struct ProviderSession {
    /// The row.
    pub id: Uuid,
    /// The provider.
    pub issuer: String,
    /// What the provider gave.
    pub sealed: Vec<u8>,
}

/// What a provider gave with a sign-in.
#[derive(Debug)]
pub struct Given<'a> {
    /// The row to come.
    pub id: Uuid,
    /// The provider.
    pub issuer: &'a str,
    /// What it calls the sign-in.
    pub called: Option<&'a str>,
    /// What it gave, sealed.
    pub sealed: Vec<u8>,
}

/// Keeps what a provider gave, for a session, or for a link while a code is still to come.
pub async fn keep_tokens(tx: &Tx, holder: Uuid, given: Given<'_>) -> Result<(), StoreError> {
    let row = provider_session::ActiveModel {
        tenant_id: Set(tx.tenant().code()),
        id: Set(given.id),
        holder_id: Set(holder),
        issuer: Set(given.issuer.to_owned()),
        called: Set(given.called.map(ToOwned::to_owned)),
        sealed: Set(given.sealed),
        kept_at: Set(tx.ctx().now()),
    };
    provider_session::Entity::insert(row).exec_without_returning(tx.conn()).await?;
    Ok(())
}

async fn set_tokens(
    tx: &Tx,
    which: impl sea_orm::sea_query::IntoCondition,
    row: provider_session::ActiveModel,
) -> Result<(), StoreError> {
    let update = provider_session::Entity::update_many().set(row);
    let update = update.filter(provider_session::Column::TenantId.eq(tx.tenant().code()));
    update.filter(which.into_condition()).exec(tx.conn()).await?;
    Ok(())
}

/// What the provider gave in place of what it gave before.
pub async fn renew_tokens(tx: &Tx, id: Uuid, sealed: Vec<u8>) -> Result<(), StoreError> {
    let row = provider_session::ActiveModel {
        sealed: Set(sealed),
        kept_at: Set(tx.ctx().now()),
        ..Default::default()
    };
    set_tokens(tx, provider_session::Column::Id.eq(id), row).await
}

/// The code came: what was kept for the link is the session's.
pub async fn hand_tokens_over(tx: &Tx, link: LinkId, session: SessionId) -> Result<(), StoreError> {
    let row = provider_session::ActiveModel { holder_id: Set(session.into()), ..Default::default() };
    set_tokens(tx, provider_session::Column::HolderId.eq(link.uuid()), row).await
}

/// What is kept for a session.
pub async fn provider_session(
    reader: &impl Reader,
    session: SessionId,
) -> Result<Option<ProviderSession>, StoreError> {
    let select = reader.find::<provider_session::Entity>();
    let select = select.filter(provider_session::Column::HolderId.eq(session.uuid()));
    let row = select.one(reader.conn()).await?;
    Ok(row.map(|row| ProviderSession { id: row.id, issuer: row.issuer, sealed: row.sealed }))
}

/// By which account a session began that has not been ended, and whose it is.
pub async fn account_of_session(
    reader: &impl Reader,
    session: SessionId,
) -> Result<Option<(Account, PersonId)>, StoreError> {
    let select = reader.find::<session::Entity>().filter(session::Column::Id.eq(session.uuid()));
    let row = select.filter(session::Column::RevokedAt.is_null()).one(reader.conn()).await?;
    let Some(id) = row.and_then(|row| row.account_id) else { return Ok(None) };
    let row = reader.find::<account::Entity>().filter(account::Column::Id.eq(id)).one(reader.conn()).await?;
    Ok(row.map(|row| (row.person_id.into(), row)).map(|(person, row)| (to_account(row), person)))
}

pub(super) fn to_account(row: account::Model) -> Account {
    Account { id: row.id.into(), issuer: row.issuer, subject: row.subject, bound_at: row.bound_at }
}

/// Takes it on to ask the provider after a session. Returns `false` when someone was quicker.
pub async fn claim_check(tx: &Tx, session: SessionId, before: DateTime<Utc>) -> Result<bool, StoreError> {
    let update = session::Entity::update_many()
        .set(session::ActiveModel { checked_at: Set(Some(tx.ctx().now())), ..Default::default() })
        .filter(session::Column::TenantId.eq(tx.tenant().code()))
        .filter(session::Column::Id.eq(session.uuid()))
        .filter(session::Column::CheckedAt.lte(before));
    Ok(update.exec(tx.conn()).await?.rows_affected == 1)
}

/// The provider has said yes.
pub async fn confirm_session(tx: &Tx, session: SessionId) -> Result<(), StoreError> {
    session::Entity::update_many()
        .set(session::ActiveModel { confirmed_at: Set(Some(tx.ctx().now())), ..Default::default() })
        .filter(session::Column::TenantId.eq(tx.tenant().code()))
        .filter(session::Column::Id.eq(session.uuid()))
        .exec(tx.conn())
        .await?;
    Ok(())
}

fn holders(rows: Vec<session::Model>) -> Vec<(SessionId, Holder)> {
    let holder = |row: &session::Model| {
        let person = row.person_id.map(|id| Holder::Person(id.into()));
        person.or_else(|| row.contact_id.map(|id| Holder::Contact(id.into())))
    };
    rows.into_iter().filter_map(|row| Some((row.id.into(), holder(&row)?))).collect()
}

/// The sessions of a contact that have not been ended.
pub async fn open_sessions_for(tx: &Tx, contact: ContactId) -> Result<Vec<(SessionId, Holder)>, StoreError> {
    let open = tx.find::<session::Entity>().filter(session::Column::RevokedAt.is_null());
    Ok(holders(open.filter(session::Column::ContactId.eq(contact.uuid())).all(tx.conn()).await?))
}

/// The sessions that began by an account and have not been ended.
pub async fn open_sessions_by(tx: &Tx, account: AccountId) -> Result<Vec<(SessionId, Holder)>, StoreError> {
    let open = tx.find::<session::Entity>().filter(session::Column::RevokedAt.is_null());
    let open = open.filter(session::Column::AccountId.eq(account.uuid()));
    Ok(holders(open.all(tx.conn()).await?))
}

/// The sessions of which a provider tells, where they have not been ended.
pub async fn open_sessions_of(
    tx: &Tx,
    issuer: &str,
    which: &Ended,
) -> Result<Vec<(SessionId, Holder)>, StoreError> {
    match which {
        Ended::Subject(subject) => match account(tx, issuer, subject).await? {
            Some((account, _)) => open_sessions_by(tx, account).await,
            None => Ok(Vec::new()),
        },
        Ended::Session(called) => {
            let kept = tx.find::<provider_session::Entity>();
            let kept = kept.filter(provider_session::Column::Called.eq(called));
            let kept = kept.filter(provider_session::Column::Issuer.eq(issuer)).all(tx.conn()).await?;
            let open = tx.find::<session::Entity>().filter(session::Column::RevokedAt.is_null());
            let open = open.filter(session::Column::Id.is_in(kept.iter().map(|row| row.holder_id)));
            Ok(holders(open.all(tx.conn()).await?))
        }
    }
}

/// What was kept for sessions that have ended is gone with them.
pub async fn drop_tokens(tx: &Tx, sessions: &[Uuid]) -> Result<(), StoreError> {
    let tenant = tx.tenant().code();
    let kept = provider_session::Entity::delete_many().filter(provider_session::Column::TenantId.eq(tenant));
    let kept = kept.filter(provider_session::Column::HolderId.is_in(sessions.iter().copied()));
    kept.exec(tx.conn()).await?;
    Ok(())
}

/// What was last given before the moment is of no session that is open; nor is a notice that could not come again.
pub async fn forget_tokens(tx: &Tx, given_before: DateTime<Utc>) -> Result<(), StoreError> {
    let (tenant, now) = (tx.tenant().code(), tx.ctx().now());
    let kept = provider_session::Entity::delete_many().filter(provider_session::Column::TenantId.eq(tenant));
    kept.filter(provider_session::Column::KeptAt.lt(given_before)).exec(tx.conn()).await?;
    let notices = notice::Entity::delete_many().filter(notice::Column::TenantId.eq(tenant));
    notices.filter(notice::Column::GoodUntil.lt(now)).exec(tx.conn()).await?;
    Ok(())
}

/// Takes a notice. Returns `false` when it was taken before.
pub async fn use_notice(tx: &Tx, name_hash: &str, good_until: DateTime<Utc>) -> Result<bool, StoreError> {
    let row = notice::ActiveModel {
        tenant_id: Set(tx.tenant().code()),
        name_hash: Set(name_hash.to_owned()),
        good_until: Set(good_until),
    };
    let known =
        OnConflict::columns([notice::Column::TenantId, notice::Column::NameHash]).do_nothing().to_owned();
    let insert = notice::Entity::insert(row).on_conflict(known).try_insert();
    Ok(matches!(insert.exec_without_returning(tx.conn()).await?, TryInsertResult::Inserted(rows) if rows > 0))
}
