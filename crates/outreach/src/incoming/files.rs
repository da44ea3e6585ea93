//! What came with a mail, each under a name that is safe to keep.

use std::collections::BTreeSet;

use mail_parser::{MessagePart, MimeHeaders, PartType};

use super::parts::{Parts, legible};

/// A file that came with a mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IncomingFile {
    /// What the sender called it, made safe.
    pub name: String,
    /// Its content.
    pub bytes: Vec<u8>,
}

/// A picture that the mail shows and that is smaller belongs to a signature.
const SIGNATURE_PICTURE_BYTES_MAX: usize = 20 * 1024;
/// The longest name, in characters: with room for what a file system adds.
const NAME_CHARS_MAX: usize = 120;
/// The longest ending that is kept when a name is cut, in characters.
const ENDING_CHARS_MAX: usize = 12;

/// The files of a mail, in its order.
pub(super) fn of(parts: &Parts<'_>) -> Vec<IncomingFile> {
    let html = parts.hypertext();
    let shown = shown_in(&html);
    let mut files: Vec<IncomingFile> = Vec::new();
    for (id, part) in parts.leaves().filter(|(id, _)| !parts.is_body(*id)) {
        let bytes = parts.content(part);
        if bytes.is_empty() || belongs_to_signature(part, &bytes, &shown) {
            continue;
        }
        let name = safe(&name_of(part), || format!("file-{id}.{}", ending_of(part)));
        files.push(IncomingFile { name, bytes });
    }
    files
}

/// The Content-IDs that HTML shows.
fn shown_in(html: &str) -> BTreeSet<&str> {
    let is_end = |c: char| c.is_whitespace() || "\"'>)&".contains(c);
    html.split("cid:").skip(1).filter_map(|rest| rest.split(is_end).next()).collect()
}

fn belongs_to_signature(part: &MessagePart<'_>, bytes: &[u8], shown: &BTreeSet<&str>) -> bool {
    let is_picture = part.content_type().is_some_and(|kind| kind.ctype().eq_ignore_ascii_case("image"));
    let id = part.content_id().map(|id| id.trim_matches(['<', '>', ' '])).filter(|id| !id.is_empty());
    is_picture && bytes.len() < SIGNATURE_PICTURE_BYTES_MAX && id.is_some_and(|id| shown.contains(id))
}

/// What it is called; a mail is called by its subject.
fn name_of(part: &MessagePart<'_>) -> String {
    match (&part.body, part.attachment_name()) {
        (PartType::Message(mail), name) => {
            let called = name.or_else(|| legible(mail)?.subject()).unwrap_or("mail");
            let called = called.strip_suffix(".eml").unwrap_or(called);
            format!("{}.eml", called.replace(['/', '\\'], "-"))
        }
        (_, name) => name.unwrap_or_default().to_owned(),
    }
}

/// The ending of a file that has no name.
fn ending_of(part: &MessagePart<'_>) -> &'static str {
    let Some(kind) = part.content_type() else { return "txt" };
    let subtype = kind.subtype().unwrap_or_default().to_ascii_lowercase();
    match (kind.ctype().to_ascii_lowercase().as_str(), subtype.as_str()) {
        ("image", "jpeg" | "jpg") => "jpg",
        ("image", "png") => "png",
        ("image", "gif") => "gif",
        ("image", "heic") => "heic",
        ("application", "pdf") => "pdf",
        ("text", "html") => "html",
        ("text", "calendar") => "ics",
        ("text", _) => "txt",
        ("message", _) => "eml",
        _ => "bin",
    }
}

/// A name without a path, without what file systems, terminals and pages stumble over, and not too long.
fn safe(name: &str, otherwise: impl FnOnce() -> String) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let is_kept = |c: &char| !c.is_control() && !turns_or_hides(*c);
    let kept = last.chars().filter(is_kept).map(|c| if r#"<>:"|?*"#.contains(c) { '_' } else { c });
    let kept: String = kept.collect();
    let kept = kept.trim_matches(|c: char| c == '.' || c.is_whitespace());
    if kept.is_empty() { otherwise() } else { shortened(kept) }
}

/// Characters that turn the order of letters round, or that nobody sees: `fdp.exe` reads as `exe.pdf` with them.
const fn turns_or_hides(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

fn shortened(name: &str) -> String {
    if name.chars().count() <= NAME_CHARS_MAX {
        return name.to_owned();
    }
    let ending = name.rsplit_once('.').map(|(_, ending)| ending).unwrap_or_default();
    let ending: String = ending.chars().take(ENDING_CHARS_MAX).collect();
    let begin: String = name.chars().take(NAME_CHARS_MAX - ENDING_CHARS_MAX - 1).collect();
    format!("{}.{ending}", begin.trim_end()).trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_name_loses_its_path_and_what_turns_it_round() {
        let cases = [
            ("../../etc/passwd", "passwd"),
            (r"C:\Users\smed\tegning.pdf", "tegning.pdf"),
            ("fra\u{202e}fdp.exe", "frafdp.exe"),
            ("a\r\nb\0.pdf", "ab.pdf"),
            ("Åben <plan>?.pdf", "Åben _plan__.pdf"),
            ("...", "file-1.bin"),
            ("/", "file-1.bin"),
        ];
        for (name, expected) in cases {
            assert_eq!(safe(name, || "file-1.bin".into()), expected, "{name:?}");
        }
    }

    #[test]
    fn a_name_that_is_too_long_keeps_its_ending() {
        let long = format!("{}.docx", "å".repeat(400));
        let cut = safe(&long, String::new);
        assert_eq!(cut.rsplit_once('.').unwrap().1, "docx");
        assert!(cut.chars().count() <= NAME_CHARS_MAX, "{cut}");
    }

    proptest! {
        #[test]
        fn whatever_a_file_is_called_its_name_is_one_line_without_a_path(name in any::<String>()) {
            let safe = safe(&name, || "file-1.bin".into());
            prop_assert!(!safe.is_empty() && safe.chars().count() <= NAME_CHARS_MAX);
            prop_assert!(!safe.contains(['/', '\\']) && !safe.chars().any(char::is_control));
        }
    }
}
