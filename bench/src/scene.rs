//! The program inside this process, on an installation that a server serves at the same time: for signing someone in, and
//! for seeing which statements a page sends. Nothing here is timed.

use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context, Result, ensure};
use axum::{
    Router,
    body::{Body, to_bytes},
    http::{Request, header},
};
use identity::{
    Secret,
    commands::{self as people, second_step, sign_in},
    model::{NewPerson, SecondStep},
};
use kernel::{Actor, Clock, Ctx, Ids, Language, Reach, Role, SystemClock, TenantId};
use samspil::{
    capabilities,
    configuration::Configuration,
    place::Place,
    server,
    start::{self, Settings},
};
use storage::{Db, Target};
use tower::ServiceExt;
use web::App;

use crate::{
    program::Installation,
    script::{Asked, Scripted},
};

/// No page is larger.
const PAGE_BYTES_MAX: usize = 8_000_000;
/// Headers that a server writes by itself.
const OF_THE_SERVER: [&str; 3] = ["content-length", "date", "set-cookie"];

/// The program, watched.
pub struct Scene {
    app: App,
    router: Router,
    seen: Arc<Mutex<Vec<sea_orm::Statement>>>,
    tenant: TenantId,
}

impl Scene {
    /// Opens an installation that has been made.
    pub async fn open(installation: &Installation) -> Result<Self> {
        let target: Target = installation.database.parse()?;
        let place = Place { data: installation.data.clone(), target };
        let seen: Arc<Mutex<Vec<sea_orm::Statement>>> = Arc::default();
        let watcher = seen.clone();
        let watch = move |statement: &sea_orm::Statement| {
            watcher.lock().unwrap_or_else(PoisonError::into_inner).push(statement.clone());
        };
        let db = Db::open_watched(&place.target, Arc::new(watch)).await?;
        let configuration = Configuration::load(&place.data)?;
        let (clock, ids): (Arc<dyn Clock>, _) = (Arc::new(SystemClock), Arc::new(Ids::random()));
        let settings = Settings::of(&configuration, "http://localhost", clock, ids)?;
        let mut started = start::assemble(&place, db, settings)?;
        let router = server::router(&mut started);
        let tenant = started.app.sites.first().context("there is no municipality")?.tenant;
        Ok(Self { app: started.app, router, seen, tenant })
    }

    /// A business consultant's session, as a cookie.
    pub async fn sign_in(&self) -> Result<String> {
        let now = self.app.clock.now();
        let operator = people::operator("bench", self.tenant, now, self.app.ids.clone());
        let new = NewPerson {
            name: "Astrid Fjordvang".to_owned(),
            email: "astrid.fjordvang@example.dk".parse()?,
            phone: None,
            language: Language::Da,
        };
        let person = people::add_person(&self.app.db, &operator, new).await.map_err(said)?;
        people::give_role(&self.app.db, &operator, person, Role::BusinessConsultant).await.map_err(said)?;
        let staff = capabilities::staff(&self.app, &operator).await?;
        let known = staff.people.get(&person).context("the person is not there")?;
        if let SecondStep::Off { version } = known.second_step {
            let code = Secret::of(&self.app.keys, person, version).code_at(now);
            let reach = Arc::new(Reach::default());
            let own =
                Ctx::new(self.tenant, Actor::Staff(person), reach, Language::Da, now, self.app.ids.clone());
            second_step::begin(&self.app.db, &own, &self.app.keys, &code, None).await.map_err(said)?;
        }
        let session = sign_in::as_demo_person(&self.app.db, &operator, person).await.map_err(said)?;
        Ok(format!("{}={}", web::SESSION_COOKIE, session.as_str()))
    }

    /// What a page asks of the database once everything that is kept in memory is there, and what it says.
    pub async fn script(&self, path: &str, cookie: &str) -> Result<Scripted> {
        let request = || Request::get(path).header(header::COOKIE, cookie).body(Body::empty());
        self.ask(request()?).await?;
        self.ask(request()?).await
    }

    /// What a form makes the database write.
    pub async fn writes(&self, path: &str, body: &[u8]) -> Result<Vec<Asked>> {
        let request = Request::post(path)
            .header("sec-fetch-site", "same-origin")
            .header(header::CONTENT_TYPE, "multipart/form-data; boundary=xx")
            .body(Body::from(body.to_vec()))?;
        let scripted = self.ask(request).await?;
        Ok(scripted.asked.into_iter().filter(Asked::is_write).collect())
    }

    async fn ask(&self, request: Request<Body>) -> Result<Scripted> {
        let path = request.uri().path().to_owned();
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).clear();
        let response = self.router.clone().oneshot(request).await?;
        let seen = std::mem::take(&mut *self.seen.lock().unwrap_or_else(PoisonError::into_inner));
        let status = response.status();
        ensure!(status.is_success() || status.is_redirection(), "{path} answers {status}");
        let mut headers = Vec::new();
        for (name, value) in response.headers() {
            if !OF_THE_SERVER.contains(&name.as_str()) {
                headers.push((name.to_string(), value.to_str()?.to_owned()));
            }
        }
        let body = to_bytes(response.into_body(), PAGE_BYTES_MAX).await?;
        let asked = seen.iter().map(Asked::of).collect::<Result<_>>()?;
        Ok(Scripted { asked, headers, body: String::from_utf8(body.to_vec())? })
    }

    /// Closes the database.
    pub async fn close(self) -> Result<()> {
        self.app.db.close().await?;
        Ok(())
    }
}

fn said<E: std::fmt::Debug>(failure: E) -> anyhow::Error {
    anyhow::anyhow!("{failure:?}")
}
