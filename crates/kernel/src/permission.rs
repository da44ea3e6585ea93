//! Who may do what. Capabilities declare permissions; roles carry them; everything else is denied.

use serde::{Deserialize, Serialize};

/// One thing that one may do, named `capability.verb`, for example `enquiries.reply`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Permission(&'static str);

impl Permission {
    /// Declares a permission; only manifests do.
    pub const fn new(name: &'static str) -> Self {
        Self(name)
    }
    /// Its name.
    pub const fn name(self) -> &'static str {
        self.0
    }
}

macro_rules! roles {
    ($($(#[$doc:meta])* $variant:ident = $id:literal,)*) => {
        /// A role a person may hold in a tenant (`domain.md` 1.1). Roles are data: a person holds any number of them.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum Role { $($(#[$doc])* $variant,)* }

        impl Role {
            /// Every role.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The id as stored and as written in configuration.
            pub const fn id(self) -> &'static str {
                match self { $(Self::$variant => $id,)* }
            }

            /// Reads an id.
            pub fn from_id(id: &str) -> Option<Self> {
                match id { $($id => Some(Self::$variant),)* _ => None }
            }
        }
    };
}

roles! {
    /// Anyone on the web who has not signed in. Not stored: everyone has it.
    Anyone = "anyone",
    /// A company's contact who signed in by a link. Not stored: it follows from the session.
    CompanyContact = "company_contact",
    /// Erhvervskonsulent.
    BusinessConsultant = "business_consultant",
    /// Sagsbehandler.
    CaseOfficer = "case_officer",
    /// Udbudskonsulent, indkøbsjurist.
    ProcurementOfficer = "procurement_officer",
    /// Kontraktansvarlig.
    ContractOwner = "contract_owner",
    /// Virksomhedskonsulent.
    EmploymentConsultant = "employment_consultant",
    /// Åben skole-koordinator.
    SchoolCoordinator = "school_coordinator",
    /// Uddannelsesvejleder.
    GuidanceCounsellor = "guidance_counsellor",
    /// Grøn koordinator, klimakoordinator.
    GreenCoordinator = "green_coordinator",
    /// Byplanlægger.
    Planner = "planner",
    /// Kommunikationsmedarbejder.
    CommsOfficer = "comms_officer",
    /// Leder.
    Manager = "manager",
    /// Udvalgsmedlem.
    CommitteeMember = "committee_member",
    /// Borgmester.
    Mayor = "mayor",
    /// Databeskyttelsesrådgiver.
    Dpo = "dpo",
    /// Arkiv og journal.
    RecordsOfficer = "records_officer",
    /// Systemadministrator: no content rights.
    Admin = "admin",
    /// Intern revision, jurist.
    Auditor = "auditor",
}

impl Role {
    /// The roles whose holders answer for a team. Nobody else can be named to take what a team owes: an administrator, a
    /// politician or an auditor cannot open it.
    pub const ANSWERING: &'static [Self] = &[
        Self::BusinessConsultant,
        Self::CaseOfficer,
        Self::ProcurementOfficer,
        Self::EmploymentConsultant,
        Self::SchoolCoordinator,
        Self::GreenCoordinator,
        Self::Planner,
        Self::Manager,
    ];
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_role_reads_back_by_its_id_and_is_written_so_in_json() {
        for role in Role::ALL {
            assert_eq!(Role::from_id(role.id()), Some(*role));
            assert_eq!(serde_json::to_value(role).unwrap(), role.id());
        }
        assert_eq!(Role::from_id("owner"), None);
    }
}
