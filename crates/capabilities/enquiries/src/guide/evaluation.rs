//! How often the guide is right: questions with the topics that would be right answers, counted.
//!
//! A line is a question, a tab, and the accepted topics separated by commas; lines that begin with `#` are notes.

use std::fmt;

use kernel::{Code, Language};

use super::Guide;

/// How many questions have a right topic first, and among the first three that the page shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Evaluation {
    pub questions: usize,
    pub first: usize,
    pub among_three: usize,
}

/// A line that is no question with its topics.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: expected a question, a tab and topics separated by commas")]
pub struct EvaluationError {
    /// Counted from 1.
    pub line: usize,
}

impl Guide {
    /// Asks every question of the file and counts.
    pub fn evaluate(&self, lines: &str) -> Result<Evaluation, EvaluationError> {
        let mut evaluation = Evaluation { questions: 0, first: 0, among_three: 0 };
        for (question, accepted) in cases(lines)? {
            let suggestion = self.suggest(question, Language::Da);
            let is_right = |topic: &super::RankedTopic| accepted.contains(&topic.key);
            evaluation.questions += 1;
            evaluation.first += usize::from(suggestion.topics.first().is_some_and(is_right));
            evaluation.among_three += usize::from(suggestion.topics.iter().take(3).any(is_right));
        }
        Ok(evaluation)
    }
}

/// The questions of a file with their accepted topics.
pub fn cases(lines: &str) -> Result<Vec<(&str, Vec<Code>)>, EvaluationError> {
    let mut cases = Vec::new();
    for (index, line) in lines.lines().enumerate() {
        if line.trim().is_empty() || line.starts_with('#') {
            continue;
        }
        let case = line.split_once('\t').and_then(|(question, accepted)| {
            let accepted: Result<Vec<Code>, _> =
                accepted.trim().split(',').map(|key| key.trim().parse::<Code>()).collect();
            Some((question, accepted.ok()?))
        });
        cases.push(case.ok_or(EvaluationError { line: index + 1 })?);
    }
    Ok(cases)
}

impl Evaluation {
    /// The share of questions with a right topic first, in percent.
    pub fn top1(&self) -> f64 {
        share(self.first, self.questions)
    }

    /// The share of questions with a right topic among the first three, in percent.
    pub fn top3(&self) -> f64 {
        share(self.among_three, self.questions)
    }
}

fn share(part: usize, whole: usize) -> f64 {
    let float = |count: usize| f64::from(u32::try_from(count).unwrap_or(u32::MAX));
    if whole == 0 { 0.0 } else { 100.0 * float(part) / float(whole) }
}

/// The two lines that `samspil guide suggest --file` prints.
impl fmt::Display for Evaluation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "top-1 {:.1} %", self.top1())?;
        write!(f, "top-3 {:.1} %", self.top3())
    }
}
