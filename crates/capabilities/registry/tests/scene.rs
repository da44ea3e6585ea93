//! What the tests of the register stand on: a database with its tables, and documents of invented companies.

use std::sync::Arc;

use chrono::NaiveDate;
use kernel::{Clock, CvrNumber};
use registry::{
    Register,
    document::Numbers,
    import::{ImportError, ImportOptions, ImportReport, import},
};
use serde_json::{Value, json};
use storage::Migration;
use testkit::{Bench, TENANT};

pub(crate) fn migrations() -> Vec<Migration> {
    storage::migrations().into_iter().chain(registry::migrations()).collect()
}

pub(crate) fn today(bench: &Bench) -> NaiveDate {
    bench.calendar.local_date(bench.now())
}

pub(crate) fn options(bench: &Bench) -> ImportOptions {
    ImportOptions {
        numbers: Numbers::Invented,
        today: today(bench),
        tenants: vec![TENANT],
        source: "test".into(),
    }
}

pub(crate) async fn try_import(bench: &Bench, documents: &[Value]) -> Result<ImportReport, ImportError> {
    let lines: Vec<String> = documents.iter().map(Value::to_string).collect();
    import_text(bench, lines.join("\n")).await
}

pub(crate) async fn import_text(bench: &Bench, text: String) -> Result<ImportReport, ImportError> {
    let clock: Arc<dyn Clock> = Arc::new(bench.clock.clone());
    import(&bench.db, &clock, &bench.ids, std::io::Cursor::new(text), options(bench), &mut |_| {}).await
}

pub(crate) async fn imported(bench: &Bench, documents: &[Value]) -> ImportReport {
    try_import(bench, documents).await.unwrap()
}

pub(crate) fn cvr(n: u32) -> CvrNumber {
    CvrNumber::invented(n).unwrap()
}

/// A company and what a test says about it.
#[derive(Clone)]
pub(crate) struct Said {
    pub number: u32,
    pub names: Vec<(&'static str, &'static str, Option<&'static str>)>,
    /// kommunekode, from, to.
    pub places: Vec<(u16, &'static str, Option<&'static str>)>,
    pub ceased: Option<&'static str>,
    pub form: u16,
    pub protected: bool,
    pub updated: &'static str,
}

pub(crate) fn said(number: u32, name: &'static str) -> Said {
    Said {
        number,
        names: vec![(name, "2015-01-01", None)],
        places: vec![(165, "2015-01-01", None)],
        ceased: None,
        form: 80,
        protected: false,
        updated: "2026-01-01T08:00:00.000+01:00",
    }
}

impl Said {
    fn common(&self) -> Value {
        let period = |from: &str, to: Option<&str>| json!({"gyldigFra": from, "gyldigTil": to});
        let names: Vec<Value> = self
            .names
            .iter()
            .map(|(name, from, to)| json!({"navn": name, "periode": period(from, *to)}))
            .collect();
        let places = self.places.iter().map(|(code, from, to)| {
            let (postcode, town) = if *code == 165 { (2620, "Albertslund") } else { (2600, "Glostrup") };
            json!({
                "landekode": "DK", "vejnavn": "Prøvevej", "husnummerFra": 7, "postnummer": postcode, "postdistrikt": town,
                "kommune": {"kommuneKode": code}, "periode": period(from, *to),
                "adresseId": format!("00000000-0000-4000-8000-{:012}", self.number),
            })
        });
        json!({
            "reklamebeskyttet": self.protected,
            "navne": names,
            "beliggenhedsadresse": places.collect::<Vec<_>>(),
            "livsforloeb": [{"periode": period("2015-01-01", self.ceased)}],
            "hovedbranche": [{"branchekode": "251100", "branchetekst": "Fremstilling", "periode": period("2025-01-01", self.ceased)}],
            "erstMaanedsbeskaeftigelse": [{"aar": 2026, "maaned": 6, "antalAnsatte": 12, "intervalKodeAntalAnsatte": "ANTAL_10_19"}],
            "sidstOpdateret": self.updated,
        })
    }

    pub(crate) fn company(&self) -> Value {
        let mut document = self.common();
        document["cvrNummer"] = json!(cvr(self.number).number());
        document["virksomhedsform"] = json!([{"virksomhedsformkode": self.form, "kortBeskrivelse": "F", "periode": {"gyldigFra": "2015-01-01"}}]);
        document["penheder"] = json!([{"pNummer": self.p_number(), "periode": {"gyldigFra": "2015-01-01"}}]);
        json!({"_source": {"Vrvirksomhed": document}})
    }

    pub(crate) fn p_number(&self) -> u64 {
        1_990_000_000 + u64::from(self.number)
    }

    pub(crate) fn establishment(&self) -> Value {
        let mut document = self.common();
        document["pNummer"] = json!(self.p_number());
        document["virksomhedsrelation"] =
            json!([{"cvrNummer": cvr(self.number).number(), "periode": {"gyldigFra": "2015-01-01"}}]);
        json!({"_source": {"VrproduktionsEnhed": document}})
    }

    pub(crate) fn both(&self) -> Vec<Value> {
        vec![self.company(), self.establishment()]
    }
}

/// The register with an index in memory, brought up to date.
pub(crate) async fn register(bench: &Bench) -> Register {
    let (clock, calendar) = (Arc::new(bench.clock.clone()), Arc::new(bench.calendar.clone()));
    let register = Register::in_memory(bench.db.clone(), clock, calendar);
    register.catch_up().await.unwrap();
    register
}
