//! The installation's secret, and what follows from it: links that need not be stored, form tokens, the signing key.

use std::{fmt, fs, io, path::Path};

use data_encoding::BASE32_NOPAD;
use ed25519_dalek::SigningKey;
use hmac::{Hmac, KeyInit, Mac};
use kernel::Ids;
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// The installation's secret: 32 random bytes in the data directory, made at the first start.
#[derive(Clone)]
pub struct Keys([u8; 32]);

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Keys(..)")
    }
}

/// A secret that opens something: 128 bits, written in 26 lower-case letters and digits.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

/// What is stored of a [`Token`]: its SHA-256, in hexadecimal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenHash(pub String);

const TOKEN_BYTES: usize = 16;
const TOKEN_CHARS: usize = 26;

impl Token {
    /// A new random token.
    pub fn random(ids: &Ids) -> Self {
        let mut bytes = [0_u8; TOKEN_BYTES];
        ids.fill(&mut bytes);
        Self::from_bytes(&bytes)
    }

    fn from_bytes(bytes: &[u8]) -> Self {
        Self(BASE32_NOPAD.encode(bytes).to_ascii_lowercase())
    }

    /// Reads a token from a link. Anything of another shape is `None`.
    pub fn parse(text: &str) -> Option<Self> {
        let shaped =
            text.len() == TOKEN_CHARS && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
        shaped.then(|| Self(text.to_owned()))
    }

    /// The text that goes into a link.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What is stored.
    pub fn hash(&self) -> TokenHash {
        TokenHash(hex::encode(Sha256::digest(self.0.as_bytes())))
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(..)")
    }
}

impl Keys {
    /// Reads the secret from `path`, or makes it there, readable by its owner only.
    pub fn load_or_create(path: &Path, ids: &Ids) -> io::Result<Self> {
        match fs::read_to_string(path) {
            Ok(text) => {
                let bytes = hex::decode(text.trim()).ok().and_then(|bytes| bytes.try_into().ok());
                bytes
                    .map(Self)
                    .ok_or_else(|| io::Error::other("the key file must hold 64 hexadecimal digits"))
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let mut bytes = [0_u8; 32];
                ids.fill(&mut bytes);
                write_private(path, hex::encode(bytes).as_bytes())?;
                Ok(Self(bytes))
            }
            Err(error) => Err(error),
        }
    }

    /// The token of a thing: the same for the same purpose, id and version, unguessable without the secret.
    /// Raising the version revokes every link given out before.
    pub fn token(&self, purpose: &str, id: Uuid, version: i64) -> Token {
        let mut message = id.as_bytes().to_vec();
        message.extend(version.to_be_bytes());
        let tag = self.mac(purpose, &message);
        Token::from_bytes(tag.get(..TOKEN_BYTES).unwrap_or_default())
    }

    /// A MAC over `message` that is good for `purpose` only.
    pub fn mac(&self, purpose: &str, message: &[u8]) -> [u8; 32] {
        let mut mac = hmac(&self.0);
        mac.update(purpose.as_bytes());
        mac.update(&[0]);
        mac.update(message);
        mac.finalize().into_bytes().into()
    }

    /// The key that signs the journal's daily root.
    pub fn signing_key(&self) -> SigningKey {
        SigningKey::from_bytes(&self.mac("journal-root", b""))
    }
}

/// A line's HMAC of an erasable text under the row's salt, in hexadecimal: proves what the text was, until it is erased.
pub fn fingerprint(salt: &[u8], text: &str) -> String {
    let mut mac = hmac(salt);
    mac.update(text.as_bytes());
    hex::encode(mac.finalize().into_bytes())
}

fn hmac(key: &[u8]) -> Hmac<Sha256> {
    Hmac::new_from_slice(key).unwrap_or_else(|_| unreachable!("HMAC takes a key of any length"))
}

#[cfg(unix)]
fn write_private(path: &Path, bytes: &[u8]) -> io::Result<()> {
    use std::{io::Write, os::unix::fs::OpenOptionsExt};
    let mut file = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

#[cfg(not(unix))]
fn write_private(path: &Path, bytes: &[u8]) -> io::Result<()> {
    fs::write(path, bytes)
}
