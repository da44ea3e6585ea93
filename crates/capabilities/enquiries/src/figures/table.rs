//! The managers' table: every team with its topics in a year or a quarter, with the numbers taken out that few stand behind
//! and those that would give them away, whichever of the year's pages one lays beside it. Pure.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::RangeInclusive,
    str::FromStr,
};

use chrono::{DateTime, Datelike, Months, NaiveDate, Utc};
use kernel::{
    Calendar, Code, TeamId,
    small_numbers::{SHOWN_MIN, Sum, hidden_cells},
};

use super::{Account, CaseFacts, account};
use crate::model::Avoidable;

/// A calendar year or a quarter of one. Nothing else: other stretches would tell single cases apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Period {
    /// The year.
    pub year: i32,
    /// 1 to 4; `None` for the whole year.
    pub quarter: Option<u32>,
}

impl Period {
    /// The quarter of a day.
    pub fn quarter_of(day: NaiveDate) -> Self {
        Self { year: day.year(), quarter: Some(day.month0() / 3 + 1) }
    }

    /// The year of a day.
    pub fn year_of(day: NaiveDate) -> Self {
        Self { year: day.year(), quarter: None }
    }

    /// The same period a year earlier.
    #[must_use]
    pub fn a_year_before(self) -> Self {
        Self { year: self.year - 1, ..self }
    }

    /// Its days, both ends included.
    pub fn days(self) -> RangeInclusive<NaiveDate> {
        let month = self.quarter.map_or(1, |quarter| (quarter - 1) * 3 + 1);
        let from = NaiveDate::from_ymd_opt(self.year, month, 1).unwrap_or(NaiveDate::MIN);
        let months = if self.quarter.is_some() { 3 } else { 12 };
        let to = from.checked_add_months(Months::new(months)).and_then(|next| next.pred_opt());
        from..=to.unwrap_or(NaiveDate::MAX)
    }
}

/// As in addresses: `2026`, `2026-3`.
impl std::fmt::Display for Period {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.quarter {
            Some(quarter) => write!(f, "{}-{quarter}", self.year),
            None => write!(f, "{}", self.year),
        }
    }
}

/// The text is no [`Period`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a period is written 2026 or 2026-3")]
pub struct InvalidPeriod;

impl FromStr for Period {
    type Err = InvalidPeriod;
    fn from_str(text: &str) -> Result<Self, InvalidPeriod> {
        let (year, quarter) =
            text.split_once('-').map_or((text, None), |(year, quarter)| (year, Some(quarter)));
        let year = year.parse().ok().filter(|year| (2000..2200).contains(year)).ok_or(InvalidPeriod)?;
        let quarter = match quarter {
            None => None,
            Some(quarter) => {
                Some(quarter.parse().ok().filter(|quarter| (1..=4).contains(quarter)).ok_or(InvalidPeriod)?)
            }
        };
        Ok(Self { year, quarter })
    }
}

/// What a row counts.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// Every team.
    All,
    /// A team.
    Team(TeamId),
    /// A topic of a team.
    Topic(TeamId, Code),
    /// The topics of a team with few enquiries in the year, taken together.
    OtherTopics(TeamId),
}

impl Place {
    /// The team, where it is one's.
    pub const fn team(&self) -> Option<TeamId> {
        match self {
            Self::All => None,
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

/// The table of a period.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    /// Of when.
    pub period: Period,
    /// All teams, then each team followed by its topics.
    pub rows: Vec<Row>,
    /// Why ended enquiries could have been avoided, over all teams, the largest first.
    pub causes: Vec<Cause>,
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

/// What a count is of; each is hidden by itself.
type Count = fn(&Account) -> u64;
const COUNTS: [Count; 6] = [
    |account| account.received,
    |account| account.first_reply.n as u64,
    |account| account.answer.n as u64,
    |account| account.answer.settled() as u64,
    |account| account.closed,
    |account| account.satisfaction.n,
];
/// The year and its quarters.
const COLUMNS: usize = 5;

impl Table {
    /// Counts the table of a period, as of `now`.
    pub fn of(cases: &[&CaseFacts], period: Period, now: DateTime<Utc>, calendar: &Calendar) -> Self {
        let year = Period { quarter: None, ..period };
        let cases: Vec<&CaseFacts> = cases.iter().filter(|case| case.counts).copied().collect();
        let places = places(&cases, year);
        let columns = [None, Some(1), Some(2), Some(3), Some(4)].map(|quarter| Period { quarter, ..year });
        let of = |place: &Place, period: Period| {
            let days = period.days();
            let mine = cases.iter().filter(|case| is_in(case, place, &places) && days.contains(&case.cohort));
            account(mine.copied(), now, calendar)
        };
        // Row by row the year and its quarters: what one page hides, no other page of the year may tell.
        let accounts: Vec<Vec<Account>> =
            places.iter().map(|place| columns.iter().map(|period| of(place, *period)).collect()).collect();
        let hidden: Vec<Vec<bool>> = COUNTS.iter().map(|count| hidden(&accounts, *count, &places)).collect();
        let late: Vec<u64> = places
            .iter()
            .map(|place| {
                let mine = cases.iter().filter(|case| is_in(case, place, &places));
                mine.filter(|case| case.is_late(now, calendar)).count() as u64
            })
            .collect();
        let late_hidden = hidden_cells(&late, &sums_of_places(&places));
        let column = columns.iter().position(|one| *one == period).unwrap_or(0);
        let causes = accounts.first().map(|all| causes(all, column)).unwrap_or_default();
        let rows = places.iter().zip(accounts).zip(late).enumerate();
        let rows = rows.filter_map(|(row, ((place, accounts), late))| {
            let shown = |count: usize| {
                let cell = hidden.get(count).and_then(|cells| cells.get(row * COLUMNS + column));
                !cell.copied().unwrap_or(true)
            };
            Some(Row {
                place: place.clone(),
                account: Account { late_now: late, ..accounts.into_iter().nth(column)? },
                shown: Shown {
                    received: shown(0),
                    first_reply: shown(1),
                    answer: shown(2),
                    settled: shown(3),
                    closed: shown(4),
                    rated: shown(5),
                    late_now: !late_hidden.get(row).copied().unwrap_or(true),
                },
            })
        });
        Self { period, rows: rows.collect(), causes }
    }
}

/// The rows of a year: a team's topics where it has several with enough enquiries, those with few taken together.
fn places(cases: &[&CaseFacts], year: Period) -> Vec<Place> {
    let days = year.days();
    let mut topics: BTreeMap<TeamId, BTreeMap<&Code, u64>> = BTreeMap::new();
    for case in cases {
        // A team is listed for what it still owes, too.
        let topics = topics.entry(case.team).or_default();
        if days.contains(&case.cohort) {
            *topics.entry(&case.topic).or_default() += 1;
        }
    }
    let mut places = vec![Place::All];
    for (team, topics) in topics {
        places.push(Place::Team(team));
        let (mut known, few): (Vec<_>, Vec<_>) = topics.into_iter().partition(|(_, n)| *n >= SHOWN_MIN);
        let mut others: u64 = few.iter().map(|(_, n)| n).sum();
        // A few others would have to be hidden, and the smallest topic with them: better they stand together.
        known.sort_by_key(|(topic, n)| (std::cmp::Reverse(*n), *topic));
        if others > 0
            && others < SHOWN_MIN
            && let Some((_, n)) = known.pop()
        {
            others += n;
        }
        let named: BTreeSet<&Code> = known.into_iter().map(|(topic, _)| topic).collect();
        if !named.is_empty() {
            places.extend(named.into_iter().map(|topic| Place::Topic(team, topic.clone())));
            if others > 0 {
                places.push(Place::OtherTopics(team));
            }
        }
    }
    places
}

fn is_in(case: &CaseFacts, place: &Place, places: &[Place]) -> bool {
    match place {
        Place::All => true,
        Place::Team(team) => case.team == *team,
        Place::Topic(team, topic) => case.team == *team && case.topic == *topic,
        Place::OtherTopics(team) => {
            case.team == *team && !places.contains(&Place::Topic(*team, case.topic.clone()))
        }
    }
}

/// All is made of teams, and a team of its topics.
fn sums_of_places(places: &[Place]) -> Vec<Sum> {
    let at = |wanted: &dyn Fn(&Place) -> bool| -> Vec<usize> {
        places.iter().enumerate().filter(|(_, place)| wanted(place)).map(|(row, _)| row).collect()
    };
    let mut sums = vec![Sum { total: 0, parts: at(&|place| matches!(place, Place::Team(_))) }];
    for (row, place) in places.iter().enumerate() {
        let Place::Team(team) = place else { continue };
        let parts = at(&|part| {
            matches!(part, Place::Topic(..) | Place::OtherTopics(_)) && part.team() == Some(*team)
        });
        if !parts.is_empty() {
            sums.push(Sum { total: row, parts });
        }
    }
    sums
}

/// The causes of a period, from the accounts of the year and its quarters over all teams. With those that could not have
/// been avoided they make up the ended ones; nothing of that may tell a small number, in any of the year's pages.
fn causes(all: &[Account], column: usize) -> Vec<Cause> {
    let of = |account: &Account, cause: Avoidable| match cause {
        Avoidable::No => account.closed.saturating_sub(account.causes.values().sum()),
        cause => account.causes.iter().find(|(code, _)| code.as_str() == cause.code()).map_or(0, |(_, n)| *n),
    };
    let mut counts: Vec<u64> = Vec::new();
    for cause in Avoidable::ALL {
        counts.extend(all.iter().map(|account| of(account, cause)));
    }
    let totals = counts.len();
    counts.extend(all.iter().map(|account| account.closed));
    let kinds = Avoidable::ALL.len();
    let across = (0..COLUMNS).map(|column| Sum {
        total: totals + column,
        parts: (0..kinds).map(|kind| kind * COLUMNS + column).collect(),
    });
    let along = (0..=kinds).map(|kind| Sum {
        total: kind * COLUMNS,
        parts: (1..COLUMNS).map(|column| kind * COLUMNS + column).collect(),
    });
    let hidden = hidden_cells(&counts, &across.chain(along).collect::<Vec<_>>());
    let kinds = Avoidable::ALL.into_iter().enumerate().filter(|(_, cause)| *cause != Avoidable::No);
    let mut causes: Vec<Cause> = kinds
        .filter_map(|(kind, cause)| {
            let cell = kind * COLUMNS + column;
            Some(Cause { cause, n: *counts.get(cell)?, shown: !*hidden.get(cell)? })
        })
        .filter(|cause| cause.n > 0)
        .collect();
    causes.sort_by_key(|cause| std::cmp::Reverse(cause.n));
    causes
}

/// Which cells of one count are hidden, row by row, the year first.
fn hidden(accounts: &[Vec<Account>], count: Count, places: &[Place]) -> Vec<bool> {
    let counts: Vec<u64> = accounts.iter().flatten().map(count).collect();
    let by_place = sums_of_places(places);
    let across = (0..COLUMNS).flat_map(|column| {
        by_place.iter().map(move |sum| Sum {
            total: sum.total * COLUMNS + column,
            parts: sum.parts.iter().map(|row| row * COLUMNS + column).collect(),
        })
    });
    let along = (0..accounts.len()).map(|row| Sum {
        total: row * COLUMNS,
        parts: (1..COLUMNS).map(|column| row * COLUMNS + column).collect(),
    });
    hidden_cells(&counts, &across.chain(along).collect::<Vec<_>>())
}
