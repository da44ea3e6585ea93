//! Signing in by a provider of identities. What lets someone in is what the provider has signed, never a permission.
//!
//! The provider is asked before and between transactions, never within one: [`begin`], then the browser goes there and comes
//! back, [`take_attempt`], then the code is redeemed, then [`arrive`].

use std::collections::BTreeSet;

use kernel::{Ctx, Email, Failure, Language, PersonId, Role};
use storage::{Db, Keys, StoreError, Token, Tx};
use uuid::Uuid;

use super::{
    note, note_private,
    people::{write_roles, write_teams},
    sign_in::{SignedIn, begin_session_as, keep_link},
};
use crate::{
    IdentityFact,
    model::{
        self, AccountId, ArrivalRefusal, Holder, Link, NewPerson, Person, PersonRefusal, Purpose, Recognised,
        SecondStep, Staff, StaffArrival, StaffRules, TRY_LIFETIME,
    },
    provider::Redeemed,
    store::{self, Door, Given, Sessions},
};

/// Whoever gives and takes what a provider's groups say, in the journal.
pub(crate) const BY_PROVIDER: &str = "identity.provider";

/// A sign-in that has begun: the provider brings the state back, the browser its cookie.
#[derive(Debug)]
pub struct Begun {
    /// Travels to the provider and back.
    pub state: Token,
    /// Stays in the browser.
    pub browser: Token,
}

/// Writes down that somebody goes to the provider, and where they want to be afterwards.
pub async fn begin(db: &Db, ctx: &Ctx, back: &str) -> Result<Begun, Failure> {
    let begun = Begun { state: Token::random(ctx.ids()), browser: Token::random(ctx.ids()) };
    let tx = db.begin_write(ctx).await?;
    let until = ctx.now() + TRY_LIFETIME;
    store::add_attempt(&tx, &begun.state.hash(), &begun.browser.hash(), back, until).await?;
    tx.commit().await?;
    Ok(begun)
}

/// Takes what was begun, once and for this browser. Returns where one wanted to be.
pub async fn take_attempt(
    db: &Db,
    ctx: &Ctx,
    state: &Token,
    browser: &Token,
) -> Result<String, Failure<ArrivalRefusal>> {
    let tx = db.begin_write(ctx).await?;
    let taken = store::take_attempt(&tx, &state.hash(), &browser.hash()).await?;
    tx.commit().await?;
    Ok(taken.ok_or(ArrivalRefusal::Spent)?)
}

/// Lets somebody in whom the provider has vouched for: finds or makes the person, sets roles and teams as the groups say, and
/// begins a session. Whoever is known and is in no group any more loses roles and sessions with this.
pub(crate) async fn arrive(
    db: &Db,
    ctx: &Ctx,
    keys: &Keys,
    rules: &StaffRules,
    redeemed: &Redeemed,
) -> Result<SignedIn, Failure<ArrivalRefusal>> {
    let arrival = rules.arrival(&redeemed.claims)?;
    let by_provider = Ctx::system(BY_PROVIDER, ctx.tenant(), ctx.now(), ctx.ids().clone());
    let tx = db.begin_write(&by_provider).await?;
    if arrival.roles.is_empty() {
        if let Some((_, person)) = store::account(&tx, &arrival.issuer, &arrival.subject).await? {
            turn_out(&tx, rules, person).await?;
            tx.commit().await?;
        }
        return Err(ArrivalRefusal::NoGroup.into());
    }
    let (recognised, account) = find(&tx, &arrival).await?;
    let (person, account) = match (recognised, account) {
        (Recognised::Account(person), Some(account)) => (person, account),
        (Recognised::Address(person), _) => (person, bind(&tx, &arrival, person).await?),
        (Recognised::Newcomer | Recognised::Account(_), _) => {
            let person = add(&tx, &arrival).await?;
            (person, bind(&tx, &arrival, person).await?)
        }
    };
    of_groups(&tx, rules, &arrival, person).await?;
    let known = store::lock_person(&tx, person).await?.ok_or(Failure::NotFound)?;
    let door = Door { account: Some(account), second_step: rules.second_step, company: false };
    let (signed_in, holder) = let_in(&tx, &known, door).await?;
    let row = ctx.ids().new_uuid(ctx.now());
    let given = Given {
        id: row,
        issuer: &arrival.issuer,
        called: redeemed.claims.text("sid"),
        sealed: redeemed.tokens.seal(keys, ctx.ids(), row),
    };
    store::keep_tokens(&tx, holder, given).await?;
    tx.commit().await?;
    Ok(signed_in)
}

type Found = (Recognised, Option<AccountId>);

async fn find(tx: &Tx, arrival: &StaffArrival) -> Result<Found, Failure<ArrivalRefusal>> {
    let staff = store::staff(tx).await?;
    let account = store::account(tx, &arrival.issuer, &arrival.subject).await?;
    // Who has the address is asked for only where the account says nobody.
    let same = arrival.email.as_ref().and_then(|email| with_address(&staff, email));
    let is_bound = match same {
        Some(person) => store::is_bound(tx, &arrival.issuer, person).await?,
        None => false,
    };
    let recognised = staff.recognise(arrival, account.map(|(_, person)| person), |_| is_bound)?;
    Ok((recognised, account.map(|(id, _)| id)))
}

fn with_address(staff: &Staff, email: &Email) -> Option<PersonId> {
    staff.people.values().find(|person| person.email.to_key() == email.to_key()).map(|person| person.id)
}

async fn bind(
    tx: &Tx,
    arrival: &StaffArrival,
    person: PersonId,
) -> Result<AccountId, Failure<ArrivalRefusal>> {
    let account = tx.ctx().new_id();
    store::add_account(tx, account, (&arrival.issuer, &arrival.subject), person).await?;
    note_private(tx, person, IdentityFact::AccountBound { account, person }).await?;
    Ok(account)
}

async fn add(tx: &Tx, arrival: &StaffArrival) -> Result<PersonId, Failure<ArrivalRefusal>> {
    let email = arrival.email.clone().ok_or(ArrivalRefusal::NoAddress)?;
    let name = arrival.name.clone().unwrap_or_else(|| email.to_string());
    let id = tx.ctx().new_id();
    store::raise_version(tx).await?;
    if !store::add_person(tx, id, &NewPerson { name, email, phone: None, language: Language::Da }).await? {
        return Err(ArrivalRefusal::AddressTaken.into());
    }
    note(tx, id, IdentityFact::PersonAdded { person: id }).await?;
    Ok(id)
}

/// Name, address, roles and teams as the provider says; nothing is written where nothing changes.
pub(super) async fn of_groups(
    tx: &Tx,
    rules: &StaffRules,
    arrival: &StaffArrival,
    person: PersonId,
) -> Result<(), Failure<ArrivalRefusal>> {
    let seen = store::staff(tx).await?;
    let wanted = |staff: &Staff| {
        let held = staff.roles.get(&person).cloned().unwrap_or_default();
        let roles = rules.roles_after(&held, &arrival.roles);
        let teams = rules.teams_after(staff, &staff.own_teams(person), &arrival.teams);
        (held, roles, teams)
    };
    let (held, roles, teams) = wanted(&seen);
    let is_same = held == roles && teams == seen.own_teams(person);
    if is_same && seen.people.get(&person).is_some_and(|known| renamed(&seen, known, arrival).is_none()) {
        return Ok(());
    }
    // From here on nobody else changes people, so it is looked at once more.
    store::raise_version(tx).await?;
    let staff = store::staff(tx).await?;
    let (_, roles, teams) = wanted(&staff);
    write_roles(tx, &staff, person, &roles).await.map_err(never)?;
    write_teams(tx, &staff, person, &teams).await.map_err(never)?;
    let known = staff.people.get(&person).ok_or(Failure::NotFound)?;
    if let Some((name, email)) = renamed(&staff, known, arrival) {
        let (phone, language) = (known.phone.clone(), known.language);
        store::change_person(tx, person, &NewPerson { name, email: email.clone(), phone, language }).await?;
        store::change_address(tx, person, &email).await?;
        note(tx, person, IdentityFact::PersonChanged { person }).await?;
    }
    Ok(())
}

/// The name and the address that the provider now knows somebody by, where they are others. An address that somebody else has
/// stays theirs.
fn renamed(staff: &Staff, known: &Person, arrival: &StaffArrival) -> Option<(String, Email)> {
    let name = arrival.name.as_ref().filter(|name| model::check_name(name).is_ok()).unwrap_or(&known.name);
    let free = |email: &&Email| with_address(staff, email).is_none_or(|holder| holder == known.id);
    let email = arrival.email.as_ref().filter(free).unwrap_or(&known.email);
    (*name != known.name || email.to_key() != known.email.to_key()).then(|| (name.clone(), email.clone()))
}

/// Takes what the groups no longer give, and ends every session.
pub(super) async fn turn_out(
    tx: &Tx,
    rules: &StaffRules,
    person: PersonId,
) -> Result<(), Failure<ArrivalRefusal>> {
    store::raise_version(tx).await?;
    let staff = store::staff(tx).await?;
    let held = staff.roles.get(&person).cloned().unwrap_or_default();
    let roles = rules.roles_after(&held, &BTreeSet::<Role>::new());
    let teams = rules.teams_after(&staff, &staff.own_teams(person), &BTreeSet::new());
    write_roles(tx, &staff, person, &roles).await.map_err(never)?;
    write_teams(tx, &staff, person, &teams).await.map_err(never)?;
    for session in store::revoke_sessions(tx, Holder::Person(person), Sessions::AllBut(None)).await? {
        note_private(tx, session, IdentityFact::SessionEnded { session }).await?;
    }
    store::revoke_links(tx, Holder::Person(person)).await?;
    Ok(())
}

/// Begins a session, or asks for the code from the telephone where the person has one and the provider asked for none.
/// Returns the session or the link as well, for which is kept what the provider gave.
async fn let_in(tx: &Tx, person: &Person, door: Door) -> Result<(SignedIn, Uuid), StoreError> {
    if door.second_step || !matches!(person.second_step, SecondStep::On { .. }) {
        let (token, session) = begin_session_as(tx, person.id, door).await?;
        return Ok((SignedIn::Done(token), session.into()));
    }
    let token = Token::random(tx.ctx().ids());
    let link = Link::new(tx.ctx().new_id(), Purpose::SecondStep, Holder::Person(person.id), tx.ctx().now());
    let (link, id) = (Link { account: door.account, ..link }, link.id);
    keep_link(tx, &link, &token).await?;
    Ok((SignedIn::SecondStep(token), id.into()))
}

/// Roles that configuration may name can be given, and teams that are there joined.
fn never(failure: Failure<PersonRefusal>) -> Failure<ArrivalRefusal> {
    failure.map_refusal(Failure::internal)
}
