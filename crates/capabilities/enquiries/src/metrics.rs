//! What the policy's indicators may count of enquiries (`domain.md` 6.3). Everyone may ask, so everything here is what the
//! public may see; the lines behind a figure are given by the right to their case.

use std::{collections::BTreeMap, sync::Arc};

use async_trait::async_trait;
use chrono::{DateTime, NaiveDate, Utc};
use kernel::{Calendar, CaseId, Ctx};
use ledger::{LedgerFact, PromiseKind};
use ports::{LineBehind, Measurement, MetricQuestion, MetricSource};
use storage::{Db, Line, LineFilter, StoreError, lines};

use crate::{
    access,
    fact::EnquiryFact,
    figures::{self, CaseFacts, Cases, Estimate, KeptFigures},
    store,
};

/// The names of the metrics. `topic = KEY` restricts each to a topic.
pub const METRICS: &[&str] = &[
    "enquiries.received",
    "enquiries.first_reply_median_wd",
    "enquiries.within_goal_pct",
    "enquiries.handover_bounces",
    "enquiries.avoidable_pct",
    "enquiries.satisfaction",
];

/// Cases whose lines are read for one page.
const CASES_MAX: usize = 500;
/// Lines of so many cases.
const LINES_MAX: u64 = 100_000;

/// Counts enquiries.
pub struct EnquiryMetrics {
    db: Db,
    calendar: Arc<Calendar>,
    kept: KeptFigures,
}

impl EnquiryMetrics {
    /// `kept` is the same as in `App::kept`, so that a node keeps the facts once.
    pub fn new(db: Db, calendar: Arc<Calendar>, kept: KeptFigures) -> Self {
        Self { db, calendar, kept }
    }

    /// The cases of a period.
    fn cases<'a>(
        &'a self,
        all: &'a Cases,
        metric: &'a str,
        (from, to): (NaiveDate, NaiveDate),
        filter: &'a BTreeMap<String, String>,
    ) -> impl Iterator<Item = &'a CaseFacts> {
        let topic = filter.get("topic").map(String::as_str);
        // That something came is known at once; how it went is counted from day 0 on.
        let day = move |case: &CaseFacts| match metric {
            "enquiries.received" => self.calendar.local_date(case.received_at),
            _ => case.cohort,
        };
        all.values().map(AsRef::as_ref).filter(move |case: &&CaseFacts| {
            case.counts
                && (from..=to).contains(&day(case))
                && topic.is_none_or(|topic| case.topic.as_str() == topic)
        })
    }

    fn answered(&self, all: &Cases, asked: &MetricQuestion, now: DateTime<Utc>) -> Measurement {
        if !is_known(&asked.filter) {
            return Measurement { value: None, n: 0, interval: None };
        }
        let metric = asked.metric.as_str();
        let cases = self.cases(all, metric, (asked.from, asked.to), &asked.filter);
        let Estimate { value, n, interval } = match metric {
            "enquiries.received" => figures::public_received(cases),
            "enquiries.first_reply_median_wd" => figures::public_first_reply(cases, now, &self.calendar),
            "enquiries.within_goal_pct" => figures::public_within_goal(cases, now, &self.calendar),
            "enquiries.handover_bounces" => figures::public_wrong_doors(cases),
            "enquiries.avoidable_pct" => figures::public_avoidable(cases),
            "enquiries.satisfaction" => figures::public_satisfaction(cases),
            _ => Estimate { value: None, n: 0, interval: None },
        };
        Measurement { value, n, interval }
    }
}

/// Filters that are not known would be a figure of something else.
fn is_known(filter: &BTreeMap<String, String>) -> bool {
    filter.keys().all(|key| key == "topic")
}

#[async_trait]
impl MetricSource for EnquiryMetrics {
    fn metrics(&self) -> &'static [&'static str] {
        METRICS
    }

    async fn measure(
        &self,
        ctx: &Ctx,
        metric: &str,
        from: NaiveDate,
        to: NaiveDate,
        filter: &BTreeMap<String, String>,
    ) -> Result<Measurement, StoreError> {
        let filter = filter.clone();
        let asked = MetricQuestion { metric: metric.to_owned(), from, to, filter };
        let all = self.kept.cases(&self.db, ctx, &self.calendar).await?;
        Ok(self.answered(&all, &asked, ctx.now()))
    }

    async fn measure_all(
        &self,
        ctx: &Ctx,
        questions: &[MetricQuestion],
    ) -> Result<Vec<Measurement>, StoreError> {
        let all = self.kept.cases(&self.db, ctx, &self.calendar).await?;
        Ok(questions.iter().map(|asked| self.answered(&all, asked, ctx.now())).collect())
    }

    fn counts_lines(&self) -> bool {
        true
    }

    async fn behind(
        &self,
        ctx: &Ctx,
        metric: &str,
        from: NaiveDate,
        to: NaiveDate,
        filter: &BTreeMap<String, String>,
        limit: usize,
    ) -> Result<Vec<LineBehind>, StoreError> {
        if !is_known(filter) {
            return Ok(Vec::new());
        }
        let all = self.kept.cases(&self.db, ctx, &self.calendar).await?;
        let mut cases: Vec<&CaseFacts> = self.cases(&all, metric, (from, to), filter).collect();
        cases.sort_by_key(|case| std::cmp::Reverse((case.received_at, case.case)));
        let ids: Vec<CaseId> = cases.iter().take(CASES_MAX).map(|case| case.case).collect();
        let read = self.db.read(ctx);
        let seen = store::find_all(&read, &ids).await?;
        let names: BTreeMap<CaseId, String> = seen
            .into_values()
            .filter(|case| access::may_see(ctx, case, &[]))
            .map(|case| (case.id, case.number))
            .collect();
        let subjects = Some(names.keys().map(|id| id.uuid()).collect());
        let all = lines(&read, &LineFilter { subjects, ..LineFilter::default() }, LINES_MAX).await?;
        let mut behind = Vec::new();
        for line in all {
            let Some(position) = line.position else { continue };
            let case = CaseId::from(line.subject);
            if let Some(name) = names.get(&case)
                && counts(metric, &line)?
            {
                behind.push(LineBehind {
                    position,
                    at: line.at,
                    capability: line.capability,
                    word: line.word,
                    name: name.clone(),
                    link: format!("/intern/henvendelser/{case}"),
                });
            }
        }
        behind.sort_by_key(|line| std::cmp::Reverse(line.position));
        behind.truncate(limit);
        Ok(behind)
    }
}

/// Whether a line is one of those that the metric counts.
fn counts(metric: &str, line: &Line) -> Result<bool, StoreError> {
    let opened = |kind: PromiseKind| -> Result<bool, StoreError> {
        Ok(
            matches!(line.fact::<LedgerFact>()?, Some(LedgerFact::PromiseOpened { kind: of, .. }) if of == kind),
        )
    };
    let words = |words: &[&str]| {
        line.capability == <EnquiryFact as kernel::Fact>::CAPABILITY && words.contains(&line.word.as_str())
    };
    // Which promise was kept stands in its opening; both of a case are shown where either is counted.
    let kept = || {
        line.capability == <LedgerFact as kernel::Fact>::CAPABILITY
            && ["promise_kept", "promise_owed_again"].contains(&line.word.as_str())
    };
    Ok(match metric {
        "enquiries.received" => words(&["received"]),
        "enquiries.first_reply_median_wd" => opened(PromiseKind::FIRST_REPLY)? || kept(),
        "enquiries.within_goal_pct" => opened(PromiseKind::ANSWER)? || kept(),
        "enquiries.handover_bounces" => words(&["closed", "handed_over", "bounced"]),
        "enquiries.avoidable_pct" => words(&["closed"]),
        "enquiries.satisfaction" => words(&["rated"]),
        _ => false,
    })
}
