//! A mail server that speaks just enough SMTP (RFC 5321), keeps what it gets and answers as it is told.

use std::sync::{Arc, Mutex};

use tokio::{
    io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader},
    net::TcpListener,
    task::JoinHandle,
};

/// How it answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mood {
    Takes,
    /// This code and words to every recipient.
    Refuses(&'static str),
    /// Asks for a password and is content with none.
    WrongPassword,
    /// Takes the mail, then hangs up without a word.
    HangsUpAfterData,
    /// Says nothing at all.
    Silent,
}

pub struct SmtpServer {
    pub port: u16,
    mood: Arc<Mutex<Mood>>,
    mails: Arc<Mutex<Vec<String>>>,
    running: JoinHandle<()>,
}

impl SmtpServer {
    pub async fn start(mood: Mood) -> Self {
        Self::on_port(0, mood).await
    }

    /// On a port that was someone else's before.
    pub async fn on_port(port: u16, mood: Mood) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", port)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (mood, mails) = (Arc::new(Mutex::new(mood)), Arc::new(Mutex::new(Vec::new())));
        let (moods, kept) = (mood.clone(), mails.clone());
        let running = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (mood, mails) = (moods.clone(), kept.clone());
                tokio::spawn(async move { serve(stream, &mood, &mails).await });
            }
        });
        Self { port, mood, mails, running }
    }

    pub fn now(&self, mood: Mood) {
        *self.mood.lock().unwrap() = mood;
    }

    /// What it took, as it came over the wire.
    pub fn mails(&self) -> Vec<String> {
        self.mails.lock().unwrap().clone()
    }
}

impl Drop for SmtpServer {
    fn drop(&mut self) {
        self.running.abort();
    }
}

async fn serve(
    stream: impl AsyncRead + AsyncWrite + Unpin,
    mood: &Mutex<Mood>,
    mails: &Mutex<Vec<String>>,
) -> Option<()> {
    let mut stream = BufReader::new(stream);
    if *mood.lock().unwrap() == Mood::Silent {
        let mut line = String::new();
        return stream.read_line(&mut line).await.ok().map(|_| ());
    }
    stream.write_all(b"220 localhost ESMTP\r\n").await.ok()?;
    converse(&mut stream, mood, mails).await
}

/// What comes after the greeting, in the open or within TLS.
pub async fn converse(
    stream: &mut BufReader<impl AsyncRead + AsyncWrite + Unpin>,
    mood: &Mutex<Mood>,
    mails: &Mutex<Vec<String>>,
) -> Option<()> {
    while let Some(line) = next_line(stream).await {
        let current = *mood.lock().unwrap();
        let verb = line.split([' ', ':']).next().unwrap_or_default().to_ascii_uppercase();
        let answer = match (verb.as_str(), current) {
            ("EHLO", _) => "250-localhost\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250 AUTH PLAIN LOGIN".to_owned(),
            ("AUTH", Mood::WrongPassword) => "535 5.7.8 wrong password for samspil".to_owned(),
            ("AUTH", _) => "235 2.7.0 welcome".to_owned(),
            ("RCPT", Mood::Refuses(answer)) => answer.to_owned(),
            ("DATA", _) => {
                stream.write_all(b"354 go on\r\n").await.ok()?;
                let mut mail = String::new();
                while let Some(line) = next_line(stream).await.filter(|line| line != ".") {
                    mail.push_str(&line);
                    mail.push('\n');
                }
                mails.lock().unwrap().push(mail);
                if current == Mood::HangsUpAfterData {
                    return None;
                }
                "250 2.0.0 taken".to_owned()
            }
            ("QUIT", _) => "221 bye".to_owned(),
            _ => "250 2.0.0 fine".to_owned(),
        };
        stream.write_all(format!("{answer}\r\n").as_bytes()).await.ok()?;
        stream.flush().await.ok()?;
        if verb == "QUIT" {
            break;
        }
    }
    Some(())
}

/// A line without its end; `None` at the end of the stream.
pub async fn next_line(stream: &mut BufReader<impl AsyncRead + AsyncWrite + Unpin>) -> Option<String> {
    let mut line = String::new();
    let read = stream.read_line(&mut line).await.ok()?;
    (read > 0).then(|| line.trim_end_matches(['\r', '\n']).to_owned())
}
