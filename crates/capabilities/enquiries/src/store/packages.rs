//! What goes into the municipality's archive.

use chrono::{DateTime, Utc};
use kernel::CaseId;
use sea_orm::{
    ActiveValue::Set,
    QueryOrder, QuerySelect,
    entity::prelude::*,
    sea_query::{OnConflict, Query},
};
use storage::{Erased, Reader, StoreError, Tx, record_erasure};

use super::{case, erasing::owes_filing};
use crate::{
    entity::package,
    model::{Package, PackageId, PackageState},
};

/// A package.
pub async fn package(reader: &impl Reader, id: PackageId) -> Result<Option<Package>, StoreError> {
    let select = reader.find::<package::Entity>().filter(package::Column::Id.eq(id.uuid()));
    select.one(reader.conn()).await?.map(read).transpose()
}

/// The packages of these cases, the newest of a case first.
pub async fn packages(reader: &impl Reader, cases: &[CaseId]) -> Result<Vec<Package>, StoreError> {
    let ids = cases.iter().map(|id| id.uuid());
    let select = reader.find::<package::Entity>().filter(package::Column::CaseId.is_in(ids));
    let rows = select.order_by_desc(package::Column::Version).all(reader.conn()).await?;
    rows.into_iter().map(read).collect()
}

/// The packages that the archive received last, at most `limit`.
pub async fn received_packages(reader: &impl Reader, limit: u64) -> Result<Vec<Package>, StoreError> {
    let select =
        reader.find::<package::Entity>().filter(package::Column::State.eq(PackageState::Received.text()));
    let select = select.order_by_desc(package::Column::TriedAt).order_by_desc(package::Column::Id);
    select.limit(limit).all(reader.conn()).await?.into_iter().map(read).collect()
}

/// The packages that wait though their time passed before this: their job is gone.
pub async fn stranded_packages(
    reader: &impl Reader,
    before: DateTime<Utc>,
    limit: u64,
) -> Result<Vec<PackageId>, StoreError> {
    let select =
        reader.find::<package::Entity>().filter(package::Column::State.eq(PackageState::Waiting.text()));
    let select = select.filter(package::Column::NextAt.lt(before)).order_by_asc(package::Column::NextAt);
    let rows = select.limit(limit).all(reader.conn()).await?;
    Ok(rows.into_iter().map(|row| row.id.into()).collect())
}

/// Cases that are to be filed and of which no package is on its way or was refused: those that ended before there was an
/// archive, or that the company took back. The oldest first.
pub async fn cases_without_package(reader: &impl Reader, limit: u64) -> Result<Vec<CaseId>, StoreError> {
    let tenant = reader.tenant().code();
    let live = [PackageState::Waiting.text(), PackageState::Refused.text()];
    let packed = Query::select()
        .column(package::Column::CaseId)
        .from(package::Entity)
        .and_where(package::Column::TenantId.eq(tenant))
        .and_where(package::Column::State.is_in(live))
        .to_owned();
    let select = reader.find::<case::Entity>().filter(owes_filing(reader));
    let select = select.filter(case::Column::Id.not_in_subquery(packed));
    let select = select.order_by_asc(case::Column::ClosedAt).order_by_asc(case::Column::Id);
    let ids = select.select_only().column(case::Column::Id).limit(limit);
    let ids = ids.into_tuple::<Uuid>().all(reader.conn()).await?;
    Ok(ids.into_iter().map(CaseId::from).collect())
}

/// Writes a package, or what became of it.
pub async fn save_package(tx: &Tx, new: &Package) -> Result<(), StoreError> {
    use package::Column as C;
    let row = package::ActiveModel {
        tenant_id: Set(tx.tenant().code()),
        id: Set(new.id.into()),
        case_id: Set(new.case.into()),
        version: Set(new.version),
        previous_id: Set(new.previous.map(Into::into)),
        queued_at: Set(new.queued_at),
        state: Set(new.state.text().to_owned()),
        attempts: Set(new.attempts),
        next_at: Set(new.next_at),
        tried_at: Set(new.tried_at),
        said: Set(new.said.clone()),
        sha256: Set(new.sha256.clone()),
        receipt: Set(new.receipt.clone()),
    };
    let changed = [C::State, C::Attempts, C::NextAt, C::TriedAt, C::Said, C::Sha256, C::Receipt];
    let key = OnConflict::columns([C::TenantId, C::Id]).update_columns(changed).to_owned();
    package::Entity::insert(row).on_conflict(key).exec_without_returning(tx.conn()).await?;
    Ok(())
}

/// Takes out what the archive answered. That the case is there, and under what number, stays: it is where the case is found.
pub(super) async fn erase_packages(tx: &Tx, of: CaseId) -> Result<(), StoreError> {
    let select = tx.find::<package::Entity>().filter(package::Column::CaseId.eq(of.uuid()));
    let rows = select.filter(package::Column::Said.ne("")).all(tx.conn()).await?;
    for row in rows {
        let id = row.id;
        save_package(tx, &Package { said: String::new(), ..read(row)? }).await?;
        record_erasure(tx, "enquiries_package", id, &[Erased::Column("said")]).await?;
    }
    Ok(())
}

fn read(row: package::Model) -> Result<Package, StoreError> {
    let state = PackageState::from_text(&row.state);
    Ok(Package {
        id: row.id.into(),
        case: row.case_id.into(),
        version: row.version,
        previous: row.previous_id.map(Into::into),
        queued_at: row.queued_at,
        state: state.ok_or_else(|| StoreError::corrupt("enquiries_package.state", row.id))?,
        attempts: row.attempts,
        next_at: row.next_at,
        tried_at: row.tried_at,
        said: row.said,
        sha256: row.sha256,
        receipt: row.receipt,
    })
}
