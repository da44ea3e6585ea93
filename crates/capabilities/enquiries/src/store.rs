//! The only SQL for enquiries. Every read starts at the tenant; every write takes a [`Tx`].

mod causes;
mod content;
mod cursor;
mod days;
mod desk;
mod erasing;
mod filing;
mod packages;
mod people;
mod references;
mod releases;
mod reviews;

use std::collections::BTreeMap;

use kernel::{CaseId, Code, ContactId, CvrNumber, Email, Language, PersonId, TeamId};
use sea_orm::{
    ActiveValue::Set,
    Condition, FromQueryResult, QueryOrder, QuerySelect,
    entity::prelude::*,
    sea_query::{ExprTrait, OnConflict},
};
use storage::{Erased, Reader, StoreError, TokenHash, Tx, fingerprint, record_erasure};

use crate::{
    entity::{case, entry, number, part},
    guide::Duty,
    model::{
        About, AboutKind, Asker, Case, CaseState, Channel, Contact, Entry, EntryId, EntryKind, HandOver,
        Mark, Outcome, Part, PartId, Rating, Wall,
    },
};

pub use causes::{cause_plans, end_cause_plan, insert_cause_plan};
pub use content::{
    OwnContent, insert_topic_goal, insert_topic_version, newest_version, own_content, topic_goals,
    topic_version, topic_versions,
};
pub use cursor::{cursor, move_cursor};
pub use days::{begin_day, begun, count_of_day, forget_days};
pub use desk::{
    Notice, SavedReply, count_unread, delete_saved_reply, find_notice, forget_notices_of,
    forget_read_notices, insert_notice, insert_saved_reply, read_notices, saved_replies, unread_notices,
    update_saved_reply,
};
pub use erasing::{cases_to_forget, erase_case, erase_texts, is_party_known};
pub use filing::{cases_to_file, count_to_file_since, filing, numbers_to_file, save_filing};
pub use packages::{
    cases_without_package, package, packages, received_packages, save_package, stranded_packages,
};
pub use people::{NAMING, Written, erase_notice, naming, notices_of, written_by};
pub use references::{delete_reference, find_shown, missed_references, references, save_reference};
pub use releases::{current_release, end_release, insert_release};
pub use reviews::{forget_beginning, insert_review, reviews};

/// Entries on the page behind a company's link, which anyone may have who got hold of it: far beyond what a conversation has.
pub const ENTRIES_MAX: u64 = 500;
/// Cases on one page of a list.
pub const CASES_PER_PAGE: u64 = 50;
/// Open cases in one work list: far beyond what teams of one municipality have open.
const MARKS_MAX: u64 = 5_000;

/// The next number of the year, `2026-00123`. Gaps arise only where a form is rolled back after this.
pub async fn next_number(tx: &Tx, year: i32) -> Result<String, StoreError> {
    let row = number::ActiveModel { tenant_id: Set(tx.tenant().code()), year: Set(year), last: Set(1) };
    let conflict = OnConflict::columns([number::Column::TenantId, number::Column::Year])
        .value(number::Column::Last, Expr::col((number::Entity, number::Column::Last)).add(1))
        .to_owned();
    let row = number::Entity::insert(row).on_conflict(conflict).exec_with_returning(tx.conn()).await?;
    Ok(format!("{year}-{:05}", row.last))
}

/// Writes a new case. `link` is the hash of its tracking link's token.
pub async fn insert(tx: &Tx, case: &Case, link: &TokenHash) -> Result<(), StoreError> {
    let row = to_row(tx, case, link);
    case::Entity::insert(row).exec_without_returning(tx.conn()).await?;
    Ok(())
}

/// Writes a changed case. The caller holds it by [`find_and_lock`].
pub async fn update(tx: &Tx, case: &Case, link: &TokenHash) -> Result<(), StoreError> {
    let row = to_row(tx, case, link);
    case::Entity::update(row).exec_without_returning(tx.conn()).await.map(|_| ()).map_err(StoreError::from)
}

fn to_row(tx: &Tx, case: &Case, link: &TokenHash) -> case::ActiveModel {
    let (country, vat, on_behalf_of) = match &case.asker {
        Asker::Foreign { country, vat, .. } => (Some(country.clone()), Some(vat.clone()), None),
        Asker::Adviser { on_behalf_of, .. } => (None, None, Some(on_behalf_of.clone())),
        Asker::Company { .. } | Asker::Founder | Asker::Association { .. } => (None, None, None),
    };
    let (outcome, duplicate_of) = match case.state {
        CaseState::Closed(outcome) => (Some(outcome.code().to_owned()), None),
        CaseState::Duplicate(of) => (None, Some(of.uuid())),
        _ => (None, None),
    };
    case::ActiveModel {
        tenant_id: Set(tx.tenant().code()),
        id: Set(case.id.into()),
        number: Set(case.number.clone()),
        topic: Set(case.topic.to_string()),
        confidential: Set(case.confidential),
        team_id: Set(case.team.into()),
        assignee_id: Set(case.assignee.map(PersonId::uuid)),
        state: Set(case.state.text().to_owned()),
        outcome: Set(outcome),
        duplicate_of: Set(duplicate_of),
        party_id: Set(case.party.into()),
        asker_kind: Set(case.asker.kind().to_owned()),
        asker_name: Set(case.asker.name().to_owned()),
        cvr: Set(case.asker.cvr().map(|cvr| cvr.to_string())),
        country: Set(country),
        vat: Set(vat),
        on_behalf_of: Set(on_behalf_of),
        adviser_cvr: Set(case.asker.adviser_cvr().map(|cvr| cvr.to_string())),
        contact_name: Set(case.contact.name.clone()),
        contact_email: Set(case.contact.email.to_key()),
        contact_phone: Set(case.contact.phone.as_ref().map(|phone| phone.e164().to_owned())),
        channel: Set(case.channel.text().to_owned()),
        language: Set(case.language.tag().to_owned()),
        received_at: Set(case.received_at),
        updated_at: Set(case.updated_at),
        closed_at: Set(case.closed_at),
        version: Set(case.version),
        link_version: Set(case.link_version),
        link_hash: Set(link.0.clone()),
        offered_to: Set(case.hand_over.map(|offer| offer.to.uuid())),
        offered_at: Set(case.hand_over.map(|offer| offer.since)),
        bounces: Set(case.bounces),
        hand_overs: Set(case.hand_overs),
        repeats: Set(case.repeats),
        rating: Set(case.rating.as_ref().map(|rating| rating.score)),
        rating_text: Set(case.rating.as_ref().map(|rating| rating.text.clone())),
        about_person: Set(case.about_person.map(PersonId::uuid)),
        about_team: Set(case.about_team.map(TeamId::uuid)),
        wall: Set(case.wall.text()),
        about_kind: Set(case.about.as_ref().map(|about| about.kind.text().to_owned())),
        about_name: Set(case.about.as_ref().map(|about| about.name.clone())),
        acute: Set(duties_text(&case.acute)),
        erased_at: Set(case.erased_at),
        confirmed_by: Set(case.confirmed_by.map(Into::into)),
    }
}

/// Who is called first, in words; nothing where nobody is.
fn duties_text(call: &[Duty]) -> Option<String> {
    let words: Vec<&str> = call.iter().map(|duty| duty.key()).collect();
    (!words.is_empty()).then(|| words.join(" "))
}

fn read_back(row: case::Model) -> Result<Case, StoreError> {
    let id = row.id;
    let corrupt = |column: &'static str| move || StoreError::corrupt(column, id);
    let number = |text: Option<&str>, column| {
        let number = text.map(str::parse::<CvrNumber>).transpose();
        number.map_err(|_| StoreError::corrupt(column, id))
    };
    let cvr = number(row.cvr.as_deref(), "enquiries_case.cvr")?;
    let name = row.asker_name;
    let asker = match row.asker_kind.as_str() {
        "company" => Asker::Company { cvr, name },
        "founder" => Asker::Founder,
        "foreign" => Asker::Foreign {
            name,
            country: row.country.unwrap_or_default(),
            vat: row.vat.unwrap_or_default(),
        },
        "association" => Asker::Association { name, cvr },
        "adviser" => Asker::Adviser {
            name,
            cvr: number(row.adviser_cvr.as_deref(), "enquiries_case.adviser_cvr")?,
            on_behalf_of: row.on_behalf_of.unwrap_or_default(),
            client_cvr: cvr,
        },
        _ => return Err(StoreError::corrupt("enquiries_case.asker_kind", id)),
    };
    let state = match row.state.as_str() {
        "unconfirmed" => CaseState::Unconfirmed,
        "open" => CaseState::Open,
        "waiting" => CaseState::WaitingForCompany,
        "closed" => {
            let outcome = row.outcome.as_deref().and_then(Outcome::from_code);
            CaseState::Closed(outcome.ok_or_else(corrupt("enquiries_case.outcome"))?)
        }
        "withdrawn" => CaseState::Withdrawn,
        "spam" => CaseState::Spam,
        "duplicate" => {
            CaseState::Duplicate(row.duplicate_of.ok_or_else(corrupt("enquiries_case.duplicate_of"))?.into())
        }
        _ => return Err(StoreError::corrupt("enquiries_case.state", id)),
    };
    let contact = match row.erased_at {
        Some(_) => Contact::erased(),
        None => Contact {
            name: row.contact_name,
            email: row.contact_email.parse().map_err(|_| corrupt("enquiries_case.contact_email")())?,
            phone: row
                .contact_phone
                .map(|phone| phone.parse().map_err(|_| corrupt("enquiries_case.contact_phone")()))
                .transpose()?,
        },
    };
    let about_kind = row
        .about_kind
        .as_deref()
        .map(|kind| AboutKind::from_text(kind).ok_or_else(corrupt("enquiries_case.about_kind")));
    let about = about_kind.transpose()?.map(|kind| About { kind, name: row.about_name.unwrap_or_default() });
    let wall = row.wall.as_deref().map_or_else(|| Some(Wall::default()), Wall::from_text);
    let wall = wall.ok_or_else(corrupt("enquiries_case.wall"))?;
    let acute = row.acute.as_deref().unwrap_or_default().split_whitespace().map(Duty::from_key);
    let acute = acute.collect::<Option<Vec<_>>>().ok_or_else(corrupt("enquiries_case.acute"))?;
    let team = TeamId::from(row.team_id);
    let hand_over = row.offered_to.zip(row.offered_at);
    Ok(Case {
        id: id.into(),
        number: row.number,
        topic: row.topic.parse().map_err(|_| StoreError::corrupt("enquiries_case.topic", id))?,
        confidential: row.confidential,
        team,
        assignee: row.assignee_id.map(PersonId::from),
        state,
        party: row.party_id.into(),
        asker,
        contact,
        channel: Channel::from_text(&row.channel).ok_or_else(corrupt("enquiries_case.channel"))?,
        language: Language::from_tag(&row.language).ok_or_else(corrupt("enquiries_case.language"))?,
        received_at: row.received_at,
        updated_at: row.updated_at,
        closed_at: row.closed_at,
        version: row.version,
        link_version: row.link_version,
        hand_over: hand_over.map(|(to, since)| HandOver { from: team, to: to.into(), since }),
        bounces: row.bounces,
        hand_overs: row.hand_overs,
        repeats: row.repeats,
        rating: row.rating.map(|score| Rating { score, text: row.rating_text.unwrap_or_default() }),
        about_person: row.about_person.map(PersonId::from),
        about_team: row.about_team.map(TeamId::from),
        wall,
        about,
        acute,
        erased_at: row.erased_at,
        confirmed_by: row.confirmed_by.map(Into::into),
    })
}

/// A case.
pub async fn find(reader: &impl Reader, id: CaseId) -> Result<Option<Case>, StoreError> {
    let row = reader.find::<case::Entity>().filter(case::Column::Id.eq(id.uuid())).one(reader.conn()).await?;
    row.map(read_back).transpose()
}

/// Holds the case until commit, so that two people cannot change it at once.
/// PostgreSQL gets `FOR UPDATE`; on SQLite the immediate transaction is lock enough.
pub async fn find_and_lock(tx: &Tx, id: CaseId) -> Result<Option<Case>, StoreError> {
    let select = tx.find::<case::Entity>().filter(case::Column::Id.eq(id.uuid()));
    select.lock_exclusive().one(tx.conn()).await?.map(read_back).transpose()
}

/// The case that a tracking link opens.
pub async fn find_by_link(reader: &impl Reader, link: &TokenHash) -> Result<Option<Case>, StoreError> {
    let select = reader.find::<case::Entity>().filter(case::Column::LinkHash.eq(&link.0));
    select.one(reader.conn()).await?.map(read_back).transpose()
}

/// The case with a number.
pub async fn find_by_number(reader: &impl Reader, number: &str) -> Result<Option<Case>, StoreError> {
    let select = reader.find::<case::Entity>().filter(case::Column::Number.eq(number));
    select.one(reader.conn()).await?.map(read_back).transpose()
}

/// Which cases a list shows.
#[derive(Debug, Clone, Default)]
pub struct CaseFilter {
    /// Owned by, or offered to, one of these teams.
    pub teams: Option<Vec<TeamId>>,
    /// Given to this person.
    pub assignee: Option<PersonId>,
    /// Given to someone.
    pub assigned: bool,
    /// Given to nobody.
    pub unassigned: bool,
    /// Still open.
    pub open: bool,
    /// Waiting for the company.
    pub waiting: bool,
    /// Of this company.
    pub cvr: Option<CvrNumber>,
    /// Of the same contact.
    pub email: Option<Email>,
    /// Of a contact whose name or address has this in it.
    pub contact: Option<String>,
    /// About this topic.
    pub topic: Option<String>,
    /// Not those of which this person, in the teams of `confidential_of`, may not know.
    pub hidden_from: Option<PersonId>,
    /// Confidential ones only where one of these teams owns them or is offered them.
    pub confidential_of: Option<Vec<TeamId>>,
    /// Of this company by its stated number, or of the same contact.
    pub asked_by: Option<(Option<CvrNumber>, Email)>,
    /// Of this company by its number, or sent for it by this contact.
    pub of_company: Option<(CvrNumber, ContactId)>,
    /// With `open`: these too, though they have ended, since something is still owed on them.
    pub also: Vec<CaseId>,
    /// Ended, in whatever way.
    pub ended: bool,
}

fn select_cases(reader: &impl Reader, filter: &CaseFilter) -> Select<case::Entity> {
    let mut select = reader.find::<case::Entity>();
    if let Some(teams) = &filter.teams {
        let teams: Vec<Uuid> = teams.iter().map(|team| team.uuid()).collect();
        let owned = case::Column::TeamId.is_in(teams.iter().copied());
        select = select.filter(Condition::any().add(owned).add(case::Column::OfferedTo.is_in(teams)));
    }
    if let Some(person) = filter.assignee {
        select = select.filter(case::Column::AssigneeId.eq(person.uuid()));
    }
    if filter.assigned {
        select = select.filter(case::Column::AssigneeId.is_not_null());
    }
    if filter.unassigned {
        select = select.filter(case::Column::AssigneeId.is_null());
    }
    if filter.waiting {
        select = select.filter(case::Column::State.eq(CaseState::WaitingForCompany.text()));
    } else if filter.open {
        let open = case::Column::State.is_in([CaseState::Open.text(), CaseState::WaitingForCompany.text()]);
        let also = case::Column::Id.is_in(filter.also.iter().map(|id| id.uuid()));
        select = select.filter(Condition::any().add(open).add(also));
    }
    if filter.ended {
        select = select.filter(case::Column::ClosedAt.is_not_null());
    }
    if let Some((cvr, email)) = &filter.asked_by {
        let same_contact = case::Column::ContactEmail.eq(email.to_key());
        let same_company = cvr.map(|cvr| case::Column::Cvr.eq(cvr.to_string()));
        select = select.filter(Condition::any().add(same_contact).add_option(same_company));
    }
    if let Some((cvr, contact)) = filter.of_company {
        let kinds = case::Column::AskerKind.is_in(["company", "association"]);
        let open = case::Column::Confidential.eq(false).and(case::Column::ErasedAt.is_null());
        let sent = Condition::any().add(case::Column::ConfirmedBy.eq(contact.uuid())).add(kinds.and(open));
        select = select.filter(case::Column::Cvr.eq(cvr.to_string())).filter(sent);
    }
    if let Some(cvr) = filter.cvr {
        select = select.filter(case::Column::Cvr.eq(cvr.to_string()));
    }
    if let Some(email) = &filter.email {
        select = select.filter(case::Column::ContactEmail.eq(email.to_key()));
    }
    if let Some(typed) = &filter.contact {
        select = select.filter(contact_like(typed)).filter(case::Column::ErasedAt.is_null());
    }
    if let Some(topic) = &filter.topic {
        select = select.filter(case::Column::Topic.eq(topic));
    }
    if let Some(person) = filter.hidden_from {
        select =
            select.filter(not_behind_a_wall(person, filter.confidential_of.as_deref().unwrap_or_default()));
    }
    if let Some(teams) = &filter.confidential_of {
        let teams: Vec<Uuid> = teams.iter().map(|team| team.uuid()).collect();
        let owned = case::Column::TeamId.is_in(teams.iter().copied());
        let theirs = Condition::any().add(owned).add(case::Column::OfferedTo.is_in(teams));
        select = select.filter(theirs.add(case::Column::Confidential.eq(false)));
    }
    select
}

/// Part of a contact's name, with small or large first letters, or of its address. The engines fold no Danish letters alike,
/// so the ways in which people write a name are asked for.
fn contact_like(typed: &str) -> Condition {
    let plain: String = typed.chars().filter(|c| !matches!(c, '%' | '_' | '\\')).collect();
    let lower = plain.to_lowercase();
    let title: Vec<String> = lower.split_whitespace().map(capitalised).collect();
    let names = [plain.clone(), lower.clone(), title.join(" ")];
    let named = names
        .into_iter()
        .collect::<std::collections::BTreeSet<String>>()
        .into_iter()
        .fold(Condition::any(), |any, name| any.add(case::Column::ContactName.contains(name)));
    named.add(case::Column::ContactEmail.contains(lower.replace(' ', "")))
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// The same as [`Wall::hides_from`], as far as SQL reads the stored form.
fn not_behind_a_wall(person: PersonId, teams: &[TeamId]) -> Condition {
    let column = case::Column::Wall;
    let outside =
        teams.iter().fold(Condition::any(), |any, team| any.add(column.contains(format!("t:{team}"))));
    let is_for_a_team = Condition::all().add(column.not_like("%o:%")).add(outside.not());
    let is_in = Condition::any().add(column.contains(format!("o:{person}"))).add(is_for_a_team);
    let is_not_meant = Condition::all().add(column.contains(format!("p:{person}")).not()).add(is_in);
    Condition::any().add(column.is_null()).add(is_not_meant)
}

/// What the order of a work list needs to know of a case, and no more: a team may have hundreds.
#[derive(Debug, Clone, FromQueryResult)]
struct MarkRow {
    id: Uuid,
    team_id: Uuid,
    assignee_id: Option<Uuid>,
    state: String,
    offered_to: Option<Uuid>,
    received_at: chrono::DateTime<chrono::Utc>,
    acute: Option<String>,
}

/// The marks of the cases that fit, those that came first at the top, at most [`MARKS_MAX`].
pub async fn marks(reader: &impl Reader, filter: &CaseFilter) -> Result<Vec<Mark>, StoreError> {
    let columns = [
        case::Column::Id,
        case::Column::TeamId,
        case::Column::AssigneeId,
        case::Column::State,
        case::Column::OfferedTo,
        case::Column::ReceivedAt,
        case::Column::Acute,
    ];
    let select = select_cases(reader, filter).select_only().columns(columns);
    let select = select.order_by_asc(case::Column::ReceivedAt).order_by_asc(case::Column::Id);
    let rows = select.limit(MARKS_MAX).into_model::<MarkRow>().all(reader.conn()).await?;
    let mark = |row: MarkRow| Mark {
        id: row.id.into(),
        team: row.team_id.into(),
        assignee: row.assignee_id.map(PersonId::from),
        is_open: [CaseState::Open.text(), CaseState::WaitingForCompany.text()].contains(&row.state.as_str()),
        is_waiting: row.state == CaseState::WaitingForCompany.text(),
        offered_to: row.offered_to.map(TeamId::from),
        received_at: row.received_at,
        is_acute: row.acute.is_some(),
    };
    Ok(rows.into_iter().map(mark).collect())
}

/// The cases that have ended, the newest end at the top, one page of them.
pub async fn ended(reader: &impl Reader, filter: &CaseFilter, page: u64) -> Result<Vec<Case>, StoreError> {
    let filter = CaseFilter { ended: true, ..filter.clone() };
    let select =
        select_cases(reader, &filter).order_by_desc(case::Column::ClosedAt).order_by_desc(case::Column::Id);
    let rows = select.offset(page * CASES_PER_PAGE).limit(CASES_PER_PAGE).all(reader.conn()).await?;
    rows.into_iter().map(read_back).collect()
}

/// How each of these cases begins, in the company's own words: at most 300 characters; nothing where they were taken out.
pub async fn first_words(
    reader: &impl Reader,
    cases: &[CaseId],
) -> Result<BTreeMap<CaseId, String>, StoreError> {
    #[derive(FromQueryResult)]
    struct Beginning {
        case_id: Uuid,
        beginning: String,
    }
    let select = reader.find::<entry::Entity>().select_only().column(entry::Column::CaseId);
    let select = select.column_as(Expr::cust("substr(\"text\", 1, 300)"), "beginning");
    let select = select.filter(entry::Column::CaseId.is_in(cases.iter().map(|id| id.uuid())));
    let select = select.filter(entry::Column::Kind.eq(EntryKind::FromCompany.text()));
    let select = select.order_by_asc(entry::Column::At).order_by_asc(entry::Column::Id);
    let mut words = BTreeMap::new();
    for row in select.into_model::<Beginning>().all(reader.conn()).await? {
        words.entry(row.case_id.into()).or_insert(row.beginning);
    }
    Ok(words)
}

/// The cases that fit, those that came first at the top, one page of them.
pub async fn list(reader: &impl Reader, filter: &CaseFilter, page: u64) -> Result<Vec<Case>, StoreError> {
    let select =
        select_cases(reader, filter).order_by_asc(case::Column::ReceivedAt).order_by_asc(case::Column::Id);
    let rows = select.offset(page * CASES_PER_PAGE).limit(CASES_PER_PAGE).all(reader.conn()).await?;
    rows.into_iter().map(read_back).collect()
}

/// The newest cases that fit, at most `limit`.
pub async fn newest(reader: &impl Reader, filter: &CaseFilter, limit: u64) -> Result<Vec<Case>, StoreError> {
    let select = select_cases(reader, filter).order_by_desc(case::Column::ReceivedAt);
    select.limit(limit).all(reader.conn()).await?.into_iter().map(read_back).collect()
}

/// What an address sent, the newest first. Goes by the address alone.
pub async fn of_contact(reader: &impl Reader, email: &Email, limit: u64) -> Result<Vec<Case>, StoreError> {
    let filter = CaseFilter { email: Some(email.clone()), ..CaseFilter::default() };
    newest(reader, &filter, limit).await
}

/// What a company sent, by any of its contacts, the newest first: what is confidential to its sender only by this contact.
pub async fn of_company(
    reader: &impl Reader,
    cvr: CvrNumber,
    contact: ContactId,
    limit: u64,
) -> Result<Vec<Case>, StoreError> {
    let filter = CaseFilter { of_company: Some((cvr, contact)), ..CaseFilter::default() };
    let mut cases = newest(reader, &filter, limit).await?;
    cases.retain(|case| case.confirmed_by == Some(contact) || case.is_known_to_colleagues(cvr));
    Ok(cases)
}

/// The newest entry of a kind in each of these cases.
pub async fn newest_entries(
    reader: &impl Reader,
    cases: &[CaseId],
    kind: EntryKind,
) -> Result<BTreeMap<CaseId, Entry>, StoreError> {
    let select = reader.find::<entry::Entity>().filter(entry::Column::Kind.eq(kind.text()));
    let select = select.filter(entry::Column::CaseId.is_in(cases.iter().map(|id| id.uuid())));
    let select = select.order_by_asc(entry::Column::At).order_by_asc(entry::Column::Id);
    let rows = select.all(reader.conn()).await?;
    // The last that is met of a case is its newest.
    rows.into_iter().map(|row| read_entry(row).map(|entry| (entry.case, entry))).collect()
}

/// How many cases fit.
pub async fn count(reader: &impl Reader, filter: &CaseFilter) -> Result<u64, StoreError> {
    Ok(select_cases(reader, filter).count(reader.conn()).await?)
}

/// These cases.
pub async fn find_all(reader: &impl Reader, ids: &[CaseId]) -> Result<BTreeMap<CaseId, Case>, StoreError> {
    let ids = ids.iter().map(|id| id.uuid());
    let rows = reader.find::<case::Entity>().filter(case::Column::Id.is_in(ids)).all(reader.conn()).await?;
    rows.into_iter().map(|row| read_back(row).map(|case| (case.id, case))).collect()
}

/// Writes an entry and gives the fingerprint for its journal line.
pub async fn insert_entry(tx: &Tx, new: &Entry) -> Result<String, StoreError> {
    let mut salt = vec![0_u8; 16];
    tx.ctx().ids().fill(&mut salt);
    let print = fingerprint(&salt, &new.text);
    let row = entry::ActiveModel {
        tenant_id: Set(tx.tenant().code()),
        id: Set(new.id.into()),
        case_id: Set(new.case.into()),
        kind: Set(new.kind.text().to_owned()),
        author_id: Set(new.author.map(PersonId::uuid)),
        at: Set(new.at),
        text: Set(new.text.clone()),
        salt: Set(Some(salt)),
        redacted: Set(None),
    };
    entry::Entity::insert(row).exec_without_returning(tx.conn()).await?;
    Ok(print)
}

/// A case's whole thread, oldest first; `for_company` leaves out what is for colleagues.
pub async fn entries(
    reader: &impl Reader,
    case: CaseId,
    for_company: bool,
) -> Result<Vec<Entry>, StoreError> {
    let rows = thread(reader, case, for_company).all(reader.conn()).await?;
    rows.into_iter().rev().map(read_entry).collect()
}

/// The newest [`ENTRIES_MAX`] that a company sees of a case's thread, oldest first.
pub async fn newest_words(reader: &impl Reader, case: CaseId) -> Result<Vec<Entry>, StoreError> {
    let rows = thread(reader, case, true).limit(ENTRIES_MAX).all(reader.conn()).await?;
    rows.into_iter().rev().map(read_entry).collect()
}

/// Newest first.
fn thread(reader: &impl Reader, case: CaseId, for_company: bool) -> Select<entry::Entity> {
    let mut select = reader.find::<entry::Entity>().filter(entry::Column::CaseId.eq(case.uuid()));
    if for_company {
        let kinds = EntryKind::ALL.iter().filter(|kind| kind.is_for_company());
        select = select.filter(entry::Column::Kind.is_in(kinds.map(|kind| kind.text())));
    }
    select.order_by_desc(entry::Column::At).order_by_desc(entry::Column::Id)
}

/// How often the company has written on the case since a moment.
pub async fn words_since(
    reader: &impl Reader,
    case: CaseId,
    since: chrono::DateTime<chrono::Utc>,
) -> Result<u64, StoreError> {
    let select = reader.find::<entry::Entity>().filter(entry::Column::CaseId.eq(case.uuid()));
    let select = select.filter(entry::Column::Kind.eq(EntryKind::FromCompany.text()));
    Ok(select.filter(entry::Column::At.gte(since)).count(reader.conn()).await?)
}

fn read_entry(row: entry::Model) -> Result<Entry, StoreError> {
    let kind = EntryKind::from_text(&row.kind).ok_or(StoreError::corrupt("enquiries_entry.kind", row.id))?;
    Ok(Entry {
        id: row.id.into(),
        case: row.case_id.into(),
        kind,
        author: row.author_id.map(PersonId::from),
        at: row.at,
        text: row.text,
        redacted: row.redacted.and_then(|code| code.parse().ok()),
    })
}

/// Takes a text out, with its salt: the journal's fingerprint says nothing any more.
pub async fn redact_entry(tx: &Tx, case: CaseId, id: EntryId, why: &str) -> Result<bool, StoreError> {
    let outcome = entry::Entity::update_many()
        .set(entry::ActiveModel {
            text: Set(String::new()),
            salt: Set(None),
            redacted: Set(Some(why.to_owned())),
            ..Default::default()
        })
        .filter(entry::Column::TenantId.eq(tx.tenant().code()))
        .filter(entry::Column::CaseId.eq(case.uuid()))
        .filter(entry::Column::Id.eq(id.uuid()))
        .exec(tx.conn())
        .await?;
    if outcome.rows_affected == 0 {
        return Ok(false);
    }
    let code: Code = why.parse().map_err(|_| StoreError::corrupt("enquiries_entry.redacted", id))?;
    // An older backup that is restored does not bring it back.
    let erased = [Erased::Column("text"), Erased::Column("salt"), Erased::ColumnTo("redacted", &code)];
    record_erasure(tx, "enquiries_entry", id.uuid(), &erased).await?;
    Ok(true)
}

/// Writes a part that another team owes, or changes it.
pub async fn save_part(tx: &Tx, new: &Part) -> Result<(), StoreError> {
    let row = part::ActiveModel {
        tenant_id: Set(tx.tenant().code()),
        id: Set(new.id.into()),
        case_id: Set(new.case.into()),
        team_id: Set(new.team.into()),
        promise_id: Set(new.promise.into()),
        question: Set(new.question.clone()),
        asked_at: Set(new.asked_at),
        ended_at: Set(new.ended_at),
        released: Set(new.released.clone()),
        redacted: Set(new.redacted.as_ref().map(Code::to_string)),
    };
    let conflict = OnConflict::columns([part::Column::TenantId, part::Column::Id])
        .update_columns([part::Column::EndedAt, part::Column::Released])
        .to_owned();
    part::Entity::insert(row).on_conflict(conflict).exec_without_returning(tx.conn()).await?;
    Ok(())
}

/// Takes the question of a part out, and why a leader let it off.
pub async fn redact_part(tx: &Tx, case: CaseId, id: PartId, why: &Code) -> Result<bool, StoreError> {
    let outcome = part::Entity::update_many()
        .set(part::ActiveModel {
            question: Set(String::new()),
            redacted: Set(Some(why.to_string())),
            ..Default::default()
        })
        .filter(part::Column::TenantId.eq(tx.tenant().code()))
        .filter(part::Column::CaseId.eq(case.uuid()))
        .filter(part::Column::Id.eq(id.uuid()))
        .exec(tx.conn())
        .await?;
    if outcome.rows_affected == 0 {
        return Ok(false);
    }
    let erased = [Erased::Column("question"), Erased::ColumnTo("redacted", why)];
    record_erasure(tx, "enquiries_part", id.uuid(), &erased).await?;
    Ok(true)
}

/// The parts of these cases, oldest first.
pub async fn parts(reader: &impl Reader, cases: &[CaseId]) -> Result<Vec<Part>, StoreError> {
    let ids = cases.iter().map(|id| id.uuid());
    let select = reader.find::<part::Entity>().filter(part::Column::CaseId.is_in(ids));
    let rows = select.order_by_asc(part::Column::AskedAt).all(reader.conn()).await?;
    Ok(rows.into_iter().map(read_part).collect())
}

/// The parts that these teams owe.
pub async fn parts_owed(reader: &impl Reader, teams: &[TeamId]) -> Result<Vec<Part>, StoreError> {
    let ids = teams.iter().map(|id| id.uuid());
    let select = reader.find::<part::Entity>().filter(part::Column::TeamId.is_in(ids));
    let rows = select.filter(part::Column::EndedAt.is_null()).all(reader.conn()).await?;
    Ok(rows.into_iter().map(read_part).collect())
}

fn read_part(row: part::Model) -> Part {
    Part {
        id: PartId::from(row.id),
        case: row.case_id.into(),
        team: row.team_id.into(),
        promise: row.promise_id.into(),
        question: row.question,
        asked_at: row.asked_at,
        ended_at: row.ended_at,
        released: row.released,
        redacted: row.redacted.and_then(|code| code.parse().ok()),
    }
}

/// How many cases there are in each state, for the operator.
pub async fn counts_by_state(reader: &impl Reader) -> Result<Vec<(String, i64)>, StoreError> {
    #[derive(FromQueryResult)]
    struct Count {
        state: String,
        count: i64,
    }
    let select = reader.find::<case::Entity>().select_only().column(case::Column::State);
    let select = select.column_as(case::Column::Id.count(), "count").group_by(case::Column::State);
    let rows = select.into_model::<Count>().all(reader.conn()).await?;
    Ok(rows.into_iter().map(|row| (row.state, row.count)).collect())
}
