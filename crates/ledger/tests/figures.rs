//! Figures over promises, by cohort of receipt.

use kernel::Code;
use ledger::{NewPromise, PromiseKind};
use testkit::each_engine;

use crate::{
    commit,
    scene::{Scene, migrations, team},
};

fn code(text: &str) -> Code {
    text.parse().unwrap()
}

#[tokio::test]
async fn the_account_of_a_cohort_counts_every_ending_once_and_open_past_due_as_missed() {
    each_engine(migrations, |bench| async move {
        let scene = Scene::new(bench);
        let bench = &scene.bench;
        let mut ids = Vec::new();
        for _ in 0..7 {
            ids.push(scene.open(scene.answer()).await);
        }
        let [kept, late, broken, withdrawn, open, paused, handed] = ids.try_into().unwrap();
        bench.at("2026-11-25T10:00");
        commit!(bench, |tx| ledger::keep(&tx, kept));
        commit!(bench, |tx| ledger::pause(&tx, paused, code("waiting-for-drawing")));
        commit!(bench, |tx| ledger::withdraw(&tx, withdrawn, code("spam")));
        commit!(bench, |tx| ledger::break_off(&tx, broken, code("gave-up")));
        commit!(bench, |tx| ledger::hand_over(&tx, handed, team(bench)));
        bench.at("2026-12-08T10:00");
        commit!(bench, |tx| ledger::keep(&tx, late));
        commit!(bench, |tx| ledger::keep(&tx, handed));
        // A reply that nobody has sealed yet is in no figure.
        bench.seal().await;
        commit!(bench, |tx| ledger::keep(&tx, open));

        let histories = ledger::sealed_histories(&bench.read()).await.unwrap();
        let by_month = ledger::by_cohort(
            &histories,
            |cohort| chrono::Datelike::month(&cohort),
            bench.now(),
            &bench.calendar,
        );
        let figures = &by_month[&11];
        assert_eq!((figures.n, figures.withdrawn), (6, 1));
        assert_eq!((figures.within_goal, figures.late, figures.missed, figures.running), (1, 2, 2, 1));
        assert_eq!(figures.share_within_goal(), Some(0.2));
        assert_eq!(figures.hand_overs, 1);
        // 2 after two days, then 11 twice; one is paused after two days, one is open, one will never come.
        assert_eq!((figures.survival.n, figures.survival.answered), (6, 3));
        assert_eq!(figures.survival.percentile(10), Some(2));
        assert_eq!(figures.survival.median(), Some(11));
        assert_eq!(figures.survival.percentile(90), None);
        assert_eq!((figures.pauses.paused, figures.pauses.working_days_total), (1, 9));
        assert_eq!(figures.pauses.working_days_median, Some(9));
    })
    .await;
}

#[tokio::test]
async fn days_on_which_the_clock_stood_still_are_not_counted() {
    each_engine(migrations, |bench| async move {
        let scene = Scene::new(bench);
        let bench = &scene.bench;
        let id = scene.open(NewPromise { kind: PromiseKind::PART_ANSWER, ..scene.answer() }).await;
        bench.at("2026-11-24T10:00");
        commit!(bench, |tx| ledger::pause(&tx, id, code("waiting-for-drawing")));
        bench.at("2026-12-08T10:00");
        commit!(bench, |tx| ledger::resume(&tx, id, &bench.calendar));
        bench.at("2026-12-10T10:00");
        commit!(bench, |tx| ledger::keep(&tx, id));
        bench.seal().await;
        let histories = ledger::sealed_histories(&bench.read()).await.unwrap();
        let figures = ledger::figures(&histories, bench.now(), &bench.calendar);
        // Day 0 is the 23rd: one day before the pause, two after it; ten working days in between.
        assert_eq!(figures.survival.median(), Some(3));
        assert_eq!(figures.pauses.working_days_total, 10);
        assert_eq!(figures.within_goal, 1);
    })
    .await;
}
