//! Moving an installation from one database to another, with proof that nothing was lost on the way.

use std::fs::File;

use futures_util::TryStreamExt;
use kernel::AttachmentId;

use super::{
    ArchiveError, Content, FileMark, Intake, JournalMark, Listener, Progress, TableMark, at,
    content::{FileRow, Marking},
    files::{carry, settle},
    row,
    write::{FILES_PER_WORD, ROWS_PER_WORD},
};
use crate::{Attachments, Db, Migration, Table};

/// Rows wait for a statement until their lines are this long.
const WAITING_BYTES: usize = 1024 * 1024;
/// And never more rows than this.
const WAITING_ROWS: usize = 500;

/// A database and its files.
#[derive(Debug)]
pub struct Side<'a> {
    /// The database.
    pub db: &'a Db,
    /// The files.
    pub attachments: &'a Attachments,
}

/// An installation that stands in its new place, and is not there yet for anyone else.
pub struct Moved {
    /// The open transaction. Replay what can be replayed, then [`Moved::commit`].
    pub intake: Intake,
    /// Every table, the same on both sides.
    pub tables: Vec<TableMark>,
    /// Every file, with the hash that it has.
    pub files: Vec<FileMark>,
    /// The heads of the journals.
    pub journals: Vec<JournalMark>,
    /// What is wrong with files and journals, in sentences. It was so before the move.
    pub discrepancies: Vec<String>,
    /// Nobody writes to the source until this is dropped.
    source: Content,
}

impl Moved {
    /// Makes it so, and lets go of the source.
    pub async fn commit(self) -> Result<(), ArchiveError> {
        self.intake.commit().await?;
        drop(self.source);
        Ok(())
    }
}

/// Copies everything into an empty database, reads it back and compares. Files are copied into the empty folder of `to`;
/// where both sides have the same folder they stay and are only compared with what was once received.
pub async fn transfer(
    from: Side<'_>,
    to: Side<'_>,
    known: &[Migration],
    tell: &Listener,
) -> Result<Moved, ArchiveError> {
    let source = Content::frozen(from.db, known).await?;
    let intake = Intake::begin(to.db, known, known).await?;
    let mut tables = Vec::new();
    for table in &source.tables {
        let mark = copy(&source, &intake, table, tell).await?;
        intake.prove(&mark).await?;
        tables.push(mark);
    }
    let journals = source.journals().await?;
    let mut discrepancies = Vec::new();
    let files = carry_files(&source, from.attachments, to.attachments, &mut discrepancies, tell).await?;
    discrepancies.extend(intake.check_journals(&journals).await?);
    Ok(Moved { intake, tables, files, journals, discrepancies, source })
}

async fn copy(
    source: &Content,
    intake: &Intake,
    table: &Table,
    tell: &Listener,
) -> Result<TableMark, ArchiveError> {
    let total = source.count(table).await?;
    let mut marking = Marking::new(table);
    let (mut waiting, mut waiting_bytes, mut line) = (Vec::new(), 0, String::new());
    let mut rows = std::pin::pin!(source.rows(table).await?);
    while let Some(cells) = rows.try_next().await? {
        line.clear();
        row::write_line(&cells, table, &mut line);
        marking.add(&line);
        waiting_bytes += line.len();
        waiting.push(cells);
        if waiting_bytes >= WAITING_BYTES || waiting.len() >= WAITING_ROWS {
            intake.insert(table, std::mem::take(&mut waiting)).await?;
            waiting_bytes = 0;
        }
        if marking.rows().is_multiple_of(ROWS_PER_WORD) {
            tell(Progress { what: table.name, done: marking.rows(), total });
        }
    }
    intake.insert(table, waiting).await?;
    tell(Progress { what: table.name, done: marking.rows(), total: marking.rows() });
    Ok(marking.end())
}

async fn carry_files(
    source: &Content,
    from: &Attachments,
    to: &Attachments,
    discrepancies: &mut Vec<String>,
    tell: &Listener,
) -> Result<Vec<FileMark>, ArchiveError> {
    let stays = from.folder() == to.folder();
    let rows = source.files().await?;
    let total = u64::try_from(rows.len()).unwrap_or(u64::MAX);
    let mut marks = Vec::new();
    for (done, FileRow { id, sha256 }) in (1_u64..).zip(rows) {
        let path = from.path(AttachmentId::from(id));
        let new_path = (!stays).then(|| to.path(AttachmentId::from(id)));
        match File::open(&path) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                discrepancies.push(format!("file {id} is not on disk"));
            }
            opened => {
                let opened = opened.map_err(at(&path))?;
                let carrying = tokio::task::spawn_blocking(move || carry(id, opened, new_path.as_deref()));
                let mark = carrying.await?.map_err(at(&path))?;
                if mark.sha256 != sha256 {
                    discrepancies.push(format!("file {id} is not what was received"));
                }
                marks.push(mark);
            }
        }
        if done.is_multiple_of(FILES_PER_WORD) || done == total {
            tell(Progress { what: "files", done, total });
        }
    }
    if !stays {
        settle(to.folder()).map_err(at(to.folder()))?;
    }
    Ok(marks)
}
