//! What was told to a person on a day: how often, and whether at all. The only SQL for it.

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, Utc};
use kernel::PersonId;
use sea_orm::{ActiveValue::Set, ExprTrait, TryInsertResult, entity::prelude::*};
use storage::{Reader, StoreError, Tx};

use crate::entity::day;

/// Begins a person's day of this kind. `false` when it was begun before, on whatever node.
pub async fn begin_day(tx: &Tx, person: PersonId, on: NaiveDate, kind: &str) -> Result<bool, StoreError> {
    let row = day::ActiveModel {
        tenant_id: Set(tx.tenant().code()),
        person_id: Set(person.into()),
        day: Set(on),
        kind: Set(kind.to_owned()),
        count: Set(0),
        begun_at: Set(tx.ctx().now()),
    };
    let key = [day::Column::TenantId, day::Column::PersonId, day::Column::Day, day::Column::Kind];
    let insert = day::Entity::insert(row).on_conflict_do_nothing_on(key);
    let outcome = insert.exec_without_returning(tx.conn()).await?;
    Ok(matches!(outcome, TryInsertResult::Inserted(rows) if rows > 0))
}

/// Whose days of this kind have begun.
pub async fn begun(
    reader: &impl Reader,
    on: NaiveDate,
    kind: &str,
) -> Result<BTreeSet<PersonId>, StoreError> {
    let select = reader.find::<day::Entity>().filter(day::Column::Day.eq(on));
    let rows = select.filter(day::Column::Kind.eq(kind)).all(reader.conn()).await?;
    Ok(rows.into_iter().map(|row| row.person_id.into()).collect())
}

/// Counts one of a kind on a person's day; how many there are now.
pub async fn count_of_day(tx: &Tx, person: PersonId, on: NaiveDate, kind: &str) -> Result<i64, StoreError> {
    begin_day(tx, person, on, kind).await?;
    day::Entity::update_many()
        .col_expr(day::Column::Count, Expr::col(day::Column::Count).add(1))
        .filter(day::Column::TenantId.eq(tx.tenant().code()))
        .filter(day::Column::PersonId.eq(person.uuid()))
        .filter(day::Column::Day.eq(on))
        .filter(day::Column::Kind.eq(kind))
        .exec(tx.conn())
        .await?;
    let select = tx.find::<day::Entity>().filter(day::Column::PersonId.eq(person.uuid()));
    let select = select.filter(day::Column::Day.eq(on)).filter(day::Column::Kind.eq(kind));
    let row = select.one(tx.conn()).await?;
    Ok(row.map_or(0, |row| row.count))
}

/// Forgets the days that were begun before.
pub async fn forget_days(tx: &Tx, before: DateTime<Utc>) -> Result<(), StoreError> {
    day::Entity::delete_many()
        .filter(day::Column::TenantId.eq(tx.tenant().code()))
        .filter(day::Column::BegunAt.lt(before))
        .exec(tx.conn())
        .await?;
    Ok(())
}
