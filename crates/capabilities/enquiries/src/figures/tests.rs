//! Figures from lines equal a plain recount of what happened, and small numbers stay hidden.

use std::collections::BTreeSet;

use chrono::{Days, NaiveDateTime};
use kernel::{PartyId, PromiseId};
use ledger::{LedgerFact, NewPromise, Promise};
use proptest::prelude::*;
use uuid::Uuid;

use super::*;

fn calendar() -> Calendar {
    Calendar::default()
}

fn code(text: &str) -> Code {
    text.parse().unwrap()
}

/// What happens to one invented enquiry.
#[derive(Debug, Clone)]
struct Story {
    day: u64,
    team: u8,
    topic: usize,
    /// Working days until a person replied, and until the answer; past the last day nothing has happened yet.
    reply: u64,
    answer: u64,
    hand_overs: u8,
    cause: usize,
    score: Option<i32>,
    spam: bool,
}

const TOPICS: [&str; 3] = ["waste", "signage", "building-permit"];
const REPLY_GOAL: u16 = 2;
const ANSWER_GOAL: u16 = 10;

fn first_day() -> NaiveDate {
    "2026-01-05".parse().unwrap()
}

fn now() -> DateTime<Utc> {
    at("2026-11-23".parse().unwrap())
}

fn at(day: NaiveDate) -> DateTime<Utc> {
    let noon: NaiveDateTime = day.and_hms_opt(12, 0, 0).unwrap();
    calendar().instant(noon)
}

impl Story {
    fn received(&self) -> NaiveDate {
        let day = first_day() + Days::new(self.day);
        if calendar().is_working_day(day) { day } else { calendar().next_working_day(day) }
    }
    fn later(&self, working_days: u64) -> Option<NaiveDate> {
        let day = calendar().add_working_days(self.received(), u16::try_from(working_days).unwrap());
        (at(day) <= now()).then_some(day)
    }
    fn replied(&self) -> Option<NaiveDate> {
        self.later(self.reply)
    }
    fn answered(&self) -> Option<NaiveDate> {
        self.later(self.answer)
    }
    fn due(&self, goal: u16) -> NaiveDate {
        calendar().add_working_days(self.received(), goal)
    }
}

fn stories() -> impl Strategy<Value = Vec<Story>> {
    let story =
        (0_u64..330, 0_u8..3, 0_usize..3, 0_u64..8, 0_u64..30, 0_u8..3, 0_usize..6).prop_flat_map(
            |(day, team, topic, reply, more, hand_overs, cause)| {
                (prop::option::of(1..=5_i32), prop::bool::weighted(0.1)).prop_map(move |(score, spam)| {
                    Story { day, team, topic, reply, answer: reply + more, hand_overs, cause, score, spam }
                })
            },
        );
    prop::collection::vec(story, 0..40)
}

fn team_of(n: u8) -> TeamId {
    Uuid::from_u128(u128::from(n) + 1).into()
}

/// Writes lines as the program's commands write them.
struct Journal {
    lines: Vec<Line>,
    subject: Uuid,
    team: TeamId,
}

impl Journal {
    fn line<F: kernel::Fact>(&mut self, day: NaiveDate, fact: &F) {
        let position = i64::try_from(self.lines.len()).unwrap() + 1;
        self.lines.push(Line {
            id: Uuid::from_u128(u128::try_from(position).unwrap()),
            position: Some(position),
            at: at(day),
            actor_kind: "staff".into(),
            actor_id: None,
            capability: F::CAPABILITY.into(),
            word: fact.word().unwrap(),
            subject: self.subject,
            party: None,
            team: Some(self.team.uuid()),
            visibility: Visibility::Party,
            payload: fact.payload().unwrap(),
        });
    }

    fn facts(&mut self, day: NaiveDate, facts: &[LedgerFact]) {
        for fact in facts {
            self.line(day, fact);
        }
    }
}

fn lines_of(number: usize, story: &Story) -> Vec<Line> {
    let subject = Uuid::from_u128(1_000 + number as u128);
    let mut journal = Journal { lines: Vec::new(), subject, team: team_of(story.team) };
    let day = story.received();
    journal.line(
        day,
        &EnquiryFact::Received {
            topic: code(TOPICS[story.topic]),
            channel: code("web"),
            asker: code("company"),
            language: code("da"),
            has_company: true,
            suspicious: false,
        },
    );
    let open = |kind: PromiseKind, goal: u16, id: u128| {
        Promise::open(
            PromiseId::from(Uuid::from_u128(id)),
            NewPromise {
                pausable: kind == PromiseKind::ANSWER,
                kind,
                debtor: team_of(story.team).into(),
                creditor: PartyId::from(Uuid::from_u128(7)).into(),
                subject,
                party: None,
                topic: Some(code(TOPICS[story.topic])),
                received_at: at(day),
                cohort: day,
                due_on: story.due(goal),
                follows: None,
                visibility: Visibility::Party,
            },
        )
    };
    let first = open(PromiseKind::FIRST_REPLY, REPLY_GOAL, 2_000 + number as u128);
    let answer = open(PromiseKind::ANSWER, ANSWER_GOAL, 3_000 + number as u128);
    journal.facts(day, &first.facts);
    journal.facts(day, &answer.facts);
    if story.spam {
        journal.line(day, &EnquiryFact::MarkedSpam { why: None });
        for promise in [first.promise, answer.promise] {
            journal.facts(day, &promise.withdraw(at(day), code("spam")).unwrap().facts);
        }
        return journal.lines;
    }
    for _ in 0..story.hand_overs {
        let (from, to) = (team_of(story.team), team_of(story.team));
        journal.line(day, &EnquiryFact::HandedOver { from, to });
    }
    if let Some(day) = story.replied() {
        journal.facts(day, &first.promise.keep(at(day)).unwrap().facts);
    }
    if let Some(day) = story.answered() {
        journal.facts(day, &answer.promise.keep(at(day)).unwrap().facts);
        let avoidable = code(Avoidable::ALL[story.cause].code());
        let topic = code(TOPICS[story.topic]);
        journal
            .line(day, &EnquiryFact::Closed { outcome: code("answered"), avoidable, topic: topic.clone() });
        if let Some(score) = story.score {
            journal.line(day, &EnquiryFact::Rated { score, topic });
        }
    }
    journal.lines
}

fn facts_of(stories: &[Story]) -> Vec<CaseFacts> {
    let lines = stories.iter().enumerate().map(|(number, story)| lines_of(number, story));
    lines.map(|lines| CaseFacts::of(lines, &calendar()).unwrap().unwrap()).collect()
}

fn close(a: Option<f64>, b: Option<f64>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => (a - b).abs() < 1e-9,
        (a, b) => a.is_none() && b.is_none(),
    }
}

fn mean(values: &[f64]) -> Option<f64> {
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
}

#[test]
fn a_corrected_topic_is_the_one_that_counts_and_a_late_confirmation_starts_the_clock() {
    let story = Story {
        day: 0,
        team: 0,
        topic: 0,
        reply: 1,
        answer: 2,
        hand_overs: 0,
        cause: 0,
        score: None,
        spam: false,
    };
    let mut journal =
        Journal { lines: lines_of(1, &story), subject: Uuid::from_u128(1_001), team: team_of(0) };
    journal.line(story.received(), &EnquiryFact::TopicChanged { from: code("waste"), to: code("signage") });
    let facts = CaseFacts::of(journal.lines, &calendar()).unwrap().unwrap();
    assert_eq!(facts.topic, code("signage"));
    let mut unconfirmed = lines_of(2, &story);
    unconfirmed.truncate(1);
    unconfirmed[0].payload["suspicious"] = true.into();
    assert!(!CaseFacts::of(unconfirmed, &calendar()).unwrap().unwrap().counts);
}

#[test]
fn lines_without_a_receipt_are_no_case() {
    assert_eq!(CaseFacts::of(Vec::new(), &calendar()).unwrap(), None);
}

#[test]
fn experience_needs_five_answers_of_the_topic() {
    let story = |answer| Story {
        day: 0,
        team: 0,
        topic: 0,
        reply: 0,
        answer,
        hand_overs: 0,
        cause: 0,
        score: None,
        spam: false,
    };
    let four: Vec<Story> = [1, 2, 3, 4].map(story).into();
    assert_eq!(experience(&facts_of(&four), &code("waste"), now(), &calendar()), None);
    let five: Vec<Story> = [1, 2, 3, 4, 9].map(story).into();
    let known = experience(&facts_of(&five), &code("waste"), now(), &calendar());
    assert_eq!(known, Some(Experience { days: 4, n: 5 }));
    assert_eq!(experience(&facts_of(&five), &code("signage"), now(), &calendar()), None);
}

proptest! {
    // Each case writes and reads some hundred lines.
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn figures_from_lines_equal_a_plain_recount(stories in stories()) {
        let facts = facts_of(&stories);
        let account = account(&facts, now(), &calendar());
        let real: Vec<&Story> = stories.iter().filter(|story| !story.spam).collect();
        prop_assert_eq!(account.received, real.len() as u64);
        let today = calendar().local_date(now());
        let in_time = real.iter().filter(|s| s.answered().is_some_and(|day| day <= s.due(ANSWER_GOAL))).count();
        let late = real.iter().filter(|s| s.answered().is_some_and(|day| day > s.due(ANSWER_GOAL))).count();
        let missed = real.iter().filter(|s| s.answered().is_none() && today > s.due(ANSWER_GOAL)).count();
        let figures = &account.answer;
        prop_assert_eq!((figures.within_goal, figures.late, figures.missed), (in_time, late, missed));
        let owes = |s: &&&Story| {
            (s.replied().is_none() && today > s.due(REPLY_GOAL)) || (s.answered().is_none() && today > s.due(ANSWER_GOAL))
        };
        prop_assert_eq!(account.late_now, real.iter().filter(owes).count() as u64);
        let ended: Vec<&&Story> = real.iter().filter(|s| s.answered().is_some()).collect();
        prop_assert_eq!(account.closed, ended.len() as u64);
        let doors: Vec<f64> = ended.iter().map(|s| f64::from(s.hand_overs)).collect();
        prop_assert!(close(account.wrong_doors.value, mean(&doors)));
        let avoidable = ended.iter().filter(|s| Avoidable::ALL[s.cause] != Avoidable::No).count();
        let share = mean(&ended.iter().map(|s| f64::from(u8::from(Avoidable::ALL[s.cause] != Avoidable::No)) * 100.0).collect::<Vec<_>>());
        prop_assert!(close(account.avoidable.value, share));
        prop_assert_eq!(account.causes.values().sum::<u64>(), avoidable as u64);
        let scores: Vec<f64> = ended.iter().filter_map(|s| s.score).map(f64::from).collect();
        prop_assert!(close(account.satisfaction.value, mean(&scores)));
        if real.iter().all(|s| s.replied().is_some()) && !real.is_empty() {
            let mut days: Vec<u64> = real.iter().map(|s| s.reply).collect();
            days.sort_unstable();
            let median = days[days.len().div_ceil(2) - 1] as f64;
            prop_assert_eq!(account.first_reply_median().value, Some(median));
        }
    }

    #[test]
    fn accounts_of_teams_add_up_to_that_of_all(stories in stories()) {
        let facts = facts_of(&stories);
        let all = account(&facts, now(), &calendar());
        let teams = (0..3).map(|n| account(facts.iter().filter(|case| case.team == team_of(n)), now(), &calendar()));
        let teams: Vec<Account> = teams.collect();
        prop_assert_eq!(all.received, teams.iter().map(|team| team.received).sum::<u64>());
        prop_assert_eq!(all.closed, teams.iter().map(|team| team.closed).sum::<u64>());
        prop_assert_eq!(all.answer.settled(), teams.iter().map(|team| team.answer.settled()).sum::<usize>());
        prop_assert_eq!(all.late_now, teams.iter().map(|team| team.late_now).sum::<u64>());
    }

    #[test]
    fn what_the_public_sees_comes_in_fives_and_only_grows(stories in stories(), days in 0_u64..300) {
        let facts = facts_of(&stories);
        let earlier = at(first_day() + Days::new(days));
        let ended_by = |moment: DateTime<Utc>| -> Vec<CaseFacts> {
            facts.iter().filter(|case| case.closed.as_ref().is_some_and(|(at, _)| *at <= moment)).cloned().collect()
        };
        let (before, after) = (ended_by(earlier), ended_by(now()));
        let ids = |cases: &[CaseFacts]| -> Vec<CaseId> {
            released_ended(cases).into_iter().map(|case| case.case).collect()
        };
        let (before, after) = (ids(&before), ids(&after));
        prop_assert_eq!(before.len() % 5, 0);
        prop_assert_eq!(after.len() % 5, 0);
        // Whoever laid yesterday's page beside today's sees none or at least five new ones.
        prop_assert!(after.starts_with(&before));
        let within = public_within_goal(&facts, now(), &calendar());
        prop_assert_eq!(within.n % 5, 0);
        prop_assert_eq!(public_satisfaction(&facts).n % 5, 0);
    }

    #[test]
    fn no_two_pages_of_the_managers_reveal_a_small_number(stories in stories()) {
        let facts = facts_of(&stories);
        let cases: Vec<&CaseFacts> = facts.iter().collect();
        let tables = Tables::of(&cases, &several(), now(), &calendar());
        let received = |table: &Table, row: usize| {
            let row = &table.rows[row];
            row.shown.received.then_some(row.account.received)
        };
        for period in tables.periods() {
            let table = tables.table(period).unwrap();
            let quarters: Vec<&Table> =
                period.quarters().into_iter().filter_map(|quarter| tables.table(Period::Quarter(quarter))).collect();
            for row in 0..table.rows.len() {
                let shown = received(table, row);
                prop_assert!(shown.is_none_or(|n| n >= SHOWN_MIN), "{shown:?}");
                // The whole less the quarters that are shown: what is left is nothing, or could be one large number.
                let quarters: Vec<Option<u64>> = quarters.iter().map(|table| received(table, row)).collect();
                if let Some(whole) = shown.filter(|_| quarters.len() > 1) {
                    let left = whole - quarters.iter().flatten().sum::<u64>();
                    let open = quarters.iter().filter(|quarter| quarter.is_none()).count();
                    prop_assert!(open == 0 || left >= SHOWN_MIN, "{left} left for {open} quarters of {period}");
                }
            }
            for cause in table.causes.iter().filter(|cause| cause.shown && quarters.len() > 1) {
                let parts = quarters.iter().map(|table| table.causes.iter().find(|one| one.cause == cause.cause));
                // A quarter without the cause is not listed: it counts as hidden, since nobody is told that it is none.
                let shown: u64 = parts.clone().flatten().filter(|one| one.shown).map(|one| one.n).sum();
                let small = parts.flatten().any(|one| !one.shown && one.n < SHOWN_MIN);
                prop_assert!(!small || cause.n - shown >= SHOWN_MIN);
            }
            // All less the teams that are shown.
            let teams = table.rows.iter().filter(|row| matches!(row.place, Place::Team(_) | Place::OtherTeams));
            let (shown, hidden): (Vec<&Row>, Vec<&Row>) = teams.partition(|row| row.shown.received);
            if let Some(all) = received(table, 0) {
                let left = all - shown.iter().map(|row| row.account.received).sum::<u64>();
                prop_assert!(hidden.is_empty() || left >= SHOWN_MIN, "{left} left for {} teams", hidden.len());
            }
        }
    }

    #[test]
    fn a_team_of_one_person_never_has_a_row_of_its_own(stories in stories(), alone in 0_u8..3) {
        let facts = facts_of(&stories);
        let cases: Vec<&CaseFacts> = facts.iter().collect();
        let of_several: BTreeSet<TeamId> = several().into_iter().filter(|team| *team != team_of(alone)).collect();
        let tables = Tables::of(&cases, &of_several, now(), &calendar());
        for period in tables.periods() {
            for row in &tables.table(period).unwrap().rows {
                prop_assert_ne!(row.place.team(), Some(team_of(alone)), "{:?}", row.place);
            }
        }
        // Nor can it be had as all less the others: whoever stands with it counts in the same row.
        let together: BTreeSet<TeamId> = facts
            .iter()
            .filter(|case| case.counts && tables.holds(&Place::OtherTeams, case))
            .map(|case| case.team)
            .collect();
        prop_assert!(together.len() != 1, "{together:?}");
    }
}

/// Every team of these tests.
fn several() -> BTreeSet<TeamId> {
    (0..3).map(team_of).collect()
}
