//! Mails made to harm whoever reads them. None may take the program down, and none may take long.

use std::{fmt::Write, time::Instant};

use outreach::{Incoming, Unreadable};
use proptest::prelude::*;

use crate::incoming::{mail, read};

/// Reads on the stack that a worker of the program has, and within a time in which nobody notices.
fn quickly(bytes: Vec<u8>) -> Result<Incoming, Unreadable> {
    let begun = Instant::now();
    let outcome = std::thread::Builder::new()
        .stack_size(2 * 1024 * 1024)
        .spawn(move || Incoming::parse(&bytes))
        .unwrap()
        .join()
        .unwrap();
    assert!(begun.elapsed().as_secs() < 20, "it took {:?}", begun.elapsed());
    outcome
}

#[test]
fn ten_thousand_mails_inside_each_other_do_not_end_the_stack() {
    let nested =
        format!("From: a@example.dk\r\n{}\r\nHej", "Content-Type: message/rfc822\r\n\r\n".repeat(10_000));
    let outcome = quickly(nested.clone().into_bytes());
    assert!(outcome.is_ok() || outcome == Err(Unreadable::TooManyParts), "{outcome:?}");
    // The same in an envelope that the parser would open by calling itself.
    let body = base64(nested.as_bytes());
    let sealed = format!(
        "From: a@example.dk\r\nContent-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\n{body}"
    );
    let read = quickly(sealed.into_bytes()).unwrap();
    assert_eq!(read.files.len(), 1);
    assert_eq!(read.files[0].bytes, nested.as_bytes());
}

fn base64(bytes: &[u8]) -> String {
    data_encoding::BASE64.encode(bytes)
}

#[test]
fn ten_thousand_parts_inside_each_other_are_too_many() {
    let mut nested = "From: a@example.dk\r\n".to_owned();
    for depth in 0..10_000 {
        write!(nested, "Content-Type: multipart/mixed; boundary=b{depth}\r\n\r\n--b{depth}\r\n").unwrap();
    }
    assert_eq!(quickly(nested.into_bytes()).unwrap_err(), Unreadable::TooManyParts);
    let side_by_side = format!(
        "From: a@example.dk\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n{}--b--",
        "--b\r\n\r\nx\r\n".repeat(10_000)
    );
    assert_eq!(quickly(side_by_side.into_bytes()).unwrap_err(), Unreadable::TooManyParts);
}

#[test]
fn boundaries_that_are_never_met_are_not_looked_for_ten_thousand_times() {
    let part = "--b\r\nContent-Type: multipart/mixed;\r\n BOUNDARY = \"nowhere\"\r\n\r\nx\r\n";
    let head = "From: a@example.dk\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n";
    let outcome = quickly(format!("{head}{}--b--", part.repeat(50_000)).into_bytes());
    assert_eq!(outcome.unwrap_err(), Unreadable::TooManyParts);
    // As many as are looked for, in a mail as large as can be.
    let filled = format!("{head}{}{}--b--", part.repeat(290), "Hej med jer\r\n".repeat(500_000));
    assert!(quickly(filled.into_bytes()).is_ok());
}

#[test]
fn ten_thousand_boxes_inside_each_other_are_read() {
    let html = format!("{}Hej{}", "<div>".repeat(10_000), "</div>".repeat(10_000));
    let read = quickly(mail(&["From: a@example.dk", "Content-Type: text/html", "", &html])).unwrap();
    assert_eq!(read.text, "Hej");
}

#[test]
fn a_header_without_end_is_cut_and_an_endless_list_of_receivers_too() {
    let subject = format!("Subject: {}", "ordet ".repeat(500_000));
    let (mut to, mut thread) = ("To: ".to_owned(), "References: ".to_owned());
    for number in 0..20_000 {
        write!(to, "a{number}@example.dk, ").unwrap();
        write!(thread, "<{number}@example.dk> ").unwrap();
    }
    let read = quickly(mail(&["From: a@example.dk", &subject, &to, &thread, "", "Hej"])).unwrap();
    assert!(read.subject.chars().count() <= 300);
    assert!(read.to.len() <= 100 && read.answers.len() <= 100);
    assert_eq!(read.text, "Hej");
}

#[test]
fn no_control_character_comes_through() {
    let read = read(&[
        "From: \"Sm\u{1b}[31med\" <a@example.dk>",
        "Subject: =?utf-8?Q?hej=0D=0ABcc:_b@example.dk=00?=",
        "Content-Type: multipart/mixed; boundary=b",
        "",
        "--b",
        "",
        "Hej\0 med\u{7} jer",
        "--b",
        "Content-Type: application/pdf; name=\"=?utf-8?Q?a=0A=00b.pdf?=\"",
        "",
        "x",
        "--b--",
    ]);
    assert_eq!(read.subject, "hej Bcc: b@example.dk");
    assert_eq!(read.text, "Hej med jer");
    assert!(!read.from_name.chars().any(char::is_control));
    assert_eq!(read.files[0].name, "ab.pdf");
}

#[test]
fn what_claims_to_be_base64_and_is_not_is_handed_out_as_it_stands() {
    let read = read(&[
        "From: a@example.dk",
        "Content-Type: multipart/mixed; boundary=b",
        "",
        "--b",
        "Content-Type: application/pdf; name=a.pdf",
        "Content-Transfer-Encoding: base64",
        "",
        "!!! dette er ikke base64 !!!",
        "--b--",
    ]);
    assert_eq!(read.files.len(), 1);
    assert!(!read.files[0].bytes.is_empty());
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..2_000)) {
        let _read = Incoming::parse(&bytes);
    }

    #[test]
    fn no_shuffled_mail_makes_it_panic(lines in proptest::collection::vec(prop_oneof![
        Just("From: a@example.dk".to_owned()),
        Just("Content-Type: multipart/mixed; boundary=b".to_owned()),
        Just("Content-Type: multipart/digest; boundary=\"b\"".to_owned()),
        Just("Content-Type: multipart/report; report-type=delivery-status; boundary=b".to_owned()),
        Just("Content-Type: message/rfc822".to_owned()),
        Just("Content-Type: message/delivery-status".to_owned()),
        Just("Content-Type: text/html; charset=utf-7".to_owned()),
        Just("Content-Type: text/rfc822-headers".to_owned()),
        Just("Content-Type: image/png; name*0*=utf-8''%e5; name*1=x".to_owned()),
        Just("Content-ID: <x>".to_owned()),
        Just("Content-Transfer-Encoding: base64".to_owned()),
        Just("Content-Transfer-Encoding: quoted-printable".to_owned()),
        Just("Return-Path: <>".to_owned()),
        Just("Message-ID: <018f6e2a-7b1c-7def-8123-456789abcdef@b>".to_owned()),
        Just("Action: failed".to_owned()),
        Just("Status: 5.1.1".to_owned()),
        Just("--b".to_owned()),
        Just("--b--".to_owned()),
        Just(String::new()),
        Just("<p hidden><a href='https://x'>her".to_owned()),
        Just("Den 1. maj skrev A:".to_owned()),
        Just("> Skriv over denne linje".to_owned()),
        any::<String>(),
    ], 0..60)) {
        if let Ok(read) = Incoming::parse(lines.join("\r\n").as_bytes()) {
            let written = read.without_quote(&["Skriv over denne linje"]);
            prop_assert!(!written.subject.chars().any(char::is_control));
            prop_assert!(!written.text.contains('\0'));
        }
    }
}
