//! What identity writes into the journal: who was given which right by whom, ids and codes only.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use kernel::{Code, ContactId, Fact, PersonId, Role, TeamId};
use serde::{Deserialize, Serialize};

use crate::model::{AbsenceId, AccountId, LinkId, Post, SessionId};

/// A line of identity. Other capabilities follow `person_left`, `absence_noted` and `absence_ended` as
/// [`ports::PeopleLine`]: they move what is owed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "word", rename_all = "snake_case")]
#[expect(missing_docs, reason = "the fields are ids of what the line's own sentence names")]
pub enum IdentityFact {
    /// Someone began to work here.
    PersonAdded { person: PersonId },
    /// Name, address, telephone or language were changed.
    PersonChanged { person: PersonId },
    /// A role was given.
    RoleGiven { person: PersonId, role: Role },
    /// A role was taken away.
    RoleTaken { person: PersonId, role: Role },
    /// A team came to be.
    TeamAdded { team: TeamId, key: Code },
    /// A team's name, telephone or hours were changed.
    TeamChanged { team: TeamId },
    /// Someone joined a team.
    TeamJoined { person: PersonId, team: TeamId },
    /// Someone is no longer in a team.
    TeamParted { person: PersonId, team: TeamId },
    /// Who leads, deputises or takes the telephone.
    PostGiven { team: TeamId, post: Post, person: Option<PersonId> },
    /// Someone will be away, and who takes the work.
    AbsenceNoted {
        absence: AbsenceId,
        person: PersonId,
        teams: BTreeSet<TeamId>,
        first_day: NaiveDate,
        last_day: Option<NaiveDate>,
        substitute: Option<PersonId>,
    },
    /// Someone is back before the noted last day.
    AbsenceEnded { absence: AbsenceId, person: PersonId, teams: BTreeSet<TeamId>, back_on: NaiveDate },
    /// Someone no longer works here: every role, team, post and session is gone.
    PersonLeft { person: PersonId, teams: BTreeSet<TeamId> },
    /// A link was sent: an invitation, a new password, a sign-in.
    LinkSent { link: LinkId, purpose: Code },
    /// Someone chose a password.
    PasswordSet { person: PersonId },
    /// A code from the telephone is asked for at sign-in.
    SecondStepOn { person: PersonId },
    /// It is no longer.
    SecondStepOff { person: PersonId },
    /// New recovery codes were made; the old ones are dead.
    RecoveryCodesMade { person: PersonId },
    /// A person came in by a recovery code: the telephone may be lost.
    RecoveryCodeUsed { person: PersonId },
    /// A person signed in.
    SignedIn { session: SessionId, person: PersonId },
    /// A person signed in by a password though people sign in by a provider.
    EmergencyPasswordUsed { session: SessionId, person: PersonId },
    /// An account of a provider was bound to a person: who comes by it is that person from now on.
    AccountBound { account: AccountId, person: PersonId },
    /// A company's contact signed in.
    ContactSignedIn { session: SessionId, contact: ContactId },
    /// Somebody signed in for a company by MitID Erhverv.
    CompanySignedIn { session: SessionId, contact: ContactId },
    /// Somebody who may act for several companies chose one.
    CompanyChosen { session: SessionId, contact: ContactId },
    /// A session was ended by hand.
    SessionEnded { session: SessionId },
    /// A session ended because its provider said so, or lets the person in no more.
    SessionEndedElsewhere { session: SessionId },
}

impl Fact for IdentityFact {
    const CAPABILITY: &'static str = "identity";
}

/// The words, for the manifest.
pub const WORDS: &[&str] = &[
    "person_added",
    "person_changed",
    "role_given",
    "role_taken",
    "team_added",
    "team_changed",
    "team_joined",
    "team_parted",
    "post_given",
    "absence_noted",
    "absence_ended",
    "person_left",
    "link_sent",
    "password_set",
    "second_step_on",
    "second_step_off",
    "recovery_codes_made",
    "recovery_code_used",
    "signed_in",
    "account_bound",
    "emergency_password_used",
    "contact_signed_in",
    "company_signed_in",
    "company_chosen",
    "session_ended",
    "session_ended_elsewhere",
];
