//! `/politik`: goals, tracks, evidence, facts with their check, and the town's growth.

use ::web::{
    App, AreaMapShown, Auth, Bar, Chart, ChartTable, ChartView, EvidenceView, MapArea, MapView, Page,
    PageError, RowChart, RowChartView, page,
};
use axum::{
    extract::{Path, State},
    response::Response,
};
use chrono::NaiveDate;
use kernel::format;
use ports::AreaShape;

use super::shown;
use crate::{
    account::{Cell, Growth, Place},
    model::{Check, GrowthKind, Measured, Policy, Standing, Track, Unit, Worked, decimals},
    shelf::{self, Shown},
    words,
};

#[derive(askama::Template)]
#[template(path = "policy/overview.html")]
struct Overview {
    page: Page,
    edition: String,
    summary: String,
    banner: Option<String>,
    goals: Vec<GoalView>,
    facts: Vec<FactView>,
    growth: Option<GrowthView>,
    notes: Vec<String>,
    about: Vec<(String, String)>,
    others: Vec<(String, String)>,
    csv: String,
}

#[derive(askama::Template)]
#[template(path = "policy/none.html")]
struct NoPolicy {
    page: Page,
}

struct GoalView {
    title: String,
    text: String,
    tracks: Vec<TrackView>,
}

struct TrackView {
    title: String,
    text: String,
    figures: Vec<EvidenceView>,
    not_yet: Vec<(String, String)>,
}

struct FactView {
    value: String,
    label: String,
    as_of: String,
    how: Option<String>,
    check: Option<String>,
    quote: Option<String>,
    caveat: Option<String>,
}

struct GrowthView {
    chart: ChartView,
    areas: RowChartView,
    map: Option<MapView>,
    heads: Vec<String>,
    places: Vec<PlaceView>,
}

struct PlaceView {
    /// Where the map leads.
    id: Option<String>,
    name: String,
    years: Vec<(String, Vec<String>)>,
}

/// The policy in force.
pub(crate) async fn show(auth: Auth, State(app): State<App>) -> Result<Response, PageError> {
    render(&app, &auth, None).await
}

/// A policy by its name: one that has ended, or is to come.
pub(crate) async fn edition(
    auth: Auth,
    State(app): State<App>,
    Path(policy): Path<String>,
) -> Result<Response, PageError> {
    render(&app, &auth, Some(&policy)).await
}

async fn render(app: &App, auth: &Auth, policy: Option<&str>) -> Result<Response, PageError> {
    let shell = Page::new(app, auth).open();
    let title = shell.t("policy-title");
    let Some(shown) = shown(app, auth, policy).await? else {
        return Ok(page(&shell, &title, &NoPolicy { page: shell.clone() }));
    };
    let language = shell.language();
    let goals = shown.policy.goals.iter();
    let goals = goals.map(|goal| GoalView {
        title: goal.title.get(language).to_owned(),
        text: goal.text.get(language).to_owned(),
        tracks: shown.policy.tracks_of(goal).map(|track| track_view(&shell, &shown, track)).collect(),
    });
    let others =
        shelf::policies(app, auth).await?.into_iter().filter(|(other, ..)| other.id != shown.policy.id);
    let drawn = app.ports.areas.areas(auth).await?;
    let main = Overview {
        goals: goals.collect(),
        facts: shown
            .policy
            .worked_facts()
            .iter()
            .map(|fact| fact_view(&shell, &shown.policy, fact))
            .collect(),
        growth: growth_view(&shell, &shown.policy, &shown.account.growth, &drawn),
        banner: banner(&shell, &shown),
        others: others
            .map(|(other, ..)| {
                (format!("/politik/udgave/{}", other.id), other.title.get(language).to_owned())
            })
            .collect(),
        edition: shown.policy.title.get(language).to_owned(),
        summary: shown.policy.summary.get(language).to_owned(),
        notes: shown.policy.notes.iter().map(|note| note.get(language).to_owned()).collect(),
        about: about(&shell, &shown),
        csv: csv_path(policy),
        page: shell.clone(),
    };
    Ok(page(&shell, &title, &main))
}

fn about(page: &Page, shown: &Shown) -> Vec<(String, String)> {
    let policy = &shown.policy;
    let years = format!("{} – {}", page.short_day(&policy.effective.from()), page.short_day(&policy.ends()));
    let version = format!("{}, {}", shown.document.version, page.moment(&shown.document.imported_at));
    let closing =
        shown.closing.as_ref().map(|closing| (page.t("policy-closing-hash"), closing.sha256.clone()));
    [
        (page.t("policy-source"), policy.source.get(page.language()).to_owned()),
        (page.t("policy-effective"), years),
        (page.t("policy-version"), version),
        (page.t("policy-made"), page.moment(&shown.account.computed_at)),
    ]
    .into_iter()
    .chain(closing)
    .collect()
}

fn csv_path(policy: Option<&str>) -> String {
    policy.map_or_else(
        || "/politik/tal.csv".to_owned(),
        |id| format!("/politik/tal.csv?udgave={}", ::web::url_encode(id)),
    )
}

/// What has to be said before anything else: that the policy has ended, or has not begun.
pub(super) fn banner(page: &Page, shown: &Shown) -> Option<String> {
    let day = |date: NaiveDate| format::date(date, page.language());
    match (shown.standing, &shown.closing) {
        (Standing::Current, _) => None,
        (Standing::NotBegun, _) => {
            Some(page.t1("policy-not-begun", "day", day(shown.policy.effective.from())))
        }
        (Standing::Ended(last), Some(closing)) => Some(page.t2(
            "policy-ended-closed",
            ("day", day(last)),
            ("closed", page.moment(&closing.closed_at)),
        )),
        (Standing::Ended(last), None) => Some(page.t1("policy-ended", "day", day(last))),
    }
}

fn track_view(page: &Page, shown: &Shown, track: &Track) -> TrackView {
    let language = page.language();
    let mine = || shown.policy.indicators.iter().filter(|indicator| indicator.track == track.id);
    let figures = mine().filter_map(|indicator| words::evidence(page, indicator, &shown.account, true));
    TrackView {
        title: track.title.get(language).to_owned(),
        text: track.text.get(language).to_owned(),
        figures: figures.map(|evidence| page.evidence(evidence)).collect(),
        not_yet: mine()
            .filter_map(|indicator| match &indicator.state {
                Measured::NotYet(why) => {
                    Some((indicator.title.get(language).to_owned(), why.get(language).to_owned()))
                }
                Measured::Yes(_) => None,
            })
            .collect(),
    }
}

fn fact_view(page: &Page, policy: &Policy, worked: &Worked<'_>) -> FactView {
    let language = page.language();
    let (fact, unit) = (worked.fact, worked.fact.unit);
    let value = match worked.value {
        Some(value) => words::number(page, value, unit),
        None if fact.stale => page.t("policy-stale-fact"),
        None => page.t("policy-missing-fact"),
    };
    let label_of = |id: &kernel::Code| {
        let value = policy.fact_value(id);
        let unit = policy.facts.iter().find(|fact| fact.id == *id).map_or(Unit::Count, |fact| fact.unit);
        value.map_or_else(|| "–".to_owned(), |value| words::number(page, value, unit))
    };
    let how = fact.from.as_ref().map(|from| {
        use crate::model::Derivation::{Difference, Ratio, Share, Sum};
        let (sign, parts) = match from {
            Sum(parts) => (" + ", parts.as_slice()),
            Difference(two) => (" − ", two.as_slice()),
            Share(two) | Ratio(two) => (" / ", two.as_slice()),
        };
        let parts: Vec<String> = parts.iter().map(label_of).collect();
        page.t1("policy-worked-out", "sum", parts.join(sign))
    });
    let check = worked.check.zip(fact.stated).map(|(check, stated)| {
        let stated_words = match unit {
            Unit::Percent => format::percent(stated, decimals(stated), language),
            _ => format::decimal(stated, decimals(stated), language),
        };
        match check {
            Check::Agrees => page.t1("policy-check-agrees", "stated", stated_words),
            Check::CutOff { rounded } => {
                let rounded = match unit {
                    Unit::Percent => format::percent(rounded, decimals(stated), language),
                    _ => format::decimal(rounded, decimals(stated), language),
                };
                page.t2("policy-check-cut-off", ("stated", stated_words), ("rounded", rounded))
            }
            Check::Differs => page.t1("policy-check-differs", "stated", stated_words),
        }
    });
    FactView {
        value,
        label: fact.label.get(language).to_owned(),
        as_of: format::date(fact.as_of, language),
        how,
        check,
        quote: fact.quote.clone(),
        caveat: fact.caveat.as_ref().map(|caveat| caveat.get(language).to_owned()),
    }
}

fn cell_words(page: &Page, cell: Cell) -> String {
    match cell {
        Cell::Number(value) => format::decimal(value, 0, page.language()),
        Cell::Hidden => page.t("policy-hidden"),
        Cell::Missing => "–".to_owned(),
    }
}

/// The town's growth; `None` while no register has been read in.
fn growth_view(page: &Page, policy: &Policy, growth: &Growth, drawn: &[AreaShape]) -> Option<GrowthView> {
    if growth.is_empty() {
        return None;
    }
    let language = page.language();
    let first = policy.growth.first()?;
    let name = first.label.get(language);
    let name_of = |place: &Place| match place {
        Place::Area(key) => policy
            .areas
            .iter()
            .find(|area| area.key == *key)
            .map_or_else(|| key.to_string(), |area| area.name.clone()),
        Place::Rest => page.t("policy-rest"),
        Place::Whole => page.t("policy-whole"),
    };
    let years = growth.years.iter().enumerate();
    let whole = |year: usize, metric| growth.cell(metric, year, &Place::Whole);
    let bars: Vec<Bar> = years
        .clone()
        .map(|(year, span)| {
            let cell = whole(year, &first.metric);
            Bar {
                label: words::span(page, *span),
                value: match cell {
                    Cell::Number(value) => Some(value),
                    Cell::Hidden | Cell::Missing => None,
                },
                words: cell_words(page, cell),
                range: None,
                is_current: year + 1 == growth.years.len(),
            }
        })
        .collect();
    let heads: Vec<String> =
        policy.growth.iter().map(|metric| metric.label.get(language).to_owned()).collect();
    let row = |year: usize, place: &Place| -> Vec<String> {
        let metrics = policy.growth.iter();
        metrics.map(|metric| cell_words(page, growth.cell(&metric.metric, year, place))).collect()
    };
    let year_head = || std::iter::once(page.t("policy-year"));
    let table = ChartTable {
        caption: page.t("policy-growth-whole"),
        head: year_head().chain(heads.iter().cloned()).collect(),
        rows: years
            .clone()
            .map(|(year, span)| (words::span(page, *span), row(year, &Place::Whole)))
            .collect(),
        csv: Some("/politik/tal.csv".to_owned()),
    };
    let caption = page.t1("policy-growth-chart", "what", name);
    let last = growth.years.len().checked_sub(1)?;
    let described =
        |bar: Option<&Bar>| bar.map(|bar| format!("{}: {}", bar.label, bar.words)).unwrap_or_default();
    let chart = Chart {
        id: "growth".to_owned(),
        description: format!("{}. {}.", described(bars.first()), described(bars.last())),
        caption,
        bars,
        target: None,
        foot: foot(page, policy, growth),
        table,
    };
    let areas: Vec<&Place> = growth.places.iter().filter(|place| **place != Place::Whole).collect();
    let rows = areas.iter().map(|place| {
        let cell = growth.cell(&first.metric, last, place);
        let length = match cell {
            Cell::Number(value) => Some(value),
            Cell::Hidden | Cell::Missing => None,
        };
        (name_of(place), length, cell_words(page, cell))
    });
    let span = growth.years.last().copied()?;
    let rows: Vec<_> = rows.collect();
    let per_area = RowChart {
        caption: page.t2("policy-growth-areas", ("what", name), ("when", words::span_until(page, span))),
        table: ChartTable {
            caption: page.t2("policy-growth-areas", ("what", name), ("when", words::span_until(page, span))),
            head: vec![page.t("policy-area"), name.to_owned()],
            rows: rows.iter().map(|(name, _, words)| (name.clone(), vec![words.clone()])).collect(),
            csv: None,
        },
        rows,
        foot: page.t("policy-growth-small"),
    };
    let places = growth.places.iter().map(|place| PlaceView {
        id: area_id(place),
        name: name_of(place),
        years: years.clone().map(|(year, span)| (words::span(page, *span), row(year, place))).collect(),
    });
    Some(GrowthView {
        chart: page.chart(chart),
        areas: page.row_chart(per_area),
        map: map_view(page, policy, growth, drawn),
        places: places.collect(),
        heads,
    })
}

/// Where the map leads for an area.
fn area_id(place: &Place) -> Option<String> {
    match place {
        Place::Area(key) => Some(format!("omraade-{key}")),
        Place::Rest | Place::Whole => None,
    }
}

/// The policy's areas as the municipality has drawn them, with the newest figures; `None` where none is drawn. It holds
/// areas only: where a single company lies is nobody's to see here.
fn map_view(page: &Page, policy: &Policy, growth: &Growth, drawn: &[AreaShape]) -> Option<MapView> {
    let (last, span) = (growth.years.len().checked_sub(1)?, growth.years.last().copied()?);
    let shape = |place: &Place| match place {
        Place::Area(key) => drawn.iter().find(|area| area.key == *key),
        Place::Rest | Place::Whole => None,
    };
    let shown: Vec<(&Place, &AreaShape)> =
        growth.places.iter().filter_map(|place| Some((place, shape(place)?))).collect();
    let areas = shown.iter().map(|(place, area)| {
        let figures = policy.growth.iter().map(|metric| {
            let cell = cell_words(page, growth.cell(&metric.metric, last, place));
            format!("{}: {cell}", metric.label.get(page.language()))
        });
        MapArea {
            name: policy
                .areas
                .iter()
                .find(|known| known.key == area.key)
                .map_or_else(|| area.name.clone(), |known| known.name.clone()),
            words: figures.collect::<Vec<_>>().join(", "),
            link: area_id(place).map(|id| format!("#{id}")),
            is_chosen: true,
            rings: area.rings.clone(),
        }
    });
    let is_approximate = shown.iter().any(|(_, area)| area.approximate);
    let foot = [
        Some(page.t("policy-growth-small")),
        is_approximate.then(|| page.t("policy-growth-map-approximate")),
    ];
    page.map(AreaMapShown {
        id: "map".to_owned(),
        caption: page.t1("policy-growth-map", "when", words::span_until(page, span)),
        areas: areas.collect(),
        dots: Vec::new(),
        foot: foot.into_iter().flatten().collect::<Vec<_>>().join(" "),
    })
}

fn foot(page: &Page, policy: &Policy, growth: &Growth) -> String {
    let Some(last) = growth.years.last() else { return String::new() };
    let stock = policy.growth.first().is_some_and(|metric| metric.kind == GrowthKind::Stock);
    let until = format::date(last.to, page.language());
    page.t1(if stock { "policy-growth-stock" } else { "policy-growth-flow" }, "day", until)
}
