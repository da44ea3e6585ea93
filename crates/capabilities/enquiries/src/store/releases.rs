//! The numbers on the front page.

use sea_orm::{ActiveValue::Set, QueryOrder, entity::prelude::*};
use storage::{Reader, StoreError, Tx};

use crate::{
    entity::release,
    model::{Release, ReleaseId},
};

/// What is on the front page; `None` where nothing is.
pub async fn current_release(reader: &impl Reader) -> Result<Option<Release>, StoreError> {
    let select = reader.find::<release::Entity>().filter(release::Column::EndedAt.is_null());
    let row = select.order_by_desc(release::Column::ReleasedAt).one(reader.conn()).await?;
    row.map(|row| {
        let period = row.period.parse();
        let numbers = serde_json::from_str(&row.numbers);
        Ok(Release {
            id: row.id.into(),
            period: period.map_err(|_| StoreError::corrupt("enquiries_release.period", row.id))?,
            numbers: numbers.map_err(|_| StoreError::corrupt("enquiries_release.numbers", row.id))?,
            released_at: row.released_at,
            released_by: row.released_by.into(),
            ended_at: row.ended_at,
        })
    })
    .transpose()
}

/// Keeps a new release.
pub async fn insert_release(tx: &Tx, release: &Release) -> Result<(), StoreError> {
    let row = release::ActiveModel {
        tenant_id: Set(tx.tenant().code()),
        id: Set(release.id.into()),
        period: Set(release.period.to_string()),
        numbers: Set(serde_json::to_string(&release.numbers)?),
        released_at: Set(release.released_at),
        released_by: Set(release.released_by.into()),
        ended_at: Set(release.ended_at),
    };
    release::Entity::insert(row).exec_without_returning(tx.conn()).await?;
    Ok(())
}

/// Ends a release; `false` where it had ended, or is not there.
pub async fn end_release(tx: &Tx, id: ReleaseId) -> Result<bool, StoreError> {
    let ended = release::Entity::update_many()
        .set(release::ActiveModel { ended_at: Set(Some(tx.ctx().now())), ..Default::default() })
        .filter(release::Column::TenantId.eq(tx.tenant().code()))
        .filter(release::Column::Id.eq(id.uuid()))
        .filter(release::Column::EndedAt.is_null())
        .exec(tx.conn())
        .await?;
    Ok(ended.rows_affected > 0)
}
