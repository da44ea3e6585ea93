//! The addresses under `/intern/emner`: a topic, a short way in, and what is told when something is wrong right now are shown,
//! saved, settled and brought back alike. What is theirs alone stands beside this.

use ::web::{App, Auth, Fields, Form, FormErrors, PageError, page, redirect_with, refused_page, take_flash};
use axum::{
    extract::{Path, State},
    response::{IntoResponse, Response},
};
use axum_extra::extract::CookieJar;
use kernel::{Code, Failure};

use super::{Edited, Seen, acute, boxes, form::ContentForm, history, path, topic, way};
use crate::{
    GuideState,
    commands::{self, ContentOutcome, Editable},
    guide::{Duties, Topic, Way},
    model::{ContentProblem, Settle},
};

/// What can be edited.
enum Kind {
    Topic,
    Way,
    Duties,
}

/// What an address is about, and the key under which its versions are kept. What is nothing else is a topic, and what is no
/// topic either is not found.
fn about(app: &App, key: &str) -> Result<(Kind, Code), PageError> {
    let key: Code = key.parse().map_err(|_| PageError::NotFound)?;
    let guide = app.kept::<GuideState>();
    let kind = if Way::shipped(guide, &key).is_some() {
        Kind::Way
    } else if Duties::shipped(guide, &key).is_some() {
        Kind::Duties
    } else {
        Kind::Topic
    };
    Ok((kind, key))
}

/// `GET /intern/emner/{key}`.
pub(super) async fn show(
    auth: Auth,
    State(app): State<App>,
    Path(key): Path<String>,
    jar: CookieJar,
) -> Result<Response, PageError> {
    let (kind, key) = about(&app, &key)?;
    match kind {
        Kind::Topic => as_saved::<Topic>(&app, &auth, &key, jar).await,
        Kind::Way => as_saved::<Way>(&app, &auth, &key, jar).await,
        Kind::Duties => as_saved::<Duties>(&app, &auth, &key, jar).await,
    }
}

async fn as_saved<T: Edited>(
    app: &App,
    auth: &Auth,
    key: &Code,
    jar: CookieJar,
) -> Result<Response, PageError> {
    let seen = Seen::<T>::load(app, auth, key).await?;
    let fields = seen.shown.fields();
    let mut form = ContentForm::load(app, auth, &seen, fields, FormErrors::none()).await?;
    let jar = take_flash(app, jar, &mut form.page);
    Ok((jar, page(&form.page, &form.title, &T::main(&form, &seen))).into_response())
}

/// `POST /intern/emner/{key}`: saves, or tries first what it would do.
pub(super) async fn save(
    auth: Auth,
    State(app): State<App>,
    Path(key): Path<String>,
    form: Form,
) -> Result<Response, PageError> {
    let (kind, key) = about(&app, &key)?;
    match kind {
        Kind::Topic => topic::save(&app, &auth, &key, form.fields).await,
        Kind::Way => way::save(&app, &auth, &key, form.fields).await,
        Kind::Duties => acute::save(&app, &auth, &key, form.fields).await,
    }
}

/// Saves what was read from a form, or shows the form again with what is wrong.
pub(super) async fn keep<T: Edited>(
    app: &App,
    auth: &Auth,
    seen: &Seen<T>,
    edited: T,
    fields: Fields,
    mut errors: FormErrors,
) -> Result<Response, PageError> {
    let version = fields.get("version").parse::<i64>().unwrap_or(-1);
    let mut is_stale = false;
    if errors.is_empty() {
        match commands::edit_content(app, app.kept::<GuideState>(), auth, version, edited.clone()).await {
            Ok(_) => return Ok(redirect_with(app, auth, &path(&seen.shipped.key()), T::SAVED)),
            Err(Failure::Refused(ContentProblem::Texts(refusals))) => boxes::tell(&refusals, &mut errors),
            Err(Failure::Refused(ContentProblem::Stale)) => {
                is_stale = true;
                errors.add("meanwhile", ContentProblem::Stale.to_string());
            }
            Err(Failure::Refused(refusal)) => errors.add("team", refusal.to_string()),
            Err(failure) => return Err(failure.into()),
        }
    }
    let form = ContentForm::load(app, auth, seen, fields, errors).await?;
    let form = if is_stale { form.beside(&edited, &seen.shown) } else { form.with_its_version() };
    Ok(refused(&form, seen))
}

fn refused<T: Edited>(form: &ContentForm, seen: &Seen<T>) -> Response {
    let title = form.page.t1("web-title-error", "title", form.title.as_str());
    refused_page(&form.page, &title, &T::main(form, seen))
}

/// `GET /intern/emner/{key}/historik`.
pub(super) async fn history(
    auth: Auth,
    State(app): State<App>,
    Path(key): Path<String>,
    jar: CookieJar,
) -> Result<Response, PageError> {
    let (kind, key) = about(&app, &key)?;
    match kind {
        Kind::Topic => history::show::<Topic>(&app, &auth, key, jar).await,
        Kind::Way => history::show::<Way>(&app, &auth, key, jar).await,
        Kind::Duties => history::show::<Duties>(&app, &auth, key, jar).await,
    }
}

/// `POST /intern/emner/{key}/valg`: ours or the new release's, for one field.
pub(super) async fn settle(
    auth: Auth,
    State(app): State<App>,
    Path(key): Path<String>,
    form: Form,
) -> Result<Response, PageError> {
    let (kind, key) = about(&app, &key)?;
    match kind {
        Kind::Topic => settle_one::<Topic>(&app, &auth, &key, &form.fields).await,
        Kind::Way => settle_one::<Way>(&app, &auth, &key, &form.fields).await,
        Kind::Duties => settle_one::<Duties>(&app, &auth, &key, &form.fields).await,
    }
}

async fn settle_one<T: Edited>(
    app: &App,
    auth: &Auth,
    key: &Code,
    fields: &Fields,
) -> Result<Response, PageError> {
    let seen = fields.get("version").parse::<i64>().unwrap_or(-1);
    let how = match fields.get("choose") {
        "ours" => Settle::KeepOurs,
        "shipped" => Settle::TakeShipped,
        _ => return Err(PageError::NotFound),
    };
    let choice = (fields.get("field"), how);
    let done = commands::settle_content::<T>(app, app.kept::<GuideState>(), auth, key, seen, choice).await;
    back::<T>(app, auth, key, done, "enquiries-content-settled").await
}

/// `POST /intern/emner/{key}/svar`: begins to take enquiries on a topic, or leaves it to the telephone.
pub(super) async fn switch(
    auth: Auth,
    State(app): State<App>,
    Path(key): Path<String>,
    form: Form,
) -> Result<Response, PageError> {
    let key: Code = key.parse().map_err(|_| PageError::NotFound)?;
    let seen = form.fields.get("version").parse::<i64>().unwrap_or(-1);
    let (by_phone, word) = match form.fields.get("answered") {
        "phone" => (true, "enquiries-content-now-by-phone"),
        "here" => (false, "enquiries-content-now-begun"),
        _ => return Err(PageError::NotFound),
    };
    let done = commands::switch_topic(&app, app.kept::<GuideState>(), &auth, &key, seen, by_phone).await;
    back::<Topic>(&app, &auth, &key, done, word).await
}

/// `POST /intern/emner/{key}/gendan`: an earlier version is the newest again; nothing goes away.
pub(super) async fn restore(
    auth: Auth,
    State(app): State<App>,
    Path(key): Path<String>,
    form: Form,
) -> Result<Response, PageError> {
    let (kind, key) = about(&app, &key)?;
    match kind {
        Kind::Topic => restore_one::<Topic>(&app, &auth, &key, &form.fields).await,
        Kind::Way => restore_one::<Way>(&app, &auth, &key, &form.fields).await,
        Kind::Duties => restore_one::<Duties>(&app, &auth, &key, &form.fields).await,
    }
}

async fn restore_one<T: Edited>(
    app: &App,
    auth: &Auth,
    key: &Code,
    fields: &Fields,
) -> Result<Response, PageError> {
    let number = |name: &str| fields.get(name).parse::<i64>().ok().filter(|number| *number >= 0);
    let wanted = number("restore").ok_or(PageError::NotFound)?;
    let seen = number("version").unwrap_or(-1);
    let done = commands::restore_content::<T>(app, app.kept::<GuideState>(), auth, key, seen, wanted).await;
    back::<T>(app, auth, key, done, "enquiries-content-restored").await
}

/// Back to the page; where nothing was done, the page as it is saved, with why.
async fn back<T: Edited>(
    app: &App,
    auth: &Auth,
    key: &Code,
    done: ContentOutcome<i64>,
    word: &str,
) -> Result<Response, PageError> {
    let refusal = match done {
        Ok(_) => return Ok(redirect_with(app, auth, &path(key), word)),
        Err(Failure::Refused(refusal)) => refusal,
        Err(failure) => return Err(failure.into()),
    };
    let seen = Seen::<T>::load(app, auth, key).await?;
    let mut errors = FormErrors::none();
    errors.add("meanwhile", refusal.to_string());
    let form = ContentForm::load(app, auth, &seen, seen.shown.fields(), errors).await?;
    Ok(refused(&form, &seen))
}
