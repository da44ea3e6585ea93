//! Forms with files: read with limits, the type read from the content, never taken from the sender.

use axum::extract::{FromRequest, Multipart, Request};

use crate::{
    App, PageError,
    form::{Envelope, Fields, open_envelope, origin_and_auth},
};

/// The largest file: 20 MB, as people count.
pub const FILE_BYTES_MAX: usize = 20 * 1000 * 1000;
/// Files in one form.
pub const FILES_MAX: usize = 5;
/// The largest form: twice the files that are kept, so that whoever sends some too many is told so beside the field and
/// keeps what was typed. What is not kept is read and let go; the memory of one form is bounded by what is.
pub const UPLOAD_BYTES_MAX: usize = 2 * FILES_MAX * FILE_BYTES_MAX + 1_000_000;

/// A file as it came.
#[derive(Debug, Clone)]
pub struct Upload {
    /// What the sender called it, without any folder.
    pub name: String,
    /// Its content, or why it was not taken.
    pub content: Result<Accepted, FileRefusal>,
}

/// A file that may be kept.
#[derive(Debug, Clone)]
pub struct Accepted {
    /// Read from the content.
    pub media_type: &'static str,
    /// The bytes.
    pub bytes: Vec<u8>,
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
    /// Nothing in it.
    #[error("web-file-empty")]
    Empty,
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

impl FromRequest<App> for UploadForm {
    type Rejection = PageError;
    async fn from_request(request: Request, app: &App) -> Result<Self, PageError> {
        let (origin, auth) = origin_and_auth(&request)?;
        let mut parts = Multipart::from_request(request, app).await.map_err(|_| PageError::Stale)?;
        let (mut fields, mut uploads) = (Fields::default(), Vec::new());
        while let Some(mut field) = parts.next_field().await.map_err(|_| PageError::TooLarge)? {
            let name = field.name().unwrap_or_default().to_owned();
            let Some(file_name) = field.file_name().map(plain_name) else {
                let text = field.text().await.map_err(|_| PageError::Stale)?;
                fields.push(name, &text)?;
                continue;
            };
            let mut bytes = Vec::new();
            let mut is_too_large = false;
            while let Some(chunk) = field.chunk().await.map_err(|_| PageError::TooLarge)? {
                is_too_large |= bytes.len() + chunk.len() > FILE_BYTES_MAX;
                if is_too_large {
                    bytes = Vec::new();
                } else {
                    bytes.extend_from_slice(&chunk);
                }
            }
            // A file field left empty is sent with no name and no content.
            if file_name.is_empty() && bytes.is_empty() && !is_too_large {
                continue;
            }
            let content = match (is_too_large, uploads.len()) {
                (true, _) => Err(FileRefusal::TooLarge),
                (false, FILES_MAX..) => Err(FileRefusal::TooMany),
                (false, _) => accept(&file_name, bytes),
            };
            uploads.push(Upload { name: file_name, content });
        }
        let envelope = open_envelope(app, &auth, &origin, &fields)?;
        Ok(Self { fields, envelope, uploads })
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

fn accept(name: &str, bytes: Vec<u8>) -> Result<Accepted, FileRefusal> {
    if bytes.is_empty() {
        return Err(FileRefusal::Empty);
    }
    let found = infer::get(&bytes).map(|kind| kind.mime_type());
    if let Some(media_type) = found.and_then(|found| ACCEPTED_TYPES.into_iter().find(|known| *known == found))
    {
        return Ok(Accepted { media_type, bytes });
    }
    // A text file has no mark of its own: it is text when it reads as text and says so by its name.
    let is_text = found.is_none()
        && [".txt", ".csv"].iter().any(|end| name.to_lowercase().ends_with(end))
        && std::str::from_utf8(&bytes).is_ok_and(|text| !text.contains('\0'));
    if is_text { Ok(Accepted { media_type: "text/plain", bytes }) } else { Err(FileRefusal::Type) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_called_pdf_is_refused_whatever_it_is_called() {
        let program = b"MZ\x90\x00\x03\x00\x00\x00".to_vec();
        assert_eq!(accept("tegning.pdf", program).unwrap_err(), FileRefusal::Type);
        assert_eq!(accept("side.txt", b"<svg onload=alert(1)>\0".to_vec()).unwrap_err(), FileRefusal::Type);
        assert_eq!(
            accept("side.html", b"<!doctype html><script>1</script>".to_vec()).unwrap_err(),
            FileRefusal::Type
        );
    }

    #[test]
    fn a_pdf_is_a_pdf_whatever_it_is_called() {
        assert_eq!(accept("tegning", b"%PDF-1.7\n".to_vec()).unwrap().media_type, "application/pdf");
    }

    #[test]
    fn a_name_keeps_no_folder_and_no_line_break() {
        assert_eq!(plain_name("C:\\Users\\x\\plan\r\n.pdf"), "plan.pdf");
        assert_eq!(plain_name("../../etc/passwd"), "passwd");
    }
}
