//! How a policy is read from TOML. An error names the line; a key that nobody knows is an error too.

use std::{collections::BTreeSet, ops::Range};

use chrono::NaiveDate;
use kernel::{Code, Language, Period, Role, TenantId, Text, small_numbers::SHOWN_MIN};
use serde::Deserialize;
use toml::Spanned;

use super::{
    Area, Better, ENTRIES_MAX, FILE_BYTES_MAX, Formula, Frequency, Goal, GrowthKind, GrowthMetric, Indicator,
    Mapping, Measure, Measured, MetricName, Policy, PolicyError, PolicyFact, PolicyRefusal, Succession,
    TEXT_CHARS_MAX, Track, Unit,
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    id: Spanned<Code>,
    municipality: TenantId,
    title: Spanned<Text>,
    summary: Spanned<Text>,
    source: Spanned<Text>,
    effective: Spanned<Period>,
    #[serde(default)]
    council_term: Option<Period>,
    #[serde(deserialize_with = "kernel::toml_date::date")]
    baseline: NaiveDate,
    #[serde(default)]
    note: Vec<Spanned<Text>>,
    #[serde(default)]
    goal: Vec<Spanned<Goal>>,
    #[serde(default)]
    track: Vec<Spanned<Track>>,
    #[serde(default)]
    area: Vec<Spanned<Area>>,
    #[serde(default)]
    fact: Vec<Spanned<PolicyFact>>,
    #[serde(default)]
    growth: Vec<Spanned<GrowthMetric>>,
    #[serde(default)]
    indicator: Vec<Spanned<IndicatorEntry>>,
    #[serde(default)]
    successor_of: Option<Spanned<Succession>>,
}

/// An indicator as written: measured or not, so most fields may be missing until [`IndicatorEntry::read`] asks for them.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct IndicatorEntry {
    id: Code,
    track: Code,
    title: Text,
    label: Text,
    not_yet: Option<Text>,
    how: Option<Text>,
    formula: Option<Formula>,
    formula_version: Option<u32>,
    unit: Option<Unit>,
    direction: Option<Better>,
    baseline: Option<f64>,
    target: Option<f64>,
    owner: Option<Role>,
    frequency: Option<Frequency>,
    source: Option<Text>,
    min_n: Option<u64>,
    confidence: Option<Text>,
}

/// Where in the file something stands that only the database can tell to be wrong.
#[derive(Deserialize)]
struct Positions {
    municipality: Spanned<TenantId>,
    successor_of: Option<Spanned<MappingPositions>>,
}

#[derive(Deserialize)]
struct MappingPositions {
    #[serde(default)]
    indicator: Vec<Spanned<Mapping>>,
}

type Checked<T = ()> = Result<T, PolicyRefusal>;

impl Policy {
    /// Reads a policy file.
    pub fn parse(source: &str) -> Result<Self, PolicyError> {
        if source.len() > FILE_BYTES_MAX {
            return Err(PolicyError { line: 1, refusal: PolicyRefusal::TooLarge });
        }
        let file: File = toml::from_str(source).map_err(|error| PolicyError {
            line: line_of(source, error.span().unwrap_or_default().start),
            refusal: PolicyRefusal::Toml(error.message().to_owned()),
        })?;
        let at =
            |span: Range<usize>| move |refusal| PolicyError { line: line_of(source, span.start), refusal };
        let indicators = each(source, &file.indicator, |entry| entry.read(&file))?;
        each(source, &file.goal, check_goal)?;
        each(source, &file.track, |track| check_track(track, &file))?;
        each(source, &file.area, |_| Ok(()))?;
        each(source, &file.growth, |growth| check_growth(growth, &file))?;
        let mut facts: Vec<PolicyFact> = Vec::new();
        for fact in &file.fact {
            check_fact(fact.get_ref(), &facts, &file).map_err(at(fact.span()))?;
            facts.push(fact.get_ref().clone());
        }
        once(source, &file.goal, |goal| &goal.id)?;
        once(source, &file.track, |track| &track.id)?;
        once(source, &file.area, |area| &area.key)?;
        once(source, &file.fact, |fact| &fact.id)?;
        once(source, &file.indicator, |indicator| &indicator.id)?;
        if let Some(succession) = &file.successor_of {
            check_succession(succession.get_ref(), &file).map_err(at(succession.span()))?;
        }
        let of = file.id.get_ref();
        for (field, text) in [("title", &file.title), ("summary", &file.summary), ("source", &file.source)] {
            check_text(of, field, text.get_ref()).map_err(at(text.span()))?;
        }
        each(source, &file.note, |note| check_text(of, "note", note))?;
        if file.effective.get_ref().to().is_none() {
            return Err(at(file.effective.span())(PolicyRefusal::Endless));
        }
        if file.goal.is_empty() || file.track.is_empty() || file.indicator.is_empty() {
            return Err(at(file.id.span())(PolicyRefusal::Hollow));
        }
        let policy = Self {
            id: file.id.into_inner(),
            municipality: file.municipality,
            title: file.title.into_inner(),
            summary: file.summary.into_inner(),
            source: file.source.into_inner(),
            effective: file.effective.into_inner(),
            council_term: file.council_term,
            baseline: file.baseline,
            notes: inner(file.note),
            goals: inner(file.goal),
            tracks: inner(file.track),
            areas: inner(file.area),
            facts,
            growth: inner(file.growth),
            indicators,
            successor_of: file.successor_of.map(Spanned::into_inner),
        };
        let spans: Vec<(Code, Range<usize>)> =
            file.fact.iter().map(|fact| (fact.get_ref().id.clone(), fact.span())).collect();
        policy.check_numbers(&spans).map_err(|(span, refusal)| at(span)(refusal))?;
        Ok(policy)
    }

    /// Refuses a policy that needs a metric which nothing counts. The line is that of the metric's name.
    pub fn check_metrics(&self, source: &str, known: &[&str]) -> Result<(), PolicyError> {
        let growth: Code = code("growth");
        let of_indicators = self.indicators.iter().filter_map(|indicator| match &indicator.state {
            Measured::Yes(measure) => Some((&indicator.id, measure.formula.metrics())),
            Measured::NotYet(_) => None,
        });
        let of_growth = self.growth.iter().map(|one| (&growth, std::slice::from_ref(&one.metric)));
        for (of, metrics) in of_indicators.chain(of_growth) {
            if let Some(metric) = metrics.iter().find(|metric| !known.contains(&metric.as_str())) {
                let line = line_of(source, source.find(&format!("\"{metric}\"")).unwrap_or_default());
                let refusal = PolicyRefusal::UnknownMetric {
                    of: of.clone(),
                    metric: metric.to_string(),
                    known: known.join(", "),
                };
                return Err(PolicyError { line, refusal });
            }
        }
        Ok(())
    }

    /// The line of `[successor_of]`, or of what it says of one of the earlier policy's indicators.
    pub fn succession_line(source: &str, old: Option<&Code>) -> usize {
        let found = toml::from_str::<Positions>(source).ok().and_then(|file| file.successor_of);
        let Some(succession) = found else { return 1 };
        let mapping = old.and_then(|old| {
            let mut mappings = succession.get_ref().indicator.iter();
            mappings.find(|mapping| mapping.get_ref().old == *old).map(Spanned::span)
        });
        line_of(source, mapping.unwrap_or(succession.span()).start)
    }

    /// The line on which the file says whose it is.
    pub fn municipality_line(source: &str) -> usize {
        toml::from_str::<Positions>(source).map_or(1, |file| line_of(source, file.municipality.span().start))
    }

    /// Every fact that is worked out must come to a number where what it needs is known.
    fn check_numbers(&self, spans: &[(Code, Range<usize>)]) -> Result<(), (Range<usize>, PolicyRefusal)> {
        let worked = self.worked_facts();
        let known = |id: &Code| worked.iter().any(|one| one.fact.id == *id && one.value.is_some());
        for one in &worked {
            let Some(from) = &one.fact.from else { continue };
            let hollow = from.needs().is_empty() || (one.value.is_none() && from.needs().iter().all(known));
            if hollow && !one.fact.stale {
                let span = spans.iter().find(|(id, _)| *id == one.fact.id).map(|(_, span)| span.clone());
                return Err((span.unwrap_or_default(), PolicyRefusal::NoNumber(one.fact.id.clone())));
            }
        }
        Ok(())
    }
}

impl IndicatorEntry {
    fn read(&self, file: &File) -> Checked<Indicator> {
        let of = &self.id;
        if !file.track.iter().any(|track| track.get_ref().id == self.track) {
            return Err(unknown(of, "track", self.track.as_str()));
        }
        check_text(of, "title", &self.title)?;
        check_text(of, "label", &self.label)?;
        let state = match (&self.formula, &self.not_yet) {
            (Some(_), Some(_)) => return Err(PolicyRefusal::FormulaAndNotYet(of.clone())),
            (None, Some(why)) => {
                check_text(of, "not_yet", why)?;
                Measured::NotYet(why.clone())
            }
            (formula, None) => {
                Measured::Yes(Box::new(self.measure(needed(of, "formula", formula.as_ref())?, file)?))
            }
        };
        let (id, track) = (of.clone(), self.track.clone());
        Ok(Indicator { id, track, title: self.title.clone(), label: self.label.clone(), state })
    }

    fn measure(&self, formula: &Formula, file: &File) -> Checked<Measure> {
        let of = &self.id;
        if let Formula::Fact(fact) = formula
            && !file.fact.iter().any(|one| one.get_ref().id == *fact)
        {
            return Err(unknown(of, "fact", fact.as_str()));
        }
        if matches!(formula, Formula::Sum(parts) if parts.is_empty()) {
            return Err(PolicyRefusal::NoNumber(of.clone()));
        }
        let measure = Measure {
            how: needed(of, "how", self.how.as_ref())?.clone(),
            formula: formula.clone(),
            formula_version: *needed(of, "formula_version", self.formula_version.as_ref())?,
            unit: *needed(of, "unit", self.unit.as_ref())?,
            direction: *needed(of, "direction", self.direction.as_ref())?,
            baseline: self.baseline,
            target: self.target,
            owner: *needed(of, "owner", self.owner.as_ref())?,
            frequency: *needed(of, "frequency", self.frequency.as_ref())?,
            source: needed(of, "source", self.source.as_ref())?.clone(),
            min_n: *needed(of, "min_n", self.min_n.as_ref())?,
            confidence: needed(of, "confidence", self.confidence.as_ref())?.clone(),
        };
        if measure.min_n < SHOWN_MIN {
            return Err(PolicyRefusal::MinN(of.clone()));
        }
        for (field, text) in
            [("how", &measure.how), ("source", &measure.source), ("confidence", &measure.confidence)]
        {
            check_text(of, field, text)?;
        }
        Ok(measure)
    }
}

fn needed<'a, T>(of: &Code, field: &'static str, value: Option<&'a T>) -> Checked<&'a T> {
    value.ok_or_else(|| PolicyRefusal::Lacks { of: of.clone(), field })
}

fn unknown(of: &Code, what: &'static str, name: &str) -> PolicyRefusal {
    PolicyRefusal::Unknown { of: of.clone(), what, name: name.to_owned() }
}

fn check_text(of: &Code, field: &'static str, text: &Text) -> Checked {
    for language in Language::ALL {
        let words = text.get(language);
        if words.trim().is_empty() {
            return Err(PolicyRefusal::Empty { of: of.clone(), field, language });
        }
        if words.chars().count() > TEXT_CHARS_MAX {
            return Err(PolicyRefusal::TooLong { of: of.clone(), field });
        }
    }
    Ok(())
}

fn check_goal(goal: &Goal) -> Checked {
    check_text(&goal.id, "title", &goal.title)?;
    check_text(&goal.id, "text", &goal.text)
}

fn check_track(track: &Track, file: &File) -> Checked {
    check_text(&track.id, "title", &track.title)?;
    check_text(&track.id, "text", &track.text)?;
    if track.goals.is_empty() {
        return Err(unknown(&track.id, "goal", ""));
    }
    let missing = track.goals.iter().find(|goal| !file.goal.iter().any(|one| one.get_ref().id == **goal));
    missing.map_or(Ok(()), |goal| Err(unknown(&track.id, "goal", goal.as_str())))
}

fn check_growth(growth: &GrowthMetric, file: &File) -> Checked {
    let of = code(growth.metric.as_str());
    check_text(&of, "label", &growth.label)?;
    let Some(changes) = &growth.changes else { return Ok(()) };
    let is_flow = |metric: &MetricName| {
        let known = file.growth.iter().map(Spanned::get_ref);
        known.into_iter().any(|one| one.metric == *metric && one.kind == GrowthKind::Flow)
    };
    let fits = growth.kind == GrowthKind::Stock && changes.plus.iter().chain(&changes.minus).all(is_flow);
    if fits { Ok(()) } else { Err(PolicyRefusal::Changes(of)) }
}

fn check_fact(fact: &PolicyFact, above: &[PolicyFact], file: &File) -> Checked {
    check_text(&fact.id, "label", &fact.label)?;
    if let Some(caveat) = &fact.caveat {
        check_text(&fact.id, "caveat", caveat)?;
    }
    if fact.quote.as_ref().is_some_and(|quote| quote.chars().count() > TEXT_CHARS_MAX) {
        return Err(PolicyRefusal::TooLong { of: fact.id.clone(), field: "quote" });
    }
    let Some(from) = &fact.from else { return Ok(()) };
    if fact.value.is_some() {
        return Err(PolicyRefusal::ValueAndFrom(fact.id.clone()));
    }
    let Some(needs) = from.needs().iter().find(|needs| !above.iter().any(|one| one.id == **needs)) else {
        return Ok(());
    };
    if file.fact.iter().any(|one| one.get_ref().id == *needs) {
        return Err(PolicyRefusal::OutOfOrder { of: fact.id.clone(), needs: needs.clone() });
    }
    Err(unknown(&fact.id, "fact", needs.as_str()))
}

fn check_succession(succession: &Succession, file: &File) -> Checked {
    let mut seen = BTreeSet::new();
    for mapping in &succession.indicators {
        if !seen.insert(&mapping.old) {
            return Err(PolicyRefusal::Twice(mapping.old.clone()));
        }
        if let Some(new) = &mapping.new
            && !file.indicator.iter().any(|one| one.get_ref().id == *new)
        {
            return Err(unknown(&mapping.old, "indicator", new.as_str()));
        }
        match &mapping.why {
            Some(why) => check_text(&mapping.old, "why", why)?,
            None if mapping.new.is_none() => return Err(PolicyRefusal::EndsInSilence(mapping.old.clone())),
            None => {}
        }
    }
    Ok(())
}

/// Applies a check to each entry; an error gets the entry's line.
fn each<T, R>(
    source: &str,
    entries: &[Spanned<T>],
    check: impl Fn(&T) -> Checked<R>,
) -> Result<Vec<R>, PolicyError> {
    if let Some(first_too_many) = entries.get(ENTRIES_MAX) {
        let line = line_of(source, first_too_many.span().start);
        return Err(PolicyError { line, refusal: PolicyRefusal::TooMany });
    }
    entries
        .iter()
        .map(|entry| {
            let line = || line_of(source, entry.span().start);
            check(entry.get_ref()).map_err(|refusal| PolicyError { line: line(), refusal })
        })
        .collect()
}

fn once<T>(source: &str, entries: &[Spanned<T>], id: impl Fn(&T) -> &Code) -> Result<(), PolicyError> {
    let mut seen = BTreeSet::new();
    for entry in entries {
        let id = id(entry.get_ref());
        if !seen.insert(id.clone()) {
            let line = line_of(source, entry.span().start);
            return Err(PolicyError { line, refusal: PolicyRefusal::Twice(id.clone()) });
        }
    }
    Ok(())
}

fn inner<T>(entries: Vec<Spanned<T>>) -> Vec<T> {
    entries.into_iter().map(Spanned::into_inner).collect()
}

fn code(text: &str) -> Code {
    text.parse().unwrap_or_else(|_| unreachable!("a metric's name and the program's own words are codes"))
}

/// The line on which a byte stands, counted from 1.
fn line_of(source: &str, byte: usize) -> usize {
    source.get(..byte).map_or(1, |before| before.bytes().filter(|b| *b == b'\n').count() + 1)
}
