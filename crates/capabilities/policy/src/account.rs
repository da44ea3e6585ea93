//! The account of a policy: every indicator counted through the metrics of other capabilities, and the town's growth per
//! area and year. What few stand behind is left out here, so that no page, file or closed account can hold it.

use std::{collections::BTreeMap, sync::Arc};

use chrono::{DateTime, NaiveDate, Utc};
use kernel::{
    Code, Ctx, interval,
    small_numbers::{Sum, hidden_cells},
};
use ports::{Measurement, MetricSource};
use serde::{Deserialize, Serialize};
use storage::StoreError;

use crate::model::{Formula, Frequency, Indicator, Measure, Measured, MetricName, Policy, Span};

/// By what a metric is restricted to one area.
pub const AREA_FILTER: &str = "area";

/// Who can count what.
pub type Sources = [Arc<dyn MetricSource>];

/// One figure of an indicator.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Figure {
    /// For when.
    pub span: Span,
    /// The number; `None` where there is none, or too few stand behind it.
    pub value: Option<f64>,
    /// How many stand behind it; `None` where they are too few to say.
    pub n: Option<u64>,
    /// Between what it lies with 95 % confidence, where it is an estimate.
    pub interval: Option<(f64, f64)>,
}

/// What an indicator says.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reading {
    /// It was counted.
    Counted {
        /// For each stretch of time, oldest first.
        figures: Vec<Figure>,
        /// What the newest one with a number is compared with.
        earlier: Option<Figure>,
    },
    /// It stands in the policy.
    Fact(Option<f64>),
    /// Nothing here counts what it needs.
    NoSource(MetricName),
}

impl Reading {
    /// The newest figure with a number.
    pub fn current(&self) -> Option<&Figure> {
        match self {
            Self::Counted { figures, .. } => figures.iter().rev().find(|figure| figure.value.is_some()),
            Self::Fact(_) | Self::NoSource(_) => None,
        }
    }

    /// How the newest figure has changed: the earlier one, the difference, and whether chance alone may explain it.
    pub fn change(&self) -> Option<(&Figure, f64, Option<bool>)> {
        let Self::Counted { earlier: Some(earlier), .. } = self else { return None };
        let current = self.current()?;
        let (now, then) = (current.value?, earlier.value?);
        let within = match (current.interval, earlier.interval) {
            (Some(a), Some(b)) => Some(!interval::differ(now, a, then, b)),
            _ => None,
        };
        Some((earlier, now - then, within))
    }
}

/// Where something is counted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    /// In an area, by its key.
    Area(Code),
    /// Outside all of them.
    Rest,
    /// In the whole municipality.
    Whole,
}

/// The town's growth: for each metric and year a number for each place.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Growth {
    /// The years, oldest first.
    pub years: Vec<Span>,
    /// The places, the whole municipality last.
    pub places: Vec<Place>,
    /// What is counted, with its numbers by year and place.
    pub metrics: Vec<(MetricName, Vec<Vec<Cell>>)>,
}

/// One number of [`Growth`].
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cell {
    /// It may be shown.
    Number(f64),
    /// Few stand behind it, or it would give such a one away.
    Hidden,
    /// There is none.
    Missing,
}

impl Growth {
    /// The number of a metric in a year at a place.
    pub fn cell(&self, metric: &MetricName, year: usize, place: &Place) -> Cell {
        let numbers =
            self.metrics.iter().find(|(name, _)| name == metric).and_then(|(_, years)| years.get(year));
        let place = self.places.iter().position(|one| one == place);
        numbers.zip(place).and_then(|(cells, place)| cells.get(place)).copied().unwrap_or(Cell::Missing)
    }

    /// Whether there is any number at all.
    pub fn is_empty(&self) -> bool {
        let mut cells = self.metrics.iter().flat_map(|(_, years)| years.iter().flatten());
        !cells.any(|cell| matches!(cell, Cell::Number(_)))
    }
}

/// A policy's account on a day.
#[derive(Debug, Clone, PartialEq)]
pub struct Account {
    /// The last day that it looks at.
    pub as_of: NaiveDate,
    /// When it was made.
    pub computed_at: DateTime<Utc>,
    /// What each measured indicator says.
    pub readings: BTreeMap<Code, Reading>,
    /// The town's growth.
    pub growth: Growth,
}

/// Counts every measured indicator.
pub async fn readings(
    sources: &Sources,
    ctx: &Ctx,
    policy: &Policy,
    today: NaiveDate,
) -> Result<BTreeMap<Code, Reading>, StoreError> {
    let mut readings = BTreeMap::new();
    for indicator in &policy.indicators {
        if let Measured::Yes(measure) = &indicator.state {
            readings.insert(indicator.id.clone(), reading(sources, ctx, policy, measure, today).await?);
        }
    }
    Ok(readings)
}

async fn reading(
    sources: &Sources,
    ctx: &Ctx,
    policy: &Policy,
    measure: &Measure,
    today: NaiveDate,
) -> Result<Reading, StoreError> {
    if let Formula::Fact(fact) = &measure.formula {
        return Ok(Reading::Fact(policy.fact_value(fact)));
    }
    let mut figures = Vec::new();
    for span in policy.spans(measure.frequency, today) {
        match counted(sources, ctx, measure, span).await? {
            Ok(figure) => figures.push(figure),
            Err(metric) => return Ok(Reading::NoSource(metric)),
        }
    }
    // Before anything was counted there is nothing to tell; what few stood behind later on is said to be hidden.
    let counted_first = figures.iter().position(|figure| figure.value.is_some()).unwrap_or(figures.len());
    let figures = figures.split_off(counted_first.min(figures.len().saturating_sub(1)));
    let newest = figures.iter().rposition(|figure| figure.value.is_some());
    let earlier = match newest.and_then(|place| Some((figures.get(place)?, place.checked_sub(1)?))) {
        // What adds up over the year is compared with the same days of the year before; a share or a median of the whole
        // year before says more than that of a part of it.
        // The counting may have begun in the middle of the first one: more than that would be no growth.
        Some((_, 0)) if measure.unit.is_count() => None,
        Some((current, before)) if measure.unit.is_count() => {
            let is_part =
                figures.get(before).is_some_and(|before| before.span != current.span.a_year_before());
            let span = current.span.a_year_before();
            if is_part {
                counted(sources, ctx, measure, span).await?.ok()
            } else {
                figures.get(before).cloned()
            }
        }
        Some((current, before)) => {
            // Of quarters, the same one of the year before: the seasons differ.
            let a_year = current.span.a_year_before().from;
            let same = figures.iter().find(|figure| figure.span.from == a_year);
            same.or_else(|| figures.get(before)).cloned()
        }
        None => None,
    };
    Ok(Reading::Counted { figures, earlier: earlier.filter(|figure| figure.value.is_some()) })
}

/// One figure, or the metric that nothing counts.
async fn counted(
    sources: &Sources,
    ctx: &Ctx,
    measure: &Measure,
    span: Span,
) -> Result<Result<Figure, MetricName>, StoreError> {
    let mut parts = Vec::new();
    for metric in measure.formula.metrics() {
        let Some(part) = measured(sources, ctx, metric, span, &BTreeMap::new()).await? else {
            return Ok(Err(metric.clone()));
        };
        parts.push(part);
    }
    let (Measurement { value, n, interval }, fewest) = combined(&measure.formula, &parts);
    let shown = fewest >= measure.min_n;
    Ok(Ok(Figure {
        span,
        value: value.filter(|value| shown && value.is_finite()),
        n: shown.then_some(n),
        interval: interval.filter(|_| shown),
    }))
}

async fn measured(
    sources: &Sources,
    ctx: &Ctx,
    metric: &MetricName,
    span: Span,
    filter: &BTreeMap<String, String>,
) -> Result<Option<Measurement>, StoreError> {
    let Some(source) = sources.iter().find(|source| source.metrics().contains(&metric.as_str())) else {
        return Ok(None);
    };
    source.measure(ctx, metric.as_str(), span.from, span.to, filter).await.map(Some)
}

/// What a formula makes of its metrics, and the fewest that stand behind a part which the result would tell: a difference
/// tells of both its parts, a sum of none.
fn combined(formula: &Formula, parts: &[Measurement]) -> (Measurement, u64) {
    let n: u64 = parts.iter().map(|part| part.n).sum();
    let fewest = parts.iter().map(|part| part.n).min().unwrap_or(0);
    match (formula, parts) {
        (Formula::Value(_), [one]) => (one.clone(), fewest),
        (Formula::Sum(_), parts) => {
            let value = parts.iter().map(|part| part.value).sum();
            (Measurement { value, n, interval: None }, n)
        }
        (Formula::Difference(_), [a, b]) => {
            let value = a.value.zip(b.value).map(|(a, b)| a - b);
            (Measurement { value, n, interval: None }, fewest)
        }
        (Formula::Share(_), [a, b]) => {
            let value = a.value.zip(b.value).filter(|(_, b)| *b > 0.0).map(|(a, b)| a / b * 100.0);
            let interval = interval::of_share(a.n, b.n).map(|(low, high)| (low * 100.0, high * 100.0));
            (Measurement { value, n: b.n, interval }, fewest)
        }
        _ => (Measurement { value: None, n: 0, interval: None }, 0),
    }
}

/// Counts the town's growth from the year of the baseline on.
pub async fn growth(
    sources: &Sources,
    ctx: &Ctx,
    policy: &Policy,
    today: NaiveDate,
) -> Result<Growth, StoreError> {
    let years = policy.spans(Frequency::Yearly, today);
    let areas = policy.areas.iter().map(|area| Place::Area(area.key.clone()));
    let places: Vec<Place> = areas.chain([Place::Rest, Place::Whole]).collect();
    let mut metrics = Vec::new();
    for wanted in &policy.growth {
        let mut by_year = Vec::new();
        for year in &years {
            let whole = measured(sources, ctx, &wanted.metric, *year, &BTreeMap::new()).await?;
            let mut counts = Vec::new();
            for area in &policy.areas {
                let filter = BTreeMap::from([(AREA_FILTER.to_owned(), area.key.to_string())]);
                counts.push(measured(sources, ctx, &wanted.metric, *year, &filter).await?);
            }
            by_year.push(row(counts, whole));
        }
        metrics.push((wanted.metric.clone(), by_year));
    }
    Ok(Growth { years, places, metrics })
}

/// One metric in one year: the areas, the rest and the whole, with the small numbers and those that would give them away
/// taken out.
#[expect(clippy::needless_pass_by_value, reason = "the counts are made for this row alone")]
fn row(areas: Vec<Option<Measurement>>, whole: Option<Measurement>) -> Vec<Cell> {
    let Some(whole) = whole.filter(|whole| whole.value.is_some()) else {
        return vec![Cell::Missing; areas.len() + 2];
    };
    let counted = |area: &Option<Measurement>| {
        area.as_ref().map_or((0.0, 0), |area| (area.value.unwrap_or(0.0), area.n))
    };
    let (in_areas, n_in_areas) =
        areas.iter().map(counted).fold((0.0, 0_u64), |(value, n), (v, m)| (value + v, n + m));
    // Areas that overlap would leave less than nothing: then there is no rest to tell of.
    let rest = whole.value.map(|value| (value - in_areas, whole.n.saturating_sub(n_in_areas)));
    let rest = rest.filter(|(value, _)| *value >= 0.0 && n_in_areas <= whole.n);
    // Where an area's own source keeps it back, the rest would be told with it.
    let is_kept_back = |value: Option<f64>, n: u64| value.is_none() && n > 0;
    let any_kept_back = areas.iter().flatten().any(|area| is_kept_back(area.value, area.n));
    let rest = rest.map(|(value, n)| ((!any_kept_back).then_some(value), n));
    let values: Vec<(Option<f64>, u64)> = areas
        .iter()
        .map(|area| (area.as_ref().and_then(|area| area.value), counted(area).1))
        .chain([rest.unwrap_or((None, 0)), (whole.value, whole.n)])
        .collect();
    let counts: Vec<u64> = values.iter().map(|(_, n)| *n).collect();
    let total = areas.len() + 1;
    let sums = rest.map(|_| Sum { total, parts: (0..total).collect() });
    let hidden = hidden_cells(&counts, sums.as_slice());
    let cells = values.iter().zip(hidden);
    cells
        .map(|((value, n), hidden)| match value {
            None if is_kept_back(*value, *n) => Cell::Hidden,
            None => Cell::Missing,
            Some(_) if hidden => Cell::Hidden,
            Some(value) => Cell::Number(*value),
        })
        .collect()
}

/// The journal lines behind an indicator's newest figure, newest first, as far as the asker may open what they are about.
pub async fn behind(
    sources: &Sources,
    ctx: &Ctx,
    indicator: &Indicator,
    span: Span,
    limit: usize,
) -> Result<Vec<ports::LineBehind>, StoreError> {
    let Measured::Yes(measure) = &indicator.state else { return Ok(Vec::new()) };
    let mut lines = Vec::new();
    for metric in measure.formula.metrics() {
        let Some(source) = sources.iter().find(|source| source.metrics().contains(&metric.as_str())) else {
            continue;
        };
        let filter = BTreeMap::new();
        lines.extend(source.behind(ctx, metric.as_str(), span.from, span.to, &filter, limit).await?);
    }
    lines.sort_by_key(|line| std::cmp::Reverse(line.position));
    lines.dedup_by_key(|line| line.position);
    lines.truncate(limit);
    Ok(lines)
}

#[cfg(test)]
#[expect(clippy::cast_precision_loss, reason = "the counts of a test are small")]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn count(n: u64) -> Measurement {
        Measurement { value: Some(n as f64), n, interval: None }
    }

    fn metric(name: &str) -> MetricName {
        name.to_owned().try_into().unwrap()
    }

    #[test]
    fn a_small_area_is_hidden_and_the_smallest_other_with_it() {
        let cells = row(vec![Some(count(3)), Some(count(40)), Some(count(12))], Some(count(155)));
        let expected =
            [Cell::Hidden, Cell::Number(40.0), Cell::Hidden, Cell::Number(100.0), Cell::Number(155.0)];
        assert_eq!(cells, expected);
    }

    #[test]
    fn what_no_register_has_counted_is_missing_and_not_nothing() {
        assert_eq!(row(vec![None, None], None), [Cell::Missing; 4]);
    }

    #[test]
    fn an_area_that_its_source_keeps_back_is_not_told_by_the_rest() {
        let kept_back = Measurement { value: None, n: 3, interval: None };
        let jobs = |value: f64, n| Some(Measurement { value: Some(value), n, interval: None });
        let cells = row(vec![Some(kept_back), jobs(900.0, 40)], jobs(1_000.0, 60));
        assert_eq!(cells, [Cell::Hidden, Cell::Number(900.0), Cell::Hidden, Cell::Number(1_000.0)]);
    }

    #[test]
    fn areas_that_overlap_leave_no_rest() {
        let cells = row(vec![Some(count(80)), Some(count(60))], Some(count(100)));
        assert_eq!(cells[2], Cell::Missing);
    }

    #[test]
    fn a_difference_rests_on_its_smaller_part() {
        let formula = Formula::Difference([metric("a.new"), metric("a.ceased")]);
        let (both, fewest) = combined(&formula, &[count(40), count(3)]);
        assert_eq!((both.value, both.n, fewest), (Some(37.0), 43, 3));
        let (share, fewest) =
            combined(&Formula::Share([metric("a.part"), metric("a.all")]), &[count(86), count(100)]);
        assert_eq!((share.value, share.n, fewest), (Some(86.0), 100, 86));
        assert!(share.interval.is_some_and(|(low, high)| low < 86.0 && high > 86.0));
    }

    proptest! {
        #[test]
        fn no_row_of_growth_gives_a_small_area_away(
            areas in proptest::collection::vec(0_u64..40, 1..6), rest in 0_u64..40,
        ) {
            let whole = areas.iter().sum::<u64>() + rest;
            let cells = row(areas.iter().map(|n| Some(count(*n))).collect(), Some(count(whole)));
            let counts: Vec<u64> = areas.iter().copied().chain([rest]).collect();
            let hidden: Vec<u64> =
                counts.iter().zip(&cells).filter(|(_, cell)| **cell == Cell::Hidden).map(|(n, _)| *n).collect();
            for (n, cell) in counts.iter().zip(&cells) {
                prop_assert!(*n >= 5 || *cell == Cell::Hidden, "{n} is shown");
            }
            // With the whole shown, what is left for the hidden ones is at least five, and more than one of them.
            if cells.last() != Some(&Cell::Hidden) && hidden.iter().any(|n| *n < 5) {
                prop_assert!(hidden.len() > 1 && hidden.iter().sum::<u64>() >= 5, "{cells:?}");
            }
        }
    }
}
