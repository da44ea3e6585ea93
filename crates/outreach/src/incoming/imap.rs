//! A mailbox on another machine, read by IMAP (RFC 9051). A mail is fetched without being marked, and marked or moved when
//! what became of it is committed. Nothing is ever deleted here.

use std::{collections::VecDeque, fmt, path::PathBuf, sync::Arc, time::Duration};

use async_imap::{Client, Session, error::Error as ImapError};
use async_trait::async_trait;
use futures_util::TryStreamExt;
use rustls::{
    ClientConfig, RootCertStore,
    pki_types::{CertificateDer, ServerName, pem::PemObject},
};
use serde::Deserialize;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
    time::timeout,
};
use tokio_rustls::TlsConnector;

use super::{
    Fetched, MAIL_BYTES_MAX, MailSource, OAuthProblem, OAuthSettings, SourceProblem,
    oauth::{Bearer, Tokens},
};
use crate::{smtp::is_this_machine, tls::TlsTrouble};

/// How long the server may take for one command; a large mail over a slow line among them.
const COMMAND_TIMEOUT: Duration = Duration::from_mins(2);
/// Mails that are read in one round.
const ROUND_MAX: usize = 500;
/// The port of TLS from the first byte.
const IMPLICIT_PORT: u16 = 993;

/// How the connection is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ImapTls {
    /// TLS from the first byte. Port 993.
    #[default]
    Implicit,
    /// Begins in the open, then must turn to TLS. Port 143.
    Starttls,
    /// In the open. Only to this machine.
    None,
}

/// The mailbox.
///
/// ```
/// let settings: outreach::incoming::ImapSettings = toml::from_str(r#"
///     host = "imap.kommune.example"
///     username = "samspil"
///     password_file = "/etc/samspil/imap-password"
/// "#).unwrap();
/// assert_eq!((settings.port(), settings.folder.as_str()), (993, "INBOX"));
/// ```
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ImapSettings {
    /// The server's name, as in its certificate.
    pub host: String,
    /// Its port; follows from `tls` when left out.
    pub port: Option<u16>,
    /// How the connection is protected.
    #[serde(default)]
    pub tls: ImapTls,
    /// A certificate authority of your own, in PEM, beside the public ones.
    pub ca_file: Option<PathBuf>,
    /// Who signs in.
    pub username: String,
    /// The password. Better in a file.
    pub password: Option<String>,
    /// A file that holds the password and nothing else.
    pub password_file: Option<PathBuf>,
    /// A token instead of a password.
    pub oauth2: Option<OAuthSettings>,
    /// The folder that is read.
    #[serde(default = "inbox")]
    pub folder: String,
    /// Where mails go that are dealt with. Without one they stay and are marked as read; then what a person has read before
    /// is not looked at.
    pub done_folder: Option<String>,
}

fn inbox() -> String {
    "INBOX".to_owned()
}

impl fmt::Debug for ImapSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ImapSettings")
            .field("host", &self.host)
            .field("port", &self.port())
            .field("tls", &self.tls)
            .field("username", &self.username)
            .field("folder", &self.folder)
            .field("done_folder", &self.done_folder)
            .finish_non_exhaustive()
    }
}

/// Why the mailbox cannot be read. Shown to the operator as it is.
#[derive(Debug, thiserror::Error)]
pub enum ImapProblem {
    /// No server.
    #[error("imap.host is empty: name the mail server, or leave out the whole section to read no mail")]
    NoHost,
    /// Both ways at once, or none.
    #[error("imap: give either password or password_file, or oauth2")]
    OnePassword,
    /// The password would cross the network for all to read.
    #[error(
        "imap.tls = \"none\" is for a mail server on this machine only; {0} is another: use \"implicit\" or \"starttls\""
    )]
    OpenNetwork(String),
    /// The ports say one thing and `tls` another.
    #[error("imap: port 993 speaks TLS from the first byte: set tls = \"implicit\", or use port 143")]
    ImplicitPort,
    /// A file cannot be read.
    #[error("imap: cannot read {path}: {source}")]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The password file is empty.
    #[error("imap: {0} holds no password")]
    EmptyPassword(PathBuf),
    /// No certificate, or a name that no certificate can have.
    #[error("imap: TLS cannot be set up for this server: {0}")]
    Tls(String),
    /// There is no token to sign in with.
    #[error(transparent)]
    Token(#[from] OAuthProblem),
    /// The server did not answer as it should.
    #[error("imap: the mail server {host} does not let us read mail: {reason}")]
    Unreachable {
        /// Which.
        host: String,
        /// What it said.
        reason: String,
    },
}

impl ImapSettings {
    /// The port that is used.
    pub const fn port(&self) -> u16 {
        match (self.port, self.tls) {
            (Some(port), _) => port,
            (None, ImapTls::Implicit) => IMPLICIT_PORT,
            (None, ImapTls::Starttls | ImapTls::None) => 143,
        }
    }

    /// Signs in, looks for the folders, and signs out: for `doctor`.
    pub async fn check(&self) -> Result<(), ImapProblem> {
        let mut open = Imap::new(self.clone())?.connect().await?;
        if let Some(done) = &self.done_folder {
            let can =
                limited(open.session.capabilities()).await.map_err(|reason| self.unreachable(reason))?;
            if !can.has_str("MOVE") {
                let reason = "it cannot move mails (RFC 6851): leave out done_folder".to_owned();
                return Err(self.unreachable(reason));
            }
            let examined = limited(open.session.examine(done)).await;
            examined.map_err(|reason| self.unreachable(format!("the folder {done}: {reason}")))?;
        }
        limited(open.session.logout()).await.map_err(|reason| self.unreachable(reason))
    }

    fn credentials(&self) -> Result<Credentials, ImapProblem> {
        match (&self.password, &self.password_file, &self.oauth2) {
            (None, None, Some(oauth)) => Ok(Credentials::Tokens(Tokens::new(oauth)?)),
            (Some(password), None, None) => Ok(Credentials::Password(password.clone())),
            (None, Some(path), None) => {
                let read = std::fs::read_to_string(path);
                let text = read.map_err(|source| ImapProblem::File { path: path.clone(), source })?;
                let password = text.trim_end_matches(['\r', '\n']).to_owned();
                (!password.is_empty())
                    .then_some(Credentials::Password(password))
                    .ok_or_else(|| ImapProblem::EmptyPassword(path.clone()))
            }
            _ => Err(ImapProblem::OnePassword),
        }
    }

    fn connector(&self) -> Result<TlsConnector, ImapProblem> {
        let mut roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
        if let Some(path) = &self.ca_file {
            let pem =
                std::fs::read(path).map_err(|source| ImapProblem::File { path: path.clone(), source })?;
            for certificate in CertificateDer::pem_slice_iter(&pem) {
                let certificate = certificate.map_err(|error| ImapProblem::Tls(error.to_string()))?;
                roots.add(certificate).map_err(|error| ImapProblem::Tls(error.to_string()))?;
            }
        }
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|error| ImapProblem::Tls(error.to_string()))?
            .with_root_certificates(roots)
            .with_no_client_auth();
        Ok(TlsConnector::from(Arc::new(config)))
    }

    fn unreachable(&self, reason: String) -> ImapProblem {
        ImapProblem::Unreachable { host: self.host.clone(), reason }
    }
}

/// A connection, protected or not.
trait Wire: AsyncRead + AsyncWrite + Unpin + Send + Sync + fmt::Debug {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send + Sync + fmt::Debug> Wire for T {}

/// By what one signs in.
enum Credentials {
    Password(String),
    Tokens(Tokens),
}

/// A mailbox that is read by IMAP.
pub struct Imap {
    settings: ImapSettings,
    connector: TlsConnector,
    credentials: Credentials,
    open: Option<Open>,
    /// The mails of this round; `None` between rounds.
    round: Option<VecDeque<u32>>,
}

/// Signed in, with the folder open.
struct Open {
    session: Session<Box<dyn Wire>>,
    /// Numbers of mails hold for as long as this does.
    validity: u32,
}

impl fmt::Debug for Imap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Imap").field("settings", &self.settings).finish_non_exhaustive()
    }
}

/// One command and its answer, in time; what went wrong in words.
async fn limited<T>(command: impl Future<Output = Result<T, ImapError>>) -> Result<T, String> {
    match timeout(COMMAND_TIMEOUT, command).await {
        Ok(Ok(answer)) => Ok(answer),
        Ok(Err(ImapError::No(said) | ImapError::Bad(said))) => Err(format!("it says no: {said}")),
        Ok(Err(error)) => Err(error.to_string()),
        Err(_) => Err("it did not answer in time".to_owned()),
    }
}

impl Imap {
    /// A mailbox with these settings; refuses those that cannot work. Does not speak to the server.
    pub fn new(settings: ImapSettings) -> Result<Self, ImapProblem> {
        if settings.host.trim().is_empty() {
            return Err(ImapProblem::NoHost);
        }
        if settings.tls == ImapTls::None && !is_this_machine(&settings.host) {
            return Err(ImapProblem::OpenNetwork(settings.host));
        }
        if settings.tls == ImapTls::Starttls && settings.port() == IMPLICIT_PORT {
            return Err(ImapProblem::ImplicitPort);
        }
        let (connector, credentials) = (settings.connector()?, settings.credentials()?);
        Ok(Self { settings, connector, credentials, open: None, round: None })
    }

    async fn connect(&self) -> Result<Open, ImapProblem> {
        let settings = &self.settings;
        let unreachable = |reason: String| settings.unreachable(reason);
        let io = |error: std::io::Error| {
            unreachable(match TlsTrouble::behind(&error) {
                Some(trouble) => trouble.sentence("imap", &settings.host, IMPLICIT_PORT),
                None => error.to_string(),
            })
        };
        let late = |_| unreachable("it did not answer in time".to_owned());
        let connecting = TcpStream::connect((settings.host.as_str(), settings.port()));
        let tcp = timeout(COMMAND_TIMEOUT, connecting).await.map_err(late)?.map_err(io)?;
        let wire: Box<dyn Wire> = match settings.tls {
            ImapTls::None => Box::new(tcp),
            ImapTls::Implicit => Box::new(self.protect(tcp).await?),
            ImapTls::Starttls => {
                let mut client = greeted(Client::new(tcp)).await.map_err(unreachable)?;
                let asked = limited(client.run_command_and_check_ok("STARTTLS", None)).await;
                let not_offered =
                    |_| unreachable(TlsTrouble::NotOffered.sentence("imap", &settings.host, IMPLICIT_PORT));
                asked.map_err(not_offered)?;
                Box::new(self.protect(client.into_inner()).await?)
            }
        };
        let client = match settings.tls {
            ImapTls::Starttls => Client::new(wire),
            ImapTls::Implicit | ImapTls::None => greeted(Client::new(wire)).await.map_err(unreachable)?,
        };
        let mut session = self.sign_in(client).await?;
        let selected = limited(session.select(&settings.folder)).await;
        let selected =
            selected.map_err(|reason| unreachable(format!("the folder {}: {reason}", settings.folder)))?;
        Ok(Open { session, validity: selected.uid_validity.unwrap_or_default() })
    }

    async fn sign_in(&self, client: Client<Box<dyn Wire>>) -> Result<Session<Box<dyn Wire>>, ImapProblem> {
        let name = &self.settings.username;
        let signed_in = match &self.credentials {
            Credentials::Password(password) => {
                limited(async { client.login(name, password).await.map_err(|(error, _)| error) }).await
            }
            Credentials::Tokens(tokens) => {
                let bearer = Bearer::new(name, &tokens.token().await?);
                let asked = client.authenticate("XOAUTH2", bearer);
                limited(async { asked.await.map_err(|(error, _)| error) }).await
            }
        };
        signed_in.map_err(|reason| self.settings.unreachable(reason))
    }

    async fn protect(
        &self,
        tcp: TcpStream,
    ) -> Result<tokio_rustls::client::TlsStream<TcpStream>, ImapProblem> {
        let host = &self.settings.host;
        let name = ServerName::try_from(host.clone()).map_err(|error| ImapProblem::Tls(error.to_string()))?;
        let shaken = timeout(COMMAND_TIMEOUT, self.connector.connect(name, tcp)).await;
        let shaken = shaken.map_err(|_| self.settings.unreachable("it did not answer in time".to_owned()))?;
        shaken.map_err(|error| {
            let trouble = TlsTrouble::behind(&error).unwrap_or(TlsTrouble::Handshake);
            self.settings.unreachable(trouble.sentence("imap", host, IMPLICIT_PORT))
        })
    }

    /// The connection of this round, made anew when it was lost.
    async fn opened(&mut self) -> Result<&mut Open, ImapProblem> {
        let open = match self.open.take() {
            Some(open) => open,
            None => self.connect().await?,
        };
        Ok(self.open.insert(open))
    }

    async fn list(&mut self) -> Result<VecDeque<u32>, ImapProblem> {
        // With a folder for what is done, all that lies in this one is new, whoever has looked at it.
        let new = if self.settings.done_folder.is_some() { "UNFLAGGED" } else { "UNSEEN UNFLAGGED" };
        let found = limited(self.opened().await?.session.uid_search(new)).await;
        let mut uids: Vec<u32> = found.map_err(|reason| self.lost(reason))?.into_iter().collect();
        uids.sort_unstable();
        uids.truncate(ROUND_MAX);
        Ok(uids.into())
    }

    /// Something failed: what comes next begins with a new connection.
    fn lost(&mut self, reason: String) -> ImapProblem {
        (self.open, self.round) = (None, None);
        self.settings.unreachable(reason)
    }

    /// What one attribute of a mail is; `None` when the mail is gone.
    async fn fetch<T>(
        &mut self,
        uid: u32,
        attribute: &str,
        read: impl Fn(&async_imap::types::Fetch) -> Option<T> + Send,
    ) -> Result<Option<T>, ImapProblem> {
        let session = &mut self.opened().await?.session;
        let fetching = async {
            let answers = session.uid_fetch(uid.to_string(), attribute).await?;
            let answers: Vec<_> = answers.try_collect().await?;
            let found = answers.iter().filter(|answer| answer.uid == Some(uid)).find_map(read);
            // The library takes a connection that ended for an answer that ended.
            if found.is_none() {
                session.noop().await?;
            }
            Ok(found)
        };
        limited(fetching).await.map_err(|reason| self.lost(reason))
    }

    async fn flag(&mut self, uid: u32, flag: &str) -> Result<(), ImapProblem> {
        let session = &mut self.opened().await?.session;
        let storing = async {
            let answers = session.uid_store(uid.to_string(), format!("+FLAGS.SILENT ({flag})")).await?;
            answers.try_collect::<Vec<_>>().await?;
            session.noop().await
        };
        limited(storing).await.map_err(|reason| self.lost(reason))
    }

    /// The number of a mail that was handed out, where numbers still mean what they meant then.
    async fn uid_of(&mut self, mail: &Fetched) -> Result<Option<u32>, ImapProblem> {
        let validity = self.opened().await?.validity;
        let (named, uid) = mail.name.split_once('-').unwrap_or_default();
        Ok((named == validity.to_string()).then(|| uid.parse().ok()).flatten())
    }
}

async fn greeted<T: Wire>(mut client: Client<T>) -> Result<Client<T>, String> {
    let greeting = async { Ok(client.read_response().await?) };
    match limited(greeting).await? {
        Some(_) => Ok(client),
        None => Err("it closed the connection".to_owned()),
    }
}

#[async_trait]
impl MailSource for Imap {
    async fn next(&mut self) -> Result<Option<Fetched>, SourceProblem> {
        let mut round = match self.round.take() {
            Some(round) => round,
            None => self.list().await?,
        };
        while let Some(uid) = round.pop_front() {
            let size = self.fetch(uid, "(UID RFC822.SIZE)", |answer| answer.size).await?;
            if size.is_some_and(|size| size as usize > MAIL_BYTES_MAX) {
                tracing::warn!(uid, size, "a mail is too large to be read and was flagged for a person");
                self.flag(uid, "\\Flagged").await?;
                continue;
            }
            let body = self.fetch(uid, "(UID BODY.PEEK[])", |answer| answer.body().map(<[u8]>::to_vec));
            if let Some(bytes) = body.await? {
                self.round = Some(round);
                let validity = self.opened().await?.validity;
                return Ok(Some(Fetched { name: format!("{validity}-{uid}"), bytes }));
            }
        }
        // Nobody is kept waiting between rounds: the next one begins with a connection of its own.
        if let Some(mut open) = self.open.take() {
            let _said_good_bye = limited(open.session.logout()).await;
        }
        Ok(None)
    }

    async fn committed(&mut self, mail: &Fetched) -> Result<(), SourceProblem> {
        let Some(uid) = self.uid_of(mail).await? else { return Ok(()) };
        self.flag(uid, "\\Seen").await?;
        if let Some(done) = self.settings.done_folder.clone() {
            let session = &mut self.opened().await?.session;
            let moved = limited(session.uid_mv(uid.to_string(), done)).await;
            moved.map_err(|reason| self.lost(reason))?;
        }
        Ok(())
    }

    async fn set_aside(&mut self, mail: &Fetched) -> Result<(), SourceProblem> {
        let Some(uid) = self.uid_of(mail).await? else { return Ok(()) };
        Ok(self.flag(uid, "\\Flagged").await?)
    }
}
