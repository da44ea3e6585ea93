//! The importers of places: where addresses lie, and the areas of a municipality.

use std::{collections::BTreeMap, io::BufRead};

use kernel::Ctx;
use storage::{Db, StoreError};

use super::ImportError;
use crate::{
    geography::{AddressPoints, AreaRefusal, BadPoint, read_areas},
    store,
};

/// Points of addresses written in one transaction.
const POINTS_AT_ONCE: usize = 500;

/// What an import of address points did.
#[derive(Debug, Clone, Default)]
pub struct PointsReport {
    /// Points written.
    pub written: u64,
    /// The first bad lines.
    pub bad: Vec<BadPoint>,
    /// All bad lines.
    pub rejected: u64,
}

/// Imports points of addresses. A bad heading refuses the file; a bad line is told and the rest goes in.
pub async fn import_points(
    db: &Db,
    input: impl BufRead + Send,
) -> Result<Result<PointsReport, BadPoint>, ImportError> {
    let mut points = match AddressPoints::new(input)? {
        Ok(points) => points,
        Err(bad) => return Ok(Err(bad)),
    };
    let mut report = PointsReport::default();
    loop {
        // The same address twice in one statement is refused by PostgreSQL: the last one counts.
        let mut some = BTreeMap::new();
        while some.len() < POINTS_AT_ONCE {
            match points.next_point()? {
                None => break,
                Some(Ok(point)) => {
                    some.insert(point.address, point);
                }
                Some(Err(bad)) => {
                    report.rejected += 1;
                    if report.bad.len() < store::BAD_DOCUMENTS_KEPT {
                        report.bad.push(bad);
                    }
                }
            }
        }
        if some.is_empty() {
            return Ok(Ok(report));
        }
        let some: Vec<_> = some.into_values().collect();
        let tx = db.begin_raw().await?;
        store::write_points(&tx, &some).await?;
        tx.commit().await.map_err(StoreError::from)?;
        report.written += some.len() as u64;
    }
}

/// Puts the areas of a GeoJSON file in place of the municipality's areas. Returns how many there are now.
pub async fn import_areas(db: &Db, ctx: &Ctx, text: &str) -> Result<Result<usize, AreaRefusal>, StoreError> {
    let areas = match read_areas(text) {
        Ok(areas) => areas,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let tx = db.begin_write(ctx).await?;
    store::replace_areas(&tx, &areas).await?;
    tx.commit().await?;
    Ok(Ok(areas.len()))
}
