//! The address that a mail of ours is answered at: it names the message, and nobody else can make one.
//!
//! `svar+` message `+` seal `@kommune.dk`: 26 letters for the message's id, 16 for 80 bits of an HMAC over municipality and
//! message. Mail servers change the case of addresses, so letters count in any.

use data_encoding::BASE32_NOPAD;
use hmac::{Hmac, KeyInit, Mac};
use kernel::{Email, MessageId, TenantId};
use sha2::Sha256;
use uuid::Uuid;

/// Letters of the id and of the seal.
const ID_CHARS: usize = 26;
const SEAL_CHARS: usize = 16;
const SEAL_BYTES: usize = 10;
/// RFC 5321 4.5.3.1.1: the part before `@`.
const NAME_BYTES_MAX: usize = 64;

/// The key under which addresses are sealed.
#[derive(Clone)]
pub struct ReplyKeys(Hmac<Sha256>);

impl std::fmt::Debug for ReplyKeys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ReplyKeys(..)")
    }
}

/// The configured address leaves no room for a message's name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "the part of {0} before the @ is too long: answers need 43 characters behind it, and 64 is all there is; use one of at most 21"
)]
pub struct ReplyAddressTooLong(pub Email);

impl ReplyKeys {
    /// Keys from a secret. The program takes it from the installation's own: `keys.mac("mail-reply", b"")`.
    pub fn new(secret: &[u8]) -> Self {
        Self(Hmac::new_from_slice(secret).unwrap_or_else(|_| unreachable!("HMAC takes a key of any length")))
    }

    /// Whether addresses can be made of this one. Asked when the program starts.
    pub fn fits(at: &Email) -> Result<(), ReplyAddressTooLong> {
        let name = at.as_str().split('@').next().unwrap_or_default();
        let is_room = name.len() + 1 + ID_CHARS + SEAL_CHARS <= NAME_BYTES_MAX;
        is_room.then_some(()).ok_or_else(|| ReplyAddressTooLong(at.clone()))
    }

    /// The address that this message is answered at. Where there is no room for it, the configured one: then the thread
    /// tells which message is meant.
    pub fn address(&self, at: &Email, tenant: TenantId, message: MessageId) -> Email {
        let Some((name, domain)) = at.as_str().split_once('@') else { return at.clone() };
        let sealed = self.sealed(tenant, message).finalize().into_bytes();
        let seal = BASE32_NOPAD.encode(sealed.get(..SEAL_BYTES).unwrap_or_default());
        let id = BASE32_NOPAD.encode(message.uuid().as_bytes());
        let own = format!("{name}+{}@{domain}", format!("{id}{seal}").to_ascii_lowercase());
        own.parse().unwrap_or_else(|_| at.clone())
    }

    /// The message that an address of ours names. `None` for all others, for those of another municipality, and for those
    /// that somebody else has made.
    pub fn message(&self, address: &Email, tenant: TenantId) -> Option<MessageId> {
        let (name, _) = address.as_str().split_once('@')?;
        let (_, token) = name.rsplit_once('+')?;
        let token = token.to_ascii_uppercase();
        if token.len() != ID_CHARS + SEAL_CHARS {
            return None;
        }
        let (id, seal) = token.split_at_checked(ID_CHARS)?;
        let id = Uuid::from_slice(&BASE32_NOPAD.decode(id.as_bytes()).ok()?).ok()?;
        let seal = BASE32_NOPAD.decode(seal.as_bytes()).ok()?;
        // In the same time whatever is wrong about it.
        let sealed = self.sealed(tenant, id.into()).verify_truncated_left(&seal);
        sealed.is_ok().then(|| id.into())
    }

    fn sealed(&self, tenant: TenantId, message: MessageId) -> Hmac<Sha256> {
        let mut mac = self.0.clone();
        mac.update(&tenant.code().to_be_bytes());
        mac.update(message.uuid().as_bytes());
        mac
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const HERE: TenantId = TenantId::new(165);
    const ELSEWHERE: TenantId = TenantId::new(101);

    fn keys() -> ReplyKeys {
        ReplyKeys::new(b"a secret of the installation")
    }
    fn at() -> Email {
        "erhvervsservice.svar@kommune.example".parse().unwrap()
    }
    fn message() -> MessageId {
        "018f6e2a-7b1c-7def-8123-456789abcdef".parse().unwrap()
    }

    #[test]
    fn an_answer_finds_its_message_in_any_case() {
        let address = keys().address(&at(), HERE, message());
        let (name, domain) = address.as_str().split_once('@').unwrap();
        assert!(name.len() <= 64 && name.starts_with("erhvervsservice.svar+"), "{address}");
        assert_eq!(domain, "kommune.example");
        for spelt in [address.to_string(), address.to_string().to_uppercase()] {
            assert_eq!(keys().message(&spelt.parse().unwrap(), HERE), Some(message()), "{spelt}");
        }
    }

    #[test]
    fn nobody_else_can_make_one_and_none_counts_in_another_municipality() {
        let address = keys().address(&at(), HERE, message());
        assert_eq!(keys().message(&address, ELSEWHERE), None);
        assert_eq!(ReplyKeys::new(b"another secret").message(&address, HERE), None);
        let other: MessageId = "018f6e2a-7b1c-7def-8123-456789abcdee".parse().unwrap();
        let (own, another) = (address.to_string(), keys().address(&at(), HERE, other).to_string());
        let token = own.rfind('+').unwrap() + 1;
        let forged = format!("{}{}", &own[..token + ID_CHARS], &another[token + ID_CHARS..]);
        assert_ne!(forged, own);
        assert_eq!(keys().message(&forged.parse().unwrap(), HERE), None);
    }

    #[test]
    fn an_address_without_a_name_of_a_message_names_none() {
        for other in ["svar@kommune.example", "svar+nyt@kommune.example", "svar+@kommune.example"] {
            let parsed: Result<Email, _> = other.parse();
            assert_eq!(parsed.ok().and_then(|email| keys().message(&email, HERE)), None, "{other}");
        }
    }

    #[test]
    fn an_address_that_leaves_no_room_is_refused_at_the_start_and_used_as_it_is() {
        let long: Email = "erhvervsservice.svarpost@kommune.example".parse().unwrap();
        assert!(ReplyKeys::fits(&at()).is_ok());
        assert!(ReplyKeys::fits(&long).unwrap_err().to_string().contains("at most 21"));
        assert_eq!(keys().address(&long, HERE, message()), long);
    }

    proptest! {
        #[test]
        fn no_guess_opens_a_message(name in "[a-z2-7]{42}") {
            let guessed = format!("svar+{name}@kommune.example").parse().unwrap();
            prop_assert_eq!(keys().message(&guessed, HERE), None);
        }
    }
}
