//! Every page and mail that a company gets, as it is, in both languages, to be read by someone before it changes.

use std::fmt::Write;

use enquiries::{
    commands::{self, Closing, NewEnquiry, Sent},
    model::{Asker, Avoidable, Contact, Outcome},
};
use kernel::Language;
use testkit::{masked, reviewed};

use crate::{
    topics::adopt,
    town::{Answer, Town, each_engine},
};

fn keep(name: &str, text: &str) {
    insta::with_settings!({ prepend_module_to_snapshot => false }, {
        insta::assert_snapshot!(name, masked(text));
    });
}

/// The capability's own part of a page.
fn main_of(answer: &Answer) -> String {
    reviewed(&answer.html)
}

/// A company whose mails are in a language asks.
async fn ask(town: &Town, language: Language, topic: &str, text: &str) -> Sent {
    let ctx = town.company();
    let new = NewEnquiry {
        topic: topic.parse().unwrap(),
        asker: Asker::Company { cvr: kernel::CvrNumber::invented(7), name: "Nordvang El".into() },
        contact: Contact {
            name: "Sara Lund".into(),
            email: "nordvangel@example.dk".parse().unwrap(),
            phone: None,
        },
        about: None,
        text: text.into(),
        language,
        files: Vec::new(),
        draft: None,
        suspicion: 0,
        form_key: ctx.new_id(),
        content: text.into(),
    };
    commands::send(&town.app, town.guide(), &ctx, new, None).await.unwrap()
}

async fn pages(town: &Town, language: Language) {
    let tag = language.tag();
    let mut browser = town.stranger().in_language(tag);
    let mut contact = town.browser("nordvangel@example.dk").in_language(tag);
    let name = |page: &str| format!("company-{page}-{tag}");
    let app = &town.app;
    adopt(town, "building-permit", 2, 10).await.unwrap();
    keep(&name("my-page-closed"), &main_of(&browser.get("/virksomhed").await));
    keep(&name("my-page-empty"), &main_of(&contact.get("/virksomhed").await));
    keep(&name("lost-link"), &main_of(&browser.get("/henvendelse/aaaaaaaaaaaaaaaaaaaaaaaaaa").await));
    let form = browser.get("/henvendelse/ny?emne=complaint-about-municipality").await;
    keep(&name("form"), &main_of(&form));
    keep(&name("guide"), &main_of(&browser.get("/vejviser?emne=building-permit").await));

    let sent = ask(town, language, "building-permit", "Må vi bygge til?").await;
    let path = format!("/henvendelse/{}", sent.link.as_str());
    let version = async || town.case(sent.case.id).await.version;
    let line = || town.ctx("Line Krog");
    keep(&name("receipt"), &main_of(&browser.get(&format!("{path}?kvittering=1")).await));
    town.bench.later(chrono::Duration::hours(2));
    commands::ask_part(app, &line(), sent.case.id, version().await, town.teams["roads"], "Er der plads?")
        .await
        .unwrap();
    commands::ask(app, &line(), sent.case.id, version().await, "Hvor stort bliver det?").await.unwrap();
    keep(&name("waiting"), &main_of(&browser.get(&path).await));
    ask(town, language, "waste", "Hvornår henter I?").await;
    ask(town, language, "sick-leave", "Vores montør er syg").await;
    keep(&name("my-page"), &main_of(&contact.get("/virksomhed").await));
    let part = enquiries::store::parts(&town.bench.read(), &[sent.case.id]).await.unwrap().remove(0).id;
    commands::answer_part(app, &town.ctx("Karen Dahl"), sent.case.id, part, "Ja.", None).await.unwrap();
    let closing = Closing {
        outcome: Outcome::CouldNotHelp,
        avoidable: Avoidable::No,
        text: "Grunden ligger i en anden kommune.",
        authority: None,
        forwarded_on: None,
        filing: enquiries::model::SaidOfFiling::Owed,
    };
    commands::close(app, &line(), sent.case.id, version().await, closing).await.unwrap();
    keep(&name("ended"), &main_of(&browser.get(&path).await));
    commands::rate(app, &town.company(), &sent.link, 1, "").await.unwrap();
    keep(&name("rated"), &main_of(&browser.get(&path).await));
    commands::renew_link(app, &town.company(), &sent.link).await.unwrap();
    town.work().await;
    let mut mails = outreach::captured(&town.bench.read(), 100).await.unwrap();
    mails.retain(|mail| mail.to.as_str() == "nordvangel@example.dk");
    mails.sort_by_key(|mail| mail.message.id);
    let mut text = String::new();
    for mail in mails {
        writeln!(text, "=== {}\n{}", mail.subject, mail.text).unwrap();
    }
    keep(&name("mails"), &text);
}

#[tokio::test]
async fn every_page_and_mail_of_a_company_reads_as_it_was_reviewed_in_danish() {
    each_engine(async |town: Town| pages(&town, Language::Da).await).await;
}

#[tokio::test]
async fn every_page_and_mail_of_a_company_reads_as_it_was_reviewed_in_english() {
    each_engine(async |town: Town| pages(&town, Language::En).await).await;
}
