//! What a provider gave for later, as it is kept: sealed under the installation's key, so that a copy of the database opens
//! nothing at the provider.

use kernel::Ids;
use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use serde::{Deserialize, Serialize};
use storage::Keys;
use uuid::Uuid;

/// What a provider gave.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Tokens {
    /// Says at sign-out whose sign-in is to end there; none where it holds what is not kept here.
    pub(crate) id_token: Option<String>,
    /// Asks whether somebody may still come in; none where the provider gives none.
    pub(crate) refresh: Option<String>,
}

impl std::fmt::Debug for Tokens {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Tokens(..)")
    }
}

impl Tokens {
    /// Sealed for the row with this id. The nonce, random each time, stands before.
    pub(crate) fn seal(&self, keys: &Keys, ids: &Ids, row: Uuid) -> Vec<u8> {
        let mut nonce = [0_u8; NONCE_LEN];
        ids.fill(&mut nonce);
        let mut sealed =
            serde_json::to_vec(self).unwrap_or_else(|_| unreachable!("texts can be written down"));
        let done = key(keys, row).seal_in_place_append_tag(
            Nonce::assume_unique_for_key(nonce),
            Aad::empty(),
            &mut sealed,
        );
        done.unwrap_or_else(|_| unreachable!("no token is larger than what may be sealed"));
        [&nonce[..], &sealed].concat()
    }

    /// Opens what was sealed for the row; `None` when it was not, or under another key.
    pub(crate) fn open(keys: &Keys, row: Uuid, sealed: &[u8]) -> Option<Self> {
        let (nonce, sealed) = sealed.split_at_checked(NONCE_LEN)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
        let mut sealed = sealed.to_vec();
        let plain = key(keys, row).open_in_place(nonce, Aad::empty(), &mut sealed).ok()?;
        serde_json::from_slice(plain).ok()
    }
}

fn key(keys: &Keys, row: Uuid) -> LessSafeKey {
    let key = UnboundKey::new(&CHACHA20_POLY1305, &keys.mac("identity-provider-tokens", row.as_bytes()));
    LessSafeKey::new(key.unwrap_or_else(|_| unreachable!("a MAC is as long as the key")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sealed_tokens_open_for_their_own_row_alone_and_look_different_each_time() {
        let (keys, ids) = (testkit::keys(), Ids::seeded(1));
        let tokens = Tokens { id_token: Some("a.b.c".into()), refresh: Some("again".into()) };
        let (row, other) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let sealed = tokens.seal(&keys, &ids, row);
        assert_eq!(Tokens::open(&keys, row, &sealed), Some(tokens.clone()));
        assert_eq!(Tokens::open(&keys, other, &sealed), None);
        assert_ne!(tokens.seal(&keys, &ids, row), sealed);
        let mut broken = sealed;
        broken.truncate(20);
        assert_eq!(Tokens::open(&keys, row, &broken), None);
    }
}
