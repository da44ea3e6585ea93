//! `samspil start`: ten questions, and a municipality can begin: one team, a few topics, the telephone for the rest.
//!
//! Nothing is written before every question is answered. Then samspil.toml comes first and the database last, and each step
//! leaves alone what is there: what was cut off is finished by running it again.

mod answers;
mod asking;
mod file;
mod hours;
mod making;

use std::{io::IsTerminal, path::PathBuf, process::ExitCode};

use anyhow::{Context, Result, bail};
use kernel::Language;
use web::{Argument, Messages};

use self::{answers::Answers, asking::Terminal, making::Made};
use crate::{
    capabilities,
    cli::{PlaceArgs, WrongUse},
    configuration::{Configuration, FILE},
    place::{DemoState, Place},
};

/// What was typed.
pub struct Wanted {
    /// A file with the answers, instead of questions.
    pub answers: Option<PathBuf>,
    /// Only say what would be done.
    pub dry_run: bool,
    /// Put a samspil.toml in place of another that is there.
    pub replace: bool,
    /// The language of questions and answers.
    pub language: Language,
}

/// The words of the questions.
pub struct Words {
    messages: Messages,
    language: Language,
}

impl Words {
    fn of(language: Language) -> Result<Self> {
        Ok(Self { messages: capabilities::messages(&capabilities::manifests())?, language })
    }

    /// A text.
    pub fn say(&self, key: &str) -> String {
        self.say_with(key, &[])
    }

    /// A text with arguments.
    pub fn say_with(&self, key: &str, arguments: &[(&str, Argument)]) -> String {
        self.messages.text(self.language, &format!("operations-setup-{key}"), arguments)
    }
}

/// Asks or reads, says what it does, and does it.
pub async fn run(args: &PlaceArgs, wanted: Wanted) -> Result<ExitCode> {
    let place = Place::of(args)?;
    let words = Words::of(wanted.language)?;
    if place.demo() != DemoState::None {
        bail!(WrongUse(words.say("is-demo")));
    }
    let is_asked = wanted.answers.is_none();
    let answers = match &wanted.answers {
        Some(path) => {
            let text = std::fs::read_to_string(path).with_context(|| {
                words.say_with("cannot-read", &[("file", path.display().to_string().into())])
            })?;
            Answers::read(&text, &words).map_err(WrongUse)?
        }
        None if std::io::stdin().is_terminal() && std::io::stderr().is_terminal() => {
            let Some(answers) = asking::ask(&mut Terminal::default(), &words)? else {
                eprintln!("{}", words.say("stopped"));
                return Ok(ExitCode::FAILURE);
            };
            answers
        }
        None => bail!(WrongUse(words.say("no-terminal"))),
    };
    let text = file::text(&answers, &words);
    let configuration = Configuration::parse(&text)?;
    let before = std::fs::read_to_string(place.data.join(FILE)).ok();
    let differs = before.as_ref().filter(|before| **before != text);
    if wanted.dry_run {
        tell_plan(args, &answers, &text, differs, &words);
        return Ok(ExitCode::SUCCESS);
    }
    if let Some(before) = differs {
        eprintln!("{}\n{}", words.say("differs"), file::difference(before, &text));
        let may = wanted.replace || (is_asked && asking::confirm(&words.say("replace"))?);
        if !may {
            eprintln!("{}", words.say("kept"));
            return Ok(ExitCode::FAILURE);
        }
    }
    let made = making::make(&place, &configuration, &answers, &text).await?;
    tell_made(args, &place, &answers, &made, &words);
    Ok(ExitCode::SUCCESS)
}

/// What would be done.
fn tell_plan(args: &PlaceArgs, answers: &Answers, text: &str, before: Option<&String>, words: &Words) {
    let difference = before.map(|before| file::difference(before, text));
    if args.json {
        let plan = serde_json::json!({
            "dry_run": true,
            "samspil_toml": text,
            "difference": difference,
            "team": answers.owner.as_str(),
            "topics": answers.topics.iter().map(kernel::Code::as_str).collect::<Vec<_>>(),
            "people": answers.people().map(|person| person.email.to_string()).collect::<Vec<_>>(),
            "answer_in_working_days": answers.goal,
        });
        say!("{plan}");
        return;
    }
    say!("{}\n", words.say("dry-run"));
    say!("{}", difference.as_deref().unwrap_or(text));
    for person in answers.people() {
        let arguments = [("name", person.name.as_str().into()), ("email", person.email.to_string().into())];
        say!("{}", words.say_with("plan-person", &arguments));
    }
    let topics = answers.topics.iter().map(kernel::Code::as_str).collect::<Vec<_>>().join(", ");
    let arguments = [("team", answers.owner.to_string().into()), ("topics", topics.into())];
    say!("{}", words.say_with("plan-topics", &arguments));
    say!("{}", words.say_with("plan-goal", &[("days", i64::from(answers.goal).into())]));
}

/// What was done, the links, and three lines on what comes next.
fn tell_made(args: &PlaceArgs, place: &Place, answers: &Answers, made: &Made, words: &Words) {
    if args.json {
        let people = made.people.iter().map(|(person, link)| {
            serde_json::json!({ "name": person.name, "email": person.email.to_string(), "link": link })
        });
        let done = serde_json::json!({
            "samspil_toml": place.data.join(FILE),
            "people": people.collect::<Vec<_>>(),
            "topics_set": made.topics,
        });
        say!("{done}");
        return;
    }
    say!("{}\n", words.say("made"));
    for (person, link) in &made.people {
        let arguments = [("name", person.name.as_str().into()), ("link", link.as_str().into())];
        say!("{}", words.say_with("link", &arguments));
    }
    let data = place.data.display().to_string();
    say!("\n1. {}", words.say_with("next-serve", &[("data", data.as_str().into())]));
    say!("2. {}", words.say_with("next-sign-in", &[("address", answers.address.as_str().into())]));
    say!("3. {}", words.say_with("next-doctor", &[("data", data.into())]));
}
