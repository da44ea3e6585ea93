//! In which order a team sees its work: what is wrong right now, then what is owed first. Pure.
//!
//! Promises belong to the ledger and cases to us; here the two are merged. A case of the team stands in exactly one of
//! "owed", "waiting" and "answered"; the other lists are readings of these.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use kernel::{Calendar, CaseId, PersonId, TeamId};
use ledger::{Promise, PromiseKind, PromiseState, Standing};

use super::Part;

/// What the order of a list needs to know of a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    /// Its id.
    pub id: CaseId,
    /// Who owns it.
    pub team: TeamId,
    /// Who works on it.
    pub assignee: Option<PersonId>,
    /// Whether it has not ended.
    pub is_open: bool,
    /// Whether the company was asked for more and has not answered.
    pub is_waiting: bool,
    /// To whom it is offered.
    pub offered_to: Option<TeamId>,
    /// When it came.
    pub received_at: DateTime<Utc>,
    /// Whether it sounds as if something were wrong right now, and nobody has replied.
    pub is_acute: bool,
}

/// The lists of an inbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Tab {
    /// An answer is owed, and the clock runs.
    Owed,
    /// Owed before the day is over.
    Today,
    /// Owed since before today.
    Late,
    /// The clock stands still until the company answers.
    Waiting,
    /// Nobody has taken it.
    Unassigned,
    /// Given to the asker.
    Mine,
    /// Another team offers it.
    Offered,
    /// Another team waits for our part.
    Parts,
    /// Answered, and not ended yet.
    Answered,
    /// Ended.
    Ended,
}

impl Tab {
    /// Every list, in the order of the page.
    pub const ALL: [Self; 10] = [
        Self::Owed,
        Self::Today,
        Self::Late,
        Self::Waiting,
        Self::Unassigned,
        Self::Mine,
        Self::Offered,
        Self::Parts,
        Self::Answered,
        Self::Ended,
    ];

    /// The word in the address.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Owed => "skyldes",
            Self::Today => "idag",
            Self::Late => "forsinket",
            Self::Waiting => "venter",
            Self::Unassigned => "ufordelt",
            Self::Mine => "mine",
            Self::Offered => "tilbudt",
            Self::Parts => "dele",
            Self::Answered => "besvaret",
            Self::Ended => "afsluttet",
        }
    }

    /// Reads the word; anything else is what is owed.
    pub fn from_word(word: &str) -> Self {
        Self::ALL.into_iter().find(|tab| tab.word() == word).unwrap_or(Self::Owed)
    }
}

/// A line of a list.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// The case.
    pub case: CaseId,
    /// What is owed next on it.
    pub promise: Option<Promise>,
    /// The part that is asked for, in the list of parts.
    pub part: Option<Part>,
}

/// The lists of the open work, each in its order.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct WorkList {
    owed: Vec<Row>,
    today: BTreeSet<CaseId>,
    late: BTreeSet<CaseId>,
    waiting: Vec<Row>,
    answered: Vec<Row>,
    unassigned: BTreeSet<CaseId>,
    mine: BTreeSet<CaseId>,
    offered: Vec<Row>,
    parts: Vec<Row>,
}

impl WorkList {
    /// The lines of a list. What has ended is not here: that list is read a page at a time.
    pub fn rows(&self, tab: Tab) -> Vec<&Row> {
        let among = |ids: &BTreeSet<CaseId>| -> Vec<&Row> {
            let all = self.owed.iter().chain(&self.answered).chain(&self.waiting);
            all.filter(|row| ids.contains(&row.case)).collect()
        };
        match tab {
            Tab::Owed => self.owed.iter().collect(),
            Tab::Today => among(&self.today),
            Tab::Late => among(&self.late),
            Tab::Waiting => self.waiting.iter().collect(),
            Tab::Unassigned => among(&self.unassigned),
            Tab::Mine => among(&self.mine),
            Tab::Offered => self.offered.iter().collect(),
            Tab::Parts => self.parts.iter().collect(),
            Tab::Answered => self.answered.iter().collect(),
            Tab::Ended => Vec::new(),
        }
    }

    /// How many lines a list has; `None` for what has ended, which nobody counts on every page.
    pub fn count(&self, tab: Tab) -> Option<usize> {
        match tab {
            Tab::Owed => Some(self.owed.len()),
            Tab::Today => Some(self.today.len()),
            Tab::Late => Some(self.late.len()),
            Tab::Waiting => Some(self.waiting.len()),
            Tab::Unassigned => Some(self.unassigned.len()),
            Tab::Mine => Some(self.mine.len()),
            Tab::Offered => Some(self.offered.len()),
            Tab::Parts => Some(self.parts.len()),
            Tab::Answered => Some(self.answered.len()),
            Tab::Ended => None,
        }
    }
}

/// What is owed next on a case: what runs before what stands still, then the nearest date.
pub fn next_promise(promises: &[Promise], case: CaseId) -> Option<&Promise> {
    let owed = promises.iter().filter(|one| {
        one.subject == case.uuid() && one.state == PromiseState::Open && one.kind != PromiseKind::PART_ANSWER
    });
    owed.min_by_key(|one| (one.paused_since.is_some(), one.due_on, one.received_at, one.id))
}

/// Sorts the open work of `teams` into its lists: `marks` are the cases that they own or are offered, `promises` what they
/// owe, `parts` the parts that are asked of them.
pub fn work_list(
    marks: &[Mark],
    promises: &[Promise],
    parts: &[Part],
    teams: &BTreeSet<TeamId>,
    person: Option<PersonId>,
    now: DateTime<Utc>,
    calendar: &Calendar,
) -> WorkList {
    let mut list = WorkList::default();
    let row =
        |mark: &Mark| Row { case: mark.id, promise: next_promise(promises, mark.id).cloned(), part: None };
    for mark in marks.iter().filter(|mark| teams.contains(&mark.team)) {
        let row = row(mark);
        match row.promise.as_ref().map(|promise| promise.standing(now, calendar)) {
            Some(Standing::Paused { .. }) => list.waiting.push(row),
            Some(standing) => {
                match standing {
                    Standing::DueToday => list.today.insert(mark.id),
                    Standing::Late { .. } => list.late.insert(mark.id),
                    _ => false,
                };
                list.owed.push(row);
            }
            None if mark.is_waiting => list.waiting.push(row),
            None if mark.is_open => list.answered.push(row),
            None => continue,
        }
        if mark.assignee.is_none() && mark.is_open {
            list.unassigned.insert(mark.id);
        }
        if mark.assignee.is_some() && mark.assignee == person {
            list.mine.insert(mark.id);
        }
    }
    let offered = |mark: &&Mark| mark.is_open && mark.offered_to.is_some_and(|team| teams.contains(&team));
    list.offered = marks.iter().filter(offered).map(row).collect();
    let part_row = |part: &Part| Row {
        case: part.case,
        promise: promises.iter().find(|promise| promise.id == part.promise).cloned(),
        part: Some(part.clone()),
    };
    list.parts = parts.iter().filter(|part| part.ended_at.is_none()).map(part_row).collect();
    let due = |row: &Row| row.promise.as_ref().map(|promise| (promise.due_on, promise.received_at, row.case));
    let acute: BTreeSet<CaseId> =
        marks.iter().filter(|mark| mark.is_acute && mark.is_open).map(|mark| mark.id).collect();
    list.owed.sort_by_key(|row| (!acute.contains(&row.case), due(row)));
    list.parts.sort_by_key(due);
    // Who has waited longest may have forgotten us.
    list.waiting.sort_by_key(|row| row.promise.as_ref().and_then(|promise| promise.paused_since));
    list
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::{Duration, NaiveDate};
    use kernel::{Ids, PartyId, Visibility};
    use ledger::{Holder, NewPromise};
    use proptest::prelude::*;

    fn now() -> DateTime<Utc> {
        "2026-11-23T10:00:00Z".parse().unwrap()
    }

    struct Scene {
        ids: Ids,
        team: TeamId,
        me: PersonId,
        marks: Vec<Mark>,
        promises: Vec<Promise>,
    }

    impl Scene {
        fn new() -> Self {
            let ids = Ids::seeded(1);
            let (team, me) = (ids.new_uuid(now()).into(), ids.new_uuid(now()).into());
            Self { ids, team, me, marks: Vec::new(), promises: Vec::new() }
        }

        fn id<T: From<uuid::Uuid>>(&self) -> T {
            self.ids.new_uuid(now()).into()
        }

        fn case(&mut self) -> CaseId {
            let id = self.id();
            self.marks.push(Mark {
                id,
                team: self.team,
                assignee: None,
                is_open: true,
                is_waiting: false,
                offered_to: None,
                received_at: now() + Duration::minutes(i64::try_from(self.marks.len()).unwrap()),
                is_acute: false,
            });
            id
        }

        fn owes(&mut self, case: CaseId, kind: PromiseKind, due_in_days: i64) -> Promise {
            let due_on = NaiveDate::from_ymd_opt(2026, 11, 23).unwrap() + Duration::days(due_in_days);
            let new = NewPromise {
                kind,
                debtor: Holder::Team(self.team),
                creditor: Holder::Party(self.id::<PartyId>()),
                subject: case.uuid(),
                party: None,
                topic: None,
                received_at: now(),
                cohort: due_on,
                due_on,
                pausable: true,
                follows: None,
                visibility: Visibility::Party,
            };
            let promise = Promise::open(self.id(), new).promise;
            self.promises.push(promise.clone());
            promise
        }

        fn pause_last(&mut self) {
            let promise = self.promises.pop().unwrap();
            let paused = promise.pause(now(), "waiting-for-company".parse().unwrap()).unwrap();
            self.promises.push(paused.promise);
        }

        fn list(&self) -> WorkList {
            let teams = BTreeSet::from([self.team]);
            work_list(&self.marks, &self.promises, &[], &teams, Some(self.me), now(), &Calendar::default())
        }

        fn ids(&self, tab: Tab) -> Vec<CaseId> {
            self.list().rows(tab).iter().map(|row| row.case).collect()
        }
    }

    #[test]
    fn what_is_owed_first_stands_first() {
        let mut scene = Scene::new();
        let (later, today, late) = (scene.case(), scene.case(), scene.case());
        scene.owes(later, PromiseKind::ANSWER, 9);
        scene.owes(today, PromiseKind::FIRST_REPLY, 0);
        scene.owes(today, PromiseKind::ANSWER, 9);
        scene.owes(late, PromiseKind::ANSWER, -5);
        assert_eq!(scene.ids(Tab::Owed), [late, today, later]);
        assert_eq!(scene.ids(Tab::Today), [today]);
        assert_eq!(scene.ids(Tab::Late), [late]);
    }

    #[test]
    fn what_is_wrong_right_now_stands_before_what_is_late() {
        let mut scene = Scene::new();
        let (late, spill) = (scene.case(), scene.case());
        scene.owes(late, PromiseKind::ANSWER, -5);
        scene.owes(spill, PromiseKind::FIRST_REPLY, 2);
        scene.marks[1].is_acute = true;
        assert_eq!(scene.ids(Tab::Owed), [spill, late]);
    }

    #[test]
    fn a_case_whose_clock_stands_still_waits_unless_something_else_is_owed_on_it() {
        let mut scene = Scene::new();
        let (asked, unanswered) = (scene.case(), scene.case());
        scene.owes(asked, PromiseKind::ANSWER, 1);
        scene.pause_last();
        scene.owes(unanswered, PromiseKind::ANSWER, 1);
        scene.pause_last();
        scene.owes(unanswered, PromiseKind::FIRST_REPLY, 4);
        assert_eq!(scene.ids(Tab::Waiting), [asked]);
        assert_eq!(scene.ids(Tab::Owed), [unanswered]);
    }

    #[test]
    fn an_answered_case_is_not_owed_and_not_forgotten() {
        let mut scene = Scene::new();
        let case = scene.case();
        assert!(scene.ids(Tab::Owed).is_empty());
        assert_eq!(scene.ids(Tab::Answered), [case]);
    }

    #[test]
    fn a_call_that_is_owed_on_an_ended_case_is_owed() {
        let mut scene = Scene::new();
        let case = scene.case();
        scene.marks[0].is_open = false;
        scene.owes(case, PromiseKind::CALL_BACK, 2);
        assert_eq!(scene.ids(Tab::Owed), [case]);
        assert!(scene.ids(Tab::Unassigned).is_empty(), "nobody has to take what has ended");
    }

    #[test]
    fn an_offered_case_stays_the_work_of_its_owner_until_it_is_accepted() {
        let mut scene = Scene::new();
        let case = scene.case();
        scene.owes(case, PromiseKind::ANSWER, 3);
        let receiver: TeamId = scene.id();
        scene.marks[0].offered_to = Some(receiver);
        assert_eq!(scene.ids(Tab::Owed), [case]);
        assert!(scene.ids(Tab::Offered).is_empty());
        let teams = BTreeSet::from([receiver]);
        let theirs = work_list(&scene.marks, &[], &[], &teams, None, now(), &Calendar::default());
        assert_eq!((theirs.count(Tab::Owed), theirs.count(Tab::Offered)), (Some(0), Some(1)));
    }

    #[test]
    fn a_part_is_owed_by_the_team_that_was_asked_and_is_no_case_of_its_own() {
        let mut scene = Scene::new();
        let case = scene.id();
        let promise = scene.owes(case, PromiseKind::PART_ANSWER, 1);
        let part = Part {
            id: scene.id(),
            case,
            team: scene.team,
            promise: promise.id,
            question: "Må skiltet lyse?".into(),
            asked_at: now(),
            ended_at: None,
            released: None,
            redacted: None,
        };
        let teams = BTreeSet::from([scene.team]);
        let list = work_list(&[], &scene.promises, &[part], &teams, None, now(), &Calendar::default());
        assert_eq!((list.count(Tab::Parts), list.count(Tab::Owed)), (Some(1), Some(0)));
        assert_eq!(list.rows(Tab::Parts)[0].promise.as_ref().map(|one| one.id), Some(promise.id));
    }

    #[test]
    fn every_word_of_the_address_reads_back() {
        for tab in Tab::ALL {
            assert_eq!(Tab::from_word(tab.word()), tab);
        }
        assert_eq!(Tab::from_word("noget andet"), Tab::Owed);
    }

    proptest! {
        #[test]
        fn every_case_of_the_team_stands_in_exactly_one_list_and_the_owed_are_in_order(
            cases in proptest::collection::vec((proptest::option::of(-20_i64..20), proptest::option::of(-20_i64..20), any::<bool>(), any::<bool>()), 0..30)
        ) {
            let mut scene = Scene::new();
            for (first, answer, paused, waiting) in cases {
                let case = scene.case();
                if let Some(days) = answer {
                    scene.owes(case, PromiseKind::ANSWER, days);
                    if paused { scene.pause_last(); }
                }
                if let Some(days) = first { scene.owes(case, PromiseKind::FIRST_REPLY, days); }
                if let Some(mark) = scene.marks.last_mut() { mark.is_waiting = waiting; }
            }
            let list = scene.list();
            let mut all: Vec<CaseId> = [Tab::Owed, Tab::Waiting, Tab::Answered].into_iter()
                .flat_map(|tab| list.rows(tab)).map(|row| row.case).collect();
            all.sort();
            let mut marks: Vec<CaseId> = scene.marks.iter().map(|mark| mark.id).collect();
            marks.sort();
            prop_assert_eq!(all, marks);
            let due: Vec<_> = list.rows(Tab::Owed).iter().map(|row| row.promise.as_ref().map(|one| one.due_on)).collect();
            prop_assert!(due.is_sorted() && due.iter().all(Option::is_some));
            let owed: BTreeSet<CaseId> = list.rows(Tab::Owed).iter().map(|row| row.case).collect();
            prop_assert!(list.late.is_subset(&owed) && list.today.is_subset(&owed) && list.late.is_disjoint(&list.today));
        }
    }
}
