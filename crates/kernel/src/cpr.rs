//! Points at digits that look like a CPR number, so that they can be masked: the program keeps none anywhere.
//!
//! A CPR number is a birthday (DDMMYY) and four digits. Half of the real P-numbers look the same, so the caller says
//! which P-numbers the register knows. The check digit is no help: numbers given out since 2007 need not have a right one.

use std::ops::Range;

use crate::PNumber;

/// A place in a text that looks like a CPR number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CprLike {
    /// The bytes of the text that it fills, always on character boundaries.
    pub range: Range<usize>,
}

/// What stands in the place of masked digits.
const MASK: &str = "xxxxxx-xxxx";

/// Finds what looks like a CPR number: six digits that are a date, and four more, together or with a space or a hyphen between.
///
/// Digits inside a longer run of digits are left alone. Ten digits in one piece that `is_p_number` knows are left alone
/// too; written in two pieces they are pointed at all the same, for nobody writes a P-number so, and whoever was born
/// on the 10th of a month may well share the digits with an establishment.
pub fn find_cpr_like(text: &str, is_p_number: impl Fn(&PNumber) -> bool) -> Vec<CprLike> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(start) = rest.find(|c: char| c.is_ascii_digit()) {
        let Some(tail) = rest.get(start..) else { break };
        let run = digit_run(tail);
        let length = match run.len() {
            10 if is_date(run) && !run.parse().is_ok_and(|number| is_p_number(&number)) => Some(10),
            6 if is_date(run) => length_in_two_pieces(tail),
            _ => None,
        };
        let begin = text.len() - tail.len();
        if let Some(length) = length {
            found.push(CprLike { range: begin..begin + length });
        }
        rest = tail.get(length.unwrap_or(run.len())..).unwrap_or_default();
    }
    found
}

/// The text with every place that [`find_cpr_like`] points at replaced by `xxxxxx-xxxx`.
pub fn mask_cpr_like(text: &str, is_p_number: impl Fn(&PNumber) -> bool) -> String {
    let mut masked = String::with_capacity(text.len());
    let mut kept_to = 0;
    for CprLike { range } in find_cpr_like(text, is_p_number) {
        masked.push_str(text.get(kept_to..range.start).unwrap_or_default());
        masked.push_str(MASK);
        kept_to = range.end;
    }
    masked.push_str(text.get(kept_to..).unwrap_or_default());
    masked
}

/// The digits with which the text begins.
fn digit_run(text: &str) -> &str {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    text.get(..end).unwrap_or_default()
}

/// The length of a text's beginning of six digits, a separator and a run of just four digits.
fn length_in_two_pieces(text: &str) -> Option<usize> {
    let is_space = |c: char| c == ' ' || c == '\u{a0}' || c == '\u{202f}';
    let is_hyphen =
        |c: char| matches!(c, '-' | '\u{2010}' | '\u{2011}' | '\u{2012}' | '\u{2013}' | '\u{2212}');
    let after_six = text.get(6..)?;
    let after_space = after_six.strip_prefix(is_space).unwrap_or(after_six);
    let after_hyphen = after_space.strip_prefix(is_hyphen).unwrap_or(after_space);
    let four = after_hyphen.strip_prefix(is_space).unwrap_or(after_hyphen);
    (digit_run(four).len() == 4).then(|| text.len() - four.len() + 4)
}

/// Whether the first six digits are a day, a month and a year. The century is unknown, so every fourth year has a 29 February.
fn is_date(digits: &str) -> bool {
    let two = |at: usize| digits.get(at..at + 2).and_then(|pair| pair.parse::<u32>().ok());
    let (Some(day), Some(month), Some(year)) = (two(0), two(2), two(4)) else { return false };
    let days = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if year.is_multiple_of(4) => 29,
        2 => 28,
        _ => return false,
    };
    (1..=days).contains(&day)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const KNOWS_NONE: fn(&PNumber) -> bool = |_| false;

    /// Made when the test runs, so that nothing that looks like a CPR number stands in the repository.
    fn cpr_like(day: u32, month: u32, year: u32, separator: &str, last: u32) -> String {
        format!("{day:02}{month:02}{year:02}{separator}{last:04}")
    }

    #[test]
    fn a_number_is_found_in_one_piece_and_with_the_usual_separators() {
        for separator in ["", "-", " ", "\u{a0}", "\u{2011}", "–", " - "] {
            let number = cpr_like(1, 2, 70, separator, 7);
            let text = format!("Søren ({number}) er sygemeldt");
            let found = find_cpr_like(&text, KNOWS_NONE);
            assert_eq!(
                found.iter().map(|f| &text[f.range.clone()]).collect::<Vec<_>>(),
                [number.as_str()],
                "{separator:?}"
            );
            assert_eq!(mask_cpr_like(&text, KNOWS_NONE), "Søren (xxxxxx-xxxx) er sygemeldt");
        }
    }

    #[test]
    fn every_number_of_a_text_is_masked() {
        let (a, b) = (cpr_like(1, 2, 70, "-", 7), cpr_like(29, 2, 96, "", 1234));
        let text = format!("{a}{b}, {a} {b}");
        // The first two stand so close that they are one longer run of digits.
        assert_eq!(mask_cpr_like(&text, KNOWS_NONE), format!("{a}{b}, xxxxxx-xxxx xxxxxx-xxxx"));
    }

    #[test]
    fn other_numbers_are_left_alone() {
        let no_date = [
            cpr_like(32, 1, 70, "-", 7),
            cpr_like(30, 2, 72, "", 7),
            cpr_like(29, 2, 71, "", 7),
            cpr_like(1, 13, 70, "-", 7),
        ];
        let longer = [format!("{}1", cpr_like(1, 2, 70, "-", 7)), format!("4{}", cpr_like(1, 2, 70, "", 7))];
        let usual = [
            "13748136",
            "+45 43 68 68 68",
            "23.11.2026 kl. 12.00",
            "5790000000005",
            "1.611.360,50 kr.",
            "2620",
        ];
        for text in no_date.iter().chain(&longer).map(String::as_str).chain(usual) {
            assert_eq!(find_cpr_like(text, KNOWS_NONE), [], "{text}");
            assert_eq!(mask_cpr_like(text, KNOWS_NONE), text);
        }
    }

    #[test]
    fn a_p_number_of_the_register_passes_unless_it_is_written_like_a_cpr_number() {
        let digits = cpr_like(10, 3, 90, "", 7);
        let known: PNumber = digits.parse().unwrap();
        let is_known = |number: &PNumber| *number == known;
        assert_eq!(find_cpr_like(&digits, is_known), []);
        assert_eq!(find_cpr_like(&digits, KNOWS_NONE).len(), 1);
        assert_eq!(find_cpr_like(&cpr_like(10, 3, 90, "-", 7), is_known).len(), 1);
    }

    /// With `SAMSPIL_REAL_DATA` set to the folder of real examples, every P-number of `cvr/documents.jsonl` must pass.
    #[test]
    fn every_real_p_number_of_the_register_passes() {
        let Some(folder) = std::env::var_os("SAMSPIL_REAL_DATA") else {
            println!("SAMSPIL_REAL_DATA is not set: no real P-numbers were tried");
            return;
        };
        let path = std::path::Path::new(&folder).join("cvr/documents.jsonl");
        let lines = std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        let mut known = std::collections::BTreeSet::new();
        for line in lines.lines() {
            collect_p_numbers(&serde_json::from_str(line).unwrap(), &mut known);
        }
        assert!(!known.is_empty(), "{} holds no P-numbers", path.display());
        let mut alike = 0;
        for number in &known {
            let text = format!("P-nr. {number}, se også {number}.");
            alike += find_cpr_like(&text, KNOWS_NONE).len() / 2;
            assert_eq!(mask_cpr_like(&text, |asked| known.contains(asked)), text);
        }
        println!("{} real P-numbers passed; {alike} of them look like CPR numbers", known.len());
    }

    fn collect_p_numbers(value: &serde_json::Value, known: &mut std::collections::BTreeSet<PNumber>) {
        match value {
            serde_json::Value::Object(fields) => {
                if let Some(number) = fields.get("pNummer").and_then(serde_json::Value::as_u64) {
                    known.insert(number.try_into().unwrap());
                }
                fields.values().for_each(|field| collect_p_numbers(field, known));
            }
            serde_json::Value::Array(items) => items.iter().for_each(|item| collect_p_numbers(item, known)),
            _ => {}
        }
    }

    fn any_cpr_like() -> impl Strategy<Value = String> {
        (1_u32..=28, 1_u32..=12, 0_u32..100, prop::sample::select(vec!["", "-", " ", "–"]), 0_u32..10_000)
            .prop_map(|(day, month, year, separator, last)| cpr_like(day, month, year, separator, last))
    }

    proptest! {
        #[test]
        fn a_number_is_found_wherever_it_stands(before in "[a-zæøå ,(\\n]{0,20}", number in any_cpr_like(), after in "[a-zæøå ,)\\n]{0,20}") {
            let text = format!("{before}{number}{after}");
            let expected = CprLike { range: before.len()..before.len() + number.len() };
            prop_assert_eq!(find_cpr_like(&text, KNOWS_NONE), [expected]);
            prop_assert_eq!(mask_cpr_like(&text, KNOWS_NONE), format!("{before}{MASK}{after}"));
        }

        #[test]
        fn what_is_masked_holds_nothing_more_to_find(text in "[0-9 -]{0,60}|.{0,40}") {
            let masked = mask_cpr_like(&text, KNOWS_NONE);
            prop_assert_eq!(find_cpr_like(&masked, KNOWS_NONE), []);
        }
    }
}
