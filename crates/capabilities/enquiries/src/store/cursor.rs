//! How far the journal has been followed. The only SQL for it.

use sea_orm::{ActiveValue::Set, entity::prelude::*, sea_query::OnConflict};
use storage::{Reader, StoreError, Tx};

use crate::entity::cursor;

/// The position up to which a follower has read the journal; `None` before it has begun.
pub async fn cursor(reader: &impl Reader, name: &str) -> Result<Option<i64>, StoreError> {
    let row =
        reader.find::<cursor::Entity>().filter(cursor::Column::Name.eq(name)).one(reader.conn()).await?;
    Ok(row.map(|row| row.position))
}

/// Notes how far a follower has read.
pub async fn move_cursor(tx: &Tx, name: &str, position: i64) -> Result<(), StoreError> {
    let row = cursor::ActiveModel {
        tenant_id: Set(tx.tenant().code()),
        name: Set(name.to_owned()),
        position: Set(position),
    };
    let conflict = OnConflict::columns([cursor::Column::TenantId, cursor::Column::Name])
        .update_column(cursor::Column::Position)
        .to_owned();
    cursor::Entity::insert(row).on_conflict(conflict).exec_without_returning(tx.conn()).await?;
    Ok(())
}
