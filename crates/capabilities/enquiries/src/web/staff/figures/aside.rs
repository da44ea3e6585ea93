//! What was set aside, team by team: marked as spam, read together with another case, or a message after the answer that needed
//! no other one. It counts in no other number, so that whoever leads can see here what left them.

use ::web::{Auth, Page};

use super::{
    Counted,
    behind::{ASIDE, Openable, aside, aside_place, sees_aside},
    link, number, place_name,
};
use crate::figures::{Period, Place};

/// A team's row.
pub(super) struct AsideRow {
    pub(super) name: String,
    /// How many were spam, were merged, or had a message that needed no answer, each with its cases where the asker may open
    /// one.
    pub(super) cells: [(String, Option<String>); 3],
}

/// All teams, then each by name. Nothing where nothing was set aside, or the asker has no business with it.
pub(super) fn rows(
    page: &Page,
    auth: &Auth,
    counted: &Counted,
    period: Period,
    openable: &Openable,
) -> Vec<AsideRow> {
    if !sees_aside(auth, &Place::All) {
        return Vec::new();
    }
    let days = period.days();
    let set_aside: Vec<(Place, &str)> = counted
        .cases
        .values()
        .filter(|case| days.contains(&case.cohort))
        .flat_map(|case| aside(case).map(|word| (aside_place(counted, case.team), word)))
        .collect();
    let mut places: Vec<&Place> = set_aside.iter().map(|(place, _)| place).collect();
    places.sort_unstable();
    places.dedup();
    let row = |place: &Place| AsideRow {
        name: place_name(page, &counted.names, place),
        cells: ASIDE.map(|word| {
            let of = |one: &&(Place, &str)| one.1 == word && (*place == Place::All || one.0 == *place);
            let n = set_aside.iter().filter(of).count() as u64;
            let link = openable.has(place, word).then(|| link(period, place, word));
            (number(page, n), link)
        }),
    };
    let mut rows: Vec<AsideRow> = places.into_iter().map(row).collect();
    rows.sort_by(|one, other| one.name.cmp(&other.name));
    if !rows.is_empty() {
        rows.insert(0, row(&Place::All));
    }
    rows
}
