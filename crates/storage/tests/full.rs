//! A full disk: each write is refused as a whole, says that it was for want of room, and works again when there is some.

use std::process::Command;

use kernel::AttachmentId;
use sea_orm::ConnectionTrait;
use storage::{Attachments, Engine, Reader, StoreError};
use testkit::{Bench, each_engine};
use uuid::Uuid;

use crate::scene::{count, sealed};

/// Bytes that a process of the child test may write into one file.
const FILE_BYTES_MAX: usize = 64 * 1024;

/// Lets the SQLite file grow by so many pages. Only the writing connection asks for this, and there is one.
async fn leave_room(bench: &Bench, pages: i64) {
    let tx = bench.tx().await;
    let statement = sea_orm::Statement::from_string(tx.conn().get_database_backend(), "PRAGMA page_count");
    let row = tx.conn().query_one_raw(statement).await.unwrap().unwrap();
    let there: i64 = row.try_get_by_index(0).unwrap();
    tx.conn().execute_unprepared(&format!("PRAGMA max_page_count = {}", there + pages)).await.unwrap();
    tx.commit().await.unwrap();
}

/// Ten lines in one transaction.
async fn ten(bench: &Bench, subject: Uuid) -> Result<(), StoreError> {
    let tx = bench.db.begin_write(&bench.ctx()).await?;
    for to in 0..10 {
        let fact = crate::scene::Counted::Up { to };
        tx.note(subject, kernel::Visibility::Staff, &fact).await?;
    }
    tx.commit().await
}

#[tokio::test]
async fn a_full_sqlite_refuses_whole_transactions_says_so_and_goes_on_when_there_is_room() {
    each_engine(storage::migrations, |bench| async move {
        if bench.engine() != Engine::Sqlite {
            return;
        }
        leave_room(&bench, 12).await;
        let subject: Uuid = bench.id();
        let (mut written, mut refused) = (0, None);
        while refused.is_none() && written < 1_000 {
            match ten(&bench, subject).await {
                Ok(()) => written += 1,
                Err(error) => refused = Some(error),
            }
        }
        let refused = refused.expect("it was never full");
        assert!(refused.is_full(), "{refused}");
        assert!(written > 0, "it was full from the beginning");
        // Nothing half-written; and what is there can still be read.
        let lines = storage::lines(&bench.read(), &storage::LineFilter::default(), 100_000).await.unwrap();
        assert_eq!(lines.len(), written * 10);
        // Also sealing wants room, or there is some: it must not leave half a batch either way.
        let sealing = storage::seal(&bench.db, &bench.ctx()).await;
        assert!(sealing.as_ref().is_ok() || sealing.as_ref().is_err_and(StoreError::is_full), "{sealing:?}");
        leave_room(&bench, 100_000).await;
        ten(&bench, subject).await.unwrap();
        bench.seal().await;
        assert_eq!(sealed(&bench).await.len(), (written + 1) * 10);
        assert!(storage::verify(&bench.read(), None).await.unwrap().discrepancies.is_empty());
    })
    .await;
}

#[tokio::test]
async fn a_transaction_that_met_the_full_disk_cannot_be_committed_in_part() {
    each_engine(storage::migrations, |bench| async move {
        if bench.engine() != Engine::Sqlite {
            return;
        }
        leave_room(&bench, 4).await;
        let tx = bench.tx().await;
        count(&tx, bench.id(), 1).await;
        let subject: Uuid = bench.id();
        let fact = crate::scene::Counted::Up { to: 2 };
        let mut outcome = Ok(Uuid::nil());
        for _ in 0..1_000 {
            outcome = tx.note(subject, kernel::Visibility::Staff, &fact).await;
            if outcome.is_err() {
                break;
            }
        }
        assert!(outcome.unwrap_err().is_full());
        drop(tx);
        leave_room(&bench, 100_000).await;
        assert!(storage::lines(&bench.read(), &storage::LineFilter::default(), 10).await.unwrap().is_empty());
    })
    .await;
}

/// A small disk for PostgreSQL: a tmpfs that its tables can be put on. Gone with it.
struct SmallDisk(std::path::PathBuf);

impl SmallDisk {
    /// `None` where this process may not mount.
    fn mount(owned_like: &str) -> Option<Self> {
        let folder = std::env::temp_dir().join(format!("samspil-small-disk-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let disk = Self(folder);
        if !disk.mount_with("size=1m") {
            return None;
        }
        let reference = format!("--reference={owned_like}");
        let owned = Command::new("chown").arg(reference).arg(&disk.0).status().unwrap();
        owned.success().then_some(disk)
    }
    fn mount_with(&self, options: &str) -> bool {
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", options, "tmpfs"]).arg(&self.0).stderr(std::process::Stdio::null());
        mount.status().is_ok_and(|status| status.success())
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ =
            Command::new("umount").arg("--lazy").arg(&self.0).stderr(std::process::Stdio::null()).status();
        let _ = std::fs::remove_dir(&self.0);
    }
}

#[tokio::test]
async fn a_full_disk_under_postgresql_refuses_whole_transactions_and_says_so() {
    each_engine(storage::migrations, |bench| async move {
        if bench.engine() != Engine::Postgres {
            return;
        }
        let conn = bench.db.raw();
        let select = sea_orm::Statement::from_string(conn.get_database_backend(), "SHOW data_directory");
        let row = conn.query_one_raw(select).await.unwrap().unwrap();
        let Some(disk) = SmallDisk::mount(&row.try_get_by_index::<String>(0).unwrap()) else {
            eprintln!("the small disk under PostgreSQL needs the right to mount: run as root");
            return;
        };
        let space = format!("samspil_small_{}", std::process::id());
        let run = async |sql: String| conn.execute_unprepared(&sql).await.unwrap();
        run(format!("CREATE TABLESPACE {space} LOCATION '{}'", disk.0.display())).await;
        run(format!("ALTER TABLE journal_line SET TABLESPACE {space}")).await;
        let subject: Uuid = bench.id();
        let (mut written, mut refused) = (0, None);
        while refused.is_none() && written < 1_000 {
            match ten(&bench, subject).await {
                Ok(()) => written += 1,
                Err(error) => refused = Some(error),
            }
        }
        let refused = refused.expect("it was never full");
        assert!(refused.is_full(), "{refused}");
        let lines = storage::lines(&bench.read(), &storage::LineFilter::default(), 100_000).await.unwrap();
        assert_eq!(lines.len(), written * 10);
        assert!(disk.mount_with("remount,size=64m"));
        ten(&bench, subject).await.unwrap();
        bench.seal().await;
        assert_eq!(sealed(&bench).await.len(), (written + 1) * 10);
        run("ALTER TABLE journal_line SET TABLESPACE pg_default".to_owned()).await;
        run(format!("DROP TABLESPACE {space}")).await;
    })
    .await;
}

/// Runs one test of this binary under `ulimit -f`, which most shells count in blocks of 512 bytes.
fn under_a_limit(test: &str, folder: &std::path::Path) -> std::process::Output {
    let blocks = FILE_BYTES_MAX / 512;
    // Without the trap the kernel would end the process instead of refusing the write.
    let script = format!("trap '' XFSZ; ulimit -f {blocks} && exec \"$0\" --exact {test} --nocapture");
    let mut command = Command::new("sh");
    command.arg("-c").arg(script).arg(std::env::current_exe().unwrap());
    command.env("FULL_FOLDER", folder).output().unwrap()
}

#[test]
fn a_file_that_does_not_fit_is_refused_and_leaves_no_half_behind() {
    let folder = tempfile::tempdir().unwrap();
    let output = under_a_limit("full::child_keeps_files_under_a_limit", folder.path());
    let said =
        String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && said.contains("1 passed"), "{said}");
}

/// What the test above runs in a process of its own; by itself it has nothing to do.
#[tokio::test]
async fn child_keeps_files_under_a_limit() {
    let Some(folder) = std::env::var_os("FULL_FOLDER").map(std::path::PathBuf::from) else { return };
    let files = Attachments::open(&folder).unwrap();
    let (small, large) = (AttachmentId::from(Uuid::from_u128(1)), AttachmentId::from(Uuid::from_u128(2)));
    files.keep(small, "a.pdf", "application/pdf", b"fits").await.unwrap();
    let refused =
        files.keep(large, "b.pdf", "application/pdf", &vec![7; 4 * FILE_BYTES_MAX]).await.unwrap_err();
    assert!(storage::FileError::from(refused).is_full());
    assert!(!files.path(large).exists());
    let mut arriving = files.arrive(large).await.unwrap();
    let refused = arriving.write(&vec![7; 4 * FILE_BYTES_MAX]).await.unwrap_err();
    assert!(matches!(refused, storage::ArrivalError::NoRoom), "{refused:?}");
    drop(arriving);
    assert!(!files.path(large).exists());
    assert_eq!(files.content(small).await.unwrap(), b"fits");
}
