//! What a company does by its tracking link. The link is the key: whoever holds it may.

use chrono::NaiveTime;
use kernel::{CaseId, Ctx, Failure, Phone};
use ledger::{PromiseKind, PromiseState};
use storage::{Attachment, NewAttachment, Once, Reader, StoreError, Token, once, remember_once};
use uuid::Uuid;
use web::App;

use super::{
    FILES_OF_DRAFT, FILES_OF_MAIL, Held, Outcome, Seen, archive, documents::answer_terms, send, with_files,
};
use crate::{
    fact::EnquiryFact,
    guide_state::GuideState,
    mail,
    model::{
        CALL_BACK_WORKING_DAYS, Case, CaseRefusal, CaseState, DraftId, EntryKind, Rating, Reference,
        WORDS_PER_DAY_MAX, calls_for_a_call, check_text,
    },
    notify, store,
};

const FORM: &str = "enquiry-words";
/// What could be better, in characters.
const RATING_CHARS_MAX: usize = 2_000;

/// Words from the company, with files.
#[derive(Debug, Clone)]
pub struct CompanyWords {
    /// What it wrote.
    pub text: String,
    /// Files on disk already.
    pub files: Vec<NewAttachment>,
    /// Files that wait in a draft.
    pub draft: Option<DraftId>,
    /// The form's key.
    pub form_key: Uuid,
}

/// The case that a link opens; `None` for a forged or revoked one.
pub async fn find_tracked(app: &App, ctx: &Ctx, link: &Token) -> Outcome<Option<Case>> {
    Ok(store::find_by_link(&app.db.read(ctx), &link.hash()).await?)
}

/// The same, with what the case is called in other systems.
pub async fn find_shown(app: &App, ctx: &Ctx, link: &Token) -> Outcome<Option<(Case, Vec<Reference>)>> {
    Ok(store::find_shown(&app.db.read(ctx), &link.hash()).await?)
}

async fn hold<'a>(app: &'a App, ctx: &Ctx, link: &Token) -> Outcome<Held<'a>> {
    let case = find_tracked(app, ctx, link).await?.ok_or(Failure::NotFound)?;
    Held::begin(app, ctx, case.id).await
}

/// The sender shows that the address is its own: the case reaches the team, and the clocks begin.
pub async fn confirm(app: &App, guide: &GuideState, ctx: &Ctx, link: &Token) -> Outcome {
    let held = hold(app, ctx, link).await?;
    let case = held.before.clone().confirm(ctx.now())?;
    let topic = guide.topic(ctx.tenant(), &case.topic).ok_or(CaseRefusal::NoTopic)?;
    held.save(&case).await?;
    held.journal(&case, &EnquiryFact::Confirmed).await?;
    send::promise(app, &held.tx, &case, &topic).await?;
    held.mail(&case, send::receipt(app, &held.tx, &topic)).await?;
    if let Some(team) = held.here.teams.get(&case.team) {
        held.teller().team(&case, team, notify::of_new(&case)).await?;
    }
    held.commit().await
}

/// The company writes back. The clock runs again; an ended case is taken up again.
pub async fn write(app: &App, guide: &GuideState, ctx: &Ctx, link: &Token, words: CompanyWords) -> Outcome {
    write_remarked(app, guide, ctx, link, words, None).await
}

/// The same by mail, with what colleagues are told of what was masked in it or not taken.
pub(super) async fn write_remarked(
    app: &App,
    guide: &GuideState,
    ctx: &Ctx,
    link: &Token,
    words: CompanyWords,
    remark: Option<&str>,
) -> Outcome {
    let text = match (words.text.trim(), words.files.is_empty() && words.draft.is_none()) {
        ("", false) => "",
        (text, _) => check_text(text)?,
    };
    let content = words.draft.map_or_else(|| text.to_owned(), |draft| format!("{draft}\n{text}"));
    let content = with_files(&content, &words.files);
    let held = hold(app, ctx, link).await?;
    if held.before.state == CaseState::Unconfirmed {
        return Err(Failure::NotFound);
    }
    match once(&held.tx, FORM, words.form_key, &content).await? {
        Once::First => {}
        Once::Same(_) => return Ok(()),
        Once::Other(_) => return Err(CaseRefusal::SentBefore.into()),
    }
    if has_written_enough(&held.tx, app, ctx, held.before.id).await? {
        return Err(CaseRefusal::WordsToday.into());
    }
    let waiting: Vec<Uuid> = words.draft.into_iter().map(DraftId::uuid).collect();
    let of_draft = Attachment::of(&held.tx, FILES_OF_DRAFT, &waiting).await?;
    let of_mail = Attachment::of(&held.tx, FILES_OF_MAIL, &waiting).await?;
    if text.is_empty() && words.files.is_empty() && of_draft.is_empty() && of_mail.is_empty() {
        return Err(CaseRefusal::EmptyText.into());
    }
    let was_open = held.before.state.is_open();
    let call = send::sounds(guide, ctx, text, held.before.language);
    let case = held.before.clone().company_writes(ctx.now())?.sounding(call);
    let entry = held.add_entry(EntryKind::FromCompany, None, text, &words.files).await?;
    if let Some(remark) = remark {
        held.add_entry(EntryKind::Note, None, remark, &[]).await?;
    }
    send::take_draft(&held.tx, &case, entry, &words.files, words.draft).await?;
    remember_once(&held.tx, FORM, words.form_key, entry).await?;
    held.save(&case).await?;
    if was_open {
        held.resume().await?;
        send::owe_again(app, &held.tx, guide, &case).await?;
    } else {
        reopen(&held, guide, &case).await?;
    }
    held.teller().worker(&case, notify::of_words(&case), &entry.to_string()).await?;
    held.commit().await
}

/// Whether the company has written so often on the case today that no more is taken before tomorrow.
pub async fn has_written_enough(
    reader: &impl Reader,
    app: &App,
    ctx: &Ctx,
    case: CaseId,
) -> Result<bool, StoreError> {
    let today = app.calendar.local_date(ctx.now()).and_time(NaiveTime::MIN);
    let written = store::words_since(reader, case, app.calendar.instant(today)).await?;
    Ok(written >= WORDS_PER_DAY_MAX)
}

/// New promises, each linked to the one it follows: the answer, and the first reply where nobody had written yet.
async fn reopen(held: &Held<'_>, guide: &GuideState, case: &Case) -> Outcome {
    held.journal(case, &EnquiryFact::Reopened).await?;
    let topic = guide.topic(held.ctx().tenant(), &case.topic).ok_or(CaseRefusal::NoTopic)?;
    let last = |kind: PromiseKind| held.promises.iter().rfind(|promise| promise.kind == kind);
    let goal = topic.goal_on(held.app.calendar.day_zero(held.ctx().now()));
    let is_unanswered = last(PromiseKind::FIRST_REPLY)
        .is_some_and(|first| matches!(first.state, PromiseState::Withdrawn { .. }));
    let first = is_unanswered.then_some((PromiseKind::FIRST_REPLY, goal.first_reply, false));
    let first = first.map(|(kind, days, pausable)| (kind, u16::from(days), pausable));
    let (days, pausable) = answer_terms(held.app, &topic, held.ctx().now());
    for (kind, days, pausable) in first.into_iter().chain([(PromiseKind::ANSWER, days, pausable)]) {
        let follows = last(kind.clone()).map(|promise| promise.id);
        let new = send::new_promise(held.app, held.ctx(), case, case.team, kind, days, pausable);
        ledger::promise(&held.tx, ledger::NewPromise { follows, ..new }).await?;
    }
    Ok(())
}

/// The company takes its enquiry back. Once taken back, it is.
pub async fn withdraw(app: &App, ctx: &Ctx, link: &Token) -> Outcome {
    let held = hold(app, ctx, link).await?;
    if held.before.state == CaseState::Withdrawn {
        return Ok(());
    }
    let case = held.before.clone().withdraw(ctx.now())?;
    held.save(&case).await?;
    held.journal(&case, &EnquiryFact::Withdrawn).await?;
    held.withdraw_promises("by-company").await?;
    archive::queue(&held, &case).await?;
    held.teller().worker(&case, notify::Kind::Withdrawn, "withdrawn").await?;
    held.commit().await
}

/// The two answers after the end. Someone who was not content is owed a call. The same answers twice are one.
pub async fn rate(app: &App, ctx: &Ctx, link: &Token, score: i32, text: &str) -> Outcome {
    rate_and_call(app, ctx, link, score, text, None).await
}

/// The same, from someone who has told where to ring.
pub async fn rate_and_call(
    app: &App,
    ctx: &Ctx,
    link: &Token,
    score: i32,
    text: &str,
    phone: Option<Phone>,
) -> Outcome {
    let held = hold(app, ctx, link).await?;
    let text: String = text.trim().chars().take(RATING_CHARS_MAX).collect();
    if held.before.rating == Some(Rating { score, text: text.clone() }) {
        return Ok(());
    }
    let mut case = held.before.clone().rate(score, text, ctx.now())?;
    case.contact.phone = case.contact.phone.or(phone);
    held.save(&case).await?;
    held.journal(&case, &EnquiryFact::Rated { score, topic: case.topic.clone() }).await?;
    if calls_for_a_call(score) {
        let kind = PromiseKind::CALL_BACK;
        let new = send::new_promise(app, ctx, &case, case.team, kind, CALL_BACK_WORKING_DAYS, false);
        ledger::promise(&held.tx, new).await?;
        held.teller().worker(&case, notify::Kind::CallBack, "call-back").await?;
    }
    held.commit().await
}

/// A new link goes to the address that we know; those given out so far open nothing any more.
pub async fn renew_link(app: &App, ctx: &Ctx, link: &Token) -> Outcome {
    renew(hold(app, ctx, link).await?).await
}

/// One of us takes the links back that were given out, since one has come into wrong hands; the company gets a new one.
pub async fn revoke_link(app: &App, ctx: &Ctx, id: CaseId, seen: impl Into<Seen>) -> Outcome {
    let Some(held) = Held::of_team(app, ctx, id, seen).await? else { return Ok(()) };
    renew(held).await
}

async fn renew(held: Held<'_>) -> Outcome {
    let case = held.before.clone().renew_link(held.ctx().now())?;
    held.save(&case).await?;
    held.journal(&case, &EnquiryFact::LinkRevoked).await?;
    held.mail(&case, mail::ToCompany::NewLink).await?;
    held.commit().await
}
