//! Backup, restore and move: nothing is lost, and what was erased stays so.

use std::{
    collections::{BTreeSet, HashSet},
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use kernel::{AttachmentId, Clock, Code};
use sea_orm::{ConnectionTrait, Statement};
use storage::{
    ATTACHMENTS_TABLE, Attachment, AttachmentOwner, Attachments, Db, Engine, Erased, Migration, Reader, Step,
    Table,
    archive::{self, ArchiveError, Listener, Manifest, Restored, Side, Source},
    read_erasures, record_erasure, sign_root, write_erasures,
};
use tempfile::TempDir;
use testkit::{Bench, OTHER_TENANT, each_engine};
use uuid::Uuid;

use crate::scene::{count, count_in_steps};

/// Every kind of column, a key of text, and rows that refer to rows of a table with a later name.
const LEDGER: Migration = Migration {
    name: "202701010000_shop_order",
    steps: || {
        vec![
            Step::CreateTable(
                Table::tenant("shop_zorder").uuid("id").text("words").opt_bytes("salt").key(&["id"]),
            ),
            Step::CreateTable(
                Table::tenant("shop_line").uuid("id").uuid("order_id").int("number").key(&["id"]).references(
                    &["tenant_id", "order_id"],
                    "shop_zorder",
                    &["tenant_id", "id"],
                ),
            ),
            Step::CreateTable(
                Table::national("shop_goods")
                    .text("name")
                    .opt_text("note")
                    .opt_uuid("maker")
                    .int("price")
                    .opt_small("year")
                    .opt_real("weight")
                    .bool("sold")
                    .opt_time("at")
                    .opt_date("day")
                    .opt_bytes("picture")
                    .key(&["name"]),
            ),
        ]
    },
};
const LATER: Migration = Migration {
    name: "202701020000_shop_later",
    steps: || vec![Step::CreateTable(Table::tenant("shop_later").uuid("id").key(&["id"]))],
};

fn migrations() -> Vec<Migration> {
    [storage::migrations(), vec![LEDGER]].concat()
}

fn quietly() -> Listener {
    Arc::new(|_| {})
}

/// A place on disk: files, the secret, and where backups go.
struct Ground {
    folder: TempDir,
    files: Attachments,
}

impl Ground {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let files = Attachments::open(&folder.path().join("attachments")).unwrap();
        Self { folder, files }
    }
    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }
}

async fn run(bench: &Bench, sql: &str, values: Vec<sea_orm::Value>) {
    let tx = bench.tx().await;
    let (backend, mut sql) = (tx.conn().get_database_backend(), sql.to_owned());
    if bench.engine() == Engine::Postgres {
        for number in 1..=values.len() {
            sql = sql.replacen('?', &format!("${number}"), 1);
        }
    }
    tx.conn().execute_raw(Statement::from_sql_and_values(backend, sql, values)).await.unwrap();
    tx.commit().await.unwrap();
}

async fn number(conn: &impl ConnectionTrait, sql: &str) -> i64 {
    let statement = Statement::from_string(conn.get_database_backend(), sql);
    conn.query_one_raw(statement).await.unwrap().unwrap().try_get_by_index(0).unwrap()
}

async fn order(bench: &Bench, words: &str) -> Uuid {
    let id: Uuid = bench.id();
    run(
        bench,
        "INSERT INTO shop_zorder VALUES (165, ?, ?, ?)",
        vec![id.into(), words.into(), vec![0_u8, 255, 7].into()],
    )
    .await;
    id
}

async fn file(bench: &Bench, ground: &Ground, content: &[u8]) -> AttachmentId {
    let file = ground.files.keep(bench.id(), "tegning.pdf", "application/pdf", content).await.unwrap();
    let tx = bench.tx().await;
    let owner = AttachmentOwner { kind: "shop.order", id: bench.id() };
    Attachment::insert(&tx, owner, &file).await.unwrap();
    tx.commit().await.unwrap();
    file.id
}

/// Two municipalities' journals, one with a signed root and unsealed lines, orders, files, and every kind of column.
async fn furnish(bench: &Bench, ground: &Ground) {
    count_in_steps(bench, bench.id(), 0..7).await;
    bench.seal().await;
    sign_root(&bench.db, &bench.ctx(), &testkit::keys(), "2026-11-23".parse().unwrap()).await.unwrap();
    count_in_steps(bench, bench.id(), 7..9).await;
    let tx = bench.db.begin_write(&bench.ctx_of(OTHER_TENANT)).await.unwrap();
    count(&tx, bench.id(), 1).await;
    tx.commit().await.unwrap();
    storage::seal(&bench.db, &bench.ctx_of(OTHER_TENANT)).await.unwrap();
    for words in ["kaffe", "\"brød\"\n\u{1F950}", ""] {
        let id = order(bench, words).await;
        let line = vec![bench.id::<Uuid>().into(), id.into(), i64::MAX.into()];
        run(bench, "INSERT INTO shop_line VALUES (165, ?, ?, ?)", line).await;
    }
    // Languages disagree on the order of these; bytes do not.
    for (index, name) in ["b", "B", "å", "Æ", "a_", "a-", "aa"].into_iter().enumerate() {
        let known = index % 2 == 0;
        run(
            bench,
            "INSERT INTO shop_goods VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            vec![
                name.into(),
                known.then(|| "note".to_owned()).into(),
                known.then(|| bench.id::<Uuid>()).into(),
                (-5_i64).into(),
                known.then_some(1_i32).into(),
                known.then_some(0.1 + 0.2).into(),
                known.into(),
                known.then(|| bench.now() + chrono::Duration::microseconds(1)).into(),
                known.then(|| bench.now().date_naive()).into(),
                known.then(|| vec![0_u8, 1, 2]).into(),
            ],
        )
        .await;
    }
    file(bench, ground, b"%PDF-1.7 first").await;
    file(bench, ground, b"").await;
    std::fs::write(ground.path("samspil.key"), "secret").unwrap();
}

async fn back_up(bench: &Bench, ground: &Ground, name: &str) -> Result<(PathBuf, Manifest), ArchiveError> {
    let path = ground.path(name);
    let source = Source {
        db: &bench.db,
        migrations: &migrations(),
        attachments: &ground.files,
        keepsakes: &[ground.path("samspil.key"), ground.path("not-there.toml")],
        program: "0.0.0",
    };
    let manifest = archive::backup(source, &path, bench.now(), &quietly()).await?;
    Ok((path, manifest))
}

async fn restore_into(db: &Db, ground: &Ground, path: &Path) -> Result<Restored, ArchiveError> {
    restore_without(db, ground, path, &BTreeSet::new()).await
}

async fn restore_without(
    db: &Db,
    ground: &Ground,
    path: &Path,
    erased: &BTreeSet<Uuid>,
) -> Result<Restored, ArchiveError> {
    let manifest = archive::check(path, &quietly()).await?;
    archive::restore(path, &manifest, db, &migrations(), &ground.files, erased, &quietly()).await
}

/// Runs the test with every engine as the source and every engine as the target.
async fn each_pair<F, Fut>(test: F)
where
    F: Fn(Bench, Bench) -> Fut + Send + Sync + Copy + 'static,
    Fut: Future<Output = ()> + Send + 'static,
{
    // Each pair has databases of its own.
    for wanted in [Engine::Sqlite, Engine::Postgres] {
        each_engine(migrations, move |source| async move {
            each_engine(migrations, move |target| {
                let source = source.clone();
                async move {
                    if target.engine() == wanted {
                        test(source, target).await;
                    }
                }
            })
            .await;
        })
        .await;
    }
}

#[tokio::test]
async fn a_backup_restored_into_either_engine_is_the_same_to_the_last_byte() {
    each_pair(|source, target| async move {
        let (here, there) = (Ground::new(), Ground::new());
        furnish(&source, &here).await;
        let (path, manifest) = back_up(&source, &here, "a.tar").await.unwrap();
        assert_eq!(manifest.files.len(), 2);
        assert_eq!(manifest.flaws(), Vec::<String>::new());
        assert_eq!(manifest.journals.len(), 2);
        assert_eq!(manifest.journals.iter().map(|journal| journal.position).collect::<Vec<_>>(), [1, 7]);

        let restored = restore_into(&target.db, &there, &path).await.unwrap();
        assert_eq!(restored.discrepancies, Vec::<String>::new());
        assert_eq!(restored.keepsakes, [("samspil.key".to_owned(), b"secret".to_vec())]);
        restored.intake.commit().await.unwrap();

        let (_, again) = back_up(&target, &there, "b.tar").await.unwrap();
        assert_eq!((again.tables, again.files), (manifest.tables, manifest.files));
        assert_eq!(again.journals, manifest.journals);
        let id = again_id(&there);
        assert_eq!(there.files.content(id).await.unwrap(), here.files.content(id).await.unwrap());
    })
    .await;
}

/// Any file of the ground.
fn again_id(ground: &Ground) -> AttachmentId {
    let shelf = std::fs::read_dir(ground.files.folder()).unwrap().next().unwrap().unwrap();
    let file = std::fs::read_dir(shelf.path()).unwrap().next().unwrap().unwrap();
    file.file_name().to_str().unwrap().parse().unwrap()
}

#[tokio::test]
async fn a_backup_taken_while_others_write_holds_whole_transactions_and_a_journal_that_verifies() {
    each_pair(|source, target| async move {
        let (here, there) = (Ground::new(), Ground::new());
        furnish(&source, &here).await;
        let stop = Arc::new(AtomicBool::new(false));
        let writing = tokio::spawn(write_until(source.clone(), stop.clone()));
        let sealing = tokio::spawn(seal_until(source.clone(), stop.clone()));
        let mut backups = Vec::new();
        for name in ["a.tar", "b.tar", "c.tar"] {
            tokio::time::sleep(std::time::Duration::from_millis(60)).await;
            backups.push(back_up(&source, &here, name).await.unwrap());
        }
        stop.store(true, Ordering::Relaxed);
        let written = writing.await.unwrap();
        sealing.await.unwrap();
        let rows = |manifest: &Manifest, table: &str| {
            manifest.tables.iter().find(|mark| mark.name == table).map_or(0, |mark| mark.rows)
        };
        for (_, manifest) in &backups {
            assert_eq!(rows(manifest, "shop_zorder"), rows(manifest, "shop_line"));
        }
        assert!(
            rows(&backups[2].1, "shop_line") > rows(&backups[0].1, "shop_line"),
            "nobody wrote meanwhile"
        );
        assert!(rows(&backups[2].1, "shop_line") <= written + 3);
        let restored = restore_into(&target.db, &there, &backups[1].0).await.unwrap();
        assert_eq!(restored.discrepancies, Vec::<String>::new());
        restored.intake.commit().await.unwrap();
    })
    .await;
}

/// Each transaction writes an order, its line and a line of the journal. Returns how many.
async fn write_until(bench: Bench, stop: Arc<AtomicBool>) -> u64 {
    let mut written = 0;
    while !stop.load(Ordering::Relaxed) {
        let tx = bench.tx().await;
        let order: Uuid = bench.id();
        let zero = |id: Uuid| match bench.engine() {
            Engine::Sqlite => format!("x'{}'", id.simple()),
            Engine::Postgres => format!("'{id}'"),
        };
        for sql in [
            format!("INSERT INTO shop_zorder VALUES (165, {}, 'te', NULL)", zero(order)),
            format!("INSERT INTO shop_line VALUES (165, {}, {}, 1)", zero(bench.id()), zero(order)),
        ] {
            tx.conn().execute_unprepared(&sql).await.unwrap();
            tokio::task::yield_now().await;
        }
        count(&tx, order, written).await;
        tx.commit().await.unwrap();
        written += 1;
    }
    written
}

async fn seal_until(bench: Bench, stop: Arc<AtomicBool>) {
    while !stop.load(Ordering::Relaxed) {
        bench.seal().await;
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
}

#[tokio::test]
async fn a_flipped_byte_anywhere_is_refused_by_name_or_changes_nothing() {
    each_engine(migrations, |bench| async move {
        let ground = Ground::new();
        furnish(&bench, &ground).await;
        let (path, manifest) = back_up(&bench, &ground, "a.tar").await.unwrap();
        let whole = std::fs::read(&path).unwrap();
        let (mut refused, mut names) = (0, HashSet::new());
        for place in (0..whole.len()).step_by(97) {
            let mut bytes = whole.clone();
            bytes[place] ^= 0x10;
            std::fs::write(ground.path("flipped.tar"), bytes).unwrap();
            match archive::check(&ground.path("flipped.tar"), &quietly()).await {
                // Between two entries, where tar fills up with zeros that nobody reads.
                Ok(read) => assert_eq!(read, manifest, "at {place}"),
                Err(ArchiveError::Damaged { entry, .. }) => {
                    refused += 1;
                    names.insert(entry);
                }
                Err(ArchiveError::NotAnArchive(_)) => assert!(place < 512, "at {place}"),
                Err(other) => panic!("at {place}: {other}"),
            }
        }
        assert!(refused > 20, "{refused}");
        assert!(names.iter().any(|name| name.starts_with("tables/journal_line.000001")), "{names:?}");
        assert!(names.contains("manifest.json"), "{names:?}");
    })
    .await;
}

#[tokio::test]
async fn a_flipped_byte_in_a_file_names_the_file_and_leaves_the_target_as_it_was() {
    each_engine(migrations, |bench| async move {
        let (here, there) = (Ground::new(), Ground::new());
        let id = file(&bench, &here, b"%PDF-1.7 a drawing of a shed").await;
        let (path, _) = back_up(&bench, &here, "a.tar").await.unwrap();
        let mut bytes = std::fs::read(&path).unwrap();
        let place = bytes.windows(4).position(|some| some == b"shed").unwrap();
        bytes[place] = b'S';
        std::fs::write(&path, bytes).unwrap();
        let target = Bench::open(&storage::Target::Sqlite(there.path("target.db"))).await;
        let refused = restore_into(&target.db, &there, &path).await.err().unwrap();
        let expected = format!("the backup is damaged: files/{id}: is not what was backed up");
        assert_eq!(refused.to_string(), expected);
        target.db.close().await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_backup_that_was_cut_short_and_a_file_that_is_none_are_refused() {
    each_engine(migrations, |bench| async move {
        let ground = Ground::new();
        furnish(&bench, &ground).await;
        let (path, _) = back_up(&bench, &ground, "a.tar").await.unwrap();
        let whole = std::fs::read(&path).unwrap();
        for share in [3, 5, 9] {
            std::fs::write(ground.path("cut.tar"), &whole[..whole.len() * share / 10]).unwrap();
            let refused = archive::check(&ground.path("cut.tar"), &quietly()).await.unwrap_err();
            assert!(matches!(refused, ArchiveError::Damaged { .. }), "{refused}");
        }
        for (name, content) in [("empty", &b""[..]), ("text", b"Kaere kommune"), ("zeros", &[0; 4096])] {
            std::fs::write(ground.path(name), content).unwrap();
            let refused = archive::check(&ground.path(name), &quietly()).await.unwrap_err();
            assert!(matches!(refused, ArchiveError::NotAnArchive(_)), "{name}: {refused}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_target_in_which_anything_is_is_refused_and_left_alone() {
    each_pair(|source, target| async move {
        let (here, there) = (Ground::new(), Ground::new());
        furnish(&source, &here).await;
        let (path, _) = back_up(&source, &here, "a.tar").await.unwrap();
        order(&target, "already here").await;
        let refused = restore_into(&target.db, &there, &path).await.err().unwrap();
        assert_eq!(
            refused.to_string(),
            "the target is not empty: its table shop_zorder has rows. Only an empty one is filled, so that nothing is written over"
        );
        let from = Side { db: &source.db, attachments: &here.files };
        let to = Side { db: &target.db, attachments: &there.files };
        let refused = archive::transfer(from, to, &migrations(), &quietly()).await.err().unwrap();
        assert!(matches!(refused, ArchiveError::NotEmpty(_)), "{refused}");
        assert_eq!(number(target.db.raw(), "SELECT COUNT(*) FROM shop_zorder").await, 1);
        assert_eq!(number(target.db.raw(), "SELECT COUNT(*) FROM journal_line").await, 0);
        assert!(matches!(back_up(&source, &here, "a.tar").await, Err(ArchiveError::NotEmpty(_))));
    })
    .await;
}

#[tokio::test]
async fn a_restore_that_is_not_committed_leaves_an_empty_target_that_can_be_tried_again() {
    each_pair(|source, target| async move {
        let (here, there) = (Ground::new(), Ground::new());
        furnish(&source, &here).await;
        let (path, _) = back_up(&source, &here, "a.tar").await.unwrap();
        drop(restore_into(&target.db, &there, &path).await.unwrap());
        assert_eq!(number(target.db.raw(), "SELECT COUNT(*) FROM journal_line").await, 0);
        let second = Ground::new();
        restore_into(&target.db, &second, &path).await.unwrap().intake.commit().await.unwrap();
        assert_eq!(number(target.db.raw(), "SELECT COUNT(*) FROM journal_line").await, 10);
    })
    .await;
}

#[tokio::test]
async fn an_older_backup_is_restored_as_it_was_and_then_brought_up_to_date() {
    each_engine(migrations, |bench| async move {
        let (here, there) = (Ground::new(), Ground::new());
        furnish(&bench, &here).await;
        let (path, manifest) = back_up(&bench, &here, "a.tar").await.unwrap();
        let newer = [migrations(), vec![LATER]].concat();
        let target = Bench::open(&storage::Target::Sqlite(there.path("target.db"))).await;
        let restored = archive::restore(
            &path,
            &manifest,
            &target.db,
            &newer,
            &there.files,
            &BTreeSet::new(),
            &quietly(),
        )
        .await;
        restored.unwrap().intake.commit().await.unwrap();
        assert_eq!(target.db.migrate(newer).await.unwrap(), [LATER.name]);
        // And the other way about: the program is older than what it is given.
        let empty = Bench::open(&storage::Target::Sqlite(there.path("empty.db"))).await;
        let (older, files) = (storage::migrations(), &there.files);
        let refused =
            archive::restore(&path, &manifest, &empty.db, &older, files, &BTreeSet::new(), &quietly()).await;
        assert!(matches!(refused.err().unwrap(), ArchiveError::Newer(name) if name == LEDGER.name));
        target.db.close().await.unwrap();
        empty.db.close().await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_move_there_and_back_gives_the_same_hashes_and_the_same_files() {
    each_pair(|source, target| async move {
        let (here, there, back) = (Ground::new(), Ground::new(), Ground::new());
        furnish(&source, &here).await;
        let from = Side { db: &source.db, attachments: &here.files };
        let to = Side { db: &target.db, attachments: &there.files };
        let moved = archive::transfer(from, to, &migrations(), &quietly()).await.unwrap();
        assert_eq!(moved.discrepancies, Vec::<String>::new());
        let (tables, files) = (moved.tables.clone(), moved.files.clone());
        assert!(tables.iter().any(|mark| mark.name == "shop_goods" && mark.rows == 7));
        assert_eq!(files.len(), 2);
        moved.commit().await.unwrap();

        let home = Bench::open(&storage::Target::Sqlite(back.path("home.db"))).await;
        let from = Side { db: &target.db, attachments: &there.files };
        let to = Side { db: &home.db, attachments: &back.files };
        let moved = archive::transfer(from, to, &migrations(), &quietly()).await.unwrap();
        assert_eq!((&moved.tables, &moved.files), (&tables, &files));
        moved.commit().await.unwrap();
        let (_, manifest) = back_up(&home, &back, "a.tar").await.unwrap();
        assert_eq!((manifest.tables, manifest.files), (tables, files));
        home.db.close().await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_move_within_one_folder_leaves_the_files_where_they_are_and_names_those_that_are_gone_or_spoilt() {
    each_pair(|source, target| async move {
        let here = Ground::new();
        furnish(&source, &here).await;
        let (lost, spoilt) = (file(&source, &here, b"lost").await, file(&source, &here, b"spoilt").await);
        std::fs::remove_file(here.files.path(lost)).unwrap();
        std::fs::write(here.files.path(spoilt), b"Spoilt").unwrap();
        let from = Side { db: &source.db, attachments: &here.files };
        let to = Side { db: &target.db, attachments: &here.files };
        let moved = archive::transfer(from, to, &migrations(), &quietly()).await.unwrap();
        assert_eq!(
            moved.discrepancies,
            [format!("file {lost} is not on disk"), format!("file {spoilt} is not what was received")]
        );
        drop(moved);
        let (_, manifest) = back_up(&source, &here, "a.tar").await.unwrap();
        assert_eq!(
            (manifest.missing_files, manifest.damaged_files),
            (vec![lost.uuid()], vec![spoilt.uuid()])
        );
    })
    .await;
}

#[tokio::test]
async fn nobody_writes_to_the_source_while_it_is_moved_and_a_source_that_lacks_a_migration_is_refused() {
    each_pair(|source, target| async move {
        let (here, there) = (Ground::new(), Ground::new());
        furnish(&source, &here).await;
        let side = |bench: &Bench, ground: &Ground| (bench.db.clone(), ground.files.clone());
        let ((from_db, from_files), (to_db, to_files)) = (side(&source, &here), side(&target, &there));
        let from = || Side { db: &from_db, attachments: &from_files };
        let to = || Side { db: &to_db, attachments: &to_files };
        let newer = [migrations(), vec![LATER]].concat();
        let refused = archive::transfer(from(), to(), &newer, &quietly()).await.err().unwrap();
        assert_eq!(
            refused.to_string(),
            format!("the source lacks the migration {}; run `samspil migrate` on it first", LATER.name)
        );
        // As another process would: with connections of its own.
        let mut server = Bench::open(source.db.target()).await;
        server.ids = Arc::new(kernel::Ids::seeded(7));
        let moved = archive::transfer(from(), to(), &migrations(), &quietly()).await.unwrap();
        let subject: Uuid = server.id();
        let writing = tokio::spawn(async move {
            count_in_steps(&server, subject, 0..1).await;
            server.db.close().await.unwrap();
        });
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
        assert!(!writing.is_finished());
        moved.commit().await.unwrap();
        writing.await.unwrap();
        assert_eq!(number(to_db.raw(), "SELECT COUNT(*) FROM journal_line").await, 10);
        assert_eq!(number(from_db.raw(), "SELECT COUNT(*) FROM journal_line").await, 11);
    })
    .await;
}

#[tokio::test]
async fn a_journal_that_was_tampered_with_is_said_to_be_so_after_a_restore() {
    each_pair(|source, target| async move {
        let (here, there) = (Ground::new(), Ground::new());
        furnish(&source, &here).await;
        crate::scene::tamper(&source, "UPDATE journal_line SET word = 'down' WHERE position = 3").await;
        let (path, _) = back_up(&source, &here, "a.tar").await.unwrap();
        let restored = restore_into(&target.db, &there, &path).await.unwrap();
        assert_eq!(restored.discrepancies, ["0165: changed line at position 3"]);
    })
    .await;
}

#[tokio::test]
async fn what_was_erased_after_the_backup_stays_erased_when_it_is_restored() {
    each_pair(|source, target| async move {
        let (here, there) = (Ground::new(), Ground::new());
        furnish(&source, &here).await;
        let (words, gone, kept) =
            (order(&source, "my sick leave").await, order(&source, "all").await, order(&source, "tea").await);
        let drawing = file(&source, &here, b"%PDF-1.7 of a person").await;
        let (path, _) = back_up(&source, &here, "before.tar").await.unwrap();
        source.later(chrono::Duration::hours(1));
        let why: Code = "personal-data".parse().unwrap();
        let tx = source.tx().await;
        let columns = [Erased::ColumnTo("words", &why), Erased::Column("salt")];
        record_erasure(&tx, "shop_zorder", words, &columns).await.unwrap();
        record_erasure(&tx, "shop_zorder", gone, &[Erased::Row]).await.unwrap();
        Attachment::mark_removed(&tx, drawing).await.unwrap();
        // Made after the backup: it has nothing of it.
        record_erasure(&tx, "shop_zorder", source.id(), &[Erased::Row]).await.unwrap();
        tx.commit().await.unwrap();
        let list = here.path("erasures.jsonl");
        assert_eq!(write_erasures(&source.db, &list).await.unwrap(), 6);
        assert_eq!(write_erasures(&source.db, &list).await.unwrap(), 0);
        assert!(!std::fs::read_to_string(&list).unwrap().contains("sick"));

        let erasures = read_erasures(&list).unwrap();
        let files = erasures.iter().filter(|one| one.table == ATTACHMENTS_TABLE).map(|one| one.row).collect();
        let restored = restore_without(&target.db, &there, &path, &files).await.unwrap();
        let outcome = restored.intake.erase(&erasures).await.unwrap();
        assert_eq!((outcome.given, outcome.done), (6, 5));
        restored.intake.commit().await.unwrap();

        let conn = target.db.raw();
        assert_eq!(number(conn, "SELECT COUNT(*) FROM shop_zorder WHERE words = 'my sick leave'").await, 0);
        assert_eq!(
            number(conn, "SELECT COUNT(*) FROM shop_zorder WHERE words = 'personal-data' AND salt IS NULL")
                .await,
            1
        );
        assert_eq!(number(conn, "SELECT COUNT(*) FROM shop_zorder WHERE words = 'all'").await, 0);
        assert_eq!(number(conn, "SELECT COUNT(*) FROM shop_zorder WHERE words = 'tea'").await, 1);
        let (_, file) = Attachment::find(&target.read(), drawing).await.unwrap().unwrap();
        assert_eq!((file.name.as_str(), file.removed_at), ("", Some(source.now())));
        assert!(there.files.content(drawing).await.is_err());
        // The restored installation knows what was erased, and tells it on.
        let erased = storage::erased_rows(&target.read(), "shop_zorder", &[words, gone, kept]).await.unwrap();
        assert_eq!(erased, HashSet::from([gone]));
        assert_eq!(write_erasures(&target.db, &there.path("erasures.jsonl")).await.unwrap(), 6);
        let (_, after) = back_up(&target, &there, "after.tar").await.unwrap();
        assert_eq!(after.missing_files, Vec::<Uuid>::new());
    })
    .await;
}

#[tokio::test]
async fn a_list_of_erasures_survives_a_torn_line_and_names_a_spoilt_one() {
    each_engine(migrations, |bench| async move {
        let ground = Ground::new();
        let list = ground.path("erasures.jsonl");
        let id = order(&bench, "x").await;
        let erase = async || {
            let tx = bench.tx().await;
            record_erasure(&tx, "shop_zorder", id, &[Erased::Column("words")]).await.unwrap();
            tx.commit().await.unwrap();
            write_erasures(&bench.db, &list).await.unwrap()
        };
        assert_eq!(erase().await, 1);
        // The process died in the middle of the second line; it is written again behind what is left of it.
        let whole = std::fs::read_to_string(&list).unwrap();
        std::fs::write(&list, format!("{whole}{}", &whole[..whole.len() / 2])).unwrap();
        assert_eq!(erase().await, 1);
        assert_eq!(read_erasures(&list).unwrap().len(), 2);
        let spoilt = std::fs::read_to_string(&list).unwrap().replace("\"tenant\":165", "\"tenant\":\"x\"");
        std::fs::write(&list, spoilt).unwrap();
        assert!(read_erasures(&list).unwrap_err().to_string().starts_with("line 1: "));
        // An erasure of a row that no table knows in this way, and of a column that cannot be empty.
        let target = Bench::open(&storage::Target::Sqlite(ground.path("target.db"))).await;
        let (path, _) = back_up(&bench, &ground, "a.tar").await.unwrap();
        let other = Ground::new();
        let restored = restore_into(&target.db, &other, &path).await.unwrap();
        let erasure = |table: &str, column: &str| storage::Erasure {
            tenant: 165,
            id: Uuid::nil(),
            table: table.to_owned(),
            row: id,
            column: Some(column.to_owned()),
            left: None,
            at: bench.clock.now(),
        };
        for (table, column, why) in [
            ("shop_goods", "note", "rows of shop_goods are not known by a tenant and one id"),
            ("shop_zorder", "word", "shop_zorder has no column word"),
            ("shop_line", "number", "the column number cannot be emptied"),
        ] {
            let refused = restored.intake.erase(&[erasure(table, column)]).await.unwrap_err();
            assert_eq!(refused.to_string(), format!("erasures, line 1: {why}"));
        }
        drop(restored);
        target.db.close().await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_text_that_postgresql_cannot_keep_is_named_and_nothing_is_moved() {
    each_pair(|source, target| async move {
        if (source.engine(), target.engine()) != (Engine::Sqlite, Engine::Postgres) {
            return;
        }
        let (here, there) = (Ground::new(), Ground::new());
        order(&source, "nul\0 inside").await;
        let from = Side { db: &source.db, attachments: &here.files };
        let to = Side { db: &target.db, attachments: &there.files };
        let refused = archive::transfer(from, to, &migrations(), &quietly()).await.err().unwrap();
        assert!(
            refused.to_string().starts_with("table shop_zorder, column words: a text has a NUL"),
            "{refused}"
        );
    })
    .await;
}
