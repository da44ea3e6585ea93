//! What identity holds on a person, as one who works here and as a company's contact: to hand out (GDPR article 15) and to
//! erase (article 17).
//!
//! Whoever works here is needed as long as it does. Of whoever has left the name stays, beneath what it wrote and decided: a
//! document must show who sent it (forvaltningsloven § 32 b), and what a case rests on is kept (offentlighedsloven §§ 13 and
//! 15, arkivloven §§ 8 and 10; GDPR article 17(3)(b) and (d)). Everything else goes.

use std::sync::Arc;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use kernel::{Ctx, Failure, RuleBook};
use ports::{DataSubject, ErasedCounts, Outlived, PersonalDataHolder, Staying};
use serde_json::{Map, Value, json};
use storage::{Db, StoreError};
use web::App;

use crate::{
    commands,
    model::{Person, Post, Recovery, SecondStep, Staff},
    store::{self, Trace},
};

/// What identity answers of a person.
pub(crate) fn holder(app: &App) -> Arc<dyn PersonalDataHolder> {
    Arc::new(People(app.db.clone()))
}

struct People(Db);

impl People {
    async fn trace(&self, ctx: &Ctx, subject: &DataSubject) -> Result<Trace, StoreError> {
        let contacts = store::contacts_of(&self.0.read(ctx), &subject.emails).await?;
        let companies = store::company_contacts_of(&self.0.read(ctx), &subject.emails).await?;
        let contacts = contacts.into_iter().map(|(id, ..)| id.uuid());
        Ok(Trace {
            persons: subject.persons.iter().map(|person| person.uuid()).collect(),
            contacts: contacts.chain(companies.iter().map(|one| one.id.uuid())).collect(),
        })
    }
}

/// A person as it is handed out. Recovery codes and secrets are made from the installation's key: none is stored.
fn held(staff: &Staff, person: &Person) -> Value {
    let teams = staff.own_teams(person.id);
    let teams = staff.teams.values().filter(|team| teams.contains(&team.id)).map(|team| &team.name_da);
    let posts = staff.teams.values().flat_map(|team| {
        let held = Post::ALL.into_iter().filter(|post| team.holder(*post) == Some(person.id));
        held.map(|post| json!({ "team": team.name_da, "post": post }))
    });
    let recovery = match person.second_step {
        SecondStep::On { recovery, .. } => Some(recovery),
        SecondStep::Off { .. } => None,
    };
    json!({
        "id": person.id,
        "name": person.name,
        "email": person.email,
        "phone": person.phone,
        "language": person.language,
        "left_at": person.left_at,
        "has_password": person.has_password,
        "second_step": person.second_step.is_on(),
        "recovery_codes_left": recovery.map(Recovery::left),
        "roles": staff.roles.get(&person.id),
        "teams": teams.collect::<Vec<_>>(),
        "posts": posts.collect::<Vec<_>>(),
    })
}

#[async_trait]
impl PersonalDataHolder for People {
    fn tables(&self) -> &'static [&'static str] {
        &[
            "identity_person",
            "identity_team",
            "identity_member",
            "identity_role",
            "identity_absence",
            "identity_session",
            "identity_link",
            "identity_contact",
            "identity_company_contact",
            "identity_account",
            "identity_provider_session",
        ]
    }

    async fn recognise(&self, ctx: &Ctx, subject: &mut DataSubject) -> Result<(), StoreError> {
        let read = self.0.read(ctx);
        subject.persons.extend(store::persons_of(&read, &subject.emails).await?);
        let staff = store::staff(&read).await?;
        for person in subject.persons.iter().filter_map(|id| staff.people.get(id)) {
            subject.names.insert(person.name.clone());
            if person.left_at.is_none() {
                subject.works_here = true;
                subject.emails.insert(person.email.clone());
            }
        }
        Ok(())
    }

    async fn export(&self, ctx: &Ctx, subject: &DataSubject) -> Result<Map<String, Value>, StoreError> {
        let read = self.0.read(ctx);
        let staff = store::staff(&read).await?;
        let people = subject.persons.iter().filter_map(|id| staff.people.get(id));
        let absences = staff.absences.iter().filter(|absence| {
            let is_substitute = absence.substitute.is_some_and(|id| subject.persons.contains(&id));
            is_substitute || subject.persons.contains(&absence.person)
        });
        let absences = absences.map(|absence| {
            let own = subject.persons.contains(&absence.person);
            json!({
                "as": if own { "absent" } else { "substitute" },
                "first_day": absence.first_day,
                "last_day": absence.last_day,
            })
        });
        let contacts = store::contacts_of(&read, &subject.emails).await?;
        let contacts = contacts
            .into_iter()
            .map(|(id, email, at)| json!({ "id": id, "email": email, "last_asked_at": at }));
        let companies = store::company_contacts_of(&read, &subject.emails).await?;
        let companies = companies.into_iter().map(|one| {
            json!({ "id": one.id, "name": one.name, "email": one.email, "last_came_at": one.last_came_at })
        });
        let trace = self.trace(ctx, subject).await?;
        let sessions = store::sessions_of(&read, &trace).await?;
        let sessions = sessions.iter().map(|session| {
            json!({
                "created_at": session.created_at,
                "last_seen_at": session.last_seen_at,
                "revoked_at": session.revoked_at,
                "companies": session.companies,
            })
        });
        let links = store::links_of(&read, &trace).await?;
        let links = links.iter().map(|link| {
            json!({ "purpose": link.purpose.id(), "expires_at": link.expires_at, "used_at": link.used_at })
        });
        let accounts = store::accounts_of(&read, &trace.persons).await?;
        let accounts = accounts.into_iter().map(|account| {
            json!({ "issuer": account.issuer, "subject": account.subject, "bound_at": account.bound_at })
        });
        Ok(Map::from_iter([
            ("accounts".to_owned(), accounts.collect()),
            ("staff".to_owned(), people.map(|person| held(&staff, person)).collect()),
            ("absences".to_owned(), absences.collect()),
            ("contacts".to_owned(), contacts.collect()),
            ("company_contacts".to_owned(), companies.collect()),
            ("sessions".to_owned(), sessions.collect()),
            ("links".to_owned(), links.collect()),
        ]))
    }

    async fn erase(&self, ctx: &Ctx, subject: &DataSubject) -> Result<ErasedCounts, Failure> {
        let mut trace = self.trace(ctx, subject).await?;
        if subject.works_here {
            trace.persons = Vec::new();
        }
        let tx = self.0.begin_write(ctx).await?;
        store::raise_version(&tx).await?;
        let absences = store::erase_absences(&tx, &trace.persons).await?;
        let (sessions, links) = store::erase_traces(&tx, &trace).await?;
        let accounts = store::erase_accounts(&tx, &trace.persons).await?;
        let contacts = store::contacts_of(&tx, &subject.emails).await?;
        for (contact, ..) in &contacts {
            store::erase_contact(&tx, *contact).await?;
        }
        let companies = store::company_contacts_of(&tx, &subject.emails).await?;
        for contact in &companies {
            store::erase_company_contact(&tx, contact.id).await?;
        }
        tx.commit().await?;
        Ok(ErasedCounts::from([
            ("absences", absences),
            ("accounts", accounts),
            ("sessions", sessions),
            ("links", links),
            ("contacts", contacts.len() as u64),
            ("company_contacts", companies.len() as u64),
        ]))
    }

    async fn outlived(
        &self,
        ctx: &Ctx,
        rules: &RuleBook,
        at: DateTime<Utc>,
    ) -> Result<Vec<Outlived>, StoreError> {
        commands::outlived(&self.0.read(ctx), rules, at).await
    }

    async fn forget(&self, ctx: &Ctx, rules: &RuleBook) -> Result<ErasedCounts, Failure> {
        commands::forget(&self.0, ctx, rules).await
    }

    async fn stays(&self, ctx: &Ctx, subject: &DataSubject) -> Result<Vec<Staying>, StoreError> {
        let staff = store::staff(&self.0.read(ctx)).await?;
        let known = subject.persons.iter().filter_map(|id| staff.people.get(id));
        let (left, here): (Vec<&Person>, Vec<_>) = known.partition(|person| person.left_at.is_some());
        let staying = |key, people: &[&Person], places, until_ended| Staying {
            key,
            count: i64::try_from(people.len()).unwrap_or(i64::MAX),
            named: people.iter().map(|person| person.name.clone()).collect(),
            places,
            until_ended,
        };
        let all = [
            staying("identity-stays-at-work", &here, AT_WORK, true),
            staying("identity-stays-name", &left, &["identity_person.name"], false),
        ];
        Ok(all.into_iter().filter(|one| one.count > 0).collect())
    }
}

/// Where someone stands who works here.
const AT_WORK: &[&str] = &[
    "identity_person.name",
    "identity_person.email",
    "identity_person.email_key",
    "identity_person.phone",
    "outreach_content.to_address",
    "outreach_content.to_name",
    "outreach_content.subject",
    "outreach_content.text",
    "outreach_content.html",
];
