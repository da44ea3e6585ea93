//! Sessions, links, and the contacts that sign in by them.

use std::collections::BTreeMap;

use chrono::{DateTime, Duration, Utc};
use kernel::{Actor, ContactId, CvrNumber, Email};
use sea_orm::{
    ActiveValue::Set,
    FromQueryResult, QueryOrder, QuerySelect,
    entity::prelude::*,
    sea_query::{Expr, OnConflict},
};
use storage::{Reader, StoreError, TokenHash, Tx};

use super::{
    company::read_companies,
    provider::{drop_tokens, forget_tokens},
};
use crate::{
    entity::{attempt, contact, link, session},
    model::{
        AccountId, ActsFor, ByProvider, Holder, Link, LinkId, Purpose, SESSION_AGE_MAX, Session, SessionId,
    },
};

/// Sessions shown on a person's own page.
const SESSIONS_SHOWN: u64 = 50;

/// Begins a session.
pub async fn add_session(
    tx: &Tx,
    id: SessionId,
    token: &TokenHash,
    holder: Holder,
    from: Door,
) -> Result<(), StoreError> {
    let (person, contact) = to_ids(holder);
    let by_provider = (from.account.is_some() || from.company).then(|| tx.ctx().now());
    let row = session::ActiveModel {
        tenant_id: Set(tx.tenant().code()),
        token_hash: Set(token.0.clone()),
        id: Set(id.into()),
        person_id: Set(person),
        contact_id: Set(contact),
        created_at: Set(tx.ctx().now()),
        last_seen_at: Set(tx.ctx().now()),
        revoked_at: Set(None),
        account_id: Set(from.account.map(Into::into)),
        second_step: Set(from.second_step.then_some(true)),
        checked_at: Set(by_provider),
        confirmed_at: Set(by_provider),
        companies: Set(None),
        cvr: Set(None),
    };
    session::Entity::insert(row).exec_without_returning(tx.conn()).await?;
    Ok(())
}

/// By which door somebody came in: our own, or a provider's.
#[derive(Debug, Clone, Copy, Default)]
pub struct Door {
    /// The account there.
    pub account: Option<AccountId>,
    /// Whether it took a second step there.
    pub second_step: bool,
    /// Whether it is the door of companies.
    pub company: bool,
}

fn to_ids(holder: Holder) -> (Option<Uuid>, Option<Uuid>) {
    match holder {
        Holder::Person(id) => (Some(id.into()), None),
        Holder::Contact(id) => (None, Some(id.into())),
    }
}

pub(super) fn to_session(row: &session::Model) -> Session {
    Session {
        id: row.id.into(),
        actor: match (row.person_id, row.contact_id) {
            (Some(person), _) => Actor::Staff(person.into()),
            (None, Some(contact)) => Actor::Contact(contact.into()),
            (None, None) => Actor::Anyone,
        },
        created_at: row.created_at,
        last_seen_at: row.last_seen_at,
        revoked_at: row.revoked_at,
        second_step_elsewhere: row.second_step.unwrap_or(false),
        provider: row
            .checked_at
            .zip(row.confirmed_at)
            .map(|(checked_at, confirmed_at)| ByProvider { checked_at, confirmed_at }),
        companies: row.companies.clone(),
    }
}

/// A session with what every page needs to know of its holder.
#[derive(Debug)]
pub struct KnownSession {
    /// The session, open or not.
    pub session: Session,
    /// The version of people.
    pub version: i64,
    /// A contact's address.
    pub address: Option<Email>,
    /// For which companies it may stand, where it began by MitID Erhverv.
    pub companies: Option<Companies>,
}

/// For which companies a session may stand.
#[derive(Debug)]
pub struct Companies {
    /// Who acts, as the provider calls them.
    pub name: Option<String>,
    /// All of them.
    pub all: Vec<ActsFor>,
    /// The one that was chosen.
    pub chosen: Option<CvrNumber>,
}

#[derive(FromQueryResult)]
struct SessionRow {
    #[sea_orm(nested)]
    session: session::Model,
    staff_version: Option<i64>,
    address: Option<String>,
    company_contact: Option<Uuid>,
    company_contact_name: Option<String>,
}

/// The session of a token, in one statement: every page asks this first.
pub async fn session(reader: &impl Reader, token: &TokenHash) -> Result<Option<KnownSession>, StoreError> {
    let version = Expr::cust(
        "(SELECT version FROM identity_version WHERE identity_version.tenant_id = identity_session.tenant_id)",
    );
    let address = Expr::cust(
        "(SELECT email FROM identity_contact WHERE identity_contact.tenant_id = identity_session.tenant_id \
         AND identity_contact.id = identity_session.contact_id)",
    );
    let of_company = |column| {
        Expr::cust(format!(
            "(SELECT {column} FROM identity_company_contact WHERE identity_company_contact.tenant_id = \
             identity_session.tenant_id AND identity_company_contact.id = identity_session.contact_id)"
        ))
    };
    let select = reader
        .find::<session::Entity>()
        .column_as(of_company("id"), "company_contact")
        .column_as(of_company("name"), "company_contact_name")
        .column_as(version, "staff_version")
        .column_as(address, "address")
        .filter(session::Column::TokenHash.eq(&token.0));
    let Some(row) = select.into_model::<SessionRow>().one(reader.conn()).await? else { return Ok(None) };
    let corrupt = |_| StoreError::corrupt("identity_contact.email", row.session.id);
    let cvr = row.session.cvr.as_deref().map(str::parse).transpose();
    let cvr = cvr.map_err(|_| StoreError::corrupt("identity_session.cvr", row.session.id))?;
    let companies = match row.session.companies.as_deref().filter(|_| row.company_contact.is_some()) {
        Some(text) => Some(Companies {
            name: row.company_contact_name,
            all: read_companies(text, row.session.id.into())?,
            chosen: cvr,
        }),
        None => None,
    };
    Ok(Some(KnownSession {
        companies,
        session: to_session(&row.session),
        version: row.staff_version.unwrap_or(0),
        address: row.address.map(|address| address.parse()).transpose().map_err(corrupt)?,
    }))
}

/// Notes that a session was used.
pub async fn touch_session(tx: &Tx, id: SessionId) -> Result<(), StoreError> {
    let row = session::ActiveModel { last_seen_at: Set(tx.ctx().now()), ..Default::default() };
    let update =
        session::Entity::update_many().set(row).filter(session::Column::TenantId.eq(tx.tenant().code()));
    update.filter(session::Column::Id.eq(id.uuid())).exec(tx.conn()).await?;
    Ok(())
}

/// The sessions of a holder that have not been ended by hand, the last used first.
pub async fn sessions(reader: &impl Reader, holder: Holder) -> Result<Vec<Session>, StoreError> {
    let select =
        of_holder(reader.find::<session::Entity>(), holder).filter(session::Column::RevokedAt.is_null());
    let rows =
        select.order_by_desc(session::Column::LastSeenAt).limit(SESSIONS_SHOWN).all(reader.conn()).await?;
    Ok(rows.iter().map(to_session).collect())
}

fn of_holder<Q: QueryFilter>(query: Q, holder: Holder) -> Q {
    match holder {
        Holder::Person(id) => query.filter(session::Column::PersonId.eq(id.uuid())),
        Holder::Contact(id) => query.filter(session::Column::ContactId.eq(id.uuid())),
    }
}

/// Ends sessions of a holder: the one, or all but the one kept. Returns those ended now.
pub async fn revoke_sessions(tx: &Tx, holder: Holder, which: Sessions) -> Result<Vec<SessionId>, StoreError> {
    let open = of_holder(tx.find::<session::Entity>(), holder).filter(session::Column::RevokedAt.is_null());
    let open = match which {
        Sessions::One(id) => open.filter(session::Column::Id.eq(id.uuid())),
        Sessions::AllBut(Some(id)) => open.filter(session::Column::Id.ne(id.uuid())),
        Sessions::AllBut(None) => open,
    };
    let ids: Vec<Uuid> = open.all(tx.conn()).await?.into_iter().map(|row| row.id).collect();
    session::Entity::update_many()
        .set(session::ActiveModel { revoked_at: Set(Some(tx.ctx().now())), ..Default::default() })
        .filter(session::Column::TenantId.eq(tx.tenant().code()))
        .filter(session::Column::Id.is_in(ids.iter().copied()))
        .exec(tx.conn())
        .await?;
    drop_tokens(tx, &ids).await?;
    Ok(ids.into_iter().map(Into::into).collect())
}

/// Which sessions to end.
#[derive(Debug, Clone, Copy)]
pub enum Sessions {
    /// This one.
    One(SessionId),
    /// All, except the one that is kept.
    AllBut(Option<SessionId>),
}

/// Removes sessions and links that ended before the moment: they say when someone was at work.
pub async fn forget_sessions(tx: &Tx, before: DateTime<Utc>) -> Result<u64, StoreError> {
    let tenant = tx.tenant().code();
    let sessions = session::Entity::delete_many().filter(session::Column::TenantId.eq(tenant));
    let sessions = sessions.filter(session::Column::LastSeenAt.lt(before)).exec(tx.conn()).await?;
    let links = link::Entity::delete_many().filter(link::Column::TenantId.eq(tenant));
    let links = links.filter(link::Column::ExpiresAt.lt(before)).exec(tx.conn()).await?;
    // Of a sign-in that was never ended nothing is worth keeping.
    let attempts = attempt::Entity::delete_many().filter(attempt::Column::TenantId.eq(tenant));
    attempts.filter(attempt::Column::ExpiresAt.lt(tx.ctx().now())).exec(tx.conn()).await?;
    forget_tokens(tx, tx.ctx().now() - SESSION_AGE_MAX).await?;
    Ok(sessions.rows_affected + links.rows_affected)
}

/// How many sessions and links, absences and contacts would go.
pub async fn count_outlived(
    reader: &impl Reader,
    sessions: DateTime<Utc>,
    absences: chrono::NaiveDate,
    contacts: DateTime<Utc>,
) -> Result<(u64, u64, u64), StoreError> {
    let conn = reader.conn();
    let of_sessions = reader.find::<session::Entity>().filter(session::Column::LastSeenAt.lt(sessions));
    let links = reader.find::<link::Entity>().filter(link::Column::ExpiresAt.lt(sessions));
    let absences = reader
        .find::<crate::entity::absence::Entity>()
        .filter(crate::entity::absence::Column::LastDay.lt(absences));
    let by_link = reader.find::<contact::Entity>().filter(contact::Column::LastAskedAt.lt(contacts));
    let for_companies = reader
        .find::<crate::entity::company_contact::Entity>()
        .filter(crate::entity::company_contact::Column::LastCameAt.lt(contacts));
    let in_sessions = of_sessions.count(conn).await? + links.count(conn).await?;
    let contacts = by_link.count(conn).await? + for_companies.count(conn).await?;
    Ok((in_sessions, absences.count(conn).await?, contacts))
}

/// Removes contacts that have not asked for a link since the moment.
pub async fn forget_contacts(tx: &Tx, before: DateTime<Utc>) -> Result<u64, StoreError> {
    let delete = contact::Entity::delete_many().filter(contact::Column::TenantId.eq(tx.tenant().code()));
    Ok(delete.filter(contact::Column::LastAskedAt.lt(before)).exec(tx.conn()).await?.rows_affected)
}

/// Keeps a link. Earlier ones of the same purpose to the same person stop working.
pub async fn add_link(tx: &Tx, new: &Link, token: &TokenHash) -> Result<(), StoreError> {
    let (person, contact) = to_ids(new.holder);
    let now = tx.ctx().now();
    let earlier = link::Entity::update_many()
        .set(link::ActiveModel { used_at: Set(Some(now)), ..Default::default() })
        .filter(link::Column::TenantId.eq(tx.tenant().code()))
        .filter(link::Column::Purpose.eq(new.purpose.id()))
        .filter(link::Column::UsedAt.is_null());
    let earlier = match new.holder {
        Holder::Person(id) => earlier.filter(link::Column::PersonId.eq(id.uuid())),
        Holder::Contact(id) => earlier.filter(link::Column::ContactId.eq(id.uuid())),
    };
    earlier.exec(tx.conn()).await?;
    let row = link::ActiveModel {
        tenant_id: Set(tx.tenant().code()),
        id: Set(new.id.into()),
        token_hash: Set(token.0.clone()),
        purpose: Set(new.purpose.id().to_owned()),
        person_id: Set(person),
        contact_id: Set(contact),
        expires_at: Set(new.expires_at),
        used_at: Set(new.used_at),
        account_id: Set(new.account.map(Into::into)),
    };
    link::Entity::insert(row).exec_without_returning(tx.conn()).await?;
    Ok(())
}

pub(super) fn to_link(row: &link::Model) -> Result<Link, StoreError> {
    let corrupt = |column| StoreError::corrupt(column, row.id);
    Ok(Link {
        id: row.id.into(),
        purpose: Purpose::from_id(&row.purpose).ok_or_else(|| corrupt("identity_link.purpose"))?,
        holder: match (row.person_id, row.contact_id) {
            (Some(person), _) => Holder::Person(person.into()),
            (None, Some(contact)) => Holder::Contact(contact.into()),
            (None, None) => return Err(corrupt("identity_link.person_id")),
        },
        expires_at: row.expires_at,
        used_at: row.used_at,
        account: row.account_id.map(Into::into),
    })
}

/// The link of a token.
pub async fn link(reader: &impl Reader, token: &TokenHash) -> Result<Option<Link>, StoreError> {
    let select = reader.find::<link::Entity>().filter(link::Column::TokenHash.eq(&token.0));
    select.one(reader.conn()).await?.as_ref().map(to_link).transpose()
}

/// A link by its id, for the job that mails it.
pub async fn link_by_id(reader: &impl Reader, id: LinkId) -> Result<Option<Link>, StoreError> {
    let select = reader.find::<link::Entity>().filter(link::Column::Id.eq(id.uuid()));
    select.one(reader.conn()).await?.as_ref().map(to_link).transpose()
}

/// Uses a link up. Returns `false` when someone was quicker.
pub async fn use_link(tx: &Tx, id: LinkId) -> Result<bool, StoreError> {
    let update = link::Entity::update_many()
        .set(link::ActiveModel { used_at: Set(Some(tx.ctx().now())), ..Default::default() })
        .filter(link::Column::TenantId.eq(tx.tenant().code()))
        .filter(link::Column::Id.eq(id.uuid()))
        .filter(link::Column::UsedAt.is_null());
    Ok(update.exec(tx.conn()).await?.rows_affected == 1)
}

/// Uses up every link to a holder.
pub async fn revoke_links(tx: &Tx, holder: Holder) -> Result<(), StoreError> {
    let update = link::Entity::update_many()
        .set(link::ActiveModel { used_at: Set(Some(tx.ctx().now())), ..Default::default() })
        .filter(link::Column::TenantId.eq(tx.tenant().code()))
        .filter(link::Column::UsedAt.is_null());
    let update = match holder {
        Holder::Person(id) => update.filter(link::Column::PersonId.eq(id.uuid())),
        Holder::Contact(id) => update.filter(link::Column::ContactId.eq(id.uuid())),
    };
    update.exec(tx.conn()).await?;
    Ok(())
}

/// Ends every session and uses up every link. Returns how many sessions were open.
pub async fn revoke_everything(tx: &Tx) -> Result<u64, StoreError> {
    let (tenant, now) = (tx.tenant().code(), tx.ctx().now());
    let sessions = session::Entity::update_many()
        .set(session::ActiveModel { revoked_at: Set(Some(now)), ..Default::default() })
        .filter(session::Column::TenantId.eq(tenant))
        .filter(session::Column::RevokedAt.is_null());
    let links = link::Entity::update_many()
        .set(link::ActiveModel { used_at: Set(Some(now)), ..Default::default() })
        .filter(link::Column::TenantId.eq(tenant))
        .filter(link::Column::UsedAt.is_null());
    links.exec(tx.conn()).await?;
    forget_tokens(tx, now + Duration::seconds(1)).await?;
    Ok(sessions.exec(tx.conn()).await?.rows_affected)
}

/// The contact with the address, made when there is none.
pub async fn contact_of(tx: &Tx, email: &Email) -> Result<ContactId, StoreError> {
    let row = contact::ActiveModel {
        tenant_id: Set(tx.tenant().code()),
        id: Set(tx.ctx().new_id()),
        email: Set(email.to_string()),
        email_key: Set(email.to_key()),
        last_asked_at: Set(tx.ctx().now()),
    };
    let known = OnConflict::columns([contact::Column::TenantId, contact::Column::EmailKey])
        .update_column(contact::Column::LastAskedAt)
        .to_owned();
    contact::Entity::insert(row).on_conflict(known).exec_without_returning(tx.conn()).await?;
    let select = tx.find::<contact::Entity>().filter(contact::Column::EmailKey.eq(email.to_key()));
    let found = select.one(tx.conn()).await?;
    found
        .map(|row| row.id.into())
        .ok_or_else(|| StoreError::corrupt("identity_contact.email_key", "a contact"))
}

/// The addresses of contacts.
pub async fn contacts(
    reader: &impl Reader,
    ids: &[ContactId],
) -> Result<BTreeMap<ContactId, Email>, StoreError> {
    let ids = ids.iter().map(|id| id.uuid());
    let rows =
        reader.find::<contact::Entity>().filter(contact::Column::Id.is_in(ids)).all(reader.conn()).await?;
    let pair = |row: contact::Model| {
        let email = row.email.parse().map_err(|_| StoreError::corrupt("identity_contact.email", row.id))?;
        Ok((row.id.into(), email))
    };
    rows.into_iter().map(pair).collect()
}
