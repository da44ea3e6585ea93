//! Every number of `/politik` as open data, CSV for spreadsheets and JSON for programs: the same numbers as the page shows,
//! with the same ones hidden, and said to be.

use ::web::{App, Auth, PageError};
use axum::{
    extract::{Path, State},
    http::{HeaderName, header},
    response::{IntoResponse, Response},
};
use chrono::{NaiveDate, SecondsFormat};
use serde::Serialize;
use serde_json::json;

use super::shown;
use crate::{
    account::{Cell, Figure, Growth, Place, Reading},
    model::{Measured, Policy, Unit},
    shelf::Shown,
};

/// Why there is a number, or none.
#[derive(Debug, Clone, Copy, Serialize)]
#[serde(rename_all = "snake_case")]
enum Status {
    Shown,
    /// Too few stand behind it, or it would give such a one away.
    Hidden,
    /// It cannot be given yet, such as a median of which too many still wait.
    NotReached,
    /// There is none.
    Missing,
}

impl Status {
    const fn word(self) -> &'static str {
        match self {
            Self::Shown => "shown",
            Self::Hidden => "hidden",
            Self::NotReached => "not_reached",
            Self::Missing => "missing",
        }
    }
}

/// One number.
#[derive(Debug, Serialize)]
struct Number {
    /// `indicator`, `growth` or `fact`.
    kind: &'static str,
    id: String,
    /// An area's key, `rest` outside all of them; empty for the whole municipality.
    area: String,
    from: NaiveDate,
    to: NaiveDate,
    value: Option<f64>,
    unit: &'static str,
    n: Option<u64>,
    low: Option<f64>,
    high: Option<f64>,
    status: Status,
    formula_version: u32,
}

/// The numbers of the policy in force as CSV.
pub(crate) async fn csv(auth: Auth, State(app): State<App>) -> Result<Response, PageError> {
    as_csv(&app, &auth, None).await
}

/// The numbers of a policy as CSV.
pub(crate) async fn csv_of(
    auth: Auth,
    State(app): State<App>,
    Path(policy): Path<String>,
) -> Result<Response, PageError> {
    as_csv(&app, &auth, Some(&policy)).await
}

/// The policy in force with its numbers as JSON.
pub(crate) async fn json(auth: Auth, State(app): State<App>) -> Result<Response, PageError> {
    as_json(&app, &auth, None).await
}

/// A policy with its numbers as JSON.
pub(crate) async fn json_of(
    auth: Auth,
    State(app): State<App>,
    Path(policy): Path<String>,
) -> Result<Response, PageError> {
    as_json(&app, &auth, Some(&policy)).await
}

async fn as_csv(app: &App, auth: &Auth, policy: Option<&str>) -> Result<Response, PageError> {
    let shown = shown(app, auth, policy).await?.ok_or(PageError::NotFound)?;
    let demo = app.site(auth.tenant()).demo;
    // The mark tells Excel that the file is UTF-8.
    let head = "\u{feff}policy,kind,id,area,from,to,value,unit,n,low,high,status,formula_version,demo";
    let mut lines = vec![head.to_owned()];
    lines.extend(numbers(&shown).iter().map(|number| line(&shown.policy, number, demo)));
    lines.push(String::new());
    Ok((headers(&shown, "text/csv; charset=utf-8", "csv"), lines.join("\r\n")).into_response())
}

/// Every cell is a code, a date or a number, so nothing needs quoting, and nothing reads as a formula.
fn line(policy: &Policy, number: &Number, demo: bool) -> String {
    let Number { kind, id, area, from, to, unit, formula_version, .. } = number;
    let decimal = |value: Option<f64>| value.map(|value| value.to_string()).unwrap_or_default();
    let (value, low, high) = (decimal(number.value), decimal(number.low), decimal(number.high));
    let n = number.n.map(|n| n.to_string()).unwrap_or_default();
    let (policy, status) = (&policy.id, number.status.word());
    format!(
        "{policy},{kind},{id},{area},{from},{to},{value},{unit},{n},{low},{high},{status},{formula_version},{demo}"
    )
}

async fn as_json(app: &App, auth: &Auth, policy: Option<&str>) -> Result<Response, PageError> {
    let shown = shown(app, auth, policy).await?.ok_or(PageError::NotFound)?;
    let policy = &shown.policy;
    let moment = |at: &chrono::DateTime<chrono::Utc>| at.to_rfc3339_opts(SecondsFormat::Secs, true);
    let indicators: Vec<serde_json::Value> = policy
        .indicators
        .iter()
        .map(|indicator| {
            let about = json!({ "id": indicator.id, "track": indicator.track, "title": indicator.title });
            let more = match &indicator.state {
                Measured::Yes(measure) => json!({
                    "label": indicator.label,
                    "how": measure.how,
                    "formula": measure.formula.to_string(),
                    "formula_version": measure.formula_version,
                    "unit": measure.unit,
                    "better": measure.direction,
                    "baseline": measure.baseline,
                    "target": measure.target,
                    "source": measure.source,
                    "shown_from_n": measure.min_n,
                    "reservations": measure.confidence,
                }),
                Measured::NotYet(why) => json!({ "not_measured_because": why }),
            };
            merged(about, more)
        })
        .collect();
    let body = json!({
        "policy": {
            "id": policy.id,
            "municipality": policy.municipality,
            "title": policy.title,
            "from": policy.effective.from(),
            "to": policy.ends(),
            "version": shown.document.version,
            "sha256": shown.document.sha256,
        },
        "made_at": moment(&shown.account.computed_at),
        "closed": shown.closing.as_ref().map(|closing| json!({
            "at": moment(&closing.closed_at),
            "as_of": closing.as_of,
            "sha256": closing.sha256,
            "is_intact": shown.is_intact,
        })),
        "register_read_at": shown.account.growth.as_of.as_ref().map(moment),
        "demo": app.site(auth.tenant()).demo,
        "indicators": indicators,
        "numbers": numbers(&shown),
    });
    let headers = headers(&shown, "application/json; charset=utf-8", "json");
    Ok((headers, serde_json::to_string_pretty(&body).map_err(PageError::internal)?).into_response())
}

fn merged(mut about: serde_json::Value, more: serde_json::Value) -> serde_json::Value {
    if let (Some(about), serde_json::Value::Object(more)) = (about.as_object_mut(), more) {
        about.extend(more);
    }
    about
}

fn headers(shown: &Shown, kind: &str, extension: &str) -> [(HeaderName, String); 3] {
    let name = format!("attachment; filename=\"{}.{extension}\"", shown.policy.id);
    [
        (header::CONTENT_TYPE, kind.to_owned()),
        (header::CONTENT_DISPOSITION, name),
        (header::CACHE_CONTROL, "private, max-age=0, must-revalidate".to_owned()),
    ]
}

/// Every number that the page shows, or says that it hides: indicators, growth, facts.
fn numbers(shown: &Shown) -> Vec<Number> {
    let policy = &shown.policy;
    let mut numbers = Vec::new();
    for indicator in &policy.indicators {
        let Measured::Yes(measure) = &indicator.state else { continue };
        let blank = |from, to| Number {
            kind: "indicator",
            id: indicator.id.to_string(),
            area: String::new(),
            from,
            to,
            value: None,
            unit: measure.unit.word(),
            n: None,
            low: None,
            high: None,
            status: Status::Missing,
            formula_version: measure.formula_version,
        };
        match shown.account.readings.get(&indicator.id) {
            Some(Reading::Counted { figures, .. }) => numbers.extend(
                figures.iter().map(|figure| figured(figure, blank(figure.span.from, figure.span.to))),
            ),
            Some(Reading::Fact(value)) => {
                let of = policy.facts.iter().find(|fact| measure.formula.is_fact(&fact.id));
                let day = of.map_or(policy.baseline, |fact| fact.as_of);
                let status = value.map_or(Status::Missing, |_| Status::Shown);
                numbers.push(Number { value: *value, status, ..blank(day, day) });
            }
            Some(Reading::NoSource(_)) | None => {}
        }
    }
    grown(&shown.account.growth, &mut numbers);
    for worked in policy.worked_facts() {
        let fact = worked.fact;
        numbers.push(Number {
            kind: "fact",
            id: fact.id.to_string(),
            area: String::new(),
            from: fact.as_of,
            to: fact.as_of,
            value: worked.value,
            unit: fact.unit.word(),
            n: None,
            low: None,
            high: None,
            status: worked.value.map_or(Status::Missing, |_| Status::Shown),
            formula_version: 1,
        });
    }
    numbers
}

fn figured(figure: &Figure, blank: Number) -> Number {
    let (low, high) = figure.interval.unzip();
    let status = match (figure.value, figure.n) {
        (Some(_), _) => Status::Shown,
        (None, Some(_)) => Status::NotReached,
        (None, None) => Status::Hidden,
    };
    Number { value: figure.value, n: figure.n, low, high, status, ..blank }
}

fn grown(growth: &Growth, numbers: &mut Vec<Number>) {
    for (metric, years) in &growth.metrics {
        for (span, cells) in growth.years.iter().zip(years) {
            for (place, cell) in growth.places.iter().zip(cells) {
                let (value, status) = match cell {
                    Cell::Number(value) => (Some(*value), Status::Shown),
                    Cell::Hidden => (None, Status::Hidden),
                    Cell::Missing => (None, Status::Missing),
                };
                let area = match place {
                    Place::Area(key) => key.to_string(),
                    Place::Rest => "rest".to_owned(),
                    Place::Whole => String::new(),
                };
                let (from, to, unit) = (span.from, span.to, Unit::Count.word());
                let id = metric.to_string();
                let (n, low, high, formula_version) = (None, None, None, 1);
                numbers.push(Number {
                    kind: "growth",
                    id,
                    area,
                    from,
                    to,
                    value,
                    unit,
                    n,
                    low,
                    high,
                    status,
                    formula_version,
                });
            }
        }
    }
}
