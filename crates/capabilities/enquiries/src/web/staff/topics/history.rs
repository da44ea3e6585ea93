//! What has been changed: read from the journal, which says who and what kind; the texts are in their versions.

use std::collections::BTreeMap;

use ::web::{App, Auth, Page, PageError, page, take_flash};
use askama::Template;
use axum::response::{IntoResponse, Response};
use axum_extra::extract::CookieJar;
use kernel::{Code, Language};
use storage::{Line, LineFilter, lines};
use uuid::Uuid;

use super::{Edited, Seen, name_of, people, tabs, with};
use crate::{
    fact::EnquiryFact,
    model::{Changes, TopicVersion, all_fields, lines_of},
    store,
};

/// Lines read: a topic has two hundred versions at most on this page, and its goals.
const LINES_MAX: u64 = 1_000;

#[derive(Template)]
#[template(path = "enquiries/staff/topic_history.html")]
struct HistoryPage {
    page: Page,
    key: Code,
    title: String,
    tabs: Vec<(String, String, bool)>,
    version: i64,
    events: Vec<EventView>,
}

struct EventView {
    at: String,
    iso: String,
    by: String,
    what: String,
    /// The version that it made, where it is not the present one.
    restores: Option<i64>,
    is_now: bool,
    texts: Vec<FieldView>,
}

struct FieldView {
    name: String,
    before: Vec<(Language, Vec<String>)>,
    after: Vec<(Language, Vec<String>)>,
}

/// The texts of the fields that a version changed, as they were before and after it.
fn texts<T: Edited>(shown: &Page, shipped: &T, before: &Changes, after: &Changes) -> Vec<FieldView> {
    let values = |changes| serde_json::to_value(with(shipped, changes)).unwrap_or_default();
    let (was, is) = (values(before), values(after));
    let value = |of: &serde_json::Value, field: &str| {
        let value = of.get(field).cloned().unwrap_or_default();
        Language::ALL.map(|language| (language, lines_of(&value, language))).to_vec()
    };
    let differs = all_fields().filter(|field| was.get(field) != is.get(field));
    let view = differs.map(|field| {
        let (before, after) = (value(&was, field), value(&is, field));
        // Of a long list only what came and went.
        let only = |these: &[(Language, Vec<String>)], those: &[(Language, Vec<String>)]| {
            let pairs = these.iter().zip(those).map(|((language, these), (_, those))| {
                (*language, these.iter().filter(|line| !those.contains(line)).cloned().collect::<Vec<_>>())
            });
            pairs.filter(|(_, lines)| !lines.is_empty()).collect::<Vec<_>>()
        };
        FieldView {
            name: shown.t(&format!("enquiries-content-{}", field.replace('_', "-"))),
            before: only(&before, &after),
            after: only(&after, &before),
        }
    });
    view.collect()
}

fn said(shown: &Page, fact: &EnquiryFact) -> Option<String> {
    Some(match fact {
        EnquiryFact::ContentEdited { version, how, fields, .. } => {
            let fields = fields.iter().map(|field| {
                shown.t(&format!("enquiries-content-short-{}", field.as_str().replace('_', "-")))
            });
            shown.tn(
                &format!("enquiries-content-event-{how}"),
                &[("version", (*version).into()), ("fields", fields.collect::<Vec<_>>().join(", ").into())],
            )
        }
        EnquiryFact::GoalSet { first_reply, answer, valid_from, decided_on, .. } => {
            let days = shown.t2(
                "enquiries-content-days",
                ("reply", i64::from(*first_reply)),
                ("answer", i64::from(*answer)),
            );
            let from = shown.short_day(valid_from);
            let key = if decided_on.is_some() { "adopted" } else { "proposed" };
            let key = format!("enquiries-content-event-{key}");
            let decided = decided_on.map(|on| shown.short_day(&on)).unwrap_or_default();
            shown.tn(&key, &[("days", days.into()), ("date", from.into()), ("decided", decided.into())])
        }
        EnquiryFact::TopicConfirmed { .. } => shown.t("enquiries-content-event-confirmed"),
        _ => return None,
    })
}

/// `GET /intern/emner/{key}/historik`.
pub(super) async fn show<T: Edited>(
    app: &App,
    auth: &Auth,
    key: Code,
    jar: CookieJar,
) -> Result<Response, PageError> {
    let mut shown = Page::new(app, auth).with_form();
    let jar = take_flash(app, jar, &mut shown);
    let seen = Seen::<T>::load(app, auth, &key).await?;
    let main = load(app, auth, shown, key, &seen).await?;
    let title = main.page.t1("enquiries-content-history-title", "topic", main.title.as_str());
    Ok((jar, page(&main.page, &title, &main)).into_response())
}

async fn load<T: Edited>(
    app: &App,
    auth: &Auth,
    shown: Page,
    key: Code,
    seen: &Seen<T>,
) -> Result<HistoryPage, PageError> {
    let read = app.db.read(auth);
    let versions = store::topic_versions(&read, &key).await?;
    let goals = store::topic_goals(&read, &key).await?;
    let reviews = store::reviews(&read).await?;
    let reviews = reviews.iter().filter(|one| one.topic == key).map(|one| one.id.uuid());
    let set = versions.iter().map(|one| one.id.uuid()).chain(goals.iter().map(|one| one.id.uuid()));
    let subjects: Vec<Uuid> = set.chain(reviews).collect();
    let filter = LineFilter { subjects: Some(subjects), ..LineFilter::default() };
    let mut told: Vec<Line> = lines(&read, &filter, LINES_MAX).await?;
    told.reverse();
    let people = people(app, auth, told.iter().filter_map(|line| line.actor_id).map(Into::into)).await?;
    let by_id: BTreeMap<Uuid, (usize, &TopicVersion)> =
        versions.iter().enumerate().map(|(at, version)| (version.id.uuid(), (at, version))).collect();
    let mut events = Vec::new();
    for line in &told {
        let Some(what) = line.fact::<EnquiryFact>()?.and_then(|fact| said(&shown, &fact)) else { continue };
        let version = by_id.get(&line.subject);
        let before = version.and_then(|(at, _)| versions.get(at + 1)).map(|one| one.changes.clone());
        let is_now = version.is_some_and(|(_, one)| one.version == seen.version());
        events.push(EventView {
            at: shown.moment(&line.at),
            iso: shown.iso(&line.at),
            by: name_of(&shown, &people, line.actor_id.map(Into::into)),
            what,
            restores: version.map(|(_, one)| one.version).filter(|_| !is_now),
            is_now,
            texts: version.map_or_else(Vec::new, |(_, one)| {
                texts(&shown, &seen.shipped, &before.unwrap_or_default(), &one.changes)
            }),
        });
    }
    Ok(HistoryPage {
        events,
        title: seen.shown.title(&shown),
        tabs: tabs::<T>(&shown, &key, "history"),
        version: seen.version(),
        key,
        page: shown,
    })
}

impl HistoryPage {
    fn bring_back(&self, version: &i64) -> String {
        self.page.t1("enquiries-content-restore", "version", *version)
    }
}

impl EventView {
    fn has_texts(&self) -> bool {
        !self.texts.is_empty()
    }
}
