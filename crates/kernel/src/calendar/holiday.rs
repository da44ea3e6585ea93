//! The public holidays of Denmark, most of which follow Easter. What a municipality closes on by choice is none.

use chrono::{Datelike, NaiveDate};

use crate::Language;

/// The public holidays of Denmark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Holiday {
    /// Nytårsdag, 1 January.
    NewYearsDay,
    /// Skærtorsdag.
    MaundyThursday,
    /// Langfredag.
    GoodFriday,
    /// Påskedag.
    EasterSunday,
    /// Anden påskedag.
    EasterMonday,
    /// Store bededag, the fourth Friday after Easter, until 2023.
    GreatPrayerDay,
    /// Kristi himmelfartsdag.
    AscensionDay,
    /// Pinsedag.
    WhitSunday,
    /// Anden pinsedag.
    WhitMonday,
    /// Juledag.
    ChristmasDay,
    /// Anden juledag.
    BoxingDay,
}

/// The last year with a store bededag: a dated fact, for no day before 2024 may change its nature afterwards.
///
/// Source: lov om konsekvenser ved afskaffelsen af store bededag som helligdag, in force from 1 January 2024.
const GREAT_PRAYER_DAY_LAST_YEAR: i32 = 2023;

impl Holiday {
    /// The holiday on that day, where there is one.
    pub fn on(date: NaiveDate) -> Option<Self> {
        match (date.month(), date.day()) {
            (1, 1) => return Some(Self::NewYearsDay),
            (12, 25) => return Some(Self::ChristmasDay),
            (12, 26) => return Some(Self::BoxingDay),
            _ => {}
        }
        match (date - easter_sunday(date.year())?).num_days() {
            -3 => Some(Self::MaundyThursday),
            -2 => Some(Self::GoodFriday),
            0 => Some(Self::EasterSunday),
            1 => Some(Self::EasterMonday),
            26 if date.year() <= GREAT_PRAYER_DAY_LAST_YEAR => Some(Self::GreatPrayerDay),
            39 => Some(Self::AscensionDay),
            49 => Some(Self::WhitSunday),
            50 => Some(Self::WhitMonday),
            _ => None,
        }
    }

    /// Its name.
    pub const fn name(self, language: Language) -> &'static str {
        match (language, self) {
            (Language::Da, Self::NewYearsDay) => "nytårsdag",
            (Language::Da, Self::MaundyThursday) => "skærtorsdag",
            (Language::Da, Self::GoodFriday) => "langfredag",
            (Language::Da, Self::EasterSunday) => "påskedag",
            (Language::Da, Self::EasterMonday) => "anden påskedag",
            (Language::Da, Self::GreatPrayerDay) => "store bededag",
            (Language::Da, Self::AscensionDay) => "Kristi himmelfartsdag",
            (Language::Da, Self::WhitSunday) => "pinsedag",
            (Language::Da, Self::WhitMonday) => "anden pinsedag",
            (Language::Da, Self::ChristmasDay) => "juledag",
            (Language::Da, Self::BoxingDay) => "anden juledag",
            (Language::En, Self::NewYearsDay) => "New Year's Day",
            (Language::En, Self::MaundyThursday) => "Maundy Thursday",
            (Language::En, Self::GoodFriday) => "Good Friday",
            (Language::En, Self::EasterSunday) => "Easter Sunday",
            (Language::En, Self::EasterMonday) => "Easter Monday",
            (Language::En, Self::GreatPrayerDay) => "Great Prayer Day",
            (Language::En, Self::AscensionDay) => "Ascension Day",
            (Language::En, Self::WhitSunday) => "Whit Sunday",
            (Language::En, Self::WhitMonday) => "Whit Monday",
            (Language::En, Self::ChristmasDay) => "Christmas Day",
            (Language::En, Self::BoxingDay) => "Boxing Day",
        }
    }
}

/// Easter Sunday of the Gregorian calendar; `None` for years that `chrono` does not know.
///
/// The "anonymous" algorithm of Nature, 20 April 1876, in the form of Meeus, *Astronomical Algorithms* (1991), chapter 8,
/// whose letters are kept so that it can be compared.
#[expect(clippy::many_single_char_names, reason = "the letters of the published algorithm")]
pub fn easter_sunday(year: i32) -> Option<NaiveDate> {
    let a = year.rem_euclid(19);
    let (b, c) = (year.div_euclid(100), year.rem_euclid(100));
    let (d, e) = (b.div_euclid(4), b.rem_euclid(4));
    let f = (b + 8).div_euclid(25);
    let g = (b - f + 1).div_euclid(3);
    let h = (19 * a + b - d - g + 15).rem_euclid(30);
    let (i, k) = (c / 4, c % 4);
    let l = (32 + 2 * e + 2 * i - h - k).rem_euclid(7);
    let m = (a + 11 * h + 22 * l) / 451;
    let sum = h + l - 7 * m + 114;
    NaiveDate::from_ymd_opt(year, u32::try_from(sum / 31).ok()?, u32::try_from(sum % 31 + 1).ok()?)
}

#[cfg(test)]
mod tests {
    use chrono::Weekday;
    use proptest::prelude::*;

    use super::{super::tests::day, *};
    use crate::Calendar;

    #[test]
    fn easter_falls_where_the_almanac_has_it() {
        for date in [
            "1818-03-22",
            "1943-04-25",
            "1961-04-02",
            "2000-04-23",
            "2008-03-23",
            "2011-04-24",
            "2024-03-31",
            "2025-04-20",
            "2026-04-05",
            "2027-03-28",
            "2028-04-16",
            "2038-04-25",
        ] {
            assert_eq!(easter_sunday(day(date).year()), Some(day(date)));
        }
    }

    #[test]
    fn store_bededag_is_closed_until_2023_and_a_working_day_from_2024() {
        let calendar = Calendar::default();
        assert_eq!(Holiday::on(day("2023-05-05")), Some(Holiday::GreatPrayerDay));
        assert!(!calendar.is_working_day(day("2023-05-05")));
        assert_eq!(Holiday::on(day("2024-04-26")), None);
        assert!(calendar.is_working_day(day("2024-04-26")));
    }

    proptest! {
        #[test]
        fn easter_is_a_sunday_between_22_march_and_25_april(year in 1_i32..9999) {
            let easter = easter_sunday(year).unwrap();
            prop_assert_eq!(easter.weekday(), Weekday::Sun);
            prop_assert!((3, 22) <= (easter.month(), easter.day()) && (easter.month(), easter.day()) <= (4, 25), "{}", easter);
        }
    }
}
