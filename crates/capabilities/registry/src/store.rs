//! The only SQL of the register. The register's own tables know no tenant: whoever asks sees the same; only areas and
//! journal lines belong to a municipality.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::{DateTime, Duration, NaiveDate, Utc};
use kernel::{Ctx, CvrNumber, PNumber};
use sea_orm::{
    ActiveValue::Set,
    ConnectionTrait, DatabaseTransaction, DbBackend, ExprTrait, FromQueryResult, JoinType, QueryOrder,
    QuerySelect, QueryTrait, Statement,
    entity::prelude::*,
    sea_query::{Expr, OnConflict, Query, SelectStatement},
};
use serde::{Deserialize, Serialize};
use storage::{Db, Reader, StoreError, Tx};

use crate::{
    document::BadDocument,
    entity::{address_point, area, bad_document, change, local, pointer, run, unit},
    geography::{AddressPoint, Area, NewArea, Position},
    model::{Company, Establishment, Movement, Unit},
};

/// The generation that never ends.
const OPEN: i64 = i64::MAX;
/// The only row of the pointer.
const POINTER: i32 = 1;
/// How long an import may be silent before another takes over.
const LEASE_SECONDS: i64 = 60;
/// Rows swept or written at once outside an import's own chunks.
const ROWS_AT_ONCE: u64 = 500;
/// Bad documents kept of a run; all are counted.
pub(crate) const BAD_DOCUMENTS_KEPT: usize = 200;

/// What a unit is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UnitKind {
    /// A legal unit, known by its CVR number.
    Company,
    /// A production unit, known by its P-number.
    Establishment,
}

impl UnitKind {
    const fn stored(self) -> i32 {
        match self {
            Self::Company => 0,
            Self::Establishment => 1,
        }
    }

    fn read(stored: i32) -> Result<Self, StoreError> {
        match stored {
            0 => Ok(Self::Company),
            1 => Ok(Self::Establishment),
            other => Err(StoreError::corrupt("registry_unit.kind", other)),
        }
    }
}

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

/// What a run did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ImportCounts {
    /// Companies and establishments read, good and bad.
    pub read: u64,
    /// Not in the register before.
    pub added: u64,
    /// In it, and different now.
    pub changed: u64,
    /// In it, and the same, or older than what is there.
    pub unchanged: u64,
    /// Of those changed: ended since.
    pub ceased: u64,
    /// Not taken in.
    pub rejected: u64,
}

/// A run of the importer.
#[derive(Debug, Clone)]
pub struct Run {
    /// Its id.
    pub id: Uuid,
    /// `staging`, `done` or `failed`.
    pub state: String,
    /// Where the documents came from: a code.
    pub source: String,
    /// When it began.
    pub started_at: DateTime<Utc>,
    /// When it ended.
    pub finished_at: Option<DateTime<Utc>>,
    /// SHA-256 of the input.
    pub input_hash: Option<String>,
    /// What it did.
    pub counts: ImportCounts,
    /// Persons met and not read.
    pub persons: u64,
}

/// The generations of an import under way.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Staging {
    pub run: Uuid,
    /// What readers see.
    pub current: i64,
    /// What is being written.
    pub next: i64,
    /// Whether an earlier import left something behind.
    pub was_interrupted: bool,
}

/// The generation that readers see, inside the statement that reads.
fn current_generation() -> SelectStatement {
    Query::select().column(pointer::Column::Generation).from(pointer::Entity).to_owned()
}

/// The rows that readers see.
fn visible() -> Select<unit::Entity> {
    let generation = || Expr::SubQuery(None, Box::new(current_generation().into()));
    unit::Entity::find()
        .filter(Expr::col((unit::Entity, unit::Column::FromGeneration)).lte(generation()))
        .filter(Expr::col((unit::Entity, unit::Column::ToGeneration)).gt(generation()))
}

fn whole(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// A number that is never negative, or a broken row.
fn count(stored: i64, column: &'static str) -> Result<u64, StoreError> {
    u64::try_from(stored).map_err(|_| StoreError::corrupt(column, stored))
}

// ---------------------------------------------------------------------------------------------------------------- import

/// Takes the lease. `Err(since)` when another import holds it.
pub(crate) async fn begin_run(
    db: &Db,
    ctx: &Ctx,
    source: &str,
) -> Result<Result<Staging, DateTime<Utc>>, StoreError> {
    let now = ctx.now();
    let tx = db.begin_raw().await?;
    let first = pointer::ActiveModel {
        id: Set(POINTER),
        generation: Set(0),
        switched_at: Set(None),
        importing: Set(None),
        lease_until: Set(None),
    };
    let there = OnConflict::column(pointer::Column::Id).do_nothing().to_owned();
    pointer::Entity::insert(first).on_conflict(there).try_insert().exec_without_returning(&tx).await?;
    let row = pointer::Entity::find_by_id(POINTER).lock_exclusive().one(&tx).await?;
    let row = row.ok_or_else(|| StoreError::corrupt("registry_pointer.id", POINTER))?;
    if let (Some(importing), Some(until)) = (row.importing, row.lease_until)
        && until > now
    {
        let other = run::Entity::find_by_id(importing).one(&tx).await?;
        return Ok(Err(other.map_or(now, |run| run.started_at)));
    }
    let id = ctx.new_id::<Uuid>();
    let abandoned = run::Entity::update_many()
        .col_expr(run::Column::State, Expr::value("failed"))
        .col_expr(run::Column::FinishedAt, Expr::value(now))
        .filter(run::Column::State.eq("staging"));
    let was_interrupted = abandoned.exec(&tx).await?.rows_affected > 0;
    let staging = Staging { run: id, current: row.generation, next: row.generation + 1, was_interrupted };
    let new = run::ActiveModel {
        id: Set(id),
        generation: Set(staging.next),
        state: Set("staging".into()),
        source: Set(source.to_owned()),
        started_at: Set(now),
        finished_at: Set(None),
        input_hash: Set(None),
        read: Set(0),
        added: Set(0),
        changed: Set(0),
        unchanged: Set(0),
        ceased: Set(0),
        rejected: Set(0),
        persons: Set(0),
    };
    run::Entity::insert(new).exec_without_returning(&tx).await?;
    let mut row: pointer::ActiveModel = row.into();
    row.importing = Set(Some(id));
    row.lease_until = Set(Some(now + Duration::seconds(LEASE_SECONDS)));
    row.update(&tx).await?;
    tx.commit().await?;
    Ok(Ok(staging))
}

/// Removes what an interrupted import left: nobody ever saw it. Small transactions, so that others can write in between.
pub(crate) async fn sweep_staged(db: &Db, current: i64) -> Result<(), StoreError> {
    #[derive(FromQueryResult)]
    struct Key {
        kind: i32,
        number: i64,
    }
    let mut after = (-1_i32, 0_i64);
    loop {
        let past = unit::Column::Kind
            .gt(after.0)
            .or(unit::Column::Kind.eq(after.0).and(unit::Column::Number.gt(after.1)));
        let select = unit::Entity::find()
            .select_only()
            .columns([unit::Column::Kind, unit::Column::Number])
            .filter(unit::Column::FromGeneration.gt(current))
            .filter(past)
            .order_by_asc(unit::Column::Kind)
            .order_by_asc(unit::Column::Number);
        let keys: Vec<Key> = select.limit(ROWS_AT_ONCE).into_model().all(db.raw()).await?;
        let Some(last) = keys.last() else { break };
        after = (last.kind, last.number);
        let tx = db.begin_raw().await?;
        for kind in [UnitKind::Company, UnitKind::Establishment].map(UnitKind::stored) {
            let numbers: Vec<i64> =
                keys.iter().filter(|key| key.kind == kind).map(|key| key.number).collect();
            unit::Entity::delete_many()
                .filter(unit::Column::Kind.eq(kind))
                .filter(unit::Column::Number.is_in(numbers))
                .filter(unit::Column::FromGeneration.gt(current))
                .exec(&tx)
                .await?;
        }
        tx.commit().await?;
    }
    // What it meant to replace lives on.
    loop {
        let closed = unit::Entity::find()
            .select_only()
            .columns([unit::Column::Kind, unit::Column::Number])
            .filter(unit::Column::ToGeneration.gt(current))
            .filter(unit::Column::ToGeneration.lt(OPEN));
        let keys: Vec<Key> = closed.limit(ROWS_AT_ONCE).into_model().all(db.raw()).await?;
        if keys.is_empty() {
            break;
        }
        let tx = db.begin_raw().await?;
        for kind in [UnitKind::Company, UnitKind::Establishment].map(UnitKind::stored) {
            let numbers: Vec<i64> =
                keys.iter().filter(|key| key.kind == kind).map(|key| key.number).collect();
            unit::Entity::update_many()
                .col_expr(unit::Column::ToGeneration, Expr::value(OPEN))
                .filter(unit::Column::Kind.eq(kind))
                .filter(unit::Column::Number.is_in(numbers))
                .filter(unit::Column::ToGeneration.gt(current))
                .exec(&tx)
                .await?;
        }
        tx.commit().await?;
    }
    let tx = db.begin_raw().await?;
    change::Entity::delete_many().filter(change::Column::Generation.gt(current)).exec(&tx).await?;
    tx.commit().await?;
    Ok(())
}

/// Removes what the last import replaced.
pub(crate) async fn sweep_replaced(db: &Db, current: i64) -> Result<(), StoreError> {
    loop {
        let ended = unit::Entity::find()
            .filter(unit::Column::ToGeneration.lte(current))
            .filter(unit::Column::ToGeneration.lt(OPEN))
            .limit(ROWS_AT_ONCE);
        let rows = ended.all(db.raw()).await?;
        if rows.is_empty() {
            return Ok(());
        }
        let tx = db.begin_raw().await?;
        for kind in [UnitKind::Company, UnitKind::Establishment].map(UnitKind::stored) {
            let numbers: Vec<i64> =
                rows.iter().filter(|row| row.kind == kind).map(|row| row.number).collect();
            unit::Entity::delete_many()
                .filter(unit::Column::Kind.eq(kind))
                .filter(unit::Column::Number.is_in(numbers))
                .filter(unit::Column::ToGeneration.lte(current))
                .exec(&tx)
                .await?;
        }
        tx.commit().await?;
    }
}

/// Numbers for an `IN`, filled up by repeating one to one of few lengths: engines keep a compiled statement per text, and
/// a hundred texts of a thousand parameters each would fill their memory.
fn padded(mut numbers: Vec<i64>) -> Vec<i64> {
    let length = [1, 8, 64, 256].into_iter().find(|length| *length >= numbers.len()).unwrap_or(1_024);
    if let Some(last) = numbers.last().copied() {
        numbers.resize(length.max(numbers.len()), last);
    }
    numbers
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

/// How a run ended.
#[derive(Debug)]
pub(crate) struct Ending<'a> {
    pub input_hash: &'a str,
    pub counts: ImportCounts,
    pub persons: u64,
    pub bad: &'a [BadDocument],
    /// Whether a new generation becomes visible.
    pub switch: bool,
}

/// Ends a run: one short transaction, in which the pointer moves and everything staged becomes visible at once.
pub(crate) async fn end_run(
    db: &Db,
    ctx: &Ctx,
    staging: Staging,
    ending: Ending<'_>,
) -> Result<bool, StoreError> {
    let tx = db.begin_raw().await?;
    let mut switch = pointer::Entity::update_many()
        .col_expr(pointer::Column::Importing, Expr::value(Option::<Uuid>::None))
        .col_expr(pointer::Column::LeaseUntil, Expr::value(Option::<DateTime<Utc>>::None))
        .filter(pointer::Column::Importing.eq(staging.run));
    if ending.switch {
        switch = switch
            .col_expr(pointer::Column::Generation, Expr::value(staging.next))
            .col_expr(pointer::Column::SwitchedAt, Expr::value(ctx.now()));
    }
    if switch.exec(&tx).await?.rows_affected == 0 {
        return Ok(false);
    }
    let counts = ending.counts;
    run::Entity::update_many()
        .col_expr(run::Column::State, Expr::value("done"))
        .col_expr(run::Column::FinishedAt, Expr::value(ctx.now()))
        .col_expr(run::Column::InputHash, Expr::value(ending.input_hash))
        .col_expr(run::Column::Read, Expr::value(whole(counts.read)))
        .col_expr(run::Column::Added, Expr::value(whole(counts.added)))
        .col_expr(run::Column::Changed, Expr::value(whole(counts.changed)))
        .col_expr(run::Column::Unchanged, Expr::value(whole(counts.unchanged)))
        .col_expr(run::Column::Ceased, Expr::value(whole(counts.ceased)))
        .col_expr(run::Column::Rejected, Expr::value(whole(counts.rejected)))
        .col_expr(run::Column::Persons, Expr::value(whole(ending.persons)))
        .filter(run::Column::Id.eq(staging.run))
        .exec(&tx)
        .await?;
    let bad = ending.bad.iter().map(|bad| bad_document::ActiveModel {
        run_id: Set(staging.run),
        line: Set(whole(bad.line)),
        field: Set(bad.field.clone()),
        reason: Set(bad.reason.clone()),
    });
    let bad: Vec<_> = bad.collect();
    if !bad.is_empty() {
        // Several bad documents may stand on one line of a search answer: the first is kept.
        let there = OnConflict::columns([bad_document::Column::RunId, bad_document::Column::Line])
            .do_nothing()
            .to_owned();
        bad_document::Entity::insert_many(bad)
            .on_conflict(there)
            .try_insert()
            .exec_without_returning(&tx)
            .await?;
    }
    tx.commit().await?;
    Ok(true)
}

/// Gives the lease back after a failure; what was staged is swept by the next import at the latest.
pub(crate) async fn fail_run(db: &Db, now: DateTime<Utc>, staging: Staging) -> Result<(), StoreError> {
    let tx = db.begin_raw().await?;
    pointer::Entity::update_many()
        .col_expr(pointer::Column::LeaseUntil, Expr::value(now))
        .filter(pointer::Column::Importing.eq(staging.run))
        .exec(&tx)
        .await?;
    tx.commit().await?;
    Ok(())
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

/// Changes that are visible and do not stand in the municipality's journal yet, at most `limit`.
pub(crate) async fn unrecorded_changes(
    tx: &Tx,
    limit: u64,
) -> Result<Vec<(UnitKind, i64, Uuid, String, Option<NaiveDate>)>, StoreError> {
    let generation = Expr::SubQuery(None, Box::new(current_generation().into()));
    let rows = change::Entity::find()
        .filter(change::Column::Municipality.eq(tx.tenant().code()))
        .filter(Expr::col((change::Entity, change::Column::Generation)).lte(generation))
        .order_by_asc(change::Column::Generation)
        .order_by_asc(change::Column::Kind)
        .order_by_asc(change::Column::Number)
        .limit(limit)
        .all(tx.conn())
        .await?;
    for row in &rows {
        change::Entity::delete_by_id((row.municipality, row.generation, row.kind, row.number))
            .exec(tx.conn())
            .await?;
    }
    rows.into_iter()
        .map(|row| Ok((UnitKind::read(row.kind)?, row.number, row.unit_id, row.word, row.on_day)))
        .collect()
}

/// Empties the register, for a restore into this database. Areas stay: they belong to the municipality.
pub async fn erase_register(tx: &DatabaseTransaction) -> Result<(), StoreError> {
    bad_document::Entity::delete_many().exec(tx).await?;
    run::Entity::delete_many().exec(tx).await?;
    change::Entity::delete_many().exec(tx).await?;
    local::Entity::delete_many().exec(tx).await?;
    unit::Entity::delete_many().exec(tx).await?;
    pointer::Entity::delete_many().exec(tx).await?;
    Ok(())
}

fn to_run(row: run::Model) -> Result<Run, StoreError> {
    Ok(Run {
        id: row.id,
        state: row.state,
        source: row.source,
        started_at: row.started_at,
        finished_at: row.finished_at,
        input_hash: row.input_hash,
        counts: ImportCounts {
            read: count(row.read, "registry_run.read")?,
            added: count(row.added, "registry_run.added")?,
            changed: count(row.changed, "registry_run.changed")?,
            unchanged: count(row.unchanged, "registry_run.unchanged")?,
            ceased: count(row.ceased, "registry_run.ceased")?,
            rejected: count(row.rejected, "registry_run.rejected")?,
        },
        persons: count(row.persons, "registry_run.persons")?,
    })
}

/// The newest runs, newest first.
pub async fn runs(db: &Db, limit: u64) -> Result<Vec<Run>, StoreError> {
    let rows = run::Entity::find().order_by_desc(run::Column::StartedAt).limit(limit).all(db.raw()).await?;
    rows.into_iter().map(to_run).collect()
}

/// The run that last became visible or found nothing new: what "as of" means on a page.
pub async fn last_done(db: &Db) -> Result<Option<Run>, StoreError> {
    let select =
        run::Entity::find().filter(run::Column::State.eq("done")).order_by_desc(run::Column::StartedAt);
    select.one(db.raw()).await?.map(to_run).transpose()
}

/// The bad documents kept of a run.
pub async fn bad_documents(db: &Db, run: Uuid) -> Result<Vec<BadDocument>, StoreError> {
    let select = bad_document::Entity::find().filter(bad_document::Column::RunId.eq(run));
    let rows = select.order_by_asc(bad_document::Column::Line).all(db.raw()).await?;
    let bad = |row: bad_document::Model| {
        let line = count(row.line, "registry_bad_document.line")?;
        Ok(BadDocument { line, field: row.field, reason: row.reason })
    };
    rows.into_iter().map(bad).collect()
}

/// The generation that readers see; 0 before the first import.
pub async fn generation(conn: &impl ConnectionTrait) -> Result<i64, StoreError> {
    Ok(pointer::Entity::find_by_id(POINTER).one(conn).await?.map_or(0, |row| row.generation))
}

// --------------------------------------------------------------------------------------------------------------- reading

/// A company as a list shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CompanyRow {
    /// Its number.
    pub cvr: CvrNumber,
    /// Name.
    pub name: String,
    /// Town.
    pub town: String,
    /// The kommunekode of its legal unit.
    pub municipality: Option<u16>,
    /// Whether it has ceased.
    pub ceased: bool,
    /// Advertising protection of the legal unit.
    pub protected: bool,
    /// Whether it is, or may be, a person.
    pub sole_trader: bool,
}

fn cvr_of(stored: i64) -> Result<CvrNumber, StoreError> {
    let number = u32::try_from(stored).ok().and_then(|number| CvrNumber::try_from(number).ok());
    number.ok_or_else(|| StoreError::corrupt("registry_unit.cvr", stored))
}

/// Unknown form counts as a person, as in [`Company::is_sole_trader`].
fn is_sole_trader(form: Option<i32>) -> bool {
    form.is_none_or(|form| matches!(form, 10 | 15))
}

fn municipality_of(stored: Option<i32>) -> Option<u16> {
    stored.and_then(|code| u16::try_from(code).ok())
}

/// The companies with these numbers, in no order; a number that is not in the register is left out.
pub async fn companies(
    conn: &impl ConnectionTrait,
    numbers: &[CvrNumber],
) -> Result<Vec<CompanyRow>, StoreError> {
    if numbers.is_empty() {
        return Ok(Vec::new());
    }
    let rows = visible()
        .filter(unit::Column::Kind.eq(UnitKind::Company.stored()))
        .filter(unit::Column::Number.is_in(numbers.iter().map(|cvr| i64::from(cvr.number()))))
        .all(conn)
        .await?;
    rows.into_iter()
        .map(|row| {
            Ok(CompanyRow {
                cvr: cvr_of(row.number)?,
                name: row.name,
                town: row.town,
                municipality: municipality_of(row.municipality),
                ceased: row.ceased,
                protected: row.protected,
                sole_trader: is_sole_trader(row.form),
            })
        })
        .collect()
}

/// Which of the numbers are P-numbers of the register.
pub async fn known_p_numbers(
    conn: &impl ConnectionTrait,
    numbers: &[PNumber],
) -> Result<Vec<PNumber>, StoreError> {
    if numbers.is_empty() {
        return Ok(Vec::new());
    }
    let numbers: Vec<i64> = numbers.iter().map(|number| whole(number.number())).collect();
    let rows: Vec<i64> = visible()
        .select_only()
        .column(unit::Column::Number)
        .filter(unit::Column::Kind.eq(UnitKind::Establishment.stored()))
        .filter(unit::Column::Number.is_in(numbers))
        .into_tuple()
        .all(conn)
        .await?;
    rows.into_iter().map(p_number_of).collect()
}

fn p_number_of(stored: i64) -> Result<PNumber, StoreError> {
    let number = u64::try_from(stored).ok().and_then(|number| PNumber::try_from(number).ok());
    number.ok_or_else(|| StoreError::corrupt("registry_unit.number", stored))
}

/// An establishment with its place on the map.
#[derive(Debug, Clone)]
pub struct PlacedEstablishment {
    /// Its random id.
    pub unit_id: Uuid,
    /// What the register says.
    pub establishment: Establishment,
    /// Where its address lies, where that is known.
    pub position: Option<Position>,
}

/// A company with all that the register says of it.
#[derive(Debug, Clone)]
pub struct CompanyRecord {
    /// Its random id.
    pub unit_id: Uuid,
    /// What the register says.
    pub company: Company,
    /// Its establishments, living and ceased.
    pub establishments: Vec<PlacedEstablishment>,
}

fn parse_detail<T: serde::de::DeserializeOwned>(text: &str, number: i64) -> Result<T, StoreError> {
    serde_json::from_str(text).map_err(|_| StoreError::corrupt("registry_unit.detail", number))
}

fn detail<T: serde::de::DeserializeOwned>(row: &unit::Model) -> Result<T, StoreError> {
    parse_detail(&row.detail, row.number)
}

/// What a company page reads of a unit.
#[derive(FromQueryResult)]
struct PlacedRow {
    kind: i32,
    number: i64,
    unit_id: Uuid,
    detail: String,
    longitude: Option<f64>,
    latitude: Option<f64>,
}

/// A company and its establishments with their places, in one statement.
pub async fn company(
    conn: &impl ConnectionTrait,
    cvr: CvrNumber,
) -> Result<Option<CompanyRecord>, StoreError> {
    let to_point = unit::Entity::belongs_to(address_point::Entity)
        .from(unit::Column::AddressId)
        .to(address_point::Column::AddressId)
        .into();
    let rows: Vec<PlacedRow> = visible()
        .select_only()
        .columns([unit::Column::Kind, unit::Column::Number, unit::Column::UnitId, unit::Column::Detail])
        .column_as(address_point::Column::Longitude, "longitude")
        .column_as(address_point::Column::Latitude, "latitude")
        .join(JoinType::LeftJoin, to_point)
        .filter(unit::Column::Cvr.eq(i64::from(cvr.number())))
        .order_by_asc(unit::Column::Kind)
        .order_by_asc(unit::Column::Number)
        .into_model()
        .all(conn)
        .await?;
    let mut record = None;
    let mut establishments = Vec::new();
    for row in rows {
        match UnitKind::read(row.kind)? {
            UnitKind::Company => record = Some((row.unit_id, parse_detail(&row.detail, row.number)?)),
            UnitKind::Establishment => establishments.push(PlacedEstablishment {
                unit_id: row.unit_id,
                establishment: parse_detail(&row.detail, row.number)?,
                position: match (row.longitude, row.latitude) {
                    (Some(longitude), Some(latitude)) => Some(Position { longitude, latitude }),
                    _ => None,
                },
            }),
        }
    }
    Ok(record.map(|(unit_id, company)| CompanyRecord { unit_id, company, establishments }))
}

/// Where addresses lie, as far as that is known.
pub(crate) async fn positions(
    conn: &impl ConnectionTrait,
    addresses: BTreeSet<Uuid>,
) -> Result<HashMap<Uuid, Position>, StoreError> {
    let mut positions = HashMap::with_capacity(addresses.len());
    let addresses: Vec<Uuid> = addresses.into_iter().collect();
    for some in addresses.chunks(1_000) {
        let select = address_point::Entity::find()
            .filter(address_point::Column::AddressId.is_in(some.iter().copied()));
        for row in select.all(conn).await? {
            positions.insert(row.address_id, Position { longitude: row.longitude, latitude: row.latitude });
        }
    }
    Ok(positions)
}

/// Every company and every establishment that the municipality has or had, in that order.
pub async fn local_units(
    conn: &impl ConnectionTrait,
    municipality: u16,
) -> Result<(Vec<Unit>, Vec<Unit>), StoreError> {
    let companies = locals(conn, municipality, UnitKind::Company).await?;
    let companies =
        companies.iter().map(|row| Ok(detail::<Company>(row)?.unit)).collect::<Result<_, StoreError>>()?;
    let establishments = locals(conn, municipality, UnitKind::Establishment).await?;
    let establishments = establishments
        .iter()
        .map(|row| Ok(detail::<Establishment>(row)?.unit))
        .collect::<Result<_, StoreError>>()?;
    Ok((companies, establishments))
}

/// The companies that own establishments of the municipality and are not in the register themselves: while they are
/// unknown they may be persons, and nobody finds their places.
pub async fn unknown_owners(
    conn: &impl ConnectionTrait,
    municipality: u16,
) -> Result<Vec<CvrNumber>, StoreError> {
    let known = QueryTrait::into_query(
        visible()
            .select_only()
            .column(unit::Column::Number)
            .filter(unit::Column::Kind.eq(UnitKind::Company.stored())),
    );
    let owners: Vec<Option<i64>> = visible()
        .select_only()
        .column(unit::Column::Cvr)
        .distinct()
        .filter(unit::Column::Kind.eq(UnitKind::Establishment.stored()))
        .filter(unit::Column::Municipality.eq(i32::from(municipality)))
        .filter(unit::Column::Cvr.is_not_null())
        .filter(unit::Column::Cvr.not_in_subquery(known))
        .into_tuple()
        .all(conn)
        .await?;
    owners.into_iter().flatten().map(cvr_of).collect()
}

async fn locals(
    conn: &impl ConnectionTrait,
    municipality: u16,
    kind: UnitKind,
) -> Result<Vec<unit::Model>, StoreError> {
    let numbers = Query::select()
        .column(local::Column::Number)
        .from(local::Entity)
        .and_where(local::Column::Municipality.eq(i32::from(municipality)))
        .and_where(local::Column::Kind.eq(kind.stored()))
        .to_owned();
    let select = visible()
        .filter(unit::Column::Kind.eq(kind.stored()))
        .filter(unit::Column::Number.in_subquery(numbers))
        .order_by_asc(unit::Column::Number);
    Ok(select.all(conn).await?)
}

/// A unit as the search index and the prefix search know it.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Company or establishment.
    pub kind: UnitKind,
    /// CVR number or P-number.
    pub number: u64,
    /// The company it is or belongs to.
    pub cvr: Option<CvrNumber>,
    /// Its name today.
    pub name: String,
    /// Its town.
    pub town: String,
    /// Its municipality.
    pub municipality: Option<u16>,
    /// Whether it has ceased.
    pub ceased: bool,
    /// Legal form of a company; `None` for establishments.
    pub form: Option<u16>,
    /// What the register says, as stored.
    pub detail: String,
}

fn entry(row: unit::Model) -> Result<Entry, StoreError> {
    Ok(Entry {
        kind: UnitKind::read(row.kind)?,
        number: count(row.number, "registry_unit.number")?,
        cvr: row.cvr.map(cvr_of).transpose()?,
        name: row.name,
        town: row.town,
        municipality: municipality_of(row.municipality),
        ceased: row.ceased,
        form: row.form.and_then(|form| u16::try_from(form).ok()),
        detail: row.detail,
    })
}

/// A unit as a list of hits shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Company or establishment.
    pub kind: UnitKind,
    /// CVR number or P-number.
    pub number: u64,
    /// The company it is or belongs to.
    pub cvr: Option<CvrNumber>,
    /// Name.
    pub name: String,
    /// Town.
    pub town: String,
    /// Whether it has ceased.
    pub ceased: bool,
    /// Advertising protection, its own.
    pub protected: bool,
    /// Whether its company is, or may be, a person.
    pub is_person: bool,
    /// What the register says, as stored.
    pub detail: String,
}

/// The units with these keys, in their order; what is not in the register is left out. Two statements at most.
pub async fn listed(
    conn: &impl ConnectionTrait,
    keys: &[(UnitKind, u64)],
) -> Result<Vec<Listed>, StoreError> {
    if keys.is_empty() {
        return Ok(Vec::new());
    }
    let of = |kind: UnitKind| {
        let numbers = keys.iter().filter(move |key| key.0 == kind).map(|key| whole(key.1));
        unit::Column::Kind.eq(kind.stored()).and(unit::Column::Number.is_in(numbers))
    };
    let rows = visible().filter(of(UnitKind::Company).or(of(UnitKind::Establishment))).all(conn).await?;
    let mut owners = BTreeMap::new();
    let mut unknown = Vec::new();
    for row in &rows {
        match (UnitKind::read(row.kind)?, row.cvr) {
            (UnitKind::Company, Some(cvr)) => {
                owners.insert(cvr, is_sole_trader(row.form));
            }
            (_, cvr) => unknown.extend(cvr),
        }
    }
    unknown.retain(|cvr| !owners.contains_key(cvr));
    let unknown: Vec<CvrNumber> = unknown.into_iter().map(cvr_of).collect::<Result<_, _>>()?;
    for row in companies(conn, &unknown).await? {
        owners.insert(i64::from(row.cvr.number()), row.sole_trader);
    }
    let mut found = HashMap::with_capacity(rows.len());
    for row in rows {
        let kind = UnitKind::read(row.kind)?;
        let number = count(row.number, "registry_unit.number")?;
        let listed = Listed {
            kind,
            number,
            cvr: row.cvr.map(cvr_of).transpose()?,
            is_person: row.cvr.and_then(|cvr| owners.get(&cvr).copied()).unwrap_or(true),
            name: row.name,
            town: row.town,
            ceased: row.ceased,
            protected: row.protected,
            detail: row.detail,
        };
        found.insert((kind, number), listed);
    }
    Ok(keys.iter().filter_map(|key| found.remove(key)).collect())
}

/// The keys of living units whose folded name begins with `prefix`: what search does without its index.
pub async fn keys_by_name_prefix(
    conn: &impl ConnectionTrait,
    prefix: &str,
    limit: u64,
) -> Result<Vec<(UnitKind, u64)>, StoreError> {
    // The highest character ends the range: every name with the prefix sorts before it.
    let end = format!("{prefix}\u{10ffff}");
    let rows: Vec<(i32, i64)> = visible()
        .select_only()
        .columns([unit::Column::Kind, unit::Column::Number])
        .filter(unit::Column::NameFolded.gte(prefix))
        .filter(unit::Column::NameFolded.lt(end))
        .filter(unit::Column::Ceased.eq(false))
        .order_by_asc(unit::Column::NameFolded)
        .order_by_asc(unit::Column::Kind)
        .limit(limit)
        .into_tuple()
        .all(conn)
        .await?;
    let key = |(kind, number)| Ok((UnitKind::read(kind)?, count(number, "registry_unit.number")?));
    rows.into_iter().map(key).collect()
}

/// The establishments of these companies.
pub async fn establishments_of(
    conn: &impl ConnectionTrait,
    companies: &[CvrNumber],
) -> Result<Vec<Entry>, StoreError> {
    if companies.is_empty() {
        return Ok(Vec::new());
    }
    let select = visible()
        .filter(unit::Column::Kind.eq(UnitKind::Establishment.stored()))
        .filter(unit::Column::Cvr.is_in(companies.iter().map(|cvr| i64::from(cvr.number()))));
    select.all(conn).await?.into_iter().map(entry).collect()
}

/// The visible generation and when it became visible; `None` before the first.
pub async fn switched(conn: &impl ConnectionTrait) -> Result<Option<(i64, DateTime<Utc>)>, StoreError> {
    let row = pointer::Entity::find_by_id(POINTER).one(conn).await?;
    Ok(row.and_then(|row| Some((row.generation, row.switched_at?))))
}

/// Whether the generation became visible at that moment in this database, and in no other.
pub async fn was_switched(
    conn: &impl ConnectionTrait,
    generation: i64,
    at: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let select = run::Entity::find()
        .filter(run::Column::Generation.eq(generation))
        .filter(run::Column::FinishedAt.eq(at))
        .filter(run::Column::State.eq("done"));
    Ok(select.one(conn).await?.is_some())
}

/// A page of what became visible after `generation`, by kind and number: what feeds the search index.
pub async fn entries_since(
    conn: &impl ConnectionTrait,
    since: i64,
    after: Option<(UnitKind, u64)>,
    limit: u64,
) -> Result<Vec<Entry>, StoreError> {
    let mut select = visible().filter(unit::Column::FromGeneration.gt(since));
    if let Some((kind, number)) = after {
        let past = unit::Column::Kind
            .gt(kind.stored())
            .or(unit::Column::Kind.eq(kind.stored()).and(unit::Column::Number.gt(whole(number))));
        select = select.filter(past);
    }
    let select = select.order_by_asc(unit::Column::Kind).order_by_asc(unit::Column::Number).limit(limit);
    select.all(conn).await?.into_iter().map(entry).collect()
}

// ------------------------------------------------------------------------------------------------------------- geography

/// The municipality's areas, in their order.
pub async fn areas(reader: &impl Reader) -> Result<Vec<Area>, StoreError> {
    let rows = reader.find::<area::Entity>().order_by_asc(area::Column::Place).all(reader.conn()).await?;
    rows.into_iter()
        .map(|row| {
            let corrupt = |column| StoreError::corrupt(column, row.id);
            let geometry =
                row.geometry.parse::<geojson::Geometry>().map_err(|_| corrupt("registry_area.geometry"))?;
            Ok(Area {
                id: row.id.into(),
                key: row.area_key.parse().map_err(|_| corrupt("registry_area.area_key"))?,
                name: row.name,
                approximate: row.approximate,
                shape: geometry.try_into().map_err(|_| corrupt("registry_area.geometry"))?,
            })
        })
        .collect()
}

/// Puts the areas in place of those that are there. An area that keeps its key keeps its id.
pub async fn replace_areas(tx: &Tx, new: &[NewArea]) -> Result<(), StoreError> {
    let known = tx.find::<area::Entity>().all(tx.conn()).await?;
    let ids: BTreeMap<String, Uuid> = known.into_iter().map(|row| (row.area_key, row.id)).collect();
    area::Entity::delete_many().filter(area::Column::TenantId.eq(tx.tenant().code())).exec(tx.conn()).await?;
    for (place, new) in (0_i32..).zip(new) {
        let id = ids.get(new.key.as_str()).copied().unwrap_or_else(|| tx.ctx().new_id());
        let row = area::ActiveModel {
            tenant_id: Set(tx.tenant().code()),
            id: Set(id),
            area_key: Set(new.key.to_string()),
            name: Set(new.name.clone()),
            approximate: Set(new.approximate),
            place: Set(place),
            geometry: Set(geojson::Geometry::from(&new.shape).to_string()),
            updated_at: Set(tx.ctx().now()),
        };
        area::Entity::insert(row).exec_without_returning(tx.conn()).await?;
    }
    Ok(())
}

/// Writes points of addresses; a newer one replaces.
pub(crate) async fn write_points(
    tx: &DatabaseTransaction,
    points: &[AddressPoint],
) -> Result<(), StoreError> {
    if points.is_empty() {
        return Ok(());
    }
    let rows = points.iter().map(|point| address_point::ActiveModel {
        address_id: Set(point.address),
        longitude: Set(point.position.longitude),
        latitude: Set(point.position.latitude),
    });
    let newer = OnConflict::column(address_point::Column::AddressId)
        .update_columns([address_point::Column::Longitude, address_point::Column::Latitude])
        .to_owned();
    address_point::Entity::insert_many(rows).on_conflict(newer).exec_without_returning(tx).await?;
    Ok(())
}
