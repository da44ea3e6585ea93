//! What an operator says of the municipality's archive.

use std::path::PathBuf;

use outreach::archive::{Archive, FolderArchive, HttpArchive, HttpMethod, ReceiptAt};
use serde::Deserialize;

use super::ConfigurationError;

/// `[archive]`: where ended cases are filed; without it they are filed by hand.
#[derive(Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ArchiveSettings {
    /// A folder that the archive empties.
    folder: Option<PathBuf>,
    /// Whether the archive leaves a receipt beside each package in the folder.
    awaits_receipt: bool,
    /// A receiver.
    url: Option<String>,
    /// How it is sent a package: `post` to the address, or `put` to the address with the package's name behind it.
    method: Option<String>,
    /// What the receiver is shown as `Authorization: Bearer`. Better in a file.
    token: Option<String>,
    /// A file that holds the token and nothing else.
    token_file: Option<PathBuf>,
    /// Where the number stands in the answer's JSON, such as `/sagsnummer` (RFC 6901).
    receipt_field: Option<String>,
    /// The header in which it stands instead.
    receipt_header: Option<String>,
}

impl std::fmt::Debug for ArchiveSettings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut shown = f.debug_struct("ArchiveSettings");
        shown.field("folder", &self.folder).field("url", &self.url).finish_non_exhaustive()
    }
}

impl ArchiveSettings {
    /// The archive; the token of the environment stands before that of the file.
    pub fn archive(&self, environment: Option<String>) -> Result<Archive, ConfigurationError> {
        let wrong = |what: &str| Err(ConfigurationError::Together(format!("archive: {what}")));
        let is_http = self.method.is_some()
            || self.token.is_some()
            || self.token_file.is_some()
            || self.receipt_field.is_some()
            || self.receipt_header.is_some();
        match (&self.folder, &self.url) {
            (Some(_), Some(_)) => wrong("give either folder or url, not both"),
            (None, None) if is_http || self.awaits_receipt => wrong("folder or url is missing"),
            (None, None) => Ok(Archive::None),
            (Some(_), None) if is_http => wrong("method, token and receipt belong to url, not to folder"),
            (Some(folder), None) if folder.is_relative() => {
                wrong("folder is a whole path, such as /srv/arkiv/ind")
            }
            (Some(folder), None) => Ok(Archive::Folder(FolderArchive {
                path: folder.clone(),
                awaits_receipt: self.awaits_receipt,
            })),
            (None, Some(_)) if self.awaits_receipt => wrong("awaits_receipt belongs to folder, not to url"),
            (None, Some(url)) => self.receiver(url, environment),
        }
    }

    fn receiver(&self, url: &str, environment: Option<String>) -> Result<Archive, ConfigurationError> {
        let wrong = |what: &str| Err(ConfigurationError::Together(format!("archive: {what}")));
        let Ok(read) = url.parse::<http::Uri>() else { return wrong("url is no address") };
        let here = read.host().is_some_and(|host| matches!(host, "localhost" | "127.0.0.1" | "[::1]"));
        // What companies wrote goes nowhere in the open.
        if read.scheme_str() != Some("https") && !(here && read.scheme_str() == Some("http")) {
            return wrong("url begins with https://; only a receiver on this machine goes without");
        }
        if read.authority().is_some_and(|authority| authority.as_str().contains('@')) {
            return wrong("url holds no password: write it as token");
        }
        let method = match self.method.as_deref() {
            None | Some("post") => HttpMethod::Post,
            Some("put") => HttpMethod::Put,
            Some(_) => return wrong("method is post or put"),
        };
        let receipt = match (&self.receipt_field, &self.receipt_header) {
            (Some(field), None) if field.starts_with('/') => ReceiptAt::Json(field.clone()),
            (Some(_), None) => {
                return wrong("receipt_field is written /sagsnummer, or /sag/nummer for a field in a field");
            }
            (None, Some(header)) if header.parse::<http::HeaderName>().is_ok() => {
                ReceiptAt::Header(header.clone())
            }
            (None, Some(_)) => return wrong("receipt_header is no name of a header"),
            _ => {
                return wrong(
                    "say where the answer holds the number: receipt_field or receipt_header, one of them",
                );
            }
        };
        let token = match (environment, &self.token, &self.token_file) {
            (Some(token), _, _) => Some(token),
            (None, Some(_), Some(_)) => return wrong("give either token or token_file, not both"),
            (None, Some(token), None) => Some(token.clone()),
            (None, None, Some(path)) => match std::fs::read_to_string(path) {
                Ok(text) => Some(text.trim().to_owned()),
                Err(error) => return wrong(&format!("cannot read {}: {error}", path.display())),
            },
            (None, None, None) => None,
        };
        if token
            .as_ref()
            .is_some_and(|token| token.is_empty() || !token.bytes().all(|b| b.is_ascii_graphic()))
        {
            return wrong("the token is letters, digits and signs without a space");
        }
        Ok(Archive::Http(HttpArchive { url: url.to_owned(), method, token, receipt }))
    }
}

#[cfg(test)]
mod tests {
    use outreach::archive::Archive;

    use crate::configuration::Configuration;

    fn refusal(text: &str) -> String {
        let read = Configuration::parse(&format!("[archive]\n{text}")).unwrap();
        read.archive.archive(None).unwrap_err().to_string()
    }

    #[test]
    fn without_an_archive_nothing_leaves_and_with_one_it_is_said_where_to() {
        assert!(!Configuration::parse("").unwrap().archive.archive(None).unwrap().is_there());
        let folder = Configuration::parse("[archive]\nfolder = \"/srv/arkiv\"\n").unwrap();
        assert_eq!(folder.archive.archive(None).unwrap().place(), "/srv/arkiv");
        let text = "[archive]\nurl = \"https://esdh.example.dk/ind\"\nmethod = \"put\"\ntoken = \"hemmeligt\"\nreceipt_field = \"/sag\"\n";
        let read = Configuration::parse(text).unwrap();
        assert!(!format!("{read:?}").contains("hemmeligt"), "the token is printed");
        let Archive::Http(receiver) = read.archive.archive(Some("andet".into())).unwrap() else { panic!() };
        assert_eq!(receiver.token.as_deref(), Some("andet"), "the environment stands before the file");
        assert!(!format!("{receiver:?}").contains("andet"), "the token is printed");
    }

    #[test]
    fn what_does_not_fit_together_is_refused_with_what_to_write() {
        let url = "url = \"https://esdh.example.dk\"\n";
        for (text, words) in [
            ("folder = \"/x\"\nurl = \"https://x.dk\"\n".to_owned(), "not both"),
            ("folder = \"arkiv\"\n".to_owned(), "whole path"),
            ("folder = \"/x\"\ntoken = \"y\"\n".to_owned(), "belong to url"),
            ("token = \"y\"\n".to_owned(), "folder or url is missing"),
            (url.to_owned(), "receipt_field or receipt_header"),
            (format!("{url}receipt_field = \"nummer\"\n"), "/sagsnummer"),
            (format!("{url}receipt_field = \"/n\"\nmethod = \"get\"\n"), "post or put"),
            (format!("{url}receipt_field = \"/n\"\ntoken_file = \"/nowhere/at/all\"\n"), "cannot read"),
            ("url = \"http://esdh.example.dk\"\nreceipt_field = \"/n\"\n".to_owned(), "https://"),
            ("url = \"https://u:p@esdh.example.dk\"\nreceipt_field = \"/n\"\n".to_owned(), "no password"),
        ] {
            let refused = refusal(&text);
            assert!(
                refused.starts_with("samspil.toml: archive: ") && refused.contains(words),
                "{text}: {refused}"
            );
        }
    }
}
