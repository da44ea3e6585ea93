//! Between what a figure lies: 95 % intervals for shares, means and medians, and whether two figures really differ. Pure.
//!
//! A year's enquiries are taken as a sample of how things are done; where everything there is was counted and nothing is
//! inferred from it, there is no interval to give.

/// The 97.5th percentile of the normal distribution.
const Z: f64 = 1.959_963_984_540_054;

/// The interval of a share of `part` in `whole`, between 0 and 1 (Wilson, J. Am. Stat. Assoc. 22, 1927: it keeps its
/// promise with few observations and near 0 and 1, where the usual one does not). `None` without observations.
#[expect(clippy::cast_precision_loss, reason = "counts of observations are far below 2^52")]
pub fn of_share(part: u64, whole: u64) -> Option<(f64, f64)> {
    if whole == 0 || part > whole {
        return None;
    }
    let (n, p) = (whole as f64, part as f64 / whole as f64);
    let centre = (p + Z * Z / (2.0 * n)) / (1.0 + Z * Z / n);
    let half = Z / (1.0 + Z * Z / n) * (p * (1.0 - p) / n + Z * Z / (4.0 * n * n)).sqrt();
    Some(((centre - half).clamp(0.0, p), (centre + half).clamp(p, 1.0)))
}

/// The mean of some values with its interval by Student's distribution; `None` for fewer than two values.
#[expect(clippy::cast_precision_loss, reason = "counts of observations are far below 2^52")]
pub fn of_mean(values: &[f64]) -> Option<(f64, f64)> {
    let n = values.len() as f64;
    if values.len() < 2 {
        return None;
    }
    let mean = values.iter().sum::<f64>() / n;
    let variance = values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / (n - 1.0);
    let half = student(n - 1.0) * (variance / n).sqrt();
    Some((mean - half, mean + half))
}

/// The 97.5th percentiles of Student's distribution for 1, 2 and 3 degrees, for which the expansion is too narrow.
const STUDENT_OF_FEW: [f64; 3] = [12.706, 4.303, 3.182];

/// The 97.5th percentile of Student's distribution, by the expansion of Cornish and Fisher; within 0.02.
fn student(degrees: f64) -> f64 {
    if let Some((_, tabled)) = (1_u8..).map(f64::from).zip(STUDENT_OF_FEW).find(|(few, _)| degrees <= *few) {
        return tabled;
    }
    let first = (Z.powi(3) + Z) / 4.0;
    let second = (5.0 * Z.powi(5) + 16.0 * Z.powi(3) + 3.0 * Z) / 96.0;
    let third = (3.0 * Z.powi(7) + 19.0 * Z.powi(5) + 17.0 * Z.powi(3) - 15.0 * Z) / 384.0;
    Z + first / degrees + second / degrees.powi(2) + third / degrees.powi(3)
}

/// The percentiles, of 100, between which the median of `n` observations lies: its interval by order statistics, rounded
/// outwards.
#[expect(clippy::cast_precision_loss, reason = "counts of observations are far below 2^52")]
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to 0 to 100")]
pub fn percentiles_around_median(n: u64) -> (u8, u8) {
    let half = 50.0 * Z / (n.max(1) as f64).sqrt();
    ((50.0 - half).floor().clamp(1.0, 50.0) as u8, (50.0 + half).ceil().clamp(50.0, 100.0) as u8)
}

/// Whether two independent figures differ by more than chance explains: whether the interval of their difference leaves
/// zero out (the square-and-add method of Newcombe, Stat. Med. 17, 1998, for any two figures with intervals).
pub fn differ(a: f64, (a_low, a_high): (f64, f64), b: f64, (b_low, b_high): (f64, f64)) -> bool {
    let difference = a - b;
    let below = ((a - a_low).powi(2) + (b_high - b).powi(2)).sqrt();
    let above = ((a_high - a).powi(2) + (b - b_low).powi(2)).sqrt();
    difference - below > 0.0 || difference + above < 0.0
}

#[cfg(test)]
#[expect(clippy::cast_precision_loss, reason = "the counts of a test are small")]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn about(a: f64, b: f64) -> bool {
        (a - b).abs() < 0.0006
    }

    #[test]
    fn the_interval_of_a_share_is_that_of_newcombes_paper() {
        // Newcombe 1998, table I, method 3: 81/263, 15/148, 0/20, 1/29.
        for (part, whole, low, high) in [
            (81, 263, 0.2553, 0.3662),
            (15, 148, 0.0624, 0.1605),
            (0, 20, 0.0, 0.1611),
            (1, 29, 0.0061, 0.1718),
        ] {
            let (l, h) = of_share(part, whole).unwrap();
            assert!(about(l, low) && about(h, high), "{part}/{whole}: {l} {h}");
        }
        assert_eq!(of_share(0, 0), None);
    }

    #[test]
    fn the_interval_of_a_difference_is_that_of_newcombes_paper() {
        // 56/70 and 48/80 (method 10): 0.0524 to 0.3339, so they differ; 9/10 and 3/10 do, 10/10 and 9/10 do not.
        let shares_differ = |a: (u64, u64), b: (u64, u64)| {
            let share = |(part, whole): (u64, u64)| part as f64 / whole as f64;
            differ(share(a), of_share(a.0, a.1).unwrap(), share(b), of_share(b.0, b.1).unwrap())
        };
        assert!(shares_differ((56, 70), (48, 80)));
        assert!(shares_differ((9, 10), (3, 10)));
        assert!(!shares_differ((10, 10), (9, 10)));
    }

    #[test]
    fn students_percentile_is_that_of_the_tables() {
        for (degrees, table) in [
            (1.0, 12.706),
            (2.0, 4.303),
            (3.0, 3.182),
            (4.0, 2.776),
            (10.0, 2.228),
            (30.0, 2.042),
            (120.0, 1.980),
        ] {
            assert!((student(degrees) - table).abs() < 0.02, "{degrees}: {}", student(degrees));
        }
    }

    #[test]
    fn the_mean_of_two_values_does_not_pretend_to_be_sure() {
        let (low, high) = of_mean(&[4.0, 6.0]).unwrap();
        assert!(
            (low - (5.0 - 12.706)).abs() < 0.001 && (high - (5.0 + 12.706)).abs() < 0.001,
            "{low} {high}"
        );
    }

    proptest! {
        #[test]
        fn a_share_lies_in_its_interval_and_more_observations_make_it_narrower(part in 0_u64..500, more in 0_u64..500) {
            let whole = part + more + 1;
            let (low, high) = of_share(part, whole).unwrap();
            let share = part as f64 / whole as f64;
            prop_assert!(0.0 <= low && low <= share && share <= high && high <= 1.0);
            let (low_of_ten, high_of_ten) = of_share(part * 10, whole * 10).unwrap();
            prop_assert!(high_of_ten - low_of_ten < high - low);
        }

        #[test]
        fn a_figure_does_not_differ_from_itself(part in 0_u64..500, more in 0_u64..500) {
            let whole = part + more + 1;
            let interval = of_share(part, whole).unwrap();
            let share = part as f64 / whole as f64;
            prop_assert!(!differ(share, interval, share, interval));
        }

        #[test]
        fn the_median_lies_between_its_percentiles(n in 0_u64..100_000) {
            let (low, high) = percentiles_around_median(n);
            prop_assert!((1..=50).contains(&low) && (50..=100).contains(&high));
        }
    }
}
