//! The Danish working-day calendar, in which every deadline is counted.
//!
//! Pure: the time comes in as an argument, in UTC, and days are those of Europe/Copenhagen. A working day is no Saturday,
//! Sunday, public holiday or day on which this municipality keeps closed.

use std::collections::BTreeSet;

use chrono::{
    DateTime, Datelike, Days, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, TimeZone, Utc, Weekday,
};
use chrono_tz::{Europe::Copenhagen, Tz};
use serde::Deserialize;

use crate::Language;

/// The working days and opening hours of one municipality.
///
/// In configuration every line may be left out:
///
/// ```
/// let calendar: kernel::Calendar = toml::from_str(r#"
///     constitution_day_closed = false
///     closed_days = [2027-05-07]
///     latest_receipt = "14:00"
///     [opening_hours]
///     thursday = { opens = "09:00", closes = "17:00" }
///     friday = { opens = "09:00", closes = "13:00" }
///     wednesday = "closed"
/// "#).unwrap();
/// assert!(!calendar.is_working_day("2027-05-07".parse().unwrap()));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Calendar {
    #[serde(deserialize_with = "crate::toml_date::dates")]
    closed_days: BTreeSet<NaiveDate>,
    constitution_day_closed: bool,
    christmas_eve_closed: bool,
    new_years_eve_closed: bool,
    #[serde(deserialize_with = "clock_time")]
    latest_receipt: NaiveTime,
    opening_hours: OpeningHours,
}

/// A calendar that cannot be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CalendarError {
    /// Closing time is not after opening time.
    #[error("opening hours must end after they begin: {opens} to {closes}")]
    ClosesBeforeItOpens {
        /// Opening time.
        opens: NaiveTime,
        /// Closing time.
        closes: NaiveTime,
    },
    /// Not written as `09:00`.
    #[error("a clock time is written as \"09:00\"")]
    ClockTime,
    /// Neither hours nor the word `closed`.
    #[error("opening hours are written as {{ opens = \"09:00\", closes = \"15:00\" }} or \"closed\"")]
    OpeningHours,
}

/// When the municipality can be reached, per weekday; nobody is there on Saturdays and Sundays. By default 9 to 15.
///
/// A weekday without opening hours is a working day all the same: law counts it. What comes in on it counts from the next one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct OpeningHours {
    monday: Hours,
    tuesday: Hours,
    wednesday: Hours,
    thursday: Hours,
    friday: Hours,
}

/// One weekday's hours, or none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "HoursText")]
struct Hours(Option<(NaiveTime, NaiveTime)>);

#[derive(Deserialize)]
#[serde(untagged)]
enum HoursText {
    Word(String),
    Open {
        #[serde(deserialize_with = "clock_time")]
        opens: NaiveTime,
        #[serde(deserialize_with = "clock_time")]
        closes: NaiveTime,
    },
}

const fn clock(hour: u32) -> NaiveTime {
    match NaiveTime::from_hms_opt(hour, 0, 0) {
        Some(time) => time,
        None => NaiveTime::MIN,
    }
}
const OPENS: NaiveTime = clock(9);
const CLOSES: NaiveTime = clock(15);

fn clock_time<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<NaiveTime, D::Error> {
    let text = String::deserialize(deserializer)?;
    NaiveTime::parse_from_str(&text, "%H:%M").map_err(|_| serde::de::Error::custom(CalendarError::ClockTime))
}

impl Hours {
    fn new(opens: NaiveTime, closes: NaiveTime) -> Result<Self, CalendarError> {
        if opens < closes {
            Ok(Self(Some((opens, closes))))
        } else {
            Err(CalendarError::ClosesBeforeItOpens { opens, closes })
        }
    }
}
impl TryFrom<HoursText> for Hours {
    type Error = CalendarError;
    fn try_from(text: HoursText) -> Result<Self, CalendarError> {
        match text {
            HoursText::Open { opens, closes } => Self::new(opens, closes),
            HoursText::Word(word) if word == "closed" => Ok(Self(None)),
            HoursText::Word(_) => Err(CalendarError::OpeningHours),
        }
    }
}
impl Default for Hours {
    fn default() -> Self {
        Self(Some((OPENS, CLOSES)))
    }
}

impl Default for OpeningHours {
    fn default() -> Self {
        let hours = Hours::default();
        Self { monday: hours, tuesday: hours, wednesday: hours, thursday: hours, friday: hours }
    }
}

impl OpeningHours {
    /// The same hours with others on one weekday; `None` is closed. Saturdays and Sundays stay closed.
    pub fn with_day(
        mut self,
        day: Weekday,
        hours: Option<(NaiveTime, NaiveTime)>,
    ) -> Result<Self, CalendarError> {
        let hours = match hours {
            Some((opens, closes)) => Hours::new(opens, closes)?,
            None => Hours(None),
        };
        match day {
            Weekday::Mon => self.monday = hours,
            Weekday::Tue => self.tuesday = hours,
            Weekday::Wed => self.wednesday = hours,
            Weekday::Thu => self.thursday = hours,
            Weekday::Fri => self.friday = hours,
            Weekday::Sat | Weekday::Sun => {}
        }
        Ok(self)
    }

    /// Opening and closing time, where there are any.
    pub const fn on(&self, day: Weekday) -> Option<(NaiveTime, NaiveTime)> {
        match day {
            Weekday::Mon => self.monday.0,
            Weekday::Tue => self.tuesday.0,
            Weekday::Wed => self.wednesday.0,
            Weekday::Thu => self.thursday.0,
            Weekday::Fri => self.friday.0,
            Weekday::Sat | Weekday::Sun => None,
        }
    }
}

/// Closed on Constitution Day, Christmas Eve and New Year's Eve, as most municipalities are; open 9 to 15.
impl Default for Calendar {
    fn default() -> Self {
        Self {
            closed_days: BTreeSet::new(),
            constitution_day_closed: true,
            christmas_eve_closed: true,
            new_years_eve_closed: true,
            latest_receipt: CLOSES,
            opening_hours: OpeningHours::default(),
        }
    }
}

impl Calendar {
    /// Closed on one more day.
    #[must_use]
    pub fn with_closed_day(mut self, date: NaiveDate) -> Self {
        self.closed_days.insert(date);
        self
    }
    /// The same opening hours, closed on public holidays only.
    ///
    /// For deadlines that a law sets: a municipality cannot lengthen them by keeping closed (Folketingets Ombudsmand 2021-1
    /// on offentlighedsloven § 36, stk. 2), and counting a day too many as a working day only makes us answer earlier.
    #[must_use]
    pub fn closed_on_public_holidays_only(&self) -> Self {
        Self {
            closed_days: BTreeSet::new(),
            constitution_day_closed: false,
            christmas_eve_closed: false,
            new_years_eve_closed: false,
            ..self.clone()
        }
    }
    /// With other opening hours.
    #[must_use]
    pub fn with_opening_hours(self, opening_hours: OpeningHours) -> Self {
        Self { opening_hours, ..self }
    }
    /// When the municipality can be reached.
    pub const fn opening_hours(&self) -> &OpeningHours {
        &self.opening_hours
    }

    /// Whether deadlines count the day.
    pub fn is_working_day(&self, date: NaiveDate) -> bool {
        let closed_by_choice = match (date.month(), date.day()) {
            (6, 5) => self.constitution_day_closed,
            (12, 24) => self.christmas_eve_closed,
            (12, 31) => self.new_years_eve_closed,
            _ => false,
        };
        !is_weekend(date)
            && !closed_by_choice
            && Holiday::on(date).is_none()
            && !self.closed_days.contains(&date)
    }

    /// The first working day after the day.
    pub fn next_working_day(&self, date: NaiveDate) -> NaiveDate {
        // The calendar of `chrono` ends in the year 262142; there the last day repeats itself.
        date.iter_days().skip(1).find(|day| self.is_working_day(*day)).unwrap_or(NaiveDate::MAX)
    }

    /// The `n`th working day after the day; with 0 the day itself, also when it is closed.
    pub fn add_working_days(&self, date: NaiveDate, n: u16) -> NaiveDate {
        (0..n).fold(date, |day, _| self.next_working_day(day))
    }

    /// How many working days lie after `from` and not after `to`; negative when `to` comes first.
    pub fn working_days_between(&self, from: NaiveDate, to: NaiveDate) -> i64 {
        if to < from {
            return -self.working_days_between(to, from);
        }
        let days = from.iter_days().skip(1).take_while(|day| *day <= to);
        days.fold(0, |count, day| count + i64::from(self.is_working_day(day)))
    }

    /// The day from which a deadline is counted: the working day of receipt.
    ///
    /// What comes in at 15.00 or later, after closing, or on a day without opening hours counts from the next working day;
    /// what comes in before opening in the morning counts from that day.
    pub fn day_zero(&self, received: DateTime<Utc>) -> NaiveDate {
        let local = self.local(received).naive_local();
        let is_in_time = self
            .opening_hours
            .on(local.weekday())
            .is_some_and(|(_, closes)| local.time() < closes.min(self.latest_receipt));
        if is_in_time && self.is_working_day(local.date()) {
            local.date()
        } else {
            self.next_working_day(local.date())
        }
    }

    /// The last day to answer in time: so many working days after [`Self::day_zero`]. Due at its [`Self::end_of_day`].
    pub fn due_on(&self, received: DateTime<Utc>, working_days: u16) -> NaiveDate {
        self.add_working_days(self.day_zero(received), working_days)
    }

    /// When the day is over, at 24.00 local time. What happens at this moment happens too late.
    pub fn end_of_day(&self, date: NaiveDate) -> DateTime<Utc> {
        self.start_of_day(date.checked_add_days(Days::new(1)).unwrap_or(date))
    }

    /// When the day begins, at 0.00 local time.
    pub fn start_of_day(&self, date: NaiveDate) -> DateTime<Utc> {
        self.instant(date.and_time(NaiveTime::MIN))
    }

    /// The instant of a local time, as a form gives it.
    ///
    /// In the hour that is skipped in March the clock counts on (2.30 becomes 3.30); in the one that comes twice in October
    /// the first is meant.
    pub fn instant(&self, local: NaiveDateTime) -> DateTime<Utc> {
        let earliest = Copenhagen.from_local_datetime(&local).earliest();
        // A skipped time reads as its offset before the change: one hour earlier existed.
        let found = earliest.or_else(|| {
            let before = local.checked_sub_signed(TimeDelta::hours(1))?;
            Copenhagen.from_local_datetime(&before).earliest()?.checked_add_signed(TimeDelta::hours(1))
        });
        found.map_or_else(|| local.and_utc(), |time| time.to_utc())
    }

    /// The time on the town's clocks.
    pub fn local(&self, at: DateTime<Utc>) -> DateTime<Tz> {
        // On the last day of all there would be no local time, and `chrono` would panic.
        let day = TimeDelta::days(1);
        at.clamp(DateTime::<Utc>::MIN_UTC + day, DateTime::<Utc>::MAX_UTC - day).with_timezone(&Copenhagen)
    }

    /// The day on the town's calendars.
    pub fn local_date(&self, at: DateTime<Utc>) -> NaiveDate {
        self.local(at).date_naive()
    }
}

fn is_weekend(date: NaiveDate) -> bool {
    matches!(date.weekday(), Weekday::Sat | Weekday::Sun)
}

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
    use super::*;
    use proptest::prelude::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn local(text: &str) -> DateTime<Utc> {
        Calendar::default().instant(text.parse().unwrap())
    }

    fn any_day() -> impl Strategy<Value = NaiveDate> {
        (0_u64..40_000).prop_map(|n| day("1990-01-01") + Days::new(n))
    }

    fn any_instant() -> impl Strategy<Value = DateTime<Utc>> {
        (631_152_000_i64..4_000_000_000).prop_map(|seconds| DateTime::from_timestamp(seconds, 0).unwrap())
    }

    fn any_hours() -> impl Strategy<Value = Option<(NaiveTime, NaiveTime)>> {
        prop::option::of((0_u32..12, 12_u32..24).prop_map(|(opens, closes)| (clock(opens), clock(closes))))
    }

    fn any_calendar() -> impl Strategy<Value = Calendar> {
        let closed_days = prop::collection::btree_set(any_day(), 0..40);
        (closed_days, any::<[bool; 3]>(), 1_u32..24, prop::array::uniform5(any_hours())).prop_map(
            |(closed_days, closed, latest, [monday, tuesday, wednesday, thursday, friday])| Calendar {
                closed_days,
                constitution_day_closed: closed[0],
                christmas_eve_closed: closed[1],
                new_years_eve_closed: closed[2],
                latest_receipt: clock(latest),
                opening_hours: OpeningHours {
                    monday: Hours(monday),
                    tuesday: Hours(tuesday),
                    wednesday: Hours(wednesday),
                    thursday: Hours(thursday),
                    friday: Hours(friday),
                },
            },
        )
    }

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
    fn the_closed_days_of_2027_are_those_of_the_almanac() {
        let calendar = Calendar::default();
        let closed: Vec<_> = day("2027-01-01")
            .iter_days()
            .take_while(|date| date.year() == 2027)
            .filter(|date| !is_weekend(*date) && !calendar.is_working_day(*date))
            .map(|date| date.to_string())
            .collect();
        let almanac = [
            "2027-01-01",
            "2027-03-25",
            "2027-03-26",
            "2027-03-29",
            "2027-05-06",
            "2027-05-17",
            "2027-12-24",
            "2027-12-31",
        ];
        assert_eq!(closed, almanac);
    }

    #[test]
    fn store_bededag_is_closed_until_2023_and_a_working_day_from_2024() {
        let calendar = Calendar::default();
        assert_eq!(Holiday::on(day("2023-05-05")), Some(Holiday::GreatPrayerDay));
        assert!(!calendar.is_working_day(day("2023-05-05")));
        assert_eq!(Holiday::on(day("2024-04-26")), None);
        assert!(calendar.is_working_day(day("2024-04-26")));
    }

    #[test]
    fn a_municipality_chooses_its_own_closed_days() {
        let calendar: Calendar = toml::from_str(
            "constitution_day_closed = false\nchristmas_eve_closed = false\nclosed_days = [\"2026-05-15\"]",
        )
        .unwrap();
        assert!(calendar.is_working_day(day("2026-06-05")));
        assert!(calendar.is_working_day(day("2026-12-24")));
        assert!(!calendar.is_working_day(day("2026-12-31")));
        assert!(!calendar.is_working_day(day("2026-05-15")));
        assert_eq!(
            Calendar::default().with_closed_day(day("2026-11-23")).next_working_day(day("2026-11-20")),
            day("2026-11-24")
        );
    }

    #[test]
    fn what_a_law_sets_is_not_lengthened_by_keeping_closed() {
        let own = Calendar::default().with_closed_day(day("2026-12-23"));
        let law = own.closed_on_public_holidays_only();
        assert_eq!(own.due_on(local("2026-12-21T10:00:00"), 3), day("2026-12-29"));
        assert_eq!(law.due_on(local("2026-12-21T10:00:00"), 3), day("2026-12-24"));
    }

    #[test]
    fn a_configuration_that_cannot_be_says_why() {
        for (text, why) in [
            (
                "[opening_hours]\nmonday = { opens = \"15:00\", closes = \"09:00\" }",
                "must end after they begin",
            ),
            ("[opening_hours]\nmonday = \"lukket\"", "\"closed\""),
            ("[opening_hours]\nsaturday = \"closed\"", "saturday"),
            ("latest_receipt = \"kl. 15\"", "\"09:00\""),
            ("closed_day = []", "closed_day"),
        ] {
            let error = toml::from_str::<Calendar>(text).unwrap_err().to_string();
            assert!(error.contains(why), "{error}");
        }
    }

    #[test]
    fn what_comes_in_at_night_counts_from_that_morning_and_what_comes_after_three_from_the_next_working_day()
    {
        let calendar = Calendar::default();
        for (received, day_zero) in [
            ("2026-11-23T00:00:00", "2026-11-23"),
            ("2026-11-23T07:30:00", "2026-11-23"),
            ("2026-11-23T14:59:59", "2026-11-23"),
            ("2026-11-23T15:00:00", "2026-11-24"),
            ("2026-11-23T23:59:59", "2026-11-24"),
            ("2026-11-20T15:00:00", "2026-11-23"), // a Friday
            ("2026-11-21T10:00:00", "2026-11-23"), // a Saturday
            ("2026-12-23T15:00:00", "2026-12-28"), // before Christmas
        ] {
            assert_eq!(calendar.day_zero(local(received)), day(day_zero), "{received}");
        }
    }

    #[test]
    fn short_and_long_opening_days_move_the_latest_receipt_only_forwards() {
        let hours = OpeningHours::default()
            .with_day(Weekday::Wed, None)
            .and_then(|hours| hours.with_day(Weekday::Thu, Some((clock(9), clock(17)))))
            .and_then(|hours| hours.with_day(Weekday::Fri, Some((clock(9), clock(13)))))
            .unwrap();
        let calendar = Calendar::default().with_opening_hours(hours);
        assert_eq!(
            calendar.day_zero(local("2026-11-25T10:00:00")),
            day("2026-11-26"),
            "no opening hours on Wednesdays"
        );
        assert!(calendar.is_working_day(day("2026-11-25")), "but a Wednesday is a working day");
        assert_eq!(
            calendar.day_zero(local("2026-11-26T16:00:00")),
            day("2026-11-27"),
            "15.00 is the latest receipt"
        );
        assert_eq!(calendar.day_zero(local("2026-11-27T13:00:00")), day("2026-11-30"), "Fridays close at 13");
        assert!(OpeningHours::default().with_day(Weekday::Mon, Some((clock(9), clock(9)))).is_err());
    }

    #[test]
    fn ten_working_days_over_easter_skip_four_closed_days() {
        let calendar = Calendar::default();
        // Monday 22 March 2027; Maundy Thursday is the 25th, Easter Monday the 29th.
        assert_eq!(calendar.due_on(local("2027-03-22T10:00:00"), 10), day("2027-04-08"));
        assert_eq!(calendar.working_days_between(day("2027-03-22"), day("2027-04-08")), 10);
        assert_eq!(calendar.working_days_between(day("2027-04-08"), day("2027-03-22")), -10);
    }

    #[test]
    fn a_day_ends_at_midnight_on_the_towns_clocks_in_summer_and_in_winter() {
        let calendar = Calendar::default();
        for (date, end) in [
            ("2026-11-23", "2026-11-23T23:00:00Z"),
            ("2027-06-01", "2027-06-01T22:00:00Z"),
            ("2027-03-27", "2027-03-27T23:00:00Z"),
            ("2027-03-28", "2027-03-28T22:00:00Z"), // 23 hours long
            ("2027-10-30", "2027-10-30T22:00:00Z"),
            ("2027-10-31", "2027-10-31T23:00:00Z"), // 25 hours long
        ] {
            assert_eq!(calendar.end_of_day(day(date)), end.parse::<DateTime<Utc>>().unwrap(), "{date}");
        }
        let length = |date| (calendar.end_of_day(day(date)) - calendar.start_of_day(day(date))).num_hours();
        assert_eq!((length("2027-03-28"), length("2027-10-31"), length("2027-11-01")), (23, 25, 24));
    }

    #[test]
    fn the_hour_that_is_skipped_counts_on_and_the_hour_that_comes_twice_is_the_first() {
        for (typed, instant) in [
            ("2027-03-28T01:59:00", "2027-03-28T00:59:00Z"),
            ("2027-03-28T02:00:00", "2027-03-28T01:00:00Z"),
            ("2027-03-28T02:30:00", "2027-03-28T01:30:00Z"),
            ("2027-03-28T03:00:00", "2027-03-28T01:00:00Z"),
            ("2027-10-31T01:59:00", "2027-10-30T23:59:00Z"),
            ("2027-10-31T02:30:00", "2027-10-31T00:30:00Z"),
            ("2027-10-31T03:00:00", "2027-10-31T02:00:00Z"),
        ] {
            assert_eq!(local(typed), instant.parse::<DateTime<Utc>>().unwrap(), "{typed}");
        }
    }

    #[test]
    fn a_mail_just_before_midnight_utc_belongs_to_the_towns_next_day() {
        let calendar = Calendar::default();
        assert_eq!(calendar.local_date("2026-11-23T23:30:00Z".parse().unwrap()), day("2026-11-24"));
        assert_eq!(calendar.local_date("2027-06-01T21:59:59Z".parse().unwrap()), day("2027-06-01"));
        assert_eq!(calendar.local_date("2027-06-01T22:00:00Z".parse().unwrap()), day("2027-06-02"));
    }

    #[test]
    fn the_last_days_that_can_be_counted_do_not_panic() {
        let calendar = Calendar::default();
        assert_eq!(calendar.add_working_days(NaiveDate::MAX, 3), NaiveDate::MAX);
        assert!(calendar.end_of_day(NaiveDate::MAX) >= calendar.start_of_day(NaiveDate::MAX));
        let _ = (calendar.day_zero(DateTime::<Utc>::MAX_UTC), calendar.day_zero(DateTime::<Utc>::MIN_UTC));
        let _ = (calendar.is_working_day(NaiveDate::MIN), easter_sunday(i32::MAX), easter_sunday(i32::MIN));
    }

    proptest! {
        #[test]
        fn easter_is_a_sunday_between_22_march_and_25_april(year in 1_i32..9999) {
            let easter = easter_sunday(year).unwrap();
            prop_assert_eq!(easter.weekday(), Weekday::Sun);
            prop_assert!((3, 22) <= (easter.month(), easter.day()) && (easter.month(), easter.day()) <= (4, 25), "{}", easter);
        }

        #[test]
        fn counting_working_days_never_ends_on_a_closed_day(calendar in any_calendar(), from in any_day(), n in 1_u16..60) {
            prop_assert!(calendar.is_working_day(calendar.add_working_days(from, n)));
        }

        #[test]
        fn more_working_days_end_later(calendar in any_calendar(), from in any_day(), n in 0_u16..60) {
            prop_assert!(calendar.add_working_days(from, n) < calendar.add_working_days(from, n + 1));
        }

        #[test]
        fn what_begins_later_never_ends_earlier(calendar in any_calendar(), a in any_day(), gap in 0_u64..40, n in 0_u16..40) {
            prop_assert!(calendar.add_working_days(a, n) <= calendar.add_working_days(a + Days::new(gap), n));
        }

        #[test]
        fn counting_back_gives_the_working_days_that_were_added(calendar in any_calendar(), from in any_day(), n in 0_u16..60) {
            let to = calendar.add_working_days(from, n);
            prop_assert_eq!(calendar.working_days_between(from, to), i64::from(n));
            prop_assert_eq!(calendar.working_days_between(to, from), -i64::from(n));
        }

        #[test]
        fn a_deadline_of_law_never_ends_after_the_municipalitys_own(calendar in any_calendar(), from in any_day(), n in 0_u16..40) {
            let law = calendar.closed_on_public_holidays_only();
            prop_assert!(law.add_working_days(from, n) <= calendar.add_working_days(from, n));
        }

        #[test]
        fn working_days_add_up(calendar in any_calendar(), a in any_day(), ab in 0_u64..60, bc in 0_u64..60) {
            let (b, c) = (a + Days::new(ab), a + Days::new(ab + bc));
            let parts = calendar.working_days_between(a, b) + calendar.working_days_between(b, c);
            prop_assert_eq!(calendar.working_days_between(a, c), parts);
        }

        #[test]
        fn day_zero_is_a_working_day_not_before_receipt_and_never_skips_one(calendar in any_calendar(), received in any_instant()) {
            let (zero, receipt) = (calendar.day_zero(received), calendar.local_date(received));
            prop_assert!(calendar.is_working_day(zero));
            prop_assert!(zero == receipt || zero == calendar.next_working_day(receipt));
        }

        #[test]
        fn what_comes_in_later_is_never_due_earlier(
            calendar in any_calendar(), received in any_instant(), later in 0_i64..1_000_000, n in 0_u16..20,
        ) {
            let later = received + TimeDelta::seconds(later);
            prop_assert!(calendar.due_on(received, n) <= calendar.due_on(later, n));
        }

        #[test]
        fn an_instant_lies_inside_its_own_day(at in any_instant()) {
            let calendar = Calendar::default();
            let date = calendar.local_date(at);
            prop_assert!(calendar.start_of_day(date) <= at && at < calendar.end_of_day(date));
            prop_assert_eq!(calendar.end_of_day(date), calendar.start_of_day(date + Days::new(1)));
        }

        #[test]
        fn a_local_time_reads_back_unless_the_clock_was_turned(at in any_instant()) {
            let calendar = Calendar::default();
            let back = calendar.instant(calendar.local(at).naive_local());
            // In the hour that comes twice the first is meant.
            prop_assert!(back == at || back + TimeDelta::hours(1) == at);
        }
    }
}
