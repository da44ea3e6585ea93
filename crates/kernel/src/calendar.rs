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
///     closed_days = ["2027-05-07"]
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
        at.with_timezone(&Copenhagen)
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

/// The last year with a store bededag: lov nr. 214 af 6. marts 2023 abolished it from 1 January 2024.
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
