//! The pages of those who answer: the inbox, the case, what came by telephone, notices and saved replies.

mod case;
mod doing;
mod enter;
mod figures;
mod filing;
mod inbox;
mod names;
mod notices;
mod replies;
mod said;
mod topics;
mod tray;

use ::web::{Access, Auth, Page, Routes};
use askama::Template;
use axum::{
    http::header,
    response::{Html, IntoResponse, Response},
};
use kernel::Permission;

use crate::{access, model::Case, store::CaseFilter};

pub(super) fn routes(routes: Routes, work: Permission) -> Routes {
    let work = Access::Needs(work);
    // Whoever may read without working here (an auditor) sees a case as well: the handler asks `access::may_see`.
    let routes = routes
        .get("/intern/indbakke", work, inbox::show)
        .get("/intern/indbakke/{id}/uddrag", work, inbox::preview)
        .get("/intern/henvendelser/ny", work, enter::show)
        .post("/intern/henvendelser/ny", work, enter::send)
        .get("/intern/henvendelser/{id}", Access::SignedIn, case::show)
        .get("/intern/henvendelser/{id}/ikke-min", work, case::not_mine)
        .get("/intern/henvendelser/{id}/mere", work, case::more)
        .get("/intern/henvendelser/{id}/afslut", work, case::end)
        .get("/intern/henvendelser/{id}/fil/{file}", Access::SignedIn, case::file)
        .get("/intern/journalisering", Access::SignedIn, filing::show)
        .post("/intern/journalisering/{id}/igen", Access::SignedIn, filing::again)
        .get("/intern/beskeder", work, notices::show)
        .post("/intern/beskeder", work, notices::read)
        .get("/intern/svarskabeloner", work, replies::show)
        .post("/intern/svarskabeloner", work, replies::save)
        .post("/intern/svarskabeloner/{id}/slet", work, replies::delete);
    let place = Access::Needs(access::PLACE);
    let routes = routes
        .get("/intern/post", place, tray::show)
        .get("/intern/post/{id}", place, tray::mail)
        .post("/intern/post/{id}/ny", place, tray::open)
        .post("/intern/post/{id}/sag", place, tray::add)
        .post("/intern/post/{id}/fjern", place, tray::remove);
    doing::routes(topics::routes(figures::routes(routes)), work)
}

/// The cases that the asker may see, as far as SQL can tell; [`access::may_see`] has the last word.
fn visible(auth: &Auth) -> CaseFilter {
    let own: Vec<_> = auth.teams().iter().copied().collect();
    CaseFilter {
        teams: (!auth.may(access::READ_ALL)).then(|| own.clone()),
        hidden_from: auth.person(),
        confidential_of: Some(own),
        ..CaseFilter::default()
    }
}

/// Words whose key ends with a code, and words with a number in them, for templates.
trait Say {
    /// The message `PREFIX-CODE`.
    fn say(&self, prefix: &str, code: &str) -> String;
    /// A message with a `$count` in it.
    fn say_number<N: Copy + Into<i64>>(&self, key: &str, count: &N) -> String;
    /// When and how a case came.
    fn came(&self, case: &Case) -> String;
}

impl Say for Page {
    fn say(&self, prefix: &str, code: &str) -> String {
        self.t(&format!("{prefix}-{code}"))
    }
    fn say_number<N: Copy + Into<i64>>(&self, key: &str, count: &N) -> String {
        let count: i64 = (*count).into();
        self.t1(key, "count", count)
    }
    fn came(&self, case: &Case) -> String {
        let key = format!("enquiries-case-came-{}", case.channel.text());
        self.t1(&key, "at", self.moment(&case.received_at))
    }
}

/// A piece of a page for the script that asked for it.
fn fragment(piece: &impl Template) -> Response {
    match piece.render() {
        Ok(html) => ([(header::CACHE_CONTROL, "no-store")], Html(html)).into_response(),
        Err(error) => ::web::PageError::internal(error).into_response(),
    }
}

/// How many notices the asker has not read, and where they are.
struct Bell {
    unread: i64,
}

impl Bell {
    async fn of(page: &Page) -> Result<Self, storage::StoreError> {
        let auth = page.auth();
        let unread = match auth.person() {
            Some(person) => crate::store::count_unread(&page.app().db.read(auth), person).await?,
            None => 0,
        };
        Ok(Self { unread: i64::try_from(unread).unwrap_or(i64::MAX) })
    }
}
