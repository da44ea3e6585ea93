//! What an operator can do: put back what failed, or give it up for good.

use kernel::{Ctx, Failure, MessageId, Visibility};
use storage::{Db, StoreError, discard_dead_job, retry_dead_job};
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

/// Writes down that the installation was restored, in the journal that was restored, and seals it: what is published from
/// here on says so. Comes from the machine itself.
pub async fn note_restored(db: &Db, ctx: &Ctx, fact: &OperationsFact) -> Result<(), StoreError> {
    let tx = db.begin_write(ctx).await?;
    tx.note(ctx.new_id::<Uuid>(), Visibility::Staff, fact).await?;
    tx.commit().await?;
    while storage::seal(db, ctx).await? > 0 {}
    Ok(())
}
