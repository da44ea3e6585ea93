//! What is told when something is wrong right now: whom to call, when they answer, in which words, and by which further signs.
//! The numbers can be corrected within seconds on every node; 112 and the signs that ship cannot be taken away.

use ::web::{
    App, Auth, Fields, Form, FormErrors, Page, PageError, answer_page, page, redirect_with, refused_page,
    take_flash,
};
use askama::Template;
use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use axum_extra::extract::CookieJar;
use kernel::{Failure, Language, Phone, Text};

use super::{
    edit::{Beside, both},
    history::{self, Told},
    name_of, people, tabs_of, wrong_in,
};
use crate::{
    GuideState, commands,
    guide::{ACUTE, ContentRefusal, Duties, Duty, Words, acute_key, shipped_signs},
    model::{Changes, ContentProblem, DUTY_FIELDS, Settle, TopicVersion},
    store,
    web::acute::AcuteView,
};

/// What the box takes, in characters.
const QUESTION_CHARS_MAX: usize = crate::web::entrance::NEED_CHARS_MAX;
/// Where these pages are.
const PATH: &str = "/intern/emner/acute";

/// The duties as these pages know them.
struct Seen {
    shipped: Duties,
    shown: Duties,
    newest: Option<TopicVersion>,
}

impl Seen {
    /// Straight from the rows: an editor sees what is saved, also in the second before the guide follows.
    async fn load(app: &App, auth: &Auth) -> Result<Self, PageError> {
        let shipped = app.kept::<GuideState>().shipped_duties().clone();
        let newest = store::newest_version(&app.db.read(auth), &acute_key()).await?;
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

#[derive(Template)]
#[template(path = "enquiries/staff/acute.html")]
struct AcutePage {
    page: Page,
    title: String,
    tabs: Vec<(String, String, bool)>,
    version: i64,
    changed: Option<String>,
    fields: Fields,
    errors: FormErrors,
    conflicts: Vec<(&'static str, Beside)>,
    meanwhile: Vec<Beside>,
    sections: Vec<Section>,
    tried: Option<Tried>,
}

/// One duty on the page: as it looks with what is in the form, and the signs that it always has.
struct Section {
    key: &'static str,
    acute: Option<AcuteView>,
    /// The number in the configuration, which stands where nobody has written another.
    configured: Option<String>,
    shipped_signs: Vec<(Language, String)>,
}

/// Whom a question calls, with the words in the form.
struct Tried {
    question: String,
    acute: Option<AcuteView>,
}

impl AcutePage {
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

    fn question_max() -> usize {
        QUESTION_CHARS_MAX
    }
}

fn of(duties: &Duties) -> Fields {
    let mut fields = Fields::default();
    for duty in Duty::ALL {
        let key = duty.key();
        for language in Language::ALL {
            let tag = language.tag();
            fields.set(&format!("{key}-heading-{tag}"), duties.heading(duty).get(language));
            fields.set(&format!("{key}-text-{tag}"), duties.text(duty).get(language));
            if let Some(hours) = duties.hours(duty) {
                fields.set(&format!("{key}-hours-{tag}"), hours.get(language));
            }
            fields.set(&format!("{key}-signs-{tag}"), &duties.signs(duty).get(language).join("\n"));
        }
        let phone = duties.phone(duty).map(Phone::to_string).unwrap_or_default();
        fields.set(&format!("{key}-phone"), &phone);
    }
    fields
}

/// The duties that a form describes. A number that cannot be called is told in `errors`; there it is as before.
fn read(fields: &Fields, before: &Duties, errors: &mut FormErrors) -> Duties {
    let text = |name: &str| Text {
        da: fields.get(&format!("{name}-da")).trim().to_owned(),
        en: fields.get(&format!("{name}-en")).trim().to_owned(),
    };
    let signs = |name: &str| {
        let lines = |tag: &str| -> Vec<String> {
            let lines = fields.get(&format!("{name}-signs-{tag}")).lines().map(str::trim);
            lines.filter(|line| !line.is_empty()).map(str::to_owned).collect()
        };
        Words { da: lines("da"), en: lines("en") }
    };
    let mut phone = |field: &'static str, before: Option<&Phone>| match fields.get(field).trim() {
        "" => None,
        typed => typed.parse().ok().or_else(|| {
            errors.add(field, "enquiries-content-wrong-phone");
            before.cloned()
        }),
    };
    Duties {
        emergency_heading: text("emergency-heading"),
        emergency_text: text("emergency-text"),
        emergency_signs: signs("emergency"),
        environment_heading: text("environment-heading"),
        environment_text: text("environment-text"),
        environment_phone: phone("environment-phone", before.environment_phone.as_ref()),
        environment_hours: text("environment-hours"),
        environment_signs: signs("environment"),
        road_heading: text("road-heading"),
        road_text: text("road-text"),
        road_phone: phone("road-phone", before.road_phone.as_ref()),
        road_hours: text("road-hours"),
        road_signs: signs("road"),
    }
}

/// Puts what is wrong at its field in the form.
fn tell(problems: &[ContentRefusal], errors: &mut FormErrors) {
    for problem in problems {
        let (field, language, key) = match problem {
            ContentRefusal::Empty { field, language, .. } => (field, *language, "empty"),
            ContentRefusal::TooLong { field, language, .. } => (field, *language, "too-long"),
            ContentRefusal::TooMany { field, .. } => (field, Language::Da, "too-many"),
            ContentRefusal::NoEmergencyNumber { field, language, .. } => (field, *language, "no-112"),
            ContentRefusal::ShortSign { field, language, .. } => (field, *language, "short-sign"),
            _ => continue,
        };
        if let Some(at) = at(field, language) {
            errors.add(at, format!("enquiries-content-wrong-{key}"));
        }
    }
}

/// The id of a field in the form.
fn at(field: &str, language: Language) -> Option<&'static str> {
    const IDS: [&str; 22] = [
        "emergency-heading-da",
        "emergency-heading-en",
        "emergency-text-da",
        "emergency-text-en",
        "emergency-signs-da",
        "emergency-signs-en",
        "environment-heading-da",
        "environment-heading-en",
        "environment-text-da",
        "environment-text-en",
        "environment-hours-da",
        "environment-hours-en",
        "environment-signs-da",
        "environment-signs-en",
        "road-heading-da",
        "road-heading-en",
        "road-text-da",
        "road-text-en",
        "road-hours-da",
        "road-hours-en",
        "road-signs-da",
        "road-signs-en",
    ];
    let id = format!("{}-{}", field.replace('_', "-"), language.tag());
    IDS.into_iter().find(|known| *known == id)
}

async fn load(
    app: &App,
    auth: &Auth,
    shown: Page,
    seen: &Seen,
    typed: &Duties,
    fields: Fields,
    errors: FormErrors,
) -> Result<AcutePage, PageError> {
    let by = seen.newest.as_ref().and_then(|newest| newest.by);
    let people = people(app, auth, by.into_iter()).await?;
    let changed = seen.newest.as_ref().map(|newest| {
        let by = name_of(&shown, &people, newest.by);
        shown.t2("enquiries-content-changed-by", ("date", shown.moment(&newest.at)), ("person", by))
    });
    let conflicts = seen.changes().conflicts(&seen.shipped).into_iter().map(|conflict| {
        let name = shown.t(&format!("enquiries-content-{}", conflict.field.replace('_', "-")));
        (conflict.field, Beside { name, ours: both(&conflict.ours), theirs: both(&conflict.shipped) })
    });
    let site = shown.site();
    let sections = Duty::ALL.map(|duty| Section {
        key: duty.key(),
        acute: Some(AcuteView::new(&shown, typed, &[duty])),
        configured: match duty {
            Duty::Emergency => None,
            Duty::Environment => Some(site.environment_duty.to_string()),
            Duty::Road => Some(site.road_duty.to_string()),
        },
        shipped_signs: Language::ALL
            .map(|language| (language, shipped_signs(duty, language).join(", ")))
            .into(),
    });
    Ok(AcutePage {
        title: shown.t("enquiries-content-acute"),
        tabs: acute_tabs(&shown, "texts"),
        version: seen.version(),
        changed,
        fields,
        errors,
        conflicts: conflicts.collect(),
        meanwhile: Vec::new(),
        sections: sections.into(),
        tried: None,
        page: shown,
    })
}

/// The tabs: there is no service goal for whoever is in danger.
fn acute_tabs(page: &Page, here: &str) -> Vec<(String, String, bool)> {
    tabs_of(page, PATH, &[("", "texts"), ("/historik", "history")], here)
}

/// `GET /intern/emner/acute`.
pub(super) async fn show(auth: Auth, State(app): State<App>, jar: CookieJar) -> Result<Response, PageError> {
    let seen = Seen::load(&app, &auth).await?;
    let mut shown = Page::new(&app, &auth).with_form();
    let jar = take_flash(&app, jar, &mut shown);
    let main = load(&app, &auth, shown, &seen, &seen.shown, of(&seen.shown), FormErrors::none()).await?;
    Ok((jar, page(&main.page, &main.title, &main)).into_response())
}

/// `POST /intern/emner/acute`: saves, or shows first what it would look like.
pub(super) async fn save(auth: Auth, State(app): State<App>, form: Form) -> Result<Response, PageError> {
    let state = app.kept::<GuideState>();
    let seen = Seen::load(&app, &auth).await?;
    let fields = form.fields;
    let mut errors = FormErrors::none();
    let edited = read(&fields, &seen.shown, &mut errors);
    let version = fields.get("version").parse::<i64>().unwrap_or(-1);
    let shown = Page::new(&app, &auth).with_form();
    if fields.get("do") == "try" {
        tell(&edited.problems(), &mut errors);
        let question: String = fields.get("question").chars().take(QUESTION_CHARS_MAX).collect();
        let found = try_question(&app, &auth, edited.clone(), question.clone()).await?;
        let acute = found.map(|found| AcuteView::new(&shown, &edited, &found));
        let mut main = load(&app, &auth, shown, &seen, &edited, fields, errors).await?;
        main.version = version;
        main.tried = Some(Tried { question, acute });
        return Ok(answer_page(&main.page, &main.title, &main));
    }
    let mut is_stale = false;
    if errors.is_empty() {
        match commands::edit_duties(&app, state, &auth, version, edited.clone()).await {
            Ok(_) => return Ok(redirect_with(&app, &auth, PATH, "enquiries-content-saved")),
            Err(Failure::Refused(ContentProblem::Texts(problems))) => tell(&problems, &mut errors),
            Err(Failure::Refused(refusal)) => {
                is_stale = refusal == ContentProblem::Stale;
                errors.add("meanwhile", refusal.to_string());
            }
            Err(failure) => return Err(failure.into()),
        }
    }
    let mut main = load(&app, &auth, shown, &seen, &edited, fields, errors).await?;
    if is_stale {
        // From here on a save takes the place of what is shown as saved: the editor has seen it.
        main.meanwhile = differences(&main.page, &edited, &seen.shown);
    } else {
        main.version = version;
    }
    let title = main.page.t1("web-title-error", "title", main.title.as_str());
    Ok(refused_page(&main.page, &title, &main))
}

fn differences(shown: &Page, typed: &Duties, saved: &Duties) -> Vec<Beside> {
    let values = |duties: &Duties| serde_json::to_value(duties).unwrap_or_default();
    let (typed, saved) = (values(typed), values(saved));
    let value = |of: &serde_json::Value, field: &str| of.get(field).cloned().unwrap_or_default();
    let differs = DUTY_FIELDS.into_iter().filter(|field| typed.get(field) != saved.get(field));
    differs
        .map(|field| Beside {
            name: shown.t(&format!("enquiries-content-{}", field.replace('_', "-"))),
            ours: both(&value(&typed, field)),
            theirs: both(&value(&saved, field)),
        })
        .collect()
}

/// Whom the question would call with the words in the form. Nothing is kept, and nothing is logged.
async fn try_question(
    app: &App,
    auth: &Auth,
    edited: Duties,
    question: String,
) -> Result<Option<Vec<Duty>>, PageError> {
    let saved = app.kept::<GuideState>().guide(auth.tenant());
    let language = auth.language();
    let trying = tokio::task::spawn_blocking(move || {
        saved.with_duties(edited).acute(&question, language).map(|found| found.call)
    });
    trying.await.map_err(PageError::internal)
}

/// `POST /intern/emner/acute/valg`: ours or the new release's, for one field.
pub(super) async fn settle(auth: Auth, State(app): State<App>, form: Form) -> Result<Response, PageError> {
    let version = form.fields.get("version").parse::<i64>().unwrap_or(-1);
    let how = match form.fields.get("choose") {
        "ours" => Settle::KeepOurs,
        "shipped" => Settle::TakeShipped,
        _ => return Err(PageError::NotFound),
    };
    let choice = (form.fields.get("field"), how);
    match commands::settle_duties(&app, app.kept::<GuideState>(), &auth, version, choice).await {
        Ok(_) => Ok(redirect_with(&app, &auth, PATH, "enquiries-content-settled")),
        Err(Failure::Refused(refusal)) => refuse(&app, &auth, &refusal).await,
        Err(failure) => Err(failure.into()),
    }
}

/// `GET /intern/emner/acute/historik`.
pub(super) async fn history(
    auth: Auth,
    State(app): State<App>,
    jar: CookieJar,
) -> Result<Response, PageError> {
    let seen = Seen::load(&app, &auth).await?;
    let mut shown = Page::new(&app, &auth).with_form();
    let jar = take_flash(&app, jar, &mut shown);
    let shipped = seen.shipped.clone();
    let told = Told {
        key: acute_key(),
        title: shown.t("enquiries-content-acute"),
        tabs: acute_tabs(&shown, "history"),
        version: seen.version(),
        values: Box::new(move |changes| {
            let duties = changes.apply(&shipped).unwrap_or_else(|| shipped.clone());
            serde_json::to_value(duties).unwrap_or_default()
        }),
    };
    history::page_of(&app, &auth, shown, jar, told).await
}

/// `POST /intern/emner/acute/gendan`: an earlier version is the newest again; nothing goes away.
pub(super) async fn restore(auth: Auth, State(app): State<App>, form: Form) -> Result<Response, PageError> {
    let number = |name: &str| form.fields.get(name).parse::<i64>().ok().filter(|number| *number >= 0);
    let wanted = number("restore").ok_or(PageError::NotFound)?;
    let seen = number("version").unwrap_or(-1);
    match commands::restore_duties(&app, app.kept::<GuideState>(), &auth, seen, wanted).await {
        Ok(_) => Ok(redirect_with(&app, &auth, PATH, "enquiries-content-restored")),
        Err(Failure::Refused(refusal)) => refuse(&app, &auth, &refusal).await,
        Err(failure) => Err(failure.into()),
    }
}

/// The page as it is saved, with why nothing was done.
async fn refuse(app: &App, auth: &Auth, refusal: &ContentProblem) -> Result<Response, PageError> {
    let seen = Seen::load(app, auth).await?;
    let mut errors = FormErrors::none();
    errors.add("meanwhile", refusal.to_string());
    let shown = Page::new(app, auth).with_form();
    let main = load(app, auth, shown, &seen, &seen.shown, of(&seen.shown), errors).await?;
    let title = main.page.t1("web-title-error", "title", main.title.as_str());
    Ok(refused_page(&main.page, &title, &main))
}

/// What the list of topics says of these texts.
pub(super) struct Line {
    /// The numbers that are shown, as a line each.
    pub(super) numbers: Vec<String>,
    /// Changed here when, and by whom; else as shipped.
    pub(super) changed: Option<String>,
}

/// The line above the list of topics: the numbers must be seen to be right.
pub(super) async fn line(app: &App, auth: &Auth, shown: &Page) -> Result<Line, PageError> {
    let seen = Seen::load(app, auth).await?;
    let people = people(app, auth, seen.newest.iter().filter_map(|newest| newest.by)).await?;
    let changed = seen.newest.as_ref().map(|newest| {
        let at = app.calendar.local_date(newest.at);
        let by = name_of(shown, &people, newest.by);
        shown.t2("enquiries-content-changed-by", ("date", shown.short_day(&at)), ("person", by))
    });
    let numbers = [Duty::Environment, Duty::Road].map(|duty| {
        let site = shown.site();
        let configured = if duty == Duty::Road { &site.road_duty } else { &site.environment_duty };
        let phone = seen.shown.phone(duty).unwrap_or(configured);
        let hours = seen.shown.hours(duty).map_or("", |hours| hours.get(shown.language()));
        format!("{}: {phone}, {hours}", shown.t(&format!("enquiries-acute-call-{}", duty.key())))
    });
    Ok(Line { numbers: numbers.into(), changed })
}

/// The word in the addresses and the journal is the same.
const _: () = assert!(PATH.len() == "/intern/emner/".len() + ACUTE.len());
