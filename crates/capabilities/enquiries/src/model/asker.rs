//! Who asks, and how it came: everything as it was told, nothing confirmed. And how suspicious a form is. Pure.

use kernel::{CvrNumber, Email, Phone};

/// Who asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Asker {
    /// A company; without a number it gave its name only. A number that was typed is stated, not confirmed.
    Company {
        /// As typed.
        cvr: Option<CvrNumber>,
        /// As typed or as in the register.
        name: String,
    },
    /// Someone about to found a company.
    Founder,
    /// A company of another country.
    Foreign {
        /// Its name.
        name: String,
        /// ISO 3166 or in words, as typed.
        country: String,
        /// Its VAT number, if it gave one.
        vat: String,
    },
    /// An association. Many have a CVR number; it is stated, not confirmed.
    Association {
        /// Its name.
        name: String,
        /// As typed.
        cvr: Option<CvrNumber>,
    },
    /// An adviser who writes for a company. Neither number is confirmed.
    Adviser {
        /// The adviser's own company.
        name: String,
        /// The adviser's own number.
        cvr: Option<CvrNumber>,
        /// For whom.
        on_behalf_of: String,
        /// The client's number.
        client_cvr: Option<CvrNumber>,
    },
}

impl Asker {
    /// The stored kind.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Company { .. } => "company",
            Self::Founder => "founder",
            Self::Foreign { .. } => "foreign",
            Self::Association { .. } => "association",
            Self::Adviser { .. } => "adviser",
        }
    }

    /// The name to show; empty for a founder.
    pub fn name(&self) -> &str {
        match self {
            Self::Company { name, .. }
            | Self::Foreign { name, .. }
            | Self::Association { name, .. }
            | Self::Adviser { name, .. } => name,
            Self::Founder => "",
        }
    }

    /// The stated number of the company that it is about: an adviser's client, not the adviser.
    pub const fn cvr(&self) -> Option<CvrNumber> {
        match self {
            Self::Company { cvr, .. }
            | Self::Association { cvr, .. }
            | Self::Adviser { client_cvr: cvr, .. } => *cvr,
            Self::Founder | Self::Foreign { .. } => None,
        }
    }

    /// An adviser's own number.
    pub const fn adviser_cvr(&self) -> Option<CvrNumber> {
        match self {
            Self::Adviser { cvr, .. } => *cvr,
            _ => None,
        }
    }
}

/// What a complaint about the municipality is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AboutKind {
    /// One of us.
    Person,
    /// A team.
    Team,
}

impl AboutKind {
    /// The stored form, and the value in the form.
    pub const fn text(self) -> &'static str {
        match self {
            Self::Person => "person",
            Self::Team => "team",
        }
    }
    /// Reads the stored form.
    pub fn from_text(text: &str) -> Option<Self> {
        [Self::Person, Self::Team].into_iter().find(|kind| kind.text() == text)
    }
}

/// Whom a complaint is about, as the company wrote it. It is the words that can be erased; which of us is meant is decided
/// when the case is routed ([`super::Case::about_person`]).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct About {
    /// One of us, or a team.
    pub kind: AboutKind,
    /// The name, as typed; may be empty.
    pub name: String,
}

/// The person who asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contact {
    /// Name.
    pub name: String,
    /// Where answers go.
    pub email: Email,
    /// Telephone, if given.
    pub phone: Option<Phone>,
}

impl Contact {
    /// What is left of a contact whose details were erased: an address in a domain that cannot exist (RFC 2606), to which
    /// nothing is sent.
    pub fn erased() -> Self {
        let email = "slettet@slettet.invalid".parse();
        Self {
            name: String::new(),
            email: email.unwrap_or_else(|_| unreachable!("a literal of the program")),
            phone: None,
        }
    }
}

/// How it came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Channel {
    /// By the form.
    Web,
    /// By mail.
    Mail,
    /// By telephone, entered by staff.
    Phone,
    /// At a visit, entered by staff.
    Visit,
}

impl Channel {
    /// The stored form.
    pub const fn text(self) -> &'static str {
        match self {
            Self::Web => "web",
            Self::Mail => "mail",
            Self::Phone => "phone",
            Self::Visit => "visit",
        }
    }
    /// Whether one of us has talked with whoever asks.
    pub const fn is_in_person(self) -> bool {
        matches!(self, Self::Phone | Self::Visit)
    }
    /// Reads the stored form.
    pub fn from_text(text: &str) -> Option<Self> {
        [Self::Web, Self::Mail, Self::Phone, Self::Visit].into_iter().find(|channel| channel.text() == text)
    }
}

/// How suspicious a form is: 3 and more must confirm its address first.
///
/// No single sign condemns but the trap that no person can fill.
pub fn suspicion(trap: &str, seconds_open: Option<i64>, text: &str) -> u32 {
    let links = text.matches("http://").count() + text.matches("https://").count();
    let trapped = if trap.is_empty() { 0 } else { 3 };
    let hurried = match seconds_open {
        None => 1,
        Some(seconds) if seconds < 2 => 2,
        Some(_) => 0,
    };
    let linked = match links {
        0..=2 => 0,
        3..=5 => 1,
        _ => 2,
    };
    trapped + hurried + linked
}

/// The CVR number that a text states as one: `CVR 12 34 56 78`, `CVR-nr.: 12345678`. Eight digits alone are a telephone
/// number as well.
pub fn stated_cvr(text: &str) -> Option<CvrNumber> {
    /// What may stand between the letters and the digits: `-nr.: `, ` nummer `.
    const BETWEEN_MAX: usize = 12;
    const CVR_DIGITS: usize = 8;
    let lower = text.to_lowercase();
    lower.match_indices("cvr").find_map(|(at, word)| {
        let after = lower.get(at + word.len()..)?;
        let begins = after.find(|c: char| c.is_ascii_digit()).filter(|begins| *begins <= BETWEEN_MAX)?;
        let digits = after.get(begins..)?.chars().take_while(|c| c.is_ascii_digit() || c.is_whitespace());
        digits.filter(char::is_ascii_digit).take(CVR_DIGITS).collect::<String>().parse().ok()
    })
}

/// From this suspicion on the sender confirms the address first.
pub const SUSPICIOUS: u32 = 3;
