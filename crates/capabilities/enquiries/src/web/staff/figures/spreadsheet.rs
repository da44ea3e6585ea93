//! `GET /intern/tal.csv`: the tables as they are shown, with the same numbers hidden.

use ::web::{App, Auth, Page, PageError};
use axum::{
    extract::{Query, State},
    http::header,
    response::{IntoResponse, Response},
};

use super::{Asked, Counted, sees_late};
use crate::figures::{Period, Place, Row};

pub(super) async fn csv(
    auth: Auth,
    State(app): State<App>,
    Query(asked): Query<Asked>,
) -> Result<Response, PageError> {
    let shell = Page::new(&app, &auth);
    let counted = Counted::of(&app, &auth).await?;
    let period = asked.period(&counted.tables, counted.today);
    let head = [
        "period",
        "team",
        "topic",
        "received",
        "first_reply_median_wd",
        "first_reply_p90_wd",
        "first_reply_within_goal_pct",
        "first_reply_settled",
        "answer_median_wd",
        "answer_p90_wd",
        "within_goal_pct",
        "settled",
        "late_now",
        "paused_pct",
        "pause_median_wd",
        "wrong_doors_per_case",
        "avoidable_pct",
        "closed",
        "satisfaction",
        "rated",
        "demo",
    ];
    // The mark tells Excel that the file is UTF-8.
    let mut lines = vec![format!("\u{feff}{}", head.join(","))];
    let demo = app.site(auth.tenant()).demo;
    for row in &counted.table(period)?.rows {
        lines.push(csv_line(&shell, &auth, &counted, row, period, demo).join(","));
    }
    lines.push(String::new());
    let name = format!("attachment; filename=\"henvendelser-{period}.csv\"");
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (header::CONTENT_DISPOSITION, name),
        (header::CACHE_CONTROL, "no-store".to_owned()),
    ];
    Ok((headers, lines.join("\r\n")).into_response())
}

fn csv_line(
    page: &Page,
    auth: &Auth,
    counted: &Counted,
    row: &Row,
    period: Period,
    demo: bool,
) -> Vec<String> {
    let (account, shown) = (&row.account, row.shown);
    let team = match &row.place {
        Place::OtherTeams => page.t("enquiries-figures-other-teams"),
        place => place.team().map(|team| counted.names.team(&team).to_owned()).unwrap_or_default(),
    };
    let topic = match &row.place {
        Place::Topic(_, topic) => topic.to_string(),
        Place::OtherTopics(_) => page.t("enquiries-figures-others"),
        Place::All | Place::Team(_) | Place::OtherTeams => String::new(),
    };
    let when = |shown: bool, text: Option<String>| text.filter(|_| shown).unwrap_or_default();
    let days = |shown: bool, days: Option<i64>| when(shown, days.map(|days| days.to_string()));
    let value = |shown: bool, value: Option<f64>| when(shown, value.map(|value| format!("{value:.2}")));
    let count = |shown: bool, n: u64| when(shown, Some(n.to_string()));
    let (first, answer) = (&account.first_reply.survival, &account.answer.survival);
    vec![
        period.to_string(),
        quoted(&team),
        quoted(&topic),
        count(shown.received, account.received),
        days(shown.first_reply, first.median()),
        days(shown.first_reply, first.percentile(90)),
        value(shown.first_settled, account.first_reply_within_goal().value),
        count(shown.first_settled, account.first_reply.settled() as u64),
        days(shown.answer, answer.median()),
        days(shown.answer, answer.percentile(90)),
        value(shown.settled, account.within_goal().value),
        count(shown.settled, account.answer.settled() as u64),
        count(shown.late_now || sees_late(auth, &row.place), account.late_now),
        value(shown.answer, account.answer.pauses.share().map(|share| share * 100.0)),
        days(shown.answer, account.answer.pauses.working_days_median),
        value(shown.closed, account.wrong_doors.value),
        value(shown.closed, account.avoidable.value),
        count(shown.closed, account.closed),
        value(shown.rated, account.satisfaction.value),
        count(shown.rated, account.satisfaction.n),
        demo.to_string(),
    ]
}

/// A name in quotes; one that a spreadsheet would take for a formula begins with an apostrophe.
fn quoted(text: &str) -> String {
    let mark = if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { "'" } else { "" };
    format!("\"{mark}{}\"", text.replace('"', "\"\""))
}
