//! The words: the same keys in both languages, each of them this capability's own, and one for every code.

use std::collections::BTreeSet;

use protection::{ProtectionFact, model::REASONS};

fn keys(text: &str) -> BTreeSet<&str> {
    let messages = text.lines().filter(|line| line.starts_with("protection-"));
    messages.filter_map(|line| line.split_once(" = ")).map(|(key, _)| key).collect()
}

#[test]
fn both_languages_have_the_same_keys_and_every_code_has_words() {
    let manifest = protection::manifest();
    let (da, en) = (manifest.messages.da, manifest.messages.en);
    assert_eq!(keys(da), keys(en));
    for code in REASONS {
        assert!(keys(da).contains(format!("protection-reason-{code}").as_str()), "{code}");
    }
    testkit::assert_journal_reads::<ProtectionFact>(manifest.journal_words, [da, en]);
}
