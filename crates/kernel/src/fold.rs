//! Spellings that mean the same word, brought to one form: upper and lower case, å and aa, ø and oe, æ and ae, é and e.
//!
//! People write the same name in three ways. A Dane writes `Ålborg` or `Aalborg`; a register from the days of seven-bit
//! letters writes `AALBORG`; someone abroad writes `Alborg`. [`fold`] makes the first two equal and keeps them apart
//! from the third, for it must not claim that two names are the same when a reader of Danish sees two.
//! [`search_forms`] adds the third, since a search may find a little too much but never too little.
//! Only for finding: what is shown keeps the spelling of whoever wrote it.

/// The one form in which both Danish spellings of a word meet.
///
/// Lower case; å and aa become `aa`, ø, ö and oe become `oe`, æ, ä and ae become `ae`; other accents of Latin letters go;
/// an accent written as a combining mark counts like the letter that has it. All else, also spaces, stays.
///
/// ```
/// assert_eq!(kernel::fold("Ålborg Allé"), kernel::fold("AALBORG ALLE"));
/// ```
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len() + 8);
    for c in text.chars().flat_map(char::to_lowercase) {
        match c {
            'å' | 'ǻ' => folded.push_str("aa"),
            'æ' | 'ǽ' | 'ä' => folded.push_str("ae"),
            'ø' | 'ǿ' | 'ö' | 'œ' | 'ő' => folded.push_str("oe"),
            'á' | 'à' | 'â' | 'ã' | 'ā' | 'ă' | 'ą' => folded.push('a'),
            'ç' | 'ć' | 'ĉ' | 'ċ' | 'č' => folded.push('c'),
            'ð' | 'ď' | 'đ' => folded.push('d'),
            'é' | 'è' | 'ê' | 'ë' | 'ē' | 'ĕ' | 'ė' | 'ę' | 'ě' => folded.push('e'),
            'ĝ' | 'ğ' | 'ġ' | 'ģ' => folded.push('g'),
            'ĥ' | 'ħ' => folded.push('h'),
            'í' | 'ì' | 'î' | 'ï' | 'ĩ' | 'ī' | 'ĭ' | 'į' | 'ı' => folded.push('i'),
            'ĵ' => folded.push('j'),
            'ķ' => folded.push('k'),
            'ł' | 'ĺ' | 'ļ' | 'ľ' => folded.push('l'),
            'ñ' | 'ń' | 'ņ' | 'ň' => folded.push('n'),
            'ó' | 'ò' | 'ô' | 'õ' | 'ō' | 'ŏ' => folded.push('o'),
            'ŕ' | 'ŗ' | 'ř' => folded.push('r'),
            'ś' | 'ŝ' | 'ş' | 'š' | 'ș' => folded.push('s'),
            'ß' => folded.push_str("ss"),
            'ţ' | 'ť' | 'ŧ' | 'ț' => folded.push('t'),
            'þ' => folded.push_str("th"),
            'ú' | 'ù' | 'û' | 'ü' | 'ũ' | 'ū' | 'ŭ' | 'ů' | 'ű' | 'ų' => folded.push('u'),
            'ŵ' => folded.push('w'),
            'ý' | 'ÿ' | 'ŷ' => folded.push('y'),
            'ź' | 'ż' | 'ž' => folded.push('z'),
            // A ring or two dots written as a mark of their own, as some file systems and phones do.
            '\u{30a}' if folded.ends_with('a') => folded.push('a'),
            '\u{308}' if folded.ends_with(['a', 'o']) => folded.push('e'),
            '\u{300}'..='\u{36f}' => {}
            other => folded.push(other),
        }
    }
    folded
}

/// The forms under which a word is put into an index and looked up in it, the nearest first, without repeats.
///
/// The first is [`fold`]; the second is what someone types without a Danish keyboard, where å, ø and æ have become a, o and a.
/// Two words meet when they share a form.
///
/// ```
/// assert_eq!(kernel::search_forms("København"), ["koebenhavn", "kobenhavn"]);
/// assert_eq!(kernel::search_forms("Herlev"), ["herlev"]);
/// ```
pub fn search_forms(word: &str) -> Vec<String> {
    let folded = fold(word);
    let plain = folded.replace("aa", "a").replace("oe", "o").replace("ae", "a");
    if plain == folded { vec![folded] } else { vec![folded, plain] }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn meet(a: &str, b: &str) -> bool {
        search_forms(a).iter().any(|form| search_forms(b).contains(form))
    }

    #[test]
    fn both_danish_spellings_of_a_word_meet() {
        for (a, b) in [
            ("Ålborg", "AALBORG"),
            ("Brøndby", "Broendby"),
            ("Næstved", "naestved"),
            ("Allé", "alle"),
            ("Malmö", "Malmø"),
            ("A\u{30a}ge", "Åge"),
        ] {
            assert_eq!(fold(a), fold(b), "{a} {b}");
        }
    }

    #[test]
    fn a_word_typed_without_danish_letters_is_found_but_not_taken_for_the_same() {
        for (danish, plain) in [("Ålborg", "Alborg"), ("København", "Kobenhavn"), ("Rødovre", "Rodovre")] {
            assert!(meet(danish, plain), "{danish} {plain}");
            assert_ne!(fold(danish), fold(plain));
        }
        assert!(!meet("Brøndby", "Brande"));
    }

    proptest! {
        #[test]
        fn folding_twice_changes_nothing(text in ".{0,30}") {
            prop_assert_eq!(fold(&fold(&text)), fold(&text));
        }

        #[test]
        fn how_the_danish_letters_are_spelled_makes_no_difference(text in "[a-zæøåÆØÅé ]{0,30}") {
            let spelled = text.to_lowercase().replace('æ', "ae").replace('ø', "oe").replace('å', "aa");
            prop_assert_eq!(fold(&spelled), fold(&text));
            prop_assert!(fold(&text).is_ascii());
        }

        #[test]
        fn upper_and_lower_case_meet(text in "[a-zæøå]{1,20}") {
            prop_assert_eq!(fold(&text.to_uppercase()), fold(&text));
        }

        #[test]
        fn a_word_meets_itself_typed_without_danish_letters(text in "[b-dfæøå]{1,20}") {
            let typed = text.replace('å', "a").replace('ø', "o").replace('æ', "a");
            prop_assert!(meet(&text, &typed), "{} {}", text, typed);
        }
    }
}
