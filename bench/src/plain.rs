//! The yardstick for the import: the same parser, then plain inserts through sqlx. It compares with nothing, keeps no
//! earlier version, hashes nothing, lets nobody write in between, and has nothing to undo when it is interrupted.

use std::{
    io::{BufReader, stdin},
    time::Instant,
};

use anyhow::Result;
use chrono::NaiveDate;
use registry::{
    document::{Document, Documents, Numbers},
    model::RegisterUnit,
};
use sqlx::{AssertSqlSafe, Connection, PgConnection, SqliteConnection};
use storage::Target;
use tokio::sync::mpsc;
use uuid::Uuid;

use crate::bare::sqlite_options;

/// Rows in one insert, and rows in one transaction.
const ROWS: usize = 64;
const ROWS_PER_COMMIT: usize = 4_096;

/// A row of the register.
struct PlainRow {
    kind: i32,
    number: i64,
    id: Uuid,
    cvr: Option<i64>,
    updated_at: chrono::DateTime<chrono::Utc>,
    name: String,
    folded: String,
    postcode: String,
    town: String,
    municipality: Option<i32>,
    form: Option<i32>,
    ceased: bool,
    protected: bool,
    address: Option<Uuid>,
    detail: String,
}

const COLUMNS: &str = "kind, number, from_generation, to_generation, unit_id, cvr, hash, updated_at, name, name_folded, \
                       postcode, town, municipality, form, ceased, protected, address_id, detail";
const COLUMN_COUNT: usize = 18;

fn insert(rows: usize) -> String {
    let row = |at: usize| {
        let places: Vec<String> =
            (1..=COLUMN_COUNT).map(|column| format!("${}", at * COLUMN_COUNT + column)).collect();
        format!("({})", places.join(", "))
    };
    let rows: Vec<String> = (0..rows).map(row).collect();
    format!("INSERT INTO registry_unit ({COLUMNS}) VALUES {}", rows.join(", "))
}

fn plain(unit: &RegisterUnit, today: NaiveDate) -> Result<PlainRow> {
    let (kind, number, cvr, form, detail) = match unit {
        RegisterUnit::Company(company) => {
            let number = i64::from(company.cvr.number());
            let form = company.form(today).map(|form| i32::from(form.code));
            (0, number, Some(number), form, serde_json::to_string(company)?)
        }
        RegisterUnit::Establishment(place) => {
            let cvr = place.company(today).map(|cvr| i64::from(cvr.number()));
            (1, i64::try_from(place.p_number.number())?, cvr, None, serde_json::to_string(place)?)
        }
    };
    let unit = unit.unit();
    let address = unit.addresses.latest(today).map(|latest| latest.value);
    let name = unit.name(today).to_owned();
    Ok(PlainRow {
        kind,
        number,
        id: Uuid::from_u64_pair(number.unsigned_abs(), u64::from(kind.unsigned_abs())),
        cvr,
        updated_at: unit.updated_at,
        folded: kernel::fold(&name),
        name,
        postcode: address.map(|address| address.postcode.clone()).unwrap_or_default(),
        town: address.map(|address| address.town.clone()).unwrap_or_default(),
        municipality: address.and_then(|address| address.municipality).map(i32::from),
        form,
        ceased: unit.is_ceased(today),
        protected: unit.advertising_protected,
        address: address.and_then(|address| address.address_id),
        detail,
    })
}

macro_rules! write_all {
    ($connection:expr, $receiver:expr) => {{
        let (full, one) = (insert(ROWS), insert(1));
        let mut written = 0_u64;
        let mut open = 0;
        sqlx::query("BEGIN").execute(&mut $connection).await?;
        while let Some(rows) = $receiver.recv().await {
            let count = rows.len();
            let all: Vec<Vec<PlainRow>> =
                if count == ROWS { vec![rows] } else { rows.into_iter().map(|row| vec![row]).collect() };
            for rows in all {
                let sql = if rows.len() == ROWS { full.as_str() } else { one.as_str() };
                let mut query = sqlx::query(AssertSqlSafe(sql.to_owned()));
                for row in rows {
                    query = query.bind(row.kind).bind(row.number).bind(1_i64).bind(i64::MAX).bind(row.id);
                    query = query.bind(row.cvr).bind(vec![0_u8; 16]).bind(row.updated_at).bind(row.name);
                    query = query.bind(row.folded).bind(row.postcode).bind(row.town).bind(row.municipality);
                    query = query.bind(row.form).bind(row.ceased).bind(row.protected).bind(row.address);
                    query = query.bind(row.detail);
                }
                query.execute(&mut $connection).await?;
            }
            written += count as u64;
            open += count;
            if open >= ROWS_PER_COMMIT {
                sqlx::query("COMMIT").execute(&mut $connection).await?;
                sqlx::query("BEGIN").execute(&mut $connection).await?;
                open = 0;
            }
        }
        sqlx::query("COMMIT").execute(&mut $connection).await?;
        written
    }};
}

/// Reads documents from the standard input, writes them, and prints how many and how fast.
pub async fn import(database: &str) -> Result<()> {
    let today = kernel::Clock::now(&kernel::SystemClock).date_naive();
    let (sender, mut receiver) = mpsc::channel::<Vec<PlainRow>>(16);
    let began = Instant::now();
    let parsing = tokio::task::spawn_blocking(move || -> Result<()> {
        let mut documents = Documents::new(BufReader::with_capacity(256 * 1024, stdin()), Numbers::Real);
        let mut rows = Vec::with_capacity(ROWS);
        while let Some(document) = documents.next_document()? {
            let Document::Unit(_, unit) = document else { continue };
            rows.push(plain(&unit, today)?);
            if rows.len() == ROWS && sender.blocking_send(std::mem::take(&mut rows)).is_err() {
                return Ok(());
            }
        }
        // Nobody listens any more when the writer failed, which is told there.
        let _ = sender.blocking_send(rows);
        Ok(())
    });
    let written: u64 = match database.parse::<Target>()? {
        Target::Sqlite(path) => {
            let mut connection = SqliteConnection::connect_with(&sqlite_options(&path)).await?;
            write_all!(connection, receiver)
        }
        Target::Postgres(url) => {
            let mut connection = PgConnection::connect(&url).await?;
            write_all!(connection, receiver)
        }
    };
    parsing.await??;
    println!("{}", serde_json::json!({ "read": written, "seconds": began.elapsed().as_secs_f64() }));
    Ok(())
}
