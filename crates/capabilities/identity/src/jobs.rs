//! What identity does after commit: mails a link.

use askama::Template;
use chrono::{DateTime, Utc};
use kernel::{Ctx, Email, Failure, Language, PersonId, Role, Visibility};
use outreach::{LegalBasis, NewMessage};
use serde::{Deserialize, Serialize};
use storage::{Job, JobError, JobHandler};
use uuid::Uuid;
use web::{App, Argument};

use crate::{
    ProviderError, StaffProviders,
    commands::{confirmation, sign_in},
    model::{Holder, LinkId, Purpose, SessionId},
    store,
};

/// Mails a link to whom it is for.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct MailLink {
    /// Which.
    pub link: LinkId,
    /// The language of the page on which it was asked for. One of us has a language of their own.
    #[serde(default)]
    pub language: Language,
}

impl Job for MailLink {
    const KIND: &'static str = "identity.mail-link";
}

/// Asks the provider that a session began by whether the person may still come in.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CheckSession {
    /// Which.
    pub session: SessionId,
}

impl Job for CheckSession {
    const KIND: &'static str = "identity.check-session";
}

/// Tells the administrators that somebody signed in by a password though people sign in by a provider.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct TellOfEmergency {
    /// Which session began by it.
    pub session: SessionId,
    /// Who.
    pub person: PersonId,
    /// When.
    pub at: DateTime<Utc>,
}

impl Job for TellOfEmergency {
    const KIND: &'static str = "identity.tell-of-emergency";
}

pub(crate) fn handlers() -> Vec<JobHandler<App>> {
    vec![JobHandler::new(mail_link), JobHandler::new(check_session), JobHandler::new(tell_of_emergency)]
}

/// A provider that does not answer is asked again when the session is next used: nobody is put out by its trouble for a while.
async fn check_session(app: App, ctx: Ctx, job: CheckSession) -> Result<(), JobError> {
    let Some(kept) = confirmation::kept(&app.db, &ctx, &app.keys, job.session).await? else { return Ok(()) };
    let provider = app.kept.get::<StaffProviders>().and_then(|providers| providers.of(ctx.tenant()));
    let Some(provider) = provider.filter(|provider| provider.is_called(&kept.account.issuer)) else {
        // Another provider stands in its place, or none: nobody vouches for this session.
        return confirmation::over(&app.db, &ctx, kept.account.id).await.map_err(not_noted);
    };
    let Some(refresh) = kept.tokens.refresh.clone() else { return Ok(()) };
    match provider.renew(refresh, ctx.now()).await {
        Ok(renewed) if renewed.is_of(&kept.account.subject) => {
            let rules = provider.rules();
            let of = (job.session, &kept);
            confirmation::confirm(&app.db, &ctx, &app.keys, rules, of, renewed).await.map_err(not_noted)
        }
        Ok(_) | Err(ProviderError::Over(_)) => {
            confirmation::over(&app.db, &ctx, kept.account.id).await.map_err(not_noted)
        }
        Err(error) => {
            tracing::warn!(%error, "the provider did not say whether somebody may still come in");
            Ok(())
        }
    }
}

#[derive(Template)]
#[template(path = "identity/mail/emergency.html")]
struct EmergencyMail<'a> {
    language: Language,
    greeting: &'a str,
    what: &'a str,
    known: &'a str,
    sender: &'a str,
}

async fn tell_of_emergency(app: App, ctx: Ctx, job: TellOfEmergency) -> Result<(), JobError> {
    let staff = store::staff(&app.db.read(&ctx)).await?;
    let site = app.site(ctx.tenant());
    let who = staff.name(job.person);
    let at = app.calendar.local(job.at).naive_local();
    let tx = app.db.begin_write(&ctx).await?;
    for admin in staff.with_role(Role::Admin).iter().filter_map(|id| staff.people.get(id)) {
        let language = admin.language;
        let t = |key: &str, arguments: &[(&str, Argument)]| app.text(language, key, arguments);
        let subject = t("identity-mail-emergency-subject", &[("who", who.as_str().into())]);
        let greeting = t("identity-mail-greeting", &[("name", admin.name.as_str().into())]);
        let at = kernel::format::date_and_time(at, language);
        let what = t("identity-mail-emergency-what", &[("who", who.as_str().into()), ("at", at.into())]);
        let known = t("identity-mail-emergency-known", &[]);
        let text = format!("{greeting}\n\n{what}\n\n{known}\n\n{}\n", site.name);
        let html =
            EmergencyMail { language, greeting: &greeting, what: &what, known: &known, sender: &site.name };
        let new = NewMessage {
            purpose: "identity-emergency".parse().map_err(|_| JobError::fail("purpose"))?,
            basis: LegalBasis::PublicTask,
            to: admin.email.clone(),
            to_name: admin.name.clone(),
            language,
            subject,
            text,
            html: html.render().map_err(|_| JobError::fail("template"))?,
            reference: job.person.into(),
            party: None,
            visibility: Visibility::Team,
            good_until: None,
            key: format!("identity-emergency-{}-{}", job.session, admin.id),
        };
        outreach::send(&tx, new).await?;
    }
    tx.commit().await?;
    Ok(())
}

fn not_noted<R>(failure: Failure<R>) -> JobError
where
    Failure<R>: std::fmt::Display,
{
    tracing::warn!(%failure, "what the provider said of a session was not noted");
    JobError::retry("database")
}

#[derive(Template)]
#[template(path = "identity/mail/link.html")]
struct LinkMail<'a> {
    language: Language,
    demo: Option<String>,
    greeting: &'a str,
    why: &'a str,
    what: &'a str,
    address: &'a str,
    until: &'a str,
    unasked: &'a str,
    sender: &'a str,
}

/// The words are put together here, so that neither the queue nor the journal holds address or secret.
async fn mail_link(app: App, ctx: Ctx, job: MailLink) -> Result<(), JobError> {
    let read = app.db.read(&ctx);
    let Some(link) = store::link_by_id(&read, job.link).await? else {
        return Err(JobError::fail("no-such-link"));
    };
    // A link that waited too long is written all the same: the outbox ends it, where an operator sees it.
    if link.used_at.is_some() {
        // Used, or another took its place: there is nothing left to send.
        return Ok(());
    }
    let (to, to_name, language, reference): (Email, String, Language, Uuid) = match link.holder {
        Holder::Person(id) => {
            let person = store::person(&read, id).await?.ok_or_else(|| JobError::fail("no-such-person"))?;
            (person.email, person.name, person.language, id.into())
        }
        Holder::Contact(id) => {
            let email = store::contacts(&read, &[id]).await?.remove(&id);
            let email = email.ok_or_else(|| JobError::fail("no-such-contact"))?;
            (email, String::new(), job.language, id.into())
        }
    };
    let site = app.site(ctx.tenant());
    let address = site.link(&format!("/adgang/{}", sign_in::token_of(&app.keys, link.id).as_str()));
    let t = |key: &str, arguments: &[(&str, Argument)]| app.text(language, key, arguments);
    let purpose = link.purpose.id();
    let until = app.calendar.local(link.expires_at).naive_local();
    let until = kernel::format::date_and_time(until, language);
    let subject =
        t(&format!("identity-mail-{purpose}-subject"), &[("municipality", site.name.as_str().into())]);
    let greeting = if to_name.is_empty() {
        t("identity-mail-greeting-plain", &[])
    } else {
        t("identity-mail-greeting", &[("name", to_name.as_str().into())])
    };
    let why = t(&format!("identity-mail-{purpose}-why"), &[("municipality", site.name.as_str().into())]);
    let what = t(&format!("identity-mail-{purpose}-what"), &[]);
    let until = t("identity-mail-until", &[("until", until.into())]);
    let unasked = t(&format!("identity-mail-{purpose}-unasked"), &[("phone", site.phone.to_string().into())]);
    let demo = site.demo.then(|| t("web-demo", &[]));
    let first = demo.as_ref().map(|demo| format!("{demo}\n\n")).unwrap_or_default();
    let text = format!(
        "{first}{greeting}\n\n{why}\n\n{what}:\n{address}\n\n{until}\n\n{unasked}\n\n{}\n",
        site.name
    );
    let html = LinkMail {
        language,
        demo,
        greeting: &greeting,
        why: &why,
        what: &what,
        address: &address,
        until: &until,
        unasked: &unasked,
        sender: &site.name,
    };
    let html = html.render().map_err(|_| JobError::fail("template"))?;
    let purpose_code = match link.purpose {
        Purpose::Invitation => "identity-invitation",
        Purpose::NewPassword => "identity-new-password",
        Purpose::SignIn => "identity-sign-in",
        Purpose::SecondStep => return Ok(()),
    };
    let new = NewMessage {
        purpose: purpose_code.parse().map_err(|_| JobError::fail("purpose"))?,
        basis: LegalBasis::OwnRequest,
        to,
        to_name,
        language,
        subject,
        text,
        html,
        reference,
        party: None,
        visibility: Visibility::Team,
        good_until: Some(link.expires_at),
        key: format!("identity-link-{}", link.id),
    };
    let tx = app.db.begin_write(&ctx).await?;
    outreach::send(&tx, new).await?;
    tx.commit().await?;
    Ok(())
}
