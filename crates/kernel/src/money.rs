//! Amounts of Danish money, counted in øre so that nothing is ever rounded.

use std::{fmt, iter::Sum, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::format;

/// An amount in øre. Shown and read the Danish way; stored as a whole number.
///
/// ```
/// let amount: kernel::Money = "1.611.360,50 kr.".parse().unwrap();
/// assert_eq!(amount.ore(), 161_136_050);
/// assert_eq!(amount.to_string(), "1.611.360,50\u{a0}kr.");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Money(i64);

/// Why a text is no amount. `Display` is the message key shown at the field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum InvalidMoney {
    /// Not an amount as Danes write it, for example 1.611.360 or 1611360,50.
    #[error("money-form")]
    Form,
    /// More than the program can count.
    #[error("money-too-large")]
    TooLarge,
}
impl crate::Refusal for InvalidMoney {}

impl Money {
    /// Nothing.
    pub const ZERO: Self = Self(0);

    /// An amount in øre.
    pub const fn from_ore(ore: i64) -> Self {
        Self(ore)
    }
    /// An amount in whole kroner; `None` past what can be counted.
    pub const fn from_kroner(kroner: i64) -> Option<Self> {
        match kroner.checked_mul(100) {
            Some(ore) => Some(Self(ore)),
            None => None,
        }
    }
    /// The amount in øre.
    pub const fn ore(self) -> i64 {
        self.0
    }
    /// The sum; `None` past what can be counted.
    pub const fn checked_add(self, other: Self) -> Option<Self> {
        match self.0.checked_add(other.0) {
            Some(ore) => Some(Self(ore)),
            None => None,
        }
    }
    /// The difference; `None` past what can be counted.
    pub const fn checked_sub(self, other: Self) -> Option<Self> {
        match self.0.checked_sub(other.0) {
            Some(ore) => Some(Self(ore)),
            None => None,
        }
    }
    /// The amount so many times; `None` past what can be counted.
    pub const fn checked_mul(self, times: i64) -> Option<Self> {
        match self.0.checked_mul(times) {
            Some(ore) => Some(Self(ore)),
            None => None,
        }
    }
}

/// Sums to `None` past what can be counted.
impl Sum<Money> for Option<Money> {
    fn sum<I: Iterator<Item = Money>>(mut amounts: I) -> Self {
        amounts.try_fold(Money::ZERO, Money::checked_add)
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let (kroner, ore) = (self.0.unsigned_abs() / 100, self.0.unsigned_abs() % 100);
        let kroner = format::grouped(kroner, '.');
        if ore == 0 {
            write!(f, "{sign}{kroner}\u{a0}kr.")
        } else {
            write!(f, "{sign}{kroner},{ore:02}\u{a0}kr.")
        }
    }
}

impl FromStr for Money {
    type Err = InvalidMoney;
    /// Reads `1611360`, `1.611.360`, `1 611 360,5`, `kr. 1.611.360,50`, `500,-`, `-25 kr.`.
    ///
    /// A dot only ever separates thousands: `1.50` is refused, since it might mean one krone and a half or a mistake.
    fn from_str(text: &str) -> Result<Self, InvalidMoney> {
        let amount = without_currency(text);
        let (is_negative, amount) = match amount.strip_prefix(['-', '\u{2212}']) {
            Some(rest) => (true, rest.trim_start()),
            None => (false, amount),
        };
        let (kroner, ore) = amount.split_once(',').unwrap_or((amount, ""));
        let kroner = read_groups(kroner).ok_or(InvalidMoney::Form)?;
        let ore = match ore {
            "" | "-" | "\u{2013}" => 0,
            tens if tens.len() == 1 => 10 * read_digits(tens)?,
            both if both.len() == 2 => read_digits(both)?,
            _ => return Err(InvalidMoney::Form),
        };
        // Counted downwards, since there is one more amount below nothing than above.
        let sum = read_digits(&kroner)?.checked_mul(-100).and_then(|sum| sum.checked_sub(ore));
        let sum = if is_negative { sum } else { sum.and_then(i64::checked_neg) };
        sum.map(Self).ok_or(InvalidMoney::TooLarge)
    }
}

/// The amount without `kr.`, `kr`, `DKK` or `kroner` before or after it.
fn without_currency(text: &str) -> &str {
    let mut amount = text.trim();
    for word in ["kroner", "kr.", "kr", "dkk"] {
        if let Some(rest) =
            amount.get(..word.len()).filter(|p| p.eq_ignore_ascii_case(word)).and(amount.get(word.len()..))
        {
            return rest.trim_start();
        }
        let split = amount.len().saturating_sub(word.len());
        if amount.get(split..).is_some_and(|suffix| suffix.eq_ignore_ascii_case(word)) {
            amount = amount.get(..split).unwrap_or_default().trim_end();
            break;
        }
    }
    amount
}

/// The digits of `1611360`, `1.611.360` or `1 611 360`; `None` when the groups are not of three.
fn read_groups(text: &str) -> Option<String> {
    let is_separator = |c: char| c == '.' || c == ' ' || c == '\u{a0}' || c == '\u{202f}';
    let separator = text.chars().find(|c| is_separator(*c));
    let Some(separator) = separator else { return Some(text.to_owned()) };
    let mut groups = text.split(separator);
    let first = groups.next()?;
    let fits = (1..=3).contains(&first.len()) && groups.all(|group| group.len() == 3);
    fits.then(|| text.replace(separator, ""))
}

fn read_digits(text: &str) -> Result<i64, InvalidMoney> {
    if text.is_empty() || !text.bytes().all(|b| b.is_ascii_digit()) {
        return Err(InvalidMoney::Form);
    }
    text.parse().map_err(|_| InvalidMoney::TooLarge)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn amounts_are_shown_the_danish_way() {
        for (ore, shown) in [
            (0, "0\u{a0}kr."),
            (5, "0,05\u{a0}kr."),
            (161_136_000, "1.611.360\u{a0}kr."),
            (161_136_050, "1.611.360,50\u{a0}kr."),
            (-100_000, "-1.000\u{a0}kr."),
            (i64::MIN, "-92.233.720.368.547.758,08\u{a0}kr."),
        ] {
            assert_eq!(Money::from_ore(ore).to_string(), shown);
        }
    }

    #[test]
    fn amounts_are_read_as_danes_write_them() {
        for (text, ore) in [
            ("1611360", 161_136_000),
            ("1.611.360", 161_136_000),
            (" 1 611 360,5 ", 161_136_050),
            ("kr. 1.611.360,50", 161_136_050),
            ("DKK 500", 50_000),
            ("500,-", 50_000),
            ("500 Kr", 50_000),
            ("25 kroner", 2_500),
            ("-25 kr.", -2_500),
        ] {
            assert_eq!(text.parse(), Ok(Money::from_ore(ore)), "{text}");
        }
        for text in [
            "",
            "kr.",
            "1.50",
            "1,234",
            "1.6113.60",
            "12,5,0",
            "ti kroner",
            "1.611 360",
            "1e3",
            "--5",
            "æ",
            "€ 5",
        ] {
            assert_eq!(text.parse::<Money>(), Err(InvalidMoney::Form), "{text}");
        }
        assert_eq!("99999999999999999999".parse::<Money>(), Err(InvalidMoney::TooLarge));
    }

    #[test]
    fn what_cannot_be_counted_is_none_and_never_wraps() {
        let most = Money::from_ore(i64::MAX);
        assert_eq!(most.checked_add(Money::from_ore(1)), None);
        assert_eq!(Money::from_ore(i64::MIN).checked_sub(Money::from_ore(1)), None);
        assert_eq!(Money::from_kroner(i64::MAX), None);
        assert_eq!([most, most].into_iter().sum::<Option<Money>>(), None);
    }

    proptest! {
        #[test]
        fn every_amount_prints_and_reads_back(ore: i64) {
            let amount = Money::from_ore(ore);
            prop_assert_eq!(amount.to_string().parse(), Ok(amount));
        }

        #[test]
        fn taking_away_what_was_added_gives_the_same(a: i64, b: i64) {
            let (a, b) = (Money::from_ore(a), Money::from_ore(b));
            if let Some(sum) = a.checked_add(b) {
                prop_assert_eq!(sum.checked_sub(b), Some(a));
            }
        }

        #[test]
        fn no_text_makes_the_parser_panic(text in "[-0-9., kræøDK]{0,20}|.{0,20}") {
            let _ = text.parse::<Money>();
        }
    }
}
