//! Signing in by a provider of identities, through the whole server and a provider in the test's own process.

mod arrivals;
mod attacks;
pub mod authority;
mod emergency;
mod endings;

use std::{collections::BTreeMap, sync::Arc};

use axum::{
    extract::Query,
    http::{StatusCode, Uri},
};
use identity::{ProviderSettings, Providers, STAFF_SCOPES, model::StaffRules};
use kernel::Role;
use serde_json::Value;
use testkit::{Answer, Browser, Server, TENANT};

use crate::{
    browser,
    scene::{Hall, each_engine},
};
use authority::{Authority, CLIENT, SECRET, Way, signed};

/// The rules of the tests: three groups that are roles, one that is a team.
pub fn rules() -> StaffRules {
    let roles = [("g-officers", Role::CaseOfficer), ("g-planners", Role::Planner), ("g-admins", Role::Admin)];
    StaffRules {
        roles: roles.into_iter().map(|(group, role)| (group.to_owned(), [role].into())).collect(),
        teams: [("g-officers".to_owned(), ["roads".parse().unwrap()].into())].into(),
        second_step: true,
        ..StaffRules::default()
    }
}

/// The provider as an operator would configure it.
pub fn settings<R>(issuer: String, rules: R) -> ProviderSettings<R> {
    ProviderSettings {
        issuer,
        client_id: CLIENT.into(),
        client_secret: SECRET.into(),
        name: "Kommunens login".into(),
        scopes: STAFF_SCOPES.map(str::to_owned).to_vec(),
        parameters: Vec::new(),
        tells_more: false,
        rules,
    }
}

/// The program, as it is for real, with this provider.
pub fn start(hall: &Hall, authority: &Authority, rules: StaffRules) -> Server {
    let settings = settings(authority.issuer(), rules);
    browser::server(hall, hall.directory().demanding_second_step([TENANT].into()), |parts| {
        parts.kept.insert(Providers::new([(TENANT, settings)]));
    })
}

/// Presses the button. Returns where the browser is sent.
pub async fn set_out(browser: &mut Browser<'_>, back: &str) -> Way {
    let answer = browser.post("/log-ind/udbyder", &[("til", back)]).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    way(&answer)
}

pub fn way(answer: &Answer) -> Way {
    let address = answer.header("refresh").strip_prefix("0; url=").expect("the page leads on").to_owned();
    let uri: Uri = address.parse().unwrap();
    let Query(fields) = Query::<BTreeMap<String, String>>::try_from_uri(&uri).unwrap();
    Way(fields)
}

/// Comes back with a code.
pub async fn come_back(browser: &mut Browser<'_>, way: &Way, code: &str) -> Answer {
    browser.get(&format!("/log-ind/udbyder/svar?code={code}&state={}", way.get("state"))).await
}

/// The whole way, with what the provider says changed by the test.
pub async fn sign_in(
    hall: &Hall,
    authority: &Authority,
    browser: &mut Browser<'_>,
    change: impl FnOnce(&mut Value),
) -> Answer {
    let way = set_out(browser, "").await;
    let mut claims = authority.claims(&way, hall.bench.now());
    change(&mut claims);
    let code = authority.grant(&way, signed("first", &claims));
    come_back(browser, &way, &code).await
}

/// Whether the browser has signed in.
pub async fn is_in(browser: &mut Browser<'_>) -> bool {
    browser.get("/intern/mig").await.status == StatusCode::OK
}

/// Every page of it, in both languages, as they were reviewed.
#[tokio::test]
async fn the_pages_are_as_they_were_reviewed() {
    // The words are the same on every engine: once is enough.
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
    let server = start(hall, &authority, rules());
    for language in ["da", "en"] {
        let mut browser = server.browser().in_language(language);
        let wrong = [("email", "x@example.dk"), ("password", "x")];
        let pages = [
            ("sign-in", browser.get("/log-ind").await),
            ("sign-in-refused", browser.post("/log-ind", &wrong).await),
            ("go-on", browser.post("/log-ind/udbyder", &[]).await),
            ("refused", browser.get("/log-ind/udbyder/svar").await),
        ];
        for (name, answer) in pages {
            let main = answer.main();
            assert!(!main.contains(">identity-") && !main.contains("\"identity-"), "{name} in {language}");
            let filters = [(r#"http://127\.0\.0\.1:\d+[^"]*"#, "[address]")];
            insta::with_settings!({ filters => filters }, {
                insta::assert_snapshot!(format!("{name}.{language}"), main);
            });
        }
    }
}
