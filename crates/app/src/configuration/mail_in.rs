//! What an operator says of the mail that comes in.

use enquiries::jobs::Mailbox;
use kernel::Email;
use outreach::incoming::{ImapSettings, MaildirSettings, ReplyKeys};
use serde::Deserialize;

use super::ConfigurationError;

/// `[mail_in]`: the mailbox that companies write to.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct MailInSettings {
    /// Our mails are answered at this address, with a name of their own behind a `+` (RFC 5233): the mail server must deliver
    /// those into the same mailbox. Without it answers come to `reply_to` of `[smtp]`, and are found by their thread.
    #[serde(deserialize_with = "super::email")]
    pub address: Option<Email>,
    /// A Maildir on this machine, which is looked into every minute.
    pub maildir: Option<MaildirSettings>,
    /// A mailbox on another machine, likewise.
    pub imap: Option<ImapSettings>,
    /// The name by which the receiving mail server signs what it finds out about senders: the first word of its
    /// `Authentication-Results` (RFC 8601). With it, nobody answers a company by mail in an officer's name whom that server
    /// does not vouch for.
    pub authentication_results: Option<String>,
}

impl MailInSettings {
    /// Where mail is fetched.
    pub fn mailbox(&self) -> Mailbox {
        Mailbox {
            maildir: self.maildir.clone(),
            imap: self.imap.clone(),
            authentication_results: self.authentication_results.clone(),
        }
    }

    pub(super) fn check(&self) -> Result<(), ConfigurationError> {
        let fits = self.address.as_ref().map_or(Ok(()), ReplyKeys::fits);
        fits.map_err(|error| ConfigurationError::Together(format!("mail_in: {error}")))
    }
}
