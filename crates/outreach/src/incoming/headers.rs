//! What a mail's header says: from whom, to whom, about what, in answer to what.

use kernel::Email;
use mail_parser::{Address, HeaderForm, HeaderName, HeaderValue, Message};

use super::parts::Parts;

/// The header of a mail.
pub(super) struct Head<'a> {
    message: &'a Message<'a>,
    bytes: &'a [u8],
}

/// Of so many times what is kept, it is looked which are there twice.
const LOOKED_AT: usize = 10;

/// The headers by which a mail says to whom it came. Servers write the last three: who was copied blindly stands only there.
const RECEIVERS: [&str; 6] = ["To", "Cc", "Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To"];

impl<'a> Head<'a> {
    pub(super) fn of(parts: &'a Parts<'a>) -> Self {
        Self { message: parts.message(), bytes: parts.bytes() }
    }

    /// What a header says, in small letters, each time it stands there.
    pub(super) fn values(&self, name: &str) -> Vec<String> {
        let header = HeaderName::from(name.to_owned());
        let standing = self.message.headers().iter().filter(|field| field.name == header);
        let values = standing.map(|field| {
            let range = field.offset_start as usize..field.offset_end as usize;
            let value = String::from_utf8_lossy(self.bytes.get(range).unwrap_or_default());
            value.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
        });
        values.collect()
    }

    /// Whether a header is there at all.
    pub(super) fn has(&self, name: &str) -> bool {
        let header = HeaderName::from(name.to_owned());
        self.message.headers().iter().any(|field| field.name == header)
    }

    /// Who wrote it: the first address that can be read of From, then of Sender and Reply-To.
    pub(super) fn sender(&self, name_chars_max: usize) -> Option<(Email, String)> {
        let mut named = ["From", "Sender", "Reply-To"].into_iter().flat_map(|name| self.addresses(name));
        named.next().map(|(email, name)| (email, one_line(&name, name_chars_max)))
    }

    /// Whether one `From` names one address. Two are read by one program in one way and by the next in another.
    pub(super) fn has_sole_sender(&self) -> bool {
        self.values("From").len() == 1 && self.addresses("From").len() == 1
    }

    /// What mail servers say of the sender, the last of them first.
    pub(super) fn results(&self, max: usize) -> Vec<String> {
        let mut said = self.values("Authentication-Results");
        said.truncate(max);
        said
    }

    /// Every address it came by, each once.
    pub(super) fn receivers(&self, max: usize) -> Vec<Email> {
        let mut found: Vec<Email> = Vec::new();
        let named = RECEIVERS.into_iter().flat_map(|name| self.addresses(name));
        for (email, _) in named.take(max * LOOKED_AT) {
            if found.len() < max && !found.iter().any(|other| other.to_key() == email.to_key()) {
                found.push(email);
            }
        }
        found
    }

    fn addresses(&self, name: &str) -> Vec<(Email, String)> {
        let values = self.message.header_as(name.to_owned(), HeaderForm::Addresses);
        let mut found = Vec::new();
        for value in values {
            let HeaderValue::Address(address) = value else { continue };
            let listed = match address {
                Address::List(list) => list,
                Address::Group(groups) => groups.into_iter().flat_map(|group| group.addresses).collect(),
            };
            for one in listed {
                if let Some(email) = one.address.as_deref().and_then(|text| text.parse().ok()) {
                    found.push((email, one.name.unwrap_or_default().into_owned()));
                }
            }
        }
        found
    }

    /// The Message-IDs that it answers: the one that it says it answers, then those of the thread, the newest first.
    pub(super) fn answers(&self, max: usize) -> Vec<String> {
        let mut ids = self.ids("In-Reply-To");
        let mut thread = self.ids("References");
        thread.reverse();
        ids.append(&mut thread);
        let mut found: Vec<String> = Vec::new();
        for id in ids.into_iter().take(max * LOOKED_AT) {
            if found.len() < max && !found.contains(&id) {
                found.push(id);
            }
        }
        found
    }

    fn ids(&self, name: &str) -> Vec<String> {
        let values = self.message.header_as(name.to_owned(), HeaderForm::MessageIds);
        let ids = values.into_iter().flat_map(|value| match value {
            HeaderValue::Text(id) => vec![id.into_owned()],
            HeaderValue::TextList(ids) => ids.into_iter().map(std::borrow::Cow::into_owned).collect(),
            _ => Vec::new(),
        });
        ids.filter(|id| !id.is_empty()).collect()
    }

    /// Its own Message-ID.
    pub(super) fn message_id(&self) -> Option<String> {
        self.ids("Message-ID").into_iter().next()
    }

    pub(super) fn subject(&self, chars_max: usize) -> String {
        one_line(self.message.subject().unwrap_or_default(), chars_max)
    }
}

/// A header's words on one line without control characters, cut where it goes on for ever.
pub(super) fn one_line(text: &str, chars_max: usize) -> String {
    let is_gap = |c: char| c.is_control() || c.is_whitespace();
    let words = text.split(is_gap).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
    words.chars().take(chars_max).collect::<String>().trim_end().to_owned()
}
