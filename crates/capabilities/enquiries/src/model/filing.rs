//! Where an ended case is kept: in the municipality's archive, or why it need not be. Pure.
//!
//! Offentlighedsloven § 15: what is received or sent as part of administrative casework is filed as soon as possible when it
//! matters to a case. Whether it does is a judgement that a person makes of each case, so there is no default that says no.

use chrono::{DateTime, Utc};
use kernel::Code;

use super::{Case, CaseRefusal, CaseState, ReferenceId, Step};

/// Why a case need not be filed; the words are `enquiries-filing-because-CODE`.
pub const NOT_FILED_REASONS: [&str; 4] = ["no-casework", "no-weight", "filed-already", OTHER];
/// The reason that is told in words.
const OTHER: &str = "other";
/// The longest number in the archive, in characters.
const NUMBER_CHARS_MAX: usize = 100;
/// The longest words on why a case need not be filed, in characters.
const WORDS_CHARS_MAX: usize = 500;

/// Where an ended case is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Filing {
    /// In the archive, where this reference leads.
    Filed {
        /// A reference of the case.
        reference: ReferenceId,
    },
    /// It need not be.
    NotFiled {
        /// Why: one of [`NOT_FILED_REASONS`].
        because: Code,
        /// More on it; empty where the reason says all, or once erased.
        words: String,
    },
    /// Nobody has said yet.
    Owed,
}

/// What one of us says of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SaidOfFiling {
    /// It is in the archive under this number.
    Filed {
        /// The number there.
        number: String,
    },
    /// It need not be.
    NotFiled {
        /// Why: one of [`NOT_FILED_REASONS`].
        because: Code,
        /// More on it.
        words: String,
    },
    /// It is to be filed, and someone will.
    Owed,
}

/// What was typed of it.
#[derive(Debug, Clone, Copy, Default)]
pub struct TypedFiling<'a> {
    /// `filed`, `not-filed`, or `owed`.
    pub choice: &'a str,
    /// The number in the archive.
    pub number: &'a str,
    /// Why not.
    pub because: &'a str,
    /// More on why not.
    pub words: &'a str,
}

/// What is wrong with what was typed. `Display` is the message key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FilingProblem {
    /// Filed, but where?
    #[error("enquiries-filing-number-missing")]
    Number,
    /// Not filed, but why?
    #[error("enquiries-filing-because-missing")]
    Because,
    /// Another reason, which is not told, or without end.
    #[error("enquiries-filing-words-missing")]
    Words,
}

impl SaidOfFiling {
    /// The choices, as they stand in a form.
    pub const CHOICES: [&str; 3] = ["owed", "filed", "not-filed"];

    /// Reads what was typed. Whoever says nothing has left it to be filed: that is never wrong.
    pub fn read(typed: TypedFiling<'_>) -> Result<Self, FilingProblem> {
        match typed.choice {
            "filed" if typed.number.is_empty() || typed.number.chars().count() > NUMBER_CHARS_MAX => {
                Err(FilingProblem::Number)
            }
            "filed" => Ok(Self::Filed { number: typed.number.to_owned() }),
            "not-filed" => {
                let because = typed.because.parse::<Code>();
                let because = because.ok().filter(|why| NOT_FILED_REASONS.contains(&why.as_str()));
                let because = because.ok_or(FilingProblem::Because)?;
                let is_untold = because.as_str() == OTHER && typed.words.is_empty();
                if is_untold || typed.words.chars().count() > WORDS_CHARS_MAX {
                    return Err(FilingProblem::Words);
                }
                Ok(Self::NotFiled { because, words: typed.words.to_owned() })
            }
            _ => Ok(Self::Owed),
        }
    }
}

impl Case {
    /// Someone says where it is kept, after its end.
    pub fn file(self, now: DateTime<Utc>) -> Step {
        match self.has_filing() {
            true => Ok(self.changed(now)),
            false if self.erased_at.is_some() => Err(CaseRefusal::Ended),
            false => Err(CaseRefusal::NotEnded),
        }
    }

    /// Whether it has ended and is to be found somewhere: not spam, which is no case, nor what is in another one.
    pub fn has_filing(&self) -> bool {
        self.erased_at.is_none() && matches!(self.state, CaseState::Closed(_) | CaseState::Withdrawn)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_says_nothing_has_not_said_that_it_need_not_be_filed() {
        assert_eq!(SaidOfFiling::read(TypedFiling::default()), Ok(SaidOfFiling::Owed));
    }

    #[test]
    fn filed_needs_a_number_and_not_filed_a_reason_of_the_list() {
        let read = |choice, number, because, words| {
            SaidOfFiling::read(TypedFiling { choice, number, because, words })
        };
        assert_eq!(read("filed", "", "", ""), Err(FilingProblem::Number));
        assert!(read("filed", "26/01234", "", "").is_ok());
        for because in ["", "later", "Ikke nu"] {
            assert_eq!(read("not-filed", "", because, "Fordi"), Err(FilingProblem::Because), "{because}");
        }
        assert_eq!(read("not-filed", "", "other", ""), Err(FilingProblem::Words));
        for because in NOT_FILED_REASONS {
            assert!(read("not-filed", "", because, "Fordi").is_ok(), "{because}");
        }
    }
}
