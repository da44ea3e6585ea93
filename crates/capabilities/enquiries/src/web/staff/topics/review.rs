//! `/intern/emner/{topic}/gennemse`: everything that a company sees of a topic, as it sees it, for whoever answers for it:
//! "still right", or on to mending it.

use ::web::{App, Auth, Form, Page, PageError, page, redirect_with, refused_page, take_flash};
use askama::Template;
use axum::{
    extract::{Path, State},
    response::{IntoResponse, Response},
};
use axum_extra::extract::CookieJar;
use kernel::{Code, Failure, Language};
use ports::TeamCard;

use super::Seen;
use crate::{
    GuideState, access, commands,
    guide::{ServiceGoal, Topic},
    model::{Reviewed, Standing},
};

#[derive(Template)]
#[template(path = "enquiries/staff/topic_review.html")]
struct ReviewPage {
    page: Page,
    topic: Topic,
    version: i64,
    team: Option<TeamCard>,
    goal: ServiceGoal,
    said: Option<(Standing, String)>,
    may_edit: bool,
    wrong: Option<String>,
}

impl ReviewPage {
    fn languages() -> [Language; 2] {
        Language::ALL
    }

    fn title(&self) -> String {
        self.page.t1("enquiries-review-title", "topic", self.topic.title.get(self.page.language()))
    }

    fn days(&self) -> String {
        let (reply, answer) = (i64::from(self.goal.first_reply), i64::from(self.goal.answer));
        self.page.t2("enquiries-content-days", ("reply", reply), ("answer", answer))
    }
}

/// How a topic stands, in words.
pub(super) fn said(shown: &Page, reviewed: Option<Reviewed>) -> Option<(Standing, String)> {
    let reviewed = reviewed?;
    let today = shown.app().calendar.local_date(shown.auth().now());
    let standing = reviewed.standing(shown.app().rules(), today);
    let date = shown.short_day(&reviewed.on);
    let words = match (standing, reviewed.is_confirmed) {
        (Standing::Good, true) => shown.t1("enquiries-review-good", "date", date),
        (Standing::Good, false) => return None,
        (Standing::Due, _) => shown.t("enquiries-review-due"),
        (Standing::Unreviewed, _) => shown.t("enquiries-review-unreviewed"),
    };
    Some((standing, words))
}

async fn load(app: &App, auth: &Auth, key: &Code, wrong: Option<String>) -> Result<ReviewPage, PageError> {
    let page = Page::new(app, auth).with_form();
    let seen = Seen::<Topic>::load(app, auth, key).await?;
    let guide = app.kept::<GuideState>();
    let dated = guide.topic(auth.tenant(), key).ok_or(PageError::NotFound)?;
    let here = commands::here(app, auth).await?;
    if !commands::may_review(auth, &dated, &here) {
        return Err(Failure::<std::convert::Infallible>::Forbidden.into());
    }
    let team = here.teams.values().find(|team| team.key == seen.shown.team.as_str()).cloned();
    let goal = dated.goal_on(app.calendar.day_zero(auth.now()));
    Ok(ReviewPage {
        said: said(&page, dated.reviewed),
        version: seen.version(),
        topic: seen.shown,
        may_edit: auth.may(access::CONTENT),
        team,
        goal,
        wrong,
        page,
    })
}

/// `GET /intern/emner/{topic}/gennemse`.
pub(super) async fn show(
    auth: Auth,
    State(app): State<App>,
    Path(key): Path<String>,
    jar: CookieJar,
) -> Result<Response, PageError> {
    let key: Code = key.parse().map_err(|_| PageError::NotFound)?;
    let mut main = load(&app, &auth, &key, None).await?;
    let jar = take_flash(&app, jar, &mut main.page);
    Ok((jar, page(&main.page, &main.title(), &main)).into_response())
}

/// `POST /intern/emner/{topic}/gennemse`: it is still right.
pub(super) async fn confirm(
    auth: Auth,
    State(app): State<App>,
    Path(key): Path<String>,
    form: Form,
) -> Result<Response, PageError> {
    let key: Code = key.parse().map_err(|_| PageError::NotFound)?;
    let seen = form.fields.get("version").parse::<i64>().unwrap_or(-1);
    match commands::confirm_topic(&app, app.kept::<GuideState>(), &auth, &key, seen).await {
        Ok(()) => {
            let to = format!("/intern/emner/{key}/gennemse");
            Ok(redirect_with(&app, &auth, &to, "enquiries-review-done"))
        }
        Err(Failure::Refused(refusal)) => {
            let wrong = Page::new(&app, &auth).t(&refusal.to_string());
            let main = load(&app, &auth, &key, Some(wrong)).await?;
            Ok(refused_page(&main.page, &main.title(), &main))
        }
        Err(failure) => Err(failure.into()),
    }
}
