//! Where an ended case is kept: said when it ends, or later by the team or the records officer.

use kernel::{CaseId, Ctx, Failure};
use web::App;

use super::{Held, Outcome, Seen, archive, code};
use crate::{
    access,
    fact::EnquiryFact,
    model::{Case, Filing, Reference, ReferenceDetails, ReferenceId, SaidOfFiling, System},
    store,
};

/// Says where an ended case is kept, or says it anew.
pub async fn file(app: &App, ctx: &Ctx, id: CaseId, seen: impl Into<Seen>, said: &SaidOfFiling) -> Outcome {
    let seen = seen.into();
    if !ctx.may(access::FILE) {
        ctx.require(access::WORK)?;
    }
    let Some(held) = Held::begin_once(app, ctx, id, seen.form).await? else { return Ok(()) };
    if !access::may_file(ctx, &held.before) {
        // Whoever may not see the case is not told that there is one.
        return Err(if access::may_see(ctx, &held.before, &[]) {
            Failure::Forbidden
        } else {
            Failure::NotFound
        });
    }
    let case = held.before.clone().at_version(seen.version)?.file(ctx.now())?;
    held.save(&case).await?;
    keep(&held, &case, said).await?;
    held.commit().await
}

/// Writes what was said of it.
pub(super) async fn keep(held: &Held<'_>, case: &Case, said: &SaidOfFiling) -> Outcome {
    let filing = match said {
        SaidOfFiling::Filed { number } => Filing::Filed { reference: in_archive(held, case, number).await? },
        SaidOfFiling::NotFiled { because, words } => {
            Filing::NotFiled { because: because.clone(), words: words.clone() }
        }
        SaidOfFiling::Owed => {
            archive::queue(held, case).await?;
            Filing::Owed
        }
    };
    let was_said = store::save_filing(&held.tx, case.id, &filing).await?;
    let fact = match filing {
        Filing::Filed { reference } => EnquiryFact::Filed { reference: reference.uuid() },
        Filing::NotFiled { because, .. } => EnquiryFact::NotFiled { because },
        Filing::Owed if was_said => EnquiryFact::FilingOwed,
        // What ends is to be filed unless someone says otherwise: that needs no line.
        Filing::Owed => return Ok(()),
    };
    Ok(held.journal(case, &fact).await?)
}

/// The reference to the archive with this number, a new one where there is none. The company does not see it before one of us
/// says that it may.
pub(super) async fn in_archive(held: &Held<'_>, case: &Case, number: &str) -> Outcome<ReferenceId> {
    let known = store::references(&held.tx, &[case.id]).await?;
    let is_it = |one: &&Reference| one.details.system == System::Archive && one.details.number == number;
    if let Some(there) = known.iter().find(is_it) {
        return Ok(there.id);
    }
    let ctx = held.ctx();
    let details = ReferenceDetails {
        system: System::Archive,
        name: String::new(),
        number: number.to_owned(),
        link: None,
        expected_on: None,
        is_shown: false,
    };
    let id: ReferenceId = ctx.new_id();
    let new = Reference { id, case: case.id, details, added_at: ctx.now(), told_at: None, redacted: None };
    store::save_reference(&held.tx, &new).await?;
    let system = code(System::Archive.code());
    let fact = EnquiryFact::ReferenceAdded { reference: id.uuid(), system, expected_on: None, shown: false };
    held.journal(case, &fact).await?;
    Ok(id)
}
