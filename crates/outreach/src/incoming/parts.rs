//! A mail taken apart. The parser finds the parts; each is decoded here when it is asked for.
//!
//! The parser is told not to look at how a part is encoded: it would read encoded mails inside mails by calling itself, and
//! a mail can be made that nests until the stack ends. Read in the open, it keeps a stack of its own, however deep.

use mail_parser::{
    HeaderName, Message, MessageParser, MessagePart, MimeHeaders, PartType,
    decoders::{
        base64::base64_decode, charsets::map::charset_decoder, quoted_printable::quoted_printable_decode,
    },
};

use super::{Unreadable, hypertext};

/// More parts than any mail that people write has.
const PARTS_MAX: usize = 1_000;
/// More parts with parts in them than any mail that people write has, a hundred mails inside it counted in.
const BOUNDARIES_MAX: usize = 300;

/// The parameter by which a part says what separates the parts in it.
const BOUNDARY: &[u8] = b"boundary";

/// A mail and its parts.
pub(super) struct Parts<'x> {
    bytes: &'x [u8],
    message: Message<'x>,
}

impl Drop for Parts<'_> {
    /// One mail inside another after the other, not by recursion: they may be ten thousand deep.
    fn drop(&mut self) {
        let mut inside = vec![std::mem::take(&mut self.message)];
        while let Some(message) = inside.pop() {
            inside.extend(message.parts.into_iter().filter_map(|part| match part.body {
                PartType::Message(message) => Some(message),
                _ => None,
            }));
        }
    }
}

impl<'x> Parts<'x> {
    pub(super) fn of(bytes: &'x [u8]) -> Result<Self, Unreadable> {
        if boundaries(bytes) > BOUNDARIES_MAX {
            return Err(Unreadable::TooManyParts);
        }
        // A parser that is told about one header must be told about all.
        let parser = MessageParser::new()
            .with_mime_headers()
            .with_address_headers()
            .with_message_ids()
            .header_text(HeaderName::Subject)
            .ignore_header(HeaderName::ContentTransferEncoding);
        let message = parser.parse(bytes).ok_or(Unreadable::NoMail)?;
        let parts = Self { bytes, message };
        match parts.message.parts.len() {
            0 => Err(Unreadable::NoMail),
            1..=PARTS_MAX => Ok(parts),
            _ => Err(Unreadable::TooManyParts),
        }
    }

    /// The mail, as the parser sees it. Bodies in it are not decoded.
    pub(super) const fn message(&self) -> &Message<'x> {
        &self.message
    }

    /// All of it.
    pub(super) const fn bytes(&self) -> &'x [u8] {
        self.bytes
    }

    /// All after the header.
    pub(super) fn body(&self) -> &'x [u8] {
        let begin = self.message.parts.first().map_or(0, |root| root.offset_body);
        self.bytes.get(begin as usize..).unwrap_or_default()
    }

    /// The parts that hold something themselves: no multiparts. Those of mails inside are not among them.
    pub(super) fn leaves(&self) -> impl Iterator<Item = (u32, &MessagePart<'x>)> {
        let numbered = (0_u32..).zip(&self.message.parts);
        numbered.filter(|(_, part)| !matches!(part.body, PartType::Multipart(_)))
    }

    /// A part's content, decoded. What says that it is encoded and is not, is handed out as it stands.
    pub(super) fn content(&self, part: &MessagePart<'_>) -> Vec<u8> {
        let range = part.offset_body as usize..part.offset_end as usize;
        let body = self.bytes.get(range).unwrap_or_default();
        let decoded = match self.encoding(part).as_str() {
            "base64" => base64_decode(body),
            "quoted-printable" => quoted_printable_decode(body),
            _ => None,
        };
        decoded.unwrap_or_else(|| body.to_vec())
    }

    fn encoding(&self, part: &MessagePart<'_>) -> String {
        let is_encoding = |name: &HeaderName<'_>| *name == HeaderName::ContentTransferEncoding;
        let header = part.headers.iter().rfind(|header| is_encoding(&header.name));
        let range = header.map_or(0..0, |header| header.offset_start as usize..header.offset_end as usize);
        let value = String::from_utf8_lossy(self.bytes.get(range).unwrap_or_default());
        value.trim().to_ascii_lowercase()
    }

    /// A part's content as text.
    pub(super) fn text_of(&self, part: &MessagePart<'_>) -> String {
        let charset = part.content_type().and_then(|kind| kind.attribute("charset"));
        to_text(&self.content(part), charset)
    }

    /// What was written: the plain text, and where there is none, the text of the HTML.
    pub(super) fn text(&self) -> String {
        let plain = tidy(&self.joined(|part| {
            (is_plain(part) && matches!(part.body, PartType::Text(_))).then(|| self.text_of(part))
        }));
        if !plain.is_empty() {
            return plain;
        }
        tidy(&self.joined(|part| {
            matches!(part.body, PartType::Html(_)).then(|| hypertext::to_text(&self.text_of(part)))
        }))
    }

    fn joined(&self, read: impl Fn(&MessagePart<'x>) -> Option<String>) -> String {
        let bodies = self.body_parts().filter_map(|id| self.message.parts.get(id as usize));
        bodies.filter_map(read).collect::<Vec<_>>().join("\n\n")
    }

    /// The parts that are shown as the mail itself, in order, each once.
    fn body_parts(&self) -> impl Iterator<Item = u32> {
        let mut ids = [self.message.text_body.as_slice(), &self.message.html_body].concat();
        ids.sort_unstable();
        ids.dedup();
        ids.into_iter()
    }

    /// Whether a part is among what [`Parts::text`] reads.
    pub(super) fn is_body(&self, id: u32) -> bool {
        self.body_parts().any(|body| body == id)
            && self.message.parts.get(id as usize).is_some_and(|part| match part.body {
                PartType::Text(_) => is_plain(part),
                PartType::Html(_) => true,
                _ => false,
            })
    }

    /// The HTML of the mail, as it stands.
    pub(super) fn hypertext(&self) -> String {
        self.joined(|part| matches!(part.body, PartType::Html(_)).then(|| self.text_of(part)))
    }
}

/// How many boundaries a mail declares. The parser looks for each of them to the end of the mail.
fn boundaries(bytes: &[u8]) -> usize {
    let declares = |at: &[u8]| {
        let (word, rest) = at.split_at_checked(BOUNDARY.len()).unwrap_or_default();
        word.eq_ignore_ascii_case(BOUNDARY) && rest.contains(&b'=')
    };
    bytes.windows(BOUNDARY.len() + 4).filter(|at| declares(at)).count()
}

/// A mail inside another, where anything of it could be read: the parser's getters count on a header.
pub(super) fn legible<'a, 'x>(mail: &'a Message<'x>) -> Option<&'a Message<'x>> {
    (!mail.parts.is_empty()).then_some(mail)
}

/// `text/plain`, or nothing said. A calendar is text too, and is no text that people read.
fn is_plain(part: &MessagePart<'_>) -> bool {
    part.content_type().is_none() || part.is_content_type("text", "plain")
}

/// Bytes as text. Programs that write windows-1252 call it all kinds of names, and some say nothing at all.
pub(super) fn to_text(bytes: &[u8], charset: Option<&str>) -> String {
    let label = charset.unwrap_or_default().trim().to_ascii_lowercase();
    let western = matches!(label.as_str(), "iso-8859-1" | "latin1" | "iso8859-1");
    if !western {
        if let Some(decode) = charset_decoder(label.as_bytes()).filter(|_| !is_ascii_label(&label)) {
            return decode(bytes);
        }
        if let Ok(text) = std::str::from_utf8(bytes) {
            return text.to_owned();
        }
    }
    match charset_decoder(b"windows-1252") {
        Some(decode) => decode(bytes),
        None => String::from_utf8_lossy(bytes).into_owned(),
    }
}

fn is_ascii_label(label: &str) -> bool {
    matches!(label, "" | "us-ascii" | "ascii")
}

/// One kind of line end, no control characters, no blanks at the end of a line, at most one empty line after another.
fn tidy(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let mut tidied = String::with_capacity(text.len());
    let mut empty_lines = 0;
    for line in text.lines() {
        let is_unseen = |c: &char| (c.is_control() && *c != '\t') || matches!(c, '\u{feff}' | '\u{200b}');
        let line: String = line.chars().filter(|c| !is_unseen(c)).collect();
        let line = line.trim_end();
        empty_lines = if line.is_empty() { empty_lines + 1 } else { 0 };
        if empty_lines < 2 {
            tidied.push_str(line);
            tidied.push('\n');
        }
    }
    tidied.trim_matches('\n').trim_end().to_owned()
}
