//! What leaders and colleagues do on the pages of teams and absences, and what they may not.

use axum::http::StatusCode;
use identity::commands;
use kernel::Role;

use crate::{
    browser::{hired, sign_in, start},
    scene::{Hall, each_engine},
};

#[tokio::test]
async fn a_leader_opens_its_own_teams_page_and_no_other() {
    each_engine(async |hall: Hall| {
        let kirsten = hired(&hall, "kirsten", Role::Manager).await;
        let (own, other) = (hall.team("business", &[kirsten]).await, hall.team("roads", &[]).await);
        let operator = hall.operator();
        let post = identity::model::Post::Leader;
        commands::give_post(&hall.bench.db, &operator, own, post, Some(kirsten)).await.unwrap();
        let server = start(&hall, false);
        let mut browser = server.browser();
        sign_in(&mut browser, "kirsten").await;
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
async fn what_an_absence_will_do_is_said_before_it_is_noted() {
    each_engine(async |hall: Hall| {
        let mette = hall.person("mette", &[Role::BusinessConsultant]).await;
        let bo = hall.person("bo", &[Role::CaseOfficer]).await;
        hall.team("business", &[mette, bo]).await;
        hall.with_password(mette).await;
        let bo = bo.to_string();
        let path = format!("/intern/fravaer/{mette}");
        let server = start(&hall, false);
        let mut browser = server.browser();
        sign_in(&mut browser, "mette").await;
        assert!(browser.get("/intern/mig").await.html.contains(&path));
        let fields = [("first_day", "2026-11-25"), ("last_day", "2026-11-24"), ("substitute", bo.as_str())];
        let refused = browser.post(&path, &fields).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(
            refused.html.contains(r#"value="2026-11-25""#) && refused.html.contains(r##"href="#last_day""##)
        );
        assert!(refused.html.contains(&format!(r#"<option value="{bo}" selected>"#)), "what is typed stays");

        let fields = [("first_day", "25.11.2026"), ("last_day", "27.11.2026"), ("substitute", bo.as_str())];
        let look = browser.post(&path, &fields).await;
        assert_eq!(look.status, StatusCode::OK);
        assert!(
            look.says("bo tager over fra onsdag den 25. november 2026 til fredag den 27. november 2026."),
            "{}",
            look.text()
        );
        assert!(browser.get(&path).await.says("Der er ikke noteret fravær."), "looking notes nothing");
        let noted = browser.post(&path, &[fields.as_slice(), &[("confirmed", "yes")]].concat()).await;
        assert_eq!(noted.location(), path);
        assert!(
            browser
                .get("/intern/mig")
                .await
                .says("Fra onsdag den 25. november 2026 til fredag den 27. november 2026")
        );
    })
    .await;
}

#[tokio::test]
async fn a_leader_and_the_administrator_note_an_absence_for_someone_else_and_colleagues_do_not() {
    each_engine(async |hall: Hall| {
        let jonas = hall.person("jonas", &[Role::CaseOfficer]).await;
        let line = hall.person("line", &[Role::CaseOfficer]).await;
        let anders = hall.person("anders", &[Role::Manager]).await;
        let rikke = hall.person("rikke", &[Role::Admin]).await;
        let team = hall.team("building", &[jonas, line, anders]).await;
        let post = identity::model::Post::Leader;
        commands::give_post(&hall.bench.db, &hall.operator(), team, post, Some(anders)).await.unwrap();
        for person in [line, anders, rikke] {
            hall.with_password(person).await;
        }
        let server = start(&hall, false);
        let path = format!("/intern/fravaer/{jonas}");
        let fields = [("first_day", "2026-11-23"), ("last_day", "2026-11-23"), ("confirmed", "yes")];
        for (name, expected) in [
            ("line", StatusCode::FORBIDDEN),
            ("anders", StatusCode::SEE_OTHER),
            ("rikke", StatusCode::SEE_OTHER),
        ] {
            let mut browser = server.browser();
            sign_in(&mut browser, name).await;
            let page = browser.get(&path).await;
            assert_eq!(page.status == StatusCode::OK, expected == StatusCode::SEE_OTHER, "{name}");
            assert_eq!(browser.post(&path, &fields).await.status, expected, "{name}");
        }
        let mut browser = server.browser();
        sign_in(&mut browser, "anders").await;
        let page = browser.get(&path).await;
        assert!(page.says("Fravær: jonas") && page.says("Tilbage i dag"), "{}", page.text());
    })
    .await;
}
