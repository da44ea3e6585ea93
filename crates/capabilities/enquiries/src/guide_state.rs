//! The guide as it stands now, for each municipality: what ships, with what the municipality says differently. Each node
//! keeps its own and follows the journal; a guide is built beside the one in use and takes its place whole.

use std::{
    collections::HashMap,
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};

use kernel::{Code, Fact, TenantId};
use storage::{Db, Read, Reader, StoreError, lines_after, sealed_position};
use web::App;

use crate::{
    fact::{CONTENT_WORDS, EnquiryFact},
    guide::{ACUTE, Content, ContentError, DatedGoal, Duties, Guide, Topic, Way},
    store::{self, OwnContent},
};

/// How often it is looked whether someone has edited the guide. A line is sealed within a second, so an edit is on every
/// node within two.
const LOOK_EVERY: Duration = Duration::from_millis(250);
/// Lines per statement while following.
const LINES_AT_ONCE: u64 = 2_000;

/// The guides shared by all requests of a node. Cheap to clone.
#[derive(Clone)]
pub struct GuideState(Arc<Inner>);

struct Inner {
    shipped: Arc<Content>,
    as_shipped: Arc<Guide>,
    own: RwLock<HashMap<TenantId, Kept>>,
}

struct Kept {
    content: Arc<OwnContent>,
    guide: Arc<Guide>,
}

impl GuideState {
    /// On the topics that come with the program.
    pub fn standard() -> Result<Self, ContentError> {
        Ok(Self::of(Content::standard()?))
    }

    /// On other topics than the program's.
    pub fn of(shipped: Content) -> Self {
        let as_shipped = Arc::new(Guide::new(shipped.topics.clone(), shipped.ways.clone()));
        Self(Arc::new(Inner { shipped: Arc::new(shipped), as_shipped, own: RwLock::default() }))
    }

    /// Another node's: the same base, and nothing read yet of what municipalities say differently.
    #[must_use]
    pub fn of_another_node(&self) -> Self {
        let Inner { shipped, as_shipped, .. } = &*self.0;
        Self(Arc::new(Inner {
            shipped: shipped.clone(),
            as_shipped: as_shipped.clone(),
            own: RwLock::default(),
        }))
    }

    /// What ships, before any municipality says anything.
    pub fn shipped(&self) -> &Content {
        &self.0.shipped
    }

    /// A topic as it ships.
    pub fn shipped_topic(&self, key: &str) -> Option<&Topic> {
        self.0.shipped.topics.iter().find(|topic| topic.key.as_str() == key)
    }

    /// A short way in as it ships.
    pub fn shipped_way(&self, key: &str) -> Option<&Way> {
        self.0.shipped.ways.iter().find(|way| way.key.as_str() == key)
    }

    /// What ships for when something is wrong right now.
    pub fn shipped_duties(&self) -> &Duties {
        self.0.as_shipped.duties()
    }

    /// The guide of a municipality.
    pub fn guide(&self, tenant: TenantId) -> Arc<Guide> {
        let own = self.0.own.read().unwrap_or_else(PoisonError::into_inner);
        own.get(&tenant).map_or_else(|| self.0.as_shipped.clone(), |kept| kept.guide.clone())
    }

    /// A topic of a municipality.
    pub fn topic(&self, tenant: TenantId, key: &Code) -> Option<Topic> {
        self.guide(tenant).topic(key.as_str()).cloned()
    }

    /// Reads what the municipality says differently, and builds its guide anew where that has changed.
    pub async fn refresh(&self, read: &Read) -> Result<(), StoreError> {
        let tenant = read.tenant();
        let content = store::own_content(read).await?;
        let known = {
            let own = self.0.own.read().unwrap_or_else(PoisonError::into_inner);
            own.get(&tenant).map(|kept| (kept.content.clone(), kept.guide.clone()))
        };
        if known.as_ref().map_or(content == OwnContent::default(), |(known, _)| **known == content) {
            return Ok(());
        }
        let before = known.unwrap_or_else(|| (Arc::new(OwnContent::default()), self.0.as_shipped.clone()));
        let state = self.clone();
        // Building takes a tenth of a second of nothing but counting: not on a thread that serves.
        let built = tokio::task::spawn_blocking(move || (state.build(&content, &before), content));
        if let Ok((guide, content)) = built.await {
            let kept = Kept { content: Arc::new(content), guide: Arc::new(guide) };
            self.0.own.write().unwrap_or_else(PoisonError::into_inner).insert(tenant, kept);
        }
        Ok(())
    }

    fn build(&self, content: &OwnContent, before: &(Arc<OwnContent>, Arc<Guide>)) -> Guide {
        let goals_of = |key: &Code| -> Vec<DatedGoal> {
            content.goals.get(key).into_iter().flatten().map(crate::model::TopicGoal::dated).collect()
        };
        let changes = |content: &OwnContent, key: &Code| {
            content.versions.get(key).map(|version| version.changes.clone()).unwrap_or_default()
        };
        let acute = |content: &OwnContent| {
            let newest = content.versions.iter().find(|(key, _)| key.as_str() == ACUTE);
            newest.map(|(_, version)| version.changes.clone()).unwrap_or_default()
        };
        let duties = |content: &OwnContent| {
            let edited = acute(content).apply(self.shipped_duties());
            if edited.is_none() {
                tracing::error!(
                    "what is said when something is wrong cannot be read as it was edited; it is as shipped"
                );
            }
            edited.unwrap_or_else(|| self.shipped_duties().clone())
        };
        let ways = self.0.shipped.ways.iter().map(|shipped| {
            let edited = changes(content, &shipped.key).apply(shipped);
            if edited.is_none() {
                tracing::error!(way = %shipped.key, "a short way cannot be read as it was edited; it is shown as shipped");
            }
            edited.unwrap_or_else(|| shipped.clone())
        });
        let ways: Vec<Way> = ways.collect();
        let keys = || self.0.shipped.topics.iter().map(|topic| &topic.key);
        if keys().all(|key| changes(content, key) == changes(&before.0, key)) {
            let reviewed = |key: &Code| content.reviews.get(key).copied();
            let guide = before.1.with_dated(goals_of, reviewed).with_ways(ways);
            return if acute(content) == acute(&before.0) {
                guide
            } else {
                guide.with_duties(duties(content))
            };
        }
        let topics = self.0.shipped.topics.iter().map(|shipped| {
            let edited = changes(content, &shipped.key).apply(shipped);
            if edited.is_none() {
                tracing::error!(topic = %shipped.key, "a topic cannot be read as it was edited; it is shown as shipped");
            }
            let reviewed = content.reviews.get(&shipped.key).copied();
            Topic { goals: goals_of(&shipped.key), reviewed, ..edited.unwrap_or_else(|| shipped.clone()) }
        });
        Guide::new(topics.collect(), ways).with_duties(duties(content))
    }

    /// Brings the guide up to date with the lines sealed after `position`. Returns the last position seen.
    pub async fn catch_up(&self, read: &Read, mut position: i64) -> Result<i64, StoreError> {
        let mut is_edited = false;
        loop {
            let lines = lines_after(read, position, LINES_AT_ONCE).await?;
            let Some(last) = lines.last().and_then(|line| line.position) else { break };
            is_edited = is_edited
                || lines.iter().any(|line| {
                    line.capability == EnquiryFact::CAPABILITY && CONTENT_WORDS.contains(&line.word.as_str())
                });
            position = last;
        }
        if is_edited {
            self.refresh(read).await?;
        }
        Ok(position)
    }
}

/// Reads every municipality's guide. Before this a node shows what ships.
pub async fn load(app: &App) -> Result<(), StoreError> {
    for site in &app.sites {
        app.kept::<GuideState>().refresh(&app.db.read(&app.system("guide", site.tenant))).await?;
    }
    Ok(())
}

/// Follows the journal for as long as the program runs.
pub async fn follow(app: App) {
    let mut positions: HashMap<TenantId, i64> = HashMap::new();
    loop {
        for site in &app.sites {
            let read = app.db.read(&app.system("guide", site.tenant));
            match step(&app, &read, positions.get(&site.tenant).copied()).await {
                Ok(position) => {
                    positions.insert(site.tenant, position);
                }
                Err(error) => {
                    tracing::warn!(%error, "the guide could not be brought up to date; trying again");
                }
            }
        }
        tokio::time::sleep(LOOK_EVERY).await;
    }
}

async fn step(app: &App, read: &Read, position: Option<i64>) -> Result<i64, StoreError> {
    let state = app.kept::<GuideState>();
    if let Some(position) = position {
        return state.catch_up(read, position).await;
    }
    // The position first: what is sealed while the rows are read is read again.
    let position = sealed_position(read).await?;
    state.refresh(read).await?;
    Ok(position)
}

/// Brings this node's guide up to date after an edit was made here; another node follows the journal.
pub(crate) async fn edited_here(state: &GuideState, db: &Db, ctx: &kernel::Ctx) {
    if let Err(error) = state.refresh(&db.read(ctx)).await {
        tracing::warn!(%error, "the guide is brought up to date with the journal instead");
    }
}
