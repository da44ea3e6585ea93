//! The database: one writer and many readers on SQLite, a pool on PostgreSQL.

use std::{
    fmt,
    path::PathBuf,
    str::FromStr,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use kernel::Ctx;
use sea_orm::{
    ConnectionTrait, DatabaseConnection, EntityTrait, SqliteTransactionMode, SqlxPostgresConnector,
    SqlxSqliteConnector, Statement, TransactionOptions, TransactionTrait,
};
use sqlx::{
    ConnectOptions, Connection, PgConnection, SqliteConnection,
    postgres::{PgConnectOptions, PgPoolOptions},
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};
use tokio::sync::Notify;

use crate::{Migration, Read, StoreError, Tx, schema};

/// How long a SQLite writer waits for another process's write before it gives up.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);
/// How long a connection may be idle before it is asked whether its server is still there.
const ASKED_AFTER: Duration = Duration::from_secs(5);
/// Statements that a connection keeps prepared: those of the pages that are asked for again and again. Each holds memory, in
/// each connection.
const STATEMENTS_KEPT: usize = 128;
/// How long a request waits for a connection.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(10);
/// The same where there is only one: it is busy no longer than a transaction may live.
const ALONE_TIMEOUT: Duration = Duration::from_secs(3);
/// Readers per process, and writers on PostgreSQL. They are apart there too: writers that wait for a row would else hold
/// every connection while the one that has the row waits for a connection to read with.
const CONNECTIONS_MAX: u32 = 8;
/// SQLite's page cache of the connection that writes, in KiB; negative is SQLite's way to say KiB instead of pages.
const WRITER_CACHE_KIB: &str = "-8000";
/// The same of each that reads. They see the file through memory that they share with the system and with each other, up to
/// this many bytes of it, and keep little of their own.
const READER_CACHE_KIB: &str = "-1000";
const READ_THROUGH_MEMORY: &str = "2000000000";

/// The two engines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    /// One file, write-ahead log, `synchronous=FULL`.
    Sqlite,
    /// A server.
    Postgres,
}

impl fmt::Display for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Sqlite => "SQLite",
            Self::Postgres => "PostgreSQL",
        })
    }
}

/// Sees the statements that are sent, with their values. Not `BEGIN`, `COMMIT` and migrations.
pub type Watcher = Arc<dyn Fn(&Statement) + Send + Sync>;

/// What a commit means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    /// On disk when it returns: a receipt that was shown must stand.
    Full,
    /// On disk some time later. Only for making a database that can be made again, such as a demo: a loss of power may
    /// leave nothing usable.
    Later,
}

/// Which database to open.
#[derive(Clone, PartialEq, Eq)]
pub enum Target {
    /// A file.
    Sqlite(PathBuf),
    /// `postgres://...`; holds a password, so never printed.
    Postgres(String),
}

impl fmt::Debug for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => f.debug_tuple("Sqlite").field(path).finish(),
            Self::Postgres(_) => f.write_str("Postgres(..)"),
        }
    }
}

impl FromStr for Target {
    type Err = DbError;
    fn from_str(text: &str) -> Result<Self, DbError> {
        if let Some(path) = text.strip_prefix("sqlite:") {
            let path = path.strip_prefix("//").unwrap_or(path);
            return Ok(Self::Sqlite(PathBuf::from(path)));
        }
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            return Ok(Self::Postgres(text.to_owned()));
        }
        Err(DbError::Target)
    }
}

/// Why a database could not be opened or migrated. Shown to the operator as it is.
#[derive(Debug, thiserror::Error)]
pub enum DbError {
    /// The address is of no known kind.
    #[error("the database address must begin with `sqlite:` or `postgres://`")]
    Target,
    /// The engine refused.
    #[error("cannot open the database: {0}")]
    Open(#[from] sqlx::Error),
    /// A migration failed; the SQLite file was copied before.
    #[error("migration {name} failed: {source}")]
    Migration {
        /// The migration.
        name: String,
        /// What the engine said.
        source: Box<StoreError>,
    },
    /// The database has been used by a newer program.
    #[error(
        "the database holds the migration {0}, which this program does not know: it is older than the database"
    )]
    Newer(String),
    /// Reading the state of the migrations failed.
    #[error("cannot read the state of the database: {0}")]
    State(#[from] StoreError),
    /// The file could not be copied before a migration.
    #[error("cannot copy the database before migrating it: {0}")]
    Copy(std::io::Error),
}

#[derive(Debug)]
struct Inner {
    engine: Engine,
    target: Target,
    reader: DatabaseConnection,
    writer: DatabaseConnection,
    /// Rung after every commit that wrote a journal line or a job.
    committed: Notify,
    jobs_waiting: Notify,
    commits: AtomicU64,
}

/// A database. Cheap to clone. Nothing can be read or written but with a [`Ctx`].
#[derive(Debug, Clone)]
pub struct Db(Arc<Inner>);

impl Db {
    /// Opens the database, without migrating it. A SQLite file is made when it is not there.
    pub async fn open(target: &Target) -> Result<Self, DbError> {
        Self::open_with(target, Durability::Full).await
    }

    /// Opens the database, and says what a commit means.
    pub async fn open_with(target: &Target, durability: Durability) -> Result<Self, DbError> {
        Self::open_and(target, durability, None).await
    }

    /// Opens the database with one connection for all reading and writing: whoever holds a transaction and asks for
    /// something beside it waits in vain and fails. For tests, which show so that nobody does.
    pub async fn open_alone(target: &Target) -> Result<Self, DbError> {
        let (engine, writer) = match target {
            Target::Sqlite(path) => {
                let pool = SqlitePoolOptions::new().max_connections(1).acquire_timeout(ALONE_TIMEOUT);
                let pool = pool.before_acquire(|connection, _| Box::pin(is_between_transactions(connection)));
                let pool = pool.connect_with(sqlite_options(path, Durability::Full)).await?;
                (Engine::Sqlite, SqlxSqliteConnector::from_sqlx_sqlite_pool(pool))
            }
            Target::Postgres(url) => {
                let pool = PgPoolOptions::new().max_connections(1).acquire_timeout(ALONE_TIMEOUT);
                let options = url.parse::<PgConnectOptions>()?.disable_statement_logging();
                let pool = pool.connect_with(options).await?;
                (Engine::Postgres, SqlxPostgresConnector::from_sqlx_postgres_pool(pool))
            }
        };
        Ok(Self::of(engine, target, writer.clone(), writer))
    }

    /// Opens the database, and lets every statement be seen as it is sent: for tests and measurements that count them.
    pub async fn open_watched(target: &Target, watcher: Watcher) -> Result<Self, DbError> {
        Self::open_and(target, Durability::Full, Some(watcher)).await
    }

    async fn open_and(
        target: &Target,
        durability: Durability,
        watcher: Option<Watcher>,
    ) -> Result<Self, DbError> {
        let (engine, mut reader, mut writer) = match target {
            Target::Sqlite(path) => {
                let options = sqlite_options(path, durability);
                let pool = |connections| {
                    SqlitePoolOptions::new()
                        .max_connections(connections)
                        .acquire_timeout(ACQUIRE_TIMEOUT)
                        // Nothing hangs up on a file.
                        .test_before_acquire(false)
                };
                let writer = pool(1)
                    .before_acquire(|connection, _| Box::pin(is_between_transactions(connection)))
                    .connect_with(options.clone())
                    .await?;
                let options = options
                    .pragma("query_only", "ON")
                    .pragma("cache_size", READER_CACHE_KIB)
                    .pragma("mmap_size", READ_THROUGH_MEMORY);
                let reader = pool(CONNECTIONS_MAX).connect_with(options).await?;
                let reader = SqlxSqliteConnector::from_sqlx_sqlite_pool(reader);
                (Engine::Sqlite, reader, SqlxSqliteConnector::from_sqlx_sqlite_pool(writer))
            }
            Target::Postgres(url) => {
                let options: PgConnectOptions = url.parse()?;
                let options = match durability {
                    Durability::Full => options,
                    Durability::Later => options.options([("synchronous_commit", "off")]),
                };
                let options = options.statement_cache_capacity(STATEMENTS_KEPT).disable_statement_logging();
                let pool = || {
                    PgPoolOptions::new()
                        .max_connections(CONNECTIONS_MAX)
                        .acquire_timeout(ACQUIRE_TIMEOUT)
                        .test_before_acquire(false)
                        .before_acquire(|connection, used| Box::pin(still_answers(connection, used.idle_for)))
                };
                let (reader, writer) =
                    (pool().connect_with(options.clone()).await?, pool().connect_with(options).await?);
                let reader = SqlxPostgresConnector::from_sqlx_postgres_pool(reader);
                (Engine::Postgres, reader, SqlxPostgresConnector::from_sqlx_postgres_pool(writer))
            }
        };
        if let Some(watcher) = watcher {
            for connection in [&mut reader, &mut writer] {
                let watcher = watcher.clone();
                connection.set_metric_callback(move |sent| watcher(sent.statement));
            }
        }
        Ok(Self::of(engine, target, reader, writer))
    }

    fn of(engine: Engine, target: &Target, reader: DatabaseConnection, writer: DatabaseConnection) -> Self {
        let (committed, jobs_waiting) = (Notify::new(), Notify::new());
        Self(Arc::new(Inner {
            engine,
            target: target.clone(),
            reader,
            writer,
            committed,
            jobs_waiting,
            commits: AtomicU64::new(0),
        }))
    }

    /// Brings the schema up to date: each migration in a transaction, the SQLite file copied first,
    /// two PostgreSQL nodes kept apart by an advisory lock. Returns the names of those that were run.
    pub async fn migrate(&self, migrations: Vec<Migration>) -> Result<Vec<&'static str>, DbError> {
        schema::migrate(self, migrations).await
    }

    /// Which engine.
    pub fn engine(&self) -> Engine {
        self.0.engine
    }

    /// Which database.
    pub fn target(&self) -> &Target {
        &self.0.target
    }

    /// A reader bound to the tenant of `ctx`.
    pub fn read(&self, ctx: &Ctx) -> Read {
        Read::new(self.0.reader.clone(), ctx)
    }

    /// Begins a write transaction bound to tenant and actor. Dropped without [`Tx::commit`]: rolled back.
    ///
    /// Nothing but the transaction is awaited inside it, and it lives at most two seconds.
    pub async fn begin_write(&self, ctx: &Ctx) -> Result<Tx, StoreError> {
        Ok(Tx::new(self.clone(), self.begin_raw().await?, ctx.clone()))
    }

    /// A bare transaction, for what belongs to no tenant: migrations, the national register, whole-database copies.
    /// A deferred SQLite transaction that reads, then writes, would fail at once when another writes between: hence
    /// immediate.
    pub async fn begin_raw(&self) -> Result<sea_orm::DatabaseTransaction, StoreError> {
        let options = TransactionOptions {
            sqlite_transaction_mode: match self.0.engine {
                Engine::Sqlite => Some(SqliteTransactionMode::Immediate),
                Engine::Postgres => None,
            },
            ..TransactionOptions::default()
        };
        Ok(self.0.writer.begin_with_options(options).await?)
    }

    /// The bare reading connection, for what belongs to no tenant.
    pub fn raw(&self) -> &DatabaseConnection {
        &self.0.reader
    }

    /// The bare writing connection, for statements that must stand outside a transaction.
    pub(crate) fn raw_writer(&self) -> &DatabaseConnection {
        &self.0.writer
    }

    /// Lets PostgreSQL count anew what a table holds, after much was written to it. Until then it reads the whole table in
    /// statements that it learned when there was next to nothing in it, and its own count comes a minute later. SQLite goes
    /// by its indexes and needs no counting.
    pub async fn recount<E: EntityTrait>(&self) -> Result<(), StoreError> {
        if self.0.engine == Engine::Postgres {
            let table = E::default();
            self.0.writer.execute_unprepared(&format!("ANALYZE \"{}\"", table.table_name())).await?;
        }
        Ok(())
    }

    /// Waits until something has been committed; used by the sealer and by readers of the journal.
    pub async fn committed(&self) {
        self.0.committed.notified().await;
    }

    /// Waits until a job has been enqueued.
    pub async fn jobs_waiting(&self) {
        self.0.jobs_waiting.notified().await;
    }

    /// How many transactions this process has committed: the same number again says that it has changed nothing since.
    /// What belongs to no tenant, and what other processes commit, is not counted.
    pub fn commits(&self) -> u64 {
        self.0.commits.load(Ordering::Acquire)
    }

    pub(crate) fn ring(&self) {
        self.0.commits.fetch_add(1, Ordering::Release);
        self.0.committed.notify_waiters();
        self.0.jobs_waiting.notify_one();
    }

    /// Whether the database answers.
    pub async fn ping(&self) -> Result<(), StoreError> {
        self.0.reader.execute_unprepared("SELECT 1").await?;
        Ok(())
    }

    /// Closes both pools, so that the file can be copied or removed.
    pub async fn close(&self) -> Result<(), StoreError> {
        self.0.reader.close_by_ref().await?;
        self.0.writer.close_by_ref().await?;
        Ok(())
    }
}

/// A transaction that met the full disk may leave its connection unable to end it; what came after would be part of it and
/// be lost with it. Such a connection is closed, which rolls it back.
async fn is_between_transactions(connection: &mut SqliteConnection) -> Result<bool, sqlx::Error> {
    if connection.is_in_transaction() {
        // A transaction that was dropped is rolled back beside us; this waits for it.
        connection.ping().await?;
    }
    Ok(!connection.is_in_transaction())
}

/// Whether the server is still there: asked where it has been silent for a while, since the question costs as much as a
/// statement.
async fn still_answers(connection: &mut PgConnection, silent_for: Duration) -> Result<bool, sqlx::Error> {
    if silent_for >= ASKED_AFTER {
        connection.ping().await?;
    }
    Ok(true)
}

fn sqlite_options(path: &std::path::Path, durability: Durability) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        // NORMAL can lose the last commits on power loss; a receipt that was shown must stand.
        .synchronous(match durability {
            Durability::Full => SqliteSynchronous::Full,
            Durability::Later => SqliteSynchronous::Off,
        })
        .foreign_keys(true)
        .busy_timeout(BUSY_TIMEOUT)
        // What is erased is written over, and does not lie in a page that nobody uses any more.
        .pragma("secure_delete", "ON")
        .pragma("cache_size", WRITER_CACHE_KIB)
        .statement_cache_capacity(STATEMENTS_KEPT)
        .disable_statement_logging()
}
