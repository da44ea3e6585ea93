//! Lists that are brought, and their rows.

use std::collections::BTreeMap;

use kernel::{CvrNumber, uuid::Uuid};
use sea_orm::{
    ActiveValue::Set,
    ExprTrait, FromQueryResult, QueryOrder, QuerySelect,
    entity::prelude::*,
    sea_query::{Expr, OnConflict},
};
use storage::{Erased, Reader, StoreError, Tx, record_erasure};

use super::{WRITTEN_AT_ONCE, company, size, whole};
use crate::{
    entity::{contact, import_list, row, subscription, visit},
    model::{Decision, Fate, ImportId, ImportState, Judged, ListImport, ListKind},
};

/// Lists shown at once.
const LISTS_MAX: u64 = 50;
const OPEN: &str = "open";
const DONE: &str = "done";

/// A row of a list, as it was judged and decided. Its id is the id of what it becomes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportRow {
    /// Which, and what it becomes.
    pub id: Uuid,
    /// Its number in the file.
    pub number: usize,
    /// What stands in it, masked.
    pub cells: Vec<String>,
    /// What it says.
    pub judged: Judged,
    /// What becomes of it.
    pub fate: Fate,
    /// Whether digits were masked in it.
    pub is_masked: bool,
    /// What a person decided.
    pub decision: Option<Decision>,
    /// The company that was chosen for it.
    pub cvr: Option<CvrNumber>,
    /// Whether it has been taken.
    pub is_done: bool,
    /// What was here before it was changed by this row, as JSON; empty where nothing was.
    pub before: String,
}

fn row_of(list: &ListImport, tenant_id: i32) -> Result<import_list::ActiveModel, StoreError> {
    Ok(import_list::ActiveModel {
        tenant_id: Set(tenant_id),
        id: Set(list.id.into()),
        kind: Set(list.kind.code().to_owned()),
        state: Set(list.state.code().to_owned()),
        file: Set(list.file.into()),
        file_name: Set(list.file_name.clone()),
        by_person: Set(list.by.into()),
        at: Set(list.at),
        sheet: Set(list.sheet.clone()),
        header: Set(whole(list.header)),
        headings: Set(serde_json::to_string(&list.headings)?),
        columns: Set(serde_json::to_string(&list.columns)?),
        is_1904: Set(list.is_1904),
        row_count: Set(whole(list.rows)),
        ended_at: Set(list.ended_at),
        cleared_at: Set(list.cleared_at),
    })
}

fn read(row: import_list::Model) -> Result<ListImport, StoreError> {
    let corrupt = |column: &'static str| StoreError::corrupt(column, row.id);
    Ok(ListImport {
        id: row.id.into(),
        kind: ListKind::from_code(&row.kind).ok_or_else(|| corrupt("relations_import.kind"))?,
        state: ImportState::from_code(&row.state).ok_or_else(|| corrupt("relations_import.state"))?,
        file: row.file.into(),
        file_name: row.file_name,
        by: row.by_person.into(),
        at: row.at,
        sheet: row.sheet,
        header: size(row.header),
        headings: serde_json::from_str(&row.headings).map_err(|_| corrupt("relations_import.headings"))?,
        columns: serde_json::from_str(&row.columns).map_err(|_| corrupt("relations_import.columns"))?,
        is_1904: row.is_1904,
        rows: size(row.row_count),
        ended_at: row.ended_at,
        cleared_at: row.cleared_at,
    })
}

/// Writes a new list.
pub async fn add_import(tx: &Tx, list: &ListImport) -> Result<(), StoreError> {
    import_list::Entity::insert(row_of(list, tx.tenant().code())?).exec_without_returning(tx.conn()).await?;
    Ok(())
}

/// Changes a list.
pub async fn save_import(tx: &Tx, list: &ListImport) -> Result<(), StoreError> {
    import_list::Entity::update(row_of(list, tx.tenant().code())?).exec(tx.conn()).await?;
    Ok(())
}

/// A list.
pub async fn find_import(reader: &impl Reader, id: ImportId) -> Result<Option<ListImport>, StoreError> {
    let select = reader.find::<import_list::Entity>().filter(import_list::Column::Id.eq(id.uuid()));
    select.one(reader.conn()).await?.map(read).transpose()
}

/// A list that nobody else changes until the transaction ends.
pub async fn lock_import(tx: &Tx, id: ImportId) -> Result<Option<ListImport>, StoreError> {
    let select = tx.find::<import_list::Entity>().filter(import_list::Column::Id.eq(id.uuid()));
    select.lock_exclusive().one(tx.conn()).await?.map(read).transpose()
}

/// The newest lists.
pub async fn imports(reader: &impl Reader) -> Result<Vec<ListImport>, StoreError> {
    let select = reader.find::<import_list::Entity>().order_by_desc(import_list::Column::At);
    let select = select.order_by_desc(import_list::Column::Id).limit(LISTS_MAX);
    select.all(reader.conn()).await?.into_iter().map(read).collect()
}

/// These lists.
pub async fn imports_by(
    reader: &impl Reader,
    ids: &[Uuid],
) -> Result<BTreeMap<ImportId, ListImport>, StoreError> {
    let mut all = BTreeMap::new();
    for some in ids.chunks(super::AT_ONCE) {
        let select = reader.find::<import_list::Entity>();
        let select = select.filter(import_list::Column::Id.is_in(some.iter().copied()));
        for row in select.all(reader.conn()).await? {
            let list = read(row)?;
            all.insert(list.id, list);
        }
    }
    Ok(all)
}

/// Lists that ended before a time, or were left lying since, whose rows or files may still be here.
pub async fn imports_to_forget(
    reader: &impl Reader,
    before: chrono::DateTime<chrono::Utc>,
) -> Result<Vec<ListImport>, StoreError> {
    let select = reader.find::<import_list::Entity>().filter(import_list::Column::At.lt(before));
    let select = select.filter(import_list::Column::ClearedAt.is_null());
    let select = select.order_by_asc(import_list::Column::At).limit(LISTS_MAX);
    select.all(reader.conn()).await?.into_iter().map(read).collect()
}

/// Writes rows.
pub async fn add_rows(tx: &Tx, import: ImportId, rows: &[ImportRow]) -> Result<(), StoreError> {
    for some in rows.chunks(WRITTEN_AT_ONCE) {
        let models = some.iter().map(|one| {
            Ok(row::ActiveModel {
                tenant_id: Set(tx.tenant().code()),
                id: Set(one.id),
                import_id: Set(import.into()),
                number: Set(whole(one.number)),
                cells: Set(serde_json::to_string(&one.cells)?),
                judged: Set(serde_json::to_string(&one.judged)?),
                fate: Set(one.fate.code().to_owned()),
                masked: Set(one.is_masked),
                decision: Set(one.decision.map(|decision| decision.code().to_owned())),
                cvr: Set(one.cvr.map(|cvr| cvr.to_string())),
                state: Set(if one.is_done { DONE } else { OPEN }.to_owned()),
                before: Set(one.before.clone()),
            })
        });
        let models = models.collect::<Result<Vec<_>, StoreError>>()?;
        let conflict =
            OnConflict::columns([row::Column::TenantId, row::Column::ImportId, row::Column::Number]);
        let insert = row::Entity::insert_many(models).on_conflict(conflict.clone().do_nothing().to_owned());
        insert.try_insert().exec_without_returning(tx.conn()).await?;
    }
    Ok(())
}

/// Takes every row of a list out.
pub async fn delete_rows(tx: &Tx, import: ImportId) -> Result<(), StoreError> {
    row::Entity::delete_many()
        .filter(row::Column::TenantId.eq(tx.tenant().code()))
        .filter(row::Column::ImportId.eq(import.uuid()))
        .exec(tx.conn())
        .await?;
    Ok(())
}

fn read_row(row: row::Model) -> Result<ImportRow, StoreError> {
    let corrupt = |column: &'static str| StoreError::corrupt(column, row.id);
    Ok(ImportRow {
        id: row.id,
        number: size(row.number),
        cells: serde_json::from_str(&row.cells).map_err(|_| corrupt("relations_import_row.cells"))?,
        judged: serde_json::from_str(&row.judged).map_err(|_| corrupt("relations_import_row.judged"))?,
        fate: Fate::from_code(&row.fate).ok_or_else(|| corrupt("relations_import_row.fate"))?,
        is_masked: row.masked,
        decision: row.decision.as_deref().and_then(Decision::from_code),
        cvr: row.cvr.as_deref().map(|cvr| company(cvr, "relations_import_row.cvr", row.id)).transpose()?,
        is_done: row.state == DONE,
        before: row.before,
    })
}

/// Rows of one fate, or of all, after a number, in the order of the file.
pub async fn rows_of(
    reader: &impl Reader,
    import: ImportId,
    fate: Option<Fate>,
    after: usize,
    limit: u64,
) -> Result<Vec<ImportRow>, StoreError> {
    let mut select = reader.find::<row::Entity>().filter(row::Column::ImportId.eq(import.uuid()));
    if let Some(fate) = fate {
        select = select.filter(row::Column::Fate.eq(fate.code()));
    }
    let select = select.filter(row::Column::Number.gt(whole(after))).order_by_asc(row::Column::Number);
    select.limit(limit).all(reader.conn()).await?.into_iter().map(read_row).collect()
}

/// One row.
pub async fn find_row(
    reader: &impl Reader,
    import: ImportId,
    number: usize,
) -> Result<Option<ImportRow>, StoreError> {
    let rows = rows_of(reader, import, None, number.saturating_sub(1), 1).await?;
    Ok(rows.into_iter().find(|row| row.number == number))
}

/// The rows that are to be taken and are not yet, the first of the file first.
pub async fn rows_to_take(
    reader: &impl Reader,
    import: ImportId,
    limit: u64,
) -> Result<Vec<ImportRow>, StoreError> {
    let select = reader
        .find::<row::Entity>()
        .filter(row::Column::ImportId.eq(import.uuid()))
        .filter(row::Column::State.eq(OPEN))
        .filter(taken())
        .order_by_asc(row::Column::Number)
        .limit(limit);
    select.all(reader.conn()).await?.into_iter().map(read_row).collect()
}

/// As [`Fate::is_taken`].
fn taken() -> sea_orm::Condition {
    let fate = |is: &dyn Fn(Fate) -> bool| {
        Fate::ALL.iter().filter(|fate| is(**fate)).map(|fate| fate.code()).collect::<Vec<_>>()
    };
    let without = fate(&|fate| fate.is_taken(None));
    let with = fate(&|fate| fate.is_taken(Some(Decision::Take)));
    sea_orm::Condition::any()
        .add(row::Column::Decision.is_null().and(row::Column::Fate.is_in(without)))
        .add(row::Column::Decision.eq(Decision::Take.code()).and(row::Column::Fate.is_in(with)))
}

/// Notes rows as taken, with what was here before where they changed something.
pub async fn mark_done(tx: &Tx, import: ImportId, rows: &[(usize, String)]) -> Result<(), StoreError> {
    let of_list = || {
        row::Entity::update_many()
            .filter(row::Column::TenantId.eq(tx.tenant().code()))
            .filter(row::Column::ImportId.eq(import.uuid()))
    };
    let done = || row::ActiveModel { state: Set(DONE.to_owned()), ..Default::default() };
    let plain = rows.iter().filter(|(_, before)| before.is_empty()).map(|(number, _)| whole(*number));
    of_list().set(done()).filter(row::Column::Number.is_in(plain)).exec(tx.conn()).await?;
    for (number, before) in rows.iter().filter(|(_, before)| !before.is_empty()) {
        let change = row::ActiveModel { before: Set(before.clone()), ..done() };
        of_list().set(change).filter(row::Column::Number.eq(whole(*number))).exec(tx.conn()).await?;
    }
    Ok(())
}

/// The rows that changed something which was here.
pub async fn touched_rows(reader: &impl Reader, import: ImportId) -> Result<Vec<ImportRow>, StoreError> {
    let select = reader.find::<row::Entity>().filter(row::Column::ImportId.eq(import.uuid()));
    let select = select.filter(row::Column::Before.ne("")).order_by_asc(row::Column::Number);
    select.all(reader.conn()).await?.into_iter().map(read_row).collect()
}

/// Decides for a row; with the company that was chosen for it.
pub async fn decide_row(
    tx: &Tx,
    import: ImportId,
    number: usize,
    (decision, cvr): (Option<Decision>, Option<CvrNumber>),
) -> Result<(), StoreError> {
    row::Entity::update_many()
        .set(row::ActiveModel {
            decision: Set(decision.map(|decision| decision.code().to_owned())),
            cvr: Set(cvr.map(|cvr| cvr.to_string())),
            ..Default::default()
        })
        .filter(row::Column::TenantId.eq(tx.tenant().code()))
        .filter(row::Column::ImportId.eq(import.uuid()))
        .filter(row::Column::Number.eq(whole(number)))
        .exec(tx.conn())
        .await?;
    Ok(())
}

/// Decides for all rows of a fate.
pub async fn decide_all(tx: &Tx, import: ImportId, fate: Fate, decision: Decision) -> Result<(), StoreError> {
    row::Entity::update_many()
        .set(row::ActiveModel { decision: Set(Some(decision.code().to_owned())), ..Default::default() })
        .filter(row::Column::TenantId.eq(tx.tenant().code()))
        .filter(row::Column::ImportId.eq(import.uuid()))
        .filter(row::Column::Fate.eq(fate.code()))
        .exec(tx.conn())
        .await?;
    Ok(())
}

#[derive(FromQueryResult)]
struct Counted {
    fate: String,
    decision: Option<String>,
    masked: bool,
    count: i64,
}

/// How many rows have each fate, which decision, and something masked.
pub async fn count_fates(
    reader: &impl Reader,
    import: ImportId,
) -> Result<Vec<(Fate, Option<Decision>, bool, u64)>, StoreError> {
    let select = reader
        .find::<row::Entity>()
        .filter(row::Column::ImportId.eq(import.uuid()))
        .select_only()
        .columns([row::Column::Fate, row::Column::Decision, row::Column::Masked])
        .column_as(row::Column::Id.count(), "count")
        .group_by(row::Column::Fate)
        .group_by(row::Column::Decision)
        .group_by(row::Column::Masked);
    let rows = select.into_model::<Counted>().all(reader.conn()).await?;
    let read = |row: Counted| {
        let fate = Fate::from_code(&row.fate);
        let fate = fate.ok_or_else(|| StoreError::corrupt("relations_import_row.fate", import))?;
        let decision = row.decision.as_deref().and_then(Decision::from_code);
        Ok((fate, decision, row.masked, u64::try_from(row.count).unwrap_or_default()))
    };
    rows.into_iter().map(read).collect()
}

/// How many rows have been taken, and how many are to be taken in all.
pub async fn count_taken(reader: &impl Reader, import: ImportId) -> Result<(u64, u64), StoreError> {
    let of_list = || reader.find::<row::Entity>().filter(row::Column::ImportId.eq(import.uuid()));
    let done = of_list().filter(row::Column::State.eq(DONE)).count(reader.conn()).await?;
    let open = of_list().filter(row::Column::State.eq(OPEN)).filter(taken()).count(reader.conn()).await?;
    Ok((done, done + open))
}

/// Whether something that a list brought was changed since by anything but the list itself: then the list stays.
pub async fn stands_on(reader: &impl Reader, import: ImportId, kind: ListKind) -> Result<bool, StoreError> {
    let id = import.uuid();
    let changed = match kind {
        ListKind::Contacts => {
            let of = reader.find::<contact::Entity>().filter(contact::Column::ImportId.eq(id));
            of.filter(later(contact::Column::ChangedAt, contact::Column::AddedAt))
                .count(reader.conn())
                .await?
        }
        ListKind::Visits => {
            let of = reader.find::<visit::Entity>().filter(visit::Column::ImportId.eq(id));
            of.filter(later(visit::Column::ChangedAt, visit::Column::AddedAt)).count(reader.conn()).await?
        }
        ListKind::Newsletter => {
            let of = reader.find::<subscription::Entity>().filter(subscription::Column::ImportId.eq(id));
            let changed = later(subscription::Column::ChangedAt, subscription::Column::AddedAt);
            of.filter(changed).count(reader.conn()).await?
        }
    };
    Ok(changed > 0)
}

fn later(
    column: impl sea_orm::sea_query::IntoColumnRef,
    than: impl sea_orm::sea_query::IntoColumnRef,
) -> Expr {
    Expr::col(column).gt(Expr::col(than))
}

/// Takes out what a list brought. Returns how much.
pub async fn forget_brought(tx: &Tx, import: ImportId, kind: ListKind) -> Result<u64, StoreError> {
    let (tenant, id) = (tx.tenant().code(), import.uuid());
    let gone = match kind {
        ListKind::Contacts => {
            let of = contact::Entity::delete_many().filter(contact::Column::TenantId.eq(tenant));
            of.filter(contact::Column::ImportId.eq(id)).exec(tx.conn()).await?
        }
        ListKind::Visits => {
            let of = visit::Entity::delete_many().filter(visit::Column::TenantId.eq(tenant));
            of.filter(visit::Column::ImportId.eq(id)).exec(tx.conn()).await?
        }
        ListKind::Newsletter => {
            let of = subscription::Entity::delete_many().filter(subscription::Column::TenantId.eq(tenant));
            of.filter(subscription::Column::ImportId.eq(id)).exec(tx.conn()).await?
        }
    };
    Ok(gone.rows_affected)
}

/// The rows in which one of these words stands.
pub async fn rows_naming(
    reader: &impl Reader,
    words: &[String],
) -> Result<Vec<(ImportId, usize)>, StoreError> {
    if words.is_empty() {
        return Ok(Vec::new());
    }
    let mut any = sea_orm::Condition::any();
    for word in words {
        any = any.add(row::Column::Cells.contains(word)).add(row::Column::Judged.contains(word));
        any = any.add(row::Column::Before.contains(word));
    }
    let select = reader.find::<row::Entity>().filter(any).select_only();
    let select =
        select.columns([row::Column::ImportId, row::Column::Number]).order_by_asc(row::Column::Number);
    let rows: Vec<(Uuid, i64)> = select.into_tuple().all(reader.conn()).await?;
    Ok(rows.into_iter().map(|(import, number)| (import.into(), size(number))).collect())
}

/// Takes a row out for good.
pub async fn empty_row(tx: &Tx, import: ImportId, number: usize) -> Result<(), StoreError> {
    let Some(row) = find_row(tx, import, number).await? else { return Ok(()) };
    row::Entity::delete_many()
        .filter(row::Column::TenantId.eq(tx.tenant().code()))
        .filter(row::Column::Id.eq(row.id))
        .exec(tx.conn())
        .await?;
    record_erasure(tx, "relations_import_row", row.id, &[Erased::Row]).await
}
