//! Where mail goes out, as an operator writes it down, and what is wrong with it in a sentence to act on.

use std::{fmt, path::PathBuf};

use kernel::Email;
use lettre::{
    AsyncSmtpTransport, Tokio1Executor,
    transport::smtp::{
        authentication::Credentials,
        client::{Certificate, Tls, TlsParameters},
        extension::ClientId,
    },
};
use serde::Deserialize;

/// How long the server may take for one command.
const COMMAND_TIMEOUT: std::time::Duration = std::time::Duration::from_secs(20);

/// How the connection is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SmtpTls {
    /// Begins in the open, then must turn to TLS. Port 587.
    #[default]
    Starttls,
    /// TLS from the first byte. Port 465.
    Implicit,
    /// In the open. Port 25, and only to this machine.
    None,
}

/// The mail server.
///
/// ```
/// let settings: outreach::SmtpSettings = toml::from_str(r#"
///     host = "smtp.kommune.example"
///     username = "samspil"
///     password_file = "/etc/samspil/smtp-password"
///     from = "erhverv@kommune.example"
///     from_name = "Erhvervsservice"
/// "#).unwrap();
/// assert_eq!(settings.tls, outreach::SmtpTls::Starttls);
/// ```
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SmtpSettings {
    /// Its name, as in its certificate.
    pub host: String,
    /// Its port; follows from `tls` when left out.
    pub port: Option<u16>,
    /// How the connection is protected.
    #[serde(default)]
    pub tls: SmtpTls,
    /// A certificate authority of your own, in PEM, beside the public ones.
    pub ca_file: Option<PathBuf>,
    /// Who signs in, where the server asks.
    pub username: Option<String>,
    /// The password. Better in a file.
    pub password: Option<String>,
    /// A file that holds the password and nothing else.
    pub password_file: Option<PathBuf>,
    /// The sender of every mail.
    pub from: Email,
    /// The sender's name.
    #[serde(default)]
    pub from_name: String,
    /// Where an answer goes, when not to the sender.
    pub reply_to: Option<Email>,
    /// What we call ourselves to the server; this machine's name when left out.
    pub hello_name: Option<String>,
}

impl fmt::Debug for SmtpSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SmtpSettings")
            .field("host", &self.host)
            .field("port", &self.port())
            .field("tls", &self.tls)
            .field("username", &self.username)
            .field("from", &self.from)
            .finish_non_exhaustive()
    }
}

/// Why the program does not start with these settings. Shown to the operator as it is.
#[derive(Debug, thiserror::Error)]
pub enum SmtpProblem {
    /// No server.
    #[error("smtp.host is empty: name the mail server, or leave out the whole section to send no mail")]
    NoHost,
    /// A name without a password, or the other way round.
    #[error("smtp: give both a username and a password (or password_file), or none of them")]
    HalfCredentials,
    /// Both ways at once.
    #[error("smtp: give either password or password_file, not both")]
    TwoPasswords,
    /// Passwords or personal data would cross the network for all to read.
    #[error(
        "smtp.tls = \"none\" is for a mail server on this machine only; {0} is another: use \"starttls\" or \"implicit\""
    )]
    OpenNetwork(String),
    /// The ports say one thing and `tls` another.
    #[error("smtp: port 465 speaks TLS from the first byte: set tls = \"implicit\", or use port 587")]
    ImplicitPort,
    /// A file cannot be read.
    #[error("smtp: cannot read {path}: {source}")]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The password file is empty.
    #[error("smtp: {0} holds no password")]
    EmptyPassword(PathBuf),
    /// No certificate, or a name that no certificate can have.
    #[error("smtp: TLS cannot be set up for this server: {0}")]
    Tls(lettre::transport::smtp::Error),
    /// The server did not answer as it should.
    #[error("smtp: the mail server {host} does not take mail from us: {reason}")]
    Unreachable {
        /// Which.
        host: String,
        /// What it said.
        reason: String,
    },
}

impl SmtpSettings {
    /// The port that is used.
    pub const fn port(&self) -> u16 {
        match (self.port, self.tls) {
            (Some(port), _) => port,
            (None, SmtpTls::Starttls) => 587,
            (None, SmtpTls::Implicit) => 465,
            (None, SmtpTls::None) => 25,
        }
    }

    /// Reads what the settings name and refuses what cannot be meant. Does not speak to the server.
    ///
    /// Each mail gets a connection of its own: the library's pool wants a runtime to be made and to be dropped in, and
    /// what a municipality sends in a day is no load.
    pub(crate) fn transport(&self) -> Result<AsyncSmtpTransport<Tokio1Executor>, SmtpProblem> {
        if self.host.trim().is_empty() {
            return Err(SmtpProblem::NoHost);
        }
        if self.tls == SmtpTls::None && !is_this_machine(&self.host) {
            return Err(SmtpProblem::OpenNetwork(self.host.clone()));
        }
        if self.tls == SmtpTls::Starttls && self.port() == 465 {
            return Err(SmtpProblem::ImplicitPort);
        }
        let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&self.host)
            .port(self.port())
            .timeout(Some(COMMAND_TIMEOUT))
            .tls(match self.tls {
                SmtpTls::None => Tls::None,
                SmtpTls::Starttls => Tls::Required(self.tls_parameters()?),
                SmtpTls::Implicit => Tls::Wrapper(self.tls_parameters()?),
            });
        if let Some(name) = &self.hello_name {
            builder = builder.hello_name(ClientId::Domain(name.clone()));
        }
        if let Some(credentials) = self.credentials()? {
            builder = builder.credentials(credentials);
        }
        Ok(builder.build())
    }

    fn tls_parameters(&self) -> Result<TlsParameters, SmtpProblem> {
        let mut builder = TlsParameters::builder(self.host.clone());
        if let Some(path) = &self.ca_file {
            let pem =
                std::fs::read(path).map_err(|source| SmtpProblem::File { path: path.clone(), source })?;
            builder = builder.add_root_certificate(Certificate::from_pem(&pem).map_err(SmtpProblem::Tls)?);
        }
        builder.build().map_err(SmtpProblem::Tls)
    }

    fn credentials(&self) -> Result<Option<Credentials>, SmtpProblem> {
        let password = match (&self.password, &self.password_file) {
            (Some(_), Some(_)) => return Err(SmtpProblem::TwoPasswords),
            (Some(password), None) => Some(password.clone()),
            (None, Some(path)) => {
                let read = std::fs::read_to_string(path);
                let text = read.map_err(|source| SmtpProblem::File { path: path.clone(), source })?;
                let password = text.trim_end_matches(['\r', '\n']).to_owned();
                if password.is_empty() {
                    return Err(SmtpProblem::EmptyPassword(path.clone()));
                }
                Some(password)
            }
            (None, None) => None,
        };
        match (self.username.clone(), password) {
            (Some(username), Some(password)) => Ok(Some(Credentials::new(username, password))),
            (None, None) => Ok(None),
            _ => Err(SmtpProblem::HalfCredentials),
        }
    }
}

pub(crate) fn is_this_machine(host: &str) -> bool {
    host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings() -> SmtpSettings {
        SmtpSettings {
            host: "smtp.kommune.example".into(),
            port: None,
            tls: SmtpTls::Starttls,
            ca_file: None,
            username: None,
            password: None,
            password_file: None,
            from: "erhverv@kommune.example".parse().unwrap(),
            from_name: "Erhvervsservice".into(),
            reply_to: None,
            hello_name: None,
        }
    }

    #[test]
    fn settings_that_cannot_be_meant_are_refused_with_a_sentence() {
        type Wrong = (fn(SmtpSettings) -> SmtpSettings, &'static str);
        let wrong: [Wrong; 7] = [
            (|s| SmtpSettings { host: " ".into(), ..s }, "smtp.host is empty"),
            (|s| SmtpSettings { tls: SmtpTls::None, ..s }, "on this machine only"),
            (|s| SmtpSettings { port: Some(465), ..s }, "port 465"),
            (|s| SmtpSettings { username: Some("samspil".into()), ..s }, "both a username and a password"),
            (|s| SmtpSettings { password: Some("hemmelig".into()), ..s }, "both a username and a password"),
            (
                |s| SmtpSettings { password_file: Some("/nowhere/at/all".into()), ..s },
                "cannot read /nowhere/at/all",
            ),
            (
                |s| SmtpSettings { password: Some("a".into()), password_file: Some("/b".into()), ..s },
                "not both",
            ),
        ];
        for (spoil, sentence) in wrong {
            let refused = spoil(settings()).transport().expect_err(sentence).to_string();
            assert!(refused.contains(sentence), "{refused}");
        }
        assert!(settings().transport().is_ok());
    }

    #[test]
    fn the_password_never_shows_in_a_log() {
        let settings = SmtpSettings { password: Some("hemmelig".into()), ..settings() };
        assert!(!format!("{settings:?}").contains("hemmelig"));
    }

    #[test]
    fn mail_in_the_open_goes_to_this_machine_only() {
        for host in ["localhost", "127.0.0.1", "::1"] {
            let settings = SmtpSettings { host: host.into(), tls: SmtpTls::None, ..settings() };
            assert!(settings.transport().is_ok(), "{host}");
        }
    }
}
