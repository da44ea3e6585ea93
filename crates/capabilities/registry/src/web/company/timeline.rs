//! What happened with a company, as far as the asker may know: one column across departments, newest first, by day.

use ::web::{Argument, Page};
use chrono::NaiveDate;
use kernel::format;
use ports::TimelineEntry;
use serde::Deserialize;

/// Things that happened, at most.
pub(super) const TIMELINE_MAX: usize = 100;

/// What of it is shown.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(in crate::web) struct Chosen {
    /// `kontakt` or `cvr`; anything else is both.
    slags: String,
    /// A department's name; empty for all.
    afdeling: String,
}

impl Chosen {
    fn holds(&self, entry: &TimelineEntry) -> bool {
        let is_register = entry.capability == "registry";
        let of_kind = match self.slags.as_str() {
            "cvr" => is_register,
            "kontakt" => !is_register,
            _ => true,
        };
        of_kind && (self.afdeling.is_empty() || entry.team.as_deref() == Some(self.afdeling.as_str()))
    }
}

/// The timeline and what it can be narrowed to.
pub(super) struct Timeline {
    pub days: Vec<Day>,
    /// Value, name, whether it is chosen.
    pub kinds: Vec<(&'static str, String, bool)>,
    /// Name, whether it is chosen.
    pub departments: Vec<(String, bool)>,
    /// Whether anything was left out by choice.
    pub is_narrowed: bool,
}

/// A day of the timeline.
pub(super) struct Day {
    pub heading: String,
    pub entries: Vec<Entry>,
}

pub(super) struct Entry {
    pub sign: &'static str,
    pub iso: String,
    pub time: String,
    pub words: String,
    pub by: String,
    pub link: Option<String>,
}

impl Timeline {
    /// Of all that is known, what was asked for.
    pub(super) fn of(page: &Page, mut entries: Vec<TimelineEntry>, chosen: &Chosen) -> Self {
        let mut teams: Vec<String> = entries.iter().filter_map(|entry| entry.team.clone()).collect();
        teams.sort();
        teams.dedup();
        let kind = |value: &'static str, key: &str| (value, page.t(key), chosen.slags == value);
        let all = entries.len();
        entries.retain(|entry| chosen.holds(entry));
        Self {
            is_narrowed: entries.len() < all,
            kinds: vec![
                kind("", "registry-timeline-all"),
                kind("kontakt", "registry-timeline-contact"),
                kind("cvr", "registry-timeline-register"),
            ],
            departments: teams
                .into_iter()
                .map(|team| {
                    let is_chosen = team == chosen.afdeling;
                    (team, is_chosen)
                })
                .collect(),
            days: days(page, entries),
        }
    }
}

/// Newest first, by day in the town.
fn days(page: &Page, mut entries: Vec<TimelineEntry>) -> Vec<Day> {
    entries.sort_by_key(|entry| std::cmp::Reverse(entry.at));
    entries.truncate(TIMELINE_MAX);
    let mut days = Vec::<(NaiveDate, Day)>::new();
    for entry in entries {
        let local = page.app().calendar.local(entry.at).naive_local();
        let shown = Entry {
            sign: if entry.capability == "registry" { "info" } else { "chat" },
            iso: page.iso(&entry.at),
            // The register tells the day and nothing finer.
            time: match entry.capability {
                "registry" => String::new(),
                _ => format::time(local.time(), page.language()),
            },
            words: words(page, &entry),
            by: [entry.team, entry.person].into_iter().flatten().collect::<Vec<_>>().join(", "),
            link: entry.link,
        };
        match days.last_mut() {
            Some((day, shown_day)) if *day == local.date() => shown_day.entries.push(shown),
            _ => {
                let heading = capital(&page.day(&local.date()));
                days.push((local.date(), Day { heading, entries: vec![shown] }));
            }
        }
    }
    days.into_iter().map(|(_, day)| day).collect()
}

fn words(page: &Page, entry: &TimelineEntry) -> String {
    let arguments: Vec<(&str, Argument)> =
        entry.arguments.iter().map(|(name, value)| (*name, Argument::from(value))).collect();
    page.tn(&entry.key, &arguments)
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}
