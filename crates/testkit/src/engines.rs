//! Fresh databases: the schema is made once, then copied, on SQLite as a file, on PostgreSQL by `TEMPLATE`.

use std::path::PathBuf;

use sha2::{Digest, Sha256};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};
use storage::{Db, Migration, Target};

/// Any number will do, as long as every test process asks for the same.
const TEMPLATE_LOCK: i64 = 0x5445_5354;

/// A database for one test.
pub(crate) struct Fresh {
    pub(crate) target: Target,
    /// Holds the SQLite file; gone with it.
    folder: Option<tempfile::TempDir>,
    /// The PostgreSQL server and the database to drop.
    server: Option<(String, String)>,
}

impl Fresh {
    pub(crate) async fn remove(self) {
        drop(self.folder);
        if let Some((url, name)) = self.server {
            let mut server = connect(&url).await;
            run(&mut server, format!("DROP DATABASE {name} WITH (FORCE)")).await;
        }
    }
}

pub(crate) async fn sqlite(migrations: fn() -> Vec<Migration>) -> Fresh {
    let template = std::env::temp_dir().join(format!("samspil-test-schema-{}.db", schema(migrations)));
    if !template.exists() {
        make_sqlite(&template, migrations).await;
    }
    let folder = tempfile::tempdir().unwrap_or_else(|error| panic!("no room for a test: {error}"));
    let path = folder.path().join("test.db");
    std::fs::copy(&template, &path).unwrap_or_else(|error| panic!("cannot copy the schema: {error}"));
    Fresh { target: Target::Sqlite(path), folder: Some(folder), server: None }
}

/// Made aside and moved into place, since other test processes may look for it.
async fn make_sqlite(template: &PathBuf, migrations: fn() -> Vec<Migration>) {
    let folder = tempfile::tempdir().unwrap_or_else(|error| panic!("no room for a test: {error}"));
    let path = folder.path().join("schema.db");
    migrate(&Target::Sqlite(path.clone()), migrations).await;
    let aside = template.with_extension(format!("{}-{}", std::process::id(), uuid_of_thread()));
    std::fs::copy(&path, &aside).unwrap_or_else(|error| panic!("cannot keep the schema: {error}"));
    std::fs::rename(&aside, template).unwrap_or_else(|error| panic!("cannot keep the schema: {error}"));
}

pub(crate) async fn postgres(migrations: fn() -> Vec<Migration>) -> Option<Fresh> {
    let url = std::env::var("TEST_POSTGRES_URL").ok()?;
    let template = format!("samspil_schema_{}", schema(migrations));
    let mut server = connect(&url).await;
    run(&mut server, format!("SELECT pg_advisory_lock({TEMPLATE_LOCK})")).await;
    let there = sqlx::query("SELECT 1 FROM pg_database WHERE datname = $1").bind(&template);
    if there.fetch_optional(&mut server).await.unwrap_or_else(|error| panic!("PostgreSQL: {error}")).is_none()
    {
        let making = format!("{template}_making");
        run(&mut server, format!("DROP DATABASE IF EXISTS {making} WITH (FORCE)")).await;
        run(&mut server, format!("CREATE DATABASE {making}")).await;
        migrate(&Target::Postgres(with_database(&url, &making)), migrations).await;
        run(&mut server, format!("ALTER DATABASE {making} RENAME TO {template}")).await;
    }
    // Still under the lock: a template must not be in use while it is copied.
    let name = format!("samspil_test_{}_{}", std::process::id(), uuid_of_thread());
    run(&mut server, format!("CREATE DATABASE {name} TEMPLATE {template}")).await;
    run(&mut server, format!("SELECT pg_advisory_unlock({TEMPLATE_LOCK})")).await;
    let target = Target::Postgres(with_database(&url, &name));
    Some(Fresh { target, folder: None, server: Some((url, name)) })
}

async fn migrate(target: &Target, migrations: fn() -> Vec<Migration>) {
    let db = Db::open(target).await.unwrap_or_else(|error| panic!("cannot open: {error}"));
    db.migrate(migrations()).await.unwrap_or_else(|error| panic!("cannot migrate: {error}"));
    db.close().await.unwrap_or_else(|error| panic!("cannot close: {error}"));
}

async fn connect(url: &str) -> PgConnection {
    PgConnection::connect(url).await.unwrap_or_else(|error| panic!("cannot reach TEST_POSTGRES_URL: {error}"))
}

async fn run(server: &mut PgConnection, sql: String) {
    server.execute(AssertSqlSafe(sql)).await.unwrap_or_else(|error| panic!("PostgreSQL: {error}"));
}

/// The same server, another database: what stands between the last `/` and the `?`.
fn with_database(url: &str, name: &str) -> String {
    let (address, options) = url.split_once('?').map_or((url, ""), |(address, options)| (address, options));
    let server = address.rsplit_once('/').map_or(address, |(server, _)| server);
    format!("{server}/{name}?{options}")
}

/// Sixteen characters that change with any step of any migration.
fn schema(migrations: fn() -> Vec<Migration>) -> String {
    let mut hasher = Sha256::new();
    let mut migrations = migrations();
    migrations.sort_by_key(|migration| migration.name);
    for migration in migrations {
        hasher.update(format!("{} {:?}\n", migration.name, (migration.steps)()));
    }
    hex::encode(hasher.finalize()).chars().take(16).collect()
}

/// Unlike the ids of a test, these must differ between tests that run side by side.
fn uuid_of_thread() -> String {
    let mut bytes = [0_u8; 8];
    kernel::Ids::random().fill(&mut bytes);
    hex::encode(bytes)
}
