//! What people in the demo write: invented sentences, by topic, read from `words.toml`.

use anyhow::{Context, Result};
use kernel::Code;
use serde::Deserialize;

/// Everything that is written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Words {
    /// Notes for colleagues.
    pub notes: Vec<String>,
    /// What could be better.
    pub better: Vec<String>,
    /// What was good.
    pub praise: Vec<String>,
    /// A company that waits asks how far it is.
    pub chasers: Vec<String>,
    /// A company takes an ended enquiry up again.
    pub again: Vec<String>,
    /// Why a case is offered to another team.
    pub hand_over: Vec<String>,
    /// Why it is not taken.
    pub bounced: Vec<String>,
    /// What another team is asked.
    pub part_questions: Vec<String>,
    /// What it answers.
    pub part_answers: Vec<String>,
    /// Ends without help.
    pub could_not_help: Vec<String>,
    /// Ends elsewhere.
    pub forwarded: Vec<String>,
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
    /// What companies ask.
    pub questions: Vec<String>,
    /// What they ask in English.
    #[serde(default)]
    pub english: Vec<String>,
    /// What the officer needs to know more about.
    pub asks: Vec<String>,
    /// What the company answers to that.
    pub gives: Vec<String>,
    /// What ends it.
    pub answers: Vec<String>,
}

impl Words {
    /// The words that come with the program.
    pub fn standard() -> Result<Self> {
        toml::from_str(include_str!("words.toml")).context("the demo's words cannot be read")
    }
}

#[cfg(test)]
mod tests {
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
            let lists = [&topic.questions, &topic.asks, &topic.gives, &topic.answers];
            assert!(lists.iter().all(|list| !list.is_empty()), "{}", topic.key);
        }
    }

    #[test]
    fn no_sentence_looks_like_it_holds_a_cpr_number() {
        let words = include_str!("words.toml");
        assert!(kernel::find_cpr_like(words, |_| false).is_empty());
    }
}
