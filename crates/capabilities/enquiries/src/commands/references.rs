//! What a case is called in other systems: noted, changed, taken out, and asked after when news did not come.

use kernel::{CaseId, Ctx, Failure};
use web::App;

use super::{Held, Outcome, Seen, code};
use crate::{
    fact::EnquiryFact,
    model::{Case, CaseRefusal, Filing, REFERENCES_MAX, Reference, ReferenceDetails, ReferenceId},
    notify, store,
};

/// Notes a reference, or changes the one that is named.
pub async fn refer(
    app: &App,
    ctx: &Ctx,
    id: CaseId,
    seen: impl Into<Seen>,
    reference: Option<ReferenceId>,
    details: ReferenceDetails,
) -> Outcome {
    let Some(held) = Held::of_team(app, ctx, id, seen).await? else { return Ok(()) };
    let case = held.before.clone().refer(ctx.now())?;
    let known = store::references(&held.tx, &[id]).await?;
    let before = match reference {
        Some(reference) => Some(known.iter().find(|one| one.id == reference).ok_or(Failure::NotFound)?),
        None if known.len() >= REFERENCES_MAX => return Err(CaseRefusal::TooManyReferences.into()),
        None => None,
    };
    if let Some(before) = before
        && (details.system != before.details.system || details.number.is_empty())
    {
        check_not_filed_there(&held, before.id).await?;
    }
    details.check_day(before.and_then(|one| one.details.expected_on), app.calendar.local_date(ctx.now()))?;
    let new = match before {
        Some(before) => before.clone().with(details),
        None => Reference {
            id: ctx.new_id(),
            case: id,
            details,
            added_at: ctx.now(),
            told_at: None,
            redacted: None,
        },
    };
    held.save(&case).await?;
    store::save_reference(&held.tx, &new).await?;
    let (system, expected_on) = (code(new.details.system.code()), new.details.expected_on);
    let (reference, shown) = (new.id.uuid(), new.details.is_shown);
    let fact = if before.is_some() {
        EnquiryFact::ReferenceChanged { reference, system, expected_on, shown }
    } else {
        EnquiryFact::ReferenceAdded { reference, system, expected_on, shown }
    };
    held.journal(&case, &fact).await?;
    held.commit().await
}

/// Takes a reference out for good.
pub async fn remove_reference(
    app: &App,
    ctx: &Ctx,
    id: CaseId,
    seen: impl Into<Seen>,
    reference: ReferenceId,
) -> Outcome {
    let Some(held) = Held::of_team(app, ctx, id, seen).await? else { return Ok(()) };
    let case = held.before.clone().refer(ctx.now())?;
    let known = store::references(&held.tx, &[id]).await?;
    let gone = known.iter().find(|one| one.id == reference).ok_or(Failure::NotFound)?;
    check_not_filed_there(&held, reference).await?;
    held.save(&case).await?;
    store::delete_reference(&held.tx, reference).await?;
    let system = code(gone.details.system.code());
    held.journal(&case, &EnquiryFact::ReferenceRemoved { reference: reference.uuid(), system }).await?;
    held.commit().await
}

/// What says where the case is filed stays, until something else says it.
async fn check_not_filed_there(held: &Held<'_>, reference: ReferenceId) -> Outcome {
    let filing = store::filing(&held.tx, held.before.id).await?;
    if filing == (Filing::Filed { reference }) { Err(CaseRefusal::FiledThere.into()) } else { Ok(()) }
}

/// The case is read together with another from now on: what it is called elsewhere is found there. Not where others would
/// learn of it: another contact, or readers of a case that is not told in confidence.
pub(super) async fn take_along(held: &Held<'_>, to: &Case) -> Outcome {
    let from = &held.before;
    if from.contact.email != to.contact.email
        || (from.confidential && !to.confidential)
        || !to.has_references()
    {
        return Ok(());
    }
    let there = store::references(&held.tx, &[to.id]).await?;
    for reference in store::references(&held.tx, &[from.id]).await? {
        if there.iter().any(|one| one.details.is_same(&reference.details)) {
            continue;
        }
        let moved = Reference { case: to.id, ..reference };
        store::save_reference(&held.tx, &moved).await?;
        let fact = EnquiryFact::ReferenceAdded {
            reference: moved.id.uuid(),
            system: code(moved.details.system.code()),
            expected_on: moved.details.expected_on,
            shown: moved.details.is_shown,
        };
        held.journal(to, &fact).await?;
    }
    Ok(())
}

/// The day has passed on which another system was to give news: whoever works on the case is told, once for each day that was
/// expected. Done again, it changes nothing.
pub(crate) async fn ask_after(app: &App, ctx: &Ctx, reference: &Reference) -> Outcome {
    let held = Held::begin(app, ctx, reference.case).await?;
    let now = store::references(&held.tx, &[reference.case]).await?;
    let missed = now.into_iter().find(|one| one.id == reference.id);
    let today = app.calendar.local_date(ctx.now());
    let Some(missed) = missed.filter(|one| one.is_missed(today)) else { return Ok(()) };
    if held.before.has_references() {
        let day = missed.details.expected_on.map(|day| day.to_string()).unwrap_or_default();
        let once = format!("no-news-{}-{day}", missed.id);
        held.teller().worker(&held.before, notify::Kind::NoNews, &once).await?;
    }
    store::save_reference(&held.tx, &Reference { told_at: Some(ctx.now()), ..missed }).await?;
    held.commit().await
}
