//! The only SQL for relations. Every read starts at the tenant; every write takes a `Tx`.

mod contacts;
mod feeds;
mod lists;
mod newsletter;
mod visits;

use std::collections::BTreeMap;

use kernel::{CvrNumber, uuid::Uuid};
use storage::{Reader, StoreError};

pub use contacts::{
    add_contacts, change_contact, contact_subjects, contacts_of, contacts_to_forget, delete_contact,
    known_contacts,
};
pub use feeds::{Feed, delete_feed, feed_of, feed_of_person, feeds_of, save_feed};
pub use lists::{
    ImportRow, add_import, add_rows, count_fates, count_taken, decide_all, decide_row, delete_rows,
    empty_row, find_import, find_row, forget_brought, imports, imports_by, imports_to_forget, lock_import,
    mark_done, rows_naming, rows_of, rows_to_take, save_import, stands_on, touched_rows,
};
pub use newsletter::{
    NewSubscription, SubscriptionCounts, add_left, add_subscriptions, asked_before, by_link, counts,
    delete_subscription, has_left, known_subscriptions, left_among, lock_subscription, save_subscription,
    subscriptions, subscriptions_in, subscriptions_of,
};
pub use visits::{
    add_visits, calendar_visits, delete_visit, erase_people, find_visit, known_visits, lock_visit,
    save_visit, visits_naming, visits_of, visits_of_person, visits_to_forget,
};

use crate::model::{ImportId, ListImport, Source};

/// Keys asked for in one statement: both engines limit the values that a statement may carry.
pub(crate) const AT_ONCE: usize = 500;
/// Rows written in one statement: the same limit, and a row has some twenty values.
const WRITTEN_AT_ONCE: usize = 300;

fn company(stored: &str, column: &'static str, id: Uuid) -> Result<CvrNumber, StoreError> {
    stored.parse().map_err(|_| StoreError::corrupt(column, id))
}

fn whole(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

fn size(number: i64) -> usize {
    usize::try_from(number).unwrap_or_default()
}

/// The lists that these come from.
async fn sources(
    reader: &impl Reader,
    ids: impl Iterator<Item = Uuid> + Send,
) -> Result<BTreeMap<ImportId, ListImport>, StoreError> {
    let mut ids: Vec<Uuid> = ids.collect();
    ids.sort_unstable();
    ids.dedup();
    if ids.is_empty() {
        return Ok(BTreeMap::new());
    }
    imports_by(reader, &ids).await
}

fn source_of(
    lists: &BTreeMap<ImportId, ListImport>,
    import: Option<Uuid>,
    row: Option<i64>,
) -> Option<Source> {
    let list = lists.get(&ImportId::from(import?))?;
    Some(Source {
        import: list.id,
        file_name: list.file_name.clone(),
        at: list.at,
        by: list.by,
        row: size(row?),
    })
}
