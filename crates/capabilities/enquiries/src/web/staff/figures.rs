//! `/intern/tal`: whether the promises are kept, where not, and what could have been avoided; then every team and topic.
//! Never per person: a team of one person stands together with others. Each number leads to its cases, as far as the asker
//! may open them.

mod answer;
mod aside;
mod behind;
mod causes;
mod front;
mod rows;
mod spreadsheet;

use std::{collections::BTreeSet, sync::Arc};

use ::web::{
    Access, App, Auth, ChartView, EvidenceView, Fields, FormErrors, Page, PageError, Routes, RowChartView,
    page, take_flash,
};
use askama::Template;
use axum::{
    extract::{Query, State},
    response::{IntoResponse, Response},
};
use axum_extra::extract::CookieJar;
use chrono::NaiveDate;
use kernel::{CaseId, PersonId, TeamId};
use serde::Deserialize;

use super::names::Names;
use crate::{
    access, commands,
    figures::{Cases, KeptFigures, Period, Place, Quarter, Table, Tables},
    store,
    web::front_numbers::period_name,
};
use causes::CauseView;
use front::OnFront;
use rows::{RowView, TopicTable};

/// Cases read by one statement.
const CASES_AT_ONCE: usize = 200;
/// The teams that stand together, in addresses. No team has it: a team has an id.
const OTHER_TEAMS: &str = "andre";
/// The topics with few enquiries, in addresses. No topic has it: a topic has no underscore at its end.
const OTHER_TOPICS: &str = "andre_";

pub(super) fn routes(routes: Routes) -> Routes {
    let (figures, lead) = (Access::Needs(access::FIGURES), Access::Needs(access::LEAD));
    routes
        .get("/intern/tal", figures, show)
        .get("/intern/tal.csv", figures, spreadsheet::csv)
        .get("/intern/tal/henvendelser", figures, behind::cases)
        .get("/intern/tal/forside", lead, front::preview)
        .post("/intern/tal/forside", lead, front::release)
        .post("/intern/tal/forside/{id}/fjern", lead, front::withdraw)
        .post("/intern/tal/aarsag", lead, causes::plan)
        .post("/intern/tal/aarsag/{id}/faerdig", lead, causes::end)
}

/// Which period, and which number of which row.
#[derive(Debug, Default, Deserialize)]
struct Asked {
    periode: Option<String>,
    team: Option<String>,
    emne: Option<String>,
    tal: Option<String>,
}

impl Asked {
    /// The period asked for, where the page offers it; else the last twelve months.
    fn period(&self, tables: &Tables, today: NaiveDate) -> Period {
        let asked = self.periode.as_deref().and_then(|text| text.parse().ok());
        let asked = asked.filter(|period| tables.table(*period).is_some());
        asked.unwrap_or_else(|| lately(tables, today))
    }
}

/// The last twelve months, in whole quarters; the year so far where there have not been so many yet.
fn lately(tables: &Tables, today: NaiveDate) -> Period {
    let now = Quarter::of(today);
    Some(Period::until(now))
        .filter(|period| tables.table(*period).is_some())
        .unwrap_or(Period::Year(now.year))
}

#[derive(Template)]
#[template(path = "enquiries/figures.html")]
struct FiguresPage {
    page: Page,
    lead: Vec<String>,
    period: String,
    periods: Vec<(String, String, bool)>,
    evidence: Vec<EvidenceView>,
    trend: Option<ChartView>,
    per_team: Option<RowChartView>,
    heads: Vec<String>,
    teams: Vec<RowView>,
    together: Option<String>,
    /// The teams that have the cases behind numbers that are no links.
    elsewhere: Option<String>,
    /// What was set aside, team by team, where the asker may look at it.
    aside: Vec<aside::AsideRow>,
    topics: Vec<TopicTable>,
    causes: Vec<CauseView>,
    people: Vec<(PersonId, String)>,
    front: Option<OnFront>,
    may_lead: bool,
    csv: String,
    fields: Fields,
    errors: FormErrors,
}

/// Everything that the pages, the CSV and the lists are made of.
struct Counted {
    tables: Arc<Tables>,
    cases: Cases,
    names: Names,
    today: NaiveDate,
}

impl Counted {
    async fn of(app: &App, auth: &Auth) -> Result<Self, PageError> {
        let teams = commands::teams(app, auth).await?;
        let of_several: BTreeSet<TeamId> =
            teams.values().filter(|team| team.members.len() > 1).map(|team| team.id).collect();
        let kept = app.kept::<KeptFigures>();
        let unknown = unknown(app, auth, &kept.cases(&app.db, auth, &app.calendar).await?).await?;
        let (tables, cases) = kept.tables(&app.db, auth, &app.calendar, of_several, unknown).await?;
        let names = Names::of(app, auth, teams, &[], &[]).await?;
        Ok(Self { tables, cases, names, today: app.calendar.local_date(auth.now()) })
    }

    fn table(&self, period: Period) -> Result<&Table, PageError> {
        self.tables.table(period).ok_or_else(|| PageError::internal("a period that the page does not offer"))
    }

    /// The teams that stand together, by name.
    fn together(&self) -> Vec<String> {
        let alone = |team: &TeamId| self.tables.has(&Place::Team(*team));
        let asked: BTreeSet<TeamId> =
            self.cases.values().filter(|case| case.counts).map(|case| case.team).collect();
        let mut names: Vec<String> =
            asked.iter().filter(|team| !alone(team)).map(|team| self.names.team(team).to_owned()).collect();
        names.sort();
        names
    }
}

/// The confidential cases that the asker may not know of. A number that counted them, above a list without them, would say that
/// they are there.
async fn unknown(app: &App, auth: &Auth, cases: &Cases) -> Result<BTreeSet<CaseId>, PageError> {
    let confidential = || cases.values().filter(|case| case.confidential);
    // Nobody else than those of its team may know of one.
    let own = confidential().filter(|case| auth.may(access::WORK) && auth.teams().contains(&case.team));
    let own: Vec<CaseId> = own.map(|case| case.case).collect();
    let mut unknown: BTreeSet<CaseId> = confidential().map(|case| case.case).collect();
    for some in own.chunks(CASES_AT_ONCE) {
        let known = store::find_all(&app.db.read(auth), some).await?;
        for case in known.values().filter(|case| access::may_see(auth, case, &[])) {
            unknown.remove(&case.id);
        }
    }
    Ok(unknown)
}

/// `GET /intern/tal`.
async fn show(
    auth: Auth,
    State(app): State<App>,
    Query(asked): Query<Asked>,
    jar: CookieJar,
) -> Result<Response, PageError> {
    let mut main = load(&app, &auth, &asked, Fields::default(), FormErrors::none()).await?;
    let jar = take_flash(&app, jar, &mut main.page);
    let title = main.page.t1("enquiries-figures-title-of", "period", main.period.as_str());
    Ok((jar, page(&main.page, &title, &main)).into_response())
}

async fn load(
    app: &App,
    auth: &Auth,
    asked: &Asked,
    fields: Fields,
    errors: FormErrors,
) -> Result<FiguresPage, PageError> {
    let shell = Page::new(app, auth).with_form();
    let counted = Counted::of(app, auth).await?;
    let period = asked.period(&counted.tables, counted.today);
    let table = counted.table(period)?;
    let read = app.db.read(auth);
    let plans = store::cause_plans(&read).await?;
    let released = if auth.may(access::LEAD) { store::current_release(&read).await? } else { None };
    let members = counted.names.teams.values().flat_map(|team| team.members.clone());
    let asked_for: Vec<PersonId> = plans
        .iter()
        .map(|plan| plan.owner)
        .chain(released.iter().map(|release| release.released_by))
        .chain(members)
        .collect();
    let cards = app.ports.people.people(&read, &asked_for).await?;
    let mut people: Vec<(PersonId, String)> =
        cards.values().filter(|card| !card.left).map(|card| (card.id, card.name.clone())).collect();
    people.sort_by(|a, b| a.1.cmp(&b.1));
    let name_of = |id: PersonId| cards.get(&id).map(|card| card.name.clone()).unwrap_or_default();
    let openable = behind::Openable::of(auth, &counted, period, &app.calendar);
    let answer = answer::Answer::of(&shell, auth, &counted, table, &openable);
    let together = counted.together();
    let has_row = counted.tables.has(&Place::OtherTeams);
    Ok(FiguresPage {
        lead: answer.lead(),
        period: period_name(&shell, period),
        periods: periods(&shell, &counted, period),
        evidence: answer.evidence().into_iter().map(|one| shell.evidence(one)).collect(),
        trend: answer.trend(period).map(|chart| shell.chart(chart)),
        per_team: answer.per_team().map(|chart| shell.row_chart(chart)),
        heads: rows::HEADS.iter().map(|(key, _)| shell.t(key)).collect(),
        teams: rows::teams(&shell, auth, &counted, table, &openable),
        topics: rows::topics(&shell, auth, &counted, table, &openable),
        elsewhere: openable.elsewhere(&counted.names),
        aside: aside::rows(&shell, auth, &counted, period, &openable),
        together: (!together.is_empty()).then(|| {
            let key = if has_row { "enquiries-figures-together" } else { "enquiries-figures-only-one" };
            shell.t1(key, "teams", together.join(", "))
        }),
        causes: causes::causes(&shell, table, &plans, counted.today, &openable, name_of),
        people,
        front: auth.may(access::LEAD).then(|| OnFront::of(&shell, released, period, name_of)),
        may_lead: auth.may(access::LEAD),
        csv: format!("/intern/tal.csv?periode={period}"),
        fields,
        errors,
        page: shell,
    })
}

/// The last twelve months, this year's quarters and the years of which there is something: address, name, whether shown.
fn periods(page: &Page, counted: &Counted, shown: Period) -> Vec<(String, String, bool)> {
    let first = counted.cases.values().filter(|case| case.counts).map(|case| case.cohort).min();
    let first = first.unwrap_or(counted.today);
    let now = Quarter::of(counted.today);
    let year = match shown {
        Period::Year(year) => year,
        Period::Quarter(quarter) | Period::FourQuarters(quarter) => quarter.year,
    };
    let quarters = (1..=4).map(|quarter| Quarter { year, quarter });
    let quarters = quarters.filter(|quarter| *quarter <= now).map(Period::Quarter);
    let years = (now.year - 2..=now.year).rev().map(Period::Year);
    let lately = lately(&counted.tables, counted.today);
    let all = [lately].into_iter().chain(years.filter(|one| *one != lately));
    all.chain(quarters)
        .filter(|period| *period.days().end() >= first && counted.tables.table(*period).is_some())
        .map(|period| {
            let name = match period {
                Period::FourQuarters(_) => page.t("enquiries-figures-twelve-months-short"),
                period => period_name(page, period),
            };
            (format!("/intern/tal?periode={period}"), name, period == shown)
        })
        .collect()
}

/// A figure, or the word for one on which too little stands.
fn cell(page: &Page, shown: bool, words: impl FnOnce() -> String) -> String {
    if shown { words() } else { page.t("enquiries-figures-few") }
}

fn number(page: &Page, n: u64) -> String {
    page.number(&i64::try_from(n).unwrap_or(i64::MAX))
}

/// What is late now is seen by those who have to do it or to see to it, however little it is: it is work, not a statistic.
fn sees_late(auth: &Auth, place: &Place) -> bool {
    let is_own = place.team().is_some_and(|team| auth.teams().contains(&team));
    let leads = auth.may(access::LEAD) && !matches!(place, Place::Topic(..) | Place::OtherTopics(_));
    is_own || leads || auth.may(access::READ_ALL)
}

fn place_name(page: &Page, names: &Names, place: &Place) -> String {
    match place {
        Place::All => page.t("enquiries-figures-all"),
        Place::Team(team) => names.team(team).to_owned(),
        Place::OtherTeams => page.t("enquiries-figures-other-teams"),
        Place::Topic(_, topic) => names.topic(topic).to_owned(),
        Place::OtherTopics(_) => page.t("enquiries-figures-others"),
    }
}

/// Where a number leads.
fn link(period: Period, place: &Place, number: &str) -> String {
    let (team, topic) = match place {
        Place::All => (String::new(), String::new()),
        Place::Team(team) => (format!("&team={team}"), String::new()),
        Place::OtherTeams => (format!("&team={OTHER_TEAMS}"), String::new()),
        Place::Topic(team, topic) => (format!("&team={team}"), format!("&emne={topic}")),
        Place::OtherTopics(team) => (format!("&team={team}"), format!("&emne={OTHER_TOPICS}")),
    };
    format!("/intern/tal/henvendelser?periode={period}{team}{topic}&tal={number}")
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
