//! Signing in: sessions, links, passwords, the second step.

use std::collections::BTreeSet;

use chrono::{DateTime, Duration, Utc};
use kernel::{Actor, ContactId, PersonId, Refusal};

use super::{AccountId, LinkId, Person, SessionId};

/// The second step at sign-in: a code from the person's own telephone (RFC 6238).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SecondStep {
    /// None yet. The number is the version of the next secret.
    Off {
        /// How many secrets there have been.
        version: i64,
    },
    /// A code is asked for.
    On {
        /// Which secret: an old one opens nothing.
        version: i64,
        /// The time step of the last code taken, so that a code works once.
        last_step: i64,
        /// What opens instead when the telephone is lost.
        recovery: Recovery,
    },
}

/// The recovery codes of a second step: each works once, when the telephone is lost.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Recovery {
    /// Which set: new ones end the old.
    pub version: i64,
    /// Which of them were used: bit `n` for code `n`.
    pub used: i64,
}

/// How many recovery codes one gets at a time.
pub const RECOVERY_CODES: u8 = 10;

impl Recovery {
    /// How many are left.
    pub fn left(self) -> i32 {
        (0..RECOVERY_CODES).map(|number| i32::from(!self.is_used(number))).sum()
    }

    /// Whether this one was used.
    pub const fn is_used(self, number: u8) -> bool {
        (self.used >> number) & 1 == 1
    }

    /// This with one more used.
    #[must_use]
    pub const fn using(self, number: u8) -> Self {
        Self { used: self.used | (1 << number), ..self }
    }

    /// New ones, none of them used.
    #[must_use]
    pub const fn renewed(self) -> Self {
        Self { version: self.version + 1, used: 0 }
    }
}

impl SecondStep {
    /// Whether a code is asked for.
    pub const fn is_on(self) -> bool {
        matches!(self, Self::On { .. })
    }
}

/// A sign-in that has not ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Which: shown in lists. The secret in the cookie is another.
    pub id: SessionId,
    /// Whose.
    pub actor: Actor,
    /// When it began.
    pub created_at: DateTime<Utc>,
    /// When it was last used, to [`SESSION_TOUCH`].
    pub last_seen_at: DateTime<Utc>,
    /// When it was ended by hand.
    pub revoked_at: Option<DateTime<Utc>>,
    /// Whether more than a password was asked for elsewhere, before it began.
    pub second_step_elsewhere: bool,
    /// How it stands with the provider that it began by, if any.
    pub provider: Option<ByProvider>,
    /// For which companies it may stand, as stored; in what is handed out to a person.
    pub companies: Option<String>,
}

/// How a session stands with the provider that it began by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ByProvider {
    /// When the provider was last asked whether the person may still come in.
    pub checked_at: DateTime<Utc>,
    /// When it last said yes.
    pub confirmed_at: DateTime<Utc>,
}

/// A provider is asked so often, while a session is used, whether the person may still come in.
pub const SESSION_CHECK: Duration = Duration::minutes(5);
/// A session that its provider has not confirmed for so long has ended: it gives no way of asking, or does not answer. A day
/// at work.
pub const SESSION_UNCONFIRMED_MAX: Duration = Duration::hours(8);

/// A session that was not used for so long has ended: a day at work, with lunch.
pub const SESSION_IDLE_MAX: Duration = Duration::hours(12);
/// A session ends after this, however much it is used.
pub const SESSION_AGE_MAX: Duration = Duration::days(7);
/// That a session was used is noted at most this often: a page costs no write.
pub const SESSION_TOUCH: Duration = Duration::minutes(10);

impl Session {
    /// Whether it opens anything.
    pub fn is_open(&self, now: DateTime<Utc>) -> bool {
        self.revoked_at.is_none()
            && now - self.last_seen_at < SESSION_IDLE_MAX
            && now - self.created_at < SESSION_AGE_MAX
            && self.provider.is_none_or(|by| now - by.confirmed_at < SESSION_UNCONFIRMED_MAX)
    }

    /// Whether it is time to ask its provider, and since when it was.
    pub fn wants_check(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        self.provider.map(|by| by.checked_at).filter(|checked| now - *checked >= SESSION_CHECK)
    }

    /// Whether it is time to note that it was used.
    pub fn wants_touch(&self, now: DateTime<Utc>) -> bool {
        now - self.last_seen_at >= SESSION_TOUCH
    }
}

/// What a secret that we sent is good for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// A new person chooses a password.
    Invitation,
    /// A person chooses a new password.
    NewPassword,
    /// A company's contact signs in.
    SignIn,
    /// The password was right; the code from the telephone is still to come.
    SecondStep,
}

impl Purpose {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Invitation, Self::NewPassword, Self::SignIn, Self::SecondStep];

    /// As stored.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Invitation => "invitation",
            Self::NewPassword => "new-password",
            Self::SignIn => "sign-in",
            Self::SecondStep => "second-step",
        }
    }

    /// Reads what is stored.
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|purpose| purpose.id() == id)
    }

    /// How long it is good.
    pub const fn lifetime(self) -> Duration {
        match self {
            Self::Invitation => Duration::days(7),
            Self::NewPassword => Duration::hours(1),
            Self::SignIn => Duration::minutes(15),
            Self::SecondStep => Duration::minutes(10),
        }
    }
}

/// For whom a secret is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holder {
    /// A person of the municipality.
    Person(PersonId),
    /// A company's contact.
    Contact(ContactId),
}

/// A secret that we sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// Which.
    pub id: LinkId,
    /// What it is good for.
    pub purpose: Purpose,
    /// For whom.
    pub holder: Holder,
    /// Until when.
    pub expires_at: DateTime<Utc>,
    /// When it was used: it works once.
    pub used_at: Option<DateTime<Utc>>,
    /// By which account of a provider somebody came whose second step it is.
    pub account: Option<AccountId>,
}

impl Link {
    /// A new one.
    pub fn new(id: LinkId, purpose: Purpose, holder: Holder, now: DateTime<Utc>) -> Self {
        Self { id, purpose, holder, expires_at: now + purpose.lifetime(), used_at: None, account: None }
    }

    /// Whether it still works.
    pub fn check(&self, now: DateTime<Utc>) -> Result<(), LinkRefusal> {
        if self.used_at.is_some() {
            return Err(LinkRefusal::Used);
        }
        if now < self.expires_at { Ok(()) } else { Err(LinkRefusal::Expired) }
    }
}

/// Why a link does not open. Whoever holds the secret of a link may know what became of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LinkRefusal {
    /// Never ours, forgotten long ago, or of someone who has left.
    #[error("identity-link-unknown")]
    Unknown,
    /// It was used, or a newer one has replaced it.
    #[error("identity-link-used")]
    Used,
    /// Too old.
    #[error("identity-link-expired")]
    Expired,
    /// The password that was chosen will not do.
    #[error("{0}")]
    Password(PasswordRefusal),
}
impl Refusal for LinkRefusal {}

/// Why a person cannot sign in. One word for all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SignInRefusal {
    /// No such person, or another password, or none chosen yet, or a leaver.
    #[error("identity-sign-in-refused")]
    NoMatch,
    /// The code is wrong, old, or was used before.
    #[error("identity-code-refused")]
    Code,
    /// The second step took too long, or the code was given already.
    #[error("identity-step-spent")]
    Spent,
}
impl Refusal for SignInRefusal {}

/// Why a password will not do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PasswordRefusal {
    /// Shorter than [`PASSWORD_CHARS_MIN`].
    #[error("identity-password-short")]
    TooShort,
    /// Longer than [`PASSWORD_BYTES_MAX`].
    #[error("identity-password-long")]
    TooLong,
    /// Among the first that anyone would try.
    #[error("identity-password-guessable")]
    Guessable,
    /// The repetition says something else.
    #[error("identity-password-differs")]
    Differs,
}
impl Refusal for PasswordRefusal {}

/// The shortest password, in characters. Length and nothing else: NIST SP 800-63B 3.1.1 advises against rules on
/// composition.
pub const PASSWORD_CHARS_MIN: usize = 12;
/// The longest password, in bytes: more is an attack on the hash.
pub const PASSWORD_BYTES_MAX: usize = 256;

/// Fragments of which a guessable password is made.
const GUESSABLE: [&str; 16] = [
    "password",
    "kodeord",
    "adgangskode",
    "hemmelig",
    "kommune",
    "samspil",
    "qwerty",
    "abcdef",
    "sommer",
    "vinter",
    "efterår",
    "forår",
    "velkommen",
    "welcome",
    "letmein",
    "admin",
];

/// Whether a password will do for the person.
pub fn check_password(password: &str, person: &Person) -> Result<(), PasswordRefusal> {
    if password.len() > PASSWORD_BYTES_MAX {
        return Err(PasswordRefusal::TooLong);
    }
    if password.chars().count() < PASSWORD_CHARS_MIN {
        return Err(PasswordRefusal::TooShort);
    }
    // What is left when the guessable parts and all digits are taken away must still be something.
    let mut rest = password.to_lowercase();
    let name = person.name.to_lowercase();
    let email = person.email.to_key();
    let own = name.split_whitespace().chain(email.split(['@', '.']));
    for part in own.filter(|part| part.chars().count() > 2).chain(GUESSABLE) {
        rest = rest.replace(part, "");
    }
    let letters: BTreeSet<char> =
        rest.chars().filter(|c| !c.is_ascii_digit() && !c.is_whitespace()).collect();
    if letters.len() < 4 { Err(PasswordRefusal::Guessable) } else { Ok(()) }
}
