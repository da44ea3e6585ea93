//! What a company is told when something is wrong right now: whom to call, when they answer, and by which further words of the
//! town a question shows it.
//!
//! 112 and the signs that ship belong to the program: nothing here takes a sign or that number away.

use kernel::{Code, Language, Phone, Text};
use serde::{Deserialize, Serialize};

use super::{
    acute::Duty,
    topics::{ContentRefusal, TEXT_CHARS_MAX, WORDS_MAX, Words},
};

/// The key under which these texts are kept and told of, beside the topics.
pub const ACUTE: &str = "acute";
/// A sign of the municipality's own has at least so many letters: a shorter one would be in every other question.
pub const SIGN_LETTERS_MIN: usize = 4;
/// What every text says: whoever is in danger calls there first.
const EMERGENCY_NUMBER: &str = "112";

/// The texts, the telephones and the municipality's own signs, per duty.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Duties {
    pub emergency_heading: Text,
    pub emergency_text: Text,
    #[serde(default)]
    pub emergency_signs: Words,
    pub environment_heading: Text,
    pub environment_text: Text,
    /// Where it differs from the number in the configuration.
    #[serde(default)]
    pub environment_phone: Option<Phone>,
    /// When it is answered.
    pub environment_hours: Text,
    #[serde(default)]
    pub environment_signs: Words,
    pub road_heading: Text,
    pub road_text: Text,
    /// Where it differs from the number in the configuration.
    #[serde(default)]
    pub road_phone: Option<Phone>,
    /// When it is answered.
    pub road_hours: Text,
    #[serde(default)]
    pub road_signs: Words,
}

impl Duties {
    /// The question above the numbers.
    pub fn heading(&self, duty: Duty) -> &Text {
        match duty {
            Duty::Emergency => &self.emergency_heading,
            Duty::Environment => &self.environment_heading,
            Duty::Road => &self.road_heading,
        }
    }

    /// What to do.
    pub fn text(&self, duty: Duty) -> &Text {
        match duty {
            Duty::Emergency => &self.emergency_text,
            Duty::Environment => &self.environment_text,
            Duty::Road => &self.road_text,
        }
    }

    /// When the duty's telephone is answered; 112 always is.
    pub fn hours(&self, duty: Duty) -> Option<&Text> {
        match duty {
            Duty::Emergency => None,
            Duty::Environment => Some(&self.environment_hours),
            Duty::Road => Some(&self.road_hours),
        }
    }

    /// The duty's telephone, where the municipality has written one.
    pub fn phone(&self, duty: Duty) -> Option<&Phone> {
        match duty {
            Duty::Emergency => None,
            Duty::Environment => self.environment_phone.as_ref(),
            Duty::Road => self.road_phone.as_ref(),
        }
    }

    /// The municipality's own signs that this duty is called by.
    pub fn signs(&self, duty: Duty) -> &Words {
        match duty {
            Duty::Emergency => &self.emergency_signs,
            Duty::Environment => &self.environment_signs,
            Duty::Road => &self.road_signs,
        }
    }

    /// Everything that keeps these texts from being shown, in the order of the page on which they are edited.
    pub fn problems(&self) -> Vec<ContentRefusal> {
        let mut problems = Vec::new();
        for duty in Duty::ALL {
            let [heading, text, hours, signs] = fields(duty);
            check_text(&mut problems, heading, self.heading(duty));
            check_text(&mut problems, text, self.text(duty));
            let without_number =
                Language::ALL.into_iter().filter(|language| !says_emergency(self.text(duty).get(*language)));
            problems.extend(without_number.map(|language| ContentRefusal::NoEmergencyNumber {
                topic: key(),
                field: text,
                language,
            }));
            if let Some(answered) = self.hours(duty) {
                check_text(&mut problems, hours, answered);
            }
            for language in Language::ALL {
                let list = self.signs(duty).get(language);
                if list.len() > WORDS_MAX {
                    problems.push(ContentRefusal::TooMany { topic: key(), field: signs, max: WORDS_MAX });
                }
                let is_short = |sign: &String| letters(sign) < SIGN_LETTERS_MIN;
                if list.iter().any(is_short) {
                    problems.push(ContentRefusal::ShortSign { topic: key(), field: signs, language });
                }
                if list.iter().any(|sign| sign.chars().count() > TEXT_CHARS_MAX) {
                    problems.push(ContentRefusal::TooLong { topic: key(), field: signs, language });
                }
            }
        }
        problems
    }
}

/// The names of a duty's fields: heading, text, hours and signs. 112 has no hours.
const fn fields(duty: Duty) -> [&'static str; 4] {
    match duty {
        Duty::Emergency => ["emergency_heading", "emergency_text", "", "emergency_signs"],
        Duty::Environment => {
            ["environment_heading", "environment_text", "environment_hours", "environment_signs"]
        }
        Duty::Road => ["road_heading", "road_text", "road_hours", "road_signs"],
    }
}

/// The key as a code.
pub fn key() -> Code {
    ACUTE.parse().unwrap_or_else(|_| unreachable!("the key is a literal of the program"))
}

fn letters(sign: &str) -> usize {
    sign.chars().filter(|letter| letter.is_alphanumeric()).count()
}

/// Whether a text names 112, also where somebody wrote it with spaces. An empty one is told of as empty.
fn says_emergency(text: &str) -> bool {
    let plain: String = text.chars().filter(|letter| !letter.is_whitespace()).collect();
    plain.is_empty() || plain.contains(EMERGENCY_NUMBER)
}

fn check_text(problems: &mut Vec<ContentRefusal>, field: &'static str, text: &Text) {
    for language in Language::ALL {
        let line = text.get(language);
        if line.trim().is_empty() {
            problems.push(ContentRefusal::Empty { topic: key(), field, language });
        } else if line.chars().count() > TEXT_CHARS_MAX {
            problems.push(ContentRefusal::TooLong { topic: key(), field, language });
        }
    }
}
