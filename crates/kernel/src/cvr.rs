//! The two numbers by which the register knows companies: the CVR number and the P-number.
//!
//! A number with a valid form need not exist: only the register tells.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// The legal unit's number: eight digits, no leading 0, the last a check digit modulo 11.
///
/// The rule is Erhvervsstyrelsen's "Modulus 11": the digits times 2, 7, 6, 5, 4, 3, 2, 1 add up to a multiple of 11.
///
/// ```
/// let cvr: kernel::CvrNumber = "DK 13 74 81 36".parse().unwrap();
/// assert_eq!(cvr.to_string(), "13748136");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CvrNumber(u32);

/// Why a text is no CVR number. `Display` is the message key shown at the field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum InvalidCvr {
    /// Not eight digits.
    #[error("cvr-length")]
    Length,
    /// Something else than digits, spaces, hyphens and a leading DK.
    #[error("cvr-digits")]
    Digits,
    /// The check digit does not fit, or the number begins with 0: most often a typing mistake.
    #[error("cvr-check-digit")]
    CheckDigit,
}
impl crate::Refusal for InvalidCvr {}

const CVR_MIN: u32 = 10_000_000;
const CVR_MAX: u32 = 99_999_999;
/// Numbers from here on are used for invented companies in tests and in the demo.
const CVR_INVENTED_MIN: u32 = 99_000_000;

impl CvrNumber {
    /// The eight digits as a number, as the register's JSON spells it.
    pub const fn number(self) -> u32 {
        self.0
    }

    /// Whether the number lies in 99000000-99999999, where our invented companies live.
    pub const fn is_invented(self) -> bool {
        self.0 >= CVR_INVENTED_MIN
    }

    /// The valid number `n` places after the first invented one, counted from 0; `None` past the last.
    ///
    /// ```
    /// assert!(kernel::CvrNumber::invented(0).unwrap().is_invented());
    /// assert!(kernel::CvrNumber::invented(1_000_000).is_none());
    /// ```
    pub fn invented(n: u32) -> Option<Self> {
        // Ten in eleven stems of seven digits have a check digit, so this looks at little more than `n` of them.
        (CVR_INVENTED_MIN / 10..=CVR_MAX / 10).filter_map(Self::with_stem).nth(usize::try_from(n).ok()?)
    }

    /// The number that begins with these seven digits, where there is one.
    fn with_stem(stem: u32) -> Option<Self> {
        let check_digit = (11 - weighted_sum(stem * 10) % 11) % 11;
        (check_digit < 10).then_some(Self(stem * 10 + check_digit))
    }
}

/// The digits from the right times 1, 2, 3, 4, 5, 6, 7, 2.
fn weighted_sum(mut number: u32) -> u32 {
    let mut sum = 0;
    for weight in [1, 2, 3, 4, 5, 6, 7, 2] {
        sum += number % 10 * weight;
        number /= 10;
    }
    sum
}

impl TryFrom<u32> for CvrNumber {
    type Error = InvalidCvr;
    fn try_from(number: u32) -> Result<Self, InvalidCvr> {
        if number > CVR_MAX {
            return Err(InvalidCvr::Length);
        }
        if number < CVR_MIN || !weighted_sum(number).is_multiple_of(11) {
            return Err(InvalidCvr::CheckDigit);
        }
        Ok(Self(number))
    }
}

impl FromStr for CvrNumber {
    type Err = InvalidCvr;
    fn from_str(text: &str) -> Result<Self, InvalidCvr> {
        let text = text.trim();
        let after_dk = text.get(..2).filter(|prefix| prefix.eq_ignore_ascii_case("DK")).and(text.get(2..));
        let digits = match digits_of(after_dk.unwrap_or(text)) {
            None => return Err(InvalidCvr::Digits),
            Some(digits) if digits.len() != 8 => return Err(InvalidCvr::Length),
            Some(digits) => digits,
        };
        digits.parse::<u32>().map_err(|_| InvalidCvr::Digits)?.try_into()
    }
}

/// The digits of a text that holds nothing else but spaces and hyphens.
fn digits_of(text: &str) -> Option<String> {
    let mut digits = String::new();
    for c in text.chars() {
        match c {
            '0'..='9' => digits.push(c),
            '-' | '\u{2010}' | '\u{2011}' | '\u{2013}' => {}
            c if c.is_whitespace() => {}
            _ => return None,
        }
    }
    Some(digits)
}

impl TryFrom<String> for CvrNumber {
    type Error = InvalidCvr;
    fn try_from(text: String) -> Result<Self, InvalidCvr> {
        text.parse()
    }
}
impl From<CvrNumber> for String {
    fn from(cvr: CvrNumber) -> Self {
        cvr.to_string()
    }
}
impl fmt::Display for CvrNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:08}", self.0)
    }
}

/// The number of an establishment (P-enhed): ten digits.
///
/// No check digit: the register's own generator used wrong weights, so a look-up is the only proof.
/// Many real P-numbers look like CPR numbers; see [`crate::find_cpr_like`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PNumber(u64);

/// Why a text is no P-number. `Display` is the message key shown at the field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum InvalidPNumber {
    /// Not ten digits.
    #[error("p-number-length")]
    Length,
    /// Something else than digits, spaces and hyphens.
    #[error("p-number-digits")]
    Digits,
}
impl crate::Refusal for InvalidPNumber {}

const P_NUMBER_MAX: u64 = 9_999_999_999;

impl PNumber {
    /// The ten digits as a number, as the register's JSON spells it.
    pub const fn number(self) -> u64 {
        self.0
    }
}

impl TryFrom<u64> for PNumber {
    type Error = InvalidPNumber;
    fn try_from(number: u64) -> Result<Self, InvalidPNumber> {
        if number <= P_NUMBER_MAX { Ok(Self(number)) } else { Err(InvalidPNumber::Length) }
    }
}
impl FromStr for PNumber {
    type Err = InvalidPNumber;
    fn from_str(text: &str) -> Result<Self, InvalidPNumber> {
        let digits = digits_of(text).ok_or(InvalidPNumber::Digits)?;
        if digits.len() != 10 {
            return Err(InvalidPNumber::Length);
        }
        digits.parse().map(Self).map_err(|_| InvalidPNumber::Digits)
    }
}
impl TryFrom<String> for PNumber {
    type Error = InvalidPNumber;
    fn try_from(text: String) -> Result<Self, InvalidPNumber> {
        text.parse()
    }
}
impl From<PNumber> for String {
    fn from(number: PNumber) -> Self {
        number.to_string()
    }
}
impl fmt::Display for PNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:010}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn any_cvr() -> impl Strategy<Value = CvrNumber> {
        (CVR_MIN / 10..=CVR_MAX / 10).prop_filter_map("no check digit", CvrNumber::with_stem)
    }

    #[test]
    fn the_known_numbers_are_accepted_and_the_known_mistakes_refused() {
        for text in ["13748136", "24256790", "13585628", "DK24256790", "dk-24 25 67 90", " 13\u{a0}58 56 28 "]
        {
            assert!(text.parse::<CvrNumber>().is_ok(), "{text}");
        }
        for (text, why) in [
            ("12345678", InvalidCvr::CheckDigit),
            ("24256791", InvalidCvr::CheckDigit),
            ("10000000", InvalidCvr::CheckDigit),
            ("35254119", InvalidCvr::CheckDigit),
            ("00000000", InvalidCvr::CheckDigit),
            ("", InvalidCvr::Length),
            ("DK", InvalidCvr::Length),
            ("1374813", InvalidCvr::Length),
            ("137481360", InvalidCvr::Length),
            ("1374813o", InvalidCvr::Digits),
            ("SE13748136", InvalidCvr::Digits),
            ("æ3748136", InvalidCvr::Digits),
            ("DKDK13748136", InvalidCvr::Digits),
        ] {
            assert_eq!(text.parse::<CvrNumber>(), Err(why), "{text}");
        }
    }

    #[test]
    fn a_refusal_is_the_key_of_a_message() {
        assert_eq!(InvalidCvr::CheckDigit.to_string(), "cvr-check-digit");
        assert_eq!(InvalidPNumber::Length.to_string(), "p-number-length");
    }

    #[test]
    fn invented_numbers_are_valid_distinct_and_in_their_range() {
        let numbers: Vec<_> = (0..200).map_while(CvrNumber::invented).collect();
        assert_eq!(numbers.len(), 200);
        assert!(numbers.windows(2).all(|pair| pair[0] < pair[1]));
        assert!(numbers.iter().all(|cvr| cvr.is_invented() && cvr.to_string().parse() == Ok(*cvr)));
        assert!(!"13748136".parse::<CvrNumber>().unwrap().is_invented());
    }

    #[test]
    fn a_p_number_needs_ten_digits_and_nothing_else() {
        assert_eq!("0 012 345 678".parse::<PNumber>().unwrap().to_string(), "0012345678");
        assert_eq!("123".parse::<PNumber>(), Err(InvalidPNumber::Length));
        assert_eq!("P123456789".parse::<PNumber>(), Err(InvalidPNumber::Digits));
        assert_eq!(PNumber::try_from(10_000_000_000), Err(InvalidPNumber::Length));
    }

    proptest! {
        #[test]
        fn every_accepted_cvr_number_prints_back_to_itself(cvr in any_cvr()) {
            prop_assert_eq!(cvr.to_string().parse(), Ok(cvr));
            prop_assert_eq!(CvrNumber::try_from(cvr.number()), Ok(cvr));
            let json = serde_json::to_string(&cvr).unwrap();
            prop_assert_eq!(serde_json::from_str::<CvrNumber>(&json).unwrap(), cvr);
        }

        #[test]
        fn every_single_digit_change_of_a_valid_cvr_number_is_refused(cvr in any_cvr()) {
            let right = cvr.to_string();
            for place in 0..8 {
                for other in ('0'..='9').filter(|other| right.chars().nth(place) != Some(*other)) {
                    let mut changed = right.clone();
                    changed.replace_range(place..=place, &other.to_string());
                    prop_assert_eq!(changed.parse::<CvrNumber>(), Err(InvalidCvr::CheckDigit));
                }
            }
        }

        #[test]
        fn every_ten_digits_are_a_p_number_and_print_back(number in 0..=P_NUMBER_MAX) {
            let p_number = PNumber::try_from(number).unwrap();
            prop_assert_eq!(p_number.to_string().len(), 10);
            prop_assert_eq!(p_number.to_string().parse(), Ok(p_number));
        }

        #[test]
        fn no_text_makes_the_parsers_panic(text in ".{0,20}") {
            let _ = text.parse::<CvrNumber>();
            let _ = text.parse::<PNumber>();
        }
    }
}
