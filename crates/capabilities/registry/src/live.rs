//! The register straight from its own service (Erhvervsstyrelsen's system-to-system access, Elasticsearch with scroll).
//!
//! Pages are fetched one at a time and handed to the same importer as a saved file: a broken connection ends the import,
//! and the register stays as it was. Paths are configuration, for sources disagree on which one answers today. The
//! service is plain HTTP: run it server side only. The password is never printed or logged.

use std::{
    fmt,
    io::{self, Cursor, Read},
    time::Duration,
};

use chrono::{DateTime, Utc};
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

/// Which documents.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wanted {
    /// Companies and establishments that lie in the municipality now; with a moment, only those changed since. Documents
    /// are whole, so a changed one replaces.
    Municipality(u16, Option<DateTime<Utc>>),
    /// The whole country; with a moment, only those changed since.
    Everything(Option<DateTime<Utc>>),
    /// These companies: the owners of local establishments whose legal unit lies elsewhere.
    Companies(Vec<CvrNumber>),
}

impl Wanted {
    /// The searches: path and question, one after another.
    fn searches(&self, endpoint: &Endpoint) -> Vec<(String, Value)> {
        let both = |of: &dyn Fn(&str, &str) -> Vec<Value>| {
            let company = of("Vrvirksomhed", "virksomhedMetadata");
            let establishment = of("VrproduktionsEnhed", "produktionsEnhedMetadata");
            vec![
                (endpoint.companies_path.clone(), question(&company)),
                (endpoint.establishments_path.clone(), question(&establishment)),
            ]
        };
        match self {
            Self::Municipality(code, since) => both(&|kind, metadata| {
                let here = format!("{kind}.{metadata}.nyesteBeliggenhedsadresse.kommune.kommuneKode");
                let mut must = vec![json!({"term": {here: code}})];
                must.extend(changed_since(kind, *since));
                must
            }),
            Self::Everything(since) => both(&|kind, _| changed_since(kind, *since).into_iter().collect()),
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
        }
    }

    /// Fetches the next page; `false` when there is none.
    fn turn(&mut self) -> io::Result<bool> {
        loop {
            let body = match self.scroll.take() {
                Some(scroll) => self.go_on(&scroll)?,
                None => match self.searches.next() {
                    Some((path, query)) => self.search(&path, &query)?,
                    None => return Ok(false),
                },
            };
            let ends: PageEnds = serde_json::from_slice(&body).map_err(|_| {
                io::Error::other("the service answered something that is no page of documents")
            })?;
            // The last page of a scroll is empty; then comes the next search.
            if !ends.hits.hits.is_empty() {
                self.scroll = ends.scroll;
                self.page = Cursor::new(body);
                return Ok(true);
            }
        }
    }

    fn search(&self, path: &str, query: &Value) -> io::Result<Vec<u8>> {
        let address = format!("{}{path}?scroll={SCROLL_KEPT}", self.endpoint.address);
        let body = json!({"query": query, "size": self.endpoint.page_documents}).to_string();
        let request = self.agent.post(&address).header("authorization", &self.authorization);
        read_body(request.header("content-type", "application/json").send(body))
    }

    fn go_on(&self, scroll: &str) -> io::Result<Vec<u8>> {
        let address = format!("{}{}", self.endpoint.address, self.endpoint.scroll_path);
        let body = json!({"scroll": SCROLL_KEPT, "scroll_id": scroll}).to_string();
        let request = self.agent.post(&address).header("authorization", &self.authorization);
        read_body(request.header("content-type", "application/json").send(body))
    }
}

fn read_body(answer: Result<http::Response<ureq::Body>, ureq::Error>) -> io::Result<Vec<u8>> {
    let mut answer = answer.map_err(|error| match error {
        ureq::Error::StatusCode(401 | 403) => {
            io::Error::other("the service refuses the user or the password")
        }
        ureq::Error::StatusCode(404) => {
            io::Error::other("the service does not know the path: see its configuration")
        }
        ureq::Error::StatusCode(code) => io::Error::other(format!("the service answered {code}")),
        other => io::Error::other(format!("the service cannot be reached: {other}")),
    })?;
    if answer.status().is_redirection() {
        return Err(io::Error::other("the service wants to send us elsewhere, which is not followed"));
    }
    let body = answer.body_mut().with_config().limit(PAGE_BYTES_MAX).read_to_vec();
    body.map_err(|error| io::Error::other(format!("the page broke off: {error}")))
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
    fn a_municipality_is_asked_for_where_units_lie_now_and_not_where_they_lay() {
        let endpoint = Endpoint::new("http://example.dk/", "u", "p");
        let since = DateTime::from_timestamp(1_700_000_000, 0);
        let searches = Wanted::Municipality(165, since).searches(&endpoint);
        assert_eq!(searches[0].0, "/cvr-permanent/virksomhed/_search");
        let term = &searches[0].1["bool"]["must"][0]["term"];
        assert_eq!(
            term["Vrvirksomhed.virksomhedMetadata.nyesteBeliggenhedsadresse.kommune.kommuneKode"],
            165
        );
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
