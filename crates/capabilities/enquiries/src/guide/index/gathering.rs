//! What the texts of topics and ways give each word, while the index is built: weights by where a word stands, shared with
//! its meanings and its parts.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use kernel::{Language, Text, fold};

use super::{Doc, Index, Lexeme, Says, Vocabulary, near_pairs, ordered};
use crate::guide::{
    topics::{Topic, Way, Words},
    words::{Word, words},
};

/// How much a word counts by where it stands.
mod field {
    pub const TITLE: f64 = 2.3;
    pub const SUMMARY: f64 = 0.8;
    pub const SYNONYM: f64 = 5.0;
    pub const SYNONYM_PART: f64 = 0.4;
    pub const EVERYDAY: f64 = 1.7;
    pub const EVERYDAY_PART: f64 = 0.45;
    pub const EXAMPLE: f64 = 0.3;
    pub const QUESTION: f64 = 0.15;
    pub const SELF_HELP: f64 = 0.25;
    pub const AGAINST: f64 = 1.0;
    /// A part of a compound counts this share of the whole.
    pub const COMPOUND_PART: f64 = 0.1;
    pub const PAIR_SYNONYM: f64 = 5.0;
    pub const PAIR_EVERYDAY: f64 = 2.2;
    pub const PAIR_EXAMPLE: f64 = 0.55;
}

/// Weight at which a word says half of what it can say.
const SATURATION: f64 = 1.0;

/// One topic or way, as the index sees it.
pub(super) struct Source<'a> {
    texts: Vec<(f64, &'a Text)>,
    synonyms: &'a Words,
    everyday: &'a Words,
    whole: &'a Words,
    examples: &'a Words,
    against: Option<&'a Words>,
}

impl<'a> From<&'a Topic> for Source<'a> {
    fn from(topic: &'a Topic) -> Self {
        let mut texts = vec![(field::TITLE, &topic.title), (field::SUMMARY, &topic.summary)];
        texts.extend(topic.questions.iter().map(|text| (field::QUESTION, text)));
        texts.extend(topic.self_help.iter().map(|text| (field::SELF_HELP, text)));
        Self {
            texts,
            synonyms: &topic.synonyms,
            everyday: &topic.everyday,
            whole: &topic.whole,
            examples: &topic.examples,
            against: Some(&topic.against),
        }
    }
}

impl<'a> From<&'a Way> for Source<'a> {
    fn from(way: &'a Way) -> Self {
        Self {
            // The title of a way names its topic: it would be shown with every question on that.
            texts: Vec::new(),
            synonyms: &way.synonyms,
            everyday: &way.everyday,
            whole: &way.whole,
            examples: &way.examples,
            against: None,
        }
    }
}

/// The weights while they are gathered, in an order that makes every build the same.
#[derive(Default)]
pub(super) struct Gathered {
    pub(super) words: BTreeMap<(Lexeme, Doc), f64>,
    /// Weights that neither a meaning nor a part shares in.
    pub(super) whole: BTreeMap<(Lexeme, Doc), f64>,
    pub(super) against: BTreeMap<(Lexeme, Doc), f64>,
    pub(super) pairs: BTreeMap<((Lexeme, Lexeme), Doc), f64>,
    /// Lexeme -> one folded spelling, to take compounds apart.
    spelling: Vec<String>,
    /// Lexeme -> its parts, where a hyphen shows them.
    hyphenated: HashMap<Lexeme, Vec<String>>,
    canonical: HashMap<String, Lexeme>,
    /// Stemming takes most of the time, and most words come again.
    learned: HashMap<(String, Language), (Lexeme, bool)>,
}

impl Index {
    pub(super) fn gather(&mut self, doc: Doc, source: &Source<'_>, gathered: &mut Gathered) {
        for language in Language::ALL {
            for &(weight, text) in &source.texts {
                self.gather_line(doc, text.get(language), language, [weight, weight, 0.0], gathered);
            }
            for line in source.synonyms.get(language) {
                let weights = [field::SYNONYM, field::SYNONYM_PART, field::PAIR_SYNONYM];
                self.gather_line(doc, line, language, weights, gathered);
            }
            for line in source.everyday.get(language) {
                let weights = [field::EVERYDAY, field::EVERYDAY_PART, field::PAIR_EVERYDAY];
                self.gather_line(doc, line, language, weights, gathered);
            }
            for line in source.whole.get(language) {
                if let [alone] = words(line).as_slice() {
                    let (lexeme, _) = self.learn(alone, language, gathered);
                    gathered.whole.insert((lexeme, doc), field::SYNONYM);
                }
                self.gather_line(doc, line, language, [0.0, 0.0, field::PAIR_SYNONYM], gathered);
            }
            for line in source.examples.get(language) {
                let weights = [field::EXAMPLE, field::EXAMPLE, field::PAIR_EXAMPLE];
                self.gather_line(doc, line, language, weights, gathered);
            }
            for word in source.against.into_iter().flat_map(|words| words.get(language)) {
                for word in words(word) {
                    let (lexeme, _) = self.learn(&word, language, gathered);
                    gathered.against.insert((lexeme, doc), field::AGAINST);
                }
            }
        }
    }

    /// Weights: of a word alone on its line, of a word among others, of a pair.
    fn gather_line(
        &mut self,
        doc: Doc,
        line: &str,
        language: Language,
        [alone, among, pair]: [f64; 3],
        gathered: &mut Gathered,
    ) {
        let line = words(line);
        let weight = if line.len() == 1 { alone } else { among };
        let lexemes: Vec<(Lexeme, bool)> =
            line.iter().map(|word| self.learn(word, language, gathered)).collect();
        for &(lexeme, quiet) in &lexemes {
            if !quiet && weight > 0.0 {
                *gathered.words.entry((lexeme, doc)).or_default() += weight;
            }
        }
        if pair > 0.0 {
            // Two words of grammar are a pair only where the line has nothing else to say (`gå ned`).
            let says_nothing_else = lexemes.iter().all(|&(_, quiet)| quiet);
            for (a, b, quiet) in near_pairs(&lexemes) {
                if quiet < 2 || says_nothing_else {
                    *gathered.pairs.entry((ordered(a, b), doc)).or_default() += pair;
                }
            }
        }
    }

    /// The lexeme of a word of the vocabulary, new or known, and whether it is quiet.
    fn learn(&mut self, word: &Word, language: Language, gathered: &mut Gathered) -> (Lexeme, bool) {
        let key = (word.plain.clone(), language);
        if let Some(&learned) = gathered.learned.get(&key) {
            return learned;
        }
        let canonical = fold(&self.stems.stem(&word.plain, language));
        let next = u32::try_from(gathered.spelling.len()).unwrap_or(Lexeme::MAX);
        let lexeme = *gathered.canonical.entry(canonical).or_insert(next);
        if lexeme == next {
            gathered.spelling.push(fold(&word.plain));
        }
        if !word.parts.is_empty() {
            gathered.hyphenated.insert(lexeme, word.parts.clone());
        }
        for form in self.stems.forms(&word.plain, language) {
            let lexemes = self.forms.entry(form).or_default();
            if !lexemes.contains(&lexeme) {
                lexemes.push(lexeme);
            }
        }
        let learned = (lexeme, self.is_quiet(&word.plain));
        gathered.learned.insert(key, learned);
        learned
    }

    /// Words of one meaning lend their weight to a lexeme that stands for the meaning.
    pub(super) fn gather_meanings(&mut self, vocabulary: &Vocabulary, gathered: &mut Gathered) {
        for group in &vocabulary.same {
            let meaning = u32::try_from(gathered.spelling.len()).unwrap_or(Lexeme::MAX);
            gathered.spelling.push(String::new());
            let mut members = BTreeSet::new();
            for language in Language::ALL {
                for word in group.get(language).iter().flat_map(|line| words(line)) {
                    members.insert(self.learn(&word, language, gathered).0);
                }
            }
            let mut lent: BTreeMap<Doc, f64> = BTreeMap::new();
            for (&(lexeme, doc), &weight) in &gathered.words {
                if members.contains(&lexeme) {
                    *lent.entry(doc).or_default() += weight;
                }
            }
            for (doc, weight) in lent {
                gathered.words.insert((meaning, doc), weight);
            }
            for member in members {
                self.meaning.entry(member).or_default().push(meaning);
            }
        }
    }

    /// A compound in the vocabulary speaks for its parts too.
    pub(super) fn gather_parts(&self, gathered: &mut Gathered) {
        let mut parts_of: HashMap<Lexeme, Vec<Lexeme>> = HashMap::new();
        let mut shares: BTreeMap<(Lexeme, Doc), f64> = BTreeMap::new();
        for (&(lexeme, doc), &weight) in &gathered.words {
            let parts = parts_of.entry(lexeme).or_insert_with(|| {
                let spelling = usize::try_from(lexeme).ok().and_then(|at| gathered.spelling.get(at));
                let reading = match gathered.hyphenated.get(&lexeme) {
                    Some(parts) => Some(self.parted(parts)),
                    None => spelling.and_then(|spelling| self.split(spelling)),
                };
                reading.unwrap_or_default().into_iter().map(|(part, _)| part).collect()
            });
            for &part in parts.iter() {
                *shares.entry((part, doc)).or_default() += weight * field::COMPOUND_PART;
            }
        }
        for (key, share) in shares {
            *gathered.words.entry(key).or_default() += share;
        }
    }
}

/// Rarity times saturated weight per feature and document. Documents from `topics` on are ways: outside the rarity.
pub(super) fn settled<F: Copy + Ord + std::hash::Hash>(
    weights: &BTreeMap<(F, Doc), f64>,
    topics: usize,
) -> HashMap<F, Says> {
    let mut by_feature: BTreeMap<F, Says> = BTreeMap::new();
    for (&(feature, doc), &weight) in weights {
        by_feature.entry(feature).or_default().push((doc, weight / (weight + SATURATION)));
    }
    let count = f64::from(u32::try_from(topics).unwrap_or(u32::MAX));
    by_feature
        .into_iter()
        .map(|(feature, mut says)| {
            let uses = || says.iter().filter(|&&(doc, _)| doc < topics).map(|&(_, use_)| use_);
            let most = uses().fold(0.0, f64::max);
            let spread = if most > 0.0 { uses().sum::<f64>() / most } else { 1.0 };
            let rarity = (1.0 + (count - spread + 0.5).max(0.0) / (spread + 0.5)).ln();
            for (_, said) in &mut says {
                *said *= rarity;
            }
            (feature, says)
        })
        .collect()
}
