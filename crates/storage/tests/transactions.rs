//! What is written in a transaction is there together, or not at all.

use chrono::Duration;
use sea_orm::ConnectionTrait;
use storage::{Engine, Reader};
use testkit::{OTHER_TENANT, each_engine};

use crate::scene::{count, count_in_steps, sealed};

#[tokio::test]
async fn what_was_not_committed_never_was() {
    each_engine(storage::migrations, |bench| async move {
        let subject = bench.id();
        let tx = bench.tx().await;
        count(&tx, subject, 1).await;
        drop(tx);
        assert_eq!(bench.seal().await, 0);
        assert!(sealed(&bench).await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn a_reader_sees_only_its_own_municipality() {
    each_engine(storage::migrations, |bench| async move {
        count_in_steps(&bench, bench.id(), 0..3).await;
        bench.seal().await;
        let other = bench.db.read(&bench.ctx_of(OTHER_TENANT));
        assert!(storage::lines_after(&other, 0, 10).await.unwrap().is_empty());
        assert_eq!(storage::sealed_position(&other).await.unwrap(), 0);
        assert!(storage::lines(&other, &storage::LineFilter::default(), 10).await.unwrap().is_empty());
    })
    .await;
}

#[tokio::test]
async fn a_reader_cannot_write_on_sqlite() {
    each_engine(storage::migrations, |bench| async move {
        if bench.engine() == Engine::Postgres {
            return;
        }
        let refused = bench.read().conn().execute_unprepared("DELETE FROM journal_line").await;
        assert!(refused.unwrap_err().to_string().contains("readonly"));
    })
    .await;
}

#[tokio::test]
async fn a_moment_keeps_its_microseconds_and_its_order() {
    each_engine(storage::migrations, |bench| async move {
        let subject = bench.id();
        let begin = bench.now();
        for step in [1_i64, 999, 1_000_000, 1_000_001] {
            bench.clock.set(begin + Duration::microseconds(step));
            count_in_steps(&bench, subject, 0..1).await;
        }
        let lines = storage::lines(&bench.read(), &storage::LineFilter::default(), 10).await.unwrap();
        let steps: Vec<i64> =
            lines.iter().map(|line| (line.at - begin).num_microseconds().unwrap()).collect();
        assert_eq!(steps, [1, 999, 1_000_000, 1_000_001]);
    })
    .await;
}
