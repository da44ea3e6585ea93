//! How a text becomes words that can be found: folded as [`kernel::fold`] does, each also as one types it without æ, ø, å.

/// Longer words are cut: nobody types more, and it bounds the index.
pub const WORD_CHARS_MAX: usize = 32;
/// The shortest and the longest beginning of a word that is put into the index.
const BEGINNING_CHARS: (usize, usize) = (2, 12);

/// The words of a text: letters and digits, folded. "A/S" and "I/S" are one word each, and "Hejre & Søn's" is three.
pub fn words(text: &str) -> Vec<String> {
    let folded = kernel::fold(text);
    let parts = folded.split(|c: char| !c.is_alphanumeric() && c != '/' && c != '.' && c != '\'');
    let words = parts
        .map(|part| part.chars().filter(|c| c.is_alphanumeric()).take(WORD_CHARS_MAX).collect::<String>());
    words.filter(|word| !word.is_empty()).collect()
}

/// A folded word as it is found: itself, and without what the Danish letters became.
pub(crate) fn forms(folded: &str) -> Vec<String> {
    kernel::search_forms(folded)
}

/// The words in all forms, separated by spaces.
pub(crate) fn whole(texts: &[String]) -> String {
    let mut out = String::new();
    for word in texts.iter().flat_map(|text| words(text)) {
        for form in forms(&word) {
            push(&mut out, &form);
        }
    }
    out
}

/// Every beginning of every word in all forms. A word shorter than the shortest beginning stands for itself.
pub(crate) fn beginnings(texts: &[String]) -> String {
    let mut out = String::new();
    for word in texts.iter().flat_map(|text| words(text)) {
        for form in forms(&word) {
            if form.chars().count() < BEGINNING_CHARS.0 {
                push(&mut out, &form);
            }
            for (count, (at, c)) in form.char_indices().enumerate() {
                if (BEGINNING_CHARS.0..=BEGINNING_CHARS.1).contains(&(count + 1)) {
                    push(&mut out, form.get(..at + c.len_utf8()).unwrap_or(&form));
                }
            }
        }
    }
    out
}

/// A word as it is looked up among the beginnings.
pub(crate) fn beginning(form: &str) -> &str {
    form.char_indices().nth(BEGINNING_CHARS.1).and_then(|(at, _)| form.get(..at)).unwrap_or(form)
}

/// The same of a word with a mistake in it: one shorter, since what was meant may be one letter longer.
pub(crate) fn beginning_to_mistype(form: &str) -> &str {
    form.char_indices().nth(BEGINNING_CHARS.1 - 1).and_then(|(at, _)| form.get(..at)).unwrap_or(form)
}

/// The whole text as one word, for exact names.
pub(crate) fn joined(text: &str) -> String {
    words(text).join("_")
}

fn push(out: &mut String, word: &str) {
    if !out.is_empty() {
        out.push(' ');
    }
    out.push_str(word);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_name_becomes_its_words() {
        assert_eq!(words("Hejre & Søn's Smedje A/S"), ["hejre", "soens", "smedje", "as"]);
        assert_eq!(words("Rør, Varme - og Blik I/S"), ["roer", "varme", "og", "blik", "is"]);
        assert_eq!(
            beginnings(&["Ålborg B".to_owned()]),
            "aa aal aalb aalbo aalbor aalborg al alb albo albor alborg b"
        );
    }

    proptest! {
        #[test]
        fn every_beginning_of_a_word_that_one_may_type_is_in_the_index(name in "[a-zæøåA-ZÆØÅ]{2,20}", typed in 2_usize..12) {
            let indexed = beginnings(std::slice::from_ref(&name));
            let typed: String = words(&name).concat().chars().take(typed).collect();
            prop_assert!(indexed.split(' ').any(|word| word == typed), "{typed} in {indexed}");
        }

        #[test]
        fn no_text_makes_words_panic_or_grow(text in ".{0,60}") {
            for word in words(&text) {
                prop_assert!(!word.is_empty() && word.chars().count() <= WORD_CHARS_MAX);
                prop_assert!(word.starts_with(beginning(&word)));
            }
        }
    }
}
