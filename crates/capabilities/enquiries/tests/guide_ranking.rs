//! How often the guide is right. `dev.tsv` was written for tuning; `questions.tsv` and `off-topic.tsv` were written by
//! someone who had seen only the keys, are never tuned on, and are never printed: only their percentages are.

use std::{fs, path::Path};

use enquiries::guide::{Content, Evaluation, Guide};

fn guide() -> Guide {
    let content = Content::standard().unwrap();
    Guide::new(content.topics, content.ways)
}

fn evaluate(file: &str) -> Evaluation {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/guide").join(file);
    guide().evaluate(&fs::read_to_string(path).unwrap()).unwrap()
}

#[test]
fn the_guide_finds_the_topic_of_questions_it_was_never_tuned_on() {
    let questions = evaluate("questions.tsv");
    let off_topic = evaluate("off-topic.tsv");
    println!("{questions}\noff-topic {:.1} %", off_topic.top1());
    let (top1, top3, off) = (questions.top1(), questions.top3(), off_topic.top1());
    assert!(
        top3 >= 90.0 && top1 >= 75.0 && off >= 80.0,
        "top-1 {top1:.1} top-3 {top3:.1} off-topic {off:.1}"
    );
}

#[test]
fn the_guide_finds_the_topic_of_the_questions_it_was_tuned_on() {
    let dev = evaluate("dev.tsv");
    assert!(dev.top1() >= 90.0 && dev.top3() >= 95.0, "{dev}");
}
