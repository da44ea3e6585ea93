//! Companies that come by MitID Erhverv: what is confirmed, and what colleagues see of it.

use axum::http::StatusCode;
use enquiries::model::Asker;
use kernel::CvrNumber;

use crate::town::{Town, each_engine};

const NEW: &str = "/henvendelse/ny";

/// Sends an enquiry with the form, as somebody who has come for a company. Returns its number.
async fn send(town: &Town, who: &'static str, topic: &str, text: &str, more: &[(&str, &str)]) -> String {
    let mut browser = town.browser(who);
    let form = browser.get(&format!("{NEW}?emne={topic}")).await;
    let email = format!("{who}@example.dk");
    let mut fields =
        vec![("emne", topic), ("text", text), ("name", "Ida Eksempel"), ("email", &email), ("called", "yes")];
    fields.extend_from_slice(more);
    let hidden = ["form_key", "shown"].map(|name| (name, form.hidden(NEW, name)));
    fields.extend(hidden.iter().map(|(name, value)| (*name, value.as_str())));
    let sent = browser.upload(NEW, &fields, &[]).await;
    assert!(sent.location.ends_with("?kvittering=1"), "{} {}", sent.location, sent.text());
    let receipt = browser.get(&sent.location).await.text();
    let at = receipt.find("2026-").unwrap();
    receipt[at..at + "2026-00000".len()].to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_form_knows_the_company_and_the_case_says_how_it_was_confirmed_whatever_number_is_typed() {
    each_engine(async |town: Town| {
        let form = town.browser("ida").get(NEW).await;
        assert!(form.says("I skriver for Nordvang El (CVR") && form.says("bekræftet med MitID Erhverv"));
        assert!(!form.html.contains("name=\"asker\" value=\"adviser\""), "who asks is not asked");
        let other = CvrNumber::invented(8).unwrap().to_string();
        let typed = [("asker", "founder"), ("company", "En anden"), ("cvr", other.as_str())];
        let number = send(&town, "ida", "signage", "Må vi sætte et skilt op?", &typed).await;
        let case = enquiries::store::find_by_number(&town.bench.read(), &number).await.unwrap().unwrap();
        let name = "Nordvang El".to_owned();
        assert_eq!(case.asker, Asker::Company { cvr: CvrNumber::invented(7), name });
        let page = town.browser("Mette Holm").get(&format!("/intern/henvendelser/{}", case.id)).await;
        assert!(page.says("Bekræftet med MitID Erhverv"), "{}", page.text());
        assert!(!page.says("Oplyst, ikke bekræftet"), "{}", page.text());
        // Typed without proof it stays stated.
        let stated = town.ask("Nordvang El", "signage", "Og et til?").await;
        let page = town.browser("Mette Holm").get(&format!("/intern/henvendelser/{}", stated.case.id)).await;
        assert!(!page.says("Bekræftet med MitID Erhverv"), "{}", page.text());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_comes_for_a_company_sees_what_its_colleagues_sent_and_another_company_does_not() {
    each_engine(async |town: Town| {
        let number = send(&town, "ida", "signage", "Må vi sætte et skilt op?", &[]).await;
        let path = format!("/virksomhed/henvendelser/{number}");
        let own = town.browser("ida").get("/virksomhed").await;
        assert!(own.says(&number) && own.html.contains("/henvendelse/"), "{}", own.text());
        let mut bo = town.browser("bo");
        let page = bo.get("/virksomhed").await;
        assert!(page.says("Nordvang El (CVR") && page.says(&number), "{}", page.text());
        assert!(page.says("Skrevet af Ida Eksempel") && page.html.contains(&path), "{}", page.text());
        let read = bo.get(&path).await;
        assert!(
            read.says("Må vi sætte et skilt op?") && read.says("Skrevet af en kollega"),
            "{}",
            read.text()
        );
        assert!(!read.html.contains("<textarea"), "a colleague reads and does not write on it");
        for stranger in ["other company", "nordvangel@example.dk"] {
            assert!(!town.browser(stranger).get("/virksomhed").await.says(&number), "{stranger}");
            assert_eq!(town.browser(stranger).get(&path).await.status, StatusCode::NOT_FOUND, "{stranger}");
        }
        assert_eq!(town.stranger().get(&path).await.status, StatusCode::SEE_OTHER);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_confidential_to_its_sender_is_not_there_for_colleagues() {
    each_engine(async |town: Town| {
        let secret = send(&town, "ida", "sick-leave", "Vores montør er syg", &[]).await;
        let about = [("about", "no")];
        let complaint = send(&town, "ida", "complaint-about-municipality", "I svarer aldrig", &about).await;
        let own = town.browser("ida").get("/virksomhed").await;
        assert!(
            own.says(&secret) && own.says(&complaint) && own.says("Et fortroligt emne"),
            "{}",
            own.text()
        );
        let page = town.browser("bo").get("/virksomhed").await;
        assert!(!page.says(&secret) && !page.says(&complaint), "{}", page.text());
        for number in [&secret, &complaint] {
            let answer = town.browser("bo").get(&format!("/virksomhed/henvendelser/{number}")).await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{}", answer.text());
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_what_was_sent_with_a_number_that_nobody_confirmed_the_company_sees_that_it_is_there_and_no_word()
{
    each_engine(async |town: Town| {
        let sent = town.ask("Nordvang El", "signage", "Noget, som en fremmed skrev").await;
        let mut ida = town.browser("ida");
        let page = ida.get("/virksomhed").await;
        assert!(page.says(&sent.case.number) && page.says("uden MitID Erhverv"), "{}", page.text());
        assert!(!page.html.contains(sent.link.as_str()) && !page.says("Noget, som en fremmed skrev"));
        let answer = ida.get(&format!("/virksomhed/henvendelser/{}", sent.case.number)).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_has_not_said_for_which_company_is_asked_and_a_company_that_has_ceased_opens_nothing() {
    each_engine(async |town: Town| {
        assert_eq!(town.browser("undecided").get("/virksomhed").await.location, "/virksomhed/vaelg");
        let mut late = town.browser("of a ceased company");
        let page = late.get("/virksomhed").await;
        assert!(page.says("Se jeres henvendelser") && !page.says("(CVR"), "{}", page.text());
        assert!(!late.get(NEW).await.says("bekræftet med MitID Erhverv"));
    })
    .await;
}
