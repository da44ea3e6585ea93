//! What an operator sees and does at `/drift`.

use chrono::Duration;
use kernel::{Language, MessageId, Role, Visibility};
use outreach::{LegalBasis, Mailer, NewMessage};
use samspil::{background, capabilities, configuration::Configuration};
use serde::{Deserialize, Serialize};
use storage::{Job, JobState};
use testkit::{Bench, TENANT, each_engine};

use crate::{
    scene::{Answer, ONE, Town, cookie, town, town_with},
    wire::Form,
};

/// The plainest of installations: https, a proxy, a mail server, every detail of the municipality.
const TOLD: &str = r#"
base_url = "https://erhverv.example.dk"
[municipality]
code = "0165"
name = "Eksempel Kommune"
phone = "43000000"
environment_duty = "43000001"
road_duty = "43000002"
email = "erhverv@kommune.example"
dpo_email = "dpo@kommune.example"
hours_da = "Altid"
hours_en = "Always"
[proxy]
trusted = ["127.0.0.1"]
[smtp]
host = "localhost"
tls = "none"
from = "erhverv@kommune.example"
"#;

/// A kind of job that the program does not know: it dies at once.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Unknown {}

impl Job for Unknown {
    const KIND: &'static str = "sample.unknown";
}

async fn as_role(town: &Town, role: Role) -> String {
    let person = town.person(TENANT, role).await;
    cookie(&town.sign_in(TENANT, person).await)
}

async fn work(town: &Town) {
    while background::run_due(&town.app, &town.jobs).await.unwrap() > 0 {}
}

async fn mail(bench: &Bench, key: &str) -> MessageId {
    let tx = bench.tx().await;
    let new = NewMessage {
        purpose: "enquiry-receipt".parse().unwrap(),
        basis: LegalBasis::OwnRequest,
        to: "smeden@example.dk".parse().unwrap(),
        to_name: "Søren Smed".into(),
        language: Language::Da,
        subject: "Vi har fået jeres henvendelse".into(),
        text: "Vi svarer senest fredag.".into(),
        html: String::new(),
        reference: bench.id(),
        party: None,
        visibility: Visibility::Party,
        good_until: None,
        key: key.to_owned(),
    };
    let id = outreach::send(&tx, new).await.unwrap();
    tx.commit().await.unwrap();
    id
}

/// What the page says of a step of the beginning.
fn step(page: &Answer, title: &str) -> String {
    let (_, rest) = page
        .body
        .split_once(&format!("<th scope=\"row\">{title}</th>"))
        .unwrap_or_else(|| panic!("no step {title}: {}", page.text()));
    let text = rest.split_once("</tr>").unwrap().0;
    let words = text.split('<').map(|piece| piece.split_once('>').map_or(piece, |(_, words)| words));
    words.flat_map(str::split_whitespace).collect::<Vec<_>>().join(" ")
}

#[tokio::test(flavor = "multi_thread")]
async fn first_administrator_lands_where_one_begins_and_is_told_what_is_missing() {
    each_engine(capabilities::migrations, |bench| async move {
        let town = town_with(&bench, ONE, Mailer::Missing).await;
        let admin = as_role(&town, Role::Admin).await;
        let headers = [("cookie", admin.as_str())];
        assert_eq!(town.get("/intern", &headers).await.header("location"), "/drift");
        let page = town.get("/drift", &headers).await;
        for (title, words) in [
            ("Kommunens oplysninger", "municipality.phone"),
            ("Adressen", "base_url"),
            ("Mailserveren", "[smtp]"),
            ("Personer, der svarer", "Ingen kan svare"),
            ("Teams med medlemmer", "har ingen medlemmer"),
            ("Teamledere", "har ingen leder"),
            ("Erhvervsregistret", "samspil registry import"),
            ("Områderne", "samspil areas import"),
            ("Erhvervspolitikken", "samspil policy import"),
            ("Svarfristerne", "forslag"),
        ] {
            let says = step(&page, title);
            assert!(says.starts_with("Mangler") && says.contains(words), "{title}: {says}");
        }
        // Without https there is no proxy to trust.
        assert!(step(&page, "Proxyen").starts_with("På plads"), "{}", step(&page, "Proxyen"));
        let english = town.get("/drift?sprog=en", &headers).await;
        assert!(step(&english, "The mail server").starts_with("Missing"), "{}", english.text());
        let officer = as_role(&town, Role::CaseOfficer).await;
        let desk = town.get("/intern", &[("cookie", officer.as_str())]).await;
        assert_eq!(desk.header("location"), "/intern/indbakke");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_has_been_done_is_said_to_be_in_place() {
    each_engine(capabilities::migrations, |bench| async move {
        let town = town(&bench, TOLD).await;
        identity::demo::make(&town.app.db, &town.operator(TENANT)).await.unwrap();
        let admin = as_role(&town, Role::Admin).await;
        let page = town.get("/drift", &[("cookie", admin.as_str())]).await;
        for title in ["Kommunens oplysninger", "Adressen", "Proxyen", "Mailserveren", "Personer, der svarer"]
        {
            let says = step(&page, title);
            assert!(says.starts_with("På plads"), "{title}: {says}");
        }
        let https_alone = "base_url = \"https://erhverv.example.dk\"\n";
        let town = self::town(&bench, https_alone).await;
        let page = town.get("/drift", &[("cookie", admin.as_str())]).await;
        assert!(step(&page, "Proxyen").starts_with("Mangler"), "{}", step(&page, "Proxyen"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn page_says_how_many_mails_wait_for_a_mail_server_and_shows_no_mailbox() {
    each_engine(capabilities::migrations, |bench| async move {
        let town = town_with(&bench, ONE, Mailer::Missing).await;
        let admin = as_role(&town, Role::Admin).await;
        let headers = [("cookie", admin.as_str())];
        for key in ["one", "two"] {
            mail(&bench, key).await;
        }
        work(&town).await;
        let page = town.get("/drift", &headers).await;
        let waiting = outreach::delivery_counts(&bench.read()).await.unwrap()["waiting"];
        assert!(waiting >= 2);
        let says = format!("{waiting} mails venter, fordi der ikke er sat en mailserver op");
        assert!(page.text().contains(&says), "{}", page.text());
        assert!(!page.text().contains("smeden") && !page.text().contains("Vi svarer"), "{}", page.text());
        assert_eq!(town.get("/drift/post", &headers).await.status, 404);
        // Too old to be of use: failed, with the reason in words.
        bench.later(Duration::days(6));
        let tx = bench.tx().await;
        outreach::sweep_soon(&tx).await.unwrap();
        tx.commit().await.unwrap();
        work(&town).await;
        let admin = as_role_again(&town).await;
        let page = town.get("/drift", &[("cookie", admin.as_str())]).await;
        assert!(page.text().contains("Der var ingen mailserver no-mail-server"), "{}", page.text());
    })
    .await;
}

/// The administrator's session has ended meanwhile.
async fn as_role_again(town: &Town) -> String {
    let staff = capabilities::staff(&town.app, &town.operator(TENANT)).await.unwrap();
    cookie(&town.sign_in(TENANT, staff.with_role(Role::Admin)[0]).await)
}

/// Whoever may only read finds on `/drift` what went wrong, and no way to discard it; the administrator finds the way. Returns
/// the administrator's session, and what that one sees.
async fn may_discard(town: &Town, path: &str, wrong: &str) -> (String, Answer) {
    let auditor = as_role(town, Role::Auditor).await;
    let headers = [("cookie", auditor.as_str())];
    let page = town.get("/drift", &headers).await;
    assert!(page.text().contains(wrong) && !page.body.contains(path), "reads and does nothing");
    assert_eq!(town.get(path, &headers).await.status, 403);
    let admin = as_role(town, Role::Admin).await;
    let page = town.get("/drift", &[("cookie", admin.as_str())]).await;
    assert!(page.body.contains(&format!("href=\"{path}\"")), "{}", page.text());
    (admin, page)
}

#[tokio::test(flavor = "multi_thread")]
async fn dead_job_is_discarded_after_a_question_and_a_line_says_who_did_it() {
    each_engine(capabilities::migrations, |bench| async move {
        let town = town(&bench, ONE).await;
        let tx = bench.tx().await;
        tx.enqueue(&Unknown {}).await.unwrap();
        tx.commit().await.unwrap();
        work(&town).await;
        let dead = storage::jobs_in_state(&bench.read(), JobState::Dead, 10).await.unwrap();
        let [job] = dead.as_slice() else { panic!("one, not {}", dead.len()) };
        let path = format!("/drift/job/{}/kasser", job.id);

        let (admin, _) = may_discard(&town, &path, "sample.unknown").await;
        let headers = [("cookie", admin.as_str())];
        let question = town.get(&path, &headers).await;
        assert!(question.text().contains("Programmet kender ikke den slags opgave"), "{}", question.text());
        // Asking has changed nothing.
        assert_eq!(storage::jobs_in_state(&bench.read(), JobState::Dead, 10).await.unwrap().len(), 1);
        let form = Form::on(&question, &path);
        let fields = form.fields.iter().map(|(name, value)| format!("{name}={}", web::url_encode(value)));
        let sent = town.post(&path, &headers, &fields.collect::<Vec<_>>().join("&")).await;
        assert_eq!((sent.status, sent.header("location")), (303, "/drift"), "{}", sent.text());
        assert!(storage::jobs_in_state(&bench.read(), JobState::Dead, 10).await.unwrap().is_empty());
        assert_eq!(town.get(&path, &headers).await.status, 404);

        let filter = storage::LineFilter { subjects: Some(vec![job.id]), ..Default::default() };
        let lines = storage::lines(&bench.read(), &filter, 10).await.unwrap();
        let [line] = lines.as_slice() else { panic!("one line, not {}", lines.len()) };
        assert_eq!((line.capability.as_str(), line.word.as_str()), ("operations", "job_discarded"));
        assert_eq!(line.payload["kind"], "sample.unknown");
        assert_eq!(line.payload["reason"], "unknown-kind");
        assert_eq!(line.actor_kind, "staff");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn mail_that_could_not_go_is_discarded_with_a_reason_and_a_line_says_who_and_why() {
    each_engine(capabilities::migrations, |bench| async move {
        let town = town_with(&bench, ONE, Mailer::Missing).await;
        let id = mail(&bench, "one").await;
        work(&town).await;
        bench.later(Duration::days(6));
        let tx = bench.tx().await;
        outreach::sweep_soon(&tx).await.unwrap();
        tx.commit().await.unwrap();
        work(&town).await;
        let path = format!("/drift/besked/{id}/kasser");

        let (admin, page) = may_discard(&town, &path, "no-mail-server").await;
        let headers = [("cookie", admin.as_str())];
        assert!(
            page.body.contains(&format!("action=\"/drift/besked/{id}/igen\"")),
            "it can still be tried again"
        );
        let question = town.get(&path, &headers).await;
        assert!(question.text().contains("Der var ingen mailserver"), "{}", question.text());
        assert!(!question.text().contains("smeden"), "never the recipient");
        let form = Form::on(&question, &path);
        let fields = |more: &str| {
            let fields = form.fields.iter().filter(|(name, _)| *name != "reason");
            let fields = fields.map(|(name, value)| format!("{name}={}", web::url_encode(value)));
            fields.chain([more.to_owned()]).collect::<Vec<_>>().join("&")
        };
        let refused = town.post(&path, &headers, &fields("reason=")).await;
        assert_eq!(refused.status, 422);
        assert!(refused.text().contains("Vælg, hvorfor mailen ikke skal sendes"), "{}", refused.text());
        assert_eq!(outreach::failed(&bench.read(), 10).await.unwrap().len(), 1, "nothing has happened");
        let sent = town.post(&path, &headers, &fields("reason=told-otherwise")).await;
        assert_eq!((sent.status, sent.header("location")), (303, "/drift"), "{}", sent.text());
        assert!(outreach::failed(&bench.read(), 10).await.unwrap().is_empty());
        assert_eq!(town.get(&path, &headers).await.status, 404);
        let english = town.get("/drift?sprog=en", &headers).await;
        assert!(english.text().contains("Discarded 1"), "{}", english.text());

        let line =
            storage::newest_line(&bench.read(), "outreach", "message_discarded").await.unwrap().unwrap();
        assert_eq!(
            (line.payload["reason"].as_str(), line.actor_kind.as_str()),
            (Some("told-otherwise"), "staff")
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn contact_who_asked_for_a_link_gets_no_dead_one_when_the_mail_server_comes_hours_later() {
    each_engine(capabilities::migrations, |bench| async move {
        let town = town_with(&bench, ONE, Mailer::Missing).await;
        let email = "smeden@example.dk".parse().unwrap();
        let operator = town.operator(TENANT);
        identity::commands::sign_in::ask_sign_in_link(&bench.db, &operator, &town.app.keys, &email)
            .await
            .unwrap();
        work(&town).await;
        bench.later(Duration::hours(3));
        let town = town_with(&bench, ONE, Mailer::Captured).await;
        let tx = bench.tx().await;
        outreach::sweep_soon(&tx).await.unwrap();
        tx.commit().await.unwrap();
        work(&town).await;
        assert!(
            outreach::captured(&bench.read(), 10).await.unwrap().is_empty(),
            "a dead link in someone's inbox"
        );
        let admin = as_role(&town, Role::Admin).await;
        let page = town.get("/drift", &[("cookie", admin.as_str())]).await;
        assert!(page.text().contains("For gamle, ikke sendt 1"), "{}", page.text());
        assert!(!page.text().contains("Mails, som ikke kunne sendes"), "nobody need look: {}", page.text());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_whose_job_came_too_late_is_seen_among_the_mails() {
    each_engine(capabilities::migrations, |bench| async move {
        let town = town(&bench, ONE).await;
        let email = "smeden@example.dk".parse().unwrap();
        let operator = town.operator(TENANT);
        identity::commands::sign_in::ask_sign_in_link(&bench.db, &operator, &town.app.keys, &email)
            .await
            .unwrap();
        // The program was stopped in between.
        bench.later(Duration::hours(3));
        work(&town).await;
        assert_eq!(outreach::delivery_counts(&bench.read()).await.unwrap().get("expired"), Some(&1));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn mail_server_that_refuses_is_missing_and_the_page_says_when_how_often_and_why() {
    each_engine(capabilities::migrations, |bench| async move {
        // Nobody listens there.
        let nobody = TOLD.replace("host = \"localhost\"", "host = \"127.0.0.1\"\nport = 9");
        let settings = Configuration::parse(&nobody).unwrap();
        let mailer = Mailer::smtp(settings.smtp(None).unwrap()).unwrap();
        let town = town_with(&bench, TOLD, mailer).await;
        let admin = as_role(&town, Role::Admin).await;
        let headers = [("cookie", admin.as_str())];
        let before = town.get("/drift", &headers).await;
        assert!(step(&before, "Mailserveren").starts_with("På plads"), "nothing was tried yet");
        mail(&bench, "one").await;
        work(&town).await;
        let page = town.get("/drift", &headers).await;
        let says = step(&page, "Mailserveren");
        assert!(says.starts_with("Mangler") && says.contains("den seneste mail"), "{says}");
        for words in [
            "Mailserveren tager ikke imod mails fra os",
            "Mailserveren svarede ikke",
            "Senest forsøgt",
            "Næste forsøg",
        ] {
            assert!(page.text().contains(words), "{words}: {}", page.text());
        }
        let english = town.get("/drift?sprog=en", &headers).await;
        assert!(step(&english, "The mail server").starts_with("Missing"), "{}", english.text());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn import_in_which_everything_was_refused_is_shown_as_refused_beside_the_last_good_one() {
    each_engine(capabilities::migrations, |bench| async move {
        let town = town(&bench, ONE).await;
        let document = registry::town::town(7, "2026-11-23".parse().unwrap()).documents[0].clone();
        let clock: std::sync::Arc<dyn kernel::Clock> = std::sync::Arc::new(bench.clock.clone());
        for (text, source) in [(document, "good"), ("nonsense".to_owned(), "bad")] {
            bench.later(Duration::minutes(1));
            let options = registry::import::ImportOptions {
                numbers: registry::document::Numbers::Invented,
                today: bench.calendar.local_date(bench.now()),
                tenants: vec![TENANT],
                source: source.to_owned(),
            };
            let input = std::io::Cursor::new(text);
            let _ =
                registry::import::import(&bench.db, &clock, &bench.ids, input, options, &mut |_| {}).await;
        }
        let admin = as_role(&town, Role::Admin).await;
        let page = town.get("/drift", &[("cookie", admin.as_str())]).await.text();
        let (refused, good) = page.split_once("Det, der gælder").unwrap();
        assert!(refused.contains("(bad)") && refused.contains("Afvist: intet i den kunne bruges"), "{page}");
        assert!(good.contains("(good)") && good.contains("Færdig"), "{page}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn background_jobs_are_said_in_words_and_those_without_trouble_are_folded_away() {
    let messages = capabilities::messages(&capabilities::manifests()).unwrap();
    for kind in capabilities::job_handlers().iter().map(storage::JobHandler::kind) {
        let key = format!("operations-job-{}", kind.replace(['.', '_'], "-"));
        assert!(messages.has(&key), "{key}");
    }
    each_engine(capabilities::migrations, |bench| async move {
        let town = town(&bench, ONE).await;
        let admin = as_role(&town, Role::Admin).await;
        let tx = bench.tx().await;
        tx.enqueue(&Unknown {}).await.unwrap();
        tx.commit().await.unwrap();
        let page = town.get("/drift", &[("cookie", admin.as_str())]).await.text();
        assert!(page.contains("Intet er opgivet, og intet er forsinket"), "{page}");
        bench.later(Duration::minutes(30));
        let page = town.get("/drift", &[("cookie", admin.as_str())]).await.text();
        assert!(page.contains("Forsinket mere end et kvarter") && page.contains("1 opgave"), "{page}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_types_data_finds_what_is_open_and_each_file_is_there() {
    each_engine(capabilities::migrations, |bench| async move {
        let town = town(&bench, ONE).await;
        assert!(
            town.get("/", &[]).await.body.contains("href=\"/data\""),
            "the foot of every page leads there"
        );
        assert!(town.get("/politik", &[]).await.body.contains("href=\"/data\""));
        for (path, words) in [("/data", "Vilkår"), ("/data?sprog=en", "Terms")] {
            let page = town.get(path, &[]).await;
            assert_eq!(page.status, 200);
            assert!(page.text().contains(words), "{}", page.text());
            for file in ["/politik/tal.csv", "/politik/tal.json", "/data/journal?som=json", "/data/journal"] {
                assert!(page.body.contains(&format!("href=\"{file}\"")), "{file}");
            }
        }
        assert_eq!(town.get("/data/journal?som=json", &[]).await.status, 200);
    })
    .await;
}
