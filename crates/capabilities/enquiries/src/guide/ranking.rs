//! Which topics a question is about, and why: what its words say, added up.
//!
//! Each word counts once per topic, by the reading that says most: the word itself, its meaning, its parts, or the nearest
//! word when it is misspelt. Near words count as pairs. That nothing fits is decided on the same scale: the topic `other`
//! has words of its own, and is given something for long, unknown and private questions (see [`Decision`]). All weights were
//! set on examples taken out of the index and on `tests/guide/dev.tsv`.

use kernel::fold;

use super::{
    index::{Doc, Index, Lexeme, Reading, near_pairs},
    words::{Word, words},
};

/// A meaning in common counts like a word: what it says is already spread over all that have it.
const FIT_MEANING: f64 = 1.0;
/// A part of a compound of the question.
const FIT_PART: f64 = 0.8;
/// A part of a word that is otherwise unknown.
const FIT_PARTLY: f64 = 0.35;
/// What two near words say counts this much beside what each says.
const PAIR: f64 = 0.4;
/// A pair with a word of grammar in it counts this share.
const PAIR_QUIET: f64 = 0.7;
/// Two words written apart that are one in the vocabulary (`bygge tilladelse`).
const FIT_WRITTEN_APART: f64 = 0.2;
/// A word that speaks against a topic takes this share of what it says.
const AGAINST: f64 = 0.8;

/// A word is named as a reason when it says at least this.
const TELLING_MIN: f64 = 0.3;

/// What is given to `other` on the scale of the scores: a logistic regression on questions that the index had not seen and
/// on the off-topic lines of `tests/guide/dev.tsv`, its weights drawn towards zero.
struct Decision;

impl Decision {
    /// A topic must say more than this to be believed.
    const START: f64 = 0.0;
    /// Per logarithm of the telling words: chance says more the more words there are.
    const LENGTH: f64 = 1.5;
    /// Added when no telling word is known, in part when some are.
    const UNKNOWN: f64 = 2.2;
    /// Added when words of private life are there.
    const PRIVATE: f64 = 2.2;
    /// Taken away when a company shows itself.
    const COMPANY: f64 = 2.5;
    /// Added for each feeling where nothing else is said: that someone is angry tells nothing of what about. More than any one
    /// word says for a topic.
    const FEELING: f64 = 3.5;
    /// What the words of `other` itself count.
    const OWN: f64 = 1.1;
}

/// What was found out about a question: for every topic and way its score and the words behind it.
pub struct Evidence {
    pub scores: Vec<f64>,
    /// Per topic the words as they were written, the most telling first.
    pub matched: Vec<Vec<String>>,
    /// What `other` is given beside its own words.
    pub for_other: f64,
}

/// One word of the question with all its readings.
struct Read<'a> {
    word: &'a Word,
    quiet: bool,
    /// Those whose pairs count.
    lexemes: Vec<(Lexeme, f64)>,
    readings: Vec<Reading>,
    /// Between 0 and 1: how surely the word is known at all.
    known: f64,
}

/// What has been added up so far.
struct Sum<'a> {
    scores: Vec<f64>,
    said_by: Vec<Vec<(f64, &'a str)>>,
}

impl<'a> Sum<'a> {
    fn add(&mut self, word: &'a Word, said: Vec<f64>) {
        for ((score, by), said) in self.scores.iter_mut().zip(&mut self.said_by).zip(said) {
            *score += said;
            if said > TELLING_MIN {
                by.push((said, word.written.as_str()));
            }
        }
    }
}

/// Weighs the question against every topic.
pub fn weigh(index: &Index, text: &str) -> Evidence {
    let line = words(text);
    let read: Vec<Read<'_>> = line.iter().map(|word| read(index, word)).collect();
    let mut sum = Sum { scores: vec![0.0; index.docs()], said_by: vec![Vec::new(); index.docs()] };
    let mut counted: Vec<&str> = Vec::new();
    for item in read.iter().filter(|item| !item.quiet) {
        if !counted.contains(&item.word.plain.as_str()) {
            counted.push(&item.word.plain);
            sum.add(item.word, most(index, &item.readings));
        }
    }
    for (a, b) in read.iter().zip(read.iter().skip(1)) {
        let both_quiet = a.quiet && b.quiet;
        if !both_quiet {
            let joined = index.direct(&format!("{}{}", a.word.plain, b.word.plain));
            let scaled = joined.into_iter().map(|(lexeme, fit)| vec![(lexeme, fit * FIT_WRITTEN_APART)]);
            sum.add(a.word, most(index, &scaled.collect::<Vec<_>>()));
        }
    }
    let places: Vec<(usize, bool)> = read.iter().enumerate().map(|(at, item)| (at, item.quiet)).collect();
    for (a, b, quiet) in near_pairs(&places) {
        if let (Some(a), Some(b)) = (read.get(a), read.get(b)) {
            let by = if quiet > 0 { PAIR_QUIET * PAIR } else { PAIR };
            sum.add(a.word, pair(index, a, b).into_iter().map(|said| said * by).collect());
        }
    }
    for (score, against) in sum.scores.iter_mut().zip(against(index, &read)) {
        *score -= against;
    }
    let matched = sum.said_by.into_iter().map(most_telling).collect();
    Evidence { scores: sum.scores, matched, for_other: for_other(index, &read) }
}

/// Per topic the most that a word of the question says against it.
fn against(index: &Index, read: &[Read<'_>]) -> Vec<f64> {
    let mut most = vec![0.0; index.docs()];
    for &(lexeme, fit) in read.iter().flat_map(|item| &item.lexemes) {
        for &(doc, said) in index.speaks_against(lexeme) {
            if let Some(most) = most.get_mut(doc) {
                *most = f64::max(*most, said * fit * AGAINST);
            }
        }
    }
    most
}

fn for_other(index: &Index, read: &[Read<'_>]) -> f64 {
    let telling: Vec<f64> = read.iter().filter(|item| !item.quiet).map(|item| item.known).collect();
    let count = f64::from(u32::try_from(telling.len()).unwrap_or(u32::MAX));
    let unknown = if telling.is_empty() { 1.0 } else { 1.0 - telling.iter().sum::<f64>() / count };
    let some = |is: &dyn Fn(&str) -> bool| {
        let found = read.iter().filter(|item| is(&item.word.plain)).count();
        f64::from(u32::try_from(found).unwrap_or(u32::MAX))
    };
    let company = some(&|word| index.is_company(word));
    let private = some(&|word| index.is_private(word));
    let feelings = some(&|word| index.is_feeling(word));
    let says_more = read.iter().any(|item| !item.quiet && !index.is_feeling(&item.word.plain));
    Decision::START
        + Decision::LENGTH * (1.0 + count).ln()
        + Decision::UNKNOWN * unknown
        + Decision::PRIVATE * private / (private + 1.0)
        - Decision::COMPANY * company / (company + 1.0)
        + if says_more { 0.0 } else { Decision::FEELING * feelings }
}

fn read<'a>(index: &Index, word: &'a Word) -> Read<'a> {
    let quiet = index.is_quiet(&word.plain);
    let direct = index.direct(&word.plain);
    if quiet || !direct.is_empty() {
        let mut readings: Vec<Reading> = Vec::new();
        for &(lexeme, fit) in &direct {
            readings.push(vec![(lexeme, fit)]);
            readings.extend(index.meanings(lexeme).iter().map(|&m| vec![(m, fit * FIT_MEANING)]));
        }
        return Read { word, quiet, lexemes: direct, readings, known: 1.0 };
    }
    let folded = fold(&word.plain);
    let scaled = |reading: Reading, by: f64| -> Reading {
        reading.into_iter().map(|(lexeme, fit)| (lexeme, fit * by)).collect()
    };
    let parted = Some(index.parted(&word.parts)).filter(|parts| !parts.is_empty());
    let parts = parted.or_else(|| index.split(&folded)).map(|reading| scaled(reading, FIT_PART));
    let near = index.misspelt(&folded);
    let one_letter_off = near.first().is_some_and(|&(_, fit)| fit > 0.8);
    let mut readings = Vec::new();
    let mut known: f64 = 0.0;
    if parts.is_none() || one_letter_off {
        known = known.max(near.first().map_or(0.0, |&(_, fit)| fit));
        readings.extend(near.iter().map(|&found| vec![found]));
    }
    if let Some(parts) = parts {
        known = known.max(FIT_PART);
        readings.push(parts);
    } else if let Some(partly) = index.partly(&folded) {
        known = known.max(0.5);
        readings.push(scaled(partly, FIT_PARTLY));
    }
    let meanings: Vec<Reading> = readings
        .iter()
        .flatten()
        .flat_map(|&(lexeme, fit)| index.meanings(lexeme).iter().map(move |&m| vec![(m, fit * FIT_MEANING)]))
        .collect();
    let lexemes = readings.concat();
    readings.extend(meanings);
    Read { word, quiet, lexemes, readings, known }
}

/// Per topic what the reading that says most says.
fn most(index: &Index, readings: &[Reading]) -> Vec<f64> {
    let mut most = vec![0.0; index.docs()];
    for reading in readings {
        let mut sum: Vec<f64> = vec![0.0; index.docs()];
        for &(lexeme, fit) in reading {
            for &(doc, said) in index.says(lexeme) {
                if let Some(sum) = sum.get_mut(doc) {
                    *sum += said * fit;
                }
            }
        }
        for (most, sum) in most.iter_mut().zip(sum) {
            *most = f64::max(*most, sum);
        }
    }
    most
}

fn pair(index: &Index, a: &Read<'_>, b: &Read<'_>) -> Vec<f64> {
    let mut most = vec![0.0; index.docs()];
    for &(lexeme_a, fit_a) in &a.lexemes {
        for &(lexeme_b, fit_b) in &b.lexemes {
            for &(doc, said) in index.pair(lexeme_a, lexeme_b) {
                if let Some(most) = most.get_mut(doc) {
                    *most = f64::max(*most, said * fit_a * fit_b);
                }
            }
        }
    }
    most
}

fn most_telling(mut said_by: Vec<(f64, &str)>) -> Vec<String> {
    said_by.sort_by(|(a, word_a), (b, word_b)| b.total_cmp(a).then_with(|| word_a.cmp(word_b)));
    let mut shown: Vec<String> = Vec::new();
    for (_, word) in said_by {
        if shown.len() < 5 && !word.is_empty() && !shown.iter().any(|known| known == word) {
            shown.push(word.to_owned());
        }
    }
    shown
}

/// What `other` has in the end, from what its own words say and what it is given.
pub fn other_score(own: f64, given: f64) -> f64 {
    own.max(0.0) * Decision::OWN + given
}

/// The places of all topics by falling score, those of equal score in the order of the file: a total order.
pub fn ranked(scores: &[f64]) -> Vec<(Doc, f64)> {
    let mut ranked: Vec<(Doc, f64)> = scores.iter().copied().enumerate().collect();
    ranked.sort_by(|(doc_a, a), (doc_b, b)| b.total_cmp(a).then(doc_a.cmp(doc_b)));
    ranked
}
