//! The pages, through the whole server.

use axum::http::StatusCode;
use identity::{Secret, commands, demo};
use kernel::{Email, Role};
use web::Access;

use crate::{
    browser::Server,
    scene::{Hall, PASSWORD, each_engine, keys},
};

#[tokio::test]
async fn whoever_signs_in_comes_back_to_the_page_it_asked_for() {
    each_engine(async |hall: Hall| {
        let rikke = hall.person("rikke", &[Role::Admin]).await;
        hall.with_password(rikke).await;
        let server = Server::of(&hall, false);
        let mut browser = server.browser();
        let asked = browser.get("/drift/personer?vis=alle").await;
        assert_eq!(
            (asked.status, asked.location.as_str()),
            (StatusCode::SEE_OTHER, "/log-ind?til=/drift/personer%3Fvis%3Dalle")
        );
        let form = browser.get(&asked.location).await;
        assert!(form.html.contains(r#"name="til" value="/drift/personer?vis=alle""#), "{}", form.main());
        assert_eq!(form.cache, "no-store");
        let fields =
            [("email", "rikke@example.dk"), ("password", PASSWORD), ("til", "/drift/personer?vis=alle")];
        let signed_in = browser.post("/log-ind", &fields).await;
        assert_eq!(signed_in.location, "/drift/personer?vis=alle");
        let session = signed_in.cookies.iter().find(|cookie| cookie.starts_with("samspil_session=")).unwrap();
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
        let rikke = hall.person("rikke", &[Role::Admin]).await;
        hall.with_password(rikke).await;
        let server = Server::of(&hall, false);
        for elsewhere in
            ["https://example.com", "//example.com", "/\\example.com", "javascript:alert(1)", "/log-ud"]
        {
            let fields = [("email", "rikke@example.dk"), ("password", PASSWORD), ("til", elsewhere)];
            assert_eq!(server.browser().post("/log-ind", &fields).await.location, "/intern", "{elsewhere}");
            // The limit counts tries, right or wrong.
            hall.bench.later(chrono::Duration::minutes(15));
        }
    })
    .await;
}

#[tokio::test]
async fn the_sixth_try_in_a_quarter_of_an_hour_is_refused_for_known_and_unknown_alike() {
    each_engine(async |hall: Hall| {
        let mette = hall.person("mette", &[Role::BusinessConsultant]).await;
        hall.with_password(mette).await;
        let server = Server::of(&hall, false);
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
        assert_eq!(browser.sign_in("mette").await.status, StatusCode::SEE_OTHER);
    })
    .await;
}

#[tokio::test]
async fn a_form_from_another_site_signs_nobody_out() {
    each_engine(async |hall: Hall| {
        let mette = hall.person("mette", &[Role::BusinessConsultant]).await;
        hall.with_password(mette).await;
        let server = Server::of(&hall, false);
        let mut browser = server.browser();
        browser.sign_in("mette").await;
        assert_eq!(browser.get("/log-ud").await.status, StatusCode::METHOD_NOT_ALLOWED);
        assert_eq!(browser.get("/intern/mig").await.status, StatusCode::OK);
        assert_eq!(browser.post("/log-ud", &[]).await.location, "/");
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
        let server = Server::of(&hall, false);
        for (name, desk) in [("rikke", "/drift/personer"), ("mette", "/intern/mig")] {
            let mut browser = server.browser();
            browser.sign_in(name).await;
            assert_eq!(browser.get("/intern").await.location, desk);
        }
    })
    .await;
}

#[tokio::test]
async fn one_click_signs_in_only_where_the_town_is_a_demo() {
    each_engine(async |hall: Hall| {
        let made = demo::make(&hall.bench.db, &hall.operator()).await.unwrap();
        let jonas = made.people["jonas.birk"].to_string();
        let real = Server::of(&hall, false);
        assert!(!real.browser().get("/log-ind").await.html.contains("Jonas Birk"));
        assert_eq!(
            real.browser().post("/log-ind/demo", &[("person", &jonas)]).await.status,
            StatusCode::NOT_FOUND
        );

        let town = Server::of(&hall, true);
        let mut browser = town.browser();
        assert!(browser.get("/log-ind").await.html.contains("Jonas Birk"));
        assert_eq!(browser.post("/log-ind/demo", &[("person", &jonas)]).await.location, "/intern");
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
        let mette = hall.person("mette", &[Role::BusinessConsultant]).await;
        hall.with_password(mette).await;
        let server = Server::of(&hall, false);
        let mut browser = server.browser();
        browser.sign_in("mette").await;
        browser.host = "andetsted.example.dk";
        assert_eq!(browser.get("/intern/mig").await.status, StatusCode::SEE_OTHER);
        browser.host = "ukendt.example.dk";
        assert_eq!(browser.get("/intern/mig").await.status, StatusCode::MISDIRECTED_REQUEST);
    })
    .await;
}

#[tokio::test]
async fn an_invitation_leads_from_the_administrators_form_through_the_mail_to_the_persons_own_page() {
    each_engine(async |hall: Hall| {
        let rikke = hall.person("rikke", &[Role::Admin]).await;
        hall.with_password(rikke).await;
        let team = hall.team("roads", &[]).await.to_string();
        let server = Server::of(&hall, false);
        let mut admin = server.browser();
        admin.sign_in("rikke").await;
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
        assert_eq!(again.location, hired.location, "sent twice is one person");
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
        assert_eq!(bo.post(path, &[("password", PASSWORD), ("again", PASSWORD)]).await.location, "/log-ind");
        assert!(bo.get("/log-ind").await.html.contains("Din adgangskode er gemt"));
        bo.sign_in("bo").await;
        let me = bo.get("/intern/mig").await;
        assert!(me.html.contains("Sagsbehandler") && me.html.contains("roads"));
        assert_eq!(bo.get(path).await.status, StatusCode::UNPROCESSABLE_ENTITY, "used");
        assert_eq!(bo.get("/drift/personer").await.status, StatusCode::FORBIDDEN);
    })
    .await;
}

#[tokio::test]
async fn a_contact_asks_for_a_link_and_signs_in_with_its_button() {
    each_engine(async |hall: Hall| {
        let server = Server::of(&hall, false);
        let mut browser = server.browser();
        let wrong = browser.post("/log-ind/link", &[("contact_email", "smeden")]).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        let sent = browser.post("/log-ind/link", &[("contact_email", "smeden@example.dk")]).await;
        assert_eq!(sent.status, StatusCode::OK);
        let path = loop {
            // The mail is left to a task of its own.
            tokio::task::yield_now().await;
            server.work().await;
            let mails = outreach::captured(&server.app.db.read(&hall.anyone()), 10).await.unwrap();
            if let Some(mail) = mails.first() {
                let link = mail.text.split_whitespace().find(|word| word.contains("/adgang/")).unwrap();
                break link.strip_prefix("https://samspil.example.dk").unwrap().to_owned();
            }
        };
        // A mail scanner follows the link first.
        server.browser().get(&path).await;
        assert!(browser.get(&path).await.html.contains("<button"));
        assert_eq!(browser.post(&path, &[]).await.location, "/virksomhed");
        assert_eq!(browser.get("/intern/mig").await.status, StatusCode::FORBIDDEN, "a contact is no staff");
        assert_eq!(server.browser().post(&path, &[]).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    })
    .await;
}

#[tokio::test]
async fn with_the_second_step_a_password_alone_opens_nothing() {
    each_engine(async |hall: Hall| {
        let mette = hall.person("mette", &[Role::CaseOfficer]).await;
        hall.with_password(mette).await;
        let server = Server::of(&hall, false);
        let mut browser = server.browser();
        browser.sign_in("mette").await;
        let secret = Secret::of(&keys(), mette, 1);
        let page = browser.get("/intern/mig/kode").await;
        assert!(page.html.contains(&secret.spelled()) && page.html.contains("<svg class=\"s-qr\""));
        let code = secret.code_at(hall.bench.now());
        assert_eq!(browser.post("/intern/mig/kode", &[("code", &code)]).await.location, "/intern/mig");
        browser.post("/log-ud", &[]).await;

        hall.bench.later(chrono::Duration::minutes(1));
        let half = browser.sign_in("mette").await;
        assert_eq!(half.status, StatusCode::OK);
        assert!(!half.cookies.iter().any(|cookie| cookie.starts_with("samspil_session=")));
        let step = half.html.split_once(r#"name="step" value=""#).unwrap().1.split('"').next().unwrap();
        let wrong = browser.post("/log-ind/kode", &[("step", step), ("code", "123456")]).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        let code = secret.code_at(hall.bench.now());
        assert_eq!(
            browser.post("/log-ind/kode", &[("step", step), ("code", &code)]).await.location,
            "/intern"
        );
        assert_eq!(browser.get("/intern/mig").await.status, StatusCode::OK);
    })
    .await;
}

#[tokio::test]
async fn a_leader_opens_its_own_teams_page_and_no_other() {
    each_engine(async |hall: Hall| {
        let kirsten = hall.person("kirsten", &[Role::Manager]).await;
        hall.with_password(kirsten).await;
        let (own, other) = (hall.team("business", &[kirsten]).await, hall.team("roads", &[]).await);
        let operator = hall.operator();
        let post = identity::model::Post::Leader;
        commands::give_post(&hall.bench.db, &operator, own, post, Some(kirsten)).await.unwrap();
        let server = Server::of(&hall, false);
        let mut browser = server.browser();
        browser.sign_in("kirsten").await;
        let me = browser.get("/intern/mig").await;
        assert!(me.html.contains(&format!("/intern/teams/{own}")));
        assert_eq!(browser.get(&format!("/intern/teams/{own}")).await.status, StatusCode::OK);
        assert_eq!(browser.get(&format!("/intern/teams/{other}")).await.status, StatusCode::FORBIDDEN);
        let fields = [("name_da", "Vej"), ("name_en", "Roads"), ("phone", "43000000")];
        let changed = browser.post(&format!("/intern/teams/{other}"), &fields).await;
        assert_eq!(changed.status, StatusCode::FORBIDDEN);
        let changed = browser.post(&format!("/intern/teams/{own}"), &fields).await;
        assert_eq!(changed.status, StatusCode::SEE_OTHER, "{}", changed.main());
        let leader =
            browser.post(&format!("/intern/teams/{own}/poster"), &[("leader", ""), ("deputy", "")]).await;
        assert_eq!(leader.status, StatusCode::SEE_OTHER);
        let page = browser.get(&format!("/intern/teams/{own}")).await;
        assert_eq!(page.status, StatusCode::OK, "a leader does not unseat itself by a forged field");
    })
    .await;
}

#[tokio::test]
async fn what_is_typed_stays_when_an_absence_is_refused() {
    each_engine(async |hall: Hall| {
        let mette = hall.person("mette", &[Role::BusinessConsultant]).await;
        let bo = hall.person("bo", &[Role::CaseOfficer]).await.to_string();
        hall.with_password(mette).await;
        let server = Server::of(&hall, false);
        let mut browser = server.browser();
        browser.sign_in("mette").await;
        let fields = [("first_day", "2026-11-25"), ("last_day", "2026-11-24"), ("substitute", bo.as_str())];
        let refused = browser.post("/intern/mig/fravaer", &fields).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(
            refused.html.contains(r#"value="2026-11-25""#) && refused.html.contains(r##"href="#last_day""##)
        );
        assert!(refused.html.contains(&format!(r#"<option value="{bo}" selected>"#)));
        let fields = [("first_day", "25.11.2026"), ("last_day", ""), ("substitute", bo.as_str())];
        assert_eq!(browser.post("/intern/mig/fravaer", &fields).await.status, StatusCode::SEE_OTHER);
        assert!(browser.get("/intern/mig").await.html.contains("onsdag den 25. november"));
    })
    .await;
}

#[tokio::test]
async fn nothing_that_is_typed_becomes_markup() {
    each_engine(async |hall: Hall| {
        let rikke = hall.person("rikke", &[Role::Admin]).await;
        hall.with_password(rikke).await;
        let server = Server::of(&hall, false);
        let mut browser = server.browser();
        let script = "<script>alert(1)</script>";
        let page =
            browser.post("/log-ind", &[("email", script), ("password", script), ("til", script)]).await;
        assert!(!page.html.contains(script));
        browser.sign_in("rikke").await;
        let fields = [("name", script), ("email", "x@example.dk"), ("language", "da")];
        let hired = browser.post("/drift/personer/ny", &fields).await;
        for path in [hired.location.as_str(), "/drift/personer"] {
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
    let server = Server::of(hall, true);
    let invitation =
        commands::sign_in::invite(&hall.bench.db, &hall.operator(), &keys(), kirsten).await.unwrap();
    server.work().await;
    let mail = outreach::captured(&server.app.db.read(&hall.anyone()), 1).await.unwrap().remove(0);
    insta::assert_snapshot!("mail", format!("{}\n\n{}\n{}", mail.subject, mail.text, mail.html));
    let invitation = format!("/adgang/{}", invitation.as_str());
    let (person, team) =
        (format!("/drift/personer/{jonas}"), format!("/intern/teams/{}", made.teams["building"]));
    for language in ["da", "en"] {
        let mut anyone = server.browser();
        anyone.language = language;
        let mut admin = server.browser();
        admin.language = language;
        admin.post("/log-ind/demo", &[("person", &rikke)]).await;
        let mut officer = server.browser();
        officer.language = language;
        officer.post("/log-ind/demo", &[("person", &jonas.to_string())]).await;
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
            ("link-spent", anyone.get("/adgang/aaaaaaaaaaaaaaaaaaaaaaaaaa").await),
            ("me", officer.get("/intern/mig").await),
            ("second-step", officer.get("/intern/mig/kode").await),
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
            // A style sheet may change without any page changing.
            let filters = [(r"/assets/[0-9a-f]+/", "/assets/[version]/")];
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
        let server = Server::of(&hall, true);
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
            }
        }
        let mut anyone = server.browser();
        for route in routes.list().iter().filter(|route| matches!(route.access, Access::Needs(_))) {
            let path = route.path.replace("{id}", "x").replace("{absence}", "x");
            if route.method == "GET" {
                assert!(anyone.get(&path).await.location.starts_with("/log-ind?til="), "{path}");
            } else {
                assert_eq!(anyone.post(&path, &[]).await.status, StatusCode::FORBIDDEN, "{path}");
            }
        }
    })
    .await;
}
