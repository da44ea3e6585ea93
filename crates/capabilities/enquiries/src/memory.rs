//! What enquiries remember of a company, for its page: when it asked, how it ended, who wrote. Only as far as the asker
//! may open the case itself; of a confidential one not even that it is there.

use std::{collections::BTreeMap, sync::Arc};

use async_trait::async_trait;
use kernel::{CaseId, Ctx, CvrNumber, Language, uuid::Uuid};
use ports::{CompanyContact, CompanyMemory, Memory, PeopleDirectory, SubjectCard, TeamCard, TimelineEntry};
use storage::{Db, Read, StoreError};

use crate::{
    GuideState, access,
    guide::Guide,
    model::{Case, CaseState},
    store::{self, CaseFilter},
};

/// Cases read of one company.
const CASES_MAX: u64 = 200;

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

    /// The company's newest cases, and those with these `ids` that are older.
    async fn cases(&self, read: &Read, cvr: CvrNumber, ids: &[CaseId]) -> Result<Vec<Case>, StoreError> {
        let filter = CaseFilter { cvr: Some(cvr), ..CaseFilter::default() };
        let mut cases = store::newest(read, &filter, CASES_MAX).await?;
        let is_among = |id: &CaseId| cases.iter().any(|case| case.id == *id);
        let older: Vec<CaseId> = ids.iter().filter(|id| !is_among(id)).copied().collect();
        if !older.is_empty() {
            cases.extend(store::find_all(read, &older).await?.into_values());
        }
        Ok(cases)
    }
}

/// What cases are called by the asker.
struct Words<'a> {
    language: Language,
    guide: &'a Guide,
    teams: &'a [TeamCard],
}

impl Words<'_> {
    fn topic<'a>(&'a self, case: &'a Case) -> &'a str {
        let topic = self.guide.topic(case.topic.as_str());
        topic.map_or(case.topic.as_str(), |topic| topic.title.get(self.language))
    }

    fn card(&self, case: &Case) -> SubjectCard {
        SubjectCard { name: format!("{}, {}", case.number, self.topic(case)), link: link(case) }
    }

    /// What happened with one case.
    fn entries(&self, case: &Case) -> Vec<TimelineEntry> {
        let team = self.teams.iter().find(|team| team.id == case.team);
        let entry = |at, key: &str| TimelineEntry {
            at,
            capability: "enquiries",
            key: key.to_owned(),
            arguments: vec![("number", case.number.clone()), ("topic", self.topic(case).to_owned())],
            link: Some(link(case)),
            team: team.map(|team| team.name(self.language).to_owned()),
            person: Some(case.contact.name.clone()).filter(|name| !name.is_empty()),
        };
        let received = entry(case.received_at, "enquiries-memory-received");
        let ended = case.closed_at.map(|closed| entry(closed, "enquiries-memory-ended"));
        [received].into_iter().chain(ended).collect()
    }
}

fn is_open_to(ctx: &Ctx, case: &Case) -> bool {
    !matches!(case.state, CaseState::Spam | CaseState::Unconfirmed) && access::may_see(ctx, case, &[])
}

fn link(case: &Case) -> String {
    format!("/intern/henvendelser/{}", case.id)
}

/// Who wrote in these cases, the newest of which stands first.
fn contacts(cases: &[Case]) -> Vec<CompanyContact> {
    let mut contacts: BTreeMap<String, CompanyContact> = BTreeMap::new();
    for case in cases.iter().filter(|case| case.erased_at.is_none()) {
        let email = case.contact.email.to_string();
        contacts.entry(email.clone()).or_insert_with(|| CompanyContact {
            name: case.contact.name.clone(),
            email,
            phone: case.contact.phone.as_ref().map(ToString::to_string),
            confirmed: false,
            last_seen: case.updated_at,
        });
    }
    contacts.into_values().collect()
}

#[async_trait]
impl CompanyMemory for CaseMemory {
    async fn remember(
        &self,
        ctx: &Ctx,
        cvr: CvrNumber,
        subjects: &[Uuid],
        limit: usize,
    ) -> Result<Memory, StoreError> {
        let read = self.db.read(ctx);
        let subjects: Vec<CaseId> = subjects.iter().copied().map(CaseId::from).collect();
        let mut cases = self.cases(&read, cvr, &subjects).await?;
        cases.retain(|case| is_open_to(ctx, case));
        if cases.is_empty() {
            return Ok(Memory::default());
        }
        let (teams, guide) = (self.people.teams(&read).await?, self.guide.guide(ctx.tenant()));
        let words = Words { language: ctx.language(), guide: &guide, teams: &teams };
        let named = cases.iter().filter(|case| subjects.contains(&case.id));
        let subjects = named.map(|case| (case.id.uuid(), words.card(case))).collect();
        // What was only asked about by its id tells nothing else of this company.
        cases.retain(|case| case.asker.cvr() == Some(cvr));
        let timeline = cases.iter().take(limit).flat_map(|case| words.entries(case)).collect();
        Ok(Memory { timeline, contacts: contacts(&cases), subjects })
    }
}
