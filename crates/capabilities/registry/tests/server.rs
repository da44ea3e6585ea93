//! The pages of the register without a network: what a signed-in person and anyone get.

use std::{collections::BTreeSet, sync::Arc};

use async_trait::async_trait;
use axum::{
    Router,
    body::{Body, to_bytes},
    http::{Request, StatusCode, header},
};
use chrono::{DateTime, Utc};
use kernel::{Actor, Permission, PersonId, Reach, Role, TeamId};
use outreach::Mailer;
use ports::{CompanyMemory, OnDay, PeopleDirectory, PersonCard, SessionResolver, SignedIn, TeamCard};
use registry::Register;
use storage::{Attachments, Keys, Read, StoreError, TokenHash};
use testkit::{Bench, TENANT};
use tower::ServiceExt;
use web::{Accent, App, AppParts, Assets, Messages, Navigation, Ports, Site};

/// Whoever brings a session is a person with these permissions.
struct Staff(BTreeSet<Permission>);

#[async_trait]
impl SessionResolver for Staff {
    async fn resolve(
        &self,
        _: &Read,
        _: &TokenHash,
        _: DateTime<Utc>,
    ) -> Result<Option<SignedIn>, StoreError> {
        let reach = Reach { permissions: self.0.clone(), ..Reach::default() };
        let person: PersonId = uuid::Uuid::from_u128(7).into();
        Ok(Some(SignedIn {
            actor: Actor::Staff(person),
            name: "Mette Prøve".into(),
            reach: Arc::new(reach),
            roles: vec![Role::BusinessConsultant],
            language: None,
            proven_email: None,
            must_set_up_second_step: false,
        }))
    }
}

#[async_trait]
impl PeopleDirectory for Staff {
    async fn teams(&self, _: &Read) -> Result<Vec<TeamCard>, StoreError> {
        Ok(Vec::new())
    }
    async fn people(
        &self,
        _: &Read,
        _: &[PersonId],
    ) -> Result<std::collections::BTreeMap<PersonId, PersonCard>, StoreError> {
        Ok(std::collections::BTreeMap::new())
    }
    async fn on_day(
        &self,
        _: &Read,
        _: chrono::NaiveDate,
        _: &[(PersonId, TeamId)],
    ) -> Result<OnDay, StoreError> {
        Ok(OnDay::default())
    }
    async fn with_role(&self, _: &Read, _: Role) -> Result<Vec<PersonId>, StoreError> {
        Ok(Vec::new())
    }
}

fn site() -> Site {
    Site {
        tenant: TENANT,
        hosts: vec!["samspil.example.dk".into()],
        name: "Albertslund Kommune".into(),
        base_url: "https://samspil.example.dk".into(),
        phone: "43000000".parse().unwrap(),
        environment_duty: "43000001".parse().unwrap(),
        road_duty: "43000002".parse().unwrap(),
        email: "erhverv@example.dk".parse().unwrap(),
        hours_da: "Mandag til fredag".into(),
        hours_en: "Monday to Friday".into(),
        accent: "#1f5c4d".into(),
        demo: false,
    }
}

pub(crate) struct Server {
    router: Router,
    _files: tempfile::TempDir,
}

pub(crate) struct Answer {
    pub status: StatusCode,
    pub headers: header::HeaderMap,
    pub text: String,
}

impl Answer {
    /// The page's own part, without ids that change.
    pub(crate) fn main(&self) -> String {
        let main = self.text.split_once("<main").map_or("", |(_, rest)| rest);
        let main = main.split_once("</main>").map_or(main, |(main, _)| main);
        let lines: Vec<&str> =
            main.lines().map(str::trim_end).filter(|line| !line.trim().is_empty()).collect();
        let text = lines.join("\n");
        // The sprite's name holds a hash of its content.
        let mut out = String::new();
        let mut rest = text.as_str();
        while let Some((before, after)) = rest.split_once("/assets/") {
            out.push_str(before);
            let end = after.find('/').unwrap_or(after.len());
            out.push_str("/assets/[hash]");
            rest = &after[end..];
        }
        out.push_str(rest);
        out
    }
}

impl Server {
    pub(crate) fn new(
        bench: &Bench,
        register: &Register,
        memories: Vec<Arc<dyn CompanyMemory>>,
        permissions: &[Permission],
    ) -> Self {
        let files = tempfile::tempdir().unwrap();
        let manifests = [registry::manifest()];
        let staff = Arc::new(Staff(permissions.iter().copied().collect()));
        let mut kept = http::Extensions::default();
        kept.insert(register.clone());
        let ledger =
            web::MessageSource { prefix: "ledger", da: ledger::MESSAGES_DA, en: ledger::MESSAGES_EN };
        let app = App::new(AppParts {
            db: bench.db.clone(),
            attachments: Attachments::open(files.path()).unwrap(),
            keys: Keys::for_tests(),
            clock: Arc::new(bench.clock.clone()),
            ids: bench.ids.clone(),
            calendar: Arc::new(bench.calendar.clone()),
            sites: vec![site()],
            messages: Messages::new(&[web::MESSAGES, ledger, registry::manifest().messages]).unwrap(),
            navigation: Navigation::of(&manifests),
            ports: Ports {
                sessions: staff.clone(),
                people: staff,
                companies: Arc::new(register.clone()),
                memories,
                metrics: vec![Arc::new(register.clone())],
            },
            mailer: Mailer::Captured,
            assets: Assets::load(&Accent::parse("#1f5c4d").unwrap()),
            public_reach: std::collections::HashMap::new(),
            personal_data: registry::manifest().personal_data.to_vec(),
            kept,
        });
        let router = web::server(app, vec![(registry::manifest().routes)()]);
        Self { router, _files: files }
    }

    async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (status, headers) = (response.status(), response.headers().clone());
        let body = to_bytes(response.into_body(), 4_000_000).await.unwrap();
        Answer { status, headers, text: String::from_utf8_lossy(&body).into_owned() }
    }

    pub(crate) async fn as_anyone(&self, path: &str) -> Answer {
        let request = Request::get(path).header(header::HOST, "samspil.example.dk");
        self.send(request.body(Body::empty()).unwrap()).await
    }

    pub(crate) async fn as_staff(&self, path: &str, language: &str) -> Answer {
        let token = storage::Token::random(&kernel::Ids::seeded(1));
        let request = Request::get(path)
            .header(header::HOST, "samspil.example.dk")
            .header(header::COOKIE, format!("samspil_session={}; samspil_sprog={language}", token.as_str()));
        self.send(request.body(Body::empty()).unwrap()).await
    }

    pub(crate) async fn fragment(&self, path: &str) -> Answer {
        let token = storage::Token::random(&kernel::Ids::seeded(1));
        let request = Request::get(path)
            .header(header::HOST, "samspil.example.dk")
            .header("x-fragment", "hits")
            .header(header::COOKIE, format!("samspil_session={}", token.as_str()));
        self.send(request.body(Body::empty()).unwrap()).await
    }
}

/// For memories of tests: a team that nobody looks into.
pub(crate) fn team() -> TeamId {
    uuid::Uuid::from_u128(11).into()
}
