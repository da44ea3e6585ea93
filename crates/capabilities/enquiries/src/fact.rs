//! What the journal says of enquiries: ids, codes, numbers and dates. The texts live in erasable rows.

use kernel::{Code, Fact, PersonId, TeamId};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// One line of the journal.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "word", rename_all = "snake_case")]
pub enum EnquiryFact {
    /// An enquiry came.
    Received { topic: Code, channel: Code, asker: Code, language: Code, has_company: bool, suspicious: bool },
    /// Its sender confirmed the address.
    Confirmed,
    /// Its sender had shown to act for the company, in this way.
    CompanyProven { by: Code },
    /// What is done with the data (GDPR article 13) was read aloud to whoever asked in person.
    Informed,
    /// Someone took it or was given it; nobody: back to the team.
    Assigned { to: Option<PersonId> },
    /// The company wrote. The text's HMAC under the row's salt.
    CompanyWrote { entry: Uuid, fingerprint: String },
    /// One of us wrote to the company or to colleagues.
    Wrote { entry: Uuid, kind: Code, fingerprint: String },
    /// A file came or went with an entry.
    FileAdded { entry: Uuid, file: Uuid, sha256: String },
    /// Another team was asked for a part of the answer.
    PartAsked { part: Uuid, of: TeamId },
    /// It gave it.
    PartAnswered { part: Uuid },
    /// A leader let it off.
    PartReleased { part: Uuid },
    /// It was noted what the case is called in another system, when news is expected from there, and whether the company
    /// sees it.
    ReferenceAdded { reference: Uuid, system: Code, expected_on: Option<chrono::NaiveDate>, shown: bool },
    /// That was changed: so it is from now on.
    ReferenceChanged { reference: Uuid, system: Code, expected_on: Option<chrono::NaiveDate>, shown: bool },
    /// It was taken out for good.
    ReferenceRemoved { reference: Uuid, system: Code },
    /// It is in the archive, where this reference leads.
    Filed { reference: Uuid },
    /// It need not be in the archive, for this reason.
    NotFiled { because: Code },
    /// It was said before where it is; now it is to be filed again.
    FilingOwed,
    /// The case was offered to another team.
    Offered { to: TeamId },
    /// The other team took it.
    HandedOver { from: TeamId, to: TeamId },
    /// The other team refused it, or did not answer in time.
    Bounced { by: TeamId, to: TeamId, in_time: bool },
    /// It went to the leader, or to the leader and the business consultant: to these.
    Escalated { why: Code, to: Vec<PersonId> },
    /// A person decided how it goes on after it had been open for long, until when where the company was told a new date; these
    /// were told.
    Decided { how: Code, until: Option<chrono::NaiveDate>, to: Vec<PersonId> },
    /// Whoever had it is away or gone: someone else has it, or the team.
    Moved { from: PersonId, to: Option<PersonId>, why: Code },
    /// It complains about one of us or about a team, and went where that one does not see it.
    Complained { about: Code, to: TeamId },
    /// It was sent on outside the municipality.
    ForwardedOutside {
        authority: Code,
        /// The day on which it was sent, where one of us said it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        on: Option<chrono::NaiveDate>,
    },
    /// It ended.
    Closed { outcome: Code, avoidable: Code, topic: Code },
    /// The company took it back.
    Withdrawn,
    /// It was taken up again.
    Reopened,
    /// A mail to whoever asks did not arrive, for this reason.
    Unreachable { message: Uuid, why: Code },
    /// It was no enquiry, for this reason.
    MarkedSpam {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        why: Option<Code>,
    },
    /// It was one after all.
    NotSpam,
    /// It is in another case.
    MarkedDuplicate { of: Uuid },
    /// The same was asked again while it was open.
    Repeated,
    /// The two questions were answered.
    Rated { score: i32, topic: Code },
    /// A text or a file was taken out.
    Redacted { what: Uuid, why: Code },
    /// The topic was corrected.
    TopicChanged { from: Code, to: Code },
    /// Old links no longer open.
    LinkRevoked,
    /// Contact and texts were taken out for good, with so many texts, files and mails.
    Erased { why: Code, texts: u32, files: u32, mails: u32 },
    /// A cause of avoidable enquiries was given an owner and a date.
    CausePlanned { cause: Code, owner: PersonId, due_on: chrono::NaiveDate },
    /// What was agreed about a cause is done, or another agreement took its place.
    CauseEnded { cause: Code },
    /// A number was put on the front page, with its period and how many stand behind it.
    NumberReleased { number: Code, from: chrono::NaiveDate, to: chrono::NaiveDate, thousandths: i64, n: u64 },
    /// The numbers were taken off the front page.
    NumbersWithdrawn,
    /// A topic of the guide says something else: in these fields, since it was edited, restored, or a release's text chosen
    /// or set aside.
    ContentEdited { topic: Code, version: i64, how: Code, fields: Vec<Code> },
    /// A topic got a service goal: adopted by a decision of that day, or proposed.
    GoalSet {
        topic: Code,
        first_reply: u8,
        answer: u8,
        valid_from: chrono::NaiveDate,
        decided_on: Option<chrono::NaiveDate>,
    },
    /// What a topic says was looked through and found right, as it was in that version.
    TopicConfirmed { topic: Code, version: i64 },
}

impl Fact for EnquiryFact {
    const CAPABILITY: &'static str = "enquiries";
}

/// Every word, for the manifest.
pub const WORDS: &[&str] = &[
    "received",
    "confirmed",
    "company_proven",
    "informed",
    "assigned",
    "company_wrote",
    "wrote",
    "file_added",
    "part_asked",
    "part_answered",
    "part_released",
    "reference_added",
    "reference_changed",
    "reference_removed",
    "filed",
    "not_filed",
    "filing_owed",
    "offered",
    "handed_over",
    "bounced",
    "escalated",
    "decided",
    "moved",
    "complained",
    "forwarded_outside",
    "closed",
    "withdrawn",
    "reopened",
    "unreachable",
    "marked_spam",
    "not_spam",
    "marked_duplicate",
    "repeated",
    "rated",
    "redacted",
    "topic_changed",
    "link_revoked",
    "erased",
    "cause_planned",
    "cause_ended",
    "number_released",
    "numbers_withdrawn",
    "content_edited",
    "goal_set",
    "topic_confirmed",
];

/// The words after which the guide is another: nodes follow them.
pub const CONTENT_WORDS: [&str; 3] = ["content_edited", "goal_set", "topic_confirmed"];
