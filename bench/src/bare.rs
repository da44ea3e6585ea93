//! The yardstick for pages: a bare axum handler that sends the same statements through sqlx, one after another as the
//! program does, and writes the same bytes. No session, no rights, no templates, no headers of its own making.

use std::{path::Path, sync::Arc};

use anyhow::{Context, Result};
use axum::{
    Router,
    extract::{Path as UrlPath, State},
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use sqlx::{
    PgPool, Row, SqlitePool,
    postgres::PgPoolOptions,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};
use storage::Target;

use crate::script::Scripted;

/// As many readers as the program has.
const READERS: u32 = 8;
/// The tag of the static file.
const TAG: &str = "\"0123456789abcdef01234567\"";

/// A pool on either engine.
#[derive(Clone)]
pub enum Pool {
    /// A file.
    Sqlite(SqlitePool),
    /// A server.
    Postgres(PgPool),
}

/// SQLite with the settings of the program.
pub fn sqlite_options(path: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(std::time::Duration::from_secs(5))
        .pragma("cache_size", "-8000")
}

impl Pool {
    /// Readers.
    pub async fn readers(database: &str) -> Result<Self> {
        Ok(match database.parse::<Target>()? {
            Target::Sqlite(path) => {
                let options = sqlite_options(&path).pragma("query_only", "ON");
                Self::Sqlite(SqlitePoolOptions::new().max_connections(READERS).connect_with(options).await?)
            }
            Target::Postgres(url) => {
                Self::Postgres(PgPoolOptions::new().max_connections(READERS).connect(&url).await?)
            }
        })
    }

    /// What can be found by its primary key: numbers of companies.
    pub async fn companies(&self, limit: i64) -> Result<Vec<(i64, String)>> {
        // Forms 60 and 80 are limited companies; spread over the register by their numbers.
        const SQL: &str = "SELECT number, name FROM registry_unit WHERE kind = 0 AND ceased = false AND form IN (60, 80) \
                           ORDER BY number % 99991 LIMIT $1";
        let mut found: Vec<(i64, String)> = match self {
            Self::Sqlite(pool) => sqlx::query_as(SQL).bind(limit).fetch_all(pool).await?,
            Self::Postgres(pool) => sqlx::query_as(SQL).bind(limit).fetch_all(pool).await?,
        };
        found.sort_unstable();
        Ok(found)
    }

    async fn by_key(&self, number: i64) -> Result<Option<String>, sqlx::Error> {
        const SQL: &str =
            "SELECT name, town FROM registry_unit WHERE kind = $1 AND number = $2 AND from_generation = $3";
        Ok(match self {
            Self::Sqlite(pool) => {
                let row = sqlx::query(SQL).bind(0_i32).bind(number).bind(1_i64).fetch_optional(pool).await?;
                row.map(|row| row.try_get(0)).transpose()?
            }
            Self::Postgres(pool) => {
                let row = sqlx::query(SQL).bind(0_i32).bind(number).bind(1_i64).fetch_optional(pool).await?;
                row.map(|row| row.try_get(0)).transpose()?
            }
        })
    }
}

#[derive(Clone)]
struct Bare {
    pool: Pool,
    script: &'static [Scripted],
    file: Arc<[u8]>,
}

/// Serves a script until it is killed.
pub async fn serve(database: &str, script: &Path) -> Result<()> {
    let text = std::fs::read_to_string(script).context("cannot read the script")?;
    // Lives as long as the process.
    let script: &'static [Scripted] =
        Box::leak(serde_json::from_str::<Vec<Scripted>>(&text)?.into_boxed_slice());
    let file = script.last().map_or(&[][..], |page| page.body.as_bytes()).into();
    let bare = Bare { pool: Pool::readers(database).await?, script, file };
    let router = Router::new()
        .route("/page/{at}", get(page))
        .route("/key/{number}", get(key))
        .route("/file", get(static_file))
        .with_state(bare);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    println!("bare at {} .", listener.local_addr()?);
    axum::serve(listener, router).await?;
    Ok(())
}

fn failed(error: &sqlx::Error) -> StatusCode {
    eprintln!("bare: {error}");
    StatusCode::INTERNAL_SERVER_ERROR
}

async fn page(State(bare): State<Bare>, UrlPath(at): UrlPath<usize>) -> Result<Response, StatusCode> {
    let page = bare.script.get(at).ok_or(StatusCode::NOT_FOUND)?;
    for asked in &page.asked {
        let rows = match &bare.pool {
            Pool::Sqlite(pool) => asked.sqlite().fetch_all(pool).await.map(|rows| rows.len()),
            Pool::Postgres(pool) => asked.postgres().fetch_all(pool).await.map(|rows| rows.len()),
        };
        rows.map_err(|error| failed(&error))?;
    }
    let mut headers = HeaderMap::new();
    for (name, value) in &page.headers {
        if let (Ok(name), Ok(value)) = (name.parse::<HeaderName>(), value.parse::<HeaderValue>()) {
            headers.insert(name, value);
        }
    }
    Ok((headers, page.body.as_str()).into_response())
}

async fn key(State(bare): State<Bare>, UrlPath(number): UrlPath<i64>) -> Result<String, StatusCode> {
    let found = bare.pool.by_key(number).await.map_err(|error| failed(&error))?;
    found.ok_or(StatusCode::NOT_FOUND)
}

/// A file that is in memory already, with its tag.
async fn static_file(State(bare): State<Bare>, asked: HeaderMap) -> Response {
    let headers = [(header::ETAG, TAG), (header::CONTENT_TYPE, "text/html; charset=utf-8")];
    if asked.get(header::IF_NONE_MATCH).is_some_and(|known| known == TAG) {
        return (StatusCode::NOT_MODIFIED, headers).into_response();
    }
    (headers, bare.file.to_vec()).into_response()
}

/// The tag that the static file is asked with.
pub const fn tag() -> &'static str {
    TAG
}
