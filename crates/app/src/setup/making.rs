//! Makes what was answered, in an order that can be run again: the file, the database, the teams, the people, the topics, the
//! goals.

use std::collections::BTreeSet;

use anyhow::{Context, Result, anyhow};
use enquiries::{GuideState, access, commands as guide, guide::OTHER, model::NewGoal};
use identity::{
    commands as people,
    commands::sign_in,
    model::{NewPerson, PersonRefusal, Post},
};
use kernel::{Actor, Code, Ctx, Failure, Language, PersonId, Reach, Role, TeamId};
use storage::{Durability, Token};
use web::App;

use super::answers::{Answers, Someone};
use crate::{
    configuration::{Configuration, FILE},
    first,
    place::Place,
    start::{self, Settings},
};

/// What was made.
pub struct Made {
    /// Everyone with the link by which they sign in the first time.
    pub people: Vec<(Someone, String)>,
    /// How many topics were set.
    pub topics: usize,
}

/// Makes it.
pub async fn make(
    place: &Place,
    configuration: &Configuration,
    answers: &Answers,
    text: &str,
) -> Result<Made> {
    place.make()?;
    write(place, text)?;
    let (clock, ids) = crate::commands::real();
    let settings = Settings::of(configuration, &answers.address, clock, ids)?;
    let db = start::open(place, Durability::Full).await?;
    let app = start::assemble(place, db, settings)?.app;
    first::teams(&app).await?;
    let ctx = people::operator("start", answers.code, app.clock.now(), app.ids.clone());
    let teams = app.ports.people.teams(&app.db.read(&ctx)).await?;
    let team = teams.iter().find(|team| team.key == answers.owner.as_str()).context("the team")?.id;
    let mut made = Made { people: Vec::new(), topics: 0 };
    let is_one = answers.people().count() == 1;
    for person in answers.people() {
        let is_officer = person == &answers.officer;
        let mut roles = BTreeSet::new();
        if is_officer {
            roles.insert(Role::BusinessConsultant);
        }
        if !is_officer || is_one {
            roles.insert(Role::Admin);
        }
        let place = people::Place { roles, teams: is_officer.then_some(team).into_iter().collect() };
        let (id, token) = person_with_link(&app, &ctx, person, place).await?;
        if is_officer {
            lead(&app, &ctx, team, id).await?;
        }
        let site = app.site(answers.code);
        made.people.push((person.clone(), site.link(&format!("/adgang/{}", token.as_str()))));
    }
    made.topics = topics(&app, answers).await?;
    app.db.close().await?;
    Ok(made)
}

/// Whole or not at all: what is cut off leaves the file that was there.
fn write(place: &Place, text: &str) -> Result<()> {
    let path = place.data.join(FILE);
    let beside = place.data.join(format!("{FILE}.new"));
    std::fs::write(&beside, text)
        .and_then(|()| std::fs::rename(&beside, &path))
        .with_context(|| format!("cannot write {}", path.display()))
}

/// Adds someone; whoever was added before gets a new link.
async fn person_with_link(
    app: &App,
    ctx: &Ctx,
    person: &Someone,
    place: people::Place,
) -> Result<(PersonId, Token)> {
    let new = NewPerson {
        name: person.name.clone(),
        email: person.email.clone(),
        phone: None,
        language: Language::Da,
    };
    let hire = people::NewHire { person: new, place };
    match people::hire_at_the_machine(&app.db, ctx, &app.keys, hire).await {
        Err(Failure::Refused(PersonRefusal::EmailTaken)) => {
            let invited = sign_in::invite_by_email(&app.db, ctx, &app.keys, &person.email).await;
            invited.map_err(|failure| anyhow!(failure.to_string()))
        }
        hired => hired.map_err(|failure| anyhow!(failure.to_string())),
    }
}

/// The first in a team leads it and takes its telephone, until someone else is chosen.
async fn lead(app: &App, ctx: &Ctx, team: TeamId, person: PersonId) -> Result<()> {
    let posts = [(Post::Leader, Some(person)), (Post::Duty, Some(person))];
    let given = people::give_posts(&app.db, ctx, team, &posts).await;
    given.map_err(|failure| anyhow!(failure.to_string()))
}

/// The chosen topics to the team, the rest to the telephone, and the goal as a proposal.
async fn topics(app: &App, answers: &Answers) -> Result<usize> {
    let reach = Reach { permissions: [access::CONTENT].into(), ..Reach::default() };
    let ctx = Ctx::new(
        answers.code,
        Actor::System("start"),
        std::sync::Arc::new(reach),
        Language::Da,
        app.clock.now(),
        app.ids.clone(),
    );
    let state = app.kept::<GuideState>();
    state.refresh(&app.db.read(&ctx)).await?;
    let set = guide::begin_with(app, state, &ctx, &answers.topics, &answers.owner).await;
    let set = set.map_err(|failure| anyhow!(failure.to_string()))?;
    let other: Option<Code> = OTHER.parse().ok();
    for topic in answers.topics.iter().chain(&other) {
        let goal = NewGoal {
            first_reply: answers.goal.min(2),
            answer: answers.goal,
            valid_from: app.calendar.local_date(app.clock.now()),
            decision: None,
        };
        let set = guide::set_goal(app, state, &ctx, topic, goal).await;
        set.map_err(|failure| anyhow!(failure.to_string()))?;
    }
    Ok(set)
}
