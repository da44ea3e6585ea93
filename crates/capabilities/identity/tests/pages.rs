//! The pages, through the whole server.

mod links;
mod teams;

use axum::http::StatusCode;
use identity::{Secret, commands, demo};
use kernel::Role;
use web::Access;

use crate::{
    browser::{hired, sign_in, start},
    scene::{Hall, PASSWORD, each_engine, keys, newest_link},
};

#[tokio::test]
async fn whoever_signs_in_comes_back_to_the_page_it_asked_for() {
    each_engine(async |hall: Hall| {
        hired(&hall, "rikke", Role::Admin).await;
        let server = start(&hall, false);
        let mut browser = server.browser();
        let asked = browser.get("/drift/personer?vis=alle").await;
        assert_eq!(
            (asked.status, asked.location()),
            (StatusCode::SEE_OTHER, "/log-ind?til=/drift/personer%3Fvis%3Dalle")
        );
        let form = browser.get(asked.location()).await;
        assert!(form.html.contains(r#"name="til" value="/drift/personer?vis=alle""#), "{}", form.main());
        assert_eq!(form.header("cache-control"), "no-store");
        let fields =
            [("email", "rikke@example.dk"), ("password", PASSWORD), ("til", "/drift/personer?vis=alle")];
        let signed_in = browser.post("/log-ind", &fields).await;
        assert_eq!(signed_in.location(), "/drift/personer?vis=alle");
        let session =
            signed_in.cookies().into_iter().find(|cookie| cookie.starts_with("samspil_session=")).unwrap();
        for attribute in ["HttpOnly", "Secure", "SameSite=Lax", "Path=/"] {
            assert!(session.contains(attribute), "{session}");
        }
        assert_eq!(browser.get("/drift/personer").await.status, StatusCode::OK);
    })
    .await;
}

#[tokio::test]
async fn signing_in_never_leads_to_another_site() {
    each_engine(async |hall: Hall| {
        hired(&hall, "rikke", Role::Admin).await;
        let server = start(&hall, false);
        for elsewhere in
            ["https://example.com", "//example.com", "/\\example.com", "javascript:alert(1)", "/log-ud"]
        {
            let fields = [("email", "rikke@example.dk"), ("password", PASSWORD), ("til", elsewhere)];
            assert_eq!(server.browser().post("/log-ind", &fields).await.location(), "/intern", "{elsewhere}");
            // The limit counts tries, right or wrong.
            hall.bench.later(chrono::Duration::minutes(15));
        }
    })
    .await;
}

#[tokio::test]
async fn the_sixth_try_in_a_quarter_of_an_hour_is_refused_for_known_and_unknown_alike() {
    each_engine(async |hall: Hall| {
        hired(&hall, "mette", Role::BusinessConsultant).await;
        let server = start(&hall, false);
        let mut browser = server.browser();
        for email in ["mette@example.dk", "nobody@example.dk"] {
            for _ in 0..5 {
                let wrong =
                    browser.post("/log-ind", &[("email", email), ("password", "noget helt andet")]).await;
                assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
            }
            let right = browser.post("/log-ind", &[("email", email), ("password", PASSWORD)]).await;
            assert_eq!(right.status, StatusCode::TOO_MANY_REQUESTS);
        }
        hall.bench.later(chrono::Duration::minutes(15));
        assert_eq!(sign_in(&mut browser, "mette").await.status, StatusCode::SEE_OTHER);
    })
    .await;
}

#[tokio::test]
async fn a_form_from_another_site_signs_nobody_out() {
    each_engine(async |hall: Hall| {
        hired(&hall, "mette", Role::BusinessConsultant).await;
        let server = start(&hall, false);
        let mut browser = server.browser();
        sign_in(&mut browser, "mette").await;
        assert_eq!(browser.get("/log-ud").await.status, StatusCode::METHOD_NOT_ALLOWED);
        assert_eq!(browser.get("/intern/mig").await.status, StatusCode::OK);
        assert_eq!(browser.post("/log-ud", &[]).await.location(), "/");
        assert_eq!(browser.get("/intern/mig").await.status, StatusCode::SEE_OTHER);
    })
    .await;
}

#[tokio::test]
async fn the_desk_of_an_administrator_is_the_list_of_people_and_of_others_their_own_page() {
    each_engine(async |hall: Hall| {
        for (name, role) in [("rikke", Role::Admin), ("mette", Role::BusinessConsultant)] {
            let id = hall.person(name, &[role]).await;
            hall.with_password(id).await;
        }
        let server = start(&hall, false);
        for (name, desk) in [("rikke", "/drift/personer"), ("mette", "/intern/mig")] {
            let mut browser = server.browser();
            sign_in(&mut browser, name).await;
            assert_eq!(browser.get("/intern").await.location(), desk);
        }
    })
    .await;
}

#[tokio::test]
async fn one_click_signs_in_only_where_the_town_is_a_demo() {
    each_engine(async |hall: Hall| {
        let made = demo::make(&hall.bench.db, &hall.operator()).await.unwrap();
        let jonas = made.people["jonas.birk"].to_string();
        let real = start(&hall, false);
        assert!(!real.browser().get("/log-ind").await.html.contains("Jonas Birk"));
        assert_eq!(
            real.browser().post("/log-ind/demo", &[("person", &jonas)]).await.status,
            StatusCode::NOT_FOUND
        );

        let town = start(&hall, true);
        let mut browser = town.browser();
        assert!(browser.get("/log-ind").await.html.contains("Jonas Birk"));
        assert_eq!(browser.post("/log-ind/demo", &[("person", &jonas)]).await.location(), "/intern");
        let me = browser.get("/intern/mig").await;
        assert!(me.html.contains("jonas.birk@example.dk") && me.html.contains("Byggesagsteamet"));
        // Another click is another person, and the first session has ended.
        let rikke = made.people["rikke.thorup"].to_string();
        browser.post("/log-ind/demo", &[("person", &rikke)]).await;
        assert!(browser.get("/intern/mig").await.html.contains("rikke.thorup@example.dk"));
    })
    .await;
}

#[tokio::test]
async fn a_cookie_of_one_municipality_is_nobody_in_another() {
    each_engine(async |hall: Hall| {
        hired(&hall, "mette", Role::BusinessConsultant).await;
        let server = start(&hall, false);
        let mut browser = server.browser();
        sign_in(&mut browser, "mette").await;
        let mut browser = browser.at(testkit::OTHER_HOST);
        assert_eq!(browser.get("/intern/mig").await.status, StatusCode::SEE_OTHER);
        let mut browser = browser.at("ukendt.example.dk");
        assert_eq!(browser.get("/intern/mig").await.status, StatusCode::MISDIRECTED_REQUEST);
    })
    .await;
}

#[tokio::test]
async fn with_the_second_step_a_password_alone_opens_nothing() {
    each_engine(async |hall: Hall| {
        let mette = hired(&hall, "mette", Role::CaseOfficer).await;
        let server = start(&hall, false);
        let mut browser = server.browser();
        sign_in(&mut browser, "mette").await;
        let secret = Secret::of(&keys(), mette, 1);
        let page = browser.get("/intern/mig/kode").await;
        assert!(page.html.contains(&secret.spelled()) && page.html.contains("<svg class=\"s-qr\""));
        let wrong = browser.post("/intern/mig/kode", &[("code", "000000")]).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        let code = secret.code_at(hall.bench.now());
        let codes = browser.post("/intern/mig/kode", &[("code", &code)]).await;
        let recovery = codes.html.split_once(r#"class="s-code">"#).unwrap().1.split('<').next().unwrap();
        assert_eq!(codes.html.matches(r#"class="s-code""#).count(), 10);
        let again = browser.post("/intern/mig/kode", &[("code", &code)]).await;
        assert_eq!(again.location(), "/intern/mig/kode", "shown once");
        assert!(!browser.get("/intern/mig/kode").await.html.contains(recovery));
        browser.post("/log-ud", &[]).await;

        hall.bench.later(chrono::Duration::minutes(1));
        let half = sign_in(&mut browser, "mette").await;
        assert_eq!(half.status, StatusCode::OK);
        assert!(!half.cookies().into_iter().any(|cookie| cookie.starts_with("samspil_session=")));
        let step = half.html.split_once(r#"name="step" value=""#).unwrap().1.split('"').next().unwrap();
        let wrong = browser.post("/log-ind/kode", &[("step", step), ("code", "123456")]).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        let code = secret.code_at(hall.bench.now());
        assert_eq!(
            browser.post("/log-ind/kode", &[("step", step), ("code", &code)]).await.location(),
            "/intern"
        );
        assert!(browser.get("/intern/mig").await.says("Du har 10 reservekoder tilbage."));
        browser.post("/log-ud", &[]).await;

        // The telephone is lost: a recovery code opens, and lets one move to another.
        let half = sign_in(&mut browser, "mette").await;
        let step = half.hidden("/log-ind/kode", "step");
        let typed = recovery.to_lowercase();
        let fields = [("step", step.as_str()), ("code", typed.as_str())];
        assert_eq!(browser.post("/log-ind/kode", &fields).await.location(), "/intern");
        assert!(browser.get("/intern/mig").await.says("Du har 9 reservekoder tilbage."));
        let spent = browser.post("/intern/mig/kode/fra", &[("code", recovery)]).await;
        assert_eq!(spent.status, StatusCode::UNPROCESSABLE_ENTITY, "it was used");
        // Codes are counted for a quarter of an hour.
        hall.bench.later(chrono::Duration::minutes(15));
        let code = secret.code_at(hall.bench.now());
        let renewed = browser.post("/intern/mig/kode/nye", &[("new_code", &code)]).await;
        let other = renewed.html.split_once(r#"class="s-code">"#).unwrap().1.split('<').next().unwrap();
        let moved = browser.post("/intern/mig/kode/fra", &[("code", other)]).await;
        assert_eq!(moved.location(), "/intern/mig/kode");
        let fresh = browser.get("/intern/mig/kode").await;
        assert!(fresh.html.contains(&Secret::of(&keys(), mette, 2).spelled()), "another secret");
    })
    .await;
}

#[tokio::test]
async fn nothing_that_is_typed_becomes_markup() {
    each_engine(async |hall: Hall| {
        hired(&hall, "rikke", Role::Admin).await;
        let server = start(&hall, false);
        let mut browser = server.browser();
        let script = "<script>alert(1)</script>";
        let page =
            browser.post("/log-ind", &[("email", script), ("password", script), ("til", script)]).await;
        assert!(!page.html.contains(script));
        sign_in(&mut browser, "rikke").await;
        let fields = [("name", script), ("email", "x@example.dk"), ("language", "da")];
        let hired = browser.post("/drift/personer/ny", &fields).await;
        for path in [hired.location(), "/drift/personer"] {
            let page = browser.get(path).await;
            assert!(page.status == StatusCode::OK && !page.html.contains(script), "{path}");
        }
    })
    .await;
}

/// Every page and the mail, in both languages, as they were reviewed.
#[tokio::test]
async fn the_pages_are_as_they_were_reviewed() {
    // The words are the same on every engine: once is enough.
    let done = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(false));
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
    let made = demo::make(&hall.bench.db, &hall.operator()).await.unwrap();
    let (jonas, rikke) = (made.people["jonas.birk"], made.people["rikke.thorup"].to_string());
    let kirsten = made.people["kirsten.lindqvist"];
    let away = commands::NewAbsence {
        person: jonas,
        first_day: hall.today(),
        last_day: None,
        substitute: Some(made.people["line.sandager"]),
    };
    commands::note_absence(&hall.bench.db, &hall.operator(), away, hall.today()).await.unwrap();
    commands::leave(&hall.bench.db, &hall.operator(), made.people["erik.damsbo"]).await.unwrap();
    let server = start(hall, true);
    let invitation =
        commands::sign_in::invite(&hall.bench.db, &hall.operator(), &keys(), kirsten).await.unwrap();
    server.work().await;
    let mail = outreach::captured(&server.app.db.read(&hall.anyone()), 1).await.unwrap().remove(0);
    let mail = format!("{}\n\n{}\n{}", mail.subject, mail.text, mail.html);
    insta::assert_snapshot!("mail", mail.replace(invitation.as_str(), "[token]"));
    let invitation = format!("/adgang/{}", invitation.as_str());
    let (db, line) = (&hall.bench.db, made.people["line.sandager"]);
    let session = commands::sign_in::as_demo_person(db, &hall.operator(), line).await.unwrap();
    let code = Secret::of(&keys(), line, 1).code_at(hall.bench.now());
    let ctx = hall.ctx(&session).await;
    let kept = commands::sign_in::session_of(db, &ctx, &session).await.unwrap();
    commands::second_step::begin(db, &ctx, &keys(), &code, kept).await.unwrap();
    let mut with_code = server.browser().with_session(&session);
    let email = "smeden@example.dk".parse().unwrap();
    commands::sign_in::ask_sign_in_link(db, &hall.anyone(), &keys(), &email).await.unwrap();
    let link = newest_link(hall).await;
    let contact = commands::sign_in::by_link(db, &hall.anyone(), &link).await.unwrap();
    let mut contact = server.browser().with_session(&contact);
    let used = format!("/adgang/{}", link.as_str());
    let absence = format!("/intern/fravaer/{jonas}");
    let substitute = line.to_string();
    let planned =
        [("first_day", "2026-12-14"), ("last_day", "2026-12-18"), ("substitute", substitute.as_str())];
    let (person, team) =
        (format!("/drift/personer/{jonas}"), format!("/intern/teams/{}", made.teams["building"]));
    for language in ["da", "en"] {
        let mut anyone = server.browser().in_language(language);
        let mut admin = server.browser().in_language(language);
        admin.post("/log-ind/demo", &[("person", &rikke)]).await;
        let mut officer = server.browser().in_language(language);
        officer.post("/log-ind/demo", &[("person", &jonas.to_string())]).await;
        with_code = with_code.in_language(language);
        contact = contact.in_language(language);
        let set = format!("/sprog/{language}");
        admin.get(&set).await;
        officer.get(&set).await;
        let pages = [
            ("sign-in", anyone.get("/log-ind").await),
            (
                "sign-in-refused",
                anyone.post("/log-ind", &[("email", "x@example.dk"), ("password", "x")]).await,
            ),
            ("forgotten", anyone.get("/log-ind/glemt").await),
            ("forgotten-sent", anyone.post("/log-ind/glemt", &[("email", "x@example.dk")]).await),
            ("invitation", anyone.get(&invitation).await),
            ("link-unknown", anyone.get("/adgang/aaaaaaaaaaaaaaaaaaaaaaaaaa").await),
            ("link-used", anyone.get(&used).await),
            ("sign-in-staff", anyone.get("/log-ind?til=/intern/indbakke").await),
            ("me", officer.get("/intern/mig").await),
            ("second-step", officer.get("/intern/mig/kode").await),
            ("second-step-on", with_code.get("/intern/mig/kode").await),
            ("absence", officer.get(&absence).await),
            ("absence-planned", officer.post(&absence, &planned).await),
            ("contact", contact.get("/virksomhed/adgang").await),
            ("people", admin.get("/drift/personer").await),
            ("new-person", admin.get("/drift/personer/ny").await),
            ("new-person-refused", admin.post("/drift/personer/ny", &[("name", ""), ("email", "x")]).await),
            ("person", admin.get(&person).await),
            ("team", admin.get(&team).await),
            ("new-team", admin.get("/drift/teams/nyt").await),
        ];
        for (name, answer) in pages {
            let main = answer.main();
            // A missing message shows its key.
            assert!(!main.contains(">identity-") && !main.contains("\"identity-"), "{name} in {language}");
            // The secret follows from who it is for.
            let filters = [(r#" d="M[^"]+""#, " d=[secret]"), (r"([A-Z2-7]{4} ){7}[A-Z2-7]{4}", "[secret]")];
            insta::with_settings!({ filters => filters }, {
                insta::assert_snapshot!(format!("{name}.{language}"), main);
            });
        }
    }
}

#[tokio::test]
async fn every_page_opens_for_the_roles_that_may_and_for_nobody_else() {
    each_engine(async |hall: Hall| {
        let manifest = identity::manifest();
        let routes = (manifest.routes)();
        let matrix = identity::Matrix::of(&[identity::manifest()]);
        let server = start(&hall, true);
        let mut walked = 0;
        for role in Role::ALL.iter().filter(|role| !matches!(role, Role::Anyone | Role::CompanyContact)) {
            let person = hall.person(&role.id().replace('_', "-"), &[*role]).await.to_string();
            let mut browser = server.browser();
            browser.post("/log-ind/demo", &[("person", &person)]).await;
            for route in routes.list() {
                let Access::Needs(permission) = route.access else { continue };
                let path = route.path.replace("{id}", &person).replace("{absence}", &person);
                let answer = match route.method.as_str() {
                    "GET" => browser.get(&path).await,
                    // A person is not ended by walking past.
                    _ if matrix.allows(*role, permission) => continue,
                    _ => browser.post(&path, &[]).await,
                };
                let is_refused = answer.status == StatusCode::FORBIDDEN;
                // The page of a team asks who leads it as well; these ids are no team's.
                let is_teams = route.path.starts_with("/intern/teams/");
                assert_eq!(
                    is_refused,
                    is_teams && *role != Role::Admin || !matrix.allows(*role, permission),
                    "{role:?} {path}"
                );
                walked += 1;
            }
        }
        assert!(walked > 200, "only {walked} pages were walked to");
        let mut anyone = server.browser();
        for route in routes.list().iter().filter(|route| matches!(route.access, Access::Needs(_))) {
            let path = route.path.replace("{id}", "x").replace("{absence}", "x");
            if route.method == "GET" {
                assert!(anyone.get(&path).await.location().starts_with("/log-ind?til="), "{path}");
            } else {
                assert_eq!(anyone.post(&path, &[]).await.status, StatusCode::FORBIDDEN, "{path}");
            }
        }
    })
    .await;
}
