//! What is held on a person, read whole and taken out for good.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use kernel::{ContactId, Email, PersonId};
use sea_orm::{Condition, QueryOrder, entity::prelude::*};
use storage::{Erased, Reader, StoreError, Tx, record_erasure};

use super::{
    provider::{drop_tokens, to_account},
    sign_in::{to_link, to_session},
};
use crate::{
    entity::{absence, account, company_contact, contact, link, person, session},
    model::{Account, Link, Session},
};

/// Whose sessions and links: people who work or worked here, and contacts.
#[derive(Debug, Clone, Default)]
pub struct Trace {
    /// People.
    pub persons: Vec<Uuid>,
    /// Contacts.
    pub contacts: Vec<Uuid>,
}

/// The people who sign in by one of the addresses.
pub async fn persons_of(reader: &impl Reader, emails: &BTreeSet<Email>) -> Result<Vec<PersonId>, StoreError> {
    let keys = emails.iter().map(Email::to_key);
    let select = reader.find::<person::Entity>().filter(person::Column::EmailKey.is_in(keys));
    Ok(select.all(reader.conn()).await?.into_iter().map(|row| row.id.into()).collect())
}

/// The contacts with one of the addresses: id, address, and when it last asked for a link.
pub async fn contacts_of(
    reader: &impl Reader,
    emails: &BTreeSet<Email>,
) -> Result<Vec<(ContactId, String, DateTime<Utc>)>, StoreError> {
    let keys = emails.iter().map(Email::to_key);
    let select = reader.find::<contact::Entity>().filter(contact::Column::EmailKey.is_in(keys));
    let rows = select.all(reader.conn()).await?.into_iter();
    Ok(rows.map(|row| (row.id.into(), row.email, row.last_asked_at)).collect())
}

/// Somebody who acts for a company, as it is held.
#[derive(Debug, Clone)]
pub struct CompanyContactRow {
    /// Which.
    pub id: ContactId,
    /// The name that the provider tells.
    pub name: Option<String>,
    /// The address that it tells.
    pub email: Option<String>,
    /// When they last came.
    pub last_came_at: DateTime<Utc>,
}

/// Those who act for a company and have one of the addresses.
pub async fn company_contacts_of(
    reader: &impl Reader,
    emails: &BTreeSet<Email>,
) -> Result<Vec<CompanyContactRow>, StoreError> {
    let keys = emails.iter().map(Email::to_key);
    let select = reader.find::<company_contact::Entity>();
    let select = select.filter(company_contact::Column::EmailKey.is_in(keys));
    let held = |row: company_contact::Model| CompanyContactRow {
        id: row.id.into(),
        name: row.name,
        email: row.email,
        last_came_at: row.last_came_at,
    };
    Ok(select.all(reader.conn()).await?.into_iter().map(held).collect())
}

/// Takes somebody out for good who acts for a company.
pub async fn erase_company_contact(tx: &Tx, id: ContactId) -> Result<(), StoreError> {
    let delete = company_contact::Entity::delete_many();
    let delete = delete.filter(company_contact::Column::TenantId.eq(tx.tenant().code()));
    delete.filter(company_contact::Column::Id.eq(id.uuid())).exec(tx.conn()).await?;
    record_erasure(tx, "identity_company_contact", id.uuid(), &[Erased::Row]).await
}

/// Every session that is still noted, also ended ones, the oldest first.
pub async fn sessions_of(reader: &impl Reader, of: &Trace) -> Result<Vec<Session>, StoreError> {
    let holder = Condition::any()
        .add(session::Column::PersonId.is_in(of.persons.iter().copied()))
        .add(session::Column::ContactId.is_in(of.contacts.iter().copied()));
    let rows = reader.find::<session::Entity>().filter(holder).order_by_asc(session::Column::CreatedAt);
    Ok(rows.all(reader.conn()).await?.iter().map(to_session).collect())
}

/// Every link that is still noted, also used ones, in the order in which they die.
pub async fn links_of(reader: &impl Reader, of: &Trace) -> Result<Vec<Link>, StoreError> {
    let holder = Condition::any()
        .add(link::Column::PersonId.is_in(of.persons.iter().copied()))
        .add(link::Column::ContactId.is_in(of.contacts.iter().copied()));
    let rows = reader.find::<link::Entity>().filter(holder).order_by_asc(link::Column::ExpiresAt);
    rows.all(reader.conn()).await?.iter().map(to_link).collect()
}

/// Takes sessions and links out for good. Returns how many there were of each.
pub async fn erase_traces(tx: &Tx, of: &Trace) -> Result<(u64, u64), StoreError> {
    let tenant = tx.tenant().code();
    let (sessions, links) = (sessions_of(tx, of).await?, links_of(tx, of).await?);
    for one in &sessions {
        let delete = session::Entity::delete_many().filter(session::Column::TenantId.eq(tenant));
        delete.filter(session::Column::Id.eq(one.id.uuid())).exec(tx.conn()).await?;
        record_erasure(tx, "identity_session", one.id.uuid(), &[Erased::Row]).await?;
    }
    let holders = sessions.iter().map(|one| one.id.uuid()).chain(links.iter().map(|one| one.id.uuid()));
    drop_tokens(tx, &holders.collect::<Vec<_>>()).await?;
    for one in &links {
        let delete = link::Entity::delete_many().filter(link::Column::TenantId.eq(tenant));
        delete.filter(link::Column::Id.eq(one.id.uuid())).exec(tx.conn()).await?;
        record_erasure(tx, "identity_link", one.id.uuid(), &[Erased::Row]).await?;
    }
    Ok((sessions.len() as u64, links.len() as u64))
}

/// Takes a contact out for good.
pub async fn erase_contact(tx: &Tx, id: ContactId) -> Result<(), StoreError> {
    let delete = contact::Entity::delete_many().filter(contact::Column::TenantId.eq(tx.tenant().code()));
    delete.filter(contact::Column::Id.eq(id.uuid())).exec(tx.conn()).await?;
    record_erasure(tx, "identity_contact", id.uuid(), &[Erased::Row]).await
}

/// Takes the absences of people out for good. Returns how many there were.
pub async fn erase_absences(tx: &Tx, persons: &[Uuid]) -> Result<u64, StoreError> {
    let of = || absence::Column::PersonId.is_in(persons.iter().copied());
    let rows = tx.find::<absence::Entity>().filter(of()).all(tx.conn()).await?;
    let delete = absence::Entity::delete_many().filter(absence::Column::TenantId.eq(tx.tenant().code()));
    delete.filter(of()).exec(tx.conn()).await?;
    for row in &rows {
        record_erasure(tx, "identity_absence", row.id, &[Erased::Row]).await?;
    }
    Ok(rows.len() as u64)
}

/// The accounts of providers that are bound to people.
pub async fn accounts_of(reader: &impl Reader, persons: &[Uuid]) -> Result<Vec<Account>, StoreError> {
    let select = reader.find::<account::Entity>();
    let select = select.filter(account::Column::PersonId.is_in(persons.iter().copied()));
    let rows = select.order_by_asc(account::Column::BoundAt).all(reader.conn()).await?;
    Ok(rows.into_iter().map(to_account).collect())
}

/// Takes the accounts of people out for good. Returns how many there were.
pub async fn erase_accounts(tx: &Tx, persons: &[Uuid]) -> Result<u64, StoreError> {
    let accounts = accounts_of(tx, persons).await?;
    for one in &accounts {
        let delete = account::Entity::delete_many().filter(account::Column::TenantId.eq(tx.tenant().code()));
        delete.filter(account::Column::Id.eq(one.id.uuid())).exec(tx.conn()).await?;
        record_erasure(tx, "identity_account", one.id.uuid(), &[Erased::Row]).await?;
    }
    Ok(accounts.len() as u64)
}
