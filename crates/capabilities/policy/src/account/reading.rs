//! What each indicator says: its figures over time, and how the newest one has changed. A figure that few stand behind, or
//! that the town's growth has to hide, has no number.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use kernel::{Code, Ctx, interval};
use ports::Measurement;
use serde::{Deserialize, Serialize};
use storage::StoreError;

use super::{
    answers::{Answers, Sources, question},
    growth::Growth,
};
use crate::model::{Formula, Measure, Measured, MetricName, Policy, Span};

/// One figure of an indicator.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Figure {
    /// For when.
    pub span: Span,
    /// The number; `None` where there is none, or too few stand behind it.
    pub value: Option<f64>,
    /// How many stand behind it; `None` where they are too few to say.
    pub n: Option<u64>,
    /// Between what it lies with 95 % confidence, where it is an estimate.
    pub interval: Option<(f64, f64)>,
}

/// What an indicator says.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reading {
    /// It was counted.
    Counted {
        /// For each stretch of time, oldest first.
        figures: Vec<Figure>,
        /// What the newest one with a number is compared with.
        earlier: Option<Figure>,
    },
    /// It stands in the policy.
    Fact(Option<f64>),
    /// Nothing here counts what it needs.
    NoSource(MetricName),
}

impl Reading {
    /// The newest figure with a number.
    pub fn current(&self) -> Option<&Figure> {
        match self {
            Self::Counted { figures, .. } => figures.iter().rev().find(|figure| figure.value.is_some()),
            Self::Fact(_) | Self::NoSource(_) => None,
        }
    }

    /// How the newest figure has changed: the earlier one, the difference, and whether chance alone may explain it.
    pub fn change(&self) -> Option<(&Figure, f64, Option<bool>)> {
        let Self::Counted { earlier: Some(earlier), .. } = self else { return None };
        let current = self.current()?;
        let (now, then) = (current.value?, earlier.value?);
        let within = match (current.interval, earlier.interval) {
            (Some(a), Some(b)) => Some(!interval::differ(now, a, then, b)),
            _ => None,
        };
        Some((earlier, now - then, within))
    }
}

/// Counts every measured indicator. What the growth beside it has to hide is hidden here too.
pub async fn readings(
    sources: &Sources,
    ctx: &Ctx,
    policy: &Policy,
    growth: &Growth,
    today: NaiveDate,
) -> Result<BTreeMap<Code, Reading>, StoreError> {
    let measured = || {
        policy.indicators.iter().filter_map(|indicator| match &indicator.state {
            Measured::Yes(measure) => Some((&indicator.id, measure.as_ref())),
            Measured::NotYet(_) => None,
        })
    };
    let mut questions = Vec::new();
    for (_, measure) in measured() {
        for span in policy.spans(measure.frequency, today) {
            let spans = [Some(span), measure.unit.is_count().then(|| span.a_year_before())];
            let spans = spans.into_iter().flatten();
            questions.extend(spans.flat_map(|span| {
                measure.formula.metrics().iter().map(move |metric| question(metric, span, None))
            }));
        }
    }
    let answers = Answers::to(sources, ctx, questions).await?;
    let reading = |measure| reading(&answers, policy, growth, measure, today);
    Ok(measured().map(|(id, measure)| (id.clone(), reading(measure))).collect())
}

fn reading(
    answers: &Answers,
    policy: &Policy,
    growth: &Growth,
    measure: &Measure,
    today: NaiveDate,
) -> Reading {
    if let Formula::Fact(fact) = &measure.formula {
        return Reading::Fact(policy.fact_value(fact));
    }
    let mut figures = Vec::new();
    for span in policy.spans(measure.frequency, today) {
        match counted(answers, growth, measure, span) {
            Ok(figure) => figures.push(figure),
            Err(metric) => return Reading::NoSource(metric),
        }
    }
    // Before anything was counted there is nothing to tell; what few stood behind later on is said to be hidden.
    let counted_first = figures.iter().position(|figure| figure.value.is_some()).unwrap_or(figures.len());
    let figures = figures.split_off(counted_first.min(figures.len().saturating_sub(1)));
    let newest = figures.iter().rposition(|figure| figure.value.is_some());
    let earlier = match newest.and_then(|place| Some((figures.get(place)?, place.checked_sub(1)?))) {
        // What adds up over the year is compared with the same days of the year before; a share or a median of the whole
        // year before says more than that of a part of it.
        // The counting may have begun in the middle of the first one: more than that would be no growth.
        Some((_, 0)) if measure.unit.is_count() => None,
        Some((current, before)) if measure.unit.is_count() => {
            let is_part =
                figures.get(before).is_some_and(|before| before.span != current.span.a_year_before());
            let span = current.span.a_year_before();
            if is_part { counted(answers, growth, measure, span).ok() } else { figures.get(before).cloned() }
        }
        Some((current, before)) => {
            // Of quarters, the same one of the year before: the seasons differ.
            let a_year = current.span.a_year_before().from;
            let same = figures.iter().find(|figure| figure.span.from == a_year);
            same.or_else(|| figures.get(before)).cloned()
        }
        None => None,
    };
    Reading::Counted { figures, earlier: earlier.filter(|figure| figure.value.is_some()) }
}

/// One figure, or the metric that nothing counts.
fn counted(answers: &Answers, growth: &Growth, measure: &Measure, span: Span) -> Result<Figure, MetricName> {
    let mut parts = Vec::new();
    for metric in measure.formula.metrics() {
        parts.push(answers.of(metric, span, None).ok_or_else(|| metric.clone())?);
    }
    let (Measurement { value, n, interval }, fewest) = combined(&measure.formula, &parts);
    let is_hidden = |metric: &MetricName| growth.hides(metric, span);
    let shown = fewest >= measure.min_n && !measure.formula.metrics().iter().any(is_hidden);
    Ok(Figure {
        span,
        value: value.filter(|value| shown && value.is_finite()),
        n: shown.then_some(n),
        interval: interval.filter(|_| shown),
    })
}

/// What a formula makes of its metrics, and the fewest that stand behind a part which the result would tell: a difference
/// tells of both its parts, a sum of none.
fn combined(formula: &Formula, parts: &[Measurement]) -> (Measurement, u64) {
    let n: u64 = parts.iter().map(|part| part.n).sum();
    let fewest = parts.iter().map(|part| part.n).min().unwrap_or(0);
    match (formula, parts) {
        (Formula::Value(_), [one]) => (one.clone(), fewest),
        (Formula::Sum(_), parts) => {
            let value = parts.iter().map(|part| part.value).sum();
            (Measurement { value, n, interval: None }, n)
        }
        (Formula::Difference(_), [a, b]) => {
            let value = a.value.zip(b.value).map(|(a, b)| a - b);
            (Measurement { value, n, interval: None }, fewest)
        }
        (Formula::Share(_), [a, b]) => {
            let value = a.value.zip(b.value).filter(|(_, b)| *b > 0.0).map(|(a, b)| a / b * 100.0);
            let interval = interval::of_share(a.n, b.n).map(|(low, high)| (low * 100.0, high * 100.0));
            (Measurement { value, n: b.n, interval }, fewest)
        }
        _ => (Measurement { value: None, n: 0, interval: None }, 0),
    }
}

#[cfg(test)]
mod tests {
    use super::{
        super::{
            growth::{Cell, Place},
            hiding::tests::{count, metric},
        },
        *,
    };

    #[test]
    fn what_the_growth_hides_is_hidden_in_the_indicators_too() {
        let mut growth = Growth::default();
        let span =
            Span { from: "2026-01-01".parse().unwrap(), to: "2026-12-31".parse().unwrap(), quarter: None };
        growth.years = vec![span];
        growth.places = vec![Place::Whole];
        growth.metrics = vec![(metric("r.ceased"), vec![vec![Cell::Hidden]])];
        let question = question(&metric("r.ceased"), span, None);
        let answers = Answers([(question, count(26))].into());
        let policy =
            Policy::parse(include_str!("../../../../../policies/albertslund-2023-2026.toml")).unwrap();
        let Measured::Yes(measure) = &policy.indicator("companies").unwrap().state else { unreachable!() };
        let measure = Measure { formula: Formula::Value(metric("r.ceased")), ..measure.as_ref().clone() };
        assert_eq!(counted(&answers, &growth, &measure, span).unwrap().value, None);
        assert_eq!(counted(&answers, &Growth::default(), &measure, span).unwrap().value, Some(26.0));
    }

    #[test]
    fn a_difference_rests_on_its_smaller_part() {
        let formula = Formula::Difference([metric("a.new"), metric("a.ceased")]);
        let (both, fewest) = combined(&formula, &[count(40), count(3)]);
        assert_eq!((both.value, both.n, fewest), (Some(37.0), 43, 3));
        let (share, fewest) =
            combined(&Formula::Share([metric("a.part"), metric("a.all")]), &[count(86), count(100)]);
        assert_eq!((share.value, share.n, fewest), (Some(86.0), 100, 86));
        assert!(share.interval.is_some_and(|(low, high)| low < 86.0 && high > 86.0));
    }
}
