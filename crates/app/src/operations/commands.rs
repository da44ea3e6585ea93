//! What an operator can do: put back what failed.

use kernel::{Ctx, Failure, MessageId, Visibility};
use storage::{Db, retry_dead_job};
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

/// Puts a message that could not be delivered back into the queue. Outreach writes the line.
pub async fn retry_message(db: &Db, ctx: &Ctx, id: MessageId) -> Result<(), Failure> {
    ctx.require(RETRY)?;
    let tx = db.begin_write(ctx).await.map_err(Failure::internal)?;
    if !outreach::retry_failed(&tx, id).await.map_err(Failure::internal)? {
        return Err(Failure::NotFound);
    }
    tx.commit().await.map_err(Failure::internal)
}
