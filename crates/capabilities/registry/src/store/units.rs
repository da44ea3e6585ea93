//! Reading companies and establishments, as readers see them now.

use std::collections::{BTreeMap, HashMap};

use kernel::{CvrNumber, PNumber};
use sea_orm::{
    Condition, ConnectionTrait, ExprTrait, FromQueryResult, JoinType, QueryOrder, QuerySelect, QueryTrait,
    entity::prelude::*,
    sea_query::{Expr, Query},
};
use storage::StoreError;

use super::{UnitKind, count, cvr_of, padded, visible, whole};
use crate::{
    entity::{address_point, local, unit},
    geography::Position,
    model::{Company, Establishment, RegisterUnit, Unit},
};

/// A company as a list shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CompanyRow {
    /// Its number.
    pub cvr: CvrNumber,
    /// Name.
    pub name: String,
    /// Town.
    pub town: String,
    /// The kommunekode of its legal unit.
    pub municipality: Option<u16>,
    /// Whether it has ceased.
    pub ceased: bool,
    /// Advertising protection of the legal unit.
    pub protected: bool,
    /// Whether it is, or may be, a person.
    pub sole_trader: bool,
}

/// Unknown form counts as a person, as in [`Company::is_sole_trader`].
fn is_sole_trader(form: Option<i32>) -> bool {
    form.is_none_or(|form| matches!(form, 10 | 15))
}

fn municipality_of(stored: Option<i32>) -> Option<u16> {
    stored.and_then(|code| u16::try_from(code).ok())
}

/// A row without all that the register says of the unit, which is a hundred times as long.
#[derive(Debug, FromQueryResult)]
struct Brief {
    kind: i32,
    number: i64,
    cvr: Option<i64>,
    name: String,
    town: String,
    municipality: Option<i32>,
    form: Option<i32>,
    ceased: bool,
    protected: bool,
}

async fn briefly(
    select: Select<unit::Entity>,
    conn: &impl ConnectionTrait,
) -> Result<Vec<Brief>, StoreError> {
    use unit::Column::{Ceased, Cvr, Form, Kind, Municipality, Name, Number, Protected, Town};
    let columns = [Kind, Number, Cvr, Name, Town, Municipality, Form, Ceased, Protected];
    Ok(select.select_only().columns(columns).into_model::<Brief>().all(conn).await?)
}

/// The companies with these numbers, in no order; a number that is not in the register is left out.
pub async fn companies(
    conn: &impl ConnectionTrait,
    numbers: &[CvrNumber],
) -> Result<Vec<CompanyRow>, StoreError> {
    if numbers.is_empty() {
        return Ok(Vec::new());
    }
    let select = visible().filter(unit::Column::Kind.eq(UnitKind::Company.stored())).filter(
        unit::Column::Number.is_in(padded(numbers.iter().map(|cvr| i64::from(cvr.number())).collect())),
    );
    briefly(select, conn)
        .await?
        .into_iter()
        .map(|row| {
            Ok(CompanyRow {
                cvr: cvr_of(row.number)?,
                name: row.name,
                town: row.town,
                municipality: municipality_of(row.municipality),
                ceased: row.ceased,
                protected: row.protected,
                sole_trader: is_sole_trader(row.form),
            })
        })
        .collect()
}

/// Which of the numbers are P-numbers of the register.
pub async fn known_p_numbers(
    conn: &impl ConnectionTrait,
    numbers: &[PNumber],
) -> Result<Vec<PNumber>, StoreError> {
    if numbers.is_empty() {
        return Ok(Vec::new());
    }
    let numbers: Vec<i64> = numbers.iter().map(|number| whole(number.number())).collect();
    let rows: Vec<i64> = visible()
        .select_only()
        .column(unit::Column::Number)
        .filter(unit::Column::Kind.eq(UnitKind::Establishment.stored()))
        .filter(unit::Column::Number.is_in(numbers))
        .into_tuple()
        .all(conn)
        .await?;
    rows.into_iter().map(p_number_of).collect()
}

fn p_number_of(stored: i64) -> Result<PNumber, StoreError> {
    let number = u64::try_from(stored).ok().and_then(|number| PNumber::try_from(number).ok());
    number.ok_or_else(|| StoreError::corrupt("registry_unit.number", stored))
}

/// An establishment with its place on the map.
#[derive(Debug, Clone)]
pub struct PlacedEstablishment {
    /// Its random id.
    pub unit_id: Uuid,
    /// What the register says.
    pub establishment: Establishment,
    /// Where its address lies, where that is known.
    pub position: Option<Position>,
}

/// A company with all that the register says of it.
#[derive(Debug, Clone)]
pub struct CompanyRecord {
    /// Its random id.
    pub unit_id: Uuid,
    /// What the register says.
    pub company: Company,
    /// Its establishments, living and ceased.
    pub establishments: Vec<PlacedEstablishment>,
}

fn parse_detail<T: serde::de::DeserializeOwned>(text: &str, number: i64) -> Result<T, StoreError> {
    serde_json::from_str(text).map_err(|_| StoreError::corrupt("registry_unit.detail", number))
}

fn detail<T: serde::de::DeserializeOwned>(row: &unit::Model) -> Result<T, StoreError> {
    parse_detail(&row.detail, row.number)
}

/// What a company page reads of a unit.
#[derive(FromQueryResult)]
struct PlacedRow {
    kind: i32,
    number: i64,
    unit_id: Uuid,
    detail: String,
    longitude: Option<f64>,
    latitude: Option<f64>,
}

/// A company and its establishments with their places, in one statement.
pub async fn company(
    conn: &impl ConnectionTrait,
    cvr: CvrNumber,
) -> Result<Option<CompanyRecord>, StoreError> {
    let to_point = unit::Entity::belongs_to(address_point::Entity)
        .from(unit::Column::AddressId)
        .to(address_point::Column::AddressId)
        .into();
    let rows: Vec<PlacedRow> = visible()
        .select_only()
        .columns([unit::Column::Kind, unit::Column::Number, unit::Column::UnitId, unit::Column::Detail])
        .column_as(address_point::Column::Longitude, "longitude")
        .column_as(address_point::Column::Latitude, "latitude")
        .join(JoinType::LeftJoin, to_point)
        .filter(unit::Column::Cvr.eq(i64::from(cvr.number())))
        .order_by_asc(unit::Column::Kind)
        .order_by_asc(unit::Column::Number)
        .into_model()
        .all(conn)
        .await?;
    let mut record = None;
    let mut establishments = Vec::new();
    for row in rows {
        match UnitKind::read(row.kind)? {
            UnitKind::Company => record = Some((row.unit_id, parse_detail(&row.detail, row.number)?)),
            UnitKind::Establishment => establishments.push(PlacedEstablishment {
                unit_id: row.unit_id,
                establishment: parse_detail(&row.detail, row.number)?,
                position: match (row.longitude, row.latitude) {
                    (Some(longitude), Some(latitude)) => Some(Position { longitude, latitude }),
                    _ => None,
                },
            }),
        }
    }
    Ok(record.map(|(unit_id, company)| CompanyRecord { unit_id, company, establishments }))
}

/// Every company and every establishment that the municipality has or had, in that order.
pub async fn local_units(
    conn: &impl ConnectionTrait,
    municipality: u16,
) -> Result<(Vec<Unit>, Vec<Unit>), StoreError> {
    let companies = locals(conn, municipality, UnitKind::Company).await?;
    let companies =
        companies.iter().map(|row| Ok(detail::<Company>(row)?.unit)).collect::<Result<_, StoreError>>()?;
    let establishments = locals(conn, municipality, UnitKind::Establishment).await?;
    let establishments = establishments
        .iter()
        .map(|row| Ok(detail::<Establishment>(row)?.unit))
        .collect::<Result<_, StoreError>>()?;
    Ok((companies, establishments))
}

/// The companies that own establishments of the municipality and are not in the register themselves: while they are
/// unknown they may be persons, and nobody finds their places.
pub async fn unknown_owners(
    conn: &impl ConnectionTrait,
    municipality: u16,
) -> Result<Vec<CvrNumber>, StoreError> {
    let known = QueryTrait::into_query(
        visible()
            .select_only()
            .column(unit::Column::Number)
            .filter(unit::Column::Kind.eq(UnitKind::Company.stored())),
    );
    let owners: Vec<Option<i64>> = visible()
        .select_only()
        .column(unit::Column::Cvr)
        .distinct()
        .filter(unit::Column::Kind.eq(UnitKind::Establishment.stored()))
        .filter(unit::Column::Municipality.eq(i32::from(municipality)))
        .filter(unit::Column::Cvr.is_not_null())
        .filter(unit::Column::Cvr.not_in_subquery(known))
        .into_tuple()
        .all(conn)
        .await?;
    owners.into_iter().flatten().map(cvr_of).collect()
}

async fn locals(
    conn: &impl ConnectionTrait,
    municipality: u16,
    kind: UnitKind,
) -> Result<Vec<unit::Model>, StoreError> {
    let numbers = Query::select()
        .column(local::Column::Number)
        .from(local::Entity)
        .and_where(local::Column::Municipality.eq(i32::from(municipality)))
        .and_where(local::Column::Kind.eq(kind.stored()))
        .to_owned();
    let select = visible()
        .filter(unit::Column::Kind.eq(kind.stored()))
        .filter(unit::Column::Number.in_subquery(numbers))
        .order_by_asc(unit::Column::Number);
    Ok(select.all(conn).await?)
}

/// A unit as the search index and the prefix search know it.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Company or establishment.
    pub kind: UnitKind,
    /// CVR number or P-number.
    pub number: u64,
    /// The company it is or belongs to.
    pub cvr: Option<CvrNumber>,
    /// Its name today.
    pub name: String,
    /// Its town.
    pub town: String,
    /// Its municipality.
    pub municipality: Option<u16>,
    /// Whether it has ceased.
    pub ceased: bool,
    /// Legal form of a company; `None` for establishments.
    pub form: Option<u16>,
    /// What the register says, as stored.
    pub detail: String,
}

fn entry(row: unit::Model) -> Result<Entry, StoreError> {
    Ok(Entry {
        kind: UnitKind::read(row.kind)?,
        number: count(row.number, "registry_unit.number")?,
        cvr: row.cvr.map(cvr_of).transpose()?,
        name: row.name,
        town: row.town,
        municipality: municipality_of(row.municipality),
        ceased: row.ceased,
        form: row.form.and_then(|form| u16::try_from(form).ok()),
        detail: row.detail,
    })
}

/// A unit as a list of hits shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Company or establishment.
    pub kind: UnitKind,
    /// CVR number or P-number.
    pub number: u64,
    /// The company it is or belongs to.
    pub cvr: Option<CvrNumber>,
    /// Name.
    pub name: String,
    /// Town.
    pub town: String,
    /// Whether it has ceased.
    pub ceased: bool,
    /// Advertising protection, its own.
    pub protected: bool,
    /// Whether its company is, or may be, a person.
    pub is_person: bool,
}

fn with_keys(keys: &[(UnitKind, u64)]) -> Select<unit::Entity> {
    let mut any = Condition::any();
    for kind in [UnitKind::Company, UnitKind::Establishment] {
        let numbers: Vec<i64> = keys.iter().filter(|key| key.0 == kind).map(|key| whole(key.1)).collect();
        if !numbers.is_empty() {
            any = any
                .add(unit::Column::Kind.eq(kind.stored()).and(unit::Column::Number.is_in(padded(numbers))));
        }
    }
    visible().filter(any)
}

/// All that the register says of the units with these keys.
pub async fn described(
    conn: &impl ConnectionTrait,
    keys: &[(UnitKind, u64)],
) -> Result<HashMap<(UnitKind, u64), RegisterUnit>, StoreError> {
    if keys.is_empty() {
        return Ok(HashMap::new());
    }
    let rows = with_keys(keys).all(conn).await?;
    let unit = |row: unit::Model| {
        let kind = UnitKind::read(row.kind)?;
        let unit = match kind {
            UnitKind::Company => RegisterUnit::Company(detail(&row)?),
            UnitKind::Establishment => RegisterUnit::Establishment(detail(&row)?),
        };
        Ok(((kind, count(row.number, "registry_unit.number")?), unit))
    };
    rows.into_iter().map(unit).collect()
}

/// The units with these keys, in their order; what is not in the register is left out. Two statements at most.
pub async fn listed(
    conn: &impl ConnectionTrait,
    keys: &[(UnitKind, u64)],
) -> Result<Vec<Listed>, StoreError> {
    if keys.is_empty() {
        return Ok(Vec::new());
    }
    let rows = briefly(with_keys(keys), conn).await?;
    let mut owners = BTreeMap::new();
    let mut unknown = Vec::new();
    for row in &rows {
        match (UnitKind::read(row.kind)?, row.cvr) {
            (UnitKind::Company, Some(cvr)) => {
                owners.insert(cvr, is_sole_trader(row.form));
            }
            (_, cvr) => unknown.extend(cvr),
        }
    }
    unknown.retain(|cvr| !owners.contains_key(cvr));
    let unknown: Vec<CvrNumber> = unknown.into_iter().map(cvr_of).collect::<Result<_, _>>()?;
    for row in companies(conn, &unknown).await? {
        owners.insert(i64::from(row.cvr.number()), row.sole_trader);
    }
    let mut found = HashMap::with_capacity(rows.len());
    for row in rows {
        let kind = UnitKind::read(row.kind)?;
        let number = count(row.number, "registry_unit.number")?;
        let listed = Listed {
            kind,
            number,
            cvr: row.cvr.map(cvr_of).transpose()?,
            is_person: row.cvr.and_then(|cvr| owners.get(&cvr).copied()).unwrap_or(true),
            name: row.name,
            town: row.town,
            ceased: row.ceased,
            protected: row.protected,
        };
        found.insert((kind, number), listed);
    }
    Ok(keys.iter().filter_map(|key| found.remove(key)).collect())
}

/// The keys of living units whose folded name begins with `prefix`: what search does without its index.
pub async fn keys_by_name_prefix(
    conn: &impl ConnectionTrait,
    prefix: &str,
    limit: u64,
) -> Result<Vec<(UnitKind, u64)>, StoreError> {
    // The highest character ends the range: every name with the prefix sorts before it.
    let end = format!("{prefix}\u{10ffff}");
    let rows: Vec<(i32, i64)> = visible()
        .select_only()
        .columns([unit::Column::Kind, unit::Column::Number])
        .filter(unit::Column::NameFolded.gte(prefix))
        .filter(unit::Column::NameFolded.lt(end))
        .filter(unit::Column::Ceased.eq(false))
        .order_by_asc(unit::Column::NameFolded)
        .order_by_asc(unit::Column::Kind)
        .limit(limit)
        .into_tuple()
        .all(conn)
        .await?;
    let key = |(kind, number)| Ok((UnitKind::read(kind)?, count(number, "registry_unit.number")?));
    rows.into_iter().map(key).collect()
}

/// The living companies with one of these names, folded, with the name by which each was found.
pub async fn companies_called(
    conn: &impl ConnectionTrait,
    folded: &[String],
) -> Result<Vec<(String, CvrNumber)>, StoreError> {
    if folded.is_empty() {
        return Ok(Vec::new());
    }
    let rows: Vec<(String, i64)> = visible()
        .select_only()
        .columns([unit::Column::NameFolded, unit::Column::Number])
        .filter(unit::Column::Kind.eq(UnitKind::Company.stored()))
        .filter(unit::Column::NameFolded.is_in(folded.iter().map(String::as_str)))
        .filter(unit::Column::Ceased.eq(false))
        .order_by_asc(unit::Column::Number)
        .into_tuple()
        .all(conn)
        .await?;
    rows.into_iter().map(|(name, number)| Ok((name, cvr_of(number)?))).collect()
}

/// The establishments of these companies.
pub async fn establishments_of(
    conn: &impl ConnectionTrait,
    companies: &[CvrNumber],
) -> Result<Vec<Entry>, StoreError> {
    if companies.is_empty() {
        return Ok(Vec::new());
    }
    let select = visible()
        .filter(unit::Column::Kind.eq(UnitKind::Establishment.stored()))
        .filter(unit::Column::Cvr.is_in(companies.iter().map(|cvr| i64::from(cvr.number()))));
    select.all(conn).await?.into_iter().map(entry).collect()
}

/// The units after one, by kind and number. Both at once, which an index begins at: told apart by an `OR`, each page would be
/// looked for from the first unit on.
pub(super) fn beyond(kind: i32, number: i64) -> Expr {
    let columns = [unit::Column::Kind, unit::Column::Number].map(Expr::col);
    Expr::tuple(columns).gt(Expr::tuple([Expr::value(kind), Expr::value(number)]))
}

/// A page of what became visible after `generation`, by kind and number: what feeds the search index.
pub async fn entries_since(
    conn: &impl ConnectionTrait,
    since: i64,
    after: Option<(UnitKind, u64)>,
    limit: u64,
) -> Result<Vec<Entry>, StoreError> {
    let mut select = visible().filter(unit::Column::FromGeneration.gt(since));
    if let Some((kind, number)) = after {
        select = select.filter(beyond(kind.stored(), whole(number)));
    }
    let select = select.order_by_asc(unit::Column::Kind).order_by_asc(unit::Column::Number).limit(limit);
    select.all(conn).await?.into_iter().map(entry).collect()
}
