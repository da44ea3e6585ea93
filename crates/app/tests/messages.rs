//! The words of the whole program: the same keys with the same arguments in both languages, each under its owner's name.

use std::collections::{BTreeMap, BTreeSet};

use samspil::capabilities;
use web::MessageSource;

/// Refusals of the kernel's types stand with the words of `web`.
const OF_THE_KERNEL: [&str; 6] = ["cvr-", "p-number-", "email-", "phone-", "date-", "time-"];

/// Each key with the arguments that its text, with all its variants, names.
fn keys(text: &str) -> BTreeMap<String, BTreeSet<String>> {
    let mut keys: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut current = String::new();
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        let begins = line.starts_with(|c: char| c.is_ascii_alphabetic());
        if let Some((key, _)) = line.split_once(" =").filter(|_| begins) {
            current = key.trim().to_owned();
            keys.entry(current.clone()).or_default();
        }
        let arguments = line.split('$').skip(1).map(|rest| {
            rest.chars()
                .take_while(|c| c.is_ascii_alphanumeric() || *c == '_' || *c == '-')
                .collect::<String>()
        });
        if let Some(known) = keys.get_mut(&current) {
            known.extend(arguments);
        }
    }
    keys
}

fn sources() -> Vec<MessageSource> {
    capabilities::message_sources(&capabilities::manifests())
}

#[test]
fn every_key_is_in_both_languages_with_the_same_arguments() {
    for source in sources() {
        let (da, en) = (keys(source.da), keys(source.en));
        let missing: Vec<_> = da.keys().filter(|key| !en.contains_key(*key)).collect();
        assert!(missing.is_empty(), "{}: not in English: {missing:?}", source.prefix);
        let missing: Vec<_> = en.keys().filter(|key| !da.contains_key(*key)).collect();
        assert!(missing.is_empty(), "{}: not in Danish: {missing:?}", source.prefix);
        for (key, arguments) in &da {
            assert_eq!(Some(arguments), en.get(key), "{key} has other arguments in English");
        }
    }
}

#[test]
fn every_key_begins_with_its_owners_name() {
    for source in sources() {
        for key in keys(source.da).keys() {
            let is_own = key.starts_with(&format!("{}-", source.prefix));
            let is_kernels =
                source.prefix == "web" && OF_THE_KERNEL.iter().any(|prefix| key.starts_with(prefix));
            assert!(is_own || is_kernels, "{key} stands with the words of {}", source.prefix);
        }
    }
}

#[test]
fn menus_journal_lines_and_personal_data_have_words() {
    let manifests = capabilities::manifests();
    let messages = capabilities::messages(&manifests).unwrap();
    for manifest in &manifests {
        let lines = manifest.journal_words.iter().map(|word| format!("{}-journal-{word}", manifest.name));
        let menus = manifest.navigation.iter().map(|item| item.key.to_owned());
        let data =
            manifest.personal_data.iter().flat_map(|data| [data.what.to_owned(), data.retention.to_owned()]);
        for key in lines.chain(menus).chain(data) {
            assert!(messages.has(&key), "{} has no words for {key}", manifest.name);
        }
    }
}
