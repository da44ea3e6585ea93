//! Those who act for a company by MitID Erhverv, and for which company a session stands.

use chrono::{DateTime, Utc};
use kernel::{ContactId, CvrNumber, Email};
use sea_orm::{ActiveValue::Set, entity::prelude::*, sea_query::OnConflict};
use storage::{Reader, StoreError, Tx};

use crate::{
    entity::{company_contact, session},
    model::{ActsFor, CompanyArrival, SessionId},
};

/// The contact that an issuer calls by a subject, known here by the fingerprint of both; made when there is none.
pub async fn company_contact_of(
    tx: &Tx,
    fingerprint: &str,
    arrival: &CompanyArrival,
) -> Result<ContactId, StoreError> {
    let row = company_contact::ActiveModel {
        tenant_id: Set(tx.tenant().code()),
        id: Set(tx.ctx().new_id()),
        fingerprint: Set(fingerprint.to_owned()),
        name: Set(arrival.name.clone()),
        email: Set(arrival.email.as_ref().map(ToString::to_string)),
        email_key: Set(arrival.email.as_ref().map(Email::to_key)),
        last_came_at: Set(tx.ctx().now()),
    };
    let known =
        OnConflict::columns([company_contact::Column::TenantId, company_contact::Column::Fingerprint])
            .update_columns([
                company_contact::Column::Name,
                company_contact::Column::Email,
                company_contact::Column::EmailKey,
                company_contact::Column::LastCameAt,
            ])
            .to_owned();
    company_contact::Entity::insert(row).on_conflict(known).exec_without_returning(tx.conn()).await?;
    let found = find_company_contact(tx, fingerprint).await?;
    found.ok_or_else(|| StoreError::corrupt("identity_company_contact.fingerprint", "a contact"))
}

/// The contact with a fingerprint.
pub async fn find_company_contact(
    reader: &impl Reader,
    fingerprint: &str,
) -> Result<Option<ContactId>, StoreError> {
    let select = reader.find::<company_contact::Entity>();
    let row = select.filter(company_contact::Column::Fingerprint.eq(fingerprint)).one(reader.conn()).await?;
    Ok(row.map(|row| row.id.into()))
}

/// Writes down for which companies a session may stand, and for which it does.
pub async fn set_companies(
    tx: &Tx,
    session: SessionId,
    companies: &[ActsFor],
    chosen: Option<CvrNumber>,
) -> Result<(), StoreError> {
    let companies = serde_json::to_string(companies)
        .map_err(|_| StoreError::corrupt("identity_session.companies", session))?;
    let row = session::ActiveModel {
        companies: Set(Some(companies)),
        cvr: Set(chosen.map(|cvr| cvr.to_string())),
        ..Default::default()
    };
    set(tx, session, row).await
}

/// Chooses another company of those for which the session may stand.
pub async fn choose_company(tx: &Tx, session: SessionId, cvr: CvrNumber) -> Result<(), StoreError> {
    set(tx, session, session::ActiveModel { cvr: Set(Some(cvr.to_string())), ..Default::default() }).await
}

async fn set(tx: &Tx, session: SessionId, row: session::ActiveModel) -> Result<(), StoreError> {
    let update = session::Entity::update_many().set(row);
    let update = update.filter(session::Column::TenantId.eq(tx.tenant().code()));
    update.filter(session::Column::Id.eq(session.uuid())).exec(tx.conn()).await?;
    Ok(())
}

/// The companies for which a session may stand.
pub async fn companies_of(reader: &impl Reader, session: SessionId) -> Result<Vec<ActsFor>, StoreError> {
    let select = reader.find::<session::Entity>().filter(session::Column::Id.eq(session.uuid()));
    let row = select.one(reader.conn()).await?;
    row.and_then(|row| row.companies).map_or_else(|| Ok(Vec::new()), |text| read_companies(&text, session))
}

/// Reads what is stored.
pub(super) fn read_companies(text: &str, session: SessionId) -> Result<Vec<ActsFor>, StoreError> {
    serde_json::from_str(text).map_err(|_| StoreError::corrupt("identity_session.companies", session))
}

/// Removes those who have not come since the moment.
pub async fn forget_company_contacts(tx: &Tx, before: DateTime<Utc>) -> Result<u64, StoreError> {
    let delete = company_contact::Entity::delete_many();
    let delete = delete.filter(company_contact::Column::TenantId.eq(tx.tenant().code()));
    let delete = delete.filter(company_contact::Column::LastCameAt.lt(before));
    Ok(delete.exec(tx.conn()).await?.rows_affected)
}
