//! Who asks what: an enquiry as it is sent, now and then by nobody who wants an answer.

use anyhow::{Context, Result};
use chrono::{DateTime, NaiveDate, Utc};
use enquiries::model::{Asker, Channel};
use kernel::Language;

use super::{Deed, Enquiry, teller::Teller};
use crate::demo::words::Thread;

/// A form that looks like spam confirms its address first.
pub(super) const SUSPICIOUS: u32 = 3;

impl Teller<'_> {
    pub(super) fn enquiry(&mut self, day: NaiveDate) -> Result<()> {
        let words = self.words;
        let place = self.chance.weighted(words.topics.iter().map(|topic| topic.weight));
        let topic = words.topics.get(place).context("the demo's words name no topic")?;
        let thread = self.thread(&topic.threads)?.clone();
        let channel = match self.chance.weighted([80, 15, 5]) {
            0 => Channel::Web,
            1 => Channel::Phone,
            _ => Channel::Visit,
        };
        let at = self.sending_time(day, channel);
        let place = self.asked(topic.key.as_str(), &thread, channel, at)?;
        if channel == Channel::Web && self.chance.percent(2) {
            let is_held_back = self.chance.percent(50);
            return self.spam(place, is_held_back, at);
        }
        if self.chance.percent(3) {
            self.suspected(place);
        }
        let topic = self.topic(&topic.key)?;
        self.course(place, &topic, at);
        Ok(())
    }

    /// A thread, the Danish ones likelier.
    fn thread<'t>(&mut self, threads: &'t [Thread]) -> Result<&'t Thread> {
        let weights = threads.iter().map(|thread| if thread.language() == Language::En { 2 } else { 5 });
        let place = self.chance.weighted(weights.collect::<Vec<_>>());
        threads.get(place).context("a topic without words")
    }

    /// Someone asks.
    pub fn asked(
        &mut self,
        topic: &str,
        thread: &Thread,
        channel: Channel,
        at: DateTime<Utc>,
    ) -> Result<usize> {
        let day = self.calendar.local_date(at);
        let person = self.cast.someone(&mut self.chance, &thread.who, day)?;
        let language = thread.language();
        let enquiry = Enquiry {
            topic: topic.parse().context("a topic without a name")?,
            asker: person.asker,
            contact: person.contact,
            text: String::new(),
            language,
            channel,
            suspicion: 0,
            thread: thread.clone(),
            address: person.address,
        };
        let place = self.add(enquiry);
        let question = self.said(place, &thread.question, at);
        let text = match channel {
            Channel::Web | Channel::Mail => self.letter(place, &question, language),
            Channel::Phone | Channel::Visit => question,
        };
        if let Some(enquiry) = self.enquiries.get_mut(place) {
            enquiry.text = text;
        }
        self.step(at, place, Deed::Send);
        Ok(place)
    }

    /// Some begin and end as one does in a letter, most do not.
    fn letter(&mut self, place: usize, question: &str, language: Language) -> String {
        let name = self.enquiries.get(place).map(|one| one.contact.name.clone()).unwrap_or_default();
        let first = self.first_name(place);
        let (opening, closing) = match (language, self.chance.weighted([45, 20, 20, 15])) {
            (_, 0) => return question.to_owned(),
            (Language::Da, 1) => ("Hej\n\n", format!("\n\nMvh {first}")),
            (Language::Da, 2) => ("Goddag\n\n", format!("\n\nVenlig hilsen\n{name}")),
            (Language::Da, _) => ("", "\n\nPå forhånd tak".to_owned()),
            (Language::En, 1) => ("Hello,\n\n", format!("\n\nBest regards,\n{name}")),
            (Language::En, _) => ("", format!("\n\nThank you,\n{first}")),
        };
        format!("{opening}{question}{closing}")
    }

    /// It is no enquiry at all. What is held back waits until someone confirms, which nobody does.
    pub fn spam(&mut self, place: usize, is_held_back: bool, at: DateTime<Utc>) -> Result<()> {
        let text = self.chance.text(&self.words.spam);
        let suspicion = if is_held_back { SUSPICIOUS } else { 0 };
        let enquiry = self.enquiries.get_mut(place).context("an enquiry that nobody sent")?;
        (enquiry.text, enquiry.language, enquiry.suspicion) = (text, Language::Da, suspicion);
        // Nobody who is in the register: that would be somebody who waits for an answer.
        enquiry.asker = Asker::Founder;
        if !is_held_back {
            let seen = self.office_hours(self.calendar.day_zero(at), at);
            self.step(seen, place, Deed::MarkSpam);
        }
        Ok(())
    }

    /// The form looks like spam, and is none.
    fn suspected(&mut self, place: usize) {
        if let Some(enquiry) = self.enquiries.get_mut(place).filter(|one| one.channel == Channel::Web) {
            enquiry.suspicion = SUSPICIOUS;
        }
    }

    /// The same company asks the same again.
    pub fn asked_again(&mut self, place: usize, channel: Channel, at: DateTime<Utc>) -> Option<usize> {
        let first = self.enquiries.get(place).cloned()?;
        let text = self.worded(place, &self.words.chasers, &self.words.chasers_en);
        let again = self.add(Enquiry { channel, suspicion: 0, text, ..first });
        self.step(at, again, Deed::Send);
        Some(again)
    }
}
