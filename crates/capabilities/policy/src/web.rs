//! The pages of policy: `/politik` for everyone, and how each number is made. A handler reads, and renders; it counts
//! nothing itself.

mod export;
mod indicator;
mod overview;
mod succession;

use ::web::{Access, App, PageError, Routes};
use kernel::{Code, Ctx};

use crate::shelf::{self, Shown};

/// Every page.
pub(crate) fn routes() -> Routes {
    Routes::new()
        .get("/politik", Access::Public, overview::show)
        .get("/politik/tal.csv", Access::Public, export::csv)
        .get("/politik/tal.json", Access::Public, export::json)
        .get("/politik/udgave/{policy}", Access::Public, overview::edition)
        .get("/politik/udgave/{policy}/tal.csv", Access::Public, export::csv_of)
        .get("/politik/udgave/{policy}/tal.json", Access::Public, export::json_of)
        .get("/politik/udgave/{policy}/{indicator}", Access::Public, indicator::of)
        .get("/politik/{indicator}", Access::Public, indicator::show)
}

/// The policy that the page is about: the one named, else the one in force; `None` when nothing was read in yet.
async fn shown(app: &App, ctx: &Ctx, policy: Option<&str>) -> Result<Option<Shown>, PageError> {
    let shown = shelf::show(app, ctx, policy).await?;
    if shown.is_none() && policy.is_some() {
        return Err(PageError::NotFound);
    }
    Ok(shown)
}

/// Where the pages of one policy are: the one in force has the short addresses.
#[derive(Debug, Clone)]
pub(crate) struct Addresses(String);

impl Addresses {
    /// Of the policy that was asked for by name, or of the one in force.
    fn of(asked: Option<&str>) -> Self {
        let edition = asked.map(|id| format!("/udgave/{}", ::web::url_encode(id)));
        Self(format!("/politik{}", edition.unwrap_or_default()))
    }

    fn of_policy(policy: &Code) -> Self {
        Self::of(Some(policy.as_str()))
    }

    /// The policy itself.
    pub(crate) fn overview(&self) -> &str {
        &self.0
    }

    /// One of its indicators.
    pub(crate) fn indicator(&self, id: &Code) -> String {
        format!("{}/{id}", self.0)
    }

    /// All its numbers, `csv` or `json`.
    fn file(&self, extension: &str) -> String {
        format!("{}/tal.{extension}", self.0)
    }
}
