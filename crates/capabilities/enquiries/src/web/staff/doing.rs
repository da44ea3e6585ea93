//! What one does with a case: each is a form of its own. Refused, the same page comes back with the error beside the field
//! and everything typed still in it; pressed twice, it happens once.

mod filing;
mod marks;
mod moves;
mod references;
mod words;

use ::web::{
    Access, App, Auth, Envelope, Fields, Form, FormErrors, Page, PageError, Routes, answer_page, page,
    redirect_with, refused_page,
};
use askama::Template;
use axum::{http::StatusCode, response::Response};
use kernel::{CaseId, Failure, TeamId};

use super::case::{CasePage, Typed};
use crate::{
    Presence, access,
    commands::{self, FormKey, Seen},
    model::{CaseRefusal, unfilled_placeholder},
    store,
    web::form::checked_text,
};

/// What one can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Action {
    Take,
    Assign,
    Reply,
    Ask,
    Note,
    AskPart,
    AnswerPart,
    ReleasePart,
    HandOver,
    Accept,
    Bounce,
    Close,
    CalledBack,
    Decide,
    /// A message that is not the answer, while the answer is owed.
    Message,
    /// A message when no answer is owed any more.
    More,
    /// What was sent was the answer.
    WasAnswer,
    /// What the company wrote needs no answer.
    Settle,
    Spam,
    NotSpam,
    Duplicate,
    Topic,
    Redact,
    NewLink,
    Complain,
    /// What it is called in another system.
    Refer,
    /// It is not called so.
    Unrefer,
    /// Where it is kept.
    File,
    /// Why the documents take longer.
    Longer,
}

impl Action {
    pub(super) const ALL: [Self; 29] = [
        Self::Take,
        Self::Assign,
        Self::Reply,
        Self::Ask,
        Self::Note,
        Self::AskPart,
        Self::AnswerPart,
        Self::ReleasePart,
        Self::HandOver,
        Self::Accept,
        Self::Bounce,
        Self::Close,
        Self::CalledBack,
        Self::Decide,
        Self::Message,
        Self::More,
        Self::WasAnswer,
        Self::Settle,
        Self::Spam,
        Self::NotSpam,
        Self::Duplicate,
        Self::Topic,
        Self::Redact,
        Self::NewLink,
        Self::Complain,
        Self::Refer,
        Self::Unrefer,
        Self::File,
        Self::Longer,
    ];

    /// Its name in ids and message keys.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Take => "take",
            Self::Assign => "assign",
            Self::Reply | Self::Message | Self::More => "reply",
            Self::Ask => "ask",
            Self::Note => "note",
            Self::AskPart => "part",
            Self::AnswerPart => "part-answer",
            Self::ReleasePart => "part-release",
            Self::HandOver => "hand-over",
            Self::Accept => "accept",
            Self::Bounce => "bounce",
            Self::Close => "close",
            Self::CalledBack => "call",
            Self::Decide => "decide",
            Self::WasAnswer => "was-answer",
            Self::Settle => "settle",
            Self::Spam => "spam",
            Self::NotSpam => "not-spam",
            Self::Duplicate => "duplicate",
            Self::Topic => "topic",
            Self::Redact => "redact",
            Self::NewLink => "new-link",
            Self::Complain => "complain",
            Self::Refer => "reference",
            Self::Unrefer => "reference-gone",
            Self::File => "filing",
            Self::Longer => "longer",
        }
    }

    /// What the next page says.
    pub(super) const fn done(self) -> &'static str {
        match self {
            Self::Take => "enquiries-done-take",
            Self::Assign => "enquiries-done-assign",
            Self::Reply => "enquiries-done-reply",
            Self::Ask => "enquiries-done-ask",
            Self::Note => "enquiries-done-note",
            Self::AskPart => "enquiries-done-part",
            Self::AnswerPart => "enquiries-done-part-answer",
            Self::ReleasePart => "enquiries-done-part-release",
            Self::HandOver => "enquiries-done-hand-over",
            Self::Accept => "enquiries-done-accept",
            Self::Bounce => "enquiries-done-bounce",
            Self::Close => "enquiries-done-close",
            Self::CalledBack => "enquiries-done-call",
            Self::Decide => "enquiries-done-decide",
            Self::Message => "enquiries-done-message",
            Self::More => "enquiries-done-more",
            Self::WasAnswer => "enquiries-done-was-answer",
            Self::Settle => "enquiries-done-settle",
            Self::Spam => "enquiries-done-spam",
            Self::NotSpam => "enquiries-done-not-spam",
            Self::Duplicate => "enquiries-done-duplicate",
            Self::Topic => "enquiries-done-topic",
            Self::Redact => "enquiries-done-redact",
            Self::NewLink => "enquiries-done-new-link",
            Self::Complain => "enquiries-done-complain",
            Self::Refer => "enquiries-done-reference",
            Self::Unrefer => "enquiries-done-reference-gone",
            Self::File => "enquiries-done-filing",
            Self::Longer => "enquiries-done-longer",
        }
    }

    /// Whether whoever did it is done with the case for now; else the page is still open before someone who may answer.
    pub(super) const fn leaves(self) -> bool {
        !matches!(
            self,
            Self::Take
                | Self::Note
                | Self::AskPart
                | Self::Topic
                | Self::Redact
                | Self::NewLink
                | Self::Refer
                | Self::Unrefer
        )
    }

    /// What a refusal says to one of us; the words of the refusal itself where they fit everyone.
    fn says(self, refusal: CaseRefusal) -> String {
        match (self, refusal) {
            (Self::Bounce | Self::ReleasePart, CaseRefusal::EmptyText) => "enquiries-why-missing".to_owned(),
            (_, CaseRefusal::EmptyText) => "enquiries-words-missing".to_owned(),
            (Self::Longer, CaseRefusal::NewDate) => "enquiries-longer-date".to_owned(),
            (Self::Take, CaseRefusal::Away) => "enquiries-away-yourself".to_owned(),
            (_, refusal) => refusal.to_string(),
        }
    }

    /// The field at which a refusal stands.
    const fn field(self, refusal: CaseRefusal) -> &'static str {
        match (self, refusal) {
            (Self::Take, _) => "take",
            (Self::Assign, _) => "assign-to",
            (Self::Reply | Self::Message | Self::More, _) => "reply-text",
            (Self::Ask, _) => "ask-text",
            (Self::Note, _) => "note-text",
            (Self::AskPart, CaseRefusal::SameTeam) => "part-of",
            (Self::AskPart, _) => "part-text",
            (Self::AnswerPart, _) => "part-answer-text",
            (Self::ReleasePart, _) => "part-release-text",
            (Self::HandOver, CaseRefusal::SameTeam | CaseRefusal::HandOverWaits) => "hand-over-to",
            (Self::HandOver, _) => "hand-over-text",
            (Self::Accept, _) => "accept",
            (Self::Bounce, _) => "bounce-text",
            (Self::Close, CaseRefusal::ForwardedOn) => "close-forwarded-on",
            (Self::Close, _) => "close-text",
            (Self::CalledBack, _) => "call-text",
            (Self::Decide, CaseRefusal::NewDate) => "decide-until",
            (Self::Decide, CaseRefusal::NobodyAbove) => "decide-way",
            (Self::Decide, _) => "decide-text",
            (Self::WasAnswer, _) => "was-answer",
            (Self::Settle, _) => "settle-why",
            (Self::Spam, _) => "spam",
            (Self::NotSpam, _) => "not-spam",
            (Self::Duplicate, _) => "duplicate-number",
            (Self::Topic, _) => "topic-key",
            (Self::Redact, _) => "redact-what",
            (Self::NewLink, _) => "new-link",
            (Self::Complain, _) => "complain-subject",
            (Self::Refer, CaseRefusal::ExpectedOn) => "reference-expected",
            (Self::Refer, _) => "reference-number",
            (Self::Unrefer, _) => "references",
            (Self::File, _) => "filing-choice",
            (Self::Longer, CaseRefusal::NewDate) => "longer-until",
            (Self::Longer, _) => "longer-text",
        }
    }
}

pub(super) fn routes(routes: Routes, work: Access) -> Routes {
    routes
        .post("/intern/henvendelser/{id}/tag", work, moves::take)
        .post("/intern/henvendelser/{id}/tildel", work, moves::assign)
        .post("/intern/henvendelser/{id}/svar", work, words::reply)
        .post("/intern/henvendelser/{id}/spoerg", work, words::ask)
        .post("/intern/henvendelser/{id}/notat", work, words::note)
        .post("/intern/henvendelser/{id}/delsvar", work, moves::ask_part)
        .post("/intern/henvendelser/{id}/delsvar/{part}/svar", work, moves::answer_part)
        .post("/intern/henvendelser/{id}/fritag", work, moves::release_part)
        .post("/intern/henvendelser/{id}/videregiv", work, moves::hand_over)
        .post("/intern/henvendelser/{id}/modtag", work, moves::accept)
        .post("/intern/henvendelser/{id}/afvis", work, moves::bounce)
        .post("/intern/henvendelser/{id}/luk", work, words::close)
        .post("/intern/henvendelser/{id}/ringet", work, words::called_back)
        .post("/intern/henvendelser/{id}/afgoer", work, words::decide)
        .post("/intern/henvendelser/{id}/tager-laengere", work, words::longer)
        .post("/intern/henvendelser/{id}/var-svaret", work, words::was_answer)
        .post("/intern/henvendelser/{id}/intet-svar", work, words::settle)
        .post("/intern/henvendelser/{id}/spam", work, marks::spam)
        .post("/intern/henvendelser/{id}/ikke-spam", work, marks::not_spam)
        .post("/intern/henvendelser/{id}/dublet", work, marks::duplicate)
        .post("/intern/henvendelser/{id}/emne", work, marks::topic)
        .post("/intern/henvendelser/{id}/fjern", work, marks::redact)
        .post("/intern/henvendelser/{id}/nyt-link", work, marks::new_link)
        .post("/intern/henvendelser/{id}/klage", work, moves::complain)
        // The records officer works on no case: the command asks who may.
        .post("/intern/henvendelser/{id}/journalisering", Access::SignedIn, filing::file)
        .post("/intern/henvendelser/{id}/henvisning", work, references::refer)
        .post("/intern/henvendelser/{id}/henvisning/fjern", work, references::remove)
}

/// A form of a case as it came: what every handler hands on.
struct Sent {
    app: App,
    auth: Auth,
    id: CaseId,
    action: Action,
    fields: Fields,
    envelope: Envelope,
}

impl Sent {
    fn new(app: App, auth: Auth, id: CaseId, action: Action, form: Form) -> Self {
        Self { app, auth, id, action, fields: form.fields, envelope: form.envelope }
    }

    fn text(&self) -> &str {
        self.fields.get("text")
    }

    fn key(&self) -> FormKey {
        FormKey {
            key: self.envelope.key,
            content: format!("{}\n{}", self.action.name(), self.fields.content()),
        }
    }

    /// A page that says no version has seen none.
    fn seen(&self) -> Seen {
        Seen { version: self.fields.get("version").parse().unwrap_or(0), form: Some(self.key()) }
    }

    /// Goes on: to the case with a word of what was done, or to the same page with what is wrong.
    async fn finish(self, outcome: commands::Outcome) -> Result<Response, PageError> {
        match outcome {
            Ok(()) => {
                if let Some(person) = self.auth.person().filter(|_| self.action.leaves()) {
                    self.app.kept::<Presence>().leave(self.auth.tenant(), self.id, person);
                }
                // A case that has gone elsewhere is not ours to see any more.
                let case = store::find(&self.app.db.read(&self.auth), self.id).await?;
                let is_seen = case.is_some_and(|case| access::may_see(&self.auth, &case, &[]));
                let to = match self.action {
                    Action::Bounce | Action::Complain if !is_seen => "/intern/indbakke".to_owned(),
                    _ => format!("/intern/henvendelser/{}", self.id),
                };
                Ok(redirect_with(&self.app, &self.auth, &to, self.action.done()))
            }
            Err(Failure::Refused(refusal)) => {
                let mut errors = FormErrors::none();
                errors.add(self.action.field(refusal), self.action.says(refusal));
                let overtaken = refusal == CaseRefusal::Stale;
                self.refuse(errors, overtaken).await
            }
            Err(failure) => self.hand_back(failure.into()),
        }
    }

    /// The same page, with what is about to be done for good.
    async fn ask_if_sure(self) -> Result<Response, PageError> {
        let typed = Typed { action: Some(self.action), fields: self.fields.clone(), ..Typed::default() };
        let main = CasePage::load(&self.app, &self.auth, self.id, typed, true).await?;
        Ok(answer_page(main.page(), &main.title(), &main))
    }

    /// The same page, with what was typed and what is wrong.
    async fn refuse(self, errors: FormErrors, overtaken: bool) -> Result<Response, PageError> {
        let overtaken_since = self.envelope.shown_at.filter(|_| overtaken);
        let fields = self.fields.clone();
        let alone = None;
        let typed = Typed { action: Some(self.action), fields, errors, overtaken_since, alone };
        let main = match CasePage::load(&self.app, &self.auth, self.id, typed, true).await {
            Ok(main) => main,
            Err(error) => return self.hand_back(error),
        };
        let title = main.page().t1("web-title-error", "title", main.title());
        Ok(refused_page(main.page(), &title, &main))
    }
}

#[derive(Template)]
#[template(path = "enquiries/staff/words_back.html")]
struct WordsBackPage {
    page: Page,
    words: String,
}

impl Sent {
    /// While it was written the case has gone to another team, or ended for whoever wrote: the words are theirs still. Says
    /// nothing of the case, not even that there is one.
    fn hand_back(self, error: PageError) -> Result<Response, PageError> {
        let status = match error {
            PageError::NotFound => StatusCode::NOT_FOUND,
            PageError::Forbidden => StatusCode::FORBIDDEN,
            other => return Err(other),
        };
        if self.text().is_empty() {
            return Err(error);
        }
        let shown = Page::new(&self.app, &self.auth);
        let title = shown.t("enquiries-words-back-title");
        let main = WordsBackPage { page: shown.clone(), words: self.text().to_owned() };
        let mut response = page(&shown, &title, &main);
        *response.status_mut() = status;
        Ok(response)
    }

    fn chosen_team(&self) -> Option<TeamId> {
        self.fields.get("team").parse().ok()
    }

    /// Points at numbers that look like CPR numbers, or masks them when asked to; the rest is the command's to judge.
    async fn check_words(&mut self) -> Result<Option<FormErrors>, PageError> {
        let mut found = FormErrors::none();
        let text = checked_text(&self.app, &self.fields, &mut found).await?;
        self.fields.set("text", &text);
        let is_for_company = matches!(
            self.action,
            Action::Reply | Action::Message | Action::More | Action::Ask | Action::Close | Action::Longer
        );
        let key = match found.of("text").filter(|key| *key == "enquiries-cpr") {
            None if is_for_company && unfilled_placeholder(&text).is_some() => {
                Some("enquiries-reply-unfilled")
            }
            key => key,
        };
        Ok(key.map(|key| {
            let mut errors = FormErrors::none();
            errors.add(self.action.field(CaseRefusal::EmptyText), key);
            errors
        }))
    }

    /// Points at what looks like a CPR number in fields in which one has no place.
    async fn refuse_cpr(
        &self,
        errors: &mut FormErrors,
        typed: &[(&'static str, &str)],
    ) -> Result<(), PageError> {
        for (field, text) in typed {
            if commands::masked(&self.app, text).await? != *text {
                errors.add(field, "enquiries-reference-cpr");
            }
        }
        Ok(())
    }

    /// Something was not chosen or written.
    async fn miss(self, field: &'static str, key: &str) -> Result<Response, PageError> {
        let mut errors = FormErrors::none();
        errors.add(field, key);
        self.refuse(errors, false).await
    }
}
