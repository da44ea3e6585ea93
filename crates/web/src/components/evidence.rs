//! The evidence number: a figure, what it counts, how many stand behind it, whether it has really changed, and how it was
//! made. Says nothing that its caller did not count.

use askama::Template;

use super::Icon;
use crate::Page;

/// A number with what one needs to believe it.
#[derive(Debug, Clone, Default)]
pub struct Evidence {
    /// The figure, in the reader's form; `None` where there is none to show.
    pub value: Option<String>,
    /// The words in its place where there is none.
    pub none: String,
    /// What it counts, in one line.
    pub label: String,
    /// Where the label leads.
    pub link: Option<String>,
    /// Of how many, and when.
    pub basis: String,
    /// How it changed.
    pub change: Option<Change>,
    /// The target, and whether it is reached; `None` for a target that says nothing yet.
    pub target: Option<(String, Option<bool>)>,
    /// How it was made: one paragraph each.
    pub behind: Vec<String>,
    /// The level of its heading; 3 where nothing is said.
    pub level: u8,
}

/// How a figure changed against the one that it is compared with.
#[derive(Debug, Clone)]
pub struct Change {
    /// In words, with its unit.
    pub words: String,
    /// Which way.
    pub direction: Direction,
    /// Whether chance alone may explain it; `None` where that cannot be told.
    pub within_noise: Option<bool>,
}

/// Which way a figure moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// It is larger.
    Up,
    /// It is smaller.
    Down,
    /// It is the same.
    Same,
}

impl Direction {
    /// From the difference to the earlier figure.
    pub fn of(difference: f64) -> Self {
        match difference {
            up if up > 0.0 => Self::Up,
            down if down < 0.0 => Self::Down,
            _ => Self::Same,
        }
    }

    const fn icon(self) -> &'static str {
        match self {
            Self::Up => "arrow-upward",
            Self::Down => "arrow-downward",
            Self::Same => "minus",
        }
    }
}

/// An [`Evidence`] on a page.
#[derive(Template)]
#[template(path = "web/evidence.html")]
pub struct EvidenceView {
    evidence: Evidence,
    level: u8,
    change_icon: Option<Icon>,
    noise: Option<String>,
    target: Option<(Icon, &'static str, String)>,
    how: String,
}

impl askama::filters::HtmlSafe for EvidenceView {}

impl Page {
    /// A number with what one needs to believe it.
    pub fn evidence(&self, evidence: Evidence) -> EvidenceView {
        let noise = evidence.change.as_ref().and_then(|change| change.within_noise);
        let noise = noise.map(|within| self.t(if within { "web-within-noise" } else { "web-beyond-noise" }));
        let target = evidence.target.clone().map(|(words, reached)| match reached {
            Some(true) => (self.icon("check"), "s-state--good", words),
            Some(false) => (self.icon("flag"), "s-state--warn", words),
            None => (self.icon("flag"), "", words),
        });
        EvidenceView {
            level: if evidence.level == 0 { 3 } else { evidence.level },
            change_icon: evidence.change.as_ref().map(|change| self.icon(change.direction.icon())),
            noise,
            target,
            how: self.t("web-evidence-how"),
            evidence,
        }
    }
}
