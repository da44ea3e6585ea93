//! A form that was refused, or that shows something first, is a page one can come back to.

use axum::http::StatusCode;

use crate::town::{Answer, Browser, Town, each_engine, key};

const NEW: &str = "/henvendelse/ny";

async fn refused(browser: &mut Browser<'_>, town: &Town, text: &str) -> Answer {
    let form = browser.get(NEW).await;
    let shown = form.hidden(NEW, "shown");
    let fields = [
        ("emne", "signage"),
        ("text", text),
        ("shown", &shown),
        ("form_key", &key(town)),
        ("name", "Sara Lund"),
    ];
    browser.upload(NEW, &fields, &[("plan.pdf", b"%PDF-1.7 a sign")]).await
}

#[tokio::test(flavor = "multi_thread")]
async fn going_back_from_the_receipt_shows_the_refused_form_and_not_the_browsers_own_error_page() {
    each_engine(|town| async move {
        let mut company = town.stranger().going();
        let answer = refused(&mut company, &town, "Vi vil have et skilt op").await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
        assert!(answer.location.starts_with("/svar/"), "{}", answer.location);
        assert!(answer.html.is_empty());
        // Once it is looked at, and once more when one comes back from the receipt.
        for _ in 0..2 {
            let kept = company.get(&answer.location).await;
            assert_eq!(kept.status, StatusCode::UNPROCESSABLE_ENTITY);
            assert!(kept.says("Vi vil have et skilt op") && kept.says("plan.pdf"), "{}", kept.text());
            assert!(kept.html.contains("value=\"Sara Lund\""), "what was typed is there");
            assert_eq!(kept.headers["cache-control"], "no-store");
        }
        let kept = company.get(&answer.location).await;
        let hidden = ["form_key", "shown", "draft"].map(|name| kept.hidden(NEW, name));
        let fields = [
            ("form_key", hidden[0].as_str()),
            ("shown", &hidden[1]),
            ("draft", &hidden[2]),
            ("emne", "signage"),
            ("text", "Vi vil have et skilt op"),
            ("asker", "founder"),
            ("name", "Sara Lund"),
            ("email", "sara@example.dk"),
        ];
        town.bench.later(chrono::Duration::seconds(30));
        let sent = company.upload(NEW, &fields, &[]).await;
        assert!(sent.location.ends_with("?kvittering=1"), "{} {}", sent.location, sent.text());
        assert_eq!(company.get(&answer.location).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_form_is_shown_to_whoever_sent_it_and_for_a_day() {
    each_engine(|town| async move {
        let mut company = town.stranger().going();
        company.get(NEW).await;
        let answer = refused(&mut company, &town, "Ring på 43 00 00 99").await;
        let mut other = town.stranger();
        other.get(NEW).await;
        for browser in [&mut other, &mut town.stranger(), &mut town.browser("Line Krog")] {
            let page = browser.get(&answer.location).await;
            assert_eq!(page.status, StatusCode::GONE);
            assert!(
                !page.html.contains("43 00 00 99") && page.says("Siden er her ikke mere"),
                "{}",
                page.text()
            );
        }
        assert_eq!(other.get("/svar/findes-ikke").await.status, StatusCode::GONE);
        town.bench.later(chrono::Duration::hours(25));
        assert_eq!(company.get(&answer.location).await.status, StatusCode::GONE);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_of_us_comes_back_to_a_refused_reply_until_signing_out() {
    each_engine(|town| async move {
        let sent = town.ask("Smedjen", "building-permit", "Må vi bygge til?").await;
        let case = format!("/intern/henvendelser/{}", sent.case.id);
        let mut officer = town.browser("Line Krog").going();
        let page = officer.get(&case).await;
        let answer = officer.fill(&page, &format!("{case}/notat"), &[("text", " ")]).await;
        assert!(answer.location.starts_with("/svar/"), "{} {}", answer.status, answer.text());
        let kept = officer.get(&answer.location).await;
        assert_eq!(kept.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(kept.html.contains("note-text-error"), "{}", kept.text());
        assert_eq!(town.stranger().get(&answer.location).await.status, StatusCode::GONE);
    })
    .await;
}

/// The page to which signing in leads.
fn after_sign_in(answer: &Answer) -> String {
    let back = answer.location.strip_prefix("/log-ind?til=");
    back.unwrap_or_else(|| panic!("{} {}", answer.status, answer.location)).replace("%2F", "/")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reply_written_for_so_long_that_the_session_had_ended_is_there_after_signing_in_and_is_sent() {
    each_engine(|town| async move {
        let sent = town.ask("Smedjen", "building-permit", "Må vi bygge til?").await;
        let case = format!("/intern/henvendelser/{}", sent.case.id);
        let reply = format!("{case}/svar");
        let mut officer = town.browser("Line Krog").going();
        let page = officer.get(&case).await;
        officer.session_ends();
        let long = "Kære Sara Lund\n\nI skal søge om \"byggetilladelse\".";
        let answer = officer.fill(&page, &reply, &[("text", long), ("answer", "yes")]).await;
        let back = after_sign_in(&answer);
        assert!(back.starts_with("/svar/"), "{back}");
        assert_eq!(town.texts(sent.case.id).await.len(), 1, "nothing is done without a session");
        // Whoever has not signed in sees nothing, nor does someone at another machine.
        assert_eq!(officer.get(&back).await.status, StatusCode::GONE);
        assert_eq!(town.browser("Jonas Birk").get(&back).await.status, StatusCode::GONE);
        officer.signs_in("Line Krog");
        let kept = officer.get(&back).await;
        assert_eq!(kept.status, StatusCode::OK, "{}", kept.text());
        assert!(kept.says("Det, du skrev, er her stadig") && kept.says("Kære Sara Lund I skal søge om"));
        assert!(kept.html.contains("enctype=\"multipart/form-data\""));
        assert_eq!(kept.headers["cache-control"], "no-store");
        let english = officer.in_language("en");
        let mut officer = english;
        assert!(officer.get(&back).await.says("What you wrote is still here"));
        let hidden = |name: &str| (name.to_owned(), kept.hidden(&reply, name));
        let fields = ["form_key", "shown", "version", "answer"].map(hidden);
        let mut fields: Vec<(&str, &str)> =
            fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        fields.push(("text", long));
        for _ in 0..2 {
            assert_eq!(officer.upload(&reply, &fields, &[]).await.location, case);
        }
        assert_eq!(town.texts(sent.case.id).await, ["Må vi bygge til?", long], "sent twice it is sent once");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_kept_of_a_form_that_another_page_or_a_browser_without_a_session_has_sent() {
    each_engine(|town| async move {
        let sent = town.ask("Smedjen", "building-permit", "Må vi bygge til?").await;
        let note = format!("/intern/henvendelser/{}/notat", sent.case.id);
        let fields = [("text", "Ring til smeden først")];
        let nobody = town.stranger().going().post(&note, &fields).await;
        assert_eq!(nobody.status, StatusCode::FORBIDDEN);
        let mut script = town.browser("Line Krog");
        script.session_ends();
        assert_eq!(script.post(&note, &fields).await.status, StatusCode::FORBIDDEN);
        // A password is typed again, never kept.
        let mut officer = town.browser("Line Krog").going();
        officer.session_ends();
        let secret = [("text", "Ring til smeden først"), ("password", "hemmelig")];
        assert_eq!(officer.post(&note, &secret).await.status, StatusCode::FORBIDDEN);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_script_gets_the_answer_itself() {
    each_engine(|town| async move {
        let answer = refused(&mut town.stranger(), &town, "Vi vil have et skilt op").await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(answer.says("Vi vil have et skilt op"));
    })
    .await;
}
