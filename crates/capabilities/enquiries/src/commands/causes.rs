//! What is done about the causes of avoidable enquiries: a manager gives each an owner and a date.

use kernel::{Code, Ctx, Failure, Visibility};
use storage::Tx;
use web::App;

use crate::{
    access,
    fact::EnquiryFact,
    model::{Avoidable, CausePlan, CausePlanId, CauseRefusal, NewCausePlan},
    store,
};

/// How a command on a plan ends.
pub type CauseOutcome<T = ()> = Result<T, Failure<CauseRefusal>>;

/// Gives a cause an owner and a date. A plan that there was already ends.
pub async fn plan_cause(app: &App, ctx: &Ctx, new: NewCausePlan) -> CauseOutcome<CausePlanId> {
    ctx.require(access::LEAD)?;
    new.check(app.calendar.local_date(ctx.now()))?;
    let owner = app.ports.people.people(&app.db.read(ctx), &[new.owner]).await?;
    if owner.get(&new.owner).is_none_or(|person| person.left) {
        return Err(CauseRefusal::Owner.into());
    }
    let tx = app.db.begin_write(ctx).await?;
    for before in store::cause_plans(&tx).await?.iter().filter(|plan| plan.cause == new.cause) {
        end(&tx, before).await?;
    }
    let plan = CausePlan {
        id: ctx.new_id(),
        cause: new.cause,
        owner: new.owner,
        due_on: new.due_on,
        what: new.what.trim().to_owned(),
        planned_at: ctx.now(),
        ended_at: None,
    };
    store::insert_cause_plan(&tx, &plan).await?;
    let fact = EnquiryFact::CausePlanned { cause: code(plan.cause), owner: plan.owner, due_on: plan.due_on };
    tx.note(plan.id, Visibility::Staff, &fact).await?;
    tx.commit().await?;
    Ok(plan.id)
}

/// The plan is done, or given up.
pub async fn end_cause(app: &App, ctx: &Ctx, id: CausePlanId) -> CauseOutcome {
    ctx.require(access::LEAD)?;
    let tx = app.db.begin_write(ctx).await?;
    let plans = store::cause_plans(&tx).await?;
    let plan = plans.iter().find(|plan| plan.id == id).ok_or(Failure::NotFound)?;
    end(&tx, plan).await?;
    tx.commit().await?;
    Ok(())
}

async fn end(tx: &Tx, plan: &CausePlan) -> CauseOutcome {
    if store::end_cause_plan(tx, plan.id).await? {
        tx.note(plan.id, Visibility::Staff, &EnquiryFact::CauseEnded { cause: code(plan.cause) }).await?;
    }
    Ok(())
}

fn code(cause: Avoidable) -> Code {
    super::code(cause.code())
}
