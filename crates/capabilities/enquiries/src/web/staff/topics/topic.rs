//! A topic's texts and words: both languages beside one another, a question to try them on before they are saved, and what
//! a new release says differently.

use std::sync::Arc;

use ::web::{App, Auth, Fields, FormErrors, Page, PageError, answer_page};
use askama::Template;
use axum::response::Response;
use kernel::{Code, Language};

use super::{
    Edited, Seen, boxes, edit, fields,
    form::{self, ContentForm},
    wall,
};
use crate::{
    GuideState,
    commands::{self, Editable},
    guide::{Guide, QUESTIONS_MAX, Routing, Topic},
};

#[derive(Template)]
#[template(path = "enquiries/staff/topic.html")]
struct TopicPage<'a> {
    page: &'a Page,
    form: &'a ContentForm,
    wall: Option<&'static str>,
    by_phone: bool,
    /// Whether the wall, or the team, follows from law.
    is_wall_fixed: bool,
    is_team_fixed: bool,
    tried: Option<Tried>,
}

/// What the guide answers to a question, with the words in the form and with those that are saved.
struct Tried {
    question: String,
    with: Vec<Ranked>,
    saved: Vec<Ranked>,
}

impl Tried {
    /// Both answers with what they are called.
    fn sides(&self) -> [(&'static str, &[Ranked]); 2] {
        [("enquiries-content-tried-with", &self.with), ("enquiries-content-tried-saved", &self.saved)]
    }
}

struct Ranked {
    title: String,
    words: String,
    is_this: bool,
}

impl Edited for Topic {
    const TABS: &'static [(&'static str, &'static str)] =
        &[("", "texts"), ("/maal", "goal"), ("/historik", "history")];
    const SAVED: &'static str = "enquiries-content-topic-saved";

    fn title(&self, shown: &Page) -> String {
        self.title.get(shown.language()).to_owned()
    }

    fn fields(&self) -> Fields {
        fields::of(self)
    }

    fn main(form: &ContentForm, seen: &Seen<Self>) -> impl Template {
        TopicPage::new(form, seen, None)
    }
}

impl<'a> TopicPage<'a> {
    fn new(form: &'a ContentForm, seen: &Seen<Topic>, tried: Option<Tried>) -> Self {
        Self {
            page: &form.page,
            form,
            wall: wall(&seen.shown),
            by_phone: seen.shown.by_phone,
            is_wall_fixed: seen.shipped.is_walled(),
            is_team_fixed: seen.shipped.routing == Routing::ProcurementOnly,
            tried,
        }
    }

    fn is_ticked(&self, name: &str) -> bool {
        self.form.fields.is_ticked(name)
    }

    /// The rows of a list: those that are used, and one more.
    fn rows(&self, name: &str) -> std::ops::RangeInclusive<usize> {
        let most = match name {
            "help" => fields::HELP_ROWS,
            "service" => fields::SERVICES_MAX,
            _ => QUESTIONS_MAX,
        };
        let is_used = |row: &usize| {
            let mut parts = ["da", "en", "name", "url"].iter();
            parts.any(|part| !self.form.value(&format!("{name}-{row}-{part}")).is_empty())
        };
        let used = (1..=most).filter(is_used).max().unwrap_or(0);
        1..=(used + 1).clamp(2, most)
    }

    fn referrals() -> [(&'static str, &'static str, &'static str); 2] {
        fields::REFERRALS
    }

    fn is_referral(&self, to: &str) -> bool {
        self.form.value("referral-to") == to
    }

    fn lists() -> [&'static str; 5] {
        fields::LISTS
    }
}

/// Saves the words, or tries a question on them first.
pub(super) async fn save(app: &App, auth: &Auth, key: &Code, typed: Fields) -> Result<Response, PageError> {
    let seen = Seen::<Topic>::load(app, auth, key).await?;
    let typed = with_what_is_fixed(typed, &seen.shipped);
    let mut errors = FormErrors::none();
    let today = app.calendar.local_date(auth.now());
    let edited = fields::read(&typed, &seen.shown, today, &mut errors);
    if typed.get("do") == "try" {
        let teams = commands::content_teams(app, auth).await?;
        boxes::tell(&edited.refusals(&seen.shipped, teams), &mut errors);
        let tried = try_question(app, auth, edited, form::question(&typed)).await?;
        let form = ContentForm::load(app, auth, &seen, typed, errors).await?.tried();
        return Ok(answer_page(&form.page, &form.title, &TopicPage::new(&form, &seen, Some(tried))));
    }
    edit::keep(app, auth, &seen, edited, typed, errors).await
}

/// Boxes and lists that cannot be changed send nothing.
fn with_what_is_fixed(mut fields: Fields, shipped: &Topic) -> Fields {
    if shipped.confidential {
        fields.set("confidential", "yes");
    }
    if shipped.routing == Routing::ProcurementOnly {
        fields.set("team", shipped.team.as_str());
    }
    fields
}

/// What the guide would answer with the words in the form. Nothing is kept, and nothing is logged.
async fn try_question(app: &App, auth: &Auth, edited: Topic, question: String) -> Result<Tried, PageError> {
    let saved: Arc<Guide> = app.kept::<GuideState>().guide(auth.tenant());
    let language = auth.language();
    // An index of unsaved words is built for one question: not on a thread that serves.
    let trying = tokio::task::spawn_blocking(move || Tried {
        with: ranked(&saved.with_topic(&edited), &edited.key, &question, language),
        saved: ranked(&saved, &edited.key, &question, language),
        question,
    });
    trying.await.map_err(PageError::internal)
}

fn ranked(guide: &Guide, this: &Code, question: &str, language: Language) -> Vec<Ranked> {
    let found = guide.suggest(question, language);
    let topics = found.topics.into_iter().filter_map(|one| {
        Some(Ranked {
            title: guide.topic(one.key.as_str())?.title.get(language).to_owned(),
            words: one.matched.join(", "),
            is_this: one.key == *this,
        })
    });
    topics.collect()
}
