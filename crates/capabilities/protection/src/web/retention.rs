//! `/intern/databeskyttelse/opbevaring`: what goes by itself and when, and how the nights went.

use ::web::{App, Auth, Page, PageError, page};
use askama::Template;
use axum::{extract::State, response::Response};

use crate::{
    commands,
    model::{DryRow, Run},
    store,
};

/// Nights that are shown.
const NIGHTS_SHOWN: u64 = 31;

#[derive(Template)]
#[template(path = "protection/retention.html")]
struct RetentionPage {
    page: Page,
    rows: Vec<DryRow>,
    runs: Vec<Run>,
}

impl RetentionPage {
    fn count(&self, count: &u64) -> String {
        self.page.number(&i64::try_from(*count).unwrap_or(i64::MAX))
    }

    fn night(&self, run: &Run) -> String {
        let (erased, stays) = (self.count(&run.erased()), self.count(&run.stays()));
        self.page.t2("protection-night", ("erased", erased), ("stays", stays))
    }

    /// How long a run took, in words.
    fn took(&self, run: &Run) -> String {
        match run.ended_at {
            Some(ended) => {
                let seconds = (ended - run.started_at).num_seconds().max(0);
                self.page.t1("protection-seconds", "count", seconds)
            }
            None => self.page.t("protection-night-runs"),
        }
    }

    fn trouble(&self, run: &Run) -> String {
        self.page.t1("protection-night-failures", "count", i64::from(run.failures))
    }
}

pub(super) async fn show(auth: Auth, State(app): State<App>) -> Result<Response, PageError> {
    let main = RetentionPage {
        page: Page::new(&app, &auth),
        rows: commands::dry_run(&app, &auth).await?,
        runs: store::runs(&app.db.read(&auth), NIGHTS_SHOWN).await?,
    };
    let title = main.page.t("protection-retention");
    Ok(page(&main.page, &title, &main))
}
