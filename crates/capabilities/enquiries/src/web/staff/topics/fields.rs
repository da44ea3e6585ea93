//! A topic as a form, there and back. Empty lines and empty rows mean nothing; everything else is read as it was typed, and
//! the topic itself says what is wrong.

use ::web::{Fields, FormErrors};
use chrono::NaiveDate;
use kernel::{Code, Text, format};

use super::boxes;
use crate::guide::{QUESTIONS_MAX, Referral, SelfService, Topic, Words};

/// Links to national self-services: more would hide one another.
pub(super) const SERVICES_MAX: usize = 3;
/// Rows of self-help in the form.
pub(super) const HELP_ROWS: usize = 6;
/// Whom a company can be followed to, beside what is typed.
pub(super) const REFERRALS: [(&str, &str, &str); 2] = [
    ("erhvervshus-hovedstaden", "Erhvervshus Hovedstaden", "https://ehhs.dk"),
    ("virksomhedsguiden", "Virksomhedsguiden", "https://virksomhedsguiden.dk"),
];
/// The code of a referral to someone else.
const ELSEWHERE: &str = "other";
/// The lists of words, by their field in the form.
pub(super) const LISTS: [&str; 5] = ["synonyms", "everyday", "whole", "examples", "against"];

/// The form of a topic.
pub(super) fn of(topic: &Topic) -> Fields {
    let mut fields = Fields::default();
    boxes::set_text(&mut fields, "title", &topic.title);
    boxes::set_text(&mut fields, "summary", &topic.summary);
    for (at, text) in topic.questions.iter().enumerate() {
        boxes::set_text(&mut fields, &format!("question-{}", at + 1), text);
    }
    for (at, text) in topic.self_help.iter().enumerate() {
        boxes::set_text(&mut fields, &format!("help-{}", at + 1), text);
    }
    for list in LISTS {
        boxes::set_words(&mut fields, list, words(topic, list));
    }
    for (at, service) in topic.self_service.iter().enumerate() {
        fields.set(&format!("service-{}-name", at + 1), &service.name);
        fields.set(&format!("service-{}-url", at + 1), &service.url);
        if service.not_an_application {
            fields.set(&format!("service-{}-apply", at + 1), "yes");
        }
    }
    if let Some(referral) = &topic.referral {
        let is_known =
            REFERRALS.iter().any(|(to, _, url)| *to == referral.to.as_str() && *url == referral.url);
        fields.set("referral-to", if is_known { referral.to.as_str() } else { ELSEWHERE });
        if !is_known {
            fields.set("referral-name", &referral.name);
            fields.set("referral-url", &referral.url);
        }
    }
    fields.set("team", topic.team.as_str());
    fields.set("kle", &topic.kle);
    if let Some(on) = topic.kle_verified {
        fields.set("kle-verified", "yes");
        fields.set("kle-verified-on", &on.to_string());
    }
    fields.set("kle-title", topic.kle_title.as_deref().unwrap_or_default());
    if let Some(edition) = topic.kle_edition {
        fields.set("kle-edition", &edition.to_string());
    }
    if topic.confidential {
        fields.set("confidential", "yes");
    }
    fields
}

fn words<'a>(topic: &'a Topic, list: &str) -> &'a Words {
    match list {
        "everyday" => &topic.everyday,
        "whole" => &topic.whole,
        "examples" => &topic.examples,
        "against" => &topic.against,
        _ => &topic.synonyms,
    }
}

/// The topic that a form describes: `before` gives what the form does not show. What cannot be a topic at all is told in
/// `errors`; there the field is as before.
pub(super) fn read(fields: &Fields, before: &Topic, today: NaiveDate, errors: &mut FormErrors) -> Topic {
    let texts = |name: &str, rows: usize| -> Vec<Text> {
        let rows = (1..=rows).map(|row| boxes::text(fields, &format!("{name}-{row}")));
        rows.filter(|text| !text.da.is_empty() || !text.en.is_empty()).collect()
    };
    let services = (1..=SERVICES_MAX).map(|row| SelfService {
        name: fields.get(&format!("service-{row}-name")).to_owned(),
        url: fields.get(&format!("service-{row}-url")).to_owned(),
        not_an_application: fields.is_ticked(&format!("service-{row}-apply")),
    });
    let kle = verified(fields, before, today, errors);
    Topic {
        key: before.key.clone(),
        team: boxes::team(fields, &before.team, errors),
        kle: fields.get("kle").to_owned(),
        kle_title: kle.title,
        kle_edition: kle.edition,
        kle_verified: kle.on,
        goal: before.goal,
        goals: before.goals.clone(),
        reviewed: before.reviewed,
        routing: before.routing,
        confidential: fields.is_ticked("confidential"),
        by_phone: before.by_phone,
        title: boxes::text(fields, "title"),
        summary: boxes::text(fields, "summary"),
        self_service: services.filter(|one| !one.name.is_empty() || !one.url.is_empty()).collect(),
        referral: referral(fields),
        questions: texts("question", QUESTIONS_MAX),
        self_help: texts("help", HELP_ROWS.max(before.self_help.len())),
        against: boxes::words(fields, "against"),
        synonyms: boxes::words(fields, "synonyms"),
        everyday: boxes::words(fields, "everyday"),
        whole: boxes::words(fields, "whole"),
        examples: boxes::words(fields, "examples"),
    }
}

/// Where a code was read, and when.
#[derive(Default)]
struct Looked {
    title: Option<String>,
    edition: Option<NaiveDate>,
    on: Option<NaiveDate>,
}

/// A code is verified by someone who read its subject in an edition of the plan on a day that has been; another code has not
/// been looked up. Where nobody has, there is no source to show.
fn verified(fields: &Fields, before: &Topic, today: NaiveDate, errors: &mut FormErrors) -> Looked {
    if !fields.is_ticked("kle-verified") {
        return Looked::default();
    }
    // What ships may have been looked up after a day that a demo or a test pretends to be.
    let day = |name: &str, known: Option<NaiveDate>| {
        let day = format::parse_date(fields.get(name)).ok();
        day.filter(|day| *day <= today || Some(*day) == known)
    };
    let on = day("kle-verified-on", before.kle_verified);
    if on.is_none() {
        errors.add("kle-verified-on", "enquiries-content-wrong-kle-when");
    }
    let edition = day("kle-edition", before.kle_edition);
    if edition.is_none() {
        errors.add("kle-edition", "enquiries-content-wrong-kle-edition");
    }
    let title = fields.get("kle-title").trim();
    if title.is_empty() {
        errors.add("kle-title", "enquiries-content-wrong-kle-title");
    }
    if fields.get("kle") != before.kle && on.is_some() && on == before.kle_verified && on != Some(today) {
        errors.add("kle-verified-on", "enquiries-content-wrong-kle-again");
    }
    Looked { title: Some(title.to_owned()).filter(|title| !title.is_empty()), edition, on }
}

fn referral(fields: &Fields) -> Option<Referral> {
    let to: Code = fields.get("referral-to").parse().ok()?;
    let known = REFERRALS.iter().find(|(code, ..)| *code == to.as_str());
    Some(match known {
        Some((_, name, url)) => Referral { to, name: (*name).to_owned(), url: (*url).to_owned() },
        None => Referral {
            to,
            name: fields.get("referral-name").to_owned(),
            url: fields.get("referral-url").to_owned(),
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::guide::Content;

    #[test]
    fn every_topic_that_ships_comes_back_from_its_form_as_it_went_in() {
        let today = "2026-11-23".parse().unwrap();
        for topic in Content::standard().unwrap().topics {
            let mut errors = FormErrors::none();
            let back = read(&of(&topic), &topic, today, &mut errors);
            assert!(errors.is_empty(), "{}: {errors:?}", topic.key);
            assert_eq!(back, topic);
        }
    }

    #[test]
    fn a_code_that_is_changed_is_not_verified_by_the_day_on_which_the_old_one_was() {
        let today: NaiveDate = "2026-11-23".parse().unwrap();
        let mut topic = Content::standard().unwrap().topics.swap_remove(0);
        topic.kle_verified = today.pred_opt();
        let mut fields = of(&topic);
        fields.set("kle", "01.02.03");
        let mut errors = FormErrors::none();
        read(&fields, &topic, today, &mut errors);
        assert_eq!(errors.of("kle-verified-on"), Some("enquiries-content-wrong-kle-again"));
    }
}
