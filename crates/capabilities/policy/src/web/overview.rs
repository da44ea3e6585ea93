//! `/politik`: goals, tracks, evidence, facts with their check, and the town's growth.

use ::web::{
    App, AreaMapShown, Auth, Bar, Border, Chart, ChartTable, ChartView, EvidenceView, MapArea, MapView, Page,
    PageError, RowChart, RowChartView, page,
};
use axum::{
    extract::{Path, State},
    response::Response,
};
use chrono::NaiveDate;
use kernel::format;
use ports::AreaShape;

use super::{
    Addresses, shown,
    succession::{self, SuccessionView},
};
use crate::{
    account::{Cell, Growth, Place},
    model::{Check, GrowthKind, Measured, Policy, Standing, Track, Unit, Worked, decimals},
    shelf::Shown,
    words::{self, Moved},
};

#[derive(askama::Template)]
#[template(path = "policy/overview.html")]
struct Overview {
    page: Page,
    edition: String,
    summary: String,
    brief: Vec<String>,
    banner: Option<Banner>,
    goals: Vec<GoalView>,
    facts: Vec<FactView>,
    growth: Option<GrowthView>,
    notes: Vec<String>,
    about: Vec<(String, String)>,
    successions: Vec<SuccessionView>,
    others: Vec<(String, String)>,
    csv: String,
    json: String,
}

/// What has to be said before anything else.
pub(super) struct Banner {
    pub(super) sentences: Vec<String>,
    /// The policy that has come instead: where, and its title.
    pub(super) later: Option<(String, String)>,
    pub(super) is_warning: bool,
}

impl Banner {
    pub(super) const fn icon(&self) -> &'static str {
        if self.is_warning { "warning" } else { "info" }
    }
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
    as_of: Option<String>,
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
    let addresses = Addresses::of(policy);
    let goals = shown.policy.goals.iter();
    let goals = goals.map(|goal| GoalView {
        title: goal.title.get(language).to_owned(),
        text: goal.text.get(language).to_owned(),
        tracks: shown
            .policy
            .tracks_of(goal)
            .map(|track| track_view(&shell, &shown, &addresses, track))
            .collect(),
    });
    let others = shown.others.iter().map(|other| {
        let address = Addresses::of_policy(&other.policy.id).overview().to_owned();
        (address, other.policy.title.get(language).to_owned())
    });
    let drawn = app.ports.areas.areas(auth).await?;
    let main = Overview {
        goals: goals.collect(),
        facts: shown
            .policy
            .worked_facts()
            .iter()
            .map(|fact| fact_view(&shell, &shown.policy, fact))
            .collect(),
        growth: growth_view(&shell, &shown, &drawn, &addresses),
        banner: banner(&shell, &shown),
        others: others.collect(),
        successions: succession::of(&shell, &shown, &addresses),
        edition: edition_name(&shell, &shown),
        summary: shown.policy.summary.get(language).to_owned(),
        brief: brief(&shell, &shown),
        notes: shown.policy.notes.iter().map(|note| note.get(language).to_owned()).collect(),
        about: about(&shell, &shown),
        csv: addresses.file("csv"),
        json: addresses.file("json"),
        page: shell.clone(),
    };
    Ok(page(&shell, &title, &main))
}

fn edition_name(page: &Page, shown: &Shown) -> String {
    let title = shown.policy.title.get(page.language());
    match shown.closing {
        Some(_) => page.t1("policy-closed-edition", "title", title),
        None => title.to_owned(),
    }
}

/// The page in two sentences: how much is measured, and which way it has gone.
fn brief(page: &Page, shown: &Shown) -> Vec<String> {
    let measured = shown.policy.indicators.iter().filter_map(|indicator| match &indicator.state {
        Measured::Yes(measure) => Some((indicator, measure)),
        Measured::NotYet(_) => None,
    });
    let moved: Vec<Moved> = measured
        .clone()
        .filter_map(|(indicator, measure)| {
            words::moved(page, measure, shown.account.readings.get(&indicator.id)?)
        })
        .collect();
    let all = i64::try_from(shown.policy.indicators.len()).unwrap_or(i64::MAX);
    let counted = i64::try_from(measured.count()).unwrap_or(i64::MAX);
    let mut brief = vec![page.t2("policy-brief", ("measured", counted), ("all", all))];
    if !moved.is_empty() {
        let of = |what| i64::try_from(moved.iter().filter(|one| **one == what).count()).unwrap_or(i64::MAX);
        brief.push(page.tn(
            "policy-brief-moved",
            &[
                ("better", of(Moved::Better).into()),
                ("worse", of(Moved::Worse).into()),
                ("same", of(Moved::NotSurely).into()),
            ],
        ));
    }
    brief
}

fn about(page: &Page, shown: &Shown) -> Vec<(String, String)> {
    let policy = &shown.policy;
    let years = format!("{} – {}", page.short_day(&policy.effective.from()), page.short_day(&policy.ends()));
    let version = format!("{}, {}", shown.document.version, page.moment(&shown.document.imported_at));
    let closing =
        shown.closing.as_ref().map(|closing| (page.t("policy-closing-hash"), closing.sha256.clone()));
    let council = policy.council_term.and_then(|term| Some((term.from(), term.to()?)));
    let council = council.map(|(from, to)| {
        (page.t("policy-council"), format!("{} – {}", page.short_day(&from), page.short_day(&to)))
    });
    [
        (page.t("policy-source"), policy.source.get(page.language()).to_owned()),
        (page.t("policy-effective"), years),
    ]
    .into_iter()
    .chain(council)
    .chain([
        (page.t("policy-version"), version),
        (page.t("policy-made"), page.moment(&shown.account.computed_at)),
    ])
    .chain(closing)
    .collect()
}

/// What has to be said before anything else: that the policy has ended, or has not begun.
pub(super) fn banner(page: &Page, shown: &Shown) -> Option<Banner> {
    let day = |date: NaiveDate| format::date(date, page.language());
    let sentence = match (shown.standing, &shown.closing) {
        (Standing::Current, _) => return None,
        (Standing::NotBegun, _) => page.t1("policy-not-begun", "day", day(shown.policy.effective.from())),
        (Standing::Ended(last), Some(closing)) => {
            page.t2("policy-ended-closed", ("day", day(last)), ("closed", page.moment(&closing.closed_at)))
        }
        (Standing::Ended(last), None) => page.t1("policy-ended", "day", day(last)),
    };
    let changed = (!shown.is_intact).then(|| page.t("policy-not-intact"));
    let later = shown.later().map(|(later, _)| {
        let address = Addresses::of_policy(&later.policy.id).overview().to_owned();
        (address, later.policy.title.get(page.language()).to_owned())
    });
    let none_yet = matches!(shown.standing, Standing::Ended(_)) && later.is_none();
    Some(Banner {
        is_warning: changed.is_some(),
        sentences: changed
            .into_iter()
            .chain([sentence])
            .chain(none_yet.then(|| page.t("policy-no-successor")))
            .collect(),
        later,
    })
}

fn track_view(page: &Page, shown: &Shown, addresses: &Addresses, track: &Track) -> TrackView {
    let language = page.language();
    let mine = || shown.policy.indicators.iter().filter(|indicator| indicator.track == track.id);
    let figures = mine().filter_map(|indicator| {
        words::evidence(page, &shown.policy, indicator, &shown.account, Some(addresses))
    });
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
    let how = fact
        .from
        .as_ref()
        .map(|from| page.t1("policy-worked-out", "sum", words::derivation(page, policy, from)));
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
fn growth_view(page: &Page, shown: &Shown, drawn: &[AreaShape], addresses: &Addresses) -> Option<GrowthView> {
    let (policy, growth) = (&*shown.policy, &shown.account.growth);
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
        csv: Some(addresses.file("csv")),
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
        as_of: growth.as_of.map(|at| page.t1("policy-growth-as-of", "at", page.moment(&at))),
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
    let rings: Vec<_> = shown.iter().map(|(_, area)| area.rings.clone()).collect();
    let areas = shown.iter().zip(Border::of_all(&rings)).map(|((place, area), border)| {
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
            border,
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
