//! The yardstick for sending an enquiry: the same rows, committed through sqlx with `synchronous=FULL` and nothing else
//! done: no form read, no rights, no mail, no sealing.

use std::{collections::BTreeMap, path::Path, sync::Arc, time::Instant};

use anyhow::{Context, Result};
use sqlx::{PgPool, SqlitePool, postgres::PgPoolOptions, sqlite::SqlitePoolOptions};
use storage::Target;
use tokio::task::JoinSet;
use uuid::Uuid;

use crate::script::{Asked, Bound, bind_all};

/// Columns of which no two rows may have the same.
const DISTINCT: [&str; 3] = ["number", "link_hash", "unique_key"];

#[derive(Clone)]
enum Pool {
    Sqlite(SqlitePool),
    Postgres(PgPool),
}

/// Commits the script's rows `count` times from so many tasks, each time with new ids that are numbered from `first`, and
/// prints how fast.
pub async fn run(database: &str, script: &Path, first: u64, count: u64, tasks: u64) -> Result<()> {
    let asked: Vec<Asked> =
        serde_json::from_str(&std::fs::read_to_string(script).context("cannot read the script")?)?;
    let pool = match database.parse::<Target>()? {
        Target::Sqlite(path) => {
            let options = crate::bare::sqlite_options(&path);
            Pool::Sqlite(SqlitePoolOptions::new().max_connections(1).connect_with(options).await?)
        }
        Target::Postgres(url) => Pool::Postgres(PgPoolOptions::new().max_connections(8).connect(&url).await?),
    };
    let asked = Arc::new(asked);
    let began = Instant::now();
    let mut working = JoinSet::new();
    for task in 0..tasks {
        let (pool, asked) = (pool.clone(), asked.clone());
        working.spawn(async move {
            for at in (task..count).step_by(usize::try_from(tasks)?) {
                commit(&pool, renewed(&asked, first + at)).await?;
            }
            anyhow::Ok(())
        });
    }
    while let Some(done) = working.join_next().await {
        done??;
    }
    println!("{}", serde_json::json!({ "commits": count, "seconds": began.elapsed().as_secs_f64() }));
    Ok(())
}

async fn commit(pool: &Pool, rows: Vec<(String, Vec<Bound>)>) -> Result<()> {
    macro_rules! send {
        ($tx:expr) => {{
            for (sql, values) in rows {
                let query = bind_all!(sqlx::query(sqlx::AssertSqlSafe(sql)), values);
                query.execute(&mut *$tx).await?;
            }
            $tx.commit().await?;
        }};
    }
    match pool {
        Pool::Sqlite(pool) => {
            let mut tx = pool.begin_with("BEGIN IMMEDIATE").await?;
            send!(tx);
        }
        Pool::Postgres(pool) => {
            let mut tx = pool.begin().await?;
            send!(tx);
        }
    }
    Ok(())
}

/// The same rows with other ids, also where an id stands in a text.
fn renewed(asked: &[Asked], at: u64) -> Vec<(String, Vec<Bound>)> {
    let mut ids = BTreeMap::new();
    let mut texts = BTreeMap::new();
    for value in asked.iter().flat_map(|asked| &asked.values) {
        if let Bound::Uuid(Some(id)) = value {
            let next = ids.len() as u64;
            let new = *ids.entry(*id).or_insert_with(|| Uuid::from_u64_pair(at + 1, next + 1));
            texts.insert(id.to_string(), new.to_string());
        }
    }
    let renew = |asked: &Asked| {
        let columns = columns(&asked.sql);
        let value = |(place, value): (usize, &Bound)| match value {
            Bound::Uuid(Some(id)) => Bound::Uuid(ids.get(id).copied()),
            Bound::Text(Some(_)) if columns.get(place).is_some_and(|name| DISTINCT.contains(name)) => {
                Bound::Text(Some(format!("bench-{at}-{place}")))
            }
            Bound::Text(Some(text)) => {
                let mut text = text.clone();
                // Few texts hold an id, and they hold it after a dash of its own.
                if text.len() >= 36 {
                    for (old, new) in &texts {
                        if text.contains(old.as_str()) {
                            text = text.replace(old, new);
                        }
                    }
                }
                Bound::Text(Some(text))
            }
            other => other.clone(),
        };
        (asked.sql.clone(), asked.values.iter().enumerate().map(value).collect())
    };
    asked.iter().map(renew).collect()
}

/// The columns of an insert of one row, in order.
fn columns(sql: &str) -> Vec<&str> {
    let list = sql.strip_prefix("INSERT").and_then(|rest| rest.split_once('(')?.1.split_once(')'));
    list.map_or(Vec::new(), |(list, _)| list.split(',').map(|name| name.trim().trim_matches('"')).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn renewed_rows_keep_what_belongs_together() {
        let (case, entry) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let row = |table: &str, values: Vec<Bound>| Asked {
            sql: format!("INSERT INTO \"{table}\" (\"id\", \"number\", \"about\") VALUES (?, ?, ?)"),
            values,
        };
        let text = |text: &str| Bound::Text(Some(text.to_owned()));
        let asked = [
            row("a", vec![Bound::Uuid(Some(case)), text("2026-1"), text("words")]),
            row("b", vec![Bound::Uuid(Some(entry)), text("2026-1"), text(&format!("case-{case}"))]),
        ];
        let (first, second) = (renewed(&asked, 1), renewed(&asked, 2));
        assert_ne!(first[0].1[0], first[1].1[0]);
        assert_ne!(first[0].1[0], second[0].1[0]);
        assert_ne!(first[0].1[1], second[0].1[1], "a number is given once");
        assert_eq!(first[0].1[2], text("words"));
        let Bound::Uuid(Some(new)) = first[0].1[0] else { panic!() };
        assert_eq!(first[1].1[2], text(&format!("case-{new}")));
    }
}
