//! A person's own page: who one is here, what one may, when one is away, where one is signed in.

use ::web::{
    Access, App, Auth, Form, FormErrors, LANGUAGE_COOKIE, Page, PageError, Routes, cookie, page,
    redirect_with, refused_page, take_flash,
};
use askama::Template;
use axum::{
    extract::{Path, State},
    response::{IntoResponse, Redirect, Response},
};
use axum_extra::extract::CookieJar;
use chrono::{Duration, NaiveDate};
use kernel::{Failure, Language, PersonId, Phone, format};
use qrcode::{Color, EcLevel, QrCode};

use super::{Choice, chosen, colleagues, entrance::present_token, must_set_up_second_step, role_name};
use crate::{
    commands::{self, NewAbsence, WORK, second_step, sign_in},
    model::{
        Absence, AbsenceId, AbsenceRefusal, Holder, NewPerson, Person, SecondStep, Session, SessionId,
        SignInRefusal, Staff,
    },
    second_step::Secret,
    store,
};

pub(super) fn add(routes: Routes) -> Routes {
    routes
        .get("/intern/mig", Access::Needs(WORK), show)
        .post("/intern/mig", Access::Needs(WORK), change)
        .post("/intern/mig/fravaer", Access::Needs(WORK), note_absence)
        .post("/intern/mig/fravaer/{id}/slut", Access::Needs(WORK), end_absence)
        .get("/intern/mig/kode", Access::Needs(WORK), show_second_step)
        .post("/intern/mig/kode", Access::Needs(WORK), begin_second_step)
        .post("/intern/mig/kode/fra", Access::Needs(WORK), end_second_step)
        .post("/intern/mig/session/{id}", Access::Needs(WORK), end_session)
        .post("/intern/mig/sessioner", Access::Needs(WORK), end_other_sessions)
}

struct SessionRow {
    session: Session,
    is_this: bool,
}

/// An absence that is or will be, as a person's page and a team's page show it.
pub(super) struct AbsenceRow {
    pub(super) id: AbsenceId,
    pub(super) name: String,
    pub(super) when: String,
    pub(super) substitute: Option<String>,
    pub(super) has_begun: bool,
}

/// What was typed into the form of an absence.
#[derive(Default)]
pub(super) struct TypedAbsence {
    pub(super) person: String,
    pub(super) first_day: String,
    pub(super) last_day: String,
    pub(super) substitute: String,
}

#[derive(Template)]
#[template(path = "identity/me.html")]
struct MePage {
    page: Page,
    errors: FormErrors,
    me: Person,
    phone: String,
    roles: Vec<String>,
    teams: Vec<String>,
    leads: Vec<(String, String)>,
    absences: Vec<AbsenceRow>,
    typed: TypedAbsence,
    substitutes: Vec<Choice>,
    sessions: Vec<SessionRow>,
}

/// What the two forms of the page hold when one of them was refused.
#[derive(Default)]
struct Typed {
    errors: FormErrors,
    phone: Option<String>,
    absence: TypedAbsence,
}

async fn show(auth: Auth, State(app): State<App>, jar: CookieJar) -> Result<Response, PageError> {
    let mut shown = Page::new(&app, &auth).with_form();
    let main_jar = take_flash(&app, jar.clone(), &mut shown);
    let main = me_page(&app, &auth, shown, &jar, Typed::default()).await?;
    Ok((main_jar, page(&main.page, &main.page.t("identity-me"), &main)).into_response())
}

async fn me_page(
    app: &App,
    auth: &Auth,
    page: Page,
    jar: &CookieJar,
    typed: Typed,
) -> Result<MePage, PageError> {
    let present = present_session(app, auth, jar).await?;
    let person = auth.person().ok_or(PageError::NotFound)?;
    let read = app.db.read(auth);
    let staff = store::staff(&read).await?;
    let me = staff.people.get(&person).ok_or(PageError::NotFound)?.clone();
    let today = app.calendar.local_date(auth.now());
    let team_name = |team| staff.teams.get(team).map(|team| team.name(page.language()).to_owned());
    let sessions = store::sessions(&read, Holder::Person(person)).await?.into_iter();
    let sessions = sessions.filter(|session| session.is_open(auth.now()));
    let substitute = chosen(&typed.absence.substitute).unwrap_or_default();
    Ok(MePage {
        phone: typed.phone.unwrap_or_else(|| me.phone.as_ref().map(ToString::to_string).unwrap_or_default()),
        roles: staff.roles.get(&person).into_iter().flatten().map(|role| role_name(&page, *role)).collect(),
        teams: auth.teams().iter().filter_map(team_name).collect(),
        leads: auth
            .teams()
            .iter()
            .filter(|team| auth.leads(**team))
            .filter_map(|team| Some((team.to_string(), team_name(team)?)))
            .collect(),
        absences: absences(&page, &staff, |who| who == person, today),
        substitutes: colleagues(&staff, Some(person), substitute),
        sessions: sessions
            .map(|session| SessionRow { is_this: present == Some(session.id), session })
            .collect(),
        typed: typed.absence,
        errors: typed.errors,
        page,
        me,
    })
}

async fn present_session(app: &App, auth: &Auth, jar: &CookieJar) -> Result<Option<SessionId>, PageError> {
    match present_token(jar) {
        Some(token) => Ok(sign_in::session_of(&app.db, auth, &token).await?),
        None => Ok(None),
    }
}

/// The absences of these people that are not over, the nearest first.
pub(super) fn absences(
    page: &Page,
    staff: &Staff,
    of: impl Fn(PersonId) -> bool,
    today: NaiveDate,
) -> Vec<AbsenceRow> {
    let name = |person| staff.people.get(&person).map(|person: &Person| person.name.clone());
    let open = staff.absences.iter().filter(|absence| of(absence.person));
    let mut open: Vec<_> = open.filter(|absence| absence.last_day.is_none_or(|last| today <= last)).collect();
    open.sort_by_key(|absence| (absence.first_day, absence.id));
    let when = |absence: &Absence| {
        let from = page.day(&absence.first_day);
        match &absence.last_day {
            Some(last) => page.t2("identity-absence-days", ("from", from), ("to", page.day(last))),
            None => page.t1("identity-absence-open", "from", from),
        }
    };
    let row = |absence: &Absence| AbsenceRow {
        id: absence.id,
        name: name(absence.person).unwrap_or_default(),
        when: when(absence),
        substitute: absence.substitute.and_then(name),
        has_begun: absence.first_day <= today,
    };
    open.into_iter().map(row).collect()
}

async fn change(
    auth: Auth,
    State(app): State<App>,
    jar: CookieJar,
    form: Form,
) -> Result<Response, PageError> {
    let person = auth.person().ok_or(PageError::NotFound)?;
    let known = store::person(&app.db.read(&auth), person).await?.ok_or(PageError::NotFound)?;
    let language = Language::from_tag(form.fields.get("language")).unwrap_or(known.language);
    let typed = form.fields.get("phone");
    let mut errors = FormErrors::none();
    let phone = if typed.is_empty() { None } else { errors.keep("phone", typed.parse::<Phone>()) };
    if !errors.is_empty() {
        let shown = Page::new(&app, &auth).with_form();
        let typed = Typed { errors, phone: Some(typed.to_owned()), ..Typed::default() };
        let main = me_page(&app, &auth, shown, &jar, typed).await?;
        return Ok(refused_page(&main.page, &main.page.t("identity-me"), &main));
    }
    let new = NewPerson { name: known.name, email: known.email, phone, language };
    commands::change_person(&app.db, &auth, person, new).await?;
    // The browser may remember another choice, which would go before the person's own.
    let chosen = cookie(
        app.site(auth.tenant()),
        LANGUAGE_COOKIE,
        language.tag().to_owned(),
        Some(Duration::days(365)),
    );
    let saved = redirect_with(&app, &auth, "/intern/mig", "identity-me-saved");
    Ok((CookieJar::new().add(chosen), saved).into_response())
}

async fn note_absence(
    auth: Auth,
    State(app): State<App>,
    jar: CookieJar,
    form: Form,
) -> Result<Response, PageError> {
    let person = auth.person().ok_or(PageError::NotFound)?;
    let mut errors = FormErrors::none();
    let typed = typed_absence(&form);
    if let Some(new) = read_absence(&typed, person, &mut errors)? {
        let today = app.calendar.local_date(auth.now());
        match commands::note_absence(&app.db, &auth, new, today).await {
            Ok(_) => return Ok(redirect_with(&app, &auth, "/intern/mig", "identity-absence-noted")),
            Err(Failure::Refused(refusal)) => errors.add(absence_field(refusal), refusal.to_string()),
            Err(failure) => return Err(failure.into()),
        }
    }
    let shown = Page::new(&app, &auth).with_form();
    let main = me_page(&app, &auth, shown, &jar, Typed { errors, absence: typed, phone: None }).await?;
    Ok(refused_page(&main.page, &main.page.t("identity-me"), &main))
}

pub(super) fn typed_absence(form: &Form) -> TypedAbsence {
    let text = |name| form.fields.get(name).to_owned();
    TypedAbsence {
        person: text("person"),
        first_day: text("first_day"),
        last_day: text("last_day"),
        substitute: text("substitute"),
    }
}

/// Reads the fields of an absence; `None` when one of them is wrong.
pub(super) fn read_absence(
    typed: &TypedAbsence,
    person: PersonId,
    errors: &mut FormErrors,
) -> Result<Option<NewAbsence>, PageError> {
    let first_day = errors.keep("first_day", format::parse_date(&typed.first_day));
    let last_day = match typed.last_day.as_str() {
        "" => Some(None),
        text => errors.keep("last_day", format::parse_date(text)).map(Some),
    };
    let substitute = chosen(&typed.substitute)?;
    let (Some(first_day), Some(last_day)) = (first_day, last_day) else { return Ok(None) };
    Ok(Some(NewAbsence { person, first_day, last_day, substitute }))
}

pub(super) fn absence_field(refusal: AbsenceRefusal) -> &'static str {
    match refusal {
        AbsenceRefusal::EndsFirst | AbsenceRefusal::Over => "last_day",
        AbsenceRefusal::SubstituteIsSelf | AbsenceRefusal::SubstituteHasLeft | AbsenceRefusal::GoesRound => {
            "substitute"
        }
    }
}

async fn end_absence(
    auth: Auth,
    State(app): State<App>,
    Path(id): Path<AbsenceId>,
    _: Form,
) -> Result<Response, PageError> {
    commands::end_absence(&app.db, &auth, id, app.calendar.local_date(auth.now())).await?;
    Ok(redirect_with(&app, &auth, "/intern/mig", "identity-absence-ended"))
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

#[derive(Template)]
#[template(path = "identity/second_step.html")]
struct SecondStepPage {
    page: Page,
    errors: FormErrors,
    is_on: bool,
    is_demanded: bool,
    picture: Option<Picture>,
    spelled: String,
}

async fn show_second_step(auth: Auth, State(app): State<App>) -> Result<Response, PageError> {
    let main = second_step_page(&app, &auth, FormErrors::none()).await?;
    Ok(page(&main.page, &main.page.t("identity-second-step"), &main))
}

async fn second_step_page(app: &App, auth: &Auth, errors: FormErrors) -> Result<SecondStepPage, PageError> {
    let page = Page::new(app, auth).with_form();
    let person = auth.person().ok_or(PageError::NotFound)?;
    let known = store::person(&app.db.read(auth), person).await?.ok_or(PageError::NotFound)?;
    let is_demanded = must_set_up_second_step(auth);
    let SecondStep::Off { version } = known.second_step else {
        return Ok(SecondStepPage {
            page,
            errors,
            is_on: true,
            is_demanded,
            picture: None,
            spelled: String::new(),
        });
    };
    let secret = Secret::of(&app.keys, person, version);
    let issuer = format!("Samspil {}", app.site(auth.tenant()).name);
    let address = secret.address(&issuer, known.email.as_str());
    let picture = Picture::of(&address, page.t("identity-second-step-picture"))?;
    Ok(SecondStepPage {
        page,
        errors,
        is_on: false,
        is_demanded,
        picture: Some(picture),
        spelled: secret.spelled(),
    })
}

async fn begin_second_step(auth: Auth, State(app): State<App>, form: Form) -> Result<Response, PageError> {
    let begun = second_step::begin(&app.db, &auth, &app.keys, form.fields.get("code")).await.map(|_| ());
    second_step_answer(&app, &auth, begun, "identity-second-step-is-on").await
}

async fn end_second_step(auth: Auth, State(app): State<App>, form: Form) -> Result<Response, PageError> {
    super::entrance::count_code(&app, &auth, auth.person().ok_or(PageError::NotFound)?)?;
    let ended = second_step::end(&app.db, &auth, &app.keys, form.fields.get("code")).await;
    second_step_answer(&app, &auth, ended, "identity-second-step-is-off").await
}

async fn second_step_answer(
    app: &App,
    auth: &Auth,
    outcome: Result<(), Failure<SignInRefusal>>,
    done: &str,
) -> Result<Response, PageError> {
    match outcome {
        Ok(()) => Ok(redirect_with(app, auth, "/intern/mig", done)),
        Err(Failure::Refused(refusal)) => {
            let mut errors = FormErrors::none();
            errors.add("code", refusal.to_string());
            let main = second_step_page(app, auth, errors).await?;
            Ok(refused_page(&main.page, &main.page.t("identity-second-step"), &main))
        }
        Err(failure) => Err(failure.into()),
    }
}

async fn end_session(
    auth: Auth,
    State(app): State<App>,
    Path(id): Path<SessionId>,
    jar: CookieJar,
    _: Form,
) -> Result<Response, PageError> {
    let is_this = present_session(&app, &auth, &jar).await? == Some(id);
    commands::end_session(&app.db, &auth, id).await?;
    if is_this {
        return Ok(Redirect::to("/log-ind").into_response());
    }
    Ok(redirect_with(&app, &auth, "/intern/mig", "identity-session-ended"))
}

async fn end_other_sessions(
    auth: Auth,
    State(app): State<App>,
    jar: CookieJar,
    _: Form,
) -> Result<Response, PageError> {
    let kept = present_session(&app, &auth, &jar).await?;
    commands::end_other_sessions(&app.db, &auth, kept).await?;
    Ok(redirect_with(&app, &auth, "/intern/mig", "identity-sessions-ended"))
}
