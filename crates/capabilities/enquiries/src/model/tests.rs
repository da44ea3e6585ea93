//! What a company or an officer would notice if it were otherwise.

use chrono::TimeZone;
use proptest::prelude::*;
use uuid::Uuid;

use super::*;

fn now() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 11, 23, 9, 0, 0).unwrap()
}

fn team(n: u128) -> TeamId {
    Uuid::from_u128(n).into()
}

fn person(n: u128) -> PersonId {
    Uuid::from_u128(n).into()
}

fn case() -> Case {
    Case {
        id: Uuid::from_u128(1).into(),
        number: "2026-00001".into(),
        topic: "waste".parse().unwrap(),
        confidential: false,
        team: team(1),
        assignee: None,
        state: CaseState::Open,
        party: Uuid::from_u128(2).into(),
        asker: Asker::Founder,
        contact: Contact { name: "A".into(), email: "a@example.dk".parse().unwrap(), phone: None },
        channel: Channel::Web,
        language: Language::Da,
        received_at: now(),
        updated_at: now(),
        closed_at: None,
        version: 1,
        link_version: 1,
        hand_over: None,
        bounces: 0,
        hand_overs: 0,
        repeats: 0,
        rating: None,
        about_person: None,
        about_team: None,
        wall: Wall::default(),
        about: None,
        acute: Vec::new(),
        erased_at: None,
        confirmed_by: None,
    }
}

#[test]
fn a_case_cannot_close_while_another_team_owes_a_part() {
    assert_eq!(case().close(Outcome::Answered, 1, now()), Err(CaseRefusal::PartOwed));
    assert!(case().close(Outcome::Answered, 0, now()).is_ok());
}

#[test]
fn a_hand_over_that_fails_comes_back_and_one_that_fails_again_makes_the_business_consultant_the_owner() {
    let offered = case().hand_over(team(2), now()).unwrap();
    assert_eq!(offered.team, team(1), "the case stays ours until the other accepts");
    let back = offered.bounce(team(9), now()).unwrap();
    assert_eq!((back.team, back.bounces), (team(1), 1), "the first time it comes back");
    let offered = back.hand_over(team(3), now()).unwrap();
    assert_eq!(offered.bounce(team(9), now()).unwrap().team, team(9));
}

#[test]
fn a_case_is_taken_up_again_on_day_30_and_not_on_day_31() {
    let closed = case().close(Outcome::Answered, 0, now()).unwrap();
    assert!(closed.clone().reopen(now() + Duration::days(30)).is_ok());
    assert_eq!(closed.reopen(now() + Duration::days(31)), Err(CaseRefusal::TooLateToReopen));
}

#[test]
fn what_the_company_writes_after_the_end_is_not_lost_but_takes_the_case_up_again() {
    let closed = case().close(Outcome::Guided, 0, now()).unwrap();
    let again = closed.company_writes(now() + Duration::days(3)).unwrap();
    assert_eq!(again.state, CaseState::Open);
}

#[test]
fn an_older_version_is_refused() {
    let taken = case().assign(Some(person(1)), now()).unwrap();
    assert_eq!(taken.at_version(1), Err(CaseRefusal::Stale));
}

#[test]
fn a_case_is_rated_once() {
    let closed = case().close(Outcome::Answered, 0, now()).unwrap();
    let rated = closed.rate(4, String::new(), now()).unwrap();
    assert_eq!(rated.rate(1, String::new(), now()), Err(CaseRefusal::AlreadyRated));
}

#[test]
fn a_robot_that_fills_the_trap_must_confirm_and_a_quick_person_need_not() {
    assert!(suspicion("x", Some(30), "Hej") >= SUSPICIOUS);
    assert!(suspicion("", Some(1), "Hej") < SUSPICIOUS);
    assert!(suspicion("", None, "Hej") < SUSPICIOUS);
    assert!(suspicion("", Some(1), "http://a http://b http://c") >= SUSPICIOUS);
}

#[derive(Debug, Clone)]
enum Move {
    Assign,
    Reply,
    Ask,
    Company,
    Close,
    Withdraw,
    Offer(u8),
    Accept,
    Bounce,
    Spam,
}

fn moves() -> impl Strategy<Value = Vec<Move>> {
    let one = prop_oneof![
        Just(Move::Assign),
        Just(Move::Reply),
        Just(Move::Ask),
        Just(Move::Company),
        Just(Move::Close),
        Just(Move::Withdraw),
        (1..4_u8).prop_map(Move::Offer),
        Just(Move::Accept),
        Just(Move::Bounce),
        Just(Move::Spam),
    ];
    prop::collection::vec(one, 0..40)
}

proptest! {
    #[test]
    fn whatever_happens_a_case_has_one_owner_an_end_has_a_time_and_every_change_a_version(moves in moves()) {
        let mut case = case();
        for step in moves {
            let before = case.clone();
            let next = match step {
                Move::Assign => case.clone().assign(Some(person(7)), now()),
                Move::Reply => case.clone().reply(person(7), now()),
                Move::Ask => case.clone().ask(person(7), now()),
                Move::Company => case.clone().company_writes(now()),
                Move::Close => case.clone().close(Outcome::Answered, 0, now()),
                Move::Withdraw => case.clone().withdraw(now()),
                Move::Offer(to) => case.clone().hand_over(team(to.into()), now()),
                Move::Accept => case.clone().accept(None, now()),
                Move::Bounce => case.clone().bounce(team(9), now()),
                Move::Spam => case.clone().mark_spam(Genuine::default(), now()),
            };
            let Ok(next) = next else { continue };
            prop_assert_eq!(next.version, before.version + 1);
            prop_assert_eq!(next.state.is_open(), next.closed_at.is_none());
            prop_assert!(next.hand_over.is_none_or(|offer| offer.from == next.team && offer.to != next.team));
            prop_assert!(next.state.is_open() || next.hand_over.is_none());
            if next.state == CaseState::Spam { break }
            case = next;
        }
    }
}
