//! What the guide's pages promise whoever comes with a need, seen from outside.

use axum::http::StatusCode;
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
async fn a_need_and_a_chosen_topic_are_still_there_when_the_language_is_changed() {
    each_engine(|town| async move {
        for address in ["/vejviser?q=Vi+vil+have+et+skilt", "/henvendelse/ny?emne=signage"] {
            let page = town.stranger().get(&format!("{address}&sprog=da")).await;
            let link = page.html.split("href=\"").find(|rest| rest.starts_with("/sprog/en")).unwrap();
            let link = link.split('"').next().unwrap();
            assert_eq!(town.stranger().get(link).await.location, address);
        }
    })
    .await;
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
async fn whoever_writes_that_they_are_angry_is_told_that_we_cannot_tell_and_is_offered_to_write_first() {
    each_engine(|town| async move {
        for (need, language, unsure, other, write) in [
            ("jeg er sur", "da", "Vi kan ikke se af ordene, hvad det handler om", "Noget andet", "Skriv til"),
            (
                "I'm angry",
                "en",
                "We cannot tell from the words what it is about",
                "Something else",
                "Write to",
            ),
        ] {
            let mut company = town.stranger().in_language(language);
            let page = company.get(&format!("/vejviser?q={}", web::url_encode(need))).await;
            assert!(page.says(unsure), "{}", page.text());
            let first = page.html.split_once("id=\"t1\"").unwrap().1;
            let first = first.split_once("</section>").unwrap().0;
            assert!(first.contains(other) && first.contains(write), "{first}");
            assert!(!page.html.contains("id=\"t2\""), "one answer, not four: {}", page.text());
            assert_eq!(page.html.matches("button-primary").count(), 1);
        }
        // What may be meant is a link that carries the words on.
        let page = asked(&town, "jeg er sur").await;
        let perhaps = page.html.split_once("id=\"perhaps\"").unwrap().1.split_once("</section>").unwrap().0;
        assert!(
            perhaps.contains("/vejviser?emne=complaint-about-municipality&#38;q=jeg%20er%20sur"),
            "{perhaps}"
        );
    })
    .await;
}

/// The numbers in the box above a page, as they stand below each other.
fn box_of(page: &Answer) -> Vec<&'static str> {
    let shown = page.html.split_once("class=\"s-acute\"").map_or("", |(_, rest)| rest);
    let shown = shown.split_once("</ul>").map_or("", |(shown, _)| shown);
    let numbers = [("tel:112", "112"), ("tel:+4543000001", "environment"), ("tel:+4543000002", "road")];
    let mut found: Vec<(usize, &str)> =
        numbers.iter().filter_map(|(number, name)| Some((shown.find(number)?, *name))).collect();
    found.sort_unstable();
    found.into_iter().map(|(_, name)| name).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_may_be_in_danger_reads_112_first_and_else_the_duty_that_can_do_something_stands_first() {
    each_engine(|town| async move {
        for (danish, english, boxes) in [
            ("Der er brand i vores lager", "There is a fire in the warehouse", &["112"][..]),
            ("Der lugter af gas i kælderen", "smells of gas in the workshop", &["112"]),
            ("Nedstyrtning fra et stillads", "The scaffolding has collapsed", &["112"]),
            ("Vi har spildt olie ud i kloakken", "We spilled oil into the drain", &["environment", "112"]),
            ("Vi har oversvømmelse i kælderen", "our basement is flooded", &["environment", "112"]),
            ("Der er et stort hul i vejen", "there is a big hole in the road", &["road", "112"]),
            // Of two signs the dangerous one comes first, and the duty is there still.
            (
                "Der er brand i hallen, og der løber olie ud i åen",
                "There is a fire in the hall and oil is leaking into the drain",
                &["112", "environment"],
            ),
        ] {
            for (need, language) in [(danish, "da"), (english, "en")] {
                let mut company = town.stranger().in_language(language);
                let query = web::url_encode(need);
                for path in [format!("/vejviser?q={query}"), format!("/henvendelse/ny?emne=other&q={query}")]
                {
                    let page = company.get(&path).await;
                    assert_eq!(box_of(&page), boxes, "{need}: {}", page.text());
                }
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

/// Everything on the page that leads to an address.
fn addresses(page: &Answer) -> Vec<&str> {
    let pieces = page.html.split("href=\"").chain(page.html.split("action=\"")).skip(1);
    pieces.filter_map(|rest| rest.split('"').next()).collect()
}

/// Ten digits that look like a CPR number, of nobody: the day is the first of a month that was long ago.
fn like_cpr() -> String {
    format!("{:02}{:02}{:02}-{}", 1, 1, 1, "0000")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cpr_number_in_the_one_box_never_stands_in_an_address() {
    each_engine(|town| async move {
        let number = like_cpr();
        let mut company = town.stranger();
        let front = company.get("/").await;
        let form = front.html.split("action=\"/vejviser\"").nth(1).unwrap();
        assert!(form.split('>').next().unwrap().contains("method=\"post\""), "the box sends no address");
        let need = format!("min svend {number} er syg");
        let guide = company.post("/vejviser", &[("q", &need)]).await;
        assert_eq!(guide.status, StatusCode::OK, "{}", guide.location);
        assert!(guide.says("ser ud til at indeholde et CPR-nummer"), "{}", guide.text());
        assert!(
            !guide.html.contains(&number) && guide.says("min svend xxxxxx-xxxx er syg"),
            "{}",
            guide.text()
        );
        for path in [
            format!("/vejviser?q={}", web::url_encode(&need)),
            format!("/henvendelse/ny?q={}", web::url_encode(&need)),
        ] {
            let old = company.get(&path).await;
            assert!(!old.html.contains(&number), "{path}");
        }
        let english = town.stranger().in_language("en").post("/vejviser", &[("q", &need)]).await;
        assert!(english.says("seems to hold a CPR number"), "{}", english.text());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plain_need_has_an_address_and_a_long_one_comes_to_the_form_without() {
    each_engine(|town| async move {
        let mut company = town.stranger();
        let plain = company.post("/vejviser", &[("q", "Vi vil have et skilt op")]).await;
        assert_eq!(plain.location, "/vejviser?q=Vi%20vil%20have%20et%20skilt%20op");
        let long =
            format!("Vi vil have et skilt op. {}", "Vores nabo har sagt noget fortroligt om det. ".repeat(4));
        let guide = company.post("/vejviser", &[("q", &long)]).await;
        assert!(
            addresses(&guide).iter().all(|address| !address.contains("fortroligt")),
            "{:?}",
            addresses(&guide)
        );
        assert!(guide.html.contains("action=\"/henvendelse/ny/begynd\""), "{}", guide.text());
        let form = company.post("/henvendelse/ny/begynd", &[("emne", "signage"), ("q", &long)]).await;
        assert!(form.says("Vores nabo har sagt noget fortroligt om det."), "{}", form.text());
        assert!(addresses(&form).iter().all(|address| !address.contains("fortroligt")));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_way_back_from_a_refused_form_carries_nothing() {
    each_engine(|town| async move {
        let text = format!("Klage over {} i jeres afdeling", like_cpr());
        let refused =
            town.stranger().upload("/henvendelse/ny", &[("emne", "signage"), ("text", &text)], &[]).await;
        assert!(refused.says("CPR-nummer"), "{}", refused.text());
        assert!(addresses(&refused).contains(&"/vejviser"), "{:?}", addresses(&refused));
        assert!(
            addresses(&refused).iter().all(|address| !address.contains("Klage")),
            "{:?}",
            addresses(&refused)
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_acute_ends_after_the_numbers_with_one_way_to_write_afterwards() {
    each_engine(|town| async move {
        let guide = asked(&town, "der er løbet olie ud i kloaken").await;
        places(&guide, &["tel:+4543000001", "Ring først", "Skriv til os bagefter", "Haster det ikke?"]);
        assert!(!guide.says("svarer jer") && !guide.says("Det kan være en af"), "{}", guide.text());
        let ways = addresses(&guide).iter().filter(|address| address.starts_with("/henvendelse/ny")).count();
        assert_eq!(ways, 1, "{:?}", addresses(&guide));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_with_two_at_signs_is_not_said_to_lack_one() {
    each_engine(|town| async move {
        for (language, said) in [("da", "Mailadressen skal have ét @"), ("en", "must have one @")] {
            let mut company = town.stranger().in_language(language);
            let fields = [("emne", "signage"), ("text", "Et skilt"), ("email", "bente@@smedje")];
            let refused = company.upload("/henvendelse/ny", &fields, &[]).await;
            assert!(refused.says(said) && !refused.says("mangler @"), "{}", refused.text());
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_hint_of_the_form_warns_of_cpr_numbers_once() {
    each_engine(|town| async move {
        let form = town.stranger().get("/henvendelse/ny?emne=traineeship-wage-subsidy").await;
        assert_eq!(form.text().matches("Skriv ikke CPR").count(), 1, "{}", form.text());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn where_is_my_building_case_promises_no_call_that_nobody_can_ask_for() {
    each_engine(|town| async move {
        let guide = asked(&town, "hvor er min byggesag").await;
        assert!(
            guide.says("Hvor er min byggesag?") && guide.says("ring eller skriv til"),
            "{}",
            guide.text()
        );
        assert!(!guide.says("til at ringe"), "{}", guide.text());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_company_that_misspells_its_building_case_is_not_sent_to_borger_dk() {
    each_engine(|town| async move {
        for need in ["hvor er min byge sag", "hvor er min byggesag"] {
            let guide = asked(&town, need).await;
            places(&guide, &["Hvor er min byggesag?", "Byggetilladelse"]);
            assert!(!guide.says("Borger.dk"), "{need}: {}", guide.text());
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_files_that_are_refused_each_is_named_with_its_own_reason() {
    each_engine(|town| async move {
        let fields = [("emne", "signage"), ("text", "Et skilt")];
        let files: [(&str, &[u8]); 3] =
            [("virus.exe", b"MZ\x90\x00"), ("tom.pdf", b""), ("plan.pdf", b"%PDF-1.7 a sign")];
        let refused = town.stranger().upload("/henvendelse/ny", &fields, &files).await;
        for said in ["virus.exe", "tom.pdf", "Filen er tom", "Vi tager imod PDF", "plan.pdf"] {
            assert!(refused.says(said), "{said}: {}", refused.text());
        }
    })
    .await;
}
