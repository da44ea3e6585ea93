//! One row, apart from both engines: out of a result, into a JSON line, back, and into a statement.
//!
//! A line is a JSON object with the table's columns in their order: UUIDs, days and moments (UTC, to the microsecond) as
//! text, bytes as base64, whole numbers as numbers, floats as text (the shortest that reads back to the same float, which
//! JSON numbers do not promise). The bytes of a line follow from the row alone: tables are compared by the hash of them.

use chrono::{DateTime, NaiveDate, SecondsFormat, Utc};
use data_encoding::BASE64;
use sea_orm::{DbErr, QueryResult, Value};
use serde_json::Map;
use uuid::Uuid;

use super::ArchiveError;
use crate::{Column, ColumnKind, Engine, Table};

/// What one column of one row holds.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Cell {
    Null,
    Uuid(Uuid),
    Text(String),
    Int(i64),
    Small(i32),
    Real(f64),
    Bool(bool),
    Time(DateTime<Utc>),
    Date(NaiveDate),
    Bytes(Vec<u8>),
}

fn wrong(table: &Table, column: &Column, why: impl Into<String>) -> ArchiveError {
    ArchiveError::Row { table: table.name.to_owned(), column: column.name.to_owned(), why: why.into() }
}

/// Reads a row that was selected with the table's columns in their order.
pub(super) fn read(row: &QueryResult, table: &Table) -> Result<Vec<Cell>, ArchiveError> {
    let cells = table.columns.iter().enumerate().map(|(index, column)| {
        let cell =
            read_cell(row, index, column.kind).map_err(|error| wrong(table, column, error.to_string()))?;
        match cell {
            Cell::Null if !column.optional => Err(wrong(table, column, "is empty")),
            cell => Ok(cell),
        }
    });
    cells.collect()
}

fn read_cell(row: &QueryResult, index: usize, kind: ColumnKind) -> Result<Cell, DbErr> {
    macro_rules! read {
        ($variant:ident) => {
            row.try_get_by_index::<Option<_>>(index)?.map_or(Cell::Null, Cell::$variant)
        };
    }
    Ok(match kind {
        ColumnKind::Uuid => read!(Uuid),
        ColumnKind::Text => read!(Text),
        ColumnKind::Int => read!(Int),
        ColumnKind::Small => read!(Small),
        ColumnKind::Real => read!(Real),
        ColumnKind::Bool => read!(Bool),
        ColumnKind::Time => read!(Time),
        ColumnKind::Date => read!(Date),
        ColumnKind::Bytes => read!(Bytes),
    })
}

/// Adds the row to `lines`, with its end of line.
pub(super) fn write_line(cells: &[Cell], table: &Table, lines: &mut String) {
    let mut before = '{';
    for (column, cell) in table.columns.iter().zip(cells) {
        lines.push(before);
        before = ',';
        quote(column.name, lines);
        lines.push(':');
        match cell {
            Cell::Null => lines.push_str("null"),
            Cell::Uuid(id) => quote(&id.to_string(), lines),
            Cell::Text(text) => quote(text, lines),
            Cell::Int(number) => lines.push_str(&number.to_string()),
            Cell::Small(number) => lines.push_str(&number.to_string()),
            Cell::Real(number) => quote(&number.to_string(), lines),
            Cell::Bool(yes) => lines.push_str(if *yes { "true" } else { "false" }),
            Cell::Time(at) => quote(&at.to_rfc3339_opts(SecondsFormat::Micros, true), lines),
            Cell::Date(day) => quote(&day.to_string(), lines),
            Cell::Bytes(bytes) => quote(&BASE64.encode(bytes), lines),
        }
    }
    lines.push_str("}\n");
}

fn quote(text: &str, lines: &mut String) {
    lines.push_str(&serde_json::Value::from(text).to_string());
}

/// Reads a line back.
pub(super) fn parse_line(line: &str, table: &Table) -> Result<Vec<Cell>, ArchiveError> {
    let whole = |why: String| ArchiveError::Row { table: table.name.to_owned(), column: "*".to_owned(), why };
    let mut fields: Map<String, serde_json::Value> =
        serde_json::from_str(line).map_err(|error| whole(error.to_string()))?;
    let mut cells = Vec::with_capacity(table.columns.len());
    for column in &table.columns {
        let field = fields.remove(column.name).ok_or_else(|| wrong(table, column, "is missing"))?;
        let cell =
            if field.is_null() && column.optional { Some(Cell::Null) } else { parse(&field, column.kind) };
        cells.push(cell.ok_or_else(|| wrong(table, column, "holds what the column cannot"))?);
    }
    match fields.keys().next() {
        Some(name) => Err(whole(format!("has a column {name} that is unknown"))),
        None => Ok(cells),
    }
}

fn parse(field: &serde_json::Value, kind: ColumnKind) -> Option<Cell> {
    let text = || field.as_str();
    Some(match kind {
        ColumnKind::Uuid => Cell::Uuid(text()?.parse().ok()?),
        ColumnKind::Text => Cell::Text(text()?.to_owned()),
        ColumnKind::Int => Cell::Int(field.as_i64()?),
        ColumnKind::Small => Cell::Small(field.as_i64()?.try_into().ok()?),
        ColumnKind::Real => Cell::Real(text()?.parse().ok()?),
        ColumnKind::Bool => Cell::Bool(field.as_bool()?),
        ColumnKind::Time => Cell::Time(text()?.parse().ok()?),
        ColumnKind::Date => Cell::Date(text()?.parse().ok()?),
        ColumnKind::Bytes => Cell::Bytes(BASE64.decode(text()?.as_bytes()).ok()?),
    })
}

/// The value that a statement binds. PostgreSQL keeps every character but one.
pub(super) fn value(
    cell: Cell,
    table: &Table,
    column: &Column,
    engine: Engine,
) -> Result<Value, ArchiveError> {
    Ok(match cell {
        Cell::Null => null(column.kind),
        Cell::Uuid(id) => id.into(),
        Cell::Text(text) if engine == Engine::Postgres && text.contains('\0') => {
            return Err(wrong(
                table,
                column,
                "a text has a NUL character (U+0000), which PostgreSQL cannot keep",
            ));
        }
        Cell::Text(text) => text.into(),
        Cell::Int(number) => number.into(),
        Cell::Small(number) => number.into(),
        Cell::Real(number) => number.into(),
        Cell::Bool(yes) => yes.into(),
        Cell::Time(at) => at.into(),
        Cell::Date(day) => day.into(),
        Cell::Bytes(bytes) => bytes.into(),
    })
}

pub(super) fn null(kind: ColumnKind) -> Value {
    match kind {
        ColumnKind::Uuid => Value::Uuid(None),
        ColumnKind::Text => Value::String(None),
        ColumnKind::Int => Value::BigInt(None),
        ColumnKind::Small => Value::Int(None),
        ColumnKind::Real => Value::Double(None),
        ColumnKind::Bool => Value::Bool(None),
        ColumnKind::Time => Value::ChronoDateTimeUtc(None),
        ColumnKind::Date => Value::ChronoDate(None),
        ColumnKind::Bytes => Value::Bytes(None),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn every_kind() -> Table {
        Table::national("every_kind")
            .uuid("a")
            .opt_text("b")
            .int("c")
            .small("d")
            .real("e")
            .bool("f")
            .time("g")
            .date("h")
            .opt_bytes("i")
            .key(&["a"])
    }

    prop_compose! {
        fn row()(
            id in any::<u128>(), text in proptest::option::of(any::<String>()), int in any::<i64>(),
            small in any::<i32>(), real in proptest::num::f64::NORMAL | proptest::num::f64::SUBNORMAL, yes in any::<bool>(),
            micros in -60_000_000_000_000_000_i64..250_000_000_000_000_000, day in 0..3_000_000_i32,
            bytes in proptest::option::of(any::<Vec<u8>>()),
        ) -> Vec<Cell> {
            vec![
                Cell::Uuid(Uuid::from_u128(id)), text.map_or(Cell::Null, Cell::Text), Cell::Int(int), Cell::Small(small),
                Cell::Real(real), Cell::Bool(yes), Cell::Time(DateTime::from_timestamp_micros(micros).unwrap()),
                Cell::Date(NaiveDate::from_num_days_from_ce_opt(day).unwrap()), bytes.map_or(Cell::Null, Cell::Bytes),
            ]
        }
    }

    proptest! {
        #[test]
        fn every_row_reads_back_from_its_line(row in row()) {
            let table = every_kind();
            let mut line = String::new();
            write_line(&row, &table, &mut line);
            prop_assert_eq!(line.matches('\n').count(), 1);
            prop_assert_eq!(parse_line(&line, &table).unwrap(), row);
        }
    }

    #[test]
    fn a_line_with_a_missing_an_unknown_or_a_mistyped_column_is_refused_by_name() {
        let table = Table::national("t").uuid("a").int("b").key(&["a"]);
        let refused = |line: &str| parse_line(line, &table).unwrap_err().to_string();
        assert_eq!(refused(r#"{"b":1}"#), "table t, column a: is missing");
        let nil = Uuid::nil();
        assert_eq!(
            refused(&format!(r#"{{"a":"{nil}","b":"1"}}"#)),
            "table t, column b: holds what the column cannot"
        );
        assert_eq!(
            refused(&format!(r#"{{"a":"{nil}","b":null}}"#)),
            "table t, column b: holds what the column cannot"
        );
        assert!(refused(&format!(r#"{{"a":"{nil}","b":1,"c":1}}"#)).contains("column c"));
    }
}
