//! Where an ended case is kept, on its page and in the form that ends it.

use super::CasePage;
use crate::{
    access,
    model::{Filing, NOT_FILED_REASONS, Reference, SaidOfFiling, System},
};

impl CasePage {
    pub(super) fn filing_choices() -> [&'static str; 3] {
        SaidOfFiling::CHOICES
    }

    pub(super) fn not_filed_reasons() -> [&'static str; 4] {
        NOT_FILED_REASONS
    }

    /// Whether the asker may say now where it is kept.
    pub(super) fn may_file(&self) -> bool {
        self.case.has_filing() && access::may_file(self.auth(), &self.case)
    }

    /// Whether the choice is made: as typed, as it was said, in the archive where a number there is known, else to be filed.
    /// That it need not be is never chosen for anyone.
    pub(super) fn is_filing(&self, action: &str, choice: &str) -> bool {
        let typed = self.value(action, "filing");
        let chosen = match &self.filing {
            _ if !typed.is_empty() => typed,
            Filing::NotFiled { .. } => "not-filed",
            // What the archive received by itself goes there again when the case ends again.
            _ if action == "close" && self.archived().is_some_and(|one| self.is_receipt(one)) => "owed",
            _ if self.archived().is_some() => "filed",
            _ => "owed",
        };
        chosen == choice
    }

    /// The number in the archive: as typed, or as it is known.
    pub(super) fn filing_number(&self, action: &str) -> &str {
        if self.is_open(action) {
            return self.value(action, "filing_number");
        }
        self.archived().map_or("", |reference| reference.details.number.as_str())
    }

    /// Whether the reason is chosen: as typed, or as it was said.
    pub(super) fn is_because(&self, action: &str, reason: &str) -> bool {
        match &self.filing {
            _ if self.is_open(action) => self.value(action, "filing_because") == reason,
            Filing::NotFiled { because, .. } => because.as_str() == reason,
            _ => false,
        }
    }

    pub(super) fn filing_words(&self, action: &str) -> &str {
        match &self.filing {
            _ if self.is_open(action) => self.value(action, "filing_words"),
            Filing::NotFiled { words, .. } => words,
            _ => "",
        }
    }

    /// Where it is kept, in words.
    pub(super) fn filed(&self) -> String {
        match &self.filing {
            Filing::Filed { .. } => {
                let number = self.archived().map_or("", |reference| reference.details.number.as_str());
                self.page.t1("enquiries-filing-is-filed", "number", number)
            }
            Filing::NotFiled { because, words } => {
                let because = self.page.t(&format!("enquiries-filing-because-{because}"));
                self.page.t2("enquiries-filing-is-not-filed", ("because", because), ("words", words.as_str()))
            }
            Filing::Owed => self.page.t("enquiries-filing-is-owed"),
        }
    }

    fn is_receipt(&self, reference: &Reference) -> bool {
        self.packages.iter().any(|one| one.receipt.as_ref() == Some(&reference.details.number))
    }

    /// What the case is called in the archive: where it is filed, else where one of us has noted a number there.
    fn archived(&self) -> Option<&Reference> {
        let all = || self.references.iter().map(|noted| &noted.reference);
        match &self.filing {
            Filing::Filed { reference } => all().find(|one| one.id == *reference),
            Filing::NotFiled { .. } | Filing::Owed => {
                all().find(|one| one.details.system == System::Archive && !one.details.number.is_empty())
            }
        }
    }
}
