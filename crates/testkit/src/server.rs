//! The program with the capabilities that a test names, and a browser that needs no network.
//!
//! Whoever is asked through the ports knows nothing until the test puts its own answers in their place.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use async_trait::async_trait;
use axum::{
    Router,
    body::{Body, to_bytes},
    http::{Extensions, HeaderMap, Request, StatusCode, header, request::Builder},
};
use chrono::{DateTime, NaiveDate, Utc};
use kernel::{Ctx, CvrNumber, PNumber, PersonId, Role, TeamId, TenantId};
use outreach::{Mailer, Texter};
use ports::{
    AreaIndex, AreaShape, CompanyCard, CompanyDirectory, OnDay, PeopleDirectory, PersonCard, Roster,
    SessionResolver, SignedIn, TeamCard,
};
use storage::{Attachments, Jobs, Read, StoreError, Token, TokenHash};
use tower::ServiceExt;
use web::{
    Accent, App, AppParts, Assets, LANGUAGE_COOKIE, Manifest, MessageSource, Messages, Navigation, Ports,
    SESSION_COOKIE, Site,
};

use crate::{
    Bench, OTHER_TENANT, TENANT,
    masked::{main_of, reviewed},
};

/// The host of [`TENANT`].
pub const HOST: &str = "samspil.example.dk";
/// The host of [`OTHER_TENANT`].
pub const OTHER_HOST: &str = "andetsted.example.dk";
/// The largest page that a test reads, in bytes.
const PAGE_BYTES_MAX: usize = 5_000_000;

/// Knows nobody and nothing, for the ports that a test does not ask.
#[derive(Debug, Clone, Copy)]
pub struct Nobody;

#[async_trait]
impl SessionResolver for Nobody {
    async fn resolve(
        &self,
        _: &Read,
        _: &TokenHash,
        _: DateTime<Utc>,
    ) -> Result<Option<SignedIn>, StoreError> {
        Ok(None)
    }
}

#[async_trait]
impl PeopleDirectory for Nobody {
    async fn teams(&self, _: &Read) -> Result<Vec<TeamCard>, StoreError> {
        Ok(Vec::new())
    }
    async fn people(&self, _: &Read, _: &[PersonId]) -> Result<BTreeMap<PersonId, PersonCard>, StoreError> {
        Ok(BTreeMap::new())
    }
    async fn on_day(&self, _: &Read, _: NaiveDate, _: &[(PersonId, TeamId)]) -> Result<OnDay, StoreError> {
        Ok(OnDay::default())
    }
    async fn roster(&self, _: &Read, _: NaiveDate) -> Result<Arc<Roster>, StoreError> {
        Ok(Arc::default())
    }
    async fn reaches(
        &self,
        _: &Read,
        _: &[PersonId],
        _: NaiveDate,
    ) -> Result<BTreeMap<PersonId, Arc<kernel::Reach>>, StoreError> {
        Ok(BTreeMap::new())
    }
    async fn with_role(&self, _: &Read, _: Role) -> Result<Vec<PersonId>, StoreError> {
        Ok(Vec::new())
    }
}

#[async_trait]
impl CompanyDirectory for Nobody {
    async fn companies(
        &self,
        _: &Ctx,
        _: &[CvrNumber],
    ) -> Result<BTreeMap<CvrNumber, CompanyCard>, StoreError> {
        Ok(BTreeMap::new())
    }
    async fn known_p_numbers(&self, _: &[PNumber]) -> Result<Vec<PNumber>, StoreError> {
        Ok(Vec::new())
    }
}

#[async_trait]
impl AreaIndex for Nobody {
    async fn areas(&self, _: &Ctx) -> Result<Vec<AreaShape>, StoreError> {
        Ok(Vec::new())
    }
}

/// Who is signed in by which token.
#[derive(Debug, Default)]
pub struct Sessions(HashMap<String, SignedIn>);

impl Sessions {
    /// With one more session.
    #[must_use]
    pub fn with(mut self, token: &Token, signed_in: SignedIn) -> Self {
        self.0.insert(token.hash().0, signed_in);
        self
    }
}

#[async_trait]
impl SessionResolver for Sessions {
    async fn resolve(
        &self,
        _: &Read,
        token: &TokenHash,
        _: DateTime<Utc>,
    ) -> Result<Option<SignedIn>, StoreError> {
        Ok(self.0.get(&token.0).cloned())
    }
}

/// A municipality that answers at this host.
pub fn site(tenant: TenantId, host: &str) -> Site {
    let known = |text: &str| text.parse().unwrap_or_else(|_| panic!("a telephone is eight digits: {text}"));
    Site {
        tenant,
        hosts: vec![host.into()],
        name: "Albertslund Kommune".into(),
        base_url: format!("https://{host}"),
        phone: known("43000000"),
        environment_duty: known("43000001"),
        road_duty: known("43000002"),
        email: "erhverv@example.dk".parse().unwrap_or_else(|_| panic!("an address has an @")),
        dpo_email: None,
        dpo_phone: None,
        hours_da: "Mandag til fredag".into(),
        hours_en: "Monday to Friday".into(),
        accent: "#1f5c4d".into(),
        demo: false,
    }
}

/// The words of the common crates and of these capabilities.
pub fn messages(manifests: &[Manifest]) -> Messages {
    let ledger = MessageSource { prefix: "ledger", da: ledger::MESSAGES_DA, en: ledger::MESSAGES_EN };
    let outreach = MessageSource { prefix: "outreach", da: outreach::MESSAGES_DA, en: outreach::MESSAGES_EN };
    let own = manifests.iter().map(|manifest| manifest.messages);
    let sources: Vec<_> = [web::MESSAGES, ledger, outreach].into_iter().chain(own).collect();
    Messages::new(&sources).unwrap_or_else(|error| panic!("the words do not fit together: {error}"))
}

/// The program with some capabilities.
pub struct Server {
    /// What handlers and jobs reach.
    pub app: App,
    jobs: Jobs<App>,
    router: Router,
    _files: tempfile::TempDir,
}

impl Server {
    /// Starts the capabilities on the bench. `fill` puts the test's own answers into the parts.
    pub fn new(bench: &Bench, manifests: &[Manifest], fill: impl FnOnce(&mut AppParts)) -> Self {
        let files = tempfile::tempdir().unwrap_or_else(|error| panic!("no room for files: {error}"));
        let accent = Accent::parse("#1f5c4d").unwrap_or_else(|error| panic!("no accent: {error}"));
        let clock = Arc::new(bench.clock.clone());
        let nobody = Arc::new(Nobody);
        let mut parts = AppParts {
            db: bench.db.clone(),
            attachments: Attachments::open(files.path())
                .unwrap_or_else(|error| panic!("cannot keep files: {error}")),
            keys: crate::keys(),
            clock: clock.clone(),
            ids: bench.ids.clone(),
            calendar: Arc::new(bench.calendar.clone()),
            sites: vec![site(TENANT, HOST), site(OTHER_TENANT, OTHER_HOST)],
            messages: messages(manifests),
            navigation: Navigation::of(manifests),
            personal_data: manifests.iter().flat_map(|manifest| manifest.personal_data).copied().collect(),
            holders: manifests.iter().filter_map(|manifest| manifest.holder).collect(),
            ports: Ports {
                sessions: nobody.clone(),
                people: nobody.clone(),
                companies: nobody.clone(),
                areas: nobody,
                memories: Vec::new(),
                calendars: Vec::new(),
                metrics: Vec::new(),
            },
            mailer: Mailer::Captured,
            texter: Texter::Captured,
            assets: Assets::load(&accent),
            public_reach: HashMap::new(),
            kept: Extensions::new(),
        };
        fill(&mut parts);
        let app = App::new(parts);
        let handlers = manifests.iter().flat_map(|manifest| (manifest.jobs)());
        let handlers = handlers.chain(outreach::job_handlers()).collect();
        let jobs = Jobs::new(handlers, Vec::new(), clock, bench.ids.clone());
        let routes = manifests.iter().map(|manifest| (manifest.routes)()).collect();
        let router = web::server(app.clone(), routes);
        Self { app, jobs, router, _files: files }
    }

    /// A browser in which nobody has signed in.
    pub fn browser(&self) -> Browser<'_> {
        Browser { server: self, cookies: BTreeMap::new(), host: HOST, language: "da" }
    }

    /// Does every job that is due, until none is.
    pub async fn work(&self) {
        let run = async || storage::run_due_jobs(&self.app.db, &self.app, &self.jobs, TENANT).await;
        while run().await.unwrap_or_else(|error| panic!("a job cannot be run: {error}")) > 0 {}
    }
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    /// Its status.
    pub status: StatusCode,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body.
    pub html: String,
}

impl Answer {
    /// A header; empty when it is not there.
    pub fn header(&self, name: impl header::AsHeaderName) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// Where it leads.
    pub fn location(&self) -> &str {
        self.header(header::LOCATION)
    }

    /// The cookies that it sets, with their attributes.
    pub fn cookies(&self) -> Vec<&str> {
        let set = self.headers.get_all(header::SET_COOKIE).iter();
        set.filter_map(|value| value.to_str().ok()).collect()
    }

    /// The capability's own part of the page, for a snapshot.
    pub fn main(&self) -> String {
        reviewed(&self.html)
    }

    fn inside(&self) -> &str {
        main_of(&self.html)
    }

    /// The page without its frame and markup, in one line: what a reader finds on it.
    pub fn text(&self) -> String {
        let words = self.inside().split('<').skip(1);
        let words = words.map(|piece| piece.split_once('>').map_or("", |(_, words)| words));
        let first = self.inside().split('<').next().unwrap_or_default();
        let first = first.split_once('>').map_or(first, |(_, words)| words);
        let all: Vec<_> = [first].into_iter().chain(words).flat_map(str::split_whitespace).collect();
        all.join(" ")
    }

    /// Whether a reader finds these words on it.
    pub fn says(&self, words: &str) -> bool {
        self.text().contains(words)
    }

    /// A hidden field of the form that leads to `action`.
    pub fn hidden(&self, action: &str, name: &str) -> String {
        let form = self.html.split_once(&format!("action=\"{action}\""));
        let form = form.unwrap_or_else(|| panic!("no form to {action}")).1;
        let form = form.split_once("</form>").map_or(form, |(form, _)| form);
        let field = form.split_once(&format!("name=\"{name}\" value=\""));
        field
            .and_then(|(_, rest)| rest.split_once('"'))
            .map_or_else(String::new, |(value, _)| value.to_owned())
    }
}

/// Follows cookies, sends forms, and follows no redirect: the test looks at it first.
#[derive(Clone)]
pub struct Browser<'a> {
    server: &'a Server,
    cookies: BTreeMap<String, String>,
    host: &'a str,
    language: &'a str,
}

impl<'a> Browser<'a> {
    /// At another host.
    #[must_use]
    pub fn at(self, host: &'a str) -> Self {
        Self { host, ..self }
    }

    /// With this language set in the browser, and chosen on the page.
    #[must_use]
    pub fn in_language(mut self, language: &'a str) -> Self {
        self.cookies.insert(LANGUAGE_COOKIE.to_owned(), language.to_owned());
        Self { language, ..self }
    }

    /// With a session's cookie.
    #[must_use]
    pub fn with_session(mut self, token: &Token) -> Self {
        self.cookies.insert(SESSION_COOKIE.to_owned(), token.as_str().to_owned());
        self
    }

    /// Asks for a page.
    pub async fn get(&mut self, path: &str) -> Answer {
        self.send(Request::get(path), Body::empty()).await
    }

    /// Asks for a page with one more header.
    pub async fn get_with(&mut self, path: &str, name: &str, value: &str) -> Answer {
        self.send(Request::get(path).header(name, value), Body::empty()).await
    }

    /// Sends a form without having seen it.
    pub async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let body: Vec<String> =
            fields.iter().map(|(name, value)| format!("{name}={}", web::url_encode(value))).collect();
        let request = Request::post(path)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header("sec-fetch-site", "same-origin");
        self.send(request, Body::from(body.join("&"))).await
    }

    /// Sends any request.
    pub async fn send(&mut self, request: Builder, body: Body) -> Answer {
        let cookies: Vec<String> =
            self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let request = request
            .header(header::HOST, self.host)
            .header(header::ACCEPT_LANGUAGE, self.language)
            .header(header::COOKIE, cookies.join("; "))
            .body(body)
            .unwrap_or_else(|error| panic!("no request: {error}"));
        let router = self.server.router.clone();
        let response = router.oneshot(request).await.unwrap_or_else(|never| match never {});
        let (parts, body) = response.into_parts();
        let body = to_bytes(body, PAGE_BYTES_MAX).await;
        let body = body.unwrap_or_else(|error| panic!("the answer broke off: {error}"));
        let html = String::from_utf8_lossy(&body).into_owned();
        let answer = Answer { status: parts.status, headers: parts.headers, html };
        for (name, value) in answer.cookies().iter().filter_map(|cookie| cookie.split_once('=')) {
            match value.split(';').next().unwrap_or_default() {
                "" => self.cookies.remove(name),
                value => self.cookies.insert(name.to_owned(), value.to_owned()),
            };
        }
        answer
    }
}
