//! What is told when something is wrong right now: whom to call, when they answer, in which words, and by which further signs.
//! The numbers can be corrected within seconds on every node; 112 and the signs that ship cannot be taken away. There is no
//! service goal for whoever is in danger.

use ::web::{App, Auth, Fields, FormErrors, Page, PageError, answer_page};
use askama::Template;
use axum::response::Response;
use kernel::{Code, Language, Phone};

use super::{
    Edited, Seen, boxes, edit,
    form::{self, ContentForm},
};
use crate::{
    GuideState,
    guide::{Duties, Duty, shipped_signs},
    web::acute::AcuteView,
};

#[derive(Template)]
#[template(path = "enquiries/staff/acute.html")]
struct AcutePage<'a> {
    page: &'a Page,
    form: &'a ContentForm,
    sections: [Section; 3],
    tried: Option<Tried>,
}

/// One duty on the page: as it looks with what is in the form, and the signs that it always has.
struct Section {
    key: &'static str,
    acute: Option<AcuteView>,
    /// The number in the configuration, which stands where nobody has written another.
    configured: Option<String>,
    shipped_signs: [(Language, String); 2],
}

/// Whom a question calls, with the words in the form.
struct Tried {
    question: String,
    acute: Option<AcuteView>,
}

impl Edited for Duties {
    fn title(&self, shown: &Page) -> String {
        shown.t("enquiries-content-acute")
    }

    fn fields(&self) -> Fields {
        let mut fields = Fields::default();
        for duty in Duty::ALL {
            let key = duty.key();
            boxes::set_text(&mut fields, &format!("{key}-heading"), self.heading(duty));
            boxes::set_text(&mut fields, &format!("{key}-text"), self.text(duty));
            if let Some(hours) = self.hours(duty) {
                boxes::set_text(&mut fields, &format!("{key}-hours"), hours);
            }
            boxes::set_words(&mut fields, &format!("{key}-signs"), self.signs(duty));
            let phone = self.phone(duty).map(Phone::to_string).unwrap_or_default();
            fields.set(&format!("{key}-phone"), &phone);
        }
        fields
    }

    fn main(form: &ContentForm, seen: &Seen<Self>) -> impl Template {
        AcutePage::new(form, &read(&form.fields, &seen.shown, &mut FormErrors::none()), None)
    }
}

/// The duties that a form describes. A number that cannot be called is told in `errors`; there it is as before.
fn read(fields: &Fields, before: &Duties, errors: &mut FormErrors) -> Duties {
    let text = |name: &str| boxes::text(fields, name);
    let signs = |name: &str| boxes::words(fields, name);
    let mut phone =
        |name: &'static str, before: &Option<Phone>| boxes::phone(fields, name, before.as_ref(), errors);
    Duties {
        emergency_heading: text("emergency-heading"),
        emergency_text: text("emergency-text"),
        emergency_signs: signs("emergency-signs"),
        environment_heading: text("environment-heading"),
        environment_text: text("environment-text"),
        environment_phone: phone("environment-phone", &before.environment_phone),
        environment_hours: text("environment-hours"),
        environment_signs: signs("environment-signs"),
        road_heading: text("road-heading"),
        road_text: text("road-text"),
        road_phone: phone("road-phone", &before.road_phone),
        road_hours: text("road-hours"),
        road_signs: signs("road-signs"),
    }
}

impl<'a> AcutePage<'a> {
    fn new(form: &'a ContentForm, typed: &Duties, tried: Option<Tried>) -> Self {
        let site = form.page.site();
        let sections = Duty::ALL.map(|duty| Section {
            key: duty.key(),
            acute: Some(AcuteView::new(&form.page, typed, &[duty])),
            configured: match duty {
                Duty::Emergency => None,
                Duty::Environment => Some(site.environment_duty.to_string()),
                Duty::Road => Some(site.road_duty.to_string()),
            },
            shipped_signs: Language::ALL.map(|language| (language, shipped_signs(duty, language).join(", "))),
        });
        Self { page: &form.page, form, sections, tried }
    }
}

/// Saves, or shows first what it would look like and whom a question calls.
pub(super) async fn save(app: &App, auth: &Auth, key: &Code, typed: Fields) -> Result<Response, PageError> {
    let seen = Seen::<Duties>::load(app, auth, key).await?;
    let mut errors = FormErrors::none();
    let edited = read(&typed, &seen.shown, &mut errors);
    if typed.get("do") == "try" {
        boxes::tell(&edited.problems(), &mut errors);
        let question = form::question(&typed);
        let called = try_question(app, auth, edited.clone(), question.clone()).await?;
        let form = ContentForm::load(app, auth, &seen, typed, errors).await?.tried();
        let acute = called.map(|called| AcuteView::new(&form.page, &edited, &called));
        let main = AcutePage::new(&form, &edited, Some(Tried { question, acute }));
        return Ok(answer_page(&form.page, &form.title, &main));
    }
    edit::keep(app, auth, &seen, edited, typed, errors).await
}

/// Whom the question would call with the words in the form. Nothing is kept, and nothing is logged.
async fn try_question(
    app: &App,
    auth: &Auth,
    edited: Duties,
    question: String,
) -> Result<Option<Vec<Duty>>, PageError> {
    let saved = app.kept::<GuideState>().guide(auth.tenant());
    let language = auth.language();
    let trying = tokio::task::spawn_blocking(move || {
        saved.with_duties(edited).acute(&question, language).map(|found| found.call)
    });
    trying.await.map_err(PageError::internal)
}

/// What the list of topics says of these texts.
pub(super) struct Line {
    /// The numbers that are shown, as a line each.
    pub(super) numbers: [String; 2],
    /// Changed here when, and by whom; else as shipped.
    pub(super) changed: Option<String>,
}

/// The line above the list of topics: the numbers must be seen to be right.
pub(super) fn line(shown: &Page, duties: &Duties, changed: Option<String>) -> Line {
    let site = shown.site();
    let numbers = [Duty::Environment, Duty::Road].map(|duty| {
        let configured = if duty == Duty::Road { &site.road_duty } else { &site.environment_duty };
        let phone = duties.phone(duty).unwrap_or(configured);
        let hours = duties.hours(duty).map_or("", |hours| hours.get(shown.language()));
        format!("{}: {phone}, {hours}", shown.t(&format!("enquiries-acute-call-{}", duty.key())))
    });
    Line { numbers, changed }
}
