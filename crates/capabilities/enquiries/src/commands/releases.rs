//! The numbers on the front page: a manager puts them there, and takes them away.

use kernel::{Ctx, Failure, Visibility};
use web::App;

use super::code;
use crate::{
    access,
    fact::EnquiryFact,
    figures::{self, CaseFacts, KeptFigures, Period},
    model::{Release, ReleaseId, ReleaseRefusal, ReleasedNumber, fingerprint},
    store,
};

/// How a command on a release ends.
pub type ReleaseOutcome<T = ()> = Result<T, Failure<ReleaseRefusal>>;

/// The numbers of a period as they would stand on the front page now.
pub async fn front_numbers(app: &App, ctx: &Ctx, period: Period) -> ReleaseOutcome<Vec<ReleasedNumber>> {
    ctx.require(access::FIGURES)?;
    let cases = app.kept::<KeptFigures>().cases(&app.db, ctx, &app.calendar).await?;
    let cases: Vec<&CaseFacts> =
        figures::of_cohort(cases.values().map(AsRef::as_ref), &period.days()).collect();
    Ok(figures::front_numbers(&cases, ctx.now(), &app.calendar))
}

/// Puts the numbers of a period on the front page, in the place of those that stand there. `seen` is what was looked at:
/// other numbers than those are not released.
pub async fn release_numbers(app: &App, ctx: &Ctx, period: Period, seen: &str) -> ReleaseOutcome<ReleaseId> {
    ctx.require(access::LEAD)?;
    let by = ctx.person().ok_or(Failure::Forbidden)?;
    let numbers = front_numbers(app, ctx, period).await?;
    if numbers.is_empty() {
        return Err(ReleaseRefusal::Few.into());
    }
    if fingerprint(&numbers) != seen {
        return Err(ReleaseRefusal::Changed.into());
    }
    let tx = app.db.begin_write(ctx).await?;
    if let Some(before) = store::current_release(&tx).await? {
        store::end_release(&tx, before.id).await?;
    }
    let release = Release {
        id: ctx.new_id(),
        period,
        numbers,
        released_at: ctx.now(),
        released_by: by,
        ended_at: None,
    };
    store::insert_release(&tx, &release).await?;
    for number in &release.numbers {
        let (from, to) = period.days().into_inner();
        let fact = EnquiryFact::NumberReleased {
            number: code(number.number.code()),
            from,
            to,
            thousandths: number.thousandths,
            n: number.n,
        };
        tx.note(release.id, Visibility::Public, &fact).await?;
    }
    tx.commit().await?;
    Ok(release.id)
}

/// Takes the numbers off the front page.
pub async fn withdraw_numbers(app: &App, ctx: &Ctx, id: ReleaseId) -> ReleaseOutcome {
    ctx.require(access::LEAD)?;
    let tx = app.db.begin_write(ctx).await?;
    if store::end_release(&tx, id).await? {
        tx.note(id, Visibility::Public, &EnquiryFact::NumbersWithdrawn).await?;
    }
    tx.commit().await?;
    Ok(())
}
