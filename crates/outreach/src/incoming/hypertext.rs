//! HTML as the text that its reader sees: what is hidden, what runs and what counts readers is gone.
//!
//! Read as a stream of tags, never as a tree, so that ten thousand boxes inside each other are no more work than ten
//! thousand in a row. Libraries that print HTML for terminals wrap lines and draw tables, and a signature in a table would
//! come out as a drawing; the one that comes with the mail parser runs the lines of Gmail into one.

use html5gum::{DefaultEmitter, HtmlString, StartTag, Token, Tokenizer};

/// The text of HTML.
pub(super) fn to_text(html: &str) -> String {
    let strict = Writer::default().read(html, true);
    // A hidden box that is never closed would hide all the rest: then nothing counts as hidden.
    strict.unwrap_or_else(|| Writer::default().read(html, false).unwrap_or_default())
}

/// Elements whose content nobody sees.
const UNSEEN: [&str; 9] =
    ["head", "title", "script", "style", "template", "noframes", "object", "svg", "select"];
/// Elements that have no end.
const VOID: [&str; 9] = ["area", "base", "br", "col", "hr", "img", "input", "link", "meta"];
/// Elements that end where the next of their kind begins.
const ENDED_BY_NEXT: [&str; 5] = ["p", "li", "td", "th", "tr"];

#[derive(Default)]
struct Writer {
    text: String,
    /// The element that hides what is in it, and how many of its kind are open.
    hidden: Option<(String, usize)>,
    preformatted: usize,
    /// Where a link leads, and where its words begin.
    link: Option<(String, usize)>,
}

impl Writer {
    /// `None` when something was hidden to the very end.
    fn read(mut self, html: &str, hides: bool) -> Option<String> {
        let mut emitter = DefaultEmitter::default();
        emitter.naively_switch_states(true);
        for token in Tokenizer::new_with_emitter(html, emitter) {
            let Ok(token) = token;
            match token {
                Token::StartTag(tag) => self.begin(&tag, hides),
                Token::EndTag(tag) => self.end(&lower(&tag.name)),
                Token::String(words) if self.hidden.is_none() => {
                    self.write(&String::from_utf8_lossy(&words));
                }
                _ => {}
            }
        }
        (!hides || self.hidden.is_none()).then_some(self.text)
    }

    fn begin(&mut self, tag: &StartTag<()>, hides: bool) {
        let name = lower(&tag.name);
        let is_void = tag.self_closing || VOID.contains(&name.as_str());
        if let Some((hiding, open)) = &mut self.hidden {
            let ends = (*hiding == name && ENDED_BY_NEXT.contains(&name.as_str()))
                || (hiding == "head" && name == "body");
            if !ends {
                *open += usize::from(*hiding == name && !is_void);
                return;
            }
            self.hidden = None;
        }
        if UNSEEN.contains(&name.as_str()) || (hides && is_hidden(tag)) {
            if !is_void {
                self.hidden = Some((name, 1));
            }
            return;
        }
        match name.as_str() {
            "br" => self.text.push('\n'),
            "pre" => self.preformatted += 1,
            "td" | "th" => self.gap(),
            "a" => self.link = attribute(tag, "href").map(|href| (href, self.text.len())),
            _ => {}
        }
        match block(&name, attribute(tag, "class").as_deref()) {
            Block::None => {}
            Block::Line => self.line(),
            Block::Paragraph => self.paragraph(),
        }
        if name == "li" {
            self.text.push_str("- ");
        }
    }

    fn end(&mut self, name: &str) {
        if let Some((hiding, open)) = &mut self.hidden {
            if hiding == name {
                *open -= 1;
                if *open == 0 {
                    self.hidden = None;
                }
            }
            return;
        }
        match name {
            "pre" => self.preformatted = self.preformatted.saturating_sub(1),
            "a" => self.end_link(),
            _ => {}
        }
        if !matches!(block(name, None), Block::None) {
            self.line();
        }
    }

    /// A link that only says "here" says where it leads.
    fn end_link(&mut self) {
        let Some((href, begin)) = self.link.take() else { return };
        let words = self.text.get(begin..).unwrap_or_default().trim();
        let says_where = words.is_empty() || ["://", "www.", "@"].iter().any(|sign| words.contains(sign));
        if !says_where && (href.starts_with("https://") || href.starts_with("http://")) {
            self.text.push_str(" (");
            self.text.push_str(&href);
            self.text.push(')');
        }
    }

    fn write(&mut self, words: &str) {
        for c in words.chars() {
            match c {
                _ if self.preformatted > 0 => self.text.push(c),
                ' ' | '\n' | '\r' | '\t' | '\u{c}' => self.gap(),
                '\u{a0}' => self.text.push(' '),
                c => self.text.push(c),
            }
        }
    }

    /// One blank between words, none at the beginning of a line.
    fn gap(&mut self) {
        if !self.text.is_empty() && !self.text.ends_with([' ', '\n']) {
            self.text.push(' ');
        }
    }

    fn line(&mut self) {
        if !self.text.is_empty() && !self.text.ends_with('\n') {
            self.text.push('\n');
        }
    }

    fn paragraph(&mut self) {
        self.line();
        if !self.text.is_empty() && !self.text.ends_with("\n\n") {
            self.text.push('\n');
        }
    }
}

enum Block {
    None,
    Line,
    Paragraph,
}

/// How an element stands among the lines. What Outlook calls a normal paragraph is a line: its empty lines are paragraphs
/// of their own.
fn block(name: &str, class: Option<&str>) -> Block {
    match name {
        "p" if class.is_some_and(|class| class.to_ascii_lowercase().contains("msonormal")) => Block::Line,
        "p" | "ul" | "ol" | "dl" | "table" | "blockquote" | "pre" | "h1" | "h2" | "h3" | "h4" | "h5"
        | "h6" | "hr" => Block::Paragraph,
        "div" | "tr" | "li" | "dt" | "dd" | "section" | "article" | "header" | "footer" | "address"
        | "figure" | "center" | "body" | "main" | "nav" | "fieldset" | "form" => Block::Line,
        _ => Block::None,
    }
}

fn lower(name: &HtmlString) -> String {
    String::from_utf8_lossy(name).to_ascii_lowercase()
}

fn attribute(tag: &StartTag<()>, name: &str) -> Option<String> {
    let value = tag.attributes.iter().find(|(key, _)| key.eq_ignore_ascii_case(name.as_bytes()));
    value.map(|(_, value)| String::from_utf8_lossy(value).trim().to_owned())
}

/// Whether an element is there to be unseen: a preview for the inbox, a counter of readers.
fn is_hidden(tag: &StartTag<()>) -> bool {
    if attribute(tag, "hidden").is_some() {
        return true;
    }
    let style = attribute(tag, "style").unwrap_or_default().to_ascii_lowercase();
    style.split(';').filter_map(|declared| declared.split_once(':')).any(|(property, value)| {
        let value = value.trim().trim_end_matches("!important").trim_end();
        let is_nothing = || matches!(value, "0" | "0px" | "0pt" | "0em");
        match property.trim() {
            "display" => value == "none",
            "visibility" => value == "hidden",
            "font-size" | "max-height" | "opacity" => is_nothing(),
            _ => false,
        }
    })
}
