//! A synthetic Denmark: the invented town over and over, each time with other numbers, other names and another place, as
//! documents of the register's own format. Nothing of it is held in memory but one town.
//!
//! The first town is the municipality's own and lies where the demo lies; the others lie elsewhere. CVR numbers count
//! upwards from far above what the register gives out today, since the invented range holds too few; the register that is
//! made of them is thrown away with its folder.

use std::{
    collections::BTreeMap,
    io::{self, Write},
};

use chrono::NaiveDate;
use kernel::CvrNumber;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use registry::town;

/// The seed of the town.
const SEED: u64 = 2620;
/// The first CVR number.
const CVR_FIRST: u32 = 47_000_000;
/// Words that names begin with; few are common and many are rare, as with family names.
const WORDS: f64 = 40_000.0;
/// Documents of the full register for each active establishment.
const DOCUMENTS_PER_ACTIVE: f64 = 2.8;

const FIRST_SYLLABLES: [&str; 34] = [
    "Val", "Brand", "Høj", "Sten", "Lund", "Kirke", "Sønder", "Nør", "Øster", "Vester", "Mose", "Skov",
    "Bæk", "Dam", "Eng", "Fugl", "Grøn", "Hvid", "Is", "Jern", "Klit", "Lille", "Mølle", "Ny", "Ravn",
    "Sand", "Torn", "Ulv", "Vind", "Ægir", "Ørne", "Åkan", "Bøge", "Ege",
];
const MIDDLE_SYLLABLES: [&str; 36] = [
    "", "de", "er", "ing", "te", "le", "re", "ke", "ne", "se", "be", "ge", "me", "pe", "ve", "dal", "ager",
    "holt", "bjerg", "ris", "toft", "sø", "vad", "vig", "bro", "gårds", "lev", "løse", "rup", "sted",
    "strup", "sund", "tved", "um", "vang", "å",
];
const LAST_SYLLABLES: [&str; 34] = [
    "", "sen", "gaard", "by", "borg", "bæk", "dahl", "feldt", "gren", "holm", "hus", "kjær", "krog", "lund",
    "mark", "mose", "næs", "rup", "skov", "sted", "strand", "thorp", "toft", "trup", "vang", "vej", "vig",
    "ø", "å", "huse", "ager", "berg", "ris", "slev",
];
/// Elsewhere: kommunekode, name, postcode, town.
const PLACES: [(u16, &str, u16, &str); 20] = [
    (101, "KØBENHAVN", 2300, "København S"),
    (147, "FREDERIKSBERG", 2000, "Frederiksberg"),
    (153, "BRØNDBY", 2605, "Brøndby"),
    (157, "GENTOFTE", 2900, "Hellerup"),
    (167, "HVIDOVRE", 2650, "Hvidovre"),
    (169, "HØJE-TAASTRUP", 2630, "Taastrup"),
    (217, "HELSINGØR", 3000, "Helsingør"),
    (265, "ROSKILDE", 4000, "Roskilde"),
    (330, "SLAGELSE", 4200, "Slagelse"),
    (376, "GULDBORGSUND", 4800, "Nykøbing F"),
    (400, "BORNHOLM", 3700, "Rønne"),
    (461, "ODENSE", 5000, "Odense C"),
    (561, "ESBJERG", 6700, "Esbjerg"),
    (607, "FREDERICIA", 7000, "Fredericia"),
    (615, "HORSENS", 8700, "Horsens"),
    (630, "VEJLE", 7100, "Vejle"),
    (730, "RANDERS", 8900, "Randers C"),
    (751, "AARHUS", 8000, "Aarhus C"),
    (791, "VIBORG", 8800, "Viborg"),
    (851, "AALBORG", 9000, "Aalborg"),
];

/// A piece of a document: as it is, or different in each town.
enum Piece {
    Text(String),
    /// The company that comes so many places after the town's first.
    Cvr(usize),
    /// A P-number.
    Place(u64),
    /// The register's own number of a unit.
    Unit(u64),
    /// A name, by its place among the town's names.
    Name(usize),
    Municipality,
    MunicipalityName,
    Postcode,
    Town,
}

/// The country.
pub struct Denmark {
    documents: Vec<Vec<Piece>>,
    /// How many companies a town has.
    companies: usize,
    /// What of the town's names stands behind the first word.
    tails: Vec<String>,
    /// P-numbers of a town lie within so many.
    place_span: u64,
    unit_span: u64,
    /// Active establishments in a town.
    active: u64,
}

/// How much of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Extent {
    towns: u64,
    /// How many documents.
    pub documents: u64,
    /// How many active establishments.
    pub active: u64,
}

impl Denmark {
    /// The country as it is on `today`.
    pub fn new(today: NaiveDate) -> Self {
        let town = town::town(SEED, today);
        let mut reading = Reading::default();
        let documents: Vec<Vec<Piece>> = town.documents.iter().map(|text| reading.pieces(text)).collect();
        let active = town
            .documents
            .iter()
            .filter(|text| text.contains("\"VrproduktionsEnhed\"") && text.contains("\"Aktiv\""));
        let span = |numbers: &[u64]| {
            let (first, last) = (numbers.iter().min().copied(), numbers.iter().max().copied());
            last.zip(first).map_or(1, |(last, first)| last - first + 1)
        };
        let tail = |name: &String| name.split_once(' ').map_or(String::new(), |(_, tail)| tail.to_owned());
        let mut names: Vec<(&String, &usize)> = reading.names.iter().collect();
        names.sort_by_key(|(_, at)| **at);
        Self {
            active: active.count() as u64,
            companies: reading.companies.len(),
            tails: names.into_iter().map(|(name, _)| tail(name)).collect(),
            place_span: span(&reading.places),
            unit_span: span(&reading.units),
            documents,
        }
    }

    /// As many towns as have `active` establishments; with `is_full` as many more as the whole register has documents.
    pub fn extent(&self, active: u64, is_full: bool) -> Extent {
        let per_town = self.documents.len() as u64;
        let mut towns = active.div_ceil(self.active);
        if is_full {
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                clippy::cast_precision_loss,
                reason = "a few millions, never negative"
            )]
            let documents = (active as f64 * DOCUMENTS_PER_ACTIVE) as u64;
            towns = towns.max(documents.div_ceil(per_town));
        }
        Extent { towns, documents: towns * per_town, active: towns * self.active }
    }

    /// Writes the documents, one a line.
    pub fn write(&self, extent: Extent, out: &mut impl Write) -> io::Result<()> {
        let mut numbers = Numbers(CVR_FIRST);
        for town in 0..extent.towns {
            let companies: Vec<u32> = numbers.by_ref().take(self.companies).collect();
            let names: Vec<String> =
                (0_u64..).zip(&self.tails).map(|(at, tail)| name(town, at, tail)).collect();
            let (code, municipality, postcode, place) = place_of(town);
            for document in &self.documents {
                for piece in document {
                    match piece {
                        Piece::Text(text) => out.write_all(text.as_bytes())?,
                        Piece::Cvr(at) => {
                            write!(out, "{}", companies.get(*at).copied().unwrap_or(CVR_FIRST))?;
                        }
                        Piece::Place(number) => write!(out, "{}", number + town * self.place_span)?,
                        Piece::Unit(number) => write!(out, "{}", number + town * self.unit_span)?,
                        Piece::Name(at) => {
                            out.write_all(names.get(*at).map_or("", String::as_str).as_bytes())?;
                        }
                        Piece::Municipality => write!(out, "{code}")?,
                        Piece::MunicipalityName => out.write_all(municipality.as_bytes())?,
                        Piece::Postcode => write!(out, "{postcode}")?,
                        Piece::Town => out.write_all(place.as_bytes())?,
                    }
                }
                out.write_all(b"\n")?;
            }
        }
        out.flush()
    }
}

/// Valid CVR numbers, some apart from one another.
struct Numbers(u32);

impl Iterator for Numbers {
    type Item = u32;
    fn next(&mut self) -> Option<u32> {
        let found = (self.0 + 1..=self.0 + 40).find(|number| CvrNumber::try_from(*number).is_ok())?;
        self.0 = found;
        Some(found)
    }
}

fn place_of(town: u64) -> (u16, &'static str, u16, &'static str) {
    let elsewhere = town.checked_sub(1).and_then(|at| usize::try_from(at).ok());
    let place = elsewhere.and_then(|at| PLACES.get(at % PLACES.len())).copied();
    place.unwrap_or((165, "ALBERTSLUND", 2620, "Albertslund"))
}

/// A name in a town: a word of its own before what the demo's name says of the trade.
fn name(town: u64, at: u64, tail: &str) -> String {
    let mut dice = ChaCha8Rng::seed_from_u64(town << 20 | at);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and 40,000")]
    let rank = WORDS.powf(dice.random_range(0.0..1.0)) as usize;
    format!("{} {tail}", word(rank))
}

/// The word of a rank.
fn word(rank: usize) -> String {
    // Ranks that lie beside each other share no beginning.
    let mixed = rank.wrapping_mul(0x9E37_79B1) >> 4;
    let of = |syllables: &[&'static str], at: usize| {
        syllables.get(at % syllables.len()).copied().unwrap_or_default()
    };
    let first = of(&FIRST_SYLLABLES, mixed);
    let middle = of(&MIDDLE_SYLLABLES, mixed / FIRST_SYLLABLES.len());
    let last = of(&LAST_SYLLABLES, mixed / FIRST_SYLLABLES.len() / MIDDLE_SYLLABLES.len());
    format!("{first}{middle}{last}")
}

/// Takes the town's documents to pieces.
#[derive(Default)]
struct Reading {
    companies: BTreeMap<u64, usize>,
    names: BTreeMap<String, usize>,
    places: Vec<u64>,
    units: Vec<u64>,
}

/// What stands before a piece that differs, and whether it ends with a quotation mark.
const MARKERS: [(&str, &str); 9] = [
    ("\"cvrNummer\":", "cvr"),
    ("\"nyesteCvrNummerRelation\":", "cvr"),
    ("\"pNummer\":", "place"),
    ("\"enhedsNummer\":", "unit"),
    ("\"_id\":\"", "unit"),
    ("\"navn\":\"", "name"),
    ("\"kommuneKode\":165", "municipality"),
    ("\"kommuneNavn\":\"ALBERTSLUND", "municipality-name"),
    ("\"postnummer\":2620", "postcode"),
];
const TOWN_MARKER: &str = "\"postdistrikt\":\"Albertslund";

impl Reading {
    fn pieces(&mut self, text: &str) -> Vec<Piece> {
        let markers = MARKERS.iter().copied().chain([(TOWN_MARKER, "town")]);
        let mut found: Vec<(usize, &str, &str)> = markers
            .flat_map(|(marker, kind)| text.match_indices(marker).map(move |(at, _)| (at, marker, kind)))
            .collect();
        found.sort_unstable();
        let (mut pieces, mut written) = (Vec::new(), 0);
        for (at, marker, kind) in found {
            let start = match kind {
                "municipality" | "postcode" => at + marker.find(':').map_or(0, |colon| colon + 1),
                "municipality-name" | "town" => at + marker.find(":\"").map_or(0, |colon| colon + 2),
                _ => at + marker.len(),
            };
            let rest = text.get(start..).unwrap_or_default();
            let length = rest.find(['"', ',', '}']).filter(|_| kind != "name").or_else(|| rest.find('"'));
            let Some(value) = length.and_then(|length| rest.get(..length)) else { continue };
            let Some(piece) = self.piece(kind, value) else { continue };
            pieces.push(Piece::Text(text.get(written..start).unwrap_or_default().to_owned()));
            pieces.push(piece);
            written = start + value.len();
        }
        pieces.push(Piece::Text(text.get(written..).unwrap_or_default().to_owned()));
        pieces
    }

    fn piece(&mut self, kind: &str, value: &str) -> Option<Piece> {
        let number = || value.parse::<u64>().ok();
        Some(match kind {
            "cvr" => {
                let next = self.companies.len();
                Piece::Cvr(*self.companies.entry(number()?).or_insert(next))
            }
            "place" => {
                self.places.push(number()?);
                Piece::Place(number()?)
            }
            "unit" => {
                self.units.push(number()?);
                Piece::Unit(number()?)
            }
            "name" => {
                let next = self.names.len();
                Piece::Name(*self.names.entry(value.to_owned()).or_insert(next))
            }
            "municipality" => Piece::Municipality,
            "municipality-name" => Piece::MunicipalityName,
            "postcode" => Piece::Postcode,
            _ => Piece::Town,
        })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use registry::{
        document::{Document, Documents, Numbers},
        model::RegisterUnit,
    };

    use super::*;

    fn today() -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 11, 23).unwrap()
    }

    fn text(denmark: &Denmark, extent: Extent) -> Vec<u8> {
        let mut text = Vec::new();
        denmark.write(extent, &mut text).unwrap();
        text
    }

    #[test]
    fn every_document_of_three_towns_is_read_and_no_number_comes_twice() {
        let denmark = Denmark::new(today());
        let extent = denmark.extent(denmark.active * 2 + 1, false);
        assert_eq!(extent.towns, 3);
        let text = text(&denmark, extent);
        let mut documents = Documents::new(text.as_slice(), Numbers::Real);
        let (mut companies, mut places, mut active, mut owners) =
            (BTreeSet::new(), BTreeSet::new(), 0, BTreeSet::new());
        while let Some(document) = documents.next_document().unwrap() {
            match document {
                Document::Unit(_, RegisterUnit::Company(company)) => assert!(companies.insert(company.cvr)),
                Document::Unit(_, RegisterUnit::Establishment(establishment)) => {
                    assert!(places.insert(establishment.p_number));
                    active += u64::from(!establishment.unit.is_ceased(today()));
                    owners.extend(establishment.companies.iter().map(|dated| dated.value));
                }
                other => panic!("{other:?}"),
            }
        }
        assert_eq!((companies.len() + places.len()) as u64, extent.documents);
        assert_eq!(active, extent.active);
        assert!(owners.is_subset(&companies), "every establishment has its company");
    }

    #[test]
    fn only_the_first_town_lies_in_the_municipality() {
        let denmark = Denmark::new(today());
        let count = |towns| {
            let text =
                String::from_utf8(text(&denmark, denmark.extent(denmark.active * towns, false))).unwrap();
            text.matches("\"kommuneKode\":165,").count()
        };
        assert_eq!(count(1), count(3));
        assert!(count(1) > 1_000);
    }

    #[test]
    fn names_of_towns_differ_and_repeat_now_and_then_as_names_do() {
        let names: BTreeSet<String> = (0..5_000).map(|at| name(1, at, "VVS ApS")).collect();
        assert!((1_500..4_900).contains(&names.len()), "{}", names.len());
        assert_ne!(name(1, 7, "VVS"), name(2, 7, "VVS"));
    }
}
