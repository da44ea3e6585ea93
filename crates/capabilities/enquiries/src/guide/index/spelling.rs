//! How a word that somebody types is read: by its endings, as a compound, or as the nearest known spelling.

use std::collections::{BTreeMap, HashMap};

use kernel::Language;

use super::{Index, Lexeme, Reading};
use crate::guide::words::{Letters, edits, edits_allowed};

/// The shortest part of a compound, in folded letters.
const PART_LETTERS_MIN: usize = 3;

/// Letters with which Danish joins the parts of a compound.
const JOINTS: [&str; 4] = ["", "s", "e", "er"];

/// A known beginning or end of an otherwise unknown word must be this long to say something.
const PARTIAL_LETTERS_MIN: usize = 5;

impl Index {
    pub(super) fn index_spellings(&mut self) {
        let ordered: BTreeMap<&String, &Vec<Lexeme>> = self.forms.iter().collect();
        for (form, lexemes) in ordered {
            let letters = Letters::of(form);
            let at = u32::try_from(self.spelled.len()).unwrap_or(u32::MAX);
            for gram in grams(letters.as_slice()) {
                let places = self.grams.entry(gram).or_default();
                if places.last() != Some(&at) {
                    places.push(at);
                }
            }
            self.spelled.push((letters, lexemes.clone()));
        }
    }

    /// The lexemes a word is written like, whatever its ending.
    pub fn direct(&self, plain: &str) -> Vec<(Lexeme, f64)> {
        let mut found: Reading = Vec::new();
        for (nearness, form) in self.stems.lookups(plain).iter().enumerate() {
            let fit = if nearness == 0 { 1.0 } else { 0.95 };
            for &lexeme in self.forms.get(form).into_iter().flatten() {
                if !found.iter().any(|&(known, _)| known == lexeme) {
                    found.push((lexeme, fit));
                }
            }
        }
        found
    }

    /// The known ones among the parts of a hyphenated word.
    pub fn parted(&self, parts: &[String]) -> Reading {
        parts
            .iter()
            .filter(|part| !self.is_quiet(part))
            .filter_map(|part| self.direct(part).first().copied())
            .collect()
    }

    /// A compound taken apart into words of the vocabulary; `None` when a part is unknown.
    pub fn split(&self, folded: &str) -> Option<Reading> {
        if !folded.is_ascii() {
            return None;
        }
        let mut best: Option<(usize, Reading)> = None;
        for at in PART_LETTERS_MIN..folded.len().saturating_sub(PART_LETTERS_MIN - 1) {
            let (Some(head), Some(tail)) = (folded.get(..at), folded.get(at..)) else { continue };
            let Some(first) = self.part(head, true) else { continue };
            let rest = match self.part(tail, false) {
                Some(last) => vec![last],
                None if tail.len() >= 2 * PART_LETTERS_MIN => match self.split_in_two(tail) {
                    Some(rest) => rest,
                    None => continue,
                },
                None => continue,
            };
            // Few long parts are right more often than many short ones; the shortest part tells them apart.
            let mut parts = vec![first];
            parts.extend(rest);
            let shortest = head.len().min(tail.len());
            let worth = 100 - 20 * parts.len() + shortest.min(9);
            if best.as_ref().is_none_or(|(known, _)| worth > *known) {
                best = Some((worth, parts));
            }
        }
        best.map(|(_, parts)| parts)
    }

    fn split_in_two(&self, folded: &str) -> Option<Reading> {
        (PART_LETTERS_MIN..folded.len().saturating_sub(PART_LETTERS_MIN - 1)).find_map(|at| {
            let first = self.part(folded.get(..at)?, true)?;
            let last = self.part(folded.get(at..)?, false)?;
            Some(vec![first, last])
        })
    }

    fn part(&self, folded: &str, joined: bool) -> Option<(Lexeme, f64)> {
        let joints = if joined { JOINTS.as_slice() } else { &[""] };
        joints
            .iter()
            .filter_map(|joint| folded.strip_suffix(joint))
            .filter(|bare| bare.len() >= PART_LETTERS_MIN && !self.quiet.contains(*bare))
            .find_map(|bare| {
                let known = |form: &str| self.forms.get(form).and_then(|lexemes| lexemes.first()).copied();
                known(bare)
                    .or_else(|| if joined { None } else { known(&self.stems.stem(bare, Language::Da)) })
                    .map(|lexeme| (lexeme, 1.0))
            })
    }

    /// The longest known beginning and end of a word that is otherwise unknown, the other part perhaps misspelt.
    pub fn partly(&self, folded: &str) -> Option<Reading> {
        if !folded.is_ascii() {
            return None;
        }
        let long_enough = |part: &str| part.len() >= PARTIAL_LETTERS_MIN;
        let beginning = (PARTIAL_LETTERS_MIN..folded.len()).rev().find_map(|at| {
            let head = folded.get(..at).filter(|head| long_enough(head))?;
            Some((at, self.part(head, true)?))
        });
        if let Some((at, (lexeme, fit))) = beginning {
            let mut reading = vec![(lexeme, fit)];
            let rest = folded.get(at..).unwrap_or_default();
            reading.extend(self.misspelt(rest).into_iter().take(1));
            return Some(reading);
        }
        (1..folded.len()).find_map(|at| {
            let tail = folded.get(at..).filter(|tail| long_enough(tail))?;
            let mut reading = vec![self.part(tail, false)?];
            reading.extend(self.misspelt(folded.get(..at)?).into_iter().take(1));
            Some(reading)
        })
    }

    /// The nearest words of the vocabulary to a misspelt one, nearest first, ties in the order of the alphabet.
    pub fn misspelt(&self, folded: &str) -> Reading {
        let letters = Letters::of(folded);
        let allowed = edits_allowed(letters.count());
        if allowed == 0 {
            return Vec::new();
        }
        let mut shared: HashMap<u32, usize> = HashMap::new();
        let own = grams(letters.as_slice());
        for gram in &own {
            for &place in self.grams.get(gram).into_iter().flatten() {
                *shared.entry(place).or_default() += 1;
            }
        }
        // One edit destroys at most three trigrams.
        let needed = own.len().saturating_sub(3 * allowed).max(1);
        let mut near: Vec<(usize, &Letters, &Vec<Lexeme>)> = shared
            .into_iter()
            .filter(|&(_, count)| count >= needed)
            .filter_map(|(place, _)| {
                let (form, lexemes) = self.spelled.get(usize::try_from(place).ok()?)?;
                if form.count() < 4 {
                    return None;
                }
                Some((edits(&letters, form, allowed)?, form, lexemes))
            })
            .collect();
        near.sort();
        let nearest = near.first().map_or(0, |&(distance, _, _)| distance);
        let mut reading: Reading = Vec::new();
        for (distance, _, lexemes) in near.into_iter().filter(|&(distance, _, _)| distance == nearest) {
            let fit = if distance <= 1 { 0.85 } else { 0.6 };
            for &lexeme in lexemes {
                if !reading.iter().any(|&(known, _)| known == lexeme) {
                    reading.push((lexeme, fit));
                }
            }
        }
        reading
    }
}

/// The trigrams of a word with its borders marked.
fn grams(letters: &[char]) -> Vec<[char; 3]> {
    let mut bordered = vec!['^'];
    bordered.extend_from_slice(letters);
    bordered.push('$');
    bordered.windows(3).filter_map(|window| <[char; 3]>::try_from(window).ok()).collect()
}
