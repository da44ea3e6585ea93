//! A mailbox on another machine, against a server in the same process that speaks just enough IMAP (RFC 9051).

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex},
};

use outreach::incoming::{Imap, ImapSettings, ImapTls, MailSource, OAuthSettings};
use tokio::{
    io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};
use tokio_rustls::TlsAcceptor;

use crate::tls::{Authority, IN_FORCE};

struct Kept {
    uid: u32,
    folder: &'static str,
    flags: BTreeSet<String>,
    bytes: Vec<u8>,
}

#[derive(Default)]
struct Mailbox {
    mails: Vec<Kept>,
    /// Hangs up before it answers this command, once.
    hangs_up_at: Option<&'static str>,
    commands: Vec<String>,
}

struct ImapServer {
    port: u16,
    mailbox: Arc<Mutex<Mailbox>>,
    running: JoinHandle<()>,
}

impl Drop for ImapServer {
    fn drop(&mut self) {
        self.running.abort();
    }
}

impl ImapServer {
    async fn start(tls: ImapTls, acceptor: Option<TlsAcceptor>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let mailbox = Arc::new(Mutex::new(Mailbox::default()));
        let shared = mailbox.clone();
        let running = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (mailbox, acceptor) = (shared.clone(), acceptor.clone());
                tokio::spawn(async move { serve(stream, tls, acceptor, &mailbox).await });
            }
        });
        Self { port, mailbox, running }
    }

    fn deliver(&self, uid: u32, text: &str) {
        let bytes = format!("From: a@example.dk\r\n\r\n{text}\r\n").into_bytes();
        let flags = BTreeSet::new();
        self.mailbox.lock().unwrap().mails.push(Kept { uid, folder: "INBOX", flags, bytes });
    }

    /// Number, folder and flags of each mail.
    fn kept(&self) -> Vec<(u32, &'static str, String)> {
        let flags = |flags: &BTreeSet<String>| flags.iter().cloned().collect::<Vec<_>>().join(" ");
        let mailbox = self.mailbox.lock().unwrap();
        mailbox.mails.iter().map(|mail| (mail.uid, mail.folder, flags(&mail.flags))).collect()
    }
}

async fn serve(
    stream: TcpStream,
    tls: ImapTls,
    acceptor: Option<TlsAcceptor>,
    mailbox: &Mutex<Mailbox>,
) -> Option<()> {
    const GREETING: &[u8] = b"* OK [CAPABILITY IMAP4rev1] hello\r\n";
    let mut open = BufReader::new(stream);
    match (tls, acceptor) {
        (ImapTls::Implicit, Some(acceptor)) => {
            let mut safe = BufReader::new(acceptor.accept(open.into_inner()).await.ok()?);
            safe.write_all(GREETING).await.ok()?;
            converse(&mut safe, mailbox).await
        }
        (ImapTls::Starttls, Some(acceptor)) => {
            open.write_all(GREETING).await.ok()?;
            let mut asked = String::new();
            open.read_line(&mut asked).await.ok()?;
            let tag = asked.split(' ').next()?;
            open.write_all(format!("{tag} OK go on\r\n").as_bytes()).await.ok()?;
            let mut safe = BufReader::new(acceptor.accept(open.into_inner()).await.ok()?);
            converse(&mut safe, mailbox).await
        }
        _ => {
            open.write_all(GREETING).await.ok()?;
            converse(&mut open, mailbox).await
        }
    }
}

async fn converse<S: AsyncRead + AsyncWrite + Unpin>(
    stream: &mut BufReader<S>,
    mailbox: &Mutex<Mailbox>,
) -> Option<()> {
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).await.ok()? == 0 {
            return None;
        }
        let (tag, command) = line.trim_end().split_once(' ')?;
        let answer = answer(command, &mut mailbox.lock().unwrap())?;
        stream.write_all(&answer).await.ok()?;
        if command.starts_with("AUTHENTICATE") {
            stream.flush().await.ok()?;
            let mut said = String::new();
            stream.read_line(&mut said).await.ok()?;
            let said = data_encoding::BASE64.decode(said.trim().as_bytes()).ok()?;
            let said = String::from_utf8(said).ok()?;
            mailbox.lock().unwrap().commands.push(said.clone());
            if !said.contains("auth=Bearer frisk\u{1}\u{1}") {
                stream.write_all(b"+ eyJzdGF0dXMiOiI0MDEifQ==\r\n").await.ok()?;
                stream.flush().await.ok()?;
                let mut nothing = String::new();
                stream.read_line(&mut nothing).await.ok()?;
                stream.write_all(format!("{tag} NO AUTHENTICATE failed.\r\n").as_bytes()).await.ok()?;
                stream.flush().await.ok()?;
                continue;
            }
        }
        stream.write_all(format!("{tag} {}\r\n", done(command)).as_bytes()).await.ok()?;
        stream.flush().await.ok()?;
    }
}

fn done(command: &str) -> &'static str {
    match command {
        "STARTTLS" => "BAD no TLS here",
        command if command.starts_with("LOGIN") && !command.contains("hemmelig") => "NO wrong password",
        command if command.ends_with("\"Missing\"") => "NO no such folder",
        _ => "OK done",
    }
}

fn answer(command: &str, mailbox: &mut Mailbox) -> Option<Vec<u8>> {
    mailbox.commands.push(command.to_owned());
    if mailbox.hangs_up_at.is_some_and(|at| command.starts_with(at)) {
        mailbox.hangs_up_at = None;
        return None;
    }
    let words: Vec<&str> = command.split(' ').collect();
    let uid = words.get(2).and_then(|uid| uid.parse::<u32>().ok());
    let mut answer = Vec::new();
    match words.as_slice() {
        ["AUTHENTICATE", _] => answer.extend(b"+ \r\n"),
        ["CAPABILITY"] => answer.extend(b"* CAPABILITY IMAP4rev1 MOVE\r\n"),
        ["SELECT" | "EXAMINE", ..] => answer.extend(b"* 9 EXISTS\r\n* OK [UIDVALIDITY 7] valid\r\n"),
        ["LOGOUT"] => answer.extend(b"* BYE\r\n"),
        ["UID", "SEARCH", asked @ ..] => {
            let fits = |mail: &&Kept| {
                mail.folder == "INBOX"
                    && !mail.flags.contains("\\Flagged")
                    && !(asked.contains(&"UNSEEN") && mail.flags.contains("\\Seen"))
            };
            let found: Vec<String> =
                mailbox.mails.iter().filter(fits).map(|mail| mail.uid.to_string()).collect();
            answer.extend(format!("* SEARCH {}\r\n", found.join(" ")).bytes());
        }
        ["UID", "FETCH", ..] => {
            let mail = mailbox.mails.iter().find(|mail| Some(mail.uid) == uid);
            let Some(Kept { uid, bytes, .. }) = mail else { return Some(answer) };
            if command.contains("RFC822.SIZE") {
                answer.extend(format!("* 1 FETCH (UID {uid} RFC822.SIZE {})\r\n", bytes.len()).bytes());
            } else {
                answer.extend(format!("* 1 FETCH (UID {uid} BODY[] {{{}}}\r\n", bytes.len()).bytes());
                answer.extend(bytes);
                answer.extend(b")\r\n");
            }
        }
        ["UID", "STORE", _, _, flag] => {
            let flag = flag.trim_matches(['(', ')']).to_owned();
            mailbox.mails.iter_mut().find(|mail| Some(mail.uid) == uid)?.flags.insert(flag);
        }
        ["UID", "MOVE", ..] => {
            mailbox.mails.iter_mut().find(|mail| Some(mail.uid) == uid)?.folder = "Done";
        }
        _ => {}
    }
    Some(answer)
}

fn settings(port: u16) -> ImapSettings {
    ImapSettings {
        host: "127.0.0.1".into(),
        port: Some(port),
        tls: ImapTls::None,
        ca_file: None,
        username: "samspil".into(),
        password: Some("hemmelig".into()),
        password_file: None,
        oauth2: None,
        folder: "INBOX".into(),
        done_folder: None,
    }
}

#[tokio::test]
async fn a_mail_is_marked_as_read_only_when_it_is_committed() {
    let server = ImapServer::start(ImapTls::None, None).await;
    server.deliver(3, "Blåbær");
    server.deliver(5, "To");
    server.deliver(8, "Tre");
    let mut source = Imap::new(settings(server.port)).unwrap();
    let first = source.next().await.unwrap().unwrap();
    assert_eq!(first.bytes, "From: a@example.dk\r\n\r\nBlåbær\r\n".as_bytes());
    assert_eq!(server.kept()[0].2, "", "fetching marks nothing");
    source.committed(&first).await.unwrap();
    let second = source.next().await.unwrap().unwrap();
    // The program dies before it has committed the second.
    drop(source);
    let mut source = Imap::new(settings(server.port)).unwrap();
    assert_eq!(source.next().await.unwrap().as_ref(), Some(&second));
    source.set_aside(&second).await.unwrap();
    let third = source.next().await.unwrap().unwrap();
    source.committed(&third).await.unwrap();
    assert_eq!(source.next().await.unwrap(), None);
    assert_eq!(source.next().await.unwrap(), None, "the next round finds nothing new");
    let kept = server.kept();
    let flags: Vec<(u32, &str)> = kept.iter().map(|(uid, _, flags)| (*uid, flags.as_str())).collect();
    assert_eq!(flags, [(3, "\\Seen"), (5, "\\Flagged"), (8, "\\Seen")]);
}

#[tokio::test]
async fn with_a_folder_for_what_is_done_a_mail_that_a_person_has_read_is_taken_all_the_same() {
    let server = ImapServer::start(ImapTls::None, None).await;
    server.deliver(3, "Et");
    server.mailbox.lock().unwrap().mails[0].flags.insert("\\Seen".into());
    let moving = ImapSettings { done_folder: Some("Done".into()), ..settings(server.port) };
    moving.check().await.unwrap();
    let mut source = Imap::new(moving).unwrap();
    let mail = source.next().await.unwrap().unwrap();
    source.committed(&mail).await.unwrap();
    assert_eq!(source.next().await.unwrap(), None);
    assert_eq!(server.kept(), [(3, "Done", "\\Seen".to_owned())]);
}

#[tokio::test]
async fn a_connection_that_breaks_loses_nothing() {
    let server = ImapServer::start(ImapTls::None, None).await;
    server.deliver(3, "Et");
    server.mailbox.lock().unwrap().hangs_up_at = Some("UID STORE");
    let mut source = Imap::new(settings(server.port)).unwrap();
    let mail = source.next().await.unwrap().unwrap();
    assert!(source.committed(&mail).await.is_err());
    let again = source.next().await.unwrap().unwrap();
    assert_eq!(again, mail, "it comes again, and is known");
    source.committed(&again).await.unwrap();
    assert_eq!(source.next().await.unwrap(), None);
}

#[tokio::test]
async fn the_password_goes_within_tls_only_and_the_operator_is_told_what_is_wrong() {
    let authority = Authority::new("Kommune CA");
    for way in [ImapTls::Implicit, ImapTls::Starttls] {
        let server = ImapServer::start(way, Some(authority.certify("localhost", IN_FORCE))).await;
        server.deliver(3, "Et");
        let named = ImapSettings { host: "localhost".into(), tls: way, ..settings(server.port) };
        let known = ImapSettings { ca_file: Some(authority.file()), ..named.clone() };
        known.check().await.unwrap();
        assert!(Imap::new(known).unwrap().next().await.unwrap().is_some(), "{way:?}");
        let told = named.check().await.unwrap_err().to_string();
        assert!(told.contains("name your own with ca_file"), "{told}");
    }
    let open = ImapServer::start(ImapTls::None, None).await;
    let named = ImapSettings { host: "localhost".into(), tls: ImapTls::Starttls, ..settings(open.port) };
    let told = named.check().await.unwrap_err().to_string();
    assert!(told.contains("does not offer STARTTLS"), "{told}");
    let commands = open.mailbox.lock().unwrap().commands.concat();
    assert!(!commands.contains("LOGIN"), "{commands}");
}

#[tokio::test]
async fn what_the_server_refuses_is_said_in_a_sentence() {
    let server = ImapServer::start(ImapTls::None, None).await;
    let wrong = ImapSettings { password: Some("gammel".into()), ..settings(server.port) };
    let told = wrong.check().await.unwrap_err().to_string();
    assert!(told.contains("wrong password"), "{told}");
    assert!(!told.contains("gammel"), "{told}");
    let missing = ImapSettings { folder: "Missing".into(), ..settings(server.port) };
    let told = missing.check().await.unwrap_err().to_string();
    assert!(told.contains("the folder Missing"), "{told}");
    drop(server);
}

/// A provider that gives this answer to whoever asks, and keeps what was asked.
async fn provider(status: &'static str, answer: &'static str) -> (String, Arc<Mutex<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/token", listener.local_addr().unwrap());
    let asked = Arc::new(Mutex::new(String::new()));
    let kept = asked.clone();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let mut stream = BufReader::new(stream);
            let mut length = 0;
            loop {
                let mut line = String::new();
                stream.read_line(&mut line).await.unwrap();
                if let Some(said) = line.to_lowercase().strip_prefix("content-length:") {
                    length = said.trim().parse().unwrap();
                }
                if line.trim().is_empty() {
                    break;
                }
            }
            let mut body = vec![0; length];
            tokio::io::AsyncReadExt::read_exact(&mut stream, &mut body).await.unwrap();
            *kept.lock().unwrap() = String::from_utf8(body).unwrap();
            let head = format!(
                "HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
                answer.len()
            );
            stream.write_all(format!("{head}{answer}").as_bytes()).await.unwrap();
            stream.flush().await.unwrap();
        }
    });
    (url, asked)
}

fn by_token(port: u16, url: &str) -> ImapSettings {
    let oauth = OAuthSettings {
        token_url: url.into(),
        client_id: "samspil".into(),
        client_secret: Some("nøgle".into()),
        client_secret_file: None,
        scope: "https://outlook.office365.com/.default".into(),
    };
    ImapSettings { password: None, oauth2: Some(oauth), ..settings(port) }
}

#[tokio::test]
async fn a_mailbox_is_opened_with_a_token_that_the_provider_gives_for_the_secret() {
    let server = ImapServer::start(ImapTls::None, None).await;
    server.deliver(3, "Et");
    let (url, asked) =
        provider("200 OK", r#"{"token_type":"Bearer","expires_in":3599,"access_token":"frisk"}"#).await;
    let settings = by_token(server.port, &url);
    settings.check().await.unwrap();
    assert!(Imap::new(settings).unwrap().next().await.unwrap().is_some());
    let asked = asked.lock().unwrap().clone();
    for part in [
        "grant_type=client_credentials",
        "client_id=samspil",
        "client_secret=n%C3%B8gle",
        "scope=https%3A%2F%2F",
    ] {
        assert!(asked.contains(part), "{asked}");
    }
    let commands = server.mailbox.lock().unwrap().commands.clone();
    assert!(commands.contains(&"user=samspil\u{1}auth=Bearer frisk\u{1}\u{1}".to_owned()), "{commands:?}");
    assert!(!commands.concat().contains("LOGIN"));
}

#[tokio::test]
async fn a_token_that_is_refused_or_not_given_is_said_in_a_sentence_without_the_secret() {
    let server = ImapServer::start(ImapTls::None, None).await;
    let (url, _) = provider("200 OK", r#"{"access_token":"gammel"}"#).await;
    let told = by_token(server.port, &url).check().await.unwrap_err().to_string();
    assert!(told.contains("AUTHENTICATE failed") && !told.contains("gammel"), "{told}");
    let (url, _) =
        provider("401 Unauthorized", r#"{"error":"invalid_client","error_description":"nøgle"}"#).await;
    let told = by_token(server.port, &url).check().await.unwrap_err().to_string();
    assert!(told.contains("gives no token: invalid_client") && !told.contains("nøgle"), "{told}");
    let open = by_token(server.port, "http://login.example.com/token").check().await.unwrap_err().to_string();
    assert!(open.contains("must begin with https"), "{open}");
    let both = ImapSettings { password: Some("x".into()), ..by_token(server.port, &url) };
    assert!(both.check().await.unwrap_err().to_string().contains("or oauth2"));
    assert!(!format!("{:?}", by_token(1, &url)).contains("nøgle"));
}

#[test]
fn settings_that_cannot_be_meant_are_refused_with_a_sentence() {
    type Wrong = (fn(ImapSettings) -> ImapSettings, &'static str);
    let wrong: [Wrong; 6] = [
        (|s| ImapSettings { host: " ".into(), ..s }, "imap.host is empty"),
        (|s| ImapSettings { host: "imap.kommune.example".into(), ..s }, "on this machine only"),
        (|s| ImapSettings { port: Some(993), tls: ImapTls::Starttls, ..s }, "port 993"),
        (|s| ImapSettings { password: None, ..s }, "either password or password_file"),
        (|s| ImapSettings { password_file: Some("/b".into()), ..s }, "either password or password_file"),
        (
            |s| ImapSettings { password: None, password_file: Some("/nowhere/at/all".into()), ..s },
            "cannot read /nowhere/at/all",
        ),
    ];
    for (spoil, sentence) in wrong {
        let refused = Imap::new(spoil(settings(143))).expect_err(sentence).to_string();
        assert!(refused.contains(sentence), "{refused}");
    }
    assert!(!format!("{:?}", settings(143)).contains("hemmelig"));
}
