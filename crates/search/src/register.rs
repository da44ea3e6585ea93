//! The index of the register: companies and establishments by name, former name, secondary name, number and address.

use std::{
    collections::HashMap,
    path::Path,
    sync::{Arc, Mutex, PoisonError, RwLock},
};

use tantivy::{
    DocId, DocSet, Index, IndexReader, IndexWriter, ReloadPolicy, Searcher, SegmentReader, TERMINATED,
    TantivyDocument, TantivyError, Term,
    collector::{TopNComputer, sort_key::NaturalComparator},
    columnar::Column,
    directory::MmapDirectory,
    query::{
        BooleanQuery, BoostQuery, ConstScoreQuery, DisjunctionMaxQuery, EnableScoring, FuzzyTermQuery, Occur,
        Query, TermQuery,
    },
    schema::{FAST, Field, INDEXED, IndexRecordOption, Schema, TextFieldIndexing, TextOptions},
};

use crate::words;

/// Raised whenever what is put into the index changes: an index of another version is thrown away and built anew.
const VERSION: u32 = 3;
/// What a writer may hold in memory, in bytes; tantivy asks for at least 15 MB.
const WRITER_BYTES: usize = 24_000_000;
/// The field that tells entries apart.
const KEY: &str = "key";
/// The field that says whether it lives, and whether it is a person.
const FLAGS: &str = "flags";
/// The field that says where it lies.
const MUNICIPALITY: &str = "municipality";
/// Fewer hits as typed than this, and a typing mistake is looked for: as many as a list of suggestions shows.
const FEW: usize = 8;
/// A word that stands in more entries than this, or begins words there, is a common one.
const COMMON: u64 = 1_500;
/// Of the many that fit so many are looked at, in the order of the index. Telling which of more fits best would take longer
/// than one types the next letter.
const LOOKED_AT: usize = 3_000;
/// Of the many names that begin as typed so many are looked at, in the order of the alphabet.
const NAMES_LOOKED_AT: usize = 400;
/// What it is worth to lie in the municipality, and to live.
const HERE: f32 = 2.0;
const LIVING: f32 = 3.0;
/// Words of a question that are looked at.
const QUESTION_WORDS_MAX: usize = 8;
/// A shorter word is not looked for with a typing mistake in it.
const TYPO_CHARS_MIN: usize = 4;
/// Words that a mistyped one may have meant: the commonest, at most so many of them.
const MEANT_MAX: usize = 64;

/// Words that people leave out or put in as they please: legal forms, and what stands for "&".
const LOOSE_WORDS: [&str; 12] =
    ["og", "and", "aps", "as", "is", "ks", "ps", "ivs", "amba", "smba", "fmba", "co"];

/// What can be found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Entry {
    /// The key that a hit gives back; a new entry with it replaces the old one.
    pub key: u64,
    /// Names in use: the name, secondary names.
    pub names: Vec<String>,
    /// Names no longer in use.
    pub former_names: Vec<String>,
    /// Street, number, postcode, town.
    pub places: Vec<String>,
    /// Numbers by which it is known: CVR number, P-number.
    pub numbers: Vec<String>,
    /// The kommunekode.
    pub municipality: Option<u16>,
    /// Whether it is, or may be, a person: then the public finds it by its exact name or number only.
    pub is_person: bool,
    /// Whether it lives.
    pub is_living: bool,
}

/// Who asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// Anyone: living companies by the names in use and by number; persons by exact name or number only; no addresses.
    Public,
    /// Those who work for the municipality: all of it.
    Staff,
}

/// What is asked.
#[derive(Debug, Clone, Copy)]
pub struct Question<'a> {
    /// As typed.
    pub text: &'a str,
    /// Who asks.
    pub scope: Scope,
    /// Units of this municipality come first among equals.
    pub municipality: u16,
    /// Hits at most.
    pub limit: usize,
}

/// Something found. The better the match the higher the score; scores of different questions do not compare.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Hit {
    /// The key of the entry.
    pub key: u64,
    /// How well it matches.
    pub score: f32,
}

/// The index cannot be opened, read or written. It can be deleted and built anew.
#[derive(Debug, thiserror::Error)]
#[error("the search index: {0}")]
pub struct SearchError(#[from] TantivyError);

#[derive(Debug, Clone, Copy)]
struct Fields {
    key: Field,
    name: Field,
    name_start: Field,
    name_exact: Field,
    former: Field,
    former_start: Field,
    place: Field,
    place_start: Field,
    number: Field,
    municipality: Field,
    flags: Field,
}

/// The values of the field `flags`.
const LIVING_COMPANY: u64 = 0;
const LIVING_PERSON: u64 = 1;
const CEASED: u64 = 2;

/// The index of the register.
pub struct RegisterIndex {
    index: Index,
    reader: IndexReader,
    opened: RwLock<Arc<Opened>>,
    fields: Fields,
    /// One writer at a time, and none between updates: it holds memory.
    writing: Mutex<()>,
}

/// The index as it was after the last update.
struct Opened {
    searcher: Searcher,
    /// For each segment: opened once, since each opening reads the column's heads anew.
    columns: Vec<Columns>,
}

/// What is known of each entry besides its words.
struct Columns {
    key: Column<u64>,
    flags: Column<u64>,
    municipality: Column<u64>,
}

/// Which of those that fit may be found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reach {
    /// All of them.
    All,
    /// Those that live.
    Living,
    /// Companies that live.
    LivingCompanies,
}

impl Reach {
    const fn has(self, flag: u64) -> bool {
        match self {
            Self::All => true,
            Self::Living => flag != CEASED,
            Self::LivingCompanies => flag == LIVING_COMPANY,
        }
    }
}

impl Scope {
    /// By some of its words.
    const fn by_words(self) -> Reach {
        match self {
            Self::Public => Reach::LivingCompanies,
            Self::Staff => Reach::All,
        }
    }

    /// By its whole name or its number.
    const fn by_name(self) -> Reach {
        match self {
            Self::Public => Reach::Living,
            Self::Staff => Reach::All,
        }
    }
}

impl Opened {
    fn of(reader: &IndexReader) -> Result<Arc<Self>, SearchError> {
        let searcher = reader.searcher();
        let columns = searcher.segment_readers().iter().map(|segment| {
            let fields = segment.fast_fields();
            let (key, flags) = (fields.u64(KEY)?, fields.u64(FLAGS)?);
            Ok(Columns { key, flags, municipality: fields.u64(MUNICIPALITY)? })
        });
        let columns = columns.collect::<Result<_, TantivyError>>()?;
        Ok(Arc::new(Self { searcher, columns }))
    }

    fn parts(&self) -> impl Iterator<Item = (&SegmentReader, &Columns)> {
        self.searcher.segment_readers().iter().zip(&self.columns)
    }

    /// The best of the first [`LOOKED_AT`] that fit, best first. Where something lies and whether it lives is read of those
    /// alone: as words of the query they would be looked up in lists as long as the register.
    fn run(&self, query: &dyn Query, reach: Reach, question: Question<'_>) -> Result<Vec<Hit>, SearchError> {
        let weight = query.weight(EnableScoring::enabled_from_searcher(&self.searcher))?;
        let mut best = TopNComputer::new_with_comparator(question.limit, NaturalComparator);
        let mut looked_at = 0;
        for (segment, columns) in self.parts() {
            let mut fitting = weight.scorer(segment, 1.0)?;
            while fitting.doc() != TERMINATED && looked_at < LOOKED_AT {
                if let Some((key, bonus)) = columns.read(segment, fitting.doc(), reach, question) {
                    best.push(fitting.score() + bonus, (looked_at, key));
                }
                looked_at += 1;
                fitting.advance();
            }
        }
        let best = best.into_sorted_vec().into_iter();
        Ok(best.map(|one| Hit { key: one.doc.1, score: one.sort_key }).collect())
    }
}

impl Columns {
    /// Its key and what it is worth that it lies here and lives; nothing where it is gone or out of reach.
    fn read(
        &self,
        segment: &SegmentReader,
        doc: DocId,
        reach: Reach,
        question: Question<'_>,
    ) -> Option<(u64, f32)> {
        let flag = self.flags.first(doc).filter(|flag| reach.has(*flag))?;
        if segment.is_deleted(doc) {
            return None;
        }
        let is_here = self.municipality.first(doc) == Some(u64::from(question.municipality));
        let here = if is_here { HERE } else { 0.0 };
        let living = if flag == CEASED { 0.0 } else { LIVING };
        Some((self.key.first(doc)?, here + living))
    }
}

impl RegisterIndex {
    /// Opens the index in a folder, or begins an empty one: where there is none, where it is of another version, and where
    /// it cannot be read.
    pub fn open(folder: &Path) -> Result<Self, SearchError> {
        let folder = folder.join(format!("register-{VERSION}"));
        std::fs::create_dir_all(&folder).map_err(TantivyError::from)?;
        match Self::open_in(&folder) {
            Ok(index) => Ok(index),
            Err(SearchError(error)) => {
                tracing::warn!(%error, "the search index cannot be read and is built anew");
                std::fs::remove_dir_all(&folder).map_err(TantivyError::from)?;
                std::fs::create_dir_all(&folder).map_err(TantivyError::from)?;
                Self::open_in(&folder)
            }
        }
    }

    fn open_in(folder: &Path) -> Result<Self, SearchError> {
        let directory = MmapDirectory::open(folder).map_err(TantivyError::from)?;
        let (schema, fields) = schema();
        Self::new(Index::open_or_create(directory, schema)?, fields)
    }

    /// An index in memory, for tests.
    pub fn in_memory() -> Result<Self, SearchError> {
        let (schema, fields) = schema();
        Self::new(Index::create_in_ram(schema), fields)
    }

    fn new(index: Index, fields: Fields) -> Result<Self, SearchError> {
        let reader = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into()?;
        let opened = RwLock::new(Opened::of(&reader)?);
        Ok(Self { index, reader, opened, fields, writing: Mutex::new(()) })
    }

    /// What the last update called itself; `None` while nothing has been put in.
    pub fn mark(&self) -> Result<Option<String>, SearchError> {
        Ok(self.index.load_metas()?.payload)
    }

    /// How many entries there are.
    pub fn count(&self) -> u64 {
        self.opened().searcher.num_docs()
    }

    /// Changes the index in one step: nobody sees half of it. `fill` puts the entries in; `mark` is what [`Self::mark`]
    /// gives back afterwards. With `anew`, what was there goes.
    pub fn update<E: From<SearchError>>(
        &self,
        anew: bool,
        mark: &str,
        fill: impl FnOnce(&mut dyn FnMut(&Entry) -> Result<(), SearchError>) -> Result<(), E>,
    ) -> Result<(), E> {
        let _one_at_a_time = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        let wrap = |error: TantivyError| E::from(SearchError(error));
        let mut writer: IndexWriter = self.index.writer_with_num_threads(1, WRITER_BYTES).map_err(wrap)?;
        if anew {
            writer.delete_all_documents().map_err(wrap)?;
        }
        let outcome = fill(&mut |entry| {
            if !anew {
                writer.delete_term(Term::from_field_u64(self.fields.key, entry.key));
            }
            writer.add_document(self.document(entry))?;
            Ok(())
        });
        if let Err(error) = outcome {
            writer.rollback().map_err(wrap)?;
            return Err(error);
        }
        let mut commit = writer.prepare_commit().map_err(wrap)?;
        commit.set_payload(mark);
        commit.commit().map_err(wrap)?;
        writer.wait_merging_threads().map_err(wrap)?;
        if anew {
            self.make_one().map_err(wrap)?;
        }
        self.reader.reload().map_err(wrap)?;
        *self.opened.write().unwrap_or_else(PoisonError::into_inner) = Opened::of(&self.reader)?;
        Ok(())
    }

    /// Makes one part of the many in which a whole register is written: each part is asked for itself, with every question.
    fn make_one(&self) -> Result<(), TantivyError> {
        let parts = self.index.searchable_segment_ids()?;
        if parts.len() > 1 {
            let mut writer: IndexWriter = self.index.writer_with_num_threads(1, WRITER_BYTES)?;
            writer.merge(&parts).wait()?;
            writer.wait_merging_threads()?;
        }
        Ok(())
    }

    fn document(&self, entry: &Entry) -> TantivyDocument {
        let fields = &self.fields;
        let mut document = TantivyDocument::default();
        document.add_u64(fields.key, entry.key);
        document.add_text(fields.name, words::whole(&entry.names));
        document.add_text(fields.name_start, words::beginnings(&entry.names));
        for name in &entry.names {
            document.add_text(fields.name_exact, words::joined(name));
        }
        document.add_text(fields.former, words::whole(&entry.former_names));
        document.add_text(fields.former_start, words::beginnings(&entry.former_names));
        document.add_text(fields.place, words::whole(&entry.places));
        document.add_text(fields.place_start, words::beginnings(&entry.places));
        for number in &entry.numbers {
            document.add_text(fields.number, number);
        }
        if let Some(municipality) = entry.municipality {
            document.add_u64(fields.municipality, u64::from(municipality));
        }
        let flags = match (entry.is_living, entry.is_person) {
            (false, _) => CEASED,
            (true, true) => LIVING_PERSON,
            (true, false) => LIVING_COMPANY,
        };
        document.add_u64(fields.flags, flags);
        document
    }

    /// The best hits, best first. Where few match as typed, those that match with one typing mistake a word follow.
    pub fn find(&self, question: Question<'_>) -> Result<Vec<Hit>, SearchError> {
        let asked: Vec<String> = words(question.text).into_iter().take(QUESTION_WORDS_MAX).collect();
        if asked.is_empty() || question.limit == 0 {
            return Ok(Vec::new());
        }
        let opened = self.opened();
        let scope = question.scope;
        let mut hits = opened.run(self.exactly(&asked).as_ref(), scope.by_name(), question)?;
        let all = self.all(&asked, scope);
        if self.is_common(&opened, &asked, scope)? {
            let here = BooleanQuery::intersection(vec![self.here(question), all.box_clone()]);
            add(&mut hits, opened.run(&here, scope.by_words(), question)?, question);
            if hits.len() < question.limit {
                add(&mut hits, self.beginning_so(&opened, &asked, question)?, question);
            }
        }
        if hits.len() < question.limit {
            add(&mut hits, opened.run(all.as_ref(), scope.by_words(), question)?, question);
        }
        if hits.len() < question.limit.min(FEW) && asked.iter().any(|word| may_be_mistyped(word)) {
            let mistyped = self.mistyped(&opened, &asked, scope)?;
            add(&mut hits, opened.run(mistyped.as_ref(), scope.by_words(), question)?, question);
        }
        Ok(hits)
    }

    fn opened(&self) -> Arc<Opened> {
        self.opened.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Whether each of its words is common, so that very many may fit.
    fn is_common(&self, opened: &Opened, asked: &[String], scope: Scope) -> Result<bool, SearchError> {
        let fields: &[Field] = match scope {
            Scope::Public => &[self.fields.name_start],
            Scope::Staff => &[self.fields.name_start, self.fields.place_start],
        };
        for word in asked.iter().filter(|word| needed(word, asked) == Occur::Must) {
            let mut count = 0;
            for field in fields {
                count += opened.searcher.doc_freq(&Term::from_field_text(*field, words::beginning(word)))?;
            }
            if count <= COMMON {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// The living whose name begins as typed, by the alphabet.
    fn beginning_so(
        &self,
        opened: &Opened,
        asked: &[String],
        question: Question<'_>,
    ) -> Result<Vec<Hit>, SearchError> {
        let start = asked.join("_");
        let reach = match question.scope {
            Scope::Public => Reach::LivingCompanies,
            Scope::Staff => Reach::Living,
        };
        let mut hits = Vec::with_capacity(question.limit);
        let mut looked_at = 0;
        for (segment, columns) in opened.parts() {
            let index = segment.inverted_index(self.fields.name_exact)?;
            let names = index.terms().range().ge(&start).into_stream();
            let mut names = names.map_err(TantivyError::from)?;
            while looked_at < NAMES_LOOKED_AT
                && hits.len() < question.limit
                && names.advance()
                && names.key().starts_with(start.as_bytes())
            {
                let bearers = index.read_postings_from_terminfo(names.value(), IndexRecordOption::Basic);
                let mut bearers = bearers.map_err(TantivyError::from)?;
                while bearers.doc() != TERMINATED && looked_at < NAMES_LOOKED_AT {
                    let read = columns.read(segment, bearers.doc(), reach, question);
                    hits.extend(read.map(|(key, score)| Hit { key, score }));
                    looked_at += 1;
                    bearers.advance();
                }
            }
        }
        Ok(hits)
    }

    /// All words, each as a beginning; one that stands there whole counts for more. What begins so is looked up in one list
    /// a place, and the whole word only for what fits.
    fn all(&self, asked: &[String], scope: Scope) -> Box<dyn Query> {
        let clauses = asked.iter().flat_map(|word| {
            let begins = (needed(word, asked), self.begins(word, scope));
            [begins, (Occur::Should, self.stands_whole(word, scope))]
        });
        Box::new(BooleanQuery::new(clauses.collect()))
    }

    /// The whole name or a whole number: the only way in which the public finds a person.
    fn exactly(&self, asked: &[String]) -> Box<dyn Query> {
        let name = term(self.fields.name_exact, &asked.join("_"), 20.0);
        let number = term(self.fields.number, &asked.concat(), 40.0);
        Box::new(DisjunctionMaxQuery::new(vec![name, number]))
    }

    /// A word as a beginning in any place in which it may stand, the better place the higher.
    fn begins(&self, word: &str, scope: Scope) -> Box<dyn Query> {
        let Fields { name_start, former_start, place_start, .. } = self.fields;
        let forms = words::forms(word);
        let starts: Vec<&str> = forms.iter().map(|form| words::beginning(form)).collect();
        in_any(&starts, scope, [(name_start, 2.0), (former_start, 1.0), (place_start, 0.9)])
    }

    /// The same of a whole word.
    fn stands_whole(&self, word: &str, scope: Scope) -> Box<dyn Query> {
        let Fields { name, former, place, .. } = self.fields;
        let forms = words::forms(word);
        let forms: Vec<&str> = forms.iter().map(String::as_str).collect();
        in_any(&forms, scope, [(name, 3.0), (former, 1.4), (place, 1.2)])
    }

    fn mistyped(
        &self,
        opened: &Opened,
        asked: &[String],
        scope: Scope,
    ) -> Result<Box<dyn Query>, SearchError> {
        let last = asked.len().saturating_sub(1);
        let mut all = Vec::with_capacity(asked.len());
        for (at, word) in asked.iter().enumerate() {
            if !may_be_mistyped(word) {
                all.push((needed(word, asked), self.begins(word, scope)));
                continue;
            }
            // A word as typed may stand beside a mistyped one.
            let mut ways = vec![self.begins(word, scope)];
            for form in words::forms(word) {
                if at == last {
                    self.meant(
                        opened,
                        self.fields.name_start,
                        words::beginning_to_mistype(&form),
                        &mut ways,
                    )?;
                } else {
                    self.meant(opened, self.fields.name, &form, &mut ways)?;
                }
                if scope == Scope::Staff {
                    self.meant(opened, self.fields.place, &form, &mut ways)?;
                }
            }
            all.push((Occur::Must, Box::new(DisjunctionMaxQuery::new(ways))));
        }
        Ok(Box::new(BooleanQuery::new(all)))
    }

    /// What the index holds that is one mistake away. Looked up first, and then asked for as any word is: the library's own
    /// query of this kind reads all that each of them stands in, however many there are.
    fn meant(
        &self,
        opened: &Opened,
        field: Field,
        text: &str,
        ways: &mut Vec<Box<dyn Query>>,
    ) -> Result<(), SearchError> {
        let automaton = FuzzyTermQuery::new(Term::from_field_text(field, text), 1, true).automaton()?;
        let mut meant: HashMap<Vec<u8>, u32> = HashMap::new();
        for segment in opened.searcher.segment_readers() {
            let index = segment.inverted_index(field)?;
            let mut words = index.terms().search(&automaton).into_stream().map_err(TantivyError::from)?;
            while words.advance() {
                *meant.entry(words.key().to_vec()).or_default() += words.value().doc_freq;
            }
        }
        let mut meant: Vec<_> = meant.into_iter().collect();
        meant.sort_unstable_by(|(word, count), (other, others)| others.cmp(count).then(word.cmp(other)));
        let meant = meant.into_iter().filter_map(|(word, _)| String::from_utf8(word).ok()).take(MEANT_MAX);
        ways.extend(meant.map(|word| {
            let query = TermQuery::new(Term::from_field_text(field, &word), IndexRecordOption::Basic);
            Box::new(ConstScoreQuery::new(Box::new(query), 1.0)) as Box<dyn Query>
        }));
        Ok(())
    }

    fn here(&self, question: Question<'_>) -> Box<dyn Query> {
        let here = Term::from_field_u64(self.fields.municipality, u64::from(question.municipality));
        Box::new(TermQuery::new(here, IndexRecordOption::Basic))
    }
}

/// Adds what is not there yet, as long as there is room.
fn add(hits: &mut Vec<Hit>, found: Vec<Hit>, question: Question<'_>) {
    for hit in found {
        if hits.len() < question.limit && !hits.iter().any(|known| known.key == hit.key) {
            hits.push(hit);
        }
    }
}

/// Any of these texts in any of these places; the public looks in the first alone.
fn in_any(texts: &[&str], scope: Scope, places: [(Field, f32); 3]) -> Box<dyn Query> {
    let places = match scope {
        Scope::Public => places.get(..1),
        Scope::Staff => places.get(..),
    };
    let places = places.unwrap_or_default().iter();
    let each = places.flat_map(|(field, boost)| texts.iter().map(|text| term(*field, text, *boost)));
    let mut each: Vec<Box<dyn Query>> = each.collect();
    // A list alone is read faster than the same as the only one of several.
    if each.len() == 1
        && let Some(only) = each.pop()
    {
        return only;
    }
    Box::new(DisjunctionMaxQuery::with_tie_breaker(each, 0.1))
}

fn term(field: Field, text: &str, boost: f32) -> Box<dyn Query> {
    let query = TermQuery::new(Term::from_field_text(field, text), IndexRecordOption::WithFreqs);
    Box::new(BoostQuery::new(Box::new(query), boost))
}

/// A loose word helps where it stands, and does no harm where it does not; a question of nothing else needs them all. A
/// single letter is the beginning of a word that is still being typed.
fn needed(word: &str, asked: &[String]) -> Occur {
    let is_loose = |word: &str| LOOSE_WORDS.contains(&word) || word.chars().count() == 1;
    if is_loose(word) && asked.iter().any(|other| !is_loose(other)) { Occur::Should } else { Occur::Must }
}

fn may_be_mistyped(word: &str) -> bool {
    word.chars().count() >= TYPO_CHARS_MIN && word.chars().any(char::is_alphabetic)
}

fn schema() -> (Schema, Fields) {
    let mut builder = Schema::builder();
    // Folded and split before: a space is all there is left to split at.
    let text = |tokenizer: &str, norms: bool| {
        let indexing = TextFieldIndexing::default()
            .set_tokenizer(tokenizer)
            .set_index_option(IndexRecordOption::WithFreqs)
            .set_fieldnorms(norms);
        TextOptions::default().set_indexing_options(indexing)
    };
    let fields = Fields {
        key: builder.add_u64_field(KEY, INDEXED | FAST),
        name: builder.add_text_field("name", text("whitespace", true)),
        name_start: builder.add_text_field("name_start", text("whitespace", true)),
        name_exact: builder.add_text_field("name_exact", text("raw", false)),
        former: builder.add_text_field("former", text("whitespace", true)),
        former_start: builder.add_text_field("former_start", text("whitespace", true)),
        place: builder.add_text_field("place", text("whitespace", true)),
        place_start: builder.add_text_field("place_start", text("whitespace", true)),
        number: builder.add_text_field("number", text("raw", false)),
        municipality: builder.add_u64_field(MUNICIPALITY, INDEXED | FAST),
        flags: builder.add_u64_field(FLAGS, FAST),
    };
    (builder.build(), fields)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug)]
    struct Failed;
    impl From<SearchError> for Failed {
        fn from(error: SearchError) -> Self {
            panic!("{error}")
        }
    }

    fn company(key: u64, name: &str) -> Entry {
        let numbers = vec![format!("{}", 99_000_000 + key)];
        Entry {
            key,
            names: vec![name.into()],
            numbers,
            municipality: Some(101),
            is_living: true,
            ..Entry::default()
        }
    }

    fn index(entries: &[Entry]) -> RegisterIndex {
        let index = RegisterIndex::in_memory().unwrap();
        put(&index, false, "1", entries);
        index
    }

    fn put(index: &RegisterIndex, anew: bool, mark: &str, entries: &[Entry]) {
        index
            .update::<Failed>(anew, mark, |put| {
                entries.iter().try_for_each(|entry| put(entry).map_err(Failed::from))
            })
            .unwrap();
    }

    fn find(index: &RegisterIndex, scope: Scope, text: &str) -> Vec<u64> {
        let question = Question { text, scope, municipality: 165, limit: 8 };
        index.find(question).unwrap().into_iter().map(|hit| hit.key).collect()
    }

    #[test]
    fn a_name_is_found_by_its_beginnings_in_every_spelling() {
        let index = index(&[company(1, "Ålykke Smedje & Svejs ApS"), company(2, "Ugle Bageri")]);
        for text in ["ålykke", "Aaly", "alyk", "SMEDJE", "svejs ål", "ålykke smedje aps", "aalykke sve"] {
            assert_eq!(find(&index, Scope::Public, text), [1], "{text}");
        }
        assert!(find(&index, Scope::Public, "zz").is_empty());
        assert!(find(&index, Scope::Public, "").is_empty());
    }

    #[test]
    fn one_typing_mistake_a_word_is_forgiven_after_what_fits_as_typed() {
        let index = index(&[company(1, "Hejre Smedje"), company(2, "Hejse Bageri")]);
        assert_eq!(find(&index, Scope::Public, "hjere"), [1], "two letters changed places");
        assert_eq!(find(&index, Scope::Public, "smejde hejre"), [1]);
        assert_eq!(find(&index, Scope::Public, "hejse"), [2, 1], "as typed comes first");
        assert_eq!(find(&index, Scope::Public, "bagri"), [2]);
    }

    #[test]
    fn a_legal_form_or_an_and_that_is_not_in_the_name_does_no_harm() {
        let index = index(&[company(1, "Hejre & Kobber Smedje"), company(2, "Hejre Bageri ApS")]);
        assert_eq!(find(&index, Scope::Public, "hejre og kobber a/s"), [1]);
        assert_eq!(find(&index, Scope::Public, "hejre aps").first(), Some(&2));
        assert_eq!(find(&index, Scope::Public, "aps"), [2]);
    }

    #[test]
    fn a_number_finds_its_company_and_beats_names() {
        let index = index(&[company(1, "Hejre 99000002"), company(2, "Ugle Bageri")]);
        assert_eq!(find(&index, Scope::Public, "99 00 00 02").first(), Some(&2));
    }

    #[test]
    fn the_public_finds_a_person_by_the_whole_name_or_number_only() {
        let person = Entry { is_person: true, ..company(1, "Hejre Cykler") };
        let index = index(&[person, company(2, "Hejre Smedje")]);
        assert_eq!(find(&index, Scope::Public, "hejre"), [2]);
        assert_eq!(find(&index, Scope::Public, "hejre cykle"), Vec::<u64>::new());
        assert_eq!(find(&index, Scope::Public, "Hejre cykler"), [1]);
        assert_eq!(find(&index, Scope::Public, "99000001"), [1]);
        assert_eq!(find(&index, Scope::Staff, "hejre cyk"), [1]);
    }

    #[test]
    fn former_names_addresses_and_ceased_units_are_for_staff() {
        let moved = Entry {
            former_names: vec!["Gamle Trane".into()],
            places: vec!["Prøvevej 7, 2620 Albertslund".into()],
            ..company(1, "Hejre Smedje")
        };
        let ceased = Entry { is_living: false, ..company(2, "Hejre Bageri") };
        let index = index(&[moved, ceased]);
        assert_eq!(find(&index, Scope::Staff, "trane"), [1]);
        assert_eq!(find(&index, Scope::Staff, "provevej 7"), [1]);
        assert_eq!(find(&index, Scope::Staff, "hejre"), [1, 2], "the living come first");
        for text in ["trane", "prøvevej 7", "hejre bageri"] {
            assert!(find(&index, Scope::Public, text).is_empty(), "{text}");
        }
        assert_eq!(find(&index, Scope::Public, "hejre"), [1]);
    }

    #[test]
    fn units_of_the_municipality_come_first_among_equals_and_the_exact_name_before_them() {
        let local = Entry { municipality: Some(165), ..company(2, "Hejre Smedje Vest") };
        let index = index(&[company(1, "Hejre Smedje Nord"), local, company(3, "Hejre")]);
        assert_eq!(find(&index, Scope::Public, "hejre smedje"), [2, 1]);
        assert_eq!(find(&index, Scope::Public, "hejre").first(), Some(&3));
    }

    #[test]
    fn of_thousands_that_fit_the_exact_name_comes_first_then_our_own_then_those_that_begin_as_typed() {
        let mut entries: Vec<Entry> =
            (1..=5_000).map(|key| company(key, &format!("Hejre {key} Smedje"))).collect();
        let here = Entry { municipality: Some(165), ..company(5_001, "Smedje Hejre") };
        let ceased = Entry { is_living: false, ..company(5_003, "Hejre Smedje Bro") };
        let person = Entry { is_person: true, ..company(5_004, "Hejre Smedje Dal") };
        let exact = company(5_005, "Hejre Smedje");
        entries.extend([here, company(5_002, "Hejre Smedje Nord"), ceased, person, exact]);
        let index = index(&entries);
        let found = find(&index, Scope::Public, "hejre smedje");
        assert_eq!(found.get(..3), Some(&[5_005, 5_001, 5_002][..]));
        assert_eq!(found.len(), 8, "and others, as many as are wanted");
        assert!(!found.contains(&5_003) && !found.contains(&5_004), "{found:?}");
        let found = find(&index, Scope::Staff, "hejre smedje");
        assert_eq!(found.get(..4), Some(&[5_005, 5_001, 5_004, 5_002][..]));
    }

    #[test]
    fn an_update_replaces_entries_and_keeps_its_mark() {
        let index = index(&[company(1, "Hejre"), company(2, "Ugle")]);
        put(&index, false, "2", &[company(1, "Trane")]);
        assert_eq!(index.mark().unwrap().as_deref(), Some("2"));
        assert_eq!(index.count(), 2);
        assert!(find(&index, Scope::Public, "hejre").is_empty());
        assert_eq!(find(&index, Scope::Public, "trane"), [1]);
        put(&index, true, "3", &[company(9, "Anden")]);
        assert_eq!(index.count(), 1);
    }

    #[test]
    fn a_whole_register_becomes_one_part_and_keeps_its_mark() {
        let index = RegisterIndex::in_memory().unwrap();
        // More than a writer holds in memory at once.
        let name = |key: u64| format!("Firma{key} {}", "Erhvervsejendomsselskabet ".repeat(20));
        let entries: Vec<Entry> = (1..=14_000).map(|key| company(key, &name(key))).collect();
        put(&index, true, "1", &entries);
        assert_eq!(index.opened().searcher.segment_readers().len(), 1);
        assert_eq!(index.mark().unwrap().as_deref(), Some("1"));
        assert_eq!(find(&index, Scope::Public, "firma13999").first(), Some(&13_999));
    }

    #[test]
    fn an_update_that_fails_changes_nothing() {
        let index = index(&[company(1, "Hejre")]);
        let failed = index.update::<Failed>(true, "2", |put| {
            put(&company(2, "Ugle")).map_err(Failed::from)?;
            Err(Failed)
        });
        assert!(failed.is_err());
        assert_eq!(index.mark().unwrap().as_deref(), Some("1"));
        assert_eq!(find(&index, Scope::Public, "hejre"), [1]);
    }

    #[test]
    fn an_index_that_cannot_be_read_is_begun_anew() {
        let folder = tempfile::tempdir().unwrap();
        let index = RegisterIndex::open(folder.path()).unwrap();
        put(&index, false, "1", &[company(1, "Hejre")]);
        drop(index);
        let again = RegisterIndex::open(folder.path()).unwrap();
        assert_eq!(find(&again, Scope::Public, "hejre"), [1]);
        drop(again);
        let meta = folder.path().join(format!("register-{VERSION}/meta.json"));
        std::fs::write(meta, "not json").unwrap();
        let anew = RegisterIndex::open(folder.path()).unwrap();
        assert_eq!(anew.mark().unwrap(), None);
        assert_eq!(anew.count(), 0);
    }
}
