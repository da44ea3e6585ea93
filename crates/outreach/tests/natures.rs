//! Whether a person wrote a mail, by what robots, lists and mail servers write into theirs.

use outreach::{Automatic, Bounce, Incoming, Nature};

use crate::incoming::{mail, read};

fn nature(more: &[&str]) -> Nature {
    read(&[&["From: smeden@example.dk", "To: svar@kommune.example"], more, &["", "Hej"]].concat()).nature
}

#[test]
fn what_robots_write_is_known_by_what_they_say_of_themselves() {
    let cases: [(&[&str], Automatic); 13] = [
        (&["Auto-Submitted: auto-replied"], Automatic::Submitted),
        (&["auto-submitted: Auto-Generated; x=y"], Automatic::Submitted),
        (&["Auto-Submitted: auto-replied (vacation)"], Automatic::Submitted),
        (&["X-Autoreply: yes"], Automatic::Reply),
        (&["X-Autorespond: Jeg er på ferie"], Automatic::Reply),
        (&["Precedence: auto_reply"], Automatic::Reply),
        (&["Precedence: Bulk"], Automatic::Bulk),
        (&["Precedence: junk", "In-Reply-To: <a@b>"], Automatic::Bulk),
        (&["List-Id: <nyt.example.dk>"], Automatic::List),
        (&["List-Unsubscribe: <https://example.dk>"], Automatic::List),
        (&["Return-Path: <>"], Automatic::NullSender),
        (&["X-Samspil-Loop: kommune.example", "Auto-Submitted: auto-generated"], Automatic::Loop),
        (&["Subject: Automatisk svar: Ferie", "X-Auto-Response-Suppress: All"], Automatic::Reply),
    ];
    for (header, expected) in cases {
        assert_eq!(nature(header), Nature::Automatic(expected), "{header:?}");
    }
}

#[test]
fn what_a_person_writes_is_not_taken_for_a_robots() {
    let cases: [&[&str]; 7] = [
        &["Auto-Submitted: no"],
        // Exchange and distribution lists set it on what people write.
        &["X-Auto-Response-Suppress: OOF, AutoReply"],
        &["Subject: Automatisk svar: hvordan får vi et?"],
        // A sales program with an address for leaving, which answers us.
        &["List-Unsubscribe: <https://example.dk>", "In-Reply-To: <a@b>"],
        &["Precedence: list", "In-Reply-To: <a@b>"],
        &["Return-Path: <smeden@example.dk>", "X-Autoreply: no"],
        &["Precedence: first-class"],
    ];
    for header in cases {
        assert_eq!(nature(header), Nature::Written, "{header:?}");
    }
}

#[test]
fn what_a_rule_of_the_old_mailbox_passes_on_was_written_by_a_person_and_its_absence_notice_was_not() {
    let passed_on = [
        "Auto-Submitted: auto-generated",
        "X-MS-Exchange-Generated-Message-Source: Mailbox Rules Agent",
        "X-MS-Exchange-Inbox-Rules-Loop: erhverv@kommune.example",
    ];
    assert_eq!(nature(&[&["Subject: Skilt"], passed_on.as_slice()].concat()), Nature::Written);
    let away = [&["Subject: Automatisk svar: Skilt"], passed_on.as_slice()].concat();
    assert_eq!(nature(&away), Nature::Automatic(Automatic::Submitted));
    let away = [&["X-Auto-Response-Suppress: All"], passed_on.as_slice()].concat();
    assert_eq!(nature(&away), Nature::Automatic(Automatic::Submitted));
}

const OURS: &str = "018f6e2a-7b1c-7def-8123-456789abcdef";

fn report(action: &str, status: &str, returned: &[&str]) -> Vec<u8> {
    let (action, status) = (format!("Action: {action}"), format!("Status: {status}"));
    let head = [
        "From: MAILER-DAEMON@mx.example.dk (Mail Delivery System)",
        "To: svar@kommune.example",
        "Return-Path: <>",
        "Auto-Submitted: auto-replied",
        "Content-Type: multipart/report; report-type=delivery-status; boundary=r",
        "",
        "--r",
        "",
        "I'm sorry to have to inform you that your message could not be delivered.",
        "--r",
        "Content-Type: message/delivery-status",
        "",
        "Reporting-MTA: dns; mx.example.dk",
        "Arrival-Date: Mon, 23 Nov 2026 09:00:00 +0100",
        "",
        "Final-Recipient: rfc822; smeden@example.dk",
        &action,
        &status,
        "Diagnostic-Code: smtp; 550 5.1.1 <smeden@example.dk>:\r\n    unknown",
        "",
        "--r",
    ];
    mail(&[&head, returned, &["", "--r--", ""]].concat())
}

#[test]
fn a_report_tells_which_mail_did_not_arrive_and_whether_that_is_final() {
    let id = format!("Message-ID: <{OURS}@kommune.example>");
    let header = ["Content-Type: text/rfc822-headers", "", "From: svar@kommune.example", &id];
    let whole = ["Content-Type: message/rfc822", "", "From: svar@kommune.example", &id, "", "Hej"];
    let message = Some(OURS.parse().unwrap());
    for returned in [header.as_slice(), whole.as_slice()] {
        let failed = Incoming::parse(&report("failed", "5.1.1", returned)).unwrap();
        let bounce = Bounce { message, is_final: true, status: "5.1.1".into() };
        assert_eq!(failed.nature, Nature::Bounced(vec![bounce]));
        let delayed = Incoming::parse(&report("delayed", "4.4.1", returned)).unwrap();
        let bounce = Bounce { message, is_final: false, status: "4.4.1".into() };
        assert_eq!(delayed.nature, Nature::Bounced(vec![bounce]));
    }
    // Given up after days of trying.
    let expired = Incoming::parse(&report("failed", "4.4.7", &header)).unwrap();
    assert!(matches!(&expired.nature, Nature::Bounced(bounces) if bounces[0].is_final));
    let arrived = Incoming::parse(&report("delivered", "2.0.0", &header)).unwrap();
    assert!(matches!(arrived.nature, Nature::Automatic(_)), "{:?}", arrived.nature);
    let foreign =
        Incoming::parse(&report("failed", "5.1.1", &["Content-Type: text/rfc822-headers", "", "A: b"]));
    assert!(matches!(foreign.unwrap().nature, Nature::Bounced(bounces) if bounces[0].message.is_none()));
}

#[test]
fn a_mail_server_without_a_proper_name_is_heard_all_the_same() {
    let id = format!("Message-ID: <{OURS}@kommune.example>");
    let bytes = report("failed", "5.1.1", &["Content-Type: text/rfc822-headers", "", &id]);
    let nameless =
        String::from_utf8(bytes).unwrap().replacen("MAILER-DAEMON@mx.example.dk", "MAILER-DAEMON", 1);
    let read = Incoming::parse(nameless.as_bytes()).unwrap();
    assert!(matches!(read.nature, Nature::Bounced(_)));
    assert_eq!(read.from.domain(), "unknown.invalid");
}

#[test]
fn old_mail_servers_are_understood_as_far_as_our_own_mail_stands_in_their_words() {
    let id = format!("Message-ID: <{OURS}@kommune.example>");
    let qmail = read(&[
        "Return-Path: <>",
        "From: MAILER-DAEMON@mx.example.dk",
        "",
        "Hi. This is the qmail-send program.",
        "<smeden@example.dk>:",
        "Sorry, no mailbox here by that name. (#5.1.1)",
        "--- Below this line is a copy of the message.",
        &id,
    ]);
    let bounce = Bounce { message: Some(OURS.parse().unwrap()), is_final: true, status: "5.1.1".into() };
    assert_eq!(qmail.nature, Nature::Bounced(vec![bounce]));
    let postmaster = read(&["From: postmaster@example.dk", "", "Denne mail er til jer:", &id]);
    assert_eq!(postmaster.nature, Nature::Written);
    let person = read(&["From: smeden@example.dk", "", "Jeg fik fejl 5.1.1 om", &id]);
    assert_eq!(person.nature, Nature::Written);
}

#[test]
fn a_receipt_for_having_been_read_is_no_answer() {
    let read = read(&[
        "From: smeden@example.dk",
        "Content-Type: multipart/report; report-type=disposition-notification; boundary=r",
        "",
        "--r",
        "",
        "Læst",
        "--r",
        "Content-Type: message/disposition-notification",
        "",
        "Disposition: manual-action/MDN-sent-manually; displayed",
        "--r--",
    ]);
    assert_eq!(read.nature, Nature::Automatic(Automatic::Receipt));
}

#[test]
fn every_nature_has_a_word_that_fits_into_a_column_of_codes() {
    for automatic in Automatic::ALL {
        assert!(Nature::Automatic(automatic).word().parse::<kernel::Code>().is_ok());
    }
}
