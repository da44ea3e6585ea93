//! Figures of growth, on both engines.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use ports::MetricSource;
use registry::{
    figures::METRICS,
    import::{import_areas, import_points},
};
use serde_json::Value;
use testkit::{Bench, OTHER_TENANT, each_engine};

use crate::scene::{Said, import_text, imported, migrations, register, said, today};

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

async fn measured(bench: &Bench, metric: &str, from: &str, to: &str) -> Option<f64> {
    let register = register(bench).await;
    register.measure(&bench.ctx(), metric, day(from), day(to), &BTreeMap::new()).await.unwrap().value
}

#[tokio::test]
async fn stocks_are_counted_as_they_were_on_the_day_and_flows_between_two_days() {
    each_engine(migrations, |bench| async move {
        let came = Said {
            places: vec![(161, "2015-01-01", Some("2024-04-30")), (165, "2024-05-01", None)],
            ..said(2, "Kom")
        };
        let left = Said {
            places: vec![(165, "2015-01-01", Some("2024-08-31")), (161, "2024-09-01", None)],
            ..said(3, "Tog")
        };
        let ended = Said {
            places: vec![(165, "2015-01-01", Some("2025-02-01"))],
            ceased: Some("2025-02-01"),
            ..said(4, "Slut")
        };
        let documents: Vec<Value> =
            [said(1, "Blev"), came, left, ended].iter().flat_map(Said::both).collect();
        imported(&bench, &documents).await;
        for (at, expected) in [
            ("2014-12-31", 0.0),
            ("2015-01-01", 3.0),
            ("2024-05-01", 4.0),
            ("2024-12-31", 3.0),
            ("2026-11-23", 2.0),
        ] {
            assert_eq!(measured(&bench, "registry.companies", at, at).await, Some(expected), "{at}");
            assert_eq!(measured(&bench, "registry.establishments", at, at).await, Some(expected), "{at}");
        }
        for (metric, expected) in [("new", 0.0), ("moved_in", 1.0), ("moved_out", 1.0), ("ceased", 0.0)] {
            let metric = format!("registry.{metric}");
            assert_eq!(
                measured(&bench, &metric, "2024-01-01", "2024-12-31").await,
                Some(expected),
                "{metric}"
            );
        }
        assert_eq!(measured(&bench, "registry.ceased", "2025-01-01", "2025-12-31").await, Some(1.0));
        assert_eq!(measured(&bench, "registry.new", "2015-01-01", "2015-12-31").await, Some(3.0));
        assert_eq!(
            measured(&bench, "registry.jobs", "2026-01-01", "2026-11-23").await,
            None,
            "too few workplaces to tell"
        );
    })
    .await;
}

#[tokio::test]
async fn the_invented_town_adds_up_area_by_area_and_another_municipality_sees_none_of_it() {
    each_engine(migrations, |bench| async move {
        let town = registry::town::town(1, today(&bench));
        import_text(&bench, town.documents.join("\n")).await.unwrap();
        import_areas(&bench.db, &bench.ctx(), town.areas).await.unwrap().unwrap();
        import_points(&bench.db, town.address_points.as_bytes()).await.unwrap().unwrap();
        let register = register(&bench).await;
        let (from, to) = (day("2026-01-01"), today(&bench));
        for metric in METRICS {
            let all = register.measure(&bench.ctx(), metric, from, to, &BTreeMap::new()).await.unwrap();
            let mut in_areas = 0.0;
            for area in register.areas(&bench.ctx()).await.unwrap().areas() {
                let filter = BTreeMap::from([("area".to_owned(), area.key.to_string())]);
                let part = register.measure(&bench.ctx(), metric, from, to, &filter).await.unwrap();
                in_areas += part.value.unwrap_or(0.0);
                assert!(part.n <= all.n);
            }
            assert!(all.value.unwrap() > 0.0, "{metric}");
            assert!(in_areas > 0.0 && in_areas <= all.value.unwrap(), "{metric}: {in_areas} of {all:?}");
            let elsewhere = bench.ctx_of(OTHER_TENANT);
            let none = register.measure(&elsewhere, metric, from, to, &BTreeMap::new()).await.unwrap();
            assert_eq!(none.n, 0, "{metric}");
        }
        let jobs = register.measure(&bench.ctx(), "registry.jobs", from, to, &BTreeMap::new()).await.unwrap();
        let (low, high) = jobs.interval.unwrap();
        assert!(low <= jobs.value.unwrap() && jobs.value.unwrap() <= high);
        let unknown = BTreeMap::from([("area".to_owned(), "maanen".to_owned())]);
        let nothing = register.measure(&bench.ctx(), "registry.companies", from, to, &unknown).await.unwrap();
        assert_eq!((nothing.value, nothing.n), (None, 0));
    })
    .await;
}
