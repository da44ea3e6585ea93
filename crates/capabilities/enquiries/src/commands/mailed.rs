//! A mail comes in: an answer to one of ours is added to its case, anything else opens a case with a receipt, and what only a
//! person can place waits for one.
//!
//! Whatever crashes, a mail has its effect once: what it makes is made under its own key, as a form's is, and that it was
//! taken is written down afterwards.

use chrono::Duration;
use kernel::{Actor, CaseId, Code, Ctx, Email, Failure, Language, Role, TenantId};
use ledger::PromiseState;
use outreach::{
    DeliveryState, Message,
    incoming::{self, Answered, Bounce, Fate, Incoming, IncomingFile, Kept, Nature, ReplyKeys},
};
use storage::{Attachment, AttachmentOwner, LineFilter, NewAttachment};
use web::{App, Argument, FILES_MAX, FileRefusal, Limit, Site, Upload};

use super::{
    CompanyWords, FILES_OF_MAIL, Held, NewEnquiry, Outcome, by_mail, code, company, here, link, masked,
    send::{self, Came},
};
use crate::{
    fact::EnquiryFact,
    guide::OTHER,
    guide_state::GuideState,
    mail,
    model::{Asker, Case, CaseRefusal, CaseState, Contact, TEXT_CHARS_MAX, stated_cvr, suspicion},
    notify,
    store::{self, CaseFilter},
};

/// So many mails of one sender are placed by themselves; more wait for a person. Far above what anybody writes, far below
/// what two robots write each other.
const MAILS: Limit = Limit { name: "mail-in", count: 20, window: Duration::hours(1) };
/// So many mails of one sender are kept for a person in an hour.
const WAITING: Limit = Limit { name: "mail-waiting", count: 20, window: Duration::hours(1) };
/// Operators are told of a flood once.
const FLOODED: Limit = Limit { name: "mail-flooded", count: 1, window: Duration::hours(1) };
/// Times that the links of one case were taken back which are looked at: far beyond what happens to one.
const REVOCATIONS_MAX: u64 = 1_000;
/// A mail whose text is longer than an enquiry may be brings it as this file.
pub(super) const WHOLE_TEXT: &str = "mail.txt";
/// The beginning of the purposes of this capability's mails.
const OWN: &str = "enquiry-";

/// The line with which our mails begin that can be answered.
pub const ANSWER_ABOVE: &str = "enquiries-mail-above";

/// What became of a mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Placed {
    /// It opened a case, or raised one that was open.
    Opened(CaseId),
    /// It was added to the case that it answers.
    Added(CaseId),
    /// One of us answered the company of this case by it.
    Answered(CaseId),
    /// One of us wanted to, and it was not sent: what it says stands on the case, and whoever wrote it is told why.
    Kept(CaseId),
    /// A person must say where it belongs.
    Waiting,
    /// No person wrote it: it is counted, and nobody is told.
    Automatic,
    /// It says that mails of ours did not arrive.
    Bounced,
    /// It was taken before.
    Before,
}

/// The municipality that a mail is for: that of the message which it answers, else that which it is addressed to.
pub fn tenant_of(app: &App, mail: &Incoming) -> TenantId {
    let keys = app.kept::<ReplyKeys>();
    let answers = |site: &&Site| mail.to.iter().any(|to| keys.message(to, site.tenant).is_some());
    let is_addressed = |site: &&Site| mail.to.iter().any(|to| to.to_key() == site.email.to_key());
    let found = app.sites.iter().find(answers).or_else(|| app.sites.iter().find(is_addressed));
    found.unwrap_or_else(|| app.first_site()).tenant
}

/// Takes a mail in for a municipality.
pub async fn receive(app: &App, guide: &GuideState, tenant: TenantId, mail: Incoming) -> Outcome<Placed> {
    let markers = [Language::Da, Language::En].map(|language| app.text(language, ANSWER_ABOVE, &[]));
    let mail = mail.without_quote(&markers.each_ref().map(String::as_str));
    let mail = &mail;
    let ctx = app.system("mail", tenant);
    if incoming::was_taken(&app.db.read(&ctx), mail.key).await? {
        return Ok(Placed::Before);
    }
    match &mail.nature {
        Nature::Automatic(_) => end(app, &ctx, mail, Fate::Automatic, None).await.map(|()| Placed::Automatic),
        Nature::Bounced(bounces) => take_bounces(app, &ctx, mail, bounces).await,
        Nature::Written => place(app, guide, &ctx, mail).await,
    }
}

/// Places what a person wrote.
async fn place(app: &App, guide: &GuideState, ctx: &Ctx, mail: &Incoming) -> Outcome<Placed> {
    let answered = incoming::answered(&app.db.read(ctx), app.kept::<ReplyKeys>(), mail).await?;
    let is_too_much = app.limits().count(MAILS, &mail.from.to_key(), ctx.now()).is_err();
    if is_too_much {
        return wait(app, ctx, mail).await;
    }
    if let Some(answered) = answered.as_ref().filter(|to| mail::is_notice(&to.message)) {
        return match by_mail::take(app, ctx, mail, answered).await? {
            Some(placed) => Ok(placed),
            None => wait(app, ctx, mail).await,
        };
    }
    if is_from_own(app, ctx, &mail.from).await? {
        return wait(app, ctx, mail).await;
    }
    let sender = Ctx::new(
        ctx.tenant(),
        Actor::Anyone,
        app.public_reach.get(&Role::Anyone).cloned().unwrap_or_default(),
        Language::Da,
        ctx.now(),
        ctx.ids().clone(),
    );
    let case = match &answered {
        Some(answered) => answered_case(app, ctx, answered).await?,
        None => None,
    };
    let read = Read::of(app, &sender, mail).await?;
    if let Some(case) = case {
        match add(app, guide, &sender, mail, &case, read.answering(app, &case)).await {
            Ok(()) => {
                end(app, ctx, mail, Fate::Added, Some(case.id)).await?;
                return Ok(Placed::Added(case.id));
            }
            // It ended too long ago, or is read together with another: what is written now is an enquiry of its own.
            Err(Failure::Refused(CaseRefusal::TooLateToReopen | CaseRefusal::NotEnded)) => {}
            Err(Failure::Refused(_) | Failure::NotFound) => return wait_read(app, ctx, mail, read).await,
            Err(failure) => return Err(failure),
        }
    }
    match open(app, guide, &sender, mail, read.opening(app)).await {
        Ok(case) => {
            end(app, ctx, mail, Fate::Opened, Some(case)).await?;
            Ok(Placed::Opened(case))
        }
        Err(Failure::Refused(_)) => wait_read(app, ctx, mail, read).await,
        Err(failure) => Err(failure),
    }
}

/// Whether one of our own wrote it. What a colleague passes on is somebody else's enquiry: a person says whose.
async fn is_from_own(app: &App, ctx: &Ctx, from: &Email) -> Outcome<bool> {
    let key = from.to_key();
    Ok(here(app, ctx).await?.people.values().any(|person| !person.left && person.email.to_key() == key))
}

/// The case that one of our mails was about, as long as the links in that mail hold: whoever took them back took the way to
/// answer with them.
async fn answered_case(app: &App, ctx: &Ctx, answered: &Answered) -> Outcome<Option<Case>> {
    let message = &answered.message;
    if !message.purpose.as_str().starts_with(OWN) {
        return Ok(None);
    }
    let read = app.db.read(ctx);
    let Some(case) = store::find(&read, message.reference.into()).await? else { return Ok(None) };
    let revoked = LineFilter {
        subjects: Some(vec![case.id.uuid()]),
        capability: Some(<EnquiryFact as kernel::Fact>::CAPABILITY.to_owned()),
        words: vec!["link_revoked".to_owned()],
        ..LineFilter::default()
    };
    let revoked = storage::lines(&read, &revoked, REVOCATIONS_MAX).await?;
    Ok((!revoked.iter().any(|line| line.at > message.written_at)).then_some(case))
}

/// Adds an answer to its case. Whoever answers the mail that asks to confirm an address has confirmed it.
async fn add(
    app: &App,
    guide: &GuideState,
    sender: &Ctx,
    mail: &Incoming,
    case: &Case,
    words: Words,
) -> Outcome {
    let link = link(app, case);
    if case.state == CaseState::Unconfirmed {
        company::confirm(app, guide, sender, &link).await?;
    }
    let answer = CompanyWords { text: words.text, files: words.files, draft: None, form_key: mail.key };
    company::write_remarked(app, guide, sender, &link, answer, words.remark.as_deref()).await
}

/// Opens a case under the likeliest topic, or raises the one in which the same address asked the same.
async fn open(app: &App, guide: &GuideState, sender: &Ctx, mail: &Incoming, words: Words) -> Outcome<CaseId> {
    let language = language_of(&words.text);
    let topic = topic_of(guide, sender, &words.text, language);
    let name = masked(app, &mail.from_name).await?;
    let new = NewEnquiry {
        topic,
        asker: asker(app, sender, &mail.from, &words.text).await?,
        contact: contact(&name, &mail.from),
        about: None,
        // Nothing to fall into in a mail, and no clock: what is left is what it says.
        suspicion: suspicion("", None, &words.text),
        text: words.text,
        language,
        files: words.files,
        draft: None,
        form_key: mail.key,
        content: String::new(),
    };
    let sent = send::take(app, guide, sender, new, Came::Mail(words.remark.as_deref())).await?;
    Ok(sent.case.id)
}

/// Whoever wrote a mail, by name where it gives one.
pub(super) fn contact(name: &str, from: &Email) -> Contact {
    let name = if name.is_empty() { from.as_str() } else { name };
    Contact { name: name.to_owned(), email: from.clone(), phone: None }
}

/// The topic that the guide finds likeliest; `other` where none fits.
pub(super) fn topic_of(guide: &GuideState, ctx: &Ctx, text: &str, language: Language) -> Code {
    let suggestion = guide.guide(ctx.tenant()).suggest(text, language);
    let likeliest = suggestion.topics.into_iter().next().filter(|_| !suggestion.is_other);
    likeliest.map_or_else(|| code(OTHER), |topic| topic.key)
}

/// What a new mail says: its subject tells what it is about.
pub(super) fn whole_text(subject: &str, text: &str) -> String {
    format!("{subject}\n\n{}", text.trim()).trim().to_owned()
}

/// Who asks: the company whose number stands in the mail, else whoever the same address asked for the last time. Stated,
/// not confirmed, as everything that comes without proof.
pub(super) async fn asker(app: &App, ctx: &Ctx, from: &Email, text: &str) -> Outcome<Asker> {
    if let Some(cvr) = stated_cvr(text) {
        return Ok(Asker::Company { cvr: Some(cvr), name: String::new() });
    }
    let filter = CaseFilter { email: Some(from.clone()), ..CaseFilter::default() };
    let last = store::newest(&app.db.read(ctx), &filter, 1).await?.pop();
    let unknown = || Asker::Company { cvr: None, name: from.domain().to_owned() };
    Ok(last.map_or_else(unknown, |case| case.asker))
}

/// The language that the answer is written in: Danish, unless it is clearly English.
pub(super) fn language_of(text: &str) -> Language {
    let found =
        whatlang::Detector::with_allowlist(vec![whatlang::Lang::Dan, whatlang::Lang::Eng]).detect(text);
    match found {
        Some(found) if found.lang() == whatlang::Lang::Eng && found.is_reliable() => Language::En,
        _ => Language::Da,
    }
}

/// What a mail says, as it may stand in a case.
pub(super) struct Words {
    pub(super) text: String,
    /// On disk already.
    pub(super) files: Vec<NewAttachment>,
    /// What colleagues are told of what was masked or not taken.
    pub(super) remark: Option<String>,
}

/// A mail, looked through once: without what looks like a CPR number, its files on disk.
pub(super) struct Read {
    pub(super) from: Email,
    pub(super) subject: String,
    pub(super) text: String,
    pub(super) files: Vec<NewAttachment>,
    /// What colleagues are told, whatever becomes of it.
    pub(super) remarks: Vec<String>,
}

impl Read {
    async fn of(app: &App, sender: &Ctx, mail: &Incoming) -> Outcome<Self> {
        let (subject, text) = (masked(app, &mail.subject).await?, masked(app, mail.text.trim()).await?);
        let mut remarks = Vec::new();
        if text != mail.text.trim() || subject != mail.subject {
            remarks.push(told(app, "enquiries-mailed-masked", &[]));
        }
        let (mut files, refused) = keep_all(app, sender, &mail.files).await?;
        remarks.extend(refused.into_iter().map(|(name, why)| {
            let why = told(app, &why.to_string(), &[]);
            told(app, "enquiries-mailed-file", &[("name", name.into()), ("why", why.into())])
        }));
        files.splice(0..0, whole(app, sender, &subject, &text).await?);
        Ok(Self { from: mail.from.clone(), subject, text, files, remarks })
    }

    /// What is added to a case. Its heading stands in the thread.
    pub(super) fn answering(&self, app: &App, case: &Case) -> Words {
        let other = (case.contact.email.to_key() != self.from.to_key()).then(|| {
            let arguments = [
                ("from", Argument::from(self.from.as_str())),
                ("contact", Argument::from(case.contact.email.as_str())),
            ];
            told(app, "enquiries-mailed-other", &arguments)
        });
        self.words(app, &self.text, other)
    }

    /// What opens a case.
    pub(super) fn opening(&self, app: &App) -> Words {
        self.words(app, &whole_text(&self.subject, &self.text), None)
    }

    fn words(&self, app: &App, text: &str, more: Option<String>) -> Words {
        let is_long = text.chars().count() > TEXT_CHARS_MAX;
        let long =
            is_long.then(|| told(app, "enquiries-mailed-long", &[("file", Argument::from(WHOLE_TEXT))]));
        let remarks: Vec<String> = self.remarks.iter().cloned().chain(more).chain(long).collect();
        Words {
            text: text.chars().take(TEXT_CHARS_MAX).collect(),
            files: self.files.clone(),
            remark: (!remarks.is_empty()).then(|| remarks.join("\n")),
        }
    }
}

/// What the program tells those who work here. It stands in the case for all of them, so it is in the language they share.
fn told(app: &App, key: &str, arguments: &[(&str, Argument)]) -> String {
    app.text(Language::Da, key, arguments)
}

/// All of a text that is longer than an enquiry may be, as a file.
pub(super) async fn whole(
    app: &App,
    sender: &Ctx,
    subject: &str,
    text: &str,
) -> Outcome<Option<NewAttachment>> {
    let whole = whole_text(subject, text);
    if whole.chars().count() <= TEXT_CHARS_MAX {
        return Ok(None);
    }
    let kept = keep(app, sender, WHOLE_TEXT, whole.as_bytes(), (0, &mut 0)).await?;
    Ok(kept.ok())
}

/// Puts files on disk, checked as those of the form: those that were taken, and the names of the others with what is wrong.
pub(super) async fn keep_all(
    app: &App,
    sender: &Ctx,
    came: &[IncomingFile],
) -> Outcome<(Vec<NewAttachment>, Vec<(String, FileRefusal)>)> {
    let (mut files, mut refused, mut bytes) = (Vec::new(), Vec::new(), 0);
    for file in came {
        let name = masked(app, &file.name).await?;
        match keep(app, sender, &name, &file.bytes, (files.len(), &mut bytes)).await? {
            Ok(kept) => files.push(kept),
            Err(refusal) => refused.push((name, refusal)),
        }
    }
    Ok((files, refused))
}

/// Puts a file on disk, checked as one of the form.
async fn keep(
    app: &App,
    sender: &Ctx,
    name: &str,
    content: &[u8],
    (kept, bytes): (usize, &mut u64),
) -> Outcome<Result<NewAttachment, FileRefusal>> {
    if kept >= FILES_MAX {
        return Ok(Err(FileRefusal::TooMany));
    }
    let upload = Upload::of_bytes(app, sender, name, content).await.map_err(Failure::internal)?;
    let accepted = match upload.content {
        Ok(accepted) => accepted,
        Err(refusal) => return Ok(Err(refusal)),
    };
    *bytes += accepted.file.bytes();
    if *bytes > app.attachments.limits().bytes_per_enquiry {
        return Ok(Err(FileRefusal::EnquiryQuota));
    }
    let kept = app.attachments.keep_arrived(accepted.file, name, accepted.media_type).await;
    Ok(Ok(kept.map_err(Failure::internal)?))
}

/// Some of our mails did not arrive. One that may still arrive is no news.
async fn take_bounces(app: &App, ctx: &Ctx, mail: &Incoming, bounces: &[Bounce]) -> Outcome<Placed> {
    for bounce in bounces.iter().filter(|bounce| bounce.is_final) {
        let Some(id) = bounce.message else { continue };
        let Some(message) = outreach::message(&app.db.read(ctx), id).await? else { continue };
        let is_to_company = message.purpose.as_str().starts_with(OWN) && !mail::is_notice(&message);
        if is_to_company {
            not_arrived(app, ctx, &message, bounce).await?;
        } else {
            // To one of our own: whoever looks after the program sees it among the mails that failed.
            let tx = app.db.begin_write(ctx).await?;
            incoming::bounced(&tx, bounce).await?;
            tx.commit().await?;
        }
    }
    end(app, ctx, mail, Fate::Bounced, None).await?;
    Ok(Placed::Bounced)
}

/// A mail to whoever asks did not arrive. What was answered by it is owed again, and whoever works on it is told to ring.
async fn not_arrived(app: &App, ctx: &Ctx, message: &Message, bounce: &Bounce) -> Outcome {
    let held = Held::begin(app, ctx, message.reference.into()).await?;
    let Some(failed) = incoming::bounced(&held.tx, bounce).await? else { return Ok(()) };
    let DeliveryState::Failed { reason, .. } = failed.delivery else { return held.commit().await };
    for promise in &held.promises {
        if let PromiseState::Kept { at } | PromiseState::KeptLate { at } = promise.state
            && at == message.written_at
        {
            ledger::owe_again(&held.tx, promise.id, code("not-arrived")).await?;
        }
    }
    let case = held.before.clone().not_arrived(message.written_at, ctx.now());
    if held.before.state == CaseState::WaitingForCompany {
        held.resume().await?;
    }
    held.save(&case).await?;
    held.journal(&case, &EnquiryFact::Unreachable { message: message.id.uuid(), why: reason }).await?;
    held.teller().worker(&case, notify::Kind::Unreachable, &message.id.to_string()).await?;
    held.commit().await
}

/// Keeps a mail and its files until a person has said where it belongs.
pub(super) async fn wait(app: &App, ctx: &Ctx, mail: &Incoming) -> Outcome<Placed> {
    if app.limits().count(WAITING, &mail.from.to_key(), ctx.now()).is_err() {
        // What a robot writes is counted, not kept: it would bury what people wrote.
        if app.limits().count(FLOODED, &mail.from.to_key(), ctx.now()).is_ok() {
            tracing::warn!(
                "one sender has written so many mails in an hour that the rest is counted and not kept"
            );
        }
        end(app, ctx, mail, Fate::Dropped(code("flood")), None).await?;
        return Ok(Placed::Automatic);
    }
    let read = Read::of(app, ctx, mail).await?;
    wait_read(app, ctx, mail, read).await
}

/// The same of one that was looked through already.
async fn wait_read(app: &App, ctx: &Ctx, mail: &Incoming, read: Read) -> Outcome<Placed> {
    let name = masked(app, &mail.from_name).await?;
    let names: Vec<&str> = mail.files.iter().map(|file| file.name.as_str()).collect();
    let names = masked(app, &names.join("\n")).await?;
    let kept =
        Kept { from: &mail.from, name: &name, subject: &read.subject, text: &read.text, files: &names };
    let tx = app.db.begin_write(ctx).await?;
    let Some(id) = incoming::take(&tx, mail).await? else { return Ok(Placed::Before) };
    incoming::wait(&tx, id, kept).await?;
    for file in &read.files {
        Attachment::insert(&tx, AttachmentOwner { kind: FILES_OF_MAIL, id: id.uuid() }, file).await?;
    }
    tx.commit().await?;
    Ok(Placed::Waiting)
}

/// Writes down what became of a mail.
pub(super) async fn end(app: &App, ctx: &Ctx, mail: &Incoming, fate: Fate, case: Option<CaseId>) -> Outcome {
    let tx = app.db.begin_write(ctx).await?;
    if let Some(id) = incoming::take(&tx, mail).await? {
        incoming::end(&tx, id, fate, case.map(CaseId::uuid)).await?;
    }
    Ok(tx.commit().await?)
}
