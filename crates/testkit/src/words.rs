//! The words of journal lines: every one that a crate can write it has declared, and both languages can say it.

use kernel::Fact;

/// The words of every fact, in the order in which the enum has them.
pub fn journal_words<F: Fact>() -> Vec<String> {
    // What serde says when a word is unknown: every word that it knows.
    let unknown = serde_json::from_value::<F>(serde_json::json!({ "word": "?" })).err();
    let told = unknown.map(|error| error.to_string()).unwrap_or_default();
    let known = told.split_once(", expected ").map_or("", |(_, known)| known);
    let words: Vec<String> = known.split('`').skip(1).step_by(2).map(str::to_owned).collect();
    assert!(!words.is_empty(), "`{}` tells no words: {told}", F::CAPABILITY);
    words
}

/// Fails where a crate declares other words than its facts have, and where one of its Fluent files lacks the message
/// `CAPABILITY-journal-WORD` of a word or has one of no word.
pub fn assert_journal_reads<F: Fact>(declared: &[&str], messages: [&str; 2]) {
    assert_eq!(journal_words::<F>(), declared);
    let prefix = format!("{}-journal-", F::CAPABILITY);
    for messages in messages {
        let keys = messages.lines().filter_map(|line| line.split_once(" = ")).map(|(key, _)| key);
        let told: Vec<&str> = keys.filter_map(|key| key.strip_prefix(&prefix)).collect();
        assert_eq!(told, declared);
    }
}
