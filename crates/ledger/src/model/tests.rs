//! What a promise does, tried in every order.

use super::*;
use proptest::prelude::*;

fn calendar() -> Calendar {
    Calendar::default()
}
/// A local time, written `2026-11-23T09:00`.
fn at(local: &str) -> DateTime<Utc> {
    calendar().instant(chrono::NaiveDateTime::parse_from_str(local, "%Y-%m-%dT%H:%M").unwrap())
}
fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}
fn code(text: &str) -> Code {
    text.parse().unwrap()
}
fn uuid(n: u128) -> Uuid {
    Uuid::from_u128(n)
}

fn answer_due(received: &str, due_on: &str) -> Promise {
    let received_at = at(received);
    let new = NewPromise {
        kind: PromiseKind::ANSWER,
        debtor: TeamId::from(uuid(1)).into(),
        creditor: PartyId::from(uuid(2)).into(),
        subject: uuid(3),
        party: None,
        topic: Some(code("waste")),
        received_at,
        cohort: calendar().day_zero(received_at),
        due_on: day(due_on),
        pausable: true,
        follows: None,
        visibility: Visibility::Party,
    };
    Promise::open(uuid(4).into(), new).promise
}

#[test]
fn an_answer_just_before_midnight_of_the_due_day_is_in_time_and_one_at_midnight_is_late() {
    let promise = answer_due("2026-11-23T09:00", "2026-12-07");
    let in_time = promise.clone().keep(at("2026-12-07T23:59")).unwrap().promise;
    assert_eq!(in_time.state, PromiseState::Kept { at: at("2026-12-07T23:59") });
    let late = promise.keep(at("2026-12-08T00:00")).unwrap().promise;
    assert_eq!(late.state, PromiseState::KeptLate { at: at("2026-12-08T00:00") });
}

#[test]
fn a_pause_over_christmas_moves_the_date_by_its_working_days_only() {
    let promise = answer_due("2026-12-21T09:00", "2026-12-30");
    let paused = promise.pause(at("2026-12-22T10:00"), code("waiting-for-drawing")).unwrap().promise;
    let resumed = paused.resume(at("2027-01-04T08:00"), &calendar()).unwrap();
    // 23, 28, 29, 30 December and 4 January; the 24th to the 27th, the 31st and the 1st to the 3rd are closed.
    assert_eq!(resumed.promise.paused_working_days, 5);
    // Four days were left on the 22nd (23, 28, 29, 30), and four are left on 4 January.
    assert_eq!(resumed.promise.due_on, day("2027-01-08"));
    assert!(matches!(
        resumed.facts.as_slice(),
        [
            LedgerFact::PromiseResumed { sequence: 3, working_days: 5, .. },
            LedgerFact::PromiseDueMoved { sequence: 4, .. },
        ]
    ));
}

#[test]
fn a_pause_within_a_day_moves_nothing() {
    let promise = answer_due("2026-11-23T09:00", "2026-12-07");
    let paused = promise.pause(at("2026-11-24T10:00"), code("waiting-for-drawing")).unwrap().promise;
    let resumed = paused.resume(at("2026-11-24T14:00"), &calendar()).unwrap();
    assert_eq!(resumed.promise.due_on, day("2026-12-07"));
    assert_eq!(resumed.facts.len(), 1);
}

#[test]
fn what_is_answered_while_the_clock_stands_still_is_judged_as_of_when_it_stopped() {
    let promise = answer_due("2026-11-23T09:00", "2026-12-07");
    let paused = promise.clone().pause(at("2026-11-24T10:00"), code("waiting-for-drawing")).unwrap().promise;
    let kept = paused.keep(at("2027-02-01T10:00")).unwrap().promise;
    assert!(matches!(kept.state, PromiseState::Kept { .. }));
    assert_eq!(kept.paused_since, None);
    let paused_late = promise.pause(at("2026-12-09T10:00"), code("waiting-for-drawing")).unwrap().promise;
    let kept_late = paused_late.keep(at("2026-12-09T11:00")).unwrap().promise;
    assert!(matches!(kept_late.state, PromiseState::KeptLate { .. }));
}

#[test]
fn a_first_reply_is_never_paused_whatever_was_asked_for() {
    let pausable = answer_due("2026-11-23T09:00", "2026-11-25");
    let new = NewPromise {
        kind: PromiseKind::FIRST_REPLY,
        debtor: pausable.debtor,
        creditor: pausable.creditor,
        subject: pausable.subject,
        party: None,
        topic: None,
        received_at: pausable.received_at,
        cohort: pausable.cohort,
        due_on: pausable.due_on,
        pausable: true,
        follows: None,
        visibility: Visibility::Staff,
    };
    let first_reply = Promise::open(uuid(5).into(), new).promise;
    assert_eq!(
        first_reply.pause(at("2026-11-23T10:00"), code("busy")).unwrap_err(),
        PromiseRefusal::NotPausable
    );
}

#[test]
fn a_hand_over_changes_who_owes_and_never_the_date() {
    let promise = answer_due("2026-11-23T09:00", "2026-12-07");
    let other = Holder::Team(uuid(9).into());
    let handed = promise.clone().hand_over(at("2026-12-07T23:00"), other).unwrap().promise;
    assert_eq!((handed.debtor, handed.due_on), (other, promise.due_on));
    let again = handed.hand_over(at("2026-12-07T23:30"), other).unwrap();
    assert!(again.facts.is_empty());
}

#[test]
fn what_has_ended_cannot_change_any_more() {
    let now = at("2026-11-24T09:00");
    let ended =
        answer_due("2026-11-23T09:00", "2026-12-07").break_off(now, code("not-our-field")).unwrap().promise;
    let refused = [
        ended.clone().keep(now),
        ended.clone().pause(now, code("busy")),
        ended.clone().resume(now, &calendar()),
        ended.clone().withdraw(now, code("spam")),
        ended.clone().break_off(now, code("busy")),
        ended.hand_over(now, Holder::Team(uuid(9).into())),
    ];
    assert!(refused.iter().all(|refused| *refused == Err(PromiseRefusal::Ended)));
}

#[test]
fn a_page_says_how_many_working_days_are_left_or_gone() {
    let promise = answer_due("2026-11-23T09:00", "2026-12-04");
    let standing = |now| promise.standing(at(now), &calendar());
    assert_eq!(standing("2026-11-27T12:00"), Standing::Due { working_days_left: 5 });
    assert_eq!(standing("2026-11-28T12:00"), Standing::Due { working_days_left: 5 });
    assert_eq!(standing("2026-12-04T23:59"), Standing::DueToday);
    assert_eq!(standing("2026-12-05T00:00"), Standing::Late { working_days: 0 });
    assert_eq!(standing("2026-12-07T09:00"), Standing::Late { working_days: 1 });
}

/// Anything one can try with a promise.
#[derive(Debug, Clone)]
enum Move {
    Pause,
    Resume,
    Keep,
    Break,
    Withdraw,
    HandOver(u8),
}

fn moves() -> impl Strategy<Value = Vec<(Move, i64)>> {
    let one = prop_oneof![
        4 => Just(Move::Pause),
        4 => Just(Move::Resume),
        1 => Just(Move::Keep),
        1 => Just(Move::Break),
        1 => Just(Move::Withdraw),
        3 => (0..3_u8).prop_map(Move::HandOver),
    ];
    // Hours until the move; some go back, as two nodes' clocks may.
    proptest::collection::vec((one, -1..200_i64), 0..20)
}

fn make(promise: Promise, one: &Move, now: DateTime<Utc>) -> Result<Change, PromiseRefusal> {
    match one {
        Move::Pause => promise.pause(now, code("waiting")),
        Move::Resume => promise.resume(now, &calendar()),
        Move::Keep => promise.keep(now),
        Move::Break => promise.break_off(now, code("gave-up")),
        Move::Withdraw => promise.withdraw(now, code("withdrawn-by-company")),
        Move::HandOver(team) => promise.hand_over(now, Holder::Team(uuid(u128::from(*team)).into())),
    }
}

proptest! {
    #[test]
    fn whatever_is_tried_only_a_pause_moves_the_date_and_a_replay_gives_the_same(moves in moves()) {
        let opened = answer_due("2026-11-23T09:00", "2026-12-07");
        let (mut promise, mut now, mut told) = (opened.clone(), at("2026-11-23T09:00"), Vec::new());
        for (one, hours) in moves {
            now += chrono::Duration::hours(hours);
            let Ok(change) = make(promise.clone(), &one, now) else { continue };
            let moved = change.promise.due_on != promise.due_on;
            prop_assert!(!moved || matches!(one, Move::Resume));
            prop_assert!(change.promise.due_on >= promise.due_on);
            told.extend(change.facts.into_iter().map(|fact| (now, fact)));
            promise = change.promise;
            prop_assert!(promise.paused_since.is_none() || promise.state == PromiseState::Open);
            prop_assert_eq!(promise.paused_since.is_some(), promise.pause_reason.is_some());
        }
        // The date has moved by the working days of the pauses that are over, whatever happened in between.
        let expected = later_by(opened.due_on, promise.paused_working_days, &calendar());
        prop_assert_eq!(promise.due_on, expected);
        let replayed = told.iter().fold(opened, |promise, (at, fact)| promise.apply(*at, fact));
        prop_assert_eq!(replayed, promise);
    }

    #[test]
    fn what_was_left_when_the_clock_stopped_is_left_when_it_runs_again(
        stop in 0..400_i64, stand in 0..2_000_i64, goal in 0..40_u16,
    ) {
        let calendar = calendar();
        let promise = answer_due("2026-11-23T09:00", "2026-11-23");
        let promise = Promise { due_on: calendar.add_working_days(promise.cohort, goal), ..promise };
        let left = |promise: &Promise, now| {
            calendar.working_days_between(calendar.local_date(now), promise.due_on)
        };
        let stopped = at("2026-11-23T09:00") + chrono::Duration::hours(stop);
        let runs = stopped + chrono::Duration::hours(stand);
        let before = left(&promise, stopped);
        let resumed = promise.pause(stopped, code("waiting")).unwrap().promise.resume(runs, &calendar).unwrap();
        prop_assert_eq!(left(&resumed.promise, runs), before);
    }
}
