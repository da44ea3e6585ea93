//! Signing in and what links do. Anyone may ask: what lets someone in is the secret, never a permission.

use kernel::{Actor, Code, Ctx, Email, Failure, PersonId};
use storage::{Db, Keys, StoreError, Token, Tx};

use super::{ADMINISTER, note_private};
use crate::{
    IdentityFact,
    jobs::{MailLink, TellOfEmergency},
    model::{
        self, Holder, Link, LinkId, LinkRefusal, PasswordRefusal, PersonRefusal, Purpose, SecondStep,
        SessionId, SignInRefusal,
    },
    password,
    second_step::opened,
    store::{self, Credentials, Door, Sessions},
};

/// How far a sign-in came.
#[derive(Debug)]
pub enum SignedIn {
    /// In. The token goes into the cookie.
    Done(Token),
    /// The password was right; a code from the telephone is still to come, together with this token.
    SecondStep(Token),
}

/// What a password is here.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum PasswordIs {
    /// How one signs in.
    #[default]
    Ordinary,
    /// For emergencies: people sign in by a provider. Each use is a line of its own in the journal and told to the
    /// administrators.
    ForEmergencies,
}

/// Checks address and password. The time and the answer are the same whether or not there is such a person.
pub async fn by_password(
    db: &Db,
    ctx: &Ctx,
    email: &str,
    password: String,
    password_is: PasswordIs,
) -> Result<SignedIn, Failure<SignInRefusal>> {
    let read = db.read(ctx);
    let known = match email.parse::<Email>() {
        Ok(email) => store::credentials(&read, &email).await?,
        Err(_) => None,
    };
    let known = known.filter(|known| known.person.left_at.is_none());
    let too_long = password.len() > model::PASSWORD_BYTES_MAX;
    let hash = known.as_ref().and_then(|known| known.password_hash.clone()).filter(|_| !too_long);
    let password = if too_long { String::new() } else { password };
    let matches = password::matches(password, hash.clone()).await?;
    let Some(known) = known.filter(|_| matches) else { return Err(SignInRefusal::NoMatch.into()) };
    let tx = db.begin_write(ctx).await?;
    // Between the check and now the password may have been changed, or the person may have left.
    let now = store::credentials(&tx, &known.person.email).await?;
    let Some(now) = now.filter(|now| now.person.left_at.is_none() && now.password_hash == hash) else {
        return Err(SignInRefusal::NoMatch.into());
    };
    let signed_in = match now.person.second_step {
        SecondStep::Off { .. } => SignedIn::Done(by_own_password(&tx, now.person.id, password_is).await?),
        SecondStep::On { .. } => {
            let token = Token::random(ctx.ids());
            let holder = Holder::Person(now.person.id);
            keep_link(&tx, &Link::new(ctx.new_id(), Purpose::SecondStep, holder, ctx.now()), &token).await?;
            SignedIn::SecondStep(token)
        }
    };
    tx.commit().await?;
    Ok(signed_in)
}

/// Whose the second step is, so that tries can be counted; `None` when it is over.
pub async fn second_step_of(db: &Db, ctx: &Ctx, token: &Token) -> Result<Option<PersonId>, Failure> {
    let link = store::link(&db.read(ctx), &token.hash()).await?;
    let link = link.filter(|link| link.purpose == Purpose::SecondStep && link.check(ctx.now()).is_ok());
    Ok(link.and_then(|link| match link.holder {
        Holder::Person(person) => Some(person),
        Holder::Contact(_) => None,
    }))
}

/// Checks the code from the telephone, or a recovery code.
pub async fn by_code(
    db: &Db,
    ctx: &Ctx,
    keys: &Keys,
    token: &Token,
    code: &str,
    password_is: PasswordIs,
) -> Result<Token, Failure<SignInRefusal>> {
    let tx = db.begin_write(ctx).await?;
    let link = store::link(&tx, &token.hash()).await?.filter(|link| link.purpose == Purpose::SecondStep);
    let link = link.filter(|link| link.check(ctx.now()).is_ok()).ok_or(SignInRefusal::Spent)?;
    let Holder::Person(person) = link.holder else { return Err(SignInRefusal::Spent.into()) };
    let known = store::lock_person(&tx, person).await?.filter(|known| known.left_at.is_none());
    let Some(known) = known else { return Err(SignInRefusal::Spent.into()) };
    let SecondStep::On { recovery: before, .. } = known.second_step else {
        return Err(SignInRefusal::Spent.into());
    };
    let step = opened(keys, &known, code, ctx.now()).ok_or(SignInRefusal::Code)?;
    if !store::use_link(&tx, link.id).await? {
        return Err(SignInRefusal::Spent.into());
    }
    if matches!(step, SecondStep::On { recovery, .. } if recovery != before) {
        note_private(&tx, person, IdentityFact::RecoveryCodeUsed { person }).await?;
    }
    store::set_second_step(&tx, person, step).await?;
    let session = if link.account.is_some() {
        let (session, id) =
            begin_session_as(&tx, person, Door { account: link.account, ..Door::default() }).await?;
        store::hand_tokens_over(&tx, link.id, id).await?;
        session
    } else {
        by_own_password(&tx, person, password_is).await?
    };
    tx.commit().await?;
    Ok(session)
}

/// Signs in as one of the demo's people. The caller has made sure that this is the demo, on a loopback address.
pub async fn as_demo_person(db: &Db, ctx: &Ctx, person: PersonId) -> Result<Token, Failure> {
    let tx = db.begin_write(ctx).await?;
    let known =
        store::person(&tx, person).await?.filter(|known| known.left_at.is_none()).ok_or(Failure::NotFound)?;
    let token = begin_session(&tx, known.id, Door::default()).await?;
    tx.commit().await?;
    Ok(token)
}

/// Begins a session by a password of ours, and says so where passwords are for emergencies.
async fn by_own_password(tx: &Tx, person: PersonId, password_is: PasswordIs) -> Result<Token, StoreError> {
    let (token, session) = begin_session_as(tx, person, Door::default()).await?;
    if password_is == PasswordIs::ForEmergencies {
        note_private(tx, person, IdentityFact::EmergencyPasswordUsed { session, person }).await?;
        tx.enqueue(&TellOfEmergency { session, person, at: tx.ctx().now() }).await?;
    }
    Ok(token)
}

async fn begin_session<R>(tx: &Tx, person: PersonId, from: Door) -> Result<Token, Failure<R>> {
    Ok(begin_session_as(tx, person, from).await?.0)
}

/// The same, with the session's id.
pub(super) async fn begin_session_as(
    tx: &Tx,
    person: PersonId,
    from: Door,
) -> Result<(Token, SessionId), StoreError> {
    let (token, session) = (Token::random(tx.ctx().ids()), tx.ctx().new_id());
    store::add_session(tx, session, &token.hash(), Holder::Person(person), from).await?;
    note_private(tx, person, IdentityFact::SignedIn { session, person }).await?;
    Ok((token, session))
}

/// Ends the session of a cookie. A session that has ended already has ended.
pub async fn out(db: &Db, ctx: &Ctx, token: &Token) -> Result<(), Failure> {
    let tx = db.begin_write(ctx).await?;
    if let Some(session) = store::session(&tx, &token.hash()).await?.map(|known| known.session) {
        let holder = match session.actor {
            Actor::Staff(person) => Some(Holder::Person(person)),
            Actor::Contact(contact) => Some(Holder::Contact(contact)),
            _ => None,
        };
        let Some(holder) = holder else { return Ok(()) };
        for session in store::revoke_sessions(&tx, holder, Sessions::One(session.id)).await? {
            note_private(&tx, session, IdentityFact::SessionEnded { session }).await?;
        }
    }
    tx.commit().await?;
    Ok(())
}

/// The id of the session of a cookie.
pub async fn session_of(db: &Db, ctx: &Ctx, token: &Token) -> Result<Option<SessionId>, Failure> {
    Ok(store::session(&db.read(ctx), &token.hash()).await?.map(|known| known.session.id))
}

/// What stands behind the token of a link: the same for the same link, nothing without the installation's key. The job
/// that mails it makes it again, so that no queue holds it.
pub fn token_of(keys: &Keys, link: LinkId) -> Token {
    keys.token("identity-link", link.into(), 1)
}

/// Invites someone to choose a password. An earlier invitation stops working.
pub async fn invite(
    db: &Db,
    ctx: &Ctx,
    keys: &Keys,
    person: PersonId,
) -> Result<Token, Failure<PersonRefusal>> {
    ctx.require(ADMINISTER)?;
    let tx = db.begin_write(ctx).await?;
    let known = store::person(&tx, person).await?.ok_or(Failure::NotFound)?;
    if known.left_at.is_some() {
        return Err(PersonRefusal::HasLeft.into());
    }
    let token = send_link(&tx, keys, Purpose::Invitation, Holder::Person(person)).await?;
    tx.commit().await?;
    Ok(token)
}

/// As [`invite`], for someone who is known by the address that they sign in by, and in place of every link given out before.
pub async fn invite_by_email(
    db: &Db,
    ctx: &Ctx,
    keys: &Keys,
    email: &Email,
) -> Result<(PersonId, Token), Failure<PersonRefusal>> {
    ctx.require(ADMINISTER)?;
    let tx = db.begin_write(ctx).await?;
    let known = store::credentials(&tx, email).await?.ok_or(Failure::NotFound)?.person;
    if known.left_at.is_some() {
        return Err(PersonRefusal::HasLeft.into());
    }
    store::revoke_links(&tx, Holder::Person(known.id)).await?;
    let token = send_link(&tx, keys, Purpose::Invitation, Holder::Person(known.id)).await?;
    tx.commit().await?;
    Ok((known.id, token))
}

/// Sends a link for a new password, if the address is someone's; where passwords are for emergencies, if it is someone's who
/// has one. The caller answers before this ends: neither the words
/// nor the time tell whether there is such a person.
pub async fn ask_new_password(
    db: &Db,
    ctx: &Ctx,
    keys: &Keys,
    email: &Email,
    password_is: PasswordIs,
) -> Result<(), Failure> {
    let known = store::credentials(&db.read(ctx), email).await?;
    let known = known.filter(|known| known.person.left_at.is_none());
    let may = |known: &Credentials| password_is == PasswordIs::Ordinary || known.password_hash.is_some();
    let Some(known) = known.filter(may) else { return Ok(()) };
    let tx = db.begin_write(ctx).await?;
    send_link(&tx, keys, Purpose::NewPassword, Holder::Person(known.person.id)).await?;
    tx.commit().await?;
    Ok(())
}

/// Sends a company's contact a link to sign in by. Whoever reads the mail of the address may see what was sent from it,
/// and nothing else of any company.
pub async fn ask_sign_in_link(db: &Db, ctx: &Ctx, keys: &Keys, email: &Email) -> Result<(), Failure> {
    let tx = db.begin_write(ctx).await?;
    let contact = store::contact_of(&tx, email).await?;
    send_link(&tx, keys, Purpose::SignIn, Holder::Contact(contact)).await?;
    tx.commit().await?;
    Ok(())
}

pub(super) async fn send_link<R>(
    tx: &Tx,
    keys: &Keys,
    purpose: Purpose,
    holder: Holder,
) -> Result<Token, Failure<R>> {
    let link = Link::new(tx.ctx().new_id(), purpose, holder, tx.ctx().now());
    let token = token_of(keys, link.id);
    keep_link(tx, &link, &token).await?;
    tx.enqueue(&MailLink { link: link.id, language: tx.ctx().language() }).await?;
    Ok(token)
}

/// The link of a secret, whatever became of it; `None` when it never was one, or was forgotten. A mail scanner that follows
/// a link changes nothing.
pub async fn find_link(db: &Db, ctx: &Ctx, token: &Token) -> Result<Option<Link>, Failure> {
    let link = store::link(&db.read(ctx), &token.hash()).await?;
    Ok(link.filter(|link| link.purpose != Purpose::SecondStep))
}

/// Sends a new link in place of one that is spent, to the same mailbox: nobody types an address, and no page shows one.
/// Whoever has left, or was forgotten, gets none.
pub async fn ask_again(db: &Db, ctx: &Ctx, keys: &Keys, spent: &Link) -> Result<(), Failure> {
    let tx = db.begin_write(ctx).await?;
    let (purpose, is_known) = match spent.holder {
        Holder::Person(person) => {
            let known = store::person(&tx, person).await?;
            (Purpose::NewPassword, known.is_some_and(|known| known.left_at.is_none()))
        }
        Holder::Contact(contact) => {
            (Purpose::SignIn, store::contacts(&tx, &[contact]).await?.contains_key(&contact))
        }
    };
    if is_known {
        send_link(&tx, keys, purpose, spent.holder).await?;
        tx.commit().await?;
    }
    Ok(())
}

/// Chooses a password by an invitation or a link for a new one, which is used up by this.
pub async fn choose_password(
    db: &Db,
    ctx: &Ctx,
    token: &Token,
    password: String,
    again: &str,
) -> Result<(), Failure<LinkRefusal>> {
    let read = db.read(ctx);
    let link = store::link(&read, &token.hash()).await?.ok_or(LinkRefusal::Unknown)?;
    link.check(ctx.now())?;
    let (Purpose::Invitation | Purpose::NewPassword, Holder::Person(person)) = (link.purpose, link.holder)
    else {
        return Err(LinkRefusal::Unknown.into());
    };
    let known = store::person(&read, person).await?.filter(|known| known.left_at.is_none());
    let known = known.ok_or(LinkRefusal::Unknown)?;
    model::check_password(&password, &known).map_err(LinkRefusal::Password)?;
    if password != again {
        return Err(LinkRefusal::Password(PasswordRefusal::Differs).into());
    }
    let hash = password::hash(ctx.ids(), password).await?;
    let tx = db.begin_write(ctx).await?;
    let works_here = store::lock_person(&tx, person).await?.is_some_and(|known| known.left_at.is_none());
    if !works_here || !store::use_link(&tx, link.id).await? {
        return Err(LinkRefusal::Used.into());
    }
    keep_password(&tx, person, hash).await?;
    tx.commit().await?;
    Ok(())
}

/// Signs a contact in by a link, which is used up by this.
pub async fn by_link(db: &Db, ctx: &Ctx, token: &Token) -> Result<Token, Failure<LinkRefusal>> {
    let tx = db.begin_write(ctx).await?;
    let link = store::link(&tx, &token.hash()).await?.ok_or(LinkRefusal::Unknown)?;
    link.check(ctx.now())?;
    let (Purpose::SignIn, Holder::Contact(contact)) = (link.purpose, link.holder) else {
        return Err(LinkRefusal::Unknown.into());
    };
    if !store::use_link(&tx, link.id).await? {
        return Err(LinkRefusal::Used.into());
    }
    let (session_token, session) = (Token::random(ctx.ids()), ctx.new_id());
    store::add_session(&tx, session, &session_token.hash(), Holder::Contact(contact), Door::default())
        .await?;
    note_private(&tx, contact, IdentityFact::ContactSignedIn { session, contact }).await?;
    tx.commit().await?;
    Ok(session_token)
}

/// Sets a password for someone, from the command line. People choose their own by a link.
pub async fn set_password(
    db: &Db,
    ctx: &Ctx,
    person: PersonId,
    password: String,
) -> Result<(), Failure<PasswordRefusal>> {
    ctx.require(ADMINISTER)?;
    let known = store::person(&db.read(ctx), person).await?.ok_or(Failure::NotFound)?;
    model::check_password(&password, &known)?;
    let hash = password::hash(ctx.ids(), password).await?;
    let tx = db.begin_write(ctx).await?;
    keep_password(&tx, person, hash).await?;
    tx.commit().await?;
    Ok(())
}

/// Keeps a password and ends every session that an earlier one began. No link that was sent before sets another.
async fn keep_password(tx: &Tx, person: PersonId, hash: String) -> Result<(), StoreError> {
    store::raise_version(tx).await?;
    store::set_password(tx, person, hash).await?;
    store::revoke_sessions(tx, Holder::Person(person), Sessions::AllBut(None)).await?;
    store::revoke_links(tx, Holder::Person(person)).await?;
    note_private(tx, person, IdentityFact::PasswordSet { person }).await
}

/// Writes a link down and says so.
pub(super) async fn keep_link(tx: &Tx, link: &Link, token: &Token) -> Result<(), StoreError> {
    store::add_link(tx, link, &token.hash()).await?;
    let purpose: Code = link.purpose.id().parse().unwrap_or_else(|_| unreachable!("purposes are codes"));
    // The second step is no link that anyone is sent.
    if link.purpose == Purpose::SecondStep {
        return Ok(());
    }
    let subject: uuid::Uuid = match link.holder {
        Holder::Person(person) => person.into(),
        Holder::Contact(contact) => contact.into(),
    };
    note_private(tx, subject, IdentityFact::LinkSent { link: link.id, purpose }).await
}

/// Signs everyone out and takes back every link, after a backup was restored: a session or a link that was ended or used
/// since it was made would open again. Returns how many sessions were open.
pub async fn sign_everyone_out(db: &Db, ctx: &Ctx) -> Result<u64, Failure> {
    ctx.require(ADMINISTER)?;
    let tx = db.begin_write(ctx).await?;
    let open = store::revoke_everything(&tx).await?;
    tx.commit().await?;
    Ok(open)
}
