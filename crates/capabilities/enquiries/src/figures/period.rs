//! The stretches of time of the managers' page. Quarters and what is made of whole quarters, nothing else: other stretches
//! would tell single cases apart. Pure.

use std::{ops::RangeInclusive, str::FromStr};

use chrono::{Datelike, Months, NaiveDate};

/// A quarter of a calendar year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Quarter {
    /// The year.
    pub year: i32,
    /// 1 to 4.
    pub quarter: u32,
}

impl Quarter {
    /// The quarter of a day.
    pub fn of(day: NaiveDate) -> Self {
        Self { year: day.year(), quarter: day.month0() / 3 + 1 }
    }

    /// So many quarters earlier.
    #[must_use]
    pub fn back(self, quarters: i32) -> Self {
        let since = self.year * 4 + i32::try_from(self.quarter).unwrap_or(1) - 1 - quarters;
        let quarter = u32::try_from(since.rem_euclid(4)).unwrap_or(0) + 1;
        Self { year: since.div_euclid(4), quarter }
    }

    fn first_day(self) -> NaiveDate {
        NaiveDate::from_ymd_opt(self.year, (self.quarter - 1) * 3 + 1, 1).unwrap_or(NaiveDate::MIN)
    }

    fn last_day(self) -> NaiveDate {
        let next = self.first_day().checked_add_months(Months::new(3));
        next.and_then(|next| next.pred_opt()).unwrap_or(NaiveDate::MAX)
    }
}

/// A calendar year, a quarter of one, or the four quarters that end with one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Period {
    /// A calendar year.
    Year(i32),
    /// A quarter.
    Quarter(Quarter),
    /// Twelve months: a quarter and the three before it.
    FourQuarters(Quarter),
}

impl Period {
    /// The twelve months that end with this quarter. In the fourth quarter that is the year.
    pub const fn until(quarter: Quarter) -> Self {
        if quarter.quarter == 4 { Self::Year(quarter.year) } else { Self::FourQuarters(quarter) }
    }

    /// The same period a year earlier.
    #[must_use]
    pub fn a_year_before(self) -> Self {
        match self {
            Self::Year(year) => Self::Year(year - 1),
            Self::Quarter(quarter) => Self::Quarter(quarter.back(4)),
            Self::FourQuarters(quarter) => Self::FourQuarters(quarter.back(4)),
        }
    }

    /// The quarters that it is made of, oldest first.
    pub fn quarters(self) -> Vec<Quarter> {
        let (last, n) = match self {
            Self::Year(year) => (Quarter { year, quarter: 4 }, 4),
            Self::Quarter(quarter) => (quarter, 1),
            Self::FourQuarters(quarter) => (quarter, 4),
        };
        (0..n).rev().map(|back| last.back(back)).collect()
    }

    /// Its days, both ends included.
    pub fn days(self) -> RangeInclusive<NaiveDate> {
        let quarters = self.quarters();
        let from = quarters.first().map_or(NaiveDate::MIN, |quarter| quarter.first_day());
        from..=quarters.last().map_or(NaiveDate::MAX, |quarter| quarter.last_day())
    }
}

/// As in addresses: `2026`, `2026-3`, `12m-2026-3`.
impl std::fmt::Display for Period {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Year(year) => write!(f, "{year}"),
            Self::Quarter(Quarter { year, quarter }) => write!(f, "{year}-{quarter}"),
            Self::FourQuarters(Quarter { year, quarter }) => write!(f, "{TWELVE_MONTHS}{year}-{quarter}"),
        }
    }
}

const TWELVE_MONTHS: &str = "12m-";

/// The text is no [`Period`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a period is written 2026, 2026-3 or 12m-2026-3")]
pub struct InvalidPeriod;

impl FromStr for Period {
    type Err = InvalidPeriod;
    fn from_str(text: &str) -> Result<Self, InvalidPeriod> {
        let year_of =
            |text: &str| text.parse().ok().filter(|year| (2000..2200).contains(year)).ok_or(InvalidPeriod);
        let (is_rolling, text) = match text.strip_prefix(TWELVE_MONTHS) {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let Some((year, quarter)) = text.split_once('-') else {
            return if is_rolling { Err(InvalidPeriod) } else { Ok(Self::Year(year_of(text)?)) };
        };
        let quarter =
            quarter.parse().ok().filter(|quarter| (1..=4).contains(quarter)).ok_or(InvalidPeriod)?;
        let quarter = Quarter { year: year_of(year)?, quarter };
        Ok(if is_rolling { Self::until(quarter) } else { Self::Quarter(quarter) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_period_reads_back_and_has_its_days() {
        for text in ["2026", "2026-1", "2026-4", "12m-2026-3"] {
            assert_eq!(text.parse::<Period>().unwrap().to_string(), text);
        }
        for wrong in ["", "26", "2026-0", "2026-5", "2026-13", "x", "12m-2026", "12m-", "13m-2026-1"] {
            assert!(wrong.parse::<Period>().is_err(), "{wrong}");
        }
        let days = |text: &str| {
            let days = text.parse::<Period>().unwrap().days();
            (days.start().to_string(), days.end().to_string())
        };
        assert_eq!(days("2026-4"), ("2026-10-01".into(), "2026-12-31".into()));
        assert_eq!(days("2025"), ("2025-01-01".into(), "2025-12-31".into()));
        assert_eq!(days("12m-2026-1"), ("2025-04-01".into(), "2026-03-31".into()));
    }

    #[test]
    fn twelve_months_until_the_fourth_quarter_are_the_year() {
        assert_eq!("12m-2026-4".parse(), Ok(Period::Year(2026)));
        let first = Quarter { year: 2026, quarter: 1 };
        assert_eq!(first.back(1), Quarter { year: 2025, quarter: 4 });
        assert_eq!(Period::FourQuarters(first).a_year_before().to_string(), "12m-2025-1");
    }
}
