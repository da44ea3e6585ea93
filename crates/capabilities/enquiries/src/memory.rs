//! What enquiries remember of a company, for its page: when it asked, how it ended, who wrote. Only as far as the asker
//! may open the case itself; of a confidential one not even that it is there.

use std::{collections::BTreeMap, sync::Arc};

use async_trait::async_trait;
use kernel::{CaseId, Ctx, CvrNumber, uuid::Uuid};
use ports::{CompanyContact, CompanyMemory, PeopleDirectory, SubjectCard, TimelineEntry};
use storage::{Db, StoreError};

use crate::{
    GuideState, access,
    model::{Case, CaseState},
    store::{self, CaseFilter},
};

/// Contacts shown of one company.
const CONTACTS_MAX: u64 = 200;

/// Answers from the cases.
pub struct CaseMemory {
    db: Db,
    guide: GuideState,
    people: Arc<dyn PeopleDirectory>,
}

impl CaseMemory {
    /// Reads `db`; topics are named as the guide names them.
    pub fn new(db: Db, guide: GuideState, people: Arc<dyn PeopleDirectory>) -> Self {
        Self { db, guide, people }
    }

    /// The company's newest cases that the asker may open.
    async fn cases(&self, ctx: &Ctx, cvr: CvrNumber, limit: u64) -> Result<Vec<Case>, StoreError> {
        let filter = CaseFilter { cvr: Some(cvr), ..CaseFilter::default() };
        let cases = store::newest(&self.db.read(ctx), &filter, limit).await?;
        Ok(cases.into_iter().filter(|case| is_open_to(ctx, case)).collect())
    }

    fn card(&self, ctx: &Ctx, case: &Case) -> SubjectCard {
        SubjectCard { name: format!("{}, {}", case.number, self.topic(ctx, case)), link: link(case) }
    }

    fn topic(&self, ctx: &Ctx, case: &Case) -> String {
        let topic = self.guide.topic(ctx.tenant(), &case.topic);
        topic.map_or_else(|| case.topic.to_string(), |topic| topic.title.get(ctx.language()).to_owned())
    }
}

fn is_open_to(ctx: &Ctx, case: &Case) -> bool {
    !matches!(case.state, CaseState::Spam | CaseState::Unconfirmed) && access::may_see(ctx, case, &[])
}

fn link(case: &Case) -> String {
    format!("/intern/henvendelser/{}", case.id)
}

#[async_trait]
impl CompanyMemory for CaseMemory {
    async fn timeline(
        &self,
        ctx: &Ctx,
        cvr: CvrNumber,
        limit: u64,
    ) -> Result<Vec<TimelineEntry>, StoreError> {
        let cases = self.cases(ctx, cvr, limit).await?;
        let teams = self.people.teams(&self.db.read(ctx)).await?;
        let mut entries = Vec::new();
        for case in &cases {
            let team = teams.iter().find(|team| team.id == case.team);
            let entry = |at, key: &str| TimelineEntry {
                at,
                capability: "enquiries",
                key: key.to_owned(),
                arguments: vec![("number", case.number.clone()), ("topic", self.topic(ctx, case))],
                link: Some(link(case)),
                team: team.map(|team| team.name(ctx.language()).to_owned()),
                person: Some(case.contact.name.clone()).filter(|name| !name.is_empty()),
            };
            entries.push(entry(case.received_at, "enquiries-memory-received"));
            if let Some(closed) = case.closed_at {
                entries.push(entry(closed, "enquiries-memory-ended"));
            }
        }
        Ok(entries)
    }

    async fn contacts(&self, ctx: &Ctx, cvr: CvrNumber) -> Result<Vec<CompanyContact>, StoreError> {
        let mut contacts: BTreeMap<String, CompanyContact> = BTreeMap::new();
        // Newest first: the first that is met of an address is the one that was last in touch.
        let cases = self.cases(ctx, cvr, CONTACTS_MAX).await?;
        for case in cases.into_iter().filter(|case| case.erased_at.is_none()) {
            let email = case.contact.email.to_string();
            contacts.entry(email.clone()).or_insert_with(|| CompanyContact {
                name: case.contact.name,
                email,
                phone: case.contact.phone.map(|phone| phone.to_string()),
                confirmed: false,
                last_seen: case.updated_at,
            });
        }
        Ok(contacts.into_values().collect())
    }

    async fn subjects(
        &self,
        ctx: &Ctx,
        subjects: &[Uuid],
    ) -> Result<BTreeMap<Uuid, SubjectCard>, StoreError> {
        let ids: Vec<CaseId> = subjects.iter().copied().map(CaseId::from).collect();
        let cases = store::find_all(&self.db.read(ctx), &ids).await?;
        let open = cases.into_values().filter(|case| is_open_to(ctx, case));
        Ok(open.map(|case| (case.id.uuid(), self.card(ctx, &case))).collect())
    }
}
