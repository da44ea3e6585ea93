//! Invitations and links to sign in: mailed, good once and for a while, and no key for whoever only opens them.

use axum::http::StatusCode;
use identity::commands;
use kernel::{Email, Role};

use crate::{
    browser::{hired, sign_in, start},
    scene::{Hall, PASSWORD, each_engine, keys},
};

#[tokio::test]
async fn an_invitation_leads_from_the_administrators_form_through_the_mail_to_the_persons_own_page() {
    each_engine(async |hall: Hall| {
        hired(&hall, "rikke", Role::Admin).await;
        let team = hall.team("roads", &[]).await.to_string();
        let server = start(&hall, false);
        let mut admin = server.browser();
        sign_in(&mut admin, "rikke").await;
        let fields = [
            ("form_key", "018f6e2a-7b1c-7def-8123-456789abcdef"),
            ("name", "Bo Kragelund"),
            ("email", "bo@example.dk"),
            ("language", "da"),
            ("roles", "case_officer"),
            ("roles", "planner"),
            ("teams", &team),
        ];
        let hired = admin.post("/drift/personer/ny", &fields).await;
        assert_eq!(hired.status, StatusCode::SEE_OTHER, "{}", hired.main());
        let again = admin.post("/drift/personer/ny", &fields).await;
        assert_eq!(again.location(), hired.location(), "sent twice is one person");
        let mut other = fields;
        (other[1].1, other[2].1) = ("Kim Holt", "kim@example.dk");
        let other = admin.post("/drift/personer/ny", &other).await;
        assert_eq!(other.status, StatusCode::UNPROCESSABLE_ENTITY, "nobody else is said to be invited");
        assert!(other.html.contains("Kim Holt") && other.says("allerede sendt"), "{}", other.text());
        server.work().await;
        let read = server.app.db.read(&hall.anyone());
        let mails = outreach::captured(&read, 10).await.unwrap();
        assert_eq!(mails.len(), 1);
        assert_eq!(mails[0].to, "bo@example.dk".parse::<Email>().unwrap());
        let link = mails[0].text.split_whitespace().find(|word| word.contains("/adgang/")).unwrap();
        assert!(mails[0].html.contains(link));
        let path = link.strip_prefix("https://samspil.example.dk").unwrap();

        let mut bo = server.browser();
        assert!(bo.get(path).await.html.contains("Velkommen"));
        let short = bo.post(path, &[("password", "kort"), ("again", "kort")]).await;
        assert_eq!(short.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(short.html.contains(r#"aria-describedby="password-hint password-error""#));
        assert_eq!(
            bo.post(path, &[("password", PASSWORD), ("again", PASSWORD)]).await.location(),
            "/log-ind"
        );
        assert!(bo.get("/log-ind").await.html.contains("Din adgangskode er gemt"));
        sign_in(&mut bo, "bo").await;
        let me = bo.get("/intern/mig").await;
        assert!(me.html.contains("Sagsbehandler") && me.html.contains("roads"));
        assert_eq!(bo.get(path).await.status, StatusCode::UNPROCESSABLE_ENTITY, "used");
        assert_eq!(bo.get("/drift/personer").await.status, StatusCode::FORBIDDEN);
    })
    .await;
}

/// The path of the link in the newest mail, when the next one has come.
async fn mailed_link(server: &testkit::Server, hall: &Hall, mails: usize) -> String {
    for _ in 0..1000 {
        // The mail is left to a task of its own.
        tokio::task::yield_now().await;
        server.work().await;
        let captured = outreach::captured(&server.app.db.read(&hall.anyone()), 10).await.unwrap();
        if captured.len() == mails {
            let mut words = captured[0].text.split_whitespace();
            let link = words.find(|word| word.contains("/adgang/")).unwrap();
            return link.strip_prefix("https://samspil.example.dk").unwrap().to_owned();
        }
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    panic!("the mail did not come");
}

async fn ask_link(browser: &mut testkit::Browser<'_>) {
    let sent = browser.post("/log-ind/link", &[("contact_email", "smeden@example.dk")]).await;
    assert!(sent.status == StatusCode::OK && sent.says("Vi har sendt et link"), "{}", sent.text());
}

#[tokio::test]
async fn a_company_that_asked_for_its_link_is_led_back_to_its_own_page_and_not_to_where_staff_sign_in() {
    each_engine(async |hall: Hall| {
        let server = start(&hall, false);
        let mut browser = server.browser();
        let sent = browser.post("/log-ind/link", &[("contact_email", "smeden@example.dk")]).await;
        assert!(sent.html.contains("href=\"/virksomhed\"") && !sent.says("log ind"), "{}", sent.text());
    })
    .await;
}

#[tokio::test]
async fn a_contact_comes_in_by_the_button_behind_the_link_and_sees_who_it_is_signed_in_as() {
    each_engine(async |hall: Hall| {
        let server = start(&hall, false);
        let mut browser = server.browser();
        let wrong = browser.post("/log-ind/link", &[("contact_email", "smeden")]).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(wrong.html.contains(r#"name="contact_email" value="smeden""#));
        ask_link(&mut browser).await;
        let path = mailed_link(&server, &hall, 1).await;
        assert!(browser.get(&path).await.says("Tryk på knappen"));
        assert_eq!(browser.post(&path, &[]).await.location(), "/virksomhed");
        let access = browser.get("/virksomhed/adgang").await;
        assert!(access.says("I er logget ind som smeden@example.dk."), "{}", access.text());
        assert!(
            access.html.contains("Logget ind som smeden@example.dk</a>"),
            "the head says it on every page"
        );
        assert_eq!(browser.get("/intern/mig").await.status, StatusCode::FORBIDDEN, "a contact is no staff");
        assert_eq!(browser.get(&path).await.location(), "/virksomhed", "the mail opened once more");
        assert_eq!(browser.post("/log-ud", &[]).await.location(), "/");
        assert!(browser.get("/virksomhed/adgang").await.location().starts_with("/log-ind?til="));
    })
    .await;
}

#[tokio::test]
async fn a_mail_scanner_that_opens_a_link_signs_nobody_in_and_leaves_it_working() {
    each_engine(async |hall: Hall| {
        let server = start(&hall, false);
        let mut browser = server.browser();
        ask_link(&mut browser).await;
        let path = mailed_link(&server, &hall, 1).await;
        let words = hall.words().await;
        for _ in 0..3 {
            let seen = server.browser().get(&path).await;
            assert_eq!(seen.status, StatusCode::OK);
            assert!(!seen.cookies().iter().any(|cookie| cookie.starts_with("samspil_session=")));
        }
        assert_eq!(hall.words().await, words, "following a link changes nothing");
        assert_eq!(browser.post(&path, &[]).await.location(), "/virksomhed");
    })
    .await;
}

#[tokio::test]
async fn a_link_that_was_used_or_is_too_old_says_so_and_offers_another() {
    each_engine(async |hall: Hall| {
        let server = start(&hall, false);
        let mut browser = server.browser();
        ask_link(&mut browser).await;
        let path = mailed_link(&server, &hall, 1).await;
        server.browser().post(&path, &[]).await;
        let used = browser.get(&path).await;
        assert_eq!(used.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(
            used.says("Linket er allerede brugt") && used.says("Linket virker kun én gang."),
            "{}",
            used.text()
        );
        assert_eq!(browser.post(&path, &[]).await.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(!used.html.contains("smeden@example.dk"), "whoever has an old link learns no address");

        let again = browser.post(&format!("{path}/nyt"), &[]).await;
        assert!(again.says("Vi har sendt et nyt link"), "{}", again.text());
        let newer = mailed_link(&server, &hall, 2).await;
        hall.bench.later(chrono::Duration::minutes(15));
        let old = browser.get(&newer).await;
        assert_eq!(old.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(
            old.says("Linket er blevet for gammelt.") && old.says("Send mig et nyt link"),
            "{}",
            old.text()
        );
        assert_eq!(browser.post(&newer, &[]).await.status, StatusCode::UNPROCESSABLE_ENTITY);

        browser.post(&format!("{newer}/nyt"), &[]).await;
        let newest = mailed_link(&server, &hall, 3).await;
        assert_eq!(browser.post(&newest, &[]).await.location(), "/virksomhed");
        let unknown = browser.post("/adgang/aaaaaaaaaaaaaaaaaaaaaaaaaa/nyt", &[]).await;
        assert!(unknown.says("Vi kender ikke linket") && unknown.html.contains(r#"href="/log-ind""#));
    })
    .await;
}

#[tokio::test]
async fn an_old_invitation_is_followed_by_a_link_to_the_same_mailbox() {
    each_engine(async |hall: Hall| {
        let bo = hall.person("bo", &[Role::CaseOfficer]).await;
        let server = start(&hall, false);
        let db = &hall.bench.db;
        commands::sign_in::invite(db, &hall.operator(), &keys(), bo).await.unwrap();
        let path = mailed_link(&server, &hall, 1).await;
        hall.bench.later(chrono::Duration::days(7));
        let mut browser = server.browser();
        assert!(browser.get(&path).await.says("Det virker i en time."));
        browser.post(&format!("{path}/nyt"), &[]).await;
        let newer = mailed_link(&server, &hall, 2).await;
        let chosen = browser.post(&newer, &[("password", PASSWORD), ("again", PASSWORD)]).await;
        assert_eq!(chosen.location(), "/log-ind");
        commands::leave(db, &hall.operator(), bo).await.unwrap();
        browser.post(&format!("{newer}/nyt"), &[]).await;
        server.work().await;
        let mails = outreach::captured(&server.app.db.read(&hall.anyone()), 10).await.unwrap();
        assert_eq!(mails.len(), 2, "whoever has left gets none");
    })
    .await;
}

#[tokio::test]
async fn a_contact_ends_its_sessions_and_nobody_elses() {
    each_engine(async |hall: Hall| {
        hired(&hall, "mette", Role::CaseOfficer).await;
        let server = start(&hall, false);
        let mut officer = server.browser();
        sign_in(&mut officer, "mette").await;
        let (mut phone, mut desk) = (server.browser(), server.browser());
        for (mails, browser) in [(1, &mut phone), (2, &mut desk)] {
            ask_link(browser).await;
            let path = mailed_link(&server, &hall, mails).await;
            browser.post(&path, &[]).await;
        }
        assert!(desk.get("/virksomhed/adgang").await.says("Log ud alle andre steder"));
        let ended = desk.post("/log-ud/andre", &[]).await;
        assert_eq!(ended.location(), "/virksomhed/adgang");
        assert!(phone.get("/virksomhed/adgang").await.location().starts_with("/log-ind"));
        assert!(desk.get("/virksomhed/adgang").await.says("Denne browser"));
        assert_eq!(officer.get("/intern/mig").await.status, StatusCode::OK);
        assert_eq!(officer.get("/virksomhed/adgang").await.location(), "/intern/mig");
    })
    .await;
}
