//! How often a page asks the database. Each statement is a way to the database and back, which readers wait for and a busy
//! machine pays for: a page that begins to ask once per row is found here, and not by whoever waits for it.
//!
//! What a node keeps in memory for everyone (people and teams, areas, the guide) is there, as it is for all but the first
//! who asks. What is counted is a page with everything on it, not an empty one.

use std::{
    io::Cursor,
    sync::{Arc, Mutex, PoisonError},
};

use enquiries::{
    commands::{self, NewEnquiry},
    model::{Asker, Case},
};
use identity::model::Staff;
use kernel::{Actor, CaseId, Ctx, CvrNumber, Language, PersonId};
use registry::{
    contact::Means,
    document::Numbers,
    import::{self, ImportOptions},
};
use samspil::capabilities;
use storage::{Db, Token};
use testkit::{Bench, TENANT, each_engine};

use crate::{
    asking,
    scene::{Answer, ONE, Town, cookie, town},
};

const POLICY: &str = include_str!("../../../policies/albertslund-2023-2026.toml");
/// Of the demo's register: enough that one company has two places here.
const DOCUMENTS: usize = 60;

/// A town whose database is watched, with one company that has written twice.
struct Watched {
    town: Town,
    seen: Arc<Mutex<Vec<String>>>,
    staff: Arc<Staff>,
    cvr: CvrNumber,
    link: Token,
    case: CaseId,
}

impl Watched {
    async fn new(bench: &Bench) -> Self {
        let seen: Arc<Mutex<Vec<String>>> = Arc::default();
        let watcher = seen.clone();
        let watch = move |statement: &storage::sea_orm::Statement| {
            watcher.lock().unwrap_or_else(PoisonError::into_inner).push(statement.sql.clone());
        };
        let db = Db::open_watched(bench.db.target(), Arc::new(watch)).await.unwrap();
        let town = town(&Bench { db, ..bench.clone() }, ONE).await;
        identity::demo::make(&town.app.db, &town.operator(TENANT)).await.unwrap();
        let staff = capabilities::staff(&town.app, &town.operator(TENANT)).await.unwrap();
        let cvr = register(&town).await;
        let policy = policy::commands::operator("test", TENANT, town.app.clock.now(), town.app.ids.clone());
        policy::commands::import(&town.app.db, &policy, POLICY, &capabilities::metrics()).await.unwrap();
        let (first, _) = send(&town, cvr, "Må vi sætte et skilt op?").await;
        let (case, link) = send(&town, cvr, "Vi vil gerne bygge en hal til.").await;
        let watched = Self { town, seen, staff, cvr, link, case: case.id };
        watched.work(&[first.id, case.id]).await;
        watched
    }

    fn named(&self, name: &str) -> PersonId {
        self.staff.people.values().find(|one| one.name == name).unwrap().id
    }

    fn ctx(&self, name: &str) -> Ctx {
        let person = self.named(name);
        let matrix = identity::Matrix::of(&capabilities::manifests());
        let now = self.town.app.clock.now();
        let reach = self.staff.reach(&matrix, person, self.town.app.calendar.local_date(now));
        let ids = self.town.app.ids.clone();
        Ctx::new(TENANT, Actor::Staff(person), Arc::new(reach), Language::Da, now, ids)
    }

    async fn session(&self, name: &str) -> String {
        let person = self.named(name);
        self.town.set_up_second_step(TENANT, person).await;
        cookie(&self.town.sign_in(TENANT, person).await)
    }

    /// Someone replies, notes, and asks another team; someone else has met the contact.
    async fn work(&self, cases: &[CaseId]) {
        let (app, officer) = (&self.town.app, self.ctx("Jonas Birk"));
        let roads = self.staff.teams.values().find(|team| team.key.as_str() == "roads").unwrap().id;
        let version = async |id| {
            let read = app.db.read(&officer);
            enquiries::store::find(&read, id).await.unwrap().unwrap().version
        };
        for id in cases.iter().copied() {
            commands::assign(app, &officer, id, version(id).await, officer.person()).await.unwrap();
            commands::reply(app, &officer, id, version(id).await, "Det ser vi på.", false, &[])
                .await
                .unwrap();
            commands::note(app, &officer, id, "Ring til dem.", None).await.unwrap();
            let question = "Må de køre ind ad bagvejen?";
            commands::ask_part(app, &officer, id, version(id).await, roads, question).await.unwrap();
        }
        let (consultant, email) = (self.ctx("Mette Holm"), "owner@example.dk".parse().unwrap());
        let confirmed =
            registry::commands::confirm_contact(&app.db, &consultant, self.cvr, &email, Some(Means::Visit));
        confirmed.await.unwrap();
    }

    /// What a page says and the statements that it sent, once what is kept in memory is there.
    async fn asked(&self, path: &str, cookie: &str) -> (Answer, Vec<String>) {
        // A cookie that nobody knows: else an open page is the one that was made a moment ago, and asks nothing.
        let cookie = if cookie.is_empty() { "another_program=1" } else { cookie };
        let headers: &[(&str, &str)] = &[("cookie", cookie)];
        self.town.get(path, headers).await;
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).clear();
        let answer = self.town.get(path, headers).await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.text());
        (answer, std::mem::take(&mut *self.seen.lock().unwrap_or_else(PoisonError::into_inner)))
    }

    /// Asserts that a page with these words on it sends no more than `most` statements.
    async fn at_most(&self, most: usize, path: &str, cookie: &str, words: &[&str]) {
        let (answer, asked) = self.asked(path, cookie).await;
        for words in words {
            assert!(answer.text().contains(words), "{path} does not say {words}: {}", answer.text());
        }
        assert!(asked.len() <= most, "{path} asks {} times: {asked:#?}", asked.len());
    }
}

/// A part of the demo's register; the company with the most places on the map.
async fn register(town: &Town) -> CvrNumber {
    let now = town.app.clock.now();
    let today = town.app.calendar.local_date(now);
    let made = registry::town::town(2620, today);
    let ctx = town.app.system("test", TENANT);
    import::import_areas(&town.app.db, &ctx, made.areas).await.unwrap().unwrap();
    import::import_points(&town.app.db, made.address_points.as_bytes()).await.unwrap().unwrap();
    let documents = &made.documents[..DOCUMENTS];
    let options =
        ImportOptions { numbers: Numbers::Invented, today, tenants: vec![TENANT], source: "test".to_owned() };
    let lines = Cursor::new(documents.join("\n"));
    import::import(&town.app.db, &town.app.clock, &town.app.ids, lines, options, &mut |_| {}).await.unwrap();
    let mut best = (0, None);
    for document in documents {
        let document: serde_json::Value = serde_json::from_str(document).unwrap();
        let number = document.pointer("/_source/Vrvirksomhed/cvrNummer").and_then(serde_json::Value::as_u64);
        let Some(cvr) = number.and_then(|number| CvrNumber::try_from(u32::try_from(number).ok()?).ok())
        else {
            continue;
        };
        let record = registry::store::company(town.app.db.raw(), cvr).await.unwrap().unwrap();
        let placed = record.establishments.iter().filter(|one| one.position.is_some()).count();
        if placed > best.0 {
            best = (placed, Some(cvr));
        }
    }
    best.1.expect("a company of the demo has a place")
}

async fn send(town: &Town, cvr: CvrNumber, text: &str) -> (Case, Token) {
    let new = NewEnquiry {
        asker: Asker::Company { cvr: Some(cvr), name: "Grævling Skilte ApS".into() },
        contact: asking::aksel("owner@example.dk"),
        ..asking::enquiry(town, "building-permit", text)
    };
    let sent = asking::send(town, new).await;
    (sent.case, sent.link)
}

/// The limit of the two pages that are measured against a bare handler.
const FEW: usize = 5;

#[tokio::test(flavor = "multi_thread")]
async fn the_company_page_asks_the_database_at_most_seven_times() {
    each_engine(capabilities::migrations, |bench| async move {
        let watched = Watched::new(&bench).await;
        let consultant = watched.session("Mette Holm").await;
        let path = format!("/intern/virksomheder/{}", watched.cvr);
        // The session; the register; what is owed; the cases; the visits; who is known there; who confirmed a contact.
        let words = ["Byggesagsteamet", "Aksel Mosevang", "Mette Holm", "owner@example.dk"];
        watched.at_most(7, &path, &consultant, &words).await;
        let (answer, _) = watched.asked(&path, &consultant).await;
        assert!(answer.body.contains("s-map__area"), "the company has a place on the map");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_tracking_page_asks_the_database_at_most_five_times_whoever_opens_it() {
    each_engine(capabilities::migrations, |bench| async move {
        let watched = Watched::new(&bench).await;
        let path = format!("/henvendelse/{}", watched.link.as_str());
        // The case with what it is called elsewhere; what was said; people and teams; what is owed; files. Someone's session tells the version of people.
        watched.at_most(FEW, &path, "", &["Det ser vi på.", "Jonas Birk"]).await;
        let officer = watched.session("Jonas Birk").await;
        watched.at_most(FEW, &path, &officer, &["Det ser vi på."]).await;
        let contact = cookie(&watched.town.sign_in_contact(TENANT, "owner@example.dk").await);
        watched.at_most(FEW, &path, &contact, &["Det ser vi på."]).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_case_page_asks_the_database_once_for_each_thing_on_it_and_never_once_a_row() {
    each_engine(capabilities::migrations, |bench| async move {
        let watched = Watched::new(&bench).await;
        let officer = watched.session("Jonas Birk").await;
        let path = format!("/intern/henvendelser/{}", watched.case);
        // The session, the case, parts, what was said, its files, the journal's lines, the register, what is owed, earlier
        // enquiries of the same company, saved replies, other systems: eleven things on the page, each of a table of its own.
        watched.at_most(11, &path, &officer, &["Det ser vi på.", "Ring til dem.", "Må de køre ind"]).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_inbox_asks_the_database_no_more_often_for_many_cases_than_for_one() {
    each_engine(capabilities::migrations, |bench| async move {
        let watched = Watched::new(&bench).await;
        let officer = watched.session("Jonas Birk").await;
        // The session, what is owed, the order of the list, the cases shown, how each begins, unread notices.
        watched.at_most(6, "/intern/indbakke", &officer, &["Grævling Skilte ApS"]).await;
        for _ in 0..12 {
            send(&watched.town, watched.cvr, "Endnu et spørgsmål.").await;
        }
        watched.at_most(6, "/intern/indbakke", &officer, &["Endnu et spørgsmål."]).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_policy_page_asks_the_database_only_whether_its_figures_still_stand() {
    each_engine(capabilities::migrations, |bench| async move {
        let watched = Watched::new(&bench).await;
        // Which policies there are, for the one that is shown and for the others; closed accounts; how far the journal is
        // sealed. The figures themselves are kept until it is sealed further.
        watched.at_most(4, "/politik", "", &["Erhvervspolitik"]).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_front_page_asks_the_database_only_which_numbers_are_released() {
    each_engine(capabilities::migrations, |bench| async move {
        let watched = Watched::new(&bench).await;
        watched.at_most(1, "/", "", &[]).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_guide_asks_the_database_only_whether_people_and_teams_have_changed() {
    each_engine(capabilities::migrations, |bench| async move {
        let watched = Watched::new(&bench).await;
        for path in ["/vejviser", "/vejviser?q=skilt", "/vejviser?emne=signage"] {
            watched.at_most(1, path, "", &[]).await;
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_open_page_is_made_once_for_all_who_ask_within_the_second() {
    each_engine(capabilities::migrations, |bench| async move {
        let watched = Watched::new(&bench).await;
        let mut asks = Vec::new();
        // On a machine that has other things to do, more than a second may lie between two.
        for _ in 0..20 {
            watched.seen.lock().unwrap_or_else(PoisonError::into_inner).clear();
            watched.town.get("/", &[]).await;
            asks.push(watched.seen.lock().unwrap_or_else(PoisonError::into_inner).len());
        }
        assert!(asks.contains(&0) && asks.iter().any(|asks| *asks > 0), "{asks:?}");
        // What is written is seen at once.
        watched.town.get("/", &[]).await;
        send(&watched.town, watched.cvr, "Endnu et spørgsmål.").await;
        watched.seen.lock().unwrap_or_else(PoisonError::into_inner).clear();
        watched.town.get("/", &[]).await;
        assert!(!watched.seen.lock().unwrap_or_else(PoisonError::into_inner).is_empty());
    })
    .await;
}
