//! What was taken out for good, so that a backup made before does not bring it back.
//!
//! A capability that empties a text or a file says so here, in the same transaction. The notes are carried by every later
//! backup, and soon after commit written to `erasures.jsonl` in the data directory: a small file that can be copied far more
//! often than a backup is made, and that `samspil restore --erasures` carries out again. A note holds ids and codes only.

use std::{
    collections::HashSet,
    io::{self, Write},
    path::Path,
};

use chrono::{DateTime, Utc};
use kernel::Code;
use sea_orm::{
    ActiveValue::Set, QueryOrder, QuerySelect, TryInsertResult, entity::prelude::*, sea_query::OnConflict,
};
use serde::{Deserialize, Serialize};

use crate::{Db, FileError, Job, Migration, Reader, Step, StoreError, Table, Tx, tenant_table};

/// Notes per statement.
const PAGE: u64 = 1_000;

pub(crate) const MIGRATION: Migration = Migration {
    name: "202611230105_storage_erasures",
    steps: || {
        vec![Step::CreateTable(
            Table::tenant("storage_erasure")
                .uuid("id")
                .text("table_name")
                .uuid("row_id")
                .opt_text("column_name")
                .opt_text("left_text")
                .time("at")
                .key(&["id"])
                .index(&["tenant_id", "table_name", "row_id"]),
        )]
    },
};

mod erasure {
    use sea_orm::entity::prelude::*;
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "storage_erasure")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: i32,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub table_name: String,
        pub row_id: Uuid,
        pub column_name: Option<String>,
        pub left_text: Option<String>,
        pub at: chrono::DateTime<chrono::Utc>,
    }
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

tenant_table!(erasure);

/// What was taken out of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Erased<'a> {
    /// The whole row.
    Row,
    /// What stood in this column. It is empty now; a moment is the moment of the erasure.
    Column(&'static str),
    /// What stood in this column. Now the code stands there: why it was taken out.
    ColumnTo(&'static str, &'a Code),
}

/// One note, as it stands in a line of `erasures.jsonl`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Erasure {
    /// The kommunekode.
    pub tenant: i32,
    /// Its id.
    pub id: Uuid,
    /// The table.
    pub table: String,
    /// The row: what stands in the key beside the tenant.
    pub row: Uuid,
    /// The column; the whole row without one.
    pub column: Option<String>,
    /// What was left in its place.
    pub left: Option<String>,
    /// When.
    pub at: DateTime<Utc>,
}

/// Brings `erasures.jsonl` up to date.
#[derive(Debug, Serialize, Deserialize)]
pub struct WriteErasures {}

impl Job for WriteErasures {
    const KIND: &'static str = "storage.erasures";
}

/// Notes that something was taken out of the row `row` of `table` for good. The row's key is the tenant and `row`.
pub async fn record_erasure(
    tx: &Tx,
    table: &'static str,
    row: Uuid,
    erased: &[Erased<'_>],
) -> Result<(), StoreError> {
    for one in erased {
        let (column, left) = match one {
            Erased::Row => (None, None),
            Erased::Column(column) => (Some((*column).to_owned()), None),
            Erased::ColumnTo(column, code) => (Some((*column).to_owned()), Some(code.as_str().to_owned())),
        };
        let erasure = Erasure {
            tenant: tx.tenant().code(),
            id: tx.ctx().new_id(),
            table: table.to_owned(),
            row,
            column,
            left,
            at: tx.ctx().now(),
        };
        keep(tx.conn(), &erasure).await?;
    }
    tx.enqueue_at(&WriteErasures {}, tx.ctx().now(), Some("erasures")).await
}

/// Writes a note where it is not yet.
pub(crate) async fn keep(conn: &impl ConnectionTrait, erasure: &Erasure) -> Result<(), StoreError> {
    let Erasure { tenant, id, table, row, column, left, at } = erasure.clone();
    let row = erasure::ActiveModel {
        tenant_id: Set(tenant),
        id: Set(id),
        table_name: Set(table),
        row_id: Set(row),
        column_name: Set(column),
        left_text: Set(left),
        at: Set(at),
    };
    let key = OnConflict::columns([erasure::Column::TenantId, erasure::Column::Id]).do_nothing().to_owned();
    let insert = erasure::Entity::insert(row).on_conflict(key).try_insert();
    let _there_already: TryInsertResult<u64> = insert.exec_without_returning(conn).await?;
    Ok(())
}

/// Which of these rows of a table were taken out whole: an absence that is no loss.
pub async fn erased_rows(
    reader: &impl Reader,
    table: &str,
    rows: &[Uuid],
) -> Result<HashSet<Uuid>, StoreError> {
    let select = reader.find::<erasure::Entity>().filter(erasure::Column::TableName.eq(table));
    let select = select.filter(erasure::Column::ColumnName.is_null());
    let select = select.filter(erasure::Column::RowId.is_in(rows.iter().copied()));
    Ok(select.all(reader.conn()).await?.into_iter().map(|row| row.row_id).collect())
}

/// Adds to the file every note of every tenant that it lacks. Returns how many.
pub async fn write_erasures(db: &Db, path: &Path) -> Result<usize, FileError> {
    // A line that someone has spoilt is left alone; its note is added once more.
    let mut known: HashSet<Uuid> = match std::fs::read_to_string(path) {
        Ok(text) => notes(&text).filter_map(|(_, note)| note.ok()).map(|note| note.id).collect(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => HashSet::new(),
        Err(error) => return Err(error.into()),
    };
    let (mut lines, mut added, mut after) = (String::new(), 0, Uuid::nil());
    loop {
        let page =
            erasure::Entity::find().filter(erasure::Column::Id.gt(after)).order_by_asc(erasure::Column::Id);
        let page = page.limit(PAGE).all(db.raw()).await.map_err(StoreError::from)?;
        let Some(last) = page.last() else { break };
        after = last.id;
        for row in page.into_iter().filter(|row| known.insert(row.id)) {
            lines.push_str(&serde_json::to_string(&read_back(row)).map_err(StoreError::from)?);
            lines.push('\n');
            added += 1;
        }
    }
    // Also an empty one: whoever copies it every hour should find it.
    if added > 0 || !path.exists() {
        append(path, &lines)?;
    }
    Ok(added)
}

fn append(path: &Path, lines: &str) -> io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.append(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let torn = std::fs::read(path).is_ok_and(|text| !text.is_empty() && !text.ends_with(b"\n"));
    let mut file = options.open(path)?;
    // In one piece, behind a line that a dying process may have left unfinished.
    file.write_all(if torn { format!("\n{lines}") } else { lines.to_owned() }.as_bytes())?;
    file.sync_all()
}

/// Why a file of erasures cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum ErasuresError {
    /// The disk said no.
    #[error("{0}")]
    Io(#[from] io::Error),
    /// A line is no note.
    #[error("line {line}: {why}")]
    Line {
        /// Counted from 1.
        line: usize,
        /// What is wrong.
        why: String,
    },
}

/// Reads the notes of a file. A line that ends in the middle is passed over: it was written again behind it.
pub fn read_erasures(path: &Path) -> Result<Vec<Erasure>, ErasuresError> {
    let text = std::fs::read_to_string(path)?;
    let mut erasures = Vec::new();
    for (line, note) in notes(&text) {
        match note {
            Ok(erasure) => erasures.push(erasure),
            Err(error) if error.is_eof() => {}
            Err(error) => return Err(ErasuresError::Line { line, why: error.to_string() }),
        }
    }
    Ok(erasures)
}

/// The lines that are not empty, with their numbers.
fn notes(text: &str) -> impl Iterator<Item = (usize, Result<Erasure, serde_json::Error>)> {
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    lines.map(|(index, line)| (index + 1, serde_json::from_str(line)))
}

fn read_back(row: erasure::Model) -> Erasure {
    Erasure {
        tenant: row.tenant_id,
        id: row.id,
        table: row.table_name,
        row: row.row_id,
        column: row.column_name,
        left: row.left_text,
        at: row.at,
    }
}
