//! What the program asks of the database, written down so that a yardstick can ask the same: statements with their values,
//! and the bytes of the answer.

use anyhow::{Result, bail};
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::{Statement, Value};
use serde::{Deserialize, Serialize};
use sqlx::{AssertSqlSafe, Postgres, Sqlite, postgres::PgArguments, query::Query, sqlite::SqliteArguments};
use uuid::Uuid;

/// A statement.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Asked {
    /// Its text.
    pub sql: String,
    /// Its values.
    pub values: Vec<Bound>,
}

/// A value.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Bound {
    /// Yes or no.
    Bool(Option<bool>),
    /// 32 bits.
    Int(Option<i32>),
    /// 64 bits.
    BigInt(Option<i64>),
    /// A float.
    Double(Option<f64>),
    /// Text.
    Text(Option<String>),
    /// Bytes.
    Bytes(Option<Vec<u8>>),
    /// An id.
    Uuid(Option<Uuid>),
    /// A moment.
    Time(Option<DateTime<Utc>>),
    /// A day.
    Date(Option<NaiveDate>),
}

/// A query with its values, on either engine: the engines' queries are of types that have no trait in common.
macro_rules! bind_all {
    ($query:expr, $values:expr) => {{
        let mut query = $query;
        for value in $values {
            query = match value {
                Bound::Bool(value) => query.bind(value),
                Bound::Int(value) => query.bind(value),
                Bound::BigInt(value) => query.bind(value),
                Bound::Double(value) => query.bind(value),
                Bound::Text(value) => query.bind(value),
                Bound::Bytes(value) => query.bind(value),
                Bound::Uuid(value) => query.bind(value),
                Bound::Time(value) => query.bind(value),
                Bound::Date(value) => query.bind(value),
            };
        }
        query
    }};
}
pub(crate) use bind_all;

/// A page: what it asks, and what it says.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Scripted {
    /// In order.
    pub asked: Vec<Asked>,
    /// The headers that belong to the page.
    pub headers: Vec<(String, String)>,
    /// The bytes.
    pub body: String,
}

impl Asked {
    /// A statement as it was sent.
    pub fn of(statement: &Statement) -> Result<Self> {
        let values = statement.values.as_ref().map_or(&[][..], |values| values.0.as_slice());
        Ok(Self { sql: statement.sql.clone(), values: values.iter().map(bound).collect::<Result<_>>()? })
    }

    /// Whether it changes anything.
    pub fn is_write(&self) -> bool {
        ["INSERT", "UPDATE", "DELETE"].iter().any(|word| self.sql.starts_with(word))
    }

    /// For SQLite.
    pub fn sqlite(&'static self) -> Query<'static, Sqlite, SqliteArguments> {
        bind_all!(sqlx::query(AssertSqlSafe(self.sql.as_str())), self.values.clone())
    }

    /// For PostgreSQL.
    pub fn postgres(&'static self) -> Query<'static, Postgres, PgArguments> {
        bind_all!(sqlx::query(AssertSqlSafe(self.sql.as_str())), self.values.clone())
    }
}

fn bound(value: &Value) -> Result<Bound> {
    Ok(match value {
        Value::Bool(value) => Bound::Bool(*value),
        Value::Int(value) => Bound::Int(*value),
        Value::BigInt(value) => Bound::BigInt(*value),
        Value::BigUnsigned(value) => Bound::BigInt(value.map(i64::try_from).transpose()?),
        Value::Double(value) => Bound::Double(*value),
        Value::String(value) => Bound::Text(value.clone()),
        Value::Bytes(value) => Bound::Bytes(value.clone()),
        Value::Uuid(value) => Bound::Uuid(*value),
        Value::ChronoDateTimeUtc(value) => Bound::Time(*value),
        Value::ChronoDate(value) => Bound::Date(*value),
        other => bail!("a yardstick cannot bind {other:?}"),
    })
}
