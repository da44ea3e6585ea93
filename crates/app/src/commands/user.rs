//! `samspil user add` and `user invite`: someone who works for the municipality, and a link to choose a password by.

use std::collections::BTreeSet;

use anyhow::{Context, Result, anyhow, bail};
use identity::{
    commands as people,
    commands::sign_in,
    model::{NewPerson, PersonRefusal},
};
use kernel::{Email, Failure, Language, PersonId, Refusal, Role, TenantId};
use storage::{Durability, Token};
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

/// Adds the person with roles, teams and a link, all of it or nothing.
pub async fn add(args: &PlaceArgs, wanted: Wanted) -> Result<()> {
    // Everything is read before anything is written.
    let roles = wanted.roles.iter().map(|id| role(id)).collect::<Result<BTreeSet<_>>>()?;
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
    let app = open(args).await?;
    let site = site(&app, wanted.municipality.as_deref())?.clone();
    let ctx = people::operator("user add", site.tenant, app.clock.now(), app.ids.clone());
    let known = app.ports.people.teams(&app.db.read(&ctx)).await?;
    let mut teams = BTreeSet::new();
    for key in &wanted.teams {
        let team = known.iter().find(|team| team.key == *key);
        teams.insert(team.with_context(|| no_team(key, known.iter().map(|team| team.key.as_str())))?.id);
    }
    let email = new.email.clone();
    let hire = people::NewHire { person: new, place: people::Place { roles, teams } };
    let hired = people::hire_at_the_machine(&app.db, &ctx, &app.keys, hire).await;
    let (person, token) = hired.map_err(|failure| match failure {
        Failure::Refused(PersonRefusal::EmailTaken) => {
            let taken = refusal(&app, failure);
            anyhow!("{taken} A new link: samspil user invite --email {email}")
        }
        other => refusal(&app, other),
    })?;
    tell(args, &app, &site, person, &token, "Added.");
    app.db.close().await?;
    Ok(())
}

/// Makes a new link for someone who is known: the first one was lost, or is spent.
pub async fn invite(args: &PlaceArgs, email: &str, municipality: Option<&str>) -> Result<()> {
    let email: Email = email.parse().map_err(|_| WrongUse(format!("{email:?} is no e-mail address")))?;
    let app = open(args).await?;
    let site = site(&app, municipality)?.clone();
    let ctx = people::operator("user invite", site.tenant, app.clock.now(), app.ids.clone());
    let invited = sign_in::invite_by_email(&app.db, &ctx, &app.keys, &email).await;
    let (person, token) = invited.map_err(|failure| match failure {
        Failure::NotFound => anyhow!("nobody signs in by {email}; samspil user add adds someone"),
        other => refusal(&app, other),
    })?;
    tell(args, &app, &site, person, &token, "Links given out before no longer work.");
    app.db.close().await?;
    Ok(())
}

/// The installation, made usable first.
pub(super) async fn open(args: &PlaceArgs) -> Result<App> {
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
    Ok(app)
}

fn tell(args: &PlaceArgs, app: &App, site: &Site, person: PersonId, token: &Token, done: &str) {
    let link = site.link(&format!("/adgang/{}", token.as_str()));
    if args.json {
        say!("{}", serde_json::json!({ "person": person, "link": link }));
        return;
    }
    let mailed = if app.mailer.is_missing() { "" } else { "; it is also mailed" };
    say!("{done} The password is chosen here (good once, and for 7 days{mailed}):\n{link}");
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
