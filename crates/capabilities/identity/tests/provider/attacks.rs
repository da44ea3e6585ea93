//! What somebody may try who is not the one that the provider let in.

use axum::http::StatusCode;
use chrono::Duration;
use data_encoding::BASE64URL_NOPAD;
use ring::hmac;
use serde_json::{Value, json};

use super::{
    Authority,
    authority::{SECRET, Way, signed, unsigned},
    come_back, is_in, rules, set_out, sign_in, start,
};
use crate::scene::{Hall, each_engine};

/// Makes a token of claims.
type Make = fn(Value) -> String;

const NOT_BELIEVED: &str = "kunne ikke godkendes";
const SPENT: &str = "blev ikke begyndt i denne browser";

/// Comes back with a token that the test has made.
async fn try_token(
    hall: &Hall,
    authority: &Authority,
    make: impl FnOnce(Value) -> String,
) -> (StatusCode, String) {
    let server = start(hall, authority, rules());
    let mut browser = server.browser();
    let way = set_out(&mut browser, "").await;
    let token = make(authority.claims(&way, hall.bench.now()));
    let code = authority.grant(&way, token);
    let answer = come_back(&mut browser, &way, &code).await;
    assert_eq!(is_in(&mut browser).await, answer.status == StatusCode::SEE_OTHER);
    (answer.status, answer.text())
}

#[tokio::test]
async fn a_token_that_is_not_this_sign_in_s_is_not_believed() {
    each_engine(async |hall: Hall| {
        let authority = Authority::start().await;
        let wrong: [(&str, Value); 7] = [
            ("nonce", json!("of-another-sign-in")),
            ("nonce", json!(null)),
            ("iss", json!("https://login.example.com/kommune")),
            ("aud", json!("another-program")),
            ("aud", json!(["samspil", "another-program"])),
            ("azp", json!("another-program")),
            ("sub", json!(null)),
        ];
        for (claim, value) in wrong {
            let told = format!("{claim} {value}");
            let (status, text) = try_token(&hall, &authority, |mut claims| {
                claims[claim] = value;
                signed("first", &claims)
            })
            .await;
            assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{told}");
            assert!(text.contains(NOT_BELIEVED), "{told}: {text}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_token_that_nobody_or_anybody_could_have_signed_is_not_believed() {
    each_engine(async |hall: Hall| {
        let authority = Authority::start().await;
        let unsigned_token: Make = |claims| format!("{}.", unsigned(&json!({ "alg": "none" }), &claims));
        let shared: Make = |claims| {
            let text = unsigned(&json!({ "alg": "HS256", "typ": "JWT" }), &claims);
            let key = hmac::Key::new(hmac::HMAC_SHA256, SECRET.as_bytes());
            format!("{text}.{}", BASE64URL_NOPAD.encode(hmac::sign(&key, text.as_bytes()).as_ref()))
        };
        let other_key: Make = |claims| {
            let token = signed("stranger", &claims);
            let (_, signature) = token.rsplit_once('.').unwrap();
            let text = unsigned(&json!({ "alg": "EdDSA", "kid": "first", "typ": "JWT" }), &claims);
            format!("{text}.{signature}")
        };
        let changed: Make = |mut claims| {
            let token = signed("first", &claims);
            claims["groups"] = json!(["g-admins"]);
            let (_, signature) = token.rsplit_once('.').unwrap();
            let text = unsigned(&json!({ "alg": "EdDSA", "kid": "first", "typ": "JWT" }), &claims);
            format!("{text}.{signature}")
        };
        for (what, make) in [
            ("alg none", unsigned_token),
            ("the client's own secret", shared),
            ("a stranger's key", other_key),
            ("changed after signing", changed),
        ] {
            let (status, text) = try_token(&hall, &authority, make).await;
            assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{what}");
            assert!(text.contains(NOT_BELIEVED), "{what}: {text}");
        }
    })
    .await;
}

#[tokio::test]
async fn clocks_may_differ_by_two_minutes_and_no_more() {
    each_engine(async |hall: Hall| {
        let authority = Authority::start().await;
        let now = hall.bench.now().timestamp();
        for (claim, at, is_let_in) in [
            ("exp", now - 110, true),
            ("exp", now - 130, false),
            ("iat", now + 110, true),
            ("iat", now + 130, false),
            ("nbf", now + 110, true),
            ("nbf", now + 130, false),
        ] {
            let (status, _) = try_token(&hall, &authority, |mut claims| {
                claims[claim] = json!(at);
                signed("first", &claims)
            })
            .await;
            assert_eq!(status == StatusCode::SEE_OTHER, is_let_in, "{claim} {}", at - now);
        }
    })
    .await;
}

#[tokio::test]
async fn what_comes_back_is_good_once_for_ten_minutes_and_in_the_browser_that_set_out() {
    each_engine(async |hall: Hall| {
        let authority = Authority::start().await;
        let server = start(&hall, &authority, rules());
        let grant =
            |way: &Way| authority.grant(way, signed("first", &authority.claims(way, hall.bench.now())));
        let spent = async |answer: testkit::Answer, what: &str| {
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{what}");
            assert!(answer.says(SPENT), "{what}: {}", answer.text());
        };

        let mut mette = server.browser();
        let way = set_out(&mut mette, "").await;
        let code = grant(&way);
        // Whoever has read the address has not the browser.
        let mut thief = server.browser();
        spent(come_back(&mut thief, &way, &code).await, "a browser that never set out").await;
        set_out(&mut thief, "").await;
        spent(come_back(&mut thief, &way, &code).await, "a browser that set out by itself").await;
        assert!(!is_in(&mut thief).await);
        // And has not spoilt it for whoever set out.
        let mut copy = mette.clone();
        assert_eq!(come_back(&mut mette, &way, &code).await.status, StatusCode::SEE_OTHER);
        spent(come_back(&mut copy, &way, &code).await, "a second time in the same browser").await;
        assert!(!is_in(&mut copy).await);

        let mut late = server.browser();
        let way = set_out(&mut late, "").await;
        hall.bench.later(Duration::minutes(10));
        spent(come_back(&mut late, &way, &grant(&way)).await, "after ten minutes").await;

        for state in ["", "aaaaaaaaaaaaaaaaaaaaaaaaaa", "x"] {
            let mut browser = server.browser();
            set_out(&mut browser, "").await;
            let answer = browser.get(&format!("/log-ind/udbyder/svar?code=code-1&state={state}")).await;
            spent(answer, "a state that was never given").await;
        }
        spent(server.browser().get("/log-ind/udbyder/svar").await, "nothing at all").await;
    })
    .await;
}

#[tokio::test]
async fn a_stolen_code_opens_nothing_in_a_sign_in_of_the_thief_s_own() {
    each_engine(async |hall: Hall| {
        let authority = Authority::start().await;
        let server = start(&hall, &authority, rules());
        let (mut mette, mut thief) = (server.browser(), server.browser());
        let way = set_out(&mut mette, "").await;
        let code = authority.grant(&way, signed("first", &authority.claims(&way, hall.bench.now())));
        let own = set_out(&mut thief, "").await;
        let answer = come_back(&mut thief, &own, &code).await;
        assert!(answer.says(NOT_BELIEVED), "{}", answer.text());
        assert!(!is_in(&mut thief).await);
        assert_ne!(way.get("code_challenge"), own.get("code_challenge"));
        assert_ne!(way.get("nonce"), own.get("nonce"));
    })
    .await;
}

#[tokio::test]
async fn nothing_that_is_stored_redeems_a_code() {
    each_engine(async |hall: Hall| {
        let authority = Authority::start().await;
        let server = start(&hall, &authority, rules());
        let mut browser = server.browser();
        let way = set_out(&mut browser, "").await;
        let secrets = [way.get("state"), way.get("nonce"), way.get("code_challenge")];
        assert_eq!(hall.bench.columns_with(crate::scene::migrations, &secrets).await, Vec::<String>::new());
        let code = authority.grant(&way, signed("first", &authority.claims(&way, hall.bench.now())));
        come_back(&mut browser, &way, &code).await;
        let redeemed = authority.last_redeemed();
        assert!(redeemed["code_verifier"].len() >= 43, "RFC 7636 4.1");
        assert!(!redeemed.contains_key("client_secret"), "it is shown in the header alone");
    })
    .await;
}

#[tokio::test]
async fn a_new_key_of_the_provider_is_fetched_when_it_is_first_used_and_at_most_once_a_minute() {
    each_engine(async |hall: Hall| {
        let authority = Authority::start().await;
        let server = start(&hall, &authority, rules());
        let with_key = async |name: &str| {
            let mut browser = server.browser();
            let way = set_out(&mut browser, "").await;
            let code = authority.grant(&way, signed(name, &authority.claims(&way, hall.bench.now())));
            come_back(&mut browser, &way, &code).await.status
        };
        assert_eq!(with_key("first").await, StatusCode::SEE_OTHER);
        assert_eq!(authority.keys_asked(), 1);
        authority.show_only("second");
        assert_eq!(with_key("second").await, StatusCode::UNPROCESSABLE_ENTITY, "asked a moment ago");
        hall.bench.later(Duration::minutes(1));
        assert_eq!(with_key("second").await, StatusCode::SEE_OTHER);
        assert_eq!(authority.keys_asked(), 2);
        assert_eq!(with_key("first").await, StatusCode::UNPROCESSABLE_ENTITY, "the old key is gone");
        for _ in 0..3 {
            assert_eq!(with_key("third").await, StatusCode::UNPROCESSABLE_ENTITY);
        }
        assert_eq!(authority.keys_asked(), 2, "whoever makes up names of keys makes us ask no more");
    })
    .await;
}

#[tokio::test]
async fn a_no_of_the_provider_and_an_answer_of_another_provider_are_told_as_such() {
    each_engine(async |hall: Hall| {
        let authority = Authority::start().await;
        let server = start(&hall, &authority, rules());
        let mut browser = server.browser();
        let way = set_out(&mut browser, "").await;
        let path = format!("/log-ind/udbyder/svar?error=access_denied&state={}", way.get("state"));
        assert!(browser.get(&path).await.says("lukkede dig ikke ind"));
        let way = set_out(&mut browser, "").await;
        let code = authority.grant(&way, signed("first", &authority.claims(&way, hall.bench.now())));
        let path =
            format!("/log-ind/udbyder/svar?code={code}&iss=https://x.example&state={}", way.get("state"));
        assert!(browser.get(&path).await.says("lukkede dig ikke ind"));
        assert!(!is_in(&mut browser).await);
    })
    .await;
}

#[tokio::test]
async fn signing_in_by_the_provider_never_leads_to_another_site() {
    each_engine(async |hall: Hall| {
        let authority = Authority::start().await;
        let server = start(&hall, &authority, rules());
        for elsewhere in ["https://example.com", "//example.com", "/\\example.com", "/log-ud"] {
            let mut browser = server.browser();
            let way = set_out(&mut browser, elsewhere).await;
            let code = authority.grant(&way, signed("first", &authority.claims(&way, hall.bench.now())));
            assert_eq!(come_back(&mut browser, &way, &code).await.location(), "/intern", "{elsewhere}");
        }
        let mut browser = server.browser();
        sign_in(&hall, &authority, &mut browser, |_| {}).await;
        assert_eq!(
            browser.get("/log-ind/udbyder").await.status,
            StatusCode::METHOD_NOT_ALLOWED,
            "a form alone begins"
        );
    })
    .await;
}

#[tokio::test]
async fn the_operator_is_told_whether_the_provider_is_the_one_that_was_meant() {
    each_engine(async |hall: Hall| {
        let authority = Authority::start().await;
        let check = async |issuer: String| {
            let provider = std::sync::Arc::new(identity::Provider::new(super::settings(issuer, rules())));
            provider.check(hall.bench.now()).await.map_err(|error| error.to_string())
        };
        assert_eq!(check(authority.issuer()).await, Ok(()));
        let other = check(format!("{}/", authority.issuer())).await.unwrap_err();
        assert!(other.contains("issuer"), "{other}");
        let nowhere = check(Authority::nowhere().issuer()).await.unwrap_err();
        assert!(nowhere.contains("does not answer"), "{nowhere}");
    })
    .await;
}
