//! What a journal line holds and how it is read.

use kernel::{Fact, PersonId, TeamId, Visibility};
use storage::{LineFilter, NewLine, StoreError, capability_lines, lines};
use testkit::each_engine;
use uuid::Uuid;

use crate::scene::{Counted, count, count_in_steps, counted};

#[tokio::test]
async fn a_line_reads_back_with_everything_it_says() {
    each_engine(storage::migrations, |bench| async move {
        let (person, team): (PersonId, TeamId) = (bench.id(), bench.id());
        let (subject, party): (Uuid, Uuid) = (bench.id(), bench.id());
        let tx = bench.db.begin_write(&bench.staff(person, &[team])).await.unwrap();
        let visibility = Visibility::SealedUntil("award".parse().unwrap());
        let fact = Counted::Up { to: 7 };
        let id = tx
            .journal(NewLine {
                subject,
                party: Some(party),
                team: Some(team.uuid()),
                visibility: visibility.clone(),
                fact: &fact,
            })
            .await
            .unwrap();
        tx.commit().await.unwrap();
        let found = lines(&bench.read(), &LineFilter::default(), 10).await.unwrap();
        let [line] = found.as_slice() else { panic!("one line, not {}", found.len()) };
        assert_eq!((line.id, line.position, line.at), (id, None, bench.now()));
        assert_eq!((line.actor_kind.as_str(), line.actor_id), ("staff", Some(person.uuid())));
        assert_eq!((line.capability.as_str(), line.word.as_str()), ("counter", "up"));
        assert_eq!((line.subject, line.party, line.team), (subject, Some(party), Some(team.uuid())));
        assert_eq!(line.visibility, visibility);
        assert_eq!(line.fact::<Counted>().unwrap(), Some(fact));
    })
    .await;
}

#[tokio::test]
async fn free_text_is_refused_before_it_reaches_the_journal() {
    each_engine(storage::migrations, |bench| async move {
        let tx = bench.tx().await;
        let fact = Counted::Said { text: "Smeden på hjørnet".into() };
        let refused = tx.note(bench.id::<Uuid>(), Visibility::Staff, &fact).await.unwrap_err();
        assert!(matches!(refused, StoreError::Fact(_)), "{refused}");
        tx.commit().await.unwrap();
        assert!(lines(&bench.read(), &LineFilter::default(), 10).await.unwrap().is_empty());
    })
    .await;
}

#[tokio::test]
async fn lines_of_one_moment_read_back_in_the_order_in_which_they_were_written() {
    each_engine(storage::migrations, |bench| async move {
        let subject = bench.id();
        let tx = bench.tx().await;
        for to in 0..20 {
            count(&tx, subject, to).await;
        }
        tx.commit().await.unwrap();
        count_in_steps(&bench, subject, 20..40).await;
        let found = lines(&bench.read(), &LineFilter::default(), 100).await.unwrap();
        assert_eq!(counted(&found), (0..40).collect::<Vec<_>>());
        bench.seal().await;
        assert_eq!(counted(&crate::scene::sealed(&bench).await), (0..40).collect::<Vec<_>>());
    })
    .await;
}

#[tokio::test]
async fn a_filter_gives_what_it_asks_for_and_no_more_than_it_may() {
    each_engine(storage::migrations, |bench| async move {
        let (one, two): (Uuid, Uuid) = (bench.id(), bench.id());
        count_in_steps(&bench, one, 0..5).await;
        count_in_steps(&bench, two, 5..8).await;
        let of = |filter: LineFilter, limit| {
            let reader = bench.read();
            async move { counted(&lines(&reader, &filter, limit).await.unwrap()) }
        };
        let subjects = LineFilter { subjects: Some(vec![two]), ..LineFilter::default() };
        assert_eq!(of(subjects, 10).await, [5, 6, 7]);
        assert!(of(LineFilter { subjects: Some(vec![]), ..LineFilter::default() }, 10).await.is_empty());
        let words = LineFilter { words: vec!["down".into()], ..LineFilter::default() };
        assert!(of(words, 10).await.is_empty());
        let capability = LineFilter { capability: Some("counter".into()), ..LineFilter::default() };
        assert_eq!(of(capability, 3).await, [0, 1, 2]);
    })
    .await;
}

#[tokio::test]
async fn paging_through_a_capability_gives_every_line_once() {
    each_engine(storage::migrations, |bench| async move {
        count_in_steps(&bench, bench.id(), 0..25).await;
        bench.seal().await;
        bench.later(chrono::Duration::seconds(1));
        count_in_steps(&bench, bench.id(), 25..33).await;
        let (mut found, mut after) = (Vec::new(), None);
        loop {
            let page = capability_lines(&bench.read(), Counted::CAPABILITY, after, 10).await.unwrap();
            let Some(last) = page.last() else { break };
            after = Some(last.id);
            found.extend(page);
        }
        assert_eq!(counted(&found), (0..33).collect::<Vec<_>>());
        assert!(capability_lines(&bench.read(), "other", None, 10).await.unwrap().is_empty());
    })
    .await;
}
