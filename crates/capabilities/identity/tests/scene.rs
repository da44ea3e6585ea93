//! A small town hall to test in.

use std::sync::Arc;

use chrono::NaiveDate;
use identity::{
    Directory, Matrix, commands,
    commands::sign_in::{self, PasswordIs, SignedIn},
    model::{NewPerson, NewTeam},
};
use kernel::{Actor, Ctx, Language, PersonId, Reach, Role, TeamId};
use ports::SessionResolver;
use storage::{Keys, Migration, Token};
use testkit::{Bench, TENANT};

pub const PASSWORD: &str = "rugbrød, sild og sne";

pub fn migrations() -> Vec<Migration> {
    [storage::migrations(), outreach::migrations(), identity::migrations()].concat()
}

pub fn keys() -> Keys {
    testkit::keys()
}

fn directory(bench: &Bench) -> Directory {
    let matrix = Matrix::of(&[identity::manifest()]);
    let (clock, calendar) = (Arc::new(bench.clock.clone()), Arc::new(bench.calendar.clone()));
    Directory::new(bench.db.clone(), clock, calendar, bench.ids.clone(), matrix)
}

/// The bench with people in it.
pub struct Hall {
    pub bench: Bench,
    pub directory: Directory,
}

impl Hall {
    pub fn new(bench: Bench) -> Self {
        let directory = directory(&bench);
        Self { bench, directory }
    }

    /// Another node's directory.
    pub fn directory(&self) -> Directory {
        directory(&self.bench)
    }

    /// The operator at the machine.
    pub fn operator(&self) -> Ctx {
        commands::operator("test", TENANT, self.bench.now(), self.bench.ids.clone())
    }

    /// Anyone on the web.
    pub fn anyone(&self) -> Ctx {
        Ctx::new(
            TENANT,
            Actor::Anyone,
            Arc::default(),
            Language::Da,
            self.bench.now(),
            self.bench.ids.clone(),
        )
    }

    pub fn today(&self) -> NaiveDate {
        self.bench.calendar.local_date(self.bench.now())
    }

    /// Someone with roles, who signs in as `name@example.dk`.
    pub async fn person(&self, name: &str, roles: &[Role]) -> PersonId {
        let email = format!("{name}@example.dk").parse().unwrap();
        let new = NewPerson { name: name.into(), email, phone: None, language: Language::Da };
        let id = commands::add_person(&self.bench.db, &self.operator(), new).await.unwrap();
        for role in roles {
            commands::give_role(&self.bench.db, &self.operator(), id, *role).await.unwrap();
        }
        id
    }

    pub async fn team(&self, key: &str, members: &[PersonId]) -> TeamId {
        let new = NewTeam {
            key: key.parse().unwrap(),
            name_da: key.into(),
            name_en: key.into(),
            phone: "43000000".parse().unwrap(),
            hours_da: String::new(),
            hours_en: String::new(),
        };
        let id = commands::add_team(&self.bench.db, &self.operator(), new).await.unwrap();
        for member in members {
            commands::join_team(&self.bench.db, &self.operator(), *member, id).await.unwrap();
        }
        id
    }

    pub async fn with_password(&self, person: PersonId) {
        commands::set_password(&self.bench.db, &self.operator(), person, PASSWORD.into()).await.unwrap();
    }

    /// Signs in with the right password.
    pub async fn sign_in(&self, name: &str) -> Token {
        let email = format!("{name}@example.dk");
        match sign_in::by_password(
            &self.bench.db,
            &self.anyone(),
            &email,
            PASSWORD.into(),
            PasswordIs::Ordinary,
        )
        .await
        .unwrap()
        {
            SignedIn::Done(token) => token,
            SignedIn::SecondStep(_) => panic!("{name} is asked for a code"),
        }
    }

    pub async fn resolve(&self, token: &Token) -> Option<ports::SignedIn> {
        let read = self.bench.db.read(&self.anyone());
        self.directory.resolve(&read, &token.hash(), self.bench.now()).await.unwrap()
    }

    /// What the session may do now.
    pub async fn reach(&self, token: &Token) -> Arc<Reach> {
        self.resolve(token).await.expect("signed in").reach
    }

    /// The context that a page of this session gets.
    pub async fn ctx(&self, token: &Token) -> Ctx {
        let who = self.resolve(token).await.expect("signed in");
        Ctx::new(TENANT, who.actor, who.reach, Language::Da, self.bench.now(), self.bench.ids.clone())
    }

    /// The words of the journal, oldest first.
    pub async fn words(&self) -> Vec<String> {
        let read = self.bench.db.read(&self.anyone());
        let filter = storage::LineFilter { capability: Some("identity".into()), ..Default::default() };
        let lines = storage::lines(&read, &filter, 1000).await.unwrap();
        lines.into_iter().map(|line| line.word).collect()
    }
}

/// The link that the last `link_sent` line tells of, as the job that mails it would make it.
pub async fn newest_link(hall: &Hall) -> Token {
    let filter = storage::LineFilter { words: vec!["link_sent".into()], ..Default::default() };
    let lines = storage::lines(&hall.bench.db.read(&hall.anyone()), &filter, 100).await.unwrap();
    let link = lines.last().unwrap().payload["link"].as_str().unwrap().parse().unwrap();
    sign_in::token_of(&keys(), link)
}

/// Runs the test in a town hall on each engine.
pub async fn each_engine<F, Fut>(test: F)
where
    F: Fn(Hall) -> Fut,
    Fut: Future<Output = ()> + Send + 'static,
{
    testkit::each_engine_alone(migrations, |bench| test(Hall::new(bench))).await;
}
