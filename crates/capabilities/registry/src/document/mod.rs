//! Reading the register's own files: a stream of bytes in, companies and establishments out, one at a time.
//!
//! A bad document is told with line, field and reason, and the rest goes on. Persons are never held.

mod raw;
mod splitter;

use std::io::{self, BufRead};

pub use raw::{Defect, Read, read};
pub use splitter::{Breakage, DOCUMENT_BYTES_MAX, Piece, Splitter};

use crate::model::RegisterUnit;

/// A document that is not taken in, and where to find it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {field}: {reason}")]
pub struct BadDocument {
    /// The line of the input on which the document begins, counted from 1.
    pub line: u64,
    /// The path to the field in the register's own words; `.` where no field can be named.
    pub field: String,
    /// What is wrong with it.
    pub reason: String,
}

/// Which numbers a source may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Numbers {
    /// The register's own: a number of the invented range (99000000 and up) is refused.
    Real,
    /// The demo's: only invented numbers are taken.
    Invented,
}

/// Reads documents from a stream.
#[derive(Debug)]
pub struct Documents<R> {
    splitter: Splitter<R>,
    buffer: Vec<u8>,
    numbers: Numbers,
    bytes: u64,
}

/// One step through the stream.
#[derive(Debug)]
#[expect(clippy::large_enum_variant, reason = "held one at a time, and moved into a batch at once")]
pub enum Document {
    /// A company or an establishment, and the line on which it began.
    Unit(u64, RegisterUnit),
    /// A person: counted, not read.
    Person,
    /// Not taken in.
    Bad(BadDocument),
}

impl<R: BufRead> Documents<R> {
    /// Reads from `input`.
    pub fn new(input: R, numbers: Numbers) -> Self {
        Self { splitter: Splitter::new(input), buffer: Vec::new(), numbers, bytes: 0 }
    }

    /// The next document; `None` at the end of the input.
    pub fn next_document(&mut self) -> io::Result<Option<Document>> {
        let Some((line, piece)) = self.splitter.next_into(&mut self.buffer)? else { return Ok(None) };
        self.bytes += self.buffer.len() as u64;
        let bad = |field: String, reason: String| Document::Bad(BadDocument { line, field, reason });
        Ok(Some(match piece {
            Piece::Broken(breakage) => bad(".".into(), breakage.to_string()),
            Piece::Whole => match read(&self.buffer) {
                Ok(Read::Person) => Document::Person,
                Ok(Read::Unit(unit)) => match refuse_number(&unit, self.numbers) {
                    Some(defect) => bad(defect.field, defect.reason),
                    None => Document::Unit(line, unit),
                },
                Err(defect) => bad(defect.field, defect.reason),
            },
        }))
    }

    /// The input, to ask it for what it counted or hashed.
    pub fn into_input(self) -> R {
        self.splitter.into_input()
    }

    /// How many bytes of documents have been read.
    pub fn bytes_read(&self) -> u64 {
        self.bytes
    }
}

/// Invented and real companies never meet in one register.
fn refuse_number(unit: &RegisterUnit, numbers: Numbers) -> Option<Defect> {
    let (field, cvr) = match unit {
        RegisterUnit::Company(company) => ("cvrNummer", Some(&company.cvr)),
        RegisterUnit::Establishment(establishment) => {
            ("virksomhedsrelation", establishment.companies.iter().next_back().map(|dated| &dated.value))
        }
    };
    let invented = cvr.is_some_and(|cvr| cvr.is_invented());
    let reason = match (numbers, invented) {
        (Numbers::Real, true) => "an invented number (99000000-99999999), which the register never gives",
        (Numbers::Invented, false) => "a real number in a demo, which holds invented companies only",
        _ => return None,
    };
    Some(Defect { field: field.to_owned(), reason: reason.to_owned() })
}

#[cfg(test)]
mod tests;
