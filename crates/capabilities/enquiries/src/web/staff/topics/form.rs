//! The form in which something of the guide is edited, whatever it is: what stands around its own boxes, what is wrong, and
//! what a new release or someone else says differently.

use ::web::{App, Auth, Fields, FormErrors, Page, PageError};
use kernel::{Code, Language};
use serde_json::Value;

use super::{Edited, Seen, tabs};
use crate::{
    commands,
    guide::Team,
    model::{Shipped, lines_of},
};

/// What the box for a question takes, in characters: as much as the box that companies write in.
const QUESTION_CHARS_MAX: usize = crate::web::entrance::NEED_CHARS_MAX;

/// A form with what stands around it.
pub(super) struct ContentForm {
    pub(super) page: Page,
    pub(super) key: Code,
    pub(super) title: String,
    pub(super) tabs: Vec<(String, String, bool)>,
    /// The version that a save takes the place of.
    pub(super) version: i64,
    /// Changed here when and by whom; else as shipped.
    pub(super) changed: Option<String>,
    pub(super) fields: Fields,
    pub(super) errors: FormErrors,
    /// The fields that have changed on both sides.
    pub(super) conflicts: Vec<(&'static str, Beside)>,
    /// What someone else has saved in the meantime, by field.
    pub(super) meanwhile: Vec<Beside>,
    pub(super) teams: Vec<Team>,
    /// Whether a question was tried on it: then nothing was refused.
    pub(super) is_tried: bool,
}

/// One field, two texts, in both languages.
pub(super) struct Beside {
    pub(super) name: String,
    /// Ours or what was typed, and the other; a line per entry.
    pub(super) ours: Vec<(Language, Vec<String>)>,
    pub(super) theirs: Vec<(Language, Vec<String>)>,
}

impl Beside {
    fn new(shown: &Page, field: &str, ours: &Value, theirs: &Value) -> Self {
        let name = shown.t(&format!("enquiries-content-{}", field.replace('_', "-")));
        Self { name, ours: both(ours), theirs: both(theirs) }
    }
}

fn both(value: &Value) -> Vec<(Language, Vec<String>)> {
    let texts = Language::ALL.map(|language| (language, lines_of(value, language)));
    let [(_, da), (_, en)] = &texts;
    // What is the same in both languages is said once.
    if da == en { texts.into_iter().take(1).collect() } else { texts.into_iter().collect() }
}

/// The question that is tried on what stands in the form.
pub(super) fn question(fields: &Fields) -> String {
    fields.get("question").chars().take(QUESTION_CHARS_MAX).collect()
}

impl ContentForm {
    /// The form as it is now.
    pub(super) async fn load<T: Edited>(
        app: &App,
        auth: &Auth,
        seen: &Seen<T>,
        fields: Fields,
        errors: FormErrors,
    ) -> Result<Self, PageError> {
        let page = Page::new(app, auth).with_form();
        let people = super::people(app, auth, seen.newest.iter().filter_map(|newest| newest.by)).await?;
        let conflicts = seen.changes().conflicts(&seen.shipped).into_iter();
        let key = seen.shipped.key();
        Ok(Self {
            title: seen.shown.title(&page),
            tabs: tabs::<T>(&page, &key, "texts"),
            version: seen.version(),
            changed: seen.changed(&page, &people, |at| page.moment(&at)),
            fields,
            errors,
            conflicts: conflicts
                .map(|one| (one.field, Beside::new(&page, one.field, &one.ours, &one.shipped)))
                .collect(),
            meanwhile: Vec::new(),
            teams: commands::content_teams(app, auth).await?,
            is_tried: false,
            key,
            page,
        })
    }

    /// The version that was edited stays the one that is saved over, however often the form comes back.
    #[must_use]
    pub(super) fn with_its_version(mut self) -> Self {
        self.version = self.fields.get("version").parse().unwrap_or(self.version);
        self
    }

    /// A question was tried on it, and what is wrong is told with the answer.
    #[must_use]
    pub(super) fn tried(self) -> Self {
        Self { is_tried: true, ..self.with_its_version() }
    }

    /// Someone else has saved something else. From here on a save takes the place of what is shown as saved: the editor has
    /// seen it.
    #[must_use]
    pub(super) fn beside<T: Shipped>(mut self, typed: &T, saved: &T) -> Self {
        let values = |of: &T| serde_json::to_value(of).unwrap_or_default();
        let (typed, saved) = (values(typed), values(saved));
        let value = |of: &Value, field: &str| of.get(field).cloned().unwrap_or_default();
        let differs = T::FIELDS.iter().filter(|field| typed.get(field) != saved.get(field));
        let beside =
            differs.map(|field| Beside::new(&self.page, field, &value(&typed, field), &value(&saved, field)));
        self.meanwhile = beside.collect();
        self
    }

    pub(super) fn value(&self, name: &str) -> &str {
        self.fields.get(name)
    }

    pub(super) fn has_error(&self, name: &str) -> bool {
        self.errors.of(name).is_some()
    }

    pub(super) fn error(&self, name: &str) -> String {
        self.errors.of(name).map(|key| self.page.t(key)).unwrap_or_default()
    }

    pub(super) fn say(&self, name: &str) -> String {
        self.page.t(&format!("enquiries-content-{name}"))
    }

    /// What is wrong, each with the name of its field and language: the same may be wrong in several.
    pub(super) fn wrong(&self) -> Vec<(&'static str, String)> {
        let told = self.errors.iter().map(|(id, key)| {
            let text = self.page.t(key);
            if *id == "meanwhile" {
                return (*id, text);
            }
            let name = match *id {
                "services" => self.say("self-service"),
                "referral-to" => self.say("referral"),
                "kle-verified-on" => self.say("kle-verified"),
                id => match id.rsplit_once('-') {
                    Some((name, language @ ("da" | "en"))) => {
                        format!("{} {}", self.say(name), self.say(&format!("in-{language}")))
                    }
                    _ => self.say(id),
                },
            };
            (*id, self.page.t2("enquiries-content-wrong-in", ("field", name), ("text", text)))
        });
        told.collect()
    }

    /// Whether it comes back unsaved, with what is wrong.
    pub(super) fn is_refused(&self) -> bool {
        !self.errors.is_empty() && !self.is_tried
    }

    pub(super) fn is_team(&self, team: &Team) -> bool {
        self.fields.get("team") == team.key.as_str()
    }

    pub(super) fn team_name<'a>(&self, team: &'a Team) -> &'a str {
        match self.page.language() {
            Language::Da => &team.da,
            Language::En => &team.en,
        }
    }

    pub(super) fn question_max() -> usize {
        QUESTION_CHARS_MAX
    }
}
