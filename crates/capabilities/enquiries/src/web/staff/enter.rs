//! What came by telephone or at a visit: one of us enters it on the company's behalf, and the company gets the same
//! receipt and the same tracking link as if it had written itself.

use std::collections::BTreeMap;

use ::web::{App, Auth, Fields, Form, FormErrors, Page, PageError, page, refused_page, told_on_collection};
use askama::Template;
use axum::{extract::State, response::Response};
use kernel::{Code, Failure, Language, PersonId};
use ledger::{Promise, PromiseKind};

use super::{
    Say as _,
    names::{Names, nameless},
};
use crate::{
    GuideState,
    commands::{self, Entered, NewEnquiry, Sent},
    guide::OTHER,
    model::{Asker, Case, CaseRefusal, Channel},
    web::form::{about, asker, checked_text, contact},
};

/// The topic of complaints, with which whom it is about is asked.
const COMPLAINT: &str = "complaint-about-municipality";
/// Fields that a telephone call fills: name, message key, type of the input.
const CONTACT_FIELDS: [(&str, &str, &str); 3] = [
    ("name", "enquiries-enter-name", "text"),
    ("email", "enquiries-enter-email", "email"),
    ("phone", "enquiries-enter-phone", "tel"),
];

#[derive(Template)]
#[template(path = "enquiries/staff/enter.html")]
struct EnterPage {
    page: Page,
    fields: Fields,
    errors: FormErrors,
    names: Names,
    /// Everyone and every team that it may be about.
    subjects: Vec<String>,
    offer_mask: bool,
}

impl EnterPage {
    async fn new(app: &App, auth: &Auth, fields: Fields, errors: FormErrors) -> Result<Self, PageError> {
        let teams = commands::teams(app, auth).await?;
        let people: Vec<PersonId> = teams.values().flat_map(|team| team.members.iter().copied()).collect();
        let people = app.ports.people.people(&app.db.read(auth), &people).await?;
        let mut subjects: Vec<String> = people.into_values().map(|person| person.name).collect();
        subjects.sort();
        subjects.extend(teams.values().map(|team| team.name(auth.language()).to_owned()));
        Ok(Self {
            page: Page::new(app, auth).with_form(),
            names: Names::of(app, auth, BTreeMap::new(), &[], &[]).await?,
            subjects,
            offer_mask: errors.of("text") == Some("enquiries-cpr"),
            fields,
            errors,
        })
    }

    fn value(&self, name: &str) -> &str {
        self.fields.get(name)
    }

    fn has_error(&self, field: &str) -> bool {
        self.errors.of(field).is_some()
    }

    /// Whether a choice is the chosen one; the first is, before anything is chosen.
    fn is_chosen(&self, field: &str, value: &str, first: &str) -> bool {
        let chosen = self.value(field);
        chosen == value || (chosen.is_empty() && value == first)
    }

    fn channels() -> [&'static str; 2] {
        [Channel::Phone.text(), Channel::Visit.text()]
    }

    fn kinds() -> [&'static str; 5] {
        ["company", "founder", "foreign", "association", "adviser"]
    }

    fn contact_fields() -> [(&'static str, &'static str, &'static str); 3] {
        CONTACT_FIELDS
    }

    /// What is read aloud, in a language.
    fn told(&self, language: &str) -> Vec<String> {
        let language = Language::from_tag(language).unwrap_or(self.page.language());
        told_on_collection(self.page.app(), self.page.auth(), language, "enquiries")
    }

    fn is_told(&self) -> bool {
        self.fields.is_ticked("told")
    }

    fn other() -> &'static str {
        OTHER
    }
}

/// `GET /intern/henvendelser/ny`.
pub(super) async fn show(auth: Auth, State(app): State<App>) -> Result<Response, PageError> {
    let main = EnterPage::new(&app, &auth, Fields::default(), FormErrors::none()).await?;
    Ok(page(&main.page, &main.page.t("enquiries-enter"), &main))
}

/// `POST /intern/henvendelser/ny`: what to tell the caller, or the same form with what is wrong.
pub(super) async fn send(auth: Auth, State(app): State<App>, form: Form) -> Result<Response, PageError> {
    let mut errors = FormErrors::none();
    let text = checked_text(&app, &form.fields, &mut errors).await?;
    let parsed = parse(&auth, &form, text, &mut errors);
    if let (Some((new, entered)), true) = (parsed, errors.is_empty()) {
        match commands::send(&app, app.kept::<GuideState>(), &auth, new, Some(entered)).await {
            Ok(sent) => return entered_page(&app, &auth, sent).await,
            Err(Failure::Refused(refusal)) => errors.add(field_of(refusal), refusal.to_string()),
            Err(failure) => return Err(failure.into()),
        }
    }
    let main = EnterPage::new(&app, &auth, form.fields, errors).await?;
    let title = main.page.t1("web-title-error", "title", main.page.t("enquiries-enter"));
    Ok(refused_page(&main.page, &title, &main))
}

fn field_of(refusal: CaseRefusal) -> &'static str {
    match refusal {
        CaseRefusal::NoTopic => "topic",
        _ => "text",
    }
}

fn parse(auth: &Auth, form: &Form, text: String, errors: &mut FormErrors) -> Option<(NewEnquiry, Entered)> {
    let fields = &form.fields;
    let channel = Channel::from_text(fields.get("channel")).filter(|channel| channel.is_in_person());
    let topic = errors.keep("topic", fields.get("topic").parse::<Code>().map_err(|_| CaseRefusal::NoTopic));
    let asker: Option<Asker> = asker(fields, errors);
    let contact = contact(fields, errors);
    // Whoever is told on the telephone whom it is about notes it whatever the topic is.
    let about = COMPLAINT.parse().ok().and_then(|topic| about(&topic, fields, errors));
    if about.as_ref().is_some_and(|about| about.name.is_empty()) {
        errors.add("about_name", "enquiries-about-name-missing");
    }
    let new = NewEnquiry {
        topic: topic?,
        asker: asker?,
        contact: contact?,
        about,
        text,
        language: Language::from_tag(fields.get("language")).unwrap_or(auth.language()),
        files: Vec::new(),
        draft: None,
        suspicion: 0,
        form_key: form.envelope.key,
        content: fields.content(),
    };
    let was_told = fields.is_ticked("told");
    Some((new, Entered { channel: channel.unwrap_or(Channel::Phone), was_told }))
}

#[derive(Template)]
#[template(path = "enquiries/staff/entered.html")]
struct EnteredPage {
    page: Page,
    case: Case,
    promises: Vec<Promise>,
    names: Names,
    may_open: bool,
}

impl EnteredPage {
    fn what(&self, promise: &Promise) -> String {
        self.names.what(&self.page, promise)
    }

    /// The words to say, when there is a date to promise.
    fn to_say(&self) -> String {
        let team = self.names.team(&self.case.team);
        let answer = self.promises.iter().find(|promise| promise.kind == PromiseKind::ANSWER);
        match answer {
            Some(promise) if self.names.has_goal(&self.promises) => self.page.t2(
                "enquiries-entered-say",
                ("team", team),
                ("date", self.page.day(&promise.due_on)),
            ),
            _ => self.page.t1("enquiries-entered-say-no-date", "team", team),
        }
    }
}

/// Shown once, as the answer to the form: the case may belong to a team whose cases the asker does not see.
async fn entered_page(app: &App, auth: &Auth, sent: Sent) -> Result<Response, PageError> {
    let shown = Page::new(app, auth);
    let main = EnteredPage {
        promises: ledger::of_subjects(&app.db.read(auth), &[sent.case.id.uuid()]).await?,
        names: Names::of(
            app,
            auth,
            commands::teams(app, auth).await?,
            &[],
            &nameless([&sent.case].into_iter()),
        )
        .await?,
        may_open: crate::access::may_see(auth, &sent.case, &[]),
        page: shown.clone(),
        case: sent.case,
    };
    Ok(page(&shown, &shown.t1("enquiries-entered-title", "number", &main.case.number), &main))
}
