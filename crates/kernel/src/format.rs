//! Dates, times and numbers as people read them in Danish and in English (`domain.md` section 8).
//!
//! A number and its unit are held together by a non-breaking space. Times are local: convert with
//! [`Calendar::local`](crate::Calendar::local) first.

use chrono::{Datelike, NaiveDate, NaiveTime, Timelike, Weekday};

use crate::Language;

const MONTHS_DA: [&str; 12] = [
    "januar",
    "februar",
    "marts",
    "april",
    "maj",
    "juni",
    "juli",
    "august",
    "september",
    "oktober",
    "november",
    "december",
];
const MONTHS_EN: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// The weekday's name: `mandag`, `Monday`.
pub const fn weekday(day: Weekday, language: Language) -> &'static str {
    match (language, day) {
        (Language::Da, Weekday::Mon) => "mandag",
        (Language::Da, Weekday::Tue) => "tirsdag",
        (Language::Da, Weekday::Wed) => "onsdag",
        (Language::Da, Weekday::Thu) => "torsdag",
        (Language::Da, Weekday::Fri) => "fredag",
        (Language::Da, Weekday::Sat) => "lørdag",
        (Language::Da, Weekday::Sun) => "søndag",
        (Language::En, Weekday::Mon) => "Monday",
        (Language::En, Weekday::Tue) => "Tuesday",
        (Language::En, Weekday::Wed) => "Wednesday",
        (Language::En, Weekday::Thu) => "Thursday",
        (Language::En, Weekday::Fri) => "Friday",
        (Language::En, Weekday::Sat) => "Saturday",
        (Language::En, Weekday::Sun) => "Sunday",
    }
}

/// The month's name: `november`, `November`.
pub fn month(date: NaiveDate, language: Language) -> &'static str {
    let names = match language {
        Language::Da => &MONTHS_DA,
        Language::En => &MONTHS_EN,
    };
    names.get(date.month0() as usize).copied().unwrap_or_default()
}

/// `23. november 2026`, `23 November 2026`.
pub fn date(date: NaiveDate, language: Language) -> String {
    let dot = match language {
        Language::Da => ".",
        Language::En => "",
    };
    format!("{}{dot} {} {}", date.day(), month(date, language), date.year())
}

/// With the weekday, as every deadline is shown: `mandag den 23. november 2026`, `Monday 23 November 2026`.
pub fn date_long(day: NaiveDate, language: Language) -> String {
    let joint = match language {
        Language::Da => " den ",
        Language::En => " ",
    };
    format!("{}{joint}{}", weekday(day.weekday(), language), date(day, language))
}

/// For tables: `23.11.2026`; in English `23 Nov 2026`, since its readers disagree on the order of day and month.
pub fn date_short(date: NaiveDate, language: Language) -> String {
    match language {
        Language::Da => format!("{:02}.{:02}.{}", date.day(), date.month(), date.year()),
        Language::En => {
            let name: String = month(date, language).chars().take(3).collect();
            format!("{} {name} {}", date.day(), date.year())
        }
    }
}

/// The clock: `kl. 12.00`, `12:00`.
pub fn time(time: NaiveTime, language: Language) -> String {
    clock(time.hour(), time.minute(), language)
}

fn clock(hour: u32, minute: u32, language: Language) -> String {
    match language {
        Language::Da => format!("kl.\u{a0}{hour:02}.{minute:02}"),
        Language::En => format!("{hour:02}:{minute:02}"),
    }
}

/// A deadline with weekday and clock: `mandag den 23. november 2026 kl. 12.00`, `Monday 23 November 2026 at 12:00`.
pub fn date_and_time(at: chrono::NaiveDateTime, language: Language) -> String {
    join(at.date(), &time(at.time(), language), language)
}

/// A deadline at the end of a day: `mandag den 23. november 2026 kl. 24.00`.
pub fn end_of_day(date: NaiveDate, language: Language) -> String {
    join(date, &clock(24, 0, language), language)
}

fn join(date: NaiveDate, clock: &str, language: Language) -> String {
    let joint = match language {
        Language::Da => " ",
        Language::En => " at ",
    };
    format!("{}{joint}{clock}", date_long(date, language))
}

/// The ISO week: `uge 48`, `week 48`.
pub fn week(date: NaiveDate, language: Language) -> String {
    let word = match language {
        Language::Da => "uge",
        Language::En => "week",
    };
    format!("{word}\u{a0}{}", date.iso_week().week())
}

/// A whole number: `1.611.360`, `1,611,360`.
pub fn number(number: i64, language: Language) -> String {
    let sign = if number < 0 { "-" } else { "" };
    let separator = match language {
        Language::Da => '.',
        Language::En => ',',
    };
    format!("{sign}{}", grouped(number.unsigned_abs(), separator))
}

/// A number with so many decimals, at most 9: `1.611.360,50`, `1,611,360.50`; `–` when it is not finite.
pub fn decimal(value: f64, decimals: u8, language: Language) -> String {
    if !value.is_finite() {
        return "–".to_owned();
    }
    let plain = format!("{:.*}", usize::from(decimals.min(9)), value.abs());
    let (whole, fraction) = plain.split_once('.').unwrap_or((&plain, ""));
    let (thousands, comma) = match language {
        Language::Da => ('.', ","),
        Language::En => (',', "."),
    };
    // What rounds to nothing has no sign.
    let sign = if value < 0.0 && plain.bytes().any(|b| (b'1'..=b'9').contains(&b)) { "-" } else { "" };
    let whole = group_digits(whole, thousands);
    if fraction.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}{comma}{fraction}") }
}

/// A percentage with so many decimals: `86,5 %`, `86.5%`.
pub fn percent(percentage: f64, decimals: u8, language: Language) -> String {
    let space = match language {
        Language::Da => "\u{a0}",
        Language::En => "",
    };
    format!("{}{space}%", decimal(percentage, decimals, language))
}

/// The digits in groups of three.
pub(crate) fn grouped(number: u64, separator: char) -> String {
    group_digits(&number.to_string(), separator)
}

fn group_digits(digits: &str, separator: char) -> String {
    let mut shown = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            shown.push(separator);
        }
        shown.push(digit);
    }
    shown
}

/// The text is no date or clock time. `Display` is the message key shown at the field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum InvalidInput {
    /// No day of the calendar.
    #[error("date-invalid")]
    Date,
    /// No time of the day.
    #[error("time-invalid")]
    Time,
}
impl crate::Refusal for InvalidInput {}

/// Reads a typed date: `23-11-2026`, `23/11/2026`, `23.11.2026`, `3/1 2027` or what a date field sends, `2026-11-23`.
pub fn parse_date(text: &str) -> Result<NaiveDate, InvalidInput> {
    let parts = numbers(text).ok_or(InvalidInput::Date)?;
    let date = match *parts.as_slice() {
        [(year, 4), (month, 1..=2), (day, 1..=2)] | [(day, 1..=2), (month, 1..=2), (year, 4)] => {
            i32::try_from(year).ok().and_then(|year| NaiveDate::from_ymd_opt(year, month, day))
        }
        _ => None,
    };
    date.ok_or(InvalidInput::Date)
}

/// Reads a typed time: `12.00`, `kl. 12.00`, `12:00`, `12`.
pub fn parse_time(text: &str) -> Result<NaiveTime, InvalidInput> {
    let text = text.trim();
    let text = text.strip_prefix("kl.").or_else(|| text.strip_prefix("kl")).unwrap_or(text);
    let parts = numbers(text).ok_or(InvalidInput::Time)?;
    let time = match *parts.as_slice() {
        [(hour, 1..=2)] => NaiveTime::from_hms_opt(hour, 0, 0),
        [(hour, 1..=2), (minute, 2)] => NaiveTime::from_hms_opt(hour, minute, 0),
        _ => None,
    };
    time.ok_or(InvalidInput::Time)
}

/// The numbers between `-`, `/`, `.`, `:` and spaces, each with its count of digits; `None` when anything else is there.
fn numbers(text: &str) -> Option<Vec<(u32, usize)>> {
    let is_separator = |c: char| matches!(c, '-' | '/' | '.' | ':') || c.is_whitespace();
    let words = text.split(is_separator).filter(|word| !word.is_empty());
    words
        .map(|word| {
            word.bytes().all(|b| b.is_ascii_digit()).then(|| word.parse().ok())?.map(|n| (n, word.len()))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use Language::{Da, En};
    use proptest::prelude::*;

    fn day() -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 11, 23).unwrap()
    }

    #[test]
    fn a_date_is_written_as_its_readers_write_it() {
        assert_eq!(date_long(day(), Da), "mandag den 23. november 2026");
        assert_eq!(date_long(day(), En), "Monday 23 November 2026");
        assert_eq!(date(day(), Da), "23. november 2026");
        assert_eq!(date_short(day(), Da), "23.11.2026");
        assert_eq!(date_short(day(), En), "23 Nov 2026");
        assert_eq!(week(day(), Da), "uge\u{a0}48");
    }

    #[test]
    fn a_deadline_has_weekday_and_clock() {
        let noon = day().and_hms_opt(12, 0, 0).unwrap();
        assert_eq!(date_and_time(noon, Da), "mandag den 23. november 2026 kl.\u{a0}12.00");
        assert_eq!(date_and_time(noon, En), "Monday 23 November 2026 at 12:00");
        assert_eq!(end_of_day(day(), Da), "mandag den 23. november 2026 kl.\u{a0}24.00");
    }

    #[test]
    fn numbers_and_percentages_follow_the_language() {
        assert_eq!(number(1_611_360, Da), "1.611.360");
        assert_eq!(number(-1_000, En), "-1,000");
        assert_eq!(number(999, Da), "999");
        assert_eq!(percent(86.5, 1, Da), "86,5\u{a0}%");
        assert_eq!(percent(86.5, 1, En), "86.5%");
        assert_eq!(percent(100.0, 0, Da), "100\u{a0}%");
        assert_eq!(decimal(1_611_360.5, 2, Da), "1.611.360,50");
        assert_eq!(decimal(-0.01, 1, Da), "0,0");
        assert_eq!(decimal(f64::NAN, 1, Da), "–");
    }

    #[test]
    fn dates_and_times_are_read_as_people_type_them() {
        for text in ["23-11-2026", "23/11/2026", "23.11.2026", " 23/11 2026 ", "2026-11-23"] {
            assert_eq!(parse_date(text), Ok(day()), "{text}");
        }
        for text in ["", "31-02-2027", "23-11-26", "23-2026-11", "i morgen", "23-11", "0-0-0000"] {
            assert_eq!(parse_date(text), Err(InvalidInput::Date), "{text}");
        }
        for (text, hour, minute) in [("12.00", 12, 0), ("kl. 9.30", 9, 30), ("8:05", 8, 5), ("14", 14, 0)] {
            assert_eq!(parse_time(text), Ok(NaiveTime::from_hms_opt(hour, minute, 0).unwrap()), "{text}");
        }
        for text in ["", "24.00", "12.5", "12.60", "middag"] {
            assert_eq!(parse_time(text), Err(InvalidInput::Time), "{text}");
        }
    }

    proptest! {
        #[test]
        fn a_short_date_reads_back(days in 0_u64..400_000) {
            let date = NaiveDate::from_ymd_opt(1000, 1, 1).unwrap() + chrono::Days::new(days);
            prop_assert_eq!(parse_date(&date_short(date, Da)), Ok(date));
            prop_assert_eq!(parse_date(&date.to_string()), Ok(date));
        }

        #[test]
        fn a_shown_time_reads_back(minutes in 0_u32..1440) {
            let shown = NaiveTime::from_hms_opt(minutes / 60, minutes % 60, 0).unwrap();
            for language in Language::ALL {
                prop_assert_eq!(parse_time(&time(shown, language)), Ok(shown));
            }
        }

        #[test]
        fn a_grouped_number_keeps_its_digits(n: i64) {
            prop_assert_eq!(number(n, Da).replace('.', ""), n.to_string());
        }

        #[test]
        fn no_text_makes_the_parsers_panic(text in ".{0,20}") {
            let _ = (parse_date(&text), parse_time(&text));
        }
    }
}
