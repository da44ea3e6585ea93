//! Who is away, and who takes the work.

use chrono::NaiveDate;
use kernel::{Ctx, Failure, PersonId};
use storage::Db;

use super::{ADMINISTER, WORK, begin, note};
use crate::{
    IdentityFact,
    model::{Absence, AbsenceId, AbsenceRefusal, Staff},
    store,
};

/// An absence about to be noted.
#[derive(Debug, Clone)]
pub struct NewAbsence {
    /// Who is away.
    pub person: PersonId,
    /// The first day.
    pub first_day: NaiveDate,
    /// The last day, where it is known.
    pub last_day: Option<NaiveDate>,
    /// Who takes the work.
    pub substitute: Option<PersonId>,
}

/// Notes an absence: one's own, or by whoever leads a team of the person.
pub async fn note_absence(
    db: &Db,
    ctx: &Ctx,
    new: NewAbsence,
    today: NaiveDate,
) -> Result<AbsenceId, Failure<AbsenceRefusal>> {
    let (tx, staff) = begin(db, ctx).await?;
    require_absence(ctx, &staff, new.person)?;
    if !staff.works_here(new.person) {
        return Err(Failure::NotFound);
    }
    let NewAbsence { person, first_day, last_day, substitute } = new;
    let absence = Absence { id: ctx.new_id(), person, first_day, last_day, substitute };
    staff.check_absence(&absence, today)?;
    store::add_absence(&tx, &absence).await?;
    let (id, teams) = (absence.id, staff.own_teams(person));
    let fact = IdentityFact::AbsenceNoted { absence: id, person, teams, first_day, last_day, substitute };
    note(&tx, person, fact).await?;
    tx.commit().await?;
    Ok(absence.id)
}

/// Someone is back: the absence ends with yesterday, or never was when it had not begun.
pub async fn end_absence(
    db: &Db,
    ctx: &Ctx,
    id: AbsenceId,
    today: NaiveDate,
) -> Result<(), Failure<AbsenceRefusal>> {
    let (tx, staff) = begin(db, ctx).await?;
    let absence = staff.find_absence(id).ok_or(Failure::NotFound)?;
    require_absence(ctx, &staff, absence.person)?;
    let yesterday = today.pred_opt().unwrap_or(today);
    if absence.last_day.is_some_and(|last| last <= yesterday) {
        return Ok(());
    }
    store::end_absence(&tx, absence, yesterday).await?;
    let (person, teams) = (absence.person, staff.own_teams(absence.person));
    let fact = IdentityFact::AbsenceEnded { absence: id, person, teams, back_on: today };
    note(&tx, person, fact).await?;
    tx.commit().await?;
    Ok(())
}

fn require_absence<R>(ctx: &Ctx, staff: &Staff, person: PersonId) -> Result<(), Failure<R>> {
    let leads = ctx.may(WORK) && staff.own_teams(person).into_iter().any(|team| ctx.leads(team));
    let may = ctx.person() == Some(person) || ctx.may(ADMINISTER) || leads;
    if may { Ok(()) } else { Err(Failure::Forbidden) }
}
