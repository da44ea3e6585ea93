//! Whoever tells the story: the dice, the words, and what has been told so far.

use anyhow::{Context, Result};
use chrono::{DateTime, Datelike, Duration, NaiveDate, Utc};
use enquiries::guide::{Guide, Topic};
use kernel::{Calendar, Code, Language};

use super::{Deed, Enquiry, Step};
use crate::demo::{
    cast::Cast,
    chance::Chance,
    words::{Gaps, Words, filled},
};

/// Whoever tells it, with what has been told so far.
pub struct Teller<'a> {
    /// The dice.
    pub chance: Chance,
    /// Working days.
    pub calendar: &'a Calendar,
    /// The topics.
    pub guide: &'a Guide,
    /// The words.
    pub words: &'a Words,
    pub(super) cast: &'a mut Cast,
    pub(super) begins: NaiveDate,
    pub(super) ends: DateTime<Utc>,
    pub(super) enquiries: Vec<Enquiry>,
    pub(super) steps: Vec<Step>,
}

impl Teller<'_> {
    /// The guide's topic.
    pub fn topic(&self, key: &Code) -> Result<Topic> {
        self.guide.topic(key.as_str()).cloned().context("a topic that the guide does not have")
    }

    /// What somebody writes about an enquiry at a time, with its gaps filled.
    pub fn said(&mut self, place: usize, text: &str, at: DateTime<Utc>) -> String {
        let week = (self.calendar.local_date(at) + Duration::days(12)).iso_week().week();
        let address = self.enquiries.get(place).map(|one| one.address.clone()).unwrap_or_default();
        let gaps = Gaps { name: self.first_name(place), address, week };
        filled(&mut self.chance, text, &gaps)
    }

    /// One of the list in the enquiry's language.
    pub fn worded(&mut self, place: usize, da: &[String], en: &[String]) -> String {
        let is_english = self.enquiries.get(place).is_some_and(|one| one.language == Language::En);
        self.chance.text(if is_english { en } else { da })
    }

    pub(super) fn add(&mut self, enquiry: Enquiry) -> usize {
        self.enquiries.push(enquiry);
        self.enquiries.len() - 1
    }

    /// Something is done about an enquiry.
    pub fn step(&mut self, at: DateTime<Utc>, enquiry: usize, deed: Deed) {
        self.steps.push(Step { at, enquiry, deed });
    }

    /// When the story ends.
    pub const fn end(&self) -> DateTime<Utc> {
        self.ends
    }

    pub(super) fn first_name(&self, place: usize) -> String {
        let name = self.enquiries.get(place).map_or("", |enquiry| enquiry.contact.name.as_str());
        name.split(' ').next().unwrap_or_default().to_owned()
    }
}
