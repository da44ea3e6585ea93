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
    words::{TopicWords, Words},
};

/// How far back it goes.
const MONTHS: u32 = 18;
/// What came in so many days before the end is partly still open.
const LATELY_DAYS: i64 = 22;
/// A form that looks like spam confirms its address first.
const SUSPICIOUS: u32 = 3;

/// One thing that someone does.
#[derive(Debug, Clone)]
pub enum Deed {
    /// The enquiry is sent, or entered by one of us.
    Send,
    /// The sender shows that the address is its own.
    Confirm,
    /// Someone of the team takes it.
    Assign,
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
    Close { outcome: Outcome, avoidable: Avoidable, text: String },
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

/// Tells the story up to the midnight in which `today` begins.
pub fn tell(frame: Frame, calendar: &Calendar, guide: &Guide, cast: &mut Cast) -> Result<Story> {
    let Frame { seed, today, enquiries } = frame;
    let words = Words::standard()?;
    let begins = today.checked_sub_months(Months::new(MONTHS)).context("a day too early in history")?;
    let mut teller = Teller {
        chance: Chance::new(seed, 1),
        calendar,
        guide,
        words: &words,
        begins,
        ends: calendar.start_of_day(today),
        enquiries: Vec::new(),
        steps: Vec::new(),
    };
    let days: Vec<NaiveDate> = begins.iter_days().take_while(|day| *day < today).collect();
    let weights: Vec<u32> = days.iter().map(|day| teller.liveliness(*day)).collect();
    for _ in 0..enquiries {
        let day = teller.chance.weighted(weights.iter().copied());
        if let Some(day) = days.get(day) {
            teller.enquiry(cast, *day)?;
        }
    }
    let Teller { enquiries, mut steps, ends, .. } = teller;
    steps.retain(|step| step.at < ends);
    steps.sort_by_key(|step| (step.at, step.enquiry));
    Ok(Story { begins, ends: today, enquiries, steps })
}

struct Teller<'a> {
    chance: Chance,
    calendar: &'a Calendar,
    guide: &'a Guide,
    words: &'a Words,
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
        // Busy just now: whoever opens the inbox finds something in it.
        let lately =
            if self.calendar.start_of_day(day) + Duration::days(LATELY_DAYS) > self.ends { 170 } else { 100 };
        grown * season * weekday / 100 * open / 100 * lately / 10_000
    }

    fn enquiry(&mut self, cast: &mut Cast, day: NaiveDate) -> Result<()> {
        let words = self.words;
        let place = self.chance.weighted(words.topics.iter().map(|topic| topic.weight));
        let topic_words = words.topics.get(place).context("the demo's words name no topic")?;
        let topic = self
            .guide
            .topic(topic_words.key.as_str())
            .context("a topic that the guide does not have")?
            .clone();
        let (asker, contact) = cast.someone(&mut self.chance, topic.key.as_str())?;
        let channel = match self.chance.weighted([80, 15, 5]) {
            0 => Channel::Web,
            1 => Channel::Phone,
            _ => Channel::Visit,
        };
        let is_english = !topic_words.english.is_empty()
            && (matches!(asker, Asker::Foreign { .. }) || self.chance.percent(12));
        let (language, questions) = if is_english {
            (Language::En, &topic_words.english)
        } else {
            (Language::Da, &topic_words.questions)
        };
        let text = self.chance.text(questions);
        let is_spam = channel == Channel::Web && self.chance.percent(2);
        let text = if is_spam { self.chance.text(&words.spam) } else { text };
        let suspicion =
            if is_spam && self.chance.percent(50) { SUSPICIOUS } else { u32::from(self.chance.percent(5)) };
        let at = self.sending_time(day, channel);
        let enquiry =
            Enquiry { topic: topic.key.clone(), asker, contact, text, language, channel, suspicion };
        let place = self.add(enquiry);
        self.step(at, place, Deed::Send);
        if !is_spam {
            self.course(place, &topic, topic_words, at);
        } else if suspicion < SUSPICIOUS {
            let seen = self.office_hours(self.calendar.day_zero(at), at);
            self.step(seen, place, Deed::MarkSpam);
        }
        Ok(())
    }

    fn add(&mut self, enquiry: Enquiry) -> usize {
        self.enquiries.push(enquiry);
        self.enquiries.len() - 1
    }

    fn step(&mut self, at: DateTime<Utc>, enquiry: usize, deed: Deed) {
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

    fn working_day(&self, day: NaiveDate) -> NaiveDate {
        if self.calendar.is_working_day(day) { day } else { self.calendar.next_working_day(day) }
    }

    /// A local time of a day, in minutes since midnight, with seconds that differ.
    fn at(&mut self, day: NaiveDate, minutes: i64) -> DateTime<Utc> {
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
    fn course(&mut self, place: usize, topic: &Topic, words: &TopicWords, sent: DateTime<Utc>) {
        let zero = self.calendar.day_zero(sent);
        let mut now = sent;
        if self.enquiries.get(place).is_some_and(|one| one.suspicion >= SUSPICIOUS) {
            now += Duration::minutes(self.chance.between(3, 90));
            self.step(now, place, Deed::Confirm);
        }
        let days = self.pace(topic, sent);
        if self.chance.percent(3) {
            let end = now + Duration::minutes(self.chance.between(40, 3_000));
            return self.step(end, place, Deed::Withdraw);
        }
        let stuck = self.stuck(sent);
        if stuck == Stuck::Untouched {
            return;
        }
        let handed_over = self.hand_over(place, topic, zero, &mut now);
        let first = self.later(zero, days.first_reply, now);
        let taken = first - Duration::minutes(self.chance.between(2, 30));
        if taken > now && self.chance.percent(70) {
            self.step(taken, place, Deed::Assign);
        }
        if self.chance.percent(12) {
            let note = self.chance.text(&self.words.notes);
            self.step(first - Duration::minutes(1), place, Deed::Note(note));
        }
        now = first;
        let name = self.first_name(place);
        let asked = self.chance.percent(27);
        let direct = !asked && stuck == Stuck::No && days.answer <= days.first_reply + 1;
        if asked {
            let question = self.chance.text(&words.asks).replace("{name}", &name);
            self.step(now, place, Deed::Ask(question));
            // Some never answer, and the case waits for them.
            if self.chance.percent(6) {
                return;
            }
            let waits = self.chance.weighted([30, 30, 20, 10, 10]);
            now = self.company_time(now, i64::try_from(waits).unwrap_or(0));
            let given = self.chance.text(&words.gives);
            self.step(now, place, Deed::CompanyWrites(given));
        } else if !direct {
            let text = self.holding_reply(&name, zero, topic);
            self.step(now, place, Deed::Reply(text));
        }
        if stuck == Stuck::Unanswered {
            return;
        }
        if !is_walled(topic) && self.chance.percent(8) {
            now = self.part(place, topic, now);
        }
        if days.is_late && self.chance.percent(45) {
            let due = self.calendar.add_working_days(zero, u16::from(topic.goal.answer) + 1);
            let asks = self.at(due, 9 * 60 + 30);
            if asks > now {
                let chaser = self.chance.text(&self.words.chasers);
                self.step(asks, place, Deed::CompanyWrites(chaser));
                now = asks;
            }
        }
        let from = self.calendar.day_zero(now).max(zero);
        let spent = self.calendar.working_days_between(zero, from);
        let left = if asked { self.chance.between(0, 3) } else { (days.answer - spent).max(0) };
        let answered = if direct { now } else { self.later(from, left, now) };
        self.close(place, words, answered, handed_over, days.is_late);
        self.after(place, words, answered);
        if !handed_over && self.chance.percent(2) {
            self.repeat(place, sent, answered);
        }
    }

    /// Some of what came lately lies still, and is late now or will be.
    fn stuck(&mut self, sent: DateTime<Utc>) -> Stuck {
        let age = (self.ends - sent).num_days();
        match self.chance.between(0, 99) {
            0..=24 if age < 5 => Stuck::Untouched,
            0..=24 if age < LATELY_DAYS => Stuck::Unanswered,
            _ => Stuck::No,
        }
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

    fn close(&mut self, place: usize, words: &TopicWords, at: DateTime<Utc>, handed_over: bool, late: bool) {
        let name = self.first_name(place);
        let (outcome, texts) = match self.chance.weighted([78, 14, 4, 4]) {
            0 => (Outcome::Answered, &words.answers),
            1 => (Outcome::Guided, &words.answers),
            2 => (Outcome::Forwarded, &self.words.forwarded),
            _ => (Outcome::CouldNotHelp, &self.words.could_not_help),
        };
        let text = self.chance.text(texts).replace("{name}", &name);
        let avoidable = match self.chance.weighted([66, 13, 8, 4, 9]) {
            _ if handed_over && self.chance.percent(60) => Avoidable::WrongDoor,
            _ if late && self.chance.percent(30) => Avoidable::Chaser,
            1 => Avoidable::MissingGuidance,
            2 => Avoidable::UnclearLetter,
            3 => Avoidable::OurMistake,
            4 => Avoidable::Chaser,
            _ => Avoidable::No,
        };
        self.step(at, place, Deed::Close { outcome, avoidable, text });
    }

    /// After the end: a rating, a call, and now and then it is taken up again.
    fn after(&mut self, place: usize, words: &TopicWords, closed: DateTime<Utc>) {
        if self.chance.percent(4) {
            let days = self.chance.between(2, 12);
            let at = self.company_time(closed, days);
            let text = self.chance.text(&self.words.again);
            self.step(at, place, Deed::CompanyWrites(text));
            let days = self.chance.between(0, 3);
            let answered = self.later(self.calendar.day_zero(at), days, at);
            self.close(place, words, answered, false, false);
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
            (4 | 5, true) => self.chance.text(&self.words.praise),
            (_, true) => self.chance.text(&self.words.better),
        };
        self.step(at, place, Deed::Rate(score, text));
        if score <= 2 && self.chance.percent(85) {
            let days = self.chance.between(0, 2);
            let called = self.later(self.calendar.day_zero(at), days, at);
            let words = self.chance.text(&self.words.called);
            self.step(called, place, Deed::CallBack(words));
        }
    }

    /// The same company asks the same again while the first is open, by telephone this time.
    fn repeat(&mut self, place: usize, sent: DateTime<Utc>, answered: DateTime<Utc>) {
        let Some(first) = self.enquiries.get(place).cloned() else { return };
        let day = self.calendar.next_working_day(self.calendar.local_date(sent));
        let at = self.sending_time(day, Channel::Phone);
        let merged = at + Duration::minutes(self.chance.between(5, 60));
        if merged >= answered {
            return;
        }
        let text = self.chance.text(&self.words.chasers);
        let again = self.add(Enquiry { channel: Channel::Phone, suspicion: 0, text, ..first });
        self.step(at, again, Deed::Send);
        self.step(merged, again, Deed::MarkDuplicate(place));
    }

    fn first_name(&self, place: usize) -> String {
        let name = self.enquiries.get(place).map_or("", |enquiry| enquiry.contact.name.as_str());
        name.split(' ').next().unwrap_or_default().to_owned()
    }

    fn holding_reply(&self, name: &str, zero: NaiveDate, topic: &Topic) -> String {
        let until = self.calendar.add_working_days(zero, u16::from(topic.goal.answer));
        let until = kernel::format::date_long(until, Language::Da);
        format!(
            "Hej {name}\n\nJeg har set på det og er jeres kontakt. I får svar senest {until}. Ring gerne imens."
        )
    }
}

/// Where an enquiry lies still.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stuck {
    No,
    /// Nobody has taken it.
    Untouched,
    /// Someone has replied, and then no more.
    Unanswered,
}

/// In working days after day 0.
struct Pace {
    first_reply: i64,
    answer: i64,
    is_late: bool,
}

/// What no other team may open: it is neither offered nor asked about.
fn is_walled(topic: &Topic) -> bool {
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
    use crate::demo::cast::CastCompany;

    fn story(seed: u64) -> Story {
        let guide = enquiries::guide::Content::standard().unwrap();
        let guide = enquiries::guide::Guide::new(guide.topics, guide.ways);
        let company = |name: &str, cvr: &str| CastCompany { cvr: cvr.parse().unwrap(), name: name.into() };
        let mut cast = Cast::new(vec![company("Hejre ApS", "99000023"), company("Grævling A/S", "99000031")]);
        let frame = Frame { seed, today: "2026-11-23".parse().unwrap(), enquiries: 200 };
        tell(frame, &Calendar::default(), &guide, &mut cast).unwrap()
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
                matches!(step.deed, Deed::Close { .. } | Deed::Reply(_) | Deed::Ask(_) | Deed::Assign);
            let day = calendar.local_date(step.at);
            assert!(!by_officer || calendar.is_working_day(day), "{step:?} on {day}");
            assert!(!format!("{:?}", step.deed).contains("{name}"), "{step:?}");
        }
    }
}
