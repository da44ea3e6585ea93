//! The register's own service, played by a small server on this machine.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicUsize, Ordering},
};

use axum::{
    Json, Router,
    extract::State,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
    routing::post,
};
use kernel::Clock;
use registry::{
    document::Numbers,
    import::{ImportError, ImportReport, import_live},
    live::{Endpoint, Wanted},
    store,
};
use serde_json::{Value, json};
use testkit::{Bench, each_engine};

use crate::scene::{Said, cvr, migrations, options, said};

/// What the service holds, and what it was asked.
#[derive(Default)]
struct Service {
    companies: Vec<Value>,
    establishments: Vec<Value>,
    /// A whole page to be answered as it is.
    page: Option<String>,
    asked: Mutex<Vec<Value>>,
    scrolls: AtomicUsize,
    dies_in_scroll: bool,
}

fn is_allowed(headers: &HeaderMap) -> bool {
    // samspil:hemmeligt
    headers.get("authorization").is_some_and(|value| value == "Basic c2Ftc3BpbDpoZW1tZWxpZ3Q=")
}

fn answer(hits: &[Value], scroll: &str) -> Response {
    Json(json!({"_scroll_id": scroll, "hits": {"total": hits.len(), "hits": hits}})).into_response()
}

fn search(service: &Service, headers: &HeaderMap, question: Value, all: &[Value], name: &str) -> Response {
    if !is_allowed(headers) {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    let wanted: Vec<Value> = match question["query"]["bool"]["must"][0]["terms"]["Vrvirksomhed.cvrNummer"]
        .as_array()
    {
        None => all.to_vec(),
        Some(numbers) => {
            let of = |document: &&Value| numbers.contains(&document["_source"]["Vrvirksomhed"]["cvrNummer"]);
            service.companies.iter().filter(of).cloned().collect()
        }
    };
    let is_by_number = !question["query"]["bool"]["must"][0]["terms"].is_null();
    service.asked.lock().unwrap().push(question);
    if let Some(page) = &service.page
        && name == "companies"
    {
        return page.clone().into_response();
    }
    // Two a page; the rest by scroll, except where the test holds a chain's owner back from the first search.
    let first = if is_by_number { wanted } else { wanted.into_iter().take(2).collect() };
    answer(&first, name)
}

async fn scroll(State(service): State<Arc<Service>>, Json(question): Json<Value>) -> Response {
    let turn = service.scrolls.fetch_add(1, Ordering::Relaxed);
    if service.dies_in_scroll {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    }
    let rest = match question["scroll_id"].as_str() {
        Some("establishments") if turn > 0 && service.establishments.len() > 2 => {
            &service.establishments[2..]
        }
        _ => &[],
    };
    // A scroll answers its rest once, then nothing.
    answer(rest, if rest.is_empty() { "end" } else { "rest" })
}

async fn serve(service: Arc<Service>) -> Endpoint {
    async fn companies(
        State(service): State<Arc<Service>>,
        headers: HeaderMap,
        Json(question): Json<Value>,
    ) -> Response {
        // The owners of local places lie elsewhere: the first search does not give them.
        search(
            &service,
            &headers,
            question,
            &service.companies[..service.companies.len().min(1)],
            "companies",
        )
    }
    async fn establishments(
        State(service): State<Arc<Service>>,
        headers: HeaderMap,
        Json(question): Json<Value>,
    ) -> Response {
        search(&service, &headers, question, &service.establishments, "establishments")
    }
    let router = Router::new()
        .route("/cvr-permanent/virksomhed/_search", post(companies))
        .route("/cvr-permanent/produktionsenhed/_search", post(establishments))
        .route("/_search/scroll", post(scroll))
        .with_state(service);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    Endpoint::new(&address, "samspil", "hemmeligt")
}

async fn fetch(
    bench: &Bench,
    endpoint: &Endpoint,
    numbers: Numbers,
) -> Result<Vec<ImportReport>, ImportError> {
    let clock: Arc<dyn Clock> = Arc::new(bench.clock.clone());
    let options = registry::import::ImportOptions { numbers, ..options(bench) };
    import_live(
        &bench.db,
        &clock,
        &bench.ids,
        endpoint,
        &Wanted::Municipality(165, None),
        options,
        &mut |_| {},
    )
    .await
}

fn service() -> Service {
    let all = [said(1, "Hejre"), said(2, "Ugle"), said(3, "Trane")];
    Service {
        companies: all.iter().map(Said::company).collect(),
        establishments: all.iter().map(Said::establishment).collect(),
        ..Service::default()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_are_fetched_to_the_end_and_then_the_owners_that_lie_elsewhere() {
    each_engine(migrations, |bench| async move {
        let service = Arc::new(service());
        let endpoint = serve(service.clone()).await;
        let reports = fetch(&bench, &endpoint, Numbers::Invented).await.unwrap();
        let added: Vec<u64> = reports.iter().map(|report| report.counts.added).collect();
        assert_eq!(added, [4, 2]);
        assert!(store::unknown_owners(bench.db.raw(), 165).await.unwrap().is_empty());
        assert_eq!(store::companies(bench.db.raw(), &[cvr(1), cvr(2), cvr(3)]).await.unwrap().len(), 3);
        assert_eq!(service.asked.lock().unwrap().len(), 3);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_password_and_a_dying_service_are_told_and_change_nothing() {
    each_engine(migrations, |bench| async move {
        let endpoint = serve(Arc::new(service())).await;
        let wrong = Endpoint { password: "forkert".into(), ..endpoint };
        let refused = fetch(&bench, &wrong, Numbers::Invented).await.unwrap_err().to_string();
        assert!(refused.contains("user or the password") && !refused.contains("forkert"), "{refused}");
        let dying = Arc::new(Service { dies_in_scroll: true, ..service() });
        let told = fetch(&bench, &serve(dying).await, Numbers::Invented).await.unwrap_err().to_string();
        assert!(told.contains("500"), "{told}");
        assert_eq!(store::generation(bench.db.raw()).await.unwrap(), 0);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_real_scroll_page_comes_in_through_the_service() {
    let Some(folder) = std::env::var_os("SAMSPIL_REAL_DATA") else {
        eprintln!("SAMSPIL_REAL_DATA is not set: the real scroll page was NOT read by this test");
        return;
    };
    let page = std::fs::read_to_string(std::path::Path::new(&folder).join("cvr/scroll-page.json")).unwrap();
    each_engine(migrations, move |bench| {
        let page = page.clone();
        async move {
            let endpoint = serve(Arc::new(Service { page: Some(page), ..Service::default() })).await;
            let reports = fetch(&bench, &endpoint, Numbers::Real).await.unwrap();
            assert_eq!(reports[0].counts.added, 1);
        }
    })
    .await;
}
