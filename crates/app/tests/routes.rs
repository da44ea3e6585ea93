//! Every route as everyone: what it answers is what it declares, and nothing ever breaks.

use kernel::Role;
use samspil::capabilities;
use testkit::{Bench, OTHER_TENANT, TENANT, each_engine};
use web::{Access, RouteInfo};

use crate::scene::{Answer, ONE, TWO, Town, cookie, filled, town};

/// On every answer, whatever it is.
const HEADERS: [&str; 7] = [
    "content-security-policy",
    "x-content-type-options",
    "referrer-policy",
    "cross-origin-opener-policy",
    "cross-origin-resource-policy",
    "permissions-policy",
    "x-frame-options",
];

fn check_headers(answer: &Answer, what: &str) {
    for header in HEADERS {
        assert!(!answer.header(header).is_empty(), "{what} lacks {header}");
    }
    assert!(answer.header("content-security-policy").contains("default-src 'none'"), "{what}");
}

async fn ask(town: &Town, route: &RouteInfo, headers: &[(&str, &str)]) -> Answer {
    let path = filled(route.path);
    match route.method.as_str() {
        "GET" => town.get(&path, headers).await,
        _ => town.post(&path, headers, "").await,
    }
}

fn is_turned_away(answer: &Answer) -> bool {
    answer.status == 403 || answer.header("location").starts_with("/log-ind?til=")
}

/// A refusal that a route may give to whoever may use it: its command looks closer than its permission.
fn check_allowed(route: &RouteInfo, answer: &Answer, what: &str) {
    assert!((200..500).contains(&answer.status), "{what} answered {}\n{}", answer.status, answer.body);
    assert!(!answer.header("location").starts_with("/log-ind?til="), "{what} was sent to sign in");
    // The page on which it is set up leads back to itself.
    if !route.path.starts_with("/intern/mig/kode") {
        assert_ne!(answer.header("location"), "/intern/mig/kode", "{what}: the second step is there");
    }
}

async fn walk(bench: Bench) {
    let town = town(&bench, ONE).await;
    let matrix = identity::Matrix::of(&capabilities::manifests());
    let routes = town.routes.clone();
    assert!(routes.len() > 20, "the program lost its routes");

    for route in &routes {
        let what = format!("{} {} as anyone", route.method, route.path);
        let answer = ask(&town, route, &[]).await;
        check_headers(&answer, &what);
        let may = match route.access {
            Access::Public | Access::Link => true,
            Access::SignedIn => false,
            Access::Needs(permission) => matrix.allows(Role::Anyone, permission),
        };
        if may {
            check_allowed(route, &answer, &what);
        } else {
            assert!(is_turned_away(&answer), "{what} answered {}", answer.status);
        }
        if route.access == Access::Link && route.method == "GET" {
            // Not there, or a page that says that the link is spent: which of the two, the link does not tell.
            assert!(matches!(answer.status, 404 | 422), "{what}: an unknown link answered {}", answer.status);
        }
    }

    for role in Role::ALL.iter().filter(|role| !matches!(role, Role::Anyone)) {
        let person = match role {
            Role::CompanyContact => None,
            role => Some(town.person(TENANT, *role).await),
        };
        let (mut opened, mut refused) = (0, 0);
        for route in &routes {
            // A form may end the session that it came with, so each gets its own.
            let session = match person {
                Some(person) => town.sign_in(TENANT, person).await,
                None => town.sign_in_contact(TENANT, "contact@example.dk").await,
            };
            let what = format!("{} {} as {}", route.method, route.path, role.id());
            let answer = ask(&town, route, &[("cookie", &cookie(&session))]).await;
            check_headers(&answer, &what);
            let may = match route.access {
                Access::Public | Access::Link | Access::SignedIn => true,
                // What anyone may, everyone who has signed in may as well.
                Access::Needs(needed) => matrix.permissions([*role, Role::Anyone]).contains(&needed),
            };
            if may {
                check_allowed(route, &answer, &what);
                opened += u32::from(answer.status == 200);
            } else {
                assert_eq!(answer.status, 403, "{what}");
                refused += 1;
            }
        }
        // A walk past locked doors alone, or past open ones alone, would prove nothing.
        assert!(opened >= 10 && refused >= 10, "{} opened {opened}, refused {refused}", role.id());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_route_answers_everyone_as_it_declares_and_none_breaks() {
    each_engine(capabilities::migrations, walk).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn unknown_host_belongs_to_no_municipality_and_a_session_to_one_only() {
    each_engine(capabilities::migrations, |bench| async move {
        let town = town(&bench, TWO).await;
        let admin = town.person(TENANT, Role::Admin).await;
        let session = cookie(&town.sign_in(TENANT, admin).await);
        for route in &town.routes {
            let what = format!("{} {}", route.method, route.path);
            let unknown = ask(&town, route, &[("host", "c.example.dk"), ("cookie", &session)]).await;
            assert_eq!(unknown.status, 421, "{what} of an unknown host");
            check_headers(&unknown, &what);
            let other = ask(&town, route, &[("host", "b.example.dk"), ("cookie", &session)]).await;
            assert!(other.status < 500, "{what} of another tenant answered {}", other.status);
            if !matches!(route.access, Access::Public | Access::Link) {
                let may_anyone = matches!(route.access, Access::Needs(needed)
                    if identity::Matrix::of(&capabilities::manifests()).allows(Role::Anyone, needed));
                assert!(may_anyone || is_turned_away(&other), "{what}: a session opens another tenant");
            }
        }
        let own = town.get("/drift", &[("host", "a.example.dk"), ("cookie", &session)]).await;
        assert_eq!(own.status, 200, "the session is good where it was made");
        assert_ne!(TENANT, OTHER_TENANT);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn form_from_another_site_is_refused_everywhere() {
    each_engine(capabilities::migrations, |bench| async move {
        let town = town(&bench, ONE).await;
        let admin = town.person(TENANT, Role::Admin).await;
        let session = cookie(&town.sign_in(TENANT, admin).await);
        for route in town.routes.iter().filter(|route| route.method == "POST") {
            let path = filled(route.path);
            for from in [("sec-fetch-site", "cross-site"), ("origin", "https://evil.example")] {
                let answer = town.ask("POST", &path, &[("cookie", &session), from], "a=b").await;
                assert_eq!(answer.status, 403, "POST {} with {from:?}", route.path);
            }
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn machines_are_answered_on_every_host_without_a_path_or_a_name() {
    each_engine(capabilities::migrations, |bench| async move {
        // Served by https: whoever comes without a proxy's header is this machine only where the proxy is known.
        let town = town(&bench, &format!("[proxy]\ntrusted = [\"127.0.0.1\"]\n{TWO}")).await;
        town.get("/henvendelse/secretsecretsecretsecrets1", &[("host", "a.example.dk")]).await;
        assert_eq!(town.get("/healthz", &[]).await.status, 200);
        let metrics = town.get("/metrics", &[]).await;
        check_headers(&metrics, "/metrics");
        assert!(metrics.body.contains("route=\"/henvendelse/{code}\""), "{}", metrics.body);
        assert!(!metrics.body.contains("secret"), "{}", metrics.body);
        // Nothing seals in this test, and that is no state to send people to.
        assert_eq!(town.get("/readyz", &[]).await.status, 503);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn captured_mailbox_is_there_in_the_demo_only() {
    each_engine(capabilities::migrations, |bench| async move {
        let town = town(&bench, ONE).await;
        assert_eq!(town.get("/drift/post", &[]).await.status, 404);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn journal_roots_are_public_and_hold_once_signed() {
    each_engine(capabilities::migrations, |bench| async move {
        let town = town(&bench, ONE).await;
        town.person(TENANT, Role::Admin).await;
        samspil::background::seal_now(&town.app).await.unwrap();
        let today = bench.calendar.local_date(bench.now());
        samspil::background::sign(&town.app, today).await.unwrap();
        let answer = town.get("/data/journal", &[]).await;
        let roots: serde_json::Value = serde_json::from_str(&answer.body).unwrap();
        let root = roots["roots"][0]["root"].as_str().unwrap().to_owned();
        let verified = storage::verify(&bench.read(), Some(&root)).await.unwrap();
        assert_eq!(verified.discrepancies, []);
        assert_eq!(roots["roots"][0]["day"], today.to_string());
    })
    .await;
}
