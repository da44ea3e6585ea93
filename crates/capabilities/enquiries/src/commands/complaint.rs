//! A complaint about one of us goes past that person and that person's teams.

use kernel::{CaseId, Code, Ctx, Failure, PersonId, Role};
use web::App;

use super::{Held, Outcome, Seen, code, teams};
use crate::{
    fact::EnquiryFact,
    guide_state::GuideState,
    mail,
    model::{About, CaseRefusal, Complaint, Desk, Subject, place_complaint},
    notify,
};

/// Whoever answers this topic answers complaints.
const COMPLAINTS: &str = "complaint-about-municipality";

/// Where a complaint goes, as the company wrote whom it is about; `None` where it is about nobody.
pub(super) async fn place_typed(
    app: &App,
    guide: &GuideState,
    ctx: &Ctx,
    about: Option<&About>,
) -> Outcome<Option<Complaint>> {
    match about {
        Some(about) => Ok(Some(place(app, guide, ctx, &Subject::Words(about.name.clone())).await?)),
        None => Ok(None),
    }
}

async fn place(app: &App, guide: &GuideState, ctx: &Ctx, subject: &Subject) -> Outcome<Complaint> {
    let read = app.db.read(ctx);
    let teams = teams(app, ctx).await?;
    let complaints: Code = code(COMPLAINTS);
    let key = guide.topic(ctx.tenant(), &complaints).map(|topic| topic.team);
    let answering = teams.values().find(|team| key.as_ref().is_some_and(|key| team.key == key.as_str()));
    let answering = answering.or_else(|| teams.values().find(|team| team.key == "business"));
    let answering = answering.ok_or(CaseRefusal::NoTopic)?.id;
    let people: Vec<PersonId> = teams.values().flat_map(|team| team.members.iter().copied()).collect();
    let people = app.ports.people.people(&read, &people).await?;
    let desks: Vec<Desk> = teams
        .values()
        .map(|team| Desk {
            team: team.id,
            names: vec![team.name_da.clone(), team.name_en.clone()],
            leader: team.leader,
            members: team
                .members
                .iter()
                .filter_map(|id| people.get(id).map(|person| (*id, person.name.clone())))
                .collect(),
        })
        .collect();
    let is_there = match subject {
        Subject::Person(person) => people.contains_key(person),
        Subject::Team(team) => teams.contains_key(team),
        Subject::Words(_) => true,
    };
    if !is_there {
        return Err(CaseRefusal::NoSubject.into());
    }
    let administrators = app.ports.people.with_role(&read, Role::Admin).await?;
    let placed = place_complaint(subject, answering, &desks, &administrators);
    Ok(placed.ok_or(CaseRefusal::NobodyReads)?)
}

/// One of us says whom a case complains about: it goes where that one does not see it, and whoever said so may lose it.
pub async fn complain(
    app: &App,
    guide: &GuideState,
    ctx: &Ctx,
    id: CaseId,
    seen: impl Into<Seen>,
    subject: &Subject,
) -> Outcome {
    let placed = place(app, guide, ctx, subject).await?;
    let Some(held) = Held::of_team(app, ctx, id, seen).await? else { return Ok(()) };
    let case = held.before.clone().complain(placed, ctx.now())?;
    let about = if case.about_team.is_some() { code("team") } else { code("person") };
    held.save(&case).await?;
    held.wall_off(&[]).await?;
    held.journal(&case, &EnquiryFact::Complained { about, to: case.team }).await?;
    if case.team != held.before.team {
        held.move_promises(case.team).await?;
        held.mail(&case, mail::ToCompany::HandedOver).await?;
    }
    let team = held.here.teams.get(&case.team).ok_or(Failure::NotFound)?;
    held.teller().team(&case, team, notify::Kind::Complaint).await?;
    held.commit().await
}
