//! What an owed answer does on both engines.

use kernel::{CvrNumber, Failure};
use ledger::{Holder, LedgerError, NewPromise, Promise, PromiseKind, PromiseRefusal, PromiseState, Standing};
use testkit::each_engine;

use crate::{
    commit,
    scene::{Scene, migrations, team},
};

fn smith() -> CvrNumber {
    CvrNumber::invented(0).unwrap()
}

#[tokio::test]
async fn an_opened_promise_reads_back_and_stands_in_the_journal_with_party_and_team() {
    each_engine(migrations, |bench| async move {
        let scene = Scene::new(bench);
        let id = scene.open(scene.answer()).await;
        let promise = ledger::find(&scene.bench.read(), id).await.unwrap().unwrap();
        assert_eq!(promise, Promise::open(id, scene.answer()).promise);
        assert_eq!(promise.party, Some(scene.party));
        let filter = storage::LineFilter { subjects: Some(vec![scene.case]), ..Default::default() };
        let lines = storage::lines(&scene.bench.read(), &filter, 10).await.unwrap();
        let [line] = lines.as_slice() else { panic!("one line, not {}", lines.len()) };
        assert_eq!((line.capability.as_str(), line.word.as_str()), ("ledger", "promise_opened"));
        assert_eq!((line.party, line.team), (Some(scene.party.uuid()), Some(scene.team.uuid())));
    })
    .await;
}

#[tokio::test]
async fn a_paused_answer_says_why_and_comes_back_later_by_the_days_it_stood_still() {
    each_engine(migrations, |bench| async move {
        let scene = Scene::new(bench);
        let bench = &scene.bench;
        let id = scene.open(scene.answer()).await;
        let due_before = scene.answer().due_on;
        bench.at("2026-11-25T10:00");
        commit!(bench, |tx| ledger::pause(&tx, id, "waiting-for-drawing".parse().unwrap()));
        bench.at("2026-12-01T10:00");
        let paused = ledger::find(&bench.read(), id).await.unwrap().unwrap();
        assert!(matches!(paused.standing(bench.now(), &bench.calendar), Standing::Paused { .. }));
        let resumed = commit!(bench, |tx| ledger::resume(&tx, id, &bench.calendar));
        assert_eq!(resumed.due_on, bench.calendar.add_working_days(due_before, 4));
        assert_eq!(ledger::find(&bench.read(), id).await.unwrap(), Some(resumed));
        assert_eq!(
            scene.words().await.unwrap(),
            ["promise_opened", "promise_paused", "promise_resumed", "promise_due_moved",]
        );
    })
    .await;
}

#[tokio::test]
async fn a_promise_can_end_in_four_ways_and_reads_back_so() {
    each_engine(migrations, |bench| async move {
        let scene = Scene::new(bench);
        let bench = &scene.bench;
        let mut ids = Vec::new();
        for _ in 0..4 {
            ids.push(scene.open(scene.answer()).await);
        }
        let [kept, broken, withdrawn, late] = ids.try_into().unwrap();
        let now = bench.later(chrono::Duration::hours(5)).now();
        commit!(bench, |tx| ledger::keep(&tx, kept));
        commit!(bench, |tx| ledger::break_off(&tx, broken, "not-our-field".parse().unwrap()));
        commit!(bench, |tx| ledger::withdraw(&tx, withdrawn, "duplicate".parse().unwrap()));
        bench.at("2027-01-04T09:00");
        commit!(bench, |tx| ledger::keep(&tx, late));
        let states: Vec<PromiseState> = ledger::of_subjects(&bench.read(), &[scene.case])
            .await
            .unwrap()
            .into_iter()
            .map(|promise| promise.state)
            .collect();
        assert_eq!(states.len(), 4);
        for state in [
            PromiseState::Kept { at: now },
            PromiseState::Broken { at: now, reason: "not-our-field".parse().unwrap() },
            PromiseState::Withdrawn { at: now, reason: "duplicate".parse().unwrap() },
            PromiseState::KeptLate { at: bench.now() },
        ] {
            assert!(states.contains(&state), "{state:?} in {states:?}");
        }
        assert!(ledger::open_of_debtors(&bench.read(), &[scene.team]).await.unwrap().is_empty());
    })
    .await;
}

#[tokio::test]
async fn a_refused_change_writes_nothing_and_tells_which_promise() {
    each_engine(migrations, |bench| async move {
        let scene = Scene::new(bench);
        let first_reply = NewPromise { kind: PromiseKind::FIRST_REPLY, ..scene.answer() };
        let id = scene.open(first_reply).await;
        let tx = scene.bench.tx().await;
        let refused = ledger::pause(&tx, id, "busy".parse().unwrap()).await.unwrap_err();
        assert!(matches!(refused, LedgerError::Refused(of, PromiseRefusal::NotPausable) if of == id));
        assert!(matches!(Failure::<PromiseRefusal>::from(refused), Failure::Internal(_)));
        let unknown = scene.bench.id();
        assert!(
            matches!(ledger::keep(&tx, unknown).await, Err(LedgerError::NoSuchPromise(id)) if id == unknown)
        );
        tx.commit().await.unwrap();
        assert_eq!(scene.words().await.unwrap(), ["promise_opened"]);
    })
    .await;
}

#[tokio::test]
async fn a_handed_over_promise_is_owed_by_the_other_team_on_the_same_day() {
    each_engine(migrations, |bench| async move {
        let scene = Scene::new(bench);
        let id = scene.open(scene.answer()).await;
        let other = team(&scene.bench);
        let Holder::Team(other_team) = other else { panic!("a team") };
        commit!(scene.bench, |tx| ledger::hand_over(&tx, id, other));
        let reader = scene.bench.read();
        assert!(ledger::open_of_debtors(&reader, &[scene.team]).await.unwrap().is_empty());
        let owed = ledger::open_of_debtors(&reader, &[scene.team, other_team]).await.unwrap();
        assert_eq!(owed.len(), 1);
        assert_eq!(owed[0].due_on, scene.answer().due_on);
    })
    .await;
}

#[tokio::test]
async fn a_company_sees_what_is_owed_to_it_and_what_it_owes_the_most_urgent_first() {
    each_engine(migrations, |bench| async move {
        let scene = Scene::of_company(bench, smith()).await;
        let owed_to_it = scene.open(scene.answer()).await;
        let owed_by_it = NewPromise {
            debtor: scene.party.into(),
            creditor: scene.team.into(),
            due_on: scene.answer().cohort,
            ..scene.answer()
        };
        let owed_by_it = scene.open(owed_by_it).await;
        let others = NewPromise { creditor: Holder::Party(scene.bench.id()), ..scene.answer() };
        scene.open(others).await;
        let found = ledger::open_of_company(&scene.bench.read(), smith()).await.unwrap();
        let ids: Vec<_> = found.into_iter().map(|promise| promise.id).collect();
        assert_eq!(ids, [owed_by_it, owed_to_it]);
    })
    .await;
}

#[tokio::test]
async fn another_municipality_finds_none_of_it() {
    each_engine(migrations, |bench| async move {
        let scene = Scene::of_company(bench, smith()).await;
        let id = scene.open(scene.answer()).await;
        let other = scene.bench.db.read(&scene.bench.ctx_of(testkit::OTHER_TENANT));
        assert_eq!(ledger::find(&other, id).await.unwrap(), None);
        assert!(ledger::of_subjects(&other, &[scene.case]).await.unwrap().is_empty());
        assert!(ledger::open_of_debtors(&other, &[scene.team]).await.unwrap().is_empty());
        assert!(ledger::open_of_company(&other, smith()).await.unwrap().is_empty());
        let tx = scene.bench.db.begin_write(&scene.bench.ctx_of(testkit::OTHER_TENANT)).await.unwrap();
        assert!(matches!(ledger::keep(&tx, id).await, Err(LedgerError::NoSuchPromise(_))));
    })
    .await;
}

#[tokio::test]
async fn a_reopened_thread_is_a_new_promise_linked_to_the_old() {
    each_engine(migrations, |bench| async move {
        let scene = Scene::new(bench);
        let old = scene.open(scene.answer()).await;
        commit!(scene.bench, |tx| ledger::keep(&tx, old));
        scene.bench.at("2026-12-10T16:00");
        let new = scene.open(NewPromise { follows: Some(old), ..scene.answer() }).await;
        let promises = ledger::of_subjects(&scene.bench.read(), &[scene.case]).await.unwrap();
        assert_eq!(promises.iter().map(|promise| promise.id).collect::<Vec<_>>(), [old, new]);
        assert_eq!(promises[1].follows, Some(old));
        assert_eq!(promises[1].cohort, "2026-12-11".parse().unwrap());
    })
    .await;
}

#[tokio::test]
async fn two_officers_who_answer_at_once_keep_the_promise_once() {
    each_engine(migrations, |bench| async move {
        let scene = Scene::new(bench);
        let id = scene.open(scene.answer()).await;
        let answer = |bench: testkit::Bench| async move {
            let tx = bench.tx().await;
            let outcome = ledger::keep(&tx, id).await;
            tx.commit().await.unwrap();
            outcome.is_ok()
        };
        let (one, two) = tokio::join!(
            tokio::spawn(answer(scene.bench.clone())),
            tokio::spawn(answer(scene.bench.clone()))
        );
        assert!(one.unwrap() ^ two.unwrap());
        assert_eq!(scene.words().await.unwrap(), ["promise_opened", "promise_kept"]);
    })
    .await;
}
