//! Files with something in them, and a scanner that is away.

use storage::{Attachment, Scan, Scanner, Verdict};
use testkit::{Clamd, STREAM_BYTES_MAX, VIRUS, each_engine};

use super::{NEW, Scene, capabilities, check_refused, tracking};
use crate::wire::Browser;

const PDF: &[u8] = b"%PDF-1.7\n";

async fn scanned(bench: testkit::Bench, clamd: &Clamd) -> Scene {
    let town = crate::scene::town(&bench, &format!("[files]\nclamd = \"{}\"\n", clamd.address)).await;
    Scene::of(bench, town).await
}

/// Where the only file of a tracking page lies.
fn file_on(page: &str) -> String {
    let (_, rest) = page.split_once("/fil/").unwrap_or_else(|| panic!("no file: {page}"));
    rest.split('"').next().unwrap_or_default().to_owned()
}

async fn work(scene: &Scene) {
    scene.bench.clock.set(scene.town.app.clock.now() + chrono::Duration::minutes(3));
    scene.town.jobs.start_timers(&scene.town.app.db, testkit::TENANT).await.unwrap();
    while samspil::background::run_due(&scene.town.app, &scene.town.jobs).await.unwrap() > 0 {}
}

#[tokio::test(flavor = "multi_thread")]
async fn file_in_which_the_scanner_finds_something_is_refused_and_the_words_stay() {
    each_engine(capabilities::migrations, |bench| async move {
        let clamd = Clamd::start().await;
        let scene = scanned(bench, &clamd).await;
        let browser = Browser::default();
        let form = scene.filled(&browser, "Smeden").await;
        let infected = form.clone().with_file("faktura.pdf", [PDF, VIRUS].concat());
        let refused = scene.send(&browser, NEW, &infected.with_file("plan.pdf", PDF)).await;
        check_refused(&refused, "files");
        assert!(refused.body.contains("faktura.pdf: Vi tager ikke imod filen"), "{}", refused.text());
        assert!(!refused.body.contains("plan.pdf: "), "the clean one is blamed");
        assert!(refused.body.contains("Hilsen Smeden</textarea>"), "the text is lost");
        assert_eq!(scene.cases().await, []);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn file_that_came_while_the_scanner_was_away_is_handed_out_when_it_has_looked() {
    each_engine(capabilities::migrations, |bench| async move {
        let clamd = Clamd::start().await;
        let scene = scanned(bench, &clamd).await;
        clamd.be_away(true);
        let browser = Browser::default();
        let form = scene.filled(&browser, "Smeden").await.with_file("plan.pdf", PDF);
        let link = tracking(&scene.send(&browser, NEW, &form).await);
        let file = format!("{link}/fil/{}", file_on(&scene.get(&browser, &link).await.body));
        let waits = scene.get(&browser, &file).await;
        assert!(waits.text().contains("venter på virusscanneren"), "{} {}", waits.status, waits.text());
        work(&scene).await;
        assert!(scene.get(&browser, &file).await.text().contains("venter"), "handed out unseen");
        clamd.be_away(false);
        work(&scene).await;
        let handed = scene.get(&browser, &file).await;
        assert_eq!((handed.status, handed.body.as_bytes()), (200, PDF));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn file_found_infected_afterwards_is_handed_to_nobody_and_the_journal_says_so() {
    each_engine(capabilities::migrations, |bench| async move {
        let clamd = Clamd::start().await;
        let scene = scanned(bench, &clamd).await;
        clamd.be_away(true);
        let browser = Browser::default();
        let form = scene.filled(&browser, "Smeden").await.with_file("faktura.pdf", [PDF, VIRUS].concat());
        let link = tracking(&scene.send(&browser, NEW, &form).await);
        let file = format!("{link}/fil/{}", file_on(&scene.get(&browser, &link).await.body));
        clamd.be_away(false);
        work(&scene).await;
        let stopped = scene.get(&browser, &file).await;
        assert!(stopped.text().contains("virusscanneren fandt noget"), "{}", stopped.text());
        scene.bench.seal().await;
        let lines = storage::capability_lines(&scene.bench.read(), "operations", None, 100).await.unwrap();
        assert!(lines.iter().any(|line| line.word == "file_infected"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn file_that_the_scanner_will_not_take_stops_no_other() {
    each_engine(capabilities::migrations, |bench| async move {
        let clamd = Clamd::start().await;
        let scene = scanned(bench, &clamd).await;
        let (browser, mut large) = (Browser::default(), PDF.to_vec());
        large.resize(STREAM_BYTES_MAX + 1, b'x');
        let form = scene.filled(&browser, "Smeden").await.with_file("stor.pdf", large);
        tracking(&scene.send(&browser, NEW, &form).await);
        clamd.be_away(true);
        let form = scene.filled(&browser, "Bageren").await.with_file("lille.pdf", PDF);
        tracking(&scene.send(&browser, NEW, &form).await);
        clamd.be_away(false);
        work(&scene).await;
        let waiting = Attachment::not_scanned(&scene.bench.read(), None, 10).await.unwrap();
        let [file] = waiting.as_slice() else { panic!("one file waits, not {}", waiting.len()) };
        assert_eq!((file.name.as_str(), file.scan), ("stor.pdf", Scan::NotScanned));
    })
    .await;
}

/// The real one, with a signature of its own for the harmless word: its public signatures are 200 MB.
#[tokio::test(flavor = "multi_thread")]
async fn clamd_itself_looks_at_files() {
    let Some(program) = std::env::var_os("TEST_CLAMD") else {
        eprintln!("TEST_CLAMD names no clamd: its protocol alone was tried");
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    std::fs::write(path("own.ndb"), format!("Til-Test:0:*:{}\n", hex::encode(VIRUS))).unwrap();
    let (socket, here) = (path("clamd.sock"), folder.path().display());
    let settings = format!(
        "LocalSocket {}\nDatabaseDirectory {here}\nTemporaryDirectory {here}\nForeground yes\n",
        socket.display()
    );
    std::fs::write(path("clamd.conf"), settings).unwrap();
    let mut clamd = tokio::process::Command::new(program)
        .arg("--config-file")
        .arg(path("clamd.conf"))
        .stdout(std::process::Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let scanner: Scanner = socket.to_str().unwrap().parse().unwrap();
    for _ in 0..600 {
        if scanner.check().await.is_ok() {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    scanner.check().await.unwrap();
    std::fs::write(path("ren.pdf"), PDF).unwrap();
    std::fs::write(path("fuld.pdf"), [PDF, VIRUS].concat()).unwrap();
    assert_eq!(scanner.scan(&path("ren.pdf")).await.unwrap(), Verdict::Clean);
    let found = scanner.scan(&path("fuld.pdf")).await.unwrap();
    assert!(matches!(&found, Verdict::Infected(name) if name.contains("Til-Test")), "{found:?}");
    clamd.kill().await.unwrap();
}
