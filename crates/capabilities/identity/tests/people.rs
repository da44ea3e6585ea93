//! People, teams and roles: who is added, who leaves, who may.

use identity::{
    commands, demo,
    model::{NewPerson, PersonRefusal, Post, TeamRefusal},
};
use kernel::{Failure, Language, PersonId, Role};
use ports::PeopleDirectory;

use crate::scene::{Hall, PASSWORD, each_engine};

#[tokio::test]
async fn the_demo_town_has_a_team_for_every_topic_and_somebody_to_answer_the_telephone() {
    each_engine(async |hall: Hall| {
        let made = demo::make(&hall.bench.db, &hall.operator()).await.unwrap();
        assert_eq!((made.people.len(), made.teams.len()), (demo::PEOPLE.len(), demo::TEAMS.len()));
        let read = hall.bench.db.read(&hall.anyone());
        for team in hall.directory.teams(&read).await.unwrap() {
            assert!(team.duty.is_some() && team.leader.is_some(), "{}", team.key);
            assert!(!team.members.is_empty(), "{}", team.key);
        }
        let officers = hall.directory.with_role(&read, Role::CaseOfficer).await.unwrap();
        assert!(officers.contains(&made.people["jonas.birk"]));
        assert_eq!(
            hall.directory.with_role(&read, Role::Admin).await.unwrap(),
            [made.people["rikke.thorup"]]
        );
    })
    .await;
}

#[tokio::test]
async fn two_people_cannot_have_one_address_however_it_is_spelt() {
    each_engine(async |hall: Hall| {
        hall.person("mette", &[]).await;
        let email = "METTE@example.dk".parse().unwrap();
        let new = NewPerson { name: "En anden Mette".into(), email, phone: None, language: Language::Da };
        let refused = commands::add_person(&hall.bench.db, &hall.operator(), new).await;
        assert!(matches!(refused, Err(Failure::Refused(PersonRefusal::EmailTaken))));
    })
    .await;
}

#[tokio::test]
async fn who_may_not_administer_cannot_give_oneself_a_role() {
    each_engine(async |hall: Hall| {
        let mette = hall.person("mette", &[Role::BusinessConsultant]).await;
        hall.with_password(mette).await;
        let ctx = hall.ctx(&hall.sign_in("mette").await).await;
        let refused = commands::give_role(&hall.bench.db, &ctx, mette, Role::Admin).await;
        assert!(matches!(refused, Err(Failure::Forbidden)));
        assert!(matches!(commands::leave(&hall.bench.db, &ctx, mette).await, Err(Failure::Forbidden)));
    })
    .await;
}

#[tokio::test]
async fn everyone_chooses_for_oneself_whether_each_notice_comes_by_mail() {
    each_engine(async |hall: Hall| {
        let mette = hall.person("mette", &[Role::BusinessConsultant]).await;
        let karen = hall.person("karen", &[Role::CaseOfficer]).await;
        hall.with_password(mette).await;
        let ctx = hall.ctx(&hall.sign_in("mette").await).await;
        let wants = async || {
            let read = hall.bench.db.read(&hall.anyone());
            let cards = hall.directory.people(&read, &[mette, karen]).await.unwrap();
            (cards[&mette].digest_only, cards[&karen].digest_only)
        };
        assert_eq!(wants().await, (false, false), "each notice, until one has chosen");
        commands::choose_mail(&hall.bench.db, &ctx, mette, true).await.unwrap();
        assert_eq!(wants().await, (true, false));
        let refused = commands::choose_mail(&hall.bench.db, &ctx, karen, true).await;
        assert!(matches!(refused, Err(Failure::Forbidden)));
        commands::choose_mail(&hall.bench.db, &ctx, mette, false).await.unwrap();
        assert_eq!(wants().await, (false, false));
    })
    .await;
}

#[tokio::test]
async fn what_one_may_without_a_session_is_what_one_may_with_it_and_nothing_for_a_leaver() {
    each_engine(async |hall: Hall| {
        let mette = hall.person("mette", &[Role::BusinessConsultant]).await;
        let karen = hall.person("karen", &[Role::CaseOfficer]).await;
        let team = hall.team("roads", &[mette]).await;
        commands::leave(&hall.bench.db, &hall.operator(), karen).await.unwrap();
        let read = hall.bench.db.read(&hall.anyone());
        let reaches = hall.directory.reaches(&read, &[mette, karen], hall.today()).await.unwrap();
        hall.with_password(mette).await;
        let with_session = hall.reach(&hall.sign_in("mette").await).await;
        assert_eq!(reaches[&mette].permissions, with_session.permissions);
        assert!(reaches[&mette].teams.contains(&team) && !reaches.contains_key(&karen));
    })
    .await;
}

#[tokio::test]
async fn a_leaver_is_out_at_once() {
    each_engine(async |hall: Hall| {
        let mette = hall.person("mette", &[Role::BusinessConsultant]).await;
        let team = hall.team("business", &[mette]).await;
        let operator = hall.operator();
        commands::give_post(&hall.bench.db, &operator, team, Post::Leader, Some(mette)).await.unwrap();
        hall.with_password(mette).await;
        let token = hall.sign_in("mette").await;
        assert!(hall.resolve(&token).await.is_some());

        commands::leave(&hall.bench.db, &hall.operator(), mette).await.unwrap();

        assert!(hall.resolve(&token).await.is_none());
        let (anyone, email) = (hall.anyone(), "mette@example.dk");
        let again = commands::sign_in::by_password(
            &hall.bench.db,
            &anyone,
            email,
            PASSWORD.into(),
            commands::sign_in::PasswordIs::Ordinary,
        )
        .await;
        assert!(matches!(again, Err(Failure::Refused(_))));
        let read = hall.bench.db.read(&hall.anyone());
        let teams = hall.directory.teams(&read).await.unwrap();
        assert!(teams.iter().all(|team| team.leader.is_none() && team.members.is_empty()), "owns nothing");
        let card = hall.directory.people(&read, &[mette]).await.unwrap().remove(&mette).unwrap();
        assert!(
            card.left && card.stand_in.is_none() && card.name == "mette",
            "the name stays under old letters"
        );
        assert!(!card.email.as_str().contains("mette") && card.phone.is_none(), "and nothing else");
        assert!(hall.words().await.ends_with(&["post_given".into(), "person_left".into()]));
        assert_ne!(hall.person("mette", &[]).await, mette, "whoever comes back is added anew");
    })
    .await;
}

async fn take_admin(hall: &Hall, person: PersonId) -> Result<(), Failure<PersonRefusal>> {
    let take = |place: &mut commands::Place| place.roles.retain(|role| *role != Role::Admin);
    commands::place(&hall.bench.db, &hall.operator(), person, take).await
}

#[tokio::test]
async fn a_role_taken_away_is_gone_with_the_next_click() {
    each_engine(async |hall: Hall| {
        let rikke = hall.person("rikke", &[Role::Admin]).await;
        hall.person("reserve", &[Role::Admin]).await;
        hall.with_password(rikke).await;
        let token = hall.sign_in("rikke").await;
        assert!(hall.reach(&token).await.permissions.contains(&commands::ADMINISTER));
        take_admin(&hall, rikke).await.unwrap();
        assert!(!hall.reach(&token).await.permissions.contains(&commands::ADMINISTER));
    })
    .await;
}

#[tokio::test]
async fn the_last_administrator_neither_leaves_nor_loses_the_role() {
    each_engine(async |hall: Hall| {
        let rikke = hall.person("rikke", &[Role::Admin]).await;
        let taken = take_admin(&hall, rikke).await;
        assert!(matches!(taken, Err(Failure::Refused(PersonRefusal::LastAdmin))));
        let left = commands::leave(&hall.bench.db, &hall.operator(), rikke).await;
        assert!(matches!(left, Err(Failure::Refused(PersonRefusal::LastAdmin))));
        hall.person("karin", &[Role::Admin]).await;
        commands::leave(&hall.bench.db, &hall.operator(), rikke).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_leader_is_not_deputy_as_well_and_a_leaver_holds_no_post() {
    each_engine(async |hall: Hall| {
        let mette = hall.person("mette", &[Role::CaseOfficer]).await;
        let bo = hall.person("bo", &[Role::CaseOfficer]).await;
        let team = hall.team("roads", &[mette]).await;
        let give = async |post, person| {
            commands::give_post(&hall.bench.db, &hall.operator(), team, post, Some(person)).await
        };
        give(Post::Leader, mette).await.unwrap();
        assert!(matches!(
            give(Post::Deputy, mette).await,
            Err(Failure::Refused(TeamRefusal::LeaderIsDeputy))
        ));
        commands::leave(&hall.bench.db, &hall.operator(), bo).await.unwrap();
        assert!(matches!(give(Post::Deputy, bo).await, Err(Failure::Refused(TeamRefusal::HasLeft))));
    })
    .await;
}

#[tokio::test]
async fn the_roles_of_the_public_are_given_to_nobody() {
    each_engine(async |hall: Hall| {
        let mette = hall.person("mette", &[]).await;
        for role in [Role::Anyone, Role::CompanyContact] {
            let refused = commands::give_role(&hall.bench.db, &hall.operator(), mette, role).await;
            assert!(matches!(refused, Err(Failure::Refused(PersonRefusal::RoleNotGiven))));
        }
    })
    .await;
}
