//! What an operator says of the broker by which companies come in with MitID Erhverv.
//!
//! Brokers call the same things by other names. Two are known here; of any other the names are told.

use std::{collections::BTreeMap, fmt, path::PathBuf};

use identity::{
    ProviderSettings,
    model::{Assurance, CompanyClaims, CompanyRules, is_about_cpr},
};
use serde::{Deserialize, Deserializer, de};

use super::{
    COMPANY_OIDC_SECRET, ConfigurationError,
    staff_sign_in::{Several, client_secret, filled, issuer},
};

/// `[company_sign_in]`: Signaturgruppen, Idura (Criipto), or any other that speaks OpenID Connect.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CompanySignIn {
    #[serde(deserialize_with = "issuer")]
    issuer: String,
    #[serde(deserialize_with = "filled")]
    client_id: String,
    client_secret: Option<String>,
    client_secret_file: Option<PathBuf>,
    name: Option<String>,
    broker: Broker,
    #[serde(default)]
    assurance: Demanded,
    scopes: Option<Vec<String>>,
    #[serde(default)]
    parameters: BTreeMap<String, String>,
    #[serde(default)]
    claims: ClaimNames,
    #[serde(default)]
    professional: BTreeMap<String, Several<String>>,
}

impl fmt::Debug for CompanySignIn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CompanySignIn")
            .field("issuer", &self.issuer)
            .field("client_id", &self.client_id)
            .finish_non_exhaustive()
    }
}

/// Which broker, as far as its names are known here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Broker {
    /// Signaturgruppen (Nets eID Broker): names with dots, told beside the token.
    Signaturgruppen,
    /// Idura, formerly Criipto: flat names.
    Criipto,
    /// Another, whose names are all told.
    Other,
}

/// How sure it must be who somebody is. Less than substantial cannot be written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Demanded {
    #[default]
    Substantial,
    High,
}

/// What the broker calls things, where it is not as known here.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct ClaimNames {
    #[serde(deserialize_with = "claim")]
    cvr: Option<String>,
    #[serde(deserialize_with = "claim")]
    company: Option<String>,
    #[serde(deserialize_with = "claim")]
    person: Option<String>,
    #[serde(deserialize_with = "claim")]
    name: Option<String>,
    #[serde(deserialize_with = "claim")]
    email: Option<String>,
    #[serde(deserialize_with = "claim")]
    assurance: Option<String>,
}

/// What is known of a broker.
struct Known {
    scopes: &'static [&'static str],
    parameters: &'static [(&'static str, &'static str)],
    /// In the order of [`ClaimNames`].
    claims: [&'static str; 6],
    professional: &'static [(&'static str, &'static str)],
}

impl Broker {
    const fn known(self) -> Known {
        match self {
            Self::Signaturgruppen => Known {
                scopes: &["nemlogin"],
                parameters: &[("idp_values", "mitid_erhverv")],
                claims: [
                    "nemlogin.cvr",
                    "nemlogin.org_name",
                    "nemlogin.persistent_professional_id",
                    "nemlogin.name",
                    "nemlogin.email",
                    "loa",
                ],
                professional: &[("identity_type", "professional")],
            },
            Self::Criipto => Known {
                scopes: &[],
                parameters: &[("acr_values", "urn:grn:authn:dk:mitid:business")],
                claims: ["cvrNumberIdentifier", "2.5.4.10", "uuid", "name", "email", "loa"],
                professional: &[("employee", "true"), ("companySignatory", "true")],
            },
            Self::Other => Known {
                scopes: &["profile", "email"],
                parameters: &[],
                claims: ["", "org_name", "sub", "name", "email", ""],
                professional: &[],
            },
        }
    }
}

impl CompanySignIn {
    /// The provider; the secret of the environment stands before that of the file.
    pub fn provider(
        &self,
        environment: Option<String>,
    ) -> Result<ProviderSettings<CompanyRules>, ConfigurationError> {
        let wrong = |what: &str| Err(ConfigurationError::Together(format!("company_sign_in: {what}")));
        let (inline, file) = (self.client_secret.as_ref(), self.client_secret_file.as_ref());
        let client_secret =
            client_secret("company_sign_in", (environment, COMPANY_OIDC_SECRET), inline, file)?;
        let known = self.broker.known();
        let [cvr, company, person, name, email, assurance] = known.claims;
        let own = |own: &Option<String>, known: &str| own.clone().unwrap_or_else(|| known.to_owned());
        let claims = CompanyClaims {
            cvr: own(&self.claims.cvr, cvr),
            company: own(&self.claims.company, company),
            person: own(&self.claims.person, person),
            name: own(&self.claims.name, name),
            email: own(&self.claims.email, email),
            assurance: own(&self.claims.assurance, assurance),
        };
        let mut professional: BTreeMap<_, _> = self
            .professional
            .iter()
            .map(|(name, values)| (name.clone(), values.iter().cloned().collect()))
            .collect();
        if professional.is_empty() {
            let known = known.professional.iter();
            professional =
                known.map(|(name, value)| ((*name).to_owned(), [(*value).to_owned()].into())).collect();
        }
        if claims.cvr.is_empty() || claims.assurance.is_empty() || professional.is_empty() {
            return wrong(
                "with another broker than the two that are known, write what it calls things: [company_sign_in.claims] cvr and assurance, and [company_sign_in.professional] \"claim\" = \"value\"",
            );
        }
        let scopes = known.scopes.iter().map(|scope| (*scope).to_owned());
        let mut parameters: BTreeMap<String, String> =
            known.parameters.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        parameters.extend(self.parameters.clone());
        Ok(ProviderSettings {
            issuer: self.issuer.clone(),
            client_id: self.client_id.clone(),
            client_secret,
            name: own(&self.name, "MitID Erhverv"),
            scopes: self.scopes.clone().unwrap_or_else(|| scopes.collect()),
            parameters: parameters.into_iter().collect(),
            tells_more: true,
            rules: CompanyRules {
                claims,
                professional,
                assurance: match self.assurance {
                    Demanded::Substantial => Assurance::Substantial,
                    Demanded::High => Assurance::High,
                },
            },
        })
    }
}

/// The name of a claim that may be read.
fn claim<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    let text = filled(deserializer)?;
    if is_about_cpr(&text) {
        return Err(de::Error::custom(format!(
            "{text:?} may hold a CPR number, which is never read here; name another claim"
        )));
    }
    Ok(Some(text))
}

#[cfg(test)]
mod tests {
    use identity::model::Assurance;
    use kernel::TenantId;

    use crate::configuration::Configuration;

    const WHOLE: &str = "[company_sign_in]\nissuer = \"https://broker.example.dk/op\"\nclient_id = \"samspil\"\n\
                         client_secret = \"hemmeligt\"\nbroker = \"signaturgruppen\"\nassurance = \"high\"\n\
                         [company_sign_in.parameters]\nlanguage = \"da\"\n[company_sign_in.claims]\nemail = \"mail\"\n";

    fn refusal(text: &str) -> String {
        let read = match Configuration::parse(text) {
            Ok(read) => read,
            Err(error) => return error.to_string(),
        };
        read.company_sign_in(None).map_or_else(|error| error.to_string(), |_| "taken".to_owned())
    }

    #[test]
    fn a_broker_is_read_whole_with_what_is_known_of_it_and_its_secret_never_printed() {
        let read = Configuration::parse(WHOLE).unwrap();
        assert!(!format!("{read:?}").contains("hemmeligt"));
        let brokers = read.company_sign_in(None).unwrap();
        let broker = &brokers[&TenantId::new(165)];
        assert!(!format!("{broker:?}").contains("hemmeligt"));
        assert_eq!((broker.name.as_str(), broker.rules.assurance), ("MitID Erhverv", Assurance::High));
        assert_eq!(broker.scopes, ["nemlogin"]);
        let asked = [("idp_values", "mitid_erhverv"), ("language", "da")];
        assert_eq!(broker.parameters, asked.map(|(name, value)| (name.to_owned(), value.to_owned())));
        assert_eq!(
            (broker.rules.claims.cvr.as_str(), broker.rules.claims.email.as_str()),
            ("nemlogin.cvr", "mail")
        );
        let flat = WHOLE.replace("signaturgruppen", "criipto");
        let flat = Configuration::parse(&flat).unwrap().company_sign_in(Some("another")).unwrap();
        let flat = &flat[&TenantId::new(165)];
        assert_eq!(
            (flat.rules.claims.cvr.as_str(), flat.client_secret.as_str()),
            ("cvrNumberIdentifier", "another")
        );
        assert!(flat.rules.professional["employee"].contains("true"));
    }

    #[test]
    fn every_wrong_setting_is_refused_with_its_line_and_what_to_write() {
        for (old, new, line, words) in [
            ("https://broker.example.dk", "http://broker.example.dk", 2, "https://"),
            ("client_id = \"samspil\"", "client_id = \" \"", 3, "say something"),
            ("\"signaturgruppen\"", "\"nets\"", 5, "signaturgruppen"),
            ("assurance = \"high\"", "assurance = \"low\"", 6, "substantial"),
            ("email = \"mail\"", "email = \"nemlogin.cpr\"", 10, "CPR number"),
            ("email = \"mail\"", "phone = \"x\"", 10, "unknown field `phone`"),
        ] {
            let refused = refusal(&WHOLE.replacen(old, new, 1));
            assert!(refused.starts_with(&format!("samspil.toml, line {line}: ")), "{new}: {refused}");
            assert!(refused.contains(words), "{new}: {refused}");
        }
        let missing = WHOLE.replace("client_secret = \"hemmeligt\"\n", "");
        assert!(refusal(&missing).contains("SAMSPIL_COMPANY_OIDC_SECRET"), "{}", refusal(&missing));
        let other = WHOLE.replace("signaturgruppen", "other");
        assert!(refusal(&other).contains("what it calls things"), "{}", refusal(&other));
        let one = "[[municipality]]\ncode = \"0165\"\nhosts = [\"a.example.dk\"]\nbase_url = \"https://a.example.dk\"\n";
        let two = "[[municipality]]\ncode = \"0101\"\nhosts = [\"b.example.dk\"]\nbase_url = \"https://b.example.dk\"\n";
        assert!(refusal(&format!("{WHOLE}{one}{two}")).contains("each has its own"));
    }
}
