//! What became of the numbers of a policy when another replaced it: said on both, number by number.

use ::web::Page;

use super::Addresses;
use crate::{
    model::{Indicator, Mapping, Measured, Policy, Succession},
    shelf::Shown,
};

/// An indicator's name, and where it stands.
pub(super) type Named = (String, String);

/// Two policies beside each other.
pub(super) struct SuccessionView {
    pub(super) heading: String,
    pub(super) earlier: String,
    pub(super) later: String,
    pub(super) rows: Vec<RowView>,
}

/// One number of the earlier policy: what it is now, and what is different.
pub(super) struct RowView {
    pub(super) old: Named,
    pub(super) new: Option<Named>,
    pub(super) words: String,
}

/// The policy that this one replaces, and the one that replaces it, as far as they were read in.
pub(super) fn of(page: &Page, shown: &Shown, here: &Addresses) -> Vec<SuccessionView> {
    let language = page.language();
    let mine = &*shown.policy;
    let earlier = shown.earlier().zip(mine.successor_of.as_ref()).map(|(earlier, succession)| {
        let heading = page.t1("policy-succession-from", "title", earlier.policy.title.get(language));
        let there = Addresses::of_policy(&earlier.policy.id);
        view(page, heading, (&earlier.policy, &there), (mine, here), succession)
    });
    let later = shown.later().map(|(later, succession)| {
        let heading = page.t1("policy-succession-to", "title", later.policy.title.get(language));
        let there = Addresses::of_policy(&later.policy.id);
        view(page, heading, (mine, here), (&later.policy, &there), succession)
    });
    later.into_iter().chain(earlier).collect()
}

fn view(
    page: &Page,
    heading: String,
    (earlier, there): (&Policy, &Addresses),
    (later, here): (&Policy, &Addresses),
    succession: &Succession,
) -> SuccessionView {
    let language = page.language();
    let named = |indicator: &Indicator, addresses: &Addresses| {
        (addresses.indicator(&indicator.id), indicator.title.get(language).to_owned())
    };
    let rows = succession.indicators.iter().filter_map(|mapping| {
        let old = earlier.indicator(mapping.old.as_str())?;
        let new = mapping.new.as_ref().and_then(|new| later.indicator(new.as_str()));
        Some(RowView {
            old: named(old, there),
            new: new.map(|new| named(new, here)),
            words: difference(page, mapping, old, new),
        })
    });
    SuccessionView {
        heading,
        earlier: earlier.title.get(language).to_owned(),
        later: later.title.get(language).to_owned(),
        rows: rows.collect(),
    }
}

/// Whether the two can be compared, and what the later policy says of it. Figures of different formulas never are.
pub(super) fn difference(page: &Page, mapping: &Mapping, old: &Indicator, new: Option<&Indicator>) -> String {
    let why = mapping.why.as_ref().map(|why| why.get(page.language()).to_owned());
    let compared = match (&old.state, new.map(|new| &new.state)) {
        (_, None) => return why.unwrap_or_default(),
        (Measured::Yes(old), Some(Measured::Yes(new))) => {
            let is_same = old.formula == new.formula
                && old.formula_version == new.formula_version
                && old.unit == new.unit;
            page.t(if is_same { "policy-succession-same" } else { "policy-succession-other" })
        }
        (Measured::NotYet(_), Some(Measured::Yes(_))) => page.t("policy-succession-now"),
        (_, Some(Measured::NotYet(_))) => page.t("policy-succession-not-yet"),
    };
    why.into_iter().chain([compared]).collect::<Vec<_>>().join(" ")
}
