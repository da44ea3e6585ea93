//! Who may not know of a complaint, and who gets it instead. Pure.
//!
//! A complaint about one of us bypasses that person and that person's teams (forvaltningsloven §§3-6: nobody decides in a
//! case about oneself). It goes to
//! 1. the team that answers complaints;
//! 2. where that is the team itself, or the person's: its leader alone;
//! 3. where it is about that leader: the leader of another team, alone;
//! 4. where there is none: an administrator, alone, who sees to it that someone can answer;
//! 5. where there is none either: one of us outside those teams, alone.
//!
//! Where even that is nobody, the complaint is not taken: what nobody can read would never be answered.
//!
//! A name that the sender typed may mean several. Until one of us has said who is meant, everyone that it may mean is outside.

use std::collections::BTreeSet;

use kernel::{PersonId, TeamId, fold};

/// Words of a name shorter than this mean nobody.
const NAME_WORD_CHARS_MIN: usize = 3;

/// Who may not know that a case is there, and whom alone it is for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wall {
    /// Those whom it is about, or may be about.
    pub people: BTreeSet<PersonId>,
    /// The team that it is about, and those of the person.
    pub teams: BTreeSet<TeamId>,
    /// The only one who may see it, where no team may.
    pub only: Option<PersonId>,
}

impl Wall {
    /// Whether someone in these teams may not know that the case is there. Whom it is for alone is let in though its team
    /// is outside; whom it is about never is.
    pub fn hides_from(&self, person: Option<PersonId>, teams: &BTreeSet<TeamId>) -> bool {
        if person.is_some_and(|person| self.people.contains(&person)) {
            return true;
        }
        match self.only {
            Some(only) => person != Some(only),
            None => !self.teams.is_disjoint(teams),
        }
    }

    /// Whether anyone is outside.
    pub fn is_open(&self) -> bool {
        *self == Self::default()
    }

    /// The stored form: `p:ID` for a person, `t:ID` for a team, `o:ID` for the only one, one after the other.
    pub fn text(&self) -> Option<String> {
        let people = self.people.iter().map(|id| format!("p:{id}"));
        let teams = self.teams.iter().map(|id| format!("t:{id}"));
        let only = self.only.iter().map(|id| format!("o:{id}"));
        let all: Vec<String> = people.chain(teams).chain(only).collect();
        (!all.is_empty()).then(|| all.join(" "))
    }

    /// Reads the stored form.
    pub fn from_text(text: &str) -> Option<Self> {
        let mut wall = Self::default();
        for word in text.split_whitespace() {
            match word.split_once(':')? {
                ("p", id) => {
                    wall.people.insert(id.parse().ok()?);
                }
                ("t", id) => {
                    wall.teams.insert(id.parse().ok()?);
                }
                ("o", id) => wall.only = Some(id.parse().ok()?),
                _ => return None,
            }
        }
        Some(wall)
    }
}

/// A team, as far as complaints need to know it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Desk {
    /// Which.
    pub team: TeamId,
    /// What it is called, in both languages.
    pub names: Vec<String>,
    /// Who leads it.
    pub leader: Option<PersonId>,
    /// Who is in it, by name.
    pub members: Vec<(PersonId, String)>,
}

impl Desk {
    fn has(&self, person: PersonId) -> bool {
        self.leader == Some(person) || self.members.iter().any(|(member, _)| *member == person)
    }
}

/// Whom a complaint is about, as far as we know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subject {
    /// This person.
    Person(PersonId),
    /// This team.
    Team(TeamId),
    /// Whoever the words may mean.
    Words(String),
}

/// Where a complaint goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Complaint {
    /// The team that owns it.
    pub team: TeamId,
    /// The person, where it is sure who is meant.
    pub about_person: Option<PersonId>,
    /// The team, where it is sure which is meant.
    pub about_team: Option<TeamId>,
    /// Who is outside.
    pub wall: Wall,
}

/// Where a complaint about `subject` goes. `answering` is the team that answers complaints, `desks` are all teams,
/// `administrators` those who see to it where nobody else may. `None` where nobody at all may read it.
pub fn place_complaint(
    subject: &Subject,
    answering: TeamId,
    desks: &[Desk],
    administrators: &[PersonId],
) -> Option<Complaint> {
    let (people, named_teams) = meant(subject, desks);
    let mut teams = named_teams.clone();
    let theirs = desks.iter().filter(|desk| people.iter().any(|person| desk.has(*person)));
    teams.extend(theirs.map(|desk| desk.team));
    let mut wall = Wall { people, teams, only: None };
    let desk = desks.iter().find(|desk| desk.team == answering);
    let mut team = answering;
    let can_answer = |desk: &Desk| {
        let teams_of = |person| desks.iter().filter(|desk| desk.has(person)).map(|desk| desk.team).collect();
        desk.members.iter().any(|(person, _)| !wall.hides_from(Some(*person), &teams_of(*person)))
    };
    if wall.teams.contains(&answering) || !desk.is_some_and(can_answer) {
        let may = |person: &PersonId| !wall.people.contains(person);
        let own = desk.and_then(|desk| desk.leader).filter(may);
        let mut others =
            desks.iter().filter(|desk| desk.team != answering && !wall.teams.contains(&desk.team));
        let next = || others.find_map(|desk| desk.leader.filter(may).map(|leader| (desk.team, leader)));
        let last = || administrators.iter().copied().find(may).map(|person| (answering, person));
        let outside = || {
            let mut desks = desks.iter().filter(|desk| !wall.teams.contains(&desk.team));
            desks.find_map(|desk| {
                let mut people = desk.members.iter().map(|(person, _)| *person);
                people.find(may).map(|person| (desk.team, person))
            })
        };
        let (owner, person) =
            own.map(|leader| (answering, leader)).or_else(next).or_else(last).or_else(outside)?;
        team = owner;
        wall.only = Some(person);
    }
    let people = wall.people.len();
    Some(Complaint {
        team,
        about_person: wall.people.first().copied().filter(|_| people == 1),
        about_team: named_teams.first().copied().filter(|_| people == 0 && named_teams.len() == 1),
        wall,
    })
}

fn meant(subject: &Subject, desks: &[Desk]) -> (BTreeSet<PersonId>, BTreeSet<TeamId>) {
    match subject {
        Subject::Person(person) => ([*person].into(), BTreeSet::new()),
        Subject::Team(team) => (BTreeSet::new(), [*team].into()),
        Subject::Words(text) => {
            let typed = words(text);
            let everyone = desks.iter().flat_map(|desk| &desk.members);
            let people: Vec<_> = everyone.filter(|(_, name)| shares_a_word(&typed, &words(name))).collect();
            // Whoever is called by the whole name is meant, and not everyone who shares a word of it.
            let whole = people.iter().filter(|(_, name)| words(name).is_subset(&typed));
            let whole: BTreeSet<PersonId> = whole.map(|(person, _)| *person).collect();
            let any = people.iter().map(|(person, _)| *person).collect();
            let is_named = |desk: &&Desk| {
                let text = fold(text);
                desk.names.iter().any(|name| !name.is_empty() && text.contains(&fold(name)))
            };
            let teams = desks.iter().filter(is_named).map(|desk| desk.team).collect();
            (if whole.is_empty() { any } else { whole }, teams)
        }
    }
}

fn words(text: &str) -> BTreeSet<String> {
    let folded = fold(text);
    let words = folded.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_owned).collect()
}

fn shares_a_word(typed: &BTreeSet<String>, name: &BTreeSet<String>) -> bool {
    typed.intersection(name).any(|word| word.chars().count() >= NAME_WORD_CHARS_MIN)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use uuid::Uuid;

    fn person(n: u128) -> PersonId {
        Uuid::from_u128(n + 1).into()
    }

    fn team(n: u128) -> TeamId {
        Uuid::from_u128(1_000 + n).into()
    }

    fn desk(n: u128, name: &str, leader: Option<u128>, members: &[(u128, &str)]) -> Desk {
        let members = members.iter().map(|(n, name)| (person(*n), (*name).to_owned())).collect();
        Desk { team: team(n), names: vec![name.to_owned()], leader: leader.map(person), members }
    }

    /// 0 answers complaints and is led by Jens; 1 builds and is led by Lars; 2 advises and is led by Mette.
    fn hall() -> Vec<Desk> {
        vec![
            desk(0, "Sekretariatet", Some(0), &[(0, "Jens Bro"), (1, "Sofie Lind")]),
            desk(1, "Byggesagsteamet", Some(2), &[(2, "Lars Holt"), (3, "Line Krog"), (4, "Jonas Birk")]),
            desk(2, "Erhvervskonsulenten", Some(5), &[(5, "Mette Holm")]),
        ]
    }

    fn place(subject: &Subject) -> Complaint {
        place_complaint(subject, team(0), &hall(), &[person(9)]).unwrap()
    }

    #[test]
    fn a_complaint_about_an_officer_goes_to_the_team_that_answers_complaints_past_the_officers_own() {
        let placed = place(&Subject::Person(person(3)));
        assert_eq!((placed.team, placed.about_person, placed.wall.only), (team(0), Some(person(3)), None));
        assert!(placed.wall.hides_from(Some(person(3)), &BTreeSet::new()));
        assert!(placed.wall.hides_from(Some(person(2)), &[team(1)].into()), "the leader is of the team");
        assert!(!placed.wall.hides_from(Some(person(1)), &[team(0)].into()));
        assert!(placed.wall.hides_from(Some(person(1)), &[team(0), team(1)].into()), "whoever is in both");
    }

    #[test]
    fn a_complaint_about_those_who_answer_complaints_goes_to_their_leader_alone() {
        for subject in [Subject::Person(person(1)), Subject::Team(team(0))] {
            let placed = place(&subject);
            assert_eq!((placed.team, placed.wall.only), (team(0), Some(person(0))), "{subject:?}");
            assert!(!placed.wall.hides_from(Some(person(0)), &[team(0)].into()));
            assert!(placed.wall.hides_from(Some(person(1)), &[team(0)].into()));
            assert!(placed.wall.hides_from(Some(person(5)), &[team(2)].into()));
        }
    }

    #[test]
    fn a_complaint_about_that_leader_goes_to_another_leader_and_at_last_to_an_administrator() {
        let placed = place(&Subject::Person(person(0)));
        assert_eq!((placed.team, placed.wall.only), (team(1), Some(person(2))));
        let alone = [desk(0, "Sekretariatet", Some(0), &[(0, "Jens Bro")])];
        let placed =
            place_complaint(&Subject::Person(person(0)), team(0), &alone, &[person(0), person(9)]).unwrap();
        assert_eq!((placed.team, placed.wall.only), (team(0), Some(person(9))));
    }

    #[test]
    fn a_typed_name_is_taken_for_whoever_it_may_mean() {
        let typed = |words: &str| place(&Subject::Words(words.into()));
        assert_eq!(typed("line krog fra byggesag").about_person, Some(person(3)));
        assert_eq!(typed("Sekretariatet").about_team, Some(team(0)));
        let half = typed("ham der hedder Jonas");
        assert_eq!(half.about_person, Some(person(4)));
        let both = typed("Line eller Lars");
        assert_eq!(both.about_person, None, "nobody is sure");
        assert_eq!(both.wall.people, [person(2), person(3)].into());
        let nobody = typed("en ung mand");
        assert!(nobody.wall.is_open() && nobody.team == team(0));
        assert_eq!(typed("Sofie").wall.only, Some(person(0)), "half a name is enough to step aside");
    }

    #[test]
    fn a_complaint_that_nobody_could_read_is_not_taken() {
        // The only administrator leads everything, and the words may mean everyone.
        let hall = [
            desk(0, "Sekretariatet", Some(0), &[(0, "Jens Bro"), (1, "Sofie Lind")]),
            desk(1, "Byggesagsteamet", Some(2), &[(2, "Lars Holt")]),
        ];
        let placed =
            |words: &str| place_complaint(&Subject::Words(words.into()), team(0), &hall, &[person(0)]);
        assert_eq!(placed("Jens, Sofie eller Lars"), None);
        let left = placed("Jens eller Sofie").unwrap();
        assert_eq!((left.team, left.wall.only), (team(1), Some(person(2))), "the other team's leader");
        // Nobody leads, and the only administrator is meant: somebody else in another team reads it.
        let hall = [
            desk(0, "Sekretariatet", None, &[(0, "Jens Bro")]),
            desk(1, "Byggesagsteamet", None, &[(2, "Lars Holt")]),
        ];
        let placed = |who| place_complaint(&Subject::Person(who), team(0), &hall, &[person(0)]);
        assert_eq!(placed(person(0)).unwrap().wall.only, Some(person(2)));
        let alone = [desk(0, "Sekretariatet", None, &[(0, "Jens Bro")])];
        assert_eq!(place_complaint(&Subject::Team(team(0)), team(0), &alone, &[]), None);
    }

    proptest! {
        #[test]
        fn what_is_taken_can_be_read_by_somebody_it_is_not_about(
            words in "(jens|sofie|lars|line|jonas|mette|sekretariatet|byggesagsteamet| ){0,6}",
            administrator in 0..7_u128,
        ) {
            let hall = hall();
            if let Some(placed) = place_complaint(&Subject::Words(words), team(0), &hall, &[person(administrator)]) {
                let teams_of = |person| hall.iter().filter(|desk| desk.has(person)).map(|desk| desk.team).collect();
                let own = hall.iter().filter(|desk| desk.team == placed.team).flat_map(|desk| &desk.members);
                let all = own.map(|(person, _)| *person).chain(placed.wall.only);
                let readers: Vec<PersonId> =
                    all.filter(|one| !placed.wall.hides_from(Some(*one), &teams_of(*one))).collect();
                prop_assert!(!readers.is_empty());
                prop_assert!(readers.iter().all(|one| !placed.wall.people.contains(one)));
            }
        }

        #[test]
        fn whoever_is_meant_never_gets_it_and_whoever_gets_it_sees_it(
            who in 0..7_u128, about_team in any::<bool>(), leaders in proptest::collection::vec(proptest::option::of(0..6_u128), 3),
            rows in proptest::collection::vec((0..3_u128, 0..6_u128), 0..12),
        ) {
            let desks: Vec<Desk> = leaders.iter().enumerate().map(|(n, leader)| {
                let n = n as u128;
                let members: Vec<(u128, &str)> = rows.iter().filter(|(desk, _)| *desk == n).map(|(_, who)| (*who, "N")).collect();
                desk(n, "Team", *leader, &members)
            }).collect();
            let subject = if about_team { Subject::Team(team(who % 3)) } else { Subject::Person(person(who)) };
            let placed = place_complaint(&subject, team(0), &desks, &[person(6), person(7)]).unwrap();
            let teams_of = |person| desks.iter().filter(|desk| desk.has(person)).map(|desk| desk.team).collect();
            if let Some(named) = placed.about_person {
                prop_assert!(placed.wall.hides_from(Some(named), &teams_of(named)));
                prop_assert_ne!(placed.wall.only, Some(named));
            }
            if let Some(only) = placed.wall.only {
                prop_assert!(!placed.wall.hides_from(Some(only), &teams_of(only)));
            } else {
                let desk = desks.iter().find(|desk| desk.team == placed.team).unwrap();
                prop_assert!(desk.members.iter().any(|(one, _)| !placed.wall.hides_from(Some(*one), &teams_of(*one))));
            }
            let text = placed.wall.text().unwrap();
            prop_assert_eq!(Wall::from_text(&text), Some(placed.wall));
        }
    }
}
