//! What enquiries remember of a company, for its page: when it asked, how it ended, who wrote. Only as far as the asker
//! may open the case itself; of a confidential one not even that it is there.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use async_trait::async_trait;
use kernel::{CaseId, Ctx, CvrNumber, Language, uuid::Uuid};
use ports::{
    CompanyContact, CompanyMemory, FoundCard, Memory, PeopleDirectory, SubjectCard, TeamCard, TimelineEntry,
};
use storage::{Db, Read, StoreError};

use crate::{
    GuideState, access,
    guide::Guide,
    model::{Case, CaseState},
    store::{self, CaseFilter},
};

/// Cases read of one company.
const CASES_MAX: u64 = 200;
/// Letters of a contact's name or address that must be typed.
const CONTACT_CHARS_MIN: usize = 3;

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

    /// The case with a number: to whoever may open it, it is shown; anyone else who answers companies is told who has it. Of
    /// what is confidential, or complains about someone, nothing is said at all.
    async fn by_number(&self, ctx: &Ctx, number: &str) -> Result<Vec<FoundCard>, StoreError> {
        let read = self.db.read(ctx);
        let Some(case) = store::find_by_number(&read, number).await? else { return Ok(Vec::new()) };
        let parts: Vec<_> = store::parts(&read, &[case.id]).await?.iter().map(|part| part.team).collect();
        if access::may_see(ctx, &case, &parts) {
            let guide = self.guide.guide(ctx.tenant());
            let words = Words { language: ctx.language(), guide: &guide, teams: &[] };
            let asker = match case.asker.name() {
                "" => case.contact.name.clone(),
                name => name.to_owned(),
            };
            let arguments = vec![("topic", words.topic(&case).to_owned()), ("asker", asker)];
            let link = Some(link(&case));
            return Ok(vec![FoundCard { name: case.number, link, key: "enquiries-found-case", arguments }]);
        }
        if case.confidential || !case.wall.is_open() || matches!(case.state, CaseState::Unconfirmed) {
            return Ok(Vec::new());
        }
        let team = self.people.teams(&read).await?.into_iter().find(|team| team.id == case.team);
        Ok(team.map_or_else(Vec::new, |team| {
            let name = team.name(ctx.language()).to_owned();
            let arguments = vec![("team", name), ("phone", team.phone.to_string())];
            vec![FoundCard { name: case.number, link: None, key: "enquiries-found-elsewhere", arguments }]
        }))
    }

    /// Whoever asked, by name or address, in the cases that the asker may open: each once, with the newest case.
    async fn by_contact(&self, ctx: &Ctx, typed: &str, limit: usize) -> Result<Vec<FoundCard>, StoreError> {
        let own: Vec<_> = ctx.teams().iter().copied().collect();
        let filter = CaseFilter {
            teams: (!ctx.may(access::READ_ALL)).then(|| own.clone()),
            hidden_from: ctx.person(),
            confidential_of: Some(own),
            contact: Some(typed.to_owned()),
            ..CaseFilter::default()
        };
        let mut cases = store::newest(&self.db.read(ctx), &filter, CASES_MAX).await?;
        cases.retain(|case| case.erased_at.is_none() && is_open_to(ctx, case));
        let mut seen = BTreeSet::new();
        cases.retain(|case| seen.insert(case.contact.email.to_key()));
        let card = |case: &Case| FoundCard {
            name: case.contact.name.clone(),
            link: Some(link(case)),
            key: "enquiries-found-contact",
            arguments: vec![
                ("email", case.contact.email.to_string()),
                ("asker", case.asker.name().to_owned()),
                ("number", case.number.clone()),
            ],
        };
        Ok(cases.iter().take(limit).map(card).collect())
    }
}

/// A case's number as it is stored, where that is what was typed: `2026-00410`, also as people say it, `2026 410`.
fn case_number(typed: &str) -> Option<String> {
    let (year, number) = typed.trim().split_once(['-', ' ', '/'])?;
    let is_year = year.len() == 4 && year.starts_with("20");
    let all_digits = [year, number].iter().all(|part| part.chars().all(|c| c.is_ascii_digit()));
    let number = number.trim_start_matches('0');
    (is_year && all_digits && (1..=5).contains(&number.len())).then(|| format!("{year}-{number:0>5}"))
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
            confirmed: case.confirmed_by.is_some(),
            last_seen: case.updated_at,
            source: None,
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
        Ok(Memory { timeline, contacts: contacts(&cases), subjects, ..Memory::default() })
    }

    async fn find(&self, ctx: &Ctx, typed: &str, limit: usize) -> Result<Vec<FoundCard>, StoreError> {
        let typed = typed.trim();
        if !ctx.may(access::WORK) && !ctx.may(access::READ_ALL) {
            return Ok(Vec::new());
        }
        if let Some(number) = case_number(typed) {
            return self.by_number(ctx, &number).await;
        }
        let letters = typed.chars().filter(|c| c.is_alphabetic()).count();
        if letters < CONTACT_CHARS_MIN { Ok(Vec::new()) } else { self.by_contact(ctx, typed, limit).await }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_case_number_is_known_as_it_is_said_on_the_telephone() {
        for typed in ["2026-00410", " 2026-410 ", "2026 410", "2026/00410"] {
            assert_eq!(case_number(typed).as_deref(), Some("2026-00410"), "{typed}");
        }
        for other in ["99000012", "2026", "2026-", "2026-123456", "1899-00410", "Hjort 2026-1", "2026-4a"] {
            assert_eq!(case_number(other), None, "{other}");
        }
    }
}
