//! Which numbers of a table stay hidden because few stand behind them, and which must go with them so that no sum gives
//! them away. Pure.
//!
//! Cell suppression as statistical offices do it: first the small cells, then, as long as the sums that the table shows
//! would still tell that a cell is small, the smallest cell that stands in a sum with it.

/// Fewer observations than this are never shown by themselves.
pub const SHOWN_MIN: u64 = 5;

/// Cells of a table of which one is the sum of the others, by their places in the list of counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sum {
    /// The cell that is the sum.
    pub total: usize,
    /// The cells that make it up.
    pub parts: Vec<usize>,
}

/// Which of these counts must stay hidden, given every sum that a reader can see or knows: totals of rows, a year made of
/// quarters, a team made of its topics. Afterwards no small cell can be told to be small. Places outside the list are
/// passed over.
pub fn hidden_cells(counts: &[u64], sums: &[Sum]) -> Vec<bool> {
    let mut hidden: Vec<bool> = counts.iter().map(|count| *count < SHOWN_MIN).collect();
    // Each round hides one more cell or is the last; with everything hidden nothing can be worked out.
    while let Some(exposed) = exposed_cell(counts, &hidden, sums) {
        let beside = sums.iter().filter(|sum| sum.cells().any(|cell| cell == exposed)).flat_map(Sum::cells);
        let next = smallest_shown(counts, &hidden, beside)
            .or_else(|| smallest_shown(counts, &hidden, 0..counts.len()));
        let Some(cell) = next.and_then(|next| hidden.get_mut(next)) else { break };
        *cell = true;
    }
    hidden
}

/// The same for one row of cells and its total.
pub fn hidden_in_row(counts: &[u64]) -> (Vec<bool>, bool) {
    let total = counts.iter().sum();
    let cells: Vec<u64> = counts.iter().copied().chain([total]).collect();
    let mut hidden = hidden_cells(&cells, &[Sum { total: counts.len(), parts: (0..counts.len()).collect() }]);
    let total = hidden.pop().unwrap_or(true);
    (hidden, total)
}

impl Sum {
    fn cells(&self) -> impl Iterator<Item = usize> + '_ {
        self.parts.iter().copied().chain([self.total])
    }
}

fn smallest_shown(counts: &[u64], hidden: &[bool], cells: impl Iterator<Item = usize>) -> Option<usize> {
    cells
        .filter(|cell| hidden.get(*cell) == Some(&false))
        .min_by_key(|cell| (counts.get(*cell).copied().unwrap_or(u64::MAX), *cell))
}

/// A small cell of which one can work out that it is small.
fn exposed_cell(counts: &[u64], hidden: &[bool], sums: &[Sum]) -> Option<usize> {
    let bounds = worked_out(counts, hidden, sums);
    counts.iter().zip(bounds).position(|(count, (_, most))| *count < SHOWN_MIN && most < SHOWN_MIN)
}

/// More than anything that is counted here.
const ENDLESS: u64 = 1 << 40;
/// The bounds settle after a few rounds; a table that needs more is hidden further than it must be, never less.
const ROUNDS_MAX: usize = 1_000;

/// What a reader can work out: the least and the most that each cell can be, from everything shown and every sum.
fn worked_out(counts: &[u64], hidden: &[bool], sums: &[Sum]) -> Vec<(u64, u64)> {
    let mut bounds: Vec<(u64, u64)> =
        counts.iter().zip(hidden).map(|(n, hidden)| if *hidden { (0, ENDLESS) } else { (*n, *n) }).collect();
    for _ in 0..ROUNDS_MAX {
        let mut settled = true;
        for sum in sums {
            let Some(&(total_low, total_high)) = bounds.get(sum.total) else { continue };
            let parts = || sum.parts.iter().filter_map(|part| bounds.get(*part));
            let (low, high) = parts()
                .fold((0_u64, 0_u64), |sum, (l, h)| (sum.0.saturating_add(*l), sum.1.saturating_add(*h)));
            let total = (total_low.max(low), total_high.min(high));
            settled &= total == (total_low, total_high);
            for part in &sum.parts {
                let Some(bound) = bounds.get_mut(*part) else { continue };
                let (least, most) = *bound;
                // Saturating, so that counts that do not add up lead nowhere.
                let others = (low.saturating_sub(least), high.saturating_sub(most));
                let tighter =
                    (least.max(total.0.saturating_sub(others.1)), most.min(total.1.saturating_sub(others.0)));
                settled &= tighter == *bound;
                *bound = tighter;
            }
            if let Some(bound) = bounds.get_mut(sum.total) {
                *bound = total;
            }
        }
        if settled {
            return bounds;
        }
    }
    bounds
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Rows by columns, with the totals of both and of all: what a table of topics by quarters shows.
    fn grid(cells: &[Vec<u64>]) -> (Vec<u64>, Vec<Sum>) {
        let (rows, columns) = (cells.len(), cells[0].len());
        let mut counts: Vec<u64> = cells.iter().flatten().copied().collect();
        let row_total = counts.len();
        counts.extend(cells.iter().map(|row| row.iter().sum::<u64>()));
        let column_total = counts.len();
        counts.extend((0..columns).map(|c| cells.iter().map(|row| row[c]).sum::<u64>()));
        let all = counts.len();
        counts.push(cells.iter().flatten().sum());
        let mut sums: Vec<Sum> = (0..rows)
            .map(|r| Sum { total: row_total + r, parts: (0..columns).map(|c| r * columns + c).collect() })
            .collect();
        sums.extend(
            (0..columns).map(|c| Sum {
                total: column_total + c,
                parts: (0..rows).map(|r| r * columns + c).collect(),
            }),
        );
        sums.push(Sum { total: all, parts: (row_total..row_total + rows).collect() });
        sums.push(Sum { total: all, parts: (column_total..column_total + columns).collect() });
        (counts, sums)
    }

    #[test]
    fn a_small_cell_takes_the_next_smallest_with_it() {
        assert_eq!(hidden_in_row(&[3, 40, 12, 9]), (vec![true, false, false, true], false));
    }

    #[test]
    fn two_small_cells_that_make_five_need_no_other() {
        assert_eq!(hidden_in_row(&[2, 3, 40]), (vec![true, true, false], false));
        assert_eq!(hidden_in_row(&[2, 1, 40]), (vec![true, true, true], false));
    }

    #[test]
    fn a_row_of_nothing_shows_no_total_either() {
        assert_eq!(hidden_in_row(&[1, 0, 2]), (vec![true, true, true], true));
        assert_eq!(hidden_in_row(&[4]), (vec![true], true));
    }

    #[test]
    fn counts_that_do_not_add_up_hide_the_small_ones_and_end() {
        let hidden = hidden_cells(&[80, 60, 3, 100], &[Sum { total: 3, parts: vec![0, 1, 2, 9] }]);
        assert!(hidden[2]);
    }

    #[test]
    fn a_table_without_small_cells_is_shown_whole() {
        assert_eq!(hidden_in_row(&[5, 6, 700]), (vec![false; 3], false));
    }

    proptest! {
        #[test]
        fn no_sum_of_a_row_tells_that_a_hidden_cell_is_small(row in proptest::collection::vec(0_u64..30, 1..8)) {
            let (mut hidden, total) = hidden_in_row(&row);
            hidden.push(total);
            let mut counts = row.clone();
            counts.push(row.iter().sum());
            let sums = [Sum { total: row.len(), parts: (0..row.len()).collect() }];
            for (place, (_, most)) in worked_out(&counts, &hidden, &sums).into_iter().enumerate() {
                prop_assert!(hidden[place] || counts[place] >= SHOWN_MIN);
                prop_assert!(counts[place] >= SHOWN_MIN || most >= SHOWN_MIN, "{row:?} {hidden:?}");
            }
            // The same in plain words: what is left between the total and the shown cells could be one large one.
            let left: Vec<u64> = row.iter().zip(&hidden).filter(|(_, hidden)| **hidden).map(|(n, _)| *n).collect();
            let has_small = left.iter().any(|n| *n < SHOWN_MIN);
            prop_assert!(total || !has_small || (left.len() > 1 && left.iter().sum::<u64>() >= SHOWN_MIN));
        }

        #[test]
        fn no_sum_of_a_table_with_two_margins_tells_that_a_hidden_cell_is_small(
            cells in (1_usize..6, 1_usize..6).prop_flat_map(|(rows, columns)| {
                proptest::collection::vec(proptest::collection::vec(0_u64..30, columns), rows)
            }),
        ) {
            let (counts, sums) = grid(&cells);
            let hidden = hidden_cells(&counts, &sums);
            for (place, (_, most)) in worked_out(&counts, &hidden, &sums).into_iter().enumerate() {
                prop_assert!(hidden[place] || counts[place] >= SHOWN_MIN);
                prop_assert!(counts[place] >= SHOWN_MIN || most >= SHOWN_MIN, "{cells:?} {hidden:?}");
            }
        }
    }
}
