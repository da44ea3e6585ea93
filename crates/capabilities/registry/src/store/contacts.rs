//! Confirmed contacts. They belong to a municipality, unlike the register itself.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use kernel::{CvrNumber, Email, PersonId};
use sea_orm::{
    ActiveValue::Set,
    Condition, QueryOrder, QuerySelect,
    entity::prelude::*,
    sea_query::{ExprTrait, Func},
};
use storage::{Db, Erased, Reader, StoreError, Tx, record_erasure};

use super::cvr_of;
use crate::{
    contact::{Confirmation, ConfirmationId, Means},
    entity::{confirmation, unit},
};

const TABLE: &str = "registry_confirmation";
/// Units that one address is named with: far beyond what one person has.
const UNITS_MAX: u64 = 1_000;

fn read_back(row: &confirmation::Model) -> Result<Confirmation, StoreError> {
    let corrupt = |column| StoreError::corrupt(column, row.id);
    Ok(Confirmation {
        id: row.id.into(),
        cvr: cvr_of(row.cvr)?,
        email: row.email.parse().map_err(|_| corrupt("registry_confirmation.email"))?,
        means: Means::of(&row.means).ok_or_else(|| corrupt("registry_confirmation.means"))?,
        by: PersonId::from(row.confirmed_by),
        at: row.confirmed_at,
    })
}

/// The confirmed contacts of a company, oldest first.
pub(crate) async fn confirmations(
    reader: &impl Reader,
    cvr: CvrNumber,
) -> Result<Vec<Confirmation>, StoreError> {
    let select = reader
        .find::<confirmation::Entity>()
        .filter(confirmation::Column::Cvr.eq(i64::from(cvr.number())))
        .order_by_asc(confirmation::Column::ConfirmedAt);
    select.all(reader.conn()).await?.iter().map(read_back).collect()
}

/// The confirmation with this id.
pub(crate) async fn find_confirmation(
    reader: &impl Reader,
    id: ConfirmationId,
) -> Result<Option<Confirmation>, StoreError> {
    let select = reader.find::<confirmation::Entity>().filter(confirmation::Column::Id.eq(id.uuid()));
    select.one(reader.conn()).await?.as_ref().map(read_back).transpose()
}

/// The companies that a contact is confirmed for.
pub(crate) async fn confirmations_of(
    reader: &impl Reader,
    email: &Email,
) -> Result<Vec<Confirmation>, StoreError> {
    let select = reader
        .find::<confirmation::Entity>()
        .filter(confirmation::Column::Email.eq(email.as_str().to_lowercase()))
        .order_by_asc(confirmation::Column::ConfirmedAt);
    select.all(reader.conn()).await?.iter().map(read_back).collect()
}

/// The confirmations that these people made, oldest first.
pub(crate) async fn confirmations_by(
    reader: &impl Reader,
    persons: &BTreeSet<PersonId>,
) -> Result<Vec<Confirmation>, StoreError> {
    if persons.is_empty() {
        return Ok(Vec::new());
    }
    let ids = persons.iter().map(|person| person.uuid());
    let select = reader.find::<confirmation::Entity>().filter(confirmation::Column::ConfirmedBy.is_in(ids));
    let rows = select.order_by_asc(confirmation::Column::ConfirmedAt).all(reader.conn()).await?;
    rows.iter().map(read_back).collect()
}

/// The numbers of the register's units, companies or establishments, that are reached at one of these addresses. Reads the
/// whole register: for a request that a person here deals with, never for a page.
pub(crate) async fn units_naming(db: &Db, emails: &BTreeSet<Email>) -> Result<Vec<i64>, StoreError> {
    if emails.is_empty() {
        return Ok(Vec::new());
    }
    let mut any = Condition::any();
    for email in emails {
        let lower = Expr::expr(Func::lower(Expr::col(unit::Column::Detail)));
        any = any.add(lower.like(format!("%{}%", email.to_key())));
    }
    let select = super::visible().select_only().column(unit::Column::Number).filter(any);
    let rows = select.order_by_asc(unit::Column::Number).limit(UNITS_MAX).into_tuple().all(db.raw()).await;
    Ok(rows?)
}

/// Writes a confirmation.
pub(crate) async fn add_confirmation(tx: &Tx, new: &Confirmation) -> Result<(), StoreError> {
    let row = confirmation::ActiveModel {
        tenant_id: Set(tx.tenant().code()),
        id: Set(new.id.uuid()),
        cvr: Set(i64::from(new.cvr.number())),
        email: Set(new.email.as_str().to_lowercase()),
        means: Set(new.means.code().to_owned()),
        confirmed_by: Set(new.by.uuid()),
        confirmed_at: Set(new.at),
    };
    confirmation::Entity::insert(row).exec_without_returning(tx.conn()).await?;
    Ok(())
}

/// Takes a confirmation out for good.
pub(crate) async fn remove_confirmation(tx: &Tx, id: ConfirmationId) -> Result<(), StoreError> {
    confirmation::Entity::delete_many()
        .filter(confirmation::Column::TenantId.eq(tx.tenant().code()))
        .filter(confirmation::Column::Id.eq(id.uuid()))
        .exec(tx.conn())
        .await?;
    record_erasure(tx, TABLE, id.uuid(), &[Erased::Row]).await
}

/// The confirmations that were made before a moment.
pub(crate) async fn confirmations_before(
    reader: &impl Reader,
    before: DateTime<Utc>,
) -> Result<Vec<ConfirmationId>, StoreError> {
    let select = reader.find::<confirmation::Entity>().filter(confirmation::Column::ConfirmedAt.lt(before));
    let rows = select.all(reader.conn()).await?;
    Ok(rows.into_iter().map(|row| row.id.into()).collect())
}
