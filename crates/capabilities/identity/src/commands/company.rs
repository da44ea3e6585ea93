//! Signing in for a company by MitID Erhverv. What lets someone in is what the broker has signed, never a permission.
//!
//! A session stands for the companies that its own sign-in brought, and for nothing that an earlier one did: whoever has left a
//! company is not in it because of what was true once.

use std::collections::BTreeMap;

use data_encoding::HEXLOWER;
use kernel::{Actor, Ctx, CvrNumber, Failure, Refusal};
use storage::{Db, Keys, StoreError, Token};

use super::note_private;
use crate::{
    IdentityFact,
    model::{ActsFor, ArrivalRefusal, CompanyArrival, Holder, SessionId},
    provider::{Redeemed, Tokens},
    store::{self, Door, Given},
};

/// Why a company cannot be chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ChoiceRefusal {
    /// It is none of those that the sign-in brought.
    #[error("identity-company-not-yours")]
    NotYours,
    /// It has ceased.
    #[error("identity-arrival-company-ceased")]
    Ceased,
}
impl Refusal for ChoiceRefusal {}

/// What the register knows of companies that somebody came for: their names, and whether they have ceased.
pub(crate) type Registered = BTreeMap<CvrNumber, (String, bool)>;

/// What a provider calls somebody, as it is kept: a MAC by which nobody finds back to it.
pub(crate) fn fingerprint(keys: &Keys, issuer: &str, subject: &str) -> String {
    HEXLOWER.encode(&keys.mac("identity-company-contact", format!("{issuer}\n{subject}").as_bytes()))
}

/// Begins a session for whoever came. Where there is one company it is chosen; of several one is chosen on a page.
pub(crate) async fn arrive(
    db: &Db,
    ctx: &Ctx,
    keys: &Keys,
    (arrival, redeemed): (&CompanyArrival, &Redeemed),
    registered: &Registered,
) -> Result<Token, Failure<ArrivalRefusal>> {
    let companies = alive(&arrival.companies, registered);
    if companies.is_empty() {
        return Err(ArrivalRefusal::CompanyCeased.into());
    }
    let chosen = if let [only] = &companies[..] { Some(only.cvr) } else { None };
    let tx = db.begin_write(ctx).await?;
    let fingerprint = fingerprint(keys, &arrival.issuer, &arrival.subject);
    let contact = store::company_contact_of(&tx, &fingerprint, arrival).await?;
    let (token, session) = (Token::random(ctx.ids()), ctx.new_id());
    let door = Door { company: true, ..Door::default() };
    store::add_session(&tx, session, &token.hash(), Holder::Contact(contact), door).await?;
    store::set_companies(&tx, session, &companies, chosen).await?;
    let row = ctx.ids().new_uuid(ctx.now());
    // The token is kept to sign out by, and not where a CPR number may stand in it. It asks for nothing later.
    let is_kept = !redeemed.claims.speak_of_cpr();
    let tokens = Tokens { id_token: redeemed.tokens.id_token.clone().filter(|_| is_kept), refresh: None };
    let called = redeemed.claims.text("sid");
    let sealed = tokens.seal(keys, ctx.ids(), row);
    store::keep_tokens(&tx, session.into(), Given { id: row, issuer: &arrival.issuer, called, sealed })
        .await?;
    note_private(&tx, contact, IdentityFact::CompanySignedIn { session, contact }).await?;
    tx.commit().await?;
    Ok(token)
}

/// Those that have not ceased, by the name in the register where they stand in it.
fn alive(companies: &[ActsFor], registered: &Registered) -> Vec<ActsFor> {
    let named = |one: &ActsFor| match registered.get(&one.cvr) {
        Some((_, true)) => None,
        Some((name, false)) => Some(ActsFor { cvr: one.cvr, name: name.clone() }),
        None => Some(one.clone()),
    };
    companies.iter().filter_map(named).collect()
}

/// Chooses the company for which the session stands from now on.
pub(crate) async fn choose(
    db: &Db,
    ctx: &Ctx,
    session: SessionId,
    cvr: CvrNumber,
    registered: &Registered,
) -> Result<(), Failure<ChoiceRefusal>> {
    let Actor::Contact(contact) = *ctx.actor() else { return Err(Failure::Forbidden) };
    let tx = db.begin_write(ctx).await?;
    let companies = store::companies_of(&tx, session).await?;
    let Some(one) = companies.iter().find(|one| one.cvr == cvr) else {
        return Err(ChoiceRefusal::NotYours.into());
    };
    if alive(std::slice::from_ref(one), registered).is_empty() {
        return Err(ChoiceRefusal::Ceased.into());
    }
    store::choose_company(&tx, session, cvr).await?;
    note_private(&tx, contact, IdentityFact::CompanyChosen { session, contact }).await?;
    tx.commit().await?;
    Ok(())
}

/// What was kept to sign out by at the provider: its name, and the token where one was kept.
pub(crate) async fn kept(
    db: &Db,
    ctx: &Ctx,
    keys: &Keys,
    session: SessionId,
) -> Result<Option<(String, Option<String>)>, StoreError> {
    let row = store::provider_session(&db.read(ctx), session).await?;
    Ok(row.map(|row| {
        let tokens = Tokens::open(keys, row.id, &row.sealed);
        (row.issuer, tokens.and_then(|tokens| tokens.id_token))
    }))
}
