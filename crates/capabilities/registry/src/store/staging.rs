//! Staging: what an import writes, in short transactions that nobody sees before the pointer moves.

use std::collections::BTreeSet;

use chrono::{DateTime, Duration, NaiveDate, Utc};
use sea_orm::{
    ActiveValue::Set,
    ConnectionTrait, DbBackend, FromQueryResult, QuerySelect, QueryTrait, Statement,
    entity::prelude::*,
    sea_query::{Expr, OnConflict},
};
use storage::{Db, StoreError};

use super::{LEASE_SECONDS, OPEN, Staging, UnitKind, padded};
use crate::{
    entity::{change, local, pointer, unit},
    model::Movement,
};

/// A unit made ready to be written: parsed, folded, hashed and printed, all outside any transaction.
#[derive(Debug, Clone)]
pub(crate) struct Prepared {
    pub kind: UnitKind,
    pub number: i64,
    pub cvr: Option<i64>,
    pub hash: [u8; 16],
    pub updated_at: DateTime<Utc>,
    pub name: String,
    pub name_folded: String,
    pub postcode: String,
    pub town: String,
    pub municipality: Option<u16>,
    pub form: Option<u16>,
    pub ceased: bool,
    pub protected: bool,
    pub address_id: Option<Uuid>,
    pub detail: String,
    /// The municipalities of this installation in which it ever lay, each with what happened there last.
    pub locals: Vec<(u16, Option<(NaiveDate, Movement)>)>,
}

/// What the register holds of a unit before a chunk is written.
#[derive(Debug, Clone, FromQueryResult)]
pub(crate) struct Known {
    kind: i32,
    number: i64,
    pub from_generation: i64,
    pub unit_id: Uuid,
    pub hash: Vec<u8>,
    pub updated_at: DateTime<Utc>,
    pub ceased: bool,
    pub municipality: Option<i32>,
}

/// What the register holds of these units, seen or staged.
pub(crate) async fn known(
    db: &Db,
    staging: Staging,
    kind: UnitKind,
    numbers: Vec<i64>,
) -> Result<Vec<Known>, StoreError> {
    if numbers.is_empty() {
        return Ok(Vec::new());
    }
    let select = unit::Entity::find()
        .select_only()
        .columns([
            unit::Column::Kind,
            unit::Column::Number,
            unit::Column::FromGeneration,
            unit::Column::UnitId,
            unit::Column::Hash,
            unit::Column::UpdatedAt,
            unit::Column::Ceased,
            unit::Column::Municipality,
        ])
        .filter(unit::Column::Kind.eq(kind.stored()))
        .filter(unit::Column::Number.is_in(padded(numbers)))
        .filter(unit::Column::ToGeneration.gt(staging.current));
    Ok(select.into_model().all(db.raw()).await?)
}

impl Known {
    /// Its key.
    pub(crate) fn key(&self) -> Result<(UnitKind, i64), StoreError> {
        Ok((UnitKind::read(self.kind)?, self.number))
    }
}

/// A change for a municipality's journal.
#[derive(Debug, Clone)]
pub(crate) struct Change {
    pub municipality: u16,
    pub kind: UnitKind,
    pub number: i64,
    pub unit_id: Uuid,
    pub word: &'static str,
    pub on: Option<NaiveDate>,
}

/// A chunk of an import: built outside the transaction, so that the transaction only writes.
#[derive(Debug, Default)]
pub(crate) struct Chunk {
    /// Units that get a new version, each with its id.
    pub rows: Vec<(Prepared, Uuid)>,
    /// Those of them that readers see in an older version.
    pub replaces: Vec<(UnitKind, i64)>,
    /// Those of them of which this import staged a version already.
    pub restages: Vec<(UnitKind, i64)>,
    pub changes: Vec<Change>,
    /// Units that a municipality has or had, and that were not noted yet.
    pub locals: Vec<(u16, UnitKind, i64)>,
}

/// The statements of a chunk.
fn statements(db: &Db, staging: Staging, chunk: Chunk, lease_until: DateTime<Utc>) -> Vec<Statement> {
    let backend = db.raw().get_database_backend();
    let mut statements = Vec::new();
    for kind in [UnitKind::Company, UnitKind::Establishment] {
        let of = |keys: &[(UnitKind, i64)]| -> Vec<i64> {
            keys.iter().filter(|key| key.0 == kind).map(|key| key.1).collect()
        };
        let replaced = of(&chunk.replaces);
        if !replaced.is_empty() {
            let close = unit::Entity::update_many()
                .col_expr(unit::Column::ToGeneration, Expr::value(staging.next))
                .filter(unit::Column::Kind.eq(kind.stored()))
                .filter(unit::Column::Number.is_in(padded(replaced)))
                .filter(unit::Column::FromGeneration.lte(staging.current))
                .filter(unit::Column::ToGeneration.eq(OPEN));
            statements.push(close.build(backend));
        }
        let restaged = of(&chunk.restages);
        if !restaged.is_empty() {
            let remove = unit::Entity::delete_many()
                .filter(unit::Column::Kind.eq(kind.stored()))
                .filter(unit::Column::Number.is_in(padded(restaged)))
                .filter(unit::Column::FromGeneration.eq(staging.next));
            statements.push(remove.build(backend));
        }
    }
    statements.extend(inserts(backend, chunk.rows, staging.next));
    if !chunk.changes.is_empty() {
        let rows = chunk.changes.into_iter().map(|new| change::ActiveModel {
            municipality: Set(i32::from(new.municipality)),
            generation: Set(staging.next),
            kind: Set(new.kind.stored()),
            number: Set(new.number),
            unit_id: Set(new.unit_id),
            word: Set(new.word.to_owned()),
            on_day: Set(new.on),
        });
        let key = [
            change::Column::Municipality,
            change::Column::Generation,
            change::Column::Kind,
            change::Column::Number,
        ];
        let newest =
            OnConflict::columns(key).update_columns([change::Column::Word, change::Column::OnDay]).to_owned();
        statements.push(change::Entity::insert_many(rows).on_conflict(newest).build(backend));
    }
    if !chunk.locals.is_empty() {
        let rows = chunk.locals.into_iter().map(|(municipality, kind, number)| local::ActiveModel {
            municipality: Set(i32::from(municipality)),
            kind: Set(kind.stored()),
            number: Set(number),
        });
        let there =
            OnConflict::columns([local::Column::Municipality, local::Column::Kind, local::Column::Number])
                .do_nothing()
                .to_owned();
        statements.push(local::Entity::insert_many(rows).on_conflict(there).build(backend));
    }
    let lease = pointer::Entity::update_many()
        .col_expr(pointer::Column::LeaseUntil, Expr::value(lease_until))
        .filter(pointer::Column::Importing.eq(staging.run));
    statements.push(lease.build(backend));
    statements
}

/// Rows in one insert: few sizes, so that the engine compiles few statements and keeps them.
const INSERTED_AT_ONCE: [usize; 3] = [64, 8, 1];

/// The columns of a unit, as [`values`] gives them.
const COLUMNS: [&str; 18] = [
    "kind",
    "number",
    "from_generation",
    "to_generation",
    "unit_id",
    "cvr",
    "hash",
    "updated_at",
    "name",
    "name_folded",
    "postcode",
    "town",
    "municipality",
    "form",
    "ceased",
    "protected",
    "address_id",
    "detail",
];

/// The inserts of a chunk. Written out instead of built: a full import makes millions of them. Both engines read `$1`.
fn inserts(backend: DbBackend, rows: Vec<(Prepared, Uuid)>, generation: i64) -> Vec<Statement> {
    let mut statements = Vec::with_capacity(rows.len() / 64 + 16);
    let mut rows = rows.into_iter();
    while rows.len() > 0 {
        let count = INSERTED_AT_ONCE.into_iter().find(|count| *count <= rows.len()).unwrap_or(1);
        let some = rows.by_ref().take(count).flat_map(|(row, unit_id)| values(row, unit_id, generation));
        let some: Vec<Value> = some.collect();
        statements.push(Statement::from_sql_and_values(backend, insert_text(count), some));
    }
    statements
}

fn insert_text(rows: usize) -> String {
    let mut text = format!("INSERT INTO registry_unit ({}) VALUES ", COLUMNS.join(", "));
    for row in 0..rows {
        text.push_str(if row == 0 { "(" } else { ", (" });
        for column in 0..COLUMNS.len() {
            let separator = if column == 0 { "$" } else { ", $" };
            text.push_str(separator);
            text.push_str(&(row * COLUMNS.len() + column + 1).to_string());
        }
        text.push(')');
    }
    text
}

fn values(row: Prepared, unit_id: Uuid, generation: i64) -> [Value; 18] {
    [
        row.kind.stored().into(),
        row.number.into(),
        generation.into(),
        OPEN.into(),
        unit_id.into(),
        row.cvr.into(),
        row.hash.to_vec().into(),
        row.updated_at.into(),
        row.name.into(),
        row.name_folded.into(),
        row.postcode.into(),
        row.town.into(),
        row.municipality.map(i32::from).into(),
        row.form.map(i32::from).into(),
        row.ceased.into(),
        row.protected.into(),
        row.address_id.into(),
        row.detail.into(),
    ]
}

/// Writes a chunk in one short transaction and renews the lease. Tells how long the transaction was open, or `None` when
/// the lease was lost to another import.
pub(crate) async fn write_chunk(
    db: &Db,
    staging: Staging,
    chunk: Chunk,
    now: DateTime<Utc>,
) -> Result<Option<std::time::Duration>, StoreError> {
    let statements = statements(db, staging, chunk, now + Duration::seconds(LEASE_SECONDS));
    let tx = db.begin_raw().await?;
    let begun = std::time::Instant::now();
    let mut renewed = 0;
    for statement in statements {
        renewed = tx.execute_raw(statement).await?.rows_affected();
    }
    if renewed == 0 {
        return Ok(None);
    }
    tx.commit().await?;
    Ok(Some(begun.elapsed()))
}

/// The units that a municipality is already known to have or have had.
pub(crate) async fn noted_locals(
    db: &Db,
    municipality: u16,
) -> Result<BTreeSet<(UnitKind, i64)>, StoreError> {
    let rows = local::Entity::find()
        .filter(local::Column::Municipality.eq(i32::from(municipality)))
        .all(db.raw())
        .await?;
    rows.into_iter().map(|row| Ok((UnitKind::read(row.kind)?, row.number))).collect()
}
