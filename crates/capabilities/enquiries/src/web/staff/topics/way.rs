//! A short way in ("Where is my building case?", access to documents): what it is called, who is rung or answers, and on which
//! number. Saved, settled and brought back as a topic is, at an address beside the topics'.

use ::web::{
    App, Auth, Fields, Form, FormErrors, Page, PageError, page, redirect_with, refused_page, take_flash,
};
use askama::Template;
use axum::response::{IntoResponse, Response};
use axum_extra::extract::CookieJar;
use kernel::{Code, Failure, Language, Phone, Text};

use super::{
    edit::{Beside, both},
    history::{self, Told},
    name_of, people, tabs_of, wrong_in,
};
use crate::{
    GuideState, commands,
    guide::{ContentRefusal, Team, Way},
    model::{Changes, ContentProblem, Settle, TopicVersion, WAY_FIELDS},
    store,
};

/// A way as these pages know it.
struct Seen {
    shipped: Way,
    shown: Way,
    newest: Option<TopicVersion>,
}

impl Seen {
    /// Straight from the rows: an editor sees what is saved, also in the second before the guide follows.
    async fn load(app: &App, auth: &Auth, key: &Code) -> Result<Self, PageError> {
        let shipped = app.kept::<GuideState>().shipped_way(key.as_str()).ok_or(PageError::NotFound)?.clone();
        let newest = store::newest_version(&app.db.read(auth), key).await?;
        let shown = newest.as_ref().and_then(|newest| newest.changes.apply(&shipped));
        Ok(Self { shown: shown.unwrap_or_else(|| shipped.clone()), shipped, newest })
    }

    fn version(&self) -> i64 {
        self.newest.as_ref().map_or(0, |newest| newest.version)
    }

    fn changes(&self) -> Changes {
        self.newest.as_ref().map(|newest| newest.changes.clone()).unwrap_or_default()
    }
}

/// Whether these pages are about a way and not about a topic.
pub(super) fn is_one(app: &App, key: &Code) -> bool {
    app.kept::<GuideState>().shipped_way(key.as_str()).is_some()
}

#[derive(Template)]
#[template(path = "enquiries/staff/way.html")]
struct WayPage {
    page: Page,
    key: Code,
    title: String,
    tabs: Vec<(String, String, bool)>,
    version: i64,
    changed: Option<String>,
    fields: Fields,
    errors: FormErrors,
    conflicts: Vec<(&'static str, Beside)>,
    meanwhile: Vec<Beside>,
    teams: Vec<Team>,
    /// Nothing is tried here; the box with what is wrong asks.
    tried: Option<()>,
}

impl WayPage {
    fn value(&self, name: &str) -> &str {
        self.fields.get(name)
    }

    fn has_error(&self, name: &str) -> bool {
        self.errors.of(name).is_some()
    }

    fn error(&self, name: &str) -> String {
        self.errors.of(name).map(|key| self.page.t(key)).unwrap_or_default()
    }

    /// What is wrong, each with the name of its field and language.
    fn wrong(&self) -> Vec<(&'static str, String)> {
        wrong_in(&self.page, &self.errors, |field| field)
    }

    fn say(&self, name: &str) -> String {
        self.page.t(&format!("enquiries-content-{name}"))
    }

    fn is_team(&self, team: &Team) -> bool {
        self.fields.get("team") == team.key.as_str()
    }

    fn team_name<'a>(&self, team: &'a Team) -> &'a str {
        match self.page.language() {
            Language::Da => &team.da,
            Language::En => &team.en,
        }
    }
}

fn of(way: &Way) -> Fields {
    let mut fields = Fields::default();
    for language in Language::ALL {
        fields.set(&format!("title-{}", language.tag()), way.title.get(language));
        fields.set(&format!("summary-{}", language.tag()), way.summary.get(language));
    }
    fields.set("team", way.team.as_str());
    fields.set("phone", &way.phone.as_ref().map(Phone::to_string).unwrap_or_default());
    fields
}

/// The way that a form describes. What cannot be one is told in `errors`; there it is as before.
fn read(fields: &Fields, before: &Way, errors: &mut FormErrors) -> Way {
    let text = |name: &str| Text {
        da: fields.get(&format!("{name}-da")).to_owned(),
        en: fields.get(&format!("{name}-en")).to_owned(),
    };
    let phone = match fields.get("phone") {
        "" => None,
        typed => typed.parse().ok().or_else(|| {
            errors.add("phone", "enquiries-content-wrong-phone");
            before.phone.clone()
        }),
    };
    let team = fields.get("team").parse().unwrap_or_else(|_| {
        errors.add("team", "enquiries-content-wrong-team");
        before.team.clone()
    });
    Way { title: text("title"), summary: text("summary"), team, phone, ..before.clone() }
}

/// Puts what is wrong at its field in the form.
fn tell(problems: &[ContentRefusal], errors: &mut FormErrors) {
    for problem in problems {
        let (field, language, key) = match problem {
            ContentRefusal::Empty { field, language, .. } => (*field, *language, "empty"),
            ContentRefusal::TooLong { field, language, .. } => (*field, *language, "too-long"),
            ContentRefusal::UnknownTeam { .. } => ("team", Language::Da, "team"),
            _ => continue,
        };
        let field = match (field, language) {
            ("title", Language::Da) => "title-da",
            ("title", Language::En) => "title-en",
            ("summary", Language::Da) => "summary-da",
            ("summary", Language::En) => "summary-en",
            _ => "team",
        };
        errors.add(field, format!("enquiries-content-wrong-{key}"));
    }
}

async fn load(
    app: &App,
    auth: &Auth,
    shown: Page,
    seen: &Seen,
    fields: Fields,
    errors: FormErrors,
) -> Result<WayPage, PageError> {
    let people = people(app, auth, seen.newest.iter().filter_map(|newest| newest.by)).await?;
    let changed = seen.newest.as_ref().map(|newest| {
        let by = name_of(&shown, &people, newest.by);
        shown.t2("enquiries-content-changed-by", ("date", shown.moment(&newest.at)), ("person", by))
    });
    let conflicts = seen.changes().conflicts(&seen.shipped).into_iter().map(|conflict| {
        let name = shown.t(&format!("enquiries-content-{}", conflict.field));
        (conflict.field, Beside { name, ours: both(&conflict.ours), theirs: both(&conflict.shipped) })
    });
    Ok(WayPage {
        key: seen.shipped.key.clone(),
        title: seen.shown.title.get(shown.language()).to_owned(),
        tabs: tabs(&shown, &seen.shipped.key, "texts"),
        version: seen.version(),
        changed,
        conflicts: conflicts.collect(),
        meanwhile: Vec::new(),
        teams: commands::content_teams(app, auth).await?,
        tried: None,
        page: shown,
        fields,
        errors,
    })
}

/// The tabs: the days of a way are those of its topic or of the law.
fn tabs(page: &Page, key: &Code, here: &str) -> Vec<(String, String, bool)> {
    tabs_of(page, &path(key), &[("", "texts"), ("/historik", "history")], here)
}

fn path(key: &Code) -> String {
    format!("/intern/emner/{key}")
}

pub(super) async fn show(auth: Auth, app: App, key: Code, jar: CookieJar) -> Result<Response, PageError> {
    let seen = Seen::load(&app, &auth, &key).await?;
    let mut shown = Page::new(&app, &auth).with_form();
    let jar = take_flash(&app, jar, &mut shown);
    let main = load(&app, &auth, shown, &seen, of(&seen.shown), FormErrors::none()).await?;
    Ok((jar, page(&main.page, &main.title, &main)).into_response())
}

pub(super) async fn save(auth: Auth, app: App, key: Code, form: Form) -> Result<Response, PageError> {
    let seen = Seen::load(&app, &auth, &key).await?;
    let fields = form.fields;
    let mut errors = FormErrors::none();
    let edited = read(&fields, &seen.shown, &mut errors);
    let version = fields.get("version").parse::<i64>().unwrap_or(-1);
    let mut is_stale = false;
    if errors.is_empty() {
        match commands::edit_way(&app, app.kept::<GuideState>(), &auth, version, edited.clone()).await {
            Ok(_) => return Ok(redirect_with(&app, &auth, &path(&key), "enquiries-content-way-saved")),
            Err(Failure::Refused(ContentProblem::Texts(problems))) => tell(&problems, &mut errors),
            Err(Failure::Refused(refusal)) => {
                is_stale = refusal == ContentProblem::Stale;
                errors.add("meanwhile", refusal.to_string());
            }
            Err(failure) => return Err(failure.into()),
        }
    }
    let shown = Page::new(&app, &auth).with_form();
    let mut main = load(&app, &auth, shown, &seen, fields, errors).await?;
    if is_stale {
        // From here on a save takes the place of what is shown as saved: the editor has seen it.
        main.meanwhile = differences(&main.page, &edited, &seen.shown);
    } else {
        main.version = version;
    }
    let title = main.page.t1("web-title-error", "title", main.title.as_str());
    Ok(refused_page(&main.page, &title, &main))
}

fn differences(shown: &Page, typed: &Way, saved: &Way) -> Vec<Beside> {
    let values = |way: &Way| serde_json::to_value(way).unwrap_or_default();
    let (typed, saved) = (values(typed), values(saved));
    let value = |of: &serde_json::Value, field: &str| of.get(field).cloned().unwrap_or_default();
    let differs = WAY_FIELDS.into_iter().filter(|field| typed.get(field) != saved.get(field));
    differs
        .map(|field| Beside {
            name: shown.t(&format!("enquiries-content-{field}")),
            ours: both(&value(&typed, field)),
            theirs: both(&value(&saved, field)),
        })
        .collect()
}

pub(super) async fn settle(
    auth: Auth,
    app: App,
    key: Code,
    version: i64,
    choice: (&str, Settle),
) -> Result<Response, PageError> {
    match commands::settle_way(&app, app.kept::<GuideState>(), &auth, &key, version, choice).await {
        Ok(_) => Ok(redirect_with(&app, &auth, &path(&key), "enquiries-content-settled")),
        Err(Failure::Refused(refusal)) => refuse(&app, &auth, &key, &refusal).await,
        Err(failure) => Err(failure.into()),
    }
}

pub(super) async fn history(auth: Auth, app: App, key: Code, jar: CookieJar) -> Result<Response, PageError> {
    let mut shown = Page::new(&app, &auth).with_form();
    let jar = take_flash(&app, jar, &mut shown);
    let seen = Seen::load(&app, &auth, &key).await?;
    let told = Told {
        title: seen.shown.title.get(auth.language()).to_owned(),
        tabs: tabs(&shown, &key, "history"),
        version: seen.version(),
        values: Box::new(move |changes| {
            let way = changes.apply(&seen.shipped).unwrap_or_else(|| seen.shipped.clone());
            serde_json::to_value(way).unwrap_or_default()
        }),
        key,
    };
    history::page_of(&app, &auth, shown, jar, told).await
}

pub(super) async fn restore(
    auth: Auth,
    app: App,
    key: Code,
    seen: i64,
    wanted: i64,
) -> Result<Response, PageError> {
    match commands::restore_way(&app, app.kept::<GuideState>(), &auth, &key, seen, wanted).await {
        Ok(_) => Ok(redirect_with(&app, &auth, &path(&key), "enquiries-content-restored")),
        Err(Failure::Refused(refusal)) => refuse(&app, &auth, &key, &refusal).await,
        Err(failure) => Err(failure.into()),
    }
}

/// The page as it is saved, with why nothing was done.
async fn refuse(app: &App, auth: &Auth, key: &Code, refusal: &ContentProblem) -> Result<Response, PageError> {
    let seen = Seen::load(app, auth, key).await?;
    let mut errors = FormErrors::none();
    errors.add("meanwhile", refusal.to_string());
    let shown = Page::new(app, auth).with_form();
    let main = load(app, auth, shown, &seen, of(&seen.shown), errors).await?;
    let title = main.page.t1("web-title-error", "title", main.title.as_str());
    Ok(refused_page(&main.page, &title, &main))
}

/// What the list of topics says of a way.
pub(super) struct Line {
    pub(super) key: String,
    pub(super) title: String,
    /// Who is rung, and on which number.
    pub(super) rung: String,
    /// Changed here when, and by whom; else as shipped.
    pub(super) changed: Option<String>,
}

/// A line for each way below the list of topics.
pub(super) async fn lines(app: &App, auth: &Auth, shown: &Page) -> Result<Vec<Line>, PageError> {
    let teams = app.ports.people.teams(&app.db.read(auth)).await?;
    let mut lines = Vec::new();
    for shipped in &app.kept::<GuideState>().shipped().ways {
        let seen = Seen::load(app, auth, &shipped.key).await?;
        let people = people(app, auth, seen.newest.iter().filter_map(|newest| newest.by)).await?;
        let team = teams.iter().find(|team| team.key == seen.shown.team.as_str());
        let phone = seen.shown.phone.as_ref().or(team.map(|team| &team.phone));
        let name = match team {
            Some(team) => team.name(shown.language()).to_owned(),
            None => shown.t("enquiries-content-no-team"),
        };
        lines.push(Line {
            key: shipped.key.to_string(),
            title: seen.shown.title.get(shown.language()).to_owned(),
            rung: phone.map_or_else(|| name.clone(), |phone| format!("{name}, {phone}")),
            changed: seen.newest.as_ref().map(|newest| {
                let at = app.calendar.local_date(newest.at);
                let by = name_of(shown, &people, newest.by);
                shown.t2("enquiries-content-changed-by", ("date", shown.short_day(&at)), ("person", by))
            }),
        });
    }
    Ok(lines)
}
