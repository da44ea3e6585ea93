//! The ended cases of which nobody has said yet where they are kept, those that ended first at the top: with how far each is on
//! its way to the archive, and those that the archive received last.

use std::collections::{BTreeMap, HashMap};

use ::web::{App, Auth, Form, Page, PageError, page, redirect_with, take_flash};
use askama::Template;
use axum::{
    extract::{Path, Query, State},
    response::{IntoResponse, Response},
};
use axum_extra::extract::CookieJar;
use chrono::{DateTime, Utc};
use kernel::CaseId;

use super::{
    Say as _,
    names::{Names, nameless},
    visible,
};
use crate::{
    access, commands,
    model::{Case, Package, PackageState},
    retention::Deadline,
    store::{self, CASES_PER_PAGE, CaseFilter},
};

/// Receipts that are shown.
const RECEIPTS_SHOWN: u64 = 10;

#[derive(Template)]
#[template(path = "enquiries/staff/to_file.html")]
struct ToFilePage {
    page: Page,
    cases: Vec<Case>,
    /// The newest package of each.
    packages: BTreeMap<CaseId, Package>,
    received: Vec<(Package, Case)>,
    names: Names,
    deadline: Deadline,
    has_archive: bool,
    side: u16,
    has_more: bool,
}

impl ToFilePage {
    fn ended(&self, at: Option<&DateTime<Utc>>) -> String {
        at.map(|at| self.page.moment(at)).unwrap_or_default()
    }

    fn side(&self, step: i16) -> String {
        format!("/intern/journalisering?side={}", self.side.saturating_add_signed(step))
    }

    fn package(&self, case: &Case) -> Option<&Package> {
        self.packages.get(&case.id)
    }

    /// How many of those shown the archive refused, and how many should have been erased and wait.
    fn refused(&self) -> i64 {
        let refused = self.packages.values().filter(|one| one.state == PackageState::Refused);
        i64::try_from(refused.count()).unwrap_or(i64::MAX)
    }

    fn waiting_to_be_erased(&self) -> i64 {
        let waiting = self.cases.iter().filter(|case| self.is_past(case));
        i64::try_from(waiting.count()).unwrap_or(i64::MAX)
    }

    /// Whether it has been kept for as long as it may, and only waits to be filed.
    fn is_past(&self, case: &&Case) -> bool {
        self.deadline.has_passed_for(case)
    }

    /// How far a package is, in words.
    fn way(&self, package: &Package) -> String {
        let key = match package.state {
            PackageState::Waiting if package.attempts > 0 => "enquiries-archive-missed",
            PackageState::Waiting if package.tried_at.is_some() => "enquiries-archive-lies-there",
            PackageState::Waiting => "enquiries-archive-waiting",
            PackageState::Refused => "enquiries-archive-refused",
            PackageState::Received | PackageState::SetAside => return String::new(),
        };
        self.page.t1(key, "next", self.page.moment(&package.next_at))
    }

    /// Whether a person can send it once more.
    fn can_send_again(package: &Package) -> bool {
        package.state == PackageState::Refused
            || (package.state == PackageState::Waiting && package.attempts > 0)
    }
}

/// `GET /intern/journalisering`: of one's own teams; of everyone for the records officer.
pub(super) async fn show(
    auth: Auth,
    State(app): State<App>,
    Query(query): Query<HashMap<String, String>>,
    jar: CookieJar,
) -> Result<Response, PageError> {
    if !auth.may(access::FILE) && !auth.may(access::WORK) {
        return Err(PageError::Forbidden);
    }
    let mut shown = Page::new(&app, &auth).with_form();
    let jar = take_flash(&app, jar, &mut shown);
    let side = query.get("side").and_then(|side| side.parse::<u16>().ok()).unwrap_or(1).max(1);
    let own = auth.teams().iter().copied().collect();
    let seen = visible(&auth);
    let teams = if auth.may(access::FILE) { seen.teams } else { Some(own) };
    let filter = CaseFilter { teams, ..seen };
    let read = app.db.read(&auth);
    let mut cases = store::cases_to_file(&read, &filter, u64::from(side - 1)).await?;
    let has_more = cases.len() as u64 == CASES_PER_PAGE;
    cases.retain(|case| access::may_file(&auth, case));
    let ids: Vec<CaseId> = cases.iter().map(|case| case.id).collect();
    let mut packages = BTreeMap::new();
    for package in store::packages(&read, &ids).await? {
        packages.entry(package.case).or_insert(package);
    }
    let received = received(&app, &auth).await?;
    let teams = commands::teams(&app, &auth).await?;
    let of = cases.iter().chain(received.iter().map(|(_, case)| case));
    let names = Names::of(&app, &auth, teams, &[], &nameless(of)).await?;
    let title = shown.t("enquiries-filing-list");
    let main = ToFilePage {
        page: shown,
        cases,
        packages,
        received,
        names,
        deadline: Deadline::at(&app, auth.now()),
        has_archive: commands::archive(&app).is_there(),
        side,
        has_more,
    };
    Ok((jar, page(&main.page, &title, &main)).into_response())
}

/// What the archive received last, of what the asker may file.
async fn received(app: &App, auth: &Auth) -> Result<Vec<(Package, Case)>, PageError> {
    let read = app.db.read(auth);
    let packages = store::received_packages(&read, RECEIPTS_SHOWN).await?;
    let ids: Vec<CaseId> = packages.iter().map(|one| one.case).collect();
    let mut cases = store::find_all(&read, &ids).await?;
    cases.retain(|_, case| access::may_file(auth, case));
    let with_case = |package: Package| cases.get(&package.case).cloned().map(|case| (package, case));
    Ok(packages.into_iter().filter_map(with_case).collect())
}

/// `POST /intern/journalisering/{id}/igen`: sends a package once more.
pub(super) async fn again(
    auth: Auth,
    State(app): State<App>,
    Path(id): Path<CaseId>,
    _: Form,
) -> Result<Response, PageError> {
    commands::send_again(&app, &auth, id).await?;
    Ok(redirect_with(&app, &auth, "/intern/journalisering", "enquiries-archive-again-done"))
}
