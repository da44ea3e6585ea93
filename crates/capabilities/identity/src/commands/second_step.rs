//! The second step at sign-in: set up, taken away, and the codes for when the telephone is lost.

use kernel::{Ctx, Failure, PersonId};
use storage::{Db, Keys, Tx};

use super::{ADMINISTER, note_private};
use crate::{
    IdentityFact,
    model::{Holder, Person, Recovery, SecondStep, SessionId, SignInRefusal},
    second_step::{Secret, opened, recovery_codes},
    store::{self, Sessions},
};

/// Takes the second step into use, when the code shows that the telephone has the secret. Returns the recovery codes, to be
/// shown once; none when it was in use already.
///
/// Every session but the one kept ends: whoever else came in by the password alone does not get further because its owner
/// has a telephone.
pub async fn begin(
    db: &Db,
    ctx: &Ctx,
    keys: &Keys,
    code: &str,
    kept: Option<SessionId>,
) -> Result<Vec<String>, Failure<SignInRefusal>> {
    let (tx, known) = own(db, ctx).await?;
    let person = known.id;
    let SecondStep::Off { version } = known.second_step else { return Ok(Vec::new()) };
    let step = Secret::of(keys, person, version).check(code, ctx.now(), 0).ok_or(SignInRefusal::Code)?;
    let recovery = Recovery::default();
    store::set_second_step(&tx, person, SecondStep::On { version, last_step: step, recovery }).await?;
    note_private(&tx, person, IdentityFact::SecondStepOn { person }).await?;
    for session in store::revoke_sessions(&tx, Holder::Person(person), Sessions::AllBut(kept)).await? {
        note_private(&tx, session, IdentityFact::SessionEnded { session }).await?;
    }
    tx.commit().await?;
    Ok(recovery_codes(keys, person, version, recovery))
}

/// Begins a change of one's own second step.
async fn own<R>(db: &Db, ctx: &Ctx) -> Result<(Tx, Person), Failure<R>> {
    let person = ctx.person().ok_or(Failure::Forbidden)?;
    let tx = db.begin_write(ctx).await?;
    store::raise_version(&tx).await?;
    let known = store::lock_person(&tx, person).await?.ok_or(Failure::NotFound)?;
    Ok((tx, known))
}

/// Takes the second step out of use, for whoever can still give its code: an open browser alone is not enough.
pub async fn end(db: &Db, ctx: &Ctx, keys: &Keys, code: &str) -> Result<(), Failure<SignInRefusal>> {
    let (tx, known) = own(db, ctx).await?;
    if known.second_step.is_on() {
        opened(keys, &known, code, ctx.now()).ok_or(SignInRefusal::Code)?;
        switch_off(&tx, &known).await?;
        tx.commit().await?;
    }
    Ok(())
}

/// Makes new recovery codes, which end the old, for whoever can give a code. Returns them, to be shown once.
pub async fn renew_codes(
    db: &Db,
    ctx: &Ctx,
    keys: &Keys,
    code: &str,
) -> Result<Vec<String>, Failure<SignInRefusal>> {
    let (tx, known) = own(db, ctx).await?;
    let person = known.id;
    let step = opened(keys, &known, code, ctx.now()).ok_or(SignInRefusal::Code)?;
    let SecondStep::On { version, last_step, recovery } = step else { return Ok(Vec::new()) };
    let recovery = recovery.renewed();
    store::set_second_step(&tx, person, SecondStep::On { version, last_step, recovery }).await?;
    note_private(&tx, person, IdentityFact::RecoveryCodesMade { person }).await?;
    tx.commit().await?;
    Ok(recovery_codes(keys, person, version, recovery))
}

/// Takes the second step away from someone who has lost the telephone.
pub async fn remove(db: &Db, ctx: &Ctx, person: PersonId) -> Result<(), Failure> {
    ctx.require(ADMINISTER)?;
    let tx = db.begin_write(ctx).await?;
    store::raise_version(&tx).await?;
    let known = store::lock_person(&tx, person).await?.ok_or(Failure::NotFound)?;
    switch_off(&tx, &known).await?;
    tx.commit().await?;
    Ok(())
}

/// The next secret is another: a telephone that is gone opens nothing any more.
async fn switch_off<R>(tx: &Tx, known: &Person) -> Result<(), Failure<R>> {
    if let SecondStep::On { version, .. } = known.second_step {
        store::set_second_step(tx, known.id, SecondStep::Off { version: version + 1 }).await?;
        note_private(tx, known.id, IdentityFact::SecondStepOff { person: known.id }).await?;
    }
    Ok(())
}
