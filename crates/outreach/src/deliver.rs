//! Delivering: claim, send, write down, by the handful. The claim and the outcome are two transactions; the mails go between
//! them.
//!
//! At least once, not exactly once: a process that dies after the server took the mail and before that was written down
//! sends it again, with the same Message-ID, by which mail programs know a second copy. The other order would lose mail,
//! and a decision that never came is worse than one that came twice. All else is once: a message that was sent is never
//! sent again, whatever runs how often.

use futures_util::future::join_all;
use kernel::{Code, Ctx, MessageId};
use serde::{Deserialize, Serialize};
use storage::{Db, Job, JobError, JobHandler, StoreError, Timer, Tx};

use crate::{
    Channel, DeliveryState, MailFailure, Mailer, Message, Texter,
    model::{RETRIED_FOR, is_too_old, retry_at},
    store::{self, Claim, Parcel},
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
/// when their way was not set up, or the link in them has died meanwhile.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SweepOutbox {}

impl Job for SweepOutbox {
    const KIND: &'static str = "outreach.sweep";
}

/// How often the outbox is swept.
const SWEEP_EVERY: std::time::Duration = std::time::Duration::from_mins(15);
/// A message this long past its time has lost its job.
const STRANDED_AFTER: chrono::Duration = chrono::Duration::minutes(30);
/// Mails that are with the server at once. All of them are over before a claim runs out.
const SENT_AT_ONCE: usize = 4;
/// Messages put back per sweep.
const SWEPT_MAX: u64 = 500;

/// What delivering needs of the application's state.
pub trait HasMailer {
    /// The database.
    fn db(&self) -> &Db;
    /// The way out for mails.
    fn mailer(&self) -> &Mailer;
    /// The way out for short messages.
    fn texter(&self) -> &Texter;
    /// For how long what went out is kept.
    fn rules(&self) -> &kernel::RuleBook;
}

/// The ways out of the house.
#[derive(Debug, Clone, Copy)]
pub struct Ways<'a> {
    /// For mails.
    pub mailer: &'a Mailer,
    /// For short messages.
    pub texter: &'a Texter,
}

impl<'a> Ways<'a> {
    fn of<S: HasMailer>(state: &'a S) -> Self {
        Self { mailer: state.mailer(), texter: state.texter() }
    }

    /// The ways that are not set up.
    fn missing(self) -> Vec<Channel> {
        let is_missing = |channel: &Channel| match channel {
            Channel::Mail => self.mailer.is_missing(),
            Channel::Sms => self.texter.is_missing(),
        };
        Channel::ALL.into_iter().filter(is_missing).collect()
    }

    /// Whether it stays here: in a demo.
    const fn captures(self, channel: Channel) -> bool {
        match channel {
            Channel::Mail => matches!(self.mailer, Mailer::Captured),
            Channel::Sms => matches!(self.texter, Texter::Captured),
        }
    }

    const fn leaves_the_house(self) -> bool {
        matches!(self.mailer, Mailer::Smtp(_)) || matches!(self.texter, Texter::Gateway(_))
    }

    async fn send(self, parcel: &Parcel) -> Result<(), MailFailure> {
        match (parcel, self.mailer, self.texter) {
            (Parcel::Mail(letter), Mailer::Smtp(smtp), _) => smtp.send(letter).await,
            (Parcel::Sms(text), _, Texter::Gateway(gateway)) => gateway.send(text).await,
            (Parcel::Mail(_) | Parcel::Sms(_), _, _) => Ok(()),
        }
    }
}

/// The handlers of this crate's jobs.
pub fn job_handlers<S: HasMailer + Send + Sync + 'static>() -> Vec<JobHandler<S>> {
    vec![
        JobHandler::together(|state: S, ctx: Ctx, jobs: Vec<DeliverMessage>| async move {
            let ids: Vec<MessageId> = jobs.iter().map(|job| job.message).collect();
            deliver(state.db(), Ways::of(&state), &ctx, &ids).await
        }),
        JobHandler::new(|state: S, ctx: Ctx, _: SweepOutbox| async move {
            sweep(state.db(), Ways::of(&state), &ctx).await?;
            Ok(())
        }),
    ]
}

/// The timers of this crate.
pub fn timers() -> Vec<Timer> {
    let empty = || serde_json::json!({});
    vec![Timer { kind: SweepOutbox::KIND, every: SWEEP_EVERY, payload: empty() }]
}

/// Delivers messages, those that are still to be delivered, and says of each how its job ended: `Ok` also when it could not be
/// delivered now, for then it has been written down why, and a job waits for the next attempt.
pub async fn deliver(db: &Db, ways: Ways<'_>, ctx: &Ctx, ids: &[MessageId]) -> Vec<Result<(), JobError>> {
    let at_once = if ways.leaves_the_house() { SENT_AT_ONCE } else { ids.len().max(1) };
    let mut ended = Vec::with_capacity(ids.len());
    for some in ids.chunks(at_once) {
        if let Ok(outcomes) = deliver_some(db, ways, ctx, some).await {
            ended.extend(outcomes);
            continue;
        }
        // One that cannot be read stops none of the others. What had gone out is claimed, and does not go again.
        for one in some {
            let alone = deliver_some(db, ways, ctx, std::slice::from_ref(one)).await;
            ended.push(alone.map_err(JobError::from).and_then(|outcomes| outcomes.into_iter().collect()));
        }
    }
    ended
}

async fn deliver_some(
    db: &Db,
    ways: Ways<'_>,
    ctx: &Ctx,
    ids: &[MessageId],
) -> Result<Vec<Result<(), JobError>>, StoreError> {
    let tx = db.begin_write(ctx).await?;
    // Not an attempt: the sweep comes back to it when the way is set up.
    let held = store::of_channels(&tx, ids, &ways.missing()).await?;
    for id in &held {
        store::hold(&tx, *id).await?;
    }
    let free: Vec<MessageId> = ids.iter().copied().filter(|id| !held.contains(id)).collect();
    if free.is_empty() {
        tx.commit().await?;
        return Ok(vec![Ok(()); ids.len()]);
    }
    let (mut taken, mut ended, mut parcels) = (Vec::new(), Vec::new(), Vec::new());
    for (id, claim) in free.iter().zip(store::claim(&tx, &free).await?) {
        match claim {
            Claim::Over => {}
            Claim::Taken => taken.push(*id),
            Claim::Erased(message) => {
                ended.push((message, DeliveryState::Failed { at: ctx.now(), reason: code("erased") }));
            }
            Claim::Mine(parcel, message) => match without_sending(ways, &message, ctx) {
                Some(state) => ended.push((message, state)),
                None => parcels.push((parcel, message)),
            },
        }
    }
    store::end(&tx, &ended).await?;
    tx.commit().await?;
    let outcome = |id| if taken.contains(id) { Err(JobError::retry("claimed")) } else { Ok(()) };
    let outcomes = ids.iter().map(outcome).collect();
    if parcels.is_empty() {
        return Ok(outcomes);
    }
    let sent = join_all(parcels.iter().map(|(parcel, _)| ways.send(parcel))).await;
    let ended = parcels.into_iter().zip(sent).map(|((_, message), sent)| {
        let state = after_sending(&message, sent, ctx);
        (message, state)
    });
    write_down(db, ctx, &ended.collect::<Vec<_>>()).await?;
    Ok(outcomes)
}

/// How a delivery ends for which no server is asked.
fn without_sending(ways: Ways<'_>, message: &Message, ctx: &Ctx) -> Option<DeliveryState> {
    let at = ctx.now();
    if message.is_late_at(at) {
        return Some(DeliveryState::Expired { at });
    }
    if message.is_held() && is_too_old(message.written_at, at) {
        return Some(DeliveryState::Failed { at, reason: code(message.channel.not_set_up()) });
    }
    // Nothing leaves the house, so claim and outcome are one transaction.
    ways.captures(message.channel).then_some(DeliveryState::Captured { at })
}

fn after_sending(message: &Message, sent: Result<(), MailFailure>, ctx: &Ctx) -> DeliveryState {
    match sent {
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
    }
}

async fn write_down(db: &Db, ctx: &Ctx, ended: &[(Message, DeliveryState)]) -> Result<(), StoreError> {
    let tx = db.begin_write(ctx).await?;
    store::end(&tx, ended).await?;
    for (message, state) in ended {
        if let DeliveryState::Waiting { next_at, .. } = state {
            tx.enqueue_at(&DeliverMessage { message: message.id }, *next_at, None).await?;
        }
    }
    tx.commit().await
}

/// Gives every stranded message a job again, and those whose way has been set up since they were written.
/// Of those whose way is not, gives up what has grown too old. Returns how many. A job too many does no harm.
async fn sweep(db: &Db, ways: Ways<'_>, ctx: &Ctx) -> Result<usize, StoreError> {
    let read = db.read(ctx);
    let mut stranded = store::stranded(&read, ctx.now() - STRANDED_AFTER, SWEPT_MAX).await?;
    let (missing, all) = (ways.missing(), Channel::ALL);
    let there: Vec<Channel> = all.into_iter().filter(|channel| !missing.contains(channel)).collect();
    stranded.extend(store::held(&read, &there, None, SWEPT_MAX).await?);
    stranded.extend(store::held(&read, &missing, Some(ctx.now() - RETRIED_FOR), SWEPT_MAX).await?);
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
