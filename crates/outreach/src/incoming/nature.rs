//! Whether a person wrote a mail. In doubt a person did: an absence notice in the tray is a nuisance, a question that was
//! taken for one is an answer that never comes.

use super::{Nature, bounce, headers::Head, parts::Parts};

/// The header that our own mails carry, by which one that comes back is known.
pub(crate) const LOOP_HEADER: &str = "X-Samspil-Loop";

/// How a mail shows that a program wrote it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Automatic {
    /// It says so: `Auto-Submitted` (RFC 3834).
    Submitted,
    /// An absence notice or its kin, by other signs.
    Reply,
    /// It went to many: `Precedence`.
    Bulk,
    /// A mailing list or a newsletter.
    List,
    /// A receipt for having been read (RFC 8098).
    Receipt,
    /// Nobody is to be told when it cannot be delivered, as only programs write.
    NullSender,
    /// It is one of our own.
    Loop,
}

impl Automatic {
    /// All of them.
    pub const ALL: [Self; 7] =
        [Self::Submitted, Self::Reply, Self::Bulk, Self::List, Self::Receipt, Self::NullSender, Self::Loop];

    /// As stored.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Submitted => "auto-submitted",
            Self::Reply => "auto-reply",
            Self::Bulk => "bulk",
            Self::List => "list",
            Self::Receipt => "receipt",
            Self::NullSender => "null-sender",
            Self::Loop => "loop",
        }
    }
}

pub(super) fn of(parts: &Parts<'_>, head: &Head<'_>, subject: &str, text: &str) -> Nature {
    if let Some(bounces) = bounce::of(parts, head, text) {
        return Nature::Bounced(bounces);
    }
    automatic(parts, head, subject).map_or(Nature::Written, Nature::Automatic)
}

fn automatic(parts: &Parts<'_>, head: &Head<'_>, subject: &str) -> Option<Automatic> {
    if head.has(LOOP_HEADER) {
        return Some(Automatic::Loop);
    }
    if bounce::is_report(parts, "disposition-notification") {
        return Some(Automatic::Receipt);
    }
    if says_automatic(head, subject) {
        return Some(Automatic::Submitted);
    }
    let answers_by_itself = ["X-Autoreply", "X-Autorespond", "X-Autoresponse", "X-AutoReply-From"];
    if answers_by_itself.into_iter().any(|name| head.values(name).iter().any(|value| value != "no"))
        || (head.has("X-Auto-Response-Suppress") && is_absence(subject))
    {
        return Some(Automatic::Reply);
    }
    let precedence = head.values("Precedence");
    let precedence = |words: &[&str]| precedence.iter().any(|value| words.contains(&value.as_str()));
    if precedence(&["auto_reply", "auto-reply"]) {
        return Some(Automatic::Reply);
    }
    if precedence(&["bulk", "junk"]) {
        return Some(Automatic::Bulk);
    }
    // Sales programs and group mailboxes put a list's headers also on what a person writes. A newsletter answers nobody.
    let is_of_list = precedence(&["list"]) || head.has("List-Id") || head.has("List-Unsubscribe");
    if is_of_list && !head.has("In-Reply-To") {
        return Some(Automatic::List);
    }
    let comes_from_nobody = head.values("Return-Path").iter().any(|path| path == "<>");
    comes_from_nobody.then_some(Automatic::NullSender)
}

/// RFC 3834. Exchange says `auto-generated` also of what a rule of a mailbox passes on, and that was written by a person: a
/// municipality's old mailbox is often passed on in that way. Its absence notices say besides that they want no answer.
fn says_automatic(head: &Head<'_>, subject: &str) -> bool {
    let says = |value: &String| {
        let word = value.split([';', ' ', '(']).next().unwrap_or_default();
        !word.is_empty() && word != "no"
    };
    let values = head.values("Auto-Submitted");
    if !values.iter().any(says) {
        return false;
    }
    let was_passed_on = values.iter().all(|value| value.starts_with("auto-generated"))
        && (head.has("X-MS-Exchange-Generated-Message-Source") || head.has("X-MS-Exchange-Inbox-Rules-Loop"))
        && !head.has("X-Auto-Response-Suppress")
        && !is_absence(subject);
    !was_passed_on
}

/// How mail programs begin the subject of an absence notice. Only together with another sign: people write so too.
/// `X-Auto-Response-Suppress` alone is none: Exchange and distribution lists set it on what people write.
pub(super) fn is_absence(subject: &str) -> bool {
    let begins = [
        "automatisk svar:",
        "autosvar:",
        "autosvar",
        "automatic reply:",
        "auto:",
        "autoreply:",
        "auto-reply:",
        "out of office:",
        "ikke til stede:",
        "fravær:",
        "fraværsbesked",
    ];
    let subject = subject.to_lowercase();
    begins.into_iter().any(|begin| subject.starts_with(begin))
}
