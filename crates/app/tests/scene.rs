//! A running program on an ephemeral port, people to sign in as, and the plainest of HTTP clients.

use std::{collections::BTreeMap, fmt::Write, net::SocketAddr, path::PathBuf, sync::Arc};

use identity::{
    Secret,
    commands::{self as people, second_step, sign_in},
    model::{NewPerson, SecondStep},
};
use kernel::{Actor, Ctx, Language, Reach, Role, TenantId};
use samspil::{
    background, capabilities,
    configuration::Configuration,
    place::Place,
    server,
    start::{self, Edge, Settings, Sources, Started},
};
use storage::{Jobs, Target, Token};
use testkit::Bench;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};
use web::{App, RouteInfo, Routes};

/// One municipality, without hosts of its own.
pub const ONE: &str = "";
/// Two, told apart by their hosts.
pub const TWO: &str = r#"
[[municipality]]
code = "0165"
hosts = ["a.example.dk"]
base_url = "https://a.example.dk"
[[municipality]]
code = "0101"
hosts = ["b.example.dk"]
base_url = "https://b.example.dk"
"#;

/// A program that listens.
pub struct Town {
    pub app: App,
    pub jobs: Arc<Jobs<App>>,
    pub routes: Vec<RouteInfo>,
    pub address: SocketAddr,
    serving: tokio::task::JoinHandle<()>,
    _folder: tempfile::TempDir,
}

impl Drop for Town {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

/// An answer.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: BTreeMap<String, String>,
    pub body: String,
}

impl Answer {
    /// What came over the wire, up to the end of the stream.
    pub fn parse(bytes: &[u8]) -> Self {
        let answer = String::from_utf8_lossy(bytes).into_owned();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap_or((&answer, ""));
        let mut lines = head.lines();
        let status = lines.next().and_then(|line| line.split(' ').nth(1)).and_then(|code| code.parse().ok());
        let headers = lines.filter_map(|line| line.split_once(": "));
        let headers = headers.map(|(name, value)| (name.to_lowercase(), value.to_owned())).collect();
        Self { status: status.unwrap_or(0), headers, body: body.to_owned() }
    }

    /// The page without its frame, in one line: what a reader finds on it.
    pub fn text(&self) -> String {
        let main = self.body.split_once("<main").map_or(self.body.as_str(), |(_, rest)| rest);
        let main = main.split_once("</main>").map_or(main, |(main, _)| main);
        let words = main.split('<').map(|piece| piece.split_once('>').map_or(piece, |(_, words)| words));
        words.flat_map(str::split_whitespace).collect::<Vec<_>>().join(" ")
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", String::as_str)
    }
}

/// Starts the program on the bench's database, with this samspil.toml. No mail leaves it.
pub async fn town(bench: &Bench, configuration: &str) -> Town {
    town_with(bench, configuration, outreach::Mailer::Captured).await
}

/// The same with a mail server.
pub async fn town_with(bench: &Bench, configuration: &str, mailer: outreach::Mailer) -> Town {
    town_and(bench, configuration, mailer, Routes::new()).await
}

/// The same with routes that the program does not have.
pub async fn town_and(bench: &Bench, configuration: &str, mailer: outreach::Mailer, more: Routes) -> Town {
    let folder = tempfile::tempdir().unwrap();
    let place = Place { data: folder.path().to_owned(), target: Target::Sqlite(PathBuf::new()) };
    let configuration = Configuration::parse(configuration).unwrap();
    let settings = Settings {
        sites: configuration.sites("http://127.0.0.1", false),
        calendar: configuration.calendar.clone(),
        mailer,
        texter: configuration.texter(None).unwrap(),
        edge: Edge::of(&configuration, &[]).unwrap(),
        sources: Sources::of(&configuration).unwrap(),
        clock: Arc::new(bench.clock.clone()),
        ids: bench.ids.clone(),
        index: None,
    };
    let mut started: Started = start::assemble(&place, bench.db.clone(), settings).unwrap();
    started.routes.push(more);
    let routes = started.routes.iter().flat_map(|routes| routes.list().to_vec()).collect();
    let router = server::router(&mut started);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    let serving = tokio::spawn(async move {
        axum::serve(listener, service).await.unwrap();
    });
    Town { app: started.app, jobs: started.jobs, routes, address, serving, _folder: folder }
}

impl Town {
    pub fn operator(&self, tenant: TenantId) -> Ctx {
        people::operator("test", tenant, self.app.clock.now(), self.app.ids.clone())
    }

    /// Someone with this one role, who comes in without a password alone.
    pub async fn person(&self, tenant: TenantId, role: Role) -> kernel::PersonId {
        let id = self.newcomer(tenant, role).await;
        self.set_up_second_step(tenant, id).await;
        id
    }

    /// Someone with this one role, who has a password and nothing else yet.
    pub async fn newcomer(&self, tenant: TenantId, role: Role) -> kernel::PersonId {
        let ctx = self.operator(tenant);
        let new = NewPerson {
            name: format!("Person {}", role.id()),
            email: format!("{}@example.dk", role.id()).parse().unwrap(),
            phone: None,
            language: Language::Da,
        };
        let id = people::add_person(&self.app.db, &ctx, new).await.unwrap();
        people::give_role(&self.app.db, &ctx, id, role).await.unwrap();
        id
    }

    /// Whoever signs in with a password alone may do nothing but this. Sessions that began before end with it.
    pub async fn set_up_second_step(&self, tenant: TenantId, person: kernel::PersonId) {
        let ctx = self.operator(tenant);
        let staff = capabilities::staff(&self.app, &ctx).await.unwrap();
        let SecondStep::Off { version } = staff.people[&person].second_step else { return };
        let now = self.app.clock.now();
        let code = Secret::of(&self.app.keys, person, version).code_at(now);
        let own = Arc::new(Reach::default());
        let own = Ctx::new(tenant, Actor::Staff(person), own, Language::Da, now, self.app.ids.clone());
        second_step::begin(&self.app.db, &own, &self.app.keys, &code, None).await.unwrap();
    }

    /// A new session of a person.
    pub async fn sign_in(&self, tenant: TenantId, person: kernel::PersonId) -> Token {
        sign_in::as_demo_person(&self.app.db, &self.operator(tenant), person).await.unwrap()
    }

    /// A new session of a company's contact, by the link that is mailed.
    pub async fn sign_in_contact(&self, tenant: TenantId, email: &str) -> Token {
        let ctx = self.operator(tenant);
        let email = email.parse().unwrap();
        sign_in::ask_sign_in_link(&self.app.db, &ctx, &self.app.keys, &email).await.unwrap();
        while background::run_due(&self.app, &self.jobs).await.unwrap() > 0 {}
        let mails = outreach::captured(&self.app.db.read(&ctx), 100).await.unwrap();
        let mail = mails.iter().find(|mail| mail.to == email && mail.text.contains("/adgang/")).unwrap();
        let token = mail.text.split("/adgang/").nth(1).and_then(|rest| rest.get(..26)).unwrap();
        sign_in::by_link(&self.app.db, &ctx, &Token::parse(token).unwrap()).await.unwrap()
    }

    pub async fn get(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        self.ask("GET", path, headers, "").await
    }

    /// A form of ours.
    pub async fn post(&self, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        let own = [("sec-fetch-site", "same-origin"), ("content-type", "application/x-www-form-urlencoded")];
        self.ask("POST", path, &[headers, &own].concat(), body).await
    }

    /// HTTP/1.1 with one request per connection, so that the end of the answer is the end of the stream.
    pub async fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        let mut request = format!("{method} {path} HTTP/1.1\r\nconnection: close\r\n");
        if !headers.iter().any(|(name, _)| *name == "host") {
            write!(request, "host: {}\r\n", self.address).unwrap();
        }
        for (name, value) in headers {
            write!(request, "{name}: {value}\r\n").unwrap();
        }
        if method != "GET" {
            write!(request, "content-length: {}\r\n", body.len()).unwrap();
        }
        let mut stream = TcpStream::connect(self.address).await.unwrap();
        stream.write_all(format!("{request}\r\n{body}").as_bytes()).await.unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await.unwrap();
        Answer::parse(&answer)
    }
}

/// The cookie of a session.
pub fn cookie(session: &Token) -> String {
    format!("{}={}", web::SESSION_COOKIE, session.as_str())
}

/// A route's path with its parameters filled with what is well formed and is not there.
pub fn filled(path: &str) -> String {
    let part = |part: &str| match part {
        "{id}" | "{part}" | "{entry}" | "{file}" | "{absence}" | "{area}" => {
            "018f6e2a-7b1c-7def-8123-456789abcdef".to_owned()
        }
        "{code}" | "{token}" => "aaaaaaaaaaaaaaaaaaaaaaaaaa".to_owned(),
        "{cvr}" => "99000023".to_owned(),
        other => other.trim_matches(['{', '}']).to_owned(),
    };
    path.split('/').map(part).collect::<Vec<_>>().join("/")
}
