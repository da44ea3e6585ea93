//! A short way in ("Where is my building case?", access to documents): what it is called, who is rung or answers, and on which
//! number. Its days are those of its topic or of the law, so it has no page for a goal.

use ::web::{App, Auth, Fields, FormErrors, Page, PageError};
use askama::Template;
use axum::response::Response;
use kernel::{Code, Phone};
use ports::TeamCard;

use super::{Edited, Seen, boxes, edit, form::ContentForm};
use crate::guide::Way;

#[derive(Template)]
#[template(path = "enquiries/staff/way.html")]
struct WayPage<'a> {
    page: &'a Page,
    form: &'a ContentForm,
}

impl Edited for Way {
    fn title(&self, shown: &Page) -> String {
        self.title.get(shown.language()).to_owned()
    }

    fn fields(&self) -> Fields {
        let mut fields = Fields::default();
        boxes::set_text(&mut fields, "title", &self.title);
        boxes::set_text(&mut fields, "summary", &self.summary);
        fields.set("team", self.team.as_str());
        fields.set("phone", &self.phone.as_ref().map(Phone::to_string).unwrap_or_default());
        fields
    }

    fn main(form: &ContentForm, _seen: &Seen<Self>) -> impl Template {
        WayPage { page: &form.page, form }
    }
}

/// The way that a form describes. What cannot be one is told in `errors`; there it is as before.
fn read(fields: &Fields, before: &Way, errors: &mut FormErrors) -> Way {
    Way {
        title: boxes::text(fields, "title"),
        summary: boxes::text(fields, "summary"),
        team: boxes::team(fields, &before.team, errors),
        phone: boxes::phone(fields, "phone", before.phone.as_ref(), errors),
        ..before.clone()
    }
}

/// Saves what it is called, who is rung, and on which number.
pub(super) async fn save(app: &App, auth: &Auth, key: &Code, typed: Fields) -> Result<Response, PageError> {
    let seen = Seen::<Way>::load(app, auth, key).await?;
    let mut errors = FormErrors::none();
    let edited = read(&typed, &seen.shown, &mut errors);
    edit::keep(app, auth, &seen, edited, typed, errors).await
}

/// What the list of topics says of a way.
pub(super) struct Line {
    pub(super) key: String,
    pub(super) title: String,
    /// Who is rung, and on which number.
    pub(super) rung: String,
    /// Changed here when, and by whom; else as shipped.
    pub(super) changed: Option<String>,
}

/// A line below the list of topics.
pub(super) fn line(shown: &Page, way: &Way, teams: &[TeamCard], changed: Option<String>) -> Line {
    let team = teams.iter().find(|team| team.key == way.team.as_str());
    let phone = way.phone.as_ref().or(team.map(|team| &team.phone));
    let name = match team {
        Some(team) => team.name(shown.language()).to_owned(),
        None => shown.t("enquiries-content-no-team"),
    };
    Line {
        key: way.key.to_string(),
        title: way.title.get(shown.language()).to_owned(),
        rung: phone.map_or_else(|| name.clone(), |phone| format!("{name}, {phone}")),
        changed,
    }
}
