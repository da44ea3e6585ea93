//! `samspil.toml`: what a municipality tells the program, refused at start with a sentence that names the line.
//!
//! Everything may be left out; what then stands in its place is said by `samspil serve` and `samspil doctor`. Secrets may
//! come from the environment instead.

mod archive;
mod backup;
mod company_sign_in;
mod edge;
mod mail_in;
mod sources;
mod staff_sign_in;

use std::{collections::BTreeMap, fmt, net::SocketAddr, path::Path};

use identity::{
    ProviderSettings,
    model::{CompanyRules, StaffRules},
};
use ipnet::IpNet;
use kernel::{Calendar, Email, Phone, TenantId};
use outreach::{SmsProblem, SmsSettings, SmtpSettings, Texter};
use serde::{
    Deserialize, Deserializer,
    de::{self, MapAccess, SeqAccess, Visitor, value},
};
use web::{Accent, Proxies, Site};

pub use archive::ArchiveSettings;
pub use backup::BackupSettings;
pub use company_sign_in::CompanySignIn;
pub use edge::{IdentitySettings, MetricsSettings, ProxySettings, SecondStep};
pub use mail_in::MailInSettings;
pub use sources::{FileSettings, RegisterSettings};
pub use staff_sign_in::StaffSignIn;

/// The file, in the data directory.
pub const FILE: &str = "samspil.toml";
/// Overrides `smtp.password`.
pub const SMTP_PASSWORD: &str = "SAMSPIL_SMTP_PASSWORD";
/// Overrides `sms.token`.
pub const SMS_TOKEN: &str = "SAMSPIL_SMS_TOKEN";
/// Overrides `register.password`.
pub const REGISTER_PASSWORD: &str = "SAMSPIL_REGISTER_PASSWORD";
/// Overrides `metrics.token`.
pub const METRICS_TOKEN: &str = "SAMSPIL_METRICS_TOKEN";
/// Overrides `staff_sign_in.client_secret`.
pub const OIDC_SECRET: &str = "SAMSPIL_OIDC_SECRET";
/// Overrides `company_sign_in.client_secret`.
pub const COMPANY_OIDC_SECRET: &str = "SAMSPIL_COMPANY_OIDC_SECRET";
/// Overrides `archive.token`.
pub const ARCHIVE_TOKEN: &str = "SAMSPIL_ARCHIVE_TOKEN";
/// Where to listen when nobody says.
pub const LISTEN: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 8165);
/// The accent of a municipality that names none: Samspil's own deep green.
const ACCENT: &str = "#1f5c4d";
/// The municipality of an empty file.
const CODE: u16 = 165;
/// Telephone numbers that nobody answers: shown until the municipality gives its own.
const PHONE: &str = "43000000";
/// A mailbox that nobody reads, in a domain that cannot exist.
const EMAIL: &str = "erhverv@example.dk";

/// What the file says.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Configuration {
    /// Where absolute links begin, for a single municipality.
    pub base_url: Option<BaseUrl>,
    /// `[municipality]`, or `[[municipality]]` for several.
    pub municipality: Municipalities,
    /// Where to listen; the command line stands before it.
    pub listen: Option<SocketAddr>,
    /// Who is trusted to say whose requests they pass on.
    pub proxy: ProxySettings,
    /// Who may ask `/metrics`.
    pub metrics: MetricsSettings,
    /// What it takes to sign in.
    pub identity: IdentitySettings,
    /// The provider by which those sign in who work here, for a single municipality.
    pub staff_sign_in: Option<StaffSignIn>,
    /// The broker by which companies come in, for a single municipality.
    pub company_sign_in: Option<CompanySignIn>,
    /// The mail server; without it no mail leaves.
    pub smtp: Option<SmtpSettings>,
    /// The gateway to telephones; without it no page offers a short message.
    pub sms: Option<SmsSettings>,
    /// The mailbox that companies write to; without it mail comes in by `samspil mail receive` alone.
    pub mail_in: MailInSettings,
    /// The business register's own service; without it the register comes from files.
    pub register: RegisterSettings,
    /// Where ended cases are filed; without it they are filed by hand.
    pub archive: ArchiveSettings,
    /// How old the last backup may be.
    pub backup: BackupSettings,
    /// How much room files may take.
    pub files: FileSettings,
    /// Working days and opening hours.
    pub calendar: Calendar,
}

/// One municipality.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Municipality {
    #[serde(deserialize_with = "code")]
    code: Option<TenantId>,
    name: Option<String>,
    hosts: Vec<String>,
    base_url: Option<BaseUrl>,
    #[serde(deserialize_with = "phone")]
    phone: Option<Phone>,
    #[serde(deserialize_with = "phone")]
    environment_duty: Option<Phone>,
    #[serde(deserialize_with = "phone")]
    road_duty: Option<Phone>,
    #[serde(deserialize_with = "email")]
    email: Option<Email>,
    #[serde(deserialize_with = "email")]
    dpo_email: Option<Email>,
    #[serde(deserialize_with = "phone")]
    dpo_phone: Option<Phone>,
    hours_da: Option<String>,
    hours_en: Option<String>,
    #[serde(deserialize_with = "accent")]
    accent: Option<String>,
    staff_sign_in: Option<StaffSignIn>,
    company_sign_in: Option<CompanySignIn>,
}

/// One municipality or several.
#[derive(Debug, Default)]
pub struct Municipalities(Vec<Municipality>);

/// Where absolute links begin: a scheme and a host, no path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BaseUrl(String);

/// Why the program does not start with this file. Shown to the operator as it is.
#[derive(Debug, thiserror::Error)]
pub enum ConfigurationError {
    /// It is there and cannot be read.
    #[error("cannot read {FILE}: {0}")]
    Read(std::io::Error),
    /// A line is wrong.
    #[error("{FILE}, line {line}: {what}")]
    Line {
        /// Counted from 1.
        line: usize,
        /// What is wrong with it.
        what: String,
    },
    /// Parts that do not fit together.
    #[error("{FILE}: {0}")]
    Together(String),
}

/// What a municipality has not told and something else stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Missing {
    /// The setting, as it is written in the file.
    pub setting: &'static str,
    /// What stands in its place.
    pub stand_in: &'static str,
}

impl Configuration {
    /// Reads the file of a data directory; without one, everything is left out.
    pub fn load(data: &Path) -> Result<Self, ConfigurationError> {
        match std::fs::read_to_string(data.join(FILE)) {
            Ok(text) => Self::parse(&text),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Self::default()),
            Err(error) => Err(ConfigurationError::Read(error)),
        }
    }

    /// Reads the file's text.
    pub fn parse(text: &str) -> Result<Self, ConfigurationError> {
        let read: Self = toml::from_str(text).map_err(|error| {
            let start = error.span().map_or(0, |span| span.start);
            let before = text.get(..start).unwrap_or_default();
            let what = error.message().replace('\n', " ");
            ConfigurationError::Line { line: before.matches('\n').count() + 1, what }
        })?;
        read.check()?;
        Ok(read)
    }

    fn check(&self) -> Result<(), ConfigurationError> {
        let wrong = |what: &str| Err(ConfigurationError::Together(what.to_owned()));
        self.mail_in.check()?;
        let several = &self.municipality.0;
        if several.len() < 2 {
            return Ok(());
        }
        if self.base_url.is_some() {
            return wrong(
                "with several municipalities each has its own base_url, and there is none above them",
            );
        }
        if self.staff_sign_in.is_some() {
            return wrong(
                "with several municipalities each has its own staff_sign_in, and there is none above them",
            );
        }
        if self.company_sign_in.is_some() {
            return wrong(
                "with several municipalities each has its own company_sign_in, and there is none above them",
            );
        }
        if several.iter().any(|one| one.hosts.is_empty() || one.base_url.is_none() || one.code.is_none()) {
            return wrong("with several municipalities each needs its own code, hosts and base_url");
        }
        let mut hosts: Vec<String> =
            several.iter().flat_map(|one| &one.hosts).map(|host| host.to_lowercase()).collect();
        let mut codes: Vec<TenantId> = several.iter().filter_map(|one| one.code).collect();
        let (all_hosts, all_codes) = (hosts.len(), codes.len());
        hosts.sort();
        hosts.dedup();
        codes.sort();
        codes.dedup();
        if hosts.len() < all_hosts || codes.len() < all_codes {
            return wrong("two municipalities have the same code or the same host");
        }
        Ok(())
    }

    /// The municipalities; `address` is where links begin when the file does not say.
    pub fn sites(&self, address: &str, demo: bool) -> Vec<Site> {
        let none = [Municipality::default()];
        let all = if self.municipality.0.is_empty() { &none[..] } else { &self.municipality.0 };
        all.iter().map(|one| one.site(self.base_url.as_ref(), address, demo)).collect()
    }

    /// What is missing before companies should meet this installation.
    pub fn missing(&self) -> Vec<Missing> {
        let none = [Municipality::default()];
        let all = if self.municipality.0.is_empty() { &none[..] } else { &self.municipality.0 };
        let mut missing = Vec::new();
        let mut note = |is_missing: bool, setting, stand_in| {
            if is_missing && missing.iter().all(|one: &Missing| one.setting != setting) {
                missing.push(Missing { setting, stand_in });
            }
        };
        for one in all {
            note(one.code.is_none(), "municipality.code", "0165");
            note(one.name.is_none(), "municipality.name", "a name made from the code");
            note(one.phone.is_none(), "municipality.phone", "43 00 00 00, which nobody answers");
            note(
                one.environment_duty.is_none(),
                "municipality.environment_duty",
                "43 00 00 01, which nobody answers",
            );
            note(one.road_duty.is_none(), "municipality.road_duty", "43 00 00 02, which nobody answers");
            note(one.email.is_none(), "municipality.email", "erhverv@example.dk, which nobody reads");
            note(
                one.dpo_email.is_none(),
                "municipality.dpo_email",
                "the municipality's main mailbox and telephone",
            );
            note(one.hours_da.is_none(), "municipality.hours_da", "ordinary opening hours, in words");
            note(one.hours_en.is_none(), "municipality.hours_en", "ordinary opening hours, in words");
            note(
                self.base_url.is_none() && one.base_url.is_none(),
                "base_url",
                "the listening address, which nobody outside can reach",
            );
        }
        note(self.smtp.is_none(), "[smtp]", "nothing: mails wait, for 5 days each, and none leaves");
        missing
    }

    /// Whether companies come by https, so that there is something with TLS before the program, which has none.
    pub fn is_behind_tls(&self) -> bool {
        self.sites("", false).iter().any(Site::is_secure)
    }

    /// The providers by which those sign in who work here; the secret of the environment stands before those of the file.
    pub fn staff_sign_in(
        &self,
        secret: Option<&str>,
    ) -> Result<BTreeMap<TenantId, ProviderSettings<StaffRules>>, ConfigurationError> {
        let none = [Municipality::default()];
        let all = if self.municipality.0.is_empty() { &none[..] } else { &self.municipality.0 };
        let provider = |one: &Municipality| {
            let settings = one.staff_sign_in.as_ref().or(self.staff_sign_in.as_ref())?;
            let tenant = one.code.unwrap_or(TenantId::new(CODE));
            Some(settings.provider(secret.map(str::to_owned)).map(|provider| (tenant, provider)))
        };
        all.iter().filter_map(provider).collect()
    }

    /// The brokers by which companies come in; the secret of the environment stands before those of the file.
    pub fn company_sign_in(
        &self,
        secret: Option<&str>,
    ) -> Result<BTreeMap<TenantId, ProviderSettings<CompanyRules>>, ConfigurationError> {
        let none = [Municipality::default()];
        let all = if self.municipality.0.is_empty() { &none[..] } else { &self.municipality.0 };
        let provider = |one: &Municipality| {
            let settings = one.company_sign_in.as_ref().or(self.company_sign_in.as_ref())?;
            let tenant = one.code.unwrap_or(TenantId::new(CODE));
            Some(settings.provider(secret.map(str::to_owned)).map(|provider| (tenant, provider)))
        };
        all.iter().filter_map(provider).collect()
    }

    /// Who is trusted, with those of the command line.
    pub fn proxies(&self, more: &[IpNet]) -> Proxies {
        self.proxy.proxies(more)
    }

    /// The way to telephones, with the token from the environment where it stands there.
    pub fn texter(&self, token: Option<String>) -> Result<Texter, SmsProblem> {
        let Some(mut settings) = self.sms.clone() else { return Ok(Texter::Missing) };
        if token.is_some() {
            (settings.token, settings.token_file) = (token, None);
        }
        Texter::gateway(settings)
    }

    /// The mail server's settings, with the password from the environment where it stands there.
    pub fn smtp(&self, password: Option<String>) -> Option<SmtpSettings> {
        let mut settings = self.smtp.clone()?;
        if let Some(password) = password {
            settings.password = Some(password);
            settings.password_file = None;
        }
        Some(settings)
    }
}

impl Municipality {
    fn site(&self, base_url: Option<&BaseUrl>, address: &str, demo: bool) -> Site {
        let tenant = self.code.unwrap_or(TenantId::new(CODE));
        let text = |given: &Option<String>, or: &str| given.clone().unwrap_or_else(|| or.to_owned());
        let unanswered = |given: &Option<Phone>, or: &str| given.clone().unwrap_or_else(|| literal(or));
        let name = if tenant == TenantId::new(CODE) {
            "Albertslund Kommune".to_owned()
        } else {
            format!("Kommune {tenant}")
        };
        Site {
            tenant,
            hosts: self.hosts.clone(),
            name: self.name.clone().unwrap_or(name),
            base_url: self
                .base_url
                .as_ref()
                .or(base_url)
                .map_or_else(|| address.to_owned(), |url| url.0.clone()),
            phone: unanswered(&self.phone, PHONE),
            environment_duty: unanswered(&self.environment_duty, "43000001"),
            road_duty: unanswered(&self.road_duty, "43000002"),
            email: self.email.clone().unwrap_or_else(|| literal(EMAIL)),
            dpo_email: self.dpo_email.clone(),
            dpo_phone: self.dpo_phone.clone(),
            hours_da: text(&self.hours_da, "Mandag til torsdag kl. 9.00-15.00, fredag kl. 9.00-13.00"),
            hours_en: text(&self.hours_en, "Monday to Thursday 9:00 to 15:00, Friday 9:00 to 13:00"),
            accent: text(&self.accent, ACCENT),
            demo,
        }
    }
}

/// What stands in this file is well formed: a test reads all of it.
fn literal<T: std::str::FromStr>(text: &str) -> T {
    text.parse().unwrap_or_else(|_| unreachable!("stand-ins are literals of the program"))
}

fn code<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<TenantId>, D::Error> {
    let text = String::deserialize(deserializer)?;
    let code = text.trim().parse::<TenantId>().ok().filter(|code| (1..=999).contains(&code.code()));
    code.map(Some)
        .ok_or_else(|| de::Error::custom(format!("a kommunekode is written \"0165\"; {text:?} is none")))
}

fn phone<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Phone>, D::Error> {
    let text = String::deserialize(deserializer)?;
    let phone = text.parse().map(Some);
    phone.map_err(|_| {
        de::Error::custom(format!(
            "a telephone number has 8 digits, or a + and a country code; {text:?} has not"
        ))
    })
}

fn email<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Email>, D::Error> {
    let text = String::deserialize(deserializer)?;
    text.parse().map(Some).map_err(|_| de::Error::custom(format!("{text:?} is no e-mail address")))
}

fn accent<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    let text = String::deserialize(deserializer)?;
    Accent::parse(&text).map_err(de::Error::custom)?;
    Ok(Some(text))
}

impl<'de> Deserialize<'de> for BaseUrl {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let host = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
        let is_host = |host: &str| !host.is_empty() && !host.contains(['/', '?', '#', '@', ' ']);
        if host.is_some_and(is_host) {
            return Ok(Self(text));
        }
        let what = format!(
            "base_url is written https://erhverv.example.dk, without anything after the host; {text:?} is not"
        );
        Err(de::Error::custom(what))
    }
}

/// A table or a list of tables. An untagged enum would swallow the line and the reason.
impl<'de> Deserialize<'de> for Municipalities {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct OneOrMany;
        impl<'de> Visitor<'de> for OneOrMany {
            type Value = Vec<Municipality>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("[municipality] or, for several, [[municipality]]")
            }
            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
                Municipality::deserialize(value::MapAccessDeserializer::new(map)).map(|one| vec![one])
            }
            fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<Self::Value, A::Error> {
                Vec::deserialize(value::SeqAccessDeserializer::new(seq))
            }
        }
        deserializer.deserialize_any(OneOrMany).map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(text: &str) -> String {
        Configuration::parse(text).map_or_else(|error| error.to_string(), |_| "taken".to_owned())
    }

    #[test]
    fn an_empty_file_is_kommunekode_0165_with_stand_ins_that_are_said() {
        let read = Configuration::parse("").unwrap();
        let sites = read.sites("http://127.0.0.1:8165", false);
        assert_eq!(sites.len(), 1);
        assert_eq!(sites[0].tenant, TenantId::new(165));
        assert_eq!(sites[0].base_url, "http://127.0.0.1:8165");
        assert!(read.missing().iter().any(|missing| missing.setting == "municipality.phone"));
    }

    #[test]
    fn every_wrong_setting_is_refused_with_its_line_and_what_to_write() {
        for (text, line, words) in [
            ("[municipality]\nnmae = \"X\"\n", 2, "unknown field `nmae`"),
            ("\n[municipality]\ncode = \"x\"\n", 3, "0165"),
            ("[municipality]\nphone = \"12\"\n", 2, "8 digits"),
            ("[municipality]\nemail = \"x\"\n", 2, "no e-mail address"),
            ("[municipality]\naccent = \"#ffcc00\"\n", 2, "the nearest that has is"),
            ("base_url = \"erhverv.dk\"\n", 1, "https://"),
            ("base_url = \"https://erhverv.dk/x\"\n", 1, "without anything after the host"),
            ("[smtp]\nhost = \"mail\"\n", 1, "missing field `from`"),
            ("[calendar]\nlatest_receipt = \"3 pm\"\n", 2, "09:00"),
            ("[other]\n", 1, "unknown field `other`"),
            ("[proxy]\ntrusted = [\"10.0.0.0/33\"]\n", 2, "127.0.0.1 or 10.20.0.0/16"),
            ("[proxy]\ntrusted = [\"0.0.0.0/0\"]\n", 2, "could pass for anyone"),
            ("[proxy]\nheader = \"x-real-ip\"\n", 2, "x-forwarded-for"),
            ("[identity]\nsecond_step = \"never\"\n", 2, "demanded"),
            ("[backup]\nwarn_after_hours = 0\n", 2, "at least 1"),
            ("listen = \"8165\"\n", 1, "socket address"),
        ] {
            let refused = refusal(text);
            assert!(refused.starts_with(&format!("samspil.toml, line {line}: ")), "{text:?}: {refused}");
            assert!(refused.contains(words), "{text:?}: {refused}");
        }
    }

    #[test]
    fn several_municipalities_must_be_told_apart() {
        let one = "[[municipality]]\ncode = \"0165\"\nhosts = [\"a.example.dk\"]\nbase_url = \"https://a.example.dk\"\n";
        let two = "[[municipality]]\ncode = \"0101\"\nhosts = [\"b.example.dk\"]\nbase_url = \"https://b.example.dk\"\n";
        let both = Configuration::parse(&format!("{one}{two}")).unwrap();
        assert_eq!(both.sites("", false).len(), 2);
        assert!(refusal(&format!("{one}{one}")).contains("same"));
        assert!(refusal(&format!("{one}[[municipality]]\ncode = \"0101\"\n")).contains("each needs"));
        let outer = format!("base_url = \"https://x.dk\"\n{one}{two}");
        assert!(refusal(&outer).contains("each has its own"));
    }

    #[test]
    fn the_password_of_the_environment_stands_before_that_of_the_file() {
        let read =
            "[smtp]\nhost = \"mail\"\nfrom = \"a@b.dk\"\nusername = \"u\"\npassword_file = \"/nowhere\"\n";
        let smtp = Configuration::parse(read).unwrap().smtp(Some("secret".into())).unwrap();
        assert_eq!((smtp.password.as_deref(), smtp.password_file), (Some("secret"), None));
    }

    #[test]
    fn the_token_for_counts_is_one_that_nobody_guesses() {
        let token = |text: &str, environment: Option<&str>| {
            let read = Configuration::parse(text).unwrap();
            read.metrics.token(environment.map(str::to_owned)).map_err(|error| error.to_string())
        };
        assert_eq!(token("", None), Ok(None));
        let long = "[metrics]\ntoken = \"0123456789abcdef\"\n";
        assert_eq!(token(long, None), Ok(Some("0123456789abcdef".into())));
        assert_eq!(token(long, Some("fedcba9876543210")), Ok(Some("fedcba9876543210".into())));
        for (text, words) in [
            ("[metrics]\ntoken = \"secret\"\n", "at least 16"),
            ("[metrics]\ntoken = \"0123456789abcdef\"\ntoken_file = \"/x\"\n", "not both"),
            ("[metrics]\ntoken_file = \"/nowhere/at/all\"\n", "cannot read /nowhere/at/all"),
        ] {
            let refused = token(text, None).unwrap_err();
            assert!(refused.contains(words), "{refused}");
        }
    }

    #[test]
    fn a_password_is_not_enough_unless_the_operator_says_so() {
        let said = |text: &str| Configuration::parse(text).unwrap().identity.second_step;
        assert_eq!(said(""), SecondStep::Demanded);
        assert_eq!(said("[identity]\nsecond_step = \"offered\"\n"), SecondStep::Offered);
    }
}
