//! What has ended goes into the municipality's archive by itself, as one package, and the receipt files it.

use std::{
    io::{BufRead as _, BufReader, Cursor, Read as _, Write as _},
    net::TcpListener,
    path::Path,
    sync::{Arc, Mutex},
};

use axum::http::StatusCode;
use chrono::Duration;
use enquiries::{
    commands::{self, CompanyWords, Sent},
    jobs::SweepPackages,
    model::{Avoidable, Filing, Outcome, PackageState, Reference, SaidOfFiling},
    retention, store,
};
use kernel::CaseId;
use outreach::archive::{Archive, FolderArchive, HttpArchive, HttpMethod, ReceiptAt};
use serde_json::Value;
use storage::LineFilter;
use zip::ZipArchive;

use crate::town::{Town, each_engine, each_engine_filing_into};

fn folder(path: &Path) -> Archive {
    Archive::Folder(FolderArchive { path: path.to_owned(), awaits_receipt: false })
}

async fn close(town: &Town, who: &str, id: CaseId, text: &str) {
    let closing = commands::Closing {
        outcome: Outcome::Answered,
        avoidable: Avoidable::No,
        text,
        authority: None,
        forwarded_on: None,
        filing: SaidOfFiling::Owed,
    };
    let version = town.case(id).await.version;
    commands::close(&town.app, &town.ctx(who), id, version, closing).await.unwrap();
}

async fn filed_under(town: &Town, id: CaseId) -> Option<Reference> {
    let read = town.bench.read();
    let Filing::Filed { reference } = store::filing(&read, id).await.unwrap() else { return None };
    store::references(&read, &[id]).await.unwrap().into_iter().find(|one| one.id == reference)
}

/// The packages in a folder, by name.
fn packages_in(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap().flatten();
    let mut names: Vec<String> =
        entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

type Package = ZipArchive<Cursor<Vec<u8>>>;

fn open(path: &Path) -> Package {
    ZipArchive::new(Cursor::new(std::fs::read(path).unwrap())).unwrap()
}

fn text(package: &mut Package, name: &str) -> String {
    let mut text = String::new();
    package.by_name(name).unwrap().read_to_string(&mut text).unwrap();
    text
}

fn metadata(package: &mut Package) -> Value {
    serde_json::from_str(&text(package, "metadata.json")).unwrap()
}

/// An enquiry with a file, whose name leads elsewhere, and what colleagues noted on it.
async fn asked(town: &Town) -> Sent {
    let sent = town.ask("Nordvang El", "building-permit", "Må vi <b>bygge</b> til?").await;
    let file = town
        .app
        .attachments
        .keep(town.bench.id(), "../plan over facaden.pdf", "application/pdf", b"%PDF-1.7 facade")
        .await
        .unwrap();
    let words = CompanyWords {
        text: "Her er tegningen".into(),
        files: vec![file],
        draft: None,
        form_key: town.bench.id(),
    };
    commands::write(&town.app, town.guide(), &town.company(), &sent.link, words).await.unwrap();
    let line = town.ctx("Line Krog");
    commands::note(&town.app, &line, sent.case.id, "Spørg Karen om vejen", None).await.unwrap();
    sent
}

#[tokio::test]
async fn an_ended_case_goes_as_one_package_and_the_receipt_files_it() {
    let there = tempfile::tempdir().unwrap();
    let place = there.path().to_owned();
    each_engine_filing_into(folder(there.path()), move |town: Town| {
        let place = place.clone();
        async move {
            // On the second engine the same ids come again.
            for name in packages_in(&place) {
                std::fs::remove_file(place.join(name)).unwrap();
            }
            let sent = asked(&town).await;
            close(&town, "Line Krog", sent.case.id, "Ja, det må I.").await;
            assert!(filed_under(&town, sent.case.id).await.is_none(), "it is not there yet");
            town.work().await;
            let now = packages_in(&place);
            let [name] = &now[..] else { panic!("one package: {now:?}") };
            assert!(name.starts_with(&format!("samspil-{}-v1-", sent.case.number)), "{name}");
            let filed = filed_under(&town, sent.case.id).await.unwrap();
            assert_eq!(filed.details.number, name.trim_end_matches(".zip"));

            let mut package = open(&place.join(name));
            let said = metadata(&mut package);
            assert_eq!(
                (&said["format"], &said["formatversion"]),
                (&"samspil-arkivpakke".into(), &"1.0".into())
            );
            assert_eq!(said["sag"]["sagsnummer"], sent.case.number.as_str());
            assert_eq!(said["sag"]["klassifikation"]["system"], "KLE");
            assert_eq!(said["parter"][0]["cvr"], sent.case.asker.cvr().unwrap().to_string());
            assert_eq!(said["parter"][0]["cvr_bekraeftet"], false);
            let ways: Vec<&str> = said["meddelelser"]
                .as_array()
                .unwrap()
                .iter()
                .map(|one| one["retning"].as_str().unwrap())
                .collect();
            assert_eq!(ways, ["indgående", "indgående", "internt", "udgående"]);
            let file = &said["dokumenter"][0];
            assert_eq!(file["titel"], "../plan over facaden.pdf", "the name that was given");
            assert_eq!(file["filnavn"], "dokumenter/01-_plan over facaden.pdf", "a name that leads nowhere");
            assert_eq!(text(&mut package, "dokumenter/01-_plan over facaden.pdf"), "%PDF-1.7 facade");
            let html = text(&mut package, "sag.html");
            assert!(html.contains("Må vi &#60;b&#62;bygge&#60;/b&#62; til?"), "{html}");
            assert!(html.contains("Spørg Karen om vejen") && html.contains("Line Krog"), "{html}");
            for other in ["<script", "http-equiv", "src=\"", "url("] {
                assert!(!html.contains(other), "the document asks for something elsewhere: {other}");
            }

            let page = town.browser("Line Krog").get(&format!("/intern/henvendelser/{}", sent.case.id)).await;
            assert!(page.says("Samspil noterede, at henvendelsen er journaliseret."), "{}", page.text());
            let list = town.browser("Ruth Arkiv").get("/intern/journalisering").await;
            assert!(list.says("Modtaget af arkivet") && list.says(&filed.details.number), "{}", list.text());
            let filter = LineFilter { words: vec!["filed".into()], ..LineFilter::default() };
            let lines = storage::lines(&town.bench.read(), &filter, 10).await.unwrap();
            assert_eq!((lines.len(), lines[0].actor_kind.as_str()), (1, "system"));
            town.run(&SweepPackages {}).await;
            assert_eq!(packages_in(&place), now, "once");
        }
    })
    .await;
}

#[tokio::test]
async fn a_case_that_is_taken_up_again_goes_as_a_new_version_that_names_the_one_before() {
    let there = tempfile::tempdir().unwrap();
    let place = there.path().to_owned();
    each_engine_filing_into(folder(there.path()), move |town: Town| {
        let place = place.clone();
        async move {
            let sent = asked(&town).await;
            close(&town, "Line Krog", sent.case.id, "Ja, det må I.").await;
            town.work().await;
            let first = filed_under(&town, sent.case.id).await.unwrap().details.number;
            let words = CompanyWords {
                text: "Og om garagen?".into(),
                files: Vec::new(),
                draft: None,
                form_key: town.bench.id(),
            };
            commands::write(&town.app, town.guide(), &town.company(), &sent.link, words).await.unwrap();
            let mut line = town.browser("Line Krog");
            let page = line.get(&format!("/intern/henvendelser/{}", sent.case.id)).await;
            assert!(page.html.contains("id=\"close-filing-owed\" name=\"filing\" value=\"owed\" checked"));
            close(&town, "Line Krog", sent.case.id, "Også garagen.").await;
            town.work().await;
            let second = filed_under(&town, sent.case.id).await.unwrap().details.number;
            assert!(second.contains("-v2-") && first.contains("-v1-"), "{first} {second}");
            let said = metadata(&mut open(&place.join(format!("{second}.zip"))));
            let before = first.rsplit_once("-v1-").unwrap().1;
            assert_eq!((&said["pakke"]["version"], &said["pakke"]["erstatter"]), (&2.into(), &before.into()));
            assert_eq!(said["meddelelser"].as_array().unwrap().len(), 6);
        }
    })
    .await;
}

#[tokio::test]
async fn what_the_company_took_back_and_what_ended_before_there_was_an_archive_go_too() {
    let there = tempfile::tempdir().unwrap();
    each_engine_filing_into(folder(there.path()), |town: Town| async move {
        let back = town.ask("Nordvang El", "building-permit", "Må vi bygge til?").await;
        commands::withdraw(&town.app, &town.company(), &back.link).await.unwrap();
        town.work().await;
        assert!(filed_under(&town, back.case.id).await.is_some());
        let sent = town.ask("Smedjen", "signage", "Må vi sætte skilte op?").await;
        let spam = town.ask("Reklamen", "signage", "Køb nu").await;
        town.spam("Line Krog", spam.case.id, spam.case.version).await.unwrap();
        close(&town, "Line Krog", sent.case.id, "Ja").await;
        // Its package is set aside: as if there had been none.
        let said = SaidOfFiling::NotFiled { because: "no-weight".parse().unwrap(), words: String::new() };
        let version = town.case(sent.case.id).await.version;
        commands::file(&town.app, &town.ctx("Line Krog"), sent.case.id, version, &said).await.unwrap();
        town.work().await;
        let packages = store::packages(&town.bench.read(), &[sent.case.id]).await.unwrap();
        assert_eq!(packages[0].state, PackageState::SetAside, "someone said that it need not be filed");
        town.run(&SweepPackages {}).await;
        assert!(
            store::packages(&town.bench.read(), &[spam.case.id]).await.unwrap().is_empty(),
            "spam is no case"
        );
        assert_eq!(store::packages(&town.bench.read(), &[sent.case.id]).await.unwrap().len(), 1);
    })
    .await;
}

/// What a receiver was sent: the first line, the headers and the size of the body.
#[derive(Debug, Clone, Default)]
struct Request {
    line: String,
    headers: Vec<String>,
    body: Vec<u8>,
}

impl Request {
    fn header(&self, name: &str) -> String {
        let of = |line: &String| Some(line.split_once(": ")?.1.to_owned()).filter(|_| line.starts_with(name));
        self.headers.iter().find_map(of).unwrap_or_default()
    }
}

/// A receiver that answers one thing after the other, the last one for ever.
struct Receiver {
    address: String,
    answers: Arc<Mutex<Vec<(u16, &'static str)>>>,
    requests: Arc<Mutex<Vec<Request>>>,
}

impl Receiver {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}/ind", listener.local_addr().unwrap());
        let answers: Arc<Mutex<Vec<(u16, &'static str)>>> = Arc::default();
        let requests: Arc<Mutex<Vec<Request>>> = Arc::default();
        let (scripted, seen) = (answers.clone(), requests.clone());
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let mut reader = BufReader::new(stream.try_clone().unwrap());
                let mut request = Request::default();
                reader.read_line(&mut request.line).unwrap();
                loop {
                    let mut line = String::new();
                    reader.read_line(&mut line).unwrap();
                    let line = line.trim().to_lowercase();
                    if line.is_empty() {
                        break;
                    }
                    request.headers.push(line);
                }
                let bytes = request.header("content-length").parse().unwrap_or(0);
                request.body = vec![0; bytes];
                reader.read_exact(&mut request.body).unwrap();
                seen.lock().unwrap().push(request);
                let (status, body) = {
                    let mut scripted = scripted.lock().unwrap();
                    if scripted.len() > 1 { scripted.remove(0) } else { scripted[0] }
                };
                let length = body.len();
                let answer = format!(
                    "HTTP/1.1 {status} X\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}"
                );
                let mut stream = stream;
                stream.write_all(answer.as_bytes()).unwrap();
            }
        });
        Self { address, answers, requests }
    }

    fn archive(&self) -> Archive {
        Archive::Http(HttpArchive {
            url: self.address.clone(),
            method: HttpMethod::Post,
            token: Some("hemmeligt".into()),
            receipt: ReceiptAt::Json("/sagsnummer".into()),
        })
    }

    fn says(&self, answers: &[(u16, &'static str)]) {
        *self.answers.lock().unwrap() = answers.to_vec();
        self.requests.lock().unwrap().clear();
    }
}

#[tokio::test]
async fn a_receiver_that_is_away_gets_the_same_package_later_and_its_number_files_the_case() {
    let receiver = Arc::new(Receiver::start());
    each_engine_filing_into(receiver.archive(), move |town: Town| {
        let receiver = receiver.clone();
        async move {
            receiver.says(&[(503, "Lukket for natten"), (201, "{\"sagsnummer\":\"26/0815\"}")]);
            let sent = asked(&town).await;
            close(&town, "Line Krog", sent.case.id, "Ja, det må I.").await;
            town.work().await;
            let page = town.browser("Ruth Arkiv").get("/intern/journalisering").await;
            assert!(page.says("Svaret var: 503 Lukket for natten"), "{}", page.text());
            assert!(page.says("Kom ikke frem. Prøves igen"), "{}", page.text());
            town.bench.later(Duration::minutes(2));
            town.work().await;
            assert_eq!(filed_under(&town, sent.case.id).await.unwrap().details.number, "26/0815");
            let requests = receiver.requests.lock().unwrap().clone();
            let keys: Vec<String> = requests.iter().map(|one| one.header("idempotency-key")).collect();
            assert!(keys.len() == 2 && keys[0] == keys[1] && !keys[0].is_empty(), "{keys:?}");
            assert_eq!(requests[0].body, requests[1].body, "built twice it is the same");
            assert!(requests[0].line.starts_with("POST /ind "), "{}", requests[0].line);
            assert_eq!(requests[0].header("authorization"), "bearer hemmeligt");
            assert!(ZipArchive::new(Cursor::new(requests[1].body.clone())).is_ok());
        }
    })
    .await;
}

#[tokio::test]
async fn what_the_archive_refuses_waits_for_the_records_officer_with_its_words_and_a_button() {
    let receiver = Arc::new(Receiver::start());
    each_engine_filing_into(receiver.archive(), move |town: Town| {
        let receiver = receiver.clone();
        async move {
            receiver.says(&[(422, "KLE-emnet 02.34.02 findes ikke <b>her</b>")]);
            let sent = asked(&town).await;
            let complaint = town.ask("Nordvang El", "complaint-about-municipality", "Vi vil klage.").await;
            close(&town, "Line Krog", sent.case.id, "Ja, det må I.").await;
            close(&town, "Sofie Lind", complaint.case.id, "Tak.").await;
            town.work().await;
            town.bench.later(Duration::days(2));
            town.work().await;
            assert_eq!(
                receiver.requests.lock().unwrap().len(),
                2,
                "one each: it is not tried again by itself"
            );
            let mut ruth = town.browser("Ruth Arkiv");
            let page = ruth.get("/intern/journalisering").await;
            assert!(
                page.says("Svaret var: 422 KLE-emnet 02.34.02 findes ikke &#60;b&#62;her"),
                "{}",
                page.text()
            );
            assert!(page.says("Arkivet har sagt nej til én henvendelse"), "{}", page.text());
            assert!(!page.says(&complaint.case.number), "what is told in confidence is its team's alone");
            let action = format!("/intern/journalisering/{}/igen", sent.case.id);
            let hidden = format!("/intern/journalisering/{}/igen", complaint.case.id);
            assert_eq!(ruth.fill(&page, &action, &[]).await.status, StatusCode::SEE_OTHER);
            assert_eq!(
                ruth.post(&hidden, &[("form_key", &page.hidden(&action, "form_key"))]).await.status,
                StatusCode::NOT_FOUND
            );
            let mut sofie = town.browser("Sofie Lind");
            let page = sofie.get("/intern/journalisering").await;
            assert!(page.says(&complaint.case.number), "{}", page.text());
            receiver.says(&[(200, "{\"sagsnummer\":\"26/7\"}")]);
            town.work().await;
            assert_eq!(filed_under(&town, sent.case.id).await.unwrap().details.number, "26/7");
            let page = ruth.get("/intern/journalisering").await;
            assert!(page.says("26/7") && !page.says("Prøv igen"), "{}", page.text());
        }
    })
    .await;
}

#[tokio::test]
async fn what_is_to_be_filed_is_not_erased_before_it_is_and_the_records_officer_is_told() {
    each_engine(async |town: Town| {
        let sent = asked(&town).await;
        close(&town, "Line Krog", sent.case.id, "Ja, det må I.").await;
        town.bench.later(Duration::days(800));
        assert_eq!(retention::forget(&town.app, &town.bench.ctx()).await.unwrap().cases, 0);
        let page = town.browser("Ruth Arkiv").get("/intern/journalisering").await;
        assert!(page.says("Skulle være slettet. Venter på journalisering."), "{}", page.text());
        assert!(page.says("Én henvendelse er gemt længere end fristen"), "{}", page.text());
        let email = sent.case.contact.email.clone();
        let done = enquiries::personal_data::erase(&town.app, &town.bench.ctx(), &email).await.unwrap();
        assert_eq!(done.erased.cases, 0, "not when someone asks either");
        let said = SaidOfFiling::Filed { number: "26/01".into() };
        let version = town.case(sent.case.id).await.version;
        commands::file(&town.app, &town.ctx("Ruth Arkiv"), sent.case.id, version, &said).await.unwrap();
        assert_eq!(retention::forget(&town.app, &town.bench.ctx()).await.unwrap().cases, 1);
        assert!(town.case(sent.case.id).await.erased_at.is_some());
    })
    .await;
}
