//! A person decides how a case that has been open for long goes on: a new date with a reason, the answer now, or up to the
//! leader. The company is told the first two in words; what was promised before stays promised, and counts as it did.

use chrono::NaiveDate;
use kernel::{CaseId, Ctx, PersonId, Role};
use web::App;

use super::{Held, Outcome, Seen, code, escalate, work::worker};
use crate::{
    fact::EnquiryFact,
    mail,
    model::{Case, CaseRefusal, EntryKind, Escalation, NEW_DATE_DAYS_MAX, WayOn, check_text},
    notify,
};

/// What is decided, with the words that go with it.
#[derive(Debug, Clone, Copy)]
pub struct Deciding<'a> {
    /// How it goes on.
    pub way: WayOn,
    /// The reason that the company reads, the answer, or what the leader must know.
    pub text: &'a str,
    /// The new date; only with [`WayOn::NewDate`].
    pub until: Option<NaiveDate>,
}

/// Decides. Refused where nothing has to be decided: the case is answered, or not so old, or a new date was told that has not
/// passed.
pub async fn decide(
    app: &App,
    ctx: &Ctx,
    id: CaseId,
    seen: impl Into<Seen>,
    deciding: Deciding<'_>,
) -> Outcome {
    let text = check_text(deciding.text)?;
    let read = app.db.read(ctx);
    let today = app.calendar.local_date(ctx.now());
    let day = app.ports.people.on_day(&read, today, &[]).await?;
    let consultants = app.ports.people.with_role(&read, Role::BusinessConsultant).await?;
    let Some(held) = Held::of_team(app, ctx, id, seen).await? else { return Ok(()) };
    let by = worker(ctx)?;
    let taken = escalate::steps_taken(&held.tx, &[id]).await?;
    let reached = escalate::reached(&held.before, &held.promises, &taken, ctx, &app.calendar);
    if !reached.iter().any(|(step, _)| *step == Escalation::Decide) {
        return Err(CaseRefusal::NothingToDecide.into());
    }
    let leader = day.leader(held.before.team).filter(|leader| *leader != by);
    let (case, until) = match deciding.way {
        WayOn::NewDate => {
            let words = "enquiries-decide-new-date-words";
            let (case, until) = tell_new_date(&held, by, words, text, deciding.until).await?;
            (case, Some(until))
        }
        WayOn::Answer => {
            let case = held.before.clone().reply(by, ctx.now())?;
            held.add_entry(EntryKind::Reply, Some(by), text, &[]).await?;
            held.save(&case).await?;
            held.keep_first_reply().await?;
            held.keep_answer().await?;
            held.mail(&case, mail::ToCompany::Reply { text }).await?;
            (case, None)
        }
        WayOn::HandUp => {
            let leader = leader.ok_or(CaseRefusal::NobodyAbove)?;
            let case = held.before.clone().assign(Some(leader), ctx.now())?;
            held.add_entry(EntryKind::Note, Some(by), text, &[]).await?;
            held.save(&case).await?;
            (case, None)
        }
    };
    let mut to: Vec<PersonId> = leader.into_iter().collect();
    if !case.confidential {
        to.extend(consultants.iter().filter(|person| !day.is_away(**person)));
    }
    if let Some(only) = case.wall.only {
        to = vec![only];
    }
    to.sort();
    to.dedup();
    let kind = match deciding.way {
        WayOn::HandUp => notify::Kind::Decide,
        WayOn::NewDate | WayOn::Answer => notify::Kind::Decided,
    };
    let to = held.teller().people(&case, &to, kind, &format!("decided-{}", case.version)).await?;
    held.journal(&case, &EnquiryFact::Decided { how: code(deciding.way.code()), until, to }).await?;
    held.commit().await
}

/// Tells the company a new date and why, in `words`: a message with both in it. What was promised before stays promised.
pub(super) async fn tell_new_date(
    held: &Held<'_>,
    by: PersonId,
    words: &str,
    reason: &str,
    until: Option<NaiveDate>,
) -> Outcome<(Case, NaiveDate)> {
    let today = held.app.calendar.local_date(held.ctx().now());
    let last = today + chrono::Duration::days(NEW_DATE_DAYS_MAX);
    let until = until.filter(|date| *date > today && *date <= last).ok_or(CaseRefusal::NewDate)?;
    let language = held.before.language;
    let date = kernel::format::date_long(until, language);
    let text = held.app.text(language, words, &[("reason", reason.into()), ("date", date.into())]);
    let case = held.before.clone().reply(by, held.ctx().now())?;
    held.add_entry(EntryKind::Reply, Some(by), &text, &[]).await?;
    held.save(&case).await?;
    held.keep_first_reply().await?;
    held.resume().await?;
    held.mail(&case, mail::ToCompany::Reply { text: &text }).await?;
    Ok((case, until))
}
