//! The answers: as they are typed, and as they are understood. Each is read by itself, so that it is refused at its question,
//! in a sentence.

use std::collections::BTreeMap;

use enquiries::guide::{Content, OTHER, Routing};
use kernel::{Code, Email, Phone, TenantId};
use outreach::incoming::ReplyKeys;

use super::{Words, hours::Hours};

/// What is asked, in the order of the questions. Two of them have two parts.
pub const FIELDS: [(Field, u8); 12] = [
    (Field::Municipality, 1),
    (Field::Address, 2),
    (Field::Phone, 3),
    (Field::Email, 3),
    (Field::Hours, 4),
    (Field::Officer, 5),
    (Field::Administrator, 5),
    (Field::Mailbox, 6),
    (Field::MailServer, 7),
    (Field::Topics, 8),
    (Field::Owner, 9),
    (Field::Goal, 10),
];
/// How many questions there are.
pub const QUESTIONS: u8 = 10;
/// How many topics one begins with.
const TOPICS: usize = 5;
/// What business offices are asked about most.
const MOST_ASKED: [&str; TOPICS] = ["building-permit", "signage", "waste", "recruit", "start-business"];
/// The municipality whose name the program knows.
const KNOWN: (u16, &str) = (165, "Albertslund Kommune");
/// The longest a goal may be, in working days.
const GOAL_DAYS_MAX: u8 = 60;
/// Two sentences that mean "not yet".
const LATER: [&str; 3] = ["senere", "later", "-"];

/// One part of a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Field {
    /// Which municipality.
    Municipality,
    /// The address of the web site.
    Address,
    /// The telephone that people use today.
    Phone,
    /// The e-mail that they use today.
    Email,
    /// When someone takes the telephone.
    Hours,
    /// Who answers first.
    Officer,
    /// Who gives others access.
    Administrator,
    /// Where questions come to today.
    Mailbox,
    /// The mail server.
    MailServer,
    /// The topics to begin with.
    Topics,
    /// The team that has them.
    Owner,
    /// Working days until the answer.
    Goal,
}

impl Field {
    /// Its name in the file of answers, and the end of its message keys.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Municipality => "municipality",
            Self::Address => "address",
            Self::Phone => "phone",
            Self::Email => "email",
            Self::Hours => "hours",
            Self::Officer => "officer",
            Self::Administrator => "administrator",
            Self::Mailbox => "mailbox",
            Self::MailServer => "mail_server",
            Self::Topics => "topics",
            Self::Owner => "owner",
            Self::Goal => "goal",
        }
    }

    /// As in message keys.
    pub fn word(self) -> String {
        self.key().replace('_', "-")
    }
}

/// What was typed, field by field.
pub type Typed = BTreeMap<Field, String>;

/// Someone with an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Someone {
    /// The name that companies and colleagues see.
    pub name: String,
    /// Signs in by it.
    pub email: Email,
}

/// Everything, understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answers {
    /// Kommunekode.
    pub code: TenantId,
    /// As companies see it.
    pub name: String,
    /// Where links begin.
    pub address: String,
    /// Telephone of today.
    pub phone: Phone,
    /// E-mail of today.
    pub email: Email,
    /// When the telephone is taken.
    pub hours: Hours,
    /// Who answers first.
    pub officer: Someone,
    /// Who gives access.
    pub administrator: Someone,
    /// Where questions come to.
    pub mailbox: Option<Email>,
    /// What sends mail.
    pub mail_server: Option<String>,
    /// The topics to begin with.
    pub topics: Vec<Code>,
    /// Their team.
    pub owner: Code,
    /// Working days until the answer.
    pub goal: u8,
}

/// The topics that may be begun with: not those whose team is fixed by law or that go past the person complained of.
pub fn topics() -> Vec<(Code, kernel::Text)> {
    let Ok(content) = Content::standard() else { return Vec::new() };
    let may = content.topics.into_iter().filter(|topic| topic.routing == Routing::Team);
    let may = may.filter(|topic| !topic.confidential && topic.key.as_str() != OTHER);
    let mut topics: Vec<_> = may.map(|topic| (topic.key, topic.title)).collect();
    // What is asked most stands first.
    topics.sort_by_key(|(key, _)| MOST_ASKED.iter().position(|most| *most == key.as_str()).unwrap_or(TOPICS));
    topics
}

/// The teams that the guide knows.
pub fn teams() -> Vec<enquiries::guide::Team> {
    Content::standard().map(|content| content.teams).unwrap_or_default()
}

/// What is proposed, from what was answered before; empty where only the municipality knows.
pub fn proposed(field: Field, typed: &Typed) -> String {
    let said = |field: Field| typed.get(&field).cloned().unwrap_or_default();
    match field {
        Field::Municipality => "0165".to_owned(),
        Field::Hours => "ma-to 9-15, fr 9-13".to_owned(),
        Field::Administrator => said(Field::Officer),
        Field::Mailbox => said(Field::Email),
        Field::MailServer => LATER[0].to_owned(),
        Field::Topics => "1, 2, 3, 4, 5".to_owned(),
        Field::Owner => "business".to_owned(),
        Field::Goal => "5".to_owned(),
        Field::Address | Field::Phone | Field::Email | Field::Officer => String::new(),
    }
}

/// Whether an answer can be used: else the key of the sentence that says why not.
pub fn check(field: Field, text: &str) -> Result<(), String> {
    let is_good = match field {
        Field::Municipality => municipality(text).is_some(),
        Field::Address => address(text).is_some(),
        Field::Phone => text.parse::<Phone>().is_ok(),
        Field::Email => text.parse::<Email>().is_ok(),
        Field::Hours => Hours::parse(text).is_some(),
        Field::Officer | Field::Administrator => someone(text).is_some(),
        Field::Mailbox => later(text) || mailbox(text).is_some(),
        Field::MailServer => later(text) || mail_server(text).is_some(),
        Field::Topics => chosen(text).is_some(),
        Field::Owner => owner(text).is_some(),
        Field::Goal => goal(text).is_some(),
    };
    if is_good { Ok(()) } else { Err(format!("wrong-{}", field.word())) }
}

fn later(text: &str) -> bool {
    LATER.contains(&text.trim().to_lowercase().as_str())
}

fn municipality(text: &str) -> Option<(TenantId, String)> {
    let (code, name) = text.trim().split_once(char::is_whitespace).unwrap_or((text.trim(), ""));
    let code: TenantId = code.parse().ok().filter(|code: &TenantId| (1..=999).contains(&code.code()))?;
    let known = (code == TenantId::new(KNOWN.0)).then_some(KNOWN.1);
    let name = Some(name.trim()).filter(|name| !name.is_empty()).or(known)?;
    Some((code, name.to_owned()))
}

fn address(text: &str) -> Option<String> {
    let text = text.trim().trim_end_matches('/');
    let host = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"))?;
    let is_host = host.split(':').next().is_some_and(|name| name.contains('.') || name == "localhost");
    (is_host && !host.contains(['/', '?', '#', '@', ' '])).then(|| text.to_owned())
}

/// `Mette Holm, mette@kommune.example`, or as mail programs write it.
fn someone(text: &str) -> Option<Someone> {
    let text = text.replace(['<', '>', ','], " ");
    let (name, email) = text.trim().rsplit_once(char::is_whitespace)?;
    let (name, email) = (name.trim(), email.parse().ok()?);
    (!name.is_empty()).then(|| Someone { name: name.to_owned(), email })
}

fn mailbox(text: &str) -> Option<Email> {
    text.trim().parse().ok().filter(|email| ReplyKeys::fits(email).is_ok())
}

fn mail_server(text: &str) -> Option<String> {
    let text = text.trim();
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '.' || c == '-';
    let is_host =
        !text.is_empty() && text.chars().all(is_name) && (text.contains('.') || text == "localhost");
    is_host.then(|| text.to_owned())
}

/// Numbers of the list, or keys.
fn chosen(text: &str) -> Option<Vec<Code>> {
    let known = topics();
    let mut chosen = Vec::new();
    for word in text.split([',', ' ']).filter(|word| !word.is_empty()) {
        let by_number = word.parse::<usize>().ok().and_then(|number| known.get(number.checked_sub(1)?));
        let (key, _) = by_number.or_else(|| known.iter().find(|(key, _)| key.as_str() == word))?;
        if !chosen.contains(key) {
            chosen.push(key.clone());
        }
    }
    (1..=TOPICS).contains(&chosen.len()).then_some(chosen)
}

fn owner(text: &str) -> Option<Code> {
    let known = teams();
    let word = text.trim();
    let by_number = word.parse::<usize>().ok().and_then(|number| known.get(number.checked_sub(1)?));
    by_number.or_else(|| known.iter().find(|team| team.key.as_str() == word)).map(|team| team.key.clone())
}

fn goal(text: &str) -> Option<u8> {
    text.trim().parse().ok().filter(|days| (1..=GOAL_DAYS_MAX).contains(days))
}

impl Answers {
    /// From what was typed; nothing where a part cannot be understood.
    pub fn of(typed: &Typed) -> Option<Self> {
        let said = |field: Field| typed.get(&field).map_or("", |text| text.trim());
        let (code, name) = municipality(said(Field::Municipality))?;
        Some(Self {
            code,
            name,
            address: address(said(Field::Address))?,
            phone: said(Field::Phone).parse().ok()?,
            email: said(Field::Email).parse().ok()?,
            hours: Hours::parse(said(Field::Hours))?,
            officer: someone(said(Field::Officer))?,
            administrator: someone(said(Field::Administrator))?,
            mailbox: mailbox(said(Field::Mailbox)),
            mail_server: mail_server(said(Field::MailServer)),
            topics: chosen(said(Field::Topics))?,
            owner: owner(said(Field::Owner))?,
            goal: goal(said(Field::Goal))?,
        })
    }

    /// From a file with the same answers. What is left out is as proposed; what is wrong is told all at once.
    pub fn read(text: &str, words: &Words) -> Result<Self, String> {
        let table: toml::Table = toml::from_str(text).map_err(|error| error.message().replace('\n', " "))?;
        let known = |key: &str| FIELDS.iter().any(|(field, _)| field.key() == key);
        let unknown = table.keys().filter(|key| !known(key));
        let mut wrong: Vec<String> =
            unknown.map(|key| words.say_with("unknown-answer", &[("key", key.as_str().into())])).collect();
        let mut typed = Typed::new();
        for (field, _) in FIELDS {
            let said = table.get(field.key()).map_or_else(|| proposed(field, &typed), as_typed);
            if let Err(key) = check(field, &said) {
                wrong.push(format!("{}: {}", field.key(), words.say(&key)));
            }
            typed.insert(field, said);
        }
        if !wrong.is_empty() {
            return Err(wrong.join("\n"));
        }
        Self::of(&typed).ok_or_else(|| words.say("stopped"))
    }

    /// Those who get a link: one, where the same person answers and gives access.
    pub fn people(&self) -> impl Iterator<Item = &Someone> {
        let other =
            (self.administrator.email.to_key() != self.officer.email.to_key()).then_some(&self.administrator);
        std::iter::once(&self.officer).chain(other)
    }
}

/// A value of the file as one would type it.
fn as_typed(value: &toml::Value) -> String {
    match value {
        toml::Value::String(text) => text.clone(),
        toml::Value::Array(all) => all.iter().map(as_typed).collect::<Vec<_>>().join(", "),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_proposed_can_be_taken_and_its_topics_are_the_five_that_are_asked_most() {
        let mut typed = Typed::new();
        for (field, said) in [
            (Field::Address, "https://erhverv.kommune.example"),
            (Field::Phone, "43 68 68 68"),
            (Field::Email, "erhverv@kommune.example"),
            (Field::Officer, "Mette Holm <mette@kommune.example>"),
        ] {
            typed.insert(field, said.to_owned());
        }
        for (field, _) in FIELDS {
            let said = typed.get(&field).cloned().unwrap_or_else(|| proposed(field, &typed));
            assert_eq!(check(field, &said), Ok(()), "{field:?}: {said}");
            typed.insert(field, said);
        }
        let answers = Answers::of(&typed).unwrap();
        assert_eq!(answers.topics.iter().map(Code::as_str).collect::<Vec<_>>(), MOST_ASKED);
        assert_eq!((answers.name.as_str(), answers.people().count()), ("Albertslund Kommune", 1));
    }

    #[test]
    fn a_wrong_answer_is_refused_at_its_own_question() {
        for (field, said) in [
            (Field::Municipality, "0101"),
            (Field::Municipality, "Eksempel Kommune"),
            (Field::Address, "erhverv.kommune.example"),
            (Field::Address, "https://kommune.example/erhverv"),
            (Field::Phone, "12"),
            (Field::Email, "erhverv"),
            (Field::Hours, "når vi kan"),
            (Field::Officer, "Mette Holm"),
            (Field::Mailbox, "post"),
            (Field::MailServer, "den der står i kælderen"),
            (Field::Topics, "1, 99"),
            (Field::Topics, "1 2 3 4 5 6"),
            (Field::Topics, "tenders"),
            (Field::Owner, "nobody"),
            (Field::Goal, "0"),
        ] {
            assert_eq!(check(field, said), Err(format!("wrong-{}", field.word())), "{said}");
        }
    }
}
