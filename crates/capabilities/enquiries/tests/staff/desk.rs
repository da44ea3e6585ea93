//! What came by telephone, notices, and saved replies.

use axum::http::StatusCode;
use enquiries::{commands, model::Channel, store};

use crate::town::{Town, each_engine};

#[tokio::test]
async fn a_call_gets_a_number_and_the_same_tracking_link_as_a_letter() {
    each_engine(async |town: Town| {
        let mut karen = town.browser("Karen Dahl");
        let page = karen.get("/intern/henvendelser/ny").await;
        let mut fields = vec![
            ("channel", "phone"),
            ("topic", "building-permit"),
            ("text", "Vil have et skilt op."),
            ("asker", "company"),
            ("company", "Café Kanalen"),
            ("name", "Ida Holm"),
            ("email", "ida"),
        ];
        let refused = karen.fill(&page, "/intern/henvendelser/ny", &fields).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(
            refused.html.contains("Vil have et skilt op.") && refused.html.contains("id=\"email-error\"")
        );
        fields[6] = ("email", "ida@example.dk");
        let page = karen.get("/intern/henvendelser/ny").await;
        let entered = karen.fill(&page, "/intern/henvendelser/ny", &fields).await;
        assert_eq!(entered.status, StatusCode::OK);
        assert!(
            entered.says("2026-00001") && entered.says("Byggesagsteamet svarer senest"),
            "{}",
            entered.text()
        );
        assert!(entered.says("I får en mail på ida@example.dk"));
        assert!(!entered.says("Åbn henvendelsen"), "it went to a team whose cases she does not see");
        let twice = karen.fill(&page, "/intern/henvendelser/ny", &fields).await;
        assert!(twice.says("2026-00001"), "sent twice, it is one: {}", twice.text());
        let case = store::find_by_number(&town.bench.read(), "2026-00001").await.unwrap().unwrap();
        assert_eq!(case.channel, Channel::Phone);
        let link = commands::link(&town.app, &case);
        let tracking = town.stranger().get(&format!("/henvendelse/{}", link.as_str())).await;
        assert!(
            tracking.status == StatusCode::OK && tracking.says("Vil have et skilt op."),
            "{}",
            tracking.text()
        );
    })
    .await;
}

#[tokio::test]
async fn notices_are_listed_until_they_are_read() {
    each_engine(async |town: Town| {
        let case = town.ask("Nordvang El", "building-permit", "Skal vi søge?").await.case;
        let mut line = town.browser("Line Krog");
        assert!(line.get("/intern/indbakke").await.says("Beskeder (1)"));
        let page = line.get("/intern/beskeder").await;
        assert!(
            page.says(&format!("Ny henvendelse {}", case.number)) && page.says("Nordvang El"),
            "{}",
            page.text()
        );
        line.fill(&page, "/intern/beskeder", &[]).await;
        assert!(line.get("/intern/beskeder").await.says("Du har ingen nye beskeder."));
        assert!(
            !town.browser("Jonas Birk").get("/intern/beskeder").await.says("ingen nye"),
            "each has its own"
        );
    })
    .await;
}

#[tokio::test]
async fn a_notice_tells_nothing_of_a_case_that_has_gone_elsewhere() {
    each_engine(async |town: Town| {
        let case = town.ask("Nordvang El", "building-permit", "Skal vi søge?").await.case;
        let roads = town.teams["roads"];
        commands::hand_over(&town.app, &town.ctx("Line Krog"), case.id, 1, roads, "Jeres.").await.unwrap();
        commands::accept(&town.app, &town.ctx("Karen Dahl"), case.id, None).await.unwrap();
        let page = town.browser("Jonas Birk").get("/intern/beskeder").await;
        assert!(
            page.says("En henvendelse, som et andet team har nu") && !page.says("Nordvang"),
            "{}",
            page.text()
        );
    })
    .await;
}

#[tokio::test]
async fn a_saved_reply_is_put_below_what_is_typed_and_sends_nothing() {
    each_engine(async |town: Town| {
        let mut line = town.browser("Line Krog");
        let page = line.get("/intern/svarskabeloner").await;
        let refused = line
            .fill(&page, "/intern/svarskabeloner", &[("team", &*town.team("building")), ("title", "Skilte")])
            .await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "a reply without a text");
        let fields = [
            ("team", &*town.team("building")),
            ("title", "Skilte"),
            ("text_da", "I skal søge i Byg og Miljø."),
        ];
        line.fill(&refused, "/intern/svarskabeloner", &fields).await;
        assert!(line.get("/intern/svarskabeloner").await.says("I skal søge i Byg og Miljø."));
        let elsewhere = [("team", &*town.team("roads")), ("title", "Skilte"), ("text_da", "x")];
        assert_eq!(line.post("/intern/svarskabeloner", &elsewhere).await.status, StatusCode::NOT_FOUND);
        let case = town.ask("Nordvang El", "building-permit", "Et skilt?").await.case;
        let path = format!("/intern/henvendelser/{}", case.id);
        let page = line.get(&path).await;
        let typed = [("text", "Hej Sara."), ("saved", "0"), ("insert", "yes")];
        let shown = line.fill(&page, &format!("{path}/svar"), &typed).await;
        assert_eq!(shown.status, StatusCode::OK);
        assert!(
            shown.html.contains("Hej Sara.\n\nI skal søge i Byg og Miljø.</textarea>"),
            "{}",
            shown.text()
        );
        assert_eq!(town.texts(case.id).await.len(), 1);
    })
    .await;
}
