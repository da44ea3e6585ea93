//! `GET /intern/tal/henvendelser`: the cases behind a number, as far as the asker may open them.

use std::collections::{BTreeMap, BTreeSet};

use ::web::{App, Auth, Page, PageError, page};
use askama::Template;
use axum::{
    extract::{Query, State},
    response::Response,
};
use chrono::{DateTime, Utc};
use kernel::{Calendar, CaseId, TeamId};
use ledger::{PromiseKind, PromiseState};

use super::{
    super::names::{Names, nameless},
    Asked, Counted, OTHER_TEAMS, OTHER_TOPICS, period_name, place_name,
};
use crate::{
    access, commands,
    figures::{Aside, CaseFacts, Period, Place},
    model::{Avoidable, Case, settled_for},
    store,
};

/// Cases on one page behind a number: the newest.
const CASES_MAX: usize = 200;
/// The numbers that lead to cases.
const NUMBERS: [&str; 11] = [
    "modtaget",
    "foerste-for-sent",
    "for-sent",
    "forsinket",
    "pause",
    "skift",
    "undgaas",
    "vurderet",
    SPAM,
    MERGED,
    SETTLED,
];
/// What was marked as spam, and what was read together with another: set aside, and counted by itself.
pub(super) const SPAM: &str = "spam";
pub(super) const MERGED: &str = "samlet";
/// With a message after the answer that needed no other one.
pub(super) const SETTLED: &str = "uden-svar";
/// What is counted by itself.
pub(super) const ASIDE: [&str; 3] = [SPAM, MERGED, SETTLED];
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
    /// The teams that have those which the asker may not open.
    elsewhere: Option<String>,
}

pub(super) async fn cases(
    auth: Auth,
    State(app): State<App>,
    Query(asked): Query<Asked>,
) -> Result<Response, PageError> {
    let counted = Counted::of(&app, &auth).await?;
    let period = asked.period(&counted.tables, counted.today);
    // A row that the page does not have has no cases behind it either: a team of one person is none by itself.
    let number = asked.tal.clone().unwrap_or_default();
    let is_aside = ASIDE.contains(&number.as_str());
    let may = |place: &Place| if is_aside { sees_aside(&auth, place) } else { counted.tables.has(place) };
    let place = asked.place().filter(may).ok_or(PageError::NotFound)?;
    let days = period.days();
    let is_counted = |case: &&CaseFacts| {
        if is_aside {
            let is_there = place == Place::All || place == aside_place(&counted, case.team);
            return is_there && days.contains(&case.cohort) && aside(case).any(|word| word == number);
        }
        let in_period = number == "forsinket" || days.contains(&case.cohort);
        case.counts
            && in_period
            && counted.tables.holds(&place, case)
            && is_behind(&number, case, auth.now(), &app.calendar)
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
    let has = |id: &CaseId| seen.iter().any(|case| case.id == *id);
    let others = ids.iter().filter(|id| !has(id)).filter_map(|id| counted.cases.get(id));
    let others: BTreeSet<TeamId> =
        others.filter(|case| !case.confidential && !may_open(&auth, case)).map(|case| case.team).collect();
    let elsewhere = named(&others, &names);
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
        elsewhere,
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

/// The words of an address for what is counted by itself of a case: why it was set aside, or that a message on it was.
pub(super) fn aside(case: &CaseFacts) -> impl Iterator<Item = &'static str> {
    let whole = match case.aside {
        Some(Aside::Spam { .. }) => Some(SPAM),
        Some(Aside::Duplicate) => Some(MERGED),
        None => None,
    };
    let settled = case.counts && case.promises.iter().any(|one| settled_for(&one.promise).is_some());
    whole.into_iter().chain(settled.then_some(SETTLED))
}

/// Where a case counts that was set aside: with its team, or with those that may not stand alone.
pub(super) fn aside_place(counted: &Counted, team: TeamId) -> Place {
    let own = Place::Team(team);
    if counted.tables.has(&own) { own } else { Place::OtherTeams }
}

/// What was set aside is looked at by those who lead and by those who may read everything: it is no statistic.
pub(super) fn sees_aside(auth: &Auth, place: &Place) -> bool {
    let is_row = matches!(place, Place::All | Place::Team(_) | Place::OtherTeams);
    is_row && (auth.may(access::LEAD) || auth.may(access::READ_ALL))
}

/// Whether the asker may open a case, as far as the journal tells; the list itself asks [`access::may_see`].
fn may_open(auth: &Auth, case: &CaseFacts) -> bool {
    let owns = auth.may(access::WORK) && auth.teams().contains(&case.team);
    owns || (auth.may(access::READ_ALL) && !case.confidential)
}

/// Which numbers lead the asker to a case: only those are links.
pub(super) struct Openable {
    numbers: BTreeSet<(Place, String)>,
    /// The teams that have the other cases of the period.
    elsewhere: BTreeSet<TeamId>,
}

impl Openable {
    pub(super) fn of(auth: &Auth, counted: &Counted, period: Period, calendar: &Calendar) -> Self {
        let days = period.days();
        let mut openable = Self { numbers: BTreeSet::new(), elsewhere: BTreeSet::new() };
        for case in counted.cases.values().map(AsRef::as_ref) {
            let in_period = days.contains(&case.cohort);
            if !may_open(auth, case) {
                if in_period && !case.confidential && case.counts {
                    openable.elsewhere.insert(case.team);
                }
                continue;
            }
            for word in aside(case).filter(|_| in_period) {
                openable.numbers.insert((Place::All, word.to_owned()));
                openable.numbers.insert((aside_place(counted, case.team), word.to_owned()));
            }
            if !case.counts {
                continue;
            }
            let cause = case.closed.as_ref().map(|(_, cause)| format!("{CAUSE}{cause}"));
            let words = NUMBERS.into_iter().filter(|word| !ASIDE.contains(word));
            let words = words.filter(|word| {
                (in_period || *word == "forsinket") && is_behind(word, case, auth.now(), calendar)
            });
            for word in words.map(str::to_owned).chain(cause.filter(|_| in_period)) {
                for place in counted.tables.places_of(case) {
                    openable.numbers.insert((place.clone(), word.clone()));
                }
            }
        }
        openable
    }

    /// Whether a number leads to something.
    pub(super) fn has(&self, place: &Place, number: &str) -> bool {
        self.numbers.contains(&(place.clone(), number.to_owned()))
    }

    /// The teams that have what the asker may not open, by name.
    pub(super) fn elsewhere(&self, names: &Names) -> Option<String> {
        named(&self.elsewhere, names)
    }
}

fn named(teams: &BTreeSet<TeamId>, names: &Names) -> Option<String> {
    let mut named: Vec<&str> = teams.iter().map(|team| names.team(team)).collect();
    named.sort_unstable();
    (!named.is_empty()).then(|| named.join(", "))
}

fn is_late(history: &ledger::History, now: DateTime<Utc>, calendar: &Calendar) -> bool {
    matches!(history.promise.state, PromiseState::KeptLate { .. } | PromiseState::Broken { .. })
        || history.is_past_due(now, calendar)
}

fn is_behind(number: &str, case: &CaseFacts, now: DateTime<Utc>, calendar: &Calendar) -> bool {
    let mut answers = case.promises_of(&PromiseKind::ANSWER);
    match number {
        "foerste-for-sent" => {
            case.promises_of(&PromiseKind::FIRST_REPLY).any(|history| is_late(history, now, calendar))
        }
        "for-sent" => answers.any(|history| is_late(history, now, calendar)),
        "forsinket" => case.is_late(now, calendar),
        "pause" => answers.any(|history| !history.pauses.is_empty()),
        "skift" => case.closed.is_some() && case.hand_overs + case.bounces > 0,
        "undgaas" => case.closed.as_ref().is_some_and(|(_, cause)| cause.as_str() != Avoidable::No.code()),
        "vurderet" => case.rated.is_some(),
        number => number
            .strip_prefix(CAUSE)
            .is_none_or(|cause| case.closed.as_ref().is_some_and(|(_, code)| code.as_str() == cause)),
    }
}
