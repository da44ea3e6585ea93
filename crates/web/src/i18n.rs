//! The words of every page: one Fluent bundle per language, put together from all manifests.

use std::borrow::Cow;

use fluent_bundle::{FluentArgs, FluentResource, FluentValue, concurrent::FluentBundle};
use kernel::Language;
use unic_langid::langid;

/// Every message of the program in both languages.
pub struct Messages {
    da: FluentBundle<FluentResource>,
    en: FluentBundle<FluentResource>,
}

/// A capability's messages in both languages.
#[derive(Debug, Clone, Copy)]
pub struct MessageSource {
    /// Whose: its keys begin with this and a hyphen.
    pub prefix: &'static str,
    /// `messages/da.ftl`.
    pub da: &'static str,
    /// `messages/en.ftl`.
    pub en: &'static str,
}

/// Messages that do not parse, or keys that are given twice.
#[derive(Debug, thiserror::Error)]
#[error("messages of {prefix} in {language}: {what}")]
pub struct MessageError {
    prefix: &'static str,
    language: &'static str,
    what: String,
}

impl Messages {
    /// Puts the bundles together.
    pub fn new(sources: &[MessageSource]) -> Result<Self, MessageError> {
        let mut da = FluentBundle::new_concurrent(vec![langid!("da-DK")]);
        let mut en = FluentBundle::new_concurrent(vec![langid!("en-GB")]);
        // Isolation marks would stand in mails and in copied text.
        da.set_use_isolating(false);
        en.set_use_isolating(false);
        for source in sources {
            add(&mut da, source.prefix, "da", source.da)?;
            add(&mut en, source.prefix, "en", source.en)?;
        }
        Ok(Self { da, en })
    }

    /// The message with `arguments` filled in. A missing key shows itself, and is logged: a test finds it first.
    pub fn text(&self, language: Language, key: &str, arguments: &[(&str, Argument)]) -> String {
        let bundle = match language {
            Language::Da => &self.da,
            Language::En => &self.en,
        };
        let Some(pattern) = bundle.get_message(key).and_then(|message| message.value()) else {
            tracing::warn!(key, language = language.tag(), "message missing");
            return key.to_owned();
        };
        let mut args = FluentArgs::new();
        for (name, value) in arguments {
            args.set((*name).to_owned(), value.to_fluent());
        }
        let mut errors = Vec::new();
        let text = bundle.format_pattern(pattern, Some(&args), &mut errors).into_owned();
        if !errors.is_empty() {
            tracing::warn!(key, ?errors, "message misses arguments");
        }
        text
    }

    /// Whether there is such a message.
    pub fn has(&self, key: &str) -> bool {
        self.da.has_message(key) && self.en.has_message(key)
    }
}

fn add(
    bundle: &mut FluentBundle<FluentResource>,
    prefix: &'static str,
    language: &'static str,
    text: &str,
) -> Result<(), MessageError> {
    let resource = FluentResource::try_new(text.to_owned()).map_err(|(_, errors)| MessageError {
        prefix,
        language,
        what: errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "),
    })?;
    bundle.add_resource(resource).map_err(|errors| MessageError {
        prefix,
        language,
        what: errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "),
    })
}

/// What is filled into a message.
#[derive(Debug, Clone)]
pub enum Argument {
    /// Text, already in the reader's form: a date, a name.
    Text(String),
    /// A number that may choose a plural.
    Number(i64),
}

impl Argument {
    fn to_fluent(&self) -> FluentValue<'_> {
        match self {
            Self::Text(text) => FluentValue::String(Cow::Borrowed(text)),
            #[expect(clippy::cast_precision_loss, reason = "counts on a page are far below 2^52")]
            Self::Number(number) => FluentValue::from(*number as f64),
        }
    }
}

impl From<&str> for Argument {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}
impl From<String> for Argument {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}
impl From<&String> for Argument {
    fn from(text: &String) -> Self {
        Self::Text(text.clone())
    }
}
impl From<&&String> for Argument {
    fn from(text: &&String) -> Self {
        Self::Text((*text).clone())
    }
}
impl From<&&str> for Argument {
    fn from(text: &&str) -> Self {
        Self::Text((*text).to_owned())
    }
}
impl From<i32> for Argument {
    fn from(number: i32) -> Self {
        Self::Number(number.into())
    }
}
impl From<u64> for Argument {
    fn from(number: u64) -> Self {
        Self::Number(i64::try_from(number).unwrap_or(i64::MAX))
    }
}
impl From<i64> for Argument {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}
impl From<usize> for Argument {
    fn from(number: usize) -> Self {
        Self::Number(i64::try_from(number).unwrap_or(i64::MAX))
    }
}
