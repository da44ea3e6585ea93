//! Metrics that count what a test says, and readers with the rights it gives them.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use async_trait::async_trait;
use chrono::{DateTime, Datelike, NaiveDate, Utc};
use kernel::{Actor, Ctx, Permission, PersonId, Reach, Role, interval};
use policy::Shelf;
use ports::{LineBehind, Measurement, MetricSource, SignedIn};
use storage::{Migration, StoreError, Token};
use testkit::{Answer, Bench, HOST, Sessions};
use web::App;

pub const ALBERTSLUND: &str = include_str!("../../../../policies/albertslund-2023-2026.toml");

/// Everything that is counted: the first six of enquiries, the others in the register.
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
        &METRICS[..6]
    }
    fn counts_lines(&self) -> bool {
        true
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
        from: NaiveDate,
        _: NaiveDate,
        _: &BTreeMap<String, String>,
        limit: usize,
    ) -> Result<Vec<LineBehind>, StoreError> {
        if metric != "enquiries.received" || ctx.person().is_none() {
            return Ok(Vec::new());
        }
        // Sixty enquiries in each year, the newest first.
        let line = |n: i64| LineBehind {
            position: 4_000 + n,
            at: ctx.now(),
            capability: "policy".into(),
            word: "imported".into(),
            name: format!("{}-{:05}", from.year(), 63 + n),
            link: "/intern/henvendelser/018f6e2a-7b1c-7def-8123-456789abcdef".into(),
        };
        Ok((1..=60).rev().map(line).take(limit).collect())
    }
}

/// The same town's register: what it counts are no lines of the journal.
pub struct Register(Arc<Town>);

/// When the register was read in.
pub const READ_IN: &str = "2026-11-20T05:00:00Z";

#[async_trait]
impl MetricSource for Register {
    fn metrics(&self) -> &'static [&'static str] {
        &METRICS[6..]
    }
    async fn measure(
        &self,
        ctx: &Ctx,
        metric: &str,
        from: NaiveDate,
        to: NaiveDate,
        filter: &BTreeMap<String, String>,
    ) -> Result<Measurement, StoreError> {
        self.0.measure(ctx, metric, from, to, filter).await
    }
    async fn as_of(&self, _: &Ctx) -> Result<Option<DateTime<Utc>>, StoreError> {
        Ok(Some(READ_IN.parse().unwrap()))
    }
}

/// The program with policies in it, and two people: one who may see what is behind a figure, one who may not.
pub struct Server {
    pub app: App,
    pub town: Arc<Town>,
    http: testkit::Server,
    may: Token,
    may_not: Token,
}

/// Who reads.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Reader {
    Anyone,
    Manager,
    WithoutRight,
}

fn reader(now: DateTime<Utc>, permissions: BTreeSet<Permission>) -> SignedIn {
    SignedIn {
        actor: Actor::Staff(PersonId::from(kernel::Ids::seeded(1).new_uuid(now))),
        name: "Mette Holm".into(),
        reach: Arc::new(Reach { permissions, ..Reach::default() }),
        roles: vec![Role::Manager],
        language: None,
        proven_email: None,
        company: None,
        must_choose_company: false,
        must_set_up_second_step: false,
        people_version: None,
    }
}

impl Server {
    pub fn of(bench: &Bench) -> Self {
        Self::with(bench, true)
    }

    /// `counts`: whether anything counts what the indicators need.
    pub fn with(bench: &Bench, counts: bool) -> Self {
        let town = Arc::new(Town::default());
        let (may, may_not) = (Token::random(&bench.ids), Token::random(&bench.ids));
        let sessions = Sessions::default()
            .with(&may, reader(bench.now(), [policy::commands::BEHIND].into()))
            .with(&may_not, reader(bench.now(), BTreeSet::new()));
        let server = testkit::Server::new(bench, &[policy::manifest()], |parts| {
            parts.sites.iter_mut().for_each(|site| site.demo = true);
            parts.ports.sessions = Arc::new(sessions);
            let register = Arc::new(Register(town.clone()));
            parts.ports.metrics = if counts { vec![town.clone(), register] } else { Vec::new() };
            parts.kept.insert(Shelf::default());
        });
        Self { app: server.app.clone(), town, http: server, may, may_not }
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.get_as(Reader::Anyone, "da", HOST, path).await
    }

    pub async fn get_as(&self, reader: Reader, language: &str, host: &str, path: &str) -> Answer {
        let browser = self.http.browser().in_language(language).at(host);
        match reader {
            Reader::Anyone => browser,
            Reader::Manager => browser.with_session(&self.may),
            Reader::WithoutRight => browser.with_session(&self.may_not),
        }
        .get(path)
        .await
    }
}
