//! What is sent on outside the municipality: to whom and when is noted, and told.

use axum::http::StatusCode;

use crate::town::{Town, each_engine};

#[tokio::test]
async fn a_complaint_over_a_decision_goes_to_its_board_and_the_company_is_told_where_and_when() {
    each_engine(async |town: Town| {
        let sent = town.ask("Nordvang El", "building-permit", "Vi klager over afslaget.").await;
        town.bench.at("2026-11-25T10:00");
        let path = format!("/intern/henvendelser/{}", sent.case.id);
        let mut line = town.browser("Line Krog");
        let page = line.get(&path).await;
        assert!(page.html.contains("name=\"forwarded_on\" value=\"2026-11-25\""), "today is a click away");
        let words = "Byggeklageenheden afgør klagen og skriver til jer.";
        let ended = [
            ("outcome", "forwarded"),
            ("avoidable", "no"),
            ("text", words),
            ("authority", "building-appeals"),
        ];
        for wrong in ["2026-11-20", "2026-11-26", "i går"] {
            let fields = [&ended[..], &[("forwarded_on", wrong)]].concat();
            let refused = line.fill(&page, &format!("{path}/luk"), &fields).await;
            assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{wrong}");
            assert!(
                refused.says("Skriv den dag, den blev sendt videre") && refused.says(words),
                "{wrong}: {}",
                refused.text()
            );
        }
        let page = line.get(&path).await;
        let fields = [&ended[..], &[("forwarded_on", "2026-11-24")]].concat();
        assert_eq!(line.fill(&page, &format!("{path}/luk"), &fields).await.status, StatusCode::SEE_OTHER);
        let told = town.stranger().get(&format!("/henvendelse/{}", sent.link.as_str())).await;
        let said = "Vi sendte det videre tirsdag den 24. november 2026 til: Byggeklageenheden.";
        assert!(told.says(words) && told.says(said), "{}", told.text());
        let page = line.get(&path).await;
        assert!(
            page.says("uden for kommunen tirsdag den 24. november 2026: Byggeklageenheden."),
            "{}",
            page.text()
        );
    })
    .await;
}
