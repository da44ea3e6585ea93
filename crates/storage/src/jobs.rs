//! Jobs: what is to be done after commit. Leased, retried with backoff, kept as dead letters when they cannot be done.
//!
//! A job may run twice (the process may die between its effect and its end): handlers are idempotent.

use std::{
    collections::{BTreeMap, HashMap},
    future::Future,
    pin::{Pin, pin},
    sync::Arc,
    time::Duration,
};

use chrono::{DateTime, Utc};
use kernel::{Clock, Code, Ctx, Ids, TenantId, Visibility};
use sea_orm::{
    ActiveValue::Set, ExprTrait, FromQueryResult, QueryOrder, QuerySelect, TryInsertResult,
    entity::prelude::*, sea_query::OnConflict,
};
use serde::{Serialize, de::DeserializeOwned};
use uuid::Uuid;

use crate::{Db, Migration, Reader, Step, StoreError, Table, Tx, tenant_table};

/// How often a job is tried before it is dead.
const ATTEMPTS_MAX: i32 = 8;
/// How long a job is one runner's before another may take it.
const LEASE: Duration = Duration::from_mins(2);
/// The first wait after a failure; doubled each time.
const BACKOFF_FIRST: Duration = Duration::from_secs(15);
/// Jobs taken at once.
const TAKEN_MAX: u64 = 20;
/// How long jobs that have ended wait, to be noted together, while the next one runs.
const NOTED_WITHIN: Duration = Duration::from_millis(100);
/// The key of a timer's job, kept while it runs: a timer is never twice.
const TIMER_KEY: &str = "timer";
/// How long done jobs are kept for the operator's page.
const DONE_KEPT_DAYS: i64 = 7;

pub(crate) const MIGRATION: Migration = Migration {
    name: "202611230102_storage_jobs",
    steps: || {
        vec![Step::CreateTable(
            Table::tenant("job")
                .uuid("id")
                .text("kind")
                .text("payload")
                .text("state")
                .time("run_at")
                .small("attempts")
                .opt_time("leased_until")
                .opt_text("unique_key")
                .opt_text("reason")
                .time("created_at")
                .opt_time("done_at")
                .text("visibility")
                .key(&["id"])
                .unique(&["tenant_id", "kind", "unique_key"])
                .index(&["tenant_id", "state", "run_at"]),
        )]
    },
};

mod job {
    use sea_orm::entity::prelude::*;
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "job")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: i32,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub kind: String,
        pub payload: String,
        pub state: String,
        pub run_at: chrono::DateTime<chrono::Utc>,
        pub attempts: i32,
        pub leased_until: Option<chrono::DateTime<chrono::Utc>>,
        pub unique_key: Option<String>,
        pub reason: Option<String>,
        pub created_at: chrono::DateTime<chrono::Utc>,
        pub done_at: Option<chrono::DateTime<chrono::Utc>>,
        pub visibility: String,
    }
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

tenant_table!(job);

/// Something to do after commit. The payload holds ids; what it needs it reads again when it runs.
pub trait Job: Serialize + DeserializeOwned + Send + 'static {
    /// `capability.what`.
    const KIND: &'static str;
}

/// How a job ends badly.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum JobError {
    /// Try again later.
    Retry(Code),
    /// It can never be done; a person must look.
    Fail(Code),
}

impl JobError {
    /// Try again later, for the reason with this code.
    pub fn retry(code: &str) -> Self {
        Self::Retry(code.parse().unwrap_or_else(|_| unreachable!("reason codes are literals of the program")))
    }
    /// It can never be done, for the reason with this code.
    pub fn fail(code: &str) -> Self {
        Self::Fail(code.parse().unwrap_or_else(|_| unreachable!("reason codes are literals of the program")))
    }
}

impl From<StoreError> for JobError {
    fn from(error: StoreError) -> Self {
        tracing::warn!(%error, "a job met the database in trouble");
        Self::retry("database")
    }
}

/// How each of the jobs ended, in their order.
type Ended = Vec<Result<(), JobError>>;
type Run<S> = Arc<dyn Fn(S, Ctx, Vec<String>) -> Pin<Box<dyn Future<Output = Ended> + Send>> + Send + Sync>;

/// What runs a kind of job. `S` is what handlers need: the application's state.
pub struct JobHandler<S> {
    kind: &'static str,
    run: Run<S>,
    together: bool,
}

impl<S: Send + 'static> JobHandler<S> {
    /// Whose jobs it runs, as `capability.what`.
    pub fn kind(&self) -> &'static str {
        self.kind
    }
    /// Runs jobs of the kind `J` with `run`, one after another.
    pub fn new<J, F, Fut>(run: F) -> Self
    where
        J: Job,
        F: Fn(S, Ctx, J) -> Fut + Copy + Send + Sync + 'static,
        Fut: Future<Output = Result<(), JobError>> + Send + 'static,
    {
        let one = move |state: S, ctx: Ctx, mut payloads: Vec<String>| {
            Box::pin(async move {
                let job = payloads.pop().and_then(|payload| serde_json::from_str(&payload).ok());
                let Some(job) = job else { return vec![Err(JobError::fail("payload"))] };
                vec![run(state, ctx, job).await]
            }) as Pin<Box<dyn Future<Output = Ended> + Send>>
        };
        Self { kind: J::KIND, run: Arc::new(one), together: false }
    }
    /// Runs jobs of the kind `J` by the handful with `run`, which says for each how it ended: for those whose cost is the
    /// commit and not the work.
    pub fn together<J, F, Fut>(run: F) -> Self
    where
        J: Job,
        F: Fn(S, Ctx, Vec<J>) -> Fut + Copy + Send + Sync + 'static,
        Fut: Future<Output = Ended> + Send + 'static,
    {
        let all = move |state: S, ctx: Ctx, payloads: Vec<String>| {
            Box::pin(async move {
                let jobs: Vec<Option<J>> =
                    payloads.iter().map(|payload| serde_json::from_str(payload).ok()).collect();
                let readable: Vec<bool> = jobs.iter().map(Option::is_some).collect();
                let mut ended = run(state, ctx, jobs.into_iter().flatten().collect()).await.into_iter();
                let outcome = |is_readable| {
                    let unreadable = || Some(Err(JobError::fail("payload")));
                    let outcome = if is_readable { ended.next() } else { unreadable() };
                    outcome.unwrap_or_else(|| Err(JobError::retry("unanswered")))
                };
                readable.into_iter().map(outcome).collect()
            }) as Pin<Box<dyn Future<Output = Ended> + Send>>
        };
        Self { kind: J::KIND, run: Arc::new(all), together: true }
    }
}

/// A job that comes back by itself: enqueued at start and again after each run.
pub struct Timer {
    /// The job's kind.
    pub kind: &'static str,
    /// How often.
    pub every: Duration,
    /// Its payload.
    pub payload: serde_json::Value,
}

/// All handlers and timers of the program.
pub struct Jobs<S> {
    handlers: HashMap<&'static str, JobHandler<S>>,
    timers: Vec<Timer>,
    clock: Arc<dyn Clock>,
    ids: Arc<Ids>,
}

impl<S: Clone + Send + 'static> Jobs<S> {
    /// Collects the handlers.
    pub fn new(
        handlers: Vec<JobHandler<S>>,
        timers: Vec<Timer>,
        clock: Arc<dyn Clock>,
        ids: Arc<Ids>,
    ) -> Self {
        Self {
            handlers: handlers.into_iter().map(|handler| (handler.kind, handler)).collect(),
            timers,
            clock,
            ids,
        }
    }

    /// Puts every timer that does not wait yet into the queue.
    pub async fn start_timers(&self, db: &Db, tenant: TenantId) -> Result<(), StoreError> {
        let ctx = Ctx::system("timers", tenant, self.clock.now(), self.ids.clone());
        let tx = db.begin_write(&ctx).await?;
        for timer in &self.timers {
            insert(&tx, timer.kind, &timer.payload.to_string(), ctx.now(), Some(TIMER_KEY)).await?;
        }
        tx.commit().await
    }
}

/// Leaves a job. With a key, a second one while the first waits to be taken is dropped; once it runs, or when it failed and
/// is tried again, the key is free.
pub(crate) async fn enqueue<J: Job>(
    tx: &Tx,
    job: &J,
    at: DateTime<Utc>,
    key: Option<&str>,
) -> Result<(), StoreError> {
    insert(tx, J::KIND, &serde_json::to_string(job)?, at, key).await
}

async fn insert(
    tx: &Tx,
    kind: &str,
    payload: &str,
    at: DateTime<Utc>,
    key: Option<&str>,
) -> Result<(), StoreError> {
    let row = job::ActiveModel {
        tenant_id: Set(tx.tenant().code()),
        id: Set(tx.ctx().new_id()),
        kind: Set(kind.to_owned()),
        payload: Set(payload.to_owned()),
        state: Set(JobState::Waiting.text().to_owned()),
        run_at: Set(at),
        attempts: Set(0),
        leased_until: Set(None),
        unique_key: Set(key.map(str::to_owned)),
        reason: Set(None),
        created_at: Set(tx.ctx().now()),
        done_at: Set(None),
        visibility: Set(Visibility::Staff.to_text()),
    };
    let conflict = OnConflict::columns([job::Column::TenantId, job::Column::Kind, job::Column::UniqueKey])
        .do_nothing()
        .to_owned();
    let insert = job::Entity::insert(row).on_conflict(conflict).try_insert();
    let _waiting_already: TryInsertResult<u64> = insert.exec_without_returning(tx.conn()).await?;
    Ok(())
}

/// How far a job is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JobState {
    /// To be done at its time.
    Waiting,
    /// Done.
    Done,
    /// Given up; a person must look.
    Dead,
}

impl JobState {
    const fn text(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Done => "done",
            Self::Dead => "dead",
        }
    }
}

/// Does what is due, at most a handful. Returns how many were done or tried.
pub async fn run_due_jobs<S: Clone + Send + 'static>(
    db: &Db,
    state: &S,
    jobs: &Jobs<S>,
    tenant: TenantId,
) -> Result<usize, StoreError> {
    let ctx = Ctx::system("jobs", tenant, jobs.clock.now(), jobs.ids.clone());
    let taken = take(db, &ctx).await?;
    let count = taken.len();
    let mut ended = Vec::new();
    for mut rows in handfuls(jobs, taken) {
        let mut still_ours = renew(db, jobs, tenant, &mut rows).await?.into_iter();
        rows.retain(|_| still_ours.next().unwrap_or(false));
        let Some(first) = rows.first() else { continue };
        // Each job sees the time at which it runs, and leaves its own name in the journal.
        let name = jobs.handlers.get_key_value(first.kind.as_str()).map_or("jobs", |(kind, _)| kind);
        let ctx = Ctx::system(name, tenant, jobs.clock.now(), jobs.ids.clone());
        let mut running = pin!(run_rows(state, jobs, &ctx, rows.clone()));
        let outcomes = loop {
            tokio::select! {
                outcomes = &mut running => break outcomes,
                // Those before a slow one do not wait for it, else their leases would run out and they be done again.
                () = tokio::time::sleep(NOTED_WITHIN), if !ended.is_empty() => {
                    note(db, jobs, tenant, std::mem::take(&mut ended)).await?;
                }
                // And the slow one stays this runner's.
                () = tokio::time::sleep(LEASE / 3) => {
                    renew(db, jobs, tenant, &mut rows).await?;
                }
            }
        };
        ended.extend(rows.into_iter().zip(outcomes));
    }
    note(db, jobs, tenant, ended).await?;
    Ok(count)
}

/// What is run in one go: a job alone, or those of a kind whose handler takes them together.
fn handfuls<S>(jobs: &Jobs<S>, taken: Vec<job::Model>) -> Vec<Vec<job::Model>> {
    let mut handfuls: Vec<Vec<job::Model>> = Vec::new();
    for row in taken {
        let together = jobs.handlers.get(row.kind.as_str()).is_some_and(|handler| handler.together);
        let of_kind = |rows: &&mut Vec<job::Model>| rows.first().is_some_and(|first| first.kind == row.kind);
        match handfuls.iter_mut().find(of_kind).filter(|_| together) {
            Some(rows) => rows.push(row),
            None => handfuls.push(vec![row]),
        }
    }
    handfuls
}

/// A panic in a handler is a failure of those jobs, never of the runner.
async fn run_rows<S: Clone + Send + 'static>(
    state: &S,
    jobs: &Jobs<S>,
    ctx: &Ctx,
    rows: Vec<job::Model>,
) -> Ended {
    let count = rows.len();
    let all = |error: JobError| vec![Err(error); count];
    let handler = rows.first().and_then(|first| jobs.handlers.get(first.kind.as_str()));
    let Some(handler) = handler else { return all(JobError::fail("unknown-kind")) };
    let payloads = rows.into_iter().map(|row| row.payload).collect();
    let running = tokio::spawn((handler.run)(state.clone(), ctx.clone(), payloads));
    running.await.unwrap_or_else(|_| all(JobError::retry("panic")))
}

async fn take(db: &Db, ctx: &Ctx) -> Result<Vec<job::Model>, StoreError> {
    let due = |column: Select<job::Entity>| {
        column
            .filter(job::Column::State.eq(JobState::Waiting.text()))
            .filter(job::Column::RunAt.lte(ctx.now()))
            .filter(job::Column::LeasedUntil.is_null().or(job::Column::LeasedUntil.lt(ctx.now())))
    };
    let reader = db.read(ctx);
    if due(reader.find::<job::Entity>()).limit(1).one(reader.conn()).await?.is_none() {
        return Ok(Vec::new());
    }
    let tx = db.begin_write(ctx).await?;
    let select = due(tx.find::<job::Entity>()).order_by_asc(job::Column::RunAt).order_by_asc(job::Column::Id);
    let rows = select
        .limit(TAKEN_MAX)
        .lock_with_behavior(
            sea_orm::sea_query::LockType::Update,
            sea_orm::sea_query::LockBehavior::SkipLocked,
        )
        .all(tx.conn())
        .await?;
    let ids: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
    let leased_until = Some(ctx.now() + LEASE);
    job::Entity::update_many()
        .set(job::ActiveModel { leased_until: Set(leased_until), ..Default::default() })
        .filter(job::Column::TenantId.eq(ctx.tenant().code()))
        .filter(job::Column::Id.is_in(ids))
        .exec(tx.conn())
        .await?;
    // From here on the job reads what it works on, so what changes from here on needs a job of its own.
    if rows.iter().any(|row| row.unique_key.as_deref().is_some_and(|key| key != TIMER_KEY)) {
        let ids = rows.iter().filter(|row| row.unique_key.as_deref() != Some(TIMER_KEY)).map(|row| row.id);
        job::Entity::update_many()
            .set(job::ActiveModel { unique_key: Set(None), ..Default::default() })
            .filter(job::Column::TenantId.eq(ctx.tenant().code()))
            .filter(job::Column::Id.is_in(ids))
            .exec(tx.conn())
            .await?;
    }
    tx.commit().await?;
    Ok(rows.into_iter().map(|row| job::Model { leased_until, ..row }).collect())
}

/// Jobs that waited behind slow ones get a new lease before they begin, and while they run. Says of each whether it is still
/// this runner's: when the old lease ran out, another may have taken it.
async fn renew<S>(
    db: &Db,
    jobs: &Jobs<S>,
    tenant: TenantId,
    rows: &mut [job::Model],
) -> Result<Vec<bool>, StoreError> {
    let ctx = Ctx::system("jobs", tenant, jobs.clock.now(), jobs.ids.clone());
    let is_long = |row: &job::Model| row.leased_until.is_some_and(|until| until >= ctx.now() + LEASE / 2);
    if rows.iter().all(is_long) {
        return Ok(vec![true; rows.len()]);
    }
    let leased_until = Some(ctx.now() + LEASE);
    let tx = db.begin_write(&ctx).await?;
    let mut still_ours = Vec::with_capacity(rows.len());
    for row in &mut *rows {
        let outcome = job::Entity::update_many()
            .set(job::ActiveModel { leased_until: Set(leased_until), ..Default::default() })
            .filter(held(row))
            .exec(tx.conn())
            .await?;
        still_ours.push(outcome.rows_affected == 1);
    }
    tx.commit().await?;
    for row in rows {
        row.leased_until = leased_until;
    }
    Ok(still_ours)
}

/// The row, as long as it is still leased to the one who read it.
fn held(row: &job::Model) -> Expr {
    job::Column::TenantId
        .eq(row.tenant_id)
        .and(job::Column::Id.eq(row.id))
        .and(job::Column::State.eq(JobState::Waiting.text()))
        .and(job::Column::LeasedUntil.eq(row.leased_until))
}

/// Notes how jobs ended, all in one commit: quick ones come by the hundred, and a commit waits for the disk.
async fn note<S>(
    db: &Db,
    jobs: &Jobs<S>,
    tenant: TenantId,
    ended: Vec<(job::Model, Result<(), JobError>)>,
) -> Result<(), StoreError> {
    if ended.is_empty() {
        return Ok(());
    }
    let ctx = Ctx::system("jobs", tenant, jobs.clock.now(), jobs.ids.clone());
    let tx = db.begin_write(&ctx).await?;
    let mut done: BTreeMap<Option<DateTime<Utc>>, Vec<Uuid>> = BTreeMap::new();
    for (row, outcome) in ended {
        let is_timer = row.unique_key.as_deref() == Some(TIMER_KEY);
        let timer = jobs.timers.iter().find(|timer| is_timer && timer.kind == row.kind);
        if timer.is_none() && outcome.is_ok() {
            done.entry(row.leased_until).or_default().push(row.id);
            continue;
        }
        let change = after(&row, outcome, timer, ctx.now());
        job::Entity::update_many().set(change).filter(held(&row)).exec(tx.conn()).await?;
    }
    for (leased_until, ids) in done {
        let change = job::ActiveModel {
            state: Set(JobState::Done.text().to_owned()),
            done_at: Set(Some(ctx.now())),
            leased_until: Set(None),
            reason: Set(None),
            ..Default::default()
        };
        job::Entity::update_many()
            .set(change)
            .col_expr(job::Column::Attempts, Expr::col(job::Column::Attempts).add(1))
            .filter(job::Column::TenantId.eq(ctx.tenant().code()))
            .filter(job::Column::Id.is_in(ids))
            .filter(job::Column::State.eq(JobState::Waiting.text()))
            .filter(job::Column::LeasedUntil.eq(leased_until))
            .exec(tx.conn())
            .await?;
    }
    tx.commit().await
}

/// What becomes of a timer, and of a job that could not be done.
fn after(
    row: &job::Model,
    outcome: Result<(), JobError>,
    timer: Option<&Timer>,
    now: DateTime<Utc>,
) -> job::ActiveModel {
    let attempts = row.attempts + 1;
    let reason = outcome.as_ref().err().map(reason);
    let mut change = job::ActiveModel {
        attempts: Set(attempts),
        leased_until: Set(None),
        reason: Set(reason),
        ..Default::default()
    };
    match (outcome, timer) {
        (_, Some(timer)) => change.run_at = Set(now + timer.every),
        (Err(JobError::Retry(_)), None) if attempts < ATTEMPTS_MAX => {
            let doubled = BACKOFF_FIRST * 2_u32.pow(u32::try_from(attempts - 1).unwrap_or(0));
            change.run_at = Set(now + doubled);
        }
        (_, None) => change.state = Set(JobState::Dead.text().to_owned()),
    }
    change
}

/// Forgets the jobs that were done more than a week ago. Returns how many.
pub async fn forget_done_jobs(db: &Db, ctx: &Ctx) -> Result<u64, StoreError> {
    let tx = db.begin_write(ctx).await?;
    let gone = job::Entity::delete_many()
        .filter(job::Column::TenantId.eq(ctx.tenant().code()))
        .filter(job::Column::State.eq(JobState::Done.text()))
        .filter(job::Column::DoneAt.lt(ctx.now() - chrono::Duration::days(DONE_KEPT_DAYS)))
        .exec(tx.conn())
        .await?;
    tx.commit().await?;
    Ok(gone.rows_affected)
}

fn reason(error: &JobError) -> String {
    match error {
        JobError::Retry(code) | JobError::Fail(code) => code.to_string(),
    }
}

/// A job as the operator sees it: ids and kinds, never recipients or text.
#[derive(Debug, Clone)]
pub struct JobRow {
    /// The job.
    pub id: Uuid,
    /// `capability.what`.
    pub kind: String,
    /// How often it has been tried.
    pub attempts: i32,
    /// When it is due.
    pub run_at: DateTime<Utc>,
    /// Why it last failed.
    pub reason: Option<String>,
}

/// The jobs in a state, the most urgent first, at most `limit`.
pub async fn jobs_in_state(
    reader: &impl Reader,
    state: JobState,
    limit: u64,
) -> Result<Vec<JobRow>, StoreError> {
    let select = reader.find::<job::Entity>().filter(job::Column::State.eq(state.text()));
    let rows = select.order_by_asc(job::Column::RunAt).limit(limit).all(reader.conn()).await?;
    Ok(rows.into_iter().map(JobRow::of).collect())
}

impl JobRow {
    fn of(row: job::Model) -> Self {
        let job::Model { id, kind, attempts, run_at, reason, .. } = row;
        Self { id, kind, attempts, run_at, reason }
    }
}

/// A job that was given up.
pub async fn dead_job(reader: &impl Reader, id: Uuid) -> Result<Option<JobRow>, StoreError> {
    let select = reader.find::<job::Entity>().filter(job::Column::Id.eq(id));
    let select = select.filter(job::Column::State.eq(JobState::Dead.text()));
    Ok(select.one(reader.conn()).await?.map(JobRow::of))
}

/// How many jobs there are of each kind in each state.
pub async fn job_counts(reader: &impl Reader) -> Result<Vec<(String, String, i64)>, StoreError> {
    #[derive(FromQueryResult)]
    struct Counted {
        kind: String,
        state: String,
        count: i64,
    }
    let select = reader.find::<job::Entity>().select_only();
    let select = select.column(job::Column::Kind).column(job::Column::State);
    let select = select.column_as(job::Column::Id.count(), "count");
    let select =
        select.group_by(job::Column::Kind).group_by(job::Column::State).order_by_asc(job::Column::Kind);
    let rows = select.into_model::<Counted>().all(reader.conn()).await?;
    Ok(rows.into_iter().map(|row| (row.kind, row.state, row.count)).collect())
}

/// How many jobs of a kind wait though their time came before this: nobody works them off.
pub async fn late_jobs(
    reader: &impl Reader,
    due_before: DateTime<Utc>,
) -> Result<Vec<(String, i64)>, StoreError> {
    #[derive(FromQueryResult)]
    struct Counted {
        kind: String,
        count: i64,
    }
    let select = reader
        .find::<job::Entity>()
        .filter(job::Column::State.eq(JobState::Waiting.text()))
        .filter(job::Column::RunAt.lt(due_before))
        .select_only()
        .column(job::Column::Kind)
        .column_as(job::Column::Id.count(), "count")
        .group_by(job::Column::Kind)
        .order_by_asc(job::Column::Kind);
    let rows = select.into_model::<Counted>().all(reader.conn()).await?;
    Ok(rows.into_iter().map(|row| (row.kind, row.count)).collect())
}

/// Puts a dead job back into the queue. `false` when there is no such dead job.
pub async fn retry_dead_job(tx: &Tx, id: Uuid) -> Result<bool, StoreError> {
    let outcome = job::Entity::update_many()
        .set(job::ActiveModel {
            state: Set(JobState::Waiting.text().to_owned()),
            attempts: Set(0),
            run_at: Set(tx.ctx().now()),
            ..Default::default()
        })
        .filter(job::Column::TenantId.eq(tx.tenant().code()))
        .filter(job::Column::Id.eq(id))
        .filter(job::Column::State.eq(JobState::Dead.text()))
        .exec(tx.conn())
        .await?;
    Ok(outcome.rows_affected == 1)
}

/// Takes a dead job out for good: what it was to do is not done. Returns what it was; `None` when there is no such dead job.
pub async fn discard_dead_job(tx: &Tx, id: Uuid) -> Result<Option<JobRow>, StoreError> {
    let known = dead_job(tx, id).await?;
    let gone = job::Entity::delete_many()
        .filter(job::Column::TenantId.eq(tx.tenant().code()))
        .filter(job::Column::Id.eq(id))
        .filter(job::Column::State.eq(JobState::Dead.text()))
        .exec(tx.conn())
        .await?;
    Ok(known.filter(|_| gone.rows_affected == 1))
}
