//! What nobody may see, through the real pages.

use chrono::Duration;
use enquiries::commands::NewEnquiry;
use kernel::Role;
use samspil::capabilities;
use storage::Token;
use testkit::{TENANT, each_engine};
use web::Access;

use crate::{
    asking,
    scene::{ONE, Town, cookie, filled, town},
};

async fn send(town: &Town, email: &str, text: &str) -> Token {
    let contact = asking::aksel(email);
    asking::send(town, NewEnquiry { contact, ..asking::enquiry(town, "signage", text) }).await.link
}

async fn with_people(bench: &testkit::Bench) -> Town {
    let town = town(bench, ONE).await;
    identity::demo::make(&town.app.db, &town.operator(TENANT)).await.unwrap();
    town
}

#[tokio::test(flavor = "multi_thread")]
async fn claiming_a_cvr_gives_no_sight_of_its_cases() {
    each_engine(capabilities::migrations, |bench| async move {
        let town = with_people(&bench).await;
        let first = send(&town, "owner@example.dk", "Ejerens eget spørgsmål om facaden").await;
        let claimed = send(&town, "stranger@example.dk", "En fremmed skriver et andet nummer").await;
        let link = |token: &Token| format!("/henvendelse/{}", token.as_str());
        let own = town.get(&link(&first), &[]).await;
        assert!(own.body.contains("Ejerens eget"), "{}: the owner sees what it sent", own.status);
        let stranger = cookie(&town.sign_in_contact(TENANT, "stranger@example.dk").await);
        let pages =
            ["/virksomhed", "/", "/vejviser?q=skilt", "/intern/virksomheder/99000023", &link(&claimed)];
        for page in pages {
            let seen = town.get(page, &[("cookie", &stranger)]).await;
            assert!(seen.status < 500, "{page}: {}", seen.status);
            assert!(!seen.body.contains("Ejerens eget"), "{page} shows another contact's enquiry");
            assert!(!seen.body.contains("owner@example.dk"), "{page} shows another contact");
            assert!(!seen.body.contains(first.as_str()), "{page} gives away the link");
        }
        // Its own enquiry is there, and it is the only one: the pages were not empty for another reason.
        let own = town.get("/virksomhed", &[("cookie", &stranger)]).await;
        assert_eq!(own.status, 200);
        assert_eq!(own.body.matches("href=\"/henvendelse/").count(), 1, "{}", own.text());
        let own = town.get("/virksomhed", &[("cookie", &stranger)]).await;
        assert!(own.body.contains(claimed.as_str()), "a contact sees what it sent itself: {}", own.text());
        let held = town.get("/virksomhed/oplysninger.json", &[("cookie", &stranger)]).await;
        assert!(
            held.body.contains("En fremmed skriver") && !held.body.contains("Ejerens eget"),
            "{}",
            held.body
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn forged_link_opens_nothing_and_looks_like_any_unknown_page() {
    each_engine(capabilities::migrations, |bench| async move {
        let town = with_people(&bench).await;
        let link = send(&town, "owner@example.dk", "Må vi sætte et skilt op?").await;
        let mut forged = link.as_str().to_owned();
        let last = if forged.pop() == Some('a') { 'b' } else { 'a' };
        forged.push(last);
        let unknown = town.get(&format!("/henvendelse/{forged}"), &[]).await;
        assert_eq!(unknown.status, 404);
        for broken in ["x", "%00", "..%2f..%2fetc", "AAAAAAAAAAAAAAAAAAAAAAAAAA", &"a".repeat(5_000)] {
            assert_eq!(town.get(&format!("/henvendelse/{broken}"), &[]).await.status, 404, "{broken}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn page_with_anybodys_data_is_kept_by_nobody() {
    each_engine(capabilities::migrations, |bench| async move {
        let town = with_people(&bench).await;
        let link = send(&town, "owner@example.dk", "Må vi sætte et skilt op?").await;
        let page = town.get(&format!("/henvendelse/{}", link.as_str()), &[]).await;
        assert_eq!(page.header("cache-control"), "no-store");
        assert!(page.header("x-robots-tag").contains("noindex"));
        assert_eq!(page.header("referrer-policy"), "no-referrer");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn session_ends_by_itself_after_half_a_day_unused() {
    each_engine(capabilities::migrations, |bench| async move {
        let town = with_people(&bench).await;
        let admin = town.person(TENANT, Role::Admin).await;
        let session = cookie(&town.sign_in(TENANT, admin).await);
        assert_eq!(town.get("/drift", &[("cookie", &session)]).await.status, 200);
        bench.later(Duration::hours(13));
        assert_eq!(town.get("/drift", &[("cookie", &session)]).await.status, 303);
    })
    .await;
}

/// Every page of the staff's, as this session gets it.
async fn staff_pages(town: &Town, session: &Token) -> Vec<(&'static str, u16, String)> {
    let mut seen = Vec::new();
    for route in town.routes.iter().filter(|route| route.method == "GET") {
        let Access::Needs(_) = route.access else { continue };
        let answer = town.get(&filled(route.path), &[("cookie", &cookie(session))]).await;
        seen.push((route.path, answer.status, answer.header("location").to_owned()));
    }
    seen
}

#[tokio::test(flavor = "multi_thread")]
async fn each_role_that_sees_cases_sets_up_the_second_step_before_it_sees_one() {
    each_engine(capabilities::migrations, |bench| async move {
        let town = with_people(&bench).await;
        let matrix = identity::Matrix::of(&capabilities::manifests());
        let mut guarded = 0;
        for role in Role::ALL.iter().filter(|role| identity::model::check_role(**role).is_ok()) {
            let person = town.newcomer(TENANT, *role).await;
            let session = town.sign_in(TENANT, person).await;
            let sees_cases = matrix.guards(&matrix.permissions([*role]));
            guarded += u32::from(sees_cases);
            let own = |path: &str| path.starts_with("/intern/mig") || path.starts_with("/intern/fravaer");
            for (path, status, location) in staff_pages(&town, &session).await {
                let is_led = status == 303 && location == "/intern/mig/kode";
                if sees_cases {
                    assert!(
                        is_led || own(path) || status == 404 || status == 403,
                        "{role:?} {path}: {status}"
                    );
                } else {
                    assert!(!is_led, "{role:?} has nothing to guard, and {path} asks for a code");
                }
            }
            town.set_up_second_step(TENANT, person).await;
            let seen = staff_pages(&town, &town.sign_in(TENANT, person).await).await;
            assert!(seen.iter().all(|(_, _, location)| location != "/intern/mig/kode"), "{role:?}");
        }
        assert!(guarded >= 9, "only {guarded} roles are guarded");
        for role in [Role::CaseOfficer, Role::BusinessConsultant, Role::Manager, Role::Admin, Role::Auditor] {
            assert!(matrix.guards(&matrix.permissions([role])), "{role:?}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn password_alone_opens_nothing_but_the_second_step() {
    each_engine(capabilities::migrations, |bench| async move {
        let town = with_people(&bench).await;
        let ctx = town.operator(TENANT);
        let staff = capabilities::staff(&town.app, &ctx).await.unwrap();
        let officer = staff.with_role(Role::CaseOfficer)[0];
        let session = town.sign_in(TENANT, officer).await;
        let inbox = town.get("/intern/indbakke", &[("cookie", &cookie(&session))]).await;
        assert_eq!((inbox.status, inbox.header("location")), (303, "/intern/mig/kode"));
        let form = town.post("/intern/beskeder", &[("cookie", &cookie(&session))], "").await;
        assert_eq!(form.status, 403);
        town.set_up_second_step(TENANT, officer).await;
        let inbox = town.get("/intern/indbakke", &[("cookie", &cookie(&session))]).await;
        assert_eq!(inbox.status, 303, "what a password alone began goes no further");
        let session = town.sign_in(TENANT, officer).await;
        let inbox = town.get("/intern/indbakke", &[("cookie", &cookie(&session))]).await;
        assert_eq!(inbox.status, 200);
    })
    .await;
}
