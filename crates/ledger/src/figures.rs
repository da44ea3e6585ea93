//! How the promises were kept, by cohort of receipt. Pure: reads what a replay of sealed lines gives (`sealed_histories`).
//!
//! Days are working days from day 0, pauses taken out. A median over answered cases only would praise a team that leaves
//! its hard ones lying; so those still open count as far as they have come (censored), by the product-limit estimate of
//! Kaplan and Meier (J. Am. Stat. Assoc. 53, 1958), and a promise that was broken counts as never answered.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use kernel::Calendar;

use crate::{
    History, PromiseState,
    model::{later_by, working_days_of_pause},
};

/// The account of some promises at a moment. Withdrawn ones (spam, duplicates, no longer wanted) stand apart from all else.
#[derive(Debug, Clone, PartialEq)]
pub struct Figures {
    /// Promises counted: the sum of the four that follow.
    pub n: usize,
    /// Answered before the end of the due day.
    pub within_goal: usize,
    /// Answered after it.
    pub late: usize,
    /// Broken, or past due and still open.
    pub missed: usize,
    /// Open, and not yet due.
    pub running: usize,
    /// Withdrawn; not in `n`.
    pub withdrawn: usize,
    /// How often someone else came to owe it.
    pub hand_overs: usize,
    /// How long answers take.
    pub survival: Survival,
    /// How much the clock stood still.
    pub pauses: PauseFigures,
}

impl Figures {
    /// Those whose outcome is known: all but the running.
    pub const fn settled(&self) -> usize {
        self.within_goal + self.late + self.missed
    }
    /// The share of the settled that was answered within the goal, between 0 and 1; `None` when none is settled.
    pub fn share_within_goal(&self) -> Option<f64> {
        share(self.within_goal, self.settled())
    }
}

/// How much the clock stood still.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PauseFigures {
    /// Promises that could be paused or not, as in [`Figures::n`].
    pub n: usize,
    /// Those whose clock stood still at least once.
    pub paused: usize,
    /// Working days of all pauses, those that last included.
    pub working_days_total: i64,
    /// The median of the working days among those that were paused.
    pub working_days_median: Option<i64>,
}

impl PauseFigures {
    /// The share of promises whose clock stood still, between 0 and 1.
    pub fn share(&self) -> Option<f64> {
        share(self.paused, self.n)
    }
}

/// How long it takes until an answer, with those not yet answered counted as far as they have come.
#[derive(Debug, Clone, PartialEq)]
pub struct Survival {
    /// Promises in the estimate.
    pub n: usize,
    /// Those that were answered.
    pub answered: usize,
    /// For each working day on which one was answered: the estimated share answered by its end, ascending in both.
    pub answered_by: Vec<(i64, f64)>,
}

/// One promise in the estimate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Observed {
    /// Answered after so many working days.
    Answered(i64),
    /// Still open after so many.
    OpenAfter(i64),
    /// Ended without an answer: it will never come.
    Never,
}

/// Rounding in the product must not push a share below the percentile that it reaches exactly.
const ROUNDING: f64 = 1e-9;

impl Survival {
    /// The product-limit estimate. What is still open after `t` days was at risk on day `t`.
    #[expect(clippy::cast_precision_loss, reason = "fewer than 2^52 promises")]
    pub fn estimate(observed: &[Observed]) -> Self {
        let mut answered_on: BTreeMap<i64, usize> = BTreeMap::new();
        let mut open_after: BTreeMap<i64, usize> = BTreeMap::new();
        for one in observed {
            match one {
                Observed::Answered(days) => *answered_on.entry(*days).or_default() += 1,
                Observed::OpenAfter(days) => *open_after.entry(*days).or_default() += 1,
                Observed::Never => {}
            }
        }
        let mut at_risk = observed.len();
        let mut still_open = 1.0;
        let mut answered_by = Vec::with_capacity(answered_on.len());
        let mut censored = open_after.into_iter().peekable();
        for (days, answered) in &answered_on {
            while let Some((_, gone)) = censored.next_if(|(after, _)| after < days) {
                at_risk -= gone;
            }
            still_open *= (at_risk - answered) as f64 / at_risk as f64;
            at_risk -= answered;
            answered_by.push((*days, 1.0 - still_open));
        }
        Self { n: observed.len(), answered: answered_on.values().sum(), answered_by }
    }

    /// The working days within which `percent` of 100 are answered; `None` when so many have not been answered yet.
    pub fn percentile(&self, percent: u8) -> Option<i64> {
        let wanted = f64::from(percent) / 100.0 - ROUNDING;
        self.answered_by.iter().find(|(_, share)| *share >= wanted).map(|(days, _)| *days)
    }

    /// The working days within which half are answered.
    pub fn median(&self) -> Option<i64> {
        self.percentile(50)
    }
}

/// The account of these promises as of `now`, which is not before their last line. For an account that is frozen at an
/// earlier date, replay the lines up to the position of that date.
pub fn figures<'a>(
    histories: impl IntoIterator<Item = &'a History>,
    now: DateTime<Utc>,
    calendar: &Calendar,
) -> Figures {
    let (mut within_goal, mut late, mut missed, mut running, mut withdrawn) = (0, 0, 0, 0, 0);
    let (mut observed, mut pauses, mut hand_overs) = (Vec::new(), Vec::new(), 0);
    for history in histories {
        let seen = match &history.promise.state {
            PromiseState::Withdrawn { .. } => {
                withdrawn += 1;
                continue;
            }
            PromiseState::Kept { at } => {
                within_goal += 1;
                Observed::Answered(history.working_days(*at, calendar))
            }
            PromiseState::KeptLate { at } => {
                late += 1;
                Observed::Answered(history.working_days(*at, calendar))
            }
            PromiseState::Broken { .. } => {
                missed += 1;
                Observed::Never
            }
            PromiseState::Open => {
                *(if history.is_past_due(now, calendar) { &mut missed } else { &mut running }) += 1;
                Observed::OpenAfter(history.working_days(now, calendar))
            }
        };
        observed.push(seen);
        hand_overs += history.hand_overs;
        if !history.pauses.is_empty() {
            pauses.push(history.paused_working_days(now, calendar));
        }
    }
    pauses.sort_unstable();
    let n = observed.len();
    Figures {
        n,
        within_goal,
        late,
        missed,
        running,
        withdrawn,
        hand_overs,
        survival: Survival::estimate(&observed),
        pauses: PauseFigures {
            n,
            paused: pauses.len(),
            working_days_total: pauses.iter().sum(),
            working_days_median: pauses.get(pauses.len().saturating_sub(1) / 2).copied(),
        },
    }
}

/// The accounts of cohorts: promises grouped by what `group` makes of their day 0, for example year and month.
pub fn by_cohort<'a, K: Ord>(
    histories: impl IntoIterator<Item = &'a History>,
    group: impl Fn(NaiveDate) -> K,
    now: DateTime<Utc>,
    calendar: &Calendar,
) -> BTreeMap<K, Figures> {
    let mut groups: BTreeMap<K, Vec<&History>> = BTreeMap::new();
    for history in histories {
        groups.entry(group(history.promise.cohort)).or_default().push(history);
    }
    groups.into_iter().map(|(key, histories)| (key, figures(histories, now, calendar))).collect()
}

impl History {
    /// Working days from day 0 to `until`, without those on which the clock stood still.
    pub fn working_days(&self, until: DateTime<Utc>, calendar: &Calendar) -> i64 {
        let whole = calendar.working_days_between(self.promise.cohort, calendar.local_date(until));
        (whole - self.paused_working_days(until, calendar)).max(0)
    }

    /// Working days on which the clock stood still; a pause that lasts counts until `now`.
    pub fn paused_working_days(&self, now: DateTime<Utc>, calendar: &Calendar) -> i64 {
        self.pauses
            .iter()
            .map(|(since, until)| working_days_of_pause(*since, until.unwrap_or(now), calendar))
            .sum()
    }

    /// Whether it is open and late, as if a pause that lasts ended now.
    pub fn is_past_due(&self, now: DateTime<Utc>, calendar: &Calendar) -> bool {
        let promise = &self.promise;
        let paused = promise.paused_since.map_or(0, |since| working_days_of_pause(since, now, calendar));
        promise.state == PromiseState::Open
            && now >= calendar.end_of_day(later_by(promise.due_on, paused, calendar))
    }
}

#[expect(clippy::cast_precision_loss, reason = "fewer than 2^52 promises")]
fn share(part: usize, whole: usize) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn answered(days: &[i64]) -> Vec<Observed> {
        days.iter().map(|days| Observed::Answered(*days)).collect()
    }

    #[test]
    fn without_open_ones_the_percentiles_are_the_ordinary_ones() {
        let survival = Survival::estimate(&answered(&[1, 2, 3, 4, 5, 6, 7, 8, 9, 10]));
        assert_eq!(survival.median(), Some(5));
        assert_eq!(survival.percentile(80), Some(8));
        assert_eq!(survival.percentile(90), Some(9));
    }

    #[test]
    fn the_estimate_is_that_of_the_textbook() {
        // Kaplan and Meier's own example (1958, section 2): deaths at 0.8, 3.1, 5.4, 9.2; losses at 1.0, 2.7, 7.0, 12.1.
        let survival = Survival::estimate(&[
            Observed::Answered(8),
            Observed::OpenAfter(10),
            Observed::OpenAfter(27),
            Observed::Answered(31),
            Observed::Answered(54),
            Observed::OpenAfter(70),
            Observed::Answered(92),
            Observed::OpenAfter(121),
        ]);
        let shares: Vec<String> =
            survival.answered_by.iter().map(|(_, share)| format!("{share:.3}")).collect();
        assert_eq!(shares, ["0.125", "0.300", "0.475", "0.738"]);
    }

    #[test]
    fn a_team_that_answers_the_easy_half_only_gets_no_median_of_a_day() {
        let mut observed = answered(&[1, 1, 1, 1]);
        observed.extend([Observed::OpenAfter(60); 6]);
        assert_eq!(Survival::estimate(&observed).median(), None);
    }

    #[test]
    fn breaking_promises_makes_no_figure_better() {
        let mut honest = answered(&[2, 4, 6]);
        honest.extend([Observed::OpenAfter(40); 3]);
        let mut broken = answered(&[2, 4, 6]);
        broken.extend([Observed::Never; 3]);
        assert_eq!(Survival::estimate(&broken).answered_by, Survival::estimate(&honest).answered_by);
    }

    fn observed() -> impl Strategy<Value = Vec<Observed>> {
        let one = prop_oneof![
            4 => (0..60_i64).prop_map(Observed::Answered),
            2 => (0..60_i64).prop_map(Observed::OpenAfter),
            1 => Just(Observed::Never),
        ];
        proptest::collection::vec(one, 0..200)
    }

    proptest! {
        #[test]
        fn without_open_ones_every_percentile_is_the_nearest_rank(
            mut days in proptest::collection::vec(0..60_i64, 1..200), percent in 1..=100_u8,
        ) {
            let survival = Survival::estimate(&answered(&days));
            days.sort_unstable();
            let rank = (days.len() * usize::from(percent)).div_ceil(100);
            prop_assert_eq!(survival.percentile(percent), days.get(rank - 1).copied());
        }

        #[test]
        fn a_higher_percentile_is_never_earlier_and_shares_stay_between_none_and_all(observed in observed()) {
            let survival = Survival::estimate(&observed);
            let percentiles: Vec<i64> = (1..=100).map_while(|percent| survival.percentile(percent)).collect();
            prop_assert!(percentiles.is_sorted());
            prop_assert!(survival.answered_by.is_sorted_by(|a, b| a.0 < b.0 && a.1 <= b.1));
            prop_assert!(survival.answered_by.iter().all(|(_, share)| (-ROUNDING..=1.0 + ROUNDING).contains(share)));
        }

        #[test]
        fn one_more_that_never_comes_makes_no_percentile_earlier(observed in observed(), percent in 1..=100_u8) {
            let before = Survival::estimate(&observed).percentile(percent);
            let mut more = observed;
            more.push(Observed::Never);
            let after = Survival::estimate(&more).percentile(percent);
            prop_assert!(after.is_none() || after >= before);
        }
    }
}
