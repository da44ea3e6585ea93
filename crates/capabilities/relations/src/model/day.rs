//! A day as people and spreadsheets write it.

use chrono::{Days, NaiveDate};

/// Serial numbers that a spreadsheet means as days: 1955 to 2118. What lies outside is some other number.
const SERIALS: std::ops::RangeInclusive<u64> = 20_000..=80_000;
/// Day 0 of Excel's count, which holds a 29 February 1900 that never was.
const EPOCH_1900: (i32, u32, u32) = (1899, 12, 30);
/// Day 0 where the file counts as old Macintosh programs did.
const EPOCH_1904: (i32, u32, u32) = (1904, 1, 1);
/// Years written with two digits up to this one are of this century.
const TWO_DIGITS_UP_TO: i32 = 69;

/// Reads `3.2.2025`, `03-02-25`, `3/2 2025`, `2025-02-03`, with or without a time behind it, and a spreadsheet's serial number.
pub fn parse_day(text: &str, is_1904: bool) -> Option<NaiveDate> {
    let text = text.trim();
    // A time behind the day: `2025-02-03T10:30`, `03-02-2025 10:30`.
    let text = text.split_once('T').map_or(text, |(day, _)| day);
    let text = match text.rsplit_once(' ') {
        Some((day, time)) if time.contains(':') => day.trim_end(),
        _ => text,
    };
    if let Some(serial) = serial(text) {
        let (year, month, day) = if is_1904 { EPOCH_1904 } else { EPOCH_1900 };
        return NaiveDate::from_ymd_opt(year, month, day)?.checked_add_days(Days::new(serial));
    }
    let parts: Vec<&str> =
        text.split(['.', '-', '/', ' ']).map(str::trim).filter(|part| !part.is_empty()).collect();
    let [first, month, last] = parts.as_slice() else { return None };
    if ![first, month, last].iter().all(|part| part.bytes().all(|byte| byte.is_ascii_digit())) {
        return None;
    }
    let (year, day) = if first.len() == 4 { (first, last) } else { (last, first) };
    let year = match (year.len(), year.parse::<i32>().ok()?) {
        (4, year) => year,
        (2, year) if year <= TWO_DIGITS_UP_TO => 2000 + year,
        (2, year) => 1900 + year,
        _ => return None,
    };
    NaiveDate::from_ymd_opt(year, month.parse().ok()?, day.parse().ok()?)
}

fn serial(text: &str) -> Option<u64> {
    let whole = text.split_once(['.', ',']).map_or(text, |(whole, part)| {
        // A time of the day is the part behind the point; a date in digits has two points.
        if part.bytes().all(|byte| byte.is_ascii_digit()) { whole } else { "" }
    });
    let is_number = whole.len() == 5 && whole.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| whole.parse().ok()).flatten().filter(|serial| SERIALS.contains(serial))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day(text: &str) -> Option<String> {
        parse_day(text, false).map(|day| day.to_string())
    }

    #[test]
    fn a_day_is_read_as_danes_write_it() {
        for text in [
            "3.2.2025",
            "03.02.2025",
            "3-2-2025",
            "03-02-25",
            "3/2 2025",
            "3/2/25",
            "2025-02-03",
            " 3. 2. 2025 ",
        ] {
            assert_eq!(day(text).as_deref(), Some("2025-02-03"), "{text}");
        }
        assert_eq!(day("03-02-2025 10:30").as_deref(), Some("2025-02-03"));
        assert_eq!(day("2025-02-03T10:30:00").as_deref(), Some("2025-02-03"));
        assert_eq!(day("1.1.99").as_deref(), Some("1999-01-01"));
    }

    #[test]
    fn a_serial_number_is_counted_as_the_file_counts() {
        assert_eq!(day("45691").as_deref(), Some("2025-02-03"));
        assert_eq!(day("45691.4375").as_deref(), Some("2025-02-03"));
        assert_eq!(parse_day("44229", true).map(|day| day.to_string()).as_deref(), Some("2025-02-03"));
    }

    #[test]
    fn what_is_no_day_is_none() {
        for text in
            ["", "31.2.2025", "i går", "2025", "12.2025", "3.2.202", "99000012", "1.2.3.4", "13/13/2025"]
        {
            assert_eq!(day(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn every_day_reads_back_in_the_usual_forms(days in 0_u64..36_000) {
            let day = NaiveDate::from_ymd_opt(1970, 1, 1).unwrap().checked_add_days(Days::new(days)).unwrap();
            for form in ["%-d.%-m.%Y", "%d-%m-%Y", "%Y-%m-%d", "%-d/%-m %Y"] {
                prop_assert_eq!(parse_day(&day.format(form).to_string(), false), Some(day));
            }
        }
    }
}
