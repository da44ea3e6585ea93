//! One of us answers the company from the mail that told of the case: as if it was written on the case page, by the same
//! command and with the same permission.
//!
//! Whoever writes it must hold the key, which is the address that the mail is answered at, and write from the address of the
//! person whom that mail went to; where the receiving server's own finding is configured, that must hold too. What is not
//! sent is never lost: its words stand on the case as a note, and whoever wrote them is told why.

use kernel::{Actor, Ctx, Failure};
use outreach::incoming::{Answered, AnsweredBy, Fate, Incoming, Vouched};
use ports::PersonCard;
use storage::NewAttachment;
use web::{App, Argument};

use super::{
    FormKey, Held, Outcome, Reply, Seen, code, here,
    mailed::{Placed, end, keep_all, wait, whole},
    masked, reply_with,
};
use crate::{
    access,
    jobs::Mailbox,
    mail::{self, Addressee, Unsent},
    model::{Case, CaseRefusal, EntryKind, TEXT_CHARS_MAX, unfilled_placeholder},
    notify, store,
};

/// Mails about answers that were not sent, to one person in one day: enough for whoever writes, the end of any loop.
const TOLD_PER_DAY_MAX: i64 = 10;
/// What these are counted under.
const TOLD: &str = "unsent";
/// Somebody may change the case between the look and the writing; that often it is looked again.
const TRIES: u32 = 3;

/// An answer of one of us.
struct Answer<'a> {
    app: &'a App,
    /// The program, in whose name the mail came in.
    ctx: &'a Ctx,
    mail: &'a Incoming,
    /// What was written, without signature and quote.
    written: String,
    person: PersonCard,
    case: Case,
    /// When the mail went out that is answered.
    told_at: chrono::DateTime<chrono::Utc>,
}

/// Takes an answer to a notice; `None` where the mail is for a person to place.
pub(super) async fn take(
    app: &App,
    ctx: &Ctx,
    mail: &Incoming,
    answered: &Answered,
) -> Outcome<Option<Placed>> {
    let Some((case, person)) = mail::told_by(&answered.message) else { return Ok(None) };
    let here = here(app, ctx).await?;
    let case = store::find(&app.db.read(ctx), case).await?.filter(|case| case.erased_at.is_none());
    let (Some(case), Some(person)) = (case, here.people.get(&person).cloned()) else { return Ok(None) };
    let told_at = answered.message.written_at;
    let written = mail.unsigned();
    let answer = Answer { app, ctx, mail, written, person, case, told_at };
    if !answer.is_proven(answered) {
        return answer.unproven().await.map(Some);
    }
    if mail.is_like_absence() {
        end(app, ctx, mail, Fate::Automatic, None).await?;
        return Ok(Some(Placed::Automatic));
    }
    answer.send().await.map(Some)
}

impl Answer<'_> {
    /// Whether the person wrote it, as far as a mail can show.
    fn is_proven(&self, answered: &Answered) -> bool {
        let from = self.mail.from.to_key();
        // The address of whoever has left is forgotten; the mail that went to it is not.
        let is_person = from == self.person.email.to_key() || (self.person.left && answered.is_recipient);
        let server =
            self.app.kept.get::<Mailbox>().and_then(|mailbox| mailbox.authentication_results.as_deref());
        let is_vouched = server.is_none_or(|server| self.mail.vouched(server) == Vouched::Yes);
        answered.by == AnsweredBy::Key && self.mail.is_sole_sender && is_person && is_vouched
    }

    /// Does nothing but tell the person. Words on what is walled are kept nowhere: who wrote them is not known.
    async fn unproven(&self) -> Outcome<Placed> {
        let tx = self.app.db.begin_write(self.ctx).await?;
        if !self.person.left {
            self.tell(&tx, (&self.person).into(), (&Unsent::Unproven, false)).await?;
        }
        tx.commit().await?;
        if self.is_walled() {
            let fate = Fate::Dropped(code("not-proven"));
            end(self.app, self.ctx, self.mail, fate, Some(self.case.id)).await?;
            return Ok(Placed::Kept(self.case.id));
        }
        wait(self.app, self.ctx, self.mail).await
    }

    fn is_walled(&self) -> bool {
        self.case.confidential || !self.case.wall.is_open()
    }

    /// Sends it, or keeps it and says why not.
    async fn send(mut self) -> Outcome<Placed> {
        let asked = [self.person.id];
        let today = self.app.calendar.local_date(self.ctx.now());
        let reaches = self.app.ports.people.reaches(&self.app.db.read(self.ctx), &asked, today).await?;
        let reach = reaches.get(&self.person.id).cloned().unwrap_or_default();
        let actor = Actor::Staff(self.person.id);
        let (tenant, ids) = (self.ctx.tenant(), self.ctx.ids().clone());
        let own = Ctx::new(tenant, actor, reach, self.person.language, self.ctx.now(), ids);
        let text = masked(self.app, &self.written).await?;
        let refusal = match self.refused(&own, &text).await? {
            Some(why) => why,
            None => match self.files(&own).await? {
                Err(why) => why,
                Ok(files) => match self.reply(&own, &text, &files).await? {
                    Ok(told) => return self.was_sent(told, text != self.written).await,
                    Err(why) => why,
                },
            },
        };
        self.keep(&own, &text, &refusal).await
    }

    /// Why it is not sent, as far as can be told before it is tried.
    async fn refused(&self, own: &Ctx, text: &str) -> Outcome<Option<Unsent>> {
        let (case, person) = (&self.case, &self.person);
        let links = self.app.site(self.ctx.tenant()).link("/intern/henvendelser/");
        let is_rest = |rest: &str| text.contains(rest);
        let said = store::entries(&self.app.db.read(self.ctx), case.id, true).await?;
        let is_others = |kind: EntryKind| kind != EntryKind::FromCompany;
        let mut since = said.iter().filter(|entry| entry.at > self.told_at && is_others(entry.kind));
        let checks = [
            (person.left, Unsent::Left),
            (person.absent, Unsent::Away),
            (!access::may_work(own, case), Unsent::NotYours),
            (self.is_walled(), Unsent::Confidential),
            (!case.state.is_open(), Unsent::Ended),
            (since.any(|entry| entry.author != Some(person.id)), Unsent::Answered),
            (text.trim().is_empty(), Unsent::Empty),
            (text.chars().count() > TEXT_CHARS_MAX, Unsent::TooLong),
            (is_rest(&links), Unsent::Quote),
            (unfilled_placeholder(text).is_some(), Unsent::Placeholder),
        ];
        Ok(checks.into_iter().find_map(|(is_so, why)| is_so.then_some(why)))
    }

    /// The files on disk, checked as in the form: one that may not come refuses the whole, as there.
    async fn files(&self, own: &Ctx) -> Outcome<Result<Vec<NewAttachment>, Unsent>> {
        let (files, refused) = keep_all(self.app, own, &self.mail.files).await?;
        match refused.into_iter().next() {
            Some((name, why)) => Ok(Err(Unsent::File { name, why: why.to_string() })),
            None => Ok(Ok(files)),
        }
    }

    /// The command of the case page. What is left to tell where it was sent.
    async fn reply(
        &mut self,
        own: &Ctx,
        text: &str,
        files: &[NewAttachment],
    ) -> Outcome<Result<Option<Unsent>, Unsent>> {
        for _ in 0..TRIES {
            let entries = store::entries(&self.app.db.read(self.ctx), self.case.id, true).await?;
            let has_more = |kind: EntryKind| kind == EntryKind::FromCompany;
            let wrote_more = entries.iter().any(|entry| entry.at > self.told_at && has_more(entry.kind));
            let form = FormKey { key: self.mail.key, content: text.to_owned() };
            let seen = Seen { version: self.case.version, form: Some(form) };
            // What the company wrote since has not been read by whoever answers the mail before it.
            let reply = Reply { text, is_answer: !wrote_more, files, draft: None };
            match reply_with(self.app, own, self.case.id, seen, reply).await {
                Ok(()) => return Ok(Ok(wrote_more.then_some(Unsent::SentOpen))),
                Err(Failure::Refused(CaseRefusal::Stale)) => {
                    let again = store::find(&self.app.db.read(self.ctx), self.case.id).await?;
                    self.case = again.ok_or(Failure::NotFound)?;
                    if let Some(why) = self.refused(own, text).await? {
                        return Ok(Err(why));
                    }
                }
                Err(Failure::Refused(CaseRefusal::Ended)) => return Ok(Err(Unsent::Ended)),
                Err(Failure::Refused(refusal)) => return Ok(Err(Unsent::Refused(refusal.to_string()))),
                Err(Failure::Forbidden | Failure::NotFound) => return Ok(Err(Unsent::NotYours)),
                Err(failure) => return Err(failure),
            }
        }
        Ok(Err(Unsent::Refused(CaseRefusal::Stale.to_string())))
    }

    async fn was_sent(&self, told: Option<Unsent>, is_masked: bool) -> Outcome<Placed> {
        let masked = is_masked.then_some(Unsent::SentMasked);
        let tx = self.app.db.begin_write(self.ctx).await?;
        for why in told.into_iter().chain(masked) {
            self.tell(&tx, (&self.person).into(), (&why, false)).await?;
        }
        tx.commit().await?;
        end(self.app, self.ctx, self.mail, Fate::Added, Some(self.case.id)).await?;
        Ok(Placed::Answered(self.case.id))
    }

    /// Puts the words on the case, where a colleague finds them, and tells both.
    async fn keep(&self, own: &Ctx, text: &str, why: &Unsent) -> Outcome<Placed> {
        let language = kernel::Language::Da;
        let told = [
            ("name", Argument::from(&self.person.name)),
            ("why", Argument::from(why.words(self.app, language))),
        ];
        let head = self.app.text(language, "enquiries-mailed-unsent", &told);
        let (mut files, _) = keep_all(self.app, own, &self.mail.files).await?;
        files.splice(0..0, whole(self.app, own, "", text).await?);
        let words: String = text.chars().take(TEXT_CHARS_MAX).collect();
        let has_words = !words.trim().is_empty() || !files.is_empty();
        let form = FormKey { key: self.mail.key, content: words.clone() };
        if let Some(held) = Held::begin_once(self.app, self.ctx, self.case.id, Some(form)).await? {
            if has_words {
                let note = format!("{head}\n\n{}", words.trim());
                held.add_entry(EntryKind::Note, Some(self.person.id), note.trim(), &files).await?;
            }
            let works =
                self.person.stand_in == Some(self.person.id) && self.case.assignee == Some(self.person.id);
            if has_words && !works {
                let once_key = format!("unsent-{}", self.mail.key);
                held.teller().worker(&held.before, notify::Kind::Unsent, &once_key).await?;
            }
            // Not where the mail went once: whoever has left has no address here any more.
            let to = Addressee { email: &self.mail.from, ..(&self.person).into() };
            self.tell(&held.tx, to, (why, has_words)).await?;
            held.commit().await?;
        }
        end(self.app, self.ctx, self.mail, Fate::Added, Some(self.case.id)).await?;
        Ok(Placed::Kept(self.case.id))
    }

    /// Tells whoever wrote, so often in a day and no more.
    async fn tell(&self, tx: &storage::Tx, to: Addressee<'_>, what: (&Unsent, bool)) -> Outcome {
        let today = self.app.calendar.local_date(self.ctx.now());
        if store::count_of_day(tx, to.id, today, TOLD).await? <= TOLD_PER_DAY_MAX {
            mail::unsent(tx, self.app, &self.case, to, what, self.mail.key).await?;
        }
        Ok(())
    }
}
