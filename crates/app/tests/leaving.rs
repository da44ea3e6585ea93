//! Someone notes an absence or leaves, and what is owed moves: identity and enquiries together, as the program runs them.

use std::sync::Arc;

use enquiries::{access, commands, jobs::FollowPeople, store};
use identity::commands::NewAbsence;
use kernel::{Actor, CaseId, Ctx, Language, PersonId, Reach, TeamId};
use samspil::capabilities;
use testkit::{Bench, TENANT, each_engine};

use crate::{
    asking,
    scene::{ONE, Town, town},
};

fn ctx(town: &Town, actor: Actor, reach: Arc<Reach>) -> Ctx {
    Ctx::new(TENANT, actor, reach, Language::Da, town.app.clock.now(), town.app.ids.clone())
}

/// A case of a team of at least two, given to one of them; the team and another of its people.
async fn given(town: &Town) -> (CaseId, TeamId, PersonId, PersonId) {
    let read = town.app.db.read(&town.operator(TENANT));
    let teams = town.app.ports.people.teams(&read).await.unwrap();
    let team = teams.into_iter().find(|team| team.key == "building").unwrap();
    let [one, other] = *team.members.first_chunk::<2>().unwrap();
    let case = asking::send(town, asking::enquiry(town, "building-permit", "Skal vi søge?")).await.case;
    let reach = Reach { permissions: [access::WORK].into(), teams: [team.id].into(), ..Reach::default() };
    let officer = ctx(town, Actor::Staff(one), Arc::new(reach));
    commands::assign(&town.app, &officer, case.id, case.version, Some(one)).await.unwrap();
    (case.id, team.id, one, other)
}

/// What the program does by itself: seals, follows, works.
async fn go_on(town: &Town, bench: &Bench) {
    bench.seal().await;
    let tx = bench.tx().await;
    tx.enqueue(&FollowPeople {}).await.unwrap();
    tx.commit().await.unwrap();
    while storage::run_due_jobs(&town.app.db, &town.app, &town.jobs, TENANT).await.unwrap() > 0 {}
}

async fn holder(town: &Town, id: CaseId) -> Option<PersonId> {
    store::find(&town.app.db.read(&town.operator(TENANT)), id).await.unwrap().unwrap().assignee
}

#[tokio::test(flavor = "multi_thread")]
async fn an_absence_that_is_noted_moves_the_case_to_the_substitute_and_whoever_leaves_owns_nothing() {
    each_engine(capabilities::migrations, |bench| async move {
        let town = town(&bench, ONE).await;
        identity::demo::make(&town.app.db, &town.operator(TENANT)).await.unwrap();
        let (id, team, one, other) = given(&town).await;
        go_on(&town, &bench).await;
        assert_eq!(holder(&town, id).await, Some(one), "everyone is at work");
        let today = bench.calendar.local_date(bench.now());
        let new = NewAbsence { person: one, first_day: today, last_day: None, substitute: Some(other) };
        identity::commands::note_absence(&town.app.db, &town.operator(TENANT), new, today).await.unwrap();
        go_on(&town, &bench).await;
        assert_eq!(holder(&town, id).await, Some(other));
        identity::commands::leave(&town.app.db, &town.operator(TENANT), other).await.unwrap();
        go_on(&town, &bench).await;
        let now = holder(&town, id).await;
        assert!(now != Some(one) && now != Some(other), "one is away, the other has left");
        let case = store::find(&bench.read(), id).await.unwrap().unwrap();
        assert_eq!(case.team, team);
        let promises = ledger::of_subjects(&bench.read(), &[id.uuid()]).await.unwrap();
        assert!(promises.iter().all(|promise| promise.debtor.team() == Some(team)));
    })
    .await;
}
