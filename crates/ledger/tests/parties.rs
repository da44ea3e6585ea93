//! Parties stand for companies by random ids.

use std::collections::BTreeMap;

use kernel::CvrNumber;
use testkit::each_engine;

use crate::{commit, scene::migrations};

#[tokio::test]
async fn a_company_is_one_party_however_often_it_is_asked_for() {
    each_engine(migrations, |bench| async move {
        let smith = CvrNumber::invented(0).unwrap();
        let baker = CvrNumber::invented(1).unwrap();
        assert_eq!(ledger::find_party_of_company(&bench.read(), smith).await.unwrap(), None);
        let first = commit!(bench, |tx| ledger::party_of_company(&tx, smith));
        let again = commit!(bench, |tx| ledger::party_of_company(&tx, smith));
        let other = commit!(bench, |tx| ledger::party_of_company(&tx, baker));
        let contact = commit!(bench, |tx| ledger::new_party(&tx));
        assert_eq!(first, again);
        assert_ne!(first, other);
        let companies = ledger::company_of_party(&bench.read(), &[first, other, contact]).await.unwrap();
        assert_eq!(companies, BTreeMap::from([(first, smith), (other, baker)]));
    })
    .await;
}

#[tokio::test]
async fn two_enquiries_of_a_new_company_at_once_make_one_party() {
    each_engine(migrations, |bench| async move {
        let smith = CvrNumber::invented(0).unwrap();
        let ask =
            |bench: testkit::Bench| async move { commit!(bench, |tx| ledger::party_of_company(&tx, smith)) };
        let (one, two) = tokio::join!(tokio::spawn(ask(bench.clone())), tokio::spawn(ask(bench.clone())));
        assert_eq!(one.unwrap(), two.unwrap());
    })
    .await;
}

#[tokio::test]
async fn the_same_company_is_another_party_in_another_municipality() {
    each_engine(migrations, |bench| async move {
        let smith = CvrNumber::invented(0).unwrap();
        let here = commit!(bench, |tx| ledger::party_of_company(&tx, smith));
        let tx = bench.db.begin_write(&bench.ctx_of(testkit::OTHER_TENANT)).await.unwrap();
        let there = ledger::party_of_company(&tx, smith).await.unwrap();
        tx.commit().await.unwrap();
        assert_ne!(here, there);
    })
    .await;
}
