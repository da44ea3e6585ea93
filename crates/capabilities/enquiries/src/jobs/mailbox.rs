//! The mailbox that companies write to: looked into by the clock, and by `samspil mail receive`.

use kernel::{Ctx, Failure};
use outreach::incoming::{
    Imap, ImapSettings, Incoming, MailSource, Maildir, MaildirSettings, SourceProblem, Unreadable,
};
use serde::{Deserialize, Serialize};
use storage::{Job, JobError};
use web::App;

use crate::{
    GuideState,
    commands::{self, Placed},
    model::CaseRefusal,
};

/// Looks into the mailbox.
#[derive(Debug, Serialize, Deserialize)]
pub struct FetchMail {}
impl Job for FetchMail {
    const KIND: &'static str = "enquiries.fetch_mail";
}

/// Where mail comes in, as the operator has said.
#[derive(Debug, Clone, Default)]
pub struct Mailbox {
    /// A folder on this machine.
    pub maildir: Option<MaildirSettings>,
    /// A mailbox on another.
    pub imap: Option<ImapSettings>,
    /// The name by which the receiving mail server signs what it finds out about senders (RFC 8601, authserv-id).
    pub authentication_results: Option<String>,
}

impl Mailbox {
    fn sources(&self) -> Result<Vec<Box<dyn MailSource>>, SourceProblem> {
        let mut sources: Vec<Box<dyn MailSource>> = Vec::new();
        if let Some(settings) = &self.maildir {
            sources.push(Box::new(Maildir::open(settings)?));
        }
        if let Some(settings) = &self.imap {
            sources.push(Box::new(Imap::new(settings.clone())?));
        }
        Ok(sources)
    }
}

/// Why a mail was not taken in.
#[derive(Debug, thiserror::Error)]
pub enum MailTrouble {
    /// It is none, or has no sender.
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
    /// The mailbox cannot be read.
    #[error(transparent)]
    Source(#[from] SourceProblem),
    /// The program could not; it may later.
    #[error(transparent)]
    Program(#[from] Failure<CaseRefusal>),
}

/// Takes one mail in, as it came over the wire.
pub async fn take_in(app: &App, bytes: &[u8]) -> Result<Placed, MailTrouble> {
    let mail = Incoming::parse(bytes)?;
    let tenant = commands::tenant_of(app, &mail);
    Ok(Box::pin(commands::receive(app, app.kept::<GuideState>(), tenant, mail)).await?)
}

/// Takes in all that lies in a mailbox. What cannot be read is set aside for a person; what the program could not take now
/// stays where it is. Returns what became of each that was taken.
pub async fn empty(app: &App, source: &mut dyn MailSource) -> Result<Vec<Placed>, MailTrouble> {
    let mut placed = Vec::new();
    while let Some(mail) = source.next().await? {
        match take_in(app, &mail.bytes).await {
            Ok(one) => {
                source.committed(&mail).await?;
                placed.push(one);
            }
            Err(MailTrouble::Unreadable(why)) => {
                tracing::warn!(%why, "a mail cannot be read and is set aside in the mailbox");
                source.set_aside(&mail).await?;
            }
            Err(trouble) => return Err(trouble),
        }
    }
    Ok(placed)
}

/// The mailbox is one for all municipalities: it is looked into once, in the name of the first.
pub(super) async fn fetch(app: &App, ctx: &Ctx) -> Result<(), JobError> {
    if ctx.tenant() != app.first_site().tenant {
        return Ok(());
    }
    let Some(mailbox) = app.kept.get::<Mailbox>() else { return Ok(()) };
    let emptied = async {
        for mut source in mailbox.sources()? {
            Box::pin(empty(app, source.as_mut())).await?;
        }
        Ok::<(), MailTrouble>(())
    };
    Box::pin(emptied).await.map_err(|trouble| {
        tracing::warn!(%trouble, "the mailbox could not be emptied");
        JobError::retry("mailbox")
    })
}
