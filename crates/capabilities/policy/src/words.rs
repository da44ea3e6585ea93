//! Figures in the reader's language: numbers with their unit, stretches of time, what changed.

use chrono::Datelike;
use kernel::format;
use web::{Change, Direction, Evidence, Page};

use crate::{
    account::{Account, Figure, Reading},
    model::{Better, Derivation, Formula, Indicator, Measure, Measured, MetricName, Policy, Span, Unit},
    web::Addresses,
};

/// A number with its unit: `86,5 %`, `3 arbejdsdage`.
pub(crate) fn number(page: &Page, value: f64, unit: Unit) -> String {
    let language = page.language();
    match unit {
        Unit::Percent => format::percent(value, unit.decimals(), language),
        #[expect(clippy::cast_possible_truncation, reason = "a count of working days")]
        Unit::WorkingDays => page.t1("policy-working-days", "days", value.round() as i64),
        _ => format::decimal(value, unit.decimals(), language),
    }
}

/// `2025`, `3. kvartal 2025`.
pub(crate) fn span(page: &Page, span: Span) -> String {
    match span.quarter {
        Some(quarter) => {
            page.t2("policy-quarter", ("quarter", i64::from(quarter)), ("year", span.year().to_string()))
        }
        None => span.year().to_string(),
    }
}

/// The same, and until when where it has not ended: `2026 til og med 23. november`.
pub(crate) fn span_until(page: &Page, given: Span) -> String {
    if given.to == whole_span(given) {
        return span(page, given);
    }
    let language = page.language();
    let (day, month) = (i64::from(given.to.day()), format::month(given.to, language));
    let arguments = [("span", span(page, given).into()), ("day", day.into()), ("month", month.into())];
    page.tn("policy-until", &arguments)
}

/// What a figure is compared with: `2025`, `samme tid i 2025`.
fn compared_with(page: &Page, given: Span) -> String {
    if given.to == whole_span(given) {
        span(page, given)
    } else {
        page.t1("policy-same-time", "span", span(page, given))
    }
}

fn whole_span(span: Span) -> chrono::NaiveDate {
    let months = if span.quarter.is_some() { 3 } else { 12 };
    span.from + chrono::Months::new(months) - chrono::Days::new(1)
}

/// Between what a figure lies: `81,0-90,2 %`.
pub(crate) fn interval(page: &Page, (low, high): (f64, f64), unit: Unit) -> String {
    let plain = |value: f64| format::decimal(value, unit.decimals(), page.language());
    format!("{}–{}", plain(low), number(page, high, unit))
}

/// How many stand behind a figure, and when.
pub(crate) fn basis(page: &Page, figure: &Figure) -> String {
    let when = span_until(page, figure.span);
    match figure.n {
        Some(n) => page.t2(
            "policy-basis",
            ("n", format::number(i64::try_from(n).unwrap_or(i64::MAX), page.language())),
            ("when", when),
        ),
        None => when,
    }
}

/// A figure in a table.
pub(crate) fn cell(page: &Page, figure: &Figure, unit: Unit) -> String {
    match (figure.value, figure.n) {
        (Some(value), _) => number(page, value, unit),
        (None, Some(_)) => page.t("policy-not-reached"),
        (None, None) => page.t("policy-few"),
    }
}

/// How a formula reads: `Nye − Ophørte`; `None` where there is nothing to work out.
pub(crate) fn formula(page: &Page, policy: &Policy, formula: &Formula) -> Option<String> {
    let name = |metric: &MetricName| {
        let known = policy.growth.iter().find(|growth| growth.metric == *metric);
        known.map_or_else(|| metric.to_string(), |growth| growth.label.get(page.language()).to_owned())
    };
    match formula {
        Formula::Value(_) => None,
        Formula::Sum(all) => Some(all.iter().map(name).collect::<Vec<_>>().join(" + ")),
        Formula::Difference([a, b]) => Some(format!("{} − {}", name(a), name(b))),
        Formula::Share([a, b]) => Some(format!("{} / {} × 100", name(a), name(b))),
        Formula::Fact(id) => {
            let fact = policy.facts.iter().find(|fact| fact.id == *id)?;
            fact.from.as_ref().map(|from| derivation(page, policy, from))
        }
    }
}

/// How a fact follows from others: `21.562 + 3.352`.
pub(crate) fn derivation(page: &Page, policy: &Policy, from: &Derivation) -> String {
    let value = |id: &kernel::Code| {
        let unit = policy.facts.iter().find(|fact| fact.id == *id).map_or(Unit::Count, |fact| fact.unit);
        policy.fact_value(id).map_or_else(|| "–".to_owned(), |value| number(page, value, unit))
    };
    match from {
        Derivation::Sum(parts) => parts.iter().map(value).collect::<Vec<_>>().join(" + "),
        Derivation::Difference([a, b]) => format!("{} − {}", value(a), value(b)),
        Derivation::Share([a, b]) => page.t2("policy-out-of", ("part", value(a)), ("whole", value(b))),
        Derivation::Ratio([a, b]) => format!("{} / {}", value(a), value(b)),
    }
}

/// Which way a number has gone since a year before, as far as one can say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Moved {
    Better,
    Worse,
    /// It looks the same, or chance alone may explain the difference.
    NotSurely,
}

/// Which way it has gone; `None` where neither way is better, or there is nothing to compare with.
pub(crate) fn moved(page: &Page, measure: &Measure, reading: &Reading) -> Option<Moved> {
    let better = match measure.direction {
        Better::Up => Direction::Up,
        Better::Down => Direction::Down,
        Better::None => return None,
    };
    let change = change(page, reading, measure.unit)?;
    Some(match change.direction {
        Direction::Same => Moved::NotSurely,
        _ if change.within_noise == Some(true) => Moved::NotSurely,
        direction if direction == better => Moved::Better,
        _ => Moved::Worse,
    })
}

fn change(page: &Page, reading: &Reading, unit: Unit) -> Option<Change> {
    let (earlier, difference, within_noise) = reading.change()?;
    let then = earlier.value?;
    let current = reading.current()?.value?;
    // What looks the same is called the same.
    let same = number(page, current, unit) == number(page, then, unit);
    let direction = if same { Direction::Same } else { Direction::of(difference) };
    let key = match direction {
        Direction::Up => "policy-up",
        Direction::Down => "policy-down",
        Direction::Same => "policy-same",
    };
    let words =
        page.t2(key, ("earlier", number(page, then, unit)), ("when", compared_with(page, earlier.span)));
    Some(Change { words, direction, within_noise })
}

/// A measured indicator as an evidence number; `None` for one that is not measured.
pub(crate) fn evidence(
    page: &Page,
    policy: &Policy,
    indicator: &Indicator,
    account: &Account,
    link: Option<&Addresses>,
) -> Option<Evidence> {
    let Measured::Yes(measure) = &indicator.state else { return None };
    let language = page.language();
    let reading = account.readings.get(&indicator.id);
    let made = page.moment(&account.computed_at);
    let (value, none, based_on) = match reading {
        Some(Reading::Fact(value)) => (
            value.map(|value| number(page, value, measure.unit)),
            page.t("policy-missing"),
            page.t("policy-from-text"),
        ),
        Some(reading @ Reading::Counted { figures, .. }) => match (reading.current(), figures.last()) {
            (Some(figure), _) => {
                let value = figure.value.map(|value| number(page, value, measure.unit));
                (value, String::new(), basis(page, figure))
            }
            (None, Some(last)) if last.n.is_some() => (None, page.t("policy-not-reached"), basis(page, last)),
            (None, Some(_)) => {
                let min = i64::try_from(measure.min_n).unwrap_or(i64::MAX);
                (None, page.t("policy-too-few"), page.t1("policy-too-few-more", "n", min))
            }
            (None, None) => (None, page.t("policy-missing"), String::new()),
        },
        Some(Reading::NoSource(metric)) => {
            (None, page.t("policy-no-source"), page.t1("policy-no-source-more", "metric", metric.as_str()))
        }
        None => (None, page.t("policy-missing"), String::new()),
    };
    let mut behind = vec![measure.how.get(language).to_owned()];
    if let Some(range) = reading.and_then(Reading::current).and_then(|figure| figure.interval) {
        behind.push(page.t1("policy-interval", "range", interval(page, range, measure.unit)));
    }
    behind.push(measure.confidence.get(language).to_owned());
    if let Some(formula) = formula(page, policy, &measure.formula) {
        behind.push(page.t1("policy-behind-formula", "formula", formula));
    }
    behind.push(page.t1("policy-behind-source", "source", measure.source.get(language)));
    behind.push(page.t1("policy-made-at", "at", made));
    Some(Evidence {
        target: target(page, measure, reading),
        value,
        none,
        label: indicator.label.get(language).to_owned(),
        link: link.map(|addresses| addresses.indicator(&indicator.id)),
        basis: based_on,
        change: reading.and_then(|reading| change(page, reading, measure.unit)),
        behind,
        level: if link.is_some() { 4 } else { 3 },
    })
}

fn target(page: &Page, measure: &Measure, reading: Option<&Reading>) -> Option<(String, Option<bool>)> {
    let target = measure.target?;
    let words = number(page, target, measure.unit);
    let value = reading.and_then(Reading::current).and_then(|figure| figure.value);
    let reached = value.and_then(|value| match measure.direction {
        Better::Up => Some(value >= target),
        Better::Down => Some(value <= target),
        Better::None => None,
    });
    let key = match reached {
        Some(true) => "policy-target-reached",
        Some(false) => "policy-target-missed",
        None => "policy-target",
    };
    Some((page.t1(key, "target", words), reached))
}
