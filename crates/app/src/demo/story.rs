//! What happens in the demo town over eighteen months: who asks what when, and how it goes on. Pure: the same seed, day and
//! companies give the same story. `play` makes it happen.

use anyhow::{Context, Result};
use chrono::{DateTime, Datelike, Duration, Months, NaiveDate, NaiveTime, Utc, Weekday};
use enquiries::{
    guide::{Guide, Routing, Topic},
    model::{Asker, Avoidable, Channel, Contact, Outcome},
};
use kernel::{Calendar, Code, Language};

use super::{
    cast::Cast,
    chance::Chance,
    lately::{self, Officer},
    words::{Gaps, Thread, Words, filled},
};

/// How far back it goes.
const MONTHS: u32 = 18;
/// The last days of the story, weekends among them.
const LAST_DAYS: i64 = 5;
/// A company that does not answer is waited for so many working days.
const WAITED_FOR_DAYS: i64 = 10;
/// A form that looks like spam confirms its address first.
const SUSPICIOUS: u32 = 3;

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
    cast: &'a mut Cast,
    begins: NaiveDate,
    ends: DateTime<Utc>,
    enquiries: Vec<Enquiry>,
    steps: Vec<Step>,
}

impl Teller<'_> {
    /// How many ask on a day, beside others: growing over the months, quiet in July and at weekends.
    fn liveliness(&self, day: NaiveDate) -> u32 {
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

    fn enquiry(&mut self, day: NaiveDate) -> Result<()> {
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

    /// The guide's topic.
    pub fn topic(&self, key: &Code) -> Result<Topic> {
        self.guide.topic(key.as_str()).cloned().context("a topic that the guide does not have")
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
            Channel::Web => self.letter(place, &question, language),
            Channel::Phone | Channel::Visit => question,
        };
        if let Some(enquiry) = self.enquiries.get_mut(place) {
            enquiry.text = text;
        }
        self.step(at, place, Deed::Send);
        Ok(place)
    }

    /// What somebody writes about an enquiry at a time, with its gaps filled.
    pub fn said(&mut self, place: usize, text: &str, at: DateTime<Utc>) -> String {
        let week = (self.calendar.local_date(at) + Duration::days(12)).iso_week().week();
        let address = self.enquiries.get(place).map(|one| one.address.clone()).unwrap_or_default();
        let gaps = Gaps { name: self.first_name(place), address, week };
        filled(&mut self.chance, text, &gaps)
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

    fn add(&mut self, enquiry: Enquiry) -> usize {
        self.enquiries.push(enquiry);
        self.enquiries.len() - 1
    }

    /// Something is done about an enquiry.
    pub fn step(&mut self, at: DateTime<Utc>, enquiry: usize, deed: Deed) {
        self.steps.push(Step { at, enquiry, deed });
    }

    /// Most write during the working day, some in the evening; the telephone is answered in opening hours.
    fn sending_time(&mut self, day: NaiveDate, channel: Channel) -> DateTime<Utc> {
        let hours: &[(i64, u32)] = match channel {
            Channel::Web => &[
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
            Channel::Web => day,
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
    fn office_hours(&mut self, day: NaiveDate, after: DateTime<Utc>) -> DateTime<Utc> {
        let minutes = self.chance.between(8 * 60 + 10, 15 * 60 + 40);
        let at = self.at(day, minutes);
        let soonest = after + Duration::minutes(self.chance.between(4, 50));
        at.max(soonest)
    }

    /// So many working days after a day.
    fn later(&mut self, day: NaiveDate, working_days: i64, after: DateTime<Utc>) -> DateTime<Utc> {
        let day = self.calendar.add_working_days(day, u16::try_from(working_days).unwrap_or(0));
        self.office_hours(day, after)
    }

    /// How an enquiry goes on, from its sending to its end.
    fn course(&mut self, place: usize, topic: &Topic, sent: DateTime<Utc>) {
        let Some(enquiry) = self.enquiries.get(place).cloned() else { return };
        let zero = self.calendar.day_zero(sent);
        let mut now = sent;
        if enquiry.suspicion >= SUSPICIOUS {
            now += Duration::minutes(self.chance.between(3, 90));
            self.step(now, place, Deed::Confirm);
        }
        let days = self.pace(topic, sent);
        if self.chance.percent(3) {
            let end = now + Duration::minutes(self.chance.between(40, 600));
            return self.step(end, place, Deed::Withdraw);
        }
        let handed_over = self.hand_over(place, topic, zero, &mut now);
        let first = self.later(zero, days.first_reply, now);
        let taken = first - Duration::minutes(self.chance.between(2, 30));
        if taken > now && self.chance.percent(70) {
            self.step(taken, place, Deed::Assign(None));
        }
        if self.chance.percent(12) {
            let note = self.chance.text(&self.words.notes);
            self.step(first - Duration::minutes(1), place, Deed::Note(note));
        }
        now = first;
        let question = enquiry.thread.ask.clone().zip(enquiry.thread.give.clone());
        let question = question.filter(|_| self.chance.percent(60));
        let asked = question.is_some();
        let direct = !asked && days.answer <= days.first_reply + 1;
        if let Some((ask, give)) = question {
            let ask = self.said(place, &ask, now);
            self.step(now, place, Deed::Ask(ask));
            // A few never answer: they are waited for, and then told that they can write again.
            if self.chance.percent(5) {
                let end = self.later(self.calendar.day_zero(now), WAITED_FOR_DAYS, now);
                return self.give_up(place, end);
            }
            let waits = self.chance.weighted([30, 30, 20, 10, 10]);
            now = self.company_time(now, i64::try_from(waits).unwrap_or(0));
            let given = self.said(place, &give, now);
            self.step(now, place, Deed::CompanyWrites(given));
        } else if !direct {
            let text = self.holding_reply(place, zero, topic);
            self.step(now, place, Deed::Reply(text));
        }
        if !is_walled(topic) && self.chance.percent(8) {
            now = self.part(place, topic, now);
        }
        if days.is_late && self.chance.percent(45) {
            let due = self.calendar.add_working_days(zero, u16::from(topic.goal.answer) + 1);
            let asks = self.at(due, 9 * 60 + 30);
            if asks > now {
                let chaser = self.worded(place, &self.words.chasers, &self.words.chasers_en);
                self.step(asks, place, Deed::CompanyWrites(chaser));
                now = asks;
            }
        }
        let from = self.calendar.day_zero(now).max(zero);
        let spent = self.calendar.working_days_between(zero, from);
        let left = if asked { self.chance.between(0, 3) } else { (days.answer - spent).max(0) };
        let answered = if direct { now } else { self.later(from, left, now) };
        self.close(place, answered, handed_over, days.is_late);
        self.after(place, answered);
        if !handed_over && self.chance.percent(2) {
            self.repeat(place, sent, answered);
        }
    }

    /// One of the list in the enquiry's language.
    pub fn worded(&mut self, place: usize, da: &[String], en: &[String]) -> String {
        let is_english = self.enquiries.get(place).is_some_and(|one| one.language == Language::En);
        self.chance.text(if is_english { en } else { da })
    }

    /// The company never answered what it was asked.
    fn give_up(&mut self, place: usize, at: DateTime<Utc>) {
        let text = match self.enquiries.get(place).map(|one| one.language) {
            Some(Language::En) => {
                "Dear {name},\n\nWe have not heard from you and close this for now. Write when it suits you, and we take it up again."
            }
            _ => {
                "Hej {name}\n\nVi har ikke hørt fra jer og lukker derfor for nu. Skriv, når det passer, så tager vi den op igen."
            }
        };
        let text = self.said(place, text, at);
        let (outcome, avoidable) = (Outcome::Guided, Avoidable::No);
        self.step(at, place, Deed::Close { outcome, avoidable, text, authority: None });
    }

    /// How fast this one is: within the goals mostly, and better than it was a year ago.
    fn pace(&mut self, topic: &Topic, sent: DateTime<Utc>) -> Pace {
        let months_ago = (self.ends - sent).num_days() / 30;
        let slow =
            u32::try_from(months_ago).unwrap_or(0) + if topic.team.as_str() == "building" { 8 } else { 0 };
        let goal = (i64::from(topic.goal.first_reply), i64::from(topic.goal.answer));
        let first_reply = if self.chance.percent(6 + slow / 2) {
            goal.0 + self.chance.between(1, 4)
        } else {
            i64::try_from(self.chance.weighted([40, 40, 20])).unwrap_or(0).min(goal.0)
        };
        let is_late = self.chance.percent(7 + slow);
        let answer = if is_late {
            goal.1 + self.chance.between(1, 9)
        } else {
            let one = self.chance.between(0, goal.1);
            one.min(self.chance.between(0, goal.1)).max(first_reply.min(goal.1))
        };
        Pace { first_reply, answer: answer.max(first_reply), is_late }
    }

    /// The wrong door: one in ten is offered to another team, which mostly takes it.
    fn hand_over(&mut self, place: usize, topic: &Topic, zero: NaiveDate, now: &mut DateTime<Utc>) -> bool {
        let other = another_team(topic.team.as_str());
        // What only one team may open stays with it.
        if is_walled(topic) || !self.chance.percent(10) {
            return false;
        }
        *now = self.office_hours(zero, *now);
        let why = self.chance.text(&self.words.hand_over);
        self.step(*now, place, Deed::HandOver { to: other, why });
        let days = self.chance.between(0, 1);
        *now = self.later(self.calendar.day_zero(*now), days, *now);
        if self.chance.percent(15) {
            let why = self.chance.text(&self.words.bounced);
            self.step(*now, place, Deed::Bounce(why));
        } else {
            self.step(*now, place, Deed::Accept);
        }
        true
    }

    /// Another team gives its part.
    fn part(&mut self, place: usize, topic: &Topic, now: DateTime<Utc>) -> DateTime<Utc> {
        let asked = now + Duration::minutes(self.chance.between(5, 40));
        let question = self.chance.text(&self.words.part_questions);
        let of = helping_team(topic.team.as_str());
        self.step(asked, place, Deed::AskPart { of, question });
        let days = self.chance.between(1, 4);
        let given = self.later(self.calendar.day_zero(asked), days, asked);
        let answer = self.chance.text(&self.words.part_answers);
        self.step(given, place, Deed::AnswerPart(answer));
        given
    }

    fn company_time(&mut self, after: DateTime<Utc>, days: i64) -> DateTime<Utc> {
        let day = self.calendar.local_date(after) + Duration::days(days);
        let at = self.sending_time(day, Channel::Web);
        at.max(after + Duration::minutes(self.chance.between(15, 200)))
    }

    /// Ends an enquiry as its thread does.
    pub fn close(&mut self, place: usize, at: DateTime<Utc>, handed_over: bool, late: bool) {
        let Some(thread) = self.enquiries.get(place).map(|one| one.thread.clone()) else { return };
        let text = self.said(place, &thread.answer, at);
        let outcome = thread.outcome.as_deref().and_then(Outcome::from_code).unwrap_or(Outcome::Answered);
        let cause = thread.avoidable.as_deref().and_then(Avoidable::from_code);
        let avoidable = match (cause, self.chance.between(0, 99)) {
            (_, 0..60) if handed_over => Avoidable::WrongDoor,
            (_, 0..30) if late => Avoidable::Chaser,
            (Some(cause), 0..75) => cause,
            (None, 0..3) => Avoidable::UnclearLetter,
            (None, 3..6) => Avoidable::MissingGuidance,
            _ => Avoidable::No,
        };
        self.step(at, place, Deed::Close { outcome, avoidable, text, authority: thread.authority });
    }

    /// After the end: a rating, a call, and now and then it is taken up again.
    fn after(&mut self, place: usize, closed: DateTime<Utc>) {
        if self.chance.percent(4) {
            let days = self.chance.between(2, 12);
            let at = self.company_time(closed, days);
            let text = self.worded(place, &self.words.again, &self.words.again_en);
            self.step(at, place, Deed::CompanyWrites(text));
            let days = self.chance.between(0, 3);
            let answered = self.later(self.calendar.day_zero(at), days, at);
            let text = self.worded(place, &self.words.again_answers, &self.words.again_answers_en);
            let text = self.said(place, &text, answered);
            let (outcome, avoidable) = (Outcome::Answered, Avoidable::UnclearLetter);
            self.step(answered, place, Deed::Close { outcome, avoidable, text, authority: None });
            return;
        }
        if !self.chance.percent(46) {
            return;
        }
        let days = self.chance.between(0, 4);
        let at = self.company_time(closed, days);
        let score = [5, 4, 3, 2, 1].get(self.chance.weighted([44, 30, 14, 8, 4])).copied().unwrap_or(5);
        let text = match (score, self.chance.percent(40)) {
            (_, false) => String::new(),
            (4 | 5, true) => self.worded(place, &self.words.praise, &self.words.praise_en),
            (_, true) => self.worded(place, &self.words.better, &self.words.better_en),
        };
        self.step(at, place, Deed::Rate(score, text));
        // Whoever was not content is called, now and then a day or two too late.
        if score <= 2 {
            let days = if self.chance.percent(10) { 3 } else { self.chance.between(0, 2) };
            let called = self.later(self.calendar.day_zero(at), days, at);
            let words = self.chance.text(&self.words.called);
            self.step(called, place, Deed::CallBack(words));
        }
    }

    /// The same company asks the same again while the first is open, by telephone this time.
    fn repeat(&mut self, place: usize, sent: DateTime<Utc>, answered: DateTime<Utc>) {
        let day = self.calendar.next_working_day(self.calendar.local_date(sent));
        let at = self.sending_time(day, Channel::Phone);
        let merged = at + Duration::minutes(self.chance.between(5, 60));
        if merged >= answered {
            return;
        }
        if let Some(again) = self.asked_again(place, Channel::Phone, at) {
            self.step(merged, again, Deed::MarkDuplicate(place));
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

    /// When the story ends.
    pub const fn end(&self) -> DateTime<Utc> {
        self.ends
    }

    fn first_name(&self, place: usize) -> String {
        let name = self.enquiries.get(place).map_or("", |enquiry| enquiry.contact.name.as_str());
        name.split(' ').next().unwrap_or_default().to_owned()
    }

    /// A first reply that is not the answer: who has it, and until when.
    pub fn holding_reply(&self, place: usize, zero: NaiveDate, topic: &Topic) -> String {
        let name = self.first_name(place);
        let until = self.calendar.add_working_days(zero, u16::from(topic.goal.answer));
        if self.enquiries.get(place).is_some_and(|one| one.language == Language::En) {
            let until = kernel::format::date_long(until, Language::En);
            return format!(
                "Dear {name},\n\nI have looked at it and am your contact. You will have an answer by {until}. Do call in the meantime."
            );
        }
        let until = kernel::format::date_long(until, Language::Da);
        format!(
            "Hej {name}\n\nJeg har set på det og er jeres kontakt. I får svar senest {until}. Ring gerne imens."
        )
    }
}

/// In working days after day 0.
struct Pace {
    first_reply: i64,
    answer: i64,
    is_late: bool,
}

/// What no other team may open: it is neither offered nor asked about.
pub fn is_walled(topic: &Topic) -> bool {
    topic.confidential || topic.routing != Routing::Team
}

/// Whose door is easily taken for this team's.
fn another_team(team: &str) -> &'static str {
    match team {
        "building" | "roads" => "planning",
        "planning" => "building",
        "environment" => "climate",
        "climate" => "environment",
        "employment" => "schools",
        "schools" => "employment",
        "procurement" => "finance",
        "finance" => "procurement",
        "business" => "secretariat",
        _ => "business",
    }
}

/// Who is asked for a part.
fn helping_team(team: &str) -> &'static str {
    match team {
        "roads" => "building",
        "environment" => "planning",
        _ => "roads",
    }
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
