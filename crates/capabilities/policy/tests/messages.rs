//! The words: the same keys and arguments in both languages, each of them this capability's own.

use std::collections::{BTreeMap, BTreeSet};

use kernel::Role;

/// Each key with the arguments of its text.
fn messages(text: &str) -> BTreeMap<String, BTreeSet<String>> {
    let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut key = String::new();
    for line in text.lines() {
        if let Some((name, _)) = line.split_once(" = ").filter(|_| !line.starts_with(' ')) {
            key = name.to_owned();
            found.entry(key.clone()).or_default();
        }
        for rest in line.split("{ $").skip(1) {
            let argument = rest.split([' ', '}']).next().unwrap().to_owned();
            found.entry(key.clone()).or_default().insert(argument);
        }
    }
    found
}

#[test]
fn both_languages_have_the_same_keys_and_arguments_with_this_capabilitys_prefix() {
    let source = policy::manifest().messages;
    assert_eq!(messages(source.da), messages(source.en));
    assert!(messages(source.da).keys().all(|key| key.starts_with("policy-")));
}

#[test]
fn every_role_and_every_journal_word_can_be_read() {
    let known = messages(policy::manifest().messages.da);
    for role in Role::ALL {
        assert!(known.contains_key(&format!("policy-role-{}", role.id())), "{role:?}");
    }
    for word in policy::manifest().journal_words {
        assert!(known.contains_key(&format!("policy-journal-{word}")), "{word}");
    }
}
