//! Who we know at a company: confirmed or only stated, by whom and how; and the two forms of those who may say so.

use std::collections::BTreeMap;

use ::web::{App, Auth, Form, Page, PageError, redirect_with, refused_page};
use axum::{
    extract::{Path, State},
    response::Response,
};
use kernel::{CvrNumber, Email, Failure, PersonId};
use ports::{CompanyContact, PersonCard};

use super::{Chosen, load, remember};
use crate::{
    commands,
    contact::{Confirmation, ConfirmationId, Means},
    store,
    web::CONFIRM,
};

/// The fieldset of the form that was refused.
pub(super) const HOW: &str = "how";

/// A contact as the page shows it.
pub(super) struct Contact {
    /// Its place in the list, for the ids of its form.
    pub number: usize,
    pub known: CompanyContact,
    /// How, when and by whom it was confirmed, where someone here did.
    pub words: Option<String>,
    /// The confirmation, for those who may take it back.
    pub withdraw: Option<String>,
    /// Whether the asker may confirm it.
    pub may_confirm: bool,
    /// Whether it is the one whose form was refused.
    pub is_refused: bool,
}

/// The `known` contacts with what someone here confirmed of them, the confirmed first; `refused` is the address of one
/// whose confirmation was refused.
pub(super) async fn contacts(
    app: &App,
    auth: &Auth,
    page: &Page,
    cvr: CvrNumber,
    (known, refused): (Vec<CompanyContact>, Option<&str>),
) -> Result<Vec<Contact>, PageError> {
    if known.is_empty() {
        return Ok(Vec::new());
    }
    let read = app.db.read(auth);
    let confirmed = store::confirmations(&read, cvr).await?;
    let people: Vec<PersonId> = confirmed.iter().map(|one| one.by).collect();
    let people =
        if people.is_empty() { BTreeMap::new() } else { app.ports.people.people(&read, &people).await? };
    let mut contacts: Vec<Contact> = known
        .into_iter()
        .map(|mut known| {
            let found = confirmed.iter().find(|one| one.is_of(&known.email));
            known.confirmed |= found.is_some();
            Contact {
                number: 0,
                words: found.map(|found| words(page, found, &people)),
                withdraw: found.filter(|_| auth.may(CONFIRM)).map(|found| found.id.to_string()),
                // Someone without an address is known by nothing that could be confirmed.
                may_confirm: !known.confirmed && !known.email.is_empty() && auth.may(CONFIRM),
                is_refused: refused == Some(known.email.as_str()),
                known,
            }
        })
        .collect();
    contacts.sort_by(|a, b| {
        b.known.confirmed.cmp(&a.known.confirmed).then(b.known.last_seen.cmp(&a.known.last_seen))
    });
    for (number, contact) in (1..).zip(&mut contacts) {
        contact.number = number;
    }
    Ok(contacts)
}

fn words(page: &Page, found: &Confirmation, people: &BTreeMap<PersonId, PersonCard>) -> String {
    let day = page.short_day(&page.app().calendar.local_date(found.at));
    let by =
        people.get(&found.by).map_or_else(|| page.t("registry-confirmed-someone"), |card| card.name.clone());
    let how = page.t(&format!("registry-confirm-{}", found.means.code()));
    page.tn("registry-confirmed", &[("date", day.into()), ("name", by.into()), ("how", how.into())])
}

fn company(cvr: &str) -> Result<CvrNumber, PageError> {
    cvr.parse().map_err(|_| PageError::NotFound)
}

/// Someone here has found that the contact speaks for the company.
pub(in crate::web) async fn confirm(
    auth: Auth,
    State(app): State<App>,
    Path(cvr): Path<String>,
    form: Form,
) -> Result<Response, PageError> {
    let cvr = company(&cvr)?;
    let email: Email = form.fields.get("email").parse().map_err(|_| PageError::NotFound)?;
    // Only who is known to the asker can be confirmed by them.
    let known = remember(&app, &auth, cvr, &[]).await?.contacts;
    if !known.iter().any(|contact| contact.email.eq_ignore_ascii_case(email.as_str())) {
        return Err(PageError::NotFound);
    }
    let means = Means::of(form.fields.get(HOW));
    match commands::confirm_contact(&app.db, &auth, cvr, &email, means).await {
        Ok(_) => {
            Ok(redirect_with(&app, &auth, &format!("/intern/virksomheder/{cvr}"), "registry-confirm-done"))
        }
        Err(Failure::Refused(refusal)) => {
            let mut main = load(&app, &auth, cvr, &Chosen::default(), Some(form.fields.get("email"))).await?;
            main.errors.add(HOW, refusal.to_string());
            let title = main.page.t1("web-title-error", "title", main.name.clone());
            Ok(refused_page(&main.page, &title, &main))
        }
        Err(failure) => Err(failure.into()),
    }
}

/// It was wrong, or is no longer so.
pub(in crate::web) async fn withdraw(
    auth: Auth,
    State(app): State<App>,
    Path(cvr): Path<String>,
    form: Form,
) -> Result<Response, PageError> {
    let cvr = company(&cvr)?;
    let id: ConfirmationId = form.fields.get("confirmation").parse().map_err(|_| PageError::NotFound)?;
    commands::withdraw_confirmation(&app.db, &auth, cvr, id).await?;
    Ok(redirect_with(&app, &auth, &format!("/intern/virksomheder/{cvr}"), "registry-confirm-withdrawn"))
}
