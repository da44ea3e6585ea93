//! Who asks, for which municipality, when. The first argument of every command.

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex, PoisonError},
};

use chrono::{DateTime, Utc};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha20Rng;
use uuid::Uuid;

use crate::{ContactId, Failure, Language, Permission, PersonId, TeamId, TenantId};

/// Who acts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Actor {
    /// Someone on the web who has not signed in.
    Anyone,
    /// A company's contact, by a link or a session.
    Contact(ContactId),
    /// A person who works for the municipality.
    Staff(PersonId),
    /// The program itself, in the named job. The list of names is reviewed.
    System(&'static str),
}

impl Actor {
    /// The stored kind: `anyone`, `contact`, `staff` or `system`.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Anyone => "anyone",
            Self::Contact(_) => "contact",
            Self::Staff(_) => "staff",
            Self::System(_) => "system",
        }
    }

    /// The stored id of a contact or a person.
    pub fn id(&self) -> Option<Uuid> {
        match self {
            Self::Contact(id) => Some(id.uuid()),
            Self::Staff(id) => Some(id.uuid()),
            Self::Anyone | Self::System(_) => None,
        }
    }
}

/// What an actor may reach: permissions, and the teams in whose name it acts.
#[derive(Debug, Clone, Default)]
pub struct Reach {
    /// What the actor's roles allow.
    pub permissions: BTreeSet<Permission>,
    /// The teams the actor belongs to, stands in for or leads.
    pub teams: BTreeSet<TeamId>,
    /// The teams the actor leads.
    pub leads: BTreeSet<TeamId>,
}

/// Where new ids come from: the machine's randomness, or a seed where runs must repeat.
///
/// Within a millisecond, ids come in the order in which they were asked for: what was written one after the other while
/// the clock stood still (a test, the demo's history) reads back in that order.
#[derive(Debug)]
pub struct Ids(Mutex<Source>);

#[derive(Debug)]
struct Source {
    rng: ChaCha20Rng,
    /// Counts every id. Begins anywhere, so that no id tells how many there are.
    count: u64,
}

impl Ids {
    /// Ids that nobody can repeat.
    #[expect(clippy::disallowed_methods, reason = "this is where randomness enters")]
    pub fn random() -> Self {
        Self::new(ChaCha20Rng::from_rng(&mut rand::rng()))
    }

    /// The same ids for the same seed and the same order of asking.
    pub fn seeded(seed: u64) -> Self {
        Self::new(ChaCha20Rng::seed_from_u64(seed))
    }

    fn new(mut rng: ChaCha20Rng) -> Self {
        let count = u64::from(rng.next_u32());
        Self(Mutex::new(Source { rng, count }))
    }

    /// A UUID version 7 for `now`: after the time 34 bits that count (RFC 9562, 6.2, method 1), then 40 random ones.
    pub fn new_uuid(&self, now: DateTime<Utc>) -> Uuid {
        let mut source = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        source.count = source.count.wrapping_add(1);
        // The first byte's upper half and the third's upper quarter are the version's and the variant's; so the count is
        // spread over 4, 8, 6, 8 and 8 bits.
        let count = source.count;
        let part = |shift: u32, mask: u64| u8::try_from((count >> shift) & mask).unwrap_or_default();
        let mut bytes =
            [part(30, 0x0f), part(22, 0xff), part(16, 0x3f), part(8, 0xff), part(0, 0xff), 0, 0, 0, 0, 0];
        let (_, random) = bytes.split_at_mut(5);
        source.rng.fill_bytes(random);
        let millis = u64::try_from(now.timestamp_millis()).unwrap_or_default();
        uuid::Builder::from_unix_timestamp_millis(millis, &bytes).into_uuid()
    }

    /// Fills `bytes`, for salts and tokens.
    pub fn fill(&self, bytes: &mut [u8]) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).rng.fill_bytes(bytes);
    }
}

/// Tenant, actor, rights, time and randomness of one request, one job or one command line.
#[derive(Debug, Clone)]
pub struct Ctx {
    tenant: TenantId,
    actor: Actor,
    reach: Arc<Reach>,
    language: Language,
    now: DateTime<Utc>,
    ids: Arc<Ids>,
    people_version: Option<i64>,
}

impl Ctx {
    /// The context of a person or a passer-by.
    pub fn new(
        tenant: TenantId,
        actor: Actor,
        reach: Arc<Reach>,
        language: Language,
        now: DateTime<Utc>,
        ids: Arc<Ids>,
    ) -> Self {
        Self { tenant, actor, reach, language, now, ids, people_version: None }
    }

    /// The program itself, in the named job. Holds no permission: a job calls functions that ask for none.
    pub fn system(job: &'static str, tenant: TenantId, now: DateTime<Utc>, ids: Arc<Ids>) -> Self {
        Self::new(tenant, Actor::System(job), Arc::default(), Language::Da, now, ids)
    }

    /// The municipality.
    pub const fn tenant(&self) -> TenantId {
        self.tenant
    }
    /// Who acts.
    pub const fn actor(&self) -> &Actor {
        &self.actor
    }
    /// The person who acts, where it is one of the municipality's.
    pub const fn person(&self) -> Option<PersonId> {
        match self.actor {
            Actor::Staff(id) => Some(id),
            _ => None,
        }
    }
    /// The language of pages and refusals.
    pub const fn language(&self) -> Language {
        self.language
    }
    /// The time of the request.
    pub const fn now(&self) -> DateTime<Utc> {
        self.now
    }
    /// Where randomness comes from.
    pub fn ids(&self) -> &Arc<Ids> {
        &self.ids
    }
    /// A new id.
    pub fn new_id<T: From<Uuid>>(&self) -> T {
        self.ids.new_uuid(self.now).into()
    }
    /// Whether the actor may.
    pub fn may(&self, permission: Permission) -> bool {
        self.reach.permissions.contains(&permission)
    }
    /// Refuses an actor who may not. The first line of every command.
    pub fn require<R>(&self, permission: Permission) -> Result<(), Failure<R>> {
        if self.may(permission) { Ok(()) } else { Err(Failure::Forbidden) }
    }
    /// The teams in whose name the actor acts.
    pub fn teams(&self) -> &BTreeSet<TeamId> {
        &self.reach.teams
    }
    /// Whether the actor leads the team.
    pub fn leads(&self, team: TeamId) -> bool {
        self.reach.leads.contains(&team)
    }
    /// The version of people and teams that a page is answered from; `None`: whoever asks for them looks first.
    pub const fn people_version(&self) -> Option<i64> {
        self.people_version
    }
    /// For a page that only reads: people and teams are those of this version, which was read with the session.
    #[must_use]
    pub fn with_people_of(self, version: i64) -> Self {
        Self { people_version: Some(version), ..self }
    }
    /// The same request in another language, for a message to someone else.
    #[must_use]
    pub fn in_language(&self, language: Language) -> Self {
        Self { language, ..self.clone() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const REPLY: Permission = Permission::new("enquiries.reply");

    fn now() -> DateTime<Utc> {
        "2026-11-23T10:00:00Z".parse().unwrap()
    }

    fn ctx(permissions: BTreeSet<Permission>) -> Ctx {
        let reach = Reach { permissions, ..Reach::default() };
        let person = PersonId::from(Ids::seeded(1).new_uuid(now()));
        let ids = Arc::new(Ids::seeded(2));
        Ctx::new(TenantId::new(165), Actor::Staff(person), Arc::new(reach), Language::Da, now(), ids)
    }

    #[test]
    fn an_actor_may_what_its_roles_allow_and_nothing_else() {
        assert!(ctx(BTreeSet::from([REPLY])).require::<()>(REPLY).is_ok());
        let refused = ctx(BTreeSet::new()).require::<()>(REPLY);
        assert!(matches!(refused, Err(Failure::Forbidden)));
    }

    #[test]
    fn the_program_itself_holds_no_permission() {
        let system = Ctx::system("reminders", TenantId::new(165), now(), Arc::new(Ids::seeded(1)));
        assert!(!system.may(REPLY));
        assert_eq!((system.actor().kind(), system.actor().id(), system.person()), ("system", None, None));
    }

    #[test]
    fn seeded_ids_repeat_and_random_ones_do_not() {
        let three = |ids: &Ids| [ids.new_uuid(now()), ids.new_uuid(now()), ids.new_uuid(now())];
        assert_eq!(three(&Ids::seeded(7)), three(&Ids::seeded(7)));
        assert_ne!(three(&Ids::seeded(7)), three(&Ids::seeded(8)));
        assert_ne!(three(&Ids::random()), three(&Ids::random()));
    }

    #[test]
    fn an_id_is_a_version_7_and_sorts_by_its_time() {
        let ids = Ids::seeded(7);
        let (earlier, later) =
            (ids.new_uuid(now()), ids.new_uuid(now() + chrono::TimeDelta::milliseconds(1)));
        assert!(earlier < later);
        assert_eq!(earlier.get_version_num(), 7);
    }

    #[test]
    fn ids_of_the_same_moment_come_in_the_order_of_asking_also_when_others_ask_in_between() {
        let (ids, mut asked) = (Ids::random(), Vec::new());
        for _ in 0..100_000 {
            asked.push(ids.new_uuid(now()));
            ids.new_uuid(now() + chrono::TimeDelta::milliseconds(1));
        }
        assert!(asked.is_sorted_by(|a, b| a < b));
        assert!(
            asked.iter().all(|id| id.get_version_num() == 7 && id.get_variant() == uuid::Variant::RFC4122)
        );
    }
}
