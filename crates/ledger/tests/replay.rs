//! The rows are what the journal makes of them.

use kernel::{Code, Visibility};
use ledger::{Favour, Holder, NewDecision, PromiseState, Record};
use sea_orm::ConnectionTrait;
use storage::{Line, Reader};
use testkit::{Bench, each_engine};

use crate::{
    commit,
    scene::{Scene, migrations, team},
};

fn code(text: &str) -> Code {
    text.parse().unwrap()
}

/// A statement past every rule, as a hand in the database would make it.
async fn tamper(bench: &Bench, sql: &str) {
    let tx = bench.tx().await;
    tx.conn().execute_unprepared(sql).await.unwrap();
    tx.commit().await.unwrap();
}

/// A promise with a life, and a decision.
async fn history(scene: &Scene) {
    let bench = &scene.bench;
    let id = scene.open(scene.answer()).await;
    commit!(bench, |tx| ledger::pause(&tx, id, code("waiting-for-drawing")));
    bench.later(chrono::Duration::days(6));
    commit!(bench, |tx| ledger::resume(&tx, id, &bench.calendar));
    commit!(bench, |tx| ledger::hand_over(&tx, id, team(bench)));
    commit!(bench, |tx| ledger::keep(&tx, id));
    let new = NewDecision {
        subject: scene.case,
        party: Some(scene.party),
        team: Some(scene.team),
        outcome: code("refused"),
        favour: Favour::No,
        reasons: "Grunden er solgt.".into(),
        rule: None,
        evidence: Vec::new(),
        recipients: vec![scene.party],
        visibility: Visibility::Party,
    };
    commit!(bench, |tx| ledger::decide(&tx, new));
}

#[tokio::test]
async fn the_rows_are_what_the_journal_says_sealed_or_not() {
    each_engine(migrations, |bench| async move {
        let scene = Scene::new(bench);
        history(&scene).await;
        assert_eq!(ledger::verify_replay(&scene.bench.read()).await.unwrap(), []);
        scene.bench.seal().await;
        history(&scene).await;
        assert_eq!(ledger::verify_replay(&scene.bench.read()).await.unwrap(), []);
    })
    .await;
}

#[tokio::test]
async fn a_moved_date_is_found_by_promise_and_field() {
    each_engine(migrations, |bench| async move {
        let scene = Scene::new(bench);
        let id = scene.open(scene.answer()).await;
        history(&scene).await;
        tamper(&scene.bench, "UPDATE ledger_promise SET due_on = '2027-06-01' WHERE state = 'open'").await;
        let found = ledger::verify_replay(&scene.bench.read()).await.unwrap();
        let [difference] = found.as_slice() else { panic!("one difference, not {found:?}") };
        assert_eq!((difference.record, difference.field), (Record::Promise(id), "due_on"));
        assert_eq!(
            difference.to_string(),
            format!("promise {id}: due_on is 2027-06-01 in the row and 2026-12-07 in the journal")
        );
    })
    .await;
}

#[tokio::test]
async fn a_deleted_promise_and_one_from_nowhere_are_found() {
    each_engine(migrations, |bench| async move {
        let scene = Scene::new(bench);
        let gone = scene.open(scene.answer()).await;
        tamper(&scene.bench, "DELETE FROM ledger_promise").await;
        let found = ledger::verify_replay(&scene.bench.read()).await.unwrap();
        assert_eq!(
            found.iter().map(|one| (one.record, one.field)).collect::<Vec<_>>(),
            [(Record::Promise(gone), "row")]
        );
        let forged = scene.open(scene.answer()).await;
        tamper(&scene.bench, "DELETE FROM journal_line").await;
        let found = ledger::verify_replay(&scene.bench.read()).await.unwrap();
        assert_eq!(
            found.iter().map(|one| (one.record, one.field)).collect::<Vec<_>>(),
            [(Record::Promise(forged), "row")]
        );
    })
    .await;
}

#[tokio::test]
async fn a_missing_line_in_the_middle_is_found() {
    each_engine(migrations, |bench| async move {
        let scene = Scene::new(bench);
        history(&scene).await;
        tamper(&scene.bench, "DELETE FROM journal_line WHERE word = 'promise_resumed'").await;
        let found = ledger::verify_replay(&scene.bench.read()).await.unwrap();
        let [difference] = found.as_slice() else { panic!("one difference, not {found:?}") };
        assert_eq!((difference.field, difference.row.as_str()), ("sequence", "3"));
    })
    .await;
}

#[tokio::test]
async fn other_words_under_a_decision_are_found() {
    each_engine(migrations, |bench| async move {
        let scene = Scene::new(bench);
        history(&scene).await;
        tamper(&scene.bench, "UPDATE ledger_decision_reasons SET text = 'Grunden var aldrig til salg.'")
            .await;
        let found = ledger::verify_replay(&scene.bench.read()).await.unwrap();
        let [difference] = found.as_slice() else { panic!("one difference, not {found:?}") };
        assert!(matches!(difference.record, Record::Decision(_)));
        assert_eq!((difference.field, difference.row.as_str()), ("reasons", "other words"));
        tamper(&scene.bench, "DELETE FROM ledger_decision_reasons").await;
        let found = ledger::verify_replay(&scene.bench.read()).await.unwrap();
        assert_eq!(found.iter().map(|one| one.row.as_str()).collect::<Vec<_>>(), ["missing"]);
    })
    .await;
}

#[tokio::test]
async fn a_replay_takes_lines_in_any_order() {
    each_engine(migrations, |bench| async move {
        let scene = Scene::new(bench);
        history(&scene).await;
        scene.bench.seal().await;
        let mut lines: Vec<Line> = storage::lines_after(&scene.bench.read(), 0, 100).await.unwrap();
        let forwards = ledger::replay(lines.clone()).unwrap().promises();
        lines.reverse();
        let backwards = ledger::replay(lines).unwrap();
        assert!(backwards.faults.is_empty());
        assert_eq!(backwards.promises(), forwards);
        let promise = forwards.into_values().next().unwrap();
        assert!(matches!(promise.state, PromiseState::Kept { .. }));
        assert_ne!(promise.debtor, Holder::Team(scene.team));
    })
    .await;
}

#[tokio::test]
async fn a_check_while_others_write_reports_nothing() {
    each_engine(migrations, |bench| async move {
        let scene = Scene::new(bench);
        let writer = scene.bench.clone();
        let answer = scene.answer();
        let writing = tokio::spawn(async move {
            for _ in 0..30 {
                let id = commit!(writer, |tx| ledger::promise(&tx, answer.clone()));
                commit!(writer, |tx| ledger::pause(&tx, id, code("waiting")));
                commit!(writer, |tx| ledger::withdraw(&tx, id, code("duplicate")));
            }
        });
        while !writing.is_finished() {
            assert_eq!(ledger::verify_replay(&scene.bench.read()).await.unwrap(), []);
        }
        writing.await.unwrap();
    })
    .await;
}
