//! The derived indexes: what can be found, kept beside the database and rebuilt from it at any time.
//!
//! An index gives keys and never text: every hit is read again through the store, with the asker's rights, before it is
//! shown or counted. Knows no capability; they hand over what is to be found.
#![warn(missing_docs)]

mod register;
mod words;

pub use register::{Entry, Hit, Question, RegisterIndex, Scope, SearchError};
pub use words::{WORD_CHARS_MAX, words};
