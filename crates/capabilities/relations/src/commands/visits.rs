//! Noting visits: planned ones, and those that were.

use kernel::{Ctx, Failure, Visibility};
use web::App;

use super::{code, person};
use crate::{
    access::VISIT,
    fact::RelationsFact,
    model::{PlanRefusal, Visit, VisitDetails, VisitId, VisitState},
    store,
};

type Outcome<T = ()> = Result<T, Failure<PlanRefusal>>;

/// Notes an own visit: planned, or one that was. The same form sent twice notes one.
pub async fn note_visit(
    app: &App,
    ctx: &Ctx,
    key: uuid::Uuid,
    state: VisitState,
    details: VisitDetails,
) -> Outcome<VisitId> {
    ctx.require(VISIT)?;
    let visitor = person(ctx)?;
    let cards = app.ports.companies.companies(ctx, &[details.cvr]).await?;
    let card = cards.get(&details.cvr).ok_or(PlanRefusal::NoCompany)?;
    details.check(state, app.calendar.local_date(ctx.now()))?;
    let visit = Visit {
        id: ctx.new_id(),
        state,
        company: card.name.clone(),
        visitor: Some(visitor),
        visitor_name: String::new(),
        sequence: 0,
        added_at: ctx.now(),
        changed_at: ctx.now(),
        source: None,
        details,
    };
    let tx = app.db.begin_write(ctx).await?;
    match storage::once(&tx, "relations.visit", key, &format!("{:?}", visit.details)).await? {
        storage::Once::First => storage::remember_once(&tx, "relations.visit", key, visit.id.uuid()).await?,
        storage::Once::Same(first) | storage::Once::Other(first) => return Ok(first.into()),
    }
    store::save_visit(&tx, &visit).await?;
    let (kind, on) = (code(visit.details.kind.code()), visit.details.on);
    let fact = match state {
        VisitState::Held => RelationsFact::VisitNoted { kind, on },
        VisitState::Planned | VisitState::Cancelled => RelationsFact::VisitPlanned { kind, on },
    };
    tx.note(visit.id.uuid(), Visibility::Staff, &fact).await?;
    tx.commit().await?;
    Ok(visit.id)
}

/// Changes an own visit. What is said of it now is all that is said; the company stays.
pub async fn change_visit(app: &App, ctx: &Ctx, id: VisitId, details: VisitDetails) -> Outcome {
    ctx.require(VISIT)?;
    let tx = app.db.begin_write(ctx).await?;
    let visit = store::lock_visit(&tx, id).await?.filter(|visit| visit.visitor == ctx.person());
    let visit = visit.ok_or(Failure::NotFound)?;
    let details = VisitDetails { cvr: visit.details.cvr, ..details };
    if details == visit.details {
        return Ok(());
    }
    let visit = visit.change(details, app.calendar.local_date(ctx.now()), ctx.now())?;
    store::save_visit(&tx, &visit).await?;
    let fact = RelationsFact::VisitChanged { kind: code(visit.details.kind.code()), on: visit.details.on };
    tx.note(id.uuid(), Visibility::Staff, &fact).await?;
    Ok(tx.commit().await?)
}

/// Cancels an own visit that was planned.
pub async fn cancel_visit(app: &App, ctx: &Ctx, id: VisitId) -> Outcome {
    ctx.require(VISIT)?;
    let tx = app.db.begin_write(ctx).await?;
    let visit = store::lock_visit(&tx, id).await?.filter(|visit| visit.visitor == ctx.person());
    let visit = visit.ok_or(Failure::NotFound)?.cancel(ctx.now())?;
    store::save_visit(&tx, &visit).await?;
    tx.note(id.uuid(), Visibility::Staff, &RelationsFact::VisitCancelled).await?;
    Ok(tx.commit().await?)
}
