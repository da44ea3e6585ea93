//! What staff can do with the register: say that a contact speaks for a company, and take that back. One function: one
//! permission, one transaction, one journal line.

use kernel::{Actor, Ctx, CvrNumber, Email, Failure, Visibility};
use storage::Db;

use crate::{
    contact::{Confirmation, ConfirmationId, ContactRefusal, Means, check},
    fact::RegistryFact,
    store,
    web::CONFIRM,
};

/// Confirms a contact. The same twice is one confirmation.
pub async fn confirm_contact(
    db: &Db,
    ctx: &Ctx,
    cvr: CvrNumber,
    email: &Email,
    means: Option<Means>,
) -> Result<ConfirmationId, Failure<ContactRefusal>> {
    ctx.require(CONFIRM)?;
    let Actor::Staff(by) = *ctx.actor() else { return Err(Failure::Forbidden) };
    let means = means.ok_or(ContactRefusal::HowMissing)?;
    let record = store::company(db.raw(), cvr).await?.ok_or(Failure::NotFound)?;
    let contacts = &record.company.unit.contacts;
    check(means, !contacts.phones.is_empty(), !contacts.emails.is_empty())?;
    let tx = db.begin_write(ctx).await?;
    let known = store::confirmations(&tx, cvr).await?;
    if let Some(known) = known.iter().find(|known| known.is_of(email.as_str())) {
        return Ok(known.id);
    }
    let id: ConfirmationId = ctx.new_id();
    store::add_confirmation(&tx, &Confirmation { id, cvr, email: email.clone(), means, by, at: ctx.now() })
        .await?;
    let fact = RegistryFact::ContactConfirmed { contact: id.uuid(), means };
    tx.note(record.unit_id, Visibility::Staff, &fact).await?;
    tx.commit().await?;
    Ok(id)
}

/// Takes a confirmation back: the contact is only stated again.
pub async fn withdraw_confirmation(
    db: &Db,
    ctx: &Ctx,
    cvr: CvrNumber,
    id: ConfirmationId,
) -> Result<(), Failure<ContactRefusal>> {
    ctx.require(CONFIRM)?;
    let record = store::company(db.raw(), cvr).await?.ok_or(Failure::NotFound)?;
    let tx = db.begin_write(ctx).await?;
    let known = store::find_confirmation(&tx, id).await?.filter(|known| known.cvr == cvr);
    let known = known.ok_or(Failure::NotFound)?;
    store::remove_confirmation(&tx, known.id).await?;
    let fact = RegistryFact::ConfirmationWithdrawn { contact: known.id.uuid() };
    tx.note(record.unit_id, Visibility::Staff, &fact).await?;
    tx.commit().await?;
    Ok(())
}
