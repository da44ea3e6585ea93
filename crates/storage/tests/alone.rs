//! One connection for everything: the tests above this crate stand on it, so it must tell on whoever asks beside a transaction.

use storage::Reader;
use testkit::each_engine_alone;

#[tokio::test]
async fn whoever_holds_a_transaction_and_asks_beside_it_fails_on_one_connection() {
    each_engine_alone(storage::migrations, |bench| async move {
        let tx = bench.tx().await;
        assert!(storage::sealed_position(&tx).await.is_ok(), "the transaction itself may be asked");
        let read = bench.read();
        assert!(storage::sealed_position(&read).await.is_err(), "and nothing beside it");
        assert_eq!(read.tenant(), tx.tenant());
        drop(tx);
        assert!(storage::sealed_position(&read).await.is_ok(), "when it has ended, anything");
    })
    .await;
}
