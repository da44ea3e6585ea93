//! The only SQL for when topics were looked through.

use chrono::NaiveDate;
use kernel::Code;
use sea_orm::{ActiveValue::Set, QueryOrder, TryInsertResult, entity::prelude::*};
use storage::{Reader, StoreError, Tx};

use crate::{
    entity::review,
    model::{Review, Reviewed},
};

/// Every time, the oldest first. Two a year for each topic.
pub async fn reviews(reader: &impl Reader) -> Result<Vec<Review>, StoreError> {
    let rows = reader.find::<review::Entity>().order_by_asc(review::Column::Day);
    rows.all(reader.conn()).await?.iter().map(read).collect()
}

/// Keeps one. Returns `false` where the topic has one of that day.
pub async fn insert_review(tx: &Tx, new: &Review) -> Result<bool, StoreError> {
    let row = review::ActiveModel {
        tenant_id: Set(tx.tenant().code()),
        topic: Set(new.topic.to_string()),
        day: Set(new.reviewed.on),
        id: Set(new.id.into()),
        confirmed: Set(new.reviewed.is_confirmed),
        at: Set(new.at),
        by_id: Set(new.by.map(Into::into)),
    };
    let outcome = review::Entity::insert(row).on_conflict_do_nothing().exec(tx.conn()).await?;
    Ok(!matches!(outcome, TryInsertResult::Conflicted))
}

/// Takes away that counting began on the day, where it did.
pub async fn forget_beginning(tx: &Tx, topic: &Code, day: NaiveDate) -> Result<(), StoreError> {
    review::Entity::delete_many()
        .filter(review::Column::TenantId.eq(tx.tenant().code()))
        .filter(review::Column::Topic.eq(topic.as_str()))
        .filter(review::Column::Day.eq(day))
        .filter(review::Column::Confirmed.eq(false))
        .exec(tx.conn())
        .await?;
    Ok(())
}

fn read(row: &review::Model) -> Result<Review, StoreError> {
    Ok(Review {
        id: row.id.into(),
        topic: row.topic.parse().map_err(|_| StoreError::corrupt("enquiries_topic_review.topic", row.id))?,
        reviewed: Reviewed { on: row.day, is_confirmed: row.confirmed },
        at: row.at,
        by: row.by_id.map(Into::into),
    })
}
