//! What has been kept long enough goes every night, once, and what is looked up about a person leaves a reason behind.

use std::sync::Arc;

use axum::http::StatusCode;
use chrono::Duration;
use kernel::{Actor, Language, Reach, Role, Visibility};
use outreach::{LegalBasis, NewMessage};
use ports::SignedIn;
use protection::{ANSWER, Night, READ, commands, store};
use storage::{LineFilter, Token};
use testkit::{Bench, Server, Sessions, each_engine};

const SUBJECT: &str = "smeden@example.dk";

struct House {
    server: Server,
    officer: Token,
    auditor: Token,
}

fn migrations() -> Vec<storage::Migration> {
    let own = (protection::manifest().migrations)();
    [storage::migrations(), ledger::migrations(), outreach::migrations(), own].concat()
}

fn house(bench: &Bench) -> House {
    let [officer, auditor] = [Token::random(&bench.ids), Token::random(&bench.ids)];
    let signed_in = |permissions: &[kernel::Permission], role| SignedIn {
        actor: Actor::Staff(bench.id()),
        name: "Dorte Databeskyttelse".into(),
        reach: Arc::new(Reach { permissions: permissions.iter().copied().collect(), ..Reach::default() }),
        roles: vec![role],
        language: Some(Language::Da),
        must_set_up_second_step: false,
        company: None,
        must_choose_company: false,
        people_version: None,
        proven_email: None,
    };
    let sessions = Sessions::default()
        .with(&officer, signed_in(&[READ, ANSWER], Role::Dpo))
        .with(&auditor, signed_in(&[READ], Role::Auditor));
    let server = Server::new(bench, &[protection::manifest()], |parts| {
        parts.ports.sessions = Arc::new(sessions);
    });
    House { server, officer, auditor }
}

async fn mail(bench: &Bench, house: &House, key: &str) {
    let tx = bench.tx().await;
    let new = NewMessage {
        purpose: "receipt".parse().unwrap(),
        basis: LegalBasis::OwnRequest,
        to: SUBJECT.parse().unwrap(),
        to_name: "Smeden".into(),
        language: Language::Da,
        subject: "Tak".into(),
        text: "Vi har fået jeres brev om hvidrose".into(),
        html: "<p>Vi har fået jeres brev om hvidrose</p>".into(),
        reference: bench.id(),
        party: None,
        visibility: Visibility::Team,
        good_until: None,
        key: key.into(),
    };
    outreach::send(&tx, new).await.unwrap();
    tx.commit().await.unwrap();
    house.server.work().await;
}

async fn night(bench: &Bench, house: &House) {
    let tx = bench.tx().await;
    tx.enqueue(&Night {}).await.unwrap();
    tx.commit().await.unwrap();
    house.server.work().await;
}

#[tokio::test]
async fn what_has_been_kept_long_enough_goes_once_at_night_and_the_report_says_how_much() {
    each_engine(migrations, |bench| async move {
        let house = house(&bench);
        mail(&bench, &house, "one").await;
        bench.later(Duration::days(75));
        let rows = commands::look_ahead(&house.server.app, &bench.ctx()).await.unwrap();
        assert_eq!((rows.len(), rows[0].now, rows[0].soon), (1, 0, 1), "it goes in fifteen days");
        bench.later(Duration::days(20));
        let day = bench.calendar.local_date(bench.now());
        bench.at(&format!("{day}T02:15"));
        night(&bench, &house).await;
        assert_eq!(store::run_of(&bench.read(), day).await.unwrap(), None, "it is not half past two");
        bench.at(&format!("{day}T04:00"));
        night(&bench, &house).await;
        night(&bench, &house).await;
        let run = store::run_of(&bench.read(), day).await.unwrap().unwrap();
        assert_eq!((run.attempts, run.failures, run.erased()), (1, 0, 1));
        assert_eq!(bench.columns_with(migrations, &["hvidrose"]).await, Vec::<String>::new());
        let filter = LineFilter { words: vec!["night_done".into()], ..LineFilter::default() };
        assert_eq!(storage::lines(&bench.read(), &filter, 10).await.unwrap().len(), 1);
        bench.seal().await;
        let page = house.server.browser().with_session(&house.auditor);
        let page = { page }.get("/intern/databeskyttelse/opbevaring").await;
        assert!(
            page.says("Modtager og tekst i mails") && page.says("1 slettet, 0 bliver"),
            "{}",
            page.text()
        );
        assert!(page.says("message.retention"), "{}", page.text());
    })
    .await;
}

#[tokio::test]
async fn what_a_night_erased_is_noted_so_that_an_older_backup_does_not_bring_it_back() {
    each_engine(migrations, |bench| async move {
        let house = house(&bench);
        mail(&bench, &house, "one").await;
        bench.later(Duration::days(95));
        commands::forget(&house.server.app, &bench.ctx()).await.unwrap();
        let folder = std::env::temp_dir().join(format!("samspil-{}", bench.id::<uuid::Uuid>()));
        storage::write_erasures(&bench.db, &folder).await.unwrap();
        let erasures = storage::read_erasures(&folder).unwrap();
        std::fs::remove_file(&folder).unwrap();
        assert!(erasures.iter().any(|one| one.table == "outreach_content"), "{erasures:?}");
    })
    .await;
}

#[tokio::test]
async fn nobody_looks_up_a_person_without_a_reason_and_every_time_is_listed() {
    each_engine(migrations, |bench| async move {
        let house = house(&bench);
        mail(&bench, &house, "one").await;
        let mut dorte = house.server.browser().with_session(&house.officer);
        let path = "/intern/databeskyttelse/anmodning";
        let form = dorte.get(path).await;
        let key = form.hidden(path, "form_key");
        let refused = dorte.post(path, &[("form_key", &key), ("email", SUBJECT)]).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.says("Vælg, hvorfor du søger."), "{}", refused.text());
        assert!(refused.html.contains(SUBJECT), "what was typed is there still");
        let asked = [("form_key", key.as_str()), ("email", SUBJECT), ("reason", "access")];
        let found = dorte.post(path, &asked).await;
        assert!(found.says("Anmodningens nummer er"), "{}", found.text());
        let zip = dorte.post(&format!("{path}/udlever"), &asked).await;
        assert_eq!(zip.header("content-type"), "application/zip");
        let slet = format!("{path}/slet");
        let unsure = dorte.post(&slet, &asked).await;
        assert!(unsure.says("Sæt hak ved, at du vil slette."), "{}", unsure.text());
        let sure = [&asked[..], &[("sure", "yes")]].concat();
        let erased = dorte.post(&slet, &sure).await;
        assert!(erased.says("Det blev slettet"), "{}", erased.text());
        assert_eq!(bench.columns_with(migrations, &["hvidrose"]).await, Vec::<String>::new());
        let list = dorte.get("/intern/databeskyttelse/adgang").await;
        for words in ["Søgte i", "Hentede", "Slettede", "Personen beder om indsigt"] {
            assert!(list.says(words), "{words}: {}", list.text());
        }
        assert!(!list.html.contains(SUBJECT), "of whom it is not said");
        let mut auditor = house.server.browser().with_session(&house.auditor);
        assert_eq!(auditor.get(path).await.status, StatusCode::FORBIDDEN);
        assert_eq!(auditor.get("/intern/databeskyttelse/adgang").await.status, StatusCode::OK);
    })
    .await;
}

#[test]
fn the_officers_pages_are_the_officers() {
    let manifest = protection::manifest();
    let may = |permission, role| {
        manifest.permissions.iter().any(|(one, roles)| *one == permission && roles.contains(&role))
    };
    assert!(may(READ, Role::Dpo) && may(ANSWER, Role::Dpo));
    assert!(!may(ANSWER, Role::Admin) && !may(READ, Role::CaseOfficer) && !may(ANSWER, Role::Auditor));
}
