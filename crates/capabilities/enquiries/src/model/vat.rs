//! The number under which a company of another country pays value added tax.

use std::{fmt, str::FromStr};

use kernel::Refusal;

/// A foreign VAT number as VIES spells it: capital letters and digits only. Empty where the company gave none.
///
/// Only its length and characters are looked at: each country has a form of its own, and only VIES knows which exist.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VatNumber(String);

/// The shortest and the longest, in characters with the country's prefix (VIES, 2024: `RO12` and `NL123456789B01`).
const CHARS_MIN: usize = 4;
const CHARS_MAX: usize = 14;

/// Why a text is no VAT number. `Display` is the message key shown at the field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidVat {
    /// Something else than letters, digits, `+`, `*` and what separates them.
    #[error("enquiries-vat-characters")]
    Characters,
    /// Shorter or longer than any.
    #[error("enquiries-vat-length")]
    Length,
}
impl Refusal for InvalidVat {}

impl FromStr for VatNumber {
    type Err = InvalidVat;
    fn from_str(text: &str) -> Result<Self, InvalidVat> {
        let separates = |c: &char| c.is_whitespace() || ".-/".contains(*c);
        let bare: String = text.chars().filter(|c| !separates(c)).collect::<String>().to_uppercase();
        // Irish numbers may hold + and *.
        if !bare.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || "+*".contains(c)) {
            return Err(InvalidVat::Characters);
        }
        match bare.len() {
            0 | CHARS_MIN..=CHARS_MAX => Ok(Self(bare)),
            _ => Err(InvalidVat::Length),
        }
    }
}

impl fmt::Display for VatNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn number_is_kept_as_vies_spells_it() {
        for (typed, kept) in [
            ("SE 556703-7485 01", "SE556703748501"),
            ("de 811.569.869", "DE811569869"),
            ("IE1234567WA", "IE1234567WA"),
            ("NL123456789B01", "NL123456789B01"),
            ("  ", ""),
        ] {
            assert_eq!(typed.parse::<VatNumber>().unwrap().to_string(), kept);
        }
    }

    #[test]
    fn what_is_no_number_is_told_apart_from_what_is_too_long() {
        assert_eq!("<script>".parse::<VatNumber>(), Err(InvalidVat::Characters));
        assert_eq!("ved ikke!".parse::<VatNumber>(), Err(InvalidVat::Characters));
        assert_eq!("SE1".parse::<VatNumber>(), Err(InvalidVat::Length));
        assert_eq!("SE5567037485019999".parse::<VatNumber>(), Err(InvalidVat::Length));
    }
}
