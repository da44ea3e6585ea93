//! The guide as it stands now: built from the topics, swapped whole when someone edits them.

use std::sync::{Arc, PoisonError, RwLock};

use kernel::Code;

use crate::guide::{Content, ContentError, Guide, Topic};

/// The guide shared by all requests of a node.
#[derive(Clone)]
pub struct GuideState(Arc<RwLock<Arc<Guide>>>);

impl GuideState {
    /// The topics that come with the program.
    pub fn standard() -> Result<Self, ContentError> {
        let content = Content::standard()?;
        Ok(Self(Arc::new(RwLock::new(Arc::new(Guide::new(content.topics, content.ways))))))
    }

    /// The guide.
    pub fn guide(&self) -> Arc<Guide> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// A topic.
    pub fn topic(&self, key: &Code) -> Option<Topic> {
        self.guide().topics().iter().find(|topic| topic.key == *key).cloned()
    }
}
