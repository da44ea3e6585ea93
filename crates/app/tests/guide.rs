//! The guide through the whole program: what was typed into its box is kept nowhere, a tender question is opened by
//! procurement alone, and the command line asks the town's own guide.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    path::Path,
    process::{Command, Stdio},
    sync::Arc,
};

use enquiries::{GuideState, commands};
use kernel::{Actor, Ctx, Language, Reach};
use samspil::capabilities;
use storage::Target;
use testkit::{Bench, TENANT, each_engine};

use crate::{
    asking,
    scene::{ONE, cookie, town},
};

fn samspil(arguments: &[&str], data: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_samspil"));
    command.args(arguments).arg("--data").arg(data).stdin(Stdio::null());
    for name in ["SAMSPIL_DATA", "SAMSPIL_DATABASE", "SAMSPIL_SMTP_PASSWORD"] {
        command.env_remove(name);
    }
    command
}

fn get(address: &str, path: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    write!(stream, "GET {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n").unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    String::from_utf8_lossy(&answer).into_owned()
}

/// Every file below a folder that holds the word.
fn holding(folder: &Path, word: &str) -> Vec<String> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(holding(&path, word));
        } else if std::fs::read(&path).unwrap().windows(word.len()).any(|bytes| bytes == word.as_bytes()) {
            found.push(path.display().to_string());
        }
    }
    found
}

#[test]
fn what_is_typed_into_the_box_is_neither_logged_nor_kept_nor_counted() {
    const WORD: &str = "knaldhyster";
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("new");
    let mut child = samspil(&["serve", "--listen", "127.0.0.1:0"], &data)
        .env("SAMSPIL_LOG", "trace")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut errors = child.stderr.take().unwrap();
    let logged = std::thread::spawn(move || {
        let mut text = Vec::new();
        errors.read_to_end(&mut text).unwrap();
        String::from_utf8_lossy(&text).into_owned()
    });
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
    let line = lines.find(|line| line.starts_with("Samspil runs on ")).unwrap();
    let address = line.split("http://").nth(1).unwrap().split_whitespace().next().unwrap().to_owned();
    let printed = std::thread::spawn(move || lines.collect::<Vec<_>>().join("\n"));
    for path in ["/vejviser?q=", "/henvendelse/ny?emne=other&q=", "/", "/ingen-side?q="] {
        get(&address, &format!("{path}{WORD}"));
    }
    assert!(get(&address, &format!("/vejviser?q={WORD}")).contains(WORD), "the page itself repeats it");
    let metrics = get(&address, "/metrics");
    Command::new("kill").args(["-TERM", &child.id().to_string()]).status().unwrap();
    child.wait().unwrap();
    let logged = format!("{}{}", logged.join().unwrap(), printed.join().unwrap());
    assert!(logged.len() > 100, "something is logged at this level");
    // What the HTTP library itself says at its finest level holds the request line: it is no line of ours, and no operator
    // sees it unless asked for.
    let ours = logged.lines().filter(|line| !line.contains("hyper") && !line.contains("h2::"));
    let told: Vec<&str> = ours.filter(|line| line.contains(WORD)).collect();
    assert_eq!(told, Vec::<&str>::new());
    assert!(!metrics.contains(WORD));
    assert_eq!(holding(&data, WORD), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_on_a_running_tender_is_opened_by_procurement_alone() {
    each_engine(capabilities::migrations, |bench| async move {
        let town = town(&bench, ONE).await;
        let made = identity::demo::make(&town.app.db, &town.operator(TENANT)).await.unwrap();
        let text = "Gælder kravet om ventilation også delaftale to?";
        let case = asking::send(&town, asking::enquiry(&town, "tenders", text)).await.case;
        let mut opened = Vec::new();
        for person in identity::demo::PEOPLE {
            let id = made.people[person.mailbox];
            town.set_up_second_step(TENANT, id).await;
            let own = cookie(&town.sign_in(TENANT, id).await);
            let mut sees = false;
            for path in [
                format!("/intern/henvendelser/{}", case.id),
                "/intern/indbakke".to_owned(),
                "/intern/indbakke?liste=ufordelt".to_owned(),
                "/intern/virksomheder/99000023".to_owned(),
            ] {
                let page = town.get(&path, &[("cookie", &own)]).await;
                assert!(page.status < 500, "{path}: {}", page.status);
                sees |= page.body.contains(&case.number) || page.body.contains(text);
            }
            assert_eq!(sees, person.teams.contains(&"procurement"), "{}", person.name);
            opened.extend(sees.then_some(person.name));
        }
        assert!(!opened.is_empty());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn guide_suggest_asks_the_towns_own_guide_where_a_place_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("town");
    assert!(samspil(&["migrate"], &data).output().unwrap().status.success());
    let suggest = |data: &Path| {
        let output = samspil(&["guide", "suggest", "knaldhyster", "--json"], data).output().unwrap();
        let said: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        said["topics"][0]["key"].as_str().unwrap_or_default().to_owned()
    };
    assert_eq!(suggest(&data), "other");

    let bench = Bench::open(&Target::Sqlite(data.join("samspil.db"))).await;
    let town = town(&bench, ONE).await;
    identity::demo::make(&town.app.db, &town.operator(TENANT)).await.unwrap();
    let reach = Reach { permissions: [enquiries::access::CONTENT].into(), ..Reach::default() };
    let (now, ids) = (town.app.clock.now(), town.app.ids.clone());
    let ctx = Ctx::new(TENANT, Actor::System("test"), Arc::new(reach), Language::Da, now, ids);
    let guide = town.app.kept::<GuideState>();
    let mut topic = guide.topic(TENANT, &"signage".parse().unwrap()).unwrap();
    topic.synonyms.da.push("knaldhyster".into());
    commands::edit_content(&town.app, guide, &ctx, 0, topic).await.unwrap();
    assert_eq!(suggest(&data), "signage");
}
