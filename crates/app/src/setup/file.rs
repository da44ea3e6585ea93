//! samspil.toml as the answers make it, with a comment above each line.

use std::fmt::Write;

use kernel::Language;
use similar::TextDiff;

use super::{Words, answers::Answers};

/// The whole file. The duty telephones and a password are not asked for; what stands in their place is told by `doctor`.
pub fn text(answers: &Answers, words: &Words) -> String {
    let mut text = String::new();
    let mut line = |comment: &str, line: &str| {
        let comment = words.say(&format!("file-{comment}"));
        let _into_a_text = writeln!(text, "# {comment}\n{line}\n");
    };
    line("address", &set("base_url", &answers.address));
    line("municipality", "[municipality]");
    line("code", &set("code", &answers.code.to_string()));
    line("name", &set("name", &answers.name));
    line("phone", &set("phone", &answers.phone.to_string().replace('\u{a0}', " ")));
    line("email", &set("email", answers.email.as_str()));
    line("hours-da", &set("hours_da", &answers.hours.words(Language::Da)));
    line("hours-en", &set("hours_en", &answers.hours.words(Language::En)));
    line("opening-hours", &format!("[calendar.opening_hours]\n{}", answers.hours.lines().trim_end()));
    match &answers.mail_server {
        Some(host) => {
            line("smtp", &format!("[smtp]\n{}", set("host", host)));
            line("smtp-from", &set("from", answers.email.as_str()));
            line("smtp-name", &set("from_name", &answers.name));
        }
        None => line("smtp-later", "# [smtp]"),
    }
    match &answers.mailbox {
        Some(mailbox) => line("mailbox", &format!("[mail_in]\n{}", set("address", mailbox.as_str()))),
        None => line("mailbox-later", "# [mail_in]"),
    }
    format!("{}\n", text.trim_end())
}

fn set(key: &str, value: &str) -> String {
    format!("{key} = {}", toml::Value::String(value.to_owned()))
}

/// What would change, line by line.
pub fn difference(before: &str, after: &str) -> String {
    TextDiff::from_lines(before, after).unified_diff().context_radius(1).to_string()
}
