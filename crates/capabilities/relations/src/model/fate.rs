//! What becomes of each row of a list: told before anything is taken, and decided where only a person can.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    hash::BuildHasher,
};

use chrono::NaiveDate;
use kernel::{CvrNumber, Email, PNumber, fold};
use serde::{Deserialize, Serialize};

use super::{Columns, Entry, Field, ListKind, Problem, parse_row, row::masked};

/// Domains whose addresses are people's own, not a company's.
const PRIVATE_DOMAINS: [&str; 16] = [
    "gmail.com",
    "googlemail.com",
    "hotmail.com",
    "hotmail.dk",
    "outlook.com",
    "outlook.dk",
    "live.dk",
    "live.com",
    "msn.com",
    "yahoo.com",
    "yahoo.dk",
    "icloud.com",
    "me.com",
    "protonmail.com",
    "proton.me",
    "ofir.dk",
];

macro_rules! fates {
    ($($(#[$doc:meta])* $variant:ident = $code:literal,)*) => {
        /// What becomes of a row.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Fate { $($(#[$doc])* $variant,)* }

        impl Fate {
            /// All of them, in the order of the page.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// As stored, and as in the message keys.
            pub const fn code(self) -> &'static str {
                match self { $(Self::$variant => $code,)* }
            }

            /// Reads a code.
            pub fn from_code(code: &str) -> Option<Self> {
                match code { $($code => Some(Self::$variant),)* _ => None }
            }
        }
    };
}

fates! {
    /// It is not here yet.
    New = "new",
    /// The company is found by its name only: a person says which.
    ByName = "by-name",
    /// It is here, and says something else.
    Differs = "differs",
    /// Its company has ceased.
    Ceased = "ceased",
    /// Its address is a person's own.
    Private = "private",
    /// It is here already.
    Same = "same",
    /// An earlier row of the file says it.
    Duplicate = "duplicate",
    /// The company is not in the register.
    NoCompany = "no-company",
    /// Something in it cannot be right.
    Invalid = "invalid",
    /// Its holder wants no newsletter.
    Left = "left",
}

/// What a person decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// Take it.
    Take,
    /// Leave it.
    Skip,
}

impl Decision {
    /// As stored.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Take => "take",
            Self::Skip => "skip",
        }
    }
    /// Reads a code.
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Take, Self::Skip].into_iter().find(|one| one.code() == code)
    }
}

impl Fate {
    /// Whether a person may say what becomes of it.
    pub const fn is_to_decide(self) -> bool {
        matches!(self, Self::ByName | Self::Differs | Self::Ceased | Self::Private)
    }

    /// Whether the row is taken, as it was decided; nothing is taken silently but what is new.
    pub const fn is_taken(self, decision: Option<Decision>) -> bool {
        match (self, decision) {
            (_, Some(Decision::Skip)) => false,
            (Self::New, _) => true,
            (fate, Some(Decision::Take)) => fate.is_to_decide(),
            _ => false,
        }
    }
}

/// A company that a name may mean.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Candidate {
    /// Its number.
    pub cvr: CvrNumber,
    /// Its name in the register.
    pub name: String,
    /// Its town.
    pub town: String,
}

/// Two words for one thing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Difference {
    /// Of which field.
    pub field: Field,
    /// What is here.
    pub ours: String,
    /// What the list says.
    pub theirs: String,
}

/// A row and what becomes of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Judged {
    /// What it says; `None` where something in it cannot be right.
    pub entry: Option<Entry>,
    /// What is wrong.
    pub problems: Vec<Problem>,
    /// The companies that its name may mean.
    pub candidates: Vec<Candidate>,
    /// Where it says something else than what is here.
    pub differences: Vec<Difference>,
    /// The earlier row that says the same.
    pub earlier: Option<usize>,
}

/// What the register says of the companies that a list names.
#[derive(Debug, Default)]
pub struct Town {
    /// Those with the numbers that it names, and whether each has ceased.
    pub numbers: BTreeMap<CvrNumber, (Candidate, bool)>,
    /// Those that its names may mean, by the name as it stands in the list.
    pub names: BTreeMap<String, Vec<Candidate>>,
    /// Ten digits that are P-numbers.
    pub p_numbers: BTreeSet<PNumber>,
}

/// What is here of what a list may say, by the row's key, as a row would say it.
pub trait Known {
    /// What is here already.
    fn known(&self, key: &str) -> Option<&Entry>;
    /// Whether the holder of the address wants nothing.
    fn has_left(&self, email: &Email) -> bool;
}

/// What is here, read at once.
#[derive(Debug, Default)]
pub struct KnownRows {
    /// By the row's key.
    pub entries: HashMap<String, Entry>,
    /// Addresses that left.
    pub left: BTreeSet<String>,
}

impl Known for KnownRows {
    fn known(&self, key: &str) -> Option<&Entry> {
        self.entries.get(key)
    }
    fn has_left(&self, email: &Email) -> bool {
        self.left.contains(&email.to_key())
    }
}

/// One row, judged: its fate, the row, its cells as they may be kept, and whether something in them was masked.
pub type JudgedRow = (usize, Fate, Judged, Vec<String>, bool);

/// Judges rows one after the other: `seen` are the keys of those before.
pub fn judge<S: BuildHasher>(
    kind: ListKind,
    columns: &Columns,
    rows: &[(usize, Vec<String>)],
    (town, known): (&Town, &dyn Known),
    seen: &mut HashMap<String, usize, S>,
    when: (bool, NaiveDate),
) -> Vec<JudgedRow> {
    let judge_one = |(number, cells): &(usize, Vec<String>)| {
        let (cells, is_masked) = masked(cells, |p_number| town.p_numbers.contains(p_number));
        let mut judged = Judged {
            entry: None,
            problems: Vec::new(),
            candidates: Vec::new(),
            differences: Vec::new(),
            earlier: None,
        };
        let fate = match parse_row(kind, columns, &cells, when) {
            Err(problems) => {
                judged.problems = problems;
                Fate::Invalid
            }
            Ok(entry) => judge_entry(kind, (entry, *number), (town, known), seen, &mut judged),
        };
        (*number, fate, judged, cells, is_masked)
    };
    rows.iter().map(judge_one).collect()
}

fn judge_entry(
    kind: ListKind,
    (mut entry, number): (Entry, usize),
    (town, known): (&Town, &dyn Known),
    seen: &mut HashMap<String, usize, impl BuildHasher>,
    judged: &mut Judged,
) -> Fate {
    let mut fate = Fate::New;
    match entry.cvr {
        Some(cvr) => match town.numbers.get(&cvr) {
            None => fate = Fate::NoCompany,
            Some((card, has_ceased)) => {
                entry.company.clone_from(&card.name);
                if *has_ceased {
                    fate = Fate::Ceased;
                }
            }
        },
        None if entry.company.is_empty() => {}
        None => match town.names.get(&entry.company) {
            Some(candidates) if !candidates.is_empty() => {
                judged.candidates.clone_from(candidates);
                fate = Fate::ByName;
            }
            _ => fate = Fate::NoCompany,
        },
    }
    // A reader of the newsletter need not belong to a company of the register.
    if !kind.needs_company() && matches!(fate, Fate::NoCompany | Fate::ByName | Fate::Ceased) {
        if fate == Fate::NoCompany {
            entry.cvr = None;
        }
        fate = Fate::New;
    }
    let key = entry.key(kind);
    if kind == ListKind::Newsletter && entry.email.as_ref().is_some_and(|email| known.has_left(email)) {
        fate = Fate::Left;
    } else if let Some(earlier) = seen.get(&key) {
        judged.earlier = Some(*earlier);
        fate = Fate::Duplicate;
    } else {
        seen.insert(key.clone(), number);
        let of_company = matches!(fate, Fate::New | Fate::Ceased);
        if let Some(ours) = known.known(&key).filter(|_| of_company) {
            judged.differences = differences(kind, ours, &entry);
            fate = if judged.differences.is_empty() { Fate::Same } else { Fate::Differs };
        } else if fate == Fate::New && kind == ListKind::Contacts && is_private(entry.email.as_ref()) {
            fate = Fate::Private;
        }
    }
    judged.entry = Some(entry);
    fate
}

fn is_private(email: Option<&Email>) -> bool {
    email.is_some_and(|email| PRIVATE_DOMAINS.contains(&email.domain()))
}

/// Where the list says something that is not here. An empty cell says nothing.
pub(crate) fn differences(kind: ListKind, ours: &Entry, theirs: &Entry) -> Vec<Difference> {
    let email = |entry: &Entry| entry.email.as_ref().map(ToString::to_string).unwrap_or_default();
    let phone = |entry: &Entry| entry.phone.as_ref().map(ToString::to_string).unwrap_or_default();
    let fields: Vec<(Field, String, String)> = match kind {
        ListKind::Contacts => vec![
            (Field::Name, ours.name.clone(), theirs.name.clone()),
            (Field::Title, ours.title.clone(), theirs.title.clone()),
            (Field::Email, email(ours), email(theirs)),
            (Field::Phone, phone(ours), phone(theirs)),
            (Field::Note, ours.note.clone(), theirs.note.clone()),
        ],
        ListKind::Visits => vec![
            (Field::Name, ours.name.clone(), theirs.name.clone()),
            (Field::Place, ours.place.clone(), theirs.place.clone()),
            (Field::Note, ours.note.clone(), theirs.note.clone()),
        ],
        ListKind::Newsletter => {
            let mut fields = vec![(Field::Name, ours.name.clone(), theirs.name.clone())];
            // Whoever said yes said it once; where we do not know of it, the list may.
            if let Some(on) =
                theirs.consented_on.filter(|_| !theirs.proof.is_empty() && ours.consented_on.is_none())
            {
                fields.push((Field::ConsentDate, String::new(), on.to_string()));
            }
            fields
        }
    };
    fields
        .into_iter()
        .filter(|(_, ours, theirs)| !theirs.is_empty() && fold(ours) != fold(theirs))
        .map(|(field, ours, theirs)| Difference { field, ours, theirs })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(words: &[&str]) -> Vec<String> {
        words.iter().map(|word| (*word).to_owned()).collect()
    }

    fn fates(rows: &[&[&str]], town: &Town, known: &KnownRows) -> Vec<(Fate, Judged)> {
        let headings = cells(&["Firma", "CVR", "Navn", "Mail", "Titel"]);
        let columns = super::super::guess(ListKind::Contacts, &headings);
        let rows: Vec<_> = rows.iter().enumerate().map(|(at, row)| (at + 2, cells(row))).collect();
        let today = "2026-11-24".parse().unwrap();
        let judged =
            judge(ListKind::Contacts, &columns, &rows, (town, known), &mut HashMap::new(), (false, today));
        judged.into_iter().map(|(_, fate, judged, ..)| (fate, judged)).collect()
    }

    #[test]
    fn a_name_is_offered_and_never_taken_silently() {
        let mut town = Town::default();
        town.names.insert("Smedjen".into(), vec![candidate_named("Smedjen ApS")]);
        let found = fates(
            &[&["Smedjen", "", "Åse", "", ""], &["Ukendt", "", "Bo", "", ""]],
            &town,
            &KnownRows::default(),
        );
        assert_eq!(found[0].0, Fate::ByName);
        assert_eq!(found[0].1.candidates.len(), 1);
        assert!(!Fate::ByName.is_taken(None));
        assert_eq!(found[1].0, Fate::NoCompany);
    }

    fn cvr() -> CvrNumber {
        // The first invented number with a right check digit.
        (99_000_000..).find_map(|number: u32| number.to_string().parse().ok()).unwrap()
    }

    fn candidate_named(name: &str) -> Candidate {
        Candidate { cvr: cvr(), name: name.into(), town: "Byen".into() }
    }

    #[test]
    fn a_row_that_says_what_is_here_is_the_same_and_one_that_says_more_differs() {
        let number = cvr().to_string();
        let mut town = Town::default();
        town.numbers.insert(cvr(), (candidate_named("Smedjen ApS"), false));
        let ours = Entry {
            cvr: Some(cvr()),
            name: "Åse Bøgh".into(),
            email: Some("aase@example.dk".parse().unwrap()),
            ..Entry::default()
        };
        let mut known = KnownRows::default();
        known.entries.insert(ours.key(ListKind::Contacts), ours);
        let rows: [&[&str]; 4] = [
            &["", &number, "Åse Bøgh", "aase@example.dk", ""],
            &["", &number, "Bo", "bo@example.dk", ""],
            &["", &number, "Bo", "BO@example.dk", ""],
            &["", &number, "Per", "per@gmail.com", ""],
        ];
        let found: Vec<Fate> = fates(&rows, &town, &known).into_iter().map(|(fate, _)| fate).collect();
        assert_eq!(found, [Fate::Same, Fate::New, Fate::Duplicate, Fate::Private]);
        let changed = fates(&[&["", &number, "Åse Bøgh", "aase@example.dk", "Direktør"]], &town, &known);
        assert_eq!(changed[0].0, Fate::Differs);
        assert_eq!(changed[0].1.differences.len(), 1);
    }

    #[test]
    fn digits_that_look_like_a_cpr_number_are_masked_before_anything_is_kept() {
        let number = format!("{:02}{:02}{:02}-{:04}", 1, 2, 70, 7);
        let headings = cells(&["Firma", "Navn"]);
        let columns = super::super::guess(ListKind::Contacts, &headings);
        let rows = [(2, cells(&["Smedjen", &format!("Åse {number}")]))];
        let today = "2026-11-24".parse().unwrap();
        let known = KnownRows::default();
        let judged = judge(
            ListKind::Contacts,
            &columns,
            &rows,
            (&Town::default(), &known),
            &mut HashMap::new(),
            (false, today),
        );
        let (_, _, judged, kept, is_masked) = &judged[0];
        assert!(*is_masked && kept[1] == "Åse xxxxxx-xxxx");
        assert!(judged.entry.as_ref().is_some_and(|entry| !entry.name.contains(&number)));
    }
}
