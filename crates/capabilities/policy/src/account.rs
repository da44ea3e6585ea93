//! The account of a policy: every indicator counted through the metrics of other capabilities, and the town's growth per
//! area and year. What few stand behind is left out here, so that no page, file or closed account can hold it.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use chrono::{DateTime, NaiveDate, Utc};
use kernel::{
    Code, Ctx, interval,
    small_numbers::{SHOWN_MIN, Sum, hidden_cells},
};
use ports::{LineBehind, Measurement, MetricQuestion, MetricSource};
use serde::{Deserialize, Serialize};
use storage::StoreError;

use crate::model::{Changes, Formula, Frequency, GrowthMetric, Measure, Measured, MetricName, Policy, Span};

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
    /// When what it is counted from was last read in.
    #[serde(default)]
    pub as_of: Option<DateTime<Utc>>,
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

    /// Whether the whole municipality's number of that very stretch of time is hidden here.
    fn hides(&self, metric: &MetricName, span: Span) -> bool {
        let year = self.years.iter().position(|year| *year == span);
        year.is_some_and(|year| self.cell(metric, year, &Place::Whole) == Cell::Hidden)
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

/// What the sources have said, asked once for everything.
#[derive(Debug, Default)]
struct Answers(HashMap<MetricQuestion, Measurement>);

impl Answers {
    /// Asks each source all of its questions at once. What nothing counts has no answer.
    async fn to(sources: &Sources, ctx: &Ctx, questions: Vec<MetricQuestion>) -> Result<Self, StoreError> {
        let mut answers = HashMap::new();
        for source in sources {
            let mine: Vec<MetricQuestion> = questions
                .iter()
                .filter(|asked| source.metrics().contains(&asked.metric.as_str()))
                .cloned()
                .collect();
            if !mine.is_empty() {
                let said = source.measure_all(ctx, &mine).await?;
                answers.extend(mine.into_iter().zip(said));
            }
        }
        Ok(Self(answers))
    }

    fn of(&self, metric: &MetricName, span: Span, area: Option<&Code>) -> Option<Measurement> {
        self.0.get(&question(metric, span, area)).cloned()
    }
}

fn question(metric: &MetricName, span: Span, area: Option<&Code>) -> MetricQuestion {
    let filter = area.map(|area| (AREA_FILTER.to_owned(), area.to_string()));
    MetricQuestion {
        metric: metric.to_string(),
        from: span.from,
        to: span.to,
        filter: filter.into_iter().collect(),
    }
}

/// Counts every measured indicator. What the growth beside it has to hide is hidden here too.
pub async fn readings(
    sources: &Sources,
    ctx: &Ctx,
    policy: &Policy,
    growth: &Growth,
    today: NaiveDate,
) -> Result<BTreeMap<Code, Reading>, StoreError> {
    let measured = || {
        policy.indicators.iter().filter_map(|indicator| match &indicator.state {
            Measured::Yes(measure) => Some((&indicator.id, measure.as_ref())),
            Measured::NotYet(_) => None,
        })
    };
    let mut questions = Vec::new();
    for (_, measure) in measured() {
        for span in policy.spans(measure.frequency, today) {
            let spans = [Some(span), measure.unit.is_count().then(|| span.a_year_before())];
            let spans = spans.into_iter().flatten();
            questions.extend(spans.flat_map(|span| {
                measure.formula.metrics().iter().map(move |metric| question(metric, span, None))
            }));
        }
    }
    let answers = Answers::to(sources, ctx, questions).await?;
    let reading = |measure| reading(&answers, policy, growth, measure, today);
    Ok(measured().map(|(id, measure)| (id.clone(), reading(measure))).collect())
}

fn reading(
    answers: &Answers,
    policy: &Policy,
    growth: &Growth,
    measure: &Measure,
    today: NaiveDate,
) -> Reading {
    if let Formula::Fact(fact) = &measure.formula {
        return Reading::Fact(policy.fact_value(fact));
    }
    let mut figures = Vec::new();
    for span in policy.spans(measure.frequency, today) {
        match counted(answers, growth, measure, span) {
            Ok(figure) => figures.push(figure),
            Err(metric) => return Reading::NoSource(metric),
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
            if is_part { counted(answers, growth, measure, span).ok() } else { figures.get(before).cloned() }
        }
        Some((current, before)) => {
            // Of quarters, the same one of the year before: the seasons differ.
            let a_year = current.span.a_year_before().from;
            let same = figures.iter().find(|figure| figure.span.from == a_year);
            same.or_else(|| figures.get(before)).cloned()
        }
        None => None,
    };
    Reading::Counted { figures, earlier: earlier.filter(|figure| figure.value.is_some()) }
}

/// One figure, or the metric that nothing counts.
fn counted(answers: &Answers, growth: &Growth, measure: &Measure, span: Span) -> Result<Figure, MetricName> {
    let mut parts = Vec::new();
    for metric in measure.formula.metrics() {
        parts.push(answers.of(metric, span, None).ok_or_else(|| metric.clone())?);
    }
    let (Measurement { value, n, interval }, fewest) = combined(&measure.formula, &parts);
    let is_hidden = |metric: &MetricName| growth.hides(metric, span);
    let shown = fewest >= measure.min_n && !measure.formula.metrics().iter().any(is_hidden);
    Ok(Figure {
        span,
        value: value.filter(|value| shown && value.is_finite()),
        n: shown.then_some(n),
        interval: interval.filter(|_| shown),
    })
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
    let areas: Vec<&Code> = policy.areas.iter().map(|area| &area.key).collect();
    let everywhere = || areas.iter().copied().map(Some).chain([None]);
    let mut questions = Vec::new();
    for wanted in &policy.growth {
        for year in &years {
            questions.extend(everywhere().map(|area| question(&wanted.metric, *year, area)));
        }
    }
    let answers = Answers::to(sources, ctx, questions).await?;
    let row = |metric: &MetricName, year: Span| {
        let of = |area| answers.of(metric, year, area);
        Row::of(&areas.iter().map(|area| of(Some(*area))).collect::<Vec<_>>(), of(None))
    };
    let rows: Vec<Vec<Row>> = policy
        .growth
        .iter()
        .map(|wanted| years.iter().map(|year| row(&wanted.metric, *year)).collect())
        .collect();
    let metrics = policy.growth.iter().map(|wanted| wanted.metric.clone());
    let metrics = metrics.zip(cells(&policy.growth, &rows)).collect();
    let places = areas.iter().map(|area| Place::Area((*area).clone()));
    let mut as_of = None;
    for source in sources {
        if policy.growth.iter().any(|wanted| source.metrics().contains(&wanted.metric.as_str())) {
            as_of = as_of.max(source.as_of(ctx).await?);
        }
    }
    Ok(Growth { years, places: places.chain([Place::Rest, Place::Whole]).collect(), metrics, as_of })
}

/// One metric in one year: a number, and how many stand behind it, for each area, for the rest and for the whole.
#[derive(Debug, Clone)]
struct Row {
    values: Vec<(Option<f64>, u64)>,
    /// Whether areas and rest make up the whole.
    adds_up: bool,
    /// Whether it was counted at all.
    is_counted: bool,
}

impl Row {
    fn of(areas: &[Option<Measurement>], whole: Option<Measurement>) -> Self {
        let Some(whole) = whole.filter(|whole| whole.value.is_some()) else {
            return Self { values: vec![(None, 0); areas.len() + 2], adds_up: false, is_counted: false };
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
        let any_kept_back = areas.iter().flatten().any(|area| is_kept_back(area.value, area.n));
        let adds_up = rest.is_some();
        let rest = rest.map(|(value, n)| ((!any_kept_back).then_some(value), n));
        let values = areas
            .iter()
            .map(|area| (area.as_ref().and_then(|area| area.value), counted(area).1))
            .chain([rest.unwrap_or((None, 0)), (whole.value, whole.n)])
            .collect();
        Self { values, adds_up, is_counted: true }
    }

    fn whole(&self) -> Option<u64> {
        self.values.last().map(|(_, n)| *n).filter(|_| self.is_counted)
    }
}

const fn is_kept_back(value: Option<f64>, n: u64) -> bool {
    value.is_none() && n > 0
}

/// What may be shown of all metrics and years together: the small numbers are taken out, and those that would give them
/// away by a sum over the areas, by what a stock changes by from year to year, or by what was shown earlier in the year.
fn cells(growth: &[GrowthMetric], rows: &[Vec<Row>]) -> Vec<Vec<Vec<Cell>>> {
    let mut counts: Vec<u64> = Vec::new();
    let mut sums: Vec<Sum> = Vec::new();
    // Where the whole of each metric and year stands among the counts.
    let mut wholes: Vec<Vec<usize>> = Vec::new();
    for years in rows {
        let mut of_metric = Vec::new();
        for row in years {
            let first = counts.len();
            let total = first + row.values.len().saturating_sub(1);
            counts.extend(row.values.iter().map(|(_, n)| *n));
            if row.adds_up {
                sums.push(Sum { total, parts: (first..total).collect() });
                if let Some(parts) = counts.get_mut(first..total) {
                    hide_with_the_small(parts);
                }
            }
            of_metric.push(total);
        }
        wholes.push(of_metric);
    }
    for (stock, changes) in
        growth.iter().enumerate().filter_map(|(at, one)| Some((at, one.changes.as_ref()?)))
    {
        balance(growth, rows, &wholes, (stock, changes), &mut counts, &mut sums);
    }
    let mut hidden = hidden_cells(&counts, &sums).into_iter();
    let shown = |row: &Row, hidden: Vec<bool>| -> Vec<Cell> {
        let cell = |((value, n), hidden): (&(Option<f64>, u64), bool)| match value {
            None if is_kept_back(*value, *n) => Cell::Hidden,
            None => Cell::Missing,
            Some(_) if hidden => Cell::Hidden,
            Some(value) => Cell::Number(*value),
        };
        row.values.iter().zip(hidden).map(cell).collect()
    };
    rows.iter()
        .map(|years| {
            years.iter().map(|row| shown(row, hidden.by_ref().take(row.values.len()).collect())).collect()
        })
        .collect()
}

/// Makes nothing of those that are hidden with a small one: the rest of the town, which stands last, always; where the rest
/// itself is small, the first area; and all of them where that would not do. Which ones they are does not depend on which
/// is the smallest: that changes as the year goes on, and two days' tables side by side would tell the small one.
fn hide_with_the_small(counts: &mut [u64]) {
    let is_small = |n: u64| n < SHOWN_MIN;
    let Some((rest, areas)) = counts.split_last() else { return };
    if !is_small(*rest) && !areas.iter().copied().any(is_small) {
        return;
    }
    let is_hidden: Vec<bool> = areas
        .iter()
        .enumerate()
        .map(|(place, n)| is_small(*n) || (place == 0 && is_small(*rest)))
        .chain([true])
        .collect();
    let sum: u64 = counts.iter().zip(&is_hidden).filter(|(_, hidden)| **hidden).map(|(n, _)| *n).sum();
    for (n, hidden) in counts.iter_mut().zip(is_hidden) {
        if hidden || is_small(sum) {
            *n = 0;
        }
    }
}

/// Last year's stock and all it grew by is this year's and all it shrank by. A reader is taken to know that common sum:
/// that hides a little more than must be, never less. Where the register does not add up, nothing follows from it.
fn balance(
    growth: &[GrowthMetric],
    rows: &[Vec<Row>],
    wholes: &[Vec<usize>],
    (stock, changes): (usize, &Changes),
    counts: &mut Vec<u64>,
    sums: &mut Vec<Sum>,
) {
    let place = |metric: &MetricName| growth.iter().position(|one| one.metric == *metric);
    let whole = |metric: usize, year: usize| rows.get(metric)?.get(year)?.whole();
    let cell = |metric: usize, year: usize| wholes.get(metric)?.get(year).copied();
    let years = rows.get(stock).map_or(0, Vec::len);
    for year in 1..years {
        let side = |metrics: &[MetricName], of: usize| -> Option<(Vec<usize>, u64)> {
            let mut parts = vec![cell(stock, of)?];
            let mut sum = whole(stock, of)?;
            for metric in metrics {
                let metric = place(metric)?;
                parts.push(cell(metric, year)?);
                sum += whole(metric, year)?;
            }
            Some((parts, sum))
        };
        if let (Some((before, grown)), Some((after, shrunk))) =
            (side(&changes.plus, year - 1), side(&changes.minus, year))
            && grown == shrunk
        {
            let total = counts.len();
            counts.push(grown);
            sums.extend([Sum { total, parts: before }, Sum { total, parts: after }]);
        }
    }
}

/// Whether an indicator is counted from journal lines, so that there is something behind its figures.
pub fn counts_lines(sources: &Sources, measure: &Measure) -> bool {
    let mut metrics = measure.formula.metrics().iter();
    metrics.any(|metric| source_of(sources, metric).is_some_and(|source| source.counts_lines()))
}

fn source_of<'a>(sources: &'a Sources, metric: &MetricName) -> Option<&'a Arc<dyn MetricSource>> {
    sources.iter().find(|source| source.metrics().contains(&metric.as_str()))
}

/// The journal lines behind one figure of an indicator, newest first, as far as the asker may open what they are about.
pub async fn behind(
    sources: &Sources,
    ctx: &Ctx,
    measure: &Measure,
    span: Span,
    limit: usize,
) -> Result<Vec<LineBehind>, StoreError> {
    let mut lines = Vec::new();
    for metric in measure.formula.metrics() {
        let Some(source) = source_of(sources, metric) else { continue };
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
    use kernel::Text;
    use proptest::prelude::*;

    use super::*;
    use crate::model::GrowthKind;

    fn count(n: u64) -> Measurement {
        Measurement { value: Some(n as f64), n, interval: None }
    }

    fn metric(name: &str) -> MetricName {
        name.to_owned().try_into().unwrap()
    }

    fn growth_of(name: &str, kind: GrowthKind, changes: Option<Changes>) -> GrowthMetric {
        GrowthMetric { metric: metric(name), label: Text::default(), kind, changes }
    }

    /// What is shown of one row by itself.
    fn row(areas: &[Option<Measurement>], whole: Option<Measurement>) -> Vec<Cell> {
        let one = growth_of("registry.new", GrowthKind::Flow, None);
        let mut shown = cells(&[one], &[vec![Row::of(areas, whole)]]);
        shown.remove(0).remove(0)
    }

    #[test]
    fn a_small_area_is_hidden_and_the_rest_of_the_town_with_it() {
        let cells = row(&[Some(count(3)), Some(count(40)), Some(count(12))], Some(count(155)));
        let expected =
            [Cell::Hidden, Cell::Number(40.0), Cell::Number(12.0), Cell::Hidden, Cell::Number(155.0)];
        assert_eq!(cells, expected);
    }

    /// A town of no areas: companies, and what came, moved and ended, year by year.
    fn town_of(years: &[[u64; 5]]) -> Vec<Vec<Vec<Cell>>> {
        let names = |names: [&str; 2]| names.map(metric).to_vec();
        let changes =
            Changes { plus: names(["r.new", "r.moved_in"]), minus: names(["r.ceased", "r.moved_out"]) };
        let growth = [
            growth_of("r.companies", GrowthKind::Stock, Some(changes)),
            growth_of("r.new", GrowthKind::Flow, None),
            growth_of("r.moved_in", GrowthKind::Flow, None),
            growth_of("r.ceased", GrowthKind::Flow, None),
            growth_of("r.moved_out", GrowthKind::Flow, None),
        ];
        let rows: Vec<Vec<Row>> = (0..growth.len())
            .map(|metric| years.iter().map(|year| Row::of(&[], Some(count(year[metric])))).collect())
            .collect();
        cells(&growth, &rows)
    }

    #[test]
    fn three_that_moved_out_are_not_told_by_how_many_companies_there_were_the_year_before() {
        let shown = town_of(&[[400, 30, 12, 20, 9], [422, 40, 11, 26, 3]]);
        let of = |metric: usize| shown[metric][1].last().copied().unwrap();
        assert_eq!(of(4), Cell::Hidden);
        // 400 + new + in - ceased - 422 would be the three.
        assert!([0, 1, 2, 3].into_iter().any(|metric| of(metric) == Cell::Hidden), "{shown:?}");
        let whole = town_of(&[[400, 30, 12, 20, 9], [422, 40, 11, 21, 8]]);
        assert!(whole.iter().flatten().flatten().all(|cell| *cell != Cell::Hidden), "{whole:?}");
    }

    #[test]
    fn what_the_growth_hides_is_hidden_in_the_indicators_too() {
        let mut growth = Growth::default();
        let span =
            Span { from: "2026-01-01".parse().unwrap(), to: "2026-12-31".parse().unwrap(), quarter: None };
        growth.years = vec![span];
        growth.places = vec![Place::Whole];
        growth.metrics = vec![(metric("r.ceased"), vec![vec![Cell::Hidden]])];
        let question = question(&metric("r.ceased"), span, None);
        let answers = Answers([(question, count(26))].into());
        let policy = Policy::parse(include_str!("../../../../policies/albertslund-2023-2026.toml")).unwrap();
        let Measured::Yes(measure) = &policy.indicator("companies").unwrap().state else { unreachable!() };
        let measure = Measure { formula: Formula::Value(metric("r.ceased")), ..measure.as_ref().clone() };
        assert_eq!(counted(&answers, &growth, &measure, span).unwrap().value, None);
        assert_eq!(counted(&answers, &Growth::default(), &measure, span).unwrap().value, Some(26.0));
    }

    #[test]
    fn what_no_register_has_counted_is_missing_and_not_nothing() {
        assert_eq!(row(&[None, None], None), [Cell::Missing; 4]);
    }

    #[test]
    fn an_area_that_its_source_keeps_back_is_not_told_by_the_rest() {
        let kept_back = Measurement { value: None, n: 3, interval: None };
        let jobs = |value: f64, n| Some(Measurement { value: Some(value), n, interval: None });
        let cells = row(&[Some(kept_back), jobs(900.0, 40)], jobs(1_000.0, 60));
        assert_eq!(cells, [Cell::Hidden, Cell::Number(900.0), Cell::Hidden, Cell::Number(1_000.0)]);
    }

    #[test]
    fn areas_that_overlap_leave_no_rest() {
        let cells = row(&[Some(count(80)), Some(count(60))], Some(count(100)));
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
            let cells = row(&areas.iter().map(|n| Some(count(*n))).collect::<Vec<_>>(), Some(count(whole)));
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

        #[test]
        fn two_days_of_the_same_year_side_by_side_tell_of_no_small_area(
            days in proptest::collection::vec((0_u64..12, 0_u64..12), 2..6),
        ) {
            // What comes over the year only grows. The last one is the rest of the town.
            let earlier: Vec<u64> = days.iter().map(|(n, _)| *n).collect();
            let later: Vec<u64> = days.iter().map(|(n, more)| n + more).collect();
            let shown = |counts: &[u64]| {
                let (_, areas) = counts.split_last().unwrap();
                row(&areas.iter().map(|n| Some(count(*n))).collect::<Vec<_>>(), Some(count(counts.iter().sum())))
            };
            let tables = [shown(&earlier), shown(&later)];
            // The least and the most that each can be, worked out from both tables.
            let mut bounds: Vec<Vec<(f64, f64)>> = tables
                .iter()
                .map(|cells| cells.iter().map(|cell| match cell {
                    Cell::Number(value) => (*value, *value),
                    Cell::Hidden | Cell::Missing => (0.0, f64::from(u32::MAX)),
                }).collect())
                .collect();
            for _ in 0..200 {
                for table in &mut bounds {
                    let whole = *table.last().unwrap();
                    let parts = table.len() - 1;
                    for place in 0..parts {
                        let others = (0..parts).filter(|other| *other != place);
                        let (low, high) = others.fold((0.0, 0.0), |(low, high), other| {
                            (low + table[other].0, high + table[other].1)
                        });
                        table[place] = (table[place].0.max(whole.0 - high), table[place].1.min(whole.1 - low));
                    }
                }
                for place in 0..bounds[0].len() {
                    bounds[1][place].0 = bounds[1][place].0.max(bounds[0][place].0);
                    bounds[0][place].1 = bounds[0][place].1.min(bounds[1][place].1);
                }
            }
            for (counts, bounds) in [earlier, later].iter().zip(&bounds) {
                for (n, (_, most)) in counts.iter().zip(bounds) {
                    prop_assert!(*n >= 5 || *most >= 5.0, "{days:?}: {n} is at most {most}; {tables:?}");
                }
            }
        }
    }
}
