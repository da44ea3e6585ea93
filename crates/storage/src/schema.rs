//! Tables as data: one description makes the table on both engines, and tells backup and move how to carry its rows.
//!
//! Why not a migration library: migrations come from every capability at once and are merged by name, and the
//! engine-neutral copy needs to know each column's kind. See `docs/decisions/0002-migrations-as-data.md`.

use std::collections::BTreeMap;

use sea_orm::{
    ConnectionTrait, DbBackend, Statement, TransactionTrait,
    sea_query::{Alias, ColumnDef, Index, PostgresQueryBuilder, SchemaStatementBuilder, SqliteQueryBuilder},
};

use crate::{Db, DbError, Engine, StoreError, Target};

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ColumnKind {
    /// A UUID.
    Uuid,
    /// Text.
    Text,
    /// A 64-bit whole number: counts, øre, milliseconds.
    Int,
    /// A 32-bit whole number: kommunekode, small counts.
    Small,
    /// A 64-bit float: coordinates only. Money is `Int`.
    Real,
    /// Yes or no.
    Bool,
    /// A moment in UTC, to the microsecond.
    Time,
    /// A calendar day.
    Date,
    /// Bytes.
    Bytes,
}

/// A column.
#[derive(Debug, Clone)]
pub struct Column {
    /// Its name.
    pub name: &'static str,
    /// What it holds.
    pub kind: ColumnKind,
    /// Whether it may be empty.
    pub optional: bool,
}

/// A table, described once for both engines.
#[derive(Debug, Clone)]
pub struct Table {
    /// Its name, prefixed by the capability.
    pub name: &'static str,
    /// Its columns in order.
    pub columns: Vec<Column>,
    /// The primary key.
    pub key: Vec<&'static str>,
    indexes: Vec<(Vec<&'static str>, bool)>,
    references: Vec<(Vec<&'static str>, &'static str, Vec<&'static str>)>,
}

macro_rules! kinds {
    ($($(#[$doc:meta])* $method:ident, $optional:ident, $kind:ident;)*) => {
        $(
            $(#[$doc])*
            #[must_use]
            pub fn $method(self, name: &'static str) -> Self {
                self.column(name, ColumnKind::$kind, false)
            }
            /// The same, and it may be empty.
            #[must_use]
            pub fn $optional(self, name: &'static str) -> Self {
                self.column(name, ColumnKind::$kind, true)
            }
        )*
    };
}

impl Table {
    /// A table of a tenant's own: begins with `tenant_id`, which begins its key.
    pub fn tenant(name: &'static str) -> Self {
        let mut table = Self::national(name).small("tenant_id");
        table.key = vec!["tenant_id"];
        table
    }

    /// A table of the whole country, without a tenant: the register.
    pub fn national(name: &'static str) -> Self {
        Self { name, columns: Vec::new(), key: Vec::new(), indexes: Vec::new(), references: Vec::new() }
    }

    fn column(mut self, name: &'static str, kind: ColumnKind, optional: bool) -> Self {
        self.columns.push(Column { name, kind, optional });
        self
    }

    kinds! {
        /// A UUID.
        uuid, opt_uuid, Uuid;
        /// Text.
        text, opt_text, Text;
        /// A 64-bit number.
        int, opt_int, Int;
        /// A 32-bit number.
        small, opt_small, Small;
        /// A float.
        real, opt_real, Real;
        /// Yes or no.
        bool, opt_bool, Bool;
        /// A moment.
        time, opt_time, Time;
        /// A day.
        date, opt_date, Date;
        /// Bytes.
        bytes, opt_bytes, Bytes;
    }

    /// Adds columns to the primary key.
    #[must_use]
    pub fn key(mut self, columns: &[&'static str]) -> Self {
        self.key.extend(columns);
        self
    }

    /// An index.
    #[must_use]
    pub fn index(mut self, columns: &[&'static str]) -> Self {
        self.indexes.push((columns.to_vec(), false));
        self
    }

    /// A unique index.
    #[must_use]
    pub fn unique(mut self, columns: &[&'static str]) -> Self {
        self.indexes.push((columns.to_vec(), true));
        self
    }

    /// A foreign key within the same capability. Across capabilities there are none.
    #[must_use]
    pub fn references(
        mut self,
        columns: &[&'static str],
        table: &'static str,
        target: &[&'static str],
    ) -> Self {
        self.references.push((columns.to_vec(), table, target.to_vec()));
        self
    }

    /// The tables that its rows refer to.
    pub(crate) fn parents(&self) -> impl Iterator<Item = &'static str> {
        self.references.iter().map(|(_, table, _)| *table)
    }

    fn statements(&self, engine: Engine) -> Vec<String> {
        let mut create = sea_orm::sea_query::Table::create();
        create.table(Alias::new(self.name));
        for column in &self.columns {
            create.col(definition(column));
        }
        let mut key = Index::create();
        for column in &self.key {
            key.col(Alias::new(*column));
        }
        create.primary_key(&mut key);
        for (columns, table, target) in &self.references {
            let mut foreign = sea_orm::sea_query::ForeignKey::create();
            foreign.from_tbl(Alias::new(self.name)).to_tbl(Alias::new(*table));
            for (column, target) in columns.iter().zip(target) {
                foreign.from_col(Alias::new(*column)).to_col(Alias::new(*target));
            }
            create.foreign_key(&mut foreign);
        }
        let indexes = self.indexes.iter().map(|(columns, unique)| index(self.name, columns, *unique, engine));
        std::iter::once(build(&create, engine)).chain(indexes).collect()
    }
}

fn index(table: &str, columns: &[&'static str], unique: bool, engine: Engine) -> String {
    let mut index = Index::create();
    index.name(format!("{table}_{}", columns.join("_"))).table(Alias::new(table));
    for column in columns {
        index.col(Alias::new(*column));
    }
    if unique {
        index.unique();
    }
    build(&index, engine)
}

fn build(statement: &impl SchemaStatementBuilder, engine: Engine) -> String {
    match engine {
        Engine::Sqlite => statement.build(SqliteQueryBuilder),
        Engine::Postgres => statement.build(PostgresQueryBuilder),
    }
}

fn definition(column: &Column) -> ColumnDef {
    let mut definition = ColumnDef::new(Alias::new(column.name));
    match column.kind {
        ColumnKind::Uuid => definition.uuid(),
        ColumnKind::Text => definition.text(),
        ColumnKind::Int => definition.big_integer(),
        ColumnKind::Small => definition.integer(),
        ColumnKind::Real => definition.double(),
        ColumnKind::Bool => definition.boolean(),
        ColumnKind::Time => definition.timestamp_with_time_zone(),
        ColumnKind::Date => definition.date(),
        ColumnKind::Bytes => definition.blob(),
    };
    if !column.optional {
        definition.not_null();
    }
    definition
}

/// One step of a migration.
#[derive(Debug, Clone)]
pub enum Step {
    /// Makes a table with its indexes.
    CreateTable(Table),
    /// Adds an empty column to a table.
    AddColumn(&'static str, Column),
    /// Adds an index, unique or not.
    CreateIndex(&'static str, Vec<&'static str>, bool),
    /// A statement in each engine's own words, for what the above cannot say. Changes no columns.
    Sql {
        /// For SQLite.
        sqlite: &'static str,
        /// For PostgreSQL.
        postgres: &'static str,
    },
}

impl Step {
    fn statements(&self, engine: Engine) -> Vec<String> {
        match self {
            Self::CreateTable(table) => table.statements(engine),
            Self::AddColumn(table, column) => {
                let mut alter = sea_orm::sea_query::Table::alter();
                alter.table(Alias::new(*table)).add_column(definition(column));
                vec![build(&alter, engine)]
            }
            Self::CreateIndex(table, columns, unique) => vec![index(table, columns, *unique, engine)],
            Self::Sql { sqlite, postgres } => vec![
                match engine {
                    Engine::Sqlite => *sqlite,
                    Engine::Postgres => *postgres,
                }
                .to_owned(),
            ],
        }
    }
}

/// A migration. Append-only: one that has been released is never changed.
#[derive(Debug, Clone, Copy)]
pub struct Migration {
    /// `YYYYMMDDHHMM_capability_what`; migrations of all capabilities run in the order of their names.
    pub name: &'static str,
    /// What it does.
    pub steps: fn() -> Vec<Step>,
}

/// Every table as it is after all `migrations`, by name.
pub fn current_tables(mut migrations: Vec<Migration>) -> BTreeMap<&'static str, Table> {
    migrations.sort_by_key(|migration| migration.name);
    let mut tables = BTreeMap::new();
    for step in migrations.iter().flat_map(|migration| (migration.steps)()) {
        match step {
            Step::CreateTable(table) => {
                tables.insert(table.name, table);
            }
            Step::AddColumn(name, column) => {
                if let Some(table) = tables.get_mut(name) {
                    table.columns.push(column);
                }
            }
            Step::CreateIndex(..) | Step::Sql { .. } => {}
        }
    }
    tables
}

/// Any number will do, as long as every node asks for the same.
const MIGRATION_LOCK: i64 = 0x5341_4d53;

pub(crate) async fn migrate(db: &Db, mut migrations: Vec<Migration>) -> Result<Vec<&'static str>, DbError> {
    migrations.sort_by_key(|migration| migration.name);
    let engine = db.engine();
    let guard = lock(db).await?;
    let done = done(db).await?;
    let unknown = done.iter().find(|name| !migrations.iter().any(|migration| migration.name == **name));
    if let Some(name) = unknown {
        return Err(DbError::Newer(name.clone()));
    }
    migrations.retain(|migration| !done.iter().any(|name| name == migration.name));
    if !done.is_empty() && !migrations.is_empty() {
        copy_before(db).await?;
    }
    for migration in &migrations {
        run(db, engine, migration).await.map_err(|source| DbError::Migration {
            name: migration.name.to_owned(),
            source: Box::new(source),
        })?;
    }
    if let Some(guard) = guard {
        guard.commit().await.map_err(StoreError::from)?;
    }
    Ok(migrations.iter().map(|migration| migration.name).collect())
}

/// On PostgreSQL two nodes may start at once: the second waits here until the first has migrated.
async fn lock(db: &Db) -> Result<Option<sea_orm::DatabaseTransaction>, DbError> {
    if db.engine() == Engine::Sqlite {
        return Ok(None);
    }
    let tx = db.raw_writer().begin().await.map_err(StoreError::from)?;
    tx.execute_unprepared(&format!("SELECT pg_advisory_xact_lock({MIGRATION_LOCK})"))
        .await
        .map_err(StoreError::from)?;
    Ok(Some(tx))
}

async fn done(db: &Db) -> Result<Vec<String>, DbError> {
    let create = "CREATE TABLE IF NOT EXISTS schema_migration (name TEXT NOT NULL PRIMARY KEY)";
    db.raw_writer().execute_unprepared(create).await.map_err(StoreError::from)?;
    Ok(applied(db.raw_writer(), db.engine()).await?)
}

/// The names of the migrations that have been run, in order. Writes nothing.
pub(crate) async fn applied(conn: &impl ConnectionTrait, engine: Engine) -> Result<Vec<String>, StoreError> {
    if !tables_there(conn, engine).await?.iter().any(|table| table == "schema_migration") {
        return Ok(Vec::new());
    }
    let select = Statement::from_string(backend(engine), "SELECT name FROM schema_migration");
    let rows = conn.query_all_raw(select).await?;
    // Sorted here: PostgreSQL orders text by the rules of a language.
    let mut names =
        rows.iter().map(|row| row.try_get::<String>("", "name")).collect::<Result<Vec<_>, _>>()?;
    names.sort();
    Ok(names)
}

/// The names of the tables in the database, whoever made them.
pub(crate) async fn tables_there(
    conn: &impl ConnectionTrait,
    engine: Engine,
) -> Result<Vec<String>, StoreError> {
    let sql = match engine {
        Engine::Sqlite => "SELECT name FROM sqlite_master WHERE type = 'table'",
        Engine::Postgres => {
            "SELECT tablename::text AS name FROM pg_tables WHERE schemaname = current_schema()"
        }
    };
    let rows = conn.query_all_raw(Statement::from_string(backend(engine), sql)).await?;
    Ok(rows.iter().map(|row| row.try_get("", "name")).collect::<Result<_, _>>()?)
}

async fn run(db: &Db, engine: Engine, migration: &Migration) -> Result<(), StoreError> {
    let tx = db.begin_raw().await?;
    for step in (migration.steps)() {
        for statement in step.statements(engine) {
            tx.execute_unprepared(&statement).await?;
        }
    }
    let insert = match engine {
        Engine::Sqlite => "INSERT INTO schema_migration (name) VALUES (?)",
        Engine::Postgres => "INSERT INTO schema_migration (name) VALUES ($1)",
    };
    tx.execute_raw(Statement::from_sql_and_values(backend(engine), insert, [migration.name.into()])).await?;
    tx.commit().await?;
    Ok(())
}

async fn copy_before(db: &Db) -> Result<(), DbError> {
    let Target::Sqlite(path) = db.target() else { return Ok(()) };
    let copy = path.with_extension("before-migration.db");
    match std::fs::remove_file(&copy) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(DbError::Copy(error)),
        _ => {}
    }
    // VACUUM INTO takes a consistent copy, write-ahead log included.
    let into = format!("VACUUM INTO '{}'", copy.display().to_string().replace('\'', "''"));
    db.raw_writer().execute_unprepared(&into).await.map_err(StoreError::from)?;
    Ok(())
}

pub(crate) const fn backend(engine: Engine) -> DbBackend {
    match engine {
        Engine::Sqlite => DbBackend::Sqlite,
        Engine::Postgres => DbBackend::Postgres,
    }
}
