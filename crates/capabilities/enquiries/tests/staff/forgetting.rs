//! What is kept for how long, and what goes when someone asks: nothing that tells of a person is left anywhere.

use axum::http::StatusCode;
use chrono::Duration;
use enquiries::{
    commands::{self, CompanyWords, NewEnquiry},
    model::{About, AboutKind, Asker, Case, CaseState, Contact, SaidOfFiling},
    personal_data, retention,
};
use kernel::{CaseId, CvrNumber};
use storage::{
    Attachment, Reader, current_tables,
    sea_orm::{ConnectionTrait, Statement},
};

use crate::town::{REGISTERED, SOLE_TRADER, Town, each_engine, migrations};

const WORDS: [&str; 6] = [
    "hvidrose",
    "Hemmelige mål på facaden",
    "Tak for hurtigt svar, Aksel",
    "Aksel Mosevang",
    "55667788",
    "plan-over-facaden.pdf",
];

/// An enquiry with everything in it that can tell of a person, answered, closed, rated and mailed about.
async fn ended(town: &Town, email: &str) -> Case {
    let ctx = town.company();
    let content = b"%PDF-1.7 hvidrose".to_vec();
    let file = town
        .app
        .attachments
        .keep(ctx.new_id(), "plan-over-facaden.pdf", "application/pdf", &content)
        .await
        .unwrap();
    let new = NewEnquiry {
        topic: "building-permit".parse().unwrap(),
        asker: Asker::Adviser {
            name: "Aksel Mosevang rådgivning".into(),
            cvr: CvrNumber::invented(3),
            on_behalf_of: "Aksel Mosevang".into(),
            client_cvr: None,
        },
        contact: Contact {
            name: "Aksel Mosevang".into(),
            email: email.parse().unwrap(),
            phone: Some("55667788".parse().unwrap()),
        },
        about: None,
        text: "Hemmelige mål på facaden: hvidrose".into(),
        language: kernel::Language::Da,
        files: vec![file],
        draft: None,
        suspicion: 0,
        form_key: ctx.new_id(),
        content: email.into(),
    };
    let sent = commands::send(&town.app, town.guide(), &ctx, new, None).await.unwrap();
    let line = town.ctx("Line Krog");
    let id = sent.case.id;
    commands::reply(
        &town.app,
        &line,
        id,
        town.case(id).await.version,
        "Hemmelige mål på facaden modtaget",
        true,
        &[],
    )
    .await
    .unwrap();
    let closing = commands::Closing {
        outcome: enquiries::model::Outcome::Answered,
        avoidable: enquiries::model::Avoidable::No,
        text: "Hemmelige mål på facaden er i orden",
        authority: None,
        forwarded_on: None,
        filing: need_not_be_filed(),
    };
    commands::close(&town.app, &line, id, town.case(id).await.version, closing).await.unwrap();
    commands::rate(&town.app, &town.company(), &sent.link, 5, "Tak for hurtigt svar, Aksel").await.unwrap();
    town.work().await;
    town.case(id).await
}

fn need_not_be_filed() -> SaidOfFiling {
    SaidOfFiling::NotFiled { because: "no-casework".parse().unwrap(), words: String::new() }
}

async fn say_not_filed(town: &Town, case: CaseId, who: &str) {
    let version = town.case(case).await.version;
    commands::file(&town.app, &town.ctx(who), case, version, &need_not_be_filed()).await.unwrap();
}

/// Every place in the database and among the files where one of these words stands.
async fn found(town: &Town, words: &[&str]) -> Vec<String> {
    let read = town.bench.read();
    let backend = read.conn().get_database_backend();
    let mut found = Vec::new();
    for table in current_tables(migrations()).into_values() {
        for column in &table.columns {
            let sql = format!("SELECT CAST(\"{}\" AS TEXT) AS word FROM \"{}\"", column.name, table.name);
            let statement = Statement::from_string(backend, sql);
            for row in read.conn().query_all_raw(statement).await.unwrap() {
                // Bytes that are no text hold no words.
                let Ok(Some(text)) = row.try_get::<Option<String>>("", "word") else { continue };
                for word in words.iter().filter(|word| text.contains(**word)) {
                    found.push(format!("{word} in {}.{}", table.name, column.name));
                }
            }
        }
    }
    let mut folders = vec![town.app.attachments.folder().to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap().flatten() {
            if entry.path().is_dir() {
                folders.push(entry.path());
                continue;
            }
            let content = std::fs::read(entry.path()).unwrap();
            let text = String::from_utf8_lossy(&content).into_owned();
            found.extend(
                words.iter().filter(|word| text.contains(**word)).map(|word| format!("{word} in a file")),
            );
        }
    }
    found
}

#[tokio::test]
async fn two_years_after_its_end_nothing_of_an_enquiry_tells_of_a_person() {
    each_engine(async |town: Town| {
        let old = ended(&town, "aksel@hvidrose.dk").await;
        assert!(!found(&town, &WORDS).await.is_empty(), "the test looks where nothing is");
        town.bench.later(Duration::days(360));
        let newer = ended(&town, "berta@hvidrose.dk").await;
        town.bench.later(Duration::days(380));
        let ctx = town.bench.ctx();
        let first = retention::forget(&town.app, &ctx).await.unwrap();
        assert_eq!((first.cases, first.texts, first.files), (1, 3, 1));
        assert!(first.mails >= 3, "{first:?}");
        let (old, newer) = (town.case(old.id).await, town.case(newer.id).await);
        assert!(old.erased_at.is_some() && newer.erased_at.is_none());
        assert_eq!(newer.contact.name, "Aksel Mosevang", "one that ended a year ago keeps its words");
        assert_eq!(
            (old.topic.as_str(), old.rating.as_ref().map(|rating| rating.score)),
            ("building-permit", Some(5))
        );
        assert!(matches!(old.state, CaseState::Closed(_)), "how it ended stays");
        let promises = ledger::of_subjects(&town.bench.read(), &[old.id.uuid()]).await.unwrap();
        assert_eq!(promises.len(), 2, "promises stay");
        assert_eq!(retention::forget(&town.app, &ctx).await.unwrap().cases, 0, "a second run finds nothing");
        town.bench.later(Duration::days(400));
        assert_eq!(retention::forget(&town.app, &town.bench.ctx()).await.unwrap().cases, 1);
        town.work().await;
        assert_eq!(found(&town, &WORDS).await, Vec::<String>::new());
        town.bench.seal().await;
        let told = storage::lines(&town.bench.read(), &storage::LineFilter::default(), 10_000).await.unwrap();
        let erased = told.iter().filter(|line| line.word == "erased");
        assert_eq!(erased.count(), 2, "the journal says that it was done");
    })
    .await;
}

#[tokio::test]
async fn an_enquiry_that_nobody_confirmed_is_forgotten_after_a_month() {
    each_engine(async |town: Town| {
        let ctx = town.company();
        let new = NewEnquiry {
            topic: "signage".parse().unwrap(),
            asker: Asker::Founder,
            contact: Contact { name: "Spam".into(), email: "spam@hvidrose.dk".parse().unwrap(), phone: None },
            about: None,
            text: "Køb billigt".into(),
            language: kernel::Language::Da,
            files: Vec::new(),
            draft: None,
            suspicion: 5,
            form_key: ctx.new_id(),
            content: String::new(),
        };
        let sent = commands::send(&town.app, town.guide(), &ctx, new, None).await.unwrap();
        town.bench.later(Duration::days(29));
        assert_eq!(retention::forget(&town.app, &town.bench.ctx()).await.unwrap().cases, 0);
        town.bench.later(Duration::days(2));
        assert_eq!(retention::forget(&town.app, &town.bench.ctx()).await.unwrap().cases, 1);
        assert_eq!(found(&town, &["hvidrose", "Køb billigt"]).await, Vec::<String>::new());
        let page = town.stranger().get(&format!("/henvendelse/{}", sent.link.as_str())).await;
        assert!(page.says("Teksten er slettet"), "{}", page.text());
    })
    .await;
}

/// A complaint about someone, taken back.
async fn complain(town: &Town, email: &str) -> Case {
    let ctx = town.company();
    let new = NewEnquiry {
        topic: "complaint-about-municipality".parse().unwrap(),
        asker: Asker::Founder,
        contact: Contact { name: "Aksel Mosevang".into(), email: email.parse().unwrap(), phone: None },
        about: Some(About { kind: AboutKind::Person, name: "Line den sure".into() }),
        text: "Hun ringede aldrig tilbage".into(),
        language: kernel::Language::Da,
        files: Vec::new(),
        draft: None,
        suspicion: 0,
        form_key: ctx.new_id(),
        content: "klage".into(),
    };
    let sent = commands::send(&town.app, town.guide(), &ctx, new, None).await.unwrap();
    commands::withdraw(&town.app, &town.company(), &sent.link).await.unwrap();
    say_not_filed(town, sent.case.id, "Sofie Lind").await;
    sent.case
}

#[tokio::test]
async fn whoever_asks_gets_everything_and_afterwards_nothing_is_left() {
    each_engine(async |town: Town| {
        let case = ended(&town, "nordvangel@example.dk").await;
        let open = town.ask("Nordvang El", "waste", "Hvornår hentes affaldet?").await.case;
        let complaint = complain(&town, "nordvangel@example.dk").await;
        let held = town.browser("nordvangel@example.dk").get("/virksomhed/oplysninger.json").await;
        assert_eq!(held.status, StatusCode::OK, "{}", held.html);
        let read: serde_json::Value = serde_json::from_str(&held.html).unwrap();
        assert_eq!(read["enquiries"].as_array().unwrap().len(), 3);
        for word in [
            "Hemmelige mål på facaden",
            "Aksel Mosevang",
            "+4555667788",
            "plan-over-facaden.pdf",
            "Line den sure",
        ] {
            assert!(held.html.contains(word), "{word} is held and not handed out");
        }
        let ctx = town.bench.ctx();
        let email = "nordvangel@example.dk".parse().unwrap();
        let done = personal_data::erase(&town.app, &ctx, &email).await.unwrap();
        assert_eq!((done.erased.cases, done.open.as_slice()), (2, &[open.number.clone()][..]));
        let words = [&WORDS[..], &["Line den sure"]].concat();
        town.work().await;
        assert_eq!(found(&town, &words).await, Vec::<String>::new(), "what has ended is gone");
        commands::withdraw(&town.app, &town.company(), &commands::link(&town.app, &open)).await.unwrap();
        say_not_filed(&town, open.id, "Ruth Arkiv").await;
        let done = personal_data::erase(&town.app, &town.bench.ctx(), &email).await.unwrap();
        assert_eq!((done.erased.cases, done.open.len()), (1, 0));
        town.work().await;
        assert_eq!(found(&town, &["nordvangel@example.dk", "Hvornår hentes"]).await, Vec::<String>::new());
        assert!(town.case(case.id).await.erased_at.is_some());
        assert_eq!(town.case(complaint.id).await.about.map(|about| about.name), Some(String::new()));
        let page = town.browser("nordvangel@example.dk").get("/virksomhed").await;
        assert!(page.says("I har ikke sendt os noget"), "{}", page.text());
    })
    .await;
}

async fn forget_drafts(town: &Town) {
    let tx = town.bench.tx().await;
    tx.enqueue(&enquiries::jobs::ForgetDrafts {}).await.unwrap();
    tx.commit().await.unwrap();
    town.work().await;
}

#[tokio::test]
async fn files_of_a_refused_form_are_gone_after_a_day() {
    each_engine(async |town: Town| {
        let ctx = town.company();
        let file = town
            .app
            .attachments
            .keep(ctx.new_id(), "kladde.pdf", "application/pdf", b"%PDF-1.7 hvidrose")
            .await;
        let draft = ctx.new_id();
        commands::keep_draft(&town.app, &ctx, draft, &[file.unwrap()]).await.unwrap();
        town.bench.later(Duration::hours(23));
        forget_drafts(&town).await;
        let there =
            Attachment::of(&town.bench.read(), commands::FILES_OF_DRAFT, &[draft.uuid()]).await.unwrap();
        assert_eq!(there.len(), 1, "a day is a day");
        town.bench.later(Duration::hours(2));
        forget_drafts(&town).await;
        assert_eq!(found(&town, &["hvidrose", "kladde.pdf"]).await, Vec::<String>::new());
    })
    .await;
}

#[tokio::test]
async fn words_of_an_erased_enquiry_do_not_come_back_by_writing() {
    each_engine(async |town: Town| {
        let case = ended(&town, "smedjen@example.dk").await;
        let email = "smedjen@example.dk".parse().unwrap();
        personal_data::erase(&town.app, &town.bench.ctx(), &email).await.unwrap();
        let words = CompanyWords {
            text: "Hallo igen".into(),
            files: Vec::new(),
            draft: None,
            form_key: town.bench.id(),
        };
        let link = commands::link(&town.app, &case);
        let refused = commands::write(&town.app, town.guide(), &town.company(), &link, words).await;
        assert!(refused.is_err(), "an erased enquiry takes no more words");
        let page = town.stranger().get(&format!("/henvendelse/{}", link.as_str())).await;
        assert!(page.says("Teksten er slettet") && !page.says("Skriv til os, og åbn"), "{}", page.text());
    })
    .await;
}

/// An enquiry by whoever has the number, taken back.
async fn ask_as(town: &Town, cvr: CvrNumber, topic: &str) -> Case {
    let ctx = town.company();
    let new = NewEnquiry {
        topic: topic.parse().unwrap(),
        asker: Asker::Company { cvr: Some(cvr), name: String::new() },
        contact: Contact { name: "Aksel".into(), email: "aksel@hvidrose.dk".parse().unwrap(), phone: None },
        about: None,
        text: "Må vi?".into(),
        language: kernel::Language::Da,
        files: Vec::new(),
        draft: None,
        suspicion: 0,
        form_key: ctx.new_id(),
        content: format!("{cvr} {topic}"),
    };
    let sent = commands::send(&town.app, town.guide(), &ctx, new, None).await.unwrap();
    commands::withdraw(&town.app, &town.company(), &sent.link).await.unwrap();
    say_not_filed(town, sent.case.id, "Ruth Arkiv").await;
    sent.case
}

#[tokio::test]
async fn a_sole_traders_number_is_nowhere_after_erasure_and_a_companys_number_stays() {
    each_engine(async |town: Town| {
        let [company, sole_trader, unknown] = [REGISTERED, SOLE_TRADER, 4_242].map(CvrNumber::invented);
        let (company, sole_trader, unknown) = (company.unwrap(), sole_trader.unwrap(), unknown.unwrap());
        for cvr in [company, sole_trader, unknown] {
            ask_as(&town, cvr, "signage").await;
        }
        town.bench.later(Duration::days(500));
        ask_as(&town, sole_trader, "waste").await;
        let numbers =
            |town| async move { found(town, &[&sole_trader.to_string(), &unknown.to_string()]).await };
        assert!(!numbers(&town).await.is_empty(), "the test looks where nothing is");
        town.bench.later(Duration::days(300));
        let forgotten = retention::forget(&town.app, &town.bench.ctx()).await.unwrap();
        assert_eq!(forgotten.cases, 3);
        let left = numbers(&town).await;
        let of_newer =
            ["enquiries_case.cvr", "ledger_party.cvr"].map(|place| format!("{sole_trader} in {place}"));
        assert!(left.len() == 2 && of_newer.iter().all(|one| left.contains(one)), "the newer case: {left:?}");

        town.bench.later(Duration::days(500));
        assert_eq!(retention::forget(&town.app, &town.bench.ctx()).await.unwrap().cases, 1);
        assert_eq!(numbers(&town).await, Vec::<String>::new());
        assert_eq!(
            found(&town, &[&company.to_string()]).await.len(),
            2,
            "the case and the party of a company"
        );
        let again = ask_as(&town, sole_trader, "signage").await;
        assert!(town.case(again.id).await.asker.cvr() == Some(sole_trader), "and it may ask again");
    })
    .await;
}
