//! The staff's search: a case by the number that is said on the telephone, and whoever asked.

use std::sync::Arc;

use enquiries::CaseMemory;
use kernel::Ctx;
use ports::{CompanyMemory as _, FoundCard};

use crate::town::{Town, each_engine};

async fn find(town: &Town, ctx: &Ctx, typed: &str) -> Vec<FoundCard> {
    let people: Arc<dyn ports::PeopleDirectory> = town.app.ports.people.clone();
    let memory = CaseMemory::new(town.bench.db.clone(), town.guide().clone(), people);
    memory.find(ctx, typed, 5).await.unwrap()
}

#[tokio::test]
async fn a_case_is_found_by_the_number_that_the_company_says_on_the_telephone() {
    each_engine(async |town: Town| {
        let case = town.ask("Nordvang El", "building-permit", "Må vi bygge?").await.case;
        let found = find(&town, &town.ctx("Line Krog"), &case.number).await;
        assert_eq!(found[0].link, Some(format!("/intern/henvendelser/{}", case.id)));
        // Another team is told who has it, and no word of what it is about.
        let elsewhere = find(&town, &town.ctx("Karen Dahl"), &case.number).await;
        assert_eq!((elsewhere.len(), &elsewhere[0].link), (1, &None));
        let told: Vec<&str> = elsewhere[0].arguments.iter().map(|(_, value)| value.as_str()).collect();
        assert_eq!(told, ["Byggesagsteamet", "43\u{a0}00\u{a0}00\u{a0}00"]);
        assert!(find(&town, &town.company(), &case.number).await.is_empty(), "nobody outside");
        assert!(find(&town, &town.ctx("Line Krog"), "2026-99999").await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn the_number_of_a_walled_complaint_or_a_confidential_case_tells_nothing_at_all() {
    each_engine(async |town: Town| {
        let complaint = town.ask("Nordvang El", "building-permit", "Line var uhøflig.").await.case;
        let subject = enquiries::model::Subject::Person(town.person("Line Krog"));
        let (app, guide, jonas) = (&town.app, town.guide(), town.ctx("Jonas Birk"));
        enquiries::commands::complain(app, guide, &jonas, complaint.id, 1, &subject).await.unwrap();
        for who in ["Line Krog", "Jonas Birk", "Lars Holt", "Mette Holm", "Karen Dahl", "Ebbe Revisor"] {
            assert!(find(&town, &town.ctx(who), &complaint.number).await.is_empty(), "{who}");
            assert!(find(&town, &town.ctx(who), "Sara Lund").await.is_empty(), "{who}, by the contact");
        }
        assert_eq!(find(&town, &town.ctx("Sofie Lind"), &complaint.number).await.len(), 1, "who answers it");
        let secret = town.ask("Smedjen", "sick-leave", "Noget er galt.").await.case;
        assert!(secret.confidential, "a topic that is told in confidence");
        for who in ["Karen Dahl", "Mette Holm", "Lars Holt", "Ebbe Revisor"] {
            let sees = town.ctx(who).teams().contains(&secret.team);
            assert_eq!(find(&town, &town.ctx(who), &secret.number).await.is_empty(), !sees, "{who}");
        }
    })
    .await;
}

#[tokio::test]
async fn whoever_asked_is_found_by_name_and_by_mail_where_one_may_open_the_case() {
    each_engine(async |town: Town| {
        let case = town.ask("Nordvang El", "building-permit", "Må vi bygge?").await.case;
        for typed in ["Sara Lund", "sara lund", "lund", "nordvangel@example.dk", "NordvangEl@"] {
            let found = find(&town, &town.ctx("Line Krog"), typed).await;
            assert_eq!(found.len(), 1, "{typed}");
            assert_eq!(found[0].link, Some(format!("/intern/henvendelser/{}", case.id)), "{typed}");
        }
        assert_eq!(find(&town, &town.ctx("Mette Holm"), "Sara Lund").await.len(), 1);
        assert!(find(&town, &town.ctx("Karen Dahl"), "Sara Lund").await.is_empty(), "another team");
        assert!(find(&town, &town.ctx("Line Krog"), "%%%").await.is_empty());
        town.ask("Nordvang El", "signage", "Må vi sætte et skilt op?").await;
        assert_eq!(find(&town, &town.ctx("Mette Holm"), "Sara Lund").await.len(), 1, "one person, once");
    })
    .await;
}
