//! The code from the telephone: set up, moved to another telephone, and the recovery codes for when it is lost.

use ::web::{Access, App, Auth, Form, FormErrors, Page, PageError, Routes, page, redirect_with, take_flash};
use askama::Template;
use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use axum_extra::extract::CookieJar;
use kernel::Failure;
use qrcode::{Color, EcLevel, QrCode};

use super::{answer, entrance::count_code, must_set_up_second_step, refused_at, sessions::present};
use crate::{
    commands::{WORK, second_step},
    model::{Recovery, SecondStep, SignInRefusal},
    second_step::Secret,
    store,
};

pub(super) fn add(routes: Routes) -> Routes {
    routes
        .get("/intern/mig/kode", Access::Needs(WORK), show)
        .post("/intern/mig/kode", Access::Needs(WORK), begin)
        .post("/intern/mig/kode/fra", Access::Needs(WORK), end)
        .post("/intern/mig/kode/nye", Access::Needs(WORK), renew)
}

/// A picture for the telephone to read: a QR code as one path.
#[derive(Template)]
#[template(
    source = r##"<svg class="s-qr" viewBox="0 0 {{ size }} {{ size }}" width="220" height="220" role="img" aria-label="{{ label }}" shape-rendering="crispEdges"><rect width="{{ size }}" height="{{ size }}" fill="#fff"/><path fill="#000" d="{{ path }}"/></svg>"##,
    ext = "html"
)]
struct Picture {
    size: usize,
    path: String,
    label: String,
}

impl askama::filters::HtmlSafe for Picture {}

/// The light border that readers need (ISO/IEC 18004), in modules.
const QUIET: usize = 4;

impl Picture {
    fn of(text: &str, label: String) -> Result<Self, PageError> {
        let code = QrCode::with_error_correction_level(text, EcLevel::M).map_err(PageError::internal)?;
        let width = code.width();
        let dark = code.to_colors().into_iter().enumerate().filter(|(_, color)| *color == Color::Dark);
        let square = |(place, _)| format!("M{} {}h1v1h-1z", place % width + QUIET, place / width + QUIET);
        Ok(Self { size: width + 2 * QUIET, path: dark.map(square).collect(), label })
    }
}

/// What the person may do with the second step as it stands.
enum Step {
    Off { picture: Picture, spelled: String },
    On { recovery: Recovery },
}

#[derive(Template)]
#[template(path = "identity/second_step.html")]
struct SecondStepPage {
    page: Page,
    errors: FormErrors,
    is_demanded: bool,
    step: Step,
}

#[derive(Template)]
#[template(path = "identity/recovery_codes.html")]
struct RecoveryPage {
    page: Page,
    title: String,
    codes: Vec<String>,
}

async fn show(auth: Auth, State(app): State<App>, jar: CookieJar) -> Result<Response, PageError> {
    let mut shown = Page::new(&app, &auth).with_form();
    let jar = take_flash(&app, jar, &mut shown);
    Ok((jar, step_page(&app, &auth, shown, FormErrors::none()).await?).into_response())
}

async fn step_page(app: &App, auth: &Auth, page: Page, errors: FormErrors) -> Result<Response, PageError> {
    let person = auth.person().ok_or(PageError::NotFound)?;
    let known = store::person(&app.db.read(auth), person).await?.ok_or(PageError::NotFound)?;
    let step = match known.second_step {
        SecondStep::On { recovery, .. } => Step::On { recovery },
        SecondStep::Off { version } => {
            let secret = Secret::of(&app.keys, person, version);
            let issuer = format!("Samspil {}", app.site(auth.tenant()).name);
            let address = secret.address(&issuer, known.email.as_str());
            let picture = Picture::of(&address, page.t("identity-second-step-picture"))?;
            Step::Off { picture, spelled: secret.spelled() }
        }
    };
    let title = page.t("identity-second-step");
    let is_demanded = must_set_up_second_step(auth);
    let main = SecondStepPage { page: page.clone(), errors, is_demanded, step };
    Ok(answer(&page, &title, &main.errors, &main))
}

async fn refused(
    app: &App,
    auth: &Auth,
    field: &'static str,
    refusal: SignInRefusal,
) -> Result<Response, PageError> {
    step_page(app, auth, Page::new(app, auth).with_form(), refused_at(field, Some(refusal))).await
}

async fn begin(
    auth: Auth,
    State(app): State<App>,
    jar: CookieJar,
    form: Form,
) -> Result<Response, PageError> {
    let kept = present(&app, &auth, &jar).await?;
    let begun = second_step::begin(&app.db, &auth, &app.keys, form.fields.get("code"), kept).await;
    codes_page(&app, &auth, "code", begun).await
}

/// Shows recovery codes, once: they are in this answer and nowhere else.
async fn codes_page(
    app: &App,
    auth: &Auth,
    field: &'static str,
    made: Result<Vec<String>, Failure<SignInRefusal>>,
) -> Result<Response, PageError> {
    match made {
        // The form was sent twice: the codes have been shown.
        Ok(codes) if codes.is_empty() => {
            Ok(redirect_with(app, auth, "/intern/mig/kode", "identity-second-step-is-on"))
        }
        Ok(codes) => {
            let shown = Page::new(app, auth).with_form();
            let title = shown.t("identity-recovery-title");
            Ok(page(&shown, &title, &RecoveryPage { page: shown.clone(), title: title.clone(), codes }))
        }
        Err(Failure::Refused(refusal)) => refused(app, auth, field, refusal).await,
        Err(failure) => Err(failure.into()),
    }
}

async fn renew(auth: Auth, State(app): State<App>, form: Form) -> Result<Response, PageError> {
    count_code(&app, &auth, auth.person().ok_or(PageError::NotFound)?)?;
    let made = second_step::renew_codes(&app.db, &auth, &app.keys, form.fields.get("new_code")).await;
    codes_page(&app, &auth, "new_code", made).await
}

async fn end(auth: Auth, State(app): State<App>, form: Form) -> Result<Response, PageError> {
    count_code(&app, &auth, auth.person().ok_or(PageError::NotFound)?)?;
    match second_step::end(&app.db, &auth, &app.keys, form.fields.get("code")).await {
        Ok(()) => Ok(redirect_with(&app, &auth, "/intern/mig/kode", "identity-second-step-is-off")),
        Err(Failure::Refused(refusal)) => refused(&app, &auth, "code", refusal).await,
        Err(failure) => Err(failure.into()),
    }
}
