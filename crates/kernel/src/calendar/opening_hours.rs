//! When the municipality can be reached, and how its configuration writes that: hours like `09:00`, or the word `closed`.

use chrono::{NaiveTime, Weekday};
use serde::Deserialize;

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

pub(super) const fn clock(hour: u32) -> NaiveTime {
    match NaiveTime::from_hms_opt(hour, 0, 0) {
        Some(time) => time,
        None => NaiveTime::MIN,
    }
}
const OPENS: NaiveTime = clock(9);
pub(super) const CLOSES: NaiveTime = clock(15);

pub(super) fn clock_time<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<NaiveTime, D::Error> {
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

#[cfg(test)]
pub(super) mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::Calendar;

    fn any_hours() -> impl Strategy<Value = Hours> {
        prop::option::of((0_u32..12, 12_u32..24).prop_map(|(opens, closes)| (clock(opens), clock(closes))))
            .prop_map(Hours)
    }

    pub(in crate::calendar) fn any_opening_hours() -> impl Strategy<Value = OpeningHours> {
        prop::array::uniform5(any_hours()).prop_map(|[monday, tuesday, wednesday, thursday, friday]| {
            OpeningHours { monday, tuesday, wednesday, thursday, friday }
        })
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
}
