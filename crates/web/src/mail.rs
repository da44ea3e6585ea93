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
