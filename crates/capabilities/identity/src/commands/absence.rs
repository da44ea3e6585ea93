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

impl NewAbsence {
    /// The absence that it becomes.
    pub fn with_id(self, id: AbsenceId) -> Absence {
        let Self { person, first_day, last_day, substitute } = self;
        Absence { id, person, first_day, last_day, substitute }
    }
}

/// Notes an absence, once however often it is sent: one's own, or by whoever leads a team of the person.
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
    let absence = new.with_id(ctx.new_id());
    // A form sent twice notes one absence.
    let same = |noted: &&Absence| Absence { id: absence.id, ..(*noted).clone() } == absence;
    if let Some(noted) = staff.absences.iter().find(same) {
        return Ok(noted.id);
    }
    staff.check_absence(&absence, today)?;
    store::add_absence(&tx, &absence).await?;
    let teams = staff.own_teams(absence.person);
    let Absence { id, person, first_day, last_day, substitute } = absence;
    let fact = IdentityFact::AbsenceNoted { absence: id, person, teams, first_day, last_day, substitute };
    note(&tx, person, fact).await?;
    tx.commit().await?;
    Ok(id)
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

/// Whether the asker may note when this person is away: the person, an administrator, who leads one of its teams.
pub(crate) fn may_note_absence(ctx: &Ctx, staff: &Staff, person: PersonId) -> bool {
    let leads = || ctx.may(WORK) && staff.own_teams(person).into_iter().any(|team| ctx.leads(team));
    ctx.person() == Some(person) || ctx.may(ADMINISTER) || leads()
}

fn require_absence<R>(ctx: &Ctx, staff: &Staff, person: PersonId) -> Result<(), Failure<R>> {
    if may_note_absence(ctx, staff, person) { Ok(()) } else { Err(Failure::Forbidden) }
}
