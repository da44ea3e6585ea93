//! People at companies.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use kernel::{CvrNumber, Email, uuid::Uuid};
use sea_orm::{ActiveValue::Set, QueryOrder, QuerySelect, entity::prelude::*, sea_query::OnConflict};
use storage::{Erased, Reader, StoreError, Tx, record_erasure};

use super::{AT_ONCE, WRITTEN_AT_ONCE, company, source_of, sources, whole};
use crate::{
    entity::contact,
    model::{Contact, Entry, ImportId, ListKind},
};

/// People shown of one company, or handed out to one.
const PEOPLE_MAX: u64 = 500;

fn text<T: ToString>(value: Option<&T>) -> String {
    value.map(ToString::to_string).unwrap_or_default()
}

fn entry(row: &contact::Model) -> Result<Entry, StoreError> {
    Ok(Entry {
        cvr: Some(company(&row.cvr, "relations_contact.cvr", row.id)?),
        company: row.company.clone(),
        name: row.name.clone(),
        title: row.title.clone(),
        email: row.email.parse().ok(),
        phone: row.phone.parse().ok(),
        note: row.note.clone(),
        ..Entry::default()
    })
}

/// What is here with these keys, with its id.
pub async fn known_contacts(
    reader: &impl Reader,
    keys: &[String],
) -> Result<HashMap<String, (Uuid, Entry)>, StoreError> {
    let mut known = HashMap::new();
    for some in keys.chunks(AT_ONCE) {
        let select = reader.find::<contact::Entity>();
        let select = select.filter(contact::Column::RowKey.is_in(some.iter().map(String::as_str)));
        for row in select.order_by_asc(contact::Column::Id).all(reader.conn()).await? {
            let entry = entry(&row)?;
            known.entry(row.row_key).or_insert((row.id, entry));
        }
    }
    Ok(known)
}

/// Writes contacts. One that is there already stays as it is.
pub async fn add_contacts(
    tx: &Tx,
    import: ImportId,
    new: &[(Uuid, usize, &Entry)],
) -> Result<(), StoreError> {
    for some in new.chunks(WRITTEN_AT_ONCE) {
        let rows = some.iter().map(|(id, row, entry)| contact::ActiveModel {
            tenant_id: Set(tx.tenant().code()),
            id: Set(*id),
            cvr: Set(text(entry.cvr.as_ref())),
            company: Set(entry.company.clone()),
            name: Set(entry.name.clone()),
            title: Set(entry.title.clone()),
            email: Set(text(entry.email.as_ref())),
            phone: Set(text(entry.phone.as_ref())),
            note: Set(entry.note.clone()),
            row_key: Set(entry.key(ListKind::Contacts)),
            import_id: Set(Some(import.into())),
            row: Set(Some(whole(*row))),
            added_at: Set(tx.ctx().now()),
            changed_at: Set(tx.ctx().now()),
        });
        let conflict =
            OnConflict::columns([contact::Column::TenantId, contact::Column::Id]).do_nothing().to_owned();
        let insert = contact::Entity::insert_many(rows).on_conflict(conflict).try_insert();
        insert.exec_without_returning(tx.conn()).await?;
    }
    Ok(())
}

/// Says what a list says of someone who is here.
pub async fn change_contact(tx: &Tx, id: Uuid, entry: &Entry) -> Result<(), StoreError> {
    contact::Entity::update_many()
        .set(contact::ActiveModel {
            name: Set(entry.name.clone()),
            title: Set(entry.title.clone()),
            email: Set(text(entry.email.as_ref())),
            phone: Set(text(entry.phone.as_ref())),
            note: Set(entry.note.clone()),
            row_key: Set(entry.key(ListKind::Contacts)),
            changed_at: Set(tx.ctx().now()),
            ..Default::default()
        })
        .filter(contact::Column::TenantId.eq(tx.tenant().code()))
        .filter(contact::Column::Id.eq(id))
        .exec(tx.conn())
        .await?;
    Ok(())
}

async fn read_all(reader: &impl Reader, select: Select<contact::Entity>) -> Result<Vec<Contact>, StoreError> {
    let rows = select.order_by_asc(contact::Column::Id).limit(PEOPLE_MAX).all(reader.conn()).await?;
    let lists = sources(reader, rows.iter().filter_map(|row| row.import_id)).await?;
    let read = |row: contact::Model| {
        Ok(Contact {
            id: row.id,
            cvr: company(&row.cvr, "relations_contact.cvr", row.id)?,
            email: row.email.parse().ok(),
            phone: row.phone.parse().ok(),
            name: row.name,
            title: row.title,
            note: row.note,
            changed_at: row.changed_at,
            source: source_of(&lists, row.import_id, row.row),
        })
    };
    rows.into_iter().map(read).collect()
}

/// Whom we know at a company.
pub async fn contacts_of(reader: &impl Reader, cvr: CvrNumber) -> Result<Vec<Contact>, StoreError> {
    let select = reader.find::<contact::Entity>().filter(contact::Column::Cvr.eq(cvr.to_string()));
    read_all(reader, select).await
}

/// The people with this address.
pub async fn contact_subjects(reader: &impl Reader, email: &Email) -> Result<Vec<Contact>, StoreError> {
    let select = reader
        .find::<contact::Entity>()
        .filter(contact::Column::RowKey.ends_with(format!("|{}", email.to_key())));
    read_all(reader, select).await
}

/// People who have not been changed since a time.
pub async fn contacts_to_forget(
    reader: &impl Reader,
    before: DateTime<Utc>,
) -> Result<Vec<Contact>, StoreError> {
    let select = reader.find::<contact::Entity>().filter(contact::Column::ChangedAt.lt(before));
    read_all(reader, select).await
}

/// Takes someone out for good.
pub async fn delete_contact(tx: &Tx, id: Uuid) -> Result<(), StoreError> {
    contact::Entity::delete_many()
        .filter(contact::Column::TenantId.eq(tx.tenant().code()))
        .filter(contact::Column::Id.eq(id))
        .exec(tx.conn())
        .await?;
    record_erasure(tx, "relations_contact", id, &[Erased::Row]).await
}
