//! Who may see a case and work on it. Pure.

use kernel::{Ctx, Permission, Role, TeamId};

use crate::model::Case;

/// Send an enquiry.
pub const SEND: Permission = Permission::new("enquiries.send");
/// Work on the cases of one's teams.
pub const WORK: Permission = Permission::new("enquiries.work");
/// See every case that is not confidential.
pub const READ_ALL: Permission = Permission::new("enquiries.read_all");
/// Put numbers on the front page, and give the causes of avoidable enquiries an owner.
pub const LEAD: Permission = Permission::new("enquiries.lead");
/// Say where mails belong that nobody but a person can place.
pub const PLACE: Permission = Permission::new("enquiries.place");
/// See the figures per team and topic.
pub const FIGURES: Permission = Permission::new("enquiries.figures");

/// Change what the guide says, and enter what the council has decided about its goals.
pub const CONTENT: Permission = Permission::new("enquiries.content");

/// Say where ended cases are filed, of every case that one may see.
pub const FILE: Permission = Permission::new("enquiries.file");

/// Who carries what.
pub const PERMISSIONS: &[(Permission, &[Role])] = &[
    (
        SEND,
        &[
            Role::Anyone,
            Role::CompanyContact,
            Role::BusinessConsultant,
            Role::CaseOfficer,
            Role::ProcurementOfficer,
            Role::EmploymentConsultant,
            Role::SchoolCoordinator,
            Role::GreenCoordinator,
            Role::Planner,
            Role::Manager,
        ],
    ),
    (WORK, Role::ANSWERING),
    (READ_ALL, &[Role::BusinessConsultant, Role::RecordsOfficer, Role::Auditor]),
    (FILE, &[Role::RecordsOfficer]),
    (LEAD, &[Role::Manager]),
    (PLACE, &[Role::BusinessConsultant, Role::Manager]),
    (CONTENT, &[Role::BusinessConsultant, Role::CommsOfficer, Role::Manager]),
    (FIGURES, &[Role::Manager, Role::BusinessConsultant, Role::CommitteeMember, Role::Mayor, Role::Auditor]),
];

/// Whether the asker may see the case; `parts` are the teams that owe a part of its answer.
pub fn may_see(ctx: &Ctx, case: &Case, parts: &[TeamId]) -> bool {
    if case.wall.hides_from(ctx.person(), ctx.teams()) {
        return false;
    }
    if case.wall.only.is_some() {
        return true;
    }
    let owns = ctx.teams().contains(&case.team);
    let offered = case.hand_over.is_some_and(|offer| ctx.teams().contains(&offer.to));
    let helps = parts.iter().any(|team| ctx.teams().contains(team));
    let works = ctx.may(WORK) && (owns || offered || (helps && !case.confidential));
    let reads = ctx.may(READ_ALL) && !case.confidential;
    works || reads
}

/// Whether the asker may reply, close and hand over: only the owning team may.
pub fn may_work(ctx: &Ctx, case: &Case) -> bool {
    let is_ours = case.wall.only.is_some() || ctx.teams().contains(&case.team);
    ctx.may(WORK) && is_ours && !case.wall.hides_from(ctx.person(), ctx.teams())
}

/// Whether the asker may say where the case is filed.
pub fn may_file(ctx: &Ctx, case: &Case) -> bool {
    may_work(ctx, case) || (ctx.may(FILE) && may_see(ctx, case, &[]))
}
