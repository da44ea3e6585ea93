//! Who stands in for whom, and who leads while the leader is away.

use chrono::{Days, NaiveDate};
use identity::{
    commands::{self, NewAbsence},
    model::{Absence, AbsenceRefusal, Cover, Person, Post, SecondStep, Staff, Team, TeamRefusal},
};
use kernel::{Failure, Language, PersonId, Role, TeamId};
use ports::{PeopleDirectory, PeopleLine};
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
async fn in_whose_name_someone_acts_is_the_same_in_the_roster_as_in_its_own_session() {
    each_engine(async |hall: Hall| {
        let people = ["jonas", "line", "lars", "mette"];
        let mut ids = Vec::new();
        for name in people {
            let id = hall.person(name, &[Role::Manager]).await;
            hall.with_password(id).await;
            ids.push(id);
        }
        let [jonas, line, lars, mette] = ids[..] else { panic!("four") };
        let building = hall.team("building", &[jonas]).await;
        let roads = hall.team("roads", &[line]).await;
        let (db, operator) = (&hall.bench.db, hall.operator());
        for (team, post, person) in
            [(building, Post::Leader, lars), (building, Post::Deputy, mette), (roads, Post::Duty, mette)]
        {
            commands::give_post(db, &operator, team, post, Some(person)).await.unwrap();
        }
        let same = async |when: &str| {
            let read = hall.bench.db.read(&hall.anyone());
            let roster = hall.directory.roster(&read, hall.today()).await.unwrap();
            for (name, id) in people.into_iter().zip(&ids) {
                let token = hall.sign_in(name).await;
                assert_eq!(hall.reach(&token).await.teams, *roster.teams_of(*id), "{when}: {name}");
            }
            roster
        };
        let ordinary = same("ordinarily").await;
        assert!(ordinary.acts_for(lars, building) && !ordinary.acts_for(mette, building));
        assert_eq!(ordinary.leader(building), Some(lars));
        away(&hall, lars, None).await;
        away(&hall, jonas, Some(line)).await;
        let without = same("while the leader is away").await;
        assert!(without.acts_for(mette, building) && without.acts_for(line, building));
        assert_eq!(without.leader(building), Some(mette));
        assert_eq!(without.people[&jonas].stand_in, Some(line));
        hall.bench.at("2026-11-30T09:00");
        assert_eq!(same("back").await, ordinary);
    })
    .await;
}

#[tokio::test]
async fn a_substitute_is_told_for_whom_and_until_when() {
    each_engine(async |hall: Hall| {
        let jonas = hall.person("jonas", &[Role::CaseOfficer]).await;
        let line = hall.person("line", &[Role::CaseOfficer]).await;
        let karen = hall.person("karen", &[Role::CaseOfficer]).await;
        hall.team("building", &[jonas, line, karen]).await;
        let for_whom = async |person: PersonId| {
            let read = hall.bench.db.read(&hall.anyone());
            let found = hall.directory.stands_in_for(&read, person, hall.today()).await.unwrap();
            found.into_iter().map(|one| (one.person, one.until)).collect::<Vec<_>>()
        };
        assert_eq!(for_whom(line).await, []);
        away(&hall, jonas, Some(line)).await;
        let last = hall.today().checked_add_days(Days::new(6));
        assert_eq!(for_whom(line).await, [(jonas, last)]);
        assert_eq!(for_whom(jonas).await, [], "nobody stands in for oneself");
        // Away as well: whoever stands in for the substitute does the work of both.
        away(&hall, line, Some(karen)).await;
        assert_eq!(for_whom(line).await, []);
        assert_eq!(for_whom(karen).await, [(jonas, last), (line, last)]);
        hall.bench.at("2026-11-30T09:00");
        assert_eq!(for_whom(karen).await, [], "back");
    })
    .await;
}

#[tokio::test]
async fn a_politician_is_never_named_for_work_that_it_could_not_open() {
    each_engine(async |hall: Hall| {
        let jonas = hall.person("jonas", &[Role::CaseOfficer]).await;
        let erik = hall.person("erik", &[Role::CommitteeMember]).await;
        let rikke = hall.person("rikke", &[Role::Admin]).await;
        let team = hall.team("building", &[jonas]).await;
        let (db, operator) = (&hall.bench.db, hall.operator());
        for other in [erik, rikke] {
            let new = NewAbsence {
                person: jonas,
                first_day: hall.today(),
                last_day: None,
                substitute: Some(other),
            };
            let refused = commands::note_absence(db, &operator, new, hall.today()).await;
            let cannot = AbsenceRefusal::SubstituteCannotAnswer;
            assert!(matches!(refused, Err(Failure::Refused(refusal)) if refusal == cannot));
            for post in Post::ALL {
                let refused = commands::give_post(db, &operator, team, post, Some(other)).await;
                let cannot = TeamRefusal::CannotAnswer;
                assert!(matches!(refused, Err(Failure::Refused(refusal)) if refusal == cannot), "{post:?}");
            }
        }
        // Two politicians may name each other: nothing goes over.
        away(&hall, erik, Some(rikke)).await;
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

#[tokio::test]
async fn the_telephone_then_the_leader_then_the_deputy_takes_over_when_no_substitute_can() {
    each_engine(async |hall: Hall| {
        let db = &hall.bench.db;
        let jonas = hall.person("jonas", &[Role::CaseOfficer]).await;
        let line = hall.person("line", &[Role::CaseOfficer]).await;
        let duty = hall.person("duty", &[Role::CaseOfficer]).await;
        let leader = hall.person("leader", &[Role::Manager]).await;
        let deputy = hall.person("deputy", &[Role::Manager]).await;
        let team = hall.team("building", &[jonas, line, duty, leader, deputy]).await;
        for (post, person) in [(Post::Duty, duty), (Post::Leader, leader), (Post::Deputy, deputy)] {
            commands::give_post(db, &hall.operator(), team, post, Some(person)).await.unwrap();
        }
        let ask = async || {
            let read = db.read(&hall.anyone());
            let on_day = hall.directory.on_day(&read, hall.today(), &[(jonas, team)]).await.unwrap();
            (on_day.taker(jonas, team), on_day.leader(team), on_day.is_away(jonas))
        };
        assert_eq!(ask().await, (Some(jonas), Some(leader), false));
        away(&hall, jonas, Some(line)).await;
        assert_eq!(ask().await, (Some(line), Some(leader), true));
        away(&hall, line, None).await;
        assert_eq!(ask().await, (Some(duty), Some(leader), true), "the substitute is away as well");
        away(&hall, duty, None).await;
        assert_eq!(ask().await, (Some(leader), Some(leader), true));
        away(&hall, leader, None).await;
        assert_eq!(ask().await, (Some(deputy), Some(deputy), true));
        commands::leave(db, &hall.operator(), deputy).await.unwrap();
        assert_eq!(ask().await, (None, None, true), "it is the team's, unassigned");
    })
    .await;
}

#[tokio::test]
async fn an_absence_that_is_sent_twice_is_noted_once() {
    each_engine(async |hall: Hall| {
        let mette = hall.person("mette", &[]).await;
        assert_eq!(away(&hall, mette, None).await, away(&hall, mette, None).await);
        let noted = hall.words().await.into_iter().filter(|word| word == "absence_noted");
        assert_eq!(noted.count(), 1);
    })
    .await;
}

#[tokio::test]
async fn two_people_cannot_stand_in_for_each_other_at_the_same_time() {
    each_engine(async |hall: Hall| {
        let (mette, bo) = (hall.person("mette", &[]).await, hall.person("bo", &[]).await);
        away(&hall, mette, Some(bo)).await;
        let note = async |first_day: NaiveDate| {
            let new =
                NewAbsence { person: bo, first_day, last_day: Some(first_day), substitute: Some(mette) };
            commands::note_absence(&hall.bench.db, &hall.operator(), new, hall.today()).await
        };
        let refused = note(hall.today() + Days::new(2)).await;
        assert!(matches!(refused, Err(Failure::Refused(AbsenceRefusal::GoesRound))));
        note(hall.today() + Days::new(7)).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn the_lines_of_people_say_who_which_teams_and_which_days() {
    each_engine(async |hall: Hall| {
        let db = &hall.bench.db;
        let (mette, bo) = (hall.person("mette", &[]).await, hall.person("bo", &[]).await);
        let team = hall.team("business", &[mette]).await;
        let (absence, first_day) = (away(&hall, mette, Some(bo)).await, hall.today());
        commands::end_absence(db, &hall.operator(), absence, hall.today()).await.unwrap();
        commands::leave(db, &hall.operator(), mette).await.unwrap();
        let filter = storage::LineFilter { capability: Some("identity".into()), ..Default::default() };
        let lines = storage::lines(&db.read(&hall.anyone()), &filter, 1000).await.unwrap();
        let lines = lines.into_iter().map(|line| serde_json::from_value(line.payload).unwrap());
        let told: Vec<PeopleLine> = lines.filter(|line| *line != PeopleLine::Other).collect();
        let (person, teams, last_day) = (mette, [team].into(), first_day.checked_add_days(Days::new(6)));
        let (absence, substitute) = (absence.into(), Some(bo));
        let expected = [
            PeopleLine::AbsenceNoted { absence, person, teams, first_day, last_day, substitute },
            PeopleLine::AbsenceEnded { absence, person, teams: [team].into(), back_on: first_day },
            PeopleLine::PersonLeft { person, teams: [team].into() },
        ];
        assert_eq!(told, expected);
    })
    .await;
}

fn person(number: u128) -> PersonId {
    PersonId::from(uuid::Uuid::from_u128(number))
}

fn team_id() -> TeamId {
    TeamId::from(uuid::Uuid::from_u128(100))
}

fn day(offset: u64) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 23).unwrap() + Days::new(offset)
}

prop_compose! {
    fn staff()(
        posts in proptest::collection::vec(proptest::option::of(0..5_u128), 3),
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
            staff.people.insert(id, Person { id, name, email, phone: None, language, has_password: false, second_step, left_at, digest_only: false });
        }
        staff.teams.insert(team_id(), Team {
            id: team_id(),
            key: "building".parse().unwrap(),
            name_da: "Byg".into(),
            name_en: "Building".into(),
            phone: "43000000".parse().unwrap(),
            hours_da: String::new(),
            hours_en: String::new(),
            leader: posts[0].map(person),
            deputy: posts[1].map(person),
            duty: posts[2].map(person),
        });
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

    #[test]
    fn work_never_falls_to_someone_who_is_away_and_to_nobody_only_when_everyone_who_could_is(
        staff in staff(), who in 0..5_u128, today in 0..6_u64,
    ) {
        let (who, today) = (person(who), day(today));
        let team = &staff.teams[&team_id()];
        if let Some(taker) = staff.taker(who, team_id(), today) {
            prop_assert!(staff.is_at_work(taker, today));
        } else {
            let could = [Some(who), team.duty, team.leader, team.deputy];
            prop_assert!(could.into_iter().flatten().all(|person| !staff.is_at_work(person, today)));
        }
        if let Some(named) = staff.stand_in(who, today) {
            prop_assert_eq!(staff.taker(who, team_id(), today), Some(named), "who was named goes first");
        }
    }

    #[test]
    fn the_leader_leads_whenever_at_work_and_nobody_leads_who_is_away(staff in staff(), today in 0..6_u64) {
        let (team, today) = (&staff.teams[&team_id()], day(today));
        let leads = staff.leader(team, today);
        prop_assert!(leads.is_none_or(|person| staff.is_at_work(person, today)));
        if let Some(leader) = team.leader.filter(|leader| staff.is_at_work(*leader, today)) {
            prop_assert_eq!(leads, Some(leader));
        }
        if let Some(leads) = leads {
            prop_assert!(staff.leads(leads, today).contains(&team_id()));
        }
    }

    #[test]
    fn a_plan_says_for_every_day_who_takes_over_on_it(
        staff in staff(), who in 0..5_u128, first in 0..4_u64, length in 0..4_u64,
    ) {
        let (who, first_day, last_day) = (person(who), day(first), day(first + length));
        let plan = staff.cover(who, team_id(), first_day, Some(last_day));
        prop_assert_eq!(plan.first().map(|stretch| stretch.first_day), Some(first_day));
        prop_assert_eq!(plan.last().map(|stretch| stretch.last_day), Some(Some(last_day)));
        for today in first_day.iter_days().take_while(|day| *day <= last_day) {
            let covers = |stretch: &&Cover| {
                stretch.first_day <= today && stretch.last_day.is_none_or(|last| today <= last)
            };
            let stretches: Vec<_> = plan.iter().filter(covers).collect();
            prop_assert_eq!(stretches.len(), 1);
            prop_assert_eq!(stretches[0].taker, staff.taker(who, team_id(), today));
        }
    }

    #[test]
    fn an_absence_that_is_taken_leads_back_to_the_person_on_no_day(
        staff in staff(), who in 0..5_u128, substitute in 0..5_u128, first in 0..4_u64, length in 0..4_u64,
    ) {
        let (who, first_day, last_day) = (person(who), day(first), Some(day(first + length)));
        let id = uuid::Uuid::from_u128(99).into();
        let absence = Absence { id, person: who, first_day, last_day, substitute: Some(person(substitute)) };
        let checked = staff.check_absence(&absence, day(0));
        let with = staff.with_absence(absence);
        for today in first_day.iter_days().take_while(|day| Some(*day) <= last_day) {
            let mut asked = vec![who];
            let mut next = with.absence(who, today).and_then(|absence| absence.substitute);
            while let Some(person) = next.filter(|person| !asked.contains(person)) {
                asked.push(person);
                next = with.absence(person, today).and_then(|absence| absence.substitute);
            }
            if checked.is_ok() {
                prop_assert_ne!(next, Some(who));
            }
        }
    }

    #[test]
    fn a_leaver_takes_nothing_over(staff in staff(), who in 0..5_u128, today in 0..6_u64) {
        let (who, today) = (person(who), day(today));
        let after = staff.without(who, "2026-11-23T08:00:00Z".parse().unwrap());
        for other in (0..5_u128).map(person) {
            prop_assert_ne!(after.taker(other, team_id(), today), Some(who));
        }
    }
}
