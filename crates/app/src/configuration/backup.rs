//! What an operator says of backups.

use std::time::Duration;

use serde::{Deserialize, Deserializer, de};

/// A backup every night, and two hours for one that takes its time.
const WARN_AFTER_HOURS: u16 = 26;

/// `[backup]`: when it is told that the last one is too old.
#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct BackupSettings {
    /// In hours.
    #[serde(deserialize_with = "hours")]
    warn_after_hours: Option<u16>,
}

impl BackupSettings {
    /// How old the last backup may be.
    pub fn warn_after(self) -> Duration {
        Duration::from_hours(self.warn_after_hours.unwrap_or(WARN_AFTER_HOURS).into())
    }
}

fn hours<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u16>, D::Error> {
    match u16::deserialize(deserializer)? {
        0 => Err(de::Error::custom("warn_after_hours is at least 1")),
        hours => Ok(Some(hours)),
    }
}
