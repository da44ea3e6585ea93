//! Where the invented companies lie: on real streets of the town at numbers that no home has, or on an invented one elsewhere.

use rand::{Rng, RngExt, SeedableRng};
use rand_chacha::ChaCha20Rng;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    Builder, MUNICIPALITY,
    documents::dated,
    names::pick,
    stories::{Move, Story},
    streets::{Quarter, Street},
};

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

impl Builder {
    pub(super) fn local_address(&mut self, quarters: &[Quarter]) -> Value {
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

    pub(super) fn address_elsewhere(&mut self) -> Value {
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

    pub(super) fn addresses(&mut self, story: &Story, quarters: &[Quarter], first: Value) -> Value {
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
}
