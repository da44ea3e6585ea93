//! Everything that a database holds, read inside one transaction: the same rows from the first table to the last.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write,
};

use futures_util::{Stream, StreamExt, TryStreamExt};
use kernel::TenantId;
use sea_orm::{
    ConnectionTrait, DatabaseTransaction, IsolationLevel, QueryResult, SqliteTransactionMode, Statement,
    StreamTrait, TransactionOptions, TransactionTrait,
};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::{
    ArchiveError, JournalMark, TableMark,
    row::{self, Cell},
};
use crate::{
    ColumnKind, Db, Engine, Migration, Reader, StoreError, Table, current_tables, schema, schema::backend,
    seal::last_sealed,
};

/// How long a move waits for a writer to end, in PostgreSQL's words.
const LOCK_TIMEOUT: &str = "SET LOCAL lock_timeout = '10s'";

/// A transaction over all tables.
pub struct Content {
    pub(super) conn: DatabaseTransaction,
    pub(super) engine: Engine,
    /// Those that others refer to first.
    pub(super) tables: Vec<Table>,
    /// Run there, in the order of their names.
    pub(super) migrations: Vec<Migration>,
}

/// Reads for one tenant what the transaction sees.
pub struct ContentReader<'a> {
    conn: &'a DatabaseTransaction,
    tenant: TenantId,
}

impl Reader for ContentReader<'_> {
    type Conn = DatabaseTransaction;
    fn conn(&self) -> &DatabaseTransaction {
        self.conn
    }
    fn tenant(&self) -> TenantId {
        self.tenant
    }
}

/// A file that the database speaks of.
#[derive(Debug, Clone)]
pub(super) struct FileRow {
    pub(super) id: Uuid,
    pub(super) sha256: String,
}

impl Content {
    /// What the database holds just now. Others go on writing, and nothing of that is seen.
    pub async fn snapshot(db: &Db, known: &[Migration]) -> Result<Self, ArchiveError> {
        let options = match db.engine() {
            Engine::Sqlite => TransactionOptions {
                sqlite_transaction_mode: Some(SqliteTransactionMode::Deferred),
                ..TransactionOptions::default()
            },
            Engine::Postgres => TransactionOptions {
                isolation_level: Some(IsolationLevel::RepeatableRead),
                access_mode: Some(sea_orm::AccessMode::ReadOnly),
                ..TransactionOptions::default()
            },
        };
        // The first statement fixes what is seen, on both engines.
        Self::over(db.raw().begin_with_options(options).await?, db.engine(), known).await
    }

    /// What the database holds; until this ends, nobody else writes. Refused when someone does, and when the database
    /// lacks a migration.
    pub async fn frozen(db: &Db, known: &[Migration]) -> Result<Self, ArchiveError> {
        let applied = schema::applied(db.raw(), db.engine()).await?;
        among(known, &applied)?;
        if let Some(missing) =
            known.iter().find(|migration| !applied.iter().any(|name| name == migration.name))
        {
            return Err(ArchiveError::Behind(missing.name.to_owned()));
        }
        let conn = match db.engine() {
            Engine::Sqlite => db.begin_raw().await.map_err(busy)?,
            Engine::Postgres => {
                let options = TransactionOptions {
                    isolation_level: Some(IsolationLevel::RepeatableRead),
                    ..TransactionOptions::default()
                };
                let conn = db.raw().begin_with_options(options).await?;
                conn.execute_unprepared(LOCK_TIMEOUT).await?;
                // Before the first select, so that nothing is committed between what is seen and the lock.
                let names: Vec<String> =
                    current_tables(known.to_vec()).keys().map(|name| format!("\"{name}\"")).collect();
                let lock = format!("LOCK TABLE {} IN SHARE MODE", names.join(", "));
                conn.execute_unprepared(&lock).await.map_err(|error| busy(error.into()))?;
                conn
            }
        };
        Self::over(conn, db.engine(), known).await
    }

    pub(super) async fn over(
        conn: DatabaseTransaction,
        engine: Engine,
        known: &[Migration],
    ) -> Result<Self, ArchiveError> {
        let applied = schema::applied(&conn, engine).await?;
        let migrations = among(known, &applied)?;
        let tables = parents_first(current_tables(migrations.clone()));
        Ok(Self { conn, engine, tables, migrations })
    }

    /// Reads as one tenant.
    pub fn reader(&self, tenant: TenantId) -> ContentReader<'_> {
        ContentReader { conn: &self.conn, tenant }
    }

    /// The municipalities that have a journal.
    pub async fn tenants(&self) -> Result<Vec<TenantId>, ArchiveError> {
        let mut found: Vec<TenantId> = Vec::new();
        loop {
            // One step in the index for each, where `SELECT DISTINCT` would read every line.
            let after = found.last().map_or(i32::MIN, |tenant| tenant.code());
            let sql = format!("SELECT MIN(tenant_id) AS code FROM journal_line WHERE tenant_id > {after}");
            let row = self.conn.query_one_raw(self.statement(sql)).await?;
            let code = row.map(|row| row.try_get_by_index::<Option<i32>>(0)).transpose()?.flatten();
            let Some(code) = code else { return Ok(found) };
            let code =
                u16::try_from(code).map_err(|_| StoreError::corrupt("journal_line.tenant_id", code))?;
            found.push(TenantId::new(code));
        }
    }

    pub(super) fn table(&self, name: &str) -> Option<&Table> {
        self.tables.iter().find(|table| table.name == name)
    }

    /// The rows of a table in the order of its key, a few at a time.
    pub(super) async fn rows<'a>(
        &'a self,
        table: &'a Table,
    ) -> Result<impl Stream<Item = Result<Vec<Cell>, ArchiveError>> + Send + 'a, ArchiveError> {
        let select = self.statement(select(table, self.engine));
        let rows = self.conn.stream_raw(select).await?;
        Ok(rows.map(|row: Result<QueryResult, _>| row::read(&row?, table)))
    }

    pub(super) async fn count(&self, table: &Table) -> Result<u64, ArchiveError> {
        let row = self
            .conn
            .query_one_raw(self.statement(format!("SELECT COUNT(*) FROM \"{}\"", table.name)))
            .await?;
        let count = row.map(|row| row.try_get_by_index::<i64>(0)).transpose()?.unwrap_or(0);
        Ok(count.try_into().unwrap_or(0))
    }

    /// Number and hash of the rows of a table.
    pub(super) async fn mark(&self, table: &Table) -> Result<TableMark, ArchiveError> {
        let mut marking = Marking::new(table);
        let mut rows = std::pin::pin!(self.rows(table).await?);
        let mut line = String::new();
        while let Some(cells) = rows.try_next().await? {
            line.clear();
            row::write_line(&cells, table, &mut line);
            marking.add(&line);
        }
        Ok(marking.end())
    }

    pub(super) async fn journals(&self) -> Result<Vec<JournalMark>, ArchiveError> {
        let mut journals = Vec::new();
        for tenant in self.tenants().await? {
            let (position, root) = last_sealed(&self.reader(tenant)).await?;
            journals.push(JournalMark { tenant: tenant.to_string(), position, root });
        }
        Ok(journals)
    }

    /// The files that should be on disk.
    pub(super) async fn files(&self) -> Result<Vec<FileRow>, ArchiveError> {
        let sql = "SELECT id, sha256 FROM attachment WHERE removed_at IS NULL ORDER BY id";
        let mut rows = std::pin::pin!(self.conn.stream_raw(self.statement(sql.to_owned())).await?);
        let mut files = Vec::new();
        while let Some(row) = rows.try_next().await? {
            files.push(FileRow { id: row.try_get_by_index(0)?, sha256: row.try_get_by_index(1)? });
        }
        Ok(files)
    }

    pub(super) fn statement(&self, sql: String) -> Statement {
        Statement::from_string(backend(self.engine), sql)
    }
}

fn busy(error: StoreError) -> ArchiveError {
    let text = error.to_string();
    // SQLITE_BUSY in words; PostgreSQL's lock_not_available.
    let busy = text.contains("database is locked") || text.contains("lock timeout") || text.contains("55P03");
    if busy { ArchiveError::Busy } else { ArchiveError::Store(error) }
}

/// The migrations with these names. One that is unknown was made by a newer program.
pub(super) fn among(known: &[Migration], names: &[String]) -> Result<Vec<Migration>, ArchiveError> {
    let of = |name: &String| known.iter().find(|migration| migration.name == name).copied();
    names.iter().map(|name| of(name).ok_or_else(|| ArchiveError::Newer(name.clone()))).collect()
}

/// Tables in an order in which a row finds what it refers to.
fn parents_first(mut left: BTreeMap<&'static str, Table>) -> Vec<Table> {
    let mut ordered: Vec<Table> = Vec::new();
    let mut placed = BTreeSet::new();
    while !left.is_empty() {
        let stands =
            |table: &Table| table.parents().all(|parent| parent == table.name || placed.contains(parent));
        let ready = left.values().find(|table| stands(table)).or_else(|| left.values().next());
        let Some(name) = ready.map(|table| table.name) else { break };
        placed.insert(name);
        ordered.extend(left.remove(name));
    }
    ordered
}

fn select(table: &Table, engine: Engine) -> String {
    let columns: Vec<String> = table.columns.iter().map(|column| format!("\"{}\"", column.name)).collect();
    let order: Vec<String> = table.key.iter().map(|key| order(table, key, engine)).collect();
    format!("SELECT {} FROM \"{}\" ORDER BY {}", columns.join(", "), table.name, order.join(", "))
}

/// Text is compared byte by byte on SQLite, and by the rules of a language on PostgreSQL, unless it is told.
fn order(table: &Table, key: &str, engine: Engine) -> String {
    let is_text = table.columns.iter().any(|column| column.name == key && column.kind == ColumnKind::Text);
    let collate = if is_text && engine == Engine::Postgres { " COLLATE \"C\"" } else { "" };
    format!("\"{key}\"{collate}")
}

/// The hash of a table in the making.
pub(super) struct Marking {
    name: String,
    rows: u64,
    hasher: Sha256,
}

impl Marking {
    pub(super) fn new(table: &Table) -> Self {
        Self { name: table.name.to_owned(), rows: 0, hasher: Sha256::new() }
    }

    pub(super) fn add(&mut self, line: &str) {
        self.rows += 1;
        self.hasher.update(line.as_bytes());
    }

    pub(super) fn rows(&self) -> u64 {
        self.rows
    }

    pub(super) fn end(self) -> TableMark {
        TableMark { name: self.name, rows: self.rows, sha256: hex::encode(self.hasher.finalize()) }
    }
}

/// `(?, ?), (?, ?)` on SQLite, `($1, $2), ($3, $4)` on PostgreSQL.
pub(super) fn placeholders(engine: Engine, rows: usize, columns: usize) -> String {
    let mut text = String::new();
    for row in 0..rows {
        text.push_str(if row == 0 { "(" } else { ", (" });
        for column in 0..columns {
            let before = if column == 0 { "" } else { ", " };
            let written = match engine {
                Engine::Sqlite => write!(text, "{before}?"),
                Engine::Postgres => write!(text, "{before}${}", row * columns + column + 1),
            };
            debug_assert!(written.is_ok(), "writing to a string cannot fail");
        }
        text.push(')');
    }
    text
}
