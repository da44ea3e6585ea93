//! A capability that counts.

use kernel::{Fact, Visibility};
use sea_orm::ConnectionTrait;
use serde::{Deserialize, Serialize};
use storage::{Line, Reader, Tx};
use testkit::Bench;
use uuid::Uuid;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "word", rename_all = "snake_case")]
pub enum Counted {
    Up { to: u64 },
    Said { text: String },
}

impl Fact for Counted {
    const CAPABILITY: &'static str = "counter";
}

pub async fn count(tx: &Tx, subject: Uuid, to: u64) {
    tx.note(subject, Visibility::Staff, &Counted::Up { to }).await.unwrap();
}

/// Counts from `from` on, one line in each transaction.
pub async fn count_in_steps(bench: &Bench, subject: Uuid, steps: std::ops::Range<u64>) {
    for to in steps {
        let tx = bench.tx().await;
        count(&tx, subject, to).await;
        tx.commit().await.unwrap();
    }
}

pub async fn sealed(bench: &Bench) -> Vec<Line> {
    storage::lines_after(&bench.read(), 0, 10_000).await.unwrap()
}

pub fn counted(lines: &[Line]) -> Vec<u64> {
    let to = |line: &Line| match line.fact::<Counted>() {
        Ok(Some(Counted::Up { to })) => to,
        other => panic!("not a count: {other:?}"),
    };
    lines.iter().map(to).collect()
}

/// A statement past every rule, as a hand in the database would make it.
pub async fn tamper(bench: &Bench, sql: &str) {
    let tx = bench.tx().await;
    tx.conn().execute_unprepared(sql).await.unwrap();
    tx.commit().await.unwrap();
}
