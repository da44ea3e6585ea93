//! How the enquiries went: counted from sealed journal lines only, per team and topic, by cohort of receipt, never per
//! person. Pure; what a node keeps of the lines is in [`kept`].
//!
//! The public sees figures of whole cases in the order in which they were settled, five at a time (`docs/decisions/0013`):
//! two days' pages never differ by one case.

mod kept;
mod period;
mod table;
#[cfg(test)]
#[expect(clippy::cast_precision_loss, reason = "the counts of a test are small")]
mod tests;

use std::{collections::BTreeMap, ops::RangeInclusive};

use chrono::{DateTime, NaiveDate, Utc};
use kernel::{Calendar, CaseId, Code, TeamId, Visibility, interval, small_numbers::SHOWN_MIN};
use ledger::{Figures, History, PromiseKind, PromiseState, Survival};
use storage::{Line, StoreError};

use crate::{
    fact::EnquiryFact,
    model::{Avoidable, FrontNumber, ReleasedNumber},
};

pub use kept::{Cases, KeptFigures, warm};
pub use period::{InvalidPeriod, Period, Quarter};
pub use table::{Cause, Place, Row, Shown, Table, Tables};

/// Why one of us set a case aside: it is counted by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Aside {
    /// It was no enquiry. Whether it counted until then.
    Spam {
        /// Nobody had confirmed it otherwise.
        had_counted: bool,
    },
    /// It is in another case.
    Duplicate,
}

/// What the journal tells of one case.
#[derive(Debug, Clone, PartialEq)]
pub struct CaseFacts {
    /// The case.
    pub case: CaseId,
    /// The team that has it now.
    pub team: TeamId,
    /// Its topic, as corrected.
    pub topic: Code,
    /// When it came.
    pub received_at: DateTime<Utc>,
    /// Day 0: figures go by it.
    pub cohort: NaiveDate,
    /// Whether it counts: spam, duplicates and what nobody confirmed stand apart.
    pub counts: bool,
    /// Why it was set aside by one of us, where it was.
    pub aside: Option<Aside>,
    /// How often another team took it.
    pub hand_overs: u32,
    /// How often it came back from one that would not have it.
    pub bounces: u32,
    /// When it last ended with an outcome, and whether it could have been avoided.
    pub closed: Option<(DateTime<Utc>, Code)>,
    /// When it was rated, and how easy it was, 1 to 5.
    pub rated: Option<(DateTime<Utc>, i32)>,
    /// Seen by its team only.
    pub confidential: bool,
    /// Its promises.
    pub promises: Vec<History>,
}

impl CaseFacts {
    /// Reads the lines of one case, those of the ledger among them, in the order of time. `None` where none of them says
    /// that an enquiry came.
    pub fn of(lines: Vec<Line>, calendar: &Calendar) -> Result<Option<Self>, StoreError> {
        let mut facts: Option<Self> = None;
        let mut ledger = Vec::new();
        for line in lines {
            let Some(fact) = line.fact::<EnquiryFact>()? else {
                ledger.push(line);
                continue;
            };
            if let (None, EnquiryFact::Received { topic, suspicious, .. }) = (&facts, &fact) {
                facts = Some(Self {
                    case: line.subject.into(),
                    team: line.team.unwrap_or_default().into(),
                    topic: topic.clone(),
                    received_at: line.at,
                    cohort: calendar.day_zero(line.at),
                    counts: !suspicious,
                    aside: None,
                    hand_overs: 0,
                    bounces: 0,
                    closed: None,
                    rated: None,
                    confidential: line.visibility == Visibility::Team,
                    promises: Vec::new(),
                });
            }
            facts = facts.map(|facts| facts.then(&line, fact));
        }
        let Some(mut facts) = facts else { return Ok(None) };
        facts.promises = ledger::replay(ledger)?.histories.into_values().collect();
        // A case that was confirmed late began when it was.
        let began = facts.promises_of(&PromiseKind::FIRST_REPLY).map(|history| history.promise.cohort).min();
        facts.cohort = began.unwrap_or(facts.cohort);
        Ok(Some(facts))
    }

    fn then(mut self, line: &Line, fact: EnquiryFact) -> Self {
        self.team = line.team.map_or(self.team, TeamId::from);
        self.confidential |= line.visibility == Visibility::Team;
        match fact {
            EnquiryFact::Confirmed => self.counts = true,
            EnquiryFact::MarkedSpam { .. } => {
                self.aside = Some(Aside::Spam { had_counted: self.counts });
                self.counts = false;
            }
            EnquiryFact::NotSpam => {
                self.counts = matches!(self.aside, Some(Aside::Spam { had_counted: true }));
                self.aside = None;
            }
            EnquiryFact::MarkedDuplicate { .. } => {
                self.aside = Some(Aside::Duplicate);
                self.counts = false;
            }
            EnquiryFact::HandedOver { .. } => self.hand_overs += 1,
            EnquiryFact::Bounced { .. } => self.bounces += 1,
            EnquiryFact::Closed { avoidable, .. } => self.closed = Some((line.at, avoidable)),
            EnquiryFact::Rated { score, .. } => self.rated = Some((line.at, score)),
            EnquiryFact::TopicChanged { to, .. } => self.topic = to,
            _ => {}
        }
        self
    }

    /// Its promises of a kind.
    pub fn promises_of<'a>(&'a self, kind: &'a PromiseKind) -> impl Iterator<Item = &'a History> {
        self.promises.iter().filter(move |history| history.promise.kind == *kind)
    }

    /// Whether an answer is owed past its day.
    pub fn is_late(&self, now: DateTime<Utc>, calendar: &Calendar) -> bool {
        let of_company = |history: &&History| history.promise.kind != PromiseKind::PART_ANSWER;
        self.counts
            && self.promises.iter().filter(of_company).any(|history| history.is_past_due(now, calendar))
    }
}

/// A number with how many stand behind it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Estimate {
    /// The number; `None` where it cannot be given yet.
    pub value: Option<f64>,
    /// How many stand behind it.
    pub n: u64,
    /// Between what it lies with 95 % confidence.
    pub interval: Option<(f64, f64)>,
}

impl Estimate {
    #[expect(clippy::cast_precision_loss, reason = "counts of cases are far below 2^52")]
    fn percent(part: usize, whole: usize) -> Self {
        let (part, n) = (part as u64, whole as u64);
        let interval = interval::of_share(part, n).map(|(low, high)| (low * 100.0, high * 100.0));
        Self { value: (n > 0).then(|| part as f64 / n as f64 * 100.0), n, interval }
    }

    #[expect(clippy::cast_precision_loss, reason = "counts of cases are far below 2^52")]
    fn mean(values: &[f64], (least, most): (f64, f64)) -> Self {
        let n = values.len() as u64;
        let interval = interval::of_mean(values).map(|(low, high)| (low.max(least), high.min(most)));
        Self { value: (n > 0).then(|| values.iter().sum::<f64>() / n as f64), n, interval }
    }

    #[expect(clippy::cast_precision_loss, reason = "working days are few")]
    fn median(survival: &Survival) -> Self {
        let n = survival.n as u64;
        let (low, high) = interval::percentiles_around_median(n);
        let interval = survival.percentile(low).zip(survival.percentile(high));
        Self {
            value: survival.median().map(|days| days as f64),
            n,
            interval: interval.map(|(low, high)| (low as f64, high as f64)),
        }
    }
}

/// How some cases went, as of a moment.
#[derive(Debug, Clone, PartialEq)]
pub struct Account {
    /// Enquiries that count.
    pub received: u64,
    /// The first human reply.
    pub first_reply: Figures,
    /// The answer; taken up again, it is owed again.
    pub answer: Figures,
    /// Enquiries of which something is owed past its day.
    pub late_now: u64,
    /// Enquiries that have ended with an outcome.
    pub closed: u64,
    /// Changes of team and hand-overs that came back, per ended enquiry.
    pub wrong_doors: Estimate,
    /// Those of the ended that could have been avoided, in per cent.
    pub avoidable: Estimate,
    /// How many of the ended by cause, without those that could not have been avoided.
    pub causes: BTreeMap<Code, u64>,
    /// How easy it was, 1 to 5.
    pub satisfaction: Estimate,
}

impl Account {
    /// The share of answers within the goal, in per cent, of those whose outcome is known.
    pub fn within_goal(&self) -> Estimate {
        Estimate::percent(self.answer.within_goal, self.answer.settled())
    }
    /// The share of first replies within the goal, in per cent, of those whose outcome is known.
    pub fn first_reply_within_goal(&self) -> Estimate {
        Estimate::percent(self.first_reply.within_goal, self.first_reply.settled())
    }
    /// Working days until the first reply, for the one in the middle.
    pub fn first_reply_median(&self) -> Estimate {
        Estimate::median(&self.first_reply.survival)
    }
    /// Working days until the answer, for the one in the middle.
    pub fn answer_median(&self) -> Estimate {
        Estimate::median(&self.answer.survival)
    }
}

/// The lowest and highest score.
const SCORES: (f64, f64) = (1.0, 5.0);

/// The account of these cases; those that do not count are left out.
pub fn account<'a>(
    cases: impl IntoIterator<Item = &'a CaseFacts>,
    now: DateTime<Utc>,
    calendar: &Calendar,
) -> Account {
    let cases: Vec<&CaseFacts> = cases.into_iter().filter(|case| case.counts).collect();
    let figures = |kind: &PromiseKind| {
        ledger::figures(cases.iter().flat_map(|case| case.promises_of(kind)), now, calendar)
    };
    let ended: Vec<&CaseFacts> = cases.iter().filter(|case| case.closed.is_some()).copied().collect();
    let causes = causes(&ended);
    let could_be_avoided: u64 = causes.values().sum();
    let scores: Vec<f64> =
        cases.iter().filter_map(|case| case.rated).map(|(_, score)| f64::from(score)).collect();
    Account {
        received: cases.len() as u64,
        first_reply: figures(&PromiseKind::FIRST_REPLY),
        answer: figures(&PromiseKind::ANSWER),
        late_now: cases.iter().filter(|case| case.is_late(now, calendar)).count() as u64,
        closed: ended.len() as u64,
        wrong_doors: wrong_doors(&ended),
        avoidable: Estimate::percent(usize::try_from(could_be_avoided).unwrap_or(usize::MAX), ended.len()),
        causes,
        satisfaction: Estimate::mean(&scores, SCORES),
    }
}

fn causes(ended: &[&CaseFacts]) -> BTreeMap<Code, u64> {
    let mut causes = BTreeMap::new();
    let said = ended.iter().filter_map(|case| case.closed.as_ref()).map(|(_, cause)| cause);
    for cause in said.filter(|cause| cause.as_str() != Avoidable::No.code()) {
        *causes.entry(cause.clone()).or_default() += 1;
    }
    causes
}

fn wrong_doors(ended: &[&CaseFacts]) -> Estimate {
    let doors: Vec<f64> = ended.iter().map(|case| f64::from(case.hand_overs + case.bounces)).collect();
    Estimate::mean(&doors, (0.0, f64::INFINITY))
}

/// The cases whose day 0 lies in these days.
pub fn of_cohort<'a>(
    cases: impl IntoIterator<Item = &'a CaseFacts>,
    days: &RangeInclusive<NaiveDate>,
) -> impl Iterator<Item = &'a CaseFacts> {
    let days = days.clone();
    cases.into_iter().filter(move |case| case.counts && days.contains(&case.cohort))
}

/// What is let out of things that were settled at these moments: whole fives, in the order of settlement.
pub fn released<T>(mut settled: Vec<(DateTime<Utc>, CaseId, T)>) -> Vec<T> {
    settled.sort_by_key(|(at, case, _)| (*at, *case));
    let whole = settled.len() - settled.len() % usize::try_from(SHOWN_MIN).unwrap_or(1);
    settled.into_iter().take(whole).map(|(_, _, thing)| thing).collect()
}

/// The public's share of answers within the goal, in per cent.
pub fn public_within_goal<'a>(
    cases: impl IntoIterator<Item = &'a CaseFacts>,
    now: DateTime<Utc>,
    calendar: &Calendar,
) -> Estimate {
    let answers = cases.into_iter().flat_map(|case| {
        let answers = case.promises_of(&PromiseKind::ANSWER);
        answers.filter_map(|history| settled(history, now, calendar).map(|(at, kept)| (at, case.case, kept)))
    });
    let released = released(answers.collect());
    Estimate::percent(released.iter().filter(|kept| **kept).count(), released.len())
}

/// When it was known how a promise went, and whether it was kept in time.
fn settled(history: &History, now: DateTime<Utc>, calendar: &Calendar) -> Option<(DateTime<Utc>, bool)> {
    match &history.promise.state {
        PromiseState::Kept { at } => Some((*at, true)),
        // It was known when the day was over, not when the late answer came.
        PromiseState::KeptLate { at } => Some((history.promise.due_at().min(*at), false)),
        PromiseState::Broken { at, .. } => Some((*at, false)),
        PromiseState::Open if history.is_past_due(now, calendar) => Some((history.promise.due_at(), false)),
        PromiseState::Open | PromiseState::Withdrawn { .. } => None,
    }
}

/// The public's estimate of how long it takes: what was answered last, up to four, waits until it is five.
pub fn public_survival<'a>(
    cases: impl IntoIterator<Item = &'a CaseFacts>,
    kind: &PromiseKind,
    now: DateTime<Utc>,
    calendar: &Calendar,
) -> Survival {
    use ledger::Observed::{Answered, Never, OpenAfter};
    let (mut open, mut ended) = (Vec::new(), Vec::new());
    for case in cases {
        for history in case.promises_of(kind) {
            match &history.promise.state {
                PromiseState::Kept { at } | PromiseState::KeptLate { at } => {
                    ended.push((*at, case.case, Answered(history.working_days(*at, calendar))));
                }
                PromiseState::Broken { at, .. } => ended.push((*at, case.case, Never)),
                PromiseState::Open => open.push(OpenAfter(history.working_days(now, calendar))),
                PromiseState::Withdrawn { .. } => {}
            }
        }
    }
    let observed: Vec<ledger::Observed> = released(ended).into_iter().chain(open).collect();
    Survival::estimate(&observed)
}

/// The public's median of working days until the first reply.
pub fn public_first_reply<'a>(
    cases: impl IntoIterator<Item = &'a CaseFacts>,
    now: DateTime<Utc>,
    calendar: &Calendar,
) -> Estimate {
    let median = Estimate::median(&public_survival(cases, &PromiseKind::FIRST_REPLY, now, calendar));
    Estimate { n: whole_fives(median.n), ..median }
}

/// How many came, as the public may know: whole fives, so that yesterday's number beside today's tells of no single one.
pub fn public_received<'a>(cases: impl IntoIterator<Item = &'a CaseFacts>) -> Estimate {
    let n = whole_fives(cases.into_iter().count() as u64);
    #[expect(clippy::cast_precision_loss, reason = "counts of enquiries are far below 2^52")]
    Estimate { value: Some(n as f64), n, interval: None }
}

const fn whole_fives(n: u64) -> u64 {
    n - n % SHOWN_MIN
}

/// The public's share of the ended that could have been avoided.
pub fn public_avoidable<'a>(cases: impl IntoIterator<Item = &'a CaseFacts>) -> Estimate {
    let ended = released_ended(cases);
    let could: u64 = causes(&ended).values().sum();
    Estimate::percent(usize::try_from(could).unwrap_or(usize::MAX), ended.len())
}

/// The public's wrong doors per ended enquiry.
pub fn public_wrong_doors<'a>(cases: impl IntoIterator<Item = &'a CaseFacts>) -> Estimate {
    wrong_doors(&released_ended(cases))
}

fn released_ended<'a>(cases: impl IntoIterator<Item = &'a CaseFacts>) -> Vec<&'a CaseFacts> {
    let ended = cases.into_iter().filter_map(|case| Some((case.closed.as_ref()?.0, case.case, case)));
    released(ended.collect())
}

/// The public's mean of how easy it was.
pub fn public_satisfaction<'a>(cases: impl IntoIterator<Item = &'a CaseFacts>) -> Estimate {
    let rated = cases.into_iter().filter_map(|case| {
        let (at, score) = case.rated?;
        Some((at, case.case, f64::from(score)))
    });
    Estimate::mean(&released(rated.collect()), SCORES)
}

/// What the front page may tell of these cases: each number only where enough stand behind it.
pub fn front_numbers(cases: &[&CaseFacts], now: DateTime<Utc>, calendar: &Calendar) -> Vec<ReleasedNumber> {
    let all = || cases.iter().copied();
    let within = public_within_goal(all(), now, calendar);
    let answer = Estimate::median(&public_survival(all(), &PromiseKind::ANSWER, now, calendar));
    let satisfaction = public_satisfaction(all());
    [
        (FrontNumber::WithinGoal, within),
        (FrontNumber::AnswerMedian, answer),
        (FrontNumber::Satisfaction, satisfaction),
    ]
    .into_iter()
    .filter_map(|(number, estimate)| ReleasedNumber::of(number, estimate.value, estimate.n))
    .collect()
}

/// How fast a topic was answered lately.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Experience {
    /// The working days within which 80 of 100 answers came.
    pub days: u16,
    /// How many were answered, in whole fives.
    pub n: u32,
}

/// Our own experience with a topic over these cases. `None` while fewer than five have been answered, or fewer than 80 of
/// 100.
///
/// Every answer counts at once: a whole number of days over at least five of them tells of none. Their number goes up by
/// five at a time, so that it tells of none either.
pub fn experience<'a>(
    cases: impl IntoIterator<Item = &'a CaseFacts>,
    topic: &Code,
    now: DateTime<Utc>,
    calendar: &Calendar,
) -> Option<Experience> {
    let of_topic = cases.into_iter().filter(|case| case.counts && case.topic == *topic);
    let answers = of_topic.flat_map(|case| case.promises_of(&PromiseKind::ANSWER));
    let survival = ledger::figures(answers, now, calendar).survival;
    let n = survival.answered as u64;
    let days = survival.percentile(80).filter(|_| n >= SHOWN_MIN)?;
    Some(Experience { days: u16::try_from(days).ok()?, n: u32::try_from(n - n % SHOWN_MIN).ok()? })
}
