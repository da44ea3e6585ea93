//! Companies come in by MitID Erhverv, and whoever may act for several says for which.
//!
//! As with those who work here, what a browser brings back is good once and in the browser that a form of ours has sent away.

use std::{collections::HashMap, sync::Arc};

use ::web::{Access, Address, App, Auth, Form, FormErrors, Page, PageError, Question, Routes, redirect_with};
use askama::Template;
use axum::{
    extract::{Query, State},
    response::{IntoResponse, Redirect, Response},
};
use axum_extra::extract::CookieJar;
use kernel::{CvrNumber, Failure};
use storage::{StoreError, Token};

use super::{
    answer,
    entrance::{let_in, own_path},
    provider::{Door, done, lead_out, redeem, refused, set_out, take_notice},
    refused_at, sessions,
};
use crate::{
    CompanyProviders, Provider,
    commands::company::{self, ChoiceRefusal, Registered},
    model::{ActsFor, ArrivalRefusal, CompanyRules, SessionId},
    store,
};

/// Where the broker sends a browser back to. The operator registers it there.
pub(crate) const COMES_BACK_TO: &str = "/log-ind/virksomhed/svar";
/// Where the broker tells that somebody is out there. The operator registers it as well.
pub(crate) const ENDS_AT: &str = "/log-ind/virksomhed/log-ud";
/// Where companies set out.
const COMPANIES: Door = Door { place: "/log-ind/virksomhed", back: COMES_BACK_TO, texts: "-company" };
/// Where one says for which company one acts.
const CHOICE: &str = "/virksomhed/vaelg";
/// The company's own page.
const OWN_PAGE: &str = "/virksomhed";

pub(super) fn add(routes: Routes) -> Routes {
    routes
        .post(COMPANIES.place, Access::Public, begin)
        .get(COMES_BACK_TO, Access::Public, come_back)
        .post(ENDS_AT, Access::Public, ended)
        .get(CHOICE, Access::SignedIn, choice)
        .post(CHOICE, Access::SignedIn, choose)
}

/// The broker of this municipality, where one is configured.
pub(super) fn of<'a>(app: &'a App, auth: &Auth) -> Option<&'a Arc<Provider<CompanyRules>>> {
    app.kept.get::<CompanyProviders>().and_then(|providers| providers.of(auth.tenant()))
}

async fn begin(
    auth: Auth,
    State(app): State<App>,
    place: Address,
    form: Form,
) -> Result<Response, PageError> {
    let provider = of(&app, &auth).ok_or(PageError::NotFound)?;
    let back = own_path(Some(&form.fields.get("til").to_owned()));
    let another = form.fields.is_ticked("anden");
    set_out(&app, &auth, (provider, COMPANIES), &place, (&back, another)).await
}

async fn come_back(
    auth: Auth,
    State(app): State<App>,
    jar: CookieJar,
    Query(query): Query<HashMap<String, String>>,
) -> Result<Response, PageError> {
    let provider = of(&app, &auth).ok_or(PageError::NotFound)?;
    match arrive(&app, &auth, provider, &jar, &query).await {
        Ok((token, back)) => {
            let to = if back.is_empty() { OWN_PAGE } else { &back };
            Ok((done(jar, COMPANIES), let_in(&app, &auth, &token, to)).into_response())
        }
        Err(Failure::Refused(refusal)) => Ok(refused(&app, &auth, (provider.name(), COMPANIES), refusal)),
        Err(failure) => Err(failure.into()),
    }
}

async fn arrive(
    app: &App,
    auth: &Auth,
    provider: &Arc<Provider<CompanyRules>>,
    jar: &CookieJar,
    query: &HashMap<String, String>,
) -> Result<(Token, String), Failure<ArrivalRefusal>> {
    let (redeemed, back) = redeem(app, auth, (provider, COMPANIES), jar, query).await?;
    let arrival = provider.rules().arrival(&redeemed.claims)?;
    let numbers: Vec<CvrNumber> = arrival.companies.iter().map(|one| one.cvr).collect();
    let registered = registered(app, auth, &numbers).await?;
    let token = company::arrive(&app.db, auth, &app.keys, (&arrival, &redeemed), &registered).await?;
    Ok((token, back))
}

async fn registered(app: &App, auth: &Auth, numbers: &[CvrNumber]) -> Result<Registered, StoreError> {
    let cards = app.ports.companies.companies(auth, numbers).await?;
    Ok(cards.into_iter().map(|(cvr, card)| (cvr, (card.name, card.ceased))).collect())
}

/// The broker tells, from machine to machine, that somebody is out there.
async fn ended(
    auth: Auth,
    State(app): State<App>,
    place: Address,
    Question(fields): Question,
) -> Result<Response, PageError> {
    let provider = of(&app, &auth).ok_or(PageError::NotFound)?;
    take_notice(&app, &auth, provider, &place, fields.get("logout_token")).await
}

/// Where to send a browser that signs out here, so that it is out at the broker as well.
pub(super) async fn way_out(
    app: &App,
    auth: &Auth,
    session: SessionId,
) -> Result<Option<Response>, PageError> {
    let Some(provider) = of(app, auth) else { return Ok(None) };
    let kept = company::kept(&app.db, auth, &app.keys, session).await?;
    match kept.filter(|(issuer, _)| provider.is_called(issuer)) {
        Some((_, id_token)) => lead_out(app, auth, provider, id_token).await,
        None => Ok(None),
    }
}

/// One of the companies to choose from.
struct Row {
    cvr: CvrNumber,
    name: String,
    ceased: bool,
    is_chosen: bool,
}

#[derive(Template)]
#[template(path = "identity/choose_company.html")]
struct ChoicePage {
    page: Page,
    errors: FormErrors,
    companies: Vec<Row>,
}

async fn choice(auth: Auth, State(app): State<App>, jar: CookieJar) -> Result<Response, PageError> {
    choice_page(&app, &auth, &jar, None).await
}

/// For which companies the session may stand; only whoever came by MitID Erhverv has any.
async fn own(
    app: &App,
    auth: &Auth,
    jar: &CookieJar,
) -> Result<Option<(SessionId, Vec<ActsFor>)>, PageError> {
    let Some(session) = sessions::present(app, auth, jar).await? else { return Ok(None) };
    let companies = store::companies_of(&app.db.read(auth), session).await?;
    Ok((!companies.is_empty()).then_some((session, companies)))
}

async fn choice_page(
    app: &App,
    auth: &Auth,
    jar: &CookieJar,
    refusal: Option<ChoiceRefusal>,
) -> Result<Response, PageError> {
    let Some((_, companies)) = own(app, auth, jar).await? else {
        return Ok(Redirect::to(OWN_PAGE).into_response());
    };
    let numbers: Vec<CvrNumber> = companies.iter().map(|one| one.cvr).collect();
    let registered = registered(app, auth, &numbers).await?;
    let chosen = auth.signed_in.as_ref().and_then(|who| who.company.as_ref()).map(|company| company.cvr);
    let row = |one: ActsFor| Row {
        ceased: registered.get(&one.cvr).is_some_and(|(_, ceased)| *ceased),
        is_chosen: chosen == Some(one.cvr),
        cvr: one.cvr,
        name: one.name,
    };
    let errors = refused_at("cvr", refusal);
    let page = Page::new(app, auth).with_form();
    let main = ChoicePage { page: page.clone(), errors, companies: companies.into_iter().map(row).collect() };
    Ok(answer(&page, &page.t("identity-choose-company"), &main.errors, &main))
}

async fn choose(
    auth: Auth,
    State(app): State<App>,
    jar: CookieJar,
    form: Form,
) -> Result<Response, PageError> {
    let Some((session, _)) = own(&app, &auth, &jar).await? else { return Err(PageError::Forbidden) };
    let Ok(cvr) = form.fields.get("cvr").parse::<CvrNumber>() else {
        return choice_page(&app, &auth, &jar, Some(ChoiceRefusal::NotYours)).await;
    };
    let registered = registered(&app, &auth, &[cvr]).await?;
    match company::choose(&app.db, &auth, session, cvr, &registered).await {
        Ok(()) => Ok(redirect_with(&app, &auth, OWN_PAGE, "identity-company-chosen")),
        Err(Failure::Refused(refusal)) => choice_page(&app, &auth, &jar, Some(refusal)).await,
        Err(failure) => Err(failure.into()),
    }
}
