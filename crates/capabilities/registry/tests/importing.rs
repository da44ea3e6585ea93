//! What an import does to the register, on both engines.

use std::{io, sync::Arc};

use chrono::Duration;
use kernel::Clock;
use proptest::prelude::*;
use registry::{
    RegistryFact,
    import::{ImportError, import, record_changes},
    store::{self, ImportCounts},
};
use serde_json::Value;
use storage::{
    Engine, LineFilter,
    sea_orm::{ConnectionTrait, DbBackend, Statement},
};
use testkit::{Bench, each_engine};

use crate::scene::{Said, cvr, import_text, imported, migrations, options, said, try_import};

fn counts(read: u64, added: u64, changed: u64, unchanged: u64, ceased: u64, rejected: u64) -> ImportCounts {
    ImportCounts { read, added, changed, unchanged, ceased, rejected }
}

async fn name_of(bench: &Bench, number: u32) -> Option<String> {
    let rows = store::companies(bench.db.raw(), &[cvr(number)]).await.unwrap();
    rows.into_iter().next().map(|row| row.name)
}

/// Everything that readers can see, in an order of its own.
async fn seen(bench: &Bench) -> Vec<String> {
    let entries = store::entries_since(bench.db.raw(), -1, None, 10_000).await.unwrap();
    entries
        .into_iter()
        .map(|entry| format!("{:?} {} {} {}", entry.kind, entry.number, entry.name, entry.detail))
        .collect()
}

async fn words(bench: &Bench) -> Vec<String> {
    let filter = LineFilter { capability: Some("registry".into()), ..LineFilter::default() };
    let lines = storage::lines(&bench.read(), &filter, 1_000).await.unwrap();
    assert!(lines.iter().all(|line| line.fact::<RegistryFact>().unwrap().is_some()));
    let mut words: Vec<String> =
        lines.into_iter().map(|line| line.word).filter(|word| word != "imported").collect();
    words.sort();
    words
}

#[tokio::test]
async fn the_same_input_twice_changes_nothing() {
    each_engine(migrations, |bench| async move {
        let documents = [said(1, "Hejre Smedje ApS").both(), said(2, "Ugle Bageri ApS").both()].concat();
        assert_eq!(imported(&bench, &documents).await.counts, counts(4, 4, 0, 0, 0, 0));
        let before = seen(&bench).await;
        let generation = store::generation(bench.db.raw()).await.unwrap();
        let again = imported(&bench, &documents).await;
        assert_eq!(again.counts, counts(4, 0, 0, 4, 0, 0));
        assert_eq!(seen(&bench).await, before);
        assert_eq!(store::generation(bench.db.raw()).await.unwrap(), generation);
        let runs = store::runs(&bench.db, 10).await.unwrap();
        assert_eq!(runs.len(), 2);
        assert_eq!(runs[0].input_hash, runs[1].input_hash);
    })
    .await;
}

#[tokio::test]
async fn a_newer_document_replaces_and_an_older_one_does_not() {
    each_engine(migrations, |bench| async move {
        let old = said(1, "Hejre Smedje ApS");
        let mut new = Said { updated: "2026-05-01T08:00:00.000+02:00", ..old.clone() };
        new.names = vec![
            ("Hejre Smedje ApS", "2015-01-01", Some("2026-04-30")),
            ("Trane Smedje ApS", "2026-05-01", None),
        ];
        imported(&bench, &old.both()).await;
        let before = store::company(bench.db.raw(), cvr(1)).await.unwrap().unwrap();
        assert_eq!(imported(&bench, &new.both()).await.counts, counts(2, 0, 2, 0, 0, 0));
        let after = store::company(bench.db.raw(), cvr(1)).await.unwrap().unwrap();
        assert_eq!(after.unit_id, before.unit_id, "the company keeps its random id");
        assert_eq!(after.establishments.len(), 1);
        assert_eq!(name_of(&bench, 1).await.as_deref(), Some("Trane Smedje ApS"));
        assert_eq!(imported(&bench, &old.both()).await.counts, counts(2, 0, 0, 2, 0, 0));
        assert_eq!(name_of(&bench, 1).await.as_deref(), Some("Trane Smedje ApS"));
    })
    .await;
}

#[tokio::test]
async fn the_newest_of_two_documents_of_a_unit_in_one_input_wins_in_either_order() {
    each_engine(migrations, |bench| async move {
        let old = said(1, "Hejre Smedje ApS");
        let new = Said { updated: "2026-05-01T08:00:00.000+02:00", ..said(1, "Trane Smedje ApS") };
        let report = imported(&bench, &[old.company(), new.company()]).await;
        assert_eq!(report.counts, counts(2, 1, 1, 0, 0, 0));
        assert_eq!(name_of(&bench, 1).await.as_deref(), Some("Trane Smedje ApS"));
        let other = Said { number: 2, ..new };
        let report = imported(&bench, &[other.company(), said(2, "Hejre Smedje ApS").company()]).await;
        assert_eq!(report.counts, counts(2, 1, 0, 1, 0, 0));
        assert_eq!(name_of(&bench, 2).await.as_deref(), Some("Trane Smedje ApS"));
    })
    .await;
}

#[tokio::test]
async fn a_bad_document_is_told_and_kept_with_the_run_and_the_rest_goes_in() {
    each_engine(migrations, |bench| async move {
        let text = format!("{}\nnot json\n{}", said(1, "Hejre").company(), said(2, "Ugle").company());
        let report = import_text(&bench, text).await.unwrap();
        assert_eq!(report.counts, counts(3, 2, 0, 0, 0, 1));
        assert_eq!((report.bad[0].line, report.bad[0].reason.as_str()), (2, "no JSON object begins here"));
        assert_eq!(store::bad_documents(&bench.db, report.run).await.unwrap(), report.bad);
    })
    .await;
}

/// Fails after some bytes, as a broken connection does.
struct BreaksOff(io::Cursor<Vec<u8>>);

impl io::Read for BreaksOff {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        match self.0.read(into)? {
            0 => Err(io::Error::other("the line went dead")),
            some => Ok(some),
        }
    }
}

#[tokio::test]
async fn an_interrupted_import_leaves_the_register_as_it_was() {
    each_engine(migrations, |bench| async move {
        let first: Vec<Value> = (1..140).flat_map(|n| said(n, "Hejre").both()).collect();
        imported(&bench, &first).await;
        let before = seen(&bench).await;
        let second: Vec<String> = (1..160)
            .flat_map(|n| Said { updated: "2026-06-01T08:00:00.000+02:00", ..said(n, "Ugle") }.both())
            .map(|document| document.to_string())
            .collect();
        let clock: Arc<dyn Clock> = Arc::new(bench.clock.clone());
        let input = BreaksOff(io::Cursor::new(format!("{}\n", second.join("\n")).into_bytes()));
        let broken = import(&bench.db, &clock, &bench.ids, input, options(&bench), &mut |_| {}).await;
        assert!(matches!(broken, Err(ImportError::Input(_))), "{broken:?}");
        assert_eq!(seen(&bench).await, before);

        // The next import sweeps what was left, and is whole.
        let report = import_text(&bench, second.join("\n")).await.unwrap();
        assert_eq!(report.counts, counts(318, 40, 278, 0, 0, 0));
        assert_eq!(name_of(&bench, 7).await.as_deref(), Some("Ugle"));
        assert_eq!(seen(&bench).await.len(), 318);
        assert_eq!(
            store::runs(&bench.db, 9).await.unwrap().iter().filter(|run| run.state == "failed").count(),
            1
        );
    })
    .await;
}

#[tokio::test]
async fn a_file_in_which_nothing_could_be_used_does_not_take_the_place_of_the_last_good_import() {
    each_engine(migrations, |bench| async move {
        imported(&bench, &said(1, "Hejre Smedje ApS").both()).await;
        let (good, before) = (store::last_done(&bench.db).await.unwrap().unwrap(), seen(&bench).await);
        let refused = import_text(&bench, "root:x:0:0:root:/root:/bin/sh\n".into()).await;
        let Err(ImportError::Refused(report)) = refused else { panic!("{refused:?}") };
        assert_eq!((report.counts, report.bad.len()), (counts(1, 0, 0, 0, 0, 1), 1));
        let newest = store::runs(&bench.db, 1).await.unwrap().remove(0);
        assert_eq!((newest.state.as_str(), newest.counts.rejected), ("refused", 1));
        assert_eq!(store::bad_documents(&bench.db, newest.id).await.unwrap(), report.bad);
        assert_eq!(store::last_done(&bench.db).await.unwrap().unwrap().id, good.id);
        assert_eq!(seen(&bench).await, before);
        // One that can be used is enough for the rest to be told and passed over.
        let mixed = format!("nonsense\n{}\n", said(2, "Ugle").both()[0]);
        assert_eq!(import_text(&bench, mixed).await.unwrap().counts, counts(2, 1, 0, 0, 0, 1));
    })
    .await;
}

/// Says nothing until it is dropped.
struct Waits(tokio::sync::oneshot::Receiver<()>);

impl io::Read for Waits {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        while self.0.try_recv().is_err_and(|error| error == tokio::sync::oneshot::error::TryRecvError::Empty)
        {
            std::thread::yield_now();
        }
        Ok(0)
    }
}

#[tokio::test]
async fn a_second_import_waits_for_the_first_and_takes_over_when_it_died() {
    each_engine(migrations, |bench| async move {
        let (finish, waits) = tokio::sync::oneshot::channel();
        let clock: Arc<dyn Clock> = Arc::new(bench.clock.clone());
        let (db, ids, first_options) = (bench.db.clone(), bench.ids.clone(), options(&bench));
        let first =
            tokio::spawn(
                async move { import(&db, &clock, &ids, Waits(waits), first_options, &mut |_| {}).await },
            );
        while store::runs(&bench.db, 1).await.unwrap().is_empty() {
            tokio::task::yield_now().await;
        }
        let busy = try_import(&bench, &said(1, "Hejre").both()).await;
        assert!(matches!(busy, Err(ImportError::Busy(_))), "{busy:?}");
        bench.later(Duration::minutes(2));
        assert_eq!(imported(&bench, &said(1, "Hejre").both()).await.counts.added, 2);
        finish.send(()).unwrap();
        let overtaken = first.await.unwrap();
        assert!(matches!(overtaken, Err(ImportError::Overtaken)), "{overtaken:?}");
        assert_eq!(name_of(&bench, 1).await.as_deref(), Some("Hejre"));
    })
    .await;
}

#[tokio::test]
async fn a_municipality_is_told_who_came_left_and_ended_but_not_of_its_first_load() {
    each_engine(migrations, |bench| async move {
        let first: Vec<Value> = [1, 2, 3].into_iter().flat_map(|n| said(n, "Hejre").both()).collect();
        imported(&bench, &first).await;
        assert_eq!(words(&bench).await, Vec::<String>::new());

        let updated = "2026-11-20T08:00:00.000+01:00";
        let moved_out = Said {
            places: vec![(165, "2015-01-01", Some("2026-10-31")), (161, "2026-11-01", None)],
            updated,
            ..said(1, "Hejre")
        };
        let ceased = Said {
            places: vec![(165, "2015-01-01", Some("2026-11-10"))],
            ceased: Some("2026-11-10"),
            updated,
            ..said(2, "Hejre")
        };
        let moved_in = Said {
            places: vec![(161, "2015-01-01", Some("2026-10-31")), (165, "2026-11-01", None)],
            updated,
            ..said(4, "Ugle")
        };
        let founded = Said { places: vec![(165, "2026-11-05", None)], updated, ..said(5, "Ny") };
        let loaded_late = said(6, "Gammel");
        let elsewhere = Said { places: vec![(161, "2026-11-05", None)], updated, ..said(7, "Anden") };
        let documents: Vec<Value> = [moved_out, ceased, moved_in, founded, loaded_late, elsewhere]
            .iter()
            .map(Said::establishment)
            .collect();
        let report = imported(&bench, &documents).await;
        assert_eq!(report.counts, counts(6, 4, 2, 0, 1, 0));
        assert_eq!(words(&bench).await, ["ceased", "moved_in", "moved_out", "new"]);
        assert_eq!(record_changes(&bench.db, &bench.ctx()).await.unwrap(), 0, "each is told once");
    })
    .await;
}

#[tokio::test]
async fn what_the_municipality_has_or_had_is_found_and_the_rest_is_not() {
    each_engine(migrations, |bench| async move {
        let gone = Said {
            places: vec![(165, "2015-01-01", Some("2020-10-31")), (161, "2020-11-01", None)],
            ..said(2, "Væk")
        };
        let elsewhere = Said { places: vec![(161, "2015-01-01", None)], ..said(3, "Anden") };
        let documents: Vec<Value> = [said(1, "Her"), gone, elsewhere].iter().flat_map(Said::both).collect();
        imported(&bench, &documents).await;
        let (companies, establishments) = store::local_units(bench.db.raw(), 165).await.unwrap();
        assert_eq!((companies.len(), establishments.len()), (2, 2));
        assert_eq!(store::local_units(bench.db.raw(), 101).await.unwrap(), (vec![], vec![]));
    })
    .await;
}

#[tokio::test]
async fn others_write_while_an_import_runs() {
    each_engine(migrations, |bench| async move {
        let documents: Vec<Value> = (1..1_500).flat_map(|n| said(n, "Hejre").both()).collect();
        let other = bench.clone();
        let writing = tokio::spawn(async move {
            let mut slowest = std::time::Duration::ZERO;
            for _ in 0..20 {
                let begun = std::time::Instant::now();
                let tx = other.tx().await;
                let fact = RegistryFact::New { kind: store::UnitKind::Company, on: None };
                tx.note(other.id::<uuid::Uuid>(), kernel::Visibility::Staff, &fact).await.unwrap();
                tx.commit().await.unwrap();
                slowest = slowest.max(begun.elapsed());
                tokio::time::sleep(std::time::Duration::from_millis(20)).await;
            }
            slowest
        });
        let report = imported(&bench, &documents).await;
        assert_eq!(report.counts.added, documents.len() as u64);
        let slowest = writing.await.unwrap();
        // Wide limits: this machine is shared, and the bench measures the narrow ones.
        assert!(slowest < std::time::Duration::from_secs(2), "{slowest:?}");
        assert!(report.longest_write < std::time::Duration::from_secs(1), "{:?}", report.longest_write);
    })
    .await;
}

/// Without it the first minute of an import of a whole country reads everything it wrote again and again.
#[tokio::test]
async fn postgres_is_told_how_much_an_import_brought() {
    each_engine(migrations, |bench| async move {
        let documents: Vec<Value> = (1..40).flat_map(|n| said(n, "Hejre").both()).collect();
        imported(&bench, &documents).await;
        if bench.db.engine() == Engine::Sqlite {
            return;
        }
        let asked = "SELECT reltuples::bigint AS units FROM pg_class WHERE oid = 'registry_unit'::regclass";
        let row =
            bench.db.raw().query_one_raw(Statement::from_string(DbBackend::Postgres, asked)).await.unwrap();
        let counted: i64 = row.unwrap().try_get("", "units").unwrap();
        assert_eq!(usize::try_from(counted).ok(), Some(documents.len()));
    })
    .await;
}

#[tokio::test]
async fn the_invented_town_goes_through_the_importer() {
    each_engine(migrations, |bench| async move {
        let town = registry::town::town(1, crate::scene::today(&bench));
        let report = import_text(&bench, town.documents.join("\n")).await.unwrap();
        assert_eq!(report.counts.added, town.documents.len() as u64);
        assert_eq!((report.counts.rejected, report.persons), (0, 0));
    })
    .await;
}

/// One step of a history: an import of some documents, whole or broken off.
#[derive(Debug, Clone)]
struct Step {
    units: Vec<(u32, u8)>,
    breaks_off: bool,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let units = proptest::collection::vec((1_u32..6, 0_u8..4), 0..6);
    proptest::collection::vec(
        (units, any::<bool>()).prop_map(|(units, breaks_off)| Step { units, breaks_off }),
        1..6,
    )
}

const NAMES: [(&str, &str); 4] = [
    ("Nul", "2026-01-01T08:00:00.000+01:00"),
    ("En", "2026-02-01T08:00:00.000+01:00"),
    ("To", "2026-03-01T08:00:00.000+01:00"),
    ("Tre", "2026-04-01T08:00:00.000+02:00"),
];

#[test]
fn whatever_the_order_of_imports_the_register_holds_the_newest_of_each_unit() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let mut runner =
        proptest::test_runner::TestRunner::new(ProptestConfig { cases: 12, ..ProptestConfig::default() });
    runner
        .run(&steps(), |steps| {
            runtime.block_on(each_engine(migrations, move |bench| history(bench, steps.clone())));
            Ok(())
        })
        .unwrap();
}

async fn history(bench: Bench, steps: Vec<Step>) {
    let mut newest = std::collections::BTreeMap::<u32, u8>::new();
    for step in steps {
        bench.later(Duration::minutes(2));
        let documents = step.units.iter().map(|(number, version)| {
            let (name, updated) = NAMES[usize::from(*version)];
            Said { updated, ..said(*number, name) }.company().to_string()
        });
        let text = documents.collect::<Vec<_>>().join("\n") + "\n";
        if step.breaks_off {
            let clock: Arc<dyn Clock> = Arc::new(bench.clock.clone());
            let input = BreaksOff(io::Cursor::new(text.into_bytes()));
            import(&bench.db, &clock, &bench.ids, input, options(&bench), &mut |_| {}).await.unwrap_err();
        } else {
            import_text(&bench, text).await.unwrap();
            for (number, version) in step.units {
                let known = newest.entry(number).or_insert(version);
                *known = version.max(*known);
            }
        }
        for number in 1..6 {
            let expected = newest.get(&number).map(|version| NAMES[usize::from(*version)].0);
            assert_eq!(name_of(&bench, number).await.as_deref(), expected, "{number}");
        }
    }
}
