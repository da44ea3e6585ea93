//! A form sent twice makes one thing.

use std::collections::BTreeSet;

use storage::{Once, once, remember_once};
use testkit::{Bench, OTHER_TENANT, each_engine};
use uuid::Uuid;

#[tokio::test]
async fn a_form_sent_again_gives_what_the_first_made_and_tells_other_content_apart() {
    each_engine(storage::migrations, |bench| async move {
        let (key, made): (Uuid, Uuid) = (bench.id(), bench.id());
        let tx = bench.tx().await;
        assert_eq!(once(&tx, "enquiry", key, "vi mangler skilte").await.unwrap(), Once::First);
        drop(tx);
        let tx = bench.tx().await;
        assert_eq!(once(&tx, "enquiry", key, "rullet tilbage").await.unwrap(), Once::First);
        drop(tx);
        let tx = bench.tx().await;
        assert_eq!(once(&tx, "enquiry", key, "vi mangler skilte").await.unwrap(), Once::First);
        remember_once(&tx, "enquiry", key, made).await.unwrap();
        tx.commit().await.unwrap();
        let tx = bench.tx().await;
        assert_eq!(once(&tx, "enquiry", key, "vi mangler skilte").await.unwrap(), Once::Same(made));
        assert_eq!(once(&tx, "enquiry", key, "noget andet").await.unwrap(), Once::Other(made));
        assert_eq!(once(&tx, "sign-up", key, "vi mangler skilte").await.unwrap(), Once::First);
        drop(tx);
        let other = bench.db.begin_write(&bench.ctx_of(OTHER_TENANT)).await.unwrap();
        assert_eq!(once(&other, "enquiry", key, "vi mangler skilte").await.unwrap(), Once::First);
    })
    .await;
}

/// What it made, and whether it was the one that made it.
async fn send(bench: Bench, key: Uuid) -> (bool, Uuid) {
    let tx = bench.tx().await;
    let own: Uuid = bench.id();
    match once(&tx, "enquiry", key, "samme").await.unwrap() {
        Once::First => {
            // Whoever holds what all others wait for can still read.
            bench.db.ping().await.unwrap();
            remember_once(&tx, "enquiry", key, own).await.unwrap();
            tx.commit().await.unwrap();
            (true, own)
        }
        Once::Same(made) => (false, made),
        Once::Other(_) => panic!("it is the same"),
    }
}

#[tokio::test]
async fn of_twenty_sendings_at_the_same_time_one_makes_it_and_all_are_told_what() {
    each_engine(storage::migrations, |bench| async move {
        let key = bench.id();
        let sendings: Vec<_> = (0..20).map(|_| tokio::spawn(send(bench.clone(), key))).collect();
        let (mut makers, mut made) = (0, BTreeSet::new());
        for sending in sendings {
            let (is_maker, thing) = sending.await.unwrap();
            makers += usize::from(is_maker);
            made.insert(thing);
        }
        assert_eq!((makers, made.len()), (1, 1));
    })
    .await;
}

#[tokio::test]
async fn what_a_form_held_is_forgotten_after_its_time() {
    each_engine(storage::migrations, |bench| async move {
        let (old, new): (Uuid, Uuid) = (bench.id(), bench.id());
        let tx = bench.tx().await;
        once(&tx, "enquiry", old, "text").await.unwrap();
        tx.commit().await.unwrap();
        bench.later(chrono::Duration::days(31));
        let tx = bench.tx().await;
        once(&tx, "enquiry", new, "text").await.unwrap();
        let before = bench.now() - chrono::Duration::days(30);
        assert_eq!(storage::forget_once_before(&tx, before).await.unwrap(), 1);
        assert_eq!(once(&tx, "enquiry", old, "other").await.unwrap(), Once::First);
        assert!(matches!(once(&tx, "enquiry", new, "text").await.unwrap(), Once::Same(_)));
        tx.commit().await.unwrap();
    })
    .await;
}
