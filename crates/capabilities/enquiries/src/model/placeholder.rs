//! Words in braces in a saved reply, such as `{navn}`, that are filled in when it is put into an answer. Pure.

/// Something that a case knows. Each has a Danish and an English word; either may stand in either text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Placeholder {
    /// The contact's name.
    Name,
    /// The company's name.
    Company,
    /// The case's number.
    Number,
    /// The topic's title.
    Topic,
    /// The day by which the answer is owed.
    Due,
    /// The team that owns the case.
    Team,
    /// Whoever writes.
    Me,
}

impl Placeholder {
    /// Every one.
    pub const ALL: [Self; 7] =
        [Self::Name, Self::Company, Self::Number, Self::Topic, Self::Due, Self::Team, Self::Me];

    /// The words, Danish first.
    pub const fn words(self) -> [&'static str; 2] {
        match self {
            Self::Name => ["navn", "name"],
            Self::Company => ["virksomhed", "company"],
            Self::Number => ["nummer", "number"],
            Self::Topic => ["emne", "topic"],
            Self::Due => ["svarfrist", "deadline"],
            Self::Team => ["team", "unit"],
            Self::Me => ["mig", "me"],
        }
    }

    fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.words().contains(&word))
    }
}

/// The words in braces of a text, each with whether it is one of ours. Braces around anything but one word are text.
fn braced(text: &str) -> impl Iterator<Item = (&str, Option<Placeholder>)> {
    let pieces = text.split('{').skip(1).filter_map(|rest| rest.split_once('}').map(|(word, _)| word));
    let words = pieces.filter(|word| !word.is_empty() && word.chars().all(char::is_alphabetic));
    words.map(|word| (word, Placeholder::from_word(word)))
}

/// The first word in braces that is none of ours: a slip of the pen.
pub fn unknown_placeholder(text: &str) -> Option<&str> {
    braced(text).find(|(_, known)| known.is_none()).map(|(word, _)| word)
}

/// The first of ours that still stands in a text: nobody has filled it in.
pub fn unfilled_placeholder(text: &str) -> Option<&str> {
    braced(text).find(|(_, known)| known.is_some()).map(|(word, _)| word)
}

/// Fills a text in. What has no value stays as it is, to be seen by whoever sends it.
pub fn fill(text: &str, value: impl Fn(Placeholder) -> Option<String>) -> String {
    let mut pieces = text.split('{');
    let mut filled = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let known = piece.split_once('}').and_then(|(word, rest)| {
            let value = Placeholder::from_word(word).and_then(&value)?;
            Some((value, rest))
        });
        if let Some((value, rest)) = known {
            filled.push_str(&value);
            filled.push_str(rest);
        } else {
            filled.push('{');
            filled.push_str(piece);
        }
    }
    filled
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_is_known_is_filled_in_and_what_is_not_stays_to_be_seen() {
        let value = |one| match one {
            Placeholder::Name => Some("Sara Lund".to_owned()),
            Placeholder::Number => Some("2026-00123".to_owned()),
            _ => None,
        };
        let filled = fill("Hej {navn}, {number} svares senest {svarfrist}. {a b} {ukendt}", value);
        assert_eq!(filled, "Hej Sara Lund, 2026-00123 svares senest {svarfrist}. {a b} {ukendt}");
        assert_eq!(unfilled_placeholder(&filled), Some("svarfrist"));
        assert_eq!(unknown_placeholder(&filled), Some("ukendt"));
        assert_eq!(unfilled_placeholder("Kurly {braces} og {} og { navn }"), None);
    }

    proptest! {
        #[test]
        fn a_text_without_placeholders_stays_as_it_is(text in "[a-zæøå{} ]{0,60}") {
            prop_assert_eq!(fill(&text, |_| None), text);
        }
    }
}
