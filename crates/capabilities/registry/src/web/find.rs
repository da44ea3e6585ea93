//! Finding a company while typing: for anyone as suggestions, for staff as a page.

use ::web::{Address, App, Auth, Page, PageError, page};
use askama::Template;
use axum::{
    Json,
    extract::{Query, State},
    http::{HeaderMap, HeaderValue, header},
    response::{Html, IntoResponse, Response},
};
use chrono::{DateTime, Utc};
use kernel::{CvrNumber, Language};
use search::Scope;
use serde::{Deserialize, Serialize};

use super::{LOOK_UP, TYPING, company::employed, words::RegisterWords};
use crate::{
    model::RegisterUnit,
    register::{Found, Register},
    store::{Listed, UnitKind},
};

/// Suggestions shown.
const SUGGESTIONS_MAX: usize = 8;
/// Hits on the page for staff.
const HITS_MAX: usize = 25;
/// Cases and contacts shown.
const OTHERS_MAX: usize = 5;
/// Letters and digits that must be typed before anything is suggested.
const LETTERS_MIN: usize = 3;

/// What was typed.
#[derive(Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    q: String,
}

/// A suggestion: a name, its CVR number and its town, and nothing else.
#[derive(Debug, Serialize)]
struct Suggestion {
    value: CvrNumber,
    label: String,
    detail: String,
}

fn letters(text: &str) -> usize {
    text.chars().filter(|c| c.is_alphanumeric()).count()
}

pub(super) async fn typeahead(
    auth: Auth,
    State(app): State<App>,
    address: Address,
    Query(asked): Query<Asked>,
) -> Result<Response, PageError> {
    let is_staff = auth.may(LOOK_UP);
    let scope = if is_staff { Scope::Staff } else { Scope::Public };
    let mut suggestions = Vec::new();
    let mut is_simple = false;
    if letters(&asked.q) >= LETTERS_MIN {
        if !is_staff {
            let who = address.0.to_string();
            TYPING.iter().try_for_each(|limit| app.limits().count(*limit, &who, auth.now()))?;
        }
        let register = app.kept::<Register>();
        let found = register.find(auth.tenant(), &asked.q, scope, SUGGESTIONS_MAX).await?;
        is_simple = found.is_simple;
        suggestions.extend(found.units.into_iter().filter_map(|unit| suggestion(&app, &auth, unit)));
    }
    let mut response = Json(suggestions).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if is_simple {
        // The page that asks may say it; the field works all the same.
        headers.insert("x-samspil-search", HeaderValue::from_static("simple"));
    }
    Ok(response)
}

fn suggestion(app: &App, auth: &Auth, unit: Listed) -> Option<Suggestion> {
    let value = unit.cvr?;
    let key = if unit.ceased { "registry-suggestion-ceased" } else { "registry-suggestion" };
    let arguments = [("cvr", value.to_string().into()), ("town", unit.town.into())];
    Some(Suggestion { value, label: unit.name, detail: app.text(auth.language(), key, &arguments) })
}

/// A hit as staff see it.
struct Hit {
    cvr: Option<CvrNumber>,
    name: String,
    number: String,
    also: Option<String>,
    place: String,
    industry: RegisterWords,
    employed: String,
    is_establishment: bool,
    ceased: bool,
    protected: bool,
}

/// What was found besides companies: a case by its number, whoever asked.
struct Other {
    name: String,
    link: Option<String>,
    words: String,
}

/// What changes while one types.
#[derive(Template)]
#[template(path = "registry/hits.html")]
struct Hits {
    page: Page,
    question: String,
    is_asked: bool,
    is_simple: bool,
    others: Vec<Other>,
    found: Vec<Hit>,
    is_full: bool,
    counts: (u64, u64),
    as_of: Option<DateTime<Utc>>,
}
impl askama::filters::HtmlSafe for Hits {}

#[derive(Template)]
#[template(path = "registry/find.html")]
struct FindPage {
    page: Page,
    question: String,
    hits: Hits,
}

pub(super) async fn search_page(
    auth: Auth,
    State(app): State<App>,
    headers: HeaderMap,
    Query(asked): Query<Asked>,
) -> Result<Response, PageError> {
    let shown = Page::new(&app, &auth);
    let register = app.kept::<Register>();
    let is_asked = letters(&asked.q) >= LETTERS_MIN.min(2);
    let found = if is_asked {
        register.find(auth.tenant(), &asked.q, Scope::Staff, HITS_MAX).await?
    } else {
        Found::default()
    };
    let today = register.today();
    let is_full = found.units.len() >= HITS_MAX;
    let mut described = register.describe(&found.units).await?;
    let hits = found.units.into_iter().map(|unit| {
        let known = described.remove(&(unit.kind, unit.number));
        let address =
            known.as_ref().and_then(|known| known.unit().addresses.latest(today)).map(|latest| latest.value);
        Hit {
            also: known.as_ref().and_then(|known| also(&shown, known, &asked.q, &unit.name, today)),
            place: address.map(ToString::to_string).unwrap_or_default(),
            industry: known
                .as_ref()
                .and_then(|known| known.unit().industries.latest(today))
                .map(|latest| RegisterWords::danish(&shown, latest.value.title.clone()))
                .unwrap_or_default(),
            employed: known
                .as_ref()
                .and_then(|known| known.unit().latest_employment())
                .map(|employment| employed(&shown, employment.headcount))
                .unwrap_or_default(),
            is_establishment: unit.kind == UnitKind::Establishment,
            number: match unit.kind {
                UnitKind::Company => format!("CVR {:08}", unit.number),
                UnitKind::Establishment => format!("P {:010}", unit.number),
            },
            cvr: unit.cvr,
            name: unit.name,
            ceased: unit.ceased,
            protected: unit.protected,
        }
    });
    let hits: Vec<Hit> = hits.collect();
    let others = if is_asked { others(&app, &auth, &shown, &asked.q).await? } else { Vec::new() };
    let counts = if is_asked { (0, 0) } else { register.figures(&auth).await?.today_counts() };
    let as_of = register.last_run().await?.and_then(|run| run.finished_at);
    let hits = Hits {
        page: shown.clone(),
        question: asked.q.clone(),
        is_asked,
        is_simple: found.is_simple,
        others,
        found: hits,
        is_full,
        counts,
        as_of,
    };
    if headers.get("x-fragment").is_some_and(|place| place == "hits") {
        let mut response = Html(hits.render().map_err(PageError::internal)?).into_response();
        response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        return Ok(response);
    }
    let title = shown.t("registry-find");
    Ok(page(&shown, &title, &FindPage { page: shown.clone(), question: asked.q, hits }))
}

/// What other capabilities find, as far as the asker may know of it.
async fn others(app: &App, auth: &Auth, page: &Page, typed: &str) -> Result<Vec<Other>, PageError> {
    let mut others = Vec::new();
    for memory in &app.ports.memories {
        for card in memory.find(auth, typed, OTHERS_MAX).await? {
            let arguments: Vec<_> =
                card.arguments.into_iter().map(|(name, value)| (name, value.into())).collect();
            others.push(Other { words: page.tn(card.key, &arguments), name: card.name, link: card.link });
        }
    }
    Ok(others)
}

/// Why a unit was found whose name does not say it: another name that begins with a word that was typed.
fn also(
    page: &Page,
    known: &RegisterUnit,
    question: &str,
    name: &str,
    today: chrono::NaiveDate,
) -> Option<String> {
    let asked = search::words(question);
    let fits = |text: &str| {
        let words = search::words(text);
        asked.iter().any(|asked| words.iter().any(|word| word.starts_with(asked.as_str())))
    };
    if fits(name) {
        return None;
    }
    if let RegisterUnit::Company(company) = known
        && let Some(other) = company.secondary_names.all_current(today).find(|other| fits(other))
    {
        return Some(page.t1("registry-also-secondary", "name", other));
    }
    let former = known.unit().former_names(today).into_iter().find(|former| fits(&former.value))?;
    Some(page.t1("registry-also-former", "name", &former.value))
}

impl Hits {
    fn local(&self) -> String {
        let number = |n: u64| kernel::format::number(i64::try_from(n).unwrap_or(i64::MAX), self.language());
        let (companies, establishments) = self.counts;
        self.page.t2(
            "registry-find-local",
            ("companies", number(companies)),
            ("establishments", number(establishments)),
        )
    }

    fn language(&self) -> Language {
        self.page.language()
    }
}
