//! Pages that a browser may come back to.

use chrono::Duration;
use testkit::{OTHER_TENANT, each_engine};

#[tokio::test]
async fn a_kept_page_is_there_until_its_time_and_for_its_own_municipality_only() {
    each_engine(storage::migrations, |bench| async move {
        let token = storage::Token::random(&bench.ids);
        let now = bench.now();
        let tx = bench.tx().await;
        storage::keep_page(&tx, &token.hash(), b"sealed".to_vec(), now + Duration::hours(1)).await.unwrap();
        tx.commit().await.unwrap();
        let read = bench.read();
        let found = storage::kept_page(&read, &token.hash(), now).await.unwrap();
        assert_eq!(found.as_deref(), Some(&b"sealed"[..]));
        let later = now + Duration::hours(1);
        assert_eq!(storage::kept_page(&read, &token.hash(), later).await.unwrap(), None);
        let other = bench.db.read(&bench.ctx_of(OTHER_TENANT));
        assert_eq!(storage::kept_page(&other, &token.hash(), now).await.unwrap(), None);

        bench.later(Duration::hours(2));
        let tx = bench.tx().await;
        assert_eq!(storage::forget_kept_pages(&tx).await.unwrap(), 1);
    })
    .await;
}
