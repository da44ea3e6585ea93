//! The Danish working-day calendar, in which every deadline is counted.
//!
//! Pure: the time comes in as an argument, in UTC, and days are those of Europe/Copenhagen. A working day is no Saturday,
//! Sunday, public holiday or day on which this municipality keeps closed.

mod holiday;
mod local_time;
mod opening_hours;

use std::collections::BTreeSet;

use chrono::{DateTime, Datelike, NaiveDate, NaiveTime, Utc, Weekday};
use serde::Deserialize;

pub use self::{
    holiday::{Holiday, easter_sunday},
    opening_hours::{CalendarError, OpeningHours},
};

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
    #[serde(deserialize_with = "opening_hours::clock_time")]
    latest_receipt: NaiveTime,
    opening_hours: OpeningHours,
}

/// Closed on Constitution Day, Christmas Eve and New Year's Eve, as most municipalities are; open 9 to 15.
impl Default for Calendar {
    fn default() -> Self {
        Self {
            closed_days: BTreeSet::new(),
            constitution_day_closed: true,
            christmas_eve_closed: true,
            new_years_eve_closed: true,
            latest_receipt: opening_hours::CLOSES,
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
}

fn is_weekend(date: NaiveDate) -> bool {
    matches!(date.weekday(), Weekday::Sat | Weekday::Sun)
}

#[cfg(test)]
mod tests {
    use chrono::{Days, TimeDelta};
    use proptest::prelude::*;

    use super::{
        opening_hours::{clock, tests::any_opening_hours},
        *,
    };

    pub(super) fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    pub(super) fn local(text: &str) -> DateTime<Utc> {
        Calendar::default().instant(text.parse().unwrap())
    }

    fn any_day() -> impl Strategy<Value = NaiveDate> {
        (0_u64..40_000).prop_map(|n| day("1990-01-01") + Days::new(n))
    }

    pub(super) fn any_instant() -> impl Strategy<Value = DateTime<Utc>> {
        (631_152_000_i64..4_000_000_000).prop_map(|seconds| DateTime::from_timestamp(seconds, 0).unwrap())
    }

    fn any_calendar() -> impl Strategy<Value = Calendar> {
        let closed_days = prop::collection::btree_set(any_day(), 0..40);
        (closed_days, any::<[bool; 3]>(), 1_u32..24, any_opening_hours()).prop_map(
            |(closed_days, closed, latest, opening_hours)| Calendar {
                closed_days,
                constitution_day_closed: closed[0],
                christmas_eve_closed: closed[1],
                new_years_eve_closed: closed[2],
                latest_receipt: clock(latest),
                opening_hours,
            },
        )
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
    fn the_last_days_that_can_be_counted_do_not_panic() {
        let calendar = Calendar::default();
        assert_eq!(calendar.add_working_days(NaiveDate::MAX, 3), NaiveDate::MAX);
        assert!(calendar.end_of_day(NaiveDate::MAX) >= calendar.start_of_day(NaiveDate::MAX));
        let _ = (calendar.day_zero(DateTime::<Utc>::MAX_UTC), calendar.day_zero(DateTime::<Utc>::MIN_UTC));
        let _ = (calendar.is_working_day(NaiveDate::MIN), easter_sunday(i32::MAX), easter_sunday(i32::MIN));
    }

    proptest! {
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
    }
}
