//! Teams, and the posts that people hold in them.

use kernel::{Code, Language, PersonId, Phone, Refusal, TeamId};
use serde::{Deserialize, Serialize};

/// A team: the smallest unit that owns cases.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Team {
    /// Which.
    pub id: TeamId,
    /// The key by which the guide's topics name it, such as `building`.
    pub key: Code,
    /// Its name in Danish.
    pub name_da: String,
    /// Its name in English.
    pub name_en: String,
    /// Its telephone.
    pub phone: Phone,
    /// When it can be reached, in Danish.
    pub hours_da: String,
    /// When it can be reached, in English.
    pub hours_en: String,
    /// Who leads it.
    pub leader: Option<PersonId>,
    /// Who leads it while the leader is away.
    pub deputy: Option<PersonId>,
    /// Who takes its telephone.
    pub duty: Option<PersonId>,
}

/// A team about to be added.
#[derive(Debug, Clone)]
pub struct NewTeam {
    /// The key by which the guide's topics name it.
    pub key: Code,
    /// Its name in Danish.
    pub name_da: String,
    /// Its name in English.
    pub name_en: String,
    /// Its telephone.
    pub phone: Phone,
    /// When it can be reached, in Danish.
    pub hours_da: String,
    /// When it can be reached, in English.
    pub hours_en: String,
}

/// A place in a team that one person holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Post {
    /// Leads the team.
    Leader,
    /// Leads it while the leader is away.
    Deputy,
    /// Takes its telephone.
    Duty,
}

impl Post {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Leader, Self::Deputy, Self::Duty];

    /// As written in forms.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Leader => "leader",
            Self::Deputy => "deputy",
            Self::Duty => "duty",
        }
    }

    /// Reads an id.
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|post| post.id() == id)
    }
}

impl Team {
    /// Its name in a language.
    pub fn name(&self, language: Language) -> &str {
        match language {
            Language::Da => &self.name_da,
            Language::En => &self.name_en,
        }
    }

    /// Who holds a post.
    pub const fn holder(&self, post: Post) -> Option<PersonId> {
        match post {
            Post::Leader => self.leader,
            Post::Deputy => self.deputy,
            Post::Duty => self.duty,
        }
    }
}

/// Why a team cannot be added or changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TeamRefusal {
    /// There is a team with this key.
    #[error("identity-team-key-taken")]
    KeyTaken,
    /// No name, in one of the languages.
    #[error("identity-name-missing")]
    NameMissing,
    /// The person has left, or is none.
    #[error("identity-has-left")]
    HasLeft,
    /// The person could not open what the team is asked.
    #[error("identity-cannot-answer")]
    CannotAnswer,
    /// The leader cannot be deputy as well.
    #[error("identity-leader-is-deputy")]
    LeaderIsDeputy,
}
impl Refusal for TeamRefusal {}
