//! The front page and the guide: from a need in one's own words to whoever answers it.

use std::collections::HashMap;

use ::web::{App, Auth, Page, PageError, Question, answer_page, page};
use askama::Template;
use axum::{
    extract::{Query, State},
    response::{IntoResponse, Redirect, Response},
};
use chrono::NaiveDate;
use kernel::{Code, Language, Phone, find_cpr_like};
use ports::TeamCard;

use super::acute::AcuteView;
use super::front_numbers::{self, FrontNumbers};
use super::tracking::goal_lines;
use crate::{
    GuideState, KeptFigures, commands,
    guide::{Guide, OTHER, ServiceGoal, Topic, Way},
};

/// What the one box takes, in characters.
pub(super) const NEED_CHARS_MAX: usize = 400;
/// What may stand in an address, in characters.
const ADDRESS_CHARS_MAX: usize = 100;
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
    is_masked: bool,
    is_other: bool,
    /// Whether one may write without a topic.
    is_other_begun: bool,
    acute: Option<AcuteView>,
    topics: Vec<TopicView>,
    ways: Vec<WayView>,
    all: Vec<(String, String)>,
    consultant: Option<TeamCard>,
}

/// A short way in as the page shows it: whom to ring, and where to write.
struct WayView {
    way: Way,
    /// What one writes about.
    subject: Code,
    team: Option<TeamCard>,
}

/// What was asked, as it is shown and carried on: without what looks like a CPR number.
struct Need {
    text: String,
    is_masked: bool,
}

impl Need {
    async fn of(app: &App, typed: &str) -> Result<Self, PageError> {
        let typed: String = typed.trim().chars().take(NEED_CHARS_MAX).collect();
        let text = commands::masked(app, &typed).await?;
        Ok(Self { is_masked: text != typed, text })
    }
}

/// Whether a text may travel in an address: a plain line, no story. Addresses stay in histories and logs.
pub(super) fn fits_address(text: &str) -> bool {
    text.chars().count() <= ADDRESS_CHARS_MAX && find_cpr_like(text, |_| false).is_empty()
}

/// The way to the form, with what was asked: in the address where it fits there, else in the body.
#[derive(Template)]
#[template(path = "enquiries/onward.html")]
struct Onward<'a> {
    topic: &'a str,
    need: &'a str,
    class: &'static str,
    label: String,
    /// What a screen reader says besides.
    about: &'a str,
}

impl askama::filters::HtmlSafe for Onward<'_> {}

impl Onward<'_> {
    fn fits_address(&self) -> bool {
        fits_address(self.need)
    }

    fn link(&self) -> String {
        format!("/henvendelse/ny?emne={}&q={}", self.topic, ::web::url_encode(self.need))
    }
}

impl GuidePage {
    fn onward<'a>(
        &'a self,
        topic: &'a str,
        class: &'static str,
        label: String,
        about: &'a str,
    ) -> Onward<'a> {
        Onward { topic, need: &self.need, class, label, about }
    }

    fn to_way<'a>(&'a self, view: &'a WayView) -> Onward<'a> {
        let about = view.way.title.get(self.page.language());
        self.onward(view.subject.as_str(), "", self.page.t("enquiries-way-write"), about)
    }

    fn to_topic<'a>(&'a self, view: &'a TopicView, is_first: &bool) -> Onward<'a> {
        let class = if *is_first { "button button-primary" } else { "button button-secondary" };
        let label = self.page.t1("enquiries-write-to", "team", view.team_name(self.page.language()));
        self.onward(view.topic.key.as_str(), class, label, "")
    }

    fn by_phone<'a>(&'a self, view: &'a TopicView) -> ByPhone<'a> {
        ByPhone::new(&self.page, view)
    }

    fn to_anyone(&self) -> Onward<'_> {
        self.onward(OTHER, "", self.page.t("enquiries-write-anyway"), "")
    }

    /// The topics that are shown as an answer. Where nothing is told clearly that is "something else" alone.
    fn believed(&self) -> &[TopicView] {
        let shown = if self.is_other { self.topics.len().min(1) } else { self.topics.len() };
        self.topics.get(..shown).unwrap_or_default()
    }

    /// The topics that it could be about all the same: to be looked at, and no more.
    fn perhaps(&self) -> &[TopicView] {
        self.topics.get(self.believed().len()..).unwrap_or_default()
    }

    /// The page of one of these, with what was asked where that may stand in an address.
    fn look_at(&self, view: &TopicView) -> String {
        let asked = if fits_address(&self.need) {
            format!("&q={}", ::web::url_encode(&self.need))
        } else {
            String::new()
        };
        format!("/vejviser?emne={}{asked}", view.topic.key)
    }

    /// The one way to write after the numbers have been called.
    fn to_write_afterwards(&self) -> Onward<'_> {
        let topic = self.topics.first().map_or(OTHER, |view| view.topic.key.as_str());
        self.onward(topic, "button button-secondary", self.page.t("enquiries-acute-write"), "")
    }
}

/// Whom to ring on a topic that is answered on the telephone, when, and where to write.
#[derive(Template)]
#[template(path = "enquiries/by_phone.html")]
pub(super) struct ByPhone<'a> {
    page: &'a Page,
    phone: &'a Phone,
    hours: String,
}

impl askama::filters::HtmlSafe for ByPhone<'_> {}

impl<'a> ByPhone<'a> {
    pub(super) fn new(page: &'a Page, view: &'a TopicView) -> Self {
        let team = view.team.as_ref();
        Self {
            page,
            phone: team.map_or(&page.site().phone, |team| &team.phone),
            hours: team.map_or_else(|| page.hours(), |team| team.hours(page.language()).to_owned()),
        }
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

    /// When someone here found the words right last.
    fn reviewed_on(&self) -> Option<NaiveDate> {
        self.topic.reviewed.filter(|reviewed| reviewed.is_confirmed).map(|reviewed| reviewed.on)
    }

    pub(super) fn team_name(&self, language: Language) -> String {
        self.team.as_ref().map_or_else(String::new, |team| team.name(language).to_owned())
    }
}

/// `/vejviser`: what the need is most likely about, what to do oneself, who answers until when. Changes nothing.
pub(super) async fn guide(
    auth: Auth,
    State(app): State<App>,
    Query(query): Query<HashMap<String, String>>,
) -> Result<Response, PageError> {
    let need = Need::of(&app, query.get("q").map_or("", String::as_str)).await?;
    let main = guide_page(&app, &auth, Page::new(&app, &auth).open(), need, query.get("emne")).await?;
    Ok(page(&main.page, &main.page.t("enquiries-guide-title"), &main))
}

/// `POST /vejviser`: the one box. A plain line goes on to an address that can be passed on; what looks like a CPR number, or
/// is longer than a line, never stands in one.
pub(super) async fn ask(
    auth: Auth,
    State(app): State<App>,
    Question(fields): Question,
) -> Result<Response, PageError> {
    let need = Need::of(&app, fields.get("q")).await?;
    if !need.is_masked && fits_address(&need.text) {
        let query = if need.text.is_empty() {
            String::new()
        } else {
            format!("?q={}", ::web::url_encode(&need.text))
        };
        return Ok(Redirect::to(&format!("/vejviser{query}")).into_response());
    }
    let main = guide_page(&app, &auth, Page::new(&app, &auth).with_form(), need, None).await?;
    Ok(answer_page(&main.page, &main.page.t("enquiries-guide-title"), &main))
}

/// What has a short way in is not something else: its topic stands first, and the one for all the rest does not.
fn with_way(
    guide: &Guide,
    mut topics: Vec<Topic>,
    ways: Vec<WayView>,
    is_other: bool,
) -> (Vec<Topic>, Vec<WayView>, bool) {
    let of_way = ways.first().and_then(|view| guide.topic(view.way.topic.as_str()));
    let Some(of_way) = of_way.filter(|_| is_other) else { return (topics, ways, is_other) };
    topics.retain(|topic| topic.key != of_way.key && topic.key.as_str() != OTHER);
    topics.insert(0, of_way.clone());
    let is_other = of_way.key.as_str() == OTHER;
    (topics, ways, is_other)
}

async fn guide_page(
    app: &App,
    auth: &Auth,
    shown: Page,
    Need { text: need, is_masked }: Need,
    chosen: Option<&String>,
) -> Result<GuidePage, PageError> {
    let guide = app.kept::<GuideState>().guide(auth.tenant());
    let teams: Vec<TeamCard> = commands::teams(app, auth).await?.into_values().collect();
    let chosen = chosen.and_then(|key| guide.topic(key));
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
                subject: if way.own.is_some() { way.key.clone() } else { way.topic.clone() },
                way: way.clone(),
            });
            let ways: Vec<WayView> = ways.collect();
            with_way(&guide, topics, ways, found.is_other)
        }
        (None, None) => (Vec::new(), Vec::new(), false),
    };
    let keys: Vec<Code> = topics.iter().map(|topic: &Topic| topic.key.clone()).collect();
    let experience = app.kept::<KeptFigures>().experience(&app.db, auth, &app.calendar, &keys).await?;
    let topics: Vec<TopicView> = topics
        .into_iter()
        .map(|topic| {
            let experience = experience.get(&topic.key).copied();
            let view = TopicView::new(&shown, topic, &teams);
            let goal_lines =
                if view.goal.adopted { goal_lines(&shown, view.goal.answer, experience) } else { Vec::new() };
            TopicView { goal_lines, ..view }
        })
        .collect();
    let all = guide
        .topics()
        .iter()
        .map(|topic| (topic.key.to_string(), topic.title.get(auth.language()).to_owned()));
    Ok(GuidePage {
        need,
        is_masked,
        is_other,
        is_other_begun: guide.topic(OTHER).is_some_and(|other| !other.by_phone),
        acute,
        topics,
        ways,
        all: all.collect(),
        consultant: teams.iter().find(|team| team.key == "business").cloned(),
        page: shown,
    })
}
