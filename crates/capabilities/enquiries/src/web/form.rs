//! The form: one page, everything on it, nothing typed is ever lost.

use std::collections::HashMap;

use ::web::{
    Address, App, Auth, Fields, FileRefusal, FormErrors, Limit, Page, PageError, Question, Upload,
    UploadForm, answer_page, page, redirect_with, refused_page, told_on_collection,
};
use askama::Template;
use axum::{
    extract::{Query, State},
    response::{IntoResponse, Redirect, Response},
};
use chrono::Duration;
use kernel::{Actor, Code, CvrNumber, Email, Failure, Language, Phone, find_cpr_like};
use ports::{ConfirmedCompany, TeamCard};
use storage::{Attachment, NewAttachment};

use super::{
    acute::AcuteView,
    by_phone::ByPhonePage,
    entrance::{TopicView, fits_address},
    my_page::proven_email,
    of_company::confirmed,
    tracking::goal_lines,
};
use crate::{
    GuideState, KeptFigures,
    commands::{self, FILES_OF_DRAFT, NewEnquiry},
    model::{
        About, AboutKind, Asker, Case, CaseRefusal, CaseState, Contact, DraftId, SUSPICIOUS, VatNumber,
        check_text, suspicion,
    },
    store,
};

/// Enquiries from one address.
const SENDING: Limit = Limit { name: "enquiry", count: 20, window: Duration::hours(1) };
/// The topic whose form asks whom it is about.
const COMPLAINT: &str = "complaint-about-municipality";
/// A name of a person or a company, in characters.
const NAME_CHARS_MAX: usize = 200;
/// Files in one form, drafts included.
const FILES_MAX: usize = ::web::FILES_MAX;

#[derive(Template)]
#[template(path = "enquiries/form.html")]
struct FormPage {
    page: Page,
    /// For which company it is written, where that was shown.
    confirmed: Option<ConfirmedCompany>,
    fields: Fields,
    errors: FormErrors,
    view: TopicView,
    topics: Vec<(String, String)>,
    /// Whether it is written by a short way with a subject of its own.
    is_own: bool,
    consultant: Option<TeamCard>,
    draft: Option<DraftId>,
    kept: Vec<Attachment>,
    offer_mask: bool,
    acute: Option<AcuteView>,
}

impl FormPage {
    /// What article 13 has told where data is given.
    fn told(&self) -> Vec<String> {
        told_on_collection(self.page.app(), self.page.auth(), self.page.language(), "enquiries")
    }

    fn value(&self, name: &str) -> &str {
        self.fields.get(name)
    }

    fn is_kind(&self, kind: &str) -> bool {
        let chosen = self.fields.get("asker");
        chosen == kind || (chosen.is_empty() && kind == "company")
    }

    fn title(&self) -> String {
        if self.is_own {
            return self.view.topic.title.get(self.page.language()).to_owned();
        }
        self.page.t("enquiries-form-title")
    }

    /// What a short way says first, where it has a subject of its own.
    fn first_sentence(&self) -> Option<&str> {
        self.is_own.then(|| self.view.topic.summary.get(self.page.language()))
    }

    /// Who answers, and until when: before anything is typed.
    fn lead(&self) -> String {
        let team = self.view.team_name(self.page.language());
        if self.view.goal.adopted {
            return self.page.t2("enquiries-form-lead", ("team", team), ("date", self.view.due.as_str()));
        }
        self.page.t1("enquiries-form-lead-ring", "team", team)
    }

    fn phone(&self) -> &Phone {
        self.view.team.as_ref().map_or(&self.page.site().phone, |team| &team.phone)
    }

    fn asks_whom(&self) -> bool {
        self.view.topic.key.as_str() == COMPLAINT
    }

    /// Who writes, where we know it already; nothing where something about it must be mended.
    fn known(&self) -> Option<String> {
        let email = proven_email(self.page.auth())?;
        let (name, company) = (self.value("name"), self.value("company"));
        if name.is_empty() || self.value("email") != email.as_str() || self.has_asker_errors() {
            return None;
        }
        let key = if company.is_empty() { "enquiries-known-person" } else { "enquiries-known" };
        let arguments =
            [("name", name.into()), ("company", company.into()), ("email", email.as_str().into())];
        Some(self.page.tn(key, &arguments))
    }

    fn has_asker_errors(&self) -> bool {
        const FIELDS: [&str; 9] =
            ["company", "cvr", "country", "vat", "on_behalf_of", "behalf_cvr", "name", "email", "phone"];
        FIELDS.iter().any(|field| self.errors.of(field).is_some())
    }

    fn is_optional(field: &str) -> bool {
        ["vat", "behalf_cvr"].contains(&field)
    }

    /// The way back to the guide: with the need where it is a plain line. What was refused is never in an address.
    fn back(&self) -> String {
        let text = self.value("text");
        if !self.errors.is_empty() || text.is_empty() || !fits_address(text) {
            return "/vejviser".to_owned();
        }
        format!("/vejviser?q={}", ::web::url_encode(text))
    }

    fn kinds() -> [&'static str; 5] {
        ["company", "founder", "foreign", "association", "adviser"]
    }
}

/// What is needed to show the form, whatever it holds.
async fn form_page(
    app: &App,
    auth: &Auth,
    shown: Page,
    fields: Fields,
    errors: FormErrors,
    draft: Option<DraftId>,
) -> Result<FormPage, PageError> {
    let guide = app.kept::<GuideState>().guide(auth.tenant());
    let teams: Vec<TeamCard> = commands::teams(app, auth).await?.into_values().collect();
    let topic = guide.or_other(fields.get("emne")).cloned().ok_or(PageError::NotFound)?;
    let kept = files_of(app, auth, draft).await?;
    let (chosen, language) = (topic.key.clone(), auth.language());
    let topics = guide
        .topics()
        .iter()
        .chain(guide.own_subjects())
        .filter(|one| !one.by_phone || one.key == chosen)
        .map(|topic| (topic.key.to_string(), topic.title.get(language).to_owned()));
    let experience = app.kept::<KeptFigures>().known_experience(auth, &app.calendar, &topic.key);
    let mut view = TopicView::new(&shown, topic, &teams);
    if view.goal.adopted {
        view.goal_lines = goal_lines(&shown, view.goal.answer, experience);
    }
    let confirmed = confirmed(app, auth).await?.map(|(company, _)| company);
    Ok(FormPage {
        confirmed,
        is_own: guide.own_subjects().iter().any(|own| own.key == view.topic.key),
        view,
        topics: topics.collect(),
        consultant: teams.iter().find(|team| team.key == "business").cloned(),
        acute: guide
            .acute(fields.get("text"), auth.language())
            .map(|found| AcuteView::new(&shown, guide.duties(), &found.call)),
        offer_mask: errors.of("text") == Some("enquiries-cpr"),
        page: shown,
        fields,
        errors,
        draft,
        kept,
    })
}

/// Files that were accepted wait in the draft, or in a new one.
pub(super) async fn keep_draft(
    app: &App,
    auth: &Auth,
    draft: Option<DraftId>,
    files: &[NewAttachment],
) -> Result<Option<DraftId>, PageError> {
    if files.is_empty() {
        return Ok(draft);
    }
    let draft = draft.unwrap_or_else(|| auth.new_id());
    commands::keep_draft(app, auth, draft, files).await?;
    Ok(Some(draft))
}

/// The files that wait in a draft.
pub(super) async fn files_of(
    app: &App,
    auth: &Auth,
    draft: Option<DraftId>,
) -> Result<Vec<Attachment>, PageError> {
    let Some(draft) = draft else { return Ok(Vec::new()) };
    Ok(Attachment::of(&app.db.read(auth), FILES_OF_DRAFT, &[draft.uuid()]).await?)
}

/// `GET /henvendelse/ny?emne=KEY&q=TEXT`.
pub(super) async fn show(
    auth: Auth,
    State(app): State<App>,
    Query(query): Query<HashMap<String, String>>,
) -> Result<Response, PageError> {
    let asked = |name: &str| query.get(name).map_or("", String::as_str);
    if let Some(main) = ByPhonePage::of(&app, &auth, asked("emne")).await? {
        return Ok(page(&main.page, &main.title(), &main));
    }
    let main = fresh(&app, &auth, asked("emne"), asked("q")).await?;
    Ok(page(&main.page, &main.title(), &main))
}

/// `POST /henvendelse/ny/begynd`: the same, for what must not stand in an address. Changes nothing.
pub(super) async fn begin(
    auth: Auth,
    State(app): State<App>,
    Question(fields): Question,
) -> Result<Response, PageError> {
    if let Some(main) = ByPhonePage::of(&app, &auth, fields.get("emne")).await? {
        return Ok(answer_page(&main.page, &main.title(), &main));
    }
    let main = fresh(&app, &auth, fields.get("emne"), fields.get("q")).await?;
    Ok(answer_page(&main.page, &main.title(), &main))
}

/// The form before anything was sent, with what was asked. What looks like a CPR number does not come along.
async fn fresh(app: &App, auth: &Auth, topic: &str, need: &str) -> Result<FormPage, PageError> {
    let mut fields = Fields::default();
    fields.set("emne", topic);
    fields.set("text", &commands::masked(app, need).await?);
    if let Some(email) = proven_email(auth) {
        fields.set("email", email.as_str());
        if let Some(last) = store::of_contact(&app.db.read(auth), email, 1).await?.pop() {
            fill_in_known(&mut fields, &last);
        }
    }
    form_page(app, auth, Page::new(app, auth).with_form(), fields, FormErrors::none(), None).await
}

/// What a contact who has signed in told the last time, so that it is not asked again.
fn fill_in_known(fields: &mut Fields, last: &Case) {
    let number = |cvr: Option<CvrNumber>| cvr.map(|cvr| cvr.to_string()).unwrap_or_default();
    fields.set("asker", last.asker.kind());
    fields.set("company", last.asker.name());
    match &last.asker {
        Asker::Company { cvr, .. } | Asker::Association { cvr, .. } => fields.set("cvr", &number(*cvr)),
        Asker::Foreign { country, vat, .. } => {
            fields.set("country", country);
            fields.set("vat", vat);
        }
        Asker::Adviser { cvr, on_behalf_of, client_cvr, .. } => {
            fields.set("cvr", &number(*cvr));
            fields.set("on_behalf_of", on_behalf_of);
            fields.set("behalf_cvr", &number(*client_cvr));
        }
        Asker::Founder => {}
    }
    fields.set("name", &last.contact.name);
    let phone = last.contact.phone.as_ref().map(ToString::to_string);
    fields.set("phone", phone.as_deref().unwrap_or_default());
}

/// `POST /henvendelse/ny`: a receipt, or the same form with what is wrong beside each field.
pub(super) async fn send(
    auth: Auth,
    address: Address,
    State(app): State<App>,
    mut form: UploadForm,
) -> Result<Response, PageError> {
    app.limits().count(SENDING, &address.0.to_string(), auth.now())?;
    if form.fields.is_ticked("mend") {
        let draft = form.fields.get("draft").parse::<DraftId>().ok();
        return mend(&app, &auth, form.fields, draft).await;
    }
    let mut errors = FormErrors::none();
    // In the order of the page, which is that of the summary.
    demand_about(&form.fields, &mut errors);
    let text = checked_text(&app, &form.fields, &mut errors).await?;
    let draft = form.fields.get("draft").parse::<DraftId>().ok();
    let waiting = Waiting::in_draft(&files_of(&app, &auth, draft).await?);
    let uploads = std::mem::take(&mut form.uploads);
    let files = keep_files(&app, &auth, uploads, waiting, &mut errors).await?;
    let company = confirmed(&app, &auth).await?.map(|(company, _)| company);
    if let Some(company) = &company {
        form.fields.set("asker", "company");
        form.fields.set("company", &company.name);
        form.fields.set("cvr", &company.cvr.to_string());
    }
    let parsed = parse(&auth, &form, text.clone(), &mut errors);
    let is_told = form.fields.is_ticked("called");
    if let (Some(_), true, false) = (&parsed, errors.is_empty(), is_told)
        && let Some(stop) = stop(&app, &auth, &form, &text, draft, &files).await?
    {
        return Ok(stop);
    }
    if let (Some(mut new), true) = (parsed, errors.is_empty()) {
        (new.files, new.draft) = (files.clone(), draft);
        let is_proven = proven_email(&auth).is_some_and(|email| email.to_key() == new.contact.email.to_key());
        if is_proven || company.is_some() {
            new.suspicion = 0;
        }
        let is_suspicious = new.suspicion >= SUSPICIOUS;
        let guide = app.kept::<GuideState>();
        let sent = match company {
            Some(company) => commands::send_for_company(&app, guide, &auth, new, company).await,
            None => commands::send(&app, guide, &auth, new, None).await,
        };
        match sent {
            Ok(sent) if sent.is_repeat && is_proven => {
                let to = format!("/henvendelse/{}", sent.link.as_str());
                return Ok(redirect_with(&app, &auth, &to, "enquiries-repeated-own"));
            }
            // Whoever types an address has not shown that it is theirs: the link goes by mail only.
            Ok(sent) if sent.is_repeat => return Ok(Redirect::to("/henvendelse/samlet").into_response()),
            Ok(sent) if is_suspicious || sent.case.state == CaseState::Unconfirmed => {
                return Ok(Redirect::to("/henvendelse/bekraeft").into_response());
            }
            Ok(sent) => {
                let to = format!("/henvendelse/{}?kvittering=1", sent.link.as_str());
                return Ok(Redirect::to(&to).into_response());
            }
            Err(Failure::Refused(refusal)) => errors.add(field_of(refusal), refusal.to_string()),
            Err(failure) => return Err(failure.into()),
        }
    }
    refuse(&app, &auth, form, errors, files, draft).await
}

/// Before an enquiry goes that sounds as if something were wrong right now: whom to call first.
#[derive(Template)]
#[template(path = "enquiries/acute_stop.html")]
struct StopPage {
    page: Page,
    acute: Option<AcuteView>,
    fields: Fields,
    draft: Option<DraftId>,
    kept: Vec<Attachment>,
}

/// The page that says whom to call, where the text sounds so. Nothing is sent; text and files wait on it.
async fn stop(
    app: &App,
    auth: &Auth,
    form: &UploadForm,
    text: &str,
    draft: Option<DraftId>,
    files: &[NewAttachment],
) -> Result<Option<Response>, PageError> {
    let guide = app.kept::<GuideState>().guide(auth.tenant());
    let Some(found) = guide.acute(text, auth.language()) else { return Ok(None) };
    let draft = keep_draft(app, auth, draft, files).await?;
    let shown = Page::new(app, auth).with_form().with_form_to_switch("enquiry");
    let mut fields = form.fields.clone();
    fields.set("text", text);
    let main = StopPage {
        acute: Some(AcuteView::new(&shown, guide.duties(), &found.call)),
        kept: files_of(app, auth, draft).await?,
        page: shown,
        fields,
        draft,
    };
    Ok(Some(answer_page(&main.page, &main.page.t("enquiries-acute-stop-title"), &main)))
}

impl StopPage {
    /// Everything that was typed, for the form that sends it; the draft is told apart.
    fn typed(&self) -> Vec<(&str, &str)> {
        self.fields
            .typed()
            .into_iter()
            .filter(|(name, _)| !["draft", "called", "mend"].contains(name))
            .collect()
    }
}

/// The same form again: the files that were accepted wait in a draft, so that nobody sends them twice.
async fn refuse(
    app: &App,
    auth: &Auth,
    form: UploadForm,
    errors: FormErrors,
    files: Vec<NewAttachment>,
    draft: Option<DraftId>,
) -> Result<Response, PageError> {
    let draft = keep_draft(app, auth, draft, &files).await?;
    let shown = Page::new(app, auth).with_form().with_form_to_switch("enquiry");
    let main = form_page(app, auth, shown.clone(), form.fields, errors, draft).await?;
    let title = shown.t1("web-title-error", "title", shown.t("enquiries-form-title"));
    Ok(refused_page(&shown, &title, &main))
}

/// Back from whom to call to the form, with everything typed.
async fn mend(app: &App, auth: &Auth, fields: Fields, draft: Option<DraftId>) -> Result<Response, PageError> {
    let shown = Page::new(app, auth).with_form().with_form_to_switch("enquiry");
    let main = form_page(app, auth, shown, fields, FormErrors::none(), draft).await?;
    Ok(answer_page(&main.page, &main.page.t("enquiries-form-title"), &main))
}

#[derive(Template)]
#[template(path = "enquiries/link_by_mail.html")]
struct LinkByMailPage {
    page: Page,
    title: String,
    text: String,
}

impl LinkByMailPage {
    fn show(app: &App, auth: &Auth, title: &str, text: &str) -> Response {
        let shown = Page::new(app, auth);
        let (title, text) = (shown.t(title), shown.t(text));
        page(&shown, &title, &Self { page: shown.clone(), title: title.clone(), text })
    }
}

/// `GET /henvendelse/samlet`: what was sent is in the enquiry that was open.
pub(super) async fn repeated(auth: Auth, State(app): State<App>) -> Response {
    LinkByMailPage::show(&app, &auth, "enquiries-repeated-title", "enquiries-repeated-text")
}

/// `GET /henvendelse/nyt-link`: the link that was given out opens nothing any more; a new one is on its way.
pub(super) async fn renewed(auth: Auth, State(app): State<App>) -> Response {
    LinkByMailPage::show(&app, &auth, "enquiries-renewed-title", "enquiries-renewed-text")
}

/// `GET /henvendelse/bekraeft`: what was sent looked like spam. Only the mail leads on, or it would confirm nothing.
pub(super) async fn unconfirmed(auth: Auth, State(app): State<App>) -> Response {
    LinkByMailPage::show(&app, &auth, "enquiries-state-unconfirmed", "enquiries-state-unconfirmed-next")
}

fn field_of(refusal: CaseRefusal) -> &'static str {
    match refusal {
        CaseRefusal::NoTopic => "emne",
        _ => "text",
    }
}

/// What is there already when files come: in a draft, on the enquiry.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Waiting {
    files: usize,
    bytes: u64,
}

impl Waiting {
    /// What waits in a draft.
    pub(super) fn in_draft(kept: &[Attachment]) -> Self {
        let bytes = kept.iter().filter_map(|file| u64::try_from(file.bytes).ok()).sum();
        Self { files: kept.len(), bytes }
    }

    /// The same, where so much hangs on the enquiry.
    pub(super) fn on_enquiry(self, bytes: u64) -> Self {
        Self { bytes: self.bytes + bytes, ..self }
    }
}

/// Keeps the accepted files, and says of each refused one why. On an enquiry there is an end to what those may add who
/// have not signed in.
pub(super) async fn keep_files(
    app: &App,
    auth: &Auth,
    uploads: Vec<Upload>,
    waiting: Waiting,
    errors: &mut FormErrors,
) -> Result<Vec<NewAttachment>, PageError> {
    let (mut kept, mut bytes) = (Vec::new(), waiting.bytes);
    for upload in uploads.into_iter().take(FILES_MAX + 1) {
        match upload.content {
            Ok(_) if waiting.files + kept.len() >= FILES_MAX => {
                errors.add("files", FileRefusal::TooMany.to_string());
            }
            Ok(accepted) => {
                bytes += accepted.file.bytes();
                let has_quota = *auth.actor() == Actor::Anyone;
                if has_quota && bytes > app.attachments.limits().bytes_per_enquiry {
                    errors.add("files", FileRefusal::EnquiryQuota.to_string());
                    break;
                }
                let kept_file =
                    app.attachments.keep_arrived(accepted.file, &upload.name, accepted.media_type).await;
                kept.push(kept_file?);
            }
            Err(refusal) => errors.add_named("files", refusal.to_string(), &upload.name),
        }
    }
    Ok(kept)
}

/// The text, with CPR-like numbers pointed at or, when asked for, masked.
///
/// Real P-numbers look like CPR numbers: those that the register knows pass.
pub(super) async fn checked_text(
    app: &App,
    fields: &Fields,
    errors: &mut FormErrors,
) -> Result<String, PageError> {
    let text = fields.get("text").to_owned();
    if let Err(refusal) = check_text(&text) {
        errors.add("text", refusal.to_string());
        return Ok(text);
    }
    let masked = commands::masked(app, &text).await?;
    if masked != text && !fields.is_ticked("mask") {
        errors.add("text", "enquiries-cpr");
        return Ok(text);
    }
    Ok(masked)
}

fn parse(auth: &Auth, form: &UploadForm, text: String, errors: &mut FormErrors) -> Option<NewEnquiry> {
    let fields = &form.fields;
    let topic = fields.get("emne").parse::<Code>().map_err(|_| CaseRefusal::NoTopic);
    let topic = errors.keep("emne", topic);
    let asker = asker(fields, errors);
    let contact = contact(fields, errors);
    let about = topic.as_ref().and_then(|topic| about(topic, fields, errors));
    let open = form.envelope.shown_at.map(|shown| (auth.now() - shown).num_seconds());
    let suspicion = suspicion(fields.get("website"), open, &text);
    Some(NewEnquiry {
        topic: topic?,
        asker: asker?,
        contact: contact?,
        about,
        text,
        language: Language::from_tag(fields.get("language")).unwrap_or(auth.language()),
        files: Vec::new(),
        draft: None,
        suspicion,
        form_key: form.envelope.key,
        content: fields.content(),
    })
}

/// Who asks, as typed.
pub(super) fn asker(fields: &Fields, errors: &mut FormErrors) -> Option<Asker> {
    for field in ["company", "country", "vat", "on_behalf_of"] {
        point_at_cpr(fields, field, errors);
    }
    match fields.get("asker") {
        "founder" => Some(Asker::Founder),
        "association" => {
            let (cvr, name) = named(fields, OWN, "enquiries-association-missing", errors)?;
            Some(Asker::Association { name, cvr })
        }
        "foreign" => {
            let name = required(fields, "company", "enquiries-company-missing", errors);
            let country = required(fields, "country", "enquiries-country-missing", errors);
            let vat = errors.keep("vat", fields.get("vat").parse::<VatNumber>().map(|vat| vat.to_string()));
            Some(Asker::Foreign { name: name?, country: country?, vat: vat? })
        }
        "adviser" => {
            let own = named(fields, OWN, "enquiries-company-missing", errors);
            let client = named(fields, CLIENT, "enquiries-behalf-missing", errors);
            let ((cvr, name), (client_cvr, on_behalf_of)) = (own?, client?);
            Some(Asker::Adviser { name, cvr, on_behalf_of, client_cvr })
        }
        _ => {
            let (cvr, name) = named(fields, OWN, "enquiries-company-missing", errors)?;
            Some(Asker::Company { cvr, name })
        }
    }
}

/// The fields of whoever asks: name and number.
const OWN: (&str, &str) = ("company", "cvr");
/// The fields of whom an adviser writes for.
const CLIENT: (&str, &str) = ("on_behalf_of", "behalf_cvr");

/// What a field must hold.
fn required(fields: &Fields, field: &'static str, missing: &str, errors: &mut FormErrors) -> Option<String> {
    let text = limited(fields.get(field));
    if text.is_empty() {
        errors.add(field, missing);
        return None;
    }
    Some(text)
}

/// A company by its number, its name, or both. A number in the name's field is a number.
fn named(
    fields: &Fields,
    (name_field, number_field): (&'static str, &'static str),
    missing: &str,
    errors: &mut FormErrors,
) -> Option<(Option<CvrNumber>, String)> {
    let (name, typed) = (limited(fields.get(name_field)), fields.get(number_field));
    let is_number = |text: &str| {
        let digits = text.chars().filter(|c| !c.is_whitespace());
        !text.is_empty() && digits.clone().all(|c| c.is_ascii_digit()) && digits.count() > 5
    };
    let name_is_number = is_number(&name);
    let (field, number) = match (typed.is_empty(), name_is_number) {
        (false, _) => (number_field, typed),
        (true, true) => (name_field, name.as_str()),
        (true, false) if name.is_empty() => {
            errors.add(name_field, missing);
            return None;
        }
        (true, false) => return Some((None, name)),
    };
    let cvr = errors.keep(field, number.parse::<CvrNumber>())?;
    Some((Some(cvr), if name_is_number { String::new() } else { name }))
}

/// A complaint says whom it is about. A browser without scripts sees the question when the form comes back.
fn demand_about(fields: &Fields, errors: &mut FormErrors) {
    if fields.get("emne") != COMPLAINT {
        return;
    }
    match fields.get("about") {
        "" => errors.add("about-no", "enquiries-about-missing"),
        kind if AboutKind::from_text(kind).is_some() && limited(fields.get("about_name")).is_empty() => {
            errors.add("about_name", "enquiries-about-name-missing");
        }
        _ => {}
    }
}

/// Whom a complaint is about, as typed. Asked of nothing else.
pub(super) fn about(topic: &Code, fields: &Fields, errors: &mut FormErrors) -> Option<About> {
    if topic.as_str() != COMPLAINT {
        return None;
    }
    point_at_cpr(fields, "about_name", errors);
    let kind = AboutKind::from_text(fields.get("about"))?;
    Some(About { kind, name: limited(fields.get("about_name")) })
}

/// The person who asks, as typed.
pub(super) fn contact(fields: &Fields, errors: &mut FormErrors) -> Option<Contact> {
    let name = limited(fields.get("name"));
    point_at_cpr(fields, "name", errors);
    if name.is_empty() {
        errors.add("name", "enquiries-name-missing");
    }
    let email = match fields.get("email") {
        "" => {
            errors.add("email", "enquiries-email-missing");
            None
        }
        typed => errors.keep("email", typed.parse::<Email>()),
    };
    let phone = match fields.get("phone") {
        "" => Some(None),
        typed => errors.keep("phone", typed.parse::<Phone>()).map(Some),
    };
    Some(Contact { name, email: email?, phone: phone? })
}

/// A short field has no other use for ten such digits than the one that they must not have.
fn point_at_cpr(fields: &Fields, field: &'static str, errors: &mut FormErrors) {
    if !find_cpr_like(fields.get(field), |_| false).is_empty() {
        errors.add(field, "enquiries-cpr-here");
    }
}

fn limited(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(NAME_CHARS_MAX).collect()
}
