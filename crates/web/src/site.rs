//! What a municipality tells about itself: configuration, refused at start with a clear sentence when wrong.

use kernel::{Email, Phone, TenantId};

/// One municipality's own words and settings.
#[derive(Debug, Clone)]
pub struct Site {
    /// Which municipality.
    pub tenant: TenantId,
    /// Its host names; empty when it is the only one.
    pub hosts: Vec<String>,
    /// `Albertslund Kommune`.
    pub name: String,
    /// Where absolute links begin, without a slash at the end. Never taken from the Host header.
    pub base_url: String,
    /// The main telephone.
    pub phone: Phone,
    /// Who to ring outside opening hours when the environment is in danger.
    pub environment_duty: Phone,
    /// Who to ring outside opening hours when a road is dangerous.
    pub road_duty: Phone,
    /// The main mailbox.
    pub email: Email,
    /// Where the data protection officer is written to; the main mailbox where that is not told.
    pub dpo_email: Option<Email>,
    /// The data protection officer's telephone.
    pub dpo_phone: Option<Phone>,
    /// When the telephone is answered, in Danish.
    pub hours_da: String,
    /// When the telephone is answered, in English.
    pub hours_en: String,
    /// The accent colour, `#rrggbb`.
    pub accent: String,
    /// Whether this is a demo town: every page, mail and export says so.
    pub demo: bool,
}

impl Site {
    /// An absolute link to a path of this site.
    pub fn link(&self, path: &str) -> String {
        format!("{}{path}", self.base_url)
    }

    /// How the data protection officer is reached: an address, and a telephone where there is one.
    pub fn dpo(&self) -> String {
        let email = self.dpo_email.as_ref().unwrap_or(&self.email);
        match (&self.dpo_phone, &self.dpo_email) {
            (Some(phone), _) => format!("{email}, {phone}"),
            (None, Some(_)) => email.to_string(),
            (None, None) => format!("{email}, {}", self.phone),
        }
    }

    /// Whether cookies may demand TLS.
    pub fn is_secure(&self) -> bool {
        self.base_url.starts_with("https://")
    }
}
