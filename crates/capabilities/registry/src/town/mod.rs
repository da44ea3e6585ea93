//! The invented town: about two thousand establishments on real streets of 2620, written as documents of the register's
//! own format, so that the demo goes through the importer like anything else.
//!
//! Everything but street names and trades is invented, and plainly so: numbers of the invented range, animals for
//! names, house numbers that no home is likely to have. The same seed and day give the same town to the byte.

mod addresses;
mod documents;
mod names;
mod stories;
mod streets;
mod trades;

use std::collections::BTreeSet;

use chrono::{Days, Months, NaiveDate};
use kernel::CvrNumber;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha20Rng;
use uuid::Uuid;

/// The kommunekode of the town.
const MUNICIPALITY: u16 = 165;
/// Companies that belong to the town, now or once.
const COMPANIES: u32 = 1_790;
/// Chains whose legal unit lies elsewhere.
const CHAINS: u32 = 45;
/// The first number of the invented range.
const CVR_FIRST: u32 = 99_000_000;
/// The first invented P-number; the range is far above the real ones.
const P_NUMBER_FIRST: u64 = 1_990_000_000;

/// The four areas of the policy as GeoJSON. No polygon of them is published: they are drawn approximately, and say so.
pub const AREAS: &str = include_str!("../../areas/demo.geojson");

/// The demo's files, as a municipality would hand them to the importers.
#[derive(Debug)]
pub struct Town {
    /// The register: one document a line.
    pub documents: Vec<String>,
    /// `address_id,longitude,latitude`, with a heading.
    pub address_points: String,
    /// The four areas of the policy, approximately drawn.
    pub areas: &'static str,
}

/// Makes the town as it is on `today`.
pub fn town(seed: u64, today: NaiveDate) -> Town {
    let mut builder = Builder {
        rng: ChaCha20Rng::seed_from_u64(seed),
        today,
        next_cvr: CVR_FIRST,
        next_p_number: P_NUMBER_FIRST,
        next_unit: 4_990_000_000,
        names: BTreeSet::new(),
        documents: Vec::new(),
        points: std::collections::BTreeMap::new(),
    };
    for _ in 0..COMPANIES {
        builder.company();
    }
    for _ in 0..CHAINS {
        builder.chain();
    }
    let mut address_points = String::from("address_id,longitude,latitude\n");
    for (id, (longitude, latitude)) in &builder.points {
        let line = format!("{id},{longitude:.6},{latitude:.6}\n");
        address_points.push_str(&line);
    }
    Town { documents: builder.documents, address_points, areas: AREAS }
}

/// A stretch of days, `None` for "still".
type Life = (NaiveDate, Option<NaiveDate>);

struct Builder {
    rng: ChaCha20Rng,
    today: NaiveDate,
    next_cvr: u32,
    next_p_number: u64,
    next_unit: u64,
    names: BTreeSet<String>,
    documents: Vec<String>,
    points: std::collections::BTreeMap<Uuid, (f64, f64)>,
}

impl Builder {
    fn chance(&mut self, percent: u32) -> bool {
        self.rng.random_range(0..100) < percent
    }

    /// A day between two, both included; `from` when they are the wrong way round.
    fn day_between(&mut self, from: NaiveDate, to: NaiveDate) -> NaiveDate {
        let days = u64::try_from((to - from).num_days()).unwrap_or(0);
        from.checked_add_days(Days::new(self.rng.random_range(0..=days))).unwrap_or(from)
    }

    fn years_ago(&self, years: u32) -> NaiveDate {
        self.today.checked_sub_months(Months::new(years * 12)).unwrap_or(self.today)
    }

    fn cvr(&mut self) -> Option<CvrNumber> {
        // Numbers lie apart, as they do in the register; of eleven in a row some are valid.
        let from = self.next_cvr + self.rng.random_range(12..400);
        let cvr = (from..from + 24).find_map(|number| CvrNumber::try_from(number).ok())?;
        self.next_cvr = cvr.number();
        Some(cvr)
    }

    fn p_number(&mut self) -> u64 {
        self.next_p_number += self.rng.random_range(1..900);
        self.next_p_number
    }

    fn unit_number(&mut self) -> u64 {
        self.next_unit += 1;
        self.next_unit
    }
}

#[cfg(test)]
mod tests {
    use super::{streets::Quarter, *};
    use crate::{
        document::{Document, Documents, Numbers},
        model::{Company, Establishment, Movement, RegisterUnit},
    };

    fn today() -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 11, 23).unwrap()
    }

    fn read(town: &Town) -> (Vec<Company>, Vec<Establishment>) {
        let (mut companies, mut establishments) = (Vec::new(), Vec::new());
        let text = town.documents.join("\n");
        let mut documents = Documents::new(text.as_bytes(), Numbers::Invented);
        while let Some(document) = documents.next_document().unwrap() {
            match document {
                Document::Unit(_, RegisterUnit::Company(company)) => companies.push(company),
                Document::Unit(_, RegisterUnit::Establishment(establishment)) => {
                    establishments.push(establishment);
                }
                other => panic!("{other:?}"),
            }
        }
        (companies, establishments)
    }

    #[test]
    fn the_importer_reads_every_document_of_the_town() {
        let town = town(1, today());
        let (companies, establishments) = read(&town);
        assert_eq!(companies.len() + establishments.len(), town.documents.len());
        assert!((1_800..2_200).contains(&establishments.len()), "{}", establishments.len());
        assert!(companies.iter().all(|company| company.cvr.is_invented()));
        let mut numbers: Vec<_> = establishments.iter().map(|establishment| establishment.p_number).collect();
        numbers.dedup();
        assert_eq!(numbers.len(), establishments.len());
        let distinct: BTreeSet<_> = companies.iter().map(|company| company.cvr).collect();
        assert_eq!(distinct.len(), companies.len());
    }

    #[test]
    fn the_town_has_every_kind_of_story() {
        let (companies, establishments) = read(&town(1, today()));
        let local = |establishment: &&Establishment| establishment.unit.is_local(MUNICIPALITY, today());
        assert!(establishments.iter().filter(local).count() > 1_300);
        let movements: Vec<_> = establishments
            .iter()
            .flat_map(|e| e.unit.movements(MUNICIPALITY, today()))
            .map(|(_, m)| m)
            .collect();
        for kind in [Movement::New, Movement::MovedIn, Movement::MovedOut, Movement::Ceased] {
            assert!(movements.iter().filter(|movement| **movement == kind).count() > 30, "{kind:?}");
        }
        let count = |is: &dyn Fn(&Company) -> bool| companies.iter().filter(|company| is(company)).count();
        assert!(count(&|company| company.is_sole_trader(today())) > 200);
        assert!(count(&|company| !company.unit.former_names(today()).is_empty()) > 60);
        assert!(count(&|company| company.unit.advertising_protected) > 300);
        assert!(count(&|company| company.unit.status == "UNDER KONKURS") > 2);
        assert!(count(&|company| company.unit.industries.iter().count() == 2) > 500);
        assert!(
            count(&|company| !company.unit.is_local(MUNICIPALITY, today())
                && !company.unit.was_ever_in(MUNICIPALITY))
                > 20
        );
        assert!(count(&|company| company.secondary_names.iter().count() > 0) > 50);
    }

    #[test]
    fn the_same_seed_and_day_give_the_same_town_and_another_seed_another() {
        let (one, two, other) = (town(7, today()), town(7, today()), town(8, today()));
        assert_eq!((&one.documents, &one.address_points), (&two.documents, &two.address_points));
        assert_ne!(one.documents, other.documents);
    }

    #[test]
    fn a_sole_trader_lives_at_no_real_home() {
        let (companies, _) = read(&town(3, today()));
        let homes: Vec<_> = Quarter::Homes.streets().iter().map(|street| street.name).collect();
        for address in companies.iter().flat_map(|company| company.unit.addresses.iter()) {
            if homes.contains(&address.value.street.as_str()) {
                let number: u32 = address
                    .value
                    .house
                    .chars()
                    .take_while(char::is_ascii_digit)
                    .collect::<String>()
                    .parse()
                    .unwrap();
                assert!(number > 300, "{}", address.value);
            }
        }
    }
}
