//! Gapless positions, whoever commits when.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use storage::{Engine, seal, sign_root};
use testkit::{OTHER_TENANT, each_engine};
use uuid::Uuid;

use crate::scene::{count, count_in_steps, counted, sealed};

#[tokio::test]
async fn a_held_transaction_that_commits_after_a_later_one_was_sealed_gets_a_later_position() {
    each_engine(storage::migrations, |bench| async move {
        if bench.engine() == Engine::Sqlite {
            // One writer at a time: nothing can be held open while another commits.
            return;
        }
        let subject = bench.id();
        let held = bench.tx().await;
        count(&held, subject, 1).await;
        bench.later(chrono::Duration::seconds(1));
        count_in_steps(&bench, subject, 2..3).await;
        assert_eq!(bench.seal().await, 1);
        held.commit().await.unwrap();
        assert_eq!(bench.seal().await, 1);
        let lines = sealed(&bench).await;
        assert_eq!(counted(&lines), [2, 1]);
        assert_eq!(lines.iter().map(|line| line.position).collect::<Vec<_>>(), [Some(1), Some(2)]);
        let verified = storage::verify(&bench.read(), None).await.unwrap();
        assert_eq!((verified.lines, verified.discrepancies), (2, vec![]));
    })
    .await;
}

#[tokio::test]
async fn positions_have_no_gap_and_a_follower_misses_nothing_while_many_write_and_several_seal() {
    const WRITERS: u64 = 6;
    const EACH: u64 = 25;
    each_engine(storage::migrations, |bench| async move {
        let done = Arc::new(AtomicBool::new(false));
        let writers: Vec<_> = (0..WRITERS)
            .map(|writer| {
                let bench = bench.clone();
                tokio::spawn(async move {
                    count_in_steps(&bench, bench.id(), writer * EACH..(writer + 1) * EACH).await;
                })
            })
            .collect();
        let sealers: Vec<_> = (0..3)
            .map(|_| {
                let (bench, done) = (bench.clone(), done.clone());
                tokio::spawn(async move {
                    while !done.load(Ordering::Relaxed) {
                        seal(&bench.db, &bench.ctx()).await.unwrap();
                        tokio::task::yield_now().await;
                    }
                })
            })
            .collect();
        let follower = {
            let (bench, done) = (bench.clone(), done.clone());
            tokio::spawn(async move {
                let (mut seen, mut position) = (Vec::new(), 0);
                loop {
                    let over = done.load(Ordering::Relaxed);
                    let lines = storage::lines_after(&bench.read(), position, 7).await.unwrap();
                    if lines.is_empty() && over {
                        return seen;
                    }
                    position = lines.last().and_then(|line| line.position).unwrap_or(position);
                    seen.extend(lines);
                }
            })
        };
        for writer in writers {
            writer.await.unwrap();
        }
        while storage::sealed_position(&bench.read()).await.unwrap() < i64::try_from(WRITERS * EACH).unwrap()
        {
            bench.seal().await;
        }
        done.store(true, Ordering::Relaxed);
        for sealer in sealers {
            sealer.await.unwrap();
        }
        let seen = follower.await.unwrap();
        let positions: Vec<i64> = seen.iter().filter_map(|line| line.position).collect();
        assert_eq!(positions, (1..=i64::try_from(WRITERS * EACH).unwrap()).collect::<Vec<_>>());
        let mut counts = counted(&seen);
        counts.sort_unstable();
        assert_eq!(counts, (0..WRITERS * EACH).collect::<Vec<_>>());
        assert_eq!(storage::verify(&bench.read(), None).await.unwrap().discrepancies, []);
    })
    .await;
}

#[tokio::test]
async fn more_lines_than_a_batch_holds_are_sealed_in_several() {
    each_engine(storage::migrations, |bench| async move {
        let subject: Uuid = bench.id();
        let tx = bench.tx().await;
        for to in 0..1_100 {
            count(&tx, subject, to).await;
        }
        tx.commit().await.unwrap();
        assert_eq!(seal(&bench.db, &bench.ctx()).await.unwrap(), 500);
        assert_eq!(bench.seal().await, 600);
        assert_eq!(storage::sealed_position(&bench.read()).await.unwrap(), 1_100);
        assert_eq!(storage::verify(&bench.read(), None).await.unwrap().discrepancies, []);
    })
    .await;
}

#[tokio::test]
async fn each_municipality_has_a_chain_of_its_own() {
    each_engine(storage::migrations, |bench| async move {
        count_in_steps(&bench, bench.id(), 0..3).await;
        let tx = bench.db.begin_write(&bench.ctx_of(OTHER_TENANT)).await.unwrap();
        count(&tx, bench.id(), 9).await;
        tx.commit().await.unwrap();
        assert_eq!(bench.seal().await, 3);
        assert_eq!(seal(&bench.db, &bench.ctx_of(OTHER_TENANT)).await.unwrap(), 1);
        let other = bench.db.read(&bench.ctx_of(OTHER_TENANT));
        assert_eq!(storage::sealed_position(&other).await.unwrap(), 1);
        let (here, there) = (
            storage::verify(&bench.read(), None).await.unwrap(),
            storage::verify(&other, None).await.unwrap(),
        );
        assert_eq!((here.discrepancies, there.discrepancies), (vec![], vec![]));
        assert_ne!(here.root, there.root);
    })
    .await;
}

#[tokio::test]
async fn the_root_is_signed_once_a_day() {
    each_engine(storage::migrations, |bench| async move {
        let keys = testkit::keys();
        let today = "2026-11-23".parse().unwrap();
        count_in_steps(&bench, bench.id(), 0..3).await;
        bench.seal().await;
        let first = sign_root(&bench.db, &bench.ctx(), &keys, today).await.unwrap();
        count_in_steps(&bench, bench.id(), 3..5).await;
        bench.seal().await;
        assert_eq!(sign_root(&bench.db, &bench.ctx(), &keys, today).await.unwrap(), first);
        let next = sign_root(&bench.db, &bench.ctx(), &keys, "2026-11-24".parse().unwrap()).await.unwrap();
        assert_eq!((first.position, next.position), (3, 5));
        let verified = storage::verify(&bench.read(), Some(&first.root)).await.unwrap();
        assert_eq!((verified.discrepancies, verified.root), (vec![], next.root));
    })
    .await;
}
