//! The register straight from its own service (Erhvervsstyrelsen's system-to-system access, Elasticsearch with scroll).
//!
//! Pages are fetched one at a time and handed to the same importer as a saved file: a broken connection ends the import,
//! and the register stays as it was. Paths are configuration, for sources disagree on which one answers today. The
//! service is plain HTTP: run it server side only. The password is never printed or logged.

use std::{
    fmt,
    io::{self, Cursor, Read},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use chrono::{DateTime, NaiveTime, Utc};
use kernel::CvrNumber;
use serde::{Deserialize, de::IgnoredAny};
use serde_json::{Value, json};
use ureq::Agent;

/// Documents in a page: the service allows 3000; a thousand is some fifteen megabytes.
pub const PAGE_DOCUMENTS: u32 = 1_000;
/// The largest page that is read.
const PAGE_BYTES_MAX: u64 = 512 * 1024 * 1024;
/// How long the service keeps a scroll open between two pages.
const SCROLL_KEPT: &str = "2m";
/// Companies asked for by number at once.
const NUMBERS_AT_ONCE: usize = 1_000;

/// Where the service is and how to ask it.
#[derive(Clone, PartialEq, Eq)]
pub struct Endpoint {
    /// `http://distribution.virk.dk`, without a slash at the end.
    pub address: String,
    /// Where companies are searched: `/cvr-permanent/virksomhed/_search`.
    pub companies_path: String,
    /// Where establishments are searched: `/cvr-permanent/produktionsenhed/_search`.
    pub establishments_path: String,
    /// Where a scroll goes on: `/_search/scroll`.
    pub scroll_path: String,
    /// The user that Erhvervsstyrelsen gave.
    pub user: String,
    /// Its password.
    pub password: String,
    /// How long one page may take.
    pub timeout: Duration,
    /// Documents in a page.
    pub page_documents: u32,
}

impl Endpoint {
    /// The service as it is documented, for this user.
    pub fn new(address: &str, user: &str, password: &str) -> Self {
        Self {
            address: address.trim_end_matches('/').to_owned(),
            companies_path: "/cvr-permanent/virksomhed/_search".into(),
            establishments_path: "/cvr-permanent/produktionsenhed/_search".into(),
            scroll_path: "/_search/scroll".into(),
            user: user.to_owned(),
            password: password.to_owned(),
            timeout: Duration::from_mins(2),
            page_documents: PAGE_DOCUMENTS,
        }
    }
}

impl fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Endpoint")
            .field("address", &self.address)
            .field("user", &self.user)
            .finish_non_exhaustive()
    }
}

/// The service as the operator configured it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LiveSource {
    /// Where and as whom.
    pub endpoint: Endpoint,
    /// When the day's import begins, in the town's own time; `None` where nothing is fetched by the clock.
    pub daily_at: Option<NaiveTime>,
}

/// Which documents.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wanted {
    /// Companies and establishments that lie or have lain in the municipality: who left is told as well. With a moment,
    /// only those changed since. Documents are whole, so a changed one replaces.
    Municipality(u16, Option<DateTime<Utc>>),
    /// The whole country; with a moment, only those changed since.
    Everything(Option<DateTime<Utc>>),
    /// These companies: the owners of local establishments whose legal unit lies elsewhere.
    Companies(Vec<CvrNumber>),
}

impl Wanted {
    /// The searches: path and question, one after another.
    fn searches(&self, endpoint: &Endpoint) -> Vec<(String, Value)> {
        let both = |of: &dyn Fn(&str) -> Vec<Value>| {
            let (company, establishment) = (of("Vrvirksomhed"), of("VrproduktionsEnhed"));
            vec![
                (endpoint.companies_path.clone(), question(&company)),
                (endpoint.establishments_path.clone(), question(&establishment)),
            ]
        };
        match self {
            Self::Municipality(code, since) => both(&|kind| {
                // Over all addresses that a unit has had, not the newest alone: it would be silent of who moved away.
                let here = format!("{kind}.beliggenhedsadresse.kommune.kommuneKode");
                let mut must = vec![json!({"term": {here: code}})];
                must.extend(changed_since(kind, *since));
                must
            }),
            Self::Everything(since) => both(&|kind| changed_since(kind, *since).into_iter().collect()),
            Self::Companies(numbers) => {
                let asked = numbers.chunks(NUMBERS_AT_ONCE).map(|some| {
                    let numbers: Vec<u32> = some.iter().map(|cvr| cvr.number()).collect();
                    let these = json!({"terms": {"Vrvirksomhed.cvrNummer": numbers}});
                    (endpoint.companies_path.clone(), question(&[these]))
                });
                asked.collect()
            }
        }
    }
}

fn question(must: &[Value]) -> Value {
    if must.is_empty() { json!({"match_all": {}}) } else { json!({"bool": {"must": must}}) }
}

fn changed_since(kind: &str, since: Option<DateTime<Utc>>) -> Option<Value> {
    let field = format!("{kind}.sidstOpdateret");
    since.map(|since| json!({"range": {field: {"gte": since.to_rfc3339()}}}))
}

/// The service's answer as a stream of pages, for [`crate::import::import`].
pub struct Pages {
    agent: Agent,
    endpoint: Endpoint,
    authorization: String,
    searches: std::vec::IntoIter<(String, Value)>,
    scroll: Option<String>,
    page: Cursor<Vec<u8>>,
    expected: Arc<AtomicU64>,
    /// Documents of all searches so far.
    given: u64,
}

/// What is needed of a page to ask for the next one.
#[derive(Deserialize)]
struct PageEnds {
    #[serde(rename = "_scroll_id")]
    scroll: Option<String>,
    hits: Hits,
}

#[derive(Deserialize)]
struct Hits {
    hits: Vec<IgnoredAny>,
    #[serde(default)]
    total: Total,
}

/// How many documents a search has: a number, or `{"value": number}` from newer versions of the service's engine.
#[derive(Deserialize, Default)]
#[serde(untagged)]
enum Total {
    Number(u64),
    Told {
        value: u64,
    },
    #[default]
    Untold,
}

impl Pages {
    /// Nothing is asked before something is read.
    pub fn new(endpoint: Endpoint, wanted: &Wanted) -> Self {
        let config = Agent::config_builder()
            .timeout_global(Some(endpoint.timeout))
            // A redirect would take the password elsewhere.
            .max_redirects(0)
            .user_agent("samspil");
        let secret = format!("{}:{}", endpoint.user, endpoint.password);
        Self {
            agent: config.build().into(),
            authorization: format!("Basic {}", data_encoding::BASE64.encode(secret.as_bytes())),
            searches: wanted.searches(&endpoint).into_iter(),
            endpoint,
            scroll: None,
            page: Cursor::default(),
            expected: Arc::default(),
            given: 0,
        }
    }

    /// How many documents the searches so far have, as the service counts them.
    pub fn expected(&self) -> Arc<AtomicU64> {
        self.expected.clone()
    }

    /// Fetches the next page; `false` when there is none.
    fn turn(&mut self) -> io::Result<bool> {
        loop {
            let (body, is_first) = match self.scroll.take() {
                Some(scroll) => (self.go_on(&scroll)?, false),
                None => match self.searches.next() {
                    Some((path, query)) => (self.search(&path, &query)?, true),
                    None => return Ok(false),
                },
            };
            let ends: PageEnds = serde_json::from_slice(&body).map_err(|_| LiveError::NoPage)?;
            if let (true, Total::Number(more) | Total::Told { value: more }) = (is_first, &ends.hits.total) {
                self.expected.fetch_add(*more, Ordering::Relaxed);
            }
            // A scroll that never ends would be imported for ever: it has no more than it said, give or take a page.
            self.given += ends.hits.hits.len() as u64;
            let said = self.expected.load(Ordering::Relaxed);
            if said > 0 && self.given > said + u64::from(self.endpoint.page_documents) {
                return Err(LiveError::NoPage.into());
            }
            // The last page of a scroll is empty; then comes the next search.
            if !ends.hits.hits.is_empty() {
                self.scroll = ends.scroll;
                self.page = Cursor::new(body);
                return Ok(true);
            }
        }
    }

    fn search(&self, path: &str, query: &Value) -> Result<Vec<u8>, LiveError> {
        let address = format!("{}{path}?scroll={SCROLL_KEPT}", self.endpoint.address);
        self.post(&address, &json!({"query": query, "size": self.endpoint.page_documents}))
    }

    fn go_on(&self, scroll: &str) -> Result<Vec<u8>, LiveError> {
        let address = format!("{}{}", self.endpoint.address, self.endpoint.scroll_path);
        self.post(&address, &json!({"scroll": SCROLL_KEPT, "scroll_id": scroll}))
    }

    fn post(&self, address: &str, body: &Value) -> Result<Vec<u8>, LiveError> {
        let request = self.agent.post(address).header("authorization", &self.authorization);
        read_body(request.header("content-type", "application/json").send(body.to_string()))
    }
}

/// Why the service gave nothing. No address and no secret stands in it.
#[derive(Debug, thiserror::Error)]
pub enum LiveError {
    /// 401 or 403.
    #[error("the service refuses the user or the password: see [register] user and its password")]
    Refused,
    /// 404.
    #[error(
        "the service does not know the path: see [register] companies_path, establishments_path and scroll_path"
    )]
    Path,
    /// Any other status.
    #[error("the service answered {0}")]
    Status(u16),
    /// It points elsewhere; the password does not go there.
    #[error("the service wants to send us elsewhere, which is not followed: see [register] endpoint")]
    Elsewhere,
    /// No connection, or none in time.
    #[error("the service cannot be reached: {0}")]
    Unreachable(String),
    /// The connection ended in the middle.
    #[error("the page broke off: {0}")]
    BrokeOff(String),
    /// An answer, but no page.
    #[error("the service answered something that is no page of documents")]
    NoPage,
}

impl LiveError {
    /// A code for the operator's page.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Refused => "refused",
            Self::Path => "path",
            Self::Status(_) => "status",
            Self::Elsewhere => "elsewhere",
            Self::Unreachable(_) => "unreachable",
            Self::BrokeOff(_) => "broke-off",
            Self::NoPage => "no-page",
        }
    }
}

impl From<LiveError> for io::Error {
    fn from(error: LiveError) -> Self {
        Self::other(error)
    }
}

fn read_body(answer: Result<http::Response<ureq::Body>, ureq::Error>) -> Result<Vec<u8>, LiveError> {
    let mut answer = answer.map_err(|error| match error {
        ureq::Error::StatusCode(401 | 403) => LiveError::Refused,
        ureq::Error::StatusCode(404) => LiveError::Path,
        ureq::Error::StatusCode(code) => LiveError::Status(code),
        other => LiveError::Unreachable(other.to_string()),
    })?;
    if answer.status().is_redirection() {
        return Err(LiveError::Elsewhere);
    }
    let body = answer.body_mut().with_config().limit(PAGE_BYTES_MAX).read_to_vec();
    body.map_err(|error| LiveError::BrokeOff(error.to_string()))
}

/// Asks the service for nothing: whether it is there, knows both paths and lets us in. Blocks until it answers.
pub fn check(endpoint: &Endpoint) -> Result<(), LiveError> {
    let pages = Pages::new(endpoint.clone(), &Wanted::Everything(None));
    for path in [&endpoint.companies_path, &endpoint.establishments_path] {
        let body = pages.post(&format!("{}{path}", endpoint.address), &json!({"size": 0}))?;
        serde_json::from_slice::<PageEnds>(&body).map_err(|_| LiveError::NoPage)?;
    }
    Ok(())
}

impl Read for Pages {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        loop {
            match self.page.read(into)? {
                0 if into.is_empty() => return Ok(0),
                0 => {
                    if !self.turn()? {
                        return Ok(0);
                    }
                }
                some => return Ok(some),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_municipality_asks_also_for_those_that_have_left_it() {
        let endpoint = Endpoint::new("http://example.dk/", "u", "p");
        let since = DateTime::from_timestamp(1_700_000_000, 0);
        let searches = Wanted::Municipality(165, since).searches(&endpoint);
        assert_eq!(searches[0].0, "/cvr-permanent/virksomhed/_search");
        let term = &searches[0].1["bool"]["must"][0]["term"];
        assert_eq!(term["Vrvirksomhed.beliggenhedsadresse.kommune.kommuneKode"], 165);
        let range = &searches[1].1["bool"]["must"][1]["range"]["VrproduktionsEnhed.sidstOpdateret"]["gte"];
        assert_eq!(range, "2023-11-14T22:13:20+00:00");
        assert_eq!(Wanted::Everything(None).searches(&endpoint)[1].1, json!({"match_all": {}}));
    }

    #[test]
    fn the_password_is_never_printed() {
        let endpoint = Endpoint::new("http://example.dk/", "user", "hemmeligt");
        assert!(!format!("{endpoint:?}").contains("hemmeligt"));
    }
}
