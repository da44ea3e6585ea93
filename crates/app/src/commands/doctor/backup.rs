//! How old the last backup is. The journal says when one was made by `samspil backup`; what other programs copy, nobody here
//! knows.

use chrono::{DateTime, Utc};
use kernel::{Calendar, TenantId};
use serde::Serialize;
use storage::{Db, StoreError};

use super::{Findings, State};
use crate::{
    configuration::{Configuration, FILE},
    operations::{self, Backup},
};

/// What to write into the timetable of the machine.
const COMMAND: &str =
    "run `samspil backup FOLDER` every night, and keep the file on another machine (docs/operator-backup.md)";

/// The last backup of a municipality, for a program.
#[derive(Debug, Serialize)]
pub(super) struct Told {
    municipality: TenantId,
    last: Option<Backup>,
    age_seconds: Option<i64>,
    warn_after_seconds: u64,
    is_late: bool,
}

/// Looks into the journal of each municipality.
pub(super) async fn look(
    db: &Db,
    configuration: &Configuration,
    findings: &mut Findings,
) -> Result<(), StoreError> {
    let (clock, ids) = super::super::real();
    let sites = configuration.sites("", false);
    for site in &sites {
        let now = clock.now();
        let read = db.read(&kernel::Ctx::system("doctor", site.tenant, now, ids.clone()));
        let what = if sites.len() > 1 {
            format!("last backup of {}", site.tenant)
        } else {
            "last backup".to_owned()
        };
        let (last, age) = (operations::last_backup(&read).await?, configuration.backup.warn_after());
        let is_late = last.is_none_or(|last| last.is_older_at(now, age));
        match &last {
            None => findings.add(State::Note, &what, "none was made yet", COMMAND),
            Some(last) => {
                let state = if is_late || last.discrepancies > 0 { State::Note } else { State::Good };
                let to_do = if last.discrepancies > 0 {
                    "find out what happened to the files: samspil backup names them".to_owned()
                } else if is_late {
                    format!("{COMMAND}; [backup] warn_after_hours in {FILE} says from when this is told")
                } else {
                    String::new()
                };
                findings.add(state, &what, says(last, now, &configuration.calendar), to_do);
            }
        }
        findings.1.push(Told {
            municipality: site.tenant,
            last,
            age_seconds: last.map(|last| (now - last.made_at).num_seconds()),
            warn_after_seconds: age.as_secs(),
            is_late,
        });
    }
    Ok(())
}

fn says(last: &Backup, now: DateTime<Utc>, calendar: &Calendar) -> String {
    let flaws = match last.discrepancies {
        0 => String::new(),
        some => format!("; {some} files were not as they should be"),
    };
    let Backup { bytes, rows, files, .. } = last;
    let made_at = super::local(Some(calendar), last.made_at);
    format!(
        "{} old, of {made_at}: {rows} rows and {files} files in {bytes} bytes{flaws}",
        age(now - last.made_at)
    )
}

/// Hours up to two days, then days.
fn age(since: chrono::Duration) -> String {
    match since.num_hours() {
        0 => format!("{} minutes", since.num_minutes()),
        hours @ ..48 => format!("{hours} hours"),
        hours => format!("{} days", hours / 24),
    }
}
