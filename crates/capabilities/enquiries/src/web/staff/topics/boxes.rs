//! What the forms read, show and tell alike: texts and words in both languages, the team, a telephone, and at which box
//! something is wrong.

use ::web::{Fields, FormErrors};
use kernel::{Code, Language, Phone, Text};

use crate::guide::{ContentRefusal, Words};

/// The ids of the boxes for each language, by the name of the field in the files that ship.
const BOXES: [(&str, [&str; 2]); 18] = [
    ("title", ["title-da", "title-en"]),
    ("summary", ["summary-da", "summary-en"]),
    ("synonyms", ["synonyms-da", "synonyms-en"]),
    ("everyday", ["everyday-da", "everyday-en"]),
    ("whole", ["whole-da", "whole-en"]),
    ("examples", ["examples-da", "examples-en"]),
    ("against", ["against-da", "against-en"]),
    ("emergency_heading", ["emergency-heading-da", "emergency-heading-en"]),
    ("emergency_text", ["emergency-text-da", "emergency-text-en"]),
    ("emergency_signs", ["emergency-signs-da", "emergency-signs-en"]),
    ("environment_heading", ["environment-heading-da", "environment-heading-en"]),
    ("environment_text", ["environment-text-da", "environment-text-en"]),
    ("environment_hours", ["environment-hours-da", "environment-hours-en"]),
    ("environment_signs", ["environment-signs-da", "environment-signs-en"]),
    ("road_heading", ["road-heading-da", "road-heading-en"]),
    ("road_text", ["road-text-da", "road-text-en"]),
    ("road_hours", ["road-hours-da", "road-hours-en"]),
    ("road_signs", ["road-signs-da", "road-signs-en"]),
];

/// Puts a text into its two boxes.
pub(super) fn set_text(fields: &mut Fields, name: &str, text: &Text) {
    for language in Language::ALL {
        fields.set(&format!("{name}-{}", language.tag()), text.get(language));
    }
}

/// The text in two boxes.
pub(super) fn text(fields: &Fields, name: &str) -> Text {
    let text = |language: &str| fields.get(&format!("{name}-{language}")).to_owned();
    Text { da: text("da"), en: text("en") }
}

/// Puts words into their two boxes, a line each.
pub(super) fn set_words(fields: &mut Fields, name: &str, words: &Words) {
    for language in Language::ALL {
        fields.set(&format!("{name}-{}", language.tag()), &words.get(language).join("\n"));
    }
}

/// The words in two boxes; empty lines mean nothing.
pub(super) fn words(fields: &Fields, name: &str) -> Words {
    let lines = |language: &str| {
        let lines = fields.get(&format!("{name}-{language}")).lines().map(str::trim);
        lines.filter(|line| !line.is_empty()).map(str::to_owned).collect()
    };
    Words { da: lines("da"), en: lines("en") }
}

/// The team that was chosen; where none was, the one before.
pub(super) fn team(fields: &Fields, before: &Code, errors: &mut FormErrors) -> Code {
    fields.get("team").parse().unwrap_or_else(|_| {
        errors.add("team", "enquiries-content-wrong-team");
        before.clone()
    })
}

/// The number in a box, which may be empty; where it cannot be called, the one before.
pub(super) fn phone(
    fields: &Fields,
    name: &'static str,
    before: Option<&Phone>,
    errors: &mut FormErrors,
) -> Option<Phone> {
    match fields.get(name) {
        "" => None,
        typed => typed.parse().ok().or_else(|| {
            errors.add(name, "enquiries-content-wrong-phone");
            before.cloned()
        }),
    }
}

/// Puts what is wrong at its box.
pub(super) fn tell(refusals: &[ContentRefusal], errors: &mut FormErrors) {
    for refusal in refusals {
        let (id, word) = match refusal {
            ContentRefusal::Empty { field, language, .. } => (id(field, *language), "empty"),
            ContentRefusal::TooLong { field, language, .. } => (id(field, *language), "too-long"),
            ContentRefusal::NoEmergencyNumber { field, language, .. } => (id(field, *language), "no-112"),
            ContentRefusal::ShortSign { field, language, .. } => (id(field, *language), "short-sign"),
            ContentRefusal::TooMany { field, .. } => (id(field, Language::Da), "too-many"),
            ContentRefusal::Url { field, .. } => (id(field, Language::Da), "url"),
            ContentRefusal::Kle { .. } => ("kle", "kle"),
            ContentRefusal::UnknownTeam { .. } => ("team", "team"),
            // The forms have neither goals nor keys.
            ContentRefusal::Goal { .. }
            | ContentRefusal::UnknownTopic { .. }
            | ContentRefusal::Twice(_)
            | ContentRefusal::Toml(_)
            | ContentRefusal::NoOther => continue,
        };
        errors.add(id, format!("enquiries-content-wrong-{word}"));
    }
}

fn id(field: &str, language: Language) -> &'static str {
    if let Some((_, [da, en])) = BOXES.iter().find(|(name, _)| *name == field) {
        return if language == Language::Da { da } else { en };
    }
    match field {
        "kle_title" => "kle-title",
        "questions" => "questions",
        "self_service" => "services",
        "referral" => "referral-to",
        _ => "self-help",
    }
}
