//! The own calendar's address, and the calendar itself for the programs that fetch it.

use ::web::{Address, App, Auth, Form, Limit, Page, PageError, page, redirect_with, take_flash};
use askama::Template;
use axum::{
    extract::{Path, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use axum_extra::extract::CookieJar;
use chrono::{Days, Duration};
use kernel::{Actor, Ctx};
use storage::Token;

use crate::{access::CALENDAR, calendar, commands, store};

/// How often calendars may be fetched from one address: a whole town hall comes from one.
const FETCHES: Limit = Limit { name: "relations-calendar", count: 600, window: Duration::minutes(10) };
/// So far back the calendar reaches.
const DAYS_BACK: u64 = 30;

#[derive(Template)]
#[template(path = "relations/calendar.html")]
struct CalendarPage {
    page: Page,
    made_at: Option<String>,
    /// The address; shown once.
    address: Option<String>,
}

async fn main(app: &App, auth: &Auth, address: Option<String>) -> Result<CalendarPage, PageError> {
    let person = auth.person().ok_or(PageError::Forbidden)?;
    let page = Page::new(app, auth).with_form();
    let feed = store::feed_of_person(&app.db.read(auth), person).await?;
    Ok(CalendarPage { made_at: feed.map(|feed| page.moment(&feed.made_at)), page, address })
}

/// `GET /intern/kalender`.
pub(super) async fn show(auth: Auth, State(app): State<App>, jar: CookieJar) -> Result<Response, PageError> {
    let mut main = main(&app, &auth, None).await?;
    let jar = take_flash(&app, jar, &mut main.page);
    Ok((jar, page(&main.page, &main.page.t("relations-calendar"), &main)).into_response())
}

/// `POST /intern/kalender/ny`: the answer shows the address, and nothing shows it again.
pub(super) async fn open(auth: Auth, State(app): State<App>, _: Form) -> Result<Response, PageError> {
    let token = commands::open_calendar(&app, &auth).await?;
    let address = app.site(auth.tenant()).link(&format!("/kalender/{}.ics", token.as_str()));
    let main = main(&app, &auth, Some(address)).await?;
    Ok(page(&main.page, &main.page.t("relations-calendar"), &main))
}

/// `POST /intern/kalender/luk`.
pub(super) async fn close(auth: Auth, State(app): State<App>, _: Form) -> Result<Response, PageError> {
    commands::close_calendar(&app, &auth).await?;
    Ok(redirect_with(&app, &auth, "/intern/kalender", "relations-calendar-closed"))
}

/// Whose calendar it is, with the rights of today; nothing where the address is not good, or its holder has left.
async fn holder(app: &App, auth: &Auth, file: &str) -> Result<Ctx, PageError> {
    let token = file.strip_suffix(".ics").and_then(Token::parse).ok_or(PageError::NotFound)?;
    let read = app.db.read(auth);
    let feed = store::feed_of(&read, &token.hash()).await?.ok_or(PageError::NotFound)?;
    let today = app.calendar.local_date(auth.now());
    let mut reaches = app.ports.people.reaches(&read, &[feed.person], today).await?;
    let reach = reaches.remove(&feed.person).ok_or(PageError::NotFound)?;
    let people = app.ports.people.people(&read, &[feed.person]).await?;
    let card = people.get(&feed.person).ok_or(PageError::NotFound)?;
    let actor = Actor::Staff(feed.person);
    let ctx = Ctx::new(auth.tenant(), actor, reach, card.language, auth.now(), app.ids.clone());
    if ctx.may(CALENDAR) { Ok(ctx) } else { Err(PageError::NotFound) }
}

/// `GET /kalender/{secret}.ics`.
pub(super) async fn feed(
    auth: Auth,
    State(app): State<App>,
    from: Address,
    Path(file): Path<String>,
    asked: HeaderMap,
) -> Result<Response, PageError> {
    app.limits().count(FETCHES, &from.0.to_string(), auth.now())?;
    let ctx = holder(&app, &auth, &file).await?;
    let today = app.calendar.local_date(ctx.now());
    let first = today.checked_sub_days(Days::new(DAYS_BACK)).unwrap_or(today);
    let mut entries = Vec::new();
    for source in &app.ports.calendars {
        entries.extend(source.entries(&ctx, first).await?);
    }
    let titled = calendar::in_order(entries).into_iter().map(|entry| {
        let arguments: Vec<_> =
            entry.title.arguments.iter().map(|(name, value)| (*name, value.as_str().into())).collect();
        let title = app.text(ctx.language(), entry.title.key, &arguments);
        (entry, title)
    });
    let site = app.site(ctx.tenant());
    let host = site.base_url.split_once("://").map_or(site.base_url.as_str(), |(_, host)| host);
    let name = app.text(ctx.language(), "relations-calendar-name", &[]);
    let text = calendar::write(&name, (host, &site.base_url), &titled.collect::<Vec<_>>());
    let etag = calendar::etag(&text);
    let headers = [
        (header::CONTENT_TYPE, "text/calendar; charset=utf-8".to_owned()),
        (header::CACHE_CONTROL, "private, max-age=300, must-revalidate".to_owned()),
        (header::ETAG, etag.clone()),
        (header::HeaderName::from_static("x-robots-tag"), "noindex, nofollow".to_owned()),
        (header::REFERRER_POLICY, "no-referrer".to_owned()),
    ];
    let known = asked.get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let is_known = known.split(',').any(|one| one.trim().trim_start_matches("W/") == etag);
    if is_known {
        return Ok((StatusCode::NOT_MODIFIED, headers).into_response());
    }
    Ok((headers, text).into_response())
}
