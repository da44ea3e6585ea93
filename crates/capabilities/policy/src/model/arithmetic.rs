//! What the facts of a policy work out to, and whether what it states agrees.

use kernel::Code;

use super::{Derivation, Policy, PolicyFact};

/// A fact with its number.
#[derive(Debug, Clone, PartialEq)]
pub struct Worked<'a> {
    /// The fact.
    pub fact: &'a PolicyFact,
    /// Its number: given or worked out; `None` where the policy's text lacks it or time has overtaken it.
    pub value: Option<f64>,
    /// What the policy states, held against it.
    pub check: Option<Check>,
}

/// Whether a stated number is the one that it should be.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Check {
    /// It is, rounded to its decimals.
    Agrees,
    /// Its decimals were cut off; rounded it would be this.
    CutOff {
        /// What rounding gives.
        rounded: f64,
    },
    /// It is another number.
    Differs,
}

/// The decimals with which a number is written, at most 6.
pub fn decimals(value: f64) -> u8 {
    (0..6).find(|decimals| (rounded(value, *decimals) - value).abs() < 1e-9).unwrap_or(6)
}

fn rounded(value: f64, decimals: u8) -> f64 {
    let scale = 10_f64.powi(i32::from(decimals));
    (value * scale).round() / scale
}

/// Holds a stated number against what it should be.
pub fn held_against(stated: f64, worked: f64) -> Check {
    let places = decimals(stated);
    let scale = 10_f64.powi(i32::from(places));
    let is_stated = |value: f64| (value - stated).abs() < 1e-9;
    let nearest = rounded(worked, places);
    if is_stated(nearest) {
        Check::Agrees
    } else if is_stated((worked * scale).trunc() / scale) {
        Check::CutOff { rounded: nearest }
    } else {
        Check::Differs
    }
}

impl Policy {
    /// Every fact with its number, in the order of the file.
    pub fn worked_facts(&self) -> Vec<Worked<'_>> {
        let mut worked: Vec<Worked<'_>> = Vec::with_capacity(self.facts.len());
        for fact in &self.facts {
            let of = |id: &Code| worked.iter().find(|one| one.fact.id == *id).and_then(|one| one.value);
            let value = match &fact.from {
                _ if fact.stale => None,
                None => fact.value,
                Some(from) => work_out(from, of),
            };
            let check = fact.stated.zip(value).map(|(stated, value)| held_against(stated, value));
            worked.push(Worked { fact, value, check });
        }
        worked
    }

    /// The number of a fact.
    pub fn fact_value(&self, id: &Code) -> Option<f64> {
        self.worked_facts().into_iter().find(|worked| worked.fact.id == *id)?.value
    }
}

fn work_out(from: &Derivation, of: impl Fn(&Code) -> Option<f64>) -> Option<f64> {
    let divided = |[a, b]: &[Code; 2]| Some((of(a)?, of(b).filter(|b| *b != 0.0)?));
    match from {
        Derivation::Sum(parts) => parts.iter().map(of).sum(),
        Derivation::Difference([a, b]) => Some(of(a)? - of(b)?),
        Derivation::Share(two) => divided(two).map(|(a, b)| a / b * 100.0),
        Derivation::Ratio(two) => divided(two).map(|(a, b)| a / b),
    }
}
