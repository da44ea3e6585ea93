//! What may be shown of the town's growth: numbers of few are hidden, and so are those that would give them away.

use kernel::small_numbers::{SHOWN_MIN, Sum, hidden_cells};
use ports::Measurement;

use super::growth::Cell;
use crate::model::{Changes, GrowthMetric, MetricName};

/// One metric in one year: a number, and how many stand behind it, for each area, for the rest and for the whole.
#[derive(Debug, Clone)]
pub(super) struct Row {
    values: Vec<(Option<f64>, u64)>,
    /// Whether areas and rest make up the whole.
    adds_up: bool,
    /// Whether it was counted at all.
    is_counted: bool,
}

impl Row {
    pub(super) fn of(areas: &[Option<Measurement>], whole: Option<Measurement>) -> Self {
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
pub(super) fn cells(growth: &[GrowthMetric], rows: &[Vec<Row>]) -> Vec<Vec<Vec<Cell>>> {
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

#[cfg(test)]
#[expect(clippy::cast_precision_loss, reason = "the counts of a test are small")]
pub(super) mod tests {
    use kernel::Text;
    use proptest::prelude::*;

    use super::*;
    use crate::model::GrowthKind;

    pub(in crate::account) fn count(n: u64) -> Measurement {
        Measurement { value: Some(n as f64), n, interval: None }
    }

    pub(in crate::account) fn metric(name: &str) -> MetricName {
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
