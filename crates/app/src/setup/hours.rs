//! Opening hours as one says them: `ma-to 9-15, fr 9-13`.

use std::fmt::Write;

use chrono::NaiveTime;
use kernel::Language;

/// How weekdays are written, Danish and English, and as samspil.toml has them.
const DAYS: [([&str; 4], &str, &str, &str); 5] = [
    (["ma", "man", "mo", "mon"], "mandag", "Monday", "monday"),
    (["ti", "tir", "tu", "tue"], "tirsdag", "Tuesday", "tuesday"),
    (["on", "ons", "we", "wed"], "onsdag", "Wednesday", "wednesday"),
    (["to", "tor", "th", "thu"], "torsdag", "Thursday", "thursday"),
    (["fr", "fre", "fri", "fredag"], "fredag", "Friday", "friday"),
];

/// When the telephone is taken, weekday by weekday; nothing where it is not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hours([Option<(NaiveTime, NaiveTime)>; 5]);

impl Hours {
    /// As typed: parts of one day or a run of days, each with from and to.
    pub fn parse(text: &str) -> Option<Self> {
        let mut days = [None; 5];
        for part in text.to_lowercase().split(',').map(str::trim).filter(|part| !part.is_empty()) {
            let (which, when) = part.split_once(char::is_whitespace)?;
            let (first, last) = which.split_once('-').unwrap_or((which, which));
            let (first, last) = (day(first)?, day(last)?);
            let (opens, closes) = when.trim().trim_start_matches("kl.").trim().split_once('-')?;
            let (opens, closes) = (clock(opens)?, clock(closes)?);
            if opens >= closes || first > last {
                return None;
            }
            days.get_mut(first..=last)?.fill(Some((opens, closes)));
        }
        days.iter().any(Option::is_some).then_some(Self(days))
    }

    /// In words, as companies read them.
    pub fn words(&self, language: Language) -> String {
        let runs = self.runs().into_iter().map(|(first, last, (opens, closes))| {
            let name = |at: usize| {
                DAYS.get(at).map_or("", |(_, da, en, _)| if language == Language::Da { da } else { en })
            };
            let (days, time) = match language {
                Language::Da if first == last => (name(first).to_owned(), "%-H.%M"),
                Language::Da => (format!("{} til {}", name(first), name(last)), "%-H.%M"),
                Language::En if first == last => (name(first).to_owned(), "%-H:%M"),
                Language::En => (format!("{} to {}", name(first), name(last)), "%-H:%M"),
            };
            let (opens, closes) = (opens.format(time), closes.format(time));
            match language {
                Language::Da => format!("{days} kl. {opens}-{closes}"),
                Language::En => format!("{days} {opens} to {closes}"),
            }
        });
        let text = runs.collect::<Vec<_>>().join(", ");
        let mut letters = text.chars();
        letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
    }

    /// Days in a row with the same hours.
    fn runs(&self) -> Vec<(usize, usize, (NaiveTime, NaiveTime))> {
        let mut runs: Vec<(usize, usize, (NaiveTime, NaiveTime))> = Vec::new();
        for (at, hours) in self.0.iter().enumerate() {
            let Some(hours) = *hours else { continue };
            match runs.last_mut() {
                Some((_, last, same)) if *last + 1 == at && *same == hours => *last = at,
                _ => runs.push((at, at, hours)),
            }
        }
        runs
    }

    /// As samspil.toml has them.
    pub fn lines(&self) -> String {
        let mut lines = String::new();
        for (hours, (.., key)) in self.0.iter().zip(DAYS) {
            let _into_a_text = match hours {
                Some((opens, closes)) => {
                    let (opens, closes) = (opens.format("%H:%M"), closes.format("%H:%M"));
                    writeln!(lines, "{key} = {{ opens = \"{opens}\", closes = \"{closes}\" }}")
                }
                None => writeln!(lines, "{key} = \"closed\""),
            };
        }
        lines
    }
}

fn day(text: &str) -> Option<usize> {
    let text = text.trim().trim_end_matches('.');
    DAYS.iter()
        .position(|(short, da, en, _)| short.contains(&text) || *da == text || en.to_lowercase() == text)
}

fn clock(text: &str) -> Option<NaiveTime> {
    let text = text.trim().replace('.', ":");
    let (hour, minute) = text.split_once(':').unwrap_or((text.as_str(), "0"));
    NaiveTime::from_hms_opt(hour.parse().ok()?, minute.parse().ok()?, 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_are_understood_as_people_write_them_and_said_in_both_languages() {
        let hours = Hours::parse("ma-to 9-15, fr 9.00-13.30").unwrap();
        assert_eq!(hours.words(Language::Da), "Mandag til torsdag kl. 9.00-15.00, fredag kl. 9.00-13.30");
        assert_eq!(hours.words(Language::En), "Monday to Thursday 9:00 to 15:00, Friday 9:00 to 13:30");
        assert_eq!(Hours::parse("mandag 10-14, Tuesday kl. 10-14"), Hours::parse("mon-tue 10:00-14:00"));
        let text = format!("[opening_hours]\n{}", Hours::parse("to 9-17").unwrap().lines());
        assert!(toml::from_str::<kernel::Calendar>(&text).is_ok(), "{text}");
    }

    #[test]
    fn hours_that_cannot_be_are_no_hours() {
        for wrong in ["", "9-15", "ma-to", "fr-ma 9-15", "ma 15-9", "lørdag 9-12", "ma 9-25"] {
            assert_eq!(Hours::parse(wrong), None, "{wrong}");
        }
    }
}
