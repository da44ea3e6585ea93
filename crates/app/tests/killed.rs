//! A server that is killed at work keeps what it has shown: SIGKILL at twenty points picked by a seed, under sixteen
//! companies that send enquiries, on the same data directory throughout.
//!
//! This proves the loss of a process, not the loss of power: what a killed process had handed to the system is still
//! written by it. That a commit waits for the disk is a setting of the connection, and is looked at as one.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::{BufRead, BufReader},
    net::SocketAddr,
    path::PathBuf,
    process::{Child, Command, Stdio},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use enquiries::{
    commands::FILES_OF_ENTRY,
    model::{Case, CaseState},
    store::{self, CaseFilter},
};
use kernel::{CvrNumber, Ids};
use ledger::{PromiseKind, PromiseState};
use outreach::DeliveryState;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use samspil::capabilities;
use storage::{
    Attachment, Attachments, Db, Engine, Keys, Reader, Target,
    sea_orm::{ConnectionTrait, Statement},
};
use testkit::{Bench, each_engine};
use tokio::sync::watch;

use crate::wire::{Browser, Form};

const KILLS: u32 = 20;
const COMPANIES: u8 = 16;
const SEED: u64 = 2620;
/// How long anything may take before the test gives up.
const PATIENCE: Duration = Duration::from_mins(1);

/// A server in a process of its own.
struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        // A failed assertion leaves no server behind; one that has ended cannot be killed, and that is well.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// What the companies know of the server, and what it has shown them.
struct Street {
    address: watch::Sender<Option<SocketAddr>>,
    is_over: AtomicBool,
    shown: Mutex<Vec<Receipt>>,
    /// Sent, cut off, and not sent again: there once or not at all.
    given_up: Mutex<BTreeSet<String>>,
    sent_again: Mutex<u32>,
}

/// Someone has seen the redirect to this link.
#[derive(Debug, Clone)]
struct Receipt {
    email: String,
    link: String,
    text: String,
    file: Option<Vec<u8>>,
}

impl Street {
    fn new() -> Self {
        Self {
            address: watch::Sender::new(None),
            is_over: AtomicBool::new(false),
            shown: Mutex::default(),
            given_up: Mutex::default(),
            sent_again: Mutex::default(),
        }
    }

    /// The server's address, as soon as it has one.
    async fn open(&self) -> SocketAddr {
        let mut address = self.address.subscribe();
        let found = tokio::time::timeout(PATIENCE, address.wait_for(Option::is_some)).await;
        found.expect("the server did not start").unwrap().unwrap()
    }
}

fn command(place: &Place, words: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_samspil"));
    command.args(words).arg("--data").arg(&place.data).arg("--database").arg(&place.database);
    command.stdin(Stdio::null()).env_remove("SAMSPIL_DATA").env_remove("SAMSPIL_DATABASE");
    command
}

/// Where the town lies, through all its deaths.
struct Place {
    data: PathBuf,
    database: String,
    target: Target,
}

impl Place {
    fn start(&self, street: &Arc<Street>) -> Server {
        let words = ["serve", "--listen", "127.0.0.1:0"];
        let mut child = command(self, &words).stdout(Stdio::piped()).spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let street = street.clone();
        // Ends with the server, whose end closes the pipe.
        std::thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                let address =
                    line.split_once("http://").and_then(|(_, rest)| rest.split(' ').next()?.parse().ok());
                if line.starts_with("Samspil runs on ") {
                    street.address.send_replace(address);
                }
            }
        });
        Server(child)
    }

    async fn look(&self) -> Db {
        Db::open(&self.target).await.unwrap()
    }

    fn keys(&self) -> Keys {
        Keys::load_or_create(&self.data.join("samspil.key"), &Ids::random()).unwrap()
    }
}

/// One company after another, from one chair: each sends one enquiry, and sends the same form again when it is cut off,
/// as a browser does when one presses "try again".
async fn companies(street: Arc<Street>, chair: u8) {
    let mut dice = ChaCha8Rng::seed_from_u64(SEED + u64::from(chair));
    for count in 0_u32.. {
        // Each from its own address: the limit per address is another test's matter.
        let [.., high, low] = count.to_be_bytes();
        let mut browser = Browser::at([127, chair + 1, high, low]);
        browser.says_site = dice.random_range(0..2) == 0;
        let Some(form) = shown_form(&street, &mut browser).await else { return };
        let email = format!("chair{chair}-{count}@example.dk");
        let text = format!("Må vi sætte et skilt op? Spørgsmål {count} fra plads {chair}");
        let file = (dice.random_range(0..3) == 0).then(|| format!("%PDF-1.7\n{text}").into_bytes());
        // Few numbers, so that several write about the same company at the same time.
        let cvr = CvrNumber::invented(dice.random_range(0..20)).unwrap();
        let mut form = form
            .with("emne", "signage")
            .with("text", text.as_str())
            .with("asker", "company")
            .with("cvr", cvr.to_string())
            .with("company", format!("Grævling Skilte {count} ApS"))
            .with("name", "Aksel Mosevang")
            .with("email", email.as_str());
        if let Some(file) = &file {
            form = form.with_file("facade.pdf", file.clone());
        }
        let is_patient = dice.random_range(0..4) > 0;
        loop {
            match browser.send(street.open().await, "/henvendelse/ny", &form).await {
                Ok(answer) => {
                    let link = answer.header("location").strip_prefix("/henvendelse/");
                    let link = link.and_then(|rest| rest.strip_suffix("?kvittering=1"));
                    let link =
                        link.unwrap_or_else(|| panic!("no receipt: {} {}", answer.status, answer.body));
                    let link = link.to_owned();
                    street.shown.lock().unwrap().push(Receipt { email, link, text, file });
                    break;
                }
                Err(_) if !is_patient => {
                    street.given_up.lock().unwrap().insert(email);
                    break;
                }
                Err(_) => {
                    *street.sent_again.lock().unwrap() += 1;
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
            }
        }
        tokio::time::sleep(Duration::from_millis(dice.random_range(0..600))).await;
    }
}

/// The form with its hidden fields, however often one has to ask; `None` when the day is over.
async fn shown_form(street: &Street, browser: &mut Browser) -> Option<Form> {
    let began = Instant::now();
    while !street.is_over.load(Ordering::Relaxed) {
        assert!(began.elapsed() < PATIENCE, "the form is never shown");
        match browser.get(street.open().await, "/henvendelse/ny?emne=signage").await {
            Ok(page) => {
                assert_eq!(page.status, 200, "{}", page.text());
                browser.keep_cookie(&page);
                return Some(Form::on(&page, "/henvendelse/ny"));
            }
            Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
        }
    }
    None
}

/// Every enquiry whose receipt was shown is there, once, with its two promises and its mail; no other is there twice.
async fn check(bench: &Bench, place: &Place, shown: &[Receipt], given_up: &BTreeSet<String>) {
    let db = place.look().await;
    let (read, keys) = (db.read(&bench.ctx()), place.keys());
    let cases = store::newest(&read, &CaseFilter::default(), 1_000_000).await.unwrap();
    let numbers: BTreeSet<&str> = cases.iter().map(|case| case.number.as_str()).collect();
    assert_eq!(numbers.len(), cases.len(), "two enquiries have the same number");
    let mut by_email: BTreeMap<&str, Vec<&Case>> = BTreeMap::new();
    for case in &cases {
        by_email.entry(case.contact.email.as_str()).or_default().push(case);
    }
    for (email, cases) in &by_email {
        assert_eq!(cases.len(), 1, "{email} has sent one enquiry");
    }
    for email in given_up {
        assert!(shown.iter().all(|receipt| receipt.email != *email), "{email} is counted twice by the test");
    }
    let ids: Vec<_> = cases.iter().map(|case| case.id.uuid()).collect();
    let promises = ledger::of_subjects(&read, &ids).await.unwrap();
    let messages = outreach::messages_of(&read, &ids).await.unwrap();
    let mut owed: BTreeMap<_, Vec<&PromiseKind>> = BTreeMap::new();
    for promise in promises.iter().filter(|promise| promise.state == PromiseState::Open) {
        owed.entry(promise.subject).or_default().push(&promise.kind);
    }
    let mut mails: BTreeMap<_, u32> = BTreeMap::new();
    for message in messages.iter().filter(|message| message.purpose.as_str() == "enquiry-receipt") {
        assert!(!matches!(message.delivery, DeliveryState::Failed { .. }), "a receipt could not be mailed");
        *mails.entry(message.reference).or_default() += 1;
    }
    for receipt in shown {
        let [case] = by_email.get(receipt.email.as_str()).map_or(&[][..], Vec::as_slice) else {
            panic!("the enquiry of {} was shown a receipt and is gone", receipt.email)
        };
        let link = keys.token("enquiry-link", case.id.uuid(), case.link_version);
        assert_eq!(link.as_str(), receipt.link, "{}: the link leads elsewhere", receipt.email);
        assert_eq!(case.state, CaseState::Open);
        let mut kinds = owed.remove(&case.id.uuid()).unwrap_or_default();
        kinds.sort();
        assert_eq!(kinds, [&PromiseKind::ANSWER, &PromiseKind::FIRST_REPLY], "{}", receipt.email);
        assert_eq!(mails.get(&case.id.uuid()), Some(&1), "{}: its mail", receipt.email);
    }
    drop(read);
    db.close().await.unwrap();
}

/// The words and the files of every enquiry are whole.
async fn check_words(bench: &Bench, place: &Place, shown: &[Receipt]) {
    let db = place.look().await;
    let read = db.read(&bench.ctx());
    let attachments = Attachments::open(&place.data.join("attachments")).unwrap();
    let cases = store::newest(&read, &CaseFilter::default(), 1_000_000).await.unwrap();
    let by_email: BTreeMap<&str, &Case> =
        cases.iter().map(|case| (case.contact.email.as_str(), case)).collect();
    for receipt in shown {
        let entries = store::entries(&read, by_email[receipt.email.as_str()].id, false).await.unwrap();
        let texts: Vec<&str> = entries.iter().map(|entry| entry.text.as_str()).collect();
        assert_eq!(texts, [receipt.text.as_str()]);
        let files = Attachment::of(&read, FILES_OF_ENTRY, &[entries[0].id.uuid()]).await.unwrap();
        let mut contents = Vec::new();
        for file in &files {
            contents.push(attachments.content(file.id).await.unwrap());
        }
        assert_eq!(
            contents,
            receipt.file.clone().into_iter().collect::<Vec<_>>(),
            "{}: its file",
            receipt.email
        );
    }
    drop(read);
    db.close().await.unwrap();
}

/// What a company sees: its page opens and says what it wrote.
async fn check_pages(street: &Street, shown: &[Receipt]) {
    let address = street.open().await;
    for receipt in shown {
        let page = Browser::default().get(address, &format!("/henvendelse/{}", receipt.link)).await.unwrap();
        assert_eq!(page.status, 200);
        assert!(page.body.contains(&receipt.text), "{} does not say what was written", receipt.email);
    }
}

/// Those that were shown last, just before the kill.
fn last(shown: &[Receipt]) -> &[Receipt] {
    shown.get(shown.len().saturating_sub(usize::from(COMPANIES))..).unwrap_or_default()
}

async fn until_ready(street: &Street) {
    let began = Instant::now();
    loop {
        let answer = Browser::default().get(street.open().await, "/readyz").await;
        if answer.is_ok_and(|answer| answer.status == 200) {
            return;
        }
        assert!(began.elapsed() < PATIENCE, "the server never gets ready");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

async fn the_day_of_twenty_deaths(bench: Bench) {
    let operator = identity::commands::operator("test", testkit::TENANT, bench.now(), bench.ids.clone());
    identity::demo::make(&bench.db, &operator).await.unwrap();
    let (target, engine) = (bench.db.target().clone(), bench.db.engine());
    // Nobody but the server has the file open when the server dies: it is the server that must recover it.
    bench.db.close().await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let database = match &target {
        Target::Sqlite(path) => format!("sqlite:{}", path.display()),
        Target::Postgres(url) => url.clone(),
    };
    let place = Place { data: folder.path().to_owned(), database, target };
    let street = Arc::new(Street::new());
    let chairs: Vec<_> = (0..COMPANIES).map(|chair| tokio::spawn(companies(street.clone(), chair))).collect();

    let mut dice = ChaCha8Rng::seed_from_u64(SEED);
    let began = Instant::now();
    for kill in 1..=KILLS {
        let mut server = place.start(&street);
        // One in five dies while it starts.
        if kill > 1 && dice.random_range(0..5) == 0 {
            tokio::time::sleep(Duration::from_millis(dice.random_range(10..900))).await;
        } else {
            until_ready(&street).await;
            let (shown, given_up) = known(&street);
            check(&bench, &place, &shown, &given_up).await;
            check_pages(&street, last(&shown)).await;
            tokio::time::sleep(Duration::from_millis(dice.random_range(20..800))).await;
        }
        server.0.kill().unwrap();
        server.0.wait().unwrap();
        street.address.send_replace(None);
        assert!(chairs.iter().all(|chair| !chair.is_finished()), "a company saw something it should not");
    }

    let mut server = place.start(&street);
    until_ready(&street).await;
    street.is_over.store(true, Ordering::Relaxed);
    for chair in chairs {
        chair.await.unwrap();
    }
    let (shown, given_up) = known(&street);
    check(&bench, &place, &shown, &given_up).await;
    check_words(&bench, &place, &shown).await;
    check_pages(&street, last(&shown)).await;
    // Two rounds of the sealer, so that the journal says everything.
    tokio::time::sleep(Duration::from_millis(1_500)).await;
    Command::new("kill").args(["-TERM", &server.0.id().to_string()]).status().unwrap();
    assert_eq!(server.0.wait().unwrap().code(), Some(0), "the last end is in order");
    check_journal(&place, shown.len());
    eprintln!(
        "{engine}: {KILLS} kills in {:.0} s, {} receipts shown, {} forms sent again, {} given up",
        began.elapsed().as_secs_f64(),
        shown.len(),
        street.sent_again.lock().unwrap(),
        given_up.len(),
    );
    assert!(shown.len() > 100, "too little was sent to prove anything");
    assert!(*street.sent_again.lock().unwrap() > 0, "no form was cut off");
}

fn known(street: &Street) -> (Vec<Receipt>, BTreeSet<String>) {
    (street.shown.lock().unwrap().clone(), street.given_up.lock().unwrap().clone())
}

fn check_journal(place: &Place, enquiries: usize) {
    let verified = command(place, &["journal", "verify", "--replay", "--json"]).output().unwrap();
    let said = String::from_utf8_lossy(&verified.stdout).into_owned();
    assert_eq!(verified.status.code(), Some(0), "{said}{}", String::from_utf8_lossy(&verified.stderr));
    let report: serde_json::Value = serde_json::from_str(&said).unwrap();
    // Received, wrote, two promises, a mail: at least.
    let lines = usize::try_from(report["lines"].as_u64().unwrap()).unwrap();
    assert!(lines >= enquiries * 5, "{report}");
}

#[tokio::test(flavor = "multi_thread")]
async fn server_killed_twenty_times_under_sixteen_companies_loses_no_enquiry_whose_receipt_was_shown() {
    each_engine(capabilities::migrations, the_day_of_twenty_deaths).await;
}

#[tokio::test]
async fn writer_of_a_file_waits_for_the_disk() {
    each_engine(capabilities::migrations, |bench| async move {
        if bench.engine() == Engine::Postgres {
            // The server's own setting; the program never turns it off but for making a demo.
            return;
        }
        let tx = bench.tx().await;
        let ask = Statement::from_string(tx.conn().get_database_backend(), "PRAGMA synchronous");
        let row = tx.conn().query_one_raw(ask).await.unwrap().unwrap();
        assert_eq!(row.try_get_by_index::<i64>(0).unwrap(), 2, "2 is FULL");
    })
    .await;
}
