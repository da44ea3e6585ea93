//! The newsletter's list for those who look after it, and the page on which whoever stands on it says yes or no.

use ::web::{Address, App, Argument, Auth, Form, Limit, Page, PageError, page, redirect_with, take_flash};
use askama::Template;
use axum::{
    extract::{Path, Query, State},
    response::{IntoResponse, Response},
};
use axum_extra::extract::CookieJar;
use chrono::Duration;
use serde::Deserialize;
use storage::Token;

use crate::{
    commands::{self, Asking},
    model::{Answer, Subscription, SubscriptionId, SubscriptionState},
    store::{self, SubscriptionCounts},
};

const ADDRESS: &str = "/intern/kontakter/nyhedsbrev";
/// Addresses shown at once.
const PER_PAGE: u64 = 50;
/// How often links may be tried from one address.
const LINKS: Limit = Limit { name: "relations-link", count: 60, window: Duration::minutes(10) };

#[derive(Deserialize)]
pub(super) struct Asked {
    #[serde(default, rename = "side")]
    at: u64,
}

#[derive(Template)]
#[template(path = "relations/newsletter.html")]
struct ListPage {
    page: Page,
    all: Vec<Subscription>,
    counts: SubscriptionCounts,
    asking: Asking,
    at: u64,
    /// Where the rule comes from by which one is asked, and whether anyone has verified it.
    rule: Option<(String, u64, bool)>,
}

impl ListPage {
    fn has_next(&self) -> bool {
        self.all.len() as u64 == PER_PAGE
    }

    /// A message with a number in it.
    fn counted<N: Copy + Into<Argument>>(&self, key: &str, name: &str, number: &N) -> String {
        self.page.t1(key, name, *number)
    }

    fn state(&self, one: &Subscription) -> String {
        match &one.state {
            SubscriptionState::Consented { on, proof } => self.page.t2(
                "relations-newsletter-consented",
                ("date", self.page.short_day(on)),
                ("proof", proof.as_str()),
            ),
            SubscriptionState::Needed => self.page.t("relations-newsletter-needed"),
            SubscriptionState::Asked { at } => {
                let day = self.page.app().calendar.local_date(*at);
                self.page.t1("relations-newsletter-asked", "date", self.page.short_day(&day))
            }
        }
    }

    fn source(&self, one: &Subscription) -> String {
        let Some(source) = &one.source else { return String::new() };
        let day = self.page.short_day(&self.page.app().calendar.local_date(source.at));
        let row = source.row.to_string();
        let arguments =
            [("file", source.file_name.as_str().into()), ("row", row.into()), ("date", day.into())];
        self.page.tn("relations-source", &arguments)
    }
}

/// `GET /intern/kontakter/nyhedsbrev`.
pub(super) async fn list(
    auth: Auth,
    State(app): State<App>,
    Query(asked): Query<Asked>,
    jar: CookieJar,
) -> Result<Response, PageError> {
    let read = app.db.read(&auth);
    let rule = app.rules().at(crate::retention::PERMISSION_RULE, app.calendar.local_date(auth.now()));
    let rule = rule.and_then(|rule| {
        Some((rule.legal_source.clone(), u64::from(rule.value.days()?), rule.is_verified()))
    });
    let mut main = ListPage {
        page: Page::new(&app, &auth).with_form(),
        all: store::subscriptions(&read, asked.at, PER_PAGE).await?,
        counts: store::counts(&read).await?,
        asking: commands::asking(&app, &auth).await?,
        at: asked.at,
        rule,
    };
    let jar = take_flash(&app, jar, &mut main.page);
    Ok((jar, page(&main.page, &main.page.t("relations-newsletter"), &main)).into_response())
}

/// `POST /intern/kontakter/nyhedsbrev/spoerg`.
pub(super) async fn ask(auth: Auth, State(app): State<App>, _: Form) -> Result<Response, PageError> {
    commands::ask(&app, &auth).await?;
    Ok(redirect_with(&app, &auth, ADDRESS, "relations-newsletter-asking"))
}

/// `POST /intern/kontakter/nyhedsbrev/{id}/slet`.
pub(super) async fn strike(
    auth: Auth,
    State(app): State<App>,
    Path(id): Path<SubscriptionId>,
    _: Form,
) -> Result<Response, PageError> {
    commands::strike(&app, &auth, id).await?;
    Ok(redirect_with(&app, &auth, ADDRESS, "relations-newsletter-struck"))
}

#[derive(Template)]
#[template(path = "relations/question.html")]
struct QuestionPage {
    page: Page,
    link: String,
    is_on: bool,
    /// What was answered just now.
    answered: Option<&'static str>,
}

fn token(link: &str) -> Result<Token, PageError> {
    Token::parse(link).ok_or(PageError::NotFound)
}

/// `GET /nyhedsbrev/{link}`: says what a yes and a no mean; changes nothing.
pub(super) async fn question(
    auth: Auth,
    State(app): State<App>,
    from: Address,
    Path(link): Path<String>,
) -> Result<Response, PageError> {
    app.limits().count(LINKS, &from.0.to_string(), auth.now())?;
    let found =
        store::by_link(&app.db.read(&auth), &token(&link)?.hash()).await?.ok_or(PageError::NotFound)?;
    let is_on = matches!(found.state, SubscriptionState::Consented { .. });
    let main = QuestionPage { page: Page::new(&app, &auth).with_form(), link, is_on, answered: None };
    Ok(page(&main.page, &main.page.t("relations-question"), &main))
}

/// `POST /nyhedsbrev/{link}`.
pub(super) async fn answer(
    auth: Auth,
    State(app): State<App>,
    from: Address,
    Path(link): Path<String>,
    form: Form,
) -> Result<Response, PageError> {
    app.limits().count(LINKS, &from.0.to_string(), auth.now())?;
    let (answer, answered) = match form.fields.get("answer") {
        "yes" => (Answer::Yes, "relations-question-yes-done"),
        "no" => (Answer::No, "relations-question-no-done"),
        _ => return Err(PageError::NotFound),
    };
    let shown = Page::new(&app, &auth);
    let proof = shown.t1("relations-question-proof", "date", shown.moment(&auth.now()));
    commands::answer(&app, &auth, &token(&link)?, answer, proof).await?;
    let main = QuestionPage { page: shown, link, is_on: answer == Answer::Yes, answered: Some(answered) };
    Ok(page(&main.page, &main.page.t("relations-question"), &main))
}
