//! The secret addresses of private calendars, as hashes.

use chrono::{DateTime, Utc};
use kernel::{PersonId, uuid::Uuid};
use sea_orm::{ActiveValue::Set, entity::prelude::*, sea_query::OnConflict};
use storage::{Reader, StoreError, TokenHash, Tx};

use crate::entity::feed;

/// Somebody's calendar address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Feed {
    /// Whose.
    pub person: PersonId,
    /// When it was made.
    pub made_at: DateTime<Utc>,
}

impl From<feed::Model> for Feed {
    fn from(row: feed::Model) -> Self {
        Self { person: row.person.into(), made_at: row.made_at }
    }
}

/// Makes a person's address; the one before is good no more.
pub async fn save_feed(tx: &Tx, person: PersonId, token: &TokenHash) -> Result<(), StoreError> {
    let row = feed::ActiveModel {
        tenant_id: Set(tx.tenant().code()),
        person: Set(person.into()),
        token_hash: Set(token.0.clone()),
        made_at: Set(tx.ctx().now()),
    };
    let changed = [feed::Column::TokenHash, feed::Column::MadeAt];
    let conflict = OnConflict::columns([feed::Column::TenantId, feed::Column::Person])
        .update_columns(changed)
        .to_owned();
    feed::Entity::insert(row).on_conflict(conflict).exec_without_returning(tx.conn()).await?;
    Ok(())
}

/// Takes a person's address back. Whether there was one.
pub async fn delete_feed(tx: &Tx, person: PersonId) -> Result<bool, StoreError> {
    let gone = feed::Entity::delete_many()
        .filter(feed::Column::TenantId.eq(tx.tenant().code()))
        .filter(feed::Column::Person.eq(person.uuid()))
        .exec(tx.conn())
        .await?;
    Ok(gone.rows_affected > 0)
}

/// Whose address it is.
pub async fn feed_of(reader: &impl Reader, token: &TokenHash) -> Result<Option<Feed>, StoreError> {
    let select = reader.find::<feed::Entity>().filter(feed::Column::TokenHash.eq(&token.0));
    Ok(select.one(reader.conn()).await?.map(Feed::from))
}

/// A person's address, where there is one.
pub async fn feed_of_person(reader: &impl Reader, person: PersonId) -> Result<Option<Feed>, StoreError> {
    Ok(feeds_of(reader, &[person]).await?.pop())
}

/// The addresses of these people.
pub async fn feeds_of(reader: &impl Reader, people: &[PersonId]) -> Result<Vec<Feed>, StoreError> {
    let ids: Vec<Uuid> = people.iter().copied().map(Uuid::from).collect();
    let select = reader.find::<feed::Entity>().filter(feed::Column::Person.is_in(ids));
    Ok(select.all(reader.conn()).await?.into_iter().map(Feed::from).collect())
}
