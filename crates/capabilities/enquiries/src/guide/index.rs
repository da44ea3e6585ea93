//! What every word says about every topic: built once from the topics' texts, then only read.
//!
//! A word of the vocabulary is a *lexeme*: all its endings and spellings are one. Its weight for a topic grows with the
//! fields it stands in and saturates (BM25F after Robertson and Zaragoza 2009); its rarity counts topics by how much they
//! use it, so that a word mentioned in passing everywhere says little. Compounds are taken apart by the vocabulary
//! itself, and words that often stand near each other are features of their own.

use std::{
    cmp::Ordering,
    collections::{BTreeMap, BTreeSet, HashMap},
};

use kernel::{Language, Text, fold};
use serde::Deserialize;

use super::{
    topics::{Topic, Way, Words},
    words::{Stems, Word, edits, edits_allowed, words},
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
/// Words further apart than this are not a pair.
pub const PAIR_DISTANCE_MAX: usize = 2;
/// The shortest part of a compound, in folded letters.
const PART_LETTERS_MIN: usize = 3;
/// Letters with which Danish joins the parts of a compound.
const JOINTS: [&str; 4] = ["", "s", "e", "er"];
/// A known beginning or end of an otherwise unknown word must be this long to say something.
const PARTIAL_LETTERS_MIN: usize = 5;

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

/// One topic or way, as the index sees it.
struct Source<'a> {
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
    spelled: Vec<(Vec<char>, Vec<Lexeme>)>,
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

/// The weights while they are gathered, in an order that makes every build the same.
#[derive(Default)]
struct Gathered {
    words: BTreeMap<(Lexeme, Doc), f64>,
    /// Weights that neither a meaning nor a part shares in.
    whole: BTreeMap<(Lexeme, Doc), f64>,
    against: BTreeMap<(Lexeme, Doc), f64>,
    pairs: BTreeMap<((Lexeme, Lexeme), Doc), f64>,
    /// Lexeme -> one folded spelling, to take compounds apart.
    spelling: Vec<String>,
    /// Lexeme -> its parts, where a hyphen shows them.
    hyphenated: HashMap<Lexeme, Vec<String>>,
    canonical: HashMap<String, Lexeme>,
    /// Stemming takes most of the time, and most words come again.
    learned: HashMap<(String, Language), (Lexeme, bool)>,
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

    fn gather(&mut self, doc: Doc, source: &Source<'_>, gathered: &mut Gathered) {
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
    fn gather_meanings(&mut self, vocabulary: &Vocabulary, gathered: &mut Gathered) {
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
    fn gather_parts(&self, gathered: &mut Gathered) {
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

    fn index_spellings(&mut self) {
        let ordered: BTreeMap<&String, &Vec<Lexeme>> = self.forms.iter().collect();
        for (form, lexemes) in ordered {
            let letters: Vec<char> = form.chars().collect();
            let at = u32::try_from(self.spelled.len()).unwrap_or(u32::MAX);
            for gram in grams(&letters) {
                let places = self.grams.entry(gram).or_default();
                if places.last() != Some(&at) {
                    places.push(at);
                }
            }
            self.spelled.push((letters, lexemes.clone()));
        }
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

    /// The lexemes that stand for the meanings of a lexeme.
    pub fn meanings(&self, lexeme: Lexeme) -> &[Lexeme] {
        self.meaning.get(&lexeme).map_or(&[], Vec::as_slice)
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
        let letters: Vec<char> = folded.chars().collect();
        let allowed = edits_allowed(letters.len());
        if allowed == 0 {
            return Vec::new();
        }
        let mut shared: HashMap<u32, usize> = HashMap::new();
        let own = grams(&letters);
        for gram in &own {
            for &place in self.grams.get(gram).into_iter().flatten() {
                *shared.entry(place).or_default() += 1;
            }
        }
        // One edit destroys at most three trigrams.
        let needed = own.len().saturating_sub(3 * allowed).max(1);
        let mut near: Vec<(usize, &Vec<char>, &Vec<Lexeme>)> = shared
            .into_iter()
            .filter(|&(_, count)| count >= needed)
            .filter_map(|(place, _)| {
                let (form, lexemes) = self.spelled.get(usize::try_from(place).ok()?)?;
                if form.len() < 4 {
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

/// The trigrams of a word with its borders marked.
fn grams(letters: &[char]) -> Vec<[char; 3]> {
    let mut bordered = vec!['^'];
    bordered.extend_from_slice(letters);
    bordered.push('$');
    bordered.windows(3).filter_map(|window| <[char; 3]>::try_from(window).ok()).collect()
}

/// Rarity times saturated weight per feature and document. Documents from `topics` on are ways: outside the rarity.
fn settled<F: Copy + Ord + std::hash::Hash>(
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
