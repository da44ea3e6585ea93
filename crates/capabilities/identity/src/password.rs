//! Passwords: argon2id with the parameters that OWASP advises, on threads of their own, a few at a time.
//!
//! Never inside a transaction: one hash takes longer than a write may.

use std::sync::OnceLock;

use argon2::{Argon2, PasswordHasher, PasswordVerifier, password_hash::phc::PasswordHash};
use kernel::{Failure, Ids};
use tokio::sync::Semaphore;

/// Hashes computed at once. Each takes 19 MiB and a processor: more would be a way to stop the server.
const AT_ONCE_MAX: usize = 2;
/// Salt, in bytes (RFC 9106 3.1).
const SALT_BYTES: usize = 16;

static AT_ONCE: Semaphore = Semaphore::const_new(AT_ONCE_MAX);

/// The PHC string of a password: argon2id, m = 19 MiB, t = 2, p = 1, which are the crate's defaults and OWASP's
/// (Password Storage Cheat Sheet).
pub async fn hash<R>(ids: &Ids, password: String) -> Result<String, Failure<R>> {
    let mut salt = [0_u8; SALT_BYTES];
    ids.fill(&mut salt);
    let hashed = run(move || {
        let hash: Result<PasswordHash, _> =
            Argon2::default().hash_password_with_salt(password.as_bytes(), &salt);
        hash.map(|hash| hash.to_string()).map_err(|error| error.to_string())
    });
    hashed.await?.map_err(Failure::internal)
}

/// Whether the password is the one that was hashed. Where there is no hash, another is computed and the answer is no: a
/// stranger cannot tell by the time who works here.
pub async fn matches<R>(password: String, hash: Option<String>) -> Result<bool, Failure<R>> {
    run(move || {
        let known = hash.is_some();
        let hash = hash.as_deref().unwrap_or_else(|| nobodys_hash());
        let verified = Argon2::default().verify_password(password.as_bytes(), hash).is_ok();
        known && verified
    })
    .await
}

/// A hash of the same cost that no password of ours gives.
fn nobodys_hash() -> &'static str {
    static HASH: OnceLock<String> = OnceLock::new();
    HASH.get_or_init(|| {
        let hash: Result<PasswordHash, _> =
            Argon2::default().hash_password_with_salt(b"nobody", &[0; SALT_BYTES]);
        hash.map(|hash| hash.to_string()).unwrap_or_default()
    })
}

async fn run<T: Send + 'static, R>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, Failure<R>> {
    let _permit = AT_ONCE.acquire().await.map_err(Failure::internal)?;
    tokio::task::spawn_blocking(work).await.map_err(Failure::internal)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_password_matches_its_own_hash_and_no_other() {
        let ids = Ids::seeded(1);
        let hash = hash::<()>(&ids, "rugbrød med sild".into()).await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert!(matches::<()>("rugbrød med sild".into(), Some(hash.clone())).await.unwrap());
        assert!(!matches::<()>("rugbrød med ost".into(), Some(hash)).await.unwrap());
    }

    #[tokio::test]
    async fn nobodys_hash_is_of_the_same_cost_and_lets_nobody_in() {
        assert!(nobodys_hash().starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        assert!(!matches::<()>("nobody".into(), None).await.unwrap());
    }
}
