//! The tracking page: the state in one sentence, the promise, the conversation, one box to write in. It must calm.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use ::web::{
    App, Auth, Fields, Form, FormErrors, Limit, Page, PageError, UploadForm, page, redirect_with,
    refused_page,
};
use askama::Template;
use axum::{
    extract::{Path, Query, State},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
};
use axum_extra::extract::CookieJar;
use kernel::{AttachmentId, Failure, PersonId, Phone, TeamId};
use ledger::{Promise, PromiseKind, PromiseState};
use ports::{PersonCard, TeamCard};
use storage::{Attachment, Token};
use uuid::Uuid;

use super::acute::AcuteView;
use super::form::{Waiting, checked_text, files_of, keep_draft, keep_files};
use crate::{
    Experience, GuideState, KeptFigures,
    commands::{self, CompanyWords, FILES_OF_ENTRY},
    guide::ServiceGoal,
    model::{
        Asker, Case, CaseRefusal, CaseState, DraftId, Entry, EntryKind, Outcome, REOPEN_DAYS, Reference,
        System, calls_for_a_call, is_answered, settled_for,
    },
    store,
};

/// New links for one case.
const RENEWING: Limit = Limit { name: "enquiry-new-link", count: 3, window: chrono::Duration::hours(1) };

/// Messages and answers sent by one link: whoever has got hold of one must not fill the case and the disk.
const WRITING: Limit = Limit { name: "enquiry-words", count: 10, window: chrono::Duration::minutes(10) };

#[derive(Template)]
#[template(path = "enquiries/tracking.html")]
struct TrackingPage {
    page: Page,
    code: String,
    case: Case,
    /// What its topic is called.
    topic: String,
    /// The goal under which the answer was promised.
    promised: Option<ServiceGoal>,
    team: Option<TeamCard>,
    teams: BTreeMap<TeamId, TeamCard>,
    /// Whom to call first, as long as nobody has replied.
    acute: Option<AcuteView>,
    /// The case that this one was joined with, where the same address sent it: its number and link.
    joined: Option<(String, String)>,
    /// How fast others got their answer.
    experience: Option<Experience>,
    person: Option<PersonCard>,
    people: BTreeMap<PersonId, PersonCard>,
    promises: Vec<Promise>,
    entries: Vec<Entry>,
    files: Vec<Attachment>,
    /// What it is called in other systems, as far as one of us has shown it.
    references: Vec<Reference>,
    errors: FormErrors,
    text: String,
    draft: Option<DraftId>,
    kept: Vec<Attachment>,
    is_receipt: bool,
    /// What was typed in the rating, when it was refused.
    rating: Fields,
}

impl TrackingPage {
    fn title(&self) -> String {
        self.page.t2("enquiries-tracking-title", ("number", &self.case.number), ("topic", &self.topic))
    }

    /// The state in one sentence.
    fn state_key(&self) -> &'static str {
        match self.case.state {
            _ if self.case.erased_at.is_some() => "enquiries-state-erased",
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

    /// What it means for the company, and what it can do.
    fn next(&self) -> String {
        if self.case.erased_at.is_some() {
            return self.page.t("enquiries-state-erased-next");
        }
        if self.acute.is_some() {
            let team = self.team.as_ref().map_or("", |team| team.name(self.page.language()));
            return self.page.t1("enquiries-acute-state-next", "team", team);
        }
        let key = self.state_key();
        let ends = self.case.closed_at.map(|at| at + chrono::Duration::days(REOPEN_DAYS));
        match ends.map(|until| self.page.app().calendar.local_date(until)) {
            Some(_) if !self.may_write() && self.page.app().messages.has(&format!("{key}-late")) => {
                self.page.t(&format!("{key}-late"))
            }
            Some(until) => self.page.t1(&format!("{key}-next"), "until", self.page.day(&until)),
            None => self.page.t1(&format!("{key}-next"), "until", ""),
        }
    }

    /// What other teams owe or owed the one that answers: parts of the answer.
    fn parts(&self) -> impl Iterator<Item = (&Promise, TeamId)> {
        let parts = self.promises.iter().filter(|promise| promise.kind == PromiseKind::PART_ANSWER);
        parts.filter_map(|promise| Some((promise, promise.debtor.team()?)))
    }

    /// That another team was asked for a part of the answer, as long as it owes it.
    fn asked_teams(&self) -> Vec<String> {
        let asked = self.parts().filter(|(promise, _)| promise.state == PromiseState::Open);
        asked.map(|(_, team)| self.page.t1("enquiries-part-asked", "team", self.team_name(team))).collect()
    }

    fn team_name(&self, id: TeamId) -> &str {
        self.teams.get(&id).map_or("", |team| team.name(self.page.language()))
    }

    /// Everyone who can see the case, as [`crate::access::may_see`] says it.
    fn who_sees(&self) -> Vec<String> {
        let say = |key: &str, team: &str| self.page.t1(key, "team", team);
        let mut all = vec![self.page.t("enquiries-who-you")];
        if self.case.state == CaseState::Unconfirmed {
            all.push(self.page.t("enquiries-who-nobody-yet"));
            return all;
        }
        if self.case.wall.only.is_some() {
            all.push(self.page.t("enquiries-who-only"));
        } else {
            all.push(say("enquiries-who-team", self.team_name(self.case.team)));
        }
        if let Some(offer) = self.case.hand_over {
            all.push(say("enquiries-who-offered", self.team_name(offer.to)));
        }
        if self.case.confidential {
            let about_someone = self.case.about.is_some() || !self.case.wall.is_open();
            let key = if about_someone { "enquiries-who-not-subject" } else { "enquiries-who-nobody-else" };
            all.push(self.page.t(key));
            return all;
        }
        let helping: BTreeSet<TeamId> = self.parts().map(|(_, team)| team).collect();
        all.extend(helping.into_iter().map(|team| say("enquiries-who-part", self.team_name(team))));
        let consultants = self.teams.values().find(|team| team.key == "business");
        if let Some(team) = consultants.filter(|team| team.id != self.case.team) {
            all.push(say("enquiries-who-consultant", team.name(self.page.language())));
        }
        all.push(self.page.t("enquiries-who-auditor"));
        all
    }

    /// The adopted goal, in working days, with what others met; empty where nothing is adopted or nothing is owed.
    fn goal(&self) -> Vec<String> {
        let is_owed = self.case.state.is_open() && !self.is_answered();
        match self.promised.filter(|goal| goal.adopted && is_owed) {
            Some(goal) => goal_lines(&self.page, goal.answer, self.experience),
            None => Vec::new(),
        }
    }

    /// Who asks, with the numbers that were told: on the receipt, so that a mistake is seen.
    fn asker(&self) -> String {
        let numbered = |name: &str, cvr: Option<kernel::CvrNumber>| match cvr {
            Some(cvr) if name.is_empty() => format!("CVR {cvr}"),
            Some(cvr) => format!("{name} (CVR {cvr})"),
            None => name.to_owned(),
        };
        match &self.case.asker {
            Asker::Company { cvr, name } | Asker::Association { cvr, name } => numbered(name, *cvr),
            Asker::Founder => self.page.t("enquiries-asker-founder"),
            Asker::Foreign { name, country, vat } => [name, country, vat]
                .into_iter()
                .filter(|part| !part.is_empty())
                .cloned()
                .collect::<Vec<_>>()
                .join(", "),
            Asker::Adviser { name, cvr, on_behalf_of, client_cvr } => {
                let (adviser, client) = (numbered(name, *cvr), numbered(on_behalf_of, *client_cvr));
                self.page.t2("enquiries-adviser-for", ("adviser", adviser), ("client", client))
            }
        }
    }

    /// Where to ring: the team, else the municipality.
    fn phone(&self) -> &Phone {
        self.team.as_ref().map_or(&self.page.site().phone, |team| &team.phone)
    }

    /// Whether we would not know where to ring.
    fn lacks_phone(&self) -> bool {
        self.case.contact.phone.is_none()
    }

    /// What it is called in another system, and when news is expected from there.
    fn referred<'a>(&self, reference: &'a Reference) -> (String, &'a str, Option<String>) {
        let details = &reference.details;
        let system = match details.system {
            System::Other if !details.name.is_empty() => details.name.clone(),
            system => self.page.t(&format!("enquiries-system-{}", system.code())),
        };
        let today = self.page.app().calendar.local_date(self.page.auth().now());
        let key = if reference.has_passed(today) { "passed" } else { "expected" };
        let when = details.expected_on;
        let when =
            when.map(|day| self.page.t1(&format!("enquiries-referred-{key}"), "date", self.page.day(&day)));
        (system, &details.number, when)
    }

    fn may_renew(&self) -> bool {
        self.case.erased_at.is_none() && !matches!(self.case.state, CaseState::Spam)
    }

    /// The address as its owner knows it again: `s…@smedjen.dk`. Whoever was given the link need not learn it.
    fn hidden_email(&self) -> String {
        let email = self.case.contact.email.as_str();
        let (name, domain) = email.split_once('@').unwrap_or((email, ""));
        format!("{}…@{domain}", name.chars().take(1).collect::<String>())
    }

    fn form_link(&self) -> String {
        format!("/henvendelse/ny?emne={}", self.case.topic)
    }

    fn is_answered(&self) -> bool {
        is_answered(&self.promises)
    }

    /// The promises that tell the company something now: what is owed, else how the answer went.
    fn shown_promises(&self) -> Vec<&Promise> {
        let is_told = |promise: &&Promise| promise.creditor.party() == Some(self.case.party);
        // Without an adopted goal we ring, and no day is promised; a call that is owed has its day all the same.
        let told = |promise: &&Promise| self.has_goal() || promise.kind == PromiseKind::CALL_BACK;
        let own = || self.promises.iter().filter(is_told).filter(told);
        let owed: Vec<_> = own().filter(|promise| promise.state == PromiseState::Open).collect();
        if owed.is_empty() {
            // What was taken back or joined is owed no more, and its day says nothing.
            let is_answer = |one: &&Promise| {
                one.kind == PromiseKind::ANSWER && !matches!(one.state, PromiseState::Withdrawn { .. })
            };
            return own().rfind(is_answer).into_iter().collect();
        }
        owed
    }

    /// Without an adopted service goal no date is promised: we ring.
    fn has_goal(&self) -> bool {
        self.promised.is_some_and(|goal| goal.adopted)
    }

    /// Whether a call is what the company waits for: not while we wait for it, nor after the answer.
    fn rings(&self) -> bool {
        !self.has_goal() && self.case.state == CaseState::Open && !self.is_answered()
    }

    fn what(&self, promise: &Promise) -> String {
        let team = self.team.as_ref().map_or("", |team| team.name(self.page.language()));
        if promise.kind == PromiseKind::ANSWER && promise.state != PromiseState::Open {
            return self.page.t1("enquiries-was-owed-answer", "team", team);
        }
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

    /// That what was written here needs no answer, and why: below the last words that were read when one of us said so.
    fn settled(&self, entry: &Entry) -> Vec<String> {
        let read = |until| {
            let from_them = self.entries.iter().filter(|one| one.kind == EntryKind::FromCompany);
            from_them.filter(|one| one.at <= until).map(|one| one.id).next_back()
        };
        let settled = self.promises.iter().filter_map(|one| Some((one.state.ended_at()?, settled_for(one)?)));
        let here = settled.filter(|(at, _)| read(*at) == Some(entry.id));
        here.map(|(at, why)| {
            self.page.t1(&format!("enquiries-settled-told-{why}"), "at", self.page.moment(&at))
        })
        .collect()
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
        let may = self.case.state.is_open() || self.case.may_reopen(self.page.auth().now());
        may && self.case.erased_at.is_none()
    }

    /// That there may be older messages than those on the page.
    fn newest_only(&self) -> Option<String> {
        let n = self.entries.len() as u64;
        (n >= store::ENTRIES_MAX).then(|| self.page.t1("enquiries-newest-words", "n", n))
    }

    fn offers_mask(&self) -> bool {
        self.errors.of("text") == Some("enquiries-cpr")
    }

    fn may_rate(&self) -> bool {
        let has_ended = matches!(self.case.state, CaseState::Closed(_));
        has_ended && self.case.rating.is_none() && self.case.erased_at.is_none()
    }
}

async fn find(app: &App, auth: &Auth, code: &str) -> Result<(Token, Case), PageError> {
    let link = Token::parse(code).ok_or(PageError::NotFound)?;
    let case = commands::find_tracked(app, auth, &link).await?.ok_or(PageError::NotFound)?;
    Ok((link, case))
}

async fn tracking_page(app: &App, auth: &Auth, link: &Token) -> Result<TrackingPage, PageError> {
    let (case, mut references) = commands::find_shown(app, auth, link).await?.ok_or(PageError::NotFound)?;
    let read = app.db.read(auth);
    let entries = store::newest_words(&read, case.id).await?;
    let ids: Vec<Uuid> = entries.iter().map(|entry| entry.id.uuid()).collect();
    let people: Vec<PersonId> =
        entries.iter().filter_map(|entry| entry.author).chain(case.assignee).collect();
    let (teams, people) = app.ports.people.teams_and_people(&read, &people).await?;
    let teams: BTreeMap<TeamId, TeamCard> = teams.into_iter().map(|team| (team.id, team)).collect();
    let experience = app.kept::<KeptFigures>().known_experience(auth, &app.calendar, &case.topic);
    let guide = app.kept::<GuideState>().guide(auth.tenant());
    let topic = guide.topic(case.topic.as_str());
    let promises = ledger::of_subjects(&read, &[case.id.uuid()]).await?;
    references.retain(|reference| reference.details.is_shown && reference.redacted.is_none());
    let shown = Page::new(app, auth).with_form();
    Ok(TrackingPage {
        references,
        page: shown.clone(),
        code: link.as_str().to_owned(),
        topic: topic.map(|topic| topic.title.get(auth.language()).to_owned()).unwrap_or_default(),
        promised: guide.goal_promised(&promises),
        team: teams.get(&case.team).cloned(),
        teams,
        acute: case.is_acute().then(|| AcuteView::new(&shown, guide.duties(), &case.acute)),
        joined: joined(app, auth, &case).await?,
        experience,
        person: case.assignee.and_then(|person| people.get(&person)).cloned(),
        promises,
        files: Attachment::of(&read, FILES_OF_ENTRY, &ids).await?,
        people,
        entries,
        errors: FormErrors::none(),
        text: String::new(),
        draft: None,
        kept: Vec::new(),
        is_receipt: false,
        rating: Fields::default(),
        case,
    })
}

/// The case that one was joined with, as far as its sender may be led there.
async fn joined(app: &App, auth: &Auth, case: &Case) -> Result<Option<(String, String)>, PageError> {
    let CaseState::Duplicate(of) = case.state else { return Ok(None) };
    let other = store::find(&app.db.read(auth), of).await?;
    let other = other.filter(|other| other.contact.email == case.contact.email && other.erased_at.is_none());
    let link = |other: &Case| format!("/henvendelse/{}", commands::link(app, other).as_str());
    Ok(other.map(|other| (other.number.clone(), link(&other))))
}

/// The goal in words, and beside it how it goes in fact, where five or more were answered.
pub(super) fn goal_lines(shown: &Page, days: u8, experience: Option<Experience>) -> Vec<String> {
    let goal = shown.t1("enquiries-goal", "days", i32::from(days));
    let met = experience.map(|met| {
        let arguments = [("days", i32::from(met.days).into()), ("n", i64::from(met.n).into())];
        shown.tn("enquiries-experience", &arguments)
    });
    [Some(goal), met].into_iter().flatten().collect()
}

#[derive(Template)]
#[template(path = "enquiries/lost_link.html")]
struct LostLinkPage {
    page: Page,
}

/// What a link leads to that opens nothing: forged, copied by halves, or replaced by a newer one. It does not say which.
fn lost(app: &App, auth: &Auth) -> Response {
    let shown = Page::new(app, auth).with_form();
    let title = shown.t("enquiries-lost-title");
    let mut response = page(&shown, &title, &LostLinkPage { page: shown.clone() });
    *response.status_mut() = StatusCode::NOT_FOUND;
    response
}

/// `GET /henvendelse/{code}`: follows an enquiry. Whoever has the link may read.
pub(super) async fn show(
    auth: Auth,
    State(app): State<App>,
    Path(code): Path<String>,
    Query(query): Query<HashMap<String, String>>,
    jar: CookieJar,
) -> Result<Response, PageError> {
    let Some(link) = Token::parse(&code) else { return Ok(lost(&app, &auth)) };
    let mut main = match tracking_page(&app, &auth, &link).await {
        Err(PageError::NotFound) => return Ok(lost(&app, &auth)),
        found => found?,
    };
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
    // Before a file is kept. What was typed comes back with the page.
    let too_much = if app.limits().count(WRITING, link.as_str(), auth.now()).is_err() {
        Some("enquiries-words-quick")
    } else {
        let is_enough = commands::has_written_enough(&app.db.read(&auth), &app, &auth, case.id).await?;
        is_enough.then_some("enquiries-words-today")
    };
    if let Some(key) = too_much {
        let mut main = tracking_page(&app, &auth, &link).await?;
        main.errors.add("text", key.to_owned());
        form.fields.get("text").clone_into(&mut main.text);
        (main.draft, main.kept) = (draft, files_of(&app, &auth, draft).await?);
        let title = main.page.t1("web-title-error", "title", main.title());
        return Ok(refused_page(&main.page, &title, &main));
    }
    let waiting = Waiting::in_draft(&files_of(&app, &auth, draft).await?);
    let waiting =
        waiting.on_enquiry(if form.uploads.is_empty() { 0 } else { bytes_on(&app, &auth, &case).await? });
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
    let mut main = tracking_page(&app, &auth, &link).await?;
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
    let (link, _) = find(&app, &auth, &code).await?;
    let score = form.fields.get("score").parse().unwrap_or(0);
    // Nobody is asked twice for an opinion: what looks like a CPR number in it is masked without a word.
    let better = commands::masked(&app, form.fields.get("better")).await?;
    let mut errors = FormErrors::none();
    if app.limits().count(WRITING, link.as_str(), auth.now()).is_err() {
        errors.add("score-1", "enquiries-words-quick".to_owned());
    }
    let phone = match form.fields.get("phone") {
        "" => None,
        typed => errors.keep("phone", typed.parse::<Phone>()),
    };
    if errors.is_empty() {
        match commands::rate_and_call(&app, &auth, &link, score, &better, phone).await {
            Ok(()) => {
                let said = if calls_for_a_call(score) { "enquiries-rated-low" } else { "enquiries-rated" };
                return Ok(redirect_with(&app, &auth, &format!("/henvendelse/{code}"), said));
            }
            Err(Failure::Refused(refusal @ CaseRefusal::Score)) => errors.add("score-1", refusal.to_string()),
            Err(failure) => return Err(failure.into()),
        }
    }
    let mut main = tracking_page(&app, &auth, &link).await?;
    (main.errors, main.rating) = (errors, form.fields);
    let title = main.page.t1("web-title-error", "title", main.title());
    Ok(refused_page(&main.page, &title, &main))
}

/// The company wants another link: the old one opens nothing any more, and the new one goes to the address that we know.
/// Whoever holds the old one does not get it.
pub(super) async fn renew(
    auth: Auth,
    State(app): State<App>,
    Path(code): Path<String>,
    _: Form,
) -> Result<Response, PageError> {
    let (link, case) = find(&app, &auth, &code).await?;
    app.limits().count(RENEWING, &case.id.to_string(), auth.now())?;
    commands::renew_link(&app, &auth, &link).await?;
    Ok(Redirect::to("/henvendelse/nyt-link").into_response())
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
    let (_, case) = match find(&app, &auth, &code).await {
        Err(PageError::NotFound) => return Ok(lost(&app, &auth)),
        found => found?,
    };
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

/// What hangs on the enquiry, in bytes.
async fn bytes_on(app: &App, auth: &Auth, case: &Case) -> Result<u64, PageError> {
    let read = app.db.read(auth);
    let entries = store::entries(&read, case.id, true).await?;
    let ids: Vec<Uuid> = entries.iter().map(|entry| entry.id.uuid()).collect();
    Ok(Attachment::bytes_of(&read, FILES_OF_ENTRY, &ids).await?)
}

/// A file as a download: never shown inside our pages, never read as anything but what it is.
pub(super) async fn download(app: &App, file: &Attachment) -> Result<Response, PageError> {
    if file.scan == storage::Scan::Infected {
        return Err(PageError::Refused("enquiries-file-infected".into()));
    }
    if app.attachments.awaits_scan(file) {
        return Err(PageError::Refused("enquiries-file-awaits-scan".into()));
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
