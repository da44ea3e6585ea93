//! `/intern/emner`: the guide's topics, for those who look after its words: what each says, who answers, which goal the
//! council has adopted, and what has been changed here. Beside them the short ways in, and what is told when something is
//! wrong right now, edited in the same way.

mod acute;
mod boxes;
mod edit;
mod fields;
mod form;
mod goal;
mod history;
mod review;
mod topic;
mod way;

use std::collections::BTreeMap;

use ::web::{Access, App, Auth, Fields, Page, PageError, Routes, page, take_flash};
use askama::Template;
use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use axum_extra::extract::CookieJar;
use chrono::{DateTime, Utc};
use kernel::{Code, PersonId};
use ports::PersonCard;

use self::form::ContentForm;
use crate::{
    GuideState, access,
    commands::{self, Editable},
    guide::{Routing, Topic, acute_key},
    model::{Changes, Standing, TopicGoal, TopicVersion},
    store::{self, OwnContent},
};

pub(super) fn routes(routes: Routes) -> Routes {
    let content = Access::Needs(access::CONTENT);
    routes
        .get("/intern/emner", content, list)
        .get("/intern/emner/{topic}", content, edit::show)
        .post("/intern/emner/{topic}", content, edit::save)
        .post("/intern/emner/{topic}/valg", content, edit::settle)
        .get("/intern/emner/{topic}/gennemse", Access::SignedIn, review::show)
        .post("/intern/emner/{topic}/gennemse", Access::SignedIn, review::confirm)
        .post("/intern/emner/{topic}/svar", content, edit::switch)
        .get("/intern/emner/{topic}/maal", content, goal::show)
        .post("/intern/emner/{topic}/maal", content, goal::set)
        .get("/intern/emner/{topic}/historik", content, edit::history)
        .post("/intern/emner/{topic}/gendan", content, edit::restore)
}

/// Something of the guide as these pages know it.
struct Seen<T> {
    /// As it ships.
    shipped: T,
    /// As it is shown.
    shown: T,
    /// The newest version, where it was ever edited.
    newest: Option<TopicVersion>,
}

impl<T: Editable> Seen<T> {
    async fn load(app: &App, auth: &Auth, key: &Code) -> Result<Self, PageError> {
        let shipped = T::shipped(app.kept::<GuideState>(), key).ok_or(PageError::NotFound)?;
        Ok(Self::of(shipped, store::newest_version(&app.db.read(auth), key).await?))
    }

    /// Straight from the rows: an editor sees what is saved, also in the second before the guide follows.
    fn of(shipped: &T, newest: Option<TopicVersion>) -> Self {
        let shown = newest.as_ref().map_or_else(|| shipped.clone(), |newest| with(shipped, &newest.changes));
        Self { shipped: shipped.clone(), shown, newest }
    }

    fn version(&self) -> i64 {
        self.newest.as_ref().map_or(0, |newest| newest.version)
    }

    fn changes(&self) -> Changes {
        self.newest.as_ref().map(|newest| newest.changes.clone()).unwrap_or_default()
    }

    /// Changed here when, and by whom; nothing where it is as shipped.
    fn changed(
        &self,
        shown: &Page,
        people: &People,
        when: impl Fn(DateTime<Utc>) -> String,
    ) -> Option<String> {
        let newest = self.newest.as_ref()?;
        let (date, by) = (when(newest.at), name_of(shown, people, newest.by));
        Some(shown.t2("enquiries-content-changed-by", ("date", date), ("person", by)))
    }
}

/// What ships with these changes; where they cannot be read, as it ships.
fn with<T: Editable>(shipped: &T, changes: &Changes) -> T {
    changes.apply(shipped).unwrap_or_else(|| shipped.clone())
}

/// A topic with the goals that were set for it.
fn with_goals(topic: Topic, goals: &[TopicGoal]) -> Topic {
    Topic { goals: goals.iter().map(TopicGoal::dated).collect(), ..topic }
}

/// What is edited on these pages, with what is its own on them.
trait Edited: Editable {
    /// The pages beside one another: how the address ends, and what the tab says.
    const TABS: &'static [(&'static str, &'static str)] = &[("", "texts"), ("/historik", "history")];
    /// What is said when it has been saved.
    const SAVED: &'static str = "enquiries-content-saved";

    /// What it is called here.
    fn title(&self, shown: &Page) -> String;

    /// As its form.
    fn fields(&self) -> Fields;

    /// The page with its form.
    fn main(form: &ContentForm, seen: &Seen<Self>) -> impl Template;
}

/// Where it is edited.
fn path(key: &Code) -> String {
    format!("/intern/emner/{key}")
}

/// People by their id.
type People = BTreeMap<PersonId, PersonCard>;

/// The names of those who saved something.
async fn people(app: &App, auth: &Auth, ids: impl Iterator<Item = PersonId>) -> Result<People, PageError> {
    let ids: Vec<PersonId> = ids.collect();
    if ids.is_empty() {
        return Ok(BTreeMap::new());
    }
    Ok(app.ports.people.people(&app.db.read(auth), &ids).await?)
}

fn name_of(page: &Page, people: &People, id: Option<PersonId>) -> String {
    let known = id.and_then(|id| people.get(&id)).map(|person| person.name.clone());
    known.unwrap_or_else(|| page.t("enquiries-content-someone"))
}

/// The tabs above the pages: address, word, whether it is this one.
fn tabs<T: Edited>(page: &Page, key: &Code, here: &str) -> Vec<(String, String, bool)> {
    let tab = |(end, word): &(&str, &str)| {
        let name = page.t(&format!("enquiries-content-tab-{word}"));
        (format!("{}{end}", path(key)), name, *word == here)
    };
    T::TABS.iter().map(tab).collect()
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
    /// How many are to be looked through again.
    due: i64,
}

struct RowView {
    key: String,
    title: String,
    team: String,
    is_walled: bool,
    by_phone: bool,
    /// When it was looked through, or that it is time.
    reviewed: Option<(Standing, String)>,
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
    let OwnContent { mut versions, goals, reviews } = own;
    let short_day = |at: DateTime<Utc>| shell.short_day(&app.calendar.local_date(at));
    let guide = app.kept::<GuideState>();
    let duties = Seen::of(guide.shipped_duties(), versions.remove(&acute_key()));
    let acute = acute::line(&shell, &duties.shown, duties.changed(&shell, &people, short_day));
    let cards = app.ports.people.teams(&app.db.read(&auth)).await?;
    let ways = guide.shipped().ways.iter().map(|shipped| {
        let seen = Seen::of(shipped, versions.remove(&shipped.key));
        way::line(&shell, &seen.shown, &cards, seen.changed(&shell, &people, short_day))
    });
    let ways = ways.collect();
    let mut rows = Vec::new();
    for shipped in &guide.shipped().topics {
        let newest = versions.remove(&shipped.key);
        let goals = goals.get(&shipped.key).map_or(&[][..], Vec::as_slice);
        let seen = Seen::of(shipped, newest);
        let goal = with_goals(seen.shown.clone(), goals).goal_on(today);
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
            by_phone: seen.shown.by_phone,
            reviewed: review::said(&shell, reviews.get(&shipped.key).copied()),
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
            changed: seen.changed(&shell, &people, short_day),
        });
    }
    let count = |is_one: &dyn Fn(&RowView) -> bool| {
        i64::try_from(rows.iter().filter(|row| is_one(row)).count()).unwrap_or(i64::MAX)
    };
    let main = TopicsPage {
        acute,
        ways,
        unadopted: count(&|row| row.adopted.is_none()),
        unverified: count(&|row| !row.is_verified),
        conflicts: count(&|row| row.has_conflict),
        due: count(&|row| matches!(row.reviewed, Some((Standing::Due | Standing::Unreviewed, _)))),
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
