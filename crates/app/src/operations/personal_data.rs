//! What the journal holds on a person who works or worked here, or on a contact: that it did something, by a random id. Nothing
//! of that is erased: a chain with a line taken out proves nothing.

use std::sync::Arc;

use ::web::App;
use async_trait::async_trait;
use kernel::{Ctx, Failure};
use ports::{DataSubject, ErasedCounts, PersonalDataHolder, Staying};
use serde_json::{Map, Value, json};
use storage::{Db, Line, LineFilter, StoreError};

/// Lines that are handed out, the oldest first.
const LINES_MAX: u64 = 100_000;

/// What the journal answers of a person.
pub fn holder(app: &App) -> Arc<dyn PersonalDataHolder> {
    Arc::new(Journal(app.db.clone()))
}

struct Journal(Db);

impl Journal {
    async fn by(&self, ctx: &Ctx, subject: &DataSubject) -> Result<Vec<Line>, StoreError> {
        if subject.persons.is_empty() {
            return Ok(Vec::new());
        }
        let actors = Some(subject.persons.iter().map(|person| person.uuid()).collect());
        storage::lines(&self.0.read(ctx), &LineFilter { actors, ..LineFilter::default() }, LINES_MAX).await
    }
}

#[async_trait]
impl PersonalDataHolder for Journal {
    fn tables(&self) -> &'static [&'static str] {
        &["journal_line"]
    }

    async fn export(&self, ctx: &Ctx, subject: &DataSubject) -> Result<Map<String, Value>, StoreError> {
        let lines = self.by(ctx, subject).await?;
        let lines = lines.iter().map(|line| {
            json!({ "at": line.at, "capability": line.capability, "word": line.word, "about": line.subject })
        });
        Ok(Map::from_iter([("done".to_owned(), lines.collect())]))
    }

    async fn erase(&self, _: &Ctx, _: &DataSubject) -> Result<ErasedCounts, Failure> {
        Ok(ErasedCounts::new())
    }

    async fn stays(&self, ctx: &Ctx, subject: &DataSubject) -> Result<Vec<Staying>, StoreError> {
        let lines = self.by(ctx, subject).await?.len();
        let staying = Staying {
            key: "operations-stays-journal",
            count: i64::try_from(lines).unwrap_or(i64::MAX),
            named: Vec::new(),
            places: &["journal_line.actor_id"],
            until_ended: false,
        };
        Ok(Vec::from_iter((lines > 0).then_some(staying)))
    }
}
