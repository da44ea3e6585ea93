//! `/intern/emner`: the guide's topics, for those who look after its words: what each says, who answers, which goal the
//! council has adopted, and what has been changed here.

mod acute;
mod edit;
mod fields;
mod goal;
mod history;
mod way;

use std::collections::BTreeMap;

use ::web::{Access, App, Auth, FormErrors, Page, PageError, Routes, page, take_flash};
use askama::Template;
use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use axum_extra::extract::CookieJar;
use kernel::{Code, PersonId};
use ports::PersonCard;

use crate::{
    GuideState, access, commands,
    guide::{Routing, Topic},
    model::{Changes, TopicGoal, TopicVersion},
    store::{self, OwnContent},
};

pub(super) fn routes(routes: Routes) -> Routes {
    let content = Access::Needs(access::CONTENT);
    routes
        .get("/intern/emner", content, list)
        .get("/intern/emner/acute", content, acute::show)
        .post("/intern/emner/acute", content, acute::save)
        .post("/intern/emner/acute/valg", content, acute::settle)
        .get("/intern/emner/acute/historik", content, acute::history)
        .post("/intern/emner/acute/gendan", content, acute::restore)
        .get("/intern/emner/{topic}", content, edit::show)
        .post("/intern/emner/{topic}", content, edit::save)
        .post("/intern/emner/{topic}/valg", content, edit::settle)
        .get("/intern/emner/{topic}/maal", content, goal::show)
        .post("/intern/emner/{topic}/maal", content, goal::set)
        .get("/intern/emner/{topic}/historik", content, history::show)
        .post("/intern/emner/{topic}/gendan", content, history::restore)
}

/// A topic as these pages know it.
struct Seen {
    /// As it ships.
    shipped: Topic,
    /// As it is shown.
    shown: Topic,
    /// The newest version, where it was ever edited.
    newest: Option<TopicVersion>,
}

impl Seen {
    async fn load(app: &App, auth: &Auth, key: &Code) -> Result<Self, PageError> {
        let state = app.kept::<GuideState>();
        let shipped = state.shipped_topic(key.as_str()).ok_or(PageError::NotFound)?.clone();
        let read = app.db.read(auth);
        let newest = store::newest_version(&read, key).await?;
        let goals = store::topic_goals(&read, key).await?;
        Ok(Self::of(shipped, newest, &goals))
    }

    /// Straight from the rows: an editor sees what is saved, also in the second before the guide follows.
    fn of(shipped: Topic, newest: Option<TopicVersion>, goals: &[TopicGoal]) -> Self {
        let shown = newest.as_ref().and_then(|newest| newest.changes.apply(&shipped));
        let shown = shown.unwrap_or_else(|| shipped.clone());
        let shown = Topic { goals: goals.iter().map(TopicGoal::dated).collect(), ..shown };
        Self { shipped, shown, newest }
    }

    fn version(&self) -> i64 {
        self.newest.as_ref().map_or(0, |newest| newest.version)
    }

    fn changes(&self) -> Changes {
        self.newest.as_ref().map(|newest| newest.changes.clone()).unwrap_or_default()
    }
}

/// The names of those who saved something.
async fn people(
    app: &App,
    auth: &Auth,
    ids: impl Iterator<Item = PersonId>,
) -> Result<BTreeMap<PersonId, PersonCard>, PageError> {
    let ids: Vec<PersonId> = ids.collect();
    if ids.is_empty() {
        return Ok(BTreeMap::new());
    }
    Ok(app.ports.people.people(&app.db.read(auth), &ids).await?)
}

/// What is wrong, each with the name of its field and language: the same may be wrong in several. `word` names a field that
/// is not called as on the page.
fn wrong_in(page: &Page, errors: &FormErrors, word: fn(&str) -> &str) -> Vec<(&'static str, String)> {
    let say = |name: &str| page.t(&format!("enquiries-content-{name}"));
    let told = errors.iter().map(|(field, key)| {
        let text = page.t(key);
        if *field == "meanwhile" {
            return (*field, text);
        }
        let (name, language) = match (field.strip_suffix("-da"), field.strip_suffix("-en")) {
            (Some(name), _) => (name, Some("in-da")),
            (_, Some(name)) => (name, Some("in-en")),
            (None, None) => (*field, None),
        };
        let name = say(word(name));
        let name = language.map_or(name.clone(), |language| format!("{name} {}", say(language)));
        (*field, page.t2("enquiries-content-wrong-in", ("field", name), ("text", text)))
    });
    told.collect()
}

fn name_of(page: &Page, people: &BTreeMap<PersonId, PersonCard>, id: Option<PersonId>) -> String {
    let known = id.and_then(|id| people.get(&id)).map(|person| person.name.clone());
    known.unwrap_or_else(|| page.t("enquiries-content-someone"))
}

/// The tabs above a topic's three pages: address, word, whether it is this one.
fn tabs(page: &Page, key: &Code, here: &str) -> Vec<(String, String, bool)> {
    let pages = [("", "texts"), ("/maal", "goal"), ("/historik", "history")];
    tabs_of(page, &format!("/intern/emner/{key}"), &pages, here)
}

fn tabs_of(page: &Page, base: &str, pages: &[(&str, &str)], here: &str) -> Vec<(String, String, bool)> {
    let tab = |(path, word): &(&str, &str)| {
        let name = page.t(&format!("enquiries-content-tab-{word}"));
        (format!("{base}{path}"), name, *word == here)
    };
    pages.iter().map(tab).collect()
}

/// Why nobody but the team may know that an enquiry exists; nothing for a topic without a wall.
fn wall(topic: &Topic) -> Option<&'static str> {
    match (topic.routing, topic.confidential) {
        (Routing::ProcurementOnly, _) => Some("enquiries-content-wall-tender"),
        (Routing::PastThePerson, _) => Some("enquiries-content-wall-complaint"),
        (Routing::Team, true) => Some("enquiries-content-wall-confidence"),
        (Routing::Team, false) => None,
    }
}

/// Where a code that was looked up was read.
fn kle_source(shown: &Page, topic: &Topic) -> Option<String> {
    topic.kle_verified?;
    let (title, edition) = (topic.kle_title.as_deref()?, topic.kle_edition?);
    let edition = shown.short_day(&edition);
    Some(shown.t2("enquiries-content-kle-source", ("title", title), ("date", edition)))
}

#[derive(Template)]
#[template(path = "enquiries/staff/topics.html")]
struct TopicsPage {
    page: Page,
    acute: acute::Line,
    ways: Vec<way::Line>,
    rows: Vec<RowView>,
    /// How many goals are not adopted, codes not verified, texts changed on both sides.
    unadopted: i64,
    unverified: i64,
    conflicts: i64,
}

struct RowView {
    key: String,
    title: String,
    team: String,
    is_walled: bool,
    /// Working days, both.
    days: String,
    /// Adopted when, and entered by whom; else nothing.
    adopted: Option<String>,
    kle: String,
    /// The subject's title in the plan, and the edition in which it was read.
    kle_source: Option<String>,
    is_verified: bool,
    has_conflict: bool,
    /// Changed here when, and by whom; else as shipped.
    changed: Option<String>,
}

/// `GET /intern/emner`.
async fn list(auth: Auth, State(app): State<App>, jar: CookieJar) -> Result<Response, PageError> {
    let mut shell = Page::new(&app, &auth);
    let jar = take_flash(&app, jar, &mut shell);
    let own = store::own_content(&app.db.read(&auth)).await?;
    let teams = commands::content_teams(&app, &auth).await?;
    let versions = own.versions.values().filter_map(|version| version.by);
    let ids = versions.chain(own.goals.values().flatten().filter_map(|goal| goal.by));
    let people = people(&app, &auth, ids).await?;
    let today = app.calendar.day_zero(auth.now());
    let OwnContent { mut versions, goals } = own;
    let mut rows = Vec::new();
    for shipped in &app.kept::<GuideState>().shipped().topics {
        let newest = versions.remove(&shipped.key);
        let goals = goals.get(&shipped.key).map_or(&[][..], Vec::as_slice);
        let seen = Seen::of(shipped.clone(), newest, goals);
        let goal = seen.shown.goal_on(today);
        let in_force = goals.iter().filter(|one| one.valid_from <= today).max_by_key(|one| one.valid_from);
        let decision = in_force.and_then(|one| one.decision.as_ref().map(|decision| (one, decision)));
        let team = teams.iter().find(|team| team.key == seen.shown.team);
        let title = seen.shown.title.get(shell.language());
        rows.push(RowView {
            key: shipped.key.to_string(),
            title: title.to_owned(),
            team: team.map_or_else(
                || shell.t("enquiries-content-no-team"),
                |team| match shell.language() {
                    kernel::Language::Da => team.da.clone(),
                    kernel::Language::En => team.en.clone(),
                },
            ),
            is_walled: seen.shown.is_walled(),
            days: shell.t2(
                "enquiries-content-days",
                ("reply", i64::from(goal.first_reply)),
                ("answer", i64::from(goal.answer)),
            ),
            adopted: decision.map(|(goal, decision)| {
                let by = name_of(&shell, &people, goal.by);
                shell.t2(
                    "enquiries-content-adopted-by",
                    ("date", shell.short_day(&decision.on)),
                    ("person", by),
                )
            }),
            kle: seen.shown.kle.clone(),
            kle_source: kle_source(&shell, &seen.shown),
            is_verified: seen.shown.kle_verified.is_some(),
            has_conflict: !seen.changes().conflicts(shipped).is_empty(),
            changed: seen.newest.as_ref().map(|newest| {
                let by = name_of(&shell, &people, newest.by);
                let at = app.calendar.local_date(newest.at);
                shell.t2("enquiries-content-changed-by", ("date", shell.short_day(&at)), ("person", by))
            }),
        });
    }
    let count = |is_one: &dyn Fn(&RowView) -> bool| {
        i64::try_from(rows.iter().filter(|row| is_one(row)).count()).unwrap_or(i64::MAX)
    };
    let main = TopicsPage {
        acute: acute::line(&app, &auth, &shell).await?,
        ways: way::lines(&app, &auth, &shell).await?,
        unadopted: count(&|row| row.adopted.is_none()),
        unverified: count(&|row| !row.is_verified),
        conflicts: count(&|row| row.has_conflict),
        rows,
        page: shell,
    };
    let title = main.page.t("enquiries-content-heading");
    Ok((jar, page(&main.page, &title, &main)).into_response())
}

impl TopicsPage {
    fn count(&self, key: &str, count: &i64) -> String {
        self.page.t1(key, "count", *count)
    }
}
