//! Passwords where people come in by a provider: for emergencies, seen by everybody who should.

use axum::http::StatusCode;
use identity::{Secret, commands};
use kernel::Role;

use super::{Authority, is_in, rules, start};
use crate::{
    browser::{hired, sign_in},
    scene::{Hall, each_engine, keys},
};

#[tokio::test]
async fn each_use_of_a_password_stands_in_the_journal_and_is_mailed_to_the_administrators() {
    each_engine(async |hall: Hall| {
        hall.person("rikke", &[Role::Admin]).await;
        hall.person("gone", &[Role::Admin]).await;
        let gone = hall.person("last", &[Role::Admin]).await;
        commands::leave(&hall.bench.db, &hall.operator(), gone).await.unwrap();
        hired(&hall, "mette", Role::CommitteeMember).await;
        let authority = Authority::start().await;
        let server = start(&hall, &authority, rules());
        let mut browser = server.browser();
        let entrance = browser.get("/log-ind").await;
        let (_, emergency) =
            entrance.html.split_once("<details").expect("it stands behind a door of its own");
        assert!(emergency.contains("action=\"/log-ind\""), "{emergency}");
        let wrong = [("email", "mette@example.dk"), ("password", "noget helt andet")];
        let refused = browser.post("/log-ind", &wrong).await;
        assert!(refused.html.contains("<details class=\"mt-5\" open>"), "what was wrong can be seen");
        server.work().await;
        assert_eq!(outreach::captured(&hall.bench.read(), 10).await.unwrap().len(), 0, "nobody got in");

        sign_in(&mut browser, "mette").await;
        assert!(is_in(&mut browser).await);
        let used =
            async || hall.words().await.iter().filter(|word| *word == "emergency_password_used").count();
        assert_eq!(used().await, 1);
        server.work().await;
        let mails = outreach::captured(&hall.bench.read(), 10).await.unwrap();
        let mut to: Vec<String> = mails.iter().map(|mail| mail.to.to_string()).collect();
        to.sort();
        assert_eq!(to, ["gone@example.dk", "rikke@example.dk"]);
        assert!(mails[0].subject.contains("mette brugte nødadgangen"), "{}", mails[0].subject);
        assert!(mails[0].text.contains("09.00 i stedet for"), "{}", mails[0].text);
        sign_in(&mut server.browser(), "mette").await;
        assert_eq!(used().await, 2, "each use");
    })
    .await;
}

#[tokio::test]
async fn a_password_with_a_code_is_told_when_the_code_has_let_somebody_in() {
    each_engine(async |hall: Hall| {
        let rikke = hired(&hall, "rikke", Role::Admin).await;
        let authority = Authority::start().await;
        let server = start(&hall, &authority, rules());
        let mut browser = server.browser();
        sign_in(&mut browser, "rikke").await;
        let code = Secret::of(&keys(), rikke, 1).code_at(hall.bench.now());
        browser.post("/intern/mig/kode", &[("code", &code)]).await;
        let used =
            async || hall.words().await.iter().filter(|word| *word == "emergency_password_used").count();
        assert_eq!(used().await, 1);
        hall.bench.later(chrono::Duration::minutes(1));
        let mut again = server.browser();
        let asked = sign_in(&mut again, "rikke").await;
        assert_eq!(used().await, 1, "not in yet");
        let step = asked.hidden("/log-ind/kode", "step");
        let code = Secret::of(&keys(), rikke, 1).code_at(hall.bench.now());
        again.post("/log-ind/kode", &[("step", &step), ("code", &code)]).await;
        assert_eq!(used().await, 2);
        assert_eq!(again.get("/drift/personer").await.status, StatusCode::OK);
    })
    .await;
}

#[tokio::test]
async fn nobody_gets_a_password_by_mail_who_has_none() {
    each_engine(async |hall: Hall| {
        hall.person("bo", &[Role::CommitteeMember]).await;
        hired(&hall, "mette", Role::CommitteeMember).await;
        let authority = Authority::start().await;
        let server = start(&hall, &authority, rules());
        for name in ["bo", "mette"] {
            let email = format!("{name}@example.dk");
            server.browser().post("/log-ind/glemt", &[("email", &email)]).await;
        }
        // The links are made in the background, in the order in which they were asked for.
        let mut mails = Vec::new();
        for _ in 0..200 {
            server.work().await;
            mails = outreach::captured(&hall.bench.read(), 10).await.unwrap();
            if !mails.is_empty() {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
        let to: Vec<String> = mails.iter().map(|mail| mail.to.to_string()).collect();
        assert_eq!(to, ["mette@example.dk"]);
    })
    .await;
}
