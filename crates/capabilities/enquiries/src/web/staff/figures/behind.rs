//! `GET /intern/tal/henvendelser`: the cases behind a number, as far as the asker may open them.

use std::collections::BTreeMap;

use ::web::{App, Auth, Page, PageError, page};
use askama::Template;
use axum::{
    extract::{Query, State},
    response::Response,
};
use chrono::{DateTime, Utc};
use kernel::{CaseId, TeamId};
use ledger::{PromiseKind, PromiseState};

use super::{
    super::names::{Names, nameless},
    Asked, Counted, OTHER_TEAMS, OTHER_TOPICS, period_name, place_name,
};
use crate::{
    access, commands,
    figures::{CaseFacts, Place},
    model::{Avoidable, Case},
    store,
};

/// Cases on one page behind a number: the newest.
const CASES_MAX: usize = 200;
/// The numbers that lead to cases.
const NUMBERS: [&str; 7] = ["modtaget", "for-sent", "forsinket", "pause", "skift", "undgaas", "vurderet"];
/// A cause of avoidable ones, by its code.
const CAUSE: &str = "aarsag-";

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

pub(super) async fn cases(
    auth: Auth,
    State(app): State<App>,
    Query(asked): Query<Asked>,
) -> Result<Response, PageError> {
    let counted = Counted::of(&app, &auth).await?;
    let period = asked.period(&counted.tables, counted.today);
    // A row that the page does not have has no cases behind it either: a team of one person is none by itself.
    let place = asked.place().filter(|place| counted.tables.has(place)).ok_or(PageError::NotFound)?;
    let number = asked.tal.clone().unwrap_or_default();
    let days = period.days();
    let is_counted = |case: &&CaseFacts| {
        let in_period = number == "forsinket" || days.contains(&case.cohort);
        case.counts
            && in_period
            && counted.tables.holds(&place, case)
            && is_behind(&number, case, auth.now(), &app)
    };
    let mut ids: Vec<(DateTime<Utc>, CaseId)> = counted
        .cases
        .values()
        .map(AsRef::as_ref)
        .filter(is_counted)
        .map(|case| (case.received_at, case.case))
        .collect();
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
    let numbers = nameless(seen.iter());
    let names = Names::of(&app, &auth, commands::teams(&app, &auth).await?, &[], &numbers).await?;
    let known = NUMBERS.into_iter().find(|known| *known == number).unwrap_or("modtaget");
    let (period_words, place_words) = (period_name(&shell, period), place_name(&shell, &names, &place));
    let heading = match number.strip_prefix(CAUSE).and_then(Avoidable::from_code) {
        Some(cause) => shell.t2(
            "enquiries-figures-behind-cause",
            ("cause", shell.t(&format!("enquiries-cause-{}", cause.code()))),
            ("period", period_words),
        ),
        None => shell.t2(
            &format!("enquiries-figures-behind-{known}"),
            ("period", period_words),
            ("team", place_words),
        ),
    };
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

impl Asked {
    /// The row that is asked for; `None` for a team that is written wrong.
    fn place(&self) -> Option<Place> {
        let team = match self.team.as_deref().unwrap_or_default() {
            "" => return Some(Place::All),
            OTHER_TEAMS => return Some(Place::OtherTeams),
            team => team.parse::<TeamId>().ok()?,
        };
        match self.emne.as_deref().unwrap_or_default() {
            "" => Some(Place::Team(team)),
            OTHER_TOPICS => Some(Place::OtherTopics(team)),
            topic => Some(Place::Topic(team, topic.parse().ok()?)),
        }
    }
}

fn is_behind(number: &str, case: &CaseFacts, now: DateTime<Utc>, app: &App) -> bool {
    let mut answers = case.promises_of(&PromiseKind::ANSWER);
    match number {
        "for-sent" => answers.any(|history| {
            matches!(history.promise.state, PromiseState::KeptLate { .. } | PromiseState::Broken { .. })
                || history.is_past_due(now, &app.calendar)
        }),
        "forsinket" => case.is_late(now, &app.calendar),
        "pause" => answers.any(|history| !history.pauses.is_empty()),
        "skift" => case.closed.is_some() && case.hand_overs + case.bounces > 0,
        "undgaas" => case.closed.as_ref().is_some_and(|(_, cause)| cause.as_str() != Avoidable::No.code()),
        "vurderet" => case.rated.is_some(),
        number => number
            .strip_prefix(CAUSE)
            .is_none_or(|cause| case.closed.as_ref().is_some_and(|(_, code)| code.as_str() == cause)),
    }
}
