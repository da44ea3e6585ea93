//! An enquiry comes: by the form, or entered by one of us on the company's behalf.

use chrono::Duration;
use kernel::{Actor, Code, ContactId, Ctx, CvrNumber, Failure, Language, TeamId};
use ledger::{Holder, NewPromise, PromiseKind, PromiseState};
use ports::{ConfirmedCompany, Roster, TeamCard};
use storage::{Attachment, AttachmentOwner, NewAttachment, Once, Token, Tx, once, remember_once};
use uuid::Uuid;
use web::App;

use super::{
    FILES_OF_DRAFT, FILES_OF_ENTRY, FILES_OF_MAIL, Outcome, add_entry, code, complaint,
    documents::answer_terms, here, journal, link, resume_all, with_files,
};
use crate::{
    access,
    fact::EnquiryFact,
    guide::{Duty, OTHER, Routing},
    guide_state::GuideState,
    mail,
    model::{
        About, Asker, Case, CaseRefusal, CaseState, Channel, Complaint, Contact, DraftId, Entry, EntryId,
        EntryKind, SUSPICIOUS, Wall, check_text, settled_for,
    },
    notify::{self, Teller},
    store::{self, CaseFilter},
};

/// How a company is shown to be who it says, in the journal.
const MITID_ERHVERV: &str = "mitid-erhverv";
/// The form's name, for telling a repeated sending from a new one.
const FORM: &str = "enquiry";
/// The same form, where it raised a case that was open instead of opening one.
const RAISING: &str = "enquiry-raising";

/// The same asked again within so many days, while the first is open, is a repeat.
const REPEAT_DAYS: i64 = 21;

/// What was typed, parsed.
#[derive(Debug, Clone)]
pub struct NewEnquiry {
    /// The guide's topic.
    pub topic: Code,
    /// Who asks.
    pub asker: Asker,
    /// The person who asks.
    pub contact: Contact,
    /// Whom a complaint is about.
    pub about: Option<About>,
    /// In its own words.
    pub text: String,
    /// The language that mails are written in.
    pub language: Language,
    /// Files that were accepted, on disk already.
    pub files: Vec<NewAttachment>,
    /// Files that wait in a draft.
    pub draft: Option<DraftId>,
    /// How suspicious the form is.
    pub suspicion: u32,
    /// The form's key: once per rendering.
    pub form_key: Uuid,
    /// Everything that was sent, for telling the same form from another.
    pub content: String,
}

/// What sending made.
#[derive(Debug, Clone)]
pub struct Sent {
    /// The case.
    pub case: Case,
    /// Its tracking link.
    pub link: Token,
    /// Whether it was there before: the same was asked again while it was open. Then the link goes by mail only, since
    /// whoever types an address has not shown that it is theirs.
    pub is_repeat: bool,
}

/// One of us enters an enquiry that came by telephone or at a visit.
#[derive(Debug, Clone, Copy)]
pub struct Entered {
    /// How it came.
    pub channel: Channel,
    /// Whether what article 13 has said was read aloud.
    pub was_told: bool,
}

/// Which way an enquiry came.
#[derive(Debug, Clone, Copy)]
pub(super) enum Came<'a> {
    /// By the form.
    Web,
    /// By the form, from somebody who has shown to act for the company.
    ForCompany(ContactId),
    /// By mail; what colleagues are told of what was masked in it or not taken.
    Mail(Option<&'a str>),
    /// One of us enters it; whether what article 13 has said was read aloud.
    Entered(Channel, bool),
}

impl Came<'_> {
    const fn channel(self) -> Channel {
        match self {
            Self::Web | Self::ForCompany(_) => Channel::Web,
            Self::Mail(_) => Channel::Mail,
            Self::Entered(channel, _) => channel,
        }
    }

    const fn confirmed_by(self) -> Option<ContactId> {
        if let Self::ForCompany(contact) = self { Some(contact) } else { None }
    }

    const fn is_entered(self) -> bool {
        matches!(self, Self::Entered(..))
    }

    const fn was_told(self) -> bool {
        matches!(self, Self::Entered(_, true))
    }
}

/// A company sends an enquiry, or one of us enters it. Sent twice, it makes one.
pub async fn send(
    app: &App,
    guide: &GuideState,
    ctx: &Ctx,
    new: NewEnquiry,
    entered: Option<Entered>,
) -> Outcome<Sent> {
    let came = entered.map_or(Came::Web, |entered| Came::Entered(entered.channel, entered.was_told));
    take(app, guide, ctx, new, came).await
}

/// Somebody sends an enquiry for a company that it has shown to act for.
pub async fn send_for_company(
    app: &App,
    guide: &GuideState,
    ctx: &Ctx,
    new: NewEnquiry,
    company: ConfirmedCompany,
) -> Outcome<Sent> {
    let Actor::Contact(contact) = *ctx.actor() else { return Err(Failure::Forbidden) };
    let asker = Asker::Company { cvr: Some(company.cvr), name: company.name };
    take(app, guide, ctx, NewEnquiry { asker, suspicion: 0, ..new }, Came::ForCompany(contact)).await
}

/// The same, whichever way it came.
pub(super) async fn take(
    app: &App,
    guide: &GuideState,
    ctx: &Ctx,
    new: NewEnquiry,
    came: Came<'_>,
) -> Outcome<Sent> {
    ctx.require(if came.is_entered() { access::WORK } else { access::SEND })?;
    let text = check_text(&new.text)?.to_owned();
    let topic = guide.topic(ctx.tenant(), &new.topic).ok_or(CaseRefusal::NoTopic)?;
    let here = here(app, ctx).await?;
    let teams = &here.teams;
    let team = teams.values().find(|team| team.key == topic.team.as_str());
    // A question on a running tender waits for the team that may open it: nobody else gets it, not even for a moment.
    let instead = || teams.values().find(|team| team.key == "business");
    let instead = || instead().filter(|_| topic.routing != Routing::ProcurementOnly);
    let team = team.or_else(instead).ok_or(CaseRefusal::NoTopic)?;

    let placed = complaint::place_typed(app, guide, ctx, new.about.as_ref()).await?;
    let team = placed.as_ref().and_then(|placed| teams.get(&placed.team)).unwrap_or(team);
    let new = NewEnquiry { asker: named(app, ctx, new.asker).await?, ..new };
    // Read before the transaction: it takes as long as a few statements, and on SQLite one writes at a time.
    let acute = sounds(guide, ctx, &text, new.language);
    let tx = app.db.begin_write(ctx).await?;
    let content = with_files(&new.content, &new.files);
    match once(&tx, FORM, new.form_key, &content).await? {
        Once::First => {}
        Once::Same(id) => {
            let case = store::find(&tx, id.into()).await?.ok_or(Failure::NotFound)?;
            let is_repeat = once(&tx, RAISING, new.form_key, &content).await? != Once::First;
            return Ok(Sent { link: link(app, &case), is_repeat, case });
        }
        Once::Other(_) => return Err(CaseRefusal::SentBefore.into()),
    }
    // Who asks for the documents of two cases asks for two things.
    let is_own = guide.guide(ctx.tenant()).own_subjects().iter().any(|own| own.key == topic.key);
    if !came.is_entered()
        && !is_own
        && let Some(case) = find_repeated(&tx, &new, &topic).await?
    {
        let case = case.sounding(acute);
        return raise(app, guide, tx, case, &new, (&text, came), &here).await;
    }
    let case = open(app, &tx, &new, team, Opening { topic: &topic, came, placed, acute }).await?;
    remember_once(&tx, FORM, new.form_key, case.id).await?;
    let entry = Entry {
        id: ctx.new_id(),
        case: case.id,
        kind: EntryKind::FromCompany,
        author: None,
        at: ctx.now(),
        text,
        redacted: None,
    };
    add_entry(&tx, &case, &entry, &new.files).await?;
    if came.was_told() {
        journal(&tx, &case, &EnquiryFact::Informed).await?;
    }
    remark(&tx, &case, came).await?;
    take_draft(&tx, &case, entry.id, &new.files, new.draft).await?;
    if case.state == CaseState::Unconfirmed {
        mail::to_company(&tx, app, &case, Some(team), mail::ToCompany::Confirm).await?;
    } else {
        promise(app, &tx, &case, &topic).await?;
        mail::to_company(&tx, app, &case, Some(team), receipt(app, &tx, &topic)).await?;
        Teller { tx: &tx, app, here: &here }.team(&case, team, notify::of_new(&case)).await?;
    }
    tx.commit().await?;
    Ok(Sent { link: link(app, &case), is_repeat: false, case })
}

/// Whoever gave only a number is called by the name in the register.
async fn named(app: &App, ctx: &Ctx, mut asker: Asker) -> Outcome<Asker> {
    let unnamed: Vec<(CvrNumber, &mut String)> = match &mut asker {
        Asker::Company { cvr: Some(cvr), name } | Asker::Association { cvr: Some(cvr), name } => {
            vec![(*cvr, name)]
        }
        Asker::Adviser { cvr, name, on_behalf_of, client_cvr } => {
            let own = cvr.map(|cvr| (cvr, name));
            own.into_iter().chain(client_cvr.map(|cvr| (cvr, on_behalf_of))).collect()
        }
        _ => Vec::new(),
    };
    let mut unnamed: Vec<_> = unnamed.into_iter().filter(|(_, name)| name.is_empty()).collect();
    if !unnamed.is_empty() {
        let numbers: Vec<CvrNumber> = unnamed.iter().map(|(cvr, _)| *cvr).collect();
        let mut found = app.ports.companies.companies(ctx, &numbers).await?;
        for (cvr, name) in &mut unnamed {
            **name = found.remove(cvr).map(|company| company.name).unwrap_or_default();
        }
    }
    Ok(asker)
}

/// The open case in which the same address asked about the same topic not long ago.
///
/// Never a confidential one: whoever types an address would learn that there is one.
async fn find_repeated(tx: &Tx, new: &NewEnquiry, topic: &crate::guide::Topic) -> Outcome<Option<Case>> {
    if topic.is_walled() || new.about.is_some() || new.suspicion >= SUSPICIOUS || new.topic.as_str() == OTHER
    {
        return Ok(None);
    }
    let filter = CaseFilter {
        open: true,
        email: Some(new.contact.email.clone()),
        topic: Some(new.topic.to_string()),
        ..CaseFilter::default()
    };
    let Some(newest) = store::newest(tx, &filter, 1).await?.pop() else { return Ok(None) };
    // Held before the look: one that ends just now is not raised.
    let held = store::find_and_lock(tx, newest.id).await?;
    Ok(held.filter(|case| is_repeat(tx.ctx(), case, new)))
}

/// Whether an enquiry belongs to a case that was there before it.
fn is_repeat(ctx: &Ctx, case: &Case, new: &NewEnquiry) -> bool {
    let age = ctx.now() - case.received_at;
    let is_recent = age > Duration::zero() && age < Duration::days(REPEAT_DAYS);
    // A topic that is no secret may have become one on this case.
    case.state.is_open() && !case.confidential && case.asker == new.asker && is_recent
}

/// A repeat raises the first case instead of opening a second; what was written is added to it.
async fn raise(
    app: &App,
    guide: &GuideState,
    tx: Tx,
    case: Case,
    new: &NewEnquiry,
    (text, came): (&str, Came<'_>),
    here: &Roster,
) -> Outcome<Sent> {
    let raised = case.repeat(tx.ctx().now())?;
    let entry = Entry {
        id: tx.ctx().new_id(),
        case: raised.id,
        kind: EntryKind::FromCompany,
        author: None,
        at: tx.ctx().now(),
        text: text.to_owned(),
        redacted: None,
    };
    add_entry(&tx, &raised, &entry, &new.files).await?;
    remark(&tx, &raised, came).await?;
    take_draft(&tx, &raised, entry.id, &new.files, new.draft).await?;
    remember_once(&tx, FORM, new.form_key, raised.id).await?;
    once(&tx, RAISING, new.form_key, &with_files(&new.content, &new.files)).await?;
    remember_once(&tx, RAISING, new.form_key, raised.id).await?;
    store::update(&tx, &raised, &link(app, &raised).hash()).await?;
    journal(&tx, &raised, &EnquiryFact::Repeated).await?;
    resume_all(&tx, app, raised.id).await?;
    owe_again(app, &tx, guide, &raised).await?;
    mail::to_company(&tx, app, &raised, here.teams.get(&raised.team), mail::ToCompany::Repeated).await?;
    let teller = Teller { tx: &tx, app, here };
    teller.worker(&raised, notify::of_words(&raised), &entry.id.to_string()).await?;
    tx.commit().await?;
    Ok(Sent { link: link(app, &raised), is_repeat: true, case: raised })
}

/// The company writes on a case that is open though its answer was given: what it asks now is owed an answer too, which
/// follows the one that it had. Without that nobody would have to look.
pub(super) async fn owe_again(app: &App, tx: &Tx, guide: &GuideState, case: &Case) -> Outcome {
    let promises = ledger::of_subjects(tx, &[case.id.uuid()]).await?;
    let answers: Vec<_> = promises.iter().filter(|one| one.kind == PromiseKind::ANSWER).collect();
    let is_owed = answers.iter().any(|one| one.state == PromiseState::Open);
    let given = answers.last().filter(|last| {
        let was_given = matches!(last.state, PromiseState::Kept { .. } | PromiseState::KeptLate { .. });
        !is_owed && (was_given || settled_for(last).is_some())
    });
    let Some(given) = given else { return Ok(()) };
    let topic = guide.topic(tx.ctx().tenant(), &case.topic).ok_or(CaseRefusal::NoTopic)?;
    let (days, pausable) = answer_terms(app, &topic, tx.ctx().now());
    let new = new_promise(app, tx.ctx(), case, case.team, PromiseKind::ANSWER, days, pausable);
    ledger::promise(tx, NewPromise { follows: Some(given.id), ..new }).await?;
    Ok(())
}

/// What was found out about an enquiry before it is opened.
struct Opening<'a> {
    topic: &'a crate::guide::Topic,
    came: Came<'a>,
    /// Where a complaint about one of us goes.
    placed: Option<Complaint>,
    /// Who is called first.
    acute: Vec<Duty>,
}

/// Who is to be called first about what was written.
pub(super) fn sounds(guide: &GuideState, ctx: &Ctx, text: &str, language: Language) -> Vec<Duty> {
    guide.guide(ctx.tenant()).acute(text, language).map(|found| found.call).unwrap_or_default()
}

async fn open(
    app: &App,
    tx: &Tx,
    new: &NewEnquiry,
    team: &TeamCard,
    Opening { topic, came, placed, acute }: Opening<'_>,
) -> Outcome<Case> {
    let ctx = tx.ctx();
    let party = match new.asker.cvr() {
        Some(cvr) => ledger::party_of_company(tx, cvr).await?,
        None => ledger::new_party(tx).await?,
    };
    let year = chrono::Datelike::year(&app.calendar.local_date(ctx.now()));
    let is_suspicious = !came.is_entered() && new.suspicion >= SUSPICIOUS;
    let case = Case {
        id: ctx.new_id(),
        number: store::next_number(tx, year).await?,
        topic: new.topic.clone(),
        confidential: topic.is_walled(),
        team: team.id,
        assignee: None,
        state: if is_suspicious { CaseState::Unconfirmed } else { CaseState::Open },
        party,
        asker: new.asker.clone(),
        contact: new.contact.clone(),
        channel: came.channel(),
        language: new.language,
        received_at: ctx.now(),
        updated_at: ctx.now(),
        closed_at: None,
        version: 1,
        link_version: 1,
        hand_over: None,
        bounces: 0,
        hand_overs: 0,
        repeats: 0,
        rating: None,
        about_person: None,
        about_team: None,
        wall: Wall::default(),
        about: new.about.clone(),
        acute,
        erased_at: None,
        confirmed_by: came.confirmed_by(),
    };
    // A complaint about one of us goes where that one does not see it, before anyone has seen it.
    let case = match placed {
        Some(placed) => case.placed(placed),
        None => case,
    };
    store::insert(tx, &case, &link(app, &case).hash()).await?;
    let fact = EnquiryFact::Received {
        topic: case.topic.clone(),
        channel: code(case.channel.text()),
        asker: code(case.asker.kind()),
        language: code(case.language.tag()),
        has_company: case.asker.cvr().is_some(),
        suspicious: is_suspicious,
    };
    journal(tx, &case, &fact).await?;
    if case.confirmed_by.is_some() {
        journal(tx, &case, &EnquiryFact::CompanyProven { by: code(MITID_ERHVERV) }).await?;
    }
    Ok(case)
}

/// Notes for colleagues what of a mail was masked or not taken.
async fn remark(tx: &Tx, case: &Case, came: Came<'_>) -> Outcome {
    let Came::Mail(Some(remark)) = came else { return Ok(()) };
    let entry = Entry {
        id: tx.ctx().new_id(),
        case: case.id,
        kind: EntryKind::Note,
        author: None,
        at: tx.ctx().now(),
        text: remark.to_owned(),
        redacted: None,
    };
    Ok(add_entry(tx, case, &entry, &[]).await?)
}

/// The receipt: with the date of the answer where the service goal is adopted.
pub(super) fn receipt(app: &App, tx: &Tx, topic: &crate::guide::Topic) -> mail::ToCompany<'static> {
    let now = tx.ctx().now();
    let goal = topic.goal_on(app.calendar.day_zero(now));
    let due = app.calendar.due_on(now, answer_terms(app, topic, now).0);
    mail::ToCompany::Receipt { due: goal.adopted.then_some(due) }
}

/// Opens the two promises: the first human reply, and the answer.
pub(super) async fn promise(app: &App, tx: &Tx, case: &Case, topic: &crate::guide::Topic) -> Outcome {
    let goal = topic.goal_on(app.calendar.day_zero(tx.ctx().now()));
    let (answer, pausable) = answer_terms(app, topic, tx.ctx().now());
    let kinds = [
        (PromiseKind::FIRST_REPLY, u16::from(goal.first_reply), false),
        (PromiseKind::ANSWER, answer, pausable),
    ];
    for (kind, working_days, pausable) in kinds {
        ledger::promise(tx, new_promise(app, tx.ctx(), case, case.team, kind, working_days, pausable))
            .await?;
    }
    Ok(())
}

/// A promise to the case's party, counted from now.
pub(super) fn new_promise(
    app: &App,
    ctx: &Ctx,
    case: &Case,
    debtor: TeamId,
    kind: PromiseKind,
    working_days: u16,
    pausable: bool,
) -> NewPromise {
    NewPromise {
        kind,
        debtor: Holder::Team(debtor),
        creditor: Holder::Party(case.party),
        subject: case.id.uuid(),
        party: Some(case.party),
        topic: Some(case.topic.clone()),
        received_at: ctx.now(),
        cohort: app.calendar.day_zero(ctx.now()),
        due_on: app.calendar.due_on(ctx.now(), working_days),
        pausable,
        follows: None,
        visibility: if case.confidential { kernel::Visibility::Team } else { kernel::Visibility::Party },
    }
}

/// Hangs the files that waited in a draft on an entry: from now on they are the case's, and told in the journal like those
/// that came with the words.
pub(super) async fn take_draft(
    tx: &Tx,
    case: &Case,
    entry: EntryId,
    files: &[NewAttachment],
    draft: Option<DraftId>,
) -> Outcome {
    let Some(draft) = draft else { return Ok(()) };
    let to = AttachmentOwner { kind: FILES_OF_ENTRY, id: entry.uuid() };
    Attachment::rehang(tx, draft_owner(draft), to).await?;
    // Or those of a mail that waited: both are known by an id that nobody else has.
    Attachment::rehang(tx, AttachmentOwner { kind: FILES_OF_MAIL, id: draft.uuid() }, to).await?;
    for file in Attachment::of(tx, FILES_OF_ENTRY, &[entry.uuid()]).await? {
        if files.iter().all(|told| told.id != file.id) {
            let fact =
                EnquiryFact::FileAdded { entry: entry.uuid(), file: file.id.uuid(), sha256: file.sha256 };
            journal(tx, case, &fact).await?;
        }
    }
    Ok(())
}

/// What the files of a refused form hang on.
pub fn draft_owner(draft: DraftId) -> AttachmentOwner {
    AttachmentOwner { kind: FILES_OF_DRAFT, id: draft.uuid() }
}

/// Keeps the accepted files of a refused form for a day.
pub async fn keep_draft(app: &App, ctx: &Ctx, draft: DraftId, files: &[NewAttachment]) -> Outcome {
    ctx.require(access::SEND)?;
    let tx = app.db.begin_write(ctx).await?;
    for file in files {
        Attachment::insert(&tx, draft_owner(draft), file).await?;
    }
    tx.commit().await?;
    Ok(())
}
