//! What every word says about every topic: built once from the topics' texts, then only read.
//!
//! A word of the vocabulary is a *lexeme*: all its endings and spellings are one. Its weight for a topic grows with the
//! fields it stands in and saturates (BM25F after Robertson and Zaragoza 2009); its rarity counts topics by how much they
//! use it, so that a word mentioned in passing everywhere says little. Compounds are taken apart by the vocabulary
//! itself, and words that often stand near each other are features of their own.

mod gathering;
mod spelling;

use std::{
    cmp::Ordering,
    collections::{BTreeSet, HashMap},
};

use kernel::{Language, fold};
use serde::Deserialize;

use self::gathering::{Gathered, Source, settled};
use super::{
    topics::{Topic, Way, Words},
    words::{Letters, Stems, words},
};

/// Words further apart than this are not a pair.
pub const PAIR_DISTANCE_MAX: usize = 2;

/// A word of the vocabulary.
pub type Lexeme = u32;

/// The place of a topic or way in the index.
pub type Doc = usize;

/// The words that carry no topic, and the words that mean the same to whoever asks.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Vocabulary {
    /// Words of grammar and courtesy, in both languages.
    pub quiet: Words,
    /// Words by which a company shows itself.
    #[serde(default)]
    pub company: Words,
    /// Words of private life.
    #[serde(default)]
    pub private: Words,
    /// Words that say how whoever asks feels, and not about what.
    #[serde(default)]
    pub feeling: Words,
    /// Words of one meaning.
    #[serde(default)]
    pub same: Vec<Words>,
}

/// The vocabulary that comes with the program.
pub const STANDARD_VOCABULARY: &str = include_str!("vocabulary.toml");

/// What one feature, a word or a pair of words, says about the topics it says anything about.
pub type Says = Vec<(Doc, f64)>;

/// A possible reading of a word of the question: lexemes that count together, each with how well it fits.
pub type Reading = Vec<(Lexeme, f64)>;

/// Everything that ranking looks up.
pub struct Index {
    stems: Stems,
    /// Folded form -> the lexemes written so.
    forms: HashMap<String, Vec<Lexeme>>,
    /// Folded forms by their trigrams, to find the nearest to a misspelt one.
    grams: HashMap<[char; 3], Vec<u32>>,
    spelled: Vec<(Letters, Vec<Lexeme>)>,
    quiet: BTreeSet<String>,
    company: BTreeSet<String>,
    private: BTreeSet<String>,
    feeling: BTreeSet<String>,
    /// The quiet words that only one of the languages has.
    telling_language: HashMap<String, Language>,
    /// Lexeme -> the lexeme that stands for its meaning.
    meaning: HashMap<Lexeme, Vec<Lexeme>>,
    says: HashMap<Lexeme, Says>,
    against: HashMap<Lexeme, Says>,
    pairs: HashMap<(Lexeme, Lexeme), Says>,
    docs: usize,
}

impl Index {
    /// Topics come first, ways after them. A way neither takes rarity from a word nor gives it.
    pub fn new(topics: &[Topic], ways: &[Way], vocabulary: &Vocabulary) -> Self {
        let mut index = Self {
            stems: Stems::default(),
            forms: HashMap::new(),
            grams: HashMap::new(),
            spelled: Vec::new(),
            quiet: BTreeSet::new(),
            company: folded(&vocabulary.company),
            private: folded(&vocabulary.private),
            feeling: folded(&vocabulary.feeling),
            telling_language: HashMap::new(),
            meaning: HashMap::new(),
            says: HashMap::new(),
            against: HashMap::new(),
            pairs: HashMap::new(),
            docs: topics.len() + ways.len(),
        };
        for language in Language::ALL {
            for word in vocabulary.quiet.get(language).iter().flat_map(|line| words(line)) {
                let word = fold(&word.plain);
                if !index.quiet.insert(word.clone()) && index.telling_language.get(&word) != Some(&language) {
                    index.telling_language.remove(&word);
                } else {
                    index.telling_language.insert(word, language);
                }
            }
        }
        let mut gathered = Gathered::default();
        let sources = topics.iter().map(Source::from).chain(ways.iter().map(Source::from));
        for (doc, source) in sources.enumerate() {
            index.gather(doc, &source, &mut gathered);
        }
        index.gather_meanings(vocabulary, &mut gathered);
        index.gather_parts(&mut gathered);
        for (key, weight) in std::mem::take(&mut gathered.whole) {
            *gathered.words.entry(key).or_default() += weight;
        }
        index.index_spellings();
        index.settle(&gathered, topics.len());
        index
    }

    /// Turns weights into what each feature says: rarity times saturated weight.
    fn settle(&mut self, gathered: &Gathered, topics: usize) {
        self.says = settled(&gathered.words, topics);
        self.against = settled(&gathered.against, topics);
        self.pairs = settled(&gathered.pairs, topics);
    }

    /// How many topics and ways there are.
    pub fn docs(&self) -> usize {
        self.docs
    }

    /// Whether the word belongs to grammar or courtesy.
    pub fn is_quiet(&self, plain: &str) -> bool {
        self.quiet.contains(&fold(plain))
    }

    /// The language of a text by its words of grammar; `None` when they do not tell. In doubt the page's language decides,
    /// unless there is nothing to go by at all.
    pub fn spoken(&self, text: &str, page: Language) -> Option<Language> {
        let tells: Vec<Language> = words(text)
            .iter()
            .filter_map(|word| self.telling_language.get(&fold(&word.plain)).copied())
            .collect();
        let danish = tells.iter().filter(|&&language| language == Language::Da).count();
        match danish.cmp(&(tells.len() - danish)) {
            Ordering::Greater => Some(Language::Da),
            Ordering::Less => Some(Language::En),
            Ordering::Equal if tells.is_empty() => None,
            Ordering::Equal => Some(page),
        }
    }

    /// Whether a word, in any of its endings, is one of the vocabulary.
    pub fn knows(&self, plain: &str) -> bool {
        self.is_quiet(plain) || !self.direct(plain).is_empty()
    }

    /// Whether a company shows itself in the word.
    pub fn is_company(&self, plain: &str) -> bool {
        self.company.contains(&fold(plain))
    }

    /// Whether the word belongs to private life.
    pub fn is_private(&self, plain: &str) -> bool {
        self.private.contains(&fold(plain))
    }

    /// Whether the word says how someone feels.
    pub fn is_feeling(&self, plain: &str) -> bool {
        self.feeling.contains(&fold(plain))
    }

    /// What a lexeme says for topics.
    pub fn says(&self, lexeme: Lexeme) -> &[(Doc, f64)] {
        self.says.get(&lexeme).map_or(&[], Vec::as_slice)
    }

    /// What a lexeme says against topics.
    pub fn speaks_against(&self, lexeme: Lexeme) -> &[(Doc, f64)] {
        self.against.get(&lexeme).map_or(&[], Vec::as_slice)
    }

    /// What two words near each other say.
    pub fn pair(&self, a: Lexeme, b: Lexeme) -> &[(Doc, f64)] {
        self.pairs.get(&ordered(a, b)).map_or(&[], Vec::as_slice)
    }

    /// The lexemes that stand for the meanings of a lexeme.
    pub fn meanings(&self, lexeme: Lexeme) -> &[Lexeme] {
        self.meaning.get(&lexeme).map_or(&[], Vec::as_slice)
    }
}

/// Pairs of words that stand near each other, and how many of the two are quiet: neighbours, and words with at most one
/// telling word between them.
pub fn near_pairs<T: Copy>(line: &[(T, bool)]) -> Vec<(T, T, usize)> {
    let mut pairs = Vec::new();
    for window in line.windows(2) {
        if let [(a, quiet_a), (b, quiet_b)] = window {
            pairs.push((*a, *b, usize::from(*quiet_a) + usize::from(*quiet_b)));
        }
    }
    let telling: Vec<(usize, T)> =
        line.iter().enumerate().filter(|(_, (_, quiet))| !quiet).map(|(at, &(item, _))| (at, item)).collect();
    for (place, &(at_a, a)) in telling.iter().enumerate() {
        for &(at_b, b) in telling.iter().skip(place + 1).take(PAIR_DISTANCE_MAX) {
            if at_b - at_a > 1 {
                pairs.push((a, b, 0));
            }
        }
    }
    pairs
}

fn folded(list: &Words) -> BTreeSet<String> {
    let lines = Language::ALL.into_iter().flat_map(|language| list.get(language));
    lines.flat_map(|line| words(line)).map(|word| fold(&word.plain)).collect()
}

fn ordered(a: Lexeme, b: Lexeme) -> (Lexeme, Lexeme) {
    if a <= b { (a, b) } else { (b, a) }
}
