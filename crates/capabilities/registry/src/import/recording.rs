//! What an import writes into a municipality's journal: a line for the run, and one for each unit that came, moved or ceased.

use kernel::{Ctx, Visibility};
use storage::{Db, StoreError};

use super::ImportReport;
use crate::{fact::RegistryFact, store};

/// Journal lines written in one transaction.
const LINES_AT_ONCE: u64 = 100;

/// The run's own line in a municipality's journal.
pub(super) async fn record_run(db: &Db, ctx: &Ctx, report: &ImportReport) -> Result<(), StoreError> {
    let counts = report.counts;
    let fact = RegistryFact::Imported {
        input_hash: report.input_hash.clone(),
        read: counts.read,
        added: counts.added,
        changed: counts.changed,
        ceased: counts.ceased,
        rejected: counts.rejected,
    };
    let tx = db.begin_write(ctx).await?;
    tx.note(report.run, Visibility::Staff, &fact).await?;
    tx.commit().await
}

/// Puts what has become visible into the municipality's journal, a hundred lines at a time. Called after each import, and
/// by a timer for what a process that died left behind. Returns how many lines were written.
pub async fn record_changes(db: &Db, ctx: &Ctx) -> Result<u64, StoreError> {
    let mut written = 0;
    loop {
        let tx = db.begin_write(ctx).await?;
        let changes = store::unrecorded_changes(&tx, LINES_AT_ONCE).await?;
        if changes.is_empty() {
            return Ok(written);
        }
        for (kind, number, unit_id, word, on) in changes {
            let fact = match word.as_str() {
                "new" => RegistryFact::New { kind, on },
                "moved_in" => RegistryFact::MovedIn { kind, on },
                "moved_out" => RegistryFact::MovedOut { kind, on },
                "ceased" => RegistryFact::Ceased { kind, on },
                _ => return Err(StoreError::corrupt("registry_change.word", number)),
            };
            tx.note(unit_id, Visibility::Staff, &fact).await?;
            written += 1;
        }
        tx.commit().await?;
    }
}
