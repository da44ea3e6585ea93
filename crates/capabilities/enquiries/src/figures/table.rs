//! The managers' tables: every team with its topics in every period that the page offers, with the numbers taken out that few
//! stand behind and those that would give them away, whichever of the pages one lays beside it. Pure.
//!
//! No page times a named employee. What a team of one person did is that person's time, so such teams stand in one row with
//! one another, and with the smallest other team where there is only one of them.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use kernel::{
    Calendar, Code, TeamId,
    small_numbers::{SHOWN_MIN, Sum, hidden_cells},
};

use super::{
    Account, CaseFacts, account,
    period::{Period, Quarter},
};
use crate::model::Avoidable;

/// A topic has a row of its own when so many came in the last twelve months: with fewer its quarters would all be hidden.
const TOPIC_MIN: u64 = 2 * SHOWN_MIN;
/// The page goes back to the beginning of the second year before this one.
const YEARS_BACK: i32 = 2;

/// What a row counts.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// Every team.
    All,
    /// A team of several people.
    Team(TeamId),
    /// The teams that may not stand alone, taken together.
    OtherTeams,
    /// A topic of a team.
    Topic(TeamId, Code),
    /// The topics of a team with few enquiries, taken together.
    OtherTopics(TeamId),
}

impl Place {
    /// The team, where it is one's.
    pub const fn team(&self) -> Option<TeamId> {
        match self {
            Self::All | Self::OtherTeams => None,
            Self::Team(team) | Self::Topic(team, _) | Self::OtherTopics(team) => Some(*team),
        }
    }
}

/// Which numbers of a row may be shown. A number stands on the count that it is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shown {
    /// Enquiries received.
    pub received: bool,
    /// First replies.
    pub first_reply: bool,
    /// First replies whose outcome is known.
    pub first_settled: bool,
    /// Answers, and their pauses.
    pub answer: bool,
    /// Answers whose outcome is known.
    pub settled: bool,
    /// Ended enquiries: wrong doors, avoidable ones.
    pub closed: bool,
    /// Ratings.
    pub rated: bool,
    /// What is late now.
    pub late_now: bool,
}

/// One row.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// What it counts.
    pub place: Place,
    /// Its numbers. Only those that `shown` allows may leave this program.
    pub account: Account,
    /// Which may be shown.
    pub shown: Shown,
}

/// One cause of avoidable enquiries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cause {
    /// Which.
    pub cause: Avoidable,
    /// How many ended enquiries.
    pub n: u64,
    /// Whether the number may be shown.
    pub shown: bool,
}

/// The table of a period.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    /// Of when.
    pub period: Period,
    /// All teams, then each team followed by its topics, then the teams that stand together.
    pub rows: Vec<Row>,
    /// Why ended enquiries could have been avoided, over all teams, the largest first.
    pub causes: Vec<Cause>,
}

impl Table {
    /// The row of a place.
    pub fn row(&self, place: &Place) -> Option<&Row> {
        self.rows.iter().find(|row| row.place == *place)
    }
}

/// Every table that the page offers, from one reckoning of what stays hidden.
#[derive(Debug, Clone, PartialEq)]
pub struct Tables {
    tables: BTreeMap<Period, Table>,
    places: Places,
}

/// What a count is of; each is hidden by itself.
type Count = fn(&Account) -> u64;
const COUNTS: [Count; 7] = [
    |account| account.received,
    |account| account.first_reply.n as u64,
    |account| account.answer.n as u64,
    |account| account.answer.settled() as u64,
    |account| account.closed,
    |account| account.satisfaction.n,
    |account| account.first_reply.settled() as u64,
];

impl Tables {
    /// Counts everything as of `now`. `of_several` are the teams in which more than one person works.
    pub fn of(
        cases: &[&CaseFacts],
        of_several: &BTreeSet<TeamId>,
        now: DateTime<Utc>,
        calendar: &Calendar,
    ) -> Self {
        let current = Quarter::of(calendar.local_date(now));
        let counted = cases.iter().filter(|case| case.counts).copied();
        // What has not ended may be late from any time.
        let cases: Vec<&CaseFacts> = counted.collect();
        let places = Places::of(&cases, of_several, current);
        // Before the first enquiry there was none, and everyone knows: what is known needs no hiding, and hides nothing.
        let first = cases.iter().map(|case| Quarter::of(case.cohort)).min().unwrap_or(current);
        let begins = first.max(Quarter { year: current.year - YEARS_BACK, quarter: 1 });
        let periods = periods(begins, current);
        let mut by_quarter: BTreeMap<(usize, Quarter), Vec<&CaseFacts>> = BTreeMap::new();
        let mut late = vec![0_u64; places.rows.len()];
        for case in &cases {
            let is_late = case.is_late(now, calendar);
            for row in places.rows_of(case) {
                by_quarter.entry((row, Quarter::of(case.cohort))).or_default().push(case);
                if let Some(late) = late.get_mut(row).filter(|_| is_late) {
                    *late += 1;
                }
            }
        }
        let of = |row: usize, period: Period| {
            let quarters = period.quarters().into_iter();
            let mine = quarters.filter_map(|quarter| by_quarter.get(&(row, quarter))).flatten().copied();
            account(mine, now, calendar)
        };
        // Row by row every period: what one page hides, no other page may tell.
        let accounts: Vec<Vec<Account>> = (0..places.rows.len())
            .map(|row| periods.iter().map(|period| of(row, *period)).collect())
            .collect();
        let by_place = places.sums();
        let hidden: Vec<Vec<bool>> =
            COUNTS.iter().map(|count| hidden(&accounts, *count, &by_place, &periods)).collect();
        let late_hidden = hidden_cells(&late, &by_place);
        let causes = accounts.first().map(|all| causes(all, &periods)).unwrap_or_default();
        let mut tables: BTreeMap<Period, Table> = BTreeMap::new();
        for (column, (period, causes)) in periods.iter().zip(causes).enumerate() {
            let rows = places.rows.iter().zip(&accounts).zip(&late).enumerate();
            let rows = rows.filter_map(|(row, ((place, accounts), late))| {
                let shown = |count: usize| {
                    let cell = hidden.get(count).and_then(|cells| cells.get(row * periods.len() + column));
                    !cell.copied().unwrap_or(true)
                };
                Some(Row {
                    place: place.clone(),
                    account: Account { late_now: *late, ..accounts.get(column)?.clone() },
                    shown: Shown {
                        received: shown(0),
                        first_reply: shown(1),
                        answer: shown(2),
                        settled: shown(3),
                        closed: shown(4),
                        rated: shown(5),
                        first_settled: shown(6),
                        late_now: !late_hidden.get(row).copied().unwrap_or(true),
                    },
                })
            });
            tables.insert(*period, Table { period: *period, rows: rows.collect(), causes });
        }
        Self { tables, places }
    }

    /// The table of a period; `None` for one that the page does not offer.
    pub fn table(&self, period: Period) -> Option<&Table> {
        self.tables.get(&period)
    }

    /// The periods that the page offers.
    pub fn periods(&self) -> impl Iterator<Item = Period> + '_ {
        self.tables.keys().copied()
    }

    /// Whether a row counts the case.
    pub fn holds(&self, place: &Place, case: &CaseFacts) -> bool {
        let rows = self.places.rows_of(case);
        rows.filter_map(|row| self.places.rows.get(row)).any(|one| one == place)
    }

    /// Every row that counts the case.
    pub fn places_of<'a>(&'a self, case: &'a CaseFacts) -> impl Iterator<Item = &'a Place> {
        self.places.rows_of(case).filter_map(|row| self.places.rows.get(row))
    }

    /// Whether there is such a row.
    pub fn has(&self, place: &Place) -> bool {
        self.places.rows.contains(place)
    }
}

/// The quarters from the first to the current one, and the years and twelve months made of them.
fn periods(begins: Quarter, current: Quarter) -> Vec<Period> {
    let of_year = |year: i32| (1..=4).map(move |quarter| Quarter { year, quarter });
    let quarters = (begins.year..=current.year).flat_map(of_year);
    let quarters: Vec<Quarter> = quarters.filter(|quarter| (begins..=current).contains(quarter)).collect();
    let years = (begins.year..=current.year).map(Period::Year);
    // One that begins before the first quarter would be the year once more.
    let rolling = quarters.iter().filter(|last| last.quarter != 4 && last.back(3) >= begins);
    let rolling: Vec<Period> = rolling.copied().map(Period::FourQuarters).collect();
    quarters.iter().copied().map(Period::Quarter).chain(years).chain(rolling).collect()
}

/// The rows, and in which of them a case counts.
#[derive(Debug, Clone, PartialEq)]
struct Places {
    rows: Vec<Place>,
    teams: BTreeMap<TeamId, TeamRows>,
}

/// A team's own row, its topics' rows, and the row of its other topics.
type TeamRows = (usize, BTreeMap<Code, usize>, Option<usize>);

impl Places {
    fn of(cases: &[&CaseFacts], of_several: &BTreeSet<TeamId>, current: Quarter) -> Self {
        let lately = Period::FourQuarters(current).days();
        let mut topics: BTreeMap<TeamId, BTreeMap<Code, u64>> = BTreeMap::new();
        for case in cases {
            // A team is listed for what it still owes, too.
            let topics = topics.entry(case.team).or_default();
            let n = topics.entry(case.topic.clone()).or_default();
            *n += u64::from(lately.contains(&case.cohort));
        }
        let together = together(&topics, of_several);
        let mut places = Self { rows: vec![Place::All], teams: BTreeMap::new() };
        for (team, topics) in &topics {
            if !together.contains(team) {
                places.add_team(*team, topics);
            }
        }
        // One row for a single person would be that person's.
        let is_anyone_else = places.rows.len() > 1 || together.len() > 1;
        if !together.is_empty() && is_anyone_else {
            let row = places.rows.len();
            places.rows.push(Place::OtherTeams);
            places.teams.extend(together.into_iter().map(|team| (team, (row, BTreeMap::new(), None))));
        }
        places
    }

    /// A team's topics where it has several with enough enquiries, those with few taken together.
    fn add_team(&mut self, team: TeamId, topics: &BTreeMap<Code, u64>) {
        let row = self.rows.len();
        self.rows.push(Place::Team(team));
        let (mut known, few): (Vec<_>, Vec<_>) = topics.iter().partition(|(_, n)| **n >= TOPIC_MIN);
        let mut others: u64 = few.iter().map(|(_, n)| **n).sum();
        let mut has_others = !few.is_empty();
        // A few others would have to be hidden, and the smallest topic with them: better they stand together.
        known.sort_by_key(|(topic, n)| (std::cmp::Reverse(**n), (*topic).clone()));
        while has_others && others < TOPIC_MIN {
            let Some((_, n)) = known.pop() else { break };
            others += n;
        }
        has_others &= !known.is_empty();
        let mut rows = BTreeMap::new();
        for (topic, _) in known {
            rows.insert(topic.clone(), self.rows.len());
            self.rows.push(Place::Topic(team, topic.clone()));
        }
        let other = has_others.then(|| {
            self.rows.push(Place::OtherTopics(team));
            self.rows.len() - 1
        });
        self.teams.insert(team, (row, rows, other));
    }

    fn rows_of(&self, case: &CaseFacts) -> impl Iterator<Item = usize> + '_ {
        let team = self.teams.get(&case.team);
        let topic = team.and_then(|(_, topics, other)| topics.get(&case.topic).copied().or(*other));
        [Some(0), team.map(|(row, ..)| *row), topic].into_iter().flatten()
    }

    /// All is made of teams, and a team of its topics.
    fn sums(&self) -> Vec<Sum> {
        let rows = self.rows.iter().enumerate();
        let teams = rows.filter(|(_, place)| matches!(place, Place::Team(_) | Place::OtherTeams));
        let mut sums = vec![Sum { total: 0, parts: teams.map(|(row, _)| row).collect() }];
        for (row, topics, other) in self.teams.values() {
            let parts: Vec<usize> = topics.values().copied().chain(*other).collect();
            if !parts.is_empty() {
                sums.push(Sum { total: *row, parts });
            }
        }
        sums
    }
}

/// The teams that may not stand alone: those of one person, and with a single such team the smallest of the others.
fn together(
    topics: &BTreeMap<TeamId, BTreeMap<Code, u64>>,
    of_several: &BTreeSet<TeamId>,
) -> BTreeSet<TeamId> {
    let mut together: BTreeSet<TeamId> =
        topics.keys().filter(|team| !of_several.contains(team)).copied().collect();
    if together.len() == 1 {
        let others = topics.iter().filter(|(team, _)| of_several.contains(team));
        let smallest = others.min_by_key(|(team, topics)| (topics.values().sum::<u64>(), **team));
        together.extend(smallest.map(|(team, _)| *team));
    }
    together
}

/// For every period the sum over its quarters, as places among `periods`.
fn sums_of_periods(periods: &[Period]) -> Vec<Sum> {
    let at = |wanted: Period| periods.iter().position(|period| *period == wanted);
    let made = periods.iter().enumerate().filter(|(_, period)| !matches!(period, Period::Quarter(_)));
    made.map(|(total, period)| Sum {
        total,
        parts: period.quarters().into_iter().filter_map(|quarter| at(Period::Quarter(quarter))).collect(),
    })
    .collect()
}

/// The causes of every period, from the accounts over all teams. With those that could not have been avoided they make up
/// the ended ones; nothing of that may tell a small number, in any of the pages.
fn causes(all: &[Account], periods: &[Period]) -> Vec<Vec<Cause>> {
    let of = |account: &Account, cause: Avoidable| match cause {
        Avoidable::No => account.closed.saturating_sub(account.causes.values().sum()),
        cause => account.causes.iter().find(|(code, _)| code.as_str() == cause.code()).map_or(0, |(_, n)| *n),
    };
    let columns = periods.len();
    let mut counts: Vec<u64> = Vec::new();
    for cause in Avoidable::ALL {
        counts.extend(all.iter().map(|account| of(account, cause)));
    }
    let totals = counts.len();
    counts.extend(all.iter().map(|account| account.closed));
    let kinds = Avoidable::ALL.len();
    let across = (0..columns).map(|column| Sum {
        total: totals + column,
        parts: (0..kinds).map(|kind| kind * columns + column).collect(),
    });
    let by_period = sums_of_periods(periods);
    let along = (0..=kinds).flat_map(|kind| by_period.iter().map(move |sum| shifted(sum, kind * columns)));
    let hidden = hidden_cells(&counts, &across.chain(along).collect::<Vec<_>>());
    let of_column = |column: usize| {
        let kinds = Avoidable::ALL.into_iter().enumerate().filter(|(_, cause)| *cause != Avoidable::No);
        let mut causes: Vec<Cause> = kinds
            .filter_map(|(kind, cause)| {
                let cell = kind * columns + column;
                Some(Cause { cause, n: *counts.get(cell)?, shown: !*hidden.get(cell)? })
            })
            .filter(|cause| cause.n > 0)
            .collect();
        causes.sort_by_key(|cause| std::cmp::Reverse(cause.n));
        causes
    };
    (0..columns).map(of_column).collect()
}

fn shifted(sum: &Sum, by: usize) -> Sum {
    Sum { total: sum.total + by, parts: sum.parts.iter().map(|part| part + by).collect() }
}

/// Which cells of one count are hidden, row by row.
fn hidden(accounts: &[Vec<Account>], count: Count, by_place: &[Sum], periods: &[Period]) -> Vec<bool> {
    let counts: Vec<u64> = accounts.iter().flatten().map(count).collect();
    let columns = periods.len();
    let across = (0..columns).flat_map(|column| {
        by_place.iter().map(move |sum| Sum {
            total: sum.total * columns + column,
            parts: sum.parts.iter().map(|row| row * columns + column).collect(),
        })
    });
    let by_period = sums_of_periods(periods);
    let along =
        (0..accounts.len()).flat_map(|row| by_period.iter().map(move |sum| shifted(sum, row * columns)));
    hidden_cells(&counts, &across.chain(along).collect::<Vec<_>>())
}
