//! Whom to call when something is wrong right now, as every page shows it: before anything else.

use ::web::{App, Page, Site};
use kernel::Language;

use crate::guide::{Duties, Duty};

/// The box above the page.
pub(super) struct AcuteView {
    pub(super) heading: String,
    pub(super) text: String,
    pub(super) calls: Vec<Call>,
}

/// One of them: who, when they answer, and the number.
pub(crate) struct Call {
    pub(crate) who: String,
    pub(crate) shown: String,
    pub(crate) number: String,
}

/// Those who are called, the first first.
pub(crate) fn calls(app: &App, site: &Site, language: Language, duties: &Duties, call: &[Duty]) -> Vec<Call> {
    let calls = call.iter().map(|&duty| {
        let name = app.text(language, &format!("enquiries-acute-call-{}", duty.key()), &[]);
        let who = match duties.hours(duty) {
            Some(hours) => format!("{name}, {}", hours.get(language)),
            None => name,
        };
        let phone = match duty {
            Duty::Emergency => return Call { who, shown: "112".to_owned(), number: "112".to_owned() },
            Duty::Environment => duties.phone(duty).unwrap_or(&site.environment_duty),
            Duty::Road => duties.phone(duty).unwrap_or(&site.road_duty),
        };
        Call { who, shown: phone.to_string(), number: phone.e164().to_owned() }
    });
    calls.collect()
}

impl AcuteView {
    /// For those who are called, the first first.
    pub(super) fn new(shown: &Page, duties: &Duties, call: &[Duty]) -> Self {
        let first = call.first().copied().unwrap_or(Duty::Emergency);
        let language = shown.language();
        Self {
            heading: duties.heading(first).get(language).to_owned(),
            text: duties.text(first).get(language).to_owned(),
            calls: calls(shown.app(), shown.site(), language, duties, call),
        }
    }
}
