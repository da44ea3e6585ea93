//! What the ledger holds on a person: what was promised and decided about what it wrote, and which decisions it took for the
//! municipality. Promises hold dates and random ids; only a decision's reasons hold words, and they can be erased.

use std::{collections::BTreeSet, sync::Arc};

use async_trait::async_trait;
use kernel::{Ctx, DecisionId, Failure, uuid::Uuid};
use ports::{DataSubject, ErasedCounts, PersonalDataHolder, Staying};
use serde_json::{Map, Value, json};
use storage::{Db, Read, StoreError};

use crate::{Decision, store};

/// What the ledger answers of a person.
pub fn holder(db: Db) -> Arc<dyn PersonalDataHolder> {
    Arc::new(Owed(db))
}

struct Owed(Db);

async fn about(read: &Read, subjects: &BTreeSet<Uuid>) -> Result<Vec<Decision>, StoreError> {
    let subjects: Vec<Uuid> = subjects.iter().copied().collect();
    store::decisions_of_subjects(read, &subjects).await
}

#[async_trait]
impl PersonalDataHolder for Owed {
    fn tables(&self) -> &'static [&'static str] {
        &["ledger_promise", "ledger_party", "ledger_decision", "ledger_decision_reasons"]
    }

    async fn export(&self, ctx: &Ctx, subject: &DataSubject) -> Result<Map<String, Value>, StoreError> {
        let read = self.0.read(ctx);
        let subjects: Vec<Uuid> = subject.subjects.iter().copied().collect();
        let promises = store::of_subjects(&read, &subjects).await?;
        let promises = promises.iter().map(|promise| {
            json!({
                "about": promise.subject,
                "kind": promise.kind,
                "received_at": promise.received_at,
                "due_on": promise.due_on,
                "state": promise.state.word(),
            })
        });
        let decisions = about(&read, &subject.subjects).await?;
        let ids: Vec<DecisionId> = decisions.iter().map(|decision| decision.id).collect();
        let mut reasons = store::reasons_of(&read, &ids).await?;
        let decisions = decisions.iter().map(|decision| {
            json!({
                "about": decision.subject,
                "outcome": decision.outcome,
                "decided_at": decision.decided_at,
                "reasons": reasons.remove(&decision.id),
            })
        });
        let taken = store::decided_by(&read, &subject.persons).await?;
        let taken = taken.iter().map(|decision| {
            json!({ "about": decision.subject, "outcome": decision.outcome, "decided_at": decision.decided_at })
        });
        Ok(Map::from_iter([
            ("promises".to_owned(), promises.collect()),
            ("decisions".to_owned(), decisions.collect()),
            ("decisions_taken".to_owned(), taken.collect()),
        ]))
    }

    async fn erase(&self, ctx: &Ctx, subject: &DataSubject) -> Result<ErasedCounts, Failure> {
        let ended = subject.subjects.difference(&subject.open).copied().collect();
        let mut erased = 0;
        for decision in about(&self.0.read(ctx), &ended).await? {
            let tx = self.0.begin_write(ctx).await?;
            erased += u64::from(store::erase_reasons(&tx, decision.id).await?);
            tx.commit().await?;
        }
        Ok(ErasedCounts::from([("reasons", erased)]))
    }

    async fn stays(&self, ctx: &Ctx, subject: &DataSubject) -> Result<Vec<Staying>, StoreError> {
        let taken = store::decided_by(&self.0.read(ctx), &subject.persons).await?.len();
        let staying = Staying {
            key: "ledger-stays-decided",
            count: i64::try_from(taken).unwrap_or(i64::MAX),
            named: Vec::new(),
            places: &["ledger_decision.decided_by_id"],
            until_ended: false,
        };
        Ok(Vec::from_iter((taken > 0).then_some(staying)))
    }
}
