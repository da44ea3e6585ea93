//! Asking, once, whether someone wants the newsletter; the answer; and leaving.

use std::collections::BTreeMap;

use kernel::{Ctx, CvrNumber, Email, Failure, Language, TenantId, Visibility};
use outreach::{LegalBasis, NewMessage};
use serde::{Deserialize, Serialize};
use storage::{Job, StoreError, Token, Tx};
use web::{App, Letter};

use super::code;
use crate::{
    access::BRING,
    fact::RelationsFact,
    model::{Answer, Subscription, SubscriptionId, SubscriptionState, WhyNotAsked},
    retention::PERMISSION_RULE,
    store,
};

/// Addresses asked in one transaction.
const ASKED_AT_ONCE: usize = 100;
/// Where the link leads; the secret stands behind it.
const LINK: &str = "/nyhedsbrev/";

/// Asks everyone who may be asked.
#[derive(Debug, Serialize, Deserialize)]
pub struct AskPermission {}
impl Job for AskPermission {
    const KIND: &'static str = "relations.ask_permission";
}

/// By what an address is known again once it is gone: a keyed hash, another in each municipality.
pub fn email_hash(app: &App, tenant: TenantId, email: &Email) -> String {
    hex::encode(app.keys.mac("relations-newsletter", format!("{tenant}|{}", email.to_key()).as_bytes()))
}

/// The secret of the link by which someone answers or leaves.
pub fn leave_link(app: &App, id: SubscriptionId) -> Token {
    app.keys.token("relations-newsletter", id.uuid(), 1)
}

/// Whom would be asked, and whom not.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Asking {
    /// How many may be asked.
    pub may: u64,
    /// How many may not, and why.
    pub not: BTreeMap<WhyNotAsked, u64>,
}

async fn protected(
    app: &App,
    ctx: &Ctx,
    some: &[Subscription],
) -> Result<BTreeMap<CvrNumber, bool>, StoreError> {
    let numbers: Vec<CvrNumber> = some.iter().filter_map(|one| one.cvr).collect();
    let cards = app.ports.companies.companies(ctx, &numbers).await?;
    Ok(cards.into_iter().map(|(cvr, card)| (cvr, card.protected)).collect())
}

/// Counts whom would be asked.
pub async fn asking(app: &App, ctx: &Ctx) -> Result<Asking, Failure> {
    ctx.require(BRING)?;
    let (mut asking, mut after) = (Asking::default(), None);
    loop {
        let some = store::subscriptions_in(&app.db.read(ctx), "needed", after, store::AT_ONCE).await?;
        let Some(last) = some.last() else { return Ok(asking) };
        after = Some(last.id);
        let protected = protected(app, ctx, &some).await?;
        for one in &some {
            match one.may_be_asked(one.cvr.and_then(|cvr| protected.get(&cvr).copied())) {
                Some(Ok(())) => asking.may += 1,
                Some(Err(why)) => *asking.not.entry(why).or_default() += 1,
                None => {}
            }
        }
    }
}

/// Has everyone asked who may be.
pub async fn ask(app: &App, ctx: &Ctx) -> Result<(), Failure> {
    ctx.require(BRING)?;
    let tx = app.db.begin_write(ctx).await?;
    tx.enqueue_at(&AskPermission {}, ctx.now(), Some("all")).await?;
    Ok(tx.commit().await?)
}

/// Asks everyone who may be asked and was not yet. Each address once, however often this is begun.
pub async fn send_questions(app: &App, ctx: &Ctx) -> Result<(), Failure> {
    let mut after = None;
    loop {
        let some = store::subscriptions_in(&app.db.read(ctx), "needed", after, ASKED_AT_ONCE).await?;
        let Some(last) = some.last() else { return Ok(()) };
        after = Some(last.id);
        let protected = protected(app, ctx, &some).await?;
        let tx = app.db.begin_write(ctx).await?;
        for one in &some {
            let is_protected = one.cvr.and_then(|cvr| protected.get(&cvr).copied());
            let Some(one) = store::lock_subscription(&tx, one.id).await? else { continue };
            if !matches!(one.may_be_asked(is_protected), Some(Ok(()))) {
                continue;
            }
            outreach::send(&tx, question(app, ctx, &one)?).await?;
            let state = SubscriptionState::Asked { at: ctx.now() };
            tx.note(one.id.uuid(), Visibility::Staff, &RelationsFact::PermissionAsked).await?;
            store::save_subscription(&tx, &Subscription { state, ..one }).await?;
        }
        tx.commit().await?;
    }
}

/// The question, in Danish and once more in English: nobody knows which of them is read.
fn question(app: &App, ctx: &Ctx, to: &Subscription) -> Result<NewMessage, Failure> {
    let (site, language) = (app.site(ctx.tenant()), Language::Da);
    let town = || ("town", site.name.as_str().into());
    let days = app.rules().at(PERMISSION_RULE, app.calendar.local_date(ctx.now()));
    let days = u64::from(days.and_then(|rule| rule.value.days()).unwrap_or(DAYS_USUAL));
    let text = |key: &str| app.text(language, key, &[town(), ("days", days.into())]);
    let link = site.link(&format!("{LINK}{}", leave_link(app, to.id).as_str()));
    let letter = Letter {
        subject: text("relations-ask-subject"),
        answer_above: None,
        heading: text("relations-ask-heading"),
        paragraphs: vec![
            text("relations-ask-why"),
            text("relations-ask-no-answer"),
            text("relations-ask-basis"),
            app.text(Language::En, "relations-ask-why", &[town(), ("days", days.into())]),
        ],
        quote: None,
        link: Some((text("relations-ask-button"), link)),
        sender: app.text(
            language,
            "relations-ask-sender",
            &[town(), ("phone", site.phone.to_string().into()), ("email", site.email.to_string().into())],
        ),
        demo: site.demo.then(|| text("relations-ask-demo")),
        language: language.tag(),
    };
    let (plain, html) = letter.bodies(site).map_err(Failure::internal)?;
    Ok(NewMessage {
        purpose: code("newsletter-permission"),
        basis: LegalBasis::PublicTask,
        to: to.email.clone(),
        to_name: to.name.clone(),
        language,
        subject: letter.subject,
        text: plain,
        html,
        reference: to.id.uuid(),
        party: None,
        visibility: Visibility::Staff,
        good_until: None,
        key: format!("relations-permission-{}", to.id),
    })
}

/// How long an answer is waited for where no rule says.
const DAYS_USUAL: u16 = 30;

/// The holder of the link answers. Whoever leaves is remembered by a hash alone. `proof` says how it was said.
pub async fn answer(
    app: &App,
    ctx: &Ctx,
    token: &Token,
    answer: Answer,
    proof: String,
) -> Result<(), Failure> {
    let tx = app.db.begin_write(ctx).await?;
    let found = store::by_link(&tx, &token.hash()).await?.ok_or(Failure::NotFound)?;
    match answer {
        Answer::No => take_off(app, &tx, &found, "declined").await?,
        Answer::Yes if matches!(found.state, SubscriptionState::Consented { .. }) => {}
        Answer::Yes => {
            let on = app.calendar.local_date(ctx.now());
            let (id, state) = (found.id, SubscriptionState::Consented { on, proof });
            store::save_subscription(&tx, &Subscription { state, ..found }).await?;
            tx.note(id.uuid(), Visibility::Staff, &RelationsFact::Subscribed).await?;
        }
    }
    Ok(tx.commit().await?)
}

/// Takes an address off the list for whoever said so to one of us.
pub async fn strike(app: &App, ctx: &Ctx, id: SubscriptionId) -> Result<(), Failure> {
    ctx.require(BRING)?;
    let tx = app.db.begin_write(ctx).await?;
    let found = store::lock_subscription(&tx, id).await?.ok_or(Failure::NotFound)?;
    take_off(app, &tx, &found, "told-us").await?;
    Ok(tx.commit().await?)
}

/// Takes an address off the list whose holder did not answer in time, or wants to be forgotten.
pub async fn remove(app: &App, ctx: &Ctx, id: SubscriptionId, why: &'static str) -> Result<(), Failure> {
    let tx = app.db.begin_write(ctx).await?;
    if let Some(found) = store::lock_subscription(&tx, id).await? {
        take_off(app, &tx, &found, why).await?;
    }
    Ok(tx.commit().await?)
}

async fn take_off(app: &App, tx: &Tx, one: &Subscription, why: &str) -> Result<(), StoreError> {
    store::add_left(tx, &email_hash(app, tx.ctx().tenant(), &one.email), why).await?;
    store::delete_subscription(tx, one.id).await?;
    tx.note(one.id.uuid(), Visibility::Staff, &RelationsFact::Unsubscribed { why: code(why) }).await?;
    Ok(())
}
