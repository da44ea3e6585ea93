//! Every word that a page of ours asks for is there, in both languages.

use std::{collections::BTreeSet, fs, path::Path};

use crate::town::messages;

/// Keys that are put together from a beginning and a code; the codes are tested where they are rendered.
const BEGINNINGS: [&str; 18] = [
    "enquiries-inbox",
    "enquiries-inbox-caption",
    "enquiries-inbox-empty",
    "enquiries-case-channel",
    "enquiries-case-language",
    "enquiries-case-asker",
    "enquiries-outcome",
    "enquiries-avoidable",
    "enquiries-authority",
    "enquiries-redact",
    "enquiries-settled",
    "enquiries-spam",
    "enquiries-event",
    "enquiries-placeholder",
    "enquiries-enter-about",
    "enquiries-system",
    "enquiries-filing-choice",
    "enquiries-alone",
];

fn read(folder: &Path, into: &mut String) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            read(&path, into);
        } else {
            into.push_str(&fs::read_to_string(path).unwrap());
        }
    }
}

#[test]
fn every_word_of_the_staff_pages_exists_in_both_languages() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut text = String::new();
    read(&root.join("templates/enquiries/staff"), &mut text);
    read(&root.join("src/web/staff"), &mut text);
    let quoted: BTreeSet<&str> = text.split('"').filter(|word| word.starts_with("enquiries-")).collect();
    let is_key = |word: &&&str| {
        word.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '_')
    };
    let messages = messages();
    let missing: Vec<_> =
        quoted.iter().filter(is_key).filter(|key| !messages.has(key) && !BEGINNINGS.contains(key)).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

/// What binds, in the words of the two languages: the owed answer is a *svarfrist*, an answer by a day.
const BINDING: [&str; 8] =
    ["løfte om", "løfter om", "garanti", "tilsagn", "har lovet", "vi lover", "promis", "guarant"];

#[test]
fn no_message_makes_a_promise_of_the_date_to_answer_by() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut text = String::new();
    for folder in ["messages", "../../web/messages", "../../ledger/messages", "../../outreach/messages"] {
        read(&root.join(folder), &mut text);
        text.push('\n');
    }
    // A key is the program's own word; only what stands behind it is read by people.
    let words = text.lines().map(|line| line.split_once(" = ").map_or(line, |(_, words)| words));
    let binding = |words: &str| BINDING.iter().any(|word| words.to_lowercase().contains(word));
    let found: Vec<&str> = words.filter(|words| binding(words)).collect();
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn both_languages_say_the_same_things_with_the_same_arguments() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("messages");
    let keys = |file: &str| -> Vec<(String, BTreeSet<String>)> {
        let text = fs::read_to_string(root.join(file)).unwrap();
        let mut found: Vec<(String, BTreeSet<String>)> = Vec::new();
        for line in text.lines() {
            if let Some((key, _)) = line.split_once(" = ").filter(|(key, _)| key.starts_with("enquiries-")) {
                found.push((key.to_owned(), BTreeSet::new()));
            }
            let arguments =
                line.split('$').skip(1).map(|rest| rest.split([' ', '}']).next().unwrap().to_owned());
            if let Some((_, all)) = found.last_mut() {
                all.extend(arguments);
            }
        }
        found
    };
    assert_eq!(keys("staff_da.ftl"), keys("staff_en.ftl"));
    assert_eq!(keys("figures_da.ftl"), keys("figures_en.ftl"));
    assert_eq!(keys("references_da.ftl"), keys("references_en.ftl"));
    assert_eq!(keys("filing_da.ftl"), keys("filing_en.ftl"));
}

#[test]
fn every_word_of_the_journal_can_be_read() {
    let messages = messages();
    for word in enquiries::manifest().journal_words {
        assert!(messages.has(&format!("enquiries-journal-{word}")), "{word}");
    }
}
