//! Whom to call when something is wrong right now, as every page shows it: before anything else.

use ::web::Page;

use crate::guide::{Duties, Duty};

/// The box above the page.
pub(super) struct AcuteView {
    pub(super) heading: String,
    pub(super) text: String,
    pub(super) calls: Vec<Call>,
}

/// One of them: who, when they answer, and the number.
pub(super) struct Call {
    pub(super) who: String,
    pub(super) shown: String,
    pub(super) number: String,
}

impl AcuteView {
    /// For those who are called, the first first.
    pub(super) fn new(shown: &Page, duties: &Duties, call: &[Duty]) -> Self {
        let first = call.first().copied().unwrap_or(Duty::Emergency);
        let language = shown.language();
        let calls = call.iter().map(|&duty| {
            let name = shown.t(&format!("enquiries-acute-call-{}", duty.key()));
            let who = match duties.hours(duty) {
                Some(hours) => format!("{name}, {}", hours.get(language)),
                None => name,
            };
            let site = shown.site();
            let phone = match duty {
                Duty::Emergency => return Call { who, shown: "112".to_owned(), number: "112".to_owned() },
                Duty::Environment => duties.phone(duty).unwrap_or(&site.environment_duty),
                Duty::Road => duties.phone(duty).unwrap_or(&site.road_duty),
            };
            Call { who, shown: phone.to_string(), number: phone.e164().to_owned() }
        });
        Self {
            heading: duties.heading(first).get(language).to_owned(),
            text: duties.text(first).get(language).to_owned(),
            calls: calls.collect(),
        }
    }
}
