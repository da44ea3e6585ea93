//! No case ends without its place in the archive being said, or standing in the list of those that are to be filed.

use axum::http::StatusCode;
use chrono::Duration;
use enquiries::{
    commands::{self, Sent},
    model::{Avoidable, Filing, Outcome, SaidOfFiling, System},
    retention, store,
};
use kernel::{CaseId, Failure};

use crate::town::{Answer, Browser, Town, each_engine, migrations};

const ENDED: [(&str, &str); 3] = [("outcome", "answered"), ("avoidable", "no"), ("text", "Ja, det må I.")];

fn path(id: CaseId) -> String {
    format!("/intern/henvendelser/{id}")
}

async fn close(browser: &mut Browser<'_>, sent: &Sent, fields: &[(&str, &str)]) -> Answer {
    let page = browser.get(&path(sent.case.id)).await;
    browser.fill(&page, &format!("{}/luk", path(sent.case.id)), &[&ENDED, fields].concat()).await
}

async fn filing(town: &Town, sent: &Sent) -> Filing {
    store::filing(&town.bench.read(), sent.case.id).await.unwrap()
}

/// Whether the case stands in the list that someone sees.
async fn is_listed(town: &Town, who: &'static str, sent: &Sent) -> bool {
    let page = town.browser(who).get("/intern/journalisering").await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text());
    page.says(&sent.case.number)
}

#[tokio::test]
async fn an_officer_ends_a_case_as_ever_and_it_stands_in_the_list_until_the_records_officer_says_where() {
    each_engine(async |town: Town| {
        let sent = town.ask("Nordvang El", "building-permit", "Må vi bygge til?").await;
        let mut line = town.browser("Line Krog");
        let page = line.get(&path(sent.case.id)).await;
        assert!(
            page.html.contains("id=\"close-filing-owed\" name=\"filing\" value=\"owed\" checked"),
            "one click more"
        );
        assert!(!is_listed(&town, "Ruth Arkiv", &sent).await, "it has not ended");
        assert_eq!(close(&mut line, &sent, &[("filing", "owed")]).await.status, StatusCode::SEE_OTHER);
        assert_eq!(filing(&town, &sent).await, Filing::Owed);
        for who in ["Ruth Arkiv", "Line Krog"] {
            assert!(is_listed(&town, who, &sent).await, "{who}");
        }
        assert!(!is_listed(&town, "Karen Dahl", &sent).await, "another team's");
        assert_eq!(
            town.browser("Britta Vang").get("/intern/journalisering").await.status,
            StatusCode::FORBIDDEN
        );
        let mut ruth = town.browser("Ruth Arkiv");
        let page = ruth.get(&path(sent.case.id)).await;
        assert!(page.says("Skal journaliseres. Ingen har sagt hvor endnu."), "{}", page.text());
        let action = format!("{}/journalisering", path(sent.case.id));
        let refused = ruth.fill(&page, &action, &[("filing", "filed")]).await;
        assert!(refused.says("Skriv nummeret i arkivet"), "{}", refused.text());
        let fields = [("filing", "filed"), ("filing_number", "26/01234")];
        assert_eq!(ruth.fill(&refused, &action, &fields).await.status, StatusCode::SEE_OTHER);
        assert!(!is_listed(&town, "Ruth Arkiv", &sent).await && !is_listed(&town, "Line Krog", &sent).await);
        let page = line.get(&path(sent.case.id)).await;
        for words in [
            "Journaliseret i kommunens arkiv: 26/01234",
            "Ruth Arkiv noterede, at henvendelsen er journaliseret.",
        ] {
            assert!(page.says(words), "{words}: {}", page.text());
        }
        let tracked = town.stranger().get(&format!("/henvendelse/{}", sent.link.as_str())).await;
        assert!(!tracked.says("26/01234"), "nobody has said that the company may see it");
    })
    .await;
}

#[tokio::test]
async fn a_number_in_the_archive_that_is_known_is_the_place_unless_one_says_another() {
    each_engine(async |town: Town| {
        let sent = town.ask("Nordvang El", "building-permit", "Må vi bygge til?").await;
        let mut line = town.browser("Line Krog");
        let page = line.get(&path(sent.case.id)).await;
        let archive = [("system", "archive"), ("number", "26/77")];
        line.fill(&page, &format!("{}/henvisning", path(sent.case.id)), &archive).await;
        let page = line.get(&path(sent.case.id)).await;
        assert!(
            page.html.contains("value=\"filed\" checked")
                && page.html.contains("name=\"filing_number\" value=\"26/77\"")
        );
        close(&mut line, &sent, &[("filing", "filed"), ("filing_number", "26/77")]).await;
        let known = store::references(&town.bench.read(), &[sent.case.id]).await.unwrap();
        assert_eq!(known.len(), 1, "the same number is one reference");
        assert_eq!(
            (known[0].details.system, filing(&town, &sent).await),
            (System::Archive, Filing::Filed { reference: known[0].id })
        );
        let page = line.get(&path(sent.case.id)).await;
        let id = known[0].id.to_string();
        let gone = line
            .fill(&page, &format!("{}/henvisning/fjern", path(sent.case.id)), &[("reference", &id)])
            .await;
        assert!(gone.says("Sig først, hvor den ellers ligger."), "{}", gone.text());
        assert!(matches!(filing(&town, &sent).await, Filing::Filed { .. }));
    })
    .await;
}

#[tokio::test]
async fn that_it_need_not_be_filed_needs_a_reason_and_nothing_that_was_typed_is_lost() {
    each_engine(async |town: Town| {
        let sent = town.ask("Nordvang El", "building-permit", "Må vi bygge til?").await;
        let mut line = town.browser("Line Krog");
        let refused = close(&mut line, &sent, &[("filing", "not-filed")]).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(
            refused.says("Vælg, hvorfor den ikke er journalpligtig.") && refused.says("Ja, det må I."),
            "{}",
            refused.text()
        );
        assert!(refused.html.contains("value=\"not-filed\" checked"));
        let fields = [("filing", "not-filed"), ("filing_because", "other"), ("filing_words", "")];
        let refused = close(&mut line, &sent, &fields).await;
        assert!(refused.says("Skriv grunden"), "{}", refused.text());
        let fields = [
            ("filing", "not-filed"),
            ("filing_because", "no-casework"),
            ("filing_words", "Kun et opkald fra hvidrose"),
        ];
        assert_eq!(close(&mut line, &sent, &fields).await.status, StatusCode::SEE_OTHER);
        assert!(!is_listed(&town, "Ruth Arkiv", &sent).await);
        let page = line.get(&path(sent.case.id)).await;
        assert!(
            page.says("Ikke journalpligtig: Vejledning uden sagsbehandling. Kun et opkald"),
            "{}",
            page.text()
        );
        town.bench.later(Duration::days(800));
        assert_eq!(retention::forget(&town.app, &town.bench.ctx()).await.unwrap().cases, 1);
        assert_eq!(town.bench.columns_with(migrations, &["hvidrose"]).await, Vec::<String>::new());
        assert!(matches!(filing(&town, &sent).await, Filing::NotFiled { .. }), "that it need not be stays");
    })
    .await;
}

#[tokio::test]
async fn what_is_told_in_confidence_is_filed_by_its_own_team_and_the_records_officer_does_not_learn_of_it() {
    each_engine(async |town: Town| {
        let sent = town.ask("Nordvang El", "complaint-about-municipality", "Vi vil klage.").await;
        let mut sofie = town.browser("Sofie Lind");
        close(&mut sofie, &sent, &[("filing", "owed")]).await;
        assert!(!is_listed(&town, "Ruth Arkiv", &sent).await);
        assert!(is_listed(&town, "Sofie Lind", &sent).await);
        let mut ruth = town.browser("Ruth Arkiv");
        assert_eq!(ruth.get(&path(sent.case.id)).await.status, StatusCode::NOT_FOUND);
        let said = SaidOfFiling::Filed { number: "1".into() };
        let version = town.case(sent.case.id).await.version;
        let refused = commands::file(&town.app, &town.ctx("Ruth Arkiv"), sent.case.id, version, &said).await;
        assert!(matches!(refused, Err(Failure::NotFound)));
        let refused =
            commands::file(&town.app, &town.ctx("Sofie Lind"), sent.case.id, version - 1, &said).await;
        assert!(matches!(refused, Err(Failure::Refused(_))), "someone else has said something meanwhile");
        commands::file(&town.app, &town.ctx("Sofie Lind"), sent.case.id, version, &said).await.unwrap();
        assert!(!is_listed(&town, "Sofie Lind", &sent).await);
    })
    .await;
}

#[tokio::test]
async fn the_records_officer_reads_and_files_and_does_nothing_else_on_a_case() {
    each_engine(async |town: Town| {
        let sent = town.ask("Nordvang El", "building-permit", "Må vi bygge til?").await;
        let ruth = town.ctx("Ruth Arkiv");
        let said = SaidOfFiling::Filed { number: "1".into() };
        let refused = commands::file(&town.app, &ruth, sent.case.id, 1, &said).await;
        assert!(matches!(refused, Err(Failure::Refused(_))), "it has not ended");
        let closing = commands::Closing {
            outcome: Outcome::Answered,
            avoidable: Avoidable::No,
            text: "Ja.",
            authority: None,
            forwarded_on: None,
            filing: SaidOfFiling::Owed,
        };
        let refused = commands::close(&town.app, &ruth, sent.case.id, 1, closing).await;
        assert!(matches!(refused, Err(Failure::Forbidden)));
        let page = town.browser("Ruth Arkiv").get(&path(sent.case.id)).await;
        assert!(!page.html.contains("/luk\"") && !page.html.contains("/notat\""), "{}", page.text());
    })
    .await;
}

#[tokio::test]
async fn what_the_company_took_back_is_to_be_filed_and_spam_is_not() {
    each_engine(async |town: Town| {
        let back = town.ask("Nordvang El", "building-permit", "Må vi bygge til?").await;
        commands::withdraw(&town.app, &town.company(), &back.link).await.unwrap();
        let spam = town.ask("Smedjen", "signage", "Køb billigt").await;
        town.spam("Line Krog", spam.case.id, 1).await.unwrap();
        assert!(is_listed(&town, "Ruth Arkiv", &back).await && !is_listed(&town, "Ruth Arkiv", &spam).await);
    })
    .await;
}
