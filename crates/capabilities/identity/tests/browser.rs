//! A browser without a network: cookies, forms, and what the server answers.

use std::{collections::BTreeMap, sync::Arc};

use async_trait::async_trait;
use axum::{
    Router,
    body::{Body, to_bytes},
    http::{Request, StatusCode, header, request::Builder},
};
use identity::{Directory, Matrix};
use kernel::{Ctx, CvrNumber, PNumber, TenantId};
use outreach::Mailer;
use ports::{CompanyCard, CompanyDirectory};
use storage::{Attachments, Jobs, Keys, StoreError};
use testkit::{Bench, OTHER_TENANT, TENANT};
use tower::ServiceExt;
use web::{Accent, App, AppParts, Assets, Messages, Navigation, Ports, Site};

use crate::scene::Hall;

struct NoCompanies;

#[async_trait]
impl CompanyDirectory for NoCompanies {
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

fn site(tenant: TenantId, host: &str, demo: bool) -> Site {
    Site {
        tenant,
        hosts: vec![host.into()],
        name: "Albertslund Kommune".into(),
        base_url: format!("https://{host}"),
        phone: "43000000".parse().unwrap(),
        environment_duty: "43000001".parse().unwrap(),
        road_duty: "43000002".parse().unwrap(),
        email: "erhverv@example.dk".parse().unwrap(),
        hours_da: "Mandag til fredag".into(),
        hours_en: "Monday to Friday".into(),
        accent: "#1f5c4d".into(),
        demo,
    }
}

/// The program with this capability alone.
pub struct Server {
    pub app: App,
    pub jobs: Jobs<App>,
    router: Router,
    _files: tempfile::TempDir,
}

impl Server {
    pub fn of(hall: &Hall, demo: bool) -> Self {
        let bench: &Bench = &hall.bench;
        let files = tempfile::tempdir().unwrap();
        let manifests = [identity::manifest()];
        let (clock, calendar) = (Arc::new(bench.clock.clone()), Arc::new(bench.calendar.clone()));
        let matrix = Matrix::of(&manifests);
        let public_reach = matrix.public_reach();
        let directory = Arc::new(Directory::new(
            bench.db.clone(),
            clock.clone(),
            calendar.clone(),
            bench.ids.clone(),
            matrix,
        ));
        let messages = Messages::new(&[web::MESSAGES, identity::manifest().messages]).unwrap();
        let app = App::new(AppParts {
            db: bench.db.clone(),
            attachments: Attachments::open(files.path()).unwrap(),
            keys: Keys::for_tests(),
            clock: clock.clone(),
            ids: bench.ids.clone(),
            calendar,
            sites: vec![
                site(TENANT, "samspil.example.dk", demo),
                site(OTHER_TENANT, "andetsted.example.dk", false),
            ],
            messages,
            navigation: Navigation::of(&manifests),
            ports: Ports {
                sessions: directory.clone(),
                people: directory,
                companies: Arc::new(NoCompanies),
                memories: Vec::new(),
                metrics: Vec::new(),
            },
            mailer: Mailer::Captured,
            assets: Assets::load(&Accent::parse("#1f5c4d").unwrap()),
            public_reach,
            personal_data: identity::manifest().personal_data.to_vec(),
            kept: http::Extensions::default(),
        });
        let handlers = (identity::manifest().jobs)().into_iter().chain(outreach::job_handlers()).collect();
        let jobs = Jobs::new(handlers, Vec::new(), clock, bench.ids.clone());
        let router = web::server(app.clone(), vec![(identity::manifest().routes)()]);
        Self { app, jobs, router, _files: files }
    }

    pub fn browser(&self) -> Browser<'_> {
        Browser { server: self, cookies: BTreeMap::new(), host: "samspil.example.dk", language: "da" }
    }

    /// Does every job that is due, until none is.
    pub async fn work(&self) {
        while storage::run_due_jobs(&self.app.db, &self.app, &self.jobs, TENANT).await.unwrap() > 0 {}
    }
}

/// What came back.
pub struct Answer {
    pub status: StatusCode,
    pub location: String,
    pub cookies: Vec<String>,
    pub cache: String,
    pub html: String,
}

impl Answer {
    /// The part of the page that is this capability's own, without what changes with every rendering.
    pub fn main(&self) -> String {
        let main = self.html.split_once("<main").map_or("", |(_, rest)| rest);
        let main = main.split_once("</main>").map_or(main, |(main, _)| main);
        let hidden = main.lines().map(|line| {
            let line = line.trim_end();
            match line.find("<input type=\"hidden\" name=\"csrf\"") {
                Some(start) => {
                    let rest = &line[start..];
                    let shown = rest.find("name=\"shown\"").unwrap();
                    let end = start + shown + rest[shown..].find('>').unwrap() + 1;
                    format!("{}[form]{}", &line[..start], &line[end..])
                }
                None => line.to_owned(),
            }
        });
        let lines: Vec<String> = hidden.filter(|line| !line.trim().is_empty()).collect();
        // Ids follow from the order in which they were asked for: a change elsewhere would change them all.
        let is_id = |word: &str| word.len() == 36 && uuid::Uuid::try_parse(word).is_ok();
        let text = lines.join("\n");
        let mut shown = String::new();
        let mut rest = text.as_str();
        while let Some(character) = rest.chars().next() {
            let id = rest.get(..36).filter(|word| is_id(word));
            shown.push_str(&id.map_or_else(|| character.to_string(), |_| "[id]".to_owned()));
            rest = &rest[id.map_or(character.len_utf8(), str::len)..];
        }
        shown
    }
}

pub struct Browser<'a> {
    server: &'a Server,
    cookies: BTreeMap<String, String>,
    pub host: &'static str,
    pub language: &'static str,
}

impl Browser<'_> {
    pub async fn get(&mut self, path: &str) -> Answer {
        self.send(Request::get(path), Body::empty()).await
    }

    pub async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let body: Vec<String> =
            fields.iter().map(|(name, value)| format!("{name}={}", web::url_encode(value))).collect();
        let request = Request::post(path)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header("sec-fetch-site", "same-origin");
        self.send(request, Body::from(body.join("&"))).await
    }

    /// Signs in with the right password.
    pub async fn sign_in(&mut self, name: &str) -> Answer {
        let email = format!("{name}@example.dk");
        self.post("/log-ind", &[("email", &email), ("password", crate::scene::PASSWORD)]).await
    }

    async fn send(&mut self, request: Builder, body: Body) -> Answer {
        let cookies: Vec<String> =
            self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let request = request
            .header(header::HOST, self.host)
            .header(header::ACCEPT_LANGUAGE, self.language)
            .header(header::COOKIE, cookies.join("; "))
            .body(body)
            .unwrap();
        let response = self.server.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let text = |name| parts.headers.get(name).map(|value| value.to_str().unwrap().to_owned());
        let set = parts.headers.get_all(header::SET_COOKIE).iter();
        let set: Vec<String> = set.map(|value| value.to_str().unwrap().to_owned()).collect();
        for cookie in &set {
            let (name, rest) = cookie.split_once('=').unwrap();
            let value = rest.split(';').next().unwrap();
            if value.is_empty() {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        let (status, location) = (parts.status, text(header::LOCATION).unwrap_or_default());
        let cache = text(header::CACHE_CONTROL).unwrap_or_default();
        let html = to_bytes(body, 1_000_000).await.unwrap();
        Answer { status, location, cookies: set, cache, html: String::from_utf8(html.to_vec()).unwrap() }
    }
}
