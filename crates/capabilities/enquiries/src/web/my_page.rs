//! A company's own page: everything that the contact who has signed in sent us, what we owe, and what waits for an answer.
//!
//! It goes by the proven address alone, or by the company that somebody has shown to act for by MitID Erhverv: a CVR number
//! that was typed opens nothing here.

use std::collections::BTreeMap;

use ::web::{App, Auth, Page, PageError, PromiseInline, page, take_flash};
use askama::Template;
use axum::{
    extract::State,
    http::{HeaderValue, header},
    response::{IntoResponse, Redirect, Response},
};
use axum_extra::extract::CookieJar;
use kernel::{CaseId, ContactId, Email};
use ledger::{Promise, PromiseKind, PromiseState};
use ports::TeamCard;

use super::of_company::confirmed;
use crate::{
    GuideState, commands,
    model::{Case, CaseState, Entry, EntryKind},
    store,
};

/// The contact's newest enquiries on the page.
const CASES_MAX: u64 = 200;
/// How much of our question stands on the page, in characters.
const QUESTION_CHARS: usize = 280;

/// One enquiry on the page.
struct Row {
    number: String,
    topic: String,
    /// Who wrote it, where colleagues see it.
    by: String,
    team: String,
    link: String,
    state: String,
    promise: Option<PromiseInline>,
    ended: String,
    /// The beginning of what we asked, where we wait for the answer.
    question: String,
}

#[derive(Template)]
#[template(path = "enquiries/my_page.html")]
struct MyPage {
    page: Page,
    /// Whose page it is: an address or a company.
    who: String,
    /// Whether it is a company's, and not an address's.
    is_company: bool,
    waiting: Vec<Row>,
    owed: Vec<Row>,
    ended: Vec<Row>,
    consultant: Option<TeamCard>,
}

impl MyPage {
    fn is_empty(&self) -> bool {
        self.waiting.is_empty() && self.owed.is_empty() && self.ended.is_empty()
    }

    /// What the page says first.
    fn lead(&self) -> String {
        match (self.waiting.len(), self.owed.len()) {
            (0, 0) => self.page.t("enquiries-my-lead-quiet"),
            (0, owed) => self.page.t1("enquiries-my-lead-owed", "count", owed),
            (waiting, _) => self.page.t1("enquiries-my-lead-waiting", "count", waiting),
        }
    }
}

#[derive(Template)]
#[template(path = "enquiries/my_page_closed.html")]
struct ClosedPage {
    page: Page,
    is_staff: bool,
}

/// The address that whoever asks has proven to be its own.
pub(super) fn proven_email(auth: &Auth) -> Option<&Email> {
    auth.signed_in.as_ref().and_then(|who| who.proven_email.as_ref())
}

/// `GET /virksomhed`: the contact's own enquiries; to everyone else how to get here.
pub(super) async fn show(auth: Auth, State(app): State<App>, jar: CookieJar) -> Result<Response, PageError> {
    let mut shown = Page::new(&app, &auth).with_form();
    let jar = take_flash(&app, jar, &mut shown);
    if auth.signed_in.as_ref().is_some_and(|who| who.must_choose_company) {
        return Ok((jar, Redirect::to("/virksomhed/vaelg")).into_response());
    }
    let read = app.db.read(&auth);
    let confirmed = confirmed(&app, &auth).await?;
    let (who, cases, contact) = if let Some((company, contact)) = confirmed {
        let cases = store::of_company(&read, company.cvr, contact, CASES_MAX).await?;
        (company.shown(), cases, Some(contact))
    } else if let Some(email) = proven_email(&auth) {
        (email.to_string(), store::of_contact(&read, email, CASES_MAX).await?, None)
    } else {
        let title = shown.t("enquiries-my-closed-title");
        let main = ClosedPage { page: shown.clone(), is_staff: auth.is_staff() };
        return Ok((jar, page(&shown, &title, &main)).into_response());
    };
    let main = my_page(&app, &auth, shown, (who, contact), cases).await?;
    let title = main.page.t("enquiries-my-title");
    Ok((jar, page(&main.page, &title, &main)).into_response())
}

async fn my_page(
    app: &App,
    auth: &Auth,
    shown: Page,
    (who, contact): (String, Option<ContactId>),
    cases: Vec<Case>,
) -> Result<MyPage, PageError> {
    let read = app.db.read(auth);
    let teams = commands::teams(app, auth).await?;
    let ids: Vec<_> = cases.iter().map(|case| case.id.uuid()).collect();
    let mut promises: BTreeMap<CaseId, Vec<Promise>> = BTreeMap::new();
    for promise in ledger::of_subjects(&read, &ids).await? {
        promises.entry(promise.subject.into()).or_default().push(promise);
    }
    let asked: Vec<CaseId> = cases.iter().filter(|case| waits_for_sender(case)).map(|case| case.id).collect();
    let questions = store::newest_entries(&read, &asked, EntryKind::Question).await?;
    let (mut waiting, mut owed, mut ended) = (Vec::new(), Vec::new(), Vec::new());
    for case in &cases {
        let team = teams.get(&case.team);
        let own = promises.get(&case.id).map_or(&[][..], Vec::as_slice);
        let row = row(app, &shown, case, team, own, questions.get(&case.id));
        let row = if contact.is_some() { as_colleagues_see(row, case, contact) } else { row };
        if waits_for_sender(case) {
            waiting.push((case.updated_at, row));
        } else if let Some(promise) = next_promise(case, own) {
            owed.push((Some(promise.due_on), row));
        } else if case.state.is_open() {
            // Without a date: we ring.
            owed.push((None, row));
        } else {
            ended.push((case.closed_at, row));
        }
    }
    waiting.sort_by_key(|(since, _)| *since);
    owed.sort_by_key(|(due, _)| (due.is_none(), *due));
    ended.sort_by_key(|(at, _)| std::cmp::Reverse(*at));
    Ok(MyPage {
        page: shown,
        is_company: contact.is_some(),
        who,
        waiting: waiting.into_iter().map(|(_, row)| row).collect(),
        owed: owed.into_iter().map(|(_, row)| row).collect(),
        ended: ended.into_iter().map(|(_, row)| row).collect(),
        consultant: teams.into_values().find(|team| team.key == "business"),
    })
}

/// What somebody else has sent for the company: to read where that was shown to be so, else that it is there.
fn as_colleagues_see(row: Row, case: &Case, contact: Option<ContactId>) -> Row {
    if case.confirmed_by == contact {
        return row;
    }
    let by = case.contact.name.clone();
    match case.confirmed_by {
        Some(_) => Row { link: format!("/virksomhed/henvendelser/{}", case.number), by, ..row },
        None => Row { link: String::new(), question: String::new(), ..row },
    }
}

/// Whether it is the sender's turn.
fn waits_for_sender(case: &Case) -> bool {
    matches!(case.state, CaseState::WaitingForCompany | CaseState::Unconfirmed)
}

/// The promise to the sender that runs out first: also on an enquiry that has ended, where we owe a call.
fn next_promise<'a>(case: &Case, promises: &'a [Promise]) -> Option<&'a Promise> {
    let to_sender = promises.iter().filter(|promise| promise.creditor.party() == Some(case.party));
    to_sender.filter(|promise| promise.state == PromiseState::Open).min_by_key(|promise| promise.due_on)
}

fn row(
    app: &App,
    shown: &Page,
    case: &Case,
    team: Option<&TeamCard>,
    promises: &[Promise],
    question: Option<&Entry>,
) -> Row {
    let language = shown.language();
    let guide = app.kept::<GuideState>().guide(shown.auth().tenant());
    let topic = guide.topic(case.topic.as_str());
    let has_goal = guide.goal_promised(promises).is_some_and(|goal| goal.adopted);
    let promise = next_promise(case, promises)
        .filter(|promise| has_goal || promise.kind == PromiseKind::CALL_BACK)
        .map(|promise| shown.promise_inline(promise, shown.auth().now()));
    // As in the mails: whoever reads the mailbox together with the sender learns no more here than there.
    let topic = match topic {
        Some(topic) if !case.confidential => topic.title.get(language).to_owned(),
        Some(_) => shown.t("enquiries-my-confidential"),
        None => String::new(),
    };
    let question = question.filter(|_| !case.confidential).map_or("", |entry| entry.text.as_str());
    let mut beginning: String = question.chars().take(QUESTION_CHARS).collect();
    if beginning.len() < question.len() {
        beginning.push_str(" …");
    }
    Row {
        number: case.number.clone(),
        by: String::new(),
        topic,
        team: team.map_or("", |team| team.name(language)).to_owned(),
        link: format!("/henvendelse/{}", commands::link(app, case).as_str()),
        state: shown.t(state_key(case)),
        promise,
        ended: case.closed_at.map_or_else(String::new, |at| shown.day(&app.calendar.local_date(at))),
        question: beginning,
    }
}

/// How far it is, in a word or two.
pub(super) fn state_key(case: &Case) -> &'static str {
    use crate::model::Outcome::{Answered, CouldNotHelp, Forwarded, Guided};
    match case.state {
        CaseState::Unconfirmed => "enquiries-my-state-unconfirmed",
        CaseState::Open => "enquiries-my-state-open",
        CaseState::WaitingForCompany => "enquiries-my-state-waiting",
        CaseState::Closed(Answered) => "enquiries-my-state-answered",
        CaseState::Closed(Guided) => "enquiries-my-state-guided",
        CaseState::Closed(Forwarded) => "enquiries-my-state-forwarded",
        CaseState::Closed(CouldNotHelp) => "enquiries-my-state-could-not-help",
        CaseState::Withdrawn => "enquiries-my-state-withdrawn",
        CaseState::Duplicate(_) => "enquiries-my-state-duplicate",
        CaseState::Spam => "enquiries-my-state-ended",
    }
}

/// `GET /virksomhed/oplysninger.json`: everything that we hold on the contact, to take away (GDPR articles 15 and 20).
pub(super) async fn export(auth: Auth, State(app): State<App>) -> Result<Response, PageError> {
    let email = proven_email(&auth).ok_or(PageError::Forbidden)?;
    let holders = app.holders();
    let subject = holders.recognise(&auth, std::slice::from_ref(email), &[]).await?;
    let held = holders.export(&auth, &subject).await?;
    let text = serde_json::to_string_pretty(&held).map_err(PageError::internal)?;
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("application/json; charset=utf-8")),
        (header::CONTENT_DISPOSITION, HeaderValue::from_static("attachment; filename=\"samspil.json\"")),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    Ok((headers, text).into_response())
}
