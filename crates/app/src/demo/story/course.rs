//! How an enquiry goes on: the first reply, questions, other teams, the answer.

use chrono::{DateTime, Duration, NaiveDate, Utc};
use enquiries::guide::{Routing, Topic};
use kernel::Language;

use super::{Deed, asking::SUSPICIOUS, teller::Teller};

/// A company that does not answer is waited for so many working days.
const WAITED_FOR_DAYS: i64 = 10;

impl Teller<'_> {
    /// How an enquiry goes on, from its sending to its end.
    pub(super) fn course(&mut self, place: usize, topic: &Topic, sent: DateTime<Utc>) {
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
