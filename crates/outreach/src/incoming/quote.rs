//! What was written, without what it quotes of ours. Our mails begin with a line to write above; there it is cut. How mail
//! programs introduce a quote is only looked for right above that line: whoever quotes somebody else loses nothing.

/// Lines above the cut that can belong to the introduction of a quote.
const INTRODUCTION_LINES_MAX: usize = 14;
/// A line with the marker may hold so much besides: what programs decorate a quote with.
const DECORATION_CHARS_MAX: usize = 12;

/// The text above the line that is one of the `markers`, without the introduction of the quote; all of it where there is
/// no such line.
pub(super) fn above(text: &str, markers: &[&str]) -> String {
    let markers: Vec<String> = markers.iter().map(|marker| plain(marker)).filter(|m| !m.is_empty()).collect();
    let lines: Vec<&str> = text.lines().collect();
    let cut = lines.iter().position(|line| {
        let line = plain(line);
        markers.iter().any(|marker| {
            line.contains(marker) && line.chars().count() <= marker.chars().count() + DECORATION_CHARS_MAX
        })
    });
    let Some(cut) = cut else { return text.to_owned() };
    let mut written = lines.get(..cut).unwrap_or_default();
    loop {
        let shorter = without_introduction(without_rules(written));
        if shorter.len() == written.len() {
            return written.join("\n").trim().to_owned();
        }
        written = shorter;
    }
}

/// What telephones and programs add below what was written.
const ADDED: [&str; 12] = [
    "sendt fra min iphone",
    "sendt fra min ipad",
    "sendt fra min mobil",
    "sent from my iphone",
    "sent from my ipad",
    "sent from my mobile",
    "hent outlook til ",
    "få outlook til ",
    "sendt fra outlook til ",
    "get outlook for ",
    "sent from outlook for ",
    "sendt fra yahoo mail",
];

/// The text without its signature and without what it quotes at the end.
pub(super) fn unsigned(text: &str) -> String {
    let lines: Vec<&str> = text.lines().collect();
    // RFC 3676 4.3: a line of two hyphens and a blank; the blank is gone by now.
    let end = lines.iter().position(|line| line.trim_end() == "--").unwrap_or(lines.len());
    let mut written = lines.get(..end).unwrap_or_default();
    loop {
        let is_added = |line: &str| ADDED.iter().any(|added| plain(line).starts_with(added));
        let goes =
            |line: &str| line.trim().is_empty() || line.trim_start().starts_with('>') || is_added(line);
        let last = written.iter().rposition(|line| !goes(line)).map_or(0, |last| last + 1);
        let shorter = without_introduction(without_rules(written.get(..last).unwrap_or_default()));
        if shorter.len() == written.len() {
            return written.join("\n").trim().to_owned();
        }
        written = shorter;
    }
}

/// A line's words in small letters, without what programs put around them.
fn plain(line: &str) -> String {
    let words = line.trim_matches(|c: char| c.is_whitespace() || ">|*_-–—#=~".contains(c));
    words.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

/// Without empty lines, drawn lines and lone quote signs at the end, and without "Original message" between them.
fn without_rules<'a>(lines: &'a [&'a str]) -> &'a [&'a str] {
    let is_rule = |line: &str| {
        let words = plain(line);
        let words = words.trim_matches(':');
        matches!(
            words,
            "" | "original message"
                | "oprindelig meddelelse"
                | "oprindelig besked"
                | "original meddelelse"
                | "videresendt besked"
                | "forwarded message"
        )
    };
    let kept = lines.iter().rposition(|line| !is_rule(line)).map_or(0, |last| last + 1);
    lines.get(..kept).unwrap_or_default()
}

fn without_introduction<'a>(lines: &'a [&'a str]) -> &'a [&'a str] {
    let first = lines.len().saturating_sub(INTRODUCTION_LINES_MAX);
    let begin = wrote_line(lines, first).or_else(|| header_block(lines, first));
    begin.and_then(|begin| lines.get(..begin)).unwrap_or(lines)
}

/// "Den 23. nov. 2026 kl. 09.00 skrev Erhvervsservice:", on up to four lines, the last of which is the last of all.
fn wrote_line(lines: &[&str], first: usize) -> Option<usize> {
    let mut said = String::new();
    for index in (first.max(lines.len().saturating_sub(4))..lines.len()).rev() {
        let line = plain(lines.get(index)?);
        if line.is_empty() {
            return None;
        }
        said = format!("{line} {said}");
        let begins = line.starts_with("den ") || line.starts_with("on ") || line.starts_with("d. ");
        let says = said.contains(" skrev") || said.contains(" wrote");
        if begins && says && said.trim_end().ends_with(':') {
            return Some(index);
        }
    }
    None
}

/// Outlook's block: From, Sent, To, Subject, in the language of its user, the last of which is the last line of all.
fn header_block(lines: &[&str], first: usize) -> Option<usize> {
    const FROM: [&str; 2] = ["fra:", "from:"];
    const WHEN: [&str; 4] = ["sendt:", "sent:", "dato:", "date:"];
    const OTHER: [&str; 8] =
        ["til:", "to:", "cc:", "emne:", "subject:", "vigtighed:", "importance:", "svar til:"];
    let label = |index: usize| lines.get(index).map(|line| plain(&line.replace('*', ""))).unwrap_or_default();
    let is_one_of = |line: &str, labels: &[&str]| labels.iter().any(|label| line.starts_with(label));
    let last = label(lines.len().checked_sub(1)?);
    let belongs = is_one_of(&last, &WHEN) || is_one_of(&last, &OTHER)
        // A subject or a list of receivers that was wrapped.
        || (first..lines.len()).any(|index| is_one_of(&label(index), &["emne:", "subject:", "til:", "to:"]));
    let begin = (first..lines.len()).rev().find(|index| is_one_of(&label(*index), &FROM))?;
    let says_when = (begin..lines.len()).any(|index| is_one_of(&label(index), &WHEN));
    let has_gap = (begin..lines.len()).any(|index| label(index).is_empty());
    (belongs && says_when && !has_gap).then_some(begin)
}

#[cfg(test)]
mod tests {
    use super::*;

    const MARKERS: [&str; 2] = ["Skriv over denne linje", "Write above this line"];

    #[track_caller]
    fn written(text: &str, expected: &str) {
        assert_eq!(above(text, &MARKERS), expected);
    }

    #[test]
    fn a_quote_is_cut_with_the_line_that_gmail_introduces_it_by() {
        written(
            "Skiltet bliver 2 meter højt.\n\nDen man. 23. nov. 2026 kl. 09.00 skrev Erhvervsservice <\nsvar+abc@kommune.example>:\n\n> Skriv over denne linje\n> Hvor højt bliver skiltet?",
            "Skiltet bliver 2 meter højt.",
        );
        written(
            "Two metres.\n\nOn Mon, Nov 23, 2026 at 9:00 AM Business Service <a@b.example> wrote:\n\n> Write above this line\n> x",
            "Two metres.",
        );
    }

    #[test]
    fn a_quote_is_cut_with_the_block_of_outlook_in_both_languages() {
        written(
            "To meter.\n\nVenlig hilsen\nAksel\n\nFra: Erhvervsservice <svar@kommune.example>\nSendt: 23. november 2026 09:00\nTil: smeden@example.dk\nEmne: Vi har et spørgsmål\n\nSkriv over denne linje\n\nHvor højt?",
            "To meter.\n\nVenlig hilsen\nAksel",
        );
        written(
            "To meter.\n________________________________\n*From:* Service <a@b.example>\n*Sent:* Monday\n*To:* x\n*Subject:* A question\nthat goes on\n\n— Write above this line —\nx",
            "To meter.",
        );
        written(
            "Ja.\n\n-----Oprindelig meddelelse-----\nFra: A\nSendt: i går\nTil: B\nEmne: C\n\n> Skriv over denne linje",
            "Ja.",
        );
    }

    #[test]
    fn without_our_line_every_word_is_kept() {
        let text = "Se nedenfor.\n\nDen 1. juni skrev Bent:\n> Det må I ikke";
        written(text, text);
    }

    #[test]
    fn what_people_write_about_letters_and_days_is_no_introduction() {
        written(
            "Den plan, som Bent skrev om:\nden er god.\n\nSkriv over denne linje",
            "Den plan, som Bent skrev om:\nden er god.",
        );
        written("Fra: i dag\n\nSkriv over denne linje", "Fra: i dag");
        written(
            "Vi ses.\nSkriv over denne linje i jeres mail, står der, men hvordan gør jeg det?",
            "Vi ses.\nSkriv over denne linje i jeres mail, står der, men hvordan gør jeg det?",
        );
    }

    #[test]
    fn a_signature_and_what_is_quoted_at_the_end_are_cut() {
        let said = |text: &str, expected: &str| assert_eq!(unsigned(text), expected, "{text}");
        said("Ja.\n\n--\nLine Krog\nByggesagsteamet", "Ja.");
        said("Ja, til 2 meter.\n\nSendt fra min iPhone", "Ja, til 2 meter.");
        said("Ja.\n\nDen 23. nov. 2026 skrev Samspil:\n> Må vi?\n>\n> Hilsen", "Ja.");
        said("> Må vi?\nJa.", "> Må vi?\nJa.");
        said("--\nLine", "");
    }

    #[test]
    fn a_mail_that_holds_only_the_quote_says_nothing() {
        written("> Skriv over denne linje\n> Hej", "");
    }
}
