//! A text that exists in both languages, as files and forms give it.

use serde::{Deserialize, Serialize};

use crate::Language;

/// The same said in Danish and in English.
///
/// ```
/// let title: kernel::Text = toml::from_str("da = \"Skilte\"\nen = \"Signs\"").unwrap();
/// assert_eq!(title.get(kernel::Language::En), "Signs");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Text {
    /// Danish.
    pub da: String,
    /// English.
    pub en: String,
}

impl Text {
    /// The text in that language.
    pub fn get(&self, language: Language) -> &str {
        match language {
            Language::Da => &self.da,
            Language::En => &self.en,
        }
    }
}
