//! A mail's form: one heading, short paragraphs, one link, who to call. Text and HTML from the same words.

use askama::Template;

use crate::Site;

/// A mail before it is addressed.
#[derive(Debug, Clone)]
pub struct Letter {
    /// The subject line.
    pub subject: String,
    /// Where answers are read by the program: the line above which they are written.
    pub answer_above: Option<String>,
    /// The heading: says the outcome.
    pub heading: String,
    /// Short paragraphs.
    pub paragraphs: Vec<String>,
    /// Words that are quoted: what someone wrote.
    pub quote: Option<String>,
    /// The one link: what it says, where it leads.
    pub link: Option<(String, String)>,
    /// Who sends it and how to call.
    pub sender: String,
    /// In a demo: that it is one.
    pub demo: Option<String>,
    /// The language tag.
    pub language: &'static str,
}

#[derive(Template)]
#[template(path = "web/mail.html")]
struct Html<'a> {
    letter: &'a Letter,
    municipality: &'a str,
}

#[derive(Template)]
#[template(path = "web/mail.txt")]
struct Text<'a> {
    letter: &'a Letter,
    municipality: &'a str,
}

impl Letter {
    /// The two bodies, text and HTML.
    pub fn bodies(&self, site: &Site) -> Result<(String, String), askama::Error> {
        let municipality = site.name.as_str();
        Ok((Text { letter: self, municipality }.render()?, Html { letter: self, municipality }.render()?))
    }
}

/// A mail to one of our own: a letter, and below it what it is about, in parts.
#[derive(Debug, Clone)]
pub struct Briefing {
    /// Heading, paragraphs, the first link, the sender. Its `answer_above` and `quote` are not used.
    pub letter: Letter,
    /// The line above which an answer is written, in each language.
    pub answer_above: Vec<String>,
    /// What is known at a glance: a word and what it says.
    pub facts: Vec<(String, String)>,
    /// More links, after the letter's own.
    pub links: Vec<(String, String)>,
    /// What it is about.
    pub sections: Vec<BriefingSection>,
}

/// A part of a briefing.
#[derive(Debug, Clone)]
pub struct BriefingSection {
    /// What stands in it.
    pub heading: String,
    /// One after the other.
    pub entries: Vec<BriefingEntry>,
}

/// One thing in a part.
#[derive(Debug, Clone, Default)]
pub struct BriefingEntry {
    /// What it is, or who said it when.
    pub head: String,
    /// What was said; may be empty.
    pub words: String,
    /// Its page.
    pub address: Option<String>,
}

#[derive(Template)]
#[template(path = "web/mail_briefing.html")]
struct BriefingHtml<'a> {
    briefing: &'a Briefing,
    letter: &'a Letter,
    municipality: &'a str,
}

#[derive(Template)]
#[template(path = "web/mail_briefing.txt")]
struct BriefingText<'a> {
    briefing: &'a Briefing,
    letter: &'a Letter,
    municipality: &'a str,
}

impl Briefing {
    /// The two bodies, text and HTML.
    pub fn bodies(&self, site: &Site) -> Result<(String, String), askama::Error> {
        let (briefing, letter, municipality) = (self, &self.letter, site.name.as_str());
        let text = BriefingText { briefing, letter, municipality }.render()?;
        Ok((text, BriefingHtml { briefing, letter, municipality }.render()?))
    }
}
