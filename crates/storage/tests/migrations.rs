//! Migrations run once, in order, on both engines.

use sea_orm::ConnectionTrait;
use storage::{
    Column, ColumnKind, Db, DbError, Engine, Migration, Reader, Step, Table, Target, current_tables,
};
use testkit::{Bench, each_engine};

const FIRST: Migration = Migration {
    name: "202701010000_visits_visit",
    steps: || {
        vec![Step::CreateTable(
            Table::tenant("visit").uuid("id").text("purpose").key(&["id"]).index(&["tenant_id", "purpose"]),
        )]
    },
};
const SECOND: Migration = Migration {
    name: "202701020000_visits_length",
    steps: || {
        let length = Column { name: "minutes", kind: ColumnKind::Int, optional: true };
        vec![
            Step::AddColumn("visit", length),
            Step::CreateIndex("visit", vec!["tenant_id", "minutes"], false),
        ]
    },
};
const BROKEN: Migration = Migration {
    name: "202701030000_visits_broken",
    steps: || {
        vec![
            Step::CreateTable(Table::tenant("half").uuid("id").key(&["id"])),
            Step::Sql { sqlite: "SELECT nonsense", postgres: "SELECT nonsense" },
        ]
    },
};

fn with(more: &[Migration]) -> Vec<Migration> {
    [storage::migrations(), more.to_vec()].concat()
}

async fn insert(bench: &Bench, sql: &str) -> bool {
    let tx = bench.tx().await;
    let done = tx.conn().execute_unprepared(sql).await.is_ok();
    if done {
        tx.commit().await.unwrap();
    }
    done
}

#[tokio::test]
async fn a_second_start_migrates_nothing_and_a_new_release_only_what_is_new() {
    each_engine(storage::migrations, |bench| async move {
        assert!(bench.db.migrate(storage::migrations()).await.unwrap().is_empty());
        assert_eq!(bench.db.migrate(with(&[FIRST])).await.unwrap(), [FIRST.name]);
        // Whatever the order in which capabilities bring them.
        assert_eq!(bench.db.migrate(with(&[SECOND, FIRST])).await.unwrap(), [SECOND.name]);
        assert!(bench.db.migrate(with(&[SECOND, FIRST])).await.unwrap().is_empty());
        let zero = match bench.engine() {
            Engine::Sqlite => "x'00'",
            Engine::Postgres => "'00000000-0000-0000-0000-000000000000'",
        };
        assert!(insert(&bench, &format!("INSERT INTO visit VALUES (165, {zero}, 'kaffe', 30)")).await);
    })
    .await;
}

#[tokio::test]
async fn a_migration_that_fails_leaves_nothing_half_done_and_is_named() {
    each_engine(storage::migrations, |bench| async move {
        let failed = bench.db.migrate(with(&[FIRST, BROKEN])).await.unwrap_err();
        assert!(matches!(&failed, DbError::Migration { name, .. } if name == BROKEN.name), "{failed}");
        assert!(!insert(&bench, "DELETE FROM half").await);
        // The one before it stands.
        assert!(bench.db.migrate(with(&[FIRST])).await.unwrap().is_empty());
    })
    .await;
}

#[tokio::test]
async fn an_older_program_refuses_a_newer_database() {
    each_engine(storage::migrations, |bench| async move {
        bench.db.migrate(with(&[FIRST])).await.unwrap();
        let refused = bench.db.migrate(storage::migrations()).await.unwrap_err();
        assert!(matches!(refused, DbError::Newer(name) if name == FIRST.name));
    })
    .await;
}

#[tokio::test]
async fn two_nodes_that_start_at_once_migrate_once() {
    each_engine(storage::migrations, |bench| async move {
        if bench.engine() == Engine::Sqlite {
            // One file, one process.
            return;
        }
        let second = Bench::open(bench.db.target()).await;
        let both = with(&[FIRST, SECOND]);
        let (one, two) = tokio::join!(bench.db.migrate(both.clone()), second.db.migrate(both));
        let done = [one.unwrap(), two.unwrap()].concat();
        assert_eq!(done, [FIRST.name, SECOND.name]);
        second.db.close().await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn the_sqlite_file_is_copied_before_a_migration_and_the_copy_opens() {
    each_engine(storage::migrations, |bench| async move {
        let Target::Sqlite(path) = bench.db.target().clone() else { return };
        crate::scene::count_in_steps(&bench, bench.id(), 0..3).await;
        bench.db.migrate(with(&[FIRST])).await.unwrap();
        crate::scene::count_in_steps(&bench, bench.id(), 3..5).await;
        let copy = Bench::open(&Target::Sqlite(path.with_extension("before-migration.db"))).await;
        assert!(copy.db.migrate(storage::migrations()).await.unwrap().is_empty());
        let lines = storage::lines(&copy.read(), &storage::LineFilter::default(), 10).await.unwrap();
        assert_eq!(lines.len(), 3);
        copy.db.close().await.unwrap();
    })
    .await;
}

#[test]
fn the_tables_after_all_migrations_know_every_column() {
    let tables = current_tables(with(&[SECOND, FIRST]));
    let columns: Vec<&str> = tables["visit"].columns.iter().map(|column| column.name).collect();
    assert_eq!(columns, ["tenant_id", "id", "purpose", "minutes"]);
    assert_eq!(tables["visit"].key, ["tenant_id", "id"]);
    assert!(tables.contains_key("journal_line"));
}

#[test]
fn the_password_of_the_database_shows_in_no_log() {
    let target: Target = "postgres://samspil:hemmelig@db.kommune.example/samspil".parse().unwrap();
    assert!(!format!("{target:?}").contains("hemmelig"));
}

#[tokio::test]
async fn an_address_of_no_known_kind_is_refused_with_a_sentence() {
    assert!("mysql://x".parse::<Target>().unwrap_err().to_string().contains("`sqlite:` or `postgres://`"));
    assert!(
        matches!("sqlite:///tmp/a.db".parse::<Target>(), Ok(Target::Sqlite(path)) if path.ends_with("a.db"))
    );
    assert!(Db::open(&Target::Sqlite("/nowhere/at/all/x.db".into())).await.is_err());
}
