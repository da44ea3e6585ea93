//! What an operator says of the provider of identities by which those sign in who work for the municipality.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    marker::PhantomData,
    path::PathBuf,
    str::FromStr,
};

use identity::{
    ProviderSettings, STAFF_SCOPES,
    model::{StaffRules, check_role},
};
use kernel::{Code, Role};
use serde::{
    Deserialize, Deserializer,
    de::{self, SeqAccess, Visitor},
};

use super::ConfigurationError;

/// `[staff_sign_in]`: Entra ID, AD FS, Keycloak, or any other that speaks OpenID Connect.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StaffSignIn {
    #[serde(deserialize_with = "issuer")]
    issuer: String,
    #[serde(deserialize_with = "filled")]
    client_id: String,
    client_secret: Option<String>,
    client_secret_file: Option<PathBuf>,
    #[serde(default = "Name::standard")]
    name: Name,
    #[serde(default)]
    groups_claim: Option<String>,
    #[serde(default)]
    email_claim: Option<String>,
    #[serde(default)]
    email_is_verified: bool,
    #[serde(default)]
    second_step: bool,
    #[serde(default)]
    keep_given_here: bool,
    roles: BTreeMap<String, Several<GivenRole>>,
    #[serde(default)]
    teams: BTreeMap<String, Several<Code>>,
}

impl fmt::Debug for StaffSignIn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StaffSignIn")
            .field("issuer", &self.issuer)
            .field("client_id", &self.client_id)
            .finish_non_exhaustive()
    }
}

impl StaffSignIn {
    /// The provider; the secret of the environment stands before that of the file.
    pub fn provider(
        &self,
        environment: Option<String>,
    ) -> Result<ProviderSettings<StaffRules>, ConfigurationError> {
        let wrong = |what: String| Err(ConfigurationError::Together(format!("staff_sign_in: {what}")));
        let (inline, file) = (self.client_secret.as_ref(), self.client_secret_file.as_ref());
        let client_secret = client_secret("staff_sign_in", (environment, super::OIDC_SECRET), inline, file)?;
        if self.roles.values().all(|roles| roles.0.is_empty()) {
            return wrong(
                "no group gives a role, so nobody would get in: write [staff_sign_in.roles] \"group\" = \"case_officer\"".to_owned(),
            );
        }
        let standard = StaffRules::default();
        let roles = self.roles.iter();
        Ok(ProviderSettings {
            issuer: self.issuer.clone(),
            client_id: self.client_id.clone(),
            client_secret,
            name: self.name.0.clone(),
            scopes: STAFF_SCOPES.map(str::to_owned).to_vec(),
            parameters: Vec::new(),
            tells_more: false,
            rules: StaffRules {
                groups_claim: self.groups_claim.clone().unwrap_or(standard.groups_claim),
                email_claim: self.email_claim.clone().unwrap_or(standard.email_claim),
                email_is_verified: self.email_is_verified,
                roles: roles
                    .map(|(group, roles)| (group.clone(), roles.0.iter().map(|role| role.0).collect()))
                    .collect(),
                teams: self.teams.iter().map(|(group, keys)| (group.clone(), keys.0.clone())).collect(),
                keep_given_here: self.keep_given_here,
                second_step: self.second_step,
            },
        })
    }
}

/// The secret of a client: from the environment, else from the file, in it or beside it.
pub(super) fn client_secret(
    section: &str,
    (environment, variable): (Option<String>, &str),
    inline: Option<&String>,
    file: Option<&PathBuf>,
) -> Result<String, ConfigurationError> {
    let wrong = |what: String| Err(ConfigurationError::Together(format!("{section}: {what}")));
    match (environment, inline, file) {
        (Some(secret), _, _) => Ok(secret),
        (None, Some(_), Some(_)) => {
            wrong("give either client_secret or client_secret_file, not both".to_owned())
        }
        (None, Some(secret), None) => Ok(secret.clone()),
        (None, None, Some(path)) => match std::fs::read_to_string(path) {
            Ok(text) => Ok(text.trim().to_owned()),
            Err(error) => wrong(format!("cannot read {}: {error}", path.display())),
        },
        (None, None, None) => wrong(format!(
            "the client secret is missing: put it into a file and name it in client_secret_file, or into {variable}"
        )),
    }
}

/// What stands on the button.
#[derive(Clone, Deserialize)]
#[serde(transparent)]
struct Name(#[serde(deserialize_with = "filled")] String);

impl Name {
    fn standard() -> Self {
        Self("Microsoft".to_owned())
    }
}

/// A role that a person can be given.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct GivenRole(Role);

impl FromStr for GivenRole {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let role = Role::from_id(text).filter(|role| check_role(*role).is_ok());
        role.map(Self).ok_or_else(|| {
            let given = Role::ALL.iter().filter(|role| check_role(**role).is_ok());
            let ids: Vec<&str> = given.map(|role| role.id()).collect();
            format!("{text:?} is no role that one can be given; those are {}", ids.join(", "))
        })
    }
}

/// One or a list. An untagged enum would swallow the line and the reason.
#[derive(Clone)]
pub(super) struct Several<T>(BTreeSet<T>);

impl<T> Several<T> {
    pub(super) fn iter(&self) -> impl Iterator<Item = &T> {
        self.0.iter()
    }
}

impl<'de, T: FromStr<Err: fmt::Display> + Ord> Deserialize<'de> for Several<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct OneOrMany<T>(PhantomData<T>);
        impl<'de, T: FromStr<Err: fmt::Display> + Ord> Visitor<'de> for OneOrMany<T> {
            type Value = BTreeSet<T>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("\"one\" or [\"one\", \"another\"]")
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<Self::Value, E> {
                Ok([text.parse().map_err(de::Error::custom)?].into())
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
                let mut all = BTreeSet::new();
                while let Some(text) = seq.next_element::<String>()? {
                    all.insert(text.parse().map_err(de::Error::custom)?);
                }
                Ok(all)
            }
        }
        deserializer.deserialize_any(OneOrMany(PhantomData)).map(Self)
    }
}

pub(super) fn filled<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let text = String::deserialize(deserializer)?;
    if text.trim().is_empty() { Err(de::Error::custom("this must say something")) } else { Ok(text) }
}

pub(super) fn issuer<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let text = String::deserialize(deserializer)?;
    let host = |rest: &str| rest.split(['/', ':']).next().unwrap_or_default().to_owned();
    let plain = text.strip_prefix("http://").is_some_and(|rest| web::is_this_machine(&host(rest)));
    let secure = text.strip_prefix("https://").is_some_and(|rest| !host(rest).is_empty());
    if !(plain || secure) || text.contains([' ', '@', '?', '#']) {
        return Err(de::Error::custom(format!(
            "issuer is written as the provider's tokens name it, https://login.microsoftonline.com/DIRECTORY-ID/v2.0 for Entra ID; {text:?} is not"
        )));
    }
    // Those stand for every directory in the world; whoever is let in by them is anybody.
    if ["/common/", "/organizations/", "/consumers/", "{"].iter().any(|all| text.contains(all)) {
        return Err(de::Error::custom(format!(
            "{text:?} means every directory there is; write your own directory's id into issuer"
        )));
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use kernel::{Role, TenantId};

    use crate::configuration::Configuration;

    const WHOLE: &str = "[staff_sign_in]\nissuer = \"https://login.example.dk/kommune/v2.0\"\nclient_id = \"samspil\"\n\
                         client_secret = \"hemmeligt\"\nname = \"Kommunens login\"\nsecond_step = true\n\
                         [staff_sign_in.roles]\n\"g-1\" = \"case_officer\"\n\"g-2\" = [\"manager\", \"case_officer\"]\n\
                         [staff_sign_in.teams]\n\"g-1\" = \"business\"\n";

    fn refusal(text: &str) -> String {
        let read = match Configuration::parse(text) {
            Ok(read) => read,
            Err(error) => return error.to_string(),
        };
        read.staff_sign_in(None).map_or_else(|error| error.to_string(), |_| "taken".to_owned())
    }

    #[test]
    fn a_provider_is_read_whole_and_its_secret_never_printed() {
        let read = Configuration::parse(WHOLE).unwrap();
        assert!(!format!("{read:?}").contains("hemmeligt"));
        let providers = read.staff_sign_in(None).unwrap();
        let provider = &providers[&TenantId::new(165)];
        assert!(!format!("{provider:?}").contains("hemmeligt"));
        assert_eq!((provider.name.as_str(), provider.rules.second_step), ("Kommunens login", true));
        assert_eq!(provider.rules.roles["g-2"], [Role::CaseOfficer, Role::Manager].into());
        assert_eq!(provider.rules.teams["g-1"], ["business".parse().unwrap()].into());
        let other = read.staff_sign_in(Some("another")).unwrap();
        assert_eq!(other[&TenantId::new(165)].client_secret, "another");
        assert!(Configuration::parse("").unwrap().staff_sign_in(None).unwrap().is_empty());
    }

    #[test]
    fn every_wrong_setting_is_refused_with_its_line_and_what_to_write() {
        for (old, new, line, words) in [
            ("https://login.example.dk/kommune/v2.0", "login.example.dk", 2, "DIRECTORY-ID"),
            ("https://login.example.dk", "http://login.example.dk", 2, "https://"),
            ("login.example.dk/kommune", "login.microsoftonline.com/common", 2, "every directory"),
            ("client_id = \"samspil\"", "client_id = \" \"", 3, "say something"),
            ("name = \"Kommunens login\"", "nmae = \"x\"", 5, "unknown field `nmae`"),
            ("\"g-1\" = \"case_officer\"", "\"g-1\" = \"officer\"", 8, "case_officer"),
            ("\"g-1\" = \"case_officer\"", "\"g-1\" = \"anyone\"", 8, "no role that one can be given"),
            ("\"g-1\" = \"business\"", "\"g-1\" = \"Business\"", 11, "lower-case"),
            ("\"g-1\" = \"case_officer\"", "\"g-1\" = 1", 8, "one"),
        ] {
            let refused = refusal(&WHOLE.replacen(old, new, 1));
            assert!(refused.starts_with(&format!("samspil.toml, line {line}: ")), "{new}: {refused}");
            assert!(refused.contains(words), "{new}: {refused}");
        }
        let missing = WHOLE.replace("client_secret = \"hemmeligt\"\n", "");
        assert!(refusal(&missing).contains("SAMSPIL_OIDC_SECRET"), "{}", refusal(&missing));
        let nobody =
            WHOLE.replace("\"case_officer\"\n", "[]\n").replace("[\"manager\", \"case_officer\"]", "[]");
        assert!(refusal(&nobody).contains("nobody would get in"), "{}", refusal(&nobody));
    }

    #[test]
    fn each_of_several_municipalities_has_its_own_provider_or_none() {
        let one = "[[municipality]]\ncode = \"0165\"\nhosts = [\"a.example.dk\"]\nbase_url = \"https://a.example.dk\"\n";
        let two = "[[municipality]]\ncode = \"0101\"\nhosts = [\"b.example.dk\"]\nbase_url = \"https://b.example.dk\"\n";
        let own = WHOLE.replace("staff_sign_in", "municipality.staff_sign_in");
        let read = Configuration::parse(&format!("{one}{two}{own}")).unwrap().staff_sign_in(None).unwrap();
        assert_eq!(read.keys().copied().collect::<Vec<_>>(), [TenantId::new(101)]);
        assert!(refusal(&format!("{WHOLE}{one}{two}")).contains("each has its own"));
    }
}
