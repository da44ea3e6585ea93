//! How long relations keep what they know of people. The rules are dated; the night in which it goes is everyone's own.
//!
//! Each thing goes in a transaction of its own, so a run that is stopped goes on where it was, and a second one finds nothing.

use chrono::{DateTime, NaiveDate, Utc};
use kernel::{Ctx, Failure, RuleBook, Visibility};
use ports::{ErasedCounts, Outlived};
use storage::{StoreError, Tx};
use uuid::Uuid;
use web::App;

use crate::{
    commands::{self, code},
    fact::RelationsFact,
    model::ListImport,
    store,
};

/// How long an answer to the question about the newsletter is waited for.
pub(crate) const PERMISSION_RULE: &str = "newsletter.permission";
/// How long someone at a company is kept who has not been heard of.
pub(crate) const CONTACT_RULE: &str = "relations.contact";
/// How long a visit says who was there.
pub(crate) const VISIT_RULE: &str = "relations.visit";
/// How long the file and the rows of a list are kept.
pub(crate) const LIST_RULE: &str = "relations.list";

/// The kinds, as the manifest names them.
pub(crate) const NEWSLETTER: &str = "relations-data-newsletter";
pub(crate) const CONTACTS: &str = "relations-data-contacts";
pub(crate) const VISITS: &str = "relations-data-visits";
pub(crate) const LISTS: &str = "relations-data-lists";

/// Since when each kind must have lain for it to go at a moment; `None`: no rule says that it goes.
struct Since {
    asked: Option<DateTime<Utc>>,
    contacts: Option<DateTime<Utc>>,
    visits: Option<NaiveDate>,
    lists: Option<DateTime<Utc>>,
}

impl Since {
    fn at(app: &App, rules: &RuleBook, at: DateTime<Utc>) -> Self {
        Self {
            asked: rules.kept_since_moment(PERMISSION_RULE, at),
            contacts: rules.kept_since_moment(CONTACT_RULE, at),
            visits: rules.kept_since(VISIT_RULE, app.calendar.local_date(at)),
            lists: rules.kept_since_moment(LIST_RULE, at),
        }
    }
}

/// What will have been kept long enough at a moment.
pub(crate) async fn outlived(
    app: &App,
    ctx: &Ctx,
    rules: &RuleBook,
    at: DateTime<Utc>,
) -> Result<Vec<Outlived>, StoreError> {
    let (since, read) = (Since::at(app, rules, at), app.db.read(ctx));
    let mut all = Vec::new();
    if let Some(before) = since.asked {
        let asked = store::asked_before(&read, before).await?;
        all.push(Outlived::of(NEWSLETTER, PERMISSION_RULE, asked.len()));
    }
    if let Some(before) = since.contacts {
        let contacts = store::contacts_to_forget(&read, before).await?;
        all.push(Outlived::of(CONTACTS, CONTACT_RULE, contacts.len()));
    }
    if let Some(before) = since.visits {
        let visits = store::visits_to_forget(&read, before).await?;
        all.push(Outlived::of(VISITS, VISIT_RULE, visits.len()));
    }
    if let Some(before) = since.lists {
        let lists = store::imports_to_forget(&read, before).await?;
        all.push(Outlived::of(LISTS, LIST_RULE, lists.len()));
    }
    Ok(all)
}

/// Takes out what has been kept long enough now, and says how much of each kind.
pub async fn forget(app: &App, ctx: &Ctx, rules: &RuleBook) -> Result<ErasedCounts, Failure> {
    let (since, read) = (Since::at(app, rules, ctx.now()), app.db.read(ctx));
    let mut gone = ErasedCounts::new();
    let mut count = |what| *gone.entry(what).or_default() += 1;
    if let Some(before) = since.asked {
        for one in store::asked_before(&read, before).await? {
            commands::remove(app, ctx, one.id, "no-answer").await?;
            count(NEWSLETTER);
        }
    }
    if let Some(before) = since.contacts {
        for contact in store::contacts_to_forget(&read, before).await? {
            let tx = app.db.begin_write(ctx).await?;
            store::delete_contact(&tx, contact.id).await?;
            note(&tx, contact.id).await?;
            tx.commit().await?;
            count(CONTACTS);
        }
    }
    if let Some(before) = since.visits {
        for visit in store::visits_to_forget(&read, before).await? {
            let tx = app.db.begin_write(ctx).await?;
            store::erase_people(&tx, visit).await?;
            note(&tx, visit.uuid()).await?;
            tx.commit().await?;
            count(VISITS);
        }
    }
    if let Some(before) = since.lists {
        for list in store::imports_to_forget(&read, before).await? {
            let tx = app.db.begin_write(ctx).await?;
            store::delete_rows(&tx, list.id).await?;
            commands::forget_file(&tx, list.file).await?;
            store::save_import(&tx, &ListImport { cleared_at: Some(ctx.now()), ..list.ended() }).await?;
            tx.commit().await?;
            count(LISTS);
        }
    }
    Ok(gone)
}

async fn note(tx: &Tx, id: Uuid) -> Result<(), StoreError> {
    let fact = RelationsFact::Erased { why: code("retention") };
    tx.note(id, Visibility::Staff, &fact).await.map(drop)
}
