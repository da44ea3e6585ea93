//! How a session ends that a provider began: there, here, by itself.

use axum::{
    body::Body,
    http::{Request, StatusCode},
};
use chrono::Duration;
use serde_json::{Value, json};
use testkit::Browser;

use super::{
    Authority,
    arrivals::{named, place},
    authority::{Way, signed},
    is_in, rules, set_out, sign_in, start,
};
use crate::{
    browser,
    scene::{Hall, each_engine, migrations},
};

const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";

/// A notice that somebody is out, as the provider posts it from machine to machine.
async fn notify(browser: &mut Browser<'_>, token: &str) -> StatusCode {
    let request =
        Request::post("/log-ind/udbyder/log-ud").header("content-type", "application/x-www-form-urlencoded");
    browser.send(request, Body::from(format!("logout_token={token}"))).await.status
}

fn notice(hall: &Hall, authority: &Authority, name: &str) -> Value {
    let now = hall.bench.now().timestamp();
    json!({
        "iss": authority.issuer(), "aud": "samspil", "iat": now, "exp": now + 120, "jti": name,
        "events": { EVENT: {} }, "sub": "mette-at-the-provider",
    })
}

#[tokio::test]
async fn whoever_is_taken_out_there_is_out_here_within_minutes_of_the_next_page() {
    each_engine(async |hall: Hall| {
        let authority = Authority::start().await;
        let server = start(&hall, &authority, rules());
        let (mut desk, mut phone) = (server.browser(), server.browser());
        for browser in [&mut desk, &mut phone] {
            sign_in(&hall, &authority, browser, |_| {}).await;
        }
        authority.refuse_renewal(Some("invalid_grant"));
        hall.bench.later(Duration::minutes(4));
        assert!(is_in(&mut desk).await);
        server.work().await;
        assert!(is_in(&mut desk).await, "asked at most every five minutes");
        hall.bench.later(Duration::minutes(1));
        assert!(is_in(&mut desk).await, "the page is answered while the provider is asked");
        server.work().await;
        assert!(!is_in(&mut desk).await);
        assert!(!is_in(&mut phone).await, "every session of the account");
        assert!(hall.words().await.contains(&"session_ended_elsewhere".to_owned()));
    })
    .await;
}

#[tokio::test]
async fn a_session_that_the_provider_confirms_goes_on_with_new_groups_and_one_that_it_does_not_ends() {
    each_engine(async |hall: Hall| {
        let authority = Authority::start().await;
        let server = start(&hall, &authority, rules());
        let mut browser = server.browser();
        sign_in(&hall, &authority, &mut browser, |_| {}).await;
        let mette = named(&hall, "Mette Holm").await.unwrap();
        let way = Way(std::collections::BTreeMap::new());
        let says = |change: &dyn Fn(&mut Value)| {
            let mut claims = authority.claims(&way, hall.bench.now());
            change(&mut claims);
            authority.say_on_renewal(&signed("first", &claims));
        };
        says(&|claims| claims["groups"] = json!("g-planners"));
        for _ in 0..3 {
            hall.bench.later(Duration::minutes(5));
            assert!(is_in(&mut browser).await);
            server.work().await;
        }
        assert_eq!(place(&hall, mette).await.0, [kernel::Role::Planner]);

        // Trouble of the provider, or with our own secret, puts nobody out at once; a day at work later it does.
        authority.refuse_renewal(Some("invalid_client"));
        for _ in 0..47 {
            hall.bench.later(Duration::minutes(10));
            assert!(is_in(&mut browser).await);
            server.work().await;
        }
        hall.bench.later(Duration::minutes(11));
        assert!(!is_in(&mut browser).await);
    })
    .await;
}

#[tokio::test]
async fn whoever_is_in_no_group_any_more_or_is_somebody_else_is_out_when_the_provider_is_asked_again() {
    each_engine(async |hall: Hall| {
        let authority = Authority::start().await;
        let server = start(&hall, &authority, rules());
        let none: fn(&mut Value) = |claims| claims["groups"] = json!([]);
        let other: fn(&mut Value) = |claims| claims["sub"] = json!("somebody-else");
        let overage: fn(&mut Value) = |claims| claims["_claim_names"] = json!({ "groups": "src1" });
        for change in [none, other, overage] {
            let mut browser = server.browser();
            sign_in(&hall, &authority, &mut browser, |_| {}).await;
            let mut claims = authority.claims(&Way(std::collections::BTreeMap::new()), hall.bench.now());
            change(&mut claims);
            authority.say_on_renewal(&signed("first", &claims));
            hall.bench.later(Duration::minutes(5));
            assert!(is_in(&mut browser).await);
            server.work().await;
            assert!(!is_in(&mut browser).await, "{claims}");
        }
    })
    .await;
}

#[tokio::test]
async fn the_provider_ends_sessions_by_a_notice_that_works_once() {
    each_engine(async |hall: Hall| {
        let authority = Authority::start().await;
        let server = start(&hall, &authority, rules());
        let (mut desk, mut phone, mut machine) = (server.browser(), server.browser(), server.browser());
        sign_in(&hall, &authority, &mut desk, |claims| claims["sid"] = json!("at-the-desk")).await;
        sign_in(&hall, &authority, &mut phone, |claims| claims["sid"] = json!("on-the-phone")).await;
        let mut claims = notice(&hall, &authority, "1");
        claims["sid"] = json!("at-the-desk");
        let token = signed("first", &claims);
        assert_eq!(notify(&mut machine, &token).await, StatusCode::OK);
        assert!(!is_in(&mut desk).await);
        assert!(is_in(&mut phone).await, "the other is another sign-in");

        sign_in(&hall, &authority, &mut desk, |claims| claims["sid"] = json!("at-the-desk")).await;
        assert_eq!(notify(&mut machine, &token).await, StatusCode::BAD_REQUEST, "a second time");
        assert!(is_in(&mut desk).await);

        let all = signed("first", &notice(&hall, &authority, "2"));
        assert_eq!(notify(&mut machine, &all).await, StatusCode::OK);
        assert!(!is_in(&mut desk).await && !is_in(&mut phone).await);
    })
    .await;
}

#[tokio::test]
async fn a_notice_that_is_not_the_provider_s_for_us_ends_nothing() {
    each_engine(async |hall: Hall| {
        let authority = Authority::start().await;
        let server = start(&hall, &authority, rules());
        let (mut browser, mut machine) = (server.browser(), server.browser());
        sign_in(&hall, &authority, &mut browser, |_| {}).await;
        let wrong: [(&str, Value); 5] = [
            ("aud", json!("another-program")),
            ("iss", json!("https://login.example.com")),
            ("nonce", json!("as an ID token has one")),
            ("events", json!({})),
            ("iat", json!(hall.bench.now().timestamp() + 130)),
        ];
        let mut tokens: Vec<String> = wrong
            .into_iter()
            .map(|(claim, value)| {
                let mut claims = notice(&hall, &authority, "1");
                claims[claim] = value;
                signed("first", &claims)
            })
            .collect();
        tokens.push(signed("stranger", &notice(&hall, &authority, "1")));
        tokens.push(format!(
            "{}.",
            super::authority::unsigned(&json!({ "alg": "none" }), &notice(&hall, &authority, "1"))
        ));
        tokens.extend(["", "a", "a.b", "a.b.c"].map(str::to_owned));
        for token in tokens {
            assert_eq!(notify(&mut machine, &token).await, StatusCode::BAD_REQUEST, "{token}");
        }
        assert!(is_in(&mut browser).await);
        // A page of another site cannot post it in a browser's name either.
        let request = Request::post("/log-ind/udbyder/log-ud")
            .header("content-type", "application/x-www-form-urlencoded")
            .header("sec-fetch-site", "cross-site");
        assert_eq!(machine.send(request, Body::from("logout_token=x")).await.status, StatusCode::FORBIDDEN);
    })
    .await;
}

#[tokio::test]
async fn signing_out_here_leads_to_the_provider_to_be_out_there_as_well() {
    each_engine(async |hall: Hall| {
        browser::hired(&hall, "bo", kernel::Role::CommitteeMember).await;
        let authority = Authority::start().await;
        let server = start(&hall, &authority, rules());
        let mut browser = server.browser();
        sign_in(&hall, &authority, &mut browser, |_| {}).await;
        let out = browser.post("/log-ud", &[]).await;
        let way = super::way(&out);
        assert!(out.header("refresh").contains("/kommune/logout?"), "{}", out.header("refresh"));
        assert_eq!(way.get("post_logout_redirect_uri"), "https://samspil.example.dk/");
        assert_eq!((way.get("client_id"), way.get("id_token_hint").split('.').count()), ("samspil", 3));
        assert!(!is_in(&mut browser).await);

        let mut by_password = server.browser();
        browser::sign_in(&mut by_password, "bo").await;
        assert_eq!(by_password.post("/log-ud", &[]).await.location(), "/", "began here, ends here");
    })
    .await;
}

#[tokio::test]
async fn what_the_provider_gave_is_kept_sealed_and_gone_with_the_session() {
    each_engine(async |hall: Hall| {
        let authority = Authority::start().await;
        let server = start(&hall, &authority, rules());
        let mut browser = server.browser();
        let way = set_out(&mut browser, "").await;
        let token = signed("first", &authority.claims(&way, hall.bench.now()));
        let code = authority.grant(&way, token.clone());
        super::come_back(&mut browser, &way, &code).await;
        let secrets = [token.as_str(), "refresh-"];
        assert_eq!(hall.bench.columns_with(migrations, &secrets).await, Vec::<String>::new());
        let kept = async || hall.bench.columns_with(migrations, &[&authority.issuer()]).await;
        assert!(kept().await.contains(&"identity_provider_session.issuer".to_owned()));
        browser.post("/log-ud", &[]).await;
        assert_eq!(kept().await, ["identity_account.issuer"]);
    })
    .await;
}
