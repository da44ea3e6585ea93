//! The invented companies as documents of the register's own format.

use chrono::{Days, NaiveDate};
use kernel::CvrNumber;
use serde_json::{Value, json};

use super::{Builder, Life, stories::Form, trades::Trade};

impl Builder {
    #[expect(clippy::too_many_arguments, reason = "the fields of one document, written in one place")]
    pub(super) fn write_company(
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

    pub(super) fn write_establishment(
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
pub(super) struct Facts {
    pub trade: &'static Trade,
    pub life: Life,
    pub form: Form,
    pub protected: bool,
    pub bankrupt: bool,
    pub slug: String,
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

pub(super) fn dated_name(name: &str, life: Life) -> Value {
    json!({"navn": name, "periode": period(life)})
}

pub(super) fn dated(address: &Value, life: Life) -> Value {
    let mut address = address.clone();
    if let Value::Object(fields) = &mut address {
        fields.insert("periode".into(), period(life));
    }
    json!([address])
}

pub(super) fn relation(key: &str, number: u64, life: Life) -> Value {
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
