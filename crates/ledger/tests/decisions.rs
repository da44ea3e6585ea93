//! Decisions: a no has reasons, and what was decided can be proved.

use kernel::Visibility;
use ledger::{DecisionRefusal, Favour, LedgerError, LedgerFact, NewDecision};
use sea_orm::ConnectionTrait;
use storage::Reader;
use testkit::each_engine;

use crate::{
    commit,
    scene::{Scene, migrations},
};

fn refusal(scene: &Scene, reasons: &str) -> NewDecision {
    NewDecision {
        subject: scene.case,
        party: Some(scene.party),
        team: Some(scene.team),
        outcome: "refused".parse().unwrap(),
        favour: Favour::No,
        reasons: reasons.to_owned(),
        rule: Some("planloven-18".parse().unwrap()),
        evidence: vec![scene.bench.id(), scene.bench.id()],
        recipients: vec![scene.party],
        visibility: Visibility::Party,
    }
}

#[tokio::test]
async fn a_no_without_a_word_of_reason_is_refused_and_nothing_is_written() {
    each_engine(migrations, |bench| async move {
        let scene = Scene::new(bench);
        for reasons in ["", "  \n", "-", "..."] {
            for favour in [Favour::No, Favour::Partly] {
                let tx = scene.bench.tx().await;
                let new = NewDecision { favour, ..refusal(&scene, reasons) };
                let refused = ledger::decide(&tx, new).await.unwrap_err();
                assert!(matches!(refused, LedgerError::Decision(DecisionRefusal::ReasonsMissing)));
                tx.commit().await.unwrap();
            }
        }
        assert!(scene.words().await.unwrap().is_empty());
        let yes = NewDecision { favour: Favour::Yes, ..refusal(&scene, "") };
        commit!(scene.bench, |tx| ledger::decide(&tx, yes));
    })
    .await;
}

#[tokio::test]
async fn a_decision_says_who_decided_and_keeps_its_words_out_of_the_journal() {
    each_engine(migrations, |bench| async move {
        let scene = Scene::new(bench);
        let officer = scene.bench.id();
        let words = "Lokalplanen tillader ikke butikker på grunden.";
        let new = refusal(&scene, words);
        let tx = scene.bench.db.begin_write(&scene.bench.staff(officer, &[scene.team])).await.unwrap();
        let id = ledger::decide(&tx, new.clone()).await.unwrap();
        tx.commit().await.unwrap();
        let reader = scene.bench.read();
        let decision = ledger::decision(&reader, id).await.unwrap().unwrap();
        assert_eq!((decision.decided_by_kind.as_str(), decision.decided_by), ("staff", Some(officer.uuid())));
        assert_eq!((decision.evidence, decision.recipients), (new.evidence, new.recipients));
        assert_eq!(ledger::reasons_of(&reader, &[id]).await.unwrap()[&id], words);
        let filter = storage::LineFilter { subjects: Some(vec![scene.case]), ..Default::default() };
        let line = storage::lines(&reader, &filter, 10).await.unwrap().pop().unwrap();
        assert!(!line.payload.to_string().contains("Lokalplanen"));
        assert!(matches!(line.fact::<LedgerFact>().unwrap(), Some(LedgerFact::Decided { decision, .. }) if decision == id));
        let of_case = ledger::decisions_of_subjects(&reader, &[scene.case]).await.unwrap();
        assert_eq!(of_case.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn erased_reasons_are_gone_while_the_decision_stands() {
    each_engine(migrations, |bench| async move {
        let scene = Scene::new(bench);
        let id = commit!(scene.bench, |tx| ledger::decide(&tx, refusal(&scene, "Grunden er solgt.")));
        assert!(commit!(scene.bench, |tx| ledger::erase_reasons(&tx, id)));
        assert!(!commit!(scene.bench, |tx| ledger::erase_reasons(&tx, id)));
        let reader = scene.bench.read();
        assert!(ledger::reasons_of(&reader, &[id]).await.unwrap().is_empty());
        assert!(ledger::decision(&reader, id).await.unwrap().is_some());
        assert!(ledger::verify_replay(&reader).await.unwrap().is_empty());
    })
    .await;
}

#[tokio::test]
async fn reasons_that_a_restore_took_out_again_are_no_loss_and_those_that_a_hand_took_out_are() {
    each_engine(migrations, |bench| async move {
        let scene = Scene::new(bench);
        let id = commit!(scene.bench, |tx| ledger::decide(&tx, refusal(&scene, "Grunden er solgt.")));
        let tx = scene.bench.tx().await;
        tx.conn().execute_unprepared("DELETE FROM ledger_decision_reasons").await.unwrap();
        tx.commit().await.unwrap();
        let found = ledger::verify_replay(&scene.bench.read()).await.unwrap();
        assert_eq!((found.len(), found[0].row.as_str()), (1, "missing"));
        // The note came with the list of erasures; the line that told of it was written after the backup.
        commit!(scene.bench, |tx| storage::record_erasure(
            &tx,
            "ledger_decision_reasons",
            id.uuid(),
            &[storage::Erased::Row]
        ));
        assert_eq!(ledger::verify_replay(&scene.bench.read()).await.unwrap(), []);
    })
    .await;
}
