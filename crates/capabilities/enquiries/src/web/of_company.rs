//! What a colleague has sent for a company: to read, for whoever has shown to act for it. Written on it, and taken back, it is
//! by whoever sent it, from the link in the receipt.

use std::collections::BTreeMap;

use ::web::{App, Auth, Page, PageError, page};
use askama::Template;
use axum::{
    extract::{Path, State},
    response::{IntoResponse, Redirect, Response},
};
use kernel::{Actor, ContactId, PersonId};
use ports::{ConfirmedCompany, PersonCard, TeamCard};

use super::my_page::state_key;
use crate::{
    GuideState, commands,
    model::{Case, Entry, EntryKind},
    store,
};

/// The company for which somebody acts who has signed in, as long as it has not ceased, and who it is.
pub(super) async fn confirmed(
    app: &App,
    auth: &Auth,
) -> Result<Option<(ConfirmedCompany, ContactId)>, PageError> {
    let company = auth.signed_in.as_ref().and_then(|who| who.company.clone());
    let (Some(company), Actor::Contact(contact)) = (company, auth.actor()) else { return Ok(None) };
    let known = app.ports.companies.companies(auth, &[company.cvr]).await?;
    let has_ceased = known.get(&company.cvr).is_some_and(|card| card.ceased);
    Ok((!has_ceased).then_some((company, *contact)))
}

#[derive(Template)]
#[template(path = "enquiries/of_company.html")]
struct OfCompanyPage {
    page: Page,
    case: Case,
    topic: String,
    company: ConfirmedCompany,
    team: Option<TeamCard>,
    people: BTreeMap<PersonId, PersonCard>,
    entries: Vec<Entry>,
}

impl OfCompanyPage {
    fn is_from_us(entry: &Entry) -> bool {
        entry.kind != EntryKind::FromCompany
    }

    fn author(&self, entry: &Entry) -> &str {
        let person = entry.author.and_then(|person| self.people.get(&person));
        person.map_or(self.case.contact.name.as_str(), |person| person.name.as_str())
    }

    fn state(&self) -> String {
        self.page.t(state_key(&self.case))
    }
}

/// `GET /virksomhed/henvendelser/{number}`.
pub(super) async fn show(
    auth: Auth,
    State(app): State<App>,
    Path(number): Path<String>,
) -> Result<Response, PageError> {
    let (company, contact) = confirmed(&app, &auth).await?.ok_or(PageError::NotFound)?;
    let read = app.db.read(&auth);
    let case = store::find_by_number(&read, &number).await?.ok_or(PageError::NotFound)?;
    if case.confirmed_by == Some(contact) && case.asker.cvr() == Some(company.cvr) {
        let link = format!("/henvendelse/{}", commands::link(&app, &case).as_str());
        return Ok(Redirect::to(&link).into_response());
    }
    if !case.is_open_to_colleagues(company.cvr) {
        return Err(PageError::NotFound);
    }
    let entries = store::newest_words(&read, case.id).await?;
    let authors: Vec<PersonId> = entries.iter().filter_map(|entry| entry.author).collect();
    let (teams, people) = app.ports.people.teams_and_people(&read, &authors).await?;
    let guide = app.kept::<GuideState>().guide(auth.tenant());
    let topic = guide.topic(case.topic.as_str()).map(|topic| topic.title.get(auth.language()).to_owned());
    let main = OfCompanyPage {
        page: Page::new(&app, &auth),
        topic: topic.unwrap_or_default(),
        team: teams.into_iter().find(|team| team.id == case.team),
        company,
        people,
        entries,
        case,
    };
    let title =
        main.page.t2("enquiries-tracking-title", ("number", &main.case.number), ("topic", &main.topic));
    Ok(page(&main.page, &title, &main))
}
