//! A stretch of days, both ends included, open to the right where no end is known.

use std::fmt;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// Days from `from` to `to`, both included; no `to` means "until further notice".
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "Ends", into = "Ends")]
pub struct Period {
    from: NaiveDate,
    to: Option<NaiveDate>,
}

/// The period would end before it begins. `Display` is the message key shown at the field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
#[error("period-ends-before-it-begins")]
pub struct InvalidPeriod;
impl crate::Refusal for InvalidPeriod {}

impl Period {
    /// The days from `from` to `to`, both included.
    pub fn new(from: NaiveDate, to: Option<NaiveDate>) -> Result<Self, InvalidPeriod> {
        if to.is_some_and(|to| to < from) { Err(InvalidPeriod) } else { Ok(Self { from, to }) }
    }
    /// From a day until further notice.
    pub const fn since(from: NaiveDate) -> Self {
        Self { from, to: None }
    }
    /// One day.
    pub const fn day(day: NaiveDate) -> Self {
        Self { from: day, to: Some(day) }
    }
    /// The first day.
    pub const fn from(self) -> NaiveDate {
        self.from
    }
    /// The last day, where one is known.
    pub const fn to(self) -> Option<NaiveDate> {
        self.to
    }
    /// Whether the day lies in the period.
    pub fn contains(self, day: NaiveDate) -> bool {
        self.from <= day && self.to.is_none_or(|to| day <= to)
    }
    /// Whether the two share a day.
    pub fn overlaps(self, other: Self) -> bool {
        self.intersection(other).is_some()
    }
    /// The days that both share.
    pub fn intersection(self, other: Self) -> Option<Self> {
        let to = match (self.to, other.to) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
        Self::new(self.from.max(other.from), to).ok()
    }
    /// How many days, where an end is known.
    pub fn days(self) -> Option<i64> {
        self.to.map(|to| (to - self.from).num_days() + 1)
    }
}

/// For logs and files: `2026-01-01/2027-12-31` or `2026-01-01/..` (ISO 8601-2). Pages use [`crate::format`].
impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.to {
            Some(to) => write!(f, "{}/{to}", self.from),
            None => write!(f, "{}/..", self.from),
        }
    }
}

/// How a period is written in JSON and TOML.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Ends {
    #[serde(deserialize_with = "crate::toml_date::date")]
    from: NaiveDate,
    #[serde(
        default,
        deserialize_with = "crate::toml_date::date_if_any",
        skip_serializing_if = "Option::is_none"
    )]
    to: Option<NaiveDate>,
}
impl TryFrom<Ends> for Period {
    type Error = InvalidPeriod;
    fn try_from(ends: Ends) -> Result<Self, InvalidPeriod> {
        Self::new(ends.from, ends.to)
    }
}
impl From<Period> for Ends {
    fn from(period: Period) -> Self {
        Self { from: period.from, to: period.to }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day(n: u64) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 1, 1).unwrap() + chrono::Days::new(n)
    }

    fn any_period() -> impl Strategy<Value = Period> {
        (0_u64..100, prop::option::of(0_u64..100)).prop_map(|(from, length)| {
            Period::new(day(from), length.map(|length| day(from + length))).unwrap()
        })
    }

    #[test]
    fn a_period_that_ends_before_it_begins_is_refused() {
        assert_eq!(Period::new(day(2), Some(day(1))), Err(InvalidPeriod));
        assert!(serde_json::from_str::<Period>(r#"{"from":"2026-02-01","to":"2026-01-31"}"#).is_err());
        assert_eq!(Period::new(day(1), Some(day(1))), Ok(Period::day(day(1))));
    }

    #[test]
    fn a_period_in_a_toml_file_needs_no_quotes() {
        for text in ["from = 2026-01-01\nto = 2026-01-31", "from = \"2026-01-01\"\nto = \"2026-01-31\""] {
            assert_eq!(toml::from_str(text), Ok(Period::new(day(0), Some(day(30))).unwrap()));
        }
        assert_eq!(
            serde_json::from_str::<Period>(r#"{"from":"2026-01-01","to":null}"#).unwrap(),
            Period::since(day(0))
        );
    }

    proptest! {
        #[test]
        fn two_periods_overlap_exactly_when_some_day_lies_in_both(a in any_period(), b in any_period()) {
            let shared = (0..250).any(|n| a.contains(day(n)) && b.contains(day(n)));
            prop_assert_eq!(a.overlaps(b), shared);
            prop_assert_eq!(b.overlaps(a), shared);
        }

        #[test]
        fn a_day_of_the_intersection_lies_in_both(a in any_period(), b in any_period(), n in 0_u64..250) {
            let both = a.contains(day(n)) && b.contains(day(n));
            prop_assert_eq!(a.intersection(b).is_some_and(|shared| shared.contains(day(n))), both);
        }

        #[test]
        fn a_period_counts_its_days(period in any_period()) {
            if let Some(days) = period.days() {
                let counted = (0..250).filter(|n| period.contains(day(*n))).count();
                prop_assert_eq!(usize::try_from(days).unwrap(), counted);
            }
        }

        #[test]
        fn a_period_reads_back_from_json(period in any_period()) {
            let json = serde_json::to_string(&period).unwrap();
            prop_assert_eq!(serde_json::from_str::<Period>(&json).unwrap(), period);
        }
    }
}
