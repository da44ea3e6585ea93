//! The words: the same keys in both languages, each of them this capability's own.

use std::collections::BTreeSet;

use identity::IdentityFact;
use kernel::{Fact, Role};

/// The first line of each message, which names all that it is given: its key and the rest.
fn messages(text: &str) -> impl Iterator<Item = (&str, &str)> {
    text.lines().filter(|line| line.starts_with("identity-")).filter_map(|line| line.split_once(" = "))
}

fn keys(text: &str) -> BTreeSet<&str> {
    messages(text).map(|(key, _)| key).collect()
}

#[test]
fn both_languages_have_the_same_keys_with_this_capabilitys_prefix() {
    let source = identity::manifest().messages;
    assert_eq!(keys(source.da), keys(source.en));
    assert!(keys(source.da).iter().all(|key| key.starts_with("identity-")));
    let arguments = |text: &str| {
        let line = |line: &str| {
            line.split("{ $").skip(1).map(|rest| rest.split(' ').next().unwrap().to_owned()).collect()
        };
        messages(text)
            .map(|(key, text)| (key.to_owned(), line(text)))
            .collect::<Vec<(String, BTreeSet<String>)>>()
    };
    let (mut da, mut en) = (arguments(source.da), arguments(source.en));
    da.sort();
    en.sort();
    assert_eq!(da, en);
}

#[test]
fn every_role_and_every_journal_word_can_be_read() {
    let manifest = identity::manifest();
    let known = keys(manifest.messages.da);
    for role in Role::ALL {
        assert!(
            known.contains(format!("identity-role-{}", role.id().replace('_', "-")).as_str()),
            "{role:?}"
        );
    }
    for word in manifest.journal_words {
        assert!(known.contains(format!("identity-journal-{word}").as_str()), "{word}");
    }
}

#[test]
fn the_journal_words_are_those_of_the_facts() {
    // A word that is no fact's reads as nothing; the other way is the compiler's: a fact that is written has its word.
    for word in identity::manifest().journal_words {
        let known = serde_json::from_value::<IdentityFact>(serde_json::json!({ "word": word }));
        let error = known.unwrap_err().to_string();
        assert!(error.contains("missing field"), "{word}: {error}");
    }
    assert_eq!(IdentityFact::CAPABILITY, identity::manifest().name);
}
