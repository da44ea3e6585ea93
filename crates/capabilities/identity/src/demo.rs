//! The demo town's people: invented, with addresses at example.dk, one for each kind of work. Made by the program's own
//! commands, like everything in the demo.

use std::collections::BTreeMap;

use kernel::{Code, Ctx, Email, Failure, Language, PersonId, Phone, Role, TeamId};
use storage::Db;

use crate::{
    commands,
    model::{NewPerson, NewTeam, PersonRefusal, Post, TeamRefusal},
};

/// One of the demo's people.
#[derive(Debug, Clone, Copy)]
pub struct DemoPerson {
    /// An invented name.
    pub name: &'static str,
    /// The part before `@example.dk`.
    pub mailbox: &'static str,
    /// The last two digits of the telephone.
    pub extension: u8,
    /// What the person may.
    pub roles: &'static [Role],
    /// The keys of its teams.
    pub teams: &'static [&'static str],
    /// The posts it holds in those teams.
    pub posts: &'static [Post],
}

/// One of the demo's teams.
#[derive(Debug, Clone, Copy)]
pub struct DemoTeam {
    /// The key by which the guide's topics name it.
    pub key: &'static str,
    /// Its name in Danish.
    pub da: &'static str,
    /// Its name in English.
    pub en: &'static str,
}

/// The teams that the guide's topics name.
pub const TEAMS: &[DemoTeam] = &[
    DemoTeam { key: "business", da: "Erhvervsteamet", en: "Business team" },
    DemoTeam { key: "building", da: "Byggesagsteamet", en: "Building permits" },
    DemoTeam { key: "environment", da: "Miljøteamet", en: "Environment" },
    DemoTeam { key: "roads", da: "Vej- og trafikteamet", en: "Roads and traffic" },
    DemoTeam { key: "planning", da: "Planteamet", en: "Planning" },
    DemoTeam {
        key: "employment",
        da: "Virksomhedsservice i jobcentret",
        en: "Employer service at the job centre",
    },
    DemoTeam { key: "schools", da: "Skole- og ungeteamet", en: "Schools and youth" },
    DemoTeam { key: "procurement", da: "Udbud og indkøb", en: "Procurement" },
    DemoTeam { key: "finance", da: "Økonomi og opkrævning", en: "Finance and collection" },
    DemoTeam { key: "climate", da: "Klima- og energiteamet", en: "Climate and energy" },
    DemoTeam { key: "secretariat", da: "Sekretariatet", en: "Secretariat" },
];

const LEADS: &[Post] = &[Post::Leader];
const TAKES_CALLS: &[Post] = &[Post::Duty];
const LEADS_AND_TAKES_CALLS: &[Post] = &[Post::Leader, Post::Duty];
const DEPUTISES: &[Post] = &[Post::Deputy, Post::Duty];

/// The people, in the order in which the sign-in page shows them.
pub const PEOPLE: &[DemoPerson] = &[
    DemoPerson {
        name: "Mette Holm",
        mailbox: "mette.holm",
        extension: 11,
        roles: &[Role::BusinessConsultant],
        teams: &["business"],
        posts: DEPUTISES,
    },
    DemoPerson {
        name: "Jonas Birk",
        mailbox: "jonas.birk",
        extension: 12,
        roles: &[Role::CaseOfficer],
        teams: &["building"],
        posts: TAKES_CALLS,
    },
    DemoPerson {
        name: "Kirsten Lindqvist",
        mailbox: "kirsten.lindqvist",
        extension: 13,
        roles: &[Role::Manager],
        teams: &["business"],
        posts: LEADS,
    },
    DemoPerson {
        name: "Anders Fjeldgaard",
        mailbox: "anders.fjeldgaard",
        extension: 14,
        roles: &[Role::Manager, Role::CaseOfficer],
        teams: &["building"],
        posts: LEADS,
    },
    DemoPerson {
        name: "Amina Rask",
        mailbox: "amina.rask",
        extension: 15,
        roles: &[Role::CaseOfficer],
        teams: &["environment"],
        posts: LEADS_AND_TAKES_CALLS,
    },
    DemoPerson {
        name: "Bo Kragelund",
        mailbox: "bo.kragelund",
        extension: 16,
        roles: &[Role::CaseOfficer],
        teams: &["roads"],
        posts: LEADS_AND_TAKES_CALLS,
    },
    DemoPerson {
        name: "Line Sandager",
        mailbox: "line.sandager",
        extension: 17,
        roles: &[Role::CaseOfficer],
        teams: &["building", "roads"],
        posts: &[],
    },
    DemoPerson {
        name: "Sofie Ravn",
        mailbox: "sofie.ravn",
        extension: 18,
        roles: &[Role::Planner, Role::CaseOfficer],
        teams: &["planning"],
        posts: LEADS_AND_TAKES_CALLS,
    },
    DemoPerson {
        name: "Thomas Ellegaard",
        mailbox: "thomas.ellegaard",
        extension: 19,
        roles: &[Role::EmploymentConsultant, Role::CaseOfficer],
        teams: &["employment"],
        posts: LEADS_AND_TAKES_CALLS,
    },
    DemoPerson {
        name: "Hanne Mølgaard",
        mailbox: "hanne.moelgaard",
        extension: 20,
        roles: &[Role::SchoolCoordinator, Role::CaseOfficer],
        teams: &["schools"],
        posts: LEADS_AND_TAKES_CALLS,
    },
    DemoPerson {
        name: "Per Vang",
        mailbox: "per.vang",
        extension: 21,
        roles: &[Role::ProcurementOfficer, Role::CaseOfficer],
        teams: &["procurement"],
        posts: LEADS_AND_TAKES_CALLS,
    },
    DemoPerson {
        name: "Ulla Brink",
        mailbox: "ulla.brink",
        extension: 22,
        roles: &[Role::CaseOfficer],
        teams: &["finance", "secretariat"],
        posts: LEADS_AND_TAKES_CALLS,
    },
    DemoPerson {
        name: "Nadia Storm",
        mailbox: "nadia.storm",
        extension: 23,
        roles: &[Role::GreenCoordinator, Role::CaseOfficer],
        teams: &["climate"],
        posts: LEADS_AND_TAKES_CALLS,
    },
    DemoPerson {
        name: "Erik Damsbo",
        mailbox: "erik.damsbo",
        extension: 24,
        roles: &[Role::CommitteeMember],
        teams: &[],
        posts: &[],
    },
    DemoPerson {
        name: "Rikke Thorup",
        mailbox: "rikke.thorup",
        extension: 25,
        roles: &[Role::Admin],
        teams: &[],
        posts: &[],
    },
    DemoPerson {
        name: "Tove Lundkvist-Abildtoft",
        mailbox: "tove.abildtoft",
        extension: 26,
        roles: &[Role::CaseOfficer],
        teams: &["environment"],
        posts: &[Post::Deputy],
    },
    DemoPerson {
        name: "Mads Ørtoft",
        mailbox: "mads.oertoft",
        extension: 27,
        roles: &[Role::CaseOfficer],
        teams: &["roads"],
        posts: &[Post::Deputy],
    },
    DemoPerson {
        name: "Camilla Bregnhøj",
        mailbox: "camilla.bregnhoej",
        extension: 28,
        roles: &[Role::CaseOfficer],
        teams: &["planning"],
        posts: &[],
    },
    DemoPerson {
        name: "Faisal Nørreskov",
        mailbox: "faisal.noerreskov",
        extension: 29,
        roles: &[Role::EmploymentConsultant, Role::CaseOfficer],
        teams: &["employment"],
        posts: &[Post::Deputy],
    },
    DemoPerson {
        name: "Dorthe Ellemose",
        mailbox: "dorthe.ellemose",
        extension: 30,
        roles: &[Role::EmploymentConsultant, Role::CaseOfficer],
        teams: &["employment"],
        posts: &[],
    },
    DemoPerson {
        name: "Jakob Torndal",
        mailbox: "jakob.torndal",
        extension: 31,
        roles: &[Role::ProcurementOfficer, Role::CaseOfficer],
        teams: &["procurement"],
        posts: &[],
    },
    DemoPerson {
        name: "Marianne Vibehus",
        mailbox: "marianne.vibehus",
        extension: 32,
        roles: &[Role::CaseOfficer],
        teams: &["finance"],
        posts: &[],
    },
    DemoPerson {
        name: "Peter Klintager",
        mailbox: "peter.klintager",
        extension: 33,
        roles: &[Role::CaseOfficer],
        teams: &["secretariat"],
        posts: &[Post::Deputy],
    },
    DemoPerson {
        name: "Ruth Aggerholm",
        mailbox: "ruth.aggerholm",
        extension: 34,
        roles: &[Role::RecordsOfficer],
        teams: &[],
        posts: &[],
    },
    DemoPerson {
        name: "Dorte Vestervang",
        mailbox: "dorte.vestervang",
        extension: 35,
        roles: &[Role::Dpo],
        teams: &[],
        posts: &[],
    },
];

/// What was made, for whoever makes the demo's enquiries.
#[derive(Debug, Clone, Default)]
pub struct DemoStaff {
    /// The people by mailbox.
    pub people: BTreeMap<&'static str, PersonId>,
    /// The teams by key.
    pub teams: BTreeMap<&'static str, TeamId>,
}

/// Makes teams and people, with a context of [`commands::operator`].
pub async fn make(db: &Db, ctx: &Ctx) -> Result<DemoStaff, Failure> {
    let mut made = DemoStaff::default();
    for team in TEAMS {
        let new = NewTeam {
            key: known::<Code>(team.key)?,
            name_da: team.da.to_owned(),
            name_en: team.en.to_owned(),
            phone: known::<Phone>("43000000")?,
            hours_da: "Mandag til torsdag kl. 9.00-15.00, fredag kl. 9.00-13.00".to_owned(),
            hours_en: "Monday to Thursday 9:00 to 15:00, Friday 9:00 to 13:00".to_owned(),
        };
        let id = commands::add_team(db, ctx, new).await.map_err(never_team)?;
        made.teams.insert(team.key, id);
    }
    for person in PEOPLE {
        let new = NewPerson {
            name: person.name.to_owned(),
            email: known::<Email>(&format!("{}@example.dk", person.mailbox))?,
            phone: Some(known::<Phone>(&format!("430000{:02}", person.extension))?),
            language: Language::Da,
        };
        let id = commands::add_person(db, ctx, new).await.map_err(never)?;
        made.people.insert(person.mailbox, id);
        for role in person.roles {
            commands::give_role(db, ctx, id, *role).await.map_err(never)?;
        }
        for team in person.teams.iter().filter_map(|key| made.teams.get(key)) {
            commands::join_team(db, ctx, id, *team).await.map_err(never)?;
            for post in person.posts {
                commands::give_post(db, ctx, *team, *post, Some(id)).await.map_err(never_team)?;
            }
        }
    }
    Ok(made)
}

/// What stands in this file is well formed: a test makes all of it.
fn known<T: std::str::FromStr>(text: &str) -> Result<T, Failure>
where
    T::Err: std::error::Error + Send + Sync + 'static,
{
    text.parse().map_err(Failure::internal)
}

fn never(failure: Failure<PersonRefusal>) -> Failure {
    failure.map_refusal(Failure::internal)
}

fn never_team(failure: Failure<TeamRefusal>) -> Failure {
    failure.map_refusal(Failure::internal)
}
