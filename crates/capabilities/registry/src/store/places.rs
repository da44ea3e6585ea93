//! Areas of a municipality, and where addresses lie.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use sea_orm::{
    ActiveValue::Set, ConnectionTrait, DatabaseTransaction, QueryOrder, entity::prelude::*,
    sea_query::OnConflict,
};
use storage::{Reader, StoreError, Tx};

use crate::{
    entity::{address_point, area},
    geography::{AddressPoint, Area, NewArea, Position},
};

/// Where addresses lie, as far as that is known.
pub(crate) async fn positions(
    conn: &impl ConnectionTrait,
    addresses: BTreeSet<Uuid>,
) -> Result<HashMap<Uuid, Position>, StoreError> {
    let mut positions = HashMap::with_capacity(addresses.len());
    let addresses: Vec<Uuid> = addresses.into_iter().collect();
    for some in addresses.chunks(1_000) {
        let select = address_point::Entity::find()
            .filter(address_point::Column::AddressId.is_in(some.iter().copied()));
        for row in select.all(conn).await? {
            positions.insert(row.address_id, Position { longitude: row.longitude, latitude: row.latitude });
        }
    }
    Ok(positions)
}

/// The municipality's areas, in their order.
pub async fn areas(reader: &impl Reader) -> Result<Vec<Area>, StoreError> {
    let rows = reader.find::<area::Entity>().order_by_asc(area::Column::Place).all(reader.conn()).await?;
    rows.into_iter()
        .map(|row| {
            let corrupt = |column| StoreError::corrupt(column, row.id);
            let geometry =
                row.geometry.parse::<geojson::Geometry>().map_err(|_| corrupt("registry_area.geometry"))?;
            Ok(Area {
                id: row.id.into(),
                key: row.area_key.parse().map_err(|_| corrupt("registry_area.area_key"))?,
                name: row.name,
                approximate: row.approximate,
                shape: geometry.try_into().map_err(|_| corrupt("registry_area.geometry"))?,
            })
        })
        .collect()
}

/// Puts the areas in place of those that are there. An area that keeps its key keeps its id.
pub async fn replace_areas(tx: &Tx, new: &[NewArea]) -> Result<(), StoreError> {
    let known = tx.find::<area::Entity>().all(tx.conn()).await?;
    let ids: BTreeMap<String, Uuid> = known.into_iter().map(|row| (row.area_key, row.id)).collect();
    area::Entity::delete_many().filter(area::Column::TenantId.eq(tx.tenant().code())).exec(tx.conn()).await?;
    for (place, new) in (0_i32..).zip(new) {
        let id = ids.get(new.key.as_str()).copied().unwrap_or_else(|| tx.ctx().new_id());
        let row = area::ActiveModel {
            tenant_id: Set(tx.tenant().code()),
            id: Set(id),
            area_key: Set(new.key.to_string()),
            name: Set(new.name.clone()),
            approximate: Set(new.approximate),
            place: Set(place),
            geometry: Set(geojson::Geometry::from(&new.shape).to_string()),
            updated_at: Set(tx.ctx().now()),
        };
        area::Entity::insert(row).exec_without_returning(tx.conn()).await?;
    }
    Ok(())
}

/// Writes points of addresses; a newer one replaces.
pub(crate) async fn write_points(
    tx: &DatabaseTransaction,
    points: &[AddressPoint],
) -> Result<(), StoreError> {
    if points.is_empty() {
        return Ok(());
    }
    let rows = points.iter().map(|point| address_point::ActiveModel {
        address_id: Set(point.address),
        longitude: Set(point.position.longitude),
        latitude: Set(point.position.latitude),
    });
    let newer = OnConflict::column(address_point::Column::AddressId)
        .update_columns([address_point::Column::Longitude, address_point::Column::Latitude])
        .to_owned();
    address_point::Entity::insert_many(rows).on_conflict(newer).exec_without_returning(tx).await?;
    Ok(())
}
