//! The only SQL for plans against causes.

use sea_orm::{ActiveValue::Set, QueryOrder, entity::prelude::*};
use storage::{Reader, StoreError, Tx};

use crate::{
    entity::cause,
    model::{Avoidable, CausePlan, CausePlanId},
};

/// The plans that are not done.
pub async fn cause_plans(reader: &impl Reader) -> Result<Vec<CausePlan>, StoreError> {
    let select = reader.find::<cause::Entity>().filter(cause::Column::EndedAt.is_null());
    let rows = select.order_by_asc(cause::Column::DueOn).all(reader.conn()).await?;
    rows.into_iter()
        .map(|row| {
            let cause = Avoidable::from_code(&row.cause);
            Ok(CausePlan {
                id: row.id.into(),
                cause: cause.ok_or_else(|| StoreError::corrupt("enquiries_cause_plan.cause", row.id))?,
                owner: row.owner_id.into(),
                due_on: row.due_on,
                what: row.what,
                planned_at: row.planned_at,
                ended_at: row.ended_at,
            })
        })
        .collect()
}

/// Keeps a new plan.
pub async fn insert_cause_plan(tx: &Tx, plan: &CausePlan) -> Result<(), StoreError> {
    let row = cause::ActiveModel {
        tenant_id: Set(tx.tenant().code()),
        id: Set(plan.id.into()),
        cause: Set(plan.cause.code().to_owned()),
        owner_id: Set(plan.owner.into()),
        due_on: Set(plan.due_on),
        what: Set(plan.what.clone()),
        planned_at: Set(plan.planned_at),
        ended_at: Set(plan.ended_at),
    };
    cause::Entity::insert(row).exec_without_returning(tx.conn()).await?;
    Ok(())
}

/// Ends a plan; `false` where it had ended, or is not there.
pub async fn end_cause_plan(tx: &Tx, id: CausePlanId) -> Result<bool, StoreError> {
    let ended = cause::Entity::update_many()
        .set(cause::ActiveModel { ended_at: Set(Some(tx.ctx().now())), ..Default::default() })
        .filter(cause::Column::TenantId.eq(tx.tenant().code()))
        .filter(cause::Column::Id.eq(id.uuid()))
        .filter(cause::Column::EndedAt.is_null())
        .exec(tx.conn())
        .await?;
    Ok(ended.rows_affected > 0)
}
