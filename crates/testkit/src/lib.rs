//! What a test stands on: a fresh database on each engine from one source, a clock that is moved, ids that repeat.
//!
//! With the feature `server` also the program with some capabilities in it and a browser without a network.
//!
//! SQLite always, PostgreSQL when `TEST_POSTGRES_URL` is set (`cargo xtask test` sets it). Migrations run once per schema;
//! each test then gets a copy. For tests only: it panics where the program would return an error.

mod clamd;
mod engines;
mod masked;
#[cfg(feature = "server")]
mod server;
mod words;

use std::{future::Future, sync::Arc};

use chrono::{DateTime, Duration, NaiveDateTime, Utc};
use kernel::{Actor, Calendar, Clock, Ctx, Ids, Language, MovableClock, PersonId, Reach, TeamId, TenantId};
use storage::{
    Db, Engine, Keys, Migration, Target, Tx,
    sea_orm::{ConnectionTrait, Statement},
};

pub use clamd::{Clamd, STREAM_BYTES_MAX, VIRUS};
pub use masked::{masked, reviewed};
#[cfg(feature = "server")]
pub use server::{Answer, Browser, HOST, Nobody, OTHER_HOST, Server, Sessions, messages, site};
pub use words::{assert_journal_reads, journal_words};

/// The municipality of tests.
pub const TENANT: TenantId = TenantId::new(165);
/// Another one, to look in from.
pub const OTHER_TENANT: TenantId = TenantId::new(101);
/// When tests begin: Monday 23 November 2026, 9.00 in Copenhagen.
const BEGINS: &str = "2026-11-23T09:00";

/// One test's database, clock and ids.
#[derive(Debug, Clone)]
pub struct Bench {
    /// A migrated, empty database.
    pub db: Db,
    /// Stands still until it is moved.
    pub clock: MovableClock,
    /// The same ids in each run.
    pub ids: Arc<Ids>,
    /// An ordinary calendar.
    pub calendar: Calendar,
}

/// Runs the test once per engine, each time on a database of its own with these migrations.
pub async fn each_engine<F, Fut>(migrations: fn() -> Vec<Migration>, test: F)
where
    F: Fn(Bench) -> Fut,
    Fut: Future<Output = ()> + Send + 'static,
{
    run(migrations, false, test).await;
}

/// The same with one connection to the database: whatever is asked beside an open transaction fails the test. For
/// everything but tests in which two write at the same time.
pub async fn each_engine_alone<F, Fut>(migrations: fn() -> Vec<Migration>, test: F)
where
    F: Fn(Bench) -> Fut,
    Fut: Future<Output = ()> + Send + 'static,
{
    run(migrations, true, test).await;
}

async fn run<F, Fut>(migrations: fn() -> Vec<Migration>, alone: bool, test: F)
where
    F: Fn(Bench) -> Fut,
    Fut: Future<Output = ()> + Send + 'static,
{
    let mut targets = vec![engines::sqlite(migrations).await];
    if let Some(target) = engines::postgres(migrations).await {
        targets.push(target);
    }
    for fresh in targets {
        let bench = if alone { Bench::alone(&fresh.target).await } else { Bench::open(&fresh.target).await };
        let (db, engine) = (bench.db.clone(), bench.db.engine());
        // A task of its own, so that the database is dropped also after a failed assertion.
        let outcome = tokio::spawn(test(bench)).await;
        db.close().await.unwrap_or_else(|error| panic!("cannot close: {error}"));
        fresh.remove().await;
        if let Err(failed) = outcome {
            eprintln!("the test failed on {engine}");
            std::panic::resume_unwind(failed.into_panic());
        }
    }
}

impl Bench {
    /// A bench on a database that is there already.
    pub async fn open(target: &Target) -> Self {
        Self::on(Db::open(target).await.unwrap_or_else(|error| panic!("cannot open: {error}")))
    }

    async fn alone(target: &Target) -> Self {
        Self::on(Db::open_alone(target).await.unwrap_or_else(|error| panic!("cannot open: {error}")))
    }

    fn on(db: Db) -> Self {
        let calendar = Calendar::default();
        let begins = instant(&calendar, BEGINS);
        Self { db, clock: MovableClock::at(begins), ids: Arc::new(Ids::seeded(2620)), calendar }
    }

    /// Which engine the test runs on just now.
    pub fn engine(&self) -> Engine {
        self.db.engine()
    }

    /// The time on the clock.
    pub fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    /// Moves the clock to a local time, written `2026-11-23T09:00`.
    pub fn at(&self, local: &str) -> &Self {
        self.clock.set(instant(&self.calendar, local));
        self
    }

    /// Moves the clock on.
    pub fn later(&self, by: Duration) -> &Self {
        self.clock.set(self.now() + by);
        self
    }

    /// The program itself, now.
    pub fn ctx(&self) -> Ctx {
        self.ctx_of(TENANT)
    }

    /// The program itself in another tenant.
    pub fn ctx_of(&self, tenant: TenantId) -> Ctx {
        Ctx::system("test", tenant, self.now(), self.ids.clone())
    }

    /// A person of the municipality without any permission, in these teams.
    pub fn staff(&self, person: PersonId, teams: &[TeamId]) -> Ctx {
        let reach = Reach { teams: teams.iter().copied().collect(), ..Reach::default() };
        Ctx::new(TENANT, Actor::Staff(person), Arc::new(reach), Language::Da, self.now(), self.ids.clone())
    }

    /// A new id.
    pub fn id<T: From<uuid::Uuid>>(&self) -> T {
        self.ids.new_uuid(self.now()).into()
    }

    /// Begins to write, as the program itself.
    pub async fn tx(&self) -> Tx {
        self.db.begin_write(&self.ctx()).await.unwrap_or_else(|error| panic!("cannot begin: {error}"))
    }

    /// Reads, as the program itself.
    pub fn read(&self) -> storage::Read {
        self.db.read(&self.ctx())
    }

    /// Every column, as `table.column`, in which one of these words stands now, each once.
    pub async fn columns_with(&self, migrations: fn() -> Vec<Migration>, words: &[&str]) -> Vec<String> {
        let conn = self.db.raw();
        let mut found = Vec::new();
        for table in storage::current_tables(migrations()).into_values() {
            for column in &table.columns {
                let sql = format!("SELECT CAST(\"{}\" AS TEXT) AS word FROM \"{}\"", column.name, table.name);
                let statement = Statement::from_string(conn.get_database_backend(), sql);
                let rows = conn.query_all_raw(statement).await;
                let rows = rows.unwrap_or_else(|error| panic!("cannot read {}: {error}", table.name));
                // Bytes that are no text hold no words.
                let texts =
                    rows.iter().filter_map(|row| row.try_get::<Option<String>>("", "word").ok().flatten());
                if texts.into_iter().any(|text| words.iter().any(|word| text.contains(word))) {
                    found.push(format!("{}.{}", table.name, column.name));
                }
            }
        }
        found
    }

    /// Seals every line that has been committed. Returns how many.
    pub async fn seal(&self) -> u64 {
        let mut sealed = 0;
        loop {
            match storage::seal(&self.db, &self.ctx())
                .await
                .unwrap_or_else(|error| panic!("cannot seal: {error}"))
            {
                0 => return sealed,
                some => sealed += some,
            }
        }
    }
}

/// The secret of a test's installation: the same in each run.
pub fn keys() -> Keys {
    let folder = tempfile::tempdir().unwrap_or_else(|error| panic!("no room for a key: {error}"));
    let path = folder.path().join("key");
    std::fs::write(&path, "07".repeat(32)).unwrap_or_else(|error| panic!("cannot write the key: {error}"));
    Keys::load_or_create(&path, &Ids::seeded(0))
        .unwrap_or_else(|error| panic!("cannot read the key: {error}"))
}

fn instant(calendar: &Calendar, local: &str) -> DateTime<Utc> {
    let local = NaiveDateTime::parse_from_str(local, "%Y-%m-%dT%H:%M");
    calendar.instant(local.unwrap_or_else(|error| panic!("a local time is written {BEGINS}: {error}")))
}
