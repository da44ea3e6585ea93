//! Why a policy file is refused: each mistake by name and line, so that whoever wrote it can mend it.

use kernel::{Code, Language, small_numbers::SHOWN_MIN};

use super::{ENTRIES_MAX, FILE_BYTES_MAX, TEXT_CHARS_MAX};

/// Why a policy is not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PolicyRefusal {
    /// Not TOML, or not of this shape. The text is the reader's own.
    #[error("{0}")]
    Toml(String),
    /// Larger than [`FILE_BYTES_MAX`].
    #[error("the file is larger than {FILE_BYTES_MAX} bytes")]
    TooLarge,
    /// The same name twice.
    #[error("`{0}` is there twice")]
    Twice(Code),
    /// More than [`ENTRIES_MAX`].
    #[error("there are more than {ENTRIES_MAX} of these")]
    TooMany,
    /// A text is missing in one language.
    #[error("`{of}`: {field} is empty in {}", language.tag())]
    Empty {
        /// Whose.
        of: Code,
        /// Which.
        field: &'static str,
        /// Where.
        language: Language,
    },
    /// A text is longer than [`TEXT_CHARS_MAX`].
    #[error("`{of}`: {field} has more than {TEXT_CHARS_MAX} characters")]
    TooLong {
        /// Whose.
        of: Code,
        /// Which.
        field: &'static str,
    },
    /// A name that nothing has.
    #[error("`{of}` speaks of the {what} `{name}`, which is not in this file")]
    Unknown {
        /// Who speaks.
        of: Code,
        /// Of a goal, a track, a fact.
        what: &'static str,
        /// The name.
        name: String,
    },
    /// A fact stands before one that it needs.
    #[error("`{of}` is worked out from `{needs}`, which must stand above it")]
    OutOfOrder {
        /// The fact.
        of: Code,
        /// What it needs.
        needs: Code,
    },
    /// A fact with a number and a way to work it out.
    #[error("`{0}` has both a value and a way to work it out; write what the policy says as `stated`")]
    ValueAndFrom(Code),
    /// A share of nothing.
    #[error("`{0}` divides by zero, or adds up nothing")]
    NoNumber(Code),
    /// Neither measured nor said why not.
    #[error(
        "`{of}` is measured and lacks `{field}`; an indicator that is not measured says why in `not_yet`"
    )]
    Lacks {
        /// The indicator.
        of: Code,
        /// What it lacks.
        field: &'static str,
    },
    /// Both measured and said why not.
    #[error("`{0}` has both a formula and `not_yet`")]
    FormulaAndNotYet(Code),
    /// Few observations would be shown.
    #[error("`{0}`: `min_n` is at least {SHOWN_MIN}")]
    MinN(Code),
    /// A metric that no capability counts.
    #[error("`{of}` needs `{metric}`, which nothing here counts; there are: {known}")]
    UnknownMetric {
        /// The indicator, or `growth`.
        of: Code,
        /// What it needs.
        metric: String,
        /// What there is.
        known: String,
    },
    /// What a stock changes by is not among what is counted over the year, or it is no stock itself.
    #[error("`{0}`: `changes` belongs to a stock and names flows of this file")]
    Changes(Code),
    /// A number of the earlier policy ends and nobody says why.
    #[error("`{0}` ends with this policy, and `why` is missing")]
    EndsInSilence(Code),
    /// Without an end nothing can be closed.
    #[error("`effective` needs a last day: an account is closed on it")]
    Endless,
    /// No goal, no track or no indicator.
    #[error("a policy has at least one goal, one track and one indicator")]
    Hollow,
}

/// Where the file is wrong, and how.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {refusal}")]
pub struct PolicyError {
    /// Counted from 1.
    pub line: usize,
    /// What is wrong.
    pub refusal: PolicyRefusal,
}
