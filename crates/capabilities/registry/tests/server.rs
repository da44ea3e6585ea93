//! The pages of the register: what a signed-in person and anyone get.

use std::sync::Arc;

use kernel::{Actor, Permission, PersonId, Reach, Role, TeamId};
use ports::{CompanyMemory, SignedIn};
use registry::Register;
use storage::Token;
use testkit::{Answer, Bench, Sessions};

pub(crate) struct Server {
    server: testkit::Server,
    session: Token,
}

impl Server {
    /// Whoever has the session is a person with these permissions.
    pub(crate) fn new(
        bench: &Bench,
        register: &Register,
        memories: Vec<Arc<dyn CompanyMemory>>,
        permissions: &[Permission],
    ) -> Self {
        let session = Token::random(&kernel::Ids::seeded(1));
        let person: PersonId = uuid::Uuid::from_u128(7).into();
        let signed_in = SignedIn {
            actor: Actor::Staff(person),
            name: "Mette Prøve".into(),
            reach: Arc::new(Reach { permissions: permissions.iter().copied().collect(), ..Reach::default() }),
            roles: vec![Role::BusinessConsultant],
            language: None,
            proven_email: None,
            company: None,
            must_choose_company: false,
            must_set_up_second_step: false,
            people_version: None,
        };
        let server = testkit::Server::new(bench, &[registry::manifest()], |parts| {
            parts.ports.sessions = Arc::new(Sessions::default().with(&session, signed_in));
            parts.ports.companies = Arc::new(register.clone());
            parts.ports.metrics = vec![Arc::new(register.clone())];
            parts.ports.memories = memories;
            parts.kept.insert(register.clone());
        });
        Self { server, session }
    }

    pub(crate) async fn as_anyone(&self, path: &str) -> Answer {
        self.server.browser().get(path).await
    }

    pub(crate) async fn as_staff(&self, path: &str, language: &str) -> Answer {
        self.server.browser().with_session(&self.session).in_language(language).get(path).await
    }

    pub(crate) async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        self.server.browser().with_session(&self.session).post(path, fields).await
    }

    pub(crate) fn app(&self) -> &::web::App {
        &self.server.app
    }

    pub(crate) async fn fragment(&self, path: &str) -> Answer {
        self.server.browser().with_session(&self.session).get_with(path, "x-fragment", "hits").await
    }
}

/// For memories of tests: a team that nobody looks into.
pub(crate) fn team() -> TeamId {
    uuid::Uuid::from_u128(11).into()
}
