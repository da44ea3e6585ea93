//! Words as the register has them: Danish on every page, and said to be so where the page is not.
//!
//! The register has its industries and legal forms in Danish alone, and no list of official English names ships with us; a
//! screen reader must at least read them as Danish (WCAG 2.2, 3.1.2).

use ::web::Page;
use askama::Template;
use kernel::Language;

/// Words of the register, or ours where it has none.
#[derive(Template, Debug, Clone, Default, PartialEq, Eq)]
#[template(
    source = r#"{% if is_foreign %}<span lang="da">{{ text }}</span>{% else %}{{ text }}{% endif %}"#,
    ext = "html"
)]
pub(super) struct RegisterWords {
    text: String,
    is_foreign: bool,
}

impl askama::filters::HtmlSafe for RegisterWords {}

impl RegisterWords {
    /// As the register has them.
    pub(super) fn danish(page: &Page, text: String) -> Self {
        Self { is_foreign: page.language() != Language::Da && !text.is_empty(), text }
    }

    /// In the language of the page.
    pub(super) fn ours(text: String) -> Self {
        Self { text, is_foreign: false }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.text.is_empty()
    }
}
