//! What an operator says of the edge: who stands before the program, who may ask machines' questions, and what it takes to
//! sign in.

use std::path::PathBuf;

use ipnet::IpNet;
use serde::{Deserialize, Deserializer, de};
use web::{ForwardHeader, Proxies, parse_proxy};

use super::ConfigurationError;

/// A token that can be guessed is none: 16 letters at least.
const TOKEN_LETTERS_MIN: usize = 16;

/// `[proxy]`: who is trusted to say whose requests they pass on.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ProxySettings {
    /// Addresses and networks.
    #[serde(deserialize_with = "networks")]
    trusted: Vec<IpNet>,
    /// The header that they write.
    header: ForwardHeader,
}

impl ProxySettings {
    /// These, and those of the command line.
    pub fn proxies(&self, more: &[IpNet]) -> Proxies {
        Proxies::new([&self.trusted, more].concat(), self.header)
    }
}

fn networks<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<IpNet>, D::Error> {
    let texts = Vec::<String>::deserialize(deserializer)?;
    texts.iter().map(|text| parse_proxy(text)).collect::<Result<_, _>>().map_err(de::Error::custom)
}

/// `[metrics]`: who may ask `/metrics`, beside this machine.
#[derive(Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct MetricsSettings {
    /// What the asker shows as `Authorization: Bearer`. Better in a file.
    token: Option<String>,
    /// A file that holds the token and nothing else.
    token_file: Option<PathBuf>,
}

impl std::fmt::Debug for MetricsSettings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MetricsSettings").field("token_file", &self.token_file).finish_non_exhaustive()
    }
}

impl MetricsSettings {
    /// The token; that of the environment stands before that of the file.
    pub fn token(&self, environment: Option<String>) -> Result<Option<String>, ConfigurationError> {
        let wrong = |what: String| Err(ConfigurationError::Together(what));
        let token = match (environment, &self.token, &self.token_file) {
            (Some(token), _, _) => token,
            (None, Some(_), Some(_)) => {
                return wrong("metrics: give either token or token_file, not both".to_owned());
            }
            (None, Some(token), None) => token.clone(),
            (None, None, Some(path)) => match std::fs::read_to_string(path) {
                Ok(text) => text.trim().to_owned(),
                Err(error) => return wrong(format!("metrics: cannot read {}: {error}", path.display())),
            },
            (None, None, None) => return Ok(None),
        };
        if token.len() < TOKEN_LETTERS_MIN || !token.bytes().all(|b| b.is_ascii_graphic()) {
            return wrong(format!(
                "metrics: a token has at least {TOKEN_LETTERS_MIN} letters and digits and no space, for example what `openssl rand -hex 32` prints"
            ));
        }
        Ok(Some(token))
    }
}

/// `[identity]`: what it takes to sign in.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct IdentitySettings {
    /// Whether a password is enough.
    pub second_step: SecondStep,
}

/// Whether a password is enough for those who may open what companies wrote, or give rights.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SecondStep {
    /// They set up a code from their telephone before they can do anything.
    #[default]
    Demanded,
    /// Everyone may, nobody must: where another door stands before this one.
    Offered,
}
