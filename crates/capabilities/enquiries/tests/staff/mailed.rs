//! Mail that comes in: to the old mailbox, and as an answer to one of ours.

use chrono::Duration;
use enquiries::{
    commands::{self, Placed, Sent},
    model::{Avoidable, Case, CaseState, Channel, Outcome},
    store,
};
use kernel::{CaseId, Language, MessageId};
use ledger::{PromiseKind, PromiseState};
use outreach::incoming::{Incoming, ReplyKeys, waiting};
use testkit::TENANT;

use crate::town::{Town, each_engine};

/// A mail as it comes over the wire.
pub(crate) fn raw(from: &str, to: &str, more: &str, subject: &str, text: &str) -> String {
    format!(
        "From: {from}\r\nTo: {to}\r\nMessage-ID: <{}@mail.example.dk>\r\nSubject: {subject}\r\n{more}MIME-Version: 1.0\r\n\
         Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n{text}\r\n",
        subject.len() + text.len(),
    )
}

pub(crate) async fn receive(town: &Town, raw: &str) -> Placed {
    let mail = Incoming::parse(raw.as_bytes()).unwrap();
    commands::receive(&town.app, town.guide(), TENANT, mail).await.unwrap()
}

/// A mail to the municipality's mailbox.
pub(crate) async fn write(town: &Town, from: &str, subject: &str, text: &str) -> Placed {
    receive(town, &raw(from, "erhverv@example.dk", "", subject, text)).await
}

async fn opened(town: &Town, from: &str, subject: &str, text: &str) -> Case {
    match write(town, from, subject, text).await {
        Placed::Opened(case) => town.case(case).await,
        other => panic!("{other:?}"),
    }
}

/// The newest mail of a purpose, once it has gone out.
pub(crate) async fn mailed(town: &Town, case: CaseId, purpose: &str) -> MessageId {
    town.work().await;
    let messages = outreach::messages_of(&town.bench.read(), &[case.uuid()]).await.unwrap();
    messages.iter().rfind(|message| message.purpose.as_str() == purpose).unwrap().id
}

/// The address by which one of our mails is answered.
pub(crate) fn answer_to(town: &Town, message: MessageId) -> String {
    let keys = town.app.kept::<ReplyKeys>();
    keys.address(&"erhverv@example.dk".parse().unwrap(), TENANT, message).to_string()
}

pub(crate) async fn answer(town: &Town, from: &str, message: MessageId, text: &str) -> Placed {
    receive(town, &raw(from, &answer_to(town, message), "", "Sv: Jeres henvendelse", text)).await
}

async fn reply(town: &Town, sent: &Sent, text: &str, is_answer: bool) {
    let version = town.case(sent.case.id).await.version;
    commands::reply(&town.app, &town.ctx("Line Krog"), sent.case.id, version, text, is_answer, &[])
        .await
        .unwrap();
}

fn nordvang(sent: &Sent) -> String {
    format!("Sara Lund <{}>", sent.case.contact.email)
}

#[tokio::test]
async fn answer_to_the_receipt_lands_in_its_case_without_what_it_quotes() {
    each_engine(async |town: Town| {
        let sent = town.ask("Nordvang El", "building-permit", "Skal vi søge om et skilt?").await;
        let receipt = mailed(&town, sent.case.id, "enquiry-receipt").await;
        let quoted = "Det er 3 meter højt.\r\n\r\nDen 23. nov. 2026 skrev Albertslund Kommune:\r\n\
                      > -- Skriv over denne linje, hvis I vil svare --\r\n> Vi har fået jeres henvendelse.";
        assert_eq!(answer(&town, &nordvang(&sent), receipt, quoted).await, Placed::Added(sent.case.id));
        assert_eq!(town.texts(sent.case.id).await, ["Skal vi søge om et skilt?", "Det er 3 meter højt."]);
        assert!(town.notices("Line Krog").await.contains(&"company-wrote".to_owned()));
    })
    .await;
}

#[tokio::test]
async fn answer_to_a_question_starts_the_clock_again() {
    each_engine(async |town: Town| {
        let sent = town.ask("Nordvang El", "building-permit", "Skal vi søge om et skilt?").await;
        commands::ask(&town.app, &town.ctx("Line Krog"), sent.case.id, 1, "Hvor højt er det?").await.unwrap();
        let question = mailed(&town, sent.case.id, "enquiry-question").await;
        town.bench.later(Duration::days(2));
        answer(&town, &nordvang(&sent), question, "3 meter.").await;
        assert_eq!(town.case(sent.case.id).await.state, CaseState::Open);
        let promises = ledger::of_subjects(&town.bench.read(), &[sent.case.id.uuid()]).await.unwrap();
        let answer = promises.iter().find(|one| one.kind == PromiseKind::ANSWER).unwrap();
        assert!(answer.paused_since.is_none() && answer.paused_working_days > 0, "{answer:?}");
    })
    .await;
}

#[tokio::test]
async fn mail_to_the_old_mailbox_becomes_a_case_with_a_receipt() {
    each_engine(async |town: Town| {
        let text = "Hej\nVi vil gerne have opsat et skilt på vores facade. Skal vi søge?\nMvh Sara\nCVR-nr.: 99 00 00 79";
        let case = opened(&town, "Sara Lund <sara@nordvang.example.dk>", "Skilt på facaden", text).await;
        assert_eq!((case.channel, case.state, case.language), (Channel::Mail, CaseState::Open, Language::Da));
        assert_eq!(case.topic.as_str(), "signage");
        assert_eq!(case.contact.name, "Sara Lund");
        let texts = town.texts(case.id).await;
        assert!(texts[0].starts_with("Skilt på facaden\n\nHej"), "{texts:?}");
        mailed(&town, case.id, "enquiry-receipt").await;
        let mails = outreach::captured(&town.bench.read(), 10).await.unwrap();
        let receipt = mails.iter().find(|mail| mail.to.as_str() == "sara@nordvang.example.dk").unwrap();
        assert!(receipt.text.contains("/henvendelse/") && !receipt.text.contains("facade"), "{}", receipt.text);
        let owed = ledger::of_subjects(&town.bench.read(), &[case.id.uuid()]).await.unwrap();
        assert_eq!(owed.len(), 2, "the first reply and the answer are owed");
    })
    .await;
}

#[tokio::test]
async fn english_mail_is_answered_in_english() {
    each_engine(async |town: Town| {
        let text = "Hello, we would like to open a small café and need to know which permits apply to us.";
        let case = opened(&town, "Ann <ann@abroad.example.com>", "Opening a café", text).await;
        assert_eq!(case.language, Language::En);
    })
    .await;
}

#[tokio::test]
async fn the_same_mail_fetched_twice_makes_one_case() {
    each_engine(async |town: Town| {
        let one =
            raw("sara@nordvang.example.dk", "erhverv@example.dk", "", "Skilt", "Må vi sætte et skilt op?");
        let copy = one.replace("To: erhverv@example.dk", "Received: by another way\r\nTo: info@example.dk");
        assert!(matches!(receive(&town, &one).await, Placed::Opened(_)));
        assert_eq!(receive(&town, &one).await, Placed::Before);
        assert_eq!(
            receive(&town, &copy).await,
            Placed::Before,
            "a copy to another of our mailboxes is the same mail"
        );
    })
    .await;
}

#[tokio::test]
async fn a_forged_address_opens_nothing() {
    each_engine(async |town: Town| {
        let sent = town.ask("Nordvang El", "building-permit", "Skal vi søge om et skilt?").await;
        let receipt = mailed(&town, sent.case.id, "enquiry-receipt").await;
        let address = answer_to(&town, receipt);
        let (local, domain) = address.split_once('@').unwrap();
        let last = if local.ends_with('a') { "b" } else { "a" };
        let forged = format!("{}{last}@{domain}", &local[..local.len() - 1]);
        let placed =
            receive(&town, &raw("x@elsewhere.example.dk", &forged, "", "Sv", "Jeg er dem. Luk sagen.")).await;
        assert_ne!(placed, Placed::Added(sent.case.id));
        assert_eq!(town.texts(sent.case.id).await.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_thread_is_followed_from_the_address_it_went_to_and_no_other() {
    each_engine(async |town: Town| {
        let sent = town.ask("Nordvang El", "building-permit", "Skal vi søge om et skilt?").await;
        let receipt = mailed(&town, sent.case.id, "enquiry-receipt").await;
        let thread = format!("In-Reply-To: <{receipt}@example.dk>\r\n");
        let to = "erhverv@example.dk";
        let other = raw("x@elsewhere.example.dk", to, &thread, "Sv", "Send mig hele sagen.");
        assert_ne!(receive(&town, &other).await, Placed::Added(sent.case.id));
        let own = raw(sent.case.contact.email.as_str(), to, &thread, "Sv", "Det er 3 meter højt.");
        assert_eq!(receive(&town, &own).await, Placed::Added(sent.case.id));
    })
    .await;
}

#[tokio::test]
async fn taking_the_links_back_takes_the_way_to_answer_with_them() {
    each_engine(async |town: Town| {
        let sent = town.ask("Nordvang El", "building-permit", "Skal vi søge om et skilt?").await;
        let receipt = mailed(&town, sent.case.id, "enquiry-receipt").await;
        town.bench.later(Duration::minutes(1));
        commands::revoke_link(&town.app, &town.ctx("Line Krog"), sent.case.id, 1).await.unwrap();
        let placed = answer(&town, "x@elsewhere.example.dk", receipt, "Jeg fandt jeres mail.").await;
        assert_ne!(placed, Placed::Added(sent.case.id));
        let renewed = mailed(&town, sent.case.id, "enquiry-new-link").await;
        assert_eq!(answer(&town, &nordvang(&sent), renewed, "Tak.").await, Placed::Added(sent.case.id));
    })
    .await;
}

#[tokio::test]
async fn links_taken_back_twice_close_the_mail_in_between_too() {
    each_engine(async |town: Town| {
        let sent = town.ask("Nordvang El", "building-permit", "Skal vi søge om et skilt?").await;
        town.bench.later(Duration::minutes(1));
        commands::revoke_link(&town.app, &town.ctx("Line Krog"), sent.case.id, 1).await.unwrap();
        let between = mailed(&town, sent.case.id, "enquiry-new-link").await;
        town.bench.later(Duration::minutes(1));
        let version = town.case(sent.case.id).await.version;
        commands::revoke_link(&town.app, &town.ctx("Line Krog"), sent.case.id, version).await.unwrap();
        let placed = answer(&town, "x@elsewhere.example.dk", between, "Jeg fandt jeres mail.").await;
        assert_ne!(placed, Placed::Added(sent.case.id));
    })
    .await;
}

#[tokio::test]
async fn colleagues_see_who_wrote_when_it_was_not_the_contact() {
    each_engine(async |town: Town| {
        let sent = town.ask("Nordvang El", "building-permit", "Skal vi søge om et skilt?").await;
        let receipt = mailed(&town, sent.case.id, "enquiry-receipt").await;
        answer(&town, "bo@nordvang.example.dk", receipt, "Sara bad mig svare: 3 meter.").await;
        let page = town.browser("Line Krog").get(&format!("/intern/henvendelser/{}", sent.case.id)).await;
        assert!(page.says("Mailen er sendt fra bo@nordvang.example.dk"), "{}", page.text());
        let own = town.stranger().get(&format!("/henvendelse/{}", sent.link.as_str())).await;
        assert!(!own.says("Mailen er sendt fra"), "{}", own.text());
    })
    .await;
}

#[tokio::test]
async fn what_a_colleague_passes_on_waits_for_a_person() {
    each_engine(async |town: Town| {
        let placed = write(&town, "jonas@example.dk", "VS: Skilt", "Kan du tage den her?").await;
        assert_eq!(placed, Placed::Waiting);
        assert_eq!(waiting(&town.bench.read(), 0).await.unwrap().len(), 1);
    })
    .await;
}

#[tokio::test]
async fn an_absence_notice_is_no_enquiry_and_stops_no_clock() {
    each_engine(async |town: Town| {
        let sent = town.ask("Nordvang El", "building-permit", "Skal vi søge om et skilt?").await;
        let receipt = mailed(&town, sent.case.id, "enquiry-receipt").await;
        let robot = "Auto-Submitted: auto-replied\r\n";
        let notice =
            raw(&nordvang(&sent), &answer_to(&town, receipt), robot, "Fraværende", "Jeg er på ferie.");
        assert_eq!(receive(&town, &notice).await, Placed::Automatic);
        assert_eq!(town.texts(sent.case.id).await.len(), 1);
    })
    .await;
}

/// What a mail server says when there is no such mailbox (RFC 3464).
fn bounce(message: MessageId) -> String {
    format!(
        "From: MAILER-DAEMON@mx.example.dk\r\nTo: erhverv@example.dk\r\nSubject: Undelivered Mail\r\n\
         Message-ID: <bounce-of-{message}@mx.example.dk>\r\nAuto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/report; report-type=delivery-status; boundary=\"b\"\r\n\r\n\
         --b\r\nContent-Type: text/plain\r\n\r\nNo such user.\r\n\
         --b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example.dk\r\n\r\n\
         Final-Recipient: rfc822; sara@example.dk\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n\
         --b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: <{message}@example.dk>\r\nSubject: Svar\r\n\r\n--b--\r\n"
    )
}

#[tokio::test]
async fn an_answer_that_never_arrived_is_still_owed_and_the_officer_is_told_to_ring() {
    each_engine(async |town: Town| {
        let sent = town.ask("Nordvang El", "building-permit", "Skal vi søge om et skilt?").await;
        let closing = commands::Closing {
            outcome: Outcome::Answered,
            avoidable: Avoidable::No,
            text: "I skal søge.",
            authority: None,
            filing: enquiries::model::SaidOfFiling::Owed,
            forwarded_on: None,
        };
        commands::close(&town.app, &town.ctx("Line Krog"), sent.case.id, 1, closing).await.unwrap();
        let closed = mailed(&town, sent.case.id, "enquiry-closed").await;
        let due = |promises: &[ledger::Promise]| promises.iter().map(|one| one.due_on).collect::<Vec<_>>();
        let before = ledger::of_subjects(&town.bench.read(), &[sent.case.id.uuid()]).await.unwrap();
        assert!(before.iter().all(|one| matches!(one.state, PromiseState::Kept { .. })), "{before:?}");
        town.bench.later(Duration::hours(2));
        assert_eq!(receive(&town, &bounce(closed)).await, Placed::Bounced);
        let after = ledger::of_subjects(&town.bench.read(), &[sent.case.id.uuid()]).await.unwrap();
        assert!(after.iter().all(|one| one.state == PromiseState::Open), "{after:?}");
        assert_eq!(due(&before), due(&after), "the dates stay");
        assert_eq!(town.case(sent.case.id).await.state, CaseState::Open);
        assert!(town.notices("Line Krog").await.contains(&"unreachable".to_owned()));
        let page = town.browser("Line Krog").get(&format!("/intern/henvendelser/{}", sent.case.id)).await;
        assert!(page.says("kom ikke frem"), "{}", page.text());
        town.bench.seal().await;
        assert!(ledger::verify_replay(&town.bench.read()).await.unwrap().is_empty());
    })
    .await;
}

#[tokio::test]
async fn what_looks_like_a_cpr_number_is_covered_and_the_officer_is_told() {
    each_engine(async |town: Town| {
        let born = "0101900000".replace("0000", "1234");
        let text = format!("Vores lærling {born} skal have en praktikplads hos os. Hvordan gør vi?");
        let case = opened(&town, "bo@smedjen.example.dk", "Lærling", &text).await;
        let texts = town.texts(case.id).await;
        assert!(!texts.iter().any(|text| text.contains(&born)), "{texts:?}");
        let remarks = store::entries(&town.bench.read(), case.id, false).await.unwrap();
        assert!(remarks.iter().any(|entry| entry.text.contains("lignede et CPR-nummer")), "{remarks:?}");
    })
    .await;
}

#[tokio::test]
async fn a_file_that_may_not_come_in_is_named_and_the_rest_of_the_mail_comes() {
    each_engine(async |town: Town| {
        let mixed = "From: bo@smedjen.example.dk\r\nTo: erhverv@example.dk\r\nMessage-ID: <m@smedjen.example.dk>\r\n\
             Subject: Tegning\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=\"b\"\r\n\r\n\
             --b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nHer er tegningen af vores skilt til facaden.\r\n\
             --b\r\nContent-Type: application/pdf; name=\"tegning.pdf\"\r\nContent-Disposition: attachment; filename=\"tegning.pdf\"\r\n\
             Content-Transfer-Encoding: base64\r\n\r\nJVBERi0xLjQKJeLjz9MKMSAwIG9iago8PD4+CmVuZG9iagolJUVPRgo=\r\n\
             --b\r\nContent-Type: application/octet-stream; name=\"program.exe\"\r\nContent-Disposition: attachment; filename=\"program.exe\"\r\n\
             Content-Transfer-Encoding: base64\r\n\r\nTVqQAAMAAAAEAAAA//8AALgAAAA=\r\n--b--\r\n";
        let Placed::Opened(case) = receive(&town, mixed).await else { panic!("no case") };
        let page = town.browser("Line Krog").get(&format!("/intern/henvendelser/{case}")).await;
        assert!(page.says("tegning.pdf"), "{}", page.text());
        assert!(page.says("Filen program.exe kom ikke med"), "{}", page.text());
    })
    .await;
}

#[tokio::test]
async fn what_is_written_long_after_the_end_is_an_enquiry_of_its_own() {
    each_engine(async |town: Town| {
        let sent = town.ask("Nordvang El", "building-permit", "Skal vi søge om et skilt?").await;
        reply(&town, &sent, "I skal søge.", true).await;
        let version = town.case(sent.case.id).await.version;
        let closing = commands::Closing {
            outcome: Outcome::Answered,
            avoidable: Avoidable::No,
            text: "Sagen er slut.",
            authority: None,
            filing: enquiries::model::SaidOfFiling::Owed,
            forwarded_on: None,
        };
        commands::close(&town.app, &town.ctx("Line Krog"), sent.case.id, version, closing).await.unwrap();
        let closed = mailed(&town, sent.case.id, "enquiry-closed").await;
        town.bench.later(Duration::days(10));
        assert_eq!(
            answer(&town, &nordvang(&sent), closed, "Et spørgsmål til.").await,
            Placed::Added(sent.case.id)
        );
        let version = town.case(sent.case.id).await.version;
        let closing = commands::Closing {
            outcome: Outcome::Answered,
            avoidable: Avoidable::No,
            text: "Svaret er ja.",
            authority: None,
            filing: enquiries::model::SaidOfFiling::Owed,
            forwarded_on: None,
        };
        commands::close(&town.app, &town.ctx("Line Krog"), sent.case.id, version, closing).await.unwrap();
        town.bench.later(Duration::days(40));
        let late = answer(&town, &nordvang(&sent), closed, "Vi vil gerne bygge et skur til.").await;
        assert!(matches!(late, Placed::Opened(case) if case != sent.case.id), "{late:?}");
    })
    .await;
}

#[tokio::test]
async fn a_mail_full_of_links_confirms_its_address_first_and_answering_does_that() {
    each_engine(async |town: Town| {
        let links = "https://example.com ".repeat(9);
        let case =
            opened(&town, "seo@cheap.example.com", "Skilt", &format!("Køb skilte til facaden {links}")).await;
        assert_eq!(case.state, CaseState::Unconfirmed);
        assert!(town.notices("Line Krog").await.is_empty(), "nobody is disturbed");
        let confirm = mailed(&town, case.id, "enquiry-confirm").await;
        assert_eq!(
            answer(&town, "seo@cheap.example.com", confirm, "Det er os.").await,
            Placed::Added(case.id)
        );
        assert_eq!(town.case(case.id).await.state, CaseState::Open);
    })
    .await;
}

#[tokio::test]
async fn two_robots_that_write_each_other_come_to_an_end() {
    each_engine(async |town: Town| {
        let mut last = Placed::Before;
        for round in 0..25 {
            let text = format!("Dette er besked nummer {round:03} om vores skilt.");
            last = write(&town, "robot@loop.example.dk", &format!("Skilt {round:03}"), &text).await;
        }
        assert_eq!(last, Placed::Waiting);
    })
    .await;
}
