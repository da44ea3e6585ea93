//! `sag.html`: what a person reads, in any browser, today and in thirty years: no scripts, nothing from elsewhere.

use askama::Template;
use chrono::{DateTime, FixedOffset};
use kernel::Language;

use super::metadata::Metadata;

#[derive(Template)]
#[template(path = "enquiries/archive/document.html")]
pub(super) struct Document<'a> {
    of: &'a Metadata,
}

impl<'a> Document<'a> {
    pub(super) const fn of(of: &'a Metadata) -> Self {
        Self { of }
    }

    pub(super) fn html(&self) -> askama::Result<String> {
        self.render()
    }

    /// A moment as the clock on the wall said it.
    fn moment(at: &DateTime<FixedOffset>) -> String {
        format!("{} kl. {}", kernel::format::date_long(at.date_naive(), Language::Da), at.format("%H.%M"))
    }
}
