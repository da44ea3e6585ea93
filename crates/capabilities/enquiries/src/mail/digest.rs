//! One mail in the morning: what is due, what is new and nobody's, what waits. Nothing of what was written stands in it.

use chrono::NaiveDate;
use kernel::{CaseId, Visibility, format};
use outreach::{LegalBasis, NewMessage};
use ports::PersonCard;
use storage::Tx;
use web::{App, Argument, Briefing, BriefingEntry, BriefingSection, Letter};

use super::MailError;

/// Cases of one kind that are named: the rest is read in the inbox.
const LISTED_MAX: usize = 20;

/// A case, as a digest names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Listed {
    pub(crate) case: CaseId,
    pub(crate) number: String,
    /// Topic and who asks; nothing of what is confidential.
    pub(crate) title: Option<String>,
    /// Until when something is owed.
    pub(crate) due: Option<NaiveDate>,
}

/// What a person is told in the morning.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Digest {
    pub(crate) overdue: Vec<Listed>,
    pub(crate) today: Vec<Listed>,
    pub(crate) tomorrow: Vec<Listed>,
    /// New in the person's teams, and nobody's.
    pub(crate) unassigned: Vec<Listed>,
    /// The company is to answer.
    pub(crate) waiting: Vec<Listed>,
    /// Mails that wait for a person to place them.
    pub(crate) tray: u64,
}

impl Digest {
    /// Whether there is nothing to tell.
    pub(crate) fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// Writes the morning's mail to one of us.
pub(crate) async fn to_person(
    tx: &Tx,
    app: &App,
    person: &PersonCard,
    day: NaiveDate,
    digest: Digest,
) -> Result<(), MailError> {
    let (site, language) = (app.site(tx.ctx().tenant()), person.language);
    let say = |key: &str, arguments: &[(&str, Argument)]| app.text(language, key, arguments);
    let listed = |case: Listed| {
        let title = case.title.unwrap_or_else(|| say("enquiries-digest-confidential", &[]));
        let due = case
            .due
            .map(|due| say("enquiries-digest-until", &[("date", format::date_long(due, language).into())]));
        let head =
            format!("{}, {title}{}", case.number, due.map(|due| format!(", {due}")).unwrap_or_default());
        let address = site.link(&format!("/intern/henvendelser/{}", case.case));
        BriefingEntry { head, words: String::new(), address: Some(address) }
    };
    let section = |(key, mut cases): (&str, Vec<Listed>)| {
        let rest = cases.split_off(cases.len().min(LISTED_MAX)).len();
        let mut entries: Vec<BriefingEntry> = cases.into_iter().map(listed).collect();
        if rest > 0 {
            let count = Argument::from(i64::try_from(rest).unwrap_or(i64::MAX));
            entries.push(BriefingEntry {
                head: say("enquiries-digest-rest", &[("count", count)]),
                ..Default::default()
            });
        }
        let heading = say(&format!("enquiries-digest-{key}"), &[]);
        (!entries.is_empty()).then_some(BriefingSection { heading, entries })
    };
    let (mut links, mut paragraphs) = (Vec::new(), Vec::new());
    if digest.tray > 0 {
        let count = Argument::from(i64::try_from(digest.tray).unwrap_or(i64::MAX));
        paragraphs.push(say("enquiries-digest-tray", &[("count", count)]));
        links.push((say("enquiries-tray", &[]), site.link("/intern/post")));
    }
    let parts = [
        ("overdue", digest.overdue),
        ("today", digest.today),
        ("tomorrow", digest.tomorrow),
        ("unassigned", digest.unassigned),
        ("waiting", digest.waiting),
    ];
    links.push((say("enquiries-digest-choose", &[]), site.link("/intern/mig")));
    let heading = say("enquiries-digest-subject", &[("date", format::date_long(day, language).into())]);
    let briefing = Briefing {
        letter: Letter {
            subject: heading.clone(),
            heading,
            answer_above: None,
            paragraphs,
            quote: None,
            link: Some((say("enquiries-digest-link", &[]), site.link("/intern/indbakke"))),
            sender: "Samspil".to_owned(),
            demo: site.demo.then(|| say("web-demo", &[])),
            language: language.tag(),
        },
        answer_above: Vec::new(),
        facts: Vec::new(),
        links,
        sections: parts.into_iter().filter_map(section).collect(),
    };
    let (text, html) = briefing.bodies(site)?;
    let message = NewMessage {
        purpose: crate::commands::code("enquiry-notice-digest"),
        basis: LegalBasis::PublicTask,
        to: person.email.clone(),
        to_name: person.name.clone(),
        language,
        subject: briefing.letter.subject,
        text,
        html,
        reference: person.id.uuid(),
        party: None,
        visibility: Visibility::Staff,
        good_until: None,
        key: format!("enquiries:digest:{}:{day}", person.id),
    };
    outreach::send(tx, message).await?;
    Ok(())
}
