//! What mail servers write when a mail could not be delivered: RFC 3464, and what older ones write instead, as far as our
//! own Message-ID stands in it.

use kernel::MessageId;
use mail_parser::{MessageParser, MimeHeaders, PartType};
use uuid::Uuid;

use super::{
    Bounce,
    headers::Head,
    parts::{Parts, legible},
};

/// Receivers of whom one report tells.
const REPORTED_MAX: usize = 50;

/// Whether a mail is a report of this kind.
pub(super) fn is_report(parts: &Parts<'_>, kind: &str) -> bool {
    let root = parts.message().root_part();
    root.is_content_type("multipart", "report")
        && root
            .content_type()
            .and_then(|content| content.attribute("report-type"))
            .is_some_and(|report| report.eq_ignore_ascii_case(kind))
}

/// What a mail says about mails that were not delivered; `None` where it is about something else.
pub(super) fn of(parts: &Parts<'_>, head: &Head<'_>, text: &str) -> Option<Vec<Bounce>> {
    let status = parts.leaves().find(|(_, part)| {
        part.is_content_type("message", "delivery-status")
            || part.is_content_type("message", "global-delivery-status")
    });
    let Some((_, status)) = status.filter(|_| is_report(parts, "delivery-status")) else {
        return unreported(parts, head, text);
    };
    let message = returned(parts);
    let bounces: Vec<Bounce> = receivers(&parts.text_of(status))
        .filter_map(|(action, status)| {
            let is_final = match action.as_str() {
                "failed" => true,
                "delayed" => false,
                // Delivered, relayed, expanded: it arrived.
                "" if !status.is_empty() => status.starts_with('5'),
                _ => return None,
            };
            Some(Bounce { message, is_final, status })
        })
        .take(REPORTED_MAX)
        .collect();
    // A report that tells only of mails that arrived is automatic, as it says itself.
    (!bounces.is_empty()).then_some(bounces)
}

/// Action and status of each receiver: groups of header fields, each after an empty line.
fn receivers(report: &str) -> impl Iterator<Item = (String, String)> {
    let report = report.replace("\r\n", "\n");
    let groups: Vec<String> = report.split("\n\n").map(|group| format!("{}\n\n", group.trim())).collect();
    groups.into_iter().filter_map(|group| {
        let message = MessageParser::default().parse_headers(group.as_bytes())?;
        let value = |name: &str| {
            let raw = legible(&message).and_then(|message| message.header_raw(name.to_owned()));
            let raw = raw.unwrap_or_default();
            raw.split_whitespace().next().unwrap_or_default().to_lowercase()
        };
        let (action, status) = (value("Action"), value("Status"));
        (!action.is_empty() || !status.is_empty())
            .then(|| (action, codes(&status).next().unwrap_or_default()))
    })
}

/// Which mail of ours is handed back, whole or only its header.
fn returned(parts: &Parts<'_>) -> Option<MessageId> {
    parts.leaves().find_map(|(_, part)| match &part.body {
        PartType::Message(mail) => legible(mail)?.message_id().and_then(ours),
        _ if part.is_content_type("text", "rfc822-headers") => {
            let header = format!("{}\r\n\r\n", parts.text_of(part).trim_end());
            let message = MessageParser::default().parse_headers(header.as_bytes())?;
            legible(&message)?.message_id().and_then(ours)
        }
        _ => None,
    })
}

/// The message of a Message-ID as we write it: `ID@our-domain`. Whether it is one, only the table of messages tells.
pub(crate) fn ours(message_id: &str) -> Option<MessageId> {
    let (id, _) = message_id.trim_matches(['<', '>', ' ']).split_once('@')?;
    id.parse::<Uuid>().ok().map(MessageId::from)
}

/// A mail server's own words, without a report: they count only where they come from a mail server and name a mail of ours.
fn unreported(parts: &Parts<'_>, head: &Head<'_>, text: &str) -> Option<Vec<Bounce>> {
    let names_failed = head.has("X-Failed-Recipients");
    let from_server = names_failed
        || head.values("Return-Path").iter().any(|path| path == "<>")
        || head.values("From").iter().any(|from| {
            ["mailer-daemon", "postmaster@", "mail delivery s"].iter().any(|name| from.contains(name))
        });
    if !from_server {
        return None;
    }
    let message = returned(parts).or_else(|| message_id_in(text))?;
    let status = codes(text).next().unwrap_or_default();
    let is_final = status.starts_with('5') || (status.is_empty() && names_failed);
    // A postmaster who hands a mail of ours on says nothing of the kind.
    (names_failed || !status.is_empty()).then(|| vec![Bounce { message: Some(message), is_final, status }])
}

/// A Message-ID of ours in running text.
fn message_id_in(text: &str) -> Option<MessageId> {
    let lines = text
        .lines()
        .filter(|line| line.trim_start_matches(['>', ' ']).to_lowercase().starts_with("message-id:"));
    lines.filter_map(|line| line.split_once(':')).find_map(|(_, id)| ours(id.trim()))
}

/// The status codes of RFC 3463 in a text, such as `5.1.1`.
fn codes(text: &str) -> impl Iterator<Item = String> {
    let words = text.split(|c: char| !(c.is_ascii_digit() || c == '.'));
    words.map(|word| word.trim_matches('.')).filter(|word| is_code(word)).map(str::to_owned)
}

fn is_code(word: &str) -> bool {
    let parts: Vec<&str> = word.split('.').collect();
    matches!(parts.as_slice(), ["2" | "4" | "5", subject, detail]
        if [subject, detail].iter().all(|part| (1..=3).contains(&part.len())))
}
