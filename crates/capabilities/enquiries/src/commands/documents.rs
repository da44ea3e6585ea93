//! A request for access to documents: its clock is the law's, and whoever asked is told why where that cannot be kept.

use chrono::{DateTime, NaiveDate, Utc};
use kernel::{CaseId, Ctx};
use ledger::PromiseKind;
use web::App;

use super::{Held, Outcome, Seen, code, decide, work::worker};
use crate::{
    fact::EnquiryFact,
    guide::Topic,
    model::{ACCESS_TO_DOCUMENTS, CaseRefusal, check_text},
};

/// The rule that says within how many working days such a request is answered.
const RULE: &str = "access-to-documents.answer";

/// Within how many working days an answer on the topic is owed, and whether that clock may stand still. Where a law says it,
/// no goal gives longer, and a question back to whoever asks does not stop it.
pub(super) fn answer_terms(app: &App, topic: &Topic, now: DateTime<Utc>) -> (u16, bool) {
    let day = app.calendar.day_zero(now);
    let goal = u16::from(topic.goal_on(day).answer);
    if topic.key.as_str() != ACCESS_TO_DOCUMENTS {
        return (goal, true);
    }
    let law = app.rules().at(RULE, day).and_then(|rule| rule.value.working_days());
    (law.map_or(goal, |days| days.min(goal)), false)
}

/// Tells whoever asked for documents why it takes longer, and when the answer can be expected (offentlighedsloven § 36,
/// stk. 2). The date that was promised stays, and counts as it did.
pub async fn take_longer(
    app: &App,
    ctx: &Ctx,
    id: CaseId,
    seen: impl Into<Seen>,
    text: &str,
    until: Option<NaiveDate>,
) -> Outcome {
    let text = check_text(text)?;
    let Some(held) = Held::of_team(app, ctx, id, seen).await? else { return Ok(()) };
    let owed = held.owed(&PromiseKind::ANSWER).filter(|_| held.before.is_for_documents());
    let due = owed.ok_or(CaseRefusal::NotForDocuments)?.due_on;
    let until = until.filter(|date| *date > due).ok_or(CaseRefusal::NewDate)?;
    let (case, until) =
        decide::tell_new_date(&held, worker(ctx)?, "enquiries-longer-words", text, Some(until)).await?;
    let fact = EnquiryFact::Decided { how: code("longer"), until: Some(until), to: Vec::new() };
    held.journal(&case, &fact).await?;
    held.commit().await
}
