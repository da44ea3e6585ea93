//! Contacts of a company that someone here has confirmed, and how. Pure: no IO and no clock.
//!
//! Whoever writes a CVR number has only stated it. A person with the right may confirm that a contact speaks for the company;
//! it marks the contact on the company's page and opens nothing to the contact.

use chrono::{DateTime, Utc};
use kernel::{CvrNumber, Email, PersonId, Refusal};
use serde::{Deserialize, Serialize};

kernel::id!(
    /// A confirmation of a contact.
    ConfirmationId
);

/// How it was confirmed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Means {
    /// By calling the company's own number in the register.
    RegisterPhone,
    /// By writing to the company's own address in the register, and an answer from there.
    RegisterEmail,
    /// By meeting the person at the company.
    Visit,
    /// By a power of attorney, or the signature of whoever binds the company.
    Authority,
}

impl Means {
    /// All of them, in the order of the form.
    pub const ALL: [Self; 4] = [Self::RegisterPhone, Self::RegisterEmail, Self::Visit, Self::Authority];

    /// Its code: in forms, rows and message keys.
    pub const fn code(self) -> &'static str {
        match self {
            Self::RegisterPhone => "register-phone",
            Self::RegisterEmail => "register-email",
            Self::Visit => "visit",
            Self::Authority => "authority",
        }
    }

    /// The one with this code.
    pub fn of(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|means| means.code() == code)
    }
}

/// A contact that is confirmed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Confirmation {
    /// Its id.
    pub id: ConfirmationId,
    /// The company.
    pub cvr: CvrNumber,
    /// The contact's address: what is confirmed.
    pub email: Email,
    /// How.
    pub means: Means,
    /// By whom.
    pub by: PersonId,
    /// When.
    pub at: DateTime<Utc>,
}

impl Confirmation {
    /// Whether it is about this address, however it is written.
    pub fn is_of(&self, email: &str) -> bool {
        self.email.as_str().eq_ignore_ascii_case(email.trim())
    }
}

/// Why a contact is not confirmed. `Display` is the message key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ContactRefusal {
    /// Nobody said how.
    #[error("registry-confirm-how-missing")]
    HowMissing,
    /// The register has nothing that it could have been confirmed by.
    #[error("registry-confirm-not-in-register")]
    NotInRegister,
}
impl Refusal for ContactRefusal {}

/// What the register itself can be asked by.
pub fn check(means: Means, has_phone: bool, has_email: bool) -> Result<(), ContactRefusal> {
    match means {
        Means::RegisterPhone if !has_phone => Err(ContactRefusal::NotInRegister),
        Means::RegisterEmail if !has_email => Err(ContactRefusal::NotInRegister),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_means_reads_back_from_its_code() {
        for means in Means::ALL {
            assert_eq!(Means::of(means.code()), Some(means));
        }
        assert_eq!(Means::of("anything"), None);
    }

    #[test]
    fn nobody_was_called_at_a_number_that_the_register_does_not_have() {
        assert_eq!(check(Means::RegisterPhone, false, true), Err(ContactRefusal::NotInRegister));
        assert_eq!(check(Means::RegisterEmail, true, false), Err(ContactRefusal::NotInRegister));
        assert_eq!(check(Means::Visit, false, false), Ok(()));
    }
}
