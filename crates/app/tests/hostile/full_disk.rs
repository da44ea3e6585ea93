//! A disk without room: a page that says so, nothing half-written, and work again when there is room.

use std::{
    collections::BTreeMap,
    io::{BufRead, BufReader},
    net::SocketAddr,
    process::{Child, Command, Stdio},
};

use storage::{
    Db, Engine,
    sea_orm::{ConnectionTrait, Statement},
};
use testkit::each_engine;

use super::{NEW, Scene, capabilities, check_page, tracking};
use crate::wire::{Browser, Form};

/// Asks the connection that writes.
async fn number(db: &Db, sql: &str) -> i64 {
    let tx = db.begin_raw().await.unwrap();
    let ask = Statement::from_string(tx.get_database_backend(), sql);
    let row = tx.query_one_raw(ask).await.unwrap().unwrap();
    let number = row.try_get_by_index(0).unwrap();
    tx.commit().await.unwrap();
    number
}

/// So much and no more may the file grow.
async fn room(db: &Db, pages: i64) {
    let now = number(db, "PRAGMA page_count").await;
    number(db, &format!("PRAGMA max_page_count = {}", now + pages)).await;
}

async fn free(db: &Db) {
    number(db, "PRAGMA max_page_count = 1000000000").await;
}

/// How many rows every table has.
async fn rows(db: &Db) -> BTreeMap<String, i64> {
    let tables = Statement::from_string(
        db.raw().get_database_backend(),
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'",
    );
    let mut rows = BTreeMap::new();
    for table in db.raw().query_all_raw(tables).await.unwrap() {
        let table: String = table.try_get_by_index(0).unwrap();
        let count = number(db, &format!("SELECT count(*) FROM \"{table}\"")).await;
        rows.insert(table, count);
    }
    rows
}

/// Sends with ever more room until it is enough: each time before, the page says that the disk is full, and nothing is
/// written. Returns how often it was refused.
async fn until_there_is_room(scene: &Scene, browser: &Browser, path: &str, form: &Form) -> u32 {
    let db = &scene.bench.db;
    for pages in 0..200 {
        let before = rows(db).await;
        room(db, pages).await;
        let answer = scene.send(browser, path, form).await;
        free(db).await;
        if answer.status == 303 {
            return u32::try_from(pages).unwrap();
        }
        check_page(&answer, 507);
        assert!(answer.body.contains("Intet er gemt"), "{}", answer.text());
        assert_eq!(rows(db).await, before, "something is half-written with {pages} pages");
    }
    panic!("it never works again");
}

#[tokio::test(flavor = "multi_thread")]
async fn full_disk_is_told_and_nothing_is_half_written_and_it_works_when_there_is_room() {
    each_engine(capabilities::migrations, |bench| async move {
        if bench.engine() == Engine::Postgres {
            return;
        }
        let scene = Scene::new(bench).await;
        let (db, browser) = (&scene.bench.db, Browser::default());
        // Long enough to need pages of its own at every step.
        let long = "å".repeat(15_000);
        let form = scene.filled(&browser, "Smeden").await.with("text", long.as_str());
        let refused =
            until_there_is_room(&scene, &browser, NEW, &form.clone().with_file("a.pdf", "%PDF-1.7\n")).await;
        assert!(refused > 3, "the disk was full {refused} times only");
        let case = scene.case().await;

        // Reading goes on while nothing can be written, and jobs wait for room.
        room(db, 0).await;
        scene.bench.later(chrono::Duration::seconds(30));
        assert_eq!(scene.get(&browser, "/").await.status, 200);
        for _ in 0..5 {
            // Whether it fails or finds room in a page that is there: it must not fall over.
            let _ = samspil::background::run_due(&scene.town.app, &scene.town.jobs).await;
        }
        free(db).await;
        scene.bench.later(chrono::Duration::hours(1));
        scene.work().await;
        assert!(outreach::failed(&scene.bench.read(), 10).await.unwrap().is_empty());
        let mails = outreach::captured(&scene.bench.read(), 10).await.unwrap();
        assert!(
            mails.iter().any(|mail| mail.to.as_str() == "smeden@example.dk"),
            "the receipt is not mailed"
        );

        let jonas = scene.officer("jonas.birk").await;
        let reply = format!("{}/svar", Scene::case_page(&case));
        let page = scene.get(&jonas, &Scene::case_page(&case)).await;
        let form = Form::on(&page, &reply).with("text", long.as_str());
        until_there_is_room(&scene, &jonas, &reply, &form).await;
        assert_eq!(scene.entries(&case).await.len(), 2);
        scene.bench.seal().await;
        let verified = storage::verify(&scene.bench.read(), None).await.unwrap();
        assert_eq!(verified.discrepancies, []);
        assert!(ledger::verify_replay(&scene.bench.read()).await.unwrap().is_empty());
    })
    .await;
}

struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A server whose files may not grow past so many KiB.
fn limited(folder: &std::path::Path, kib: u32) -> (Server, SocketAddr) {
    let shell = format!("ulimit -f {kib}; exec \"$0\" \"$@\"");
    let mut child = Command::new("bash")
        .args(["-c", &shell, env!("CARGO_BIN_EXE_samspil"), "serve", "--listen", "127.0.0.1:0", "--data"])
        .arg(folder)
        .env_remove("SAMSPIL_DATABASE")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
    let line = lines.find(|line| line.starts_with("Samspil runs on ")).unwrap();
    std::thread::spawn(move || lines.count());
    let (_, address) = line.split_once("http://").unwrap();
    (Server(child), address.split(' ').next().unwrap().parse().unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn file_that_the_system_lets_nobody_write_is_told_as_a_full_disk_and_the_server_lives_on() {
    let folder = tempfile::tempdir().unwrap();
    // The team that answers.
    let bench = testkit::Bench::open(&storage::Target::Sqlite(folder.path().join("samspil.db"))).await;
    bench.db.migrate(capabilities::migrations()).await.unwrap();
    let operator = identity::commands::operator("test", testkit::TENANT, bench.now(), bench.ids.clone());
    identity::demo::make(&bench.db, &operator).await.unwrap();
    bench.db.close().await.unwrap();

    let (mut server, to) = limited(folder.path(), 8_000);
    let browser = Browser::default();
    let page = browser.get(to, "/henvendelse/ny?emne=signage").await.unwrap();
    let form = super::typed(Form::on(&page, NEW), "Smeden");
    let mut large = b"%PDF-1.7\n".to_vec();
    large.resize(9_000_000, b'x');
    let refused = browser.send(to, NEW, &form.clone().with_file("stor.pdf", large)).await.unwrap();
    check_page(&refused, 507);
    assert_eq!(server.0.try_wait().unwrap(), None, "the server died of it");
    let halves = walk(&folder.path().join("attachments"));
    assert_eq!(halves, 0, "half a file is left");
    tracking(&browser.send(to, NEW, &form.with_file("lille.pdf", "%PDF-1.7\n")).await.unwrap());
    assert_eq!(walk(&folder.path().join("attachments")), 1);
}

/// How many files there are.
fn walk(folder: &std::path::Path) -> usize {
    let entries = std::fs::read_dir(folder).unwrap().map(Result::unwrap);
    entries.map(|entry| if entry.file_type().unwrap().is_dir() { walk(&entry.path()) } else { 1 }).sum()
}
