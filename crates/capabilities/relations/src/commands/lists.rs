//! Bringing a list, step by step; every step is kept, so that leaving and coming back loses nothing.

use std::collections::BTreeSet;

use kernel::{AttachmentId, Ctx, CvrNumber, Failure, Visibility};
use storage::{Attachment, AttachmentOwner, Once, StoreError, Tx, once, remember_once};
use web::{Accepted, App};

use super::{code, person, taking};
use crate::{
    access::BRING,
    fact::RelationsFact,
    jobs::RemoveFile,
    model::{
        Book, Columns, Decision, Fate, Field, ImportId, ImportRefusal, ImportState, ListImport, ListKind,
        ROWS_MAX, ReadRefusal, guess, header_row, read_book,
    },
    store,
};

/// What files of lists hang on.
pub const FILES_OF_LIST: &str = "relations.import";
/// The largest list, in bytes.
const LIST_BYTES_MAX: usize = 10_000_000;
/// Values of a column that are shown.
const SAMPLES: usize = 3;

type Outcome<T = ()> = Result<T, Failure<ImportRefusal>>;

/// Where the list comes from.
#[derive(Debug)]
pub enum Given {
    /// A file that was sent with a form.
    File(Box<Accepted>),
    /// A file in hand.
    Bytes(Vec<u8>),
}

/// A list that someone brings.
#[derive(Debug)]
pub struct NewList {
    /// What it is of.
    pub kind: ListKind,
    /// What the file is called.
    pub name: String,
    /// The file.
    pub given: Given,
    /// The form's key: the same form sent twice brings one list.
    pub key: uuid::Uuid,
}

async fn read_aside(content: Vec<u8>) -> Outcome<Book> {
    let read = tokio::task::spawn_blocking(move || read_book(&content)).await;
    // A file that breaks the reader is one that cannot be read.
    let read = read.unwrap_or(Err(ReadRefusal::Unreadable));
    read.map_err(|refusal| Failure::Refused(ImportRefusal::Unreadable(refusal)))
}

/// The file of a list, read.
pub async fn book_of(app: &App, list: &ListImport) -> Outcome<Book> {
    let content = app.attachments.content(list.file).await.map_err(Failure::internal)?;
    read_aside(content).await
}

/// Brings a list: the file is kept and read, nothing is taken yet.
pub async fn bring(app: &App, ctx: &Ctx, new: NewList) -> Outcome<ImportId> {
    ctx.require(BRING)?;
    let by = person(ctx)?;
    let (name, media) = (new.name, "application/octet-stream");
    let too_large = Failure::Refused(ImportRefusal::FileTooLarge);
    let file = match new.given {
        Given::File(accepted) => {
            if usize::try_from(accepted.file.bytes()).is_ok_and(|bytes| bytes > LIST_BYTES_MAX) {
                return Err(too_large);
            }
            app.attachments.keep_arrived(accepted.file, &name, accepted.media_type).await
        }
        Given::Bytes(content) if content.len() > LIST_BYTES_MAX => return Err(too_large),
        Given::Bytes(content) => app.attachments.keep(ctx.new_id(), &name, media, &content).await,
    };
    let file = file.map_err(Failure::internal)?;
    let content = app.attachments.content(file.id).await.map_err(Failure::internal)?;
    let book = match read_aside(content).await {
        Ok(book) => book,
        Err(refused) => {
            app.attachments.remove(file.id).await.map_err(Failure::internal)?;
            return Err(refused);
        }
    };
    let Some(sheet) = book.sheets.iter().max_by_key(|sheet| sheet.lines.len()) else {
        return Err(ImportRefusal::Unreadable(ReadRefusal::NoRows).into());
    };
    let id: ImportId = ctx.new_id();
    let list = ListImport {
        id,
        kind: new.kind,
        state: ImportState::Uploaded,
        file: file.id,
        file_name: name,
        by,
        at: ctx.now(),
        sheet: sheet.name.clone(),
        header: header_row(new.kind, sheet),
        headings: Vec::new(),
        columns: Columns::default(),
        is_1904: book.is_1904,
        rows: 0,
        ended_at: None,
        cleared_at: None,
    };
    let tx = app.db.begin_write(ctx).await?;
    match once(&tx, FILES_OF_LIST, new.key, &file.sha256).await? {
        Once::First => remember_once(&tx, FILES_OF_LIST, new.key, id.uuid()).await?,
        Once::Same(first) | Once::Other(first) => return Ok(first.into()),
    }
    store::add_import(&tx, &list).await?;
    Attachment::insert(&tx, AttachmentOwner { kind: FILES_OF_LIST, id: id.uuid() }, &file).await?;
    tx.note(id.uuid(), Visibility::Staff, &RelationsFact::ListBrought { kind: code(list.kind.code()) })
        .await?;
    tx.commit().await?;
    Ok(id)
}

async fn locked(tx: &Tx, id: ImportId) -> Outcome<ListImport> {
    store::lock_import(tx, id).await?.ok_or(Failure::NotFound)
}

/// Says which sheet it is, and in which line the headings stand.
pub async fn choose_sheet(app: &App, ctx: &Ctx, id: ImportId, sheet: &str, header: usize) -> Outcome {
    ctx.require(BRING)?;
    let list = store::find_import(&app.db.read(ctx), id).await?.ok_or(Failure::NotFound)?;
    list.check_open()?;
    let book = book_of(app, &list).await?;
    let chosen = book.sheets.iter().find(|one| one.name == sheet).ok_or(ImportRefusal::NoSuchLine)?;
    if header == 0 || header > chosen.lines.len() {
        return Err(ImportRefusal::NoSuchLine.into());
    }
    let rows = chosen.rows_below(header).count();
    if rows == 0 {
        return Err(ImportRefusal::NoRows.into());
    }
    if rows > ROWS_MAX {
        return Err(ImportRefusal::Unreadable(ReadRefusal::TooManyRows).into());
    }
    let headings = chosen.line(header).to_vec();
    let tx = app.db.begin_write(ctx).await?;
    let list = locked(&tx, id).await?;
    list.check_open()?;
    let columns = guess(list.kind, &headings);
    let (sheet, state) = (sheet.to_owned(), ImportState::Columns);
    store::delete_rows(&tx, id).await?;
    store::save_import(&tx, &ListImport { state, sheet, header, headings, columns, rows, ..list }).await?;
    Ok(tx.commit().await?)
}

/// The columns of a list that say something: heading and some values of each.
pub async fn samples(app: &App, list: &ListImport) -> Outcome<Vec<(usize, String, Vec<String>)>> {
    let book = book_of(app, list).await?;
    let Some(sheet) = book.sheets.iter().find(|sheet| sheet.name == list.sheet) else {
        return Ok(Vec::new());
    };
    let width = sheet.lines.iter().map(Vec::len).max().unwrap_or_default();
    let cell = |row: &Vec<String>, at: usize| row.get(at).filter(|cell| !cell.is_empty()).cloned();
    let column = |at: usize| {
        let heading = list.headings.get(at).cloned().unwrap_or_default();
        let values = sheet.rows_below(list.header).filter_map(|(_, row)| cell(row, at));
        let values: Vec<String> =
            values.take(SAMPLES).map(|value| kernel::mask_cpr_like(&value, |_| false)).collect();
        (!heading.is_empty() || !values.is_empty()).then_some((at, heading, values))
    };
    Ok((0..width).filter_map(column).collect())
}

fn check_columns(kind: ListKind, columns: &Columns) -> Result<(), ImportRefusal> {
    let has_company = columns.has(Field::Cvr) || columns.has(Field::Company);
    let is_enough = match kind {
        ListKind::Contacts => columns.has(Field::Name) && has_company,
        ListKind::Visits => columns.has(Field::Date) && has_company,
        ListKind::Newsletter => columns.has(Field::Email),
    };
    let used: BTreeSet<usize> = columns.0.values().copied().collect();
    if used.len() < columns.0.len() {
        Err(ImportRefusal::ColumnTwice)
    } else if is_enough {
        Ok(())
    } else {
        Err(ImportRefusal::ColumnNeeded)
    }
}

/// Says which column says what; then every row is looked at, here or, where there are many, by a job.
pub async fn choose_columns(app: &App, ctx: &Ctx, id: ImportId, columns: Columns) -> Outcome {
    ctx.require(BRING)?;
    let tx = app.db.begin_write(ctx).await?;
    let list = locked(&tx, id).await?;
    list.check_open()?;
    if list.state == ImportState::Uploaded {
        return Err(ImportRefusal::NotNow.into());
    }
    check_columns(list.kind, &columns)?;
    let rows = list.rows;
    store::save_import(&tx, &ListImport { columns, state: ImportState::Trying, ..list }).await?;
    taking::enqueue_trial(&tx, id, rows).await?;
    tx.commit().await?;
    if rows <= taking::INLINE_ROWS_MAX { taking::try_rows(app, ctx, id).await } else { Ok(()) }
}

/// Goes back to the columns, or to the sheet; decisions are gone.
pub async fn start_again(app: &App, ctx: &Ctx, id: ImportId, state: ImportState) -> Outcome {
    ctx.require(BRING)?;
    let tx = app.db.begin_write(ctx).await?;
    let list = locked(&tx, id).await?;
    list.check_open()?;
    if !matches!(state, ImportState::Uploaded | ImportState::Columns) || list.headings.is_empty() {
        return Err(ImportRefusal::NotNow.into());
    }
    store::delete_rows(&tx, id).await?;
    store::save_import(&tx, &ListImport { state, ..list }).await?;
    Ok(tx.commit().await?)
}

/// Decides for one row: take it, leave it, or take it for this company, one of those that its name may mean.
pub async fn decide(
    app: &App,
    ctx: &Ctx,
    id: ImportId,
    number: usize,
    (decision, cvr): (Decision, Option<CvrNumber>),
) -> Outcome {
    ctx.require(BRING)?;
    let tx = app.db.begin_write(ctx).await?;
    let list = locked(&tx, id).await?;
    if list.state != ImportState::Tried {
        return Err(ImportRefusal::NotNow.into());
    }
    let row = store::find_row(&tx, id, number).await?.ok_or(Failure::NotFound)?;
    let is_offered = |cvr: &CvrNumber| row.judged.candidates.iter().any(|one| one.cvr == *cvr);
    let needs_company = row.fate == Fate::ByName && decision == Decision::Take;
    if !row.fate.is_to_decide()
        || cvr.is_some_and(|cvr| !is_offered(&cvr))
        || (needs_company && cvr.is_none())
    {
        return Err(Failure::NotFound);
    }
    store::decide_row(&tx, id, number, (Some(decision), cvr)).await?;
    Ok(tx.commit().await?)
}

/// Decides for all rows of a fate at once. Which company a name means is never decided for all.
pub async fn decide_fate(app: &App, ctx: &Ctx, id: ImportId, fate: Fate, decision: Decision) -> Outcome {
    ctx.require(BRING)?;
    if !fate.is_to_decide() || (fate == Fate::ByName && decision == Decision::Take) {
        return Err(Failure::NotFound);
    }
    let tx = app.db.begin_write(ctx).await?;
    let list = locked(&tx, id).await?;
    if list.state != ImportState::Tried {
        return Err(ImportRefusal::NotNow.into());
    }
    store::decide_all(&tx, id, fate, decision).await?;
    Ok(tx.commit().await?)
}

/// Gives a list up before anything was taken; its file goes.
pub async fn drop_list(app: &App, ctx: &Ctx, id: ImportId) -> Outcome {
    ctx.require(BRING)?;
    let tx = app.db.begin_write(ctx).await?;
    let list = locked(&tx, id).await?;
    list.check_open()?;
    let (file, now) = (list.file, Some(ctx.now()));
    store::delete_rows(&tx, id).await?;
    let dropped = ListImport { state: ImportState::Dropped, ended_at: now, cleared_at: now, ..list };
    store::save_import(&tx, &dropped).await?;
    forget_file(&tx, file).await?;
    tx.note(id.uuid(), Visibility::Staff, &RelationsFact::ListDropped).await?;
    Ok(tx.commit().await?)
}

/// Empties the rows of lists in which one of these words stands, and lets go of the files that they came from. Returns how
/// many rows.
pub(crate) async fn forget_rows_naming(app: &App, ctx: &Ctx, words: &[String]) -> Result<u64, Failure> {
    let mut count = 0;
    for (import, number) in store::rows_naming(&app.db.read(ctx), words).await? {
        let tx = app.db.begin_write(ctx).await?;
        store::empty_row(&tx, import, number).await?;
        if let Some(list) = store::lock_import(&tx, import).await?
            && list.cleared_at.is_none()
            && !list.state.is_open()
        {
            forget_file(&tx, list.file).await?;
        }
        tx.commit().await?;
        count += 1;
    }
    Ok(count)
}

pub(crate) async fn forget_file(tx: &Tx, file: AttachmentId) -> Result<(), StoreError> {
    Attachment::mark_removed(tx, file).await?;
    tx.enqueue(&RemoveFile { file }).await
}

/// Takes everything out again that a list brought, while nothing else stands on it; what it changed is as it was before.
pub async fn take_back(app: &App, ctx: &Ctx, id: ImportId) -> Outcome {
    ctx.require(BRING)?;
    let tx = app.db.begin_write(ctx).await?;
    let list = locked(&tx, id).await?;
    if list.state != ImportState::Done || list.cleared_at.is_some() {
        return Err(ImportRefusal::NotNow.into());
    }
    if store::stands_on(&tx, id, list.kind).await? {
        return Err(ImportRefusal::StandsOnIt.into());
    }
    for row in store::touched_rows(&tx, id).await? {
        taking::restore(&tx, list.kind, &row).await?;
    }
    let gone = store::forget_brought(&tx, id, list.kind).await?;
    let now = Some(ctx.now());
    store::save_import(&tx, &ListImport { state: ImportState::TakenBack, ended_at: now, ..list }).await?;
    tx.note(id.uuid(), Visibility::Staff, &RelationsFact::ListTakenBack { gone }).await?;
    Ok(tx.commit().await?)
}
