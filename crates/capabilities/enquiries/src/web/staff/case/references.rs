//! What a case is called in other systems, on its page: the list, and a form for each and for a new one.

use kernel::PersonId;
use storage::Line;

use super::CasePage;
use crate::{
    fact::EnquiryFact,
    model::{Reference, System},
};

/// A reference with who noted it.
pub(super) struct Noted {
    pub(super) reference: Reference,
    by: Option<PersonId>,
}

/// The references with who noted them, as the journal has it.
pub(super) fn noted(references: Vec<Reference>, lines: &[Line]) -> Vec<Noted> {
    let by = |reference: &Reference| {
        let line = lines.iter().rev().find(|line| match line.fact() {
            Ok(Some(EnquiryFact::ReferenceAdded { reference: added, .. })) => added == reference.id.uuid(),
            _ => false,
        })?;
        line.actor_id.filter(|_| line.actor_kind == "staff").map(PersonId::from)
    };
    references.into_iter().map(|reference| Noted { by: by(&reference), reference }).collect()
}

/// The form of one reference, or of a new one.
pub(super) struct ReferenceForm<'a> {
    case: &'a CasePage,
    reference: Option<&'a Reference>,
    /// Whether it is the one that was sent and refused.
    pub(super) is_typed: bool,
}

impl ReferenceForm<'_> {
    /// An id on the page: the one that was refused has those to which the errors lead.
    pub(super) fn id(&self, field: &str) -> String {
        match self.reference {
            None if self.is_typed || self.case.typed_reference().is_none() => format!("reference-{field}"),
            None => format!("reference-new-{field}"),
            Some(_) if self.is_typed => format!("reference-{field}"),
            Some(reference) => format!("reference-{}-{field}", reference.id),
        }
    }

    pub(super) fn has_error(&self, field: &str) -> bool {
        self.is_typed && self.case.has_error(field)
    }

    /// Which reference it changes; empty for a new one.
    pub(super) fn which(&self) -> String {
        self.reference.map(|reference| reference.id.to_string()).unwrap_or_default()
    }

    pub(super) fn value(&self, field: &str) -> String {
        if self.is_typed {
            return self.case.typed.fields.get(field).to_owned();
        }
        let Some(details) = self.reference.map(|reference| &reference.details) else {
            return String::new();
        };
        match field {
            "system" => details.system.code().to_owned(),
            "name" => details.name.clone(),
            "number" => details.number.clone(),
            "link" => details.link.as_ref().map(|link| link.as_str().to_owned()).unwrap_or_default(),
            "expected" => details.expected_on.map(|day| day.to_string()).unwrap_or_default(),
            _ => String::new(),
        }
    }

    pub(super) fn is_chosen(&self, system: &System) -> bool {
        self.value("system") == system.code()
    }

    /// The company may see it unless one of us says otherwise.
    pub(super) fn is_shown(&self) -> bool {
        if self.is_typed {
            return self.case.typed.fields.is_ticked("visible");
        }
        self.reference.is_none_or(|reference| reference.details.is_shown)
    }
}

impl CasePage {
    /// The reference whose form was sent and refused, while it is there.
    fn typed_reference(&self) -> Option<&Reference> {
        let typed = self.value("reference", "reference");
        let all = self.references.iter().map(|noted| &noted.reference);
        all.filter(|_| !typed.is_empty()).find(|one| one.id.to_string() == typed)
    }

    /// Whether the asker may note what the case is called elsewhere.
    pub(super) fn may_refer(&self) -> bool {
        self.is_ours() && self.case.has_references()
    }

    /// The form of a reference.
    pub(super) fn reference_form<'a>(&'a self, noted: &'a Noted) -> ReferenceForm<'a> {
        let is_typed = self.typed_reference().is_some_and(|typed| typed.id == noted.reference.id);
        ReferenceForm { case: self, reference: Some(&noted.reference), is_typed }
    }

    /// The form of a new one. What was typed in that of one that is gone meanwhile stands here.
    pub(super) fn new_reference_form(&self) -> ReferenceForm<'_> {
        let is_typed = self.is_open("reference") && self.typed_reference().is_none();
        ReferenceForm { case: self, reference: None, is_typed }
    }

    pub(super) fn systems() -> [System; 6] {
        System::ALL
    }

    /// What the system is called.
    pub(super) fn system(&self, reference: &Reference) -> String {
        match reference.details.system {
            System::Other if !reference.details.name.is_empty() => reference.details.name.clone(),
            system => self.page.t(&format!("enquiries-system-{}", system.code())),
        }
    }

    /// When news is expected, or was.
    pub(super) fn expected(&self, reference: &Reference) -> Option<String> {
        let day = reference.details.expected_on?;
        let today = self.page.app().calendar.local_date(self.auth().now());
        let key = if reference.has_passed(today) { "passed" } else { "expected" };
        Some(self.page.t1(&format!("enquiries-reference-{key}"), "date", self.page.day(&day)))
    }

    /// Who noted it, and when.
    pub(super) fn noted(&self, noted: &Noted) -> String {
        let (person, at) =
            (self.names.person(noted.by.as_ref()), self.page.moment(&noted.reference.added_at));
        self.page.t2("enquiries-reference-noted", ("person", person), ("at", at))
    }
}
