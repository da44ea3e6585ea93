//! A word shown once, on the next page: "Svaret er sendt". Carried in a cookie, never in the address.

use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::CookieJar;

use crate::{App, Auth, Page, cookie};

/// A word shown on the next page.
pub(crate) const FLASH_COOKIE: &str = "samspil_besked";

/// Goes to a page of ours, which then says `key` once.
pub fn redirect_with(app: &App, auth: &Auth, to: &str, key: &str) -> Response {
    let site = app.site(auth.tenant());
    let cookie = cookie(site, FLASH_COOKIE, key.to_owned(), None);
    (CookieJar::new().add(cookie), Redirect::to(to)).into_response()
}

/// Takes the word from the request's cookies, for the page; the cookie goes with the answer.
pub fn take(app: &App, jar: CookieJar, page: &mut Page) -> CookieJar {
    let Some(key) = jar.get(FLASH_COOKIE).map(|cookie| cookie.value().to_owned()) else { return jar };
    // Only our own words: the cookie's text is a key, never shown itself.
    if app.messages.has(&key) {
        page.flash = Some(page.t(&key));
    }
    let gone = axum_extra::extract::cookie::Cookie::build(FLASH_COOKIE).path("/");
    jar.remove(gone)
}
