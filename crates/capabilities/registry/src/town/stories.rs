//! What the invented companies are and what happens to them: trade, form, name, life, moves, people employed.

use chrono::{Datelike, Days, Months, NaiveDate};
use rand::RngExt;
use serde_json::{Value, json};

use super::{
    Builder, Life,
    documents::{Facts, dated, dated_name, relation},
    names::{pick, proper_name, slug},
    streets::Quarter,
    trades::{CHAIN_TRADES, Size, TRADES, Trade},
};

/// A legal form with code, abbreviation and name.
pub(super) type Form = (u16, &'static str, &'static str);

const SOLE_TRADER: Form = (10, "ENK", "Enkeltmandsvirksomhed");
const SMALL_SOLE_TRADER: Form = (15, "PMV", "Personligt ejet Mindre Virksomhed");
const PARTNERSHIP: Form = (30, "I/S", "Interessentskab");
const PUBLIC_LIMITED: Form = (60, "A/S", "Aktieselskab");
const PRIVATE_LIMITED: Form = (80, "APS", "Anpartsselskab");
const VOLUNTARY_ASSOCIATION: Form = (115, "FFO", "Frivillig forening");

/// What happens to a company in its life.
pub(super) struct Story {
    pub founded: NaiveDate,
    pub ceased: Option<NaiveDate>,
    renamed: Option<NaiveDate>,
    pub moved: Option<(NaiveDate, Move)>,
    bankrupt: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Move {
    In,
    Out,
    Within,
}

impl Builder {
    fn unique_name(&mut self, trade: &Trade, form: Form) -> String {
        let ending = match form.0 {
            60 => " A/S",
            80 => " ApS",
            30 => " I/S",
            _ => "",
        };
        loop {
            let word = pick(&mut self.rng, trade.words).copied().unwrap_or_default();
            let name = format!("{} {word}{ending}", proper_name(&mut self.rng));
            if self.names.insert(name.clone()) {
                return name;
            }
        }
    }

    fn trade(&mut self, trades: &'static [Trade]) -> Option<&'static Trade> {
        let sum: u32 = trades.iter().map(|trade| trade.weight).sum();
        let mut at = self.rng.random_range(0..sum.max(1));
        trades.iter().find(|trade| {
            let here = at < trade.weight;
            at = at.saturating_sub(trade.weight);
            here
        })
    }

    fn form(&mut self, trade: &Trade) -> Form {
        let limited = self.rng.random_range(0..100);
        match trade.size {
            Size::None if trade.words.contains(&"Forening") => VOLUNTARY_ASSOCIATION,
            Size::Large => {
                if limited < 60 {
                    PUBLIC_LIMITED
                } else {
                    PRIVATE_LIMITED
                }
            }
            Size::Middle | Size::None => match limited {
                0..25 => PUBLIC_LIMITED,
                _ => PRIVATE_LIMITED,
            },
            Size::Small if trade.from_home => match limited {
                0..42 => SOLE_TRADER,
                42..50 => SMALL_SOLE_TRADER,
                50..54 => PARTNERSHIP,
                _ => PRIVATE_LIMITED,
            },
            Size::Small => match limited {
                0..12 => SOLE_TRADER,
                12..16 => PARTNERSHIP,
                16..22 => PUBLIC_LIMITED,
                _ => PRIVATE_LIMITED,
            },
        }
    }

    fn story(&mut self) -> Story {
        let years = *pick(&mut self.rng, &[1, 2, 3, 4, 6, 8, 10, 13, 17, 22, 28]).unwrap_or(&10);
        let founded = self.day_between(self.years_ago(years), self.years_ago(years - 1));
        let latest = self.today - Days::new(3);
        let founded = founded.min(latest);
        let ceased = self
            .chance(17)
            .then(|| self.day_between(founded + Days::new(120), latest))
            .filter(|d| *d > founded && *d <= latest);
        let end = ceased.unwrap_or(latest);
        let in_between = |builder: &mut Self| {
            let from = founded + Days::new(90);
            (from < end).then(|| builder.day_between(from, end)).filter(|day| *day < end)
        };
        let renamed = if self.chance(9) { in_between(self) } else { None };
        let kind = match self.rng.random_range(0..100) {
            0..7 => Some(Move::In),
            7..13 => Some(Move::Out),
            13..23 => Some(Move::Within),
            _ => None,
        };
        let moved = kind.and_then(|kind| Some((in_between(self)?, kind)));
        let bankrupt = ceased.is_none() && self.chance(1);
        Story { founded, ceased, renamed, moved, bankrupt }
    }

    /// A company of the town with its establishment, and now and then a second one.
    pub(super) fn company(&mut self) {
        let (Some(trade), Some(cvr)) = (self.trade(TRADES), self.cvr()) else { return };
        let form = self.form(trade);
        let story = self.story();
        let is_person = matches!(form.0, 10 | 15);
        let at_home = is_person && trade.from_home;
        let quarters = if at_home { &[Quarter::Homes] } else { trade.quarters };
        let first = self.local_address(quarters);
        let addresses = self.addresses(&story, quarters, first);
        let name = self.unique_name(trade, form);
        let names = self.names_of(&story, trade, form, &name);
        let shop_names = if self.chance(8) { vec![self.unique_name(trade, SOLE_TRADER)] } else { Vec::new() };
        let protected = self.chance(36);
        let p_number = self.p_number();
        let life = (story.founded, story.ceased);
        let figures = self.employment(trade.size, life);
        let mut penheder = vec![relation("pNummer", p_number, life)];
        let mut units = vec![(p_number, addresses.clone(), names.clone(), figures.clone(), life)];
        if trade.size != Size::None && !is_person && story.ceased.is_none() && self.chance(7) {
            // A second place in town, opened later, under the shop name if there is one.
            let opened = self.day_between(story.founded, self.today - Days::new(2));
            let second = self.p_number();
            let address = self.local_address(trade.quarters);
            let shop = shop_names.first().cloned().unwrap_or_else(|| name.clone());
            let figures = self.employment(Size::Small, (opened, None));
            penheder.push(relation("pNummer", second, (opened, None)));
            units.push((
                second,
                dated(&address, (opened, None)),
                json!([dated_name(&shop, (opened, None))]),
                figures,
                (opened, None),
            ));
        }
        let facts = Facts { trade, life, form, protected, bankrupt: story.bankrupt, slug: slug(&name) };
        let unit_number = self.unit_number();
        let secondary: Vec<Value> = shop_names.iter().map(|shop| dated_name(shop, life)).collect();
        self.write_company(
            cvr,
            unit_number,
            &facts,
            &names,
            Value::Array(secondary),
            &addresses,
            Value::Array(penheder),
            &figures,
        );
        for (p_number, addresses, names, figures, life) in units {
            // The two protections are set apart from each other in the register, and so they are here.
            let protected = if self.chance(6) { !protected } else { protected };
            let facts = Facts { life, protected, ..facts.clone() };
            self.write_establishment(p_number, cvr, &facts, &names, &addresses, &figures);
        }
    }

    /// A chain: the legal unit lies elsewhere, the shop here has a name of its own.
    pub(super) fn chain(&mut self) {
        let (Some(trade), Some(cvr)) = (self.trade(CHAIN_TRADES), self.cvr()) else { return };
        let proper = proper_name(&mut self.rng);
        let word = pick(&mut self.rng, trade.words).copied().unwrap_or_default();
        let legal_name = format!("{proper} Danmark A/S");
        if !self.names.insert(legal_name.clone()) {
            return;
        }
        let founded = self.day_between(self.years_ago(30), self.years_ago(12));
        let life = (founded, None);
        let elsewhere = self.address_elsewhere();
        let mut penheder = Vec::new();
        let head_office = self.p_number();
        penheder.push(relation("pNummer", head_office, life));
        let facts = Facts {
            trade,
            life,
            form: PUBLIC_LIMITED,
            protected: false,
            bankrupt: false,
            slug: slug(&proper),
        };
        let mut shops = Vec::new();
        for place in ["Albertslund", "Albertslund Nord"].into_iter().take(if self.chance(15) { 2 } else { 1 })
        {
            let opened = self.day_between(founded, self.today - Days::new(30));
            let p_number = self.p_number();
            let shop_life = (opened, None);
            penheder.push(relation("pNummer", p_number, shop_life));
            let address = self.local_address(trade.quarters);
            let shop_name = format!("{proper} {word} {place}");
            shops.push((p_number, shop_life, shop_name, address));
        }
        let figures = self.employment(Size::Large, life);
        let unit_number = self.unit_number();
        let names = json!([dated_name(&legal_name, life)]);
        self.write_company(
            cvr,
            unit_number,
            &facts,
            &names,
            json!([]),
            &dated(&elsewhere, life),
            Value::Array(penheder),
            &figures,
        );
        self.write_establishment(head_office, cvr, &facts, &names, &dated(&elsewhere, life), &figures);
        for (p_number, shop_life, shop_name, address) in shops {
            let figures = self.employment(trade.size, shop_life);
            let facts = Facts { life: shop_life, ..facts.clone() };
            self.write_establishment(
                p_number,
                cvr,
                &facts,
                &json!([dated_name(&shop_name, shop_life)]),
                &dated(&address, shop_life),
                &figures,
            );
        }
    }

    fn names_of(&mut self, story: &Story, trade: &Trade, form: Form, name: &str) -> Value {
        match story.renamed {
            None => json!([dated_name(name, (story.founded, story.ceased))]),
            Some(day) => {
                let former = self.unique_name(trade, form);
                json!([
                    dated_name(&former, (story.founded, day.pred_opt())),
                    dated_name(name, (day, story.ceased)),
                ])
            }
        }
    }

    /// Figures of each December and the latest month: (year, month, employed).
    fn employment(&mut self, size: Size, life: Life) -> Vec<(i32, u32, u32)> {
        let mut employed: u32 = match size {
            Size::None => return Vec::new(),
            Size::Small => *pick(&mut self.rng, &[0, 1, 1, 1, 2, 2, 3, 4, 6, 9]).unwrap_or(&1),
            Size::Middle => *pick(&mut self.rng, &[3, 5, 7, 9, 12, 16, 22, 31]).unwrap_or(&8),
            Size::Large => *pick(&mut self.rng, &[14, 22, 30, 45, 60, 85, 130, 210]).unwrap_or(&40),
        };
        let end = life.1.unwrap_or(self.today);
        let latest = end.checked_sub_months(Months::new(3)).unwrap_or(end);
        let mut figures = Vec::new();
        for year in life.0.year().max(2008)..=latest.year() {
            let month = if year == latest.year() { latest.month() } else { 12 };
            if year == life.0.year() && month < life.0.month() {
                continue;
            }
            figures.push((year, month, employed));
            let step = (employed / 6).max(1);
            match self.rng.random_range(0..10) {
                0..4 => employed += self.rng.random_range(0..=step),
                4..7 => employed = employed.saturating_sub(self.rng.random_range(0..=step)),
                _ => {}
            }
        }
        figures
    }
}
