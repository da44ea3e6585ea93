//! The register straight from its own service, which a small server on this machine plays: by hand, by the clock, and when
//! it will not have us.

use std::{
    path::Path,
    process::{Command, Output, Stdio},
    sync::{Arc, Mutex},
};

use axum::{
    Json, Router,
    extract::State,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
    routing::post,
};
use registry::{fetch, live::Endpoint, store};
use samspil::capabilities;
use serde_json::{Value, json};
use testkit::{TENANT, each_engine};

use crate::{
    scene::{cookie, town},
    wire::Browser,
};

const PASSWORD: &str = "hemmeligt-kodeord";

/// What the service holds, and what it was asked.
#[derive(Default)]
struct Service {
    companies: Vec<String>,
    establishments: Vec<String>,
    asked: Mutex<Vec<Value>>,
    refuses: Mutex<bool>,
}

impl Service {
    /// Pages as they are, one after another.
    fn of_pages(companies: &[&str], establishments: &[&str]) -> Arc<Self> {
        let own = |pages: &[&str]| pages.iter().map(|page| (*page).to_owned()).collect();
        Arc::new(Self { companies: own(companies), establishments: own(establishments), ..Self::default() })
    }

    fn asked(&self) -> Vec<Value> {
        std::mem::take(&mut self.asked.lock().unwrap())
    }

    fn page(&self, headers: &HeaderMap, question: &Value, pages: &[String]) -> Response {
        // samspil:hemmeligt-kodeord
        let is_known = headers
            .get("authorization")
            .is_some_and(|value| value == "Basic c2Ftc3BpbDpoZW1tZWxpZ3Qta29kZW9yZA==");
        if !is_known || *self.refuses.lock().unwrap() {
            return StatusCode::UNAUTHORIZED.into_response();
        }
        self.asked.lock().unwrap().push(question.clone());
        // A scroll goes on where its id says; the real page's id leads past the end.
        let at = question["scroll_id"].as_str().map_or(0, |id| id.parse().unwrap_or(usize::MAX));
        let nothing = json!({"_scroll_id": "9", "hits": {"total": 0, "hits": []}}).to_string();
        let page = pages.get(at).cloned().unwrap_or(nothing);
        ([("content-type", "application/json")], page).into_response()
    }
}

async fn companies(State(it): State<Arc<Service>>, headers: HeaderMap, Json(q): Json<Value>) -> Response {
    it.page(&headers, &q, &it.companies)
}

async fn establishments(
    State(it): State<Arc<Service>>,
    headers: HeaderMap,
    Json(q): Json<Value>,
) -> Response {
    it.page(&headers, &q, &it.establishments)
}

async fn scroll(State(it): State<Arc<Service>>, headers: HeaderMap, Json(q): Json<Value>) -> Response {
    it.page(&headers, &q, &it.companies)
}

/// Listens; gives the address.
async fn listen(service: Arc<Service>) -> String {
    let router = Router::new()
        .route("/cvr-permanent/virksomhed/_search", post(companies))
        .route("/cvr-permanent/produktionsenhed/_search", post(establishments))
        .route("/_search/scroll", post(scroll))
        .with_state(service);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    address
}

/// A company of a number that no real one has on this page, in the register's own form.
fn document(cvr: u32, updated: &str) -> Value {
    let period = json!({"gyldigFra": "2015-01-01", "gyldigTil": null});
    json!({"_source": {"Vrvirksomhed": {
        "cvrNummer": cvr, "reklamebeskyttet": false,
        "navne": [{"navn": format!("Virksomhed {cvr}"), "periode": period}],
        "beliggenhedsadresse": [{
            "landekode": "DK", "vejnavn": "Prøvevej", "husnummerFra": 7, "postnummer": 2620, "postdistrikt": "Albertslund",
            "kommune": {"kommuneKode": 165}, "periode": period,
        }],
        "livsforloeb": [{"periode": period}],
        "virksomhedsform": [{"virksomhedsformkode": 80, "kortBeskrivelse": "APS", "periode": period}],
        "sidstOpdateret": updated,
    }}})
}

fn page(documents: &[Value], next: &str) -> String {
    json!({"_scroll_id": next, "hits": {"total": documents.len(), "hits": documents}}).to_string()
}

fn configured(data: &Path, address: &str) {
    std::fs::create_dir_all(data).unwrap();
    let text = format!("[register]\nendpoint = \"{address}\"\nuser = \"samspil\"\n");
    std::fs::write(data.join("samspil.toml"), text).unwrap();
}

/// What an operator types. The server runs beside it.
async fn samspil(arguments: &[&str], data: &Path, password: Option<&str>) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_samspil"));
    command.args(arguments).arg("--data").arg(data).stdin(Stdio::null());
    for name in ["SAMSPIL_DATA", "SAMSPIL_DATABASE", "SAMSPIL_SMTP_PASSWORD", "SAMSPIL_REGISTER_PASSWORD"] {
        command.env_remove(name);
    }
    if let Some(password) = password {
        command.env("SAMSPIL_REGISTER_PASSWORD", password);
    }
    tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap()
}

fn said(output: &Output) -> String {
    let said =
        format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(!said.contains(PASSWORD), "the password is printed: {said}");
    said
}

fn counts(output: &Output) -> Value {
    assert_eq!(output.status.code(), Some(0), "{}", said(output));
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    serde_json::from_str(text.lines().last().unwrap()).unwrap()
}

const LIVE: [&str; 4] = ["registry", "import", "--live", "--json"];

#[tokio::test(flavor = "multi_thread")]
async fn register_is_fetched_from_its_service_and_the_next_time_only_what_changed() {
    let folder = tempfile::tempdir().unwrap();
    let first = [document(10_000_009, "2024-01-01T08:00:00.000+01:00")];
    let second = [document(10_000_025, "2024-01-01T08:00:00.000+01:00")];
    let service = Service::of_pages(&[&page(&first, "1"), &page(&second, "2")], &[]);
    configured(folder.path(), &listen(service.clone()).await);
    let fetched = counts(&samspil(&LIVE, folder.path(), Some(PASSWORD)).await);
    assert_eq!((fetched["read"].as_u64(), fetched["added"].as_u64()), (Some(2), Some(2)), "{fetched}");
    let asked = service.asked();
    let must = |question: &Value| question["query"]["bool"]["must"].as_array().map_or(0, Vec::len);
    assert_eq!(must(&asked[0]), 1, "the first time all of the municipality is asked for: {asked:?}");

    let again = counts(&samspil(&LIVE, folder.path(), Some(PASSWORD)).await);
    assert_eq!((again["added"].as_u64(), again["unchanged"].as_u64()), (Some(0), Some(2)), "{again}");
    let asked = service.asked();
    let since = asked[0]["query"]["bool"]["must"][1]["range"]["Vrvirksomhed.sidstOpdateret"]["gte"].clone();
    let since = chrono::DateTime::parse_from_rfc3339(since.as_str().unwrap()).unwrap();
    assert!(
        since < kernel::Clock::now(&kernel::SystemClock) - chrono::Duration::hours(23),
        "clocks differ: {since}"
    );

    counts(&samspil(&[&LIVE[..], &["--all"]].concat(), folder.path(), Some(PASSWORD)).await);
    assert_eq!(must(&service.asked()[0]), 1);
    let doctor = samspil(&["doctor"], folder.path(), Some(PASSWORD)).await;
    assert!(said(&doctor).contains("good   register service: http://127.0.0.1:"), "{}", said(&doctor));
}

#[tokio::test(flavor = "multi_thread")]
async fn service_that_refuses_us_or_is_not_there_is_told_by_the_import_and_by_doctor() {
    let folder = tempfile::tempdir().unwrap();
    let unconfigured = samspil(&LIVE, folder.path(), None).await;
    assert_eq!(unconfigured.status.code(), Some(1));
    assert!(
        said(&unconfigured).contains("write [register] with user and password_file"),
        "{}",
        said(&unconfigured)
    );

    let address = listen(Service::of_pages(&[], &[])).await;
    configured(folder.path(), &address);
    for (password, words) in
        [(None, "SAMSPIL_REGISTER_PASSWORD"), (Some("forkert"), "refuses the user or the password")]
    {
        let refused = samspil(&LIVE, folder.path(), password).await;
        assert_eq!(refused.status.code(), Some(1), "{}", said(&refused));
        assert!(said(&refused).contains(words) && !said(&refused).contains("forkert"), "{}", said(&refused));
        let doctor = samspil(&["doctor"], folder.path(), password).await;
        assert_eq!(doctor.status.code(), Some(1));
        assert!(said(&doctor).contains("WRONG  register service") && said(&doctor).contains(words));
    }
    configured(folder.path(), "http://127.0.0.1:9");
    let gone = samspil(&LIVE, folder.path(), Some(PASSWORD)).await;
    assert_eq!(gone.status.code(), Some(1));
    assert!(said(&gone).contains("cannot be reached"), "{}", said(&gone));
    let two = samspil(&["registry", "import", "--live", "file.jsonl"], folder.path(), None).await;
    assert_eq!(two.status.code(), Some(2), "{}", said(&two));
    std::fs::write(folder.path().join("samspil.toml"), "").unwrap();
    let other = samspil(&[&LIVE[..], &["--municipality", "0101"]].concat(), folder.path(), None).await;
    assert_eq!(other.status.code(), Some(1), "{}", said(&other));
}

#[tokio::test(flavor = "multi_thread")]
async fn real_scroll_page_is_fetched_by_the_command() {
    let Some(real) = std::env::var_os("SAMSPIL_REAL_DATA") else {
        eprintln!("SAMSPIL_REAL_DATA is not set: the real scroll page was NOT read by this test");
        return;
    };
    let real = std::fs::read_to_string(Path::new(&real).join("cvr/scroll-page.json")).unwrap();
    let folder = tempfile::tempdir().unwrap();
    configured(folder.path(), &listen(Service::of_pages(&[&real], &[])).await);
    let fetched = counts(&samspil(&LIVE, folder.path(), Some(PASSWORD)).await);
    assert_eq!((fetched["added"].as_u64(), fetched["rejected"].as_u64()), (Some(1), Some(0)), "{fetched}");
}

#[tokio::test(flavor = "multi_thread")]
async fn register_is_fetched_once_a_day_and_the_operator_sees_how_it_went() {
    each_engine(capabilities::migrations, |bench| async move {
        let documents = [document(10_000_009, "2024-01-01T08:00:00.000+01:00")];
        let service = Service::of_pages(&[&page(&documents, "1")], &[]);
        let town = town(&bench, crate::scene::ONE).await;
        let endpoint = Endpoint::new(&listen(service.clone()).await, "samspil", PASSWORD);
        let admin = town.person(TENANT, kernel::Role::Admin).await;
        let browser = Browser { cookie: cookie(&town.sign_in(TENANT, admin).await), ..Browser::default() };
        let at = chrono::NaiveTime::from_hms_opt(0, 0, 0).unwrap();
        let fetch = async || fetch::fetch_if_due(&town.app, &endpoint, at, TENANT, &[TENANT]).await;
        assert_eq!(fetch().await.unwrap(), 1);
        assert_eq!(fetch().await.unwrap(), 0, "once a day is enough");
        let page = browser.get(town.address, "/drift").await.unwrap();
        assert!(page.text().contains("(live-0165)") && page.text().contains("Færdig"), "{}", page.text());

        bench.later(chrono::Duration::hours(24));
        *service.refuses.lock().unwrap() = true;
        assert_eq!(fetch().await.unwrap_err().code(), "refused");
        assert_eq!(fetch().await.unwrap(), 0, "a refused password is not tried every minute");
        let session = town.sign_in(TENANT, admin).await;
        let browser = Browser { cookie: cookie(&session), ..Browser::default() };
        let page = browser.get(town.address, "/drift").await.unwrap();
        assert!(page.text().contains("afviser brugeren eller adgangskoden"), "{}", page.text());
        assert!(!page.body.contains(PASSWORD));

        *service.refuses.lock().unwrap() = false;
        bench.later(chrono::Duration::hours(1));
        assert_eq!(fetch().await.unwrap(), 1);
        assert_eq!(store::generation(bench.db.raw()).await.unwrap(), 1, "the same page changes nothing");
    })
    .await;
}
