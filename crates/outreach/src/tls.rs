//! What keeps us from speaking to a mail server where nobody can listen, told to the operator in a sentence to act on. One
//! for the way out and the way in.

use rustls::{CertificateError, Error as TlsError};

/// What was wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TlsTrouble {
    NotOffered,
    UnknownIssuer,
    OtherName,
    NotNow,
    Certificate,
    Handshake,
}

impl TlsTrouble {
    pub(crate) const fn code(self) -> &'static str {
        match self {
            Self::NotOffered => "tls-not-offered",
            Self::UnknownIssuer => "tls-unknown-issuer",
            Self::OtherName => "tls-other-name",
            Self::NotNow => "tls-expired",
            Self::Certificate => "tls-certificate",
            Self::Handshake => "tls",
        }
    }

    /// For the settings of this section, whose TLS from the first byte has this port.
    pub(crate) fn sentence(self, section: &str, host: &str, implicit_port: u16) -> String {
        match self {
            Self::NotOffered => format!(
                "it does not offer STARTTLS, and nothing is sent in the open: try tls = \"implicit\" with port {implicit_port}"
            ),
            Self::UnknownIssuer => {
                "its certificate was not issued by an authority that we know; name your own with ca_file"
                    .to_owned()
            }
            Self::OtherName => format!(
                "its certificate is not for {host}; write the name that stands in it as {section}.host"
            ),
            Self::NotNow => "its certificate is no longer valid, or not yet".to_owned(),
            Self::Certificate => "its certificate does not hold".to_owned(),
            Self::Handshake => "it does not speak TLS as we do; is tls right for this port?".to_owned(),
        }
    }

    /// Whether TLS is the cause of an error, and what about it: libraries keep the cause within.
    pub(crate) fn behind(error: &(dyn std::error::Error + 'static)) -> Option<Self> {
        let mut cause = Some(error);
        while let Some(inner) = cause {
            let wrapped = inner.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
            let tls = wrapped.and_then(|wrapped| wrapped.downcast_ref::<TlsError>());
            if let Some(tls) = tls.or_else(|| inner.downcast_ref()) {
                return Some(Self::of(tls));
            }
            cause = inner.source();
        }
        None
    }

    const fn of(error: &TlsError) -> Self {
        match error {
            TlsError::InvalidCertificate(CertificateError::UnknownIssuer) => Self::UnknownIssuer,
            TlsError::InvalidCertificate(
                CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. },
            ) => Self::OtherName,
            TlsError::InvalidCertificate(
                CertificateError::Expired
                | CertificateError::ExpiredContext { .. }
                | CertificateError::NotValidYet
                | CertificateError::NotValidYetContext { .. },
            ) => Self::NotNow,
            TlsError::InvalidCertificate(_) => Self::Certificate,
            _ => Self::Handshake,
        }
    }
}
