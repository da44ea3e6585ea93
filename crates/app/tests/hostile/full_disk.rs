//! A disk without room: a page that says so, nothing half-written, and work again when there is room.

use std::{
    collections::BTreeMap,
    io::{BufRead, BufReader, Write},
    net::SocketAddr,
    process::{Child, Command, Stdio},
};

use storage::{
    Db, Engine,
    sea_orm::{ConnectionTrait, Statement},
};
use testkit::each_engine;

use super::{NEW, Scene, capabilities, check_page, check_refused, tracking};
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

type Rows = BTreeMap<String, i64>;

/// How many rows every table has.
async fn rows(db: &Db) -> Rows {
    let list = match db.engine() {
        Engine::Sqlite => "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'",
        Engine::Postgres => "SELECT tablename::text FROM pg_tables WHERE schemaname = 'public'",
    };
    let tables = Statement::from_string(db.raw().get_database_backend(), list);
    let mut rows = BTreeMap::new();
    for table in db.raw().query_all_raw(tables).await.unwrap() {
        let table: String = table.try_get_by_index(0).unwrap();
        let count = number(db, &format!("SELECT count(*) FROM \"{table}\"")).await;
        rows.insert(table, count);
    }
    rows
}

/// Sends to a full disk: the page says that it is full, and nothing is written. `false` where it went through after all.
async fn is_refused(scene: &Scene, browser: &Browser, path: &str, form: &Form, before: &Rows) -> bool {
    let answer = scene.send(browser, path, form).await;
    if answer.status == 303 {
        return false;
    }
    check_page(&answer, 507);
    assert!(answer.body.contains("Intet er gemt"), "{}", answer.text());
    assert_eq!(rows(&scene.bench.db).await, *before, "something is half-written");
    true
}

/// Sends with ever more room until it is enough. Returns how often it was refused.
async fn until_there_is_room(scene: &Scene, browser: &Browser, path: &str, form: &Form) -> u32 {
    let db = &scene.bench.db;
    for pages in 0..200 {
        let before = rows(db).await;
        room(db, pages).await;
        let is_refused = is_refused(scene, browser, path, form, &before).await;
        free(db).await;
        if !is_refused {
            return u32::try_from(pages).unwrap();
        }
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

/// A small disk of its own for PostgreSQL's tables, in memory, with nothing but a filler beside them.
struct SmallDisk {
    folder: tempfile::TempDir,
    name: String,
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        run("umount", &["-l", self.folder.path().to_str().unwrap()]);
    }
}

fn run(program: &str, words: &[&str]) -> bool {
    Command::new(program).args(words).stderr(Stdio::null()).status().is_ok_and(|status| status.success())
}

impl SmallDisk {
    /// Moves every table there; `None` where this account may not mount one.
    async fn take(db: &Db) -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().to_str().unwrap().to_owned();
        if !run("mount", &["-t", "tmpfs", "-o", "size=96m,mode=0700", "tmpfs", &path]) {
            return None;
        }
        let name = format!("small_{}", std::process::id());
        let disk = Self { folder, name };
        if !run("chown", &["postgres", &path]) {
            return None;
        }
        let name = &disk.name;
        for sql in [
            format!("CREATE TABLESPACE {name} LOCATION '{path}'"),
            format!("ALTER TABLE ALL IN TABLESPACE pg_default SET TABLESPACE {name}"),
            format!("ALTER INDEX ALL IN TABLESPACE pg_default SET TABLESPACE {name}"),
        ] {
            db.raw().execute_unprepared(&sql).await.unwrap();
        }
        Some(disk)
    }

    /// Fills it, but for so many pages of 8 KiB.
    fn fill(&self, free: u64) {
        let path = self.folder.path().join("filler");
        let mut filler = std::fs::File::create(&path).unwrap();
        let block = [0; 8_192];
        let mut blocks = 0;
        while filler.write_all(&block).is_ok() {
            blocks += 1;
        }
        filler.set_len((blocks - free) * 8_192).unwrap();
    }

    fn empty(&self) {
        std::fs::remove_file(self.folder.path().join("filler")).unwrap();
    }

    async fn give_back(self, db: &Db) {
        let name = &self.name;
        for sql in [
            format!("ALTER TABLE ALL IN TABLESPACE {name} SET TABLESPACE pg_default"),
            format!("ALTER INDEX ALL IN TABLESPACE {name} SET TABLESPACE pg_default"),
            // Its files are gone only after a checkpoint.
            "CHECKPOINT".to_owned(),
            format!("DROP TABLESPACE {name}"),
        ] {
            db.raw().execute_unprepared(&sql).await.unwrap();
        }
    }
}

/// Words that no engine can press together.
fn noise(letters: usize) -> String {
    let mut bytes = vec![0; letters];
    kernel::Ids::seeded(7).fill(&mut bytes);
    bytes.into_iter().map(|byte| char::from(b'a' + byte % 26)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn full_disk_of_a_database_server_is_told_and_it_works_when_there_is_room() {
    each_engine(capabilities::migrations, |bench| async move {
        if bench.engine() == Engine::Sqlite {
            return;
        }
        let scene = Scene::new(bench).await;
        let (db, browser) = (&scene.bench.db, Browser::default());
        let form = scene.filled(&browser, "Smeden").await.with("text", noise(19_000));
        let before = rows(db).await;
        if let Some(disk) = SmallDisk::take(db).await {
            for free in [0, 1, 2, 3, 5, 8] {
                disk.fill(free);
                let is_refused = is_refused(&scene, &browser, NEW, &form, &before).await;
                assert!(is_refused || free > 0, "the disk was not full");
                assert_eq!(scene.get(&browser, "/").await.status, 200, "reading goes on");
                disk.empty();
                if !is_refused {
                    break;
                }
            }
            tracking(&scene.send(&browser, NEW, &form).await);
            disk.give_back(db).await;
        } else {
            // Without the right to mount a disk: the server's own words, at the last table that is written to.
            for sql in [
                "CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION USING \
                 ERRCODE = '53100', MESSAGE = 'could not extend file: No space left on device'; END $$",
                "CREATE TRIGGER full_disk BEFORE INSERT ON job FOR EACH ROW EXECUTE FUNCTION full_disk()",
            ] {
                db.raw().execute_unprepared(sql).await.unwrap();
            }
            assert!(is_refused(&scene, &browser, NEW, &form, &before).await);
            db.raw().execute_unprepared("DROP TRIGGER full_disk ON job").await.unwrap();
            tracking(&scene.send(&browser, NEW, &form).await);
        }
        let case = scene.case().await;
        assert_eq!((scene.entries(&case).await.len(), scene.promises(&case).await.len()), (1, 2));
        scene.work().await;
        scene.bench.seal().await;
        let verified = storage::verify(&scene.bench.read(), None).await.unwrap();
        assert_eq!(verified.discrepancies, []);
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
async fn file_that_there_is_no_room_for_is_told_beside_its_field_and_nothing_that_was_typed_is_lost() {
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
    check_refused(&refused, "files");
    assert!(refused.body.contains("Send uden filen") && refused.body.contains("Hilsen Smeden</textarea>"));
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
