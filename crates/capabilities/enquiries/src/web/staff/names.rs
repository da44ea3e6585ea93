//! What ids are called on a page: teams, people, topics and companies, fetched once for everything on it.

use std::{collections::BTreeMap, sync::Arc};

use ::web::{App, Auth, Page};
use kernel::{Code, CvrNumber, Language, PersonId, TeamId};
use ledger::{Promise, PromiseKind, PromiseState};
use ports::{CompanyCard, PersonCard, TeamCard};
use storage::StoreError;

use crate::{GuideState, guide::Guide, model::Case};

/// The names on a page.
pub(super) struct Names {
    language: Language,
    pub(super) teams: BTreeMap<TeamId, TeamCard>,
    pub(super) people: BTreeMap<PersonId, PersonCard>,
    companies: BTreeMap<CvrNumber, CompanyCard>,
    guide: Arc<Guide>,
    /// What stands where a name was erased.
    erased: String,
}

impl Names {
    /// Of these teams and people, and of the companies with these numbers. Asks for nothing of which there is none.
    pub(super) async fn of(
        app: &App,
        auth: &Auth,
        teams: BTreeMap<TeamId, TeamCard>,
        people: &[PersonId],
        numbers: &[CvrNumber],
    ) -> Result<Self, StoreError> {
        let companies = match numbers {
            [] => BTreeMap::new(),
            numbers => app.ports.companies.companies(auth, numbers).await?,
        };
        let people = match people {
            [] => BTreeMap::new(),
            people => app.ports.people.people(&app.db.read(auth), people).await?,
        };
        Ok(Self {
            language: auth.language(),
            teams,
            people,
            companies,
            guide: app.kept::<GuideState>().guide(auth.tenant()),
            erased: app.text(auth.language(), "enquiries-erased", &[]),
        })
    }

    /// A team's name.
    pub(super) fn team(&self, id: &TeamId) -> &str {
        self.teams.get(id).map_or("", |team| team.name(self.language))
    }

    /// A person's name; nothing for nobody.
    pub(super) fn person(&self, id: Option<&PersonId>) -> &str {
        id.and_then(|id| self.people.get(id)).map_or("", |person| person.name.as_str())
    }

    /// A topic's title; its key when it is no longer in the guide.
    pub(super) fn topic<'a>(&'a self, key: &'a Code) -> &'a str {
        self.guide.topic(key.as_str()).map_or(key.as_str(), |topic| topic.title.get(self.language))
    }

    /// A topic's title in the company's language.
    pub(super) fn topic_in<'a>(&'a self, key: &'a Code, language: Language) -> &'a str {
        self.guide.topic(key.as_str()).map_or(key.as_str(), |topic| topic.title.get(language))
    }

    /// Whether the answer was promised under an adopted service goal; else the company was told no date: we ring.
    pub(super) fn has_goal(&self, promises: &[Promise]) -> bool {
        self.guide.goal_promised(promises).is_some_and(|goal| goal.adopted)
    }

    /// What an enquiry can be about, for a list to choose from: key and title.
    pub(super) fn topics(&self) -> Vec<(&str, &str)> {
        let all = self.guide.topics().iter().chain(self.guide.own_subjects());
        all.map(|topic| (topic.key.as_str(), topic.title.get(self.language))).collect()
    }

    /// The company of the register with the number that was stated.
    pub(super) fn company(&self, case: &Case) -> Option<&CompanyCard> {
        case.asker.cvr().and_then(|cvr| self.companies.get(&cvr))
    }

    /// Who asks, as it is called in a list: the name given, the register's, the number, or the person.
    pub(super) fn asker(&self, case: &Case) -> String {
        match (case.asker.name(), self.company(case), case.asker.cvr()) {
            ("", Some(company), _) => company.name.clone(),
            ("", None, Some(cvr)) => format!("CVR {cvr}"),
            ("", None, None) if case.erased_at.is_some() => self.erased.clone(),
            ("", None, None) => case.contact.name.clone(),
            (name, _, _) => name.to_owned(),
        }
    }

    /// Who owes what, in words.
    pub(super) fn what(&self, page: &Page, promise: &Promise) -> String {
        let team = |id: Option<TeamId>| id.map_or("", |id| self.team(&id)).to_owned();
        let debtor = team(promise.debtor.team());
        if promise.kind == PromiseKind::PART_ANSWER {
            return page.t2("enquiries-owes-part", ("team", debtor), ("to", team(promise.creditor.team())));
        }
        let kind = promise.kind.as_str().replace('_', "-");
        match &promise.state {
            PromiseState::Kept { at } | PromiseState::KeptLate { at } => {
                page.t2(&format!("enquiries-gave-{kind}"), ("team", debtor), ("at", page.moment(at)))
            }
            _ => page.t1(&format!("enquiries-owes-{kind}"), "team", debtor),
        }
    }
}

/// The numbers of the companies that gave no name: only for these a list asks the register.
pub(super) fn nameless<'a>(cases: impl Iterator<Item = &'a Case>) -> Vec<CvrNumber> {
    cases.filter(|case| case.asker.name().is_empty()).filter_map(|case| case.asker.cvr()).collect()
}

/// The first letters of a name, for the round sign beside what was said.
pub(super) fn initials(name: &str) -> String {
    name.split_whitespace().filter_map(|word| word.chars().next()).take(2).collect()
}
