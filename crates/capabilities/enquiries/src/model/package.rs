//! A case's way into the municipality's archive: one package per end. Pure.

use chrono::{DateTime, Duration, Utc};
use kernel::CaseId;

use super::{Case, PackageId};

/// The first wait after an attempt in vain, and the longest; each is twice the one before.
const FIRST_WAIT: Duration = Duration::minutes(1);
const LONGEST_WAIT: Duration = Duration::hours(6);
/// How often it is looked for a receipt that the archive leaves in the folder.
const RECEIPT_WAIT: Duration = Duration::minutes(5);
/// The longest part of a file's own name that is kept, in characters.
const NAME_CHARS_MAX: usize = 100;

/// How far a package is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PackageState {
    /// It is on its way, or is tried again.
    Waiting,
    /// The archive has it.
    Received,
    /// The archive said no: a person must look.
    Refused,
    /// Not sent: someone said meanwhile where the case is kept, took it up again, or it was erased.
    SetAside,
}

impl PackageState {
    const ALL: [Self; 4] = [Self::Waiting, Self::Received, Self::Refused, Self::SetAside];

    /// The stored form.
    pub const fn text(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Received => "received",
            Self::Refused => "refused",
            Self::SetAside => "set-aside",
        }
    }

    /// Reads the stored form.
    pub fn from_text(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.text() == text)
    }
}

/// A case as it goes into the archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Package {
    /// Its id: the archive keeps what has the same one once.
    pub id: PackageId,
    /// The case.
    pub case: CaseId,
    /// Which one of the case's, from 1.
    pub version: i32,
    /// The one that the archive has already, where the case was taken up again after it.
    pub previous: Option<PackageId>,
    /// Since when it is to go.
    pub queued_at: DateTime<Utc>,
    /// How far it is.
    pub state: PackageState,
    /// Attempts in vain.
    pub attempts: i32,
    /// When it is tried next.
    pub next_at: DateTime<Utc>,
    /// When it was last tried.
    pub tried_at: Option<DateTime<Utc>>,
    /// The first words of what the archive last answered, where that was not a receipt.
    pub said: String,
    /// SHA-256 of what the archive has, in hexadecimal.
    pub sha256: Option<String>,
    /// The case's number in the archive.
    pub receipt: Option<String>,
}

impl Package {
    /// The next package of a case, after these.
    pub fn next_of(case: &Case, id: PackageId, before: &[Self], now: DateTime<Utc>) -> Self {
        let received = before.iter().filter(|one| one.state == PackageState::Received);
        Self {
            id,
            case: case.id,
            version: before.iter().map(|one| one.version).max().unwrap_or(0) + 1,
            previous: received.max_by_key(|one| one.version).map(|one| one.id),
            queued_at: now,
            state: PackageState::Waiting,
            attempts: 0,
            next_at: now,
            tried_at: None,
            said: String::new(),
            sha256: None,
            receipt: None,
        }
    }

    /// Its file name.
    pub fn name(&self, case: &Case) -> String {
        format!("samspil-{}-v{}-{}.zip", case.number, self.version, self.id)
    }

    /// The archive has it.
    #[must_use]
    pub fn received(self, receipt: String, sha256: String, now: DateTime<Utc>) -> Self {
        Self {
            state: PackageState::Received,
            receipt: Some(receipt),
            sha256: Some(sha256),
            said: String::new(),
            tried_at: Some(now),
            ..self
        }
    }

    /// The archive said no.
    #[must_use]
    pub fn refused(self, said: String, now: DateTime<Utc>) -> Self {
        let attempts = self.attempts.saturating_add(1);
        Self { state: PackageState::Refused, said, attempts, tried_at: Some(now), ..self }
    }

    /// It did not arrive, and is tried again: after longer each time, and without end, for a case that is owed to the archive
    /// is not given up.
    #[must_use]
    pub fn missed(self, said: String, now: DateTime<Utc>) -> Self {
        let doublings = u32::try_from(self.attempts).unwrap_or(0).min(16);
        let wait = (FIRST_WAIT * 2_i32.saturating_pow(doublings)).min(LONGEST_WAIT);
        let attempts = self.attempts.saturating_add(1);
        Self { said, attempts, next_at: now + wait, tried_at: Some(now), ..self }
    }

    /// It lies there, and the archive has not said yet that it has it.
    #[must_use]
    pub fn lies_there(self, now: DateTime<Utc>) -> Self {
        Self { said: String::new(), next_at: now + RECEIPT_WAIT, tried_at: Some(now), ..self }
    }

    /// It is not sent.
    #[must_use]
    pub fn set_aside(self) -> Self {
        Self { state: PackageState::SetAside, said: String::new(), ..self }
    }

    /// One of us sends it once more.
    #[must_use]
    pub fn again(self, now: DateTime<Utc>) -> Self {
        Self { state: PackageState::Waiting, attempts: 0, next_at: now, ..self }
    }
}

/// A file's name as any system takes it: letters, digits, `-`, `_`, `.` and spaces, behind its number in the package.
pub fn safe_name(number: usize, name: &str) -> String {
    let kept = |c: char| if c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | ' ') { c } else { '_' };
    let safe: String = name.chars().map(kept).collect();
    let safe = safe.trim_matches([' ', '.']);
    let count = safe.chars().count();
    // What the name ends with says what the file is.
    let safe: String = safe.chars().skip(count.saturating_sub(NAME_CHARS_MAX)).collect();
    format!("{number:02}-{}", if safe.is_empty() { "fil" } else { &safe })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_s_name_leads_nowhere_and_keeps_its_ending() {
        for (name, safe) in [
            ("Tegning af facade.pdf", "01-Tegning af facade.pdf"),
            ("../../etc/passwd", "01-_.._etc_passwd"),
            ("C:\\CON", "01-C__CON"),
            ("blåbærgrød.png", "01-blåbærgrød.png"),
            ("...", "01-fil"),
            ("a\r\nb.txt. ", "01-a__b.txt"),
        ] {
            assert_eq!(safe_name(1, name), safe, "{name}");
        }
        let long = safe_name(12, &format!("{}.pdf", "x".repeat(300)));
        assert_eq!(
            (long.get(..4), long.rsplit('.').next(), long.chars().count()),
            (Some("12-x"), Some("pdf"), 103)
        );
    }
}
