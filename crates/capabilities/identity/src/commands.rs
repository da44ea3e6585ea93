//! What one can do with people, teams and roles. One function: one permission, one transaction, journal lines.
//!
//! The command line and the demo use the same functions, with the context of [`operator`]. Signing in and everything that
//! a link does is in [`sign_in`], the code from the telephone in [`second_step`], coming from a provider in [`provider`].

mod absence;
pub(crate) mod company;
pub(crate) mod confirmation;
mod people;
pub mod provider;
pub mod second_step;
mod sessions;
pub mod sign_in;
mod teams;

use std::sync::Arc;

use chrono::{DateTime, Utc};
use kernel::{Actor, Ctx, Ids, Language, Permission, Reach, TeamId, TenantId, Visibility};
use storage::{Db, NewLine, StoreError, Tx};

use crate::{IdentityFact, model::Staff, store};

pub(crate) use absence::may_note_absence;
pub use absence::{NewAbsence, end_absence, note_absence};
pub use people::{
    FormKey, NewHire, Place, add_person, change_person, choose_mail, give_role, hire, hire_at_the_machine,
    join_team, leave, place,
};
pub use sessions::{
    ABSENCE_RULE, CONTACT_RULE, SESSION_RULE, end_other_sessions, end_session, forget, outlived,
};
pub use sign_in::set_password;
pub use teams::{add_team, change_team, give_post, give_posts};

/// Adds people, gives roles, makes teams.
pub const ADMINISTER: Permission = Permission::new("identity.administer");
/// Has a page of one's own, and looks after the teams that one leads: everyone who works here.
pub const WORK: Permission = Permission::new("identity.work");

/// Someone at the machine itself, who may what an administrator may: the command line and the demo.
pub fn operator(command: &'static str, tenant: TenantId, now: DateTime<Utc>, ids: Arc<Ids>) -> Ctx {
    let reach = Reach { permissions: [ADMINISTER].into(), ..Reach::default() };
    Ctx::new(tenant, Actor::System(command), Arc::new(reach), Language::Da, now, ids)
}

/// Begins a change of people or teams: other changes wait until it is over, so that what is read stays true.
async fn begin(db: &Db, ctx: &Ctx) -> Result<(Tx, Staff), StoreError> {
    let tx = db.begin_write(ctx).await?;
    store::raise_version(&tx).await?;
    let staff = store::staff(&tx).await?;
    Ok((tx, staff))
}

/// A line that those may read who work here.
async fn note(tx: &Tx, subject: impl Into<uuid::Uuid>, fact: IdentityFact) -> Result<(), StoreError> {
    tx.note(subject, Visibility::Staff, &fact).await?;
    Ok(())
}

/// A line about a team.
async fn note_team(tx: &Tx, team: TeamId, fact: IdentityFact) -> Result<(), StoreError> {
    let line = NewLine {
        subject: team.into(),
        party: None,
        team: Some(team.into()),
        visibility: Visibility::Staff,
        fact: &fact,
    };
    tx.journal(line).await?;
    Ok(())
}

/// A line about how someone signs in. It has the visibility of a team and no team: colleagues do not see it.
async fn note_private(tx: &Tx, subject: impl Into<uuid::Uuid>, fact: IdentityFact) -> Result<(), StoreError> {
    tx.note(subject, Visibility::Team, &fact).await?;
    Ok(())
}
