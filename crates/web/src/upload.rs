//! Forms with files: read with limits, the type read from the content, never taken from the sender.
//!
//! Files go to disk a piece at a time as they come: the memory of a form does not grow with what hangs on it.

use std::{
    io,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    task::{Context, Poll},
};

use axum::{
    body::{Body, BodyDataStream, Bytes},
    extract::{
        FromRequest, Multipart, Request,
        multipart::{Field, MultipartError},
    },
    http::StatusCode,
};
use chrono::Duration;
use futures_util::Stream;
use kernel::{Actor, Ctx};
use storage::{ArrivalError, Arrived, Arriving, Attachment};

use crate::{
    App, Auth, PageError,
    form::{Envelope, FIELD_BYTES_MAX, FORM_BYTES_MAX, Fields, open_envelope, origin_and_auth},
};

/// The largest file: 20 MB, as people count.
pub const FILE_BYTES_MAX: usize = 20 * 1000 * 1000;
/// Files in one form.
pub const FILES_MAX: usize = 5;
/// The largest form: twice the files that are kept, so that whoever sends some too many is told so beside the field and
/// keeps what was typed. What is not kept is read and let go.
pub const UPLOAD_BYTES_MAX: usize = 2 * FILES_MAX * FILE_BYTES_MAX + 1_000_000;
/// What is taken from the connection at once.
const PIECE_BYTES_MAX: usize = 64 * 1024;
/// What may come without anything coming of it: a heading of a part without end fills no memory.
const UNREAD_BYTES_MAX: usize = 512 * 1024;
/// Fields and files in one form, together.
const PARTS_MAX: usize = 500;
/// The window of what those may send who have not signed in.
const QUOTA_WINDOW: Duration = Duration::hours(24);
/// What of a file is looked at to tell what it is; office documents say it behind their first parts.
const BEGINNING_BYTES: u64 = 256 * 1024;

/// A file as it came.
#[derive(Debug)]
pub struct Upload {
    /// What the sender called it, without any folder.
    pub name: String,
    /// Its content, or why it was not taken.
    pub content: Result<Accepted, FileRefusal>,
}

/// A file that may be kept. It lies on disk already, and goes when this goes.
#[derive(Debug)]
pub struct Accepted {
    /// Read from the content.
    pub media_type: &'static str,
    /// The file.
    pub file: Arrived,
}

/// Why a file is not taken. `Display` is the message key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FileRefusal {
    /// Larger than [`FILE_BYTES_MAX`].
    #[error("web-file-too-large")]
    TooLarge,
    /// Neither a PDF, an image nor an office document.
    #[error("web-file-type")]
    Type,
    /// More than [`FILES_MAX`].
    #[error("web-file-too-many")]
    TooMany,
    /// The virus scanner found something in it.
    #[error("web-file-infected")]
    Infected,
    /// Nothing in it.
    #[error("web-file-empty")]
    Empty,
    /// The disk has no room for files; there is still some for words.
    #[error("web-file-no-room")]
    NoRoom,
    /// Too many files arrive at once.
    #[error("web-file-busy")]
    Busy,
    /// Those who have not signed in have sent as much today as is taken from them.
    #[error("web-file-quota")]
    Quota,
    /// As much hangs on the enquiry as is taken from those who have not signed in.
    #[error("web-file-enquiry-quota")]
    EnquiryQuota,
}

impl kernel::Refusal for FileRefusal {}

/// A form sent as `multipart/form-data`, from a page of ours.
pub struct UploadForm {
    /// What was typed.
    pub fields: Fields,
    /// The form's own fields.
    pub envelope: Envelope,
    /// The files.
    pub uploads: Vec<Upload>,
}

impl Upload {
    /// A file that came another way than by a form, checked as one of a form: in a mail.
    pub async fn of_bytes(app: &App, ctx: &Ctx, name: &str, content: &[u8]) -> io::Result<Self> {
        let content = match content.len() {
            0 => Err(FileRefusal::Empty),
            bytes if bytes > FILE_BYTES_MAX => Err(FileRefusal::TooLarge),
            _ => arrive(app, ctx, name, content).await?,
        };
        Ok(Self { name: name.to_owned(), content })
    }
}

async fn arrive(
    app: &App,
    ctx: &Ctx,
    name: &str,
    content: &[u8],
) -> io::Result<Result<Accepted, FileRefusal>> {
    let mut file = match told(app.attachments.arrive(ctx.new_id()).await)? {
        Ok(file) => file,
        Err(refusal) => return Ok(Err(refusal)),
    };
    match told(file.write(content).await)? {
        Ok(()) => accept(app, name, file.arrived()).await,
        Err(refusal) => Ok(Err(refusal)),
    }
}

impl FromRequest<App> for UploadForm {
    type Rejection = PageError;
    async fn from_request(request: Request, app: &App) -> Result<Self, PageError> {
        let (origin, auth) = origin_and_auth(&request)?;
        let (head, body) = request.into_parts();
        let pieces = Pieces::new(body);
        let unread = pieces.unread.clone();
        let request = Request::from_parts(head, Body::from_stream(pieces));
        let parts = Multipart::from_request(request, app).await.map_err(|_| PageError::Stale)?;
        let mut reader =
            Reader { app, auth: &auth, unread, fields: Fields::default(), uploads: Vec::new(), left: None };
        reader.read(parts).await?;
        let Reader { fields, uploads, .. } = reader;
        let envelope = open_envelope(app, &auth, &origin, &fields)?;
        Ok(Self { fields, envelope, uploads })
    }
}

/// The words of a form with files, and whether there were files: for whoever may send none now. They are read to their end and
/// let go.
pub(crate) async fn words_of(request: Request) -> Result<(Fields, bool), PageError> {
    let (head, body) = request.into_parts();
    let pieces = Pieces::new(body);
    let unread = pieces.unread.clone();
    let request = Request::from_parts(head, Body::from_stream(pieces));
    let mut parts = Multipart::from_request(request, &()).await.map_err(|_| PageError::Stale)?;
    let (mut fields, mut had_files, mut count, mut bytes) = (Fields::default(), false, 0, 0);
    while let Some(mut field) = parts.next_field().await.map_err(broken)? {
        unread.store(0, Ordering::Relaxed);
        count += 1;
        let name = field.name().unwrap_or_default().to_owned();
        let is_file = field.file_name().is_some();
        let mut value = Vec::new();
        while let Some(piece) = field.chunk().await.map_err(broken)? {
            unread.store(0, Ordering::Relaxed);
            if is_file {
                had_files |= !piece.is_empty();
                continue;
            }
            bytes += piece.len();
            if bytes > FORM_BYTES_MAX || count > PARTS_MAX {
                return Err(PageError::TooLarge);
            }
            value.extend_from_slice(&piece);
        }
        if !is_file {
            fields.push(name, &String::from_utf8_lossy(&value))?;
        }
    }
    Ok((fields, had_files))
}

/// Takes a form apart as it comes.
struct Reader<'a> {
    app: &'a App,
    auth: &'a Auth,
    unread: Arc<AtomicUsize>,
    fields: Fields,
    uploads: Vec<Upload>,
    /// What may still be sent without signing in, in bytes; asked when the first file comes.
    left: Option<u64>,
}

impl Reader<'_> {
    async fn read(&mut self, mut parts: Multipart) -> Result<(), PageError> {
        let mut count = 0;
        while let Some(field) = parts.next_field().await.map_err(broken)? {
            self.unread.store(0, Ordering::Relaxed);
            count += 1;
            if count > PARTS_MAX {
                return Err(PageError::TooLarge);
            }
            match field.file_name().map(plain_name) {
                None => self.text(field).await?,
                Some(name) => self.file(name, field).await?,
            }
        }
        Ok(())
    }

    /// The next piece of a part; none at its end.
    async fn piece(&self, field: &mut Field<'_>) -> Result<Option<Bytes>, PageError> {
        let piece = field.chunk().await.map_err(broken)?;
        self.unread.store(0, Ordering::Relaxed);
        Ok(piece)
    }

    async fn text(&mut self, mut field: Field<'_>) -> Result<(), PageError> {
        let name = field.name().unwrap_or_default().to_owned();
        let mut bytes = Vec::new();
        while let Some(piece) = self.piece(&mut field).await? {
            if bytes.len() + piece.len() > FIELD_BYTES_MAX {
                return Err(PageError::TooLarge);
            }
            bytes.extend_from_slice(&piece);
        }
        // Browsers send UTF-8, as our pages are.
        self.fields.push(name, &String::from_utf8_lossy(&bytes))
    }

    async fn file(&mut self, name: String, mut field: Field<'_>) -> Result<(), PageError> {
        let (mut arriving, mut bytes) = (Err(FileRefusal::Empty), 0);
        while let Some(piece) = self.piece(&mut field).await? {
            if piece.is_empty() {
                continue;
            }
            if bytes == 0 {
                arriving = self.begin().await?;
            }
            bytes += piece.len();
            arriving = match arriving {
                // Also what is not taken is read to its end: the form behind it is not lost.
                _ if bytes > FILE_BYTES_MAX => Err(FileRefusal::TooLarge),
                Ok(file) => self.write(file, &piece).await?,
                refused => refused,
            };
        }
        // A file field left empty is sent with no name and no content.
        if name.is_empty() && bytes == 0 {
            return Ok(());
        }
        let content = match arriving {
            Ok(file) => accept(self.app, &name, file.arrived()).await?,
            Err(refusal) => Err(refusal),
        };
        self.uploads.push(Upload { name, content });
        Ok(())
    }

    async fn begin(&mut self) -> Result<Result<Arriving, FileRefusal>, PageError> {
        if self.uploads.len() >= FILES_MAX {
            return Ok(Err(FileRefusal::TooMany));
        }
        if self.left().await? == 0 {
            return Ok(Err(FileRefusal::Quota));
        }
        Ok(told(self.app.attachments.arrive(self.auth.new_id()).await)?)
    }

    async fn write(
        &mut self,
        mut file: Arriving,
        piece: &[u8],
    ) -> Result<Result<Arriving, FileRefusal>, PageError> {
        let left = self.left().await?.checked_sub(piece.len() as u64);
        let Some(left) = left else { return Ok(Err(FileRefusal::Quota)) };
        self.left = Some(left);
        let written = file.write(piece).await;
        Ok(told(written.map(|()| file))?)
    }

    /// What this sender may still send, in bytes.
    async fn left(&mut self) -> Result<u64, PageError> {
        if let Some(left) = self.left {
            return Ok(left);
        }
        let left = match self.auth.actor() {
            Actor::Anyone => {
                let files = &self.app.attachments;
                let since = self.auth.now() - QUOTA_WINDOW;
                let sent = Attachment::anonymous_bytes(&self.app.db.read(self.auth), since).await?;
                let quota = files.limits().anonymous_bytes_per_day;
                quota.saturating_sub(sent).saturating_sub(files.arriving_bytes())
            }
            _ => u64::MAX,
        };
        self.left = Some(left);
        Ok(left)
    }
}

/// A refusal stands beside the field; anything else is an error.
fn told<T>(outcome: Result<T, ArrivalError>) -> io::Result<Result<T, FileRefusal>> {
    match outcome {
        Ok(value) => Ok(Ok(value)),
        Err(ArrivalError::NoRoom) => Ok(Err(FileRefusal::NoRoom)),
        Err(ArrivalError::Busy) => Ok(Err(FileRefusal::Busy)),
        Err(ArrivalError::Io(error)) => Err(error),
    }
}

#[expect(clippy::needless_pass_by_value, reason = "`map_err` hands the error over")]
fn broken(error: MultipartError) -> PageError {
    if error.status() == StatusCode::BAD_REQUEST { PageError::Stale } else { PageError::TooLarge }
}

/// Hands a body on a piece at a time, with a breath between two: whoever reads takes all that is there at once, and is
/// not given more than one piece. Ends when much has come and nothing was made of it.
struct Pieces {
    body: BodyDataStream,
    rest: Bytes,
    breathes: bool,
    unread: Arc<AtomicUsize>,
}

impl Pieces {
    fn new(body: Body) -> Self {
        let unread = Arc::new(AtomicUsize::new(0));
        Self { body: body.into_data_stream(), rest: Bytes::new(), breathes: false, unread }
    }
}

impl Stream for Pieces {
    type Item = Result<Bytes, axum::Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if std::mem::take(&mut self.breathes) {
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        if self.rest.is_empty() {
            match Pin::new(&mut self.body).poll_next(cx) {
                Poll::Ready(Some(Ok(bytes))) => self.rest = bytes,
                other => return other,
            }
        }
        let count = self.rest.len().min(PIECE_BYTES_MAX);
        if self.unread.fetch_add(count, Ordering::Relaxed) + count > UNREAD_BYTES_MAX {
            return Poll::Ready(Some(Err(axum::Error::new("nothing is made of what comes"))));
        }
        self.breathes = true;
        Poll::Ready(Some(Ok(self.rest.split_to(count))))
    }
}

/// A name without folders or control characters, at most 120 characters.
fn plain_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    last.chars().filter(|c| !c.is_control()).take(120).collect()
}

/// The types that are taken, as the content shows them.
const ACCEPTED_TYPES: [&str; 16] = [
    "application/pdf",
    "image/jpeg",
    "image/png",
    "image/gif",
    "image/webp",
    "image/heif",
    "image/tiff",
    "application/msword",
    "application/vnd.ms-excel",
    "application/vnd.ms-powerpoint",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "application/vnd.oasis.opendocument.text",
    "application/vnd.oasis.opendocument.spreadsheet",
    "application/vnd.oasis.opendocument.presentation",
];

async fn accept(app: &App, name: &str, mut file: Arrived) -> io::Result<Result<Accepted, FileRefusal>> {
    let is_text = is_called_text(name);
    let type_of = |bytes: &[u8]| media_type(bytes, is_text);
    let mut found = file.look(BEGINNING_BYTES, type_of).await?;
    // Old office documents say what they are anywhere in them, and what begins as text may go on as something else.
    if matches!(found, None | Some("text/plain")) && file.bytes() > BEGINNING_BYTES {
        found = file.look(FILE_BYTES_MAX as u64, type_of).await?;
    }
    let Some(media_type) = found else { return Ok(Err(FileRefusal::Type)) };
    let passes = file.passes(&app.attachments).await;
    Ok(passes.then_some(Accepted { media_type, file }).ok_or(FileRefusal::Infected))
}

fn is_called_text(name: &str) -> bool {
    [".txt", ".csv"].iter().any(|end| name.to_lowercase().ends_with(end))
}

/// What the content is, where that is taken.
fn media_type(bytes: &[u8], is_called_text: bool) -> Option<&'static str> {
    let Some(found) = infer::get(bytes).map(|kind| kind.mime_type()) else {
        // A text file has no mark of its own: it is text when it reads as text and says so by its name. What Danish Excel saves
        // is no UTF-8, but holds no byte that is none of a letter, a sign or a line's end either.
        let is_letters = |byte: &u8| *byte >= b' ' || matches!(byte, b'\t' | b'\n' | b'\r');
        let is_text = is_called_text
            && match std::str::from_utf8(bytes) {
                Ok(text) => !text.contains('\0'),
                Err(_) => bytes.iter().all(is_letters),
            };
        return is_text.then_some("text/plain");
    };
    ACCEPTED_TYPES.into_iter().find(|known| *known == found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_called_pdf_is_refused_whatever_it_is_called() {
        assert_eq!(media_type(b"MZ\x90\x00\x03\x00\x00\x00", is_called_text("tegning.pdf")), None);
        assert_eq!(media_type(b"<svg onload=alert(1)>\0", is_called_text("side.txt")), None);
        assert_eq!(media_type(b"<!doctype html><script>1</script>", is_called_text("side.html")), None);
    }

    #[test]
    fn a_list_that_danish_excel_saved_as_text_is_text() {
        let list = b"Firma;Navn\r\nSmedjen p\xe5 \xc6r\xf8;\xc5se\r\n";
        assert_eq!(media_type(list, is_called_text("kontakter.csv")), Some("text/plain"));
        assert_eq!(media_type(list, is_called_text("kontakter.exe")), None);
        assert_eq!(media_type(b"\xff\x00\x01 no text", is_called_text("kontakter.csv")), None);
    }

    #[test]
    fn a_pdf_is_a_pdf_whatever_it_is_called() {
        assert_eq!(media_type(b"%PDF-1.7\n", is_called_text("tegning")), Some("application/pdf"));
    }

    #[test]
    fn a_name_keeps_no_folder_and_no_line_break() {
        assert_eq!(plain_name("C:\\Users\\x\\plan\r\n.pdf"), "plan.pdf");
        assert_eq!(plain_name("../../etc/passwd"), "passwd");
    }
}
