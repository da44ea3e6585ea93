//! Who may do what with contacts, visits and lists.

use kernel::{Permission, Role};

/// See whom we know at companies, and when we were there.
pub const READ: Permission = Permission::new("relations.read");
/// Note visits, planned and held.
pub const VISIT: Permission = Permission::new("relations.visit");
/// Bring lists, and look after the newsletter's.
pub const BRING: Permission = Permission::new("relations.bring");
/// Have the own calendar read by another program.
pub const CALENDAR: Permission = Permission::new("relations.calendar");

const WHO_READS: &[Role] = &[
    Role::BusinessConsultant,
    Role::CaseOfficer,
    Role::EmploymentConsultant,
    Role::SchoolCoordinator,
    Role::GreenCoordinator,
    Role::Planner,
    Role::Manager,
];
const WHO_VISITS: &[Role] = &[
    Role::BusinessConsultant,
    Role::EmploymentConsultant,
    Role::SchoolCoordinator,
    Role::GreenCoordinator,
    Role::Manager,
];
const WHO_BRINGS: &[Role] = &[Role::BusinessConsultant, Role::Manager];

/// Which role may what.
pub const PERMISSIONS: &[(Permission, &[Role])] =
    &[(READ, WHO_READS), (VISIT, WHO_VISITS), (BRING, WHO_BRINGS), (CALENDAR, Role::ANSWERING)];
