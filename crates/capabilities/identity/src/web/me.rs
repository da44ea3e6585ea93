//! A person's own page: who one is here, what one may, when one is away, where one is signed in.

use ::web::{
    Access, App, Auth, Form, FormErrors, LANGUAGE_COOKIE, Page, PageError, Routes, cookie, redirect_with,
    take_flash,
};
use askama::Template;
use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use axum_extra::extract::CookieJar;
use chrono::{Duration, NaiveDate};
use kernel::{Language, PersonId, Phone};

use super::{
    absence::{AbsenceRow, absences},
    answer, role_name,
    sessions::{self, SessionRow},
};
use crate::{
    commands::{self, WORK},
    model::{Absence, NewPerson, Person, SecondStep, Staff},
    store,
};

pub(super) fn add(routes: Routes) -> Routes {
    let own = Access::Needs(WORK);
    routes.get("/intern/mig", own, show).post("/intern/mig", own, change).post(
        "/intern/mig/mail",
        own,
        choose_mail,
    )
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
    /// For whom one stands in, each in words.
    stands_in: Vec<String>,
    sessions: Vec<SessionRow>,
}

impl MePage {
    /// How many recovery codes are left, in words; `None` while no code is asked for.
    fn codes_left(&self) -> Option<String> {
        match self.me.second_step {
            SecondStep::On { recovery, .. } => {
                Some(self.page.t1("identity-recovery-left", "count", recovery.left()))
            }
            SecondStep::Off { .. } => None,
        }
    }
}

async fn show(auth: Auth, State(app): State<App>, jar: CookieJar) -> Result<Response, PageError> {
    let mut shown = Page::new(&app, &auth).with_form();
    let shown_jar = take_flash(&app, jar.clone(), &mut shown);
    Ok((shown_jar, me_page(&app, &auth, shown, &jar, FormErrors::none(), None).await?).into_response())
}

async fn me_page(
    app: &App,
    auth: &Auth,
    page: Page,
    jar: &CookieJar,
    errors: FormErrors,
    phone: Option<String>,
) -> Result<Response, PageError> {
    let person = auth.person().ok_or(PageError::NotFound)?;
    let staff = store::staff(&app.db.read(auth)).await?;
    let me = staff.people.get(&person).ok_or(PageError::NotFound)?.clone();
    let today = app.calendar.local_date(auth.now());
    let team_name = |team| staff.teams.get(team).map(|team| team.name(page.language()).to_owned());
    let main = MePage {
        phone: phone.unwrap_or_else(|| me.phone.as_ref().map(ToString::to_string).unwrap_or_default()),
        roles: staff.roles.get(&person).into_iter().flatten().map(|role| role_name(&page, *role)).collect(),
        teams: auth.teams().iter().filter_map(team_name).collect(),
        leads: auth
            .teams()
            .iter()
            .filter(|team| auth.leads(**team))
            .filter_map(|team| Some((team.to_string(), team_name(team)?)))
            .collect(),
        absences: absences(&page, &staff, |who| who == person, today),
        stands_in: stands_in(&page, &staff, person, today),
        sessions: sessions::rows(app, auth, jar).await?,
        errors,
        page,
        me,
    };
    Ok(answer(&main.page, &main.page.t("identity-me"), &main.errors, &main))
}

/// For whom the person does the work, and until when.
fn stands_in(page: &Page, staff: &Staff, person: PersonId, today: NaiveDate) -> Vec<String> {
    let words = |absence: &Absence| {
        let name = staff.name(absence.person);
        match absence.last_day {
            Some(last) => page.t2("identity-stands-in-until", ("name", name), ("date", page.day(&last))),
            None => page.t1("identity-stands-in", "name", name),
        }
    };
    staff.stands_in_for(person, today).into_iter().map(words).collect()
}

/// `POST /intern/mig/mail`: each notice and the digest, or the digest alone.
async fn choose_mail(auth: Auth, State(app): State<App>, form: Form) -> Result<Response, PageError> {
    let person = auth.person().ok_or(PageError::NotFound)?;
    commands::choose_mail(&app.db, &auth, person, form.fields.get("mail") == "digest").await?;
    Ok(redirect_with(&app, &auth, "/intern/mig", "identity-mail-saved"))
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
        return me_page(&app, &auth, shown, &jar, errors, Some(typed.to_owned())).await;
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
