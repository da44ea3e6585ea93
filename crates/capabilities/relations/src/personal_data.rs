//! What relations hold on a person: handed out whole; erased but for that there was a visit on a day.

use std::sync::Arc;

use ::web::App;
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use kernel::{Ctx, Failure, RuleBook, Visibility};
use ports::{DataSubject, ErasedCounts, Outlived, PersonalDataHolder, Staying};
use serde_json::{Map, Value, json};
use storage::StoreError;

use crate::{
    commands::{self, code, email_hash},
    fact::RelationsFact,
    model::{SubscriptionState, Visit},
    retention, store,
};

/// Makes the holder.
pub(crate) fn holder(app: &App) -> Arc<dyn PersonalDataHolder> {
    Arc::new(Relations(app.clone()))
}

struct Relations(App);

/// The words by which a visit is known to be about the person: whole addresses, and the names that the lists give to them.
async fn words(app: &App, ctx: &Ctx, subject: &DataSubject) -> Result<Vec<String>, StoreError> {
    let mut words = subject.words();
    for email in &subject.emails {
        for contact in store::contact_subjects(&app.db.read(ctx), email).await? {
            words.push(contact.name);
        }
    }
    words.retain(|word| word.trim().chars().count() > 3);
    words.sort();
    words.dedup();
    Ok(words)
}

fn visit_as_json(visit: &Visit) -> Value {
    json!({
        "on": visit.details.on,
        "kind": visit.details.kind,
        "company": visit.company,
        "contact": visit.details.contact_name,
        "visitor": visit.visitor_name,
        "place": visit.details.place,
        "note": visit.details.note,
        "source": visit.source.as_ref().map(|source| json!({ "file": source.file_name, "row": source.row })),
    })
}

#[async_trait]
impl PersonalDataHolder for Relations {
    fn tables(&self) -> &'static [&'static str] {
        &[
            "relations_contact",
            "relations_visit",
            "relations_subscription",
            "relations_left",
            "relations_import",
            "relations_import_row",
            "relations_feed",
        ]
    }

    async fn export(&self, ctx: &Ctx, subject: &DataSubject) -> Result<Map<String, Value>, StoreError> {
        let read = self.0.db.read(ctx);
        let (mut contacts, mut newsletters, mut own) = (Vec::new(), Vec::new(), Vec::new());
        for email in &subject.emails {
            for contact in store::contact_subjects(&read, email).await? {
                contacts.push(json!({
                    "company": contact.cvr.to_string(),
                    "name": contact.name,
                    "title": contact.title,
                    "email": contact.email,
                    "phone": contact.phone.map(|phone| phone.to_string()),
                    "note": contact.note,
                    "source": contact.source.map(|source| json!({ "file": source.file_name, "row": source.row })),
                }));
            }
            let hash = email_hash(&self.0, ctx.tenant(), email);
            if let Some(one) = store::subscriptions_of(&read, &hash).await? {
                let consent = match &one.state {
                    SubscriptionState::Consented { on, proof } => json!({ "on": on, "proof": proof }),
                    SubscriptionState::Needed | SubscriptionState::Asked { .. } => Value::Null,
                };
                newsletters.push(json!({
                    "email": one.email,
                    "name": one.name,
                    "state": one.state.code(),
                    "consent": consent,
                }));
            } else if store::has_left(&read, &hash).await? {
                newsletters.push(json!({ "email": email, "state": "left" }));
            }
        }
        let named = store::visits_naming(&read, &words(&self.0, ctx, subject).await?).await?;
        for person in &subject.persons {
            own.extend(store::visits_of_person(&read, *person).await?.iter().map(visit_as_json));
        }
        let persons: Vec<_> = subject.persons.iter().copied().collect();
        let feeds = store::feeds_of(&read, &persons).await?;
        Ok(Map::from_iter([
            ("listed_contacts".to_owned(), contacts.into()),
            ("newsletter".to_owned(), newsletters.into()),
            ("visits".to_owned(), named.iter().map(visit_as_json).collect()),
            ("own_visits".to_owned(), own.into()),
            (
                "calendar_addresses".to_owned(),
                feeds.iter().map(|feed| json!({ "made_at": feed.made_at })).collect(),
            ),
        ]))
    }

    async fn erase(&self, ctx: &Ctx, subject: &DataSubject) -> Result<ErasedCounts, Failure> {
        let app = &self.0;
        let fact = RelationsFact::Erased { why: code("request") };
        let (mut contacts, mut visits, mut newsletters) = (0, 0, 0);
        // The visits first: afterwards nobody knows any more what the person was called.
        let words = words(app, ctx, subject).await?;
        for visit in store::visits_naming(&app.db.read(ctx), &words).await? {
            let tx = app.db.begin_write(ctx).await?;
            store::erase_people(&tx, visit.id).await?;
            tx.note(visit.id.uuid(), Visibility::Staff, &fact).await?;
            tx.commit().await?;
            visits += 1;
        }
        for email in &subject.emails {
            for contact in store::contact_subjects(&app.db.read(ctx), email).await? {
                let tx = app.db.begin_write(ctx).await?;
                store::delete_contact(&tx, contact.id).await?;
                tx.note(contact.id, Visibility::Staff, &fact).await?;
                tx.commit().await?;
                contacts += 1;
            }
            let hash = email_hash(app, ctx.tenant(), email);
            if let Some(one) = store::subscriptions_of(&app.db.read(ctx), &hash).await? {
                commands::remove(app, ctx, one.id, "erased").await?;
                newsletters += 1;
            }
        }
        // What still lies in rows of lists goes with the lists: which of them name the person, nobody can tell for sure.
        let lists = commands::forget_rows_naming(app, ctx, &words).await?;
        if !subject.works_here {
            for person in &subject.persons {
                let tx = app.db.begin_write(ctx).await?;
                store::delete_feed(&tx, *person).await?;
                tx.commit().await?;
            }
        }
        Ok(ErasedCounts::from([
            ("listed_contacts", contacts),
            ("visits", visits),
            ("newsletter", newsletters),
            ("list_rows", lists),
        ]))
    }

    async fn outlived(
        &self,
        ctx: &Ctx,
        rules: &RuleBook,
        at: DateTime<Utc>,
    ) -> Result<Vec<Outlived>, StoreError> {
        retention::outlived(&self.0, ctx, rules, at).await
    }

    async fn forget(&self, ctx: &Ctx, rules: &RuleBook) -> Result<ErasedCounts, Failure> {
        retention::forget(&self.0, ctx, rules).await
    }

    async fn stays(&self, ctx: &Ctx, subject: &DataSubject) -> Result<Vec<Staying>, StoreError> {
        let read = self.0.db.read(ctx);
        let mut left = 0;
        for email in &subject.emails {
            left += i64::from(store::has_left(&read, &email_hash(&self.0, ctx.tenant(), email)).await?);
        }
        let mut own = 0;
        for person in &subject.persons {
            own += i64::try_from(store::visits_of_person(&read, *person).await?.len()).unwrap_or(i64::MAX);
        }
        let staying =
            |key, count, places| Staying { key, count, named: Vec::new(), places, until_ended: false };
        let all = [
            staying("relations-stays-left", left, &["relations_left.email_hash"]),
            staying("relations-stays-visited", own, &["relations_visit.visitor"]),
        ];
        Ok(all.into_iter().filter(|one| one.count > 0).collect())
    }
}
