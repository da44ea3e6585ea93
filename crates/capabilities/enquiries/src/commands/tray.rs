//! Mails that wait for a person: whoever looks after the mailbox says where each belongs.

use kernel::{CaseId, Code, Ctx, Failure, Language};
use outreach::incoming::{self, Fate, IncomingId, WaitingMail};
use web::{App, Argument};

use super::{
    CompanyWords, NewEnquiry, Outcome, company, link,
    mailed::{asker, language_of, topic_of, whole_text},
    send::{self, Came},
};
use crate::{
    access,
    guide_state::GuideState,
    model::{CaseRefusal, Contact},
    store,
};

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
    let text = whole_text(&mail.subject, &mail.text);
    let name = if mail.from_name.is_empty() { mail.from.to_string() } else { mail.from_name.clone() };
    let new = NewEnquiry {
        topic,
        asker: asker(app, ctx, &mail.from, &text).await?,
        contact: Contact { name, email: mail.from.clone(), phone: None },
        about: None,
        language: language_of(&text),
        text,
        files: Vec::new(),
        draft: None,
        // A person has read it.
        suspicion: 0,
        form_key: id.uuid(),
        content: String::new(),
    };
    let sent = send::take(app, guide, ctx, new, Came::Mail(left_files(app, &mail).as_deref())).await?;
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
    let words = CompanyWords { text: mail.text.clone(), files: Vec::new(), draft: None, form_key: id.uuid() };
    let from = [
        ("from", Argument::from(mail.from.as_str())),
        ("contact", Argument::from(case.contact.email.as_str())),
    ];
    let is_other = case.contact.email.to_key() != mail.from.to_key();
    let other = is_other.then(|| app.text(Language::Da, "enquiries-mailed-other", &from));
    let remarks: Vec<String> = other.into_iter().chain(left_files(app, &mail)).collect();
    let remark = (!remarks.is_empty()).then(|| remarks.join("\n"));
    company::write_remarked(app, guide, ctx, &link(app, &case), words, remark.as_deref()).await?;
    end(app, ctx, id, Fate::Added, Some(case.id)).await?;
    Ok(case.id)
}

/// Nothing is made of the mail, for one of the reasons of [`NOT_PLACED`]. Its words go.
pub async fn drop_mail(app: &App, ctx: &Ctx, id: IncomingId, why: &str) -> Outcome {
    waiting_mail(app, ctx, id).await?;
    let why = NOT_PLACED.into_iter().find(|known| *known == why).ok_or(CaseRefusal::SpamReason)?;
    end(app, ctx, id, Fate::Dropped(super::code(why)), None).await
}

/// Where the files are that came with the mail: only its words wait here.
fn left_files(app: &App, mail: &WaitingMail) -> Option<String> {
    let names = [("names", Argument::from(mail.files.join(", ")))];
    (!mail.files.is_empty()).then(|| app.text(Language::Da, "enquiries-tray-files", &names))
}

async fn end(app: &App, ctx: &Ctx, id: IncomingId, fate: Fate, case: Option<CaseId>) -> Outcome {
    let tx = app.db.begin_write(ctx).await?;
    incoming::end(&tx, id, fate, case.map(CaseId::uuid)).await?;
    Ok(tx.commit().await?)
}
