//! `samspil personal-data`: what is held on a person, to hand out and to erase (GDPR articles 15 and 17). Everyone who holds
//! something is asked, in the order of the list of capabilities.

use std::process::ExitCode;

use anyhow::{Result, anyhow};
use identity::commands as people;
use kernel::{Email, Language, PersonId};
use ports::Staying;
use serde_json::{Map, Value, json};
use storage::Durability;
use web::{App, PersonalData};

use super::user::site;
use crate::{
    cli::{PlaceArgs, WrongUse},
    configuration::Configuration,
    place::{DemoState, Place},
    start::{self, Settings},
};

/// Where links would begin: none is made here.
const NOWHERE: &str = "http://127.0.0.1";

/// What was typed.
pub struct Wanted {
    pub email: Vec<String>,
    pub person: Vec<String>,
    pub municipality: Option<String>,
    pub erase: bool,
}

/// Prints what is held as JSON, or erases it. What is open stays: then it ends with 1.
pub async fn run(args: &PlaceArgs, wanted: Wanted) -> Result<ExitCode> {
    let email = |text: &String| text.parse().map_err(|_| WrongUse(format!("{text:?} is no e-mail address")));
    let emails: Vec<Email> = wanted.email.iter().map(email).collect::<Result<_, _>>()?;
    let person = |text: &String| {
        text.parse()
            .map_err(|_| WrongUse(format!("{text:?} is no person's number, as /drift/personer shows it")))
    };
    let persons: Vec<PersonId> = wanted.person.iter().map(person).collect::<Result<_, _>>()?;
    let place = Place::of(args)?;
    let (clock, ids) = super::real();
    let configuration = Configuration::load(&place.data)?;
    let settings = match place.demo() {
        DemoState::None => Settings::of(&configuration, NOWHERE, clock, ids)?,
        _ => Settings::of_demo(NOWHERE, clock, ids),
    };
    let db = start::open(&place, Durability::Full).await?;
    let started = start::assemble(&place, db, settings)?;
    let app = started.app;
    let tenant = site(&app, wanted.municipality.as_deref())?.tenant;
    let ctx = people::operator("personal data", tenant, app.clock.now(), app.ids.clone());
    let holders = app.holders();
    let subject = holders.recognise(&ctx, &emails, &persons).await?;
    if !wanted.erase {
        let mut answer = Map::from_iter([("emails".to_owned(), json!(subject.emails))]);
        answer.extend(holders.export(&ctx, &subject).await?);
        let stays = holders.stays(&ctx, &subject).await?;
        answer.insert("stays".to_owned(), stays.iter().map(|one| told(&app, one)).collect());
        answer.insert("about".to_owned(), app.personal_data.iter().map(|one| about(&app, one)).collect());
        app.db.close().await?;
        say!("{}", serde_json::to_string_pretty(&answer)?);
        return Ok(ExitCode::SUCCESS);
    }
    let erased = holders.erase(&ctx, &subject).await.map_err(|failure| anyhow!("{failure}"))?;
    let stays = holders.stays(&ctx, &subject).await?;
    // The files' content goes with a job; nobody should have to start a server for it.
    while crate::background::run_due(&app, &started.jobs).await? > 0 {}
    app.db.close().await?;
    if args.json {
        let mut answer: Map<String, Value> =
            erased.iter().map(|(name, count)| ((*name).to_owned(), json!(count))).collect();
        answer.insert("stays".to_owned(), stays.iter().map(|one| told(&app, one)).collect());
        say!("{}", Value::Object(answer));
    } else {
        let counts = erased.iter().filter(|(_, count)| **count > 0);
        let counts: Vec<String> = counts.map(|(name, count)| format!("{count} {name}")).collect();
        say!("Erased: {}.", if counts.is_empty() { "nothing".to_owned() } else { counts.join(", ") });
        for one in &stays {
            say!("Stays: {}", words(&app, Language::En, one));
        }
    }
    let is_all = stays.iter().all(|one| !one.until_ended);
    Ok(if is_all { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn words(app: &App, language: Language, one: &Staying) -> String {
    let named = one.named.join(", ");
    app.text(language, one.key, &[("count", one.count.into()), ("named", named.into())])
}

/// What stays, in both languages: the answer goes to the person.
fn told(app: &App, one: &Staying) -> Value {
    let mut told = json!(one);
    if let Some(fields) = told.as_object_mut() {
        for (tag, language) in [("da", Language::Da), ("en", Language::En)] {
            fields.insert(tag.to_owned(), words(app, language, one).into());
        }
    }
    told
}

/// What article 15(1) asks for beside the data itself: what it is, on which basis, for how long.
fn about(app: &App, data: &PersonalData) -> Value {
    let count = data.rule.and_then(|key| app.rules().at(key, app.calendar.local_date(app.clock.now())));
    let count = count.map_or(0, |rule| match rule.value {
        kernel::RuleValue::Months(count)
        | kernel::RuleValue::Days(count)
        | kernel::RuleValue::WorkingDays(count) => i64::from(count),
        _ => 0,
    });
    let in_language = |language| {
        json!({
            "what": app.text(language, data.what, &[]),
            "kept": app.text(language, data.retention, &[("count", count.into())]),
        })
    };
    json!({ "basis": data.basis, "da": in_language(Language::Da), "en": in_language(Language::En) })
}
