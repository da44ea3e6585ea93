//! The program with this capability alone: metrics that count what a test says, and readers with the rights it gives them.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use async_trait::async_trait;
use axum::{
    Router,
    body::{Body, to_bytes},
    http::{Request, StatusCode, header},
};
use chrono::{DateTime, Datelike, NaiveDate, Utc};
use kernel::{Actor, Ctx, CvrNumber, PNumber, Permission, PersonId, Reach, Role, TeamId, interval};
use outreach::Mailer;
use policy::Shelf;
use ports::{
    CompanyCard, CompanyDirectory, LineBehind, Measurement, MetricSource, OnDay, PeopleDirectory, PersonCard,
    SessionResolver, SignedIn, TeamCard,
};
use storage::{Attachments, Keys, Migration, Read, StoreError, Token, TokenHash};
use testkit::{Bench, OTHER_TENANT, TENANT};
use tower::ServiceExt;
use web::{Accent, App, AppParts, Assets, Messages, Navigation, Ports, Site};

pub const ALBERTSLUND: &str = include_str!("../../../../policies/albertslund-2023-2026.toml");

/// Everything that `Town` counts.
pub const METRICS: &[&str] = &[
    "enquiries.received",
    "enquiries.first_reply_median_wd",
    "enquiries.within_goal_pct",
    "enquiries.handover_bounces",
    "enquiries.satisfaction",
    "enquiries.avoidable_pct",
    "registry.companies",
    "registry.establishments",
    "registry.jobs",
    "registry.new",
    "registry.ceased",
    "registry.moved_in",
    "registry.moved_out",
];

pub fn migrations() -> Vec<Migration> {
    let mut all = storage::migrations();
    all.extend(policy::migrations());
    all
}

/// An invented town: more of everything each year.
#[derive(Default)]
pub struct Town {
    pub questions: AtomicUsize,
}

#[expect(clippy::cast_precision_loss, reason = "small counts")]
fn count(n: u64) -> Measurement {
    Measurement { value: Some(n as f64), n, interval: None }
}

#[async_trait]
impl MetricSource for Town {
    fn metrics(&self) -> &'static [&'static str] {
        METRICS
    }
    async fn measure(
        &self,
        _: &Ctx,
        metric: &str,
        from: NaiveDate,
        to: NaiveDate,
        filter: &BTreeMap<String, String>,
    ) -> Result<Measurement, StoreError> {
        self.questions.fetch_add(1, Ordering::Relaxed);
        let years = u64::try_from(from.year() - 2020).unwrap();
        let share_of_year = if to.ordinal() > 360 { 1 } else { 2 };
        let area = filter.get("area").map(String::as_str);
        let part = match area {
            None => 100,
            Some("hersted") => 20,
            Some("albertslund-centrum") => 13,
            Some("roede-vejrmoelle") => 9,
            Some(_) => 1,
        };
        Ok(match metric {
            "registry.companies" => count((1_400 + 40 * years) * part / 100),
            "registry.establishments" => count((1_700 + 45 * years) * part / 100),
            "registry.jobs" => count((24_000 + 300 * years) * part / 100),
            "registry.new" => count((150 + 5 * years) * part / 100 / share_of_year),
            "registry.ceased" => count(120 * part / 100 / share_of_year),
            "registry.moved_in" => count(30 * part / 100),
            "registry.moved_out" => count(24 * part / 100),
            "enquiries.received" => count(if years < 5 { 0 } else { 60 * years / share_of_year }),
            _ if years < 5 => Measurement { value: None, n: 0, interval: None },
            "enquiries.within_goal_pct" => {
                let (part, whole) = (250 + 10 * years, 350);
                let interval = interval::of_share(part, whole).map(|(low, high)| (low * 100.0, high * 100.0));
                Measurement { value: count(part * 100).value.map(|part| part / 350.0), n: whole, interval }
            }
            "enquiries.first_reply_median_wd" => {
                Measurement { value: Some(2.0), n: 351, interval: Some((1.0, 3.0)) }
            }
            "enquiries.handover_bounces" => {
                Measurement { value: Some(0.24), n: 340, interval: Some((0.2, 0.28)) }
            }
            "enquiries.avoidable_pct" => {
                Measurement { value: Some(31.2), n: 320, interval: Some((26.3, 36.4)) }
            }
            // Four have answered: nobody may see what.
            "enquiries.satisfaction" => Measurement { value: Some(1.0), n: 4, interval: Some((1.0, 1.5)) },
            other => unreachable!("{other}"),
        })
    }
    async fn behind(
        &self,
        ctx: &Ctx,
        metric: &str,
        _: NaiveDate,
        _: NaiveDate,
        _: &BTreeMap<String, String>,
        _: usize,
    ) -> Result<Vec<LineBehind>, StoreError> {
        if metric != "enquiries.received" || ctx.person().is_none() {
            return Ok(Vec::new());
        }
        Ok(vec![LineBehind {
            position: 4711,
            at: ctx.now(),
            capability: "policy".into(),
            word: "imported".into(),
            name: "2026-00123".into(),
            link: "/intern/henvendelser/018f6e2a-7b1c-7def-8123-456789abcdef".into(),
        }])
    }
}

/// Knows two sessions: one of someone who may see what is behind a figure, one of someone who may not.
struct TwoPeople {
    may: TokenHash,
    may_not: TokenHash,
}

#[async_trait]
impl SessionResolver for TwoPeople {
    async fn resolve(
        &self,
        _: &Read,
        token: &TokenHash,
        now: DateTime<Utc>,
    ) -> Result<Option<SignedIn>, StoreError> {
        let permissions: BTreeSet<Permission> = match () {
            () if *token == self.may => [policy::commands::BEHIND].into(),
            () if *token == self.may_not => BTreeSet::new(),
            () => return Ok(None),
        };
        Ok(Some(SignedIn {
            actor: Actor::Staff(PersonId::from(kernel::Ids::seeded(1).new_uuid(now))),
            name: "Mette Holm".into(),
            reach: Arc::new(Reach { permissions, ..Reach::default() }),
            roles: vec![Role::Manager],
            language: None,
            proven_email: None,
            must_set_up_second_step: false,
        }))
    }
}

#[async_trait]
impl PeopleDirectory for TwoPeople {
    async fn teams(&self, _: &Read) -> Result<Vec<TeamCard>, StoreError> {
        Ok(Vec::new())
    }
    async fn people(&self, _: &Read, _: &[PersonId]) -> Result<BTreeMap<PersonId, PersonCard>, StoreError> {
        Ok(BTreeMap::new())
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

#[async_trait]
impl CompanyDirectory for TwoPeople {
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

fn site(tenant: kernel::TenantId, host: &str) -> Site {
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
        demo: true,
    }
}

pub struct Server {
    pub app: App,
    pub town: Arc<Town>,
    router: Router,
    may: String,
    may_not: String,
    _files: tempfile::TempDir,
}

/// Who reads.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Reader {
    Anyone,
    Manager,
    WithoutRight,
}

pub struct Answer {
    pub status: StatusCode,
    pub cache: String,
    pub text: String,
}

impl Answer {
    /// The part of the page that is this capability's own; the version of static files, which changes with them, left out.
    pub fn main(&self) -> String {
        let main = self.text.split_once("<main").map_or("", |(_, rest)| rest);
        let main = main.split_once("</main>").map_or(main, |(main, _)| main);
        let mut parts = main.split("/assets/");
        let mut shown = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            shown.push_str("/assets/[version]");
            shown.push_str(part.find('/').map_or(part, |end| &part[end..]));
        }
        shown
    }
}

impl Server {
    pub fn of(bench: &Bench) -> Self {
        Self::with(bench, true)
    }

    /// `counts`: whether anything counts what the indicators need.
    pub fn with(bench: &Bench, counts: bool) -> Self {
        let files = tempfile::tempdir().unwrap();
        let manifests = [policy::manifest()];
        let town = Arc::new(Town::default());
        let (may, may_not) = (Token::random(&bench.ids), Token::random(&bench.ids));
        let people = Arc::new(TwoPeople { may: may.hash(), may_not: may_not.hash() });
        let mut kept = http::Extensions::new();
        kept.insert(Shelf::default());
        let messages = Messages::new(&[web::MESSAGES, policy::manifest().messages]).unwrap();
        let app = App::new(AppParts {
            db: bench.db.clone(),
            attachments: Attachments::open(files.path()).unwrap(),
            keys: Keys::for_tests(),
            clock: Arc::new(bench.clock.clone()),
            ids: bench.ids.clone(),
            calendar: Arc::new(bench.calendar.clone()),
            sites: vec![site(TENANT, "samspil.example.dk"), site(OTHER_TENANT, "andetsted.example.dk")],
            messages,
            navigation: Navigation::of(&manifests),
            personal_data: Vec::new(),
            ports: Ports {
                sessions: people.clone(),
                people: people.clone(),
                companies: people,
                memories: Vec::new(),
                metrics: if counts { vec![town.clone() as Arc<dyn MetricSource>] } else { Vec::new() },
            },
            mailer: Mailer::Captured,
            assets: Assets::load(&Accent::parse("#1f5c4d").unwrap()),
            public_reach: std::collections::HashMap::new(),
            kept,
        });
        let router = web::server(app.clone(), vec![(policy::manifest().routes)()]);
        let (may, may_not) = (may.as_str().to_owned(), may_not.as_str().to_owned());
        Self { app, town, router, may, may_not, _files: files }
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.get_as(Reader::Anyone, "da", "samspil.example.dk", path).await
    }

    pub async fn get_as(&self, reader: Reader, language: &str, host: &str, path: &str) -> Answer {
        let session = match reader {
            Reader::Anyone => String::new(),
            Reader::Manager => format!("samspil_session={}", self.may),
            Reader::WithoutRight => format!("samspil_session={}", self.may_not),
        };
        let request = Request::get(path)
            .header(header::HOST, host)
            .header(header::ACCEPT_LANGUAGE, language)
            .header(header::COOKIE, session)
            .body(Body::empty())
            .unwrap();
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let cache = parts.headers.get(header::CACHE_CONTROL);
        let cache = cache.map(|value| value.to_str().unwrap().to_owned()).unwrap_or_default();
        let body = to_bytes(body, 2_000_000).await.unwrap();
        Answer { status: parts.status, cache, text: String::from_utf8(body.to_vec()).unwrap() }
    }
}
