//! What a municipality says differently from what ships: what is laid over what, and what is refused.

use std::sync::LazyLock;

use proptest::prelude::*;

use super::*;
use crate::guide::Content;

static SHIPPED: LazyLock<Topic> = LazyLock::new(|| {
    Content::standard().unwrap().topics.into_iter().find(|topic| topic.key.as_str() == "signage").unwrap()
});

fn shipped() -> Topic {
    SHIPPED.clone()
}

fn with_title(title: &str) -> Topic {
    let mut topic = shipped();
    title.clone_into(&mut topic.title.da);
    topic
}

#[test]
fn a_topic_that_says_what_is_shipped_has_no_changes() {
    assert!(Changes::default().edited(&shipped(), &shipped()).is_empty());
    assert_eq!(Changes::default().apply(&shipped()), Some(shipped()));
}

#[test]
fn a_new_release_brings_its_texts_where_the_municipality_changed_nothing() {
    let changes = Changes::default().edited(&shipped(), &with_title("Skilte og flag"));
    let mut released = shipped();
    released.summary.da = "Ny tekst fra programmet.".to_owned();
    let shown = changes.apply(&released).unwrap();
    assert_eq!((shown.title.da.as_str(), &shown.summary), ("Skilte og flag", &released.summary));
    assert_eq!(changes.conflicts(&released), Vec::new());
}

#[test]
fn a_new_release_overwrites_nothing_and_both_texts_are_shown_until_someone_chooses() {
    let changes = Changes::default().edited(&shipped(), &with_title("Skilte og flag"));
    let released = with_title("Skiltning og facader");
    assert_eq!(changes.apply(&released).unwrap().title.da, "Skilte og flag");
    let conflicts = changes.conflicts(&released);
    assert_eq!(conflicts.len(), 1);
    assert_eq!(lines_of(&conflicts[0].ours, Language::Da), ["Skilte og flag"]);
    assert_eq!(lines_of(&conflicts[0].shipped, Language::Da), ["Skiltning og facader"]);

    let mut also = changes.apply(&released).unwrap();
    also.summary.da = "Vores egen linje.".to_owned();
    let edited = changes.edited(&released, &also);
    assert_eq!(edited.conflicts(&released), conflicts, "another edit settles nothing in silence");

    let kept = edited.settled(&released, "title", Settle::KeepOurs);
    assert_eq!(kept.conflicts(&released), Vec::new());
    assert_eq!(kept.apply(&released).unwrap().title.da, "Skilte og flag");
    let taken = edited.settled(&released, "title", Settle::TakeShipped);
    assert_eq!(taken.conflicts(&released), Vec::new());
    assert_eq!(taken.apply(&released).unwrap().title.da, "Skiltning og facader");
}

#[test]
fn a_release_that_says_the_same_as_the_municipality_is_no_conflict() {
    let changes = Changes::default().edited(&shipped(), &with_title("Skilte og flag"));
    assert_eq!(changes.conflicts(&with_title("Skilte og flag")), Vec::new());
}

#[test]
fn confidence_is_never_given_up_and_tenders_never_leave_procurement() {
    let content = Content::standard().unwrap();
    let topic = |key: &str| content.topics.iter().find(|topic| topic.key.as_str() == key).unwrap().clone();
    let open = |topic: Topic| Topic { confidential: false, ..topic };
    let moved = |topic: Topic| Topic { team: "roads".parse().unwrap(), ..topic };
    assert!(!keeps_walls(&topic("sick-leave"), &open(topic("sick-leave"))));
    assert!(!keeps_walls(&topic("tenders"), &moved(topic("tenders"))));
    assert!(keeps_walls(&topic("sick-leave"), &moved(topic("sick-leave"))));
    assert!(keeps_walls(&topic("signage"), &Topic { confidential: true, ..moved(topic("signage")) }));
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn goal() -> NewGoal {
    let decision =
        Decision { on: day("2026-11-10"), reference: "Udvalget, 10. november, punkt 7".to_owned() };
    NewGoal { first_reply: 2, answer: 10, valid_from: day("2026-12-01"), decision: Some(decision) }
}

#[test]
fn a_goal_is_adopted_by_a_decision_that_can_be_found_and_never_begins_in_the_past() {
    let today = day("2026-11-23");
    assert_eq!(goal().check(today), Ok(()));
    assert_eq!(NewGoal { decision: None, ..goal() }.check(today), Ok(()));
    let refused = |change: fn(&mut NewGoal)| {
        let mut goal = goal();
        change(&mut goal);
        goal.check(today).unwrap_err()
    };
    assert_eq!(refused(|goal| goal.valid_from = day("2026-11-22")), ContentProblem::ValidFrom);
    assert_eq!(refused(|goal| goal.answer = 1), ContentProblem::Goal);
    assert_eq!(refused(|goal| goal.first_reply = 0), ContentProblem::Goal);
    assert_eq!(refused(|goal| goal.answer = 121), ContentProblem::Goal);
    assert_eq!(
        refused(|goal| goal.decision.as_mut().unwrap().on = day("2026-11-24")),
        ContentProblem::DecidedOn
    );
    assert_eq!(
        refused(|goal| goal.decision.as_mut().unwrap().reference = " ".into()),
        ContentProblem::Reference
    );
}

fn any_topic() -> impl Strategy<Value = Topic> {
    let line = "[a-zæøå ]{0,12}";
    (line, line, prop::collection::vec(line, 0..4), any::<bool>()).prop_map(
        |(title, help, words, confidential)| {
            let mut topic = with_title(&title);
            topic.self_help.truncate(1);
            topic.self_help[0].en = help;
            topic.synonyms.da = words;
            Topic { confidential, ..topic }
        },
    )
}

fn any_goals() -> impl Strategy<Value = Vec<DatedGoal>> {
    let goal = (0_i64..40, 1_u8..5, any::<bool>()).prop_map(|(days, reply, adopted)| DatedGoal {
        valid_from: day("2026-01-01") + chrono::Duration::days(days),
        goal: ServiceGoal { first_reply: reply, answer: reply + 5, adopted },
    });
    prop::collection::vec(goal, 0..6)
}

proptest! {
    #[test]
    fn what_was_edited_is_what_is_shown(before in any_topic(), edited in any_topic()) {
        let changes = Changes::default().edited(&shipped(), &before).edited(&shipped(), &edited);
        prop_assert_eq!(changes.apply(&shipped()), Some(edited));
    }

    #[test]
    fn an_earlier_version_is_restored_by_its_changes_whatever_came_between(first in any_topic(), second in any_topic()) {
        let version = Changes::default().edited(&shipped(), &first);
        let later = version.edited(&shipped(), &second);
        let json = serde_json::to_string(&version).unwrap();
        let read: Changes = serde_json::from_str(&json).unwrap();
        prop_assert_eq!(read.apply(&shipped()), Some(first));
        prop_assert_eq!(read.differences(&later), later.differences(&read));
    }

    #[test]
    fn settling_every_conflict_leaves_none(ours in any_topic(), released in any_topic(), keep in any::<bool>()) {
        let mut changes = Changes::default().edited(&shipped(), &ours);
        let how = if keep { Settle::KeepOurs } else { Settle::TakeShipped };
        for conflict in changes.conflicts(&released) {
            changes = changes.settled(&released, conflict.field, how);
        }
        prop_assert_eq!(changes.conflicts(&released), Vec::new());
    }

    #[test]
    fn a_goal_that_begins_later_never_changes_what_holds_today(goals in any_goals(), later in any_goals(), today in 0_i64..40) {
        let today = day("2026-01-01") + chrono::Duration::days(today);
        let before = Topic { goals: goals.clone(), ..shipped() };
        let later = later.into_iter().filter(|goal| goal.valid_from > today);
        let after = Topic { goals: goals.into_iter().chain(later).collect(), ..shipped() };
        prop_assert_eq!(before.goal_on(today), after.goal_on(today));
    }
}
