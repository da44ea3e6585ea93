//! A changed line, a rewritten chain and a cut tail are found by name.

use chrono::NaiveDate;
use storage::{Discrepancy, sign_root, verify};
use testkit::{Bench, each_engine};

use crate::scene::{count, count_in_steps, tamper};

fn today() -> NaiveDate {
    "2026-11-23".parse().unwrap()
}

/// Ten lines in three batches, the root signed after the second. Returns that root.
async fn sealed_journal(bench: &Bench) -> String {
    count_in_steps(bench, bench.id(), 0..4).await;
    bench.seal().await;
    count_in_steps(bench, bench.id(), 4..8).await;
    bench.seal().await;
    let root = sign_root(&bench.db, &bench.ctx(), &testkit::keys(), today()).await.unwrap();
    count_in_steps(bench, bench.id(), 8..10).await;
    bench.seal().await;
    root.root
}

async fn found(bench: &Bench, expected: Option<&str>) -> Vec<Discrepancy> {
    verify(&bench.read(), expected).await.unwrap().discrepancies
}

#[tokio::test]
async fn an_untouched_journal_verifies_also_against_a_root_from_outside() {
    each_engine(storage::migrations, |bench| async move {
        let empty = verify(&bench.read(), None).await.unwrap();
        assert_eq!((empty.lines, empty.discrepancies), (0, vec![]));
        let root = sealed_journal(&bench).await;
        // What nobody has sealed yet is no part of it.
        count_in_steps(&bench, bench.id(), 10..12).await;
        let verified = verify(&bench.read(), Some(&root)).await.unwrap();
        assert_eq!((verified.lines, verified.discrepancies), (10, vec![]));
        assert_eq!(found(&bench, Some(&empty.root)).await, []);
        assert_eq!(found(&bench, Some("00ff")).await, [Discrepancy::UnknownRoot]);
    })
    .await;
}

#[tokio::test]
async fn a_journal_that_others_seal_while_it_is_verified_is_not_said_to_be_cut() {
    each_engine(storage::migrations, |bench| async move {
        sealed_journal(&bench).await;
        let others = bench.clone();
        let writing = tokio::spawn(async move {
            for step in 10..60 {
                count_in_steps(&others, others.id(), step..step + 1).await;
                others.seal().await;
            }
        });
        while !writing.is_finished() {
            assert_eq!(found(&bench, None).await, []);
        }
        writing.await.unwrap();
        assert_eq!(verify(&bench.read(), None).await.unwrap().lines, 60);
    })
    .await;
}

#[tokio::test]
async fn a_changed_line_is_found_by_position_whichever_column_was_changed() {
    for change in [
        r#"payload = '{"to":99,"word":"up"}'"#,
        "canonical = replace(canonical, 'counter', 'cheater')",
        "visibility = 'public'",
        "at = '2020-01-01 00:00:00+00:00'",
        "actor_kind = 'staff'",
        "word = 'down'",
        "capability = 'cheater'",
        "line_hash = 'ff'",
    ] {
        each_engine(storage::migrations, move |bench| async move {
            sealed_journal(&bench).await;
            tamper(&bench, &format!("UPDATE journal_line SET {change} WHERE position = 5")).await;
            let found = found(&bench, None).await;
            assert!(found.contains(&Discrepancy::ChangedLine { position: 5 }), "{change}: {found:?}");
        })
        .await;
    }
}

#[tokio::test]
async fn a_line_with_another_subject_party_team_or_actor_is_a_changed_line() {
    each_engine(storage::migrations, |bench| async move {
        sealed_journal(&bench).await;
        for column in ["subject", "party", "team", "actor_id"] {
            tamper(&bench, &format!("UPDATE journal_line SET {column} = id WHERE position = 3")).await;
            assert_eq!(found(&bench, None).await, [Discrepancy::ChangedLine { position: 3 }], "{column}");
            let back = "(SELECT subject FROM journal_line WHERE position = 2)";
            let back = if column == "subject" { back } else { "NULL" };
            tamper(&bench, &format!("UPDATE journal_line SET {column} = {back} WHERE position = 3")).await;
            assert_eq!(found(&bench, None).await, []);
        }
    })
    .await;
}

#[tokio::test]
async fn a_line_taken_from_the_middle_is_found_by_its_position() {
    each_engine(storage::migrations, |bench| async move {
        sealed_journal(&bench).await;
        tamper(&bench, "DELETE FROM journal_line WHERE position = 6").await;
        let found = found(&bench, None).await;
        assert!(found.contains(&Discrepancy::Gap { position: 6 }), "{found:?}");
        assert_eq!(found[0].to_string(), "missing line at position 6");
    })
    .await;
}

#[tokio::test]
async fn a_cut_tail_is_found_even_when_its_batches_are_cut_too() {
    each_engine(storage::migrations, |bench| async move {
        let root = sealed_journal(&bench).await;
        tamper(&bench, "DELETE FROM journal_line WHERE position > 6").await;
        assert_eq!(found(&bench, None).await, [Discrepancy::CutTail { last: 6, expected: 10 }]);
        tamper(&bench, "DELETE FROM journal_batch WHERE last_position > 6").await;
        assert_eq!(found(&bench, None).await, [Discrepancy::CutTail { last: 6, expected: 8 }]);
        // Cut the signed root as well, and only a copy of it from outside tells.
        tamper(&bench, "DELETE FROM journal_root").await;
        assert_eq!(found(&bench, None).await, []);
        assert_eq!(found(&bench, Some(&root)).await, [Discrepancy::UnknownRoot]);
    })
    .await;
}

/// Writes the journal anew from the first line on, as someone with the database and the program would, but without the key.
async fn rewrite(bench: &Bench) {
    tamper(bench, "DELETE FROM journal_line").await;
    tamper(bench, "DELETE FROM journal_batch").await;
    for batch in [0..4_u64, 4..8, 8..10] {
        let tx = bench.tx().await;
        for to in batch {
            count(&tx, bench.id(), to + 100).await;
        }
        tx.commit().await.unwrap();
        bench.seal().await;
    }
}

#[tokio::test]
async fn a_chain_that_was_written_anew_is_found_by_the_signed_root() {
    each_engine(storage::migrations, |bench| async move {
        let root = sealed_journal(&bench).await;
        rewrite(&bench).await;
        assert_eq!(found(&bench, None).await, [Discrepancy::RewrittenChain { position: 8 }]);
        assert_eq!(
            found(&bench, Some(&root)).await,
            [Discrepancy::RewrittenChain { position: 8 }, Discrepancy::UnknownRoot]
        );
        // With another root put in the signed one's place, the signature does not hold.
        tamper(
            &bench,
            "UPDATE journal_root SET root = (SELECT chain_hash FROM journal_line WHERE position = 8)",
        )
        .await;
        assert_eq!(found(&bench, None).await, [Discrepancy::Signature { day: today() }]);
    })
    .await;
}

#[tokio::test]
async fn a_chain_that_does_not_follow_from_its_lines_is_found_where_it_begins() {
    each_engine(storage::migrations, |bench| async move {
        sealed_journal(&bench).await;
        tamper(&bench, "UPDATE journal_line SET chain_hash = line_hash WHERE position = 7").await;
        let found = found(&bench, None).await;
        assert_eq!(found[0], Discrepancy::RewrittenChain { position: 7 }, "{found:?}");
        assert_eq!(found[0].to_string(), "rewritten chain from position 7");
    })
    .await;
}

#[tokio::test]
async fn a_batch_with_another_root_is_found() {
    each_engine(storage::migrations, |bench| async move {
        sealed_journal(&bench).await;
        tamper(&bench, "UPDATE journal_batch SET root = 'ff' WHERE last_position = 4").await;
        assert_eq!(found(&bench, None).await, [Discrepancy::BatchRoot { position: 4 }]);
    })
    .await;
}

#[tokio::test]
async fn two_lines_that_changed_places_are_found() {
    each_engine(storage::migrations, |bench| async move {
        sealed_journal(&bench).await;
        tamper(&bench, "UPDATE journal_line SET position = -2 WHERE position = 2").await;
        tamper(&bench, "UPDATE journal_line SET position = 2 WHERE position = 3").await;
        tamper(&bench, "UPDATE journal_line SET position = 3 WHERE position = -2").await;
        assert!(found(&bench, None).await.contains(&Discrepancy::RewrittenChain { position: 2 }));
    })
    .await;
}
