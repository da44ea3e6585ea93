//! What one can do with enquiries. One function: one permission, one transaction, its journal lines, its mails.

mod archive;
mod away;
mod by_mail;
mod causes;
mod company;
mod complaint;
mod content;
mod decide;
mod desk;
mod documents;
mod erase;
mod escalate;
mod filing;
mod hand_over;
mod mailed;
mod parts;
mod redact;
mod references;
mod releases;
mod review;
mod send;
mod spam;
mod tray;
mod work;

use std::{collections::BTreeMap, sync::Arc};

use kernel::{CaseId, Code, Ctx, Failure, PNumber, PersonId, TeamId, find_cpr_like, mask_cpr_like};
use ledger::{Promise, PromiseKind, PromiseState};
use ports::{Roster, TeamCard};
use storage::{
    Attachment, AttachmentOwner, NewAttachment, NewLine, Once, StoreError, Token, Tx, once, remember_once,
};
use uuid::Uuid;
use web::App;

use crate::{
    access,
    fact::EnquiryFact,
    mail,
    model::{Case, CaseRefusal, Entry, EntryId, EntryKind, Part},
    notify, store,
};

pub use archive::{DeliverPackage, file_anew, send_again};
pub(crate) use archive::{archive, note_delivery, queue_ended, still_to_go};
pub(crate) use away::move_owed;
pub use causes::{CauseOutcome, end_cause, plan_cause};
pub use company::{
    CompanyWords, confirm, find_shown, find_tracked, has_written_enough, rate, rate_and_call, renew_link,
    revoke_link, withdraw, write,
};
pub use complaint::complain;
pub use content::{
    ContentOutcome, Editable, begin_with, content_teams, edit_content, restore_content, set_goal,
    settle_content, switch_topic,
};
pub use decide::{Deciding, decide};
pub use desk::{change_reply, delete_reply, read_notices, save_reply};
pub use documents::take_longer;
pub use erase::ErasedCounts;
pub(crate) use erase::erase_case;
pub(crate) use escalate::{Taken, escalate, reached, steps_taken, steps_to_take};
pub use filing::file;
pub(crate) use hand_over::expire_hand_over;
pub use hand_over::{accept, bounce, hand_over};
pub use mailed::{ANSWER_ABOVE, Placed, receive, tenant_of};
pub use parts::{answer_part, ask_part, release_part};
pub use redact::{redact_entry, redact_file, redact_part};
pub(crate) use references::ask_after;
pub use references::{refer, remove_reference};
pub use releases::{ReleaseOutcome, front_numbers, release_numbers, withdraw_numbers};
pub use review::{ask_for_reviews, confirm_topic, may_review};
pub use send::{Entered, NewEnquiry, Sent, draft_owner, keep_draft, send, send_for_company};
pub use spam::{mark_spam, not_spam};
pub(crate) use tray::forget_lost_files;
pub use tray::{
    NOT_PLACED, add_mail_to_case, drop_mail, files_of_mail, likeliest_topic, open_from_mail, waiting_mail,
    waiting_mails,
};
pub use work::{
    Closing, Reply, ask, assign, called_back, change_topic, close, mark_duplicate, note, reply, reply_with,
    settle, was_answer, was_sent_last,
};

/// Files hang on entries.
pub const FILES_OF_ENTRY: &str = "enquiries.entry";
/// Files of a refused form hang on a draft for a day.
pub const FILES_OF_DRAFT: &str = "enquiries.draft";
/// Files of a mail that waits for a person hang on the mail.
pub const FILES_OF_MAIL: &str = "enquiries.mail";

/// How a command on a case ends.
pub type Outcome<T = ()> = Result<T, Failure<CaseRefusal>>;

/// The forms of those who answer, for telling a second press of a button from a new thing.
const FORM: &str = "enquiry-work";

/// Which rendering of a form was sent, with what in it: pressed twice, it makes one thing.
#[derive(Debug, Clone)]
pub struct FormKey {
    /// The form's key: once per rendering.
    pub key: Uuid,
    /// Everything that was sent.
    pub content: String,
}

/// What the sender of a form had seen.
#[derive(Debug, Clone)]
pub struct Seen {
    /// The case's version on the page.
    pub version: i64,
    /// The form, where there was one.
    pub form: Option<FormKey>,
}

impl From<i64> for Seen {
    fn from(version: i64) -> Self {
        Self { version, form: None }
    }
}

/// A case held until commit, with what every step needs.
struct Held<'a> {
    app: &'a App,
    tx: Tx,
    before: Case,
    promises: Vec<Promise>,
    form: Option<FormKey>,
    /// Who works here today, asked for before the case was held.
    here: Arc<Roster>,
}

impl<'a> Held<'a> {
    /// Holds a case for one of the owning team, at the version that was seen; `None` when the same form was sent before.
    async fn of_team(app: &'a App, ctx: &Ctx, id: CaseId, seen: impl Into<Seen>) -> Outcome<Option<Self>> {
        ctx.require(access::WORK)?;
        let seen = seen.into();
        let Some(held) = Self::begin_once(app, ctx, id, seen.form).await? else { return Ok(None) };
        if !access::may_work(ctx, &held.before) {
            // Whoever may not see the case is not told that there is one.
            return Err(if access::may_see(ctx, &held.before, &[]) {
                Failure::Forbidden
            } else {
                Failure::NotFound
            });
        }
        held.before.clone().at_version(seen.version)?;
        Ok(Some(held))
    }

    /// Holds a case; `None` when the same form was sent before and has done its work.
    async fn begin_once(app: &'a App, ctx: &Ctx, id: CaseId, form: Option<FormKey>) -> Outcome<Option<Self>> {
        let held = Self { form, ..Self::begin(app, ctx, id).await? };
        // After the lock: of two presses at the same time the second waits here for the first.
        let Some(form) = &held.form else { return Ok(Some(held)) };
        match once(&held.tx, FORM, form.key, &form.content).await? {
            Once::First => Ok(Some(held)),
            Once::Same(_) => Ok(None),
            Once::Other(_) => Err(CaseRefusal::SentBefore.into()),
        }
    }

    async fn begin(app: &'a App, ctx: &Ctx, id: CaseId) -> Outcome<Self> {
        let here = here(app, ctx).await?;
        let tx = app.db.begin_write(ctx).await?;
        let before = store::find_and_lock(&tx, id).await?.ok_or(Failure::NotFound)?;
        let promises = ledger::of_subjects(&tx, &[id.uuid()]).await?;
        Ok(Self { app, tx, before, promises, form: None, here })
    }

    fn ctx(&self) -> &Ctx {
        self.tx.ctx()
    }

    /// The open promise of a kind.
    fn owed(&self, kind: &PromiseKind) -> Option<&Promise> {
        self.promises.iter().find(|promise| promise.kind == *kind && promise.state == PromiseState::Open)
    }

    /// A person has replied: the first promise is kept, and the clock of the second runs again.
    async fn keep_first_reply(&self) -> Outcome {
        if let Some(promise) = self.owed(&PromiseKind::FIRST_REPLY) {
            ledger::keep(&self.tx, promise.id).await?;
        }
        Ok(())
    }

    async fn keep_answer(&self) -> Outcome {
        self.resume().await?;
        if let Some(promise) = self.owed(&PromiseKind::ANSWER) {
            ledger::keep(&self.tx, promise.id).await?;
        }
        Ok(())
    }

    async fn pause(&self, reason: &str) -> Outcome {
        if let Some(promise) =
            self.owed(&PromiseKind::ANSWER).filter(|one| one.pausable && one.paused_since.is_none())
        {
            ledger::pause(&self.tx, promise.id, code(reason)).await?;
        }
        Ok(())
    }

    async fn resume(&self) -> Outcome {
        if let Some(promise) = self.owed(&PromiseKind::ANSWER).filter(|one| one.paused_since.is_some()) {
            ledger::resume(&self.tx, promise.id, &self.app.calendar).await?;
        }
        Ok(())
    }

    /// Nobody is owed anything here any more, for a reason that is no broken promise.
    async fn withdraw_promises(&self, reason: &str) -> Outcome {
        for promise in self.promises.iter().filter(is_open_to_company) {
            ledger::withdraw(&self.tx, promise.id, code(reason)).await?;
        }
        self.end_parts(reason).await
    }

    /// What other teams were asked falls away, with what they owed: a part and its promise end together.
    async fn end_parts(&self, reason: &str) -> Outcome {
        let parts = store::parts(&self.tx, &[self.before.id]).await?;
        for part in parts.into_iter().filter(|part| part.ended_at.is_none()) {
            let promise = part.promise;
            store::save_part(&self.tx, &Part { ended_at: Some(self.ctx().now()), ..part }).await?;
            ledger::withdraw(&self.tx, promise, code(reason)).await?;
        }
        Ok(())
    }

    /// Only `knowing` may know of the case from now on: what others owe falls away, and what they were told of it.
    async fn wall_off(&self, knowing: &[PersonId]) -> Outcome {
        self.end_parts("walled").await?;
        store::forget_notices_of(&self.tx, self.before.id, knowing).await?;
        Ok(())
    }

    /// The date does not move: only who owes it.
    async fn move_promises(&self, to: TeamId) -> Outcome {
        for promise in self.promises.iter().filter(is_open_to_company) {
            ledger::hand_over(&self.tx, promise.id, to.into()).await?;
        }
        Ok(())
    }

    /// Adds to the thread, with files.
    async fn add_entry(
        &self,
        kind: EntryKind,
        author: Option<PersonId>,
        text: &str,
        files: &[NewAttachment],
    ) -> Result<EntryId, StoreError> {
        let entry = Entry {
            id: self.ctx().new_id(),
            case: self.before.id,
            kind,
            author,
            at: self.ctx().now(),
            text: text.to_owned(),
            redacted: None,
        };
        add_entry(&self.tx, &self.before, &entry, files).await?;
        Ok(entry.id)
    }

    async fn journal(&self, case: &Case, fact: &EnquiryFact) -> Result<(), StoreError> {
        journal(&self.tx, case, fact).await
    }

    async fn save(&self, case: &Case) -> Result<(), StoreError> {
        store::update(&self.tx, case, &link(self.app, case).hash()).await
    }

    async fn mail(&self, case: &Case, mail: mail::ToCompany<'_>) -> Outcome {
        let team = self.here.teams.get(&case.team);
        Ok(mail::to_company(&self.tx, self.app, case, team, mail).await?)
    }

    /// What it takes to tell one of us of the case.
    fn teller(&self) -> notify::Teller<'_> {
        notify::Teller { tx: &self.tx, app: self.app, here: &self.here }
    }

    async fn commit(self) -> Outcome {
        if let Some(form) = &self.form {
            remember_once(&self.tx, FORM, form.key, self.before.id).await?;
        }
        Ok(self.tx.commit().await?)
    }
}

/// Whether it is owed to the company still, and is no part that one team owes another.
fn is_open_to_company(promise: &&Promise) -> bool {
    promise.state == PromiseState::Open && is_owed_to_company(promise)
}

/// Whether it is or was owed to the company, and is no part that one team owes another.
fn is_owed_to_company(promise: &Promise) -> bool {
    promise.kind != PromiseKind::PART_ANSWER
}

/// The company has written once more: whatever stood still on the case runs again.
async fn resume_all(tx: &Tx, app: &App, case: CaseId) -> Outcome {
    for promise in ledger::of_subjects(tx, &[case.uuid()]).await? {
        if promise.paused_since.is_some() {
            ledger::resume(tx, promise.id, &app.calendar).await?;
        }
    }
    Ok(())
}

/// What a form holds besides its fields: the same words with another file are not the same form.
fn with_files(content: &str, files: &[NewAttachment]) -> String {
    files.iter().fold(content.to_owned(), |content, file| format!("{content}\n{}", file.sha256))
}

/// A reason of our own, written in the program.
pub(crate) fn code(text: &str) -> Code {
    text.parse().unwrap_or_else(|_| unreachable!("reason codes are literals of the program"))
}

/// The token of a case's tracking link.
pub fn link(app: &App, case: &Case) -> Token {
    app.keys.token("enquiry-link", case.id.uuid(), case.link_version)
}

/// Everyone who works here, and in whose name each acts today. Asked for before a transaction begins.
pub(crate) async fn here(app: &App, ctx: &Ctx) -> Result<Arc<Roster>, StoreError> {
    let today = app.calendar.local_date(ctx.now());
    app.ports.people.roster(&app.db.read(ctx), today).await
}

/// Every team, by id.
pub async fn teams(app: &App, ctx: &Ctx) -> Result<BTreeMap<TeamId, TeamCard>, StoreError> {
    let teams = app.ports.people.teams(&app.db.read(ctx)).await?;
    Ok(teams.into_iter().map(|team| (team.id, team)).collect())
}

async fn journal(tx: &Tx, case: &Case, fact: &EnquiryFact) -> Result<(), StoreError> {
    // What is confidential is seen by the team only; nobody else learns that it is there.
    let visibility = if case.confidential { kernel::Visibility::Team } else { kernel::Visibility::Party };
    let line = NewLine {
        subject: case.id.uuid(),
        party: Some(case.party.uuid()),
        team: Some(case.team.uuid()),
        visibility,
        fact,
    };
    tx.journal(line).await.map(|_| ())
}

async fn add_entry(tx: &Tx, case: &Case, entry: &Entry, files: &[NewAttachment]) -> Result<(), StoreError> {
    let fingerprint = store::insert_entry(tx, entry).await?;
    let id = entry.id.uuid();
    let fact = match entry.kind {
        EntryKind::FromCompany => EnquiryFact::CompanyWrote { entry: id, fingerprint },
        kind => EnquiryFact::Wrote { entry: id, kind: code(kind.text()), fingerprint },
    };
    journal(tx, case, &fact).await?;
    for file in files {
        Attachment::insert(tx, AttachmentOwner { kind: FILES_OF_ENTRY, id }, file).await?;
        let fact = EnquiryFact::FileAdded { entry: id, file: file.id.uuid(), sha256: file.sha256.clone() };
        journal(tx, case, &fact).await?;
    }
    Ok(())
}

/// The text with what looks like a CPR number, and is no P-number that the register knows, masked.
pub(crate) async fn masked(app: &App, text: &str) -> Result<String, StoreError> {
    let found = find_cpr_like(text, |_| false);
    if found.is_empty() {
        return Ok(text.to_owned());
    }
    let digits = found.iter().filter_map(|found| text.get(found.range.clone()));
    let candidates: Vec<PNumber> = digits.filter_map(|digits| digits.parse().ok()).collect();
    let known = app.ports.companies.known_p_numbers(&candidates).await?;
    Ok(mask_cpr_like(text, |number| known.contains(number)))
}
