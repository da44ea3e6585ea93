//! Notices to our own: in the app and by mail, once per occasion.

use kernel::{Failure, PersonId};
use ports::TeamCard;
use storage::Tx;
use web::App;

use crate::{
    mail,
    model::{Case, CaseRefusal},
    store,
};

/// What happened. The text is the message `enquiries-notice-KIND`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A new enquiry for the team.
    New,
    /// The case was given to you.
    Assigned,
    /// The company wrote.
    CompanyWrote,
    /// The company took it back.
    Withdrawn,
    /// Another team offers a case.
    Offered,
    /// A case that was offered came back.
    CameBack,
    /// Another team asks for a part of an answer.
    PartAsked,
    /// The part that you asked for is there.
    PartAnswered,
    /// Someone was not content: call.
    CallBack,
    /// An answer is due tomorrow.
    DueTomorrow,
    /// Nobody has taken it.
    Unassigned,
    /// Nobody has replied.
    NoReply,
    /// A person must decide how it goes on.
    Decide,
}

impl Kind {
    /// The stored word, and the end of the message key.
    pub const fn text(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Assigned => "assigned",
            Self::CompanyWrote => "company-wrote",
            Self::Withdrawn => "withdrawn",
            Self::Offered => "offered",
            Self::CameBack => "came-back",
            Self::PartAsked => "part-asked",
            Self::PartAnswered => "part-answered",
            Self::CallBack => "call-back",
            Self::DueTomorrow => "due-tomorrow",
            Self::Unassigned => "unassigned",
            Self::NoReply => "no-reply",
            Self::Decide => "decide",
        }
    }
}

/// Tells whoever works on the case; where nobody does, the team.
pub async fn worker(
    tx: &Tx,
    app: &App,
    case: &Case,
    kind: Kind,
    once_key: &str,
) -> Result<(), Failure<CaseRefusal>> {
    if let Some(person) = case.assignee {
        return people(tx, app, case, &[person], kind, once_key).await;
    }
    let teams = app.ports.people.teams(&app.db.read(tx.ctx())).await?;
    match teams.iter().find(|one| one.id == case.team) {
        Some(owner) => people(tx, app, case, &on_duty(owner), kind, once_key).await,
        None => Ok(()),
    }
}

/// Tells a team: its duty person, else its leader, else everyone in it.
pub async fn team(
    tx: &Tx,
    app: &App,
    case: &Case,
    team: &TeamCard,
    kind: Kind,
) -> Result<(), Failure<CaseRefusal>> {
    people(tx, app, case, &on_duty(team), kind, &format!("{}-{}", kind.text(), case.version)).await
}

fn on_duty(team: &TeamCard) -> Vec<PersonId> {
    match team.duty.or(team.leader) {
        Some(person) => vec![person],
        None => team.members.clone(),
    }
}

/// Tells these people, each once per occasion, and never whom the case is about or who did it.
pub async fn people(
    tx: &Tx,
    app: &App,
    case: &Case,
    people: &[PersonId],
    kind: Kind,
    once_key: &str,
) -> Result<(), Failure<CaseRefusal>> {
    let told =
        |person: &&PersonId| Some(**person) != case.about_person && Some(**person) != tx.ctx().person();
    let people: Vec<PersonId> = people.iter().filter(told).copied().collect();
    let cards = app.ports.people.people(&app.db.read(tx.ctx()), &people).await?;
    for person in cards.values().filter(|person| !person.left) {
        if store::insert_notice(tx, person.id, case.id, kind.text(), once_key).await? {
            mail::to_person(tx, app, case, person, kind.text(), once_key).await?;
        }
    }
    Ok(())
}
