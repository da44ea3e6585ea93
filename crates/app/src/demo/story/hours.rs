//! When people write, call and work, and when they do not.

use chrono::{DateTime, Datelike, Duration, NaiveDate, NaiveTime, Utc, Weekday};
use enquiries::model::Channel;

use super::teller::Teller;

impl Teller<'_> {
    /// How many ask on a day, beside others: growing over the months, quiet in July and at weekends.
    pub(super) fn liveliness(&self, day: NaiveDate) -> u32 {
        let age = u32::try_from((day - self.begins).num_days()).unwrap_or(0);
        let grown = 100 + age / 5;
        let season = match day.month() {
            7 => 45,
            8 | 12 => 85,
            1 | 3 | 9 => 120,
            _ => 100,
        };
        let weekday = match day.weekday() {
            Weekday::Sat | Weekday::Sun => 10,
            Weekday::Fri => 70,
            Weekday::Mon | Weekday::Tue => 115,
            _ => 100,
        };
        let open = if self.calendar.is_working_day(day) { 100 } else { 30 };
        grown * season * weekday / 100 * open / 10_000
    }

    /// Most write during the working day, some in the evening; the telephone is answered in opening hours.
    pub(super) fn sending_time(&mut self, day: NaiveDate, channel: Channel) -> DateTime<Utc> {
        let hours: &[(i64, u32)] = match channel {
            Channel::Web | Channel::Mail => &[
                (6, 2),
                (7, 6),
                (8, 11),
                (9, 14),
                (10, 13),
                (11, 10),
                (12, 7),
                (13, 10),
                (14, 9),
                (15, 6),
                (16, 4),
                (17, 2),
                (19, 3),
                (20, 4),
                (21, 3),
                (22, 1),
            ],
            Channel::Phone | Channel::Visit => &[(9, 20), (10, 24), (11, 18), (12, 10), (13, 18), (14, 10)],
        };
        let hour = self.chance.weighted(hours.iter().map(|(_, weight)| *weight));
        let hour = hours.get(hour).map_or(9, |(hour, _)| *hour);
        let day = match channel {
            Channel::Web | Channel::Mail => day,
            Channel::Phone | Channel::Visit => self.working_day(day),
        };
        let minute = self.chance.between(0, 59);
        self.at(day, hour * 60 + minute)
    }

    /// The day, or the next on which people work.
    pub fn working_day(&self, day: NaiveDate) -> NaiveDate {
        if self.calendar.is_working_day(day) { day } else { self.calendar.next_working_day(day) }
    }

    /// A local time of a day, in minutes since midnight, with seconds that differ.
    pub fn at(&mut self, day: NaiveDate, minutes: i64) -> DateTime<Utc> {
        let midnight = self.calendar.instant(day.and_time(NaiveTime::MIN));
        midnight + Duration::minutes(minutes) + Duration::seconds(self.chance.between(0, 59))
    }

    /// In working hours of a day, and some minutes after `after` at the earliest.
    pub(super) fn office_hours(&mut self, day: NaiveDate, after: DateTime<Utc>) -> DateTime<Utc> {
        let minutes = self.chance.between(8 * 60 + 10, 15 * 60 + 40);
        let at = self.at(day, minutes);
        let soonest = after + Duration::minutes(self.chance.between(4, 50));
        at.max(soonest)
    }

    /// So many working days after a day.
    pub(super) fn later(&mut self, day: NaiveDate, working_days: i64, after: DateTime<Utc>) -> DateTime<Utc> {
        let day = self.calendar.add_working_days(day, u16::try_from(working_days).unwrap_or(0));
        self.office_hours(day, after)
    }

    pub(super) fn company_time(&mut self, after: DateTime<Utc>, days: i64) -> DateTime<Utc> {
        let day = self.calendar.local_date(after) + Duration::days(days);
        let at = self.sending_time(day, Channel::Web);
        at.max(after + Duration::minutes(self.chance.between(15, 200)))
    }
}
