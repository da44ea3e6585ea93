//! Words as people write them, brought to the forms under which they meet: split, stemmed, folded, compared.
//!
//! A word is stemmed before its æøå is folded, since the Danish stemmer knows endings like `-løs` only in Danish
//! letters, and it is kept under its unstemmed form too. Hyphens join (`p-plads` is one word), all else separates.

use kernel::{Language, search_forms};
use rust_stemmers::{Algorithm, Stemmer};

/// Words beyond these are not read: an enquiry's topic stands early, and the time for an answer is bounded.
pub const WORDS_READ_MAX: usize = 200;
/// No Danish word that anyone means is longer.
const WORD_CHARS_MAX: usize = 60;

/// One word of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// As it was written.
    pub written: String,
    /// Lower case, without hyphens, æøå kept.
    pub plain: String,
    /// What stands between its hyphens, if it has any.
    pub parts: Vec<String>,
}

/// The words of a text in their order, without punctuation.
pub fn words(text: &str) -> Vec<Word> {
    let separates = |c: char| !(c.is_alphanumeric() || matches!(c, '-' | '\'' | '’' | '\u{30a}' | '\u{308}'));
    text.split(separates)
        .map(|piece| piece.trim_matches(['-', '\'', '’']))
        .filter(|piece| !piece.is_empty())
        .take(WORDS_READ_MAX)
        .map(|piece| {
            let parts: Vec<String> = piece.split('-').map(plain).filter(|part| !part.is_empty()).collect();
            let parts = if parts.len() > 1 { parts } else { Vec::new() };
            Word { written: piece.to_owned(), plain: plain(piece), parts }
        })
        .filter(|word| !word.plain.is_empty())
        .collect()
}

fn plain(piece: &str) -> String {
    let letters = piece.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase);
    letters.take(WORD_CHARS_MAX).collect()
}

/// The stemmers of both languages.
pub struct Stems {
    danish: Stemmer,
    english: Stemmer,
}

impl Default for Stems {
    fn default() -> Self {
        Self { danish: Stemmer::create(Algorithm::Danish), english: Stemmer::create(Algorithm::English) }
    }
}

impl Stems {
    /// The stem in that language, æøå kept.
    pub fn stem(&self, plain: &str, language: Language) -> String {
        match language {
            Language::Da => self.danish.stem(plain).into_owned(),
            Language::En => self.english.stem(plain).into_owned(),
        }
    }

    /// Every form under which a word of that language is put into the index: as written and stemmed, both folded.
    pub fn forms(&self, plain: &str, language: Language) -> Vec<String> {
        let mut forms = search_forms(plain);
        add(&mut forms, search_forms(&self.stem(plain, language)));
        forms
    }

    /// Every form under which a word of unknown language is looked up: the nearest first.
    pub fn lookups(&self, plain: &str) -> Vec<String> {
        let mut forms = search_forms(plain);
        add(&mut forms, search_forms(&self.stem(plain, Language::Da)));
        // Someone without a Danish keyboard gives the stemmer `aabningstider`; it knows no ending of it in that spelling
        // less, so the folded word is stemmed as well.
        if let Some(folded) = forms.first().cloned() {
            add(&mut forms, vec![self.stem(&folded, Language::Da)]);
        }
        add(&mut forms, search_forms(&self.stem(plain, Language::En)));
        forms
    }
}

fn add(forms: &mut Vec<String>, more: Vec<String>) {
    for form in more {
        if !forms.contains(&form) {
            forms.push(form);
        }
    }
}

/// A word letter by letter.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Letters {
    all: Vec<char>,
    /// Which letters there are, one of 64 bits for each. Two that share a bit are taken for the same, which only lets more
    /// words be compared.
    which: u64,
}

impl Letters {
    /// Of a word.
    pub fn of(word: &str) -> Self {
        word.chars().collect()
    }

    /// How many.
    pub fn count(&self) -> usize {
        self.all.len()
    }

    /// In their order.
    pub fn as_slice(&self) -> &[char] {
        &self.all
    }

    /// Two words written as one.
    #[must_use]
    pub fn with(&self, next: &Self) -> Self {
        self.all.iter().chain(&next.all).copied().collect()
    }

    /// Whether there are more letters that the other word has not than so many edits bring in. Most words differ so much, and
    /// a question is held against all that are listed: it saves the table.
    fn has_more_than(&self, limit: usize, other: &Self) -> bool {
        (self.which & !other.which).count_ones() as usize > limit
    }
}

impl FromIterator<char> for Letters {
    fn from_iter<I: IntoIterator<Item = char>>(letters: I) -> Self {
        let all: Vec<char> = letters.into_iter().collect();
        let which = all.iter().fold(0, |which, &letter| which | 1 << (u32::from(letter) % 64));
        Self { all, which }
    }
}

/// How many letters must be put in, left out, changed or swapped with their neighbour to make one word the other; `None`
/// when it takes more than `limit`. (Optimal string alignment, after Damerau 1964.)
pub fn edits(a: &Letters, b: &Letters, limit: usize) -> Option<usize> {
    if a.count().abs_diff(b.count()) > limit || a.has_more_than(limit, b) || b.has_more_than(limit, a) {
        return None;
    }
    let (a, b) = (&a.all, &b.all);
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=b.len()).collect();
    let mut previous_a = None;
    for (i, &letter_a) in a.iter().enumerate() {
        let mut row = Vec::with_capacity(b.len() + 1);
        row.push(i + 1);
        let mut previous_b = None;
        let mut best = i + 1;
        for (j, &letter_b) in b.iter().enumerate() {
            let cell = |line: &[usize], at: usize| line.get(at).copied().unwrap_or(usize::MAX / 2);
            let mut cost = (cell(&above, j) + usize::from(letter_a != letter_b))
                .min(cell(&above, j + 1) + 1)
                .min(cell(&row, j) + 1);
            if j > 0 && previous_a == Some(letter_b) && previous_b == Some(letter_a) {
                cost = cost.min(cell(&before, j - 1) + 1);
            }
            best = best.min(cost);
            row.push(cost);
            previous_b = Some(letter_b);
        }
        if best > limit {
            return None;
        }
        before = above;
        above = row;
        previous_a = Some(letter_a);
    }
    above.last().copied().filter(|&cost| cost <= limit)
}

/// How many misspelt letters a word of that length may hold. Short words differ from each other by one letter too often.
pub fn edits_allowed(letters: usize) -> usize {
    match letters {
        0..=4 => 0,
        5..=8 => 1,
        _ => 2,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn distance(a: &str, b: &str) -> Option<usize> {
        edits(&Letters::of(a), &Letters::of(b), 3)
    }

    #[test]
    fn a_word_and_its_danish_endings_share_a_form() {
        let stems = Stems::default();
        for (word, ending) in [
            ("skilt", "skiltene"),
            ("virksomhed", "virksomhederne"),
            ("butik", "butikken"),
            ("støj", "støjen"),
        ] {
            let indexed = stems.forms(word, Language::Da);
            assert!(stems.lookups(ending).iter().any(|form| indexed.contains(form)), "{word} {ending}");
        }
    }

    #[test]
    fn danish_typed_without_danish_letters_is_found() {
        let stems = Stems::default();
        let indexed = stems.forms("støjgrænser", Language::Da);
        for typed in ["stoejgraenser", "støjgrænse", "STØJGRÆNSERNE"] {
            let lookups = stems.lookups(&typed.to_lowercase());
            assert!(lookups.iter().any(|form| indexed.contains(form)), "{typed}: {lookups:?} {indexed:?}");
        }
    }

    #[test]
    fn a_missing_a_wrong_and_a_swapped_letter_each_count_one() {
        assert_eq!(distance("tilladelse", "tiladelse"), Some(1));
        assert_eq!(distance("tilladelse", "tilladelze"), Some(1));
        assert_eq!(distance("tilladelse", "tillaedlse"), Some(1));
        assert_eq!(distance("skilt", "kloak"), None);
    }

    proptest! {
        #[test]
        fn the_distance_is_the_same_both_ways_and_none_to_itself(a in "[a-dæ]{0,8}", b in "[a-dæ]{0,8}") {
            prop_assert_eq!(distance(&a, &b), distance(&b, &a));
            prop_assert_eq!(distance(&a, &a), Some(0));
        }

        #[test]
        fn a_lower_limit_only_leaves_out_what_takes_more(a in "[a-eæøå]{0,9}", b in "[a-eæøå]{0,9}", limit in 0_usize..4) {
            let (a, b) = (Letters::of(&a), Letters::of(&b));
            let without_limit = edits(&a, &b, 20);
            prop_assert_eq!(edits(&a, &b, limit), without_limit.filter(|&cost| cost <= limit));
        }

        #[test]
        fn any_text_is_read_without_a_panic(text in "\\PC{0,200}") {
            for word in words(&text) {
                prop_assert!(!word.plain.is_empty());
                Stems::default().lookups(&word.plain);
            }
        }
    }
}
