//! Whoever gives data about people is told what is done with it, wherever it is given (GDPR article 13).

use axum::http::StatusCode;
use storage::LineFilter;

use crate::town::{Town, each_engine};

/// What must be told, in the words of any of the three places.
const TOLD: [&str; 5] = [
    "Albertslund Kommune er dataansvarlig",
    "artikel 6(1)(e)",
    "dpo@example.dk",
    "Slettes 24 måneder efter",
    "Du kan klage til Datatilsynet",
];

#[tokio::test]
async fn the_form_and_the_receipt_say_who_uses_the_data_for_what_and_where_to_complain() {
    each_engine(async |town: Town| {
        let form = town.stranger().get("/henvendelse/ny?emne=signage").await;
        assert_eq!(form.status, StatusCode::OK, "{}", form.text());
        town.ask("Smedjen", "signage", "Må vi sætte skilte op?").await;
        town.work().await;
        let mails = outreach::captured(&town.bench.read(), 10).await.unwrap();
        let receipt = mails.iter().find(|mail| mail.to.as_str() == "smedjen@example.dk").unwrap();
        for words in TOLD {
            assert!(form.says(words), "{words}: {}", form.text());
            assert!(receipt.text.contains(words), "{words}: {}", receipt.text);
        }
    })
    .await;
}

#[tokio::test]
async fn whoever_asks_on_the_telephone_is_read_the_same_and_that_it_was_read_stands_on_the_case() {
    each_engine(async |town: Town| {
        let path = "/intern/henvendelser/ny";
        let mut line = town.browser("Line Krog");
        let page = line.get(path).await;
        for words in TOLD {
            assert!(page.says(words), "{words}: {}", page.text());
        }
        assert!(page.says("is the controller"), "in English too");
        let fields = [
            ("channel", "phone"),
            ("topic", "building-permit"),
            ("text", "Må vi bygge til?"),
            ("asker", "company"),
            ("company", "Smedjen"),
            ("name", "Sara Lund"),
            ("email", "smedjen@example.dk"),
            ("language", "da"),
        ];
        let informed = async || {
            let filter = LineFilter { words: vec!["informed".into()], ..LineFilter::default() };
            storage::lines(&town.bench.read(), &filter, 10).await.unwrap()
        };
        let entered = line.fill(&page, path, &fields).await;
        assert_eq!(entered.status, StatusCode::OK, "{}", entered.text());
        assert!(informed().await.is_empty(), "nobody said that it was read");
        let page = line.get(path).await;
        let told = [&fields[..], &[("told", "yes")]].concat();
        line.fill(&page, path, &told).await;
        let lines = informed().await;
        assert_eq!(lines.len(), 1);
        let case = line.get(&format!("/intern/henvendelser/{}", lines[0].subject)).await;
        assert!(case.says("Line Krog læste højt, hvad vi gør med oplysningerne."), "{}", case.text());
    })
    .await;
}
