//! The front page and the guide: from a need in one's own words to whoever answers it.

use std::collections::HashMap;

use ::web::{App, Auth, Page, PageError, page};
use askama::Template;
use axum::{
    extract::{Query, State},
    response::Response,
};
use kernel::{Code, Language};
use ports::TeamCard;

use super::acute::AcuteView;
use super::front_numbers::{self, FrontNumbers};
use super::tracking::goal_lines;
use crate::{
    GuideState, KeptFigures, commands,
    guide::{ServiceGoal, Topic, Way},
};

/// What the one box takes, in characters.
pub(super) const NEED_CHARS_MAX: usize = 400;
/// Topics offered as examples below the box.
const EXAMPLES: [&str; 4] = ["building-permit", "signage", "waste", "invoice"];

#[derive(Template)]
#[template(path = "enquiries/front.html")]
struct FrontPage {
    page: Page,
    examples: Vec<(String, String)>,
    doors: Vec<Door>,
    numbers: Option<FrontNumbers>,
}

struct Door {
    icon: &'static str,
    path: &'static str,
    key: &'static str,
}

const DOORS: [Door; 6] = [
    Door { icon: "chat", path: "/vejviser", key: "ask" },
    Door { icon: "calendar-month", path: "/vejviser?emne=networking-events", key: "meet" },
    Door { icon: "assignment", path: "/vejviser?emne=become-supplier", key: "supply" },
    Door { icon: "groups", path: "/vejviser?emne=green-transition", key: "partner" },
    Door { icon: "person-add", path: "/vejviser?emne=recruit", key: "recruit" },
    Door { icon: "location", path: "/vejviser?emne=redevelopment", key: "area" },
];

/// `/`: the one box, six plain doors, and who to ring.
pub(super) async fn front(auth: Auth, State(app): State<App>) -> Result<Response, PageError> {
    let shown = Page::new(&app, &auth).open().with_band();
    let guide = app.kept::<GuideState>().guide(auth.tenant());
    let title = |key: &str| guide.topic(key).map(|topic| topic.title.get(shown.language()).to_owned());
    let examples = EXAMPLES.iter().filter_map(|key| Some(((*key).to_owned(), title(key)?))).collect();
    let heading = shown.t("enquiries-front-title");
    let numbers = front_numbers::released(&app, &auth, &shown).await?;
    Ok(page(&shown, &heading, &FrontPage { page: shown.clone(), examples, doors: DOORS.into(), numbers }))
}

#[derive(Template)]
#[template(path = "enquiries/guide.html")]
struct GuidePage {
    page: Page,
    need: String,
    is_other: bool,
    acute: Option<AcuteView>,
    topics: Vec<TopicView>,
    ways: Vec<WayView>,
    all: Vec<(String, String)>,
    consultant: Option<TeamCard>,
}

/// A short way in as the page shows it: whom to ring, and where to write.
struct WayView {
    way: Way,
    team: Option<TeamCard>,
}

impl WayView {
    fn form_link(&self, need: &str) -> String {
        format!("/henvendelse/ny?emne={}&q={}", self.way.topic, ::web::url_encode(need))
    }
}

/// A topic as a page shows it.
pub(super) struct TopicView {
    pub(super) topic: Topic,
    /// The goal for what is sent now.
    pub(super) goal: ServiceGoal,
    pub(super) team: Option<TeamCard>,
    pub(super) title: String,
    pub(super) due: String,
    /// The adopted goal in words, and how it went lately, where we know.
    pub(super) goal_lines: Vec<String>,
}

impl TopicView {
    pub(super) fn new(shown: &Page, topic: Topic, teams: &[TeamCard]) -> Self {
        let now = shown.auth().now();
        let calendar = &shown.app().calendar;
        let goal = topic.goal_on(calendar.day_zero(now));
        let due = calendar.due_on(now, u16::from(goal.answer));
        let team = teams.iter().find(|team| team.key == topic.team.as_str()).cloned();
        Self {
            title: topic.title.get(shown.language()).to_owned(),
            due: shown.day(&due),
            goal,
            team,
            goal_lines: Vec::new(),
            topic,
        }
    }

    pub(super) fn team_name(&self, language: Language) -> String {
        self.team.as_ref().map_or_else(String::new, |team| team.name(language).to_owned())
    }

    fn form_link(&self, need: &str) -> String {
        format!("/henvendelse/ny?emne={}&q={}", self.topic.key, ::web::url_encode(need))
    }
}

/// `/vejviser`: what the need is most likely about, what to do oneself, who answers until when. Changes nothing.
pub(super) async fn guide(
    auth: Auth,
    State(app): State<App>,
    Query(query): Query<HashMap<String, String>>,
) -> Result<Response, PageError> {
    let shown = Page::new(&app, &auth).open();
    let guide = app.kept::<GuideState>().guide(auth.tenant());
    let need: String =
        query.get("q").map_or("", String::as_str).trim().chars().take(NEED_CHARS_MAX).collect();
    let teams: Vec<TeamCard> = commands::teams(&app, &auth).await?.into_values().collect();
    let chosen = query.get("emne").and_then(|key| guide.topic(key));
    let suggestion = (!need.is_empty()).then(|| guide.suggest(&need, auth.language()));
    let acute = suggestion.as_ref().and_then(|found| found.acute.as_ref());
    let acute = acute.map(|found| AcuteView::new(&shown, guide.duties(), &found.call));
    let (topics, ways, is_other) = match (chosen, suggestion) {
        (Some(topic), _) => (vec![topic.clone()], Vec::new(), false),
        (None, Some(found)) => {
            let topics =
                found.topics.iter().filter_map(|ranked| guide.topic(ranked.key.as_str()).cloned()).collect();
            let is_way = |way: &&Way| found.ways.iter().any(|ranked| ranked.key == way.key);
            let ways = guide.ways().iter().filter(is_way).map(|way| WayView {
                team: teams.iter().find(|team| team.key == way.team.as_str()).cloned(),
                way: way.clone(),
            });
            (topics, ways.collect(), found.is_other)
        }
        (None, None) => (Vec::new(), Vec::new(), false),
    };
    let keys: Vec<Code> = topics.iter().map(|topic: &Topic| topic.key.clone()).collect();
    let experience = app.kept::<KeptFigures>().experience(&app.db, &auth, &app.calendar, &keys).await?;
    let topics = topics.into_iter().map(|topic| {
        let experience = experience.get(&topic.key).copied();
        let view = TopicView::new(&shown, topic, &teams);
        let goal_lines =
            if view.goal.adopted { goal_lines(&shown, view.goal.answer, experience) } else { Vec::new() };
        TopicView { goal_lines, ..view }
    });
    let all = guide
        .topics()
        .iter()
        .map(|topic| (topic.key.to_string(), topic.title.get(auth.language()).to_owned()));
    let main = GuidePage {
        need,
        is_other,
        acute,
        topics: topics.collect(),
        ways,
        all: all.collect(),
        consultant: teams.iter().find(|team| team.key == "business").cloned(),
        page: shown.clone(),
    };
    let title = shown.t("enquiries-guide-title");
    Ok(page(&shown, &title, &main))
}
