//! What an operator can do: put back what failed, or give it up for good.

use std::time::Duration;

use chrono::{DateTime, Utc};
use kernel::{Ctx, Fact, Failure, MessageId, Visibility};
use outreach::DiscardReason;
use serde::Serialize;
use storage::{Db, Reader, StoreError, discard_dead_job, retry_dead_job};
use uuid::Uuid;

use super::{RETRY, fact::OperationsFact};

/// Puts a dead job back into the queue.
pub async fn retry_job(db: &Db, ctx: &Ctx, id: Uuid) -> Result<(), Failure> {
    ctx.require(RETRY)?;
    let tx = db.begin_write(ctx).await.map_err(Failure::internal)?;
    if !retry_dead_job(&tx, id).await.map_err(Failure::internal)? {
        return Err(Failure::NotFound);
    }
    let fact = OperationsFact::JobRetried { job: id };
    tx.note(id, Visibility::Staff, &fact).await.map_err(Failure::internal)?;
    tx.commit().await.map_err(Failure::internal)
}

/// Takes a dead job out of the queue for good.
pub async fn discard_job(db: &Db, ctx: &Ctx, id: Uuid) -> Result<(), Failure> {
    ctx.require(RETRY)?;
    let tx = db.begin_write(ctx).await.map_err(Failure::internal)?;
    let gone = discard_dead_job(&tx, id).await.map_err(Failure::internal)?.ok_or(Failure::NotFound)?;
    let fact = OperationsFact::JobDiscarded {
        job: id,
        kind: gone.kind.parse().map_err(Failure::internal)?,
        reason: gone.reason.and_then(|reason| reason.parse().ok()),
    };
    tx.note(id, Visibility::Staff, &fact).await.map_err(Failure::internal)?;
    tx.commit().await.map_err(Failure::internal)
}

/// Puts a message that could not be delivered back into the queue. Outreach writes the line.
pub async fn retry_message(db: &Db, ctx: &Ctx, id: MessageId) -> Result<(), Failure> {
    ctx.require(RETRY)?;
    let tx = db.begin_write(ctx).await.map_err(Failure::internal)?;
    if !outreach::retry_failed(&tx, id).await.map_err(Failure::internal)? {
        return Err(Failure::NotFound);
    }
    tx.commit().await.map_err(Failure::internal)
}

/// Gives a message that could not be delivered up for good, with the reason. Outreach writes the line.
pub async fn discard_message(
    db: &Db,
    ctx: &Ctx,
    id: MessageId,
    reason: DiscardReason,
) -> Result<(), Failure> {
    ctx.require(RETRY)?;
    let tx = db.begin_write(ctx).await.map_err(Failure::internal)?;
    if !outreach::discard_failed(&tx, id, reason).await.map_err(Failure::internal)? {
        return Err(Failure::NotFound);
    }
    tx.commit().await.map_err(Failure::internal)
}

/// Writes down in a journal that the installation was backed up. Comes from the machine itself.
pub async fn note_backup(db: &Db, ctx: &Ctx, fact: &OperationsFact) -> Result<(), StoreError> {
    let tx = db.begin_write(ctx).await?;
    tx.note(ctx.new_id::<Uuid>(), Visibility::Staff, fact).await?;
    tx.commit().await
}

/// The last backup that the journal tells of.
pub async fn last_backup(reader: &impl Reader) -> Result<Option<Backup>, StoreError> {
    let line = storage::newest_line(reader, OperationsFact::CAPABILITY, "backup_made").await?;
    let fact = line.map(|line| line.fact::<OperationsFact>()).transpose()?.flatten();
    Ok(fact.and_then(|fact| match fact {
        OperationsFact::BackupMade { made_at, bytes, rows, files, discrepancies } => {
            Some(Backup { made_at, bytes, rows, files, discrepancies })
        }
        _ => None,
    }))
}

/// A backup that was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Backup {
    /// What it holds is of this moment.
    pub made_at: DateTime<Utc>,
    /// The size of its file.
    pub bytes: u64,
    /// Rows of all tables.
    pub rows: u64,
    /// Files of companies and officers.
    pub files: u64,
    /// Files that were missing or not as they were received.
    pub discrepancies: u64,
}

impl Backup {
    /// Whether it is older than this at the time.
    pub fn is_older_at(&self, now: DateTime<Utc>, age: Duration) -> bool {
        (now - self.made_at).to_std().is_ok_and(|since| since > age)
    }
}

/// Writes down that the installation was restored, in the journal that was restored, and seals it: what is published from
/// here on says so. Comes from the machine itself.
pub async fn note_restored(db: &Db, ctx: &Ctx, fact: &OperationsFact) -> Result<(), StoreError> {
    let tx = db.begin_write(ctx).await?;
    tx.note(ctx.new_id::<Uuid>(), Visibility::Staff, fact).await?;
    tx.commit().await?;
    while storage::seal(db, ctx).await? > 0 {}
    Ok(())
}
