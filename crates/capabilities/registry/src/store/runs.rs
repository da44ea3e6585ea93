//! Runs of the importer: who imports, what a run did, which generation readers see, and what it leaves to be told.

use chrono::{DateTime, Duration, NaiveDate, Utc};
use kernel::Ctx;
use sea_orm::{
    ActiveValue::Set,
    ConnectionTrait, DatabaseTransaction, ExprTrait, FromQueryResult, QueryOrder, QuerySelect,
    entity::prelude::*,
    sea_query::{Expr, OnConflict},
};
use serde::{Deserialize, Serialize};
use storage::{Db, Reader, StoreError, Tx};

use super::{LEASE_SECONDS, OPEN, POINTER, UnitKind, count, current_generation, units::beyond, whole};
use crate::{
    document::BadDocument,
    entity::{bad_document, change, local, pointer, run, unit},
};

/// Rows swept or written at once outside an import's own chunks.
const ROWS_AT_ONCE: u64 = 500;

/// Bad documents kept of a run; all are counted.
pub(crate) const BAD_DOCUMENTS_KEPT: usize = 200;

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
    /// `staging`, `done`, `failed`, or `refused`: read to its end, and nothing in it could be used.
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
    /// Why it failed, as a code.
    pub reason: Option<String>,
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
        .col_expr(run::Column::Reason, Expr::value("interrupted"))
        .filter(run::Column::State.eq("staging"));
    let abandoned = abandoned.exec(&tx).await?.rows_affected > 0;
    let failed = run::Entity::find()
        .filter(run::Column::State.eq("failed"))
        .filter(run::Column::Generation.eq(row.generation + 1));
    let was_interrupted = abandoned || failed.count(&tx).await? > 0;
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
        reason: Set(None),
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
        let select = unit::Entity::find()
            .select_only()
            .columns([unit::Column::Kind, unit::Column::Number])
            .filter(unit::Column::FromGeneration.gt(current))
            .filter(beyond(after.0, after.1))
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

/// How a run ended.
#[derive(Debug)]
pub(crate) struct Ending<'a> {
    pub input_hash: &'a str,
    pub counts: ImportCounts,
    pub persons: u64,
    pub bad: &'a [BadDocument],
    /// Whether a new generation becomes visible.
    pub switch: bool,
    /// Whether nothing in it could be used: the run before stays the one that is told.
    pub refused: bool,
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
        .col_expr(run::Column::State, Expr::value(if ending.refused { "refused" } else { "done" }))
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

/// Gives the lease back after a failure, and says why; what was staged is swept by the next import at the latest.
pub(crate) async fn fail_run(
    db: &Db,
    now: DateTime<Utc>,
    staging: Staging,
    reason: &str,
) -> Result<(), StoreError> {
    let tx = db.begin_raw().await?;
    run::Entity::update_many()
        .col_expr(run::Column::State, Expr::value("failed"))
        .col_expr(run::Column::FinishedAt, Expr::value(now))
        .col_expr(run::Column::Reason, Expr::value(reason))
        .filter(run::Column::Id.eq(staging.run))
        .filter(run::Column::State.eq("staging"))
        .exec(&tx)
        .await?;
    pointer::Entity::update_many()
        .col_expr(pointer::Column::LeaseUntil, Expr::value(now))
        .filter(pointer::Column::Importing.eq(staging.run))
        .exec(&tx)
        .await?;
    tx.commit().await?;
    Ok(())
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
        reason: row.reason,
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

/// The newest run of this source that ended well.
pub async fn last_done_of(db: &Db, source: &str) -> Result<Option<Run>, StoreError> {
    let select = run::Entity::find()
        .filter(run::Column::State.eq("done"))
        .filter(run::Column::Source.eq(source))
        .order_by_desc(run::Column::StartedAt);
    select.one(db.raw()).await?.map(to_run).transpose()
}

/// The newest run of this source, however it ended.
pub async fn last_of(db: &Db, source: &str) -> Result<Option<Run>, StoreError> {
    let select =
        run::Entity::find().filter(run::Column::Source.eq(source)).order_by_desc(run::Column::StartedAt);
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
