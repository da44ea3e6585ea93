//! The invented town: about two thousand establishments on real streets of 2620, written as documents of the register's
//! own format, so that the demo goes through the importer like anything else.
//!
//! Everything but street names and trades is invented, and plainly so: numbers of the invented range, animals for
//! names, house numbers that no home is likely to have. The same seed and day give the same town to the byte.

mod names;
mod streets;
mod trades;

use std::collections::BTreeSet;

use chrono::{Datelike, Days, Months, NaiveDate};
use kernel::CvrNumber;
use names::{pick, proper_name, slug};
use rand::{Rng, RngExt, SeedableRng};
use rand_chacha::ChaCha20Rng;
use serde_json::{Value, json};
use streets::{Quarter, Street};
use trades::{CHAIN_TRADES, Size, TRADES, Trade};
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
/// Where the legal units of chains lie, and where companies come from and move to. The street is an invented one.
const OTHER_TOWNS: &[(u16, &str, u16, &str)] = &[
    (101, "KØBENHAVN", 2300, "København S"),
    (153, "BRØNDBY", 2605, "Brøndby"),
    (161, "GLOSTRUP", 2600, "Glostrup"),
    (169, "HØJE-TAASTRUP", 2630, "Taastrup"),
    (167, "HVIDOVRE", 2650, "Hvidovre"),
    (461, "ODENSE", 5000, "Odense C"),
    (751, "AARHUS", 8000, "Aarhus C"),
];

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

/// A legal form with code, abbreviation and name.
type Form = (u16, &'static str, &'static str);

const SOLE_TRADER: Form = (10, "ENK", "Enkeltmandsvirksomhed");
const SMALL_SOLE_TRADER: Form = (15, "PMV", "Personligt ejet Mindre Virksomhed");
const PARTNERSHIP: Form = (30, "I/S", "Interessentskab");
const PUBLIC_LIMITED: Form = (60, "A/S", "Aktieselskab");
const PRIVATE_LIMITED: Form = (80, "APS", "Anpartsselskab");
const VOLUNTARY_ASSOCIATION: Form = (115, "FFO", "Frivillig forening");

/// What happens to a company in its life.
struct Story {
    founded: NaiveDate,
    ceased: Option<NaiveDate>,
    renamed: Option<NaiveDate>,
    moved: Option<(NaiveDate, Move)>,
    bankrupt: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Move {
    In,
    Out,
    Within,
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
    fn company(&mut self) {
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
    fn chain(&mut self) {
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

    fn unit_number(&mut self) -> u64 {
        self.next_unit += 1;
        self.next_unit
    }

    fn local_address(&mut self, quarters: &[Quarter]) -> Value {
        // The first quarter is the likeliest; a few lie anywhere.
        let quarter = match self.rng.random_range(0..100) {
            0..62 => quarters.first().copied(),
            62..92 => pick(&mut self.rng, quarters).copied(),
            _ if quarters == [Quarter::Homes] => Some(Quarter::Homes),
            _ => pick(&mut self.rng, &Quarter::ALL[..5]).copied(),
        };
        let Some(street) = pick(&mut self.rng, quarter.unwrap_or(Quarter::Centre).streets()) else {
            return json!({});
        };
        let number = self.rng.random_range(street.numbers.0..=street.numbers.1);
        let letter = if self.chance(15) { pick(&mut self.rng, &["A", "B", "C"]).copied() } else { None };
        let until = (self.chance(4) && number < street.numbers.1).then(|| number + 2);
        let floor = if self.chance(12) { pick(&mut self.rng, &["st", "1", "2"]).copied() } else { None };
        let known = self.chance(88);
        let id = known.then(|| self.address_id(street, number));
        json!({
            "landekode": "DK", "fritekst": null, "vejkode": street.code,
            "kommune": {"kommuneKode": MUNICIPALITY, "kommuneNavn": "ALBERTSLUND", "periode": {"gyldigFra": "1970-04-01", "gyldigTil": null}},
            "husnummerFra": number, "husnummerTil": until, "bogstavFra": letter, "bogstavTil": null,
            "etage": floor, "sidedoer": null, "conavn": null, "postboks": null, "vejnavn": street.name, "bynavn": null,
            "postnummer": 2620, "postdistrikt": "Albertslund", "adresseId": id, "sidstValideret": null,
        })
    }

    /// The same house has the same id, and its point is noted.
    fn address_id(&mut self, street: &Street, number: u16) -> Uuid {
        let mut bytes = [0_u8; 16];
        ChaCha20Rng::seed_from_u64(u64::from(street.code) << 16 | u64::from(number)).fill_bytes(&mut bytes);
        let id = uuid::Builder::from_random_bytes(bytes).into_uuid();
        self.points.entry(id).or_insert_with(|| street.position(number));
        id
    }

    fn address_elsewhere(&mut self) -> Value {
        let Some((code, municipality, postcode, town)) = pick(&mut self.rng, OTHER_TOWNS).copied() else {
            return json!({});
        };
        let number = self.rng.random_range(1..80);
        json!({
            "landekode": "DK", "fritekst": null, "vejkode": 9900,
            "kommune": {"kommuneKode": code, "kommuneNavn": municipality, "periode": {"gyldigFra": "2007-01-01", "gyldigTil": null}},
            "husnummerFra": number, "husnummerTil": null, "bogstavFra": null, "bogstavTil": null,
            "etage": null, "sidedoer": null, "conavn": null, "postboks": null, "vejnavn": "Den Opfundne Vej", "bynavn": null,
            "postnummer": postcode, "postdistrikt": town, "adresseId": null, "sidstValideret": null,
        })
    }

    fn addresses(&mut self, story: &Story, quarters: &[Quarter], first: Value) -> Value {
        let Some((day, kind)) = story.moved else { return dated(&first, (story.founded, story.ceased)) };
        let other = match kind {
            Move::Within => self.local_address(quarters),
            Move::In | Move::Out => self.address_elsewhere(),
        };
        let (before, after) = if kind == Move::In { (other, first) } else { (first, other) };
        let mut list = dated(&before, (story.founded, day.pred_opt()));
        if let (Value::Array(list), Value::Array(mut rest)) = (&mut list, dated(&after, (day, story.ceased)))
        {
            list.append(&mut rest);
        }
        list
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

    #[expect(clippy::too_many_arguments, reason = "the fields of one document, written in one place")]
    fn write_company(
        &mut self,
        cvr: CvrNumber,
        unit_number: u64,
        facts: &Facts,
        names: &Value,
        secondary_names: Value,
        addresses: &Value,
        establishments: Value,
        figures: &[(i32, u32, u32)],
    ) {
        let form = json!([{
            "virksomhedsformkode": facts.form.0, "kortBeskrivelse": facts.form.1, "langBeskrivelse": facts.form.2,
            "ansvarligDataleverandoer": "E&S", "periode": period(facts.life),
        }]);
        let is_limited = matches!(facts.form.0, 60 | 80);
        let status = if is_limited {
            json!([{"status": facts.status(), "periode": period((facts.life.0, None))}])
        } else {
            json!([])
        };
        let mut document = self.common(facts, names, addresses, figures);
        if let Value::Object(fields) = &mut document {
            fields.insert("cvrNummer".into(), json!(cvr.number()));
            fields.insert("enhedsNummer".into(), json!(unit_number));
            fields.insert("enhedstype".into(), json!("VIRKSOMHED"));
            fields.insert("binavne".into(), secondary_names);
            fields.insert("virksomhedsform".into(), form);
            fields.insert("virksomhedsstatus".into(), status);
            fields.insert("penheder".into(), establishments);
            fields.insert(
                "virksomhedMetadata".into(),
                json!({
                    "sammensatStatus": if is_limited { facts.status() } else { facts.plain_status() },
                    "stiftelsesDato": facts.life.0,
                }),
            );
        }
        self.write("Vrvirksomhed", unit_number, &document);
    }

    fn write_establishment(
        &mut self,
        p_number: u64,
        cvr: CvrNumber,
        facts: &Facts,
        names: &Value,
        addresses: &Value,
        figures: &[(i32, u32, u32)],
    ) {
        let unit_number = self.unit_number();
        let mut document = self.common(facts, names, addresses, figures);
        if let Value::Object(fields) = &mut document {
            fields.insert("pNummer".into(), json!(p_number));
            fields.insert("enhedsNummer".into(), json!(unit_number));
            fields.insert("enhedstype".into(), json!("PRODUKTIONSENHED"));
            fields.insert(
                "virksomhedsrelation".into(),
                json!([relation("cvrNummer", u64::from(cvr.number()), facts.life)]),
            );
            fields.insert(
                "produktionsEnhedMetadata".into(),
                json!({
                    "nyesteCvrNummerRelation": cvr.number(), "sammensatStatus": facts.plain_status(),
                }),
            );
        }
        self.write("VrproduktionsEnhed", unit_number, &document);
    }

    fn write(&mut self, kind: &str, unit_number: u64, document: &Value) {
        let hit = json!({
            "_index": "cvr-demo", "_type": "_doc", "_id": unit_number.to_string(), "_score": 1.0, "_source": {kind: document},
        });
        self.documents.push(hit.to_string());
    }

    /// What both kinds of documents hold.
    fn common(
        &mut self,
        facts: &Facts,
        names: &Value,
        addresses: &Value,
        figures: &[(i32, u32, u32)],
    ) -> Value {
        let updated =
            facts.life.1.unwrap_or(facts.life.0).max(self.years_ago(1)).min(self.today - Days::new(1));
        let (monthly, yearly): (Vec<_>, Vec<_>) =
            figures.iter().copied().partition(|(year, _, _)| *year >= 2019);
        let figure = |(year, month, employed): (i32, u32, u32), monthly: bool| {
            // Small and older figures come as an interval only.
            let exact = (monthly && employed >= 5).then_some(employed);
            let mut figure =
                json!({"aar": year, "antalAnsatte": exact, "intervalKodeAntalAnsatte": interval(employed)});
            if let (Value::Object(fields), true) = (&mut figure, monthly) {
                fields.insert("maaned".into(), json!(month));
            }
            figure
        };
        let email = json!([{"kontaktoplysning": format!("post@{}.example.dk", facts.slug), "hemmelig": self.chance(10), "periode": period(facts.life)}]);
        let website = if self.chance(40) {
            json!([{"kontaktoplysning": format!("https://{}.example.dk", facts.slug), "hemmelig": false, "periode": period(facts.life)}])
        } else {
            json!([])
        };
        json!({
            "reklamebeskyttet": facts.protected,
            "navne": names,
            "beliggenhedsadresse": addresses,
            "postadresse": [], "telefonNummer": [], "telefaxNummer": [],
            "elektroniskPost": email,
            "hjemmeside": website,
            "livsforloeb": [{"periode": period(facts.life)}],
            "hovedbranche": facts.industries(),
            "bibranche1": [], "bibranche2": [], "bibranche3": [],
            "aarsbeskaeftigelse": yearly.into_iter().map(|f| figure(f, false)).collect::<Vec<_>>(),
            "kvartalsbeskaeftigelse": [], "maanedsbeskaeftigelse": [],
            "erstMaanedsbeskaeftigelse": monthly.into_iter().map(|f| figure(f, true)).collect::<Vec<_>>(),
            "sidstOpdateret": format!("{updated}T08:00:00.000+01:00"),
            "fejlRegistreret": false, "fejlVedIndlaesning": false, "fejlBeskrivelse": null,
        })
    }
}

/// What stays the same through a document.
#[derive(Clone)]
struct Facts {
    trade: &'static Trade,
    life: Life,
    form: Form,
    protected: bool,
    bankrupt: bool,
    slug: String,
}

impl Facts {
    fn status(&self) -> &'static str {
        match (self.life.1, self.bankrupt) {
            (Some(_), _) => "OPLØST EFTER ERKLÆRING",
            (None, true) => "UNDER KONKURS",
            (None, false) => "NORMAL",
        }
    }

    fn plain_status(&self) -> &'static str {
        if self.life.1.is_some() { "Ophørt" } else { "Aktiv" }
    }

    /// The trade in the edition of each time: recoded on the day DB25 began, as every unit was.
    fn industries(&self) -> Value {
        let Some(change) = NaiveDate::from_ymd_opt(2025, 1, 1) else { return json!([]) };
        let entry = |(code, title): (&str, &str), life: Life| json!({"branchekode": code, "branchetekst": title, "periode": period(life)});
        let (from, to) = self.life;
        if from >= change {
            json!([entry(self.trade.db25, self.life)])
        } else if to.is_some_and(|to| to < change) {
            json!([entry(self.trade.db07, self.life)])
        } else {
            json!([entry(self.trade.db07, (from, change.pred_opt())), entry(self.trade.db25, (change, to))])
        }
    }
}

fn period((from, to): Life) -> Value {
    json!({"gyldigFra": from, "gyldigTil": to})
}

fn dated_name(name: &str, life: Life) -> Value {
    json!({"navn": name, "periode": period(life)})
}

fn dated(address: &Value, life: Life) -> Value {
    let mut address = address.clone();
    if let Value::Object(fields) = &mut address {
        fields.insert("periode".into(), period(life));
    }
    json!([address])
}

fn relation(key: &str, number: u64, life: Life) -> Value {
    json!({key: number, "periode": period(life)})
}

fn interval(employed: u32) -> String {
    const LIMITS: [(u32, u32); 10] =
        [(0, 0), (1, 1), (2, 4), (5, 9), (10, 19), (20, 49), (50, 99), (100, 199), (200, 499), (500, 999)];
    match LIMITS.iter().find(|(low, high)| (*low..=*high).contains(&employed)) {
        Some((low, high)) => format!("ANTAL_{low}_{high}"),
        None => "ANTAL_1000_".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
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
