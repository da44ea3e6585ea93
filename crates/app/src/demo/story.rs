//! What happens in the demo town over eighteen months: who asks what when, and how it goes on. Pure: the same seed, day and
//! companies give the same story. `play` makes it happen.

mod asking;
mod course;
mod ending;
mod hours;
mod teller;

use anyhow::{Context, Result};
use chrono::{DateTime, Months, NaiveDate, Utc};
use enquiries::{
    guide::Guide,
    model::{Asker, Avoidable, Channel, Contact, Outcome},
};
use kernel::{Calendar, Code, Language};

pub use self::{course::is_walled, teller::Teller};
use super::{
    cast::Cast,
    chance::Chance,
    lately::{self, Officer},
    words::{Thread, Words},
};

/// How far back it goes.
const MONTHS: u32 = 18;

/// The last days of the story, weekends among them.
const LAST_DAYS: i64 = 5;

/// One thing that someone does.
#[derive(Debug, Clone)]
pub enum Deed {
    /// The enquiry is sent, or entered by one of us.
    Send,
    /// The sender shows that the address is its own.
    Confirm,
    /// Someone of the team takes it: this one, by the mailbox, or anyone.
    Assign(Option<&'static str>),
    /// A note for colleagues.
    Note(String),
    /// A reply that is not the answer yet.
    Reply(String),
    /// The officer needs to know more.
    Ask(String),
    /// The company writes.
    CompanyWrites(String),
    /// The case is offered to another team.
    HandOver { to: &'static str, why: String },
    /// The other team takes it.
    Accept,
    /// The other team does not.
    Bounce(String),
    /// Another team owes a part.
    AskPart { of: &'static str, question: String },
    /// It gives it.
    AnswerPart(String),
    /// The end.
    Close { outcome: Outcome, avoidable: Avoidable, text: String, authority: Option<String> },
    /// The company takes it back.
    Withdraw,
    /// The two answers after the end.
    Rate(i32, String),
    /// Someone who was not content was called.
    CallBack(String),
    /// It was no enquiry.
    MarkSpam,
    /// It is in another already: the place of that enquiry in the story.
    MarkDuplicate(usize),
}

/// An enquiry as it is sent.
#[derive(Debug, Clone)]
pub struct Enquiry {
    /// The guide's topic.
    pub topic: Code,
    /// Who asks.
    pub asker: Asker,
    /// Who is answered.
    pub contact: Contact,
    /// The words.
    pub text: String,
    /// The language of mails.
    pub language: Language,
    /// How it comes.
    pub channel: Channel,
    /// How suspicious the form is.
    pub suspicion: u32,
    /// What the words are about, and where.
    pub thread: Thread,
    /// Where the company lies.
    pub address: String,
}

/// A deed in its time.
#[derive(Debug, Clone)]
pub struct Step {
    /// When.
    pub at: DateTime<Utc>,
    /// Which enquiry, by its place in the story.
    pub enquiry: usize,
    /// What.
    pub deed: Deed,
}

/// Everything that happens, in the order of time.
#[derive(Debug)]
pub struct Story {
    /// The first morning.
    pub begins: NaiveDate,
    /// The day that has just begun at the end.
    pub ends: NaiveDate,
    /// The enquiries, in no order of time.
    pub enquiries: Vec<Enquiry>,
    /// What happens.
    pub steps: Vec<Step>,
}

impl Story {
    /// Whether it is one of the last days.
    pub fn is_nearly_over(&self, day: NaiveDate) -> bool {
        (self.ends - day).num_days() <= LAST_DAYS
    }
}

/// What makes one story another.
#[derive(Debug, Clone, Copy)]
pub struct Frame {
    /// The dice.
    pub seed: u64,
    /// The day that has just begun when the story ends.
    pub today: NaiveDate,
    /// How many enquiries come.
    pub enquiries: usize,
}

/// Tells the story up to the midnight in which `today` begins. `officers` are those who answer.
pub fn tell(
    frame: Frame,
    calendar: &Calendar,
    guide: &Guide,
    cast: &mut Cast,
    officers: &[Officer],
) -> Result<Story> {
    let Frame { seed, today, enquiries } = frame;
    let words = Words::standard()?;
    let begins = today.checked_sub_months(Months::new(MONTHS)).context("a day too early in history")?;
    let mut teller = Teller {
        chance: Chance::new(seed, 1),
        calendar,
        guide,
        words: &words,
        cast,
        begins,
        ends: calendar.start_of_day(today),
        enquiries: Vec::new(),
        steps: Vec::new(),
    };
    // What lies on people's desks this morning is told by hand; everything before it by the dice.
    lately::tell(&mut teller, today, officers)?;
    let days: Vec<NaiveDate> = begins.iter_days().take_while(|day| *day < today).collect();
    let weights: Vec<u32> = days.iter().map(|day| teller.liveliness(*day)).collect();
    while teller.enquiries.len() < enquiries {
        let day = teller.chance.weighted(weights.iter().copied());
        if let Some(day) = days.get(day) {
            teller.enquiry(*day)?;
        }
    }
    let Teller { enquiries, mut steps, ends, .. } = teller;
    steps.retain(|step| step.at < ends);
    steps.sort_by_key(|step| (step.at, step.enquiry));
    Ok(Story { begins, ends: today, enquiries, steps })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo::officers;

    fn story(seed: u64) -> Story {
        let guide = enquiries::guide::Content::standard().unwrap();
        let guide = Guide::new(guide.topics, guide.ways);
        let today = "2026-11-23".parse().unwrap();
        let town = registry::town::town(1, today);
        let mut cast = Cast::new(crate::demo::companies(&town, today).unwrap());
        let frame = Frame { seed, today, enquiries: 200 };
        tell(frame, &Calendar::default(), &guide, &mut cast, &officers()).unwrap()
    }

    #[test]
    fn same_seed_tells_the_same_story_and_another_another() {
        assert_eq!(format!("{:?}", story(1)), format!("{:?}", story(1)));
        assert_ne!(format!("{:?}", story(1)), format!("{:?}", story(2)));
    }

    #[test]
    fn every_enquiry_begins_with_being_sent_and_nothing_happens_after_the_end() {
        let story = story(3);
        let end = Calendar::default().start_of_day("2026-11-23".parse().unwrap());
        let mut sent = std::collections::BTreeSet::new();
        for step in &story.steps {
            assert!(step.at < end, "{step:?}");
            match step.deed {
                Deed::Send => assert!(sent.insert(step.enquiry), "{step:?} twice"),
                _ => assert!(sent.contains(&step.enquiry), "{step:?} before it was sent"),
            }
        }
        assert!(story.steps.is_sorted_by_key(|step| step.at));
    }

    #[test]
    fn officers_work_on_working_days_and_write_to_people_by_name() {
        let calendar = Calendar::default();
        for step in story(4).steps {
            let by_officer =
                matches!(step.deed, Deed::Close { .. } | Deed::Reply(_) | Deed::Ask(_) | Deed::Assign(_));
            let day = calendar.local_date(step.at);
            assert!(!by_officer || calendar.is_working_day(day), "{step:?} on {day}");
            let said = format!("{:?}", step.deed);
            assert!(["{name}", "{address}", "{week}", "|"].iter().all(|gap| !said.contains(gap)), "{step:?}");
        }
    }
}
