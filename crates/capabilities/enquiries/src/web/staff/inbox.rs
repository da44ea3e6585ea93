//! The inbox: what a team owes, the nearest date first. Worked from the keyboard, or on a phone as cards.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use ::web::{App, Auth, Page, PageError, page, take_flash};
use askama::Template;
use axum::{
    extract::{Path, Query, State},
    response::{IntoResponse, Response},
};
use axum_extra::extract::CookieJar;
use kernel::{CaseId, Code, PersonId, TeamId};
use ledger::{Promise, PromiseKind};
use ports::TeamCard;
use storage::Attachment;

use super::{
    Bell, Say as _, fragment,
    names::{Names, nameless},
    visible,
};
use crate::{
    GuideState, access,
    commands::{self, FILES_OF_ENTRY},
    guide::Topic,
    model::{
        Case, CaseState, Entry, EntryKind, Part, Row, Standing, Tab, WorkList, next_promise, settled_for,
        work_list,
    },
    store::{self, CASES_PER_PAGE, CaseFilter},
};

/// Lines on one page.
const ROWS: usize = 50;
const _: () = assert!(ROWS as u64 == CASES_PER_PAGE, "a page of a list is a page of the database");

/// What was asked for: a list, whose, which page of it.
#[derive(Debug, Clone)]
struct Asked {
    tab: Tab,
    teams: BTreeSet<TeamId>,
    team: Option<TeamCard>,
    choices: Vec<TeamCard>,
    topic: Option<Code>,
    side: u16,
}

impl Asked {
    /// Only teams that the asker may look at are a choice; another one is as good as none.
    fn of(auth: &Auth, query: &HashMap<String, String>, teams: &BTreeMap<TeamId, TeamCard>) -> Self {
        let get = |name: &str| query.get(name).map_or("", String::as_str);
        let may_choose = |team: &&TeamCard| auth.may(access::READ_ALL) || auth.teams().contains(&team.id);
        let choices: Vec<TeamCard> = teams.values().filter(may_choose).cloned().collect();
        let team = choices.iter().find(|team| team.key == get("hold")).cloned();
        let teams = team.as_ref().map_or_else(|| auth.teams().clone(), |team| BTreeSet::from([team.id]));
        let side = get("side").parse().unwrap_or(1).max(1);
        let topic = get("emne").parse().ok();
        Self { tab: Tab::from_word(get("vis")), teams, team, choices, topic, side }
    }
}

/// A line as the page shows it.
struct Line {
    case: Case,
    promise: Option<Promise>,
    part: Option<Part>,
    beginning: String,
}

#[derive(Template)]
#[template(path = "enquiries/staff/inbox.html")]
struct InboxPage {
    page: Page,
    asked: Asked,
    work: WorkList,
    lines: Vec<Line>,
    has_more: bool,
    names: Names,
    bell: Bell,
    /// For whom one stands in, each in words.
    stands_in: Vec<String>,
    /// Topics of one's teams that are to be looked through: key and title.
    reviews: Vec<(String, String)>,
}

/// The topics of the asker's own teams for which it is time.
fn reviews(app: &App, auth: &Auth, teams: &BTreeMap<TeamId, TeamCard>) -> Vec<(String, String)> {
    let today = app.calendar.local_date(auth.now());
    let guide = app.kept::<GuideState>().guide(auth.tenant());
    let own = |topic: &&Topic| {
        teams.values().any(|team| team.key == topic.team.as_str() && auth.teams().contains(&team.id))
    };
    let is_due = |topic: &&Topic| {
        topic.reviewed.is_some_and(|reviewed| reviewed.standing(app.rules(), today) != Standing::Good)
    };
    let due = guide.topics().iter().filter(own).filter(is_due);
    due.map(|topic| (topic.key.to_string(), topic.title.get(auth.language()).to_owned())).collect()
}

impl InboxPage {
    fn tabs() -> [Tab; 10] {
        Tab::ALL
    }

    fn address(&self, tab: Tab) -> String {
        let team = self.asked.team.as_ref().map_or_else(String::new, |team| format!("&hold={}", team.key));
        let topic = self.asked.topic.as_ref().map_or_else(String::new, |topic| format!("&emne={topic}"));
        format!("/intern/indbakke?vis={}{team}{topic}", tab.word())
    }

    /// The address of a page before or after this one.
    fn side(&self, step: i16) -> String {
        format!("{}&side={}", self.address(self.asked.tab), self.asked.side.saturating_add_signed(step))
    }

    /// How many lines a list has, where that is worth saying.
    fn count(&self, tab: Tab) -> Option<usize> {
        self.work.count(tab).filter(|count| *count > 0)
    }

    fn is_shown(&self, tab: Tab) -> bool {
        self.asked.tab == tab
    }

    fn is_chosen(&self, team: &TeamCard) -> bool {
        self.asked.team.as_ref().is_some_and(|chosen| chosen.id == team.id)
    }

    fn is_about(&self, topic: &str) -> bool {
        self.asked.topic.as_ref().is_some_and(|chosen| chosen.as_str() == topic)
    }

    fn title(&self) -> String {
        self.page.t1("enquiries-inbox-title", "count", self.work.count(Tab::Owed).unwrap_or_default())
    }

    /// Late and unassigned work is pointed at, when there is some.
    fn is_bad(&self, tab: Tab) -> bool {
        matches!(tab, Tab::Late | Tab::Unassigned) && self.count(tab).is_some()
    }

    /// Since when we wait for the company.
    fn waits_since(&self, promise: &Promise) -> Option<String> {
        let day = self.page.app().calendar.local_date(promise.paused_since?);
        Some(self.page.t1("enquiries-inbox-since", "date", self.page.short_day(&day)))
    }

    /// Which of the promises the date is of.
    fn owes_key(promise: &Promise) -> &'static str {
        match &promise.kind {
            kind if *kind == PromiseKind::FIRST_REPLY => "enquiries-inbox-owes-first-reply",
            kind if *kind == PromiseKind::CALL_BACK => "enquiries-inbox-owes-call-back",
            kind if *kind == PromiseKind::PART_ANSWER => "enquiries-inbox-owes-part-answer",
            _ => "enquiries-inbox-owes-answer",
        }
    }

    fn extract(line: &Line) -> &str {
        line.part.as_ref().map_or(line.beginning.as_str(), |part| part.question.as_str())
    }

    /// What stands where nothing is owed.
    fn state_key(case: &Case) -> &'static str {
        match case.state {
            CaseState::Unconfirmed => "enquiries-inbox-state-unconfirmed",
            CaseState::Open => "enquiries-inbox-state-answered",
            CaseState::WaitingForCompany => "enquiries-inbox-state-waiting",
            CaseState::Closed(_) => "enquiries-inbox-state-closed",
            CaseState::Withdrawn => "enquiries-inbox-state-withdrawn",
            CaseState::Spam => "enquiries-inbox-state-spam",
            CaseState::Duplicate(_) => "enquiries-inbox-state-duplicate",
        }
    }
}

/// `GET /intern/indbakke`.
pub(super) async fn show(
    auth: Auth,
    State(app): State<App>,
    Query(query): Query<HashMap<String, String>>,
    jar: CookieJar,
) -> Result<Response, PageError> {
    let mut shown = Page::new(&app, &auth);
    let jar = take_flash(&app, jar, &mut shown);
    let main = inbox_page(&app, &auth, shown, &query).await?;
    let title = main.title();
    Ok((jar, page(&main.page, &title, &main)).into_response())
}

async fn inbox_page(
    app: &App,
    auth: &Auth,
    shown: Page,
    query: &HashMap<String, String>,
) -> Result<InboxPage, PageError> {
    let read = app.db.read(auth);
    let teams = commands::teams(app, auth).await?;
    let asked = Asked::of(auth, query, &teams);
    let chosen: Vec<TeamId> = asked.teams.iter().copied().collect();
    let owed = ledger::open_of_debtors(&read, &chosen).await?;
    let calls = owed.iter().filter(|promise| promise.kind == PromiseKind::CALL_BACK);
    let filter = CaseFilter {
        teams: Some(chosen.clone()),
        open: true,
        also: calls.map(|promise| promise.subject.into()).collect(),
        topic: asked.topic.as_ref().map(ToString::to_string),
        ..visible(auth)
    };
    let marks = store::marks(&read, &filter).await?;
    let asked_of_us = owed.iter().any(|promise| promise.kind == PromiseKind::PART_ANSWER);
    let mut parts = if asked_of_us { store::parts_owed(&read, &chosen).await? } else { Vec::new() };
    if let Some(topic) = &asked.topic {
        let ids: Vec<CaseId> = parts.iter().map(|part| part.case).collect();
        let cases = store::find_all(&read, &ids).await?;
        parts.retain(|part| cases.get(&part.case).is_some_and(|case| case.topic == *topic));
    }
    let work = work_list(&marks, &owed, &parts, &asked.teams, auth.person(), auth.now(), &app.calendar);
    let (rows, ended) = rows_of_page(app, auth, &asked, &work).await?;
    let lines = lines(app, auth, &rows, ended, &owed).await?;
    let has_more = rows.len() > ROWS;
    let people: Vec<PersonId> = lines.iter().filter_map(|line| line.case.assignee).collect();
    let nameless = nameless(lines.iter().map(|line| &line.case));
    let reviews = reviews(app, auth, &teams);
    let names = Names::of(app, auth, teams, &people, &nameless).await?;
    let bell = Bell::of(&shown).await?;
    let stands_in = stands_in(app, auth, &shown).await?;
    Ok(InboxPage { page: shown, asked, work, lines, has_more, names, bell, stands_in, reviews })
}

/// For whom the asker does the work today, and until when: the enquiries of others among the own ones have a reason.
async fn stands_in(app: &App, auth: &Auth, shown: &Page) -> Result<Vec<String>, PageError> {
    let Some(person) = auth.person() else { return Ok(Vec::new()) };
    let today = app.calendar.local_date(auth.now());
    let away = app.ports.people.stands_in_for(&app.db.read(auth), person, today).await?;
    let words = away.into_iter().map(|away| match away.until {
        Some(until) => {
            shown.t2("enquiries-inbox-stands-in-until", ("name", away.name), ("date", shown.day(&until)))
        }
        None => shown.t1("enquiries-inbox-stands-in", "name", away.name),
    });
    Ok(words.collect())
}

/// The lines of the page that was asked for, one more where there are more; and the cases, where they were read already.
async fn rows_of_page(
    app: &App,
    auth: &Auth,
    asked: &Asked,
    work: &WorkList,
) -> Result<(Vec<Row>, BTreeMap<CaseId, Case>), PageError> {
    let begin = usize::from(asked.side - 1) * ROWS;
    if asked.tab != Tab::Ended {
        let rows = work.rows(asked.tab).into_iter().skip(begin).take(ROWS + 1).cloned();
        return Ok((rows.collect(), BTreeMap::new()));
    }
    let teams = Some(asked.teams.iter().copied().collect());
    let topic = asked.topic.as_ref().map(ToString::to_string);
    let filter = CaseFilter { teams, topic, ..visible(auth) };
    let side = u64::from(asked.side - 1);
    let mut cases = store::ended(&app.db.read(auth), &filter, side).await?;
    // Whether there is a next page shows only when one looks; a full page says "maybe".
    if cases.len() == ROWS {
        cases.extend(store::ended(&app.db.read(auth), &filter, side + 1).await?.into_iter().take(1));
    }
    let row = |case: &Case| Row { case: case.id, promise: None, part: None };
    let rows = cases.iter().map(row).collect();
    Ok((rows, cases.into_iter().map(|case| (case.id, case)).collect()))
}

async fn lines(
    app: &App,
    auth: &Auth,
    rows: &[Row],
    mut cases: BTreeMap<CaseId, Case>,
    owed: &[Promise],
) -> Result<Vec<Line>, PageError> {
    let read = app.db.read(auth);
    let ids: Vec<CaseId> = rows.iter().take(ROWS).map(|row| row.case).collect();
    if cases.is_empty() && !ids.is_empty() {
        cases = store::find_all(&read, &ids).await?;
    }
    let mut words = store::first_words(&read, &ids).await?;
    // What others owe, and what has ended, is not among what we owe.
    let uuids: Vec<_> = rows.iter().filter(|row| row.promise.is_none()).map(|row| row.case.uuid()).collect();
    let others = if uuids.is_empty() { Vec::new() } else { ledger::of_subjects(&read, &uuids).await? };
    let helps: Vec<TeamId> = auth.teams().iter().copied().collect();
    let line = |row: &Row| {
        let case = cases.get(&row.case)?.clone();
        // A part is asked of a team: its people may see the case for it.
        let parts = if row.part.is_some() { helps.as_slice() } else { &[] };
        if !access::may_see(auth, &case, parts) {
            return None;
        }
        let promise = row.promise.clone().or_else(|| next_promise(owed, case.id).cloned());
        let promise =
            promise.or_else(|| next_promise(&others, case.id).cloned()).or_else(|| answer(&others, case.id));
        let beginning = words.remove(&case.id).unwrap_or_default();
        Some(Line { promise, part: row.part.clone(), beginning, case })
    };
    Ok(rows.iter().take(ROWS).filter_map(line).collect())
}

/// How the answer of an ended case went.
fn answer(promises: &[Promise], case: CaseId) -> Option<Promise> {
    let mut answers = promises.iter().filter(|one| {
        one.subject == case.uuid() && one.kind == PromiseKind::ANSWER && settled_for(one).is_none()
    });
    answers.next_back().cloned()
}

#[derive(Template)]
#[template(path = "enquiries/staff/preview.html")]
struct Preview {
    page: Page,
    case: Case,
    promise: Option<Promise>,
    first: Option<Entry>,
    latest: Option<Entry>,
    files: Vec<Attachment>,
    names: Names,
    earlier: i64,
    may_work: bool,
}

impl Preview {
    fn what(&self, promise: &Promise) -> String {
        self.names.what(&self.page, promise)
    }
}

/// `GET /intern/indbakke/{id}/uddrag`: the case in short, beside the list.
pub(super) async fn preview(
    auth: Auth,
    State(app): State<App>,
    Path(id): Path<CaseId>,
) -> Result<Response, PageError> {
    let read = app.db.read(&auth);
    let case = store::find(&read, id).await?.ok_or(PageError::NotFound)?;
    let parts: Vec<TeamId> = store::parts(&read, &[id]).await?.iter().map(|part| part.team).collect();
    if !access::may_see(&auth, &case, &parts) {
        return Err(PageError::NotFound);
    }
    let entries = store::entries(&read, id, false).await?;
    let first = entries.iter().find(|entry| entry.kind == EntryKind::FromCompany).cloned();
    let files = match &first {
        Some(entry) => Attachment::of(&read, FILES_OF_ENTRY, &[entry.id.uuid()]).await?,
        None => Vec::new(),
    };
    let promises = ledger::of_subjects(&read, &[id.uuid()]).await?;
    let asked_by = Some((case.asker.cvr(), case.contact.email.clone()));
    let earlier = store::count(&read, &CaseFilter { asked_by, ..visible(&auth) }).await?;
    let people: Vec<PersonId> =
        entries.iter().filter_map(|entry| entry.author).chain(case.assignee).collect();
    let teams = commands::teams(&app, &auth).await?;
    Ok(fragment(&Preview {
        promise: next_promise(&promises, id).cloned().or_else(|| answer(&promises, id)),
        latest: entries.last().filter(|last| first.as_ref().is_none_or(|one| one.id != last.id)).cloned(),
        first,
        files: files.into_iter().filter(|file| file.removed_at.is_none()).collect(),
        names: Names::of(&app, &auth, teams, &people, &nameless([&case].into_iter())).await?,
        earlier: i64::try_from(earlier).unwrap_or_default().saturating_sub(1),
        may_work: access::may_work(&auth, &case) && case.state.is_open(),
        page: Page::new(&app, &auth),
        case,
    }))
}
