//! Erasing: because a case was kept long enough, or because the person behind it asked. The journal keeps that it was done,
//! why, and how much; promises, decisions and figures stay, since they hold no word of anyone.

use kernel::{CaseId, Code, Failure};
use storage::{Attachment, Tx};
use uuid::Uuid;
use web::App;

use super::{FILES_OF_ENTRY, Outcome, journal};
use crate::{fact::EnquiryFact, model::Filing, store};

/// What was taken out.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ErasedCounts {
    /// Cases.
    pub cases: u32,
    /// Texts of their threads.
    pub texts: u32,
    /// Files.
    pub files: u32,
    /// Mails about them.
    pub mails: u32,
}

impl std::ops::AddAssign for ErasedCounts {
    fn add_assign(&mut self, other: Self) {
        self.cases += other.cases;
        self.texts += other.texts;
        self.files += other.files;
        self.mails += other.mails;
    }
}

/// Takes out everything that a case tells of people, in one transaction. `still` looks once more, under the lock, whether
/// that is to be done. Done a second time it does nothing.
pub(crate) async fn erase_case(
    app: &App,
    ctx: &kernel::Ctx,
    id: CaseId,
    why: &Code,
    still: impl Fn(&crate::model::Case) -> bool,
) -> Outcome<ErasedCounts> {
    let is_person = is_person(app, ctx, id).await?;
    let tx = app.db.begin_write(ctx).await?;
    let Some(case) = store::find_and_lock(&tx, id).await? else { return Err(Failure::NotFound) };
    if case.erased_at.is_some() || !still(&case) {
        return Ok(ErasedCounts::default());
    }
    if case.has_filing() && store::filing(&tx, id).await? == Filing::Owed {
        // What must be archived is not destroyed before it is.
        return Ok(ErasedCounts::default());
    }
    let (texts, entries) = store::erase_texts(&tx, id, why).await?;
    let files = erase_files(&tx, &entries).await?;
    let mails = erase_mails(&tx, id).await?;
    store::erase_case(&tx, &case, is_person).await?;
    if is_person && !store::is_party_known(&tx, case.party).await? {
        ledger::forget_company(&tx, case.party).await?;
    }
    journal(&tx, &case, &EnquiryFact::Erased { why: why.clone(), texts, files, mails }).await?;
    tx.commit().await?;
    Ok(ErasedCounts { cases: 1, texts, files, mails })
}

/// Whether the number that a case states is a person's, or may be: a sole trader's, or in no register. Asked before the case
/// is held; what a case states does not change until it is erased.
async fn is_person(app: &App, ctx: &kernel::Ctx, id: CaseId) -> Outcome<bool> {
    let case = store::find(&app.db.read(ctx), id).await?.ok_or(Failure::NotFound)?;
    let Some(cvr) = case.asker.cvr() else { return Ok(false) };
    let known = app.ports.companies.companies(ctx, &[cvr]).await?;
    Ok(known.get(&cvr).is_none_or(|company| company.is_person))
}

/// The files of these entries; their content goes after commit.
async fn erase_files(tx: &Tx, entries: &[Uuid]) -> Outcome<u32> {
    let mut count = 0;
    for file in Attachment::of(tx, FILES_OF_ENTRY, entries).await? {
        if file.removed_at.is_none() {
            Attachment::mark_removed(tx, file.id).await?;
            tx.enqueue(&crate::jobs::RemoveFile { file: file.id }).await?;
            count += 1;
        }
    }
    Ok(count)
}

async fn erase_mails(tx: &Tx, id: CaseId) -> Outcome<u32> {
    let mut count = 0;
    for message in outreach::messages_of(tx, &[id.uuid()]).await? {
        count += u32::from(outreach::erase_content(tx, message.id).await?);
    }
    Ok(count)
}
