//! What is told when something is wrong right now: the municipality corrects it itself, and can take no sign away.

use axum::http::StatusCode;
use enquiries::{
    commands,
    guide::{ACUTE, Duties, Duty},
};
use kernel::Language;
use testkit::TENANT;

use super::{
    topics::send,
    town::{Town, each_engine, key},
};

const PATH: &str = "/intern/emner/acute";
/// A question about oil in a stream.
const SPILL: &str = "/vejviser?q=Der+l%C3%B8ber+olie+ud+i+%C3%A5en";

fn duties(town: &Town) -> Duties {
    town.guide().guide(TENANT).duties().clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_duty_that_gets_another_number_is_called_on_it_at_once() {
    each_engine(|town| async move {
        let mut company = town.stranger();
        assert!(company.get(SPILL).await.html.contains("tel:+4543000001"), "the configured number");

        let mut editor = town.browser("Mette Holm");
        assert!(editor.get("/intern/emner").await.says("Miljøvagten: 43 00 00 01, døgnet rundt"));
        let page = editor.get(PATH).await;
        let changed = [
            ("environment-phone", "44 55 66 77"),
            ("environment-hours-da", "alle dage kl. 6.00-22.00, ellers 112"),
            ("environment-heading-da", "Er noget løbet ud i naturen?"),
        ];
        let saved = send(&mut editor, &page, PATH, &changed).await;
        assert_eq!(saved.location, PATH, "{}", saved.text());

        let found = company.get(SPILL).await;
        assert!(found.html.contains("tel:+4544556677") && !found.html.contains("tel:+4543000001"));
        assert!(found.says("Er noget løbet ud i naturen?") && found.says("alle dage kl. 6.00-22.00"));
        assert!(found.html.contains("tel:112"), "112 stays");
        assert!(editor.get("/intern/emner").await.says("Miljøvagten: 44 55 66 77"));

        let history = editor.get("/intern/emner/acute/historik").await;
        assert!(history.says("Mette Holm") && history.says("miljøvagtens telefon"), "{}", history.text());
        let back = [("version", "1"), ("restore", "0")];
        let back = editor.fill(&history, "/intern/emner/acute/gendan", &back).await;
        assert_eq!(back.location, PATH, "{}", back.text());
        assert!(company.get(SPILL).await.html.contains("tel:+4543000001"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_node_calls_the_new_number_when_it_has_followed_the_journal() {
    each_engine(|town| async move {
        let other = town.guide().of_another_node();
        let edited = Duties { road_phone: Some("44556677".parse().unwrap()), ..duties(&town) };
        let ctx = town.ctx("Mette Holm");
        commands::edit_content(&town.app, town.guide(), &ctx, 0, edited).await.unwrap();
        town.bench.seal().await;
        other.catch_up(&town.bench.read(), 0).await.unwrap();
        assert!(other.guide(TENANT).duties().phone(Duty::Road).is_some());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_would_leave_someone_without_help_is_refused_and_nothing_typed_is_lost() {
    each_engine(|town| async move {
        let mut editor = town.browser("Mette Holm");
        let page = editor.get(PATH).await;
        for (field, typed) in [
            ("emergency-text-da", "Skriv til os, hvis det brænder."),
            ("environment-phone", "ring bare"),
            ("road-hours-en", ""),
            ("road-signs-da", "vej"),
        ] {
            let refused = send(&mut editor, &page, PATH, &[(field, typed)]).await;
            assert_eq!(refused.status, 422, "{field}");
            assert!(refused.html.contains(&format!("href=\"#{field}\"")), "{field}: {}", refused.text());
            assert!(refused.html.contains(typed), "{field}");
        }
        assert_eq!(duties(&town), *town.guide().shipped_duties());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_of_the_towns_own_is_found_and_takes_none_of_the_programs_away() {
    each_engine(|town| async move {
        let mut editor = town.browser("Mette Holm");
        let page = editor.get(PATH).await;
        assert!(page.says("kan ikke fjernes"), "the page says so");
        let changed = [("emergency-signs-da", "slusen vakler"), ("road-signs-da", "lygtepæl ligger ned")];
        assert_eq!(send(&mut editor, &page, PATH, &changed).await.location, PATH);

        let guide = town.guide().guide(TENANT);
        let call = |text: &str| guide.acute(text, Language::Da).map(|found| found.call);
        assert_eq!(call("Slusen vakler ved havnen"), Some(vec![Duty::Emergency]));
        assert_eq!(call("En lygtepæl ligger ned på Vejen"), Some(vec![Duty::Road]));
        assert_eq!(call("Hvad koster en byggetilladelse?"), None);
        let both = call("Der løber olie ud i åen, og slusen vakler").unwrap();
        assert_eq!(both, [Duty::Emergency, Duty::Environment], "112 first, and the environment duty still");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_editor_sees_how_it_looks_and_whom_a_question_calls_before_anyone_else_does() {
    each_engine(|town| async move {
        let mut editor = town.browser("Mette Holm");
        let page = editor.get(PATH).await;
        let typed = [
            ("environment-heading-da", "Sker der noget med åen?"),
            ("environment-signs-da", "fiskene dør"),
            ("question", "Fiskene dør i søen"),
            ("do", "try"),
        ];
        let tried = send(&mut editor, &page, PATH, &typed).await;
        assert_eq!(tried.status, 200);
        assert!(tried.text().matches("Sker der noget med åen?").count() >= 3, "{}", tried.text());
        assert_eq!(duties(&town), *town.guide().shipped_duties(), "nothing is saved");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_editors_the_second_is_shown_what_the_first_saved() {
    each_engine(|town| async move {
        let (mut first, mut second) = (town.browser("Mette Holm"), town.browser("Lars Holt"));
        let (one, two) = (first.get(PATH).await, second.get(PATH).await);
        assert_eq!(send(&mut first, &one, PATH, &[("road-phone", "44556677")]).await.location, PATH);
        let stale = send(&mut second, &two, PATH, &[("road-hours-da", "kl. 7.00-15.00")]).await;
        assert_eq!(stale.status, 422);
        assert!(stale.says("kl. 7.00-15.00") && stale.says("44556677"), "{}", stale.text());
        for name in ["Karen Dahl", "Ebbe Revisor"] {
            let mut officer = town.browser(name);
            assert_eq!(officer.get(PATH).await.status, 403, "{name}");
            assert_eq!(officer.post(PATH, &[("version", "0")]).await.status, 403, "{name}");
        }
        let kept =
            enquiries::store::topic_versions(&town.bench.read(), &ACUTE.parse().unwrap()).await.unwrap();
        assert_eq!(kept.len(), 1);
    })
    .await;
}

const NEW: &str = "/henvendelse/ny";

/// The form as a company fills it in.
fn typed<'a>(text: &'a str, shown: &'a str, key: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        ("emne", "other"),
        ("text", text),
        ("asker", "company"),
        ("company", "Olsens Smedje"),
        ("name", "Sara Lund"),
        ("email", "sara@example.dk"),
        ("language", "da"),
        ("form_key", key),
        ("shown", shown),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn oil_in_the_drain_is_not_sent_before_the_duty_has_been_named() {
    each_engine(|town| async move {
        let text = "Der løber olie ud i kloaken lige nu, kom hurtigt\nDet er ved porten";
        let mut company = town.stranger();
        let form = company.get("/henvendelse/ny?emne=other").await;
        let (shown, form_key) = (form.hidden(NEW, "shown"), key(&town));
        town.bench.later(chrono::Duration::seconds(30));
        let stop =
            company.upload(NEW, &typed(text, &shown, &form_key), &[("oil.pdf", b"%PDF-1.7 oil")]).await;
        assert_eq!(stop.status, StatusCode::OK, "{}", stop.location);
        assert!(stop.says("er ikke sendt endnu") && stop.html.contains("tel:+4543000001"), "{}", stop.text());
        assert!(stop.html.contains("tel:112") && stop.says("oil.pdf"), "{}", stop.text());
        let inbox = town.browser("Mette Holm").get("/intern/indbakke").await;
        assert!(!inbox.says("Olsens Smedje"), "nothing was sent");

        // Everything comes along: back to the form, and on from here.
        let names =
            ["emne", "text", "asker", "company", "name", "email", "language", "form_key", "shown", "draft"];
        let hidden = names.map(|name| (name, stop.hidden(NEW, name)));
        let mut again: Vec<(&str, &str)> =
            hidden.iter().map(|(name, value)| (*name, value.as_str())).collect();
        again.push(("mend", "yes"));
        let form = company.upload(NEW, &again, &[]).await;
        assert!(form.says("Der løber olie ud") && form.says("oil.pdf"), "{}", form.text());
        assert!(form.html.contains("value=\"Olsens Smedje\""));
        again.pop();
        again.push(("called", "yes"));
        let sent = company.upload(NEW, &again, &[]).await;
        assert!(sent.location.ends_with("?kvittering=1"), "{} {}", sent.location, sent.text());

        let receipt = company.get(&sent.location).await;
        assert!(receipt.html.find("tel:+4543000001").unwrap() < receipt.html.find("<h1").unwrap());
        assert!(!receipt.says("I skal ikke gøre noget lige nu"), "{}", receipt.text());
        assert!(receipt.says("ring nu på numrene øverst") && receipt.says("oil.pdf"), "{}", receipt.text());
        town.work().await;
        let mails = outreach::captured(&town.bench.read(), 10).await.unwrap();
        let mail = mails.iter().find(|mail| mail.to.as_str() == "sara@example.dk").unwrap();
        let phone: kernel::Phone = "43000001".parse().unwrap();
        assert!(mail.text.contains(&phone.to_string()) && mail.text.contains("112"), "{}", mail.text);
        let at = |words: &str| mail.text.find(words).unwrap();
        assert!(at("Miljøvagten") < at("har jeres henvendelse"), "{}", mail.text);
        assert!(!mail.text.contains("hvis det haster"), "{}", mail.text);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_acute_enquiry_stands_first_in_the_inbox_and_its_team_is_told_at_once_also_at_night() {
    each_engine(|town| async move {
        let late = town.ask("Smedjen", "building-permit", "Må vi bygge til?").await;
        town.bench.at("2026-12-20T23:30");
        let sent = town.ask("Nordvang El", "building-permit", "Der løber diesel ud i kloakken").await;
        town.work().await;
        let mails = outreach::captured(&town.bench.read(), 20).await.unwrap();
        let told = format!("Akut: henvendelse {}", sent.case.number);
        assert!(
            mails.iter().any(|mail| mail.subject == told),
            "{:?}",
            mails.iter().map(|mail| &mail.subject)
        );
        let inbox = town.browser("Line Krog").get("/intern/indbakke").await;
        assert!(inbox.says("Akut"), "{}", inbox.text());
        let at = |number: &str| inbox.html.find(number).unwrap();
        assert!(at(&sent.case.number) < at(&late.case.number), "it stands before what is late");
        let path = format!("/intern/henvendelser/{}", sent.case.id);
        assert!(town.browser("Line Krog").get(&path).await.says("noget er galt lige nu"));

        let version = town.case(sent.case.id).await.version;
        let line = town.ctx("Line Krog");
        commands::reply(&town.app, &line, sent.case.id, version, "Vi er på vej", false, &[]).await.unwrap();
        assert!(
            !town.browser("Line Krog").get("/intern/indbakke").await.says("Akut"),
            "one of us has replied"
        );
    })
    .await;
}
