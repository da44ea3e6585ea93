//! The wall around a complaint about one of us, through the whole program with its real people.

use enquiries::{
    commands::NewEnquiry,
    jobs::Watch,
    model::{About, AboutKind},
};
use kernel::PersonId;
use samspil::capabilities;
use testkit::{TENANT, each_engine};

use crate::{
    asking::{self, CVR},
    scene::{ONE, Town, cookie, town},
};

async fn complain(town: &Town, about: &str) -> enquiries::model::Case {
    let new = NewEnquiry {
        about: Some(About { kind: AboutKind::Person, name: about.into() }),
        content: about.into(),
        ..asking::enquiry(town, "complaint-about-municipality", "Vi blev talt grimt til.")
    };
    asking::send(town, new).await.case
}

/// A session with the second step, as whoever sees cases has.
async fn session(town: &Town, person: PersonId) -> String {
    town.set_up_second_step(TENANT, person).await;
    cookie(&town.sign_in(TENANT, person).await)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_complaint_about_a_person_is_never_seen_by_that_person_or_team() {
    each_engine(capabilities::migrations, |bench| async move {
        let town = town(&bench, ONE).await;
        identity::demo::make(&town.app.db, &town.operator(TENANT)).await.unwrap();
        let staff = capabilities::staff(&town.app, &town.operator(TENANT)).await.unwrap();
        let named = |name: &str| staff.people.values().find(|one| one.name == name).unwrap().id;
        let case = complain(&town, "Jonas Birk").await;
        assert_eq!(case.about_person, Some(named("Jonas Birk")));
        // Nobody looks after it, so that every step is taken and told.
        for day in ["2026-11-25T09:00", "2026-11-26T09:00", "2026-12-14T09:00"] {
            bench.at(day);
            let tx = bench.tx().await;
            tx.enqueue(&Watch {}).await.unwrap();
            tx.commit().await.unwrap();
            while storage::run_due_jobs(&town.app.db, &town.app, &town.jobs, TENANT).await.unwrap() > 0 {}
            bench.seal().await;
        }
        let outside = ["Jonas Birk", "Anders Fjeldgaard", "Line Sandager", "Mette Holm", "Kirsten Lindqvist"];
        let path = format!("/intern/henvendelser/{}", case.id);
        for name in outside {
            let session = session(&town, named(name)).await;
            let pages = [
                path.clone(),
                format!("/intern/indbakke/{}/uddrag", case.id),
                "/intern/indbakke".to_owned(),
                "/intern/indbakke?vis=forsinket&hold=secretariat".to_owned(),
                "/intern/indbakke?vis=ufordelt".to_owned(),
                "/intern/indbakke?vis=afsluttet".to_owned(),
                "/intern/beskeder".to_owned(),
                "/intern/tal".to_owned(),
                "/intern/mig".to_owned(),
                format!("/intern/virksomheder/{CVR}"),
                format!("/intern/virksomheder?q={CVR}"),
                "/politik".to_owned(),
            ];
            for page in pages {
                let seen = town.get(&page, &[("cookie", &session)]).await;
                assert!(seen.status < 500, "{name}: {page}: {}", seen.status);
                for trace in [case.number.as_str(), "Aksel Mosevang", "aksel@example.dk", "talt grimt"] {
                    assert!(!seen.body.contains(trace), "{name}: {page} tells of it: {trace}");
                }
            }
        }
        let mails = outreach::captured(&bench.read(), 1_000).await.unwrap();
        for name in outside {
            let address = staff.people[&named(name)].email.to_string();
            let told = mails
                .iter()
                .any(|mail| mail.to.to_string() == address && mail.subject.contains(&case.number));
            assert!(!told, "{name} got a mail");
        }
        let ulla = session(&town, named("Ulla Brink")).await;
        let page = town.get(&path, &[("cookie", &ulla)]).await;
        assert!(
            page.status == 200 && page.body.contains("talt grimt"),
            "whoever answers complaints: {}",
            page.status
        );
    })
    .await;
}
