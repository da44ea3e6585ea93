//! A topic's texts and words: both languages beside one another, a question to try them on before they are saved, and what
//! a new release says differently.

use std::sync::Arc;

use ::web::{
    App, Auth, Fields, Form, FormErrors, Page, PageError, answer_page, page, redirect_with, refused_page,
    take_flash,
};
use askama::Template;
use axum::{
    extract::{Path, State},
    response::{IntoResponse, Response},
};
use axum_extra::extract::CookieJar;
use kernel::{Code, Failure, Language};

use super::{Seen, fields, name_of, people, tabs, wall, way, wrong_in};
use crate::{
    GuideState, commands,
    guide::{Guide, QUESTIONS_MAX, Routing, Team, Topic},
    model::{ContentProblem, FIELDS, Settle, lines_of},
};

/// What the box takes, in characters: as much as the box that companies write in.
const QUESTION_CHARS_MAX: usize = crate::web::entrance::NEED_CHARS_MAX;

#[derive(Template)]
#[template(path = "enquiries/staff/topic.html")]
pub(super) struct TopicPage {
    pub(super) page: Page,
    key: Code,
    title: String,
    tabs: Vec<(String, String, bool)>,
    version: i64,
    /// Changed here when and by whom.
    changed: Option<String>,
    fields: Fields,
    errors: FormErrors,
    teams: Vec<Team>,
    wall: Option<&'static str>,
    /// Whether the wall, or the team, follows from law.
    is_wall_fixed: bool,
    is_team_fixed: bool,
    conflicts: Vec<ConflictView>,
    /// What someone else has saved in the meantime, by field.
    meanwhile: Vec<Beside>,
    tried: Option<Tried>,
}

/// A field that has changed on both sides.
struct ConflictView {
    field: &'static str,
    texts: Beside,
}

/// One field, two texts, in both languages.
pub(super) struct Beside {
    pub(super) name: String,
    /// Ours or what was typed, and the other; a line per entry.
    pub(super) ours: Vec<(Language, Vec<String>)>,
    pub(super) theirs: Vec<(Language, Vec<String>)>,
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

pub(super) fn both(value: &serde_json::Value) -> Vec<(Language, Vec<String>)> {
    let texts = Language::ALL.map(|language| (language, lines_of(value, language)));
    let [(_, da), (_, en)] = &texts;
    // What is the same in both languages is said once.
    if da == en { texts.into_iter().take(1).collect() } else { texts.into_iter().collect() }
}

impl TopicPage {
    fn value(&self, name: &str) -> &str {
        self.fields.get(name)
    }

    fn is_ticked(&self, name: &str) -> bool {
        self.fields.is_ticked(name)
    }

    fn has_error(&self, name: &str) -> bool {
        self.errors.of(name).is_some()
    }

    fn error(&self, name: &str) -> String {
        self.errors.of(name).map(|key| self.page.t(key)).unwrap_or_default()
    }

    /// What is wrong, each with the name of its field: the same may be wrong in several.
    fn wrong(&self) -> Vec<(&'static str, String)> {
        wrong_in(&self.page, &self.errors, |field| match field {
            "services" => "self-service",
            "referral-to" => "referral",
            "kle-verified-on" => "kle-verified",
            field => field,
        })
    }

    fn say(&self, prefix: &str, name: &str) -> String {
        self.page.t(&format!("enquiries-content-{prefix}{name}"))
    }

    fn team_name<'a>(&self, team: &'a Team) -> &'a str {
        match self.page.language() {
            Language::Da => &team.da,
            Language::En => &team.en,
        }
    }

    fn is_team(&self, team: &Team) -> bool {
        self.fields.get("team") == team.key.as_str()
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
            parts.any(|part| !self.value(&format!("{name}-{row}-{part}")).is_empty())
        };
        let used = (1..=most).filter(is_used).max().unwrap_or(0);
        1..=(used + 1).clamp(2, most)
    }

    fn referrals() -> [(&'static str, &'static str, &'static str); 2] {
        fields::REFERRALS
    }

    fn is_referral(&self, to: &str) -> bool {
        self.value("referral-to") == to
    }

    fn lists() -> [&'static str; 5] {
        fields::LISTS
    }

    fn question_max() -> usize {
        QUESTION_CHARS_MAX
    }
}

/// The page with the form as it is now.
pub(super) async fn load(
    app: &App,
    auth: &Auth,
    shown: Page,
    seen: &Seen,
    fields: Fields,
    errors: FormErrors,
) -> Result<TopicPage, PageError> {
    let by = seen.newest.as_ref().and_then(|newest| newest.by);
    let people = people(app, auth, by.into_iter()).await?;
    let changed = seen.newest.as_ref().map(|newest| {
        let by = name_of(&shown, &people, newest.by);
        shown.t2("enquiries-content-changed-by", ("date", shown.moment(&newest.at)), ("person", by))
    });
    let conflicts = seen.changes().conflicts(&seen.shipped).into_iter().map(|conflict| ConflictView {
        field: conflict.field,
        texts: Beside {
            name: shown.t(&format!("enquiries-content-{}", conflict.field.replace('_', "-"))),
            ours: both(&conflict.ours),
            theirs: both(&conflict.shipped),
        },
    });
    Ok(TopicPage {
        key: seen.shipped.key.clone(),
        title: seen.shown.title.get(auth.language()).to_owned(),
        tabs: tabs(&shown, &seen.shipped.key, "texts"),
        version: seen.version(),
        changed,
        fields,
        errors,
        teams: commands::content_teams(app, auth).await?,
        wall: wall(&seen.shown),
        is_wall_fixed: seen.shipped.is_walled(),
        is_team_fixed: seen.shipped.routing == Routing::ProcurementOnly,
        conflicts: conflicts.collect(),
        meanwhile: Vec::new(),
        tried: None,
        page: shown,
    })
}

/// `GET /intern/emner/{topic}`.
pub(super) async fn show(
    auth: Auth,
    State(app): State<App>,
    Path(key): Path<String>,
    jar: CookieJar,
) -> Result<Response, PageError> {
    let key: Code = key.parse().map_err(|_| PageError::NotFound)?;
    if way::is_one(&app, &key) {
        return way::show(auth, app, key, jar).await;
    }
    let seen = Seen::load(&app, &auth, &key).await?;
    let mut shown = Page::new(&app, &auth).with_form();
    let jar = take_flash(&app, jar, &mut shown);
    let main = load(&app, &auth, shown, &seen, fields::of(&seen.shown), FormErrors::none()).await?;
    Ok((jar, page(&main.page, &main.title, &main)).into_response())
}

/// `POST /intern/emner/{topic}`: saves the words, or tries a question on them first.
pub(super) async fn save(
    auth: Auth,
    State(app): State<App>,
    Path(key): Path<String>,
    form: Form,
) -> Result<Response, PageError> {
    let key: Code = key.parse().map_err(|_| PageError::NotFound)?;
    if way::is_one(&app, &key) {
        return way::save(auth, app, key, form).await;
    }
    let state = app.kept::<GuideState>();
    let seen = Seen::load(&app, &auth, &key).await?;
    let mut errors = FormErrors::none();
    let today = app.calendar.local_date(auth.now());
    let edited = fields::read(&form.fields, &seen.shown, today, &mut errors);
    let fields = with_what_is_fixed(form.fields, &seen);
    let edited = Topic {
        confidential: edited.confidential || seen.shipped.confidential,
        team: if seen.shipped.routing == Routing::ProcurementOnly {
            seen.shipped.team.clone()
        } else {
            edited.team
        },
        ..edited
    };
    let shown = || Page::new(&app, &auth).with_form();
    if fields.get("do") == "try" {
        fields::tell(&edited.problems(&commands::content_teams(&app, &auth).await?), &mut errors);
        let question: String = fields.get("question").chars().take(QUESTION_CHARS_MAX).collect();
        let tried = try_question(&app, &auth, edited, question).await?;
        let mut main = load(&app, &auth, shown(), &seen, fields, errors).await?;
        main.keep_version();
        main.tried = Some(tried);
        return Ok(answer_page(&main.page, &main.title, &main));
    }
    let version = fields.get("version").parse::<i64>().unwrap_or(-1);
    let mut is_stale = false;
    if errors.is_empty() {
        match commands::edit_topic(&app, state, &auth, version, edited.clone()).await {
            Ok(_) => {
                return Ok(redirect_with(
                    &app,
                    &auth,
                    &format!("/intern/emner/{key}"),
                    "enquiries-content-saved",
                ));
            }
            Err(Failure::Refused(ContentProblem::Texts(problems))) => fields::tell(&problems, &mut errors),
            Err(Failure::Refused(ContentProblem::Stale)) => {
                is_stale = true;
                errors.add("meanwhile", ContentProblem::Stale.to_string());
            }
            Err(Failure::Refused(refusal)) => errors.add("team", refusal.to_string()),
            Err(failure) => return Err(failure.into()),
        }
    }
    let mut main = load(&app, &auth, shown(), &seen, fields, errors).await?;
    if is_stale {
        // From here on a save takes the place of what is shown as saved: the editor has seen it.
        main.meanwhile = differences(&main.page, &edited, &seen.shown);
    } else {
        main.keep_version();
    }
    let title = main.page.t1("web-title-error", "title", main.title.as_str());
    Ok(refused_page(&main.page, &title, &main))
}

impl TopicPage {
    /// The version that was edited stays the one that is saved over, however often the form comes back.
    fn keep_version(&mut self) {
        self.version = self.fields.get("version").parse().unwrap_or(self.version);
    }
}

/// Boxes and lists that cannot be changed send nothing.
fn with_what_is_fixed(mut fields: Fields, seen: &Seen) -> Fields {
    if seen.shipped.confidential {
        fields.set("confidential", "yes");
    }
    if seen.shipped.routing == Routing::ProcurementOnly {
        fields.set("team", seen.shipped.team.as_str());
    }
    fields
}

/// The fields in which what was typed and what is saved differ.
fn differences(shown: &Page, typed: &Topic, saved: &Topic) -> Vec<Beside> {
    let value = |topic: &Topic, field: &str| {
        let fields = serde_json::to_value(topic).unwrap_or_default();
        fields.get(field).cloned().unwrap_or_default()
    };
    let differs = FIELDS.into_iter().map(|field| (field, value(typed, field), value(saved, field)));
    differs
        .filter(|(_, typed, saved)| typed != saved)
        .map(|(field, typed, saved)| Beside {
            name: shown.t(&format!("enquiries-content-{}", field.replace('_', "-"))),
            ours: both(&typed),
            theirs: both(&saved),
        })
        .collect()
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

/// `POST /intern/emner/{topic}/valg`: ours or the new release's, for one field.
pub(super) async fn settle(
    auth: Auth,
    State(app): State<App>,
    Path(key): Path<String>,
    form: Form,
) -> Result<Response, PageError> {
    let key: Code = key.parse().map_err(|_| PageError::NotFound)?;
    let version = form.fields.get("version").parse::<i64>().unwrap_or(-1);
    let how = match form.fields.get("choose") {
        "ours" => Settle::KeepOurs,
        "shipped" => Settle::TakeShipped,
        _ => return Err(PageError::NotFound),
    };
    let field = form.fields.get("field");
    if way::is_one(&app, &key) {
        return way::settle(auth, app, key, version, (field, how)).await;
    }
    let state = app.kept::<GuideState>();
    match commands::settle_topic(&app, state, &auth, &key, version, (field, how)).await {
        Ok(_) => Ok(redirect_with(&app, &auth, &format!("/intern/emner/{key}"), "enquiries-content-settled")),
        Err(Failure::Refused(refusal)) => refuse(&app, &auth, &key, &refusal).await,
        Err(failure) => Err(failure.into()),
    }
}

/// The page as it is saved, with why nothing was done.
pub(super) async fn refuse(
    app: &App,
    auth: &Auth,
    key: &Code,
    refusal: &ContentProblem,
) -> Result<Response, PageError> {
    let seen = Seen::load(app, auth, key).await?;
    let mut errors = FormErrors::none();
    errors.add("meanwhile", refusal.to_string());
    let shown = Page::new(app, auth).with_form();
    let main = load(app, auth, shown, &seen, fields::of(&seen.shown), errors).await?;
    let title = main.page.t1("web-title-error", "title", main.title.as_str());
    Ok(refused_page(&main.page, &title, &main))
}
