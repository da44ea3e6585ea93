//! Where the form would be, for a topic that is answered on the telephone.

use ::web::{App, Auth, Page, PageError};
use askama::Template;
use ports::TeamCard;

use super::entrance::{ByPhone, TopicView};
use crate::{GuideState, commands};

#[derive(Template)]
#[template(path = "enquiries/by_phone_page.html")]
pub(super) struct ByPhonePage {
    pub(super) page: Page,
    view: TopicView,
    /// What one can write about here.
    begun: Vec<(String, String)>,
}

impl ByPhonePage {
    /// The page, where the topic is answered on the telephone.
    pub(super) async fn of(app: &App, auth: &Auth, topic: &str) -> Result<Option<Self>, PageError> {
        let guide = app.kept::<GuideState>().guide(auth.tenant());
        let Some(topic) = guide.or_other(topic).filter(|topic| topic.by_phone) else { return Ok(None) };
        let teams: Vec<TeamCard> = commands::teams(app, auth).await?.into_values().collect();
        let page = Page::new(app, auth).open();
        let begun = guide.topics().iter().filter(|topic| !topic.by_phone);
        let title = |topic: &crate::guide::Topic| topic.title.get(auth.language()).to_owned();
        Ok(Some(Self {
            begun: begun.map(|topic| (topic.key.to_string(), title(topic))).collect(),
            view: TopicView::new(&page, topic.clone(), &teams),
            page,
        }))
    }

    fn number(&self) -> ByPhone<'_> {
        ByPhone::new(&self.page, &self.view)
    }

    pub(super) fn title(&self) -> String {
        self.page.t("enquiries-by-phone-title")
    }
}
