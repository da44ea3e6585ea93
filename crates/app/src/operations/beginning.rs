//! What is to be done before a town is invited in: each thing with whether it is done, and where one does it. Read anew each
//! time; nobody ticks anything off.

use std::collections::BTreeSet;

use ::web::{App, Auth, Page};
use enquiries::{GuideState, access, guide::Topic, model::Standing};
use identity::model::Staff;
use kernel::Role;
use storage::StoreError;

use super::{Sightings, Untold};
use crate::capabilities;

/// One thing to do.
pub struct Step {
    key: &'static str,
    /// Whether it is done.
    pub is_done: bool,
    /// How many are missing, where they can be counted.
    missing: i64,
    /// What is missing by name, as it is written in the configuration.
    named: String,
    /// Where it is done.
    pub place: Place,
}

/// Where a thing is done.
pub enum Place {
    /// On a page of ours.
    Page(&'static str),
    /// On the command line.
    Command(&'static str),
    /// In the configuration.
    Setting,
}

impl Step {
    fn new(key: &'static str, missing: usize, place: Place) -> Self {
        let count = i64::try_from(missing).unwrap_or(i64::MAX);
        Self { key, is_done: missing == 0, missing: count, named: String::new(), place }
    }

    /// Its heading.
    pub fn title(&self, page: &Page) -> String {
        page.t(&format!("operations-begin-{}", self.key))
    }

    /// What to do, or what is there.
    pub fn says(&self, page: &Page) -> String {
        let key = format!("operations-begin-{}-{}", self.key, if self.is_done { "done" } else { "todo" });
        page.t2(&key, ("count", self.missing), ("named", self.named.as_str()))
    }

    /// What the link says.
    pub fn link_words(&self, page: &Page) -> String {
        page.t(&format!("operations-begin-{}-link", self.key))
    }
}

/// Everything that is to be done, in the order in which one does it; `mail_refused` when the mail server did not take the
/// last mail.
pub async fn steps(app: &App, auth: &Auth, mail_refused: bool) -> Result<Vec<Step>, StoreError> {
    let read = app.db.read(auth);
    let staff = capabilities::staff(app, auth).await?;
    let guide = app.kept::<GuideState>().guide(auth.tenant());
    let today = app.calendar.local_date(auth.now());
    // What is left to the telephone has not begun: nobody is missing there.
    let begun = || guide.topics().iter().filter(|topic| !topic.by_phone);
    let answering = begun().map(|topic| topic.team.as_str()).collect();
    let (empty, unled) = teams(&staff, &answering);
    let proposed = begun().filter(|topic| !topic.goal_on(today).adopted).count();
    let is_due = |topic: &&Topic| {
        topic.reviewed.is_some_and(|reviewed| reviewed.standing(app.rules(), today) != Standing::Good)
    };
    let unreviewed = guide.topics().iter().filter(is_due).count();
    let is_missing = usize::from;
    let register = registry::store::last_done(&app.db).await?;
    let mut steps = if app.site(auth.tenant()).demo { Vec::new() } else { settings(app, auth, mail_refused) };
    steps.extend([
        Step::new("people", is_missing(!anyone_answers(&staff)), Place::Page("/drift/personer")),
        Step::new("teams", empty, Place::Page("/drift/personer")),
        Step::new("leaders", unled, Place::Page("/drift/personer")),
        Step::new("register", is_missing(register.is_none()), Place::Command("samspil registry import")),
        Step::new(
            "areas",
            is_missing(registry::store::areas(&read).await?.is_empty()),
            Place::Command("samspil areas import"),
        ),
        Step::new(
            "policy",
            is_missing(policy::store::newest(&read).await?.is_empty()),
            Place::Command("samspil policy import"),
        ),
        Step::new("goals", proposed, Place::Page("/intern/emner")),
        Step::new("reviews", unreviewed, Place::Page("/intern/emner")),
    ]);
    Ok(steps)
}

/// What stands in the configuration.
fn settings(app: &App, auth: &Auth, mail_refused: bool) -> Vec<Step> {
    let site = app.site(auth.tenant());
    // These have a step of their own.
    let apart = ["base_url", "[smtp]"];
    let untold = app.kept::<Untold>().0.iter().map(|missing| missing.setting);
    let untold: Vec<&str> = untold.filter(|setting| !apart.contains(setting)).collect();
    let told = Step { named: untold.join(", "), ..Step::new("told", untold.len(), Place::Setting) };
    let is_untold_proxy = site.is_secure() && app.proxies().is_empty();
    let is_proxy_wrong = is_untold_proxy || app.kept::<Sightings>().seen().is_some();
    vec![
        told,
        Step::new("address", usize::from(!site.is_secure()), Place::Setting),
        Step::new("proxy", usize::from(is_proxy_wrong), Place::Setting),
        match app.mailer.is_missing() {
            false if mail_refused => Step::new("mail-refused", 1, Place::Setting),
            missing => Step::new("mail", usize::from(missing), Place::Setting),
        },
    ]
}

fn anyone_answers(staff: &Staff) -> bool {
    let matrix = identity::Matrix::of(&capabilities::manifests());
    let answers = |role: &Role| matrix.allows(*role, access::WORK);
    staff.roles.iter().any(|(person, roles)| {
        staff.works_here(*person) && roles.iter().any(answers) && !staff.own_teams(*person).is_empty()
    })
}

/// How many of the teams that enquiries go to have nobody in them, and how many have nobody who leads them.
fn teams(staff: &Staff, answering: &BTreeSet<&str>) -> (usize, usize) {
    let has_members = |team: &kernel::TeamId| {
        staff.members.get(team).is_some_and(|members| members.iter().any(|one| staff.works_here(*one)))
    };
    let find = |key: &&str| staff.teams.values().find(|team| team.key.as_str() == *key);
    let empty = answering.iter().filter(|key| find(key).is_none_or(|team| !has_members(&team.id))).count();
    let unled = answering.iter().filter(|key| find(key).is_none_or(|team| team.leader.is_none())).count();
    (empty, unled)
}
