//! Which column of a list says what: guessed from the words above the columns, in Danish and English.

use std::collections::BTreeMap;

use kernel::fold;
use serde::{Deserialize, Serialize};

use super::{ListKind, Sheet};

/// Lines that are looked at for the headings.
const HEADER_LINES: usize = 15;

/// What a column can say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    /// The company's CVR number.
    Cvr,
    /// The company's name.
    Company,
    /// A person at the company.
    Name,
    /// What the person does there.
    Title,
    /// The person's address.
    Email,
    /// The person's telephone.
    Phone,
    /// When the visit was.
    Date,
    /// Who of ours visited.
    Visitor,
    /// What kind of contact it was.
    Kind,
    /// Where.
    Place,
    /// Anything else.
    Note,
    /// When consent was given.
    ConsentDate,
    /// How consent was given.
    Proof,
}

impl Field {
    /// Every field.
    pub const ALL: [Self; 13] = [
        Self::Cvr,
        Self::Company,
        Self::Name,
        Self::Title,
        Self::Email,
        Self::Phone,
        Self::Date,
        Self::Visitor,
        Self::Kind,
        Self::Place,
        Self::Note,
        Self::ConsentDate,
        Self::Proof,
    ];

    /// As stored, and as it stands in a form.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Cvr => "cvr",
            Self::Company => "company",
            Self::Name => "name",
            Self::Title => "title",
            Self::Email => "email",
            Self::Phone => "phone",
            Self::Date => "date",
            Self::Visitor => "visitor",
            Self::Kind => "kind",
            Self::Place => "place",
            Self::Note => "note",
            Self::ConsentDate => "consent_date",
            Self::Proof => "proof",
        }
    }

    /// Reads a code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|field| field.code() == code)
    }

    /// What a list of this kind can say, in the order of the page.
    pub const fn of(kind: ListKind) -> &'static [Self] {
        match kind {
            ListKind::Contacts => {
                &[Self::Cvr, Self::Company, Self::Name, Self::Title, Self::Email, Self::Phone, Self::Note]
            }
            ListKind::Visits => &[
                Self::Date,
                Self::Cvr,
                Self::Company,
                Self::Visitor,
                Self::Kind,
                Self::Name,
                Self::Place,
                Self::Note,
            ],
            ListKind::Newsletter => {
                &[Self::Email, Self::Name, Self::Cvr, Self::Company, Self::ConsentDate, Self::Proof]
            }
        }
    }

    /// Words that stand above such a column, the surest first; folded as [`kernel::fold`] does.
    const fn words(self) -> &'static [&'static str] {
        match self {
            Self::Cvr => &["cvr", "cvr nr", "cvr nummer", "cvrnr", "cvrnummer", "cvr-nr", "vat", "se nr"],
            Self::Company => &[
                "virksomhed",
                "virksomhedsnavn",
                "firma",
                "firmanavn",
                "company",
                "company name",
                "organisation",
                "kunde",
                "business",
            ],
            Self::Name => &[
                "kontaktperson",
                "navn",
                "fulde navn",
                "contact person",
                "contact name",
                "full name",
                "name",
                "kontakt",
                "contact",
                "person",
                "deltager",
            ],
            Self::Title => {
                &["titel", "stilling", "stillingsbetegnelse", "job title", "title", "rolle", "role"]
            }
            Self::Email => &[
                "e-mail",
                "email",
                "mail",
                "e-mailadresse",
                "mailadresse",
                "email address",
                "e-post",
                "epost",
                "mailadr",
            ],
            Self::Phone => &[
                "telefon",
                "tlf",
                "telefonnummer",
                "mobil",
                "mobilnummer",
                "tlf nr",
                "phone",
                "telephone",
                "mobile",
                "phone number",
            ],
            Self::Date => &["dato", "besøgsdato", "date", "dag", "tidspunkt", "visit date", "hvornår"],
            Self::Visitor => &[
                "besøgt af",
                "medarbejder",
                "konsulent",
                "erhvervskonsulent",
                "visited by",
                "visitor",
                "hvem",
                "ansvarlig",
                "initialer",
                "consultant",
                "employee",
            ],
            Self::Kind => &["type", "art", "slags", "kontaktform", "aktivitet", "kind", "activity"],
            Self::Place => &["sted", "place", "location", "mødested"],
            Self::Note => &[
                "note",
                "noter",
                "notat",
                "bemærkning",
                "bemærkninger",
                "kommentar",
                "kommentarer",
                "referat",
                "emne",
                "notes",
                "comment",
                "comments",
                "remarks",
                "subject",
            ],
            Self::ConsentDate => &[
                "samtykke dato",
                "samtykkedato",
                "dato for samtykke",
                "tilmeldt",
                "tilmeldingsdato",
                "tilmeldt dato",
                "consent date",
                "signup date",
                "subscribed",
                "dato",
                "date",
            ],
            Self::Proof => &[
                "samtykke",
                "hvordan",
                "bevis",
                "dokumentation",
                "samtykke givet",
                "kilde",
                "consent",
                "proof",
                "how",
                "source",
                "consent source",
            ],
        }
    }
}

/// Which column says what, counted from 0.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Columns(pub BTreeMap<Field, usize>);

impl Columns {
    /// What stands in the field's column of a row; empty where no column says it.
    pub fn get<'a>(&self, field: Field, row: &'a [String]) -> &'a str {
        self.0.get(&field).and_then(|at| row.get(*at)).map_or("", String::as_str)
    }

    /// Whether a column says it.
    pub fn has(&self, field: Field) -> bool {
        self.0.contains_key(&field)
    }
}

/// A heading without what people decorate it with.
fn bare(heading: &str) -> String {
    let folded = fold(heading);
    let kept: String = folded.chars().map(|c| if c.is_alphanumeric() { c } else { ' ' }).collect();
    kept.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The likeliest columns under these headings: a heading that is a known word before one that holds it; no column says two
/// things.
pub fn guess(kind: ListKind, headings: &[String]) -> Columns {
    let headings: Vec<String> = headings.iter().map(|heading| bare(heading)).collect();
    let mut columns = Columns::default();
    let mut used = vec![false; headings.len()];
    let is = |heading: &str, word: &str| heading == word;
    let holds = |heading: &str, word: &str| format!(" {heading} ").contains(&format!(" {word} "));
    let both: [fn(&str, &str) -> bool; 2] = [is, holds];
    for fits in both {
        for field in Field::of(kind) {
            if columns.has(*field) {
                continue;
            }
            let free = |at: usize| !used.get(at).copied().unwrap_or(true);
            let found = field.words().iter().find_map(|word| {
                let word = bare(word);
                headings.iter().enumerate().position(|(at, heading)| free(at) && fits(heading, &word))
            });
            if let Some(at) = found {
                columns.0.insert(*field, at);
                if let Some(used) = used.get_mut(at) {
                    *used = true;
                }
            }
        }
    }
    columns
}

/// The line of the headings, counted from 1: of the first lines the one under which most columns are known; else the first
/// with more than one cell.
pub fn header_row(kind: ListKind, sheet: &Sheet) -> usize {
    let lines = || sheet.lines.iter().take(HEADER_LINES).enumerate();
    let known = |line: &[String]| guess(kind, line).0.len();
    let best = lines().rev().max_by_key(|(_, line)| known(line)).filter(|(_, line)| known(line) > 0);
    let filled = |line: &[String]| line.iter().filter(|cell| !cell.is_empty()).count();
    best.or_else(|| lines().find(|(_, line)| filled(line) > 1)).map_or(1, |(at, _)| at + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headings(words: &[&str]) -> Vec<String> {
        words.iter().map(|word| (*word).to_owned()).collect()
    }

    #[test]
    fn columns_are_known_by_danish_and_english_words_whatever_stands_around_them() {
        for words in [
            ["CVR-nr.", "Firmanavn", "Kontaktperson", "Titel", "E-mail", "Tlf."],
            ["CVR", "Company", "Name", "Title", "Email address", "Phone"],
            ["cvrnummer", "VIRKSOMHED:", "Navn", "Stilling", "Mail", "Mobil"],
        ] {
            let columns = guess(ListKind::Contacts, &headings(&words));
            let fields = [Field::Cvr, Field::Company, Field::Name, Field::Title, Field::Email, Field::Phone];
            assert_eq!(
                fields.map(|field| columns.0.get(&field).copied()),
                [0, 1, 2, 3, 4, 5].map(Some),
                "{words:?}"
            );
        }
    }

    #[test]
    fn no_column_says_two_things() {
        let columns = guess(ListKind::Newsletter, &headings(&["Mail", "Navn", "Dato", "Samtykke"]));
        let mut used: Vec<usize> = columns.0.values().copied().collect();
        used.dedup();
        assert_eq!(used.len(), columns.0.len());
        assert_eq!(columns.0.get(&Field::ConsentDate), Some(&2));
        assert_eq!(columns.0.get(&Field::Proof), Some(&3));
    }

    #[test]
    fn headings_are_found_below_a_title_that_fills_the_line() {
        let lines =
            [&["Kontakter i erhvervsafdelingen"][..], &[], &["Firma", "Navn", "Mail"], &["A", "B", "C"]];
        let sheet = Sheet { name: String::new(), lines: lines.iter().map(|line| headings(line)).collect() };
        assert_eq!(header_row(ListKind::Contacts, &sheet), 3);
    }
}
