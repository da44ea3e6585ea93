//! Mails that wait for a person: whoever looks after the mailbox says where each belongs.

use kernel::{CaseId, Code, Ctx, Failure, Language};
use outreach::incoming::{self, Fate, IncomingId, WaitingMail};
use storage::{Attachment, AttachmentOwner, Tx};
use uuid::Uuid;
use web::{App, Argument};

use super::{
    CompanyWords, FILES_OF_MAIL, NewEnquiry, Outcome, company, link,
    mailed::{Read, WHOLE_TEXT, Words, asker, contact, language_of, topic_of, whole, whole_text},
    send::{self, Came},
};
use crate::{access, guide_state::GuideState, jobs::RemoveFile, model::CaseRefusal, store};

/// Why a mail is no enquiry; the words are `enquiries-tray-why-CODE`.
pub const NOT_PLACED: [&str; 4] = ["advertising", "not-for-us", "passed-on", "needs-nothing"];

/// The mails that wait, the oldest first; pages count from 0.
pub async fn waiting_mails(app: &App, ctx: &Ctx, page: u64) -> Outcome<Vec<WaitingMail>> {
    ctx.require(access::PLACE)?;
    Ok(incoming::waiting(&app.db.read(ctx), page).await?)
}

/// One of them.
pub async fn waiting_mail(app: &App, ctx: &Ctx, id: IncomingId) -> Outcome<WaitingMail> {
    ctx.require(access::PLACE)?;
    incoming::one(&app.db.read(ctx), id).await?.ok_or(Failure::NotFound)
}

/// What the guide finds likeliest.
pub fn likeliest_topic(guide: &GuideState, ctx: &Ctx, mail: &WaitingMail) -> Code {
    let text = whole_text(&mail.subject, &mail.text);
    topic_of(guide, ctx, &text, language_of(&text))
}

/// The mail is an enquiry about this topic. Pressed twice, it makes one.
pub async fn open_from_mail(
    app: &App,
    guide: &GuideState,
    ctx: &Ctx,
    id: IncomingId,
    topic: Code,
) -> Outcome<CaseId> {
    let mail = waiting_mail(app, ctx, id).await?;
    let words = read(app, ctx, &mail).await?.opening(app);
    let new = NewEnquiry {
        topic,
        asker: asker(app, ctx, &mail.from, &words.text).await?,
        contact: contact(&mail.from_name, &mail.from),
        about: None,
        language: language_of(&words.text),
        text: words.text,
        files: words.files,
        draft: Some(id.uuid().into()),
        // A person has read it.
        suspicion: 0,
        form_key: id.uuid(),
        content: String::new(),
    };
    let sent = send::take(app, guide, ctx, new, Came::Mail(words.remark.as_deref())).await?;
    end(app, ctx, id, Fate::Opened, Some(sent.case.id)).await?;
    Ok(sent.case.id)
}

/// The mail belongs to the case of this number, which the asker may see. Pressed twice, it is added once.
pub async fn add_mail_to_case(
    app: &App,
    guide: &GuideState,
    ctx: &Ctx,
    id: IncomingId,
    number: &str,
) -> Outcome<CaseId> {
    let mail = waiting_mail(app, ctx, id).await?;
    let case = store::find_by_number(&app.db.read(ctx), number.trim()).await?;
    // Whoever may not see the case is not told that there is one.
    let case = case.filter(|case| access::may_see(ctx, case, &[])).ok_or(CaseRefusal::NoSuchCase)?;
    let Words { text, files, remark } = read(app, ctx, &mail).await?.answering(app, &case);
    let words = CompanyWords { text, files, draft: Some(id.uuid().into()), form_key: id.uuid() };
    company::write_remarked(app, guide, ctx, &link(app, &case), words, remark.as_deref()).await?;
    end(app, ctx, id, Fate::Added, Some(case.id)).await?;
    Ok(case.id)
}

/// The mail as it was looked through when it came: its files hang on it.
async fn read(app: &App, ctx: &Ctx, mail: &WaitingMail) -> Outcome<Read> {
    let came = Attachment::of(&app.db.read(ctx), FILES_OF_MAIL, &[mail.id.uuid()]).await?;
    let has_whole = came.iter().any(|file| file.name == WHOLE_TEXT);
    let files = if has_whole { None } else { whole(app, ctx, &mail.subject, &mail.text).await? };
    let is_missing = |name: &&String| !came.iter().any(|file| file.name == **name);
    let missing: Vec<&str> = mail.files.iter().filter(is_missing).map(String::as_str).collect();
    let names = [("names", Argument::from(missing.join(", ")))];
    let remark = (!missing.is_empty()).then(|| app.text(Language::Da, "enquiries-tray-files", &names));
    Ok(Read {
        from: mail.from.clone(),
        subject: mail.subject.clone(),
        text: mail.text.clone(),
        files: files.into_iter().collect(),
        remarks: remark.into_iter().collect(),
    })
}

/// The files of a mail that waits, for its page.
pub async fn files_of_mail(app: &App, ctx: &Ctx, id: IncomingId) -> Outcome<Vec<Attachment>> {
    ctx.require(access::PLACE)?;
    Ok(Attachment::of(&app.db.read(ctx), FILES_OF_MAIL, &[id.uuid()]).await?)
}

/// Nothing is made of the mail, for one of the reasons of [`NOT_PLACED`]. Its words go.
pub async fn drop_mail(app: &App, ctx: &Ctx, id: IncomingId, why: &str) -> Outcome {
    waiting_mail(app, ctx, id).await?;
    let why = NOT_PLACED.into_iter().find(|known| *known == why).ok_or(CaseRefusal::SpamReason)?;
    end(app, ctx, id, Fate::Dropped(super::code(why)), None).await
}

/// What became of it is written down. The files that no case took go with its words.
async fn end(app: &App, ctx: &Ctx, id: IncomingId, fate: Fate, case: Option<CaseId>) -> Outcome {
    let tx = app.db.begin_write(ctx).await?;
    incoming::end(&tx, id, fate, case.map(CaseId::uuid)).await?;
    forget_files(&tx, id.uuid()).await?;
    Ok(tx.commit().await?)
}

/// Takes away the files that hang on a mail.
async fn forget_files(tx: &Tx, mail: Uuid) -> Outcome {
    for file in Attachment::forget(tx, AttachmentOwner { kind: FILES_OF_MAIL, id: mail }).await? {
        tx.enqueue(&RemoveFile { file }).await?;
    }
    Ok(())
}

/// Takes away the files of mails that wait no more: their words were forgotten, or erased on request.
pub(crate) async fn forget_lost_files(app: &App, ctx: &Ctx) -> Outcome {
    for mail in Attachment::owners(&app.db.read(ctx), FILES_OF_MAIL).await? {
        if incoming::one(&app.db.read(ctx), mail.into()).await?.is_none() {
            let tx = app.db.begin_write(ctx).await?;
            forget_files(&tx, mail).await?;
            tx.commit().await?;
        }
    }
    Ok(())
}
