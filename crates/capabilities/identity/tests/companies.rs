//! Companies that come in by MitID Erhverv, through the whole server and a broker in the test's own process.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

use async_trait::async_trait;
use axum::{
    body::Body,
    http::{Request, StatusCode},
};
use chrono::Duration;
use identity::{
    CompanyProviders, ProviderSettings, commands,
    model::{Assurance, CompanyClaims, CompanyRules},
};
use kernel::{Ctx, CvrNumber, Email, PNumber};
use ports::{CompanyCard, CompanyDirectory};
use serde_json::{Value, json};
use storage::StoreError;
use testkit::{Answer, Browser, Server, TENANT};

use crate::{
    browser,
    provider::{
        authority::{Authority, Way, signed},
        settings, way,
    },
    scene::{Hall, each_engine},
};

const SMEDJEN: &str = "99000015";
const NORDVANG: &str = "99000023";

/// What a register knows: which companies have ceased.
#[derive(Clone, Default)]
struct Register(Arc<Mutex<BTreeMap<CvrNumber, CompanyCard>>>);

impl Register {
    fn note(&self, cvr: &str, name: &str, ceased: bool) {
        let cvr: CvrNumber = cvr.parse().unwrap();
        let (name, town) = (name.to_owned(), "Albertslund".to_owned());
        let card = CompanyCard { cvr, name, town, ceased, protected: false, is_person: false };
        self.0.lock().unwrap().insert(cvr, card);
    }
}

#[async_trait]
impl CompanyDirectory for Register {
    async fn companies(
        &self,
        _ctx: &Ctx,
        numbers: &[CvrNumber],
    ) -> Result<BTreeMap<CvrNumber, CompanyCard>, StoreError> {
        let known = self.0.lock().unwrap();
        Ok(numbers.iter().filter_map(|cvr| Some((*cvr, known.get(cvr)?.clone()))).collect())
    }

    async fn known_p_numbers(&self, _numbers: &[PNumber]) -> Result<Vec<PNumber>, StoreError> {
        Ok(Vec::new())
    }
}

fn rules() -> CompanyRules {
    CompanyRules {
        claims: CompanyClaims {
            cvr: "nemlogin.cvr".into(),
            company: "nemlogin.org_name".into(),
            person: "nemlogin.persistent_professional_id".into(),
            name: "nemlogin.name".into(),
            email: "nemlogin.email".into(),
            assurance: "loa".into(),
        },
        professional: [("identity_type".to_owned(), ["professional".to_owned()].into())].into(),
        assurance: Assurance::Substantial,
    }
}

fn broker(authority: &Authority) -> ProviderSettings<CompanyRules> {
    ProviderSettings {
        name: "MitID Erhverv".into(),
        scopes: vec!["nemlogin".into()],
        parameters: vec![("idp_values".into(), "mitid_erhverv".into())],
        ..settings(authority.issuer(), rules())
    }
}

fn start_with(hall: &Hall, settings: ProviderSettings<CompanyRules>, register: &Register) -> Server {
    browser::server(hall, hall.directory(), |parts| {
        parts.ports.companies = Arc::new(register.clone());
        parts.kept.insert(CompanyProviders::new([(TENANT, settings)]));
    })
}

fn start(hall: &Hall, authority: &Authority) -> Server {
    start_with(hall, broker(authority), &Register::default())
}

async fn set_out(browser: &mut Browser<'_>) -> Way {
    let answer = browser.post("/log-ind/virksomhed", &[]).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    way(&answer)
}

async fn come_back(browser: &mut Browser<'_>, way: &Way, code: &str) -> Answer {
    browser.get(&format!("/log-ind/virksomhed/svar?code={code}&state={}", way.get("state"))).await
}

/// What the broker says of Ida, who acts for Smedjen.
fn claims(hall: &Hall, authority: &Authority, way: &Way) -> Value {
    let mut claims = authority.claims(way, hall.bench.now());
    let own = json!({
        "sub": "ida-at-the-broker",
        "name": null, "email": null, "groups": null,
        "identity_type": "professional",
        "loa": "https://data.gov.dk/concept/core/nsis/Substantial",
        "nemlogin.cvr": SMEDJEN,
        "nemlogin.org_name": "Smedjen ApS",
        "nemlogin.name": "Ida Eksempel",
        "nemlogin.email": "ida@smedjen.example.dk",
        "nemlogin.persistent_professional_id": "professional-ida",
    });
    for (name, value) in own.as_object().unwrap() {
        claims[name] = value.clone();
    }
    claims
}

async fn sign_in(
    hall: &Hall,
    authority: &Authority,
    browser: &mut Browser<'_>,
    change: impl FnOnce(&mut Value),
) -> Answer {
    let way = set_out(browser).await;
    let mut claims = claims(hall, authority, &way);
    change(&mut claims);
    let code = authority.grant(&way, signed("first", &claims));
    come_back(browser, &way, &code).await
}

/// For which company the browser stands, as the top of every page shows it.
async fn stands_for(browser: &mut Browser<'_>) -> Option<String> {
    let page = browser.get("/virksomhed/adgang").await;
    (page.status == StatusCode::OK).then(|| page.text())
}

#[tokio::test]
async fn whoever_acts_for_one_company_comes_in_for_it_and_sees_it_at_the_top_of_the_page() {
    each_engine(async |hall: Hall| {
        let authority = Authority::start().await;
        let server = start(&hall, &authority);
        let mut ida = server.browser();
        let way = set_out(&mut ida).await;
        assert_eq!(way.get("idp_values"), "mitid_erhverv");
        assert_eq!(way.get("scope"), "openid nemlogin", "nothing to ask later by");
        assert_eq!(way.get("code_challenge_method"), "S256");
        let code = authority.grant(&way, signed("first", &claims(&hall, &authority, &way)));
        let answer = come_back(&mut ida, &way, &code).await;
        assert_eq!(answer.location(), "/virksomhed", "{}", answer.text());
        assert!(stands_for(&mut ida).await.unwrap().contains("Smedjen ApS (CVR 99000015)"));
        assert_eq!(ida.get("/intern/mig").await.status, StatusCode::FORBIDDEN);
        assert!(hall.words().await.contains(&"company_signed_in".to_owned()));
        hall.bench.later(Duration::hours(8));
        assert_eq!(stands_for(&mut ida).await, None, "a day at work later it is shown anew");
    })
    .await;
}

#[tokio::test]
async fn whoever_acts_for_several_says_for_which_by_a_button_in_each_session_and_may_change_it() {
    each_engine(async |hall: Hall| {
        let authority = Authority::start().await;
        let server = start(&hall, &authority);
        let both: fn(&mut Value) = |claims| {
            claims["nemlogin.cvr"] = json!([SMEDJEN, NORDVANG]);
            claims["nemlogin.org_name"] = json!(["Smedjen ApS", "Nordvang El A/S"]);
        };
        for _ in 0..2 {
            let mut ida = server.browser();
            sign_in(&hall, &authority, &mut ida, both).await;
            let top = stands_for(&mut ida).await.unwrap();
            assert!(top.contains("Ida Eksempel") && !top.contains("99000015"), "{top}");
            let choice = ida.get("/virksomhed/vaelg").await;
            assert!(choice.says("Smedjen ApS") && choice.says("Nordvang El A/S"), "{}", choice.text());
            let chosen = ida.post("/virksomhed/vaelg", &[("cvr", NORDVANG)]).await;
            assert_eq!(chosen.location(), "/virksomhed");
            assert!(stands_for(&mut ida).await.unwrap().contains("Nordvang El A/S (CVR 99000023)"));
            ida.post("/virksomhed/vaelg", &[("cvr", SMEDJEN)]).await;
            assert!(stands_for(&mut ida).await.unwrap().contains("Smedjen ApS (CVR 99000015)"));
        }
    })
    .await;
}

#[tokio::test]
async fn nobody_chooses_a_company_that_the_sign_in_did_not_bring() {
    each_engine(async |hall: Hall| {
        let authority = Authority::start().await;
        let server = start(&hall, &authority);
        let mut ida = server.browser();
        sign_in(&hall, &authority, &mut ida, |claims| claims["nemlogin.cvr"] = json!(NORDVANG)).await;
        // The same person, for another company, in a new session: the first is not in it.
        sign_in(&hall, &authority, &mut ida, |_| {}).await;
        for wrong in [NORDVANG, "12345678", ""] {
            let refused = ida.post("/virksomhed/vaelg", &[("cvr", wrong)]).await;
            assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{wrong}");
            assert!(refused.says("ikke logget ind for den virksomhed"), "{}", refused.text());
        }
        assert!(stands_for(&mut ida).await.unwrap().contains(SMEDJEN));
        let mut nobody = server.browser();
        assert_ne!(nobody.post("/virksomhed/vaelg", &[("cvr", SMEDJEN)]).await.status, StatusCode::OK);
    })
    .await;
}

#[tokio::test]
async fn a_downgraded_level_a_private_person_and_a_sign_in_without_a_company_are_refused_each_in_a_sentence()
{
    each_engine(async |hall: Hall| {
        let authority = Authority::start().await;
        let server = start(&hall, &authority);
        let low = json!("https://data.gov.dk/concept/core/nsis/Low");
        for (claim, value, told) in [
            ("loa", low, "ikke sikkert nok"),
            ("loa", json!(null), "ikke sikkert nok"),
            ("identity_type", json!("private"), "som privatperson"),
            ("nemlogin.cvr", json!("12345678"), "hvilken virksomhed"),
        ] {
            let mut ida = server.browser();
            let refused = sign_in(&hall, &authority, &mut ida, |claims| claims[claim] = value).await;
            assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{claim}");
            assert!(refused.says(told), "{claim}: {}", refused.text());
            assert_eq!(stands_for(&mut ida).await, None, "{claim}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_token_of_another_sign_in_by_a_strange_key_or_of_another_hour_is_not_believed() {
    each_engine(async |hall: Hall| {
        let authority = Authority::start().await;
        let server = start(&hall, &authority);
        let now = hall.bench.now().timestamp();
        for (claim, value, is_let_in) in [
            ("nonce", json!("of-another-sign-in"), false),
            ("aud", json!("another-program"), false),
            ("iss", json!("https://broker.example.com"), false),
            ("exp", json!(now - 130), false),
            ("iat", json!(now + 130), false),
            ("exp", json!(now - 110), true),
            ("iat", json!(now + 110), true),
        ] {
            let mut ida = server.browser();
            let answer = sign_in(&hall, &authority, &mut ida, |claims| claims[claim] = value.clone()).await;
            assert_eq!(
                answer.status == StatusCode::SEE_OTHER,
                is_let_in,
                "{claim} {value}: {}",
                answer.text()
            );
        }
        let mut ida = server.browser();
        let way = set_out(&mut ida).await;
        let code = authority.grant(&way, signed("stranger", &claims(&hall, &authority, &way)));
        assert!(come_back(&mut ida, &way, &code).await.says("kunne ikke godkendes"));
    })
    .await;
}

#[tokio::test]
async fn a_key_that_the_broker_has_changed_is_fetched_and_the_old_one_believed_no_more() {
    each_engine(async |hall: Hall| {
        let authority = Authority::start().await;
        let server = start(&hall, &authority);
        let mut ida = server.browser();
        sign_in(&hall, &authority, &mut ida, |_| {}).await;
        authority.show_only("second");
        hall.bench.later(Duration::minutes(2));
        for (key, is_let_in) in [("second", true), ("first", false)] {
            let way = set_out(&mut ida).await;
            let code = authority.grant(&way, signed(key, &claims(&hall, &authority, &way)));
            let answer = come_back(&mut ida, &way, &code).await;
            assert_eq!(answer.status == StatusCode::SEE_OTHER, is_let_in, "{key}: {}", answer.text());
        }
    })
    .await;
}

#[tokio::test]
async fn a_stolen_code_a_replayed_code_and_an_answer_after_ten_minutes_open_nothing() {
    each_engine(async |hall: Hall| {
        let authority = Authority::start().await;
        let server = start(&hall, &authority);
        let (mut ida, mut thief) = (server.browser(), server.browser());
        let way = set_out(&mut ida).await;
        let code = authority.grant(&way, signed("first", &claims(&hall, &authority, &way)));
        // In another browser, with the state or with a state of its own, whose verifier and nonce are others.
        assert!(come_back(&mut thief, &way, &code).await.says("ikke begyndt i denne browser"));
        let own = set_out(&mut thief).await;
        assert!(come_back(&mut thief, &own, &code).await.says("kunne ikke godkendes"));
        assert_eq!(stands_for(&mut thief).await, None);

        let way = set_out(&mut ida).await;
        let code = authority.grant(&way, signed("first", &claims(&hall, &authority, &way)));
        assert_eq!(come_back(&mut ida, &way, &code).await.status, StatusCode::SEE_OTHER);
        assert!(come_back(&mut ida, &way, &code).await.says("allerede brugt"));

        let way = set_out(&mut ida).await;
        let code = authority.grant(&way, signed("first", &claims(&hall, &authority, &way)));
        hall.bench.later(Duration::minutes(10));
        assert!(come_back(&mut ida, &way, &code).await.says("tog for lang tid"));
    })
    .await;
}

#[tokio::test]
async fn what_the_token_leaves_out_is_asked_for_and_never_believed_of_somebody_else_or_over_what_was_signed()
{
    each_engine(async |hall: Hall| {
        let authority = Authority::start().await;
        let settings = ProviderSettings { tells_more: true, ..broker(&authority) };
        let server = start_with(&hall, settings, &Register::default());
        let short: fn(&mut Value) = |claims| {
            claims.as_object_mut().unwrap().retain(|name, _| !name.starts_with("nemlogin"));
        };
        let mut ida = server.browser();
        authority.tell_more(json!({ "sub": "ida-at-the-broker", "nemlogin.cvr": NORDVANG, "loa": "High" }));
        assert_eq!(sign_in(&hall, &authority, &mut ida, short).await.location(), "/virksomhed");
        assert!(stands_for(&mut ida).await.unwrap().contains(NORDVANG));
        let low =
            sign_in(&hall, &authority, &mut server.browser(), |claims| claims["loa"] = json!("Low")).await;
        assert!(low.says("ikke sikkert nok"), "{}", low.text());
        authority.tell_more(json!({ "sub": "another", "nemlogin.cvr": NORDVANG }));
        let other = sign_in(&hall, &authority, &mut server.browser(), short).await;
        assert!(other.says("kunne ikke godkendes"), "{}", other.text());
    })
    .await;
}

#[tokio::test]
async fn nobody_comes_in_for_a_company_that_has_ceased_in_the_register_nor_chooses_it_later() {
    each_engine(async |hall: Hall| {
        let (authority, register) = (Authority::start().await, Register::default());
        register.note(SMEDJEN, "SMEDJEN ApS", true);
        let server = start_with(&hall, broker(&authority), &register);
        let mut ida = server.browser();
        let refused = sign_in(&hall, &authority, &mut ida, |_| {}).await;
        assert!(refused.says("ophørt ifølge CVR"), "{}", refused.text());

        register.note(SMEDJEN, "SMEDJEN ApS", false);
        register.note(NORDVANG, "NORDVANG EL A/S", false);
        let both: fn(&mut Value) = |claims| claims["nemlogin.cvr"] = json!([SMEDJEN, NORDVANG]);
        sign_in(&hall, &authority, &mut ida, both).await;
        assert!(ida.get("/virksomhed/vaelg").await.says("NORDVANG EL A/S"), "by its name in the register");
        register.note(SMEDJEN, "SMEDJEN ApS", true);
        let refused = ida.post("/virksomhed/vaelg", &[("cvr", SMEDJEN)]).await;
        assert!(refused.says("ophørt ifølge CVR"), "{}", refused.text());
    })
    .await;
}

#[tokio::test]
async fn a_cpr_number_that_the_broker_tells_is_kept_nowhere() {
    each_engine(async |hall: Hall| {
        let authority = Authority::start().await;
        let server = start(&hall, &authority);
        let mut ida = server.browser();
        sign_in(&hall, &authority, &mut ida, |claims| claims["nemlogin.cpr"] = json!("0101018999")).await;
        assert!(stands_for(&mut ida).await.unwrap().contains(SMEDJEN));
        // The token, in which it stands, is not kept to sign out by either.
        let out = ida.post("/log-ud", &[]).await;
        let there = way(&out);
        assert_eq!((there.get("id_token_hint"), there.get("client_id")), ("", "samspil"));
        let held = held(&hall).await.to_string();
        assert!(held.contains("ida@smedjen.example.dk") && !held.contains("0101018999"), "{held}");
        assert!(!held.contains("professional-ida") && !held.contains("ida-at-the-broker"), "{held}");
    })
    .await;
}

/// Everything that is held of Ida.
async fn held(hall: &Hall) -> Value {
    let server = browser::start(hall, false);
    let app = server.app;
    let email: Email = "ida@smedjen.example.dk".parse().unwrap();
    let subject = app.holders().recognise(&hall.operator(), &[email], &[]).await.unwrap();
    Value::from(app.holders().export(&hall.operator(), &subject).await.unwrap())
}

#[tokio::test]
async fn whoever_signs_out_here_is_led_out_of_the_broker_and_whoever_is_out_there_is_out_here() {
    each_engine(async |hall: Hall| {
        let authority = Authority::start().await;
        let server = start(&hall, &authority);
        let mut ida = server.browser();
        sign_in(&hall, &authority, &mut ida, |_| {}).await;
        let out = ida.post("/log-ud", &[]).await;
        assert!(way(&out).get("id_token_hint").contains('.'), "{}", out.text());
        assert_eq!(stands_for(&mut ida).await, None);

        let now = hall.bench.now().timestamp();
        for (name, own) in [("n-1", json!("sub")), ("n-2", json!("sid"))] {
            sign_in(&hall, &authority, &mut ida, |claims| {
                claims["sid"] = json!(format!("session-{name}"));
                // By the broker's own name for her, where nothing else is told.
                claims["nemlogin.persistent_professional_id"] = json!(null);
            })
            .await;
            let mut notice = json!({
                "iss": authority.issuer(), "aud": "samspil", "iat": now, "exp": now + 120, "jti": name,
                "events": { "http://schemas.openid.net/event/backchannel-logout": {} },
            });
            let which = own.as_str().unwrap();
            let session = format!("session-{name}");
            notice[which] = json!(if which == "sub" { "ida-at-the-broker" } else { session.as_str() });
            let request = Request::post("/log-ind/virksomhed/log-ud")
                .header("content-type", "application/x-www-form-urlencoded");
            let body = Body::from(format!("logout_token={}", signed("first", &notice)));
            assert_eq!(server.browser().send(request, body).await.status, StatusCode::OK);
            assert_eq!(stands_for(&mut ida).await, None, "{which}");
        }
    })
    .await;
}

#[tokio::test]
async fn whoever_came_for_a_company_is_forgotten_when_kept_long_enough_or_when_it_asks() {
    each_engine(async |hall: Hall| {
        let authority = Authority::start().await;
        let server = start(&hall, &authority);
        let mut ida = server.browser();
        sign_in(&hall, &authority, &mut ida, |_| {}).await;
        let email: Email = "ida@smedjen.example.dk".parse().unwrap();
        let holders = server.app.holders();
        let subject = holders.recognise(&hall.operator(), &[email], &[]).await.unwrap();
        holders.erase(&hall.operator(), &subject).await.unwrap();
        assert!(!held(&hall).await.to_string().contains("ida@"));
        assert_eq!(stands_for(&mut ida).await, None);

        sign_in(&hall, &authority, &mut ida, |_| {}).await;
        hall.bench.later(Duration::days(366 * 3));
        commands::forget(&hall.bench.db, &hall.operator(), server.app.rules()).await.unwrap();
        assert!(!held(&hall).await.to_string().contains("ida@"));
    })
    .await;
}

#[tokio::test]
async fn the_pages_of_companies_are_as_they_were_reviewed() {
    let done = Arc::new(std::sync::atomic::AtomicBool::new(false));
    each_engine(move |hall: Hall| {
        let first = !done.swap(true, std::sync::atomic::Ordering::Relaxed);
        async move {
            if first {
                review(&hall).await;
            }
        }
    })
    .await;
}

async fn review(hall: &Hall) {
    let authority = Authority::start().await;
    let server = start(hall, &authority);
    for language in ["da", "en"] {
        let mut ida = server.browser().in_language(language);
        let first = ida.get("/log-ind").await;
        sign_in(hall, &authority, &mut ida, |claims| {
            claims["nemlogin.cvr"] = json!([SMEDJEN, NORDVANG]);
            claims["nemlogin.org_name"] = json!(["Smedjen ApS", ""]);
        })
        .await;
        let choice = ida.get("/virksomhed/vaelg").await;
        let wrong = ida.post("/virksomhed/vaelg", &[("cvr", "1")]).await;
        ida.post("/virksomhed/vaelg", &[("cvr", SMEDJEN)]).await;
        let access = ida.get("/virksomhed/adgang").await;
        for (name, answer) in
            [("sign-in", first), ("choose", choice), ("choose-refused", wrong), ("access", access)]
        {
            let main = answer.main();
            assert!(!main.contains(">identity-") && !main.contains("\"identity-"), "{name} in {language}");
            insta::assert_snapshot!(format!("{name}.{language}"), main);
        }
    }
}
