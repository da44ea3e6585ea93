//! What an operator says of the register's own service and of the room for files.

use std::path::PathBuf;

use chrono::NaiveTime;
use registry::live::{Endpoint, LiveSource};
use serde::{Deserialize, Deserializer, de};
use storage::{FileLimits, Scanner};

use super::ConfigurationError;

/// Where Erhvervsstyrelsen's service is. It has no TLS: run it server side only.
const ENDPOINT: &str = "http://distribution.virk.dk";
/// The smallest and the largest page that the service gives, in documents.
const PAGE_DOCUMENTS: std::ops::RangeInclusive<u32> = 1..=3_000;

/// `[register]`: Erhvervsstyrelsen's system-to-system access, for which a municipality applies.
#[derive(Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RegisterSettings {
    #[serde(deserialize_with = "endpoint")]
    endpoint: Option<String>,
    user: Option<String>,
    password: Option<String>,
    password_file: Option<PathBuf>,
    companies_path: Option<String>,
    establishments_path: Option<String>,
    scroll_path: Option<String>,
    #[serde(deserialize_with = "page_documents")]
    page_documents: Option<u32>,
    /// Whether `serve` fetches once a day.
    daily: bool,
    /// When, in the town's own time.
    #[serde(deserialize_with = "time")]
    at: Option<NaiveTime>,
}

impl std::fmt::Debug for RegisterSettings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RegisterSettings").field("endpoint", &self.endpoint).finish_non_exhaustive()
    }
}

impl RegisterSettings {
    /// The service, where someone applied for it; the password of the environment stands before that of the file.
    pub fn source(&self, environment: Option<String>) -> Result<Option<LiveSource>, ConfigurationError> {
        let wrong = |what: String| Err(ConfigurationError::Together(format!("register: {what}")));
        let Some(user) = &self.user else {
            if self.daily || self.password.is_some() || self.password_file.is_some() {
                return wrong("user is missing: the one that Erhvervsstyrelsen gave".to_owned());
            }
            return Ok(None);
        };
        let password = match (environment, &self.password, &self.password_file) {
            (Some(password), _, _) => password,
            (None, Some(_), Some(_)) => {
                return wrong("give either password or password_file, not both".to_owned());
            }
            (None, Some(password), None) => password.clone(),
            (None, None, Some(path)) => match std::fs::read_to_string(path) {
                Ok(text) => text.trim_end_matches(['\r', '\n']).to_owned(),
                Err(error) => return wrong(format!("cannot read {}: {error}", path.display())),
            },
            (None, None, None) => {
                return wrong(format!(
                    "the password is missing: put it into a file and name it in password_file, or into {}",
                    super::REGISTER_PASSWORD
                ));
            }
        };
        let plain = Endpoint::new(self.endpoint.as_deref().unwrap_or(ENDPOINT), user, &password);
        let path = |given: &Option<String>, or: String| given.clone().unwrap_or(or);
        let endpoint = Endpoint {
            companies_path: path(&self.companies_path, plain.companies_path),
            establishments_path: path(&self.establishments_path, plain.establishments_path),
            scroll_path: path(&self.scroll_path, plain.scroll_path),
            page_documents: self.page_documents.unwrap_or(plain.page_documents),
            ..plain
        };
        let four = NaiveTime::from_hms_opt(4, 0, 0).unwrap_or_default();
        let daily_at = self.daily.then(|| self.at.unwrap_or(four));
        Ok(Some(LiveSource { endpoint, daily_at }))
    }
}

/// `[files]`: how much room files may take. A megabyte is a million bytes.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct FileSettings {
    /// What stays free on the disk.
    free_mb_min: Option<u64>,
    /// What all who have not signed in may send in 24 hours.
    anonymous_mb_per_day: Option<u64>,
    /// What they may add to one enquiry.
    enquiry_mb: Option<u64>,
    /// Files that may arrive at once.
    arriving_max: Option<usize>,
    /// Where clamd listens, which looks at every file; without it files are marked as not scanned.
    #[serde(deserialize_with = "clamd")]
    pub clamd: Option<Scanner>,
}

impl FileSettings {
    /// In bytes.
    pub fn limits(&self) -> FileLimits {
        let plain = FileLimits::default();
        let bytes = |megabytes: Option<u64>| megabytes.map(|megabytes| megabytes.saturating_mul(1_000_000));
        FileLimits {
            free_bytes_min: bytes(self.free_mb_min),
            anonymous_bytes_per_day: bytes(self.anonymous_mb_per_day)
                .unwrap_or(plain.anonymous_bytes_per_day),
            bytes_per_enquiry: bytes(self.enquiry_mb).unwrap_or(plain.bytes_per_enquiry),
            arriving_max: self.arriving_max.unwrap_or(plain.arriving_max),
        }
    }
}

fn endpoint<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    let text = String::deserialize(deserializer)?;
    let host = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    // A password in the address would end in logs.
    if host.is_some_and(|host| !host.is_empty() && !host.contains(['/', '?', '#', '@', ' '])) {
        return Ok(Some(text));
    }
    Err(de::Error::custom(format!("endpoint is written {ENDPOINT}, without path, user or password")))
}

fn clamd<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Scanner>, D::Error> {
    String::deserialize(deserializer)?.parse().map(Some).map_err(de::Error::custom)
}

fn page_documents<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u32>, D::Error> {
    let number = u32::deserialize(deserializer)?;
    if PAGE_DOCUMENTS.contains(&number) {
        return Ok(Some(number));
    }
    Err(de::Error::custom("page_documents is a number from 1 to 3000: the service gives no more"))
}

fn time<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<NaiveTime>, D::Error> {
    let text = String::deserialize(deserializer)?;
    let time = NaiveTime::parse_from_str(&text, "%H:%M");
    time.map(Some).map_err(|_| de::Error::custom(format!("a time is written \"04:00\"; {text:?} is not")))
}

#[cfg(test)]
mod tests {
    use crate::configuration::Configuration;

    fn refusal(text: &str, environment: Option<&str>) -> String {
        let read = match Configuration::parse(text) {
            Ok(read) => read,
            Err(error) => return error.to_string(),
        };
        read.register.source(environment.map(str::to_owned)).unwrap_err().to_string()
    }

    #[test]
    fn without_a_user_nothing_is_fetched_and_with_one_a_password_is_wanted() {
        assert_eq!(Configuration::parse("").unwrap().register.source(None).unwrap(), None);
        let user = "[register]\nuser = \"u\"\n";
        assert!(refusal(user, None).contains("password is missing"));
        let source = Configuration::parse(user).unwrap().register.source(Some("p".into())).unwrap().unwrap();
        assert_eq!(source.endpoint.address, "http://distribution.virk.dk");
        assert_eq!((source.endpoint.password.as_str(), source.daily_at), ("p", None), "off by default");
        assert!(refusal("[register]\ndaily = true\n", None).contains("user is missing"));
        let both = "[register]\nuser = \"u\"\npassword = \"x\"\npassword_file = \"/x\"\n";
        assert!(refusal(both, None).contains("not both"));
        let nowhere = "[register]\nuser = \"u\"\npassword_file = \"/nowhere/at/all\"\n";
        assert!(refusal(nowhere, None).contains("cannot read /nowhere/at/all"));
    }

    #[test]
    fn the_service_s_paths_and_hour_are_the_operator_s() {
        let text = "[register]\nendpoint = \"https://cvr.example.dk\"\nuser = \"u\"\npassword = \"hemmeligt\"\n\
                    companies_path = \"/cvr-permanent/_search\"\npage_documents = 50\ndaily = true\nat = \"05:30\"\n";
        let read = Configuration::parse(text).unwrap();
        assert!(!format!("{read:?}").contains("hemmeligt"), "the password is printed");
        let source = read.register.source(None).unwrap().unwrap();
        assert_eq!(source.endpoint.companies_path, "/cvr-permanent/_search");
        assert_eq!(source.endpoint.page_documents, 50);
        assert_eq!(source.daily_at.unwrap().to_string(), "05:30:00");
    }

    #[test]
    fn a_wrong_line_is_named() {
        for (text, words) in [
            ("[register]\nendpoint = \"http://u:p@virk.dk\"\n", "without path, user or password"),
            ("[register]\nat = \"4\"\n", "04:00"),
            ("[register]\npage_documents = 5000\n", "3000"),
            ("[register]\npasword = \"x\"\n", "unknown field"),
            ("[files]\nfree_gb = 1\n", "unknown field"),
            ("[files]\nclamd = \"127.0.0.1\"\n", "127.0.0.1:3310"),
        ] {
            let refused = refusal(text, None);
            assert!(refused.starts_with("samspil.toml, line 2: ") && refused.contains(words), "{refused}");
        }
    }

    #[test]
    fn room_for_files_is_told_in_megabytes() {
        let read = Configuration::parse("[files]\nfree_mb_min = 2000\nenquiry_mb = 50\n").unwrap();
        let limits = read.files.limits();
        assert_eq!((limits.free_bytes_min, limits.bytes_per_enquiry), (Some(2_000_000_000), 50_000_000));
        assert_eq!(Configuration::parse("").unwrap().files.limits(), storage::FileLimits::default());
    }
}
