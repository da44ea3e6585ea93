//! People: who they are, how they sign in, which roles they hold.

use kernel::{Email, Language, PersonId, Role};
use sea_orm::{ActiveValue::Set, QuerySelect, TryInsertResult, entity::prelude::*, sea_query::OnConflict};
use storage::{Reader, StoreError, Tx};

use crate::{
    entity::{absence, member, person, role},
    model::{NewPerson, Person, Recovery, SecondStep},
};

pub(super) fn to_person(row: person::Model) -> Result<Person, StoreError> {
    let corrupt = |column| StoreError::corrupt(column, row.id);
    let version = row.second_step_version;
    Ok(Person {
        id: row.id.into(),
        email: row.email.parse().map_err(|_| corrupt("identity_person.email"))?,
        phone: row
            .phone
            .map(|phone| phone.parse())
            .transpose()
            .map_err(|_| corrupt("identity_person.phone"))?,
        language: Language::from_tag(&row.language).ok_or_else(|| corrupt("identity_person.language"))?,
        name: row.name,
        has_password: row.password_hash.is_some(),
        second_step: if row.second_step {
            let recovery = Recovery { version: row.recovery_version, used: row.recovery_used };
            SecondStep::On { version, last_step: row.second_step_last, recovery }
        } else {
            SecondStep::Off { version }
        },
        digest_only: row.digest_only.unwrap_or_default(),
        left_at: row.left_at,
    })
}

/// Adds a person. Returns `false` when the address is taken.
pub async fn add_person(tx: &Tx, id: PersonId, new: &NewPerson) -> Result<bool, StoreError> {
    let row = person::ActiveModel {
        tenant_id: Set(tx.tenant().code()),
        id: Set(id.into()),
        name: Set(new.name.clone()),
        email: Set(new.email.to_string()),
        email_key: Set(new.email.to_key()),
        phone: Set(new.phone.as_ref().map(|phone| phone.e164().to_owned())),
        language: Set(new.language.tag().to_owned()),
        password_hash: Set(None),
        second_step: Set(false),
        second_step_version: Set(1),
        second_step_last: Set(0),
        recovery_version: Set(0),
        recovery_used: Set(0),
        created_at: Set(tx.ctx().now()),
        left_at: Set(None),
        digest_only: Set(None),
    };
    let taken =
        OnConflict::columns([person::Column::TenantId, person::Column::EmailKey]).do_nothing().to_owned();
    let insert = person::Entity::insert(row).on_conflict(taken).try_insert();
    Ok(matches!(insert.exec_without_returning(tx.conn()).await?, TryInsertResult::Inserted(rows) if rows > 0))
}

async fn set_person(tx: &Tx, id: PersonId, row: person::ActiveModel) -> Result<(), StoreError> {
    person::Entity::update_many()
        .set(row)
        .filter(person::Column::TenantId.eq(tx.tenant().code()))
        .filter(person::Column::Id.eq(id.uuid()))
        .exec(tx.conn())
        .await?;
    Ok(())
}

/// Changes name, telephone and language.
pub async fn change_person(tx: &Tx, id: PersonId, new: &NewPerson) -> Result<(), StoreError> {
    let row = person::ActiveModel {
        name: Set(new.name.clone()),
        phone: Set(new.phone.as_ref().map(|phone| phone.e164().to_owned())),
        language: Set(new.language.tag().to_owned()),
        ..Default::default()
    };
    set_person(tx, id, row).await
}

/// Sets whether the person wants one mail in the morning instead of one for each notice.
pub async fn set_digest_only(tx: &Tx, id: PersonId, digest_only: bool) -> Result<(), StoreError> {
    set_person(tx, id, person::ActiveModel { digest_only: Set(Some(digest_only)), ..Default::default() })
        .await
}

/// Changes the address. The caller has made sure that nobody else has it.
pub async fn change_address(tx: &Tx, id: PersonId, email: &Email) -> Result<(), StoreError> {
    let (address, key) = (Set(email.to_string()), Set(email.to_key()));
    set_person(tx, id, person::ActiveModel { email: address, email_key: key, ..Default::default() }).await
}

/// Sets the hash of a password.
pub async fn set_password(tx: &Tx, id: PersonId, hash: String) -> Result<(), StoreError> {
    set_person(tx, id, person::ActiveModel { password_hash: Set(Some(hash)), ..Default::default() }).await
}

/// Sets the second step.
pub async fn set_second_step(tx: &Tx, id: PersonId, step: SecondStep) -> Result<(), StoreError> {
    let (on, version, last, recovery) = match step {
        SecondStep::Off { version } => (false, version, 0, Recovery::default()),
        SecondStep::On { version, last_step, recovery } => (true, version, last_step, recovery),
    };
    let row = person::ActiveModel {
        second_step: Set(on),
        second_step_version: Set(version),
        second_step_last: Set(last),
        recovery_version: Set(recovery.version),
        recovery_used: Set(recovery.used),
        ..Default::default()
    };
    set_person(tx, id, row).await
}

/// Marks a person as left and takes away everything it held. The name stays, under what it wrote; the address does not,
/// so that whoever comes back can be added anew.
pub async fn leave(tx: &Tx, id: PersonId) -> Result<(), StoreError> {
    // RFC 2606: nothing is ever delivered there.
    let nowhere = format!("{id}@left.invalid");
    let row = person::ActiveModel {
        left_at: Set(Some(tx.ctx().now())),
        email: Set(nowhere.clone()),
        email_key: Set(nowhere),
        phone: Set(None),
        password_hash: Set(None),
        second_step: Set(false),
        ..Default::default()
    };
    set_person(tx, id, row).await?;
    let tenant = tx.tenant().code();
    let member = member::Entity::delete_many().filter(member::Column::TenantId.eq(tenant));
    member.filter(member::Column::PersonId.eq(id.uuid())).exec(tx.conn()).await?;
    let role = role::Entity::delete_many().filter(role::Column::TenantId.eq(tenant));
    role.filter(role::Column::PersonId.eq(id.uuid())).exec(tx.conn()).await?;
    let own = absence::Entity::delete_many().filter(absence::Column::TenantId.eq(tenant));
    own.filter(absence::Column::PersonId.eq(id.uuid())).exec(tx.conn()).await?;
    let others = absence::Entity::update_many()
        .set(absence::ActiveModel { substitute_id: Set(None), ..Default::default() })
        .filter(absence::Column::TenantId.eq(tenant));
    others.filter(absence::Column::SubstituteId.eq(id.uuid())).exec(tx.conn()).await?;
    Ok(())
}

/// What is needed to check a password.
#[derive(Debug)]
pub struct Credentials {
    /// Who.
    pub person: Person,
    /// The hash, as a PHC string.
    pub password_hash: Option<String>,
}

/// The person who signs in by the address.
pub async fn credentials(reader: &impl Reader, email: &Email) -> Result<Option<Credentials>, StoreError> {
    let select = reader.find::<person::Entity>().filter(person::Column::EmailKey.eq(email.to_key()));
    let Some(row) = select.one(reader.conn()).await? else { return Ok(None) };
    Ok(Some(Credentials { password_hash: row.password_hash.clone(), person: to_person(row)? }))
}

/// A person.
pub async fn person(reader: &impl Reader, id: PersonId) -> Result<Option<Person>, StoreError> {
    let select = reader.find::<person::Entity>().filter(person::Column::Id.eq(id.uuid()));
    select.one(reader.conn()).await?.map(to_person).transpose()
}

/// A person, held until commit: the last code taken cannot be taken twice.
pub async fn lock_person(tx: &Tx, id: PersonId) -> Result<Option<Person>, StoreError> {
    let select = tx.find::<person::Entity>().filter(person::Column::Id.eq(id.uuid()));
    select.lock_exclusive().one(tx.conn()).await?.map(to_person).transpose()
}

/// Gives a role. Returns `false` when the person has it.
pub async fn give_role(tx: &Tx, person: PersonId, role: Role) -> Result<bool, StoreError> {
    let row = role::ActiveModel {
        tenant_id: Set(tx.tenant().code()),
        person_id: Set(person.into()),
        role: Set(role.id().to_owned()),
    };
    let has = OnConflict::columns([role::Column::TenantId, role::Column::PersonId, role::Column::Role]);
    let insert = role::Entity::insert(row).on_conflict(has.clone().do_nothing().to_owned()).try_insert();
    Ok(matches!(insert.exec_without_returning(tx.conn()).await?, TryInsertResult::Inserted(rows) if rows > 0))
}

/// Takes a role away. Returns `false` when the person did not have it.
pub async fn take_role(tx: &Tx, person: PersonId, role: Role) -> Result<bool, StoreError> {
    let delete = role::Entity::delete_many()
        .filter(role::Column::TenantId.eq(tx.tenant().code()))
        .filter(role::Column::PersonId.eq(person.uuid()))
        .filter(role::Column::Role.eq(role.id()));
    Ok(delete.exec(tx.conn()).await?.rows_affected > 0)
}
