//! `/politik/{indicator}`: how one number is made, its history, and for those who may, the journal lines behind it.

use ::web::{App, Auth, Bar, Chart, ChartTable, ChartView, EvidenceView, Page, PageError, page};
use axum::{
    extract::{Path, Query, State},
    response::Response,
};
use kernel::format;
use serde::Deserialize;

use super::{
    Addresses,
    overview::{Banner, banner},
    shown, succession,
};
use crate::{
    account::{self, Figure, Reading},
    commands::BEHIND,
    model::{Better, Frequency, Indicator, Measure, Measured, Span, Unit},
    shelf::{self, Shown},
    words,
};

/// Lines on one page: the newest ones first.
const LINES_SHOWN: usize = 50;
/// So many pages of lines at most: beyond them one looks in the inbox.
const LINE_PAGES_MAX: usize = 20;

#[derive(askama::Template)]
#[template(path = "policy/indicator.html")]
struct IndicatorPage {
    page: Page,
    title: String,
    overview: String,
    banner: Option<Banner>,
    track: String,
    evidence: Option<EvidenceView>,
    not_yet: Option<String>,
    chart: Option<ChartView>,
    facts: Vec<(String, String)>,
    kin: Vec<KinView>,
    behind: Option<BehindView>,
    made: String,
}

/// The same number in the policy before or after.
struct KinView {
    words: String,
    link: Option<(String, String)>,
}

/// What stands behind one figure, for those who may see it.
struct BehindView {
    /// Each period: where, its name, whether it is the one shown.
    periods: Vec<(String, String, bool)>,
    /// What is said where nothing can be listed.
    nothing: Option<String>,
    lines: Vec<LineView>,
    newer: Option<String>,
    older: Option<String>,
}

struct LineView {
    position: String,
    at: String,
    iso: String,
    words: String,
    name: String,
    link: String,
}

/// Which figure's lines, and which page of them.
#[derive(Default, Deserialize)]
pub(crate) struct Asked {
    periode: Option<String>,
    side: Option<usize>,
}

/// One indicator of the policy in force.
pub(crate) async fn show(
    auth: Auth,
    State(app): State<App>,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, PageError> {
    render(&app, &auth, None, &id, &asked).await
}

/// One indicator of a policy by its name.
pub(crate) async fn of(
    auth: Auth,
    State(app): State<App>,
    Path((policy, id)): Path<(String, String)>,
    Query(asked): Query<Asked>,
) -> Result<Response, PageError> {
    render(&app, &auth, Some(&policy), &id, &asked).await
}

async fn render(
    app: &App,
    auth: &Auth,
    policy: Option<&str>,
    id: &str,
    asked: &Asked,
) -> Result<Response, PageError> {
    let shell = Page::new(app, auth).open();
    let shown = shown(app, auth, policy).await?.ok_or(PageError::NotFound)?;
    let indicator = shown.policy.indicator(id).ok_or(PageError::NotFound)?.clone();
    let addresses = Addresses::of(policy);
    let language = shell.language();
    let reading = shown.account.readings.get(&indicator.id);
    let track = shown.policy.tracks.iter().find(|track| track.id == indicator.track);
    let one = One { page: &shell, shown: &shown, indicator: &indicator, addresses: &addresses };
    let (chart, facts, not_yet, behind) = match &indicator.state {
        Measured::Yes(measure) => {
            let behind = one.behind(app, auth, measure, reading, asked).await?;
            (one.history(measure, reading), facts(&shell, &shown, measure), None, behind)
        }
        Measured::NotYet(why) => (None, Vec::new(), Some(why.get(language).to_owned()), None),
    };
    let main = IndicatorPage {
        title: indicator.title.get(language).to_owned(),
        overview: addresses.overview().to_owned(),
        banner: banner(&shell, &shown),
        track: track.map(|track| track.title.get(language).to_owned()).unwrap_or_default(),
        evidence: words::evidence(&shell, &shown.policy, &indicator, &shown.account, None)
            .map(|evidence| shell.evidence(evidence)),
        not_yet,
        chart,
        facts,
        kin: one.kin(app, auth).await?,
        behind,
        made: shell.moment(&shown.account.computed_at),
        page: shell.clone(),
    };
    Ok(page(&shell, &main.title, &main))
}

/// What the parts of the page are made of.
struct One<'a> {
    page: &'a Page,
    shown: &'a Shown,
    indicator: &'a Indicator,
    addresses: &'a Addresses,
}

impl One<'_> {
    fn history(&self, measure: &Measure, reading: Option<&Reading>) -> Option<ChartView> {
        let (page, indicator) = (self.page, self.indicator);
        let Some(Reading::Counted { figures, .. }) = reading else { return None };
        let current = reading.and_then(Reading::current);
        let bar = |figure: &Figure| Bar {
            label: words::span(page, figure.span),
            value: figure.value,
            words: words::cell(page, figure, measure.unit),
            range: figure.interval,
            is_current: current.is_some_and(|current| current.span == figure.span),
        };
        let bars: Vec<Bar> = figures.iter().map(bar).collect();
        let n = |figure: &Figure| match figure.n {
            Some(n) => format::number(i64::try_from(n).unwrap_or(i64::MAX), page.language()),
            None => page.t("policy-few"),
        };
        let range = |figure: &Figure| {
            figure.interval.map_or_else(|| "–".to_owned(), |range| words::interval(page, range, measure.unit))
        };
        let rows = figures
            .iter()
            .map(|figure| {
                let cells = vec![words::cell(page, figure, measure.unit), n(figure), range(figure)];
                (words::span_until(page, figure.span), cells)
            })
            .collect();
        let caption = indicator.title.get(page.language()).to_owned();
        Some(
            page.chart(Chart {
                id: "history".to_owned(),
                description: bars
                    .iter()
                    .map(|bar| format!("{}: {}", bar.label, bar.words))
                    .collect::<Vec<_>>()
                    .join(". "),
                table: ChartTable {
                    caption: caption.clone(),
                    head: ["policy-period", "policy-figure", "policy-n", "policy-range"]
                        .map(|key| page.t(key))
                        .to_vec(),
                    rows,
                    csv: Some(self.addresses.file("csv")),
                },
                caption,
                bars,
                target: measure.target.map(|target| {
                    (target, page.t1("policy-target", "target", words::number(page, target, measure.unit)))
                }),
                foot: self.foot(measure, figures),
            }),
        )
    }

    /// What one must know to read the bars: what the strokes mean, and that the counting did not begin with a year.
    fn foot(&self, measure: &Measure, figures: &[Figure]) -> String {
        let page = self.page;
        let first = figures.first().map(|figure| figure.span);
        let all = self.shown.policy.spans(measure.frequency, self.shown.account.as_of);
        let began_later = first.filter(|first| all.first().is_some_and(|all| all.from < first.from));
        let is_estimate = figures.iter().any(|figure| figure.interval.is_some());
        [
            is_estimate.then(|| page.t("policy-history-range")),
            (figures.len() > 1).then(|| page.t("policy-history-grey")),
            began_later.map(|first| page.t1("policy-history-began", "span", words::span(page, first))),
        ]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join(" ")
    }

    /// The same number in the policy before and in the one after.
    async fn kin(&self, app: &App, auth: &Auth) -> Result<Vec<KinView>, PageError> {
        let (page, language) = (self.page, self.page.language());
        let mut kin = Vec::new();
        let mine = self.shown.policy.successor_of.iter().flat_map(|succession| &succession.indicators);
        let mine = mine.filter(|mapping| mapping.new.as_ref() == Some(&self.indicator.id));
        for (mapping, earlier) in mine.filter_map(|mapping| Some((mapping, self.shown.earlier()?))) {
            let Some(old) = earlier.policy.indicator(mapping.old.as_str()) else { continue };
            let (account, _) = shelf::account_of(app, auth, earlier).await?;
            let reading = account.readings.get(&old.id);
            let unit = match &old.state {
                Measured::Yes(measure) => measure.unit,
                Measured::NotYet(_) => Unit::Count,
            };
            let title = earlier.policy.title.get(language);
            let last = reading.and_then(Reading::current).and_then(|figure| Some((figure, figure.value?)));
            let was = match last {
                Some((figure, value)) => page.tn(
                    "policy-earlier-was",
                    &[
                        ("policy", title.into()),
                        ("value", words::number(page, value, unit).into()),
                        ("when", words::span_until(page, figure.span).into()),
                    ],
                ),
                None => page.t1("policy-earlier-none", "policy", title),
            };
            let compared = succession::difference(page, mapping, old, Some(self.indicator));
            let link = Addresses::of_policy(&earlier.policy.id).indicator(&old.id);
            let name = page.t1("policy-earlier-link", "title", old.title.get(language));
            kin.push(KinView { words: format!("{was} {compared}"), link: Some((link, name)) });
        }
        if let Some((later, succession)) = self.shown.later()
            && let Some(mapping) =
                succession.indicators.iter().find(|mapping| mapping.old == self.indicator.id)
        {
            let title = later.policy.title.get(language);
            let new = mapping.new.as_ref().and_then(|new| later.policy.indicator(new.as_str()));
            let words = match new {
                Some(_) => page.t1("policy-later-goes-on", "policy", title),
                None => page.t1("policy-later-ends", "policy", title),
            };
            let difference = succession::difference(page, mapping, self.indicator, new);
            let link = new.map(|new| {
                let there = Addresses::of_policy(&later.policy.id).indicator(&new.id);
                (there, page.t1("policy-later-link", "title", new.title.get(language)))
            });
            kin.push(KinView { words: format!("{words} {difference}"), link });
        }
        Ok(kin)
    }

    /// The lines behind one figure; `None` for those who may not see them, and where there is no figure.
    async fn behind(
        &self,
        app: &App,
        auth: &Auth,
        measure: &Measure,
        reading: Option<&Reading>,
        asked: &Asked,
    ) -> Result<Option<BehindView>, PageError> {
        let Some(Reading::Counted { figures, .. }) = reading else { return Ok(None) };
        let spans: Vec<Span> = figures.iter().map(|figure| figure.span).collect();
        let newest = reading.and_then(Reading::current).map(|figure| figure.span).or(spans.last().copied());
        let Some(newest) = newest.filter(|_| auth.may(BEHIND)) else { return Ok(None) };
        let (page, sources) = (self.page, &app.ports.metrics);
        if !account::counts_lines(sources, measure) {
            let source = measure.source.get(page.language());
            let nothing = Some(page.t1("policy-lines-elsewhere", "source", source));
            return Ok(Some(BehindView {
                periods: Vec::new(),
                nothing,
                lines: Vec::new(),
                newer: None,
                older: None,
            }));
        }
        let wanted = asked.periode.as_deref();
        let span = spans.iter().copied().find(|span| Some(key(*span).as_str()) == wanted).unwrap_or(newest);
        let side = asked.side.unwrap_or(1).clamp(1, LINE_PAGES_MAX);
        let until = side * LINES_SHOWN;
        let lines = account::behind(sources, auth, measure, span, until + 1).await?;
        let address = self.addresses.indicator(&self.indicator.id);
        let at = |span: Span, side: usize| format!("{address}?periode={}&side={side}#lines", key(span));
        let has_older = lines.len() > until && side < LINE_PAGES_MAX;
        let view = |line: ports::LineBehind| LineView {
            position: format::number(line.position, page.language()),
            at: page.moment(&line.at),
            iso: page.iso(&line.at),
            words: page.t(&format!("{}-journal-{}", line.capability, line.word)),
            name: line.name,
            link: line.link,
        };
        let lines: Vec<LineView> =
            lines.into_iter().skip(until - LINES_SHOWN).take(LINES_SHOWN).map(view).collect();
        Ok(Some(BehindView {
            periods: spans.iter().map(|one| (at(*one, 1), words::span(page, *one), *one == span)).collect(),
            nothing: lines.is_empty().then(|| page.t("policy-lines-none")),
            newer: (side > 1).then(|| at(span, side - 1)),
            older: has_older.then(|| at(span, side + 1)),
            lines,
        }))
    }
}

/// A stretch of time in an address: `2026`, `2026-3`.
fn key(span: Span) -> String {
    match span.quarter {
        Some(quarter) => format!("{}-{quarter}", span.year()),
        None => span.year().to_string(),
    }
}

fn facts(page: &Page, shown: &Shown, measure: &Measure) -> Vec<(String, String)> {
    let language = page.language();
    let optional = |value: Option<f64>, none: &str| {
        value.map_or_else(|| page.t(none), |value| words::number(page, value, measure.unit))
    };
    let direction = match measure.direction {
        Better::Up => "policy-better-up",
        Better::Down => "policy-better-down",
        Better::None => "policy-better-none",
    };
    let frequency = match measure.frequency {
        Frequency::Yearly => "policy-yearly",
        Frequency::Quarterly => "policy-quarterly",
    };
    let formula = page.t2(
        "policy-formula-version",
        ("formula", measure.formula.to_string()),
        ("version", i64::from(measure.formula_version)),
    );
    let in_words = words::formula(page, &shown.policy, &measure.formula);
    let how = ("policy-how", measure.how.get(language).to_owned());
    let in_words = in_words.map(|formula| ("policy-formula", formula));
    let rest = [
        ("policy-source", measure.source.get(language).to_owned()),
        ("policy-direction", page.t(direction)),
        ("policy-baseline", optional(measure.baseline, "policy-no-baseline")),
        ("policy-target-name", optional(measure.target, "policy-no-target")),
        ("policy-owner", page.t(&format!("policy-role-{}", measure.owner.id()))),
        ("policy-frequency", page.t(frequency)),
        (
            "policy-min-n",
            page.t1("policy-min-n-words", "n", i64::try_from(measure.min_n).unwrap_or(i64::MAX)),
        ),
        ("policy-confidence", measure.confidence.get(language).to_owned()),
        ("policy-data-name", formula),
    ];
    let all = std::iter::once(how).chain(in_words).chain(rest);
    all.map(|(key, words)| (page.t(key), words)).collect()
}
