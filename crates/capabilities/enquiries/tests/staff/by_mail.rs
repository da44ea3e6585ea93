//! Those who answer do the whole job from their mail.

use chrono::Duration;
use enquiries::{
    commands::{self, Placed, Sent},
    jobs::Mailbox,
    model::{CaseState, EntryKind},
    store,
};
use kernel::{CaseId, MessageId};
use ledger::{PromiseKind, PromiseState};
use outreach::incoming::waiting;

use crate::{
    mailed::{answer, answer_to, mailed, raw, receive},
    town::{Town, each_engine, each_engine_with},
};

const LINE: &str = "Line Krog <line@example.dk>";
/// What is told in confidence.
const CONFIDENTIAL: &str = "sick-leave";
const NOTICE: &str = "enquiry-notice-assigned";

async fn told(town: &Town, sent: &Sent) -> MessageId {
    assign(town, sent.case.id, "Line Krog").await
}

/// Lars gives the case to one of the team; the mail that tells of it.
async fn assign(town: &Town, case: CaseId, to: &str) -> MessageId {
    let version = town.case(case).await.version;
    let to = town.person(to);
    commands::assign(&town.app, &town.ctx("Lars Holt"), case, version, Some(to)).await.unwrap();
    let message = mailed(town, case, NOTICE).await;
    town.bench.later(Duration::minutes(5));
    message
}

async fn asked(town: &Town) -> Sent {
    town.ask("Nordvang El", "building-permit", "Skal vi søge om et skilt på 3 meter?").await
}

/// What the company was sent under a purpose.
async fn to_company(town: &Town, purpose: &str) -> Vec<String> {
    town.work().await;
    let mails = outreach::captured(&town.bench.read(), 1_000).await.unwrap();
    let own = mails.into_iter().filter(|mail| mail.to.as_str() == "nordvangel@example.dk");
    own.filter(|mail| mail.message.purpose.as_str() == purpose).map(|mail| mail.text).collect()
}

async fn states(town: &Town, case: CaseId) -> Vec<(PromiseKind, bool)> {
    let promises = ledger::of_subjects(&town.bench.read(), &[case.uuid()]).await.unwrap();
    let is_kept = |one: &PromiseState| matches!(one, PromiseState::Kept { .. });
    promises.iter().map(|one| (one.kind.clone(), is_kept(&one.state))).collect()
}

async fn nothing_sent(town: &Town, case: CaseId) {
    assert!(to_company(town, "enquiry-reply").await.is_empty());
    assert!(states(town, case).await.iter().all(|(_, kept)| !kept));
    let entries = store::entries(&town.bench.read(), case, true).await.unwrap();
    assert!(entries.iter().all(|entry| entry.kind != EntryKind::Reply), "{entries:?}");
}

/// The mails to one of us, whole, the newest first.
async fn mails(town: &Town, address: &str) -> Vec<(String, String)> {
    town.work().await;
    let mails = outreach::captured(&town.bench.read(), 1_000).await.unwrap();
    let own = mails.into_iter().filter(|mail| mail.to.as_str() == address);
    own.map(|mail| (mail.subject, mail.text)).collect()
}

async fn notes(town: &Town, case: CaseId) -> Vec<String> {
    let entries = store::entries(&town.bench.read(), case, false).await.unwrap();
    entries.into_iter().filter(|entry| entry.kind == EntryKind::Note).map(|entry| entry.text).collect()
}

#[tokio::test]
async fn the_mail_that_gives_a_case_shows_the_question_the_date_and_what_was_said() {
    each_engine(async |town: Town| {
        let sent = asked(&town).await;
        town.bench.later(Duration::hours(1));
        commands::ask(&town.app, &town.ctx("Jonas Birk"), sent.case.id, 1, "Hvor står det?").await.unwrap();
        told(&town, &sent).await;
        let all = mails(&town, "line@example.dk").await;
        let (subject, text) = &all[0];
        assert!(subject.contains(&sent.case.number), "{subject}");
        for words in [
            "-- Skriv over denne linje, hvis I vil svare --",
            "-- Write above this line if you want to reply --",
            "Svar på denne mail",
            "Svar senest",
            "Nordvang El (CVR-nummer oplyst, ikke bekræftet)",
            "> Skal vi søge om et skilt på 3 meter?",
            "Jonas Birk",
            "> Hvor står det?",
        ] {
            assert!(text.contains(words), "{words}: {text}");
        }
        for page in ["", "/ikke-min", "/mere", "/afslut"] {
            assert!(
                text.contains(&format!("/intern/henvendelser/{}{page}\n", sent.case.id)),
                "{page}: {text}"
            );
        }
    })
    .await;
}

#[tokio::test]
async fn the_officers_reply_reaches_the_company_and_ends_both_promises() {
    each_engine(async |town: Town| {
        let sent = asked(&town).await;
        let notice = told(&town, &sent).await;
        let text = "Nej, ikke under 5 meter.\r\n\r\nVenlig hilsen\r\nLine\r\n\r\n-- \r\nLine Krog, Byggesag\r\n\r\n\
                    Den 23. nov. 2026 skrev Samspil:\r\n> -- Skriv over denne linje, hvis I vil svare --\r\n> Spørgsmålet";
        assert_eq!(answer(&town, LINE, notice, text).await, Placed::Answered(sent.case.id));
        let mails = to_company(&town, "enquiry-reply").await;
        assert!(mails[0].contains("Nej, ikke under 5 meter."), "{mails:?}");
        assert!(!mails[0].contains("Line Krog, Byggesag") && !mails[0].contains("Spørgsmålet"), "{mails:?}");
        assert!(states(&town, sent.case.id).await.iter().all(|(_, kept)| *kept));
        let entries = store::entries(&town.bench.read(), sent.case.id, true).await.unwrap();
        assert_eq!(entries.last().unwrap().author, Some(town.person("Line Krog")));
        assert_eq!(receive(&town, &raw(LINE, &answer_to(&town, notice), "", "Sv: Jeres henvendelse", text)).await, Placed::Before);
        assert_eq!(to_company(&town, "enquiry-reply").await.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_forged_sender_with_the_right_key_does_nothing() {
    each_engine(async |town: Town| {
        let sent = asked(&town).await;
        let notice = told(&town, &sent).await;
        let to = answer_to(&town, notice);
        let others = [
            "Line Krog <x@elsewhere.example.dk>",
            "jonas@example.dk",
            "line@example.dk, x@elsewhere.example.dk",
        ];
        for (nth, from) in others.into_iter().enumerate() {
            let placed = receive(&town, &raw(from, &to, "", "Sv", &format!("Svaret er nej {nth}."))).await;
            assert_eq!(placed, Placed::Waiting, "{from}");
        }
        let twice = raw(LINE, &to, "From: x@elsewhere.example.dk\r\n", "Sv", "Svaret er ja.");
        assert_eq!(receive(&town, &twice).await, Placed::Waiting);
        nothing_sent(&town, sent.case.id).await;
        assert!(notes(&town, sent.case.id).await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn the_right_sender_with_another_persons_key_does_nothing() {
    each_engine(async |town: Town| {
        let sent = asked(&town).await;
        let jonas = assign(&town, sent.case.id, "Jonas Birk").await;
        assert_eq!(answer(&town, LINE, jonas, "Svaret er nej.").await, Placed::Waiting);
        // Nor with the key of what the company got.
        let receipt = mailed(&town, sent.case.id, "enquiry-receipt").await;
        assert_eq!(answer(&town, LINE, receipt, "Svaret er stadig nej.").await, Placed::Waiting);
        nothing_sent(&town, sent.case.id).await;
    })
    .await;
}

#[tokio::test]
async fn a_mail_that_only_follows_the_thread_does_nothing() {
    each_engine(async |town: Town| {
        let sent = asked(&town).await;
        let notice = told(&town, &sent).await;
        let thread = format!("In-Reply-To: <{notice}@example.dk>\r\n");
        let placed = receive(&town, &raw(LINE, "erhverv@example.dk", &thread, "Sv", "Svaret er nej.")).await;
        assert_eq!(placed, Placed::Waiting);
        nothing_sent(&town, sent.case.id).await;
    })
    .await;
}

#[tokio::test]
async fn where_the_receiving_server_is_named_it_must_vouch_for_the_sender() {
    let mailbox = Mailbox { authentication_results: Some("mx.example.dk".into()), ..Mailbox::default() };
    each_engine_with(mailbox, async |town: Town| {
        let sent = asked(&town).await;
        let notice = told(&town, &sent).await;
        let to = answer_to(&town, notice);
        let headers = [
            "",
            "Authentication-Results: mx.example.dk; dmarc=fail header.from=example.dk\r\n",
            "Authentication-Results: mx.elsewhere.dk; dmarc=pass header.from=example.dk\r\n",
            "Authentication-Results: mx.example.dk; dkim=pass header.d=elsewhere.dk\r\n",
        ];
        for (nth, header) in headers.into_iter().enumerate() {
            let text = format!("Svaret er nej {}.", "x".repeat(nth));
            assert_eq!(
                receive(&town, &raw(LINE, &to, header, "Sv", &text)).await,
                Placed::Waiting,
                "{header}"
            );
        }
        nothing_sent(&town, sent.case.id).await;
        let pass = "Authentication-Results: mx.example.dk; dmarc=pass (p=none) header.from=example.dk\r\n";
        let placed = receive(&town, &raw(LINE, &to, pass, "Sv", "Svaret er nej, helt sikkert.")).await;
        assert_eq!(placed, Placed::Answered(sent.case.id));
    })
    .await;
}

#[tokio::test]
async fn an_out_of_office_from_an_officers_mailbox_answers_nobody() {
    each_engine(async |town: Town| {
        let sent = asked(&town).await;
        let notice = told(&town, &sent).await;
        let to = answer_to(&town, notice);
        let before = mails(&town, "line@example.dk").await.len();
        let robot = raw(
            LINE,
            &to,
            "Auto-Submitted: auto-replied\r\n",
            "Automatisk svar: Du har fået",
            "Jeg er på ferie.",
        );
        assert_eq!(receive(&town, &robot).await, Placed::Automatic);
        let quiet =
            raw(LINE, &to, "", "Automatisk svar: Du har fået henvendelsen", "Jeg er på ferie til mandag.");
        assert_eq!(
            receive(&town, &quiet).await,
            Placed::Automatic,
            "not even one that says so in its subject alone"
        );
        nothing_sent(&town, sent.case.id).await;
        assert_eq!(mails(&town, "line@example.dk").await.len(), before, "and nobody is told");
    })
    .await;
}

#[tokio::test]
async fn whoever_has_left_is_refused_and_what_was_written_stands_on_the_case() {
    each_engine(async |town: Town| {
        let sent = asked(&town).await;
        let notice = told(&town, &sent).await;
        town.left("Line Krog");
        assert_eq!(answer(&town, LINE, notice, "Nej, ikke under 5 meter.").await, Placed::Kept(sent.case.id));
        nothing_sent(&town, sent.case.id).await;
        let kept = notes(&town, sent.case.id).await;
        assert!(
            kept[0].contains("Line Krog svarede fra sin mail")
                && kept[0].contains("Nej, ikke under 5 meter."),
            "{kept:?}"
        );
        let all = mails(&town, "line@example.dk").await;
        assert!(all[0].0.contains("er ikke sendt") && all[0].1.contains("Din adgang er lukket"), "{all:?}");
        assert!(town.notices("Jonas Birk").await.contains(&"unsent-answer".to_owned()));
    })
    .await;
}

#[tokio::test]
async fn whoever_is_away_or_in_another_team_by_now_is_refused() {
    each_engine(async |town: Town| {
        let sent = asked(&town).await;
        let notice = told(&town, &sent).await;
        town.away("Line Krog", Some("Jonas Birk"));
        assert_eq!(answer(&town, LINE, notice, "Nej.").await, Placed::Kept(sent.case.id));
        town.back("Line Krog");
        let version = town.case(sent.case.id).await.version;
        let roads = town.teams["roads"];
        commands::hand_over(&town.app, &town.ctx("Jonas Birk"), sent.case.id, version, roads, "Vej")
            .await
            .unwrap();
        commands::accept(&town.app, &town.ctx("Karen Dahl"), sent.case.id, None).await.unwrap();
        assert_eq!(answer(&town, LINE, notice, "Nej, slet ikke.").await, Placed::Kept(sent.case.id));
        nothing_sent(&town, sent.case.id).await;
        let all = mails(&town, "line@example.dk").await;
        assert!(all[0].1.contains("ikke til et team, som du svarer for nu"), "{all:?}");
        assert!(all[1].1.contains("Du står som fraværende"), "{all:?}");
    })
    .await;
}

#[tokio::test]
async fn an_answer_after_a_colleagues_or_after_the_end_is_kept_and_not_sent() {
    each_engine(async |town: Town| {
        let sent = asked(&town).await;
        let notice = told(&town, &sent).await;
        let version = town.case(sent.case.id).await.version;
        let jonas = town.ctx("Jonas Birk");
        commands::reply(&town.app, &jonas, sent.case.id, version, "Ja, I skal søge.", true, &[])
            .await
            .unwrap();
        assert_eq!(answer(&town, LINE, notice, "Nej, I skal ikke søge.").await, Placed::Kept(sent.case.id));
        assert_eq!(to_company(&town, "enquiry-reply").await.len(), 1);
        commands::withdraw(&town.app, &town.company(), &sent.link).await.unwrap();
        let ended = "Nej, I skal slet ikke søge.";
        assert_eq!(answer(&town, LINE, notice, ended).await, Placed::Kept(sent.case.id));
        let all = mails(&town, "line@example.dk").await;
        assert!(all[0].1.contains("Henvendelsen er lukket"), "{all:?}");
        assert!(all.iter().any(|(_, text)| text.contains("En kollega har skrevet")), "{all:?}");
    })
    .await;
}

#[tokio::test]
async fn an_answer_that_has_not_seen_the_newest_words_leaves_the_date_running() {
    each_engine(async |town: Town| {
        let sent = asked(&town).await;
        let notice = told(&town, &sent).await;
        let receipt = mailed(&town, sent.case.id, "enquiry-receipt").await;
        answer(&town, "nordvangel@example.dk", receipt, "Det er forresten 8 meter.").await;
        assert_eq!(
            answer(&town, LINE, notice, "Nej, ikke under 5 meter.").await,
            Placed::Answered(sent.case.id)
        );
        let kept = states(&town, sent.case.id).await;
        assert!(
            kept.contains(&(PromiseKind::FIRST_REPLY, true)) && kept.contains(&(PromiseKind::ANSWER, false)),
            "{kept:?}"
        );
        assert!(mails(&town, "line@example.dk").await[0].1.contains("svarfristen løber stadig"));
    })
    .await;
}

#[tokio::test]
async fn what_is_empty_too_long_or_full_of_the_quote_is_told_and_not_sent() {
    each_engine(async |town: Town| {
        let sent = asked(&town).await;
        let notice = told(&town, &sent).await;
        let quote = format!("Nej.\r\n\r\nhttps://samspil.example.dk/intern/henvendelser/{}", sent.case.id);
        let long = "Nej. ".repeat(5_000);
        for (text, why) in [
            ("> -- Skriv over denne linje, hvis I vil svare --\r\n> Hej", "Der stod ikke noget over linjen"),
            (quote.as_str(), "kunne ikke skille dine ord"),
            (long.as_str(), "længere, end et svar må være"),
            ("Kære {navn}, nej.", "et felt i klammer"),
        ] {
            assert_eq!(answer(&town, LINE, notice, text).await, Placed::Kept(sent.case.id), "{why}");
            let all = mails(&town, "line@example.dk").await;
            assert!(all[0].1.contains(why), "{why}: {all:?}");
        }
        nothing_sent(&town, sent.case.id).await;
    })
    .await;
}

#[tokio::test]
async fn a_number_like_a_cpr_number_in_an_answer_is_covered_and_the_officer_is_told() {
    each_engine(async |town: Town| {
        let sent = asked(&town).await;
        let notice = told(&town, &sent).await;
        let born = "0101900000".replace("0000", "1234");
        let text = format!("Det gælder {born}.");
        assert_eq!(answer(&town, LINE, notice, &text).await, Placed::Answered(sent.case.id));
        let mails_out = to_company(&town, "enquiry-reply").await;
        assert!(!mails_out[0].contains(&born), "{mails_out:?}");
        assert!(mails(&town, "line@example.dk").await[0].1.contains("lignede et CPR-nummer"));
    })
    .await;
}

fn with_file(to: &str, name: &str, content: &str) -> String {
    format!(
        "From: {LINE}\r\nTo: {to}\r\nMessage-ID: <{name}@mail.example.dk>\r\nSubject: Sv\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/mixed; boundary=\"b\"\r\n\r\n\
         --b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nSe vejledningen.\r\n\
         --b\r\nContent-Type: application/octet-stream; name=\"{name}\"\r\nContent-Disposition: attachment; filename=\"{name}\"\r\n\
         Content-Transfer-Encoding: base64\r\n\r\n{content}\r\n--b--\r\n"
    )
}

#[tokio::test]
async fn files_go_along_when_they_may_and_stop_the_answer_when_they_may_not() {
    each_engine(async |town: Town| {
        let sent = asked(&town).await;
        let notice = told(&town, &sent).await;
        let to = answer_to(&town, notice);
        let program = with_file(&to, "program.exe", "TVqQAAMAAAAEAAAA//8AALgAAAA=");
        assert_eq!(receive(&town, &program).await, Placed::Kept(sent.case.id));
        nothing_sent(&town, sent.case.id).await;
        assert!(mails(&town, "line@example.dk").await[0].1.contains("Filen program.exe kan ikke sendes"));
        let pdf =
            with_file(&to, "vejledning.pdf", "JVBERi0xLjQKJeLjz9MKMSAwIG9iago8PD4+CmVuZG9iagolJUVPRgo=");
        assert_eq!(receive(&town, &pdf).await, Placed::Answered(sent.case.id));
        let page = town.stranger().get(&format!("/henvendelse/{}", sent.link.as_str())).await;
        assert!(page.says("vejledning.pdf"), "{}", page.text());
    })
    .await;
}

#[tokio::test]
async fn a_confidential_cases_words_never_appear_in_any_mail_to_staff() {
    each_engine(async |town: Town| {
        let secret = "Direktøren har taget penge af kassen";
        let sent = town.ask("Hemmelig Handel", CONFIDENTIAL, secret).await;
        assert!(sent.case.confidential);
        let own = ["Line Krog", "Lars Holt", "Karen Dahl", "Mette Holm", "Sofie Lind", "Jens Bro"];
        let worker = own.into_iter().find(|name| town.ctx(name).teams().contains(&sent.case.team)).unwrap();
        let version = town.case(sent.case.id).await.version;
        commands::assign(&town.app, &town.ctx(worker), sent.case.id, version, Some(town.person(worker)))
            .await
            .unwrap();
        town.bench.later(Duration::minutes(5));
        let words = commands::CompanyWords {
            text: "Og bogholderen vidste det".into(),
            files: Vec::new(),
            draft: None,
            form_key: town.bench.id(),
        };
        commands::write(&town.app, town.guide(), &town.company(), &sent.link, words).await.unwrap();
        let notice = mailed(&town, sent.case.id, "enquiry-notice-company-wrote").await;
        town.bench.later(Duration::minutes(5));
        let from = format!("{}@example.dk", worker.split(' ').next().unwrap().to_lowercase());
        let placed = answer(&town, &from, notice, "Tak for det om kassen.").await;
        assert_eq!(placed, Placed::Kept(sent.case.id));
        let placed = answer(&town, "x@elsewhere.example.dk", notice, "Hvad står der om kassen?").await;
        assert_eq!(placed, Placed::Kept(sent.case.id), "and what nobody is sure of is kept nowhere");
        assert!(waiting(&town.bench.read(), 0).await.unwrap().is_empty());
        town.bench.at("2026-11-24T08:05");
        town.run(&enquiries::jobs::SendDigests {}).await;
        let all = town.all_mail_to_staff().await;
        assert!(all.contains(&sent.case.number));
        for words in ["Direktøren", "kassen", "bogholderen", "Hemmelig Handel", "hemmelighandel", "Sara Lund"]
        {
            assert!(!all.contains(words), "{words}: {all}");
        }
        let kept = notes(&town, sent.case.id).await;
        assert!(
            kept.iter().any(|note| note.contains("Tak for det om kassen")),
            "the words are where the team finds them"
        );
    })
    .await;
}

#[tokio::test]
async fn somebody_is_told_of_refused_mails_ten_times_a_day_and_not_more() {
    each_engine(async |town: Town| {
        let sent = asked(&town).await;
        let notice = told(&town, &sent).await;
        town.left("Line Krog");
        for round in 0..14 {
            answer(&town, LINE, notice, &format!("Nej {}", "o".repeat(round))).await;
        }
        let all = mails(&town, "line@example.dk").await;
        assert_eq!(all.iter().filter(|(subject, _)| subject.contains("er ikke sendt")).count(), 10);
    })
    .await;
}

#[tokio::test]
async fn a_redacted_text_goes_from_the_mails_to_our_own_too() {
    each_engine(async |town: Town| {
        let sent = asked(&town).await;
        told(&town, &sent).await;
        let entry = store::entries(&town.bench.read(), sent.case.id, true).await.unwrap()[0].id;
        let why = "personal-data".parse().unwrap();
        commands::redact_entry(&town.app, &town.ctx("Line Krog"), sent.case.id, entry, &why, None)
            .await
            .unwrap();
        assert!(!town.all_mail_to_staff().await.contains("skilt på 3 meter"));
    })
    .await;
}

#[tokio::test]
async fn each_link_of_the_mail_opens_one_form_that_changes_nothing_until_it_is_sent() {
    each_engine(async |town: Town| {
        let sent = asked(&town).await;
        told(&town, &sent).await;
        let path = format!("/intern/henvendelser/{}", sent.case.id);
        let before = town.case(sent.case.id).await.version;
        let stranger = town.stranger().get(&format!("{path}/mere")).await;
        assert!(stranger.location.starts_with("/log-ind?til="), "{stranger:?}");
        let mut line = town.browser("Line Krog");
        for (page, title, action) in [
            ("ikke-min", "Er den ikke din?", "videregiv"),
            ("mere", "Spørg om mere", "spoerg"),
            ("afslut", "Luk henvendelsen", "luk"),
        ] {
            let shown = line.get(&format!("{path}/{page}")).await;
            assert!(
                shown.says(title) && shown.html.contains(&format!("{path}/{action}")),
                "{}",
                shown.text()
            );
            assert!(shown.says("Skal vi søge om et skilt"), "{}", shown.text());
        }
        assert_eq!(town.case(sent.case.id).await.version, before);
        let shown = line.get(&format!("{path}/mere")).await;
        let done = line.fill(&shown, &format!("{path}/spoerg"), &[("text", "Hvor højt er det?")]).await;
        assert_eq!(done.location, path);
        assert_eq!(town.case(sent.case.id).await.state, CaseState::WaitingForCompany);
        let shown = line.get(&format!("{path}/ikke-min")).await;
        let roads = town.team("roads");
        let fields = [("team", roads.as_str()), ("text", "Det er en vej")];
        line.fill(&shown, &format!("{path}/videregiv"), &fields).await;
        assert!(town.case(sent.case.id).await.hand_over.is_some());
        let refused = line.fill(&line_get(&town, &path).await, &format!("{path}/luk"), &[("text", "")]).await;
        assert!(refused.says("Vælg"), "{}", refused.text());
        let other = town.browser("Karen Dahl").get(&format!("{path}/afslut")).await;
        assert!(!other.html.contains(&format!("{path}/luk")), "{}", other.text());
    })
    .await;
}

async fn line_get(town: &Town, path: &str) -> crate::town::Answer {
    town.browser("Line Krog").get(&format!("{path}/afslut")).await
}

#[tokio::test]
async fn a_long_mail_that_waits_is_placed_with_all_of_it_as_a_file_and_its_files_come_along() {
    each_engine(async |town: Town| {
        let sent = asked(&town).await;
        let text = "Det her er langt. ".repeat(1_500);
        let mixed = with_file(
            "erhverv@example.dk",
            "tegning.pdf",
            "JVBERi0xLjQKJeLjz9MKMSAwIG9iago8PD4+CmVuZG9iagolJUVPRgo=",
        )
        .replace("Se vejledningen.", &text);
        assert_eq!(receive(&town, &mixed).await, Placed::Waiting, "a colleague passes it on");
        let mail = waiting(&town.bench.read(), 0).await.unwrap().remove(0);
        let mette = town.ctx("Lars Holt");
        let page = town.browser("Lars Holt").get(&format!("/intern/post/{}", mail.id)).await;
        assert!(page.says("tegning.pdf") && page.says("De kommer med"), "{}", page.text());
        commands::add_mail_to_case(&town.app, town.guide(), &mette, mail.id, &sent.case.number)
            .await
            .unwrap();
        let page = town.browser("Line Krog").get(&format!("/intern/henvendelser/{}", sent.case.id)).await;
        assert!(page.says("tegning.pdf") && page.says("mail.txt"), "{}", page.text());
        assert!(page.says("Hele teksten ligger i filen mail.txt"), "{}", page.text());
    })
    .await;
}

#[tokio::test]
async fn files_of_a_mail_that_nobody_placed_go_with_it() {
    each_engine(async |town: Town| {
        let mixed = with_file(
            "erhverv@example.dk",
            "tegning.pdf",
            "JVBERi0xLjQKJeLjz9MKMSAwIG9iago8PD4+CmVuZG9iagolJUVPRgo=",
        );
        receive(&town, &mixed).await;
        let mail = waiting(&town.bench.read(), 0).await.unwrap().remove(0);
        let kept = || async {
            storage::Attachment::of(&town.bench.read(), commands::FILES_OF_MAIL, &[mail.id.uuid()])
                .await
                .unwrap()
        };
        assert_eq!(kept().await.len(), 1);
        commands::drop_mail(&town.app, &town.ctx("Mette Holm"), mail.id, "advertising").await.unwrap();
        assert!(kept().await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn a_robots_flood_does_not_fill_the_tray() {
    each_engine(async |town: Town| {
        for round in 0..60 {
            let text = format!("Kan du tage den her, nummer {round:03}?");
            crate::mailed::write(&town, "jonas@example.dk", &format!("VS: {round:03}"), &text).await;
        }
        let (first, second) =
            (waiting(&town.bench.read(), 0).await.unwrap(), waiting(&town.bench.read(), 1).await.unwrap());
        assert_eq!(first.len() + second.len(), 20);
    })
    .await;
}

#[tokio::test]
async fn the_senders_name_is_looked_through_for_cpr_like_numbers_too() {
    each_engine(async |town: Town| {
        let born = "0101900000".replace("0000", "1234");
        let from = format!("\"Bo {born}\" <bo@smedjen.example.dk>");
        let placed = crate::mailed::write(&town, &from, "Skilt", "Må vi sætte et skilt op på facaden?").await;
        let Placed::Opened(case) = placed else { panic!("{placed:?}") };
        let name = town.case(case).await.contact.name;
        assert!(name.starts_with("Bo") && !name.contains(&born), "{name}");
    })
    .await;
}
