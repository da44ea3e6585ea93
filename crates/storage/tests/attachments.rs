//! Files: on disk before their row, collected when they have none.

use std::time::{Duration, SystemTime};

use kernel::AttachmentId;
use storage::{Attachment, AttachmentOwner, Attachments};
use testkit::{Bench, OTHER_TENANT, each_engine};
use uuid::Uuid;

const DAY: Duration = Duration::from_hours(24);

fn draft(bench: &Bench) -> AttachmentOwner {
    AttachmentOwner { kind: "enquiries.draft", id: bench.id() }
}

async fn keep(bench: &Bench, files: &Attachments, owner: AttachmentOwner, content: &[u8]) -> AttachmentId {
    let file = files.keep(bench.id(), "tegning.pdf", "application/pdf", content).await.unwrap();
    let tx = bench.tx().await;
    Attachment::insert(&tx, owner, &file).await.unwrap();
    tx.commit().await.unwrap();
    file.id
}

/// Past the day for which a file without a row is left alone.
fn tomorrow() -> SystemTime {
    SystemTime::now() + DAY + Duration::from_mins(1)
}

#[tokio::test]
async fn a_kept_file_reads_back_and_moves_from_the_draft_to_the_enquiry() {
    each_engine(storage::migrations, |bench| async move {
        let folder = tempfile::tempdir().unwrap();
        let files = Attachments::open(folder.path()).unwrap();
        let (owner, enquiry) = (draft(&bench), AttachmentOwner { kind: "enquiries.entry", id: bench.id() });
        let id = keep(&bench, &files, owner, b"%PDF-1.7").await;
        assert_eq!(files.content(id).await.unwrap(), b"%PDF-1.7");
        let tx = bench.tx().await;
        Attachment::rehang(&tx, owner, enquiry).await.unwrap();
        tx.commit().await.unwrap();
        assert!(Attachment::of(&bench.read(), owner.kind, &[owner.id]).await.unwrap().is_empty());
        let found = Attachment::of(&bench.read(), enquiry.kind, &[enquiry.id]).await.unwrap();
        let [file] = found.as_slice() else { panic!("one file, not {}", found.len()) };
        assert_eq!((file.id, file.name.as_str(), file.bytes), (id, "tegning.pdf", 8));
        assert_eq!(file.sha256.len(), 64);
        let other = bench.db.read(&bench.ctx_of(OTHER_TENANT));
        assert!(Attachment::find(&other, id).await.unwrap().is_none());
    })
    .await;
}

#[tokio::test]
async fn two_companies_with_the_same_file_have_two_files() {
    each_engine(storage::migrations, |bench| async move {
        let folder = tempfile::tempdir().unwrap();
        let files = Attachments::open(folder.path()).unwrap();
        let one = keep(&bench, &files, draft(&bench), b"same").await;
        let two = keep(&bench, &files, draft(&bench), b"same").await;
        assert_ne!(files.path(one), files.path(two));
        files.remove(one).await.unwrap();
        files.remove(one).await.unwrap();
        assert_eq!(files.content(two).await.unwrap(), b"same");
    })
    .await;
}

#[tokio::test]
async fn a_file_without_a_row_goes_after_a_day_and_one_with_a_row_stays() {
    each_engine(storage::migrations, |bench| async move {
        let folder = tempfile::tempdir().unwrap();
        let files = Attachments::open(folder.path()).unwrap();
        let kept = keep(&bench, &files, draft(&bench), b"kept").await;
        let orphan = files.keep(bench.id(), "a.pdf", "application/pdf", b"orphan").await.unwrap().id;
        // Not ours, and left alone.
        std::fs::write(folder.path().join("lost+found.txt"), b"x").unwrap();
        let now = tomorrow() - DAY;
        assert_eq!(files.collect_orphans(&bench.db, now).await.unwrap(), 0);
        assert_eq!(files.collect_orphans(&bench.db, tomorrow()).await.unwrap(), 1);
        assert!(files.content(orphan).await.is_err());
        assert_eq!(files.content(kept).await.unwrap(), b"kept");
    })
    .await;
}

#[tokio::test]
async fn a_file_is_never_written_over_another() {
    each_engine(storage::migrations, |bench| async move {
        let folder = tempfile::tempdir().unwrap();
        let files = Attachments::open(folder.path()).unwrap();
        let id = keep(&bench, &files, draft(&bench), b"first").await;
        assert!(files.keep(id, "b.pdf", "application/pdf", b"second").await.is_err());
        assert_eq!(files.content(id).await.unwrap(), b"first");
    })
    .await;
}

#[tokio::test]
async fn old_drafts_are_forgotten_and_younger_ones_are_not() {
    each_engine(storage::migrations, |bench| async move {
        let folder = tempfile::tempdir().unwrap();
        let files = Attachments::open(folder.path()).unwrap();
        let old = keep(&bench, &files, draft(&bench), b"old").await;
        bench.later(chrono::Duration::hours(25));
        let young = keep(&bench, &files, draft(&bench), b"young").await;
        let tx = bench.tx().await;
        let before = bench.now() - chrono::Duration::hours(24);
        let gone = Attachment::forget_before(&tx, "enquiries.draft", before).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(gone, [old]);
        assert!(Attachment::find(&bench.read(), old).await.unwrap().is_none());
        assert!(Attachment::find(&bench.read(), young).await.unwrap().is_some());
    })
    .await;
}

#[tokio::test]
async fn a_removed_file_keeps_its_row_without_its_name() {
    each_engine(storage::migrations, |bench| async move {
        let folder = tempfile::tempdir().unwrap();
        let files = Attachments::open(folder.path()).unwrap();
        let id = keep(&bench, &files, draft(&bench), b"cpr").await;
        let tx = bench.tx().await;
        Attachment::mark_removed(&tx, id).await.unwrap();
        tx.commit().await.unwrap();
        let (_, file) = Attachment::find(&bench.read(), id).await.unwrap().unwrap();
        assert_eq!((file.name.as_str(), file.removed_at), ("", Some(bench.now())));
        let unknown = AttachmentId::from(Uuid::nil());
        assert!(Attachment::find(&bench.read(), unknown).await.unwrap().is_none());
    })
    .await;
}
