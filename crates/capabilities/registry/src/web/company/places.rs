//! Where a company works: its establishments as rows, and those of the municipality on a map.

use std::cmp::Ordering;

use ::web::{AreaMapShown, MapArea, MapDot, MapView};

use super::{View, employed};
use crate::{geography::Area, store::PlacedEstablishment, web::words::RegisterWords};

/// An establishment as the page shows it.
pub(super) struct Place {
    pub name: String,
    pub p_number: String,
    pub address: String,
    pub area: String,
    pub employed: String,
    /// Of which month the number of employees is.
    pub counted: String,
    pub industry: RegisterWords,
    pub protected: bool,
    pub ceased: bool,
    pub is_local: bool,
}

/// A folded name among others, numbers by their size.
#[derive(Debug, Clone, PartialEq, Eq)]
struct InOrder(String);

impl Ord for InOrder {
    fn cmp(&self, other: &Self) -> Ordering {
        alphanumeric_sort::compare_str(&self.0, &other.0).then_with(|| self.0.cmp(&other.0))
    }
}

impl PartialOrd for InOrder {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl View<'_> {
    /// Those that live, the municipality's first, and those that have ceased.
    pub(super) fn places(&self, all: &[PlacedEstablishment]) -> (Vec<Place>, Vec<Place>) {
        let mut places: Vec<Place> = all.iter().map(|placed| self.place(placed)).collect();
        places.sort_by_cached_key(|place| {
            (!place.is_local, InOrder(kernel::fold(&place.name)), place.p_number.clone())
        });
        places.into_iter().partition(|place| !place.ceased)
    }

    fn place(&self, placed: &PlacedEstablishment) -> Place {
        let establishment = &placed.establishment;
        let unit = &establishment.unit;
        let areas = placed.position.map(|position| self.areas.at(position)).unwrap_or_default();
        Place {
            name: unit.name(self.today).to_owned(),
            p_number: establishment.p_number.to_string(),
            address: self.address(unit),
            area: areas.iter().map(|area| area.name.as_str()).collect::<Vec<_>>().join(", "),
            employed: unit
                .latest_employment()
                .map(|figure| employed(self.page, figure.headcount))
                .unwrap_or_default(),
            counted: unit.latest_employment().map(|figure| self.figure(figure).0).unwrap_or_default(),
            industry: self.industry(unit),
            protected: unit.advertising_protected,
            ceased: unit.is_ceased(self.today),
            is_local: unit.is_local(self.municipality, self.today),
        }
    }

    /// The municipality's areas with the company's living establishments; `None` where none of them is known to lie there.
    pub(super) fn map(&self, all: &[PlacedEstablishment]) -> Option<MapView> {
        let here =
            |placed: &&PlacedEstablishment| placed.establishment.unit.is_local(self.municipality, self.today);
        let placed: Vec<_> = all.iter().filter(here).filter_map(|one| Some((one, one.position?))).collect();
        if placed.is_empty() || self.areas.areas().is_empty() {
            return None;
        }
        let row = |one: &PlacedEstablishment| format!("#p-{}", one.establishment.p_number);
        let lies_in: Vec<_> = placed.iter().map(|(_, at)| self.areas.at(*at)).collect();
        let areas = self.areas.drawn().map(|(area, border)| {
            let lies_here = |found: &Vec<&Area>| found.iter().any(|found| found.id == area.id);
            let mut inside = placed.iter().zip(&lies_in).filter(|(_, found)| lies_here(found));
            let link = inside.clone().next().map(|((one, _), _)| row(one));
            let count = inside.by_ref().count();
            MapArea {
                name: area.name.clone(),
                words: if count == 0 {
                    String::new()
                } else {
                    self.page.t1("registry-map-places", "count", count)
                },
                is_chosen: link.is_some(),
                link,
                border: border.clone(),
            }
        });
        let dots = placed.iter().map(|(one, at)| {
            let unit = &one.establishment.unit;
            let name = format!("{}, {}", unit.name(self.today), self.address(unit));
            MapDot { name, link: row(one), at: [at.longitude, at.latitude] }
        });
        let unplaced = all.iter().filter(here).count() - placed.len();
        let approximate = self.areas.areas().iter().any(|area| area.approximate);
        let foot = [
            (unplaced > 0).then(|| self.page.t1("registry-map-unplaced", "count", unplaced)),
            approximate.then(|| self.page.t("registry-map-approximate")),
        ];
        self.page.map(AreaMapShown {
            id: "map".to_owned(),
            caption: self.page.t("registry-map"),
            areas: areas.collect(),
            dots: dots.collect(),
            foot: foot.into_iter().flatten().collect::<Vec<_>>().join(" "),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kiosk_2_stands_before_kiosk_10_and_letters_stand_as_before() {
        let mut names =
            ["Kiosk 10", "kiosk 2", "Lager 3B", "Lager 3A", "Kiosk", "Ålborg 1", "Kiosk 2 Nord", "7-Nærkøb"];
        names.sort_by_cached_key(|name| InOrder(kernel::fold(name)));
        let expected =
            ["7-Nærkøb", "Ålborg 1", "Kiosk", "kiosk 2", "Kiosk 2 Nord", "Kiosk 10", "Lager 3A", "Lager 3B"];
        assert_eq!(names, expected);
    }
}
