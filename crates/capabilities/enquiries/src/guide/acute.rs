//! Signs in a question that something is wrong right now, and who is called first, day and night, before any form.
//!
//! What the signs are is data (`acute.toml`). A sign needs a word of each of its lists, near each other, and is taken
//! back by words that show a question about rules: `brandsyn` is no fire, `spildevandstilladelse` no spill.

use std::collections::{BTreeMap, HashMap};

use kernel::{Code, Language, fold};
use serde::{Deserialize, Serialize};

use super::{
    duties::Duties,
    topics::Words,
    words::{Letters, Stems, edits, words},
};

/// The signs that come with the program.
pub const STANDARD_ACUTE: &str = include_str!("acute.toml");

/// Words of one phrase stand at most this far from each other.
const PHRASE_GAP_MAX: usize = 3;
/// Words of two lists of one sign stand at most this far from each other.
const NEAR_MAX: usize = 8;
/// Shorter words are found only as they are written.
const MISSPELT_LETTERS_MIN: usize = 5;
/// Two words are read as one that is at least this long, in letters.
const APART_LETTERS_MIN: usize = 6;
/// And as a misspelt one from this length.
const APART_MISSPELT_LETTERS_MIN: usize = 8;

/// Who is on duty.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Duty {
    /// 112.
    Emergency,
    /// The environment duty officer.
    Environment,
    /// The road duty.
    Road,
}

impl Duty {
    /// All, in the order in which they are called.
    pub const ALL: [Self; 3] = [Self::Emergency, Self::Environment, Self::Road];

    /// Who is called by a municipality's own sign of this duty, the first first. As with the signs that ship: whatever runs
    /// out may be dangerous.
    fn called_by_own_sign(self) -> Vec<Self> {
        match self {
            Self::Emergency => vec![Self::Emergency],
            Self::Environment => vec![Self::Environment, Self::Emergency],
            Self::Road => vec![Self::Road],
        }
    }

    /// Reads the word.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|duty| duty.key() == key)
    }

    /// The word for it in message keys.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Emergency => "emergency",
            Self::Environment => "environment",
            Self::Road => "road",
        }
    }
}

/// What was found in a question: whom to call, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Acute {
    /// Which sign, a key of `acute.toml`.
    pub sign: Code,
    /// Whom to call, the first first.
    pub call: Vec<Duty>,
    /// The words of the question, as they were written.
    pub matched: Vec<String>,
}

impl Acute {
    /// Whom to call first.
    pub fn first(&self) -> Duty {
        self.call.first().copied().unwrap_or(Duty::Emergency)
    }

    /// Adds what another sign found. Whom the first one calls is still called; 112 goes first where the other puts it first.
    fn and(mut self, other: Self) -> Self {
        let is_danger = other.first() == Duty::Emergency;
        self.call.extend(other.call);
        if is_danger {
            self.call.insert(0, Duty::Emergency);
        }
        self.matched.extend(other.matched);
        let mut seen = Vec::new();
        self.call.retain(|duty| {
            !seen.contains(duty) && {
                seen.push(*duty);
                true
            }
        });
        let mut seen: Vec<String> = Vec::new();
        self.matched.retain(|word| {
            !seen.contains(word) && {
                seen.push(word.clone());
                true
            }
        });
        self
    }

    /// Whether 112 is one of them.
    pub fn is_emergency(&self) -> bool {
        self.call.contains(&Duty::Emergency)
    }

    /// Whether the environment duty is one of them.
    pub fn is_environment(&self) -> bool {
        self.call.contains(&Duty::Environment)
    }

    /// Whether the road duty is one of them.
    pub fn is_road(&self) -> bool {
        self.call.contains(&Duty::Road)
    }

    /// The key of whom to call first: `emergency`, `environment` or `road`.
    pub fn key(&self) -> &'static str {
        self.call.first().copied().unwrap_or(Duty::Emergency).key()
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    duties: Duties,
    lists: BTreeMap<String, Words>,
    sign: Vec<Sign>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Sign {
    key: Code,
    call: Vec<Duty>,
    all: Vec<String>,
    #[serde(default)]
    unless: Vec<String>,
    /// The most words that the whole question may have.
    #[serde(default)]
    words_max: Option<usize>,
}

/// Why the signs are not taken.
#[derive(Debug, thiserror::Error)]
pub enum AcuteError {
    #[error(transparent)]
    Toml(#[from] toml::de::Error),
    #[error("the sign `{sign}` names the list `{list}`, which is not there")]
    UnknownList { sign: Code, list: String },
    #[error("the sign `{0}` needs a list and someone to call")]
    Empty(Code),
}

/// A word of a phrase: its forms, and its letters for a misspelt one.
struct Listed {
    forms: Vec<String>,
    letters: Letters,
}

struct Phrase {
    list: String,
    language: Language,
    first: Listed,
    rest: Vec<Listed>,
}

/// Ready to look for signs.
pub struct Signs {
    stems: Stems,
    phrases: Vec<Phrase>,
    /// A form of a first word -> the phrases that begin with it.
    begins: HashMap<(Language, String), Vec<usize>>,
    ordered: Vec<Sign>,
    /// The municipality's own, beside those that ship.
    own: Vec<Sign>,
}

/// A word of the question.
struct Asked {
    written: String,
    letters: Letters,
    danish: Vec<String>,
    english: Vec<String>,
    /// In the vocabulary of the topics: then it is no misspelling of something else.
    known: bool,
}

impl Asked {
    fn forms(&self, language: Language) -> &[String] {
        match language {
            Language::Da => &self.danish,
            Language::En => &self.english,
        }
    }
}

/// Where a phrase stands in the question.
struct Found {
    places: Vec<usize>,
    misspelt: bool,
}

impl Signs {
    /// Reads the lists and the signs.
    pub fn parse(source: &str) -> Result<Self, AcuteError> {
        Self::with_own(source, None)
    }

    /// The texts that come with the signs.
    pub fn duties(source: &str) -> Result<Duties, AcuteError> {
        Ok(toml::from_str::<File>(source)?.duties)
    }

    /// The words by which a duty is called first, each once.
    pub fn words_of(source: &str, duty: Duty, language: Language) -> Result<Vec<String>, AcuteError> {
        let file: File = toml::from_str(source)?;
        let mut found: Vec<String> = Vec::new();
        for sign in file.sign.iter().filter(|sign| sign.call.first() == Some(&duty)) {
            for word in
                sign.all.iter().filter_map(|list| file.lists.get(list)).flat_map(|list| list.get(language))
            {
                if !found.contains(word) {
                    found.push(word.clone());
                }
            }
        }
        Ok(found)
    }

    /// Reads the lists and the signs, and adds a municipality's own. None of those in `source` can be taken back by them.
    pub fn with_own(source: &str, duties: Option<&Duties>) -> Result<Self, AcuteError> {
        let mut file: File = toml::from_str(source)?;
        let mut own = Vec::new();
        for duty in Duty::ALL.into_iter().filter(|_| duties.is_some()) {
            let Some(signs) = duties.map(|duties| duties.signs(duty)) else { continue };
            // A name that no list in a file has: a space is no part of a bare key.
            let list = format!("own {}", duty.key());
            let key = format!("own-{}", duty.key());
            let key = key.parse().unwrap_or_else(|_| unreachable!("keys of duties are codes"));
            file.lists.insert(list.clone(), signs.clone());
            own.push(Sign {
                key,
                call: duty.called_by_own_sign(),
                all: vec![list],
                unless: Vec::new(),
                words_max: None,
            });
        }
        for sign in &file.sign {
            if sign.all.is_empty() || sign.call.is_empty() {
                return Err(AcuteError::Empty(sign.key.clone()));
            }
            if let Some(list) =
                sign.all.iter().chain(&sign.unless).find(|list| !file.lists.contains_key(*list))
            {
                return Err(AcuteError::UnknownList { sign: sign.key.clone(), list: list.clone() });
            }
        }
        let stems = Stems::default();
        let mut phrases = Vec::new();
        for (name, list) in &file.lists {
            for language in Language::ALL {
                for line in list.get(language) {
                    let mut listed = words(line).into_iter().map(|word| Listed {
                        forms: forms(&stems, &word.plain, language),
                        letters: Letters::of(&fold(&word.plain)),
                    });
                    if let Some(first) = listed.next() {
                        phrases.push(Phrase { list: name.clone(), language, first, rest: listed.collect() });
                    }
                }
            }
        }
        let mut begins: HashMap<(Language, String), Vec<usize>> = HashMap::new();
        for (at, phrase) in phrases.iter().enumerate() {
            for form in &phrase.first.forms {
                begins.entry((phrase.language, form.clone())).or_default().push(at);
            }
        }
        Ok(Self { stems, phrases, begins, ordered: file.sign, own })
    }

    /// No signs at all.
    pub fn none() -> Self {
        Self {
            stems: Stems::default(),
            phrases: Vec::new(),
            begins: HashMap::new(),
            ordered: Vec::new(),
            own: Vec::new(),
        }
    }

    /// The first sign that is in the text, with what the municipality's own signs add. `spoken` is the language it seems to be written in, if it shows; `known`
    /// tells whether a word is in the topics' vocabulary.
    pub fn look(&self, text: &str, spoken: Option<Language>, known: impl Fn(&str) -> bool) -> Option<Acute> {
        let asked: Vec<Asked> = words(text)
            .into_iter()
            .map(|word| Asked {
                danish: forms(&self.stems, &word.plain, Language::Da),
                english: forms(&self.stems, &word.plain, Language::En),
                letters: Letters::of(&fold(&word.plain)),
                known: known(&word.plain),
                written: word.written,
            })
            .collect();
        let mut met: BTreeMap<&str, Vec<Found>> = BTreeMap::new();
        for language in
            Language::ALL.into_iter().filter(|&language| spoken.is_none_or(|spoken| spoken == language))
        {
            for (begin, word) in asked.iter().enumerate() {
                for phrase in self.beginning_with(word, language) {
                    if let Some(found) = phrase.found(begin, &asked) {
                        met.entry(&phrase.list).or_default().push(found);
                    }
                }
                for phrase in self.written_apart(word, asked.get(begin + 1), language) {
                    let found = Found { places: vec![begin, begin + 1], misspelt: true };
                    met.entry(&phrase.list).or_default().push(found);
                }
            }
        }
        let none = Vec::new();
        let found = |sign: &Sign| {
            if sign.words_max.is_some_and(|most| asked.len() > most) {
                return None;
            }
            let lists: Vec<&Vec<Found>> =
                sign.all.iter().map(|list| met.get(list.as_str()).unwrap_or(&none)).collect();
            let places = near(&lists)?;
            // Nothing is taken back by what may be a misspelling: showing too often is the lesser evil.
            let taken_back =
                |list: &String| met.get(list.as_str()).is_some_and(|l| l.iter().any(|f| !f.misspelt));
            if sign.unless.iter().any(taken_back) {
                return None;
            }
            let matched =
                places.iter().filter_map(|&at| asked.get(at)).map(|word| word.written.clone()).collect();
            Some(Acute { sign: sign.key.clone(), call: sign.call.clone(), matched })
        };
        // Whoever has a fire and oil in the stream needs both: the most dangerous stands first.
        self.ordered.iter().chain(&self.own).filter_map(found).reduce(Acute::and)
    }

    fn beginning_with(&self, word: &Asked, language: Language) -> Vec<&Phrase> {
        let mut places: Vec<usize> = word
            .forms(language)
            .iter()
            .filter_map(|form| self.begins.get(&(language, form.clone())))
            .flatten()
            .copied()
            .collect();
        if !word.known {
            let misspelt = |phrase: &Phrase| phrase.language == language && is_misspelt(&phrase.first, word);
            places.extend(
                self.phrases.iter().enumerate().filter(|(_, phrase)| misspelt(phrase)).map(|(at, _)| at),
            );
        }
        places.sort_unstable();
        places.dedup();
        places.into_iter().filter_map(|at| self.phrases.get(at)).collect()
    }
}

impl Signs {
    /// The single words of the lists that two words of the question make together: `olje udslip`. A letter may be wrong.
    fn written_apart(&self, word: &Asked, next: Option<&Asked>, language: Language) -> Vec<&Phrase> {
        let Some(next) = next else { return Vec::new() };
        let letters = word.letters.with(&next.letters);
        if letters.count() < APART_LETTERS_MIN {
            return Vec::new();
        }
        let is_it = |phrase: &&Phrase| {
            let listed = &phrase.first.letters;
            let allowed = usize::from(letters.count() >= APART_MISSPELT_LETTERS_MIN);
            phrase.language == language
                && phrase.rest.is_empty()
                && listed.count() >= APART_LETTERS_MIN
                && edits(listed, &letters, allowed).is_some()
        };
        self.phrases.iter().filter(is_it).collect()
    }
}

/// Folded as written and stemmed. The spelling without Danish letters is left out: it makes `brænder` a `brand`.
fn forms(stems: &Stems, plain: &str, language: Language) -> Vec<String> {
    let mut forms = vec![fold(plain), fold(&stems.stem(plain, language))];
    let folded_stem = stems.stem(&fold(plain), language);
    forms.push(folded_stem);
    forms.sort();
    forms.dedup();
    forms
}

impl Phrase {
    /// The phrase from that word on.
    fn found(&self, begin: usize, asked: &[Asked]) -> Option<Found> {
        let exact = |listed: &Listed, word: &Asked| {
            listed.forms.iter().any(|form| word.forms(self.language).contains(form))
        };
        let mut found = Found { places: vec![begin], misspelt: !exact(&self.first, asked.get(begin)?) };
        let mut after = begin + 1;
        for listed in &self.rest {
            let mut window = after..(after + PHRASE_GAP_MAX).min(asked.len());
            let at = window.find(|&at| {
                asked.get(at).is_some_and(|word| exact(listed, word) || is_misspelt(listed, word))
            })?;
            found.misspelt |= asked.get(at).is_some_and(|word| !exact(listed, word));
            found.places.push(at);
            after = at + 1;
        }
        Some(found)
    }
}

fn is_misspelt(listed: &Listed, word: &Asked) -> bool {
    let allowed = match listed.letters.count() {
        0..MISSPELT_LETTERS_MIN => 0,
        MISSPELT_LETTERS_MIN..=8 => 1,
        _ => 2,
    };
    !word.known
        && allowed > 0
        && word.letters.count() + 1 >= MISSPELT_LETTERS_MIN
        && edits(&listed.letters, &word.letters, allowed).is_some()
}

/// One place per list, all of them near each other. The lists must not share a word.
fn near(lists: &[&Vec<Found>]) -> Option<Vec<usize>> {
    let (first, rest) = lists.split_first()?;
    first.iter().find_map(|found| {
        let mut met = found.places.clone();
        for list in rest {
            let fits = |other: &&Found| {
                other.places.iter().all(|at| !met.contains(at))
                    && other.places.iter().any(|&a| met.iter().any(|&b| a.abs_diff(b) <= NEAR_MAX))
            };
            met.extend(&list.iter().find(fits)?.places);
        }
        met.sort_unstable();
        Some(met)
    })
}
