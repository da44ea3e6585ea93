//! What lies on people's desks on the demo's morning, told by hand: every state that an enquiry can be in, something due for
//! everyone who answers, and few things late. Days are counted back from today, so that it is the same on any day.

use anyhow::{Context, Result};
use chrono::{DateTime, NaiveDate, Utc};
use enquiries::{guide::Topic, model::Channel};
use kernel::Language;

use super::{
    story::{Deed, Teller, is_walled},
    words::Thread,
};

/// Someone who answers companies.
#[derive(Debug, Clone, Copy)]
pub struct Officer {
    /// The part before `@example.dk`.
    pub mailbox: &'static str,
    /// The keys of the teams.
    pub teams: &'static [&'static str],
}

/// In how many working days each officer's own answer is due, one after the other.
const DUE_IN: [u16; 4] = [0, 0, 1, 0];

/// Tells it.
pub fn tell(teller: &mut Teller<'_>, today: NaiveDate, officers: &[Officer]) -> Result<()> {
    let mut desk = Desk { morning: teller.working_day(today), teller };
    for (place, officer) in officers.iter().enumerate() {
        let days = DUE_IN.get(place % DUE_IN.len()).copied().unwrap_or(0);
        desk.due_soon(officer, days)?;
    }
    desk.new_ones()?;
    desk.waiting()?;
    desk.between_teams()?;
    desk.late()?;
    desk.ended()
}

struct Desk<'t, 'a> {
    teller: &'t mut Teller<'a>,
    /// The first working day from today on.
    morning: NaiveDate,
}

impl Desk<'_, '_> {
    /// So many working days before this morning.
    fn back(&self, working_days: u16) -> NaiveDate {
        let mut day = self.morning;
        for _ in 0..working_days {
            while let Some(before) = day.pred_opt() {
                day = before;
                if self.teller.calendar.is_working_day(day) {
                    break;
                }
            }
        }
        day
    }

    /// A time of the working day so many days back.
    fn at(&mut self, working_days: u16, (hour, minute): (i64, i64)) -> DateTime<Utc> {
        let day = self.back(working_days);
        self.teller.at(day, hour * 60 + minute)
    }

    /// Someone asks about a topic so many working days back; the thread by its place among the topic's.
    fn asked(&mut self, topic: &str, thread: usize, back: u16, time: (i64, i64)) -> Result<usize> {
        let at = self.at(back, time);
        let thread = self.thread(topic, thread)?;
        self.teller.asked(topic, &thread, Channel::Web, at)
    }

    fn thread(&self, topic: &str, place: usize) -> Result<Thread> {
        let threads = &self.teller.words.topic(topic)?.threads;
        threads.get(place).cloned().with_context(|| format!("{topic} has no thread {place}"))
    }

    fn topic(&self, key: &str) -> Result<Topic> {
        self.teller.topic(&key.parse().context("a topic without a name")?)
    }

    fn step(&mut self, back: u16, time: (i64, i64), enquiry: usize, deed: Deed) {
        let at = self.at(back, time);
        self.teller.step(at, enquiry, deed);
    }

    /// Someone takes it and writes that it is being looked at.
    fn taken(&mut self, topic: &str, enquiry: usize, sent: u16, who: Option<&'static str>) -> Result<()> {
        let topic = self.topic(topic)?;
        self.step(sent, (13, 10), enquiry, Deed::Assign(who));
        let text = self.teller.holding_reply(enquiry, self.back(sent), &topic);
        self.step(sent, (13, 25), enquiry, Deed::Reply(text));
        Ok(())
    }

    fn asks_back(&mut self, enquiry: usize, topic: &str, thread: usize, back: u16) -> Result<()> {
        let thread = self.thread(topic, thread)?;
        let at = self.at(back, (10, 20));
        let ask = thread.ask.context("a thread in which nothing is asked back")?;
        let ask = self.teller.said(enquiry, &ask, at);
        self.teller.step(at, enquiry, Deed::Ask(ask));
        Ok(())
    }

    /// Something that the officer has taken, whose answer is due this morning or soon after.
    fn due_soon(&mut self, officer: &Officer, due_in: u16) -> Result<()> {
        let Some(team) = officer.teams.first() else { return Ok(()) };
        let topics = self.teller.words.topics.iter().map(|words| self.teller.topic(&words.key));
        let topics = topics.collect::<Result<Vec<_>>>()?;
        let ours: Vec<&Topic> =
            topics.iter().filter(|topic| topic.team.as_str() == *team && !is_walled(topic)).collect();
        // The secretariat's topics are few, and procurement's walled ones are told below.
        let topic = self
            .teller
            .chance
            .pick(&ours)
            .copied()
            .or_else(|| topics.iter().find(|topic| topic.team.as_str() == *team));
        let topic = topic.with_context(|| format!("no topic of {team}"))?.clone();
        let sent = u16::from(topic.goal.answer).saturating_sub(due_in).max(1);
        let threads = self.teller.words.topic(topic.key.as_str())?.threads.len();
        let danish = (0..threads).filter(|place| {
            self.thread(topic.key.as_str(), *place).is_ok_and(|thread| thread.language() == Language::Da)
        });
        let danish: Vec<usize> = danish.collect();
        let thread = self.teller.chance.pick(&danish).copied().unwrap_or(0);
        let minute = self.teller.chance.between(0, 59);
        let enquiry = self.asked(topic.key.as_str(), thread, sent, (9, minute))?;
        self.taken(topic.key.as_str(), enquiry, sent, Some(officer.mailbox))
    }

    /// Nobody has taken these: some came last night, one waits since the day before, one for too long.
    fn new_ones(&mut self) -> Result<()> {
        for (topic, thread, hour) in
            [("building-permit", 4, 19), ("recruit", 0, 20), ("event-permission", 0, 21)]
        {
            let at = self.last_evening(hour);
            let thread = self.thread(topic, thread)?;
            self.teller.asked(topic, &thread, Channel::Web, at)?;
        }
        // Since two working days: the leader knows, and the first reply is due today.
        self.asked("noise-neighbour", 2, 2, (10, 40))?;
        // Nobody has answered on the fourth day: the leader and the business consultant know.
        self.asked("parking-access", 1, 4, (11, 5))?;
        // From abroad, due tomorrow.
        self.asked("premises", 2, 1, (9, 15))?;
        let held_back = self.asked("invoice", 0, 1, (12, 30))?;
        let at = self.at(1, (12, 30));
        self.teller.spam(held_back, true, at)
    }

    /// The evening before today, or of the last working day where today is no day of work.
    fn last_evening(&mut self, hour: i64) -> DateTime<Utc> {
        let minute = self.teller.chance.between(0, 55);
        let day = self.morning.pred_opt().unwrap_or(self.morning);
        let at = self.teller.at(day, hour * 60 + minute);
        if at < self.teller.end() { at } else { self.at(1, (hour, minute)) }
    }

    /// The company has been asked for more, and its clock stands still.
    fn waiting(&mut self) -> Result<()> {
        for (topic, thread, sent) in
            [("outdoor-serving-stalls", 0, 6), ("green-transition", 0, 4), ("local-plan", 0, 8)]
        {
            let enquiry = self.asked(topic, thread, sent, (9, 50))?;
            self.step(sent, (14, 5), enquiry, Deed::Assign(None));
            self.asks_back(enquiry, topic, thread, sent - 1)?;
        }
        // In confidence: only the team sees it.
        let ill = self.asked("sick-leave", 0, 2, (8, 55))?;
        self.step(2, (13, 0), ill, Deed::Assign(None));
        self.asks_back(ill, "sick-leave", 0, 1)?;
        let complaint = self.asked("complaint-about-municipality", 0, 2, (11, 20))?;
        self.taken("complaint-about-municipality", complaint, 2, None)?;
        let tender = self.asked("tenders", 0, 3, (10, 10))?;
        self.taken("tenders", tender, 3, None)
    }

    /// Offered to another team, which has not said yes; parts that others owe.
    fn between_teams(&mut self) -> Result<()> {
        for (topic, thread, to, why) in [
            ("building-permit", 2, "planning", "De spørger mest om, hvad lokalplanen siger. Det er jeres."),
            ("recruit", 3, "schools", "Det ender i en voksenlærling; I har kontakten til skolen."),
        ] {
            let enquiry = self.asked(topic, thread, 3, (9, 35))?;
            self.step(3, (13, 40), enquiry, Deed::Assign(None));
            let text = self.teller.holding_reply(enquiry, self.back(3), &self.topic(topic)?);
            self.step(2, (9, 20), enquiry, Deed::Reply(text));
            self.step(1, (10, 15), enquiry, Deed::HandOver { to, why: why.to_owned() });
        }
        for (topic, thread, of, question) in [
            ("local-plan", 1, "roads", "Kan overkørslen bære lastbiler på 18 meter? Et par linjer er nok."),
            ("water-wastewater", 2, "planning", "Er der plads til et bassin i lokalplanen for Hersted?"),
        ] {
            let enquiry = self.asked(topic, thread, 5, (10, 25))?;
            self.taken(topic, enquiry, 5, None)?;
            let question = question.to_owned();
            self.step(2, (9, 45), enquiry, Deed::AskPart { of, question });
        }
        Ok(())
    }

    /// Few things, none of them by much; and one that has taken long for a reason.
    fn late(&mut self) -> Result<()> {
        for (topic, thread, sent) in [("building-permit", 1, 12), ("charging-stations", 0, 11)] {
            let enquiry = self.asked(topic, thread, sent, (9, 5))?;
            self.taken(topic, enquiry, sent, None)?;
        }
        // The company thought about it for two weeks: the date moved with the pause.
        let (topic, thread) = ("redevelopment", 0);
        let enquiry = self.asked(topic, thread, 18, (10, 0))?;
        self.step(17, (9, 0), enquiry, Deed::Assign(None));
        self.asks_back(enquiry, topic, thread, 17)?;
        let give = self.thread(topic, thread)?.give.unwrap_or_default();
        self.step(4, (15, 30), enquiry, Deed::CompanyWrites(give));
        Ok(())
    }

    /// Ended lately, and not quite over.
    fn ended(&mut self) -> Result<()> {
        // Taken up again.
        let again = self.asked("signage", 0, 14, (9, 25))?;
        self.taken("signage", again, 14, None)?;
        self.close(again, 8, (14, 20));
        let text = self.teller.worded(again, &self.teller.words.again, &self.teller.words.again_en);
        self.step(1, (8, 40), again, Deed::CompanyWrites(text));
        // Not content: a call is owed.
        for (topic, thread, sent, score, text) in [
            ("property-tax-fee", 1, 9, 2, "Jeg forstår stadig ikke, hvorfor vi skal betale."),
            ("parking-access", 3, 8, 1, "Et nej kunne være kommet med det samme."),
        ] {
            let enquiry = self.asked(topic, thread, sent, (11, 10))?;
            self.taken(topic, enquiry, sent, None)?;
            self.close(enquiry, 3, (13, 50));
            self.step(1, (9, 30), enquiry, Deed::Rate(score, text.to_owned()));
        }
        // Sent on to another authority.
        let on = self.asked("food-business", 1, 4, (10, 45))?;
        self.step(4, (13, 30), on, Deed::Assign(None));
        self.close(on, 2, (11, 0));
        // Taken back.
        let back = self.asked("premises", 1, 4, (9, 10))?;
        self.taken("premises", back, 4, None)?;
        self.step(2, (16, 45), back, Deed::Withdraw);
        // No enquiry at all.
        let spam = self.asked("other", 0, 3, (9, 0))?;
        let at = self.at(3, (9, 0));
        self.teller.spam(spam, false, at)?;
        // The same once more by telephone, and once more by the form.
        let first = self.asked("invoice", 0, 4, (9, 55))?;
        self.taken("invoice", first, 4, None)?;
        let at = self.at(3, (10, 30));
        if let Some(merged) = self.teller.asked_again(first, Channel::Phone, at) {
            self.step(3, (10, 50), merged, Deed::MarkDuplicate(first));
        }
        let raised = self.asked("funding", 0, 5, (10, 5))?;
        self.taken("funding", raised, 5, None)?;
        let at = self.at(1, (11, 45));
        self.teller.asked_again(raised, Channel::Web, at);
        Ok(())
    }

    fn close(&mut self, enquiry: usize, back: u16, time: (i64, i64)) {
        let at = self.at(back, time);
        self.teller.close(enquiry, at, false, false);
    }
}
