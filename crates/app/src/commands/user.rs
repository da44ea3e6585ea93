//! `samspil user add`: someone who works for the municipality, with a link to choose a password by.

use anyhow::{Context, Result, anyhow, bail};
use identity::{commands as people, commands::sign_in, model::NewPerson};
use kernel::{Failure, Language, Refusal, Role, TenantId};
use storage::Durability;
use web::{App, Site};

use crate::{
    cli::{PlaceArgs, WrongUse},
    configuration::{Configuration, LISTEN},
    first,
    place::{DemoState, Place},
    server,
    serving::Serving,
    start::{self, Settings},
};

/// What was typed.
pub struct Wanted {
    pub name: String,
    pub email: String,
    pub phone: Option<String>,
    pub roles: Vec<String>,
    pub teams: Vec<String>,
    pub municipality: Option<String>,
}

/// Adds the person.
pub async fn add(args: &PlaceArgs, wanted: Wanted) -> Result<()> {
    // Everything is read before anything is written.
    let roles = wanted.roles.iter().map(|id| role(id)).collect::<Result<Vec<_>>>()?;
    let new = NewPerson {
        name: wanted.name,
        email: wanted
            .email
            .parse()
            .map_err(|_| WrongUse(format!("{:?} is no e-mail address", wanted.email)))?,
        phone: wanted
            .phone
            .map(|text| text.parse().map_err(|_| WrongUse(format!("{text:?} is no telephone number"))))
            .transpose()?,
        language: Language::Da,
    };
    let place = Place::of(args)?;
    let (clock, ids) = super::real();
    let configuration = Configuration::load(&place.data)?;
    let address = address(&place, &configuration);
    let settings = match place.demo() {
        DemoState::None => Settings::of(&configuration, &address, clock, ids)?,
        _ => Settings::of_demo(&address, clock, ids),
    };
    let db = start::open(&place, Durability::Full).await?;
    let app = start::assemble(&place, db, settings)?.app;
    if place.demo() == DemoState::None {
        first::teams(&app).await?;
    }
    let site = site(&app, wanted.municipality.as_deref())?.clone();
    let ctx = people::operator("user add", site.tenant, app.clock.now(), app.ids.clone());
    let known = app.ports.people.teams(&app.db.read(&ctx)).await?;
    let mut teams = Vec::new();
    for key in &wanted.teams {
        let team = known.iter().find(|team| team.key == *key);
        teams.push(team.with_context(|| no_team(key, known.iter().map(|team| team.key.as_str())))?.id);
    }
    let refused = |failure| refusal(&app, failure);
    let person = people::add_person(&app.db, &ctx, new).await.map_err(refused)?;
    for role in roles {
        people::give_role(&app.db, &ctx, person, role).await.map_err(refused)?;
    }
    for team in teams {
        people::join_team(&app.db, &ctx, person, team).await.map_err(refused)?;
    }
    let token = sign_in::invite(&app.db, &ctx, &app.keys, person).await.map_err(refused)?;
    let link = site.link(&format!("/adgang/{}", token.as_str()));
    app.db.close().await?;
    if args.json {
        println!("{}", serde_json::json!({ "person": person, "link": link }));
    } else {
        println!(
            "Added. The password is chosen here (the link is also mailed, when a mail server is configured):\n{link}"
        );
    }
    Ok(())
}

/// Where the program listens, or listened last: where links begin when no base_url is configured.
fn address(place: &Place, configuration: &Configuration) -> String {
    let served = Serving::read(&place.serving()).map(|serving| serving.address);
    served.unwrap_or_else(|| server::address_of(configuration.listen.unwrap_or(LISTEN)))
}

fn role(id: &str) -> Result<Role> {
    let given = |role: &&Role| !matches!(role, Role::Anyone | Role::CompanyContact);
    let role = Role::from_id(id).filter(|role| given(&role));
    let known = || Role::ALL.iter().filter(given).map(|role| role.id()).collect::<Vec<_>>().join(", ");
    role.ok_or_else(|| WrongUse(format!("there is no role {id:?}; the roles are {}", known())).into())
}

fn no_team<'a>(key: &str, known: impl Iterator<Item = &'a str>) -> String {
    format!("there is no team {key:?}; the teams are: {}", known.collect::<Vec<_>>().join(", "))
}

/// The municipality that is meant.
pub(super) fn site<'a>(app: &'a App, code: Option<&str>) -> Result<&'a Site> {
    let Some(code) = code else {
        if app.sites.len() > 1 {
            bail!(WrongUse(
                "there are several municipalities: say which with --municipality CODE".to_owned()
            ));
        }
        return app.sites.first().context("there is no municipality");
    };
    let tenant: TenantId = code.parse().map_err(|_| WrongUse(format!("{code:?} is no kommunekode")))?;
    let site = app.sites.iter().find(|site| site.tenant == tenant);
    site.with_context(|| format!("there is no municipality {tenant} in the configuration"))
}

/// The reason in English, as the page would give it.
fn refusal<R: Refusal>(app: &App, failure: Failure<R>) -> anyhow::Error {
    match failure {
        Failure::Refused(refusal) => anyhow!(app.text(Language::En, &refusal.key(), &[])),
        other => anyhow!(other.to_string()),
    }
}
