//! What the guide's pages promise whoever comes with a need, seen from outside.

use chrono::{TimeZone, Utc};

use super::town::{Answer, Town, each_engine, key};

async fn asked(town: &Town, need: &str) -> Answer {
    town.stranger().get(&format!("/vejviser?q={}", web::url_encode(need))).await
}

/// Where each of these stands on the page; it stops at one that is not there.
fn places(page: &Answer, words: &[&str]) -> Vec<usize> {
    words
        .iter()
        .map(|word| page.html.find(word).unwrap_or_else(|| panic!("{word} is not on the page")))
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn three_screens_lead_from_a_need_to_a_sent_enquiry() {
    each_engine(|town| async move {
        let mut company = town.stranger();
        let front = company.get("/").await;
        assert!(
            front.html.contains("action=\"/vejviser\"") && front.html.contains("name=\"q\""),
            "the first"
        );
        let guide = company.get("/vejviser?q=Vi%20vil%20have%20et%20skilt%20op").await;
        let link = guide.html.split("href=\"").find(|rest| rest.starts_with("/henvendelse/ny?emne=signage"));
        let link = link.unwrap().split('"').next().unwrap().replace("&#38;", "&").replace("&amp;", "&");
        let form = company.get(&link).await;
        assert!(form.html.contains("Vi vil have et skilt op"), "what was written comes along");
        let fields = [
            ("emne", "signage"),
            ("text", "Vi vil have et skilt op"),
            ("asker", "founder"),
            ("name", "Sara Lund"),
            ("email", "sara@example.dk"),
            ("language", "da"),
            ("form_key", &key(&town)),
            ("shown", &form.hidden("/henvendelse/ny", "shown")),
        ];
        town.bench.clock.set(town.bench.now() + chrono::Duration::seconds(30));
        let sent = company.upload("/henvendelse/ny", &fields, &[]).await;
        assert!(sent.location.ends_with("?kvittering=1"), "{} {}", sent.status, sent.text());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_application_is_sent_to_where_it_is_made_on_the_guide_and_on_the_form() {
    each_engine(|town| async move {
        for (topic, service) in [
            ("building-permit", "Byg og Miljø"),
            ("traineeship-wage-subsidy", "VITAS"),
            ("start-business", "Virk"),
            ("food-business", "Fødevarestyrelsen"),
        ] {
            for path in [format!("/vejviser?emne={topic}"), format!("/henvendelse/ny?emne={topic}")] {
                let page = town.stranger().get(&path).await;
                assert!(page.says("Det her er ikke en ansøgning") && page.says(service), "{path}");
            }
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_right_now_comes_before_any_form_day_and_night() {
    each_engine(|town| async move {
        for hour in [2, 11, 22] {
            town.bench.clock.set(Utc.with_ymd_and_hms(2026, 11, 29, hour, 30, 0).unwrap());
            for (need, phone) in [
                ("Der er brand i hallen", "tel:112"),
                ("Der lugter af gas i butikken", "tel:112"),
                ("Der løber olie ud i kloakken", "tel:+4543000001"),
                ("Der er et stort hul i vejen foran porten", "tel:+4543000002"),
            ] {
                let guide = asked(&town, need).await;
                let at = places(&guide, &[phone, "<h1", "/henvendelse/ny"]);
                assert!(at.is_sorted(), "{hour} {need}: {at:?}");
                let form = format!("/henvendelse/ny?emne=other&q={}", web::url_encode(need));
                let form = town.stranger().get(&form).await;
                let at = places(&form, &[phone, "<h1", "<textarea"]);
                assert!(at.is_sorted(), "{hour} {need} on the form: {at:?}");
            }
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn my_building_case_and_access_to_documents_have_a_short_way_with_a_telephone_and_a_form() {
    each_engine(|town| async move {
        for (need, title, link) in [
            (
                "Hvor langt er I med vores byggesag?",
                "Hvor er min byggesag?",
                "emne=building-permit&amp;q=Hvor",
            ),
            ("Vi vil have aktindsigt i sagen", "Aktindsigt", "emne=other&amp;q=Vi"),
        ] {
            let page = asked(&town, need).await;
            assert!(page.says(title) && page.says("Ring til"), "{}", page.text());
            assert!(page.html.replace("&#38;", "&amp;").contains(link), "{link}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_helps_outside_the_municipality_is_offered() {
    each_engine(|town| async move {
        for (topic, helper) in
            [("start-business", "https://ehhs.dk"), ("upskilling", "https://virksomhedsguiden.dk")]
        {
            let page = town.stranger().get(&format!("/vejviser?emne={topic}")).await;
            assert!(page.html.contains(&format!("href=\"{helper}\"")), "{topic}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tender_question_goes_to_nobody_where_there_is_no_procurement_team() {
    each_engine(|town| async move {
        // This town hall has none: it rings rather than letting someone else open the question.
        let form = town.stranger().get("/henvendelse/ny?emne=tenders").await;
        let fields = [
            ("emne", "tenders"),
            ("text", "Hvornår er fristen i udbuddet?"),
            ("asker", "founder"),
            ("name", "Sara Lund"),
            ("email", "sara@example.dk"),
            ("language", "da"),
            ("form_key", &key(&town)),
            ("shown", &form.hidden("/henvendelse/ny", "shown")),
        ];
        town.bench.clock.set(town.bench.now() + chrono::Duration::seconds(30));
        let refused = town.stranger().upload("/henvendelse/ny", &fields, &[]).await;
        assert_eq!(refused.status, 422);
        assert!(refused.html.contains("Hvornår er fristen i udbuddet?"), "what was typed is there");
    })
    .await;
}
