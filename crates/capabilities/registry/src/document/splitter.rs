//! Finds the documents in a stream of bytes without ever holding more than one of them.
//!
//! Reads JSON lines, saved search answers (pretty or on one line), scroll pages, also many after each other, and lists:
//! it walks the JSON only as far as needed to find `hits.hits[]`, and hands out each hit, or each object that is no
//! search answer, as raw bytes with the line on which it began. What the bytes mean is for `raw.rs` to say.

use std::io::{self, BufRead};

/// The largest document that is read, in bytes. The largest real ones are a few megabytes.
pub const DOCUMENT_BYTES_MAX: usize = 32 * 1024 * 1024;

/// One document's bytes, or why there are none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Piece {
    /// A whole JSON object lies in the buffer.
    Whole,
    /// There was no whole object; reading goes on after it.
    Broken(Breakage),
}

/// What was wrong with the bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Breakage {
    /// A new document began, a line ended inside a text, or the input ended before this one did.
    #[error("the document breaks off")]
    BreaksOff,
    /// Longer than [`DOCUMENT_BYTES_MAX`].
    #[error("the document is longer than {} MB", DOCUMENT_BYTES_MAX / 1024 / 1024)]
    TooLong,
    /// Something that is no JSON object stands where one should begin.
    #[error("no JSON object begins here")]
    NoObject,
}

/// Splits a stream into documents.
#[derive(Debug)]
pub struct Splitter<R> {
    input: R,
    scan: Scan,
}

impl<R: BufRead> Splitter<R> {
    /// Begins at line 1.
    pub fn new(input: R) -> Self {
        let scan = Scan { line: 1, document_line: 1, at_line_start: true, ..Scan::default() };
        Self { input, scan }
    }

    /// The input.
    pub fn into_input(self) -> R {
        self.input
    }

    /// Puts the next document into `buffer` and tells on which line it began; `None` at the end of the input.
    pub fn next_into(&mut self, buffer: &mut Vec<u8>) -> io::Result<Option<(u64, Piece)>> {
        buffer.clear();
        loop {
            let bytes = match self.input.fill_buf() {
                Ok(bytes) => bytes,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            if bytes.is_empty() {
                let unfinished = self.scan.place != Place::Outside;
                self.scan.reset();
                return Ok(
                    unfinished.then_some((self.scan.document_line, Piece::Broken(Breakage::BreaksOff)))
                );
            }
            let (used, piece) = self.scan.run(bytes, buffer);
            self.input.consume(used);
            if let Some(piece) = piece {
                return Ok(Some((self.scan.document_line, piece)));
            }
        }
    }
}

/// Where in the JSON the reader stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Place {
    /// Between top-level values.
    #[default]
    Outside,
    /// Inside a top-level object: a document, unless a key `hits` shows it to be a search answer.
    Top,
    /// Inside a top-level list of documents.
    List,
    /// Inside `"hits": {` of a search answer.
    Answer,
    /// Inside `"hits": [` of a search answer.
    Hits,
    /// After the list of hits, until the search answer closes.
    AfterHits,
}

impl Place {
    /// The depth on which each object is a document.
    const fn list_depth(self) -> Option<u32> {
        match self {
            Self::Outside | Self::Top => Some(0),
            Self::List => Some(1),
            Self::Hits => Some(3),
            Self::Answer | Self::AfterHits => None,
        }
    }
    /// The depth on which a key `hits` counts.
    const fn key_depth(self) -> Option<u32> {
        match self {
            Self::Top => Some(1),
            Self::Answer => Some(2),
            _ => None,
        }
    }
}

/// The state between two bytes.
#[derive(Debug, Default)]
struct Scan {
    line: u64,
    at_line_start: bool,
    place: Place,
    /// Open braces and brackets.
    depth: u32,
    in_text: bool,
    escaped: bool,
    /// Whether the bytes belong to a document.
    keeping: bool,
    overlong: bool,
    document_line: u64,
    key: Key,
    /// After a breakage everything is skipped until a line begins with `{`.
    lost: bool,
}

/// The last text where a key could stand; only enough of it to recognise `hits`.
#[derive(Debug, Clone, Copy, Default)]
struct Key {
    bytes: [u8; 4],
    len: usize,
}

impl Key {
    fn push(&mut self, byte: u8) {
        if let Some(slot) = self.bytes.get_mut(self.len) {
            *slot = byte;
        }
        self.len = self.len.saturating_add(1);
    }
    fn is_hits(self) -> bool {
        self.len == 4 && self.bytes == *b"hits"
    }
}

impl Scan {
    fn reset(&mut self) {
        self.place = Place::Outside;
        self.depth = 0;
        self.in_text = false;
        self.escaped = false;
        self.keeping = false;
        self.overlong = false;
    }

    /// Walks over `bytes` until a document ends. Tells how many bytes were used, and the piece if one ended.
    fn run(&mut self, bytes: &[u8], buffer: &mut Vec<u8>) -> (usize, Option<Piece>) {
        let mut kept_from = 0;
        let mut at = 0;
        while let Some(&byte) = bytes.get(at) {
            if self.in_text && !self.escaped && self.place.key_depth() != Some(self.depth) {
                // Most bytes are text that matters to nobody here.
                let rest = bytes.get(at..).unwrap_or_default();
                let skip = rest.iter().position(|b| matches!(b, b'"' | b'\\' | b'\n')).unwrap_or(rest.len());
                if skip > 0 {
                    at += skip;
                    self.at_line_start = false;
                    continue;
                }
            }
            let was_keeping = self.keeping;
            match self.step(byte) {
                Step::On => {}
                Step::Begin => kept_from = at,
                Step::Forget => buffer.clear(),
                Step::End => {
                    let overlong = std::mem::take(&mut self.overlong)
                        || !keep(buffer, bytes.get(kept_from..=at).unwrap_or_default());
                    let piece = if overlong { Piece::Broken(Breakage::TooLong) } else { Piece::Whole };
                    return (at + 1, Some(piece));
                }
                Step::Break(breakage, consume) => {
                    let line = if was_keeping || self.place != Place::Outside {
                        self.document_line
                    } else {
                        self.line
                    };
                    self.reset();
                    self.document_line = line;
                    self.lost = consume;
                    if byte == b'\n' && consume {
                        self.line += 1;
                        self.at_line_start = true;
                    }
                    return (at + usize::from(consume), Some(Piece::Broken(breakage)));
                }
            }
            at += 1;
        }
        if self.keeping && !self.overlong {
            self.overlong = !keep(buffer, bytes.get(kept_from..).unwrap_or_default());
        }
        (at, None)
    }

    fn step(&mut self, byte: u8) -> Step {
        let at_line_start = std::mem::replace(&mut self.at_line_start, byte == b'\n');
        if self.lost {
            self.line += u64::from(byte == b'\n');
            if !(at_line_start && byte == b'{') {
                return Step::On;
            }
            self.lost = false;
        } else if at_line_start && byte == b'{' && self.is_inside_an_object() {
            // Printed JSON indents what is nested: the document before this one never ended.
            self.at_line_start = true;
            return Step::Break(Breakage::BreaksOff, false);
        }
        if self.in_text {
            return self.step_in_text(byte);
        }
        match byte {
            b'"' => {
                self.in_text = true;
                self.key = Key::default();
                if self.place == Place::Outside { Step::Break(Breakage::NoObject, true) } else { Step::On }
            }
            b'{' | b'[' => self.open(byte == b'{'),
            b'}' | b']' => self.close(),
            b'\n' => {
                self.line += 1;
                Step::On
            }
            b' ' | b'\t' | b'\r' | b',' | 0xEF | 0xBB | 0xBF => Step::On,
            _ if self.place == Place::Outside => Step::Break(Breakage::NoObject, true),
            _ => Step::On,
        }
    }

    fn is_inside_an_object(&self) -> bool {
        self.keeping || matches!(self.place, Place::Answer | Place::AfterHits)
    }

    fn step_in_text(&mut self, byte: u8) -> Step {
        if self.escaped {
            self.escaped = false;
        } else {
            match byte {
                b'\\' => self.escaped = true,
                b'"' => {
                    self.in_text = false;
                    return Step::On;
                }
                b'\n' => return Step::Break(Breakage::BreaksOff, true),
                _ => {}
            }
        }
        if self.place.key_depth() == Some(self.depth) {
            self.key.push(byte);
        }
        Step::On
    }

    fn open(&mut self, is_object: bool) -> Step {
        let depth = self.depth;
        self.depth += 1;
        if is_object && !self.keeping && self.place.list_depth() == Some(depth) {
            if self.place == Place::Outside {
                self.place = Place::Top;
            }
            self.keeping = true;
            self.document_line = self.line;
            return Step::Begin;
        }
        match (self.place, is_object, depth) {
            (Place::Outside, ..) => {
                self.place = Place::List;
                self.document_line = self.line;
            }
            (Place::Top, true, 1) if self.key.is_hits() => {
                self.place = Place::Answer;
                self.keeping = false;
                self.key = Key::default();
                return Step::Forget;
            }
            (Place::Answer, false, 2) if self.key.is_hits() => self.place = Place::Hits,
            _ => {}
        }
        Step::On
    }

    fn close(&mut self) -> Step {
        let Some(depth) = self.depth.checked_sub(1) else {
            return Step::Break(Breakage::NoObject, true);
        };
        self.depth = depth;
        if self.keeping && self.place.list_depth() == Some(depth) {
            self.keeping = false;
            if depth == 0 {
                self.place = Place::Outside;
            }
            return Step::End;
        }
        match (self.place, depth) {
            (_, 0) => self.place = Place::Outside,
            (Place::Hits, 2) | (Place::Answer, 1) => self.place = Place::AfterHits,
            _ => {}
        }
        Step::On
    }
}

/// What one byte did.
enum Step {
    /// Nothing to tell.
    On,
    /// A document begins with this byte.
    Begin,
    /// What was kept is the head of a search answer.
    Forget,
    /// The document ends with this byte.
    End,
    /// There is no whole document here. `true`: the byte belongs to the wreck.
    Break(Breakage, bool),
}

/// Appends, unless the document would grow too long.
fn keep(buffer: &mut Vec<u8>, bytes: &[u8]) -> bool {
    let fits = buffer.len() + bytes.len() <= DOCUMENT_BYTES_MAX;
    if fits {
        buffer.extend_from_slice(bytes);
    }
    fits
}

#[cfg(test)]
mod tests {
    use std::io::BufReader;

    use proptest::prelude::*;

    use super::*;

    fn split(text: &str, capacity: usize) -> Vec<(u64, Result<String, Breakage>)> {
        let mut splitter = Splitter::new(BufReader::with_capacity(capacity, text.as_bytes()));
        let mut buffer = Vec::new();
        let mut found = Vec::new();
        while let Some((line, piece)) = splitter.next_into(&mut buffer).unwrap() {
            found.push(match piece {
                Piece::Whole => (line, Ok(String::from_utf8(buffer.clone()).unwrap())),
                Piece::Broken(breakage) => (line, Err(breakage)),
            });
        }
        found
    }

    #[test]
    fn json_lines_give_one_document_a_line() {
        let found = split("{\"a\":1}\n\n{\"b\":{\"c\":[2]}}\n", 64);
        assert_eq!(found, [(1, Ok("{\"a\":1}".into())), (3, Ok("{\"b\":{\"c\":[2]}}".into()))]);
    }

    #[test]
    fn a_search_answer_gives_its_hits_whether_pretty_or_on_one_line() {
        let compact = r#"{"took":1,"hits":{"total":2,"hits":[{"_source":{"hits":[]}},{"_source":{"x":"]}"}}]},"x":{"hits":{}}}"#;
        let bodies: Vec<_> = split(compact, 7).into_iter().map(|(_, body)| body.unwrap()).collect();
        assert_eq!(bodies, [r#"{"_source":{"hits":[]}}"#, r#"{"_source":{"x":"]}"}}"#]);
        let pretty = "{\n \"hits\": {\n  \"total\": {\n   \"value\": 1\n  },\n  \"hits\": [\n   {\n    \"a\": 1\n   }\n  ]\n }\n}\n";
        let found = split(&format!("{pretty}{pretty}"), 16);
        assert_eq!(found.iter().map(|(line, _)| *line).collect::<Vec<_>>(), [7, 19]);
        assert!(found.iter().all(|(_, body)| body.as_ref().is_ok_and(|body| body.contains("\"a\": 1"))));
    }

    #[test]
    fn a_list_of_documents_is_read_too() {
        assert_eq!(split("[{\"a\":1},\n{\"b\":2}]", 64).len(), 2);
    }

    #[test]
    fn a_line_that_breaks_off_costs_only_itself() {
        for broken in
            ["{\"a\":[1,{\"b\":2}", "{\"a\":\"text without an end", "{\"a\":1}}", "hello", "\"text\""]
        {
            let found = split(&format!("{{\"first\":1}}\n{broken}\n{{\"last\":2}}\n"), 9);
            let whole: Vec<_> = found.iter().filter_map(|(_, body)| body.as_ref().ok()).collect();
            assert_eq!(whole.first().map(|s| s.as_str()), Some("{\"first\":1}"), "{broken}");
            assert_eq!(whole.last().map(|s| s.as_str()), Some("{\"last\":2}"), "{broken}");
            assert!(found.iter().any(|(line, body)| *line == 2 && body.is_err()), "{broken}: {found:?}");
        }
    }

    #[test]
    fn an_input_that_ends_too_early_is_told() {
        assert_eq!(split("{\"a\":1}\n{\"b\":", 64).last(), Some(&(2, Err(Breakage::BreaksOff))));
        assert_eq!(split("", 64), []);
    }

    proptest! {
        #[test]
        fn any_bytes_are_split_without_a_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400), capacity in 1_usize..40) {
            let mut splitter = Splitter::new(BufReader::with_capacity(capacity, bytes.as_slice()));
            let mut buffer = Vec::new();
            let mut pieces = 0;
            while splitter.next_into(&mut buffer).unwrap().is_some() {
                pieces += 1;
                prop_assert!(pieces <= bytes.len() + 1);
            }
        }

        #[test]
        fn the_size_of_the_read_buffer_changes_nothing(text in "[{}\\[\\]\",:hits \\n\\\\a1]{0,120}", capacity in 1_usize..16) {
            prop_assert_eq!(split_lossy(&text, capacity), split_lossy(&text, 4096));
        }
    }

    fn split_lossy(text: &str, capacity: usize) -> Vec<(u64, Result<Vec<u8>, Breakage>)> {
        let mut splitter = Splitter::new(BufReader::with_capacity(capacity, text.as_bytes()));
        let mut buffer = Vec::new();
        let mut found = Vec::new();
        while let Some((line, piece)) = splitter.next_into(&mut buffer).unwrap() {
            found.push((
                line,
                match piece {
                    Piece::Whole => Ok(buffer.clone()),
                    Piece::Broken(breakage) => Err(breakage),
                },
            ));
        }
        found
    }
}
