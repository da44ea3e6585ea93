//! What companies ask about: the topics of the guide as data, how they are read from TOML, and what makes them complete.
//!
//! Reading is kept apart from ranking, since topics are also edited in the browser: whatever comes from a form goes
//! through the same [`Topic::check`] as what comes from the file.

use std::ops::Range;

use chrono::NaiveDate;
use kernel::{Code, Language, Phone, Text};
use serde::{Deserialize, Serialize};
use toml::Spanned;

use crate::model::Reviewed;

/// The topic that takes what no other topic answers.
pub const OTHER: &str = "other";

/// More questions than these would make the way to a sent enquiry longer than three screens.
pub const QUESTIONS_MAX: usize = 3;
/// The most words or phrases of one kind, in one language. A limit for the form in the browser.
pub const WORDS_MAX: usize = 1000;
/// The longest title, word, question or sentence, in characters.
pub const TEXT_CHARS_MAX: usize = 400;

/// The topics that come with the program.
pub const STANDARD_TOPICS: &str = include_str!("topics.toml");

/// Words and phrases, each language its own list: what people say is not translated word by word.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Words {
    #[serde(default)]
    pub da: Vec<String>,
    #[serde(default)]
    pub en: Vec<String>,
}

impl Words {
    /// The list in that language.
    pub fn get(&self, language: Language) -> &[String] {
        match language {
            Language::Da => &self.da,
            Language::En => &self.en,
        }
    }
}

/// Who answers. A team's people and hours belong to `identity`; the guide knows its key and its name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Team {
    pub key: Code,
    pub da: String,
    pub en: String,
}

/// How soon the team answers, in working days of the Danish calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ServiceGoal {
    /// Working days until a person has replied.
    pub first_reply: u8,
    /// Working days until the answer, or a plan for it.
    pub answer: u8,
    /// Whether the council has adopted the goal. If not, no date is promised: the page says "vi ringer".
    pub adopted: bool,
}

/// A service goal from a date on. Each municipality decides its own; what comes with the program is a proposal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DatedGoal {
    pub valid_from: NaiveDate,
    pub goal: ServiceGoal,
}

/// Which way an enquiry on the topic goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Routing {
    /// To the topic's team.
    #[default]
    Team,
    /// A complaint about a person: past that person and their team.
    PastThePerson,
    /// A question on a running tender: to procurement, opened by nobody else (equal treatment, Udbudsloven § 2).
    ProcurementOnly,
}

/// A national self-service that is the right place for an application.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SelfService {
    pub name: String,
    pub url: String,
    /// Whether the page must say "Det her er ikke en ansøgning".
    pub not_an_application: bool,
}

/// Someone outside the municipality who helps with the topic and can be followed there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Referral {
    pub to: Code,
    pub name: String,
    pub url: String,
}

/// One thing that companies ask about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Topic {
    pub key: Code,
    /// The key of the answering [`Team`].
    pub team: Code,
    /// The subject in KL's journal plan, `NN.NN.NN`.
    pub kle: String,
    /// The subject's title in the plan, as it was read there.
    #[serde(default)]
    pub kle_title: Option<String>,
    /// The date of the plan's edition in which it was read.
    #[serde(default, deserialize_with = "kernel::toml_date::date_if_any")]
    pub kle_edition: Option<NaiveDate>,
    /// When someone looked the code up in the plan; until then it is not to be relied on.
    #[serde(default, deserialize_with = "kernel::toml_date::date_if_any")]
    pub kle_verified: Option<NaiveDate>,
    /// The goal that comes with the program.
    pub goal: ServiceGoal,
    /// The goals that the municipality has set, by the date from which they hold; see [`Topic::goal_on`].
    #[serde(skip)]
    pub goals: Vec<DatedGoal>,
    /// When someone here looked it through last, or counting began.
    #[serde(skip)]
    pub reviewed: Option<Reviewed>,
    #[serde(default)]
    pub routing: Routing,
    /// Mails about it carry a link only, and it is outside the company's shared timeline.
    #[serde(default)]
    pub confidential: bool,
    /// Whether it is answered on the telephone alone: the municipality has not begun with it yet.
    #[serde(default)]
    pub by_phone: bool,
    pub title: Text,
    /// One sentence under the title.
    pub summary: Text,
    #[serde(default)]
    pub self_service: Vec<SelfService>,
    #[serde(default)]
    pub referral: Option<Referral>,
    /// What the team needs to know, at most [`QUESTIONS_MAX`].
    #[serde(default)]
    pub questions: Vec<Text>,
    /// What the company can do itself, one sentence or two each.
    pub self_help: Vec<Text>,
    /// Words that speak against the topic.
    #[serde(default)]
    pub against: Words,
    /// Words that point to the topic on their own.
    pub synonyms: Words,
    /// Weaker words of daily speech.
    #[serde(default)]
    pub everyday: Words,
    /// Words and phrases that count only as a whole, neither by their words (`min søn`) nor by their parts (`skoleskift`).
    #[serde(default)]
    pub whole: Words,
    /// Whole questions as people put them.
    #[serde(default)]
    pub examples: Words,
}

/// A short way in, shown beside the topics: it answers one question at once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Way {
    pub key: Code,
    /// Who is rung.
    pub team: Code,
    /// Where it is not the team's number that is rung.
    #[serde(default)]
    pub phone: Option<Phone>,
    /// Under which topic one writes.
    pub topic: Code,
    pub title: Text,
    pub summary: Text,
    #[serde(default)]
    pub self_service: Vec<SelfService>,
    pub synonyms: Words,
    #[serde(default)]
    pub everyday: Words,
    /// Phrases that count only as a whole.
    #[serde(default)]
    pub whole: Words,
    #[serde(default)]
    pub examples: Words,
    /// Where what is written by it is told apart from its topic.
    #[serde(default)]
    pub own: Option<OwnSubject>,
}

/// What is written by a short way and is no topic of the guide, but has its own goal and its own subject in KL's journal plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OwnSubject {
    /// The subject in KL's journal plan, as [`Topic::kle`] with what belongs to it.
    pub kle: String,
    #[serde(default)]
    pub kle_title: Option<String>,
    #[serde(default, deserialize_with = "kernel::toml_date::date_if_any")]
    pub kle_edition: Option<NaiveDate>,
    #[serde(default, deserialize_with = "kernel::toml_date::date_if_any")]
    pub kle_verified: Option<NaiveDate>,
    /// How soon it is answered.
    pub goal: ServiceGoal,
}

/// Everything the guide speaks about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Content {
    pub teams: Vec<Team>,
    pub topics: Vec<Topic>,
    pub ways: Vec<Way>,
}

/// Why a topic, a way or a team is not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ContentRefusal {
    /// Not TOML, or not of this shape. The text is the reader's own.
    #[error("{0}")]
    Toml(String),
    #[error("`{0}` is there twice")]
    Twice(Code),
    #[error("`{topic}` is answered by the team `{team}`, which is not in the list of teams")]
    UnknownTeam { topic: Code, team: Code },
    #[error("`{topic}`: {field} is empty in {}", language.tag())]
    Empty { topic: Code, field: &'static str, language: Language },
    #[error("`{topic}`: {field} has more than {TEXT_CHARS_MAX} characters in {}", language.tag())]
    TooLong { topic: Code, field: &'static str, language: Language },
    #[error("`{topic}`: {field} has more than {max} entries")]
    TooMany { topic: Code, field: &'static str, max: usize },
    #[error("`{topic}`: a KLE code is written NN.NN.NN, not `{kle}`")]
    Kle { topic: Code, kle: String },
    #[error(
        "`{topic}`: the answer cannot be due before the first reply, and both take at least one working day"
    )]
    Goal { topic: Code },
    #[error("`{topic}`: `{url}` is no https address")]
    Url { topic: Code, field: &'static str, url: String },
    #[error("`{way}` is written under `{topic}`, which is no topic")]
    UnknownTopic { way: Code, topic: Code },
    #[error("`{topic}`: {field} does not say 112 in {}", language.tag())]
    NoEmergencyNumber { topic: Code, field: &'static str, language: Language },
    #[error("`{topic}`: {field} has a sign that is too short in {}", language.tag())]
    ShortSign { topic: Code, field: &'static str, language: Language },
    #[error("there is no topic `other` to take what no other topic answers")]
    NoOther,
}

/// Where the file is wrong, and how.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {refusal}")]
pub struct ContentError {
    /// Counted from 1.
    pub line: usize,
    pub refusal: ContentRefusal,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    team: Vec<Spanned<Team>>,
    #[serde(default)]
    topic: Vec<Spanned<Topic>>,
    #[serde(default)]
    way: Vec<Spanned<Way>>,
}

impl Content {
    /// The topics that come with the program.
    ///
    /// Refused only when the program was built with a broken file, which a test rules out.
    pub fn standard() -> Result<Self, ContentError> {
        Self::parse(STANDARD_TOPICS)
    }

    /// Reads `topics.toml`. An error names the line; a key that nobody knows is an error too.
    pub fn parse(source: &str) -> Result<Self, ContentError> {
        let file: File = toml::from_str(source).map_err(|error| ContentError {
            line: line_of(source, error.span().unwrap_or_default().start),
            refusal: ContentRefusal::Toml(error.message().to_owned()),
        })?;
        let teams: Vec<Team> = file.team.iter().map(|team| team.get_ref().clone()).collect();
        let mut seen = Vec::new();
        for team in &file.team {
            once(&mut seen, &team.get_ref().key)
                .map_err(|refusal| at(source, team.span(), "key", refusal))?;
        }
        let mut seen = Vec::new();
        for topic in &file.topic {
            let checked = once(&mut seen, &topic.get_ref().key).and_then(|()| topic.get_ref().check(&teams));
            checked.map_err(|refusal| at(source, topic.span(), field_of(&refusal), refusal))?;
        }
        let topics = seen.clone();
        for way in &file.way {
            let (key, topic) = (&way.get_ref().key, &way.get_ref().topic);
            if !topics.contains(topic) {
                let refusal = ContentRefusal::UnknownTopic { way: key.clone(), topic: topic.clone() };
                return Err(at(source, way.span(), "topic", refusal));
            }
            let checked = once(&mut seen, &way.get_ref().key).and_then(|()| way.get_ref().check(&teams));
            checked.map_err(|refusal| at(source, way.span(), field_of(&refusal), refusal))?;
        }
        if !seen.iter().any(|key| key.as_str() == OTHER) {
            return Err(ContentError {
                line: source.lines().count().max(1),
                refusal: ContentRefusal::NoOther,
            });
        }
        Ok(Self {
            teams,
            topics: file.topic.into_iter().map(Spanned::into_inner).collect(),
            ways: file.way.into_iter().map(Spanned::into_inner).collect(),
        })
    }
}

fn once(seen: &mut Vec<Code>, key: &Code) -> Result<(), ContentRefusal> {
    if seen.contains(key) {
        return Err(ContentRefusal::Twice(key.clone()));
    }
    seen.push(key.clone());
    Ok(())
}

impl Topic {
    /// Whether only the team may know that an enquiry on it exists: what is told in confidence, a complaint about a
    /// person, a question on a running tender (equal treatment, Udbudsloven § 2).
    pub fn is_walled(&self) -> bool {
        self.confidential || self.routing != Routing::Team
    }

    /// The goal in force on that day: the municipality's, else the proposal that comes with the program. Ask for the
    /// working day of receipt (day 0): a goal that changes later moves nothing that was promised before.
    pub fn goal_on(&self, day: NaiveDate) -> ServiceGoal {
        let begun = self.goals.iter().filter(|dated| dated.valid_from <= day);
        // Of two from the same day the one that was set last, which stands last.
        begun.max_by_key(|dated| dated.valid_from).map_or(self.goal, |dated| dated.goal)
    }

    /// Whether the topic is complete and can be shown: the first of its [`Topic::problems`].
    pub fn check(&self, teams: &[Team]) -> Result<(), ContentRefusal> {
        self.problems(teams).into_iter().next().map_or(Ok(()), Err)
    }

    /// Everything that keeps the topic from being shown, in the order of the page on which it is edited.
    pub fn problems(&self, teams: &[Team]) -> Vec<ContentRefusal> {
        let mut check = Check { key: &self.key, problems: Vec::new() };
        check.text("title", &self.title);
        check.text("summary", &self.summary);
        check.at_most("self_help", self.self_help.len(), WORDS_MAX);
        for sentence in &self.self_help {
            check.text("self_help", sentence);
        }
        check.at_most("questions", self.questions.len(), QUESTIONS_MAX);
        for question in &self.questions {
            check.text("questions", question);
        }
        for language in Language::ALL {
            if self.synonyms.get(language).is_empty() {
                check.empty("synonyms", language);
            }
        }
        for (field, words) in [
            ("synonyms", &self.synonyms),
            ("everyday", &self.everyday),
            ("whole", &self.whole),
            ("examples", &self.examples),
            ("against", &self.against),
        ] {
            check.words(field, words);
        }
        check.team(&self.team, teams);
        check.kle(&self.kle);
        if let Some(title) = &self.kle_title {
            check.line("kle_title", title, Language::Da);
        }
        for service in &self.self_service {
            check.link("self_service", &service.name, &service.url);
        }
        if let Some(referral) = &self.referral {
            check.link("referral", &referral.name, &referral.url);
        }
        if !self.goal.is_possible() {
            check.problems.push(ContentRefusal::Goal { topic: self.key.clone() });
        }
        check.problems
    }
}

impl ServiceGoal {
    /// Whether it can be kept at all: a reply takes a working day or more, and the answer does not come before it.
    pub fn is_possible(self) -> bool {
        self.first_reply > 0 && self.answer >= self.first_reply
    }
}

impl Way {
    /// Whether the way is complete and can be shown.
    pub fn check(&self, teams: &[Team]) -> Result<(), ContentRefusal> {
        let mut check = Check { key: &self.key, problems: Vec::new() };
        check.team(&self.team, teams);
        check.text("title", &self.title);
        check.text("summary", &self.summary);
        for service in &self.self_service {
            check.link("self_service", &service.name, &service.url);
        }
        for (field, words) in [
            ("synonyms", &self.synonyms),
            ("everyday", &self.everyday),
            ("whole", &self.whole),
            ("examples", &self.examples),
        ] {
            check.words(field, words);
        }
        check.problems.into_iter().next().map_or(Ok(()), Err)
    }

    /// Everything that keeps what can be edited of it from being shown, in the order of the page on which it is.
    pub fn edited_problems(&self, teams: &[Team]) -> Vec<ContentRefusal> {
        let mut check = Check { key: &self.key, problems: Vec::new() };
        check.text("title", &self.title);
        check.text("summary", &self.summary);
        check.team(&self.team, teams);
        check.problems
    }

    /// The way as what an enquiry is about, where it has a subject of its own. Nothing finds it by its words: that is the
    /// way's part.
    pub fn as_topic(&self) -> Option<Topic> {
        let own = self.own.clone()?;
        Some(Topic {
            key: self.key.clone(),
            team: self.team.clone(),
            kle: own.kle,
            kle_title: own.kle_title,
            kle_edition: own.kle_edition,
            kle_verified: own.kle_verified,
            goal: own.goal,
            goals: Vec::new(),
            reviewed: None,
            routing: Routing::Team,
            confidential: false,
            by_phone: false,
            title: self.title.clone(),
            summary: self.summary.clone(),
            self_service: self.self_service.clone(),
            referral: None,
            questions: Vec::new(),
            self_help: Vec::new(),
            against: Words::default(),
            synonyms: Words::default(),
            everyday: Words::default(),
            whole: Words::default(),
            examples: Words::default(),
        })
    }
}

/// The checks that topics and ways share, each refusing in the name of one of them.
struct Check<'a> {
    key: &'a Code,
    problems: Vec<ContentRefusal>,
}

impl Check<'_> {
    fn team(&mut self, team: &Code, teams: &[Team]) {
        if !teams.iter().any(|known| known.key == *team) {
            self.problems.push(ContentRefusal::UnknownTeam { topic: self.key.clone(), team: team.clone() });
        }
    }

    fn kle(&mut self, kle: &str) {
        let two_digits = |part: &str| part.len() == 2 && part.bytes().all(|b| b.is_ascii_digit());
        if kle.split('.').count() != 3 || !kle.split('.').all(two_digits) {
            self.problems.push(ContentRefusal::Kle { topic: self.key.clone(), kle: kle.to_owned() });
        }
    }

    /// A link with its name, which is the same in both languages.
    fn link(&mut self, field: &'static str, name: &str, url: &str) {
        self.line(field, name, Language::Da);
        let host = url.strip_prefix("https://").unwrap_or_default();
        if !host.contains('.') || url.contains(char::is_whitespace) || url.len() > TEXT_CHARS_MAX {
            self.problems.push(ContentRefusal::Url { topic: self.key.clone(), field, url: url.to_owned() });
        }
    }

    fn text(&mut self, field: &'static str, text: &Text) {
        for language in Language::ALL {
            self.line(field, text.get(language), language);
        }
    }

    fn words(&mut self, field: &'static str, words: &Words) {
        for language in Language::ALL {
            self.at_most(field, words.get(language).len(), WORDS_MAX);
            for word in words.get(language) {
                self.line(field, word, language);
            }
        }
    }

    fn line(&mut self, field: &'static str, line: &str, language: Language) {
        if line.trim().is_empty() {
            self.empty(field, language);
        } else if line.chars().count() > TEXT_CHARS_MAX {
            self.problems.push(ContentRefusal::TooLong { topic: self.key.clone(), field, language });
        }
    }

    fn at_most(&mut self, field: &'static str, count: usize, max: usize) {
        if count > max {
            self.problems.push(ContentRefusal::TooMany { topic: self.key.clone(), field, max });
        }
    }

    fn empty(&mut self, field: &'static str, language: Language) {
        self.problems.push(ContentRefusal::Empty { topic: self.key.clone(), field, language });
    }
}

/// The key whose line is named for that refusal.
fn field_of(refusal: &ContentRefusal) -> &'static str {
    match refusal {
        ContentRefusal::Twice(_) | ContentRefusal::Toml(_) | ContentRefusal::NoOther => "key",
        ContentRefusal::UnknownTeam { .. } => "team",
        ContentRefusal::UnknownTopic { .. } => "topic",
        ContentRefusal::Kle { .. } => "kle",
        ContentRefusal::Goal { .. } => "goal",
        ContentRefusal::Url { field, .. }
        | ContentRefusal::NoEmergencyNumber { field, .. }
        | ContentRefusal::ShortSign { field, .. }
        | ContentRefusal::Empty { field, .. }
        | ContentRefusal::TooLong { field, .. }
        | ContentRefusal::TooMany { field, .. } => field,
    }
}

/// Names the line of the field, or the table's first line when the field stands nowhere in it.
fn at(source: &str, span: Range<usize>, field: &str, refusal: ContentRefusal) -> ContentError {
    let first = line_of(source, span.start);
    // A table's span may end with its header; the table itself reaches to the next one of its kind.
    let table = source.lines().enumerate().skip(first.saturating_sub(1));
    let line = table
        .take_while(|(index, line)| index + 1 == first || !line.starts_with("[["))
        .find(|(_, line)| {
            let line = line.trim_start();
            line.strip_prefix(field).is_some_and(|rest| rest.trim_start().starts_with('='))
                || line
                    .strip_prefix("[")
                    .and_then(|l| l.split('.').nth(1))
                    .is_some_and(|l| l.strip_prefix(field).is_some_and(|rest| rest.starts_with(']')))
        })
        .map_or(first, |(index, _)| index + 1);
    ContentError { line, refusal }
}

fn line_of(source: &str, offset: usize) -> usize {
    source.bytes().take(offset).filter(|&b| b == b'\n').count() + 1
}
