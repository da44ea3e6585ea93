//! How a company's contact can be reached: an e-mail address and a telephone number, as they were typed and checked.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// An e-mail address: its form is sensible, its domain in lower case. Whether anyone reads it, only a mail tells.
///
/// Danish letters are allowed on both sides. Quoted names and comments of RFC 5322 are not: nobody has such an address,
/// and they are how headers are smuggled in.
///
/// ```
/// let email: kernel::Email = " Smeden@Eksempel.DK ".parse().unwrap();
/// assert_eq!(email.as_str(), "Smeden@eksempel.dk");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Email(String);

/// Why a text is no e-mail address. `Display` is the message key shown at the field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum InvalidEmail {
    /// No `@`, or more than one.
    #[error("email-at")]
    At,
    /// The part before `@` is empty or holds something that does not belong there.
    #[error("email-name")]
    Name,
    /// The part after `@` is no domain such as `eksempel.dk`.
    #[error("email-domain")]
    Domain,
    /// Longer than any address can be.
    #[error("email-length")]
    Length,
}
impl crate::Refusal for InvalidEmail {}

/// RFC 5321 4.5.3.1: a path is at most 256 octets with its angle brackets.
const EMAIL_BYTES_MAX: usize = 254;
/// RFC 5321 4.5.3.1.1.
const EMAIL_NAME_BYTES_MAX: usize = 64;
/// RFC 1035 2.3.4.
const DOMAIN_LABEL_BYTES_MAX: usize = 63;

impl Email {
    /// The address.
    pub fn as_str(&self) -> &str {
        &self.0
    }
    /// The part after `@`, in lower case.
    pub fn domain(&self) -> &str {
        self.0.split_once('@').map_or("", |(_, domain)| domain)
    }
    /// For comparing: the whole address in lower case, since no provider tells `Smeden@` from `smeden@`.
    pub fn to_key(&self) -> String {
        self.0.to_lowercase()
    }
}

impl FromStr for Email {
    type Err = InvalidEmail;
    fn from_str(text: &str) -> Result<Self, InvalidEmail> {
        let text = text.trim();
        if text.len() > EMAIL_BYTES_MAX {
            return Err(InvalidEmail::Length);
        }
        let (name, domain) = text.split_once('@').ok_or(InvalidEmail::At)?;
        if domain.contains('@') {
            return Err(InvalidEmail::At);
        }
        if !is_name(name) {
            return Err(InvalidEmail::Name);
        }
        let domain = domain.to_lowercase();
        if !is_domain(&domain) {
            return Err(InvalidEmail::Domain);
        }
        let address = format!("{name}@{domain}");
        // Some letters grow when they become small.
        if address.len() > EMAIL_BYTES_MAX { Err(InvalidEmail::Length) } else { Ok(Self(address)) }
    }
}

/// A dot-atom of RFC 5322, with letters of any script (RFC 6531).
fn is_name(name: &str) -> bool {
    let is_atom = |c: char| c.is_alphanumeric() || "!#$%&'*+/=?^_`{|}~-".contains(c);
    name.len() <= EMAIL_NAME_BYTES_MAX
        && name.split('.').all(|atom| !atom.is_empty() && atom.chars().all(is_atom))
}

/// At least two labels of letters, digits and inner hyphens; the last is no number, so `10.0.0.1` is none.
fn is_domain(domain: &str) -> bool {
    let is_label = |label: &str| {
        !label.is_empty()
            && label.len() <= DOMAIN_LABEL_BYTES_MAX
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.chars().all(|c| c.is_alphanumeric() || c == '-')
    };
    let Some((_, last)) = domain.rsplit_once('.') else { return false };
    domain.split('.').all(is_label) && last.chars().any(char::is_alphabetic)
}

impl TryFrom<String> for Email {
    type Error = InvalidEmail;
    fn try_from(text: String) -> Result<Self, InvalidEmail> {
        text.parse()
    }
}
impl From<Email> for String {
    fn from(email: Email) -> Self {
        email.0
    }
}
impl fmt::Display for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A telephone number, kept as E.164: `+4543686868`. `Display` shows a Danish one as `43 68 68 68`.
///
/// ```
/// let phone: kernel::Phone = "+45 4368 6868".parse().unwrap();
/// assert_eq!(phone.to_string(), "43\u{a0}68\u{a0}68\u{a0}68");
/// assert_eq!(phone.e164(), "+4543686868");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Phone(String);

/// Why a text is no telephone number. `Display` is the message key shown at the field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum InvalidPhone {
    /// Something else than digits, spaces, hyphens, dots, brackets and a leading `+`.
    #[error("phone-characters")]
    Characters,
    /// Not eight digits, and no country code before them.
    #[error("phone-length")]
    Length,
}
impl crate::Refusal for InvalidPhone {}

impl Phone {
    /// For machines and `tel:` links: `+4543686868`.
    pub fn e164(&self) -> &str {
        &self.0
    }
    /// Whether it is a Danish number.
    pub fn is_danish(&self) -> bool {
        self.danish_digits().is_some()
    }
    /// With its country code, for readers abroad: `+45 43 68 68 68`.
    pub fn international(&self) -> String {
        self.danish_digits().map_or_else(|| self.0.clone(), |digits| format!("+45\u{a0}{}", in_pairs(digits)))
    }
    fn danish_digits(&self) -> Option<&str> {
        self.0.strip_prefix("+45")
    }
}

fn in_pairs(digits: &str) -> String {
    let mut shown = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && place.is_multiple_of(2) {
            shown.push('\u{a0}');
        }
        shown.push(digit);
    }
    shown
}

impl FromStr for Phone {
    type Err = InvalidPhone;
    fn from_str(text: &str) -> Result<Self, InvalidPhone> {
        let text = text.trim();
        let (has_plus, rest) = text.strip_prefix('+').map_or((false, text), |rest| (true, rest));
        let mut digits = String::new();
        for c in rest.chars() {
            match c {
                '0'..='9' => digits.push(c),
                '-' | '.' | '(' | ')' | '/' | '\u{2010}' | '\u{2011}' | '\u{2013}' => {}
                c if c.is_whitespace() => {}
                _ => return Err(InvalidPhone::Characters),
            }
        }
        let international = if has_plus { Some(digits.as_str()) } else { digits.strip_prefix("00") };
        let number = match international {
            Some(number) => number.to_owned(),
            // Eight digits are Danish, and so are ten that begin with the country code without its plus.
            None if digits.len() == 8 => format!("45{digits}"),
            None if digits.len() == 10 && digits.starts_with("45") => digits,
            None => return Err(InvalidPhone::Length),
        };
        // E.164: at most 15 digits, no country code begins with 0; in Denmark exactly eight, the first not 0 or 1.
        let fits = match number.strip_prefix("45") {
            Some(danish) => danish.len() == 8 && !danish.starts_with(['0', '1']),
            None => (7..=15).contains(&number.len()) && !number.starts_with('0'),
        };
        if fits { Ok(Self(format!("+{number}"))) } else { Err(InvalidPhone::Length) }
    }
}
impl TryFrom<String> for Phone {
    type Error = InvalidPhone;
    fn try_from(text: String) -> Result<Self, InvalidPhone> {
        text.parse()
    }
}
impl From<Phone> for String {
    fn from(phone: Phone) -> Self {
        phone.0
    }
}
impl fmt::Display for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.danish_digits() {
            Some(digits) => f.write_str(&in_pairs(digits)),
            None => f.write_str(&self.0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn sensible_addresses_are_accepted() {
        for text in [
            "smeden@eksempel.dk",
            "a.b+nyt@mail.eksempel.dk",
            "søren@bålø.dk",
            "o'neil@eksempel.com",
            "x@xn--bl-yia.dk",
        ] {
            assert!(text.parse::<Email>().is_ok(), "{text}");
        }
    }

    #[test]
    fn an_address_that_cannot_be_right_says_what_is_wrong() {
        for (text, why) in [
            ("", InvalidEmail::At),
            ("smeden", InvalidEmail::At),
            ("a@b@eksempel.dk", InvalidEmail::At),
            ("@eksempel.dk", InvalidEmail::Name),
            (".a@eksempel.dk", InvalidEmail::Name),
            ("a..b@eksempel.dk", InvalidEmail::Name),
            ("Smeden <smeden@eksempel.dk>", InvalidEmail::Name),
            ("\"a b\"@eksempel.dk", InvalidEmail::Name),
            ("smeden@eksempel", InvalidEmail::Domain),
            ("smeden@-eksempel.dk", InvalidEmail::Domain),
            ("smeden@eksempel..dk", InvalidEmail::Domain),
            ("smeden@10.0.0.1", InvalidEmail::Domain),
            ("a@b.dk, c@d.dk", InvalidEmail::At),
        ] {
            assert_eq!(text.parse::<Email>(), Err(why), "{text}");
        }
        let long = format!("smeden@{}.dk", "a.".repeat(130));
        assert_eq!(long.parse::<Email>(), Err(InvalidEmail::Length));
    }

    #[test]
    fn a_header_cannot_be_smuggled_into_an_address() {
        for text in [
            "a@eksempel.dk\r\nBcc: b@eksempel.dk",
            "a\nb@eksempel.dk",
            "a@eksempel.dk\0",
            "a@eksem\rpel.dk",
            "a,b@eksempel.dk",
        ] {
            assert!(text.parse::<Email>().is_err(), "{text:?}");
        }
    }

    #[test]
    fn telephone_numbers_are_read_as_people_write_them() {
        for text in [
            "43686868",
            "43 68 68 68",
            "+45 4368 6868",
            "0045 43686868",
            "45 43 68 68 68",
            "(+45) 43-68-68-68",
        ] {
            let phone = text.trim_start_matches('(').parse::<Phone>().unwrap();
            assert_eq!(phone.e164(), "+4543686868", "{text}");
            assert_eq!(phone.international(), "+45\u{a0}43\u{a0}68\u{a0}68\u{a0}68");
        }
        let swedish: Phone = "+46 8 123 456 78".parse().unwrap();
        assert!(!swedish.is_danish());
        assert_eq!(swedish.to_string(), "+46812345678");
    }

    #[test]
    fn a_number_that_cannot_be_dialled_says_what_is_wrong() {
        for (text, why) in [
            ("", InvalidPhone::Length),
            ("4368686", InvalidPhone::Length),
            ("436868681", InvalidPhone::Length),
            ("03686868", InvalidPhone::Length),
            ("+45 436868", InvalidPhone::Length),
            ("+1234567890123456", InvalidPhone::Length),
            ("+0468123456", InvalidPhone::Length),
            ("ring til os", InvalidPhone::Characters),
            ("4368 6868 lokal 3", InvalidPhone::Characters),
        ] {
            assert_eq!(text.parse::<Phone>(), Err(why), "{text}");
        }
    }

    proptest! {
        #[test]
        fn every_accepted_address_prints_back_to_itself(text in "[a-zA-ZæøåİÉ0-9._@+-]{1,12}@[a-zA-ZÆØÅİ0-9.-]{1,12}\\.[a-z]{2,3}") {
            if let Ok(email) = text.parse::<Email>() {
                prop_assert_eq!(email.to_string().parse::<Email>(), Ok(email.clone()));
                prop_assert!(email.domain().chars().all(|c| !c.is_uppercase()));
                prop_assert!(email.as_str().len() <= EMAIL_BYTES_MAX);
            }
        }

        #[test]
        fn no_accepted_address_holds_a_control_character_or_a_space(text in "\\PC{0,20}@\\PC{0,20}|(?s).{0,30}") {
            if let Ok(email) = text.parse::<Email>() {
                prop_assert!(email.as_str().chars().all(|c| !c.is_control() && !c.is_whitespace() && !"<>,;:\"()[]\\".contains(c)));
            }
        }

        #[test]
        fn every_accepted_telephone_number_prints_back_to_itself(text in "(\\+|00)?[0-9 ]{6,18}") {
            if let Ok(phone) = text.parse::<Phone>() {
                prop_assert_eq!(phone.to_string().parse::<Phone>(), Ok(phone.clone()));
                prop_assert_eq!(phone.e164().parse::<Phone>(), Ok(phone.clone()));
                prop_assert_eq!(phone.international().parse::<Phone>(), Ok(phone.clone()));
            }
        }
    }
}
