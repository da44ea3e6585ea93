//! Filling an empty database, in one transaction: all of it is there in the end, and proved, or nothing is.

use kernel::TenantId;
use sea_orm::{ConnectionTrait, Statement, Value};

use super::{
    ArchiveError, Content, ContentReader, JournalMark, TableMark,
    content::{among, placeholders},
    row::{self, Cell},
};
use crate::{
    Column, ColumnKind, Db, Engine, Erasure, Migration, Table, current_tables, erasures,
    schema::{self, backend},
    verify,
};

/// Values in one statement; SQLite takes 32,766, PostgreSQL 65,535.
const VALUES_MAX: usize = 30_000;
/// Rows in one statement.
const ROWS_MAX: usize = 500;

/// A database that is being filled.
pub struct Intake {
    pub(super) content: Content,
}

/// What came of carrying out erasures.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Erasing {
    /// Notes.
    pub given: u64,
    /// Of these, those that found their row.
    pub done: u64,
}

impl Intake {
    /// Makes the tables as `migrations` leave them, and begins. Refuses a database in which anything is.
    pub(super) async fn begin(
        db: &Db,
        known: &[Migration],
        migrations: &[Migration],
    ) -> Result<Self, ArchiveError> {
        must_be_empty(db, known).await?;
        for name in schema::applied(db.raw(), db.engine()).await? {
            if !migrations.iter().any(|migration| migration.name == name) {
                among(known, std::slice::from_ref(&name))?;
                return Err(ArchiveError::TargetAhead(name));
            }
        }
        db.migrate(migrations.to_vec()).await?;
        let content = Content::over(db.begin_raw().await?, db.engine(), known).await?;
        Ok(Self { content })
    }

    pub(super) async fn insert(&self, table: &Table, rows: Vec<Vec<Cell>>) -> Result<(), ArchiveError> {
        let engine = self.content.engine;
        let columns: Vec<String> =
            table.columns.iter().map(|column| format!("\"{}\"", column.name)).collect();
        let into = format!("INSERT INTO \"{}\" ({}) VALUES ", table.name, columns.join(", "));
        let per_statement = (VALUES_MAX / columns.len().max(1)).clamp(1, ROWS_MAX);
        let mut rows = rows.into_iter().peekable();
        while rows.peek().is_some() {
            let mut values: Vec<Value> = Vec::new();
            let mut count = 0;
            for cells in rows.by_ref().take(per_statement) {
                for (cell, column) in cells.into_iter().zip(&table.columns) {
                    values.push(row::value(cell, table, column, engine)?);
                }
                count += 1;
            }
            let sql = format!("{into}{}", placeholders(engine, count, columns.len()));
            self.content
                .conn
                .execute_raw(Statement::from_sql_and_values(backend(engine), sql, values))
                .await?;
        }
        Ok(())
    }

    /// Reads a table back and compares it with what it should hold.
    pub(super) async fn prove(&self, expected: &TableMark) -> Result<(), ArchiveError> {
        let found = match self.content.table(&expected.name) {
            Some(table) => self.content.mark(table).await?,
            None => TableMark { rows: 0, sha256: "no table".to_owned(), name: expected.name.clone() },
        };
        if found == *expected {
            return Ok(());
        }
        let (table, expected) = (expected.name.clone(), expected.to_string());
        Err(ArchiveError::Differs { table, found: found.to_string(), expected })
    }

    /// Verifies every journal, and that each ends where it should. What is wrong comes back in sentences.
    pub(super) async fn check_journals(&self, expected: &[JournalMark]) -> Result<Vec<String>, ArchiveError> {
        let mut found = Vec::new();
        for mark in expected {
            let Ok(tenant) = mark.tenant.parse::<TenantId>() else { continue };
            let outcome = verify(&self.content.reader(tenant), Some(&mark.root)).await?;
            found.extend(outcome.discrepancies.iter().map(|one| format!("{tenant}: {one}")));
            if outcome.lines != mark.position {
                let (last, expected) = (outcome.lines, mark.position);
                found.push(format!("{tenant}: the journal ends at position {last} instead of {expected}"));
            }
        }
        Ok(found)
    }

    /// The municipalities that have a journal.
    pub async fn tenants(&self) -> Result<Vec<TenantId>, ArchiveError> {
        self.content.tenants().await
    }

    /// Reads as one tenant what has come in.
    pub fn reader(&self, tenant: TenantId) -> ContentReader<'_> {
        self.content.reader(tenant)
    }

    /// Takes out again what was taken out after the backup was made. A row that the backup does not have is none to erase.
    pub async fn erase(&self, erasures: &[Erasure]) -> Result<Erasing, ArchiveError> {
        let mut outcome = Erasing::default();
        for (index, erasure) in erasures.iter().enumerate() {
            outcome.given += 1;
            // A table that a newer program made later: the backup has nothing in it.
            let Some(table) = self.content.table(&erasure.table) else { continue };
            let statement = statement(erasure, table, self.content.engine)
                .map_err(|why| ArchiveError::Erasure { line: index + 1, why })?;
            outcome.done += u64::from(self.content.conn.execute_raw(statement).await?.rows_affected() > 0);
            if self.content.table("storage_erasure").is_some() {
                erasures::keep(&self.content.conn, erasure).await?;
            }
        }
        Ok(outcome)
    }

    /// Makes it so.
    pub async fn commit(self) -> Result<(), ArchiveError> {
        self.content.conn.commit().await?;
        Ok(())
    }
}

fn statement(erasure: &Erasure, table: &Table, engine: Engine) -> Result<Statement, String> {
    let mut keys = table.key.iter().filter(|key| **key != "tenant_id");
    let (Some(key), None, true) = (keys.next(), keys.next(), table.key.contains(&"tenant_id")) else {
        return Err(format!("rows of {} are not known by a tenant and one id", table.name));
    };
    let place = |number: usize| match engine {
        Engine::Sqlite => "?".to_owned(),
        Engine::Postgres => format!("${number}"),
    };
    let mut values: Vec<Value> = Vec::new();
    let verb = match &erasure.column {
        None => format!("DELETE FROM \"{}\"", table.name),
        Some(name) => {
            let column = table.columns.iter().find(|column| column.name == name);
            let column = column.ok_or_else(|| format!("{} has no column {name}", table.name))?;
            values.push(left(erasure, column)?);
            format!("UPDATE \"{}\" SET \"{}\" = {}", table.name, column.name, place(1))
        }
    };
    let before = values.len();
    values.extend([erasure.tenant.into(), erasure.row.into()]);
    let (tenant, row) = (place(before + 1), place(before + 2));
    let sql = format!("{verb} WHERE \"tenant_id\" = {tenant} AND \"{key}\" = {row}");
    Ok(Statement::from_sql_and_values(backend(engine), sql, values))
}

/// What stands in the place of what was erased.
fn left(erasure: &Erasure, column: &Column) -> Result<Value, String> {
    match (&erasure.left, column.kind) {
        (Some(code), ColumnKind::Text) => Ok(code.clone().into()),
        (None, ColumnKind::Time) => Ok(erasure.at.into()),
        (None, kind) if column.optional => Ok(row::null(kind)),
        (None, ColumnKind::Text) => Ok(String::new().into()),
        (None, ColumnKind::Bytes) => Ok(Vec::<u8>::new().into()),
        _ => Err(format!("the column {} cannot be emptied", column.name)),
    }
}

async fn must_be_empty(db: &Db, known: &[Migration]) -> Result<(), ArchiveError> {
    let engine = db.engine();
    let there = schema::tables_there(db.raw(), engine).await?;
    for name in current_tables(known.to_vec()).keys().filter(|name| there.iter().any(|one| one == *name)) {
        let select = Statement::from_string(backend(engine), format!("SELECT 1 FROM \"{name}\" LIMIT 1"));
        if db.raw().query_one_raw(select).await?.is_some() {
            return Err(ArchiveError::NotEmpty(format!("its table {name} has rows")));
        }
    }
    Ok(())
}
