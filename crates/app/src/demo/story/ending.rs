//! How an enquiry ends, and what comes after: a rating, a call, the same question once more.

use chrono::{DateTime, Duration, Utc};
use enquiries::model::{Avoidable, Channel, Outcome};
use kernel::Language;

use super::{Deed, teller::Teller};

impl Teller<'_> {
    /// The company never answered what it was asked.
    pub(super) fn give_up(&mut self, place: usize, at: DateTime<Utc>) {
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
    pub(super) fn after(&mut self, place: usize, closed: DateTime<Utc>) {
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
    pub(super) fn repeat(&mut self, place: usize, sent: DateTime<Utc>, answered: DateTime<Utc>) {
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
}
