//! `/politik/{indicator}`: how one number is made, its history, and for those who may, the journal lines behind it.

use ::web::{App, Auth, Bar, Chart, ChartTable, ChartView, EvidenceView, Page, PageError, page};
use axum::{
    extract::{Path, Query, State},
    response::Response,
};
use kernel::format;
use serde::Deserialize;

use super::{overview::banner, shown};
use crate::{
    account::{self, Figure, Reading},
    commands::BEHIND,
    model::{Better, Frequency, Indicator, Mapping, Measure, Measured},
    shelf::Shown,
    words,
};

/// Lines on one page: the newest ones.
const LINES_MAX: usize = 50;

#[derive(askama::Template)]
#[template(path = "policy/indicator.html")]
struct IndicatorPage {
    page: Page,
    title: String,
    banner: Option<String>,
    track: String,
    evidence: Option<EvidenceView>,
    not_yet: Option<String>,
    chart: Option<ChartView>,
    facts: Vec<(String, String)>,
    earlier: Option<(String, String)>,
    lines: Option<Vec<LineView>>,
    made: String,
}

struct LineView {
    position: String,
    at: String,
    iso: String,
    words: String,
    name: String,
    link: String,
}

/// Which policy, where it is not the one in force.
#[derive(Deserialize)]
pub(crate) struct Asked {
    udgave: Option<String>,
}

/// One indicator.
pub(crate) async fn show(
    auth: Auth,
    State(app): State<App>,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, PageError> {
    let shell = Page::new(&app, &auth).open();
    let shown = shown(&app, &auth, asked.udgave.as_deref()).await?.ok_or(PageError::NotFound)?;
    let indicator = shown.policy.indicator(&id).ok_or(PageError::NotFound)?.clone();
    let language = shell.language();
    let reading = shown.account.readings.get(&indicator.id);
    let track = shown.policy.tracks.iter().find(|track| track.id == indicator.track);
    let (chart, facts, not_yet) = match &indicator.state {
        Measured::Yes(measure) => {
            (history(&shell, &indicator, measure, reading), facts(&shell, measure), None)
        }
        Measured::NotYet(why) => (None, Vec::new(), Some(why.get(language).to_owned())),
    };
    let main = IndicatorPage {
        title: indicator.title.get(language).to_owned(),
        banner: banner(&shell, &shown),
        track: track.map(|track| track.title.get(language).to_owned()).unwrap_or_default(),
        evidence: words::evidence(&shell, &indicator, &shown.account, false)
            .map(|evidence| shell.evidence(evidence)),
        not_yet,
        chart,
        facts,
        earlier: earlier(&shell, &shown, &indicator),
        lines: lines(&app, &auth, &shell, &indicator, reading).await?,
        made: shell.moment(&shown.account.computed_at),
        page: shell.clone(),
    };
    Ok(page(&shell, &main.title, &main))
}

fn history(
    page: &Page,
    indicator: &Indicator,
    measure: &Measure,
    reading: Option<&Reading>,
) -> Option<ChartView> {
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
                csv: Some("/politik/tal.csv".to_owned()),
            },
            caption,
            bars,
            target: measure.target.map(|target| {
                (target, page.t1("policy-target", "target", words::number(page, target, measure.unit)))
            }),
            foot: page.t("policy-history-foot"),
        }),
    )
}

fn facts(page: &Page, measure: &Measure) -> Vec<(String, String)> {
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
    [
        ("policy-how", measure.how.get(language).to_owned()),
        ("policy-formula", formula),
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
    ]
    .map(|(key, words)| (page.t(key), words))
    .to_vec()
}

/// What this indicator goes on with: its name in the earlier policy, and where that stands.
fn earlier(page: &Page, shown: &Shown, indicator: &Indicator) -> Option<(String, String)> {
    let succession = shown.policy.successor_of.as_ref()?;
    let is_mine = |mapping: &&Mapping| mapping.new.as_ref() == Some(&indicator.id);
    let mapping = succession.indicators.iter().find(is_mine)?;
    let link = format!("/politik/{}?udgave={}", mapping.old, succession.policy);
    let why = mapping.why.as_ref().map(|why| why.get(page.language()).to_owned());
    Some((link, why.unwrap_or_else(|| page.t("policy-goes-on"))))
}

/// The lines behind the newest figure; `None` for those who may not see them.
async fn lines(
    app: &App,
    auth: &Auth,
    page: &Page,
    indicator: &Indicator,
    reading: Option<&Reading>,
) -> Result<Option<Vec<LineView>>, PageError> {
    if !auth.may(BEHIND) {
        return Ok(None);
    }
    let Some(span) = reading.and_then(Reading::current).map(|figure| figure.span) else { return Ok(None) };
    let lines = account::behind(&app.ports.metrics, auth, indicator, span, LINES_MAX).await?;
    let view = |line: ports::LineBehind| LineView {
        position: format::number(line.position, page.language()),
        at: page.moment(&line.at),
        iso: page.iso(&line.at),
        words: page.t(&format!("{}-journal-{}", line.capability, line.word)),
        name: line.name,
        link: line.link,
    };
    Ok(Some(lines.into_iter().map(view).collect()))
}
