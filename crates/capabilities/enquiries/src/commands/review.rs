//! Looking through what a topic says: its team is asked twice a year, and says that it is still right, or mends it.

use std::collections::BTreeMap;

use kernel::{Code, Ctx, Failure, Language, PersonId, Visibility};
use outreach::{LegalBasis, NewMessage};
use ports::{PersonCard, Roster};
use web::{App, Argument, Letter};

use super::{content::ContentOutcome, here};
use crate::{
    access,
    fact::EnquiryFact,
    guide::Topic,
    guide_state::{self, GuideState},
    mail::MailError,
    model::{CaseRefusal, Review, Reviewed, Standing},
    notify::opens_at,
    store,
};

/// Whether the asker may say that a topic is right: whoever looks after the guide, and the team that answers.
pub fn may_review(ctx: &Ctx, topic: &Topic, here: &Roster) -> bool {
    let own = || {
        let team = here.teams.values().find(|team| team.key == topic.team.as_str());
        team.is_some_and(|team| ctx.teams().contains(&team.id))
    };
    ctx.may(access::CONTENT) || (ctx.may(access::WORK) && own())
}

/// Says that a topic is still right, as it stands in the version that was looked at. Said twice on a day it is said once.
pub async fn confirm_topic(
    app: &App,
    guide: &GuideState,
    ctx: &Ctx,
    key: &Code,
    seen: i64,
) -> ContentOutcome {
    let topic = guide.topic(ctx.tenant(), key).ok_or(Failure::NotFound)?;
    let here = here(app, ctx).await?;
    if !may_review(ctx, &topic, &here) {
        return Err(Failure::Forbidden);
    }
    let tx = app.db.begin_write(ctx).await?;
    let version = store::newest_version(&tx, key).await?.map_or(0, |newest| newest.version);
    if version != seen {
        return Err(crate::model::ContentProblem::Stale.into());
    }
    let today = app.calendar.local_date(ctx.now());
    store::forget_beginning(&tx, key, today).await?;
    let review = Review {
        id: ctx.new_id(),
        topic: key.clone(),
        reviewed: Reviewed { on: today, is_confirmed: true },
        at: ctx.now(),
        by: ctx.person(),
    };
    if store::insert_review(&tx, &review).await? {
        let fact = EnquiryFact::TopicConfirmed { topic: key.clone(), version };
        tx.note(review.id, Visibility::Staff, &fact).await?;
        tx.commit().await?;
        guide_state::edited_here(guide, &app.db, ctx).await;
    }
    Ok(())
}

/// Begins to count for topics that nobody has looked at, and asks the teams of those for which it is time: once, on a working
/// day while the town hall is open, and whoever stands in where someone is away.
pub async fn ask_for_reviews(app: &App, ctx: &Ctx) -> Result<(), Failure<CaseRefusal>> {
    let today = app.calendar.local_date(ctx.now());
    let state = app.kept::<GuideState>();
    let known = store::own_content(&app.db.read(ctx)).await?.reviews;
    let guide = state.guide(ctx.tenant());
    let here = here(app, ctx).await?;
    let tx = app.db.begin_write(ctx).await?;
    for topic in guide.topics().iter().filter(|topic| !known.contains_key(&topic.key)) {
        let begun = Review {
            id: ctx.new_id(),
            topic: topic.key.clone(),
            reviewed: Reviewed { on: today, is_confirmed: false },
            at: ctx.now(),
            by: None,
        };
        store::insert_review(&tx, &begun).await?;
    }
    if opens_at(&app.calendar, ctx.now()).is_none() {
        let mut asked: BTreeMap<(PersonId, chrono::NaiveDate), Vec<&Topic>> = BTreeMap::new();
        for topic in guide.topics() {
            let Some(reviewed) = known.get(&topic.key) else { continue };
            if reviewed.standing(app.rules(), today) != Standing::Good {
                for person in owners(topic, &here) {
                    asked.entry((person, reviewed.on)).or_default().push(topic);
                }
            }
        }
        for ((person, since), topics) in asked {
            let Some(card) = here.people.get(&person).filter(|card| !card.left) else { continue };
            ask(&tx, app, card, since, &topics).await?;
        }
    }
    tx.commit().await?;
    guide_state::edited_here(state, &app.db, ctx).await;
    Ok(())
}

/// Who looks a topic through: who leads its team today, else everyone in it; whoever stands in for those who are away.
fn owners(topic: &Topic, here: &Roster) -> Vec<PersonId> {
    let Some(team) = here.teams.values().find(|team| team.key == topic.team.as_str()) else {
        return Vec::new();
    };
    let people = here.leader(team.id).map_or_else(|| team.members.clone(), |leader| vec![leader]);
    let mut at_work: Vec<PersonId> =
        people.iter().filter_map(|person| here.people.get(person)?.stand_in).collect();
    at_work.sort();
    at_work.dedup();
    at_work
}

/// One mail for all of a person's topics that were looked at on the same day.
async fn ask(
    tx: &storage::Tx,
    app: &App,
    person: &PersonCard,
    since: chrono::NaiveDate,
    topics: &[&Topic],
) -> Result<(), MailError> {
    let site = app.site(tx.ctx().tenant());
    let language: Language = person.language;
    let count = i64::try_from(topics.len()).unwrap_or(i64::MAX);
    let say = |key: &str| app.text(language, key, &[("count", Argument::from(count))]);
    let mut paragraphs = vec![say("enquiries-review-mail-body")];
    let link = |topic: &Topic| {
        let title = topic.title.get(language);
        format!("{title}: {}", site.link(&format!("/intern/emner/{}/gennemse", topic.key)))
    };
    paragraphs.extend(topics.iter().map(|topic| link(topic)));
    let first = topics.first().map_or_else(String::new, |topic| format!("/{}/gennemse", topic.key));
    let letter = Letter {
        subject: say("enquiries-review-mail-subject"),
        answer_above: None,
        heading: say("enquiries-review-mail-subject"),
        paragraphs,
        quote: None,
        link: Some((say("enquiries-review-mail-link"), site.link(&format!("/intern/emner{first}")))),
        sender: "Samspil".to_owned(),
        demo: site.demo.then(|| app.text(language, "web-demo", &[])),
        language: language.tag(),
    };
    let (text, html) = letter.bodies(site)?;
    let message = NewMessage {
        purpose: "enquiry-topic-review"
            .parse()
            .unwrap_or_else(|_| unreachable!("purposes are literals of the program")),
        basis: LegalBasis::PublicTask,
        to: person.email.clone(),
        to_name: person.name.clone(),
        language,
        subject: letter.subject,
        text,
        html,
        reference: person.id.uuid(),
        party: None,
        visibility: Visibility::Team,
        good_until: None,
        key: format!("enquiries:review:{}:{since}", person.id),
    };
    outreach::send(tx, message).await?;
    Ok(())
}
