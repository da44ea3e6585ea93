//! Every page as it is, in both languages, to be read by someone before it changes.

use enquiries::{
    commands::{self, Closing, CompanyWords},
    model::{Avoidable, Outcome},
    store,
};
use testkit::reviewed;

use crate::town::{Answer, Town, each_engine};

fn keep(name: &str, answer: &Answer) {
    insta::with_settings!({ prepend_module_to_snapshot => false }, {
        insta::assert_snapshot!(name, reviewed(&answer.html));
    });
}

/// A case on which everything has happened that can.
async fn eventful(town: &Town) -> kernel::CaseId {
    let app = &town.app;
    let sent =
        town.ask("Nordvang El ApS", "building-permit", "Må vi sætte et lysskilt op?\nDet skal lyse.").await;
    let id = sent.case.id;
    let version = async || town.case(id).await.version;
    let line = || town.ctx("Line Krog");
    let step = || town.bench.later(chrono::Duration::hours(3));
    commands::assign(app, &line(), id, version().await, Some(town.person("Line Krog"))).await.unwrap();
    step();
    commands::ask(app, &line(), id, version().await, "Hvor stort er det?").await.unwrap();
    town.bench.at("2026-11-25T09:00");
    let file =
        app.attachments.keep(town.bench.id(), "facade.pdf", "application/pdf", b"%PDF-1.7").await.unwrap();
    let words =
        CompanyWords { text: "3 meter.".into(), files: vec![file], draft: None, form_key: town.bench.id() };
    commands::write(app, town.guide(), &town.company(), &sent.link, words).await.unwrap();
    commands::note(app, &town.ctx("Mette Holm"), id, "De fik nej i 2024.", None).await.unwrap();
    step();
    commands::ask_part(app, &line(), id, version().await, town.teams["roads"], "Må det lyse mod vejen?")
        .await
        .unwrap();
    let part = store::parts(&town.bench.read(), &[id]).await.unwrap().remove(0).id;
    commands::answer_part(app, &town.ctx("Karen Dahl"), id, part, "Ja, dæmpet.", None).await.unwrap();
    let topic = "signage".parse().unwrap();
    commands::change_topic(app, town.guide(), &line(), id, version().await, &topic).await.unwrap();
    step();
    let closing = Closing {
        outcome: Outcome::Forwarded,
        avoidable: Avoidable::MissingGuidance,
        text: "Vejdirektoratet afgør det. Vi har sendt det videre.",
        authority: Some("road-directorate"),
        forwarded_on: None,
        filing: enquiries::model::SaidOfFiling::Owed,
    };
    commands::close(app, &line(), id, version().await, closing).await.unwrap();
    town.bench.at("2026-11-26T09:00");
    commands::rate(app, &town.company(), &sent.link, 2, "Jeg blev sendt rundt.").await.unwrap();
    let first = store::entries(&town.bench.read(), id, false).await.unwrap().remove(0).id;
    let why = "trade-secret".parse().unwrap();
    commands::redact_entry(app, &line(), id, first, &why, None).await.unwrap();
    id
}

async fn pages(town: &Town, language: &'static str) {
    let name = |page: &str| format!("{page}-{language}");
    let mut line = town.browser("Line Krog").in_language(language);
    let mut lars = town.browser("Lars Holt").in_language(language);
    let mut karen = town.browser("Karen Dahl").in_language(language);
    keep(&name("inbox-empty"), &line.get("/intern/indbakke").await);
    let eventful = eventful(town).await;
    keep(&name("case-ended"), &line.get(&format!("/intern/henvendelser/{eventful}")).await);
    let case = town.ask("Café Kanalen", "building-permit", "Må vi have borde ude?").await.case;
    let path = format!("/intern/henvendelser/{}", case.id);
    let page = lars.get(&path).await;
    keep(&name("case-new"), &page);
    town.bench.later(chrono::Duration::minutes(5));
    let (roads, version) = (town.teams["roads"], case.version);
    commands::ask_part(&town.app, &town.ctx("Line Krog"), case.id, version, roads, "Er der plads?")
        .await
        .unwrap();
    commands::hand_over(&town.app, &town.ctx("Line Krog"), case.id, version, roads, "Det er fortovet.")
        .await
        .unwrap();
    let stale = lars.fill(&page, &format!("{path}/svar"), &[("text", "Ja."), ("answer", "yes")]).await;
    keep(&name("case-stale"), &stale);
    keep(&name("case-offered"), &karen.get(&path).await);
    keep(&name("inbox"), &line.get("/intern/indbakke").await);
    keep(&name("inbox-offered"), &karen.get("/intern/indbakke?vis=tilbudt").await);
    keep(&name("preview"), &line.get(&format!("/intern/indbakke/{}/uddrag", case.id)).await);
    let closing = line.get(&path).await;
    let missing = line.fill(&closing, &format!("{path}/spoerg"), &[("text", "")]).await;
    keep(&name("case-refused"), &missing);
    keep(&name("notices"), &line.get("/intern/beskeder").await);
    keep(&name("replies"), &line.get("/intern/svarskabeloner").await);
    let form = line.get("/intern/henvendelser/ny").await;
    keep(&name("enter"), &form);
    let fields = [
        ("channel", "visit"),
        ("topic", "road-digging-permit"),
        ("text", "Vil grave et rør ned."),
        ("company", "Tømrer Bo"),
        ("name", "Bo Nygaard"),
        ("email", "bo@example.dk"),
    ];
    keep(&name("entered"), &line.fill(&form, "/intern/henvendelser/ny", &fields).await);
}

#[tokio::test]
async fn every_page_reads_as_it_was_reviewed_in_danish() {
    each_engine(async |town: Town| Box::pin(pages(&town, "da")).await).await;
}

#[tokio::test]
async fn every_page_reads_as_it_was_reviewed_in_english() {
    each_engine(async |town: Town| Box::pin(pages(&town, "en")).await).await;
}
