//! Files: under random ids with their hash beside, on disk before the row that speaks of them is committed.
//!
//! No deduplication: two companies that send the same file have two files. Orphans (a file without a row: the process
//! died between) are collected after a day. No file is ever held in memory whole while it arrives.

mod arriving;
mod room;
mod scanner;

use std::{
    collections::HashSet,
    io,
    path::{Path, PathBuf},
    sync::{Arc, atomic::Ordering},
};

use chrono::{DateTime, Utc};
use kernel::{Actor, AttachmentId};
use sea_orm::{
    ActiveValue::Set, ConnectionTrait, ExprTrait, QueryOrder, QuerySelect, entity::prelude::*,
    sea_query::Expr,
};

use crate::{Db, Erased, Migration, Reader, Step, StoreError, Table, Tx, record_erasure, tenant_table};

pub use arriving::{ArrivalError, Arrived, Arriving};
pub use room::{Disk, FileLimits};
pub use scanner::{InvalidScanner, Scanner, ScannerProblem, Verdict};

/// Files without a row are removed after this long.
const ORPHAN_AGE: std::time::Duration = std::time::Duration::from_hours(24);

/// Files of drafts that are forgotten in one transaction; what is left goes the next time.
const FORGOTTEN_MAX: u64 = 1_000;
/// Ids asked for in one statement: both engines limit the values that a statement may carry.
const IDS_PER_STATEMENT: usize = 500;

/// The table in which an erasure of a file is told by [`crate::Erasure`].
pub const ATTACHMENTS_TABLE: &str = "attachment";

pub(crate) const MIGRATION: Migration = Migration {
    name: "202611230104_storage_attachments",
    steps: || {
        vec![Step::CreateTable(
            Table::tenant("attachment")
                .uuid("id")
                .text("owner_kind")
                .uuid("owner_id")
                .text("name")
                .text("media_type")
                .int("bytes")
                .text("sha256")
                .text("scan")
                .text("sender")
                .time("created_at")
                .opt_time("removed_at")
                .key(&["id"])
                .index(&["tenant_id", "owner_kind", "owner_id"])
                .index(&["tenant_id", "created_at"]),
        )]
    },
};

mod attachment {
    use sea_orm::entity::prelude::*;
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "attachment")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: i32,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub owner_kind: String,
        pub owner_id: Uuid,
        pub name: String,
        pub media_type: String,
        pub bytes: i64,
        pub sha256: String,
        pub scan: String,
        pub sender: String,
        pub created_at: chrono::DateTime<chrono::Utc>,
        pub removed_at: Option<chrono::DateTime<chrono::Utc>>,
    }
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

tenant_table!(attachment);

/// The folder in which files lie.
#[derive(Debug, Clone)]
pub struct Attachments {
    folder: PathBuf,
    traffic: Arc<room::Traffic>,
    scanner: Option<Scanner>,
}

/// Why a file could not be kept.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// The disk said no.
    #[error("file: {0}")]
    Io(#[from] io::Error),
    /// The database said no.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl FileError {
    /// Whether there was no room left.
    pub fn is_full(&self) -> bool {
        match self {
            Self::Io(error) => is_full(error),
            Self::Store(error) => error.is_full(),
        }
    }
}

/// Whether the disk refused for want of room: full, past a quota, or past the size that this process may write.
pub(crate) fn is_full(error: &io::Error) -> bool {
    use io::ErrorKind::{FileTooLarge, QuotaExceeded, StorageFull};
    matches!(error.kind(), StorageFull | QuotaExceeded | FileTooLarge)
}

/// What a file hangs on: a kind such as `enquiries.message` or `enquiries.draft`, and its id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AttachmentOwner {
    /// `capability.what`.
    pub kind: &'static str,
    /// Which.
    pub id: Uuid,
}

/// A file on disk whose row is not yet written.
#[derive(Debug, Clone)]
pub struct NewAttachment {
    /// Its id, and its name on disk.
    pub id: AttachmentId,
    /// What the sender called it.
    pub name: String,
    /// Read from the content, never taken from the sender.
    pub media_type: String,
    /// Its size.
    pub bytes: i64,
    /// Its hash, in hexadecimal.
    pub sha256: String,
    /// Whether a scanner has looked.
    pub scan: Scan,
}

/// Whether a scanner has looked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scan {
    /// None has: none is configured, and pages say so, or it was away, and the file waits for it.
    NotScanned,
    /// Nothing found.
    Clean,
    /// Something found: never handed out.
    Infected,
}

impl Scan {
    const fn text(self) -> &'static str {
        match self {
            Self::NotScanned => "not-scanned",
            Self::Clean => "clean",
            Self::Infected => "infected",
        }
    }

    fn from_text(text: &str) -> Option<Self> {
        [Self::NotScanned, Self::Clean, Self::Infected].into_iter().find(|scan| scan.text() == text)
    }
}

/// A kept file.
#[derive(Debug, Clone)]
pub struct Attachment {
    /// Its id.
    pub id: AttachmentId,
    /// The id of what it hangs on.
    pub owner_id: Uuid,
    /// What the sender called it.
    pub name: String,
    /// Read from the content.
    pub media_type: String,
    /// Its size.
    pub bytes: i64,
    /// Its hash.
    pub sha256: String,
    /// Whether it was scanned.
    pub scan: Scan,
    /// When it came.
    pub created_at: DateTime<Utc>,
    /// When its content was removed, if it was.
    pub removed_at: Option<DateTime<Utc>>,
}

impl Attachments {
    /// Files lie in `folder`, which is made when it is not there.
    pub fn open(folder: &Path) -> io::Result<Self> {
        Self::open_with(folder, FileLimits::default())
    }

    /// The same, with limits that an operator gave.
    pub fn open_with(folder: &Path, limits: FileLimits) -> io::Result<Self> {
        std::fs::create_dir_all(folder)?;
        Ok(Self { folder: folder.to_owned(), traffic: Arc::new(room::Traffic::new(limits)), scanner: None })
    }

    /// With a scanner that looks at every file.
    #[must_use]
    pub fn with_scanner(self, scanner: Option<Scanner>) -> Self {
        Self { scanner, ..self }
    }

    /// The scanner that looks at files, where there is one.
    pub const fn scanner(&self) -> Option<&Scanner> {
        self.scanner.as_ref()
    }

    /// Whether a file waits for the scanner: until then it is handed to nobody.
    pub fn awaits_scan(&self, file: &Attachment) -> bool {
        self.scanner.is_some() && file.scan == Scan::NotScanned
    }

    /// How much room files may take.
    pub fn limits(&self) -> &FileLimits {
        &self.traffic.limits
    }

    /// The disk that files lie on.
    pub fn disk(&self) -> io::Result<Disk> {
        Disk::under(&self.folder)
    }

    /// Bytes on disk of files that have come and are not kept yet.
    pub fn arriving_bytes(&self) -> u64 {
        self.traffic.arriving.load(Ordering::Relaxed)
    }

    /// The most bytes of arriving files that were ever in memory at once.
    pub fn buffered_bytes_most(&self) -> u64 {
        self.traffic.buffered_most()
    }

    /// The folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Where the file lies.
    pub fn path(&self, id: AttachmentId) -> PathBuf {
        let name = id.to_string();
        // The last two characters are random; the first are the time.
        let shelf = name.get(name.len().saturating_sub(2)..).unwrap_or("00").to_owned();
        self.folder.join(shelf).join(name)
    }

    /// Makes ready for a file that someone sends. Refused where there is no room for files, or too many arrive at once.
    pub async fn arrive(&self, id: AttachmentId) -> Result<Arriving, ArrivalError> {
        let place = self.traffic.places.clone().try_acquire_owned().map_err(|_| ArrivalError::Busy)?;
        arriving::check_room(&self.folder, &self.traffic).await?;
        Ok(Arriving::begin(id, self.path(id), self.traffic.clone(), Some(place)).await?)
    }

    /// Keeps a file that has arrived: it and its folder are through to disk. Call it before the transaction; write the
    /// row in it.
    pub async fn keep_arrived(
        &self,
        arrived: Arrived,
        name: &str,
        media_type: &str,
    ) -> io::Result<NewAttachment> {
        let Arrived { id, sha256, file, unkept, scan, .. } = arrived;
        file.sync_all().await?;
        // The name of a new file is safe only when its folder is, and that of a new folder only when the one around it is.
        let shelf = unkept.path.parent().unwrap_or(&self.folder);
        tokio::fs::File::open(shelf).await?.sync_all().await?;
        tokio::fs::File::open(&self.folder).await?.sync_all().await?;
        let bytes = i64::try_from(unkept.bytes).unwrap_or(i64::MAX);
        unkept.keep();
        Ok(NewAttachment {
            id,
            name: name.to_owned(),
            media_type: media_type.to_owned(),
            bytes,
            sha256,
            scan,
        })
    }

    /// Keeps a file that the program has in hand, through to disk; no limit is asked. What is refused leaves no half.
    pub async fn keep(
        &self,
        id: AttachmentId,
        name: &str,
        media_type: &str,
        content: &[u8],
    ) -> io::Result<NewAttachment> {
        let mut file = Arriving::begin(id, self.path(id), self.traffic.clone(), None).await?;
        file.write(content).await.map_err(|error| match error {
            ArrivalError::Io(error) => error,
            other => io::Error::new(io::ErrorKind::StorageFull, other),
        })?;
        self.keep_arrived(file.arrived(), name, media_type).await
    }

    /// Reads a file whole.
    pub async fn content(&self, id: AttachmentId) -> io::Result<Vec<u8>> {
        tokio::fs::read(self.path(id)).await
    }

    /// Removes a file's content; its row stays and says when.
    pub async fn remove(&self, id: AttachmentId) -> io::Result<()> {
        match tokio::fs::remove_file(self.path(id)).await {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            other => other,
        }
    }

    /// Removes files that no row of any tenant speaks of and that are older than a day. Returns how many.
    pub async fn collect_orphans(&self, db: &Db, now: std::time::SystemTime) -> Result<u64, FileError> {
        let mut removed = 0;
        let mut shelves = tokio::fs::read_dir(&self.folder).await?;
        while let Some(shelf) = shelves.next_entry().await? {
            if !shelf.file_type().await?.is_dir() {
                continue;
            }
            let mut old = Vec::new();
            let mut files = tokio::fs::read_dir(shelf.path()).await?;
            while let Some(file) = files.next_entry().await? {
                let Ok(id) = file.file_name().to_string_lossy().parse::<Uuid>() else { continue };
                let age = now.duration_since(file.metadata().await?.modified()?).unwrap_or_default();
                if age >= ORPHAN_AGE {
                    old.push((id, file.path()));
                }
            }
            let known = known(db, old.iter().map(|(id, _)| *id).collect()).await?;
            for (_, path) in old.iter().filter(|(id, _)| !known.contains(id)) {
                tokio::fs::remove_file(path).await?;
                removed += 1;
            }
        }
        Ok(removed)
    }
}

/// Those of the ids that a row of any tenant speaks of. Asked for a shelf at a time: no index begins with the id alone, so
/// that each question reads the table.
async fn known(db: &Db, ids: Vec<Uuid>) -> Result<HashSet<Uuid>, StoreError> {
    let mut known = HashSet::new();
    for some in ids.chunks(IDS_PER_STATEMENT) {
        let select = attachment::Entity::find().select_only().column(attachment::Column::Id);
        let select = select.filter(attachment::Column::Id.is_in(some.iter().copied()));
        known.extend(select.into_tuple::<Uuid>().all(db.raw()).await?);
    }
    Ok(known)
}

impl Attachment {
    /// Writes the row of a kept file.
    pub async fn insert(tx: &Tx, owner: AttachmentOwner, file: &NewAttachment) -> Result<(), StoreError> {
        let row = attachment::ActiveModel {
            tenant_id: Set(tx.tenant().code()),
            id: Set(file.id.into()),
            owner_kind: Set(owner.kind.to_owned()),
            owner_id: Set(owner.id),
            name: Set(file.name.clone()),
            media_type: Set(file.media_type.clone()),
            bytes: Set(file.bytes),
            sha256: Set(file.sha256.clone()),
            scan: Set(file.scan.text().to_owned()),
            sender: Set(tx.ctx().actor().kind().to_owned()),
            created_at: Set(tx.ctx().now()),
            removed_at: Set(None),
        };
        attachment::Entity::insert(row).exec_without_returning(tx.conn()).await?;
        Ok(())
    }

    /// The file, whatever it hangs on.
    pub async fn find(reader: &impl Reader, id: AttachmentId) -> Result<Option<(String, Self)>, StoreError> {
        let select = reader.find::<attachment::Entity>().filter(attachment::Column::Id.eq(id.uuid()));
        let row = select.one(reader.conn()).await?;
        row.map(|row| Ok((row.owner_kind.clone(), read_back(row)?))).transpose()
    }

    /// The files that hang on these owners of a kind, oldest first.
    pub async fn of(reader: &impl Reader, kind: &str, owners: &[Uuid]) -> Result<Vec<Self>, StoreError> {
        if owners.is_empty() {
            return Ok(Vec::new());
        }
        let select = reader.find::<attachment::Entity>().filter(attachment::Column::OwnerKind.eq(kind));
        let select = select.filter(attachment::Column::OwnerId.is_in(owners.iter().copied()));
        let rows = select.order_by_asc(attachment::Column::Id).all(reader.conn()).await?;
        rows.into_iter().map(read_back).collect()
    }

    /// What all who have not signed in have sent to this municipality since then and is still there, in bytes.
    pub async fn anonymous_bytes(reader: &impl Reader, since: DateTime<Utc>) -> Result<u64, StoreError> {
        let select = reader
            .find::<attachment::Entity>()
            .select_only()
            .column_as(Expr::col(attachment::Column::Bytes).sum().cast_as("bigint"), "bytes")
            .filter(attachment::Column::Sender.eq(Actor::Anyone.kind()))
            .filter(attachment::Column::CreatedAt.gt(since));
        sum(select, reader.conn()).await
    }

    /// What hangs on these owners of a kind, in bytes.
    pub async fn bytes_of(reader: &impl Reader, kind: &str, owners: &[Uuid]) -> Result<u64, StoreError> {
        let files = Self::of(reader, kind, owners).await?;
        let there = files.iter().filter(|file| file.removed_at.is_none());
        Ok(there.map(|file| u64::try_from(file.bytes).unwrap_or_default()).sum())
    }

    /// Hangs a draft's files on what the draft became.
    pub async fn rehang(tx: &Tx, from: AttachmentOwner, to: AttachmentOwner) -> Result<(), StoreError> {
        attachment::Entity::update_many()
            .set(attachment::ActiveModel {
                owner_kind: Set(to.kind.to_owned()),
                owner_id: Set(to.id),
                ..Default::default()
            })
            .filter(attachment::Column::TenantId.eq(tx.tenant().code()))
            .filter(attachment::Column::OwnerKind.eq(from.kind))
            .filter(attachment::Column::OwnerId.eq(from.id))
            .exec(tx.conn())
            .await?;
        Ok(())
    }

    /// Marks a file's content as removed and takes its name away, for good: a backup that still has it does not bring it
    /// back. The content goes after commit.
    pub async fn mark_removed(tx: &Tx, id: AttachmentId) -> Result<(), StoreError> {
        attachment::Entity::update_many()
            .set(attachment::ActiveModel {
                removed_at: Set(Some(tx.ctx().now())),
                name: Set(String::new()),
                ..Default::default()
            })
            .filter(attachment::Column::TenantId.eq(tx.tenant().code()))
            .filter(attachment::Column::Id.eq(id.uuid()))
            .exec(tx.conn())
            .await?;
        let erased = [Erased::Column("name"), Erased::Column("removed_at")];
        record_erasure(tx, ATTACHMENTS_TABLE, id.uuid(), &erased).await
    }

    /// Files that no scanner has looked at and that are still there, the oldest first, behind `after`.
    pub async fn not_scanned(
        reader: &impl Reader,
        after: Option<AttachmentId>,
        limit: u64,
    ) -> Result<Vec<Self>, StoreError> {
        let mut select = reader
            .find::<attachment::Entity>()
            .filter(attachment::Column::Scan.eq(Scan::NotScanned.text()))
            .filter(attachment::Column::RemovedAt.is_null());
        if let Some(after) = after {
            select = select.filter(attachment::Column::Id.gt(after.uuid()));
        }
        let rows = select.order_by_asc(attachment::Column::Id).limit(limit).all(reader.conn()).await?;
        rows.into_iter().map(read_back).collect()
    }

    /// Writes down what a scanner said of a file that was kept before it could look.
    pub async fn mark_scanned(tx: &Tx, id: AttachmentId, verdict: &Verdict) -> Result<(), StoreError> {
        let scan = if *verdict == Verdict::Clean { Scan::Clean } else { Scan::Infected };
        attachment::Entity::update_many()
            .set(attachment::ActiveModel { scan: Set(scan.text().to_owned()), ..Default::default() })
            .filter(attachment::Column::TenantId.eq(tx.tenant().code()))
            .filter(attachment::Column::Id.eq(id.uuid()))
            .exec(tx.conn())
            .await?;
        Ok(())
    }

    /// Removes the rows of what hangs on an owner, and says which files to remove after commit.
    pub async fn forget(tx: &Tx, owner: AttachmentOwner) -> Result<Vec<AttachmentId>, StoreError> {
        let files = Self::of(tx, owner.kind, &[owner.id]).await?;
        attachment::Entity::delete_many()
            .filter(attachment::Column::TenantId.eq(tx.tenant().code()))
            .filter(attachment::Column::OwnerKind.eq(owner.kind))
            .filter(attachment::Column::OwnerId.eq(owner.id))
            .exec(tx.conn())
            .await?;
        Ok(files.into_iter().map(|file| file.id).collect())
    }

    /// What files of this kind hang on, a thousand owners at most.
    pub async fn owners(reader: &impl Reader, kind: &str) -> Result<Vec<Uuid>, StoreError> {
        let select = reader.find::<attachment::Entity>().select_only().distinct();
        let select =
            select.column(attachment::Column::OwnerId).filter(attachment::Column::OwnerKind.eq(kind));
        let order = select.order_by_asc(attachment::Column::OwnerId).limit(FORGOTTEN_MAX);
        Ok(order.into_tuple().all(reader.conn()).await?)
    }

    /// Removes the rows of a kind that came before a time, the oldest first and a thousand at most, and says which files to
    /// remove after commit.
    pub async fn forget_before(
        tx: &Tx,
        kind: &str,
        before: DateTime<Utc>,
    ) -> Result<Vec<AttachmentId>, StoreError> {
        let select = tx.find::<attachment::Entity>().filter(attachment::Column::OwnerKind.eq(kind));
        let select = select.filter(attachment::Column::CreatedAt.lt(before));
        let select = select.order_by_asc(attachment::Column::CreatedAt).limit(FORGOTTEN_MAX);
        let rows = select.all(tx.conn()).await?;
        let ids: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
        attachment::Entity::delete_many()
            .filter(attachment::Column::TenantId.eq(tx.tenant().code()))
            .filter(attachment::Column::Id.is_in(ids.iter().copied()))
            .exec(tx.conn())
            .await?;
        Ok(ids.into_iter().map(AttachmentId::from).collect())
    }
}

/// A sum, of nothing too.
async fn sum(select: Select<attachment::Entity>, conn: &impl ConnectionTrait) -> Result<u64, StoreError> {
    let sums: Vec<Option<i64>> = select.into_tuple().all(conn).await?;
    Ok(sums.into_iter().flatten().next().and_then(|sum| u64::try_from(sum).ok()).unwrap_or_default())
}

/// Whether the database still speaks of the file.
pub(crate) async fn is_wanted(db: &Db, id: Uuid) -> Result<bool, StoreError> {
    let select = attachment::Entity::find().filter(attachment::Column::Id.eq(id));
    let there = select.filter(attachment::Column::RemovedAt.is_null()).one(db.raw()).await?;
    Ok(there.is_some())
}

fn read_back(row: attachment::Model) -> Result<Attachment, StoreError> {
    // Not taken for unscanned: what a scanner has found must never be handed out.
    let scan = Scan::from_text(&row.scan).ok_or_else(|| StoreError::corrupt("attachment.scan", row.id))?;
    Ok(Attachment {
        id: row.id.into(),
        owner_id: row.owner_id,
        name: row.name,
        media_type: row.media_type,
        bytes: row.bytes,
        sha256: row.sha256,
        scan,
        created_at: row.created_at,
        removed_at: row.removed_at,
    })
}
