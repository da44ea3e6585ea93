//! A form sent twice makes one thing.

use storage::{Once, once, remember_once};
use testkit::{Bench, OTHER_TENANT, each_engine};
use uuid::Uuid;

#[tokio::test]
async fn a_form_sent_again_gives_what_the_first_made_and_tells_other_content_apart() {
    each_engine(storage::migrations, |bench| async move {
        let (key, made): (Uuid, Uuid) = (bench.id(), bench.id());
        assert_eq!(once(&bench.read(), "enquiry", key, "vi mangler skilte").await.unwrap(), Once::First);
        let tx = bench.tx().await;
        remember_once(&tx, "enquiry", key, "vi mangler skilte", made).await.unwrap();
        tx.commit().await.unwrap();
        let reader = bench.read();
        assert_eq!(once(&reader, "enquiry", key, "vi mangler skilte").await.unwrap(), Once::Same(made));
        assert_eq!(once(&reader, "enquiry", key, "noget andet").await.unwrap(), Once::Other(made));
        assert_eq!(once(&reader, "sign-up", key, "vi mangler skilte").await.unwrap(), Once::First);
        let other = bench.db.read(&bench.ctx_of(OTHER_TENANT));
        assert_eq!(once(&other, "enquiry", key, "vi mangler skilte").await.unwrap(), Once::First);
    })
    .await;
}

async fn send(bench: Bench, key: Uuid) -> bool {
    let tx = bench.tx().await;
    if once(&tx, "enquiry", key, "samme").await.unwrap() != Once::First {
        return false;
    }
    // Both may come this far on PostgreSQL; the primary key decides.
    if remember_once(&tx, "enquiry", key, "samme", bench.id::<Uuid>()).await.is_err() {
        return false;
    }
    tx.commit().await.unwrap();
    true
}

#[tokio::test]
async fn two_sendings_at_the_same_time_make_one_thing() {
    each_engine(storage::migrations, |bench| async move {
        let key = bench.id();
        let sendings: Vec<_> = (0..8).map(|_| tokio::spawn(send(bench.clone(), key))).collect();
        let mut made = 0;
        for sending in sendings {
            made += usize::from(sending.await.unwrap());
        }
        assert_eq!(made, 1);
    })
    .await;
}
