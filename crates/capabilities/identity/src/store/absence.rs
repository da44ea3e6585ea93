//! Absences.

use chrono::NaiveDate;
use sea_orm::{ActiveValue::Set, entity::prelude::*};
use storage::{Reader, StoreError, Tx};

use crate::{entity::absence, model::Absence};

/// Notes an absence.
pub async fn add_absence(tx: &Tx, new: &Absence) -> Result<(), StoreError> {
    let row = absence::ActiveModel {
        tenant_id: Set(tx.tenant().code()),
        id: Set(new.id.into()),
        person_id: Set(new.person.into()),
        first_day: Set(new.first_day),
        last_day: Set(new.last_day),
        substitute_id: Set(new.substitute.map(Into::into)),
    };
    absence::Entity::insert(row).exec_without_returning(tx.conn()).await?;
    Ok(())
}

/// Sets the last day of an absence; one that has not begun by then is gone.
pub async fn end_absence(tx: &Tx, absence: &Absence, last_day: NaiveDate) -> Result<(), StoreError> {
    let tenant = tx.tenant().code();
    let id = Uuid::from(absence.id);
    if last_day < absence.first_day {
        let delete = absence::Entity::delete_many().filter(absence::Column::TenantId.eq(tenant));
        delete.filter(absence::Column::Id.eq(id)).exec(tx.conn()).await?;
        return Ok(());
    }
    let update = absence::Entity::update_many()
        .set(absence::ActiveModel { last_day: Set(Some(last_day)), ..Default::default() })
        .filter(absence::Column::TenantId.eq(tenant));
    update.filter(absence::Column::Id.eq(id)).exec(tx.conn()).await?;
    Ok(())
}

/// Removes absences that ended before the day.
pub async fn forget_absences(tx: &Tx, before: NaiveDate) -> Result<u64, StoreError> {
    let delete = absence::Entity::delete_many().filter(absence::Column::TenantId.eq(tx.tenant().code()));
    Ok(delete.filter(absence::Column::LastDay.lt(before)).exec(tx.conn()).await?.rows_affected)
}
