//! How a store function fails: always an internal matter, told with table, column and id where a row is broken.

use sea_orm::DbErr;

/// A failure of the database or of a row in it. Not found is never an error: it is `None`.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The engine said no.
    #[error("database: {0}")]
    Database(#[from] DbErr),
    /// A row holds what the program never writes.
    #[error("broken row: {column} of {id}")]
    Corrupt {
        /// `table.column`.
        column: &'static str,
        /// The row.
        id: String,
    },
    /// A journal payload with free text in it: a mistake in the program.
    #[error("journal: {0}")]
    Fact(#[from] kernel::InvalidFact),
    /// A value that cannot be written as JSON.
    #[error("json: {0}")]
    Json(#[from] serde_json::Error),
}

impl StoreError {
    /// A row that cannot be read back.
    #[expect(clippy::needless_pass_by_value, reason = "callers hand over ids, which are small")]
    pub fn corrupt(column: &'static str, id: impl ToString) -> Self {
        Self::Corrupt { column, id: id.to_string() }
    }

    /// Whether the engine refused for want of room on disk.
    pub fn is_full(&self) -> bool {
        let Self::Database(error) = self else { return false };
        let text = error.to_string();
        text.contains("database or disk is full") || text.contains("No space left") || text.contains("53100")
    }
}

impl<R> From<StoreError> for kernel::Failure<R> {
    fn from(error: StoreError) -> Self {
        Self::internal(error)
    }
}
