//! The two ways in which a command ends badly: it is refused for a reason one can act on, or it fails.

/// Why a decision in `model.rs` said no. `Display` gives the message key shown to the user.
pub trait Refusal: std::error::Error + Send + Sync + 'static {
    /// The message key, by default what `Display` prints.
    fn key(&self) -> String {
        self.to_string()
    }
}

/// What cannot be refused has no reason.
impl Refusal for std::convert::Infallible {}

/// How a command fails. Internal text never reaches a page; the page gets a key and a reference number.
#[derive(Debug, thiserror::Error)]
pub enum Failure<R = std::convert::Infallible> {
    /// A rule said no, and says why.
    #[error("{0}")]
    Refused(R),
    /// There is no such thing, or not for this asker.
    #[error("not found")]
    NotFound,
    /// The asker lacks the permission.
    #[error("forbidden")]
    Forbidden,
    /// Something that is not the asker's doing.
    #[error("internal: {0}")]
    Internal(Box<dyn std::error::Error + Send + Sync>),
}

impl<R> Failure<R> {
    /// Wraps an error that is not the asker's doing.
    pub fn internal(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Internal(error.into())
    }

    /// Carries the failure over to a command with another refusal type.
    pub fn map_refusal<S>(self, map: impl FnOnce(R) -> Failure<S>) -> Failure<S> {
        match self {
            Self::Refused(refusal) => map(refusal),
            Self::NotFound => Failure::NotFound,
            Self::Forbidden => Failure::Forbidden,
            Self::Internal(error) => Failure::Internal(error),
        }
    }
}

impl Failure {
    /// A failure without a refusal fits any command.
    pub fn widen<R>(self) -> Failure<R> {
        self.map_refusal(|never| match never {})
    }
}

impl<R: Refusal> From<R> for Failure<R> {
    fn from(refusal: R) -> Self {
        Self::Refused(refusal)
    }
}
