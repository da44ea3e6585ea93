//! `/intern/tal`: how the enquiries go, per team and topic, never per person; what could have been avoided, and who does
//! something about it. Each number leads to its cases, as far as the asker may open them.

use std::collections::BTreeMap;

use ::web::{
    Access, App, Auth, Change, Direction, Evidence, EvidenceView, Fields, Form, FormErrors, Page, PageError,
    Routes, page, redirect_with, refused_page, take_flash,
};
use askama::Template;
use axum::{
    extract::{Path, Query, State},
    http::header,
    response::{IntoResponse, Response},
};
use axum_extra::extract::CookieJar;
use chrono::NaiveDate;
use kernel::{CaseId, Failure, PersonId, TeamId, format, interval};
use serde::Deserialize;

use super::names::Names;
use crate::{
    access, commands,
    figures::{Account, CaseFacts, Cause, Estimate, KeptFigures, Period, Place, Row, Table},
    model::{Avoidable, Case, CausePlan, NewCausePlan},
    store,
};

/// The causes that the page speaks of: the largest.
const CAUSES_SHOWN: usize = 3;
/// Cases on one page behind a number: the newest.
const CASES_MAX: usize = 200;
/// The name of the topics with few enquiries, in addresses. No topic has it: a topic has no underscore at its end.
const OTHER_TOPICS: &str = "andre_";

pub(super) fn routes(routes: Routes) -> Routes {
    let (figures, lead) = (Access::Needs(access::FIGURES), Access::Needs(access::LEAD));
    routes
        .get("/intern/tal", figures, show)
        .get("/intern/tal.csv", figures, csv)
        .get("/intern/tal/henvendelser", figures, cases)
        .post("/intern/tal/aarsag", lead, plan)
        .post("/intern/tal/aarsag/{id}/faerdig", lead, end)
}

/// Which period, and which number of which row.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Asked {
    periode: Option<String>,
    team: Option<String>,
    emne: Option<String>,
    tal: Option<String>,
}

impl Asked {
    /// The period asked for; this year where nothing, or nothing readable, is asked.
    fn period(&self, today: NaiveDate) -> Period {
        let asked = self.periode.as_deref().and_then(|text| text.parse().ok());
        asked.unwrap_or_else(|| Period::year_of(today))
    }
}

#[derive(Template)]
#[template(path = "enquiries/figures.html")]
struct FiguresPage {
    page: Page,
    period: String,
    periods: Vec<(String, String, bool)>,
    evidence: Vec<EvidenceView>,
    heads: Vec<String>,
    rows: Vec<RowView>,
    causes: Vec<CauseView>,
    people: Vec<(PersonId, String)>,
    may_plan: bool,
    csv: String,
    fields: Fields,
    errors: FormErrors,
}

struct RowView {
    name: String,
    is_team: bool,
    cells: Vec<CellView>,
}

struct CellView {
    head: String,
    words: String,
    link: Option<String>,
}

struct CauseView {
    code: &'static str,
    name: String,
    count: String,
    link: String,
    plan: Option<PlanView>,
}

struct PlanView {
    id: String,
    /// Who, and until when.
    promise: String,
    is_late: bool,
    what: String,
}

/// Everything that the page, its CSV and its lists are made of.
struct Counted {
    table: Table,
    before: Account,
    years: Vec<i32>,
    names: Names,
}

async fn counted(app: &App, auth: &Auth, period: Period) -> Result<Counted, PageError> {
    let cases = app.kept::<KeptFigures>().cases(&app.db, auth, &app.calendar).await?;
    let all: Vec<&CaseFacts> = cases.values().map(AsRef::as_ref).collect();
    let table = Table::of(&all, period, auth.now(), &app.calendar);
    let earlier = Table::of(&all, period.a_year_before(), auth.now(), &app.calendar);
    let before = earlier
        .rows
        .into_iter()
        .next()
        .ok_or_else(|| PageError::internal("a table without its first row"))?;
    let mut years: Vec<i32> = all.iter().map(|case| Period::year_of(case.cohort).year).collect();
    years.push(Period::year_of(app.calendar.local_date(auth.now())).year);
    years.sort_unstable();
    years.dedup();
    let names = Names::of(app, auth, commands::teams(app, auth).await?, &[], &[]).await?;
    Ok(Counted { table, before: hide(before), years, names })
}

/// An account in which what may not be shown is as if nothing stood behind it.
fn hide(row: Row) -> Account {
    let nothing = Estimate { value: None, n: 0, interval: None };
    let Row { mut account, shown, .. } = row;
    if !shown.received {
        account.received = 0;
    }
    if !shown.settled {
        account.answer.within_goal = 0;
        account.answer.late = 0;
        account.answer.missed = 0;
    }
    if !shown.first_reply {
        account.first_reply.survival.answered_by.clear();
        account.first_reply.survival.n = 0;
    }
    if !shown.rated {
        account.satisfaction = nothing;
    }
    account
}

fn period_name(page: &Page, period: Period) -> String {
    match period.quarter {
        Some(quarter) => {
            let quarter = ("quarter", i64::from(quarter));
            page.t2("enquiries-figures-quarter", quarter, ("year", period.year.to_string()))
        }
        None => period.year.to_string(),
    }
}

/// `GET /intern/tal`.
pub(super) async fn show(
    auth: Auth,
    State(app): State<App>,
    Query(asked): Query<Asked>,
    jar: CookieJar,
) -> Result<Response, PageError> {
    let period = asked.period(app.calendar.local_date(auth.now()));
    let mut main = load(&app, &auth, period, Fields::default(), FormErrors::none()).await?;
    let jar = take_flash(&app, jar, &mut main.page);
    let title = main.page.t1("enquiries-figures-title", "period", main.period.as_str());
    Ok((jar, page(&main.page, &title, &main)).into_response())
}

async fn load(
    app: &App,
    auth: &Auth,
    period: Period,
    fields: Fields,
    errors: FormErrors,
) -> Result<FiguresPage, PageError> {
    let shell = Page::new(app, auth).with_form();
    let counted = counted(app, auth, period).await?;
    let today = app.calendar.local_date(auth.now());
    let first =
        counted.table.rows.first().ok_or_else(|| PageError::internal("a table without its first row"))?;
    let plans = store::cause_plans(&app.db.read(auth)).await?;
    let members: Vec<PersonId> = counted.names.teams.values().flat_map(|team| team.members.clone()).collect();
    let owners: Vec<PersonId> = plans.iter().map(|plan| plan.owner).chain(members).collect();
    let cards = app.ports.people.people(&app.db.read(auth), &owners).await?;
    let mut people: Vec<(PersonId, String)> =
        cards.values().filter(|card| !card.left).map(|card| (card.id, card.name.clone())).collect();
    people.sort_by(|a, b| a.1.cmp(&b.1));
    let owner_of = |id: PersonId| cards.get(&id).map(|card| card.name.clone()).unwrap_or_default();
    Ok(FiguresPage {
        period: period_name(&shell, period),
        periods: periods(&shell, &counted.years, period, today),
        evidence: evidence(&shell, first, &counted.before, period)
            .into_iter()
            .map(|one| shell.evidence(one))
            .collect(),
        heads: HEADS.iter().map(|(key, _)| shell.t(key)).collect(),
        rows: rows(&shell, auth, &counted, period),
        causes: causes(&shell, &counted.table, &plans, today, owner_of),
        people,
        may_plan: auth.may(access::LEAD),
        csv: format!("/intern/tal.csv?periode={period}"),
        fields,
        errors,
        page: shell,
    })
}

/// The years that there is something of, and the quarters of the one that is shown: address, name, whether it is shown.
fn periods(page: &Page, years: &[i32], shown: Period, today: NaiveDate) -> Vec<(String, String, bool)> {
    let years = years.iter().map(|year| Period { year: *year, quarter: None });
    let quarters = (1..=4).map(|quarter| Period { year: shown.year, quarter: Some(quarter) });
    let all = years.chain(quarters.filter(|quarter| *quarter.days().start() <= today));
    all.map(|period| (format!("/intern/tal?periode={period}"), period_name(page, period), period == shown))
        .collect()
}

fn number(page: &Page, n: u64) -> String {
    page.number(&i64::try_from(n).unwrap_or(i64::MAX))
}

/// A figure, or the words for one on which too little stands.
fn cell(page: &Page, shown: bool, words: impl FnOnce() -> String) -> String {
    if shown { words() } else { page.t("enquiries-figures-few") }
}

/// The four numbers at the top.
fn evidence(page: &Page, row: &Row, before: &Account, period: Period) -> Vec<Evidence> {
    let language = page.language();
    let (account, shown) = (&row.account, row.shown);
    let earlier_name = period_name(page, period.a_year_before());
    let percent = |value: f64| format::percent(value, 1, language);
    #[expect(clippy::cast_possible_truncation, reason = "working days are few")]
    let working_days = |value: f64| page.t1("enquiries-figures-days", "days", value.round() as i64);
    let score = |value: f64| format::decimal(value, 1, language);
    let one = |key: &str, shown: bool, now: Estimate, then: Estimate, words: &dyn Fn(f64) -> String| {
        let value = now.value.filter(|_| shown);
        let change = value.zip(then.value.filter(|_| then.n > 0)).map(|(value, earlier)| Change {
            words: page.t2(
                "enquiries-figures-before",
                ("earlier", words(earlier)),
                ("period", earlier_name.as_str()),
            ),
            direction: if words(value) == words(earlier) {
                Direction::Same
            } else {
                Direction::of(value - earlier)
            },
            within_noise: now
                .interval
                .zip(then.interval)
                .map(|(a, b)| !interval::differ(value, a, earlier, b)),
        });
        Evidence {
            value: value.map(words),
            none: page.t(if shown { "enquiries-figures-not-yet" } else { "enquiries-figures-few" }),
            label: page.t(&format!("enquiries-figures-{key}")),
            basis: if shown {
                page.t2(
                    "enquiries-figures-basis",
                    ("n", number(page, now.n)),
                    ("period", period_name(page, period)),
                )
            } else {
                page.t("enquiries-figures-too-few")
            },
            change,
            behind: vec![page.t(&format!("enquiries-figures-{key}-how"))],
            ..Evidence::default()
        }
    };
    vec![
        one("within-goal", shown.settled, account.within_goal(), before.within_goal(), &percent),
        one(
            "first-reply",
            shown.first_reply,
            account.first_reply_median(),
            before.first_reply_median(),
            &working_days,
        ),
        one("wrong-doors", shown.closed, account.wrong_doors, before.wrong_doors, &|value| {
            format::decimal(value, 2, language)
        }),
        one("satisfaction", shown.rated, account.satisfaction, before.satisfaction, &score),
    ]
}

/// The columns: the head, and the number that its cells lead to.
const HEADS: [(&str, Option<&str>); 9] = [
    ("enquiries-figures-col-received", Some("modtaget")),
    ("enquiries-figures-col-first-reply", None),
    ("enquiries-figures-col-answer", None),
    ("enquiries-figures-col-within", Some("for-sent")),
    ("enquiries-figures-col-late", Some("forsinket")),
    ("enquiries-figures-col-pauses", None),
    ("enquiries-figures-col-doors", Some("skift")),
    ("enquiries-figures-col-avoidable", Some("undgaas")),
    ("enquiries-figures-col-satisfaction", Some("vurderet")),
];

fn rows(page: &Page, auth: &Auth, counted: &Counted, period: Period) -> Vec<RowView> {
    let row = |row: &Row| RowView {
        name: place_name(page, &counted.names, &row.place),
        is_team: !matches!(row.place, Place::Topic(..) | Place::OtherTopics(_)),
        cells: cells(page, auth, row, period),
    };
    let mut teams: Vec<(String, Vec<RowView>)> = Vec::new();
    let mut all = Vec::new();
    for one in &counted.table.rows {
        match one.place {
            Place::All => all.push(row(one)),
            Place::Team(team) => teams.push((counted.names.team(&team).to_owned(), vec![row(one)])),
            Place::Topic(..) | Place::OtherTopics(_) => {
                if let Some((_, rows)) = teams.last_mut() {
                    rows.push(row(one));
                }
            }
        }
    }
    teams.sort_by(|a, b| a.0.cmp(&b.0));
    all.into_iter().chain(teams.into_iter().flat_map(|(_, rows)| rows)).collect()
}

fn place_name(page: &Page, names: &Names, place: &Place) -> String {
    match place {
        Place::All => page.t("enquiries-figures-all"),
        Place::Team(team) => names.team(team).to_owned(),
        Place::Topic(_, topic) => names.topic(topic).to_owned(),
        Place::OtherTopics(_) => page.t("enquiries-figures-others"),
    }
}

fn cells(page: &Page, auth: &Auth, row: &Row, period: Period) -> Vec<CellView> {
    let language = page.language();
    let (account, shown) = (&row.account, row.shown);
    let plain = |days: Option<i64>| days.map_or_else(|| "–".to_owned(), |days| page.number(&days));
    let two = |survival: &ledger::Survival| {
        format!("{} / {}", plain(survival.median()), plain(survival.percentile(90)))
    };
    let percent = |estimate: Estimate| {
        let percent = |value: f64| format::percent(value, 0, language);
        estimate.value.map_or_else(|| page.t("enquiries-figures-not-yet"), percent)
    };
    let pauses = || {
        let pauses = &account.answer.pauses;
        let share = pauses
            .share()
            .map_or_else(|| "–".to_owned(), |share| format::percent(share * 100.0, 0, language));
        match pauses.working_days_median {
            Some(days) => format!("{share} / {}", page.number(&days)),
            None => share,
        }
    };
    // What is late now is seen by those who have to do it, however little it is.
    let is_own =
        row.place.team().is_some_and(|team| auth.teams().contains(&team)) || auth.may(access::READ_ALL);
    let words = [
        cell(page, shown.received, || number(page, account.received)),
        cell(page, shown.first_reply, || two(&account.first_reply.survival)),
        cell(page, shown.answer, || two(&account.answer.survival)),
        cell(page, shown.settled, || percent(account.within_goal())),
        cell(page, shown.late_now || is_own, || number(page, account.late_now)),
        cell(page, shown.answer, pauses),
        cell(page, shown.closed, || {
            let doors = account.wrong_doors.value;
            doors.map_or_else(String::new, |doors| format::decimal(doors, 2, language))
        }),
        cell(page, shown.closed, || percent(account.avoidable)),
        cell(page, shown.rated, || {
            let (score, n) = (account.satisfaction.value, account.satisfaction.n);
            let score = score.map_or_else(String::new, |score| format::decimal(score, 1, language));
            format!("{score} / {}", number(page, n))
        }),
    ];
    let link = |number: &str| {
        let (team, topic) = match &row.place {
            Place::All => (String::new(), String::new()),
            Place::Team(team) => (format!("&team={team}"), String::new()),
            Place::Topic(team, topic) => (format!("&team={team}"), format!("&emne={topic}")),
            Place::OtherTopics(team) => (format!("&team={team}"), format!("&emne={OTHER_TOPICS}")),
        };
        format!("/intern/tal/henvendelser?periode={period}{team}{topic}&tal={number}")
    };
    let cells = HEADS.iter().zip(words);
    cells
        .map(|((head, number), words)| CellView { head: page.t(head), words, link: number.map(&link) })
        .collect()
}

fn causes(
    page: &Page,
    table: &Table,
    plans: &[CausePlan],
    today: NaiveDate,
    owner_of: impl Fn(PersonId) -> String,
) -> Vec<CauseView> {
    let view = |Cause { cause, n, shown }: &Cause| {
        let plan = plans.iter().find(|plan| plan.cause == *cause).map(|plan| PlanView {
            id: plan.id.to_string(),
            promise: page.t2(
                "enquiries-cause-by",
                ("owner", owner_of(plan.owner)),
                ("due", page.day(&plan.due_on)),
            ),
            is_late: plan.due_on < today,
            what: plan.what.clone(),
        });
        let count = || page.t1("enquiries-figures-cause-count", "count", number(page, *n));
        CauseView {
            code: cause.code(),
            name: page.t(&format!("enquiries-cause-{}", cause.code())),
            count: cell(page, *shown, count),
            link: format!("/intern/tal/henvendelser?periode={}&tal=aarsag-{}", table.period, cause.code()),
            plan,
        }
    };
    table.causes.iter().take(CAUSES_SHOWN).map(view).collect()
}

/// `GET /intern/tal.csv`: the table, as it is shown.
pub(super) async fn csv(
    auth: Auth,
    State(app): State<App>,
    Query(asked): Query<Asked>,
) -> Result<Response, PageError> {
    let period = asked.period(app.calendar.local_date(auth.now()));
    let shell = Page::new(&app, &auth);
    let counted = counted(&app, &auth, period).await?;
    let head = [
        "period",
        "team",
        "topic",
        "received",
        "first_reply_median_wd",
        "first_reply_p90_wd",
        "answer_median_wd",
        "answer_p90_wd",
        "within_goal_pct",
        "settled",
        "late_now",
        "paused_pct",
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
    for row in &counted.table.rows {
        lines.push(csv_line(&shell, &counted.names, row, period, demo).join(","));
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

fn csv_line(page: &Page, names: &Names, row: &Row, period: Period, demo: bool) -> Vec<String> {
    let (account, shown) = (&row.account, row.shown);
    let team = row.place.team().map(|team| names.team(&team).to_owned()).unwrap_or_default();
    let topic = match &row.place {
        Place::Topic(_, topic) => topic.to_string(),
        Place::OtherTopics(_) => page.t("enquiries-figures-others"),
        Place::All | Place::Team(_) => String::new(),
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
        days(shown.answer, answer.median()),
        days(shown.answer, answer.percentile(90)),
        value(shown.settled, account.within_goal().value),
        count(shown.settled, account.answer.settled() as u64),
        count(shown.late_now, account.late_now),
        value(shown.answer, account.answer.pauses.share().map(|share| share * 100.0)),
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

#[derive(Template)]
#[template(path = "enquiries/figures_cases.html")]
struct CasesPage {
    page: Page,
    heading: String,
    back: String,
    cases: Vec<Case>,
    names: Names,
    more: bool,
}

/// `GET /intern/tal/henvendelser`: the cases behind a number, as far as the asker may open them.
pub(super) async fn cases(
    auth: Auth,
    State(app): State<App>,
    Query(asked): Query<Asked>,
) -> Result<Response, PageError> {
    let today = app.calendar.local_date(auth.now());
    let period = asked.period(today);
    let kept = app.kept::<KeptFigures>().cases(&app.db, &auth, &app.calendar).await?;
    let all: Vec<&CaseFacts> = kept.values().map(AsRef::as_ref).collect();
    let number = asked.tal.clone().unwrap_or_default();
    let team = match asked.team.as_deref().filter(|team| !team.is_empty()) {
        Some(team) => Some(team.parse::<TeamId>().map_err(|_| PageError::NotFound)?),
        None => None,
    };
    let topics: Vec<String> = Table::of(&all, period, auth.now(), &app.calendar)
        .rows
        .iter()
        .filter_map(|row| match &row.place {
            Place::Topic(of, topic) if Some(*of) == team => Some(topic.to_string()),
            _ => None,
        })
        .collect();
    let days = period.days();
    let is_counted = |case: &&CaseFacts| {
        let topic_fits = match asked.emne.as_deref() {
            None | Some("") => true,
            Some(OTHER_TOPICS) => !topics.iter().any(|topic| topic == case.topic.as_str()),
            Some(topic) => case.topic.as_str() == topic,
        };
        let in_period = number == "forsinket" || days.contains(&case.cohort);
        let fits = match number.as_str() {
            "for-sent" => case.promises_of(&ledger::PromiseKind::ANSWER).any(|history| {
                matches!(
                    history.promise.state,
                    ledger::PromiseState::KeptLate { .. } | ledger::PromiseState::Broken { .. }
                ) || history.is_past_due(auth.now(), &app.calendar)
            }),
            "forsinket" => case.is_late(auth.now(), &app.calendar),
            "skift" => case.closed.is_some() && case.hand_overs + case.bounces > 0,
            "undgaas" => {
                case.closed.as_ref().is_some_and(|(_, cause)| cause.as_str() != Avoidable::No.code())
            }
            "vurderet" => case.rated.is_some(),
            number => match number.strip_prefix("aarsag-") {
                Some(cause) => case.closed.as_ref().is_some_and(|(_, code)| code.as_str() == cause),
                None => true,
            },
        };
        case.counts && team.is_none_or(|team| case.team == team) && topic_fits && in_period && fits
    };
    let mut ids: Vec<(chrono::DateTime<chrono::Utc>, CaseId)> =
        all.iter().copied().filter(is_counted).map(|case| (case.received_at, case.case)).collect();
    ids.sort_unstable_by(|a, b| b.cmp(a));
    let ids: Vec<CaseId> = ids.into_iter().map(|(_, id)| id).collect();
    let mut found = BTreeMap::new();
    for some in ids.chunks(CASES_MAX) {
        let mut cases = store::find_all(&app.db.read(&auth), some).await?;
        cases.retain(|_, case| access::may_see(&auth, case, &[]));
        found.extend(cases);
        if found.len() >= CASES_MAX {
            break;
        }
    }
    let seen: Vec<Case> = ids.iter().filter_map(|id| found.get(id)).take(CASES_MAX).cloned().collect();
    let shell = Page::new(&app, &auth);
    let numbers = super::names::nameless(seen.iter());
    let names = Names::of(&app, &auth, commands::teams(&app, &auth).await?, &[], &numbers).await?;
    let known = ["modtaget", "for-sent", "forsinket", "skift", "undgaas", "vurderet"];
    let key = known.into_iter().find(|known| *known == number).unwrap_or("modtaget");
    let heading = shell.t2(
        &format!("enquiries-figures-behind-{key}"),
        ("period", period_name(&shell, period)),
        ("team", team.map(|team| names.team(&team).to_owned()).unwrap_or_default()),
    );
    let main = CasesPage {
        back: format!("/intern/tal?periode={period}"),
        // Whether some are not shown may be said; how many may not.
        more: seen.len() < ids.len(),
        cases: seen,
        names,
        page: shell,
        heading,
    };
    Ok(page(&main.page, &main.heading, &main))
}

/// `POST /intern/tal/aarsag`: gives a cause an owner and a date.
pub(super) async fn plan(auth: Auth, State(app): State<App>, form: Form) -> Result<Response, PageError> {
    let fields = form.fields;
    let mut errors = FormErrors::none();
    let cause = Avoidable::from_code(fields.get("cause")).ok_or(PageError::NotFound)?;
    let owner = fields.get("owner").parse::<PersonId>();
    let owner = errors.keep("owner", owner.map_err(|_| "enquiries-cause-owner-missing"));
    let due_on = format::parse_date(fields.get("due"));
    let due_on = errors.keep("due", due_on.map_err(|_| "enquiries-cause-due-missing"));
    let what = fields.get("what").to_owned();
    if let (Some(owner), Some(due_on)) = (owner, due_on) {
        match commands::plan_cause(&app, &auth, NewCausePlan { cause, owner, due_on, what }).await {
            Ok(_) => return Ok(redirect_with(&app, &auth, "/intern/tal", "enquiries-cause-planned")),
            Err(Failure::Refused(refusal)) => errors.add(field_of(refusal), refusal.to_string()),
            Err(failure) => return Err(failure.into()),
        }
    }
    let period = Period::year_of(app.calendar.local_date(auth.now()));
    let main = load(&app, &auth, period, fields, errors).await?;
    let title = main.page.t1("enquiries-figures-title", "period", main.period.as_str());
    let title = main.page.t1("web-title-error", "title", title);
    Ok(refused_page(&main.page, &title, &main))
}

const fn field_of(refusal: crate::model::CauseRefusal) -> &'static str {
    use crate::model::CauseRefusal::{Cause, Due, Owner, What};
    match refusal {
        Cause => "cause",
        Owner => "owner",
        Due => "due",
        What => "what",
    }
}

/// `POST /intern/tal/aarsag/{id}/faerdig`: the plan is done.
pub(super) async fn end(
    auth: Auth,
    State(app): State<App>,
    Path(id): Path<crate::model::CausePlanId>,
    _: Form,
) -> Result<Response, PageError> {
    commands::end_cause(&app, &auth, id).await?;
    Ok(redirect_with(&app, &auth, "/intern/tal", "enquiries-cause-done"))
}

impl FiguresPage {
    fn value(&self, cause: &str, name: &str) -> &str {
        if self.fields.get("cause") == cause { self.fields.get(name) } else { "" }
    }
    fn has_error(&self, cause: &str, field: &str) -> bool {
        self.fields.get("cause") == cause && self.errors.of(field).is_some()
    }
    fn is_open(&self, cause: &str) -> bool {
        !self.errors.is_empty() && self.fields.get("cause") == cause
    }
    fn is_chosen(&self, cause: &str, person: &PersonId) -> bool {
        self.value(cause, "owner") == person.to_string()
    }
}
