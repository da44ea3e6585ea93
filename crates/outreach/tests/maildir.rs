//! A mailbox in a folder: nothing is taken away before it is committed.

use std::{fs, path::Path};

use outreach::incoming::{MailSource, Maildir, MaildirSettings};

fn mailbox() -> (tempfile::TempDir, MaildirSettings) {
    let folder = tempfile::tempdir().unwrap();
    for inner in ["new", "cur", "tmp"] {
        fs::create_dir(folder.path().join(inner)).unwrap();
    }
    let settings = MaildirSettings { path: folder.path().to_owned() };
    (folder, settings)
}

fn deliver(folder: &Path, name: &str) {
    fs::write(folder.join("tmp").join(name), format!("From: a@example.dk\n\n{name}")).unwrap();
    fs::rename(folder.join("tmp").join(name), folder.join("new").join(name)).unwrap();
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[tokio::test]
async fn a_mail_leaves_the_new_ones_only_when_it_is_committed() {
    let (folder, settings) = mailbox();
    for name in ["1763888400.b.mx", "1763888399.a.mx", "1763888401.c.mx"] {
        deliver(folder.path(), name);
    }
    fs::write(folder.path().join("tmp").join("1763888402.d.mx"), "half").unwrap();
    let mut source = Maildir::open(&settings).unwrap();
    let first = source.next().await.unwrap().unwrap();
    assert_eq!(first.name, "1763888399.a.mx");
    assert_eq!(first.bytes, b"From: a@example.dk\n\n1763888399.a.mx");
    source.committed(&first).await.unwrap();
    // The second is read, and the program dies.
    let second = source.next().await.unwrap().unwrap();
    drop(source);
    let mut source = Maildir::open(&settings).unwrap();
    assert_eq!(source.next().await.unwrap().as_ref(), Some(&second));
    source.committed(&second).await.unwrap();
    let third = source.next().await.unwrap().unwrap();
    source.set_aside(&third).await.unwrap();
    assert_eq!(source.next().await.unwrap(), None);
    assert!(names(&folder.path().join("new")).is_empty());
    assert_eq!(
        names(&folder.path().join("cur")),
        ["1763888399.a.mx:2,S", "1763888400.b.mx:2,S", "1763888401.c.mx:2,F"]
    );
    assert_eq!(names(&folder.path().join("tmp")), ["1763888402.d.mx"]);
    // The next round finds what has come since.
    deliver(folder.path(), "1763888500.e.mx");
    assert_eq!(source.next().await.unwrap().unwrap().name, "1763888500.e.mx");
}

#[tokio::test]
async fn a_mail_that_somebody_else_has_moved_stops_nothing() {
    let (folder, settings) = mailbox();
    deliver(folder.path(), "1.a");
    deliver(folder.path(), "2.b");
    let mut source = Maildir::open(&settings).unwrap();
    let first = source.next().await.unwrap().unwrap();
    fs::remove_file(folder.path().join("new").join("1.a")).unwrap();
    fs::remove_file(folder.path().join("new").join("2.b")).unwrap();
    source.committed(&first).await.unwrap();
    assert_eq!(source.next().await.unwrap(), None);
}

#[tokio::test]
async fn a_mail_that_is_too_large_is_flagged_for_a_person() {
    let (folder, settings) = mailbox();
    let file = fs::File::create(folder.path().join("new").join("1.large")).unwrap();
    file.set_len(outreach::incoming::MAIL_BYTES_MAX as u64 + 1).unwrap();
    deliver(folder.path(), "2.b");
    let mut source = Maildir::open(&settings).unwrap();
    assert_eq!(source.next().await.unwrap().unwrap().name, "2.b");
    assert_eq!(names(&folder.path().join("cur")), ["1.large:2,F"]);
}

#[test]
fn a_folder_that_is_no_mailbox_is_refused_with_a_sentence() {
    let folder = tempfile::tempdir().unwrap();
    let settings = MaildirSettings { path: folder.path().to_owned() };
    assert!(settings.check().unwrap_err().to_string().contains("has no folder new"));
    let (_folder, settings) = mailbox();
    settings.check().unwrap();
    assert!(names(&settings.path.join("cur")).is_empty(), "the check leaves nothing behind");
}
