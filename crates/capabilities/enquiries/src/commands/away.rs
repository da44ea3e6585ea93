//! Whoever is away or gone owes nothing: what is owed goes to who takes the work, and its dates stay.
//!
//! Asked again and again, it changes nothing that is in order: a case that has been moved is held by someone at work. Who is
//! back gets a case again when someone gives it back, or when the stand-in is of another team and may see it no more.

use kernel::{Ctx, PersonId, TeamId};
use ledger::PromiseState;
use ports::{OnDay, Roster};
use storage::LineFilter;
use web::App;

use super::{Held, Outcome, code, here};
use crate::{
    fact::EnquiryFact,
    model::Case,
    notify,
    store::{self, CASES_PER_PAGE, CaseFilter},
};

/// Moves that one case can have seen: far beyond what happens to one.
const LINES_MAX: u64 = 1_000;

/// Who takes today what is owed on these cases.
async fn on_day(app: &App, ctx: &Ctx, cases: &[Case]) -> Outcome<OnDay> {
    let today = app.calendar.local_date(ctx.now());
    let held = cases.iter().filter_map(|case| case.assignee.map(|person| (person, case.team)));
    let work: Vec<(PersonId, TeamId)> = held.collect();
    Ok(app.ports.people.on_day(&app.db.read(ctx), today, &work).await?)
}

/// Moves every open case that is owed and held by someone who cannot answer it today. Returns how many.
pub async fn move_owed(app: &App, ctx: &Ctx) -> Outcome<u64> {
    let here = here(app, ctx).await?;
    let filter = CaseFilter { open: true, assigned: true, ..CaseFilter::default() };
    let (mut page, mut moved) = (0, 0);
    loop {
        let cases = store::list(&app.db.read(ctx), &filter, page).await?;
        let day = on_day(app, ctx, &cases).await?;
        for case in &cases {
            let Some(from) = case.assignee else { continue };
            if reason(case, from, &day, &here).is_some() && move_one(app, ctx, case, from, &day).await? {
                moved += 1;
            }
        }
        if (cases.len() as u64) < CASES_PER_PAGE {
            return Ok(moved);
        }
        page += 1;
    }
}

/// Why someone may not keep a case today: a code.
fn reason(case: &Case, from: PersonId, day: &OnDay, here: &Roster) -> Option<&'static str> {
    let takes = day.taker(from, case.team) == Some(from);
    if day.is_away(from) {
        Some("absent")
    } else if !takes {
        Some("left")
    } else if case.wall.only.is_none() && !here.acts_for(from, case.team) {
        Some("back")
    } else {
        None
    }
}

async fn move_one(app: &App, ctx: &Ctx, case: &Case, from: PersonId, day: &OnDay) -> Outcome<bool> {
    let held = Held::begin(app, ctx, case.id).await?;
    let before = held.before.clone();
    let is_owed = held.promises.iter().any(|promise| promise.state == PromiseState::Open);
    let why = reason(&before, from, day, &held.here);
    let (Some(why), true) = (why, is_owed && before.state.is_open() && before.assignee == Some(from)) else {
        return Ok(false);
    };
    let may = |person: &PersonId| !before.wall.hides_from(Some(*person), held.here.teams_of(*person));
    let to = match (why, before.wall.only) {
        // For one alone: whoever leads in that one's place, unless it is about them. Nobody else may know that it is there.
        (_, Some(_)) => match day.leader(before.team) {
            Some(leader) if leader != from && !before.wall.people.contains(&leader) => Some(leader),
            _ => return Ok(false),
        },
        ("back", None) => came_from(&held, from, day).await?.filter(may),
        (_, None) => day.taker(from, before.team).filter(|person| *person != from).filter(may),
    };
    let case = before.clone().move_to(to, ctx.now())?;
    held.save(&case).await?;
    let fact = EnquiryFact::Moved { from, to: case.assignee, why: code(why) };
    held.journal(&case, &fact).await?;
    let once = format!("moved-{}", case.version);
    match (case.assignee, day.leader(case.team)) {
        (Some(_), _) => held.teller().worker(&case, notify::Kind::Moved, &once).await?,
        (None, Some(leader)) => {
            held.teller().people(&case, &[leader], notify::Kind::LeftOver, &once).await?;
        }
        (None, None) => {}
    }
    held.commit().await?;
    Ok(true)
}

/// Who had the case before a stand-in of another team, and is at work in its team again.
async fn came_from(held: &Held<'_>, stand_in: PersonId, day: &OnDay) -> Outcome<Option<PersonId>> {
    let about = LineFilter {
        subjects: Some(vec![held.before.id.uuid()]),
        capability: Some("enquiries".to_owned()),
        words: vec!["moved".to_owned()],
        ..LineFilter::default()
    };
    let team = held.before.team;
    let is_there = |person: &PersonId| !day.is_away(*person) && held.here.acts_for(*person, team);
    for line in storage::lines(&held.tx, &about, LINES_MAX).await?.iter().rev() {
        if let Some(EnquiryFact::Moved { from, to, .. }) = line.fact()?
            && to == Some(stand_in)
        {
            return Ok(Some(from).filter(is_there));
        }
    }
    Ok(None)
}
