//! The guide: finds out from a company's own words what it needs, who answers, and what comes before any form.
//!
//! Pure: no SQL, no web, no clock. [`Content`] is what the topics say, read from TOML or edited in the browser;
//! [`Guide`] is built from it and only read.

mod acute;
mod duties;
mod evaluation;
mod index;
mod ranking;
mod topics;
mod words;

use std::sync::Arc;

use kernel::{Code, Language};
use ledger::{Promise, PromiseKind};
use serde::Serialize;

use crate::model::Reviewed;

pub use acute::{Acute, AcuteError, Duty, STANDARD_ACUTE, Signs};
pub use duties::{ACUTE, Duties, SIGN_LETTERS_MIN, key as acute_key};
pub use evaluation::{Evaluation, EvaluationError, cases};
pub use topics::{
    Content, ContentError, ContentRefusal, DatedGoal, OTHER, QUESTIONS_MAX, Referral, Routing,
    STANDARD_TOPICS, SelfService, ServiceGoal, TEXT_CHARS_MAX, Team, Topic, WORDS_MAX, Way, Words,
};

use index::{Index, STANDARD_VOCABULARY, Vocabulary};

/// The page shows no more topics than these.
pub const TOPICS_SHOWN_MAX: usize = 4;
/// A topic far behind the first is not shown: it must say at least this share of what the first says.
const SHOWN_SHARE_MIN: f64 = 0.25;
/// What a short way in must say to be shown.
const WAY_MIN: f64 = 2.25;

/// A topic the question may be about.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RankedTopic {
    pub key: Code,
    /// On the scale of the index: only to be compared within one question.
    pub score: f64,
    /// The words of the question that speak for it, as they were written, the most telling first.
    pub matched: Vec<String>,
}

/// What the guide answers to a question.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Suggestion {
    /// Something is wrong right now: whom to call before any form.
    pub acute: Option<Acute>,
    /// What the page shows, the likeliest first; when nothing fits, `other` and after it the nearest.
    pub topics: Vec<RankedTopic>,
    /// Short ways in, beside the topics.
    pub ways: Vec<RankedTopic>,
    /// Whether no topic fits well enough.
    pub is_other: bool,
}

/// The guide, ready to be asked.
pub struct Guide {
    topics: Vec<Topic>,
    ways: Vec<Way>,
    own: Vec<Topic>,
    index: Arc<Index>,
    signs: Arc<Signs>,
    duties: Arc<Duties>,
    other: Option<usize>,
}

impl Guide {
    /// Builds the index: about a tenth of a second, half a second in a development build. Asking takes well under two
    /// milliseconds in either.
    pub fn new(topics: Vec<Topic>, ways: Vec<Way>) -> Self {
        // A test rules out that the built-in lists are broken; without them the guide would still rank.
        let vocabulary: Vocabulary = toml::from_str(STANDARD_VOCABULARY).unwrap_or_default();
        let index = Index::new(&topics, &ways, &vocabulary);
        let other = topics.iter().position(|topic| topic.key.as_str() == OTHER);
        let duties = Signs::duties(STANDARD_ACUTE).unwrap_or_default();
        let signs = signs(&duties);
        let own = ways.iter().filter_map(Way::as_topic).collect();
        Self { topics, ways, own, index: Arc::new(index), signs, duties: Arc::new(duties), other }
    }

    /// The same guide with other goals and days of review, for topics whose words have not changed: what was built is used
    /// again.
    #[must_use]
    pub fn with_dated(
        &self,
        goals_of: impl Fn(&Code) -> Vec<DatedGoal>,
        reviewed: impl Fn(&Code) -> Option<Reviewed>,
    ) -> Self {
        let topics = self.topics.iter().cloned();
        let topics = topics.map(|topic| Topic {
            goals: goals_of(&topic.key),
            reviewed: reviewed(&topic.key),
            ..topic
        });
        Self {
            topics: topics.collect(),
            ways: self.ways.clone(),
            own: self.own.clone(),
            index: self.index.clone(),
            signs: self.signs.clone(),
            duties: self.duties.clone(),
            other: self.other,
        }
    }

    /// The same guide with other texts and signs for what is wrong right now: its index is used again.
    #[must_use]
    pub fn with_duties(&self, duties: Duties) -> Self {
        Self {
            topics: self.topics.clone(),
            ways: self.ways.clone(),
            own: self.own.clone(),
            index: self.index.clone(),
            signs: signs(&duties),
            duties: Arc::new(duties),
            other: self.other,
        }
    }

    /// The same guide with short ways that are called something else, or lead to others: what finds them is as before, and the
    /// index is used again.
    #[must_use]
    pub fn with_ways(&self, ways: Vec<Way>) -> Self {
        Self {
            topics: self.topics.clone(),
            own: ways.iter().filter_map(Way::as_topic).collect(),
            ways,
            index: self.index.clone(),
            signs: self.signs.clone(),
            duties: self.duties.clone(),
            other: self.other,
        }
    }

    /// The guide as it would be if one topic said something else. Builds the index anew.
    #[must_use]
    pub fn with_topic(&self, edited: &Topic) -> Self {
        let topics = self.topics.iter();
        let topics = topics.map(|topic| if topic.key == edited.key { edited.clone() } else { topic.clone() });
        let (signs, duties) = (self.signs.clone(), self.duties.clone());
        Self { signs, duties, ..Self::new(topics.collect(), self.ways.clone()) }
    }

    /// What is said when something is wrong right now.
    pub fn duties(&self) -> &Duties {
        &self.duties
    }

    /// The sign in the text that something is wrong right now, if there is one.
    pub fn acute(&self, text: &str, language: Language) -> Option<Acute> {
        let spoken = self.index.spoken(text, language);
        self.signs.look(text, spoken, |word| self.index.knows(word))
    }

    /// The topics, in the order of the file.
    pub fn topics(&self) -> &[Topic] {
        &self.topics
    }

    /// The short ways in.
    pub fn ways(&self) -> &[Way] {
        &self.ways
    }

    /// What an enquiry can be about besides the topics: the short ways with a subject of their own.
    pub fn own_subjects(&self) -> &[Topic] {
        &self.own
    }

    /// The topic with that key, or the short way with a subject of its own.
    pub fn topic(&self, key: &str) -> Option<&Topic> {
        self.topics.iter().chain(&self.own).find(|topic| topic.key.as_str() == key)
    }

    /// The topic with that key; the one for all the rest where there is none.
    pub fn or_other(&self, key: &str) -> Option<&Topic> {
        self.topic(key).or_else(|| self.topic(OTHER))
    }

    /// The service goal under which the answer was promised that is owed or was given last: that of the topic and the day on
    /// which it was. A topic that is corrected later takes no date back that a company was told, and tells it no other.
    pub fn goal_promised(&self, promises: &[Promise]) -> Option<ServiceGoal> {
        let answer = promises.iter().rfind(|promise| promise.kind == PromiseKind::ANSWER)?;
        Some(self.topic(answer.topic.as_ref()?.as_str())?.goal_on(answer.cohort))
    }

    /// What the question is about. The same question always gets the same answer.
    pub fn suggest(&self, text: &str, language: Language) -> Suggestion {
        let evidence = ranking::weigh(&self.index, text);
        let mut scores = evidence.scores.clone();
        let ways = scores.split_off(self.topics.len().min(scores.len()));
        if let Some(score) = self.other.and_then(|at| scores.get_mut(at)) {
            *score = ranking::other_score(*score, evidence.for_other);
        }
        let ranked = ranking::ranked(&scores);
        let is_other = ranked.first().is_none_or(|&(doc, _)| Some(doc) == self.other);
        let is_a_topic = |doc: usize| Some(doc) != self.other;
        let best = ranked.iter().find(|&&(doc, _)| is_a_topic(doc)).map_or(0.0, |&(_, score)| score);
        let mut shown: Vec<(usize, f64)> = ranked
            .iter()
            .copied()
            .filter(|&(doc, score)| is_a_topic(doc) && score > 0.0 && score >= best * SHOWN_SHARE_MIN)
            .take(TOPICS_SHOWN_MAX - usize::from(is_other))
            .collect();
        if let Some(other) = ranked.first().copied().filter(|_| is_other) {
            shown.insert(0, other);
        }
        let topics = shown
            .into_iter()
            .filter_map(|(doc, score)| {
                let matched = evidence.matched.get(doc).cloned().unwrap_or_default();
                Some(RankedTopic { key: self.topics.get(doc)?.key.clone(), score, matched })
            })
            .collect();
        let ways = ranking::ranked(&ways)
            .into_iter()
            .filter(|&(_, score)| score >= WAY_MIN)
            .filter_map(|(at, score)| {
                let matched = evidence.matched.get(self.topics.len() + at).cloned().unwrap_or_default();
                Some(RankedTopic { key: self.ways.get(at)?.key.clone(), score, matched })
            })
            .collect();
        Suggestion { acute: self.acute(text, language), topics, ways, is_other }
    }
}

/// The words of the signs that ship by which a duty is called first, for those who add to them.
pub fn shipped_signs(duty: Duty, language: Language) -> Vec<String> {
    Signs::words_of(STANDARD_ACUTE, duty, language).unwrap_or_default()
}

/// A test rules out that the built-in signs are broken; without the municipality's own they would still be looked for.
fn signs(duties: &Duties) -> Arc<Signs> {
    let signs = Signs::with_own(STANDARD_ACUTE, Some(duties)).or_else(|_| Signs::parse(STANDARD_ACUTE));
    Arc::new(signs.unwrap_or_else(|_| Signs::none()))
}
