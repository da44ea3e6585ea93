//! What a person asks for: one search, one file to hand out, one erasure, each for a reason that is kept and listed.

use std::{
    collections::BTreeMap,
    io::{Cursor, Write as _},
};

use ::web::{App, Auth, Fields, Form, FormErrors, Page, PageError, page, refused_page};
use askama::Template;
use axum::{
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};
use kernel::{Code, Email, Fact, PersonId};
use ports::Staying;
use serde_json::{Value, json};
use storage::{Line, LineFilter};
use uuid::Uuid;
use zip::{ZipWriter, write::SimpleFileOptions};

use crate::{
    ProtectionFact, commands,
    fact::ACCESS_WORDS,
    model::{REASONS, reason},
};

/// Accesses that are read, and that are shown.
const ACCESSES_MAX: u64 = 100_000;
const ACCESSES_SHOWN: usize = 200;

#[derive(Template)]
#[template(path = "protection/asking.html")]
struct AskingPage {
    page: Page,
    fields: Fields,
    errors: FormErrors,
    found: Option<Found>,
}

/// What was found, or what became of it.
struct Found {
    request: Uuid,
    /// What is held, by its name, and how much.
    held: Vec<(String, i64)>,
    /// What was erased.
    erased: Vec<(String, i64)>,
    was_erased: bool,
    stays: Vec<String>,
}

impl AskingPage {
    fn new(app: &App, auth: &Auth, fields: Fields, errors: FormErrors, found: Option<Found>) -> Self {
        Self { page: Page::new(app, auth).with_form(), fields, errors, found }
    }

    fn value(&self, name: &str) -> &str {
        self.fields.get(name)
    }

    fn has_error(&self, field: &str) -> bool {
        self.errors.of(field).is_some()
    }

    fn reasons() -> [&'static str; 5] {
        REASONS
    }

    fn is_reason(&self, code: &str) -> bool {
        self.value("reason") == code
    }

    fn reason(&self, code: &str) -> String {
        self.page.t(&format!("protection-reason-{code}"))
    }
}

/// `GET /intern/databeskyttelse/anmodning`.
pub(super) async fn form(auth: Auth, State(app): State<App>) -> Result<Response, PageError> {
    let main = AskingPage::new(&app, &auth, Fields::default(), FormErrors::none(), None);
    let title = main.page.t("protection-asking");
    Ok(page(&main.page, &title, &main))
}

/// Reads whom it is about and why; else the form comes back with what is wrong.
fn read(app: &App, auth: &Auth, form: Form) -> Result<(Email, Code, Fields), Box<Response>> {
    let mut errors = FormErrors::none();
    let email = form.fields.get("email").parse::<Email>().map_err(|_| "protection-email-wrong");
    let email = errors.keep("email", email);
    let why = errors.keep("reason", reason(form.fields.get("reason")).ok_or("protection-reason-missing"));
    if let (Some(email), Some(why)) = (email, why) {
        return Ok((email, why, form.fields));
    }
    let main = AskingPage::new(app, auth, form.fields, errors, None);
    let title = main.page.t1("web-title-error", "title", main.page.t("protection-asking"));
    Err(Box::new(refused_page(&main.page, &title, &main)))
}

fn told(app: &App, auth: &Auth, stays: &[Staying]) -> Vec<String> {
    let words = |one: &Staying| {
        let named = one.named.join(", ");
        app.text(auth.language(), one.key, &[("count", one.count.into()), ("named", named.into())])
    };
    stays.iter().map(words).collect()
}

/// `POST /intern/databeskyttelse/anmodning`: what is held, and what would stay.
pub(super) async fn look(auth: Auth, State(app): State<App>, form: Form) -> Result<Response, PageError> {
    let (email, why, fields) = match read(&app, &auth, form) {
        Ok(read) => read,
        Err(refused) => return Ok(*refused),
    };
    let held = commands::look(&app, &auth, &email, &why).await?;
    let count = |value: &Value| match value {
        Value::Array(all) => i64::try_from(all.len()).unwrap_or(i64::MAX),
        Value::Null => 0,
        _ => 1,
    };
    let counts = held.all.iter().map(|(name, value)| (name.clone(), count(value)));
    let found = Found {
        request: held.request,
        held: counts.filter(|(_, count)| *count > 0).collect(),
        erased: Vec::new(),
        was_erased: false,
        stays: told(&app, &auth, &held.stays),
    };
    let main = AskingPage::new(&app, &auth, fields, FormErrors::none(), Some(found));
    let title = main.page.t("protection-asking");
    Ok(::web::answer_page(&main.page, &title, &main))
}

#[derive(Template)]
#[template(path = "protection/export.html")]
struct Export<'a> {
    title: &'a str,
    municipality: &'a str,
    request: Uuid,
    what: Vec<(String, String)>,
    stays: &'a [String],
    held_title: &'a str,
    stays_title: &'a str,
    rights: &'a str,
}

/// `POST /intern/databeskyttelse/anmodning/udlever`: a zip with what is held, for a program and for a person.
pub(super) async fn hand_out(auth: Auth, State(app): State<App>, form: Form) -> Result<Response, PageError> {
    let (email, why, _) = match read(&app, &auth, form) {
        Ok(read) => read,
        Err(refused) => return Ok(*refused),
    };
    let held = commands::hand_out(&app, &auth, &email, &why).await?;
    let stays = told(&app, &auth, &held.stays);
    let mut all = held.all.clone();
    all.insert("stays".to_owned(), json!(stays));
    let json = serde_json::to_string_pretty(&all).map_err(PageError::internal)?;
    let say = |key: &str| app.text(auth.language(), key, &[]);
    let what = held
        .all
        .iter()
        .map(|(name, value)| (name.clone(), serde_json::to_string_pretty(value).unwrap_or_default()));
    let html = Export {
        title: &say("protection-export-title"),
        municipality: &app.site(auth.tenant()).name,
        request: held.request,
        what: what.collect(),
        stays: &stays,
        held_title: &say("protection-export-held"),
        stays_title: &say("protection-stays"),
        rights: &say("protection-export-rights"),
    };
    let html = html.render().map_err(PageError::internal)?;
    let packed = pack(&[("oplysninger.json", &json), ("oplysninger.html", &html)]);
    let packed = packed.map_err(PageError::internal)?;
    let name = format!("attachment; filename=\"oplysninger-{}.zip\"", held.request);
    let headers = [
        (header::CONTENT_TYPE, "application/zip".to_owned()),
        (header::CONTENT_DISPOSITION, name),
        (header::CACHE_CONTROL, "no-store".to_owned()),
    ];
    Ok((headers, packed).into_response())
}

fn pack(files: &[(&str, &str)]) -> zip::result::ZipResult<Vec<u8>> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in files {
        zip.start_file(*name, SimpleFileOptions::default())?;
        zip.write_all(text.as_bytes())?;
    }
    Ok(zip.finish()?.into_inner())
}

/// `POST /intern/databeskyttelse/anmodning/slet`: what went, and what stays and why.
pub(super) async fn erase(auth: Auth, State(app): State<App>, form: Form) -> Result<Response, PageError> {
    let (email, why, fields) = match read(&app, &auth, form) {
        Ok(read) => read,
        Err(refused) => return Ok(*refused),
    };
    if !fields.is_ticked("sure") {
        let mut errors = FormErrors::none();
        errors.add("sure", "protection-sure-missing");
        let main = AskingPage::new(&app, &auth, fields, errors, None);
        let title = main.page.t1("web-title-error", "title", main.page.t("protection-asking"));
        return Ok(refused_page(&main.page, &title, &main));
    }
    let (erased, held) = commands::erase(&app, &auth, &email, &why).await?;
    let count = |(name, count): (&str, u64)| (name.to_owned(), i64::try_from(count).unwrap_or(i64::MAX));
    let found = Found {
        request: held.request,
        held: Vec::new(),
        erased: erased.into_iter().filter(|(_, count)| *count > 0).map(count).collect(),
        was_erased: true,
        stays: told(&app, &auth, &held.stays),
    };
    let main = AskingPage::new(&app, &auth, fields, FormErrors::none(), Some(found));
    let title = main.page.t("protection-asking");
    Ok(::web::answer_page(&main.page, &title, &main))
}

#[derive(Template)]
#[template(path = "protection/accesses.html")]
struct AccessesPage {
    page: Page,
    accesses: Vec<(Line, ProtectionFact)>,
    names: BTreeMap<PersonId, String>,
}

impl AccessesPage {
    fn who(&self, line: &Line) -> &str {
        let id = line.actor_id.map(PersonId::from);
        id.and_then(|id| self.names.get(&id)).map_or("", String::as_str)
    }

    fn what(&self, line: &Line) -> String {
        self.page.t(&format!("protection-journal-{}", line.word))
    }

    fn why(&self, fact: &ProtectionFact) -> String {
        match fact {
            ProtectionFact::Looked { reason }
            | ProtectionFact::HandedOut { reason }
            | ProtectionFact::Erased { reason, .. } => self.page.t(&format!("protection-reason-{reason}")),
            ProtectionFact::NightDone { .. } => String::new(),
        }
    }
}

/// `GET /intern/databeskyttelse/adgang`: who looked at what is held on a person, and why; the newest first.
pub(super) async fn accesses(auth: Auth, State(app): State<App>) -> Result<Response, PageError> {
    let filter = LineFilter {
        capability: Some(<ProtectionFact as Fact>::CAPABILITY.to_owned()),
        words: ACCESS_WORDS.map(str::to_owned).to_vec(),
        ..LineFilter::default()
    };
    let read = app.db.read(&auth);
    let lines = storage::lines(&read, &filter, ACCESSES_MAX).await?;
    let newest = lines.into_iter().rev().take(ACCESSES_SHOWN);
    let mut accesses = Vec::new();
    for line in newest {
        if let Some(fact) = line.fact()? {
            accesses.push((line, fact));
        }
    }
    let people: Vec<PersonId> =
        accesses.iter().filter_map(|(line, _)| line.actor_id).map(PersonId::from).collect();
    let people = app.ports.people.people(&read, &people).await?;
    let names = people.into_iter().map(|(id, card)| (id, card.name)).collect();
    let main = AccessesPage { page: Page::new(&app, &auth), accesses, names };
    let title = main.page.t("protection-accesses");
    Ok(page(&main.page, &title, &main))
}
