//! The tracking page: the state in one sentence, the promise, the conversation, one box to write in. It must calm.

use std::collections::{BTreeMap, HashMap};

use ::web::{App, Auth, Form, FormErrors, Page, PageError, UploadForm, page, redirect_with, refused_page};
use askama::Template;
use axum::{
    extract::{Path, Query, State},
    http::{HeaderValue, header},
    response::{IntoResponse, Redirect, Response},
};
use axum_extra::extract::CookieJar;
use kernel::{AttachmentId, Failure, PersonId};
use ledger::{Promise, PromiseKind, PromiseState};
use ports::{PersonCard, TeamCard};
use storage::{Attachment, Token};
use uuid::Uuid;

use super::form::{Waiting, checked_text, files_of, keep_draft, keep_files, masked};
use crate::{
    GuideState,
    commands::{self, CompanyWords, FILES_OF_ENTRY},
    guide::Topic,
    model::{Case, CaseRefusal, CaseState, DraftId, Entry, EntryKind, Outcome},
    store,
};

#[derive(Template)]
#[template(path = "enquiries/tracking.html")]
struct TrackingPage {
    page: Page,
    code: String,
    case: Case,
    topic: Option<Topic>,
    team: Option<TeamCard>,
    person: Option<PersonCard>,
    people: BTreeMap<PersonId, PersonCard>,
    promises: Vec<Promise>,
    entries: Vec<Entry>,
    files: Vec<Attachment>,
    errors: FormErrors,
    text: String,
    draft: Option<DraftId>,
    kept: Vec<Attachment>,
    is_receipt: bool,
}

impl TrackingPage {
    fn title(&self) -> String {
        let topic = self.topic.as_ref().map_or("", |topic| topic.title.get(self.page.language()));
        self.page.t2("enquiries-tracking-title", ("number", &self.case.number), ("topic", topic))
    }

    /// The state in one sentence.
    fn state_key(&self) -> &'static str {
        match self.case.state {
            CaseState::Unconfirmed => "enquiries-state-unconfirmed",
            CaseState::Open if self.is_answered() => "enquiries-state-answered",
            CaseState::Open if self.person.is_some() => "enquiries-state-person",
            CaseState::Open => "enquiries-state-team",
            CaseState::WaitingForCompany => "enquiries-state-waiting",
            CaseState::Closed(Outcome::CouldNotHelp) => "enquiries-state-could-not-help",
            CaseState::Closed(_) => "enquiries-state-closed",
            CaseState::Withdrawn => "enquiries-state-withdrawn",
            CaseState::Spam => "enquiries-state-ended",
            CaseState::Duplicate(_) => "enquiries-state-duplicate",
        }
    }

    fn state(&self) -> String {
        let team = self.team.as_ref().map_or("", |team| team.name(self.page.language()));
        let person = self.person.as_ref().map_or("", |person| person.name.as_str());
        self.page.t2(self.state_key(), ("person", person), ("team", team))
    }

    fn next(&self) -> String {
        self.page.t(&format!("{}-next", self.state_key()))
    }

    fn is_answered(&self) -> bool {
        let last = self.promises.iter().rfind(|promise| promise.kind == PromiseKind::ANSWER);
        last.is_some_and(|promise| {
            matches!(promise.state, PromiseState::Kept { .. } | PromiseState::KeptLate { .. })
        })
    }

    /// The promises that tell the company something now: what is owed, else how the answer went.
    fn shown_promises(&self) -> Vec<&Promise> {
        let is_told = |promise: &&Promise| promise.creditor.party() == Some(self.case.party);
        let owed: Vec<_> = self
            .promises
            .iter()
            .filter(is_told)
            .filter(|promise| promise.state == PromiseState::Open && self.has_goal())
            .collect();
        if owed.is_empty() && self.has_goal() {
            return self
                .promises
                .iter()
                .filter(is_told)
                .rfind(|one| one.kind == PromiseKind::ANSWER)
                .into_iter()
                .collect();
        }
        owed
    }

    /// Without an adopted service goal no date is promised: we ring.
    fn has_goal(&self) -> bool {
        let day_zero = self.page.app().calendar.day_zero(self.case.received_at);
        self.topic.as_ref().is_some_and(|topic| topic.goal_on(day_zero).adopted)
    }

    fn what(&self, promise: &Promise) -> String {
        let team = self.team.as_ref().map_or("", |team| team.name(self.page.language()));
        self.page.t1(&format!("enquiries-owed-{}", promise.kind.as_str().replace('_', "-")), "team", team)
    }

    fn is_from_us(&self, entry: &Entry) -> bool {
        entry.kind != EntryKind::FromCompany
    }

    fn author(&self, entry: &Entry) -> String {
        match entry.author.and_then(|person| self.people.get(&person)) {
            Some(person) => person.name.clone(),
            None => self.case.contact.name.clone(),
        }
    }

    fn initials(&self, entry: &Entry) -> String {
        self.author(entry).split_whitespace().filter_map(|word| word.chars().next()).take(2).collect()
    }

    fn role(&self, entry: &Entry) -> String {
        if self.is_from_us(entry) {
            return self
                .team
                .as_ref()
                .map_or_else(String::new, |team| team.name(self.page.language()).to_owned());
        }
        self.case.asker.name().to_owned()
    }

    fn files_of(&self, entry: &Entry) -> Vec<&Attachment> {
        self.files.iter().filter(|file| file.owner_id == entry.id.uuid()).collect()
    }

    fn may_write(&self) -> bool {
        self.case.state.is_open() || self.case.may_reopen(self.page.auth().now())
    }

    fn offers_mask(&self) -> bool {
        self.errors.of("text") == Some("enquiries-cpr")
    }

    fn may_rate(&self) -> bool {
        matches!(self.case.state, CaseState::Closed(_)) && self.case.rating.is_none()
    }
}

async fn find(app: &App, auth: &Auth, code: &str) -> Result<(Token, Case), PageError> {
    let link = Token::parse(code).ok_or(PageError::NotFound)?;
    let case = commands::find_tracked(app, auth, &link).await?.ok_or(PageError::NotFound)?;
    Ok((link, case))
}

async fn tracking_page(app: &App, auth: &Auth, link: &Token, case: Case) -> Result<TrackingPage, PageError> {
    let read = app.db.read(auth);
    let entries = store::entries(&read, case.id, true).await?;
    let ids: Vec<Uuid> = entries.iter().map(|entry| entry.id.uuid()).collect();
    let people: Vec<PersonId> =
        entries.iter().filter_map(|entry| entry.author).chain(case.assignee).collect();
    let people = app.ports.people.people(&read, &people).await?;
    Ok(TrackingPage {
        page: Page::new(app, auth).with_form(),
        code: link.as_str().to_owned(),
        topic: app.kept::<GuideState>().topic(auth.tenant(), &case.topic),
        team: commands::teams(app, auth).await?.remove(&case.team),
        person: case.assignee.and_then(|person| people.get(&person)).cloned(),
        promises: ledger::of_subjects(&read, &[case.id.uuid()]).await?,
        files: Attachment::of(&read, FILES_OF_ENTRY, &ids).await?,
        people,
        entries,
        errors: FormErrors::none(),
        text: String::new(),
        draft: None,
        kept: Vec::new(),
        is_receipt: false,
        case,
    })
}

/// `GET /henvendelse/{code}`: follows an enquiry. Whoever has the link may read.
pub(super) async fn show(
    auth: Auth,
    State(app): State<App>,
    Path(code): Path<String>,
    Query(query): Query<HashMap<String, String>>,
    jar: CookieJar,
) -> Result<Response, PageError> {
    let (link, case) = find(&app, &auth, &code).await?;
    let mut main = tracking_page(&app, &auth, &link, case).await?;
    main.is_receipt = query.contains_key("kvittering");
    let jar = ::web::take_flash(&app, jar, &mut main.page);
    let title = main.title();
    Ok((jar, page(&main.page, &title, &main)).into_response())
}

/// The company writes back.
pub(super) async fn write(
    auth: Auth,
    State(app): State<App>,
    Path(code): Path<String>,
    form: UploadForm,
) -> Result<Response, PageError> {
    let (link, case) = find(&app, &auth, &code).await?;
    let mut errors = FormErrors::none();
    let draft = form.fields.get("draft").parse::<DraftId>().ok();
    let waiting = Waiting::in_draft(&files_of(&app, &auth, draft).await?);
    let waiting = waiting.on_enquiry(if form.uploads.is_empty() { 0 } else { bytes_on(&app, &auth, &case).await? });
    let files = keep_files(&app, &auth, form.uploads, waiting, &mut errors).await?;
    // A file may come without words.
    let is_file_only = form.fields.get("text").is_empty() && (draft.is_some() || !files.is_empty());
    let text =
        if is_file_only { String::new() } else { checked_text(&app, &form.fields, &mut errors).await? };
    if errors.is_empty() {
        let (text, files) = (text.clone(), files.clone());
        let words = CompanyWords { text, files, draft, form_key: form.envelope.key };
        match commands::write(&app, app.kept::<GuideState>(), &auth, &link, words).await {
            Ok(()) => {
                return Ok(redirect_with(&app, &auth, &format!("/henvendelse/{code}"), "enquiries-sent"));
            }
            Err(Failure::Refused(refusal)) => errors.add("text", refusal.to_string()),
            Err(failure) => return Err(failure.into()),
        }
    }
    let mut main = tracking_page(&app, &auth, &link, case).await?;
    (main.errors, main.text) = (errors, text);
    main.draft = keep_draft(&app, &auth, draft, &files).await?;
    main.kept = files_of(&app, &auth, main.draft).await?;
    let title = main.page.t1("web-title-error", "title", main.title());
    Ok(refused_page(&main.page, &title, &main))
}

/// The company takes it back.
pub(super) async fn withdraw(
    auth: Auth,
    State(app): State<App>,
    Path(code): Path<String>,
    _: Form,
) -> Result<Response, PageError> {
    let link = Token::parse(&code).ok_or(PageError::NotFound)?;
    commands::withdraw(&app, &auth, &link).await?;
    Ok(redirect_with(&app, &auth, &format!("/henvendelse/{code}"), "enquiries-withdrawn"))
}

/// The two questions after the end.
pub(super) async fn rate(
    auth: Auth,
    State(app): State<App>,
    Path(code): Path<String>,
    form: Form,
) -> Result<Response, PageError> {
    let (link, case) = find(&app, &auth, &code).await?;
    let score = form.fields.get("score").parse().unwrap_or(0);
    // Nobody is asked twice for an opinion: what looks like a CPR number in it is masked without a word.
    let better = masked(&app, form.fields.get("better")).await?;
    match commands::rate(&app, &auth, &link, score, &better).await {
        Ok(()) => Ok(redirect_with(&app, &auth, &format!("/henvendelse/{code}"), "enquiries-rated")),
        Err(Failure::Refused(refusal @ CaseRefusal::Score)) => {
            let mut main = tracking_page(&app, &auth, &link, case).await?;
            main.errors.add("score-1", refusal.to_string());
            let title = main.page.t1("web-title-error", "title", main.title());
            Ok(refused_page(&main.page, &title, &main))
        }
        Err(failure) => Err(failure.into()),
    }
}

#[derive(Template)]
#[template(path = "enquiries/confirm.html")]
struct ConfirmPage {
    page: Page,
    code: String,
}

/// Opening the link changes nothing: a mail scanner opens it too. The button does.
pub(super) async fn confirm_page(
    auth: Auth,
    State(app): State<App>,
    Path(code): Path<String>,
) -> Result<Response, PageError> {
    let (_, case) = find(&app, &auth, &code).await?;
    if case.state != CaseState::Unconfirmed {
        return Ok(Redirect::to(&format!("/henvendelse/{code}")).into_response());
    }
    let shown = Page::new(&app, &auth).with_form();
    Ok(page(&shown, &shown.t("enquiries-confirm-title"), &ConfirmPage { page: shown.clone(), code }))
}

/// The sender shows that the address is its own.
pub(super) async fn confirm(
    auth: Auth,
    State(app): State<App>,
    Path(code): Path<String>,
    _: Form,
) -> Result<Response, PageError> {
    let link = Token::parse(&code).ok_or(PageError::NotFound)?;
    match commands::confirm(&app, app.kept::<GuideState>(), &auth, &link).await {
        // Pressing the button again is no error.
        Ok(()) | Err(Failure::Refused(CaseRefusal::Ended)) => {
            Ok(Redirect::to(&format!("/henvendelse/{code}?kvittering=1")).into_response())
        }
        Err(failure) => Err(failure.into()),
    }
}

/// A file of the thread, for whoever has the link.
pub(super) async fn file(
    auth: Auth,
    State(app): State<App>,
    Path((code, file)): Path<(String, AttachmentId)>,
) -> Result<Response, PageError> {
    let (_, case) = find(&app, &auth, &code).await?;
    let read = app.db.read(&auth);
    let entries = store::entries(&read, case.id, true).await?;
    let ids: Vec<Uuid> = entries.iter().map(|entry| entry.id.uuid()).collect();
    let files = Attachment::of(&read, FILES_OF_ENTRY, &ids).await?;
    let file = files
        .into_iter()
        .find(|one| one.id == file && one.removed_at.is_none())
        .ok_or(PageError::NotFound)?;
    download(&app, &file).await
}

/// A file as a download: never shown inside our pages, never read as anything but what it is.
/// What hangs on the enquiry, in bytes.
async fn bytes_on(app: &App, auth: &Auth, case: &Case) -> Result<u64, PageError> {
    let read = app.db.read(auth);
    let entries = store::entries(&read, case.id, true).await?;
    let ids: Vec<Uuid> = entries.iter().map(|entry| entry.id.uuid()).collect();
    Ok(Attachment::bytes_of(&read, FILES_OF_ENTRY, &ids).await?)
}

pub(super) async fn download(app: &App, file: &Attachment) -> Result<Response, PageError> {
    if file.scan == storage::Scan::Infected {
        return Err(PageError::Refused("enquiries-file-infected".into()));
    }
    let content = app.attachments.content(file.id).await.map_err(PageError::internal)?;
    // RFC 6266: the plain name for old readers, the real one in UTF-8.
    let plain: String = file
        .name
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() || ".-_ ".contains(c) { c } else { '_' })
        .collect();
    let named =
        format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{}", ::web::url_encode(&file.name));
    let header_value = |text: &str| HeaderValue::from_str(text).map_err(PageError::internal);
    let headers = [
        (header::CONTENT_TYPE, header_value(&file.media_type)?),
        (header::CONTENT_DISPOSITION, header_value(&named)?),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'; sandbox")),
    ];
    Ok((headers, content).into_response())
}
