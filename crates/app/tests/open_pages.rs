//! Open pages are kept for a second: for those who would have been shown the same, and for nobody else.

use kernel::Role;
use samspil::capabilities;
use testkit::{TENANT, each_engine};

use crate::scene::{ONE, TWO, cookie, town};

#[tokio::test(flavor = "multi_thread")]
async fn whoever_has_signed_in_is_never_shown_a_page_that_was_kept_and_leaves_none_to_others() {
    each_engine(capabilities::migrations, |bench| async move {
        let town = town(&bench, ONE).await;
        let person = town.person(TENANT, Role::CaseOfficer).await;
        let session = cookie(&town.sign_in(TENANT, person).await);
        let anyones = town.get("/", &[]).await.body;
        let own = town.get("/", &[("cookie", &session)]).await.body;
        assert!(own.contains("/log-ud") && !anyones.contains("/log-ud"), "{own}");
        assert_eq!(town.get("/", &[]).await.body, anyones);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kept_page_is_in_the_language_and_of_the_town_that_is_asked_for() {
    each_engine(capabilities::migrations, |bench| async move {
        let town = town(&bench, TWO).await;
        let ways: [&[(&str, &str)]; 4] = [
            &[("host", "a.example.dk")],
            &[("host", "a.example.dk"), ("accept-language", "en")],
            &[("host", "b.example.dk")],
            &[("host", "b.example.dk"), ("cookie", "samspil_sprog=en")],
        ];
        let mut first = Vec::new();
        for way in ways {
            first.push(town.get("/was", way).await.body);
        }
        let again: std::collections::BTreeSet<&String> = first.iter().collect();
        assert_eq!(again.len(), ways.len(), "each is another page");
        for (way, first) in ways.into_iter().zip(&first) {
            assert_eq!(&town.get("/was", way).await.body, first, "{way:?}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_asker_who_has_the_kept_page_already_is_not_sent_it_again() {
    each_engine(capabilities::migrations, |bench| async move {
        let town = town(&bench, ONE).await;
        let first = town.get("/", &[]).await;
        let tag = first.header("etag").to_owned();
        for _ in 0..2 {
            let again = town.get("/", &[("if-none-match", &tag)]).await;
            assert_eq!((again.status, again.body.as_str()), (304, ""));
            assert_eq!(again.header("etag"), tag);
            assert_eq!(again.header("cache-control"), first.header("cache-control"));
        }
    })
    .await;
}
