//! Files: on disk before their row, collected when they have none.

use std::time::{Duration, SystemTime};

use kernel::{Actor, AttachmentId};
use storage::{ArrivalError, Arrived, Attachment, AttachmentOwner, Attachments, FileLimits};
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

#[tokio::test]
async fn a_file_whose_scan_says_what_nobody_knows_is_not_handed_out_as_unscanned() {
    each_engine(storage::migrations, |bench| async move {
        let folder = tempfile::tempdir().unwrap();
        let files = Attachments::open(folder.path()).unwrap();
        let id = keep(&bench, &files, draft(&bench), b"%PDF-1.7").await;
        crate::scene::tamper(&bench, "UPDATE attachment SET scan = 'Infected'").await;
        let refused = Attachment::find(&bench.read(), id).await.unwrap_err();
        assert_eq!(refused.to_string(), format!("broken row: attachment.scan of {id}"));
    })
    .await;
}

/// A file that comes in pieces.
async fn arrives(bench: &Bench, files: &Attachments, pieces: &[&[u8]]) -> Result<Arrived, ArrivalError> {
    let mut file = files.arrive(bench.id()).await?;
    for piece in pieces {
        file.write(piece).await?;
    }
    Ok(file.arrived())
}

fn on_disk(folder: &std::path::Path) -> usize {
    let entries = std::fs::read_dir(folder).unwrap().map(Result::unwrap);
    entries.map(|entry| if entry.path().is_dir() { on_disk(&entry.path()) } else { 1 }).sum()
}

#[tokio::test]
async fn a_file_that_comes_in_pieces_is_whole_and_hashed_when_it_is_kept() {
    each_engine(storage::migrations, |bench| async move {
        let folder = tempfile::tempdir().unwrap();
        let files = Attachments::open(folder.path()).unwrap();
        let mut arrived = arrives(&bench, &files, &[b"%PDF", b"-1.", b"7"]).await.unwrap();
        assert_eq!((arrived.bytes(), files.arriving_bytes()), (8, 8));
        assert_eq!(arrived.look(4, <[u8]>::to_vec).await.unwrap(), b"%PDF");
        let kept = files.keep_arrived(arrived, "a.pdf", "application/pdf").await.unwrap();
        let whole = files.keep(bench.id(), "a.pdf", "application/pdf", b"%PDF-1.7").await.unwrap();
        assert_eq!((&kept.sha256, kept.bytes), (&whole.sha256, whole.bytes));
        assert_eq!(files.content(kept.id).await.unwrap(), b"%PDF-1.7");
        assert_eq!(files.arriving_bytes(), 0);
    })
    .await;
}

#[tokio::test]
async fn a_file_that_nobody_keeps_leaves_nothing_whole_or_half() {
    each_engine(storage::migrations, |bench| async move {
        let folder = tempfile::tempdir().unwrap();
        let files = Attachments::open(folder.path()).unwrap();
        let whole = arrives(&bench, &files, &[b"%PDF-1.7"]).await.unwrap();
        let mut half = files.arrive(bench.id()).await.unwrap();
        half.write(b"%PDF").await.unwrap();
        assert_eq!((on_disk(folder.path()), files.arriving_bytes()), (2, 12));
        drop((whole, half));
        assert_eq!((on_disk(folder.path()), files.arriving_bytes()), (0, 0));
    })
    .await;
}

#[tokio::test]
async fn below_the_floor_no_file_arrives_and_there_is_still_room_for_words() {
    each_engine(storage::migrations, |bench| async move {
        let folder = tempfile::tempdir().unwrap();
        let disk = Attachments::open(folder.path()).unwrap().disk().unwrap();
        assert!(disk.free <= disk.total && disk.total > 0);
        let limits = FileLimits { free_bytes_min: Some(disk.total), ..FileLimits::default() };
        let files = Attachments::open_with(folder.path(), limits).unwrap();
        let refused = arrives(&bench, &files, &[b"%PDF"]).await.unwrap_err();
        assert!(matches!(refused, ArrivalError::NoRoom), "{refused:?}");
        assert_eq!(on_disk(folder.path()), 0);
        let fact = crate::scene::Counted::Up { to: 1 };
        let tx = bench.tx().await;
        tx.note(bench.id::<Uuid>(), kernel::Visibility::Staff, &fact).await.unwrap();
        tx.commit().await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_file_too_many_at_once_is_told_to_come_later_and_may_then_come() {
    each_engine(storage::migrations, |bench| async move {
        let folder = tempfile::tempdir().unwrap();
        let limits = FileLimits { arriving_max: 2, ..FileLimits::default() };
        let files = Attachments::open_with(folder.path(), limits).unwrap();
        let (one, two) = (files.arrive(bench.id()).await.unwrap(), files.arrive(bench.id()).await.unwrap());
        let third = files.arrive(bench.id()).await.unwrap_err();
        assert!(matches!(third, ArrivalError::Busy), "{third:?}");
        // A place is taken until the file is kept or gone, not only while it is written.
        let whole = one.arrived();
        assert!(files.arrive(bench.id()).await.is_err());
        files.keep_arrived(whole, "a", "application/pdf").await.unwrap();
        drop(files.arrive(bench.id()).await.unwrap());
        drop(two);
    })
    .await;
}

#[tokio::test]
async fn what_anyone_sent_today_is_counted_and_what_staff_sent_is_not() {
    each_engine(storage::migrations, |bench| async move {
        let folder = tempfile::tempdir().unwrap();
        let files = Attachments::open(folder.path()).unwrap();
        let insert = async |ctx: &kernel::Ctx, content: &[u8]| {
            let file = files.keep(bench.id(), "a", "application/pdf", content).await.unwrap();
            let tx = bench.db.begin_write(ctx).await.unwrap();
            Attachment::insert(&tx, draft(&bench), &file).await.unwrap();
            tx.commit().await.unwrap();
        };
        let of = |tenant, actor| {
            let nothing = std::sync::Arc::new(kernel::Reach::default());
            kernel::Ctx::new(tenant, actor, nothing, kernel::Language::Da, bench.now(), bench.ids.clone())
        };
        let begun = bench.now() - chrono::Duration::seconds(1);
        insert(&of(testkit::TENANT, Actor::Anyone), b"four").await;
        insert(&of(testkit::TENANT, Actor::Staff(bench.id())), b"staff").await;
        insert(&of(OTHER_TENANT, Actor::Anyone), b"elsewhere").await;
        assert_eq!(Attachment::anonymous_bytes(&bench.read(), begun).await.unwrap(), 4);
        bench.later(chrono::Duration::hours(25));
        insert(&of(testkit::TENANT, Actor::Anyone), b"sixsix").await;
        let since = bench.now() - chrono::Duration::hours(24);
        assert_eq!(Attachment::anonymous_bytes(&bench.read(), since).await.unwrap(), 6);
        assert_eq!(Attachment::anonymous_bytes(&bench.read(), begun).await.unwrap(), 10);
    })
    .await;
}

#[tokio::test]
async fn however_many_files_arrive_at_once_only_a_piece_of_each_is_in_memory() {
    each_engine(storage::migrations, |bench| async move {
        const PIECE: usize = 16 * 1024;
        let folder = tempfile::tempdir().unwrap();
        let files = Attachments::open(folder.path()).unwrap();
        let all = (0..20).map(|_| {
            let (files, bench) = (files.clone(), bench.clone());
            tokio::spawn(async move {
                let piece = vec![7; PIECE];
                let mut file = files.arrive(bench.id()).await.unwrap();
                for _ in 0..64 {
                    file.write(&piece).await.unwrap();
                }
                file.arrived()
            })
        });
        let mut arrived = Vec::new();
        for file in all.collect::<Vec<_>>() {
            arrived.push(file.await.unwrap());
        }
        assert_eq!(files.arriving_bytes(), (20 * 64 * PIECE) as u64, "all of it is on disk");
        assert!(files.buffered_bytes_most() <= (20 * PIECE) as u64, "{}", files.buffered_bytes_most());
    })
    .await;
}
