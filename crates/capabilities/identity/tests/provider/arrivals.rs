//! Who comes, and what follows for roles and teams.

use axum::http::StatusCode;
use chrono::Duration;
use identity::{Secret, commands, model::StaffRules};
use kernel::{PersonId, Role, TeamId};
use serde_json::json;

use super::{Authority, authority::signed, come_back, is_in, rules, set_out, sign_in, start};
use crate::{
    browser,
    scene::{Hall, each_engine, keys},
};

pub async fn place(hall: &Hall, person: PersonId) -> (Vec<Role>, Vec<TeamId>) {
    let staff = hall.directory.staff(&hall.bench.read()).await.unwrap();
    let roles = staff.roles.get(&person).into_iter().flatten().copied().collect();
    (roles, staff.own_teams(person).into_iter().collect())
}

pub async fn named(hall: &Hall, name: &str) -> Option<PersonId> {
    let staff = hall.directory.staff(&hall.bench.read()).await.unwrap();
    staff.people.values().find(|person| person.name == name).map(|person| person.id)
}

#[tokio::test]
async fn a_newcomer_in_a_known_group_comes_in_with_its_role_and_team_to_the_page_asked_for() {
    each_engine(async |hall: Hall| {
        let team = hall.team("roads", &[]).await;
        let authority = Authority::start().await;
        let server = start(&hall, &authority, rules());
        let mut browser = server.browser();
        let entrance = browser.get("/log-ind").await;
        assert!(entrance.says("Log ind med Kommunens login"), "{}", entrance.text());
        let way = set_out(&mut browser, "/intern/mig?vis=alt").await;
        for (name, value) in [
            ("response_type", "code"),
            ("client_id", "samspil"),
            ("code_challenge_method", "S256"),
            ("scope", "openid profile email offline_access"),
            ("redirect_uri", "https://samspil.example.dk/log-ind/udbyder/svar"),
        ] {
            assert_eq!(way.get(name), value);
        }
        let code = authority.grant(&way, signed("first", &authority.claims(&way, hall.bench.now())));
        let back = come_back(&mut browser, &way, &code).await;
        assert_eq!((back.status, back.location()), (StatusCode::SEE_OTHER, "/intern/mig?vis=alt"));
        let cookies = back.cookies();
        let session = cookies.iter().find(|cookie| cookie.starts_with("samspil_session=")).unwrap();
        for attribute in ["HttpOnly", "Secure", "SameSite=Lax", "Path=/"] {
            assert!(session.contains(attribute), "{session}");
        }
        let me = browser.get("/intern/mig").await;
        assert!(me.says("Mette Holm") && me.says("Sagsbehandler") && me.says("roads"), "{}", me.text());
        let mette = named(&hall, "Mette Holm").await.unwrap();
        assert_eq!(place(&hall, mette).await, (vec![Role::CaseOfficer], vec![team]));
        let words = hall.words().await;
        for word in ["person_added", "account_bound", "role_given", "team_joined", "signed_in"] {
            assert!(words.iter().any(|one| one == word), "{word} is not told: {words:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn whoever_comes_again_is_the_same_person_whatever_the_provider_now_calls_them() {
    each_engine(async |hall: Hall| {
        hall.team("roads", &[]).await;
        let authority = Authority::start().await;
        let server = start(&hall, &authority, rules());
        sign_in(&hall, &authority, &mut server.browser(), |_| {}).await;
        let mette = named(&hall, "Mette Holm").await.unwrap();
        let before = hall.words().await.len();
        sign_in(&hall, &authority, &mut server.browser(), |_| {}).await;
        assert_eq!(hall.words().await.len(), before + 1, "nothing but the sign-in itself is written");
        let mut browser = server.browser();
        sign_in(&hall, &authority, &mut browser, |claims| {
            claims["name"] = json!("Mette Ravn");
            claims["email"] = json!("mette.ravn@example.dk");
        })
        .await;
        assert_eq!(named(&hall, "Mette Ravn").await, Some(mette));
        assert!(browser.get("/intern/mig").await.says("mette.ravn@example.dk"));
    })
    .await;
}

#[tokio::test]
async fn somebody_added_here_before_is_found_once_by_a_verified_address_and_by_the_account_from_then_on() {
    each_engine(async |hall: Hall| {
        let mette = hall.person("mette", &[Role::Planner]).await;
        let authority = Authority::start().await;
        let server = start(&hall, &authority, rules());
        let unverified = sign_in(&hall, &authority, &mut server.browser(), |claims| {
            claims["email_verified"] = json!(false);
        })
        .await;
        assert_eq!(unverified.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(unverified.says("står ikke inde for en e-mailadresse"), "{}", unverified.text());

        let mut browser = server.browser();
        assert_eq!(sign_in(&hall, &authority, &mut browser, |_| {}).await.status, StatusCode::SEE_OTHER);
        assert_eq!(named(&hall, "Mette Holm").await, Some(mette));
        assert_eq!(place(&hall, mette).await.0, [Role::CaseOfficer], "the provider decides");

        let other = sign_in(&hall, &authority, &mut server.browser(), |claims| {
            claims["sub"] = json!("somebody-else");
        })
        .await;
        assert_eq!(other.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(other.says("hører til en anden konto"), "{}", other.text());
    })
    .await;
}

#[tokio::test]
async fn nobody_without_a_mapped_group_comes_in_and_a_sentence_says_whom_to_ask() {
    each_engine(async |hall: Hall| {
        let authority = Authority::start().await;
        let server = start(&hall, &authority, rules());
        for groups in [json!(["g-canteen"]), json!([]), json!(null)] {
            let mut browser = server.browser();
            let refused = sign_in(&hall, &authority, &mut browser, |claims| claims["groups"] = groups).await;
            assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
            assert!(refused.says("sætte dig i den rigtige gruppe"), "{}", refused.text());
            assert!(!is_in(&mut browser).await);
        }
        assert_eq!(named(&hall, "Mette Holm").await, None, "nobody was made");
    })
    .await;
}

#[tokio::test]
async fn more_groups_than_a_token_holds_are_told_and_never_read_as_none() {
    each_engine(async |hall: Hall| {
        let authority = Authority::start().await;
        let server = start(&hall, &authority, rules());
        let mut browser = server.browser();
        let refused = sign_in(&hall, &authority, &mut browser, |claims| {
            claims["groups"] = json!(null);
            claims["_claim_names"] = json!({ "groups": "src1" });
            claims["_claim_sources"] = json!({ "src1": { "endpoint": "https://graph.example.dk/groups" } });
        })
        .await;
        assert!(refused.says("kun at sende de grupper med, der er tildelt"), "{}", refused.text());
        assert!(!is_in(&mut browser).await);
    })
    .await;
}

#[tokio::test]
async fn a_change_of_groups_changes_roles_and_teams_and_stands_in_the_journal() {
    each_engine(async |hall: Hall| {
        let roads = hall.team("roads", &[]).await;
        let authority = Authority::start().await;
        let server = start(&hall, &authority, rules());
        sign_in(&hall, &authority, &mut server.browser(), |_| {}).await;
        let mette = named(&hall, "Mette Holm").await.unwrap();
        commands::give_role(&hall.bench.db, &hall.operator(), mette, Role::Dpo).await.unwrap();
        assert_eq!(place(&hall, mette).await.1, [roads]);
        let before = hall.words().await.len();
        let mut browser = server.browser();
        sign_in(&hall, &authority, &mut browser, |claims| claims["groups"] = json!("g-planners")).await;
        assert_eq!(place(&hall, mette).await, (vec![Role::Planner], vec![]));
        let mut told = hall.words().await.split_off(before);
        told.sort();
        assert_eq!(told, ["role_given", "role_taken", "role_taken", "signed_in", "team_parted"]);

        // In no group any more: out at once, everywhere.
        assert!(is_in(&mut browser).await);
        let out =
            sign_in(&hall, &authority, &mut server.browser(), |claims| claims["groups"] = json!([])).await;
        assert_eq!(out.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(!is_in(&mut browser).await);
        assert_eq!(place(&hall, mette).await, (vec![], vec![]));
    })
    .await;
}

#[tokio::test]
async fn roles_given_here_stay_where_the_operator_says_so() {
    each_engine(async |hall: Hall| {
        let authority = Authority::start().await;
        let server = start(&hall, &authority, StaffRules { keep_given_here: true, ..rules() });
        sign_in(&hall, &authority, &mut server.browser(), |_| {}).await;
        let mette = named(&hall, "Mette Holm").await.unwrap();
        for role in [Role::Dpo, Role::Planner] {
            commands::give_role(&hall.bench.db, &hall.operator(), mette, role).await.unwrap();
        }
        sign_in(&hall, &authority, &mut server.browser(), |_| {}).await;
        assert_eq!(
            place(&hall, mette).await.0,
            [Role::CaseOfficer, Role::Dpo],
            "what no group gives stays; what a group gives is the provider's"
        );
    })
    .await;
}

#[tokio::test]
async fn whoever_was_taken_out_here_stays_out_until_added_again() {
    each_engine(async |hall: Hall| {
        let authority = Authority::start().await;
        let server = start(&hall, &authority, rules());
        sign_in(&hall, &authority, &mut server.browser(), |_| {}).await;
        let mette = named(&hall, "Mette Holm").await.unwrap();
        commands::leave(&hall.bench.db, &hall.operator(), mette).await.unwrap();
        let refused = sign_in(&hall, &authority, &mut server.browser(), |_| {}).await;
        assert!(refused.says("noteret som fratrådt"), "{}", refused.text());
        let again = hall.person("mette", &[]).await;
        let mut browser = server.browser();
        sign_in(&hall, &authority, &mut browser, |_| {}).await;
        assert!(is_in(&mut browser).await);
        assert_eq!(place(&hall, again).await.0, [Role::CaseOfficer]);
    })
    .await;
}

#[tokio::test]
async fn a_provider_that_asks_for_a_password_alone_leaves_the_code_from_the_telephone_to_us() {
    each_engine(async |hall: Hall| {
        let authority = Authority::start().await;
        let server = start(&hall, &authority, StaffRules { second_step: false, ..rules() });
        let mut browser = server.browser();
        let admin = |claims: &mut serde_json::Value| claims["groups"] = json!("g-admins");
        sign_in(&hall, &authority, &mut browser, admin).await;
        assert_eq!(browser.get("/intern").await.location(), "/intern/mig/kode", "to be set up first");
        let mette = named(&hall, "Mette Holm").await.unwrap();
        let code = Secret::of(&keys(), mette, 1).code_at(hall.bench.now());
        browser.post("/intern/mig/kode", &[("code", &code)]).await;
        assert_eq!(browser.get("/drift/personer").await.status, StatusCode::OK);

        let mut browser = server.browser();
        let asked = sign_in(&hall, &authority, &mut browser, admin).await;
        assert!(!is_in(&mut browser).await);
        let step = asked.hidden("/log-ind/kode", "step");
        hall.bench.later(Duration::minutes(1));
        let code = Secret::of(&keys(), mette, 1).code_at(hall.bench.now());
        browser.post("/log-ind/kode", &[("step", &step), ("code", &code)]).await;
        assert_eq!(browser.get("/drift/personer").await.status, StatusCode::OK);
    })
    .await;
}

#[tokio::test]
async fn a_provider_that_demands_more_than_a_password_is_the_second_step() {
    each_engine(async |hall: Hall| {
        let authority = Authority::start().await;
        let server = start(&hall, &authority, rules());
        let mut browser = server.browser();
        sign_in(&hall, &authority, &mut browser, |claims| claims["groups"] = json!("g-admins")).await;
        assert_eq!(browser.get("/drift/personer").await.status, StatusCode::OK);
    })
    .await;
}

#[tokio::test]
async fn a_provider_that_is_down_is_told_of_and_keeps_nobody_else_out() {
    each_engine(async |hall: Hall| {
        browser::hired(&hall, "mette", Role::CommitteeMember).await;
        let authority = Authority::nowhere();
        let server = start(&hall, &authority, rules());
        let mut browser = server.browser();
        assert_eq!(browser.get("/log-ind").await.status, StatusCode::OK);
        let refused = browser.post("/log-ind/udbyder", &[]).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.says("Kommunens login svarer ikke lige nu"), "{}", refused.text());
        browser::sign_in(&mut browser, "mette").await;
        assert!(is_in(&mut browser).await);
    })
    .await;
}
