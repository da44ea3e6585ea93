//! The way into the municipality's archive: a case that is to be filed is put into a package, and the receipt files it.

use kernel::{CaseId, Ctx, Failure};
use outreach::archive::{Archive, ArchiveFailure, Delivered};
use serde::{Deserialize, Serialize};
use storage::{Job, StoreError};
use web::App;

use super::{Held, Outcome, filing};
use crate::{
    access,
    fact::EnquiryFact,
    model::{Case, Filing, Package, PackageId, PackageState},
    store,
};

/// Delivers a package.
#[derive(Debug, Serialize, Deserialize)]
pub struct DeliverPackage {
    /// Which.
    pub package: PackageId,
}

impl Job for DeliverPackage {
    const KIND: &'static str = "enquiries.deliver_package";
}

/// Where packages go.
pub(crate) fn archive(app: &App) -> Archive {
    app.kept.get::<Archive>().cloned().unwrap_or_default()
}

/// Puts a case that is to be filed on its way, where there is an archive and it is not under way already.
pub(crate) async fn queue(held: &Held<'_>, case: &Case) -> Outcome {
    if !archive(held.app).is_there() {
        return Ok(());
    }
    let before = store::packages(&held.tx, &[case.id]).await?;
    for one in before.iter().filter(|one| one.state == PackageState::Waiting) {
        // What it holds is older than this end.
        store::save_package(&held.tx, &one.clone().set_aside()).await?;
    }
    let package = Package::next_of(case, held.ctx().new_id(), &before, held.ctx().now());
    store::save_package(&held.tx, &package).await?;
    Ok(send(held, &package).await?)
}

async fn send(held: &Held<'_>, package: &Package) -> Result<(), StoreError> {
    let key = package.id.to_string();
    held.tx.enqueue_at(&DeliverPackage { package: package.id }, package.next_at, Some(&key)).await
}

/// A case whose receipt filed it has ended anew: the archive gets what was written since.
pub(super) async fn renew(held: &Held<'_>, case: &Case) -> Outcome {
    let packages = store::packages(&held.tx, &[case.id]).await?;
    let is_ours = packages.iter().any(|one| one.state == PackageState::Received);
    if !is_ours || !matches!(store::filing(&held.tx, case.id).await?, Filing::Filed { .. }) {
        return Ok(());
    }
    filing::keep(held, case, &crate::model::SaidOfFiling::Owed).await
}

/// A case that the archive received is to go there anew, with what was written since. For the program itself.
pub async fn file_anew(app: &App, ctx: &Ctx, id: CaseId) -> Outcome {
    let held = Held::begin(app, ctx, id).await?;
    let case = held.before.clone();
    renew(&held, &case).await?;
    held.commit().await
}

/// Puts a case on its way that ended without anyone saying where it is kept. For the program itself.
pub(crate) async fn queue_ended(app: &App, ctx: &Ctx, id: CaseId) -> Outcome {
    let held = Held::begin(app, ctx, id).await?;
    let case = held.before.clone();
    if !case.has_filing() || store::filing(&held.tx, id).await? != Filing::Owed {
        return Ok(());
    }
    queue(&held, &case).await?;
    held.commit().await
}

/// One of us sends a package once more that the archive refused, or that waits.
pub async fn send_again(app: &App, ctx: &Ctx, id: CaseId) -> Outcome {
    if !ctx.may(access::FILE) {
        ctx.require(access::WORK)?;
    }
    let held = Held::begin(app, ctx, id).await?;
    if !access::may_file(ctx, &held.before) {
        return Err(Failure::NotFound);
    }
    let newest = store::packages(&held.tx, &[id]).await?.into_iter().next().ok_or(Failure::NotFound)?;
    if !matches!(newest.state, PackageState::Refused | PackageState::Waiting) {
        // Someone else was quicker, and it has gone.
        return Ok(());
    }
    let package = newest.again(ctx.now());
    store::save_package(&held.tx, &package).await?;
    send(&held, &package).await?;
    held.commit().await
}

/// What a package that is still to go belongs to; `None` where it has gone, or need not go any more.
pub(crate) async fn still_to_go(app: &App, ctx: &Ctx, id: PackageId) -> Outcome<Option<(Package, Case)>> {
    let read = app.db.read(ctx);
    let package = store::package(&read, id).await?.filter(|one| one.state == PackageState::Waiting);
    let Some(package) = package else { return Ok(None) };
    let case = store::find(&read, package.case).await?.ok_or(Failure::NotFound)?;
    if case.has_filing() && store::filing(&read, case.id).await? == Filing::Owed {
        return Ok(Some((package, case)));
    }
    let held = Held::begin(app, ctx, case.id).await?;
    store::save_package(&held.tx, &package.set_aside()).await?;
    held.commit().await?;
    Ok(None)
}

/// Writes down what became of a package. A receipt files the case, unless someone has said meanwhile where it is kept.
pub(crate) async fn note_delivery(
    app: &App,
    ctx: &Ctx,
    sent: &Package,
    sha256: &str,
    outcome: Result<Delivered, ArchiveFailure>,
) -> Outcome {
    let held = Held::begin(app, ctx, sent.case).await?;
    let now = ctx.now();
    // Someone may have sent it again, or taken the case up: then what the archive has stands all the same.
    let package = store::package(&held.tx, sent.id).await?.ok_or(Failure::NotFound)?;
    let package = match outcome {
        Ok(Delivered::Received(number)) => {
            let case = held.before.clone();
            if case.has_filing() && store::filing(&held.tx, case.id).await? == Filing::Owed {
                let case = case.file(now)?;
                held.save(&case).await?;
                let reference = filing::in_archive(&held, &case, &number).await?;
                store::save_filing(&held.tx, case.id, &Filing::Filed { reference }).await?;
                held.journal(&case, &EnquiryFact::Filed { reference: reference.uuid() }).await?;
            }
            package.received(number, sha256.to_owned(), now)
        }
        Ok(Delivered::Waiting) => package.lies_there(now),
        Err(ArchiveFailure::Temporary(words)) => package.missed(words, now),
        Err(ArchiveFailure::Refused(words)) => package.refused(words, now),
    };
    store::save_package(&held.tx, &package).await?;
    if package.state == PackageState::Waiting {
        send(&held, &package).await?;
    }
    held.commit().await
}
