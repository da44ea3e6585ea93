//! The only SQL for data protection.

use chrono::NaiveDate;
use sea_orm::{ActiveValue::Set, QueryOrder, QuerySelect, entity::prelude::*, sea_query::OnConflict};
use storage::{Reader, StoreError, Tx};

use crate::{entity::run, model::Run};

/// The run of a day.
pub async fn run_of(reader: &impl Reader, day: NaiveDate) -> Result<Option<Run>, StoreError> {
    let select = reader.find::<run::Entity>().filter(run::Column::Day.eq(day));
    select.one(reader.conn()).await?.as_ref().map(read).transpose()
}

/// The last runs, the newest first, at most `limit`.
pub async fn runs(reader: &impl Reader, limit: u64) -> Result<Vec<Run>, StoreError> {
    let select = reader.find::<run::Entity>().order_by_desc(run::Column::Day).limit(limit);
    select.all(reader.conn()).await?.iter().map(read).collect()
}

/// Writes a run, or how far it is.
pub async fn save_run(tx: &Tx, new: &Run) -> Result<(), StoreError> {
    use run::Column as C;
    let row = run::ActiveModel {
        tenant_id: Set(tx.tenant().code()),
        day: Set(new.day),
        id: Set(new.id),
        started_at: Set(new.started_at),
        ended_at: Set(new.ended_at),
        attempts: Set(new.attempts),
        failures: Set(new.failures),
        report: Set(serde_json::to_string(&new.rows)?),
    };
    let changed = [C::EndedAt, C::Attempts, C::Failures, C::Report];
    let key = OnConflict::columns([C::TenantId, C::Day]).update_columns(changed).to_owned();
    run::Entity::insert(row).on_conflict(key).exec_without_returning(tx.conn()).await?;
    Ok(())
}

fn read(row: &run::Model) -> Result<Run, StoreError> {
    Ok(Run {
        id: row.id,
        day: row.day,
        started_at: row.started_at,
        ended_at: row.ended_at,
        attempts: row.attempts,
        failures: row.failures,
        rows: serde_json::from_str(&row.report)?,
    })
}
