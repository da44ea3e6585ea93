//! What is held on a person: handed out whole, erased as far as the answer says, on both engines, by all who hold something.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use enquiries::{
    access,
    commands::{self, NewEnquiry},
    model::{Asker, Avoidable, Case, Contact, Outcome, SaidOfFiling},
};
use identity::{
    commands as people,
    commands::{NewAbsence, sign_in},
    model::NewPerson,
};
use kernel::{Actor, Ctx, Email, Language, PersonId, Reach, Role, TeamId};
use ports::{DataSubject, Staying};
use samspil::{background, capabilities};
use serde_json::Value;
use testkit::{Bench, TENANT, each_engine};

use crate::{
    asking,
    scene::{ONE, Town, town},
};

/// Tables that no holder looks in, with why that is right.
const OF_NOBODY: &[(&str, &str)] = &[
    ("journal_batch", "hashes"),
    ("journal_root", "hashes and signatures"),
    ("job", "ids; what a job needs it reads when it runs"),
    ("form_key", "hashes of forms, for a month"),
    ("kept_page", "answers to forms for minutes, sealed under a key that only the sender's browser has"),
    ("storage_erasure", "ids and codes of what was erased"),
    ("identity_version", "a number"),
    ("identity_logout_notice", "hashes of what a provider told, for minutes"),
    ("identity_attempt", "hashes and the path of a page, for ten minutes"),
    ("enquiries_number", "a number"),
    ("enquiries_cursor", "a number"),
    ("enquiries_release", "figures without people; who released them stands in the journal too"),
    ("protection_run", "counts per kind"),
    ("policy_document", "the adopted policy"),
    ("policy_closing", "figures"),
    ("policy_closing_row", "figures"),
    ("registry_area", "borders"),
];

#[test]
fn whoever_declares_personal_data_hands_it_out_and_erases_it() {
    for manifest in capabilities::manifests() {
        assert_eq!(manifest.personal_data.is_empty(), manifest.holder.is_none(), "{}", manifest.name);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_table_is_looked_in_or_said_to_hold_nothing_about_people() {
    each_engine(capabilities::migrations, |bench| async move {
        let town = town(&bench, ONE).await;
        let looked_in = town.app.holders().tables();
        let nothing: BTreeSet<&str> = OF_NOBODY.iter().map(|(table, _)| *table).collect();
        let tables = storage::current_tables(capabilities::migrations());
        for table in tables.values().filter(|table| table.key.contains(&"tenant_id")) {
            let (looked, empty) = (looked_in.contains(table.name), nothing.contains(table.name));
            assert!(looked || empty, "{} has no holder", table.name);
            assert!(!(looked && empty), "{} has a holder and is said to need none", table.name);
        }
        for table in looked_in.iter().chain(&nothing) {
            assert!(tables.contains_key(table), "there is no table {table}");
        }
    })
    .await;
}

fn ctx(town: &Town, actor: Actor, reach: Arc<Reach>) -> Ctx {
    Ctx::new(TENANT, actor, reach, Language::Da, town.app.clock.now(), town.app.ids.clone())
}

async fn work(town: &Town, bench: &Bench) {
    bench.seal().await;
    while background::run_due(&town.app, &town.jobs).await.unwrap() > 0 {}
}

async fn ask(town: &Town, contact: (&str, &str, &str), text: &str) -> Case {
    let (name, email, phone) = contact;
    let new = NewEnquiry {
        asker: Asker::Company { cvr: None, name: format!("{name} tømrer") },
        contact: Contact {
            name: name.into(),
            email: email.parse().unwrap(),
            phone: Some(phone.parse().unwrap()),
        },
        ..asking::enquiry(town, "building-permit", text)
    };
    asking::send(town, new).await.case
}

async fn close(town: &Town, case: &Case, officer: PersonId, team: TeamId, text: &str) {
    let reach = Reach { permissions: [access::WORK].into(), teams: [team].into(), ..Reach::default() };
    let ctx = ctx(town, Actor::Staff(officer), Arc::new(reach));
    let version = async || {
        let read = town.app.db.read(&town.operator(TENANT));
        enquiries::store::find(&read, case.id).await.unwrap().unwrap().version
    };
    commands::reply(&town.app, &ctx, case.id, version().await, text, true, &[]).await.unwrap();
    let closing = commands::Closing {
        outcome: Outcome::Answered,
        avoidable: Avoidable::No,
        text,
        authority: None,
        forwarded_on: None,
        filing: SaidOfFiling::NotFiled { because: "no-weight".parse().unwrap(), words: String::new() },
    };
    commands::close(&town.app, &ctx, case.id, version().await, closing).await.unwrap();
}

async fn team_of_builders(town: &Town) -> TeamId {
    let read = town.app.db.read(&town.operator(TENANT));
    let teams = town.app.ports.people.teams(&read).await.unwrap();
    teams.iter().find(|team| team.key == "building").unwrap().id
}

/// Someone in the team that answers, who was invited, has been away, and is signed in.
async fn officer(town: &Town, bench: &Bench, team: TeamId) -> PersonId {
    let (db, operator) = (&town.app.db, town.operator(TENANT));
    let new = NewPerson {
        name: "Vilhelmine Asketræ".into(),
        email: "vilhelmine@example.dk".parse().unwrap(),
        phone: Some("43998877".parse().unwrap()),
        language: Language::Da,
    };
    let id = people::add_person(db, &operator, new).await.unwrap();
    people::give_role(db, &operator, id, Role::CaseOfficer).await.unwrap();
    people::join_team(db, &operator, id, team).await.unwrap();
    sign_in::invite(db, &operator, &town.app.keys, id).await.unwrap();
    let today = bench.calendar.local_date(bench.now());
    let away = NewAbsence {
        person: id,
        first_day: today + chrono::Days::new(30),
        last_day: Some(today + chrono::Days::new(31)),
        substitute: None,
    };
    people::note_absence(db, &operator, away, today).await.unwrap();
    town.sign_in(TENANT, id).await;
    work(town, bench).await;
    id
}

async fn held(town: &Town, subject: &DataSubject) -> serde_json::Map<String, Value> {
    town.app.holders().export(&town.operator(TENANT), subject).await.unwrap()
}

async fn recognise(town: &Town, emails: &[&str], persons: &[PersonId]) -> DataSubject {
    let emails: Vec<Email> = emails.iter().map(|email| email.parse().unwrap()).collect();
    town.app.holders().recognise(&town.operator(TENANT), &emails, persons).await.unwrap()
}

/// Erases, and says what stays by its key.
async fn erase(town: &Town, bench: &Bench, subject: &DataSubject) -> BTreeMap<&'static str, Staying> {
    let ctx = town.operator(TENANT);
    town.app.holders().erase(&ctx, subject).await.unwrap();
    let stays = town.app.holders().stays(&ctx, subject).await.unwrap();
    work(town, bench).await;
    for one in &stays {
        assert!(town.app.messages.has(one.key), "{} has no words", one.key);
    }
    stays.into_iter().map(|one| (one.key, one)).collect()
}

/// What is left in the database and was not said to stay.
async fn unsaid(bench: &Bench, words: &[&str], stays: &BTreeMap<&str, Staying>) -> Vec<String> {
    let said: BTreeSet<&str> = stays.values().flat_map(|one| one.places).copied().collect();
    let left = bench.columns_with(capabilities::migrations, words).await;
    left.into_iter().filter(|place| !said.contains(place.as_str())).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_contact_gets_everything_and_afterwards_only_what_the_answer_names_is_left() {
    each_engine(capabilities::migrations, |bench| async move {
        let town = town(&bench, ONE).await;
        identity::demo::make(&town.app.db, &town.operator(TENANT)).await.unwrap();
        let team = team_of_builders(&town).await;
        let officer = officer(&town, &bench, team).await;
        let (name, email) = ("Aksel Mosevang", "aksel@mosevang.example.dk");
        let words = [name, email, "55667788"];
        let (aksel, berta) = ((name, email, "55667788"), ("Berta Birk", "berta@example.dk", "31415926"));
        let ended = ask(&town, aksel, "Skal vi søge, når skuret er 12 m2?").await;
        close(&town, &ended, officer, team, "Nej, Aksel Mosevang, det skal I ikke").await;
        let open = ask(&town, aksel, "Og når det er 60 m2?").await;
        let other = ask(&town, berta, "Spørg aksel@mosevang.example.dk").await;
        town.sign_in_contact(TENANT, email).await;
        work(&town, &bench).await;

        let subject = recognise(&town, &["Aksel@Mosevang.example.dk"], &[]).await;
        let all = held(&town, &subject).await;
        let count = |name: &str| all[name].as_array().unwrap_or_else(|| panic!("no {name}")).len();
        assert_eq!((count("enquiries"), count("contacts"), count("sessions"), count("links")), (2, 1, 1, 1));
        assert_eq!((count("promises"), count("staff")), (4, 0));
        let text = serde_json::to_string(&all).unwrap();
        for word in ["skuret er 12 m2", "60 m2", name, email, "+4555667788", "/adgang/", "identity-sign-in"] {
            assert!(text.contains(word), "{word} is held and not handed out");
        }
        assert!(!text.contains("Berta"), "someone else's");

        let stays = erase(&town, &bench, &subject).await;
        assert_eq!(stays["enquiries-stays-open"].named, std::slice::from_ref(&open.number));
        assert!(stays["enquiries-stays-open"].until_ended);
        assert_eq!(stays["enquiries-stays-figures"].count, 1);
        assert_eq!(stays["enquiries-stays-named"].count, 1, "{}'s text", other.number);
        assert_eq!(unsaid(&bench, &words, &stays).await, Vec::<String>::new());
        let again = held(&town, &recognise(&town, &[email], &[]).await).await;
        assert_eq!(again["enquiries"].as_array().unwrap().len(), 1, "the open one");
        assert!(again["contacts"].as_array().unwrap().is_empty());

        close(&town, &open, officer, team, "Ja").await;
        close(&town, &other, officer, team, "Tak").await;
        work(&town, &bench).await;
        let stays = erase(&town, &bench, &recognise(&town, &[email], &[]).await).await;
        assert!(stays.values().all(|one| !one.until_ended), "{stays:?}");
        assert_eq!(unsaid(&bench, &[name, "55667788"], &BTreeMap::new()).await, Vec::<String>::new());
        assert_eq!(unsaid(&bench, &words, &stays).await, Vec::<String>::new());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_works_here_stays_and_whoever_has_left_is_a_name_beneath_what_it_wrote() {
    each_engine(capabilities::migrations, |bench| async move {
        let town = town(&bench, ONE).await;
        identity::demo::make(&town.app.db, &town.operator(TENANT)).await.unwrap();
        let team = team_of_builders(&town).await;
        let id = officer(&town, &bench, team).await;
        let (name, email) = ("Vilhelmine Asketræ", "vilhelmine@example.dk");
        let case = ask(&town, ("Berta Birk", "berta@example.dk", "31415926"), "Skal vi søge?").await;
        close(&town, &case, id, team, "Nej. Venlig hilsen Vilhelmine Asketræ").await;
        work(&town, &bench).await;

        let subject = recognise(&town, &[email], &[]).await;
        assert!(subject.works_here && subject.persons.contains(&id));
        let all = held(&town, &subject).await;
        let staff = &all["staff"][0];
        assert_eq!((staff["name"].as_str(), staff["phone"].as_str()), (Some(name), Some("+4543998877")));
        for part in ["absences", "sessions", "links", "mails", "written", "done"] {
            assert!(!all[part].as_array().unwrap().is_empty(), "{part} is held and not handed out");
        }
        let stays = erase(&town, &bench, &subject).await;
        assert!(stays["identity-stays-at-work"].until_ended);
        let known = held(&town, &subject).await;
        assert_eq!(known["staff"], all["staff"], "whoever works here goes on working");
        assert_eq!(known["sessions"], all["sessions"]);

        people::leave(&town.app.db, &town.operator(TENANT), id).await.unwrap();
        work(&town, &bench).await;
        let subject = recognise(&town, &[email], &[id]).await;
        assert!(!subject.works_here);
        let stays = erase(&town, &bench, &subject).await;
        assert_eq!(stays["identity-stays-name"].named, [name]);
        assert!(stays["enquiries-stays-written"].count > 0 && stays["operations-stays-journal"].count > 0);
        assert!(stays.values().all(|one| !one.until_ended), "{stays:?}");
        let gone = held(&town, &subject).await;
        for part in ["absences", "sessions", "links", "mails", "notices"] {
            assert!(gone[part].as_array().unwrap().is_empty(), "{part} is left");
        }
        assert_eq!(unsaid(&bench, &[email, "43998877"], &BTreeMap::new()).await, Vec::<String>::new());
        assert_eq!(unsaid(&bench, &[name], &stays).await, Vec::<String>::new());
    })
    .await;
}

#[test]
fn every_deadline_that_the_page_on_personal_data_names_can_be_counted() {
    let (book, today) = (kernel::RuleBook::denmark(), "2026-11-23".parse().unwrap());
    let mut named = 0;
    for manifest in capabilities::manifests() {
        for rule in manifest.personal_data.iter().filter_map(|data| data.rule) {
            assert!(book.kept_since(rule, today).is_some_and(|day| day < today), "{}: {rule}", manifest.name);
            named += 1;
        }
    }
    assert!(named > 3, "the test looks where nothing is");
}
