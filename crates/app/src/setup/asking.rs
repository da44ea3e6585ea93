//! The questions one at a time: each with its reason, a proposal, and the same question again with a sentence when the answer
//! cannot be used. `<` goes back; nothing answered is lost.

use anyhow::Result;
use dialoguer::{Confirm, Input};
use kernel::Language;

use super::{
    Words,
    answers::{self, Answers, FIELDS, Field, QUESTIONS, Typed},
};

/// What goes back to the question before.
const BACK: &str = "<";

/// Who is asked.
pub trait Asked {
    /// Shows a text.
    fn tell(&mut self, text: &str);
    /// An answer; nothing when the asking is broken off.
    fn answer(&mut self, prompt: &str, proposed: &str) -> Result<Option<String>>;
}

/// Someone at a terminal.
#[derive(Debug, Default)]
pub struct Terminal {}

impl Asked for Terminal {
    fn tell(&mut self, text: &str) {
        eprintln!("{text}");
    }

    fn answer(&mut self, prompt: &str, proposed: &str) -> Result<Option<String>> {
        let mut input = Input::<String>::new().with_prompt(prompt);
        if !proposed.is_empty() {
            input = input.default(proposed.to_owned());
        }
        match input.interact_text() {
            Ok(text) => Ok(Some(text)),
            Err(dialoguer::Error::IO(error)) if error.kind() == std::io::ErrorKind::Interrupted => Ok(None),
            Err(error) => Err(error.into()),
        }
    }
}

/// Yes or no; no is proposed.
pub fn confirm(question: &str) -> Result<bool> {
    Ok(Confirm::new().with_prompt(question).default(false).interact()?)
}

/// Asks everything. Nothing when it is broken off.
pub fn ask(asked: &mut impl Asked, words: &Words) -> Result<Option<Answers>> {
    let mut typed = Typed::new();
    let mut at = 0;
    asked.tell(&words.say("welcome"));
    while let Some((field, number)) = FIELDS.get(at).copied() {
        let is_new =
            at.checked_sub(1).and_then(|before| FIELDS.get(before)).is_none_or(|(_, of)| *of != number);
        if is_new {
            asked.tell(&heading(field, number, words));
        }
        let proposed = typed.get(&field).cloned().unwrap_or_else(|| answers::proposed(field, &typed));
        let prompt = words.say(&format!("ask-{}", field.word()));
        let Some(said) = asked.answer(&prompt, &proposed)? else { return Ok(None) };
        if said.trim() == BACK {
            at = at.saturating_sub(1);
            continue;
        }
        match answers::check(field, &said) {
            Ok(()) => {
                typed.insert(field, said);
                at += 1;
            }
            Err(key) => asked.tell(&words.say(&key)),
        }
    }
    Ok(Answers::of(&typed))
}

/// Which question it is, why it is asked, and what there is to choose from.
fn heading(field: Field, number: u8, words: &Words) -> String {
    let of = [("number", i64::from(number).into()), ("of", i64::from(QUESTIONS).into())];
    let mut text = format!(
        "\n{} {}\n{}",
        words.say_with("number", &of),
        words.say(&format!("title-{}", field.word())),
        words.say(&format!("why-{}", field.word())),
    );
    let choices: Vec<String> = match field {
        Field::Topics => {
            answers::topics().iter().map(|(_, title)| title.get(words.language).to_owned()).collect()
        }
        Field::Owner => {
            let name = |team: &enquiries::guide::Team| match words.language {
                Language::Da => team.da.clone(),
                Language::En => team.en.clone(),
            };
            answers::teams().iter().map(name).collect()
        }
        _ => Vec::new(),
    };
    let choices = choices.iter().enumerate().map(|(place, choice)| format!("\n  {:>2}. {choice}", place + 1));
    text.extend(choices);
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Someone who has thought of the answers before, and keeps what was shown.
    struct Script {
        answers: Vec<&'static str>,
        told: String,
    }

    impl Asked for Script {
        fn tell(&mut self, text: &str) {
            self.told.push_str(text);
            self.told.push('\n');
        }

        fn answer(&mut self, prompt: &str, proposed: &str) -> Result<Option<String>> {
            self.tell(prompt);
            if self.answers.is_empty() {
                return Ok(None);
            }
            let said = self.answers.remove(0);
            Ok(Some(if said.is_empty() { proposed.to_owned() } else { said.to_owned() }))
        }
    }

    fn asked(answers: &[&'static str]) -> (Option<Answers>, String) {
        let mut script = Script { answers: answers.to_vec(), told: String::new() };
        let words = Words::of(Language::Da).unwrap();
        (ask(&mut script, &words).unwrap(), script.told)
    }

    #[test]
    fn ten_questions_and_what_is_wrong_is_asked_again_while_a_step_back_keeps_what_was_said() {
        let (answers, told) = asked(&[
            "",
            "erhverv.kommune.example",
            "https://erhverv.kommune.example",
            "43 68 68 68",
            "<",
            "",
            "erhverv@kommune.example",
            "",
            "Mette Holm, mette@kommune.example",
            "Rikke Lund, rikke@kommune.example",
            "",
            "",
            "2, 3",
            "",
            "3",
        ]);
        let answers = answers.expect("everything is answered");
        assert_eq!(answers.phone.e164(), "+4543686868");
        assert_eq!(answers.topics.iter().map(kernel::Code::as_str).collect::<Vec<_>>(), ["signage", "waste"]);
        assert_eq!((answers.goal, answers.people().count()), (3, 2));
        assert!(told.contains("https://"), "{told}");
        assert!(told.contains("10 af 10"), "{told}");
    }

    #[test]
    fn whoever_breaks_off_has_answered_nothing() {
        assert_eq!(asked(&["", "https://erhverv.kommune.example"]).0, None);
    }
}
