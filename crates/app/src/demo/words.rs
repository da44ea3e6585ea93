//! What people in the demo write: invented sentences, by topic, read from `words.toml`. A thread holds together: its question,
//! what is asked back, what ends it, and who could have asked it.

use anyhow::{Context, Result};
use kernel::{Code, Language};
use serde::Deserialize;

use super::{cast::Crowd, chance::Chance};

/// Everything that is written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Words {
    /// Notes for colleagues.
    pub notes: Vec<String>,
    /// What could be better.
    pub better: Vec<String>,
    /// The same in English.
    pub better_en: Vec<String>,
    /// What was good.
    pub praise: Vec<String>,
    /// The same in English.
    pub praise_en: Vec<String>,
    /// A company that waits asks how far it is.
    pub chasers: Vec<String>,
    /// The same in English.
    pub chasers_en: Vec<String>,
    /// A company takes an ended enquiry up again.
    pub again: Vec<String>,
    /// The same in English.
    pub again_en: Vec<String>,
    /// What ends it then.
    pub again_answers: Vec<String>,
    /// The same in English.
    pub again_answers_en: Vec<String>,
    /// Why a case is offered to another team.
    pub hand_over: Vec<String>,
    /// Why it is not taken.
    pub bounced: Vec<String>,
    /// What another team is asked.
    pub part_questions: Vec<String>,
    /// What it answers.
    pub part_answers: Vec<String>,
    /// After a call to someone who was not content.
    pub called: Vec<String>,
    /// No enquiry at all.
    pub spam: Vec<String>,
    /// By topic.
    #[serde(rename = "topic")]
    pub topics: Vec<TopicWords>,
}

/// What is written about one topic.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TopicWords {
    /// The guide's key.
    pub key: Code,
    /// How often it comes, beside the others.
    pub weight: u32,
    /// What is asked.
    #[serde(rename = "thread")]
    pub threads: Vec<Thread>,
}

/// A question and everything that follows from it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Thread {
    /// The trades that could ask it; none: anyone.
    #[serde(default)]
    pub who: Vec<Crowd>,
    /// `en` for English.
    #[serde(default)]
    pub language: Option<String>,
    /// What the company asks.
    pub question: String,
    /// What the officer needs to know more about.
    #[serde(default)]
    pub ask: Option<String>,
    /// What the company answers to that.
    #[serde(default)]
    pub give: Option<String>,
    /// What ends it.
    pub answer: String,
    /// How it ends, where it is not answered.
    #[serde(default)]
    pub outcome: Option<String>,
    /// Where it is sent on to.
    #[serde(default)]
    pub authority: Option<String>,
    /// Why it mostly could have been avoided.
    #[serde(default)]
    pub avoidable: Option<String>,
}

impl Thread {
    /// The language that it is written in.
    pub fn language(&self) -> Language {
        if self.language.as_deref() == Some("en") { Language::En } else { Language::Da }
    }
}

impl Words {
    /// The words that come with the program.
    pub fn standard() -> Result<Self> {
        toml::from_str(include_str!("words.toml")).context("the demo's words cannot be read")
    }

    /// The words of a topic.
    pub fn topic(&self, key: &str) -> Result<&TopicWords> {
        self.topics
            .iter()
            .find(|topic| topic.key.as_str() == key)
            .with_context(|| format!("no words on {key}"))
    }
}

/// What stands in the gaps of a sentence.
#[derive(Debug, Clone)]
pub struct Gaps {
    /// The first name of whoever is written to.
    pub name: String,
    /// Where the company lies.
    pub address: String,
    /// A week soon after the writing.
    pub week: u32,
}

/// Fills the gaps, and of `[one|other]` chooses one.
pub fn filled(chance: &mut Chance, text: &str, gaps: &Gaps) -> String {
    let text = text
        .replace("{name}", &gaps.name)
        .replace("{address}", &gaps.address)
        .replace("{week}", &gaps.week.to_string());
    let mut filled = String::with_capacity(text.len());
    let mut rest = text.as_str();
    while let Some((before, after)) = rest.split_once('[') {
        filled.push_str(before);
        let (choices, after) = after.split_once(']').unwrap_or((after, ""));
        let choices: Vec<&str> = choices.split('|').collect();
        filled.push_str(chance.pick(&choices).copied().unwrap_or_default());
        rest = after;
    }
    filled.push_str(rest);
    filled
}

#[cfg(test)]
mod tests {
    use enquiries::model::{Avoidable, Outcome};

    use super::*;

    #[test]
    fn every_topic_of_the_guide_has_words_and_there_are_no_others() {
        let words = Words::standard().unwrap();
        let content = enquiries::guide::Content::standard().unwrap();
        let mut ours: Vec<_> = words.topics.iter().map(|topic| topic.key.clone()).collect();
        let mut guides: Vec<_> = content.topics.iter().map(|topic| topic.key.clone()).collect();
        ours.sort();
        guides.sort();
        assert_eq!(ours, guides);
        for topic in &words.topics {
            assert!(topic.threads.len() > 1, "{} has only one thing to ask", topic.key);
            let is_danish = |thread: &Thread| thread.language() == Language::Da;
            assert!(topic.threads.iter().any(is_danish), "{}", topic.key);
        }
    }

    #[test]
    fn every_thread_ends_in_a_way_that_there_is() {
        for thread in Words::standard().unwrap().topics.iter().flat_map(|topic| &topic.threads) {
            let outcome = thread.outcome.as_deref().map(|code| Outcome::from_code(code).expect(code));
            assert_eq!(thread.authority.is_some(), outcome == Some(Outcome::Forwarded), "{thread:?}");
            assert!(thread.avoidable.as_deref().is_none_or(|code| Avoidable::from_code(code).is_some()));
            assert_eq!(thread.ask.is_some(), thread.give.is_some(), "{thread:?}");
            let is_to_name = thread.answer.contains("{name}");
            assert!(is_to_name && thread.ask.iter().all(|ask| ask.contains("{name}")), "{thread:?}");
        }
    }

    #[test]
    fn gaps_are_filled_and_one_choice_is_made() {
        let gaps = Gaps { name: "Lone".into(), address: "Blåhejrevej 7".into(), week: 12 };
        let mut chance = Chance::new(1, 1);
        let text = filled(&mut chance, "Hej {name}, {address} [i dag|i morgen] i uge {week}.", &gaps);
        assert!(
            ["Hej Lone, Blåhejrevej 7 i dag i uge 12.", "Hej Lone, Blåhejrevej 7 i morgen i uge 12."]
                .contains(&text.as_str()),
            "{text}"
        );
    }

    #[test]
    fn no_sentence_looks_like_it_holds_a_cpr_number() {
        let words = include_str!("words.toml");
        assert!(kernel::find_cpr_like(words, |_| false).is_empty());
    }
}
