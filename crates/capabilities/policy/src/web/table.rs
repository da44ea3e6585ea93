//! Every number of `/politik` as CSV: for spreadsheets, UTF-8 with a mark, one number a line, decimals with a point.

use ::web::{App, Auth, PageError};
use axum::{
    extract::{Query, State},
    http::header,
    response::{IntoResponse, Response},
};
use serde::Deserialize;

use super::shown;
use crate::{
    account::{Cell, Place, Reading},
    model::{Measured, Unit},
    shelf::Shown,
};

/// Which policy, where it is not the one in force.
#[derive(Deserialize)]
pub(crate) struct Asked {
    udgave: Option<String>,
}

/// The numbers.
pub(crate) async fn csv(
    auth: Auth,
    State(app): State<App>,
    Query(asked): Query<Asked>,
) -> Result<Response, PageError> {
    let shown = shown(&app, &auth, asked.udgave.as_deref()).await?.ok_or(PageError::NotFound)?;
    let demo = app.site(auth.tenant()).demo;
    let name = format!("attachment; filename=\"{}.csv\"", shown.policy.id);
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (header::CONTENT_DISPOSITION, name),
        (header::CACHE_CONTROL, "private, max-age=0, must-revalidate".to_owned()),
    ];
    Ok((headers, text(&shown, demo)).into_response())
}

/// Every cell is a code, a date or a number, so nothing needs quoting, and nothing reads as a formula.
fn text(shown: &Shown, demo: bool) -> String {
    // The mark tells Excel that the file is UTF-8.
    let mut lines =
        vec!["\u{feff}policy,indicator,area,from,to,value,unit,n,low,high,formula_version,demo".to_owned()];
    let policy = &shown.policy;
    let number = |value: Option<f64>| value.map(|value| value.to_string()).unwrap_or_default();
    for indicator in &policy.indicators {
        let Measured::Yes(measure) = &indicator.state else { continue };
        let (id, unit, version) = (&indicator.id, measure.unit.word(), measure.formula_version);
        match shown.account.readings.get(id) {
            Some(Reading::Counted { figures, .. }) => lines.extend(figures.iter().map(|figure| {
                let n = figure.n.map(|n| n.to_string()).unwrap_or_default();
                let (low, high) = figure.interval.unzip();
                let (from, to) = (figure.span.from, figure.span.to);
                let (value, low, high) = (number(figure.value), number(low), number(high));
                format!("{},{id},,{from},{to},{value},{unit},{n},{low},{high},{version},{demo}", policy.id)
            })),
            Some(Reading::Fact(value)) => {
                let (from, value) = (policy.baseline, number(*value));
                lines.push(format!("{},{id},,{from},{from},{value},{unit},,,,{version},{demo}", policy.id));
            }
            Some(Reading::NoSource(_)) | None => {}
        }
    }
    let growth = &shown.account.growth;
    for (metric, years) in &growth.metrics {
        for (span, cells) in growth.years.iter().zip(years) {
            for (place, cell) in growth.places.iter().zip(cells) {
                let place = match place {
                    Place::Area(key) => key.as_str(),
                    Place::Rest => "rest",
                    Place::Whole => "",
                };
                let value = match cell {
                    Cell::Number(value) => value.to_string(),
                    Cell::Hidden | Cell::Missing => continue,
                };
                let (from, to, unit) = (span.from, span.to, Unit::Count.word());
                lines.push(format!("{},{metric},{place},{from},{to},{value},{unit},,,,1,{demo}", policy.id));
            }
        }
    }
    lines.push(String::new());
    lines.join("\r\n")
}
