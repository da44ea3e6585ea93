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
        let saved = store::saved_replies(&town.bench.read(), town.teams["building"]).await.unwrap();
        let saved = saved[0].id.to_string();
        let typed = [("text", "Hej Sara."), ("saved", &*saved), ("insert", "yes")];
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

#[tokio::test]
async fn a_saved_reply_is_changed_and_deleted_by_its_team_and_by_nobody_else() {
    each_engine(async |town: Town| {
        let mut line = town.browser("Line Krog");
        let address = "/intern/svarskabeloner";
        let page = line.get(address).await;
        let team = town.team("building");
        let fields = [("team", &*team), ("title", "Skilte"), ("text_da", "Hej {navn}, I skal søge.")];
        line.fill(&page, address, &fields).await;
        let id =
            store::saved_replies(&town.bench.read(), town.teams["building"]).await.unwrap()[0].id.to_string();
        let page = line.get(&format!("{address}?ret={id}")).await;
        assert!(
            page.says("Ret skabelonen") && page.html.contains("Hej {navn}, I skal søge.</textarea>"),
            "{}",
            page.text()
        );
        let changed = [("team", &*team), ("reply", &*id), ("title", "Skilte"), ("text_da", "Hej {navne}.")];
        let slip = line.fill(&page, address, &changed).await;
        assert_eq!(slip.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(
            slip.says("Et af ordene i krøllede parenteser kender vi ikke.")
                && slip.html.contains("Hej {navne}.")
        );
        let changed = [
            changed[0],
            changed[1],
            ("title", "Skilte og flag"),
            ("text_da", "Hej {navn}. I skal søge om {emne}."),
        ];
        assert_eq!(line.fill(&slip, address, &changed).await.status, StatusCode::SEE_OTHER);
        let page = line.get(address).await;
        assert!(page.says("Skilte og flag") && page.says("Skabelonen er gemt."), "{}", page.text());
        let mut karen = town.browser("Karen Dahl");
        assert_eq!(karen.get(&format!("{address}?ret={id}")).await.status, StatusCode::NOT_FOUND);
        let theirs = karen.post(&format!("{address}/{id}/slet"), &[("team", &*team)]).await;
        assert_eq!(theirs.status, StatusCode::NOT_FOUND);
        let delete = format!("{address}/{id}/slet");
        for _ in 0..2 {
            let gone = line.fill(&page, &delete, &[("team", &*team)]).await;
            assert_eq!(gone.status, StatusCode::SEE_OTHER, "pressed twice, it is gone once");
        }
        assert!(line.get(address).await.says("Skabelonen er slettet."));
        assert!(store::saved_replies(&town.bench.read(), town.teams["building"]).await.unwrap().is_empty());
    })
    .await;
}

#[tokio::test]
async fn a_saved_reply_is_filled_in_and_what_could_not_be_is_not_sent() {
    each_engine(async |town: Town| {
        let mut line = town.browser("Line Krog");
        let address = "/intern/svarskabeloner";
        let page = line.get(address).await;
        let text =
            "Hej {navn} fra {virksomhed}. {nummer}: {emne}. Svar senest {svarfrist}. Hilsen {mig}, {team}.";
        line.fill(&page, address, &[("team", &*town.team("building")), ("title", "Alt"), ("text_da", text)])
            .await;
        let saved =
            store::saved_replies(&town.bench.read(), town.teams["building"]).await.unwrap()[0].id.to_string();
        let case = town.ask("Nordvang El", "building-permit", "Et skilt?").await.case;
        let path = format!("/intern/henvendelser/{}", case.id);
        let page = line.get(&path).await;
        let shown = line.fill(&page, &format!("{path}/svar"), &[("saved", &*saved), ("insert", "yes")]).await;
        let begins = format!("Hej Sara Lund fra Nordvang El. {}: Byggetilladelse. Svar senest ", case.number);
        assert!(shown.html.contains(&begins), "{}", shown.html);
        assert!(shown.html.contains("Hilsen Line Krog, Byggesagsteamet.</textarea>"), "{}", shown.html);
        let unfilled = "Hej Sara. Vi svarer {svarfrist}.";
        let refused = line.fill(&shown, &format!("{path}/svar"), &[("text", unfilled)]).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(
            refused.says("Der står et ord i krøllede parenteser, som ikke er udfyldt.")
                && refused.html.contains(unfilled),
            "{}",
            refused.text()
        );
        assert_eq!(town.texts(case.id).await.len(), 1, "nothing was sent");
    })
    .await;
}

#[tokio::test]
async fn the_numbers_that_a_caller_gives_are_kept_and_shown_whoever_calls() {
    each_engine(async |town: Town| {
        let mut karen = town.browser("Karen Dahl");
        let number = |n| kernel::CvrNumber::invented(n).unwrap().to_string();
        let (own, client) = (number(11), number(12));
        let calls = [
            (
                vec![("asker", "association"), ("company", "Erhvervsforeningen"), ("cvr", own.as_str())],
                vec![own.clone()],
            ),
            (
                vec![
                    ("asker", "adviser"),
                    ("company", "Råd & Ret"),
                    ("cvr", own.as_str()),
                    ("on_behalf_of", "Smedjen"),
                    ("behalf_cvr", client.as_str()),
                ],
                vec![own.clone(), client.clone(), "Smedjen".to_owned()],
            ),
            (
                vec![
                    ("asker", "foreign"),
                    ("company", "Svenska Bygg"),
                    ("country", "Sverige"),
                    ("vat", "SE556703748501"),
                ],
                vec!["Sverige".to_owned(), "SE556703748501".to_owned()],
            ),
        ];
        for (n, (fields, shown)) in calls.into_iter().enumerate() {
            let page = karen.get("/intern/henvendelser/ny").await;
            let text = format!("Vil grave. {n}");
            let mut all = vec![
                ("channel", "phone"),
                ("topic", "road-digging-permit"),
                ("text", text.as_str()),
                ("name", "Ida Holm"),
                ("email", "ida@example.dk"),
            ];
            all.extend(fields);
            let entered = karen.fill(&page, "/intern/henvendelser/ny", &all).await;
            assert_eq!(entered.status, StatusCode::OK, "{}", entered.text());
            let case = store::find_by_number(&town.bench.read(), &format!("2026-{:05}", n + 1))
                .await
                .unwrap()
                .unwrap();
            let page = karen.get(&format!("/intern/henvendelser/{}", case.id)).await;
            for words in shown {
                assert!(page.says(&words), "{words}: {}", page.text());
            }
        }
    })
    .await;
}
