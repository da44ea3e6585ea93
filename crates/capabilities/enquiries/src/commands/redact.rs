//! What is taken out of a case for good: a text with the mail that carried it, a question to colleagues, a file.

use kernel::{AttachmentId, CaseId, Code, Ctx, Failure};
use storage::Attachment;
use uuid::Uuid;
use web::App;

use super::{FILES_OF_ENTRY, FormKey, Held, Outcome};
use crate::{
    access,
    fact::EnquiryFact,
    mail,
    model::{EntryId, EntryKind, PartId},
    store,
};

/// Takes a text out of the thread, with a reason that stays. A mail that carried it loses its words and its address too.
pub async fn redact_entry(
    app: &App,
    ctx: &Ctx,
    id: CaseId,
    entry: EntryId,
    why: &Code,
    form: Option<FormKey>,
) -> Outcome {
    let Some(held) = hold_for_redaction(app, ctx, id, form).await? else { return Ok(()) };
    let entries = store::entries(&held.tx, id, false).await?;
    let taken = entries.iter().find(|one| one.id == entry).ok_or(Failure::NotFound)?;
    if !store::redact_entry(&held.tx, id, entry, why.as_str()).await? {
        return Err(Failure::NotFound);
    }
    // A mail is written in the same transaction as its entry, so it bears the same moment.
    let purpose = mail::purpose_of(taken.kind);
    for message in outreach::messages_of(&held.tx, &[id.uuid()]).await? {
        let carried = message.written_at == taken.at && Some(&message.purpose) == purpose.as_ref();
        // What our own got by mail since then may show it among what was said; what the company writes is told at once.
        let is_since = match taken.kind {
            EntryKind::FromCompany => message.written_at >= taken.at,
            _ => message.written_at > taken.at,
        };
        let may_show = is_since && mail::is_notice(&message);
        if carried || may_show {
            outreach::erase_content(&held.tx, message.id).await?;
        }
    }
    held.journal(&held.before, &EnquiryFact::Redacted { what: entry.uuid(), why: why.clone() }).await?;
    held.commit().await
}

/// Takes out what another team was asked, with a reason that stays. The part stays owed.
pub async fn redact_part(
    app: &App,
    ctx: &Ctx,
    id: CaseId,
    part: PartId,
    why: &Code,
    form: Option<FormKey>,
) -> Outcome {
    let Some(held) = hold_for_redaction(app, ctx, id, form).await? else { return Ok(()) };
    if !store::redact_part(&held.tx, id, part, why).await? {
        return Err(Failure::NotFound);
    }
    held.journal(&held.before, &EnquiryFact::Redacted { what: part.uuid(), why: why.clone() }).await?;
    held.commit().await
}

/// Takes a file's content away, with a reason that stays. The content goes after commit.
pub async fn redact_file(
    app: &App,
    ctx: &Ctx,
    id: CaseId,
    file: AttachmentId,
    why: &Code,
    form: Option<FormKey>,
) -> Outcome {
    let Some(held) = hold_for_redaction(app, ctx, id, form).await? else { return Ok(()) };
    let entries: Vec<Uuid> =
        store::entries(&held.tx, id, false).await?.iter().map(|entry| entry.id.uuid()).collect();
    let files = Attachment::of(&held.tx, FILES_OF_ENTRY, &entries).await?;
    if !files.iter().any(|one| one.id == file) {
        return Err(Failure::NotFound);
    }
    Attachment::mark_removed(&held.tx, file).await?;
    held.journal(&held.before, &EnquiryFact::Redacted { what: file.uuid(), why: why.clone() }).await?;
    held.tx.enqueue(&crate::jobs::RemoveFile { file }).await?;
    held.commit().await
}

async fn hold_for_redaction<'a>(
    app: &'a App,
    ctx: &Ctx,
    id: CaseId,
    form: Option<FormKey>,
) -> Outcome<Option<Held<'a>>> {
    ctx.require(access::WORK)?;
    let Some(held) = Held::begin_once(app, ctx, id, form).await? else { return Ok(None) };
    match (access::may_work(ctx, &held.before), access::may_see(ctx, &held.before, &[])) {
        (true, _) => Ok(Some(held)),
        (false, true) => Err(Failure::Forbidden),
        (false, false) => Err(Failure::NotFound),
    }
}
