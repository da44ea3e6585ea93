//! From documents to rows, on a thread of its own: what of a unit decides whether it has changed is prepared here, so that
//! the writer only compares.

use std::io::{self, Read};

use chrono::NaiveDate;
use sha2::{Digest, Sha256};
use tokio::sync::mpsc::Sender;

use super::hashing::Hashing;
use crate::{
    document::{BadDocument, Document, Documents, Numbers},
    model::{Movement, RegisterUnit, Unit},
    store::{Prepared, UnitKind},
};

/// Documents handed from the parser to the writer at once.
const BATCH_DOCUMENTS: usize = 128;

/// What the parser hands over.
pub(super) struct Batch {
    pub(super) rows: Vec<Prepared>,
    pub(super) bad: Vec<BadDocument>,
    pub(super) persons: u64,
    pub(super) bytes: u64,
}

/// Runs on a thread of its own until the input ends or nobody listens.
pub(super) fn parse(
    input: impl Read,
    numbers: Numbers,
    today: NaiveDate,
    municipalities: &[u16],
    sender: &Sender<Batch>,
) -> io::Result<String> {
    let mut documents = Documents::new(Hashing::new(input), numbers);
    let empty = || Batch { rows: Vec::with_capacity(BATCH_DOCUMENTS), bad: Vec::new(), persons: 0, bytes: 0 };
    let (mut batch, mut bytes) = (empty(), 0);
    let ended = loop {
        match documents.next_document() {
            Ok(Some(Document::Unit(_, unit))) => match prepare(&unit, today, municipalities) {
                Ok(row) => batch.rows.push(row),
                Err(error) => break Err(io::Error::other(error)),
            },
            Ok(Some(Document::Bad(bad))) => batch.bad.push(bad),
            Ok(Some(Document::Person)) => batch.persons += 1,
            Ok(None) => break Ok(()),
            Err(error) => break Err(error),
        }
        if batch.rows.len() + batch.bad.len() >= BATCH_DOCUMENTS {
            batch.bytes = documents.bytes_read() - bytes;
            bytes = documents.bytes_read();
            if sender.blocking_send(std::mem::replace(&mut batch, empty())).is_err() {
                break Ok(());
            }
        }
    };
    batch.bytes = documents.bytes_read() - bytes;
    // Nobody listens any more when the writer failed, which is told there.
    let _unheard = sender.blocking_send(batch);
    ended?;
    Ok(documents.into_input().finish())
}

fn prepare(
    unit: &RegisterUnit,
    today: NaiveDate,
    municipalities: &[u16],
) -> Result<Prepared, serde_json::Error> {
    let (kind, number, cvr, form, detail) = match unit {
        RegisterUnit::Company(company) => {
            let number = i64::from(company.cvr.number());
            let form = company.form(today).map(|form| form.code);
            (UnitKind::Company, number, Some(number), form, serde_json::to_string(company)?)
        }
        RegisterUnit::Establishment(establishment) => {
            let number = i64::try_from(establishment.p_number.number()).unwrap_or(i64::MAX);
            let cvr = establishment.company(today).map(|cvr| i64::from(cvr.number()));
            (UnitKind::Establishment, number, cvr, None, serde_json::to_string(establishment)?)
        }
    };
    let unit = unit.unit();
    let address = unit.addresses.latest(today).map(|latest| latest.value);
    let name = unit.name(today).to_owned();
    let mut prepared = Prepared {
        kind,
        number,
        cvr,
        hash: [0; 16],
        updated_at: unit.updated_at,
        name_folded: kernel::fold(&name),
        name,
        postcode: address.map(|address| address.postcode.clone()).unwrap_or_default(),
        town: address.map(|address| address.town.clone()).unwrap_or_default(),
        municipality: address.and_then(|address| address.municipality),
        form,
        ceased: unit.is_ceased(today),
        protected: unit.advertising_protected,
        address_id: address.and_then(|address| address.address_id),
        locals: locals(unit, today, municipalities),
        detail,
    };
    prepared.hash = hash(&prepared);
    Ok(prepared)
}

fn locals(
    unit: &Unit,
    today: NaiveDate,
    municipalities: &[u16],
) -> Vec<(u16, Option<(NaiveDate, Movement)>)> {
    let here = municipalities.iter().copied().filter(|municipality| unit.was_ever_in(*municipality));
    here.map(|municipality| (municipality, unit.movements(municipality, today).pop())).collect()
}

/// Everything that a row says: also what follows from the day, such as a name that begins tomorrow.
fn hash(prepared: &Prepared) -> [u8; 16] {
    let mut hasher = Sha256::new();
    hasher.update(&prepared.detail);
    hasher.update(&prepared.name);
    hasher.update(&prepared.town);
    for number in [prepared.municipality, prepared.form, Some(u16::from(prepared.ceased))] {
        hasher.update(number.map_or(u32::MAX, u32::from).to_le_bytes());
    }
    hasher.update(prepared.cvr.unwrap_or(-1).to_le_bytes());
    let digest = hasher.finalize();
    let mut hash = [0; 16];
    hash.iter_mut().zip(digest.iter()).for_each(|(to, from)| *to = *from);
    hash
}
