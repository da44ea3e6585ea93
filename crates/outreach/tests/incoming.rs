//! Mails as mail programs write them, read.

use outreach::{Incoming, Nature, Unreadable};

/// A mail of these lines, with the line ends of the network.
pub fn mail(lines: &[&str]) -> Vec<u8> {
    lines.join("\r\n").into_bytes()
}

#[track_caller]
pub fn read(lines: &[&str]) -> Incoming {
    Incoming::parse(&mail(lines)).unwrap()
}

const HEAD: [&str; 4] = [
    "From: Aksel =?iso-8859-1?Q?=D8stersk=E6r?= <Smeden@Example.dk>",
    "To: \"Erhvervsservice\" <svar@kommune.example>",
    "Subject: =?UTF-8?B?SMO4anQgc2tpbHQgcMOlIMOlZW4=?=",
    "Message-ID: <abc@mail.example.dk>",
];

fn with(more: &[&str]) -> Incoming {
    read(&[&HEAD, more].concat())
}

#[test]
fn a_mail_says_who_wrote_to_whom_about_what_in_danish_letters() {
    let read = with(&[
        "Cc: bent@example.dk, ikke en adresse",
        "Delivered-To: svar+nyt@kommune.example",
        "X-Original-To: SVAR@kommune.example",
        "In-Reply-To: <to@kommune.example>",
        "References: <en@kommune.example> <to@kommune.example>\r\n <tre@kommune.example>",
        "Content-Type: text/plain; charset=utf-8",
        "Content-Transfer-Encoding: quoted-printable",
        "",
        "Skiltet er r=C3=B8dt og st=C3=A5r ved =C3=A5en.=20",
        "",
    ]);
    assert_eq!(read.from.as_str(), "Smeden@example.dk");
    assert_eq!(read.from_name, "Aksel Østerskær");
    assert_eq!(read.subject, "Højt skilt på åen");
    assert_eq!(read.text, "Skiltet er rødt og står ved åen.");
    let to: Vec<&str> = read.to.iter().map(kernel::Email::as_str).collect();
    assert_eq!(to, ["svar@kommune.example", "bent@example.dk", "svar+nyt@kommune.example"]);
    assert_eq!(read.answers, ["to@kommune.example", "tre@kommune.example", "en@kommune.example"]);
    assert_eq!(read.nature, Nature::Written);
    assert!(read.files.is_empty());
}

#[test]
fn danish_letters_read_right_whatever_the_mail_program_calls_their_code() {
    let western: &[u8] = b"Bl\xe5b\xe6rgr\xf8d \x96 tak";
    let utf8 = "Blåbærgrød – tak".as_bytes();
    let cases: [(&str, &[u8]); 6] = [
        ("text/plain; charset=windows-1252", western),
        ("text/plain; charset=iso-8859-1", western),
        ("text/plain; charset=us-ascii", western),
        ("text/plain", utf8),
        ("text/plain; charset=\"UTF-8\"", utf8),
        ("text/plain; charset=unknown-8bit", utf8),
    ];
    for (kind, body) in cases {
        let head = format!("From: a@example.dk\r\nContent-Type: {kind}\r\n\r\n");
        let read = Incoming::parse(&[head.as_bytes(), body].concat()).unwrap();
        assert_eq!(read.text, "Blåbærgrød – tak", "{kind}");
    }
    let read = with(&[
        "Content-Type: text/plain; charset=windows-1252",
        "Content-Transfer-Encoding: base64",
        "",
        "QmzlYuZyZ3L4ZA==",
    ]);
    assert_eq!(read.text, "Blåbærgrød");
}

#[test]
fn the_plain_text_is_taken_and_the_html_where_there_is_none() {
    let both = [
        "Content-Type: multipart/alternative; boundary=b",
        "",
        "--b",
        "Content-Type: text/plain; charset=utf-8",
        "",
        "Det rene.",
        "--b",
        "Content-Type: text/html; charset=utf-8",
        "",
        "<p>Det <b>pyntede</b>.</p>",
        "--b--",
    ];
    assert_eq!(with(&both).text, "Det rene.");
    let empty: Vec<&str> = both.iter().map(|line| if *line == "Det rene." { " " } else { *line }).collect();
    assert_eq!(with(&empty).text, "Det pyntede.");
    assert!(with(&both).files.is_empty());
}

#[test]
fn html_of_outlook_reads_line_by_line_and_what_is_hidden_is_gone() {
    let read = with(&[
        "Content-Type: text/html; charset=utf-8",
        "",
        "<html xmlns:o=\"urn:schemas-microsoft-com:office:office\"><head><style>p.MsoNormal{margin:0}</style>",
        "<!--[if gte mso 9]><xml><o:shapedefaults/></xml><![endif]--><title>x</title></head>",
        "<body lang=DA><div class=WordSection1>",
        "<p class=MsoNormal>Kære Mette<o:p></o:p></p><p class=MsoNormal><o:p>&nbsp;</o:p></p>",
        "<p class=MsoNormal>Skiltet er 2&nbsp;meter h&oslash;jt og",
        "   r&#248;dt. Se <a href=\"https://smed.example/tegning\">tegningen</a>.</p>",
        "<div style=\"display: none; max-height:0\">Preview: <div>mere</div></div>",
        "<script>if (a<b) { alert('x') }</script><img src=\"https://spor.example/1.gif\" width=1 height=1>",
        "<ul><li>rødt<li>højt</ul>",
        "<table><tr><td>Tlf.</td><td>12 34 56 78</td></tr></table>",
        "</div></body></html>",
    ]);
    let lines: Vec<&str> = read.text.lines().collect();
    assert_eq!(
        lines,
        [
            "Kære Mette",
            "",
            "Skiltet er 2 meter højt og rødt. Se tegningen (https://smed.example/tegning).",
            "",
            "- rødt",
            "- højt",
            "",
            "Tlf. 12 34 56 78"
        ]
    );
}

#[test]
fn lines_of_gmail_stay_lines() {
    let read = with(&[
        "Content-Type: text/html; charset=utf-8",
        "",
        "<div dir=\"ltr\">Hej<div><br></div><div>Ja tak.</div><div>Aksel</div></div>",
    ]);
    assert_eq!(read.text, "Hej\n\nJa tak.\nAksel");
}

#[test]
fn a_box_that_hides_and_is_never_closed_hides_nothing() {
    let read = with(&["Content-Type: text/html", "", "<div style='display:none'>x<p>Det vigtige</p>"]);
    assert!(read.text.contains("Det vigtige"), "{}", read.text);
}

#[test]
fn what_it_quotes_of_ours_is_cut_where_our_mail_begins() {
    let read = with(&[
        "Content-Type: text/html; charset=utf-8",
        "",
        "<div>To meter.</div><br><div class=gmail_quote><div dir=ltr>Den man. 23. nov. 2026 kl. 09.00 skrev",
        " Erhvervsservice &lt;<a href=\"mailto:svar@kommune.example\">svar@kommune.example</a>&gt;:<br></div>",
        "<blockquote><p>Skriv over denne linje</p><p>Hvor højt bliver skiltet?</p></blockquote></div>",
    ]);
    assert!(read.text.contains("Hvor højt"));
    assert_eq!(
        read.clone().without_quote(&["Skriv over denne linje", "Write above this line"]).text,
        "To meter."
    );
    assert_eq!(read.clone().without_quote(&["Another line"]), read);
}

#[test]
fn files_keep_their_danish_names_and_every_byte() {
    let read = with(&[
        "Content-Type: multipart/mixed; boundary=b",
        "",
        "--b",
        "Content-Type: text/plain; charset=utf-8",
        "",
        "Her er den.",
        "--b",
        "Content-Type: application/pdf; name=\"=?iso-8859-1?Q?bl=E5.pdf?=\"",
        "Content-Disposition: attachment; filename*=utf-8''t%C3%A6gning%20%C3%A5.pdf",
        "Content-Transfer-Encoding: base64",
        "",
        "AAECAwQF/w==",
        "--b",
        "Content-Type: text/csv; charset=windows-1252; name=\"../../l\u{f8}n.csv\"",
        "Content-Disposition: attachment",
        "Content-Transfer-Encoding: quoted-printable",
        "",
        "Navn;L=F8n",
        "--b",
        "Content-Type: text/calendar; method=REQUEST",
        "",
        "BEGIN:VCALENDAR",
        "--b--",
    ]);
    assert_eq!(read.text, "Her er den.");
    let files: Vec<(&str, &[u8])> =
        read.files.iter().map(|file| (file.name.as_str(), file.bytes.as_slice())).collect();
    assert_eq!(
        files,
        [
            ("tægning å.pdf", b"\x00\x01\x02\x03\x04\x05\xff".as_slice()),
            ("løn.csv", b"Navn;L\xf8n"),
            ("file-4.ics", b"BEGIN:VCALENDAR"),
        ]
    );
}

#[test]
fn a_small_picture_that_a_signature_shows_is_no_file_and_a_large_one_is() {
    let picture = |id: &str, bytes: usize| {
        let content = data(bytes);
        format!(
            "--r\r\nContent-Type: image/png; name=\"{id}.png\"\r\nContent-ID: <{id}>\r\nContent-Disposition: inline\r\nContent-Transfer-Encoding: base64\r\n\r\n{content}"
        )
    };
    let (logo, screen, other) = (picture("logo", 900), picture("screen", 60_000), picture("other", 900));
    let read = with(&[
        "Content-Type: multipart/related; boundary=r",
        "",
        "--r",
        "Content-Type: text/html",
        "",
        "<p>Se her</p><img src=\"cid:screen\"><img src=\"cid:logo\">",
        &logo,
        &screen,
        &other,
        "--r--",
    ]);
    let names: Vec<&str> = read.files.iter().map(|file| file.name.as_str()).collect();
    assert_eq!(names, ["screen.png", "other.png"]);
    assert_eq!(read.text, "Se her");
}

/// So many bytes in base64.
fn data(bytes: usize) -> String {
    "AAAA".repeat(bytes / 3)
}

#[test]
fn a_mail_inside_is_kept_as_a_file_called_by_its_subject() {
    let inside = ["From: c@example.dk", "Subject: Tilbud 7/8", "", "Tilbuddet"];
    let mut lines = vec!["Content-Type: multipart/mixed; boundary=b", "", "--b", "", "Se mailen.", "--b"];
    lines.extend(["Content-Type: message/rfc822", ""]);
    lines.extend(inside);
    lines.push("--b--");
    let read = with(&lines);
    assert_eq!(read.text, "Se mailen.");
    let [file] = read.files.as_slice() else { panic!("one file, not {:?}", read.files) };
    assert_eq!(file.name, "Tilbud 7-8.eml");
    let kept = Incoming::parse(&file.bytes).unwrap();
    assert_eq!((kept.subject.as_str(), kept.text.as_str()), ("Tilbud 7/8", "Tilbuddet"));
}

#[test]
fn two_copies_that_came_two_ways_are_one_mail() {
    let body = ["Content-Type: text/plain", "", "Hej", "med jer"];
    let one = with(&[&["Received: by a.example; Mon, 23 Nov 2026 09:00:00 +0100"], body.as_slice()].concat());
    let other = with(&[&["Delivered-To: svar@kommune.example"], body.as_slice()].concat());
    assert_eq!(one.key, other.key);
    let bytes = mail(&[&HEAD, body.as_slice()].concat());
    let unix = String::from_utf8(bytes).unwrap().replace("\r\n", "\n") + "\n";
    assert_eq!(Incoming::parse(unix.as_bytes()).unwrap().key, one.key, "the ends of lines change on the way");
    assert_ne!(with(&["", "Noget andet"]).key, one.key);
    let nameless = |text: &str| read(&["From: a@example.dk", "", text]).key;
    assert_ne!(nameless("a"), nameless("b"));
    assert_eq!(nameless("a"), nameless("a"));
}

#[test]
fn without_a_sender_there_is_nobody_to_answer() {
    assert_eq!(Incoming::parse(b"Subject: hej\r\n\r\nHej").unwrap_err(), Unreadable::NoSender);
    assert_eq!(Incoming::parse(b"From: nobody\r\n\r\nHej").unwrap_err(), Unreadable::NoSender);
    assert!(Incoming::parse(b"").is_err());
    let several = read(&["From: a@example.dk, b@example.dk", "From: c@example.dk", "", "Hej"]);
    assert_eq!(several.from.as_str(), "a@example.dk");
    assert_eq!(read(&["From: Smeden", "Sender: s@example.dk", "", "Hej"]).from.as_str(), "s@example.dk");
}
