//! Who stands in for whom, and who leads while the leader is away.

use chrono::{Days, NaiveDate};
use identity::{
    commands::{self, NewAbsence},
    model::{Absence, AbsenceRefusal, Person, Post, SecondStep, Staff},
};
use kernel::{Failure, Language, PersonId, Role};
use ports::PeopleDirectory;
use proptest::prelude::*;

use crate::scene::{Hall, each_engine};

async fn away(hall: &Hall, person: PersonId, substitute: Option<PersonId>) -> identity::model::AbsenceId {
    let (first_day, last_day) = (hall.today(), hall.today().checked_add_days(Days::new(6)));
    let new = NewAbsence { person, first_day, last_day, substitute };
    commands::note_absence(&hall.bench.db, &hall.operator(), new, hall.today()).await.unwrap()
}

#[tokio::test]
async fn a_substitute_gets_the_absent_persons_teams_while_it_is_away_and_never_its_roles() {
    each_engine(async |hall: Hall| {
        let jonas = hall.person("jonas", &[Role::CaseOfficer, Role::Admin]).await;
        let line = hall.person("line", &[Role::CaseOfficer]).await;
        hall.person("reserve", &[Role::Admin]).await;
        let building = hall.team("building", &[jonas]).await;
        let roads = hall.team("roads", &[line]).await;
        hall.with_password(line).await;
        let token = hall.sign_in("line").await;
        assert_eq!(hall.reach(&token).await.teams, [roads].into());

        away(&hall, jonas, Some(line)).await;
        let reach = hall.reach(&token).await;
        assert_eq!(reach.teams, [roads, building].into());
        assert!(!reach.permissions.contains(&commands::ADMINISTER));
        let read = hall.bench.db.read(&hall.anyone());
        let card = hall.directory.people(&read, &[jonas]).await.unwrap().remove(&jonas).unwrap();
        assert!(card.absent && card.stand_in == Some(line));

        // A week later, with a new sign-in: the old one has ended.
        hall.bench.at("2026-11-30T09:00");
        let token = hall.sign_in("line").await;
        assert_eq!(hall.reach(&token).await.teams, [roads].into(), "back");
    })
    .await;
}

#[tokio::test]
async fn the_deputy_leads_only_while_the_leader_is_away() {
    each_engine(async |hall: Hall| {
        let kirsten = hall.person("kirsten", &[Role::Manager]).await;
        let mette = hall.person("mette", &[Role::Manager]).await;
        let team = hall.team("business", &[kirsten, mette]).await;
        for (post, person) in [(Post::Leader, kirsten), (Post::Deputy, mette)] {
            commands::give_post(&hall.bench.db, &hall.operator(), team, post, Some(person)).await.unwrap();
        }
        hall.with_password(mette).await;
        let token = hall.sign_in("mette").await;
        assert!(hall.reach(&token).await.leads.is_empty());
        let absence = away(&hall, kirsten, None).await;
        assert_eq!(hall.reach(&token).await.leads, [team].into());
        commands::end_absence(&hall.bench.db, &hall.operator(), absence, hall.today()).await.unwrap();
        assert!(hall.reach(&token).await.leads.is_empty(), "back early");
        commands::leave(&hall.bench.db, &hall.operator(), kirsten).await.unwrap();
        assert_eq!(hall.reach(&token).await.leads, [team].into(), "nobody else leads");
    })
    .await;
}

#[tokio::test]
async fn a_leader_notes_the_absence_of_its_own_people_and_of_nobody_elses() {
    each_engine(async |hall: Hall| {
        let kirsten = hall.person("kirsten", &[Role::Manager]).await;
        let mine = hall.person("mette", &[]).await;
        let theirs = hall.person("bo", &[]).await;
        let team = hall.team("business", &[kirsten, mine]).await;
        hall.team("roads", &[theirs]).await;
        let operator = hall.operator();
        commands::give_post(&hall.bench.db, &operator, team, Post::Leader, Some(kirsten)).await.unwrap();
        hall.with_password(kirsten).await;
        let ctx = hall.ctx(&hall.sign_in("kirsten").await).await;
        let note = async |person| {
            let new = NewAbsence { person, first_day: hall.today(), last_day: None, substitute: None };
            commands::note_absence(&hall.bench.db, &ctx, new, hall.today()).await
        };
        note(mine).await.unwrap();
        assert!(matches!(note(theirs).await, Err(Failure::Forbidden)));
    })
    .await;
}

#[tokio::test]
async fn an_absence_that_cannot_be_is_refused_with_its_reason() {
    each_engine(async |hall: Hall| {
        let mette = hall.person("mette", &[]).await;
        let bo = hall.person("bo", &[]).await;
        commands::leave(&hall.bench.db, &hall.operator(), bo).await.unwrap();
        let day = |day: u32| NaiveDate::from_ymd_opt(2026, 11, day).unwrap();
        let cases = [
            (day(25), Some(day(24)), None, AbsenceRefusal::EndsFirst),
            (day(1), Some(day(2)), None, AbsenceRefusal::Over),
            (day(25), None, Some(mette), AbsenceRefusal::SubstituteIsSelf),
            (day(25), None, Some(bo), AbsenceRefusal::SubstituteHasLeft),
        ];
        for (first_day, last_day, substitute, expected) in cases {
            let new = NewAbsence { person: mette, first_day, last_day, substitute };
            let refused = commands::note_absence(&hall.bench.db, &hall.operator(), new, hall.today()).await;
            let Err(Failure::Refused(refusal)) = refused else { panic!("{expected}") };
            assert_eq!(refusal, expected);
        }
    })
    .await;
}

fn person(number: u128) -> PersonId {
    PersonId::from(uuid::Uuid::from_u128(number))
}

fn day(offset: u64) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 23).unwrap() + Days::new(offset)
}

prop_compose! {
    fn staff()(
        left in proptest::collection::vec(any::<bool>(), 5),
        absences in proptest::collection::vec((0..5_u128, 0..4_u64, proptest::option::of(0..4_u64), proptest::option::of(0..5_u128)), 0..8),
    ) -> Staff {
        let mut staff = Staff::default();
        for (number, left) in left.into_iter().enumerate() {
            let id = person(number as u128);
            let left_at = left.then(|| "2026-11-01T00:00:00Z".parse().unwrap());
            let email = format!("p{number}@example.dk").parse().unwrap();
            let second_step = SecondStep::Off { version: 1 };
            let name = format!("p{number}");
            let language = Language::Da;
            staff.people.insert(id, Person { id, name, email, phone: None, language, has_password: false, second_step, left_at });
        }
        for (number, (who, first, length, substitute)) in absences.into_iter().enumerate() {
            staff.absences.push(Absence {
                id: uuid::Uuid::from_u128(number as u128).into(),
                person: person(who),
                first_day: day(first),
                last_day: length.map(|length| day(first + length)),
                substitute: substitute.map(person),
            });
        }
        staff
    }
}

proptest! {
    #[test]
    fn whoever_stands_in_is_at_work(staff in staff(), who in 0..5_u128, today in 0..6_u64) {
        if let Some(stand_in) = staff.stand_in(person(who), day(today)) {
            prop_assert!(staff.works_here(stand_in));
            prop_assert!(!staff.is_absent(stand_in, day(today)));
        }
    }

    #[test]
    fn whoever_is_at_work_stands_in_for_oneself(staff in staff(), who in 0..5_u128, today in 0..6_u64) {
        let who = person(who);
        if staff.works_here(who) && !staff.is_absent(who, day(today)) {
            prop_assert_eq!(staff.stand_in(who, day(today)), Some(who));
        }
    }
}
