//! What the company gets by mail. Written in the transaction that causes it, delivered after commit.
//!
//! A receipt never repeats what the company wrote; a mail on a confidential topic holds a link and nothing else.

mod digest;
mod notice;

use kernel::{Code, Ctx, Failure, Visibility};
use outreach::{LegalBasis, NewMessage};
use ports::TeamCard;
use storage::{StoreError, Tx};
use web::{App, Argument, Letter, told_on_collection};

use crate::{
    commands::{ANSWER_ABOVE, link},
    guide_state::GuideState,
    model::{Case, CaseState, EntryKind, Outcome},
    web::acute,
};

pub(crate) use digest::{Digest, Listed, to_person as digest_to};
pub(crate) use notice::{Addressee, Unsent, is_notice, to_person, told_by, unsent};

/// What is to be told.
#[derive(Debug, Clone, Copy)]
pub enum ToCompany<'a> {
    /// Confirm the address first.
    Confirm,
    /// We have it; who answers until when. Without an adopted service goal there is no date: we ring.
    Receipt {
        /// The last day.
        due: Option<chrono::NaiveDate>,
    },
    /// We replied.
    Reply {
        /// The words.
        text: &'a str,
    },
    /// We need more.
    Question {
        /// The words.
        text: &'a str,
    },
    /// It has ended.
    Closed {
        /// The words.
        text: &'a str,
        /// How.
        outcome: Outcome,
    },
    /// It asked the same again: what it wrote is in the case that is open.
    Repeated,
    /// Another team has it now.
    HandedOver,
    /// Links given out so far open nothing any more: here is another.
    NewLink,
    /// It is read together with another enquiry.
    Merged {
        /// The other.
        into: &'a Case,
    },
}

impl ToCompany<'_> {
    const fn key(self) -> &'static str {
        match self {
            Self::Confirm => "confirm",
            Self::Receipt { .. } => "receipt",
            Self::Reply { .. } => "reply",
            Self::Question { .. } => "question",
            Self::Closed { .. } => "closed",
            Self::Repeated => "repeated",
            Self::HandedOver => "handed-over",
            Self::NewLink => "new-link",
            Self::Merged { .. } => "merged",
        }
    }
}

/// Why a mail could not be written.
#[derive(Debug, thiserror::Error)]
pub enum MailError {
    /// The database said no.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The template could not be filled in.
    #[error(transparent)]
    Template(#[from] askama::Error),
}

impl<R> From<MailError> for Failure<R> {
    fn from(error: MailError) -> Self {
        match error {
            // As what it is, so that a full disk is still told as one.
            MailError::Store(error) => error.into(),
            MailError::Template(error) => Self::internal(error),
        }
    }
}

/// Writes a mail to the company.
pub async fn to_company(
    tx: &Tx,
    app: &App,
    case: &Case,
    team: Option<&TeamCard>,
    what: ToCompany<'_>,
) -> Result<(), MailError> {
    if case.erased_at.is_some() {
        // Nobody is left to write to.
        return Ok(());
    }
    let language = case.language;
    let letter = letter(app, tx.ctx(), case, team, what);
    let (text, html) = letter.bodies(app.site(tx.ctx().tenant()))?;
    let key = format!("enquiries:{}:{}:{}", case.id, what.key(), case.version);
    let message = NewMessage {
        purpose: purpose(what),
        basis: LegalBasis::OwnRequest,
        to: case.contact.email.clone(),
        to_name: case.contact.name.clone(),
        language,
        subject: letter.subject,
        text,
        html,
        reference: case.id.uuid(),
        party: Some(case.party),
        visibility: if case.confidential { Visibility::Team } else { Visibility::Party },
        good_until: None,
        key,
    };
    outreach::send(tx, message).await?;
    Ok(())
}

/// What the mail is for that carries an entry of a kind to the company.
pub(crate) fn purpose_of(kind: EntryKind) -> Option<Code> {
    match kind {
        EntryKind::Reply => Some(purpose(ToCompany::Reply { text: "" })),
        EntryKind::Question => Some(purpose(ToCompany::Question { text: "" })),
        EntryKind::Closing => Some(purpose(ToCompany::Closed { text: "", outcome: Outcome::Answered })),
        EntryKind::FromCompany | EntryKind::Note | EntryKind::Part => None,
    }
}

fn purpose(what: ToCompany<'_>) -> Code {
    let name = format!("enquiry-{}", what.key());
    name.parse().unwrap_or_else(|_| unreachable!("purposes are literals of the program"))
}

/// The letter; pure but for the words.
pub fn letter(app: &App, ctx: &Ctx, case: &Case, team: Option<&TeamCard>, what: ToCompany<'_>) -> Letter {
    let site = app.site(ctx.tenant());
    let language = case.language;
    let say = |key: &str, arguments: &[(&str, Argument)]| app.text(language, key, arguments);
    let team_name = team.map_or("", |team| team.name(language)).to_owned();
    let phone = team.map_or(&site.phone, |team| &team.phone).to_string();
    let mut arguments = vec![
        ("number", Argument::from(&case.number)),
        ("team", Argument::from(&team_name)),
        ("phone", Argument::from(&phone)),
        ("name", Argument::from(&case.contact.name)),
    ];
    if let ToCompany::Merged { into } = what {
        arguments.push(("other", Argument::from(&into.number)));
    }
    let key = what.key();
    let quote = match what {
        ToCompany::Reply { text } | ToCompany::Question { text } | ToCompany::Closed { text, .. }
            if !case.confidential =>
        {
            Some(text.to_owned())
        }
        _ => None,
    };
    let path = if case.state == CaseState::Unconfirmed { "/bekraeft" } else { "" };
    let address = site.link(&format!("/henvendelse/{}{path}", link(app, case).as_str()));
    // Whoever has to call the duty is not shown the team's telephone besides.
    let sound = if case.is_acute() && matches!(what, ToCompany::Receipt { .. }) { "-acute" } else { "" };
    let mut paragraphs = vec![say(&format!("enquiries-mail-{key}-body{sound}"), &arguments)];
    match what {
        ToCompany::Receipt { due: Some(due) } => {
            let date = kernel::format::date_long(due, language);
            paragraphs.insert(0, say("enquiries-mail-receipt-date", &[("date", Argument::from(date))]));
        }
        ToCompany::Receipt { due: None } => paragraphs.insert(0, say("enquiries-mail-receipt-ring", &[])),
        _ => {}
    }
    if case.is_acute() && matches!(what, ToCompany::Receipt { .. } | ToCompany::Repeated) {
        let duties = app.kept::<GuideState>().guide(ctx.tenant());
        let calls = acute::calls(app, site, language, duties.duties(), &case.acute);
        let numbers: Vec<String> = calls.iter().map(|call| format!("{} {}", call.who, call.shown)).collect();
        paragraphs.insert(0, say("enquiries-mail-acute", &[("numbers", Argument::from(numbers.join("; ")))]));
    }
    if let ToCompany::Closed { outcome, .. } = what {
        paragraphs.push(say(&format!("enquiries-mail-closed-{}", outcome.code()), &arguments));
        paragraphs.push(say("enquiries-mail-closed-more", &arguments));
    }
    if case.confidential && !matches!(what, ToCompany::Confirm | ToCompany::NewLink) {
        let key = match what {
            ToCompany::Receipt { .. } => "enquiries-mail-confidential-receipt",
            _ => "enquiries-mail-confidential",
        };
        paragraphs = vec![say(key, &arguments)];
    }
    if matches!(what, ToCompany::Receipt { .. }) {
        // Whoever wrote by mail, or was entered by one of us, has met no form.
        paragraphs.push(told_on_collection(app, ctx, language, "enquiries").join(" "));
    }
    Letter {
        subject: say(&format!("enquiries-mail-{key}-subject"), &arguments),
        answer_above: app.mailer.takes_answers().then(|| say(ANSWER_ABOVE, &[])),
        heading: say(&format!("enquiries-mail-{key}-heading"), &arguments),
        paragraphs,
        quote,
        link: Some((say(&format!("enquiries-mail-{key}-link"), &arguments), address)),
        sender: say("enquiries-mail-sender", &arguments),
        demo: site.demo.then(|| say("web-demo", &[])),
        language: language.tag(),
    }
}
