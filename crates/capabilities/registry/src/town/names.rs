//! Names that nobody would take for a real company: an animal, a thing and a trade.

use rand::RngExt;
use rand_chacha::ChaCha20Rng;

const ANIMALS: &[&str] = &[
    "Grævling",
    "Hejre",
    "Ræv",
    "Ugle",
    "Svale",
    "Hare",
    "Krage",
    "Hermelin",
    "Bæver",
    "Pindsvin",
    "Musvit",
    "Tårnfalk",
    "Ørred",
    "Gedde",
    "Humlebi",
    "Sommerfugl",
    "Isfugl",
    "Egern",
    "Hjort",
    "Oksekat",
    "Trane",
    "Gøg",
    "Spætte",
    "Solsort",
    "Viber",
    "Ålekvabbe",
    "Søhest",
    "Blåhval",
    "Odder",
    "Rådyr",
];
const THINGS: &[&str] = &[
    "Kobber",
    "Halm",
    "Kastanje",
    "Skrue",
    "Lanterne",
    "Kaffe",
    "Tagsten",
    "Kompas",
    "Messing",
    "Rabarber",
    "Granit",
    "Paraply",
    "Vindmølle",
    "Kridt",
    "Tromme",
    "Havre",
    "Lakrids",
    "Blyant",
    "Anker",
    "Tidsel",
    "Møtrik",
    "Ærtesuppe",
    "Æblegren",
    "Ørkensand",
    "Åkande",
];
const ADJECTIVES: &[&str] = &[
    "Blå",
    "Rolige",
    "Kvikke",
    "Grønne",
    "Gyldne",
    "Skæve",
    "Stille",
    "Muntre",
    "Sorte",
    "Hvide",
    "Glade",
    "Store",
    "Våde",
    "Søvnige",
    "Ærlige",
    "Årvågne",
];

/// One of the list.
pub(super) fn pick<'a, T>(rng: &mut ChaCha20Rng, from: &'a [T]) -> Option<&'a T> {
    if from.is_empty() { None } else { from.get(rng.random_range(0..from.len())) }
}

fn word(rng: &mut ChaCha20Rng, from: &[&'static str]) -> &'static str {
    pick(rng, from).copied().unwrap_or_default()
}

/// What stands before the trade: "Hejre & Kobber", "Den Rolige Ugle", "Ræv 7".
pub(super) fn proper_name(rng: &mut ChaCha20Rng) -> String {
    let animal = word(rng, ANIMALS);
    match rng.random_range(0..10) {
        0..4 => format!("{animal} & {}", word(rng, THINGS)),
        4..6 => format!("{} {animal}", word(rng, ADJECTIVES)),
        6..8 => format!("{}{}", word(rng, THINGS), animal.to_lowercase()),
        8 => format!("{animal} {}", rng.random_range(2..99)),
        _ => format!("{animal}, {} & Co.", word(rng, THINGS)),
    }
}

/// The name as it stands in a web address: `hejre-kobber`.
pub(super) fn slug(name: &str) -> String {
    let folded = kernel::fold(name);
    let mut slug = String::new();
    for c in folded.chars() {
        if c.is_ascii_alphanumeric() {
            slug.push(c);
        } else if !slug.ends_with('-') && !slug.is_empty() {
            slug.push('-');
        }
    }
    slug.trim_end_matches('-').to_owned()
}
