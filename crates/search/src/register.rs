//! The index of the register: companies and establishments by name, former name, secondary name, number and address.

use std::{
    collections::HashMap,
    path::Path,
    sync::{Arc, Mutex, PoisonError, RwLock},
};

use tantivy::{
    DocAddress, Index, IndexReader, IndexWriter, ReloadPolicy, Searcher, TantivyDocument, TantivyError, Term,
    collector::TopDocs,
    columnar::Column,
    directory::MmapDirectory,
    query::{
        BooleanQuery, BoostQuery, ConstScoreQuery, DisjunctionMaxQuery, FuzzyTermQuery, Occur, Query,
        TermQuery,
    },
    schema::{FAST, Field, INDEXED, IndexRecordOption, Schema, TextFieldIndexing, TextOptions},
};

use crate::words;

/// Raised whenever what is put into the index changes: an index of another version is thrown away and built anew.
const VERSION: u32 = 2;
/// What a writer may hold in memory, in bytes; tantivy asks for at least 15 MB.
const WRITER_BYTES: usize = 24_000_000;
/// The field that tells entries apart.
const KEY: &str = "key";
/// The field that says whether it lives, and whether it is a person.
const FLAGS: &str = "flags";
/// Fewer hits as typed than this, and a typing mistake is looked for: as many as a list of suggestions shows.
const FEW: usize = 8;
/// A beginning that stands in more entries than this is a common one.
const COMMON: u64 = 1_500;
/// How many of those with a common beginning are looked at for each that is wanted: some have ceased or may not be shown.
const LOOKED_AT: usize = 6;
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
    /// The keys and the flags of the entries, for each segment: opened once, since each opening reads the column's heads
    /// anew.
    columns: Vec<(Column<u64>, Column<u64>)>,
}

/// A hit, and whether it lives and is a person.
struct Found {
    hit: Hit,
    flag: u64,
}

impl Opened {
    fn of(reader: &IndexReader) -> Result<Arc<Self>, SearchError> {
        let searcher = reader.searcher();
        let columns = searcher.segment_readers().iter().map(|segment| {
            let fields = segment.fast_fields();
            Ok((fields.u64(KEY)?, fields.u64(FLAGS)?))
        });
        let columns = columns.collect::<Result<_, TantivyError>>()?;
        Ok(Arc::new(Self { searcher, columns }))
    }

    fn run(&self, query: &dyn Query, limit: usize) -> Result<Vec<Found>, SearchError> {
        let found = self.searcher.search(query, &TopDocs::with_limit(limit).order_by_score())?;
        let read = |(score, address): (f32, DocAddress)| {
            let (keys, flags) = self.columns.get(usize::try_from(address.segment_ord).ok()?)?;
            let hit = Hit { key: keys.first(address.doc_id)?, score };
            Some(Found { hit, flag: flags.first(address.doc_id)? })
        };
        Ok(found.into_iter().filter_map(read).collect())
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
        if let [word] = asked.as_slice()
            && self.is_common(&opened, word)?
        {
            let hits = self.find_common(&opened, word, question)?;
            if hits.len() == question.limit {
                return Ok(hits);
            }
        }
        let mut hits = Vec::with_capacity(question.limit);
        add(&mut hits, opened.run(self.as_typed(&asked, question).as_ref(), question.limit)?, question);
        if hits.len() < question.limit.min(FEW) && asked.iter().any(|word| may_be_mistyped(word)) {
            let mistyped = self.mistyped(&opened, &asked, question)?;
            add(&mut hits, opened.run(mistyped.as_ref(), question.limit)?, question);
        }
        Ok(hits)
    }

    fn opened(&self) -> Arc<Opened> {
        self.opened.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn is_common(&self, opened: &Opened, word: &str) -> Result<bool, SearchError> {
        let beginning = Term::from_field_text(self.fields.name_start, words::beginning(word));
        Ok(opened.searcher.doc_freq(&beginning)? > COMMON)
    }

    /// Of the many that begin so: the exact one, the municipality's own, then any others. Telling which of thousands fits best
    /// would take longer than one types the next letter.
    fn find_common(
        &self,
        opened: &Opened,
        word: &str,
        question: Question<'_>,
    ) -> Result<Vec<Hit>, SearchError> {
        let Question { scope, limit, .. } = question;
        let mut hits = Vec::with_capacity(limit);
        add(&mut hits, opened.run(self.exactly(&[word.to_owned()], scope).as_ref(), limit)?, question);
        let here = BooleanQuery::intersection(vec![self.here(question), self.word(word, scope)]);
        add(&mut hits, opened.run(self.limited(Box::new(here), question).as_ref(), limit)?, question);
        if hits.len() < limit {
            // Nothing but words, one of which must be there: so the index skips what cannot come among the first.
            let words = BooleanQuery::union(self.places(word, scope));
            let mut found = opened.run(&words, limit * LOOKED_AT)?;
            found.retain(|one| scope == Scope::Staff || one.flag == LIVING_COMPANY);
            found.sort_by_key(|one| one.flag == CEASED);
            add(&mut hits, found, question);
        }
        Ok(hits)
    }

    /// All words, each whole or as a beginning; or the exact name or number.
    fn as_typed(&self, asked: &[String], question: Question<'_>) -> Box<dyn Query> {
        let all = asked.iter().map(|word| (needed(word, asked), self.word(word, question.scope)));
        let by_words = self.limited(Box::new(BooleanQuery::new(all.collect())), question);
        any(vec![by_words, self.exactly(asked, question.scope)])
    }

    /// The whole name or a whole number: the only way in which the public finds a person.
    fn exactly(&self, asked: &[String], scope: Scope) -> Box<dyn Query> {
        let name = term(self.fields.name_exact, &asked.join("_"), 20.0);
        let number = term(self.fields.number, &asked.concat(), 40.0);
        let found = any(vec![name, number]);
        match scope {
            Scope::Staff => found,
            Scope::Public => without(found, self.flagged(CEASED)),
        }
    }

    /// A word in any place in which it may stand, the better place the higher.
    fn word(&self, word: &str, scope: Scope) -> Box<dyn Query> {
        Box::new(DisjunctionMaxQuery::with_tie_breaker(self.places(word, scope), 0.1))
    }

    fn places(&self, word: &str, scope: Scope) -> Vec<Box<dyn Query>> {
        let fields = &self.fields;
        let mut places = Vec::new();
        for form in words::forms(word) {
            let start = words::beginning(&form);
            places.push(term(fields.name, &form, 3.0));
            places.push(term(fields.name_start, start, 2.0));
            if scope == Scope::Staff {
                places.push(term(fields.former, &form, 1.4));
                places.push(term(fields.former_start, start, 1.0));
                places.push(term(fields.place, &form, 1.2));
                places.push(term(fields.place_start, start, 0.9));
            }
        }
        places
    }

    fn mistyped(
        &self,
        opened: &Opened,
        asked: &[String],
        question: Question<'_>,
    ) -> Result<Box<dyn Query>, SearchError> {
        let last = asked.len().saturating_sub(1);
        let mut all = Vec::with_capacity(asked.len());
        for (at, word) in asked.iter().enumerate() {
            if !may_be_mistyped(word) {
                all.push((needed(word, asked), self.word(word, question.scope)));
                continue;
            }
            // A word as typed may stand beside a mistyped one.
            let mut ways = vec![self.word(word, question.scope)];
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
                if question.scope == Scope::Staff {
                    self.meant(opened, self.fields.place, &form, &mut ways)?;
                }
            }
            all.push((Occur::Must, Box::new(DisjunctionMaxQuery::new(ways))));
        }
        Ok(self.limited(Box::new(BooleanQuery::new(all)), question))
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

    /// Keeps out what the asker may not find so, and puts the municipality's own first.
    fn limited(&self, query: Box<dyn Query>, question: Question<'_>) -> Box<dyn Query> {
        let here = ConstScoreQuery::new(self.here(question), 2.0);
        let mut clauses: Vec<(Occur, Box<dyn Query>)> =
            vec![(Occur::Must, query), (Occur::Should, Box::new(here))];
        match question.scope {
            Scope::Public => {
                clauses.extend([CEASED, LIVING_PERSON].map(|flag| (Occur::MustNot, self.flagged(flag))));
            }
            Scope::Staff => {
                let living = [LIVING_COMPANY, LIVING_PERSON].map(|flag| self.flagged(flag));
                let living = living.map(|living| Box::new(ConstScoreQuery::new(living, 3.0)));
                clauses.extend(living.map(|living| (Occur::Should, living as Box<dyn Query>)));
            }
        }
        Box::new(BooleanQuery::new(clauses))
    }

    fn here(&self, question: Question<'_>) -> Box<dyn Query> {
        let here = Term::from_field_u64(self.fields.municipality, u64::from(question.municipality));
        Box::new(TermQuery::new(here, IndexRecordOption::Basic))
    }

    fn flagged(&self, flag: u64) -> Box<dyn Query> {
        Box::new(TermQuery::new(Term::from_field_u64(self.fields.flags, flag), IndexRecordOption::Basic))
    }
}

/// Adds what is not there yet, as long as there is room.
fn add(hits: &mut Vec<Hit>, found: Vec<Found>, question: Question<'_>) {
    for Found { hit, .. } in found {
        if hits.len() < question.limit && !hits.iter().any(|known| known.key == hit.key) {
            hits.push(hit);
        }
    }
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

fn any(queries: Vec<Box<dyn Query>>) -> Box<dyn Query> {
    Box::new(DisjunctionMaxQuery::new(queries))
}

fn without(query: Box<dyn Query>, unwanted: Box<dyn Query>) -> Box<dyn Query> {
    Box::new(BooleanQuery::new(vec![(Occur::Must, query), (Occur::MustNot, unwanted)]))
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
        municipality: builder.add_u64_field("municipality", INDEXED),
        flags: builder.add_u64_field(FLAGS, INDEXED | FAST),
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
