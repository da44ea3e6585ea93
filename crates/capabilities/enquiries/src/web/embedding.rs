//! `/indlejring`: the one box on the municipality's own pages, as a plain HTML form to copy; and what other sites may read of
//! us, as a feed. No script, no frame, no cookie, and nobody counts who comes from where.

use ::web::{App, Auth, Page, PageError, page};
use askama::Template;
use axum::{
    Json,
    extract::State,
    http::{HeaderName, header},
    response::{IntoResponse, Response},
};
use kernel::Language;
use ports::TeamCard;
use serde_json::{Value, json};

use super::acute;
use crate::{GuideState, commands, guide::Duty};

/// What others may read: no credentials, so anyone's page may.
const ANY_ORIGIN: &str = "*";
/// Others ask again after a minute; unchanged it is not sent again.
const CACHED: &str = "public, max-age=60, must-revalidate";
/// Texts longer than this belong in the form: an address stays in histories and logs.
const EMBEDDED_CHARS_MAX: usize = 100;

#[derive(Template)]
#[template(path = "enquiries/embedding.html")]
struct EmbeddingPage {
    page: Page,
    /// In each language: its tag, and the HTML to copy.
    forms: Vec<(Language, String)>,
}

/// The form as it stands on another site.
#[derive(Template)]
#[template(path = "enquiries/embedded_form.html")]
struct EmbeddedForm {
    action: String,
    language: Language,
    ask: String,
    button: String,
    accent: String,
    longest: usize,
}

/// `GET /indlejring`.
pub(super) async fn show(auth: Auth, State(app): State<App>) -> Result<Response, PageError> {
    let shown = Page::new(&app, &auth).open();
    let site = app.site(auth.tenant());
    let mut forms = Vec::new();
    for language in Language::ALL {
        let form = EmbeddedForm {
            action: site.link("/vejviser"),
            language,
            ask: app.text(language, "enquiries-ask", &[]),
            button: app.text(language, "enquiries-find-help", &[]),
            accent: site.accent.clone(),
            longest: EMBEDDED_CHARS_MAX,
        };
        forms.push((language, form.render().map_err(PageError::internal)?));
    }
    let title = shown.t("enquiries-embed-title");
    Ok(page(&shown, &title, &EmbeddingPage { page: shown.clone(), forms }))
}

impl EmbeddingPage {
    fn feed(&self) -> String {
        self.page.site().link("/data/vejviser.json")
    }

    fn heading(&self, language: &Language) -> String {
        self.page.t(&format!("enquiries-embed-{}", language.tag()))
    }
}

/// `GET /data/vejviser.json`: telephone, hours, whom to call when something is wrong, and the topics.
pub(super) async fn feed(auth: Auth, State(app): State<App>) -> Result<Response, PageError> {
    let site = app.site(auth.tenant());
    let guide = app.kept::<GuideState>().guide(auth.tenant());
    let teams: Vec<TeamCard> = commands::teams(&app, &auth).await?.into_values().collect();
    let acute = Duty::ALL.map(|duty| {
        let call = |language| {
            let call = acute::calls(&app, site, language, guide.duties(), &[duty]).pop();
            call.map(|call| json!({ "who": call.who, "shown": call.shown, "number": call.number }))
        };
        json!({ "key": duty.key(), "da": call(Language::Da), "en": call(Language::En) })
    });
    let topics: Vec<Value> = guide
        .topics()
        .iter()
        .map(|topic| {
            let team = teams.iter().find(|team| team.key == topic.team.as_str());
            json!({
                "key": topic.key,
                "title": topic.title,
                "summary": topic.summary,
                "url": site.link(&format!("/vejviser?emne={}", topic.key)),
                "by_phone": topic.by_phone,
                "phone": team.map_or(&site.phone, |team| &team.phone).e164(),
            })
        })
        .collect();
    let body = json!({
        "municipality": site.name,
        "demo": site.demo,
        "url": site.link("/"),
        "phone": site.phone.e164(),
        "email": site.email,
        "hours": { "da": site.hours_da, "en": site.hours_en },
        "acute": acute,
        "topics": topics,
    });
    let headers = [
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, ANY_ORIGIN),
        (HeaderName::from_static("cross-origin-resource-policy"), "cross-origin"),
        (header::CACHE_CONTROL, CACHED),
    ];
    Ok((headers, Json(body)).into_response())
}
