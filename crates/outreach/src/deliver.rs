//! Delivering: claim, send, write down. The claim and the outcome are two transactions; the mail goes between them.
//!
//! At least once, not exactly once: a process that dies after the server took the mail and before that was written down
//! sends it again, with the same Message-ID, by which mail programs know a second copy. The other order would lose mail,
//! and a decision that never came is worse than one that came twice. All else is once: a message that was sent is never
//! sent again, whatever runs how often.

use kernel::{Code, Ctx, MessageId};
use serde::{Deserialize, Serialize};
use storage::{Db, Job, JobError, JobHandler, StoreError, Timer, Tx};

use crate::{
    DeliveryState, ForgetMail, MailFailure, Mailer, Message, forget,
    forget::FORGET_EVERY,
    model::{NO_SERVER, RETRIED_FOR, is_too_old, retry_at},
    store::{self, Claim},
};

/// Delivers one message.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct DeliverMessage {
    /// Which.
    pub message: MessageId,
}

impl Job for DeliverMessage {
    const KIND: &'static str = "outreach.deliver";
}

/// Looks for messages that wait though their time has passed: their job died with the database it ran on, they were written
/// when no mail server was set up, or the link in them has died meanwhile.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SweepOutbox {}

impl Job for SweepOutbox {
    const KIND: &'static str = "outreach.sweep";
}

/// How often the outbox is swept.
const SWEEP_EVERY: std::time::Duration = std::time::Duration::from_mins(15);
/// A message this long past its time has lost its job.
const STRANDED_AFTER: chrono::Duration = chrono::Duration::minutes(30);
/// Messages put back per sweep.
const SWEPT_MAX: u64 = 500;

/// What delivering needs of the application's state.
pub trait HasMailer {
    /// The database.
    fn db(&self) -> &Db;
    /// The way out.
    fn mailer(&self) -> &Mailer;
    /// For how long what went out is kept.
    fn rules(&self) -> &kernel::RuleBook;
}

/// The handlers of this crate's jobs.
pub fn job_handlers<S: HasMailer + Send + Sync + 'static>() -> Vec<JobHandler<S>> {
    vec![
        JobHandler::new(|state: S, ctx: Ctx, job: DeliverMessage| async move {
            deliver(state.db(), state.mailer(), &ctx, job.message).await
        }),
        JobHandler::new(|state: S, ctx: Ctx, _: SweepOutbox| async move {
            sweep(state.db(), state.mailer(), &ctx).await?;
            Ok(())
        }),
        JobHandler::new(|state: S, ctx: Ctx, _: ForgetMail| async move {
            forget(state.db(), &ctx, state.rules()).await.map(|_| ())
        }),
    ]
}

/// The timers of this crate.
pub fn timers() -> Vec<Timer> {
    let empty = || serde_json::json!({});
    vec![
        Timer { kind: SweepOutbox::KIND, every: SWEEP_EVERY, payload: empty() },
        Timer { kind: ForgetMail::KIND, every: FORGET_EVERY, payload: empty() },
    ]
}

/// Delivers a message, if that is still to be done. `Ok` also when it could not be delivered now: it has been written down
/// why, and a job waits for the next attempt.
pub async fn deliver(db: &Db, mailer: &Mailer, ctx: &Ctx, id: MessageId) -> Result<(), JobError> {
    let tx = db.begin_write(ctx).await?;
    if mailer.is_missing() {
        // Not an attempt: the sweep comes back to it when there is a server.
        store::hold(&tx, id).await?;
        return Ok(tx.commit().await?);
    }
    let (letter, message) = match store::claim(&tx, id).await? {
        Claim::Over => return Ok(()),
        Claim::Taken => return Err(JobError::retry("claimed")),
        Claim::Erased(message) => {
            let reason = code("erased");
            store::end(&tx, &message, &DeliveryState::Failed { at: ctx.now(), reason }).await?;
            tx.commit().await?;
            return Ok(());
        }
        Claim::Mine(_, message) if message.is_late_at(ctx.now()) => {
            store::end(&tx, &message, &DeliveryState::Expired { at: ctx.now() }).await?;
            tx.commit().await?;
            return Ok(());
        }
        Claim::Mine(_, message) if message.is_held() && is_too_old(message.written_at, ctx.now()) => {
            let reason = code(NO_SERVER);
            store::end(&tx, &message, &DeliveryState::Failed { at: ctx.now(), reason }).await?;
            tx.commit().await?;
            return Ok(());
        }
        Claim::Mine(_, message) if matches!(mailer, Mailer::Captured) => {
            // Nothing leaves the house, so claim and outcome are one transaction.
            store::end(&tx, &message, &DeliveryState::Captured { at: ctx.now() }).await?;
            tx.commit().await?;
            return Ok(());
        }
        Claim::Mine(letter, message) => (letter, message),
    };
    tx.commit().await?;
    let outcome = match mailer {
        Mailer::Smtp(smtp) => smtp.send(&letter).await,
        Mailer::Captured | Mailer::Missing => Ok(()),
    };
    let state = match outcome {
        Ok(()) => DeliveryState::Sent { at: ctx.now() },
        Err(MailFailure::Permanent(reason)) => DeliveryState::Failed { at: ctx.now(), reason },
        Err(MailFailure::Temporary(reason)) => {
            match retry_at(message.written_at, message.attempts, ctx.now()) {
                // No use in trying when the link in it will be dead.
                Some(next_at) if message.is_late_at(next_at) => DeliveryState::Expired { at: ctx.now() },
                Some(next_at) => DeliveryState::Waiting { reason: Some(reason), next_at },
                None => DeliveryState::Failed { at: ctx.now(), reason: code("expired") },
            }
        }
    };
    Ok(write_down(db, ctx, &message, &state).await?)
}

async fn write_down(db: &Db, ctx: &Ctx, message: &Message, state: &DeliveryState) -> Result<(), StoreError> {
    let tx = db.begin_write(ctx).await?;
    store::end(&tx, message, state).await?;
    if let DeliveryState::Waiting { next_at, .. } = state {
        tx.enqueue_at(&DeliverMessage { message: message.id }, *next_at, None).await?;
    }
    tx.commit().await
}

/// Gives every stranded message a job again, and, when there is a mail server, those that were written when there was none.
/// Without one, gives up what has grown too old. Returns how many. A job too many does no harm.
async fn sweep(db: &Db, mailer: &Mailer, ctx: &Ctx) -> Result<usize, StoreError> {
    let read = db.read(ctx);
    let mut stranded = store::stranded(&read, ctx.now() - STRANDED_AFTER, SWEPT_MAX).await?;
    let too_old = mailer.is_missing().then(|| ctx.now() - RETRIED_FOR);
    stranded.extend(store::held(&read, too_old, SWEPT_MAX).await?);
    stranded.extend(store::late(&read, ctx.now(), SWEPT_MAX).await?);
    if stranded.is_empty() {
        return Ok(0);
    }
    let tx = db.begin_write(ctx).await?;
    for message in &stranded {
        let key = message.to_string();
        tx.enqueue_at(&DeliverMessage { message: *message }, ctx.now(), Some(&key)).await?;
    }
    tx.commit().await?;
    Ok(stranded.len())
}

/// Sweeps as soon as jobs run: at start, so that a mail server that has just been set up gets what waits.
pub async fn sweep_soon(tx: &Tx) -> Result<(), StoreError> {
    tx.enqueue(&SweepOutbox {}).await
}

fn code(text: &str) -> Code {
    text.parse().unwrap_or_else(|_| unreachable!("reason codes are literals of the program"))
}
