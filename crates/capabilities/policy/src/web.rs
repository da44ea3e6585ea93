//! The pages of policy: `/politik` for everyone, and how each number is made. A handler reads, and renders; it counts
//! nothing itself.

mod indicator;
mod overview;
mod table;

use ::web::{Access, App, PageError, Routes};
use kernel::Ctx;

use crate::shelf::{self, Shown};

/// Every page.
pub(crate) fn routes() -> Routes {
    Routes::new()
        .get("/politik", Access::Public, overview::show)
        .get("/politik/tal.csv", Access::Public, table::csv)
        .get("/politik/udgave/{policy}", Access::Public, overview::edition)
        .get("/politik/{indicator}", Access::Public, indicator::show)
}

/// The policy that the page is about: the one named, else the one in force; `None` when nothing was read in yet.
async fn shown(app: &App, ctx: &Ctx, policy: Option<&str>) -> Result<Option<Shown>, PageError> {
    let policies = shelf::policies(app, ctx).await?;
    let wanted = match policy {
        None => policies.into_iter().next(),
        Some(id) => {
            let found = policies.into_iter().find(|(policy, ..)| policy.id.as_str() == id);
            Some(found.ok_or(PageError::NotFound)?)
        }
    };
    match wanted {
        Some(policy) => Ok(Some(shelf::show(app, ctx, policy).await?)),
        None => Ok(None),
    }
}
