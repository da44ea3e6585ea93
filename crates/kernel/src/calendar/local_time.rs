//! The town's clocks: which instant a local time is, and when a day begins and ends, also when the clocks are turned.

use chrono::{DateTime, Days, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, TimeZone, Utc};
use chrono_tz::{Europe::Copenhagen, Tz};

use super::Calendar;

impl Calendar {
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{
        super::tests::{any_instant, day, local},
        *,
    };

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

    proptest! {
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
