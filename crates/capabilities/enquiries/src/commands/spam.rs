//! What is no enquiry leaves the account; what was taken for none comes back to it, with the dates that it had.
//!
//! A late case could disappear this way, so it is asked for a reason, the team's leader is told, and it can be undone.

use kernel::{CaseId, Code, Ctx, PersonId};
use ledger::{NewPromise, Promise, PromiseState};
use storage::LineFilter;
use web::App;

use super::{Held, Outcome, Seen, is_owed_to_company};
use crate::{
    fact::EnquiryFact,
    model::{Case, CaseRefusal, EntryKind, Genuine, SPAM_REASONS},
    notify, store,
};

/// Why what was owed on spam is owed no more.
const SPAM: &str = "spam";

/// Marks what is no enquiry. Counted apart; nothing is owed.
pub async fn mark_spam(app: &App, ctx: &Ctx, id: CaseId, seen: impl Into<Seen>, why: &Code) -> Outcome {
    if !SPAM_REASONS.contains(&why.as_str()) {
        return Err(CaseRefusal::SpamReason.into());
    }
    let is_registered = is_registered(app, ctx, id).await?;
    let Some(held) = Held::of_team(app, ctx, id, seen).await? else { return Ok(()) };
    let case = held.before.clone().mark_spam(genuine(&held, is_registered).await?, ctx.now())?;
    held.save(&case).await?;
    held.journal(&case, &EnquiryFact::MarkedSpam { why: Some(why.clone()) }).await?;
    held.withdraw_promises(SPAM).await?;
    tell_leader(&held, &case, notify::Kind::Spam).await?;
    held.commit().await
}

/// It was an enquiry after all: what was owed is owed again, until the day that was promised.
pub async fn not_spam(app: &App, ctx: &Ctx, id: CaseId, seen: impl Into<Seen>) -> Outcome {
    let Some(held) = Held::of_team(app, ctx, id, seen).await? else { return Ok(()) };
    let owed: Vec<&Promise> = held.promises.iter().filter(|one| was_spam(one, &held.promises)).collect();
    let case = held.before.clone().not_spam(!owed.is_empty(), ctx.now())?;
    held.save(&case).await?;
    held.journal(&case, &EnquiryFact::NotSpam).await?;
    for promise in owed {
        ledger::promise(&held.tx, once_more(promise)).await?;
    }
    tell_leader(&held, &case, notify::Kind::NotSpam).await?;
    let occasion = occasion(&case, notify::Kind::NotSpam);
    held.teller().worker(&case, notify::Kind::NotSpam, &occasion).await?;
    held.commit().await
}

/// Whether a number that the case states is in the register. Asked before the case is held; what a case states stays.
async fn is_registered(app: &App, ctx: &Ctx, id: CaseId) -> Outcome<bool> {
    let Some(case) = store::find(&app.db.read(ctx), id).await? else { return Ok(false) };
    let stated: Vec<_> = case.asker.cvr().into_iter().chain(case.asker.adviser_cvr()).collect();
    Ok(!stated.is_empty() && !app.ports.companies.companies(ctx, &stated).await?.is_empty())
}

async fn genuine(held: &Held<'_>, is_registered: bool) -> Outcome<Genuine> {
    let case = &held.before;
    let written = store::entries(&held.tx, case.id, true).await?;
    let confirmed = LineFilter {
        subjects: Some(vec![case.id.uuid()]),
        capability: Some("enquiries".to_owned()),
        words: vec!["confirmed".to_owned()],
        ..LineFilter::default()
    };
    Ok(Genuine {
        is_answered: written.iter().any(|entry| entry.kind != EntryKind::FromCompany),
        is_registered,
        is_confirmed: !storage::lines(&held.tx, &confirmed, 1).await?.is_empty(),
    })
}

/// What was owed until the case was marked, and is not owed again already.
fn was_spam(promise: &Promise, all: &[Promise]) -> bool {
    let for_spam =
        matches!(&promise.state, PromiseState::Withdrawn { reason, .. } if reason.as_str() == SPAM);
    for_spam && is_owed_to_company(promise) && !all.iter().any(|later| later.follows == Some(promise.id))
}

/// The same promise as if it had never been taken back: its day stands.
fn once_more(promise: &Promise) -> NewPromise {
    NewPromise {
        kind: promise.kind.clone(),
        debtor: promise.debtor,
        creditor: promise.creditor,
        subject: promise.subject,
        party: promise.party,
        topic: promise.topic.clone(),
        received_at: promise.received_at,
        cohort: promise.cohort,
        due_on: promise.due_on,
        pausable: promise.pausable,
        follows: Some(promise.id),
        visibility: promise.visibility.clone(),
    }
}

fn occasion(case: &Case, kind: notify::Kind) -> String {
    format!("{}-{}", kind.text(), case.version)
}

async fn tell_leader(held: &Held<'_>, case: &Case, kind: notify::Kind) -> Outcome {
    let leader: Vec<PersonId> = held.here.leader(case.team).into_iter().collect();
    held.teller().people(case, &leader, kind, &occasion(case, kind)).await?;
    Ok(())
}
