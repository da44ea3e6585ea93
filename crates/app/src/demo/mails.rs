//! Some mails that came in on the last evening: an enquiry to the old mailbox, an answer to one of ours, an officer's answer
//! from the mail that told of a case, and one that only a person can place. Taken as the program takes any mail.

use anyhow::{Context, Result, anyhow, bail};
use enquiries::{
    GuideState,
    commands::{self, Placed},
    model::{Case, CaseState, EntryKind},
    store::{self, CaseFilter},
};
use kernel::{CaseId, Ctx, Email, PersonId};
use outreach::{
    Message,
    incoming::{Incoming, ReplyKeys},
};
use ports::Roster;
use web::App;

/// Open cases that are looked at for one that a mail can be about.
const LOOKED_AT: u64 = 200;

/// Where the demo's mails are answered. Nothing is ever sent there.
const MAILBOX: &str = "svar@example.dk";

/// Takes them in.
pub async fn come_in(app: &App) -> Result<()> {
    let ctx = app.system("demo", app.sites.first().context("a demo has a municipality")?.tenant);
    let open = CaseFilter { open: true, ..CaseFilter::default() };
    let cases = store::newest(&app.db.read(&ctx), &open, LOOKED_AT).await?;
    let today = app.calendar.local_date(ctx.now());
    let here = app.ports.people.roster(&app.db.read(&ctx), today).await?;
    let old = ("Bodil Holm <bodil@holmscafe.example.dk>", MAILBOX.to_owned());
    let text = "Hej\n\nVi åbner en lille café i Hersted og vil gerne have borde ude på fortovet til foråret. \
                Skal vi søge om lov, og hvad koster det?\n\nVenlig hilsen\nBodil Holm, Holms Café";
    let placed = take(app, &ctx, old, ("Borde på fortovet", text)).await?;
    let Placed::Opened(opened) = placed else { bail!("a mail to the old mailbox became {placed:?}") };
    let passed_on = ("Jonas Birk <jonas.birk@example.dk>", MAILBOX.to_owned());
    let text = "Kan I tage den her? Den er landet hos mig.\n\n> Vi vil høre, om der er ledige lokaler til et værksted.";
    take(app, &ctx, passed_on, ("VS: Lokaler til et værksted", text)).await?;
    company(app, &ctx, &cases, opened).await?;
    officer(app, &ctx, &cases, &here).await
}

/// A company answers the receipt of an enquiry that is open.
async fn company(app: &App, ctx: &Ctx, cases: &[Case], but: CaseId) -> Result<()> {
    let fits = |case: &&Case| case.id != but && case.state == CaseState::Open && !case.confidential;
    for case in cases.iter().filter(fits) {
        if let Some(message) =
            newest(app, ctx, case, |message| message.purpose.as_str() == "enquiry-receipt").await?
        {
            let from = format!("{} <{}>", case.contact.name, case.contact.email);
            let text = "Tak for kvitteringen. Vi glemte at skrive, at det haster lidt: Vi skal bestille i næste uge.";
            take(
                app,
                ctx,
                (&from, address(app, ctx, &message)?),
                ("Sv: Vi har fået jeres henvendelse", text),
            )
            .await?;
            return Ok(());
        }
    }
    Ok(())
}

/// An officer answers a company from the mail that told of its enquiry.
async fn officer(app: &App, ctx: &Ctx, cases: &[Case], here: &Roster) -> Result<()> {
    for case in cases.iter().filter(|case| case.state == CaseState::Open && !case.confidential) {
        let Some(person) = case.assignee.and_then(|person| here.people.get(&person)) else { continue };
        if person.absent || !here.acts_for(person.id, case.team) || !case.wall.is_open() {
            continue;
        }
        let is_own = |message: &Message| {
            message.purpose.as_str().starts_with("enquiry-notice-") && went_to(message, person.id)
        };
        let Some(message) = newest(app, ctx, case, is_own).await? else { continue };
        let said = store::entries(&app.db.read(ctx), case.id, true).await?;
        if said.iter().any(|entry| entry.at > message.written_at && entry.kind != EntryKind::FromCompany) {
            continue;
        }
        let from = format!("{} <{}>", person.name, person.email);
        let text = format!(
            "Hej {}\n\nJa, det kan I godt. I skal ikke søge om noget, så længe det er som beskrevet. Ring endelig, hvis \
             der er mere.\n\nVenlig hilsen\n{}\n\n-- \n{}",
            case.contact.name, person.name, person.name
        );
        let to = address(app, ctx, &message)?;
        take(app, ctx, (&from, to), ("Sv: Der er skrevet i en henvendelse", &text)).await?;
        return Ok(());
    }
    Ok(())
}

/// Whether the key of the message says that it went to this person.
fn went_to(message: &Message, person: PersonId) -> bool {
    message.key.split(':').nth(2) == Some(person.to_string().as_str())
}

async fn newest(
    app: &App,
    ctx: &Ctx,
    case: &Case,
    fits: impl Fn(&Message) -> bool + Send,
) -> Result<Option<Message>> {
    let messages = outreach::messages_of(&app.db.read(ctx), &[case.id.uuid()]).await?;
    Ok(messages.into_iter().rfind(|message| fits(message)))
}

/// The address by which one of our mails is answered.
fn address(app: &App, ctx: &Ctx, message: &Message) -> Result<String> {
    let at: Email = MAILBOX.parse().map_err(|_| anyhow!("{MAILBOX} is no address"))?;
    Ok(app.kept::<ReplyKeys>().address(&at, ctx.tenant(), message.id).to_string())
}

async fn take(
    app: &App,
    ctx: &Ctx,
    (from, to): (&str, String),
    (subject, text): (&str, &str),
) -> Result<Placed> {
    let raw = format!(
        "From: {from}\r\nTo: {to}\r\nMessage-ID: <{}@mail.example.dk>\r\nSubject: {subject}\r\nMIME-Version: 1.0\r\n\
         Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n{}\r\n",
        ctx.ids().new_uuid(ctx.now()),
        text.replace('\n', "\r\n"),
    );
    let mail = Incoming::parse(raw.as_bytes())?;
    let placed = Box::pin(commands::receive(app, app.kept::<GuideState>(), ctx.tenant(), mail)).await;
    placed.map_err(|error| anyhow!("the demo's mail from {from}: {error:?}"))
}
