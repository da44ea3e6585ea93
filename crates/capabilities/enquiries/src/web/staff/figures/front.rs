//! The numbers on the front page, from the manager's side: a look at them as everyone would see them, their release, and
//! their withdrawal. They are never live: what is shown is what was looked at.

use ::web::{App, Auth, Form, FormErrors, Page, PageError, page, redirect_with, refused_page};
use askama::Template;
use axum::{
    extract::{Path, Query, State},
    response::Response,
};
use kernel::{Failure, PersonId};

use super::{Asked, Counted, period_name};
use crate::{
    commands,
    figures::{Period, Quarter},
    model::{RELEASED_MIN, Release, ReleaseId, ReleaseRefusal, ReleasedNumber, fingerprint},
    web::front_numbers::{self, FrontNumbers},
};

/// What stands on the front page, for the manager's page.
pub(super) struct OnFront {
    /// Address of the preview.
    pub(super) preview: String,
    /// What is shown, since when, by whom.
    pub(super) released: Option<(ReleaseId, String, Vec<String>)>,
}

impl OnFront {
    pub(super) fn of(
        page: &Page,
        released: Option<Release>,
        period: Period,
        name_of: impl Fn(PersonId) -> String,
    ) -> Self {
        let released = released.map(|release| {
            let since = page.tn(
                "enquiries-release-since",
                &[
                    ("period", period_name(page, release.period).into()),
                    ("day", front_numbers::day_of(page, release.released_at).into()),
                    ("person", name_of(release.released_by).into()),
                ],
            );
            let numbers = release.numbers.iter().map(|number| front_numbers::in_words(page, number));
            (release.id, since, numbers.collect())
        });
        Self { preview: format!("/intern/tal/forside?periode={period}"), released }
    }
}

#[derive(Template)]
#[template(path = "enquiries/figures_front.html")]
struct PreviewPage {
    page: Page,
    periods: Vec<(String, String, bool)>,
    period: String,
    period_name: String,
    seen: String,
    numbers: Option<FrontNumbers>,
    few: String,
    errors: FormErrors,
}

/// `GET /intern/tal/forside`: the numbers as everyone would see them.
pub(super) async fn preview(
    auth: Auth,
    State(app): State<App>,
    Query(asked): Query<Asked>,
) -> Result<Response, PageError> {
    let counted = Counted::of(&app, &auth).await?;
    let period = asked.period(&counted.tables, counted.today);
    let main = load(&app, &auth, &counted, period, FormErrors::none()).await?;
    let title = main.page.t("enquiries-release-title");
    Ok(page(&main.page, &title, &main))
}

async fn load(
    app: &App,
    auth: &Auth,
    counted: &Counted,
    period: Period,
    errors: FormErrors,
) -> Result<PreviewPage, PageError> {
    let shell = Page::new(app, auth).with_form();
    let numbers: Vec<ReleasedNumber> = commands::front_numbers(app, auth, period).await?;
    let now = Quarter::of(counted.today);
    let choices = [Period::Quarter(now), Period::Quarter(now.back(1)), Period::until(now), period];
    let mut periods: Vec<(String, String, bool)> = Vec::new();
    for choice in choices.into_iter().filter(|choice| counted.tables.table(*choice).is_some()) {
        let link = format!("/intern/tal/forside?periode={choice}");
        if !periods.iter().any(|(known, ..)| *known == link) {
            periods.push((link, period_name(&shell, choice), choice == period));
        }
    }
    Ok(PreviewPage {
        periods,
        period: period.to_string(),
        period_name: period_name(&shell, period),
        seen: fingerprint(&numbers),
        few: shell.t1("enquiries-release-min", "n", i64::try_from(RELEASED_MIN).unwrap_or(i64::MAX)),
        numbers: (!numbers.is_empty()).then(|| FrontNumbers::new(&shell, period, &numbers, auth.now())),
        errors,
        page: shell,
    })
}

/// `POST /intern/tal/forside`: releases what was looked at.
pub(super) async fn release(auth: Auth, State(app): State<App>, form: Form) -> Result<Response, PageError> {
    let asked = Asked { periode: Some(form.fields.get("period").to_owned()), ..Asked::default() };
    let counted = Counted::of(&app, &auth).await?;
    let period = asked.period(&counted.tables, counted.today);
    let refusal = match commands::release_numbers(&app, &auth, period, form.fields.get("seen")).await {
        Ok(_) => return Ok(redirect_with(&app, &auth, "/intern/tal", "enquiries-release-done")),
        Err(Failure::Refused(refusal)) => refusal,
        Err(failure) => return Err(failure.into()),
    };
    let mut errors = FormErrors::none();
    errors.add(
        match refusal {
            ReleaseRefusal::Few | ReleaseRefusal::Changed => "numbers",
        },
        refusal.to_string(),
    );
    let main = load(&app, &auth, &counted, period, errors).await?;
    let title = main.page.t1("web-title-error", "title", main.page.t("enquiries-release-title"));
    Ok(refused_page(&main.page, &title, &main))
}

/// `POST /intern/tal/forside/{id}/fjern`: takes the numbers off the front page.
pub(super) async fn withdraw(
    auth: Auth,
    State(app): State<App>,
    Path(id): Path<ReleaseId>,
    _: Form,
) -> Result<Response, PageError> {
    commands::withdraw_numbers(&app, &auth, id).await?;
    Ok(redirect_with(&app, &auth, "/intern/tal", "enquiries-release-withdrawn"))
}
