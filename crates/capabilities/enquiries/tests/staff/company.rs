//! What a company sees: its own page, the page that follows an enquiry, and the form.

use axum::http::StatusCode;
use chrono::Duration;
use enquiries::{
    commands,
    model::{Asker, Avoidable, CaseState, Entry, EntryKind, Outcome},
    store,
};

use crate::{
    topics::adopt,
    town::{Answer, Browser, Town, each_engine},
};

const NEW: &str = "/henvendelse/ny";

fn path(sent: &commands::Sent) -> String {
    format!("/henvendelse/{}", sent.link.as_str())
}

async fn close(town: &Town, sent: &commands::Sent) {
    let closing = commands::Closing {
        outcome: Outcome::Answered,
        avoidable: Avoidable::No,
        text: "Ja, det må I gerne.",
        authority: None,
        forwarded_on: None,
        filing: enquiries::model::SaidOfFiling::Owed,
    };
    let version = town.case(sent.case.id).await.version;
    commands::close(&town.app, &town.ctx("Line Krog"), sent.case.id, version, closing).await.unwrap();
}

#[tokio::test]
async fn contact_sees_its_own_enquiries_and_nobody_elses() {
    each_engine(async |town: Town| {
        let own = town.ask("Nordvang El", "building-permit", "Må vi bygge til?").await;
        town.bench.later(Duration::minutes(5));
        let waiting = town.ask("Nordvang El", "signage", "Må vi sætte et skilt op?").await;
        // The same company by its number, another of its contacts.
        let other = town.ask("Smedjen", "building-permit", "Smedens egen sag").await;
        let line = town.ctx("Line Krog");
        let version = town.case(waiting.case.id).await.version;
        commands::ask(&town.app, &line, waiting.case.id, version, "Hvor stort er skiltet?").await.unwrap();
        let page = town.browser("nordvangel@example.dk").get("/virksomhed").await;
        for said in [
            "Vi mangler svar fra jer på 1 henvendelse.",
            "Hvor stort er skiltet?",
            &own.case.number,
            &waiting.case.number,
            "Byggesagsteamet",
        ] {
            assert!(page.says(said), "{said}: {}", page.text());
        }
        assert!(page.html.contains(&format!("href=\"{}\"", path(&own))), "no way to the enquiry");
        assert!(
            !page.says(&other.case.number) && !page.html.contains(other.link.as_str()),
            "{}",
            page.text()
        );
        assert_eq!(page.headers["cache-control"], "no-store");
        let english = town.browser("nordvangel@example.dk").in_language("en").get("/virksomhed").await;
        assert!(english.says("We need an answer from you to 1 enquiry."), "{}", english.text());
        close(&town, &own).await;
        let page = town.browser("nordvangel@example.dk").get("/virksomhed").await;
        assert!(page.says("Afsluttet") && page.says("I har fået svar"), "{}", page.text());
    })
    .await;
}

#[tokio::test]
async fn page_of_a_contact_names_no_confidential_topic() {
    each_engine(async |town: Town| {
        let sent = town.ask("Nordvang El", "sick-leave", "Vores montør er syg").await;
        assert!(sent.case.confidential, "the topic is walled");
        let page = town.browser("nordvangel@example.dk").get("/virksomhed").await;
        assert!(page.says("Et fortroligt emne") && page.says(&sent.case.number), "{}", page.text());
        assert!(!page.says("montør") && !page.says("Sygefravær"), "{}", page.text());
    })
    .await;
}

#[tokio::test]
async fn whoever_has_not_signed_in_is_told_how() {
    each_engine(async |town: Town| {
        for page in
            [town.stranger().get("/virksomhed").await, town.browser("Line Krog").get("/virksomhed").await]
        {
            assert_eq!(page.status, StatusCode::OK);
            assert!(page.says("Se jeres henvendelser"), "{}", page.text());
        }
        let page = town.stranger().get("/virksomhed").await;
        assert!(
            page.html.contains("action=\"/log-ind/link\"") && page.html.contains("name=\"contact_email\"")
        );
        let empty = town.browser("smedjen@example.dk").get("/virksomhed").await;
        assert!(
            empty.says("I har ikke sendt os noget") && empty.says("Spørg os om noget"),
            "{}",
            empty.text()
        );
        let export = town.stranger().get("/virksomhed/oplysninger.json").await;
        assert_ne!(export.status, StatusCode::OK, "nothing is handed out to a stranger");
        let export = town.browser("Line Krog").get("/virksomhed/oplysninger.json").await;
        assert_eq!(export.status, StatusCode::FORBIDDEN, "one of us is no contact");
    })
    .await;
}

#[tokio::test]
async fn new_link_kills_the_old_and_goes_by_mail_alone() {
    each_engine(async |town: Town| {
        let sent = town.ask("Nordvang El", "building-permit", "Må vi bygge til?").await;
        let mut browser = town.stranger();
        let page = browser.get(&path(&sent)).await;
        assert!(page.says("n…@example.dk"), "{}", page.text());
        let answer = browser.fill(&page, &format!("{}/nyt-link", path(&sent)), &[]).await;
        assert_eq!(
            (answer.status, answer.location.as_str()),
            (StatusCode::SEE_OTHER, "/henvendelse/nyt-link")
        );
        let dead = browser.get(&path(&sent)).await;
        assert_eq!(dead.status, StatusCode::NOT_FOUND);
        assert!(dead.says("Linket virker ikke") && dead.html.contains("/log-ind/link"), "{}", dead.text());
        town.work().await;
        let mails = outreach::captured(&town.bench.read(), 10).await.unwrap();
        let mail =
            mails.iter().find(|mail| mail.text.contains("skiftet ud")).expect("no mail with the new link");
        assert_eq!(mail.to.as_str(), "nordvangel@example.dk");
        let case = town.case(sent.case.id).await;
        let link = commands::link(&town.app, &case);
        assert!(mail.text.contains(link.as_str()) && !mail.text.contains(sent.link.as_str()));
        assert_eq!(browser.get(&format!("/henvendelse/{}", link.as_str())).await.status, StatusCode::OK);
        let forged = browser.get("/henvendelse/aaaaaaaaaaaaaaaaaaaaaaaaaa").await;
        assert_eq!(forged.text(), dead.text(), "a dead link and a forged one look the same");
    })
    .await;
}

#[tokio::test]
async fn only_the_date_of_what_is_still_owed_stands_out_on_an_enquiry_that_has_ended() {
    each_engine(async |town: Town| {
        adopt(&town, "building-permit", 2, 10).await.unwrap();
        let sent = town.ask("Nordvang El", "building-permit", "Må vi bygge til?").await;
        let pages = async || {
            let case = format!("/intern/henvendelser/{}", sent.case.id);
            let shown = [town.stranger().get(&path(&sent)).await, town.browser("Line Krog").get(&case).await];
            shown.map(|page| {
                let promises = page.html.split_once("class=\"s-promises\"").unwrap().1;
                promises.split_once("<h2").unwrap().0.to_owned()
            })
        };
        for promises in pages().await {
            assert!(promises.contains("s-promise__due\">senest"), "{promises}");
        }
        close(&town, &sent).await;
        for promises in pages().await {
            assert!(promises.contains("Svarfristen var"), "{promises}");
            assert!(!promises.contains("s-promise__due") && !promises.contains("senest"), "{promises}");
        }
        // A call is owed still, beside the answer that was given.
        commands::rate(&town.app, &town.company(), &sent.link, 1, "").await.unwrap();
        let [_, ours] = pages().await;
        assert_eq!(ours.matches("s-promise__due").count(), 1, "{ours}");
        let english = town.stranger().in_language("en").get(&path(&sent)).await;
        assert!(!english.says("It was due by"), "what is owed is told first: {}", english.text());
    })
    .await;
}

#[tokio::test]
async fn paused_clock_shows_no_date_and_says_why() {
    each_engine(async |town: Town| {
        adopt(&town, "building-permit", 2, 10).await.unwrap();
        let sent = town.ask("Nordvang El", "building-permit", "Må vi bygge til?").await;
        let line = town.ctx("Line Krog");
        commands::ask(&town.app, &line, sent.case.id, 1, "Hvor højt?").await.unwrap();
        let page = town.stranger().get(&path(&sent)).await;
        assert!(!page.says("Vi ringer jer op"), "it is the company's turn: {}", page.text());
        let promises = page.html.split_once("s-promises").unwrap().1.split_once("<h2").unwrap().0;
        assert!(
            promises.contains("Sat på pause") && promises.contains("Vi venter på svar fra jer"),
            "{promises}"
        );
        assert!(!promises.contains("s-promise__due"), "a date is shown as if the clock ran: {promises}");
    })
    .await;
}

#[tokio::test]
async fn adopted_goal_stands_where_one_asks_and_where_one_waits() {
    each_engine(async |town: Town| {
        let mut browser = town.stranger();
        let before = browser.get(&format!("{NEW}?emne=redevelopment")).await;
        assert!(
            before.says("ringer til jer") && before.html.contains("tel:+4543000000"),
            "{}",
            before.text()
        );
        assert!(!before.says("servicemål"), "nothing is adopted yet");
        adopt(&town, "redevelopment", 2, 15).await.unwrap();
        let sent = town.ask("Nordvang El", "redevelopment", "Må vi bygge til?").await;
        let goal = "Kommunens servicemål: svar inden 15 arbejdsdage.";
        for path in [
            "/vejviser?emne=redevelopment".to_owned(),
            format!("{NEW}?emne=redevelopment"),
            path(&sent),
            format!("{}?kvittering=1", path(&sent)),
        ] {
            let page = browser.get(&path).await;
            assert!(page.says(goal), "{path}: {}", page.text());
            assert!(!page.says("Vores erfaring"), "nobody has been answered yet");
        }
        commands::withdraw(&town.app, &town.company(), &sent.link).await.unwrap();
        assert!(!browser.get(&path(&sent)).await.says(goal), "what has ended is owed no more");
    })
    .await;
}

#[tokio::test]
async fn one_of_us_takes_a_link_back_and_the_journal_says_so() {
    each_engine(async |town: Town| {
        let sent = town.ask("Nordvang El", "building-permit", "Må vi bygge til?").await;
        let case = format!("/intern/henvendelser/{}", sent.case.id);
        let mut line = town.browser("Line Krog");
        let page = line.get(&case).await;
        assert!(page.says("Giv virksomheden et nyt link"), "{}", page.text());
        let done = line.fill(&page, &format!("{case}/nyt-link"), &[]).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text());
        assert_eq!(town.stranger().get(&path(&sent)).await.status, StatusCode::NOT_FOUND);
        let told = storage::lines(&town.bench.read(), &storage::LineFilter::default(), 1_000).await.unwrap();
        assert_eq!(told.iter().filter(|line| line.word == "link_revoked").count(), 1);
        let stranger =
            town.browser("Karen Dahl").post(&format!("{case}/nyt-link"), &[("version", "2")]).await;
        assert_eq!(stranger.status, StatusCode::NOT_FOUND, "another team may not");
    })
    .await;
}

#[tokio::test]
async fn whoever_can_see_an_enquiry_is_named_on_its_page() {
    each_engine(async |town: Town| {
        let sent = town.ask("Nordvang El", "building-permit", "Må vi bygge til?").await;
        let line = town.ctx("Line Krog");
        commands::ask_part(&town.app, &line, sent.case.id, 1, town.teams["roads"], "Må de køre der?")
            .await
            .unwrap();
        let page = town.stranger().get(&path(&sent)).await;
        for said in [
            "Byggesagsteamet, som svarer jer",
            "Vejteamet, som vi har spurgt om en del af svaret",
            "Erhvervskonsulenten, som hjælper",
            "interne revision",
            "Vi har spurgt Vejteamet om en del af svaret.",
        ] {
            assert!(page.says(said), "{said}: {}", page.text());
        }
        assert!(!page.says("Må de køre der?"), "what colleagues ask one another is theirs");
        let walled = town.ask("Nordvang El", "sick-leave", "Vores montør er syg").await;
        let page = town.stranger().get(&path(&walled)).await;
        assert!(page.says("Ingen andre i kommunen") && !page.says("interne revision"), "{}", page.text());
    })
    .await;
}

#[tokio::test]
async fn a_bad_rating_asks_where_to_ring_and_says_until_when() {
    each_engine(async |town: Town| {
        let sent = town.ask("Nordvang El", "building-permit", "Må vi bygge til?").await;
        close(&town, &sent).await;
        let mut browser = town.stranger();
        let page = browser.get(&path(&sent)).await;
        assert!(page.says("Jeres telefonnummer") && page.says("til og med"), "{}", page.text());
        let rate = format!("{}/vurder", path(&sent));
        let refused =
            browser.fill(&page, &rate, &[("score", "1"), ("better", "Ring"), ("phone", "12")]).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.html.contains("id=\"phone-error\"") && refused.html.contains(">Ring</textarea>"));
        let fields = [("score", "1"), ("better", "Ring"), ("phone", "55 66 77 88")];
        assert_eq!(browser.fill(&refused, &rate, &fields).await.status, StatusCode::SEE_OTHER);
        let page = browser.get(&path(&sent)).await;
        assert!(page.says("Byggesagsteamet ringer til jer"), "{}", page.text());
        let case = town.case(sent.case.id).await;
        assert_eq!(case.contact.phone.map(|phone| phone.e164().to_owned()).as_deref(), Some("+4555667788"));
        town.bench.later(Duration::days(40));
        let page = browser.get(&path(&sent)).await;
        assert!(page.says("mere end 30 dage") && page.says("Skriv en ny henvendelse"), "{}", page.text());
    })
    .await;
}

/// Fills in the form of a topic.
async fn fill(browser: &mut Browser<'_>, topic: &str, fields: &[(&str, &str)]) -> (Answer, Answer) {
    let page = browser.get(&format!("{NEW}?emne={topic}")).await;
    let answer = send(browser, &page, topic, fields).await;
    (page, answer)
}

async fn send(browser: &mut Browser<'_>, page: &Answer, topic: &str, fields: &[(&str, &str)]) -> Answer {
    let hidden = ["form_key", "shown"].map(|name| (name, page.hidden(NEW, name)));
    let mut all: Vec<(&str, &str)> = hidden.iter().map(|(name, value)| (*name, value.as_str())).collect();
    all.extend([
        ("emne", topic),
        ("text", "Må vi det?"),
        ("name", "Sara Lund"),
        ("email", "sara@example.dk"),
    ]);
    all.extend_from_slice(fields);
    browser.upload(NEW, &all, &[]).await
}

async fn only_case(town: &Town) -> enquiries::model::Case {
    let filter = store::CaseFilter::default();
    let cases = store::newest(&town.bench.read(), &filter, 10).await.unwrap();
    assert_eq!(cases.len(), 1);
    cases.into_iter().next().unwrap()
}

#[tokio::test]
async fn adviser_names_itself_and_whom_it_writes_for_and_staff_see_both() {
    each_engine(async |town: Town| {
        let mut browser = town.stranger();
        let fields = [
            ("asker", "adviser"),
            ("company", "Plan og Tal"),
            ("cvr", "99000015"),
            ("on_behalf_of", "Smedjen ApS"),
            ("behalf_cvr", "99000023"),
        ];
        let (_, answer) = fill(&mut browser, "building-permit", &fields).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
        let case = only_case(&town).await;
        let number = |text: &str| Some(text.parse().unwrap());
        assert_eq!(
            case.asker,
            Asker::Adviser {
                name: "Plan og Tal".into(),
                cvr: number("99000015"),
                on_behalf_of: "Smedjen ApS".into(),
                client_cvr: number("99000023"),
            }
        );
        let page = town.browser("Line Krog").get(&format!("/intern/henvendelser/{}", case.id)).await;
        for said in ["Plan og Tal", "99000015", "Smedjen ApS", "99000023"] {
            assert!(page.says(said), "{said}: {}", page.text());
        }
        let receipt = browser.get(&answer.location).await;
        assert!(
            receipt.says("Plan og Tal (CVR 99000015) for Smedjen ApS (CVR 99000023)"),
            "{}",
            receipt.text()
        );
    })
    .await;
}

#[tokio::test]
async fn foreign_company_and_association_keep_their_numbers_and_a_founder_needs_none() {
    for (fields, kept) in [
        (
            &[
                ("asker", "foreign"),
                ("company", "Nordplåt AB"),
                ("country", "Sverige"),
                ("vat", "se 556703-7485 01"),
            ][..],
            Asker::Foreign {
                name: "Nordplåt AB".into(),
                country: "Sverige".into(),
                vat: "SE556703748501".into(),
            },
        ),
        (
            &[("asker", "association"), ("company", "Smedelauget"), ("cvr", "99000023")][..],
            Asker::Association { name: "Smedelauget".into(), cvr: Some("99000023".parse().unwrap()) },
        ),
        (&[("asker", "founder")][..], Asker::Founder),
    ] {
        let kept = &kept;
        let fields: Vec<(&'static str, &'static str)> = fields.to_vec();
        let kept = kept.clone();
        each_engine(move |town: Town| {
            let (fields, kept) = (fields.clone(), kept.clone());
            async move {
                let (_, answer) = fill(&mut town.stranger(), "building-permit", &fields).await;
                assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
                assert_eq!(only_case(&town).await.asker, kept);
            }
        })
        .await;
    }
}

#[tokio::test]
async fn vat_number_that_can_be_none_is_told_at_its_field() {
    each_engine(async |town: Town| {
        let fields =
            [("asker", "foreign"), ("company", "Nordplåt AB"), ("country", "Sverige"), ("vat", "ved ikke!")];
        let (_, answer) = fill(&mut town.stranger(), "building-permit", &fields).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(answer.html.contains("id=\"vat-error\"") && answer.html.contains("href=\"#vat\""));
        assert!(answer.html.contains("value=\"ved ikke!\""), "what was typed stays");
    })
    .await;
}

#[tokio::test]
async fn a_complaint_is_asked_whom_it_is_about_and_nothing_else_is() {
    each_engine(async |town: Town| {
        let mut browser = town.stranger();
        let other = browser.get(&format!("{NEW}?emne=signage")).await;
        assert!(!other.html.contains("name=\"about\""), "only complaints are asked");
        let topic = "complaint-about-municipality";
        // A browser without scripts that changed the topic in the form has not seen the question.
        let unasked = send(&mut browser, &other, topic, &[("company", "Smedjen")]).await;
        assert_eq!(unasked.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(unasked.says("Vælg, hvem klagen handler om.") && unasked.html.contains("name=\"about\""));
        let unnamed =
            send(&mut browser, &unasked, topic, &[("company", "Smedjen"), ("about", "person")]).await;
        assert!(unnamed.html.contains("id=\"about_name-error\""), "{}", unnamed.text());
        let fields = [("company", "Smedjen"), ("about", "person"), ("about_name", "Line Krog")];
        let answer = send(&mut browser, &unnamed, topic, &fields).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
        let case = only_case(&town).await;
        assert_eq!(case.about.as_ref().map(|about| about.name.as_str()), Some("Line Krog"));
        let receipt = browser.get(&answer.location).await;
        assert!(receipt.says("Den, I klager over, kan ikke se den"), "{}", receipt.text());
    })
    .await;
}

#[tokio::test]
async fn signed_in_contact_types_only_what_is_new() {
    each_engine(async |town: Town| {
        town.ask("Nordvang El", "building-permit", "Må vi bygge til?").await;
        town.bench.later(Duration::days(1));
        let mut browser = town.browser("nordvangel@example.dk");
        let page = browser.get(&format!("{NEW}?emne=waste")).await;
        assert!(page.says("I skriver som Sara Lund, Nordvang El (nordvangel@example.dk)"), "{}", page.text());
        assert!(
            page.html.contains("value=\"nordvangel@example.dk\"")
                && page.html.contains("value=\"Nordvang El\"")
        );
        let stranger = town.stranger().get(&format!("{NEW}?emne=waste")).await;
        assert!(!stranger.html.contains("Nordvang"), "nobody else's form knows anything");
    })
    .await;
}

#[tokio::test]
async fn signed_in_contact_who_asks_the_same_again_is_led_to_the_enquiry_that_is_open() {
    each_engine(async |town: Town| {
        let sent = town.ask("Nordvang El", "waste", "Hvornår henter I?").await;
        town.bench.later(Duration::days(1));
        let mut browser = town.browser("nordvangel@example.dk");
        let page = browser.get(&format!("{NEW}?emne=waste")).await;
        let hidden = ["form_key", "shown"].map(|name| (name, page.hidden(NEW, name)));
        let cvr = kernel::CvrNumber::invented(7).unwrap().to_string();
        let mut all: Vec<(&str, &str)> = hidden.iter().map(|(name, value)| (*name, value.as_str())).collect();
        all.extend([
            ("emne", "waste"),
            ("text", "Har I glemt os?"),
            ("company", "Nordvang El"),
            ("cvr", &cvr),
        ]);
        all.extend([("name", "Sara Lund"), ("email", "nordvangel@example.dk")]);
        let answer = browser.upload(NEW, &all, &[]).await;
        assert_eq!((answer.status, answer.location.as_str()), (StatusCode::SEE_OTHER, path(&sent).as_str()));
        let page = browser.get(&answer.location).await;
        assert!(
            page.says("Har I glemt os?") && page.says("lagt det til jeres åbne henvendelse"),
            "{}",
            page.text()
        );
        assert_eq!(town.case(sent.case.id).await.repeats, 1);
        assert_eq!(town.case(sent.case.id).await.state, CaseState::Open);
    })
    .await;
}

#[tokio::test]
async fn the_date_that_was_told_stays_on_the_page_when_the_topic_is_corrected() {
    each_engine(async |town: Town| {
        // Of the first topic a goal is adopted, of the second none.
        for (from, to) in [("building-permit", "charging-stations"), ("charging-stations", "building-permit")]
        {
            let sent = town.ask(&format!("Firma {from}"), from, "Vi vil gerne have et svar.").await;
            town.bench.later(Duration::minutes(5));
            let before = town.stranger().get(&path(&sent)).await;
            let team = sent.case.team;
            let name = ["Line Krog", "Mette Holm", "Karen Dahl", "Sofie Lind"];
            let officer = name.into_iter().find(|name| town.ctx(name).teams().contains(&team)).unwrap();
            let topic = to.parse().unwrap();
            let ctx = town.ctx(officer);
            commands::change_topic(&town.app, town.guide(), &ctx, sent.case.id, 1, &topic).await.unwrap();
            let after = town.stranger().get(&path(&sent)).await;
            let is_told = |page: &Answer| page.says("senest");
            assert_eq!(is_told(&before), from == "building-permit", "{}", before.text());
            assert_eq!(is_told(&after), is_told(&before), "{from} is now {to}: {}", after.text());
        }
    })
    .await;
}

#[tokio::test]
async fn an_enquiry_taken_back_twice_and_a_rating_sent_twice_are_no_errors() {
    each_engine(async |town: Town| {
        let sent = town.ask("Nordvang El", "building-permit", "Må vi bygge til?").await;
        let mut browser = town.stranger();
        for _ in 0..2 {
            let answer = browser.post(&format!("{}/traek-tilbage", path(&sent)), &[]).await;
            assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
        }
        let rated = town.ask("Smedjen", "building-permit", "Må vi bygge om?").await;
        close(&town, &rated).await;
        let fields = [("score", "2"), ("better", "Det tog tid."), ("phone", "43 00 00 09")];
        for _ in 0..2 {
            let answer = browser.post(&format!("{}/vurder", path(&rated)), &fields).await;
            assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
        }
        let promises = ledger::of_subjects(&town.bench.read(), &[rated.case.id.uuid()]).await.unwrap();
        let calls = promises.iter().filter(|promise| promise.kind == ledger::PromiseKind::CALL_BACK);
        assert_eq!(calls.count(), 1, "one call is owed");
    })
    .await;
}

#[tokio::test]
async fn whoever_asks_the_same_again_is_told_of_the_team_that_has_it_now() {
    each_engine(async |town: Town| {
        let first = town.ask("Nordvang El", "building-permit", "Må vi grave?").await.case;
        let roads = town.teams["roads"];
        commands::hand_over(&town.app, &town.ctx("Line Krog"), first.id, 1, roads, "Jeres vej.")
            .await
            .unwrap();
        commands::accept(&town.app, &town.ctx("Karen Dahl"), first.id, None).await.unwrap();
        town.bench.later(Duration::hours(1));
        let again = town.ask("Nordvang El", "building-permit", "Må vi grave? Igen.").await;
        assert!(again.is_repeat);
        town.work().await;
        let mails = outreach::captured(&town.bench.read(), 100).await.unwrap();
        let told = mails.iter().find(|mail| mail.to.as_str() == "nordvangel@example.dk").unwrap();
        assert!(told.text.contains("Vejteamet") && !told.text.contains("Byggesagsteamet"), "{}", told.text);
    })
    .await;
}

#[tokio::test]
async fn whoever_asks_the_same_again_learns_nothing_of_a_case_that_has_become_a_complaint() {
    each_engine(async |town: Town| {
        let first = town.ask("Nordvang El", "building-permit", "Jonas svarer aldrig.").await.case;
        let subject = enquiries::model::Subject::Person(town.person("Jonas Birk"));
        let line = town.ctx("Line Krog");
        commands::complain(&town.app, town.guide(), &line, first.id, 1, &subject).await.unwrap();
        town.bench.later(Duration::hours(1));
        let again = town.ask("Nordvang El", "building-permit", "Må vi bygge til?").await;
        assert!(!again.is_repeat && again.case.id != first.id);
        assert_eq!(town.texts(first.id).await.len(), 1, "what is no complaint is not put into one");
    })
    .await;
}

#[tokio::test]
async fn two_senders_with_the_same_need_are_two_enquiries_and_one_sender_is_one() {
    each_engine(async |town: Town| {
        let first = town.ask("Nordvang El", "waste", "Hvornår henter I?").await;
        town.bench.later(Duration::hours(1));
        let other = town.ask("Smedjen", "waste", "Hvornår henter I?").await;
        assert!(
            !other.is_repeat && other.case.id != first.case.id,
            "a neighbour is joined to a stranger's enquiry"
        );
        town.bench.later(Duration::hours(1));
        let again = town.ask("Nordvang El", "waste", "Har I glemt os?").await;
        assert!(again.is_repeat && again.case.id == first.case.id);
        town.work().await;
        let mails = outreach::captured(&town.bench.read(), 20).await.unwrap();
        let told = mails.iter().filter(|mail| mail.subject.contains("lagt det til jeres henvendelse"));
        let told: Vec<_> = told.map(|mail| mail.to.as_str()).collect();
        assert_eq!(told, ["nordvangel@example.dk"], "the repeat is told by mail");
    })
    .await;
}

#[tokio::test]
async fn a_company_that_closes_what_is_solved_is_not_told_that_it_took_it_back() {
    each_engine(async |town: Town| {
        let sent = town.ask("Nordvang El", "building-permit", "Må vi bygge til?").await;
        let mut company = town.stranger();
        let page = company.get(&path(&sent)).await;
        assert!(page.says("Er det løst"), "{}", page.text());
        let closed = company.fill(&page, &format!("{}/traek-tilbage", path(&sent)), &[]).await;
        assert_eq!(closed.location, path(&sent));
        let page = company.get(&path(&sent)).await;
        assert!(page.says("I har selv lukket henvendelsen") && !page.says("trukket"), "{}", page.text());
        town.work().await;
        let mails = outreach::captured(&town.bench.read(), 20).await.unwrap();
        assert!(mails.iter().all(|mail| !mail.subject.contains("trukket")));
        assert!(mails.iter().any(|mail| mail.subject.contains("Virksomheden har lukket henvendelse")));
    })
    .await;
}

#[tokio::test]
async fn an_enquiry_taken_up_again_is_owed_the_first_reply_that_nobody_had_given() {
    each_engine(async |town: Town| {
        let owed = async |town: &Town, sent: &commands::Sent| -> Vec<String> {
            let all = ledger::of_subjects(&town.bench.read(), &[sent.case.id.uuid()]).await.unwrap();
            let open = all.into_iter().filter(|promise| promise.state == ledger::PromiseState::Open);
            let mut kinds: Vec<String> = open.map(|promise| promise.kind.as_str().to_owned()).collect();
            kinds.sort();
            kinds
        };
        let unanswered = town.ask("Nordvang El", "building-permit", "Må vi bygge til?").await;
        let answered = town.ask("Smedjen", "building-permit", "Må vi bygge om?").await;
        let version = town.case(answered.case.id).await.version;
        commands::reply(
            &town.app,
            &town.ctx("Line Krog"),
            answered.case.id,
            version,
            "Vi ser på det",
            false,
            &[],
        )
        .await
        .unwrap();
        for sent in [&unanswered, &answered] {
            commands::withdraw(&town.app, &town.company(), &sent.link).await.unwrap();
            assert!(owed(&town, sent).await.is_empty());
            let words = commands::CompanyWords {
                text: "Det var ikke løst".into(),
                files: Vec::new(),
                draft: None,
                form_key: town.bench.id(),
            };
            commands::write(&town.app, town.guide(), &town.company(), &sent.link, words).await.unwrap();
        }
        assert_eq!(owed(&town, &unanswered).await, ["answer", "first_reply"]);
        assert_eq!(owed(&town, &answered).await, ["answer"]);
        let page = town.stranger().get(&path(&unanswered)).await;
        assert!(page.says("skriver til jer første gang"), "{}", page.text());
    })
    .await;
}

/// Writes by the link, with the form on a page.
async fn write(browser: &mut Browser<'_>, sent: &commands::Sent, text: &str) -> Answer {
    let page = browser.get(&path(sent)).await;
    browser.fill(&page, &format!("{}/skriv", path(sent)), &[("text", text)]).await
}

#[tokio::test]
async fn whoever_holds_a_link_and_writes_without_end_is_stopped_and_keeps_the_text() {
    each_engine(async |town: Town| {
        let sent = town.ask("Nordvang El", "building-permit", "Må vi bygge til?").await;
        let other = town.ask("Smedjen", "signage", "Må vi sætte et skilt op?").await;
        let mut browser = town.stranger();
        for n in 0..10 {
            let answer = write(&mut browser, &sent, &format!("Besked {n}")).await;
            assert_eq!(answer.status, StatusCode::SEE_OTHER, "{n}: {}", answer.text());
        }
        let refused = write(&mut browser, &sent, "Den ellevte besked").await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.says("mange beskeder på kort tid"), "{}", refused.text());
        assert!(refused.html.contains(">Den ellevte besked</textarea>"), "what was typed is lost");
        assert_eq!(
            write(&mut browser, &other, "Og vi?").await.status,
            StatusCode::SEE_OTHER,
            "another's link"
        );
        town.bench.later(Duration::minutes(11));
        assert_eq!(write(&mut browser, &sent, "Den ellevte besked").await.status, StatusCode::SEE_OTHER);

        for n in 0..19 {
            town.bench.later(Duration::minutes(2));
            write(&mut browser, &sent, &format!("Igen {n}")).await;
        }
        let enough = write(&mut browser, &sent, "Nu er det nok").await;
        assert_eq!(enough.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(enough.says("flere beskeder i dag") && enough.html.contains(">Nu er det nok</textarea>"));
        assert_eq!(town.texts(sent.case.id).await.len(), 30, "with the first words of all");
        town.bench.later(Duration::days(1));
        assert_eq!(write(&mut browser, &sent, "Godmorgen").await.status, StatusCode::SEE_OTHER);
    })
    .await;
}

#[tokio::test]
async fn of_a_very_long_conversation_the_newest_words_are_shown_and_the_page_says_so() {
    each_engine(async |town: Town| {
        let sent = town.ask("Nordvang El", "building-permit", "Det allerførste").await;
        let tx = town.bench.tx().await;
        for n in 1..=500 {
            let entry = Entry {
                id: town.bench.id(),
                case: sent.case.id,
                kind: EntryKind::FromCompany,
                author: None,
                at: town.bench.now() + Duration::seconds(n),
                text: format!("Besked nummer {n}."),
                redacted: None,
            };
            store::insert_entry(&tx, &entry).await.unwrap();
        }
        tx.commit().await.unwrap();
        let page = town.stranger().get(&path(&sent)).await;
        assert!(page.says("Besked nummer 500.") && page.says("Besked nummer 1."), "the newest");
        assert!(!page.says("Det allerførste") && page.says("Her står de nyeste 500 beskeder"));
    })
    .await;
}
